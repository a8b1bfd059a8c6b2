"""long-greeting: the emergency numbers are said within 10 seconds, and the first option within 18.

Counted from the beginning of the call, in each language, at its measured rate of speech. More than that on usual days
is a warning; half as much again, with the longest sentence that the hours ever give, is an error. All the while any key
works: a call that begins with anything but a menu behind its greeting is a warning too (`no-key-yet`).

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

    from ivr.call import Said
    from ivr.check.survey import Document
    from ivr.exploration import Edge
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
    # What is late at the beginning makes all late: one problem is enough, an error if there is one.
    late = sorted(_late(survey), key=lambda found: found.severity)
    yield from late[:1]
    without = next((edge for edge in survey.public_starts if not isinstance(edge.expects, Gather)), None)
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


def _late(survey: Survey) -> Iterator[Problem]:
    for said_until, within, what in (
        (
            _to_emergency,
            EMERGENCY_BY,
            Sentence("die Notrufnummern gesagt sind", "the emergency numbers are said"),
        ),
        (_to_first_option, FIRST_OPTION_BY, Sentence("die erste Taste angesagt ist", "the first key is announced")),
    ):
        late: dict[str, tuple[float, Edge]] = {}
        too_late = False
        for greeting in survey.greetings:
            said = said_until(survey, greeting)
            usual, longest = (survey.hearing.seconds(said, which) for which in ("usual", "longest"))
            seconds = longest if longest > within * ERROR_FROM else usual
            too_late |= seconds > within * ERROR_FROM
            if seconds > max(within, late.get(greeting.language, (0.0,))[0]):
                late[greeting.language] = (seconds, greeting.edge)
        if not late:
            continue
        worst = max(late, key=lambda code: late[code][0])
        times = ", ".join(f"{code} {seconds:.1f} s" for code, (seconds, _) in late.items())
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
            call=survey.shown(None, late[worst][1], language=worst),
            warning=not too_late,
        )


def _to_emergency(_survey: Survey, greeting: Document) -> tuple[Said, ...]:
    """All that is said until both numbers are; nothing where they never are: another rule's business."""
    said = greeting.turn.said
    ends = (end for end, each in enumerate(said, 1) if language(each.language).spell_out("112") in each.text)
    return said[: next(ends, 0)]


def _to_first_option(survey: Survey, greeting: Document) -> tuple[Said, ...]:
    said = greeting.turn.said
    if not isinstance(greeting.turn.expects, Gather):
        return ()
    spot = greeting.turn.state.spot
    body = survey.body(spot)
    if not isinstance(body, Menu):
        return said[: len(said) - len(body.options or ()) + 1]
    return said[: len(said) - len(survey.step(spot).lines()) + (2 if body.prompt else 1)]


RULE = Rule(CODE, check)
