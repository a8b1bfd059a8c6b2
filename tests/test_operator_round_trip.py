"""The whole way of an operator, in a real browser and against the real service: she logs in, hears what callers hear,
makes a mistake and sees it at its line, repairs it, publishes, hears it, and takes it back.

Once by mouse, once without one. Screenshots go to IVR_SCREENSHOTS, when that names a folder.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from page import PASSWORD
from playwright.sync_api import expect
from running import ROOT, until
from visit import DESKTOP, PHONE, House, Seen, at_home, fits, press_to, under_dev

if TYPE_CHECKING:
    from playwright.sync_api import Page

PROVED_MS = 120_000
"""A whole proof on a machine that has other things to do."""

OLD, WRONG, NEW = "Willkommen beim", "Schönen 24 Tag beim", "Schönen guten Tag beim"

expect.set_options(timeout=30_000)


@pytest.fixture
def house(tmp_path: Path, chromium: str, remembered: Path) -> Iterator[House]:
    service = under_dev(tmp_path, IVR_AUTHOR="", IVR_SCENARIOS=str(ROOT / "tests" / "scenarios"))
    shutil.copytree(remembered, service.var / "check")
    with at_home(service.furnish()) as found:
        yield found


def let_in(house: House, name: str) -> None:
    """An account, as whoever runs the service makes one."""
    command = [sys.executable, "-m", "ivr", "operator", "add", name, "--role", "edit", "--role", "publish", "--stdin"]
    environment = house.service.environment
    subprocess.run(
        command, input=PASSWORD, text=True, check=True, cwd=house.service.folder, env=environment, capture_output=True
    )


def hears(page: Page, words: str) -> None:
    expect(page.locator("#transcript .theirs").first).to_contain_text(words)


WORD = """
word => {
  const walker = document.createTreeWalker(document.querySelector(".cm-content"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(word);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + word.length);
    const box = range.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  }
}
"""
"""Where the first of a word stands in the editor's window."""


def double_click(page: Page, word: str) -> None:
    page.locator(".cm-line", has_text=word).first.scroll_into_view_if_needed()
    page.mouse.dblclick(*page.evaluate(WORD, word))


def test_by_mouse_in_german(windows, house):
    let_in(house, "berta")
    seen = Seen(windows, house, DESKTOP)
    page = seen.page
    page.set_default_timeout(60_000)
    page.goto(f"{house.url}/operator/")
    page.get_by_label("Name").fill("berta")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("heading", name="Heute", exact=True)).to_be_visible()
    seen.shot("trip-1-today-desktop-de")

    page.get_by_role("link", name="Anrufen und zuhören").click()
    page.get_by_role("button", name="Anrufen").click()
    hears(page, OLD)
    seen.shot("trip-2-old-desktop-de")
    page.get_by_role("button", name="Auflegen").click()

    # From the box in the picture to its lines in the editor.
    page.get_by_role("link", name="Bild", exact=True).click()
    page.get_by_role("link", name="welcome").first.click()
    page.locator("#place").get_by_role("link", name="Bearbeiten").click()
    page.wait_for_selector("body[data-ready=yes]")
    double_click(page, "Willkommen")
    page.keyboard.type(WRONG.removesuffix(" beim"))
    wrong = page.locator(".cm-line", has_text=WRONG)
    expect(wrong.locator(".cm-lintRange-error")).to_have_text("24")
    expect(page.locator(".ivr-problems li").first).to_contain_text("24")
    expect(page.locator(".verdict.bad")).to_be_visible()
    seen.shot("trip-3-mistake-desktop-de")
    double_click(page, "24")
    page.keyboard.type("guten")
    expect(page.locator(".cm-line", has_text=NEW)).to_be_visible()
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)
    expect(page.locator(".verdict.good")).to_be_visible(timeout=PROVED_MS)
    # Of the scenarios, one expects the old words.
    expect(page.locator(".failing")).to_have_count(1)
    seen.shot("trip-4-proved-desktop-de")

    page.get_by_role("link", name="Ansehen und veröffentlichen").click()
    expect(page.locator("#why")).to_be_visible(timeout=PROVED_MS)
    page.get_by_label("Warum?").fill("Freundlicher")
    page.get_by_label("Ich habe das gesehen").check()
    seen.shot("trip-5-review-desktop-de")
    page.get_by_role("button", name="Jetzt veröffentlichen").click()
    expect(page.get_by_role("heading", name="Veröffentlicht")).to_be_visible()
    until("a caller hears it", lambda: NEW in house.hears(), 10)
    page.locator("main").get_by_role("link", name="Jetzt anhören").click()
    page.get_by_role("button", name="Anrufen").click()
    hears(page, NEW)
    seen.shot("trip-6-new-desktop-de")

    page.get_by_role("link", name="Protokoll").click()
    expect(page.locator("main")).to_contain_text("Freundlicher")
    seen.shot("trip-7-trail-desktop-de")
    page.get_by_role("link", name="Fassungen", exact=True).click()
    expect(page.locator(".log > li").first).to_contain_text("Freundlicher")
    expect(page.locator(".log > li").first).to_contain_text("berta")
    seen.shot("trip-8-versions-desktop-de")
    page.get_by_role("link", name="Wieder in Kraft setzen").first.click()
    expect(page.locator(".verdict.good")).to_be_visible(timeout=PROVED_MS)
    page.get_by_label("Warum?").fill("Doch lieber wie früher")
    page.get_by_role("button", name="Jetzt in Kraft setzen").click()
    expect(page.locator("#message")).to_contain_text("Veröffentlicht")
    until("a caller hears the old words", lambda: OLD in house.hears(), 10)
    page.get_by_role("link", name="Telefon", exact=True).click()
    page.get_by_role("button", name="Anrufen").click()
    hears(page, OLD)
    seen.close()


