"""A flow set as a plain value: what is drawn, before anybody has decided how.

Steps and contacts are nodes, flows are clusters, and every way out that an operator has written is an edge. Ways that
name no place (`back`, `repeat`, `return`) are stubs of their step: as arrows they would lead everywhere. Keys that hold
in every menu of a flow stand once at its cluster. Nothing here knows a step kind: it asks each step for its exits, its
lines and the contacts it may ring.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from ivr.call import Spot
from ivr.graph.words import GOES_ON, RINGS, WAYS, Label, key_words, keys_of, labels, line_in, picked
from ivr.steps.base import CallFlow, Goto, ToStep, Way

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.contacts import Directory, Entry
    from ivr.definition import FlowDefinition, StepDefinition
    from ivr.graph.words import OperatorLanguage
    from ivr.steps.base import Exit, Step
    from ivr.steps.flowset import FlowSet

END = "end"
"""The id of the node at which calls end."""


@dataclass(frozen=True)
class Stub:
    """A way out that names no place: what leads there, and the way in YAML's word ("back", "repeat", "return")."""

    labels: tuple[Label, ...]
    way: str
    words: str
    keys: tuple[str, ...] = ()
    """The keys that lead there."""


@dataclass(frozen=True)
class StepNode:
    """One step. `texts` are in the operator's language, with placeholders as written; the first is what it opens with.

    `asks` tells that it waits for a key, so that the keys of the flow work there.
    """

    id: str
    flow: str
    step: str
    kind: str
    texts: tuple[str, ...]
    file: str
    line: int
    asks: bool
    stubs: tuple[Stub, ...]


@dataclass(frozen=True)
class ContactNode:
    """One contact of the directory, rung from anywhere or not. `phone` is as printed by DIN 5008; "" where none is."""

    id: str
    contact: str
    name: str
    phone: str
    address: str


@dataclass(frozen=True)
class Edge:
    """All ways from a step to one place. It goes on there, calls a flow that begins there, or rings a contact."""

    source: str
    target: str
    labels: tuple[Label, ...]
    way: Literal["goes", "calls", "rings"] = "goes"
    plain: bool = False
    """The step's only way, taken whatever happens."""
    keys: tuple[str, ...] = ()
    """The keys that lead there."""


@dataclass(frozen=True)
class FlowKey:
    """A key that holds in every menu of a flow and of the flows it calls; `target` is a node, or None for a way."""

    key: str
    label: str
    words: str
    target: str | None


@dataclass(frozen=True)
class Cluster:
    """One flow: its file's name without the ending, its keys, and the ids of its steps in the order of the file."""

    flow: str
    keys: tuple[FlowKey, ...]
    nodes: tuple[str, ...]


class Arrival(NamedTuple):
    """A step of a walk through the picture, and how the walk first came there; None for the start."""

    node: StepNode
    source: StepNode | None
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """The whole set. Ids are unique, made of names, and fit for XML, Mermaid and DOT alike."""

    language: OperatorLanguage
    start: str
    clusters: tuple[Cluster, ...]
    nodes: tuple[StepNode, ...]
    contacts: tuple[ContactNode, ...]
    edges: tuple[Edge, ...]
    ends: bool
    """Whether any edge leads to the node `END`."""

    def walk(self) -> Iterator[Arrival]:
        """The steps in the order in which a caller comes to them, breadth first by key, each once.

        Steps to which no way leads come last, as if they were starts.
        """
        nodes = {node.id: node for node in self.nodes}
        keys = {cluster.flow: cluster.keys for cluster in self.clusters}
        leads = {node.id: [edge for edge in self.edges if edge.source == node.id] for node in self.nodes}
        seen: set[str] = set()
        for first in (self.start, *nodes):
            waiting = deque([Arrival(nodes[first], None, ())])
            in_force: dict[str, FlowKey] = {}
            while waiting:
                arrival = waiting.popleft()
                node = arrival.node
                if node.id in seen:
                    continue
                seen.add(node.id)
                yield arrival
                waiting += [
                    Arrival(nodes[edge.target], node, tuple(map(str, edge.labels)))
                    for edge in leads[node.id]
                    if edge.target in nodes
                ]
                in_force |= {f"{node.flow} {key.key}": key for key in keys[node.flow]}
                if node.asks:
                    waiting += [
                        Arrival(nodes[key.target], node, (key.label,)) for key in in_force.values() if key.target
                    ]


