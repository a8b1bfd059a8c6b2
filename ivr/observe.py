"""What the service tells those who run it: one line of JSON per event, on standard error.

Lines carry call ids, masked numbers and what happened, and nothing by which a caller could be called; plain ASCII, so
that no locale of a terminal can cost one.
"""

from __future__ import annotations

import sys
from json.encoder import encode_basestring_ascii as quoted
from typing import TYPE_CHECKING, TextIO

from ivr.contacts import masked

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.call import Inbound, Turn


class Journal:
    """Writes events to a stream; each is one write, so that lines of several processes do not mix."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr

    def turn(self, now: datetime, inbound: Inbound, version: str, turn: Turn, *, test: bool) -> None:
        """A webhook was answered. `test`: with a clock of its own, so it is no citizen's call."""
        state = turn.state
        facts: dict[str, str | int] = {
            "call": inbound.call,
            "turn": state.turn,
            "version": version,
            "at": f"{state.spot.flow}/{state.spot.step}",
            "language": state.language,
            "expects": type(turn.expects).__name__.lower(),
        }
        for name, value in turn.facts:
            # One key is a choice, several in a row may be a number or a secret.
            facts[name] = value if name != "key" or len(value) == 1 else "several"
        if state.turn == 1:
            facts["caller"] = masked(inbound.caller)
        if test:
            facts["test"] = "yes"
        self._write("turn", now, facts)

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

    def status(self, now: datetime, call: str, state: str) -> None:
        """The provider told how a call goes on elsewhere."""
        self._write("status", now, {"call": call, "state": state})

    def fallback(self, now: datetime, call: str, code: int | None) -> None:
        """The provider had to use the fallback, for a reason that its error code names (None: it sent none)."""
        facts: dict[str, str | int] = {"call": call, "state": "fallback"}
        if code is not None:
            facts["code"] = code
        self._write("status", now, facts)

    def _write(self, event: str, now: datetime, facts: dict[str, str | int]) -> None:
        # One flat object of words and whole numbers; json.dumps would make an encoder of its own for each line.
        parts = [f'"{name}": {quoted(value) if isinstance(value, str) else value}' for name, value in facts.items()]
        line = f'{{"event": "{event}", "time": "{now.isoformat(timespec="milliseconds")}", {", ".join(parts)}}}\n'
        try:
            self._stream.write(line)
            self._stream.flush()
        except (OSError, ValueError):
            # A full disk or a closed pipe costs a line of the journal, never a caller.
            return
