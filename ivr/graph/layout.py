"""Places boxes in ranks and runs lines between them: a small layered layout ("Sugiyama") for one flow.

A call goes down the page. Boxes are ranked by their longest path from the start, as many to a rank as fit its width;
some sweeps order each rank by where its lines come from, and a least-squares fit places it as straight above and below
as the order allows. Lines leave a box at ports on its lower edge and arrive at its top. All lines to one box are one
*net*: they join on the way and share a column past the ranks between, so that ten ways to one place are one line with
ten beginnings. Lines run upwards, where the call goes back, in the same way. Between two ranks lies a gap with one
track for each net that has to go sideways there.

Nothing here knows what the boxes mean. Lengths are in user units; y grows downwards. Equal input gives equal output.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

SPACE, ASIDE = 16, 12
"""Between two boxes of a rank, and beside a line that passes it."""
COLUMN = 2
"""What such a line takes itself."""
TRACK = 11
"""Between two lines that run sideways, and between two ports on the same spot."""
GAP = 30
"""The height of a gap without tracks."""
OUT = ""
"""The target of a link that leaves the flow: its line ends at the right edge."""
_SWEEPS = 12
_TRIES = 200
"""So often boxes are moved out of ranks that lines have filled."""
_STRAIGHT = 30.0
"""How many boxes would have to be out of place for one column to bend."""


@dataclass(frozen=True)
class Box:
    """A rectangle to be placed."""

    id: str
    width: float
    height: float


@dataclass(frozen=True)
class Link:
    """A line from a port of a box (counted from its left edge) to the top of another, or with `OUT` to the outside.

    `name` tells apart what leaves: lines of one name join.
    """

    source: str
    port: float
    target: str
    name: str = ""


class Point(NamedTuple):
    """A place on the page."""

    x: float
    y: float


@dataclass(frozen=True)
class Route:
    """A line: corner points, first to last; `arrives` where it ends at a box. `net` is its target, or its name."""

    net: str
    points: tuple[Point, ...]
    arrives: bool


@dataclass(frozen=True)
class Layout:
    """Where everything is. `outs` are the ends at the right edge of the lines that leave, by name."""

    boxes: Mapping[str, Point]
    routes: tuple[Route, ...]
    outs: Mapping[str, list[Point]]
    width: float
    height: float


@dataclass(eq=False)
class _Item:
    """Something in a rank: a box, or a column in which a net passes it."""

    width: float
    box: Box | None = None
    x: float = 0

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


class _Pin(NamedTuple):
    """An end of a net in a gap: at an item above or below the gap, `dx` from the item's left edge."""

    item: _Item
    dx: float
    above: bool

    @property
    def x(self) -> float:
        return self.item.x + self.dx


@dataclass(eq=False)
class _Net:
    """All lines of one gap that lead to one place: from several pins to `to`, which is None at the right edge."""

    name: str
    pins: list[_Pin] = field(default_factory=list)
    to: _Pin | None = None
    track: int | None = None

    @property
    def ends(self) -> list[_Pin]:
        return [*self.pins, *([self.to] if self.to else [])]


def layout(boxes: Sequence[Box], links: Sequence[Link], width: float) -> Layout:
    """Places the boxes within a width (a box that is wider gets a rank to itself). The first box is the start."""
    names = {box.id for box in boxes}
    leads: dict[str, list[str]] = defaultdict(list)
    for link in links:
        if link.target in names:
            leads[link.source].append(link.target)
    onward = _without_cycles([box.id for box in boxes], leads)
    room: dict[int, float] = defaultdict(lambda: width)
    for _ in range(_TRIES):
        ranks = _ranked(boxes, onward, room)
        full = ((number, needed - width) for number, needed in enumerate(_needed(boxes, links, ranks)))
        number, over = next((each for each in full if each[1] > 0 and room[each[0]] > 0), (0, 0.0))
        if not over:
            break
        room[number] -= over  # the lines that pass need room as well
    grid = _Grid(boxes, links, ranks)
    grid.order()
    grid.place(width)
    return grid.drawn()


