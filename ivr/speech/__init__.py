"""What callers hear: times, dates, numbers, keys, the state of an office, every fixed sentence of the engine.

A language is one file of this package, its line in `LANGUAGES`, and its table of whole sentences in
`tests/cases/speech/`. Each file derives one class from `Language` (base.py); a sentence form that it leaves
out stops the program when it starts, long before a caller could meet the gap. What there is to say, and for
how long it stays true, is worked out once for all languages (base.py, situation.py).

Everything here is a pure function of its arguments. Nothing reads a clock.
"""

from __future__ import annotations

from ivr.speech.ar import ARABIC
from ivr.speech.base import Language, Spoken
from ivr.speech.bg import BULGARIAN
from ivr.speech.de import GERMAN
from ivr.speech.en import ENGLISH
from ivr.speech.forms import digits_left
from ivr.speech.pl import POLISH
from ivr.speech.ro import ROMANIAN
from ivr.speech.tr import TURKISH
from ivr.speech.uk import UKRAINIAN

__all__ = ["CODES", "LANGUAGES", "Language", "Spoken", "digits_left", "language"]

LANGUAGES: tuple[Language, ...] = (
    GERMAN,
    ENGLISH,
    TURKISH,
    POLISH,
    ROMANIAN,
    BULGARIAN,
    ARABIC,
    UKRAINIAN,
)
"""Every language there is, in the order in which they are offered."""

CODES = tuple(language.code for language in LANGUAGES)
"""Their two-letter codes."""

_BY_CODE = {language.code: language for language in LANGUAGES}


def language(code: str) -> Language:
    """The language of a two-letter code such as "de".

    Raises:
        KeyError: there is no such language.
    """
    return _BY_CODE[code]
