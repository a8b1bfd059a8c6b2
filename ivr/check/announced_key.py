"""announced-key: a key that a text tells callers to press does something in the menu that follows.

Wrong:

    about:
      say:
        de: Für weitere Sprachen drücken Sie die Neun.
        en: For other languages, press nine.
      next: choice

Right:

    about:
      say:
        de: Für einen Menschen drücken Sie die Null.
        en: For a person, press zero.
      next: choice
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.check.keys_in_words import instructions
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence
from ivr.speech import language

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from ivr.call import Said, Spot
    from ivr.check.survey import Document
    from ivr.source.places import Place
    from ivr.source.problems import Problem

CODE = "announced-key"


def check(survey: Survey) -> Iterator[Problem]:
    """Every instruction in every document."""
    found: dict[tuple[Hashable, str], dict[str, tuple[Place, Document]]] = {}
    known: dict[Said, list[str]] = {}
    for document in survey.documents:
        for said in document.turn.said:
            if said not in known:
                known[said] = list(dict.fromkeys(each.key for each in instructions(said.language, said.text)))
            for key in known[said]:
                if key not in survey.keys_after(document.edge):
                    text, place = _written(survey, document, said)
                    found.setdefault((text, key), {}).setdefault(said.language, (place, document))
    for (_, key), by_language in found.items():
        place, document = next(iter(by_language.values()))
        names = ", ".join(by_language)
        yield problem(
            CODE,
            place,
            Sentence(
                f"Angesagt wird die Taste {key} ({names}), aber danach bedeutet sie nichts.",
                f"The key {key} is announced ({names}), but means nothing then.",
            ),
            Sentence(
                f'Geben Sie ihr ein Ziel (keys: {{"{key}": ZIEL}} oder im Menü), oder sagen Sie sie nicht an.',
                f'Give it a target (keys: {{"{key}": TARGET}} or in the menu), or do not announce it.',
            ),
            call=survey.shown(document.node, document.edge, language=document.language),
        )


def _written(survey: Survey, document: Document, said: Said) -> tuple[Hashable, Place]:
    """The text that says so, and where it is written in this language; else the step at which it is heard."""
    spots: list[Spot] = [*document.turn.path, document.turn.state.spot]
    for spot in spots:
        for text in survey.texts(spot):
            for code, wording in text.by_language.items():
                first = next((part for part in wording.parts if isinstance(part, str)), "")
                spoken = language(said.language).spell_out(first)
                if (wording.language or code or said.language) == said.language and spoken and spoken in said.text:
                    return id(text), wording.place
    return spots[-1], survey.place(spots[-1])


RULE = Rule(CODE, check)
