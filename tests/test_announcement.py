"""Words for the running service, as operators write them: what becomes of them, and what is refused."""

from __future__ import annotations

import pytest
from service import loaded

from ivr.steps.announcement import announcement_texts

SHIPPED = loaded()

READY = {
    "both languages": ({"de": "Heute ist Stadtfest.", "en": "Today is the town fair."}, None),
    "the first is enough": ({"de": " Heute ist Stadtfest. "}, {"de": "Heute ist Stadtfest."}),
    "emergency numbers in words": (
        {"de": "Im Notfall 112.", "en": "In an emergency 112."},
        {"de": "Im Notfall eins eins zwei.", "en": "In an emergency one one two."},
    ),
}


@pytest.mark.parametrize(("written", "ready"), READY.values(), ids=READY)
def test_words_come_out_as_they_are_spoken(written, ready):
    found = announcement_texts(written, ("de", "en"), SHIPPED.directory)
    assert found == (ready or written, ())


REFUSED = {
    "digits": ({"de": "Heute um 20 Uhr."}, ["raw-digits"]),
    "a placeholder": ({"de": "{citywache.status}"}, ["no-placeholders"]),
    "a placeholder of nobody": ({"de": "{niemand.phone} und {citywache.phone}"}, ["no-placeholders"] * 2),
    "a loose brace": ({"de": "Heute } ist Stadtfest."}, ["loose-brace"]),
    "no text": ({}, ["missing-value"]),
    "an empty text": ({"de": " "}, ["missing-value"]),
    "no text in the first language": ({"en": "Today is the town fair."}, ["missing-language"]),
    "a language that is not spoken": ({"de": "Hallo.", "tr": "Bugün."}, ["unused-language"]),
    "no language": ({"xx": "Hallo."}, ["unknown-language"]),
    "another script": ({"de": "Ние сме тук за Вас."}, ["wrong-script"]),
    "a speech": ({"de": "Bla. " * 500}, ["long-text"]),
    "a sentence that is too long for a voice": ({"de": "Öüä" * 400}, ["long-sentence"]),
}


@pytest.mark.parametrize(("written", "codes"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(written, codes):
    found = announcement_texts(written, ("de", "en"), SHIPPED.directory)
    assert found.texts == {}
    assert [problem.code for problem in found.problems] == codes
    assert all("{citywache.phone}" not in (problem.hint or ("", ""))[0] for problem in found.problems)


def test_abbreviations_are_pointed_out():
    found = announcement_texts({"de": "Der KOD hat Pause."}, ("de", "en"), SHIPPED.directory)
    assert found.texts == {"de": "Der KOD hat Pause."}
    assert [(problem.code, problem.severity) for problem in found.problems] == [("abbreviation", "warning")]
    known = announcement_texts(
        {"de": "Der KOD hat Pause."}, ("de", "en"), SHIPPED.directory, pronunciations={"de": {"KOD": "K O D"}}
    )
    assert known.problems == ()


def test_a_reason_needs_no_language():
    found = announcement_texts({"en": "staff meeting"}, ("de", "en"), SHIPPED.directory, needed=())
    assert found == ({"en": "staff meeting"}, ())
