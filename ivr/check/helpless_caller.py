"""helpless-caller: who presses nothing, or only wrong keys, comes to an end that helps, within twelve turns.

From every place in every call: a caller who is silent, who presses keys that mean nothing there, or who does both by
turns, ends at a person, with a number to note, or with a goodbye, however connections end on the way.

Wrong:

    main:
      menu:
        options:
          1: {for: nordstadtbuero, go: nordstadt}
          2: {for: ordnungsamt, go: ordnungsamt}
        give_up: main

Right:

    main:
      menu:
        options:
          1: {for: nordstadtbuero, go: nordstadt}
          2: {for: ordnungsamt, go: ordnungsamt}
        give_up: numbers
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from ivr.call import Dial, DialResult
from ivr.check.dead_air import ends_at
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence
from ivr.speech import language
from ivr.steps.hangup import HangUpStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.exploration import Edge, Node
    from ivr.source.places import Place
    from ivr.source.problems import Problem

CODE = "helpless-caller"

MOST_TURNS = 12

HABITS = {
    "silence": Sentence("Wer nichts drückt", "A caller who presses nothing"),
    "key": Sentence("Wer nur falsche Tasten drückt", "A caller who presses only wrong keys"),
    "both": Sentence(
        "Wer abwechselnd nichts und falsche Tasten drückt", "A caller who presses nothing and wrong keys by turns"
    ),
}


class _At(NamedTuple):
    """Where a caller is, and what she does next: `silence`, or a wrong `key`."""

    node: int
    does: str


def check(survey: Survey) -> Iterator[Problem]:
    """Follows every habit from every node, whatever else happens."""
    told: set[Place] = set()
    for edge in survey.exploration.starts:
        if edge.onward is None and not _ends_well(survey, edge):
            place = ends_at(survey, None, edge)
            if place not in told:
                told.add(place)
                message = Sentence(_CURT.de.format("Wer anruft"), _CURT.en.format("Whoever calls"))
                yield problem(CODE, place, message, _REPAIR, call=survey.shown(None, edge))
    for habit in HABITS:
        yield from _Longest(survey, habit, told).problems()


class _Longest:
    """The longest way that each place still has before it, for callers of one habit."""

    def __init__(self, survey: Survey, habit: str, told: set[Place] | None) -> None:
        """`told` are the places at which a problem has been told, and gets more; with None none is told at all."""
        self.survey = survey
        self.nodes = survey.exploration.nodes
        self.habit = habit
        self.told = told
        self.turns: dict[_At, int] = {}
        """How many turns follow, at the most; no circle is counted."""
        self.via: dict[_At, tuple[Edge, _At] | None] = {}

    def problems(self) -> Iterator[Problem]:
        for number in range(len(self.nodes)):
            for does in ("silence", "key") if self.habit == "both" else (self.habit,):
                yield from self._follow(_At(number, does))

    def _follow(self, start: _At) -> Iterator[Problem]:
        """Works out the longest ways from here on; on the way it finds circles and ends that do not help."""
        if start in self.turns:
            return
        way = [(start, iter(self._onward(start)))]
        on_way = {start}
        self.via[start] = None
        best: dict[_At, int] = {start: 1}
        taken: list[Edge] = []
        while way:
            at, edges = way[-1]
            step = next(edges, None)
            if step is None:
                way.pop()
                on_way.discard(at)
                self.turns[at] = best[at]
                if best[at] == MOST_TURNS:  # and one more: what she has just heard
                    yield from self._too_long(at)
                if way:
                    before = way[-1][0]
                    if best[at] + 1 > best[before]:
                        best[before] = best[at] + 1
                        self.via[before] = (taken[-1], at)
                    taken.pop()
                continue
            edge, then = step
            if then is None:
                if not _ends_well(self.survey, edge):
                    yield from self._curt(at, edge)
            elif then in on_way:
                places = [each for each, _ in way]
                ring = places[places.index(then) :]
                circle = [*taken[len(taken) - len(ring) + 1 :], edge]
                if any(each.given.kind != "result" for each in circle):  # else another rule's business
                    yield from self._trapped(then, circle)
            elif then in self.turns:
                if self.turns[then] + 1 > best[at]:
                    best[at] = self.turns[then] + 1
                    self.via[at] = (edge, then)
            else:
                best[then] = 1
                self.via[then] = None
                taken.append(edge)
                on_way.add(then)
                way.append((then, iter(self._onward(then))))

    def _onward(self, at: _At) -> Iterator[tuple[Edge, _At | None]]:
        node = self.nodes[at.node]
        does = at.does
        if not isinstance(node.waits, Dial):
            edges = [edge for edge in node.edges if edge.given.kind == does and (edge.missed or does == "silence")]
            then = does if self.habit != "both" else {"silence": "key", "key": "silence"}[does]
            # Where every key means something no key is wrong: then she can only be silent.
            edges = edges or [edge for edge in node.edges if edge.given.kind == "silence"]
        else:
            edges = [edge for edge in node.edges if edge.given.kind == "result"]
            then = does
        for edge in edges:
            yield edge, None if edge.onward is None else _At(edge.onward, then)

    def _trapped(self, at: _At, ring: list[Edge]) -> Iterator[Problem]:
        node = self.nodes[at.node]
        message = Sentence(
            "{}, kommt hier nie an ein Ende: Es geht im Kreis.",
            "{} never comes to an end here: it goes round in a circle.",
        )
        return self._tell(_give_up(self.survey, node, ring), message, node, ring)

    def _too_long(self, at: _At) -> Iterator[Problem]:
        node, edges = self.nodes[at.node], []
        here: _At | None = at
        while here is not None and (step := self.via.get(here)) is not None:
            edges.append(step[0])
            here = step[1]
        message = Sentence(
            f"{{}}, ist nach {MOST_TURNS} Ansagen noch nicht am Ende.",
            f"{{}} has not come to an end after {MOST_TURNS} turns.",
        )
        return self._tell(_give_up(self.survey, node, []), message, node, edges)

    def _curt(self, at: _At, edge: Edge) -> Iterator[Problem]:
        node = self.nodes[at.node]
        place = self.survey.place(edge.path[-1]) if edge.path else _give_up(self.survey, node, [edge])
        return self._tell(place, _CURT, node, [edge])

    def _tell(self, place: Place, message: Sentence, node: Node, edges: list[Edge]) -> Iterator[Problem]:
        """One problem at each place: what one habit has shown need not be shown by another."""
        if self.told is None or place in self.told:
            return
        self.told.add(place)
        who = HABITS[self.habit]
        said = Sentence(message.de.format(who.de), message.en.format(who.en))
        yield problem(CODE, place, said, _REPAIR, call=self.survey.shown(node, *edges))


_CURT = Sentence(
    "{}, wird hier ohne Nummer und ohne Abschied aus der Leitung geworfen.",
    "{} is put off the line here without a number and without a goodbye.",
)
_REPAIR = Sentence(
    "Führen Sie „give_up:“ zu einem Schritt, der verbindet oder eine Nummer sagt und sich verabschiedet; ohne "
    "„give_up:“ sagt der Dienst selbst eine Nummer.",
    "Lead “give_up:” to a step that connects, or tells a number and says goodbye; without “give_up:” the service tells "
    "a number by itself.",
)


def _give_up(survey: Survey, node: Node, edges: list[Edge]) -> Place:
    """Where it is written what happens to somebody who gives up: of the last menu on the way."""
    spot = node.state.spot
    for edge in edges:
        if edge.missed and edge.onward is not None and survey.exploration.nodes[edge.onward].state.misses:
            spot = survey.exploration.nodes[edge.onward].state.spot
    return survey.place(spot, "give_up")


def _ends_well(survey: Survey, edge: Edge) -> bool:
    """Whether a call ends after a talk, with a number, or with last words. Silence is another rule's."""
    if not edge.said:
        return True
    if edge.given.kind == "result" and edge.given.value == DialResult.COMPLETED:
        return True
    if edge.path:
        step = survey.step(edge.path[-1])
        if isinstance(step, HangUpStep) and step.lines():
            return True
    goodbye = any(said.text == language(said.language).goodbye() for said in edge.said)
    return goodbye or bool(survey.told(edge.said))


def most_turns(survey: Survey) -> int:
    """The turns of the longest call in which nobody presses a key, whatever the hour and however connections end."""
    longest = _Longest(survey, "silence", None)
    deque(longest.problems(), maxlen=0)
    starts = [edge.onward for edge in survey.exploration.starts]
    return 1 + max((longest.turns[_At(number, "silence")] for number in starts if number is not None), default=0)


RULE = Rule(CODE, check)
