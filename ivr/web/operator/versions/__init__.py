"""Versions: what is in force, the draft beside it, what was published before, and how to go back to it.

    /operator/versions                 what is in force and why, the log, the latest instructions
    /operator/versions/difference      ?from=WORD&to=WORD, words as in `shelf`: what callers hear differently
    /operator/versions/publish         ?version=V&as=live|draft: what would change, and after a reason it does
    /operator/versions/files           ?version=WORD: its files as a ZIP, byte for byte

Who publishes has seen the difference from one version. If another one is in force by then, nothing is published and she
is shown the difference from that one. While the database is away nothing can be published, as with the commands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, Response, render_template, request

from ivr import telling
from ivr.instructions import latest
from ivr.publishing import before_it
from ivr.sets import VERSION
from ivr.store import Away
from ivr.web.operator.guard import may, requires, who
from ivr.web.operator.shelf import DRAFT, LIVE, MINE, NoSuchSet
from ivr.web.operator.today import described
from ivr.web.operator.versions import publishing
from ivr.web.operator.versions.archive import zipped
from ivr.web.operator.versions.difference import difference
from ivr.web.operator.versions.publishing import PATH, nothing, problems_of, set_of
from ivr.web.operator.versions.standing import rule, standing_of
from ivr.web.operator.versions.words import NAME, WORDS
from ivr.web.operator.words import in_language, told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.store import Publication
    from ivr.web.operator.context import Context
    from ivr.web.operator.versions.standing import Standing

__all__ = ["NAME", "PATH", "WORDS", "routes"]

SHOWN = 20
"""Entries of the log on one page, and instructions."""
_CHOICES = 30
"""Versions that can be chosen for a difference without typing."""

_ID = re.compile("[0-9]{1,9}", re.ASCII)


class Logged(NamedTuple):
    """A line of the log."""

    id: int
    version: str
    at: str
    author: str
    why: str
    draft: bool
    mark: str
    """"live", "draft", or nothing: what it is now."""
    before: str | None
    """What was in force when it came; None when it was the first."""


class Done(NamedTuple):
    """What an operator has told the running service."""

    at: str
    text: str
    by: str
    holds: bool


class Choice(NamedTuple):
    """A set that can be chosen for a difference."""

    word: str
    label: str


def routes(context: Context) -> Blueprint:
    """The page, the difference, the way back, and the files."""
    routes = Blueprint("versions", __name__)

    @routes.get(PATH, provide_automatic_options=False)
    @requires("view")
    def page() -> str:
        return _page(context)

    @routes.get(f"{PATH}/difference", provide_automatic_options=False)
    @requires("view")
    def compared() -> Any:
        return _compared(context, request.args.get("from") or _previous(context), request.args.get("to") or LIVE)

    @routes.get(f"{PATH}/files", provide_automatic_options=False)
    @requires("view")
    def files() -> Any:
        word = request.args.get("version", LIVE)
        try:
            bundle = context.shelf.bundle(word, who().operator)
        except NoSuchSet as unknown:
            return nothing(told(unknown.sentence), 404)
        except Away:
            return nothing(told(WORDS["away_set"]), 503)
        called = bundle.version if VERSION.fullmatch(word) else f"{word}-{bundle.version}"
        return Response(
            zipped(bundle, context.now().astimezone(context.zone)),
            content_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{called}.zip"'},
        )

    publishing.add_to(routes, context)
    return routes


# --- the page


def _page(context: Context) -> str:
    standing = standing_of(context)
    log, older = _log(context, standing)
    known = context.told()
    return render_template(
        "versions/page.html",
        w=in_language(WORDS),
        standing=standing,
        since=standing.current and told(telling.moment(standing.current.at, context.zone)),
        drafted=standing.draft and told(telling.moment(standing.draft.at, context.zone)),
        soon=standing.version != context.flows.version,
        rule=rule(context, standing),
        trouble=standing.desk and standing.desk.trouble,
        trouble_published=standing.refused,
        number=context.settings.draft_number,
        log=log,
        older=older,
        later=_ID.fullmatch(request.args.get("before", "")) is not None,
        kept=_kept(context, standing),
        mine=set_of(context, MINE) is not None,
        instructions=_instructions(context, known.instructions),
        away=standing.away or known.away,
        message=_message(context),
        publishes=may("publish"),
    )


def _log(context: Context, standing: Standing) -> tuple[list[Logged], int | None]:
    """A page of the log, and the id below which older entries are; nothing while the database is away."""
    wanted = request.args.get("before", "")
    below = int(wanted) if _ID.fullmatch(wanted) else None
    try:
        with context.opened() as database:
            found = database.publications(SHOWN + 1, before=below)
            last = database.publications(1, before=found[-1].id, drafts=False) if found else ()
    except Away:
        return [], None
    every = (*found, *last)
    log = [_logged(context, each, every, standing) for each in found[:SHOWN]]
    return log, found[SHOWN - 1].id if len(found) > SHOWN else None


def _logged(context: Context, each: Publication, every: Iterable[Publication], standing: Standing) -> Logged:
    before = next((other for other in every if other.id < each.id and not other.draft), None)
    mark = ""
    if each == standing.draft:
        mark = DRAFT
    elif each == standing.current and standing.published:
        mark = LIVE
    at = told(telling.moment(each.at, context.zone))
    return Logged(
        each.id, each.version, at, each.author, each.why, each.draft, mark, before.version if before else None
    )


def _kept(context: Context, standing: Standing) -> list[tuple[str, str]]:
    """While the database is away: the versions that this machine has at hand, and when each was last in use."""
    if standing.away is None or standing.desk is None:
        return []
    found = sorted(standing.desk.known.items(), key=lambda each: each[1], reverse=True)
    return [(version, told(telling.moment(at, context.zone))) for version, at in found[:SHOWN]]


def _instructions(context: Context, known: Iterable[Any]) -> list[Done]:
    """The latest, the newest first; without the database those of which this machine knows."""
    now = context.now()
    known = tuple(known)
    given = {each.id: each for each in known}
    try:
        with context.opened() as database:
            given |= {each.id: each for each in database.instruction_history(SHOWN)}
    except Away:
        pass
    holding = {each.id for each in latest(known, now).values()}
    newest = sorted(given.values(), key=lambda each: (each.at, each.id), reverse=True)
    return [
        Done(
            told(telling.moment(each.at, context.zone)),
            described(context, each),
            told(telling.by_whom(each)).strip("()"),
            each.id in holding,
        )
        for each in newest[:SHOWN]
    ]


def _message(context: Context) -> list[str]:
    """What has just been done, by the number of its publication: nobody can make the page say anything else."""
    wanted = request.args.get("told", "")
    if not _ID.fullmatch(wanted):
        return []
    try:
        with context.opened() as database:
            found = database.publications(1, before=int(wanted) + 1)
    except Away:
        return []
    if not found or found[0].id != int(wanted):
        return []
    if "there" in request.args:
        name = "there_draft" if found[0].draft else "there_live"
    else:
        name = "done_draft" if found[0].draft else "done_live"
    words = told(WORDS[name]).format(version=found[0].version)
    return [words, told(WORDS["heard_draft" if found[0].draft else "heard_live"])]


# --- the difference


def _compared(context: Context, older: str, newer: str) -> Any:
    sets, notes, code = [], [], 200
    for word in (older, newer):
        try:
            sets.append(context.loaded(word, who().operator))
        except NoSuchSet as unknown:
            notes.append(told(unknown.sentence))
            code = 404
        except Away:
            notes.append(told(WORDS["away_set"]))
            code = 503
    found = None
    if len(sets) == 2:
        found = difference(sets[0], sets[1], context.now().astimezone(context.zone).date())
        notes += [problem for each in sets if each.flows is None for problem in problems_of(each)]
    choices = _choices(context)
    known = {choice.word for choice in choices}
    typed = dict.fromkeys(word for word in (older, newer) if VERSION.fullmatch(word) and word not in known)
    return render_template(
        "versions/difference.html",
        w=in_language(WORDS),
        choices=[*choices, *(Choice(each, each) for each in typed)],
        older=older,
        newer=newer,
        notes=notes,
        unread=len(sets) == 2 and found is None,
        difference=found,
    ), code


def _previous(context: Context) -> str:
    """What was in force before, else what is."""
    try:
        with context.opened() as database:
            found = before_it(database.in_force()[0], database.publications(_CHOICES, drafts=False))
    except Away:
        return LIVE
    return found.version if found else LIVE


def _choices(context: Context) -> list[Choice]:
    """What can be compared: what is in force, the draft, the own work, and the latest publications."""
    standing = standing_of(context)
    found = [Choice(LIVE, told(WORDS["word_live"]))]
    if standing.draft_version is not None:
        found.append(Choice(DRAFT, told(WORDS["word_draft"])))
    if set_of(context, MINE) is not None:
        found.append(Choice(MINE, told(WORDS["word_mine"])))
    try:
        with context.opened() as database:
            log = database.publications(_CHOICES)
    except Away:
        log = ()
    of_version: dict[str, Publication] = {}
    for each in log:
        of_version.setdefault(each.version, each)
    for version, each in of_version.items():
        why = each.why if len(each.why) <= 40 else f"{each.why[:39]}…"
        found.append(Choice(version, f"{version}, {told(telling.moment(each.at, context.zone))}: {why}"))
    return found
