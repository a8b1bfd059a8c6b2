"""The body of a voice webhook: from bytes to the few values that a call is about, or a refusal.

A provider posts `application/x-www-form-urlencoded` in UTF-8, a few dozen fields, none of them twice.
Whatever differs from that did not come from a provider, and is refused with these statuses:

    415  another content type, or another charset
    413  more than 64 KiB, or more than 100 fields
    400  broken %-escapes, broken UTF-8, a field without a name or without "=", a name that comes twice
         anywhere in body and query, and a value that no provider sends in a field that we use

Repeated names are refused because the providers' own libraries do not tell `a=1` from `a=1&a=1`, and the
grammar of values is strict because a signature does not tell where a name ends (`Digits=1` signs like
`Digit=s1`). Fields that we do not use are passed over: providers add some without notice. So the caller's
name and whereabouts, which are none of our business, end here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote_plus, unquote_to_bytes

from ivr.call import DialResult, Inbound
from ivr.contacts.phone import caller_number

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BODY = 64 * 1024
"""Bytes. A webhook is about one kilobyte; who reads a body may stop one byte behind this."""

MAX_FIELDS = 100

USED = (
    "CallSid",
    "From",
    "To",
    "Digits",
    "CallStatus",
    "DialCallStatus",
    "DialCallDuration",
    "SequenceNumber",
    "CallDuration",
    "ErrorCode",
)
"""Every field that `to_inbound` and `to_callback` look at."""

BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")

_CHARSETS = frozenset({"", "charset=utf-8", 'charset="utf-8"'})

_KEYS = frozenset("0123456789*#ABCDw")
_ONE_DIGIT = "0123456789*#"
_MAX_KEYS = 32
_ON_NO_TELEPHONE = str.maketrans("", "", "ABCDw")

_STATUS = re.compile(r"[a-z-]{0,20}", re.ASCII)
"""A call's status. A word that we do not know, or none at all, means that the caller is still there."""

_HUNG_UP = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_STILL_THERE = frozenset({"in-progress", "ringing", ""})

_DIALLED = {
    "completed": DialResult.COMPLETED,
    "answered": DialResult.COMPLETED,
    "busy": DialResult.BUSY,
    "no-answer": DialResult.NO_ANSWER,
    "failed": DialResult.FAILED,
    "canceled": DialResult.FAILED,
}

_MAX_SECONDS = 6
"""Digits of a duration. Providers end a call after some hours, which are five."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP status, and a stable word for logs which repeats nothing that was sent."""

    status: int
    reason: str


@lru_cache(maxsize=16)  # a provider writes it the same way every time
def check_content_type(value: str | None) -> bool:
    """Whether a `Content-Type` header announces a form in UTF-8. Without one, or with another: 415."""
    kind, _, parameter = (value or "").partition(";")
    return kind.strip().lower() == "application/x-www-form-urlencoded" and parameter.strip().lower() in _CHARSETS


def parse_form(body: bytes, query: str = "") -> dict[str, str] | Refusal:
    """The fields of a body, decoded, blank values kept; or the refusal (413 or 400).

    `query` is the raw query string. Its names count when repeated names are looked for, and that is all:
    nothing in it is ever read as a field. An empty body has no fields.
    """
    if len(body) > MAX_BODY:
        return Refusal(413, "body-too-large")
    if body.count(b"&") >= MAX_FIELDS:
        return Refusal(413, "too-many-fields")
    if BROKEN_ESCAPE.search(body):
        return Refusal(400, "broken-escape")

    try:
        text = body.decode().replace("+", " ")
        pieces = [piece.partition("=") for piece in text.split("&")] if text else []
        fields = {
            _decoded(name) if "%" in name else name: _decoded(value) if "%" in value else value
            for name, equals, value in pieces
            if name and equals
        }
    except UnicodeDecodeError:
        return Refusal(400, "broken-utf-8")
    asked = [unquote_plus(part.partition("=")[0]) for part in query.split("&") if part] if query else []
    if len(fields) < len(pieces) or asked:
        if not all(name and equals for name, equals, _ in pieces):
            return Refusal(400, "broken-field")
        if len({*fields, *asked}) < len(pieces) + len(asked):
            return Refusal(400, "repeated-name")
    return fields


def to_inbound(fields: Mapping[str, str]) -> Inbound | Refusal:
    """What a webhook's fields say about the call; or the refusal (400).

    Only `CallSid` must be there, some callbacks leave out all others: 1 to 128 printable ASCII characters,
    and no more is assumed, because each provider makes its own. Empty `Digits` are no key, as when there are
    none at all: that is how silence arrives. The tones A to D and the pause w are lawful but on nobody's
    telephone, so they are left out.
    """
    call = fields.get("CallSid", "")
    if not (1 <= len(call) <= 128 and call.isascii() and call.isprintable()):
        return Refusal(400, "bad-call-sid")
    digits = fields.get("Digits", "")
    # One digit is by far the most frequent input.
    if digits and not (len(digits) == 1 and digits in _ONE_DIGIT):
        if len(digits) > _MAX_KEYS or not _KEYS.issuperset(digits):
            return Refusal(400, "bad-digits")
        digits = digits.translate(_ON_NO_TELEPHONE)
    status = fields.get("CallStatus", "")
    if status not in _STILL_THERE and not _STATUS.fullmatch(status):
        return Refusal(400, "bad-call-status")
    result = fields.get("DialCallStatus") or None
    if result is not None and result not in _DIALLED:
        return Refusal(400, "bad-dial-call-status")
    seconds = fields.get("DialCallDuration") or None
    if seconds is not None and not (len(seconds) <= _MAX_SECONDS and seconds.isascii() and seconds.isdigit()):
        return Refusal(400, "bad-dial-call-duration")
    return Inbound(
        call,
        _plain_number(fields.get("From", "")),
        _plain_number(fields.get("To", "")),
        digits or None,
        None if result is None else _DIALLED[result],
        None if seconds is None else int(seconds),
        status in _HUNG_UP,
    )


class Callback(NamedTuple):
    """What a callback tells about a call beside its id. None where it says nothing that makes sense."""

    status: str
    """The provider's word; empty when it gave none."""
    sequence: int | None
    """Its count of such callbacks, which may come in any order."""
    seconds: int | None
    """How long the call has lasted."""
    code: int | None
    """The number of the error for which it used the fallback address."""


def to_callback(fields: Mapping[str, str]) -> Callback:
    """What a callback says. No caller waits for it, so a number that is none is passed over and not refused."""
    return Callback(
        fields.get("CallStatus", ""),
        _whole(fields.get("SequenceNumber")),
        _whole(fields.get("CallDuration")),
        _whole(fields.get("ErrorCode")),
    )


def _whole(written: str | None) -> int | None:
    return (
        int(written) if written and len(written) <= _MAX_SECONDS and written.isascii() and written.isdigit() else None
    )


# The same two numbers come with every turn of a call, and to hold a German one against the numbering plan costs as much
# as all else in `to_inbound`. One that nobody may show as his own is no number of ours either.
_plain_number = lru_cache(maxsize=1024)(caller_number)


def _decoded(text: str) -> str:
    return unquote_to_bytes(text).decode()
