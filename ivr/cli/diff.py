"""`ivr diff`: what changed between two sets of flows and contacts, in words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.common import (
    chosen_files,
    in_words,
    json_option,
    messages_option,
    operator_language,
    provider,
    say_json,
    stop_for_problems,
    wrong_usage,
)
from ivr.cli.versions import FILES, find_set
from ivr.diff.change import RANKS, SAME
from ivr.loader import load
from ivr.publishing import grouped
from ivr.publishing.names import DRAFT, PREVIOUS, PUBLISHED

if TYPE_CHECKING:
    from ivr.diff import Change
    from ivr.loader import Loaded

KEPT = (PUBLISHED, DRAFT, PREVIOUS)
"""The sets that have names of their own among those that are kept."""

_VERSION = re.compile("[0-9a-f]{4,12}")


@click.command("diff")
@click.argument("before", default="published", metavar="[A]")
@click.argument("after", default=FILES, metavar="[B]")
@click.option("--contacts-a", type=click.Path(path_type=Path), help="Contacts file of A, if A is a folder.")
@click.option("--contacts-b", type=click.Path(path_type=Path), help="Contacts file of B, if B is a folder.")
@messages_option
@json_option
def command(
    before: str, after: str, contacts_a: Path | None, contacts_b: Path | None, lang: str | None, as_json: bool
) -> None:
    """Say in words what changed from A to B.

    A and B are each a version (or its first digits, 4 at least), the words published, previous, draft or files, or a
    folder of flows with its contacts.yaml. Without words: from what is published to the files.
    What callers notice first stands first.

    Exit code: 0, changes or not; 1 when a set has errors, 2 for wrong usage.
    """
    from ivr.diff import compare

    sets = (_found(before, contacts_a, lang), _found(after, contacts_b, lang))
    wrong = [each for each in sets if each.flows is None]
    if wrong:
        problems = tuple(dict.fromkeys(problem for each in wrong for problem in each.problems))
        sources = {name: text for each in wrong for name, text in each.sources.items()}
        stop_for_problems(replace(wrong[0], problems=problems, sources=sources), 1, as_json=as_json)
    older, newer = sets
    assert newer.directory is not None
    changes = compare(older, newer, today=datetime.now(newer.directory.zone).date())
    if as_json:
        say_json({"changes": [_json(change) for change in changes]})
        return
    for line in _lines(changes):
        click.echo(line)


def _found(word: str, contacts: Path | None, lang: str | None) -> Loaded:
    files = chosen_files(None, contacts, lang)
    if word == FILES:
        return load(files.flows, files.contacts, provider=provider())
    folder = Path(word)
    if word not in KEPT and folder.is_dir():
        inside = folder / "flows"
        flows = inside if inside.is_dir() else folder
        beside = next(
            (path for path in (folder / "contacts.yaml", flows.parent / "contacts.yaml") if path.is_file()), None
        )
        return load(flows, contacts or beside or files.contacts, provider=provider())
    if contacts is not None:
        raise wrong_usage(
            f"Zu „{word}“ gehören eigene Stellen; --contacts-a und --contacts-b gelten für Ordner.",
            f"“{word}” has contacts of its own; --contacts-a and --contacts-b are for folders.",
        )
    if word not in KEPT and not _VERSION.fullmatch(word):
        raise wrong_usage(
            f"„{word}“ ist kein Ordner und keine Version. Möglich sind published, previous, draft, files, ein Ordner "
            "oder mindestens vier der zwölf Zeichen einer Version.",
            f"“{word}” is no folder and no version. Possible are published, previous, draft, files, a folder, or at "
            "least four of the twelve digits of a version.",
        )
    return find_set(word)


def _lines(changes: tuple[Change, ...]) -> list[str]:
    if not changes:
        return [in_words(SAME)]
    lines: list[str] = []
    for group in grouped(changes):
        lines += ["", f"{in_words(group.title)}:"]
        lines += [f"  {in_words(change.sentence)} ({change.place})" for change in group.changes]
    if all(change.rank == len(RANKS) - 1 for change in changes):
        lines += ["", in_words(SAME)]
    return lines[1:]


def _json(change: Change) -> dict[str, Any]:
    english = operator_language() == "en"
    return {
        "kind": change.kind,
        "where": change.where,
        "language": change.language,
        "before": change.before,
        "after": change.after,
        "sentence": change.sentence.en if english else change.sentence.de,
        "file": change.place.file,
        "line": change.place.line,
    }
