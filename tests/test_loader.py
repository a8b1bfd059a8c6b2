"""Loading the operators' files: every slip of the hand in the shipped ones, and whole folders.

A slip is one letter missing, doubled, wrong or in capitals, or two neighbours swapped. Whatever word it meets, there is
one problem for it, on its line, which names the word that was meant: never a second one that only follows from it. What
was mistyped where it is defined is missing where it is used: at up to three places each, else once at the first.
`IVR_EVERY_SLIP=1` tries all of them; without it a sample is tried.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from errno import ENAMETOOLONG
from pathlib import Path
from typing import NamedTuple

import pytest

from ivr.call import NAME, Spot
from ivr.definition.causes import MOST
from ivr.hours.dates import read_weekdays
from ivr.loader import load, load_contacts
from ivr.source.places import Place, Row, Table, Word
from ivr.source.problems import Problem, Refused
from ivr.source.reader import read_yaml
from ivr.speech import CODES
from ivr.steps import KINDS
from ivr.steps.fields import RESERVED

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases" / "loader"
FLOWS = ROOT / "ivr" / "flows"
CONTACTS = ROOT / "data" / "contacts.yaml"
COMPLETE = CASES / "complete"
SETS = {"shipped": (FLOWS, CONTACTS), "complete": (COMPLETE / "flows", COMPLETE / "contacts.yaml")}
EVERY = os.environ.get("IVR_EVERY_SLIP") == "1"
SAMPLE = 12
"""So many slips of each sort of word in each set of files."""


class Named(NamedTuple):
    """A word that means something: what sort it is, and where it stands."""

    sort: str
    word: str
    place: Place
    quoted: bool = False


# What the words of the files are. Fields are checked for being all there: nothing that stands in a file goes untried.

KIND_WORDS = {kind.word for kind in KINDS}
TARGETS = {
    "start",
    "next",
    "go",
    "give_up",
    "else",
    "when_closed",
    "busy",
    "no_answer",
    "failed",
    "completed",
    "locked",
    "refused",
}
TEXTS = {"say", "prompt", "wrong", "for", "hangup", "name", "in_menu", "in_sentence", "reason"}
FREE = {"phone", "address", "ring", "patience", "time", "date", "between", "holiday", "expect", "set", "until"}
"""Numbers, dates, times, yes and no: no words that could be named in a message."""
FREE_IN_CONTACTS = FREE | {"open", "closed", "on", "from", "to", "every"}


def words_of_flow(table: Table) -> Iterator[Named]:
    for field, node in table.items():
        yield named("field", field)
        match field, node:
            case "start", Word():
                yield named("target", node)
            case "entrance", Word():
                pass
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
            case ("to" | "contact" | "open" | "closed", Word()):
                yield named("contact", value)
            case "to", Row():
                yield from (named("contact", contact) for contact in value)
            case field, _ if field in TEXTS:
                yield from words_of_text(value)
            case field, Word() if field in TARGETS or (re.fullmatch(r"[0-9*#]", field) and value not in CODES):
                yield named("target", value)
            case (_, Word()) if value in CODES:
                yield named("language", value)
            case (_, Table() | Row()) if field not in FREE:
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
        inside = node.place._replace(column=node.place.column + at + 1, length=len(hole[0]) - 2)
        yield Named("dotted", hole[0][1:-1], inside)


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
            case ("seasons" | "exceptions", Row()):
                for row in node:
                    yield from words_of_contact(row)
            case "weekly", Table():
                yield from (named("weekday", days) for days in node)
            case "holidays", Word():
                yield named("setting", node)
            case _, Table():
                yield from words_of_contact(node)
            case _:
                assert field in FREE_IN_CONTACTS, f"{field} is not known here"


def named(sort: str, word: Word) -> Named:
    return Named(sort, str(word), word.place, not word.plain)


class Folder:
    """One set of files: what its words are and where its names are used."""

    def __init__(self, flows: Path, contacts: Path) -> None:
        self.flows = flows
        self.contacts = contacts
        self.words = {path: self._words(path) for path in (*sorted(flows.glob("*.yaml")), contacts)}

    def _words(self, path: Path) -> list[Named]:
        table, problems = read_yaml(path.read_bytes(), path.name)
        assert table is not None
        assert problems == []
        return list((words_of_contacts if path == self.contacts else words_of_flow)(table))

    def names(self, path: Path, sort: str) -> set[str]:
        return {each.word for each in self.words[path] if each.sort == sort}

    def uses(self, path: Path, meant: Named) -> list[tuple[str, int]]:
        """File and line of every place that names a step or a contact."""
        sort, paths = ("target", [path]) if meant.sort == "step" else ("contact", list(self.words))
        return [
            (path.name, use.place.line)
            for path in paths
            for use in self.words[path]
            if (use.sort, use.word) == (sort, meant.word)
        ]


FOLDERS = {name: Folder(*paths) for name, paths in SETS.items()}


# The slips


class Slip(NamedTuple):
    """One word of one file, mistyped."""

    folder: Folder
    path: Path
    meant: Named
    typed: str

    def __str__(self) -> str:
        place = self.meant.place
        return f"{self.path.name}:{place.line}:{place.column} {self.meant.sort} {self.meant.word} -> {self.typed}"

    def is_right(self) -> bool:
        """Whether the mistyped word means something as well."""
        match self.meant.sort:
            case "target":
                return self.typed in self.folder.names(self.path, "step") or self.typed in RESERVED
            case "step" | "contact name" | "contact":
                sort = "step" if self.meant.sort == "step" else "contact name"
                return any(self.typed in self.folder.names(path, sort) for path in self.folder.words)
            case "key":
                return re.fullmatch(r"[0-9*#]", self.typed) is not None
            case "language":
                return self.typed in CODES
            case "setting":  # capitals and blanks are all the same in some of them
                return " ".join(self.typed.lower().split()) == self.meant.word
            case "weekday":
                try:
                    read_weekdays(Word(self.typed))
                except Refused:
                    return False
                return True
            case _:
                return False

    def spoilt(self) -> str:
        lines = self.path.read_text(encoding="utf-8").split("\n")
        line, at = lines[self.meant.place.line - 1], self.meant.place.column - 1 + self.meant.quoted
        behind = at + len(self.meant.word)
        assert line[at:behind] == self.meant.word
        lines[self.meant.place.line - 1] = line[:at] + self.typed + line[behind:]
        return "\n".join(lines)

    def expected(self) -> list[tuple[str, int]]:
        """Where the problems are: at the word itself, or where a mistyped name is used."""
        if self.meant.sort in ("step", "contact name") and re.fullmatch(NAME, self.typed, re.ASCII):
            contacts = self.folder.contacts.name
            uses = sorted(self.folder.uses(self.path, self.meant), key=lambda use: (use[0] != contacts, use))
            return uses if len(uses) <= MOST else uses[:1]
        return [(self.path.name, self.meant.place.line)]

    def right_word(self, problem: Problem) -> str:
        """What a problem has to name: the word that was meant, or how its definition is spelt now."""
        match self.meant.sort:
            case "step" | "contact name" if problem.code.startswith("unknown-"):
                return self.typed
            case "target" if self.typed.startswith("flow:"):
                return self.meant.word.removeprefix("flow:")
            case "key":
                return f'"{self.meant.word}"' if self.meant.word in "*#" else "0 bis 9"
            case "weekday":
                return self.meant.word[:2]
            case "dotted":
                return f"{{{self.meant.word}}}"
            case _:
                return self.meant.word


def slips(word: str, dice: random.Random) -> set[str]:
    """The word mistyped in each of the five ways, each at one place."""
    at = dice.randrange(len(word))
    pair = dice.randrange(max(1, len(word) - 1))
    typed = {
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:pair] + word[pair : pair + 2][::-1] + word[pair + 2 :],
        word[:at] + dice.choice("qxyk") + word[at + 1 :],
        word[:at] + word[at].swapcase() + word[at + 1 :],
    }
    return {each for each in typed if each.strip() == each and each not in ("", word)}


def every_slip(folder: Folder) -> list[Slip]:
    dice = random.Random(20261128)
    by_sort: dict[str, list[Slip]] = defaultdict(list)
    for path, found in folder.words.items():
        for meant in found:
            if meant.sort == "dotted":  # the dot in it; the words around it are tried by themselves
                typed = {meant.word.replace(".", other) for other in ("", ",", " ", "-", "_")}
            else:
                typed = slips(meant.word, dice)
            possible = [Slip(folder, path, meant, each) for each in sorted(typed)]
            by_sort[meant.sort] += [slip for slip in possible if not slip.is_right()]
    return [
        slip for each in by_sort.values() for slip in (each if EVERY else dice.sample(each, min(SAMPLE, len(each))))
    ]


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A copy of each set, in which one file is spoilt at a time."""
    found = {}
    for name, (flows, contacts) in SETS.items():
        found[name] = tmp_path_factory.mktemp(name)
        shutil.copytree(flows, found[name] / "flows")
        shutil.copy(contacts, found[name])
    return found


