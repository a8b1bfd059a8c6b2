"""Contacts that a text names: by their names, as whole words of whatever ending, or by a placeholder."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ivr.steps.fields import Hole

if TYPE_CHECKING:
    from ivr.contacts import Directory
    from ivr.steps.fields import Wording


def named_in(directory: Directory, code: str, words: str) -> set[str]:
    """The contacts with a phone whose names stand in words of a language.

    Of two names of which one is part of the other ("Ordnungsamt", "Zentrales Ordnungsamt") the longer one is meant.
    """
    found: dict[str, str] = {}
    left = words.casefold()
    names = {key: entry.name(code).casefold() for key, entry in directory.contacts.items() if entry.phone}
    for key, name in sorted(names.items(), key=lambda item: len(item[1]), reverse=True):
        if _whole(name).search(left):
            found[key] = name
            left = _whole(name).sub(" ", left)
    return set(found)


def named_by(directory: Directory, code: str, wording: Wording) -> set[str]:
    """The contacts that a text of a language names."""
    words = "".join(part if isinstance(part, str) else " " for part in wording.parts)
    holes = {part.contact for part in wording.parts if isinstance(part, Hole)}
    with_phone = {key for key in holes if directory.contacts[key].phone}
    return with_phone | named_in(directory, wording.language or code, words)


def in_one_house(directory: Directory, one: str, other: str) -> bool:
    """Whether two contacts are the same, or share their hours because one is `at` the other."""
    here, there = directory.contacts[one], directory.contacts[other]
    return one == other or (here.schedule is not None and here.schedule is there.schedule)


@lru_cache(maxsize=1000)
def _whole(name: str) -> re.Pattern[str]:
    # A few letters more are an ending, an article or a preposition ("полицията", "لمكتب"); many are another word.
    return re.compile(rf"(?<!\w)\w{{0,2}}{re.escape(name)}\w{{0,3}}(?!\w)")
