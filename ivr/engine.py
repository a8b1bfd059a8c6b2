"""The engine: one webhook in, one turn out. A pure function of flow set, world, state and input.

The engine knows nothing of any step kind. It turns the webhook into an input, lets the step that waited for it react,
and then follows the steps' moves, collecting what is said, until one of them waits for the next input or the call ends.

What operators announce for the day is said once, behind the first words of a call, and again in the language that the
caller chooses.

`repeat` and `back` outside a menu both mean the last menu: that is what a caller would expect to hear again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import EMPTY, MAX_TURNS, CheckPin, DialResult, HangUp, Inbound, Said, State, Trail, Turn
from ivr.steps.base import CallFlow, Connected, Goto, Input, Move, Pressed, Scene, Silence, ToStep, Way
from ivr.steps.farewell import farewell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.call import Done, Spot
    from ivr.steps.base import Step
    from ivr.steps.flowset import Entrance, FlowSet
    from ivr.world import World

Facts = tuple[tuple[str, str], ...]
"""What happened in a turn, for records and logs."""

# Made once: nearly every turn is one of these.
_SILENCE, _SILENT = Silence(), (("input", "silence"),)
_KEYS: dict[str, Facts] = {key: (("input", "key"), ("key", key)) for key in "0123456789*#"}
_SEVERAL: Facts = (("input", "key"), ("key", "several"))

_END = Move((), HangUp())

MAX_HOPS = 100
"""So many steps may follow each other within one turn; a ring of steps that never waits is left with a number."""


def begin(flows: FlowSet, code: str | None = None, flow: str | None = None) -> State:
    """The state of a call that has just come in, in the default language or the one that its address names.

    An address may name the flow as well, if that is marked as an entrance; any other call begins where all begin.
    """
    entrance = flows.entrances.get(flow or "")
    start, languages = entrance or (flows.start, flows.languages)
    return State(start, code if code in languages and code else languages[0])


def advance(flows: FlowSet, world: World, state: State | None, inbound: Inbound) -> Turn:
    """The turn that answers a webhook.

    Args:
        flows: the set that this call began on.
        world: the contacts at this moment.
        state: what the URL carried; None, or a state of turn 0 as `begin` makes it, when a call comes in.
        inbound: the webhook's content.
    """
    walk = _Walk(flows, world, state or begin(flows))
    if over := _over(walk, inbound):
        return over
    step = flows.steps.get(walk.state.spot)
    if walk.state.turn == 0 or step is None:
        start = beginning(flows, walk.state)
        # Who calls an entrance has work to do there: limits and announcements are for the public.
        public = start.flow not in flows.entrances
        if walk.state.turn == 0 and public and world.crowded:
            return walk.finish(_crowded(walk), (("input", "call"), ("limit", "calls")))
        walk.announces = walk.state.turn == 0 and public
        return walk.follow(Move((), ToStep(start)), (("input", "call"),))
    return walk.follow(walk.react(step, _input(inbound)), _facts(inbound, secret=step.secret))


def resume(flows: FlowSet, world: World, state: State, inbound: Inbound) -> Turn:
    """The turn of a call whose flow set nobody knows any more: the same step of the current set, else its start.

    A key is ignored, since it was pressed for a menu that may have changed. How a connection ended is not: it is true
    in any version, and a caller who has just talked to an office must not be put through a second time.
    """
    known = state.spot in flows.steps
    walk = _Walk(flows, world, _kept(flows, state, known=known))
    if over := _over(walk, inbound):
        return over
    if inbound.dialled is DialResult.COMPLETED and not known:
        return walk.ended(_facts(inbound))
    if inbound.dialled is not None or not known:
        return advance(flows, world, walk.state, inbound)
    return walk.follow(Move((), ToStep(state.spot)), (("input", "resumed"),))


def carry_on(flows: FlowSet, world: World, turn: Turn, done: Done) -> Turn:
    """The same turn, after what it wanted done (`turn.expects` is an `Act`) is done, or was tried.

    `world` is as it is then: an instruction that was kept holds in it. What was said before is said first.
    """
    walk = _Walk(flows, world, turn.state._replace(turn=turn.state.turn - 1))
    walk.said += turn.said
    walk.path += turn.path
    what = "pin" if isinstance(turn.expects, CheckPin) else "instruction"
    facts = (*(fact for fact in turn.facts if fact[0] != "hours"), (what, done.outcome.value))
    if len(turn.path) > MAX_HOPS:
        walk.said.clear()
        return walk.finish(farewell(walk.scene()), facts)
    return walk.follow(walk.react(flows.steps[turn.state.spot], done), facts)


def beginning(flows: FlowSet, state: State) -> Spot:
    """Where a call like this began: the entrance in whose flow it is, or from whose flow it was led on; else the start.

    A caller is led back there, never from one entrance to the other.
    """
    entrance = _entrance(flows, state)
    return flows.start if entrance is None else entrance.start


def _entrance(flows: FlowSet, state: State) -> Entrance | None:
    """The entrance at which a call like this began; None when it began where all begin."""
    root = state.spot.flow
    for visit in state.trail:
        if visit.called:
            root = visit.spot.flow
            break
    return flows.entrances.get(root)


def inherited(flows: FlowSet, state: State, key: str) -> Goto | None:
    """What a key does in a state unless the menu says otherwise: by its flow's keys, or by those of its callers."""
    for flow in (state.spot.flow, *state.trail.callers()):
        found = flows.keys.get(flow, {}).get(key)
        if found is not None:
            return found
    return None


