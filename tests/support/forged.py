"""Any number of webhooks, sound, odd and forged, and two opinions of each: ours, and that of the provider's library."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, quote_plus

from service import service_of
from twilio.request_validator import RequestValidator

from ivr.call import Inbound
from ivr.street import Reply, Request
from ivr.street.answering import receive
from ivr.street.form import Refusal, parse_form, to_inbound
from ivr.street.signature import Verifier, signed_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TOKEN = "a-token-of-forgers"
PORTS = {"https": ("", ":443", ":8443"), "http": ("", ":80", ":8080")}
FORM = "application/x-www-form-urlencoded"

USUAL = (
    "AccountSid ApiVersion CallSid CallStatus Called Caller Direction From To",
    "AccountSid ApiVersion CallSid CallStatus Called Caller Digits Direction FinishedOnKey From To msg",
    "Called ToState CallerCountry Direction CallerState ToZip CallSid To CallerZip CallStatus From AccountSid",
    "AccountSid CallSid CallStatus DialCallStatus DialCallSid DialCallDuration From To",
    "CallSid Digits Digit Digit1 Digit.2 Digits-3 From FromCity FromCit",
    "CallSid",
)
"""The names of forms, in their order."""
ODD_NAMES = (
    "CallSid",
    "Digits",
    "digits",
    "From",
    "a",
    "a1",
    "A",
    "ä",
    "\0",
    " ",
    "+",
    "a=b",
    "&",
    "",
    "x" * 60,
    "\U0001f600",
)
ODD_VALUES = (
    "",
    " ",
    "+49231",
    "1",
    "=",
    "a=b",
    "&",
    "%",
    "%2B",
    "Köln",
    "Forlì'",
    "\0",
    "\n",
    "\U0001f600",
    "x" * 200,
    "\u0130",
)
FITTING = {
    "CallSid": ("CA1", "CA" + "b" * 32, "CA 1"),
    "CallStatus": ("ringing", "in-progress", "completed", "no-answer"),
    "Digits": ("", "1", "*", "#", "123", "A1", "w", "x"),
    "DialCallStatus": ("completed", "busy", "no-answer", "answered"),
    "DialCallDuration": ("0", "17", "x"),
    "From": ("+4915112345678", "+266696687", "anonymous", "+49900123456"),
    "To": ("+4923150", "+49231500"),
}
PATHS = (
    "/voice",
    "/voice/status",
    "/voice/1/0123456789ab/hotline/main/de.1.0.0.",
    "//voice",
    "/voice/",
    "/voice/ä",
    "/voice/a b",
    "",
)
QUERIES = ("", "", "", "", "", "language=en", "CallSid=2", "a=1&a=2", "x=%20", "ä", "=")

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Forged:
    """A webhook, and the address that the service is configured with."""

    public_url: str
    request: Request


def webhooks(seed: int, count: int) -> Iterator[Forged]:
    """So many webhooks, the same for the same seed."""
    chance = random.Random(seed)
    oracle, other = RequestValidator(TOKEN), RequestValidator("another")
    for _ in range(count):
        scheme = chance.choice(("https", "https", "http"))
        host = f"{scheme}://{chance.choice(('ivr.example', '127.0.0.1', 'a-b.c.example'))}"
        public_url = host + chance.choice(PORTS[scheme]) + chance.choice(("", "", "", "/city"))
        path, query = chance.choice(PATHS[:3] if chance.random() < 0.9 else PATHS), chance.choice(QUERIES)
        pairs = _pairs(chance)
        body = b"&".join(_field(chance, name, value) for name, value in pairs)
        if chance.random() < 0.1:
            body = _spoilt(chance, body)
        signed = dict(pairs)
        if signed and chance.random() < 0.1:
            signed[chance.choice([*signed])] = chance.choice(ODD_VALUES)
        # What it is signed for: with any port, and now and then for another address.
        behind = public_url.removeprefix(host).partition("/")
        port = chance.choice(PORTS[scheme]) if chance.random() < 0.3 else behind[0]
        url = host + port + behind[1] + behind[2] + path + (f"?{query}" if query else "")
        if chance.random() < 0.03:
            url += chance.choice(("?", "/", "x", "#x"))
        signature: str | None = (other if chance.random() < 0.03 else oracle).compute_signature(url, signed)
        if chance.random() < 0.05:
            signature = chance.choice(
                (None, "", "ä", signature.swapcase(), signature + "=", signature[:-1], f"{signature},x")
            )
        settings = chance.choice(("", "key=k,algorithm=HMAC_SHA256")) if chance.random() < 0.01 else None
        yield Forged(public_url, Request(path, query, FORM, signature, settings, None, body))


def _pairs(chance: random.Random) -> Pairs:
    names = chance.choice(USUAL).split()
    if chance.random() < 0.2:
        for _ in range(chance.randrange(4)):
            names.insert(chance.randrange(len(names) + 1), chance.choice((*ODD_NAMES, *names)))
    if chance.random() < 0.01:
        names += [f"p{number}" for number in range(chance.choice((80, 99, 100, 101)))]
    odd = chance.choice((0.0, 0.0, 0.1, 0.5))
    return [
        (
            name,
            chance.choice(ODD_VALUES if chance.random() < odd else FITTING.get(name, ("", "DE", "Gather End", "+1 2"))),
        )
        for name in names
    ]


def _field(chance: random.Random, name: str, value: str) -> bytes:
    return f"{_written(chance, name)}={_written(chance, value)}".encode()


def _written(chance: random.Random, text: str) -> str:
    """One of the ways in which a text can stand in a form."""
    if text.isascii() and text.isalnum() and chance.random() < 0.97:
        return text
    ways: tuple[Callable[[str], str], ...] = (
        quote_plus,
        quote_plus,
        quote_plus,
        quote,
        lambda each: "".join(f"%{byte:02x}" for byte in each.encode()),
        lambda each: each.replace("%", "%25").replace("&", "%26").replace("+", "%2b").replace(" ", "+"),
    )
    return chance.choice(ways)(text)


def _spoilt(chance: random.Random, body: bytes) -> bytes:
    at = chance.randrange(len(body) + 1)
    piece = chance.choice(
        (b"&", b"=", b"%", b"%2", b"%zz", b"%00", b"%2B", b"%26", b"%C3", b"\xff", b"+", b"&a=1", b"\0")
    )
    return chance.choice(
        (body[:at] + piece + body[at:], body[:at], body[at:], body + b"&" + body, body[:at] + body[at + 1 :])
    )


def verdicts(seed: int, count: int) -> tuple[Counter[str], list[Forged]]:
    """How often which verdict was given, and the webhooks of which the two opinions differ."""
    given: Counter[str] = Counter()
    disputed: list[Forged] = []
    oracle = RequestValidator(TOKEN)
    service = service_of()
    service.verifier = Verifier([TOKEN])
    for forged in webhooks(seed, count):
        service.public_url = forged.public_url
        received = receive(service, forged.request, NOW)
        ours = str(received.status) if isinstance(received, Reply) else "taken"
        short = "" if service.layouts.read(forged.request.body) is None or forged.request.query else " by its layout"
        given[ours + short] += 1
        if not _agrees(oracle, forged, received[0] if isinstance(received[0], Inbound) else ours):
            disputed.append(forged)
    return given, disputed


def _agrees(oracle: RequestValidator, forged: Forged, ours: Inbound | str) -> bool:
    """Whether the library, behind our own stricter rules, comes to the same."""
    request = forged.request
    fields = parse_form(request.body, request.query)
    if isinstance(fields, Refusal):
        return ours == str(fields.status)
    # As a framework would read it. Our own rules have refused what can be read in several ways.
    read = dict(parse_qsl(request.body.decode(), keep_blank_values=True, errors="strict"))
    url = signed_url(forged.public_url, request.path, request.query)
    good = (
        url is not None
        and request.settings is None
        and request.signature is not None
        and oracle.validate(url, read, request.signature)
    )
    if not good:
        return ours == "403"
    inbound = to_inbound(read)
    return ours == (str(inbound.status) if isinstance(inbound, Refusal) else inbound)
