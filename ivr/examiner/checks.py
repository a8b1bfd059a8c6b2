"""The folder that askers and the examiner share. Every file is written whole, so that nobody reads half of one."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from base64 import b64decode, b64encode
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ivr.build import build
from ivr.bundle import Bundle
from ivr.examiner.marks import known
from ivr.settings import without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ASKED_SECONDS = 30.0
"""So long after somebody has last asked an examination goes on."""

KEPT_SECONDS = 24 * 3600.0
"""So long a result is kept."""

KEPT = 100
"""So many are kept at most: who types makes a new one every second."""

TRIES = 3
"""So often an examination is begun that ends before its end."""

AT_ONCE = 2
"""So many sets are proved at the same time on one machine."""

_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
OVER = ("done", "stopped", "failed", "too_large")
"""The stages after which nothing more happens."""


class Call(NamedTuple):
    """A scenario that is to be played."""

    name: str
    content: str
    stored: bool
    """In the database, where it can be put right; else a file of this machine."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be examined."""

    bundle: Bundle
    live: Bundle
    """With what it is compared."""
    scenarios: tuple[Call, ...]
    provider: str
    now: datetime
    """Aware. The day counts: what was proved holds for a year from it."""

    def in_force(self) -> Job:
        """The examination of the set in force by itself, for the warnings that it has."""
        return Job(self.live, self.live, (), self.provider, self.now)

    @property
    def key(self) -> str:
        """The checksum of all that the result depends on."""
        document = self._document()
        document["now"] = self.now.date().isoformat()
        return hashlib.sha256(json.dumps([build(), document]).encode()).hexdigest()[:32]

    def to_bytes(self) -> bytes:
        """As it is laid down."""
        return json.dumps(self._document()).encode()

    def _document(self) -> dict[str, Any]:
        return {
            "bundle": b64encode(self.bundle.to_bytes()).decode(),
            "live": b64encode(self.live.to_bytes()).decode(),
            "scenarios": [list(each) for each in self.scenarios],
            "provider": self.provider,
            "now": self.now.isoformat(),
        }

    @classmethod
    def from_bytes(cls, content: bytes) -> Job:
        """The job that `to_bytes` wrote.

        Raises:
            ValueError: it is none.
        """
        document = json.loads(content)
        return cls(
            Bundle.from_bytes(b64decode(document["bundle"])),
            Bundle.from_bytes(b64decode(document["live"])),
            tuple(Call(*each) for each in document["scenarios"]),
            document["provider"],
            datetime.fromisoformat(document["now"]),
        )


@dataclass(slots=True)
class State:
    """How far an examination has come. Sentences stand there in German and English."""

    stage: str = "waiting"
    """`waiting`, `reading`, `comparing`, `playing`, `queued`, `proving`, then one of `OVER`. Who asks may also see
    `weighing`: this is done, and the set in force, whose warnings are to be known, is not.
    """
    problems: list[dict[str, Any]] = field(default_factory=list)
    """The first of them: file, line, column, length, severity, code, message, hint, call, mark; and to who asks known,
    whether it is in force already.
    """
    errors: int = 0
    warnings: int = 0
    marks: list[str] = field(default_factory=list)
    """Of all warnings (`ivr.examiner.marks`)."""
    known: int = 0
    """Warnings that the set in force has as well. Only who asks sees it."""
    changes: list[dict[str, Any]] | None = None
    """What is different from the live set: rank, sentence, file, line. None: not known, or not to be known."""
    scenarios: list[dict[str, Any]] | None = None
    """name, stored, about, passed, problems, call, repaired. None: not played yet, or not to be played."""
    seen: int = 0
    """States of the proof."""
    begun: float = 0.0
    """Seconds since 1970."""
    statement: list[str] | None = None
    """What was proved."""

    @property
    def over(self) -> bool:
        """Whether nothing more happens."""
        return self.stage in OVER

    @property
    def good(self) -> bool:
        """Whether everything was looked at and no error was found."""
        return self.stage == "done" and not self.errors

    @property
    def new_warnings(self) -> int:
        """Those that publishing would bring."""
        return self.warnings - self.known

    @property
    def failing(self) -> list[dict[str, Any]]:
        """The scenarios in which a call goes otherwise."""
        return [each for each in self.scenarios or () if not each["passed"]]


