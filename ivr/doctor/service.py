"""The running service on this machine, if there is one: asked as a load balancer and as a provider would ask it.

In earnest no call is made. A webhook that is signed rightly but names no call is turned away after its signature was
looked at (400 bad-call-sid); with a wrong signature it would be turned away before (403). So token and address are
proved without a trace in the reports. Under `--dev`, where a call may bring its own time and is marked as a test, one
is made.
"""

from __future__ import annotations

import hmac
import secrets
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from ivr.doctor.finding import ok, warning, wrong
from ivr.phone import document
from ivr.phone.errors import PhoneError
from ivr.phone.line import MAX_BODY
from ivr.settings import BadSetting, Settings, read_port
from ivr.source.problems import Sentence
from ivr.street.signature import sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.doctor.finding import Finding, Setup

HERE = "127.0.0.1"
PATIENCE = 5.0

_FORM = "application/x-www-form-urlencoded"
_UNPROVED = b"bad-call-sid\n"


class _Answer(NamedTuple):
    status: int
    body: bytes


def running(setup: Setup) -> Iterator[Finding]:
    """It is alive, and says that it can answer calls."""
    try:
        port = read_port(setup.env)
    except BadSetting:
        return  # told by `settings`
    alive = _ask(port, "GET", "/healthz")
    if alive is None:
        yield warning(
            "service",
            f"An Port {port} läuft kein Dienst.",
            f"No service runs at port {port}.",
            Sentence("Starten Sie ihn mit `ivr serve`.", "Start it with `ivr serve`."),
        )
        return
    if alive != _Answer(200, b"alive\n"):
        yield wrong(
            "service",
            f"Was an Port {port} antwortet, ist nicht dieser Dienst (Status {alive.status}).",
            f"What answers at port {port} is not this service (status {alive.status}).",
            Sentence("Nennen Sie mit PORT einen anderen Port.", "Name another port with PORT."),
        )
        return
    ready = _ask(port, "GET", "/readyz")
    if ready is None or ready.status != 200:
        yield wrong(
            "service",
            f"Der Dienst an Port {port} läuft, kann aber keine Anrufe beantworten.",
            f"The service at port {port} runs, but cannot answer calls.",
            Sentence("Sein Protokoll sagt, warum.", "Its journal says why."),
        )
        return
    yield ok("service", f"Der Dienst an Port {port} ist bereit.", f"The service at port {port} is ready.")


def answering(setup: Setup) -> Iterator[Finding]:
    """It takes a webhook that is signed with our secret over our address."""
    settings = setup.settings
    if isinstance(settings, BadSetting) or _ask(settings.port, "GET", "/healthz") != _Answer(200, b"alive\n"):
        return
    dev = _ask(settings.port, "GET", "/voice/clock") == _Answer(204, b"")
    call = f"doctor-{secrets.token_hex(8)}"
    fields = {"CallSid": call} if dev else {"Test": call}
    headers = _signed(settings, fields)
    if dev and settings.tokens:
        at = setup.now.isoformat()
        seal = hmac.digest(settings.tokens[0].encode(), f"ivr-clock:{at}:{call}".encode(), "sha256").hex()
        headers["X-IVR-Clock"] = f"{at};{seal}"
    found = _ask(settings.port, "POST", "/voice", urlencode(fields), headers)
    status = found.status if found else 0
    if status == 403:
        yield wrong(
            "webhook",
            "Der laufende Dienst weist einen Webhook ab, der nach diesen Einstellungen unterschrieben ist.",
            "The running service turns away a webhook that is signed by these settings.",
            Sentence(
                "Laufen Dienst und `ivr doctor` mit demselben TWILIO_AUTH_TOKEN und derselben IVR_PUBLIC_URL?",
                "Do the service and `ivr doctor` have the same TWILIO_AUTH_TOKEN and IVR_PUBLIC_URL?",
            ),
        )
    elif found is not None and (_is_sound(found, settings.public_url) if dev else found == _Answer(400, _UNPROVED)):
        yield ok(
            "webhook",
            "Ein unterschriebener Webhook kommt an" + (" und wird mit TwiML beantwortet." if dev else "."),
            "A signed webhook arrives" + (" and is answered with TwiML." if dev else "."),
        )
    else:
        yield wrong(
            "webhook",
            f"Ein unterschriebener Webhook bekommt keine brauchbare Antwort (Status {status}).",
            f"A signed webhook gets no usable answer (status {status}).",
            Sentence("Das Protokoll des Dienstes sagt, warum.", "The service's journal says why."),
        )


def _is_sound(found: _Answer, public_url: str) -> bool:
    try:
        return found.status == 200 and bool(document.read(found.body, f"{public_url}/voice"))
    except PhoneError:
        return False


def _signed(settings: Settings, fields: Mapping[str, str]) -> dict[str, str]:
    url = f"{settings.public_url}/voice"
    headers = {"Content-Type": _FORM}
    if settings.tokens:
        return {**headers, "X-Twilio-Signature": sign(settings.tokens[0], url, fields.items())}
    key = settings.shared_keys[0]
    return {
        **headers,
        "X-Twilio-Signature": sign(key.secret, url, fields.items(), key.algorithm),
        "X-Twilio-Webhooks-Signature-Settings": f"key={key.id},algorithm={key.algorithm}",
    }


def _ask(
    port: int, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
) -> _Answer | None:
    """One request to this machine; None when nobody picks up."""
    connection = HTTPConnection(HERE, port, timeout=PATIENCE)
    try:
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        return _Answer(answer.status, answer.read(MAX_BODY))
    except ConnectionRefusedError:
        return None
    except (OSError, HTTPException):
        return _Answer(0, b"")
    finally:
        connection.close()
