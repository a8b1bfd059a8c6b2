"""Read aloud: the page has what the sheet has, of the set and the time that are asked for."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from page import Browser, Office
from service import CONTACTS, FLOWS

from ivr.bundle import gather
from ivr.graph import picture
from ivr.loader import load
from ivr.script import sheet
from ivr.script import words as script_words
from ivr.speech import CODES
from ivr.store import WorkingCopies, WorkingCopy
from ivr.web.operator import listening
from ivr.world import Clerk


def said(browser: Browser) -> list[str]:
    """What is said, sentence for sentence, with what it depends on."""
    found = re.findall(r'<p class="said"[^>]*>(.*?)</p>', browser.text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", each).split()) for each in found]


@pytest.mark.parametrize("code", CODES)
def test_it_has_every_sentence_of_the_sheet_in_its_order(office, browser, code):
    assert browser.get(f"/operator/listening?language={code}&at=2026-12-25T12:00") == 200
    loaded = load(FLOWS, CONTACTS)
    assert loaded.flows is not None
    assert loaded.directory is not None
    at = datetime(2026, 12, 25, 11, tzinfo=UTC)
    drawn = picture(loaded.flows, loaded.directory, loaded.written, "de")
    (reading,) = sheet(loaded.flows, Clerk(loaded.directory), drawn, at, [code]).readings
    occasions = [*(each for part in reading.parts for each in part.occasions), *reading.service]
    assert said(browser) == [
        " ".join(f"{each.text} {script_words.CLOCK} {', '.join(each.depends)}".split()) if each.depends else each.text
        for occasion in occasions
        for each in occasion.said
    ]
    assert "Was Anrufer hören: Freitag, 25.12.2026, 12:00 Uhr" in browser.text
    assert browser.text.count("<article>") == len(reading.parts) + 1
    assert (f'lang="{code}" dir="rtl"' in browser.text) is (code == "ar")


def test_every_language_on_its_own_page(browser):
    browser.get("/operator/listening?language=all")
    assert browser.text.count('class="card reading"') == len(CODES)


def test_without_a_word_it_is_now_and_the_first_language(browser):
    browser.get("/operator/listening")
    assert "Mittwoch, 25.11.2026, 12:00 Uhr" in browser.text
    assert browser.text.count('class="card reading"') == 1
    assert '<option value="de" lang="de" selected>' in browser.text


def test_the_day_s_switch_is_heard(browser):
    fields = {"contact": "citywache", "value": "closed", "until": "today", "text_de": "Personalversammlung"}
    browser.change("switch", fields)
    browser.get("/operator/listening")
    assert any("Personalversammlung" in each for each in said(browser))
    browser.get("/operator/listening?at=2026-11-26T12:00")
    assert not any("Personalversammlung" in each for each in said(browser))


def test_the_page_s_words_are_in_the_reader_s_language(browser):
    browser.get("/operator/listening?lang=en&language=tr")
    assert "What callers hear: Wednesday, 25 Nov 2026, 12:00" in browser.text
    assert "Announcement <code>hotline/welcome</code>" in browser.text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("at=x", "kein Zeitpunkt"),
        ("at=1066-10-14T09:00", "kein Zeitpunkt"),
        ("language=xx", "sprechen die Abläufe dieser Fassung nicht"),
        ("version=draft", "Es gibt gerade keinen Entwurf."),
        ("version=mine", "Sie haben nichts in Arbeit."),
        ("version=0123456789ab", "Eine Fassung 0123456789ab gibt es nicht."),
        ("version=../../etc/passwd", "Diese Fassung gibt es nicht."),
        ("version=<script>&language=<script>&at=<script>", "Diese Fassung gibt es nicht."),
    ],
)
def test_what_there_is_not_is_said(browser, query, words):
    assert browser.get(f"/operator/listening?{query}") == 200
    assert words in browser.text
    assert "<script>" not in browser.reply.get_data(as_text=True)
    assert ('class="card reading"' in browser.text) is ("version" not in query)


def working_copy(office: Office, folder: Path, old: str, new: str) -> None:
    """Puts a change of the shipped flows under anna's name."""
    flows = folder / "flows"
    flows.mkdir()
    for path in FLOWS.glob("*.yaml"):
        (flows / path.name).write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    base, bundle = (gather(folder, CONTACTS)[0] for folder in (FLOWS, flows))
    copy = WorkingCopy("anna", base.version, base.to_bytes(), bundle.to_bytes(), 1, office.time)
    assert WorkingCopies(office.database).save(copy)


def test_what_somebody_works_on_is_read_to_her_only(office, browser, tmp_path):
    working_copy(office, tmp_path, "Willkommen beim", "Guten Tag beim")
    browser.get("/operator/listening?version=mine")
    assert any("Guten Tag beim" in each for each in said(browser))
    browser.get("/operator/listening")
    assert not any("Guten Tag beim" in each for each in said(browser))
    office.add("berta", "view")
    other = office.browser("berta")
    other.get("/operator/listening?version=mine")
    assert "Sie haben nichts in Arbeit." in other.text


def test_a_set_with_errors_is_not_read(office, browser, tmp_path):
    working_copy(office, tmp_path, "start: welcome", "start: <script>")
    assert browser.get("/operator/listening?version=mine") == 200
    assert "so kann sie niemand hören" in browser.text
    assert "hotline.yaml:" in browser.text
    assert said(browser) == []
    assert "<script>" not in browser.reply.get_data(as_text=True)


def test_no_text_of_a_set_becomes_a_part_of_the_page(office, browser, tmp_path):
    working_copy(office, tmp_path, "Willkommen beim", "<img src=x onerror=alert(x)> beim")
    browser.get("/operator/listening?version=mine")
    assert "<img src=x" in browser.text
    assert "<img" not in browser.reply.get_data(as_text=True)


def test_without_the_database_the_set_in_force_is_read(office, browser):
    browser.get("/operator/listening")
    whole = said(browser)
    office.lose_database()
    assert browser.get("/operator/listening") == 200
    assert "Die Datenbank ist nicht zu erreichen." in browser.text
    assert said(browser) == whole
    assert browser.get("/operator/listening?version=mine") == 200
    assert "diese Fassung liegt nur dort" in browser.text


def test_not_without_a_login(office):
    browser = office.browser()
    assert browser.get("/operator/listening") == 303
    assert "/operator/login" in browser.reply.headers["Location"]


def test_every_word_is_there_in_both_languages():
    for name, sentence in listening.WORDS.items():
        assert sentence.de, name
        assert sentence.en, name


@pytest.mark.parametrize("at", ["2199-12-31T23:59", "2199-06-01T10:00", "1900-01-01T00:00"])
def test_at_the_ends_of_the_calendar(browser, at):
    assert browser.get(f"/operator/listening?at={at}") == 200
    assert "kein Zeitpunkt" not in browser.text
