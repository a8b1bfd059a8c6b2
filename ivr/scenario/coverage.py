"""What scenarios visit, and what no scenario does.

A point is one thing that a caller can come to know of a flow set: a step, an option of a menu, a result of a
connection, a language, a class of times. All points come from the flows themselves (`Step.exits`), and which of them a
call visits from the turns with which the engine answered it.

Keys that hold in all menus of a flow count once, for the flow that declares them. A connection has the results that it
can have: one whose contacts are always put through is never closed.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from ivr.call import Dial, DialResult
from ivr.exploration import Moments
from ivr.source.problems import Sentence
from ivr.steps.connect import ConnectStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from ivr.call import Inbound, Spot, State, Turn
    from ivr.contacts import Directory, Entry
    from ivr.scenario.play import Played
    from ivr.steps.flowset import FlowSet
    from ivr.world import Clerk, Condition

CLOSED = "closed"
"""The result of a connection that is not tried."""

KINDS: dict[str, Sentence] = {
    "step": Sentence("Schritte", "Steps"),
    "option": Sentence("Auswahlen", "Options"),
    "result": Sentence("Verbindungen", "Connections"),
    "language": Sentence("Sprachen", "Languages"),
    "time": Sentence("Zeiten", "Times"),
}
"""The kinds of points, in the order in which they are told."""


class Point(NamedTuple):
    """One thing to visit."""

    kind: str
    where: str
    """A step (`hotline/main`), a flow, a language; of a class of times its words in German."""
    what: str = ""
    """An option or result; of a class of times its words in English."""

    @property
    def label(self) -> Sentence:
        """The point as it is listed."""
        if self.kind == "time":
            return Sentence(self.where, self.what)
        label = f"{self.where}: {self.what}" if self.what else self.where
        return Sentence(label, label)


# Times


class TimeClass(NamedTuple):
    """Instants at which every condition of the flows has the same answer, and the same contacts are put through."""

    words: Sentence
    """What is true then; no other class has the same words."""
    instant: datetime
    """One of them, in the zone of the contacts."""
    stretches: int
    """All of them; see `Moments`."""


def time_classes(moments: Moments, conditions: Iterable[Condition], contacts: Iterable[Entry]) -> Iterator[TimeClass]:
    """Every class of the coming year, with an instant that is typical of it."""
    for stretches in moments.classes(entry.key for entry in contacts):
        instant = moments.typical(stretches)
        yield TimeClass(_true_at(conditions, contacts, moments.clerk, instant), instant, stretches)


def _true_at(conditions: Iterable[Condition], contacts: Iterable[Entry], clerk: Clerk, at: datetime) -> Sentence:
    """What is true at an instant: the words of its class."""
    world = clerk.at(at)
    true = [
        Sentence(f"{entry.key} erreichbar", f"{entry.key} answered")
        if world.is_answered(entry.key)
        else Sentence(f"{entry.key} nicht erreichbar", f"{entry.key} not answered")
        for entry in contacts
    ]
    true += [condition.words() for condition in conditions if condition.holds(world, "")]
    return Sentence(", ".join(each.de for each in true) or "immer", ", ".join(each.en for each in true) or "always")


def _conditions(flows: FlowSet, directory: Directory) -> list[Condition]:
    """Every condition that the flows ask and that depends on the time, once."""
    asked = (condition for step in flows.steps.values() for way in step.exits() for condition in way.when)
    once = {each.words().en: each for each in asked}
    return [each for each in once.values() if each.changes(directory, ()) is not None]


def _contacts(flows: FlowSet) -> list[Entry]:
    """Every contact with hours that is connected to, once."""
    entries = (entry for step in flows.steps.values() if isinstance(step, ConnectStep) for entry in step.contacts)
    return [each for each in {each.key: each for each in entries}.values() if each.schedule or each.phone_schedule]


# Points


class Map:
    """All points of a flow set, and which of them a turn visits."""

    def __init__(self, flows: FlowSet, directory: Directory, now: datetime) -> None:
        self.flows = flows
        self.directory = directory
        self._conditions, self._contacts = _conditions(flows, directory), _contacts(flows)
        self.moments = Moments(directory, self._conditions, now)
        self.classes = {
            Point("time", *each.words): each for each in time_classes(self.moments, self._conditions, self._contacts)
        }
        self._clerk = self.moments.clerk
        self.points = tuple(dict.fromkeys(self._points()))

    def time(self, at: datetime) -> Point:
        """The class of times that an instant belongs to."""
        return Point("time", *_true_at(self._conditions, self._contacts, self._clerk, at.astimezone(UTC)))

    def visited(self, played: Played) -> set[Point]:
        """What a call has visited."""
        points = {self.time(played.scenario.at)}
        before: State | None = None
        for inbound, turn in played.turns:
            points |= self.visits(before, inbound, turn)
            before = turn.state
        return points

    def visits(self, before: State | None, inbound: Inbound, turn: Turn) -> set[Point]:
        """What one turn visits. `before` is the state that its input met, None when the call came in."""
        points = {Point("step", _name(spot)) for spot in turn.path}
        points.add(Point("language", turn.state.language))
        if before is not None and not inbound.hung_up:
            points |= {*self._option(before, inbound, turn), *self._result(before, inbound, turn)}
        rung = turn.path[-1] if turn.path and isinstance(turn.expects, Dial) else None
        for spot in turn.path:
            if isinstance(self.flows.steps[spot], ConnectStep) and spot != rung:
                points.add(Point("result", _name(spot), CLOSED))
        return points

    def _option(self, before: State, inbound: Inbound, turn: Turn) -> Iterator[Point]:
        """The way out of a menu that an input has taken."""
        step = self.flows.steps[before.spot]
        if not step.is_menu:
            return
        options = {way.name for way in step.exits()}
        if any(name == "miss" for name, _ in turn.facts):
            taken = "give_up" if turn.state.misses == 0 else ""
        else:
            taken = inbound.digits or "next"
        if taken in options:
            yield Point("option", _name(before.spot), taken)
            return
        for flow in (before.spot.flow, *before.trail.callers()):
            if taken in self.flows.keys.get(flow, ()):
                yield Point("option", flow, taken)
                return

    def _result(self, before: State, inbound: Inbound, turn: Turn) -> Iterator[Point]:
        """How a connection has ended, unless the next contact of the same step rings now."""
        goes_on = isinstance(turn.expects, Dial) and not turn.path
        if inbound.dialled is not None and not goes_on and isinstance(self.flows.steps[before.spot], ConnectStep):
            yield Point("result", _name(before.spot), inbound.dialled.value)

    def _points(self) -> Iterator[Point]:
        worlds = [self._clerk.at(each.instant) for each in self.classes.values()]
        for spot, step in self.flows.steps.items():
            yield Point("step", _name(spot))
            if step.is_menu:
                yield from (Point("option", _name(spot), way.name) for way in step.exits())
            if isinstance(step, ConnectStep):
                rings = {any(world.is_answered(entry.key) for entry in step.contacts) for world in worlds}
                results = [*(DialResult if True in rings else ()), *((CLOSED,) if False in rings else ())]
                yield from (Point("result", _name(spot), result) for result in results)
        for flow, keys in self.flows.keys.items():
            yield from (Point("option", flow, key) for key in keys)
        yield from (Point("language", code) for code in self.flows.languages)
        yield from self.classes


def _name(spot: Spot) -> str:
    return f"{spot.flow}/{spot.step}"
