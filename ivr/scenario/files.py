"""Finding scenario files and reading them: to scenarios that can be played, and every problem in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.bundle import SUFFIXES, shown
from ivr.definition import validate
from ivr.scenario.shape import Dials, FlowName, ScenarioFile, Turns
from ivr.source.near import did_you_mean
from ivr.source.places import Place
from ivr.source.problems import Problem, Sentence
from ivr.source.reader import read_yaml
from ivr.steps.fields import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from ivr.contacts import Directory
    from ivr.scenario.shape import Turn
    from ivr.source.readable import Readable
    from ivr.steps.fields import ContactName
    from ivr.steps.flowset import FlowSet


@dataclass(frozen=True, slots=True)
class Scenario:
    """A call to be played. `at` is in the zone of the contacts."""

    about: str
    at: datetime
    turns: tuple[Turn, ...]
    language: str | None = None
    flow: str | None = None
    """The entrance in which it begins."""
    pin: str | None = None
    """The PIN that holds in it."""
    trouble: str | None = None
    """See `phone.local.TROUBLES`."""
    place: Place = Place("", 1, 1)  # noqa: RUF009 - a place is a value
    """The top of its file."""


@dataclass(slots=True)
class Found:
    """What was found under some paths."""

    scenarios: dict[Path, Scenario] = field(default_factory=dict)
    """Those that can be played, by their files."""
    problems: list[Problem] = field(default_factory=list)
    sources: dict[str, bytes] = field(default_factory=dict)
    """Every file that was read, by the name that problems give it."""


def find(paths: Iterable[Path], flows: FlowSet, directory: Directory) -> Found:
    """The scenarios in files, and in folders with all that lies below them. What is not there is a problem."""
    found = Found()
    for path in paths:
        files = _below(path) if path.is_dir() else [path] if path.exists() else []
        for file in files:
            read(file, flows, directory, found)
        if not files:
            found.problems.append(_none_here(path))
    return found


def _below(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in SUFFIXES and not any(part[0] == "." for part in path.relative_to(folder).parts)
    )


def read(path: Path, flows: FlowSet, directory: Directory, found: Found) -> None:
    """Reads one file, and notes in `found` what is in it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        why = Sentence(f"Das lässt sich nicht lesen ({error}).", f"This cannot be read ({error}).")
        found.problems.append(Problem(Place(shown(path), 1, 1), "unreadable", why))
        return
    understand(path, content, flows, directory, found)


def understand(path: Path, content: bytes, flows: FlowSet, directory: Directory, found: Found) -> None:
    """Notes in `found` what a file contains, wherever that was kept."""
    name = shown(path)
    found.sources[name] = content
    scenario, problems = parse(content, name, flows, directory)
    if scenario is not None:
        found.scenarios[path] = scenario
    found.problems += problems


def parse(content: bytes, name: str, flows: FlowSet, directory: Directory) -> tuple[Scenario | None, list[Problem]]:
    """The scenario in what stands in a file, None when it has errors; and these. `name` is what they call the file."""
    table, problems = read_yaml(content, name)
    if table is None:
        return None, problems
    noted: list[Readable] = []
    file, more = validate(ScenarioFile, table, noted)
    problems += [*more, *(problem for value in noted for problem in _wrong(value, flows, directory))]
    if file is None or problems:
        return None, problems
    at, top = file.at.local(directory.zone), Place(name, 1, 1)
    return (
        Scenario(str(file.about), at, file.turns.turns, file.language, file.flow, file.pin, file.trouble, top),
        problems,
    )


def _wrong(value: Readable, flows: FlowSet, directory: Directory) -> Iterator[Problem]:
    """What is wrong with a part of a file: above all names that nobody has."""
    match value:
        case Turns():
            yield from value.problems
            for turn in value.turns:
                if isinstance(turn, Dials):
                    yield from _not_rung(turn.word, directory)
        case FlowName() if value not in flows.entrances:
            yield Problem(
                value.place,
                "unknown-flow",
                Sentence(f"Im Ablauf „{value}“ beginnt kein Anruf.", f"No call begins in the flow “{value}”."),
                did_you_mean(value, flows.entrances, what=Sentence("Anrufe beginnen in", "Calls begin in")),
            )
        case Language() if value not in flows.languages:
            yield Problem(
                value.place,
                "unused-language",
                Sentence(
                    f"Die Sprache „{value}“ sprechen diese Abläufe nicht.", f"These flows do not speak “{value}”."
                ),
                did_you_mean(value, flows.languages, what=Sentence("Ihre Sprachen", "Their languages")),
            )


def _not_rung(contact: ContactName, directory: Directory) -> Iterator[Problem]:
    entry = directory.contacts.get(contact)
    with_phone = [key for key, each in directory.contacts.items() if each.phone]
    if entry is None:
        yield Problem(
            contact.place,
            "unknown-contact",
            Sentence(f"Die Stelle „{contact}“ gibt es nicht.", f"There is no contact “{contact}”."),
            did_you_mean(contact, with_phone, what=Sentence("Stellen mit Telefon", "Contacts with a phone")),
        )
    elif entry.phone is None:
        yield Problem(
            contact.place,
            "no-phone",
            Sentence(
                f"Die Stelle „{contact}“ hat keine Telefonnummer.", f"The contact “{contact}” has no telephone number."
            ),
            Sentence(f"Eine Nummer haben: {', '.join(with_phone)}.", f"These have a number: {', '.join(with_phone)}."),
        )


def _none_here(path: Path) -> Problem:
    return Problem(
        Place(shown(path), 1, 1),
        "no-scenarios",
        Sentence("Hier sind keine Szenarien.", "There are no scenarios here."),
        Sentence(
            "Genannt werden Dateien mit Szenarien oder Ordner mit solchen. `ivr test --suggest` schreibt welche.",
            "Name files with scenarios, or folders with such files. `ivr test --suggest` writes some.",
        ),
    )
