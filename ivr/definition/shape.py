"""Holds what a file says against the shape it should have, and words every difference for the operator.

The shapes are plain dataclasses; pydantic validates them. Its findings are turned into problems at the word they are
about: one problem per cause, with what is allowed and what was probably meant.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pydantic

from ivr.source.near import did_you_mean, nearest
from ivr.source.places import Node, Place, Row, Table, Word, place_of
from ivr.source.problems import Problem, Refused, Sentence
from ivr.source.readable import Readable

FIELDS = Sentence("Hier erlaubt", "Allowed here")


@cache
def _adapter(shape: Any) -> pydantic.TypeAdapter[Any]:
    return pydantic.TypeAdapter(shape)


def validate(shape: Any, node: Node, read: list[Readable] | None = None) -> tuple[Any, list[Problem]]:
    """The value that `node` stands for, or None and all problems found in it.

    What could be read of it is added to `read`, also when something else in it is wrong.
    """
    try:
        return _adapter(shape).validate_python(node, context=read), []
    except pydantic.ValidationError as invalid:
        return None, _problems(shape, node, invalid)


def json_schema(shape: Any) -> dict[str, Any]:
    """The JSON Schema of a shape, its definitions under `$defs`."""
    return _adapter(shape).json_schema(ref_template="#/definitions/{model}")


def _problems(shape: Any, node: Node, invalid: pydantic.ValidationError) -> list[Problem]:
    problems: list[Problem] = []
    missing: list[tuple[Table, str, Sentence]] = []
    unknown: list[tuple[Table, Word, list[str]]] = []
    for error in invalid.errors():
        path = [step for step in error["loc"] if step != "[key]"]
        cause = error.get("ctx", {}).get("error")
        if isinstance(cause, Refused):
            problems += cause.problems
            continue
        if error["type"] in ("missing", "missing_argument", "unexpected_keyword_argument"):
            table, name = _walk(node, path[:-1]), str(path[-1])
            assert isinstance(table, Table), "only a table has fields"
            if error["type"] == "unexpected_keyword_argument":
                unknown.append((table, table.key(name) or Word(name, table.place), _fields(shape, path[:-1])))
            else:
                missing.append((table, name, _explained(shape, path[:-1], name)))
            continue
        names = _fields(shape, path) if error["type"] == "dataclass_type" else []
        problems.append(_wrong_kind(error["type"], _walk(node, path), names))
    shallow = _not_indented([(table, word) for table, word, _ in unknown])
    problems = [problem for problem in problems if problem.place not in shallow]
    problems += [not_indented(key, words[0]) for key, words in shallow.values()]
    for table, word, allowed in unknown:
        if any(word in words for _, words in shallow.values()):
            continue
        lacking = [name for other, name, _ in missing if other is table]
        problems.append(_unknown(word, [name for name in allowed if name not in table] or allowed, lacking))
    for table, name, explained in missing:
        # A mistyped field is both unknown and missing: one cause, one message.
        strange = [word for other, word, _ in unknown if other is table]
        lacking = [other_name for other, other_name, _ in missing if other is table]
        if not any(_is_meant(word, name, lacking) for word in strange):
            problems.append(
                Problem(
                    table.place,
                    "missing-field",
                    Sentence(f"Hier fehlt „{name}:“.", f"“{name}:” is missing here."),
                    explained,
                )
            )
    return problems


def _not_indented(unknown: list[tuple[Table, Word]]) -> dict[Place, tuple[Word, list[Word]]]:
    """By the place of a field without a value, that field and the unknown ones below it that surely are its value."""
    found: dict[Place, tuple[Word, list[Word]]] = {}
    for table in {id(table): table for table, _ in unknown}.values():
        strange = [word for other, word in unknown if other is table]
        above: Word | None = None
        for key, value in table.items():
            if key not in strange:
                above = key if value == "" else None
            elif above is not None and key.place.line > above.place.line:
                found.setdefault(above.place, (above, []))[1].append(key)
    return found


def not_indented(key: Word, first: Word) -> Problem:
    """What belongs to a field stands on its own level; `first` is where it begins."""
    return Problem(
        key.place,
        "not-indented",
        Sentence(f"Was zu „{key}:“ gehört, ist nicht eingerückt.", f"What belongs to “{key}:” is not indented."),
        Sentence(
            f"Rücken Sie es um zwei Leerzeichen ein, ab Zeile {first.place.line}.",
            f"Indent it by two blanks, from line {first.place.line} on.",
        ),
        also=first.place,
    )


def _is_meant(word: str, name: str, lacking: list[str]) -> bool:
    """Whether an unknown field stands for a missing one: it is near, or the only one that is missing."""
    return lacking == [name] or nearest(word, lacking) == name


def _unknown(word: Word, allowed: list[str], lacking: list[str]) -> Problem:
    hint = did_you_mean(word, allowed, what=FIELDS)
    if len(lacking) == 1 and nearest(word, allowed) is None:
        hint = Sentence(f"Es fehlt „{lacking[0]}:“. {hint.de}", f"“{lacking[0]}:” is missing. {hint.en}")
    return Problem(
        word.place,
        "unknown-field",
        Sentence(f"Das Feld „{word}“ gibt es hier nicht.", f"There is no field “{word}” here."),
        hint,
    )


def _walk(node: Node, path: list[Any]) -> Node:
    """The node at a path of pydantic's; the deepest one that exists where the path leads on into nothing."""
    for step in path:
        below: Any = None
        if isinstance(node, Table):
            below = node.get(str(step))  # type: ignore[call-overload]
        elif isinstance(node, Row) and isinstance(step, int) and step < len(node):
            below = node[step]
        if below is None:
            return node
        node = below
    return node


