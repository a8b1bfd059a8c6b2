"""One examination, from the operators' files to all that is to be said about them.

What is quick comes first: problems of reading, then what is different from the live set, then the scenarios, and at
last the proof, of which at most two run at a time.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ivr.check.memory import Memory
from ivr.check.proof import prove
from ivr.check.statement import stated
from ivr.diff import compare
from ivr.examiner.checks import AT_ONCE, State, held
from ivr.examiner.marks import mark
from ivr.loader import load_bundle
from ivr.scenario.diff import diff
from ivr.scenario.files import Found, understand
from ivr.scenario.play import Player
from ivr.scenario.update import updated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ivr.examiner.checks import Call, Checks, Job
    from ivr.loader import Loaded
    from ivr.scenario.play import Played
    from ivr.source.problems import Problem, Sentence

MOST_PROBLEMS = 300
"""So many problems are told; more help nobody."""

_QUEUE_SECONDS = 0.1
_TELL_SECONDS = 0.3


def examine(checks: Checks, key: str, proofs: Path, tell: Callable[[State], None]) -> None:
    """Examines what was laid down under a key, and tells how far it has come. `proofs`: the folder of their memory.

    Raises:
        OSError, ValueError: there is no such job.
    """
    job = checks.job(key)
    state = State(begun=time.time())

    def say(stage: str) -> None:
        state.stage = stage
        tell(state)

    say("reading")
    loaded = load_bundle(job.bundle, provider=job.provider, now=job.now)
    _note(state, loaded, loaded.problems)
    if loaded.flows is None:
        say("done")
        return
    say("comparing")
    state.changes = _changes(loaded, job)
    say("playing")
    state.scenarios = list(_played(loaded, job.scenarios))
    say("queued")
    with ExitStack() as turn:
        while not any(turn.enter_context(held(checks.folder / f"proof-{seat}")) for seat in range(AT_ONCE)):
            turn.close()
            time.sleep(_QUEUE_SECONDS)
        say("proving")
        _prove(loaded, job, state, Memory(proofs), say)
    say("done")


def _prove(loaded: Loaded, job: Job, state: State, memory: Memory, say: Callable[[str], None]) -> None:
    told = time.monotonic()

    def progress(seen: int) -> None:
        nonlocal told
        state.seen = seen
        if time.monotonic() - told > _TELL_SECONDS:
            told = time.monotonic()
            say("proving")

    proof = prove(loaded, job.now, memory, progress=progress)
    memory.save()
    _note(state, loaded, (*loaded.problems, *proof.problems))
    if not state.errors:
        state.statement = list(stated(proof.statement))
        state.seen = proof.statement["states"]


def _note(state: State, loaded: Loaded, problems: Iterable[Problem]) -> None:
    """Errors first, when not all can be told."""
    every = sorted(problems, key=lambda problem: problem.order)
    marks = {id(problem): mark(problem, loaded) for problem in every if problem.severity == "warning"}
    state.errors = len(every) - len(marks)
    state.warnings = len(marks)
    state.marks = list(marks.values())
    told = sorted(every, key=lambda problem: problem.severity != "error")[:MOST_PROBLEMS]
    state.problems = [
        _problem(problem) | {"mark": marks.get(id(problem), "")}
        for problem in sorted(told, key=lambda problem: problem.order)
    ]


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "length": problem.place.length,
        "severity": problem.severity,
        "code": problem.code,
        "message": list(problem.message),
        "hint": _both(problem.hint),
        "also": None if problem.also is None else [problem.also.file, problem.also.line],
        "call": None if problem.call is None else [problem.call.lines("de"), problem.call.lines("en")],
    }


def _both(sentence: Sentence | None) -> list[str] | None:
    return None if sentence is None else list(sentence)


def _changes(loaded: Loaded, job: Job) -> list[dict[str, Any]] | None:
    older = load_bundle(job.live, provider=job.provider)
    if older.flows is None or loaded.directory is None:
        return None
    today = job.now.astimezone(loaded.directory.zone).date()
    return [
        {
            "rank": change.rank,
            "sentence": list(change.sentence),
            "file": change.place.file,
            "line": change.place.line,
            "gone": change.after is None and change.before is not None,
        }
        for change in compare(older, loaded, today=today)
    ]


def _played(loaded: Loaded, calls: Iterable[Call]) -> Iterator[dict[str, Any]]:
    """Every scenario with how its call went."""
    assert loaded.flows is not None
    assert loaded.directory is not None
    player = Player(loaded.flows, loaded.directory)
    for call in calls:
        found, path = Found(), Path(f"{call.name}.yaml")
        understand(path, call.content.encode(), loaded.flows, loaded.directory, found)
        scenario = found.scenarios.get(path)
        played = None if scenario is None else player.play(scenario)
        problems = found.problems if played is None else played.problems
        repaired = _repaired(call, played)
        yield {
            "name": call.name,
            "stored": call.stored,
            "about": call.name if scenario is None else scenario.about,
            "passed": not problems,
            "problems": [
                {"line": each.place.line, "message": list(each.message), "hint": _both(each.hint)} for each in problems
            ],
            "call": [diff(played, "de"), diff(played, "en")] if played is not None and problems else None,
            "repaired": repaired,
        }


def _repaired(call: Call, played: Played | None) -> str | None:
    """A scenario whose expectations have been put right; None when nothing in it can be."""
    if not call.stored or played is None or not played.repairs:
        return None
    content, _ = updated(call.content.encode(), played)
    return content.decode()
