"""What stands in a scenario file: one call, as an operator writes it down.

    about: Montagvormittag, das Ordnungsamt ist besetzt
    at: 2026-11-23T10:00
    language: de                          # may be left out: as callers are greeted
    turns:
      - hears: Willkommen beim Kommunalen Ordnungsdienst
      - does not hear: geschlossen
      - presses: 3
      - dials: ordnungsamt
      - connection: busy
      - hears: [nicht zu erreichen, Seine Nummer zum Mitschreiben]
      - waits: yes
      - presses: hangup
      - ends: caller

A turn is something that the caller does (`presses`, `waits`) or that happens to her connection (`connection`), or
something that is true since then (`hears`, `does not hear`, `dials`, `ends`).

A call of those on duty says in which flow it begins (`flow: duty`) and which PIN holds in it (`pin: 80351`); `presses:
80351#` types it. With `trouble: locked` no PIN is taken, because too many wrong ones were typed lately, and with
`trouble: not_kept` nothing that is told can be stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple, Self

from ivr.call import DialResult
from ivr.definition.schema import finished
from ivr.definition.shape import json_schema
from ivr.hours import YEARS
from ivr.phone.call import KEYS
from ivr.phone.interpreter import HANG_UP
from ivr.phone.local import TROUBLES
from ivr.pins import LONGEST, SHORTEST
from ivr.source.near import did_you_mean
from ivr.source.places import Node, Place, Row, Table, Word, place_of
from ivr.source.problems import Problem, Refused, Sentence, refuse
from ivr.source.readable import STRICT, Doc, Readable
from ivr.steps.fields import ContactName, Language, one_word

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

MOST_WAITS = 9
"""So many silences in one turn; a menu gives up after three."""

ENDS = ("hangup", "dial", "caller")
"""Who or what ends a call: the service hangs up, a conversation is over, the caller hangs up."""


class About(Word, Readable):
    """One line for people."""

    __slots__ = ()
    schema: ClassVar[dict[str, Any]] = {"type": "string", "minLength": 1}

    @classmethod
    def read(cls, node: Node) -> Self:
        word = one_word(node, Sentence("eine Zeile Text", "a line of text"))
        return cls(word, word.place, plain=word.plain)


class FlowName(Word, Readable):
    """The entrance in which a call begins. Whether it exists is seen where the flows are known."""

    __slots__ = ()

    @classmethod
    def read(cls, node: Node) -> Self:
        word = one_word(node, Sentence("der Name eines Ablaufs", "the name of a flow"))
        return cls(word, word.place, plain=word.plain)


class Pin(Word, Readable):
    """A PIN that holds in this call only: five to eight digits."""

    __slots__ = ()
    schema: ClassVar[dict[str, Any]] = {
        "type": ["string", "integer"],
        "pattern": rf"^[0-9]{{{SHORTEST},{LONGEST}}}$",
        "examples": ["80351"],
    }

    @classmethod
    def read(cls, node: Node) -> Self:
        word = one_word(node, Sentence("eine PIN", "a PIN"))
        if re.fullmatch(cls.schema["pattern"], word, re.ASCII):
            return cls(word, word.place, plain=word.plain)
        raise refuse(
            word.place,
            "bad-pin",
            f"„{word}“ kann keine PIN sein.",
            f"“{word}” cannot be a PIN.",
            hint=Sentence(
                f"Eine PIN hat {SHORTEST} bis {LONGEST} Ziffern.", f"A PIN has {SHORTEST} to {LONGEST} digits."
            ),
        )


class Trouble(Word, Readable):
    """What is wrong at the service during the call."""

    __slots__ = ()
    schema: ClassVar[dict[str, Any]] = {"type": "string", "enum": list(TROUBLES)}

    @classmethod
    def read(cls, node: Node) -> Self:
        word = _one_of(node, TROUBLES, Sentence("Möglich sind", "Possible are"))
        return cls(word, word.place, plain=word.plain)


class Moment(Readable):
    """A date and a time of day: `2026-11-23T10:00`, local to the contacts file unless an offset follows."""

    __slots__ = ("place", "written")
    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$",
        "examples": ["2026-11-23T10:00"],
    }

    def __init__(self, written: datetime, place: Place) -> None:
        self.written = written
        self.place = place

    @classmethod
    def read(cls, node: Node) -> Self:
        word = one_word(node, Sentence("ein Zeitpunkt", "a time"))
        try:
            at = datetime.fromisoformat(word) if re.match(cls.schema["pattern"], word, re.ASCII) else None
        except ValueError:
            at = None
        if at is None or at.year not in YEARS:
            raise refuse(
                word.place,
                "bad-moment",
                f"„{word}“ ist kein Zeitpunkt.",
                f"“{word}” is not a date with a time.",
                hint=Sentence(
                    "So geht es: 2026-11-23T10:00, bei Bedarf mit Sekunden: 2026-11-23T20:29:59.",
                    "Write 2026-11-23T10:00, where needed with seconds: 2026-11-23T20:29:59.",
                ),
            )
        return cls(at, word.place)

    def local(self, zone: ZoneInfo) -> datetime:
        """The instant in the zone of the contacts; a time that spring leaves out moves forward."""
        at = self.written if self.written.tzinfo else self.written.replace(tzinfo=zone)
        return at.astimezone(UTC).astimezone(zone)


# What is true of the call


@dataclass(frozen=True, slots=True)
class Hears:
    """These words are heard, in this order, since the caller's last action."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class HearsNot:
    """These words are not heard since the caller's last action."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Dials:
    """It rings at this contact now."""

    word: ContactName


@dataclass(frozen=True, slots=True)
class Ends:
    """The call is over, and this is how."""

    word: Word


# What is done in the call


@dataclass(frozen=True, slots=True)
class Presses:
    """The caller presses a key, or `hangup`."""

    word: Word


@dataclass(frozen=True, slots=True)
class Waits:
    """The caller presses nothing, so many times, until the menu's patience is over."""

    word: Word
    times: int = 1


