"""Asking for a key: what the kinds that wait for one have in common.

Silence and wrong keys are counted together, so that no caller can be held for ever. The first miss repeats everything
after one short sentence, the second waits longer, the third gives up. A valid key starts the count anew.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import lru_cache
from typing import TYPE_CHECKING

from ivr.call import Gather, Said
from ivr.speech import language
from ivr.steps.base import Connected, Exit, Goto, Input, Move, Pressed, Scene, Step, Way
from ivr.steps.farewell import farewell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.call import Spot

PATIENCE = 6
"""Seconds; the default of the field. The providers' own is 5; relay interpreters and older callers need more."""

LONGER = 4
"""Seconds that the second miss adds to the patience: six become ten."""

GIVE_UP = 3
"""The miss with which a menu gives up."""


class Asking(Step):
    """Says something, waits for one key, and knows what to do about silence and wrong keys."""

    is_menu = True

    def __init__(
        self, spot: Spot, after: Goto | None, choices: Mapping[str, Goto], patience: int, give_up: Goto | None
    ) -> None:
        super().__init__(spot, after)
        self._choices = choices
        self._wait = Gather(patience)
        self._longer_wait = Gather(patience + LONGER)
        self._give_up = give_up

    @abstractmethod
    def presentation(self, scene: Scene) -> tuple[Said, ...]:
        """All that is said before the wait."""

    def enter(self, scene: Scene) -> Move:
        return Move(self.presentation(scene), self._wait)

    def react(self, scene: Scene, given: Input) -> Move:
        if isinstance(given, Pressed):
            onward = self._choices.get(given.key) or scene.inherited(given.key)
            if onward is not None:
                return Move((), onward)
        if isinstance(given, Connected):
            # In the set that the call began on, this place rang an office. Nobody was asked for a key.
            return self.enter(scene)
        return self._miss(scene, given)

    def _miss(self, scene: Scene, given: Input) -> Move:
        misses = scene.misses + 1
        what = "no-match" if isinstance(given, Pressed) else "no-input"
        if misses >= GIVE_UP:
            return (Move((), self._give_up) if self._give_up else farewell(scene))._replace(missed=what)
        # Several keys may be a secret: what is said of them is the same for all.
        pressed = (given.key if len(given.key) == 1 else "") if isinstance(given, Pressed) else None
        remark = _remark(scene.language, pressed)
        if misses == 1:
            return Move((remark, *self.presentation(scene)), self._wait, misses, missed=what)
        repeat = next((key for key in ("*", "#") if self._leads_to_repeat(scene, key)), None)
        said = (remark, scene.say(scene.speech.more_time(repeat)), *self.presentation(scene))
        return Move(said, self._longer_wait, misses, missed=what)

    def exits(self) -> tuple[Exit, ...]:
        given_up = (Exit("give_up", self._give_up),) if self._give_up is not None else ()
        return (*(Exit(key, goto) for key, goto in self._choices.items()), *given_up)

    def _leads_to_repeat(self, scene: Scene, key: str) -> bool:
        onward = self._choices.get(key) or scene.inherited(key)
        return onward is Way.REPEAT


@lru_cache(maxsize=256)  # twelve keys in each language
def _remark(code: str, key: str | None) -> Said:
    """What is said about a key that is not in use, or about silence (None)."""
    speech = language(code)
    return Said(code, speech.no_input() if key is None else speech.no_match(key))
