"""wrong-number-told: who has not reached an office is told that office's number, if any.

The second likeliest swap: after ringing one office in vain, the caller hears that another one cannot be reached, and
notes its number. Of an office that is closed also the number of another contact in its house may be told.

Wrong:

    nordstadt:
      connect: {to: nordstadtbuero, busy: ordnungsamt_busy, no_answer: ordnungsamt_busy, failed: ordnungsamt_busy}

Right:

    nordstadt:
      connect: {to: nordstadtbuero, busy: nordstadt_busy, no_answer: nordstadt_busy, failed: nordstadt_busy}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import Dial, DialResult
from ivr.check.names import in_one_house
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence
from ivr.steps.connect import ConnectStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.call import Spot
    from ivr.exploration import Edge, Node
    from ivr.source.problems import Problem

CODE = "wrong-number-told"


def check(survey: Survey) -> Iterator[Problem]:
    """What is said after every connection that did not come about, and instead of one that was not tried."""
    told: set[tuple[Spot, frozenset[str]]] = set()
    for node, edge in survey.exploration.turns():
        for spot, way in _in_vain(survey, node, edge):
            step = survey.step(spot)
            numbers = survey.told(edge.said)
            if not isinstance(step, ConnectStep) or not numbers or (spot, numbers) in told:
                continue
            tried = {entry.key for entry in step.contacts}
            if way == "when_closed":
                if any(in_one_house(survey.directory, one, other) for one in tried for other in numbers):
                    continue
            elif numbers & tried:
                continue
            told.add((spot, numbers))
            first = step.contacts[0].key
            names = ", ".join(sorted(numbers))
            yield problem(
                CODE,
                survey.place(spot, way),
                Sentence(
                    f"„{first}“ ist nicht zu erreichen, gesagt wird aber nur eine andere Nummer: {names}.",
                    f"“{first}” cannot be reached, but only another number is told: {names}.",
                ),
                Sentence(
                    f"Führen Sie zu einem Schritt, der {{{first}.phone}} sagt, oder lassen Sie das Ziel weg: Dann sagt "
                    "der Dienst die Nummer selbst.",
                    f"Lead to a step that says {{{first}.phone}}, or leave the target out: then the service tells the "
                    "number by itself.",
                ),
                call=survey.shown(node, edge),
            )


def _in_vain(survey: Survey, node: Node | None, edge: Edge) -> Iterator[tuple[Spot, str]]:
    """The connections that did not come about in a turn, and the way out that was taken."""
    if isinstance(edge.expects, Dial):
        return
    if node is not None and edge.given.kind == "result" and edge.given.value != DialResult.COMPLETED:
        yield node.state.spot, edge.given.value
        return
    last = next((spot for spot in reversed(edge.path) if isinstance(survey.step(spot), ConnectStep)), None)
    if last is not None:
        yield last, "when_closed"


RULE = Rule(CODE, check)
