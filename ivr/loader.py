"""The loader: from the operators' files to a flow set and a directory of contacts, or to all problems at once.

A set with one error is no set: nothing of it ever reaches a caller.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from ivr.bundle import Bundle, File, gather, gather_contacts
from ivr.call import Spot
from ivr.collector import held_back
from ivr.contacts import Directory, build_directory
from ivr.contacts.shape import ContactsFile
from ivr.definition import (
    FlowDefinition,
    by_cause,
    check_words,
    flow_languages,
    in_texts,
    listed_languages,
    read_flow,
    read_pronunciations,
    validate,
)
from ivr.source.near import did_you_mean, nearest
from ivr.source.places import Place, Table, Word
from ivr.source.problems import Problem, Refused, Sentence
from ivr.source.reader import read_yaml
from ivr.speech import CODES, language
from ivr.speech.voices import PROVIDERS, chosen_voice, some_voices
from ivr.steps.fields import plain_name, proposed_name
from ivr.steps.flowset import ENTRY, Entrance, FlowSet
from ivr.steps.site import Site

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from ivr.speech.pronunciation import Pronunciation
    from ivr.steps.base import Goto, Step
    from ivr.steps.fields import Language, Target

_NO_CONTACTS = Directory({}, ZoneInfo("UTC"), None)
"""Stands in for contacts that could not be read, while the names in the flows are looked up."""


@dataclass(frozen=True)
class Loaded:
    """What was found in the files. `flows` and `directory` are None when there are errors."""

    flows: FlowSet | None
    directory: Directory | None
    problems: tuple[Problem, ...]
    """Sorted by file, line, column and code."""
    sources: Mapping[str, bytes]
    """Every file that was read, by the name that problems give it."""
    written: Mapping[str, FlowDefinition] = field(default_factory=dict)
    """Every flow as its file has it: where each word stands."""
    contacts_source: bytes = b""
    """What stands in the contacts file."""
    bundle: Bundle | None = None
    """The files that all of this was made of; None when only the contacts were asked for."""


class _Files:
    """Takes files apart, and keeps what they said for the problem report."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self.problems = list(problems)
        self.sources: dict[str, bytes] = {}

    def table(self, file: File | None) -> Table | None:
        """The table in a file, or None with the problems noted."""
        if file is None:
            return None
        self.sources[file.name] = file.content
        table, found = read_yaml(file.content, file.name)
        self.problems += found
        return table


def load(flows: Path, contacts: Path, *, provider: str = "twilio", now: datetime | None = None) -> Loaded:
    """Reads the contacts, the pronunciation and every `*.yaml` of the flows folder, and builds the flow set.

    `provider` is whose voices are to speak. With `now` (aware) what the calendar makes odd is a warning, such as
    exceptions that are over.
    """
    return load_bundle(*gather(flows, contacts), provider=provider, now=now)


@held_back()
def load_bundle(
    bundle: Bundle, unread: Iterable[Problem] = (), *, provider: str = "twilio", now: datetime | None = None
) -> Loaded:
    """The flow set of files that have been read; `unread` is what could not be. Else as `load`."""
    files = _Files(unread)
    book = _contacts(files, bundle, now)
    pronunciations = _pronunciations(files, bundle)
    definitions, names = _definitions(files, bundle)
    listed, found = listed_languages(definitions)
    files.problems += found
    languages = None if listed is None else tuple(map(str, listed))
    if book.directory is not None and book.directory.last_resort is None:
        files.problems.append(_no_phone(book.directory))
    steps, keys, absent = _build(files, definitions, names, listed, book, pronunciations, provider)
    if book.table is not None:
        files.problems += check_words(book.table, languages and tuple(code for code in languages if code not in absent))
    voices = _voices(files, definitions, languages or (), provider)
    named = [place for flow in definitions.values() for place in (flow.known or {}).values()]
    found = by_cause(dict.fromkeys(files.problems), named, (book.names or {}).values())
    problems = tuple(sorted(found, key=lambda problem: problem.order))
    source = bundle.contacts.content if bundle.contacts else b""
    if book.directory is None or languages is None or any(problem.severity == "error" for problem in problems):
        return Loaded(None, None, problems, files.sources, definitions, source, bundle)
    start = Spot(ENTRY, str(definitions[ENTRY].start))
    entrances = {
        name: Entrance(Spot(name, str(flow.start)), flow_languages(flow, languages))
        for name, flow in definitions.items()
        if flow.entrance is not None
    }
    flow_set = FlowSet(bundle.version, languages, start, steps, keys, voices, pronunciations, entrances)
    return Loaded(flow_set, book.directory, problems, files.sources, definitions, source, bundle)


