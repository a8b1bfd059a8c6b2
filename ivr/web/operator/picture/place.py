"""What the picture's page tells of one step or one contact."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from ivr.call import Spot
from ivr.graph.picture import END
from ivr.graph.words import KINDS, kind_words
from ivr.script import moment
from ivr.script.html import FROM_THE_RIGHT
from ivr.speech import language as speech

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from ivr.graph import Picture
    from ivr.graph.picture import ContactNode, StepNode
    from ivr.loader import Loaded
    from ivr.world import Clerk

EXCERPT = 40
"""Lines of a file, at most."""


class Line(NamedTuple):
    """Words, and the language of the voice that speaks them."""

    code: str
    direction: str
    words: str


class Text(NamedTuple):
    """What is there for callers of one language; a line of it may be in another, as the key for more languages is."""

    code: str
    name: str
    lines: tuple[Line, ...]


class Way(NamedTuple):
    """A way out: what has to happen, and where it leads: to a step, a contact, a flow's step, or just words."""

    label: str
    keys: tuple[str, ...]
    words: str
    step: str = ""
    contact: str = ""


class Excerpt(NamedTuple):
    """A part of a file. `file` is its plain name."""

    file: str
    line: int
    lines: tuple[tuple[int, str], ...]
    more: bool
    """Whether it goes on."""


class Told(NamedTuple):
    """A step."""

    place: str
    name: str
    kind: str
    kind_word: str
    """As in YAML; "" where that is what operators call it as well."""
    texts: tuple[Text, ...]
    heard: tuple[Text, ...]
    """What is heard on arriving there, now; nothing where that is the texts as they are written."""
    turnings: tuple[tuple[str, str], ...]
    """The lines of a branch that hold now: condition, and where it leads."""
    ways: tuple[Way, ...]
    excerpt: Excerpt


class ToldContact(NamedTuple):
    """A contact."""

    key: str
    name: str
    names: tuple[Text, ...]
    phone: str
    address: str
    state: str
    heard: tuple[Text, ...]
    rung: tuple[str, ...]
    """FLOW/STEP."""
    excerpt: Excerpt


def told_step(loaded: Loaded, picture: Picture, node: StepNode, clerk: Clerk, now: datetime) -> Told:
    """All about a step of a set without errors."""
    assert loaded.flows is not None
    spot = Spot(node.flow, node.step)
    languages = loaded.flows.languages_of(node.flow)
    lines = loaded.flows.steps[spot].lines()
    moments = {code: moment(loaded.flows, clerk, spot, now, code, picture.language) for code in languages}
    texts = [
        text(code, [(line[code].spoken_in, str(line[code])) for line in lines if code in line]) for code in languages
    ]
    heard = [text(code, [(said.language, said.text) for said in each.said]) for code, each in moments.items()]
    first = moments[languages[0]].turnings
    return Told(
        f"{node.flow}/{node.step}",
        node.step,
        kind_words(node.kind, picture.language),
        node.kind if node.kind in KINDS else "",
        tuple(each for each in texts if each.lines),
        tuple(each for each in heard if each.lines) if heard != texts else (),
        tuple((turning.words, turning.target) for turning in first if turning.now),
        tuple(_ways(picture, node)),
        excerpt(node.file, loaded.sources.get(node.file, b""), node.line),
    )


def told_contact(loaded: Loaded, picture: Picture, contact: ContactNode, clerk: Clerk, now: datetime) -> ToldContact:
    """All about a contact of a set without errors."""
    assert loaded.flows is not None
    entry = clerk.directory.contacts[contact.contact]
    world = clerk.at(now)
    languages = loaded.flows.languages
    steps = {node.id: node for node in picture.nodes}
    ringing = (steps[edge.source] for edge in picture.edges if edge.target == contact.id)
    return ToldContact(
        contact.contact,
        contact.name,
        tuple(text(code, [(code, entry.name(code))]) for code in languages),
        contact.phone,
        contact.address,
        world.answer(contact.contact).state,
        tuple(text(code, [(code, world.words(code, contact.contact, "status"))]) for code in languages),
        tuple(f"{node.flow}/{node.step}" for node in ringing),
        excerpt(entry.place.file, loaded.contacts_source, entry.place.line),
    )


def text(code: str, lines: Sequence[tuple[str, str]]) -> Text:
    """Words for callers of a language, each with the language that it is spoken in."""
    told = (Line(spoken, "rtl" if spoken in FROM_THE_RIGHT else "ltr", words) for spoken, words in lines)
    return Text(code, speech(code).endonym, tuple(told))


def excerpt(file: str, source: bytes, line: int) -> Excerpt:
    """The entry of a file that begins at a line (from 1): all below it that is indented more."""
    lines = source.decode("utf-8", "replace").splitlines()
    found: list[tuple[int, str]] = []
    for number, words in enumerate(lines[line - 1 :], line):
        if found and words.strip() and _indent(words) <= _indent(found[0][1]):
            break
        found.append((number, words))
    while len(found) > 1 and (not found[-1][1].strip() or found[-1][1].lstrip().startswith("#")):
        found.pop()
    return Excerpt(PurePath(file).name, line, tuple(found[:EXCERPT]), len(found) > EXCERPT)


def _indent(words: str) -> int:
    return len(words) - len(words.lstrip())


def _ways(picture: Picture, node: StepNode) -> Iterable[Way]:
    steps = {each.id: each for each in picture.nodes}
    contacts = {each.id: each for each in picture.contacts}
    english = picture.language == "en"
    for edge in picture.edges:
        if edge.source != node.id:
            continue
        label = ", ".join(map(str, edge.labels))
        if edge.target == END:
            yield Way(label, edge.keys, "end of the call" if english else "Ende des Anrufs")
        elif edge.target in contacts:
            contact = contacts[edge.target]
            yield Way(label, edge.keys, contact.name, contact=contact.contact)
        else:
            there = steps[edge.target]
            flow = f"{'flow' if english else 'Ablauf'} {there.flow}"
            yield Way(label, edge.keys, flow if edge.way == "calls" else there.step, f"{there.flow}/{there.step}")
    for stub in node.stubs:
        yield Way(", ".join(map(str, stub.labels)), stub.keys, stub.words)
