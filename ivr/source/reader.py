"""The YAML reader: what an operator typed, every word with its place, and what YAML would swallow in silence.

Nothing is guessed. Every scalar stays the word that was typed: `20:30`, `no`, `0231` and `2026-02-30` are
words, and the field they stand in decides what they mean. One pass over libyaml's events builds `Table`,
`Row` and `Word`; what libyaml cannot read is worded in `complaints.py`. Whatever the bytes are, the answer is
a table or problems, never an exception.

Refused outright: files of more than 256 KiB, more than 20 levels, what is not UTF-8 (a byte order mark and
Windows line ends are fine), control and invisible characters, no-break spaces that indent, a file that is
empty or not a table, anchors, aliases, tags, merge keys, directives, a second document, and a key that stands
twice in one table.

What YAML accepts and reads as something else than what stands there is an error as well:

`cut-sentence`
    *A comment behind text.* ` #` ends an unquoted value. Behind a value that is text - several words with a
    letter among them, or one capitalised word - it is taken for a comment only when it looks like one: two
    blanks or more before the `#` and a blank behind it, as in `address: Nordmarkt 3  # as printed`. So `de:
    Drücken Sie die #1` and `de: Hallo # Rest` are cut sentences. Behind anything else (names, times, numbers,
    `DE-NW`, what is quoted, what ends in a brace) every ` #` begins a comment.
    *A comma in braces.* `{de: Hallo, hier ist die Wache, en: Hello}` has a key `hier ist die Wache` without a
    colon.
`hash-value`
    `go: #back`: a value that begins with `#` is a comment, and the key is left empty.
`hash-key`
    `#: back`: a key that begins with `#` is a comment. A comment whose text begins with `:` is always taken
    for it.
`question-mark`
    `{de: Hallo, ? en: Hello}`: a question mark before a key belongs to YAML. (Within a word
    libyaml, unlike PyYAML's own parser, reads it as it stands: `{de: Wie geht es?, en: How are you?}`.)
`bare-placeholder`
    `say: {citywache.status}` without quotes is a table with one key.
`missing-colon`
    Any other key in braces without a colon: `{nordstadt}`.
`missing-blank`
    `Mo-Sa:9:00` on a line of its own, or in braces, is one word; so is the key of `1:{for: …}`.
`folded-item`
    ` - c` one column too deep under `- b` goes on with the item above: `b - c`.

With any error the file must not be used. A table is still returned whenever the text could be read to its
end, mended as the operator most likely meant it, so that one slip is one message and all other problems show
in the same run.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from yaml import MarkedYAMLError
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from ivr.source import complaints, syntax
from ivr.source.complaints import GLUED, place_at
from ivr.source.places import Place, Row, Table, Word, place_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.source.places import Node
    from ivr.source.problems import Problem

MAX_BYTES = 256 * 1024
"""No file is larger: the longest flow that a person can keep in mind is a tenth of it."""

MAX_DEPTH = 20
"""No table lies deeper; what flows and contacts need is half of it."""

MAX_PROBLEMS = 100
"""After so many problems in one file reading stops: the rest would be noise, and work without bound."""

_STRANGE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]"
)
"""Nobody sees them. Those that turn the direction of writing would show other words than stand there."""
_WIDE = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_WIDE_BLANK = re.compile(f"[{_WIDE}]")
_INDENTED_WIDE = re.compile(rf"(?m)^([ ]*[{_WIDE}][ {_WIDE}]*)|^[ ]*(?:-[ ]+)?[\w-]+:([{_WIDE}]+)")
_COMMENT = re.compile(r"(?<![ \t\r\n])[ \t]++(?=#)")
_HASH_KEY = re.compile(r"(?m)(?:^|(?<=[\s{,]))#:[ \t]*[^\s:#]")
_HASH_VALUE = re.compile(r"[ \t]*:?[ \t]+(#(?![ \t])[^\r\n]*)")
_QUESTION = re.compile(r"(?m)(?:[{\[,]|^|- )[ \t]*+(\?)[ \t\r\n]++")
_NO_COLON = re.compile(r"(?:\s++|(?<=\s)#[^\r\n]*+)*+[,}]")
_COMMA = re.compile(r"\s*+,\s*+")
_GLUED_KEY = re.compile(r"[^:]*:[\[{\"']")
_PLACEHOLDER = re.compile(r"[a-z]\w*\.\w+", re.ASCII)
_CAPITALISED = re.compile(r"[A-ZÄÖÜ][a-zäöüß]+[.,!?]*")
_PIECE = re.compile(r"[^ \t\r\n][^\r\n]*")
_TEXT_BEHIND = re.compile(r"\}([ \t]*[^\s,}\]#][^\r\n]*)")
_ITEM = re.compile(r"-[ \w]")
_COMMENT_BEFORE = re.compile(r"(?m)(?:^|\s)#")
_LETTER = re.compile(r"[^\W\d_]")

_NO_KEY: Final = Word("")
"""The key of a value that is read for its problems only: the second of two, or one that is no word."""


def read_yaml(text: bytes, name: str) -> tuple[Table | None, list[Problem]]:
    """The table that a file holds, and every problem in it, in the order of its lines.

    `name` is the file's name as problems show it. The table is None when the text could not be read to its
    end. With an error among the problems it is no more than the operator's likely meaning, good for finding
    further problems.
    """
    if len(text) > MAX_BYTES:
        return None, [complaints.too_large(name, len(text), MAX_BYTES)]
    raw = text.removeprefix(codecs.BOM_UTF8)
    if complaints.is_utf16(raw):
        return None, [complaints.not_utf8(name, raw, 0)]
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [complaints.not_utf8(name, raw, error.start)]
    reading = _Reading(name, decoded)
    table = reading.read()
    return table, sorted(reading.problems, key=lambda problem: problem.order)


class _Sentence(NamedTuple):
    """The unquoted value last read in braces: what a comma behind it cut off belongs to it."""

    table: Table
    key: Word
    first: int
    last: int
    cut: bool = False


class _Level(NamedTuple):
    """A table or list that stays open while a deeper one is read."""

    node: Table | Row | None
    flow: bool
    slot: Word | None
    """The key of this table under which the deeper one stands."""
    key: Word | None
    """The key that waits for its value when the deeper one has ended: the deeper one was a key itself."""


class _Reading:
    """One file on its way from text to table."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.text = self._mended(text)
        self.comments = {found.start(): found.end() for found in _COMMENT.finditer(self.text)}
        self.questions = {found.end(): found.start(1) for found in _QUESTION.finditer(self.text)}
        self.hashes = [found.start() for found in _HASH_KEY.finditer(self.text)]
        self.words: list[tuple[int, int]] = []
        self.stack: list[_Level] = []
        self.brace: Place | None = None
        self.quote: tuple[int, int] | None = None
        """The last quoted word that runs over several lines."""

    def read(self) -> Table | None:
        """The root table, or None when the text cannot be read to its end."""
        try:
            root = self._walk(CParser(self.text))
        except MarkedYAMLError as error:
            self._hash_keys(error)
            self._complain(error)
            return None
        self._hash_keys(None)
        if isinstance(root, Table):
            return root
        if not self.problems:
            empty = root in (None, "")
            self.problems.append(complaints.empty_file(self.name) if empty else complaints.not_a_table(place_of(root)))
        return None

    # Before the parser sees the text

    def _mended(self, text: str) -> str:
        """The text with a plain blank for each character that must not be there: columns stay the same."""
        for found in islice(_STRANGE.finditer(text), MAX_PROBLEMS):
            place = place_at(self.name, text, found.start(), found.end())
            self.problems.append(complaints.strange_character(place, found[0]))
        if self.problems:
            text = _STRANGE.sub(" ", text)
        if _WIDE_BLANK.search(text) is None:
            return text
        for found in islice(_INDENTED_WIDE.finditer(text), MAX_PROBLEMS):
            group = 1 if found[1] else 2
            place = place_at(self.name, text, found.start(group), found.end(group))
            self.problems.append(complaints.wide_blank(place))
        return _INDENTED_WIDE.sub(lambda found: _WIDE_BLANK.sub(" ", found[0]), text)

    # The pass over the parser's events

    def _walk(self, parser: CParser) -> Node | None:  # noqa: PLR0915 - one loop over local names, for speed
        """The root from the parser's events, or None."""
        name, text, comments, questions, stack = (
            self.name,
            self.text,
            self.comments,
            self.questions,
            self.stack,
        )
        problems = self.problems
        get_event: Callable[[], Any] = parser.get_event  # the stubs leave open whether an event has marks
        new_word, new_place = str.__new__, tuple.__new__
        decorated = "&" in text or "!" in text
        watched = bool(self.hashes)
        documents = 0
        root: Node | None = None
        top: Table | Row | None = None
        flow = False
        key: Word | None = None
        key_end = 0
        sentence: _Sentence | None = None
        node: Node
        while len(problems) < MAX_PROBLEMS and (event := get_event()) is not None:
            kind = type(event)
            if kind is ScalarEvent or kind is AliasEvent:
                start, end = event.start_mark, event.end_mark
                first, last = start.index, end.index
                plain = kind is ScalarEvent and not event.style
                word = new_word(Word, event.value if kind is ScalarEvent else "")
                word.plain = plain
                word.place = new_place(Place, (name, start.line + 1, start.column + 1, last - first or 1))
                folded = start.line != end.line
                if folded:
                    word.place = self._on_first_line(word.place, first)
                    self.quote = (first, last) if text[first] in "\"'" else self.quote
                if folded or (watched and not plain):
                    self.words.append((first, last))
                if kind is AliasEvent or (decorated and (event.anchor is not None or event.tag is not None)):
                    word = self._undecorated(event, word, first, last)
                if key is None and isinstance(top, Table):
                    if questions and first in questions:
                        problems.append(complaints.question_mark(self._place(questions[first], questions[first] + 1)))
                    if flow and _NO_COLON.match(text, last):
                        sentence = self._lone_key(top, word, first, last, sentence)
                        key = _NO_KEY
                    elif word in top or ":" in word or not word or word == "<<":
                        key = self._odd_key(top, word, first)
                    else:
                        key = word
                    key_end = last
                    continue
                node = word
                if plain and (folded or not word or ":" in word or last in comments):
                    node = self._value(word, first, last, key, key_end)
                if flow and plain and word and key is not None and isinstance(top, Table):
                    sentence = _Sentence(top, key, first, last)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                start = event.start_mark
                branch = Table() if kind is MappingStartEvent else Row()
                branch.place = new_place(Place, (name, start.line + 1, start.column + 1, 1))
                if decorated and (event.anchor is not None or event.tag is not None):
                    problems.append(complaints.decoration(branch.place, self._rest_of_line(start.index)))
                if event.flow_style and not flow:
                    self.brace = branch.place
                if len(stack) >= MAX_DEPTH:
                    problems.append(complaints.too_deep(branch.place, MAX_DEPTH))
                    return None
                node = branch
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                top, flow, _, key = stack.pop()
                continue
            elif kind is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    problems.append(
                        complaints.second_document(self._place(event.start_mark.index, event.end_mark.index))
                    )
                    return None  # what is defined in the rest would be missing
                if event.version or event.tags:
                    problems.append(
                        complaints.directive(self._place(event.start_mark.index, event.start_mark.index + 1))
                    )
                continue
            else:
                continue
            waiting: Word | None = None
            if isinstance(top, Table):
                if key is None:
                    problems.append(complaints.table_as_key(place_of(node)))
                    waiting = _NO_KEY
                elif key is not _NO_KEY:
                    top[key] = node
            elif top is not None:
                top.append(node)
            else:
                root = node
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                stack.append(_Level(top, flow, key, waiting))
                top, flow = branch, event.flow_style
            key = None
        if len(problems) >= MAX_PROBLEMS:
            problems.append(complaints.too_many(problems[-1].place, MAX_PROBLEMS))
            return None
        return root

    # What YAML reads as something else than what stands there

    def _odd_key(self, table: Table, word: Word, first: int) -> Word:
        """A key that deserves a look: the key itself, or `_NO_KEY` with a problem."""
        if not word:
            problem = complaints.empty_key(word.place)
        elif word.plain and word == "<<":
            problem = complaints.merge_key(word.place)
        elif word.plain and _GLUED_KEY.match(word):
            problem = complaints.missing_blank(word.place, self._rest_of_line(first))
        elif (other := table.key(word)) is not None:
            problem = complaints.duplicate_key(word, other)
        else:
            return word
        self.problems.append(problem)
        return _NO_KEY

    def _lone_key(
        self, table: Table, word: Word, first: int, last: int, sentence: _Sentence | None
    ) -> _Sentence | None:
        """A key in braces without a colon: half a sentence, a placeholder, or a forgotten blank or colon."""
        glued = GLUED.match(word) if word.plain else None
        if glued is not None:
            self.problems.append(complaints.missing_blank(word.place, word))
            key, value = _halves(word, glued.end())
            table.setdefault(key, value)
            return sentence
        if sentence is not None and sentence.table is table and _COMMA.fullmatch(self.text, sentence.last, first):
            said = self.text[sentence.first : sentence.last]
            pair = complaints.PAIR.fullmatch(word)
            if pair is not None and len(sentence.key) > 2 and not sentence.cut and not _is_text(said):
                # Behind a field that is neither a text nor a language this is one as well: `{for: amt, go amt}`.
                self.problems.append(complaints.lone_key(word.place, word))
                table.setdefault(*_halves(word, pair.end(1) + 1))
                return sentence
            if sentence.cut or _is_text(said) or _is_text(word):
                if not sentence.cut:
                    self.problems.append(complaints.comma_in_braces(word.place, word))
                if sentence.key is not _NO_KEY:
                    whole = " ".join(self.text[sentence.first : last].split())
                    table[sentence.key] = Word(whole, place_of(table[sentence.key]))
                return sentence._replace(last=last, cut=True)
        if word.plain and not table and _PLACEHOLDER.fullmatch(word):
            above = self.stack[-1]
            if above.key is not None:
                return None  # a placeholder in a key's place has been refused as such
            self.problems.append(complaints.bare_placeholder(table.place, self._braced(word, last)))
            meant = Word(f"{{{word}}}", table.place)
            if isinstance(above.node, Table) and above.slot is not None and above.slot is not _NO_KEY:
                above.node[above.slot] = meant
            elif isinstance(above.node, Row):
                above.node[-1] = meant
            return None
        self.problems.append(complaints.lone_key(word.place, word))
        return sentence

    def _value(self, word: Word, first: int, last: int, key: Word | None, key_end: int) -> Node:
        """An unquoted value that deserves a look: itself, or what was meant by it, with a problem."""
        if not word:
            return self._empty(word, first if key is None else key_end, key)
        below = not self.stack or (key is not None and key is not _NO_KEY and word.place.line > key.place.line)
        pairs = Table()
        pairs.place = word.place
        node: Node = word
        pieces = list(_PIECE.finditer(self.text, first, last))
        room = MAX_PROBLEMS - len(self.problems)
        for piece in pieces[:room]:
            goes_on = piece.start() > first
            glued = GLUED.match(piece[0]) if goes_on or below else None
            if glued is not None:
                node = Word(pieces[0][0].rstrip(), word.place) if goes_on else node
                here = Word(piece[0].rstrip(), self._place(piece.start(), piece.end()))
                self.problems.append(complaints.missing_blank(here.place, here))
                pairs.setdefault(*_halves(here, glued.end()))
            elif goes_on and _ITEM.match(piece[0]):
                self.problems.append(complaints.folded_item(self._place(piece.start(), piece.end())))
                node = Word(pieces[0][0].rstrip(), word.place)
        if pairs and len(pairs) == len(pieces):
            node = pairs
        sign = self.comments.get(last)
        if sign is not None and self._cuts(word, last, sign):
            whole = f"{word} {self._rest_of_line(sign)}"
            self.problems.append(complaints.cut_by_hash(self._place(sign, len(self.text)), whole))
            node = Word(whole, word.place)
        return node

    def _empty(self, word: Word, after: int, key: Word | None) -> Word:
        """A value that is not there stands where its key stands, unless a `#` hides it."""
        if key is _NO_KEY:
            return word
        hidden = _HASH_VALUE.match(self.text, after)
        if hidden is not None:
            place = self._place(hidden.start(1), hidden.end(1))
            self.problems.append(complaints.hash_value(place, hidden[1].rstrip()))
            return Word(hidden[1].rstrip(), place)
        return word if key is None else Word("", key.place)

    def _cuts(self, word: Word, last: int, sign: int) -> bool:
        """Whether the comment behind an unquoted value is more likely the rest of its sentence."""
        gap, behind = self.text[last:sign], self.text[sign + 1 : sign + 2]
        set_apart = len(gap) > 1 or gap == "\t"
        return _is_text(word) and not (set_apart and (not behind or behind in " \t\r\n#"))

    def _undecorated(self, event: Any, word: Word, first: int, last: int) -> Word:
        """The word as typed, with the `*`, `&` or `!` that YAML took for its own."""
        typed = self.text[first:last].rstrip()
        self.problems.append(complaints.decoration(word.place, typed))
        return Word(typed, word.place, plain=isinstance(event, AliasEvent) or not event.style)

    def _hash_keys(self, error: MarkedYAMLError | None) -> None:
        """Every comment that is a key beginning with `#`, as far as the text was read."""
        end = len(self.text)
        if error is not None and error.problem_mark is not None:
            end = error.problem_mark.index
            if error.context_mark is not None and "scalar" in (error.context or ""):
                end = error.context_mark.index
        line_end = -1
        for sign in self.hashes:
            inside = bisect_right(self.words, (sign, sign)) - 1
            if sign <= line_end or sign >= end or (inside >= 0 and sign < self.words[inside][1]):
                continue
            typed = self._rest_of_line(sign)
            line_end = sign + len(typed)
            begin = max(self.text.rfind("\n", 0, sign), self.text.rfind("\r", 0, sign)) + 1
            if _COMMENT_BEFORE.search(self.text, begin, sign) is None and len(self.problems) < MAX_PROBLEMS:
                self.problems.append(complaints.hash_key(self._place(sign, line_end), typed))

    def _complain(self, error: MarkedYAMLError) -> None:
        """What libyaml complains of, in our words, unless a problem just before is its cause."""
        problem, since = syntax.explain(error, self.name, self.text, self.brace, self.quote)
        if not any(
            known.code in complaints.CAUSES and since <= known.place.line <= problem.place.line
            for known in self.problems
        ):
            self.problems.append(problem)

    def _place(self, first: int, last: int) -> Place:
        return place_at(self.name, self.text, first, last)

    def _on_first_line(self, place: Place, first: int) -> Place:
        """The place of a word of several lines: what of it stands on the first."""
        return place._replace(length=len(self._rest_of_line(first)) or 1)

    def _rest_of_line(self, first: int) -> str:
        """What stands from here to the end of the line."""
        found = _PIECE.match(self.text, first)
        return found[0].rstrip() if found else ""

    def _braced(self, word: Word, last: int) -> str:
        """The placeholder with the text that goes on behind its brace."""
        behind = _TEXT_BEHIND.match(self.text, last)
        return f"{{{word}}}{behind[1].rstrip() if behind else ''}"


def _is_text(value: str) -> bool:
    """Whether an unquoted value is words for a caller rather than a name, a time or a number."""
    several = len(value.split(None, 1)) > 1
    return _CAPITALISED.fullmatch(value) is not None or (several and _LETTER.search(value) is not None)


def _halves(word: Word, colon: int) -> tuple[Word, Word]:
    """Key and value of `Mo-Sa:9:00`; `colon` is where the value begins."""
    place = word.place
    key = Word(word[: colon - 1].strip("\"'"), place._replace(length=colon - 1))
    return key, Word(word[colon:], place._replace(column=place.column + colon, length=len(word) - colon))
