"""The voice lane: webhooks of calls are answered in front of Flask's dispatch.

Routing, request and response objects of an ordinary view cost more than twice what the whole turn costs. So the lane
stands at `app.wsgi_app`, takes what is an ordinary webhook by method, path and length, and leaves everything else to
Flask: other methods and paths, websockets, bodies of unknown length. The same street stays registered as Flask's routes
(`ivr.web.voice`), which give the same answers; `IVR_LANE=no` has them answer, for installations whose hooks
(`before_request` and the like) are to see the calls. What was measured: docs/decisions/0015-voice-lane.md.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from ivr.street import answer
from ivr.street.form import MAX_BODY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ivr.web.counter import Counter

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


class Lane:
    """A WSGI app in front of another one."""

    def __init__(self, counter: Counter, flask: WSGIApp) -> None:
        self._counter = counter
        self._flask = flask

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and "HTTP_UPGRADE" not in environ:
            path = environ.get("PATH_INFO", "")
            street = self._counter.streets.get(path) or (answer if _is_of_a_call(path) else None)
            if street is not None and (body := _body(environ)) is not None:
                reply, headers = self._counter.serve(street, environ, body)
                if reply.status != 204:
                    headers.append(("Content-Length", str(len(reply.body))))
                start_response(_STATUS[reply.status], headers)
                return [reply.body]
        return self._flask(environ, start_response)


def _is_of_a_call(path: str) -> bool:
    """Whether it is `/voice/` and five pieces, as the route in `voice` has it."""
    return path.startswith("/voice/") and path.count("/") == 6 and "//" not in path and path[-1] != "/"


def _body(environ: dict[str, Any]) -> bytes | None:
    """The body, or a little more of it than the street takes; None when its length is for Flask to judge."""
    if environ.get("wsgi.input_terminated"):
        terminated: bytes = environ["wsgi.input"].read(MAX_BODY + 1)
        return terminated
    length = environ.get("CONTENT_LENGTH", "")
    if "HTTP_TRANSFER_ENCODING" in environ or not (length.isascii() and length.isdigit() and int(length) <= MAX_BODY):
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    if len(body) == int(length):
        return body
    # The client has gone. Flask finds what was read, and says so.
    environ["wsgi.input"] = BytesIO(body)
    return None
