"""The languages of a flow set: what hotline.yaml says, held against what the texts say.

One word in `languages:` concerns every text, so what is wrong with it is said there, once: a language that stands in
many texts and not in the list, or in the list and in no text at all.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ivr.definition.causes import MOST
from ivr.source.problems import Problem, Sentence
from ivr.speech import CODES
from ivr.steps.flowset import ENTRY
from ivr.steps.site import missing_language

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from ivr.definition.flow import FlowDefinition
    from ivr.source.places import Place
    from ivr.steps.fields import Language


def listed_languages(definitions: Mapping[str, FlowDefinition]) -> tuple[list[Language] | None, list[Problem]]:
    """The languages of the entry flow, which are those of the whole set, and what is wrong with the lists.

    They are None when they could not be read.
    """
    entry = definitions.get(ENTRY)
    if entry is None or entry.languages is None:
        return None, []
    if not entry.languages:
        return None, [_no_languages(entry.place)]
    listed: dict[str, Language] = {}
    problems = [
        _twice(code, first) for code in entry.languages if (first := listed.setdefault(str(code), code)) is not code
    ]
    for name, definition in definitions.items():
        if definition.entrance is not None:
            problems += [_twice(code, first) for code, first in _repeated(definition.languages or ())]
        problems += [
            _only_here(name, code, entry.languages[0])
            for code in definition.languages or ()
            if code not in entry.languages
        ]
    return list(listed.values()), problems


def in_texts(
    found: Iterable[Problem], listed: Sequence[Language], spoken: Collection[str]
) -> tuple[list[Problem], tuple[str, ...]]:
    """The problems of the texts, those said in the list that have their cause there; and the languages without texts.

    `spoken` are the languages in which there is any text.
    """
    others: list[Problem] = []
    unused: defaultdict[str, list[Problem]] = defaultdict(list)
    missing: list[Problem] = []
    for problem in found:
        if problem.code == "unused-language" and problem.about:
            unused[problem.about].append(problem)
        elif problem.code == "missing-language" and problem.about:
            missing.append(problem)
        else:
            others.append(problem)
    unlisted = {code: group for code, group in unused.items() if len(group) > MOST}
    if unlisted:
        others.append(_not_listed(unlisted, listed))
    others += [problem for code, group in unused.items() if code not in unlisted for problem in group]
    lacking = {code: [each for each in missing if code in each.about.split(", ")] for code in listed}
    absent = [code for code in listed if code not in spoken and len(lacking[code]) > 1]
    others += [_in_no_text(code, lacking[code]) for code in absent]
    for problem in missing:
        if left := [code for code in problem.about.split(", ") if code not in absent]:
            others.append(missing_language(problem.place, left, listed))
    return others, tuple(map(str, absent))


def flow_languages(definition: FlowDefinition, listed: tuple[str, ...]) -> tuple[str, ...]:
    """The languages of one flow: those of the set, unless it is an entrance with a list of its own."""
    if definition.entrance is None or not definition.languages:
        return listed
    return tuple(dict.fromkeys(str(code) for code in definition.languages if code in listed)) or listed


def _repeated(codes: Sequence[Language]) -> list[tuple[Language, Language]]:
    """Each language that stands in a list once more, and where it stood first."""
    return [(code, codes[codes.index(code)]) for at, code in enumerate(codes) if code in codes[:at]]


def _no_languages(place: Place) -> Problem:
    return Problem(
        place,
        "missing-field",
        Sentence("Hier fehlt „languages:“.", "“languages:” is missing here."),
        Sentence(
            f"So geht es: languages: [de, en]. Es gibt: {', '.join(CODES)}.",
            f"Write languages: [de, en]. There are: {', '.join(CODES)}.",
        ),
    )


def _twice(code: Language, first: Language) -> Problem:
    return Problem(
        code.place,
        "language-twice",
        Sentence(f"„{code}“ steht schon in dieser Liste.", f"“{code}” stands in this list already."),
        Sentence("Löschen Sie den zweiten Eintrag.", "Delete the second entry."),
        also=first.place,
    )


def _only_here(flow: str, code: Language, first: Language) -> Problem:
    return Problem(
        code.place,
        "unused-language",
        Sentence(
            f"„{code}“ steht hier, aber nicht in {ENTRY}.yaml.", f"“{code}” stands here, but not in {ENTRY}.yaml."
        ),
        Sentence(
            f"Im Ablauf „{flow}“ kann „languages:“ wegbleiben; es gilt, was in {ENTRY}.yaml steht.",
            f"In the flow “{flow}” “languages:” can be left out; what {ENTRY}.yaml says holds.",
        ),
        also=first.place,
    )


def _not_listed(unlisted: Mapping[str, Sequence[Problem]], listed: Sequence[Language]) -> Problem:
    first, last = listed[0].place, listed[-1].place
    places = sorted((problem for group in unlisted.values() for problem in group), key=lambda problem: problem.order)
    names = ", ".join(f"„{code}“" for code in unlisted)
    en_names = ", ".join(f"“{code}”" for code in unlisted)
    repaired = f"languages: [{', '.join([*listed, *unlisted])}]"
    one = len(unlisted) == 1
    return Problem(
        first._replace(length=last.column + last.length - first.column) if last.line == first.line else first,
        "unused-language",
        Sentence(
            f"{names} {'kommt' if one else 'kommen'} {len(places)}-mal vor, aber nicht unter „languages:“.",
            f"{en_names} {'stands' if one else 'stand'} in {len(places)} places, but not below “languages:”.",
        ),
        Sentence(
            f"Richtig ist wohl: {repaired}. Soll die Sprache wegfallen, löschen Sie ihre Sätze.",
            f"Probably: {repaired}. If the language is to go, delete its sentences.",
        ),
        also=places[0].place,
    )


def _in_no_text(code: Language, lacking: Sequence[Problem]) -> Problem:
    first = min(lacking, key=lambda problem: problem.order)
    return Problem(
        code.place,
        "missing-language",
        Sentence(
            f"„{code}“ steht hier, aber in keinem Text: In {len(lacking)} Texten fehlt der Satz.",
            f"“{code}” stands here, but in no text: {len(lacking)} texts lack the sentence.",
        ),
        Sentence(
            f"Löschen Sie „{code}“ in dieser Liste, oder ergänzen Sie die Sätze.",
            f"Delete “{code}” in this list, or add the sentences.",
        ),
        also=first.place,
    )
