"""`ivr history`: what was published and what operators have told the running service, the newest first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ivr.cli.common import in_words, json_option, messages_option, say, say_json
from ivr.cli.publish import as_document
from ivr.cli.telling import as_json as instruction_as_json
from ivr.cli.telling import by_whom, described, desks_here, moment, opened, quoted, say_away, storage, told
from ivr.cli.versions import zone_in_force
from ivr.instructions import Instruction, latest
from ivr.source.problems import Sentence
from ivr.store import Away, Publication

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_IN_FORCE = Sentence("in Kraft", "in force")
_DRAFT = Sentence("Entwurf", "draft")


class _Entry(NamedTuple):
    what: Publication | Instruction
    holds: bool


@click.command("history")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="So many entries.")
@messages_option
@json_option
def command(limit: int, lang: str | None, as_json: bool) -> None:  # noqa: ARG001 - the language is read from the context
    """Show what was published and ordered, newest first.

    Publications, switches, announcements, limits and changed PINs, each with author, time and reason.

    Exit code: 0, 1 when the database is away (what this machine knows is shown then), 2 for wrong usage.
    """
    where, now = storage(), datetime.now(UTC)
    zone = zone_in_force(where)
    known = told(where, now)
    holding = {each.id for each in latest(known.instructions, now).values()}
    given = {each.id: each for each in known.instructions}
    entries: list[_Entry] = []
    away = known.away
    published: list[str] = []
    try:
        with opened(where) as database:
            current = database.in_force()
            published += [each.version for each in current[:1] if each is not None]
            entries += (_Entry(each, each in current) for each in database.publications(limit))
            given |= {each.id: each for each in database.instruction_history(limit)}
    except Away as error:
        away = str(error)
    entries += (_Entry(each, each.id in holding) for each in given.values())
    entries.sort(key=lambda entry: (entry.what.at, str(entry.what.id)), reverse=True)
    del entries[limit:]
    if as_json:
        say_json({"entries": [_json(entry) for entry in entries], "away": away})
    else:
        say_away(away)
        for entry in entries:
            click.echo(_line(entry, zone))
        if not entries:
            say("Es ist noch nichts geschehen.", "Nothing has happened yet.")
        for desk in desks_here(where)[:1]:
            if desk.origin == "files" and desk.current not in published:
                say(
                    f"Auf diesem Server sprechen die Dateien (Fassung {desk.current}).",
                    f"On this server the files speak (version {desk.current}).",
                )
    if away is not None:
        raise SystemExit(1)


def _line(entry: _Entry, zone: ZoneInfo) -> str:
    marks = []
    if isinstance(entry.what, Publication):
        what = in_words(Sentence(f"Fassung {entry.what.version}", f"version {entry.what.version}"))
        who = f"({entry.what.author}{quoted(entry.what.why)})"
        marks += [in_words(_DRAFT)] if entry.what.draft else []
    else:
        what, who = in_words(described(entry.what, zone)), by_whom(entry.what)
    marks += [in_words(_IN_FORCE)] if entry.holds else []
    mark = f"  [{', '.join(marks)}]" if marks else ""
    return f"{in_words(moment(entry.what.at, zone))}  {what} {who}{mark}"


def _json(entry: _Entry) -> dict[str, Any]:
    if isinstance(entry.what, Publication):
        return {"type": "publication", **as_document(entry.what), "in_force": entry.holds}
    return {"type": "instruction", **instruction_as_json(entry.what), "in_force": entry.holds}
