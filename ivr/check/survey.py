"""What the rules look at: the files as written, the set as built, everything that can happen, and everything heard."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ivr.call import Dial, Gather, Spot
from ivr.check.evidence import Shown
from ivr.engine import begin, beginning
from ivr.exploration import Calls, turn_of
from ivr.exploration.explorer import Given
from ivr.exploration.moments import first
from ivr.source.places import Place, Word
from ivr.source.problems import Problem
from ivr.steps.fields import Text
from ivr.steps.language import LanguageStep, SetLanguageStep

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

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

    def shown(self, node: Node | None, *edges: Edge, when: int | None = None, language: str = "") -> Shown | None:
        """The shortest call that comes to a node and takes these turns, to be printed below a problem.

        With `language` the last turn is in that language; None where the shortest call cannot be had in it.
        """
        call = self.calls.to(self.number_of(node), edges, when, language)
        if language and node is not None:
            call = self._choosing(call, language)
            began = begin(self.flows, language, call.flow)
            *_, last = [began, *(turn.state for turn in self._played(call)[:-1])]
            if last.language != language:
                return None
        return self.as_shown(call)

    def _choosing(self, call: Call, code: str) -> Call:
        """The call in which, where a language is chosen by key, this one is."""
        given = list(call.given)
        for number, turn in enumerate(self._played(call)[:-1]):
            step = self.flows.steps.get(turn.state.spot)
            if isinstance(step, LanguageStep) and given[number].value in step.languages:
                key = next((key for key, spoken in step.languages.items() if spoken == code), given[number].value)
                given[number] = Given("key", key)
        return replace(call, given=tuple(given))

    def _played(self, call: Call) -> list[Turn]:
        return list(call.turns(self.flows, self.directory))

    def as_shown(self, call: Call) -> Shown:
        """A call, to be printed below a problem."""
        return Shown(call, self.flows, self.directory, tuple(self.replay))

    # --- what is heard ---------------------------------------------------------------------------------------------

    @cached_property
    def documents(self) -> list[Document]:
        """Every document in every language in which somebody can get it.

        Those that differ in words of the hour or the number of a turn are one, if the same steps say them and the same
        keys mean something then.
        """
        distinct: dict[Hashable, tuple[Node | None, Edge]] = {}
        for node, edge in self.exploration.turns():
            codes = self._codes(node, edge)
            key = (edge.said, edge.path, edge.expects, frozenset(codes), self.keys_after(edge))
            distinct.setdefault(key, (node, edge))
        found: dict[Hashable, Document] = {}
        for node, edge in distinct.values():
            for code in self._codes(node, edge):
                turn = self.turn(node, edge, code)
                document = (turn.said, edge.path, turn.expects, turn.state.language, self.keys_after(edge))
                found.setdefault(document, Document(node, edge, code, turn))
        return list(found.values())

    def _codes(self, node: Node | None, edge: Edge) -> list[str]:
        """The languages in which a caller can get a turn."""
        groups = self.exploration.groups
        if node is None:
            languages = self.flows.languages_of(edge.given.flow)
            return [code for code in languages if groups[code] == groups[edge.given.value]]
        here = self.languages_at[self._numbers[id(node)]]
        return [code for code in self.flows.languages if code in here]

    def keys_after(self, edge: Edge) -> frozenset[str]:
        """The keys that mean something in the menu to which a turn leads; none where it leads to no menu."""
        if edge.onward is None or not isinstance(edge.expects, Gather):
            return frozenset()
        if edge.onward not in self._keys:
            edges = self.exploration.nodes[edge.onward].edges
            meant = frozenset(each.given.value for each in edges if each.given.kind == "key" and not each.missed)
            self._keys[edge.onward] = meant
        return self._keys[edge.onward]

    @cached_property
    def _keys(self) -> dict[int, frozenset[str]]:
        return {}

    @cached_property
    def languages_at(self) -> list[frozenset[str]]:
        """For every node the languages in which a caller can be there."""
        nodes = self.exploration.nodes
        found: list[set[str]] = [set() for _ in nodes]
        waiting: list[tuple[int, str]] = []

        def arrive(node: Node | None, edge: Edge, code: str) -> None:
            if edge.onward is None:
                return
            steps = [*edge.path, *([node.state.spot] if node else [])]
            chooses = any(isinstance(self.step(spot), LanguageStep | SetLanguageStep) for spot in steps)
            spoken = self.turn(node, edge, code).state.language if chooses else code
            if spoken not in found[edge.onward]:
                found[edge.onward].add(spoken)
                waiting.append((edge.onward, spoken))

        for edge in self.exploration.starts:
            for code in self._codes(None, edge):
                arrive(None, edge, code)
        while waiting:
            number, code = waiting.pop()
            for edge in nodes[number].edges:
                arrive(nodes[number], edge, code)
        return [frozenset(codes) for codes in found]

    def turn(self, node: Node | None, edge: Edge, code: str) -> Turn:
        """A turn as callers of another language get it."""
        world = self.exploration.moments.world(first(edge.when))
        state = begin(self.flows, code, edge.given.flow) if node is None else node.state._replace(language=code)
        return turn_of(self.flows, world, state, edge.given)

    @cached_property
    def greetings(self) -> list[Document]:
        """How the calls of the public begin, in every language, at one time or another."""
        return [
            Document(None, edge, code, self.turn(None, edge, code))
            for edge in self.public_starts
            for code in self._codes(None, edge)
        ]

    @property
    def public_starts(self) -> list[Edge]:
        """The turns with which the calls of the public begin: those of an entrance are made by people who know it."""
        return [edge for edge in self.exploration.starts if not edge.given.flow]

    def is_public(self, node: Node) -> bool:
        """Whether a call of the public can be there."""
        return beginning(self.flows, node.state).flow not in self.flows.entrances

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
