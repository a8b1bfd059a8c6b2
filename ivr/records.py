"""What is kept of a webhook: one value, written three times.

    journal     one line on standard error, for those who watch (`ivr.observe`)
    spool       one line for the database, before the caller is answered (`ivr.spool`)
    tally       counters for `/metrics` (`ivr.tally`)

No caller's number is in any of them. The log has it masked; the spool has, at the first turn of a call, a hash under a
random key that all machines share for a day and then destroy: enough to see that the same caller called again.
"""

from __future__ import annotations

import hmac
import json
from time import monotonic, perf_counter_ns, sleep
from typing import TYPE_CHECKING

from ivr.observe import EXPECTED, Journal, as_json, instant
from ivr.spool import Worth
from ivr.tally import EXPECTS, INDEX, KINDS, REASONS

if TYPE_CHECKING:
    from datetime import datetime
    from typing import TextIO

    from ivr.call import Inbound, Turn
    from ivr.instructions import Instruction
    from ivr.spool import Spool
    from ivr.tally import Tally

_TURN = {(kind, expects): INDEX[f"turn {kind} {expects}"] for kind in KINDS for expects in EXPECTS}
_REFUSED = {reason: INDEX[f"refused {reason}"] for reason in REASONS}
_FAILED = INDEX["failed"]
_BYTES_SPOOLED, _BYTES_MOVED, _AWAY = INDEX["spooled bytes"], INDEX["moved bytes"], INDEX["away"]


def _counted(step: type, expects: type) -> int:
    """Where a turn is counted that ends at a step of this kind and waits for this. A kind is called like its module."""
    kind, waits = step.__module__.rpartition(".")[2], EXPECTED[expects]
    return _TURN.get((kind, waits), _TURN["other", waits])


_PATIENCE_SECONDS = 0.5
_NAP_SECONDS = 0.002

_PASSING = frozenset({"queued", "initiated", "ringing", "in-progress", "under-way", ""})
"""States of a call that another one follows."""


class Recorder(Journal):
    """The journal of a worker: what it notes is kept as well."""

    def __init__(
        self, spool: Spool, tally: Tally, stream: TextIO | None = None, *, write_through: bool = False
    ) -> None:
        """With `write_through` every turn waits until it is in the database, for half a second at most: where the disk
        goes with the process, only what is there is kept.
        """
        super().__init__(stream)
        self._write_through = write_through
        self._moved_when_given_up: int | None = None
        self._spool = spool
        self._places: dict[tuple[type, type], int] = {}
        """Where turns are counted, by the kind of their last step and by what they wait for."""
        self._tally = tally
        self.caller_key: bytes | None = None
        """With it, callers are hashed; without, nothing at all is kept of their numbers."""

    def begins(self) -> int:
        return perf_counter_ns()

    def turn(
        self, now: datetime, inbound: Inbound, turn: Turn, told: str, *, step: type, test: bool, begun: int = 0
    ) -> None:
        facts = self.facts(inbound, told, test=test)
        micros = (perf_counter_ns() - begun) // 1000
        at = instant(now)
        caller = self._hashed(inbound) if turn.state.turn == 1 else ""
        line = f'{{"k": "turn", "at": "{at}", {facts}, "us": {micros}{caller}}}\n'
        self._spool.append("turn", line.encode("ascii"), Worth.LITTLE if test else Worth.USUAL)
        if self._write_through:
            self._wait()
        self.note(at, facts, inbound, turn)
        kinds = step, type(turn.expects)
        place = self._places.get(kinds)
        if place is None:
            place = self._places[kinds] = _counted(*kinds)
        self._tally.add(place)
        self._tally.latency(micros)

    def refused(self, now: datetime, status: int, reason: str) -> None:
        super().refused(now, status, reason)
        self._tally.add(_REFUSED.get(reason, _REFUSED["other"]))

    def failed(self, now: datetime, call: str, error: Exception) -> None:
        super().failed(now, call, error)
        self._tally.add(_FAILED)

    def status(
        self, now: datetime, call: str, state: str, sequence: int | None = None, seconds: int | None = None
    ) -> None:
        super().status(now, call, state, sequence, seconds)
        self._keep("status", now, {"call": call, "status": state, "sequence": sequence, "seconds": seconds})

    def fallback(self, now: datetime, call: str, code: int | None) -> None:
        super().fallback(now, call, code)
        self._keep("fallback", now, {"call": call, "code": code})

    def instruct(self, instruction: Instruction) -> bool:
        """Hands an officer's instruction to the keeper; False when it could not be kept."""
        line = json.dumps({"k": "instruction", **instruction.to_json()}) + "\n"
        return self._spool.append("instruction", line.encode("ascii"), Worth.MUCH)

    def _keep(self, kind: str, now: datetime, facts: dict[str, str | int | None]) -> None:
        passing = kind == "status" and facts["status"] in _PASSING
        given = {name: value for name, value in facts.items() if value is not None}
        line = f'{{"k": "{kind}", "at": "{instant(now)}", {as_json(given)}}}\n'
        self._spool.append(kind, line.encode("ascii"), Worth.LITTLE if passing else Worth.USUAL)

    def _wait(self) -> None:
        """Until the keeper has moved all that is written by now, or is kept from it.

        Where that took too long once, nobody waits until the keeper has moved something again: a worker that waits
        answers nobody else, and behind a keeper that is gone, or a slow database, callers would queue.
        """
        tally, end = self._tally, monotonic() + _PATIENCE_SECONDS
        written = tally.sum(_BYTES_SPOOLED)
        while (moved := tally.sum(_BYTES_MOVED)) < written and not tally.sum(_AWAY):
            if moved == self._moved_when_given_up:
                return
            if monotonic() >= end:
                self._moved_when_given_up = moved
                return
            sleep(_NAP_SECONDS)

    def _hashed(self, inbound: Inbound) -> str:
        if self.caller_key is None or not inbound.caller:
            return ""
        digest = hmac.digest(self.caller_key, inbound.caller.encode(), "sha256").hex()[:16]
        return f', "caller": "{digest}"'
