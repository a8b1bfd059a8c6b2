"""long-menu: a menu is heard in 25 seconds, in 35 at the very most.

In each language, at its measured rate of speech: from the prompt to the last key. More than 25 seconds are a warning,
more than 35 an error.

Wrong: five options of a long sentence each.
Right: five options of a few words each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.check.menus import menus
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.call import Said
    from ivr.source.problems import Problem

CODE = "long-menu"

LONG = 25
TOO_LONG = 35
"""Seconds."""


def check(survey: Survey) -> Iterator[Problem]:
    """Every menu that somebody hears, in every language."""
    world = survey.exploration.moments.world(0)
    for spot, _ in menus(survey):
        takes = {}
        for code in survey.flows.languages_of(spot.flow):
            said: list[Said] = [lines[code].now(world) for lines in survey.step(spot).lines()]
            if (lasts := survey.hearing.seconds(said)) > LONG:
                takes[code] = lasts
        if not takes:
            continue
        times = ", ".join(f"{code} {lasts:.0f} s" for code, lasts in takes.items())
        yield problem(
            CODE,
            survey.place(spot),
            Sentence(
                f"Dieses Menü dauert länger als {LONG} Sekunden: {times}.",
                f"This menu takes more than {LONG} seconds: {times}.",
            ),
            Sentence("Kürzen Sie die Punkte, oder teilen Sie das Menü.", "Shorten the options, or divide the menu."),
            warning=max(takes.values()) <= TOO_LONG,
        )


RULE = Rule(CODE, check)
