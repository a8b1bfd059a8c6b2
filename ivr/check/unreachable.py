"""unreachable-step: every step is one that some caller can come to.

What nobody reaches is a mistake in a target, or a leftover that will mislead whoever reads the file next. A step that
is only waiting for its time (a condition that does not hold within a year, an office that is never closed) is a warning
(`never-reached`).

Wrong:

    leftover:
      say: {de: Das hört niemand., en: Nobody hears this.}
      next: main

Right:

    about:
      say: {de: Wir sind für Sie da., en: We are here for you.}
      next: choice
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence
from ivr.steps.base import CallFlow, ToStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.call import Spot
    from ivr.source.problems import Problem

CODE = "unreachable-step"
NEVER = "never-reached"


def check(survey: Survey) -> Iterator[Problem]:
    """Steps that no call comes to: the first of each row of them."""
    lost = [spot for spot in survey.flows.steps if spot not in survey.visited]
    leads = {
        spot: {
            way.goto.spot if isinstance(way.goto, ToStep) else way.goto.start
            for way in step.exits()
            if isinstance(way.goto, ToStep | CallFlow)
        }
        for spot, step in survey.flows.steps.items()
    }
    waiting = {spot for spot in lost if any(spot in leads[other] for other in survey.visited)}
    explained: set[Spot] = set()
    for spot in (*sorted(waiting), *lost):
        if spot in explained or (spot not in waiting and _led_to(spot, lost, leads)):
            continue
        explained |= _behind(spot, set(lost), leads)
        yield _never(survey, spot) if spot in waiting else _unreachable(survey, spot, lost)
    # What is left leads round in circles that nothing leads into.
    for spot in lost:
        if spot not in explained:
            explained |= _behind(spot, set(lost), leads)
            yield _unreachable(survey, spot, lost)


def _led_to(spot: Spot, lost: list[Spot], leads: dict[Spot, set[Spot]]) -> bool:
    return any(spot in leads[other] for other in lost if other != spot)


def _behind(spot: Spot, lost: set[Spot], leads: dict[Spot, set[Spot]]) -> set[Spot]:
    found, waiting = {spot}, [spot]
    while waiting:
        for onward in leads[waiting.pop()] & lost - found:
            found.add(onward)
            waiting.append(onward)
    return found


def _unreachable(survey: Survey, spot: Spot, lost: list[Spot]) -> Problem:
    flow = [other for other in survey.flows.steps if other.flow == spot.flow]
    if set(flow) <= set(lost):
        return problem(
            CODE,
            survey.written[spot.flow].place,
            Sentence(
                f"Zu keinem Schritt des Ablaufs „{spot.flow}“ kommt ein Anrufer.",
                f"No caller comes to any step of the flow “{spot.flow}”.",
            ),
            Sentence(
                f"Rufen Sie ihn auf (go: flow:{spot.flow}), oder löschen Sie die Datei.",
                f"Call it (go: flow:{spot.flow}), or delete the file.",
            ),
        )
    return problem(
        CODE,
        survey.place(spot),
        Sentence(f"Zum Schritt „{spot.step}“ kommt kein Anrufer.", f"No caller comes to the step “{spot.step}”."),
        Sentence(
            "Führen Sie eine Taste oder ein „next:“ dorthin, oder löschen Sie ihn.",
            "Lead a key or a “next:” there, or delete it.",
        ),
    )


def _never(survey: Survey, spot: Spot) -> Problem:
    return problem(
        NEVER,
        survey.place(spot),
        Sentence(
            f"Zum Schritt „{spot.step}“ kommt im nächsten Jahr kein Anrufer: Was dafür gelten muss, gilt nie.",
            f"No caller comes to the step “{spot.step}” within a year: what has to hold for it never does.",
        ),
        Sentence(
            "Stimmen die Bedingung und die Öffnungszeiten in contacts.yaml, und kehrt ein gerufener Ablauf mit "
            "„return“ zurück? Sonst kann der Schritt wegbleiben.",
            "Are the condition and the hours in contacts.yaml right, and does a called flow come back with “return”? "
            "Otherwise the step can be left out.",
        ),
        warning=True,
    )


RULE = Rule(CODE, check)
