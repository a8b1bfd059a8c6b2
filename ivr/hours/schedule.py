"""One contact's hours as a value, and every question about them.

Every question is reduced to one local day. A day has exactly one plan, that of the highest rank which names
it:

    manual switch > single date > date range > every-year date > movable day > holiday > weekday of a month > season
    > week

A switch (switch.py) is no plan: it closes or opens from one instant until another. A plan can also be a
cut: it takes some hours away from what would hold without it ("closed from 14:00"), and decides nothing
where there is nothing to take. From the plans of a day and of the day before follow the pieces of that
day in which it is open. The rest is walking from day to day until the state changes.

- Spans are half-open: at 20:30:00 it is closed.
- A span belongs to the day it starts on, and so does its rule. A night span of Saturday runs on into Sunday
  whatever Sunday's plan says; a `closed` for Sunday closes what starts on Sunday.
- Spans that touch or overlap (9-12 and 12-15, Friday's night and Saturday's morning) are one stretch of
  opening.
- Wall times become instants as PEP 495 reads them with fold=0: a time in the hour that the spring change
  leaves out moves forward by that hour (02:30 is 03:30 summer time, as `dateutil.tz.resolve_imaginary` has
  it), a time in the hour that autumn repeats is the first of the two. A span whose end comes out before its
  start that way does not exist in that night.
- All instants are compared in UTC. Two datetimes with the same `tzinfo` compare and subtract by their wall
  clocks in Python, an hour wrong over a clock change: whoever counts minutes converts to UTC first.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Literal, NamedTuple

from ivr.hours.calendar import YEARS, days_from_easter
from ivr.hours.spans import MIDNIGHT, Span, less
from ivr.hours.switch import Switch, holding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from ivr.hours.calendar import MonthlyDay
    from ivr.hours.holidays import Holiday, HolidayCalendar
    from ivr.source.places import Place

HORIZON = timedelta(days=41 * 366)
"""How far is searched beyond the last dated exception (backwards: before the first).

