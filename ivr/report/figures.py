"""The figures of a period: exact counts, as the database has them. Nothing of this is printed as it is.

All of them are about the calls that began in the period and were no test calls, with all their turns. The database
adds up; what comes back is a few thousand rows at most, however many calls there were. SQLite and PostgreSQL count
alike: instants become whole numbers there, and local hours and days only here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BigInteger, and_, case, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from ivr.store.schema import calls, turns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement, Connection, Select

    from ivr.store import Database

BEFORE = timedelta(days=28)
"""How far an office's own past reaches back from the first day."""

SILENT = timedelta(hours=1)
"""A call that waits for a key and has not been heard of for so long is over, whatever the provider has told of it."""

UNKNOWN = "unknown"
"""A place or contact whose turn is missing."""

_QUARTER = 900
"""Seconds. Everywhere on earth, local hours and days begin with a quarter of an hour."""


class Period(NamedTuple):
    """Local days, both included."""

    first: date
    last: date

    def instants(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Where it begins and, no longer part of it, where it ends."""
        return _midnight(self.first, zone), _midnight(self.last + timedelta(days=1), zone)

    def before(self) -> Period:
        """The past that it is compared with."""
        return Period(self.first - BEFORE, self.first - timedelta(days=1))


class Choice(NamedTuple):
    """Something that happened at a step: a key was pressed, or missed."""

    place: str
    """FLOW/STEP."""
    what: str


@dataclass(frozen=True)
class Figures:
    """The exact counts of a period. Counts that are nought are missing, but for hours and weekdays."""

    period: Period
    calls: int = 0
    turns: int = 0
    days: Mapping[date, int] = field(default_factory=dict)
    """Calls by the local day on which they began."""
    hours: tuple[int, ...] = (0,) * 24
    """Calls by the local hour in which they began."""
    weekdays: tuple[int, ...] = (0,) * 7
    """Calls by weekday, from Monday on."""
    languages: Mapping[str, int] = field(default_factory=dict)
    """Calls by the language that was spoken last; a call of which no turn is known is in none."""
    options: Mapping[Choice, int] = field(default_factory=dict)
    """Keys that led somewhere."""
    misses: Mapping[Choice, int] = field(default_factory=dict)
    """`no-input` and `no-match`."""
    results: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By contact: how connections ended."""
    results_before: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """The same of the 28 days before."""
    other_turns: int = 0
    """Turns that are neither the beginning of a call nor in any of the counts above."""
    arrivals: Mapping[str, int] = field(default_factory=dict)
    """Calls by the steps at which a turn of theirs ended: where a key was waited for, somebody was rung, or the call
    was over. A call counts once at each of them; what it only passes, such as a branch, is in no record."""
    given_up: Mapping[str, int] = field(default_factory=dict)
    """Calls by the step at which the caller hung up, without having been connected or bidden goodbye."""
    listening: Mapping[int, int] = field(default_factory=dict)
    """Calls by the whole seconds from their first turn to the first that dials."""
    callers: Mapping[int, int] = field(default_factory=dict)
    """Callers by how often they called; only of calls whose hash is still there."""


def count(database: Database, period: Period, zone: ZoneInfo, now: datetime) -> Figures:
    """The figures of a period, read in one transaction.

    Raises:
        Away: the database cannot be asked.
    """
    begin, end = period.instants(zone)
    within = _begun(begin, end)
    with database.connect() as connection:
        if connection.dialect.name == "postgresql":
            # What is stored meanwhile is in all of the counts or in none, as it is with SQLite anyway.
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        days, hours, weekdays = _by_time(connection, within, zone)
        inputs = _Inputs()
        for row in connection.execute(_inputs(within)):
            inputs.take(*row)
        before = _Inputs()
        for row in connection.execute(_inputs(_begun(*period.before().instants(zone)), connections_only=True)):
            before.take(*row)
        return Figures(
            period,
            sum(hours),
            inputs.turns,
            days,
            hours,
            weekdays,
            _counted(connection, _languages(within)),
            dict(inputs.options),
            dict(inputs.misses),
            inputs.results,
            before.results,
            inputs.other,
            {f"{flow}/{step}": number for flow, step, number in connection.execute(_arrivals(within))},
            {f"{flow}/{step}": number for flow, step, number in connection.execute(_given_up(within, now))},
            _counted(connection, _listening(within)),
            _counted(connection, _callers(within)),
        )


# What is asked


class _Quarter(FunctionElement[int]):
    """The quarter of an hour in which an instant lies, counted from 1970 on."""

    type = BigInteger()
    inherit_cache = True
    name = "quarter"


class _Milliseconds(FunctionElement[int]):
    """An instant as whole milliseconds since 1970."""

    type = BigInteger()
    inherit_cache = True
    name = "milliseconds"


@compiles(_Quarter, "sqlite")
def _sqlite_quarter(element: _Quarter, compiler: Any, **more: Any) -> str:
    at = compiler.process(element.clauses, **more)
    return f"(CAST(strftime('%s', {at}) AS INTEGER) / {_QUARTER})"


@compiles(_Quarter, "postgresql")
def _postgresql_quarter(element: _Quarter, compiler: Any, **more: Any) -> str:
    at = compiler.process(element.clauses, **more)
    return f"CAST(floor(extract(epoch FROM {at}) / {_QUARTER}) AS bigint)"


@compiles(_Milliseconds, "sqlite")
def _sqlite_milliseconds(element: _Milliseconds, compiler: Any, **more: Any) -> str:
    # An instant is stored as text, 2026-11-25 17:03:29.123000.
    at = compiler.process(element.clauses, **more)
    return f"(CAST(strftime('%s', {at}) AS INTEGER) * 1000 + CAST(substr({at}, 21, 3) AS INTEGER))"


@compiles(_Milliseconds, "postgresql")
def _postgresql_milliseconds(element: _Milliseconds, compiler: Any, **more: Any) -> str:
    at = compiler.process(element.clauses, **more)
    return f"CAST(floor(extract(epoch FROM {at}) * 1000) AS bigint)"


def _begun(begin: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(calls.c.started >= begin, calls.c.started < end, calls.c.test.is_(False))


def _inputs(within: ColumnElement[bool], *, connections_only: bool = False) -> Select[Any]:
    """How often what came in where. A turn's row tells where the call stands after it; where the input was waited for,
    and which contact was rung, stands in the row before.
    """
    there = turns.alias("there")
    asked = (there.c.flow, there.c.step, there.c.contact, turns.c.input, turns.c.key, turns.c.miss, turns.c.result)
    before = and_(there.c.call == turns.c.call, there.c.turn == turns.c.turn - 1)
    joined = calls.join(turns, turns.c.call == calls.c.call).outerjoin(there, before)
    query = select(*asked, func.count()).select_from(joined).where(within).group_by(*asked)
    return query.where(turns.c.input == "connection") if connections_only else query


def _languages(within: ColumnElement[bool]) -> Select[Any]:
    spoken = calls.c.last_language
    return select(spoken, func.count()).where(within, spoken.is_not(None)).group_by(spoken)


def _arrivals(within: ColumnElement[bool]) -> Select[Any]:
    place = (turns.c.flow, turns.c.step)
    query = select(*place, func.count(turns.c.call.distinct())).select_from(
        calls.join(turns, turns.c.call == calls.c.call)
    )
    return query.where(within).group_by(*place)


def _given_up(within: ColumnElement[bool], now: datetime) -> Select[Any]:
    """Hung up, as the provider told us in a turn; or left while a key was waited for, of which many tell nothing."""
    over = or_(calls.c.ended.is_not(None), calls.c.last_at < now - SILENT)
    left = and_(calls.c.expects.in_(("gather", "record")), over)
    talked = select(turns.c.call).where(turns.c.call == calls.c.call, turns.c.result == "completed").exists()
    place = (calls.c.flow, calls.c.step)
    query = select(*place, func.count()).where(within, or_(calls.c.input == "hangup", left), ~talked)
    return query.group_by(*place)


def _listening(within: ColumnElement[bool]) -> Select[Any]:
    dialled = func.min(case((turns.c.expects == "dial", turns.c.at)))
    spans = select(_Milliseconds(func.min(turns.c.at)).label("begun"), _Milliseconds(dialled).label("dialled"))
    spans = spans.select_from(calls.join(turns, turns.c.call == calls.c.call)).where(within).group_by(turns.c.call)
    each = spans.having(dialled.is_not(None)).subquery()
    # `//` is the division of whole numbers, in both databases.
    seconds = ((each.c.dialled - each.c.begun) // 1000).label("seconds")
    return select(seconds, func.count()).group_by(seconds)


def _callers(within: ColumnElement[bool]) -> Select[Any]:
    query = select(func.count().label("times")).where(within, calls.c.caller.is_not(None)).group_by(calls.c.caller)
    each = query.subquery()
    return select(each.c.times, func.count()).group_by(each.c.times)


# What is made of it


class _Inputs:
    """The answer to `_inputs`, sorted."""

    def __init__(self) -> None:
        self.turns = self.other = 0
        self.options: Counter[Choice] = Counter()
        self.misses: Counter[Choice] = Counter()
        self.results: dict[str, dict[str, int]] = {}

    def take(
        self,
        flow: str | None,
        step: str | None,
        contact: str | None,
        given: str,
        key: str | None,
        miss: str | None,
        result: str | None,
        number: int,
    ) -> None:
        self.turns += number
        place = f"{flow}/{step}" if flow else UNKNOWN
        if miss is not None:
            self.misses[Choice(place, miss)] += number
        elif given == "key" and key is not None:
            self.options[Choice(place, key)] += number
        elif given == "connection":
            ended = self.results.setdefault(contact or UNKNOWN, {})
            ended[result or UNKNOWN] = ended.get(result or UNKNOWN, 0) + number
        elif given != "call":
            self.other += number


def _by_time(
    connection: Connection, within: ColumnElement[bool], zone: ZoneInfo
) -> tuple[dict[date, int], tuple[int, ...], tuple[int, ...]]:
    hours, weekdays = [0] * 24, [0] * 7
    days: Counter[date] = Counter()
    quarter = _Quarter(calls.c.started).label("quarter")
    for begun, number in connection.execute(select(quarter, func.count()).where(within).group_by(quarter)):
        local = datetime.fromtimestamp(begun * _QUARTER, zone)
        days[local.date()] += number
        hours[local.hour] += number
        weekdays[local.weekday()] += number
    return dict(days), tuple(hours), tuple(weekdays)


def _counted(connection: Connection, query: Select[Any]) -> dict[Any, int]:
    return {key: int(number) for key, number in connection.execute(query)}


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
