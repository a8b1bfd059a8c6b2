"""The exploration: the engine that answers calls, run over every state that a call can stand in.

Two states that differ in the number of the turn only are one, and so are two in languages that no condition tells
apart: which words are spoken is looked at elsewhere, language by language. The time may move on between any two turns:
every state meets every combination of conditions. So all that a caller can do, at any time, in whatever order, is a
path through the nodes found here.

A state also remembers the places to return to, eight deep. Where menus lead into each other in every direction these
make more states than can be looked at; then only the latest of them tell two states apart (`Exploration.depth`).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ivr.call import MAX_DEPTH, CheckPin, Dial, DialResult, Done, Gather, GiveInstruction, Inbound, Outcome, State
from ivr.engine import advance, begin, carry_on
from ivr.exploration.moments import first
from ivr.steps.digits import RIGHT_PIN

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

    from ivr.call import Act, Expects, Said, Spot, Trail, Turn
    from ivr.exploration.moments import Moments
    from ivr.steps.flowset import FlowSet
    from ivr.world import World

KEYS = "1234567890*#"

DEPTHS = ((MAX_DEPTH, 6_000), (3, 60_000), (2, 60_000), (1, 60_000))
"""How many of the latest menus on the way back tell two states apart, and up to how many states that is tried."""

CALL_ID = "CA0"


class Given(NamedTuple):
    """What happens to a call: it comes in, a key, silence, the end of a connection, the caller hangs up."""

    kind: str
    """`call`, `key`, `silence`, `result` or `hangup`."""
    value: str = ""
    """The key, or several; the result of the connection; for a call that comes in, its language."""
    flow: str = ""
    """For a call that comes in, the entrance in which it begins; "" for all others."""
    outcomes: tuple[Outcome, ...] = ()
    """How each act went that the turn wanted done."""

    def inbound(self) -> Inbound:
        """The webhook that says so."""
        match self.kind:
            case "key":
                return Inbound(CALL_ID, digits=self.value)
            case "result":
                return Inbound(CALL_ID, dialled=DialResult(self.value))
            case "hangup":
                return Inbound(CALL_ID, hung_up=True)
        return CALL


SOMEBODY = "somebody"
"""Whose PIN the right one is, where everything is tried."""

CALL = Inbound(CALL_ID)
AT_A_MENU = (*(Given("key", key) for key in KEYS), Given("silence"), Given("hangup"))
AT_A_DIAL = (*(Given("result", result.value) for result in DialResult), Given("hangup"))


def turn_of(flows: FlowSet, world: World, state: State, given: Given) -> Turn:
    """The turn that answers what happened, with everything done that it wanted done, as it went then."""
    turn = advance(flows, world, state, given.inbound())
    for outcome in given.outcomes:
        turn = carry_on(flows, world, turn, Done(outcome, SOMEBODY))
    return turn


def _done(flows: FlowSet, world: World, turn: Turn, given: Given) -> Iterator[tuple[Given, Turn]]:
    """A turn with everything done that it wants done, for each way in which that can go."""
    if not isinstance(turn.expects, CheckPin | GiveInstruction):
        yield given, turn
        return
    for outcome in _possible(turn.expects):
        then = carry_on(flows, world, turn, Done(outcome, SOMEBODY))
        yield from _done(flows, world, then, given._replace(outcomes=(*given.outcomes, outcome)))


def _possible(act: Act) -> tuple[Outcome, ...]:
    match act:
        case CheckPin(digits):
            return (Outcome.DONE,) if digits == RIGHT_PIN else (Outcome.REFUSED, Outcome.LOCKED)
        case GiveInstruction():
            return (Outcome.DONE, Outcome.REFUSED)


@dataclass(slots=True)
class Edge:
    """One turn: what happened, when it comes out like this, what is answered, and where the call then stands."""

    given: Given
    when: int
    """The stretches of `Moments` in which this is the turn."""
    said: tuple[Said, ...]
    """In the language of the node; what depends on the hour is left open in it (`HOLE`)."""
    expects: Expects
    path: tuple[Spot, ...]
    """The steps that the call came to."""
    missed: bool
    """Whether a menu understood nothing."""
    onward: int | None
    """The node that waits for the next input; None when the call is over."""
    likewise: tuple[str, ...] = ()
    """Further keys that are as wrong as this one."""


@dataclass(slots=True)
class Node:
    """A state in which a call waits, as the first call came to it, and every turn that can follow."""

    state: State
    waits: Gather | Dial
    edges: list[Edge] = field(default_factory=list)


@dataclass(slots=True)
class Exploration:
    """All that can happen."""

    flows: FlowSet
    moments: Moments
    groups: Mapping[str, str]
    """For every language the one that stands for it: no condition tells the two apart."""
    starts: list[Edge]
    """The turns with which calls begin: one for each group of languages that conditions tell apart."""
    nodes: list[Node]
    depth: int
    """How many menus on the way back tell two states apart."""
    complete: bool = True
    """Whether everything was looked at; else only the states nearest to the start were."""
    unlike: list[Node] = field(default_factory=list)
    """Where the same webhook, sent twice, is answered differently."""

    def turns(self) -> Iterator[tuple[Node | None, Edge]]:
        """Every turn, and the node it happened at (None: the call came in)."""
        for edge in self.starts:
            yield None, edge
        for node in self.nodes:
            for edge in node.edges:
                yield node, edge


def explore(flows: FlowSet, moments: Moments, progress: Callable[[int], None] = lambda _: None) -> Exploration:
    """Runs the engine over every state. `progress` is told the number of states looked at, now and then."""
    for depth, most in DEPTHS:
        found = _explore(flows, moments, depth, progress, most)
        if found.complete:
            break
    return found


def _explore(flows: FlowSet, moments: Moments, depth: int, progress: Callable[[int], None], most: int) -> Exploration:
    group = _group(flows, moments)
    numbers: dict[Hashable, int] = {}
    same: dict[Hashable, Any] = {}  # one object for all that are equal: most turns say what others say too
    exploration = Exploration(flows, moments, group, [], [], depth)
    nodes = exploration.nodes
    waiting: deque[int] = deque()

    def follow(state: State, given: Given) -> list[Edge]:
        """The turns that this input leads to, at one time or another."""
        edges = []
        left = moments.all
        while left:
            world = moments.world(first(left))
            turns = list(_done(flows, world, advance(flows, world, state, given.inbound()), given))
            alike = left & world.alike
            left &= ~alike
            for did, turn in turns:
                said, path, expects = (same.setdefault(each, each) for each in (turn.said, turn.path, turn.expects))
                missed = any(name == "miss" for name, _ in turn.facts)
                edges.append(Edge(did, same.setdefault(alike, alike), said, expects, path, missed, arrive(turn)))
        return edges

    def arrive(turn: Turn) -> int | None:
        if not isinstance(turn.expects, Gather | Dial):
            return None
        state = turn.state
        typed = (state.entered, state.author)
        key = (state.spot, group[state.language], state.misses, state.attempt, _latest(state.trail, depth), typed)
        number = numbers.get(key)
        if number is None:
            number = numbers[key] = len(nodes)
            # The turn's number is no part of a state: a call that ends for being too long is looked at by itself.
            nodes.append(Node(state._replace(turn=1), turn.expects))
            waiting.append(number)
        return number

    for code in dict.fromkeys(group.values()):
        exploration.starts += follow(begin(flows, code), Given("call", code))
    for flow, entrance in flows.entrances.items():
        for code in {group[code]: code for code in reversed(entrance.languages)}.values():
            exploration.starts += follow(begin(flows, code, flow), Given("call", code, flow))
    while waiting:
        number = waiting.popleft()
        if len(nodes) > most:
            exploration.complete = False
            return exploration
        if number % 500 == 0:
            progress(number)
        node = nodes[number]
        if not _answered_alike(flows, moments, node):
            exploration.unlike.append(node)
        for given in _inputs(flows, node):
            node.edges += follow(node.state, given)
        node.edges = _one_wrong_key(node.edges)
        # Who hangs up hears nothing more: that is seen here, and need not be kept for every state.
        node.edges = [
            edge for edge in node.edges if edge.given.kind != "hangup" or edge.said or edge.onward is not None
        ]
    return exploration


def _group(flows: FlowSet, moments: Moments) -> dict[str, str]:
    """For every language the first one that no condition tells from it."""
    timeless = [
        condition
        for step in flows.steps.values()
        for way in step.exits()
        for condition in way.when
        if moments.when(condition) is None
    ]
    world = moments.world(0)
    firsts: dict[Hashable, str] = {}
    truths = {code: tuple(condition.holds(world, code) for condition in timeless) for code in flows.languages}
    return {code: firsts.setdefault(truths[code], code) for code in flows.languages}


def _inputs(flows: FlowSet, node: Node) -> tuple[Given, ...]:
    """What can happen while a call waits."""
    if isinstance(node.waits, Dial):
        return AT_A_DIAL
    if node.waits.keys == 1:
        return AT_A_MENU
    entries = flows.steps[node.state.spot].entries()
    return (*(Given("key", entry) for entry in entries), *AT_A_MENU[-2:])


def _answered_alike(flows: FlowSet, moments: Moments, node: Node) -> bool:
    """Whether a webhook that comes twice, as providers send them, is answered with the same turn."""
    inbound = _inputs(flows, node)[-2].inbound()
    once, again = (advance(flows, moments.world(0), node.state, inbound) for _ in range(2))
    return once == again


def _latest(trail: Trail, depth: int) -> Hashable:
    """The calls of flows with the menu before each, and the latest menus: what tells two states apart."""
    if depth >= MAX_DEPTH:
        return trail
    # `return` may lead to the menu before a call, and whatever that is must not be forgotten.
    kept = {index for index, visit in enumerate(trail) for index in ((index - 1, index) if visit.called else ())}
    others = [index for index in range(len(trail)) if index not in kept]
    kept |= set(others[-depth:])
    return tuple(visit for index, visit in enumerate(trail) if index in kept)


def _one_wrong_key(edges: list[Edge]) -> list[Edge]:
    """The turns of a menu, with one wrong key for all: their turns differ in nothing but the name of the key."""
    kept: list[Edge] = []
    wrong: dict[Hashable, Edge] = {}
    for edge in edges:
        if edge.given.kind == "key" and edge.missed:
            alike = (edge.when, edge.onward, edge.path, type(edge.expects))
            if (known := wrong.get(alike)) is not None:
                known.likewise = (*known.likewise, edge.given.value)
                continue
            wrong[alike] = edge
        kept.append(edge)
    return kept
