"""Cookies of the page, and how they are signed.

    ivr        id.facts.signature    who is logged in; the database has the checksum of the id, and decides
    ivr-form   random                before a login: what the token in its form is made of
    ivr-known  signature             who has logged in here before: others who try names do not keep her out
    ivr-lang   de | en

With https their names begin with `__Host-`: browsers take such a cookie only encrypted, and from this very host.

The facts (name, roles, begin, last use) are what counts while the database is away: an operator can close an office
even then. A logout, or barring somebody, reaches such a session when the database is back; unused, it ends after
`IDLE`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from flask import Response

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
FRESH = timedelta(minutes=1)
"""So exactly it is noted when a session was last used."""

KNOWN_FOR = timedelta(days=180)
"""So long a browser remembers that somebody has logged in there."""

SESSION, FORM, KNOWN, LANGUAGE = "ivr", "ivr-form", "ivr-known", "ivr-lang"

_ID_BYTES = 32


class Facts(NamedTuple):
    """What a session's cookie says."""

    id: str
    operator: str
    roles: frozenset[str]
    begun: datetime
    seen: datetime

    @property
    def key(self) -> str:
        """Under which the database has the session."""
        return hashlib.sha256(self.id.encode()).hexdigest()

    def lives(self, now: datetime) -> bool:
        """Whether neither of its times is over."""
        return self.begun <= now + FRESH and now < self.begun + LONGEST and now < self.seen + IDLE


class Signer:
    """Signs with the service's secret. Each purpose has a key of its own."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def mark(self, purpose: str, *parts: str) -> str:
        """The signature of some parts for a purpose, in hexadecimal."""
        key = hmac.digest(self._secret, f"ivr operator {purpose}".encode(), "sha256")
        return hmac.new(key, "\0".join(parts).encode(), "sha256").hexdigest()

    def fits(self, given: str, purpose: str, *parts: str) -> bool:
        """Whether a signature is the right one, in constant time."""
        return hmac.compare_digest(given.encode(), self.mark(purpose, *parts).encode())

    def seal(self, facts: Facts) -> str:
        """A session as its cookie has it."""
        written = json.dumps(
            {
                "operator": facts.operator,
                "roles": sorted(facts.roles),
                "begun": int(facts.begun.timestamp()),
                "seen": int(facts.seen.timestamp()),
            }
        )
        payload = base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")
        return f"{facts.id}.{payload}.{self.mark('session', facts.id, payload)}"

    def open(self, cookie: str) -> Facts | None:
        """The session in a cookie; None unless this service has sealed it."""
        number, _, rest = cookie.partition(".")
        payload, _, mark = rest.partition(".")
        if not number or not self.fits(mark, "session", number, payload):
            return None
        fields = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        begun, seen = (datetime.fromtimestamp(fields[name], UTC) for name in ("begun", "seen"))
        return Facts(number, fields["operator"], frozenset(fields["roles"]), begun, seen)


def new_id() -> str:
    """A random id that nobody guesses."""
    return secrets.token_urlsafe(_ID_BYTES)


class Cookies:
    """Their names and flags."""

    def __init__(self, *, encrypted: bool) -> None:
        self._encrypted = encrypted

    def name(self, cookie: str) -> str:
        """The name as browsers have it."""
        return f"__Host-{cookie}" if self._encrypted else cookie

    def give(self, reply: Response, cookie: str, value: str, seconds: int | None = None) -> None:
        """Sets one, for as long as the browser runs or for some seconds; without a value it is taken away."""
        reply.set_cookie(
            self.name(cookie),
            value,
            max_age=seconds if value else 0,
            path="/",
            secure=self._encrypted,
            httponly=True,
            samesite="Lax",
        )
