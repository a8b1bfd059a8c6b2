"""How fast each language is spoken: measured with espeak-ng by tools/speech_rates.py, not edited by hand.

The anchor is German at 14 characters a second with all pauses, the others are relative to it. duration.py makes
estimates of these; the tool says how they were measured, and what is known of their errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

ESPEAK_NG = "1.51"
"""The version that spoke."""


class Rate(NamedTuple):
    """One language's rate of speech."""

    characters_per_second: float
    """Without pauses; spaces and marks are characters."""
    sentence_end: float
    """Seconds of pause at an end, that of the text included."""
    comma: float
    """Seconds of pause."""
    texts: int
    """How many were measured."""
    mean_error: float
    """Of the estimate, relative to what was measured."""


RATES: Mapping[str, Rate] = {
    "de": Rate(17.3, 0.42, 0.32, texts=54, mean_error=0.029),
    "en": Rate(17.3, 0.45, 0.26, texts=56, mean_error=0.043),
    "tr": Rate(13.2, 0.53, 0.18, texts=55, mean_error=0.024),
    "pl": Rate(13.6, 0.36, 0.26, texts=55, mean_error=0.028),
    "ro": Rate(14.5, 0.46, 0.17, texts=55, mean_error=0.023),
    "bg": Rate(14.7, 0.41, 0.10, texts=55, mean_error=0.025),
    "ar": Rate(10.0, 0.47, 0.00, texts=55, mean_error=0.039),
    "uk": Rate(18.6, 0.47, 0.05, texts=55, mean_error=0.041),
}
