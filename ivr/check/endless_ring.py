"""endless-ring: no steps follow each other in a circle without anything happening in between.

Steps that say or decide something go on at once. Where they lead back to themselves, the caller would hear the same
words over and over; at run time she is left with a number instead.

Wrong:

    about:
      say: {de: Wir sind für Sie da., en: We are here for you.}
      next: more
    more:
      say: {de: Rund um die Uhr., en: Round the clock.}
      next: about

Right:

    about:
      say: {de: Wir sind für Sie da., en: We are here for you.}
      next: choice
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.check.survey import Rule, Survey, problem
from ivr.engine import MAX_HOPS
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.call import Spot
    from ivr.source.problems import Problem

CODE = "endless-ring"


def check(survey: Survey) -> Iterator[Problem]:
    """Turns that the engine had to break off."""
    told: set[frozenset[Spot]] = set()
    for node, edge in survey.exploration.turns():
        if len(edge.path) < MAX_HOPS:
            continue
        last = edge.path[-1]
        ring = edge.path[-2 - edge.path[-2::-1].index(last) :] if last in edge.path[:-1] else edge.path
        if frozenset(ring) in told:
            continue
        told.add(frozenset(ring))
        # The one that stands first in the file is where an operator begins to read.
        begins = min(set(ring), key=lambda spot: survey.place(spot)[:3])
        start = ring.index(begins)
        names = " → ".join(spot.step for spot in (*ring[start:-1], *ring[:start], begins))
        yield problem(
            CODE,
            survey.place(begins),
            Sentence(f"Diese Schritte führen im Kreis: {names}.", f"These steps lead round in a circle: {names}."),
            Sentence(
                "Führen Sie einen davon zu einem Menü oder an ein Ende.", "Lead one of them to a menu or to an end."
            ),
            call=survey.shown(node, edge),
        )


RULE = Rule(CODE, check)
