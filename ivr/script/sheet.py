"""Everything a caller can hear at a moment, in the order in which she comes to it, per language.

Nothing here has words of its own for callers: every step is entered, and reacts to silence, to a key that is not in
use and to every way a connection can end, in a world that notes which placeholders were asked for. A new kind is on
the sheet without a line here. What a step does only at another time (an office that is closed now is not rung) is
found by entering it at the next moments at which its contacts open and close.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from ivr.call import MAX_TURNS, Dial, DialResult, Gather, Inbound, Spot
from ivr.engine import advance, begin
from ivr.fallback import told
from ivr.graph.words import labels
from ivr.hours import YEARS
from ivr.speech import language as speech_of
from ivr.steps.base import CallFlow, Connected, Goto, Pressed, Scene, Silence, ToStep
from ivr.world import TIMELESS, World

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from ivr.call import Expects, Said
    from ivr.graph import Picture
    from ivr.graph.picture import Arrival
    from ivr.graph.words import OperatorLanguage
    from ivr.steps.base import Input, Move, Step
    from ivr.steps.flowset import FlowSet
    from ivr.world import Clerk

LOOK_AHEAD = 370
"""So many days are searched for a moment at which a step does something else."""

_KEYS = "1234567890*#"
_MISSES = 5
"""More than any step waits for."""


@dataclass(frozen=True)
class Spoken:
    """One sentence, the language whose voice speaks it, and the placeholders in it whose words change with time."""

    language: str
    text: str
    depends: tuple[str, ...]


@dataclass(frozen=True)
class Occasion:
    """What is heard at a step, and when: `kind` is a word for programs, `detail` what goes with it.

    `arrival`: always; `silence`, `wrong-key`: the detail counts the misses; `connection`: how it ended, several with
    commas; `service`: at no step. `at` is another moment than the sheet's, as ISO. `like` names a step at which exactly
    this is said as well, and where it is written out; `again` tells that the step's own words follow once more.
    """

    kind: str
    detail: str
    said: tuple[Spoken, ...]
    at: str | None = None
    like: str | None = None
    again: bool = False


@dataclass(frozen=True)
class Turning:
    """One line of a branch: its condition in words, where it leads, and whether it is the one that holds now."""

    words: str
    target: str
    now: bool


@dataclass(frozen=True)
class Part:
    """One step. `came` tells from where it is first reached, and how; both are empty for the start."""

    flow: str
    step: str
    kind: str
    file: str
    line: int
    came_from: str
    came_by: tuple[str, ...]
    occasions: tuple[Occasion, ...]
    turnings: tuple[Turning, ...]


@dataclass(frozen=True)
class Reading:
    """The sheet of one language, and what is said at no step of its own."""

    language: str
    parts: tuple[Part, ...]
    service: tuple[Occasion, ...]


@dataclass(frozen=True)
class Sheet:
    """The sheet of all languages, for an operator who reads `language`; `at` is local, as ISO."""

    language: OperatorLanguage
    at: str
    readings: tuple[Reading, ...]


def sheet(flows: FlowSet, clerk: Clerk, picture: Picture, at: datetime, languages: Sequence[str]) -> Sheet:
    """What callers of these languages hear at a moment (aware). The picture is of the same flows."""
    local = at.astimezone(clerk.directory.zone)
    walk = list(picture.walk())
    moments = {arrival.node.id: _moments(flows, _step(flows, arrival), clerk, local) for arrival in walk}
    readings = tuple(_Reader(flows, clerk, local, code, picture.language).read(walk, moments) for code in languages)
    return Sheet(picture.language, local.isoformat(timespec="minutes"), readings)


@dataclass(frozen=True)
class Moment:
    """What one step does at a moment: the words on arriving there, and for a branch its lines."""

    said: tuple[Spoken, ...]
    turnings: tuple[Turning, ...]


def moment(flows: FlowSet, clerk: Clerk, spot: Spot, at: datetime, code: str, operator: OperatorLanguage) -> Moment:
    """What a caller of a language meets at a step at a moment (aware)."""
    reader = _Reader(flows, clerk, at.astimezone(clerk.directory.zone), code, operator)
    step, world = flows.steps[spot], _Listening(clerk, at)
    arrival = step.enter(_scene(flows, step, world, code))
    return Moment(_spoken(arrival.said, world), tuple(reader.turnings(step)))


class _Listening(World):
    """A world that notes the words of placeholders which depend on the time."""

    __slots__ = ("heard",)

    def __init__(self, clerk: Clerk, now: datetime) -> None:
        super().__init__(clerk, clerk.at(now).now)
        self.heard: dict[str, str] = {}

    def words(self, code: str, contact: str, form: str) -> str:
        """What the placeholder says now."""
        words = super().words(code, contact, form)
        if form not in TIMELESS:
            self.heard[words] = f"{contact}.{form}"
        return words


class _Reader:
    """Reads the sheet of one language."""

    def __init__(self, flows: FlowSet, clerk: Clerk, now: datetime, code: str, operator: OperatorLanguage) -> None:
        self.flows = flows
        self.clerk = clerk
        self.now = now
        self.code = code
        self.operator: OperatorLanguage = operator
        self.written: dict[tuple[str, str, tuple[Spoken, ...]], str] = {}
        """Where something that is said at several steps is written out."""

    def read(self, walk: Sequence[Arrival], moments: dict[str, list[datetime]]) -> Reading:
        there = [arrival for arrival in walk if self.code in self.flows.languages_of(arrival.node.flow)]
        parts = tuple(self._part(arrival, moments[arrival.node.id]) for arrival in there)
        return Reading(self.code, parts, tuple(self._service()))

    def _part(self, arrival: Arrival, moments: Sequence[datetime]) -> Part:
        node, source = arrival.node, arrival.source
        step = _step(self.flows, arrival)
        occasions = [each for at in moments for each in self._occasions(step, at)]
        return Part(
            node.flow,
            node.step,
            node.kind,
            node.file,
            node.line,
            f"{source.flow}/{source.step}" if source else "",
            arrival.labels,
            tuple(self._once(each, f"{node.flow}/{node.step}") for each in occasions),
            tuple(self.turnings(step)),
        )

    def _once(self, occasion: Occasion, here: str) -> Occasion:
        """The occasion, or where the same is written out already."""
        if occasion.kind == "arrival" or not occasion.said:
            return occasion
        first = self.written.setdefault((occasion.kind, occasion.detail, occasion.said), here)
        return occasion if first == here else Occasion(occasion.kind, occasion.detail, (), occasion.at, first)

    def _occasions(self, step: Step, at: datetime) -> Iterator[Occasion]:
        other = None if at == self.now else at.isoformat(timespec="minutes")
        world = _Listening(self.clerk, at)
        arrival = step.enter(_scene(self.flows, step, world, self.code))
        if arrival.said:
            yield Occasion("arrival", "", _spoken(arrival.said, world), other)
        for kind, detail, move in self._reactions(step, arrival, world):
            again = len(move.said) > len(arrival.said) > 0 and move.said[-len(arrival.said) :] == arrival.said
            said = move.said[: -len(arrival.said)] if again else move.said
            if said:
                yield Occasion(kind, detail, _spoken(said, world), other, again=again)

    def _reactions(self, step: Step, arrival: Move, world: World) -> Iterator[tuple[str, str, Move]]:
        """What a step does about every input it may wait for, each with its kind and detail."""

        def react(given: Input, misses: int = 0, attempt: int = 0) -> Move:
            return step.react(_scene(self.flows, step, world, self.code, misses, attempt), given)

        if isinstance(arrival.then, Gather):
            for misses in range(_MISSES):
                move = react(Silence(), misses)
                yield "silence", str(misses + 1), move
                if not isinstance(move.then, Gather):
                    break
            wrong = (move for move in (react(Pressed(key)) for key in _KEYS) if move.missed == "no-match")
            for move in islice(wrong, 1):
                yield "wrong-key", "1", move
        elif isinstance(arrival.then, Dial):
            results: dict[tuple[Said, ...], tuple[list[str], Move]] = {}
            for result in (DialResult.BUSY, DialResult.NO_ANSWER, DialResult.FAILED, DialResult.COMPLETED):
                move, attempt = react(Connected(result), attempt=arrival.attempt), 1
                while isinstance(move.then, Dial):
                    results.setdefault(move.said, ([], move))[0].append(f"{result} {attempt}")
                    move, attempt = react(Connected(result), attempt=move.attempt), attempt + 1
                results.setdefault(move.said, ([], move))[0].append(f"{result} {attempt}" if attempt > 1 else result)
            for names, move in results.values():
                yield "connection", ", ".join(names), move

    def turnings(self, step: Step) -> Iterator[Turning]:
        """The lines of a branch; nothing of other steps."""
        exits = step.exits()
        if not any(exit_.when for exit_ in exits):
            return
        now = step.enter(_scene(self.flows, step, _Listening(self.clerk, self.now), self.code)).then
        for exit_ in exits:
            (label,) = labels([exit_], self.operator)
            yield Turning(str(label), _target(exit_.goto), exit_.goto == now)

    def _service(self) -> Iterator[Occasion]:
        """What the service says when a call does not end by itself, when it fails, and when all of it is away."""
        world = _Listening(self.clerk, self.now)
        state = begin(self.flows, self.code)._replace(turn=MAX_TURNS)
        yield Occasion("service", "too-long", _spoken(advance(self.flows, world, state, Inbound("")).said, world))
        entry = world.last_resort
        assert entry.phone is not None, "the last resort has a phone"
        words = speech_of(self.code).failure(entry.in_sentence(self.code), entry.phone.groups)
        yield Occasion("service", "failure", (Spoken(self.code, words, ()),))
        alone = told([self.code], self.clerk.directory).said
        yield Occasion("service", "fallback", tuple(Spoken(self.code, each.text, ()) for each in alone))


def _step(flows: FlowSet, arrival: Arrival) -> Step:
    return flows.steps[Spot(arrival.node.flow, arrival.node.step)]


def _scene(flows: FlowSet, step: Step, world: World, code: str, misses: int = 0, attempt: int = 0) -> Scene:
    """A caller at a step that was reached from the start flow."""

    def inherited(key: str) -> Goto | None:
        for flow in (step.spot.flow, flows.start.flow):
            if (found := flows.keys.get(flow, {}).get(key)) is not None:
                return found
        return None

    return Scene(code, misses, attempt, world, inherited)


def _spoken(said: Sequence[Said], world: _Listening) -> tuple[Spoken, ...]:
    return tuple(
        Spoken(each.language, each.text, tuple(hole for words, hole in world.heard.items() if words in each.text))
        for each in said
    )


def _moments(flows: FlowSet, step: Step, clerk: Clerk, now: datetime) -> list[datetime]:
    """Now, and the next moment at which the step would wait for something else, because a contact opens or closes."""
    found = {_waits_for(flows, step, clerk, now): now}
    days = [day for n in range(LOOK_AHEAD) if (day := now.date() + timedelta(days=n)).year in YEARS]
    schedules = [each for entry in step.contacts for each in (entry.schedule, entry.phone_schedule) if each is not None]
    for day in days if schedules else ():
        for change in sorted({change for schedule in schedules for change in schedule.changes([day]) if change > now}):
            if change.astimezone(now.tzinfo).year not in YEARS:
                break
            found.setdefault(_waits_for(flows, step, clerk, change), change.astimezone(now.tzinfo))
        if len(found) > 1:
            break
    return list(found.values())


def _waits_for(flows: FlowSet, step: Step, clerk: Clerk, at: datetime) -> Expects | None:
    """What a call that arrives at a step waits for there: for whose telephone, say. None: it goes on."""
    then = step.enter(_scene(flows, step, clerk.at(at), flows.languages_of(step.spot.flow)[0])).then
    return None if isinstance(then, Goto) else then


def _target(goto: Goto) -> str:
    match goto:
        case ToStep(spot) | CallFlow(spot):
            return f"{spot.flow}/{spot.step}"
        case way:
            return way.value
