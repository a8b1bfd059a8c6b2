"""Opening hours as they stand in contacts.yaml.

    hours:
      weekly: {Mo-Sa: 9:00-20:30}
      holidays: closed
      seasons:
        - {from: 04-01, to: 09-30, weekly: {Mo-Fr: 8:00-18:00, Sa: 9:00-14:00}}
      exceptions:
        - {on: 2026-12-06, open: 13:00-18:00, reason: {de: verkaufsoffener Sonntag, en: Sunday opening of
          the shops}}
        - {from: 2026-12-24, to: 2027-01-03, closed: yes, reason: {de: Betriebsferien, en: company holidays}}
        - {every: 12-31, open: 9:00-12:00}

- `weekly`: weekdays that are not named are closed.
- `holidays`: `closed`, `as usual` (`wie immer`), or the spans of a holiday, whatever its weekday. Without
  the line holidays are as usual: only what is written closes an office, and a call to an empty one still
  ends with a number.
- `seasons`: in a season its week replaces the usual one altogether. `to` is included; 10-01 to 03-31 runs
  over New Year.
- `exceptions`: `on` a day, `from` and `to` (included), or `every` year on a day; then `open` with times, or
  `closed: yes`; and, if callers should hear it, the reason in each language.

A single day wins over a range, a range over a day of every year, that over a holiday, a holiday over a
season, a season over the week. Two of the same rank on one day are an error.
"""

# Without postponed annotations: pydantic reads those of the shapes, so their types must be here when it does.
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Self
from zoneinfo import ZoneInfo

from ivr.hours.dates import WEEKDAYS_PATTERN, EveryYearDay, SingleDay, read_weekdays
from ivr.hours.holidays import HolidayCalendar
from ivr.hours.schedule import LEAP_YEAR, DateRange, Kind, Plan, Rule, Schedule, SeasonWeek, Week
from ivr.hours.spans import MIDNIGHT, Spans
from ivr.source.places import Node, Place, Table, Word, place_of
from ivr.source.problems import Problem, Refused, Sentence, refuse
from ivr.source.readable import STRICT, Doc, Readable

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
        "patternProperties": {WEEKDAYS_PATTERN: Spans.schema},
        "additionalProperties": False,
    }

    lines: tuple[Line, ...]
    place: Place

    @classmethod
    def read(cls, node: Node) -> Self:
        """A table from weekdays to times.

        Raises:
            Refused: `bad-week`, `bad-weekday`, `weekday-twice`, what `Spans.read` refuses, and
                `overlapping-spans` where a night runs into the opening of the next morning.
        """
        if not isinstance(node, Table) or not node:
            raise refuse(
                place_of(node),
                "bad-week",
                "Hier fehlen die Wochentage.",
                "The weekdays are missing here.",
                hint=_WEEK_WRITTEN,
            )
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
        if not problems:
            problems += _nights_into_mornings(lines)
        if problems:
            raise Refused(*problems)
        return cls(tuple(lines), place_of(node))

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
                raise refuse(
                    node.place,
                    "bad-holidays",
                    f"„{node}“ sagt nicht, was an Feiertagen gilt.",
                    f"“{node}” does not say what holds on holidays.",
                    hint=Sentence(
                        "Erlaubt sind „closed“ (geschlossen), „as usual“ (wie immer) oder Zeiten wie 10:00-14:00.",
                        "Allowed are “closed”, “as usual”, or times like 10:00-14:00.",
                    ),
                )
        return cls(Spans.read(node))


AS_USUAL = OnHolidays(None)


@dataclass(frozen=True, slots=True)
class Closed(Readable):
    """`closed: yes`. A `no` is refused: it would not say when it is open."""

    schema: ClassVar[dict[str, Any]] = {"enum": ["yes", "ja", "true", True]}

    place: Place

    @classmethod
    def read(cls, node: Node) -> Self:
        """`yes`, `ja` or `true`.

        Raises:
            Refused: `bad-closed`.
        """
        if isinstance(node, Word) and node.strip().lower() in ("yes", "ja", "true"):
            return cls(node.place)
        raise refuse(
            place_of(node),
            "bad-closed",
            "Hinter „closed:“ steht „yes“ oder „ja“.",
            "After “closed:” stands “yes”.",
            hint=Sentence(
                "Wenn geöffnet ist, schreiben Sie stattdessen die Zeiten: open: 9:00-12:00.",
                "If it is open, write the times instead: open: 9:00-12:00.",
            ),
        )


