"""What there is to say about an office's hours, and how long it stays true: the part all languages share.

`seen` looks at an instant as a person on the telephone does: in twelve minutes, today at nine, tomorrow, on
Monday, on Monday the fourth of January. No word of any language stands here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.hours import Answer, Day, Span

SOON = 30
"""From so many minutes before a change on, the minutes are counted."""

NOON = (11 * 60, 15 * 60)
"""A gap in one day's opening that lies within these minutes of the day is a lunch break."""

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_MIDNIGHT = 24 * 60


class Distance(Enum):
    """How far away a day is, as far as its wording goes."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "two to six days: on Monday"
    DATE = "seven days or more: on Monday, the fourth of January"
    YEAR = "the same, over New Year: with the year"


class When(NamedTuple):
    """An instant as it is seen from an earlier one.

    `minutes` is 1 to 30 when it is that near, else None; 1 is the last minute, however much of it is left.
    `clock` is in minutes since the beginning of `day`, 0 to 1440. From `until` on it may be seen differently.
    """

    minutes: int | None
    distance: Distance
    day: date
    clock: int
    until: datetime


def distance(day: date, today: date) -> Distance:
    """How far `day` is from `today`, which is not later."""
    days = (day - today).days
    if days <= 1:
        return Distance.TOMORROW if days == 1 else Distance.TODAY
    if days < 7:
        return Distance.WEEK
    return Distance.DATE if day.year == today.year else Distance.YEAR


def midnight_after(at: datetime) -> datetime:
    """The instant at which the local date of `at` is over."""
    return datetime.combine(at.date() + _DAY, time(), at.tzinfo)


def seen(moment: datetime, at: datetime, *, ends: bool) -> When:
    """How a person at `at` sees a later `moment`; both aware and in the same local zone.

    Minutes are real ones: over a clock change they differ from what the clocks show. With `ends`, midnight
    belongs to the day that is over then (24:00), else to the day that begins (0:00).
    """
    # Python subtracts and compares two times of one zone as their clocks show: in UTC it is real time.
    instant, now = moment.astimezone(UTC), at.astimezone(UTC)
    minutes = -((now - instant) // _MINUTE)
    soon = minutes <= SOON
    change = instant - (minutes - 1 if soon else SOON) * _MINUTE
    until = min(change, midnight_after(at).astimezone(UTC)).astimezone(at.tzinfo)
    day, clock = moment.date(), moment.hour * 60 + moment.minute
    if ends and clock == 0:
        day, clock = day - _DAY, _MIDNIGHT
    return When(minutes if soon else None, distance(day, at.date()), day, clock, until)


Pairs = tuple[tuple[int, int], ...]
"""One day's spans in minutes of its clock: ((540, 1230),) is 9:00-20:30; over 1440 is the next day."""

ALL_DAY: Pairs = ((0, _MIDNIGHT),)


def pairs_of(spans: Sequence[Span]) -> Pairs:
    """A day's spans as pairs of minutes."""
    return tuple((span.opens, span.closes) for span in spans)


class SameHours(NamedTuple):
    """Weekdays (0 is Monday) and the hours that they share; no pairs: closed."""

    days: tuple[int, ...]
    pairs: Pairs


def same_hours(week: Sequence[Pairs]) -> list[SameHours]:
    """The days of a week (seven entries, Monday first) put together by equal hours, the closed ones last."""
    groups: dict[Pairs, list[int]] = {}
    for weekday, pairs in enumerate(week):
        groups.setdefault(pairs, []).append(weekday)
    found = [SameHours(tuple(days), pairs) for pairs, days in groups.items()]
    return sorted(found, key=lambda group: not group.pairs)


def runs(days: Sequence[int]) -> list[tuple[int, int]]:
    """Weekdays as stretches from first to last: (0, 1, 2, 4) is [(0, 2), (4, 4)]."""
    found: list[tuple[int, int]] = []
    for day in days:
        if found and found[-1][1] == day - 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


_SPECIAL = frozenset({"monthly", "holiday", "every", "range", "date", "switch"})


def is_special(day: Day) -> bool:
    """Whether a day's hours are not those of the week."""
    return day.rule.kind in _SPECIAL


def special_closing(today: Day, closes: When) -> bool:
    """Whether it closes at an end that only today's exception gives.

    Today's rule is asked, not the rule of the span that is running: it cannot change before midnight.
    """
    end = closes.clock + (closes.day - today.date).days * _MIDNIGHT
    usual = any(span.closes == end for span in today.uncut)
    return is_special(today) and not usual and any(span.closes == end for span in today.spans)


def special_opening(day: Day | None, opens: When) -> Pairs | None:
    """The day's hours from that opening on, if an exception gives them; None for an opening as usual."""
    if day is None or not is_special(day) or day.date != opens.day:
        return None
    pairs = tuple(pair for pair in pairs_of(day.spans) if pair[0] >= opens.clock)
    if not pairs or pairs[0][0] != opens.clock or set(pairs) <= set(pairs_of(day.uncut)):
        return None
    return pairs


def holidays_before(answer: Answer) -> date | None:
    """The first of several holidays over which an office has been closed up to today; None when there were none.

    Today may be the last of them, or a day that is closed as usual right behind them.
    """
    if answer.today.spans or answer.today.rule.kind not in {"holiday", "week", "season"}:
        return None
    holidays = [day.date for day in (*answer.closed_before, answer.today) if day.rule.kind == "holiday"]
    return holidays[0] if len(holidays) > 1 else None


def was_open_today(answer: Answer) -> bool:
    """Whether a closed office has been open on this date."""
    return answer.since is not None and answer.since.date() == answer.today.date


def is_lunch_break(since: datetime | None, until: datetime) -> bool:
    """Whether a closed stretch is what people call a lunch break."""
    first, last = NOON
    if since is None or since.date() != until.date():
        return False
    return first <= _minute(since) and _minute(until) <= last


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute
