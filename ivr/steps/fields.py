"""The words that step kinds are written with: targets, contacts, keys, durations, languages and spoken texts.

Each class reads itself from the file (`Readable`) and keeps its place, so that whoever finds out later that a target
does not exist can point at the very word.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, NamedTuple, Self

from ivr.call import NAME
from ivr.source.near import did_you_mean
from ivr.source.places import Node, Place, Table, Word, place_of
from ivr.source.problems import Problem, Refused, Sentence, refuse
from ivr.source.readable import Readable
from ivr.speech import CODES, digits_left

_NAME = re.compile(NAME, re.ASCII)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "-": "_", " ": "_"})

RESERVED = ("repeat", "back", "start", "return", "hangup")
"""Targets that are no step: the same menu again, the menu before, this flow's start, back to the caller, the end."""

NAME_RULE = Sentence(
    "Namen bestehen aus kleinen Buchstaben ohne Umlaute, Ziffern und „_“, beginnen mit einem Buchstaben und haben "
    "höchstens 40 Zeichen.",
    "Names consist of small letters without accents, digits and “_”, begin with a letter and have 40 at most.",
)


def plain_name(word: Word, what: Sentence) -> None:
    """Names stand in URLs.

    Raises:
        Refused: for any other spelling, with a name that would do.
    """
    if _NAME.fullmatch(word):
        return
    would_do = Sentence("", "")
    if proposal := proposed_name(word):
        would_do = Sentence(f" Möglich wäre „{proposal}“.", f" “{proposal}” would do.")
    raise refuse(
        word.place,
        "bad-name",
        f"„{word}“ kann kein Name für {what.de} sein.",
        f"“{word}” cannot be the name of {what.en}.",
        hint=Sentence(NAME_RULE.de + would_do.de, NAME_RULE.en + would_do.en),
    )


def proposed_name(word: str) -> str:
    """The name that an operator most likely wants, the word itself if it is one; "" when there is no telling."""
    proposal = re.sub(r"[^a-z0-9_]", "", word.lower().translate(_UMLAUTS))[:40]
    return proposal if _NAME.fullmatch(proposal) else ""


def one_word(node: Node, what: Sentence) -> Word:
    """The node as a word that is not empty.

    Raises:
        Refused: for a table, a list, or nothing at all.
    """
    if isinstance(node, Word) and node.strip():
        return node
    if isinstance(node, Word):
        raise refuse(
            node.place,
            "missing-value",
            f"Hier fehlt {what.de}.",
            f"{what.en[:1].upper()}{what.en[1:]} is missing here.",
            hint=Sentence("Der Wert steht hinter dem Doppelpunkt.", "The value stands behind the colon."),
        )
    raise refuse(
        place_of(node),
        "not-a-word",
        f"Hier muss {what.de} stehen.",
        f"{what.en[:1].upper()}{what.en[1:]} belongs here.",
        hint=Sentence("Eine Liste oder Tabelle passt hier nicht.", "A list or table does not fit here."),
    )


class Target(Word, Readable):
    """Where a call goes on: a step of this flow, `flow:NAME`, or one of the reserved words."""

    __slots__ = ()
    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": rf"^(flow:)?{NAME}$",
        "examples": [*RESERVED, "flow:info"],
    }

    @classmethod
    def read(cls, node: Node) -> Self:
        word = one_word(node, Sentence("ein Ziel", "a target"))
        before, colon, name = word.rpartition(":")
        if colon and before != "flow":
            # Surely a flow is meant; which one is found out where the flows are known.
            return cls(word, word.place, plain=word.plain)
        if not colon and (flow := re.fullmatch(rf"flow\W+({NAME})", word, re.ASCII)):
            raise refuse(
                word.place,
                "bad-name",
                f"„{word}“ kann kein Name für ein Ziel sein.",
                f"“{word}” cannot be the name of a target.",
                hint=Sentence(
                    f"Einen Ablauf ruft man so auf: flow:{flow[1]}.", f"A flow is called like this: flow:{flow[1]}."
                ),
            )
        plain_name(Word(name, word.place), Sentence("ein Ziel", "a target"))
        return cls(word, word.place, plain=word.plain)

    @property
    def called_flow(self) -> str | None:
        """The flow that this target calls, None when it stays in its own."""
        return self.removeprefix("flow:") if self.startswith("flow:") else None


