"""Trail: who did what, on the page, by telephone and with commands, the newest first.

    /operator/trail?operator=anna&page=2    of one operator, fifty lines a page
    /operator/trail.csv?operator=anna       the latest lines, at most ten thousand

The trail tells about staff and never about callers. What an action is called stands in `ACTIONS`; one that is missing
there goes by its own word.
"""

from __future__ import annotations

import csv
import json
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flask import Blueprint, Response, render_template, request

from ivr import telling
from ivr.source.problems import Sentence
from ivr.store import Away, Operators
from ivr.web.operator.guard import requires
from ivr.web.operator.words import in_language, language, told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.store import Entry
    from ivr.web.operator.context import Context

PATH = "/operator/trail"
NAME = Sentence("Protokoll", "Trail")

LINES: Final = 50
"""Of a page."""
FURTHEST: Final = 1000
"""The last page that can be asked for."""
MOST: Final = 10_000
"""Lines of a CSV file."""
LONGEST: Final = 4000
"""Characters of a detail, on the page; the CSV has all of them."""

WORDS = {
    "title": Sentence("Protokoll", "Trail"),
    "about": Sentence(
        "Wer was geändert und veröffentlicht hat, und wer sich an- und abgemeldet hat. Es wird mindestens zwei Jahre "
        "aufbewahrt; auf dieser Seite kann es niemand ändern.",
        "Who changed and published what, and who logged in and out. It is kept for two years at least; nobody can "
        "change it on this page.",
    ),
    "operator": Sentence("Wer", "Who"),
    "everybody": Sentence("alle", "everybody"),
    "show": Sentence("Anzeigen", "Show"),
    "when": Sentence("Wann", "When"),
    "what": Sentence("Was", "What"),
    "details": Sentence("Einzelheiten", "Details"),
    "nothing": Sentence("Hier steht noch nichts.", "There is nothing here yet."),
    "newer": Sentence("Neuere", "Newer"),
    "older": Sentence("Ältere", "Older"),
    "pages": Sentence("Seiten des Protokolls", "Pages of the trail"),
    "csv": Sentence("Als CSV", "As CSV"),
    "away": Sentence(
        "Die Datenbank ist nicht zu erreichen; das Protokoll liegt nur dort.",
        "The database cannot be reached; the trail is kept there only.",
    ),
}

ACTIONS = {
    "login": Sentence("Angemeldet", "Logged in"),
    "link": Sentence("Mit dem Link des Starts angemeldet", "Logged in by the link of the start"),
    "logout": Sentence("Abgemeldet", "Logged out"),
    "logout everywhere": Sentence("Überall abgemeldet", "Logged out everywhere"),
    "password": Sentence("Eigenes Passwort geändert", "Changed the own password"),
    "switch closed": Sentence("Tagesschalter: {} geschlossen {}", "The day's switch: {} closed {}"),
    "switch open": Sentence("Tagesschalter: {} geöffnet {}", "The day's switch: {} open {}"),
    "switch usual": Sentence("Tagesschalter beendet: {}", "The day's switch ended: {}"),
    "announce said": Sentence("Durchsage {1}", "Announcement {1}"),
    "announce usual": Sentence("Durchsage beendet", "Announcement ended"),
    "limit set": Sentence("Grenze gesetzt: {0}: {2} {1}", "Set a limit: {0}: {2} {1}"),
    "limit off": Sentence("Grenze aufgehoben: {} {}", "Lifted a limit: {} {}"),
    "limit usual": Sentence("Grenze wie gewöhnlich: {}", "A limit as usual: {}"),
    "pin set": Sentence("PIN gesetzt: {}", "Set a PIN: {}"),
    "pin usual": Sentence("PIN entfernt: {}", "Removed a PIN: {}"),
    "publish": Sentence("Fassung in Kraft gesetzt: {}", "Put a version in force: {}"),
    "draft": Sentence("Fassung zum Entwurf gemacht: {}", "Made a version the draft: {}"),
    "edit begin": Sentence("Bearbeiten begonnen: {}", "Began to edit: {}"),
    "edit save": Sentence("Datei in Arbeit geändert: {}", "Changed a file of the work: {}"),
    "edit add": Sentence("Datei in Arbeit hinzugefügt: {}", "Added a file to the work: {}"),
    "edit delete": Sentence("Datei in Arbeit gelöscht: {}", "Deleted a file of the work: {}"),
    "edit restore": Sentence("Datei in Arbeit zurückgesetzt: {}", "Put back a file of the work: {}"),
    "edit discard": Sentence("Arbeit verworfen", "Discarded the work"),
    "edit merge": Sentence(
        "Arbeit mit der geltenden Fassung zusammengeführt", "Brought the work together with what holds"
    ),
    "edit expect": Sentence("Erwartung in Arbeit angepasst: {}", "Adjusted an expectation in the work: {}"),
    "scenario kept": Sentence("Szenario aufbewahrt: {}", "Kept a scenario: {}"),
    "scenario deleted": Sentence("Szenario gelöscht: {}", "Deleted a scenario: {}"),
    "scenario adjust": Sentence("Szenario angepasst: {}", "Adjusted a scenario: {}"),
    "operator add": Sentence("Zugang angelegt: {}", "Account added: {}"),
    "operator password": Sentence("Neues Passwort gegeben: {}", "Gave another password: {}"),
    "operator role": Sentence("Rechte geändert: {}", "Changed the roles: {}"),
    "operator enable": Sentence("Zugang wieder freigegeben: {}", "Account let in again: {}"),
    "operator disable": Sentence("Zugang gesperrt: {}", "Account barred: {}"),
    "operator remove": Sentence("Zugang entfernt: {}", "Account removed: {}"),
}
"""By the word in the trail. `{0}` is whom or what it was done to, `{1}` until when it holds, `{2}` its value."""

