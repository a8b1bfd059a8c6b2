"""crossed-fact: a sentence that names an office tells that office's number, address and hours.

"The public order office has this number", with the placeholder of another office behind it, is noticed by nobody who
reads the file, and believed by everybody who calls.

Wrong:

    ordnungsamt_busy:
      say:
        de: "Das Ordnungsamt hat diese Nummer: {nordstadtbuero.phone} Oder: {ordnungsamt.phone}"
        en: "The public order office has this number: {nordstadtbuero.phone} Or: {ordnungsamt.phone}"
      next: main

Right:

    ordnungsamt_busy:
      say:
        de: "Das Ordnungsamt hat diese Nummer: {ordnungsamt.phone}"
        en: "The public order office has this number: {ordnungsamt.phone}"
      next: main
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.check.names import in_one_house, named_in
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence
from ivr.steps.fields import Hole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.source.problems import Problem

CODE = "crossed-fact"


def check(survey: Survey) -> Iterator[Problem]:
    """Every placeholder, against the words before it."""
    for spot in survey.flows.steps:
        for text in survey.texts(spot):
            for code, wording in text.by_language.items():
                spoken = wording.language or code or survey.flows.languages[0]
                before = ""
                for part in wording.parts:
                    if not isinstance(part, Hole):
                        before = part
                        continue
                    named, before = named_in(survey.directory, spoken, before), ""
                    if len(named) != 1 or part.form == "name":
                        continue
                    (contact,) = named
                    if in_one_house(survey.directory, contact, part.contact):
                        continue
                    yield problem(
                        CODE,
                        part.place,
                        Sentence(
                            f"Genannt wird hier „{contact}“, gesagt aber eine Angabe von „{part.contact}“.",
                            f"“{contact}” is named here, but a fact of “{part.contact}” is told.",
                        ),
                        Sentence(
                            f"Richtig wäre {{{contact}.{part.form}}}, oder ein anderer Name davor.",
                            f"{{{contact}.{part.form}}} would be right, or another name before it.",
                        ),
                    )


RULE = Rule(CODE, check)
