"""Today: what operators see is what callers hear, and what they tell holds."""

from __future__ import annotations

import json
import re

import pytest
from page import NOW, Browser, Office
from service import CONTACTS, FLOWS

from ivr.desk import NAME, Desk, Trouble, write
from ivr.instructions import Instruction, latest
from ivr.loader import load
from ivr.speech import CODES
from ivr.street import prepare
from ivr.telling import COMMANDS
from ivr.web.operator import today
from ivr.web.operator.words import SHELL
from ivr.world import Clerk, Standing


@pytest.fixture
def browser(browser: Browser) -> Browser:
    browser.get("/operator/")
    return browser


def card(browser: Browser, contact: str) -> str:
    """A card's words, without its tags."""
    found = re.search(rf'data-part="{contact}">(.*?)(?:<details class="change"|</li>)', browser.text, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def said(browser: Browser) -> str:
    """What the page says about what was done."""
    found = re.search(r'id="message".*?</div>', browser.text, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[0].partition(">")[2]).split())


def holding(office: Office) -> dict[tuple[str, str], Instruction]:
    return latest(office.database.instructions(office.time), office.time)


# What is seen


@pytest.mark.parametrize(
    ("at", "lang", "words"),
    [
        ("2026-11-25T12:00", "de", ("Geöffnet bis heute um 20:30 Uhr", "Warum Mo-Sa: 9:00-20:30")),
        ("2026-11-25T12:00", "en", ("Open until today at 20:30", "Why Mo-Sa: 9:00-20:30")),
        ("2026-11-25T20:29", "de", ("Geöffnet bis heute um 20:30 Uhr",)),
        ("2026-11-25T20:30", "de", ("Geschlossen öffnet morgen um 09:00 Uhr",)),
        ("2026-11-28T21:00", "de", ("Geschlossen öffnet Mo 30.11.2026 09:00 Uhr",)),
        ("2026-11-28T21:00", "en", ("Closed opens Mon 2026-11-30 09:00",)),
        ("2026-12-25T12:00", "de", ("Geschlossen", "closed (Erster Weihnachtstag)")),
        ("2027-03-28T02:30", "de", ("Geschlossen öffnet Di 30.03.2027 09:00 Uhr",)),
    ],
)
def test_a_card_tells_the_state_until_when_and_why(browser, at, lang, words):
    assert browser.get(f"/operator/?at={at}&lang={lang}") == 200
    found = card(browser, "citywache")
    for each in words:
        assert each in found
    assert re.search(rf"contacts\.yaml, {'line' if lang == 'en' else 'Zeile'} \d+", found)
    assert re.search(r'href="/operator/edit\?file=contacts\.yaml&line=\d+&in=live"', browser.text)
    assert 'href="/operator/picture?contact=citywache#place"' in browser.text


def test_it_tells_what_callers_hear_in_every_language(office, browser):
    world = Clerk(office.context.directory).at(NOW)
    for contact in office.context.directory.contacts:
        for code in CODES:
            assert world.words(code, contact, "status") in card(browser, contact)
    assert browser.text.count('dir="rtl"') >= len(office.context.directory.contacts)


def test_hours_that_nobody_knows_are_no_state(browser):
    assert "Wird immer durchgestellt Öffnungszeiten sind nicht eingetragen" in card(browser, "nordmarktbuero")


@pytest.mark.parametrize("at", ["x", "2026-13-01T00:00", "1066-01-01T00:00", "9999-12-31T23:59-12:00", "<b>"])
def test_a_time_that_is_none_is_said_and_the_page_shows_now(browser, at):
    assert browser.get("/operator/", query_string={"at": at}) == 200
    assert "kein Zeitpunkt" in browser.text
    assert "<b>" not in browser.text.replace("<body>", "")


def test_at_another_time_nothing_can_be_changed(browser):
    browser.get("/operator/?at=2026-11-28T21:00")
    assert "Ansicht für" in browser.text
    assert 'action="/operator/today/' not in browser.text


def test_the_board_alone_is_the_same_board(browser):
    browser.get("/operator/?at=2026-11-28T21:00")
    whole = card(browser, "citywache")
    assert browser.get("/operator/today/board?at=2026-11-28T21:00") == 200
    assert card(browser, "citywache") == whole
    assert "<html" not in browser.text


def test_a_refused_set_is_told(office, browser):
    office.desk = Desk("abc", trouble=Trouble("def", NOW, ("ivr/flows/hotline.yaml:3:1: <script>",), 1))
    browser.get("/operator/")
    assert "Geänderte Dateien gelten nicht" in browser.text
    assert "<script>" not in browser.reply.get_data(as_text=True)


# The day's switch


