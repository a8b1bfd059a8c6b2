"""The small set of tests/cases/graph, the shipped one, and what is expected of both, kept in files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from scripts import REWRITE

from ivr.loader import Loaded, load

ROOT = Path(__file__).parents[2]
CASES = Path("tests/cases/graph")


@cache
def small() -> Loaded:
    return load(CASES / "flows", CASES / "contacts.yaml")


@cache
def shipped() -> Loaded:
    return load(Path("ivr/flows"), Path("data/contacts.yaml"))


def compare(name: str, found: str) -> None:
    """Compares with a file of tests/cases/graph, or writes it down for a review in the diff."""
    file = CASES / name
    if REWRITE and (not file.exists() or file.read_text("utf-8") != found):
        file.write_text(found, "utf-8")
        pytest.skip("written down anew, to be reviewed in the diff")
    assert found == file.read_text("utf-8")
