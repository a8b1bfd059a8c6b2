"""What tests of several modules share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chromium import ARGUMENTS
from postgres import Postgres, bin_folder

from ivr.store import Database

if TYPE_CHECKING:
    import page
    from playwright.sync_api import Browser


COUNTED = {
    f"test_{name}"
    for name in (
        "announcement", "contacts", "definition", "duration", "engine", "fallback", "form", "hours", "loader", "pins",
        "pronunciation", "reader", "signature", "speech", "steps", "street", "twiml", "voices",
    )
}  # fmt: skip
"""The modules that test the core, whose branches have to be covered (`CORE` in the Makefile). To count them takes five
times as long, so nothing is counted of other modules, nor of tests with the mark `no_cover`.
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--part", choices=["counted", "rest"], help="only what coverage is counted of, or all else")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    part = config.getoption("--part")
    if part is not None:
        counted = {each for each in items if each.path.stem in COUNTED and each.get_closest_marker("no_cover") is None}
        config.hook.pytest_deselected(items=[each for each in items if (each in counted) != (part == "counted")])
        items[:] = [each for each in items if (each in counted) == (part == "counted")]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real server. Where none is installed, what needs it is skipped; with IVR_REQUIRE_POSTGRES=1 it fails."""
    programs = bin_folder()
    if programs is None:
        reason = "no PostgreSQL server is installed here"
        if os.environ.get("IVR_REQUIRE_POSTGRES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    cluster = Postgres(programs)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture(scope="session")
def migrated(postgres: Postgres) -> str:
    """A PostgreSQL database with all tables, to be copied."""
    name = postgres.create()
    database = Database(postgres.url(name))
    database.migrate()
    database.close()
    return name


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database with all tables: each test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/ivr.db"
        Database(address).migrate(create=True)
        return address
    server = request.getfixturevalue("postgres")
    return str(server.url(server.create(request.getfixturevalue("migrated"))))


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def chromium() -> str:
    """A real browser. Where none is installed, what needs it is skipped; with IVR_REQUIRE_CHROMIUM=1 it fails."""
    found = shutil.which("chromium")
    if found is None:
        reason = "no Chromium is installed here"
        if os.environ.get("IVR_REQUIRE_CHROMIUM") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def windows(chromium: str) -> Iterator[Browser]:
    """Its windows."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def office(tmp_path: Path) -> page.Office:
    """The operators' page, and anna, who may see all and change what holds today."""
    from page import Office

    found = Office(tmp_path)
    found.add("anna", "view", "edit")
    return found


@pytest.fixture
def browser(office: page.Office) -> page.Browser:
    """Where anna has logged in, without JavaScript."""
    return office.browser("anna")


@pytest.fixture(scope="session")
def remembered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a first proof of the shipped contacts works out, so that those of the tests are not the first."""
    from running import CONTACTS, FLOWS

    from ivr.check.memory import Memory
    from ivr.check.proof import prove
    from ivr.loader import load

    folder = tmp_path_factory.mktemp("check")
    now = datetime.now(UTC)
    found = load(FLOWS, CONTACTS / "contacts.yaml", now=now)
    memory = Memory(folder)
    prove(found, now, memory)
    memory.save()
    return folder