def test_the_day_s_switch(office, browser):
    fields = {"contact": "citywache", "value": "closed", "until": "today", "text_de": "Personalversammlung"}
    assert browser.change("switch", {**fields, "text_en": "staff meeting"}) == 303
    assert said(browser).startswith("Citywache: geschlossen bis Mi 25.11.2026 24:00, Grund: Personalversammlung")
    assert "binnen drei Sekunden" in said(browser)
    held = holding(office)["switch", "citywache"]
    assert (held.author, held.channel, held.value) == ("anna", "page", "closed")
    assert held.until is not None
    assert held.until.isoformat() == "2026-11-25T23:00:00+00:00"
    assert held.texts == {"de": "Personalversammlung", "en": "staff meeting"}
    world = Clerk(office.context.directory, Standing((held,))).at(office.time)
    for contact in ("citywache", "ordnungsamt", "polizei"):
        found = card(browser, contact)
        assert "Geschlossen" in found
        assert "(anna, Seite, Mi 25.11.2026 12:00)" in found
        assert world.words("de", contact, "status") in found
        assert world.words("en", contact, "status") in found
        assert ("Schalter beenden" in found) is (contact == "citywache")
    assert browser.post("/operator/today/switch", {"contact": "citywache", "value": "usual"}) == 303
    browser.get("/operator/")
    assert "Geöffnet" in card(browser, "citywache")
    assert holding(office) == {}
    assert {("anna", "switch usual"), ("anna", "switch closed")} < set(office.trail())


def seen(browser: Browser, part: str) -> list[str]:
    """What the forms of a part say of what stood there."""
    found = re.search(
        rf'data-part="{part}">(.*?)</div>\s*(<details class="change"|</li>|</section>)', browser.text, re.DOTALL
    )
    assert found
    return re.findall(r'name="seen"[^>]* value="([^"]*)"', found[1])


def test_nobody_ends_or_replaces_what_she_has_not_seen(office, browser):
    office.add("edda", "edit")
    edda = office.browser("edda")
    closed = {"contact": "citywache", "value": "closed"}
    browser.change("switch", {**closed, "until": "today"})
    stale = seen(browser, "citywache")
    assert len(set(stale)) == 1
    edda.change("switch", {**closed, "until": "further", "text_de": "Wasserschaden", "seen": stale[0]})
    for change in (
        {"contact": "citywache", "value": "usual"},
        {"contact": "citywache", "value": "open", "until": "today", "text_de": "Doch offen"},
    ):
        assert browser.post("/operator/today/switch", {**change, "seen": stale[0]}) == 409
        assert "Inzwischen gilt etwas anderes: Citywache: geschlossen bis auf Weiteres" in browser.text
        assert "edda" in browser.text
        assert holding(office)["switch", "citywache"].author == "edda"
    assert 'value="Doch offen"' in browser.text
    now = seen(browser, "citywache")[0]
    assert now != stale[0]
    assert browser.post("/operator/today/switch", {"contact": "citywache", "value": "usual", "seen": now}) == 303
    assert edda.post("/operator/today/switch", {"contact": "citywache", "value": "usual", "seen": now}) == 409
    assert "Was hier stand, gilt nicht mehr." in edda.text


def test_an_announcement_that_nobody_has_seen_stays(office, browser):
    browser.get("/operator/")
    assert seen(browser, "announcement") == [""]
    office.add("edda", "edit")
    said_ = {"value": "said", "until": "further", "text_de": "Heute ist Markt.", "seen": ""}
    assert office.browser("edda").change("announcement", said_) == 303
    assert browser.post("/operator/today/announcement", {**said_, "text_de": "Morgen ist Markt."}) == 409
    assert "Heute ist Markt." in browser.text
    assert holding(office)["announce", "announcement"].author == "edda"


@pytest.mark.parametrize(
    ("contact", "words"),
    [
        ("citywache", r"Warum der Tagesschalter Ohne den Tagesschalter Mo-Sa: 9:00-20:30 contacts\.yaml, Zeile \d+"),
        ("polizei", r"Warum der Tagesschalter Ohne den Tagesschalter Mo-Sa: 9:00-20:30 contacts\.yaml, Zeile \d+"),
        ("nordmarktbuero", r"Ohne den Tagesschalter ohne Öffnungszeiten eingetragen contacts\.yaml, Zeile \d+"),
    ],
)
def test_under_a_switch_it_tells_what_would_decide_without_it(browser, contact, words):
    assert "Ohne den Tagesschalter" not in card(browser, contact)
    switched = "nordmarktbuero" if contact == "nordmarktbuero" else "citywache"
    browser.change("switch", {"contact": switched, "value": "closed", "until": "today"})
    assert re.search(words, card(browser, contact))


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("switch", {"contact": "citywache", "value": "closed", "text_de": "Sitzung in der Königstr. heute"}),
        ("announcement", {"value": "said", "text_de": "Sitzung in der Königstr. heute"}),
    ],
)
def test_what_could_be_read_better_is_said_after_saving(office, browser, path, fields):
    assert browser.change(path, {"until": "today", **fields}) == 303
    assert "Es gilt so, ließe sich aber besser vorlesen: de: Die Abkürzung „Königstr.“" in said(browser)
    assert len(holding(office)) == 1
    browser.get("/operator/")
    assert "ließe sich aber besser vorlesen" not in browser.text
    assert browser.change(path, {"until": "today", **fields, "text_de": "Sitzung in der Königstraße heute"}) == 303
    assert "ließe sich aber besser vorlesen" not in said(browser)


