"""Days, and how they are written.

    weekdays          Mo   Mo-Sa   Mo,Mi,Fr   Fr-Mo         (Mo Di Mi Do Fr Sa So or Mo Tu We Th Fr Sa Su)
    a single day      2026-12-06   6.12.2026
    a day every year  12-31        31.12.

No date is ever guessed: what is neither of these is refused, with the spelling that was probably meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final

from ivr.hours.calendar import YEARS
from ivr.source.near import did_you_mean
from ivr.source.places import Node, Place, Word, place_of
from ivr.source.problems import Refused, Sentence, refuse
from ivr.source.readable import Readable

_NAMES: Final = {
    "mo": 0,
    "di": 1,
    "tu": 1,
    "mi": 2,
    "we": 2,
    "do": 3,
    "th": 3,
    "fr": 4,
    "sa": 5,
    "so": 6,
    "su": 6,
}  # fmt: skip
_SHOWN: Final = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So", "Tu", "We", "Th", "Su")
_DAY_NAME = "(?:[Mm]o|[Dd]i|[Tt]u|[Mm]i|[Ww]e|[Dd]o|[Tt]h|[Ff]r|[Ss]a|[Ss]o|[Ss]u)"
_DASH = "[-‐‑‒–—−]"
_DAYS = f"{_DAY_NAME}( ?{_DASH} ?{_DAY_NAME})?"
WEEKDAYS_PATTERN: Final = f"^{_DAYS}(, ?{_DAYS})*$"
"""For editors: how a line of a week begins."""

_WEEKDAYS_WRITTEN = Sentence(
    "Wochentage sind Mo Di Mi Do Fr Sa So (oder Mo Tu We Th Fr Sa Su), zum Beispiel „Mo-Sa“ oder „Mo,Mi,Fr“.",
    "Weekdays are Mo Tu We Th Fr Sa Su (or Mo Di Mi Do Fr Sa So), for example “Mo-Sa” or “Mo,We,Fr”.",
)


def read_weekdays(word: Word) -> tuple[int, ...]:
    """The weekdays that a key of a week names, 0 for Monday, in the order written; `Fr-Mo` runs over Sunday.

    Raises:
        Refused: `bad-weekday`, and `weekday-twice` when the key itself names one twice.
    """
    found: list[int] = []
    for part in word.split(","):
        first, *rest = [_weekday(name, word) for name in re.split(_DASH, part)]
        if not rest:
            days = [first]
        elif len(rest) == 1 and rest[0] != first:
            days = [(first + n) % 7 for n in range((rest[0] - first) % 7 + 1)]
        else:
            raise refuse(
                word.place,
                "bad-weekday",
                f"„{word}“ sagt nicht klar, welche Tage gemeint sind.",
                f"“{word}” does not say clearly which days are meant.",
                hint=_WEEKDAYS_WRITTEN,
            )
        for day in days:
            if day in found:
                raise refuse(
                    word.place,
                    "weekday-twice",
                    f"„{word}“ nennt {_SHOWN[day]} zweimal.",
                    f"“{word}” names the same weekday ({_SHOWN[day]}) twice.",
                    hint=_WEEKDAYS_WRITTEN,
                )
        found += days
    return tuple(found)


_LONG_NAMES: Final = (
    *("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)


def weekday_named(name: str, word: Word) -> int:
    """A weekday by its short or its long name, in German or English; 0 is Monday.

    Raises:
        Refused: `bad-weekday`.
    """
    long = name.lower()
    return _LONG_NAMES.index(long) % 7 if long in _LONG_NAMES else _weekday(name, word)


def _weekday(name: str, word: Word) -> int:
    name = name.strip()
    day = _NAMES.get(name.lower())
    if day is not None:
        return day
    start = name[:2].lower()
    written = name.lower()
    if len(name) > 2 and any(long.startswith(written) or written.startswith(long) for long in _LONG_NAMES):
        hint = Sentence(f"Schreiben Sie „{start.capitalize()}“.", f"Write “{start.capitalize()}”.")
    else:
        hint = did_you_mean(name, _SHOWN[:7], what=Sentence("Wochentage", "Weekdays (or Mo Tu We Th Fr Sa Su)"))
    raise refuse(
        word.place,
        "bad-weekday",
        f"Den Wochentag „{name}“ gibt es nicht.",
        f"There is no weekday “{name}”.",
        hint=hint,
    )


_DATE_WRITTEN = Sentence(
    "Ein Tag steht so da: 2026-12-06 oder 6.12.2026.", "A day is written like this: 2026-12-06 or 6.12.2026."
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_GERMAN = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})", re.ASCII)
_GERMAN_SHORT_YEAR = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SingleDay(Readable):
    """One day of one year."""

    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\. ?\d{1,2}\. ?\d{4})$",
    }

    date: date
    place: Place
    text: str

    @classmethod
    def read(cls, node: Node) -> SingleDay:
        """A date with its year.

        Raises:
            Refused: `bad-date` for another spelling, `no-such-date` for a day that no calendar has.
        """
        word = _word(node, _DATE_WRITTEN)
        text = word.strip()
        if found := _ISO.fullmatch(text):
            year, month, day = (int(part) for part in found.groups())
        elif found := _GERMAN.fullmatch(text):
            day, month, year = (int(part) for part in found.groups())
        else:
            raise _bad_date(word, _date_guess(text) or _DATE_WRITTEN)
        if year not in YEARS:
            raise refuse(
                word.place,
                "no-such-date",
                f"„{word}“ liegt im Jahr {year}; das ist wohl ein Tippfehler.",
                f"“{word}” is in the year {year}; that looks mistyped.",
                hint=_DATE_WRITTEN,
            )
        if not _exists(year, month, day):
            raise _no_such_date(word, year, month, day)
        return cls(date(year, month, day), word.place, text)


_YEARLY_WRITTEN = Sentence(
    "Ein Tag jedes Jahres steht so da: 12-31 (Monat-Tag) oder 31.12.",
    "A day of every year is written like this: 12-31 (month-day) or 31.12.",
)
_MONTH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})", re.ASCII)
_DAY_MONTH = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.?", re.ASCII)


@dataclass(frozen=True, slots=True)
class EveryYearDay(Readable):
    """One day of every year; 29 February is one of them, though not every year has it."""

    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^(\d{1,2}-\d{1,2}|\d{1,2}\. ?\d{1,2}\.?)$",
    }

    day: tuple[int, int]
    """(month, day)"""
    place: Place
    text: str

    @classmethod
    def read(cls, node: Node) -> EveryYearDay:
        """A date without a year.

        Raises:
            Refused: `bad-date` for another spelling, `no-such-date` for a day that no calendar has.
        """
        word = _word(node, _YEARLY_WRITTEN)
        text = word.strip()
        if found := _MONTH_DAY.fullmatch(text):
            month, day = (int(part) for part in found.groups())
        elif found := _DAY_MONTH.fullmatch(text):
            day, month = (int(part) for part in found.groups())
        else:
            raise _bad_date(word, _yearly_guess(text) or _YEARLY_WRITTEN)
        if not _exists(2000, month, day):  # a leap year
            raise _no_such_date(word, None, month, day)
        return cls((month, day), word.place, text)


def _word(node: Node, written: Sentence) -> Word:
    if isinstance(node, Word) and node.strip():
        return node
    raise refuse(place_of(node), "bad-date", "Hier fehlt ein Tag.", "A day is missing here.", hint=written)


def _bad_date(word: Word, hint: Sentence) -> Refused:
    return refuse(
        word.place,
        "bad-date",
        f"„{word}“ ist kein Tag, wie er hier stehen kann.",
        f"“{word}” is not a day as it can stand here.",
        hint=hint,
    )


def _date_guess(text: str) -> Sentence | None:
    if found := _GERMAN_SHORT_YEAR.fullmatch(text):
        day, month, year = found.groups()
        return Sentence(f"Schreiben Sie „{day}.{month}.20{year}“.", f"Write “{day}.{month}.20{year}”.")
    if _MONTH_DAY.fullmatch(text) or _DAY_MONTH.fullmatch(text):
        return Sentence(
            f"Hier fehlt das Jahr, zum Beispiel 2026-12-06. Für einen Tag jedes Jahres schreiben Sie „every: {text}“.",
            f"The year is missing, for example 2026-12-06. For a day of every year write “every: {text}”.",
        )
    return None


def _yearly_guess(text: str) -> Sentence | None:
    if found := _ISO.fullmatch(text):
        _, month, day = found.groups()
    elif found := _GERMAN.fullmatch(text):
        day, month, _ = found.groups()
    else:
        return None
    return Sentence(
        f"Jedes Jahr: „{int(month):02}-{int(day):02}“. Für diesen einen Tag schreiben Sie „on: {text}“.",
        f"Every year: “{int(month):02}-{int(day):02}”. For this one day write “on: {text}”.",
    )


def _no_such_date(word: Word, year: int | None, month: int, day: int) -> Refused:
    hint = None
    if year is None and _exists(2000, day, month):
        hint = Sentence(
            f"Der Monat steht vorn: „{day:02}-{month:02}“.", f"The month comes first: “{day:02}-{month:02}”."
        )
    elif 1 <= month <= 12:
        last = next(end for end in (31, 30, 29, 28) if _exists(year or 2000, month, end))
        hint = Sentence(f"Dieser Monat hat {last} Tage.", f"This month has {last} days.")
    else:
        hint = Sentence("Monate gehen von 1 bis 12.", "Months go from 1 to 12.")
    return refuse(
        word.place,
        "no-such-date",
        f"Den Tag „{word}“ gibt es nicht.",
        f"There is no such day as “{word}”.",
        hint=hint,
    )


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