Beyond it only rules that come every year are left. Within 41 years every date has met every weekday, 29
February over the year 2100 included (2072 to 2112 is the longest wait, 40 years), so every season, holiday
and every-year date has had its turn on every weekday. A state that lasts that long is said to have no end
in sight.
"""

_ONE_DAY = timedelta(days=1)

CLOSED_DAYS = 6
"""So many closed days before today are told: more than holidays in a row can make, and each has its weekday."""

LEAP_YEAR = tuple(date(2000, 1, 1) + n * _ONE_DAY for n in range(366))
"""Every day that a year can have."""

Kind = Literal["week", "season", "monthly", "holiday", "every", "range", "date", "switch", "unknown"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What decided: its rank (`kind`), where it stands in contacts.yaml, and how it is written there.

    `text` is for operators ("Mo-Sa: 9:00-20:30", "holidays: closed (Fronleichnam)"). `reason` is for
    callers, by language: the exception's own, or the holiday's name in de and en; None when there is
    nothing to say.
    """

    kind: Kind
    place: Place
    text: str
    reason: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One local date: the spans that start on it (sorted), the rule that gave them, and the holidays it is.

    `holidays` is filled on every holiday, also when the rule is another: an exception, or the week because
    the contact's holidays are `as usual`.
    """

    date: date
    spans: tuple[Span, ...]
    rule: Rule
    holidays: tuple[Holiday, ...] = ()
    uncut: tuple[Span, ...] = ()
    """Where the rule only takes hours away, or is a switch: the spans without it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Open or not at one moment, and what follows. All datetimes are aware and in the schedule's zone.

    - `since`: when this state began; None when it always held as far as can be seen (`HORIZON`).
    - `until`: the next change of state; None when none is in sight (open round the clock, closed for good).
    - `next_open`: the first instant after `at` at which it opens. When closed that is `until`; when open it
      is the opening after the coming closing (after lunch, say). None when none is in sight.
    - `rule`: what decided. In the time of a switch it is the switch, whatever the hours say. Otherwise, open: the
      rule of the day on which the present span started; closed: the rule of today.
    - `today`: the day of `at`. `next_day`: the day to which the span that begins at `next_open` belongs.
    - `closed_before`: the days before today on which nothing opened either, without a gap, `CLOSED_DAYS` of
      them at most; empty when something opens today.

    In state "unknown" (`unknown`) all of `since`, `until`, `next_open` and `next_day` are None. While hours that are
    unknown are switched to closed, `until` and `next_open` are: nobody knows when it opens.
    """

    state: Literal["open", "closed", "unknown"]
    at: datetime
    since: datetime | None
    until: datetime | None
    next_open: datetime | None
    rule: Rule
    today: Day
    next_day: Day | None
    closed_before: tuple[Day, ...] = ()
    ruled_until: datetime | None = None
    """When open: the end of the stretch of today that decides. Where a night's span overlaps the next day's, it stays
    open, by another one.
    """


def unknown(at: datetime, zone: ZoneInfo, place: Place, switches: Sequence[Switch] = ()) -> Answer:
    """The answer for a contact without hours; `place` is where the contact stands.

    Raises:
        ValueError: `at` is naive.
    """
    local = _aware(at).astimezone(zone)
    if (switch := holding(switches, local.astimezone(UTC))) is not None:
        spans = switch.applied((), local.date(), zone)
        since, until = switch.since.astimezone(zone), switch.until and switch.until.astimezone(zone)
        today = Day(local.date(), spans, switch.rule)
        if switch.is_open:
            return Answer("open", local, since, until, None, switch.rule, today, None)
        return Answer("closed", local, since, None, None, switch.rule, today, None)
    rule = Rule("unknown", place, "no hours given")
    return Answer("unknown", local, None, None, None, rule, Day(local.date(), (), rule), None)


class Plan(NamedTuple):
    """The spans of a day and the rule that gives them. No spans: closed.

    With `cut` (which may reach to the end of the next day) the spans are those of the next lower rank, less these;
    `as_usual` makes them those of the week, whatever holiday it is.
    """

    spans: tuple[Span, ...]
    rule: Rule
    cut: tuple[Span, ...] = ()
    as_usual: bool = False
    uncut: tuple[Span, ...] = ()


Week = tuple[Plan, Plan, Plan, Plan, Plan, Plan, Plan]
"""Seven plans, Monday first."""

YearDay = tuple[int, int]
"""(month, day), in every year."""


class SeasonWeek(NamedTuple):
    """The week from `first` to `last`, both included; a season whose `last` is earlier runs over New Year."""

    first: YearDay
    last: YearDay
    week: Week

    def holds_on(self, on: date) -> bool:
        """Whether a date lies in the season."""
        if self.first <= self.last:
            return self.first <= (on.month, on.day) <= self.last
        return (on.month, on.day) >= self.first or (on.month, on.day) <= self.last


class DateRange(NamedTuple):
    """The plan for every day from `first` to `last`, both included."""

    first: date
    last: date
    plan: Plan


class _Piece(NamedTuple):
    """A stretch of opening within one local day, as instants in UTC, and the day it belongs to."""

    start: datetime
    end: datetime
    day: Day


@dataclass(frozen=True, slots=True)
class Schedule:
    """One contact's hours. Immutable, and a function of nothing but itself and the question.

    `holiday` is None when holidays are as usual. `movable` counts days from Easter Sunday. `ranges` are sorted
    and do not overlap, nor do `seasons`: `Hours.build` makes sure of both. Nor do `switches`, which are sorted, too.
    """

    zone: ZoneInfo
    calendar: HolidayCalendar | None
    usual: Week
    seasons: tuple[SeasonWeek, ...] = ()
    monthly: tuple[tuple[MonthlyDay, Plan], ...] = ()
    holiday: Plan | None = None
    movable: Mapping[int, Plan] | None = None
    every: Mapping[YearDay, Plan] | None = None
    ranges: tuple[DateRange, ...] = ()
    dates: Mapping[date, Plan] | None = None
    switches: tuple[Switch, ...] = ()
    _dated: tuple[date, date] | None = field(init=False, repr=False, compare=False)
    """The first and the last day that a single date, a range or a switch names; None when there are none."""
    _steady: bool = field(init=False, repr=False, compare=False)
    """Whether only those change the state: the rest is open round the clock, or never open."""

    def __post_init__(self) -> None:
        days = sorted([*(self.dates or ()), *(r.first for r in self.ranges), *(r.last for r in self.ranges)])
        days = sorted([*days, *(day for switch in self.switches for day in switch.dates(self.zone))])
        object.__setattr__(self, "_dated", (days[0], days[-1]) if days else None)
        object.__setattr__(self, "_steady", self._is_steady())

    def answer(self, at: datetime) -> Answer:
        """The state at `at`, an aware datetime of any zone.

        Raises:
            ValueError: `at` is naive, or outside `YEARS`.
        """
        local = _aware(at).astimezone(self.zone)
        _within_years(local.year)
        moment = local.astimezone(UTC)
        today = local.date()
        first, last = self._search(today)
        now = next((p for p in self._pieces(today) if p.start <= moment < p.end), None)
        rule, back, ahead = self._decided(moment, today, now)

        since = self._since(back, self._date(back), first, is_open=now is not None)
        until, opening = self._ahead(ahead, self._date(ahead), last, is_open=now is not None)
        day = self.day(today)
        return Answer(
            state="closed" if now is None else "open",
            at=local,
            since=since and since.astimezone(self.zone),
            until=until and until.astimezone(self.zone),
            next_open=opening and opening.start.astimezone(self.zone),
            rule=rule,
            today=day,
            next_day=opening and opening.day,
            closed_before=() if day.spans else self._closed_before(today),
            ruled_until=now.end.astimezone(self.zone) if now is not None else None,
        )

    def _decided(self, moment: datetime, today: date, now: _Piece | None) -> tuple[Rule, datetime, datetime]:
        """What decides at an instant, and the instants until which, backwards and onwards, the state is surely that."""
        switch = holding(self.switches, moment)
        if switch is None:
            return (self._day(today) if now is None else now.day).rule, moment, moment
        return switch.rule, switch.since, switch.until or moment

    def _closed_before(self, today: date) -> tuple[Day, ...]:
        days = (self.day(today - n * _ONE_DAY) for n in range(1, CLOSED_DAYS + 1))
        return tuple(takewhile(lambda day: not day.spans, days))[::-1]

    def day(self, on: date) -> Day:
        """What holds on one local date. Spans past midnight stand on the day they start on."""
        day = self._day(on)
        spans, rule = day.spans, day.rule
        for switch in self.switches:
            applied = switch.applied(spans, on, self.zone)
            if applied != spans:
                spans, rule = applied, switch.rule
        return day if rule is day.rule else replace(day, spans=spans, rule=rule, uncut=day.spans)

    def _day(self, on: date) -> Day:
        """What holds on a local date but for the switches."""
        names = () if self.calendar is None else self.calendar(on.year).get(on, ())
        plan = self._plan(on, names)
        return Day(on, plan.spans, plan.rule, names, plan.uncut)

    def year(self, year: int) -> tuple[Day, ...]:
        """Every day of a year, in order.

        Raises:
            ValueError: the year is outside `YEARS`.
        """
        _within_years(year)
        start = date(year, 1, 1)
        return tuple(self.day(start + n * _ONE_DAY) for n in range((date(year + 1, 1, 1) - start).days))

    def changes(self, days: Iterable[date]) -> Iterator[datetime]:
        """When it opens and closes on these local days, in UTC; a night that runs on counts its midnight too."""
        for day in days:
            for piece in self._pieces(day):
                yield from (piece.start, piece.end)

    def entered(self) -> list[tuple[date, Place]]:
        """The first day of every exception that has a date, and where it stands."""
        singles = [(day, plan.rule.place) for day, plan in (self.dates or {}).items()]
        return [*singles, *((each.first, each.plan.rule.place) for each in self.ranges)]

    def week(self, on: date) -> tuple[tuple[Span, ...], ...]:
        """The spans of the usual week on a date (the season's), Monday first: no holidays, no exceptions.

        What holds on holidays is `holiday.spans`; None in `holiday` means as usual.
        """
        return tuple(plan.spans for plan in self._week(on))

    def _week(self, on: date) -> Week:
        return next((season.week for season in self.seasons if season.holds_on(on)), self.usual)

    def _plan(self, on: date, names: tuple[Holiday, ...]) -> Plan:
        return self._resolved(on, chain(self._exceptions(on, names), self._usual(on)))

    def _resolved(self, on: date, plans: Iterator[Plan]) -> Plan:
        """The first of the plans, with what it refers to worked out from those below it."""
        plan = next(plans)
        if plan.as_usual:
            return Plan(self._resolved(on, self._usual(on)).spans, plan.rule)
        if plan.cut:
            below = self._resolved(on, plans)
            left = less(below.spans, plan.cut)
            return below if left == below.spans else Plan(left, plan.rule, uncut=below.spans)
        return plan

    def _exceptions(self, on: date, names: tuple[Holiday, ...]) -> Iterator[Plan]:
        """The plans above the usual ones that name a date, the highest rank first."""
        if self.dates is not None and (plan := self.dates.get(on)) is not None:
            yield plan
        place = bisect_right(self.ranges, on, key=lambda r: r.first)
        if place and on <= self.ranges[place - 1].last:
            yield self.ranges[place - 1].plan
        if self.every is not None and (plan := self.every.get((on.month, on.day))) is not None:
            yield plan
        if self.movable and (plan := self.movable.get(days_from_easter(on))) is not None:
            yield plan
        if names and self.holiday is not None:
            yield _named(self.holiday, names)

    def _usual(self, on: date) -> Iterator[Plan]:
        """The plans of a day that is no exception."""
        for day, plan in self.monthly:
            if day.falls_on(on):
                yield plan
        yield self._week(on)[on.weekday()]

    def _pieces(self, on: date) -> tuple[_Piece, ...]:
        """The stretches in which it is open between this midnight and the next: sorted, and none overlap."""
        pieces = self._usual_pieces(on)
        for switch in self.switches:
            pieces = self._with(switch, pieces, on)
        return pieces

    def _with(self, switch: Switch, pieces: tuple[_Piece, ...], on: date) -> tuple[_Piece, ...]:
        """A day's pieces with what a switch takes away or adds. What it adds belongs to it alone."""
        stretch = switch.within(self._instant(on, 0), self._instant(on, MIDNIGHT))
        if stretch is None:
            return pieces
        begin, finish = stretch
        left = [
            _Piece(start, end, piece.day)
            for piece in pieces
            for start, end in ((piece.start, min(piece.end, begin)), (max(piece.start, finish), piece.end))
            if start < end
        ]
        if switch.is_open:
            left.append(_Piece(begin, finish, replace(self.day(on), rule=switch.rule)))
        return tuple(sorted(left, key=lambda piece: piece[:2]))

    def _usual_pieces(self, on: date) -> tuple[_Piece, ...]:
        """The pieces of a day but for the switches.

        Only the day before can reach into this one, because no span is longer than 24 hours. Where two
        overlap, the time belongs to the one that began first.
        """
        days = [day for day in (self._day(on - _ONE_DAY), self._day(on)) if day.spans]
        if not days:
            return ()
        midnight, next_midnight = self._instant(on, 0), self._instant(on, MIDNIGHT)
        pieces = []
        reached = midnight
        whole = [
            _Piece(self._instant(day.date, span.opens), self._instant(day.date, span.closes), day)
            for day in days
            for span in day.spans
        ]
        for start, end, day in sorted(whole, key=lambda piece: piece[:2]):
            begin, finish = max(start, reached), min(end, next_midnight)
            if begin < finish:
                pieces.append(_Piece(begin, finish, day))
                reached = finish
        return tuple(pieces)

    def _instant(self, on: date, minutes: int) -> datetime:
        """The instant, in UTC, of so many minutes of the wall clock past midnight, 48 hours at most."""
        days, minute = divmod(minutes, MIDNIGHT)
        wall = time(minute // 60, minute % 60)
        return datetime.combine(on + days * _ONE_DAY, wall, self.zone).astimezone(UTC)

    def _date(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _ahead(
        self, moment: datetime, today: date, last: date, *, is_open: bool
    ) -> tuple[datetime | None, _Piece | None]:
        """The next change of state, and the piece that begins with the next opening."""
        end = moment
        for piece in self._walk(today, last):
            if piece.end <= moment:
                continue
            if not is_open:
                return piece.start, piece
            if piece.start > end:
                return end, piece
            end = piece.end
        if not is_open or end >= self._instant(last, MIDNIGHT):
            return None, None
        return end, None

    def _since(self, moment: datetime, today: date, first: date, *, is_open: bool) -> datetime | None:
        """When the present state began."""
        begin = moment
        for piece in self._walk_back(today, first):
            if piece.start > moment:
                continue
            if not is_open:
                return piece.end
            if piece.end < begin:
                return begin
            begin = piece.start
        if not is_open or begin <= self._instant(first, 0):
            return None
        return begin

    def _walk(self, today: date, last: date) -> Iterator[_Piece]:
        for n in range((last - today).days + 1):
            yield from self._pieces(today + n * _ONE_DAY)

    def _walk_back(self, today: date, first: date) -> Iterator[_Piece]:
        for n in range((today - first).days + 1):
            yield from reversed(self._pieces(today - n * _ONE_DAY))

    def _search(self, today: date) -> tuple[date, date]:
        """The first and the last day that can show a change.

        Where the yearly rules come to the same on all days, round the clock or never, only dated exceptions
        change anything. Two days around them are enough: one for the change, one for a night that runs on.
        """
        beyond = 2 * _ONE_DAY if self._steady else HORIZON
        first, last = self._dated or (today, today)
        endless = self.switches and self.switches[-1].until is None
        return min(first, today) - beyond, max(last, today) + (2 * _ONE_DAY if endless else beyond)

    def _is_steady(self) -> bool:
        """Whether the yearly rules alone never close, or never open. May be False of one that never does."""
        yearly = self.every or {}
        plain = [day for day in LEAP_YEAR if (day.month, day.day) not in yearly]
        weeks = {season.first: season.week for season in self.seasons if any(map(season.holds_on, plain))}
        plans = [plan for week in weeks.values() for plan in week]
        if not all(any(season.holds_on(day) for season in self.seasons) for day in plain):
            plans += self.usual
        if self.holiday is not None and self.calendar is not None:
            plans.append(self.holiday)
        plans += [*yearly.values(), *(self.movable or {}).values(), *(plan for _, plan in self.monthly)]
        days = {plan.spans for plan in plans if not plan.cut and not plan.as_usual}
        if any(less(spans, plan.cut) != spans for plan in plans for spans in days):
            return False
        return days == {()} or all(_cover(before, day) for before in days for day in days)


def _cover(before: tuple[Span, ...], day: tuple[Span, ...]) -> bool:
    """Whether it is open all day, when these are the spans of the day before and of the day."""
    nights = [Span(span.opens - MIDNIGHT, span.closes - MIDNIGHT) for span in before]
    reached = 0
    for span in sorted((*nights, *day)):
        if span.opens > reached:
            return False
        reached = max(reached, span.closes)
    return reached >= MIDNIGHT


def _named(plan: Plan, names: tuple[Holiday, ...]) -> Plan:
    """The plan for holidays, on the one with these names."""
    de, en = " und ".join(name.de for name in names), " and ".join(name.en for name in names)
    rule = Rule(plan.rule.kind, plan.rule.place, f"{plan.rule.text} ({de})", {"de": de, "en": en})
    return Plan(plan.spans, rule)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at


def _within_years(year: int) -> None:
    if year not in YEARS:
        raise ValueError(f"{year} is outside {YEARS[0]} to {YEARS[-1]}")