def push(page: Page, selector: str, *, key: str = "Tab") -> None:
    """To a button that has the focus sooner or later, and on it."""
    press_to(page, selector, key=key, most=150)
    page.keyboard.press("Enter")


def go(page: Page, selector: str, *, key: str = "Tab") -> None:
    """The same, to another page."""
    press_to(page, selector, key=key, most=150)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_by_keyboard_alone_in_english_on_a_phone(windows, house):
    let_in(house, "berta")
    seen = Seen(windows, house, PHONE)
    page = seen.page
    page.set_default_timeout(60_000)
    page.goto(f"{house.url}/operator/")
    go(page, "a.language")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    press_to(page, "#name")
    page.keyboard.type("berta")
    press_to(page, "#password")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    assert fits(page)
    seen.shot("trip-1-today-phone-en")

    go(page, "nav a[href$='/operator/phone']")
    push(page, "#call")
    hears(page, OLD)
    seen.shot("trip-2-old-phone-en")
    push(page, "#end")
    expect(page.locator("#status")).to_have_text("You have hung up.")

    go(page, "nav a[href$='/operator/edit']", key="Shift+Tab")
    page.wait_for_selector("body[data-ready=yes]")
    press_to(page, ".cm-content")
    page.keyboard.press("Control+f")
    page.keyboard.type("Willkommen")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.type(WRONG.removesuffix(" beim"))
    expect(page.locator(".cm-line", has_text=WRONG).locator(".cm-lintRange-error")).to_have_text("24")
    expect(page.locator(".verdict.bad")).to_be_visible()
    assert fits(page)
    seen.shot("trip-3-mistake-phone-en")
    page.keyboard.press("F8")
    page.keyboard.type("guten")
    expect(page.locator(".cm-line", has_text=NEW)).to_be_visible()
    expect(page.locator(".verdict.good")).to_be_visible(timeout=PROVED_MS)
    expect(page.locator(".failing")).to_have_count(1)
    seen.shot("trip-4-proved-phone-en")

    go(page, ".actions a[href$='/review']", key="Shift+Tab")
    expect(page.locator("#why")).to_be_visible(timeout=PROVED_MS)
    assert fits(page)
    press_to(page, "#why")
    page.keyboard.type("Friendlier")
    press_to(page, "[name=accept]")
    page.keyboard.press("Space")
    seen.shot("trip-5-review-phone-en")
    go(page, "#publish form button")
    expect(page.get_by_role("heading", name="Published")).to_be_visible()
    until("a caller hears it", lambda: NEW in house.hears(), 10)
    go(page, "main a[href*='/operator/phone']")
    push(page, "#call")
    hears(page, NEW)

    go(page, "nav a[href$='/operator/trail']", key="Shift+Tab")
    expect(page.locator("main")).to_contain_text("Friendlier")
    assert fits(page)
    seen.shot("trip-7-trail-phone-en")
    go(page, "nav a[href$='/operator/versions']")
    expect(page.locator(".log > li").first).to_contain_text("Friendlier")
    assert fits(page)
    seen.shot("trip-8-versions-phone-en")
    go(page, ".turn-back")
    expect(page.locator(".verdict.good")).to_be_visible(timeout=PROVED_MS)
    press_to(page, "#why")
    page.keyboard.type("As it was")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("Published")
    expect(page.locator("#message")).to_be_focused()
    until("a caller hears the old words", lambda: OLD in house.hears(), 10)
    go(page, "nav a[href$='/operator/phone']", key="Shift+Tab")
    push(page, "#call")
    hears(page, OLD)
    seen.close()
