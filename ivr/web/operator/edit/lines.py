"""Texts by their lines: what is different, and what becomes of two people's changes to the same text.

`merged` is a three-way merge. Lines that one side has changed are taken from that side; where both have changed the
same lines, or lines that touch, both stand in a `Clash` and somebody has to choose. Nothing that either side has
written is in neither: it is in the result, or in a clash, or the other side has written the same.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_WORK = 1_000_000
"""Lines and pairs of equal lines that are looked at. What is left then is taken as one piece: a page must not keep a
process busy for minutes with ten thousand times the same line, or with every second line moved.
"""

AROUND = 3
"""So many equal lines stand before and behind a difference."""


class Line(NamedTuple):
    """A line of a difference."""

    kind: str
    """`same`, `old`, `new`, or `gap` for equal lines that are left out."""
    text: str
    old: int
    """Its number in the older text; 0 where it has none."""
    new: int
    """Its number in the newer text; 0 where it has none."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Lines about which there is no question."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """A place where both have changed the same lines."""

    base: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]

    def chosen(self, word: str) -> tuple[str, ...]:
        """The lines of a choice: `mine`, `theirs` or `both` (theirs before mine).

        Raises:
            KeyError: another word.
        """
        theirs = self.theirs
        if theirs and self.mine and not theirs[-1].endswith("\n"):
            theirs = (*theirs[:-1], f"{theirs[-1]}\n")
        return {"mine": self.mine, "theirs": self.theirs, "both": (*theirs, *self.mine)}[word]


def split(text: str) -> tuple[str, ...]:
    """The lines of a text with their ends; joined they are the text again."""
    return tuple(f"{line}\n" for line in text.split("\n")[:-1]) + (
        (last,) if (last := text.rpartition("\n")[2]) else ()
    )


def moved(number: int, before: str, after: str) -> int:
    """Where a line of one text stands in another; for one that is gone, where what stood around it goes on."""
    kept = 0
    lines = split(after)
    for at, to, size in _equal(split(before), lines):
        if at < number <= at + size:
            return to + number - at
        if at < number:
            kept = to + size
    return min(kept + 1, max(1, len(lines)))


def merged(base: str, mine: str, theirs: str) -> list[Settled | Clash]:
    """The text of both sides, in pieces."""
    a, b, c = split(base), split(mine), split(theirs)
    pieces: list[Settled | Clash] = []
    done = (0, 0, 0)
    for at, size in _in_all_three(a, b, c):
        pieces += _between(*(lines[start:end] for lines, start, end in zip((a, b, c), done, at, strict=True)))
        if size:
            pieces.append(Settled(a[at[0] : at[0] + size]))
        done = (at[0] + size, at[1] + size, at[2] + size)
    return _joined(pieces)


def _in_all_three(a: Sequence[str], b: Sequence[str], c: Sequence[str]) -> Iterator[tuple[tuple[int, int, int], int]]:
    """Where stretches that all three have in common begin, and how long they are; a last one of no length."""
    mine, theirs = list(_equal(a, b)), list(_equal(a, c))
    i = j = 0
    while i < len(mine) and j < len(theirs):
        (at_b, in_b, size_b), (at_c, in_c, size_c) = mine[i], theirs[j]
        start, end = max(at_b, at_c), min(at_b + size_b, at_c + size_c)
        if start < end:
            yield (start, in_b + start - at_b, in_c + start - at_c), end - start
        if at_b + size_b < at_c + size_c:
            i += 1
        else:
            j += 1
    yield (len(a), len(b), len(c)), 0


def _equal(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Equal stretches of two texts, in order: where in the one, where in the other, and how long."""
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    if head:
        yield 0, 0, head
    for at, to, size in _blocks(a[head : len(a) - tail], b[head : len(b) - tail]):
        yield head + at, head + to, size
    if tail:
        yield len(a) - tail, len(b) - tail, tail


def _blocks(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int, int]]:
    """What `SequenceMatcher.get_matching_blocks` finds, as far as the work allows: the longest stretches first."""
    counted = Counter(b)
    work = [0, *accumulate(1 + counted[line] for line in a)]
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    found, done = [], 0
    open_ = deque([(0, len(a), 0, len(b))])
    while open_:
        start, end, begin, stop = open_.popleft()
        done += work[end] - work[start]
        if done > MOST_WORK:
            break
        at, to, size = matcher.find_longest_match(start, end, begin, stop)
        if size:
            found.append((at, to, size))
            open_ += (
                piece
                for piece in ((start, at, begin, to), (at + size, end, to + size, stop))
                if piece[0] < piece[1] and piece[2] < piece[3]
            )
    return sorted(found)


def _between(base: tuple[str, ...], mine: tuple[str, ...], theirs: tuple[str, ...]) -> list[Settled | Clash]:
    """What stands between two common stretches."""
    if theirs in (mine, base):
        return [Settled(mine)] if mine else []
    if mine == base:
        return [Settled(theirs)] if theirs else []
    # What both have written alike, at the beginning or the end, is no question.
    most = min(len(mine), len(theirs))
    head = next((n for n in range(most) if mine[n] != theirs[n]), most)
    tail = next((n for n in range(most - head) if mine[-1 - n] != theirs[-1 - n]), most - head)
    middle = Clash(base, mine[head : len(mine) - tail], theirs[head : len(theirs) - tail])
    return [Settled(mine[:head]), middle, Settled(mine[len(mine) - tail :])]


def _joined(pieces: list[Settled | Clash]) -> list[Settled | Clash]:
    found: list[Settled | Clash] = []
    for piece in pieces:
        if isinstance(piece, Settled) and found and isinstance(before := found[-1], Settled):
            found[-1] = Settled(before.lines + piece.lines)
        elif isinstance(piece, Clash) or piece.lines:
            found.append(piece)
    return found


def difference(old: str, new: str) -> list[Line]:
    """What is different, line by line, with a few equal lines around it; empty for equal texts."""
    if old == new:
        return []
    a, b = split(old), split(new)
    lines: list[Line] = []
    at, to = 0, 0
    for here, there, size in (*_equal(a, b), (len(a), len(b), 0)):
        lines += (Line("old", text, at + n + 1, 0) for n, text in enumerate(a[at:here]))
        lines += (Line("new", text, 0, to + n + 1) for n, text in enumerate(b[to:there]))
        lines += (Line("same", a[here + n], here + n + 1, there + n + 1) for n in range(size))
        at, to = here + size, there + size
    return _near(lines)


def _near(lines: list[Line]) -> list[Line]:
    """Without the equal lines that are far from any difference."""
    wanted = [False] * len(lines)
    for number, line in enumerate(lines):
        if line.kind != "same":
            wanted[max(0, number - AROUND) : number + AROUND + 1] = [True] * len(
                wanted[max(0, number - AROUND) : number + AROUND + 1]
            )
    found: list[Line] = []
    for line, near in zip(lines, wanted, strict=True):
        if near:
            found.append(line)
        elif not found or found[-1].kind != "gap":
            found.append(Line("gap", "", 0, 0))
    return found
