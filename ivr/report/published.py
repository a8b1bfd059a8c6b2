"""What may be printed of the figures: one long list of rows, and what is to be said about the offices.

The forms (table, csv, json, parquet) are given this and nothing else. Totals are exact. Each group of counts of which
the total is printed, or is part of one that is, goes through `hide`; no other sums are printed.

    hours, weekdays, languages, given up   each a group of the calls
    days                                   those of one weekday are a group of its calls, if these are told
    options, misses, connections           together a group of the turns, with an office's connections as one count
    results of an office                   a group of its connections, if these are told
    arrivals                               each a group of its own, with the calls that did not come there as the rest

An arrival is more than a count: at its step there are no fewer keys, misses and hang-ups than calls. Where that says
too much about one of them that is hidden, the arrival is hidden as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from ivr.call import DialResult
from ivr.report.figures import UNKNOWN
from ivr.report.health import Counts, Health, judge
from ivr.report.hidden import COVER, LEAST, SMALL, TOLD, Mark, hide

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from ivr.contacts import Directory
    from ivr.report.figures import Figures, Period

Value = int | float

RESULTS: Final = tuple(str(result.value) for result in DialResult)

SECTIONS: Final = (
    "totals",
    "days",
    "hours",
    "weekdays",
    "languages",
    "options",
    "misses",
    "arrivals",
    "given_up",
    "connections",
    "listening",
    "repeats",
    "health",
)
"""All sections, in their order. One without rows has nothing that may be told."""


class Row(NamedTuple):
    """A number, or that there is one which is not told."""

    section: str
    group: str
    """Step, contact, or empty."""
    key: str
    value: Value | None
    hidden: Mark = TOLD
    """`<5`: under 5. `>=5`: hidden as cover for one that is."""


@dataclass(frozen=True)
class Report:
    """What may be printed of a period."""

    period: Period
    zone: str
    rows: tuple[Row, ...]
    health: tuple[Health, ...] = ()
    """Of each contact that was rung often enough for its connections to be told, in the order of the file."""

    @property
    def calls(self) -> int:
        """All calls but test calls; exact."""
        return int(self.rows[0].value or 0)

    @property
    def turns(self) -> int:
        """All turns of these calls; exact."""
        return int(self.rows[1].value or 0)

    def section(self, name: str) -> tuple[Row, ...]:
        """Its rows."""
        return tuple(row for row in self.rows if row.section == name)


def publish(figures: Figures, directory: Directory, zone: ZoneInfo) -> Report:
    """What may be printed of these figures, with the contacts' names and lines."""
    marks = _marks_of_turns(figures)
    given_up = tuple(_group("given_up", figures.given_up, whole=figures.calls))
    health = tuple(_health(figures, directory, marks))
    weekdays = tuple(
        _group("weekdays", {str(day): number for day, number in enumerate(figures.weekdays, 1)}, listed=False)
    )
    rows = (
        Row("totals", "", "calls", figures.calls),
        Row("totals", "", "turns", figures.turns),
        *_days(figures, weekdays),
        *_group("hours", {f"{hour:02}": number for hour, number in enumerate(figures.hours)}, listed=False),
        *weekdays,
        *_group("languages", figures.languages, whole=figures.calls),
        *_chosen("options", figures, marks),
        *_chosen("misses", figures, marks),
        *_arrivals(figures, marks, given_up),
        *given_up,
        *_connections(figures, directory, marks),
        *_listening(figures),
        *_repeats(figures),
        *(row for each in health for row in _health_rows(each)),
    )
    return Report(figures.period, str(zone), rows, health)


Keys = tuple[str, str, str]
"""Section, group and key."""


def _group(section: str, counts: Mapping[str, int], *, listed: bool = True, whole: int | None = None) -> Iterator[Row]:
    rest = None if whole is None else whole - sum(counts.values())
    marks = hide(counts, listed=listed, rest=rest)
    for key, mark in sorted((marks or {}).items()):
        yield _row(section, "", key, counts[key], mark)


def _days(figures: Figures, weekdays: tuple[Row, ...]) -> Iterator[Row]:
    """The calls of each day. Those of a weekday add up to its number, and nothing else about them is known."""
    first, last = figures.period
    every = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    told: dict[date, Mark] = {}
    for row in weekdays:
        same = {day: figures.days.get(day, 0) for day in every if str(day.isoweekday()) == row.key}
        if row.hidden == TOLD:
            told |= hide(same, listed=False) or {}
        elif row.hidden == SMALL or len(same) == 1:
            told |= dict.fromkeys(same, row.hidden)
    for day in every:
        if day in told:
            yield _row("days", "", day.isoformat(), figures.days.get(day, 0), told[day])


def _row(section: str, group: str, key: str, number: int, mark: Mark) -> Row:
    return Row(section, group, key, number if mark == TOLD else None, mark)


def _marks_of_turns(figures: Figures) -> dict[Keys, Mark]:
    """Of all counts that the total of the turns is made of."""
    counts: dict[Keys, int] = {
        **{("options", *choice): number for choice, number in figures.options.items()},
        **{("misses", *choice): number for choice, number in figures.misses.items()},
        **{("connections", name, "all"): sum(ended.values()) for name, ended in figures.results.items()},
    }
    return hide(counts, listed=True, rest=figures.other_turns) or {}


