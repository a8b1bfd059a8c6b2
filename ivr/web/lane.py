"""The voice lane: webhooks of calls are answered in front of Flask's dispatch.

Routing, request and response objects of an ordinary view cost more than twice what the whole turn costs. So the lane
stands in front of Flask's app (at `app.wsgi_app`, or where Flask comes later: `ivr.web.entry`), takes what is an
ordinary webhook by method, path and length, answers the plain questions of a probe, and leaves everything else to
Flask: other methods and paths, websockets, bodies of unknown length. The same street stays registered as Flask's routes
(`ivr.web.voice`), which give the same answers; `IVR_LANE=no` has them answer, for installations whose hooks
(`before_request` and the like) are to see the calls. What was measured: docs/decisions/0015-voice-lane.md.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from ivr.street import answer
from ivr.street.answering import PLAIN
from ivr.street.form import MAX_BODY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ivr.web.counter import Counter, Street

    WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_STATUS = {
    200: "200 OK",
    204: "204 NO CONTENT",
    400: "400 BAD REQUEST",
    403: "403 FORBIDDEN",
    404: "404 NOT FOUND",
    413: "413 REQUEST ENTITY TOO LARGE",
    415: "415 UNSUPPORTED MEDIA TYPE",
}
"""What the street answers with, as Flask writes it."""

_MOST_LENGTH_DIGITS = 10

_HEALTH = {"/healthz": b"alive\n", "/readyz": b"ready\n"}
"""As `ivr.web.health` has it: whoever can answer here can answer calls."""


class Lane:
    """A WSGI app in front of another one."""

    def __init__(self, counter: Counter, flask: WSGIApp) -> None:
        self._counter = counter
        self._flask = flask

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        street = self._street(environ)
        if street is not None and (body := _body(environ)) is not None:
            reply, headers = self._counter.serve(street, environ, body)
            if reply.status != 204:
                headers.append(("Content-Length", str(len(reply.body))))
            start_response(_STATUS[reply.status], headers)
            return [reply.body]
        if street is None and (word := _health(environ)):
            start_response(_STATUS[200], [("Content-Type", PLAIN), ("Content-Length", str(len(word)))])
            return [word]
        return self._flask(environ, start_response)

    def is_short(self, environ: dict[str, Any]) -> bool:
        """Whether an answer takes no longer than a turn, so that the server may work it out between two others."""
        return self._street(environ) is not None or bool(_health(environ))

    def _street(self, environ: dict[str, Any]) -> Street | None:
        if environ["REQUEST_METHOD"] != "POST" or _is_websocket(environ):
            return None
        path = environ.get("PATH_INFO", "")
        return self._counter.streets.get(path) or (answer if _is_of_a_call(path) else None)


def _is_websocket(environ: dict[str, Any]) -> bool:
    """Whether Flask takes a request for one, which matches none of its routes. Other protocols are passed over."""
    return "HTTP_UPGRADE" in environ and environ["HTTP_UPGRADE"].lower() == "websocket"


def _health(environ: dict[str, Any]) -> bytes:
    """What a probe is told, which comes every few seconds and before Flask is there; b"" to whoever asks for more."""
    plain = environ["REQUEST_METHOD"] == "GET" and "HTTP_AUTHORIZATION" not in environ
    return _HEALTH.get(environ.get("PATH_INFO", ""), b"") if plain else b""


def _is_of_a_call(path: str) -> bool:
    """Whether it is `/voice/` and five pieces, as the route in `voice` has it."""
    return path.startswith("/voice/") and path.count("/") == 6 and "//" not in path and path[-1] != "/"


def _body(environ: dict[str, Any]) -> bytes | None:
    """The body, or a little more of it than the street takes; None when its length is for Flask to judge."""
    if environ.get("wsgi.input_terminated"):
        terminated: bytes = environ["wsgi.input"].read(MAX_BODY + 1)
        return terminated
    length = environ.get("CONTENT_LENGTH", "")
    # Python reads no number of thousands of digits.
    is_number = length.isascii() and length.isdigit() and len(length) < _MOST_LENGTH_DIGITS
    if "HTTP_TRANSFER_ENCODING" in environ or not is_number or int(length) > MAX_BODY:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    if len(body) == int(length):
        return body
    # The client has gone. Flask finds what was read, and says so.
    environ["wsgi.input"] = BytesIO(body)
    return None
