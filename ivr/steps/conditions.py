"""The conditions of a branch: each is one class that reads itself and knows whether it holds.

It also knows when that may change (`changes`), so that a checker finds every combination that really occurs, and says
itself in words, for pictures and reports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from ivr.hours import Spans
from ivr.hours.dates import EveryYearDay, SingleDay
from ivr.source.places import Node, Word
from ivr.source.problems import Refused, Sentence, refuse
from ivr.source.readable import STRICT, Doc, Readable
from ivr.steps.fields import ContactName, Duration, Language, one_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from ivr.contacts import Directory
    from ivr.world import Condition, World

_DAY = 24 * 60


class Open(ContactName):
    """`open: citywache`: surely open; not when the hours are unknown."""

    __slots__ = ()

    def holds(self, world: World, language: str) -> bool:
        """Whether it is open."""
        return world.answer(self).state == "open"

    def changes(self, directory: Directory, days: Sequence[date]) -> Iterator[datetime]:
        """When it opens and closes."""
        return directory.changes(self, days)

    def words(self) -> Sentence:
        """In words."""
        return Sentence(f"{self} geöffnet", f"{self} open")


class Closed(ContactName):
    """`closed: citywache`: surely closed; not when the hours are unknown."""

    __slots__ = ()

    def holds(self, world: World, language: str) -> bool:
        """Whether it is closed."""
        return world.is_shut(self)

    def changes(self, directory: Directory, days: Sequence[date]) -> Iterator[datetime]:
        """When it opens and closes."""
        return directory.changes(self, days)

    def words(self) -> Sentence:
        """In words."""
        return Sentence(f"{self} geschlossen", f"{self} closed")


class Holiday(Readable):
    """`holiday: yes`, or `no`: whether today is a public holiday."""

    __slots__ = ("wanted",)
    schema: ClassVar[dict[str, Any]] = {"enum": ["yes", "ja", "true", "no", "nein", "false", True, False]}

    def __init__(self, *, wanted: bool) -> None:
        self.wanted = wanted

    @classmethod
    def read(cls, node: Node) -> Self:
        word = one_word(node, Sentence("„yes“ oder „no“", "“yes” or “no”"))
        if word.lower() in ("yes", "ja", "true"):
            return cls(wanted=True)
        if word.lower() in ("no", "nein", "false"):
            return cls(wanted=False)
        raise refuse(
            word.place,
            "bad-yes",
            f"Hier steht „yes“ oder „no“, nicht „{word}“.",
            f"Here stands “yes” or “no”, not “{word}”.",
        )

    def holds(self, world: World, language: str) -> bool:
        """Whether today is as wanted."""
        return world.is_holiday is self.wanted

    def changes(self, directory: Directory, days: Sequence[date]) -> Iterator[datetime]:
        """Midnights."""
        return directory.wall_times(days, 0)

    def words(self) -> Sentence:
        """In words."""
        return Sentence("Feiertag", "holiday") if self.wanted else Sentence("kein Feiertag", "no holiday")


class Dates(Readable):
    """A day of one year (`2026-12-24`), of every year (`12-24`), or a stretch of either kind (`12-24..01-02`)."""

    __slots__ = ("first", "last")
    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^[\d.-]+( ?\.\. ?[\d.-]+)?$",
        "examples": ["12-24", "2026-12-24", "12-24..01-02"],
    }

    def __init__(self, first: tuple[int, ...], last: tuple[int, ...]) -> None:
        """Both ends are included: (year, month, day), or (month, day) for every year."""
        self.first = first
        self.last = last

    @classmethod
    def read(cls, node: Node) -> Self:
        word = one_word(node, Sentence("ein Datum", "a date"))
        ends = [_day(part.strip(), word) for part in word.split("..")]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or len(first) != len(last) or (len(first) == 3 and first > last):
            raise refuse(
                word.place,
                "bad-date",
                f"„{word}“ ist kein Zeitraum.",
                f"“{word}” is not a stretch of days.",
                hint=Sentence(
                    "So geht es: 2026-12-24..2027-01-02, oder jedes Jahr: 12-24..01-02.",
                    "Write 2026-12-24..2027-01-02, or for every year 12-24..01-02.",
                ),
            )
        return cls(first, last)

    def holds(self, world: World, language: str) -> bool:
        """Whether today lies within."""
        today = world.today
        day = (today.year, today.month, today.day)[-len(self.first) :]
        if self.first <= self.last:
            return self.first <= day <= self.last
        return day >= self.first or day <= self.last

    def changes(self, directory: Directory, days: Sequence[date]) -> Iterator[datetime]:
        """Midnights."""
        return directory.wall_times(days, 0)

    def words(self) -> Sentence:
        """In words."""
        first, last = ("-".join(f"{part:02}" for part in day) for day in (self.first, self.last))
        return Sentence(*[first if first == last else f"{first}..{last}"] * 2)


def _day(text: str, word: Word) -> tuple[int, ...]:
    """A day as contacts.yaml writes it too, with its year or without."""
    part = Word(text, word.place)
    if re.search("[0-9]{4}", text):
        on = SingleDay.read(part).date
        return (on.year, on.month, on.day)
    return EveryYearDay.read(part).day


class Between(Readable):
    """`between: 9:00-12:00`, also several spans, also past midnight: whether the clock shows a time within."""

    __slots__ = ("spans",)
    schema: ClassVar[dict[str, Any]] = {**Spans.schema, "examples": ["9:00-12:00", "22:00-6:00"]}

    def __init__(self, spans: Spans) -> None:
        self.spans = spans.spans

    @classmethod
    def read(cls, node: Node) -> Self:
        times = Spans.read(node, longest_night=24 * 60)
        if times.warnings:
            # Odd opening hours are read as well as possible; a condition that may not be meant is not.
            raise Refused(*(replace(each, severity="error") for each in times.warnings))
        if not times.spans:
            raise refuse(
                times.place,
                "bad-span",
                "Hier steht eine Tageszeit.",
                "A time of day stands here.",
                hint=Sentence(
                    "So geht es: 9:00-12:00, über Mitternacht 22:00-6:00.",
                    "Write 9:00-12:00, past midnight 22:00-6:00.",
                ),
            )
        return cls(times)

    def holds(self, world: World, language: str) -> bool:
        """Whether it is such a time; a span past midnight counts on both of its days."""
        clock = world.wall_clock
        minute = clock.hour * 60 + clock.minute
        return any(
            span.opens <= minute < span.closes or span.opens <= minute + _DAY < span.closes for span in self.spans
        )

    def changes(self, directory: Directory, days: Sequence[date]) -> Iterator[datetime]:
        """When the clock shows an end of a span."""
        return directory.wall_times(
            days, *{minute % _DAY for span in self.spans for minute in (span.opens, span.closes)}
        )

    def words(self) -> Sentence:
        """In words."""
        return Sentence(*[", ".join("-".join(span.wall()) for span in self.spans)] * 2)


class Speaks(Language):
    """`language: en`: the caller has chosen this language."""

    __slots__ = ()

    def holds(self, world: World, language: str) -> bool:
        """Whether it is the caller's."""
        return language == self

    def changes(self, directory: Directory, days: Sequence[date]) -> None:
        """Not with the time."""

    def words(self) -> Sentence:
        """In words."""
        return Sentence(f"Sprache {self}", f"language {self}")


