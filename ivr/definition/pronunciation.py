"""The dictionary of pronunciation: a file `pronunciation.yaml` beside the contacts, read into words by language.

tr:
  Brüderweg: Brüdervek
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.source.near import did_you_mean
from ivr.source.places import Node, Table, Word, place_of
from ivr.source.problems import Problem, Sentence
from ivr.speech import CODES
from ivr.speech.pronunciation import Pronunciation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def read_pronunciations(table: Table) -> tuple[Mapping[str, Pronunciation], list[Problem]]:
    """The dictionary of each language, and every problem in them."""
    problems: list[Problem] = []
    found: dict[str, Pronunciation] = {}
    for code, words in table.items():
        if code not in CODES:
            problems.append(
                Problem(
                    code.place,
                    "unknown-language",
                    Sentence(f"Die Sprache „{code}“ gibt es nicht.", f"There is no language “{code}”."),
                    did_you_mean(code, CODES, what=Sentence("Sprachen", "Languages")),
                )
            )
        elif not isinstance(words, Table):
            problems.append(_not_words(words))
        else:
            problems += _wrong(words)
            found[str(code)] = Pronunciation({str(word): str(said) for word, said in words.items()})
    return found, problems


def _wrong(words: Table) -> Iterator[Problem]:
    for word, said in words.items():
        if not isinstance(said, Word) or not word.strip() or not any(sign.isalnum() for sign in said):
            yield _not_words(said)
            continue
        for text in (word, said):
            if any(letter.isdigit() for letter in text):
                yield Problem(
                    text.place,
                    "raw-digits",
                    Sentence(f"In „{text}“ stehen Ziffern.", f"There are digits in “{text}”."),
                    Sentence("Schreiben Sie Zahlen in Worten.", "Write numbers as words."),
                )


def _not_words(node: Node) -> Problem:
    return Problem(
        place_of(node),
        "bad-pronunciation",
        Sentence("Hier fehlt, wie das Wort gesprochen wird.", "It is not said here how the word is spoken."),
        Sentence(
            "So geht es, je Sprache eingerückt: Brüderweg: Brüdervek", "Write, indented below a language: Brüderweg: …"
        ),
    )
