"""The JSON Schemas (draft-07) by which editors complete and explain flow files and contacts.

They come from the same shapes that the files are validated with. draft-07 is what the editors' YAML plug-ins know: no
`prefixItems`, nothing beside a `$ref`.
"""

from __future__ import annotations

from typing import Any

from ivr.contacts import ContactsFile
from ivr.definition.flow import FlowFile
from ivr.definition.shape import json_schema
from ivr.steps import KINDS
from ivr.steps.base import Next
from ivr.steps.fields import Target

DRAFT = "http://json-schema.org/draft-07/schema#"


def contacts_schema() -> dict[str, Any]:
    """The schema of contacts.yaml."""
    return finished("Kontakte / Contacts", json_schema(ContactsFile))


def flow_schema() -> dict[str, Any]:
    """The schema of a flow file: its head, and for every step exactly one kind."""
    definitions: dict[str, Any] = {}
    kinds = []
    for kind in KINDS:
        body = json_schema(kind.body)
        definitions |= body.pop("$defs", {})
        definitions[f"kind_{kind.word}"] = body
        properties: dict[str, Any] = {kind.word: {"$ref": f"#/definitions/kind_{kind.word}"}}
        if kind.next is Next.REQUIRED:
            properties["next"] = {**Target.schema, "description": "Wohin es danach geht. / Where the call goes next."}
        kinds.append(
            {
                "type": "object",
                "properties": properties,
                "required": list(properties),
                "additionalProperties": False,
            }
        )
    file = json_schema(FlowFile)
    file["properties"]["steps"]["additionalProperties"] = {"anyOf": kinds}
    return finished("Ablauf / Flow", file, definitions)


def finished(title: str, schema: dict[str, Any], definitions: dict[str, Any] | None = None) -> dict[str, Any]:
    """A file's schema as editors want it, from that of its shape and further definitions."""
    every = (definitions or {}) | schema.pop("$defs", {})
    whole = {"$schema": DRAFT, **schema, "title": title, "definitions": dict(sorted(every.items()))}
    return _strict(whole)  # type: ignore[no-any-return]


def _strict(node: Any) -> Any:
    """Without the defaults that say nothing; and names have to fit: pydantic lets pass what fits no pattern."""
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _strict(value) for key, value in node.items() if not (key == "default" and value is None)}
    if "patternProperties" in found:
        found["additionalProperties"] = False
    return found
