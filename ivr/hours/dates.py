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
from ivr.hours.holidays import FIXED_DAYS, MOVABLE_DAYS
from ivr.source.near import nearest
from ivr.source.places import Node, Place, Row, Word, place_of
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


WEEKDAY_NAMES: Final = (
    *("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)
_GROUPS: Final = {
    **dict.fromkeys(("werktags", "wochentags", "weekdays"), "Mo-Fr"),
    **dict.fromkeys(("wochenende", "weekend"), "Sa-So"),
    **dict.fromkeys(("täglich", "daily"), "Mo-So"),
}
"""What people write for several days. Whether a Saturday is a working day, each of them sees differently."""

_JOINT = rf"(?i)\s*({_DASH}|\bbis\b|\bto\b|,|&|\+|/|\bund\b|\band\b)\s*"


def is_weekday(name: str) -> bool:
    """Whether this is the name of a weekday, short or long."""
    return name.lower() in (*_NAMES, *WEEKDAY_NAMES)


def weekday_named(name: str, word: Word) -> int:
    """A weekday by its short or its long name, in German or English; 0 is Monday.

    Raises:
        Refused: `bad-weekday`.
    """
    long = name.lower()
    return WEEKDAY_NAMES.index(long) % 7 if long in WEEKDAY_NAMES else _weekday(name, word)


def _weekday(name: str, word: Word) -> int:
    name = name.strip()
    day = _NAMES.get(name.lower())
    if day is not None:
        return day
    meant = _days_meant(word) or _day_meant(name)
    guess = Sentence(f"Meinten Sie „{meant}“? ", f"Did you mean “{meant}”? ") if meant else Sentence("", "")
    raise refuse(
        word.place,
        "bad-weekday",
        f"Den Wochentag „{name}“ gibt es nicht.",
        f"There is no weekday “{name}”.",
        hint=Sentence(guess.de + _WEEKDAYS_WRITTEN.de, guess.en + _WEEKDAYS_WRITTEN.en),
    )


def _days_meant(word: str) -> str | None:
    """All of a key as it should be written: `Montag bis Samstag` is Mo-Sa."""
    if (group := _GROUPS.get(word.strip().lower())) is not None:
        return group
    names_and_joints = re.split(_JOINT, word.strip())
    days = [_day_meant(name) for name in names_and_joints[::2]]
    joints = ["-" if re.fullmatch(f"{_DASH}|bis|to", joint, re.IGNORECASE) else "," for joint in names_and_joints[1::2]]
    if None in days:
        return None
    return "".join(f"{day}{joint}" for day, joint in zip(days, [*joints, ""], strict=True))


def _day_meant(name: str) -> str | None:
    """The short name of a weekday that is written in full, abbreviated otherwise, or mistyped."""
    written = name.lower()
    if written in _NAMES:
        return name.capitalize()
    if len(name) > 2 and any(long.startswith(written) or written.startswith(long) for long in WEEKDAY_NAMES):
        return written[:2].capitalize()
    meant = nearest(name, (*_SHOWN, *WEEKDAY_NAMES))
    return meant and meant[:2].capitalize()


MONTH_NAMES: Final = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTHS: Final = {name.lower(): at % 12 + 1 for at, name in enumerate(MONTH_NAMES)}


def month_named(name: str) -> int | None:
    """A month by its name in German or English: 1 is January."""
    return _MONTHS.get(name.lower())


def _month_meant(name: str) -> int | None:
    """The month that a name most likely stands for, if for any."""
    return month_named(nearest(name, MONTH_NAMES) or "")


def in_words(month: int, day: int) -> Sentence:
    """A day as nobody can misread it: 4. Januar, 4 January."""
    return Sentence(f"{day}. {MONTH_NAMES[month - 1]}", f"{day} {MONTH_NAMES[12 + month - 1]}")


_DATE_WRITTEN = Sentence(
    "Ein Tag steht so da: 2026-12-06 oder 6.12.2026.", "A day is written like this: 2026-12-06 or 6.12.2026."
)
# No pattern here is compiled before an operator's file is read: whoever answers calls loads the module, and needs none.
_ISO = r"(?a)(\d{4})-(\d{1,2})-(\d{1,2})"
_GERMAN = r"(?a)(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})"
_GERMAN_SHORT_YEAR = r"(?a)(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{2})"
_LOOSE_ISO = r"(?a)(\d{4})\D?(\d{2})\D?(\d{2})"
_LOOSE_GERMAN = r"(?a)(\d{1,2})[-. ]+(\d{1,2})[-. ]+(\d{4})"
_SLASHES = r"(?a)(\d{1,2})/(\d{1,2})/(\d{4})"
_DAY_IN_WORDS = r"(\d{1,2})(?:\.|st|nd|rd|th)?\s*(?:of\s+)?([^\W\d]+)(?:,?\s+(\d{4}))?"
_RANGE = rf"(\S+?)\s*(?:{_DASH}|\.\.|bis|to)\s*(\d{{1,2}}\.\s*\d{{1,2}}\.\s*\d{{4}}|\d{{4}}-\d+-\d+)"


@dataclass(frozen=True, slots=True)
class SingleDay(Readable):
    """One day of one year."""

    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\. ?\d{1,2}\. ?\d{4})$",
        "examples": ["2026-12-06", "6.12.2026"],
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
        if found := re.fullmatch(_ISO, text):
            year, month, day = (int(part) for part in found.groups())
        elif found := re.fullmatch(_GERMAN, text):
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
_MONTH_DAY = r"(?a)(\d{1,2})-(\d{1,2})"
_DAY_MONTH = r"(?a)(\d{1,2})\.\s*(\d{1,2})\.?"


@dataclass(frozen=True, slots=True)
class EveryYearDay(Readable):
    """One day of every year; 29 February is one of them, though not every year has it."""

    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^(\d{1,2}-\d{1,2}|\d{1,2}\. ?\d{1,2}\.?)$",
        "examples": ["12-31", "31.12."],
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
        if found := re.fullmatch(_MONTH_DAY, text):
            month, day = (int(part) for part in found.groups())
        elif found := re.fullmatch(_DAY_MONTH, text):
            day, month = (int(part) for part in found.groups())
        else:
            raise _bad_date(word, _yearly_guess(text) or _YEARLY_WRITTEN)
        if not _exists(2000, month, day):  # a leap year
            raise _no_such_date(word, None, month, day)
        return cls((month, day), word.place, text)


def _word(node: Node, written: Sentence) -> Word:
    if isinstance(node, Word) and node.strip():
        return node
    if isinstance(node, Row):
        raise refuse(
            node.place,
            "bad-date",
            "Hier steht eine Liste; jeder Tag braucht einen eigenen Eintrag.",
            "A list stands here; each day needs an entry of its own.",
            hint=written,
        )
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
    """The repair of what should be one day of one year."""
    if found := re.fullmatch(_GERMAN_SHORT_YEAR, text):
        day, month, year = found.groups()
        return Sentence(f"Schreiben Sie „{day}.{month}.20{year}“.", f"Write “{day}.{month}.20{year}”.")
    if re.fullmatch(_MONTH_DAY, text) or re.fullmatch(_DAY_MONTH, text):
        return Sentence(
            f"Hier fehlt das Jahr, zum Beispiel 2026-12-06. Für einen Tag jedes Jahres schreiben Sie „every: {text}“.",
            f"The year is missing, for example 2026-12-06. For a day of every year write “every: {text}”.",
        )
    if found := re.fullmatch(_LOOSE_ISO, text):
        return Sentence(f"Schreiben Sie „{'-'.join(found.groups())}“.", f"Write “{'-'.join(found.groups())}”.")
    if found := re.fullmatch(_LOOSE_GERMAN, text):
        return Sentence(f"Schreiben Sie „{'.'.join(found.groups())}“.", f"Write “{'.'.join(found.groups())}”.")
    if found := re.fullmatch(_SLASHES, text):
        one, other, year = found.groups()
        days = [
            f"{int(day)}.{int(month)}.{year}"
            for day, month in dict.fromkeys(((one, other), (other, one)))
            if int(month) <= 12
        ]
        return Sentence(f"Schreiben Sie {' oder '.join(days)}.", f"Write {' or '.join(days)}.") if days else None
    if (found := re.fullmatch(_DAY_IN_WORDS, text)) and found[3] and (month := _month_meant(found[2])):
        return Sentence(f"Schreiben Sie „{found[1]}.{month}.{found[3]}“.", f"Write “{found[1]}.{month}.{found[3]}”.")
    if found := re.fullmatch(_RANGE, text):
        first, last = found.groups()
        return Sentence(
            f"Einen Zeitraum schreiben Sie so: from: {first}, to: {last}.",
            f"Write a range like this: from: {first}, to: {last}.",
        )
    return _recurring_guess(text) if re.search(r"[^\W\d]", text) else None


def _recurring_guess(text: str) -> Sentence:
    """The repair of a day with a name, where a date should stand."""
    names = [name for day in (*FIXED_DAYS, *MOVABLE_DAYS) for name in (day.holiday.de, day.holiday.en)]
    return Sentence(
        f"Ein Tag, der wiederkehrt, steht unter „every:“, zum Beispiel „every: {nearest(text, names) or text}“. "
        + _DATE_WRITTEN.de,
        f"A day that comes again stands under “every:”, for example “every: {nearest(text, names) or text}”. "
        + _DATE_WRITTEN.en,
    )


_FIXED_NAMES: Final = {name: day.day for day in FIXED_DAYS for name in (day.holiday.de, day.holiday.en) if day.day}


def _yearly_guess(text: str) -> Sentence | None:
    """The repair of what should be one day of every year."""
    if found := re.fullmatch(_ISO, text):
        _, month, day = map(int, found.groups())
    elif found := re.fullmatch(_GERMAN, text):
        day, month, _ = map(int, found.groups())
    elif (found := re.fullmatch(_DAY_IN_WORDS, text)) and not found[3] and (named := _month_meant(found[2])):
        return Sentence(f"Schreiben Sie „{found[1]}.{named}.“.", f"Write “{named:02}-{int(found[1]):02}”.")
    elif day_named := nearest(text, _FIXED_NAMES):
        month, day = _FIXED_NAMES[day_named]
        return Sentence(f"Schreiben Sie „{day}.{month}.“.", f"Write “{month:02}-{day:02}”.")
    elif named := _month_meant(text):
        return Sentence(
            f"Hier steht ein Tag: „1.{named}.“ ist der erste dieses Monats.",
            f"A day stands here: “{named:02}-01” is the first of that month.",
        )
    else:
        return None
    return Sentence(
        f"Jedes Jahr: „{month:02}-{day:02}“. Für diesen einen Tag schreiben Sie unter „exceptions:“ „on: {text}“.",
        f"Every year: “{month:02}-{day:02}”. For this one day write “on: {text}” under “exceptions:”.",
    )


def _no_such_date(word: Word, year: int | None, month: int, day: int) -> Refused:
    hint = None
    if year is None and _exists(2000, day, month):
        turned, meant = f"{day:02}-{month:02}", in_words(day, month)
        hint = Sentence(
            f"Der Monat steht vorn: „{turned}“ ist der {meant.de}. Mit Punkten steht er hinten: „{month}.{day}.“.",
            f"The month comes first: “{turned}” is {meant.en}. With dots it comes last: “{month}.{day}.”.",
        )
    elif year is not None and _exists(year, day, month):
        turned = f"{year}-{day:02}-{month:02}"
        hint = Sentence(f"Der Monat steht vor dem Tag: „{turned}“.", f"The month comes before the day: “{turned}”.")
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
