"""Holds what a file says against the shape it should have, and words every difference for the operator.

The shapes are plain dataclasses; pydantic validates them. Its findings are turned into problems at the word they are
about: one problem per cause, with what is allowed and what was probably meant.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pydantic

from ivr.source.near import did_you_mean, nearest
from ivr.source.places import Node, Place, Row, Table, Word, place_of
from ivr.source.problems import Problem, Refused, Sentence

FIELDS = Sentence("Hier erlaubt", "Allowed here")


@cache
def _adapter(shape: Any) -> pydantic.TypeAdapter[Any]:
    return pydantic.TypeAdapter(shape)


def validate(shape: Any, node: Node) -> tuple[Any, list[Problem]]:
    """The value that `node` stands for, or None and all problems found in it."""
    try:
        return _adapter(shape).validate_python(node), []
    except pydantic.ValidationError as invalid:
        return None, _problems(shape, node, invalid)


def json_schema(shape: Any) -> dict[str, Any]:
    """The JSON Schema of a shape, its definitions under `$defs`."""
    return _adapter(shape).json_schema(ref_template="#/definitions/{model}")


def _problems(shape: Any, node: Node, invalid: pydantic.ValidationError) -> list[Problem]:
    problems: list[Problem] = []
    missing: list[tuple[Table, Word]] = []
    unknown: list[tuple[Table, Word, list[str]]] = []
    for error in invalid.errors():
        path = [step for step in error["loc"] if step != "[key]"]
        cause = error.get("ctx", {}).get("error")
        if isinstance(cause, Refused):
            problems += cause.problems
            continue
        if error["type"] in ("missing", "missing_argument"):
            table = _walk(node, path[:-1])
            if isinstance(table, Table):
                missing.append((table, Word(str(path[-1]))))
            continue
        if error["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
            table = _walk(node, path[:-1])
            if isinstance(table, Table):
                word = table.key(str(path[-1])) or Word(str(path[-1]), table.place)
                unknown.append((table, word, _allowed(shape, path[:-1])))
            continue
        problems.append(_wrong_kind(error["type"], _walk(node, path)))
    for table, word, allowed in unknown:
        problems.append(
            Problem(
                word.place,
                "unknown-field",
                Sentence(f"Das Feld „{word}“ gibt es hier nicht.", f"There is no field “{word}” here."),
                did_you_mean(word, [name for name in allowed if name not in table], what=FIELDS),
            )
        )
    for table, word in missing:
        # A misspelt field is both unknown and missing: one cause, one message.
        mistyped = [found for other, found, _ in unknown if other is table and nearest(found, [word]) is not None]
        if not mistyped:
            problems.append(
                Problem(
                    table.place,
                    "missing-field",
                    Sentence(f"Hier fehlt „{word}:“.", f"“{word}:” is missing here."),
                )
            )
    return problems


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


def _allowed(shape: Any, path: list[Any]) -> list[str]:
    """The field names of the dataclass that stands at a path inside a shape."""
    schema = json_schema(shape)
    here: Any = schema
    for step in [*path, None]:
        here = _resolve(schema, here)
        if step is None:
            break
        if isinstance(step, int):
            here = here.get("items", {})
        else:
            here = here.get("properties", {}).get(step) or here.get("additionalProperties") or {}
    return list(here.get("properties", {}))


def _resolve(schema: dict[str, Any], here: Any) -> Any:
    """Follows references, and takes the table among alternatives."""
    while True:
        if "$ref" in here:
            here = schema["$defs"][here["$ref"].rsplit("/", 1)[1]]
        elif "allOf" in here and len(here["allOf"]) == 1:
            here = here["allOf"][0]
        elif "anyOf" in here:
            options = [_resolve(schema, option) for option in here["anyOf"]]
            here = next((option for option in options if "properties" in option), options[-1])
        else:
            return here


_KINDS = {
    "dataclass_type": Sentence("eine Tabelle (Feld: Wert)", "a table (field: value)"),
    "dict_type": Sentence("eine Tabelle (Feld: Wert)", "a table (field: value)"),
    "list_type": Sentence("eine Liste (Zeilen mit „- “ oder [a, b])", "a list (lines with “- ” or [a, b])"),
}


def _wrong_kind(kind: str, node: Node) -> Problem:
    place: Place = place_of(node)
    meant = _KINDS.get(kind, Sentence("etwas anderes", "something else"))
    if isinstance(node, Word) and not node.strip():
        return Problem(
            place,
            "missing-value",
            Sentence("Hier fehlt der Wert.", "The value is missing here."),
            Sentence(f"Erwartet wird {meant.de}.", f"Expected is {meant.en}."),
        )
    return Problem(
        place,
        "wrong-kind",
        Sentence("An dieser Stelle passt das nicht.", "This does not fit here."),
        Sentence(f"Erwartet wird {meant.de}.", f"Expected is {meant.en}."),
    )
