"""Every step kind, as callers meet it: `tests/cases/steps/KIND.yaml` holds its calls, word for word.

A case has a name, its flow files, and one of two expectations:

    call:     what the caller does, at the left margin, and below it, indented, what she hears and what is waited for.
              `call 2026-11-23T10:00 [language]` begins a call (and may come several times); then keys, `silence`,
              `hangup`, or how a connection ends. A time behind any of these moves the clock.
    refused:  the problems with which the files are refused, in German and English.

The state goes through its path between any two inputs. `IVR_REWRITE=1 pytest tests/test_steps.py` writes down what
happens instead of comparing it, for a review in the diff.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from ivr.call import Dial, DialResult, Gather, Inbound, State
from ivr.engine import advance, begin
from ivr.loader import load
from ivr.steps import KINDS
from ivr.world import Clerk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.call import Turn
    from ivr.loader import Loaded

CASES = Path(__file__).parent / "cases"
FOLDER = CASES / "steps"
CONTACTS = CASES / "engine" / "contacts.yaml"
REWRITE = bool(os.environ.get("IVR_REWRITE"))
BERLIN = ZoneInfo("Europe/Berlin")


def cases(file: Path) -> list[dict[str, str]]:
    return list(yaml.safe_load(file.read_text("utf-8")))


ALL = [(file, case["case"]) for file in sorted(FOLDER.glob("*.yaml")) for case in cases(file)]


def test_every_kind_has_its_cases() -> None:
    assert {file.stem for file in FOLDER.glob("*.yaml")} == {kind.word for kind in KINDS}
    assert len(set(ALL)) == len(ALL)


@pytest.mark.parametrize(("file", "name"), ALL, ids=[f"{file.stem}: {name}" for file, name in ALL])
def test_steps(file: Path, name: str, tmp_path: Path) -> None:
    case = next(case for case in cases(file) if case["case"] == name)
    for flow, text in case.items():
        if flow.endswith(".yaml"):
            (tmp_path / flow).write_text(text, "utf-8")
    found = load(tmp_path, CONTACTS)
    kind = "refused" if "refused" in case else "call"
    assert set(case) - {flow for flow in case if flow.endswith(".yaml")} == {"case", kind}
    if kind == "call":
        assert found.problems == ()
    happened = refused(found) if kind == "refused" else played(found, case["call"])
    if REWRITE and happened != case[kind]:
        rewrite(file, name, kind, happened)
    else:
        assert happened == case[kind]


def refused(found: Loaded) -> str:
    lines = []
    for problem in found.problems:
        place = f"{Path(problem.place.file).name}:{problem.place.line}:{problem.place.column}:{problem.place.length}"
        lines.append(f"{place} {problem.code}")
        lines += [f"  {words}" for said in (problem.message, problem.hint) if said for words in (said.de, said.en)]
    return "\n".join(lines) + "\n"


def played(found: Loaded, script: str) -> str:
    """The script with what happened in place of what was expected."""
    lines: list[str] = []
    clerk = Clerk(found.directory)
    now: datetime | None = None
    path: str | None = None
    for done in script.splitlines():
        if done.startswith(" "):
            continue
        word, *more = done.split()
        if more:
            now = datetime.fromisoformat(more[0]).replace(tzinfo=BERLIN)
        assert now is not None, "a script begins with `call TIME`"
        if word == "call":
            state: State | None = begin(found.flows, more[1]) if more[1:] else None
        else:
            assert path is not None, f"the call is over before {word!r}"
            state = State.from_path(path)
            assert state is not None
        turn = advance(found.flows, clerk.at(now), state, inbound(word))
        path = turn.state.to_path() if isinstance(turn.expects, Gather | Dial) else None
        lines += [done, *(f"  {line}" for line in happened(turn))]
    return "\n".join(lines) + "\n"


def inbound(word: str) -> Inbound:
    if word in set(DialResult):
        return Inbound("CA1", dialled=DialResult(word))
    if word in ("call", "silence"):
        return Inbound("CA1")
    return Inbound("CA1", hung_up=True) if word == "hangup" else Inbound("CA1", digits=word)


def happened(turn: Turn) -> Iterator[str]:
    yield from (f"{said.language}: {said.text}" for said in turn.said)
    match turn.expects:
        case Gather(patience):
            yield f"-> a key, {patience} s"
        case Dial(contact, number, ring):
            yield f"-> dials {contact} {number}, {ring} s"
        case _:
            yield "-> the end"


def rewrite(file: Path, name: str, kind: str, happened: str) -> None:
    header = "".join(line for line in file.read_text("utf-8").splitlines(keepends=True) if line.startswith("#"))
    every = cases(file)
    next(case for case in every if case["case"] == name)[kind] = happened
    file.write_text(header + "".join(f"\n{written(case)}" for case in every), "utf-8")


def written(case: dict[str, Any]) -> str:
    lines = [f"- case: {case['case']}"]
    for key, text in list(case.items())[1:]:
        lines += [f"  {key}: |", *(f"    {line}".rstrip() for line in text.splitlines())]
    return "\n".join(lines) + "\n"
