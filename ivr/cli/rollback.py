"""`ivr rollback`: publishes an older version again."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from ivr.cli.common import json_option, messages_option, provider, say, say_json, stop_for_problems
from ivr.cli.publish import as_document, say_published
from ivr.cli.telling import Line, author_option, desks_here, named, opened, refuse, storage
from ivr.loader import load_bundle
from ivr.publishing import Unknown, bundle_of, resolve, roll_back
from ivr.store import Away


@click.command("rollback")
@click.argument("version", metavar="V")
@click.option("-m", "--why", type=Line(), help="Why, for those who read the history.")
@author_option
@messages_option
@json_option
def command(version: str, why: str | None, author: str | None, lang: str | None, as_json: bool) -> None:  # noqa: ARG001 - the language is read from the context
    """Publish an older version again.

    V is its first digits, 4 at least, or the word previous: what was published before the present one.
    The files on this machine stay as they are.

    Exit code: 0, 1 when there is no such version, this program cannot read it or the database is away, 2 for wrong
    usage.
    """
    where, who = storage(), named(author)
    try:
        with opened(where) as database:
            wanted = resolve(version, database, drafts=False)
            loaded = load_bundle(bundle_of(wanted, database), provider=provider())
            if loaded.flows is None or loaded.directory is None:
                stop_for_problems(loaded, 1, as_json=as_json)
            done = roll_back(
                loaded,
                database,
                desks_here(where),
                author=who,
                why=why or f"rollback {version}",
                now=datetime.now(UTC),
                provider=provider(),
            )
    except Unknown as unknown:
        refuse(*unknown.sentence)
    except Away as away:
        refuse(
            f"Nichts wurde zurückgenommen: Die Datenbank ist nicht zu erreichen ({away}). Was jetzt gilt, gilt weiter.",
            f"Nothing was rolled back: the database cannot be reached ({away}). What is in force stays in force.",
        )
    if as_json:
        say_json({"published": as_document(done.publication)})
        return
    say_published(done, loaded.directory.zone)
    say(
        "Sie wurde gelesen, aber nicht noch einmal geprüft: Was damals richtig war, kann heute falsch sein.",
        "It was read, but not checked again: what was right then can be wrong today.",
    )