class ContactName(Word, Readable):
    """The name of a contact of contacts.yaml. Whether it exists is seen when the step is built."""

    __slots__ = ()

    @classmethod
    def read(cls, node: Node) -> Self:
        word = one_word(node, Sentence("der Name einer Stelle", "the name of a contact"))
        return cls(word, word.place, plain=word.plain)


class Key(Word, Readable):
    """A key of the telephone: 0 to 9, * or #."""

    __slots__ = ()
    schema: ClassVar[dict[str, Any]] = {"type": "string", "enum": [*"1234567890", "*", "#"]}

    @classmethod
    def read(cls, node: Node) -> Self:
        word = one_word(node, Sentence("eine Taste", "a key"))
        if len(word) == 1 and word in "0123456789*#":
            return cls(word, word.place, plain=word.plain)
        raise refuse(
            word.place,
            "bad-key",
            f"„{word}“ ist keine Taste.",
            f"“{word}” is not a key.",
            hint=Sentence(
                'Tasten sind 0 bis 9, "*" und "#" (Stern und Raute in Anführungszeichen).',
                'Keys are 0 to 9, "*" and "#" (star and hash in quotes).',
            ),
        )


class Language(Word, Readable):
    """The code of a language that the service speaks: `de`, `en`."""

    __slots__ = ()
    schema: ClassVar[dict[str, Any]] = {"type": "string", "enum": list(CODES)}

    @classmethod
    def read(cls, node: Node) -> Self:
        word = one_word(node, Sentence("eine Sprache", "a language"))
        if word in CODES:
            return cls(word, word.place, plain=word.plain)
        raise refuse(
            word.place,
            "unknown-language",
            f"Die Sprache „{word}“ gibt es nicht.",
            f"There is no language “{word}”.",
            hint=did_you_mean(word, CODES, what=Sentence("Sprachen", "Languages")),
        )


class VoiceName(Word, Readable):
    """The provider's name of a voice, such as Polly.Daniel-Neural. Whether it fits is seen when the set is loaded."""

    __slots__ = ()
    schema: ClassVar[dict[str, Any]] = {"type": "string", "minLength": 1}

    @classmethod
    def read(cls, node: Node) -> Self:
        word = one_word(node, Sentence("der Name einer Stimme", "the name of a voice"))
        return cls(word, word.place, plain=word.plain)


_UNITS = {
    "": 1, "s": 1, "sek": 1, "sec": 1, "sekunden": 1, "sekunde": 1, "seconds": 1, "second": 1,
    "m": 60, "min": 60, "minuten": 60, "minute": 60, "minutes": 60,
    "h": 3600, "std": 3600, "stunde": 3600, "stunden": 3600, "hour": 3600, "hours": 3600,
}  # fmt: skip


class Duration(int, Readable):
    """A length of time in whole seconds, written `6s`, `10 min` or `1h`."""

    place: Place
    least: ClassVar[int] = 1
    most: ClassVar[int] = 7 * 24 * 3600
    schema: ClassVar[dict[str, Any]] = {"type": ["string", "integer"], "examples": ["6s", "10 min", "1h"]}

    @classmethod
    def read(cls, node: Node) -> Self:
        word = one_word(node, Sentence("eine Dauer", "a length of time"))
        found = re.fullmatch(r"(\d{1,6})\s*([a-z]*)\.?", word.strip().lower(), re.ASCII)
        unit = found and _UNITS.get(found[2])
        if not found or not unit:
            raise refuse(
                word.place,
                "bad-duration",
                f"„{word}“ ist keine Dauer.",
                f"“{word}” is not a length of time.",
                hint=Sentence(
                    f"So geht es: {cls.usual()}. Einheiten sind s, min und h.",
                    f"Write {cls.usual()}. Units are s, min and h.",
                ),
            )
        value = cls(int(found[1]) * unit)
        value.place = word.place
        if not cls.least <= value <= cls.most:
            raise refuse(
                word.place,
                "bad-duration",
                f"„{word}“ liegt nicht zwischen {cls.least} und {cls.most} Sekunden.",
                f"“{word}” is not between {cls.least} and {cls.most} seconds.",
                hint=Sentence(f"Üblich ist {cls.usual()}.", f"Usual is {cls.usual()}."),
            )
        return value

    @classmethod
    def usual(cls) -> str:
        """A value that fits most callers, as one would write it."""
        return "1h"


