"""invalid-document: every document that the service can send is one that a provider plays as it stands.

Each turn is rendered in every language, with the longest sentences that the hours can give, and read again as a
provider reads it: at most 32 kB, nothing left out for lack of room, no digit left to a voice, and every text within
what a voice takes at once.

Wrong: so many long texts one after the other, before a key is waited for, that they are more than one document holds.
Right: texts of a few sentences, and a menu between them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.call import Inbound
from ivr.check.survey import Document, Rule, Survey, problem
from ivr.phone.document import read
from ivr.phone.errors import PhoneError
from ivr.source.problems import Sentence
from ivr.street import prepare
from ivr.twiml.renderer import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.source.problems import Problem
    from ivr.twiml import Renderer

CODE = "invalid-document"
URL = "https://phone.invalid"
_SAY = re.compile(rb"<Say[ >]")
_CALLER = Inbound("CA0", caller="+491701234567", called="+4923150")


def check(survey: Survey) -> Iterator[Problem]:
    """Renders and reads every document."""
    renderer = prepare(survey.flows, survey.directory, URL, "twilio").renderer
    told = set()
    for document in survey.documents:
        why = _wrong(survey, renderer, document)
        spot = document.turn.path[-1] if document.turn.path else document.turn.state.spot
        if why is None or spot in told:
            continue
        told.add(spot)
        yield problem(
            CODE,
            survey.place(spot),
            Sentence(
                f"Was bis „{spot.step}“ gesagt wird, kann kein Anbieter so abspielen: {why.de}",
                f"No provider can play what is said up to “{spot.step}”: {why.en}",
            ),
            Sentence(
                "Kürzen Sie die Texte davor, oder fragen Sie dazwischen nach einer Taste.",
                "Shorten the texts before it, or ask for a key in between.",
            ),
            call=survey.shown(document.node, document.edge, language=document.language),
        )


def _wrong(survey: Survey, renderer: Renderer, document: Document) -> Sentence | None:
    said = tuple(map(survey.hearing.full, document.turn.said))
    body = renderer.render(document.turn._replace(said=said), _CALLER)
    if len(body) > MAX_BYTES:
        return Sentence(f"{len(body)} Bytes, höchstens {MAX_BYTES}.", f"{len(body)} bytes, at most {MAX_BYTES}.")
    try:
        read(body, URL)
    except PhoneError as error:
        return error.sentence
    if len(_SAY.findall(body)) < sum(bool(each.text.strip()) for each in said):
        return Sentence("Es ist zu viel für ein Dokument.", "it is too much for one document.")
    digits = next((sign for each in said for sign in each.text if sign.isnumeric()), None)
    if digits:
        return Sentence(f"Die Ziffer „{digits}“ ist übrig.", f"the digit “{digits}” is left.")
    return None


RULE = Rule(CODE, check)
