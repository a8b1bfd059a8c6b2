"""Calls as data: a script of what a caller does, with what she hears and what is waited for below each line.

    call 2026-11-23T10:00 [language]     begins a call; a script may hold several
    1  *  12  silence  hangup            what she does at a menu
    call 2026-11-23T10:00 flow=duty      begins in an entrance
    completed  busy  no_answer  failed   how a connection ends
    done  refused  locked                how it went, where the engine wants something done (a PIN is "leitstelle"'s)
    publish                              the operators' next version; the call meets it with its next input
    standing {full: [wache]}             what is in force beside the files from here on, as `standing` reads it

What she does stands at the left margin, and a time behind it moves the clock; what happens stands below, indented.
The state goes through its path between any two inputs. With IVR_REWRITE=1 in the environment, tests write down what
happens instead of comparing it, for a review in the diff.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import yaml

from ivr.call import CheckPin, Dial, DialResult, Done, Gather, GiveInstruction, Inbound, Outcome, State
from ivr.engine import advance, begin, carry_on, resume
from ivr.instructions import Instruction
from ivr.world import NOTHING, Clerk, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ivr.call import Turn
    from ivr.loader import Loaded

REWRITE = bool(os.environ.get("IVR_REWRITE"))
BERLIN = ZoneInfo("Europe/Berlin")


def cases(file: Path) -> list[dict[str, str]]:
    return list(yaml.safe_load(file.read_text("utf-8")))


def played(script: str, *versions: Loaded) -> str:
    """The script with what happens in place of what was expected."""
    lines: list[str] = []
    version = 0
    now: datetime | None = None
    path: str | None = None
    work_out = advance
    in_force = NOTHING
    turn: Turn | None = None
    for done in script.splitlines():
        if done.startswith(" "):
            continue
        word, *more = done.split()
        if word == "publish":
            version, work_out = version + 1, resume
            lines.append(done)
            continue
        if word == "standing":
            in_force = standing(yaml.safe_load(done.removeprefix(word)))
            lines.append(done)
            continue
        if more:
            now = datetime.fromisoformat(more[0]).replace(tzinfo=BERLIN)
        assert now is not None, "a script begins with `call TIME`"
        if word == "call":
            version, work_out = 0, advance
        flows, directory = versions[version].flows, versions[version].directory
        assert flows is not None
        assert directory is not None
        state: State | None = None
        if word != "call":
            assert path is not None, f"the call is over before {word!r}"
            state = State.from_path(path)
            assert state is not None
        elif more[1:]:
            asked = more[1]
            state = begin(flows, flow=asked[5:]) if asked.startswith("flow=") else begin(flows, asked)
        world = Clerk(directory, in_force).at(now)
        if word in set(Outcome):
            assert turn is not None
            turn = carry_on(flows, world, turn, Done(Outcome(word), "leitstelle" if word == "done" else ""))
        else:
            turn = work_out(flows, world, state, inbound(word))
        work_out = advance
        path = turn.state.to_path() if isinstance(turn.expects, WAITS) else None
        lines += [done, *(f"  {line}" for line in happened(turn))]
    return "\n".join(lines) + "\n"


def standing(told: dict[str, Any]) -> Standing:
    """`crowded`, `full`, `connecting` as they are called; `announce: {de: …}`; `switch: {wache: closed}`, `reason`.

    `at` and `until` are the times of what is told, local or in UTC; without them it has always been so, and stays.
    """
    at, until = (_instant(told.get(key)) for key in ("at", "until"))
    given = [("switch", subject, value, told.get("reason", {})) for subject, value in told.get("switch", {}).items()]
    given += [("announce", "today", "said", told["announce"])] if "announce" in told else []
    instructions = tuple(
        Instruction(kind, subject, value, at or datetime(2026, 1, 1, tzinfo=UTC), until, texts)
        for kind, subject, value, texts in given
    )
    full = frozenset(told.get("full", ()))
    return Standing(instructions, told.get("crowded", False), full, told.get("connecting", True))


def _instant(written: str | datetime | None) -> datetime | None:
    if written is None:
        return None
    at = datetime.fromisoformat(str(written))
    return at.replace(tzinfo=at.tzinfo or BERLIN).astimezone(UTC)


WAITS = Gather | Dial | CheckPin | GiveInstruction


def inbound(word: str) -> Inbound:
    if word in set(DialResult):
        return Inbound("CA1", dialled=DialResult(word))
    if word in ("call", "silence"):
        return Inbound("CA1")
    return Inbound("CA1", hung_up=True) if word == "hangup" else Inbound("CA1", digits=word)


def happened(turn: Turn) -> Iterator[str]:
    yield from (f"{said.language}: {said.text}" for said in turn.said)
    match turn.expects:
        case Gather(patience, 1, ""):
            yield f"-> a key, {patience} s"
        case Gather(patience, keys, ends):
            yield f"-> up to {keys} digits, then {ends}, {patience} s"
        case CheckPin():
            yield "-> looks whose PIN it is"
        case GiveInstruction(subject, value, until, author):
            until_then = f" until {until.astimezone(BERLIN):%a %H:%M}" if until else ""
            yield f"-> tells: {subject} {value}{until_then}, by {author}"
        case Dial(contact, number, ring):
            yield f"-> dials {contact} {number}, {ring} s"
        case _:
            yield "-> the end"


def rewrite(file: Path, name: str, key: str, text: str) -> None:
    """Puts a text into a case. Comments are kept at the head of the file only."""
    header = "".join(line for line in file.read_text("utf-8").splitlines(keepends=True) if line.startswith("#"))
    every = cases(file)
    next(case for case in every if case["case"] == name)[key] = text
    file.write_text(header + "".join(f"\n{_written(case)}" for case in every), "utf-8")


def _written(case: dict[str, str]) -> str:
    lines = [f"- case: {case['case']}"]
    for key, text in list(case.items())[1:]:
        lines += [f"  {key}: |", *(f"    {line}".rstrip() for line in text.splitlines())]
    return "\n".join(lines) + "\n"
