"""The report of a period for the pages: asked for within bounds, and kept for a moment, so that its parts agree."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from ivr.report import Period, Report, count, publish
from ivr.store import Database, TooLong

if TYPE_CHECKING:
    from ivr.contacts import Directory
    from ivr.web.operator.context import Context

SECONDS: Final = 8.0
"""So long one question to the database may take; `ivr report` has more time."""

_PATIENCE: Final = 2.0
"""Seconds."""

_KEPT: Final = 8
_FRESH: Final = 60.0
"""Reports that are kept, and seconds for which one is shown again."""


class _Kept(NamedTuple):
    directory: Directory
    until: float
    report: Report


class Counting:
    """The reports of one process."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database: Database | None = None
        self._kept: OrderedDict[Period, _Kept] = OrderedDict()
        self._one_at_a_time = Lock()

    def report(self, period: Period) -> Report:
        """What may be told of a period. Who asks while something else is counted waits a little only, so that never
        all threads of the pages stand here.

        Raises:
            TooLong: it took longer than it may, or something else is still being counted.
            Away: the database cannot be asked.
        """
        directory = self._context.directory
        kept = self._kept.get(period)
        if kept is not None and kept.directory is directory and time.monotonic() < kept.until:
            return kept.report
        if not self._one_at_a_time.acquire(timeout=_PATIENCE):
            raise TooLong("something else is being counted")
        try:
            # One that is away is found so in seconds; one that counts has more time.
            with self._context.opened() as database, database.connect():
                pass
            if self._database is None:
                self._database = Database(self._context.settings.storage.database, seconds=SECONDS)
            figures = count(self._database, period, directory.zone, self._context.now())
            report = publish(figures, directory, directory.zone)
            self._kept[period] = _Kept(directory, time.monotonic() + _FRESH, report)
            self._kept.move_to_end(period)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        finally:
            self._one_at_a_time.release()
        return report
