"""One's own account: another password, and what it does to those who have the old one."""

from __future__ import annotations

import hashlib

import pytest
from page import NOW, PASSWORD, Browser, Office, refuse, relent

from ivr.passwords import fits
from ivr.store.operators import PER_NAME
from ivr.web.operator import account
from ivr.web.operator.context import Link

NEW = "drei rote kähne schwimmen"
PATH = "/operator/account/password"


@pytest.fixture
def browser(browser: Browser) -> Browser:
    browser.get("/operator/account")
    return browser


def change(browser: Browser, old: str = PASSWORD, new: str = NEW, again: str | None = None) -> int:
    return browser.post(PATH, {"old": old, "new": new, "again": new if again is None else again})


def kept(office: Office) -> str:
    found = office.operators.find("anna")
    assert found is not None
    return found.password


def test_what_it_tells(office, browser):
    assert "Ihr Zugang: anna" in browser.text
    assert "alles ansehen, Tagesschalter und Durchsagen setzen, Texte und Zeiten bearbeiten" in browser.text
    assert "in Kraft setzen" not in browser.text
    assert "Angemeldet seit" in browser.text
    assert "keine, soweit das Protokoll reicht" in browser.text
    assert 'href="/operator/account"' in browser.text
    office.later(days=3)
    second = office.browser("anna")
    second.get("/operator/account")
    assert "Mi 25.11.2026 12:00" in second.text
    assert "Sa 28.11.2026 12:00" in second.text


def test_another_password_ends_all_other_sessions(office, browser):
    other = office.browser("anna")
    before = browser.cookie()
    assert change(browser) == 303
    assert browser.get(browser.reply.headers["Location"].partition("#")[0]) == 200
    assert "Das neue Passwort gilt." in browser.text
    assert other.get("/operator/") == 303
    # The session is a new one: whoever has copied the old cookie is out as well.
    assert browser.cookie() != before
    thief = office.browser()
    thief.set_cookie(before)
    assert thief.get("/operator/") == 303
    assert fits(NEW, kept(office))
    assert office.browser().log_in("anna") == 403
    assert office.browser().log_in("anna", NEW) == 303
    assert ("anna", "password") in office.trail()


def test_a_password_that_was_changed_is_not_denied_when_the_database_goes_away_then(office, browser):
    refuse(office, "sessions")
    assert change(browser) == 200
    assert "Das neue Passwort gilt" in browser.text
    assert "nicht zu erreichen" not in browser.text
    assert browser.cookie() == ""
    assert fits(NEW, kept(office))
    relent(office)
    assert browser.post("/operator/login", {"name": "anna", "password": NEW}) == 303


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"old": "falsch geraten ist es"}, 403, "Das bisherige Passwort stimmt nicht."),
        ({"old": ""}, 403, "Das bisherige Passwort stimmt nicht."),
        ({"new": "kurz"}, 422, "12 bis 200 Zeichen"),
        ({"new": "x" * 201}, 422, "12 bis 200 Zeichen"),
        ({"new": "aaaaaaaaaaaaaaa"}, 422, "leicht zu erraten"),
        ({"new": "dortmund annaanna"}, 422, "leicht zu erraten"),
        ({"again": "drei rote kähne sinken"}, 422, "zwei verschiedene"),
    ],
)
def test_what_is_refused(office, browser, fields, code, words):
    before = kept(office)
    assert change(browser, **fields) == code
    assert words in browser.text
    assert kept(office) == before
    assert browser.get("/operator/") == 200


def test_guessing_the_old_password_is_guessing_at_the_login(office, browser):
    for number in range(PER_NAME):
        assert change(browser, f"falsch geraten {number}") == 403
    assert change(browser) == 429
    assert "in einer Viertelstunde" in browser.text
    assert office.browser().log_in("anna") == 429
    office.later(minutes=16)
    assert change(browser) == 303


def test_what_can_be_refused_without_looking_is_no_guess(office, browser):
    for _ in range(PER_NAME + 1):
        assert change(browser, "falsch geraten", "kurz") == 422
    assert change(browser) == 303


def test_nobody_changes_it_from_elsewhere(office, browser):
    before = kept(office)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        fields = {"old": PASSWORD, "new": NEW, "again": NEW}
        assert browser.post(PATH, fields, headers=headers) == 403
    assert browser.post(PATH, {"old": PASSWORD, "new": NEW, "again": NEW}, token="") == 403
    assert office.browser().post(PATH, {"old": PASSWORD, "new": NEW, "again": NEW}, token="") == 401
    assert browser.get(PATH) == 405
    assert kept(office) == before


def test_somebody_else_s_account_stays_as_it_is(office, browser):
    office.add("berta", "view")
    before = office.operators.find("berta")
    fields = {"old": PASSWORD, "new": NEW, "again": NEW, "username": "berta", "name": "berta", "operator": "berta"}
    assert browser.post(PATH, fields) == 303
    assert office.operators.find("berta") == before
    assert fits(NEW, kept(office))


def test_whoever_came_by_the_link_has_none(tmp_path):
    token = "x" * 43
    link = Link(hashlib.sha256(token.encode()).hexdigest(), NOW.timestamp() + 300, "anna")
    office = Office(tmp_path, dev=True, link=link)
    # Somebody of the same name does have one.
    office.add("anna", "view")
    browser = office.browser()
    browser.base = "http://127.0.0.1:8000"
    assert browser.get(f"/operator/enter?token={token}") == 303
    assert browser.get("/operator/account") == 200
    assert "Sie sind mit dem Link des Starts hier." in browser.text
    assert 'name="old"' not in browser.text
    before = kept(office)
    assert change(browser) == 403
    assert kept(office) == before


def test_logging_out_everywhere(office, browser):
    other = office.browser("anna")
    assert browser.post("/operator/logout", {"everywhere": "yes"}) == 303
    assert browser.get("/operator/account") == 303
    assert other.get("/operator/") == 303


def test_without_the_database(office, browser):
    office.lose_database()
    assert browser.get("/operator/account") == 200
    assert "ohne sie lässt sich ein Passwort nicht ändern" in browser.text
    assert change(browser) == 503
    assert PASSWORD not in browser.text
    assert NEW not in browser.text


def test_every_word_is_there_in_both_languages():
    for name, sentence in account.WORDS.items():
        assert sentence.de, name
        assert sentence.en, name


def test_an_address_alone_changes_no_password_in_words(office):
    browser = office.browser("anna")
    assert browser.get("/operator/account?changed=yes") == 200
    assert account.WORDS["changed"].de not in browser.text
