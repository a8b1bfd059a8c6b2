"""The page's phone in a real windows: calls by mouse and by keyboard alone, and one that is kept and played again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from page import NOW, changed
from playwright.sync_api import expect
from service import CONTACTS
from visit import DESKTOP, PHONE, House, Seen, at_home, fits, press_to, under_dev

from ivr.bundle import Bundle, gather
from ivr.store import Database
from ivr.web.operator.picture.drawings import WHOLE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[House]:
    with at_home(under_dev(tmp_path_factory.mktemp("phone")).furnish()) as found:
        yield found


@pytest.fixture(scope="module")
def logged_in(windows: Browser, house: House) -> Any:
    return house.entered(windows)


def dial(page: Page) -> None:
    page.get_by_role("button", name="Anrufen").click()
    expect(page.locator("#transcript .theirs").first).to_be_visible()


def test_by_mouse_a_busy_office_then_kept_and_played(windows: Browser, house: House, logged_in: Any) -> None:
    seen = Seen(windows, house, DESKTOP, storage_state=logged_in)
    page = seen.page
    page.goto(f"{house.url}/operator/")
    page.get_by_role("link", name="Anrufen und zuhören").click()
    expect(page.get_by_role("heading", name="Telefon", exact=True)).to_be_visible()
    page.goto(f"{house.url}/operator/phone?at=2026-11-25T12:00")
    assert fits(page)
    seen.shot("phone-idle-desktop-de")
    dial(page)
    expect(page.locator("#transcript")).to_contain_text("Willkommen")
    expect(page.locator("#status")).to_have_text("Wartet auf eine Taste")
    expect(page.locator("#phase")).to_have_text("Spricht")
    # The step that waits is lit in the picture beside it, and leads to its place there.
    expect(page.locator("#picture .lit")).to_have_attribute("data-step", "main")
    assert "step=hotline%2Fmain" in (page.locator("#open-place").get_attribute("href") or "")
    page.locator("button.key[value='3']").click()
    expect(page.locator("#transcript .mine").last).to_have_text("Taste 3")
    expect(page.locator("#status")).to_have_text("Es klingelt bei: Ordnungsamt")
    expect(page.locator("[name=result][value=completed]")).to_be_focused()
    expect(page.locator("#picture .lit")).to_have_attribute("data-step", "ordnungsamt")
    seen.shot("phone-rings-desktop-de")
    page.get_by_role("button", name="besetzt").click()
    expect(page.locator("#transcript .mine").last).to_have_text("besetzt")
    expect(page.locator("#transcript")).to_contain_text("nicht zu erreichen")
    page.get_by_role("button", name="Auflegen").click()
    expect(page.locator("#status")).to_have_text("Sie haben aufgelegt.")
    expect(page.locator("#results")).to_be_hidden()

    page.get_by_text("Als Szenario aufbewahren").click()
    page.locator("#name").fill("Ordnungsamt besetzt")
    page.locator("#about").fill("Das Ordnungsamt ist besetzt")
    seen.shot("phone-keep-desktop-de")
    page.get_by_role("button", name="Ansehen und aufbewahren").click()
    expect(page.locator("pre")).to_contain_text("connection: busy")
    seen.shot("scenario-new-desktop-de")
    page.get_by_role("button", name="Aufbewahren", exact=True).click()
    expect(page.locator("#message")).to_contain_text("ordnungsamt_besetzt")
    expect(page.locator("#message")).to_be_focused()
    page.get_by_role("button", name="Alle abspielen").click()
    expect(page.locator("#sum")).to_have_text("Wie erwartet: 1 von 1.")
    expect(page.locator(".scenario .result")).to_have_text("wie erwartet")
    seen.shot("scenarios-desktop-de")
    seen.close()


def test_by_keyboard_alone_silence_and_the_numbers(windows: Browser, house: House, logged_in: Any) -> None:
    seen = Seen(windows, house, DESKTOP, storage_state=logged_in)
    page = seen.page
    page.goto(f"{house.url}/operator/phone?at=2026-11-25T12:00")
    press_to(page, "#call")
    page.keyboard.press("Enter")
    expect(page.locator("#transcript .theirs").first).to_be_visible()
    # The wait for a key begins when all is said; it can be stopped, and it sends what silence sends.
    press_to(page, "#skip")
    page.keyboard.press("Enter")
    expect(page.locator("#silence")).to_be_focused()
    expect(page.locator("#phase")).to_contain_text("Stille in")
    press_to(page, "#pause")
    page.keyboard.press("Enter")
    expect(page.locator("#phase")).to_have_text("Die Zeit steht")
    expect(page.locator("#pause")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#transcript .mine").first).to_have_text("Stille", timeout=15_000)
    for number in (2, 3):
        press_to(page, "#silence", key="Shift+Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#transcript .mine")).to_have_count(number)
    expect(page.locator("#transcript .theirs").last).to_contain_text("Wiederhören")
    seen.shot("phone-numbers-desktop-de")
    page.keyboard.press("1")
    seen.close()


def test_at_night_in_arabic_in_english_on_a_small_screen(windows: Browser, house: House, logged_in: Any) -> None:
    seen = Seen(windows, house, PHONE, storage_state=logged_in)
    page = seen.page
    page.goto(f"{house.url}/operator/phone?lang=en")
    page.get_by_role("link", name="two at night").click()
    page.get_by_text("When, how and which version").click()
    page.locator("#language").select_option("ar")
    assert "language=ar" in page.url
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#transcript [lang=ar][dir=rtl]").first).to_be_visible()
    assert fits(page)
    seen.shot("phone-arabic-small-en")
    page.keyboard.press("9")
    expect(page.locator("#transcript .mine").last).to_have_text("Key 9")
    expect(page.locator("#transcript [lang=tr]").last).to_be_visible()
    page.get_by_role("button", name="Hang up").click()
    expect(page.locator("#status")).to_have_text("You have hung up.")
    assert fits(page)
    page.goto(f"{house.url}/operator/scenarios")
    assert fits(page)
    seen.shot("scenarios-small-en")
    page.goto(f"{house.url}/operator/phone?lang=de")
    seen.close()


def test_an_older_version_in_the_dark(windows: Browser, house: House, logged_in: Any) -> None:
    older = changed("Willkommen", "Guten Tag")
    database = Database(house.service.database)
    database.store_set(older.version, older.to_bytes(), NOW)
    database.close()
    seen = Seen(windows, house, DESKTOP, storage_state=logged_in, color_scheme="dark")
    page = seen.page
    page.goto(f"{house.url}/operator/phone?version={older.version}")
    dial(page)
    expect(page.locator("#transcript")).to_contain_text("Guten Tag")
    page.keyboard.press("5")
    expect(page.locator("#transcript .mine").last).to_have_text("Taste 5")
    seen.shot("phone-older-desktop-dark")
    assert "Guten Tag" not in house.hears()
    # A pin is hidden while it is typed, and what was switched is said to be none.
    page.get_by_role("button", name="Auflegen").click()
    page.locator("#flow").select_option("duty")
    page.locator("#version").select_option("live")
    dial(page)
    expect(page.locator("#status")).to_contain_text("Geheimzahl")
    # Keys count in the phone only: elsewhere a single key is no part of a call.
    page.locator("h1").click()
    page.keyboard.press("1")
    expect(page.locator("#typed")).to_have_text("")
    page.locator("#status").click()
    for key in "111":
        page.keyboard.press(key)
    expect(page.locator("#typed")).to_have_text("•••")
    page.keyboard.press("Backspace")
    expect(page.locator("#typed")).to_have_text("••")
    page.keyboard.press("#")
    expect(page.locator("#transcript .mine").last).to_have_text("Eingabe ••#")
    seen.close()


FLOW = """\
{head}start: s0
steps:
{steps}  wait:
    menu:
      prompt: {{de: {text}}}
      options:
        1: {{for: {{de: Weiter}}, go: {after}}}
      give_up: end
  end:
    hangup: yes
