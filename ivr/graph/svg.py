"""A picture as SVG: one file that needs nothing else, 1,200 units wide, the same bytes for the same flows.

Each flow is a frame. A step is a box with its kind, its name and what it opens with; what has to happen for a way out
stands in a cell on the box's lower edge, where the line begins, so that no label lies on a line. Short ends (a contact
that is rung, the end of the call, a way back) hang right below their cell. A line has the colour of the step it leads
to. The boxes' ids and `data-flow`, `data-step` let a page light up where a call stands; a tooltip has the whole text.

A page that brings its own style sheet puts a `Dress` on a `Drawing`: links instead of tooltips, and counts.
"""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from ivr.graph.layout import Point, Route
from ivr.graph.paint import PAPER, QUIET, paint, text_width, wrapped
from ivr.graph.picture import contact_id
from ivr.graph.sketch import HEAD, LANE, MARGIN, PAD, SHELF, SIZE, STEM, STEP, Cell, Frame, Shape, Sketch
from ivr.graph.strokes import LOOKS, STYLE, end_sign, path, pill, pill_width, through
from ivr.graph.words import kind_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ivr.graph.picture import ContactNode, Picture, StepNode


class _Put(NamedTuple):
    """A frame in its place."""

    frame: Frame
    x: float
    y: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.frame.width


@dataclass(frozen=True)
class Note:
    """Counts that stand at a step, as they are to be read: a number, or `<5`; "" where there is none.

    `level` is how warm it is painted, 1 to 5; 0 is not at all. `chosen` is by key.
    """

    came: str = ""
    level: int = 0
    left: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Dress:
    """What a page makes of the picture. Its own style sheet has the rules that a file of its own would bring."""

    step: Callable[[StepNode], str]
    """The address at which a step is told of; also of a contact, and of a flow, by their names."""
    contact: Callable[[str], str]
    flow: Callable[[str], str]
    notes: Mapping[str, Note] = field(default_factory=dict)
    """By the id of the step's node."""


def svg(picture: Picture) -> str:
    """The document, with a line break at its end."""
    return Drawing(picture).document()


