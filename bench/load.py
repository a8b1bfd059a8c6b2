"""Many calls at once, by the clock: what callers wait for, beside a hand-written app under the same calls.

    python bench/load.py [SECONDS]

Ours is `ivr serve` with one worker and its keeper, recording to SQLite; the other is the hand-written Flask view of
rivals.py under granian, one worker. Callers come by the clock (an open loop): when a turn is due is settled before
anybody knows how long the one before it takes, and a caller waits from the moment at which her turn was due, whether
or not the server has kept up. They think between turns, press right and wrong keys, say nothing, are connected and hang
up.

First, as many calls at once as a city has in its worst hour, and many more: 50, 500 and 2,000, which think for eight
seconds on average. Then turns at rates that are measured in the hand-written app's own capacity, which is found first
(its greatest rate under callers that do not think), in rounds of which the medians count.

Everything goes over 127.0.0.1, for so many SECONDS each (10), and on the same cores as this program: on a machine of
two cores what a server gets is not all that it could use. `cpu` is of the serving processes, by turn; `grown` is what
their memory grew by; a turn is an error when it has no good answer after 15 seconds.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "support")]

from rivals import REPLY  # noqa: E402
from running import PUBLIC, TOKEN, Running, children, free_port  # noqa: E402
from turn import FORM, connected, our_reply  # noqa: E402

THINKS = 8.0
"""Seconds between two turns of a caller, on average: hearing a menu out takes about as long."""

TURNS = 6
"""Of a call, on average."""

ROUNDS = 3
"""Of the rates that the goals are about."""

PATIENCE = 15.0
"""Seconds that a provider waits."""

CONNECTIONS = 400
"""At most, kept and used again, as a provider does."""

_ADDRESS = re.compile(rb'(?:action="|<Redirect[^>]*>)([^"<]+)')
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_FIXED = {name: value for name, value in FORM.items() if name not in ("CallSid", "Digits", "msg")}


@dataclass
class Server:
    """A server under test: where it listens, where calls begin, and the processes that it consists of."""

    name: str
    port: int
    start: str
    """Path and query."""
    pid: int

    def processes(self) -> list[int]:
        """The first process and all below it."""
        found = [self.pid]
        for pid in found:
            found += children(pid)
        return found

    def cpu(self) -> float:
        """Seconds of CPU used so far."""
        tick = os.sysconf("SC_CLK_TCK")
        total = 0
        for pid in self.processes():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / tick

    def memory(self) -> float:
        """Megabytes, shared pages by their share."""
        total = 0
        for pid in self.processes():
            total += int(Path(f"/proc/{pid}/smaps_rollup").read_text().partition("\nPss:")[2].split()[0])
        return total / 1024


@dataclass
class Seen:
    """What the callers of one stretch have met."""

    waited: list[float] = field(default_factory=list)
    """Seconds from when a turn was due to its whole answer."""
    errors: Counter[str] = field(default_factory=Counter)

    def quantile(self, part: float) -> float:
        """Milliseconds."""
        found = sorted(self.waited)
        return 1000 * found[min(len(found) - 1, int(part * len(found)))] if found else float("nan")


# --- one caller's webhooks


def webhook(target: str, call: str, **more: str) -> bytes:
    """A signed POST, as it goes over the wire."""
    pairs = sorted({**_FIXED, "CallSid": call, **more}.items())
    body = urlencode(pairs).encode()
    signed = PUBLIC + target + "".join(f"{name}{value}" for name, value in pairs)
    signature = b64encode(hmac.digest(TOKEN.encode(), signed.encode(), "sha1")).decode()
    return (
        f"POST {target} HTTP/1.1\r\nHost: {urlsplit(PUBLIC).netloc}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nX-Forwarded-Proto: https\r\n"
        f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


class Caller:
    """One call: what she does next, as the documents allow it."""

    def __init__(self, start: str, chance: random.Random) -> None:
        self._chance = chance
        self.call = f"CA{chance.getrandbits(128):032x}"
        self.target: str | None = start
        self._did: dict[str, str] = {}
        self._left = 1 + min(30, int(chance.expovariate(1 / (TURNS - 1))))

    def next(self) -> bytes:
        """Her next webhook."""
        assert self.target is not None
        return webhook(self.target, self.call, **self._did)

    def hears(self, document: bytes) -> None:
        """What follows from an answer."""
        self._left -= 1
        found = _ADDRESS.search(document)
        # The hand-written app sends her on to offices that it does not have.
        if found is None or self._left <= 0 or b"action=" not in document:
            self.target = None
            return
        parts = urlsplit(found[1].decode().replace("&amp;", "&"))
        self.target = parts.path + (f"?{parts.query}" if parts.query else "")
        if b"<Dial" in document:
            self._did = {"DialCallStatus": self._chance.choice(("completed", "busy", "no-answer"))}
        else:
            # Half know what they want, a quarter mistype, a quarter say nothing.
            key = self._chance.choice("1234559*78") if self._chance.random() < 0.75 else ""
            self._did = {"Digits": key, "msg": "Gather End"}


# --- the wire


class Connection(asyncio.Protocol):
    """A kept connection, which carries one webhook at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._received = b""
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, cut, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if cut and length and len(body) >= int(length[1]) and self._answer is not None and not self._answer.done():
            self._received = b""
            self._answer.set_result(body if head.startswith(b"HTTP/1.1 200") else b"")

    def connection_lost(self, _error: Exception | None) -> None:
        self.transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError())

    async def post(self, wire: bytes) -> bytes:
        """The document; empty when the status was another than 200."""
        assert self.transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(wire)
        return await self._answer


