"""Editing in a real windows: a mistake is seen at its line and repaired, the rest is reviewed and published, and a
caller hears it; two windows, two operators, and a database that goes away.

Screenshots go to IVR_SCREENSHOTS, when that names a folder.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from page import HASH, PASSWORD
from playwright.sync_api import Browser, Locator, Page, expect
from running import ROOT, until
from visit import DESKTOP, PHONE, House, Seen, at_home, fits, under_dev

from ivr.bundle import Bundle
from ivr.store import Database, Operators, Scenario, Scenarios, WorkingCopies
from ivr.web.operator.assets import Assets

PROVED_MS = 120_000
"""A whole proof on a machine that has other things to do."""

WELCOME = "?file=hotline.yaml&line=13&column=11"
"""Where „Willkommen“ stands in the shipped flows."""

CALL = """\
about: Die Begrüßung
at: 2026-11-23T10:00
turns:
- hears: Willkommen beim Kommunalen Ordnungsdienst der Stadt Dortmund.
"""


@pytest.fixture
def house(tmp_path: Path, chromium: str, remembered: Path) -> Iterator[House]:
    service = under_dev(tmp_path, IVR_SCENARIOS=str(ROOT / "tests" / "scenarios"))
    shutil.copytree(remembered, service.var / "check")
    with at_home(service.furnish()) as found:
        yield found


expect.set_options(timeout=30_000)


def seeing(windows: Browser, house: House, size: dict[str, int], **more: Any) -> Seen:
    """A browser that has patience: the machine has other things to do."""
    seen = Seen(windows, house, size, **more)
    seen.page.set_default_timeout(60_000)
    return seen


def opened(page: Page, house: House, query: str = "") -> Locator:
    """The editor, ready to be typed into."""
    page.goto(f"{house.url}/operator/edit{query}")
    page.wait_for_selector("body[data-ready=yes]")
    return page.locator(".cm-content")


def add(house: House, name: str, *roles: str) -> None:
    database = Database(house.service.database)
    assert Operators(database).add(name, HASH, frozenset(roles), datetime.now(UTC))
    database.close()


def log_in(page: Page, house: House, name: str) -> None:
    page.goto(f"{house.url}/operator/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url(f"{house.url}/operator/")


def kept(house: House, operator: str = "anna") -> str:
    """All that is kept of somebody's work."""
    database = Database(house.service.database)
    try:
        copy = WorkingCopies(database).of(operator)
        return "" if copy is None else "".join(file.content.decode() for file in Bundle.from_bytes(copy.content))
    finally:
        database.close()


def publish(page: Page, why: str) -> None:
    page.locator("#why").fill(why)
    accept = page.locator("[name=accept]")
    if accept.count():
        accept.check()
    page.get_by_role("button", name="Jetzt veröffentlichen").click()


