"""The operators' files as one value: flows, contacts and pronunciation, exactly as they were read at one moment.

A version is the hash of a bundle. Whatever judges, keeps, publishes or compares a set does it with the same bytes:
files that somebody edits meanwhile can mix no two versions.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ivr.source.places import Place
from ivr.source.problems import Problem, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = (".yaml", ".yml")
"""What the names of flow files end in. Files whose names begin with a dot are editors' own."""

PRONUNCIATION = "pronunciation.yaml"
"""Lies beside the contacts; there need not be one."""


class File(NamedTuple):
    """A file by the name that problems give it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was read. A file that could not be read is not in it."""

    folder: str
    """The folder of the flows, as problems name it."""
    flows: tuple[File, ...]
    contacts: File | None
    pronunciation: File | None
    contacts_name: str

    def __iter__(self) -> Iterator[File]:
        yield from filter(None, (self.contacts, self.pronunciation))
        yield from self.flows

    @property
    def version(self) -> str:
        """Twelve hex digits of the content of all files; what they are called outside their folder does not matter."""
        content = hashlib.sha256()
        for name, text in sorted((Path(file.name).name, file.content) for file in self):
            content.update(f"{name}\0{len(text)}\0".encode() + text)
        return content.hexdigest()[:12]

    def to_bytes(self) -> bytes:
        """All of it in one piece, compressed: as it is kept and published."""
        document = {
            "folder": self.folder,
            "contacts_name": self.contacts_name,
            "flows": [_written(file) for file in self.flows],
            "contacts": self.contacts and _written(self.contacts),
            "pronunciation": self.pronunciation and _written(self.pronunciation),
        }
        return zlib.compress(json.dumps(document).encode())

    @classmethod
    def from_bytes(cls, content: bytes) -> Bundle:
        """The bundle that `to_bytes` wrote.

        Raises:
            ValueError: it is none, or damaged.
        """
        try:
            document = json.loads(zlib.decompress(content))
            return cls(
                document["folder"],
                tuple(map(_read, document["flows"])),
                document["contacts"] and _read(document["contacts"]),
                document["pronunciation"] and _read(document["pronunciation"]),
                document["contacts_name"],
            )
        except (zlib.error, KeyError, TypeError) as error:
            raise ValueError("this is no bundle of flows and contacts") from error


def _written(file: File) -> list[str]:
    return [file.name, b64encode(file.content).decode()]


def _read(written: list[str]) -> File:
    name, content = written
    return File(name, b64decode(content, validate=True))


def gather(flows: Path, contacts: Path) -> tuple[Bundle, tuple[Problem, ...]]:
    """Reads the contacts, the pronunciation beside them and every flow of a folder, and says what cannot be read.

    Contacts and pronunciation may lie in the flows' folder; they are no flows.
    """
    problems: list[Problem] = []
    pronunciation = contacts.with_name(PRONUNCIATION)
    others = {os.path.realpath(contacts), os.path.realpath(pronunciation)}
    book = _file(contacts, problems)
    words = _file(pronunciation, problems) if pronunciation.exists() else None
    try:
        paths = sorted(
            path
            for path in flows.iterdir()
            if path.suffix in SUFFIXES and path.name[0] != "." and os.path.realpath(path) not in others
        )
    except OSError as error:
        problems.append(_unreadable(shown(flows), error))
        paths = []
    files = tuple(file for path in paths if (file := _file(path, problems)) is not None)
    return Bundle(shown(flows), files, book, words, shown(contacts)), tuple(problems)


def gather_contacts(contacts: Path) -> tuple[Bundle, tuple[Problem, ...]]:
    """Reads the contacts file alone."""
    problems: list[Problem] = []
    return Bundle("", (), _file(contacts, problems), None, shown(contacts)), tuple(problems)


def shown(path: Path) -> str:
    """A path as problems show it: relative to the working folder where it lies below it."""
    try:
        return str(Path(os.path.realpath(path)).relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _file(path: Path, problems: list[Problem]) -> File | None:
    name = shown(path)
    try:
        return File(name, path.read_bytes())
    except OSError as error:
        problems.append(_unreadable(name, error))
        return None


_WHY_UNREADABLE: dict[type[OSError], Sentence] = {
    FileNotFoundError: Sentence("Das gibt es nicht.", "This does not exist."),
    PermissionError: Sentence("Das darf der Dienst nicht lesen.", "The service may not read this."),
    IsADirectoryError: Sentence("Das ist ein Ordner, keine Datei.", "This is a folder, not a file."),
    NotADirectoryError: Sentence("Das ist kein Ordner.", "This is not a folder."),
}


def _unreadable(name: str, error: OSError) -> Problem:
    other = Sentence(f"Das lässt sich nicht lesen ({error}).", f"This cannot be read ({error}).")
    return Problem(
        Place(name, 1, 1),
        "unreadable",
        _WHY_UNREADABLE.get(type(error), other),
        Sentence(
            "Stimmt der Pfad? Die Abläufe nennt --flows oder IVR_FLOWS, die Stellen --contacts oder IVR_CONTACTS.",
            "Is the path right? --flows or IVR_FLOWS names the flows, --contacts or IVR_CONTACTS the contacts.",
        ),
    )