def _kept(flows: FlowSet, state: State, *, known: bool) -> State:
    """What is left of a state in another flow set: the places that still exist."""
    trail = Trail(visit for visit in state.trail if visit.spot in flows.steps and known)
    return state._replace(misses=0, trail=trail)


def _over(walk: _Walk, inbound: Inbound) -> Turn | None:
    """The last turn of a call whose caller has hung up, or that has gone on for too long; else None."""
    if inbound.hung_up:
        return walk.ended((("input", "hangup"),) if inbound.dialled is None else _facts(inbound))
    if walk.state.turn >= MAX_TURNS:
        return walk.finish(_too_long(walk), (("input", "too-long"),))
    return None


def _input(inbound: Inbound) -> Input:
    if inbound.dialled is not None:
        return Connected(inbound.dialled)
    if inbound.digits:
        return Pressed(inbound.digits)
    return _SILENCE


def _facts(inbound: Inbound, *, secret: bool = False) -> Facts:
    if inbound.dialled is not None:
        talked = (("seconds", str(inbound.dial_seconds)),) if inbound.dial_seconds is not None else ()
        return (("input", "connection"), ("result", inbound.dialled.value), *talked)
    if inbound.digits:
        # One key is a choice; several may be a number or a secret, and are nobody's business from here on. Where
        # several are waited for, one may be the beginning of them.
        return _SEVERAL if secret else _KEYS.get(inbound.digits, _SEVERAL)
    return _SILENT


def _too_long(walk: _Walk) -> Move:
    return _ending(walk, walk.scene().speech.too_long)


def _crowded(walk: _Walk) -> Move:
    return _ending(walk, walk.scene().speech.crowded)


def _ending(walk: _Walk, words: Callable[[str, Sequence[str]], str]) -> Move:
    """A sentence with the last resort's number in it, and the end."""
    scene = walk.scene()
    entry = scene.world.last_resort
    assert entry.phone is not None, "the last resort has a phone"
    return Move((scene.say(words(entry.in_sentence(scene.language), entry.phone.groups)),), HangUp())


