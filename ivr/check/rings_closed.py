"""rings-closed: no contact is rung that is shut at that moment, unless the file says so.

A `connect` asks before it rings; `phone_hours` in contacts.yaml say where a phone is answered although the office is
shut. No flow can break this: it would be a mistake in the service, and is looked for all the same.

Wrong: a kind of step that rings a contact and does not ask about its hours.
Right: `connect`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import Dial
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.source.problems import Problem

CODE = "rings-closed"


def check(survey: Survey) -> Iterator[Problem]:
    """Every connection, at all times at which it is made."""
    told = set()
    for node, edge in survey.exploration.turns():
        if not isinstance(edge.expects, Dial) or edge.expects.contact in told:
            continue
        if edge.expects.contact not in survey.directory.contacts:
            continue  # Another rule's business.
        if shut := edge.when & ~survey.exploration.moments.answered(edge.expects.contact):
            told.add(edge.expects.contact)
            yield problem(
                CODE,
                survey.place(survey.last(node, edge)),
                Sentence(
                    f"Hier wird „{edge.expects.contact}“ angerufen, während dort geschlossen ist.",
                    f"“{edge.expects.contact}” is rung here while it is closed.",
                ),
                Sentence(
                    "Ist das Telefon dann besetzt? Das sagt „phone_hours:“ in contacts.yaml.",
                    "Is the phone answered then? “phone_hours:” in contacts.yaml says so.",
                ),
                call=survey.shown(node, edge, when=shut),
            )


RULE = Rule(CODE, check)
