"""Changing single words in a file that an operator wrote, and nothing else: every other byte stays as it is."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

from yaml._yaml import CParser
from yaml.events import ScalarEvent

from ivr.source.places import Row, Table, Word
from ivr.source.reader import read_yaml

if TYPE_CHECKING:
    from ivr.source.places import Node, Place


def rewritten(source: bytes, word: Word, text: str) -> bytes:
    """The file with `text` in place of a word that was read from it; `source` has no problems.

    The new word stands without quotes where it reads as the same text so, else in double quotes.
    """
    mark = codecs.BOM_UTF8 if source.startswith(codecs.BOM_UTF8) else b""
    whole = source.removeprefix(mark).decode()
    before, _ = read_yaml(source, word.place.file)
    meant = _with(before, word.place, text) if before is not None else None
    first, last = _stretch(whole, word.place)
    return next(
        changed
        for spelling in _spellings(text)
        if (changed := mark + f"{whole[:first]}{spelling}{whole[last:]}".encode())
        and read_yaml(changed, word.place.file) == (meant, [])
    )


def written(text: str) -> str:
    """A text as a value on a line of its own: without quotes where it reads as the same text so."""
    return next(
        spelling for spelling in _spellings(text) if read_yaml(f"a: {spelling}\n".encode(), "") == ({"a": text}, [])
    )


def _spellings(text: str) -> tuple[str, str]:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return text, f'"{escaped}"'


def _stretch(text: str, place: Place) -> tuple[int, int]:
    """Where the scalar at a place begins and ends, also one of several lines."""
    parser = CParser(text)
    while True:
        event: Any = parser.get_event()  # the stubs leave open whether an event has marks
        start, end = event.start_mark, event.end_mark
        if isinstance(event, ScalarEvent) and (start.line + 1, start.column + 1) == (place.line, place.column):
            return start.index, start.index + len(text[start.index : end.index].rstrip())


def _with(node: Node, place: Place, text: str) -> Node:
    """The tree with another word at one place."""
    if isinstance(node, Table):
        return Table({key: _with(value, place, text) for key, value in node.items()})
    if isinstance(node, Row):
        return Row(_with(each, place, text) for each in node)
    return Word(text) if node.place == place else node
