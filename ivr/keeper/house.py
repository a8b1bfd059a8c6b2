"""The keeper's loop: what is new, what follows from it, and the desk.

What changed last speaks: files that an operator has edited, or a set that was published. A machine that has no desk yet
goes by what is published; where nothing is, by its files. A changed set is read and proved before it speaks. One with
errors is refused, and the set before it goes on.
"""

from __future__ import annotations

import queue
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ivr import desk as desks
from ivr.bundle import Bundle, gather
from ivr.desk import Desk, Load, Trouble
from ivr.instructions import Instruction, latest
from ivr.keeper.files import FilesWatch
from ivr.keeper.limits import in_force, weighed
from ivr.keeper.traffic import NAME as TRAFFIC
from ivr.keeper.traffic import Traffic
from ivr.pins import MOST_WRONG, FileAttempts
from ivr.sets import Sets
from ivr.source.places import Place
from ivr.source.problems import Problem, Sentence
from ivr.source.report import one_line
from ivr.tally import INDEX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from ivr.keeper.ledger import News
    from ivr.loader import Loaded
    from ivr.observe import Journal
    from ivr.settings import Settings
    from ivr.spool import Reader
    from ivr.tally import Tally

KNOWN = timedelta(hours=24)
"""A set stays for so long after its last call."""

LATEST_SECONDS = 2.0
"""Calls begin on a published set when it lies on the desks of all machines: then any of them can answer any turn. So
long it waits for a machine that does not say so: one that has just died, or is very busy."""

KEY_LIVES = timedelta(hours=24)
"""Then the key of the callers' hashes is destroyed, whether the database can give a new one or not."""

OLD = timedelta(days=2)
"""Instructions that ran out longer ago than this have nothing left to say."""

SHOWN = 5
"""So many problems of a refused set are kept."""

_FLUSH_SECONDS = 0.5
_TRAFFIC_SECONDS = 2.0
_TRAFFIC_SHARE = 50
"""So many times as long as it took to write the traffic down is waited until the next time."""
_UNWRITTEN_SECONDS = 60.0
_AGAIN_SECONDS = 5.0
_TOUCH_SECONDS = 600.0


class _Judged(NamedTuple):
    """A bundle that was read and, if it came from files, proved."""

    loaded: Loaded | None
    """None when not even that could be done."""
    problems: tuple[Problem, ...]
    """Errors only."""