"""


def large(folder: Path) -> Bundle:
    """A set that is drawn one flow at a time."""
    steps = "".join(
        f"  s{n}:\n    say: {{de: Guten Tag.}}\n    next: {f's{n + 1}' if n < WHOLE // 2 else 'wait'}\n"
        for n in range(WHOLE // 2 + 1)
    )
    folder.mkdir()
    for name, head, after in (("hotline", "languages: [de]\n", "flow:second"), ("second", "", "end")):
        text = FLOW.format(head=head, steps=steps, text="Drücken Sie eins.", after=after)
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return gather(folder, CONTACTS)[0]


def test_in_a_large_set_the_flow_is_shown_where_the_call_is(
    windows: Browser, house: House, logged_in: Any, tmp_path: Path
) -> None:
    bundle = large(tmp_path / "flows")
    database = Database(house.service.database)
    database.store_set(bundle.version, bundle.to_bytes(), NOW)
    database.close()
    seen = Seen(windows, house, DESKTOP, storage_state=logged_in)
    page = seen.page
    page.goto(f"{house.url}/operator/phone?version={bundle.version}")
    dial(page)
    lit = page.locator("#picture .lit")
    expect(lit).to_have_attribute("data-flow", "hotline")
    page.keyboard.press("1")
    expect(lit).to_have_attribute("data-flow", "second")
    expect(lit).to_have_attribute("data-step", "wait")
    seen.close()


def test_without_javascript(windows: Browser, house: House, logged_in: Any) -> None:
    seen = Seen(windows, house, PHONE, storage_state=logged_in, java_script_enabled=False)
    page = seen.page
    page.goto(f"{house.url}/operator/phone?at=2026-11-25T12:00")
    page.get_by_role("button", name="Anrufen").click()
    expect(page.locator("#transcript")).to_contain_text("Willkommen")
    page.locator("button.key[value='3']").click()
    expect(page.locator("#status")).to_have_text("Es klingelt bei: Ordnungsamt")
    page.get_by_role("button", name="nimmt nicht ab").click()
    expect(page.locator("#transcript")).to_contain_text("nimmt nicht ab")
    page.get_by_role("button", name="Auflegen").click()
    expect(page.locator("#status")).to_have_text("Sie haben aufgelegt.")
    assert fits(page)
    seen.shot("phone-without-javascript")
    seen.close()
