"""Exceptions as they stand in contacts.yaml: on which days, what holds then, and why.

    - {on: 2026-12-06, open: 13:00-18:00, reason: {de: verkaufsoffener Sonntag, en: Sunday opening of the shops}}
    - {from: 2026-12-24, to: 2027-01-03, closed: yes, reason: {de: Betriebsferien, en: company holidays}}
    - {every: 12-31, open: 9:00-12:00}
    - {every: Fronleichnam, open: as usual}
    - {every: first We, closed: from 14:00, reason: {de: Personalversammlung, en: staff meeting}}

`open` has times, `as usual` (the week holds, holiday or not), or `from 14:00` or `until 14:00`: the hours that would
hold anyway, but only so far. `closed` has `yes`, times that are taken out of the hours, or `from` and `until`.
"""

# Without postponed annotations: pydantic reads those of the shapes, so their types must be here when it does.
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

from ivr.hours.dates import SingleDay
from ivr.hours.recurring import Every
from ivr.hours.schedule import Kind, Plan, Rule
from ivr.hours.spans import CLOSED_WORDS, LOOSE_SPAN, MIDNIGHT, ONE_TIME, Span, Spans, read_time
from ivr.source.codes import LANGUAGE, wrong_code
from ivr.source.near import nearest
from ivr.source.places import Node, Place, Table, Word, place_of
from ivr.source.problems import Problem, Refused, Sentence, refuse
from ivr.source.readable import STRICT, Doc, Readable

_END = 2 * MIDNIGHT
"""Past every night that begins on a day."""

_PART = re.compile(r"(from|ab|until|bis)\s+(.+)", re.IGNORECASE)
_PART_PATTERN = r"^(from|ab|until|bis) \d"


def _part(node: Node, *, midnight_from: bool) -> tuple[bool, int] | None:
    """Whether a value is "from" (or "until") a time, and the time in minutes; None when it is something else.

    24:00 can stand where a night goes on behind it: after "until" when open, after "from" (`midnight_from`) when
    closed.

    Raises:
        Refused: `bad-time`.
    """
    found = _PART.fullmatch(node.strip()) if isinstance(node, Word) else None
    if found is None or not isinstance(node, Word) or LOOSE_SPAN.fullmatch(node.strip()):
        return None  # `from 9:00 to 12:00` is a span
    begins = found[1].lower() in ("from", "ab")
    return begins, read_time(Word(found[2], node.place), to_midnight=begins is midnight_from)


def _not_alone(node: Node, field: str) -> None:
    """Refuses a time of day that is neither a beginning nor an end.

    Raises:
        Refused: `bad-span`.
    """
    if not isinstance(node, Word) or ONE_TIME.fullmatch(node.strip()) is None:
        return
    raise refuse(
        node.place,
        "bad-span",
        f"„{node}“ allein sagt nicht, ob die Zeit dann beginnt oder endet.",
        f"“{node}” alone does not say whether the time begins or ends then.",
        hint=Sentence(
            f"Schreiben Sie „{field}: ab {node}“, „{field}: bis {node}“ oder beide Zeiten: {field}: 9:00-12:00.",
            f"Write “{field}: from {node}”, “{field}: until {node}” or both times: {field}: 9:00-12:00.",
        ),
    )


def _no_times(word: Word) -> Refused:
    """What stands behind `open:` has no time in it."""
    written = word.strip().lower()
    guess = Sentence("", "")
    if written in ("no", "nein", "false"):
        guess = Sentence("Schreiben Sie „closed: yes“. ", "Write “closed: yes”. ")
    elif meant := nearest(written, ("as usual", "wie immer", *CLOSED_WORDS)):
        guess = Sentence(f"Meinten Sie „{meant}“? ", f"Did you mean “{meant}”? ")
    return refuse(
        word.place,
        "bad-open",
        f"„{word}“ sagt nicht, wann geöffnet ist." if written else "Hier fehlt, wann geöffnet ist.",
        f"“{word}” does not say when it is open." if written else "It is not said here when it is open.",
        hint=Sentence(
            guess.de + "Erlaubt sind Zeiten (9:00-12:00), „as usual“ (wie immer), „ab 14:00“ und „bis 14:00“.",
            guess.en + "Allowed are times (9:00-12:00), “as usual”, “from 14:00” and “until 14:00”.",
        ),
    )


