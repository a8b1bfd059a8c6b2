"""What a turn costs: CPU per request of our own turn, beside others that are measured in the same minute.

    python bench/turn.py [ROUNDS]

A turn is one signed webhook of 20 parameters, a wrong key at a menu, through the voice lane: signature, form, state,
turn, journal, TwiML of about 1 KB. It is measured in process (the Flask app is called as a WSGI
function) and under our production server (one worker, 32 kept connections, real sockets), against a hand-written view
that says the same words, and against constants of the same size (rivals.py). The same turn is then asked of flow sets
of 10, 1,000 and 10,000 steps (flowsets.py), in process, at a menu in the middle; and it is asked with nothing kept of
it (no spool, no counters; the journal is written either way). Instructions instead of time: instructions.py.

Every candidate runs in a process of its own. What is counted is that process's CPU time, user and system. In each round
all candidates have their turn; ratios are taken within a round, and their median is printed with the middle half
of them. There are many short rounds, because a neighbour on the same machine can double what a request costs for a
while. Microseconds say something about this machine at this minute; ratios are what can be compared. It takes about a
minute.
"""

import io
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import flowsets
from rivals import REPLY
from servers import THREADS_STAY, cpu_seconds

from ivr.settings import PACKAGE_FLOWS
from ivr.street.signature import sign
from ivr.web.entry import RECORDS
from ivr.web.server.worker import load

HERE = Path(__file__).parent
TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC_URL = "http://kod.example"
FORM = {
    "AccountSid": f"AC{'a' * 32}",
    "ApiVersion": "2010-04-01",
    "CallSid": f"CA{'b' * 32}",
    "CallStatus": "in-progress",
    "Called": "+4923150",
    "CalledCity": "",
    "CalledCountry": "DE",
    "CalledState": "Dortmund",
    "CalledZip": "",
    "Caller": "+4915112345678",
    "CallerCity": "",
    "CallerCountry": "DE",
    "CallerState": "",
    "CallerZip": "",
    "Digits": "7",
    "Direction": "inbound",
    "FinishedOnKey": "",
    "From": "+4915112345678",
    "To": "+492315000000",
    "msg": "Gather End",
}
"""A caller presses a key that the menu does not have."""

Post = Callable[["Webhook"], bytes]


@dataclass(frozen=True)
class Webhook:
    """A signed POST; `target` is path and query."""

    target: str
    body: bytes
    signature: str

    @classmethod
    def signed(cls, target: str, form: Mapping[str, str] = FORM) -> "Webhook":
        pairs = list(form.items())
        return cls(target, urlencode(pairs).encode(), sign(TOKEN, PUBLIC_URL + target, pairs))

    def environ(self) -> dict[str, object]:
        """As our server hands it to an app."""
        path, _, query = self.target.partition("?")
        return {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(self.body)),
            "HTTP_HOST": "kod.example",
            "HTTP_USER_AGENT": "TwilioProxy/1.1",
            "HTTP_ACCEPT": "*/*",
            "HTTP_X_TWILIO_SIGNATURE": self.signature,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
        }

    def wire(self) -> bytes:
        """As a provider sends it."""
        head = (
            f"POST {self.target} HTTP/1.1\r\nHost: kod.example\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nX-Twilio-Signature: {self.signature}\r\n"
            f"Content-Length: {len(self.body)}\r\n\r\n"
        )
        return head.encode() + self.body


@dataclass(frozen=True)
class Candidate:
    """An app to measure: its factory, the files it reads, and the keys that lead to the menu that is measured.

    Without `keys` it is an app whose menu stands at a fixed address.
    """

    name: str
    factory: str
    flows: Path = PACKAGE_FLOWS
    keys: str | None = None
    records: bool = True
    """Whether what happens is kept."""
    lane: bool = True
    """Whether calls are answered in front of Flask's dispatch."""
    key: str = FORM["Digits"]
    """What the caller presses in the turn that is measured."""

    def words(self) -> tuple[str, ...]:
        """The command line of its `caller`."""
        return ("caller", self.factory, "-" if self.keys is None else self.keys, self.key)

    def environment(self, reply: Path) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)]),
            "TWILIO_AUTH_TOKEN": TOKEN,
            "IVR_PUBLIC_URL": PUBLIC_URL,
            "IVR_FLOWS": str(self.flows),
            "IVR_CONTACTS": str(HERE.parent / "data" / "contacts.yaml"),
            "IVR_SPOOL": str(reply.parent / "spool"),
            RECORDS: "yes" if self.records else "no",
            "IVR_LANE": "yes" if self.lane else "no",
            REPLY: str(reply),
        }

    def webhook(self, post: Post) -> Webhook:
        """The webhook to measure. Its address is found like a caller finds it: by calling, and pressing the keys."""
        if self.keys is None:
            return Webhook.signed("/voice/menu?misses=0", {**FORM, "Digits": self.key})
        target = "/voice"
        for key in ("", *self.keys):
            document = post(Webhook.signed(target, {**FORM, "Digits": key})).decode()
            found = re.search(rf'action="{PUBLIC_URL}([^"]+)"', document)
            assert found, document
            target = found[1]
        return Webhook.signed(target, {**FORM, "Digits": self.key})