@dataclass(frozen=True, slots=True)
class Reason(Readable):
    """Why a day is different, in the words that callers hear, by language. Never empty."""

    schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "minProperties": 1,
        "patternProperties": {"^[a-z]{2}$": {"type": "string", "pattern": r"^\D+$"}},
        "additionalProperties": False,
    }

    texts: Mapping[str, Word]
    place: Place

    @classmethod
    def read(cls, node: Node) -> Self:
        """A table from languages to words.

        Raises:
            Refused: `bad-reason`, `bad-language`, and `raw-digits`: a digit is never left to the voice.
        """
        if not isinstance(node, Table) or not node:
            written = node.strip() if isinstance(node, Word) else ""
            raise refuse(
                place_of(node),
                "bad-reason",
                "Der Grund steht je Sprache da.",
                "The reason is written by language.",
                hint=Sentence(
                    f"Schreiben Sie: reason: {{de: {written or 'Betriebsferien'}, en: …}}",
                    f"Write: reason: {{de: {written or 'Betriebsferien'}, en: …}}",
                ),
            )
        problems = [problem for key, value in node.items() for problem in _reason_problems(key, value)]
        if problems:
            raise Refused(*problems)
        texts = {
            str(key): Word(" ".join(value.split()), value.place)
            for key, value in node.items()
            if isinstance(value, Word)
        }
        return cls(MappingProxyType(texts), place_of(node))


def _reason_problems(key: Word, value: Node) -> Iterator[Problem]:
    if re.fullmatch("[a-z]{2}", key) is None:
        yield Problem(
            key.place,
            "bad-language",
            Sentence(f"„{key}“ ist kein Sprachkürzel.", f"“{key}” is no language code."),
            Sentence(
                "Zum Beispiel: de für Deutsch, en für Englisch.",
                "For example: de for German, en for English.",
            ),
        )
    if not isinstance(value, Word) or not value.strip():
        yield Problem(
            place_of(value),
            "bad-reason",
            Sentence("Hier fehlen die Worte, die Anrufer hören.", "The words that callers hear are missing here."),
        )
    elif re.search(r"\d", value):
        yield Problem(
            value.place,
            "raw-digits",
            Sentence(
                f"In „{value}“ stehen Ziffern, die jede Stimme anders vorliest.",
                f"“{value}” has digits, which every voice reads differently.",
            ),
            Sentence(
                "Schreiben Sie Zahlen in Worten: „bis zum dritten Januar“.",
                "Write numbers as words: “until January third”.",
            ),
        )


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
class Special:
    """An exception: a day or days on which the week does not hold."""

    __pydantic_config__: ClassVar[Any] = STRICT

    on: Annotated[SingleDay | None, Doc(de="Ein einzelner Tag: 2026-12-06.", en="A single day: 2026-12-06.")] = None
    from_: Annotated[SingleDay | None, Doc(de="Erster Tag eines Zeitraums.", en="First day of a range.")] = None
    to: Annotated[SingleDay | None, Doc(de="Letzter Tag, eingeschlossen.", en="Last day, included.")] = None
    every: Annotated[EveryYearDay | None, Doc(de="Ein Tag jedes Jahres: 12-31.", en="A day of every year: 12-31.")] = (
        None
    )
    open: Annotated[Spans | None, Doc(de="Dann geöffnet: 9:00-12:00.", en="Open then: 9:00-12:00.")] = None
    closed: Annotated[Closed | None, Doc(de="Dann geschlossen: yes.", en="Closed then: yes.")] = None
    reason: Annotated[
        Reason | None, Doc(de="Warum, in Worten, die Anrufer hören.", en="Why, in words that callers hear.")
    ] = None

    def __post_init__(self) -> None:
        if self.place is not None:
            problems = [*self._day_problems(self.place), *self._times_problems(self.place)]
            if problems:
                raise Refused(*problems)

    @property
    def place(self) -> Place | None:
        """Where the exception stands: its day if it has one, else its first word; None for `{}`."""
        parts = (self.on, self.from_, self.every, self.to, self.open, self.closed, self.reason)
        return next((part.place for part in parts if part is not None), None)

    def plan(self) -> Plan:
        """The spans of the day or days, and the rule with the words of the file."""
        kind, when = self._when()
        times = "closed" if self.open is None else f"open {self.open.text}"
        reason = None if self.reason is None else self.reason.texts
        said = "" if reason is None else f" ({next(iter(reason.values()))})"
        assert self.place is not None
        return Plan(self.open.spans if self.open else (), Rule(kind, self.place, f"{when}: {times}{said}", reason))

    def _when(self) -> tuple[Kind, str]:
        if self.on is not None:
            return "date", f"on {self.on.text}"
        if self.every is not None:
            return "every", f"every {self.every.text}"
        assert self.from_ is not None
        assert self.to is not None
        return "range", f"from {self.from_.text} to {self.to.text}"

    def _day_problems(self, place: Place) -> Iterator[Problem]:
        given = tuple(
            name
            for name, part in (("on", self.on), ("from", self.from_), ("to", self.to), ("every", self.every))
            if part is not None
        )
        if given not in (("on",), ("from", "to"), ("every",)):
            yield Problem(
                place,
                "exception-day",
                Sentence(
                    "Hier ist nicht klar, an welchem Tag die Ausnahme gilt.",
                    "It is not clear on which day this exception holds.",
                ),
                Sentence(
                    "Erlaubt ist eines davon: „on: 2026-12-06“, „from: 2026-12-24, to: 2027-01-03“ "
                    "oder „every: 12-31“.",
                    "One of these is allowed: “on: 2026-12-06”, “from: 2026-12-24, to: 2027-01-03” or “every: 12-31”.",
                ),
            )
        if self.from_ and self.to and self.to.date < self.from_.date:
            yield Problem(
                self.to.place,
                "range-backwards",
                Sentence(
                    f"Der Zeitraum endet am {self.to.text}, bevor er am {self.from_.text} beginnt.",
                    f"The range ends on {self.to.text}, before it begins on {self.from_.text}.",
                ),
                Sentence(
                    "Tauschen Sie die beiden Tage, oder prüfen Sie das Jahr.",
                    "Swap the two days, or check the year.",
                ),
                also=self.from_.place,
            )
        if self.every and self.every.day == (2, 29):
            yield Problem(
                self.every.place,
                "leap-day-every-year",
                Sentence("Den 29. Februar gibt es nicht jedes Jahr.", "Not every year has a 29 February."),
                Sentence(
                    "Nehmen Sie „every: 02-28“ oder „every: 03-01“, oder das eine Datum: „on: 2028-02-29“.",
                    "Take “every: 02-28” or “every: 03-01”, or the one date: “on: 2028-02-29”.",
                ),
            )

    def _times_problems(self, place: Place) -> Iterator[Problem]:
        if (self.open is None) == (self.closed is None):
            yield Problem(
                place if self.closed is None else self.closed.place,
                "exception-times",
                Sentence(
                    "Hier ist nicht klar, ob dann geöffnet oder geschlossen ist.",
                    "It is not clear whether it is open or closed then.",
                ),
                Sentence(
                    "Erlaubt ist eines davon: „open: 9:00-12:00“ oder „closed: yes“.",
                    "One of these is allowed: “open: 9:00-12:00” or “closed: yes”.",
                ),
            )
        elif self.open is not None and not self.open.spans:
            yield Problem(
                self.open.place,
                "exception-times",
                Sentence(
                    f"„open: {self.open.text}“ widerspricht sich.",
                    f"“open: {self.open.text}” contradicts itself.",
                ),
                Sentence("Schreiben Sie „closed: yes“.", "Write “closed: yes”."),
            )


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
        list[Season],
        Doc(de="Teile des Jahres mit eigener Woche.", en="Parts of the year with a week of their own."),
    ] = field(default_factory=list)
    exceptions: Annotated[
        list[Special],
        Doc(de="Tage, an denen etwas anderes gilt.", en="Days on which something else holds."),
    ] = field(default_factory=list)

    def __post_init__(self) -> None:
        problems = [
            *self._empty_exceptions(),
            *_season_clashes(self.seasons),
            *_same_day(self._singles(), "on"),
            *_same_day(self._yearly(), "every"),
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
            every={day.day: special.plan() for day, special in self._yearly()},
            ranges=tuple(
                sorted(DateRange(first.date, last.date, special.plan()) for first, last, special in self._ranges())
            ),
            dates={day.date: special.plan() for day, special in self._singles()},
        )

    def _singles(self) -> list[tuple[SingleDay, Special]]:
        return [(special.on, special) for special in self.exceptions if special.on is not None]

    def _yearly(self) -> list[tuple[EveryYearDay, Special]]:
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
            yield _clash(second.from_.place, first.from_.place, f"{shared:%m-%d}")


