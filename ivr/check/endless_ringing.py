"""endless-ringing: telephones do not ring one after the other for ever while the caller does nothing.

When nobody answers, the caller is asked or told a number. Connections that lead to each other would keep her waiting
until the call is ended for its length.

Wrong:

    nordstadt:
      connect: {to: nordstadtbuero, busy: ordnungsamt, no_answer: ordnungsamt, failed: ordnungsamt}
    ordnungsamt:
      connect: {to: ordnungsamt, busy: nordstadt, no_answer: nordstadt, failed: nordstadt}

Right:

    nordstadt:
      connect: {to: [nordstadtbuero, ordnungsamt], busy: numbers, no_answer: numbers, failed: numbers}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import Dial
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.call import Spot
    from ivr.exploration import Edge
    from ivr.source.problems import Problem

CODE = "endless-ringing"


def check(survey: Survey) -> Iterator[Problem]:
    """Circles of connections, with no key in between."""
    nodes = survey.exploration.nodes
    done: set[int] = set()
    told: set[frozenset[Spot]] = set()
    for start, node in enumerate(nodes):
        if start in done or not isinstance(node.waits, Dial):
            continue
        way: list[tuple[int, Iterator[Edge]]] = [(start, iter(node.edges))]
        taken: list[Edge] = []
        on_way = {start}
        while way:
            number, edges = way[-1]
            edge = next((each for each in edges if each.onward is not None), None)
            if edge is None or edge.onward is None:
                done.add(number)
                on_way.discard(number)
                way.pop()
                taken = taken[:-1]
            elif edge.onward in on_way:
                at = [each for each, _ in way].index(edge.onward)
                ring = [nodes[each].state.spot for each, _ in way[at:]]
                if frozenset(ring) not in told:
                    told.add(frozenset(ring))
                    names = " → ".join(spot.step for spot in (*ring, ring[0]))
                    yield problem(
                        CODE,
                        survey.place(ring[-1], edge.given.value),
                        Sentence(
                            f"Ohne dass der Anrufer eine Taste drückt, klingelt es hier im Kreis: {names}.",
                            f"Without the caller pressing a key, it rings round in a circle here: {names}.",
                        ),
                        Sentence(
                            "Führen Sie nach dem letzten Versuch zu einem Menü oder mit einer Nummer an ein Ende.",
                            "After the last attempt lead to a menu, or with a number to an end.",
                        ),
                        call=survey.shown(nodes[edge.onward], *taken[at:], edge),
                    )
            elif edge.onward not in done and isinstance(nodes[edge.onward].waits, Dial):
                taken.append(edge)
                on_way.add(edge.onward)
                way.append((edge.onward, iter(nodes[edge.onward].edges)))


RULE = Rule(CODE, check)