class House:
    """What the keeper knows, and does with it. `step` is called several times a second."""

    def __init__(
        self,
        settings: Settings,
        sets: Sets,
        reader: Reader,
        tally: Tally,
        journal: Journal,
        *,
        judge: Callable[[Bundle], Loaded],
        prove: Callable[[Loaded], tuple[Problem, ...]],
    ) -> None:
        """`judge` reads a bundle; `prove` gives the problems of one that was read without errors."""
        self._settings = settings
        self._path: Path = settings.desk / desks.NAME
        self._sets = sets
        self._reader = reader
        self._tally = tally
        self._journal = journal
        self._judge = judge
        self._prove = prove
        self._files = FilesWatch(settings.files)
        self._again: float | None = None
        """When files whose set could not be kept are looked at once more."""
        self._news: queue.SimpleQueue[News] = queue.SimpleQueue()
        self._others: Mapping[str, Mapping[str, Any]] = {}
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="judge")
        self._judging: tuple[Bundle, Future[_Judged], int] | None = None
        """What is being looked at, and the number of the latest publication when that began."""
        self._fetched: dict[str, tuple[bytes, float]] = {}
        self._due: dict[str, float] = {}
        """By version: when a published set speaks at the latest."""
        self._attempts = FileAttempts(settings.storage.spool)
        self._own: dict[str, Any] = {"calls": 0, "connections": {}, "seconds": 0, "wrong_pins": 0}
        self._traffic: Traffic | None = None
        self._written_down = True
        self._write_at = 0.0
        """When what is known of the traffic is written to its file again."""
        self._laid: Desk | None = None
        self._laid_at = 0.0
        self._touched: float | None = None
        self._alarmed: dict[str, float] = {}
        self._published: tuple[int, str] | None = None
        """A set that is to speak soon: number and version of its publication."""
        self._heard_of = self._noticed = 0.0
        """When that was heard of; when a change of files was noticed."""
        self._refused: set[str] = set()
        """Published sets that this release cannot read."""
        self.desk: Desk | None = None

    # --- the start

    def begin(self, wait_for_news: Callable[[], None]) -> bool:
        """Finds something to speak, and lays it on the desk; False when there is nothing without errors.

        `wait_for_news` waits a moment for the database: a machine without a desk asks it first.
        """
        now = datetime.now(UTC)
        desks.tidy(self._settings.desk)
        bundle, _ = gather(self._settings.files.flows, self._settings.files.contacts)
        self._files.changed(monotonic())
        before = desks.read(self._path)
        if before is not None and self._at_hand(before.current):
            self.desk = self._without_dead_key(before.with_(load=Load()), now)
            for version in before.known:
                self._at_hand(version)
            if before.seen != bundle.version:
                self._begin_with(bundle, now)
        else:
            wait_for_news()
            self._hear(now, at_once=True)
            if self.desk is None:
                self._begin_with(bundle, now)
            else:
                self.desk = self.desk.with_(seen=bundle.version)
        if self.desk is None:
            # Without a place to keep a set, workers read the files themselves, until there is one.
            return self._again is not None
        self.lay(now, monotonic(), at_once=True)
        return True

    def _begin_with(self, bundle: Bundle, now: datetime) -> None:
        """Puts the files in force; `ivr serve` has just looked at them, and kept what may speak."""
        if self._sets.has(bundle.version):
            self._put_in_force(bundle.version, now, origin="files", seen=bundle.version)
            self._journal.event("set", now, version=bundle.version, origin="files")
        else:
            self._take_files(bundle, self._looked_at(bundle), now)

    def _at_hand(self, version: str) -> bool:
        """Whether a set can be taken by workers; one that another build has prepared is made again."""
        if self._sets.has(version):
            return True
        with suppress(ValueError, OSError):
            bundle = self._sets.bundle(version)
            if bundle is not None:
                return self._kept(self._judge(bundle), proved=self._sets.proved(version)) is not None
        return False

    # --- the loop

    def step(self) -> None:
        """One look at everything."""
        now, clock = datetime.now(UTC), monotonic()
        if self._judging is None and (self._files.changed(clock) or (self._again is not None and clock > self._again)):
            self._again, self._noticed = None, clock
            bundle, unread = gather(self._settings.files.flows, self._settings.files.contacts)
            if self.desk is None or bundle.version != self.desk.seen or unread:
                self._judging = bundle, self._pool.submit(self._looked_at, bundle), self._latest_publication()
        if self._judging is not None and self._judging[1].done():
            bundle, judged, number = self._judging
            self._judging = None
            if self.desk is not None and self._latest_publication() not in (0, number):
                # While the files were looked at, a set was published: that is what changed last.
                self.desk = self.desk.with_(seen=bundle.version)
            else:
                self._take_files(bundle, judged.result(), now)
        self._read_spool(now)
        self._hear(now)
        self._weigh(now)
        self.lay(now, clock)

    def _latest_publication(self) -> int:
        """The number of the latest publication that this machine has heard of."""
        if self._published is not None:
            return self._published[0]
        return self.desk.published if self.desk is not None else 0

    def tell(self, news: News) -> None:
        """Takes what the ledger has found; called in its thread."""
        self._news.put(news)

    def own(self) -> dict[str, Any]:
        """How much is going on here, and which sets are known or refused here; called in the ledger's thread."""
        desk = self._laid
        return {**self._own, "sets": sorted({*desk.known, *self._refused}) if desk is not None else []}

    def wanted(self, version: str) -> bool:
        """Whether a published set has to be fetched; called in the ledger's thread."""
        return version not in self._fetched and version not in self._refused and not self._sets.has(version)

    # --- files

    def _looked_at(self, bundle: Bundle) -> _Judged:
        """Reads and proves; what was kept on this machine before has been proved before."""
        try:
            loaded = self._judge(bundle)
            problems = tuple(problem for problem in loaded.problems if problem.severity == "error")
            if not problems and not self._sets.proved(bundle.version):
                problems = self._prove(loaded)
        except Exception as error:  # noqa: BLE001 - a mistake of ours: what is in force goes on
            self._journal.failed(datetime.now(UTC), "", error)
            return _Judged(None, (_unjudged(bundle, error),))
        return _Judged(loaded, problems)

    def _take_files(self, bundle: Bundle, judged: _Judged, now: datetime) -> None:
        """Puts changed files in force, or says why not."""
        if judged.problems:
            self._refuse(bundle.version, judged.problems, now)
            if self.desk is not None:
                self.desk = self.desk.with_(seen=bundle.version)
            return
        version = self._kept(judged.loaded) if judged.loaded is not None else None
        if version is None:
            # On a full disk. Nobody edits the files once more only because there is room again.
            self._again = monotonic() + _AGAIN_SECONDS
            return
        if self.desk is not None and self._published is not None and self._heard_of < self._noticed:
            # It was published before the files were changed, and has had no time to speak.
            self.desk = self.desk.with_(published=self._published[0])
            self._forget_publication()
        changed = self.desk is None or self.desk.current != version
        self._put_in_force(version, now, origin="files", seen=version)
        if changed:
            self._journal.event("set", now, version=version, origin="files")

    def _kept(self, loaded: Loaded, *, proved: bool = True) -> str | None:
        if loaded.flows is None or loaded.directory is None or loaded.bundle is None:
            return None
        try:
            return self._sets.keep(loaded.bundle, loaded.flows, loaded.directory, proved=proved)
        except OSError as error:
            self._alarm(f"a set cannot be kept: {error.strerror}")
            return None

    def _refuse(self, version: str, problems: tuple[Problem, ...], now: datetime) -> None:
        language: Literal["de", "en"] = "en" if self._settings.files.language == "en" else "de"
        told = tuple(one_line(problem, language) for problem in problems[:SHOWN])
        self._tally.add(INDEX["refusals"])
        for line in told:
            self._journal.event("set-refused", now, version=version, problem=line)
        if self.desk is not None:
            self.desk = self.desk.with_(trouble=Trouble(version, now, told, len(problems)))

    def _put_in_force(self, version: str, now: datetime, *, origin: str, **changes: Any) -> None:
        if self.desk is None:
            self.desk = Desk(current=version)
        elif self.desk.current != version:
            self._tally.add(INDEX["swaps"])
        known = {**self.desk.known, self.desk.current: now, version: now}
        self.desk = self.desk.with_(current=version, known=known, origin=origin, trouble=None, **changes)

    # --- what the database says

    def _hear(self, now: datetime, *, at_once: bool = False) -> None:
        with suppress(queue.Empty):
            while True:
                self._take_news(self._news.get_nowait(), now, at_once=at_once)
        if self._due:
            self._let_speak(now, at_once=at_once)

    def _take_news(self, news: News, now: datetime, *, at_once: bool) -> None:
        self._others = news.others
        self._fetched.update({version: (content, monotonic()) for version, content in news.contents.items()})
        published = news.published
        if published is None and self.desk is not None and self.desk.published:
            # Nothing is ever taken from the log of publications: this is another database, which counts anew.
            self.desk = self.desk.with_(published=0)
        if published is not None and (self.desk is None or published.id != self.desk.published):
            if self._published is None or self._published[0] != published.id:
                self._forget_publication()
                self._heard_of = monotonic()
            self._published = (published.id, published.version)
            self._due.setdefault(published.version, monotonic() + (0 if at_once else LATEST_SECONDS))
        if self.desk is None:
            self._let_speak(now, at_once=at_once)
        if self.desk is None:
            return
        draft = news.draft.version if news.draft is not None and self._fetch(news.draft.version, now) else None
        key = news.key
        known = self.desk.known
        if draft != self.desk.draft:
            # Calls that have begun on a draft stay on it, as on any other set.
            known = {**known, **{version: now for version in (self.desk.draft, draft) if version is not None}}
        self.desk = self.desk.with_(
            draft=draft,
            known=known,
            instructions=_united(self.desk.instructions, news.instructions, now),
            caller_key=key.key.hex() if key else None,
            key_born=key.born if key else None,
        )

    def _let_speak(self, now: datetime, *, at_once: bool) -> None:
        """Makes a published set known, and after a moment lets calls begin on it."""
        if self._published is None:
            return
        number, version = self._published
        if not self._fetch(version, now):
            if version in self._refused and self.desk is not None:
                self.desk = self.desk.with_(published=number)
                self._forget_publication()
            return
        if self.desk is not None and version not in self.desk.known:
            self.desk = self.desk.with_(known={**self.desk.known, version: now})
        speaks = self.desk is not None and self.desk.current == version
        if at_once or speaks or self._everybody_knows(version) or monotonic() >= self._due.get(version, 0):
            changed = self.desk is None or self.desk.current != version
            self._put_in_force(version, now, origin="published", published=number)
            self._forget_publication()
            if changed:
                self._journal.event("set", now, version=version, origin="published")

    def _forget_publication(self) -> None:
        if self._published is not None:
            self._due.pop(self._published[1], None)
            self._published = None

    def _everybody_knows(self, version: str) -> bool:
        """Whether a set lies on the desks of all machines."""
        laid = self._laid is not None and version in self._laid.known
        return laid and all(version in each.get("sets", ()) for each in self._others.values())

    def _fetch(self, version: str, now: datetime) -> bool:
        """Whether a published set is ready to be run on this machine."""
        if self._at_hand(version):
            return True
        found = self._fetched.pop(version, None)
        if found is None:
            return False
        try:
            bundle = Bundle.from_bytes(found[0])
        except ValueError:
            bundle = None
        if bundle is None or bundle.version != version:
            self._alarm(f"the published set {version} is damaged")
            self._refused.add(version)
            return False
        loaded = self._judge(bundle)
        errors = tuple(problem for problem in loaded.problems if problem.severity == "error")
        if errors:
            self._refuse(version, errors, now)
            self._refused.add(version)
            return False
        return self._kept(loaded) is not None

    # --- what the workers have written

    def _read_spool(self, now: datetime) -> None:
        batch = self._reader.read()
        self._reader.done(batch)
        if self._traffic is None and self.desk is not None:
            ready = self._sets.ready(self.desk.current)
            self._traffic = Traffic(ready.directory.zone) if ready else None
            if self._traffic is not None:
                self._traffic.recall(self._settings.desk / TRAFFIC)
        if self._traffic is not None:
            # Calls of another service in the same spool are that one's to count.
            own = batch.by_folder.get(self._settings.desk, ())
            self._traffic.take(own)
            if own:
                self._written_down = False
        if self.desk is None or not batch.lines:
            return
        given = []
        for line in batch.lines:
            if line.get("k") == "instruction":
                with suppress(KeyError, TypeError, ValueError):
                    given.append(Instruction.from_json(line))
        used = {line["version"] for line in batch.lines if line.get("version") in self.desk.known}
        # A minute is exact enough for a day, and spares the desk a write for every turn.
        stale = {version: now for version in used if now - self.desk.known[version] > timedelta(minutes=1)}
        if given or stale:
            self.desk = self.desk.with_(
                instructions=_united(self.desk.instructions, given, now), known={**self.desk.known, **stale}
            )

    def _weigh(self, now: datetime) -> None:
        """What can still be taken, by the limits of the settings and those that operators have set."""
        if self.desk is None or self._traffic is None:
            return
        self.desk = self._without_dead_key(self.desk, now)
        self._own = {**self._traffic.counts(now), "wrong_pins": self._attempts.wrong(now)}
        self._tally.put(INDEX["calls"], self._own["calls"])
        begun = monotonic()
        if not self._written_down and begun >= self._write_at:
            self._traffic.write_down(self._settings.desk / TRAFFIC)
            # Where there is so much that it takes long, it is done less often: the keeper has other work as well.
            pause = max(_TRAFFIC_SECONDS, _TRAFFIC_SHARE * (monotonic() - begun))
            self._written_down, self._write_at = True, begun + pause
        machines = (self._own, *self._others.values())
        limits = in_force(self._settings.limits, self.desk.instructions, now)
        self.desk = self.desk.with_(
            load=weighed(machines, limits),
            locked=sum(int(each.get("wrong_pins", 0)) for each in machines) >= MOST_WRONG,
        )

    # --- the desk

    def _without_dead_key(self, desk: Desk, now: datetime) -> Desk:
        """Without a key that has had its day, or that the settings no longer want, database or not."""
        if desk.key_born is None:
            return desk
        lives = self._settings.storage.hash_callers and abs(now - desk.key_born) < KEY_LIVES
        return desk if lives else desk.with_(caller_key=None, key_born=None)

    def lay(self, now: datetime, clock: float, *, at_once: bool = False) -> None:
        """Lays on the desk what has changed."""
        desk = self.desk
        if desk is None:
            return
        known = {
            version: at
            for version, at in desk.known.items()
            if now - at < KNOWN or version in (desk.current, desk.draft)
        }
        if known != desk.known:
            self.desk = desk = desk.with_(known=known)
        if self._touched is None or clock - self._touched >= _TOUCH_SECONDS:
            self._touched = clock
            self._sets.forget(known, KNOWN.total_seconds())
            Sets(self._settings.storage.trials).forget((), KNOWN.total_seconds())
        if desk == self._laid:
            self._tally.put(INDEX["laid"], int(clock))
            return
        # Only how much room is left changes all the time, and a moment later is early enough for that.
        laid = self._laid
        patient = laid is not None and desk.with_(load=laid.load) == laid
        if patient and not at_once and clock - self._laid_at < _FLUSH_SECONDS:
            return
        try:
            desks.write(self._path, desk)
        except OSError as error:
            self._alarm(f"the desk cannot be written: {error.strerror}")
            return
        self._laid, self._laid_at = desk, clock
        self._tally.put(INDEX["laid"], int(clock))

    def _alarm(self, sentence: str) -> None:
        subject, clock = sentence.partition(":")[0], monotonic()
        if clock - self._alarmed.get(subject, -_UNWRITTEN_SECONDS) >= _UNWRITTEN_SECONDS:
            self._alarmed[subject] = clock
            self._journal.alarm(datetime.now(UTC), sentence)


def _unjudged(bundle: Bundle, error: Exception) -> Problem:
    return Problem(
        Place(bundle.folder, 1, 1),
        "not-judged",
        Sentence(
            f"Die Prüfung selbst ist gescheitert ({type(error).__name__}); es spricht weiter, was in Kraft war.",
            f"The check itself has failed ({type(error).__name__}); what was in force goes on speaking.",
        ),
        Sentence("Bitte melden Sie das den Entwicklern.", "Please tell the developers."),
    )


def _united(before: Iterable[Instruction], also: Iterable[Instruction], now: datetime) -> tuple[Instruction, ...]:
    """Both together, each once, without those that have nothing left to say."""
    every = {each.id: each for each in (*before, *also)}
    counts = {each.id for each in latest(every.values(), now).values()}
    kept = [each for each in every.values() if each.id in counts or each.at > now - OLD]
    return tuple(sorted(kept, key=lambda each: (each.at, each.id)))
