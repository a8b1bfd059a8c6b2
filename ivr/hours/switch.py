"""A manual switch: from one instant until another an office is closed, or open, whatever its hours say.

A switch is a stretch of real time, not of the clock on the wall: so it is exact over midnight and over both clock
changes. In a day's spans, which are there for the wording, it stands in minutes of that day's clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ivr.hours.spans import MIDNIGHT, Span, less

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from ivr.hours.schedule import Rule


class Switch(NamedTuple):
    """Closed or open from `since` until just before `until`, both in UTC; without `until`, with no end in sight."""

    is_open: bool
    since: datetime
    until: datetime | None
    rule: Rule

    def holds(self, moment: datetime) -> bool:
        """Whether it is in force at an instant."""
        return self.since <= moment and (self.until is None or moment < self.until)

    def within(self, start: datetime, end: datetime) -> tuple[datetime, datetime] | None:
        """The part of a stretch of time in which it is in force; None when there is none."""
        begin, finish = max(self.since, start), end if self.until is None else min(self.until, end)
        return (begin, finish) if begin < finish else None

    def dates(self, zone: ZoneInfo) -> list[date]:
        """The local days on which it changes anything by itself."""
        return [each.astimezone(zone).date() for each in (self.since, self.until) if each is not None]

    def applied(self, spans: tuple[Span, ...], on: date, zone: ZoneInfo) -> tuple[Span, ...]:
        """The spans that start on a local date, with what it takes away or adds."""
        most = MIDNIGHT if self.is_open else 2 * MIDNIGHT
        begins = _minute(self.since, on, zone, most)
        ends = most if self.until is None else _minute(self.until, on, zone, most)
        if begins >= ends:
            return spans
        if self.is_open:
            return _joined((*spans, Span(begins, ends)))
        # What is left of a night behind midnight belongs to no span that starts on this day.
        return tuple(span for span in less(spans, (Span(begins, ends),)) if span.opens < MIDNIGHT)


def holding(switches: Sequence[Switch], moment: datetime) -> Switch | None:
    """The switch that is in force at an instant, the latest of them."""
    return next((switch for switch in reversed(switches) if switch.holds(moment)), None)


def _minute(moment: datetime, on: date, zone: ZoneInfo, most: int) -> int:
    """An instant in minutes of a day's clock, 0 to `most`."""
    local = moment.astimezone(zone)
    return min(max(((local.date() - on).days * 24 + local.hour) * 60 + local.minute, 0), most)


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans of one day, sorted, with those that touch as one; none is longer than a day."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.opens <= found[-1].closes:
            first = found.pop()
            span = Span(first.opens, min(max(first.closes, span.closes), first.opens + MIDNIGHT))  # noqa: PLW2901
        found.append(span)
    return tuple(found)
