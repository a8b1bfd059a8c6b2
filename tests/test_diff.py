"""What changed between two sets, in words: cases of tests/cases/diff, and that nothing a caller meets goes unsaid.

A case has the edits of a set by file (`from` what `to` what, each of which stands there once unless `all`; or the whole
file as one text), names that are replaced `everywhere`, files to `rename`, and, if the older set is changed as well,
the edits of that one as `before`. `changes` is the complete list of what is told, as `KIND: SENTENCE`. `IVR_REWRITE=1`
writes it down anew, for a look at the difference.
"""

from __future__ import annotations

import importlib
import json
import re
import shutil
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from scripts import REWRITE
from sets import SAMPLE, with_steps

from ivr.call import DialResult, Spot
from ivr.cli import main
from ivr.diff import compare
from ivr.diff.change import QUIET
from ivr.diff.texts import marked
from ivr.loader import Loaded, load
from ivr.steps.base import Connected, Line, Pressed, Scene, Silence
from ivr.steps.say import SayStep
from ivr.world import Clerk

ROOT = Path(__file__).parents[1]
CASES = Path(__file__).parent / "cases" / "diff"
TODAY = date(2026, 11, 25)


def files_of(name: str) -> dict[str, str]:
    """A set's files, the contacts among them."""
    if name != "shipped":
        return {path.name: path.read_text("utf-8") for path in sorted(SAMPLE.iterdir())}
    paths = [*sorted((ROOT / "ivr" / "flows").iterdir()), *sorted((ROOT / "data").iterdir())]
    return {path.name: path.read_text("utf-8") for path in paths}


def edited(files: dict[str, str], edits: dict[str, Any]) -> dict[str, str]:
    files = dict(files)
    for old, new in edits.get("everywhere", {}).items():
        files = {name: re.sub(rf"\b{old}\b", new, text) for name, text in files.items()}
    for old, new in edits.get("rename", {}).items():
        files[new] = files.pop(old)
    for name, replaced in edits.items():
        if not name.endswith(".yaml"):
            continue
        if isinstance(replaced, str):
            files[name] = replaced
            continue
        for each in replaced:
            if "drop" in each:
                files[name] = re.sub(each["drop"], "", files[name], flags=re.MULTILINE)
                continue
            count = files[name].count(each["from"])
            assert count == 1 or (each.get("all") and count), f"{name} has this {count} times: {each['from']}"
            files[name] = files[name].replace(each["from"], each["to"])
    return files


def written(files: dict[str, str], folder: Path) -> Loaded:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return load(folder, folder / "contacts.yaml")


def read(files: dict[str, str], folder: Path) -> Loaded:
    loaded = written(files, folder)
    assert loaded.flows is not None, [problem.message.en for problem in loaded.problems]
    return loaded


@cache
def cases(area: str) -> list[dict[str, Any]]:
    return yaml.safe_load((CASES / f"{area}.yaml").read_text("utf-8"))


class Dumper(yaml.SafeDumper):
    """Files as they look, one line after the other."""


def _text(dumper: Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Dumper.add_representer(str, _text)


@pytest.mark.parametrize(
    ("area", "number"),
    [
        pytest.param(path.stem, number, id=f"{path.stem}: {case['case']}")
        for path in sorted(CASES.glob("*.yaml"))
        for number, case in enumerate(cases(path.stem))
    ],
)
def test_a_change_is_told(area: str, number: int, tmp_path: Path) -> None:
    case = cases(area)[number]
    files = files_of(area)
    before = read(edited(files, case.get("before", {})), tmp_path / "before")
    after = read(edited(files, {key: value for key, value in case.items() if key != "before"}), tmp_path / "after")
    changes = compare(before, after, today=TODAY)
    for change in changes:
        assert change.sentence.en
        source = (before if change.place.file in before.sources else after).sources[change.place.file]
        assert 1 <= change.place.line <= source.count(b"\n") + 1
    found = [f"{change.kind}: {change.sentence.de}" for change in changes]
    if REWRITE:
        case["changes"] = found
        text = yaml.dump(cases(area), Dumper=Dumper, allow_unicode=True, sort_keys=False, width=1000)
        (CASES / f"{area}.yaml").write_text(text, "utf-8")
    assert found == case["changes"]
