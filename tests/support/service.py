"""A whole service in this process, and a provider that posts real signed webhooks to it."""

from __future__ import annotations

import hmac
import io
from base64 import b64encode
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ivr.loader import Loaded, load
from ivr.observe import Journal
from ivr.street import Reply, Request, Service, answer, prepare
from ivr.street.signature import Verifier

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.call import Inbound, Turn

ROOT = Path(__file__).parents[2]
FLOWS = ROOT / "ivr" / "flows"
CONTACTS = ROOT / "data" / "contacts.yaml"
"""What is shipped."""

TOKEN = "a-token-of-the-tests"
PUBLIC = "https://ivr.example"
CALLER = "+4915112345678"
CALLED = "+49231500"


@lru_cache(maxsize=4)
def loaded(flows: Path = FLOWS, contacts: Path = CONTACTS) -> Loaded:
    """A set that must be free of problems."""
    found = load(flows, contacts)
    assert found.problems == ()
    return found


def service_of(flows: Path = FLOWS, contacts: Path = CONTACTS, provider: str = "twilio") -> Service:
    """A service that answers calls by these files."""
    found = loaded(flows, contacts)
    assert found.flows is not None
    assert found.directory is not None
    prepared = prepare(found.flows, found.directory, PUBLIC, provider)
    return Service(PUBLIC, Verifier([TOKEN]), Failures(), prepared)


class Failures(Journal):
    """A journal that keeps the turns which could not be worked out: their callers heard an apology."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.errors: list[Exception] = []

    def failed(self, now: datetime, call: str, error: Exception) -> None:
        self.errors.append(error)

    def turn(
        self, now: datetime, inbound: Inbound, turn: Turn, told: str, *, step: type, test: bool, begun: int = 0
    ) -> None:
        """A turn that went well needs no note."""


def failures(service: Service) -> list[Exception]:
    """What went wrong behind valid signatures; a good service has none."""
    assert isinstance(service.journal, Failures)
    return service.journal.errors


def post(service: Service, path: str, now: datetime, fields: Mapping[str, str], query: str = "") -> Reply:
    """One webhook, signed as the provider signs it (by other code than the service verifies it with)."""
    url = f"{PUBLIC}{path}" + (f"?{query}" if query else "")
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    signature = b64encode(hmac.digest(TOKEN.encode(), signed.encode(), "sha1")).decode()
    form = "application/x-www-form-urlencoded"
    body = urlencode(fields).encode()
    return answer(service, Request(path, query, form, signature, None, None, body), now)
