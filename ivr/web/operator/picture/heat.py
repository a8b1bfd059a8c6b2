"""Counts for the picture, from what reports publish: nothing here knows a number that a report hides."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ivr.call import Spot
from ivr.graph.picture import node_id
from ivr.graph.svg import Note
from ivr.hours import YEARS
from ivr.report import Period
from ivr.report.hidden import COVER
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.graph import Picture
    from ivr.report import Report, Row

DAYS = ("7", "28", "90")
"""Periods that end today."""
DATES = "dates"
LONGEST = 400
"""Days of a period."""

LEVELS = 5
"""Each warmer one begins at twice the number of the one before; the warmest at half of the greatest."""

NO_PERIOD = Sentence(
    "Nötig sind zwei Tage, der zweite nicht vor dem ersten, höchstens 400 Tage.",
    "Two days are needed, the second not before the first, of 400 days at most.",
)


class BadPeriod(ValueError):  # noqa: N818 - it is the period that is bad
    """Two dates that are none, or make no period."""


def read_period(days: str, first: str, last: str, today: date) -> Period | None:
    """The period that was asked for; None for none.

    Raises:
        BadPeriod: the dates are none, or not in order.
    """
    if days in DAYS:
        return Period(today - timedelta(days=int(days) - 1), today)
    if days != DATES:
        return None
    try:
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError as bad:
        raise BadPeriod from bad
    length = (period.last - period.first).days
    if not 0 <= length < LONGEST or not {period.first.year, period.last.year} <= set(YEARS):
        raise BadPeriod
    return period


class Counted(NamedTuple):
    """A line of the table beside the picture; numbers as they are to be read, "" where there is none."""

    flow: str
    step: str
    kind: str
    came: str
    left: str
    chosen: tuple[tuple[str, str], ...]
    missed: tuple[tuple[str, str], ...]


class Heat(NamedTuple):
    """What is laid over a picture."""

    notes: Mapping[str, Note]
    """By the id of the step's node."""
    lines: tuple[Counted, ...]
    scale: tuple[tuple[int, int], ...]
    """Of each level its number, and the least count that is painted so."""
    calls: str


def heat_of(report: Report, picture: Picture) -> Heat:
    """The counts of a report at the steps of a picture."""
    english = picture.language == "en"
    came, left, chosen, missed = (
        _by_place(report.section(name), grouped=name in ("options", "misses"))
        for name in ("arrivals", "given_up", "options", "misses")
    )
    most = max((row.value or 0 for rows in came.values() for row in rows), default=0)
    notes, lines = {}, []
    for arrival in picture.walk():
        node = arrival.node
        place = f"{node.flow}/{node.step}"
        first = came.get(place, [None])[0]
        gone = left.get(place, [None])[0]
        keys = {row.key: shown(row, english=english) for row in chosen.get(place, [])}
        note = Note(shown(first, english=english), _level(first, most), shown(gone, english=english), keys)
        if note != Note():
            notes[node_id(Spot(node.flow, node.step))] = note
            misses = tuple((row.key, shown(row, english=english)) for row in missed.get(place, []))
            lines.append(Counted(node.flow, node.step, node.kind, note.came, note.left, tuple(keys.items()), misses))
    scale = tuple((level, _least(level, most)) for level in range(1, LEVELS + 1)) if most else ()
    return Heat(notes, tuple(lines), scale, shown(report.rows[0], english=english))


def shown(row: Row | None, *, english: bool) -> str:
    """A number as it is to be read."""
    if row is None:
        return ""
    if row.value is None:
        return "≥5" if row.hidden == COVER else row.hidden
    number = f"{row.value:,}"
    return number if english else number.replace(",", ".")


def _by_place(rows: tuple[Row, ...], *, grouped: bool) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.group if grouped else row.key, []).append(row)
    return found


def _level(row: Row | None, most: float) -> int:
    if row is None or row.value is None:
        return 0
    return max(level for level in range(1, LEVELS + 1) if row.value >= _least(level, most))


def _least(level: int, most: float) -> int:
    """The least count of a level; the first begins at the least that is told."""
    return 5 if level == 1 else max(5, round(most / 2 ** (LEVELS - level + 1)))