@pytest.mark.parametrize(
    ("until", "at", "held"),
    [
        ("time", "2026-11-25T18:00", "2026-11-25T17:00:00+00:00"),
        ("time", "2026-12-01T08:15", "2026-12-01T07:15:00+00:00"),
        ("further", "", None),
    ],
)
def test_until_when(office, browser, until, at, held):
    fields = {"contact": "polizei", "value": "open", "until": until, "until_at": at}
    assert browser.change("switch", fields) == 303
    found = holding(office)["switch", "polizei"].until
    assert (found and found.isoformat()) == held


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"until": "time", "until_at": "2026-11-25T11:59"}, "schon vorbei"),
        ({"until": "time", "until_at": ""}, "keiner"),
        ({"until": "time", "until_at": "gestern"}, "keiner"),
        ({"value": "shut"}, "geschlossen oder geöffnet"),
        ({"value": ""}, "geschlossen oder geöffnet"),
        ({"contact": "nobody"}, ""),
        ({"text_de": "ab 5 Uhr"}, "de: Die Ziffern „5“"),
        ({"text_en": "{citywache.status}"}, "en: Hier geht kein Platzhalter"),
        ({"text_ar": "Закрыто"}, "ar: Dieser Text ist nicht in der Schrift"),
    ],
)
def test_what_cannot_be_done_is_said_and_what_was_written_stays(office, browser, fields, words):
    browser.get("/operator/")
    given = {"contact": "citywache", "value": "closed", "until": "today", "text_tr": "Toplantı", **fields}
    assert browser.post("/operator/today/switch", given) == 422
    assert words in browser.text
    assert office.database.instructions(office.time) == ()
    if given["contact"] == "citywache":
        assert 'value="Toplantı"' in browser.text
        assert "Es hat sich nichts geändert." in browser.text


@pytest.mark.parametrize("text", ["<script>alert('x')</script>", "\"><img src=x onerror=alert('x')>", "'; -- ", "a\0b"])
@pytest.mark.parametrize("path", ["switch", "announcement"])
def test_no_text_becomes_a_part_of_the_page(browser, path, text):
    fields = {"contact": "citywache", "value": "closed" if path == "switch" else "said", "text_de": text}
    browser.change(path, fields)
    raw = browser.reply.get_data(as_text=True)
    assert "<script>alert" not in raw
    assert "<img" not in raw


def test_no_value_of_a_contacts_file_becomes_a_part_of_the_page(tmp_path):
    contacts = tmp_path / "contacts.yaml"
    contacts.write_text(
        CONTACTS.read_text("utf-8")
        .replace("name: Citywache", 'name: "<img src=x onerror=alert(document.cookie)>"')
        .replace("holidays: closed", "exceptions: [{on: 2026-11-25, closed: yes, reason: {de: '\"><script>'}}]"),
        "utf-8",
    )
    found = load(FLOWS, contacts)
    assert found.flows is not None
    assert found.directory is not None
    office = Office(tmp_path)
    office.add("anna", "view", "edit")
    office.service.current = prepare(found.flows, found.directory, "https://ivr.example", "twilio")
    browser = office.browser("anna")
    assert browser.get("/operator/") == 200
    assert "<img src=x" in browser.text
    raw = browser.reply.get_data(as_text=True)
    assert "<img" not in raw
    assert '"><script>' not in raw


# The announcement


def test_the_announcement(office, browser):
    fields = {"value": "said", "until": "today", "text_de": "Das Fest fällt aus.", "text_uk": "Свято скасовано."}
    assert browser.change("announcement", fields) == 303
    assert "Durchsage: „Das Fest fällt aus.“ bis Mi 25.11.2026 24:00" in said(browser)
    assert "bis Mi 25.11.2026 24:00 <span>(anna, Seite, Mi 25.11.2026 12:00)" in browser.text
    held = holding(office)["announce", "announcement"]
    assert held.texts == {"de": "Das Fest fällt aus.", "uk": "Свято скасовано."}
    assert browser.post("/operator/today/announcement", {"value": "usual"}) == 303
    assert holding(office) == {}
    browser.get("/operator/")
    assert "wird nichts durchgesagt" in browser.text


