"""Keys that are announced in a text: the instruction of each language, as its menus say it ("press nine")."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ivr.exploration.explorer import KEYS
from ivr.speech import language

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOPIC = "\ue000"
_EDGES = " .,;:!،–"


class Instruction(NamedTuple):
    """A key that a text tells callers to press, and where in the text."""

    key: str
    at: int
    end: int


def instructions(code: str, text: str) -> Iterator[Instruction]:
    """The instructions in a text of a language."""
    for found in _pattern(code).finditer(text):
        yield Instruction(_keys(code)[found[0].casefold()], found.start(), found.end())


@lru_cache
def _keys(code: str) -> dict[str, str]:
    speech = language(code)
    words = {key: speech.option(_TOPIC, key).partition(_TOPIC)[2].strip(_EDGES).casefold() for key in KEYS}
    return {instruction: key for key, instruction in words.items() if instruction}


@lru_cache
def _pattern(code: str) -> re.Pattern[str]:
    longest_first = sorted(_keys(code), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
