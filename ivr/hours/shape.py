"""Opening hours as they stand in contacts.yaml.

    hours:
      weekly: {Mo-Sa: 9:00-20:30}
      holidays: closed
      seasons:
        - {from: 04-01, to: 09-30, weekly: {Mo-Fr: 8:00-18:00, Sa: 9:00-14:00}}
      exceptions:
        - {every: 12-31, open: 9:00-12:00}      # the other forms stand in special.py

- `weekly`: weekdays that are not named are closed.
- `holidays`: `closed`, `as usual` (`wie immer`), or the spans of a holiday, whatever its weekday. Without
  the line holidays are as usual: only what is written closes an office, and a call to an empty one still
  ends with a number.
- `seasons`: in a season its week replaces the usual one altogether. `to` is included; 10-01 to 03-31 runs
  over New Year.
- `exceptions`: `on` a day, `from` and `to` (included), or `every` day that comes again; then `open` or
  `closed`; and, if callers should hear it, the reason in each language.

A single day wins over a range, a range over a date of every year, that over a day that moves with Easter, that
over a holiday, a holiday over a weekday of every month, that over a season, a season over the week. Two of the
same rank on one day are an error.
"""

# Without postponed annotations: pydantic reads those of the shapes, so their types must be here when it does.
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Annotated, Any, ClassVar, Self
from zoneinfo import ZoneInfo

from ivr.hours.calendar import monthly_days
from ivr.hours.dates import WEEKDAYS_PATTERN, EveryYearDay, SingleDay, in_words, read_weekdays
from ivr.hours.holidays import HolidayCalendar
from ivr.hours.recurring import Every
from ivr.hours.schedule import LEAP_YEAR, DateRange, Kind, Plan, Rule, Schedule, SeasonWeek, Week
from ivr.hours.spans import MIDNIGHT, Spans
from ivr.hours.special import Special
from ivr.source.near import nearest
from ivr.source.places import Node, Place, Row, Table, Word, place_of
from ivr.source.problems import Problem, Refused, Sentence, refuse
from ivr.source.readable import STRICT, Doc, Readable

PLANNING_MONTH = 10
"""From this month on the coming year's exceptions should be entered."""