OURS = Candidate("our turn", "ivr.web.entry:application", keys="")
LANE_OFF = Candidate("our turn, by Flask's dispatch", OURS.factory, keys="", lane=False)
RIVALS = (
    OURS,
    Candidate("hand-written view", "rivals:hand_written"),
    Candidate("Flask, a constant", "rivals:flask_constant"),
    Candidate("WSGI, a constant", "rivals:wsgi_constant"),
    LANE_OFF,
)


ASKS_HOURS = Candidate("a turn that asks for hours", OURS.factory, keys="", key="3")
"""Its document lies ready until an office opens or shuts; those of the others ask nothing of the world."""

WITHOUT_RECORDS = (Candidate("nothing kept", OURS.factory, keys="", records=False), OURS)
SILENT = Candidate("and the turn", "parts:silent", keys="", records=False)
"""All but record, log and metrics."""

PARTS = (
    Candidate("the lane", "parts:lane_only", keys="", records=False),
    Candidate("and form and signature", "parts:received", keys="", records=False),
    SILENT,
)
"""Our turn, cut off behind each of its parts."""


def of_steps(folder: Path, sizes: tuple[int, ...]) -> tuple[Candidate, ...]:
    """Our turn in generated flow sets of these sizes, which are written into a folder."""
    for steps in sizes:
        flowsets.write(folder / str(steps), steps)
    factory = "ivr.web.entry:application"
    return tuple(Candidate(f"{steps:,} steps", factory, folder / str(steps), "0") for steps in sizes)


# --- one process, and what a number of requests costs it


@dataclass(frozen=True)
class Running:
    """A candidate that is up. `spend` has it answer so many requests and gives the CPU seconds that they took."""

    candidate: Candidate
    reply: bytes
    spend: Callable[[int], float]


@contextmanager
def in_process(candidate: Candidate, reply: Path) -> Iterator[Running]:
    """The app in a process of its own, called as a WSGI function."""
    with subprocess.Popen(
        [sys.executable, __file__, *candidate.words()],
        cwd=HERE,
        env=candidate.environment(reply),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # our journal
        text=True,
    ) as process:
        orders, answers = process.stdin, process.stdout
        assert orders is not None
        assert answers is not None

        def spend(requests: int) -> float:
            print(requests, file=orders, flush=True)
            return float(json.loads(answers.readline()))

        first = answers.readline()
        assert first, f"{candidate.name} has not answered"
        yield Running(candidate, json.loads(first).encode(), spend)
        # Leaving the block closes its input, which ends the process.


def caller(factory: str, keys: str, key: str) -> None:
    """The process of `in_process`: prints the reply, then for each number read the CPU seconds of so many requests.

    Each line is a JSON value.
    """
    app = load(factory)

    def post(environ: dict[str, object], body: bytes) -> bytes:
        status = []
        environ["wsgi.input"] = io.BytesIO(body)
        chunks = app(environ, lambda line, _headers, _exc=None: status.append(line))
        reply = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        assert status[0].startswith("200"), (status, reply)
        return reply

    # Whatever a worker loads after its first answers (`ivr.web.later`) is loaded before anything is measured.
    elsewhere = Webhook.signed("/").environ() | {"REQUEST_METHOD": "GET", "wsgi.input": io.BytesIO()}
    b"".join(app(elsewhere, lambda _line, _headers, _exc=None: None))
    candidate = Candidate("", factory, keys=None if keys == "-" else keys, key=key)
    webhook = candidate.webhook(lambda webhook: post(webhook.environ(), webhook.body))
    environ = webhook.environ()
    print(json.dumps(post(environ.copy(), webhook.body).decode()), flush=True)
    for line in sys.stdin:
        begun = time.process_time()
        for _ in range(int(line)):
            post(environ.copy(), webhook.body)
        print(json.dumps(time.process_time() - begun), flush=True)


SERVE = "import sys; from ivr.web.server import serve; sys.exit(serve(sys.argv[1], port=int(sys.argv[2]), workers=1))"
CONNECTIONS = 32
STARTS_WITHIN_SECONDS = 30


def under_the_server(candidate: Candidate, reply: Path) -> AbstractContextManager[Running]:
    """The app under `ivr serve`'s processes with one worker. The CPU of parent and worker is counted."""
    return _served(candidate, reply, "-c", SERVE, candidate.factory, "{port}")


def under_granian(candidate: Candidate, reply: Path, threads: int = 1) -> AbstractContextManager[Running]:
    """The app under granian: one worker of its WSGI interface, whose app runs in so many threads.

    In one thread it costs what it costs. Among several, whoever makes a system call hands the interpreter over, and has
    to get it back.
    """
    options = ("--workers", "1", "--blocking-threads", str(threads), *THREADS_STAY, "--log-level", "critical")
    command = ("-m", "granian", "--port", "{port}", "--interface", "wsgi", *options, "--factory")
    return _served(candidate, reply, *command, candidate.factory)


