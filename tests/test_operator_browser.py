"""The operators' page in a real windows: `ivr serve --dev`, its one-time link, and what a stranger does there.

Screenshots go to IVR_SCREENSHOTS, when that names a folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from page import HASH, PASSWORD
from playwright.sync_api import expect
from running import until
from visit import DESKTOP, PHONE, House, Seen, at_home, fits, press_to, under_dev

from ivr.store import Away, Database, Operators


@pytest.fixture
def house(tmp_path: Path, chromium: str) -> Iterator[House]:
    with at_home(under_dev(tmp_path).furnish()) as found:
        yield found


def test_from_the_link_to_a_closed_office_by_keyboard_only(windows, house):
    seen = Seen(windows, house, DESKTOP)
    page = seen.page
    assert "Personalversammlung" not in house.hears()
    page.goto(house.link)
    assert page.url == f"{house.url}/operator/"
    expect(page.locator(".cards > li")).to_have_count(5)
    assert "Citywache" in page.locator("#contact-citywache").inner_text()
    seen.shot("today-desktop-de")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    press_to(page, "#contact-citywache .change > summary")
    page.keyboard.press("Enter")
    press_to(page, "#contact-citywache [name=value]")
    for _ in range(2):
        if not page.locator("#contact-citywache [name=value][value=closed]").is_checked():
            page.keyboard.press("ArrowDown")
    press_to(page, "#citywache-de")
    page.keyboard.type("Personalversammlung")
    seen.shot("switch-desktop-de")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("Citywache: geschlossen bis")
    expect(page.locator("#message")).to_be_focused()
    expect(page.locator("#contact-citywache .state")).to_contain_text("Geschlossen")
    expect(page.locator("#contact-citywache .held")).to_contain_text("anna")
    seen.shot("closed-desktop-de")
    until("the caller hears it", lambda: "Personalversammlung" in house.hears(), 10)

    press_to(page, "#contact-citywache .held button")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("Citywache: wie gewöhnlich")
    until("the caller hears it no longer", lambda: "Personalversammlung" not in house.hears(), 10)
    seen.close()

    second = Seen(windows, house, PHONE)
    second.page.goto(f"{house.url}/operator/")
    expect(second.page.get_by_role("heading", name="Anmelden")).to_be_visible()
    assert fits(second.page)
    second.shot("login-phone-de")
    second.close()


def test_in_english_on_a_phone_with_the_slider_and_a_second_tab(windows, house):
    seen = Seen(windows, house, PHONE)
    page = seen.page
    page.goto(house.link)
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert fits(page)
    seen.shot("today-phone-en")

    page.get_by_text("Look at another time").click()
    page.locator("#at").fill("2026-11-28T20:00")
    expect(page.locator(".when time")).to_have_text("Sat 2026-11-28 20:00")
    expect(page.locator("#contact-citywache .state")).to_contain_text("Open")
    page.locator("#minute").focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".when time")).to_have_text("Sat 2026-11-28 20:30")
    expect(page.locator("#contact-citywache .state")).to_contain_text("Closed")
    expect(page.locator("#said")).to_contain_text("Citywache Closed")
    expect(page.locator("#contact-citywache .change")).to_be_hidden()
    assert "at=2026-11-28T20%3A30" in page.url
    assert "at=2026-11-28T20%3A30" in (page.locator("a.language").get_attribute("href") or "")
    assert fits(page)
    seen.shot("travel-phone-en")

    tab = seen.context.new_page()
    tab.goto(f"{house.url}/operator/")
    page.goto(f"{house.url}/operator/")
    page.locator(".wide .change > summary").click()
    page.locator("#text-de").fill("Heute ist Markt.")
    page.get_by_role("button", name="Announce from now on").click()
    expect(page.locator("#message")).to_contain_text("Heute ist Markt.")
    seen.shot("announced-phone-en")
    expect(tab.locator("#announcement ~ .heard")).to_contain_text("Heute ist Markt.", timeout=15_000)
    until("the caller hears it", lambda: "Heute ist Markt." in house.hears(), 10)

    page.get_by_role("button", name="Log out", exact=True).click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    seen.close()


def test_what_is_being_written_outlives_the_session(windows, house):
    database = Database(house.service.database)
    assert Operators(database).add("berta", HASH, frozenset({"edit"}), datetime.now(UTC))
    database.close()
    seen = Seen(windows, house, DESKTOP)
    page = seen.page

    def log_in(tab):
        tab.get_by_label("Name").fill("berta")
        tab.get_by_label("Passwort").fill(PASSWORD)
        tab.get_by_role("button", name="Anmelden").click()
        tab.wait_for_url(f"{house.url}/operator/")

    page.goto(f"{house.url}/operator/login")
    log_in(page)
    page.locator(".wide .change > summary").click()
    page.locator("#text-de").fill("Heute ist Markt.")
    seen.context.clear_cookies()
    look = "document.dispatchEvent(new Event('visibilitychange'))"
    page.evaluate(look)
    expect(page.locator("#logged-out")).to_contain_text("Sie sind nicht mehr angemeldet")
    seen.shot("logged-out-desktop-de")
    with seen.context.expect_page() as opened:
        page.locator("#logged-out a").click()
    log_in(opened.value)
    page.evaluate(look)
    expect(page.locator("#logged-out")).to_be_hidden()
    page.get_by_role("button", name="Ab sofort durchsagen").click()
    expect(page.locator("#message")).to_contain_text("Heute ist Markt.")
    seen.errors.clear()  # 401, on purpose
    seen.close()


def test_without_javascript_and_in_the_dark(windows, house):
    seen = Seen(windows, house, DESKTOP, java_script_enabled=False, color_scheme="dark")
    page = seen.page
    page.goto(house.link)
    page.get_by_text("Andere Zeit ansehen").click()
    page.locator("#at").fill("2026-12-25T12:00")
    page.get_by_role("button", name="Anzeigen").click()
    expect(page.locator(".when time")).to_have_text("Fr 25.12.2026 12:00")
    expect(page.locator("#contact-citywache .why").first).to_contain_text("Erster Weihnachtstag")
    seen.shot("travel-desktop-dark")
    page.get_by_role("link", name="Zurück zu jetzt").first.click()
    page.locator("#contact-polizei .change > summary").click()
    page.locator("#contact-polizei [value=closed]").check()
    page.locator("#contact-polizei").get_by_role("button", name="Ab sofort so ansagen").click()
    expect(page.locator("#message")).to_contain_text("Polizei: geschlossen bis")
    expect(page.locator("#contact-citywache .held")).to_have_count(0)
    seen.shot("closed-desktop-dark")
    seen.close()


def test_the_database_goes_away_and_an_office_is_closed_all_the_same(windows, house):
    seen = Seen(windows, house, DESKTOP)
    page = seen.page
    page.goto(house.link)
    for path in house.service.folder.glob("ivr.db*"):
        path.rename(path.with_name(f"away-{path.name}"))
    page.goto(f"{house.url}/operator/")
    expect(page.locator(".notes .bad")).to_contain_text("Die Datenbank ist nicht zu erreichen")
    page.locator("#contact-citywache .change > summary").click()
    page.locator("#contact-citywache [value=closed]").check()
    page.locator("#citywache-de").fill("Stromausfall")
    page.locator("#contact-citywache").get_by_role("button", name="Ab sofort so ansagen").click()
    expect(page.locator("#message")).to_contain_text("Auf diesem Server aufbewahrt")
    seen.shot("away-desktop-de")
    until("the caller hears it", lambda: "Stromausfall" in house.hears(), 10)
    for path in house.service.folder.glob("away-ivr.db*"):
        path.rename(path.with_name(path.name.removeprefix("away-")))
    until("the database has it", lambda: "page" in channels(house), 30)
    page.wait_for_timeout(5_500)
    page.goto(f"{house.url}/operator/")
    expect(page.locator(".notes .bad")).to_have_count(0)
    expect(page.locator("#contact-citywache .held")).to_contain_text("Stromausfall")
    seen.close()


def channels(house: House) -> set[str]:
    database = Database(house.service.database)
    try:
        return {each.channel for each in database.instruction_history()}
    except Away:
        return set()
    finally:
        database.close()
