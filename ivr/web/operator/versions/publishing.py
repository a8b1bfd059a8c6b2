"""Putting a version in force again, or making it the draft: what would change, the check, a reason, and it is done.

What is published here is examined as what comes from the editor is: a version may be older than a rule, and what was
proved holds for a year. One that was in force before can be had back unchecked all the same; the trail says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, jsonify, render_template, request

from ivr import telling
from ivr.publishing import EVERY, OtherDraft, Overtaken, Unknown, publish
from ivr.store import Away
from ivr.web.operator.edit import bench as benches
from ivr.web.operator.edit import examining
from ivr.web.operator.edit.review import beside, seen_draft
from ivr.web.operator.edit.review_words import WORDS as REVIEW
from ivr.web.operator.guard import go, requires, who
from ivr.web.operator.shelf import DRAFT, NoSuchSet
from ivr.web.operator.versions.difference import difference
from ivr.web.operator.versions.standing import standing_of
from ivr.web.operator.versions.words import BAD_REASON, UNSTORABLE
from ivr.web.operator.versions.words import WORDS as HERE
from ivr.web.operator.words import in_language, language, told

if TYPE_CHECKING:
    from ivr.examiner.checks import State
    from ivr.loader import Loaded
    from ivr.store import Publication
    from ivr.web.operator.context import Context

PATH = "/operator/versions"
WORDS = REVIEW | HERE

_PROBLEMS = 12


def add_to(routes: Blueprint, context: Context) -> None:
    """The question, how its check is going, and the answer."""

    @routes.get(f"{PATH}/publish", provide_automatic_options=False)
    @requires("publish")
    def ask() -> Any:
        return _asked(context, request.args.get("version", ""), draft=request.args.get("as") == DRAFT)

    @routes.post(f"{PATH}/publish", provide_automatic_options=False)
    @requires("publish")
    def publish_it() -> Any:
        return _publish(context, request.form.get("version", ""), draft=request.form.get("as") == DRAFT)

    @routes.post(f"{PATH}/check", provide_automatic_options=False)
    @requires("publish")
    def check() -> Any:
        return _check(context, request.form.get("version", ""), draft=request.form.get("as") == DRAFT)


# --- publishing


def _publish(context: Context, version: str, *, draft: bool) -> Any:
    why = request.form.get("why", "").strip()
    if not why or len(why) > telling.LONGEST or not why.isprintable():
        return _asked(context, version, draft=draft, problem=told(BAD_REASON))
    try:
        _, loaded = _of_log(context, version)
        if loaded.flows is None:
            return _asked(context, version, draft=draft)
        standing, base = standing_of(context), request.form.get("base") or None
        if base is not None and base != standing.version:
            # What is in force is a part of what was checked: this comes before the check.
            overtaken = Overtaken(standing.version, standing.current if standing.published else None)
            return _asked(context, version, draft=draft, problem=_overtaken(context, overtaken), status=409)
        _, state = _examined(context, loaded)
        noted = {"before": standing.version, **examining.found_in(state)}
        refused = examining.objection(state, accepted=request.form.get("accept") == "yes")
        if refused in ("bad", "not_yet") and _was_live(context, version) and request.form.get("unchecked") == "yes":
            noted["unchecked"] = True
        elif refused is not None:
            status = 422 if refused == "unaccepted" else 409
            return _asked(context, version, draft=draft, problem=told(WORDS[refused]), status=status)
        with context.opened() as database:
            done = publish(
                loaded,
                database,
                context.settings.storage,
                context.desks(),
                draft=draft,
                author=who().operator,
                why=why,
                now=context.now(),
                provider=context.settings.provider,
                language=language(),
                base=base,
                beside=seen_draft(),
                noted=noted,
            )
    except Unknown as unknown:
        return nothing(told(unknown.sentence), 404)
    except Away:
        return nothing(told(WORDS["away_publish"]), 503)
    except ValueError:
        return _asked(context, version, draft=draft, problem=told(UNSTORABLE))
    except Overtaken as overtaken:
        return _asked(context, version, draft=draft, problem=_overtaken(context, overtaken), status=409)
    except OtherDraft:
        return _asked(context, version, draft=draft, problem=told(WORDS["other_draft"]), status=409)
    return go(f"{PATH}?told={done.publication.id}{'' if done.new else '&there=yes'}#message")


def _asked(context: Context, version: str, *, draft: bool, problem: str = "", status: int = 422) -> Any:
    """What publishing a version would change, and the form that does it."""
    try:
        publication, loaded = _of_log(context, version)
        shown = None if loaded.flows is None else _shown(context, loaded)
        was_live = _was_live(context, version)
    except Unknown as unknown:
        return nothing(told(unknown.sentence), 404)
    except Away:
        return nothing(told(WORDS["away_publish"]), 503)
    standing = standing_of(context)
    live = set_of(context, standing.version)
    return render_template(
        "versions/publish.html",
        w=in_language(WORDS),
        here=here(),
        version=version,
        draft=draft,
        problem=problem,
        problems=[] if loaded.flows is not None else problems_of(loaded),
        live=standing.version,
        live_told=_told(context, standing.current) if standing.published and standing.current else "",
        version_told=_told(context, publication),
        there=standing.version == version and standing.draft is None and standing.published,
        difference=live and difference(live, loaded, context.now().astimezone(context.zone).date()),
        beside=beside(context, standing.draft, version),
        beside_id=standing.draft.id if standing.draft else 0,
        shown=shown,
        warnings=examining.new_warnings(shown.state) if shown else "",
        was_live=was_live,
        form=request.form,
        why=request.form.get("why", "")[: telling.LONGEST],
        longest=telling.LONGEST,
    ), (status if problem else 422 if loaded.flows is None else 200)


def _of_log(context: Context, version: str) -> tuple[Publication, Loaded]:
    """The latest publication of a version, or of it as a draft, and its set.

    Raises:
        Unknown: there is none.
        Away: the database cannot be reached.
    """
    with context.opened() as database:
        found = next((each for each in database.publications(EVERY) if each.version == version), None)
        if found is None:
            raise NoSuchSet("Diese Fassung gibt es nicht.", "There is no such version.")
        return found, context.loaded(version, who().operator)


def _was_live(context: Context, version: str) -> bool:
    """Whether a version was in force for all callers before.

    Raises:
        Away: the database cannot be reached.
    """
    with context.opened() as database:
        return any(each.version == version for each in database.publications(EVERY, drafts=False))


def _told(context: Context, publication: Publication) -> str:
    """Who published when and why: „anna, Sa 28.11.2026 18:00: „Neue Zeiten““."""
    at, why = telling.moment(publication.at, context.zone), telling.quoted(publication.why)
    return f"{publication.author}, {told(at)}{told(why)}"


def _overtaken(context: Context, overtaken: Overtaken) -> str:
    publication = overtaken.publication
    if publication is None:
        return told(WORDS["overtaken_files"]).format(version=overtaken.version)
    return told(WORDS["overtaken"]).format(version=publication.version, told=_told(context, publication))


# --- the check


def _asker() -> str:
    return f"{who().operator}\n\nversions"


def _examined(context: Context, loaded: Loaded) -> tuple[str, State]:
    """The examination of a version, begun if it was not.

    Raises:
        Away: the database cannot be reached.
    """
    assert loaded.bundle is not None
    with context.opened() as database:
        live = benches.live(context, database.in_force()[0])
    return examining.ask(context, _asker(), examining.job(context, loaded.bundle, live))


def _shown(context: Context, loaded: Loaded) -> examining.Shown:
    assert loaded.bundle is not None
    return examining.show(loaded.bundle, *_examined(context, loaded))


def _check(context: Context, version: str, *, draft: bool) -> Any:
    """How the check is going: asked by the script again and again, and with `do` to stop it or to begin it anew."""
    key, do = request.form.get("key", ""), request.form.get("do", "")
    try:
        _, loaded = _of_log(context, version)
        if loaded.flows is None or loaded.bundle is None:
            abort(404)
        state = None if do else examining.renewed(context, _asker(), key)
        shown = _shown(context, loaded) if state is None else examining.show(loaded.bundle, key, state)
        # Nobody stops the check of anything but what she sees.
        if do and shown.key == key:
            examining.steer(context, key, do)
            shown = _shown(context, loaded)
    except Unknown:
        abort(404)
    except (Away, OSError):
        abort(503)
    if request.form.get("by") != "script":
        return go(f"{PATH}/publish?version={version}&as={'draft' if draft else 'live'}#check")
    html = render_template("edit/state.html", w=in_language(WORDS), shown=shown, version=version, draft=draft)
    said = " ".join(filter(None, [told(WORDS[shown.verdict]) if shown.verdict else "", shown.sums]))
    return jsonify({"html": html, "key": shown.key, "over": shown.state.over, "said": said, "problems": []})


# --- what the other pages of the versions need as well


def problems_of(loaded: Loaded) -> list[str]:
    """The first errors of a set that cannot be read."""
    errors = [each for each in loaded.problems if each.severity == "error"]
    return [f"{each.place}: {told(each.message)}" for each in errors[:_PROBLEMS]]


def set_of(context: Context, word: str) -> Loaded | None:
    """The set of a word; None when there is none to be had."""
    try:
        return context.loaded(word, who().operator)
    except (NoSuchSet, Away):
        return None


def nothing(message: str, code: int) -> tuple[str, int]:
    """A page that says why there is nothing to be seen."""
    return render_template("versions/nothing.html", w=in_language(WORDS), here=here(), message=message), code


def here() -> str:
    """Where the link to the other language leads: after a form that was refused, to the page itself."""
    return request.path if request.method == "GET" else PATH
