"""Words that operators give to the running service: the announcement of the day, and the reason of a switch.

They are read by the rules for texts in the flows, and come out as callers hear them: words only, 110 and 112 in words.
So whoever speaks them needs no reader, and no placeholder can lose its contact with the next version of the files.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ivr.call import Spot
from ivr.source.places import Place, Table, Word
from ivr.source.problems import Problem, Refused, Sentence
from ivr.speech import CODES, language
from ivr.speech.letters import foreign_letters
from ivr.steps.fields import Hole, Text, Wording
from ivr.steps.flowset import ENTRY
from ivr.steps.site import Site, missing_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ivr.contacts import Directory
    from ivr.speech.pronunciation import Pronunciation

PLACE = Place("ivr announce", 1, 1)
"""Where problems lie unless another place is named."""


class Announced(NamedTuple):
    """Texts by language, ready to be spoken; none when there is an error among the problems."""

    texts: Mapping[str, str]
    problems: tuple[Problem, ...]
    """Sorted; warnings among them. The place's column counts within the language's text."""


def announcement_texts(
    texts: Mapping[str, str],
    languages: Sequence[str],
    directory: Directory,
    *,
    needed: Sequence[str] | None = None,
    pronunciations: Mapping[str, Pronunciation] | None = None,
    provider: str = "twilio",
    place: Place = PLACE,
) -> Announced:
    """Reads texts by language, as operators wrote them.

    `languages` are those of the flow set. In the `needed` ones (its default) there has to be a text: whoever lacks it
    in her own language hears it in that.
    """
    found: list[Problem] = []
    site = Site(
        Spot(ENTRY, "announcement"),
        place,
        steps=None,
        starts={},
        languages=tuple(languages),
        directory=directory,
        contacts=None,
        pronunciations=pronunciations or {},
        provider=provider,
        problems=found,
        spoken=set(),
    )
    written = Table((Word(code, place), Word(text.strip(), place)) for code, text in texts.items())
    written.place = place
    try:
        text = Text.read(written)
    except Refused as refused:
        return Announced({}, tuple(sorted(map(_here, refused.problems), key=lambda problem: problem.order)))
    lines = site.lines(text)
    lacking = [code for code in (languages[:1] if needed is None else needed) if code not in text.by_language]
    problems = [problem for problem in found if problem.code not in _OF_FLOWS]
    problems += [missing_language(place, lacking, languages)] if lacking else []
    problems += [problem for wording in text.by_language.values() for problem in _unfit(wording)]
    if any(problem.severity == "error" for problem in problems):
        lines = {}
    ready = {code: said.text for code, line in lines.items() if (said := line.ready) is not None}
    return Announced(ready, tuple(sorted(problems, key=lambda problem: problem.order)))


_OF_FLOWS = ("missing-language", "unknown-contact", "nothing-to-say")
"""What is not asked here: not every language needs its text, and there are no placeholders."""

_NUMBERS = Sentence(
    "Schreiben Sie die Zahl in Worten („zwanzig Uhr dreißig“). Nur 110, 112 und 115 dürfen so stehen.",
    "Write the number in words (“eight thirty p.m.”). Only 110, 112 and 115 may stand as they are.",
)


def _here(problem: Problem) -> Problem:
    """A problem with a repair that is possible here."""
    return replace(problem, hint=_NUMBERS) if problem.code == "raw-digits" else problem


def _unfit(wording: Wording) -> Iterator[Problem]:
    """What is wrong here and not in a flow: placeholders. And letters, which flows are asked about by the checker."""
    for part in wording.parts:
        if isinstance(part, Hole):
            yield Problem(
                part.place,
                "no-placeholders",
                Sentence(
                    f"Hier geht kein Platzhalter, auch nicht {{{part.contact}.{part.form}}}.",
                    f"No placeholder can stand here, not even {{{part.contact}.{part.form}}}.",
                ),
                Sentence(
                    "Schreiben Sie aus, was Anrufer hören sollen. Öffnungszeiten und Nummern sagen die Abläufe selbst.",
                    "Write out what callers are to hear. The flows say hours and numbers themselves.",
                ),
            )
    code = wording.language
    if code in CODES and foreign_letters(language(code).endonym, "".join(map(str, wording.parts))):
        yield Problem(
            wording.place,
            "wrong-script",
            Sentence(
                f"Dieser Text ist nicht in der Schrift von „{code}“ geschrieben.",
                f"This text is not written in the script of “{code}”.",
            ),
            Sentence("Sind die Texte zweier Sprachen vertauscht?", "Have the texts of two languages changed places?"),
        )
