"""hard-sentence: a sentence has at most twenty words and three commas.

Who listens cannot look back to where the sentence began.

Wrong:

    about:
      say:
        de: Wir sind, wenn Sie uns brauchen, immer, auch nachts, für Sie da, und zwar gern.
        en: We are there for you.
      next: choice

Right:

    about:
      say:
        de: Wir sind für Sie da. Auch nachts.
        en: We are there for you.
      next: choice
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence
from ivr.speech.limits import SENTENCE_END

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.source.problems import Problem

CODE = "hard-sentence"

MOST_WORDS = 20
MOST_COMMAS = 3


def check(survey: Survey) -> Iterator[Problem]:
    """Every sentence of every text of an operator."""
    for spot in survey.flows.steps:
        for text in survey.texts(spot):
            for wording in text.by_language.values():
                words = "".join(part if isinstance(part, str) else "…" for part in wording.parts)
                for sentence in SENTENCE_END.split(words):
                    count = sum(any(letter.isalnum() for letter in word) for word in sentence.split())
                    commas = sum(sentence.count(comma) for comma in ",،")
                    if count <= MOST_WORDS and commas <= MOST_COMMAS:
                        continue
                    much = (f"{count} Wörter", f"{count} words") if count > MOST_WORDS else (
                        f"{commas} Kommas", f"{commas} commas"
                    )  # fmt: skip
                    yield problem(
                        CODE,
                        wording.place,
                        Sentence(
                            f"Ein Satz hat {much[0]}; am Telefon kann ihm kaum jemand folgen.",
                            f"A sentence has {much[1]}; on the telephone hardly anybody can follow it.",
                        ),
                        Sentence("Machen Sie zwei Sätze daraus.", "Make two sentences of it."),
                        warning=True,
                    )
                    break


RULE = Rule(CODE, check)
