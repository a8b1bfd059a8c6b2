"""Words per language.

Written either once for all languages, or as a table of two-letter language codes:

    name: Citywache
    name: {de: Nordstadtbüro, en: Nordstadt office}

Line breaks and repeated blanks inside a text are one blank, as in a book.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ivr.source.codes import LANGUAGE, wrong_code
from ivr.source.places import Node, Place, Table, Word, place_of
from ivr.source.problems import Problem, Refused, Sentence, refuse
from ivr.source.readable import Readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FORMS = Sentence(
    "Schreiben Sie einen Text für alle Sprachen oder eine Tabelle je Sprache: {de: Guten Tag, en: Hello}",
    "Write one text for all languages or a table by language: {de: Guten Tag, en: Hello}",
)


@dataclass(frozen=True, slots=True)
class Phrase(Readable):
    """Words that a caller hears, in every language in which they are written.

    `everywhere` is the text written once for all languages, else None; `texts` is empty then. Every text is a
    `Word` that remembers its place and is never empty.
    """

    everywhere: Word | None
    texts: Mapping[str, Word]
    place: Place

    schema: ClassVar[dict[str, Any]] = {
        "oneOf": [
            {"type": "string", "minLength": 1},
            {
                "type": "object",
                "patternProperties": {
                    f"^{LANGUAGE}$": {
                        "type": "string",
                        "minLength": 1,
                        "description": "Die Worte in dieser Sprache. / The words in this language.",
                    }
                },
                "additionalProperties": False,
                "minProperties": 1,
            },
        ]
    }

    @classmethod
    def read(cls, node: Node) -> Self:
        """The words at `node`: a text, or a table of texts by language.

        Raises:
            Refused: `empty-text`, `bad-language` (no two-letter code) and `bad-text` (a list, a table in a
            table);
                all that are found, each at its place.
        """
        place = place_of(node)
        if isinstance(node, Table):
            return cls(None, _texts(node), place)
        return cls(_text(node), {}, place)

    def said_in(self, language: str) -> Word | None:
        """The words for a caller who hears this language, or None if they are not written in it."""
        return self.everywhere or self.texts.get(language)

    def missing(self, languages: Iterable[str]) -> tuple[str, ...]:
        """Those of the languages in which these words are not written, in the order given."""
        return tuple(code for code in languages if self.said_in(code) is None)

    @property
    def words(self) -> tuple[Word, ...]:
        """Every text, in the order of the file: for checks that look at each of them."""
        return (self.everywhere,) if self.everywhere is not None else tuple(self.texts.values())


def _text(node: Node) -> Word:
    if not isinstance(node, Word):
        raise refuse(
            place_of(node),
            "bad-text",
            "Hier steht eine Liste oder Tabelle statt eines Textes.",
            "A list or a table stands here, not a text.",
            hint=_FORMS,
        )
    text = " ".join(node.split())
    if not any(sign.isalnum() for sign in text):
        raise refuse(node.place, "empty-text", "Hier fehlt der Text.", "The text is missing here.", hint=_FORMS)
    if "{" in text or "}" in text:
        raise refuse(
            node.place,
            "loose-brace",
            "Platzhalter gibt es nur in den Texten der Abläufe, nicht in contacts.yaml.",
            "Placeholders are for the texts of flows, not for contacts.yaml.",
            hint=Sentence("Schreiben Sie die Worte aus.", "Write the words out."),
        )
    return Word(text, node.place, plain=node.plain)


def _texts(table: Table) -> dict[str, Word]:
    found: dict[str, Word] = {}
    problems: list[Problem] = []
    if not table:
        problems.extend(
            refuse(table.place, "empty-text", "Hier fehlt der Text.", "The text is missing here.", hint=_FORMS).problems
        )
    for key, node in table.items():
        if (wrong := wrong_code(key)) is not None:
            problems.append(wrong)
            continue
        try:
            found[str(key)] = _text(node)
        except Refused as refused:
            problems.extend(refused.problems)
    if problems:
        raise Refused(*problems)
    return found
