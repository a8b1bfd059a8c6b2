"""The trail: who did what, in words, and nobody's name or text becomes a part of the page."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
from page import NOW, Browser, refuse, relent

from ivr.instructions import Instruction
from ivr.store import Away, Database, Entry, Operators
from ivr.web.operator import trail


def lines(browser: Browser) -> list[str]:
    """The lines' words, without the details."""
    body = re.search(r"<tbody[^>]*>(.*?)</tbody>", browser.text, re.DOTALL)
    if body is None:
        return []
    told = re.sub(r"<details>.*?</details>", "", body[1], flags=re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in told.split("</tr>")[:-1]]


def test_what_was_done_stands_there_in_words(browser):
    fields = {"contact": "citywache", "value": "closed", "until": "today", "text_de": "Personalversammlung"}
    browser.change("switch", fields)
    browser.change("switch", {"contact": "citywache", "value": "usual"})
    browser.change("announcement", {"value": "said", "until": "further", "text_de": "Heute ist Markt."})
    assert browser.get("/operator/trail") == 200
    assert [each.removeprefix("Mi 25.11.2026 12:00 ") for each in lines(browser)] == [
        "anna Durchsage bis auf Weiteres",
        "anna Tagesschalter beendet: Citywache",
        "anna Tagesschalter: Citywache geschlossen bis Mi 25.11.2026 24:00",
        "anna Angemeldet",
    ]
    browser.get("/operator/trail?lang=en")
    assert lines(browser)[2].endswith("anna The day's switch: Citywache closed until Wed 2026-11-25 24:00")
    # Technical details are folded, and nothing that was said is in them.
    assert re.search(r"<details>.*?instruction.*?</details>", browser.text, re.DOTALL)
    assert "Personalversammlung" not in browser.text


@pytest.mark.parametrize("action", [*trail.ACTIONS, "something new", "<b>bold</b>", "{0} {2}"])
def test_every_action_has_words(office, browser, action):
    details = {"subject": "gone", "name": "berta", "until": None, "roles": ["view"]}
    office.operators.note(NOW + timedelta(hours=1), "carla", action, details)
    assert browser.get("/operator/trail") == 200
    first = lines(browser)[0]
    assert "carla" in first
    if action in trail.ACTIONS:
        assert "{" not in first
        assert not first.endswith(action)
    assert "<b>bold" not in browser.reply.get_data(as_text=True)


def test_pages_and_one_operator(office, browser):
    for number in range(120):
        name = "berta" if number % 4 else "carla"
        office.operators.note(NOW + timedelta(minutes=number + 1), name, "login", {"number": number})
    browser.get("/operator/trail")
    assert len(lines(browser)) == 50
    assert lines(browser)[0].startswith("Mi 25.11.2026 14:00")
    assert "page=2" in browser.text
    assert "Neuere" not in browser.text
    browser.get("/operator/trail?page=3")
    assert len(lines(browser)) == 21
    assert "Ältere" not in browser.text
    browser.get("/operator/trail?operator=carla")
    assert len(lines(browser)) == 30
    assert all("carla" in line for line in lines(browser))
    browser.get("/operator/trail?operator=berta&page=2")
    assert len(lines(browser)) == 40
    assert "operator=berta&page=1" in browser.text


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "99999999", "99999999999999999999", "²", "<script>"])
def test_a_page_that_there_is_not(browser, page):
    assert browser.get("/operator/trail", query_string={"page": page, "operator": "'; --<script>"}) == 200
    assert "Hier steht noch nichts." in browser.text
    assert "<script>" not in browser.reply.get_data(as_text=True)


def test_csv(office, browser):
    office.operators.note(NOW + timedelta(hours=1), "=cmd|' /C calc'!A0", "@SUM(1)", {"name": "x"})
    assert browser.get("/operator/trail.csv") == 200
    assert browser.reply.content_type == "text/csv; charset=utf-8"
    found = list(csv.reader(StringIO(browser.reply.get_data(as_text=True))))
    assert found[0] == ["at", "operator", "action", "words", "details"]
    assert found[1][1:] == ["'=cmd|' /C calc'!A0", "'@SUM(1)", "'@SUM(1)", '{"name": "x"}']
    assert found[2][1:4] == ["anna", "login", "Angemeldet"]
    browser.get("/operator/trail.csv?operator=anna")
    assert len(list(csv.reader(StringIO(browser.reply.get_data(as_text=True))))) == 2


