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

from dateutil.easter import easter


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday's name in the languages that operators read, without digits."""

    de: str
    en: str


HolidayCalendar = Callable[[int], Mapping[date, tuple[Holiday, ...]]]
"""The holidays of one year by date. Two can share a day (1 May 2008 was Ascension Day as well)."""

_FIXED = (
    (1, 1, Holiday("Neujahr", "New Year's Day")),
    (5, 1, Holiday("Tag der Arbeit", "Labour Day")),
    (10, 3, Holiday("Tag der Deutschen Einheit", "German Unity Day")),
    (11, 1, Holiday("Allerheiligen", "All Saints' Day")),
    (12, 25, Holiday("Erster Weihnachtstag", "Christmas Day")),
    (12, 26, Holiday("Zweiter Weihnachtstag", "Boxing Day")),
)
_FROM_EASTER = (
    (-2, Holiday("Karfreitag", "Good Friday")),
    (1, Holiday("Ostermontag", "Easter Monday")),
    (39, Holiday("Christi Himmelfahrt", "Ascension Day")),
    (50, Holiday("Pfingstmontag", "Whit Monday")),
    (60, Holiday("Fronleichnam", "Corpus Christi")),
)


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
