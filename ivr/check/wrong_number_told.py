"""wrong-number-told: who has not reached an office is told that office's number, if any.

The second likeliest swap: after ringing one office in vain, the caller hears that another one cannot be reached, and
notes its number.

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
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence
from ivr.steps.connect import ConnectStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.call import Spot
    from ivr.source.problems import Problem

CODE = "wrong-number-told"


def check(survey: Survey) -> Iterator[Problem]:
    """What is said after every connection that did not come about."""
    told: set[tuple[Spot, frozenset[str]]] = set()
    for node in survey.exploration.nodes:
        step = survey.flows.steps.get(node.state.spot)
        if not isinstance(node.waits, Dial) or not isinstance(step, ConnectStep):
            continue
        tried = {entry.key for entry in step.contacts}
        for edge in node.edges:
            if edge.given.kind != "result" or edge.given.value == DialResult.COMPLETED:
                continue
            numbers = survey.told(edge.said)
            if not numbers or numbers & tried or (node.state.spot, numbers) in told:
                continue
            told.add((node.state.spot, numbers))
            yield problem(
                CODE,
                survey.place(node.state.spot, edge.given.value),
                Sentence(
                    f"„{node.waits.contact}“ ist nicht zu erreichen, gesagt wird aber nur die Nummer von "
                    f"„{'“ und „'.join(sorted(numbers))}“.",
                    f"“{node.waits.contact}” cannot be reached, but only the number of "
                    f"“{'” and “'.join(sorted(numbers))}” is told.",
                ),
                Sentence(
                    f"Führen Sie zu einem Schritt, der {{{node.waits.contact}.phone}} sagt, oder lassen Sie das Ziel "
                    "weg: Dann sagt der Dienst die Nummer selbst.",
                    f"Lead to a step that says {{{node.waits.contact}.phone}}, or leave the target out: then the "
                    "service tells the number by itself.",
                ),
                call=survey.shown(node, edge),
            )


RULE = Rule(CODE, check)
