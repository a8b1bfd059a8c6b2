"""What the service tells those who run it: one line of JSON per event, on standard error.

Lines carry call ids, masked numbers and what happened, and nothing by which a caller could be called; plain ASCII, so
that no locale of a terminal can cost one.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from json.encoder import encode_basestring_ascii as quoted
from typing import TYPE_CHECKING, TextIO

from ivr.call import CheckPin, Dial, Gather, GiveInstruction, HangUp, Record
from ivr.contacts import masked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.call import Inbound, Turn


EXPECTED: dict[type, str] = {
    kind: kind.__name__.lower() for kind in (Gather, Dial, Record, HangUp, CheckPin, GiveInstruction)
}
"""What a turn waits for, as it stands in lines."""


class Journal:
    """Writes events to a stream; each is one write, so that lines of several processes do not mix."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr

    def begins(self) -> int:
        """Called when work on a webhook begins; what it returns is given back to `turn`."""
        return 0

    def turn(
        self,
        now: datetime,
        inbound: Inbound,
        turn: Turn,
        told: str,
        *,
        step: type,  # noqa: ARG002 - for journals that count
        test: bool,
        begun: int = 0,  # noqa: ARG002 - for journals that measure
    ) -> None:
        """A webhook was answered. `told`: the words of `told_of` about the turn; `step`: the class of the step at which
        it ends; `test`: with a clock of its own, so it is no citizen's call; `begun`: what `begins` has returned.
        """
        self.note(instant(now), self.facts(inbound, told, test=test), inbound, turn)

    @staticmethod
    def facts(inbound: Inbound, told: str, *, test: bool) -> str:
        """What is kept of a turn beside its time, as the inside of a JSON object."""
        text = f'"call": {quoted(inbound.call)}, {told}'
        return f'{text}, "test": true' if test else text

    def note(self, at: str, facts: str, inbound: Inbound, turn: Turn) -> None:
        """The line of a turn: its time, its facts and, where the call begins, the caller's number, masked."""
        shown = f', "caller": {quoted(masked(inbound.caller))}' if turn.state.turn == 1 else ""
        self._say(f'{{"event": "turn", "time": "{at}", {facts}{shown}}}\n')

    def refused(self, now: datetime, status: int, reason: str) -> None:
        """A webhook was turned away."""
        self._write("refused", now, {"status": status, "reason": reason})

    def failed(self, now: datetime, call: str, error: Exception) -> None:
        """A turn could not be worked out; the caller was given a number."""
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else ""
        self._write("failed", now, {"call": call, "error": type(error).__name__, "where": where})

    def status(
        self, now: datetime, call: str, state: str, sequence: int | None = None, seconds: int | None = None
    ) -> None:
        """The provider told how a call goes on elsewhere: its word for it, its count of them, the call's seconds."""
        facts = {"call": call, "state": state, "sequence": sequence, "seconds": seconds}
        self._write("status", now, {name: value for name, value in facts.items() if value is not None})

    def fallback(self, now: datetime, call: str, code: int | None) -> None:
        """The provider had to use the fallback address, for a reason of which it gave the number."""
        facts: dict[str, str | int] = {"call": call, "state": "fallback"}
        if code is not None:
            facts["code"] = code
        self._write("status", now, facts)

    def alarm(self, now: datetime, sentence: str, **facts: str | int) -> None:
        """Something that whoever runs the service has to see to."""
        self._write("alarm", now, {"sentence": sentence, **facts})

    def event(self, event: str, now: datetime, **facts: str | int) -> None:
        """Something else that happened: a set was put in force, an instruction was given."""
        self._write(event, now, facts)

    def _write(self, event: str, now: datetime, facts: dict[str, str | int]) -> None:
        told = f", {as_json(facts)}" if facts else ""
        self._say(f'{{"event": "{event}", "time": "{instant(now)}"{told}}}\n')

    def _say(self, line: str) -> None:
        try:
            self._stream.write(line)
            # Standard error has written the line already.
            if not self._stream.line_buffering:
                self._stream.flush()
        except (OSError, ValueError):
            # A full disk or a closed pipe costs a line of the journal, never a caller.
            return


def told_of(version: str, turn: Turn) -> str:
    """What is kept of a turn, but for whose it is and when, as the inside of a JSON object. A turn that lies ready is
    told once, and written down many times.
    """
    state = turn.state
    # These words are our own, and plain.
    text = (
        f'"turn": {state.turn}, "version": "{version}", "flow": "{state.spot.flow}", "step": "{state.spot.step}", '
        f'"language": "{state.language}", '
        f'"expects": "{EXPECTED[type(turn.expects)]}"'
    )
    if isinstance(turn.expects, Dial):
        text += f', "contact": "{turn.expects.contact}"'
    # One key is a choice, several in a row may be a number or a secret.
    facts = {name: value if name != "key" or len(value) == 1 else "several" for name, value in turn.facts}
    return f"{text}, {as_json(facts)}" if facts else text


class _Stamp:
    """Writes times. Those of one second differ in the milliseconds only; all else, most of the work, is kept."""

    def __init__(self) -> None:
        never = datetime.min.replace(tzinfo=UTC)
        self._kept = (never, never, "")

    def of(self, now: datetime) -> str:
        """A time as it stands in lines: ISO, with milliseconds and offset."""
        if now.tzinfo is not UTC:
            return now.isoformat(timespec="milliseconds")
        since, until, up_to_second = self._kept
        if not since <= now < until:
            since = now.replace(microsecond=0)
            up_to_second = since.replace(tzinfo=None).isoformat()
            self._kept = (since, since + timedelta(seconds=1), up_to_second)
        return f"{up_to_second}.{now.microsecond // 1000:03}+00:00"


instant = _Stamp().of


def as_json(facts: Mapping[str, str | int]) -> str:
    """The inside of a flat JSON object of words and whole numbers, in ASCII.

    json.dumps would make an encoder of its own for each line.
    """
    return ", ".join(f'"{name}": {quoted(value) if isinstance(value, str) else value}' for name, value in facts.items())
