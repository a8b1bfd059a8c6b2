"""The keeper's dealings with the database: a thread that may have to wait, so that nobody else has to.

It moves the spool to the database, in batches that may come twice; tells the other machines how much is going on here;
and fetches what they have published and instructed. While the database is away everything stays in the spool, and the
thread tries again, more and more seldom, every few seconds at last.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from ivr.store import Away, Database
from ivr.tally import INDEX, LINES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.instructions import Instruction
    from ivr.observe import Journal
    from ivr.settings import Storage
    from ivr.spool import Batch, Reader
    from ivr.store import CallerKey, Publication
    from ivr.tally import Tally

STATEMENT_SECONDS = 30.0
"""A slow database is a slow database, not one that is away."""

LOOK_SECONDS = 0.5
"""Between two looks at what others have published and instructed."""

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0
_DRAIN_PAUSE = 0.2
_SHORT_PAUSE = 0.005
"""Where workers wait for their lines to be moved."""
_BATCH_BYTES = 1024 * 1024
_ALARM_SECONDS = 60.0
_PURGE_SECONDS = 24 * 3600.0
_FORGET_SECONDS = 60.0
"""Between two looks for hashes of callers, and keys, that have had their day: once a day would double their lives."""
_LATE = timedelta(hours=2)
"""A line that comes later than this is left to the purge."""
HASHES_KEPT = timedelta(hours=24)
FRESH = timedelta(seconds=10)
"""What a machine has told of itself counts for so long."""


class News(NamedTuple):
    """What the database says is in force, for all machines."""

    published: Publication | None
    draft: Publication | None
    instructions: tuple[Instruction, ...]
    key: CallerKey | None
    others: Mapping[str, Mapping[str, Any]]
    """How much is going on on the other machines."""
    contents: Mapping[str, bytes]
    """The bundles of published sets that this machine does not have yet."""


class Ledger:
    """One thread, one database."""

    def __init__(
        self,
        storage: Storage,
        reader: Reader,
        tally: Tally,
        journal: Journal,
        *,
        machine: str,
        run: str,
        tell: Callable[[News], None],
        own: Callable[[], Mapping[str, Any]],
        wanted: Callable[[str], bool],
        beside: Reader | None = None,
    ) -> None:
        """`tell` is called with what is new, in this thread; `own` says how much is going on here, `wanted` whether a
        published set is missing. `beside` reads the same lines for another purpose, and is waited for.
        """
        self._database = Database(storage.database, seconds=STATEMENT_SECONDS)
        self._storage = storage
        self._reader = reader
        self._beside = beside
        self._tally = tally
        self._journal = journal
        self._machine = machine
        self._run = run
        self._tell = tell
        self._own = own
        self._wanted = wanted
        self._stopping = threading.Event()
        self._asked = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="ledger", daemon=True)
        self._migrated = False
        self._looked = self._purged = self._forgot = -_PURGE_SECONDS
        self._forgotten: datetime | None = None
        """Of calls that began before it no hash is left."""
        self._alarmed: dict[str, float] = {}
        self._behind = False
        """Whether there is more in the spool than could be moved until the next look."""
        self._losses: dict[str, int] = {}
        self._losses_told = 0

    def start(self) -> None:
        """Works until `stop`."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Moves what is left of the spool, if that takes no longer than so many seconds, and ends."""
        self._stopping.set()
        self._thread.join(seconds)

    def wait_for_news(self, seconds: float) -> None:
        """Waits until the database has been asked once, or has proved to be away."""
        self._asked.wait(seconds)

    def _go_on(self) -> None:
        pause = _SHORTEST_PAUSE
        while True:
            last = self._stopping.is_set()
            try:
                self.work()
                self._tally.put(INDEX["away"], 0)
                pause = _SHORTEST_PAUSE
                wait = _SHORT_PAUSE if self._storage.write_through or self._behind else _DRAIN_PAUSE
            except Away as away:
                self._tally.put(INDEX["away"], 1)
                self._alarm("away", str(away))
                wait, pause = pause, min(2 * pause, _LONGEST_PAUSE)
            except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the moving for good
                self._journal.failed(datetime.now(UTC), "", error)
                wait, pause = pause, min(2 * pause, _LONGEST_PAUSE)
            self._asked.set()
            if last:
                return
            self._stopping.wait(wait)

    def work(self) -> None:
        """Everything that is due.

        Raises:
            Away: the database cannot be reached; what was not done is done the next time.
        """
        if not self._migrated:
            # The limit of the spool holds for what an earlier run has left behind, too, database or not.
            self._measure()
            self._database.migrate()
            self._migrated = True
        self._drain()
        clock = monotonic()
        # What was lost in the last moments of a service has to be told in them.
        if clock - self._looked >= LOOK_SECONDS or self._stopping.is_set():
            self._look()
            self._looked = clock
        if clock - self._forgot >= _FORGET_SECONDS:
            now = datetime.now(UTC)
            self._database.forget_callers(now, hashes=HASHES_KEPT, since=self._forgotten)
            self._forgot, self._forgotten = clock, now - HASHES_KEPT - _LATE
        if clock - self._purged >= _PURGE_SECONDS:
            kept = timedelta(days=self._storage.keep_days)
            self._database.purge(datetime.now(UTC), records=kept, hashes=HASHES_KEPT)
            self._purged = clock

    def _drain(self) -> None:
        """Moves what is in the spool by now. What comes in meanwhile waits for the next time: where there is always
        something new, there would be no end, and no look at what others have published.
        """
        begun = self._tally.sum(INDEX["spooled bytes"])
        while True:
            self._measure()
            batch = self._reader.read(_BATCH_BYTES)
            if batch.size:
                self._move(batch)
            last = self._stopping.is_set()
            if batch.size == 0 or (batch.size < _BATCH_BYTES // 2 and not last):
                self._tally.put(INDEX["moved bytes"], begun)
                self._behind = False
                break
            if not last and monotonic() - self._looked >= LOOK_SECONDS:
                self._behind = True
                break
        self._reader.clear(None if self._stopping.is_set() else self._beside)

    def _move(self, batch: Batch) -> None:
        result = self._database.write(batch.lines)
        self._reader.done(batch)
        self._tally.add(INDEX["recorded"], result.added)
        self._tally.add(INDEX["misshapen"], batch.misshapen + len(result.refused))
        if result.refused:
            self._alarm("refused", f"{len(result.refused)} lines are no records; the first: {result.refused[0][1]}")
        if result.passed_over:
            self._alarm("fields", f"fields of another release were left out: {', '.join(result.passed_over)}")

    def _measure(self) -> None:
        """Tells the workers how much is waiting, and whoever watches when that is too much."""
        written = self._tally.sum(INDEX["spooled bytes"])
        waiting = self._reader.waiting()
        self._tally.put(INDEX["waiting bytes"], waiting)
        self._tally.put(INDEX["seen bytes"], written)
        if waiting > self._storage.spool_limit // 2:
            self._alarm("spool", f"the spool is more than half full: {waiting} bytes")
        lost = sum(self._lost().values())
        if lost > self._losses_told and self._alarm("lost", f"{lost} records could not be kept and are lost"):
            self._losses_told = lost

    def _lost(self) -> dict[str, int]:
        return {line: self._tally.sum(INDEX[f"lost {line}"]) for line in LINES}

    def _look(self) -> None:
        now = datetime.now(UTC)
        database = self._database
        lost = self._lost()
        if any(lost.values()) and lost != self._losses:
            database.note_losses(self._run, self._machine, lost, now)
            self._losses = lost
        database.report_tally(self._machine, now, self._own())
        tallies = database.tallies(now - FRESH)
        published, draft = database.in_force()
        named = {each.version for each in (published, draft) if each is not None and self._wanted(each.version)}
        contents = {version: content for version in named if (content := database.content(version)) is not None}
        self._tell(
            News(
                published,
                draft,
                database.instructions(now),
                database.caller_key(now) if self._storage.hash_callers else None,
                {machine: counts for machine, (_, counts) in tallies.items() if machine != self._machine},
                contents,
            )
        )

    def _alarm(self, subject: str, sentence: str) -> bool:
        """At most once a minute for each subject: who watches has understood by then. Says whether it was alarmed."""
        clock = monotonic()
        if clock - self._alarmed.get(subject, -_ALARM_SECONDS) < _ALARM_SECONDS:
            return False
        self._alarmed[subject] = clock
        with suppress(Exception):
            self._journal.alarm(datetime.now(UTC), sentence, machine=self._machine)
        return True