DETAILS = {
    "subject": Sentence("Stelle", "contact"),
    "until": Sentence("bis", "until"),
    "instruction": Sentence("Anweisung", "instruction"),
    "publication": Sentence("Veröffentlichung", "publication"),
    "of": Sentence("Arbeit von", "work of"),
    "channel": Sentence("gegeben über", "given by"),
    "value": Sentence("Wert", "value"),
    "unchecked": Sentence("ungeprüft", "unchecked"),
    "errors": Sentence("Fehler", "errors"),
    "adjusted": Sentence("angepasste Erwartungen", "adjusted expectations"),
    "before": Sentence("vorher", "before"),
    "content": Sentence("Inhalt", "content"),
    "name": Sentence("Name", "name"),
    "version": Sentence("Fassung", "version"),
    "base": Sentence("begonnen mit", "began with"),
    "onto": Sentence("jetzt auf", "now on"),
    "why": Sentence("warum", "why"),
    "warnings": Sentence("Warnungen", "warnings"),
    "failing": Sentence("Szenarien, die anders ausgehen", "scenarios that turn out differently"),
}
"""What stands in the details, by its name there; what is not here keeps its name."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a program for tables would work out."""


class Line(NamedTuple):
    """A line, ready to be shown."""

    at: str
    instant: str
    operator: str
    words: str
    why: str
    """The reason that was given; else empty."""
    details: tuple[tuple[str, str], ...]


def routes(context: Context) -> Blueprint:
    """The page, and its CSV."""
    routes = Blueprint("trail", __name__)

    @routes.get(PATH, provide_automatic_options=False)
    @requires("view")
    def page() -> Any:
        number, operator = _page(), request.args.get("operator", "") or None
        names: tuple[str, ...] = ()
        found: tuple[Entry, ...] = ()
        away = False
        try:
            with context.opened() as database:
                operators = Operators(database)
                names = operators.in_trail()
                found = operators.trail(LINES + 1, skip=(number - 1) * LINES, operator=operator)
        except Away:
            away = True
        return render_template(
            "trail/page.html",
            w=in_language(WORDS),
            away=away,
            names=names,
            operator=operator,
            lines=[_line(context, entry) for entry in found[:LINES]],
            number=number,
            older=len(found) > LINES and number < FURTHEST,
        )

    @routes.get(f"{PATH}.csv", provide_automatic_options=False)
    @requires("view")
    def as_csv() -> Any:
        try:
            with context.opened() as database:
                found = Operators(database).trail(MOST, operator=request.args.get("operator", "") or None)
        except Away:
            return Response(f"{told(WORDS['away'])}\n", 503, content_type="text/plain; charset=utf-8")
        reply = Response(_csv(context, found), content_type="text/csv; charset=utf-8")
        reply.headers["Content-Disposition"] = 'attachment; filename="trail.csv"'
        return reply

    return routes


def _page() -> int:
    written = request.args.get("page", "1")
    return min(int(written), FURTHEST) if written.isascii() and written.isdigit() and 0 < len(written) < 9 else 1


def _line(context: Context, entry: Entry) -> Line:
    details = tuple(
        (told(DETAILS[name]) if name in DETAILS else name, _written(value)[:LONGEST])
        for name, value in entry.details.items()
        if value is not None
    )
    at = told(telling.moment(entry.at, context.zone))
    return Line(
        at,
        entry.at.isoformat(),
        entry.operator,
        _words(context, entry),
        _written(entry.details.get("why") or ""),
        details,
    )


def _words(context: Context, entry: Entry) -> str:
    sentence = ACTIONS.get(entry.action)
    if sentence is None:
        return entry.action
    until = ""
    if "until" in entry.details:
        until = told(telling.how_long(_instant(entry.details["until"]), context.zone))
    value = str(entry.details.get("value") or "")
    return told(sentence).format(_whom(context, entry), until, value).strip()


def _whom(context: Context, entry: Entry) -> str:
    details = entry.details
    key = str(details.get("subject") or details.get("name") or details.get("version") or "")
    if entry.action.startswith("limit "):
        return told(telling.subject(key))
    contact = context.directory.contacts.get(key)
    return contact.name(language()) if contact is not None and "subject" in details else key


def _instant(written: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(written)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else None


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _csv(context: Context, found: Iterable[Entry]) -> str:
    text = StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(("at", "operator", "action", "words", "details"))
    for entry in found:
        details = json.dumps(dict(entry.details), ensure_ascii=False)
        out.writerow(map(_plain, (entry.at.isoformat(), entry.operator, entry.action, _words(context, entry), details)))
    return text.getvalue()


def _plain(cell: str) -> str:
    """A cell that no program takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
