"""Flask's routes to the counter of the street. The lane in front of them (`ivr.web.lane`) gives the same answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request
from werkzeug.routing import BaseConverter

from ivr.street import answer
from ivr.street.form import MAX_BODY

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.blueprints import BlueprintSetupState

    from ivr.web.counter import Counter, Street

CALLS = "/voice/<place:place>"
"""Where an earlier turn told the provider to go. The street reads the path itself: only it knows what was signed."""


class PlaceConverter(BaseConverter):
    """FORMAT/VERSION/FLOW/STEP/STATE as one piece: five converters would cost more than all else of the routing."""

    regex = "[^/]+(?:/[^/]+){4}"


CLOCK = "/voice/clock"
"""There only where a webhook may bring its own time, that is under `--dev`; anywhere else it is not found."""


def blueprint(counter: Counter) -> Blueprint:
    """Flask's routes to the counter."""
    routes = Blueprint("voice", __name__)

    @routes.record
    def add_converter(setup: BlueprintSetupState) -> None:
        setup.app.url_map.converters["place"] = PlaceConverter

    def handled_by(street: Street) -> Callable[..., Response]:
        def view(**_path: str) -> Response:
            environ = request.environ
            reply, headers = counter.serve(street, environ, _body(environ))
            return Response(reply.body, reply.status, headers)

        return view

    for rule, street in (*counter.streets.items(), (CALLS, answer)):
        view, name = handled_by(street), "turn" if rule == CALLS else street.__name__
        routes.add_url_rule(rule, name, view, methods=["POST"], provide_automatic_options=False)
    if counter.service.clock_secret is not None:
        routes.add_url_rule(CLOCK, "clock", _takes_clocks, methods=["GET"], provide_automatic_options=False)
    return routes


def _takes_clocks() -> Response:
    """Asked before a call from another time is made: elsewhere its clock would be passed over without a word."""
    return Response(status=204)


def _body(environ: dict[str, Any]) -> bytes:
    """The body, or a little more of it than the street takes.

    A server whose input ends with the body, as ours does, is simply read. With any other, Flask counts the bytes.
    """
    if environ.get("wsgi.input_terminated"):
        body: bytes = environ["wsgi.input"].read(MAX_BODY + 1)
        return body
    return request.get_data(cache=False)
