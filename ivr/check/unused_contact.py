"""unused-contact: every contact in contacts.yaml is one that callers can reach, or hear of.

Wrong: a contact that no flow names, and that is nobody's house or last resort.
Right: each contact connected to, spoken of, or the house (`at:`) of one that is.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from ivr.check.survey import Rule, Survey, problem
from ivr.source.places import Word
from ivr.source.problems import Sentence
from ivr.steps.fields import ContactName, Hole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.source.problems import Problem

CODE = "unused-contact"


def check(survey: Survey) -> Iterator[Problem]:
    """Every contact."""
    named = {name for spot in survey.flows.steps for name in _named(survey.body(spot))}
    if survey.directory.last_resort is not None:
        named.add(survey.directory.last_resort.key)
    contacts = survey.directory.contacts
    shared = {id(contacts[name].schedule) for name in named if name in contacts and contacts[name].schedule}
    for name, entry in contacts.items():
        if name in named or (entry.schedule is not None and id(entry.schedule) in shared):
            continue
        yield problem(
            CODE,
            entry.place,
            Sentence(f"Kein Ablauf nennt die Stelle „{name}“.", f"No flow names the contact “{name}”."),
            Sentence(
                "Verbinden Sie mit ihm, nennen Sie ihn in einem Text, oder löschen Sie ihn.",
                "Connect to it, name it in a text, or delete it.",
            ),
            warning=True,
        )


def _named(value: Any) -> Iterator[str]:
    """The contacts that stand in a body, wherever they stand in it."""
    if isinstance(value, ContactName):
        yield str(value)
    elif isinstance(value, Hole):
        yield value.contact
    elif isinstance(value, dict):
        for each in value.values():
            yield from _named(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _named(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _named(getattr(value, field.name))
    elif not isinstance(value, Word):
        for attribute in ("names", "contact", "text", "by_language", "parts"):
            if (inner := getattr(value, attribute, None)) is not None:
                yield from _named(inner)


RULE = Rule(CODE, check)