@dataclass(frozen=True, slots=True)
class Connection:
    """How the connection ends for which it rings."""

    word: Word

    @property
    def result(self) -> DialResult:
        """The result, as flows name it."""
        return DialResult(self.word)


Expectation = Hears | HearsNot | Dials | Ends
Action = Presses | Waits | Connection
Turn = Expectation | Action


def _some_words(node: Node) -> tuple[Word, ...]:
    words = tuple(node) if isinstance(node, Row) else (node,)
    found = tuple(each for each in words if isinstance(each, Word) and each.strip())
    if found and len(found) == len(words):
        return found
    raise refuse(
        next((place_of(each) for each in words if each not in found), place_of(node)),
        "bad-words",
        "Hier fehlt der Wortlaut.",
        "The wording is missing here.",
        hint=Sentence(
            "So geht es: hears: Willkommen, oder mehreres nacheinander: hears: [Willkommen, press nine].",
            "Write hears: Welcome, or several one after the other: hears: [Welcome, press nine].",
        ),
    )


def _presses(node: Node) -> Presses:
    word = one_word(node, Sentence("eine Taste oder „hangup“", "a key or “hangup”"))
    if KEYS.fullmatch(word) or word == HANG_UP:
        return Presses(word)
    raise refuse(
        word.place,
        "bad-key",
        f"„{word}“ kann eine Anruferin nicht drücken.",
        f"A caller cannot press “{word}”.",
        hint=Sentence(
            'Erlaubt sind 0 bis 9, "*" und "#" (in Anführungszeichen), und hangup für das Auflegen. Nichts zu drücken '
            "heißt: waits: yes.",
            'Allowed are 0 to 9, "*" and "#" (in quotes), and hangup. To press nothing is written waits: yes.',
        ),
    )


