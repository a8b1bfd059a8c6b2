"""misnamed-contact: menus call every contact by its own name, in every language, and no two by the same.

What a menu says for a contact (`in_menu`, else `name`) stands in contacts.yaml. When two contacts have changed places
there, every option of every menu leads to the office whose name it does not say.

Wrong:

    contacts:
      nordstadtbuero:
        name: {de: Nordstadtbüro, en: Nordstadt office}
        in_menu: {de: Für das Ordnungsamt, en: For the public order office}
        phone: (0231) 50-2 71 11
        address: Bornstraße 124

Right:

    contacts:
      nordstadtbuero:
        name: {de: Nordstadtbüro, en: Nordstadt office}
        in_menu: {de: Für das Nordstadtbüro, en: For the Nordstadt office}
        phone: (0231) 50-2 71 11
        address: Bornstraße 124
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.check.survey import Rule, Survey, problem
from ivr.source.places import NOWHERE, place_of
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.contacts import Entry
    from ivr.source.problems import Problem

CODE = "misnamed-contact"


def check(survey: Survey) -> Iterator[Problem]:
    """Every contact, against the names of all others."""
    languages = survey.flows.languages
    yield from _alike(survey)
    for entry in survey.directory.contacts.values():
        words = {code: (entry.in_menu(code) or entry.name(code)).casefold() for code in languages}
        own = {code for code in languages if entry.name(code).casefold() in words[code]}
        for other in survey.directory.contacts.values():
            if other is entry or other.phone is None:
                continue
            named = {code for code in languages if other.name(code).casefold() in words[code]}
            # "For the police at the Citywache" names both, at least where names are not declined.
            if not (wrong := named - own) or (own and len(named) == len(languages)):
                continue
            code = next(code for code in languages if code in wrong)
            said = entry.in_menu(code) or entry.name(code)
            yield problem(
                CODE,
                place_of(said) if place_of(said) != NOWHERE else entry.place,
                Sentence(
                    f"Für „{entry.key}“ sagen Menüs „{said}“ ({code}); so heißt aber „{other.key}“.",
                    f"For “{entry.key}” menus say “{said}” ({code}), but that is the name of “{other.key}”.",
                ),
                Sentence(
                    "Sind „name“ oder „in_menu“ zweier Kontakte vertauscht?",
                    "Have “name” or “in_menu” of two contacts been swapped?",
                ),
                also=other.place,
            )


def _alike(survey: Survey) -> Iterator[Problem]:
    """Contacts that bear the name of an earlier one, so that nobody can tell which is meant."""
    first: dict[tuple[str, str], Entry] = {}
    for entry in survey.directory.contacts.values():
        for code in survey.flows.languages if entry.phone else ():
            other = first.setdefault((code, entry.name(code).casefold()), entry)
            if other is not entry:
                yield problem(
                    CODE,
                    entry.names.place,
                    Sentence(
                        f"„{entry.key}“ heißt wie „{other.key}“: {entry.name(code)} ({code}).",
                        f"“{entry.key}” has the name of “{other.key}”: {entry.name(code)} ({code}).",
                    ),
                    Sentence(
                        "Geben Sie jeder Stelle einen Namen, an dem Anrufer sie erkennen.",
                        "Give each office a name by which callers know it.",
                    ),
                    also=other.names.place,
                )
                break


RULE = Rule(CODE, check)
