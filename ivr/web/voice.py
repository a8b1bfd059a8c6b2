"""The counter of the street: webhooks are handed in as they came off the wire, and answers handed out.

Two ways lead to it: Flask's routes, here, and the lane in front of them (`ivr.web.lane`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request
from werkzeug.routing import BaseConverter

from ivr.street import Request, answer, fall_back, note_status
from ivr.street.form import MAX_BODY

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState

    from ivr.street import Reply, Service

CALLS = "/voice/<place:place>"
"""Where an earlier turn told the provider to go. The street reads the path itself: only it knows what was signed."""


class PlaceConverter(BaseConverter):
    """FORMAT/VERSION/FLOW/STEP/STATE as one piece: five converters would cost more than all else of the routing."""

    regex = "[^/]+(?:/[^/]+){4}"


CLOCK = "/voice/clock"
"""There only where a webhook may bring its own time, that is under `--dev`; anywhere else it is not found."""


Street = Callable[["Service", Request, datetime], "Reply"]
"""What answers the webhooks of one kind."""


class Counter:
    """Where the webhooks of one service are handed in; with `timing` each reply says how long it took."""

    def __init__(self, service: Service, *, timing: bool = False) -> None:
        self.service = service
        self.timing = timing
        self.streets: dict[str, Street] = {"/voice": answer, "/voice/status": note_status, "/voice/fallback": fall_back}

    def serve(self, street: Street, environ: dict[str, Any], body: bytes) -> tuple[Reply, list[tuple[str, str]]]:
        """The answer to a webhook, with its headers."""
        begun = perf_counter() if self.timing else 0.0
        # Not what Flask has decoded of address and form: that loses what was signed.
        request = Request(
            environ.get("PATH_INFO", ""),
            environ.get("QUERY_STRING", ""),
            environ.get("CONTENT_TYPE"),
            environ.get("HTTP_X_TWILIO_SIGNATURE"),
            environ.get("HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS"),
            environ.get("HTTP_X_IVR_CLOCK"),
            body,
            environ.get("HTTP_X_IVR_SET"),
        )
        reply = street(self.service, request, datetime.now(UTC))
        headers = [("Content-Type", reply.content_type), ("Cache-Control", "no-store")]
        if self.timing:
            headers.append(("Server-Timing", f"turn;dur={(perf_counter() - begun) * 1000:.3f}"))
        return reply, headers


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
