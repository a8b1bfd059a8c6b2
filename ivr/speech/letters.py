"""Whether a text is written in letters that a language's voice can read.

Latin letters every voice reads, well or badly.
"""

from __future__ import annotations

import unicodedata
from functools import cache


def foreign_letters(endonym: str, text: str) -> bool:
    """Whether most letters of a text are neither Latin nor of the alphabet in which the language writes its name."""
    if text.isascii():
        return False
    known = ("LATIN", _script(endonym[0]))
    letters = [_script(letter) in known for letter in text if letter.isalpha()]
    return 2 * sum(letters) < len(letters)


@cache
def _script(letter: str) -> str:
    """The alphabet of a letter, as Unicode names it."""
    return unicodedata.name(letter, "").partition(" ")[0]
