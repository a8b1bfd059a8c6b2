"""The sheet as one HTML page to print: A4, each language on pages of its own, nothing loaded from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ivr.graph.words import picked
from ivr.script import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.graph.words import OperatorLanguage
    from ivr.script.sheet import Occasion, Part, Reading, Sheet, Spoken

FROM_THE_RIGHT = frozenset({"ar", "fa", "he", "ur"})
"""Languages that are written from right to left."""

_STYLE = """
@page { size: A4; margin: 18mm 16mm; }
body { font: 11pt/1.45 'Liberation Sans', Arial, Helvetica, sans-serif; color: #1c2230; }
body { max-width: 178mm; margin: 8mm auto; }
h1 { font-size: 18pt; margin: 0 0 2mm; }
h2 { font-size: 15pt; margin: 8mm 0 3mm; border-bottom: 1pt solid #1c2230; }
h3 { font-size: 11pt; margin: 5mm 0 0; break-after: avoid; }
section + section { break-before: page; }
article { break-inside: avoid; }
.place, .came, .when, .note { color: #4a5263; font-size: 9pt; margin: 0; font-weight: normal; }
.when { margin-top: 2mm; font-weight: bold; break-after: avoid; }
.said { margin: 1mm 0 1mm 6mm; }
.said[dir=rtl] { margin: 1mm 6mm 1mm 0; }
.depends { color: #8a3b00; font-size: 9pt; unicode-bidi: isolate; direction: ltr; }
ul { margin: 1mm 0; }
@media print { body { margin: 0; max-width: none; } }
"""


def html(sheet: Sheet) -> str:
    """The page, with a line break at its end."""
    return "\n".join(_lines(sheet)) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    title = escape(words.title(sheet))
    yield f'<!DOCTYPE html>\n<html lang="{sheet.language}">\n<head>\n<meta charset="utf-8">'
    yield f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    for number, reading in enumerate(sheet.readings):
        yield "<section>"
        if number == 0:
            yield f'<h1>{title}</h1>\n<p class="note">{escape(picked(words.NOTE, sheet.language))}</p>'
        yield from _reading(reading, sheet.language)
        yield "</section>"
    yield "</body>\n</html>"


def _reading(reading: Reading, operator: OperatorLanguage) -> Iterator[str]:
    yield f'<h2 lang="{reading.language}">{escape(words.language_name(reading.language))}</h2>'
    for number, part in enumerate(reading.parts, 1):
        yield "<article>"
        yield f"<h3>{number}. {escape(words.heading(part, operator))}</h3>"
        yield from _part(part, operator, first=number == 1)
        yield "</article>"
    yield f"<article>\n<h3>{escape(picked(words.BESIDES, operator))}</h3>"
    for occasion in reading.service:
        yield from _occasion(occasion, operator)
    yield "</article>"


def _part(part: Part, operator: OperatorLanguage, *, first: bool) -> Iterator[str]:
    yield f'<p class="came">← {escape(words.arrival(part, operator, first=first))}</p>'
    for occasion in part.occasions:
        yield from _occasion(occasion, operator)
    if part.turnings:
        lines = (f"<li>{escape(words.turning(turning, operator))}</li>" for turning in part.turnings)
        yield f"<ul>{''.join(lines)}</ul>"


def _occasion(occasion: Occasion, operator: OperatorLanguage) -> Iterator[str]:
    when = words.occasion(occasion, operator)
    if when:
        yield f'<p class="when">{escape(when)}</p>'
    yield from map(_sentence, occasion.said)
    if occasion.again:
        yield f'<p class="note">{escape(words.again(operator))}</p>'


def _sentence(spoken: Spoken) -> str:
    direction = "rtl" if spoken.language in FROM_THE_RIGHT else "ltr"
    depends = (
        f' <span class="depends">{words.CLOCK} {escape(", ".join(spoken.depends))}</span>' if spoken.depends else ""
    )
    return f'<p class="said" lang="{spoken.language}" dir="{direction}">{escape(spoken.text)}{depends}</p>'
