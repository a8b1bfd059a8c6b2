"""unlisted-number: nothing but the numbers in contacts.yaml is dialled, and never an emergency number.

A flow names contacts, and a contact's number is looked at when the file is read. No flow can break this: it would be a
mistake in the service, and is looked for all the same.

Wrong: a kind of step that dials a number of its own.
Right: `connect`, which names a contact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import Dial
from ivr.check.survey import Rule, Survey, problem
from ivr.contacts import allowed
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.call import Spot
    from ivr.source.problems import Problem

CODE = "unlisted-number"


def check(survey: Survey) -> Iterator[Problem]:
    """Every number that is ever dialled."""
    told: set[Spot] = set()
    for node, edge in survey.exploration.turns():
        spot = survey.last(node, edge)
        if not isinstance(edge.expects, Dial) or spot in told:
            continue
        entry = survey.directory.contacts.get(edge.expects.contact)
        listed = entry is not None and entry.phone is not None and entry.phone.e164 == edge.expects.number
        if listed and allowed(edge.expects.number):
            continue
        told.add(spot)
        yield problem(
            CODE,
            survey.place(spot),
            Sentence(
                f"Hier wird {edge.expects.number} gewählt; so steht es bei keiner Stelle.",
                f"{edge.expects.number} is dialled here, which no contact has.",
            ),
            Sentence("Melden Sie das bitte dem Betreuer des Dienstes.", "Please tell the service's maintainer."),
            call=survey.shown(node, edge),
        )


RULE = Rule(CODE, check)
