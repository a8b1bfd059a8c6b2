"""say: speaks a text and goes on.

    welcome:
      say:
        de: Willkommen beim Kommunalen Ordnungsdienst der Stadt Dortmund.
        en: Welcome to the public order service of the City of Dortmund.
      next: main

What is said before a menu is spoken within the menu's own wait for a key, so a caller who knows the key need not listen
to the end (barge-in).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.source.readable import Doc
from ivr.steps.base import Goto, Kind, Lines, Move, Next, Scene, Step
from ivr.steps.fields import Text

if TYPE_CHECKING:
    from ivr.call import Spot
    from ivr.steps.fields import Target
    from ivr.steps.site import Site


class SayStep(Step):
    """Speaks its line, then goes on."""

    def __init__(self, spot: Spot, lines: Lines, onward: Goto) -> None:
        super().__init__(spot, onward)
        self._lines = lines
        self._onward = onward

    def enter(self, scene: Scene) -> Move:
        return Move((self._lines[scene.language].now(scene.world),), self._onward)

    def lines(self) -> tuple[Lines, ...]:
        return (self._lines,)


def _build(body: Text, site: Site, onward: Target | None) -> SayStep:
    assert onward is not None, "the definition demands `next`"
    return SayStep(site.spot, site.lines(body), site.goto(onward))


KIND = Kind(
    "say",
    Text,
    Next.REQUIRED,
    _build,
    Doc(
        de="Sagt einen Text und geht weiter.",
        en="Speaks a text and goes on.",
    ),
)