def _ranked(boxes: Sequence[Box], onward: Mapping[str, Sequence[str]], room: Mapping[int, float]) -> dict[str, int]:
    """Every box's rank: below all that lead to it, unless the call goes back there. `room` is for a rank's boxes.

    `onward` are the links that do not lead back, by source, in topological order.
    """
    by_id = {box.id: box for box in boxes}
    before: dict[str, list[str]] = defaultdict(list)
    for source, targets in onward.items():
        for target in targets:
            before[target].append(source)
    load: dict[int, float] = defaultdict(float)
    ranks: dict[str, int] = {}

    def put(name: str, rank: int, step: int) -> None:
        while load[rank] and load[rank] + by_id[name].width + SPACE > room[rank] + SPACE and rank + step >= 0:
            rank += step
        load[rank] += by_id[name].width + SPACE
        ranks[name] = rank

    down = list(onward)  # in an order in which every box follows those that lead to it
    for name in down:
        put(name, max((ranks[each] + 1 for each in before[name]), default=0), 1)
    for name in reversed(down):  # what is not reached from above stands near to where it leads
        if not before[name] and onward[name] and name != boxes[0].id:
            load[ranks[name]] -= by_id[name].width + SPACE
            put(name, max(0, min(ranks[each] for each in onward[name]) - 1), -1)
    return ranks


