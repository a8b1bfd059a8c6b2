"""An app that is made when it is first asked for anything, or when the worker has answered calls for a while."""

from __future__ import annotations

from threading import Lock, Timer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ivr.web.lane import WSGIApp

SOON_SECONDS = 3.0
"""After its start a worker has callers to answer: of a dead worker, say. Then nobody should wait for its first page."""


class Later:
    """A WSGI app in place of one that takes long to make."""

    def __init__(self, make: Callable[[], WSGIApp], seconds: float = SOON_SECONDS) -> None:
        self._make = make
        self._made: WSGIApp | None = None
        self._lock = Lock()
        timer = Timer(seconds, self._app)
        timer.daemon = True
        timer.start()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return self._app()(environ, start_response)

    def _app(self) -> WSGIApp:
        with self._lock:
            if self._made is None:
                self._made = self._make()
        return self._made
