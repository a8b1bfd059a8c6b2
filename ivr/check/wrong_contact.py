"""wrong-contact: an option that names a contact leads to that contact.

Swapped targets are the likeliest mistake of all: everything sounds right, and the caller talks to the wrong office.
Pressing the key connects to the contact whenever its phone is answered; when it is closed, to nobody else, unless the
same `connect` lists both. A text that names one contact and leads to another is found as well.

Wrong:

    main:
      menu:
        options:
          1: {for: nordstadtbuero, go: ordnungsamt}
          2: {for: ordnungsamt, go: nordstadt}

Right:

    main:
      menu:
        options:
          1: {for: nordstadtbuero, go: nordstadt}
          2: {for: ordnungsamt, go: ordnungsamt}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import Dial
from ivr.check.survey import Rule, Survey, problem
from ivr.exploration.moments import HOLE
from ivr.source.places import NOWHERE, place_of
from ivr.source.problems import Sentence
from ivr.steps.connect import ConnectStep
from ivr.steps.menu import Menu

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.call import Spot
    from ivr.contacts import Entry
    from ivr.exploration import Edge
    from ivr.source.problems import Problem
    from ivr.steps.menu import Option

CODE = "wrong-contact"


def check(survey: Survey) -> Iterator[Problem]:
    """Every option of every menu, in every state; and what menus say for each contact."""
    yield from _misnamed(survey)
    told: set[tuple[Spot, str]] = set()
    for node in survey.exploration.nodes:
        spot = node.state.spot
        body = survey.body(spot)
        if not isinstance(body, Menu):
            continue
        options = {str(key): option for key, option in body.options.items()}
        for edge in node.edges:
            key = edge.given.value
            if edge.given.kind != "key" or key not in options or (spot, key) in told:
                continue
            found = _wrong(survey, options[key], edge)
            if found is not None:
                told.add((spot, key))
                message, when = found
                yield problem(
                    CODE,
                    options[key].go.place,
                    message,
                    _repair(survey, options[key]),
                    call=survey.shown(node, edge, when=when),
                )


def _misnamed(survey: Survey) -> Iterator[Problem]:
    """Contacts for which a menu says the name of another one: their words have been swapped, in one language or all."""
    languages = survey.flows.languages
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


def _wrong(survey: Survey, option: Option, edge: Edge) -> tuple[Sentence, int] | None:
    """What is wrong with the turn, and when."""
    named = _named(survey, option)
    if named is None:
        return None
    rung = edge.expects.contact if isinstance(edge.expects, Dial) else None
    if named.phone is None:
        if rung is None and not _speaks_of(survey, named, edge):
            return _says_nothing(named), edge.when
        return None if rung is None else (_another(named, rung), edge.when)
    answered = edge.when & survey.exploration.moments.answered(named.key)
    if rung is None:
        by_text = option.for_ is not None and option.for_.contact is None
        if not answered or by_text:
            return None
        return (
            Sentence(
                f"Diese Taste ist für „{named.key}“, verbindet aber mit niemandem.",
                f"This key is for “{named.key}”, but connects to nobody.",
            ),
            answered,
        )
    if rung == named.key:
        return None
    if not answered and _lists(survey, edge, named):
        return None
    return _another(named, rung), answered or edge.when


def _another(named: Entry, rung: str) -> Sentence:
    return Sentence(
        f"Diese Taste ist für „{named.key}“, verbindet aber mit „{rung}“.",
        f"This key is for “{named.key}”, but connects to “{rung}”.",
    )


def _says_nothing(named: Entry) -> Sentence:
    return Sentence(
        f"Diese Taste ist für „{named.key}“, führt aber zu etwas anderem.",
        f"This key is for “{named.key}”, but leads to something else.",
    )


def _named(survey: Survey, option: Option) -> Entry | None:
    """The contact that an option names: as such, or by its name in a text."""
    if option.for_ is None:
        return None
    contacts = survey.directory.contacts
    if option.for_.contact is not None:
        return contacts[option.for_.contact]
    found: set[str] = set()
    for code, wording in option.for_.text.by_language.items() if option.for_.text else ():
        words = " ".join(part for part in wording.parts if isinstance(part, str)).casefold()
        spoken = wording.language or code or survey.flows.languages[0]
        found |= {key for key, entry in contacts.items() if entry.phone and entry.name(spoken).casefold() in words}
    return contacts[found.pop()] if len(found) == 1 else None


def _lists(survey: Survey, edge: Edge, named: Entry) -> bool:
    step = survey.step(edge.path[-1]) if edge.path else None
    return isinstance(step, ConnectStep) and named.key in {entry.key for entry in step.contacts}


def _speaks_of(survey: Survey, named: Entry, edge: Edge) -> bool:
    marks = [f"{HOLE[0]}{named.key}.", *(named.name(code).casefold() for code in survey.flows.languages)]
    marks += [named.address.casefold()] if named.address else []
    text = " ".join(said.text for said in edge.said).casefold()
    return any(mark in text for mark in marks)


def _repair(survey: Survey, option: Option) -> Sentence:
    named = _named(survey, option)
    steps = [
        spot.step if spot.flow == survey.flows.start.flow else f"flow:{spot.flow}"
        for spot, step in survey.flows.steps.items()
        if named and isinstance(step, ConnectStep) and step.contacts and step.contacts[0].key == named.key
    ]
    if named and steps:
        return Sentence(
            f"Mit „{named.key}“ verbindet: {', '.join(dict.fromkeys(steps))}.",
            f"These connect to “{named.key}”: {', '.join(dict.fromkeys(steps))}.",
        )
    return Sentence("Stimmt das Ziel, oder das, wofür die Taste ist?", "Is the target right, or what the key is for?")


RULE = Rule(CODE, check)
