"""Numbers, read aloud, the trail and the account in a real windows, over `ivr serve --dev` with weeks of calls.

Screenshots go to IVR_SCREENSHOTS, when that names a folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from page import HASH, PASSWORD
from playwright.sync_api import Browser, expect
from traffic import fill, weeks
from visit import DESKTOP, PHONE, House, Seen, at_home, fits, press_to, under_dev

from ivr.store import Database, Operators


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[House]:
    service = under_dev(tmp_path_factory.mktemp("numbers"), IVR_AUTHOR="start").furnish()
    now = datetime.now(UTC)
    database = Database(service.database)
    database.migrate(create=True)
    fill(database, weeks(now.replace(hour=23)))
    operators = Operators(database)
    operators.add("anna", HASH, frozenset({"view", "edit"}), now)
    for number in range(70):
        operators.note(
            now, "berta", "switch closed", {"subject": "citywache", "until": None, "instruction": str(number)}
        )
    database.close()
    with at_home(service) as found:
        yield found


def log_in(seen: Seen, house: House, path: str) -> None:
    seen.page.goto(f"{house.url}/operator/login?next={path}")
    seen.page.locator("#name").fill("anna")
    seen.page.locator("#password").fill(PASSWORD)
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url(f"{house.url}{path}")


def test_numbers_by_keyboard_on_a_desktop(windows: Browser, house: House) -> None:
    seen = Seen(windows, house, DESKTOP)
    page = seen.page
    log_in(seen, house, "/operator/numbers")
    expect(page.get_by_role("heading", name="Anrufe je Tag")).to_be_visible()
    assert page.locator("svg.columns").first.locator("g").count() == 28
    expect(page.locator(".options")).to_contain_text("Nordstadtbüro")
    expect(page.locator(".health .bad")).to_contain_text("war besetzt")
    assert fits(page)
    seen.shot("numbers-desktop-de")
    press_to(page, ".days summary")
    page.keyboard.press("Enter")
    expect(page.locator(".days tbody tr")).to_have_count(28)
    press_to(page, ".choices a[href$='days=7']", key="Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/operator/numbers?days=7")
    assert page.locator("svg.columns").first.locator("g").count() == 7
    with page.expect_download() as download:
        page.locator(".hours .csv a").click()
    assert download.value.suggested_filename.startswith("hours-")
    seen.close()


def test_numbers_and_trail_in_english_on_a_phone(windows: Browser, house: House) -> None:
    seen = Seen(windows, house, PHONE)
    page = seen.page
    log_in(seen, house, "/operator/numbers")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Calls per day")).to_be_visible()
    assert fits(page)
    seen.shot("numbers-phone-en")
    page.goto(f"{house.url}/operator/trail")
    expect(page.locator(".trail tbody tr")).to_have_count(50)
    expect(page.locator(".trail")).to_contain_text("The day's switch: Citywache closed until it is taken back")
    assert fits(page)
    seen.shot("trail-phone-en")
    page.get_by_role("link", name="Older").click()
    assert page.locator(".trail tbody tr").count() >= 20
    page.locator("#operator").select_option("anna")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".trail tbody")).not_to_contain_text("berta")
    seen.close()


def test_the_sheet_on_the_screen_and_on_paper(windows: Browser, house: House) -> None:
    seen = Seen(windows, house, DESKTOP)
    page = seen.page
    log_in(seen, house, "/operator/listening")
    page.locator("#at").fill("2026-12-25T12:00")
    page.get_by_role("button", name="Anzeigen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Freitag, 25.12.2026, 12:00 Uhr")
    seen.shot("listening-desktop-de")
    page.locator("#language").select_option("ar")
    page.get_by_role("button", name="Anzeigen").click()
    expect(page.locator(".said").first).to_have_attribute("dir", "rtl")
    page.set_viewport_size(PHONE)
    assert fits(page)
    seen.shot("listening-phone-ar")
    page.emulate_media(media="print")
    for gone in (".top", ".bottom", ".choose"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator(".reading")).to_be_visible()
    seen.shot("listening-print-ar")
    seen.close()


def test_another_password_and_in_the_dark(windows: Browser, house: House) -> None:
    seen = Seen(windows, house, DESKTOP, color_scheme="dark")
    page = seen.page
    log_in(seen, house, "/operator/numbers")
    seen.shot("numbers-desktop-dark")
    page.goto(f"{house.url}/operator/trail")
    seen.shot("trail-desktop-dark")
    page.locator(".bottom a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("anna")
    page.locator("#old").fill(PASSWORD)
    for field in ("#new", "#again"):
        page.locator(field).fill("drei rote kähne schwimmen")
    assert fits(page)
    seen.shot("account-desktop-dark")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("Das neue Passwort gilt.")
    page.locator("#old").fill("drei rote kähne schwimmen")
    for field in ("#new", "#again"):
        page.locator(field).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("Das neue Passwort gilt.")
    seen.close()


def test_whoever_came_by_the_link_has_no_account(windows: Browser, house: House) -> None:
    seen = Seen(windows, house, PHONE)
    page = seen.page
    page.goto(house.link)
    page.locator(".bottom a").first.click()
    expect(page.locator("main")).to_contain_text("mit dem Link des Starts")
    expect(page.locator("#old")).to_have_count(0)
    assert fits(page)
    seen.shot("account-phone-link")
    seen.close()