class Drawing(Sketch):
    """A sketch that can be painted, which is quick."""

    dress: Dress | None = None

    # Painting

    def document(self) -> str:
        """A file of its own, with a line break at its end."""
        title = self.words("Was Anrufer erleben können", "What callers can experience")
        about = self.words(
            "Jeder Rahmen ist ein Ablauf, jeder Kasten ein Schritt; ein Anruf folgt den Linien von oben nach unten.",
            "Every frame is a flow, every box a step; a call follows the lines from top to bottom.",
        )
        parts = [f'<text x="{MARGIN}" y="34" class="title">{escape(title)}</text>']
        parts.append(f'<text x="{MARGIN}" y="54" class="quiet">{escape(about)}</text>')
        painted, height = self._parts(66)
        return "\n".join(
            [
                (
                    f'<svg xmlns="http://www.w3.org/2000/svg" {self._size(height)} lang="{self.picture.language}" '
                    f'role="img" aria-labelledby="title desc">'
                ),
                f'<title id="title">{escape(title)}</title>',
                f'<desc id="desc">{escape(about)}</desc>',
                f"<style>{STYLE}</style>",
                f'<rect width="{self.width}" height="{height}" fill="{PAPER}"/>',
                *parts,
                *painted,
                "</svg>\n",
            ]
        )

    def fragment(self, dress: Dress) -> str:
        """A part of a page, which has its rules under the class `flows` in a style sheet."""
        return self._dressed(dress)._fragment()  # noqa: SLF001 - a copy of its own

    def _dressed(self, dress: Dress) -> Drawing:
        drawing = copy(self)
        drawing.dress = dress
        return drawing

    def _fragment(self) -> str:
        painted, height = self._parts(MARGIN)
        label = self.words("Was Anrufer erleben können", "What callers can experience")
        return "\n".join(
            [
                (
                    f'<svg xmlns="http://www.w3.org/2000/svg" {self._size(height)} lang="{self.picture.language}" '
                    f'class="flows" role="group" aria-label="{escape(label)}">'
                ),
                f'<rect width="{self.width}" height="{height}" fill="{PAPER}"/>',
                *painted,
                "</svg>\n",
            ]
        )

    def _parts(self, y: float) -> tuple[list[str], int]:
        """All that is painted below some height, and the height of the page."""
        legend, y = self._legend(y)
        flows, y = self._flows(y)
        contacts, y = self._contacts(y + SHELF)
        return [*legend, *flows, *contacts], round(y + MARGIN)

    def _size(self, height: int) -> str:
        return f'viewBox="0 0 {self.width} {height}" width="{self.width}" height="{height}"'

    def _legend(self, y: float) -> tuple[list[str], float]:
        """What the colours and the signs mean; only of what occurs."""
        kinds = list(dict.fromkeys(node.kind for node in self.picture.nodes))
        entries = [
            (f'<rect width="16" height="12" y="-10" rx="3" fill="{paint(kind).ground}" stroke="{paint(kind).ink}"/>',
             kind_words(kind, self.picture.language))
            for kind in kinds
        ]  # fmt: skip
        signs = {
            "contact": self.words("Stelle, die angerufen wird", "contact that is rung"),
            "flow": self.words("ruft einen Ablauf", "calls a flow"),
            "way": self.words("zurück", "back"),
            "end": self.words("Ende des Anrufs", "end of the call"),
        }
        looks = {cell.look for frame in self.frames for shape in frame.shapes.values() for cell in shape.cells}
        entries += [(end_sign(look), words) for look, words in signs.items() if look in looks]
        entries.append((
            f'<path d="M0 -4H16" stroke="{QUIET}" class="line"/>',
            self.words("Linie: Farbe des Schritts, zu dem sie führt", "line: colour of the step it leads to"),
        ))  # fmt: skip
        parts, x = [], float(MARGIN)
        y += 14
        for sign, words in entries:
            width = 22 + text_width(words, SIZE) + 16
            if x + width > self.width - MARGIN:
                x, y = float(MARGIN), y + 20
            parts.append(
                f'<g transform="translate({x:g} {y:g})">{sign}<text x="22" class="text">{escape(words)}</text></g>'
            )
            x += round(width, 1)
        return parts, y + 8

    def _flows(self, y: float) -> tuple[list[str], float]:
        """All frames, on shelves, and the lines that lead from one flow into another."""
        room = self.width - 2 * MARGIN - self.gutter()
        shelves: list[list[_Put]] = []
        tops = [y + self.gutter()]
        for frame in self.frames:
            last = shelves[-1] if shelves else []
            x = last[-1].right + self.gutter() if last else float(MARGIN)
            if not last or x + frame.width > MARGIN + room:
                if last:
                    tops.append(tops[-1] + max(put.frame.height for put in last) + SHELF + self.gutter())
                x, last = float(MARGIN), []
                shelves.append(last)
            last.append(_Put(frame, x, tops[-1]))
        tops.append(tops[-1] + max(put.frame.height for put in shelves[-1]) + SHELF + self.gutter())
        parts = [part for shelf in shelves for put in shelf for part in self._painted(put.frame, put.x, put.y)]
        doors = {name: put for shelf in shelves for put in shelf for name in put.frame.cluster.nodes}
        for number, shelf in enumerate(shelves):
            for put in shelf:
                below = None if put is shelf[-1] else tops[number + 1]
                for target, outs in put.frame.layout.outs.items():
                    for out in outs:
                        start = Point(put.x + PAD + out.x, put.y + HEAD + out.y)
                        parts.append(self._call(target, start, put, below, doors[target]))
        return parts, tops[-1] - SHELF - self.gutter()

    def _call(self, target: str, start: Point, put: _Put, below: float | None, door: _Put) -> str:
        """A line from a flow's inner right edge along the gutters to the top of another flow.

        `below` is the top of the next shelf, where another flow stands to the right of this one.
        """
        lane = LANE * (self.called.index(target) + 1)
        margin = self.width - MARGIN - self.gutter() + LANE + lane
        level = door.y - lane - 4
        x = margin if below is None else put.right + lane
        corners = [start, Point(x, start.y)]
        if below is not None and door.y not in {put.y, below}:
            corners += [Point(x, below - lane - 4), Point(margin, below - lane - 4)]
            x = margin
        entry = door.right - 40 - lane
        corners += [Point(x, level), Point(entry, level), Point(entry, door.y)]
        return path(corners, self._ink(target), arrow=True)

    def _ink(self, net: str) -> str:
        name = net.removesuffix(" back")
        return paint(self.nodes[name].kind).ink if name in self.nodes else QUIET

    def _painted(self, frame: Frame, x: float, y: float) -> Iterator[str]:
        """A frame: its head, then the lines, then the boxes above them."""
        cluster = frame.cluster
        yield (
            f'<g id="flow-{cluster.flow}" data-flow="{cluster.flow}">'
            f'<rect x="{x:g}" y="{y:g}" width="{frame.width:g}" height="{frame.height:g}" rx="8" class="frame"/>'
            f'<text x="{x + PAD:g}" y="{y + 24:g}" class="flow">{escape(frame.head)}</text>'
        )
        if cluster.keys:
            yield f'<text x="{x + PAD:g}" y="{y + 40:g}" class="quiet">{escape(self.general(cluster))}</text>'
        x, y = x + PAD, y + HEAD
        by_net: dict[str, list[Route]] = defaultdict(list)
        for route in frame.layout.routes:
            by_net[route.net.removesuffix(" back")].append(route)
        for routes in by_net.values():
            yield from self._net(routes, x, y)
        for name, shape in frame.shapes.items():
            at = frame.layout.boxes[name]
            yield from self._box(shape, x + at.x, y + at.y)
        yield "</g>"

    def _net(self, routes: Sequence[Route], x: float, y: float) -> Iterator[str]:
        """The lines to one box, with a bright edge where they pass over others."""
        lines = [[Point(x + p.x, y + p.y) for p in route.points] for route in routes]
        halo = "".join(through(points) for points in lines)
        yield f'<path d="{halo}" class="halo"/>'
        for points, route in zip(lines, routes, strict=True):
            yield path(points, self._ink(route.net), arrow=route.arrives)

    def _box(self, shape: Shape, x: float, y: float) -> Iterator[str]:
        node, colours = shape.node, paint(shape.node.kind)
        start = node.id == self.picture.start
        note = self.dress.notes.get(node.id) if self.dress else None
        yield f'<g id="{node.id}" class="step" data-flow="{node.flow}" data-step="{node.step}" data-kind="{node.kind}">'
        if note and note.level:
            yield (
                f'<rect x="{x - 6:g}" y="{y - 6:g}" width="{shape.width + 12:g}" height="{shape.box + 12:g}" rx="10" '
                f'class="heat heat-{note.level}"/>'
            )
        yield self._opened(node, note)
        yield (
            f'<rect x="{x:g}" y="{y:g}" width="{shape.width:g}" height="{shape.box:g}" rx="6" fill="{colours.ground}" '
            f'stroke="{colours.ink}" stroke-width="{3 if start else 1.3:g}" class="box"/>'
            f'<text x="{x + 10:g}" y="{y + 17:g}" class="kind" fill="{colours.ink}">'
            f"{escape(kind_words(node.kind, self.picture.language))}</text>"
        )
        badge = self.words("Anfang", "start") if start else shape.badge
        if badge:
            width = round(text_width(badge, SIZE, bold=True) + 12, 1)
            yield (
                f'<rect x="{x + shape.width - width - 6:g}" y="{y + 5:g}" width="{width:g}" height="16" rx="8" '
                f'fill="{colours.ink}"/><text x="{x + shape.width - width / 2 - 6:g}" y="{y + 17:g}" class="badge">'
                f"{escape(badge)}</text>"
            )
        at = y + 22
        for line in shape.name:
            at += 15
            yield f'<text x="{x + 10:g}" y="{at:g}" class="name">{escape(line)}</text>'
        at += 2
        for line in shape.text:
            at += STEP
            yield f'<text x="{x + 10:g}" y="{at:g}" class="text">{escape(line)}</text>'
        if not shape.bare and shape.cells:
            yield f'<path d="M{x:g} {y + shape.top:g}h{shape.width:g}" stroke="{colours.ink}" class="rule"/>'
        for number, cell in enumerate(shape.cells):
            yield from self._cell(shape, cell, number, x, y)
        if self.dress:
            yield "</a>"
        for number, cell in enumerate(shape.cells):
            yield from self._end(shape, cell, number, x, y)
        if note:
            yield from self._note(shape, note, x, y)
        yield "</g>"

    def _opened(self, node: StepNode, note: Note | None) -> str:
        """What the box is to a mouse and to a screen reader: a tooltip, or the beginning of a link."""
        if self.dress is None:
            tip = "\n".join([f"{node.flow}/{node.step} · {node.file}:{node.line}", *node.texts])
            return f"<title>{escape(tip)}</title>"
        named = [f"{kind_words(node.kind, self.picture.language)} {node.step}"]
        if note and note.came:
            named.append(self._came(note))
        if note and note.left:
            named.append(self._left(note))
        return f'<a href="{escape(self.dress.step(node))}" aria-label="{escape(", ".join(named))}">'

    def _came(self, note: Note) -> str:
        return self.words(f"{note.came} Anrufe", f"{note.came} calls")

    def _left(self, note: Note) -> str:
        return self.words(f"{note.left} aufgelegt", f"{note.left} hung up")

    def _note(self, shape: Shape, note: Note, x: float, y: float) -> Iterator[str]:
        """The counts of a step: on its upper edge those of calls, beside the lines that leave it those of keys."""
        if note.came:
            yield pill(x + 4, y - 13, self._came(note), f"came heat-{note.level}")
        if note.left:
            words = f"✕\u00a0{self._left(note)}"
            yield pill(x + shape.width - pill_width(words) - 4, y - 13, words, "left")
        for number, cell in enumerate(shape.cells):
            chosen = [(key, note.chosen[key]) for key in cell.keys if key in note.chosen]
            if chosen:
                told = chosen[0][1] if len(cell.keys) == 1 else ", ".join(f"{key}: {count}" for key, count in chosen)
                yield (
                    f'<text x="{x + shape.port(number) + 5:g}" y="{y + shape.box + 11:g}" class="chosen">'
                    f"{escape(told)}</text>"
                )

    def _cell(self, shape: Shape, cell: Cell, number: int, x: float, y: float) -> Iterator[str]:
        ink = paint(shape.node.kind).ink
        middle = x + shape.port(number)
        if number:
            left = x + shape.left(number)
            yield f'<path d="M{left:g} {y + shape.top:g}v{shape.cell_height:g}" stroke="{ink}" class="rule"/>'
        for row, line in enumerate(cell.lines):
            role = "cell exit" if row < cell.heads else "cell"
            yield f'<text x="{middle:g}" y="{y + shape.top + 15 + STEP * row:g}" class="{role}">{escape(line)}</text>'

    def _end(self, shape: Shape, cell: Cell, number: int, x: float, y: float) -> Iterator[str]:
        """What hangs below a cell."""
        middle = x + shape.port(number)
        bottom, end = y + shape.box, y + shape.height
        if not cell.short:
            if cell.target and end > bottom:
                yield path([Point(middle, bottom), Point(middle, end)], self._ink(cell.target))
            return
        look = LOOKS[cell.look]
        width, height = round(cell.width - 6, 1), STEP * len(cell.shorts) + 6
        top = bottom + STEM
        href = escape(self._href(cell))
        yield path([Point(middle, bottom), Point(middle, top)], look.line, arrow=True)
        yield f'<a href="{href}">' if href else "<g>"
        yield (
            f'<rect x="{middle - width / 2:g}" y="{top:g}" width="{width:g}" height="{height:g}" rx="{look.round}" '
            f'fill="{look.fill}" stroke="{look.line}"/>'
        )
        for row, line in enumerate(cell.shorts):
            at = top + 14 + STEP * row
            yield f'<text x="{middle:g}" y="{at:g}" class="short" fill="{look.ink}">{escape(line)}</text>'
        yield "</a>" if href else "</g>"
        if cell.target and end > top + height:
            yield path([Point(middle, top + height), Point(middle, end)], self._ink(cell.target))

    def _href(self, cell: Cell) -> str:
        if not cell.leads:
            return ""
        if cell.look == "contact":
            return self.dress.contact(cell.leads) if self.dress else f"#{contact_id(cell.leads)}"
        return f"#flow-{cell.leads}" if cell.target or self.dress is None else self.dress.flow(cell.leads)

    def _contacts(self, y: float) -> tuple[list[str], float]:
        """Every contact once, with what a caller may need of it, and from which steps it is rung."""
        parts = [f'<text x="{MARGIN}" y="{y + 16:g}" class="flow">{self.words("Stellen", "Contacts")}</text>']
        look = LOOKS["contact"]
        x, y, width = float(MARGIN), y + 28, (self.width - 2 * MARGIN - 4 * 12) // 5
        tallest = 0.0
        for contact in self.picture.contacts:
            lines = self._contact_lines(contact, width - 24)
            height = 30 + STEP * len(lines)
            if x + width > self.width - MARGIN:
                x, y, tallest = float(MARGIN), y + tallest + 14, 0.0
            tallest = max(tallest, height)
            parts.append(
                f'<g id="{contact.id}" class="contact" data-contact="{contact.contact}">'
                f"{self._opened_contact(contact)}"
                f'<rect x="{x:g}" y="{y:g}" width="{width}" height="{height:g}" rx="{look.round}" fill="{PAPER}" '
                f'stroke="{look.line}" stroke-width="1.5" class="box"/>'
                f'<text x="{x + 12:g}" y="{y + 18:g}" class="name">{escape(contact.name)}</text>'
                + "".join(
                    f'<text x="{x + 12:g}" y="{y + 20 + STEP * (row + 1):g}" class="text">{escape(line)}</text>'
                    for row, line in enumerate(lines)
                )
                + ("</a></g>" if self.dress else "</g>")
            )
            x += width + 12
        return parts, y + tallest

    def _opened_contact(self, contact: ContactNode) -> str:
        if self.dress is None:
            return f"<title>{escape(contact.name)}</title>"
        return f'<a href="{escape(self.dress.contact(contact.contact))}" aria-label="{escape(contact.name)}">'

    def _contact_lines(self, contact: ContactNode, width: float) -> list[str]:
        rung = [self.nodes[edge.source] for edge in self.picture.edges if edge.target == contact.id]
        by = ", ".join(f"{node.flow}/{node.step}" for node in rung)
        told = (
            self.words(f"wird angerufen in: {by}", f"is rung in: {by}")
            if rung
            else self.words("wird nicht angerufen", "is not rung")
        )
        facts = [", ".join(filter(None, (contact.phone, contact.address))), told]
        return [line for fact in facts for line in wrapped(fact, SIZE, width, 6)]
