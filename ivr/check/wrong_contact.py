"""wrong-contact: an option that names a contact leads to that contact.

Swapped targets are the likeliest mistake of all: everything sounds right, and the caller talks to the wrong office.
Pressing the key connects to the contact whenever its phone is answered; when it is closed, to nobody else, unless the
same `connect` lists both; and no number is told but one of its house. A text that names one contact and leads to
another is found as well, in each language by itself.

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
from ivr.check.names import in_one_house, named_by
from ivr.check.survey import Rule, Survey, problem
from ivr.exploration.moments import HOLE
from ivr.source.problems import Sentence
from ivr.steps.connect import ConnectStep
from ivr.steps.menu import Menu

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ivr.call import Spot
    from ivr.contacts import Entry
    from ivr.exploration import Edge
    from ivr.source.problems import Problem
    from ivr.steps.menu import Option

CODE = "wrong-contact"


def check(survey: Survey) -> Iterator[Problem]:
    """Every option of every menu, in every state."""
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
            found = _wrong(survey, spot, options[key], edge)
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


def _wrong(survey: Survey, spot: Spot, option: Option, edge: Edge) -> tuple[Sentence, int] | None:
    """What is wrong with the turn, and when, for one of the contacts that the option names."""
    found = (_wrong_for(survey, spot, option, edge, named) for named in _named(survey, option))
    return next((each for each in found if each is not None), None)


def _wrong_for(survey: Survey, spot: Spot, option: Option, edge: Edge, named: Entry) -> tuple[Sentence, int] | None:
    rung = edge.expects.contact if isinstance(edge.expects, Dial) else None
    if named.phone is None:
        if rung is None and not _speaks_of(survey, named, edge, spot):
            return _says_nothing(named), edge.when
        return None if rung is None else (_another(named, rung), edge.when)
    answered = edge.when & survey.exploration.moments.answered(named.key)
    if rung is None:
        rings = next((step for step in map(survey.step, reversed(edge.path)) if isinstance(step, ConnectStep)), None)
        numbers = survey.told(edge.said) if rings is None else frozenset()
        if numbers and not any(in_one_house(survey.directory, named.key, told) for told in numbers):
            return _another_number(named, sorted(numbers)), edge.when
        if not survey.exploration.moments.answered(named.key) and not _lists(survey, edge.path, named):
            # Within this year nobody answers there: then at least the step has to be the right one.
            return None if rings is None else (_another(named, rings.contacts[0].key), edge.when)
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
    if not answered and _lists(survey, edge.path[-1:], named):
        return None
    return _another(named, rung), answered or edge.when


def _another_number(named: Entry, told: list[str]) -> Sentence:
    names = ", ".join(told)
    return Sentence(
        f"Diese Taste ist für „{named.key}“, gesagt wird aber nur die Nummer von: {names}.",
        f"This key is for “{named.key}”, but only the number of this one is told: {names}.",
    )


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


def _named(survey: Survey, option: Option) -> list[Entry]:
    """The contacts that an option names: one as such; by texts the one that each language names, if it names one."""
    if option.for_ is None:
        return []
    contacts = survey.directory.contacts
    if option.for_.contact is not None:
        return [contacts[option.for_.contact]]
    found: dict[str, Entry] = {}
    for code, wording in option.for_.text.by_language.items() if option.for_.text else ():
        named = named_by(survey.directory, code or survey.flows.languages[0], wording)
        if len(named) == 1:
            found |= {key: contacts[key] for key in named}
    return list(found.values())


def _lists(survey: Survey, path: Sequence[Spot], named: Entry) -> bool:
    """Whether one of the steps is a connection that would ring the contact."""
    steps = map(survey.step, path)
    return any(isinstance(step, ConnectStep) and named in step.contacts for step in steps)


def _speaks_of(survey: Survey, named: Entry, edge: Edge, menu: Spot) -> bool:
    marks = [f"{HOLE[0]}{named.key}.", *(named.name(code).casefold() for code in survey.flows.languages)]
    marks += [named.address.casefold()] if named.address else []
    # The menu that follows names it once more, as an option.
    heard = edge.said[: -len(survey.step(menu).lines())] if edge.path[-1:] == (menu,) else edge.said
    text = " ".join(said.text for said in heard).casefold()
    return any(mark in text for mark in marks)


def _repair(survey: Survey, option: Option) -> Sentence:
    named = next(iter(_named(survey, option)), None)
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
