"""unprotected-switch: nobody closes or opens an office without having typed a PIN in the same call.

Every way to a `switch` leads through a `digits` step with `expect: pin`, and out of it by the right PIN. A switch
`until: entered` moreover comes behind a `digits` step with `expect: time`; else it is never accepted (`no-time-typed`).

Wrong:

    about:
      switch: {contact: citywache, set: closed, until: end_of_day, refused: choice}
      next: choice

Right:

    about:
      digits:
        expect: pin
        prompt: {de: Bitte geben Sie Ihre Geheimzahl ein., en: Please enter your secret number.}
        locked: choice
        give_up: choice
      next: close
    close:
      switch: {contact: citywache, set: closed, until: end_of_day, refused: choice}
      next: choice
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import Outcome
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence
from ivr.steps.digits import PinStep, TimeStep
from ivr.steps.switch import ENTERED, SwitchStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.call import Spot
    from ivr.exploration import Edge, Node
    from ivr.source.problems import Problem

CODE = "unprotected-switch"
NO_TIME = "no-time-typed"


def check(survey: Survey) -> Iterator[Problem]:
    """Every turn that comes to a switch."""
    told: set[tuple[str, Spot]] = set()
    for node, edge in survey.exploration.turns():
        for spot in edge.path:
            step = survey.step(spot)
            if not isinstance(step, SwitchStep):
                continue
            if not _knows_a_pin(survey, node, edge):
                code, words = CODE, (_WITHOUT_PIN, _ASK_PIN)
            elif step.until == ENTERED and not _has_a_time(survey, node, edge):
                code, words = NO_TIME, (_WITHOUT_TIME, _ASK_TIME)
            else:
                continue
            if (code, spot) not in told:
                told.add((code, spot))
                yield problem(code, survey.place(spot), *words, call=survey.shown(node, edge))


def _knows_a_pin(survey: Survey, node: Node | None, edge: Edge) -> bool:
    """Whether the caller typed one before this turn, or has just typed it."""
    if node is None:
        return False
    just_now = edge.given.outcomes[:1] == (Outcome.DONE,) and isinstance(survey.step(node.state.spot), PinStep)
    return just_now or bool(node.state.author)


def _has_a_time(survey: Survey, node: Node | None, edge: Edge) -> bool:
    if node is None:
        return False
    just_now = edge.given.kind == "key" and not edge.missed and isinstance(survey.step(node.state.spot), TimeStep)
    return just_now or bool(node.state.entered)


_WITHOUT_PIN = Sentence(
    "Hierher kommt ein Anrufer, der keine PIN eingegeben hat.", "A caller comes here who has not typed a PIN."
)
_ASK_PIN = Sentence(
    "Führen Sie jeden Weg hierher über einen Schritt „digits“ mit „expect: pin“ und dessen „next“.",
    "Lead every way here through a step “digits” with “expect: pin”, and its “next”.",
)
_WITHOUT_TIME = Sentence(
    "Hierher kommt ein Anrufer, der keine Uhrzeit eingegeben hat; so wird es nie angenommen.",
    "A caller comes here who has not typed a time; so it is never accepted.",
)
_ASK_TIME = Sentence(
    "Fragen Sie vorher mit „digits“ und „expect: time“ danach, oder schreiben Sie „until: end_of_day“.",
    "Ask for it before with “digits” and “expect: time”, or write “until: end_of_day”.",
)

RULE = Rule(CODE, check)
