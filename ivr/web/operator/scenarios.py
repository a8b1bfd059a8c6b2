"""Scenarios that were kept on the page: calls that can be repeated on any version, and have to go as they went.

GET  /operator/scenarios              what there is; `version` is the set on which they are to be played
POST /operator/scenarios/new          a call from the phone as a scenario, to be looked at and then kept
POST /operator/scenarios/play         plays one (as JSON), or without JavaScript all, as far as a few seconds reach
GET  /operator/scenarios/NAME.yaml    as a file, for `ivr test`
POST /operator/scenarios/delete
"""

from __future__ import annotations

import re
import unicodedata
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, Response, abort, jsonify, render_template, request

from ivr.phone.interpreter import SILENCE
from ivr.scenario.diff import diff
from ivr.scenario.files import Scenario as Played
from ivr.scenario.files import parse
from ivr.scenario.play import Player
from ivr.scenario.shape import Connection, Presses, Waits
from ivr.scenario.writing import written_out
from ivr.source.places import Word
from ivr.source.problems import Sentence
from ivr.steps.digits import RIGHT_PIN
from ivr.store import Away, Scenario, Scenarios
from ivr.web.operator.edit.working import mark
from ivr.web.operator.guard import go, guard, may, requires, who
from ivr.web.operator.phone import opened, sets_to_call, written_moment
from ivr.web.operator.phone.calling import begun
from ivr.web.operator.shelf import LIVE, NoSuchSet
from ivr.web.operator.words import in_language, language, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.loader import Loaded
    from ivr.scenario.play import Played as Call
    from ivr.scenario.shape import Action
    from ivr.web.operator.context import Context
    from ivr.web.operator.phone.calling import PhoneCall

PATH = "/operator/scenarios"

MOST_SECONDS = 5.0
"""So long one request plays."""

