"""The report for people: sections with headings, at most 100 columns wide."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Final, Literal

from ivr.report.hidden import COVER, SMALL
from ivr.report.published import SECTIONS
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ivr.contacts import Directory
    from ivr.report.health import Counts, Health
    from ivr.report.published import Report, Row

Language = Literal["de", "en"]

WIDTH: Final = 100
"""Columns of a line."""

BAR: Final = 50
"""Columns of the longest bar, where there is room for it."""

DAYS: Final = 31
"""More days are not listed."""

NUMBER: Final = 9
"""Columns of a number."""

HEADINGS: Final = {
    "days": Sentence("Anrufe je Tag", "Calls per day"),
    "hours": Sentence("Anrufe je Stunde", "Calls per hour"),
    "weekdays": Sentence("Anrufe je Wochentag", "Calls per weekday"),
    "languages": Sentence("Anrufe je Sprache", "Calls per language"),
    "options": Sentence("Gewählte Tasten", "Keys chosen"),
    "misses": Sentence("Keine oder falsche Taste", "No key or a wrong one"),
    "arrivals": Sentence("Anrufe je Schritt", "Calls per step"),
    "given_up": Sentence("Wo Anrufende aufgelegt haben", "Where callers hung up"),
    "connections": Sentence("Verbindungen je Stelle", "Connections per contact"),
    "listening": Sentence("Zeit bis zum Verbinden", "Time to the connection"),
    "repeats": Sentence("Mehrmals angerufen", "Called more than once"),
    "health": Sentence("Erreichbarkeit", "Can they be reached"),
}
WEEKDAYS: Final = (
    Sentence("Montag", "Monday"),
    Sentence("Dienstag", "Tuesday"),
    Sentence("Mittwoch", "Wednesday"),
    Sentence("Donnerstag", "Thursday"),
    Sentence("Freitag", "Friday"),
    Sentence("Samstag", "Saturday"),
    Sentence("Sonntag", "Sunday"),
)
WORDS: Final = {
    "no-input": Sentence("keine", "none"),
    "no-match": Sentence("falsche", "wrong"),
    "all": Sentence("gewählt", "rung"),
    "completed": Sentence("verbunden", "connected"),
    "busy": Sentence("besetzt", "busy"),
    "no_answer": Sentence("keine Antwort", "no answer"),
    "failed": Sentence("gescheitert", "failed"),
    "unknown": Sentence("unbekannt", "unknown"),
}
_NOTHING: Final = Sentence(
    "Keine, oder zu wenige, um etwas davon zu zeigen.", "None, or too few for anything of it to be shown."
)
_MANY_DAYS: Final = Sentence(
    f"Bei mehr als {DAYS} Tagen stehen sie nur in CSV, JSON und Parquet.",
    f"More than {DAYS} days stand in CSV, JSON and Parquet only.",
)
_GERMAN: Final = str.maketrans(",.", ".,")
"""Between thousands, and before decimals."""
_LEGEND: Final = (
    Sentence("<5: weniger als 5, auch keine.", "<5: fewer than 5, also none."),
    Sentence(
        ">=5: 5 oder mehr, aber nicht gezeigt, damit sich keine Zahl unter 5 ausrechnen lässt.",
        ">=5: 5 or more, but not shown, so that no number under 5 can be worked out.",
    ),
)


def table_of(report: Report, directory: Directory, language: Language) -> str:
    """The text; it ends with a line break."""
    return "\n".join(_Table(report, directory, language).lines()) + "\n"


class _Table:
    def __init__(self, report: Report, directory: Directory, language: Language) -> None:
        self._report = report
        self._directory = directory
        self._language = language

    def lines(self) -> Iterator[str]:
        """All lines of it."""
        first, last = (self._day(day) for day in self._report.period)
        yield self._say(
            Sentence(f"Anrufe vom {first} bis {last} ({self._report.zone})", f"Calls from {first} to {last} "
                     f"({self._report.zone})")
        )  # fmt: skip
        yield ""
        calls, turns = (self._number(each) for each in (self._report.calls, self._report.turns))
        yield self._say(Sentence(f"{calls} Anrufe, {turns} Züge", f"{calls} calls, {turns} turns"))
        for section in SECTIONS[1:]:
            heading = self._say(HEADINGS[section])
            yield from ("", heading, "─" * len(heading))
            rows = self._report.section(section)
            yield from _FORMS[section](self, rows) if rows else [self._say(_NOTHING)]
        marks = {row.hidden for row in self._report.rows}
        legend = [self._say(words) for words, mark in zip(_LEGEND, (SMALL, COVER), strict=True) if mark in marks]
        if legend:
            yield from ("", *legend)

    def bars(self, rows: Sequence[Row]) -> Iterator[str]:
        """A number a line, with its bar."""
        most = max((row.value for row in rows if row.value is not None), default=0) or 1
        names = [self._name(row) for row in rows]
        wide = max(map(len, names))
        longest = max(0, min(BAR, WIDTH - wide - NUMBER - 4))
        for name, row in zip(names, rows, strict=True):
            bar = "" if row.value is None else "█" * round(longest * row.value / most)
            yield f"{name:{wide}}  {self._cell(row):>{NUMBER}}  {bar}".rstrip()

    def days(self, rows: Sequence[Row]) -> Iterator[str]:
        """A day a line, if they are not too many for a page."""
        if len(rows) <= DAYS:
            yield from self.bars(rows)
        else:
            yield self._say(_MANY_DAYS)

    def groups(self, rows: Sequence[Row]) -> Iterator[str]:
        """A step a line, with its keys, broken where the line is full."""
        wide = min(max(len(row.group) for row in rows), 40)
        for group, members in groupby(rows, lambda row: row.group):
            line = f"{self._word(group):{wide}} "
            for row in members:
                cell = f" {self._name(row)}: {self._cell(row)} "
                if len(line) + len(cell) > WIDTH:
                    yield line.rstrip()
                    line = " " * (wide + 1)
                line += cell
            yield line.rstrip()

    def contacts(self, rows: Sequence[Row]) -> Iterator[str]:
        """A contact a line, a column for each result."""
        results = list(dict.fromkeys(row.key for row in rows))
        heads = [self._word(result) for result in results]
        names = {group: self._contact(group) for group in dict.fromkeys(row.group for row in rows)}
        wide = max(map(len, names.values()))
        yield " " * wide + "".join(f"  {head:>{max(len(head), 8)}}" for head in heads)
        for group, name in names.items():
            cells = {row.key: self._cell(row) for row in rows if row.group == group}
            found = (f"  {cells.get(key, '–'):>{max(len(head), 8)}}" for key, head in zip(results, heads, strict=True))
            yield f"{name:{wide}}{''.join(found)}"

    def listening(self, rows: Sequence[Row]) -> Iterator[str]:
        """The sentence about the median."""
        seconds = self._cell(rows[0])
        told = Sentence(
            f"Die Hälfte der Verbundenen hat höchstens {seconds} Sekunden zugehört, bis gewählt wurde.",
            f"Half of those put through listened for {seconds} seconds at most before the call was placed.",
        )
        few = Sentence("Weniger als 5 Anrufe kamen bis zum Wählen.", "Fewer than 5 calls came to a connection.")
        yield self._say(few if rows[0].value is None else told)

    def repeats(self, rows: Sequence[Row]) -> Iterator[str]:
        """The sentence about repeat callers."""
        callers = self._cell(rows[0])
        yield self._say(
            Sentence(
                f"Anrufende, die binnen 24 Stunden mehr als einmal anriefen: {callers}",
                f"Callers who called more than once within 24 hours: {callers}",
            )
        )
        yield self._say(
            Sentence(
                "(Nur die letzten 24 Stunden: Danach ist der Fingerabdruck der Nummer gelöscht.)",
                "(Of the last 24 hours only: after that the hash of the number is gone.)",
            )
        )

    def health(self, _rows: Sequence[Row]) -> Iterator[str]:
        """A contact a line, with its past; below, what got worse."""
        names = [self._contact(each.contact) for each in self._report.health]
        wide = max(map(len, names))
        rung = self._word("all")
        before = self._say(Sentence("davor", "before"))
        heads = [f"{self._word(what)} ({before})" for what in ("busy", "no_answer")]
        yield " " * wide + f"  {rung:>{NUMBER}}  {'  '.join(heads)}"
        for name, each in zip(names, self._report.health, strict=True):
            shares = zip(heads, self._shares(each.now), self._shares(each.before), strict=True)
            cells = "".join(f"  {f'{share} ({earlier})':>{len(head)}}" for head, share, earlier in shares)
            yield f"{name:{wide}}  {self._number(each.now.rung):>{NUMBER}}{cells}{self._line(each)}"
        for each in self._report.health:
            for words in each.worse:
                yield from wrap(f"! {self._say(words)}", WIDTH, subsequent_indent="  ", break_on_hyphens=False)

    def _line(self, health: Health) -> str:
        return f"  {health.place.file}:{health.place.line}" if health.place else ""

    def _shares(self, counts: Counts | None) -> tuple[str, str]:
        """How often in a hundred it was busy, and nobody answered."""
        if counts is None:
            return "–", "–"
        busy, no_answer = (
            str(mark) if number is None else f"{100 * number / counts.rung:.0f} %"
            for number, mark in (counts.busy, counts.no_answer)
        )
        return busy, no_answer

    def _name(self, row: Row) -> str:
        match row.section:
            case "days":
                return self._day(date.fromisoformat(row.key))
            case "hours":
                return f"{row.key}:00" if self._language == "en" else f"{row.key} Uhr"
            case "weekdays":
                return self._say(WEEKDAYS[int(row.key) - 1])
            case _:
                return self._word(row.key)

    def _cell(self, row: Row) -> str:
        return str(row.hidden) if row.value is None else self._number(row.value)

    def _number(self, number: float) -> str:
        english = f"{number:,.0f}" if number == int(number) else f"{number:,.1f}"
        return english.translate(_GERMAN) if self._language == "de" else english

    def _day(self, day: date) -> str:
        return f"{day:%d.%m.%Y}" if self._language == "de" else day.isoformat()

    def _contact(self, name: str) -> str:
        entry = self._directory.contacts.get(name)
        return entry.name(self._language) if entry else self._word(name)

    def _word(self, word: str) -> str:
        return self._say(WORDS.get(word, Sentence(word, word)))

    def _say(self, words: Sentence) -> str:
        return words.en if self._language == "en" else words.de


_FORMS: Final[dict[str, Callable[[_Table, Sequence[Row]], Iterator[str]]]] = {
    "days": _Table.days,
    "hours": _Table.bars,
    "weekdays": _Table.bars,
    "languages": _Table.bars,
    "options": _Table.groups,
    "misses": _Table.groups,
    "arrivals": _Table.bars,
    "given_up": _Table.bars,
    "connections": _Table.contacts,
    "listening": _Table.listening,
    "repeats": _Table.repeats,
    "health": _Table.health,
}
