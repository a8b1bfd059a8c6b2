"""How much room text takes, and in which colours a picture is painted."""

from __future__ import annotations

from typing import NamedTuple

FONT = "'Liberation Sans', Arial, Helvetica, 'DejaVu Sans', sans-serif"

_NARROW = frozenset("iljtfI.,:;!|'’()[]{}-/ „“”")
_WIDE = frozenset("mwMWÄÖÜ@%…–—")


class Paint(NamedTuple):
    """The colours of a kind: of its words and lines, and of its ground. Words on ground, and white on words: AA."""

    ink: str
    ground: str


KINDS = {
    "say": Paint("#1d4f91", "#eaf1fb"),
    "menu": Paint("#8a3b00", "#fdf0e2"),
    "connect": Paint("#0a6640", "#e5f5ec"),
    "branch": Paint("#6a2a9c", "#f3eafb"),
    "language": Paint("#00616e", "#e1f4f6"),
    "flow": Paint("#96124f", "#fce8f1"),
    "digits": Paint("#7a4a00", "#fbf3da"),
    "switch": Paint("#8f1d1d", "#fbe9e7"),
    "hangup": Paint("#3d4451", "#eceef2"),
}
OTHER = Paint("#4f4a1f", "#f4f2dc")
"""For a kind that has no colour of its own."""
TEXT, QUIET, PAPER, CLUSTER = "#1c2230", "#4a5263", "#ffffff", "#f7f8fa"


def paint(kind: str) -> Paint:
    """The colours of a kind."""
    return KINDS.get(kind, OTHER)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide a text is, in the widest of the fonts that may show it."""
    units = sum(0.31 if c in _NARROW else 0.88 if c in _WIDE else 0.69 if c.isupper() else 0.56 for c in text)
    return units * size * (1.07 if bold else 1)


def wrapped(text: str, size: float, width: float, most: int) -> list[str]:
    """The lines of a text that may be so wide; the last one ends with "…" where there are more than `most`."""
    lines: list[str] = []
    for word in _pieces(text, size, width):
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        last = lines[most - 1]
        while text_width(f"{last} …", size) > width:
            last = last.rpartition(" ")[0] or last[:-1]
        lines = [*lines[: most - 1], f"{last} …"]
    return lines


def _pieces(text: str, size: float, width: float) -> list[str]:
    """The words of a text, split at plain blanks only; one that is too wide is broken, behind a mark if possible."""
    pieces = []
    for word in filter(None, text.split(" ")):
        rest = word
        while text_width(rest, size) > width:
            fits = max(1, next(n for n in range(len(rest), -1, -1) if text_width(rest[:n], size) <= width))
            cut = max(rest.rfind(mark, 0, fits) + 1 for mark in "_-/.")
            pieces.append(rest[: cut or fits])
            rest = rest[cut or fits :]
        pieces.append(rest)
    return pieces
