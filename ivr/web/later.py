"""An app that is made when it is first asked for anything, or when the worker has answered calls for a while."""

from __future__ import annotations

import gc
from threading import Lock, Timer
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ivr.web.lane import WSGIApp

SOON_SECONDS = 3.0
"""So long after its start a worker makes the app though nobody has asked: until then it has callers to answer."""

AGAIN_SECONDS = 30.0
"""An app that could not be made is not tried again sooner, however many ask."""


class Later:
    """A WSGI app in place of one that takes long to make. While that one cannot be made, the answer is 503."""

    def __init__(
        self, make: Callable[[], WSGIApp], failed: Callable[[Exception], None], seconds: float = SOON_SECONDS
    ) -> None:
        """`failed` is told why, each time that it could not be made."""
        self._make = make
        self._failed = failed
        self._made: WSGIApp | None = None
        self._not_before = 0.0
        self._lock = Lock()
        timer = Timer(seconds, self._app)
        timer.daemon = True
        timer.start()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        app = self._app()
        if app is not None:
            return app(environ, start_response)
        start_response("503 SERVICE UNAVAILABLE", [("Content-Type", "text/plain"), ("Retry-After", "30")])
        return [b"Service Unavailable\n"]

    def _app(self) -> WSGIApp | None:
        with self._lock:
            if self._made is None and monotonic() >= self._not_before:
                try:
                    self._made = self._make()
                except Exception as error:  # noqa: BLE001 - calls are answered without it
                    self._not_before = monotonic() + AGAIN_SECONDS
                    self._failed(error)
                # What there is by now stays: without this the collector would go through it all again and again.
                gc.freeze()
            return self._made