def load_contacts(contacts: Path, *, now: datetime | None = None) -> Loaded:
    """Reads the contacts file alone: all that `ivr hours` needs."""
    bundle, unread = gather_contacts(contacts)
    files = _Files(unread)
    book = _contacts(files, bundle, now)
    found = by_cause(files.problems, (), (book.names or {}).values())
    problems = tuple(sorted(found, key=lambda problem: problem.order))
    wrong = any(problem.severity == "error" for problem in problems)
    return Loaded(None, None if wrong else book.directory, problems, files.sources)


class _Book(NamedTuple):
    """What is known of the contacts."""

    table: Table | None
    """The file as it was read."""
    directory: Directory | None
    """None when it could not be built."""
    names: Mapping[str, Place] | None
    """The contacts that the file names, right or wrong, and where; None when that cannot be seen."""


def _contacts(files: _Files, bundle: Bundle, now: datetime | None) -> _Book:
    table = files.table(bundle.contacts)
    if table is None:
        return _Book(None, None, None)
    below = table.get(Word("contacts"))
    names = {proposed_name(name): name.place for name in below} if isinstance(below, Table) else None
    written, found = validate(ContactsFile, table)
    files.problems += found
    directory = None
    if written is not None:
        today = now.astimezone(written.timezone.zone).date() if now else None
        for contact in written.contacts.values():
            for hours in (contact.hours, contact.phone_hours):
                files.problems += hours.warnings(today) if hours else ()
            if contact.phone_hours and not contact.phone:
                files.problems.append(_phone_hours_unused(contact.phone_hours.weekly.place))
        try:
            directory = build_directory(written)
        except Refused as refused:
            # What is wrong with the whole file stands at its top.
            top = Place(bundle.contacts_name, 1, 1)
            files.problems += (each if each.place.file else replace(each, place=top) for each in refused.problems)
    return _Book(table, directory, names)


def _phone_hours_unused(place: Place) -> Problem:
    return Problem(
        place,
        "phone-hours-unused",
        Sentence("Diese Stelle hat kein Telefon, aber Telefonzeiten.", "This contact has phone hours, but no phone."),
        Sentence(
            "„phone_hours:“ gehört zu der Stelle, die angerufen wird; es gilt nur für sie.",
            "“phone_hours:” belongs to the contact that is rung, and holds for that one only.",
        ),
        "warning",
    )


def _pronunciations(files: _Files, bundle: Bundle) -> Mapping[str, Pronunciation]:
    table = files.table(bundle.pronunciation)
    found, problems = read_pronunciations(table) if table is not None else ({}, [])
    files.problems += problems
    return found


def _voices(
    files: _Files, definitions: Mapping[str, FlowDefinition], languages: tuple[str, ...], provider: str
) -> dict[str, str]:
    """The voices that the entry flow chooses. Every language needs one that the provider has and that speaks it."""
    entry = definitions.get(ENTRY)
    chosen = (entry.voices if entry else None) or {}
    for code, name in chosen.items():
        speaker = language(code)
        if chosen_voice(name, provider, speaker) is None:
            files.problems.append(
                Problem(
                    name.place,
                    "unknown-voice",
                    Sentence(
                        f"Die Stimme „{name}“ spricht bei {provider} kein {code}.",
                        f"The voice “{name}” does not speak {code} with {provider}.",
                    ),
                    did_you_mean(name, some_voices(provider, speaker), what=Sentence("Stimmen", "Voices")),
                )
            )
    for code in (entry.languages if entry else None) or ():
        if code in languages and code not in chosen and provider not in language(code).voices:
            having = [name for name in PROVIDERS if name in language(code).voices]
            files.problems.append(
                Problem(
                    code.place,
                    "no-voice",
                    Sentence(
                        f"Bei {provider} gibt es keine Stimme für „{code}“.", f"{provider} has no voice for “{code}”."
                    ),
                    Sentence(
                        f"Lassen Sie die Sprache weg, oder nehmen Sie einen anderen Anbieter: {', '.join(having)}.",
                        f"Leave the language out, or take another provider: {', '.join(having)}.",
                    ),
                )
            )
    return {str(code): str(name) for code, name in chosen.items()}


def _definitions(files: _Files, bundle: Bundle) -> tuple[dict[str, FlowDefinition], set[str]]:
    """The flows that could be read, and the names of all that are there."""
    found: dict[str, FlowDefinition] = {}
    names: dict[str, File] = {}
    for file in bundle.flows:
        name = Word(Path(file.name).stem, Place(file.name, 1, 1))
        first = names.setdefault(str(name), file)
        if first is not file:
            files.problems.append(_two_files(file, first))
            continue
        try:
            plain_name(name, Sentence("einen Ablauf", "a flow"))
        except Refused as refused:
            files.problems += refused.problems
            continue
        table = files.table(file)
        if table is not None:
            found[str(name)], problems = read_flow(str(name), table)
            files.problems += problems
    unread = {problem.place.file for problem in files.problems if problem.code == "unreadable"}
    if bundle.folder not in unread and ENTRY not in {*names, *(Path(name).stem for name in unread)}:
        files.problems.append(_no_entry(bundle, names))
    return found, {proposed_name(name) for name in names} - {""}


