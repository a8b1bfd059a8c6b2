"""PINs: how they are kept, how one is found, and how often a wrong one may be tried.

A PIN is kept as the scrypt hash of RFC 7914, with its own salt, and its cost written in front of it:

    scrypt$14$8$1$SALT$HASH       2^14 rounds, block size 8, 1 in parallel; salt and hash in URL-safe base64

Five to eight digits are soon tried out by a machine, whatever the hash. So over all calls together no more than five
wrong ones are looked at in fifteen minutes; after that none is, not even the right one, until the oldest is fifteen
minutes old. Callers' numbers play no part in it: they can be forged, and withheld.

Each try is counted before it is looked at and taken off again when the PIN was right. So whoever tries many at the same
moment, or a process that dies in between, gains no try.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import os
import secrets
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

SHORTEST, LONGEST = 5, 8
"""Digits."""

MOST_WRONG = 5
WINDOW = timedelta(minutes=15)

COST = 14
"""Rounds of a new hash, as a power of two: some 50 ms, and 16 MiB, on a small server of 2026."""

_BLOCK, _PARALLEL = 8, 1
_MEMORY = 128 * 1024 * 1024
_FEWEST_KINDS = 3


# --- hashes ----------------------------------------------------------------------------------------------------------


def hash_pin(pin: str, cost: int = COST) -> str:
    """What is kept of a PIN. With a smaller `cost` it is made and found faster, for what is tried out and tested."""
    salt = secrets.token_bytes(16)
    worked_out = _scrypt(pin, salt, cost, _BLOCK, _PARALLEL)
    return f"scrypt${cost}${_BLOCK}${_PARALLEL}${_written(salt)}${_written(worked_out)}"


def find(pin: str, hashes: Mapping[str, str]) -> str | None:
    """Whose PIN it is, by the hashes of all names; None when it is nobody's.

    Every hash is worked out, whichever fits: how long it takes tells nothing. One that is no hash fits no PIN.
    """
    found = None
    for name, kept in hashes.items():
        if _fits(pin, kept):
            found = name
    return found


def weakness(pin: str) -> Sentence | None:
    """Why this is no good PIN; None when it is one."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        return Sentence(
            f"Eine PIN hat {SHORTEST} bis {LONGEST} Ziffern, und nichts anderes.",
            f"A PIN has {SHORTEST} to {LONGEST} digits, and nothing else.",
        )
    if len(set(pin)) < _FEWEST_KINDS:
        return Sentence(
            f"Diese PIN ist leicht zu erraten: Sie besteht aus weniger als {_FEWEST_KINDS} verschiedenen Ziffern.",
            f"This PIN is easy to guess: it consists of fewer than {_FEWEST_KINDS} different digits.",
        )
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if len(steps) == 1:
        return Sentence(
            "Diese PIN ist leicht zu erraten: Ihre Ziffern folgen in gleichem Abstand aufeinander.",
            "This PIN is easy to guess: its digits follow each other in equal steps.",
        )
    half = len(pin) // 2
    if len(pin) % 2 == 0 and pin[:half] in (pin[half:], pin[half:][::-1]):
        return Sentence(
            "Diese PIN ist leicht zu erraten: Ihre zweite Hälfte wiederholt die erste.",
            "This PIN is easy to guess: its second half repeats the first.",
        )
    return None


def _fits(pin: str, kept: str) -> bool:
    try:
        kind, cost, block, parallel, salt, known = kept.split("$")
        if kind != "scrypt":
            return False
        worked_out = _scrypt(pin, _read(salt), int(cost), int(block), int(parallel))
        return hmac.compare_digest(worked_out, _read(known))
    except ValueError:
        return False


def _scrypt(pin: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=1 << cost, r=block, p=parallel, maxmem=_MEMORY, dklen=32)


