"""The engine: one webhook in, one turn out. A pure function of flow set, world, state and input.

The engine knows nothing of any step kind. It turns the webhook into an input, lets the step that waited for it react,
and then follows the steps' moves, collecting what is said, until one of them waits for the next input or the call ends.

Two kinds of places lie on a call's trail: menus the caller has passed, for `back`, and steps that called a flow, for
`return`. Leaving a flow takes its menus off the trail with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.call import (
    MAX_DEPTH,
    MAX_TURNS,
    DialResult,
    HangUp,
    Inbound,
    Said,
    Spot,
    State,
    Turn,
    Visit,
)
from ivr.speech import language
from ivr.steps.base import Connected, Goto, Input, Move, Pressed, Scene, Silence, Way
from ivr.steps.farewell import farewell

if TYPE_CHECKING:
    from ivr.steps.base import Step
    from ivr.steps.flowset import FlowSet
    from ivr.world import World

MAX_HOPS = 100
"""So many steps may follow each other within one turn; a ring of steps that never waits is left with a number."""


def begin(flows: FlowSet, code: str | None = None) -> State:
    """The state of a call that has just come in, in the default language or the one that its address names."""
    return State(flows.start, code if code in flows.languages and code else flows.languages[0])


def advance(flows: FlowSet, world: World, state: State | None, inbound: Inbound) -> Turn:
    """The turn that answers a webhook.

    Args:
        flows: the set that this call began on.
        world: the contacts at this moment.
        state: what the URL carried; None, or a state of turn 0 as `begin` makes it, when a call comes in.
        inbound: the webhook's content.
    """
    walk = _Walk(flows, world, state or begin(flows))
    step = flows.steps.get(walk.state.spot)
    if inbound.hung_up and inbound.dialled is None:
        return walk.ended((("input", "hangup"),))
    if walk.state.turn >= MAX_TURNS:
        return walk.finish(_too_long(walk), (("input", "too-long"),))
    if walk.state.turn == 0 or step is None:
        return walk.follow(Move((), Goto(Way.STEP, flows.start)), (("input", "call"),))
    given = _input(inbound)
    if inbound.hung_up:
        return walk.ended(_facts(given))
    return walk.follow(walk.react(step, given), _facts(given))


def resume(flows: FlowSet, world: World, state: State, inbound: Inbound) -> Turn:
    """The turn of a call whose flow set nobody knows any more: the same step of the current set, else its start.

    A key is ignored, since it was pressed for a menu that may have changed. How a connection ended is not: it is true
    in any version, and a caller who has just talked to an office must not be put through a second time.
    """
    known = state.spot in flows.steps
    walk = _Walk(flows, world, _kept(flows, state, known=known))
    if inbound.dialled is DialResult.COMPLETED and not known:
        return walk.ended(_facts(_input(inbound)))
    if inbound.hung_up or inbound.dialled is not None or not known:
        return advance(flows, world, walk.state, inbound)
    return walk.follow(Move((), Goto(Way.STEP, state.spot)), (("input", "resumed"),))


def _kept(flows: FlowSet, state: State, *, known: bool) -> State:
    """What is left of a state in another flow set: the places that still exist."""
    trail = tuple(visit for visit in state.trail if visit.spot in flows.steps) if known else ()
    return replace(state, misses=0, trail=trail)


def _input(inbound: Inbound) -> Input:
    if inbound.dialled is not None:
        return Connected(inbound.dialled)
    if inbound.digits:
        return Pressed(inbound.digits)
    return Silence()


def _facts(given: Input) -> tuple[tuple[str, str], ...]:
    match given:
        case Pressed(key):
            return (("input", "key"), ("key", key))
        case Connected(result):
            return (("input", "connection"), ("result", result.value))
        case _:
            return (("input", "silence"),)


def _too_long(walk: _Walk) -> Move:
    scene = walk.scene()
    entry = scene.world.last_resort
    assert entry.phone is not None, "the last resort has a phone"
    return Move((scene.say(scene.speech.too_long(entry.name(scene.language), entry.phone.groups)),), HangUp())


class _Walk:
    """One turn while it is being worked out."""

    def __init__(self, flows: FlowSet, world: World, state: State) -> None:
        self.flows = flows
        self.world = world
        # A set may have given up a language; its callers go on in the default one.
        spoken = state.language in flows.languages
        self.state = state if spoken else replace(state, language=flows.languages[0])
        self.said: list[Said] = []

    def scene(self) -> Scene:
        state = self.state
        return Scene(state.language, state.misses, state.attempt, self.world, self._inherited)

    def react(self, step: Step, given: Input) -> Move:
        return step.react(self.scene(), given)

    def follow(self, move: Move, facts: tuple[tuple[str, str], ...]) -> Turn:
        """Goes from step to step until one of them waits, or the call ends."""
        for _ in range(MAX_HOPS):
            if move.language is not None:
                self.state = replace(self.state, language=move.language)
            if not isinstance(move.then, Goto):
                return self.finish(move, facts)
            self.said += move.said
            step = self._go(move.then)
            if step is None:
                return self.ended(facts)
            move = step.enter(self.scene())
        return self.finish(farewell(self.scene()), facts)

    def finish(self, move: Move, facts: tuple[tuple[str, str], ...]) -> Turn:
        self.said += move.said
        assert not isinstance(move.then, Goto), "a turn ends with something to wait for"
        here = self.state
        state = State(here.spot, here.language, here.turn + 1, move.misses, move.attempt, here.trail)
        return Turn(tuple(self.said), move.then, state, facts)

    def ended(self, facts: tuple[tuple[str, str], ...]) -> Turn:
        return self.finish(Move((), HangUp()), facts)

    def _go(self, goto: Goto) -> Step | None:
        """The step that a place means from here, with the trail brought up to date; None when the call ends."""
        match goto.way:
            case Way.STEP:
                return self._arrive(self._leave(goto.spot))
            case Way.CALL:
                return self._arrive(self._call(goto.spot))
            case Way.REPEAT if self._here_is_menu():
                return self._arrive(self.state.spot)
            case Way.REPEAT | Way.BACK:
                return self._arrive(self._back())
            case Way.RETURN:
                return self._return()
            case Way.HANG_UP:
                return None

    def _here_is_menu(self) -> bool:
        step = self.flows.steps.get(self.state.spot)
        return step is not None and step.is_menu

    def _arrive(self, spot: Spot) -> Step:
        step = self.flows.steps[spot]
        if step.is_menu:
            self._forget_from(spot)
        self.state = self.state.at(spot)
        return step

    def _forget_from(self, menu: Spot) -> None:
        """Each menu lies on the way back once: arriving at it again takes off everything that came after it."""
        trail = self.state.trail
        for index in range(len(trail) - 1, -1, -1):
            if trail[index].called:
                return
            if trail[index].spot == menu:
                self.state = replace(self.state, trail=trail[:index])
                return

    def _leave(self, spot: Spot | None) -> Spot:
        assert spot is not None, "a step has a spot"
        here = self.state.spot
        if spot.flow != here.flow:
            self._unwind(spot.flow)
        elif self._here_is_menu() and spot != here:
            self._remember(Visit(here, called=False))
        return spot

    def _unwind(self, flow: str) -> None:
        """An inherited key leads into the flow that declared it: all flows called from there are left."""
        trail = self.state.trail
        for index in range(len(trail) - 1, -1, -1):
            visit = trail[index]
            if visit.called and visit.spot.flow == flow:
                self.state = replace(self.state, trail=trail[:index])
                caller = self.flows.steps.get(visit.spot)
                if caller is not None and caller.is_menu:
                    self._remember(Visit(visit.spot, called=False))
                return

    def _call(self, spot: Spot | None) -> Spot:
        assert spot is not None, "a flow has a first step"
        self._remember(Visit(self.state.spot, called=True))
        return spot

    def _remember(self, visit: Visit) -> None:
        trail = [*self.state.trail, visit]
        alike = [index for index, other in enumerate(trail) if other.called == visit.called]
        if len(alike) > MAX_DEPTH:
            del trail[alike[0]]
        self.state = replace(self.state, trail=tuple(trail))

    def _back(self) -> Spot:
        """The menu before this place, or the flow set's start."""
        trail = self.state.trail
        for index in range(len(trail) - 1, -1, -1):
            step = self.flows.steps.get(trail[index].spot)
            if step is not None and step.is_menu:
                self.state = replace(self.state, trail=trail[:index])
                return trail[index].spot
        return self.state.spot if self._here_is_menu() else self.flows.start

    def _return(self) -> Step | None:
        """Back to the caller of this flow; a return with nobody to return to says goodbye.

        Where the call was all that the calling step had left to do (`next: flow:NAME`), the way back leads on to the
        caller's own caller: going on at that `next` would call the same flow for ever.
        """
        trail = self.state.trail
        left = self.state.spot.flow
        for index in range(len(trail) - 1, -1, -1):
            visit = trail[index]
            if not visit.called:
                continue
            caller = self.flows.steps.get(visit.spot)
            trail = trail[:index]
            self.state = replace(self.state, trail=trail)
            if caller is not None and caller.after is not None and not _calls(caller.after, left):
                self.state = self.state.at(caller.spot)
                return self._go(caller.after)
            left = visit.spot.flow
        self.said.append(Said(self.state.language, language(self.state.language).goodbye()))
        return None

    def _inherited(self, key: str) -> Goto | None:
        """What a key does here unless the menu says otherwise: by this flow's keys, or by those of its callers."""
        callers = (visit.spot.flow for visit in reversed(self.state.trail) if visit.called)
        for flow in (self.state.spot.flow, *callers):
            found = self.flows.keys.get(flow, {}).get(key)
            if found is not None:
                return found
        return None


def _calls(goto: Goto, flow: str) -> bool:
    return goto.way is Way.CALL and goto.spot is not None and goto.spot.flow == flow
