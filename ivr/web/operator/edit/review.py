"""Review: what somebody has made of the files, read by who publishes it; bringing together what two people have made.

What is published is what was examined to its end without an error, and nothing else: the check is asked for exactly
the files that are published. If something else has come into force since the work began, nothing is published; `merge`
puts the work on what is in force now, and loses nothing of either side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, g, render_template, request

from ivr import publishing
from ivr.diff import compare
from ivr.loader import load_bundle
from ivr.publishing import EVERY, OtherDraft, Overtaken, grouped, speaks
from ivr.store import Away, Finished, WorkingCopies
from ivr.telling import LONGEST, moment, quoted
from ivr.web.operator.edit import bench as benches
from ivr.web.operator.edit import examining, working
from ivr.web.operator.edit.lines import difference
from ivr.web.operator.edit.merge import merge_of, together
from ivr.web.operator.edit.review_words import WORDS
from ivr.web.operator.edit.working import Behind, Refusal
from ivr.web.operator.guard import go, guard, requires, who
from ivr.web.operator.words import in_language, told

if TYPE_CHECKING:
    from ivr.examiner.checks import State
    from ivr.store import Publication
    from ivr.web.operator.context import Context
    from ivr.web.operator.edit.bench import Bench
    from ivr.web.operator.edit.lines import Line

EDIT = "/operator/edit"
PATH = f"{EDIT}/review"


def routes(context: Context) -> Blueprint:
    """The review, publishing, merging, and putting an expectation right."""
    routes = Blueprint("review", __name__)

    @routes.get(PATH, provide_automatic_options=False)
    @requires("view")
    def page() -> Any:
        return _page(context)

    @routes.post(f"{EDIT}/publish", provide_automatic_options=False)
    @requires("publish")
    def publish() -> Any:
        return _publish(context)

    @routes.get(f"{EDIT}/published", provide_automatic_options=False)
    @requires("view")
    def published() -> Any:
        version, draft = request.args.get("version", ""), "draft" in request.args
        if not _in_force(context, version, draft=draft):
            return go("/operator/versions")
        return render_template("edit/published.html", w=in_language(WORDS), published=version, draft=draft)

    @routes.get(f"{EDIT}/merge", provide_automatic_options=False)
    @requires("edit")
    def merge() -> Any:
        return _merge_page(context, benches.lay(context, benches.whose()))

    @routes.post(f"{EDIT}/merge", provide_automatic_options=False)
    @requires("edit")
    def merge_both() -> Any:
        return _merge(context)

    @routes.get(f"{EDIT}/expectation", provide_automatic_options=False)
    @requires("edit")
    def expectation() -> Any:
        return _expectation(context)

    @routes.post(f"{EDIT}/expectation", provide_automatic_options=False)
    @requires("edit")
    def adjust() -> Any:
        return _adjust(context)

    return routes


def _in_force(context: Context, version: str, *, draft: bool) -> bool:
    """Whether a version is what was published last, or the draft."""
    try:
        with context.opened() as database:
            found = database.in_force()[draft]
    except Away:
        return False
    return found is not None and found.version == version


# --- the review


def _page(context: Context, *, status: int = 200, problem: str = "") -> Any:
    bench = benches.lay(context, benches.whose())
    work = bench.work
    shown = benches.examined(context, bench)
    before, now = working.files(bench.live), working.files(work.bundle)
    differences: dict[str, list[Line]] = {
        name: found
        for name in sorted(before.keys() | now.keys())
        if (found := difference(before.get(name, ""), now.get(name, "")))
    }
    page = {
        "w": in_language(WORDS),
        "bench": bench,
        "work": work,
        "shown": shown,
        "problem": problem,
        "differences": differences,
        "meanwhile": _meanwhile(context, bench) if bench.behind else None,
        "difference": difference,
        "beside": beside(context, bench.draft, work.bundle.version),
        "beside_id": bench.draft.id if bench.draft else 0,
        "draft_number": bool(context.settings.draft_number),
        "form": request.form,
        "merged": "merged" in request.args,
        "adjusted": "adjusted" in request.args,
        "of": _of(bench),
        "warnings": examining.new_warnings(shown.state) if shown else "",
    }
    return render_template("edit/review.html", here=PATH, **page), status


def _of(bench: Bench) -> dict[str, str]:
    """What an address says of whose work is meant."""
    return {} if bench.mine else {"of": bench.work.operator}


def _meanwhile(context: Context, bench: Bench) -> dict[str, Any]:
    """What has come into force since the work began: by whom, why, and in words."""
    log: list[str] = []
    try:
        with context.opened() as database:
            for each in database.publications(EVERY):
                if each.version == bench.work.base.version and not each.draft:
                    break
                if not each.draft:
                    log.append(f"{told(moment(each.at, context.zone))}, {each.author}: {each.why}")
            current, _ = database.in_force()
            if current is None or current.version != bench.live.version:
                log.insert(0, told(WORDS["by_files"]))
    except Away:
        pass
    older = load_bundle(bench.work.base, provider=context.settings.provider)
    newer = load_bundle(bench.live, provider=context.settings.provider)
    groups = []
    if older.flows is not None and newer.flows is not None:
        today = context.now().astimezone(context.zone).date()
        groups = [
            (told(group.title), [examining.pieces(told(change.sentence)) for change in group.changes])
            for group in grouped(compare(older, newer, today=today))
        ]
    return {"log": log, "groups": groups}


# --- publishing


def _publish(context: Context) -> Any:
    bench = benches.lay(context, benches.whose())
    form = request.form
    why = " ".join(form.get("why", "").split())
    draft = form.get("where") == "draft"
    refused = _refusal(bench, why)
    if refused is not None:
        return _page(context, status=422 if refused.endswith("_why") else 409, problem=told(WORDS[refused]))
    try:
        wanted = examining.job(context, bench.work.bundle, bench.live, bench.work)
        _, state = examining.ask(context, benches.asker(bench.work.operator), wanted)
        refused = examining.objection(state, accepted=form.get("accept") == "yes")
        if refused is not None:
            return _page(context, status=422 if refused == "unaccepted" else 409, problem=told(WORDS[refused]))
        version = _enter(context, bench, why, _noted(bench, state, draft=draft), draft=draft)
    except Overtaken:
        return _page(context, status=409, problem=told(WORDS["quicker"]))
    except OtherDraft:
        return _page(context, status=409, problem=told(WORDS["other_draft"]))
    except ValueError:
        return _page(context, status=422, problem=told(WORDS["bad_why"]))
    except Away:
        return _page(context, status=503, problem=told(WORDS["away"]))
    return go(f"{EDIT}/published?version={version}" + ("&draft=yes" if draft else ""))


def beside(context: Context, draft: Publication | None, version: str) -> str:
    """What is said of a draft that ends when this version is published, unless it is that version."""
    if draft is None or draft.version == version:
        return ""
    at = told(moment(draft.at, context.zone))
    return told(WORDS["beside"]).format(author=draft.author, at=at, why=told(quoted(draft.why)))


def seen_draft() -> int | None:
    """The draft that the page which sends a form has shown; None: it says nothing of it."""
    written = request.form.get("beside", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None


def _refusal(bench: Bench, why: str) -> str | None:
    """The word for what stands in the way, before the check is looked at."""
    if bench.away:
        return "away"
    if not bench.work.revision:
        return "nothing"
    if request.form.get("revision") != str(bench.work.revision):
        return "changed_since"
    if request.form.get("where") not in ("live", "draft"):
        return "no_where"
    if not why:
        return "no_why"
    if len(why) > LONGEST or not why.isprintable():
        return "bad_why"
    if bench.behind and request.form.get("where") == "live":
        return "quicker"
    return None


def _enter(context: Context, bench: Bench, why: str, noted: dict[str, Any], *, draft: bool) -> str:
    """Publishes; the working copy of what all callers hear is gone then.

    Raises:
        Overtaken: somebody else was quicker.
        OtherDraft: somebody else has made another draft, or there is none any more.
        Away: the database cannot be reached.
        ValueError: the reason cannot be stored.
    """
    settings, now = context.settings, context.now()
    loaded = load_bundle(bench.work.bundle, provider=settings.provider)
    finished = Finished(bench.work.operator, bench.work.revision, bench.work.adjusted)
    with context.opened() as database:
        desks = context.desks()
        known = speaks(database.in_force()[0], desks)
        done = publishing.publish(
            loaded,
            database,
            settings.storage,
            desks,
            draft=draft,
            author=who().operator,
            why=why,
            now=now,
            provider=settings.provider,
            language=g.language,
            base=None if draft or known is None else bench.work.base.version,
            beside=seen_draft(),
            work=None if draft else finished,
            noted=noted,
        )
        if not draft and not done.new:
            WorkingCopies(database).finish(finished, who().operator, now)
    return bench.work.bundle.version


def _noted(bench: Bench, state: State, *, draft: bool) -> dict[str, Any]:
    """What the trail says of it: what was seen and published all the same, and whose work it was."""
    adjusted = {"adjusted": sorted(bench.work.adjusted)} if bench.work.adjusted and not draft else {}
    return {"base": bench.work.base.version, **_of(bench), **examining.found_in(state), **adjusted}


# --- bringing together


def _merge_page(context: Context, bench: Bench, *, status: int = 200, problem: str = "") -> Any:
    merge = merge_of(bench.work.base, bench.work.bundle, bench.live) if bench.behind else None
    page = {
        "w": in_language(WORDS),
        "bench": bench,
        "work": bench.work,
        "merge": merge,
        "meanwhile": _meanwhile(context, bench) if bench.behind else None,
        "problem": problem,
        "form": request.form,
        "of": _of(bench),
    }
    return render_template("edit/merge.html", here=f"{EDIT}/merge", **page), status


def _merge(context: Context) -> Any:
    bench = benches.lay(context, benches.whose())
    work, form = bench.work, request.form
    if bench.away:
        return _merge_page(context, bench, status=503, problem=told(WORDS["away"]))
    if not bench.behind:
        return _merge_page(context, bench)
    if form.get("revision") != str(work.revision) or form.get("live") != bench.live.version:
        return _merge_page(context, bench, status=409, problem=told(WORDS["changed_since"]))
    merge = merge_of(work.base, work.bundle, bench.live)
    try:
        bundle = together(merge, work.bundle, bench.live, form)
        with context.opened() as database:
            noted = {"base": work.base.version, "onto": bench.live.version, **_of(bench)}
            working.rebased(database, work, bench.live, bundle, guard().line("edit merge", noted))
    except KeyError:
        return _merge_page(context, bench, status=422, problem=told(WORDS["merge_choose"]))
    except Refusal as refusal:
        return _merge_page(context, bench, status=422, problem=told(refusal.sentence))
    except Behind:
        return _merge_page(context, bench, status=409, problem=told(WORDS["changed_since"]))
    except Away:
        return _merge_page(context, bench, status=503, problem=told(WORDS["away"]))
    return go(f"{PATH}?merged=yes" + ("" if bench.mine else f"&of={work.operator}"))


# --- an expectation put right


def _expectation(context: Context, *, status: int = 200) -> Any:
    bench = benches.lay(context, benches.whose())
    found = _adjustable(context, bench, request.values.get("name", ""))
    page = {
        "w": in_language(WORDS),
        "work": bench.work,
        "name": request.values.get("name", ""),
        "lines": difference(found[0], found[1]) if found else [],
        "content": found[1] if found else "",
        "before": working.mark(found[0]) if found else "",
        "after": working.mark(found[1]) if found else "",
        "of": _of(bench),
        "away": bench.away,
    }
    return render_template("edit/expectation.html", **page), status if found else 503 if bench.away else 409


def _adjustable(context: Context, bench: Bench, name: str) -> tuple[str, str] | None:
    """What a stored scenario says in the present check, and what it would say after it."""
    if bench.away or not bench.work.revision:
        return None
    try:
        wanted = examining.job(context, bench.work.bundle, bench.live, bench.work)
    except Away:
        return None
    _, state = examining.ask(context, benches.asker(bench.work.operator), wanted)
    content = next((call.content for call in wanted.scenarios if call.stored and call.name == name), None)
    repaired = next((each["repaired"] for each in state.failing if each["stored"] and each["name"] == name), None)
    return None if content is None or repaired is None else (content, repaired)


def _adjust(context: Context) -> Any:
    bench = benches.lay(context, benches.whose())
    name = request.form.get("name", "")
    found = _adjustable(context, bench, name)
    seen = (request.form.get("before"), request.form.get("after"))
    if found is None or (working.mark(found[0]), working.mark(found[1])) != seen:
        return _expectation(context, status=409)
    try:
        with context.opened() as database:
            line = guard().line("edit expect", {"name": name, "before": found[0], **_of(bench)})
            working.adjust(database, bench.work, name, *found, line)
    except Away:
        return _expectation(context, status=503)
    except Behind:
        return _expectation(context, status=409)
    except Refusal as refusal:
        return _page(context, status=422, problem=told(refusal.sentence))
    return go(f"{PATH}?adjusted=yes" + ("" if bench.mine else f"&of={bench.work.operator}"))
