"""Text on its way into a document: characters that XML forbids, and the provider's limit on one `<Say>`."""

from __future__ import annotations

import re

from ivr.speech.limits import SENTENCE_END, fits

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]|[\ud800-\udfff]|[\ufffe\uffff]")
"""XML 1.0, section 2.2: what is not a Char. The twilio library lets these through, and the provider drops the call.

Written as what they are, in three ranges: all that they are not takes Python as long to compile as ten others.
"""


def speakable(text: str) -> str:
    """The text without the characters that XML forbids, its white space folded to single blanks."""
    return " ".join(_FORBIDDEN.sub("", text).split())


def split(text: str) -> list[str]:
    """The text in pieces that each fit into one Say, cut between sentences, else between words, else anywhere."""
    if fits(text):
        return [text]
    pieces: list[str] = []
    for sentence in SENTENCE_END.split(text):
        for part in [sentence] if fits(sentence) else _by_words(sentence):
            if pieces and fits(f"{pieces[-1]} {part}"):
                pieces[-1] = f"{pieces[-1]} {part}"
            else:
                pieces.append(part)
    return pieces


def _by_words(sentence: str) -> list[str]:
    # 375 characters of any alphabet fit: a letter outside ASCII costs at most twelve encoded characters.
    return [word[at : at + 375] for word in sentence.split() for at in range(0, len(word), 375)]
