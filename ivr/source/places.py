"""What a file said and where: words, tables and rows that remember their place.

The reader (`reader.py`) makes them, everything above reads them. They are ordinary strings, dicts and lists with one
attribute more, so that pydantic and plain Python handle them like any other.
"""

from __future__ import annotations

from typing import NamedTuple, Self


class Place(NamedTuple):
    """A stretch of one line of a file. Lines and columns are counted from 1, in characters."""

    file: str
    line: int
    column: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


NOWHERE = Place("", 0, 0)


class Word(str):
    """A scalar as typed: no YAML type is ever guessed from it. `plain` is True when it was written without quotes."""

    __slots__ = ("place", "plain")
    place: Place
    plain: bool

    def __new__(cls, text: str, place: Place = NOWHERE, *, plain: bool = True) -> Self:
        word = super().__new__(cls, text)
        word.place = place
        word.plain = plain
        return word


class Table(dict[Word, "Node"]):
    """A mapping; its keys are words with places of their own. Keys are unique: the reader refuses duplicates."""

    __slots__ = ("place",)
    place: Place

    def key(self, name: str) -> Word | None:
        """The key as it stands in the file, with its place."""
        return next((key for key in self if key == name), None)


class Row(list["Node"]):
    """A sequence."""

    __slots__ = ("place",)
    place: Place


Node = Word | Table | Row


def place_of(node: object) -> Place:
    """Where a value stands; NOWHERE for a value that did not come from a file."""
    return getattr(node, "place", NOWHERE)
