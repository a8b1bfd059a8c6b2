"""What is different between two sets, in words."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ivr.diff import compare
from ivr.diff.change import RANKS, SAME
from ivr.loader import load_bundle
from ivr.publishing.names import Unknown, bundle_of
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.diff import Change
    from ivr.loader import Loaded
    from ivr.store import Database


class Group(NamedTuple):
    """Changes that callers notice equally soon, under their title."""

    title: Sentence
    changes: tuple[Change, ...]


def grouped(changes: Iterable[Change]) -> tuple[Group, ...]:
    """Changes under their titles, what callers notice first first."""
    every = tuple(changes)
    found = (Group(title, tuple(each for each in every if each.rank == rank)) for rank, title in enumerate(RANKS))
    return tuple(group for group in found if group.changes)


def in_one_line(changes: Iterable[Change]) -> Sentence:
    """How many changes of each sort there are: „Geändert: Was Anrufer hören 2“."""
    found = Counter(change.rank for change in changes)
    if not found:
        return SAME
    listed = [(RANKS[rank], number) for rank, number in sorted(found.items())]
    return Sentence(
        "Geändert: " + ", ".join(f"{title.de} {number}" for title, number in listed),
        "Changed: " + ", ".join(f"{title.en} {number}" for title, number in listed),
    )


def since(version: str, database: Database, after: Loaded, provider: str) -> Sentence | None:
    """What is different from a published version, in one line; None when this program cannot read that any more."""
    try:
        older = load_bundle(bundle_of(version, database), provider=provider)
    except Unknown:
        return None
    if older.flows is None or after.flows is None or after.directory is None:
        return None
    return in_one_line(compare(older, after, today=datetime.now(after.directory.zone).date()))