def _without_cycles(names: Sequence[str], leads: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The links that do not lead back, by source, in topological order.

    A link leads back when it closes a circle and its target is nearer to the start than its source, or as near and
    earlier in the list.
    """
    depth: dict[str, tuple[int, int]] = {}
    for first in names:
        far = _reached(first, leads)
        depth |= {name: (far[name], order) for order, name in enumerate(names) if name in far and name not in depth}
    reached = {name: _reached(name, leads) for name in names}
    onward = {
        name: [to for to in leads.get(name, ()) if name not in reached[to] or depth[to] > depth[name]] for name in names
    }
    waiting = {name: sum(targets.count(name) for targets in onward.values()) for name in names}
    order: list[str] = []
    free = deque(name for name in names if not waiting[name])
    while free:
        order.append(name := free.popleft())
        for target in onward[name]:
            waiting[target] -= 1
            if not waiting[target]:
                free.append(target)
    return {name: onward[name] for name in order}


def _reached(start: str, leads: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """What can be reached from somewhere, and over how many links."""
    found = {start: 0}
    waiting = deque([start])
    while waiting:
        name = waiting.popleft()
        for target in leads.get(name, ()):
            if target not in found:
                found[target] = found[name] + 1
                waiting.append(target)
    return found


def _needed(boxes: Sequence[Box], links: Sequence[Link], ranks: Mapping[str, int]) -> list[float]:
    """The width that each rank needs, in whatever order its boxes and the lines that pass it stand."""
    columns = [0] * (max(ranks.values(), default=-1) + 1)
    sources: dict[str, list[int]] = defaultdict(list)
    for link in links:
        if link.target in ranks:
            sources[link.target].append(ranks[link.source])
    for target, above_or_below in sources.items():
        for at in _passed(ranks[target], above_or_below):
            columns[at] += 1
    widths: list[list[float]] = [[] for _ in columns]
    for box in boxes:
        widths[ranks[box.id]].append(box.width)
    return [
        sum(beside) + SPACE * max(0, len(beside) - 1) + lines * (COLUMN + ASIDE) - (0 if beside else ASIDE)
        for beside, lines in zip(widths, columns, strict=True)
    ]


def _passed(rank: int, sources: Sequence[int]) -> Iterator[int]:
    """The ranks that lines to a box of some rank pass: downwards those between, upwards also the ends."""
    yield from range(min((each for each in sources if each < rank), default=rank) + 1, rank)
    yield from range(rank, max((each for each in sources if each >= rank), default=rank - 1) + 1)


class _Grid:
    """Ranks of items, and the gaps between them with their nets. Gap n lies above rank n; the last below them all."""

    def __init__(self, boxes: Sequence[Box], links: Sequence[Link], ranks: Mapping[str, int]) -> None:
        self.ranks: list[list[_Item]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
        self.gaps: list[dict[str, _Net]] = [{} for _ in range(len(self.ranks) + 1)]
        self.items = {box.id: _Item(box.width, box) for box in boxes}
        for box in boxes:
            self.ranks[ranks[box.id]].append(self.items[box.id])
        by_target: dict[str, list[Link]] = defaultdict(list)
        for link in links:
            by_target[link.target or f"{OUT}{link.name}"].append(link)
        for target, incoming in by_target.items():
            if target in self.items:
                self._connect(target, incoming, ranks)
            else:
                for link in incoming:
                    self._net(ranks[link.source] + 1, target).pins.append(self._port(link))

    def _connect(self, target: str, incoming: Sequence[Link], ranks: Mapping[str, int]) -> None:
        rank = ranks[target]
        arrival = self._net(rank, target)
        item = self.items[target]
        arrival.to = _Pin(item, item.width / 2, above=False)
        down = [link for link in incoming if ranks[link.source] < rank]
        back = [link for link in incoming if ranks[link.source] >= rank]
        columns = {
            at: self._column(at) for at in range(min((ranks[each.source] for each in down), default=rank) + 1, rank)
        }
        for link in down:
            self._net(ranks[link.source] + 1, target).pins.append(self._port(link))
        for at, column in columns.items():
            self._net(at, target).to = _Pin(column, column.width / 2, above=False)
            self._net(at + 1, target).pins.append(_Pin(column, column.width / 2, above=True))
        upward = f"{target} back"
        for at in range(rank, max((ranks[each.source] for each in back), default=rank - 1) + 1):
            column = self._column(at)
            top, bottom = (_Pin(column, column.width / 2, above=above) for above in (False, True))
            (arrival if at == rank else self._net(at, upward)).pins.append(top)
            self._net(at + 1, upward).to = bottom
        for link in back:
            self._net(ranks[link.source] + 1, upward).pins.append(self._port(link))

    def _net(self, gap: int, name: str) -> _Net:
        return self.gaps[gap].setdefault(name, _Net(name))

    def _column(self, rank: int) -> _Item:
        item = _Item(COLUMN)
        self.ranks[rank].append(item)
        return item

    def _port(self, link: Link) -> _Pin:
        return _Pin(self.items[link.source], link.port, above=True)

    # Order

    def order(self) -> None:
        """Orders every rank so that few lines cross."""
        best = [list(rank) for rank in self.ranks]
        self._pack()
        fewest = self._crossings()
        for sweep in range(_SWEEPS):
            downwards = sweep % 2 == 0
            for number in range(len(self.ranks)) if downwards else reversed(range(len(self.ranks))):
                rank = self.ranks[number]
                gap = self.gaps[number if downwards else number + 1]
                pulls = _pulls(gap.values())
                wanted = {id(item): _mean(pulls.get(id(item), ())) for item in rank}
                rank.sort(key=lambda item: item.middle if wanted[id(item)] is None else wanted[id(item)] or 0.0)
                _spread(rank, [item.x for item in rank], None)
                self._pack(number)
            found = self._crossings()
            if found < fewest:
                fewest, best = found, [list(rank) for rank in self.ranks]
        self.ranks = best

    def _pack(self, *numbers: int) -> None:
        """Sets the items of ranks side by side, around the same middle line."""
        for rank in [self.ranks[number] for number in numbers] or self.ranks:
            x = -sum(item.width + SPACE for item in rank) / 2
            for item in rank:
                item.x = x
                x += item.width + SPACE

    def _crossings(self) -> int:
        """How many pairs of lines cross in the gaps."""
        count = 0
        for gap in self.gaps:
            lines = [(pin.x, net.to.x, net) for net in gap.values() if net.to is not None for pin in net.pins]
            for index, (a, b, net) in enumerate(lines):
                count += sum((a - c) * (b - d) < 0 for c, d, other in lines[index + 1 :] if other is not net)
        return count

    # Coordinates

    def place(self, width: float) -> None:
        """Sets every x: near to what an item is connected to, in the order of its rank, within the width."""
        self._pack()
        for rank in self.ranks:
            _spread(rank, [item.x + width / 2 for item in rank], width)
        for sweep in range(3 * _SWEEPS + 1):
            downwards = sweep % 2 == 0
            for number in range(len(self.ranks)) if downwards else reversed(range(len(self.ranks))):
                rank = self.ranks[number]
                near, far = (number, number + 1) if downwards else (number + 1, number)
                pulls = _pulls(self.gaps[near].values())
                if any(id(item) not in pulls for item in rank):
                    pulls = {**_pulls(self.gaps[far].values()), **pulls}
                wanted = []
                for item in rank:
                    pull = _mean(pulls.get(id(item), ()))
                    wanted.append(item.x if pull is None else item.x + pull - item.middle)
                _spread(rank, wanted, width)

    # Lines

    def drawn(self) -> Layout:
        """Gives every net its track and every rank its height, and draws."""
        used = [item for rank in self.ranks for item in rank]
        left = min((item.x for item in used), default=0)
        for item in used:
            item.x -= left
        width = max((item.x + item.width for item in used), default=0)
        boxes: dict[str, Point] = {}
        routes: list[Route] = []
        outs: dict[str, list[Point]] = defaultdict(list)
        y = 0.0
        for number, gap in enumerate(self.gaps):
            self._apart(gap.values())
            height = GAP + TRACK * _tracked(gap.values(), width) if gap else 0
            routes += _lines(gap.values(), y, y + height, width, outs)
            y += height
            if number < len(self.ranks):
                tall = max((item.box.height for item in self.ranks[number] if item.box), default=0)
                boxes |= {item.box.id: Point(item.x, y) for item in self.ranks[number] if item.box}
                routes += self._passing(number, y, y + tall)
                y += tall
        return Layout(boxes, tuple(routes), outs, width, y)

    def _passing(self, number: int, top: float, bottom: float) -> list[Route]:
        """The lines that run straight past a rank, or down beside taller boxes."""
        routes = []
        for net in self.gaps[number + 1].values():
            for pin in net.ends:
                if pin.above:
                    start = top + (pin.item.box.height if pin.item.box else 0)
                    if start < bottom:
                        routes.append(Route(net.name, (Point(pin.x, start), Point(pin.x, bottom)), arrives=False))
        return routes

    def _apart(self, nets: Iterable[_Net]) -> None:
        """Moves arrivals a little aside that would lie right below another net's beginning."""
        nets = list(nets)
        for net in nets:
            if net.to is None or net.to.above or net.to.item.box is None:
                continue
            own = {round(pin.x, 1) for pin in net.pins}
            others = [pin.x for other in nets if other is not net for pin in other.ends]
            for aside in (0, 1, -1, 2, -2, 3, -3, 4, -4):
                pin = net.to._replace(dx=net.to.dx + aside * TRACK)
                if round(pin.x, 1) in own or all(abs(pin.x - x) >= TRACK * 0.7 for x in others):
                    net.to = pin
                    break


def _pulls(nets: Iterable[_Net]) -> dict[int, list[float]]:
    """By the `id` of an item: where its middle would have to be for its lines in a gap to run straight, each line's."""
    found: dict[int, list[float]] = defaultdict(list)
    for net in nets:
        if net.to is not None and len(net.pins) == 1 and net.to.item is not net.pins[0].item:  # nearly all of them
            for pin, other in ((net.pins[0], net.to), (net.to, net.pins[0])):
                found[id(pin.item)].append(other.x - pin.dx + pin.item.width / 2)
            continue
        ends = [(id(pin.item), pin, pin.x) for pin in net.ends]
        for item in dict.fromkeys(each for each, _, _ in ends):
            others = [x for each, _, x in ends if each != item]
            if others:
                middle = sum(others) / len(others)
                found[item] += [middle - pin.dx + pin.item.width / 2 for each, pin, _ in ends if each == item]
    return found


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _spread(rank: Sequence[_Item], wanted: Sequence[float], width: float | None) -> None:
    """Sets the x of items that stand in this order: as near to those wanted as their widths allow (least squares)."""
    offsets = _offsets(rank)
    blocks: list[tuple[float, float, int]] = []  # mean of what is wanted, less the offset; its weight; how many items
    for item, want, offset in zip(rank, wanted, offsets, strict=True):
        mean, weight, count = want - offset, 1.0 if item.box else _STRAIGHT, 1
        while blocks and blocks[-1][0] > mean:
            before, heavy, many = blocks.pop()
            mean = (before * heavy + mean * weight) / (heavy + weight)
            weight, count = heavy + weight, many + count
        blocks.append((mean, weight, count))
    bases = [mean for mean, _, count in blocks for _ in range(count)]
    if width is not None and rank:
        most = max(0.0, width - offsets[-1] - rank[-1].width)
        bases = [min(max(base, 0.0), most) for base in bases]
    for item, base, offset in zip(rank, bases, offsets, strict=True):
        item.x = round(base + offset, 1)


def _offsets(rank: Sequence[_Item]) -> list[float]:
    """Where the items of a rank stand when they stand as close as they may."""
    offsets = [0.0] if rank else []
    for left, right in pairwise(rank):
        offsets.append(offsets[-1] + left.width + (SPACE if left.box and right.box else ASIDE))
    return offsets


def _tracked(nets: Iterable[_Net], width: float) -> int:
    """Gives every net that goes sideways a track, from above; the number of tracks.

    A net whose line comes down where another's goes on down has to turn off above it.
    """
    waiting = sorted((net for net in nets if _sideways(net, width)), key=lambda net: (_reach(net, width), net.name))
    placed: list[_Net] = []
    while waiting:
        free = [
            net for net in waiting if not any(_turns_off_before(other, net) for other in waiting if other is not net)
        ]
        net = (free or waiting)[0]
        waiting.remove(net)
        first = max(
            (other.track + 1 for other in placed if other.track is not None and _turns_off_before(other, net)),
            default=0,
        )
        low, high = _reach(net, width)
        taken = {
            other.track
            for other in placed
            if (reach := _reach(other, width))[0] <= high + TRACK and reach[1] >= low - TRACK
        }
        net.track = next(number for number in range(first, len(placed) + first + 1) if number not in taken)
        placed.append(net)
    return max((net.track + 1 for net in placed if net.track is not None), default=0)


def _turns_off_before(net: _Net, other: _Net) -> bool:
    return any(abs(a.x - b.x) < TRACK * 0.7 for a in net.ends if a.above for b in other.ends if not b.above)


def _sideways(net: _Net, width: float) -> bool:
    low, high = _reach(net, width)
    return high - low > 0.5 or len({pin.above for pin in net.ends}) == 1


def _reach(net: _Net, width: float) -> tuple[float, float]:
    xs = [pin.x for pin in net.ends] + ([width] if net.to is None else [])
    return min(xs), max(xs)


def _lines(
    nets: Iterable[_Net], top: float, bottom: float, width: float, outs: dict[str, list[Point]]
) -> Iterable[Route]:
    for net in nets:
        level = top + GAP / 2 + TRACK * (net.track or 0)
        if net.to is None:
            end = Point(width, level)
            outs[net.name].append(end)
            tail: tuple[Point, ...] = (end,)
        else:
            tail = (Point(net.to.x, level), Point(net.to.x, top if net.to.above else bottom))
        arrives = net.to is not None and net.to.item.box is not None
        for pin in net.pins:
            start = Point(pin.x, top if pin.above else bottom)
            yield Route(net.name, (start, Point(pin.x, level), *tail), arrives)
