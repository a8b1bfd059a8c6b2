"""recording-consent: nobody is recorded who has not agreed by pressing a key.

Recording the spoken word without consent is a crime (section 201 of the German criminal code). A turn that records
must answer a valid key, and never silence, a wrong key, or the end of a connection. No kind of step records yet; the
one that will finds this rule in place.

Wrong: a recording behind a text, behind silence, or behind an office that does not answer.
Right: a recording behind the key that a menu offers for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import Record
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.call import Spot
    from ivr.source.problems import Problem

CODE = "recording-consent"


def check(survey: Survey) -> Iterator[Problem]:
    """Every turn that records."""
    told: set[Spot] = set()
    for node, edge in survey.exploration.turns():
        if not isinstance(edge.expects, Record) or (edge.given.kind == "key" and not edge.missed):
            continue
        spot = survey.last(node, edge)
        if spot in told:
            continue
        told.add(spot)
        yield problem(
            CODE,
            survey.place(spot),
            Sentence("Hier wird aufgenommen, ohne dass der Anrufer zugestimmt hat.", "This records without consent."),
            Sentence(
                "Fragen Sie vorher mit einem Menü, und führen Sie nur die Taste für „ja“ hierher.",
                "Ask by a menu before, and lead only the key for “yes” here.",
            ),
            call=survey.shown(node, edge),
        )


RULE = Rule(CODE, check)