class Provider:
    """Connections that are kept and used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[Connection] = []
        self._room = asyncio.Semaphore(CONNECTIONS)

    async def post(self, wire: bytes) -> bytes:
        """The document. A webhook whose connection has just been closed is posted again, once."""
        async with self._room:
            for _ in range(2):
                connection = await self._connection()
                try:
                    document = await connection.post(wire)
                except ConnectionResetError:
                    continue
                if connection.transport is not None:
                    self._idle.append(connection)
                return document
            raise ConnectionResetError

    async def _connection(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.transport is not None and not connection.transport.is_closing():
                return connection
        loop = asyncio.get_running_loop()
        _, made = await loop.create_connection(Connection, "127.0.0.1", self._port)
        return made

    def close(self) -> None:
        """Ends all that are idle."""
        for each in self._idle:
            if each.transport is not None:
                each.transport.close()


# --- by the clock


async def by_the_clock(server: Server, *, rate: float, thinks: float, seconds: float) -> Seen:
    """So many turns a second for so long, of as many callers as that takes."""
    loop = asyncio.get_running_loop()
    chance, seen, provider = random.Random(2026), Seen(), Provider(server.port)
    callers = max(1, round(rate * thinks))
    begin = loop.time()
    end = begin + seconds

    async def line(first: float) -> None:
        """A line on which one caller follows another."""
        caller, due = Caller(server.start, chance), first
        while due < end:
            await asyncio.sleep(max(0.0, due - loop.time()))
            await turn(caller, due)
            if caller.target is None:
                caller = Caller(server.start, chance)
            # Due by the clock, not by the answer; but nobody answers before she has heard.
            due = max(due + chance.expovariate(1 / thinks), loop.time())

    async def turn(caller: Caller, due: float) -> None:
        try:
            document = await asyncio.wait_for(provider.post(caller.next()), PATIENCE)
        except (OSError, TimeoutError) as error:
            seen.errors[type(error).__name__] += 1
            caller.target = None
            return
        seen.waited.append(loop.time() - due)
        if not document:
            seen.errors["status"] += 1
            caller.target = None
            return
        caller.hears(document)

    await asyncio.gather(*(line(begin + chance.random() * thinks) for _ in range(callers)))
    provider.close()
    return seen


async def without_thinking(server: Server, lines: int, seconds: float) -> float:
    """Turns a second when every answer is followed by the next webhook at once."""
    chance, provider, turns = random.Random(2026), Provider(server.port), 0
    end = time.monotonic() + seconds

    async def line() -> None:
        nonlocal turns
        while time.monotonic() < end:
            caller = Caller(server.start, chance)
            while caller.target is not None and time.monotonic() < end:
                caller.hears(await provider.post(caller.next()))
                turns += 1

    begun = time.monotonic()
    await asyncio.gather(*(line() for _ in range(lines)))
    provider.close()
    return turns / (time.monotonic() - begun)


# --- the servers


@contextmanager
def ours(folder: Path) -> Iterator[Server]:
    """The real service."""
    folder.mkdir()
    running = Running(folder, f"sqlite:///{folder}/ivr.db", workers=1, IVR_MAX_CALLS="").furnish().start()
    try:
        assert running.process is not None
        yield Server("ours", running.port, "/voice", running.process.pid)
    finally:
        running.stop()


@contextmanager
def hand_written(reply: Path) -> Iterator[Server]:
    """The view of the provider's tutorials, under granian."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--port", str(port)]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)]),
        "TWILIO_AUTH_TOKEN": TOKEN,
        "IVR_PUBLIC_URL": PUBLIC,
        REPLY: str(reply),
    }
    with subprocess.Popen(
        [*command, "--log-level", "critical", "--factory", "rivals:behind_the_proxy"], cwd=HERE, env=environment
    ) as server:
        try:
            connected(port).close()
            yield Server("hand-written", port, "/voice/menu?misses=0", server.pid)
        finally:
            server.terminate()


