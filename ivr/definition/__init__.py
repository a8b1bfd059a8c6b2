"""What operators may write: the shapes of flow files and contacts, and how differences from them are explained."""

from __future__ import annotations

from ivr.definition.causes import by_cause
from ivr.definition.flow import FlowDefinition, StepDefinition, read_flow
from ivr.definition.languages import flow_languages, in_texts, listed_languages
from ivr.definition.pronunciation import read_pronunciations
from ivr.definition.schema import contacts_schema, flow_schema, pronunciation_schema
from ivr.definition.shape import validate
from ivr.definition.words import check_words

__all__ = [
    "FlowDefinition",
    "StepDefinition",
    "by_cause",
    "check_words",
    "contacts_schema",
    "flow_languages",
    "flow_schema",
    "in_texts",
    "listed_languages",
    "pronunciation_schema",
    "read_flow",
    "read_pronunciations",
    "validate",
]