def test_from_a_mistake_to_callers_who_hear_it(windows: Browser, house: House) -> None:
    seen = seeing(windows, house, DESKTOP)
    page = seen.page
    database = Database(house.service.database)
    assert Scenarios(database).add(Scenario("begruessung", CALL, "anna", datetime.now(UTC)))
    page.goto(house.link)
    page.get_by_role("link", name="Bearbeiten").click()
    page.wait_for_selector("body[data-ready=yes]")
    expect(page.get_by_role("heading", name="Bearbeiten")).to_be_visible()
    seen.shot("edit-desktop-de")

    editor = opened(page, house, WELCOME)
    expect(editor).to_be_focused()
    page.keyboard.type("24 ")
    expect(page.locator(".ivr-problems li").first).to_contain_text("24")
    expect(page.locator(".cm-lintRange-error").first).to_be_visible()
    expect(page.locator("#kept")).to_have_text("Gespeichert.")
    expect(page.locator(".verdict.bad")).to_contain_text("So kann es nicht veröffentlicht werden")
    expect(page.locator("#said")).to_contain_text("Fehler")
    seen.shot("edit-mistake-desktop-de")
    assert "24 Willkommen" in kept(house)

    # What does not pass the check cannot be published.
    page.get_by_role("link", name="Ansehen und veröffentlichen").click()
    expect(page.locator("#publish")).to_contain_text("Veröffentlichen geht, sobald")
    expect(page.locator("#why")).to_have_count(0)
    page.locator(".problems a").first.click()
    page.wait_for_selector("body[data-ready=yes]")
    expect(page.locator(".cm-content")).to_be_focused()
    for _ in "24 Willkommen":
        page.keyboard.press("Delete")
    page.keyboard.type("Guten Tag")
    expect(page.locator("#changes ~ .changes ins")).to_have_text("Guten Tag", timeout=PROVED_MS)
    expect(page.locator("#changes ~ .changes del")).to_have_text("Willkommen")
    expect(page.locator(".verdict.good")).to_be_visible(timeout=PROVED_MS)
    expect(page.locator(".failing")).to_have_count(2)
    seen.shot("edit-good-desktop-de")

    # The link takes along what was typed a moment ago.
    page.get_by_role("link", name="Ansehen und veröffentlichen").click()
    expect(page.locator("#why")).to_be_visible(timeout=PROVED_MS)
    page.locator(".failing", has_text="Die Begrüßung").locator("summary").click()
    seen.shot("review-desktop-de")
    page.get_by_role("link", name="Erwartung anpassen").click()
    expect(page.locator(".lines .new")).to_contain_text("Guten Tag beim Kommunalen")
    seen.shot("expectation-desktop-de")
    page.get_by_role("button", name="So anpassen").click()
    expect(page.locator("#message")).to_contain_text("angepasst")
    assert "Guten Tag" not in Scenarios(database).all()[0].content, "only when it is published"
    expect(page.locator("#why")).to_be_visible(timeout=PROVED_MS)
    expect(page.locator(".failing")).to_have_count(1)
    assert "Guten Tag" not in house.hears()
    publish(page, "Freundlicher")
    expect(page.get_by_role("heading", name="Veröffentlicht")).to_be_visible()
    seen.shot("published-desktop-de")
    until("the caller hears it", lambda: "Guten Tag beim" in house.hears(), 10)
    assert kept(house) == ""
    assert Database(house.service.database).publications(1)[0].why == "Freundlicher"
    assert "Guten Tag" in Scenarios(database).all()[0].content
    trail = Operators(database).trail()
    noted = next(each for each in trail if each.action == "publish")
    assert noted.details["failing"] == ["begruessung_notruf_und_status"]
    database.close()
    seen.close()


def test_on_a_phone_in_english_without_a_mouse(windows: Browser, house: House) -> None:
    seen = seeing(windows, house, PHONE, color_scheme="dark")
    page = seen.page
    page.goto(house.link)
    page.goto(f"{house.url}/operator/edit?lang=en&file=contacts.yaml")
    page.wait_for_selector("body[data-ready=yes]")
    assert fits(page)
    seen.shot("edit-phone-dark-en")
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("\nnonsense")
    expect(page.locator(".verdict.bad")).to_contain_text("This cannot be published as it is.")
    expect(page.locator(".ivr-problems li").first).to_be_visible()
    assert fits(page)
    seen.shot("edit-mistake-phone-dark-en")
    page.keyboard.press("Control+z")
    page.locator("summary", has_text="Discard everything").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Yes, discard everything").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("All changes are discarded.")
    assert kept(house) == ""
    seen.close()


def test_two_windows_of_one_operator(windows: Browser, house: House) -> None:
    seen = seeing(windows, house, DESKTOP)
    page = seen.page
    page.goto(house.link)
    opened(page, house, "?line=1")
    other = seen.context.new_page()
    other.set_default_timeout(60_000)
    opened(other, house, "?line=1")
    page.bring_to_front()
    page.keyboard.type("# eins\n")
    expect(page.locator("#kept")).to_have_text("Gespeichert.")
    # The other window has nothing of its own: it follows.
    expect(other.locator(".cm-content")).to_contain_text("# eins")
    expect(other.locator("#kept")).to_contain_text("anderen Fenster")

    # Both have typed: whoever is second sees both texts and chooses.
    other.bring_to_front()
    other.route("**/operator/edit/save", lambda route: route.abort())
    other.locator(".cm-content").focus()
    other.keyboard.press("Control+Home")
    other.keyboard.type("# zwei\n")
    expect(other.locator("#kept")).to_contain_text("Nicht gespeichert")
    page.bring_to_front()
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("# drei\n")
    expect(page.locator("#kept")).to_have_text("Gespeichert.")
    other.bring_to_front()
    other.unroute("**/operator/edit/save")
    expect(other.locator("#behind")).to_be_visible()
    expect(other.locator("#behind .old").first).to_contain_text("# drei")
    expect(other.locator("#behind .new").first).to_contain_text("# zwei")
    seen.page = other
    seen.shot("behind-desktop-de")
    expect(other.locator(".cm-content")).to_contain_text("# zwei")
    other.get_by_role("button", name="Meinen Text behalten").click()
    expect(other.locator("#kept")).to_have_text("Gespeichert.")
    until("hers is kept", lambda: "# zwei" in kept(house) and "# drei" not in kept(house), 10)
    expect(page.locator(".cm-content")).to_contain_text("# zwei")
    seen.errors.clear()  # the saving that was refused on purpose
    seen.close()


