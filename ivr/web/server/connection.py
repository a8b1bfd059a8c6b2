"""One connection: waits for a whole request without a thread, within the limits, then has it answered.

The bytes are taken apart by llhttp, the parser of Node.js, through `httptools`, in its strict form: a
request with both a length and a transfer coding, two lengths, bare line feeds or folded headers is refused,
not interpreted. What we add are the bounds, one answer at a time, and the decision where the app runs:

- Short routes (voice webhooks) run on the event loop itself: a turn takes about as long as handing it over.
- Everything else (operators' pages, metrics) runs in a few threads, so that a slow page delays no call.

A refused or last request closes the connection gently: we stop sending, read and throw away what is still
under way for a moment, then close; otherwise the client's kernel would throw our reply away with the unread
rest (RFC 9112, section 9.6).
"""

import asyncio
import re
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum, auto
from heapq import nsmallest
from io import BytesIO
from math import inf

import httptools

from ivr.web.server.gateway import Environ, Gateway
from ivr.web.server.order import Limits

_LINGER_SECONDS = 2.0
_LAST_WORD_SECONDS = 1.0
_MOST_LENGTH_DIGITS = 10
# Origin form only (RFC 9112, section 3.2.1). An absolute-form target would make path and signed address
# differ; `#` is never sent.
_TARGET = re.compile(rb"/[!\"$-~]*").fullmatch


class Phase(Enum):
    """Where a connection is. One request is read and answered at a time."""

    IDLE = auto()
    HEAD = auto()
    BODY = auto()
    ANSWERING = auto()
    CLOSING = auto()


