"""A service of a phone's own, in this process: the one module here that knows the street.

What is posted is signed, read, answered and rendered as it would be for a provider, with a token nobody else
knows; only the clock may be another.
"""

from __future__ import annotations

import io
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ivr.instructions import Instruction
from ivr.observe import Journal
from ivr.phone.line import CallableLine
from ivr.pins import NoAttempts, ProcessAttempts, hash_pin
from ivr.street import Request, Service, answer, prepare
from ivr.street.signature import Verifier
from ivr.world import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.contacts import Directory
    from ivr.phone.line import Line
    from ivr.steps.flowset import FlowSet

ADDRESS = "https://phone.invalid"
CALLER = "+491701234567"
CALLED = "+4923150"
"""Who calls whom where nothing else is said."""


PIN_OF = "phone"
"""Whose PIN it is that is tried out."""

TROUBLES = ("locked", "not_kept")
"""What callers with a PIN can meet: too many wrong ones were typed lately; what they tell cannot be stored."""

_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when it holds: whatever time a call is made at."""

QUICK = 4
"""The cost of its hash: nobody has it but this process."""


class LocalService:
    """Answers calls by one flow set; any number of them, one after the other."""

    def __init__(
        self,
        flows: FlowSet,
        directory: Directory,
        journal: Journal | None = None,
        *,
        pin: str | None = None,
        trouble: str | None = None,
    ) -> None:
        """`pin` is the one that holds here, `trouble` one of `TROUBLES`."""
        self._token = secrets.token_hex(16)
        self._given: dict[str, Instruction] = {}
        self._prepared = prepare(flows, directory, ADDRESS, "twilio")
        self._service = Service(
            public_url=ADDRESS,
            verifier=Verifier([self._token]),
            journal=journal or Journal(io.StringIO()),
            current=self._prepared,
            clock_secret=self._token.encode(),
            instruct=self._instruct,
        )
        self.forget(pin, trouble)

    def forget(self, pin: str | None = None, trouble: str | None = None) -> None:
        """From here on the service is as new: told nothing, no PIN tried, this the one that holds, and this trouble."""
        self._given.clear()
        self._keeps = trouble != "not_kept"
        self._service.attempts = NoAttempts() if trouble == "locked" else ProcessAttempts()
        told = (Instruction("pin", PIN_OF, hash_pin(pin, QUICK), _ALWAYS),) if pin else ()
        self._service.change(self._prepared.under(Standing(told)), {}, None)

    @property
    def given(self) -> tuple[Instruction, ...]:
        """What callers have told the service to do."""
        return tuple(self._given.values())

    def _instruct(self, instruction: Instruction) -> bool:
        if self._keeps:
            self._given.setdefault(instruction.id, instruction)
        return self._keeps

    def line(self, *at: datetime) -> Line:
        """A line to the service at one instant (aware), or at one for each post; without any, now."""
        clock = [each.isoformat() for each in at] or None
        return CallableLine(self._handle, token=self._token, public=ADDRESS, clock=clock)

    def _handle(
        self, _method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, str, bytes]:
        sent = {name.lower(): value for name, value in headers.items()}
        request = Request(
            path=path,
            query=query,
            content_type=sent.get("content-type"),
            signature=sent.get("x-twilio-signature"),
            settings=sent.get("x-twilio-webhooks-signature-settings"),
            clock=sent.get("x-ivr-clock"),
            body=body,
        )
        reply = answer(self._service, request, datetime.now(UTC))
        return reply.status, reply.content_type, reply.body


def start_of(address: str, language: str | None, flow: str | None = None) -> str:
    """Where a call to a service begins, in the language and the entrance that it begins in, if not the usual ones."""
    asked = urlencode({name: value for name, value in (("language", language), ("flow", flow)) if value})
    return f"{address}/voice" + (f"?{asked}" if asked else "")