LONGEST = 64 * 1024
"""Bytes of a scenario."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,59}", re.ASCII)
_SPELT = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
_RESULTS = frozenset({"completed", "busy", "no_answer", "failed"})

WORDS = {
    "title": Sentence("Szenarien", "Scenarios"),
    "lead": Sentence(
        "Anrufe, die Sie am Telefon dieser Seite geführt und aufbewahrt haben. Spielen Sie sie nach jeder Änderung ab: "
        "Was anders ausgeht als damals, steht hier.",
        "Calls that you have made with the phone of this page, and kept. Play them after each change: what turns "
        "out differently than then is shown here.",
    ),
    "none": Sentence(
        "Noch ist kein Anruf aufbewahrt. Rufen Sie an, und wählen Sie danach „Als Szenario aufbewahren“.",
        "No call is kept yet. Make one, and then choose “Keep as a scenario”.",
    ),
    "to_phone": Sentence("Zum Telefon", "To the phone"),
    "version": Sentence("Abspielen mit", "Play with"),
    "play": Sentence("Alle abspielen", "Play all"),
    "play_rest": Sentence("Weiter abspielen", "Go on playing"),
    "file": Sentence("Datei", "File"),
    "content": Sentence("Was darin steht", "What is in it"),
    "delete": Sentence("Löschen", "Delete"),
    "delete_ask": Sentence(
        "Gelöscht wird für alle, nicht nur für Sie. Was darin steht, bleibt im Protokoll.",
        "It is deleted for everybody, not only for you. What is in it stays in the trail.",
    ),
    "delete_do": Sentence("Ja, löschen", "Yes, delete"),
    "changed": Sentence(
        "{} wurde inzwischen geändert und ist nicht gelöscht. Sehen Sie es sich noch einmal an.",
        "{} has been changed meanwhile and is not deleted. Look at it again.",
    ),
    "by": Sentence("von {}, {}", "by {}, {}"),
    "passed": Sentence("wie erwartet", "as expected"),
    "otherwise": Sentence("geht anders aus", "turns out differently"),
    "unplayed": Sentence("nicht gespielt", "not played"),
    "what_was": Sentence("Wie der Anruf lief", "How the call went"),
    "legend": Sentence(
        "Mit − steht, was erwartet war; mit +, was stattdessen zu hören ist.",
        "− is what was expected; + is what is heard instead.",
    ),
    "sum_good": Sentence("Wie erwartet: {} von {}.", "As expected: {} of {}."),
    "sum_bad": Sentence("Anders als erwartet: {} von {}.", "Not as expected: {} of {}."),
    "playing": Sentence("Spielt {} von {} …", "Plays {} of {} …"),
    "away": Sentence(
        "Die Datenbank ist nicht zu erreichen; darin liegen die Szenarien.",
        "The database cannot be reached; the scenarios are in it.",
    ),
    "new": Sentence("Szenario aufbewahren", "Keep a scenario"),
    "new_lead": Sentence(
        "So wird der Anruf aufgeschrieben. Er wurde dafür noch einmal abgespielt.",
        "This is how the call is written down. It was played once more for that.",
    ),
    "confirm": Sentence("Aufbewahren", "Keep"),
    "again": Sentence("Zurück zum Telefon", "Back to the phone"),
    "name": Sentence("Name", "Name"),
    "about": Sentence("Worum es geht", "What it is about"),
    "kept": Sentence("Aufbewahrt:", "Kept:"),
    "deleted": Sentence("Gelöscht.", "Deleted."),
    "error_version": Sentence(
        "Diese Fassung hat noch Fehler; abspielen lässt sie sich, wenn sie behoben sind.",
        "This version has errors; it can be played when they are put right.",
    ),
    "error_lost": Sentence(
        "Das Abspielen ist stehen geblieben. Versuchen Sie es noch einmal.", "Playing has stopped. Try again."
    ),
}
_TAKEN = Sentence("Diesen Namen gibt es schon; wählen Sie einen anderen.", "There is one of this name; choose another.")
_NO_NAME = Sentence(
    "Der Name braucht mindestens einen Buchstaben oder eine Ziffer.", "The name needs a letter or a digit at least."
)
_NO_ABOUT = Sentence("Schreiben Sie in einer Zeile, worum es geht.", "Write in one line what it is about.")
_NO_CALL = Sentence(
    "Dieser Anruf gehört zu einer Anmeldung, die vorbei ist. Rufen Sie noch einmal an.",
    "This call belongs to a login that is over. Call once more.",
)
_OTHERWISE = Sentence(
    "Beim Abspielen ging der Anruf anders aus als eben: Er hing von etwas ab, was nur jetzt gilt (Tagesschalter, "
    "Durchsage oder viele Anrufe), oder die Fassung hat sich geändert. Aufbewahrt wird, was hier steht.",
    "When it was played the call turned out differently: it depended on something that holds only now (the day's "
    "switch, an announcement, many calls), or the version has changed. What is written here is kept.",
)
_TOO_LONG = Sentence("Dieser Anruf ist zu lang zum Aufbewahren.", "This call is too long to be kept.")


class Result(NamedTuple):
    """How a scenario went."""

    name: str
    passed: bool
    lines: tuple[str, ...]
    """The call with its differences, or what is wrong with the file."""


def routes(context: Context) -> Blueprint:
    """The list, and what can be done with it."""
    routes = Blueprint("scenarios", __name__)

    @routes.get(PATH, provide_automatic_options=False)
    @requires("view")
    def page() -> str:
        return _page(context, request.args.get("version", LIVE)[:80])

    @routes.get("/operator/scenarios/<name>.yaml", provide_automatic_options=False)
    @requires("view")
    def file(name: str) -> Response:
        try:
            with context.opened() as database:
                found = next((each for each in Scenarios(database).all() if each.name == name), None)
        except Away:
            abort(503)
        if found is None or not _NAME.fullmatch(name):
            abort(404)
        reply = Response(found.content, content_type="application/yaml; charset=utf-8")
        reply.headers["Content-Disposition"] = f'attachment; filename="{found.name}.yaml"'
        return reply

    @routes.post("/operator/scenarios/play", provide_automatic_options=False)
    @requires("view")
    def play() -> Any:
        word = request.form.get("version", LIVE)[:80]
        loaded = _set(context, word)
        if isinstance(loaded, str):
            return (jsonify(error=loaded), 422) if "name" in request.form else _page(context, word, trouble=loaded)
        try:
            with context.opened() as database:
                every = Scenarios(database).all()
        except Away:
            return _page(context, word)
        if "name" in request.form:
            chosen = [each for each in every if each.name == request.form["name"]]
            if not chosen:
                abort(404)
            return jsonify(run(loaded, chosen)[0]._asdict())
        after = request.form.get("after", "")
        return _page(context, word, run(loaded, [each for each in every if each.name > after]))

    @routes.post("/operator/scenarios/new", provide_automatic_options=False)
    @requires("edit")
    def new() -> Any:
        return _new(context)

    @routes.post("/operator/scenarios/delete", provide_automatic_options=False)
    @requires("edit")
    def delete() -> Any:
        name, seen = request.form.get("name", ""), request.form.get("mark", "")
        try:
            with context.opened() as database:
                scenarios = Scenarios(database)
                found = next((each for each in scenarios.all() if each.name == name), None)
                if found is not None:
                    noted = guard().line("scenario deleted", {"name": name, "content": found.content})
                    if mark(found.content) != seen or not scenarios.remove(name, found.content, noted=noted):
                        return _page(context, LIVE, trouble=told(WORDS["changed"]).format(name)), 409
        except Away:
            return _page(context, LIVE), 503
        return go(f"{PATH}?told=deleted#message")

    return routes


def run(loaded: Loaded, scenarios: Sequence[Scenario]) -> list[Result]:
    """Plays scenarios on a set without errors, as many as `MOST_SECONDS` allow, in their order."""
    assert loaded.flows is not None
    assert loaded.directory is not None
    player = Player(loaded.flows, loaded.directory)
    end = monotonic() + MOST_SECONDS
    results: list[Result] = []
    for each in scenarios:
        if results and monotonic() > end:
            break
        found, problems = parse(each.content.encode(), f"{each.name}.yaml", loaded.flows, loaded.directory)
        if found is None:
            lines = (f"{problem.place.line}: {told(problem.message)}" for problem in problems)
            results.append(Result(each.name, passed=False, lines=tuple(lines)))
            continue
        played = player.play(found)
        failure = (told(played.failure.message),) if played.failure is not None else ()
        lines_ = (*diff(played, "en" if language() == "en" else "de").splitlines(), *failure)
        results.append(Result(each.name, not played.problems, lines_))
    return results


def _set(context: Context, word: str) -> Loaded | str:
    """The set on which is played, or why there is none."""
    try:
        loaded = context.loaded(word, who().operator)
    except NoSuchSet as error:
        return told(error.sentence)
    except Away:
        return told(WORDS["away"])
    if loaded.flows is None or loaded.directory is None:
        return told(WORDS["error_version"])
    return loaded


def _page(context: Context, word: str, results: Sequence[Result] | None = None, trouble: str = "") -> str:
    try:
        with context.opened() as database:
            every, away = Scenarios(database).all(), False
    except Away:
        every, away = (), True
    played = {each.name: each for each in results or ()}
    left = [each.name for each in every if results and each.name > results[-1].name]
    wrong = sum(not each.passed for each in played.values())
    kept = request.args.get("told", "")
    return render_template(
        "scenarios/page.html",
        w=in_language(WORDS),
        here=PATH,
        word=word,
        versions=list(sets_to_call(context, word)),
        scenarios=[
            {
                "name": each.name,
                "about": _about(each.content),
                "content": each.content,
                "mark": mark(each.content),
                "by": told(WORDS["by"]).format(each.author, written_moment(each.at, context)),
                "result": played.get(each.name),
            }
            for each in every
        ],
        away=away,
        trouble=trouble,
        wrong=wrong,
        played=len(played),
        after=results[-1].name if results and left else "",
        kept=kept if any(each.name == kept for each in every) else "",
        deleted=kept == "deleted",
        may_change=may("edit"),
    )


def _about(content: str) -> str:
    """The line of a scenario that says what it is about."""
    found = re.match(r'about: ("?)(.*)\1$', content, re.MULTILINE)
    return found[2].replace('\\"', '"').replace("\\\\", "\\") if found else ""


# --- a new one


def _new(context: Context) -> Any:
    call = opened(request.form.get("call", ""))
    if call is None:
        return _told_no(context, told(_NO_CALL))
    name, about = _plain_name(request.form.get("name", "")), " ".join(request.form.get("about", "")[:200].split())
    every_text = request.form.get("expect") == "all"
    loaded = _set(context, call.version or LIVE)
    if isinstance(loaded, str):
        return _told_no(context, loaded)
    played = _played(loaded, call, about or "…")
    content = written_out(played, every_text=every_text)
    problems = [
        told(sentence)
        for sentence, wrong in (
            (_NO_NAME, not name),
            (_NO_ABOUT, not about),
            (_TOO_LONG, len(content.encode()) > LONGEST),
        )
        if wrong
    ]
    if not problems and request.form.get("confirm") == "yes":
        try:
            with context.opened() as database:
                noted = guard().line("scenario kept", {"name": name})
                added = Scenarios(database).add(Scenario(name, content, noted.operator, noted.at), noted=noted)
        except Away:
            problems.append(told(WORDS["away"]))
        else:
            if added:
                return go(f"{PATH}?told={name}#message")
            problems.append(told(_TAKEN))
    remarks = [told(_OTHERWISE)] if played.problems else []
    page = render_template(
        "scenarios/new.html",
        w=in_language(WORDS),
        here=PATH,
        name=name,
        about=about,
        content=content,
        sealed=request.form["call"],
        expect="all" if every_text else "first",
        problems=problems,
        remarks=remarks,
    )
    return (page, 422) if problems else page


def _told_no(context: Context, trouble: str) -> tuple[str, int]:
    return _page(context, LIVE, trouble=trouble), 422


def _plain_name(written: str) -> str:
    """A name for a file, of what somebody has written."""
    spelt = "".join(_SPELT.get(each, each) for each in written[:200].lower())
    ascii_only = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_")[:60].rstrip("_")


def _played(loaded: Loaded, call: PhoneCall, about: str) -> Call:
    """The call once more, by what was done in it."""
    assert loaded.flows is not None
    assert loaded.directory is not None
    actions = tuple(map(_action, call.given))
    pin = RIGHT_PIN if any(each.startswith(RIGHT_PIN) for each in call.given) else None
    scenario = Played(
        about, begun(call).astimezone(loaded.directory.zone), actions, call.language or None, call.flow or None, pin
    )
    return Player(loaded.flows, loaded.directory).play(scenario)


def _action(given: str) -> Action:
    if given == SILENCE:
        return Waits(Word("yes"))
    return Connection(Word(given)) if given in _RESULTS else Presses(Word(given))
