"""Every page of the operators under axe-core: no violation of WCAG 2.2 A and AA that it can find.

Large and small, light and dark, in both languages; once with everything opened that can be folded.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from running import Running
from visit import DESKTOP, PHONE, House, Seen, fits

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
    folder = tmp_path_factory.mktemp("axe")
    command = [sys.executable, "-m", "ivr", "serve", "--dev"]
    service = Running(folder, f"sqlite:///{folder}/ivr.db", command=command, IVR_PUBLIC_URL="", IVR_AUTHOR="anna")
    service.furnish().start()
    try:
        yield House(service)
    finally:
        service.stop()


@pytest.fixture(scope="module")
def pass_(house: House, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cookies of somebody who has logged in: the link is good for one login."""
    seen = Seen(browser, house, DESKTOP)
    seen.page.goto(house.link)
    kept = tmp_path_factory.mktemp("pass") / "state.json"
    seen.context.storage_state(path=kept)
    seen.close()
    return kept


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
def test_axe_finds_nothing_on_any_page(house, browser, pass_, name, size, lang, scheme):
    seen = Seen(browser, house, size, color_scheme=scheme, storage_state=pass_, reduced_motion="reduce")
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


def test_axe_finds_nothing_before_the_login(house, browser):
    for size in (DESKTOP, PHONE):
        seen = Seen(browser, house, size)
        seen.page.goto(f"{house.url}/operator/")
        assert found(seen.page) == []
        assert fits(seen.page)
        seen.close()


def test_axe_would_find_something(browser):
    page = browser.new_page()
    page.set_content("<!doctype html><html><body><img src=x><p style='color:#ccc'>pale</p></body></html>")
    assert {"image-alt", "html-has-lang", "color-contrast"} <= {line.partition(":")[0] for line in found(page)}
    page.close()
