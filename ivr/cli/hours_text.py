"""What `ivr hours` prints for people: the state of a contact at a moment, and the table of its year.

No line is longer than 80 columns, unless a path in it is. The table shows the usual week once and then only the days
that differ from it: holidays by name, exceptions with their reason, the nights in which the clocks change. Days in a
row under the same rule are one line. Each line names the line of the contacts file that decided.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from ivr.contacts import Entry
    from ivr.hours import Answer, Day, Rule, Schedule, Span
    from ivr.source.problems import Problem

WIDTH = 80
_WIDEST_HOURS = 12
"""One span with its comma; a day of several has them below each other."""


class Words(NamedTuple):
    """One language's words for hours on a screen."""

    weekdays: tuple[str, ...]
    short_weekdays: tuple[str, ...]
    day: str
    """How a date without its year is written, for `strftime`."""
    moment: str
    states: Mapping[str, str]
    since: str
    until: Mapping[str, str]
    """What the next change of state is, by the present state."""
    opens_then: str
    no_change: str
    rule: str
    callers_hear: str
    line: str
    unknown: str
    always_through: str
    in_year: str
    week: str
    season: str
    closed: str
    differing: str
    none_differ: str
    holiday: str
    as_usual: str
    exception: str
    forward: str
    back: str
    warnings: str


