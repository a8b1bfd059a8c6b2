"""`ivr publish`: makes the operators' files the set that all machines speak, or the draft that only test calls hear."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.check import examined
from ivr.cli.common import (
    chosen_files,
    contacts_option,
    flows_option,
    json_option,
    messages_option,
    operator_language,
    provider,
    say,
    say_json,
    show_problems,
)
from ivr.cli.telling import Line, author_option, desks_here, moment, named, opened, quoted, refuse, storage
from ivr.diff.change import SAME
from ivr.loader import load
from ivr.publishing import publish
from ivr.source.report import to_json
from ivr.store import Away

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from ivr.loader import Loaded
    from ivr.publishing import Published
    from ivr.source.problems import Sentence
    from ivr.store import Publication


@click.command("publish")
@click.option("-m", "--why", type=Line(), required=True, help="Why, for those who read the history.")
@click.option("--draft", is_flag=True, help="A draft: heard on calls to IVR_DRAFT_NUMBER only.")
@flows_option
@contacts_option
@author_option
@messages_option
@json_option
def command(
    why: str,
    draft: bool,
    flows: Path | None,
    contacts: Path | None,
    author: str | None,
    lang: str | None,
    as_json: bool,
) -> None:
    """Check flows and contacts, and make them what all machines speak.

    Calls that begin more than three seconds later hear it; calls under way end on what they began with. What is
    published already is not published twice.

    Exit code: 0, 1 when the files have errors or the database is away, 2 for wrong usage.
    """
    files = chosen_files(flows, contacts, lang)
    where, who = storage(), named(author)
    now = datetime.now(UTC)
    loaded = load(files.flows, files.contacts, provider=provider(), now=now)
    loaded, _ = examined(loaded, now, watched=sys.stderr.isatty() and not as_json)
    errors = sum(problem.severity == "error" for problem in loaded.problems)
    if not as_json:
        show_problems(loaded)
    if errors or loaded.bundle is None or loaded.directory is None:
        if as_json:
            say_json(_document(loaded, None, new=False))
        else:
            say(f"Nichts wurde veröffentlicht. Fehler: {errors}", f"Nothing was published. Errors: {errors}", err=True)
        raise SystemExit(1)
    try:
        with opened(where) as database:
            done = publish(
                loaded,
                database,
                where,
                desks_here(where),
                draft=draft,
                author=who,
                why=why,
                now=datetime.now(UTC),
                provider=provider(),
                language=operator_language(),
            )
    except Away as away:
        refuse(
            f"Nichts wurde veröffentlicht: Die Datenbank ist nicht zu erreichen ({away}). Was jetzt gilt, gilt weiter.",
            f"Nothing was published: the database cannot be reached ({away}). What is in force stays in force.",
        )
    if as_json:
        say_json(_document(loaded, done.publication, new=done.new))
    elif done.new:
        say_published(done, loaded.directory.zone)
    else:
        _say_there(done.publication, loaded.directory.zone)


def say_published(done: Published, zone: ZoneInfo) -> None:
    """Says what was published, what is different, who hears it when, and how to go back."""
    published, before, what = done.publication, done.before, done.changed
    told = f"({published.author}{quoted(published.why)})"
    if published.draft:
        say(f"Entwurf: Fassung {published.version} {told}.", f"Draft: version {published.version} {told}.")
        _say_changes(what, "published", "draft")
        say(
            "Ihn hören nur Anrufe bei der Nummer, die IVR_DRAFT_NUMBER dem Dienst nennt; ohne sie niemand.",
            "Only calls to the number that IVR_DRAFT_NUMBER tells the service hear it; without one, nobody.",
        )
        return
    say(f"Veröffentlicht: Fassung {published.version} {told}.", f"Published: version {published.version} {told}.")
    _say_changes(what, "previous", "published")
    say(
        "Neue Anrufe hören sie binnen drei Sekunden; wer gerade anruft, bleibt bei dem, womit der Anruf begann.",
        "New calls hear it within three seconds; calls under way stay with what they began with.",
    )
    if before is not None:
        de, en = moment(before.at, zone)
        say(
            f"Vorher: Fassung {before.version}, {de} {_told(before)}. Zurück: ivr rollback {before.version[:4]}",
            f"Before: version {before.version}, {en} {_told(before)}. Go back: ivr rollback {before.version[:4]}",
        )


def _say_changes(what: Sentence | None, older: str, newer: str) -> None:
    if what == SAME:
        say(*what)
    elif what is not None:
        say(f"{what.de} (genauer: ivr diff {older} {newer})", f"{what.en} (see also: ivr diff {older} {newer})")


def as_document(published: Publication) -> dict[str, Any]:
    """A publication for tools."""
    return {**published._asdict(), "at": published.at.isoformat()}


def _told(published: Publication) -> str:
    return f"({published.author}{quoted(published.why)})"


def _say_there(there: Publication, zone: ZoneInfo) -> None:
    de, en = moment(there.at, zone)
    if there.draft:
        say(
            f"Die Fassung {there.version} ist schon der Entwurf, seit {de} {_told(there)}. Es kam nichts hinzu.",
            f"Version {there.version} is the draft already, since {en} {_told(there)}. Nothing was added.",
        )
        return
    say(
        f"Die Fassung {there.version} ist schon veröffentlicht, seit {de} {_told(there)}. Es kam nichts hinzu.",
        f"Version {there.version} is published already, since {en} {_told(there)}. Nothing was added.",
    )


def _document(loaded: Loaded, published: Publication | None, *, new: bool) -> dict[str, Any]:
    return {
        "published": None if published is None else as_document(published),
        "new": new,
        "problems": to_json(loaded.problems, operator_language()),
    }
