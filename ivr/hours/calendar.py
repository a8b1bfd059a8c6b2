"""The calendar that hours are reckoned in: the years answered for, days that follow Easter, weekdays of a month."""

from __future__ import annotations

from calendar import monthcalendar
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from dateutil.easter import easter

YEARS = range(1900, 2200)
"""The years that are answered for, and in which dates may stand; Easter's rule holds from 1583 to 4099."""


class MonthlyDay(NamedTuple):
    """A weekday of every month, or of one: `nth` is 1 to 4, or -1 for the last; `month` is None for every one."""

    nth: int
    weekday: int
    month: int | None

    def falls_on(self, on: date) -> bool:
        """Whether a date is one of these days."""
        return on in monthly_days(self, on.year)


@lru_cache(maxsize=512)
def monthly_days(day: MonthlyDay, year: int) -> frozenset[date]:
    """All days of a year that a rule names."""
    found = set()
    for month in range(1, 13) if day.month is None else (day.month,):
        those = [week[day.weekday] for week in monthcalendar(year, month) if week[day.weekday]]
        found.add(date(year, month, those[day.nth if day.nth < 0 else day.nth - 1]))
    return frozenset(found)


@lru_cache(maxsize=512)
def days_from_easter(on: date) -> int:
    """How many days a date lies after Easter Sunday of its year."""
    sunday: date = easter(on.year)
    return (on - sunday).days