_GERMAN = Words(
    weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    short_weekdays=("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    day="%d.%m.",
    moment="{weekday}, {at:%d.%m.%Y, %H:%M} Uhr",
    states={"open": "geöffnet", "closed": "geschlossen", "unknown": "Öffnungszeiten unbekannt"},
    since="seit",
    until={"open": "schließt", "closed": "öffnet"},
    opens_then="öffnet danach",
    no_change="kein Wechsel in Sicht",
    rule="Regel",
    callers_hear="Ansage",
    line="Zeile {line}",
    unknown="Es sind keine Öffnungszeiten eingetragen.",
    always_through="Anrufe werden immer verbunden.",
    in_year="{name} ({key}) im Jahr {year}, nach {file}",
    week="Woche",
    season="Vom {first} bis {last}",
    closed="geschlossen",
    differing="Abweichend von der Woche",
    none_differ="Kein Tag weicht von der Woche ab.",
    holiday="Feiertag: {name}",
    as_usual="{name}: wie immer",
    exception="Ausnahme",
    forward="Uhren vor: {before} wird {after} Uhr",
    back="Uhren zurück: {before} wird {after} Uhr",
    warnings="Hinweise",
)

_ENGLISH = Words(
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    short_weekdays=("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"),
    day="%d %b",
    moment="{weekday}, {at:%d %b %Y, %H:%M}",
    states={"open": "open", "closed": "closed", "unknown": "hours unknown"},
    since="since",
    until={"open": "closes", "closed": "opens"},
    opens_then="opens again",
    no_change="no change in sight",
    rule="rule",
    callers_hear="spoken",
    line="line {line}",
    unknown="No hours are entered.",
    always_through="Calls are always put through.",
    in_year="{name} ({key}) in {year}, from {file}",
    week="Week",
    season="From {first} to {last}",
    closed="closed",
    differing="Other than the week",
    none_differ="No day differs from the week.",
    holiday="holiday: {name}",
    as_usual="{name}: as usual",
    exception="exception",
    forward="clocks go forward: {before} becomes {after}",
    back="clocks go back: {before} becomes {after}",
    warnings="To note",
)


def _words(language: str) -> Words:
    return _ENGLISH if language == "en" else _GERMAN


# -- one moment


def moment(entry: Entry, answer: Answer, spoken: Mapping[str, str], language: str) -> str:
    """A contact at one moment, in a few labelled lines. `spoken` is what callers hear, by language."""
    words = _words(language)
    labelled = [*_changes(answer, words), *_rule(answer.rule, words)]
    labelled += [(f"{words.callers_hear} {code}", text) for code, text in spoken.items()]
    column = max(len(label) for label, _ in labelled) + 2
    lines = [f"{entry.name(language)} ({entry.key})", f"  {_at(answer.at, words)}: {words.states[answer.state]}"]
    for label, text in labelled:
        first, *rest = wrap(text, WIDTH - 2 - column, break_long_words=False, break_on_hyphens=False)
        lines.append(f"  {label:{column}}{first}")
        lines += [f"  {'':{column}}{line}" for line in rest]
    return "\n".join(lines)


def _changes(answer: Answer, words: Words) -> Iterator[tuple[str, str]]:
    if answer.state == "unknown":
        return
    if answer.since is not None:
        yield words.since, _at(answer.since, words)
    yield words.until[answer.state], _at(answer.until, words) if answer.until else words.no_change
    if answer.state == "open" and answer.next_open is not None:
        yield words.opens_then, _at(answer.next_open, words)


def _rule(rule: Rule, words: Words) -> Iterator[tuple[str, str]]:
    yield words.rule, f"{words.unknown} {words.always_through}" if rule.kind == "unknown" else rule.text
    yield "", str(rule.place)


def _at(at: datetime, words: Words) -> str:
    return words.moment.format(weekday=words.weekdays[at.weekday()], at=at)


# -- one year


class _Line(NamedTuple):
    """A line of the table: its first day, what is written for the days, the spans, why, and where it stands."""

    first: date
    days: str
    hours: str
    why: str
    where: str


def whole_year(
    entry: Entry, year: int, days: Sequence[Day], zone: ZoneInfo, language: str, warnings: Sequence[Problem] = ()
) -> str:
    """The table of a year. `days` are all of its days, `warnings` what is odd about it."""
    words = _words(language)
    file = entry.place.file
    head = words.in_year.format(name=entry.name(language), key=entry.key, year=year, file=file)
    if entry.schedule is None:
        return f"{head}\n\n{words.unknown} {words.always_through}"
    table = sorted((*_differing(days, words, language), *_clock_changes(zone, year, words)))
    parts = [head, *_weeks(entry.schedule, words)]
    parts.append("\n".join((words.differing, *_set(table))) if table else words.none_differ)
    if warnings:
        parts.append("\n".join((words.warnings, *_warnings(warnings, words, language))))
    return "\n\n".join(parts)


def _warnings(warnings: Sequence[Problem], words: Words, language: str) -> Iterator[str]:
    for each in warnings:
        said = [each.message, *([each.hint] if each.hint else [])]
        text = " ".join(part.en if language == "en" else part.de for part in said)
        where = words.line.format(line=each.place.line)
        for n, line in enumerate(wrap(text, WIDTH - 4 - len(where), break_long_words=False)):
            yield f"  {line:{WIDTH - 4 - len(where)}}  {where}" if n == 0 else f"  {line}"


def _weeks(schedule: Schedule, words: Words) -> Iterator[str]:
    yield "\n".join((words.week, *_week([plan.spans for plan in schedule.usual], words)))
    for season in schedule.seasons:
        # In a leap year every day has a date, 29 February too.
        first, last = (date(2000, *day).strftime(words.day) for day in (season.first, season.last))
        head = words.season.format(first=first, last=last)
        yield "\n".join((head, *_week([plan.spans for plan in season.week], words)))


def _week(spans: Sequence[tuple[Span, ...]], words: Words) -> Iterator[str]:
    for same, days in groupby(range(7), key=lambda day: spans[day]):
        group = [words.short_weekdays[day] for day in days]
        name = group[0] if len(group) == 1 else f"{group[0]}-{group[-1]}"
        yield f"  {name:7}{_hours(same, words)}"


def _hours(spans: Iterable[Span], words: Words) -> str:
    return ", ".join("-".join(span.wall()) for span in spans) or words.closed


def _differing(days: Sequence[Day], words: Words, language: str) -> Iterator[_Line]:
    """The days that are not as their week, and all holidays."""
    special = [day for day in days if day.holidays or day.rule.kind not in ("week", "season")]
    # Days in a row have the same distance to their place in the list.
    numbered = enumerate(special)
    for (rule, spans, holidays, _), group in groupby(
        numbered, key=lambda pair: (pair[1].rule, pair[1].spans, pair[1].holidays, pair[1].date.toordinal() - pair[0])
    ):
        row = [day for _, day in group]
        first, last = row[0].date, row[-1].date
        name = _date(first, words) if first == last else f"{_date(first, words)} - {_date(last, words)}"
        names = ", ".join(holiday.en if language == "en" else holiday.de for holiday in holidays)
        named = words.holiday.format(name=names)
        match rule.kind:
            case "holiday":
                why = named
            case "week" | "season":
                why = words.as_usual.format(name=names)
            case _:
                reason = rule.reason or {}
                said = reason.get(language) or next(iter(reason.values()), words.exception)
                why = f"{said}; {named}" if holidays else said
        yield _Line(first, name, _hours(spans, words), why, words.line.format(line=rule.place.line))


def _date(on: date, words: Words) -> str:
    return f"{words.short_weekdays[on.weekday()]} {on.strftime(words.day)}"


def _clock_changes(zone: ZoneInfo, year: int, words: Words) -> Iterator[_Line]:
    """The days on which the zone's offset changes, with the wall times before and after."""
    start, end = (datetime.combine(date(y, 1, 1), time(), zone).astimezone(UTC) for y in (year, year + 1))
    at = start
    while at < end:
        later = min(at + timedelta(days=1), end)
        before, after = at.astimezone(zone).utcoffset(), later.astimezone(zone).utcoffset()
        if before is not None and after is not None and before != after:
            change = _first_after(at, later, zone)
            wall = {"before": f"{change + before:%H:%M}", "after": f"{change + after:%H:%M}"}
            on = (change + before).date()
            why = (words.forward if after > before else words.back).format(**wall)
            yield _Line(on, _date(on, words), "", why, "")
        at = later


def _first_after(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The minute of the change between two instants in UTC whose offsets differ."""
    old = low.astimezone(zone).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) // 2
        middle = middle.replace(second=0, microsecond=0)
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high


def _set(table: Sequence[_Line]) -> Iterator[str]:
    """The lines in columns, what is too long for its column wrapped within it."""
    days = max(len(line.days) for line in table) + 2
    hours = min(max(len(line.hours) for line in table), _WIDEST_HOURS) + 2
    where = max(len(line.where) for line in table)
    why = WIDTH - 2 - days - hours - where - 2
    for line in table:
        columns = (
            [line.days],
            wrap(line.hours, hours - 2, break_on_hyphens=False),
            wrap(line.why, why, break_long_words=False),
            [line.where],
        )
        for n in range(max(map(len, columns))):
            a, b, c, d = (column[n] if n < len(column) else "" for column in columns)
            yield f"  {a:{days}}{b:{hours}}{c:{why}}  {d}".rstrip()
