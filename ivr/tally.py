"""Counters that all processes of one service share: what `/metrics` shows, and how much could not be kept.

They lie in memory that belongs to no file. So they can be counted on a full disk, cost a turn next to nothing, and
outlive every process that counts in them; only the whole service takes them along when it ends. Each process writes
to a seat of its own, so two never change the same number, and everybody reads the sum of all seats.

    seat 0        the keeper
    seat 1 …      the workers; who replaces a dead one takes its seat, and goes on counting where it stopped
"""

from __future__ import annotations

import mmap
import os
import tempfile
from bisect import bisect_left

EXPECTS = ("gather", "dial", "record", "hangup")
"""What a turn waits for; "hangup" is the end of a call."""

KINDS = ("say", "menu", "connect", "branch", "language", "flow", "hangup", "digits", "switch", "other")
"""The step kinds in which a turn can end. One that is not among them counts as "other"."""

REASONS = (
    "bad-signature",
    "wrong-content-type",
    "body-too-large",
    "too-many-fields",
    "broken-escape",
    "broken-utf-8",
    "broken-field",
    "repeated-name",
    "bad-call-sid",
    "bad-digits",
    "bad-call-status",
    "bad-dial-call-status",
    "bad-dial-call-duration",
    "bad-clock",
    "bad-set",
    "no-such-set",
    "no-such-address",
    "other",
)
"""Why webhooks are turned away, in the street's words."""

BOUNDS = (100, 200, 400, 800, 1_500, 3_000, 6_000, 12_500, 25_000, 50_000, 100_000, 250_000, 1_000_000)
"""Upper ends of the latency histogram, in microseconds; above the last one there is one more place."""

LINES = ("turn", "status", "fallback", "instruction")
"""The kinds of lines in the spool."""

NAMES: tuple[str, ...] = (
    *(f"turn {kind} {expects}" for kind in KINDS for expects in EXPECTS),
    *(f"latency {place}" for place in range(len(BOUNDS) + 1)),
    "microseconds",
    "failed",
    *(f"refused {reason}" for reason in REASONS),
    *(f"spooled {line}" for line in LINES),
    *(f"lost {line}" for line in LINES),
    "spooled bytes",
    "recorded",
    "misshapen",
    "swaps",
    "refusals",
    "waiting bytes",
    "seen bytes",
    "moved bytes",
    "away",
    "calls",
    "laid",
)
"""Every counter. From "recorded" on they are the keeper's, and the last six are states, not sums: how much was waiting
in the spool when the keeper last looked, and how much had been written to it by then; how much of all that was ever
written is in the database for sure; whether the database is away; how many calls are under way; when the desk was last
known to be up to date, in seconds of the machine's monotonic clock."""

INDEX = {name: place for place, name in enumerate(NAMES)}

KEEPER = 0
"""The keeper's seat."""

_SEAT = len(NAMES)


class Tally:
    """One process's view of the shared counters."""

    def __init__(self, descriptor: int, seat: int) -> None:
        """`descriptor` is one of `create`, and may be closed afterwards; `seat` is where this process counts."""
        self._memory = mmap.mmap(descriptor, 0)
        self._all = memoryview(self._memory).cast("q")
        self._own = self._all[seat * _SEAT : (seat + 1) * _SEAT]
        self.seats = len(self._all) // _SEAT

    def add(self, place: int, number: int = 1) -> None:
        """Counts in this process's seat; `place` is from `INDEX`.

        Two threads of a process may: between reading and writing nothing is called that would let the other one in.
        """
        self._own[place] += number

    def put(self, place: int, number: int) -> None:
        """Sets a state in this process's seat."""
        self._own[place] = number

    def latency(self, microseconds: int) -> None:
        """Notes how long the work on one turn took."""
        self._own[_LATENCY + bisect_left(BOUNDS, microseconds)] += 1
        self._own[_MICROSECONDS] += microseconds

    def column(self, place: int) -> memoryview:
        """A counter in all seats, as it is whenever it is looked at."""
        return self._all[place::_SEAT]

    def sum(self, place: int) -> int:
        """A counter over all seats."""
        return sum(self._all[place::_SEAT])

    def sums(self) -> dict[str, int]:
        """Every counter by its name, over all seats."""
        return {name: self.sum(place) for place, name in enumerate(NAMES)}


_LATENCY = INDEX["latency 0"]
_MICROSECONDS = INDEX["microseconds"]


def create(seats: int) -> int:
    """A descriptor of fresh shared memory for so many seats, the keeper's included.

    The memory is there as long as any process holds the descriptor or a `Tally` of it.
    """
    try:
        descriptor = os.memfd_create("ivr-tally")
    except (AttributeError, OSError):
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    os.ftruncate(descriptor, seats * _SEAT * 8)
    return descriptor


def alone() -> Tally:
    """Counters of a process that shares them with nobody: the phones', and a test's."""
    descriptor = create(2)
    try:
        return Tally(descriptor, 1)
    finally:
        os.close(descriptor)
