"""Charts as SVG inside the page: numbers in, markup out.

Lengths are parts of a hundred of the chart, and no view box scales it: so words in it have the size of the page's own
on every screen. Colours and patterns come from `charts.css`, by class. `PATTERNS` has to stand once on the page. Every
chart has its numbers beside or under it as a table, so readers of screens are told what it is and pass it by.

A number that is hidden has no length: it is a short mark with a pattern, the same for all of its kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Mark = Literal["", "small", "cover"]
"""Told; under 5; not shown for another reason."""

LABELS: Final = 8
"""Up to so many columns have each its word below; of more, some have, so that they fit on a narrow screen."""

_SOME: Final = 6

_TALL: Final = 170
"""Pixels of a chart of columns, without the words below it."""
_SHORT: Final = 10
"""Pixels of a mark that has no length."""
_BAR: Final = 14
"""Pixels of a bar."""
_ROOM: Final = 0.72
"""The part of its place that a column fills."""
_NAMED: Final = 12
"""Up to so many columns have their number above them."""

PATTERNS: Final = Markup(
    '<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="small" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line class="stripe" x1="1.5" x2="1.5" y1="0" y2="6"/></pattern>'
    '<pattern id="cover" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<circle class="dot" cx="2.5" cy="2.5" r="1.2"/></pattern>'
    "</defs></svg>"
)


class Item(NamedTuple):
    """A number of a chart. `value` is None where it is hidden; then `mark` says which way."""

    label: str
    value: float | None
    words: str
    """The number in words: "1.204", "unter 5"."""
    mark: Mark = ""
    short: str = ""
    """The label under a column, where there is little room."""


def columns(items: Sequence[Item], title: str) -> Markup:
    """A chart of columns, with lines for half and whole of the next round number above the highest."""
    top = _round_up(max((item.value for item in items if item.value is not None), default=0))
    parts = [*_lines(top), *(_column(items, place, top) for place in range(len(items))), *_labels(items)]
    return Markup('<svg class="columns" width="100%" height="{}" role="img" aria-label="{}">{}</svg>').format(
        _TALL + 40, title, Markup("").join(parts)
    )


def bar(item: Item, most: float) -> Markup:
    """One horizontal bar, whose number stands beside it. `most` is what fills the place."""
    if item.value is None:
        length, kind = Markup('x="1" y="1" width="{}"').format(_SHORT * 3), str(item.mark)
    else:
        length, kind = Markup('width="{:.2f}%"').format(100 * item.value / most if most else 0), "told"
    return Markup(
        '<svg class="bar" width="100%" height="{}" aria-hidden="true" focusable="false">'
        '<rect class="{}" {} height="{}" rx="3"/></svg>'
    ).format(_BAR, kind, length, _BAR if item.value is not None else _BAR - 2)


def _round_up(most: float) -> int:
    """The next round number whose half is a whole one."""
    size = 1
    while True:
        for step in (2, 4, 6, 10):
            if most <= step * size:
                return step * size
        size *= 10


def _lines(top: int) -> Iterator[Markup]:
    for number in (0, top // 2, top):
        y = _y(number, top)
        yield Markup('<line class="line" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(y)
        if number:
            yield Markup('<text class="scale" x="0" dx="-6" y="{}">{}</text>').format(y + 4, number)


def _column(items: Sequence[Item], place: int, top: int) -> Markup:
    item, width = items[place], 100 / len(items)
    x = place * width + width * (1 - _ROOM) / 2
    if item.value is None:
        y, kind = _y(0, top) - _SHORT, str(item.mark)
    else:
        y, kind = _y(item.value, top), "told"
    number = Markup("")
    if len(items) <= _NAMED and item.value is not None:
        number = Markup('<text class="number" x="{:.3f}%" y="{}">{}</text>').format(
            (place + 0.5) * width, y - 4, item.words
        )
    return Markup(
        '<g><title>{}: {}</title><rect class="{}" x="{:.3f}%" y="{}" width="{:.3f}%" height="{}"/>{}</g>'
    ).format(item.label, item.words, kind, x, y, width * _ROOM, _y(0, top) - y, number)


def _labels(items: Sequence[Item]) -> Iterator[Markup]:
    every = 1 if len(items) <= LABELS else -(-len(items) // _SOME)
    width = 100 / len(items) if items else 0
    for place in range(0, len(items), every):
        yield Markup('<text class="under" x="{:.3f}%" y="{}">{}</text>').format(
            (place + 0.5) * width, _y(0, 1) + 16, items[place].short
        )


def _y(value: float, top: int) -> int:
    """Pixels from the upper edge; there is room for a number above the highest."""
    return 18 + round(_TALL * (1 - value / top))
