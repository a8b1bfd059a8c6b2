"""Every step kind, as callers meet it: `tests/cases/steps/KIND.yaml` holds its calls, word for word.

A case has a name, its flow files, and one of two expectations: `call:`, a script as tests/support/scripts.py reads
it, or `refused:`, every problem with which the files are refused: file, line, column, length and code. (What they
say is in tests/cases/definition.)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from scripts import REWRITE, cases, played, rewrite

from ivr.loader import load
from ivr.steps import KINDS

if TYPE_CHECKING:
    from ivr.loader import Loaded

CASES = Path(__file__).parent / "cases"
FOLDER = CASES / "steps"
CONTACTS = CASES / "engine" / "contacts.yaml"

ALL = [(file, case["case"]) for file in sorted(FOLDER.glob("*.yaml")) for case in cases(file)]


def test_every_kind_has_its_cases() -> None:
    assert {file.stem for file in FOLDER.glob("*.yaml")} == {kind.word for kind in KINDS}
    assert len(set(ALL)) == len(ALL)


@pytest.mark.parametrize(("file", "name"), ALL, ids=[f"{file.stem}: {name}" for file, name in ALL])
def test_steps(file: Path, name: str, tmp_path: Path) -> None:
    case = next(case for case in cases(file) if case["case"] == name)
    flows = {name for name in case if name.endswith(".yaml")}
    (kind,) = set(case) - flows - {"case"}
    for flow in flows:
        (tmp_path / flow).write_text(case[flow], "utf-8")
    found = load(tmp_path, CONTACTS)
    if kind == "call":
        assert found.problems == ()
    happened = {"call": lambda: played(case["call"], found), "refused": lambda: refused(found)}[kind]()
    if REWRITE and happened != case[kind]:
        rewrite(file, name, kind, happened)
    else:
        assert happened == case[kind]


def refused(found: Loaded) -> str:
    return "".join(
        f"{Path(problem.place.file).name}:{problem.place.line}:{problem.place.column}:{problem.place.length}"
        f" {problem.code}\n"
        for problem in found.problems
    )
