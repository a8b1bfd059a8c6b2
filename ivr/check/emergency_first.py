"""emergency-first: every call begins with the emergency numbers, in every language.

The first text of a call names 110 and 112: a caller in danger must not wait through anything else, and the service
itself never connects to them.

Wrong:

    welcome:
      say: {de: Willkommen bei der Stadt Dortmund., en: Welcome to the City of Dortmund.}
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

from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence
from ivr.speech import language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.source.problems import Problem

CODE = "emergency-first"


def check(survey: Survey) -> Iterator[Problem]:
    """The first words of a call in each language."""
    lacking = [code for code, greeting in survey.greetings.items() if not _names_both(greeting.turn.said[:1])]
    if not lacking:
        return
    path = survey.greetings[lacking[0]].turn.path
    speaking = next((spot for spot in path if survey.step(spot).lines()), survey.flows.start)
    text = next((wording.place for text in survey.texts(speaking) for code, wording in text.by_language.items()
                 if code in (lacking[0], "")), survey.place(speaking))  # fmt: skip
    names = ", ".join(lacking)
    every = len(lacking) == len(survey.flows.languages)
    yield problem(
        CODE,
        survey.place(speaking) if every else text,
        Sentence(
            "Der Anruf beginnt nicht mit 110 und 112." if every else f"Hier fehlen 110 und 112, in: {names}.",
            "The call does not begin with 110 and 112." if every else f"110 and 112 are missing here, in: {names}.",
        ),
        Sentence(
            "Der erste Text eines Anrufs sagt: Im Notfall legen Sie bitte auf und wählen Sie 110 oder 112.",
            "The first text of a call says: In an emergency, please hang up and dial 110 or 112.",
        ),
        call=survey.shown(None, survey.greetings[lacking[0]].edge, language=lacking[0]),
    )


def _names_both(said: tuple[object, ...]) -> bool:
    return any(
        all(language(each.language).spell_out(number) in each.text for number in ("110", "112"))  # type: ignore[attr-defined]
        for each in said
    )


RULE = Rule(CODE, check)
