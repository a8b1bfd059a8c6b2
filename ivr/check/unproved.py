"""unproved: everything that callers can do is looked at, or the set is refused.

Flows that call each other in every order, and menus that lead to all others, can make more states than a computer can
look at. What was not looked at is not proved.

Wrong: a dozen flows, each of which calls all others.
Right: flows that come back (`return`) to the flow that called them, and menus in levels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.source.problems import Problem

CODE = "unproved"


def check(survey: Survey) -> Iterator[Problem]:
    """Whether the exploration came to its end."""
    if survey.exploration.complete:
        return
    states = len(survey.exploration.nodes)
    yield problem(
        CODE,
        survey.written[survey.flows.start.flow].place,
        Sentence(
            f"Diese Abläufe sind so verflochten, dass nach {states} Zuständen kein Ende in Sicht ist.",
            f"These flows are so entangled that after {states} states no end is in sight.",
        ),
        Sentence(
            "Lassen Sie gerufene Abläufe mit „return“ zurückkehren, statt von dort weitere zu rufen, und ordnen Sie "
            "die Menüs in Ebenen.",
            "Let called flows come back with “return” instead of calling others from there, and order the menus in "
            "levels.",
        ),
    )


RULE = Rule(CODE, check)
