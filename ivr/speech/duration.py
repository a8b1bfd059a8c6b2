"""How long a text takes to be spoken: an estimate, from speech rates that were measured per language.

    seconds = characters / rate + ends * pause at an end + commas * pause at a comma

The rates (rates.py) are those of espeak-ng at the tempo of a telephone voice, because the providers' voices cannot be
had without an account. That is enough to see that a greeting is too long, not to cut a text by half a second.
tools/speech_rates.py says how the rates were measured, and what is known of their errors.
"""

from __future__ import annotations

from typing import NamedTuple

from ivr.speech.rates import RATES, Rate

_ENDS = (". ", "? ", "! ", "؟ ", ": ", "; ", "؛ ", "… ")
"""Where a voice pauses as after a sentence. The end of the text counts as one more, whatever stands there."""

_COMMAS = (", ", "، ", "– ")
"""Where it pauses more shortly. Marks count before a space only: "20.30" is no end."""

SLOWEST = Rate(
    min(rate.characters_per_second for rate in RATES.values()),
    max(rate.sentence_end for rate in RATES.values()),
    max(rate.comma for rate in RATES.values()),
    texts=0,
    mean_error=0,
)
"""For a language that nobody has measured yet: the slowest of every column, so that no text passes as too short."""


class Parts(NamedTuple):
    """What in a text takes time."""

    characters: int
    """All of them, spaces and marks as well."""
    ends: int
    commas: int


def parts(text: str) -> Parts:
    """What the rates are multiplied with. A text has one end at least."""
    count = text.count
    ends = 1
    for mark in _ENDS:
        ends += count(mark)
    commas = 0
    for mark in _COMMAS:
        commas += count(mark)
    return Parts(len(text), ends, commas)


def seconds(code: str, text: str) -> float:
    """How long the text is spoken in a language (two letters), in seconds, with the pause behind it.

    More words never take less time, and an empty text takes none. A language without a rate is taken for `SLOWEST`.
    """
    if not text:
        return 0.0
    characters, ends, commas = parts(text)
    rate = RATES.get(code, SLOWEST)
    return characters / rate.characters_per_second + ends * rate.sentence_end + commas * rate.comma
