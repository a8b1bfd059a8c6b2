"""Statutory holidays, computed. A calendar is a function from a year to its holidays; `CALENDARS` names
them all.

North Rhine-Westphalia keeps eleven holidays, from midnight to midnight. Christmas Eve, New Year's Eve,
Carnival Monday, Easter Sunday and Reformation Day are none of them, and a holiday on a Sunday moves
nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from dateutil.easter import easter


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday: its key, and its name in the languages that operators read, without digits.

    What callers hear is worded by `speech`, by the key.
    """

    key: str
    de: str
    en: str


HolidayCalendar = Callable[[int], Mapping[date, tuple[Holiday, ...]]]
"""The holidays of one year by date. Two can share a day (1 May 2008 was Ascension Day as well)."""

_FIXED = (
    (1, 1, Holiday("new_year", "Neujahr", "New Year's Day")),
    (5, 1, Holiday("labour_day", "Tag der Arbeit", "Labour Day")),
    (10, 3, Holiday("german_unity", "Tag der Deutschen Einheit", "German Unity Day")),
    (11, 1, Holiday("all_saints", "Allerheiligen", "All Saints' Day")),
    (12, 25, Holiday("christmas", "Erster Weihnachtstag", "Christmas Day")),
    (12, 26, Holiday("second_christmas", "Zweiter Weihnachtstag", "Boxing Day")),
)
_FROM_EASTER = (
    (-2, Holiday("good_friday", "Karfreitag", "Good Friday")),
    (1, Holiday("easter_monday", "Ostermontag", "Easter Monday")),
    (39, Holiday("ascension", "Christi Himmelfahrt", "Ascension Day")),
    (50, Holiday("whit_monday", "Pfingstmontag", "Whit Monday")),
    (60, Holiday("corpus_christi", "Fronleichnam", "Corpus Christi")),
)


class NamedDay(NamedTuple):
    """A day with a name: on the same date every year (month, day), or so many days after Easter Sunday."""

    holiday: Holiday
    day: tuple[int, int] | None = None
    easter: int | None = None


FIXED_DAYS = (
    *(NamedDay(holiday, (month, day)) for month, day, holiday in _FIXED),
    NamedDay(Holiday("christmas_eve", "Heiligabend", "Christmas Eve"), (12, 24)),
    NamedDay(Holiday("new_years_eve", "Silvester", "New Year's Eve"), (12, 31)),
)
"""Days that keep their date, holidays and others."""

MOVABLE_DAYS = (
    *(NamedDay(holiday, easter=days) for days, holiday in _FROM_EASTER),
    NamedDay(Holiday("carnival_monday", "Rosenmontag", "Carnival Monday"), easter=-48),
    NamedDay(Holiday("easter_sunday", "Ostersonntag", "Easter Sunday"), easter=0),
    NamedDay(Holiday("whit_sunday", "Pfingstsonntag", "Whit Sunday"), easter=49),
)
"""Days that move with Easter, holidays and others."""

HOLIDAYS = tuple(holiday for *_, holiday in (*_FIXED, *_FROM_EASTER))
"""Every holiday that a calendar can name: each language has a word for each."""


@lru_cache(maxsize=64)
def nrw_holidays(year: int) -> Mapping[date, tuple[Holiday, ...]]:
    """The eleven statutory holidays of North Rhine-Westphalia in `year` (1583 to 4099), by date and in order.

    Source: § 2 Feiertagsgesetz NW (recht.nrw.de). Today's law for every year: the one-off Reformation Day
    of 2017 and the years before the law are not told apart, since nobody asks a hotline about them.
    """
    sunday = easter(year)
    days = [(date(year, month, day), holiday) for month, day, holiday in _FIXED]
    days += [(sunday + timedelta(days=offset), holiday) for offset, holiday in _FROM_EASTER]
    found: dict[date, tuple[Holiday, ...]] = {}
    for day, holiday in sorted(days, key=lambda entry: entry[0]):
        found[day] = (*found.get(day, ()), holiday)
    return MappingProxyType(found)


CALENDARS: Mapping[str, HolidayCalendar] = MappingProxyType({"DE-NW": nrw_holidays})
"""What `holidays:` at the top of contacts.yaml can name."""
