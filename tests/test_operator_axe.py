"""Every page of the operators under axe-core: no violation of WCAG 2.2 A and AA that it can find.

Large and small, light and dark, in both languages; once with everything opened that can be folded.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from page import changed
from playwright.sync_api import Browser, Page, expect
from visit import DESKTOP, PHONE, House, Seen, at_home, fits, under_dev

from ivr.bundle import gather
from ivr.store import Database
from ivr.web.operator.site import PAGES

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}

NAMED = [page.PATH for page in PAGES if hasattr(page, "NAME")]
FURTHER = (
    "/operator/?at=2026-12-25T12:00",
    "/operator/account",
    "/operator/phone?language=ar",
    "/operator/scenarios",
    "/operator/picture?step=hotline/main",
    "/operator/versions/difference?from=live&to=live",
    "/operator/nowhere",
)
ADDRESSES = (*NAMED, *FURTHER)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[House]:
    with at_home(under_dev(tmp_path_factory.mktemp("axe")).furnish()) as found:
        yield found


@pytest.fixture(scope="module")
def pass_(house: House, windows: Browser) -> Any:
    return house.entered(windows)


def found(page: Page) -> list[str]:
    """What axe finds, a line for each place."""
    violations = Axe().run(page, options=WCAG).response["violations"]
    return [
        f"{each['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for each in violations
        for node in each["nodes"]
    ]


@pytest.mark.parametrize(
    ("name", "size", "lang", "scheme"),
    [("desktop", DESKTOP, "de", "light"), ("desktop", DESKTOP, "en", "dark"), ("phone", PHONE, "de", "dark")],
    ids=["desktop-de-light", "desktop-en-dark", "phone-de-dark"],
)
def test_axe_finds_nothing_on_any_page(house, windows, pass_, name, size, lang, scheme):
    seen = Seen(windows, house, size, color_scheme=scheme, storage_state=pass_, reduced_motion="reduce")
    wrong = {}
    for address in ADDRESSES:
        seen.page.goto(f"{house.url}{address}{'&' if '?' in address else '?'}lang={lang}", wait_until="networkidle")
        assert seen.page.locator("html").get_attribute("lang") == lang
        wrong[address] = found(seen.page)
        seen.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        wrong[f"{address} unfolded"] = found(seen.page)
        if not fits(seen.page):
            wrong[f"{address} width"] = ["there is something to the right of the window"]
    # The browser notes the page that is not there.
    seen.errors = [each for each in seen.errors if "404" not in each]
    seen.close()
    assert {address: lines for address, lines in wrong.items() if lines} == {}


@pytest.fixture(scope="module")
def draft(house: House) -> str:
    """Two versions that were published, and a draft; the draft's version."""
    shipped, _ = gather(house.service.flows, house.service.contacts)
    other = changed("Willkommen beim", "Guten Tag, d. h. willkommen beim")
    database = Database(house.service.database)
    for bundle, why, only in ((shipped, "Der Anfang", False), (other, "Freundlicher", True)):
        database.store_set(bundle.version, bundle.to_bytes(), datetime.now(UTC))
        database.publish(bundle.version, draft=only, author="berta", why=why, at=datetime.now(UTC))
    database.close()
    return other.version


