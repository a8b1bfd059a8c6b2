"""The JSON Schemas (draft-07) by which editors complete and explain flow files and contacts.

They come from the same shapes that the files are validated with. draft-07 is what the editors' YAML plug-ins know: no
`prefixItems`, nothing beside a `$ref`.
"""

from __future__ import annotations

from typing import Any

from ivr.contacts.shape import ContactsFile
from ivr.definition.flow import FlowFile
from ivr.definition.shape import json_schema
from ivr.source.readable import Doc
from ivr.speech import CODES
from ivr.steps import KINDS
from ivr.steps.base import Next
from ivr.steps.fields import Target

_NEXT = Doc(de="Wohin es danach geht.", en="Where the call goes next.")
_STEP = Doc(de="Ein Schritt: genau eine Art.", en="A step: exactly one kind.")

_LANGUAGE = Doc(
    de="Wörter, die die Stimme dieser Sprache falsch läse.", en="Words that the voice of this language would misread."
)
_SAID = Doc(
    de="So wird das Wort für die Stimme geschrieben; Zahlen in Worten.",
    en="How the word is written for the voice; numbers in words.",
)

DRAFT = "http://json-schema.org/draft-07/schema#"


def contacts_schema() -> dict[str, Any]:
    """The schema of contacts.yaml."""
    return finished("Stellen / Contacts", json_schema(ContactsFile))


def flow_schema() -> dict[str, Any]:
    """The schema of a flow file: its head, and for every step exactly one kind."""
    definitions: dict[str, Any] = {}
    kinds = []
    for kind in KINDS:
        body = json_schema(kind.body)
        definitions |= body.pop("$defs", {})
        definitions[f"kind_{kind.word}"] = body
        properties: dict[str, Any] = {kind.word: kind.doc.explain({"$ref": f"#/definitions/kind_{kind.word}"})}
        if kind.next is Next.REQUIRED:
            properties["next"] = _NEXT.explain(Target.schema)
        kinds.append(
            {
                "type": "object",
                "properties": properties,
                "required": list(properties),
                "additionalProperties": False,
            }
        )
    file = json_schema(FlowFile)
    file["properties"]["steps"]["additionalProperties"] = _STEP.explain({"anyOf": kinds})
    return finished("Ablauf / Flow", file, definitions)


def pronunciation_schema() -> dict[str, Any]:
    """The schema of pronunciation.yaml: for each language words, and how its voice says them."""
    said = _SAID.explain({"type": "string", "pattern": r"^[^0-9]*$", "minLength": 1})
    words = _LANGUAGE.explain({"type": "object", "additionalProperties": said})
    return finished(
        "Aussprache / Pronunciation",
        {"type": "object", "properties": dict.fromkeys(CODES, words), "additionalProperties": False},
    )


def finished(title: str, schema: dict[str, Any], definitions: dict[str, Any] | None = None) -> dict[str, Any]:
    """A file's schema as editors want it, from that of its shape and further definitions."""
    every = (definitions or {}) | schema.pop("$defs", {})
    whole = {**schema, "definitions": dict(sorted(every.items()))}
    return {"$schema": DRAFT, "title": title, **_strict(whole)}


def _strict(node: Any) -> Any:
    """What pydantic says besides, left out or said more strictly.

    A field that need not be there may not be there empty: no `null`. Names have to fit: pydantic lets pass what fits no
    pattern. Titles repeat the name, descriptions in one language are our own docstrings, and a default that is a value
    of ours means nothing to an editor.
    """
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _strict(value) for key, value in node.items() if not _is_noise(key, value)}
    if "anyOf" in found:
        found["anyOf"] = [each for each in found["anyOf"] if each != {"type": "null"}]
    if "patternProperties" in found:
        found["additionalProperties"] = False
    choices = found.pop("anyOf", [])
    if len(choices) == 1 and "$ref" not in choices[0]:
        return choices[0] | found
    return found | ({"anyOf": choices} if choices else {})


def _is_noise(key: str, value: Any) -> bool:
    match key:
        case "title":
            return isinstance(value, str)
        case "description":
            return isinstance(value, str) and " / " not in value
        case "default":
            return not isinstance(value, str | int)
        case _:
            return False
