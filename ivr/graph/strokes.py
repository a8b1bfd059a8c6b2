"""What a picture is painted with: lines, short ends, pills with counts, and the rules for a file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from ivr.graph.layout import Point
from ivr.graph.paint import CLUSTER, FONT, PAPER, QUIET, TEXT, text_width
from ivr.graph.sketch import NAME_SIZE, SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTE_SIZE = 10.5
CORNER = 5


@dataclass(frozen=True)
class Look:
    """How a short end is painted."""

    fill: str
    ink: str
    line: str
    round: int


LOOKS = {
    "contact": Look("#0a6640", "#ffffff", "#0a6640", 9),
    "flow": Look("#96124f", "#ffffff", "#96124f", 3),
    "way": Look(PAPER, TEXT, QUIET, 9),
    "end": Look("#3d4451", "#ffffff", "#3d4451", 9),
}


def end_sign(look: str) -> str:
    found = LOOKS[look]
    return (
        f'<rect width="16" height="12" y="-10" rx="{min(found.round, 6)}" fill="{found.fill}" stroke="{found.line}"/>'
    )


def pill_width(words: str) -> float:
    return round(text_width(words, NOTE_SIZE, bold=True) + 14, 1)


def pill(x: float, y: float, words: str, role: str) -> str:
    width = pill_width(words)
    return (
        f'<g class="pill {role}"><rect x="{x:g}" y="{y:g}" width="{width:g}" height="17" rx="8.5"/>'
        f'<text x="{x + width / 2:g}" y="{y + 12.5:g}">{escape(words)}</text></g>'
    )


def through(points: Sequence[Point]) -> str:
    """A line through corner points, the corners rounded."""
    corners = [points[0]]
    for point in points[1:]:
        if abs(point.x - corners[-1].x) > 0.05 or abs(point.y - corners[-1].y) > 0.05:
            corners.append(point)
    parts = [f"M{corners[0].x:g} {corners[0].y:g}"]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        first, second = (_towards(corner, other) for other in (before, after))
        parts.append(f"L{first.x:g} {first.y:g}Q{corner.x:g} {corner.y:g} {second.x:g} {second.y:g}")
    parts.append(f"L{corners[-1].x:g} {corners[-1].y:g}")
    return "".join(parts)


def _towards(corner: Point, other: Point) -> Point:
    length = abs(other.x - corner.x) + abs(other.y - corner.y)
    share = min(CORNER, length / 2) / length
    return Point(round(corner.x + (other.x - corner.x) * share, 1), round(corner.y + (other.y - corner.y) * share, 1))


def path(points: Sequence[Point], ink: str, *, arrow: bool = False) -> str:
    """A line, and with `arrow` a head at its end, which comes from above."""
    if not arrow:
        return f'<path d="{through(points)}" stroke="{ink}" class="line"/>'
    tip = points[-1]
    head = f"M{tip.x:g} {tip.y:g}l-4.5 -8h9z"
    shaft = through([*points[:-1], Point(tip.x, tip.y - 4)])
    return f'<path d="{shaft}" stroke="{ink}" class="line"/><path d="{head}" fill="{ink}"/>'


STYLE = (
    f"text{{font-family:{FONT};font-size:{SIZE}px}}.title,.flow,.name,.text,.cell{{fill:{TEXT}}}"
    f".title{{font-size:22px;font-weight:bold}}.flow{{font-size:16px;font-weight:bold}}"
    f".name{{font-size:{NAME_SIZE}px;font-weight:bold}}.kind,.badge,.exit{{font-weight:bold}}.quiet{{fill:{QUIET}}}"
    ".cell,.badge,.short{text-anchor:middle}.badge{fill:#ffffff}"
    f".frame{{fill:{CLUSTER};stroke:#b9c0cc}}.line{{fill:none;stroke-width:1.6}}"
    f".halo{{fill:none;stroke:{CLUSTER};stroke-width:5}}.rule{{stroke-width:.8;fill:none}}"
)
