"""A picture as SVG: one file that needs nothing else, 1,200 units wide, the same bytes for the same flows.

Each flow is a frame. A step is a box with its kind, its name and what it opens with; what has to happen for a way out
stands in a cell on the box's lower edge, where the line begins, so that no label lies on a line. Short ends (a contact
that is rung, the end of the call, a way back) hang right below their cell. A line has the colour of the step it leads
to. The boxes' ids and `data-flow`, `data-step` let a page light up where a call stands; a tooltip has the whole text.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from ivr.graph.layout import OUT, Box, Layout, Link, Point, Route, layout
from ivr.graph.paint import CLUSTER, FONT, PAPER, QUIET, TEXT, paint, text_width, wrapped
from ivr.graph.picture import END
from ivr.graph.words import kind_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ivr.graph.picture import Cluster, ContactNode, Edge, Picture, StepNode
    from ivr.graph.words import Label

WIDTH = 1200
"""Of a page; more only where a flow would not fit."""
MARGIN = 16
LANE = 10
"""Between two lines from flow to flow."""
PAD = 14
"""Between a flow's frame and what is in it."""
HEAD = 46
"""The head of a flow's frame."""
SHELF = 26
"""Between two flows, one below the other."""

SIZE = 11.5
STEP = 14.5
"""From line to line of text."""
NAME_SIZE = 13
NARROW, CELL_NARROW, CELL_WIDE, CELL_WIDEST = 186, 74, 92, 140
"""Widths: of a box; of a cell with few words, with many, and with a very long one."""
MANY_LETTERS = 24
CELL_LINES, TEXT_LINES = 5, 3
STEM = 13
"""From a cell to the short end that hangs below it."""
CORNER = 5


@dataclass(frozen=True)
class _Cell:
    """A way out of a step: its label, and where it leads: to a node (`target`) or to a short end (`short`)."""

    exit: str
    about: str
    target: str
    short: str
    look: str
    calls: bool
    width: float = 0
    lines: tuple[str, ...] = ()
    heads: int = 0
    """How many of the lines are the exit's."""
    shorts: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Shape:
    """A step's box, measured."""

    node: StepNode
    badge: str
    name: tuple[str, ...]
    text: tuple[str, ...]
    cells: tuple[_Cell, ...]
    bare: bool
    """The only way out has no label, and no cell."""
    width: float
    top: float
    """The height of what stands above the cells."""
    cell_height: float
    short_height: float

    @property
    def box(self) -> float:
        """The height of the box itself."""
        return self.top + self.cell_height

    @property
    def height(self) -> float:
        """The height with what hangs below."""
        return self.box + self.short_height

    def port(self, number: int) -> float:
        """Where the line of a cell begins."""
        if self.bare:
            return self.width / 2
        return self.left(number) + self.cells[number].width / 2

    def left(self, number: int) -> float:
        """The left edge of a cell."""
        return sum(cell.width for cell in self.cells[:number])


@dataclass(frozen=True)
class _Frame:
    """A flow, laid out."""

    cluster: Cluster
    head: str
    shapes: Mapping[str, _Shape]
    layout: Layout
    width: float
    height: float


class _Put(NamedTuple):
    """A frame in its place."""

    frame: _Frame
    x: float
    y: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.frame.width


def svg(picture: Picture) -> str:
    """The document, with a line break at its end."""
    return _Drawing(picture).document()