def picture(
    flows: FlowSet, directory: Directory, written: Mapping[str, FlowDefinition], language: OperatorLanguage
) -> Picture:
    """The picture of a flow set, in an operator's language. `written` tells kinds and places (`Loaded.written`)."""
    nodes: list[StepNode] = []
    edges: list[Edge] = []
    clusters: list[Cluster] = []
    for flow in _as_they_are_called(flows):
        steps = [_node(flows.steps[Spot(flow, str(each.name))], each, language) for each in written[flow].steps]
        keys = tuple(_flow_key(key, goto, language) for key, goto in flows.keys[flow].items())
        nodes += steps
        edges += [edge for node in steps for edge in _edges(flows.steps[Spot(flow, node.step)], language)]
        clusters.append(Cluster(flow, keys, tuple(node.id for node in steps)))
    contacts = tuple(_contact(entry, language) for entry in directory.contacts.values())
    ends = any(edge.target == END for edge in edges)
    return Picture(language, node_id(flows.start), tuple(clusters), tuple(nodes), contacts, tuple(edges), ends)


def node_id(spot: Spot) -> str:
    """The id of a step's node: `step-hotline-main`. Names hold no dash, so no two steps share one."""
    return f"step-{spot.flow}-{spot.step}"


def contact_id(contact: str) -> str:
    """The id of a contact's node: `contact-polizei`."""
    return f"contact-{contact}"


def _as_they_are_called(flows: FlowSet) -> list[str]:
    """The flows, each behind the one that calls it first; those that nobody calls come last."""
    called: dict[str, list[str]] = {flow: [] for flow in flows.keys}
    for spot, step in flows.steps.items():
        called[spot.flow] += [exit_.goto.start.flow for exit_ in step.exits() if isinstance(exit_.goto, CallFlow)]
    for flow, keys in flows.keys.items():
        called[flow] += [goto.start.flow for goto in keys.values() if isinstance(goto, CallFlow)]
    order = [flows.start.flow]
    for flow in order:  # grows while it is walked
        order += dict.fromkeys(each for each in called[flow] if each not in order)
    return [*order, *(flow for flow in flows.keys if flow not in order)]


def _node(step: Step, written: StepDefinition, language: OperatorLanguage) -> StepNode:
    place = written.name.place
    stubs = tuple(
        Stub(labels(exits, language), goto.value, picked(WAYS[goto], language), keys_of(exits))
        for goto, exits in _by_target(step).items()
        if isinstance(goto, Way) and goto is not Way.HANG_UP
    )
    texts = tuple(line_in(lines, language) for lines in step.lines())
    spot = step.spot
    return StepNode(
        node_id(spot), spot.flow, spot.step, written.kind.word, texts, place.file, place.line, step.is_menu, stubs
    )


def _edges(step: Step, language: OperatorLanguage) -> Iterator[Edge]:
    source = node_id(step.spot)
    several = len(step.contacts) > 1
    for turn, entry in enumerate(step.contacts, 1):
        words = picked(RINGS, language)
        yield Edge(source, contact_id(entry.key), (Label(f"{turn}. {words}" if several else words),), "rings")
    targets = _by_target(step)
    for goto, exits in targets.items():
        plain = len(targets) == 1 and [each.name for each in exits] == [GOES_ON]
        match goto:
            case ToStep(spot):
                yield Edge(source, node_id(spot), labels(exits, language), plain=plain, keys=keys_of(exits))
            case CallFlow(start):
                yield Edge(source, node_id(start), labels(exits, language), "calls", plain=plain, keys=keys_of(exits))
            case Way.HANG_UP:
                yield Edge(source, END, labels(exits, language), plain=plain, keys=keys_of(exits))
    if not targets and not step.contacts:
        yield Edge(source, END, (), plain=True)


def _by_target(step: Step) -> dict[Goto, list[Exit]]:
    """The ways out of a step, by the place they lead to."""
    found: dict[Goto, list[Exit]] = {}
    for exit_ in step.exits():
        found.setdefault(exit_.goto, []).append(exit_)
    return found


def _flow_key(key: str, goto: Goto, language: OperatorLanguage) -> FlowKey:
    label = key_words(key, language)
    match goto:
        case ToStep(spot) | CallFlow(spot):
            return FlowKey(key, label, spot.step if isinstance(goto, ToStep) else spot.flow, node_id(spot))
        case way:
            return FlowKey(key, label, picked(WAYS[way], language), None)


def _contact(entry: Entry, language: OperatorLanguage) -> ContactNode:
    phone = entry.phone.shown if entry.phone else ""
    return ContactNode(contact_id(entry.key), entry.key, entry.name(language), phone, entry.address or "")
