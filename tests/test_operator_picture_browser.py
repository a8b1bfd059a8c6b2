"""The picture in a real browser, by mouse, by keyboard, by touch and without JavaScript.

Screenshots go to IVR_SCREENSHOTS, when that names a folder.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from running import Running, until

from ivr.store import Database

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield found
        found.close()


class House:
    """The service under `--dev`. Its link logs one browser in; the others borrow the cookies."""

    def __init__(self, service: Running) -> None:
        self.service = service
        self.url = f"http://127.0.0.1:{service.port}"
        until("the greeting", lambda: "Strg-C" in service.out.read_text("utf-8"))
        self.link = re.findall(r"http\S+/operator/enter\?token=\S+", service.out.read_text("utf-8"))[0]
        self.cookies: list[Any] = []


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    command = [sys.executable, "-m", "ivr", "serve", "--dev"]
    service = Running(folder, f"sqlite:///{folder}/ivr.db", command=command, IVR_PUBLIC_URL="", IVR_AUTHOR="anna")
    service.furnish().start()
    try:
        found = House(service)
        took_calls(service.database)
        yield found
    finally:
        service.stop()


def took_calls(url: str) -> None:
    """Two hundred calls at the shipped main menu, of which some hung up there and few took the third and fourth key."""
    database = Database(url)
    lines = []
    keys = ["1"] * 90 + ["2"] * 60 + ["3"] * 3 + ["4"] * 2 + ["5"] * 25
    for number in range(200):
        call, at = f"CA{number:04}", datetime.now(UTC) - timedelta(days=1 + number % 5)
        shared = {"k": "turn", "call": call, "version": "0123456789ab", "flow": "hotline", "language": "de",
                  "us": 300, "expects": "gather"}  # fmt: skip
        lines.append({**shared, "turn": 1, "at": at.isoformat(), "step": "main", "input": "call"})
        later = (at + timedelta(seconds=9)).isoformat()
        if number < len(keys):
            lines.append({**shared, "turn": 2, "at": later, "step": "numbers", "input": "key", "key": keys[number],
                          "expects": "hangup"})  # fmt: skip
        else:
            lines.append({**shared, "turn": 2, "at": later, "step": "main", "input": "hangup", "expects": "hangup"})
    written = database.write(lines)
    database.close()
    assert not written.refused


class Seen:
    """A page that remembers what went wrong in it, and whom it asked."""

    def __init__(self, browser: Browser, house: House, size: dict[str, int], **more: Any) -> None:
        self.house = house
        self.context = browser.new_context(viewport=size, locale="de-DE", **more)
        if house.cookies:
            self.context.add_cookies(house.cookies)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.errors: list[str] = []
        self.page.on("console", lambda told: self.errors.append(told.text) if told.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda asked: self._asked(asked.url))
        if not house.cookies:
            self.page.goto(house.link)
            house.cookies = self.context.cookies()

    def _asked(self, url: str) -> None:
        if not url.startswith(self.house.url):
            self.errors.append(url)

    def open(self, query: str = "") -> Page:
        self.page.goto(f"{self.house.url}/operator/picture{query}")
        return self.page

    def shot(self, name: str, *, whole: bool = False) -> None:
        folder = os.environ.get("IVR_SCREENSHOTS")
        if folder:
            self.page.wait_for_timeout(400)
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)

    def close(self) -> None:
        self.context.close()
        assert self.errors == []


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def width(page: Page) -> float:
    return float(page.locator("#picture svg").get_attribute("width") or 0)


def scrolled(page: Page) -> tuple[float, float]:
    x, y = page.evaluate(
        "[document.getElementById('picture').scrollLeft, document.getElementById('picture').scrollTop]"
    )
    return float(x), float(y)


def press_to(page: Page, selector: str, *, most: int = 200) -> None:
    for _ in range(most):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {selector}")


def test_zooming_moving_and_reading_about_a_step_with_the_mouse(browser, house):
    seen = Seen(browser, house, DESKTOP)
    page = seen.open()
    fitting = page.evaluate("document.getElementById('picture').clientWidth")
    assert fitting - 8 <= width(page) <= fitting
    assert fits(page)
    seen.shot("picture-desktop-de")
    page.get_by_role("button", name="Größer").click()
    page.get_by_role("button", name="Größer").click()
    larger = width(page)
    assert larger > fitting * 1.4

    box = page.locator("#picture").bounding_box()
    assert box
    page.mouse.move(box["x"] + 500, box["y"] + 300)
    before = scrolled(page)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 200, steps=4)
    page.mouse.up()
    assert scrolled(page) == pytest.approx((before[0] + 200, before[1] + 100), abs=2)
    expect(page.locator("#place")).to_be_hidden()

    page.keyboard.down("Control")
    page.mouse.wheel(0, 120)
    page.keyboard.up("Control")
    page.wait_for_function(f"document.querySelector('#picture svg').getAttribute('width') < {larger}")
    page.get_by_role("button", name="Einpassen").click()
    assert fitting - 8 <= width(page) <= fitting

    page.locator("[data-step=main][data-flow=hotline] .name").click()
    expect(page.locator("#place-name")).to_have_text(re.compile("main"))
    expect(page.locator("#place-name")).to_be_focused()
    expect(page.locator("#place")).to_contain_text("Für das Nordstadtbüro drücken Sie die Eins.")
    expect(page.locator("#place dd[lang=ar]").first).to_have_attribute("dir", "rtl")
    expect(page.locator(".lit")).to_have_attribute("data-step", "main")
    assert "step=hotline%2Fmain" in page.url
    assert page.locator("#place .excerpt").inner_text().count("main:") == 1
    edit = page.locator("#place").get_by_role("link", name="Bearbeiten").get_attribute("href") or ""
    assert re.fullmatch(r"/operator/edit\?file=hotline\.yaml&line=\d+", edit)
    seen.shot("step-desktop-de")

    page.locator("#place .ways a").first.click()
    expect(page.locator("#place-name")).not_to_contain_text("main")
    page.go_back()
    expect(page.locator("#place-name")).to_contain_text("main")
    page.locator("#picture .contact[data-contact=citywache] .name").click()
    expect(page.locator("#place-name")).to_contain_text("Citywache")
    seen.shot("contact-desktop-de")
    seen.close()


def test_by_keyboard_only(browser, house):
    seen = Seen(browser, house, DESKTOP)
    page = seen.open()
    press_to(page, "#picture")
    fitting = width(page)
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert width(page) > fitting * 1.4
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert scrolled(page) != (0, 0)
    page.keyboard.press("0")
    assert width(page) <= fitting
    press_to(page, "#picture [data-step=main] a")
    page.keyboard.press("Enter")
    expect(page.locator("#place-name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#place")).to_be_hidden()
    assert page.evaluate("document.activeElement.closest('.step').dataset.step") == "main"
    assert "step=" not in page.url

    press_to(page, "#find")
    page.keyboard.type("citywache")
    expect(page.locator("#found")).to_contain_text("gefunden")
    assert page.locator("#list .group li:visible").count() < page.locator("#list .group li").count()
    seen.close()


def test_in_english_on_a_phone_with_fingers(browser, house):
    seen = Seen(browser, house, PHONE, has_touch=True)
    page = seen.open("?lang=en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Picture of the flows")
    assert fits(page)
    letters = page.evaluate("document.querySelector('#picture .name').getBoundingClientRect().height")
    assert letters > 9
    seen.shot("picture-phone-en")
    before = width(page)
    page.evaluate(PINCH)
    assert width(page) == pytest.approx(before * 2, rel=0.02)
    page.locator("[data-step=main] .name").tap()
    expect(page.locator("#place-name")).to_contain_text("main")
    expect(page.locator("#place-name")).to_be_in_viewport()
    assert fits(page)
    seen.shot("step-phone-en", whole=True)
    seen.close()


PINCH = """() => {
  const canvas = document.getElementById("picture");
  const box = canvas.getBoundingClientRect();
  const touch = (id, x) => new Touch({ identifier: id, target: canvas, clientX: box.left + x, clientY: box.top + 90 });
  const fire = (type, ...xs) => canvas.dispatchEvent(new TouchEvent(type, {
    touches: xs.map((x, id) => touch(id, x)), bubbles: true, cancelable: true }));
  fire("touchstart", 100, 200);
  fire("touchmove", 75, 225);
  fire("touchmove", 50, 250);
  fire("touchend");
}"""


def test_counts_are_laid_over_it(browser, house):
    seen = Seen(browser, house, DESKTOP)
    page = seen.open()
    page.get_by_label("Zahlen einblenden").select_option("7")
    page.get_by_role("button", name="Anzeigen").click()
    main = page.locator("#picture [data-flow=hotline][data-step=main]")
    expect(main.locator(".came")).to_have_text("200 Anrufe")
    expect(main.locator(".left")).to_contain_text("20 aufgelegt")
    assert "90" in main.locator(".chosen").all_text_contents()
    assert "<5" in main.locator(".chosen").all_text_contents()
    expect(page.locator(".legend")).to_contain_text("200 Anrufe vom")
    seen.shot("counts-desktop-de")
    page.get_by_text("Zahlen als Tabelle").click()
    expect(page.locator("tbody tr").first).to_contain_text("hotline/main")
    main.locator(".kind").click()
    expect(page.locator("#place .counted")).to_contain_text("200")
    seen.shot("counts-step-desktop-de", whole=True)
    seen.close()


def test_without_javascript_and_in_the_dark(browser, house):
    seen = Seen(browser, house, DESKTOP, java_script_enabled=False, color_scheme="dark")
    page = seen.open("?numbers=7")
    seen.shot("dark-desktop-de")
    page.locator("#picture [data-step=main] .kind").click()
    expect(page.locator("#place-name")).to_contain_text("main")
    seen.shot("dark-step-desktop-de")
    page.get_by_role("link", name="Schließen").click()
    expect(page.locator("#place")).to_be_hidden()
    page.get_by_label("Schritt suchen").fill("polizei")
    page.get_by_role("button", name="Suchen").click()
    expect(page.locator("#found")).to_contain_text("gefunden")
    seen.close()
    phone = Seen(browser, house, PHONE, color_scheme="dark")
    page = phone.open("?numbers=7&step=hotline/main")
    assert fits(page)
    phone.shot("dark-phone-de", whole=True)
    phone.close()


def test_another_page_lights_up_steps(browser, house):
    """What the browser phone does with the drawing."""
    seen = Seen(browser, house, DESKTOP)
    page = seen.open()
    found = page.evaluate(
        """async () => {
          const script = document.querySelector("script[src*=picture]").src;
          const { light, zoomable } = await import(script);
          const beside = document.createElement("div");
          document.body.append(beside);
          const holder = document.createElement("div");
          holder.className = "canvas";
          beside.append(holder);
          holder.innerHTML = await (await fetch("/operator/picture/svg?version=live")).text();
          zoomable(holder);
          const seen = [light(holder, "hotline", "main"), holder.querySelectorAll(".lit").length];
          seen.push(light(holder, "hotline", "gone"), holder.querySelectorAll(".lit").length);
          return seen;
        }"""
    )
    assert found == [True, 1, False, 0]
    seen.close()