@pytest.mark.parametrize(
    ("size", "lang", "scheme"), [(DESKTOP, "de", "light"), (PHONE, "en", "dark")], ids=["desktop-de", "phone-en"]
)
def test_axe_finds_nothing_in_what_pages_become(house, windows, pass_, draft, size, lang, scheme):
    seen = Seen(windows, house, size, color_scheme=scheme, storage_state=pass_, reduced_motion="reduce")
    page = seen.page
    page.set_default_timeout(60_000)
    wrong: dict[str, list[str]] = {}

    def look(state: str) -> None:
        wrong[state] = found(page)
        if not fits(page):
            wrong[state].append("there is something to the right of the window")

    def open_(address: str) -> None:
        page.goto(f"{house.url}{address}{'&' if '?' in address else '?'}lang={lang}")

    # A form that is refused: the problem has the focus, and what was written is still there.
    open_("/operator/")
    page.locator("section.wide summary").first.click()
    page.locator("#text-de").fill("Um 9 Uhr 30 @")
    page.locator("section.wide button[value=said]").click()
    expect(page.locator(".change [role=alert]")).to_be_focused()
    expect(page.locator("#text-de")).to_have_value("Um 9 Uhr 30 @")
    look("refused on Today")
    # A switch that holds.
    open_("/operator/")
    page.locator("#contact-citywache .change summary").first.click()
    page.locator("#contact-citywache .change form > button").click()
    expect(page.locator("#message")).to_be_focused()
    look("switched")
    page.locator("#contact-citywache .held button").click()
    expect(page.locator("#contact-citywache .held")).to_have_count(0)

    open_("/operator/phone?at=2026-11-25T12:00")
    page.locator("#call").click()
    expect(page.locator("#picture .lit")).to_be_visible()
    look("a call")
    page.locator("button.key[value='3']").click()
    expect(page.locator("[name=result][value=busy]")).to_be_visible()
    look("it rings")
    page.locator("#end").click()
    page.locator("#keep summary").click()
    page.locator("#name").fill("Es klingelt")
    page.locator("#about").fill("Beim Ordnungsamt")
    look("a call to keep")
    page.locator("#keep button").click()
    expect(page.locator("pre")).to_be_visible()
    look("a scenario to keep")

    open_("/operator/edit?file=hotline.yaml&line=13&column=11")
    page.wait_for_selector("body[data-ready=yes]")
    page.keyboard.type("24 ")
    expect(page.locator(".verdict.bad")).to_be_visible()
    look("a mistake")
    open_("/operator/edit/review")
    expect(page.locator(".verdict.bad")).to_be_visible()
    look("a review")
    open_("/operator/edit")
    page.locator("[data-begun] summary").click()
    page.locator("[data-begun] .danger").click()
    expect(page.locator("#message .note")).to_be_visible()

    open_("/operator/picture?numbers=28&step=hotline/main")
    look("counts in the picture")
    for address in (
        "versions",
        f"versions/difference?from=live&to={draft}",
        f"versions/publish?version={draft}&as=live",
    ):
        open_(f"/operator/{address}")
        look(address.partition("?")[0])
    # Once it is checked, the form asks for a tick for the abbreviation.
    page.locator("[name=accept]").check()
    look("versions/publish, checked")
    page.locator("#why").fill(" ")
    page.locator("form[action$='/versions/publish'] button").click()
    expect(page.locator("[role=alert]")).to_be_focused()
    look("not published")
    # The browser notes the forms that are refused.
    seen.errors = [each for each in seen.errors if "422" not in each]
    seen.close()
    assert {state: lines for state, lines in wrong.items() if lines} == {}


def test_every_page_has_one_heading_its_own_title_and_fits_a_narrow_window(house, windows, pass_):
    """320 pixels are also what 1280 are at 400 %."""
    narrow = {"width": 320, "height": 640}
    seen = Seen(windows, house, narrow, storage_state=pass_, forced_colors="active")
    titles = []
    for address in (*NAMED, "/operator/scenarios", "/operator/account", "/operator/edit/review"):
        seen.page.goto(f"{house.url}{address}", wait_until="networkidle")
        assert fits(seen.page), address
        assert seen.page.locator("h1").count() == 1, address
        assert seen.page.locator("h1 + .lead, h1 ~ .lead, .edit-head ~ .lead, .narrow, .edit-head").count(), address
        titles.append(seen.page.title())
        # The first key leads past the navigation.
        seen.page.evaluate("document.activeElement.blur()")
        seen.page.keyboard.press("Tab")
        if "edit" not in address:
            assert seen.page.evaluate("document.activeElement.className") == "skip", address
    assert len(set(titles)) == len(titles)
    seen.close()


def test_axe_finds_nothing_before_the_login(house, windows):
    for size in (DESKTOP, PHONE):
        seen = Seen(windows, house, size)
        seen.page.goto(f"{house.url}/operator/")
        assert found(seen.page) == []
        assert fits(seen.page)
        seen.close()


def test_axe_would_find_something(windows):
    page = windows.new_page()
    page.set_content("<!doctype html><html><body><img src=x><p style='color:#ccc'>pale</p></body></html>")
    assert {"image-alt", "html-has-lang", "color-contrast"} <= {line.partition(":")[0] for line in found(page)}
    page.close()
