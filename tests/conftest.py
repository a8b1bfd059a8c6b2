"""What tests of several modules share."""

from __future__ import annotations

import os
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