@contextmanager
def _served(candidate: Candidate, reply: Path, *command: str) -> Iterator[Running]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, *(word.replace("{port}", str(port)) for word in command)],
        cwd=HERE,
        env=candidate.environment(reply),
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            first = connected(port)
            webhook = candidate.webhook(lambda webhook: exchanged(first, webhook.wire()))
            with ExitStack() as stack:
                lines = [stack.enter_context(first)]
                lines += [stack.enter_context(connected(port)) for _ in range(CONNECTIONS - 1)]
                wire = webhook.wire()
                # The server soon closes a connection on which nothing was ever sent.
                replies = {exchanged(line, wire) for line in lines}
                assert len(replies) == 1, replies

                def spend(requests: int) -> float:
                    before = cpu_seconds(server.pid)
                    for _ in range(requests // CONNECTIONS):
                        for line in lines:
                            line.sendall(wire)
                        # The last reply first: that wakes this process once, when all are there. To wake it for each
                        # would disturb the server, a fast one more often than a slow one.
                        for line in reversed(lines):
                            received(line)
                    return cpu_seconds(server.pid) - before

                yield Running(candidate, replies.pop(), spend)
        finally:
            server.terminate()


def connected(port: int) -> socket.socket:
    end = time.monotonic() + STARTS_WITHIN_SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), STARTS_WITHIN_SECONDS)
        except ConnectionRefusedError:
            assert time.monotonic() < end, "the server has not started"
            time.sleep(0.02)


def exchanged(line: socket.socket, wire: bytes) -> bytes:
    line.sendall(wire)
    return received(line)


def received(line: socket.socket) -> bytes:
    """The document of one reply; all our documents end alike."""
    reply = b""
    while not reply.endswith(b"</Response>"):
        piece = line.recv(65536)
        assert piece, reply
        reply += piece
    assert reply.startswith(b"HTTP/1.1 200"), reply
    return reply.partition(b"\r\n\r\n")[2]


# --- rounds, and the table


Costs = dict[str, list[float]]
"""Per candidate, the CPU seconds per request of each round."""


def measured(running: list[Running], rounds: int, requests: int) -> Costs:
    """All candidates take turns, there and back; a round before the first warms them up and is forgotten."""
    costs: Costs = {each.candidate.name: [] for each in running}
    for number in range(rounds + 1):
        for each in running[:: -1 if number % 2 else 1]:
            cost = each.spend(requests) / requests
            if number:
                costs[each.candidate.name].append(cost)
    return costs


def compared(
    candidates: tuple[Candidate, ...],
    place: Callable[[Candidate, Path], AbstractContextManager[Running]],
    reply: Path,
    rounds: int,
    requests: int,
) -> Costs:
    """Start the candidates in a place (`in_process` or `under_the_server`) and measure them.

    `reply` is the file that the rivals answer from.
    """
    with ExitStack() as stack:
        running = [stack.enter_context(place(candidate, reply)) for candidate in candidates]
        assert len({len(said(each.reply)) for each in running}) == 1, "not all say as much"
        return measured(running, rounds, requests)


def said(document: bytes) -> list[str]:
    """The sentences of a document."""
    return re.findall(r"<Say[^>]*>([^<]*)", document.decode())


def our_reply(folder: Path) -> Path:
    """What our turn answers, in a file for the rivals."""
    path = folder / "reply.xml"
    with in_process(OURS, path) as ours:
        path.write_bytes(ours.reply)
    return path


def rows(title: str, costs: Costs) -> Iterator[str]:
    """A table: the first candidate is the measure of the others."""
    measure, *_ = costs
    yield f"{title:40}{'µs':>8}{'times ' + measure:>20}{'middle half':>14}"
    for name, seconds in costs.items():
        ratios = [one / first for one, first in zip(seconds, costs[measure], strict=True)]
        low, _, high = statistics.quantiles(ratios, n=4, method="inclusive")
        spread = f"{low:.2f}-{high:.2f}"
        yield f"  {name:38}{statistics.median(seconds) * 1e6:8.0f}{statistics.median(ratios):20.2f}{spread:>14}"


def main(rounds: int, requests: int = 384, sizes: tuple[int, ...] = (10, 1_000, 10_000)) -> None:
    """Measure everything, and print the tables."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        reply = our_reply(folder)
        print(f"A reply of {len(reply.read_bytes())} bytes, {rounds} rounds of {requests} requests.\n")
        for title, place, candidates in (
            ("in process", in_process, RIVALS),
            ("under the server", under_the_server, RIVALS),
            ("our turn, and what keeping it costs", in_process, WITHOUT_RECORDS),
            ("our turn, in process", in_process, of_steps(folder, sizes)),
        ):
            print(*rows(title, compared(candidates, place, reply, rounds, requests)), "", sep="\n", flush=True)
        print(
            "Goals: the hand-written view at least 10 times our turn, 3 times by Flask's dispatch; Flask's constant at "
            "least 1.8 times our turn; 10,000 steps at most 1.03 times 10 steps."
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["caller"]:
        caller(*sys.argv[2:])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
