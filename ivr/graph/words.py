"""The words on a picture, for operators, in German and English.

The ways out of a step have few names, which several kinds share; a name that is not in the table stands for itself, so
that a new kind needs no line here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ivr.source.problems import Sentence
from ivr.steps.base import Way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.steps.base import Exit, Lines

OperatorLanguage = Literal["de", "en"]

KINDS = {
    "say": Sentence("Ansage", "announcement"),
    "menu": Sentence("Auswahl", "menu"),
    "connect": Sentence("Verbindung", "connection"),
    "branch": Sentence("Weiche", "branch"),
    "language": Sentence("Sprachwahl", "language"),
    "flow": Sentence("Ablauf rufen", "flow call"),
    "digits": Sentence("Eingabe", "digits"),
    "switch": Sentence("Schalter", "switch"),
    "hangup": Sentence("Ende", "end"),
}
"""What operators call a kind; others go by the word in YAML."""

_EXITS = {
    "next": Sentence("weiter", "goes on"),
    "give_up": Sentence("nach drei Fehlversuchen", "after three misses"),
    "when_closed": Sentence("geschlossen", "closed"),
    "busy": Sentence("besetzt", "busy"),
    "no_answer": Sentence("keine Antwort", "no answer"),
    "failed": Sentence("gescheitert", "failed"),
    "completed": Sentence("nach dem Gespräch", "after the talk"),
    "locked": Sentence("zu viele falsche PINs", "too many wrong PINs"),
    "refused": Sentence("nicht gespeichert", "not kept"),
    "else": Sentence("sonst", "otherwise"),
    "flow": Sentence("ruft", "calls"),
}

WAYS = {
    Way.REPEAT: Sentence("noch einmal", "once more"),
    Way.BACK: Sentence("zum Menü davor", "to the menu before"),
    Way.RETURN: Sentence("zurück zum Ablauf davor", "back to the flow before"),
    Way.HANG_UP: Sentence("Ende des Anrufs", "end of the call"),
}
"""The ways to go on that name no place."""

RINGS = Sentence("ruft an", "rings")
END = WAYS[Way.HANG_UP]

_MANY = 3
"""So many keys without words of their own that lead to one place are told as a range."""


@dataclass(frozen=True)
class Label:
    """What has to happen for a way out to be taken ("Taste 1"), and what that is for, if anything ("Nordstadtbüro")."""

    exit: str
    about: str = ""

    def __str__(self) -> str:
        return f"{self.exit} {self.about}".rstrip()


GOES_ON = "next"
"""The name of the way out that needs no label where it is the only one."""


def picked(words: Sentence, language: OperatorLanguage) -> str:
    """A sentence in the operator's language."""
    return words.en if language == "en" else words.de


def kind_words(kind: str, language: OperatorLanguage) -> str:
    """What operators call a kind."""
    return picked(KINDS.get(kind, Sentence(kind, kind)), language)


def key_words(key: str, language: OperatorLanguage) -> str:
    """„Taste 1“."""
    return f"key {key}" if language == "en" else f"Taste {key}"


def line_in(lines: Lines, language: OperatorLanguage) -> str:
    """An operator's text in her own language, else in the first language of the set."""
    line = lines.get(language) or next(iter(lines.values()), None)
    return str(line) if line is not None else ""


def labels(exits: Sequence[Exit], language: OperatorLanguage) -> tuple[Label, ...]:
    """The labels of the ways out that lead to one place, in their order."""
    bare = [exit_.name for exit_ in exits if _is_key(exit_.name) and exit_.about is None]
    found = []
    for exit_ in exits:
        if exit_.name not in bare or len(bare) < _MANY:
            found.append(_label(exit_, language))
        elif exit_.name == bare[0]:
            keys = f"{bare[0]}–{bare[-1]}" if _follow_each_other(bare) else ", ".join(bare)
            found.append(Label(f"keys {keys}" if language == "en" else f"Tasten {keys}"))
    return tuple(found)


def keys_of(exits: Sequence[Exit]) -> tuple[str, ...]:
    """Those of the ways out that are keys."""
    return tuple(exit_.name for exit_ in exits if _is_key(exit_.name))


def _label(exit_: Exit, language: OperatorLanguage) -> Label:
    if exit_.when:
        both = " and " if language == "en" else " und "
        return Label(both.join(picked(condition.words(), language) for condition in exit_.when))
    if _is_key(exit_.name):
        return Label(key_words(exit_.name, language), line_in(exit_.about or {}, language))
    return Label(picked(_EXITS.get(exit_.name, Sentence(exit_.name, exit_.name)), language))


def _is_key(name: str) -> bool:
    return re.fullmatch("[0-9*#]", name) is not None


def _follow_each_other(keys: Sequence[str]) -> bool:
    return "".join(keys) in "0123456789"