@dataclass(frozen=True, slots=True)
class Opened(Readable):
    """What stands under `open:`: times of its own, the usual ones (`as_usual`), or those that a cut leaves."""

    schema: ClassVar[dict[str, Any]] = {
        "anyOf": [
            {"enum": ["as usual", "wie immer"]},
            {"type": "string", "pattern": _PART_PATTERN},
            *Spans.schema["anyOf"],
        ],
        "examples": ["9:00-12:00", "as usual", "from 14:00", "until 14:00"],
    }

    place: Place
    text: str
    times: Spans | None = None
    cut: tuple[Span, ...] = ()
    as_usual: bool = False

    @classmethod
    def read(cls, node: Node) -> "Opened":
        """Times, `as usual`, `from 14:00` or `until 14:00`.

        Raises:
            Refused: `bad-open`, `bad-time`, `exception-times` for `closed`, and what `Spans.read` refuses.
        """
        if isinstance(node, Word) and " ".join(node.lower().split()) in ("as usual", "wie immer"):
            return cls(node.place, node.strip(), as_usual=True)
        if isinstance(node, Word) and not re.search(r"\d", node) and node.strip().lower() not in CLOSED_WORDS:
            raise _no_times(node)
        _not_alone(node, "open")
        if (part := _part(node, midnight_from=False)) is not None:
            begins, minutes = part
            cut = Span(0, minutes) if begins else Span(minutes, _END)
            return cls(place_of(node), str(node).strip(), cut=(cut,))
        times = Spans.read(node)
        if not times.spans and not times.warnings:
            raise refuse(
                times.place,
                "exception-times",
                f"„open: {times.text}“ widerspricht sich.",
                f"“open: {times.text}” contradicts itself.",
                hint=Sentence("Schreiben Sie „closed: yes“.", "Write “closed: yes”."),
            )
        return cls(times.place, times.text, times)


