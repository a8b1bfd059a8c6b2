"""The words of contacts.yaml that callers hear, held against the languages that the flows speak.

A language in which words are missing is a warning: an office's name is then said as it stands in the first language, a
menu offers it by its name alone, and of a reason she hears nothing; she still gets through.

Digits are refused as in the flows, and 110 with them: a name is spoken within sentences of ours, just as it stands.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from ivr.source.near import did_you_mean
from ivr.source.places import Node, Row, Table, Word
from ivr.source.problems import Problem, Sentence
from ivr.speech import CODES, language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_SPOKEN = ("name", "in_menu", "in_sentence")
_CODE = re.compile("[a-z]{2}", re.ASCII)


def check_words(contacts: Table, languages: tuple[str, ...] | None) -> list[Problem]:
    """Every problem of the words in a contacts file, as it was read.

    `languages` are those that the flows speak, None when nobody knows. Whatever has not the form of words is left to
    the shapes, which explain it.
    """
    return list(_problems(contacts, languages or ()))


def _problems(contacts: Table, languages: tuple[str, ...]) -> Iterator[Problem]:
    for contact in _tables(contacts.get(Word("contacts"))):
        for field in _SPOKEN:
            words = contact.get(Word(field))
            wanted = [code for code in languages if field != "in_sentence" or language(code).has_articles]
            yield from _in_every_language(words, wanted)
            yield from _digits(words)
        for hours in _tables(Row([contact.get(Word("hours"), Word(""))])):
            for exception in _tables(hours.get(Word("exceptions"))):
                yield from _in_every_language(exception.get(Word("reason")), languages)


def _tables(node: Node | None) -> Iterator[Table]:
    """The tables in a table or list."""
    below = node.values() if isinstance(node, Table) else node if isinstance(node, Row) else ()
    return (each for each in below if isinstance(each, Table))


def _in_every_language(words: Node | None, languages: Sequence[str]) -> Iterator[Problem]:
    if not isinstance(words, Table) or not all(map(_CODE.fullmatch, words)):
        return
    unknown = [code for code in words if code not in CODES]
    for code in unknown:
        yield Problem(
            code.place,
            "unknown-language",
            Sentence(f"Die Sprache „{code}“ gibt es nicht.", f"There is no language “{code}”."),
            did_you_mean(code, CODES, what=Sentence("Sprachen", "Languages")),
        )
    missing = [code for code in languages if code not in words]
    # A mistyped language is both unknown and missing: one cause, one message.
    if words and missing and not unknown:
        yield Problem(
            words.place,
            "missing-language",
            Sentence(
                f"Hier fehlen die Worte für: {', '.join(missing)}.",
                f"Words are missing here for: {', '.join(missing)}.",
            ),
            Sentence(
                f"Die Sprachen der Abläufe sind: {', '.join(languages)}.",
                f"The languages of the flows are: {', '.join(languages)}.",
            ),
            "warning",
            about=", ".join(missing),
        )


def _digits(words: Node | None) -> Iterator[Problem]:
    for text in words.values() if isinstance(words, Table) else (words,):
        if not isinstance(text, Word):
            continue
        runs = ("".join(run) for is_digit, run in groupby(text, str.isdigit) if is_digit)
        if digits := next(runs, None):
            yield Problem(
                text.place,
                "raw-digits",
                Sentence(
                    f"Die Ziffern „{digits}“ würde jede Stimme anders vorlesen.",
                    f"Every voice would read the digits “{digits}” differently.",
                ),
                Sentence(
                    "Schreiben Sie die Zahl in einem Namen in Worten: „Wache eins“.",
                    "Write a number in a name in words: “Station one”.",
                ),
            )
