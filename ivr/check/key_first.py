"""key-first: what a key is for is said before the key.

"For parking, press one": a caller listens for her topic, and then for the key. The other way round she has forgotten
the key when the topic comes. The menus that the service speaks are like that; this is about operators' own sentences.

Wrong:

    about:
      say:
        de: Drücken Sie die Null für einen Menschen.
        en: Press zero for a person.
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
from ivr.speech.limits import SENTENCE_END

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.source.problems import Problem

CODE = "key-first"


def check(survey: Survey) -> Iterator[Problem]:
    """Every text of an operator."""
    for spot in survey.flows.steps:
        for text in survey.texts(spot):
            for code, wording in text.by_language.items():
                language = wording.language or code or survey.flows.languages[0]
                words = "".join(part if isinstance(part, str) else "…" for part in wording.parts)
                for sentence in SENTENCE_END.split(words):
                    found = next((each for each in instructions(language, sentence) if each.at == 0), None)
                    if found is None or not sentence[found.end :].strip(" .!?؟،,"):
                        continue
                    yield problem(
                        CODE,
                        wording.place,
                        Sentence(
                            "Hier kommt die Taste vor dem, wofür sie ist.", "The key comes before what it is for here."
                        ),
                        Sentence(
                            "Erst das Thema, dann die Taste: Für einen Menschen drücken Sie die Null.",
                            "The topic first, then the key: For a person, press zero.",
                        ),
                        warning=True,
                    )
                    break


RULE = Rule(CODE, check)
