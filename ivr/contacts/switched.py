"""Manual switches, as the operators' instructions tell of them: `closed` or `open`, from one instant until another."""

from __future__ import annotations

from datetime import UTC
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from ivr.hours import YEARS, Rule, Switch
from ivr.source.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from ivr.instructions import Instruction

VALUES = ("open", "closed")
"""What a switch can be set to, beside `usual`."""

_PLACE = Place("ivr override", 1, 1)
"""No file tells of a switch, but this command does."""


def switches_of(latest: Instruction, earlier: Iterable[Instruction], zone: ZoneInfo) -> tuple[Switch, ...]:
    """The switch that an instruction sets, behind those that it took over from without a gap; sorted.

    An instruction that says neither open nor closed sets none.
    """
    if latest.value not in VALUES:
        return ()
    subject = (latest.kind, latest.subject)
    told = {each.id: each for each in earlier if (each.kind, each.subject) == subject and each.at <= latest.at}
    told.pop(latest.id, None)
    row = [*sorted(told.values(), key=lambda each: (each.at, each.id)), latest]
    found = [_switch(latest, latest.until, zone)]
    for before, after in reversed([*pairwise(row)]):
        if before.value not in VALUES or (before.until is not None and before.until < after.at):
            break
        if before.at < after.at:
            found.append(_switch(before, after.at, zone))
    return tuple(reversed(found))


def _switch(told: Instruction, until: datetime | None, zone: ZoneInfo) -> Switch:
    ends = "" if told.until is None else f" until {told.until.astimezone(zone):%Y-%m-%d %H:%M}"
    reason = MappingProxyType(dict(told.texts)) if told.texts else None
    rule = Rule("switch", _PLACE, f"ivr override: {told.value}{ends}", reason)
    # No calendar reaches beyond these years: such an end is not in sight.
    seen = until is not None and until.year in YEARS
    return Switch(
        told.value == "open", told.at.astimezone(UTC), until.astimezone(UTC) if until and seen else None, rule
    )
