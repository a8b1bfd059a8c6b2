"""Edit: the files of the phone menu in an editor, in a working copy of one's own.

What is typed is kept in the database a moment later, and examined in the background (`examining`). Nothing that is
done here is heard by anybody; `review` publishes it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, g, jsonify, render_template, request

from ivr.definition import contacts_schema, flow_schema, pronunciation_schema
from ivr.sets import VERSION
from ivr.source.places import Table, Word
from ivr.source.problems import Sentence
from ivr.source.reader import read_yaml
from ivr.store import Away
from ivr.store.work import BEGIN, SAVE
from ivr.web.operator.edit import bench as benches
from ivr.web.operator.edit import examining, working
from ivr.web.operator.edit.lines import difference, moved
from ivr.web.operator.edit.words import WORDS
from ivr.web.operator.edit.working import Behind, Refusal, Work, mark
from ivr.web.operator.guard import go, guard, long_body, may, requires, who
from ivr.web.operator.words import in_language, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.bundle import Bundle
    from ivr.store.trail import Entry as Noted
    from ivr.web.operator.context import Context
    from ivr.web.operator.edit.bench import Bench

PATH = "/operator/edit"
NAME = Sentence("Bearbeiten", "Edit")


def routes(context: Context) -> Blueprint:
    """The page, saving and changing, and how the check is going."""
    routes = Blueprint("edit", __name__)

    @routes.get(PATH, provide_automatic_options=False)
    @requires("view")
    def page() -> Any:
        return _page(context)

    @routes.get(f"{PATH}/schema/<word>.json", provide_automatic_options=False)
    @requires("view")
    def schema(word: str) -> Response:
        schemas = {"flow": flow_schema, "contacts": contacts_schema, "pronunciation": pronunciation_schema}
        made = schemas.get(word)
        if made is None:
            abort(404)
        return jsonify(made())

    @routes.get(f"{PATH}/text", provide_automatic_options=False)
    @requires("edit")
    def text() -> Any:
        return _stands(benches.lay(context, who().operator), request.args.get("file", ""))

    @routes.post(f"{PATH}/save", provide_automatic_options=False)
    @requires("edit")
    @long_body
    def save() -> Any:
        return _save(context)

    @routes.post(f"{PATH}/<any(add, delete, restore, discard):what>", provide_automatic_options=False)
    @requires("edit")
    def change(what: str) -> Any:
        return _change(context, what)

    @routes.post(f"{PATH}/check", provide_automatic_options=False)
    @requires("view")
    def check() -> Any:
        return _check(context)

    return routes


# --- showing


def _page(context: Context, *, status: int = 200, problem: str = "", **more: Any) -> Any:
    bench = benches.lay(context, who().operator)
    work = bench.work
    name = working.plain(request.values.get("file", "")) or working.ENTRY
    entry = next((each for each in work.entries if each.name == name), None)
    if entry is None:
        status, problem = (404, told(WORDS["no_file"])) if status == 200 else (status, problem)
        name = working.ENTRY
        entry = next((each for each in work.entries if each.name == name), work.entries[0])
    text = work.text(entry.name)
    if may("edit"):
        examining.warm(context)
    shown = benches.examined(context, bench)
    page = {
        "w": in_language(WORDS),
        "bench": bench,
        "work": work,
        "file": entry,
        "text": text or "",
        "mark": mark(text or ""),
        "line": _line(context, entry.name, text or ""),
        "column": _number("column"),
        "names": json.dumps(_names(work.bundle), ensure_ascii=False),
        "texts": json.dumps({name: told(WORDS[name]) for name in _SAID}, ensure_ascii=False),
        "shown": shown,
        "others": _others(context, bench) if may("publish") else [],
        "problem": problem,
        "added": "",
        "behind": None,
        "editable": may("edit") and not bench.away,
        "discarded": "discarded" in request.args,
        "fields": lambda: _fields(work),
    }
    return render_template("edit/page.html", here=PATH, **(page | more)), status


_SAID = (
    "saved", "saving", "unsaved", "not_saved", "offline", "logged_out", "too_long", "from_browser", "from_window",
    "behind", "behind_gone", "log_in", "not_taken", "stay",
)  # fmt: skip
"""What the page's script says."""


def _fields(work: Work) -> dict[str, str]:
    """What every form says of what its window has seen."""
    return {"token": guard().token, "base": work.base.version, "revision": str(work.revision)}