def _fields(shape: Any, path: list[Any]) -> list[str]:
    """The field names of the dataclass that stands at a path inside a shape, as they are written."""
    return [_written(each.name) for each in fields(_inside(shape, path))]


def _explained(shape: Any, path: list[Any], name: str) -> Sentence:
    """What a field of that dataclass is for, as its `Doc` says."""
    annotated = get_type_hints(_inside(shape, path), include_extras=True)
    doc = next(each for field, hint in annotated.items() if _written(field) == name for each in get_args(hint)[1:])
    return Sentence(f"{name}: {doc.de}", f"{name}: {doc.en}")


def _inside(shape: Any, path: list[Any]) -> Any:
    """The dataclass that stands at a path inside a shape."""
    for step in path:
        shape = _table_of(shape)
        if is_dataclass(shape):
            shape = get_type_hints(shape)[next(each.name for each in fields(shape) if _written(each.name) == step)]
        else:
            shape = get_args(shape)[-1]  # dict[key, shape] or list[shape]
    return _table_of(shape)


def _table_of(shape: Any) -> Any:
    """Of an optional shape, the one that is not None."""
    if get_origin(shape) in (Union, UnionType):
        return next(each for each in get_args(shape) if is_dataclass(each))
    return shape


def _written(name: str) -> str:
    return name.rstrip("_")


_KINDS = {
    "dataclass_type": Sentence("eine Tabelle (Feld: Wert)", "a table (field: value)"),
    "dict_type": Sentence("eine Tabelle (Feld: Wert)", "a table (field: value)"),
    "list_type": Sentence("eine Liste (Zeilen mit „- “ oder [a, b])", "a list (lines with “- ” or [a, b])"),
}


def _wrong_kind(kind: str, node: Node, names: list[str]) -> Problem:
    meant = _KINDS[kind]
    hint = Sentence(f"Erwartet wird {meant.de}.", f"Expected is {meant.en}.")
    if names:
        listed = ", ".join(names)
        hint = Sentence(f"{hint.de} Felder: {listed}.", f"{hint.en} Fields: {listed}.")
    if isinstance(node, Word) and not node.strip():
        found = Sentence("Hier fehlt der Wert.", "The value is missing here.")
        return Problem(place_of(node), "missing-value", found, hint)
    if kind == "list_type" and isinstance(node, Word) and node.strip():
        hint = Sentence(f"Richtig ist: [{node}]", f"Write: [{node}]")
    if kind == "list_type" and isinstance(node, Table):
        hint = Sentence(f"{hint.de} Setzen Sie „- “ vor jeden Eintrag.", f"{hint.en} Put “- ” before each entry.")
    if isinstance(node, Word):
        found = Sentence("Hier steht ein Wort, das nicht passt.", "A word stands here that does not fit.")
    elif isinstance(node, Row):
        found = Sentence("Hier steht eine Liste, die nicht passt.", "A list stands here that does not fit.")
    else:
        found = Sentence("Hier steht eine Tabelle, die nicht passt.", "A table stands here that does not fit.")
    return Problem(place_of(node), "wrong-kind", found, hint)
