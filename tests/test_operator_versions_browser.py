"""Versions in a real windows: publish, look at the difference, go back by keyboard, on a desk and on a phone.

Screenshots go to IVR_SCREENSHOTS, when that names a folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from running import until
from visit import DESKTOP, PHONE, House, Seen, at_home, fits, press_to, under_dev

from ivr.bundle import Bundle, gather
from ivr.store import Database

HELLO, GOODBYE = "Willkommen beim", "Guten Tag beim"


@pytest.fixture
def house(tmp_path: Path, chromium: str) -> Iterator[House]:
    with at_home(under_dev(tmp_path).furnish()) as found:
        yield found


@pytest.fixture
def versions(house: House) -> list[str]:
    """Two versions that were published one after the other, and a draft; the second is in force."""
    shipped, _ = gather(house.service.flows, house.service.contacts)
    second = changed(shipped, HELLO, GOODBYE)
    draft = changed(changed(second, "9:00-20:30", "9:00-20:00"), "Goodbye", "Goodbye and take care")
    database = Database(house.service.database)
    for bundle, why in ((shipped, "Der Anfang"), (second, "Freundlicher begrüßen")):
        database.store_set(bundle.version, bundle.to_bytes(), datetime.now(UTC))
        database.publish(bundle.version, draft=False, author="berta", why=why, at=datetime.now(UTC))
    database.store_set(draft.version, draft.to_bytes(), datetime.now(UTC))
    database.publish(
        draft.version, draft=True, author="carl", why="Kürzere Zeiten, bitte anhören", at=datetime.now(UTC)
    )
    database.close()
    until("callers hear the second", lambda: GOODBYE in house.hears(), 20)
    return [shipped.version, second.version, draft.version]


def patient(seen: Seen) -> Page:
    """Its page; each worker reads a version when it is asked for it first, and the machine may be busy."""
    seen.page.set_default_timeout(40_000)
    return seen.page


def changed(bundle: Bundle, old: str, new: str) -> Bundle:
    assert bundle.contacts is not None
    flows = tuple(each._replace(content=each.content.replace(old.encode(), new.encode())) for each in bundle.flows)
    contacts = bundle.contacts._replace(content=bundle.contacts.content.replace(old.encode(), new.encode()))
    return Bundle(bundle.folder, flows, contacts, bundle.pronunciation, bundle.contacts_name)


def test_back_to_an_older_version_by_keyboard_only(windows, house, versions):
    first, second, _ = versions
    seen = Seen(windows, house, DESKTOP)
    page = patient(seen)
    page.goto(house.link)
    press_to(page, 'a[href$="/operator/versions"]')
    page.keyboard.press("Enter")
    expect(page.locator(".stamp.live")).to_contain_text(second)
    assert fits(page)
    seen.shot("versions-desktop-de")

    press_to(page, f'a[href*="publish?version={first}&as=live"]')
    page.keyboard.press("Enter")
    expect(page.locator("ins")).to_have_text("Willkommen")
    expect(page.locator("del")).to_have_text("Guten Tag")
    seen.shot("publish-desktop-de")
    press_to(page, "#why")
    page.keyboard.type("Das Alte war besser")
    press_to(page, "[name=unchecked]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text(f"Veröffentlicht: Fassung {first}.")
    expect(page.locator(".log > li").first).to_contain_text("Das Alte war besser")
    seen.shot("published-desktop-de")
    until("callers hear it", lambda: HELLO in house.hears(), 20)
    seen.close()


def test_on_a_phone_in_english(windows, house, versions):
    _, second, draft = versions
    seen = Seen(windows, house, PHONE)
    page = patient(seen)
    page.goto(house.link)
    page.goto(f"{house.url}/operator/versions?lang=en")
    expect(page.locator(".stamp.draft")).to_contain_text(draft)
    expect(page.locator("#draft ~ .hint")).to_contain_text("IVR_DRAFT_NUMBER")
    assert fits(page)
    seen.shot("versions-phone-en")
    page.get_by_role("link", name="What the draft changes").click()
    expect(page.locator("h2").first).to_contain_text("Numbers and hours")
    expect(page.locator("ins").first).to_have_text("and take care")
    assert fits(page)
    seen.shot("difference-phone-en")
    page.get_by_role("link", name="The other way round").click()
    expect(page.locator("del").first).to_have_text("and take care")
    page.go_back()
    page.get_by_role("link", name="To the versions").click()
    page.get_by_role("link", name="Put in force for all …").first.click()
    # What was never in force is checked first; the form comes when that has ended well.
    expect(page.locator("#why")).to_be_visible(timeout=180_000)
    assert fits(page)
    seen.shot("publish-phone-en")

    other = seen.context.new_page()
    other.goto(page.url)
    other.locator("#why").fill("It sounds right")
    other.get_by_role("button", name="Put in force now").click()
    expect(other.locator("#message")).to_contain_text(f"Published: version {draft}.")
    page.locator("#why").fill("So it was me")
    page.get_by_role("button", name="Put in force now").click()
    expect(page.locator(".bad")).to_contain_text(f"Another version is in force by now: {draft}")
    assert fits(page)
    seen.shot("overtaken-phone-en")
    with page.expect_download() as told:
        page.goto(f"{house.url}/operator/versions")
        page.locator(f'a[href$="files?version={second}"]').first.click()
    assert told.value.suggested_filename == f"{second}.zip"
    # The form that came too late was answered with 409, which the browser notes.
    seen.errors = [each for each in seen.errors if "409" not in each]
    seen.close()


def test_in_the_dark_without_javascript(windows, house, versions):
    first, second, draft = versions
    seen = Seen(windows, house, DESKTOP, java_script_enabled=False, color_scheme="dark")
    page = patient(seen)
    page.goto(house.link)
    page.goto(f"{house.url}/operator/versions")
    seen.shot("versions-desktop-dark")
    page.get_by_role("link", name="Zwei Fassungen vergleichen").click()
    page.locator("#from").select_option(first)
    page.locator("#to").select_option(draft)
    page.get_by_role("button", name="Vergleichen").click()
    expect(page.locator("ins").first).to_have_text("Guten Tag")
    seen.shot("difference-desktop-dark")
    page.goto(f"{house.url}/operator/versions/publish?version={second}&as=draft")
    expect(page.locator("h1")).to_have_text("Diese Fassung als Entwurf anbieten")
    seen.close()
