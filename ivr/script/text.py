"""The sheet as text, for a terminal or a mail."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from ivr.graph.words import picked
from ivr.script import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.graph.words import OperatorLanguage
    from ivr.script.sheet import Occasion, Part, Sheet, Spoken

WIDTH = 80


def text(sheet: Sheet) -> str:
    """The sheet, with a line break at its end."""
    return "\n".join(_lines(sheet)) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    operator = sheet.language
    yield words.title(sheet)
    yield picked(words.NOTE, operator)
    for reading in sheet.readings:
        name = words.language_name(reading.language)
        yield from ("", "", name, "=" * len(name))
        for number, part in enumerate(reading.parts, 1):
            yield ""
            yield f"{number}. {words.heading(part, operator)}"
            yield from _part(part, operator, reading.language, first=number == 1)
        yield from ("", picked(words.BESIDES, operator))
        for occasion in reading.service:
            yield from _occasion(occasion, operator, reading.language)


def _part(part: Part, operator: OperatorLanguage, code: str, *, first: bool) -> Iterator[str]:
    yield f"   ← {words.arrival(part, operator, first=first)}"
    for occasion in part.occasions:
        yield from _occasion(occasion, operator, code)
    for turning in part.turnings:
        yield f"   - {words.turning(turning, operator)}"


def _occasion(occasion: Occasion, operator: OperatorLanguage, code: str) -> Iterator[str]:
    when = words.occasion(occasion, operator)
    if when:
        yield f"   [{when}]"
    for spoken in occasion.said:
        yield fill(
            _sentence(spoken, code), WIDTH, initial_indent="     ", subsequent_indent="     ", break_long_words=False
        )
    if occasion.again:
        yield f"     ({words.again(operator)})"


def _sentence(spoken: Spoken, code: str) -> str:
    other = f"[{spoken.language}] " if spoken.language != code else ""
    depends = f" {words.CLOCK} {', '.join(spoken.depends)}" if spoken.depends else ""
    return f"{other}{spoken.text}{depends}"
