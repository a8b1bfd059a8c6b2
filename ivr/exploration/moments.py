"""Which combinations of conditions occur in the coming year, and when: found exactly, not sampled.

Every condition names the instants at which it may change, and so do the contacts' hours. Between two neighbours of all
these instants nothing changes, so the year falls into a few thousand stretches. A set of stretches is an int with one
bit for each: the stretches in which a condition holds, in which a turn comes out like this, in which a call is
possible.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from ivr.world import TIMELESS, Clerk, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, MutableMapping

    from ivr.contacts import Directory, Entry
    from ivr.hours import Answer, Schedule
    from ivr.source.problems import Sentence
    from ivr.world import Condition

DAYS = 366
"""A day more than a year, so that every day of the calendar has its turn."""

HOLE = ("\ue010", "\ue011")
"""Around a placeholder whose words depend on the hour, in what `WatchedWorld` says; no text can contain these."""


class Moments:
    """The stretches of time in which nothing changes, and what holds in each of them."""

    def __init__(
        self,
        directory: Directory,
        conditions: Iterable[Condition],
        now: datetime,
        kept: MutableMapping[str, str] | None = None,
        days: int = DAYS,
    ) -> None:
        """Looks at so many local days, that of `now` (aware) the first.

        Conditions that do not depend on the time are passed over. `kept` holds answers of these contacts for these days
        that were worked out before, and gets more.
        """
        self.directory = directory
        self.clerk = Clerk(directory)
        """The contacts at any instant, in real words."""
        first = now.astimezone(directory.zone).date()
        self.days: tuple[date, ...] = tuple(first + timedelta(days=n) for n in range(days))
        """Local dates."""
        self._kept = kept if kept is not None else {}
        self._start, self._end = (
            datetime.combine(day, time(), directory.zone).astimezone(UTC)
            for day in (first, first + timedelta(days=days))
        )
        asked: dict[str, _Question] = {"midnight": (lambda: directory.wall_times(self.days, 0), lambda _: False)}
        for name, entry in directory.contacts.items():
            asked[f"{name} shut"] = _shut(name, entry, self.days)
            asked[f"{name} answered"] = _answered(name, entry, self.days)
        for condition in conditions:
            key = condition.words().en
            if key not in asked and condition.changes(directory, self.days) is not None:
                asked[key] = _holding(condition, directory, self.days)
        answers = {key: self._answers(key, *question) for key, question in asked.items()}
        self.instants: list[datetime] = sorted({at for known in answers.values() for at, _ in known})
        """The first instant of every stretch, in UTC."""
        self.all = (1 << len(self.instants)) - 1
        """The whole of the time."""
        place = {instant: number for number, instant in enumerate(self.instants)}
        self._bits = {key: self._stretches(known, place) for key, known in answers.items()}
        self._conditions = {
            words.en: words for words in (each.words() for each in conditions) if words.en in self._bits
        }
        self._by_condition: dict[int, int | None] = {}

    def _answers(
        self, key: str, changes: Callable[[], Iterable[datetime]], holds: Callable[[World], bool]
    ) -> list[tuple[datetime, bool]]:
        """The instants at which something may change, and whether it holds from then on."""
        if key in self._kept:
            words = self._kept[key].split()
            return [(datetime.fromtimestamp(float(word[1:]), UTC), word[0] == "+") for word in words]
        instants = sorted({self._start, *(each for each in changes() if self._start < each < self._end)})
        found = [(instant, holds(self.clerk.at(instant))) for instant in instants]
        self._kept[key] = " ".join(f"{'+' if each else '-'}{instant.timestamp()!r}" for instant, each in found)
        return found

    def _stretches(self, known: list[tuple[datetime, bool]], place: dict[datetime, int]) -> int:
        bits = 0
        ends = [*(place[instant] for instant, _ in known[1:]), len(self.instants)]
        for (instant, holds), end in zip(known, ends, strict=True):
            if holds:
                bits |= (1 << end) - (1 << place[instant])
        return bits

    def when(self, condition: Condition) -> int | None:
        """The stretches in which a condition holds; None for one that does not depend on the time."""
        key = id(condition)
        if key not in self._by_condition:
            self._by_condition[key] = self._bits.get(condition.words().en)
        return self._by_condition[key]

    def shut(self, contact: str) -> int:
        """The stretches in which a contact is surely closed."""
        return self._bits[f"{contact} shut"]

    def answered(self, contact: str) -> int:
        """The stretches in which a contact's phone may be answered."""
        return self._bits[f"{contact} answered"]

    def world(self, index: int) -> WatchedWorld:
        """The world in one stretch."""
        return WatchedWorld(self, index)

    def typical(self, bits: int) -> datetime:
        """A local time in these stretches that stands for them: the full minute in the middle of the longest."""
        ends = [*self.instants[1:], self._end]
        longest = max(each(bits), key=lambda index: ends[index] - self.instants[index])
        since, until = self.instants[longest], ends[longest]
        middle = (since + (until - since) / 2).replace(second=0, microsecond=0)
        return max(since, middle).astimezone(self.directory.zone)

    def at(self, instant: datetime) -> int:
        """The stretch of an instant within the days."""
        return bisect_right(self.instants, instant.astimezone(UTC)) - 1

    def classes(self, contacts: Iterable[str] = ()) -> list[int]:
        """The stretches put together that no condition, and none of these contacts' phones, tells apart, by time."""
        found = [self.all]
        for key in (*self._conditions, *(f"{name} answered" for name in contacts)):
            bits = self._bits[key]
            found = [part for each in found for part in (each & bits, each & ~bits) if part]
        return sorted(found, key=first)

    def names(self, bits: int) -> list[Sentence]:
        """The conditions that hold in all of these stretches."""
        return [words for key, words in self._conditions.items() if bits & ~self._bits[key] == 0]