def _build(
    files: _Files,
    definitions: Mapping[str, FlowDefinition],
    names: Collection[str],
    listed: list[Language] | None,
    book: _Book,
    pronunciations: Mapping[str, Pronunciation],
    provider: str,
) -> tuple[dict[Spot, Step], dict[str, dict[str, Goto]], tuple[str, ...]]:
    """Every step, the keys of every flow, and those of the listed languages in which there is no text at all.

    Names are looked up even when something else is wrong, so that one run shows everything; but nothing is reported as
    missing that stands in a part which could not be read.
    """
    starts = dict.fromkeys(names, "") | {name: str(flow.start) for name, flow in definitions.items() if flow.start}
    directory = book.directory or _NO_CONTACTS
    found: list[Problem] = []
    spoken: set[str] = set()
    entrances = {name for name, flow in definitions.items() if flow.entrance is not None}
    steps: dict[Spot, Step] = {}
    keys: dict[str, dict[str, Goto]] = {}
    for name, flow in definitions.items():

        def site(step: str, place: Place, flow: FlowDefinition = flow) -> Site:
            return Site(
                Spot(flow.name, step),
                place,
                steps=flow.known,
                starts=starts,
                entrances=entrances,
                languages=CODES if listed is None else flow_languages(flow, tuple(map(str, listed))),
                directory=directory,
                contacts=book.names,
                pronunciations=pronunciations,
                provider=provider,
                problems=found,
                spoken=spoken,
            )

        if flow.start is not None and flow.known is not None and flow.start not in flow.known:
            found.append(_no_start(flow.start, flow.known))
        if flow.entrance is not None and name == ENTRY:
            found.append(_no_entrance(flow.entrance.place))
        head = site("", flow.place)
        keys[name] = {str(key): head.goto(target) for key, target in (flow.keys or {}).items()}
        for step in flow.steps:
            built = step.kind.build(step.body, site(str(step.name), step.name.place), step.onward)
            steps[built.spot] = built
        for fragments in flow.fragments:
            there = site(str(fragments.name), fragments.name.place)
            for value in fragments.values:
                there.look_up(value)
    absent: tuple[str, ...] = ()
    if listed is None:
        found = [each for each in found if each.code not in ("missing-language", "one-language", "unused-language")]
    else:
        found, absent = in_texts(found, listed, spoken)
    files.problems += found
    return steps, keys, absent


def _no_start(start: Target, known: Mapping[str, Place]) -> Problem:
    return Problem(
        start.place,
        "unknown-target",
        Sentence(f"Den Schritt „{start}“ gibt es in dieser Datei nicht.", f"There is no step “{start}” in this file."),
        did_you_mean(start, known, what=Sentence("Schritte in dieser Datei", "Steps in this file")),
        also=known.get(nearest(start, known) or ""),
        about=str(start),
    )


def _no_entrance(place: Place) -> Problem:
    return Problem(
        place,
        "not-an-entrance",
        Sentence(
            f"In {ENTRY}.yaml beginnen alle Anrufe; „entrance:“ gehört nicht hierher.",
            f"All calls begin in {ENTRY}.yaml; “entrance:” does not belong here.",
        ),
        Sentence(
            "Es gehört in einen Ablauf, der nicht für die Öffentlichkeit ist und eine eigene Nummer hat.",
            "It belongs in a flow that is not for the public and has a number of its own.",
        ),
    )


def _no_entry(bundle: Bundle, names: Collection[str]) -> Problem:
    files = did_you_mean(ENTRY, names, what=Sentence("Abläufe in diesem Ordner", "Flows in this folder"))
    return Problem(
        Place(bundle.folder, 1, 1),
        "no-entry",
        Sentence(
            f"Hier fehlt die Datei {ENTRY}.yaml, mit der jeder Anruf beginnt.",
            f"The file {ENTRY}.yaml, with which every call begins, is missing here.",
        ),
        files,
    )


def _two_files(file: File, first: File) -> Problem:
    return Problem(
        Place(file.name, 1, 1),
        "flow-twice",
        Sentence(
            f"Den Ablauf „{Path(file.name).stem}“ gibt es schon: in {Path(first.name).name}.",
            f"The flow “{Path(file.name).stem}” is there already: in {Path(first.name).name}.",
        ),
        Sentence(
            "Löschen Sie eine der beiden Dateien, oder benennen Sie sie um.",
            "Delete one of the two files, or rename it.",
        ),
        also=Place(first.name, 1, 1),
    )


def _no_phone(directory: Directory) -> Problem:
    return Problem(
        next(iter(directory.contacts.values())).place,
        "no-phone",
        Sentence("Keine Stelle hat eine Telefonnummer.", "No contact has a telephone number."),
        Sentence(
            "Mindestens einer braucht eine: Anrufer sollen immer eine Nummer hören können.",
            "At least one needs one: callers must always be able to hear a number.",
        ),
    )
