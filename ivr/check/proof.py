"""Proving a flow set: everything is explored and heard once, every rule looks at it, and what was proved is stated."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ivr.call import MAX_TURNS, Dial
from ivr.check import RULES, unproved
from ivr.check.hearing import Hearing
from ivr.check.helpless_caller import most_turns
from ivr.check.survey import Limits, Survey
from ivr.exploration import Moments, explore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from ivr.check.memory import Memory
    from ivr.loader import Loaded
    from ivr.source.problems import Problem


CALLS_SHOWN = 3
"""So many problems of one rule come with a call that shows them."""


@dataclass(frozen=True)
class Proof:
    """What the rules found, and what holds as far as they found nothing."""

    problems: tuple[Problem, ...]
    statement: dict[str, Any]
    """Counts and figures for the record; see `_state`."""


def prove(
    loaded: Loaded,
    now: datetime,
    memory: Memory,
    *,
    limits: Limits | None = None,
    replay: Sequence[str] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> Proof:
    """Looks at a set that was loaded without errors, for a year from `now` (aware) on.

    `memory` holds what earlier proofs worked out; `replay` are the options that name the set's files on a command line;
    `progress` is told how many states have been looked at.
    """
    survey = look_at(loaded, now, memory, limits=limits, replay=replay, progress=progress)
    # What was seen in part only would give false alarms: an unseen key is no key that leads nowhere.
    rules = RULES if survey.exploration.complete else [unproved.RULE]
    problems = [problem for rule in rules for problem in _with_few_calls(rule.check(survey))]
    return Proof(tuple(sorted(problems, key=lambda problem: problem.order)), _state(survey))


def _with_few_calls(problems: Iterable[Problem]) -> Iterator[Problem]:
    """A hundred problems of one kind have one cause, most likely: a few calls show it."""
    ordered = sorted(problems, key=lambda problem: problem.order)
    for number, problem in enumerate(ordered):
        yield problem if number < CALLS_SHOWN else replace(problem, call=None)


def look_at(
    loaded: Loaded,
    now: datetime,
    memory: Memory,
    *,
    limits: Limits | None = None,
    replay: Sequence[str] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> Survey:
    """Everything that the rules look at."""
    flows, directory = loaded.flows, loaded.directory
    assert flows is not None, "a set with errors cannot be run"
    assert directory is not None, "a set with errors cannot be run"
    conditions = [condition for step in flows.steps.values() for way in step.exits() for condition in way.when]
    moments = Moments(directory, conditions, now, memory.moments(loaded, now))
    exploration = explore(flows, moments, progress)
    hearing = Hearing(flows, directory, moments.days, memory.sentences(loaded, now))
    return Survey(flows, directory, loaded.written, exploration, hearing, limits or Limits(), replay)


def _state(survey: Survey) -> dict[str, Any]:
    """What was looked at, and what it came to: counts, seconds, turns and keys."""
    exploration, flows = survey.exploration, survey.flows
    moments = exploration.moments
    dialled = {edge.expects.contact for _, edge in exploration.turns() if isinstance(edge.expects, Dial)}
    rung = sorted(dialled & survey.directory.contacts.keys())
    longest = max(survey.documents, key=lambda document: survey.hearing.seconds(document.turn.said))
    return {
        "version": flows.version,
        "from": moments.days[0].isoformat(),
        "until": moments.days[-1].isoformat(),
        "flows": len(flows.keys),
        "steps": len(flows.steps),
        "contacts": len(survey.directory.contacts),
        "languages": list(flows.languages),
        "states": len(exploration.nodes),
        "turns": sum(1 for _ in exploration.turns()),
        "places_to_return_to": exploration.depth,
        "documents": len(survey.documents),
        "sentences": survey.hearing.count,
        "time_classes": len(moments.classes(rung)),
        "rules": len(RULES),
        "longest_call": {"turns_of_a_helpless_caller": most_turns(survey), "turns_at_most": MAX_TURNS},
        "longest_listening": {
            "seconds": round(survey.hearing.seconds(longest.turn.said), 1),
            "language": longest.language,
            "step": "/".join(longest.turn.state.spot),
        },
        "keys_to_contact": {contact: _keys_to(survey, contact) for contact in rung},
    }


def _keys_to(survey: Survey, contact: str) -> int:
    """The fewest keys that a caller presses until a contact is rung."""
    nodes = survey.exploration.nodes
    waiting = deque((edge, 0) for edge in survey.exploration.starts)
    seen: set[int] = set()
    while waiting:
        edge, keys = waiting.popleft()
        if isinstance(edge.expects, Dial) and edge.expects.contact == contact:
            return keys
        if edge.onward is None or edge.onward in seen:
            continue
        seen.add(edge.onward)
        for each in nodes[edge.onward].edges:
            if each.given.kind == "key":
                waiting.append((each, keys + 1))
            else:
                waiting.appendleft((each, keys))
    return 0