_Question = tuple["Callable[[], Iterable[datetime]]", "Callable[[World], bool]"]


def _shut(name: str, entry: Entry, days: tuple[date, ...]) -> _Question:
    return lambda: _changes(days, entry.schedule), lambda world: world.is_shut(name)


def _answered(name: str, entry: Entry, days: tuple[date, ...]) -> _Question:
    return lambda: _changes(days, entry.schedule, entry.phone_schedule), lambda world: world.is_answered(name)


def _holding(condition: Condition, directory: Directory, days: tuple[date, ...]) -> _Question:
    # No condition that depends on the time depends on the language as well.
    return lambda: condition.changes(directory, days) or (), lambda world: world.holds(condition, "")


def _changes(days: tuple[date, ...], *schedules: Schedule | None) -> Iterator[datetime]:
    for schedule in schedules:
        if schedule is not None:
            yield from schedule.changes(days)


def first(bits: int) -> int:
    """The number of the first stretch of a set that is not empty."""
    return (bits & -bits).bit_length() - 1


def each(bits: int) -> Iterator[int]:
    """The numbers of all stretches of a set."""
    while bits:
        yield first(bits)
        bits &= bits - 1


class WatchedWorld(World):
    """The world in one stretch of time. It watches what is asked, and so knows in which others the same would be said.

    What the hours put into words is left open, as a hole: it changes much more often than the way that a call goes.
    """

    __slots__ = ("_index", "_moments", "alike")

    def __init__(self, moments: Moments, index: int) -> None:
        super().__init__(moments.clerk, moments.instants[index])
        self._moments = moments
        self._index = index
        self.alike = moments.all
        """The stretches in which every question so far has the same answer."""

    def holds(self, condition: Condition, language: str) -> bool:
        bits = self._moments.when(condition)
        return condition.holds(self, language) if bits is None else self._told(bits)

    def is_shut(self, contact: str) -> bool:
        return self._told(self._moments.shut(contact))

    def is_answered(self, contact: str) -> bool:
        return self._told(self._moments.answered(contact))

    def answer(self, contact: str) -> Answer:
        # Whoever looks at the answer itself may look at anything in it: only this stretch is surely alike.
        self.alike &= 1 << self._index
        return super().answer(contact)

    @property
    def today(self) -> date:
        self.alike &= 1 << self._index
        return super().today

    @property
    def wall_clock(self) -> time:
        self.alike &= 1 << self._index
        return super().wall_clock

    @property
    def is_holiday(self) -> bool:
        self.alike &= 1 << self._index
        return super().is_holiday

    def words(self, code: str, contact: str, form: str) -> str:
        if form in TIMELESS:
            return super().words(code, contact, form)
        return f"{HOLE[0]}{contact}.{form}{HOLE[1]}"

    def _told(self, bits: int) -> bool:
        holds = bool(bits >> self._index & 1)
        self.alike &= bits if holds else ~bits
        return holds
