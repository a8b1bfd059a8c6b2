"""The loader: from the operators' files to a flow set and a directory of contacts, or to all problems at once.

A set with one error is no set: nothing of it ever reaches a caller.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.call import Spot
from ivr.contacts import ContactsFile, Directory, build_directory
from ivr.definition import FlowDefinition, read_flow, validate
from ivr.source.near import did_you_mean
from ivr.source.places import Place, Table, Word
from ivr.source.problems import Problem, Refused, Sentence
from ivr.source.reader import read_yaml
from ivr.speech import CODES
from ivr.steps.fields import plain_name
from ivr.steps.flowset import ENTRY, FlowSet
from ivr.steps.site import Site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.steps.base import Goto, Step


@dataclass(frozen=True)
class Loaded:
    """What was found in the files. `flows` and `directory` are None when there are errors."""

    flows: FlowSet | None
    directory: Directory | None
    problems: tuple[Problem, ...]
    """Sorted by file, line, column and code."""
    sources: Mapping[str, bytes]
    """Every file that was read, by the name that problems give it."""


class _Files:
    """Reads files, and keeps what they said for the problem report."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.sources: dict[str, bytes] = {}

    def table(self, path: Path) -> Table | None:
        """The table in a file, or None with the problems noted."""
        name = shown(path)
        try:
            content = path.read_bytes()
        except OSError as error:
            self.problems.append(_unreadable(name, error))
            return None
        self.sources[name] = content
        table, found = read_yaml(content, name)
        self.problems += found
        return table


def load(flows: Path, contacts: Path) -> Loaded:
    """Reads the contacts file and every `*.yaml` of the flows folder, checks them, and builds the flow set."""
    files = _Files()
    directory = _directory(files, contacts)
    definitions = _definitions(files, flows)
    errors = any(problem.severity == "error" for problem in files.problems)
    built = None
    # Names are looked up even when something else is wrong, so that one run shows everything; but not against
    # contacts or an entry flow that could not be read: every name would be reported as missing.
    if directory is not None and ENTRY in definitions:
        built = _build(files, definitions, directory)
        errors = any(problem.severity == "error" for problem in files.problems)
    problems = tuple(sorted(set(files.problems), key=lambda problem: problem.order))
    return Loaded(None if errors else built, None if errors else directory, problems, files.sources)


def load_contacts(contacts: Path) -> Loaded:
    """Reads the contacts file alone: all that `ivr hours` needs."""
    files = _Files()
    directory = _directory(files, contacts)
    problems = tuple(sorted(files.problems, key=lambda problem: problem.order))
    return Loaded(None, directory, problems, files.sources)


