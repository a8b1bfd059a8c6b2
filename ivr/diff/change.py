"""One change between two sets, as a value and as a sentence for people.

Callers notice first whom they reach, on which number and when; then what they hear; then where the keys lead. Changes
are told in that order, and within it in the order of the files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from ivr.source.places import Place

HOURS = frozenset({
    "hours-added", "hours-removed", "hours-week", "season-added", "season-removed", "season",
    "exception-added", "exception-removed", "exception-moved", "exception", "reason", "holidays",
})  # fmt: skip
"""What is different in opening hours."""

_NUMBERS_AND_HOURS = HOURS | {
    "contact-removed", "contact-added", "phone", "phone-spoken", "last-resort", "calendar", "timezone",
    "hours-effect", "address",
}  # fmt: skip
_WORDS = (
    "name", "menu-words", "sentence-words", "language-added", "language-removed", "default-language", "voice",
    "pronunciation", "text", "text-added", "text-removed",
)  # fmt: skip

RANKS = (
    Sentence("Nummern und Zeiten", "Numbers and hours"),
    Sentence("Was Anrufer hören", "What callers hear"),
    Sentence("Wohin es geht", "Where calls go"),
    Sentence("Nur die Namen", "Names only"),
)
"""How soon callers notice a change, as titles."""

SAME = Sentence("Anrufer hören dasselbe.", "Callers hear the same.")
"""What is said when there is no change."""
QUIET = ("contact-renamed", "flow-renamed", "step-renamed")
"""What callers do not notice: other names for the same."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    `kind` is a stable word with dashes ("option-moved"). `where` is what operators call the place: `hotline/main` for a
    step, `hotline` for a flow, a contact's name, or nothing for the whole set. `place` is a line of the newer set; of
    the older one for what is gone. `language` is that of a text, None where all languages or none are meant.
    `before` and `after` are the two values as plain text, None where there was or is none.
    """

    kind: str
    where: str
    place: Place
    sentence: Sentence
    language: str | None = None
    before: str | None = None
    after: str | None = None

    @property
    def rank(self) -> int:
        """How soon callers notice it: 0 whom they reach and when, 1 what they hear, 2 where it leads, 3 nothing."""
        if self.kind in _NUMBERS_AND_HOURS:
            return 0
        if self.kind in _WORDS:
            return 1
        return 3 if self.kind in QUIET else 2

    def at(self, name: Sentence, where: str) -> Change:
        """The same at a place, which is named in front of the sentence."""
        de, en = self.sentence
        return replace(self, where=where, sentence=Sentence(f"{name.de}: {de}", f"{name.en}: {en}"))
