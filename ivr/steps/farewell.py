"""The ends that a flow need not write: a caller is never left without a number she can note down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import HangUp, Said
from ivr.steps.base import Move

if TYPE_CHECKING:
    from ivr.contacts import Entry
    from ivr.steps.base import Scene


def farewell(scene: Scene, *before: Said, number: Entry | None = None) -> Move:
    """The given words, a number said twice (the last resort's unless another is meant), a goodbye, the end."""
    entry = number if number is not None and number.phone is not None else scene.world.last_resort
    assert entry.phone is not None, "the last resort has a phone"
    words = scene.speech.number_is(entry.in_sentence(scene.language), entry.phone.groups)
    return Move((*before, scene.say(words), scene.say(scene.speech.goodbye())), HangUp())
