"""What may be told of a period, in the operator's words: the sections of Numbers, ready to be shown.

Everything here comes from a published report. A number that is hidden stays so: it has words and a mark, no length.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from ivr.call import Spot
from ivr.graph.words import WAYS, key_words, kind_words, labels, line_in
from ivr.report.hidden import LEAST, SMALL
from ivr.report.table import HEADINGS, WEEKDAYS
from ivr.report.table import WORDS as REPORT_WORDS
from ivr.script.html import FROM_THE_RIGHT
from ivr.source.problems import Sentence
from ivr.speech.cldr import NAMES
from ivr.steps.base import CallFlow, ToStep
from ivr.store import Away
from ivr.web.operator.numbers import charts
from ivr.web.operator.numbers.charts import Item
from ivr.web.operator.shelf import LIVE, NoSuchSet
from ivr.web.operator.words import language, reader, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ivr.report import Report, Row
    from ivr.report.health import Counts
    from ivr.report.hidden import Mark
    from ivr.steps.base import Goto
    from ivr.web.operator.context import Context

GROUPED: Final = ("options", "misses", "connections")
ORDER: Final = (
    "days",
    "hours",
    "weekdays",
    "languages",
    "misses",
    "options",
    "arrivals",
    "given_up",
    "connections",
    "listening",
    "repeats",
    "health",
)
"""Of the sections on the page, where two share a line."""
COLUMNS: Final = ("days", "hours", "weekdays")

_FEW = Sentence(f"unter {LEAST}", f"fewer than {LEAST}")
_COVER = Sentence("nicht gezeigt", "not shown")
_GERMAN = str.maketrans(",.", ".,")
_QUOTED: Final = 70
"""Characters of a step's own text that stand beside its name."""

_ABOUT = {
    "days": Sentence("An welchem Tag die Anrufe begonnen haben.", "On which day the calls began."),
    "hours": Sentence("Zu welcher Stunde die Anrufe begonnen haben.", "At which hour the calls began."),
    "weekdays": Sentence("An welchem Wochentag die Anrufe begonnen haben.", "On which weekday the calls began."),
    "languages": Sentence("In welcher Sprache zuletzt gesprochen wurde.", "Which language was spoken last."),
    "options": Sentence("Wie oft welche Taste irgendwohin führte.", "How often which key led somewhere."),
    "misses": Sentence(
        "Wie oft nichts gedrückt wurde, oder eine Taste, die dort nichts bedeutet.",
        "How often nothing was pressed, or a key that means nothing there.",
    ),
    "arrivals": Sentence("Wie viele Anrufe an einen Schritt kamen.", "How many calls came to a step."),
    "given_up": Sentence(
        "An welchem Schritt Anrufende aufgelegt haben, ohne ein Gespräch und ohne Verabschiedung.",
        "At which step callers hung up, without a talk and without a goodbye.",
    ),
    "connections": Sentence(
        "Wie oft eine Stelle angewählt wurde, und wie es ausging.", "How often a contact was rung, and how it ended."
    ),
    "listening": Sentence(
        "Wie lange Anrufende zuhören, bis eine Stelle angewählt wird.",
        "How long callers listen before a contact is rung.",
    ),
    "repeats": Sentence(
        "Das ist nur für die letzten 24 Stunden bekannt: Danach ist der Fingerabdruck der Nummer gelöscht.",
        "It is known of the last 24 hours only: after that the hash of the number is gone.",
    ),
    "health": Sentence(
        "Bei wie vielen von hundert Verbindungen besetzt war oder niemand abnahm; in Klammern dasselbe in den 28 Tagen "
        "vor dem Zeitraum.",
        "How many of a hundred connections found it busy or unanswered; in brackets the same of the 28 days before the "
        "period.",
    ),
}


class Name(NamedTuple):
    """What a row or a group is called. `language` is that of the words, if not the page's."""

    words: str
    quote: str = ""
    """What is said there, or what the key is for, as the operator wrote it."""
    code: str = ""
    """As the files have it."""
    link: str = ""
    language: str = ""

    @property
    def direction(self) -> str:
        """Of its words."""
        return "rtl" if self.language in FROM_THE_RIGHT else "ltr"