def _same_day(
    days: Iterable[tuple[SingleDay, Special]] | Iterable[tuple[EveryYearDay, Special]], word: str
) -> Iterator[Problem]:
    first: dict[object, Place] = {}
    for day, _ in days:
        key = day.date if isinstance(day, SingleDay) else day.day
        if key in first:
            yield _clash(day.place, first[key], f"{word}: {day.text}")
        first.setdefault(key, day.place)


def _range_clashes(ranges: Iterable[tuple[SingleDay, SingleDay, Special]]) -> Iterator[Problem]:
    for (first, last, _), (other_first, other_last, _) in combinations(ranges, 2):
        shared = max(first.date, other_first.date)
        if shared <= min(last.date, other_last.date):
            yield _clash(other_first.place, first.place, shared.isoformat())


def _clash(place: Place, earlier: Place, day: str) -> Problem:
    return Problem(
        place,
        "same-day-twice",
        Sentence(
            f"Für denselben Tag ({day}) gilt schon Zeile {earlier.line}.",
            f"Line {earlier.line} holds for the same day ({day}) already.",
        ),
        Sentence(
            "Löschen Sie eine der beiden, oder ändern Sie ihre Tage. "
            "Ein einzelner Tag („on“) darf in einem Zeitraum liegen.",
            "Delete one of the two, or change its days. A single day (“on”) may lie within a range.",
        ),
        also=earlier,
    )
