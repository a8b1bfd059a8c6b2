"""Faults: what callers and records suffer when processes die, disks fill up, databases go away and clocks jump.

    python bench/faults.py [--only NAME,…] [--database sqlite|postgres] [--seconds N] [--seed N] [--short]

Each scenario starts the real service (`ivr serve`) in a folder of its own, lets a crowd of callers ring it with signed
webhooks over real sockets (tests/support/crowd.py), does to it what its name says, and holds what callers were
answered against what the database has in the end. `--seconds` is how long a database stays away, a disk full, a server
slow (600, else 60); `--short` makes everything small, as the tests do.

`kills`     kill -9 of keeper and workers, some of them twice within a second
`whole`     kill -9 of all processes at once, and a new start in the same folder
`away`      the database stopped (PostgreSQL), or locked by another connection (SQLite), then there again
`moved`     SQLite's file moved elsewhere, and back
`limit`     a spool that has reached its limit; what was lost is counted, and the count is right
`full`      a full disk under the spool, then space again, likewise
`readonly`  a spool that cannot be written to, likewise
`clock`     the clock set an hour ahead and back, again and again
`swaps`     the files edited over and over under calls: no document mixes versions, each call ends on its own
`slow`      a database that takes up to five seconds for each message, or is locked for as long
`sockets`   200 half-open connections and 200 requests whose body never ends
`callbacks` status callbacks in every order, doubled and late, end in the same rows
`privacy`   numbers, names and places of callers are searched for in everything that was written

The table: turns tried, turns failed (no answer, another status than 200, no valid TwiML), connections that a dying
process cut (their webhooks were posted again), records expected and found, those lost, those that the service says
were lost, and duplicates. Exit code: 0 when everything is as it has to be, else 1. Nothing is left behind.
"""

import argparse
import contextlib
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parents[1]
SUPPORT = ROOT / "tests" / "support"
sys.path[:0] = [str(ROOT), str(SUPPORT)]

from crowd import Crowd, Heard, shuffled  # noqa: E402 - what the tests have, too
from postgres import OWNER, Postgres, bin_folder  # noqa: E402
from running import PUBLIC, TOKEN, Running, free_port, until  # noqa: E402

from ivr.bundle import gather  # noqa: E402
from ivr.instructions import Instruction  # noqa: E402
from ivr.store import Database  # noqa: E402

SAMPLE = ROOT / "tests" / "cases" / "check" / "sample"
"""A small set, which is proved in a moment."""


class Scale(NamedTuple):
    """How much of everything."""

    kills: int
    falls: int
    away: float
    """Seconds without a database."""
    trouble: float
    """Seconds of any other trouble."""
    calm: float
    """Seconds before and after it."""
    lines: int
    """Calls at the same time."""
    pace: float
    """Seconds that a caller thinks, on average."""
    swaps: int
    shifts: int
    sockets: int
    callbacks: int
    canaries: int
    delay: float
    """Seconds that a slow database takes for a message, at most."""


FULL = Scale(
    kills=100,
    falls=10,
    away=600,
    trouble=60,
    calm=5,
    lines=16,
    pace=0.2,
    swaps=200,
    shifts=10,
    sockets=200,
    callbacks=1000,
    canaries=1000,
    delay=5,
)
SHORT = Scale(
    kills=6,
    falls=1,
    away=3,
    trouble=3,
    calm=0.5,
    lines=6,
    pace=0.05,
    swaps=2,
    shifts=1,
    sockets=40,
    callbacks=120,
    canaries=40,
    delay=1,
)


@dataclass
class Outcome:
    """What came of a scenario."""

    scenario: str
    database: str
    tried: int = 0
    failed: int = 0
    cut: int = 0
    expected: int = 0
    found: int = 0
    lost: int = 0
    counted: int = 0
    """Lost by the service's own count."""
    duplicates: int = 0
    notes: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What must not be; empty when all is well."""

    HEAD = ("scenario", "database", "turns tried", "failed", "cut", "expected", "found", "lost", "counted", "double")

    def cells(self) -> tuple[str, ...]:
        """A line of the table."""
        numbers = (
            self.tried,
            self.failed,
            self.cut,
            self.expected,
            self.found,
            self.lost,
            self.counted,
            self.duplicates,
        )
        return (self.scenario, self.database, *(f"{each:,}" for each in numbers))


@dataclass
class Stage:
    """Where a scenario is played."""

    folder: Path
    postgres: Postgres | None
    """Without it, SQLite."""
    scale: Scale
    rng: random.Random
    seed: int = 1
    say: Callable[[str], None] = lambda _line: None
    url: str = ""

    def __post_init__(self) -> None:
        if self.postgres is not None:
            self.url = self.postgres.url(self.postgres.create())
        else:
            self.url = f"sqlite:///{self.file}"

    @property
    def file(self) -> Path:
        """SQLite's."""
        return self.folder / "records" / "ivr.db"

    @contextlib.contextmanager
    def service(self, flows: Path | None = None, **given: object) -> Iterator[Running]:
        """A running service; it is stopped in the end, whatever happens."""
        running = Running(self.folder, str(given.pop("database", self.url)), **given)  # type: ignore[arg-type]
        running.furnish(*([flows, flows / "contacts.yaml"] if flows else []))
        try:
            yield running.start()
        finally:
            running.stop()

    def crowd(self, running: Running, **given: object) -> Crowd:
        """Callers for a service."""
        usual = {"seed": self.seed, "lines": self.scale.lines, "pace": self.scale.pace}
        return Crowd([running.port], PUBLIC, TOKEN, **{**usual, **given})  # type: ignore[arg-type]

    def watch(self, crowd: Crowd, seconds: float, what: str) -> None:
        """Lets time go by, with a word now and then."""
        end = time.monotonic() + seconds
        said = time.monotonic()
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(0.2, left))
            if time.monotonic() - said > 10:
                said = time.monotonic()
                self.say(f"{what}: {left:.0f} s to go, {crowd.turns():,} turns answered")


