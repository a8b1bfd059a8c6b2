"""Calls of the page's phone kept as scenarios, played on other versions, and who may do so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from page import NOW, Browser, Office, changed

from ivr.instructions import Instruction
from ivr.pins import ProcessAttempts, hash_pin
from ivr.scenario.files import parse
from ivr.scenario.play import Player
from ivr.store import Scenario, Scenarios
from ivr.web.operator.scenarios import WORDS
from ivr.world import Standing

NOON = "2026-11-25T12:00"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.add("anna", "view", "edit")
    made.add("berta", "view")
    return made


def called(browser: Browser, *steps: dict[str, str], **fields: str) -> str:
    """The sealed call after some steps; the browser shows the phone again afterwards."""
    browser.get("/operator/phone")
    token = browser.token
    assert browser.post("/operator/phone/call", {"at": NOON, **fields}, token=token) == 200
    for step in steps:
        sealed = browser.reply.get_json()["call"]
        assert browser.post("/operator/phone/turn", {"call": sealed, **step}, token=token) == 200
    sealed = browser.reply.get_json()["call"]
    browser.get("/operator/phone")
    assert isinstance(sealed, str)
    return sealed


BUSY = ({"key": "3"}, {"result": "busy"}, {"do": "silence"}, {"do": "hangup"})


def kept(office: Office) -> dict[str, Scenario]:
    return {each.name: each for each in Scenarios(office.database).all()}


def keep(browser: Browser, sealed: str, name: str = "Büro besetzt", **more: str) -> int:
    fields = {"call": sealed, "name": name, "about": "Das Ordnungsamt ist besetzt", "confirm": "yes", **more}
    return browser.post("/operator/scenarios/new", fields)


def test_a_call_becomes_a_scenario_that_passes(office: Office, browser: Browser) -> None:
    sealed = called(browser, *BUSY)
    assert (
        browser.post("/operator/scenarios/new", {"call": sealed, "name": "Büro besetzt", "about": "Besetzt: drei"})
        == 200
    )
    assert 'about: "Besetzt: drei"' in browser.text
    assert kept(office) == {}
    assert keep(browser, sealed) == 303
    assert browser.reply.headers["Location"] == "/operator/scenarios?told=buero_besetzt#message"
    found = kept(office)["buero_besetzt"]
    assert found.author == "anna"
    for line in (
        "about: Das Ordnungsamt ist besetzt",
        f"at: {NOON}",
        "  - hears: Willkommen beim Kommunalen Ordnungsdienst der Stadt Dortmund.",
        "  - presses: 3",
        "  - dials: ordnungsamt",
        "  - connection: busy",
        "  - waits:",
        "  - presses: hangup",
    ):
        assert line in found.content
    loaded = office.context.loaded("live", "anna")
    assert loaded.flows is not None
    assert loaded.directory is not None
    scenario, problems = parse(found.content.encode(), "it", loaded.flows, loaded.directory)
    assert problems == []
    assert scenario is not None
    assert Player(loaded.flows, loaded.directory).play(scenario).problems == ()
    assert ("anna", "scenario kept") in office.trail()


def test_every_word_of_it(office: Office, browser: Browser) -> None:
    assert keep(browser, called(browser, *BUSY, language="en"), expect="all") == 303
    content = kept(office)["buero_besetzt"].content
    assert "language: en" in content
    assert re.search(r"- hears:\n      - Welcome .*\n      - ", content)


def test_a_pin_is_not_kept(office: Office, browser: Browser) -> None:
    told = Instruction("pin", "wache", hash_pin("80351", 4), NOW)
    office.service.current = office.service.current.under(Standing((told,)))
    office.service.known = {office.service.current.flows.version: office.service.current}
    office.service.attempts = ProcessAttempts()
    steps = ({"key": "80351#"}, {"key": "1"})
    assert keep(browser, called(browser, *steps, flow="duty")) == 303
    content = kept(office)["buero_besetzt"].content
    assert "80351" not in content
    assert "flow: duty" in content
    assert re.search(r'pin: "?24680"?\n', content)


def test_what_is_wrong_with_it_is_said_and_nothing_is_kept(office: Office, browser: Browser) -> None:
    sealed = called(browser, *BUSY)
    assert keep(browser, sealed, name="…") == 422
    assert "mindestens einen Buchstaben" in browser.text
    assert keep(browser, sealed, about="  ") == 422
    assert keep(browser, "x" + sealed) == 422
    assert "Anmeldung, die vorbei ist" in browser.text
    assert kept(office) == {}
    browser.get("/operator/phone")
    assert keep(browser, sealed) == 303
    browser.get("/operator/phone")
    assert keep(browser, sealed) == 422
    assert "gibt es schon" in browser.text


@pytest.mark.parametrize("words", ["<script>alert('x')</script>", "a: b # c", '"quoted" \\ back', "- x\n- y", "{a: b}"])
def test_what_somebody_writes_stays_a_text(office: Office, browser: Browser, words: str) -> None:
    sealed = called(browser, *BUSY)
    assert keep(browser, sealed, about=words, confirm="no") == 200
    assert "<script>alert" not in browser.reply.get_data(as_text=True)
    assert keep(browser, sealed, about=words) == 303
    browser.get("/operator/scenarios")
    assert "<script>alert" not in browser.reply.get_data(as_text=True)
    assert " ".join(words.split()) in browser.text


def test_played_on_another_version_it_shows_where_it_goes_otherwise(office: Office, browser: Browser) -> None:
    keep(browser, called(browser, *BUSY))
    other = changed("Willkommen", "Guten Tag")
    office.database.store_set(other.version, other.to_bytes(), NOW)
    browser.get("/operator/scenarios")
    token = browser.token
    fields = {"version": "live", "name": "buero_besetzt"}
    assert browser.post("/operator/scenarios/play", fields, token=token) == 200
    assert browser.reply.get_json()["passed"] is True
    assert browser.post("/operator/scenarios/play", {**fields, "version": other.version}, token=token) == 200
    result = browser.reply.get_json()
    assert result["passed"] is False
    assert any(line.startswith("- Willkommen") for line in result["lines"])
    assert any(line.startswith("+ [de] Guten Tag") for line in result["lines"])
    assert browser.post("/operator/scenarios/play", {"version": other.version}, token=token) == 200
    assert "Anders als erwartet: 1 von 1." in browser.text


def test_a_play_is_bounded_and_goes_on_where_it_stopped(
    office: Office, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(browser, called(browser, *BUSY))
    content = kept(office)["buero_besetzt"].content
    for name in ("c", "d"):
        assert Scenarios(office.database).add(Scenario(name, content, "anna", NOW))
    monkeypatch.setattr("ivr.web.operator.scenarios.MOST_SECONDS", 0.0)
    browser.get("/operator/scenarios")
    browser.post("/operator/scenarios/play", {})
    assert "Wie erwartet: 1 von 1." in browser.text
    assert 'name="after" value="buero_besetzt"' in browser.text
    browser.post("/operator/scenarios/play", {"after": "buero_besetzt"})
    assert 'name="after" value="c"' in browser.text


def test_a_version_with_errors_and_a_scenario_that_cannot_be_read(office: Office, browser: Browser) -> None:
    assert Scenarios(office.database).add(Scenario("broken", "about: x\nturns: [", "anna", NOW))
    browser.get("/operator/scenarios")
    token = browser.token
    browser.post("/operator/scenarios/play", {"name": "broken"}, token=token)
    assert browser.reply.get_json()["passed"] is False
    assert browser.post("/operator/scenarios/play", {"name": "broken", "version": "mine"}, token=token) == 422
    assert "nichts in Arbeit" in browser.reply.get_json()["error"]
    assert browser.post("/operator/scenarios/play", {"name": "nobody"}, token=token) == 404


def test_as_a_file_and_deleted(office: Office, browser: Browser) -> None:
    keep(browser, called(browser, *BUSY))
    assert browser.get("/operator/scenarios/buero_besetzt.yaml") == 200
    assert browser.reply.get_data(as_text=True) == kept(office)["buero_besetzt"].content
    assert "attachment" in browser.reply.headers["Content-Disposition"]
    assert browser.reply.headers["X-Content-Type-Options"] == "nosniff"
    for name in ("nobody", "..%2f..%2fetc", "Buero", "a" * 99):
        assert browser.get(f"/operator/scenarios/{name}.yaml") == 404
    browser.get("/operator/scenarios")
    content = kept(office)["buero_besetzt"].content
    assert browser.post("/operator/scenarios/delete", {"name": "buero_besetzt", "mark": mark(browser)}) == 303
    assert kept(office) == {}
    line = office.operators.trail()[0]
    assert (line.operator, line.action) == ("anna", "scenario deleted")
    assert line.details == {"name": "buero_besetzt", "content": content}
    assert browser.post("/operator/scenarios/delete", {"name": "buero_besetzt"}) == 303, "it is gone, as was wished"


def mark(browser: Browser) -> str:
    """What the question whether to delete says of what it shows."""
    [found] = re.findall(r'<details>\s*<summary>Löschen.*?name="mark" value="([0-9a-f]+)"', browser.text, re.DOTALL)
    return str(found)


def test_what_somebody_has_changed_meanwhile_is_not_deleted(office: Office, browser: Browser) -> None:
    keep(browser, called(browser, *BUSY))
    browser.get("/operator/scenarios")
    seen, old = mark(browser), kept(office)["buero_besetzt"]
    changed_ = old._replace(content=old.content.replace("about: ", "about: Neu: "), author="berta")
    assert Scenarios(office.database).change(changed_, old.content)
    for given in (seen, ""):
        assert browser.post("/operator/scenarios/delete", {"name": "buero_besetzt", "mark": given}) == 409
        assert "wurde inzwischen geändert und ist nicht gelöscht" in browser.text
        assert kept(office)["buero_besetzt"] == changed_
    assert browser.post("/operator/scenarios/delete", {"name": "buero_besetzt", "mark": mark(browser)}) == 303


def test_who_may_only_look(office: Office, browser: Browser) -> None:
    keep(browser, called(browser, *BUSY))
    other = office.browser("berta")
    sealed = called(other, *BUSY)
    assert "Als Szenario aufbewahren" not in other.text
    assert keep(other, sealed) == 403
    other.get("/operator/scenarios")
    assert "Löschen" not in other.text
    assert other.post("/operator/scenarios/delete", {"name": "buero_besetzt"}) == 403
    other.get("/operator/scenarios")
    assert other.post("/operator/scenarios/play", {"name": "buero_besetzt"}) == 200
    assert set(kept(office)) == {"buero_besetzt"}


@pytest.mark.parametrize("path", ["new", "play", "delete"])
def test_no_forged_form(browser: Browser, path: str) -> None:
    assert browser.post(f"/operator/scenarios/{path}", {}, token="0" * 64) == 403


def test_without_the_database(office: Office, browser: Browser) -> None:
    sealed = called(browser, *BUSY)
    office.lose_database()
    assert browser.get("/operator/scenarios") == 200
    assert "Die Datenbank ist nicht zu erreichen" in browser.text
    browser.get("/operator/phone")
    assert keep(browser, sealed) == 422


def test_every_word_is_there_in_both_languages() -> None:
    for name, sentence in WORDS.items():
        assert sentence.de, name
        assert sentence.en, name