def _waits(node: Node) -> Waits:
    word = one_word(node, Sentence("„yes“ oder eine Zahl", "“yes” or a number"))
    if word.lower() in ("yes", "ja", "true"):
        return Waits(word)
    if re.fullmatch(f"[1-{MOST_WAITS}]", word):
        return Waits(word, int(word))
    raise refuse(
        word.place,
        "bad-waits",
        f"„{word}“ sagt nicht, wie oft gewartet wird.",
        f"“{word}” does not say how often she waits.",
        hint=Sentence(
            f"So geht es: waits: yes für einmal, waits: 2 für zweimal, höchstens {MOST_WAITS}.",
            f"Write waits: yes for once, waits: 2 for twice, {MOST_WAITS} at most.",
        ),
    )


def _connection(node: Node) -> Connection:
    return Connection(_one_of(node, tuple(DialResult), Sentence("Eine Verbindung endet mit", "A connection ends with")))


def _ends(node: Node) -> Ends:
    return Ends(_one_of(node, ENDS, Sentence("Ein Anruf endet durch", "A call ends by")))


def _one_of(node: Node, allowed: tuple[str, ...], what: Sentence) -> Word:
    word = one_word(node, Sentence("eines von: " + ", ".join(allowed), "one of: " + ", ".join(allowed)))
    if word in allowed:
        return word
    raise refuse(
        word.place,
        "unknown-word",
        f"„{word}“ passt hier nicht.",
        f"“{word}” does not fit here.",
        hint=did_you_mean(word, allowed, what=what),
    )


class _Form(NamedTuple):
    """How one word of a turn is read, completed and explained."""

    read: Callable[[Node], Turn]
    schema: dict[str, Any]
    doc: Doc


_WORDS: dict[str, Any] = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
}
_RESULT = _Form(
    _connection,
    {"enum": list(DialResult)},
    Doc(de="Wie die Verbindung endet.", en="How the connection ends."),
)

FORMS: dict[str, _Form] = {
    "hears": _Form(
        lambda node: Hears(_some_words(node)),
        _WORDS,
        Doc(
            de="Das ist seit der letzten Taste zu hören; Schreibung groß oder klein ist gleich.",
            en="This is heard since the last key; upper or lower case does not matter.",
        ),
    ),
    "does not hear": _Form(
        lambda node: HearsNot(_some_words(node)),
        _WORDS,
        Doc(de="Das ist seit der letzten Taste nicht zu hören.", en="This is not heard since the last key."),
    ),
    "presses": _Form(
        _presses,
        {"type": ["string", "integer"], "pattern": "^([0-9*#]{1,32}|hangup)$"},
        Doc(
            de='Die Anruferin drückt eine Taste ("*" und "#" in Anführungszeichen) oder legt auf: hangup.',
            en='The caller presses a key ("*" and "#" in quotes) or hangs up: hangup.',
        ),
    ),
    "waits": _Form(
        _waits,
        {
            "enum": [
                *("yes", "ja", "true", True),
                *(str(n) for n in range(1, MOST_WAITS + 1)),
                *range(1, MOST_WAITS + 1),
            ]
        },
        Doc(
            de="Sie drückt nichts, bis die Geduld des Menüs zu Ende ist: yes für einmal, 2 für zweimal.",
            en="She presses nothing until the menu's patience is over: yes for once, 2 for twice.",
        ),
    ),
    "dials": _Form(
        lambda node: Dials(ContactName.read(node)),
        {"type": "string"},
        Doc(de="Bei dieser Stelle klingelt es jetzt.", en="It rings at this contact now."),
    ),
    "connection": _RESULT,
    "connection result": _RESULT,
    "ends": _Form(
        _ends,
        {"enum": list(ENDS)},
        Doc(
            de="Der Anruf ist zu Ende: der Dienst legt auf (hangup), das Gespräch ist vorbei (dial), die Anruferin "
            "legt auf (caller).",
            en="The call is over: the service hangs up (hangup), the talk is over (dial), she hangs up (caller).",
        ),
    ),
}
"""Every word that a turn can have, in the order in which editors offer them."""


