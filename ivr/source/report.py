"""Problems as operators and tools read them: a page of text, plain values for JSON, or annotations for GitHub.

    ivr/flows/hotline.yaml:31:42: error[unknown-target] Das Ziel „nordstat“ gibt es nicht.
       31 |             1: {for: nordstadtbuero, go: nordstat}
          |                                          ^^^^^^^^
       Meinten Sie „nordstadt“? Ziele in dieser Datei: closed_now, main, nordstadt, numbers, …

The first line is what editors and terminals make clickable; `error` and `warning` stay the same words in
every language, so that a tool can look for them. A long line is shown in a window around the caret.

On GitHub a problem is one line, which a run of its Actions turns into a remark at the very place of a change:

    ::error file=ivr/flows/hotline.yaml,line=31,col=42,endColumn=50,title=unknown-target::Das Ziel „nordstat“ …
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.source.places import Place
    from ivr.source.problems import Problem, Sentence

Language = Literal["de", "en"]

WIDTH = 110
"""No line of source is shown wider than this, number and bar included."""

LINE_BREAK = re.compile(r"\r\n|\r|\n")
"""What ends a line for libyaml once the reader has refused the exotic breaks: never `str.splitlines`, which
sees more.
"""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_LEAD = 20


def render(problems: Iterable[Problem], language: Language, sources: Mapping[str, bytes | str]) -> str:
    """All problems as one text, sorted by file, line, column and code; empty for none, else ending in a line
    break.

    `sources` holds the files by the name that stands in the places; a problem whose file or line is not there
    is shown without its line.
    """
    lines: dict[str, list[str]] = {}
    parts: list[str] = []
    for problem in sorted(problems, key=lambda problem: problem.order):
        place = problem.place
        parts.append(f"{_where(place)}{problem.severity}[{problem.code}] {_say(problem.message, language)}")
        if place.file not in lines:
            lines[place.file] = _lines(sources.get(place.file, ""))
        line = lines[place.file][place.line - 1] if 0 < place.line <= len(lines[place.file]) else ""
        if line:
            parts += _snippet(line, place)
        if problem.hint is not None:
            parts += [f"   {line}" for line in _say(problem.hint, language).split("\n")]
        if problem.also is not None:
            parts.append(f"   {_see_also(problem.also, language)}")
        if problem.call is not None:
            parts += [f"   {line}" for line in problem.call.lines(language)]
    return "".join(f"{part}\n" for part in parts)


def one_line(problem: Problem, language: Language) -> str:
    """A problem for logs: where it is, and what is wrong."""
    return f"{_where(problem.place)}{problem.severity}[{problem.code}] {_say(problem.message, language)}"


def to_json(problems: Iterable[Problem], language: Language) -> list[dict[str, Any]]:
    """All problems as plain values in the same order: file, line, column, severity, code, message, hint,
    also, and for what a call shows, call.

    `hint` is a string or None; `also` is None or a table of file, line and column; `call` is a table.
    """
    return [
        {
            "file": problem.place.file,
            "line": problem.place.line,
            "column": problem.place.column,
            "severity": problem.severity,
            "code": problem.code,
            "message": _say(problem.message, language),
            "hint": None if problem.hint is None else _say(problem.hint, language),
            "also": None
            if problem.also is None
            else {"file": problem.also.file, "line": problem.also.line, "column": problem.also.column},
            **({"call": problem.call.to_json()} if problem.call is not None else {}),
        }
        for problem in sorted(problems, key=lambda problem: problem.order)
    ]


def to_github(problems: Iterable[Problem], language: Language) -> str:
    """All problems as workflow commands in the same order, one line each; empty for none.

    `endColumn` is the column behind the last character. Source: docs.github.com, "Workflow commands for GitHub
    Actions"; what has to be escaped, and where, stands in `packages/core/src/command.ts` of github.com/actions/toolkit.
    """
    return "".join(f"{_annotation(problem, language)}\n" for problem in sorted(problems, key=lambda each: each.order))


def _annotation(problem: Problem, language: Language) -> str:
    place, also = problem.place, problem.also
    said = [_say(problem.message, language)]
    if problem.hint is not None:
        said.append(_say(problem.hint, language))
    if also is not None:
        said.append(_see_also(also, language))
    at = {"file": place.file, "line": place.line, "col": place.column, "endColumn": place.column + place.length}
    properties = {**(at if place.file else {}), "title": problem.code}
    written = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in properties.items())
    return f"::{problem.severity} {written}::{_escaped(' '.join(said))}"


def _escaped(text: str, besides: str = "") -> str:
    """With `%` and line breaks, and in a property its own separators, as `%` and two hex digits."""
    return re.sub(f"[%\r\n{besides}]", lambda sign: f"%{ord(sign[0]):02X}", text)


def _see_also(place: Place, language: Language) -> str:
    see = {"de": "Siehe auch", "en": "See also"}[language]
    return f"{see} {place.file}:{place.line}:{place.column}"


def _where(place: Place) -> str:
    """The clickable beginning; a problem of no file (a missing folder, say) has none."""
    return f"{place.file}:{place.line}:{place.column}: " if place.file else ""


def _say(sentence: Sentence, language: Language) -> str:
    return sentence.de if language == "de" else sentence.en


def _lines(source: bytes | str) -> list[str]:
    """The lines of a file as the reader counted them, harmless on a terminal, no column moved; of no text, none."""
    text = source.decode("utf-8", "replace") if isinstance(source, bytes) else source
    if "\0" in text:
        return []
    lines = LINE_BREAK.split(text.removeprefix("\ufeff"))
    return [_UNPRINTABLE.sub("�", line) for line in lines]


def _snippet(line: str, place: Place) -> list[str]:
    """The numbered line and the carets below it."""
    number = f"{place.line:5}"
    room = WIDTH - len(number) - len(" | ")
    first, shown = _window(line, place.column - 1, room)
    before = place.column - 1 - first
    # A tab stays a tab in front of the carets, so that both lines jump to the same stop whatever its width.
    gap = "".join("\t" if sign == "\t" else " " for sign in shown[:before].ljust(before))
    carets = "^" * max(1, min(place.length, len(shown) - before))
    return [f"{number} | {shown}".rstrip(), f"{' ' * len(number)} | {gap}{carets}"]


def _window(line: str, column: int, room: int) -> tuple[int, str]:
    """Where the shown part of a line begins (from 0), and that part, with `column` in it."""
    line = line.rstrip()
    if len(line) <= room:
        return 0, line
    first = min(max(0, column - _LEAD), max(0, len(line) - room))
    shown = line[first : first + room]
    if first + room < len(line):
        shown = shown[:-1] + "…"
    if first > 0:
        shown = "…" + shown[1:]
    return first, shown
