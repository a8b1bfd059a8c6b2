"""A picture, measured and laid out, before anything is painted: how large each box and cell is, and where it stands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ivr.graph.layout import OUT, Box, Layout, Link, layout
from ivr.graph.paint import text_width, wrapped
from ivr.graph.picture import END

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ivr.graph.picture import Cluster, Edge, Picture, StepNode
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


@dataclass(frozen=True)
class Cell:
    """A way out of a step: its label, and where it leads: to a node (`target`) or to a short end (`short`)."""

    exit: str
    about: str
    target: str
    short: str
    look: str
    calls: bool
    leads: str = ""
    """The contact that is rung, or the flow that is called."""
    keys: tuple[str, ...] = ()
    width: float = 0
    lines: tuple[str, ...] = ()
    heads: int = 0
    """How many of the lines are the exit's."""
    shorts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shape:
    """A step's box, measured."""

    node: StepNode
    badge: str
    name: tuple[str, ...]
    text: tuple[str, ...]
    cells: tuple[Cell, ...]
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
class Frame:
    """A flow, laid out."""

    cluster: Cluster
    head: str
    shapes: Mapping[str, Shape]
    layout: Layout
    width: float
    height: float


class Sketch:
    """All flows of a picture, measured and laid out: what takes long.

    Safe to share between threads, and to pickle.
    """

    def __init__(self, picture: Picture, flow: str | None = None) -> None:
        """With `flow` that one alone is drawn; a call of another ends at its name."""
        self.picture = picture
        self.clusters = tuple(cluster for cluster in picture.clusters if flow in (None, cluster.flow))
        drawn = {name for cluster in self.clusters for name in cluster.nodes}
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
        calls = [edge.target for edge in picture.edges if edge.way == "calls" and drawn >= {edge.source, edge.target}]
        self.called = list(dict.fromkeys(calls))
        self.frames = [self._frame(cluster) for cluster in self.clusters]
        # A box with many long labels, or very many lines, may need more than the usual page.
        widest = max((frame.width for frame in self.frames), default=0)
        self.width = max(WIDTH, round(widest + 2 * MARGIN + self.gutter()))

    def words(self, de: str, en: str) -> str:
        return en if self.english else de

    # Measuring

    def _frame(self, cluster: Cluster) -> Frame:
        shapes = {name: self._shape(self.nodes[name]) for name in cluster.nodes}
        boxes = [Box(name, shape.width, shape.height) for name, shape in shapes.items()]
        boxes.sort(key=lambda box: box.id != self._entry(cluster))
        links = [
            Link(name, shape.port(number), OUT if cell.calls else cell.target, cell.target)
            for name, shape in shapes.items()
            for number, cell in enumerate(shape.cells)
            if cell.target
        ]
        placed = layout(boxes, links, WIDTH - 2 * MARGIN - 2 * PAD - self.gutter())
        head = self.words(f"Ablauf {cluster.flow}", f"Flow {cluster.flow}")
        return Frame(
            cluster,
            head,
            shapes,
            placed,
            max(
                placed.width + 2 * PAD,
                text_width(head, 16, bold=True) + 2 * PAD,
                text_width(self.general(cluster), SIZE) + 2 * PAD,
            ),
            placed.height + HEAD + PAD,
        )

    def _entry(self, cluster: Cluster) -> str:
        """The step at which a flow begins: where calls come in."""
        called = [edge.target for edge in self.picture.edges if edge.way == "calls" and edge.target in cluster.nodes]
        starts = [self.picture.start] if self.picture.start in cluster.nodes else called
        return starts[0] if starts else cluster.nodes[0]

    def general(self, cluster: Cluster) -> str:
        if not cluster.keys:
            return ""
        keys = " · ".join(f"{key.key} {key.words}" for key in cluster.keys)
        return self.words(f"In jedem Menü: {keys}", f"In every menu: {keys}")

    def _shape(self, node: StepNode) -> Shape:
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
        return Shape(
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

    def _cells(self, node: StepNode) -> Iterator[Cell]:
        edges = self.leads[node.id]
        for edge in edges:
            label = ("", "") if edge.plain else _told(edge.labels)
            if edge.way == "rings":
                contact = self.contacts[edge.target]
                short = f"☎\u00a0{contact.name}"
                yield Cell(*label, "", short, "contact", calls=False, leads=contact.contact)
            elif edge.target == END:
                short = self.words("Ende des Anrufs", "end of the call")
                yield Cell(*label, "", short, "end", calls=False, keys=edge.keys)
            elif edge.way == "calls":
                flow = self.nodes[edge.target].flow
                short = self.words(f"▸\u00a0Ablauf\u00a0{flow}", f"▸\u00a0flow\u00a0{flow}")
                door = edge.target if edge.target in self.called else ""
                yield Cell(*label, door, short, "flow", calls=bool(door), leads=flow, keys=edge.keys)
            else:
                yield Cell(*label, edge.target, "", "", calls=False, keys=edge.keys)
        for stub in node.stubs:
            plain = not edges and len(node.stubs) == 1 and not node.asks
            label = ("", "") if plain else _told(stub.labels)
            yield Cell(*label, "", f"↩\u00a0{stub.words}", "way", calls=False, keys=stub.keys)

    def gutter(self) -> float:
        """The room for lines between flows, beside each flow and above it."""
        return LANE * (len(self.called) + 1)


def _told(labels: Sequence[Label]) -> tuple[str, str]:
    """What a cell says first, and what below it."""
    if len(labels) == 1:
        return labels[0].exit, labels[0].about
    return ", ".join(map(str, labels)), ""


def _cell_width(cell: Cell) -> float:
    """As narrow as the longest word allows, so that boxes stay side by side; with many words a little wider."""
    exits = [text_width(word, SIZE, bold=True) for word in cell.exit.split(" ")]
    abouts = [text_width(word, SIZE) for word in cell.about.split(" ")]
    shorts = [text_width(word, SIZE) + 9 for word in cell.short.split(" ")]
    longest = max(*exits, *abouts, *shorts)
    many = len(cell.exit + cell.about) > MANY_LETTERS
    return round(min(max(longest + 14, CELL_WIDE if many else CELL_NARROW), CELL_WIDEST), 1)


def _measured(cell: Cell, width: float) -> Cell:
    heads = wrapped(cell.exit, SIZE, width - 10, CELL_LINES)
    about = wrapped(cell.about, SIZE, width - 10, CELL_LINES - len(heads)) if len(heads) < CELL_LINES else []
    shorts = tuple(wrapped(cell.short, SIZE, width - 14, 4))
    return replace(cell, width=width, lines=(*heads, *about), heads=len(heads), shorts=shorts)
