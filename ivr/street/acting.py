"""Doing what a turn wants done before anything is said: looking whose PIN it is, giving an instruction.

The engine does nothing itself. It says what should happen, and this does it, and tells the engine how it went; so the
caller hears what is true, and never that something holds which could not be kept. A webhook that comes twice does
nothing twice: a try of a PIN is counted by call and turn, and an instruction has an id that is made of them.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC
from typing import TYPE_CHECKING

from ivr.call import NAME, CheckPin, Done, GiveInstruction, Outcome
from ivr.engine import carry_on
from ivr.instructions import Instruction
from ivr.pins import find

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.call import Turn
    from ivr.pins import Attempts
    from ivr.street.service import Prepared, Service
    from ivr.world import World

ACTS = (CheckPin, GiveInstruction)
"""What a turn can expect to be done."""

_NAME = re.compile(NAME, re.ASCII)


def act(
    service: Service, prepared: Prepared, call: str, turn: Turn, at: datetime, now: datetime, *, trial: bool = False
) -> Turn:
    """The turn with everything done that it wants done.

    Args:
        service: who counts the tries and keeps the instructions.
        prepared: the set that the call is on.
        call: the call's id.
        turn: what the engine has answered.
        at: the instant at which the call takes place.
        now: the real instant, if that is another: tries are counted by it.
        trial: a test call of the operators' page. It hears what a caller would, and no instruction of it is kept; its
            tries of PINs count apart, so that they use up none of the callers'.
    """
    attempts = service.attempts.apart if trial else service.attempts
    while isinstance(turn.expects, ACTS):
        match turn.expects:
            case CheckPin(digits):
                if service.locked:
                    done = Done(Outcome.LOCKED)
                else:
                    done = _look(attempts, prepared.clerk.at(at), digits, call, turn.state.turn, now)
            case GiveInstruction() as wanted:
                instruction = _instruction(wanted, call, turn, at)
                done = Done(Outcome.DONE if trial or service.instruct(instruction) else Outcome.REFUSED)
                if done.outcome is Outcome.DONE:
                    prepared = prepared.heeding(instruction)
                    if not trial:
                        service.heed(instruction)
        # What was told just now holds already.
        turn = carry_on(prepared.flows, prepared.clerk.at(at), turn, done)
    return turn


def _look(attempts: Attempts, world: World, digits: str, call: str, turn: int, now: datetime) -> Done:
    if not attempts.may(call, turn, now):
        return Done(Outcome.LOCKED)
    # The name rides in the call's addresses from here on.
    name = find(digits, {name: kept for name, kept in world.pins.items() if _NAME.fullmatch(name)})
    if name is None:
        return Done(Outcome.REFUSED)
    attempts.right(call, turn, now)
    return Done(Outcome.DONE, name)


def _instruction(wanted: GiveInstruction, call: str, turn: Turn, at: datetime) -> Instruction:
    # Several may be given in one turn: the steps before it tell them apart. Of two that a call gives at one instant (a
    # phone's clock may stand still) the later has the greater id, and counts.
    place = f"{turn.state.turn:04x}{len(turn.path):04x}"
    return Instruction(
        kind="switch",
        subject=wanted.subject,
        value=wanted.value,
        at=at.astimezone(UTC),
        until=wanted.until,
        author=wanted.author,
        channel="phone",
        id=place + hashlib.sha256(f"{call} {place} {wanted.subject}".encode()).hexdigest()[:24],
    )