class Line(NamedTuple):
    """A row of a table, with its bar."""

    name: Name
    item: Item
    bar: Markup


class Group(NamedTuple):
    """The rows of a step or a contact; of the section itself, if it has no groups."""

    name: Name | None
    lines: tuple[Line, ...]


class Office(NamedTuple):
    """A contact's health: how often it was rung, and in which share of it in vain, now and before."""

    name: str
    place: str
    rung: str
    busy: str
    no_answer: str
    worse: tuple[str, ...]


class Section(NamedTuple):
    """One section. Without groups and offices nothing of it may be told."""

    key: str
    heading: str
    about: str
    groups: tuple[Group, ...] = ()
    chart: Markup = Markup("")
    offices: tuple[Office, ...] = ()
    sentence: str = ""


def number(value: float) -> str:
    """As the reader writes it: `1.204` or `1,204`."""
    english = f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
    return english if language() == "en" else english.translate(_GERMAN)


def sections(report: Report, context: Context) -> dict[str, Section]:
    """All sections but the totals, by their names."""
    shown = _Shown(report, context)
    return {key: shown.section(key) for key in ORDER}


class _Shown:
    def __init__(self, report: Report, context: Context) -> None:
        self._report = report
        self._flows = context.flows
        self._contacts = context.directory.contacts
        self._kinds: Mapping[str, str] = {}
        with suppress(NoSuchSet, Away):
            written = context.loaded(LIVE, "").written
            self._kinds = {
                f"{flow}/{step.name}": step.kind.word for flow, found in written.items() for step in found.steps
            }

    def section(self, key: str) -> Section:
        heading, about, rows = told(HEADINGS[key]), told(_ABOUT[key]), self._report.section(key)
        found = Section(key, heading, about)
        if not rows:
            return found
        if key == "health":
            return found._replace(offices=tuple(self._offices()))
        if key in ("listening", "repeats"):
            return found._replace(sentence=_sentence(rows[0]))
        if key in COLUMNS:
            items = self._days() if key == "days" else [self._item(row) for row in rows]
            lines = tuple(Line(Name(item.label), item, Markup("")) for item in items)
            return found._replace(groups=(Group(None, lines),), chart=charts.columns(items, heading))
        groups = [(group, [*members]) for group, members in groupby(rows, lambda row: row.group)]
        most = max((row.value for row in rows if row.value is not None), default=0)
        return found._replace(groups=tuple(self._group(key, *each, most) for each in groups))

    def _group(self, section: str, group: str, rows: Sequence[Row], most: float) -> Group:
        name = None
        if section == "connections":
            name = Name(self._contact(group))
        elif section in GROUPED:
            name = self._step(group)
        items = [self._item(row) for row in rows]
        return Group(
            name,
            tuple(Line(self._name(row), item, charts.bar(item, most)) for row, item in zip(rows, items, strict=True)),
        )

    def _days(self) -> list[Item]:
        """Also those of which nothing may be told."""
        rows = {row.key: row for row in self._report.section("days")}
        first, last = self._report.period
        days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
        found = []
        for day in days:
            row = rows.get(day.isoformat())
            item = Item("", None, told(_COVER), "cover") if row is None else self._item(row)
            found.append(item._replace(label=in_words(day), short=_short(day)))
        return found

    def _item(self, row: Row) -> Item:
        words, mark = _number(row.value, row.hidden)
        label = short = ""
        match row.section:
            case "hours":
                label, short = (f"{row.key}:00", row.key) if language() == "en" else (f"{row.key} Uhr", row.key)
            case "weekdays":
                label = told(WEEKDAYS[int(row.key) - 1])
                short = label[: 3 if language() == "en" else 2]
        return Item(label, row.value, words, mark, short)

    def _name(self, row: Row) -> Name:
        match row.section:
            case "languages" if row.key in NAMES:
                return Name(NAMES[row.key].endonym, code=row.key, language=row.key)
            case "options":
                return self._key(row)
            case "given_up" | "arrivals":
                return self._step(row.key)
        return Name(told(REPORT_WORDS.get(row.key, Sentence(row.key, row.key))))

    def _key(self, row: Row) -> Name:
        """A key, and what it is for where the present set knows the step."""
        flow, _, step = row.group.partition("/")
        found = self._flows.steps.get(Spot(flow, step))
        words = key_words(row.key, reader())
        if found is None:
            return Name(words)
        for exit_ in found.exits():
            if exit_.name == row.key:
                (label,) = labels([exit_], reader())
                return Name(words, label.about)
        inherited = (self._flows.keys.get(each, {}).get(row.key) for each in (flow, self._flows.start.flow))
        goto = next((each for each in inherited if each is not None), None)
        return Name(words, "" if goto is None else _towards(goto))

    def _step(self, place: str) -> Name:
        """A step: its kind and what it says, if the present set knows it."""
        flow, _, step = place.partition("/")
        found = self._flows.steps.get(Spot(flow, step))
        if found is None:
            return Name(told(REPORT_WORDS.get(place, Sentence("Schritt", "step"))), code=place if step else "")
        mine = reader()
        # What a menu says first is a prompt only if it says more than what its keys are for.
        announced = sum(exit_.about is not None for exit_ in found.exits())
        said = next(iter(found.lines()), None) if len(found.lines()) > announced else None
        text = line_in(said, mine) if said else ""
        if len(text) > _QUOTED:
            text = f"{text[:_QUOTED].rsplit(' ', 1)[0]} …"
        kind = self._kinds.get(place)
        words = kind_words(kind, mine) if kind else told(Sentence("Schritt", "step"))
        link = f"/operator/picture?step={quote(place, safe='/')}"
        spoken = mine if said and mine in said else next(iter(said or {}), "")
        return Name(words[:1].upper() + words[1:], text, place, link, spoken)

    def _contact(self, key: str) -> str:
        entry = self._contacts.get(key)
        return entry.name(language()) if entry else told(REPORT_WORDS.get(key, Sentence(key, key)))

    def _offices(self) -> Iterator[Office]:
        for each in self._report.health:
            place = f"{each.place.file}:{each.place.line}" if each.place else ""
            busy, no_answer = (
                f"{now} ({before})" for now, before in zip(_shares(each.now), _shares(each.before), strict=True)
            )
            worse = tuple(told(words) for words in each.worse)
            yield Office(self._contact(each.contact), place, number(each.now.rung), busy, no_answer, worse)