class Checks:
    """The folder of one machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # --- asking

    def ask(self, asker: str, job: Job) -> str:
        """Wants a set examined; what the same asker wanted before is not wanted by her any more. Gives its key.

        Raises:
            OSError: the folder cannot be written to.
        """
        in_force = self._lay(f"{asker}\0in force", job.in_force())
        if not (self.folder / job.key / "job").exists() and self.state(in_force).stage == "stopped":
            # Whoever did not want to wait for it asks about something else by now.
            self.again(in_force)
        key = self._lay(asker, job)
        write(self.folder / key / "in_force", in_force.encode())
        return key

    def _lay(self, asker: str, job: Job) -> str:
        key = job.key
        there = self.folder / key
        if not (there / "job").exists():
            there.mkdir(parents=True, exist_ok=True, mode=0o700)
            write(there / "job", job.to_bytes())
        askers = self.folder / "askers"
        askers.mkdir(exist_ok=True, mode=0o700)
        write(askers / _asker(asker), key.encode())
        return key

    def renew(self, asker: str, key: str) -> bool:
        """Goes on wanting it; False when the same asker has wanted something else since, or nothing for a while."""
        path = self.folder / "askers" / _asker(asker)
        with suppress(OSError):
            if path.read_text("ascii", "replace") == key and (self.folder / key / "job").exists():
                os.utime(path)
                os.utime(self.folder / "askers" / _asker(f"{asker}\0in force"))
                return True
        return False

    def stop(self, key: str) -> None:
        """Ends an examination.

        Raises:
            OSError: the folder cannot be written to.
        """
        # Of one that is weighing, the set in force is what still is under way.
        for each in (key, self._in_force(key)):
            if _KEY.fullmatch(each) and (self.folder / each / "job").exists() and not self.state(each).over:
                write(self.folder / each / "stop", b"")
                return

    def again(self, key: str) -> None:
        """Has one that came to no end begun anew.

        Raises:
            OSError: the folder cannot be written to.
        """
        if _KEY.fullmatch(key) and self.state(key).stage in OVER[1:]:
            for name in ("stop", "state", "tries"):
                (self.folder / key / name).unlink(missing_ok=True)

    def state(self, key: str) -> State:
        """How far it has come; one that is not known waits."""
        if _KEY.fullmatch(key):
            with suppress(OSError, ValueError, TypeError):
                return State(**json.loads((self.folder / key / "state").read_bytes()))
        return State()

    def seen(self, key: str) -> State:
        """The same as who asks sees it: with the warnings marked that the set in force has as well.

        Where that set cannot be examined, nothing is known of it.
        """
        found = self.state(key)
        in_force = self.state(self._in_force(key))
        if not found.good or not found.warnings:
            return found
        if not in_force.over:
            found.stage = "weighing"
            return found
        found.known = sum((Counter(found.marks) & Counter(in_force.marks)).values())
        for problem, is_known in zip(found.problems, known(found.problems, in_force.marks), strict=True):
            problem["known"] = is_known
        return found

    def _in_force(self, key: str) -> str:
        """The key of the examination of the set that was in force when this one was asked for; "" when none is."""
        if _KEY.fullmatch(key):
            with suppress(OSError):
                return (self.folder / key / "in_force").read_text("ascii", "replace")
        return ""

    # --- the examiner

    def begin_examiner(self) -> None:
        """Starts the examiner if none lives. It belongs to the service, whose parent process is that of this one.

        Raises:
            OSError: it cannot be started.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with held(self.folder / "examiner") as free:
            if not free:
                return
        command = [sys.executable, "-m", "ivr.examiner", str(self.folder), str(os.getppid())]
        # It puts itself aside at once: this returns before it has loaded anything, and leaves no child behind.
        subprocess.run(  # noqa: S603 - our own module, our own interpreter, no shell
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=without_secrets(os.environ),
            check=False, timeout=10, start_new_session=True,
        )  # fmt: skip

    def wanted(self) -> list[str]:
        """The keys that somebody waits for, who has waited longest first.

        Raises:
            OSError: the folder cannot be read.
        """
        found: dict[str, float] = {}
        with suppress(FileNotFoundError):
            for path in (self.folder / "askers").iterdir():
                with suppress(FileNotFoundError):
                    asked, key = path.stat().st_mtime, path.read_text("ascii", "replace")
                    if time.time() - asked > ASKED_SECONDS:
                        path.unlink()
                    elif _KEY.fullmatch(key):
                        found[key] = asked
        return sorted(found, key=lambda key: found[key])

    def job(self, key: str) -> Job:
        """What is to be examined.

        Raises:
            OSError, ValueError: it is not there, or damaged.
        """
        return Job.from_bytes((self.folder / key / "job").read_bytes())

    def is_stopped(self, key: str) -> bool:
        """Whether somebody has had enough of it."""
        return (self.folder / key / "stop").exists()

    def tell(self, key: str, state: State) -> None:
        """Says how far it has come.

        Raises:
            OSError: the folder cannot be written to.
        """
        document = {name: getattr(state, name) for name in State.__dataclass_fields__}
        write(self.folder / key / "state", json.dumps(document).encode())

    def try_again(self, key: str) -> bool:
        """Counts a beginning; False when there were too many that came to nothing."""
        path = self.folder / key / "tries"
        try:
            number = len(path.read_bytes())
        except OSError:
            number = 0
        if number < TRIES:
            with suppress(OSError):
                write(path, b"x" * (number + 1))
        return number < TRIES

    def purge(self) -> None:
        """Deletes results that nobody waits for: those of yesterday, and all but the latest."""
        wanted = self.wanted()
        found: list[tuple[float, Path]] = []
        with suppress(OSError):
            for there in self.folder.iterdir():
                with suppress(OSError):
                    if _KEY.fullmatch(there.name) and there.name not in wanted:
                        found.append((time.time() - there.stat().st_mtime, there))
        for number, (age, there) in enumerate(sorted(found)):
            if number >= KEPT or age > KEPT_SECONDS:
                shutil.rmtree(there, ignore_errors=True)


def _asker(asker: str) -> str:
    return hashlib.sha256(asker.encode()).hexdigest()[:32]


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """A file that one process holds for as long as it lives; False when another one holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def write(path: Path, content: bytes) -> None:
    """Writes a file whole."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
