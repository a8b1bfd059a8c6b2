"""The line between the phone and the service: signed webhooks out, documents back.

`HttpLine` sends them over HTTP, `CallableLine` hands them to a function in this process; both sign like the
provider:

    X-Twilio-Signature: base64(HMAC-SHA1(token, URL + every name and value, sorted by name))

(twilio.com/docs/usage/security), over the public address of the service, which need not be where the
request is sent.

Time travel: with a `clock`, an ISO 8601 time with its zone (or several: one for each post, the last for all that
follow), every post also carries

    X-IVR-Clock: ISO;hex(HMAC-SHA256(token, "ivr-clock:" + ISO + ":" + CallSid))

so that only who holds the token can set a service's time, only for one call, and no clock can be cut out of
one call and pasted into another. The service believes it in development alone.

A test call of the operators' page (`Rehearsal`) has its clock, and the set that it is on, signed with a secret of the
page instead.
"""

from __future__ import annotations

import base64
import hmac
import http.client
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import NamedTuple, Protocol
from urllib.parse import SplitResult, urlencode, urlsplit

from ivr.phone.errors import PhoneError, dropped

MAX_BODY = 64 * 1024
"""The largest document that the provider takes, in bytes (its error 11750)."""

PATIENCE = 15
"""So many seconds the provider waits for an answer ("Webhooks (HTTP callbacks): Connection Overrides")."""

Handle = Callable[[str, str, str, Mapping[str, str], bytes], tuple[int, str, bytes]]
"""A service in this process: method, path, raw query, headers, body in; status, content type, body out."""


Clock = str | Sequence[str] | None


class NamedKey(NamedTuple):
    """A shared key of the provider, by which webhooks are signed instead of the account's token."""

    id: str
    algorithm: str
    """HMAC_SHA1 or HMAC_SHA256."""
    secret: str


class Rehearsal(NamedTuple):
    """What every post of a test call carries besides."""

    secret: bytes
    """Of the operators' page."""
    at: str
    """When the call takes place, ISO 8601 with a zone."""
    version: str = ""
    """The set that it is on; empty: the one that calls begin on."""


class Response(NamedTuple):
    """What came back. `body` is at most one byte longer than `MAX_BODY`, so that too long shows."""

    status: int
    content_type: str
    body: bytes


class Line(Protocol):
    """Anything that carries a webhook to the service and its answer back."""

    def post(self, url: str, form: Sequence[tuple[str, str]]) -> Response:
        """Post the form to the public `url`, signed. PhoneError without an answer or for a foreign `url`."""
        ...


class CallableLine:
    """A line to a service in this process: `handle` gets what a web server would have been sent.

    `public` is the service's public address; what stands behind it in a URL is the path.
    """

    def __init__(
        self,
        handle: Handle,
        *,
        token: str | NamedKey,
        public: str,
        clock: Clock = None,
        rehearsal: Rehearsal | None = None,
    ) -> None:
        self._handle = handle
        self._token = token
        self._public = public.rstrip("/")
        self._clock = _ticking(clock)
        self._rehearsal = rehearsal

    def post(self, url: str, form: Sequence[tuple[str, str]]) -> Response:
        """See `Line.post`."""
        path, _, query = _behind(self._public, url).partition("?")
        body = urlencode(form).encode()
        headers = _headers(self._token, next(self._clock), self._rehearsal, url, form, body)
        status, content_type, answer = self._handle("POST", path, query, headers, body)
        return Response(status, content_type, answer[: MAX_BODY + 1])


