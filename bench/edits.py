"""Single edits of a flow set, as hands at a keyboard make them: the mutants of mutants.py.

Every edit is a change of the text of one file at one place (two for a swap), found by the positions that the project's
own reader gives to every key and value. `edits(files, seed)` yields them without end, the same ones for the same seed;
none leaves its file as it was, and none comes twice.

Most change what a file means and leave it readable: words, targets, keys, contacts, times. The rest are slips of the
keyboard.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ivr.source.places import Node, Table, Word
from ivr.source.reader import read_yaml
from ivr.speech import CODES

KEYS = "1234567890*#"
WAYS = ("repeat", "back", "start", "return", "hangup")
RESULTS = ("busy", "no_answer", "failed", "when_closed", "completed", "give_up")
TARGETS = frozenset({*RESULTS, "go", "next", "else", "start"})
FORMS = ("status", "opens", "closes", "hours_today", "hours_week", "phone", "address", "name")
EMPTY = ("", '""', '"."', '" "', '"…"', '"-"', "?")
DURATIONS = ("0s", "1s", "2s", "3s", "6", "6m", "1h", "2h", "30min", "25s", "30s", "31s", "60s", "61s", "100h", "6 s")
DAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So", "Mo-Fr", "Mo-So", "Sa-Mo", "Sa-So", "Di-Sa", "Mo, Mi", "täglich")
SPANS = (
    "closed",
    "0:00-24:00",
    "20:30-9:00",
    "9:00-9:00",
    "22:00-2:00",
    "[8:00-12:00, 13:00-17:30]",
    "[8:00-12:00, 11:00-17:30]",
    "9-12",
    "9:00",
    "as usual",
    "10:00-14:00",
)
PHONES = (
    "110",
    "112",
    "115",
    "(0231) 110",
    "0900 1 234567",
    "0137 1234567",
    "01805 123456",
    "0800 1234567",
    "0171 2345678",
    "+49 231 5027110",
    "+1 202 555 0123",
    "+44 20 7946 0018",
    "0032 2 1234567",
    "50-2 71 11",
)
BLANK = re.compile(r"\s+")


class Splice(NamedTuple):
    """What stands from `start` to `end` (characters) gives way to `new`."""

    start: int
    end: int
    new: str


class Edit(NamedTuple):
    """One edit: the file by its name, and what changes in it."""

    kind: str
    file: str
    splices: tuple[Splice, ...]

    def applied(self, text: str) -> str:
        """The file's text after the edit."""
        for start, end, new in sorted(self.splices, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def told(self, text: str) -> str:
        """Where it is, and what stood there before and stands there after."""
        places = "; ".join(
            f"{text.count(chr(10), 0, start) + 1}: {_short(text[start:end])} -> {_short(new)}"
            for start, end, new in sorted(self.splices)
        )
        return f"{self.kind}, {self.file}:{places}"


def _short(text: str) -> str:
    text = text.replace("\n", "\\n")
    return repr(text if len(text) <= 90 else f"{text[:60]} … {text[-25:]}")


@dataclass(frozen=True)
class Entry:
    """A key with its value, or an item of a list, and where it stands in the text."""

    path: tuple[str, ...]
    """The keys and numbers that lead to it, its own the last."""
    key: Word | None
    value: Node
    start: int
    end: int
    value_start: int
    value_end: int
    in_braces: bool
    """Whether it stands in brackets with its siblings, on one line."""

    @property
    def name(self) -> str:
        return self.path[-1]


class File:
    """One file's text, with all its entries."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.lines = [0, *(found.end() for found in re.finditer("\n", text))]
        root, problems = read_yaml(text.encode(), name)
        assert root is not None, problems
        self.root: Table = root
        self.entries: list[Entry] = []
        self._walk(root, ())
        self.is_flow = "steps" in root

    def at(self, line: int, column: int) -> int:
        return self.lines[line - 1] + column - 1

    def of(self, entry: Entry) -> str:
        """The value as it is written."""
        return self.text[entry.value_start : entry.value_end]

    def _walk(self, node: Node, path: tuple[str, ...]) -> int:
        """Notes the entries below a node; the end of the last of them."""
        braced = not isinstance(node, Word) and self.text[self.at(*node.place[1:3])] in "{["
        end = 0
        pairs = node.items() if isinstance(node, Table) else [(None, each) for each in node]
        for number, (key, value) in enumerate(pairs):
            here = (*path, str(key if key is not None else number))
            first = (key if key is not None else value).place
            start, value_start = self.at(first.line, first.column), self.at(value.place.line, value.place.column)
            if isinstance(value, Word):
                end = value_start + value.place.length
            else:
                end = self._walk(value, here)
                if self.text[value_start] in "{[":
                    end = self._closing(value_start)
            self.entries.append(Entry(here, key, value, start, end, value_start, end, braced))
        return end

    def _closing(self, opening: int) -> int:
        depth, quote = 0, ""
        for at in range(opening, len(self.text)):
            sign = self.text[at]
            if quote:
                quote = "" if sign == quote else quote
            elif sign == '"':
                quote = sign
            elif sign in "{[":
                depth += 1
            elif sign in "}]":
                depth -= 1
                if not depth:
                    return at + 1
        raise AssertionError("a bracket is closed")

    def removed(self, entry: Entry) -> Splice:
        """The entry taken out: with its comma in braces, else with its whole lines."""
        if entry.in_braces:
            behind = re.compile(r"\s*,\s*").match(self.text, entry.end)
            if behind:
                return Splice(entry.start, behind.end(), "")
            before = self.text[: entry.start].rstrip()
            return Splice(len(before) - (before[-1] == ","), entry.end, "")
        start = self.text.rfind("\n", 0, entry.start) + 1
        end = self.text.find("\n", entry.end) + 1 or len(self.text)
        return Splice(start, end, "")

    def inner(self, entry: Entry) -> tuple[int, int]:
        """The stretch of a text without its quotation marks."""
        quoted = self.text[entry.value_start] in "\"'"
        return entry.value_start + quoted, entry.value_end - quoted


class Workshop:
    """Everything that edits are made of: the files, and what stands where in them."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = [File(name, text) for name, text in files.items()]
        self.flows = [file for file in self.files if file.is_flow]
        self.book = next(file for file in self.files if not file.is_flow)
        self.contacts = [str(name) for name in self.book.root["contacts"]]
        self.flow_names = [file.name.rpartition("/")[2].removesuffix(".yaml") for file in self.flows]
        self.steps = {file.name: [str(name) for name in file.root["steps"]] for file in self.flows}

    def where(self, wanted: Callable[[Entry], bool], files: list[File] | None = None) -> list[tuple[File, Entry]]:
        return [(file, entry) for file in files or self.files for entry in file.entries if wanted(entry)]


def _is_word(entry: Entry) -> bool:
    return isinstance(entry.value, Word)


def _is_text(entry: Entry) -> bool:
    """A text for callers, in one language or in all."""
    if not _is_word(entry) or "options" in entry.path[-2:-1]:
        return False
    own = entry.name in ("say", "hangup", "name", "in_menu", "in_sentence") and " " in f"{entry.value} "
    return own or (entry.key is not None and entry.name in CODES and "language" not in entry.path)


def _is_target(entry: Entry) -> bool:
    option = len(entry.path) > 1 and entry.path[-2] == "options" and "language" not in entry.path
    keys = len(entry.path) > 1 and entry.path[-2] == "keys"
    return _is_word(entry) and (entry.name in TARGETS or keys or option)


def _is_contact_name(entry: Entry) -> bool:
    return _is_word(entry) and (
        entry.name in ("to", "for", "open", "closed", "contact", "at", "last_resort") or entry.path[-2:-1] == ("to",)
    )


def _is_duration(entry: Entry) -> bool:
    return _is_word(entry) and entry.name in ("patience", "ring", "time")


def _is_option(entry: Entry) -> bool:
    return entry.path[-2:-1] in (("options",), ("keys",))


def _is_hours(entry: Entry) -> bool:
    return _is_word(entry) and (entry.path[-2:-1] == ("weekly",) or entry.name in ("holidays", "timezone"))


Made = tuple[str, tuple[Splice, ...]] | None
"""A file's name and the splices; None when this draw came to nothing."""
Maker = Callable[[random.Random, Workshop], Made]


# --- words ---------------------------------------------------------------------------------------------------------


def _texts(shop: Workshop) -> list[tuple[File, Entry]]:
    return shop.where(_is_text)


def drop_word(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(_texts(shop))
    start, end = file.inner(entry)
    words = list(re.finditer(r"\S+\s*", file.text[start:end]))
    gone = rng.choice(words)
    return file.name, (Splice(start + gone.start(), start + gone.end(), ""),)


def drop_sentence(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(_texts(shop))
    start, end = file.inner(entry)
    sentences = list(re.finditer(r"\S.*?(?:[.!?؟](?=\s|$)|$)\s*", file.text[start:end]))
    if len(sentences) < 2:
        return None
    gone = rng.choice(sentences)
    return file.name, (Splice(start + gone.start(), start + gone.end(), ""),)


def empty_text(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(_texts(shop))
    return file.name, (Splice(entry.value_start, entry.value_end, rng.choice(EMPTY)),)


def swap_languages(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(_texts(shop))
    others = [other for other in file.entries if other.path[:-1] == entry.path[:-1] and _is_text(other)]
    return _swapped(rng, file, entry, others)


def swap_texts(rng: random.Random, shop: Workshop) -> Made:
    """Two places say what the other said, in one language."""
    file, entry = rng.choice(_texts(shop))
    others = [other for other in file.entries if other.name == entry.name and _is_text(other)]
    return _swapped(rng, file, entry, others)


def _swapped(rng: random.Random, file: File, entry: Entry, others: list[Entry]) -> Made:
    others = [other for other in others if other is not entry and file.of(other) != file.of(entry)]
    if not others:
        return None
    other = rng.choice(others)
    return file.name, (
        Splice(entry.value_start, entry.value_end, file.of(other)),
        Splice(other.value_start, other.value_end, file.of(entry)),
    )


def remove_language(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice([found for found in _texts(shop) if found[1].name in CODES])
    return file.name, (file.removed(entry),)


def _placeholder(rng: random.Random, shop: Workshop) -> tuple[File, int, int]:
    file, entry = rng.choice(shop.where(lambda entry: _is_text(entry) and "{" in str(entry.value)))
    hole = rng.choice(list(re.finditer(r"\{[^}]+\}", file.text[entry.value_start : entry.value_end])))
    return file, entry.value_start + hole.start(), entry.value_start + hole.end()


def drop_placeholder(rng: random.Random, shop: Workshop) -> Made:
    file, start, end = _placeholder(rng, shop)
    return file.name, (Splice(start, end, ""),)


def change_placeholder(rng: random.Random, shop: Workshop) -> Made:
    file, start, end = _placeholder(rng, shop)
    contact, _, form = file.text[start + 1 : end - 1].partition(".")
    if rng.random() < 0.5:
        contact = rng.choice(shop.contacts)
    else:
        form = rng.choice(FORMS)
    return file.name, (Splice(start, end, f"{{{contact}.{form}}}"),)


def change_emergency(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(shop.where(lambda entry: _is_text(entry) and "11" in str(entry.value)))
    found = rng.choice(list(re.finditer(r"11[025]", file.of(entry))))
    start = entry.value_start + found.start()
    return file.name, (Splice(start, start + 3, rng.choice(("110", "112", "115", "111", "11", "", "1100", "eins"))),)


# --- targets -------------------------------------------------------------------------------------------------------


def _targets(shop: Workshop) -> list[tuple[File, Entry]]:
    return shop.where(_is_target, shop.flows)


def swap_targets(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(_targets(shop))
    return _swapped(rng, file, entry, [other for other in file.entries if _is_target(other)])


def replace_target(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(_targets(shop))
    steps = shop.steps[file.name]
    target = rng.choice([*steps, *steps, *WAYS, *(f"flow:{name}" for name in shop.flow_names)])
    return file.name, (Splice(entry.value_start, entry.value_end, target),)


def remove_exit(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(shop.where(lambda entry: _is_target(entry) and entry.name in TARGETS, shop.flows))
    return file.name, (file.removed(entry),)


def swap_results(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(shop.where(lambda entry: entry.name in RESULTS, shop.flows))
    return _swapped(rng, file, entry, [other for other in file.entries if other.name in RESULTS])


def move_exit(rng: random.Random, shop: Workshop) -> Made:
    """`busy:` becomes `failed:`, and so on: by mistake it may now stand twice."""
    file, entry = rng.choice(shop.where(lambda entry: entry.name in RESULTS, shop.flows))
    return file.name, (Splice(entry.start, entry.start + len(entry.name), rng.choice(RESULTS)),)


# --- menus and connections -----------------------------------------------------------------------------------------


def remove_option(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(shop.where(_is_option))
    return file.name, (file.removed(entry),)


def change_key(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(shop.where(_is_option))
    key = rng.choice(KEYS)
    length = entry.key.place.length if entry.key is not None else 0
    return file.name, (Splice(entry.start, entry.start + length, key if key.isdigit() else f'"{key}"'),)


def swap_keys(rng: random.Random, shop: Workshop) -> Made:
    """Two options of a menu, or two keys of a flow, change their keys."""
    file, entry = rng.choice(shop.where(_is_option))
    others = [other for other in file.entries if other.path[:-1] == entry.path[:-1] and other is not entry]
    if not others:
        return None
    other = rng.choice(others)
    ends = [each.start + each.key.place.length for each in (entry, other) if each.key is not None]
    return file.name, (
        Splice(entry.start, ends[0], file.text[other.start : ends[1]]),
        Splice(other.start, ends[1], file.text[entry.start : ends[0]]),
    )


def add_option(rng: random.Random, shop: Workshop) -> Made:
    """One more option, before another."""
    file, entry = rng.choice([found for found in shop.where(_is_option) if "language" not in found[1].path])
    targets = [*shop.steps[file.name], *WAYS, *(f"flow:{name}" for name in shop.flow_names)]
    key, subject, target = f'"{rng.choice(KEYS)}"', rng.choice(shop.contacts), rng.choice(targets)
    new = f"{key}: {target}" if entry.path[-2] == "keys" else f"{key}: {{for: {subject}, go: {target}}}"
    behind = ", " if entry.in_braces else "\n" + " " * (entry.start - file.text.rfind("\n", 0, entry.start) - 1)
    return file.name, (Splice(entry.start, entry.start, new + behind),)


def swap_subjects(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(shop.where(lambda entry: entry.name == "for" and _is_word(entry), shop.flows))
    return _swapped(rng, file, entry, [other for other in file.entries if other.name == "for" and _is_word(other)])


def replace_contact(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(shop.where(_is_contact_name))
    return file.name, (Splice(entry.value_start, entry.value_end, rng.choice(shop.contacts)),)


def change_list(rng: random.Random, shop: Workshop) -> Made:
    """A connection's contacts: one becomes two or three, two become one, or change places."""
    file, entry = rng.choice(shop.where(lambda entry: entry.name == "to", shop.flows))
    names = rng.sample(shop.contacts, rng.randint(1, 3))
    return file.name, (Splice(entry.value_start, entry.value_end, f"[{', '.join(names)}]"),)


def change_languages(rng: random.Random, shop: Workshop) -> Made:
    """The languages of the set, or of the choice of languages."""
    file, entry = rng.choice(
        shop.where(
            lambda entry: entry.path[:1] == ("languages",) or ("language" in entry.path and entry.name.isdigit()),
            shop.flows,
        )
    )
    if not _is_word(entry) or rng.random() < 0.3:
        return file.name, (file.removed(entry),)
    if rng.random() < 0.5:
        return file.name, (Splice(entry.value_start, entry.value_end, rng.choice((*CODES, "fr"))),)
    return _swapped(rng, file, entry, [other for other in file.entries if other.path[:-1] == entry.path[:-1]])


# --- steps and names -----------------------------------------------------------------------------------------------


def _is_step(entry: Entry) -> bool:
    return entry.path[:-1] == ("steps",)


def remove_step(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(shop.where(_is_step))
    return file.name, (file.removed(entry),)


def remove_entry(rng: random.Random, shop: Workshop) -> Made:
    """Any key with all that stands below it."""
    file, entry = rng.choice(shop.where(lambda entry: entry.name not in CODES))
    return file.name, (file.removed(entry),)


def rename_definition(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(
        shop.where(lambda entry: _is_step(entry) or (entry.path[:-1] == ("contacts",) and entry.key is not None))
    )
    return file.name, (Splice(entry.start, entry.start + len(entry.name), _misspelt(rng, entry.name)),)


def rename_use(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(shop.where(lambda entry: _is_target(entry) or _is_contact_name(entry)))
    return file.name, (Splice(entry.value_start, entry.value_end, _misspelt(rng, str(entry.value))),)


def _misspelt(rng: random.Random, name: str) -> str:
    at = rng.randrange(len(name))
    return rng.choice((name[:at] + name[at + 1 :], f"{name}_neu", name.capitalize(), name[:at] + "x" + name[at:]))


def swap_steps(rng: random.Random, shop: Workshop) -> Made:
    """Two steps change their names, and with them everything that leads to them."""
    file = rng.choice(shop.flows)
    one, other = rng.sample([entry for entry in file.entries if _is_step(entry)], 2)
    return file.name, (
        Splice(one.start, one.start + len(one.name), other.name),
        Splice(other.start, other.start + len(other.name), one.name),
    )


# --- times ---------------------------------------------------------------------------------------------------------


def change_duration(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(shop.where(_is_duration))
    new = rng.choice(DURATIONS) if rng.random() < 0.5 else f"{rng.randint(1, 90)}{rng.choice(('s', 'min', 'h'))}"
    return file.name, (Splice(entry.value_start, entry.value_end, new),)


def change_condition(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(shop.where(lambda entry: entry.name == "when", shop.flows))
    contact = rng.choice(shop.contacts)
    new = rng.choice(
        (
            f"{{open: {contact}}}",
            f"{{closed: {contact}}}",
            f"{{holiday: {rng.choice(('yes', 'no'))}}}",
            f"{{language: {rng.choice(CODES)}}}",
            f"{{between: {rng.randint(0, 23)}:00-{rng.randint(0, 23)}:30}}",
            f"{{date: {rng.randint(1, 12):02}-{rng.randint(1, 30):02}}}",
            f"{{closes_within: {{contact: {contact}, time: {rng.choice(DURATIONS)}}}}}",
            f"{{opens_within: {{contact: {contact}, time: {rng.choice(DURATIONS)}}}}}",
        )
    )
    return file.name, (Splice(entry.value_start, entry.value_end, new),)


def change_hours(rng: random.Random, shop: Workshop) -> Made:
    file, entry = rng.choice(shop.where(_is_hours, [shop.book]))
    if entry.path[-2:-1] == ("weekly",) and rng.random() < 0.25:
        return file.name, (Splice(entry.start, entry.start + len(entry.name), rng.choice(DAYS)),)
    if rng.random() < 0.3:
        return file.name, (Splice(entry.value_start, entry.value_end, rng.choice(SPANS)),)
    digits = list(re.finditer(r"\d", file.of(entry)))
    if not digits:
        return None
    at = entry.value_start + rng.choice(digits).start()
    return file.name, (Splice(at, at + 1, str(rng.randint(0, 9))),)


def uncomment(rng: random.Random, shop: Workshop) -> Made:
    """An example in a comment is put to use."""
    file = rng.choice(shop.files)
    found = rng.choice([None, *re.finditer(r"(?m)^ *(# ?)(?=\w|- )", file.text)])
    return None if found is None else (file.name, (Splice(found.start(1), found.end(1), ""),))


# --- contacts ------------------------------------------------------------------------------------------------------


def change_phone(rng: random.Random, shop: Workshop) -> Made:
    phones = shop.where(lambda entry: entry.name == "phone", [shop.book])
    file, entry = rng.choice(phones)
    drawn = rng.random()
    if drawn < 0.25:
        return file.name, (Splice(entry.value_start, entry.value_end, rng.choice(PHONES)),)
    if drawn < 0.4:
        return _swapped(rng, file, entry, [other for _, other in phones])
    if drawn < 0.5:
        new = file.of(rng.choice(phones)[1])
        return file.name, (Splice(entry.value_start, entry.value_end, new),)
    digits = list(re.finditer(r"\d", file.of(entry)))
    at = entry.value_start + rng.choice(digits).start()
    return file.name, (Splice(at, at + 1, rng.choice(("", *"0123456789"))),)


def remove_of_contact(rng: random.Random, shop: Workshop) -> Made:
    """A contact, or something that is known of it."""
    file, entry = rng.choice(
        shop.where(lambda entry: entry.path[:1] == ("contacts",) and 1 < len(entry.path) < 4, [shop.book])
    )
    return file.name, (file.removed(entry),)


def swap_in_contacts(rng: random.Random, shop: Workshop) -> Made:
    """Names, or what menus say, or addresses, change places between contacts."""
    field = rng.choice(("name", "in_menu", "in_sentence", "address", "at", "phone"))
    found = [entry for entry in shop.book.entries if entry.name == field and len(entry.path) == 3]
    return _swapped(rng, shop.book, rng.choice(found), found)


# --- slips of the keyboard -----------------------------------------------------------------------------------------


def drop_character(rng: random.Random, shop: Workshop) -> Made:
    file = rng.choice(shop.files)
    signs = re.finditer(r"[\"':{}\[\],#-]|(?<=[:,]) |(?<=\n) +" if rng.random() < 0.7 else r"(?s).", file.text)
    at = rng.choice([found.start() for found in signs])
    return file.name, (Splice(at, at + 1, ""),)


def swap_characters(rng: random.Random, shop: Workshop) -> Made:
    file = rng.choice(shop.files)
    at = rng.randrange(len(file.text) - 1)
    return file.name, (Splice(at, at + 2, file.text[at + 1] + file.text[at]),)


def add_character(rng: random.Random, shop: Workshop) -> Made:
    file = rng.choice(shop.files)
    at = rng.randrange(len(file.text))
    return file.name, (Splice(at, at, rng.choice("\"':{}[],# -\t\n0123456789*&!%\u200b\u00a0٣äя")),)


def _line(rng: random.Random, file: File) -> tuple[int, int]:
    number = rng.randrange(len(file.lines) - 1)
    return file.lines[number], file.lines[number + 1]


def duplicate_line(rng: random.Random, shop: Workshop) -> Made:
    file = rng.choice(shop.files)
    start, end = _line(rng, file)
    return file.name, (Splice(end, end, file.text[start:end]),)


def drop_line(rng: random.Random, shop: Workshop) -> Made:
    file = rng.choice(shop.files)
    return file.name, (Splice(*_line(rng, file), ""),)


def swap_lines(rng: random.Random, shop: Workshop) -> Made:
    file = rng.choice(shop.files)
    number = rng.randrange(len(file.lines) - 2)
    start, middle, end = file.lines[number : number + 3]
    return file.name, (Splice(start, end, file.text[middle:end] + file.text[start:middle]),)


def indent_line(rng: random.Random, shop: Workshop) -> Made:
    file = rng.choice(shop.files)
    start, _ = _line(rng, file)
    blanks = len(file.text[start:]) - len(file.text[start:].lstrip(" "))
    if rng.random() < 0.5:
        return file.name, (Splice(start, start, " " * rng.randint(1, 2)),)
    return file.name, (Splice(start, start + min(blanks, rng.randint(1, 2)), ""),)


MAKERS: Mapping[Maker, int] = {
    drop_word: 110,
    drop_sentence: 20,
    empty_text: 35,
    swap_languages: 45,
    swap_texts: 70,
    remove_language: 20,
    drop_placeholder: 10,
    change_placeholder: 55,
    change_emergency: 15,
    swap_targets: 90,
    replace_target: 150,
    remove_exit: 10,
    swap_results: 25,
    move_exit: 15,
    remove_option: 10,
    change_key: 35,
    swap_keys: 25,
    add_option: 45,
    swap_subjects: 10,
    replace_contact: 15,
    change_list: 25,
    change_languages: 15,
    remove_step: 10,
    remove_entry: 15,
    rename_definition: 15,
    rename_use: 25,
    swap_steps: 30,
    change_duration: 25,
    change_condition: 15,
    change_hours: 12,
    uncomment: 5,
    change_phone: 15,
    remove_of_contact: 8,
    swap_in_contacts: 8,
    drop_character: 45,
    swap_characters: 20,
    add_character: 30,
    duplicate_line: 20,
    drop_line: 25,
    swap_lines: 25,
    indent_line: 25,
}
"""How often each kind of edit is drawn, in comparison."""

TRIES = 60
"""So many draws that come to nothing new, one after the other, and a kind is taken for exhausted."""


def edits(files: Mapping[str, str], seed: int) -> Iterator[Edit]:
    """Edits of these files (by name, flows and the contacts file), until there are no more new ones."""
    rng = random.Random(f"edits {seed}")
    shop = Workshop(files)
    texts = {file.name: file.text for file in shop.files}
    seen = {(name, hash(text)) for name, text in texts.items()}
    weights = dict(MAKERS)
    failed = dict.fromkeys(MAKERS, 0)
    while weights:
        (maker,) = rng.choices(list(weights), list(weights.values()))
        made = maker(rng, shop)
        edit = Edit(maker.__name__.replace("_", " "), *made) if made else None
        new = edit and (edit.file, hash(edit.applied(texts[edit.file])))
        if edit is None or new is None or new in seen:
            failed[maker] += 1
            if failed[maker] >= TRIES:
                del weights[maker]
            continue
        seen.add(new)
        failed[maker] = 0
        yield edit