def _written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _read(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# --- tries -----------------------------------------------------------------------------------------------------------


class Attempts(Protocol):
    """Counts the tries of all calls together. `call` and `turn` name one webhook: sent twice, it is one try."""

    def may(self, call: str, turn: int, now: datetime) -> bool:
        """Whether the PIN of this webhook may be looked at. If so it counts as a wrong one from here on."""
        ...

    def right(self, call: str, turn: int, now: datetime) -> None:
        """It was right, and counts no longer."""
        ...

    @property
    def apart(self) -> Attempts:
        """Counts by the same rule, beside these: for test calls, which must not use up the tries of the real ones."""
        ...


class _Try(NamedTuple):
    at: datetime
    key: str
    wrong: bool


def _key(call: str, turn: int) -> str:
    return hashlib.sha256(f"{turn} {call}".encode()).hexdigest()[:32]


def _may(tries: Sequence[_Try], key: str, now: datetime) -> bool:
    lately = {each.key: each.wrong for each in tries if now - each.at < WINDOW}
    return key in lately or sum(lately.values()) < MOST_WRONG


class NoAttempts:
    """Lets nobody try: there is no place to count in."""

    def may(self, call: str, turn: int, now: datetime) -> bool:  # noqa: ARG002 - as the protocol has it
        """Never."""
        return False

    def right(self, call: str, turn: int, now: datetime) -> None:
        """Nothing was tried."""

    @property
    def apart(self) -> NoAttempts:
        """See `Attempts.apart`."""
        return self


class ProcessAttempts:
    """Counts within one process: for phones and tests that have a service of their own."""

    def __init__(self) -> None:
        self._tries: list[_Try] = []
        self._lock = threading.Lock()

    def may(self, call: str, turn: int, now: datetime) -> bool:
        """See `Attempts.may`."""
        with self._lock:
            may = _may(self._tries, _key(call, turn), now)
            if may:
                self._tries.append(_Try(now, _key(call, turn), wrong=True))
            return may

    def right(self, call: str, turn: int, now: datetime) -> None:
        """See `Attempts.right`."""
        with self._lock:
            self._tries.append(_Try(now, _key(call, turn), wrong=False))

    @cached_property
    def apart(self) -> ProcessAttempts:
        """See `Attempts.apart`."""
        return ProcessAttempts()


LONGEST_WAIT = 2.0
"""Seconds, for the lock; it is held for less than a thousandth of one."""

_PAUSE = 0.005

MANY = 500
"""Lines: a file of more is written anew with those that still count."""


class FileAttempts:
    """Counts in a file that all processes of a machine share: `attempts` in a folder, a line for each try.

    A line is appended, in one write, while the lock is held, and the latest of a webhook counts. Killing a process at
    any instant costs at most the end of a line, which counts as nothing; its PIN has not been looked at then. Where
    nothing can be written or read, or the lock does not come free, nobody may try. Each machine counts for itself.
    """

    def __init__(self, folder: Path, name: str = "attempts") -> None:
        self._path = folder / name
        self._lock = folder / f"{name}.lock"

    def may(self, call: str, turn: int, now: datetime) -> bool:
        """See `Attempts.may`."""
        try:
            with self._locked():
                tries = self._tries()
                may = _may(tries, _key(call, turn), now)
                if may:
                    if len(tries) > MANY:
                        self._forget(tries, now)
                    self._note(_Try(now, _key(call, turn), wrong=True))
                return may
        except OSError:
            return False

    def right(self, call: str, turn: int, now: datetime) -> None:
        """See `Attempts.right`. What cannot be written down stays a wrong try."""
        try:
            with self._locked():
                self._note(_Try(now, _key(call, turn), wrong=False))
        except OSError:
            return

    @property
    def apart(self) -> FileAttempts:
        """See `Attempts.apart`."""
        return FileAttempts(self._path.parent, f"{self._path.name}-of-test-calls")

    def wrong(self, now: datetime) -> int:
        """How many wrong ones were tried on this machine lately."""
        try:
            lately = {each.key: each.wrong for each in self._tries() if now - each.at < WINDOW}
        except OSError:
            return 0
        return sum(lately.values())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _lock(file)
            yield
        finally:
            os.close(file)

    def _tries(self) -> list[_Try]:
        try:
            lines = self._path.read_text("ascii", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        return [found for line in lines if (found := _tried(line)) is not None]

    def _note(self, tried: _Try) -> None:
        """Appends a line. It begins with a line's end, so that a torn one before it spoils nothing.

        Raises:
            OSError: it is not in the file, or not all of it.
        """
        line = f"\n{_line(tried)}\n".encode("ascii")
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.write(file, line) != len(line):
                raise OSError("the disk is full")
        finally:
            os.close(file)

    def _forget(self, tries: Sequence[_Try], now: datetime) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text("".join(f"{_line(each)}\n" for each in tries if now - each.at < WINDOW), "ascii")
        fresh.replace(self._path)


def _lock(file: int) -> None:
    """Locks a file, unless another process stands still with it: no caller waits for that.

    Raises:
        OSError: it is still locked after `LONGEST_WAIT`.
    """
    for _ in range(round(LONGEST_WAIT / _PAUSE)):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        else:
            return
    raise OSError("the lock is not free")


def _line(tried: _Try) -> str:
    return f"{tried.at.astimezone(UTC).isoformat()} {tried.key} {'wrong' if tried.wrong else 'right'}"


def _tried(line: str) -> _Try | None:
    match line.split(" "):
        case [at, key, "wrong" | "right" as how]:
            try:
                return _Try(datetime.fromisoformat(at), key, how == "wrong")
            except ValueError:
                return None
    return None
