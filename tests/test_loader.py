"""Loading the operators' files: every slip of the hand in the shipped ones, and whole folders.

A slip is one letter missing, doubled, wrong or in capitals, or two neighbours swapped. Whatever word it meets, there is
one problem for it, on its line, which names the word that was meant: never a second one that only follows from it.
`IVR_EVERY_SLIP=1` tries all of them; without it a sample is tried.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ivr.call import NAME, Spot
from ivr.hours.dates import read_weekdays
from ivr.loader import load, load_contacts
from ivr.source.places import Place, Row, Table, Word
from ivr.source.problems import Problem, Refused
from ivr.source.reader import read_yaml
from ivr.speech import CODES
from ivr.steps import KINDS
from ivr.steps.fields import FORMS, RESERVED

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases" / "loader"
FLOWS = ROOT / "ivr" / "flows"
CONTACTS = ROOT / "data" / "contacts.yaml"
FILES = (*sorted(FLOWS.glob("*.yaml")), CONTACTS)
EVERY = os.environ.get("IVR_EVERY_SLIP") == "1"
SAMPLE = 60
"""So many slips of each sort of word."""


class Named(NamedTuple):
    """A word that means something: what sort it is, and where it stands."""

    sort: str
    word: str
    place: Place
    quoted: bool = False


# What the words of the files are. Fields are checked for being all there: nothing that stands in a file goes untried.

KIND_WORDS = {kind.word for kind in KINDS}
TARGETS = {"start", "next", "go", "give_up", "else", "when_closed", "busy", "no_answer", "failed", "completed"}
TEXTS = {"say", "prompt", "for", "hangup", "name", "in_menu", "in_sentence", "reason"}
FREE = {"phone", "address", "ring", "patience", "time", "open", "on", "from", "to", "every"}
"""Numbers, dates, times: no words that could be named in a message."""


def words_of_flow(table: Table) -> Iterator[Named]:
    for field, node in table.items():
        yield named("field", field)
        match field, node:
            case "start", Word():
                yield named("target", node)
            case "languages", Row():
                yield from (named("language", code) for code in node)
            case "keys", Table():
                for key, target in node.items():
                    yield named("key", key)
                    yield named("target", target)
            case "steps", Table():
                for name, step in node.items():
                    yield named("step", name)
                    yield from words_of_step(step)
            case _:
                raise AssertionError(f"{field} is not known here")


def words_of_step(step: Table) -> Iterator[Named]:
    for field, node in step.items():
        yield named("kind" if field in KIND_WORDS else "field", field)
        if field in TEXTS:
            yield from words_of_text(node)
        elif isinstance(node, Word):
            yield named({"flow": "flow", "language": "language"}.get(field, "target"), node)
        else:
            yield from words_of_body(node)


def words_of_body(node: Table | Row) -> Iterator[Named]:
    """Below a kind's word."""
    if isinstance(node, Row):
        for row in node:
            yield from words_of_body(row)
        return
    for field, value in node.items():
        if re.fullmatch(r"[0-9*#]", field):
            yield named("key", field)
        else:
            yield named("field", field)
        match field, value:
            case ("for", Word()) if " " not in value:
                yield named("contact", value)
            case ("to" | "contact" | "closed", Word()):
                yield named("contact", value)
            case "to", Row():
                yield from (named("contact", contact) for contact in value)
            case field, _ if field in TEXTS:
                yield from words_of_text(value)
            case field, Word() if field in TARGETS or (re.fullmatch(r"[0-9*#]", field) and value not in CODES):
                yield named("target", value)
            case (_, Word()) if value in CODES:
                yield named("language", value)
            case (_, Table() | Row()):
                yield from words_of_body(value)
            case _:
                assert field in FREE, f"{field} is not known here"


def words_of_text(node: Word | Table) -> Iterator[Named]:
    if isinstance(node, Table):
        for code, text in node.items():
            yield named("language", code)
            yield from words_of_text(text)
        return
    for hole in re.finditer(r"\{(\w+)\.(\w+)\}", node):
        at = hole.start() + (not node.plain)
        for sort, group in (("contact", 1), ("placeholder", 2)):
            offset = at + hole.start(group) - hole.start()
            place = node.place._replace(column=node.place.column + offset, length=len(hole[group]))
            yield Named(sort, hole[group], place)
        dot = node.place._replace(column=node.place.column + at + len(hole[1]) + 1, length=1)
        yield Named("dot", ".", dot)


def words_of_contacts(table: Table) -> Iterator[Named]:
    for field, node in table.items():
        yield named("field", field)
        if field == "contacts":
            for name, contact in node.items():
                yield named("contact name", name)
                yield from words_of_contact(contact)
        else:
            yield named("contact" if field == "last_resort" else "setting", node)


def words_of_contact(contact: Table) -> Iterator[Named]:
    for field, node in contact.items():
        yield named("field", field)
        match field, node:
            case field, _ if field in TEXTS:
                yield from words_of_text(node)
            case "at", Word():
                yield named("contact", node)
            case "weekly", Table():
                yield from (named("weekday", days) for days in node)
            case "holidays", Word():
                yield named("setting", node)
            case _, Table():
                yield from words_of_contact(node)
            case _:
                assert field in FREE, f"{field} is not known here"


def named(sort: str, word: Word) -> Named:
    return Named(sort, str(word), word.place, not word.plain)


