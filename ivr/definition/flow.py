"""One flow file: what may stand in it, and how it is read.

A step is a name and exactly one kind word. The kind is found first, and only its own fields are asked for, so that one
mistyped word is one message.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from ivr.definition.shape import FIELDS, validate
from ivr.source.near import did_you_mean
from ivr.source.places import Node, Place, Row, Table, Word, place_of
from ivr.source.problems import Problem, Refused, Sentence
from ivr.source.readable import STRICT, Doc
from ivr.steps import KINDS
from ivr.steps.base import Kind, Next
from ivr.steps.fields import RESERVED, Key, Language, Target, plain_name

BY_WORD = {kind.word: kind for kind in KINDS}


@dataclass(frozen=True)
class Head:
    """What stands in a flow file beside its steps."""

    __pydantic_config__: ClassVar[Any] = STRICT

    start: Annotated[Target, Doc(de="Der erste Schritt.", en="The first step.")]
    languages: Annotated[
        list[Language],
        Doc(
            de="Die Sprachen; die erste gilt, bis eine andere gewählt wird. Nötig nur in hotline.yaml.",
            en="The languages; the first holds until another is chosen. Needed only in hotline.yaml.",
        ),
    ] = field(default_factory=list)
    keys: Annotated[
        dict[Key, Target],
        Doc(
            de="Tasten, die in jedem Menü dieses Ablaufs und der von ihm gerufenen Abläufe gelten.",
            en="Keys that hold in every menu of this flow and of the flows it calls.",
        ),
    ] = field(default_factory=dict)


@dataclass(frozen=True)
class StepDefinition:
    """One step as written: its name and place, its kind, the checked body, and where it goes on."""

    name: Word
    kind: Kind[Any]
    body: Any
    onward: Target | None


@dataclass(frozen=True)
class FlowDefinition:
    """One flow file as written, each part checked by itself."""

    name: str
    place: Place
    head: Head
    steps: tuple[StepDefinition, ...]
    broken: frozenset[str]
    """Steps that exist but could not be read: targets that name them are right all the same."""


def read_flow(name: str, table: Table) -> tuple[FlowDefinition | None, list[Problem]]:
    """The flow of one file and its problems; None when it has no usable head."""
    problems: list[Problem] = []
    rest = Table({key: value for key, value in table.items() if key != "steps"})
    rest.place = table.place
    head, found = validate(Head, rest)
    problems += [_with_steps(problem) for problem in found]
    steps: list[StepDefinition] = []
    broken: set[str] = set()
    written = table.get(Word("steps"))
    if not isinstance(written, Table) or not written:
        place = place_of(written) if written is not None else table.place
        problems.append(
            Problem(
                place,
                "missing-field",
                Sentence(
                    "Hier fehlen die Schritte („steps:“ und darunter Namen).",
                    "The steps are missing (“steps:” and names below).",
                ),
            )
        )
    else:
        for key, node in written.items():
            step, found = _read_step(key, node)
            problems += found
            if step is None:
                broken.add(str(key))
            else:
                steps.append(step)
    if head is None:
        return None, problems
    return FlowDefinition(name, table.place, head, tuple(steps), frozenset(broken)), problems


def _with_steps(problem: Problem) -> Problem:
    """The head is checked without the steps, so its hints do not know that word."""
    if problem.code != "unknown-field":
        return problem
    word = problem.message.de.partition("„")[2].partition("“")[0]
    known = ["steps", "start", "languages", "keys"]
    return Problem(problem.place, problem.code, problem.message, did_you_mean(word, known, what=FIELDS))


def _read_step(name: Word, node: Node) -> tuple[StepDefinition | None, list[Problem]]:
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
        return None, [*problems, _no_kind(name, place_of(node) if not isinstance(node, Row) else node.place, [])]
    kind, found = _kind_of(name, node)
    problems += found
    if kind is None:
        return None, problems
    body, found = validate(kind.body, node[Word(kind.word)])
    problems += found
    onward, found = _onward(kind, name, node)
    problems += found
    if problems:
        return None, problems
    return StepDefinition(name, kind, body, onward), problems


def _kind_of(name: Word, node: Table) -> tuple[Kind[Any] | None, list[Problem]]:
    words = [key for key in node if key in BY_WORD]
    strange = [key for key in node if key not in BY_WORD and key != "next"]
    if len(words) == 1:
        kind = BY_WORD[words[0]]
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
        return Problem(
            strange[0].place,
            "unknown-kind",
            Sentence(f"Die Art „{strange[0]}“ gibt es nicht.", f"There is no kind “{strange[0]}”."),
            did_you_mean(strange[0], BY_WORD, what=kinds),
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
