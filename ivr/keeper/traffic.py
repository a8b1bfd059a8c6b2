"""How much is going on: calls under way, connections to each contact, minutes connected today.

It is counted from the lines that workers write down, so it is a moment behind; what comes in meanwhile the workers
count along themselves. Test calls do not count.

What is known lies in a file as well (`traffic.json`, beside the desk): lines are gone when they have been moved, and a
keeper that begins anew must neither forget who is talking nor give the day's minutes a second time.
"""

from __future__ import annotations

import json
import os
import secrets
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from zoneinfo import ZoneInfo

NAME = "traffic.json"

QUIET = timedelta(minutes=3)
"""A call that has not been heard of for so long is over, unless it is connected: no menu waits longer."""

LONGEST_CONNECTION = timedelta(minutes=35)
"""So long a connection can last at most, ringing included."""

_FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


class _Call(NamedTuple):
    at: datetime
    turn: int
    contact: str | None
    """Who is being rung or talked to."""


class Traffic:
    """The traffic of one machine."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._calls: dict[str, _Call] = {}
        self._over: dict[str, datetime] = {}
        """Calls that are over, for a while: their lines may come late."""
        self._day: date | None = None
        self._seconds: dict[tuple[str, int], int] = {}
        """Connected seconds of today, by call and turn: a line that is read twice counts once."""

    def recall(self, path: Path) -> None:
        """What an earlier keeper has written down; where there is nothing to be read, the count begins anew."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            known = json.loads(path.read_bytes())
            calls = {call: _Call(_instant(at), int(turn), contact) for call, at, turn, contact in known["calls"]}
            over = {call: _instant(at) for call, at in known["over"]}
            seconds = {(call, int(turn)): int(number) for call, turn, number in known["seconds"]}
            day = date.fromisoformat(known["day"]) if known["day"] else None
            self._calls, self._over, self._seconds, self._day = calls, over, seconds, day

    def write_down(self, path: Path) -> None:
        """Replaces the file as a whole. Where nothing can be written, a keeper that begins anew knows less."""
        # Of calls that are over, those whose lines may still come: on a busy day the others are too many to write.
        lately = max(self._over.values(), default=datetime.now(UTC)) - QUIET
        known = {
            "day": self._day and self._day.isoformat(),
            "calls": [[call, seen.at.isoformat(), seen.turn, seen.contact] for call, seen in self._calls.items()],
            "over": [[call, at.isoformat()] for call, at in self._over.items() if at > lately],
            "seconds": [[call, turn, number] for (call, turn), number in self._seconds.items()],
        }
        whole = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with suppress(OSError):
            try:
                with os.fdopen(
                    os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
                ) as file:
                    file.write(json.dumps(known))
                whole.replace(path)
            finally:
                whole.unlink(missing_ok=True)

    def take(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Takes note of lines of the spool, in any order; others than turns and ends of calls are passed over."""
        for line in lines:
            # A line of another release may lack something: it is not counted, and costs no other line.
            with suppress(KeyError, TypeError, ValueError):
                self._note(line)

    def counts(self, now: datetime) -> dict[str, Any]:
        """`calls`, `connections` by contact, and `seconds` connected today, at `now` (aware)."""
        for call, seen in list(self._calls.items()):
            # One from the time to come began before the clock was set back.
            if not -QUIET <= now - seen.at <= (LONGEST_CONNECTION if seen.contact else QUIET):
                del self._calls[call]
        for call, at in list(self._over.items()):
            if not -LONGEST_CONNECTION <= now - at <= LONGEST_CONNECTION:
                del self._over[call]
        self._begin_day(now)
        talking = [seen for seen in self._calls.values() if seen.contact]
        running = sum(max(0, int((now - seen.at).total_seconds())) for seen in talking)
        return {
            "calls": len(self._calls),
            "connections": dict(Counter(seen.contact for seen in talking)),
            "seconds": sum(self._seconds.values()) + running,
        }

    def _note(self, line: Mapping[str, Any]) -> None:
        if line.get("test") or not isinstance(line.get("call"), str):
            return
        if line["k"] == "turn":
            self._turn(line)
        elif line["k"] == "status" and line["status"] in _FINAL:
            self._end(line["call"], datetime.fromisoformat(line["at"]))

    def _turn(self, line: Mapping[str, Any]) -> None:
        call, number, at = line["call"], int(line["turn"]), datetime.fromisoformat(line["at"]).astimezone(UTC)
        if line.get("input") == "connection" and "seconds" in line:
            self._begin_day(at)
            if at.astimezone(self._zone).date() == self._day:
                self._seconds[call, number] = int(line["seconds"])
        before = self._calls.get(call)
        if call in self._over or (before is not None and before.turn >= number):
            return
        if line.get("expects") == "hangup":
            self._end(call, at)
        else:
            self._calls[call] = _Call(at, number, line.get("contact") if line.get("expects") == "dial" else None)

    def _end(self, call: str, at: datetime) -> None:
        self._calls.pop(call, None)
        self._over[call] = at

    def _begin_day(self, now: datetime) -> None:
        today = now.astimezone(self._zone).date()
        if self._day is None or today > self._day:
            self._day = today
            self._seconds.clear()


def _instant(written: str) -> datetime:
    """An aware instant.

    Raises:
        ValueError, TypeError: it is none.
    """
    return datetime.fromisoformat(written).astimezone(UTC)