@pytest.mark.parametrize(
    ("name", "slip"), [pytest.param(name, slip, id=str(slip)) for name in SETS for slip in every_slip(FOLDERS[name])]
)
def test_a_slip_is_one_problem_that_names_the_word(name: str, slip: Slip, copies: dict[str, Path]) -> None:
    copy = copies[name] / ("contacts.yaml" if slip.path == slip.folder.contacts else f"flows/{slip.path.name}")
    copy.write_text(slip.spoilt(), encoding="utf-8")
    try:
        loaded = load(copies[name] / "flows", copies[name] / "contacts.yaml")
    finally:
        shutil.copy(slip.path, copy)
    assert [(Path(each.place.file).name, each.place.line) for each in loaded.problems] == slip.expected()
    for problem in loaded.problems:
        words = problem.message.de + (problem.hint.de if problem.hint else "")
        assert slip.right_word(problem) in words
    assert (loaded.flows is None) is bool(slip.expected())


# Whole folders


def test_what_is_right_is_loaded_whole() -> None:
    for folder in FOLDERS.values():
        loaded = load(folder.flows, folder.contacts)
        assert loaded.problems == ()
        assert loaded.flows is not None
        assert loaded.directory is not None
        besides = folder.contacts.with_name("pronunciation.yaml").relative_to(Path.cwd())
        assert {Path(name) for name in loaded.sources} - {besides} == {
            path.relative_to(Path.cwd()) for path in folder.words
        }
        steps = {Spot(path.stem, name) for path in folder.words for name in folder.names(path, "step")}
        assert set(loaded.flows.steps) == steps
        assert set(loaded.flows.keys) == {path.stem for path in folder.words if path != folder.contacts}
        assert loaded.flows.start in steps


