"""The ends that a flow need not write: a caller is never left without a number she can note down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import HangUp, Said
from ivr.steps.base import Move

if TYPE_CHECKING:
    from ivr.contacts import Entry
    from ivr.steps.base import Scene


def number_of(scene: Scene, entry: Entry) -> tuple[Said, ...]:
    """The contact's number, said twice; nothing for a contact without one."""
    if entry.phone is None:
        return ()
    return (scene.say(scene.speech.number_is(entry.name(scene.language), entry.phone.groups)),)


def farewell(scene: Scene, *before: Said, number: Entry | None = None) -> Move:
    """The given words, a number to note (the last resort's unless another is meant), a goodbye, the end."""
    entry = number if number is not None and number.phone is not None else scene.world.last_resort
    return Move((*before, *number_of(scene, entry), scene.say(scene.speech.goodbye())), HangUp())
