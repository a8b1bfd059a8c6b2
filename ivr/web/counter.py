"""The counter of the street: webhooks are handed in as they came off the wire, and answers handed out.

Two ways lead to it: the voice lane (`ivr.web.lane`), and Flask's routes behind it (`ivr.web.voice`). No Flask is
needed here: a worker that has just started answers its first call before it has loaded any of that.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ivr.street import Request, answer, fall_back, note_status

if TYPE_CHECKING:
    from ivr.street import Reply, Service


Street = Callable[["Service", Request, datetime], "Reply"]
"""What answers the webhooks of one kind."""


class Counter:
    """Where the webhooks of one service are handed in; with `timing` each reply says how long it took."""

    def __init__(self, service: Service, *, timing: bool = False) -> None:
        self.service = service
        self.timing = timing
        self.streets: dict[str, Street] = {"/voice": answer, "/voice/status": note_status, "/voice/fallback": fall_back}

    def serve(self, street: Street, environ: dict[str, Any], body: bytes) -> tuple[Reply, list[tuple[str, str]]]:
        """The answer to a webhook, with its headers."""
        begun = perf_counter() if self.timing else 0.0
        # Not what Flask has decoded of address and form: that loses what was signed.
        request = Request(
            environ.get("PATH_INFO", ""),
            environ.get("QUERY_STRING", ""),
            environ.get("CONTENT_TYPE"),
            environ.get("HTTP_X_TWILIO_SIGNATURE"),
            environ.get("HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS"),
            environ.get("HTTP_X_IVR_CLOCK"),
            body,
            environ.get("HTTP_X_IVR_SET"),
        )
        reply = street(self.service, request, datetime.now(UTC))
        headers = [("Content-Type", reply.content_type), ("Cache-Control", "no-store")]
        if self.timing:
            headers.append(("Server-Timing", f"turn;dur={(perf_counter() - begun) * 1000:.3f}"))
        return reply, headers
