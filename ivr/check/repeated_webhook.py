"""repeated-webhook: a webhook that the provider sends twice is answered twice in the same way.

Providers repeat what they think was lost. A turn depends on nothing but the set, the state, the input and the time; a
step that remembers something of its own breaks that. No flow can break this: it would be a mistake in the service, and
is looked for all the same.

Wrong: a kind of step that counts its callers.
Right: a step whose answer depends on the state and the input only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.source.problems import Problem

CODE = "repeated-webhook"


def check(survey: Survey) -> Iterator[Problem]:
    """The states in which the exploration saw it."""
    for spot in sorted({node.state.spot for node in survey.exploration.unlike}):
        yield problem(
            CODE,
            survey.place(spot),
            Sentence(
                "Derselbe Webhook, zweimal geschickt, wird hier verschieden beantwortet.",
                "The same webhook, sent twice, is answered differently here.",
            ),
            Sentence("Melden Sie das bitte dem Betreuer des Dienstes.", "Please tell the service's maintainer."),
        )


RULE = Rule(CODE, check)
