"""text-lengths: a text says about as much in each of its languages.

A translation that takes less than two fifths, or more than two and a half times, of what the others take has probably
lost a sentence, or kept one that is gone. Short texts are not compared.

Wrong:

    about:
      say:
        de: Wir sind im ganzen Stadtgebiet für Sie unterwegs, zu Fuß, mit dem Rad und mit dem Wagen.
        en: Hello.
      next: choice

Right:

    about:
      say:
        de: Wir sind im ganzen Stadtgebiet für Sie unterwegs, zu Fuß, mit dem Rad und mit dem Wagen.
        en: We are there for you all over the city, on foot, by bicycle and by car.
      next: choice
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence
from ivr.speech.duration import seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.source.problems import Problem

CODE = "text-lengths"

SHORT = 3
"""Seconds: texts of which the longest takes less are not compared."""
LEAST, MOST = 0.4, 2.5


def check(survey: Survey) -> Iterator[Problem]:
    """Every text of an operator."""
    for spot in survey.flows.steps:
        for text in survey.texts(spot):
            spoken = {code: word for code, word in text.by_language.items() if code in survey.flows.languages}
            takes = {
                code: seconds(
                    wording.language, "".join(part if isinstance(part, str) else part.form for part in wording.parts)
                )
                for code, wording in spoken.items()
            }
            if len(takes) < 2 or max(takes.values()) < SHORT:
                continue
            for code, wording in spoken.items():
                usual = median(lasts for other, lasts in takes.items() if other != code)
                ratio = takes[code] / usual
                if LEAST <= ratio <= MOST or (len(takes) == 2 and code == next(iter(takes))):
                    continue
                yield problem(
                    CODE,
                    wording.place,
                    Sentence(
                        f"In „{code}“ ist dieser Text viel {'kürzer' if ratio < 1 else 'länger'} als in den anderen "
                        "Sprachen.",
                        f"In “{code}” this text is much {'shorter' if ratio < 1 else 'longer'} than in the others.",
                    ),
                    Sentence(
                        "Sagt er dasselbe? Fehlt ein Satz, oder ist einer stehen geblieben?",
                        "Does it say the same? Is a sentence missing, or has one been left?",
                    ),
                    warning=True,
                )


RULE = Rule(CODE, check)
