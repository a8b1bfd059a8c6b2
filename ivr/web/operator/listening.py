"""Read aloud: everything that callers of a language can hear at a moment, to read, to proof-read and to print.

    /operator/listening                                    what is heard now, in the first language
    /operator/listening?language=tr&at=2026-11-28T21:00    in another one, at another time; `all` is every language
    /operator/listening?version=mine                       of the working copy; see `shelf`

The sheet is that of `ivr script`, with the day's switches that are in force.
"""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flask import Blueprint, render_template, request

from ivr import telling
from ivr.graph import picture
from ivr.script import sheet
from ivr.script import words as script_words
from ivr.script.html import FROM_THE_RIGHT
from ivr.source.problems import Sentence
from ivr.store import Away
from ivr.telling.until import local
from ivr.web.operator.guard import requires, who
from ivr.web.operator.shelf import DRAFT, LIVE, MINE, NoSuchSet, label
from ivr.web.operator.words import in_language, reader, told
from ivr.world import Clerk, Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.loader import Loaded
    from ivr.script import Sheet
    from ivr.web.operator.context import Context

PATH = "/operator/listening"
NAME = Sentence("Vorlesen", "Read aloud")

EVERY: Final = "all"
_SHOWN: Final = 10
"""Problems of a set that are listed."""

WORDS = {
    "title": Sentence("Vorlesen", "Read aloud"),
    "about": Sentence(
        "Alles, was Anrufer hören können, in der Reihenfolge, in der sie es hören. Zum Vorlesen, Gegenlesen und "
        "Drucken.",
        "Everything that callers can hear, in the order in which they hear it. To read aloud, to proof-read, to print.",
    ),
    "language": Sentence("Sprache", "Language"),
    "every": Sentence("alle Sprachen", "all languages"),
    "at": Sentence("Wann angerufen wird", "When the call comes"),
    "version": Sentence("Fassung", "Version"),
    LIVE: Sentence("die geltende", "the one in force"),
    DRAFT: Sentence("der Entwurf", "the draft"),
    MINE: Sentence("woran ich arbeite", "what I am working on"),
    "show": Sentence("Anzeigen", "Show"),
    "print": Sentence("Zum Drucken: Strg-P", "To print: Ctrl-P"),
    "no_time": Sentence(
        "Das ist kein Zeitpunkt, den der Kalender kennt; zu sehen ist, was jetzt zu hören ist.",
        "This is no time that the calendar knows; you see what is heard now.",
    ),
    "no_language": Sentence(
        "Diese Sprache sprechen die Abläufe dieser Fassung nicht; zu sehen ist die erste.",
        "The flows of this version do not speak this language; you see the first one.",
    ),
    "away": Sentence(
        "Die Datenbank ist nicht zu erreichen, und diese Fassung liegt nur dort. Die geltende lässt sich trotzdem "
        "vorlesen.",
        "The database cannot be reached. This version is kept there only; the one in force can be read all the same.",
    ),
    "unsure": Sentence(
        "Die Datenbank ist nicht zu erreichen. Tagesschalter zählen hier so, wie dieser Server sie kennt.",
        "The database cannot be reached. The day's switches count as this server knows them.",
    ),
    "faulty": Sentence(
        "Diese Fassung hat Fehler; so kann sie niemand hören. Es gibt erst etwas vorzulesen, wenn sie behoben sind:",
        "This version has errors; nobody can hear it like this. There is something to read once they are mended:",
    ),
}


class Asked(NamedTuple):
    """What the form was sent with, as far as it holds."""

    version: str
    language: str
    at: datetime
    wrong: tuple[str, ...]


def routes(context: Context) -> Blueprint:
    """The page."""
    routes = Blueprint("listening", __name__)

    @routes.get(PATH, provide_automatic_options=False)
    @requires("view")
    def page() -> Any:
        version, wrong = request.args.get("version", "").strip() or LIVE, ""
        try:
            loaded = context.loaded(version, who().operator)
        except NoSuchSet as missing:
            wrong, loaded = told(missing.sentence), None
        except Away:
            wrong, loaded = told(WORDS["away"]), None
        return render_template("listening/page.html", **_shown(context, version, loaded, wrong))

    return routes


def _shown(context: Context, version: str, loaded: Loaded | None, wrong: str) -> dict[str, Any]:
    flows = loaded.flows if loaded is not None else None
    languages = flows.languages if flows is not None else context.flows.languages
    asked = _asked(context, version, languages)
    notes = [note for note in (wrong, *asked.wrong) if note]
    found = None
    if loaded is not None and flows is not None and loaded.directory is not None:
        known = context.told()
        if known.away:
            notes.append(told(WORDS["unsure"]))
        found = _sheet(loaded, asked, Standing(known.instructions))
    return {
        "w": in_language(WORDS),
        "words": script_words,
        "operator": reader(),
        "asked": asked,
        "languages": [(code, script_words.language_name(code)) for code in languages],
        "versions": [LIVE, DRAFT, MINE, *([] if version in (LIVE, DRAFT, MINE) else [version])],
        "set_label": label,
        "notes": notes,
        "faults": _faults(loaded),
        "sheet": found,
        "note": told(script_words.NOTE),
        "besides": told(script_words.BESIDES),
        "right": FROM_THE_RIGHT,
        "every": EVERY,
    }


def _asked(context: Context, version: str, languages: Sequence[str]) -> Asked:
    now, written = context.now().astimezone(context.zone), request.args.get("at", "").strip()
    at, wrong = now, []
    if written:
        try:
            at = local(datetime.fromisoformat(written), context.zone)
        except (ValueError, telling.Refusal):
            wrong.append(told(WORDS["no_time"]))
    language = request.args.get("language", "").strip() or languages[0]
    if language not in (EVERY, *languages):
        wrong.append(told(WORDS["no_language"]))
        language = languages[0]
    return Asked(version, language, at, tuple(wrong))


def _faults(loaded: Loaded | None) -> list[str]:
    """The errors for which a set can be heard by nobody."""
    if loaded is None or loaded.flows is not None:
        return []
    errors = (problem for problem in loaded.problems if problem.severity == "error")
    return [f"{problem.place}: {told(problem.message)}" for problem in islice(errors, _SHOWN)]


def _sheet(loaded: Loaded, asked: Asked, standing: Standing) -> Sheet:
    assert loaded.flows is not None
    assert loaded.directory is not None
    drawn = picture(loaded.flows, loaded.directory, loaded.written, reader())
    languages = loaded.flows.languages if asked.language == EVERY else (asked.language,)
    return sheet(loaded.flows, Clerk(loaded.directory, standing), drawn, asked.at, languages)
