"""Our own turn, cut off behind each of its parts: what each of them costs is the difference to the one before.

Like those of rivals.py, the factories answer with the reply in the file that BENCH_REPLY names.
"""

import os
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from rivals import REPLY

from ivr.observe import Journal
from ivr.street import Service
from ivr.street.answering import Reply, Request, receive
from ivr.web import entry, lane
from ivr.web.counter import Counter, Street

App = Callable[..., Iterable[bytes]]


def lane_only() -> App:
    """The voice lane, and the values that it makes of a request and a reply."""
    reply = _reply()
    return _answering(lambda _service, _request, _now: reply)


def received() -> App:
    """The same, and its form and signature have been looked at."""
    reply = _reply()

    def answer(service: Service, request: Request, now: datetime) -> Reply:
        found = receive(service, request, now)
        return found if isinstance(found, Reply) else reply

    return _answering(answer)


def silent() -> App:
    """The whole turn, without record, log and metrics."""

    class Silent(Journal):
        def turn(self, *_told: object, **_more: object) -> None:
            """Nothing is written."""

    entry.Journal = Silent
    return entry.application()


def _answering(answer: Street) -> App:
    class Other(Counter):
        def __init__(self, service: Service, *, timing: bool = False) -> None:
            super().__init__(service, timing=timing)
            self.streets["/voice"] = answer

    entry.Counter = Other
    lane.answer = answer
    return entry.application()


def _reply() -> Reply:
    return Reply(200, Path(os.environ[REPLY]).read_bytes())