def judged(name: str, stage: Stage, running: Running, crowd: Crowd, *, losses: bool = False) -> Outcome:
    """Holds what callers were answered against what is in the database when all is over. Stops the service."""
    protocol = crowd.protocol
    expected, ends = set(protocol.answered), protocol.completed
    if not losses:
        with contextlib.suppress(TimeoutError):
            until("the records", lambda: expected <= set(running.rows()) and ends <= set(running.ends()), 120, 0.5)
    code = running.stop()
    rows, calls = running.rows(), running.ends()
    counted = running.losses()
    outcome = Outcome(
        name,
        "postgres" if stage.postgres else "sqlite",
        tried=protocol.tried,
        failed=len(protocol.failed),
        cut=protocol.cut,
        expected=len(expected),
        found=len(rows),
        lost=len(expected - set(rows)),
        counted=counted.get("turn", 0),
        duplicates=sum(rows.values()) - len(rows),
    )
    without_end = {call for call in ends if calls.get(call) != "completed"}
    unasked = set(rows) - expected
    wrong = outcome.wrong
    wrong += [f"failed: {why}" for why in protocol.failed[:5]]
    if outcome.lost != outcome.counted:
        wrong.append(f"{outcome.lost} turns are missing, {outcome.counted} were counted as lost")
    if len(without_end) != counted.get("status", 0):
        wrong.append(f"{len(without_end)} ends of calls are missing, {counted.get('status', 0)} were counted as lost")
    if not losses and outcome.counted:
        wrong.append(f"lost without need: {counted}")
    if outcome.duplicates:
        wrong.append(f"{outcome.duplicates} duplicates")
    if unasked and not protocol.failed:
        wrong.append(f"{len(unasked)} records of turns that nobody asked for, such as {sorted(unasked)[:3]}")
    if failures := running.events("failed"):
        wrong.append(f"{len(failures)} turns could not be worked out: {failures[0]}")
    if code:
        wrong.append(f"the service ended with code {code}")
    if protocol.unheard:
        wrong.append(f"{len(protocol.unheard)} status callbacks were not heard")
    if not expected:
        wrong.append("no turn was answered")
    outcome.notes.append(
        f"{len(protocol.calls):,} calls; a turn took {protocol.quantile(0.5):.0f} ms (p50), "
        f"{protocol.quantile(0.99):.0f} ms (p99), {1000 * protocol.slowest:.0f} ms (the slowest)"
    )
    return outcome


# --- processes that die ---------------------------------------------------------------------------------------------


def kills(stage: Stage) -> Outcome:
    """Kills random processes, every third of them again as soon as it is back."""
    died: Counter[str] = Counter()

    def kill(pid: int, role: str) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            died[role] += 1

    with stage.service() as running, stage.crowd(running) as crowd:
        until("the first turns", lambda: crowd.turns() > 10)
        while died.total() < stage.scale.kills:
            family = running.family()
            if not family:
                time.sleep(0.02)
                continue
            pid, role = stage.rng.choice(sorted(family.items()))
            kill(pid, role)
            if stage.rng.random() < 0.35:
                end = time.monotonic() + 1
                while time.monotonic() < end:
                    fresh = {new: its for new, its in running.family().items() if new not in family and its == role}
                    if fresh:
                        time.sleep(stage.rng.random() * 0.3)
                        kill(*fresh.popitem())
                        died["of them twice within a second"] += 1
                        died[""] -= 1
                        break
                    time.sleep(0.01)
            time.sleep(stage.rng.random() * 0.8)
            # On a busy machine a process may need longer to start than this: what is tried is a service at work.
            before = crowd.turns()
            until("turns after a kill", lambda before=before: crowd.turns() > before)
            if died.total() % 10 == 0:
                stage.say(f"{died.total()} kills, {crowd.turns():,} turns answered, {crowd.protocol.cut} cut off")
        before = crowd.turns()
        until("turns after the last kill", lambda: crowd.turns() > before + 20)
        crowd.stop()
        outcome = judged("kills", stage, running, crowd)
    outcome.notes.insert(0, ", ".join(f"{number} {role}" for role, number in died.items() if role))
    return outcome


