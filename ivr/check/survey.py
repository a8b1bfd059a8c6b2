"""What the rules look at: the files as written, the set as built, everything that can happen, and everything heard."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ivr.call import Dial, Spot
from ivr.check.evidence import Shown
from ivr.engine import advance, begin
from ivr.exploration import Calls
from ivr.exploration.explorer import CALL
from ivr.exploration.moments import first
from ivr.source.places import Place, Word
from ivr.source.problems import Problem
from ivr.steps.fields import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ivr.call import Said, Turn
    from ivr.check.hearing import Hearing
    from ivr.contacts import Directory
    from ivr.definition import FlowDefinition
    from ivr.definition.flow import StepDefinition
    from ivr.exploration import Call, Edge, Exploration, Node
    from ivr.source.problems import Sentence
    from ivr.steps.base import Step
    from ivr.steps.flowset import FlowSet


class Rule(NamedTuple):
    """One rule: the code of its problems, and what finds them."""

    code: str
    check: Callable[[Survey], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What operators can set."""

    keys_to_help: int = 2
    """So many keys away a person or a number may be, from anywhere."""


class Document(NamedTuple):
    """One document that callers of one language can get, and the turn in which they get it."""

    node: Node | None
    edge: Edge
    language: str
    turn: Turn


@dataclass
class Survey:
    """One flow set with all that is known of it."""

    flows: FlowSet
    directory: Directory
    written: Mapping[str, FlowDefinition]
    exploration: Exploration
    hearing: Hearing
    limits: Limits
    replay: Sequence[str]
    """What a replayed call needs on its command line: the options that name the files."""

    # --- the files -------------------------------------------------------------------------------------------------

    def step(self, spot: Spot) -> Step:
        """A step as calls run it."""
        return self.flows.steps[spot]

    def definition(self, spot: Spot) -> StepDefinition:
        """A step as it is written."""
        return self._definitions[spot]

    def body(self, spot: Spot) -> Any:
        """What stands under the step's kind word."""
        return self._definitions[spot].body

    def place(self, spot: Spot, way: str = "") -> Place:
        """Where a step stands; with the name of an exit, where that is written."""
        definition = self._definitions.get(spot)
        if definition is None:
            return self.written[spot.flow].place
        return (way and _place_of_exit(definition, way)) or definition.name.place

    def key_place(self, node: Node, key: str) -> Place:
        """Where it is written what a key does in a state: in its menu, or among the keys of a flow."""
        state = node.state
        if any(way.name == key for way in self.step(state.spot).exits()):
            return self.place(state.spot, key)
        for flow in (state.spot.flow, *state.trail.callers()):
            target = next((to for at, to in (self.written[flow].keys or {}).items() if at == key), None)
            if target is not None:
                return target.place
        return self.place(state.spot)

    def texts(self, spot: Spot) -> list[Text]:
        """Every text that stands in a step."""
        return list(_texts(self._definitions[spot].body))

    @cached_property
    def _definitions(self) -> dict[Spot, StepDefinition]:
        return {Spot(name, str(step.name)): step for name, flow in self.written.items() for step in flow.steps}

    # --- what can happen -------------------------------------------------------------------------------------------

    @cached_property
    def calls(self) -> Calls:
        """Finds calls."""
        return Calls(self.exploration)

    def number_of(self, node: Node | None) -> int | None:
        """A node's number in the exploration."""
        return None if node is None else self._numbers[id(node)]

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return {id(node): number for number, node in enumerate(self.exploration.nodes)}

    @cached_property
    def visited(self) -> frozenset[Spot]:
        """Every step that some call comes to."""
        return frozenset(spot for _, edge in self.exploration.turns() for spot in edge.path)

    def last(self, node: Node | None, edge: Edge) -> Spot:
        """The step with which a turn ends: the last one that the call came to, or the one at which it waited."""
        if edge.path:
            return edge.path[-1]
        return node.state.spot if node else self.flows.start

    def shown(self, node: Node | None, *edges: Edge, when: int | None = None, language: str = "") -> Shown:
        """The shortest call that comes to a node and takes these turns, to be printed below a problem."""
        return self.as_shown(self.calls.to(self.number_of(node), edges, when, language))

    def as_shown(self, call: Call) -> Shown:
        """A call, to be printed below a problem."""
        return Shown(call, self.flows, self.directory, tuple(self.replay))

    # --- what is heard ---------------------------------------------------------------------------------------------

    @cached_property
    def documents(self) -> list[Document]:
        """Every document in every language; those that differ in words of the hour or the number of a turn are one."""
        found: dict[tuple[tuple[Said, ...], object, str], Document] = {}
        distinct: dict[tuple[object, ...], tuple[Node | None, Edge]] = {}
        for node, edge in self.exploration.turns():
            language = node.state.language if node else edge.given.value
            distinct.setdefault((edge.said, edge.expects, self.exploration.groups[language]), (node, edge))
        for node, edge in distinct.values():
            for code in self.flows.languages:
                if (
                    self.exploration.groups[code]
                    == self.exploration.groups[node.state.language if node else edge.given.value]
                ):
                    turn = self.turn(node, edge, code)
                    found.setdefault((turn.said, turn.expects, turn.state.language), Document(node, edge, code, turn))
        return list(found.values())

    def turn(self, node: Node | None, edge: Edge, code: str) -> Turn:
        """A turn as callers of another language get it."""
        world = self.exploration.moments.world(first(edge.when))
        if node is None:
            return advance(self.flows, world, begin(self.flows, code), CALL)
        return advance(self.flows, world, node.state._replace(language=code), edge.given.inbound())

    @cached_property
    def greetings(self) -> list[Document]:
        """How calls begin, in every language, at one time or another."""
        return [
            Document(None, edge, code, self.turn(None, edge, code))
            for edge in self.exploration.starts
            for code in self.flows.languages
            if self.exploration.groups[code] == edge.given.value
        ]

    def told(self, said: Sequence[Said]) -> frozenset[str]:
        """The contacts whose numbers are read out."""
        return self.hearing.numbers_told(said)

    def helps(self, edge: Edge) -> bool:
        """Whether a caller gets a person, or a number to note."""
        return isinstance(edge.expects, Dial) or bool(self.told(edge.said))


def _place_of_exit(definition: StepDefinition, way: str) -> Place | None:
    """Where a target is written; exits have the names that their fields have in the file."""
    if way == "next":
        return definition.onward.place if definition.onward else None
    body = definition.body
    if isinstance(body, list):  # the lines of a branch
        line = body[-1] if way == "else" else body[int(way.removeprefix("when ")) - 1]
        target = line.else_ if way == "else" else line.go
        return target.place if target else None
    options = getattr(body, "options", None) or {}
    option = next((option for key, option in options.items() if key == way), None)
    target = getattr(option, "go", option) if option is not None else getattr(body, way, None)
    return getattr(target, "place", None)


def _texts(value: Any) -> Iterator[Text]:
    """The texts in a body, wherever they stand in it."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
    elif not isinstance(value, Word) and hasattr(value, "text"):
        yield from _texts(value.text)


def problem(
    code: str,
    place: Place,
    message: Sentence,
    hint: Sentence | None = None,
    *,
    call: Shown | None = None,
    warning: bool = False,
    also: Place | None = None,
) -> Problem:
    """A problem that a rule has found."""
    found = Problem(place, code, message, hint, "warning" if warning else "error", also)
    return found if call is None else replace(found, call=call)
