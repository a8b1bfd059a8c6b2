"""What of a value callers can notice, as plain tuples that can be compared.

Left out are places in files, the way a time or a number is spelt, blanks within a sentence, and the order of tables
whose order nobody hears. Names of the older set are those that the newer set gives to the same things.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from ivr.call import DialResult, Spot
from ivr.contacts import Entry, Phrase
from ivr.contacts.phone import Phone
from ivr.contacts.shape import ContactName as EntryName
from ivr.hours import Schedule
from ivr.source.places import Place, Word
from ivr.speech import language
from ivr.steps.base import Line, Step
from ivr.steps.base import Way as Reserved
from ivr.steps.fields import ContactName, Hole, Target, Text, Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.hours.schedule import Plan
    from ivr.loader import Loaded

_DERIVED = frozenset({"_ready", "place", "problems", "schema"})
"""Attributes that say nothing of their own."""


@dataclass(frozen=True)
class Names:
    """What things of the older set are called in the newer one; only what is called otherwise stands here."""

    flows: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[Spot, Spot] = field(default_factory=dict)
    contacts: Mapping[str, str] = field(default_factory=dict)

    def spot(self, spot: Spot) -> Spot:
        """A step's address in the newer set."""
        return self.steps.get(spot) or Spot(self.flow(spot.flow), spot.step)

    def flow(self, name: str) -> str:
        """A flow's name in the newer set."""
        return self.flows.get(name, name)

    def contact(self, name: str) -> str:
        """A contact's name in the newer set."""
        return self.contacts.get(str(name), str(name))


class Way(tuple[str, ...]):
    """Where a target leads: ("step", flow, step), ("flow", flow), or one of the reserved words alone."""

    __slots__ = ()


HANG_UP = Way(("hangup",))


class Reading:
    """One of the two sets, read for what callers can notice."""

    def __init__(self, loaded: Loaded, languages: Iterable[str], names: Names | None = None) -> None:
        """`languages` are those in which texts are compared; `names` are given to the older set."""
        self.loaded = loaded
        self.languages = tuple(languages)
        self.names = names or Names()

    def way(self, target: Target | None, flow: str) -> Way | None:
        """Where a target of a flow leads, in the newer set's names."""
        if target is None:
            return None
        if target.called_flow is not None:
            return Way(("flow", self.names.flow(target.called_flow)))
        definition = self.loaded.written[flow]
        step = str(target)
        if step == "start" and step not in (definition.known or ()):
            step = str(definition.start)
        if step in (definition.known or ()):
            return Way(("step", *self.names.spot(Spot(flow, step))))
        return Way((step,))

    def text(self, text: Text, code: str) -> tuple[Any, ...] | None:
        """What is spoken of a text to callers of one language: the voice and the words."""
        wording = text.by_language.get("") or text.by_language.get(code)
        return None if wording is None else self.wording(wording, code)

    def wording(self, wording: Wording, code: str) -> tuple[Any, ...]:
        """The voice and the words, as they are spoken."""
        voice = wording.language or code
        words = "".join(
            language(voice).spell_out(part) if isinstance(part, str) else f"{{{self._hole(part)}}}"
            for part in wording.parts
        )
        return (voice, " ".join(words.split()))

    def of(self, value: Any, flow: str = "") -> Any:
        """What of any value can be noticed; `flow` is the one in which targets are looked up."""
        match value:
            case Place():
                return None
            case Target():
                return self.way(value, flow)
            case Spot():
                return tuple(self.names.spot(value))
            case ContactName() | EntryName():
                return (type(value).__name__, self.names.contact(value))
            case Hole():
                return self._hole(value)
            case Text():
                return {code: self.text(value, code) for code in self.languages}
            case Line():
                words = "".join(p if isinstance(p, str) else f"{{{self._hole(p)}}}" for p in value.parts)
                return (value.spoken_in, " ".join(words.split()))
            case Entry():
                return ("contact", self.names.contact(value.key))
            case Phone():
                return (value.e164, value.groups)
            case Phrase():
                return {code: str(value.said_in(code) or "") for code in self.languages}
            case Schedule():
                return hours(value, self.languages)
            case Enum():
                return value.value
            case Word():
                return str(value)
            case None | bool() | int() | str():
                return value
            case dict():
                return self._table(value, flow)
            case tuple() | list():
                return tuple(self.of(each, flow) for each in value)
        return self._parts(value, flow)

    def entry(self, entry: Entry) -> dict[str, Any]:
        """What of a contact can be noticed."""
        spoken = {code: entry.name(code) for code in self.languages}
        parts = {each.name: self.of(getattr(entry, each.name)) for each in fields(entry) if each.name not in _DERIVED}
        return {**parts, "names": spoken, "key": self.names.contact(entry.key)}

    def _hole(self, hole: Hole) -> str:
        return f"{self.names.contact(hole.contact)}.{hole.form}"

    def _table(self, table: dict[Any, Any], flow: str) -> Any:
        """A table without its order, which is heard nowhere but where it is written as a list or stands in a text."""
        if table and all(isinstance(each, Line) for each in table.values()):
            table = {code: line for code, line in table.items() if code in self.languages}
        if table.get(DialResult.COMPLETED) is Reserved.HANG_UP:
            # That a call ends after the talk need not be written.
            table = {result: goto for result, goto in table.items() if result is not DialResult.COMPLETED}
        return {str(getattr(key, "value", key)): self.of(each, flow) for key, each in table.items()}

    def _parts(self, value: Any, flow: str) -> Any:
        if is_dataclass(value):
            names = [each.name for each in fields(value)]
        elif isinstance(value, Step):
            names = list(vars(value))
        else:
            names = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
            names += list(getattr(value, "__dict__", ()))
        parts = {name: self.of(getattr(value, name), flow) for name in names if name not in _DERIVED}
        return (type(value).__name__, parts)


def hours(schedule: Schedule | None, languages: Iterable[str]) -> Any:
    """What of a schedule can be noticed: all of its times and reasons, not how they are written."""
    if schedule is None:
        return None

    def noticed(each: Plan) -> tuple[Any, ...]:
        return plan(each, languages)

    return {
        "zone": str(schedule.zone),
        "calendar": schedule.calendar,
        "usual": tuple(map(noticed, schedule.usual)),
        "seasons": {each[:2]: tuple(map(noticed, each.week)) for each in schedule.seasons},
        "monthly": {day: noticed(each) for day, each in schedule.monthly},
        "holiday": None if schedule.holiday is None else noticed(schedule.holiday),
        "movable": {day: noticed(each) for day, each in (schedule.movable or {}).items()},
        "every": {day: noticed(each) for day, each in (schedule.every or {}).items()},
        "ranges": {each[:2]: noticed(each.plan) for each in schedule.ranges},
        "dates": {day: noticed(each) for day, each in (schedule.dates or {}).items()},
    }


def plan(each: Plan, languages: Iterable[str]) -> tuple[Any, ...]:
    """What of one day's plan can be noticed."""
    return (each.spans, each.cut, each.as_usual, reasons(each, languages))


def reasons(each: Plan, languages: Iterable[str]) -> dict[str, str]:
    """Why a day is as it is, in each of the languages in which it is said. A holiday's name is no operator's."""
    said = each.rule.reason or {}
    return {code: str(said[code]) for code in languages if code in said}
