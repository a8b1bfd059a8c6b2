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

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from ivr.check.survey import Rule, Survey, problem
from ivr.source.places import place_of
from ivr.source.problems import Sentence
from ivr.speech import language

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
    if words.isascii():
        return
    known = ("LATIN", _script(language(code).endonym[0]))
    letters = [_script(letter) in known for letter in words if letter.isalpha()]
    if 2 * sum(letters) >= len(letters):
        return
    yield problem(
        CODE,
        place,
        Sentence(
            f"Dieser Text ist nicht in der Schrift von „{code}“ geschrieben.",
            f"This text is not written in the script of “{code}”.",
        ),
        Sentence("Stehen die Zeilen zweier Sprachen vertauscht da?", "Have the lines of two languages changed places?"),
    )


@cache
def _script(letter: str) -> str:
    """The alphabet of a letter, as Unicode names it."""
    return unicodedata.name(letter, "").partition(" ")[0]


RULE = Rule(CODE, check)
