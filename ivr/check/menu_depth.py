"""menu-depth: what a caller wants is at most three menus deep.

Counted are the choices that lead on to further choices; a menu that follows an answer ("anything else?") is as deep as
the one in which the answer was chosen.

Wrong: a menu in a menu in a menu in a menu.
Right: three levels, with the most frequent topics on the first.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from ivr.call import Gather
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.exploration import Edge
    from ivr.source.problems import Problem

CODE = "menu-depth"

DEEPEST = 3
"""Centre for Excellence in Universal Design, Ireland."""


def check(survey: Survey) -> Iterator[Problem]:
    """How deep every menu is on the shortest way to it."""
    nodes = survey.exploration.nodes
    depth: dict[int, int] = {}
    waiting = deque((edge.onward, 1) for edge in survey.exploration.starts if edge.onward is not None)
    while waiting:
        number, here = waiting.popleft()
        if depth.get(number, here + 1) <= here:
            continue
        depth[number] = here
        for edge in nodes[number].edges:
            if edge.onward is None:
                continue
            if _leads_straight_on(survey, number, edge):
                waiting.append((edge.onward, here + 1))
            else:
                waiting.appendleft((edge.onward, here))
    least: dict[object, int] = {}
    for number, here in depth.items():
        spot = nodes[number].state.spot
        least[spot] = min(here, least.get(spot, here))
    told = set()
    # What is deeper still lies behind one of these.
    for number, here in sorted(depth.items(), key=lambda item: item[1]):
        spot = nodes[number].state.spot
        if not isinstance(nodes[number].waits, Gather) or spot in told or least[spot] != DEEPEST + 1:
            continue
        told.add(spot)
        yield problem(
            CODE,
            survey.place(spot),
            Sentence(
                f"Dieses Menü ist das {here}. hintereinander; mehr als {DEEPEST} sind zu tief.",
                f"This menu is number {here} in a row; more than {DEEPEST} are too deep.",
            ),
            Sentence("Holen Sie es ein Menü weiter nach vorn.", "Move it up by one menu."),
            call=survey.as_shown(survey.calls.to(number, [])),
            warning=True,
        )


def _leads_straight_on(survey: Survey, number: int, edge: Edge) -> bool:
    """Whether a key leads from one menu to the next with no words in between."""
    node = survey.exploration.nodes[number]
    if edge.given.kind != "key" or edge.missed or not edge.path or edge.path[-1] == node.state.spot:
        return False
    return isinstance(edge.expects, Gather) and len(edge.said) == len(survey.step(edge.path[-1]).lines())


RULE = Rule(CODE, check)
