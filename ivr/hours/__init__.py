"""Opening hours: how operators write them (`shape.Hours`), and every question about them (`Schedule`).

`Hours.build` makes a `Schedule` of what stands in contacts.yaml. The time of a question, the zone and the
calendar of holidays come in as values; nothing here reads a clock. `shape` is not loaded with the package: whoever
answers calls needs none of it.
"""

from ivr.hours.calendar import YEARS
from ivr.hours.holidays import CALENDARS, HOLIDAYS, Holiday, HolidayCalendar, nrw_holidays
from ivr.hours.schedule import HORIZON, Answer, Day, Rule, Schedule, unknown
from ivr.hours.spans import Span, Spans
from ivr.hours.switch import Switch

__all__ = [
    "CALENDARS",
    "HOLIDAYS",
    "HORIZON",
    "YEARS",
    "Answer",
    "Day",
    "Holiday",
    "HolidayCalendar",
    "Rule",
    "Schedule",
    "Span",
    "Spans",
    "Switch",
    "nrw_holidays",
    "unknown",
]