def _number(field: str) -> int:
    written = request.args.get(field, "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 7 else 0


def _line(context: Context, name: str, text: str) -> int:
    """The line that is asked for. `in` is the set in which somebody has seen it: here it may stand elsewhere."""
    from ivr.web.operator.shelf import NoSuchSet

    line, seen = _number("line"), request.args.get("in", "")
    if not line or not seen:
        return line
    try:
        before = working.text_of(context.shelf.bundle(seen, who().operator), name)
    except (NoSuchSet, Away):
        return line
    return line if before is None else moved(line, before, text)


def _names(bundle: Bundle) -> dict[str, list[Any]]:
    """What can be proposed at the cursor: contacts with their names, and flows."""
    contacts: list[Any] = []
    if bundle.contacts:
        table, _ = read_yaml(bundle.contacts.content, "")
        below = table.get(Word("contacts")) if table is not None else None
        for key, entry in below.items() if isinstance(below, Table) else ():
            name = entry.get(Word("name")) if isinstance(entry, Table) else None
            said = name.get(Word(g.language)) if isinstance(name, Table) else name
            contacts.append({"name": str(key), "info": str(said) if isinstance(said, str) else ""})
    flows = [working.plain(file.name).rpartition(".")[0] for file in bundle.flows]
    return {"contacts": contacts, "flows": flows}


def _others(context: Context, bench: Bench) -> list[Work]:
    if bench.away:
        return []
    try:
        with context.opened() as database:
            return [work for work in working.opened_by(database) if work.operator != who().operator]
    except Away:
        return []


# --- saving


def _seen(context: Context) -> Work:
    """What the window that sends a form has seen: the revision, and the base, which a copy that was begun has in it.

    Raises:
        Behind: the copy is gone, or the set that it was to begin with.
        Away: the database cannot be reached.
    """
    from ivr.web.operator.shelf import NoSuchSet

    written, version = request.form.get("revision", ""), request.form.get("base", "")
    revision = int(written) if written.isascii() and written.isdigit() and len(written) < 9 else abort(400)
    if not VERSION.fullmatch(version):
        abort(400)
    with context.opened() as database:
        there = working.find(database, who().operator)
    if there is not None:
        return replace(there, revision=revision)
    if revision:
        raise Behind(None)
    try:
        base = context.shelf.bundle(version, "")
    except NoSuchSet:
        raise Behind(None) from None
    return Work(who().operator, base, base, 0)


def _keep(
    context: Context, change: Callable[[Work], Bundle], noted: Callable[[Work], Noted], file: str = "", was: str = ""
) -> Work:
    seen = _seen(context)
    with context.opened() as database:
        return working.save(database, seen, change, noted, file=file, was=was)


def _noted(action: str, name: str, work: Work) -> Noted:
    return guard().line(action, {"name": name, "base": work.base.version})


def _save(context: Context) -> Any:
    """Takes the text of a file; a script gets JSON, a form the page."""
    script = request.form.get("by") == "script"
    name, text, was = (request.form.get(field, "") for field in ("file", "text", "was"))

    def change(work: Work) -> Bundle:
        if work.text(name) is None and was != mark(""):
            raise Behind(work)
        if work.text(name) is None and name not in {entry.name for entry in work.entries}:
            raise Refusal(*WORDS["no_file"])
        return working.with_text(work.bundle, name, text)

    try:
        work = _keep(context, change, lambda work: _noted(BEGIN if work.revision == 1 else SAVE, name, work), name, was)
    except Behind as behind:
        return _told_behind(context, behind.work, name, text, script=script)
    except Refusal as refusal:
        return _refused(context, told(refusal.sentence), text, 422, script=script)
    except Away:
        return _refused(context, told(WORDS["not_saved"]), text, 503, script=script)
    if not script:
        return go(f"{PATH}?{urlencode({'file': name})}")
    bench = benches.lay(context, work.operator)
    reply = _checked(benches.examined(context, bench), bench.work)
    return jsonify(reply | {"revision": work.revision, "base": work.base.version, "was": mark(work.text(name) or "")})


def _refused(context: Context, sentence: str, text: str, status: int, *, script: bool) -> Any:
    if script:
        return jsonify({"sentence": sentence}), status
    return _page(context, status=status, problem=sentence, text=text, mark=request.form.get("was", ""))


def _told_behind(context: Context, work: Work | None, name: str, text: str, *, script: bool) -> Any:
    """Another window has changed the same file: both texts, and what is different."""
    bench = benches.lay(context, who().operator)
    theirs = (work or bench.work).text(name) or ""
    mine = working.text(text.encode())
    behind = {"gone": work is None, "lines": difference(theirs, mine)}
    if not script:
        return _page(context, status=409, behind=behind, text=mine)
    return jsonify(
        _standing(bench, name) | {"html": render_template("edit/behind.html", w=in_language(WORDS), **behind)}
    ), 409


def _stands(bench: Bench, name: str) -> Any:
    """How a file stands in the database, for a window that may be behind."""
    if bench.away:
        return jsonify({"sentence": told(WORDS["not_saved"])}), 503
    return jsonify(_standing(bench, name))


def _standing(bench: Bench, name: str) -> dict[str, Any]:
    work, text = bench.work, bench.work.text(name)
    return {
        "revision": work.revision,
        "base": work.base.version,
        "text": text or "",
        "was": mark(text or ""),
        "gone": not work.revision,
        "there": text is not None,
    }


# --- changing otherwise


def _change(context: Context, what: str) -> Any:
    name = request.form.get("file", "")
    try:
        if what == "discard":
            return _discard(context)
        name = _changed(context, what, name)
    except Behind:
        return _page(context, status=409, problem=told(WORDS["behind"]))
    except Refusal as refusal:
        more = {"added": request.form.get("name", "")} if what == "add" else {}
        return _page(context, status=422, problem=told(refusal.sentence), **more)
    except Away:
        return _page(context, status=503, problem=told(WORDS["away"]))
    return go(f"{PATH}?{urlencode({'file': name})}")


def _changed(context: Context, what: str, name: str) -> str:
    made = [name]

    def change(work: Work) -> Bundle:
        if what == "add":
            made[0] = working.new_name(request.form.get("name", ""), work.bundle)
            return working.with_text(work.bundle, made[0], working.new_text(made[0]))
        if name not in {entry.name for entry in work.entries}:
            raise Refusal(*WORDS["no_file"])
        return working.without(work.bundle, name) if what == "delete" else working.restored(work, name)

    _keep(context, change, lambda work: _noted(f"edit {what}", made[0], work))
    return made[0]


def _discard(context: Context) -> Any:
    seen = _seen(context)
    with context.opened() as database:
        noted = guard().line("edit discard", {"base": seen.base.version})
        if seen.revision and not working.discard(database, seen, noted):
            raise Behind(working.find(database, seen.operator))
    return go(f"{PATH}?discarded=yes")


# --- the check


def _check(context: Context) -> Any:
    """How the check is going: asked by the script again and again, and with `do` to stop it or to begin it anew."""
    operator = benches.whose()
    key = request.form.get("key", "")
    do = request.form.get("do", "")
    bench = benches.lay(context, operator)
    same = not do and request.form.get("revision") == str(bench.work.revision)
    shown = (benches.renewed(context, bench, key) if same else None) or benches.examined(context, bench)
    # Nobody stops the check of anything but the work that she sees.
    if do and shown is not None and shown.key == key:
        shown = _done_to(context, bench, key, do)
    if request.form.get("by") != "script":
        back = "/review" if request.form.get("from") == "review" else ""
        query = {"file": request.form.get("file", ""), **({} if bench.mine else {"of": operator})}
        return go(f"{PATH}{back}?{urlencode(query)}#check")
    return jsonify(_checked(shown, bench.work) | {"revision": bench.work.revision})


def _done_to(context: Context, bench: Bench, key: str, do: str) -> examining.Shown | None:
    """The check after it was stopped, or begun anew."""
    try:
        examining.steer(context, key, do)
    except OSError:
        abort(503)
    return benches.examined(context, bench)


def _checked(shown: examining.Shown | None, work: Work) -> dict[str, Any]:
    """For the script: what to show, what to mark in the text, and whether to ask again."""
    if shown is None:
        return {"html": "", "over": True, "key": "", "problems": [], "said": ""}
    page = request.form.get("from", "")
    return {
        "html": render_template("edit/state.html", w=in_language(WORDS), shown=shown, work=work, page=page,
                                file=request.form.get("file", ""), of=request.form.get("of", "")),
        "key": shown.key,
        "over": shown.state.over,
        "good": shown.state.good,
        "said": " ".join(filter(None, [told(WORDS[shown.verdict]) if shown.verdict else "", shown.sums])),
        "problems": [
            {name: each[name] for name in ("file", "line", "column", "length", "severity", "message", "hint")}
            for each in shown.problems
        ],
    }  # fmt: skip
