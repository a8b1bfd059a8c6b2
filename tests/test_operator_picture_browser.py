"""The picture in a real windows, by mouse, by keyboard, by touch and without JavaScript.

Screenshots go to IVR_SCREENSHOTS, when that names a folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from visit import DESKTOP, PHONE, House, Seen, at_home, fits, under_dev

from ivr.store import Database


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[House]:
    with at_home(under_dev(tmp_path_factory.mktemp("picture")).furnish()) as found:
        took_calls(found.service.database)
        yield found


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


def opened(browser: Browser, house: House, size: dict[str, int], query: str = "", **more: Any) -> tuple[Seen, Page]:
    seen = Seen(browser, house, size, storage_state=house.entered(browser), **more)
    seen.page.goto(f"{house.url}/operator/picture{query}")
    return seen, seen.page


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


def test_zooming_moving_and_reading_about_a_step_with_the_mouse(windows, house):
    seen, page = opened(windows, house, DESKTOP)
    fitting = page.evaluate("document.getElementById('picture').clientWidth")
    assert fitting - 8 <= width(page) <= fitting
    assert fits(page)
    seen.shot("picture-desktop-de", whole=False)
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
    assert re.fullmatch(r"/operator/edit\?file=hotline\.yaml&line=\d+&in=live", edit)
    seen.shot("step-desktop-de", whole=False)

    page.locator("#place .ways a").first.click()
    expect(page.locator("#place-name")).not_to_contain_text("main")
    page.go_back()
    expect(page.locator("#place-name")).to_contain_text("main")
    page.locator("#picture .contact[data-contact=citywache] .name").click()
    expect(page.locator("#place-name")).to_contain_text("Citywache")
    seen.shot("contact-desktop-de", whole=False)
    seen.close()


def test_by_keyboard_only(windows, house):
    seen, page = opened(windows, house, DESKTOP)
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


def test_in_english_on_a_phone_with_fingers(windows, house):
    seen, page = opened(windows, house, PHONE, "?lang=en", has_touch=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Picture of the flows")
    assert fits(page)
    letters = page.evaluate("document.querySelector('#picture .name').getBoundingClientRect().height")
    assert letters > 9
    seen.shot("picture-phone-en", whole=False)
    before = width(page)
    page.evaluate(PINCH)
    assert width(page) == pytest.approx(before * 2, rel=0.02)
    page.locator("[data-step=main] .name").tap()
    expect(page.locator("#place-name")).to_contain_text("main")
    expect(page.locator("#place-name")).to_be_in_viewport()
    assert fits(page)
    seen.shot("step-phone-en")
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


def test_counts_are_laid_over_it(windows, house):
    seen, page = opened(windows, house, DESKTOP)
    page.get_by_label("Zahlen einblenden").select_option("7")
    page.get_by_role("button", name="Anzeigen").click()
    main = page.locator("#picture [data-flow=hotline][data-step=main]")
    expect(main.locator(".came")).to_have_text("200 Anrufe")
    expect(main.locator(".left")).to_contain_text("20 aufgelegt")
    assert "90" in main.locator(".chosen").all_text_contents()
    assert "<5" in main.locator(".chosen").all_text_contents()
    expect(page.locator(".legend")).to_contain_text("200 Anrufe vom")
    seen.shot("counts-desktop-de", whole=False)
    page.get_by_text("Zahlen als Tabelle").click()
    expect(page.locator("tbody tr").first).to_contain_text("hotline/main")
    main.locator(".kind").click()
    expect(page.locator("#place .counted")).to_contain_text("200")
    seen.shot("counts-step-desktop-de")
    seen.close()


def test_without_javascript_and_in_the_dark(windows, house):
    seen, page = opened(windows, house, DESKTOP, "?numbers=7", java_script_enabled=False, color_scheme="dark")
    seen.shot("dark-desktop-de", whole=False)
    page.locator("#picture [data-step=main] .kind").click()
    expect(page.locator("#place-name")).to_contain_text("main")
    seen.shot("dark-step-desktop-de", whole=False)
    page.get_by_role("link", name="Schließen").click()
    expect(page.locator("#place")).to_be_hidden()
    page.get_by_label("Schritt suchen").fill("polizei")
    page.get_by_role("button", name="Suchen").click()
    expect(page.locator("#found")).to_contain_text("gefunden")
    seen.close()
    phone, page = opened(windows, house, PHONE, "?numbers=7&step=hotline/main", color_scheme="dark")
    assert fits(page)
    phone.shot("dark-phone-de")
    phone.close()


def test_another_page_lights_up_steps(windows, house):
    """What the browser phone does with the drawing."""
    seen, page = opened(windows, house, DESKTOP)
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