@dataclass(frozen=True)
class _Within:
    """A contact and a length of time."""

    __pydantic_config__: ClassVar[Any] = STRICT

    contact: Annotated[ContactName, Doc(de="Welche Stelle.", en="Which contact.")]
    time: Annotated[Duration, Doc(de="Binnen welcher Zeit.", en="Within which time.")]

    def changes(self, directory: Directory, days: Sequence[date]) -> Iterator[datetime]:
        """When the contact opens and closes, and that long before."""
        before = timedelta(seconds=self.time)
        # A change so far ahead that it lies beyond the days may be announced within them.
        beyond = [days[-1] + timedelta(days=n) for n in range(1, before.days + 2)]
        for change in directory.changes(self.contact, [*days, *beyond]):
            yield from (change - before, change)

    def _length(self) -> str:
        for unit, seconds in (("h", 3600), ("min", 60)):
            if self.time % seconds == 0:
                return f"{self.time // seconds} {unit}"
        return f"{self.time} s"


@dataclass(frozen=True)
class OpensWithin(_Within):
    """`opens_within: {contact: citywache, time: 1h}`: closed, but not for longer than that."""

    def holds(self, world: World, language: str) -> bool:
        """Whether it opens that soon."""
        return world.opens_within(self.contact, timedelta(seconds=self.time))

    def words(self) -> Sentence:
        """In words."""
        length = self._length()
        return Sentence(f"{self.contact} öffnet in {length}", f"{self.contact} opens in {length}")


@dataclass(frozen=True)
class ClosesWithin(_Within):
    """`closes_within: {contact: citywache, time: 10 min}`: open, but not for longer than that."""

    def holds(self, world: World, language: str) -> bool:
        """Whether it closes that soon."""
        return world.closes_within(self.contact, timedelta(seconds=self.time))

    def words(self) -> Sentence:
        """In words."""
        length = self._length()
        return Sentence(f"{self.contact} schließt in {length}", f"{self.contact} closes in {length}")


@dataclass(frozen=True)
class When:
    """What stands under `when:`; all of it must hold."""

    __pydantic_config__: ClassVar[Any] = STRICT

    open: Annotated[Open | None, Doc(de="Diese Stelle ist geöffnet.", en="This contact is open.")] = None
    closed: Annotated[Closed | None, Doc(de="Diese Stelle ist geschlossen.", en="This contact is closed.")] = None
    holiday: Annotated[
        Holiday | None,
        Doc(de="Heute ist ein Feiertag (yes) oder keiner (no).", en="Today is a holiday (yes) or none (no)."),
    ] = None
    date: Annotated[Dates | None, Doc(de="Heute ist dieser Tag.", en="Today is this day.")] = None
    between: Annotated[Between | None, Doc(de="Es ist diese Tageszeit.", en="It is this time of day.")] = None
    language: Annotated[Speaks | None, Doc(de="Diese Sprache ist gewählt.", en="This language is chosen.")] = None
    opens_within: Annotated[
        OpensWithin | None, Doc(de="Die Stelle öffnet binnen dieser Zeit.", en="The contact opens within this time.")
    ] = None
    closes_within: Annotated[
        ClosesWithin | None,
        Doc(de="Die Stelle schließt binnen dieser Zeit.", en="The contact closes within this time."),
    ] = None

    def conditions(self) -> tuple[Condition, ...]:
        """Those that were written."""
        every = (
            self.open, self.closed, self.holiday, self.date,
            self.between, self.language, self.opens_within, self.closes_within,
        )  # fmt: skip
        return tuple(condition for condition in every if condition is not None)

    def contacts(self) -> tuple[ContactName, ...]:
        """The contacts that it names."""
        within = (each.contact for each in (self.opens_within, self.closes_within) if each is not None)
        return (*(each for each in (self.open, self.closed) if each is not None), *within)
