"""The clock and the zone: whether "open until half past eight" can be trusted."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfoNotFoundError

from ivr.doctor.finding import ok, warning, wrong
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.doctor.finding import Finding, Setup

BUILT = 2026
"""The year of this program; no clock that is right shows an earlier one."""

_WATCHED = 0.05
"""Seconds for which both clocks are watched."""
_JUMP = 0.03
"""Seconds by which they may differ then."""

_ZONE = "Europe/Berlin"
_KNOWN = {
    "2027-03-28T00:59:59+00:00": 1,
    "2027-03-28T01:00:00+00:00": 2,
    "2027-10-31T00:59:59+00:00": 2,
    "2027-10-31T01:00:00+00:00": 1,
}
"""Directive 2000/84/EC: summer time begins and ends at one o'clock UTC on the last Sundays of March and October."""

_SYNC = Sentence("Lassen Sie die Uhr stellen (NTP, etwa mit chrony).", "Have the clock set (NTP, with chrony, say).")
_TZDATA = Sentence("Bringen Sie das Paket tzdata auf den neuesten Stand.", "Bring the package tzdata up to date.")


def right(setup: Setup) -> Iterator[Finding]:
    """The clock shows a year that can be, and does not jump."""
    shown = setup.now.isoformat(timespec="seconds")
    if not BUILT <= setup.now.year < BUILT + 50:
        yield wrong("clock", f"Die Uhr zeigt {shown}.", f"The clock shows {shown}.", _SYNC)
        return
    wall, counted = setup.clocks()
    time.sleep(_WATCHED)
    wall_after, counted_after = setup.clocks()
    jump = (wall_after - wall) - (counted_after - counted)
    if counted_after < counted or abs(jump) > _JUMP:
        yield warning(
            "clock",
            f"Die Uhr ist soeben um {jump:+.2f} Sekunden gesprungen.",
            f"The clock has just jumped by {jump:+.2f} seconds.",
            _SYNC,
        )
    else:
        yield ok("clock", f"Die Uhr zeigt {shown} und geht gleichmäßig.", f"The clock shows {shown} and runs evenly.")


def zone_data(setup: Setup) -> Iterator[Finding]:
    """The zone's rules are there, and know when the clocks change."""
    try:
        zone = setup.zone(_ZONE)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        yield wrong("zone", f"Die Zeitzone {_ZONE} fehlt.", f"The time zone {_ZONE} is missing.", _TZDATA)
        return
    for at, hours in _KNOWN.items():
        if datetime.fromisoformat(at).astimezone(zone).utcoffset() != timedelta(hours=hours):
            yield wrong(
                "zone",
                f"Nach den Zonendaten gilt {_ZONE} um {at} nicht UTC+{hours}.",
                f"By the zone data {_ZONE} is not UTC+{hours} at {at}.",
                _TZDATA,
            )
            return
    try:
        data = version("tzdata")
    except PackageNotFoundError:
        data = "–"
    yield ok(
        "zone",
        f"{_ZONE} kennt die Umstellungen am 28. März und 31. Oktober 2027 (tzdata {data}).",
        f"{_ZONE} knows the changes on 28 March and 31 October 2027 (tzdata {data}).",
    )