class Switchboard:
    """All connections of one worker, with what they share. Lives on one event loop; not for threads."""

    def __init__(self, gateway: Gateway, limits: Limits, is_short: Callable[[Environ], bool], threads: int) -> None:
        self.gateway = gateway
        self.limits = limits
        self.is_short = is_short
        self.loop = asyncio.get_running_loop()
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="page")
        self.open: set[Connection] = set()
        self.late: set[Connection] = set()
        """Whose time was over at the last tick."""
        self.stopping = False

    def connect(self) -> "Connection":
        """The protocol of a new connection (the factory that asyncio's server calls)."""
        return Connection(self)

    def make_room(self) -> None:
        """Close the connections that would time out first, once there are too many.

        Half-open requests are nearer to their end than kept connections, so a flood of them displaces itself.
        A sixteenth at a time, so that a flood costs little for each new connection.
        """
        if len(self.open) > self.limits.connections:
            waiting = (c for c in self.open if c.phase is not Phase.ANSWERING)
            for connection in nsmallest(max(1, self.limits.connections // 16), waiting, key=lambda c: c.deadline):
                connection.transport.abort()

    def long_bodies(self) -> int:
        """How many bodies of more than usual length are in memory."""
        return sum(connection.most > self.limits.body_bytes for connection in self.open)

    def tick(self) -> None:
        """Enforce the deadlines, and renew the date; called a few times a second, which is cheaper than a timer per
        request.

        Whose time is over twice in a row has let it pass. Once may be this process's fault: when it was not given the
        processor for long, the request may lie there unread.
        """
        self.gateway.tick()
        now = self.loop.time()
        late = {each for each in self.open if each.deadline < now}
        for connection in late & self.late:
            connection.time_out()
        self.late = late

    def stop(self) -> None:
        """Let every connection give its last answer: the one in work, or one that is just arriving."""
        self.stopping = True
        for connection in self.open:
            connection.last = True
            if connection.phase is not Phase.ANSWERING:
                connection.deadline = min(connection.deadline, self.loop.time() + _LAST_WORD_SECONDS)


class Connection(asyncio.Protocol):
    """One client's connection; asyncio calls the first group of methods, the parser the second."""

    __slots__ = (
        "board",
        "body",
        "deadline",
        "environ",
        "gateway",
        "last",
        "limits",
        "loop",
        "most",
        "parser",
        "paused",
        "peer",
        "phase",
        "received",
        "size",
        "target",
        "transport",
        "used",
    )
    transport: asyncio.Transport

    def __init__(self, board: Switchboard) -> None:
        self.board = board
        self.gateway = board.gateway
        self.limits = board.limits
        self.loop = board.loop
        self.parser = httptools.HttpRequestParser(self)
        self.phase = Phase.IDLE
        self.deadline = self.loop.time() + (_LAST_WORD_SECONDS if board.stopping else self.limits.request_seconds)
        self.last = board.stopping
        self.paused = False
        self.used = False
        """Whether a request has begun on it."""
        self.peer: tuple[str, str] = ("", "")
        self.received = 0
        self.size = 0
        self.most = self.limits.body_bytes
        """So long a body is taken."""
        self.target = b""
        self.environ: Environ = {}
        self.body: list[bytes] = []

    # --- called by asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        peer = transport.get_extra_info("peername") or ("", 0)
        self.peer = (str(peer[0]), str(peer[1]))
        self.board.open.add(self)
        self.board.make_room()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature; why it ended changes nothing
        self.board.open.discard(self)
        self.phase = Phase.CLOSING

    def data_received(self, data: bytes) -> None:
        if self.phase is Phase.CLOSING:
            return
        if self.phase is Phase.ANSWERING:
            # A request behind one that a thread is answering: the client may send it again elsewhere
            # (RFC 9112, section 9.3.2).
            self.last = True
            return
        self.received += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # The request itself is being answered; we speak no other protocol, so nothing can follow it.
            self.last = True
        except httptools.HttpParserCallbackError:
            # A mistake of ours, not of the client's.
            traceback.print_exc()
            self.refuse(500)
        except httptools.HttpParserError:
            self.refuse(400)
        if self.phase is Phase.HEAD and self.received > self.limits.head_bytes:
            self.refuse(431)
        elif self.phase is Phase.BODY and self.received > self.limits.head_bytes + 2 * self.most:
            # The body itself is counted elsewhere: this is framing, chunk extensions or trailers, without end.
            self.refuse(413)

    def eof_received(self) -> bool:
        # A client that has said all it wanted may still be waiting for its answer.
        self.last = True
        return self.phase is Phase.ANSWERING

    def pause_writing(self) -> None:
        self.paused = True
        self.transport.pause_reading()
        self.deadline = self.loop.time() + self.limits.write_seconds

    def resume_writing(self) -> None:
        self.paused = False
        self.transport.resume_reading()
        if self.phase is Phase.IDLE:
            self.deadline = self.loop.time() + self.limits.idle_seconds
        elif self.phase is Phase.CLOSING:
            self.deadline = self.loop.time() + _LINGER_SECONDS

    # --- called by the parser, in this order; on_url and on_body may come in pieces

    def on_message_begin(self) -> None:
        if self.phase is not Phase.IDLE:
            self.last = True
            return
        self.phase = Phase.HEAD
        if self.used:
            self.deadline = self.loop.time() + self.limits.request_seconds
        # Else its time has run since it connected: begun anew, a flood's deadlines would lie behind those of whoever
        # has connected meanwhile, and it would not be the flood that gives way.
        self.used = True
        self.environ = self.gateway.base.copy()
        self.target = b""
        self.body = []
        self.size = 0
        self.most = self.limits.body_bytes

    def on_url(self, piece: bytes) -> None:
        if self.phase is Phase.HEAD:
            self.target += piece
            self.size += len(piece)

    def on_header(self, name: bytes, value: bytes) -> None:
        # In any other phase it is a trailer behind a chunked body: nobody asked for it.
        if self.phase is Phase.HEAD:
            self.size += len(name) + len(value)
            self.gateway.header(self.environ, name, value)

    def on_headers_complete(self) -> None:
        if self.phase is not Phase.HEAD:
            return
        environ = self.environ
        version = self.parser.get_http_version()
        host = environ.get("HTTP_HOST", "" if version == "1.1" else "-")
        # Python reads no number of thousands of digits; those of any length that is taken are few.
        length = int(environ.get("CONTENT_LENGTH", "0").lstrip("0")[:_MOST_LENGTH_DIGITS] or "0")
        if "CONTENT_LENGTH" in environ:
            environ["CONTENT_LENGTH"] = str(length)
        upgrade = self.parser.should_upgrade()
        if self.size > self.limits.head_bytes:
            self.refuse(431)
        elif upgrade and (length or "HTTP_TRANSFER_ENCODING" in environ):
            # The parser takes what follows for the other protocol, so the body would be lost.
            self.refuse(400)
        elif version not in {"1.1", "1.0"} or not host or "," in host or not _TARGET(self.target):
            self.refuse(400)
        elif length > self.limits.body_bytes and not self.is_long(length):
            self.refuse(413)
        elif length > self.limits.body_bytes and self.board.long_bodies() >= self.limits.long_bodies:
            self.refuse(503)
        else:
            self.most = max(length, self.limits.body_bytes)
            self.phase = Phase.BODY
            self.size = 0
            self.last = self.last or upgrade
            environ["SERVER_PROTOCOL"] = f"HTTP/{version}"
            environ["REQUEST_METHOD"] = self.parser.get_method().decode("ascii")
            environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = self.peer
            self.gateway.target(environ, self.target.decode("ascii"))
            if "HTTP_EXPECT" in environ and environ["HTTP_EXPECT"].lower() == "100-continue":
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, piece: bytes) -> None:
        if self.phase is Phase.BODY:
            self.size += len(piece)
            if self.size > self.most:
                self.refuse(413)
            else:
                self.body.append(piece)

    def on_message_complete(self) -> None:
        if self.phase is not Phase.BODY:
            return
        environ = self.environ
        environ["wsgi.input"] = BytesIO(b"".join(self.body))
        if "HTTP_TRANSFER_ENCODING" in environ:
            # The app gets a whole body of known length, however it was sent.
            del environ["HTTP_TRANSFER_ENCODING"]
            environ["CONTENT_LENGTH"] = str(self.size)
        self.phase = Phase.ANSWERING
        self.deadline = inf
        # An HTTP/1.0 client would have to be told in words of its own that the connection stays open.
        self.last = self.last or environ["SERVER_PROTOCOL"] == "HTTP/1.0" or not self.parser.should_keep_alive()
        if self.board.is_short(environ):
            self.send(self.gateway.answer(environ, not self.last))
        else:
            answer = self.loop.run_in_executor(self.board.pool, self.gateway.answer, environ, not self.last)
            answer.add_done_callback(lambda done: self.send(done.result()))

    # --- ours

    def is_long(self, length: int) -> bool:
        """Whether so long a body may be sent to this path."""
        return length <= self.limits.long_body_bytes and self.target.startswith(self.limits.long_path.encode())

    def send(self, reply: bytes) -> None:
        """Write a whole reply and wait for the next request, or close after it."""
        if self.phase is not Phase.ANSWERING:
            return  # the client has gone while the app was working
        self.phase = Phase.IDLE
        self.received = 0
        self.environ = {}
        self.body = []
        self.most = self.limits.body_bytes
        wait = self.limits.write_seconds if self.paused else self.limits.idle_seconds
        self.deadline = self.loop.time() + wait
        self.transport.write(reply)
        if self.last:
            self.finish()

    def refuse(self, status: int) -> None:
        """Answer with a status of the server's own and close; what is still to come is thrown away."""
        if self.phase is not Phase.CLOSING:
            self.transport.write(self.gateway.plain(status, keep=False))
            self.finish()

    def finish(self) -> None:
        """Say that no more will come, and leave the client a moment to read it."""
        self.phase = Phase.CLOSING
        self.deadline = self.loop.time() + (self.limits.write_seconds if self.paused else _LINGER_SECONDS)
        self.environ = {}
        self.body = []
        self.most = self.limits.body_bytes
        if self.transport.can_write_eof() and not self.transport.is_closing():
            self.transport.write_eof()

    def time_out(self) -> None:
        """The deadline has passed: say so where a request was begun, and close."""
        if self.phase in {Phase.HEAD, Phase.BODY} and not self.paused:
            self.refuse(408)
        else:
            self.transport.abort()