class _Walk:
    """One turn while it is being worked out."""

    def __init__(self, flows: FlowSet, world: World, state: State) -> None:
        self.flows = flows
        self.world = world
        # A set may have given up a language; its callers go on in the default one.
        languages = (_entrance(flows, state) or flows).languages
        self.state = state if state.language in languages else state._replace(language=languages[0])
        self.said: list[Said] = []
        self.path: list[Spot] = []
        self.announces = False
        """Whether the announcements of the day are still to be said."""

    def scene(self) -> Scene:
        _, language, _, misses, attempt, _, entered, author = self.state
        return Scene(language, misses, attempt, self.world, self._inherited, entered, author)

    def react(self, step: Step, given: Input) -> Move:
        return step.react(self.scene(), given)

    def follow(self, move: Move, facts: Facts) -> Turn:
        """Goes from step to step until one of them waits, or the call ends."""
        missed = move.missed
        for _ in range(MAX_HOPS):
            if move.language is not None and move.language != self.state.language:
                self.state = self.state._replace(language=move.language)
                self.announces = True
            if move.entered is not None:
                self.state = self.state._replace(entered=move.entered)
            if move.author is not None:
                self.state = self.state._replace(author=move.author)
            if not isinstance(move.then, Goto):
                return self.finish(move, facts, missed)
            self.said += move.said
            # A call begins with its own words: the emergency numbers are in them.
            if self.announces and (self.said or self.state.turn > 0):
                self._announce()
            move = self._go(move.then)
        # What a ring of steps has said over and over is not worth hearing.
        self.said.clear()
        return self.finish(farewell(self.scene()), facts, missed)

    def finish(self, move: Move, facts: Facts, missed: str | None = None) -> Turn:
        self._announce()
        self.said += move.said
        assert not isinstance(move.then, Goto), "a turn ends with something to wait for"
        # Not `_replace`, which costs twice as much as making a state.
        spot, language, turn, _, _, trail, entered, author = self.state
        state = State(spot, language, turn + 1, move.misses, move.attempt, trail, entered, author)
        if missed is not None:
            facts = (*facts, ("miss", missed))
        if self.world.denied:
            facts = (*facts, ("limit", "connections"))
        return Turn(tuple(self.said), move.then, state, (*facts, *_hours(self.world)), tuple(self.path))

    def _announce(self) -> None:
        if self.announces:
            self.announces = False
            # Who changes the language has heard it already, if only in the default one.
            instead = self.flows.languages[:1] if self.state.turn == 0 else ()
            self.said += (Said(*each) for each in self.world.announcements(self.state.language, *instead))

    def ended(self, facts: Facts) -> Turn:
        return self.finish(_END, facts)

    def _go(self, goto: Goto) -> Move:
        """Goes on to a place: the step there is entered, with the trail brought up to date."""
        match goto:
            case ToStep(spot):
                return self._enter(spot)
            case CallFlow(start):
                return self._call(start)
            case Way.REPEAT if self._at_menu():
                return self._enter(self.state.spot)
            case Way.RETURN:
                return self._return()
            case Way.HANG_UP:
                return _END
            case _:
                return self._back()

    def _at_menu(self) -> bool:
        step = self.flows.steps.get(self.state.spot)
        return step is not None and step.is_menu

    def _enter(self, spot: Spot) -> Move:
        """Leaves the present step for another one."""
        here = self.state.spot
        trail = self.state.trail
        if spot.flow != here.flow:
            # An inherited key leads into the flow that declared it: the flows called from there are left.
            trail = trail.before_call_from(spot.flow) or EMPTY
        elif self._at_menu() and spot != here:
            trail = trail.passing(here)
        return self._arrive(spot, trail)

    def _arrive(self, spot: Spot, trail: Trail) -> Move:
        step = self.flows.steps[spot]
        self.path.append(spot)
        _, language, turn, _, _, _, entered, author = self.state
        trail = trail.without(spot) if step.is_menu else trail
        self.state = State(spot, language, turn, 0, 0, trail, entered, author)
        return step.enter(self.scene())

    def _call(self, start: Spot) -> Move:
        """Goes into another flow. A flow is open once: calling one that is open already goes back to its start."""
        here, trail = self.state.spot, self.state.trail
        if start.flow == here.flow or start.flow in trail.callers():
            return self._enter(start)
        if self._at_menu():
            trail = trail.passing(here)
        return self._arrive(start, trail.calling(here))

    def _back(self) -> Move:
        """The menu before this place; without one, this menu again, or the beginning."""
        menu = self.state.trail.last_menu()
        if menu is not None:
            return self._arrive(*menu)
        return self._arrive(self.state.spot if self._at_menu() else beginning(self.flows, self.state), EMPTY)

    def _return(self) -> Move:
        """Back to the step that called this flow, or, where that has nothing more to do, to the menu before it.

        Without either, to that flow's own caller; a caller with nobody left to return to hears a number and a goodbye.
        """
        while (call := self.state.trail.last_call()) is not None:
            left = self.state.spot.flow
            caller, trail = call
            self.state = self.state.at(caller)._replace(trail=trail)
            step = self.flows.steps.get(caller)
            # `next: flow:NAME` was all that was left to do there: going on at it would call that flow for ever.
            if step is not None and step.after is not None and not _calls(step.after, left):
                return self._go(step.after)
            if trail and not trail[-1].called:
                return self._back()
        return farewell(self.scene())

    def _inherited(self, key: str) -> Goto | None:
        return inherited(self.flows, self.state, key)


def _hours(world: World) -> Facts:
    """The rules that decided whether contacts were open, as far as the turn asked: state, kind, file and line."""
    if not world.asked:
        return ()
    answers = (
        f"{contact} {answer.state} by {answer.rule.kind} {answer.rule.place.file}:{answer.rule.place.line}"
        for contact, answer in world.asked.items()
    )
    return (("hours", "; ".join(answers)),)


def _calls(goto: Goto, flow: str) -> bool:
    return isinstance(goto, CallFlow) and goto.start.flow == flow