def test_without_the_database(office, browser):
    browser.get("/operator/trail")
    office.lose_database()
    assert browser.get("/operator/trail") == 200
    assert "das Protokoll liegt nur dort" in browser.text
    assert browser.get("/operator/trail.csv") == 503


@pytest.mark.parametrize("path", ["/operator/trail", "/operator/trail.csv"])
def test_not_without_a_login(office, path):
    browser = office.browser()
    assert browser.get(path) == 303
    assert "/operator/login" in browser.reply.headers["Location"]


@pytest.mark.parametrize("words", [trail.WORDS, trail.ACTIONS])
def test_every_word_is_there_in_both_languages(words):
    for name, sentence in words.items():
        assert sentence.de, name
        assert sentence.en, name


# --- what is changed and its line are one


def test_no_account_changes_without_its_line(office):
    refuse(office, "audit")
    noted = Entry(NOW, "chefin", "operator remove", {"name": "anna"})
    for change in (
        lambda: office.operators.add("berta", "x", frozenset(), NOW, noted=noted),
        lambda: office.operators.change("anna", disabled=NOW, noted=noted),
        lambda: office.operators.remove("anna", noted=noted),
        lambda: office.operators.begin("key", "anna", NOW, NOW),
    ):
        with pytest.raises(Away):
            change()
    relent(office)
    assert [(each.name, each.disabled) for each in office.operators.all()] == [("anna", None)]
    assert office.operators.session("key") is None
    assert office.operators.trail() == ()


def test_nobody_who_is_not_there_has_a_line(office):
    noted = Entry(NOW, "chefin", "operator remove", {"name": "berta"})
    assert not office.operators.remove("berta", noted=noted)
    assert not office.operators.change("berta", disabled=NOW, noted=noted)
    assert office.operators.trail() == ()


# --- what other tables say


def test_instructions_and_publications_are_in_it_whatever_way_they_came(db: Database) -> None:
    """By command, by telephone, by way of the spool: whoever it was, each has one line."""
    operators = Operators(db)
    operators.note(NOW, "anna", "login", {})
    told = (
        Instruction("switch", "citywache", "closed", NOW + timedelta(minutes=1), author="dienst", channel="phone"),
        Instruction("limit", "calls", "30", NOW + timedelta(minutes=2), author="bert", why="Last"),
        Instruction("pin", "carla", "scrypt:a hash", NOW + timedelta(minutes=3), author="bert"),
        Instruction("pin", "carla", "usual", NOW + timedelta(minutes=4), author="bert"),
    )
    for each in told[1:]:
        db.add_instruction(each)
    db.write([{"k": "instruction", **told[0].to_json()}])
    db.store_set("0123456789ab", b"x", NOW)
    at = NOW + timedelta(minutes=5)
    db.publish("0123456789ab", draft=True, author="berta", why="Hört her", at=at)
    db.publish("0123456789ab", draft=False, author="anna", why="Gut", at=at, noted={"of": "berta"})
    assert [(each.operator, each.action) for each in operators.trail()] == [
        ("anna", "publish"),
        ("berta", "draft"),
        ("bert", "pin usual"),
        ("bert", "pin set"),
        ("bert", "limit set"),
        ("dienst", "switch closed"),
        ("anna", "login"),
    ]
    first = operators.trail()[0]
    assert first.details == {"version": "0123456789ab", "why": "Gut", "publication": 2, "of": "berta"}
    assert "hash" not in str(operators.trail())
    assert operators.in_trail() == ("anna", "bert", "berta", "dienst")
    assert [each.action for each in operators.trail(operator="anna")] == ["publish", "login"]
    assert [each.action for each in operators.trail(2, skip=3)] == ["pin set", "limit set"]


def test_in_words(office, browser):
    for minutes, (kind, subject, value) in enumerate(
        (("limit", "calls", "30"), ("limit", "calls", "off"), ("pin", "carla", "scrypt:a"), ("pin", "carla", "usual"))
    ):
        office.database.add_instruction(Instruction(kind, subject, value, NOW + timedelta(minutes=minutes + 1)))
    browser.get("/operator/trail")
    assert [re.sub(r"^.*12:0\d +|bis auf Weiteres", "", each).strip() for each in lines(browser)[:4]] == [
        "PIN entfernt: carla",
        "PIN gesetzt: carla",
        "Grenze aufgehoben: Anrufe zugleich",
        "Grenze gesetzt: Anrufe zugleich: 30",
    ]
