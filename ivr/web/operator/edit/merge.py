"""Bringing together what two people have made of the same files: what only one has changed is taken from her, and where
both have changed the same lines somebody chooses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ivr.web.operator.edit import working
from ivr.web.operator.edit.lines import Clash, Settled, merged, split

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.bundle import Bundle


class File(NamedTuple):
    """A file of a merge: what becomes of it, in pieces, and whether each side still has it."""

    name: str
    pieces: list[Settled | Clash]
    mine: bool
    theirs: bool

    @property
    def clashes(self) -> list[Clash]:
        """The places where somebody has to choose."""
        return [piece for piece in self.pieces if isinstance(piece, Clash)]


class Merge(NamedTuple):
    """What becomes of two people's work."""

    mine: list[str]
    """The files that only the work has changed."""
    theirs: list[str]
    """The files that only the others have changed."""
    both: list[File]


def merge_of(base: Bundle, mine: Bundle, theirs: Bundle) -> Merge:
    """What becomes of each file that is not the same on all sides."""
    a, b, c = working.files(base), working.files(mine), working.files(theirs)
    found = Merge([], [], [])
    for name in sorted(a.keys() | b.keys() | c.keys()):
        was, ours, others = a.get(name), b.get(name), c.get(name)
        if ours == others:
            continue
        if others == was:
            found.mine.append(name)
        elif ours == was:
            found.theirs.append(name)
        elif ours is None or others is None:
            # One side has deleted what the other has changed.
            sides = [Clash(split(was or ""), split(ours or ""), split(others or ""))]
            found.both.append(File(name, [*sides], ours is not None, others is not None))
        else:
            found.both.append(File(name, merged(was or "", ours, others), mine=True, theirs=True))
    return found


def together(merge: Merge, mine: Bundle, theirs: Bundle, chosen: Mapping[str, str]) -> Bundle:
    """The files of both sides. `chosen` has `mine`, `theirs` or `both` for every clash, under FILE:NUMBER.

    Raises:
        KeyError: a choice is missing, or none of these.
        Refusal: the result is too large.
    """
    texts, bundle = working.files(mine), theirs
    for name in merge.mine:
        text = texts.get(name)
        bundle = working.without(bundle, name) if text is None else working.with_text(bundle, name, text)
    for file in merge.both:
        words = iter(chosen[f"{file.name}:{number}"] for number in range(len(file.clashes)))
        picked: list[str] = []
        lines: list[str] = []
        for piece in file.pieces:
            if isinstance(piece, Settled):
                lines += piece.lines
            else:
                picked.append(next(words))
                lines += piece.chosen(picked[-1])
        gone = (picked == ["mine"] and not file.mine) or (picked == ["theirs"] and not file.theirs)
        bundle = working.without(bundle, file.name) if gone else working.with_text(bundle, file.name, "".join(lines))
    return bundle
