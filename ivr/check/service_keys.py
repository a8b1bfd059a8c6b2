"""service-key: the keys for repeating, going back and a person do what they say, in every menu.

`repeat` says the same menu again, `back` leads to the menu before it, and the Null, wherever it is in use, to a person
or a number: callers know it from every other hotline.

Wrong:

    keys: {"*": repeat, "#": back, "0": goodbye}

Right:

    keys: {"*": repeat, "#": back, "0": person}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.check.survey import Rule, Survey, problem
from ivr.engine import inherited
from ivr.source.problems import Sentence
from ivr.steps.base import Way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.exploration import Edge, Node
    from ivr.source.places import Place
    from ivr.source.problems import Problem
    from ivr.steps.base import Goto

CODE = "service-key"


def check(survey: Survey) -> Iterator[Problem]:
    """Every key in every state of every menu."""
    told: set[Place] = set()
    for node in survey.exploration.nodes:
        for edge in node.edges:
            if edge.given.kind != "key" or edge.missed:
                continue
            wrong = _wrong(survey, node, edge)
            if wrong is None:
                continue
            place = survey.key_place(node, edge.given.value)
            if place in told:
                continue
            told.add(place)
            yield problem(CODE, place, *wrong, call=survey.shown(node, edge))


def _wrong(survey: Survey, node: Node, edge: Edge) -> tuple[Sentence, Sentence] | None:
    here, key = node.state.spot, edge.given.value
    goto = _leads(survey, node, key)
    if key == "0" and not survey.helps(edge):
        return (
            Sentence(
                "Die Null führt nicht zu einem Menschen und zu keiner Nummer.",
                "The zero leads to no person and to no number.",
            ),
            Sentence(
                "Die Null ist überall die Taste für einen Menschen: Führen Sie sie zu einem „connect“.",
                "The zero is the key for a person everywhere: lead it to a “connect”.",
            ),
        )
    if goto is Way.REPEAT and (edge.path != (here,) or edge.onward is None):
        return (
            Sentence("„repeat“ wiederholt dieses Menü nicht.", "“repeat” does not say this menu again."),
            Sentence("Melden Sie das bitte dem Betreuer des Dienstes.", "Please tell the service's maintainer."),
        )
    before = node.state.trail.last_menu()
    if goto is Way.BACK and before is not None and edge.path[:1] != (before[0],):
        return (
            Sentence(
                f"„back“ führt nicht zum Menü davor, „{before[0].step}“.",
                f"“back” does not lead to the menu before, “{before[0].step}”.",
            ),
            Sentence("Melden Sie das bitte dem Betreuer des Dienstes.", "Please tell the service's maintainer."),
        )
    return None


def _leads(survey: Survey, node: Node, key: str) -> Goto | None:
    written = next((way.goto for way in survey.step(node.state.spot).exits() if way.name == key), None)
    return written or inherited(survey.flows, node.state, key)


RULE = Rule(CODE, check)