class _Drawing:
    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.english = picture.language == "en"
        self.nodes = {node.id: node for node in picture.nodes}
        self.contacts = {contact.id: contact for contact in picture.contacts}
        self.leads: dict[str, list[Edge]] = defaultdict(list)
        for edge in picture.edges:
            self.leads[edge.source].append(edge)
        badges: dict[str, list[str]] = defaultdict(list)
        for cluster in picture.clusters:
            for key in cluster.keys:
                if key.target in self.nodes:
                    badges[str(key.target)].append(key.label)
        self.badges = {name: ", ".join(labels) for name, labels in badges.items()}
        self.called = list(dict.fromkeys(edge.target for edge in picture.edges if edge.way == "calls"))
        self.frames = [self._frame(cluster) for cluster in picture.clusters]
        # A box with many long labels, or very many lines, may need more than the usual page.
        widest = max((frame.width for frame in self.frames), default=0)
        self.width = max(WIDTH, round(widest + 2 * MARGIN + self._gutter()))

    def words(self, de: str, en: str) -> str:
        return en if self.english else de

    # Measuring

    def _frame(self, cluster: Cluster) -> _Frame:
        shapes = {name: self._shape(self.nodes[name]) for name in cluster.nodes}
        boxes = [Box(name, shape.width, shape.height) for name, shape in shapes.items()]
        boxes.sort(key=lambda box: box.id != self._entry(cluster))
        links = [
            Link(name, shape.port(number), OUT if cell.calls else cell.target, cell.target)
            for name, shape in shapes.items()
            for number, cell in enumerate(shape.cells)
            if cell.target
        ]
        placed = layout(boxes, links, WIDTH - 2 * MARGIN - 2 * PAD - self._gutter())
        head = self.words(f"Ablauf {cluster.flow}", f"Flow {cluster.flow}")
        return _Frame(
            cluster,
            head,
            shapes,
            placed,
            max(
                placed.width + 2 * PAD,
                text_width(head, 16, bold=True) + 2 * PAD,
                text_width(self._keys(cluster), SIZE) + 2 * PAD,
            ),
            placed.height + HEAD + PAD,
        )

    def _entry(self, cluster: Cluster) -> str:
        """The step at which a flow begins: where calls come in."""
        called = [edge.target for edge in self.picture.edges if edge.way == "calls" and edge.target in cluster.nodes]
        starts = [self.picture.start] if self.picture.start in cluster.nodes else called
        return starts[0] if starts else cluster.nodes[0]

    def _keys(self, cluster: Cluster) -> str:
        if not cluster.keys:
            return ""
        keys = " · ".join(f"{key.key} {key.words}" for key in cluster.keys)
        return self.words(f"In jedem Menü: {keys}", f"In every menu: {keys}")

    def _shape(self, node: StepNode) -> _Shape:
        cells = tuple(self._cells(node))
        bare = len(cells) == 1 and not cells[0].exit
        needed = [_cell_width(cell) for cell in cells]
        name_width = text_width(node.step, NAME_SIZE, bold=True) + 20
        width = max(NARROW, min(name_width, 260), sum(needed))
        more = (width - sum(needed)) / max(1, len(cells))
        cells = tuple(_measured(cell, need + more) for cell, need in zip(cells, needed, strict=True))
        name = tuple(wrapped(node.step, NAME_SIZE * 1.07, width - 20, 2))
        text = tuple(wrapped(node.texts[0], SIZE, width - 20, TEXT_LINES)) if node.texts else ()
        tall = max((len(cell.lines) for cell in cells), default=0)
        short = max((len(cell.shorts) for cell in cells), default=0)
        return _Shape(
            node,
            self.badges.get(node.id, ""),
            name,
            text,
            cells,
            bare,
            width,
            top=22 + 17 * len(name) + STEP * len(text) + 8,
            cell_height=0 if bare or not cells else STEP * tall + 9,
            short_height=STEM + STEP * short + 8 if short else 0,
        )

    def _cells(self, node: StepNode) -> Iterator[_Cell]:
        edges = self.leads[node.id]
        for edge in edges:
            label = ("", "") if edge.plain else _told(edge.labels)
            if edge.way == "rings":
                yield _Cell(*label, "", f"☎\u00a0{self.contacts[edge.target].name}", "contact", calls=False)
            elif edge.target == END:
                yield _Cell(*label, "", self.words("Ende des Anrufs", "end of the call"), "end", calls=False)
            elif edge.way == "calls":
                flow = self.nodes[edge.target].flow
                short = self.words(f"▸\u00a0Ablauf\u00a0{flow}", f"▸\u00a0flow\u00a0{flow}")
                yield _Cell(*label, edge.target, short, "flow", calls=True)
            else:
                yield _Cell(*label, edge.target, "", "", calls=False)
        for stub in node.stubs:
            plain = not edges and len(node.stubs) == 1 and not node.asks
            yield _Cell(*(("", "") if plain else _told(stub.labels)), "", f"↩\u00a0{stub.words}", "way", calls=False)

    # Painting

    def document(self) -> str:
        title = self.words("Was Anrufer erleben können", "What callers can experience")
        about = self.words(
            "Jeder Rahmen ist ein Ablauf, jeder Kasten ein Schritt; ein Anruf folgt den Linien von oben nach unten.",
            "Every frame is a flow, every box a step; a call follows the lines from top to bottom.",
        )
        parts = [f'<text x="{MARGIN}" y="34" class="title">{escape(title)}</text>']
        parts.append(f'<text x="{MARGIN}" y="54" class="quiet">{escape(about)}</text>')
        legend, y = self._legend(66)
        parts += legend
        flows, y = self._flows(y)
        parts += flows
        contacts, y = self._contacts(y + SHELF)
        parts += contacts
        height = round(y + MARGIN)
        size = f'viewBox="0 0 {self.width} {height}" width="{self.width}" height="{height}"'
        return "\n".join(
            [
                (
                    f'<svg xmlns="http://www.w3.org/2000/svg" {size} lang="{self.picture.language}" role="img" '
                    f'aria-labelledby="title desc">'
                ),
                f'<title id="title">{escape(title)}</title>',
                f'<desc id="desc">{escape(about)}</desc>',
                f"<style>{_STYLE}</style>",
                f'<rect width="{self.width}" height="{height}" fill="{PAPER}"/>',
                *parts,
                "</svg>\n",
            ]
        )

    def _legend(self, y: float) -> tuple[list[str], float]:
        """What the colours and the signs mean; only of what occurs."""
        kinds = list(dict.fromkeys(node.kind for node in self.picture.nodes))
        entries = [
            (f'<rect width="16" height="12" y="-10" rx="3" fill="{paint(kind).ground}" stroke="{paint(kind).ink}"/>',
             kind_words(kind, self.picture.language))
            for kind in kinds
        ]  # fmt: skip
        signs = {
            "contact": self.words("Kontakt, der angerufen wird", "contact that is rung"),
            "flow": self.words("ruft einen Ablauf", "calls a flow"),
            "way": self.words("zurück", "back"),
            "end": self.words("Ende des Anrufs", "end of the call"),
        }
        looks = {cell.look for frame in self.frames for shape in frame.shapes.values() for cell in shape.cells}
        entries += [(_end_sign(look), words) for look, words in signs.items() if look in looks]
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
        room = self.width - 2 * MARGIN - self._gutter()
        shelves: list[list[_Put]] = []
        tops = [y + self._gutter()]
        for frame in self.frames:
            last = shelves[-1] if shelves else []
            x = last[-1].right + self._gutter() if last else float(MARGIN)
            if not last or x + frame.width > MARGIN + room:
                if last:
                    tops.append(tops[-1] + max(put.frame.height for put in last) + SHELF + self._gutter())
                x, last = float(MARGIN), []
                shelves.append(last)
            last.append(_Put(frame, x, tops[-1]))
        tops.append(tops[-1] + max(put.frame.height for put in shelves[-1]) + SHELF + self._gutter())
        parts = [part for shelf in shelves for put in shelf for part in self._painted(put.frame, put.x, put.y)]
        doors = {name: put for shelf in shelves for put in shelf for name in put.frame.cluster.nodes}
        for number, shelf in enumerate(shelves):
            for put in shelf:
                below = None if put is shelf[-1] else tops[number + 1]
                for target, outs in put.frame.layout.outs.items():
                    for out in outs:
                        start = Point(put.x + PAD + out.x, put.y + HEAD + out.y)
                        parts.append(self._call(target, start, put, below, doors[target]))
        return parts, tops[-1] - SHELF - self._gutter()

    def _call(self, target: str, start: Point, put: _Put, below: float | None, door: _Put) -> str:
        """A line from a flow's inner right edge along the gutters to the top of another flow.

        `below` is the top of the next shelf, where another flow stands to the right of this one.
        """
        lane = LANE * (self.called.index(target) + 1)
        margin = self.width - MARGIN - self._gutter() + LANE + lane
        level = door.y - lane - 4
        x = margin if below is None else put.right + lane
        corners = [start, Point(x, start.y)]
        if below is not None and door.y not in {put.y, below}:
            corners += [Point(x, below - lane - 4), Point(margin, below - lane - 4)]
            x = margin
        entry = door.right - 40 - lane
        corners += [Point(x, level), Point(entry, level), Point(entry, door.y)]
        return _path(corners, self._ink(target), arrow=True)

    def _gutter(self) -> float:
        """The room for lines between flows, beside each flow and above it."""
        return LANE * (len(self.called) + 1)

    def _ink(self, net: str) -> str:
        name = net.removesuffix(" back")
        return paint(self.nodes[name].kind).ink if name in self.nodes else QUIET

    def _painted(self, frame: _Frame, x: float, y: float) -> Iterator[str]:
        """A frame: its head, then the lines, then the boxes above them."""
        cluster = frame.cluster
        yield (
            f'<g id="flow-{cluster.flow}" data-flow="{cluster.flow}">'
            f'<rect x="{x:g}" y="{y:g}" width="{frame.width:g}" height="{frame.height:g}" rx="8" class="frame"/>'
            f'<text x="{x + PAD:g}" y="{y + 24:g}" class="flow">{escape(frame.head)}</text>'
        )
        if cluster.keys:
            yield f'<text x="{x + PAD:g}" y="{y + 40:g}" class="quiet">{escape(self._keys(cluster))}</text>'
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
        halo = "".join(_d(points) for points in lines)
        yield f'<path d="{halo}" class="halo"/>'
        for points, route in zip(lines, routes, strict=True):
            yield _path(points, self._ink(route.net), arrow=route.arrives)

    def _box(self, shape: _Shape, x: float, y: float) -> Iterator[str]:
        node, colours = shape.node, paint(shape.node.kind)
        start = node.id == self.picture.start
        tip = "\n".join([f"{node.flow}/{node.step} · {node.file}:{node.line}", *node.texts])
        yield (
            f'<g id="{node.id}" class="step" data-flow="{node.flow}" data-step="{node.step}" data-kind="{node.kind}">'
            f"<title>{escape(tip)}</title>"
            f'<rect x="{x:g}" y="{y:g}" width="{shape.width:g}" height="{shape.box:g}" rx="6" fill="{colours.ground}" '
            f'stroke="{colours.ink}" stroke-width="{3 if start else 1.3:g}"/>'
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
        yield "</g>"

    def _cell(self, shape: _Shape, cell: _Cell, number: int, x: float, y: float) -> Iterator[str]:
        ink = paint(shape.node.kind).ink
        middle = x + shape.port(number)
        if number:
            left = x + shape.left(number)
            yield f'<path d="M{left:g} {y + shape.top:g}v{shape.cell_height:g}" stroke="{ink}" class="rule"/>'
        for row, line in enumerate(cell.lines):
            role = "cell exit" if row < cell.heads else "cell"
            yield f'<text x="{middle:g}" y="{y + shape.top + 15 + STEP * row:g}" class="{role}">{escape(line)}</text>'
        bottom, end = y + shape.box, y + shape.height
        if not cell.short:
            if cell.target and end > bottom:
                yield _path([Point(middle, bottom), Point(middle, end)], self._ink(cell.target))
            return
        look = _LOOKS[cell.look]
        width, height = round(cell.width - 6, 1), STEP * len(cell.shorts) + 6
        top = bottom + STEM
        href = self._href(shape, cell, number)
        yield _path([Point(middle, bottom), Point(middle, top)], look.line, arrow=True)
        yield f'<a href="#{href}">' if href else "<g>"
        yield (
            f'<rect x="{middle - width / 2:g}" y="{top:g}" width="{width:g}" height="{height:g}" rx="{look.round}" '
            f'fill="{look.fill}" stroke="{look.line}"/>'
        )
        for row, line in enumerate(cell.shorts):
            at = top + 14 + STEP * row
            yield f'<text x="{middle:g}" y="{at:g}" class="short" fill="{look.ink}">{escape(line)}</text>'
        yield "</a>" if href else "</g>"
        if cell.target and end > top + height:
            yield _path([Point(middle, top + height), Point(middle, end)], self._ink(cell.target))

    def _href(self, shape: _Shape, cell: _Cell, number: int) -> str:
        if cell.look == "contact":
            return self.leads[shape.node.id][number].target
        return f"flow-{self.nodes[cell.target].flow}" if cell.target else ""

    def _contacts(self, y: float) -> tuple[list[str], float]:
        """Every contact once, with what a caller may need of it, and from which steps it is rung."""
        parts = [f'<text x="{MARGIN}" y="{y + 16:g}" class="flow">{self.words("Kontakte", "Contacts")}</text>']
        look = _LOOKS["contact"]
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
                f"<title>{escape(contact.name)}</title>"
                f'<rect x="{x:g}" y="{y:g}" width="{width}" height="{height:g}" rx="{look.round}" fill="{PAPER}" '
                f'stroke="{look.line}" stroke-width="1.5"/>'
                f'<text x="{x + 12:g}" y="{y + 18:g}" class="name">{escape(contact.name)}</text>'
                + "".join(
                    f'<text x="{x + 12:g}" y="{y + 20 + STEP * (row + 1):g}" class="text">{escape(line)}</text>'
                    for row, line in enumerate(lines)
                )
                + "</g>"
            )
            x += width + 12
        return parts, y + tallest

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


