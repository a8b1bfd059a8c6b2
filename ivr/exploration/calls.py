"""Calls that show something: the shortest way to a turn, as a call that can be played again.

A call is looked for that takes place at one moment, because that is how people play one. Only where there is none does
the time move on between its turns.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ivr.call import Outcome, State
from ivr.engine import begin
from ivr.exploration.explorer import Given, turn_of
from ivr.exploration.moments import first
from ivr.steps.digits import WRONG_PIN
from ivr.world import Clerk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from ivr.call import Turn
    from ivr.contacts import Directory
    from ivr.exploration.explorer import Edge, Exploration
    from ivr.steps.flowset import FlowSet


@dataclass(frozen=True, slots=True)
class Call:
    """One call: when it takes place, in which language it begins, and what happens in it."""

    at: tuple[datetime, ...]
    """Local times: one for the whole call, or one for every turn."""
    language: str
    given: tuple[Given, ...]
    """What happens after the greeting, in order."""
    flow: str = ""
    """The entrance in which it begins; "" for all others."""

    def turns(self, flows: FlowSet, directory: Directory) -> Iterator[Turn]:
        """What is heard, turn by turn, as the service answers it at that time; the state goes through its URL form."""
        clerk = Clerk(directory)
        state: State | None = begin(flows, self.language, self.flow)
        for number, given in enumerate([Given("call"), *self.given]):
            assert state is not None, "a state is read as it was written"
            turn = turn_of(flows, clerk.at(self.at[min(number, len(self.at) - 1)]), state, given)
            yield turn
            state = State.from_path(turn.state.to_path())

    @property
    def keys(self) -> list[str]:
        """What the caller does, in the words of `ivr call --keys`."""
        words = {"silence": "timeout", "hangup": "hangup"}
        return [words.get(each.kind, each.value) for each in self.given if each.kind in ("key", *words)]

    @property
    def trouble(self) -> str:
        """What has to be wrong at the service for this call, in the words of `ivr call --trouble`; else ""."""
        for given in self.given:
            if Outcome.LOCKED in given.outcomes:
                return "locked"
            if Outcome.REFUSED in given.outcomes and given.value != WRONG_PIN:
                return "not_kept"
        return ""

    @property
    def results(self) -> list[str]:
        """How connections end, in the words of `ivr call --dial`."""
        return [each.value for each in self.given if each.kind == "result"]


class _Way(NamedTuple):
    """How a call comes to a node, in some of the stretches of time."""

    before: _Way | None
    edge: Edge
    when: int
    """The stretches in which the whole way can be gone."""


class Calls:
    """Finds calls in an exploration."""

    def __init__(self, exploration: Exploration) -> None:
        self._exploration = exploration

    def to(self, node: int | None, edges: Sequence[Edge], when: int | None = None, language: str = "") -> Call:
        """The shortest call that comes to a node (None: that begins) and then takes these turns.

        With `when` the last of them in one of these stretches, with `language` in that language.
        """
        wanted = self._exploration.moments.all if when is None else when
        for edge in edges:
            wanted &= edge.when
        ways = [None] if node is None else self._ways[node]
        for way in ways:
            moments = wanted if way is None else way.when & wanted
            if moments:
                return self._call(way, edges, [moments], language)
        way = None if node is None else self._moving[node]
        return self._call(way, edges, self._times(way, edges, when), language)

    def turns_to(self, node: int) -> int:
        """How many turns the shortest call takes that comes to a node."""
        return len(_steps(self._moving[node]))

    def _call(self, way: _Way | None, edges: Sequence[Edge], times: list[int], language: str) -> Call:
        """`times` are sets of stretches: one for the whole call, or one for every turn."""
        moments = self._exploration.moments
        taken = [*_steps(way), *edges]
        begun = taken[0].given if taken and taken[0].given.kind == "call" else Given("call")
        return Call(
            tuple(map(moments.typical, times)),
            language or begun.value,
            tuple(edge.given for edge in taken if edge.given.kind != "call"),
            begun.flow,
        )

    def _times(self, way: _Way | None, edges: Sequence[Edge], when: int | None) -> list[int]:
        """One stretch for every turn, each at or after the one before where that is possible."""
        masks = [edge.when for edge in (*_steps(way), *edges)]
        if when is not None and masks:
            masks[-1] &= when
        times: list[int] = []
        last = 0
        for mask in masks:
            last = first(mask >> last << last or mask)
            times.append(1 << last)
        return times

    @cached_property
    def _ways(self) -> list[list[_Way]]:
        """The ways to every node at one moment, shortest first; each adds stretches that those before did not have."""
        exploration = self._exploration
        ways: list[list[_Way]] = [[] for _ in exploration.nodes]
        reached = [0] * len(exploration.nodes)
        waiting = deque(_Way(None, edge, edge.when) for edge in exploration.starts)
        while waiting:
            way = waiting.popleft()
            node = way.edge.onward
            if node is None or not (new := way.when & ~reached[node]):
                continue
            reached[node] |= new
            here = way._replace(when=new)
            ways[node].append(here)
            waiting += (_Way(here, edge, both) for edge in exploration.nodes[node].edges if (both := edge.when & new))
        return ways

    @cached_property
    def _moving(self) -> list[_Way]:
        """The shortest way to every node when the time may move on; its `when` is that of its last turn."""
        exploration = self._exploration
        found: dict[int, _Way] = {}
        waiting = deque(_Way(None, edge, edge.when) for edge in exploration.starts)
        while waiting:
            way = waiting.popleft()
            node = way.edge.onward
            if node is None or node in found:
                continue
            found[node] = way
            waiting += (_Way(way, edge, edge.when) for edge in exploration.nodes[node].edges)
        return [found[node] for node in range(len(exploration.nodes))]


def _steps(way: _Way | None) -> list[Edge]:
    taken: list[Edge] = []
    while way is not None:
        taken.append(way.edge)
        way = way.before
    return taken[::-1]
