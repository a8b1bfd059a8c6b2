"""announced-key: a key that a text tells callers to press does something in the menu that follows.

Wrong:

    about:
      say:
        de: Für weitere Sprachen drücken Sie die Neun.
        en: For other languages, press nine.
      next: main

Right:

    about:
      say:
        de: Für einen Menschen drücken Sie die Null.
        en: For a person, press zero.
      next: main
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import Gather
from ivr.check.keys_in_words import instructions
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.call import Said, Spot
    from ivr.check.survey import Document
    from ivr.source.places import Place
    from ivr.source.problems import Problem

CODE = "announced-key"


def check(survey: Survey) -> Iterator[Problem]:
    """Every instruction in every document."""
    told: set[tuple[Place, str]] = set()
    known: dict[Said, list[str]] = {}
    for document in survey.documents:
        for said in document.turn.said:
            if said not in known:
                known[said] = list(dict.fromkeys(each.key for each in instructions(said.language, said.text)))
            for key in known[said]:
                if _means_something(survey, document, key):
                    continue
                place = _place(survey, document, said)
                if (place, key) in told:
                    continue
                told.add((place, key))
                yield problem(
                    CODE,
                    place,
                    Sentence(
                        f"Angesagt wird die Taste {key}, aber danach bedeutet sie nichts.",
                        f"The key {key} is announced, but means nothing then.",
                    ),
                    Sentence(
                        f'Geben Sie ihr ein Ziel (keys: {{"{key}": ZIEL}} oder im Menü), oder sagen Sie sie nicht an.',
                        f'Give it a target (keys: {{"{key}": TARGET}} or in the menu), or do not announce it.',
                    ),
                    call=survey.shown(document.node, document.edge, language=document.language),
                )


def _means_something(survey: Survey, document: Document, key: str) -> bool:
    if document.edge.onward is None or not isinstance(document.turn.expects, Gather):
        return False
    edges = survey.exploration.nodes[document.edge.onward].edges
    return any(edge.given.kind == "key" and edge.given.value == key and not edge.missed for edge in edges)


def _place(survey: Survey, document: Document, said: Said) -> Place:
    """Where the text is written: that of the step which says it."""
    spots: list[Spot] = [*document.turn.path, document.turn.state.spot]
    for spot in spots:
        for text in survey.texts(spot):
            for code, wording in text.by_language.items():
                first = next((part for part in wording.parts if isinstance(part, str)), "")
                if (wording.language or code or said.language) == said.language and first and first in said.text:
                    return wording.place
    return survey.place(spots[-1])


RULE = Rule(CODE, check)
