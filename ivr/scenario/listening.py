"""What is heard in one stretch of a call, held against what a scenario expects to be heard there.

Texts are compared without capitals, with plain quotes and single blanks. What is expected may be any part of what is
heard, also across sentences; several expectations are heard one after the other.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from ivr.scenario.shape import Hears, HearsNot
from ivr.source.problems import Problem, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ivr.phone.transcript import Heard
    from ivr.scenario.shape import Expectation
    from ivr.source.places import Word


class Finding(NamedTuple):
    """One difference between a scenario and its call, and where it shows in what was heard."""

    problem: Problem
    expected: Sentence
    """What should have been, as a line of the call."""
    line: int | None = None
    """The thing heard that stands in its place, counted in its stretch."""
    stands_otherwise: bool = False
    """It is not about what is heard, but about where the call stands then."""
    repair: tuple[Word, str] | None = None
    """The word of the scenario that would have to be another, if one would make it true."""


_QUOTES = str.maketrans({**dict.fromkeys("„“”‟«»", '"'), **dict.fromkeys("‚‘’‛‹›`´", "'")})
_SENTENCE_END = re.compile(r"(?<=[.!?]) +")
_NOTHING = Sentence("Hier ist nichts weiter zu hören.", "Nothing more is heard here.")
_IN_WORDS = Sentence(
    "Anrufer hören Zahlen in Worten: „eins eins null“. ", "Callers hear numbers in words: “one one zero”. "
)


def folded(text: str) -> str:
    """A text as it is compared: without capitals, with plain quotes and single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_QUOTES).casefold().split())


class _Spoken(NamedTuple):
    """A sentence that was heard, where it stands in the folded text, and the thing heard that it belongs to."""

    text: str
    first: int
    last: int
    line: int


def listens(heard: Sequence[Heard], expected: Sequence[Expectation]) -> Iterator[Finding]:
    """Holds what was heard against what is expected to be heard, and not to be heard."""
    text = folded(" ".join(each.text for each in heard))
    sentences = list(_sentences(heard))
    yield from _missed(text, sentences, [word for each in expected if isinstance(each, Hears) for word in each.words])
    for each in expected:
        if isinstance(each, HearsNot):
            for word in each.words:
                at = text.find(folded(word))
                if at >= 0:
                    line = next(sentence.line for sentence in sentences if sentence.last > at)
                    problem = Problem(
                        word.place,
                        "heard",
                        Sentence("Das ist hier doch zu hören.", "This is heard here after all."),
                        _heard_is(heard[line].text),
                    )
                    yield Finding(problem, Sentence(f"nicht: {word}", f"not: {word}"), line)


def _sentences(heard: Sequence[Heard]) -> Iterator[_Spoken]:
    at = 0
    for line, each in enumerate(heard):
        for sentence in _SENTENCE_END.split(each.text):
            last = at + len(folded(sentence))
            yield _Spoken(sentence, at, last, line)
            at = last + 1


def _missed(text: str, sentences: Sequence[_Spoken], words: Sequence[Word]) -> Iterator[Finding]:
    """Every word that is not heard where its turn is, with the sentence that most likely stands in its place.

    That sentence lies between what was heard before and what is heard after, so that the words around stay true.
    """
    places = list(_places(text, words))
    before = 0
    for index, (word, place) in enumerate(zip(words, places, strict=True)):
        if place is not None:
            before = place[1]
            continue
        rest = places[index + 1 :]
        after = next((each for each in rest if each is not None), None)
        end = len(text) if after is None else after[0]
        missed_too = len(rest) if after is None else rest.index(after)
        room = list(_between(sentences, before, end))
        room = room[: max(1, len(room) - missed_too)]
        best = max(room, key=lambda each: _likeness(each.text, word), default=None)
        if best is not None:
            before = best.last
        problem = Problem(
            word.place,
            "not-heard",
            Sentence("Das ist hier nicht zu hören.", "This is not heard here."),
            _instead(word, best, earlier=folded(word) in text),
        )
        wanted = " ".join(word.split())
        if best is None:
            yield Finding(problem, Sentence(wanted, wanted))
        else:
            yield Finding(problem, Sentence(wanted, wanted), best.line, repair=(word, best.text))


def _between(sentences: Sequence[_Spoken], before: int, end: int) -> Iterator[_Spoken]:
    """The sentences that lie between two places of what was heard; of the last one what is said of it by then."""
    for each in sentences:
        if each.first < before or each.first >= end:
            continue
        words = each.text.split()
        while words and each.first + len(folded(" ".join(words))) > end:
            words.pop()
        if words:
            said = " ".join(words)
            yield _Spoken(said, each.first, each.first + len(folded(said)), each.line)


def _places(text: str, words: Sequence[Word]) -> Iterator[tuple[int, int] | None]:
    """Where each word is heard after the one before; None for what is not heard there."""
    at = 0
    for word in words:
        first = text.find(folded(word), at)
        if first >= 0:
            at = first + len(folded(word))
            yield first, at
        else:
            yield None


def _likeness(sentence: str, word: str) -> float:
    return SequenceMatcher(None, folded(sentence), folded(word), autojunk=False).ratio()


def _instead(word: str, best: _Spoken | None, *, earlier: bool) -> Sentence:
    """The hint for words that are not heard."""
    if earlier:
        return Sentence(
            "Es ist an anderer Stelle zu hören: Die Reihenfolge zählt.", "It is heard elsewhere: the order counts."
        )
    hint = _heard_is(best.text) if best is not None else _NOTHING
    if any(sign.isdigit() for sign in word):
        hint = Sentence(_IN_WORDS.de + hint.de, _IN_WORDS.en + hint.en)
    return hint


def _heard_is(text: str) -> Sentence:
    return Sentence(f"Zu hören ist: {text}", f"What is heard: {text}")
