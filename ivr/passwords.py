"""Passwords of operators: how they are kept, and which are good enough.

They are kept as PINs are (`ivr.pins`): scrypt of RFC 7914 with a salt of their own, at twice the cost, 32 MiB and some
100 ms. A password is brought into one Unicode form first (NFKC), so that an umlaut fits whichever keyboard typed it.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from ivr.pins import find, hash_pin
from ivr.source.problems import Sentence

SHORTEST, LONGEST = 12, 200
"""Characters."""

COST = 15
_FEWEST_KINDS = 6
_COMMON = ("passwor", "kennwort", "qwertz", "qwerty", "dortmund", "123456", "ordnungsamt", "citywache")


def hash_password(password: str, cost: int = COST) -> str:
    """What is kept of a password."""
    return hash_pin(_form(password), cost)


def fits(password: str, kept: str | None) -> bool:
    """Whether it is the password of a hash. Without a hash as much is worked out: how long it takes tells nothing."""
    found = find(_form(password[:LONGEST]), {"": kept or _nobody()})
    return found is not None and kept is not None


def weakness(password: str, name: str = "") -> Sentence | None:
    """Why this is no good password for somebody; None when it is one."""
    plain = _form(password).casefold()
    if not SHORTEST <= len(plain) <= LONGEST:
        return Sentence(
            f"Ein Passwort hat {SHORTEST} bis {LONGEST} Zeichen; am besten vier oder fünf Wörter, die nichts "
            "miteinander zu tun haben.",
            f"A password has {SHORTEST} to {LONGEST} characters; best are four or five words that have nothing to do "
            "with each other.",
        )
    if len(set(plain)) < _FEWEST_KINDS:
        return Sentence(
            "Dieses Passwort ist leicht zu erraten: Es besteht aus zu wenigen verschiedenen Zeichen.",
            "This password is easy to guess: it consists of too few different characters.",
        )
    rest = plain
    for word in (*_COMMON, *([name.casefold()] if name else [])):
        rest = rest.replace(word, "")
    if len(rest) < SHORTEST // 2:
        return Sentence(
            "Dieses Passwort ist leicht zu erraten: Es besteht fast nur aus einem Wort, das jeder zuerst versucht.",
            "This password is easy to guess: it is hardly more than a word that everybody tries first.",
        )
    return None


def _form(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


@cache
def _nobody() -> str:
    return hash_pin("nobody's", COST)