def test_a_long_announcement_is_remarked_upon(browser):
    text = (
        "Heute bleibt der Markt wegen der Bauarbeiten an der Straße vor dem Rathaus leider den ganzen Tag geschlossen. "
    )
    browser.change("announcement", {"value": "said", "until": "today", "text_de": text * 3})
    assert "Lässt es sich kürzer sagen?" in browser.text


def test_an_announcement_needs_the_first_language(office, browser):
    browser.get("/operator/")
    assert browser.post("/operator/today/announcement", {"value": "said", "text_en": "Hello."}) == 422
    assert "In der ersten Sprache muss ein Text stehen." in browser.text
    assert 'value="Hello."' in browser.text


# When things break, and two at once


def test_the_clock_that_moves_on_says_no_alert_again(office, browser):
    """What an assistive program reads out at once is not in the part that is replaced every minute."""
    browser.get("/operator/")
    office.lose_database()
    browser.get("/operator/today/board")
    moment, notes = (browser.text.index(f'data-part="{name}"') for name in ("moment", "notes"))
    assert 'role="alert"' not in browser.text[moment:notes]
    assert 'role="alert"' in browser.text[notes:]


def test_without_the_database_a_change_goes_to_the_spool(office, browser):
    browser.get("/operator/")
    office.lose_database()
    assert browser.change("switch", {"contact": "citywache", "value": "closed", "until": "today"}) == 303
    assert "Auf diesem Server aufbewahrt" in said(browser)
    assert "Geschlossen" in card(browser, "citywache")
    lines = [
        json.loads(line)
        for path in (office.settings.storage.spool / COMMANDS).iterdir()
        for line in path.read_text().splitlines()
    ]
    assert [(each["k"], each["subject"], each["channel"]) for each in lines] == [("instruction", "citywache", "page")]


def test_without_the_database_the_desk_is_what_is_known(office, browser):
    told = Instruction("switch", "citywache", "closed", NOW, author="telefon")
    office.settings.desk.mkdir(parents=True)
    write(office.settings.desk / NAME, Desk("abc", instructions=(told,)))
    office.lose_database()
    browser.get("/operator/")
    assert "Die Datenbank ist nicht zu erreichen" in browser.text
    assert "telefon" in card(browser, "citywache")


def test_two_tabs_agree(office, browser):
    other = office.browser("anna")
    browser.change("switch", {"contact": "citywache", "value": "closed", "until": "today"})
    other.get("/operator/today/board?quiet=yes")
    assert "Geschlossen" in card(other, "citywache")


def test_an_hour_that_comes_twice_can_be_seen_both_times(browser):
    browser.get("/operator/?at=2026-10-25T02:30")
    assert "das erste Mal" in browser.text
    again = re.search(r'href="(/operator/\?at=[^"]*)">Das zweite Mal', browser.text)
    assert again
    browser.get(again[1])
    assert "das zweite Mal" in browser.text
    assert 'datetime="2026-10-25T02:30:00+01:00"' in browser.text
    for once in ("2026-10-25T01:30", "2026-03-29T02:30"):
        browser.get(f"/operator/?at={once}")
        assert "zweimal" not in browser.text


def test_nobody_can_make_the_page_say_what_was_not_done(browser):
    browser.get("/operator/?told=Alle+abgemeldet")
    assert said(browser) == ""


# Words


@pytest.mark.parametrize("words", [today.WORDS, SHELL])
def test_every_word_is_there_in_both_languages(words):
    for name, sentence in words.items():
        assert sentence.de, name
        assert sentence.en, name


def test_the_language_is_remembered(office, browser):
    browser.get("/operator/")
    assert '<html lang="de">' in browser.text
    browser.get("/operator/?lang=en")
    assert '<html lang="en">' in browser.text
    browser.get("/operator/")
    assert '<html lang="en">' in browser.text
    browser.get("/operator/?lang=xx")
    assert '<html lang="en">' in browser.text


def test_links_keep_a_path_of_the_public_address(tmp_path):
    office = Office(tmp_path, IVR_PUBLIC_URL="https://stadt.example/ivr")
    office.add("anna", "view", "edit")
    browser = office.browser()
    browser.base = "https://stadt.example"
    browser.log_in("anna")
    assert browser.reply.headers["Location"] == "/ivr/operator/"
    browser.get("/operator/")
    assert 'href="/operator' not in browser.text
    assert 'action="/operator' not in browser.text
