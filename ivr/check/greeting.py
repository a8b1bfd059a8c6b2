"""long-greeting: the emergency numbers are said within 10 seconds, and the first option within 18.

Counted from the beginning of the call, in each language, at its measured rate of speech, with the longest sentence that
the hours can give. Half as much again is an error, what lies between is a warning. All the while any key works: a call
that begins with anything but a menu behind its greeting is a warning too (`no-key-yet`).

Wrong:

    welcome:
      say:
        de: Willkommen beim Kommunalen Ordnungsdienst der Stadt Dortmund. Wir freuen uns sehr über Ihren Anruf und sind
          gern für Sie da. Im Notfall legen Sie bitte auf und wählen Sie 110 oder 112.
        en: Welcome. In an emergency, please hang up and dial 110 or 112.
      next: main

Right:

    welcome:
      say:
        de: Willkommen. Im Notfall legen Sie bitte auf und wählen Sie 110 oder 112.
        en: Welcome. In an emergency, please hang up and dial 110 or 112.
      next: main
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import Gather
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence
from ivr.speech import language
from ivr.steps.menu import Menu

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.check.survey import Document
    from ivr.source.problems import Problem

CODE = "long-greeting"
NO_KEY = "no-key-yet"

EMERGENCY_BY = 10
"""Seconds."""
FIRST_OPTION_BY = 18
"""Seconds."""
ERROR_FROM = 1.5
"""So many times a limit is an error: the rates are estimates, and no city should stand still over half a second."""


def check(survey: Survey) -> Iterator[Problem]:
    """The first turn of a call, in every language."""
    for wanted, within, what in (
        (
            _emergency_ends,
            EMERGENCY_BY,
            Sentence("die Notrufnummern gesagt sind", "the emergency numbers have been said"),
        ),
        (_first_option_ends, FIRST_OPTION_BY, Sentence("die erste Taste angesagt ist", "the first key is announced")),
    ):
        late = {code: end for code, greeting in survey.greetings.items() if (end := wanted(survey, greeting)) > within}
        if not late:
            continue
        worst = max(late, key=late.__getitem__)
        times = ", ".join(f"{code} {end:.1f} s" for code, end in late.items())
        yield problem(
            CODE,
            survey.place(survey.flows.start),
            Sentence(
                f"Bis {what.de}, dauert es länger als {within} Sekunden: {times}.",
                f"It takes more than {within} seconds until {what.en}: {times}.",
            ),
            Sentence(
                "Kürzen Sie, was davor gesagt wird; was nicht jeder wissen muss, gehört hinter eine Taste.",
                "Shorten what is said before; what not everybody needs to know belongs behind a key.",
            ),
            call=survey.shown(None, survey.greetings[worst].edge, language=worst),
            warning=late[worst] <= within * ERROR_FROM,
        )
    without = next((edge for edge in survey.exploration.starts if not isinstance(edge.expects, Gather)), None)
    if without is not None:
        yield problem(
            NO_KEY,
            survey.place(survey.flows.start),
            Sentence(
                "Während der Begrüßung wirkt keine Taste: Hinter ihr kommt kein Menü.",
                "No key works during the greeting: no menu comes behind it.",
            ),
            Sentence("Führen Sie die Begrüßung zu einem Menü.", "Lead the greeting to a menu."),
            call=survey.shown(None, without),
            warning=True,
        )


def _emergency_ends(survey: Survey, greeting: Document) -> float:
    """The second at which both numbers have been said; 0 where they never are: another rule's business."""
    end = 0.0
    for said in greeting.turn.said:
        if language(said.language).spell_out("112") in said.text:
            return end + survey.hearing.seconds([said])
        end += survey.hearing.seconds([said])
    return 0.0


def _first_option_ends(survey: Survey, greeting: Document) -> float:
    if not isinstance(greeting.turn.expects, Gather):
        return 0.0
    spot = greeting.turn.state.spot
    body = survey.body(spot)
    own = len(survey.step(spot).lines()) if isinstance(body, Menu) else 1
    first = len(greeting.turn.said) - own + (1 if isinstance(body, Menu) and body.prompt else 0)
    return survey.hearing.seconds(greeting.turn.said[: first + 1])


RULE = Rule(CODE, check)
