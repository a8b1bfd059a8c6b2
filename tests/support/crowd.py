"""A crowd of callers behind a provider: signed webhooks over real sockets, call after call, and what came of each.

It behaves as a provider does: it follows the addresses in the documents, keeps its connections, posts a webhook whose
connection broke again (same address, same body), and tells at the end of each call that it is completed. Its callers
press keys, say nothing, hang up with and without a word, and get through or not. It shares no code with the service.
"""

from __future__ import annotations

import hmac
import random
import re
import socket
import threading
import time
from base64 import b64encode
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from grammar import problems
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Self

PATIENCE_SECONDS = 15.0
"""A provider waits so long for an answer."""

RETRIES = 5
"""So often a webhook is posted again whose connection broke: more than one process can die at a time."""

LONGEST_CALL = 30
"""Turns; then the caller hangs up."""

GRAMMAR_EVERY = 25
"""Each so manieth document is held against the whole grammar; the others are parsed only."""

_URL = re.compile(r'(?:action="|<Redirect[^>]*>)([^"<]+)')
_PLACE = re.compile(r"/voice/\w+/([0-9a-f]{12})/[a-z0-9_]+/[a-z0-9_]+/[a-z]{2}\.(\d+)\.")
_VERBS = frozenset({"Say", "Play", "Gather", "Redirect", "Dial", "Record", "Reject", "Hangup"})


@dataclass
class Protocol:
    """What a crowd has tried and met. Every answered turn is in it, under its call and number."""

    tried: int = 0
    """Webhooks of turns, each counted once however often it had to be posted."""
    failed: list[str] = field(default_factory=list)
    """Turns that had no good answer after all, and why."""
    cut: int = 0
    """Connections that broke while a webhook was under way; it was posted again."""
    answered: dict[tuple[str, int], str] = field(default_factory=dict)
    """Version by call and turn."""
    completed: set[str] = field(default_factory=set)
    """Calls whose end was told, and heard of."""
    unheard: set[str] = field(default_factory=set)
    """Calls whose end could not be told."""
    seconds: list[float] = field(default_factory=list)
    """How long each answered turn took."""
    slowest: float = 0.0
    doors: Counter[str] = field(default_factory=Counter)

    @property
    def calls(self) -> set[str]:
        """The calls of which at least one turn was answered."""
        return {call for call, _ in self.answered}

    def quantile(self, part: float) -> float:
        """Milliseconds within which so many of the turns were answered."""
        found = sorted(self.seconds)
        return 1000 * found[min(len(found) - 1, int(part * len(found)))] if found else 0.0


@dataclass(frozen=True)
class Heard:
    """A document that a caller hears."""

    call: str
    turn: int
    """The number of the turn that it answers."""
    version: str
    """That of the address which was asked, or at the beginning of a call the one that the document leads to."""
    document: str


