"""Codes of languages where every language may be written, spoken or not: the names and reasons in contacts.yaml."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.source.near import nearest
from ivr.source.problems import Problem, Sentence
from ivr.source.synonyms import LANGUAGES

if TYPE_CHECKING:
    from ivr.source.places import Word

LANGUAGE = r"[a-z]{2}"
"""A language code of ISO 639-1. Which of them the service speaks is for `speech` to know."""

_LANGUAGE = re.compile(LANGUAGE, re.ASCII)


def wrong_code(key: Word) -> Problem | None:
    """What is wrong with a language's code, if it is none."""
    if _LANGUAGE.fullmatch(key):
        return None
    small = key.strip().lower()
    meant = small if _LANGUAGE.fullmatch(small) else nearest(small, LANGUAGES)
    return Problem(
        key.place,
        "bad-language",
        Sentence(
            f"„{key}“ ist kein Sprachkürzel. Ein Sprachkürzel hat zwei kleine Buchstaben.",
            f"“{key}” is no language code. A language code has two small letters.",
        ),
        Sentence(
            (f"Meinten Sie „{meant}“? " if meant else "") + "Zum Beispiel: de für Deutsch, en für Englisch.",
            (f"Did you mean “{meant}”? " if meant else "") + "For example: de for German, en for English.",
        ),
    )