def whole(stage: Stage) -> Outcome:
    """Kills everything at once, as a machine does that falls over, and starts it again."""
    with stage.service() as running:
        expected: list[Crowd] = []
        for number in range(stage.scale.falls):
            with stage.crowd(running, seed=stage.seed + number) as crowd:
                until("some turns", lambda crowd=crowd: crowd.turns() > 30)
                stage.watch(crowd, stage.scale.calm, f"before fall {number + 1}")
                running.kill_all()
            # Whoever is in the middle of a call finds nobody, until the service is there again.
            expected.append(crowd)
            running.start()
        with stage.crowd(running, seed=stage.seed + stage.scale.falls) as last:
            stage.watch(last, stage.scale.calm, "after it")
        broken = sum(len(crowd.protocol.failed) for crowd in expected)
        for crowd in expected:
            crowd.protocol.failed.clear()
        outcome = judged("whole", stage, running, _together(last, *expected))
    # A turn that was kept, and whose answer went down with the machine, is no mistake.
    outcome.wrong = [each for each in outcome.wrong if "nobody asked for" not in each]
    outcome.notes.insert(0, f"{stage.scale.falls} falls of the whole service; {broken} calls found nobody meanwhile")
    return outcome


# --- databases that are away ----------------------------------------------------------------------------------------


def away(stage: Stage) -> Outcome:
    """Takes the database away under calls, and meanwhile ends keeper and workers."""
    seconds = stage.scale.away
    with stage.service() as running, stage.crowd(running) as crowd:
        stage.watch(crowd, stage.scale.calm, "before")
        begun = crowd.turns()
        with _no_database(stage):
            stage.watch(crowd, seconds / 2, "without a database")
            for pid in running.family():
                os.kill(pid, signal.SIGKILL)
            stage.watch(crowd, seconds / 2, "without a database")
        meanwhile = crowd.turns() - begun
        stage.watch(crowd, stage.scale.calm, "after")
        crowd.stop()
        outcome = judged("away", stage, running, crowd)
    outcome.notes.insert(0, f"{seconds:.0f} s without a database, {meanwhile:,} turns meanwhile")
    if meanwhile == 0:
        outcome.wrong.append("no turn was answered without a database")
    return outcome


@contextlib.contextmanager
def _no_database(stage: Stage) -> Iterator[None]:
    if stage.postgres is None:
        with _locked(stage.file):
            yield
        return
    stage.postgres.stop()
    try:
        yield
    finally:
        stage.postgres.start()


