"""Numbers: what happened on the line in a period, as charts with tables, and as CSV.

    /operator/numbers                         the last 28 days
    /operator/numbers?days=7                  the last 7, today included
    /operator/numbers?from=2026-11-01&to=…    both days included
    /operator/numbers/SECTION.csv?from&to     a section; `report.csv` is all of it

The numbers are those of `ivr report`; what they mean, and which are hidden, stands in docs/reports.md.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, abort, render_template, request

from ivr.hours import YEARS
from ivr.report import Period
from ivr.report.csv import csv_of
from ivr.report.published import SECTIONS
from ivr.source.problems import Sentence
from ivr.store import Away, TooLong
from ivr.web.operator.guard import requires
from ivr.web.operator.numbers import charts
from ivr.web.operator.numbers.figures import in_words, number, sections
from ivr.web.operator.words import in_language, told

if TYPE_CHECKING:
    from ivr.report import Report
    from ivr.web.operator.context import Context

PATH = "/operator/numbers"
NAME = Sentence("Zahlen", "Numbers")

CHOICES: Final = (1, 7, 28, 90)
USUAL: Final = 28
LONGEST: Final = 366
"""Days of a period that the page shows; `ivr report` knows no limit."""
ALL: Final = "report"

WORDS = {
    "title": Sentence("Zahlen", "Numbers"),
    "lead": Sentence(
        "Wie viele angerufen haben, was sie gewählt haben und wo sie aufgelegt haben.",
        "How many have called, what they chose, and where they hung up.",
    ),
    "period": Sentence("Zeitraum", "Period"),
    "days_1": Sentence("Heute", "Today"),
    "days_7": Sentence("7 Tage", "7 days"),
    "days_28": Sentence("28 Tage", "28 days"),
    "days_90": Sentence("90 Tage", "90 days"),
    "from": Sentence("Vom", "From"),
    "to": Sentence("bis einschließlich", "to (included)"),
    "show": Sentence("Anzeigen", "Show"),
    "calls": Sentence("Anrufe", "calls"),
    "turns": Sentence("Antworten", "answers"),
    "turns_about": Sentence("Begrüßungen, und was auf Tasten folgte", "greetings, and what followed keys"),
    "no_calls": Sentence(
        "In diesem Zeitraum hat niemand angerufen. Sobald jemand anruft, stehen hier Tage, Stunden, Sprachen, Tasten "
        "und Verbindungen.",
        "Nobody called in this period. As soon as somebody calls, days, hours, languages, keys and connections stand "
        "here.",
    ),
    "nothing": Sentence(
        "Keine, oder zu wenige, um etwas davon zu zeigen.", "None, or too few for anything of it to be shown."
    ),
    "table": Sentence("Als Tabelle", "As a table"),
    "what": Sentence("Was", "What"),
    "number": Sentence("Zahl", "Number"),
    "csv": Sentence("CSV", "CSV"),
    "whole": Sentence("Alles als CSV", "All of it as CSV"),
    "contact": Sentence("Stelle", "Contact"),
    "rung": Sentence("angewählt", "rung"),
    "busy": Sentence("besetzt (davor)", "busy (before)"),
    "no_answer": Sentence("keine Antwort (davor)", "no answer (before)"),
    "worse": Sentence("Deutlich schlechter geworden", "Got notably worse"),
    "well": Sentence(
        "Nirgends deutlich schlechter als in den 28 Tagen davor.", "Nowhere notably worse than in the 28 days before."
    ),
    "legend": Sentence("Verborgene Zahlen", "Hidden numbers"),
    "legend_small": Sentence(
        "unter 5, auch keine: So kleine Zahlen könnten von einer einzelnen Person erzählen.",
        "fewer than 5, also none: numbers so small could tell about a single person.",
    ),
    "legend_cover": Sentence(
        "nicht gezeigt, damit sich keine Zahl unter 5 ausrechnen lässt.",
        "not shown, so that no number under 5 can be worked out.",
    ),
    "periods": Sentence(
        "Aus zwei Zeiträumen, die sich überschneiden, lassen sich auch verborgene Zahlen ausrechnen. Geben Sie solche "
        "nicht zusammen weiter.",
        "From two periods that overlap, hidden numbers can be worked out as well. Do not pass such on together.",
    ),
    "test_calls": Sentence("Probeanrufe zählen nicht mit.", "Test calls are not counted."),
    "away": Sentence(
        "Die Datenbank ist nicht zu erreichen; Zahlen gibt es erst wieder mit ihr. Anrufe werden beantwortet, und was "
        "geschieht, wird aufbewahrt und später gezählt.",
        "The database cannot be reached; there are no numbers without it. Calls are answered, and what happens is kept "
        "and counted later.",
    ),
    "too_long": Sentence(
        "So viele Anrufe zu zählen dauert länger, als eine Seite warten soll. Wählen Sie einen kürzeren Zeitraum, oder "
        "versuchen Sie es gleich noch einmal. Ohne diese Grenze zählt, wer den Dienst betreibt: ivr report",
        "To count so many calls takes longer than a page ought to wait. Choose a shorter period, or try again in a "
        "moment. Whoever runs the service can count without this limit: ivr report",
    ),
    "no_day": Sentence(
        "Das ist kein Tag, den der Kalender kennt; zu sehen sind die letzten 28 Tage.",
        "This is no day that the calendar knows; you see the last 28 days.",
    ),
    "turned": Sentence(
        "Der Zeitraum endet, bevor er beginnt; zu sehen sind die letzten 28 Tage.",
        "The period ends before it begins; you see the last 28 days.",
    ),
    "too_many": Sentence(
        f"Mehr als {LONGEST} Tage auf einmal zeigt diese Seite nicht; zu sehen sind die letzten 28 Tage.",
        f"This page shows no more than {LONGEST} days at once; you see the last 28 days.",
    ),
}


class WrongPeriod(ValueError):  # noqa: N818 - reads as what it is
    """What was asked for is no period; the argument is the name of the words that say so."""


def routes(context: Context) -> Blueprint:
    """The page, and its CSV."""
    routes = Blueprint("numbers", __name__)

    @routes.get(PATH, provide_automatic_options=False)
    @requires("view")
    def page() -> Any:
        today = context.now().astimezone(context.zone).date()
        wrong, trouble, report = "", "", None
        try:
            period = _period(today)
        except WrongPeriod as error:
            period, wrong = _last(USUAL, today), str(error)
        try:
            report = context.counting.report(period)
        except TooLong:
            trouble = "too_long"
        except Away:
            trouble = "away"
        return render_template(
            "numbers/page.html", **_shown(context, period, today, report), wrong=wrong, trouble=trouble
        )

    @routes.get(f"{PATH}/<name>.csv", provide_automatic_options=False)
    @requires("view")
    def csv(name: str) -> Any:
        if name not in (ALL, *SECTIONS):
            abort(404)
        try:
            period = _period(context.now().astimezone(context.zone).date())
            text = csv_of(context.counting.report(period), None if name == ALL else name)
        except WrongPeriod:
            abort(400)
        except Away as away:
            words = WORDS["too_long" if isinstance(away, TooLong) else "away"]
            return Response(f"{told(words)}\n", 503, content_type="text/plain; charset=utf-8")
        reply = Response(text, content_type="text/csv; charset=utf-8")
        reply.headers["Content-Disposition"] = f'attachment; filename="{name}-{period.first}-{period.last}.csv"'
        return reply

    return routes


def _shown(context: Context, period: Period, today: date, report: Report | None) -> dict[str, Any]:
    marks = {row.hidden for row in report.rows} if report else set()
    return {
        "w": in_language(WORDS),
        "period": period,
        "period_words": " – ".join(dict.fromkeys(map(in_words, period))),
        "today": today,
        "choices": [(days, told(WORDS[f"days_{days}"]), period == _last(days, today)) for days in CHOICES],
        "report": report,
        "totals": {name: number(value) for name, value in _totals(report)},
        "found": sections(report, context) if report else {},
        "marks": marks,
        "patterns": charts.PATTERNS,
    }


def _totals(report: Report | None) -> list[tuple[str, int]]:
    return [("calls", report.calls), ("turns", report.turns)] if report else []


def _period(today: date) -> Period:
    """The period that is asked for.

    Raises:
        WrongPeriod: it is none, or none that is shown here.
    """
    days, first, last = (request.args.get(name, "").strip() for name in ("days", "from", "to"))
    if not first and not last:
        return _last(int(days) if days in map(str, CHOICES) else USUAL, today)
    try:
        end = date.fromisoformat(last) if last else today
        begin = date.fromisoformat(first) if first else end - timedelta(days=USUAL - 1)
    except (ValueError, OverflowError):
        raise WrongPeriod("no_day") from None
    if begin.year - 1 not in YEARS or end.year + 1 not in YEARS:
        raise WrongPeriod("no_day")
    if begin > end:
        raise WrongPeriod("turned")
    if (end - begin).days >= LONGEST:
        raise WrongPeriod("too_many")
    return Period(begin, end)


def _last(days: int, today: date) -> Period:
    return Period(today - timedelta(days=days - 1), today)