@dataclass(frozen=True, slots=True)
class Closed(Readable):
    """What stands under `closed:`: the whole day (no `cut`), or a part of it. A `no` is refused: it says nothing."""

    schema: ClassVar[dict[str, Any]] = {
        "anyOf": [
            {"enum": ["yes", "ja", "true", True]},
            {"type": "string", "pattern": _PART_PATTERN},
            *Spans.schema["anyOf"],
        ],
        "examples": ["yes", "from 14:00", "until 12:00", "12:00-14:00"],
    }

    place: Place
    text: str
    cut: tuple[Span, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @classmethod
    def read(cls, node: Node) -> "Closed":
        """`yes`, `ja`, `true`, times, `from 14:00` or `until 12:00`.

        Raises:
            Refused: `bad-closed`, `bad-time`, and what `Spans.read` refuses.
        """
        if isinstance(node, Word) and node.strip().lower() in ("yes", "ja", "true"):
            return cls(node.place, "")
        _not_alone(node, "closed")
        if (part := _part(node, midnight_from=True)) is not None:
            begins, minutes = part
            return cls(place_of(node), f" {node}", (Span(minutes, _END) if begins else Span(0, minutes),))
        if not isinstance(node, Table) and re.search(r"\d", str(node)):
            times = Spans.read(node)
            if times.spans and times.spans[-1].closes > MIDNIGHT:
                raise refuse(
                    times.place,
                    "bad-closed",
                    f"„{times.text}“ reicht über Mitternacht; eine Ausnahme nimmt nur ihrem eigenen Tag etwas weg.",
                    f"“{times.text}” reaches past midnight; an exception takes from its own day only.",
                    hint=Sentence(
                        "Schreiben Sie „closed: from 23:00“, oder geben Sie die Zeiten an: open: 20:00-23:00.",
                        "Write “closed: from 23:00”, or give the times: open: 20:00-23:00.",
                    ),
                )
            if times.spans:
                return cls(times.place, f" {times.text}", times.spans, times.warnings)
        raise refuse(
            place_of(node),
            "bad-closed",
            "Hinter „closed:“ steht „yes“ oder „ja“, oder die Zeit, in der geschlossen ist.",
            "After “closed:” stands “yes”, or the time in which it is closed.",
            hint=Sentence(
                "Zum Beispiel „closed: from 14:00“. Wenn geöffnet ist, schreiben Sie die Zeiten: open: 9:00-12:00.",
                "For example “closed: from 14:00”. If it is open, write the times: open: 9:00-12:00.",
            ),
        )


@dataclass(frozen=True, slots=True)
class Reason(Readable):
    """Why a day is different, in the words that callers hear, by language. Never empty."""

    schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "minProperties": 1,
        "patternProperties": {
            f"^{LANGUAGE}$": {
                "type": "string",
                "pattern": r"^\D+$",
                "description": "Der Grund in dieser Sprache. / The reason in this language.",
            }
        },
        "additionalProperties": False,
    }

    texts: Mapping[str, Word]
    place: Place

    @classmethod
    def read(cls, node: Node) -> "Reason":
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
    if (wrong := wrong_code(key)) is not None:
        yield wrong
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
class Special:
    """An exception: a day or days on which the week does not hold."""

    __pydantic_config__: ClassVar[Any] = STRICT

    on: Annotated[SingleDay | None, Doc(de="Ein einzelner Tag: 2026-12-06.", en="A single day: 2026-12-06.")] = None
    from_: Annotated[SingleDay | None, Doc(de="Erster Tag eines Zeitraums.", en="First day of a range.")] = None
    to: Annotated[SingleDay | None, Doc(de="Letzter Tag, eingeschlossen.", en="Last day, included.")] = None
    every: Annotated[
        Every | None,
        Doc(
            de="Ein Tag, der wiederkehrt: 12-31, Rosenmontag, erster Mi.",
            en="A day that comes again: 12-31, Carnival Monday, first We.",
        ),
    ] = None
    open: Annotated[
        Opened | None,
        Doc(
            de="Dann geöffnet: 9:00-12:00, as usual (wie immer), from 14:00 (ab), until 14:00 (bis).",
            en="Open then: 9:00-12:00, as usual, from 14:00, until 14:00.",
        ),
    ] = None
    closed: Annotated[
        Closed | None,
        Doc(
            de="Dann geschlossen: yes, from 14:00 (ab), until 12:00 (bis), 12:00-14:00.",
            en="Closed then: yes, from 14:00, until 12:00, 12:00-14:00.",
        ),
    ] = None
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
        times = f"closed{self.closed.text}" if self.closed else f"open {self.open.text}" if self.open else ""
        reason = None if self.reason is None else self.reason.texts
        said = "" if reason is None else f" ({next(iter(reason.values()))})"
        assert self.place is not None
        rule = Rule(kind, self.place, f"{when}: {times}{said}", reason)
        if self.open is not None:
            return Plan(self.open.times.spans if self.open.times else (), rule, self.open.cut, self.open.as_usual)
        return Plan((), rule, self.closed.cut if self.closed else ())

    def last_day(self) -> date | None:
        """The last day on which it holds; None for one that comes again."""
        ends = self.to or self.on
        return ends.date if ends else None

    def warnings(self) -> Iterator[Problem]:
        """What is odd about its times."""
        yield from self.open.times.warnings if self.open and self.open.times else ()
        yield from self.closed.warnings if self.closed else ()

    def _when(self) -> tuple[Kind, str]:
        if self.on is not None:
            return "date", f"on {self.on.text}"
        if self.every is not None:
            return "monthly" if self.every.monthly else "every", f"every {self.every.text}"
        assert self.from_ is not None
        assert self.to is not None
        return "range", f"from {self.from_.text} to {self.to.text}"

    def _day_problems(self, place: Place) -> Iterator[Problem]:
        given = tuple(
            name
            for name, part in (("on", self.on), ("from", self.from_), ("to", self.to), ("every", self.every))
            if part is not None
        )
        if given in (("from",), ("to",)):
            lacking = "to" if given == ("from",) else "from"
            yield Problem(
                place,
                "exception-day",
                Sentence(f"Zum Zeitraum fehlt „{lacking}:“.", f"The range lacks “{lacking}:”."),
                Sentence(
                    "Ein Zeitraum hat beides: „from: 2026-12-24, to: 2027-01-03“. Ein einzelner Tag steht unter „on:“.",
                    "A range has both: “from: 2026-12-24, to: 2027-01-03”. A single day stands under “on:”.",
                ),
            )
        elif given not in (("on",), ("from", "to"), ("every",)):
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
        elif self.open is not None and self.open.as_usual and self.every and self.every.monthly:
            yield Problem(
                self.open.place,
                "exception-times",
                Sentence(
                    "Das gilt ohnehin: Ein Wochentag jedes Monats geht nur der Woche vor, nicht den Feiertagen.",
                    "That holds anyway: a weekday of every month comes before the week only, not before holidays.",
                ),
                Sentence("Löschen Sie die Zeile, oder schreiben Sie Zeiten.", "Delete the line, or write times."),
            )