class Patience(Duration):
    """How long a menu waits for a key after everything has been said; the second miss waits longer by itself."""

    least: ClassVar[int] = 2
    most: ClassVar[int] = 30
    schema: ClassVar[dict[str, Any]] = {**Duration.schema, "examples": ["6s", "10s"]}

    @classmethod
    def usual(cls) -> str:
        return "6s"


class Ring(Duration):
    """How long an office's telephone rings. Providers take 5 to 120 seconds; a caller gives up well before that."""

    least: ClassVar[int] = 5
    most: ClassVar[int] = 60
    schema: ClassVar[dict[str, Any]] = {**Duration.schema, "examples": ["25s"]}

    @classmethod
    def usual(cls) -> str:
        return "25s"


FORMS = ("status", "opens", "closes", "hours_today", "hours_week", "phone", "address", "name")
"""What a placeholder can ask of a contact: `{citywache.status}`."""


class Hole(NamedTuple):
    """A placeholder in a text: filled with the contact's words in the caller's language when it is spoken."""

    contact: str
    form: str
    place: Place


class Wording(NamedTuple):
    """One text in one language, split at its placeholders."""

    language: str
    """Whose voice speaks it; "" when one text stands for every language."""
    parts: tuple[str | Hole, ...]
    place: Place


class Text(Readable):
    """What is said, per caller's language.

    Written as a table (`{de: …, en: …}`), or as one line when it consists of placeholders only. In a table a line may
    itself be a table of one language (`de: {en: For English, press nine.}`): a caller in German then hears this one
    sentence in the English voice.
    """

    __slots__ = ("by_language", "place")
    schema: ClassVar[dict[str, Any]] = {
        "anyOf": [
            {"type": "string"},
            {
                "type": "object",
                "propertyNames": {"enum": list(CODES)},
                "additionalProperties": {
                    "description": "Was in dieser Sprache gesagt wird. / What is said in this language.",
                    "anyOf": [
                        {"type": "string"},
                        {
                            "type": "object",
                            "propertyNames": {"enum": list(CODES)},
                            "additionalProperties": {
                                "description": "Der Satz, mit der Stimme dieser Sprache gesprochen. / "
                                "The sentence, spoken in this language's voice.",
                                "type": "string",
                            },
                            "minProperties": 1,
                            "maxProperties": 1,
                        },
                    ],
                },
                "minProperties": 1,
            },
        ]
    }

    def __init__(self, place: Place, by_language: dict[str, Wording]) -> None:
        self.place = place
        self.by_language = by_language

    @classmethod
    def read(cls, node: Node) -> Self:
        if not isinstance(node, Table):
            word = one_word(node, Sentence("ein Satz", "a sentence"))
            return cls(word.place, {"": _wording("", word)})
        found: dict[str, Wording] = {}
        problems: list[Problem] = []
        for code, value in node.items():
            try:
                language = Language.read(code)
                found[language] = _spoken_by(language, value)
            except Refused as refused:
                problems += refused.problems
        if not node:
            raise refuse(node.place, "missing-value", "Hier fehlt ein Satz.", "A sentence is missing here.")
        if problems:
            raise Refused(*problems)
        return cls(node.place, found)


def _spoken_by(language: str, value: Node) -> Wording:
    if isinstance(value, Table) and len(value) == 1:
        code, sentence = next(iter(value.items()))
        return _wording(Language.read(code), one_word(sentence, Sentence("ein Satz", "a sentence")))
    return _wording(language, one_word(value, Sentence("ein Satz", "a sentence")))


MAX_TEXT = 2000
"""Characters: more than two minutes of speech."""

_BRACES = re.compile(r"\{([^{}]*)\}")
_BRACE = re.compile(r"[{}]")


