"""misnamed-contact: menus call every contact by its own name, in every language, and no two by the same.

What menus and sentences say for a contact (`in_menu`, `in_sentence`) stands in contacts.yaml. When two contacts have
changed places there, every option of every menu leads to the office whose name it does not say.

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

from ivr.check.names import named_in
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
        for phrase in (entry.menu_words, entry.sentence_words):
            words = {code: said for code in languages if (said := phrase and phrase.said_in(code))}
            named = {code: named_in(survey.directory, code, said) - {entry.key} for code, said in words.items()}
            own = {code for code, said in words.items() if _says(said, entry.name(code))}
            # "For the police at the Citywache" names both, at least where names are not declined.
            strange = {code: names for code, names in named.items() if names and code not in own}
            if not strange or (own and all(named.values())):
                continue
            code = next(iter(strange))
            said, other = words[code], survey.directory.contacts[min(strange[code])]
            yield problem(
                CODE,
                place_of(said) if place_of(said) != NOWHERE else entry.place,
                Sentence(
                    f"„{entry.key}“ wird hier „{said}“ genannt ({code}); so heißt aber „{other.key}“.",
                    f"“{entry.key}” is called “{said}” here ({code}), but that is the name of “{other.key}”.",
                ),
                Sentence("Sind die Worte zweier Stellen vertauscht?", "Have the words of two contacts been swapped?"),
                also=other.place,
            )


def _says(words: str, name: str) -> bool:
    """Whether words contain a name, of whatever ending ("das Zentrale Ordnungsamt" is "Zentrales Ordnungsamt")."""
    spoken = words.casefold()
    return all(part[: max(3, len(part) - 2)] in spoken for part in name.casefold().split())


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
