"""wrong-script: a text is written in letters that its voice can read.

Lines of a text change places easily when somebody translates or tidies up. A voice passes over letters of an alphabet
that it does not know, and the caller hears nothing of them. Latin letters every voice reads, well or badly.

Wrong:

    about:
      say:
        de: Wir sind für Sie da.
        en: Ние сме тук за Вас.
      next: choice

Right:

    about:
      say:
        de: Wir sind für Sie da.
        en: We are there for you.
      next: choice
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.check.survey import Rule, Survey, problem
from ivr.source.places import place_of
from ivr.source.problems import Sentence
from ivr.speech import language
from ivr.speech.letters import foreign_letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.source.places import Place
    from ivr.source.problems import Problem

CODE = "wrong-script"


def check(survey: Survey) -> Iterator[Problem]:
    """Every text of an operator, and every word for a contact."""
    languages = survey.flows.languages
    for spot in survey.flows.steps:
        for text in survey.texts(spot):
            for code, wording in text.by_language.items():
                if code in languages:
                    words = "".join(part for part in wording.parts if isinstance(part, str))
                    yield from _read(wording.language, words, wording.place)
    for entry in survey.directory.contacts.values():
        for phrase in (entry.names, entry.menu_words, entry.sentence_words):
            for code, said in phrase.texts.items() if phrase else ():
                if code in languages:
                    yield from _read(code, said, place_of(said))


def _read(code: str, words: str, place: Place) -> Iterator[Problem]:
    if foreign_letters(language(code).endonym, words):
        yield problem(
            CODE,
            place,
            Sentence(
                f"Dieser Text ist nicht in der Schrift von „{code}“ geschrieben.",
                f"This text is not written in the script of “{code}”.",
            ),
            Sentence(
                "Stehen die Zeilen zweier Sprachen vertauscht da?", "Have the lines of two languages changed places?"
            ),
        )


RULE = Rule(CODE, check)