class Turns(Readable):
    """The list under `turns:`. Each turn is read by itself, so that one mistake is one message."""

    __slots__ = ("problems", "turns")
    schema: ClassVar[dict[str, Any]] = {
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "properties": {
                word: {**form.schema, "description": f"{form.doc.de} / {form.doc.en}"} for word, form in FORMS.items()
            },
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        },
    }

    def __init__(self, turns: tuple[Turn, ...], problems: tuple[Problem, ...]) -> None:
        self.turns = turns
        """Those that could be read."""
        self.problems = problems
        """What is wrong with the others."""

    @classmethod
    def read(cls, node: Node) -> Self:
        if not isinstance(node, Row) or not node:
            raise refuse(
                place_of(node),
                "missing-value",
                "Hier fehlt, was im Anruf geschieht.",
                "What happens in the call is missing here.",
                hint=Sentence(
                    "So geht es, eingerückt, je Zeile eines: - hears: Willkommen, - presses: 3.",
                    "Write, indented, one a line: - hears: Welcome, - presses: 3.",
                ),
            )
        turns: list[Turn] = []
        problems: list[Problem] = []
        for each in node:
            try:
                turns.append(_turn(each))
            except Refused as refused:
                problems += refused.problems
        return cls(tuple(turns), tuple(problems))


def _turn(node: Node) -> Turn:
    if isinstance(node, Table):
        for word in node:
            if word not in FORMS:
                raise refuse(
                    word.place,
                    "unknown-turn",
                    f"„{word}“ gibt es in einem Anruf nicht.",
                    f"There is no “{word}” in a call.",
                    hint=did_you_mean(word, FORMS, what=Sentence("Möglich sind", "Possible are")),
                )
    if not isinstance(node, Table) or len(node) != 1:
        raise refuse(
            list(node)[1].place if isinstance(node, Table) and node else place_of(node),
            "bad-turn",
            "Hier steht genau ein Wort mit Doppelpunkt und seinem Wert.",
            "Exactly one word with a colon and its value belongs here.",
            hint=Sentence(
                f"So geht es: - presses: 3. Jedes beginnt in einer eigenen Zeile mit „- “: {', '.join(FORMS)}.",
                f"Write - presses: 3. Each begins on a line of its own with “- ”: {', '.join(FORMS)}.",
            ),
        )
    ((word, value),) = node.items()
    return FORMS[word].read(value)


@dataclass(frozen=True)
class ScenarioFile:
    """One call: when it comes in, and what happens in it."""

    __pydantic_config__: ClassVar[Any] = STRICT

    about: Annotated[About, Doc(de="Worum es geht, in einer Zeile.", en="What this is about, in one line.")]
    at: Annotated[
        Moment, Doc(de="Wann der Anruf kommt: 2026-11-23T10:00.", en="When the call comes in: 2026-11-23T10:00.")
    ]
    turns: Annotated[Turns, Doc(de="Was geschieht, der Reihe nach.", en="What happens, in order.")]
    language: Annotated[
        Language | None,
        Doc(
            de="Die Sprache, in der der Anruf beginnt; sonst die erste der Abläufe.",
            en="The language in which the call begins; else the first of the flows.",
        ),
    ] = None
    flow: Annotated[
        FlowName | None,
        Doc(
            de="Der Ablauf, in dem der Anruf beginnt (einer mit „entrance: yes“); sonst hotline.yaml.",
            en="The flow in which the call begins (one with “entrance: yes”); else hotline.yaml.",
        ),
    ] = None
    pin: Annotated[Pin | None, Doc(de="Die PIN, die in diesem Anruf gilt.", en="The PIN that holds in this call.")] = (
        None
    )
    trouble: Annotated[
        Trouble | None,
        Doc(
            de="Was dabei gestört ist: Es wird keine PIN angenommen (locked), oder nichts gespeichert (not_kept).",
            en="What is wrong meanwhile: no PIN is taken (locked), or nothing is kept (not_kept).",
        ),
    ] = None


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file."""
    return finished("Szenario / Scenario", json_schema(ScenarioFile))
