"""Small sets of flows and contacts in a folder, changed in one place and proved."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.check.memory import Memory
from ivr.check.proof import prove
from ivr.loader import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.call import Spot
    from ivr.check.proof import Proof
    from ivr.loader import Loaded
    from ivr.source.problems import Problem
    from ivr.steps.base import Step

SAMPLE = Path(__file__).parents[1] / "cases" / "check" / "sample"
"""In which every rule is content."""

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""The year that is looked at begins on this Monday."""

REMEMBERED = Memory()
"""What contacts and this day have in common for all tests of a process."""


def read(folder: Path) -> Loaded:
    """The set in a folder, which has to be one that can be run."""
    loaded = load(folder, folder / "contacts.yaml", now=NOW)
    assert loaded.flows is not None, loaded.problems
    return loaded


def copied(into: Path, changes: Mapping[str, Sequence[Mapping[str, str]]] | None = None, of: Path = SAMPLE) -> Path:
    """A copy of a set in which texts are replaced (`from` what `to` what), each of which stands in its file once."""
    folder = into / "set"
    shutil.copytree(of, folder)
    for name, replaced in (changes or {}).items():
        text = (folder / name).read_text("utf-8")
        for each in replaced:
            assert text.count(each["from"]) == 1, f"{name} has this {text.count(each['from'])} times: {each['from']}"
            text = text.replace(each["from"], each["to"])
        (folder / name).write_text(text, "utf-8")
    return folder


def with_steps(loaded: Loaded, steps: Mapping[Spot, Step]) -> Loaded:
    """The set with other steps in these places: what no file can say."""
    assert loaded.flows is not None
    return replace(loaded, flows=replace(loaded.flows, steps={**loaded.flows.steps, **steps}))


def proved(loaded: Loaded, *replay: str, memory: Memory = REMEMBERED) -> Proof:
    """What the rules find."""
    return prove(loaded, NOW, memory, replay=replay)


def told(problem: Problem, loaded: Loaded) -> str:
    """`CODE at WORD`, the word being what stands in the file at the problem's place."""
    place = problem.place
    line = loaded.sources[place.file].decode().split("\n")[place.line - 1]
    word = line[place.column - 1 : place.column - 1 + place.length]
    return f"{problem.code} at {word}" + (" (warning)" if problem.severity == "warning" else "")
