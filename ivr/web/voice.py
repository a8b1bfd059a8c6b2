"""The voice routes: each hands the webhook to the street as it came off the wire, and its answer back."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from werkzeug.routing import BaseConverter

from ivr.street import Request, answer, fall_back, note_status
from ivr.street.form import MAX_BODY

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from flask.blueprints import BlueprintSetupState

    from ivr.street import Reply, Service

CALLS = "/voice/<place:place>"
"""Where an earlier turn told the provider to go. The street reads the path itself: only it knows what was signed."""


class PlaceConverter(BaseConverter):
    """FORMAT/VERSION/FLOW/STEP/STATE as one piece: five converters would cost more than all else of the routing."""

    regex = "[^/]+(?:/[^/]+){4}"


CLOCK = "/voice/clock"
"""There only where a webhook may bring its own time, that is under `--dev`; anywhere else it is not found."""


def blueprint(service: Service, *, timing: bool = False) -> Blueprint:
    """The routes of one service; with `timing` each reply says how long it took."""
    routes = Blueprint("voice", __name__)

    @routes.record
    def add_converter(setup: BlueprintSetupState) -> None:
        setup.app.url_map.converters["place"] = PlaceConverter

    def handled_by(street: Callable[[Service, Request, datetime], Reply]) -> Callable[..., Response]:
        def view(**_path: str) -> Response:
            begun = perf_counter()
            reply = street(service, _as_sent(), datetime.now(UTC))
            headers = [("Content-Type", reply.content_type), ("Cache-Control", "no-store")]
            if timing:
                headers.append(("Server-Timing", f"turn;dur={(perf_counter() - begun) * 1000:.3f}"))
            return Response(reply.body, reply.status, headers)

        return view

    for rule, name, street in (
        ("/voice", "start", answer),
        (CALLS, "turn", answer),
        ("/voice/status", "status", note_status),
        ("/voice/fallback", "fallback", fall_back),
    ):
        routes.add_url_rule(rule, name, handled_by(street), methods=["POST"], provide_automatic_options=False)
    if service.clock_secret is not None:
        routes.add_url_rule(CLOCK, "clock", _takes_clocks, methods=["GET"], provide_automatic_options=False)
    return routes


def _takes_clocks() -> Response:
    """Asked before a call from another time is made: elsewhere its clock would be passed over without a word."""
    return Response(status=204)


def _as_sent() -> Request:
    """The webhook without Flask's own decoding of addresses and forms, which loses what was signed."""
    environ: dict[str, Any] = request.environ
    return Request(
        path=environ.get("PATH_INFO", ""),
        query=environ.get("QUERY_STRING", ""),
        content_type=environ.get("CONTENT_TYPE"),
        signature=environ.get("HTTP_X_TWILIO_SIGNATURE"),
        settings=environ.get("HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS"),
        clock=environ.get("HTTP_X_IVR_CLOCK"),
        body=_body(environ),
        chosen=environ.get("HTTP_X_IVR_SET"),
    )


def _body(environ: dict[str, Any]) -> bytes:
    """The body, or a little more of it than the street takes.

    A server whose input ends with the body, as ours does, is simply read. With any other, Flask counts the bytes.
    """
    if environ.get("wsgi.input_terminated"):
        body: bytes = environ["wsgi.input"].read(MAX_BODY + 1)
        return body
    return request.get_data(cache=False)