class HttpLine:
    """A line over HTTP to the service at `address`, whose public address is `public`, if another.

    Posts go nowhere else: a document that leads to a strange host ends in a PhoneError.
    """

    def __init__(
        self,
        address: str,
        *,
        token: str | NamedKey,
        public: str | None = None,
        clock: Clock = None,
        rehearsal: Rehearsal | None = None,
    ) -> None:
        self._address = _address(address)
        self._token = token
        self._public = (public or address).rstrip("/")
        self._host = _address(self._public).netloc
        self._clock = _ticking(clock)
        self._rehearsal = rehearsal

    def post(self, url: str, form: Sequence[tuple[str, str]]) -> Response:
        """See `Line.post`. Waits `PATIENCE` seconds for any part of the answer, follows no HTTP redirect."""
        target = self._address.path.rstrip("/") + _behind(self._public, url)
        body = urlencode(form).encode()
        # The provider names the public host, wherever a proxy then sends the request.
        headers = {"Host": self._host, **_headers(self._token, next(self._clock), self._rehearsal, url, form, body)}
        connect = http.client.HTTPSConnection if self._address.scheme == "https" else http.client.HTTPConnection
        connection = connect(self._address.hostname or "", self._address.port, timeout=PATIENCE)
        where = self._address.netloc
        try:
            connection.request("POST", target, body, headers)
            answer = connection.getresponse()
            return Response(answer.status, answer.getheader("Content-Type", ""), answer.read(MAX_BODY + 1))
        except TimeoutError as late:
            raise dropped(
                11200,
                f"der Dienst unter {where} hat {PATIENCE} Sekunden lang nicht geantwortet.",
                f"the service at {where} has not answered for {PATIENCE} seconds.",
            ) from late
        except OSError as refused:
            raise dropped(
                11200,
                f"unter {where} nimmt kein Dienst ab ({refused.strerror or refused}).",
                f"no service picks up at {where} ({refused.strerror or refused}).",
            ) from refused
        except http.client.HTTPException as garbled:
            raise dropped(
                11206,
                f"was unter {where} antwortet, spricht kein HTTP.",
                f"what answers at {where} speaks no HTTP.",
            ) from garbled
        finally:
            connection.close()


def _ticking(clock: Clock) -> Iterator[str | None]:
    """The time of each post."""
    times = [clock] if clock is None or isinstance(clock, str) else list(clock)
    return chain(times, repeat(times[-1]))


def _address(address: str) -> SplitResult:
    """The parts of a service's address; PhoneError when it is none."""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise PhoneError(
            f"„{address}“ ist keine Adresse eines Dienstes, erlaubt ist zum Beispiel http://127.0.0.1:8000.",
            f"“{address}” is no address of a service; http://127.0.0.1:8000, for example, is one.",
        )
    return parts


def _behind(public: str, url: str) -> str:
    """The path and query of a URL under the service's public address."""
    rest = url.removeprefix(public)
    if rest == url or not rest.startswith("/"):
        raise dropped(
            11200,
            f"der Dienst verweist auf {url}, und das liegt nicht unter seiner Adresse {public}.",
            f"the service points to {url}, which is not under its own address {public}.",
        )
    return rest


def _headers(
    token: str | NamedKey,
    clock: str | None,
    rehearsal: Rehearsal | None,
    url: str,
    form: Sequence[tuple[str, str]],
    body: bytes,
) -> dict[str, str]:
    key = token if isinstance(token, NamedKey) else NamedKey("", "HMAC_SHA1", token)
    headers = {
        "Accept": "text/xml, application/xml, text/html",
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "Content-Length": str(len(body)),
        "I-Twilio-Idempotency-Token": secrets.token_hex(16),
        "User-Agent": "TwilioProxy/1.1",
        "X-Twilio-Signature": _signature(key, url, form),
    }
    if key.id:
        headers["X-Twilio-Webhooks-Signature-Settings"] = f"key={key.id},algorithm={key.algorithm}"
    call = dict(form).get("CallSid", "")
    if rehearsal is not None:
        headers["X-IVR-Clock"] = _sealed(rehearsal.secret, "ivr-clock", rehearsal.at, call)
        if rehearsal.version:
            headers["X-IVR-Set"] = _sealed(rehearsal.secret, "ivr-set", rehearsal.version, call)
    elif clock is not None:
        headers["X-IVR-Clock"] = _sealed(key.secret.encode(), "ivr-clock", clock, call)
    return headers


def _sealed(secret: bytes, purpose: str, value: str, call: str) -> str:
    return f"{value};{hmac.digest(secret, f'{purpose}:{value}:{call}'.encode(), 'sha256').hex()}"


def _signature(key: NamedKey, url: str, form: Sequence[tuple[str, str]]) -> str:
    signed = url + "".join(name + value for name, value in sorted(form))
    digest = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}[key.algorithm]
    return base64.b64encode(hmac.digest(key.secret.encode(), signed.encode(), digest)).decode()
