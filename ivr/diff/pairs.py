"""Which flow, step and contact of the older set is which of the newer, whatever it is called now.

What has kept its name is the same thing. What is gone and what is new are the same when they say the same, or nearly;
a step's targets count only as far as they lead to what has kept its name.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from ivr.call import Spot
from ivr.diff.essence import Names, Reading
from ivr.steps.flowset import ENTRY

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

    from ivr.definition import FlowDefinition
    from ivr.definition.flow import StepDefinition
    from ivr.loader import Loaded

_SAME_FLOW = 0.6
"""Flows that share so many of their steps, by name and kind, are one flow with another name."""

_SAME_STEP = 0.75
"""Steps of one kind that say so much of the same are one step with another name."""


def names(before: Loaded, after: Loaded, languages: Iterable[str]) -> Names:
    """What things of the older set are called in the newer one."""
    codes = tuple(languages)
    contacts = _contacts(before, after, codes)
    flows = _flows(before.written, after.written)
    steps: dict[Spot, Spot] = {}
    for old, new in [(name, flows.get(name, name)) for name in before.written]:
        if new in after.written:
            known = Names(flows, steps, contacts)
            steps |= _steps(Reading(before, codes, known), Reading(after, codes), old, new)
    return Names(flows, steps, contacts)


def _contacts(before: Loaded, after: Loaded, languages: tuple[str, ...]) -> dict[str, str]:
    assert before.directory is not None
    assert after.directory is not None
    old, new = before.directory.contacts, after.directory.contacts
    readings = Reading(before, languages), Reading(after, languages)

    def same(one: str, other: str) -> bool:
        parts = (reading.entry(entry) for reading, entry in zip(readings, (old[one], new[other]), strict=True))
        first, second = ({**each, "key": ""} for each in parts)
        return first == second

    return _matched((key for key in old if key not in new), (key for key in new if key not in old), same)


def _flows(before: Mapping[str, FlowDefinition], after: Mapping[str, FlowDefinition]) -> dict[str, str]:
    def same(one: str, other: str) -> bool:
        first, second = (
            {(str(step.name), step.kind.word) for step in each.steps} for each in (before[one], after[other])
        )
        return len(first & second) >= _SAME_FLOW * max(len(first), len(second))

    gone = (name for name in before if name not in after and name != ENTRY)
    return _matched(gone, (name for name in after if name not in before and name != ENTRY), same)


def _steps(before: Reading, after: Reading, old: str, new: str) -> dict[Spot, Spot]:
    was = {str(step.name): step for step in before.loaded.written[old].steps}
    now = {str(step.name): step for step in after.loaded.written[new].steps}
    gone, come = [name for name in was if name not in now], [name for name in now if name not in was]
    stayed = {name for name in was if name in now}
    said = {name: _content(before, was[name], old, new, stayed) for name in gone}
    says = {name: _content(after, now[name], new, new, stayed) for name in come}
    found = _matched(gone, come, lambda one, other: said[one] == says[other])
    rest = [name for name in gone if name not in found], [name for name in come if name not in found.values()]
    found |= _matched(*rest, lambda one, other: _alike(said[one], says[other]))
    return {Spot(old, one): Spot(new, other) for one, other in found.items()}


def _matched(gone: Iterable[str], come: Iterable[str], same: Callable[[str, str], bool]) -> dict[str, str]:
    """The first that fits, each once, in the order of the files."""
    left = list(come)
    found: dict[str, str] = {}
    for one in gone:
        other = next((each for each in left if same(one, each)), None)
        if other is not None:
            left.remove(other)
            found[one] = other
    return found


def _content(reading: Reading, step: StepDefinition, flow: str, newer: str, stayed: set[str]) -> tuple[Any, ...]:
    """A step's kind and essence, with one sign for every step that has not kept its name."""

    def masked(value: Any) -> Any:
        if isinstance(value, tuple):
            if value[:2] == ("step", newer) and len(value) == 3:
                return value if value[2] in stayed else ("step", "?")
            return tuple(map(masked, value))
        return {key: masked(each) for key, each in value.items()} if isinstance(value, dict) else value

    return (step.kind.word, masked(reading.of(step.body, flow)), masked(reading.of(step.onward, flow)))


def _alike(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    if one[0] != other[0]:
        return False
    return SequenceMatcher(None, _leaves(one), _leaves(other), autojunk=False).ratio() >= _SAME_STEP


def _leaves(value: Any) -> list[Hashable]:
    """The words of an essence, one after the other."""
    match value:
        case dict():
            return [leaf for key, each in value.items() for leaf in (key, *_leaves(each))]
        case tuple():
            return [leaf for each in value for leaf in _leaves(each)]
        case str():
            return list(value.split())
    return [value]