class Crowd:
    """Callers who ring until they are told to stop. To be used as a context: at its end the last calls are over."""

    def __init__(
        self,
        ports: Sequence[int],
        public: str,
        token: str,
        *,
        seed: int = 1,
        lines: int = 16,
        pace: float = 0.05,
        most: int | None = None,
        fields: Callable[[random.Random], Mapping[str, str]] | None = None,
        look: Callable[[Heard], str | None] | None = None,
        keep: bool = True,
    ) -> None:
        """`pace`: seconds that a caller thinks, on average. `most`: calls in all. `fields`: more of them for a call.
        `look` says what is wrong with a document, if anything.

        Those of a line go to the `ports` in turn; without `keep` each on a connection of its own.
        """
        self.ports = list(ports)
        self.public = public
        self.token = token.encode()
        self.pace = pace
        self.fields = fields
        self.look = look
        self.keep = keep
        self.protocol = Protocol()
        self.counted = count(1)
        self.most = most
        self.seed = seed
        self._lock = threading.Lock()
        self._own = _Line(keep=False)
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._line, args=(number,), name=f"line {number}") for number in range(lines)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Nobody rings any more, and whoever does hangs up."""
        self._stopping.set()
        self.wait()

    def wait(self) -> None:
        """Until all calls are over."""
        for thread in self._threads:
            thread.join()

    def ring(self, call: str, did: Mapping[str, str] | None = None, after: Heard | None = None) -> Heard:
        """One turn of a call, outside all lines: its first, or the one `after` a document.

        Raises:
            OSError: it could not be delivered.
        """
        url = _following(after.document) if after else self.public + "/voice"
        assert url is not None, "the call is over"
        fields = {"CallSid": call, "From": "", "To": "+4923150", **(did or {"CallStatus": "ringing"})}
        heard = self._turn(self._own, url, fields, after.turn + 1 if after else 1, after.version if after else "")
        assert heard is not None, self.protocol.failed[-1]
        return heard

    def notify(self, call: str, event: Mapping[str, str]) -> int:
        """Posts a status callback; gives the status of the reply.

        Raises:
            OSError: it could not be delivered.
        """
        return self.post(self._own, self.public + "/voice/status", {"CallSid": call, **event})[0]

    def turns(self) -> int:
        """Answered so far."""
        return len(self.protocol.answered)

    def post(self, line: _Line, url: str, fields: Mapping[str, str]) -> tuple[int, str]:
        """One webhook, posted again as long as its connection breaks.

        Raises:
            OSError: it could not be delivered.
        """
        raw = self._written(url, fields)
        port = self.ports[next(line.posted) % len(self.ports)]
        for attempt in range(RETRIES + 1):
            try:
                return line.exchange(port, raw)
            except TimeoutError:
                line.close(port)
                raise
            except OSError:
                line.close(port)
                if attempt == RETRIES:
                    raise
                with self._lock:
                    self.protocol.cut += 1
        raise AssertionError

    def _written(self, url: str, fields: Mapping[str, str]) -> bytes:
        signed = url + "".join(name + fields[name] for name in sorted(fields))
        signature = b64encode(hmac.digest(self.token, signed.encode(), "sha1")).decode()
        body = urlencode(fields).encode()
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        head = (
            f"POST {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
            f"Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\nX-Twilio-Signature: {signature}\r\n"
            f"Content-Length: {len(body)}\r\n" + ("" if self.keep else "Connection: close\r\n") + "\r\n"
        )
        return head.encode("ascii") + body

    def _line(self, number: int) -> None:
        rng = random.Random(f"{self.seed} {number}")
        line = _Line(self.keep)
        try:
            while not self._stopping.is_set():
                serial = next(self.counted)
                if self.most is not None and serial > self.most:
                    return
                try:
                    self._call(line, f"CA{self.seed:06x}{serial:026x}", rng)
                except Exception as error:  # noqa: BLE001 - a mistake of this crowd is one more failed turn
                    self._fail(f"{type(error).__name__}: {error}")
        finally:
            line.close()

    def _call(self, line: _Line, call: str, rng: random.Random) -> None:
        given = {
            "CallSid": call,
            "AccountSid": "AC" + "0" * 32,
            "ApiVersion": "2010-04-01",
            "Direction": "inbound",
            "From": f"+4915{rng.randrange(10**8, 10**9)}",
            "To": "+4923150",
            "FromCity": "Dortmund",
            "FromCountry": "DE",
            **(self.fields(rng) if self.fields else {}),
        }
        given.setdefault("Caller", given["From"])
        url, did, version = self.public + "/voice", {"CallStatus": "ringing"}, ""
        for turn in range(1, LONGEST_CALL + 1):
            heard = self._turn(line, url, {**given, **did}, turn, version)
            if heard is None:
                break
            version = heard.version
            following = _following(heard.document)
            if following is None or did["CallStatus"] == "completed":
                break
            url = following
            did = self._does(rng, heard.document)
            if did is None or (self._stopping.is_set() and turn > 1):
                break
            if self.pace:
                self._stopping.wait(rng.random() * 2 * self.pace)
        told = {**given, "CallStatus": "completed", "CallDuration": str(rng.randrange(1, 400)), "SequenceNumber": "3"}
        try:
            status, _ = self.post(line, self.public + "/voice/status", told)
        except OSError:
            status = 0
        with self._lock:
            (self.protocol.completed if status == 204 else self.protocol.unheard).add(call)

    def _does(self, rng: random.Random, document: str) -> dict[str, str] | None:
        """What the caller does with a document; None: she hangs up, and the provider keeps it to itself."""
        usual = {"CallStatus": "in-progress"}
        drawn = rng.random()
        if "<Dial" in document:
            result = rng.choice(("completed", "busy", "no-answer", "failed", "canceled"))
            more = {"DialCallDuration": str(rng.randrange(1, 300))} if result == "completed" else {}
            return {**usual, "DialCallStatus": result, **more}
        if drawn < 0.05:
            return None
        if drawn < 0.10:
            return {"CallStatus": "completed"}
        if drawn < 0.25:
            return usual
        keys = rng.choice("1234567890*#") if drawn < 0.95 else "".join(rng.choices("1234567890", k=6))
        return {**usual, "Digits": keys}

    def _turn(self, line: _Line, url: str, fields: Mapping[str, str], turn: int, version: str) -> Heard | None:
        begun = time.monotonic()
        try:
            status, document = self.post(line, url, fields)
        except OSError as error:
            with self._lock:
                self.protocol.tried += 1
            self._fail(f"{type(error).__name__}: {error} at {url}")
            return None
        took = time.monotonic() - begun
        place = _PLACE.search(url)
        number = int(place[2]) + 1 if place else 1
        leads_to = _PLACE.search(document)
        heard = Heard(fields["CallSid"], number, version or (leads_to[1] if leads_to else ""), document)
        wrong = f"status {status}" if status != 200 else _fault(document, whole=turn % GRAMMAR_EVERY == 1)
        if leads_to is not None and leads_to[1] != heard.version:
            wrong = wrong or f"the call leaves version {heard.version} for {leads_to[1]}"
        wrong = wrong or (self.look(heard) if self.look else None)
        with self._lock:
            protocol = self.protocol
            protocol.tried += 1
            protocol.seconds.append(took)
            protocol.slowest = max(protocol.slowest, took)
            if status == 200:
                protocol.answered[heard.call, number] = heard.version
        if wrong:
            self._fail(f"{wrong} at {url}")
        return heard if status == 200 else None

    def _fail(self, why: str) -> None:
        with self._lock:
            self.protocol.failed.append(why)


class _Line:
    """A telephone line's connections, one for each port."""

    def __init__(self, keep: bool) -> None:
        self._keep = keep
        self.posted = count()
        self._open: dict[int, socket.socket] = {}

    def exchange(self, port: int, raw: bytes) -> tuple[int, str]:
        """One request and its reply.

        Raises:
            OSError: the connection broke, or there was none; TimeoutError: no answer in time.
        """
        sock = self._open.get(port)
        if sock is None:
            sock = self._open[port] = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(raw)
        data = b""
        while b"\r\n\r\n" not in data:
            data += _piece(sock)
        head, _, body = data.partition(b"\r\n\r\n")
        status = int(head[9:12])
        found = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        length = int(found[1]) if found else 0
        while len(body) < length:
            body += _piece(sock)
        if not self._keep or b"connection: close" in head.lower():
            self.close(port)
        return status, body.decode()

    def close(self, *ports: int) -> None:
        """Gives up the connections to these ports, or all."""
        for port in ports or tuple(self._open):
            sock = self._open.pop(port, None)
            if sock is not None:
                with suppress(OSError):
                    sock.close()


def _piece(sock: socket.socket) -> bytes:
    piece = sock.recv(65536)
    if not piece:
        raise ConnectionResetError("closed before the reply was whole")
    return piece


def _following(document: str) -> str | None:
    found = _URL.search(document)
    return unescape(found[1]) if found else None


def _fault(document: str, *, whole: bool) -> str | None:
    """What is wrong with a document as TwiML."""
    if whole:
        return "; ".join(problems(document.encode())) or None
    try:
        root = etree.fromstring(document.encode())
    except etree.XMLSyntaxError as error:
        return f"no XML: {error}"
    verbs = {child.tag for child in root}
    return None if root.tag == "Response" and verbs and verbs <= _VERBS else f"no TwiML: {sorted(verbs)}"


def shuffled(events: Sequence[Mapping[str, str]], rng: random.Random) -> Iterator[Mapping[str, str]]:
    """All of them in another order, some twice."""
    every = [*events, *(each for each in events if rng.random() < 0.5)]
    rng.shuffle(every)
    yield from every