def shown(path: Path) -> str:
    """A path as problems show it: relative to the working folder where it lies below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _directory(files: _Files, path: Path) -> Directory | None:
    table = files.table(path)
    if table is None:
        return None
    written, found = validate(ContactsFile, table)
    files.problems += found
    if written is None:
        return None
    try:
        return build_directory(written)
    except Refused as refused:
        files.problems += refused.problems
        return None


def _definitions(files: _Files, folder: Path) -> dict[str, FlowDefinition]:
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
    except OSError as error:
        files.problems.append(_unreadable(shown(folder), error))
        return {}
    found: dict[str, FlowDefinition] = {}
    for path in paths:
        name = Word(path.stem, Place(shown(path), 1, 1))
        try:
            plain_name(name, Sentence("einen Ablauf", "a flow"))
        except Refused as refused:
            files.problems += refused.problems
            continue
        table = files.table(path)
        if table is not None:
            definition, problems = read_flow(str(name), table)
            files.problems += problems
            if definition is not None:
                found[str(name)] = definition
    if not any(path.stem == ENTRY for path in paths):
        files.problems.append(_no_entry(folder, [path.stem for path in paths]))
    return found


def _build(files: _Files, definitions: dict[str, FlowDefinition], directory: Directory) -> FlowSet:
    languages = _languages(files, definitions)
    if directory.last_resort is None:
        files.problems.append(_no_phone(directory))
    starts = {name: str(definition.head.start) for name, definition in definitions.items()}
    steps: dict[Spot, Step] = {}
    keys: dict[str, dict[str, Goto]] = {}
    for name, definition in definitions.items():
        known = {str(step.name) for step in definition.steps} | definition.broken

        def site(step: str, place: Place, name: str = name, known: set[str] = known) -> Site:
            return Site(
                Spot(name, step),
                place,
                steps=known,
                starts=starts,
                languages=languages,
                directory=directory,
                problems=files.problems,
            )

        head = site("", definition.place)
        if definition.head.start not in known:
            files.problems.append(_no_start(definition, known))
        keys[name] = {str(key): head.goto(target) for key, target in definition.head.keys.items()}
        for step in definition.steps:
            built = step.kind.build(step.body, site(str(step.name), step.name.place), step.onward)
            steps[built.spot] = built
    return FlowSet(_version(files.sources), languages, Spot(ENTRY, starts[ENTRY]), steps, keys)


def _languages(files: _Files, definitions: dict[str, FlowDefinition]) -> tuple[str, ...]:
    """The languages of the entry flow, which are those of the whole set."""
    written = definitions[ENTRY].head.languages
    if not written:
        files.problems.append(
            Problem(
                definitions[ENTRY].place,
                "missing-field",
                Sentence("Hier fehlt „languages:“.", "“languages:” is missing here."),
                Sentence(
                    f"So geht es: languages: [de, en]. Es gibt: {', '.join(CODES)}.",
                    f"Write languages: [de, en]. There are: {', '.join(CODES)}.",
                ),
            )
        )
        return (CODES[0],)
    for name, definition in definitions.items():
        for code in definition.head.languages:
            if code not in written:
                files.problems.append(
                    Problem(
                        code.place,
                        "unused-language",
                        Sentence(
                            f"„{code}“ steht hier, aber nicht in {ENTRY}.yaml.",
                            f"“{code}” stands here, but not in {ENTRY}.yaml.",
                        ),
                        Sentence(
                            f"Im Ablauf „{name}“ kann „languages:“ wegbleiben; es gilt, was in {ENTRY}.yaml steht.",
                            f"In the flow “{name}” “languages:” can be left out; what {ENTRY}.yaml says holds.",
                        ),
                        also=written[0].place,
                    )
                )
    return tuple(dict.fromkeys(str(code) for code in written))


def _version(sources: Mapping[str, bytes]) -> str:
    """Twelve hex digits of the content of all files; what they are called outside their folder does not matter."""
    content = hashlib.sha256()
    for name, text in sorted((Path(name).name, text) for name, text in sources.items()):
        content.update(f"{name}\0{len(text)}\0".encode() + text)
    return content.hexdigest()[:12]


def _no_start(definition: FlowDefinition, known: set[str]) -> Problem:
    start = definition.head.start
    return Problem(
        start.place,
        "unknown-target",
        Sentence(f"Den Schritt „{start}“ gibt es in dieser Datei nicht.", f"There is no step “{start}” in this file."),
        did_you_mean(start, known, what=Sentence("Schritte in dieser Datei", "Steps in this file")),
    )


def _no_entry(folder: Path, names: list[str]) -> Problem:
    return Problem(
        Place(shown(folder), 1, 1),
        "no-entry",
        Sentence(
            f"Hier fehlt die Datei {ENTRY}.yaml, mit der jeder Anruf beginnt.",
            f"The file {ENTRY}.yaml, with which every call begins, is missing here.",
        ),
        did_you_mean(ENTRY, names, what=Sentence("Dateien in diesem Ordner", "Files in this folder"))
        if names
        else None,
    )


def _no_phone(directory: Directory) -> Problem:
    place = next((entry.place for entry in directory.contacts.values()), Place("", 1, 1))
    return Problem(
        place,
        "no-phone",
        Sentence("Kein Kontakt hat eine Telefonnummer.", "No contact has a telephone number."),
        Sentence(
            "Mindestens einer braucht eine: Anrufer sollen immer eine Nummer hören können.",
            "At least one needs one: callers must always be able to hear a number.",
        ),
    )


def _unreadable(name: str, error: OSError) -> Problem:
    return Problem(
        Place(name, 1, 1),
        "unreadable",
        Sentence(
            f"Das lässt sich nicht lesen ({error.strerror}).",
            f"This cannot be read ({error.strerror}).",
        ),
        Sentence("Stimmt der Pfad, und darf der Dienst ihn lesen?", "Is the path right, and may the service read it?"),
    )