def _chosen(section: str, figures: Figures, marks: Mapping[Keys, Mark]) -> Iterator[Row]:
    counts = figures.options if section == "options" else figures.misses
    for choice in sorted(counts):
        mark = marks.get((section, *choice))
        if mark is not None:
            yield _row(section, *choice, counts[choice], mark)


def _arrivals(figures: Figures, marks: Mapping[Keys, Mark], given_up: Sequence[Row]) -> Iterator[Row]:
    left = {row.key: row.hidden for row in given_up}
    for place, number in sorted(figures.arrivals.items()):
        alone = hide({place: number}, listed=True, rest=figures.calls - number)
        if alone is None:
            continue
        there: list[tuple[int, Mark | None]] = [
            (count, marks.get((section, *choice)))
            for section, counts in (("options", figures.options), ("misses", figures.misses))
            for choice, count in counts.items()
            if choice.place == place
        ]
        if place in figures.given_up:
            there.append((figures.given_up[place], left.get(place)))
        told = alone[place] != TOLD or not _says_too_much(number, there)
        yield _row("arrivals", "", place, number, alone[place] if told else COVER)


def _says_too_much(arrivals: int, there: Sequence[tuple[int, Mark | None]]) -> bool:
    """Whether a small count at a step could not be 1 any more when it is known how many calls came there.

    `there` are the counts at the step with their marks; None where nothing of the group is told.
    """
    marks = [mark for _, mark in there]
    small = marks.count(SMALL)
    if None in marks:
        return True
    if not small or COVER in marks:
        return False
    others = (small - 1) * (LEAST - 1)
    return arrivals - sum(count for count, mark in there if mark == TOLD) > 1 + others


def _connections(figures: Figures, directory: Directory, marks: Mapping[Keys, Mark]) -> Iterator[Row]:
    for name in _in_order(figures.results, directory):
        mark = marks.get(("connections", name, "all"))
        if mark is None:
            continue
        ended = _ended(figures.results[name])
        yield _row("connections", name, "all", sum(ended.values()), mark)
        parts = _marks_of_results(ended) if mark == TOLD else None
        for result, part in (parts or {}).items():
            yield _row("connections", name, result, ended[result], part)


def _in_order(names: Mapping[str, object], directory: Directory) -> list[str]:
    """The contacts as the file has them; those that it no longer has, behind."""
    known = list(directory.contacts)
    return sorted(names, key=lambda name: (known.index(name) if name in directory.contacts else len(known), name))


def _ended(found: Mapping[str, int]) -> dict[str, int]:
    """By result, those that did not happen as well."""
    return {**dict.fromkeys(RESULTS, 0), **dict(sorted(found.items()))}


def _marks_of_results(ended: Mapping[str, int]) -> dict[str, Mark] | None:
    """Hardly any office has failed connections; better not to tell how many talked than how often it was busy."""
    return hide(ended, listed=False, spare=DialResult.COMPLETED.value)


def _listening(figures: Figures) -> Iterator[Row]:
    """The median, which is about a group of calls; of how many is not told, for then the others would be known."""
    number = sum(figures.listening.values())
    if number >= LEAST:
        yield Row("listening", "", "median_seconds", _median(figures.listening))
    elif number:
        yield Row("listening", "", "median_seconds", None, SMALL)


def _median(seconds: Mapping[int, int]) -> Value:
    number = sum(seconds.values())
    middle = {(number - 1) // 2, number // 2}
    found, passed = [], 0
    for value in sorted(seconds):
        found += [value for place in middle if passed <= place < passed + seconds[value]]
        passed += seconds[value]
    return sum(found) / len(found)


def _repeats(figures: Figures) -> Iterator[Row]:
    """Callers who called more than once. How often they did is not told: the sum would tell of some of them."""
    if figures.callers:
        callers = sum(number for times, number in figures.callers.items() if times > 1)
        yield _row("repeats", "", "callers", callers, SMALL if callers < LEAST else TOLD)


def _health(figures: Figures, directory: Directory, marks: Mapping[Keys, Mark]) -> Iterator[Health]:
    for name in _in_order(figures.results, directory):
        if name == UNKNOWN or marks.get(("connections", name, "all")) != TOLD:
            continue
        entry = directory.contacts.get(name)
        now = _told(figures.results[name])
        if now is not None:
            yield judge(name, entry, now, _told(figures.results_before.get(name, {})))


def _told(found: Mapping[str, int]) -> Counts | None:
    """An office's connections, as far as they may be told."""
    ended = _ended(found)
    number = sum(ended.values())
    marks = _marks_of_results(ended) if number >= LEAST else None
    if marks is None:
        return None
    return Counts(number, *((None if marks[each] else ended[each], marks[each]) for each in ("busy", "no_answer")))


def _health_rows(health: Health) -> Iterator[Row]:
    for when, counts in (("", health.now), ("_before", health.before)):
        if counts is None:
            continue
        yield Row("health", health.contact, f"rung{when}", counts.rung)
        for what, (number, mark) in (("busy", counts.busy), ("no_answer", counts.no_answer)):
            share = None if number is None else round(100 * number / counts.rung, 1)
            yield Row("health", health.contact, f"{what}_percent{when}", share, mark)
