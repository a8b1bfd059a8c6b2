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

    from ivr.check.survey import Document
    from ivr.source.problems import Problem

CODE = "emergency-first"


def check(survey: Survey) -> Iterator[Problem]:
    """The first words of every call, in each language and at all times."""
    lacking = [greeting for greeting in survey.greetings if not _names_both(greeting)]
    if not lacking:
        return
    example = lacking[0]
    spoken = (spot for spot in example.turn.path if survey.step(spot).lines() and not survey.step(spot).is_menu)
    speaking = next(spoken, survey.flows.start)
    codes = list(dict.fromkeys(greeting.language for greeting in lacking))
    every = len(codes) == len(survey.flows.languages)
    texts = (text.by_language.get(example.language) for text in survey.texts(speaking))
    place = next((wording.place for wording in texts if wording is not None), survey.place(speaking))
    names = ", ".join(codes)
    yield problem(
        CODE,
        survey.place(speaking) if every else place,
        Sentence(
            "Der Anruf beginnt nicht mit 110 und 112." if every else f"Hier fehlen 110 und 112, in: {names}.",
            "The call does not begin with 110 and 112." if every else f"110 and 112 are missing here, in: {names}.",
        ),
        Sentence(
            "Der erste Text eines Anrufs sagt: Im Notfall legen Sie bitte auf und wählen Sie 110 oder 112.",
            "The first text of a call says: In an emergency, please hang up and dial 110 or 112.",
        ),
        call=survey.shown(None, example.edge, language=example.language),
    )


def _names_both(greeting: Document) -> bool:
    """Whether the first text does, in a language that the caller understands."""
    speech = language(greeting.language)
    first = [each.text for each in greeting.turn.said[:1] if each.language == greeting.language]
    return any(all(speech.spell_out(number) in text for number in ("110", "112")) for text in first)


RULE = Rule(CODE, check)
