"""What the rules about menus share: which menus there are, and what they offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.steps.menu import Menu

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.call import Spot
    from ivr.check.survey import Survey
    from ivr.steps.fields import Key
    from ivr.steps.menu import Option


def menus(survey: Survey) -> Iterator[tuple[Spot, Menu]]:
    """The menus that some caller hears, as they are written."""
    for spot in survey.flows.steps:
        body = survey.body(spot)
        if isinstance(body, Menu) and spot in survey.visited:
            yield spot, body


def offered(survey: Survey, spot: Spot, body: Menu) -> list[tuple[Key, Option]]:
    """The options that a menu announces, without the keys that hold everywhere."""
    flows = (survey.written[name] for name in {spot.flow, survey.flows.start.flow})
    everywhere = {str(key) for flow in flows for key in flow.keys or {}}
    return [(key, option) for key, option in body.options.items() if option.for_ and str(key) not in everywhere]
