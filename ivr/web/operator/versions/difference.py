"""What is different between two sets, as a page shows it: the template's part is `versions/changes.html`."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from ivr.diff import compare
from ivr.diff.change import QUIET, SAME
from ivr.diff.texts import side_by_side
from ivr.publishing import grouped, in_one_line
from ivr.script.html import FROM_THE_RIGHT
from ivr.web.operator.words import told

if TYPE_CHECKING:
    from datetime import date

    from ivr.diff import Change
    from ivr.diff.texts import Piece
    from ivr.loader import Loaded


class Item(NamedTuple):
    """One change. Where a text is said otherwise, `sentence` only names it, and both texts are there."""

    sentence: str
    place: str
    """File and line; of the file its own name, because sets have no folder but on the machine that they come from."""
    language: str
    """Of the texts; empty where it is not known."""
    direction: str
    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()


class Group(NamedTuple):
    """What callers notice equally soon."""

    title: str
    items: tuple[Item, ...]


class Difference(NamedTuple):
    """All that is different, what callers notice first first."""

    summary: str
    groups: tuple[Group, ...]
    same: bool
    """Callers notice nothing of it."""


def difference(before: Loaded, after: Loaded, today: date) -> Difference | None:
    """The difference in the language of the request; None when one of the sets has errors."""
    if before.flows is None or after.flows is None:
        return None
    changes = compare(before, after, today=today)
    same = all(change.kind in QUIET for change in changes)
    groups = tuple(Group(told(title), tuple(map(_item, of_them))) for title, of_them in grouped(changes))
    return Difference(told(SAME if same else in_one_line(changes)), groups, same)


def _item(change: Change) -> Item:
    code = change.language or ""
    direction = "rtl" if code in FROM_THE_RIGHT else "ltr"
    place = f"{PurePosixPath(change.place.file).name}:{change.place.line}"
    pair = side_by_side(change)
    if pair is None:
        return Item(told(change.sentence), place, code, direction)
    return Item(told(pair.name), place, code, direction, pair.before, pair.after)