_WEEK_WRITTEN = Sentence(
    "Eine Woche steht so da: {Mo-Fr: 9:00-18:00, Sa: 9:00-13:00}.",
    "A week is written like this: {Mo-Fr: 9:00-18:00, Sa: 9:00-13:00}.",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a week: the weekdays it names (0 for Monday) and their times."""

    key: Word
    days: tuple[int, ...]
    times: Spans

    @property
    def text(self) -> str:
        """As it is written."""
        return f"{self.key}: {self.times.text}"


@dataclass(frozen=True, slots=True)
class Weekly(Readable):
    """The lines of a week; no weekday is named twice."""

    schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "minProperties": 1,
        "patternProperties": {
            WEEKDAYS_PATTERN: Doc(de="Wann an diesen Tagen geöffnet ist.", en="When it is open on these days.").explain(
                Spans.schema
            )
        },
        "additionalProperties": False,
    }

    lines: tuple[Line, ...]
    place: Place

    @classmethod
    def read(cls, node: Node) -> Self:
        """A table from weekdays to times.

        Raises:
            Refused: `bad-week`, `bad-weekday`, `weekday-twice`, and what `Spans.read` refuses.
        """
        if not isinstance(node, Table) or not node:
            raise _no_week(node)
        problems: list[Problem] = []
        lines: list[Line] = []
        named: dict[int, Word] = {}
        for key, value in node.items():
            days: tuple[int, ...] = ()
            try:
                days = read_weekdays(key)
            except Refused as refused:
                problems += refused.problems
            if twice := [day for day in days if day in named]:
                problems.append(_weekday_twice(key, named[twice[0]]))
            named.update((day, key) for day in days)
            try:
                lines.append(Line(key, days, Spans.read(value)))
            except Refused as refused:
                problems += refused.problems
        if problems:
            raise Refused(*problems)
        return cls(tuple(lines), place_of(node))

    def warnings(self) -> Iterator[Problem]:
        """What is odd about its times; `overlapping-spans` also where a night runs into the next morning."""
        for line in self.lines:
            yield from line.times.warnings
        yield from _nights_into_mornings(self.lines)

    def week(self, kind: Kind, before: str) -> Week:
        """The seven plans; `before` stands in front of each rule's text. A weekday not named refers to the
        whole week.
        """
        whole = Rule(kind, self.place, before + ", ".join(line.text for line in self.lines))
        plans = {
            day: Plan(line.times.spans, Rule(kind, line.key.place, before + line.text))
            for line in self.lines
            for day in line.days
        }
        mo, di, mi, do, fr, sa, so = (plans.get(day, Plan((), whole)) for day in range(7))
        return (mo, di, mi, do, fr, sa, so)


def _no_week(node: Node) -> Refused:
    """Something stands there that is no table of weekdays."""
    if isinstance(node, Row):
        lines = [f"{key}: {value}" for item in node if isinstance(item, Table) for key, value in item.items()]
        repaired = f"{{{', '.join(lines) or 'Mo-Fr: 9:00-18:00, Sa: 9:00-13:00'}}}"
        return refuse(
            node.place,
            "bad-week",
            "Die Wochentage stehen hier als Liste.",
            "The weekdays stand in a list here.",
            hint=Sentence(
                f"Schreiben Sie sie ohne Striche und eckige Klammern: weekly: {repaired}",
                f"Write them without dashes and square brackets: weekly: {repaired}",
            ),
        )
    return refuse(
        place_of(node),
        "bad-week",
        "Hier fehlen die Wochentage.",
        "The weekdays are missing here.",
        hint=_WEEK_WRITTEN,
    )


def _weekday_twice(key: Word, first: Word) -> Problem:
    return Problem(
        key.place,
        "weekday-twice",
        Sentence(
            f"„{key}“ nennt einen Wochentag, der schon unter „{first}“ steht.",
            f"“{key}” names a weekday that stands under “{first}” already.",
        ),
        Sentence(
            "Mehrere Zeiten eines Tages stehen in einer Zeile: [8:00-12:00, 13:00-17:30].",
            "Several times of one day stand on one line: [8:00-12:00, 13:00-17:30].",
        ),
        also=first.place,
    )


def _nights_into_mornings(lines: Iterable[Line]) -> Iterator[Problem]:
    on = {day: line for line in lines for day in line.days if line.times.spans}
    seen = set()
    for day, night in on.items():
        morning = on.get((day + 1) % 7)
        if morning is None or (night.key, morning.key) in seen:
            continue
        if morning.times.spans[0].opens + MIDNIGHT < night.times.spans[-1].closes:
            seen.add((night.key, morning.key))
            yield Problem(
                morning.times.place,
                "overlapping-spans",
                Sentence(
                    f"„{morning.text}“ beginnt, während „{night.text}“ vom Vortag noch läuft.",
                    f"“{morning.text}” begins while “{night.text}” of the day before still runs.",
                ),
                Sentence(
                    "Lassen Sie die eine Zeit enden, bevor die andere beginnt.",
                    "Let the one end before the other begins.",
                ),
                "warning",
                also=night.times.place,
            )


@dataclass(frozen=True, slots=True)
class OnHolidays(Readable):
    """What holds on public holidays: `times`, or None for as usual."""

    schema: ClassVar[dict[str, Any]] = {"anyOf": [{"enum": ["as usual", "wie immer"]}, *Spans.schema["anyOf"]]}

    times: Spans | None

    @classmethod
    def read(cls, node: Node) -> Self:
        """`closed`, `as usual`, or times.

        Raises:
            Refused: `bad-holidays`, and what `Spans.read` refuses.
        """
        if isinstance(node, Word):
            words = " ".join(node.lower().split())
            if words in ("as usual", "wie immer"):
                return cls(None)
            if not re.search(r"\d", words) and words not in ("closed", "geschlossen"):
                meant = nearest(words, ("closed", "geschlossen", "as usual", "wie immer"))
                raise refuse(
                    node.place,
                    "bad-holidays",
                    f"„{node}“ sagt nicht, was an Feiertagen gilt.",
                    f"“{node}” does not say what holds on holidays.",
                    hint=Sentence(
                        (f"Meinten Sie „{meant}“? " if meant else "")
                        + "Erlaubt sind „closed“ (geschlossen), „as usual“ (wie immer) oder Zeiten wie 10:00-14:00.",
                        (f"Did you mean “{meant}”? " if meant else "")
                        + "Allowed are “closed”, “as usual”, or times like 10:00-14:00.",
                    ),
                )
        return cls(Spans.read(node))


AS_USUAL = OnHolidays(None)


@dataclass(frozen=True, slots=True)
class Season:
    """A part of every year with a week of its own."""

    __pydantic_config__: ClassVar[Any] = STRICT

    from_: Annotated[EveryYearDay, Doc(de="Erster Tag, z. B. 04-01.", en="First day, e.g. 04-01.")]
    to: Annotated[EveryYearDay, Doc(de="Letzter Tag, eingeschlossen.", en="Last day, included.")]
    weekly: Annotated[
        Weekly,
        Doc(de="Die Woche, die dann statt der üblichen gilt.", en="The week that then replaces the usual one."),
    ]

    def build(self) -> SeasonWeek:
        """The season as the schedule knows it."""
        week = self.weekly.week("season", f"from {self.from_.text} to {self.to.text}, ")
        return SeasonWeek(self.from_.day, self.to.day, week)


@dataclass(frozen=True, slots=True)
class Hours:
    """One contact's opening hours, sound in themselves: whatever clashes was refused when this was made."""

    __pydantic_config__: ClassVar[Any] = STRICT

    weekly: Annotated[
        Weekly,
        Doc(
            de="Die übliche Woche: {Mo-Sa: 9:00-20:30}. Nicht genannte Tage sind geschlossen.",
            en="The usual week: {Mo-Sa: 9:00-20:30}. Days not named are closed.",
        ),
    ]
    holidays: Annotated[
        OnHolidays,
        Doc(
            de="An Feiertagen: closed (geschlossen), as usual (wie immer, auch ohne Angabe) oder Zeiten.",
            en="On public holidays: closed, as usual (also when left out), or times.",
        ),
    ] = AS_USUAL
    seasons: Annotated[
        list[Annotated[Season, Doc(de="Ein Teil des Jahres.", en="A part of the year.")]],
        Doc(de="Teile des Jahres mit eigener Woche.", en="Parts of the year with a week of their own."),
    ] = field(default_factory=list)
    exceptions: Annotated[
        list[Annotated[Special, Doc(de="Ein Tag oder ein Zeitraum.", en="A day or a range.")]],
        Doc(de="Tage, an denen etwas anderes gilt.", en="Days on which something else holds."),
    ] = field(default_factory=list)

    def __post_init__(self) -> None:
        problems = [
            *self._empty_exceptions(),
            *_season_clashes(self.seasons),
            *_same_day((day.date, day.place, f"on: {day.text}") for day, _ in self._singles()),
            *_same_day((day.day or day.easter, day.place, f"every: {day.text}") for day, _ in self._every()),
            *_monthly_clashes([day for day, _ in self._every() if day.monthly]),
            *_range_clashes(self._ranges()),
        ]
        if problems:
            raise Refused(*problems)

    def build(self, zone: ZoneInfo, calendar: HolidayCalendar | None) -> Schedule:
        """The schedule in a zone, with the holidays of a calendar (None: there are none)."""
        times = self.holidays.times
        return Schedule(
            zone=zone,
            calendar=calendar,
            usual=self.weekly.week("week", ""),
            seasons=tuple(season.build() for season in self.seasons),
            holiday=None
            if times is None
            else Plan(times.spans, Rule("holiday", times.place, f"holidays: {times.text}")),
            monthly=tuple((day.monthly, special.plan()) for day, special in self._every() if day.monthly),
            movable={day.easter: special.plan() for day, special in self._every() if day.easter is not None},
            every={day.day: special.plan() for day, special in self._every() if day.day},
            ranges=tuple(
                sorted(DateRange(first.date, last.date, special.plan()) for first, last, special in self._ranges())
            ),
            dates={day.date: special.plan() for day, special in self._singles()},
        )

    def _singles(self) -> list[tuple[SingleDay, Special]]:
        return [(special.on, special) for special in self.exceptions if special.on is not None]

    def warnings(self, today: date | None) -> Iterator[Problem]:
        """What is no error, but probably not meant: odd times, and, if it is known what day it is, exceptions that
        are over and a coming year in which nothing is entered yet.
        """
        yield from self.weekly.warnings()
        yield from self.holidays.times.warnings if self.holidays.times else ()
        for season in self.seasons:
            yield from season.weekly.warnings()
        for special in self.exceptions:
            yield from special.warnings()
            last = special.last_day()
            if today is not None and last is not None and last < today and special.place is not None:
                yield _over(special.place, last)
        if today is not None and today.month >= PLANNING_MONTH:
            entered = [(day.date, day.place) for day, _ in self._singles()]
            entered += [(first.date, first.place) for first, _, _ in self._ranges()]
            yield from missing_entries(entered, today.year + 1)

    def _every(self) -> list[tuple[Every, Special]]:
        return [(special.every, special) for special in self.exceptions if special.every is not None]

    def _ranges(self) -> list[tuple[SingleDay, SingleDay, Special]]:
        return [
            (special.from_, special.to, special)
            for special in self.exceptions
            if special.from_ is not None and special.to is not None
        ]

    def _empty_exceptions(self) -> Iterator[Problem]:
        # An empty table has no word to point at; the week is the nearest that has.
        if any(special.place is None for special in self.exceptions):
            yield Problem(
                self.weekly.place,
                "exception-day",
                Sentence("Eine Ausnahme dieser Öffnungszeiten ist leer.", "An exception of these hours is empty."),
                Sentence(
                    "Löschen Sie die leere Zeile unter „exceptions:“.",
                    "Delete the empty line under “exceptions:”.",
                ),
            )


def _season_clashes(seasons: Iterable[Season]) -> Iterator[Problem]:
    for first, second in combinations(seasons, 2):
        one, other = first.build(), second.build()
        shared = next((day for day in LEAP_YEAR if one.holds_on(day) and other.holds_on(day)), None)
        if shared is not None:
            yield _clash(second.from_.place, first.from_.place, f"{shared:%m-%d}", in_words(shared.month, shared.day))


def _same_day(days: Iterable[tuple[date | tuple[int, int] | int | None, Place, str]]) -> Iterator[Problem]:
    first: dict[object, Place] = {}
    for day, place, text in days:
        if day is not None and first.setdefault(day, place) is not place:
            yield _clash(place, first[day], text, in_words(*day) if isinstance(day, tuple) else None)


def _monthly_clashes(days: Sequence[Every]) -> Iterator[Problem]:
    for first, second in combinations(days, 2):
        assert first.monthly is not None
        assert second.monthly is not None
        # In 28 years every month has begun on every weekday, in leap years too.
        for year in range(2001, 2029):
            if both := monthly_days(first.monthly, year) & monthly_days(second.monthly, year):
                yield _clash(second.place, first.place, f"every: {second.text}, {min(both).isoformat()}")
                break


def _over(place: Place, last: date) -> Problem:
    return Problem(
        place,
        "exception-over",
        Sentence(
            f"Diese Ausnahme ist seit dem {last:%d.%m.%Y} vorbei.",
            f"This exception has been over since {last.isoformat()}.",
        ),
        Sentence("Löschen Sie die Zeile, oder ändern Sie das Jahr.", "Delete the line, or change the year."),
        "warning",
    )


def missing_entries(entered: Iterable[tuple[date, Place]], year: int) -> Iterator[Problem]:
    """A warning when a year has no dated exception, though the year before has; `entered` are the first days of all."""
    dated = sorted(entered)
    before = [place for day, place in dated if day.year == year - 1]
    if not before or any(day.year == year for day, _ in dated):
        return
    yield Problem(
        before[-1],
        "next-year-missing",
        Sentence(
            f"Für {year} ist noch keine Ausnahme eingetragen (für {year - 1}: {len(before)}).",
            f"No exception is entered for {year} yet (for {year - 1}: {len(before)}).",
        ),
        Sentence(
            f"Tragen Sie die Tage von {year} ein; was jedes Jahr gilt, steht besser unter „every:“.",
            f"Enter the days of {year}; what holds every year stands better under “every:”.",
        ),
        "warning",
    )


def _range_clashes(ranges: Iterable[tuple[SingleDay, SingleDay, Special]]) -> Iterator[Problem]:
    for (first, last, _), (other_first, other_last, _) in combinations(ranges, 2):
        shared = max(first.date, other_first.date)
        if shared <= min(last.date, other_last.date):
            yield _clash(other_first.place, first.place, shared.isoformat())


def _clash(place: Place, earlier: Place, day: str, words: Sentence | None = None) -> Problem:
    """Two lines for one day, with the day in words where its spelling can be taken for another's."""
    named = Sentence(f"{day}, {words.de}", f"{day}, {words.en}") if words else Sentence(day, day)
    return Problem(
        place,
        "same-day-twice",
        Sentence(
            f"Für denselben Tag ({named.de}) gilt schon Zeile {earlier.line}.",
            f"Line {earlier.line} holds for the same day ({named.en}) already.",
        ),
        Sentence(
            "Löschen Sie eine der beiden, oder ändern Sie ihre Tage. "
            "Ein einzelner Tag („on“) darf in einem Zeitraum liegen.",
            "Delete one of the two, or change its days. A single day (“on”) may lie within a range.",
        ),
        also=earlier,
    )
