"""One flow file: what may stand in it, and how it is read.

A step is a name and exactly one kind word. The kind is found first, and only its own fields are asked for, so that one
mistyped word is one message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Self

from ivr.call import NAME
from ivr.definition.shape import FIELDS, not_indented, validate
from ivr.source.near import did_you_mean, nearest
from ivr.source.places import Node, Place, Table, Word, place_of
from ivr.source.problems import Problem, Refused, Sentence, refuse
from ivr.source.readable import STRICT, Doc, Readable
from ivr.steps import KINDS
from ivr.steps.base import Kind, Next
from ivr.steps.fields import RESERVED, Key, Language, Target, VoiceName, one_word, plain_name, proposed_name

BY_WORD = {kind.word: kind for kind in KINDS}


class Steps(Readable):
    """The table under `steps:`. Each step is read by itself, so that one mistake spoils one step."""

    __slots__ = ("table",)
    schema: ClassVar[dict[str, Any]] = {"type": "object", "propertyNames": {"pattern": f"^{NAME}$"}, "minProperties": 1}

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def read(cls, node: Node) -> Self:
        if isinstance(node, Table) and node:
            return cls(node)
        raise refuse(
            place_of(node),
            "missing-value",
            "Hier fehlen die Schritte.",
            "The steps are missing here.",
            hint=Sentence(
                "Unter „steps:“ steht eingerückt je Schritt ein Name, darunter seine Art.",
                "Below “steps:” stands, indented, a name for every step, and below it its kind.",
            ),
        )


class Yes(Readable):
    """`yes`: what may stand in a file or be left out."""

    __slots__ = ("place",)
    schema: ClassVar[dict[str, Any]] = {"enum": ["yes", "ja", "true", True]}

    def __init__(self, place: Place) -> None:
        self.place = place

    @classmethod
    def read(cls, node: Node) -> Self:
        word = one_word(node, Sentence("„yes“", "“yes”"))
        if word.lower() in ("yes", "ja", "true"):
            return cls(word.place)
        raise refuse(
            word.place,
            "bad-yes",
            f"Hier steht „yes“ oder die ganze Zeile nicht, nicht „{word}“.",
            f"Here stands “yes”, or the line does not, and not “{word}”.",
        )


@dataclass(frozen=True)
class FlowFile:
    """What stands in a flow file."""

    __pydantic_config__: ClassVar[Any] = STRICT

    start: Annotated[Target, Doc(de="Der erste Schritt.", en="The first step.")]
    steps: Annotated[
        Steps,
        Doc(
            de="Die Schritte: ein Name, darunter genau eine Art.",
            en="The steps: a name, below it exactly one kind.",
        ),
    ]
    languages: Annotated[
        list[Annotated[Language, Doc(de="Das Kürzel einer Sprache.", en="A language's code.")]],
        Doc(
            de="Die Sprachen; die erste gilt, bis eine andere gewählt wird. Nötig nur in hotline.yaml.",
            en="The languages; the first holds until another is chosen. Needed only in hotline.yaml.",
        ),
    ] = field(default_factory=list)
    keys: Annotated[
        dict[Key, Annotated[Target, Doc(de="Wohin die Taste führt.", en="Where the key leads.")]],
        Doc(
            de="Tasten, die in jedem Menü dieses Ablaufs und der von ihm gerufenen Abläufe gelten.",
            en="Keys that hold in every menu of this flow and of the flows it calls.",
        ),
    ] = field(default_factory=dict)
    voices: Annotated[
        dict[Language, Annotated[VoiceName, Doc(de="Die Stimme dieser Sprache.", en="This language's voice.")]],
        Doc(
            de="Andere Stimmen als die üblichen, je Sprache: {de: Polly.Daniel-Neural}. Nur in hotline.yaml.",
            en="Voices other than the usual ones, by language: {de: Polly.Daniel-Neural}. Only in hotline.yaml.",
        ),
    ] = field(default_factory=dict)
    entrance: Annotated[
        Yes | None,
        Doc(
            de="Hier beginnen Anrufe bei einer eigenen Nummer: entrance: yes. Der Ablauf darf weniger Sprachen haben.",
            en="Calls to a number of its own begin in this flow: entrance: yes. It may have fewer languages.",
        ),
    ] = None


@dataclass(frozen=True)
class StepDefinition:
    """One step as written: its name and place, its kind, the checked body, and where it goes on.

    With a problem in its name or its `next` it is here nevertheless, so that what it names is looked up.
    """

    name: Word
    kind: Kind[Any]
    body: Any
    onward: Target | None


@dataclass(frozen=True)
class Fragments:
    """What could be read of a step, or of the keys, in which something else is wrong."""

    name: Word
    values: tuple[Readable, ...]


@dataclass(frozen=True)
class FlowDefinition:
    """One flow file as written, each part checked by itself. Parts that could not be read are None."""

    name: str
    place: Place
    start: Target | None
    languages: list[Language] | None
    keys: dict[Key, Target] | None
    voices: dict[Language, VoiceName] | None
    steps: tuple[StepDefinition, ...]
    known: Mapping[str, Place] | None
    """The names of all steps and where they stand, also of those that could not be read: targets that name them are
    right all the same. A name that has to be repaired is here as it will be then.
    """
    fragments: tuple[Fragments, ...]
    entrance: Yes | None = None
    """Where it says that calls may begin here."""


def read_flow(name: str, table: Table) -> tuple[FlowDefinition, list[Problem]]:
    """The flow of one file and its problems. With a problem in one part, the others are read nevertheless."""
    written, problems = validate(FlowFile, table)
    keys_read: list[Readable] = []
    if written is None:
        start, languages, keys, voices, below = (
            _part(table, "start", Target),
            _part(table, "languages", list[Language]),
            _part(table, "keys", dict[Key, Target], keys_read),
            _part(table, "voices", dict[Language, VoiceName]),
            _part(table, "steps", Steps),
        )
        entrance = _part(table, "entrance", Yes)
    else:
        start, languages, keys, below = written.start, written.languages, written.keys, written.steps
        voices, entrance = written.voices, written.entrance
    steps: list[StepDefinition] = []
    fragments = [Fragments(Word("", table.place), tuple(keys_read))]
    known: dict[str, Place] = {}
    for name_of_step, node in below.table.items() if below is not None else ():
        step, found = _read_step(name_of_step, node)
        problems += found
        if proposal := proposed_name(name_of_step):
            known[proposal] = name_of_step.place
        if isinstance(step, StepDefinition):
            steps.append(step)
        else:
            fragments.append(step)
    return FlowDefinition(
        name,
        table.place,
        start,
        languages,
        keys,
        voices,
        tuple(steps),
        None if below is None else known,
        tuple(fragments),
        entrance,
    ), problems


def _part(table: Table, name: str, shape: Any, read: list[Readable] | None = None) -> Any:
    """One part of a file in which another is wrong; None when it is this one, or is not there."""
    node = table.get(Word(name))
    return None if node is None else validate(shape, node, read)[0]


def _read_step(name: Word, node: Node) -> tuple[StepDefinition | Fragments, list[Problem]]:
    problems: list[Problem] = []
    try:
        plain_name(name, Sentence("einen Schritt", "a step"))
    except Refused as refused:
        problems += refused.problems
    if name in RESERVED:
        problems.append(
            Problem(
                name.place,
                "reserved-name",
                Sentence(
                    f"„{name}“ ist ein festes Ziel und kann kein Schritt sein.",
                    f"“{name}” is a fixed target and cannot be a step.",
                ),
                Sentence(
                    f"Nennen Sie den Schritt anders, zum Beispiel „{name}_1“.",
                    f"Choose another name, for example “{name}_1”.",
                ),
            )
        )
    if not isinstance(node, Table):
        return Fragments(name, ()), [*problems, _no_kind(name, place_of(node), [])]
    kind, beside = _kind_of(name, node)
    problems += beside
    if kind is None:
        return Fragments(name, ()), problems
    read: list[Readable] = []
    body, in_body = validate(kind.body, node[Word(kind.word)], read)
    onward, found = _onward(kind, name, node)
    problems += [*in_body, *found]
    if beside or in_body:
        # What stands under `flow` is the name of a flow, and no place to go to.
        named = read if kind.body is not Target else []
        return Fragments(name, (*named, *([onward] if onward else []))), problems
    if onward is None and kind.next is Next.REQUIRED:
        onward = Target("hangup", name.place)
    return StepDefinition(name, kind, body, onward), problems


def _kind_of(name: Word, node: Table) -> tuple[Kind[Any] | None, list[Problem]]:
    words = [key for key in node if key in BY_WORD]
    strange = [key for key in node if key not in BY_WORD and key != "next"]
    if len(words) == 1:
        kind = BY_WORD[words[0]]
        if strange and node[words[0]] == "" and strange[0].place.line > words[0].place.line:
            return None, [not_indented(words[0], strange[0])]
        allowed = [kind.word, *(["next"] if kind.next is Next.REQUIRED else [])]
        return kind, [
            Problem(
                key.place,
                "unknown-field",
                Sentence(f"Das Feld „{key}“ gibt es hier nicht.", f"There is no field “{key}” here."),
                did_you_mean(key, [word for word in allowed if word not in node], what=FIELDS)
                if any(word not in node for word in allowed)
                else Sentence(
                    f"Was zu „{kind.word}“ gehört, steht eingerückt darunter.",
                    f"What belongs to “{kind.word}” stands below it, indented.",
                ),
            )
            for key in strange
        ]
    if words:
        return None, [
            Problem(
                words[1].place,
                "two-kinds",
                Sentence(
                    f"Der Schritt „{name}“ hat zwei Arten: „{words[0]}“ und „{words[1]}“.",
                    f"The step “{name}” has two kinds: “{words[0]}” and “{words[1]}”.",
                ),
                Sentence("Machen Sie zwei Schritte daraus.", "Make two steps of it."),
                also=words[0].place,
            )
        ]
    return None, [_no_kind(name, name.place, strange)]


def _no_kind(name: Word, place: Place, strange: list[Word]) -> Problem:
    kinds = Sentence("Arten", "Kinds")
    if strange:
        word = next((word for word in strange if nearest(word, BY_WORD)), strange[0])
        return Problem(
            word.place,
            "unknown-kind",
            Sentence(f"Die Art „{word}“ gibt es nicht.", f"There is no kind “{word}”."),
            did_you_mean(word, BY_WORD, what=kinds),
        )
    return Problem(
        place,
        "no-kind",
        Sentence(f"Der Schritt „{name}“ tut nichts.", f"The step “{name}” does nothing."),
        did_you_mean("", BY_WORD, what=kinds),
    )


def _onward(kind: Kind[Any], name: Word, node: Table) -> tuple[Target | None, list[Problem]]:
    key = node.key("next")
    if kind.next is Next.NONE:
        if key is None:
            return None, []
        return None, [
            Problem(
                key.place,
                "unknown-field",
                Sentence(f"„{kind.word}“ kennt kein „next“.", f"“{kind.word}” has no “next”."),
                Sentence(
                    f"Wohin es geht, steht bei „{kind.word}“ selbst.",
                    f"Where the call goes stands in “{kind.word}” itself.",
                ),
            )
        ]
    if key is None:
        meant = [word for word in node if word != kind.word]
        if meant:
            return None, []
        return None, [
            Problem(
                name.place,
                "missing-exit",
                Sentence(
                    f"Nach dem Schritt „{name}“ geht es nicht weiter.",
                    f"The call does not go on after the step “{name}”.",
                ),
                Sentence(
                    "Fügen Sie eine Zeile an: next: ZIEL (oder next: hangup).",
                    "Add a line: next: TARGET (or next: hangup).",
                ),
            )
        ]
    try:
        return Target.read(node[key]), []
    except Refused as refused:
        return None, list(refused.problems)
