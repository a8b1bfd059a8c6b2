"""placeholders-differ: a text has the same placeholders in all its languages.

Otherwise some callers hear a number or the hours, and others do not.

Wrong:

    about:
      say:
        de: "Unsere Nummer: {ordnungsamt.phone}"
        en: "Our number is in the telephone book."
      next: choice

Right:

    about:
      say:
        de: "Unsere Nummer: {ordnungsamt.phone}"
        en: "Our number: {ordnungsamt.phone}"
      next: choice
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence
from ivr.steps.fields import Hole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.source.problems import Problem
    from ivr.steps.fields import Wording

CODE = "placeholders-differ"


def check(survey: Survey) -> Iterator[Problem]:
    """Every text of an operator."""
    for spot in survey.flows.steps:
        for text in survey.texts(spot):
            spoken = {code: word for code, word in text.by_language.items() if code in survey.flows.languages}
            if len(spoken) < 2:
                continue
            # What most languages have is what is meant; of two, what the first has.
            meant = Counter(map(_holes, spoken.values())).most_common(1)[0][0]
            example = next(code for code, wording in spoken.items() if _holes(wording) == meant)
            for code, wording in spoken.items():
                if (holes := _holes(wording)) == meant:
                    continue
                lacking, more = sorted(set(meant) - set(holes)), sorted(set(holes) - set(meant))
                yield problem(
                    CODE,
                    wording.place,
                    Sentence(
                        f"In „{code}“ {_differs(lacking, more).de}, anders als in „{example}“.",
                        f"In “{code}” {_differs(lacking, more).en}, other than in “{example}”.",
                    ),
                    Sentence(
                        "Alle Sprachen eines Textes brauchen dieselben Platzhalter.",
                        "All languages of a text need the same placeholders.",
                    ),
                    also=spoken[example].place,
                )


def _differs(lacking: list[str], more: list[str]) -> Sentence:
    if lacking:
        names = ", ".join(f"{{{name}}}" for name in lacking)
        return Sentence(f"fehlt {names}", f"{names} is missing")
    if more:
        names = ", ".join(f"{{{name}}}" for name in more)
        return Sentence(f"steht {names} zu viel", f"{names} is one too many")
    return Sentence("steht ein Platzhalter öfter oder seltener", "a placeholder stands more or less often")


def _holes(wording: Wording) -> tuple[str, ...]:
    return tuple(sorted(f"{part.contact}.{part.form}" for part in wording.parts if isinstance(part, Hole)))


RULE = Rule(CODE, check)