def words(path: Path) -> list[Named]:
    table, problems = read_yaml(path.read_bytes(), path.name)
    assert table is not None
    assert problems == []
    return list((words_of_contacts if path == CONTACTS else words_of_flow)(table))


WORDS = {path: words(path) for path in FILES}
STEPS = {path: {each.word for each in WORDS[path] if each.sort == "step"} for path in FILES}
USES = {
    path: {name: [each for each in WORDS[path] if each.sort == "target" and each.word == name] for name in STEPS[path]}
    for path in FILES
}
CONTACT_USES: dict[str, list[tuple[Path, Named]]] = defaultdict(list)
for each_path in FILES:
    for each_word in WORDS[each_path]:
        if each_word.sort == "contact":
            CONTACT_USES[each_word.word].append((each_path, each_word))


# The slips


class Slip(NamedTuple):
    """One word of one file, mistyped."""

    path: Path
    meant: Named
    typed: str

    def __str__(self) -> str:
        return f"{self.path.name}:{self.meant.place.line}:{self.meant.place.column} {self.meant.word} -> {self.typed}"


def slips(word: str, dice: random.Random) -> set[str]:
    """The word mistyped in each of the five ways, each at one place."""
    at = dice.randrange(len(word))
    pair = dice.randrange(max(1, len(word) - 1))
    typed = {
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:pair] + word[pair : pair + 2][::-1] + word[pair + 2 :],
        word[:at] + dice.choice("qxyk") + word[at + 1 :],
        word[:at] + word[at:].capitalize(),
    }
    return {each for each in typed if each.strip() == each and each not in ("", word)}


def is_right(path: Path, meant: Named, typed: str) -> bool:
    """Whether the mistyped word means something as well."""
    match meant.sort:
        case "target":
            return typed in STEPS[path] or typed in RESERVED
        case "step":
            return typed in STEPS[path]
        case "key":
            return re.fullmatch(r"[0-9*#]", typed) is not None
        case "language":
            return typed in CODES
        case "setting":
            return meant.word == "closed" and typed.lower() == "closed"
        case "weekday":
            try:
                read_weekdays(Word(typed))
            except Refused:
                return False
            return True
        case _:
            return False


def every_slip() -> list[Slip]:
    dice = random.Random(20261128)
    by_sort: dict[str, list[Slip]] = defaultdict(list)
    for path in FILES:
        for meant in WORDS[path]:
            if meant.sort == "dot":
                typed = {"", ",", " ", "-", "_"}
            else:
                typed = slips(meant.word, dice)
            by_sort[meant.sort] += [Slip(path, meant, each) for each in sorted(typed) if not is_right(path, meant, each)]
    if not EVERY:
        by_sort = {sort: dice.sample(found, min(SAMPLE, len(found))) for sort, found in by_sort.items()}
    return [slip for found in by_sort.values() for slip in found]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped files, in which one is spoilt at a time."""
    folder = tmp_path_factory.mktemp("slips")
    shutil.copytree(FLOWS, folder / "flows")
    shutil.copy(CONTACTS, folder)
    return folder


def spoil(text: str, place: Place, length: int, typed: str) -> str:
    lines = text.split("\n")
    line = lines[place.line - 1]
    lines[place.line - 1] = line[: place.column - 1] + typed + line[place.column - 1 + length :]
    return "\n".join(lines)


def expected(slip: Slip) -> list[tuple[str, int]]:
    """Where the problems of a slip are: at the word, or where a mistyped name is used."""
    meant = slip.meant
    if re.fullmatch(NAME, slip.typed, re.ASCII):
        if meant.sort == "step" and meant.word not in RESERVED:
            return [(slip.path.name, use.place.line) for use in USES[slip.path][meant.word]]
        if meant.sort == "contact name":
            return [(path.name, use.place.line) for path, use in CONTACT_USES[meant.word]]
    return [(slip.path.name, meant.place.line)]


def names_the_right_word(problem: Problem, slip: Slip) -> bool:
    at_use = slip.meant.sort in ("step", "contact name") and problem.code.startswith("unknown-")
    right = slip.typed if at_use else slip.meant.word
    if slip.meant.sort == "key":
        right = {"*": '"*"', "#": '"#"'}.get(right, "0 bis 9")
    if slip.meant.sort == "weekday":
        right = right[:2]
    if slip.meant.sort == "dot":
        right = "{citywache.status}"
    return right in problem.message.de + (problem.hint.de if problem.hint else "")


@pytest.mark.parametrize("slip", every_slip(), ids=str)
def test_a_slip_is_one_problem_that_names_the_word(slip: Slip, folder: Path) -> None:
    text = slip.path.read_text(encoding="utf-8")
    place, length = slip.meant.place, len(slip.meant.word)
    if slip.meant.quoted:
        place = place._replace(column=place.column + 1)
    spoilt = spoil(text, place, length, slip.typed)
    assert spoilt != text
    target = folder / ("" if slip.path == CONTACTS else "flows") / slip.path.name
    target.write_text(spoilt, encoding="utf-8")
    try:
        loaded = load_folder(folder)
    finally:
        target.write_text(text, encoding="utf-8")
    assert [(Path(each.place.file).name, each.place.line) for each in loaded.problems] == sorted(expected(slip))
    for problem in loaded.problems:
        assert names_the_right_word(problem, slip), (problem.message.de, problem.hint)
    assert loaded.flows is None


def load_folder(folder: Path) -> Any:
    """The flows and the contacts.yaml of one folder."""
    return load(folder / "flows", folder / "contacts.yaml")
