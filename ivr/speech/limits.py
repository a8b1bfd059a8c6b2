"""What fits into one `<Say>`: the provider's limits on a text, counted in the alphabet in which it is written."""

from __future__ import annotations

import re
from urllib.parse import quote

MAX_ENCODED = 4500
"""URL-encoded length of one Say's text (provider's error 13521). A Cyrillic or Arabic letter counts six."""

MAX_UTF8 = 3000
"""Bytes of one Say's text: the smallest of the voices' limits (Polly; basic 4096, Google 5000)."""

SENTENCE_END = re.compile(r"(?<=[.!?؟…:;])\s+")
"""The gap between two sentences, where a text may be cut."""


def fits(text: str) -> bool:
    """Whether a voice can be given the text as a whole."""
    size = len(text.encode())
    # A byte takes three characters at most when it is encoded: short texts need no second look.
    return size <= MAX_UTF8 and (3 * size <= MAX_ENCODED or len(quote(text, safe="")) <= MAX_ENCODED)
