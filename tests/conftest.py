"""What tests of several modules share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from postgres import Postgres, bin_folder


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
def chromium() -> str:
    """A real browser. Where none is installed, what needs it is skipped; with IVR_REQUIRE_CHROMIUM=1 it fails."""
    found = shutil.which("chromium")
    if found is None:
        reason = "no Chromium is installed here"
        if os.environ.get("IVR_REQUIRE_CHROMIUM") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found