def test_the_database_goes_away_and_the_text_stays(windows: Browser, house: House) -> None:
    seen = seeing(windows, house, DESKTOP)
    page = seen.page
    page.goto(house.link)
    opened(page, house, "?line=1")
    for path in house.service.folder.glob("ivr.db*"):
        path.rename(path.with_name(f"away-{path.name}"))
    page.keyboard.type("# im Browser\n")
    expect(page.locator("#kept")).to_contain_text("Die Datenbank ist nicht zu erreichen", timeout=15_000)
    seen.shot("edit-away-desktop-de")
    page.reload()
    page.wait_for_selector("body[data-ready=yes]")
    expect(page.locator(".note.bad").first).to_contain_text("Die Datenbank ist nicht zu erreichen")
    expect(page.locator(".cm-content")).to_contain_text("# im Browser")
    for path in house.service.folder.glob("away-ivr.db*"):
        path.rename(path.with_name(path.name.removeprefix("away-")))
    expect(page.locator("#kept")).to_have_text("Gespeichert.", timeout=30_000)
    assert "# im Browser" in kept(house)
    seen.errors.clear()  # 503, on purpose
    seen.close()


def test_no_link_leaves_behind_what_is_not_saved(windows: Browser, house: House) -> None:
    seen = seeing(windows, house, DESKTOP)
    page = seen.page
    page.goto(house.link)
    opened(page, house, "?line=1")
    page.keyboard.type("# eins\n")
    expect(page.locator("#kept")).to_have_text("Gespeichert.")

    # While something is being saved, and more is typed.
    page.route("**/operator/edit/save", lambda route: (time.sleep(1), route.continue_()))
    page.keyboard.type("# zwei\n")
    expect(page.locator("#kept")).to_have_text("Wird gespeichert …")
    page.keyboard.type("# drei\n")
    page.get_by_role("link", name="Ansehen und veröffentlichen").click()
    page.wait_for_url("**/edit/review")
    assert "# drei" in kept(house)

    # And when it cannot be saved: to where it is published never, elsewhere with a second click.
    opened(page, house, "?line=1")
    page.unroute("**/operator/edit/save")
    page.route("**/operator/edit/save", lambda route: route.fulfill(status=400))
    page.keyboard.type("# vier\n")
    for _ in range(2):
        page.get_by_role("link", name="Ansehen und veröffentlichen").click()
        expect(page.locator("#kept")).to_contain_text("Nicht gespeichert: Diese Seite ist zu alt.")
    seen.shot("edit-unsaved-desktop-de")
    page.get_by_role("link", name="Heute").click()
    expect(page.locator("#kept")).to_contain_text("geht trotzdem weiter")
    page.get_by_role("link", name="Heute").click()
    page.wait_for_url(f"{house.url}/operator/")
    assert "# vier" not in kept(house)
    page.unroute("**/operator/edit/save")
    opened(page, house)
    expect(page.locator("#kept")).to_have_text("Gespeichert.")
    assert "# vier" in kept(house)
    seen.errors.clear()  # 400, on purpose
    seen.close()


