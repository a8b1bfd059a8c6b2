"""The nearest match: which known word an operator most likely meant.

Two words are compared as an operator reads them: capitals, dashes, underscores and blanks do not count, and
`ä` is `ae`, `ß` is `ss`. A word is near when about three quarters of its letters stand in the same order in
the other, or when one slip of the hand makes the other of it: a letter too few, too many or wrong, or two
neighbours swapped (`sya` for `say`, `t` for `to`, which are too short for any share of letters). What no letter tells
is listed in `synonyms.py`: `von` for `from`.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from ivr.source.problems import Sentence
from ivr.source.synonyms import SYNONYMS

if TYPE_CHECKING:
    from collections.abc import Iterable

CUTOFF = 0.7
"""Share of common letters from which a word is near: one swap in four letters gives 0.75."""

LISTED = 8
"""So many known words are listed; more would hide the one that is meant."""

_FOLDS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "-": "", "–": "", "_": "", " ": ""})


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` most likely stands for, or None when nothing is near.

    Equal candidates are decided by the alphabet, so that a message never depends on the order of a set.
    """
    wanted = _fold(word)
    folded: dict[str, str] = {}
    for one in sorted(known):
        folded.setdefault(_fold(one), one)
    if wanted in folded:
        return folded[wanted]
    meant = SYNONYMS.get(word.strip().lower(), ())
    if listed := [ours for ours in meant if ours in folded.values()]:
        return listed[0]
    matcher = difflib.SequenceMatcher(b=wanted)
    near: dict[str, tuple[bool, float]] = {}
    for candidate, one in folded.items():
        matcher.set_seq1(candidate)
        slip = _is_slip(wanted, candidate)
        if slip or matcher.quick_ratio() >= CUTOFF:  # an upper bound that costs a tenth
            near[one] = (slip, matcher.ratio())
    best = max(near, key=near.__getitem__, default=None)
    return best if best is not None and (near[best][0] or near[best][1] >= CUTOFF) else None


def did_you_mean(word: str, known: Iterable[str], *, what: Sentence, unlisted: Iterable[str] = ()) -> Sentence:
    """The hint for an unknown word: the nearest match, then what is allowed.

    `what` heads the list, without a colon: Sentence("Ziele in dieser Datei", "Targets in this file"). At most
    eight words are listed, in the alphabet's order, then "…". Words of `unlisted` may have been meant as well,
    and are not listed.
    """
    words = sorted(set(known))
    listed = ", ".join(words[:LISTED]) + (", …" if len(words) > LISTED else "")
    meant = nearest(word, [*words, *unlisted])
    return Sentence(
        de=(f"Meinten Sie „{meant}“? " if meant else "") + f"{what.de}: {listed or 'keine'}",
        en=(f"Did you mean “{meant}”? " if meant else "") + f"{what.en}: {listed or 'none'}",
    )


def _fold(word: str) -> str:
    return word.strip().lower().translate(_FOLDS)


def _is_slip(one: str, other: str) -> bool:
    """Whether one becomes the other by a letter more, less or other, or by swapping two neighbours."""
    short, long = sorted((one, other), key=len)
    pairs = zip(short, long, strict=False)
    at = next((at for at, (mine, theirs) in enumerate(pairs) if mine != theirs), len(short))
    if len(short) < len(long):
        return bool(short) and short[at:] == long[at + 1 :]
    # Of two letters one other is a half: `es` is no `en`.
    wrong = len(one) > 2 and one[at + 1 :] == other[at + 1 :]
    return wrong or (one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :])