def _wording(language: str, word: Word) -> Wording:
    """The text split at its placeholders.

    Raises:
        Refused: for loose braces, placeholders that do not exist, digits that a voice would read as it likes, and a
            text that nobody would listen to.
    """
    if len(word) > MAX_TEXT:
        raise refuse(
            word.place,
            "long-text",
            f"Dieser Text hat {len(word)} Zeichen; mehr als {MAX_TEXT} hört sich niemand an.",
            f"This text has {len(word)} characters; nobody listens to more than {MAX_TEXT}.",
            hint=Sentence(
                "Kürzen Sie ihn, oder teilen Sie ihn auf Menüpunkte auf.", "Shorten it, or make options of it."
            ),
        )
    if not any(sign.isalnum() for sign in word):
        raise refuse(word.place, "missing-value", "Hier fehlt ein Satz.", "A sentence is missing here.")
    parts: list[str | Hole] = []
    problems: list[Problem] = []
    end = 0
    for brace in _BRACES.finditer(word):
        parts.append(word[end : brace.start()])
        problems += _loose(word, end, brace.start())
        try:
            parts.append(_hole(brace[1], _inside(word, brace.start(), brace.end())))
        except Refused as refused:
            problems += refused.problems
        end = brace.end()
    parts.append(word[end:])
    problems += _loose(word, end, len(word))
    if problems:
        raise Refused(*problems)
    return Wording(language, tuple(part for part in parts if part), word.place)


def _inside(word: Word, start: int, end: int) -> Place:
    """The place of a stretch of a word; the whole word's where a text runs over several lines."""
    place = word.place
    if place.length not in (len(word), len(word) + 2):
        return place
    return Place(place.file, place.line, place.column + start + (0 if word.plain else 1), end - start)


def _hole(inside: str, place: Place) -> Hole:
    contact, dot, form = inside.strip().partition(".")
    if not dot:
        known = next((form for form in FORMS if inside.endswith(form)), "status")
        named = proposed_name(inside.removesuffix(known).strip(" ,:-_")) or "citywache"
        raise refuse(
            place,
            "bad-placeholder",
            f"„{{{inside}}}“ ist kein Platzhalter.",
            f"“{{{inside}}}” is not a placeholder.",
            hint=Sentence(
                f"Ein Platzhalter nennt eine Stelle und eine Angabe, zum Beispiel {{{named}.{known}}}.",
                f"A placeholder names a contact and a fact, for example {{{named}.{known}}}.",
            ),
        )
    if form not in FORMS:
        raise refuse(
            place,
            "unknown-placeholder",
            f"Die Angabe „{form}“ gibt es nicht.",
            f"There is no fact “{form}”.",
            hint=did_you_mean(form, FORMS, what=Sentence("Angaben", "Facts")),
        )
    return Hole(contact, form, place)


def _loose(word: Word, start: int, end: int) -> list[Problem]:
    """What must not stand in the words between two placeholders."""
    problems = [
        Problem(
            _inside(word, brace.start(), brace.end()),
            "loose-brace",
            Sentence("Eine geschweifte Klammer hat kein Gegenstück.", "A brace has no counterpart."),
            Sentence(
                "Platzhalter stehen ganz in Klammern, zum Beispiel {citywache.status}.",
                "Placeholders stand between two braces, for example {citywache.status}.",
            ),
        )
        for brace in _BRACE.finditer(word, start, end)
    ]
    for first, last in digits_left(word[start:end]):
        digits = word[start + first : start + last]
        problems.append(
            Problem(
                _inside(word, start + first, start + last),
                "raw-digits",
                Sentence(
                    f"Die Ziffern „{digits}“ würde jede Stimme anders vorlesen.",
                    f"Every voice would read the digits “{digits}” differently.",
                ),
                Sentence(
                    "Schreiben Sie die Zahl in Worten („zwanzig Uhr dreißig“) oder nehmen Sie einen Platzhalter "
                    "({citywache.phone}, {citywache.hours_today}). Nur 110, 112 und 115 dürfen so stehen.",
                    "Write the number in words (“eight thirty p.m.”) or use a placeholder ({citywache.phone}, "
                    "{citywache.hours_today}). Only 110, 112 and 115 may stand as they are.",
                ),
            )
        )
    return problems


class Subject(Readable):
    """What a menu option is for: a contact's name, or a text per language (`{de: Für Adressen, en: For addresses}`)."""

    __slots__ = ("contact", "text")
    schema: ClassVar[dict[str, Any]] = Text.schema

    def __init__(self, contact: ContactName | None, text: Text | None) -> None:
        self.contact = contact
        self.text = text

    @classmethod
    def read(cls, node: Node) -> Self:
        if isinstance(node, Word) and " " not in node.strip() and "{" not in node:
            return cls(ContactName.read(node), None)
        return cls(None, Text.read(node))
