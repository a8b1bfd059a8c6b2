"""What can still be taken: the limits of the settings, or what operators have put in their place, and the traffic."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ivr.desk import Load
from ivr.instructions import latest
from ivr.settings import Limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from ivr.instructions import Instruction


def in_force(usual: Limits, instructions: Iterable[Instruction], now: datetime) -> Limits:
    """The limits at `now`. An instruction's value is a whole number, or "off"."""
    told = {subject: each.value for (kind, subject), each in latest(instructions, now).items() if kind == "limit"}

    def limit(name: str, usual: int | None) -> int | None:
        if name not in told:
            return usual
        return int(told[name]) if told[name].isdecimal() else None

    return Limits(limit("calls", usual.calls), limit("connections", usual.connections), limit("minutes", usual.minutes))


def weighed(machines: Iterable[Mapping[str, Any]], limits: Limits) -> Load:
    """What all machines together, each with the counts of its `Traffic`, can still take."""
    calls, seconds, connections = 0, 0, Counter[str]()
    for each in machines:
        calls += int(each.get("calls", 0))
        seconds += int(each.get("seconds", 0))
        connections.update(each.get("connections", {}))
    room = None if limits.calls is None else max(0, limits.calls - calls)
    most = limits.connections
    full = frozenset(contact for contact, number in connections.items() if most is not None and number >= most)
    spent = limits.minutes is not None and seconds >= 60 * limits.minutes
    stopped = 0 in (limits.calls, limits.connections, limits.minutes)
    return Load(crowded=room == 0, full=full, connecting=not spent and most != 0, stopped=stopped, room=room)
