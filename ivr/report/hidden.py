"""Which counts of a group may be told when none under 5 may be known.

A count under 5 is small, and is hidden. Where the total of a group is known, hiding one count is not enough: the others
taken from the total give it away. So further counts are hidden as cover, the next smallest first unless it is said
which may best be missed. That goes on until each small one can still be anything from 0 (or 1, where a count is only
listed because it is not nought) to 4, for somebody who knows the total, the counts that are told, of each hidden one
whether it is small or cover, and that the smallest are taken for cover. If all of them together are too few for that,
nothing of the group is told.

The rest that is in the total and in none of the counts is never told, but can be worked out just the same: if it is
from 1 to 4, it is protected as well. That there is no rest may be known.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

Mark = Literal["", "<5", ">=5"]
"""Told; hidden because it is small; hidden as cover, which says that it is not small."""

LEAST: Final = 5
"""The smallest count that is told."""

TOLD: Final = ""
SMALL: Final = "<5"
COVER: Final = ">=5"

Key = TypeVar("Key")


def hide(
    counts: Mapping[Key, int], *, listed: bool, rest: int | None = None, spare: Key | None = None
) -> dict[Key, Mark] | None:
    """What may be told of each count of a group whose total is known; None: nothing at all may, not even the keys.

    Args:
        counts: the group, none negative.
        listed: whether a count is listed only because it is at least 1.
        rest: what is in the total and in none of the counts; None when it is known that there can be none.
        spare: the count that is the first to be cover.
    """
    marks: dict[Key, Mark] = {key: SMALL if number < LEAST else TOLD for key, number in counts.items()}
    # Of equal ones the first by its name, so that the same counts are always told alike.
    cover = [key for key, mark in marks.items() if mark == TOLD]
    cover.sort(key=lambda key: (key != spare, counts[key], str(key)))
    small = sum(mark == SMALL for mark in marks.values())
    if not small and not 0 < (rest or 0) < LEAST:
        return marks
    total = sum(number for key, number in counts.items() if marks[key] == SMALL) + (rest or 0)
    for covers in range(len(cover) + 1):
        if covers:
            marks[cover[covers - 1]] = COVER
            total += counts[cover[covers - 1]]
        told = [counts[key] for key in cover[covers:]]
        # Who knows that the smallest are taken knows that no cover is greater than what is told; but for the spare one.
        bounded = bool(told) and spare not in cover[:covers]
        if _safe(_Sum(total, small, covers, min(told) - 1 if bounded else None, 1 if listed else 0, rest)):
            return marks
    return None


class _Sum(NamedTuple):
    """What can be worked out of the hidden counts: they add up to this."""

    total: int
    small: int
    covers: int
    cover_most: int | None
    """The most that a cover is sure to be able to be; None: anything."""
    least: int
    """The least that a small count can be."""
    rest: int | None


def _safe(known: _Sum) -> bool:
    """Whether each count under 5 among them, also the rest, can still be anything."""
    most = LEAST - 1
    floor = known.small * known.least + known.covers * LEAST
    ceiling: float = known.small * most
    if known.covers:
        ceiling += inf if known.cover_most is None else known.covers * known.cover_most
    if known.small:
        # One of them is at its most while the others are at their least, and the other way round.
        if known.total - most < floor - known.least:
            return False
        if known.rest is None and known.total - known.least > ceiling - most:
            return False
    if known.rest is not None and 0 < known.rest < LEAST:
        return known.total - most >= floor and known.total <= ceiling
    return True
