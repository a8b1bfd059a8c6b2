"""dead-air: whatever a caller does, she hears something at once.

A document that says nothing before it waits, rings or hangs up leaves the caller with a dead line. Only after a talk,
and to a caller who has hung up, nothing need be said. A menu's patience and the ringing are no dead air.

Wrong:

    main:
      menu:
        options:
          1: {for: nordstadtbuero, go: nordstadt}
          2: {for: ordnungsamt, go: ordnungsamt}
          3: {for: {de: Für das Ende, en: For the end}, go: hangup}

Right:

    main:
      menu:
        options:
          1: {for: nordstadtbuero, go: nordstadt}
          2: {for: ordnungsamt, go: ordnungsamt}
          3: {for: {de: Für das Ende, en: For the end}, go: goodbye}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import DialResult
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence
from ivr.steps.base import Way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.call import Said
    from ivr.exploration import Edge, Node
    from ivr.source.places import Place
    from ivr.source.problems import Problem
    from ivr.steps.base import Exit

CODE = "dead-air"


def check(survey: Survey) -> Iterator[Problem]:
    """Every turn that has to say something."""
    told: set[Place] = set()
    for node, edge in survey.exploration.turns():
        if _may_be_silent(edge) or _is_heard(survey, edge.said):
            continue
        place = ends_at(survey, node, edge)
        if place in told:
            continue
        told.add(place)
        yield problem(
            CODE,
            place,
            Sentence("Hier hört der Anrufer nichts.", "The caller hears nothing here."),
            Sentence(
                "Sagen Sie vorher etwas, oder führen Sie zu einem Schritt mit letzten Worten: "
                "hangup: {de: Auf Wiederhören.}",
                "Say something before, or lead to a step with last words: hangup: {en: Goodbye.}",
            ),
            call=survey.shown(node, edge),
        )


def ends_at(survey: Survey, node: Node | None, edge: Edge) -> Place:
    """Where it is written that the call goes on like this."""
    spot = survey.last(node, edge)
    if edge.path or node is None:
        ends = (
            way.name for way in survey.step(spot).exits() if way.goto is Way.HANG_UP and _may_hold(survey, way, edge)
        )
        return survey.place(spot, next(ends, ""))
    if edge.given.kind == "key" and not edge.missed:
        return survey.key_place(node, edge.given.value)
    return survey.place(spot, edge.given.value if edge.given.kind == "result" else "give_up")


def _may_hold(survey: Survey, way: Exit, edge: Edge) -> bool:
    """Whether the conditions of a way out can hold in a turn."""
    times = (survey.exploration.moments.when(condition) for condition in way.when)
    return all(when is None or edge.when & when for when in times)


def _may_be_silent(edge: Edge) -> bool:
    talked = edge.given.kind == "result" and edge.given.value == DialResult.COMPLETED
    return edge.onward is None and (talked or edge.given.kind == "hangup")


def _is_heard(survey: Survey, said: tuple[Said, ...]) -> bool:
    return any(survey.hearing.full(each, "shortest").text.strip(" .,;:!?–-") for each in said)


RULE = Rule(CODE, check)
