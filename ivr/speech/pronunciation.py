"""Pronunciation: how a voice is to say words that it would read wrongly, applied to a sentence before it is rendered.

A word is replaced where it stands as a whole word and exactly as written; of two that begin at the same place the
longer one wins. What has been replaced is not looked at again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.speech.spelling import MARKS

if TYPE_CHECKING:
    from collections.abc import Mapping


class Pronunciation:
    """The words of one language and how they are said."""

    def __init__(self, words: Mapping[str, str]) -> None:
        """`words` may be empty: then everything is said as it is written."""
        self._words = dict(words)
        longest_first = sorted(self._words, key=len, reverse=True)
        either = "|".join(map(re.escape, longest_first))
        self._pattern = re.compile(rf"(?<!\w)(?:{either})(?![\w{MARKS}])") if words else None

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def say(self, text: str) -> str:
        """The text as a voice should get it."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self._words[found[0]], text)


AS_WRITTEN = Pronunciation({})
