"""The language of a request, and the words that all pages share.

`?lang=en` chooses and is remembered in a cookie; else the cookie, else IVR_LANGUAGE. Each page has its own words in one
place, a table of `Sentence`; `in_language` gives them to its template.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g

from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.graph.words import OperatorLanguage

LANGUAGES = ("de", "en")

SHELL = {
    "site": Sentence("Telefonmenü", "Phone menu"),
    "office": Sentence("Kommunaler Ordnungsdienst", "Public order service"),
    "skip": Sentence("Zum Inhalt", "Skip to content"),
    "pages": Sentence("Seiten", "Pages"),
    "other_language": Sentence("English", "Deutsch"),
    "logged_in": Sentence("Angemeldet als", "Logged in as"),
    "log_out": Sentence("Abmelden", "Log out"),
    "set": Sentence("Fassung", "Version"),
    "set_files": Sentence("aus den Dateien", "from the files"),
    "set_published": Sentence("veröffentlicht", "published"),
    "back": Sentence("Zurück zu „Heute“", "Back to “Today”"),
    "error_400": Sentence("Das war nicht zu verstehen.", "This could not be understood."),
    "error_401": Sentence("Sie sind nicht mehr angemeldet.", "You are not logged in any more."),
    "error_403": Sentence(
        "Das geht hier nicht: Entweder fehlt Ihnen das Recht dazu, oder das Formular war zu alt. Laden Sie die Seite "
        "neu und versuchen Sie es noch einmal.",
        "This is not possible: either you lack the right to it, or the form was too old. Reload the page and try "
        "again.",
    ),
    "error_404": Sentence("Diese Seite gibt es nicht.", "There is no such page."),
    "error_405": Sentence("Diese Seite gibt es so nicht.", "There is no such page."),
    "error_413": Sentence("Das war zu lang.", "This was too long."),
    "away": Sentence(
        "Die Datenbank ist nicht zu erreichen. Diese Seite zeigt, was dieser Server weiß. Anrufe gehen davon unberührt "
        "weiter.",
        "The database cannot be reached. This page shows what this server knows. Calls go on all the same.",
    ),
    "error_503": Sentence(
        "Das geht gerade nicht. Versuchen Sie es in einem Augenblick noch einmal. Anrufe gehen davon unberührt weiter.",
        "This is not possible just now. Try again in a moment. Calls go on all the same.",
    ),
    "error_500": Sentence(
        "Hier ist etwas schiefgegangen. Anrufe gehen davon unberührt weiter.",
        "Something went wrong here. Calls go on all the same.",
    ),
}


def language() -> str:
    """The language of the present request: "de" or "en"."""
    found: str = g.get("language", "de")
    return found


def reader() -> OperatorLanguage:
    """The same, for what is written by other parts of the service."""
    return "en" if language() == "en" else "de"


def told(sentence: Sentence) -> str:
    """A sentence in the language of the present request."""
    return sentence.en if language() == "en" else sentence.de


def in_language(words: Mapping[str, Sentence]) -> dict[str, str]:
    """A table of words in the language of the present request."""
    return {name: told(sentence) for name, sentence in words.items()}