# --- the table


HEAD = f"{'':34}{'turns/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'p99.9':>9}{'errors':>8}{'cpu ms':>8}{'grown MB':>10}"


def measured(server: Server, what: str, *, rate: float, thinks: float, seconds: float) -> Seen:
    """One stretch, and its line of the table."""
    cpu, memory, begun = server.cpu(), server.memory(), time.monotonic()
    seen = asyncio.run(by_the_clock(server, rate=rate, thinks=thinks, seconds=seconds))
    took, turns = time.monotonic() - begun, max(1, len(seen.waited))
    print(
        f"  {what:18}{server.name:14}{turns / took:9.0f}{seen.quantile(0.5):9.1f}{seen.quantile(0.99):9.1f}"
        f"{seen.quantile(0.999):9.1f}{seen.errors.total():8}{1000 * (server.cpu() - cpu) / turns:8.2f}"
        f"{server.memory() - memory:10.1f}",
        flush=True,
    )
    return seen


@dataclass(frozen=True)
class Found:
    """What the goals are about, of each round."""

    p99: list[float]
    """Ours, in parts of the hand-written app's, at 60 % of its capacity."""
    errors: list[int]
    """Ours, at twice its capacity."""
    p50: list[float]
    """There, in parts of ours at a tenth of that load."""


def main(seconds: float) -> Found:
    """Everything, and the goals."""
    found = Found([], [], [])
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        reply = our_reply(folder)
        with hand_written(reply) as theirs, ours(folder / "ours") as own:
            print(HEAD)
            for calls in (50, 500, 2000):
                for server in (theirs, own):
                    measured(server, f"{calls} calls", rate=calls / THINKS, thinks=THINKS, seconds=seconds)
            capacity = statistics.median(asyncio.run(without_thinking(theirs, 16, seconds / 3)) for _ in range(3))
            print(f"The hand-written app's capacity here: {capacity:.0f} turns a second.")

            def at(part: float, server: Server) -> Seen:
                rate = part * capacity
                return measured(server, f"{part:.0%} of it", rate=rate, thinks=1.0, seconds=seconds)

            for _ in range(ROUNDS):
                at(0.2, theirs)
                tenth, usual, mine, full = at(0.2, own), at(0.6, theirs), at(0.6, own), at(2.0, own)
                found.p99.append(mine.quantile(0.99) / usual.quantile(0.99))
                found.errors.append(full.errors.total())
                found.p50.append(full.quantile(0.5) / tenth.quantile(0.5))
    ratio, p50 = statistics.median(found.p99), statistics.median(found.p50)
    print(f"At 60 % of it: our p99 is {ratio:.2f} of the hand-written app's (goal: at most 0.25).")
    print(
        f"At twice it: {sum(found.errors)} errors (goal: none), p50 {p50:.2f} "
        "times that at a tenth of the load (goal: at most 2)."
    )
    return found


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