def _towards(goto: Goto) -> str:
    match goto:
        case ToStep(spot) | CallFlow(spot):
            return f"→ {spot.flow}/{spot.step}"
        case way:
            return told(WAYS[way])


def _number(value: float | None, hidden: Mark) -> tuple[str, charts.Mark]:
    if value is not None:
        return number(value), ""
    return (told(_FEW), "small") if hidden == SMALL else (told(_COVER), "cover")


def _shares(counts: Counts | None) -> tuple[str, str]:
    """How often in a hundred it was busy, and nobody answered."""
    if counts is None:
        return "–", "–"
    busy, no_answer = (
        _number(value, mark)[0] if value is None else f"{100 * value / counts.rung:.0f} %"
        for value, mark in (counts.busy, counts.no_answer)
    )
    return busy, no_answer


def _sentence(row: Row) -> str:
    words, mark = _number(row.value, row.hidden)
    if row.section == "repeats":
        return told(
            Sentence(
                f"Binnen 24 Stunden mehr als einmal angerufen haben: {words}.",
                f"Called more than once within 24 hours: {words}.",
            )
        )
    if mark:
        return told(Sentence("Weniger als 5 Anrufe kamen bis zum Wählen.", "Fewer than 5 calls came to a connection."))
    de, en = ("einer Sekunde", "one second") if row.value == 1 else (f"{words} Sekunden", f"{words} seconds")
    return told(
        Sentence(
            f"Die Hälfte wurde nach höchstens {de} Zuhören weiterverbunden.",
            f"Half were put through after listening for {en} at most.",
        )
    )


def in_words(day: date) -> str:
    """`Mi 25.11.2026`."""
    weekday = told(WEEKDAYS[day.weekday()])
    return f"{weekday[:3]} {day.isoformat()}" if language() == "en" else f"{weekday[:2]} {day:%d.%m.%Y}"


def _short(day: date) -> str:
    return f"{day:%d %b}".lstrip("0") if language() == "en" else f"{day.day}.{day.month}."