def test_news_of_the_check_leave_alone_what_is_being_read(windows: Browser, house: House) -> None:
    seen = seeing(windows, house, DESKTOP)
    page = seen.page
    page.goto(house.link)
    opened(page, house, WELCOME)
    page.keyboard.type("24 ")
    expect(page.locator(".verdict.bad")).to_be_visible()
    found = page.evaluate(
        """async (url) => {
            const { show } = await import(url);
            const state = document.querySelector("#state");
            const html = state.innerHTML + '<div data-part="more"><details><summary>Ein Anruf</summary></details>'
                + '<details><summary>Ein Anruf</summary></details><p>0</p></div>';
            const say = (html) => show({ html, problems: [], over: false, said: "" });
            say(html);
            const second = () => state.querySelectorAll("[data-part=more] details")[1];
            second().open = true;
            second().querySelector("summary").focus();
            const reading = state.querySelector("[data-part=problems]");
            say(html.replace("<p>0</p>", "<p>1</p>"));
            return [
                reading.isConnected,
                state.querySelector("[data-part=more] p").textContent,
                [...state.querySelectorAll("[data-part=more] details")].map((one) => one.open),
                document.activeElement === second().querySelector("summary"),
            ];
        }""",
        f"/operator/static/{Assets().name('check.js')}",
    )
    assert found == [True, "1", [False, True], True]
    seen.close()


def test_two_operators_at_once(windows: Browser, house: House) -> None:
    add(house, "berta", "edit", "publish")
    first, second = seeing(windows, house, DESKTOP), seeing(windows, house, DESKTOP)
    first.page.goto(house.link)
    log_in(second.page, house, "berta")
    for page, words in ((first.page, "Guten Tag"), (second.page, "Moin")):
        opened(page, house, WELCOME)
        for _ in "Willkommen":
            page.keyboard.press("Delete")
        page.keyboard.type(words)
        expect(page.locator("#kept")).to_have_text("Gespeichert.")
    opened(second.page, house, "?file=info.yaml&line=3")
    second.page.keyboard.type("# Von Berta: ")
    expect(second.page.locator("#kept")).to_have_text("Gespeichert.")
    # Berta looks at hers while it can still be published; Anna is quicker.
    second.page.get_by_role("link", name="Ansehen und veröffentlichen").click()
    expect(second.page.locator("#why")).to_be_visible(timeout=PROVED_MS)
    first.page.get_by_role("link", name="Ansehen und veröffentlichen").click()
    expect(first.page.locator("#why")).to_be_visible(timeout=PROVED_MS)
    publish(first.page, "Anna war schneller")
    expect(first.page.get_by_role("heading", name="Veröffentlicht")).to_be_visible()

    page = second.page
    publish(page, "Moin ist kürzer")
    expect(page.locator(".note.bad")).to_contain_text("Nichts wurde veröffentlicht")
    expect(page.locator(".note.warn").first).to_contain_text("Anna war schneller")
    expect(page.locator(".note.warn ins").first).to_have_text("Guten Tag")
    second.shot("overtaken-desktop-de")
    page.get_by_role("link", name="Beides zusammenführen").first.click()
    expect(page.locator(".clash")).to_have_count(1)
    second.shot("merge-desktop-de")
    page.locator(".clash [value=mine]").check()
    page.get_by_role("button", name="Zusammenführen").click()
    expect(page.locator("#message")).to_contain_text("zusammengeführt")
    expect(page.locator("#why")).to_be_visible(timeout=PROVED_MS)
    publish(page, "Moin ist kürzer")
    expect(page.get_by_role("heading", name="Veröffentlicht")).to_be_visible()
    until("the caller hears it", lambda: "Moin beim" in house.hears(), 10)
    second.errors.clear()  # 409, on purpose
    first.close()
    second.close()


def test_without_javascript(windows: Browser, house: House) -> None:
    seen = seeing(windows, house, PHONE, java_script_enabled=False)
    page = seen.page
    page.goto(house.link)
    page.goto(f"{house.url}/operator/edit?file=info.yaml")
    text = page.get_by_label("Inhalt der Datei")
    text.fill(text.input_value().replace("Was möchten Sie wissen?", "Was möchten Sie 2 Mal wissen?"))
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator(".tag.changed").first).to_be_visible()
    deadline = time.monotonic() + 20
    while not page.locator(".verdict.bad").count() and time.monotonic() < deadline:
        page.get_by_role("button", name="Stand der Prüfung ansehen").click()
    expect(page.locator(".problems li").first).to_contain_text("Ziffer")
    assert fits(page)
    seen.shot("edit-plain-phone-de")
    page.locator("summary", has_text="Diese Datei zurücksetzen").click()
    page.get_by_role("button", name="Ja, zurücksetzen").click()
    expect(page.locator(".tag.changed")).to_have_count(0)
    seen.close()
