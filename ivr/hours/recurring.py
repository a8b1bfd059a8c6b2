"""Days that come again, as they stand under `every:`.

    every: 12-31              a date of every year (or 31.12.)
    every: Heiligabend        a day with a name: a holiday, Heiligabend, Silvester, Rosenmontag, Ostersonntag,
                              Pfingstsonntag (English names as well)
    every: first We           a weekday of every month: first to fourth, or last (erster Mi, 1. Mi, letzter Fr)
    every: last Fr in November

A name that always has the same date is that date; the others move with Easter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from ivr.hours.calendar import MonthlyDay
from ivr.hours.dates import MONTH_NAMES, WEEKDAY_NAMES, EveryYearDay, is_weekday, month_named, weekday_named
from ivr.hours.holidays import FIXED_DAYS, MOVABLE_DAYS, NamedDay
from ivr.source.near import did_you_mean, nearest
from ivr.source.places import Node, Place, Word
from ivr.source.problems import Refused, Sentence, refuse
from ivr.source.readable import Readable

_ORDINALS: Final = {
    "erst": 1, "zweit": 2, "dritt": 3, "viert": 4, "letzt": -1,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "1.": 1, "2.": 2, "3.": 3, "4.": 4,
}  # fmt: skip
_NTH = re.compile(
    r"(?:(?:am|jed(?:er|en|e)|every|each)\s+)?([1-4]\.|\w+)\s+(\w+)"
    r"(?:\s+(?:im|in|of)\s+(?:(?:the|each|every)\s+)?(?:monat|month|(\w+)))?",
    re.IGNORECASE,
)
_NAMES: Final = {name: days for days in (*FIXED_DAYS, *MOVABLE_DAYS) for name in (days.holiday.de, days.holiday.en)}
_DATE = re.compile(r"([0-9]{1,2})\.\s*(\w+)")
_WRITTEN = Sentence(
    "Hier steht ein Tag jedes Jahres (12-31), ein Name (Rosenmontag) oder ein Wochentag jedes Monats "
    "(erster bis vierter Mi, letzter Mi).",
    "Here stands a day of every year (12-31), a name (Carnival Monday) or a weekday of every month "
    "(first to fourth We, last We).",
)


@dataclass(frozen=True, slots=True)
class Every(Readable):
    """What stands under `every:`: exactly one of `day`, `easter` and `monthly` is there."""

    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "minLength": 2,
        "examples": ["12-31", *_NAMES, "erster Mi", "first We", "letzter Fr im November", "last Fr in November"],
    }

    place: Place
    text: str
    day: tuple[int, int] | None = None
    """(month, day)"""
    easter: int | None = None
    """Days after Easter Sunday."""
    monthly: MonthlyDay | None = None

    @classmethod
    def read(cls, node: Node) -> Every:
        """A date without a year, a day's name, or a weekday of every month.

        Raises:
            Refused: `bad-date`, `no-such-date`, `bad-weekday`, `unknown-day` for a name that is none.
        """
        text = " ".join(node.split()) if isinstance(node, Word) else ""
        if not isinstance(node, Word) or not re.search("[A-Za-z]", text):
            read = EveryYearDay.read(node)
            return cls(read.place, read.text, day=read.day)
        if (named := _NAMES.get(text) or _named(text)) is not None:
            return cls(node.place, text, day=named.day, easter=named.easter)
        if (found := _DATE.fullmatch(text)) is not None and (month := month_named(found[2])):
            read = EveryYearDay.read(Word(f"{found[1]}.{month}.", node.place))
            return cls(node.place, text, day=read.day)
        if (found := _NTH.fullmatch(text)) is not None:
            return cls(node.place, text, monthly=_monthly(node, *found.groups()))
        raise _unknown(node, text)


def _named(text: str) -> NamedDay | None:
    text = re.sub(r"^1\. Weih", "Erster Weih", re.sub(r"^2\. Weih", "Zweiter Weih", text))
    text = text.replace("Weihnachtsfeiertag", "Weihnachtstag")
    return next((day for name, day in _NAMES.items() if name.lower() == text.lower()), None)


def _monthly(word: Word, nth: str, day: str, month: str | None) -> MonthlyDay:
    ordinal = _ORDINALS.get(nth.lower()) or _ORDINALS.get(re.sub("e[rnsm]?$", "", nth.lower()))
    if ordinal is None:
        raise _unknown(word, str(word))
    number = None if month is None else month_named(month)
    if month is not None and number is None:
        raise _no_month(word, month)
    try:
        return MonthlyDay(ordinal, weekday_named(day, word), number)
    except Refused:
        # `1. Marz` looks like `1. Mittwoch`.
        if nearest(day, (*MONTH_NAMES, *WEEKDAY_NAMES)) in MONTH_NAMES:
            raise _no_month(word, day) from None
        raise


def _no_month(word: Word, month: str) -> Refused:
    return refuse(
        word.place,
        "bad-month",
        f"Den Monat „{month}“ gibt es nicht.",
        f"There is no month “{month}”.",
        hint=did_you_mean(month, MONTH_NAMES, what=Sentence("Monate", "Months")),
    )


def _unknown(word: Word, text: str) -> Refused:
    if is_weekday(text):
        weekly = Sentence(
            "Was jede Woche gilt, steht unter „weekly:“.", "What holds every week stands under “weekly:”."
        )
        return refuse(
            word.place,
            "unknown-day",
            f"„{text}“ ist jede Woche.",
            f"“{text}” is in every week.",
            hint=Sentence(f"{weekly.de} {_WRITTEN.de}", f"{weekly.en} {_WRITTEN.en}"),
        )
    meant = nearest(text, _NAMES)
    guess = Sentence(f"Meinten Sie „{meant}“? ", f"Did you mean “{meant}”? ") if meant else Sentence("", "")
    return refuse(
        word.place,
        "unknown-day",
        f"„{text}“ ist kein Tag, der wiederkehrt.",
        f"“{text}” is not a day that comes again.",
        hint=Sentence(guess.de + _WRITTEN.de, guess.en + _WRITTEN.en),
    )