def limit(stage: Stage) -> Outcome:
    """Lets the spool reach its limit: most of it is what an earlier run has left behind."""
    mebibyte = 1024 * 1024
    left = stage.folder / "var" / "spool" / "1" / "1-left.spool"
    with stage.service(IVR_SPOOL_LIMIT="1") as running:
        with stage.crowd(running) as crowd, _no_database(stage):
            line = '{"k": "status", "at": "2026-11-25T12:00:00.000+00:00", "call": "OLD%d", "status": "completed"}\n'
            left.parent.mkdir(parents=True)
            left.write_text("".join(line % number for number in range(mebibyte * 9 // 10 // len(line))))
            until("the limit", lambda: running.counted('ivr_lost_total{line="turn"}') > 50, 120, 0.2)
            meanwhile = crowd.turns()
        with stage.crowd(running, seed=stage.seed + 1) as after:
            until("room in the spool", lambda: running.counted("ivr_spool_bytes") < mebibyte // 10, 120, 0.2)
            before = running.counted('ivr_lost_total{line="turn"}')
            stage.watch(after, stage.scale.calm, "with room again")
            lost_later = running.counted('ivr_lost_total{line="turn"}') - before
        outcome = judged("limit", stage, running, _together(after, crowd), losses=True)
    if lost_later:
        outcome.wrong.append(f"{lost_later} turns were lost with room in the spool")
    if not any("half full" in alarm for alarm in running.alarms()):
        outcome.wrong.append("no alarm before the limit")
    return _with_losses(outcome, running, f"{meanwhile:,} turns until the spool was full")


def _together(crowd: Crowd, *others: Crowd) -> Crowd:
    """One crowd with what all of them have met."""
    for other in others:
        crowd.protocol.answered |= other.protocol.answered
        crowd.protocol.completed |= other.protocol.completed
        crowd.protocol.failed += other.protocol.failed
        crowd.protocol.tried += other.protocol.tried
        crowd.protocol.cut += other.protocol.cut
    return crowd


def moved(stage: Stage) -> Outcome:
    """Moves SQLite's file elsewhere, and back."""
    elsewhere = stage.file.with_name("elsewhere.db")
    with stage.service() as running, stage.crowd(running) as crowd:
        stage.watch(crowd, stage.scale.calm, "before")
        # Its write-ahead log is gone whenever nobody has it open; with it, two files would have to be moved.
        until("a moment in which nobody writes", lambda: not stage.file.with_name("ivr.db-wal").exists(), 30, 0)
        stage.file.rename(elsewhere)
        begun = crowd.turns()
        stage.watch(crowd, stage.scale.away, "with the file moved")
        meanwhile = crowd.turns() - begun
        made = stage.file.exists()
        elsewhere.rename(stage.file)
        stage.watch(crowd, stage.scale.calm, "after")
        crowd.stop()
        outcome = judged("moved", stage, running, crowd)
    outcome.notes.insert(0, f"{stage.scale.away:.0f} s without the file, {meanwhile:,} turns meanwhile")
    if made:
        outcome.wrong.append("another file was made in its place")
    if not any("sqlite" in alarm.lower() or "database" in alarm for alarm in running.alarms()):
        outcome.wrong.append("no alarm")
    return outcome


def slow(stage: Stage) -> Outcome:
    """Slows the database down, and compares how long callers wait without and with that."""
    delay = stage.scale.delay
    control = stage.folder / "delay"
    _replace(control, "0")
    with contextlib.ExitStack() as stack:
        database = stage.url
        if stage.postgres is not None:
            port = stack.enter_context(_relay(stage.postgres, control))
            name = stage.url.partition("?")[0].rpartition("/")[2]
            database = f"postgresql://{OWNER}@127.0.0.1:{port}/{name}?sslmode=disable&gssencmode=disable"
        running = stack.enter_context(stage.service(database=database))
        with stage.crowd(running) as crowd:
            stage.watch(crowd, stage.scale.trouble, "as usual")
            usual = (crowd.protocol.quantile(0.5), crowd.protocol.quantile(0.99))
            before = len(crowd.protocol.seconds)
            if stage.postgres is not None:
                _replace(control, str(delay))
                stage.watch(crowd, stage.scale.trouble, "slowly")
            else:
                end = time.monotonic() + stage.scale.trouble
                while time.monotonic() < end:
                    with _locked(stage.file):
                        stage.watch(crowd, stage.rng.random() * delay, "locked")
                    time.sleep(0.05)
            crowd.protocol.seconds, late = crowd.protocol.seconds[:before], crowd.protocol.seconds[before:]
            whole, crowd.protocol.seconds = crowd.protocol.seconds, late
            slowly = (crowd.protocol.quantile(0.5), crowd.protocol.quantile(0.99))
            crowd.protocol.seconds = whole + late
            _replace(control, "0")
            crowd.stop()
            outcome = judged("slow", stage, running, crowd)
    outcome.notes.insert(
        0,
        f"up to {delay:g} s for each message; callers waited {usual[0]:.1f} ms (p50) and {usual[1]:.1f} ms (p99) "
        f"as usual, {slowly[0]:.1f} ms and {slowly[1]:.1f} ms with a slow database",
    )
    return outcome


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    other = sqlite3.connect(file, timeout=60, isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


@contextlib.contextmanager
def _relay(postgres: Postgres, control: Path) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, str(SUPPORT / "slowed.py"), str(port), f"{postgres.folder}/.s.PGSQL.5432", str(control)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"ready\n"
            yield port
        finally:
            process.kill()


# --- disks that cannot be written to --------------------------------------------------------------------------------


class CannotMount(Exception):  # noqa: N818 - says what is the case
    """This machine or this user cannot mount a file system."""


@contextlib.contextmanager
def mounted(*arguments: str, at: Path) -> Iterator[None]:
    """A file system mounted at a folder.

    Raises:
        CannotMount: it may not be done here.
    """
    at.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(["mount", *arguments, str(at)], capture_output=True, text=True, check=False)
    except OSError as error:
        raise CannotMount(str(error)) from error
    if done.returncode:
        raise CannotMount(done.stderr.strip())
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(at)], check=True)


class _Ballast:
    """Whatever space there is, it takes it, at once and again."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "ballast"
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._go_on)

    def __enter__(self) -> None:
        self._fill()
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._path.unlink()

    def _go_on(self) -> None:
        while not self._ended.wait(0.02):
            self._fill()

    def _fill(self) -> None:
        with self._path.open("ab", buffering=0) as ballast, contextlib.suppress(OSError):
            while ballast.write(b"x" * 65536) == 65536:
                pass


def full(stage: Stage) -> Outcome:
    """Fills up the disk that spool and sets are on, and SQLite's file."""
    disk = stage.folder / "var"
    database = stage.url if stage.postgres else f"sqlite:///{disk / 'ivr.db'}"
    with (
        mounted("-t", "tmpfs", "-o", "size=6m,nr_inodes=400", "none", at=disk),
        stage.service(SAMPLE, database=database) as running,
        stage.crowd(running) as crowd,
    ):
        stage.watch(crowd, stage.scale.calm, "before")
        begun = crowd.turns()
        with _Ballast(disk):
            stage.watch(crowd, stage.scale.trouble / 2, "with a full disk")
            with (running.flows / "info.yaml").open("a", encoding="utf-8") as edited:
                edited.write("# edited while the disk was full\n")
            version = gather(running.flows, running.contacts)[0].version
            stage.watch(crowd, stage.scale.trouble / 2, "with a full disk")
            until("word that the edit cannot be kept", lambda: any("a set cannot" in each for each in running.alarms()))
            meanwhile = crowd.turns() - begun
            segments = sum(1 for _ in disk.rglob("*.spool"))
        stage.watch(crowd, stage.scale.calm + 1, "with space again")
        until("the edit in force", lambda: (desk := running.desk()) is not None and desk.current == version, 60)
        crowd.stop()
        outcome = judged("full", stage, running, crowd, losses=True)
    return _with_losses(outcome, running, f"{meanwhile:,} turns on a full disk, {segments} segments there")


def readonly(stage: Stage) -> Outcome:
    """Makes the spool read-only from the first call on, then writable."""
    disk = stage.folder / "var"
    spool = disk / "spool"
    with mounted("-t", "tmpfs", "-o", "size=16m", "none", at=disk), stage.service() as running:
        with mounted("--bind", str(spool), at=spool):
            subprocess.run(["mount", "-o", "remount,bind,ro", str(spool)], check=True)
            with stage.crowd(running) as crowd:
                stage.watch(crowd, stage.scale.trouble, "with a read-only folder")
            meanwhile = crowd.turns()
        with stage.crowd(running, seed=stage.seed + 1) as after:
            stage.watch(after, stage.scale.calm + 1, "with a writable folder")
        outcome = judged("readonly", stage, running, _together(after, crowd), losses=True)
    return _with_losses(outcome, running, f"{meanwhile:,} turns with a read-only folder")


def _with_losses(outcome: Outcome, running: Running, note: str) -> Outcome:
    outcome.notes.insert(0, note)
    if outcome.lost == 0:
        outcome.wrong.append("nothing was lost: the disk was not full")
    if not any("lost" in alarm for alarm in running.alarms()):
        outcome.wrong.append(f"no alarm about what was lost, only {sorted(set(running.alarms()))}")
    return outcome


# --- clocks, files, sockets -----------------------------------------------------------------------------------------

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3600.0


def clock(stage: Stage) -> Outcome:
    """Sets the clock an hour ahead and back: the Citywache shuts at 20.30, and it is ten to eight."""
    shift = stage.folder / "shift"
    day = datetime.now(BERLIN).replace(hour=19, minute=50, second=0, microsecond=0) + timedelta(days=1)
    while day.weekday() != 2 or not 7 < day.month < 10:  # a Wednesday in summer: no holiday, and no change of the hour
        day += timedelta(days=1)
    base = (day - datetime.now(UTC)).total_seconds()
    shift.write_text(str(base))
    wrong, latest = [], 0.0
    command = [sys.executable, str(SUPPORT / "shifted.py")]
    with stage.service(command=command, IVR_SHIFT=str(shift)) as running, stage.crowd(running) as crowd:
        phone = stage.crowd(running, lines=0)
        for number in range(stage.scale.shifts):
            for ahead, is_open in ((0.0, True), (HOUR, False)):
                _replace(shift, str(base + ahead))
                stage.watch(crowd, stage.scale.calm, f"shift {number + 1}")
                heard = _greeted(phone, f"CLOCK{number}{is_open}")
                if ("geschlossen" in heard) is is_open:
                    wrong.append(f"at {ahead:+.0f} s: {heard}")
                now = datetime.now(UTC) + timedelta(seconds=base + ahead)
                begun = time.monotonic()
                if not _told(stage.url, phone, now, f"{number}{is_open}"):
                    wrong.append(f"at {ahead:+.0f} s an announcement was not heard")
                latest = max(latest, time.monotonic() - begun)
        crowd.stop()
        crowd.protocol.answered |= phone.protocol.answered
        outcome = judged("clock", stage, running, crowd)
    outcome.wrong += wrong
    outcome.notes.insert(
        0,
        f"{stage.scale.shifts} times an hour ahead and back; opening hours followed, and announcements came "
        f"and went within {latest:.1f} s",
    )
    return outcome


def _replace(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    new.write_text(text)
    new.rename(path)


def _greeted(crowd: Crowd, call: str) -> str:
    """The first document of a call."""
    heard = crowd.ring(call)
    return heard.document


def _told(url: str, crowd: Crowd, now: datetime, mark: str) -> bool:
    """Whether what is announced is heard before long, and no longer when it was taken back."""
    word = "Durchsage" + "".join(chr(ord("a") + ord(letter) % 26) for letter in mark)
    database = Database(url)
    try:
        for value, is_heard in (("said", True), ("usual", False)):
            texts = {"de": f"{word}."}
            database.add_instruction(Instruction("announce", "announcement", value, at=now, texts=texts))
            now += timedelta(seconds=1)
            end, number = time.monotonic() + 20, 0
            while (word in _greeted(crowd, f"TOLD{mark}{value}{number}")) is not is_heard:
                number += 1
                if time.monotonic() > end:
                    return False
                time.sleep(0.2)
    finally:
        database.close()
    return True


MARK = re.compile("marke[a-z]{4}")


def swaps(stage: Stage) -> Outcome:
    """Edits every text of every file, again and again; a word of the version stands in all of them."""
    marks: dict[str, str] = {}
    began: Counter[str] = Counter()

    def look(heard: Heard) -> str | None:
        found = set(MARK.findall(heard.document))
        if heard.turn == 1:
            began[heard.version] += 1
        if len(found) > 1:
            return f"a document mixes versions: {found}"
        known = marks.get(heard.version)
        return f"{found} is heard in version {heard.version}, which is {known}" if found - {known} else None

    source = stage.folder / "marked"
    marks[_mark(source, "aaaa")] = "markeaaaa"
    with stage.service(flows=source) as running:
        in_flight = max(stage.scale.lines, 50) if stage.scale.swaps > 10 else stage.scale.lines
        with stage.crowd(running, lines=in_flight, pace=0.3, look=look) as crowd:
            until("the first turns", lambda: crowd.turns() > 10)
            phone = stage.crowd(running, lines=0, look=look)
            held = [phone.ring("HELD0")]
            for number in range(1, stage.scale.swaps + 1):
                word = "".join(chr(ord("a") + number // 26**place % 26) for place in range(4))
                version = _mark(source, word)
                marks[version] = f"marke{word}"
                for path in sorted(source.iterdir()):
                    target = running.contacts if path.name == "contacts.yaml" else running.flows / path.name
                    shutil.copy(path, target)  # in place, as many an editor writes
                until(
                    f"swap {number}",
                    lambda version=version: (desk := running.desk()) is not None and desk.current == version,
                    60,
                )
                held.append(phone.ring(f"HELD{number}"))
                if number % 10 == 0:
                    stage.say(f"{number} swaps, {crowd.turns():,} turns answered")
            until("calls on the last version", lambda: began[version] > 5)
            # Callers who have listened all the while, each to her own version.
            for heard in held:
                phone.ring(heard.call, {"Digits": "9", "CallStatus": "in-progress"}, heard)
            swapped = running.counted("ivr_swaps_total")
            crowd.stop()
            outcome = judged("swaps", stage, running, _together(crowd, phone))
    changed = sum(1 for version in began if version in marks)
    outcome.notes.insert(
        0,
        f"{swapped} swaps under {in_flight} calls; calls began on {changed} versions, "
        f"{len(held)} calls lasted till the end",
    )
    if swapped != stage.scale.swaps:
        outcome.wrong.append(f"{swapped} swaps instead of {stage.scale.swaps}")
    if refused := running.events("set-refused"):
        outcome.wrong.append(f"refused: {refused[0]}")
    return outcome


def _mark(folder: Path, word: str) -> str:
    """The sample set, with a word in each of its texts; gives its version."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SAMPLE, folder)
    for path in folder.iterdir():
        text = path.read_text("utf-8")
        if path.name == "contacts.yaml":
            text = re.sub(r"(Für das|For the)", rf"\1 marke{word}", text)
        else:
            text = re.sub(r'(?m)^(\s+(?:de|en): "?)', rf"\1marke{word}. ", text)
        path.write_text(text, "utf-8")
    return gather(folder, folder / "contacts.yaml")[0].version


UNFINISHED = b"POST /voice HTTP/1.1\r\nHost: here\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def sockets(stage: Stage) -> Outcome:
    """Opens connections that never say what they want, and requests that never end, for as long as it takes."""
    wanted = 2 * stage.scale.sockets
    opened = 0
    with stage.service() as running, stage.crowd(running) as crowd:
        open_ones: list[socket.socket] = []
        end = time.monotonic() + max(stage.scale.trouble, 2)
        while time.monotonic() < end:
            open_ones = [each for each in open_ones if _is_open(each)]
            while len(open_ones) < wanted:
                sock = socket.create_connection(("127.0.0.1", running.port), 15)
                sock.setblocking(False)
                opened += 1
                half_open = (b"", b"POST /voice HT", UNFINISHED)[opened // 2 % 3]
                sock.send(half_open if opened % 2 else UNFINISHED + b"Content-Length: 900\r\n\r\nCallSid=CA0")
                open_ones.append(sock)
            time.sleep(0.1)
        for each in open_ones:
            each.close()
        crowd.stop()
        outcome = judged("sockets", stage, running, crowd)
    outcome.notes.insert(
        0, f"{wanted // 2} half-open and {wanted - wanted // 2} endless at any time, {opened:,} in all"
    )
    return outcome


def _is_open(sock: socket.socket) -> bool:
    try:
        if sock.recv(4096):
            return True
    except BlockingIOError:
        return True
    except OSError:
        pass
    sock.close()
    return False


# --- records --------------------------------------------------------------------------------------------------------


def callbacks(stage: Stage) -> Outcome:
    """Posts the callbacks of some calls in order, of others in any order, doubled and late."""
    patterns = []
    for ending in ("completed", "busy", "no-answer", "failed", "canceled"):
        for with_sequence in (True, False):
            words = ["initiated", "ringing", *(["in-progress"] if ending == "completed" else []), ending]
            last = {"CallDuration": "77"} if ending == "completed" else {}
            patterns.append(
                [
                    {"CallStatus": word, **({"SequenceNumber": str(place)} if with_sequence else {})}
                    | (last if word == ending else {})
                    for place, word in enumerate(words)
                ]
            )
    rows: list[dict[str, object]] = []
    posted = 0
    with stage.service() as running:
        phone = stage.crowd(running, lines=0)
        with stage.crowd(running, lines=2) as crowd:
            while posted < stage.scale.callbacks:
                for number, pattern in enumerate(patterns):
                    for call, events in (
                        (f"CB{number:02d}", pattern),
                        (f"CB{number:02d}-{posted}", [*shuffled(pattern, stage.rng)]),
                    ):
                        for event in events:
                            status = phone.notify(call, event)
                            posted += 1
                            if status != 204:
                                crowd.protocol.failed.append(f"callback: status {status}")
            crowd.stop()
        until("the callbacks", lambda: crowd.protocol.calls <= set(running.ends()), 60, 0.5)
        time.sleep(0.5)
        outcome = judged("callbacks", stage, running, crowd)
        rows = [row for row in running.calls() if row["call"].startswith("CB")]
    fates: dict[str, set[tuple[object, ...]]] = {}
    for row in rows:
        kept = tuple(
            row[name]
            for name in sorted(row)
            if name not in ("call", "started", "last_at", "ended") and "rank" not in name
        )
        fates.setdefault(row["call"][2:4], set()).add((*kept, row["ended"] is not None))
    differing = {pattern: found for pattern, found in fates.items() if len(found) > 1}
    if differing or len(fates) != len(patterns):
        outcome.wrong.append(f"rows differ by the order of their callbacks: {differing or sorted(fates)}")
    outcome.notes.insert(
        0, f"{posted:,} callbacks of {len(rows)} calls in {len(patterns)} patterns, rows alike in each"
    )
    return outcome


CANARY = re.compile(rb"(?=(7[0-9]{7}3|Kanarie[0-9]{6}vogel|Canaria[0-9]{6}stadt|[0-9]{5}Q|4815162342))")
"""What callers bring along in `privacy`: the end of a number, however its beginning is written; a name, a town, a
postal code, and the keys of somebody who types her PIN into a menu."""


def privacy(stage: Stage) -> Outcome:
    """Lets callers ring whose numbers, names, places and long keys would be known again, and looks for them."""
    serial = iter(range(10**9))
    canaries: list[str] = []

    def fields(_rng: random.Random) -> dict[str, str]:
        number = next(serial)
        subscriber = f"7{number * 7919 % 10**7:07d}3"
        name, town, code = f"Kanarie{number:06d}vogel", f"Canaria{number:06d}stadt", f"{number * 6271 % 10**5:05d}Q"
        canaries.extend((subscriber, name, town, code))
        return {
            "From": f"+49151{subscriber}",
            "Caller": f"+49151{subscriber}",
            "ForwardedFrom": f"+49151{subscriber}",
            "CallerName": name,
            **{f"{who}{what}": town for who in ("From", "Caller") for what in ("City", "State", "Country")},
            "FromZip": code,
            "CallerZip": code,
        }

    secret = "4815162342"
    with stage.service() as running:
        with stage.crowd(running, fields=fields, most=stage.scale.canaries) as crowd:
            phone = stage.crowd(running, lines=0)
            crowd.wait()
            heard = phone.ring("PIN")
            phone.ring("PIN", {"Digits": secret, "CallStatus": "in-progress"}, heard)
        crowd.protocol.answered |= phone.protocol.answered
        seen = running.metrics()
        until("the records", lambda: set(crowd.protocol.answered) <= set(running.rows()), 60, 0.5)
        live = [path.read_bytes() for path in _files(stage.folder)]  # the spool and the desk as they are meanwhile
        outcome = judged("privacy", stage, running, crowd)
        kept = [path.read_bytes() for path in _files(stage.folder)]
        if stage.postgres is not None:
            kept += [path.read_bytes() for path in _files(stage.postgres.folder)] + [_dump(stage)]
        everything = b"\n".join([*live, *kept, seen.encode()])
    found = sorted({*canaries, secret} & {each.decode() for each in CANARY.findall(everything)})
    if found:
        outcome.wrong.append(f"{len(found)} of {len(canaries)} canaries are there in clear, such as {found[:3]}")
    if "ivr_turns" not in seen:
        outcome.wrong.append("there are no metrics to search")
    outcome.notes.insert(
        0, f"{len(canaries):,} canaries, searched for in {len(everything) / 1e6:.1f} MB: {len(found)} found"
    )
    return outcome


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]


def _dump(stage: Stage) -> bytes:
    """All tables as text."""
    assert stage.postgres is not None
    name = stage.url.partition("?")[0].rpartition("/")[2]
    tables = stage.postgres.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database=name)
    rows = [row for (table,) in tables for row in stage.postgres.ask(f'SELECT t::text FROM "{table}" t', database=name)]
    return "\n".join(row[0] for row in rows).encode()


# --- the command ----------------------------------------------------------------------------------------------------

SCENARIOS: dict[str, Callable[[Stage], Outcome]] = {
    each.__name__: each
    for each in (kills, whole, away, moved, limit, full, readonly, clock, swaps, slow, sockets, callbacks, privacy)
}
SQLITE_ONLY = frozenset({"moved"})
ONCE = frozenset({"clock", "swaps", "sockets"})
"""What has nothing to do with the database is played with one of them."""


def plays(only: Sequence[str], databases: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Which scenario with which database."""
    for name in only or SCENARIOS:
        for database in databases:
            if (name in SQLITE_ONLY and database != "sqlite") or (name in ONCE and database != databases[0]):
                continue
            yield name, database


def play(name: str, folder: Path, postgres: Postgres | None, scale: Scale, seed: int = 1, say=print) -> Outcome:
    """Plays one scenario in an empty folder.

    Raises:
        CannotMount: it needs a disk of its own, and there can be none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return SCENARIOS[name](Stage(folder, postgres, scale, random.Random(seed), seed, say))


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", help="scenarios, with commas")
    parser.add_argument("--database", choices=("sqlite", "postgres"), help="else both")
    parser.add_argument("--seconds", type=float, help="how long a trouble lasts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true", help="everything small")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    scale = SHORT if given.short else FULL
    if given.seconds:
        scale = scale._replace(away=given.seconds, trouble=given.seconds)
    only = [name for name in given.only.split(",") if name]
    if unknown := set(only) - set(SCENARIOS):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    databases = [given.database] if given.database else ["sqlite", "postgres"]
    outcomes: list[Outcome] = []
    programs = bin_folder()
    if "postgres" in databases and programs is None:
        print("No PostgreSQL server is installed here: only SQLite is looked at.")
        databases.remove("postgres")
    with contextlib.ExitStack() as stack:
        stack.callback(_print_table, outcomes)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ivr-faults-")))
        cluster = None
        if "postgres" in databases and programs is not None:
            cluster = Postgres(programs)
            stack.callback(cluster.remove)
            cluster.start()
        for number, (name, database) in enumerate(plays(only, databases)):
            begun = time.monotonic()

            def say(line: str, name: str = name, begun: float = begun) -> None:
                print(f"  {time.monotonic() - begun:6.0f} s  {name}: {line}", flush=True)

            print(f"{name} ({database}): {(SCENARIOS[name].__doc__ or '').strip()}", flush=True)
            try:
                outcome = play(
                    name, folder / str(number), cluster if database == "postgres" else None, scale, given.seed, say
                )
            except CannotMount as why:
                say(f"left out, a disk cannot be mounted here: {why}")
                continue
            outcomes.append(outcome)
            for line in outcome.notes:
                say(line)
            for line in outcome.wrong:
                say(f"WRONG: {line}")
    return int(any(outcome.wrong for outcome in outcomes))


def _print_table(outcomes: Sequence[Outcome]) -> None:
    lines = [Outcome.HEAD, *(outcome.cells() for outcome in outcomes)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(Outcome.HEAD))]
    print()
    for line in lines:
        print(
            "  ".join(
                cell.rjust(width) if n > 1 else cell.ljust(width)
                for n, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
        )
    print()


if __name__ == "__main__":
    sys.exit(main())