@dataclass(frozen=True)
class _Look:
    """How a short end is painted."""

    fill: str
    ink: str
    line: str
    round: int


_LOOKS = {
    "contact": _Look("#0a6640", "#ffffff", "#0a6640", 9),
    "flow": _Look("#96124f", "#ffffff", "#96124f", 3),
    "way": _Look(PAPER, TEXT, QUIET, 9),
    "end": _Look("#3d4451", "#ffffff", "#3d4451", 9),
}


def _end_sign(look: str) -> str:
    found = _LOOKS[look]
    return (
        f'<rect width="16" height="12" y="-10" rx="{min(found.round, 6)}" fill="{found.fill}" stroke="{found.line}"/>'
    )


def _told(labels: Sequence[Label]) -> tuple[str, str]:
    """What a cell says first, and what below it."""
    if len(labels) == 1:
        return labels[0].exit, labels[0].about
    return ", ".join(map(str, labels)), ""


def _cell_width(cell: _Cell) -> float:
    """As narrow as the longest word allows, so that boxes stay side by side; with many words a little wider."""
    exits = [text_width(word, SIZE, bold=True) for word in cell.exit.split(" ")]
    abouts = [text_width(word, SIZE) for word in cell.about.split(" ")]
    shorts = [text_width(word, SIZE) + 9 for word in cell.short.split(" ")]
    longest = max(*exits, *abouts, *shorts)
    many = len(cell.exit + cell.about) > MANY_LETTERS
    return round(min(max(longest + 14, CELL_WIDE if many else CELL_NARROW), CELL_WIDEST), 1)


