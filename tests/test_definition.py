"""Mistakes in flows and contacts, each with the complete list of its problems, walked over tests/cases/definition.

A case has `files` (the flows folder, by file name) and may have `contacts`; without it, those of `contacts.yaml` beside
the cases hold. `IVR_REWRITE=1` writes what is found into the cases, for a look at the difference.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from ivr.loader import load
from ivr.source.places import Place
from ivr.source.problems import Problem
from ivr.source.report import render

CASES = Path(__file__).parent / "cases" / "definition"
CONTACTS = (CASES / "contacts.yaml").read_text(encoding="utf-8")
AREAS = sorted(path for path in CASES.glob("*.yaml") if path.name != "contacts.yaml")
REWRITE = os.environ.get("IVR_REWRITE") == "1"


class Dumper(yaml.SafeDumper):
    """Files as they look, one line after the other."""


def _text(dumper: Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Dumper.add_representer(str, _text)


def cases(path: Path) -> list[dict[str, Any]]:
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


def problems_of(case: dict[str, Any], folder: Path) -> list[Problem]:
    flows, contacts = folder / "flows", folder / "contacts.yaml"
    contacts.write_text(case.get("contacts", CONTACTS), encoding="utf-8")
    flows.mkdir()
    for name, text in case["files"].items():
        (flows / name).write_text(text, encoding="utf-8")
    loaded = load(flows, contacts)
    assert (loaded.flows is None) is any(problem.severity == "error" for problem in loaded.problems)
    assert render(loaded.problems, "de", loaded.sources).count("\n") >= 2 * len(loaded.problems)
    return list(loaded.problems)


def written(problem: Problem, folder: Path) -> dict[str, Any]:
    def at(place: Place) -> str:
        return f"{Path(place.file).name}:{place.line}:{place.column}+{place.length}"

    found: dict[str, Any] = {"at": at(problem.place), "code": problem.code, "de": problem.message.de}
    found["en"] = problem.message.en
    if problem.hint is not None:
        found["hint"] = {"de": problem.hint.de, "en": problem.hint.en}
    if problem.severity != "error":
        found["severity"] = problem.severity
    if problem.also is not None:
        found["also"] = at(problem.also)
    return found


@pytest.mark.parametrize(
    ("path", "number"),
    [
        pytest.param(path, number, id=f"{path.stem}: {case['about']}")
        for path in AREAS
        for number, case in enumerate(cases(path))
    ],
)
def test_a_mistake_is_explained(path: Path, number: int, tmp_path: Path) -> None:
    every = cases(path)
    found = [written(problem, tmp_path) for problem in problems_of(every[number], tmp_path)]
    if REWRITE:
        every[number]["problems"] = found
        path.write_text(yaml.dump(every, Dumper=Dumper, allow_unicode=True, width=10_000, sort_keys=False), "utf-8")
    assert found == every[number].get("problems")