def test_the_version_is_that_of_the_content_wherever_it_lies(copies: dict[str, Path]) -> None:
    copy = copies["complete"]
    here, there = load(*SETS["complete"]), load(copy / "flows", copy / "contacts.yaml")
    assert here.flows is not None
    assert there.flows is not None
    assert here.flows.version == there.flows.version
    assert re.fullmatch("[0-9a-f]{12}", here.flows.version)
    changed = copy / "flows" / "extra.yaml"
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text + "# changed\n", encoding="utf-8")
    later = load(copy / "flows", copy / "contacts.yaml")
    changed.write_text(text, encoding="utf-8")
    assert later.flows is not None
    assert later.flows.version != here.flows.version


def test_contacts_are_loaded_alone() -> None:
    loaded = load_contacts(CONTACTS)
    assert loaded.directory is not None
    assert (loaded.flows, loaded.problems) == (None, ())
    assert list(loaded.sources) == ["data/contacts.yaml"]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("there_is_none.yaml", None, "unreadable"),
        ("hours.yaml", "contacts:\n  a:\n    name: A\n    hours: always\n", "wrong-kind"),
        ("names.yaml", "contacts:\n  a:\n    name: A\n    at: b\n", "unknown-contact"),
    ],
)
def test_wrong_contacts_are_refused_alone(name: str, text: str | None, code: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    loaded = load_contacts(tmp_path / name)
    assert loaded.directory is None
    assert [problem.code for problem in loaded.problems] == [code]


@pytest.mark.parametrize(
    ("flows", "contacts", "expected"),
    [
        ("nowhere", "contacts.yaml", {"nowhere": "Das gibt es nicht."}),
        ("contacts.yaml", "contacts.yaml", {"contacts.yaml": "Das ist kein Ordner."}),
        ("flows", "nowhere.yaml", {"nowhere.yaml": "Das gibt es nicht."}),
        ("flows", "flows", {"flows": "Das ist ein Ordner, keine Datei."}),
        ("nowhere", "none.yaml", {"none.yaml": "Das gibt es nicht.", "nowhere": "Das gibt es nicht."}),
        (
            "x" * 300,
            "contacts.yaml",
            {"x" * 300: f"Das lässt sich nicht lesen ({OSError(ENAMETOOLONG, os.strerror(ENAMETOOLONG), '…')})."},
        ),
    ],
)
def test_what_cannot_be_read_is_said(
    flows: str, contacts: str, expected: dict[str, str], copies: dict[str, Path]
) -> None:
    folder = copies["complete"]
    loaded = load(folder / flows, folder / contacts)
    found = {Path(each.place.file).name: each.message.de.replace(str(folder / flows), "…") for each in loaded.problems}
    assert found == expected
    assert {problem.code for problem in loaded.problems} == {"unreadable"}
    assert (loaded.flows, loaded.directory) == (None, None)


def test_a_folder_named_like_a_flow_is_said(tmp_path: Path) -> None:
    shutil.copytree(FLOWS, tmp_path / "flows")
    (tmp_path / "flows" / "more.yaml").mkdir()
    loaded = load(tmp_path / "flows", CONTACTS)
    assert [(Path(each.place.file).name, each.code) for each in loaded.problems] == [("more.yaml", "unreadable")]


def test_contacts_may_lie_beside_the_flows(tmp_path: Path) -> None:
    for path in (*FLOWS.glob("*.yaml"), CONTACTS):
        shutil.copy(path, tmp_path)
    loaded = load(tmp_path, tmp_path / "contacts.yaml")
    assert loaded.problems == ()
    assert loaded.flows is not None
    assert set(loaded.flows.keys) == {path.stem for path in FLOWS.glob("*.yaml")}
