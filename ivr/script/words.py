"""The words around what callers hear, for operators: headings, occasions and notes of the sheet."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ivr.graph.words import kind_words, picked
from ivr.source.problems import Sentence
from ivr.speech.cldr import NAMES

if TYPE_CHECKING:
    from ivr.graph.words import OperatorLanguage
    from ivr.script.sheet import Occasion, Part, Sheet, Turning

TITLE = Sentence("Was Anrufer hören", "What callers hear")
BESIDES = Sentence("Außerdem", "Besides")
CLOCK = "◷"
NOTE = Sentence(
    f"{CLOCK} Dieser Satz hängt von der Zeit ab; dahinter steht, woher er kommt.",
    f"{CLOCK} This sentence depends on the time; what it comes from stands behind it.",
)

_START = Sentence("So beginnt jeder Anruf", "Every call begins here")
_NO_WAY = Sentence("Hierher führt kein Weg", "No way leads here")
_SILENCE = Sentence("Ohne Taste, {}. Mal", "Without a key, time {}")
_WRONG_KEY = Sentence("Mit einer Taste, die nicht belegt ist", "With a key that is not in use")
_RESULTS = {
    "busy": Sentence("besetzt", "busy"),
    "no_answer": Sentence("keine Antwort", "no answer"),
    "failed": Sentence("gescheitert", "failed"),
    "completed": Sentence("beendet", "ended"),
}
_ATTEMPT = Sentence("{}. Versuch: {}", "attempt {}: {}")
_SERVICE = {
    "too-long": Sentence("Wenn ein Anruf nicht endet", "When a call does not end"),
    "failure": Sentence("Wenn etwas misslingt", "When something fails"),
    "fallback": Sentence("Wenn alles ausfällt", "When everything fails"),
}
_AGAIN = Sentence("Danach noch einmal die Auswahl.", "Then the choices once more.")
_LIKE = Sentence("wie bei {}", "as at {}")
_NOW = Sentence("gilt jetzt", "holds now")
_ANOTHER_TIME = Sentence("zu anderer Zeit: {}", "at another time: {}")
_MOMENT = Sentence("{}, {:%d.%m.%Y, %H:%M} Uhr", "{}, {:%d %b %Y, %H:%M}")


def title(sheet: Sheet) -> str:
    """„Was Anrufer hören: Samstag, 28.11.2026, 21:00 Uhr“."""
    return f"{picked(TITLE, sheet.language)}: {moment(sheet.at, sheet.language)}"


def moment(at: str, operator: OperatorLanguage) -> str:
    """An instant (ISO) as operators read it."""
    local = datetime.fromisoformat(at)
    return picked(_MOMENT, operator).format(NAMES[operator].weekdays[local.weekday()], local)


def language_name(code: str) -> str:
    """What a language calls itself, with its code: „Deutsch (de)“."""
    return f"{NAMES[code].endonym} ({code})" if code in NAMES else code


def heading(part: Part, operator: OperatorLanguage) -> str:
    """„Auswahl (hotline/main) · ivr/flows/hotline.yaml:46“."""
    return f"{kind_words(part.kind, operator)} ({part.flow}/{part.step}) · {part.file}:{part.line}"


def kind(part: Part, operator: OperatorLanguage) -> str:
    """What operators call the step's kind, as the first word of a heading."""
    found = kind_words(part.kind, operator)
    return f"{found[:1].upper()}{found[1:]}"


def arrival(part: Part, operator: OperatorLanguage, *, first: bool) -> str:
    """How a caller comes there."""
    if part.came_from:
        return f"{part.came_from}: {', '.join(part.came_by)}" if part.came_by else part.came_from
    return picked(_START if first else _NO_WAY, operator)


def occasion(given: Occasion, operator: OperatorLanguage) -> str:
    """When something is heard; "" where it always is."""
    match given.kind:
        case "silence":
            words = picked(_SILENCE, operator).format(given.detail)
        case "wrong-key":
            words = picked(_WRONG_KEY, operator)
        case "connection":
            words = _results(given.detail, operator)
        case "service":
            words = picked(_SERVICE[given.detail], operator)
        case _:
            words = ""
    at = picked(_ANOTHER_TIME, operator).format(moment(given.at, operator)) if given.at else ""
    like = picked(_LIKE, operator).format(given.like) if given.like else ""
    return "; ".join(filter(None, [words, at, like]))


def again(operator: OperatorLanguage) -> str:
    """That the step's own words follow."""
    return picked(_AGAIN, operator)


def turning(given: Turning, operator: OperatorLanguage) -> str:
    """A line of a branch: „citywache öffnet in 1 h → hotline/opens_soon (gilt jetzt)“."""
    words = f"{given.words} → {given.target}"
    return f"{words} ({picked(_NOW, operator)})" if given.now else words


def _results(detail: str, operator: OperatorLanguage) -> str:
    """„besetzt, keine Antwort“, or with several attempts „1. Versuch: besetzt, keine Antwort; 2. Versuch: besetzt“."""
    by_attempt: dict[str, list[str]] = {}
    for each in detail.split(", "):
        name, _, attempt = each.partition(" ")
        by_attempt.setdefault(attempt, []).append(picked(_RESULTS[name], operator))
    return "; ".join(
        picked(_ATTEMPT, operator).format(attempt, ", ".join(names)) if attempt else ", ".join(names)
        for attempt, names in by_attempt.items()
    )
