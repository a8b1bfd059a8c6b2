"""The one-way street of a webhook: raw values in, status and bytes out.

    answer: content type, form, signature -> Inbound and State -> engine.advance -> rendered bytes

The same function serves the Flask views, a callable in front of Flask, and the terminal phone. It reads no clock and
no socket, and it never raises: whatever goes wrong behind a valid signature, the caller hears a number to call.
"""

from __future__ import annotations

from ivr.street.answering import Reply, Request, answer, fall_back, note_status
from ivr.street.service import Prepared, Service, Trial, prepare

__all__ = ["Prepared", "Reply", "Request", "Service", "Trial", "answer", "fall_back", "note_status", "prepare"]
