"""A contact's year as an iCalendar file (RFC 5545), to be subscribed to or printed by any calendar program.

Each stretch of opening is an event, with the reason of an exception in its description; each day that is closed though
its week or season would open is an event of the whole day, named after the holiday or the reason.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from icalendar import Calendar, Event

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ivr.contacts import Entry
    from ivr.hours import Day, Schedule

_WORDS = {"de": ("geöffnet", "geschlossen"), "en": ("open", "closed")}


def calendar(entry: Entry, year: int, days: Sequence[Day], language: str) -> str:
    """The text of the file. `days` are all days of the year; a contact with unknown hours has an empty calendar."""
    found = Calendar()
    found.add("prodid", "-//ivr//hours//")
    found.add("version", "2.0")
    found.add("x-wr-calname", f"{entry.name(language)} {year}")
    if entry.schedule is not None:
        for day in days:
            for event in _events(entry, entry.schedule, day, language):
                found.add_component(event)
        found.add_missing_timezones(date(year, 1, 1), date(year + 1, 12, 31))
    text: bytes = found.to_ical()
    return text.decode()


def _events(entry: Entry, schedule: Schedule, day: Day, language: str) -> Iterator[Event]:
    opened, closed = _WORDS[language]
    name, why = entry.name(language), _why(day, language)
    for number, span in enumerate(day.spans):
        midnight = datetime(day.date.year, day.date.month, day.date.day, tzinfo=schedule.zone)
        event = _event(entry, day, f"{number}")
        event.add("summary", f"{name}: {opened}")
        event.add("dtstart", _wall(midnight, span.opens))
        event.add("dtend", _wall(midnight, span.closes))
        if why:
            event.add("description", why)
        yield event
    if not day.spans and schedule.week(day.date)[day.date.weekday()]:
        event = _event(entry, day, "closed")
        event.add("summary", f"{name}: {closed}" + (f" ({why})" if why else ""))
        event.add("dtstart", day.date)
        event.add("dtend", day.date + timedelta(days=1))
        yield event


def _event(entry: Entry, day: Day, part: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}-{day.date.isoformat()}-{part}@ivr")
    # The same file for the same hours: it says nothing of when it was made.
    event.add("dtstamp", datetime(day.date.year, 1, 1, tzinfo=UTC))
    return event


def _wall(midnight: datetime, minutes: int) -> datetime:
    """The wall time so many minutes of the clock after midnight; 24:00 is the next day's 0:00."""
    days, minute = divmod(minutes, 24 * 60)
    return midnight.replace(hour=minute // 60, minute=minute % 60) + timedelta(days=days)


def _why(day: Day, language: str) -> str:
    """The exception's reason, or the holiday's name; empty for a day as usual."""
    if day.rule.kind in ("week", "season"):
        return ""
    reason = day.rule.reason or {}
    names = ", ".join(holiday.en if language == "en" else holiday.de for holiday in day.holidays)
    return reason.get(language) or next(iter(reason.values()), names)
