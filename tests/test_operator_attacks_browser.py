"""A real browser on every page over a set that is hostile throughout: no script of it runs, and the policy has nothing
to refuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hostile import CARRIERS, MARK, broken_set, hostile_set
from visit import DESKTOP, House, Seen, at_home, under_dev

from ivr.store import Database, Scenario, Scenarios, WorkingCopies, WorkingCopy

NOW = datetime.now(UTC)


@pytest.fixture
def house(tmp_path: Path, chromium: str) -> Iterator[House]:
    flows, data = tmp_path / "from", tmp_path / "book"
    flows.mkdir()
    data.mkdir()
    hostile = hostile_set()
    assert hostile.contacts
    (flows / "hotline.yaml").write_bytes(hostile.flows[0].content)
    (data / "contacts.yaml").write_bytes(hostile.contacts.content)
    service = under_dev(tmp_path)
    service.furnish(flows, data / "contacts.yaml")
    database = Database(service.database)
    database.migrate(create=True)
    for number, each in enumerate(CARRIERS):
        Scenarios(database).add(Scenario(f"x{number}", f'about: "{each}"\n{each}\n', each, NOW))
    refused = broken_set()
    WorkingCopies(database).save(WorkingCopy("anna", hostile.version, hostile.to_bytes(), refused.to_bytes(), 1, NOW))
    database.store_set(hostile.version, hostile.to_bytes(), NOW)
    for each in CARRIERS:
        database.publish(hostile.version, draft=False, author="anna", why=each, at=NOW)
    database.close()
    with at_home(service) as found:
        yield found


def test_nothing_that_was_written_runs(windows: Any, house: House) -> None:
    seen = Seen(windows, house, DESKTOP)
    page = seen.page
    refused: list[str] = []
    page.expose_function("refused", lambda what: refused.append(f"{what}"))
    page.add_init_script(
        "addEventListener('securitypolicyviolation', no => refused(`${no.violatedDirective} ${no.blockedURI}`))"
    )
    page.on("dialog", lambda dialog: (refused.append(dialog.message), dialog.dismiss()))
    page.goto(house.link)
    version = hostile_set().version
    shown = 0
    for path in (
        "", "phone", f"phone?version={version}", "picture", "picture?step=hotline/main0", "picture?contact=wachea",
        "picture?step=hotline/said1&find=script", "edit", "edit?file=contacts.yaml", "edit/review", "versions",
        "versions/difference?from=live&to=mine", f"versions/publish?version={version}", "numbers",
        "listening?language=all", "listening?version=mine", "scenarios", "trail", "account",
        f"picture?find={CARRIERS[1]}&step={CARRIERS[0]}", f"phone?language={CARRIERS[0]}&version={CARRIERS[3]}",
    ):  # fmt: skip
        page.goto(f"{house.url}/operator/{path}", wait_until="load")
        page.wait_for_timeout(150)
        assert page.evaluate(f"typeof window.{MARK}") == "undefined", path
        assert page.locator("img, [onerror], [onload], [onfocus]").count() == 0, path
        assert page.locator("script:not([src])").count() == 0, path
        shown += MARK in page.content()
    assert shown > 10
    # What the page's own scripts put into it: a call, a step beside the picture, problems at their lines.
    page.goto(f"{house.url}/operator/phone")
    page.locator("#call").click()
    page.locator("#transcript li").nth(2).wait_for()
    page.goto(f"{house.url}/operator/picture")
    page.locator("#list a").nth(2).click()
    page.locator("#place-name").wait_for()
    page.goto(f"{house.url}/operator/edit?file=hotline.yaml")
    page.locator("#state .verdict, #state .progress").first.wait_for()
    page.wait_for_timeout(1500)
    assert page.evaluate(f"typeof window.{MARK}") == "undefined"
    assert page.locator("img, [onerror], [onload], [onfocus]").count() == 0
    assert refused == []
    # Pages that are not there are told of by the browser as errors; nothing else is.
    seen.errors = [each for each in seen.errors if "the server responded with a status of 4" not in each]
    seen.close()