def _measured(cell: _Cell, width: float) -> _Cell:
    heads = wrapped(cell.exit, SIZE, width - 10, CELL_LINES)
    about = wrapped(cell.about, SIZE, width - 10, CELL_LINES - len(heads)) if len(heads) < CELL_LINES else []
    shorts = tuple(wrapped(cell.short, SIZE, width - 14, 4))
    return replace(cell, width=width, lines=(*heads, *about), heads=len(heads), shorts=shorts)


def _d(points: Sequence[Point]) -> str:
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


def _path(points: Sequence[Point], ink: str, *, arrow: bool = False) -> str:
    """A line, and with `arrow` a head at its end, which comes from above."""
    if not arrow:
        return f'<path d="{_d(points)}" stroke="{ink}" class="line"/>'
    tip = points[-1]
    head = f"M{tip.x:g} {tip.y:g}l-4.5 -8h9z"
    shaft = _d([*points[:-1], Point(tip.x, tip.y - 4)])
    return f'<path d="{shaft}" stroke="{ink}" class="line"/><path d="{head}" fill="{ink}"/>'


_STYLE = (
    f"text{{font-family:{FONT};font-size:{SIZE}px}}.title,.flow,.name,.text,.cell{{fill:{TEXT}}}"
    f".title{{font-size:22px;font-weight:bold}}.flow{{font-size:16px;font-weight:bold}}"
    f".name{{font-size:{NAME_SIZE}px;font-weight:bold}}.kind,.badge,.exit{{font-weight:bold}}.quiet{{fill:{QUIET}}}"
    ".cell,.badge,.short{text-anchor:middle}.badge{fill:#ffffff}"
    f".frame{{fill:{CLUSTER};stroke:#b9c0cc}}.line{{fill:none;stroke-width:1.6}}"
    f".halo{{fill:none;stroke:{CLUSTER};stroke-width:5}}.rule{{stroke-width:.8;fill:none}}"
)
