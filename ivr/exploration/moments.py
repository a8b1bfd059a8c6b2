"""Which combinations of conditions occur in the coming year, and when: found exactly, not sampled.

Every condition names the instants at which it may change, and so do the contacts' hours. Between two neighbours of all
these instants nothing changes, so the year falls into a few thousand stretches. A set of stretches is an int with one
bit for each: the stretches in which a condition holds, in which a turn comes out like this, in which a call is
possible.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from ivr.world import Clerk, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ivr.contacts import Directory
    from ivr.hours import Answer, Schedule
    from ivr.source.problems import Sentence
    from ivr.world import Condition

DAYS = 366
"""A day more than a year, so that every day of the calendar has its turn."""

HOLE = ("\ue010", "\ue011")
"""Around a placeholder whose words depend on the hour, in what `WatchedWorld` says; no text can contain these."""


class Moments:
    """The stretches of time in which nothing changes, and what holds in each of them."""

    def __init__(self, directory: Directory, conditions: Iterable[Condition], now: datetime, days: int = DAYS) -> None:
        """Looks at so many local days, that of `now` (aware) the first.

        Conditions that do not depend on the time are passed over.
        """
        self.directory = directory
        self._clerk = Clerk(directory)
        first = now.astimezone(directory.zone).date()
        start = datetime.combine(first, time(), directory.zone).astimezone(UTC)
        self.days: tuple[date, ...] = tuple(first + timedelta(days=n) for n in range(days))
        end = datetime.combine(first + timedelta(days=days), time(), directory.zone).astimezone(UTC)
        changing: dict[Sentence, tuple[Condition, list[datetime]]] = {}
        for condition in conditions:
            words = condition.words()
            if words not in changing and (changes := condition.changes(directory, self.days)) is not None:
                changing[words] = (condition, _within(start, end, changes))
        phones: dict[str, list[datetime]] = {}
        opening: dict[str, list[datetime]] = {}
        # Offices in one house share its schedule.
        known: dict[int, list[datetime]] = {}

        def changes_of(schedule: Schedule | None) -> list[datetime]:
            if schedule is None:
                return [start]
            return known.setdefault(id(schedule), []) or known[id(schedule)].extend(
                _within(start, end, schedule.changes(self.days))
            ) or known[id(schedule)]

        for name, entry in directory.contacts.items():
            opening[name] = changes_of(entry.schedule)
            phones[name] = sorted({*opening[name], *changes_of(entry.phone_schedule)})
        midnights = _within(start, end, directory.wall_times(self.days, 0))
        every = [midnights, *opening.values(), *phones.values(), *(changes for _, changes in changing.values())]
        self.instants: list[datetime] = sorted({instant for instants in every for instant in instants})
        """The first instant of every stretch, in UTC."""
        self.all = (1 << len(self.instants)) - 1
        """The whole of the time."""
        self._conditions = {
            words: self._bits(changes, lambda world, condition=condition: world.holds(condition, ""))
            for words, (condition, changes) in changing.items()
        }
        self._shut = {name: self._bits(at, lambda world, name=name: world.is_shut(name)) for name, at in opening.items()}
        self._answered = {
            name: self._bits(at, lambda world, name=name: world.is_answered(name)) for name, at in phones.items()
        }
        self._by_condition: dict[int, int | None] = {}

    def _bits(self, changes: list[datetime], holds: Callable[[World], bool]) -> int:
        """The stretches in which something holds that can change at these instants only."""
        bits = 0
        places = [bisect_left(self.instants, each) for each in changes]
        for instant, place, following in zip(changes, places, [*places[1:], len(self.instants)], strict=True):
            if holds(self._clerk.at(instant)):
                bits |= (1 << following) - (1 << place)
        return bits

    def when(self, condition: Condition) -> int | None:
        """The stretches in which a condition holds; None for one that does not depend on the time."""
        key = id(condition)
        if key not in self._by_condition:
            self._by_condition[key] = self._conditions.get(condition.words())
        return self._by_condition[key]

    def shut(self, contact: str) -> int:
        """The stretches in which a contact is surely closed."""
        return self._shut[contact]

    def answered(self, contact: str) -> int:
        """The stretches in which a contact's phone may be answered."""
        return self._answered[contact]

    def world(self, index: int) -> WatchedWorld:
        """The world in one stretch."""
        return WatchedWorld(self, index)

    def told(self, index: int) -> datetime:
        """A local time in a stretch that a person would name: its first full minute."""
        begins = self.instants[index].astimezone(self.directory.zone)
        full = begins.replace(second=0, microsecond=0)
        return begins if full == begins else full + timedelta(minutes=1)

    def at(self, instant: datetime) -> int:
        """The stretch of an instant within the days."""
        return bisect_right(self.instants, instant.astimezone(UTC)) - 1

    def classes(self, interesting: Iterable[str] = ()) -> list[int]:
        """The stretches put together that no condition, and none of these contacts' phones, tells apart."""
        found = [self.all]
        for bits in (*self._conditions.values(), *(self._answered[name] for name in interesting)):
            found = [part for each in found for part in (each & bits, each & ~bits) if part]
        return found

    def names(self, bits: int) -> list[Sentence]:
        """The conditions that hold in all of these stretches."""
        return [words for words, when in self._conditions.items() if bits & ~when == 0]

    @property
    def clerk(self) -> Clerk:
        """The contacts at any instant, in real words."""
        return self._clerk


def first(bits: int) -> int:
    """The number of the first stretch of a set that is not empty."""
    return (bits & -bits).bit_length() - 1


def each(bits: int) -> Iterator[int]:
    """The numbers of all stretches of a set."""
    while bits:
        yield first(bits)
        bits &= bits - 1


def _within(start: datetime, end: datetime, instants: Iterable[datetime]) -> list[datetime]:
    return sorted({start, *(instant for instant in instants if start < instant < end)})


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
            return self._clerk.words(code, contact, form, self.now)
        return f"{HOLE[0]}{contact}.{form}{HOLE[1]}"

    def _told(self, bits: int) -> bool:
        holds = bool(bits >> self._index & 1)
        self.alike &= bits if holds else ~bits
        return holds


TIMELESS = frozenset({"phone", "address", "name"})
"""What placeholders say at any time alike."""
