"""What must not be left to a voice: abbreviations, which each voice spells out, pronounces or expands as it likes.

z. B.  usw.  Nr.  e.g.     a short word with a full stop that ends no sentence
KOD  EDG                   a word of capital letters
"""

from __future__ import annotations

import re

MARKS = "\\u0300-\\u036f\\u0610-\\u061a\\u064b-\\u065f\\u0670"
"""For character classes: accents and vowel signs that follow their letter, and belong to its word."""

_ABBREVIATIONS = re.compile(
    rf"(?<![\w.{MARKS}])(?:"
    r"(?:[^\W\d_]\.\s?)+(?=\w)"  # z. B., e.g.; not a sentence of one letter at the end
    r"|(?i:\w*str|usw|etc|bzw|ggf|inkl|evtl|vgl|ca|nr|tel|std|approx|ul|godz)\."
    r"|[^\W\d_]{1,5}\.(?=\s+[^\W\d_A-Z]*[a-zà-öø-ÿ])"  # a sentence would begin with a capital
    r")|\b[A-ZÄÖÜ]{2,}\b"
)
_AS_SAID = re.compile(r"\b[ap]\.m\.")
"""English has these as words of its own."""


def abbreviations_left(text: str) -> list[tuple[int, int]]:
    """The abbreviations in a text: (start, end) of each."""
    as_said = [found.span() for found in _AS_SAID.finditer(text)]
    return [
        (found.start(), found.start() + len(found[0].rstrip()))
        for found in _ABBREVIATIONS.finditer(text)
        if not any(start <= found.start() < end for start, end in as_said)
    ]
