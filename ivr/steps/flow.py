"""flow: calls another flow; when that flow reaches `return`, the call goes on at `next`.

    about_us:
      flow: info
      next: main

Any target may call a flow as well (`go: flow:info`); this kind is for a call that goes on elsewhere than it came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.source.places import Word
from ivr.source.readable import Doc
from ivr.steps.base import Exit, Goto, Kind, Move, Next, Scene, Step
from ivr.steps.fields import Target

if TYPE_CHECKING:
    from ivr.call import Spot
    from ivr.steps.site import Site


class FlowStep(Step):
    """Goes into another flow and comes back."""

    def __init__(self, spot: Spot, into: Goto, onward: Goto) -> None:
        super().__init__(spot, onward)
        self._into = into

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("flow", self._into), *super().exits())

    def enter(self, scene: Scene) -> Move:  # noqa: ARG002 - the way in depends on nothing
        return Move((), self._into)


def _build(body: Target, site: Site, onward: Target | None) -> FlowStep:
    assert onward is not None, "the definition demands `next`"
    # Both `flow: info` and `flow: flow:info` are understood: under this word nothing else can be meant.
    name = body.called_flow or str(body)
    into = Target(Word(f"flow:{name}"), body.place)
    return FlowStep(site.spot, site.goto(into), site.goto(onward))


KIND = Kind(
    "flow",
    Target,
    Next.REQUIRED,
    _build,
    Doc(
        de="Ruft einen anderen Ablauf auf; nach dessen „return“ geht es bei „next“ weiter.",
        en="Calls another flow; after its “return” the call goes on at “next”.",
    ),
)
