"""The production server, over real sockets: limits in size and time, half-open requests, kills, stops, and
what the app gets to see.

Every wait polls until a deadline that is far beyond what a slow machine needs; nothing is asserted about
speed.
"""

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ivr.web.server import Limits, serve
from ivr.web.server.connection import Switchboard
from ivr.web.server.gateway import Gateway

DEADLINE = 20.0
REQUEST_SECONDS = 1.0
BODY_BYTES = 64 * 1024
LONG_BYTES = 320 * 1024

APP = """
import json, os, time

def create():
    return app

def create_broken():
    raise SystemExit("the contacts cannot be read")

def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/page/raises":
        raise RuntimeError("on purpose")
    if path == "/page/split":
        start_response("200 OK", [("X-Split", "a\\r\\nSet-Cookie: b=c")])
        return [b""]
    if path == "/page/large":
        start_response("200 OK", [])
        return [b"x" * 5_000_000]
    if path == "/page/wait":
        begun, go = environ["QUERY_STRING"].split(",")
        open(begun, "a").close()
        end = time.monotonic() + 30
        while not os.path.exists(go) and time.monotonic() < end:
            time.sleep(0.01)
    seen = {k: v for k, v in environ.items() if isinstance(v, str) and not k.startswith("wsgi.")}
    body = environ["wsgi.input"].read()
    reply = json.dumps({**seen, "body": len(body), "pid": os.getpid(), "setting": os.environ.get("TINY")}).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(reply)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [reply]
"""

DRIVER = """
import json, sys
from ivr.web.server import Limits, serve
if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    limits = Limits(**given.pop("limits"))
    sys.exit(serve(given.pop("app"), limits=limits, ready=lambda: print("ready", flush=True), **given))
"""


def until(what: str, true: Callable[[], object]) -> None:
    end = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < end, f"still waiting for: {what}"
        time.sleep(0.01)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """`serve` in a process of its own."""

    def __init__(self, folder: Path, app: str = "tiny_app:create", **given: object) -> None:
        (folder / "tiny_app.py").write_text(APP)
        (folder / "driver.py").write_text(DRIVER)
        self.port = int(given.setdefault("port", free_port()))
        given.setdefault("workers", 2)
        given.setdefault("limits", {"request_seconds": REQUEST_SECONDS})
        path = os.pathsep.join([str(folder), str(Path(__file__).parents[1])])
        self.errors = folder / "stderr.txt"
        started = folder / "stdout.txt"
        with started.open("wb") as out, self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, str(folder / "driver.py"), json.dumps({"app": app, **given})],
                env={**os.environ, "PYTHONPATH": path},
                stdout=out,
                stderr=errors,
            )
        until("the start or its end", lambda: started.read_bytes() or self.process.poll() is not None)
        self.ready = started.read_bytes() == b"ready\n"

    def workers(self) -> list[int]:
        with contextlib.suppress(OSError):
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
            return [int(pid) for pid in children.split() if alive(int(pid))]
        return []

    def end(self, number: int = signal.SIGTERM) -> int:
        workers = self.workers()
        self.process.send_signal(number)
        code = self.process.wait(DEADLINE)
        until("the workers' end", lambda: not any(alive(pid) for pid in workers))
        return code

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), DEADLINE)

    def ask(self, raw: bytes) -> tuple[int, dict[str, str], bytes]:
        with self.connect() as sock:
            sock.sendall(raw)
            return reply_on(sock)

    def see(self, target: str = "/voice") -> dict[str, object]:
        status, _, body = self.ask(request("GET", target))
        assert status == 200
        return json.loads(body)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def open_sockets(pid: int) -> int:
    count = 0
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # it may close while we look
            count += str(link.readlink()).startswith("socket:")
    return count


def request(method: str = "GET", target: str = "/voice", *headers: str, body: bytes = b"") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: kod.example", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def reply_on(sock: socket.socket, head_only: bool = False) -> tuple[int, dict[str, str], bytes]:
    """One reply: status, headers (names in lower case), body. Status 0: closed without one."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(65536)
        if not piece:
            return 0, {}, data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while not head_only and len(body) < int(headers.get("content-length", "0")):
        piece = sock.recv(65536)
        assert piece, "the connection was closed within a reply"
        body += piece
    return int(first.split()[1]), headers, body


def closed(sock: socket.socket) -> bool:
    try:
        return sock.recv(65536) == b""
    except ConnectionResetError:
        return True


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("server"))
    assert service.ready
    yield service
    service.end()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    running: list[Service] = []

    def start(**given: object) -> Service:
        folder = tmp_path / str(len(running))
        folder.mkdir()
        running.append(Service(folder, **given))
        return running[-1]

    yield start
    for service in running:
        if service.process.poll() is None:
            service.end()


# What the client sends, and what the app sees of it.
SEEN = {
    "a plain path": (request(), {"PATH_INFO": "/voice", "QUERY_STRING": "", "RAW_URI": "/voice"}),
    "the query as sent": (
        request("GET", "/voice?a=%41+b&a=2&&="),
        {"PATH_INFO": "/voice", "QUERY_STRING": "a=%41+b&a=2&&=", "RAW_URI": "/voice?a=%41+b&a=2&&="},
    ),
    "an empty query": (request("GET", "/voice?"), {"QUERY_STRING": "", "RAW_URI": "/voice?"}),
    "escapes in the path": (
        request("GET", "/voice/%C3%A4%2Fb%zz%FF"),
        {"PATH_INFO": "/voice/\u00c3\u00a4/b%zz\u00ff", "RAW_URI": "/voice/%C3%A4%2Fb%zz%FF"},
    ),
    "dots and slashes": (request("GET", "/voice/../x//y/."), {"PATH_INFO": "/voice/../x//y/."}),
    "two slashes": (request("GET", "//evil.example/voice"), {"PATH_INFO": "//evil.example/voice"}),
    "another method": (request("PUT", "/page"), {"REQUEST_METHOD": "PUT", "PATH_INFO": "/page"}),
    "a body": (
        request("POST", "/voice", "Content-Type: text/plain", body=b"hello"),
        {"CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": "5", "body": 5},
    ),
    "a length with thousands of zeros": (
        request("POST", "/voice", f"Content-Length: {'0' * 5000}5") + b"hello",
        {"CONTENT_LENGTH": "5", "body": 5},
    ),
    "a body in chunks, with a trailer": (
        request("POST", "/voice", "Transfer-Encoding: chunked")
        + b"3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nX-Late: 1\r\n\r\n",
        {"CONTENT_LENGTH": "7", "body": 7, "HTTP_TRANSFER_ENCODING": None, "HTTP_X_LATE": None},
    ),
    "two signatures": (
        request("POST", "/voice", "X-Twilio-Signature: good", "x-twilio-signature: bad"),
        {"HTTP_X_TWILIO_SIGNATURE": "good,bad"},
    ),
    "an underscore in a name": (
        request("POST", "/voice", "X_Twilio_Signature: bad", "X-Twilio-Signature: good"),
        {"HTTP_X_TWILIO_SIGNATURE": "good"},
    ),
    "bytes beyond ASCII": (request("GET", "/voice", "X-Name: J\u00fcrgen"), {"HTTP_X_NAME": "J\u00fcrgen"}),
    "an offer of another protocol": (
        request("GET", "/voice", "Connection: Upgrade", "Upgrade: h2c"),
        {"REQUEST_METHOD": "GET", "PATH_INFO": "/voice"},
    ),
    "HTTP/1.0 without a host": (b"GET /voice HTTP/1.0\r\n\r\n", {"SERVER_PROTOCOL": "HTTP/1.0"}),
    "the largest body": (request("POST", "/voice", body=b"x" * BODY_BYTES), {"body": BODY_BYTES}),
    "a whole file on the edit page": (
        request("POST", "/operator/edit/save", body=b"x" * LONG_BYTES),
        {"body": LONG_BYTES},
    ),
    "a body that waits to be asked for": (
        request("POST", "/voice", "Expect: 100-Continue", body=b"x"),
        {"body": 1},
    ),
}


@pytest.mark.parametrize("case", SEEN)
def test_the_app_sees_what_was_sent(service: Service, case: str) -> None:
    raw, expected = SEEN[case]
    with service.connect() as sock:
        sock.sendall(raw)
        if b"Expect" in raw:
            greeting = b"HTTP/1.1 100 Continue\r\n\r\n"
            assert sock.recv(len(greeting), socket.MSG_WAITALL) == greeting
        status, _, body = reply_on(sock)
    assert status == 200
    seen = json.loads(body)
    assert {name: seen.get(name) for name in expected} == expected


CHUNKED = request("POST", "/voice", "Transfer-Encoding: chunked")
REFUSED = {
    "one byte too many": (413, request("POST", "/voice", body=b"x" * (BODY_BYTES + 1))),
    "more than a file on the edit page": (413, request("POST", "/operator/edit", body=b"x" * (LONG_BYTES + 1))),
    "a whole file elsewhere": (413, request("POST", "/operator/today/switch", body=b"x" * LONG_BYTES)),
    "a whole file in chunks": (
        413,
        request("POST", "/operator/edit/save", "Transfer-Encoding: chunked")
        + b"1000\r\n"
        + b"x" * 0x1000
        + (b"\r\n1000\r\n" + b"x" * 0x1000) * 16,
    ),
    "a length too large, no body": (413, request("POST", "/voice", "Content-Length: 99999999999")),
    "a length of thousands of digits": (413, request("POST", "/voice", f"Content-Length: 9{'0' * 18}")),
    "chunks without end": (
        413,
        CHUNKED + b"1000\r\n" + b"x" * 0x1000 + (b"\r\n1000\r\n" + b"x" * 0x1000) * 16,
    ),
    "chunk extensions without end": (413, CHUNKED + b"1;" + b"x" * (3 * BODY_BYTES)),
    "trailers without end": (413, CHUNKED + b"0\r\n" + b"X-Late: 1\r\n" * 20_000),
    "headers without end": (431, request("GET", "/voice", "X-Long: " + "x" * 17_000)),
    "a header line without end": (431, b"GET /voice HTTP/1.1\r\nX-Long: " + b"x" * 20_000),
    "a target without end": (431, request("GET", "/voice?" + "x" * 17_000)),
    "absolute form": (400, request("GET", "http://evil.example/voice")),
    "asterisk form": (400, request("OPTIONS", "*")),
    "authority form": (400, request("CONNECT", "evil.example:443")),
    "a fragment": (400, request("GET", "/voice#x")),
    "bytes in the target": (400, request("GET", "/voice/\u00e4")),
    "no host": (400, b"GET /voice HTTP/1.1\r\n\r\n"),
    "two hosts": (400, request("GET", "/voice", "Host: other.example")),
    "two lengths": (400, request("POST", "/voice", "Content-Length: 1", "Content-Length: 2") + b"xx"),
    "a length and chunks": (
        400,
        request("POST", "/voice", "Content-Length: 1", "Transfer-Encoding: chunked"),
    ),
    "a negative length": (400, request("POST", "/voice", "Content-Length: -1")),
    "a bare line feed": (400, b"GET /voice HTTP/1.1\nHost: kod.example\n\n"),
    "a folded header": (400, request("GET", "/voice", "X-Folded: a", " b")),
    "an offer of another protocol, with a body": (
        400,
        request("POST", "/voice", "Connection: Upgrade", "Upgrade: h2c", body=b"hello"),
    ),
    "no HTTP": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    "HTTP/2 at once": (400, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
}


def test_only_so_many_whole_files_at_once(service: Service) -> None:
    """Files that are under way lie in memory; who sends none of them notices nothing."""
    head = request("POST", "/operator/edit/save", f"Content-Length: {LONG_BYTES}")
    with contextlib.ExitStack() as opened:
        waiting = [opened.enter_context(service.connect()) for _ in range(4 * Limits().long_bodies)]
        for sock in waiting:
            sock.sendall(head)
        refused, _, _ = select.select(waiting, [], [], 10)
        assert refused
        assert len(refused) < len(waiting)
        assert reply_on(refused[0])[0] == 503
        with service.connect() as sock:
            sock.sendall(request("POST", "/operator/edit/save", body=b"x"))
            assert reply_on(sock)[0] == 200

    def taken() -> bool:
        with service.connect() as sock:
            sock.sendall(request("POST", "/operator/edit/save", body=b"x" * LONG_BYTES))
            return reply_on(sock)[0] == 200

    until("room again", taken)


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_never_reaches_the_app(service: Service, case: str) -> None:
    status, raw = REFUSED[case]
    with service.connect() as sock:
        sock.sendall(raw)
        got, headers, _ = reply_on(sock)
        assert (got, headers.get("connection")) == (status, "close")
        assert closed(sock)


def test_a_head_has_headers_only(service: Service) -> None:
    with service.connect() as sock:
        sock.sendall(request("HEAD") + request("GET"))
        status, headers, rest = reply_on(sock, head_only=True)
        assert status == 200
        assert int(headers["content-length"]) > 0
        assert not rest or rest.startswith(b"HTTP/1.1 200")


def test_a_connection_serves_many_requests(service: Service) -> None:
    with service.connect() as sock:
        for target in ["/voice", "/page", "/voice", "/page"]:
            sock.sendall(request("POST", target, body=b"hello"))
            status, headers, body = reply_on(sock)
            assert (status, headers.get("connection")) == (200, None)
            assert json.loads(body)["PATH_INFO"] == target
        sock.sendall(request("GET", "/voice", "Connection: close"))
        assert reply_on(sock)[1]["connection"] == "close"
        assert closed(sock)


def test_requests_sent_at_once_are_answered_in_order_or_left_to_the_client(service: Service) -> None:
    with service.connect() as sock:
        sock.sendall(
            request("GET", "/voice/1") + request("GET", "/voice/2") + request("GET", "/voice", "Connection: close")
        )
        replies = b"".join(iter(lambda: sock.recv(65536), b""))
        assert replies.count(b"HTTP/1.1 200 ") == 3
        assert replies.index(b'"/voice/1"') < replies.index(b'"/voice/2"')
    with service.connect() as sock:
        sock.sendall(request("GET", "/page/1") + request("GET", "/page/2"))
        assert reply_on(sock)[0] == 200
        assert closed(sock)


@pytest.mark.parametrize("target", ["/page/raises", "/page/split"])
def test_an_app_that_fails_costs_one_request(service: Service, target: str) -> None:
    status, headers, _ = service.ask(request("GET", target))
    assert status == 500
    assert "set-cookie" not in headers
    assert service.see()["PATH_INFO"] == "/voice"


def test_a_large_reply_arrives_whole(service: Service) -> None:
    assert len(service.ask(request("GET", "/page/large"))[2]) == 5_000_000


def test_a_client_that_does_not_read_its_reply_is_let_go(started: Callable[..., Service]) -> None:
    service = started(workers=1, limits={"write_seconds": 0.3})
    (worker,) = service.workers()
    idle = open_sockets(worker)
    with service.connect() as sock:
        sock.sendall(request("GET", "/page/large"))
        assert sock.recv(1) == b"H"
        until("the end of the connection", lambda: open_sockets(worker) == idle)
    assert service.see()["PATH_INFO"] == "/voice"


UNFINISHED = {
    "nothing": b"",
    "a line": b"POST /voice HT",
    "headers": b"POST /voice HTTP/1.1\r\nHost: kod.example\r\n",
    "a body": request("POST", "/voice", "Content-Length: 10") + b"x",
    "chunks": CHUNKED + b"5\r\nab",
}


def test_an_unfinished_request_is_ended(service: Service) -> None:
    with contextlib.ExitStack() as stack:
        waiting = {case: stack.enter_context(service.connect()) for case in UNFINISHED}
        for case, sock in waiting.items():
            sock.sendall(UNFINISHED[case])
        said = {case: reply_on(sock)[0] for case, sock in waiting.items()}
        assert said == {case: 0 if case == "nothing" else 408 for case in UNFINISHED}
        assert all(closed(sock) for sock in waiting.values())


def test_dribbling_does_not_extend_the_time(service: Service) -> None:
    with service.connect() as sock:
        sock.sendall(request("POST", "/voice", "Content-Length: 1000"))
        sock.settimeout(0.1)
        end = time.monotonic() + DEADLINE
        reply = b""
        while not reply:
            assert time.monotonic() < end
            sock.sendall(b"x")
            with contextlib.suppress(TimeoutError):
                reply = sock.recv(100)
        assert reply.startswith(b"HTTP/1.1 408 ")


def test_who_has_sent_a_request_is_heard_though_the_process_stood_still_until_her_time_was_over() -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    async def called() -> bytes:
        limits = Limits(request_seconds=0.05)
        board = Switchboard(Gateway(app, ("127.0.0.1", 0)), limits, lambda _environ: True, 1)

        def connect() -> asyncio.Protocol:
            connection = board.connect()
            time.sleep(4 * limits.request_seconds)
            # The clock strikes before anything is read.
            board.loop.call_soon(board.loop.call_soon, board.tick)
            return connection

        server = await board.loop.create_server(connect, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(request())
            reply = await asyncio.wait_for(reader.readline(), DEADLINE)
            writer.close()
        return reply

    assert asyncio.run(called()) == b"HTTP/1.1 200 OK\r\n"


def test_half_open_requests_stop_nobody(service: Service) -> None:
    kinds = list(UNFINISHED.values())
    with contextlib.ExitStack() as stack:
        half_open = [stack.enter_context(service.connect()) for _ in range(200)]
        for number, sock in enumerate(half_open):
            sock.sendall(kinds[number % len(kinds)])
        for _ in range(20):
            for sock in half_open[3::5]:
                with contextlib.suppress(OSError):
                    sock.sendall(b"x")  # these dribble, until their time is over
            assert service.see("/voice")["PATH_INFO"] == "/voice"
            assert service.see("/page")["PATH_INFO"] == "/page"
        assert len(service.workers()) == 2


def test_too_many_connections_displace_the_half_open_ones(started: Callable[..., Service]) -> None:
    service = started(workers=1, limits={"connections": 32, "request_seconds": 60})
    with contextlib.ExitStack() as stack, service.connect() as kept:
        kept.sendall(request())
        assert reply_on(kept)[0] == 200
        for _ in range(100):
            stack.enter_context(service.connect()).sendall(b"POST /voice HT")
        kept.sendall(request())
        assert reply_on(kept)[0] == 200
        assert service.see()["PATH_INFO"] == "/voice"


def test_slow_pages_delay_no_call(service: Service, tmp_path: Path) -> None:
    go = tmp_path / "go"
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(service.connect()) for _ in range(20)]
        for number, sock in enumerate(slow):
            sock.sendall(request("GET", f"/page/wait?{tmp_path}/begun{number},{go}"))
        until("threads at work", lambda: len(list(tmp_path.glob("begun*"))) >= 4)
        for _ in range(10):
            assert service.see("/voice")["PATH_INFO"] == "/voice"
        go.touch()
        assert [reply_on(sock)[0] for sock in slow] == [200] * 20


def test_killed_workers_are_replaced_however_often(started: Callable[..., Service]) -> None:
    service = started(workers=2)
    spared, victim = service.workers()
    for _ in range(6):
        os.kill(victim, signal.SIGKILL)
        assert service.see()["PATH_INFO"] == "/voice"
        until("a replacement", lambda gone=victim: set(service.workers()) - {spared, gone})
        (victim,) = set(service.workers()) - {spared}
    assert spared in service.workers()
    # With nobody left to accept, a call waits at the port for the replacement.
    for pid in service.workers():
        os.kill(pid, signal.SIGKILL)
    assert service.see()["pid"] not in {spared, victim}
    assert service.end() == 0
    assert service.errors.read_text().count("unerwartet beendet (Signal 9)") == 8


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_answers_what_was_begun(started: Callable[..., Service], tmp_path: Path, number: int) -> None:
    service = started()
    begun, go = tmp_path / "begun", tmp_path / "go"
    with service.connect() as sock, service.connect() as idle, service.connect() as half_open:
        half_open.sendall(UNFINISHED["a body"])
        idle.sendall(request())
        assert reply_on(idle)[0] == 200
        sock.sendall(request("GET", f"/page/wait?{begun},{go}"))
        until("the page at work", begun.exists)
        service.process.send_signal(number)
        assert closed(idle)
        go.touch()
        assert reply_on(sock)[0] == 200
        assert closed(sock)
    assert service.process.wait(DEADLINE) == 0
    assert service.errors.read_text() == ""
    with pytest.raises(ConnectionRefusedError):
        service.connect()


def test_workers_end_with_their_parent(started: Callable[..., Service]) -> None:
    service = started()
    workers = service.workers()
    assert len(workers) == 2
    service.process.kill()
    service.process.wait(DEADLINE)
    until("the workers' end", lambda: not any(alive(pid) for pid in workers))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Der Anschluss 127.0.0.1:{port} ist schon belegt; beenden Sie den anderen Dienst"),
        ({"language": "en"}, "127.0.0.1:{port} is already in use; stop the other service"),
        ({"host": "192.0.2.1", "language": "en"}, "This machine cannot be reached at 192.0.2.1:{port}"),
    ],
)
def test_a_port_that_cannot_be_had_is_said_in_one_sentence(
    service: Service, started: Callable[..., Service], given: dict[str, str], sentence: str
) -> None:
    refused = started(port=service.port, **given)
    assert refused.process.wait(DEADLINE) == 2
    said = refused.errors.read_text()
    assert said.startswith(sentence.format(port=service.port))
    assert said.count("\n") == 1


def test_all_addresses_of_the_machine(started: Callable[..., Service]) -> None:
    seen = started(host="0.0.0.0", workers=1, environment={"TINY": "handed down"}).see()
    assert (seen["SERVER_NAME"], seen["setting"]) == ("0.0.0.0", "handed down")


def test_an_app_that_cannot_be_made_ends_the_start(started: Callable[..., Service]) -> None:
    broken = started(app="tiny_app:create_broken", workers=1, language="en")
    assert broken.process.wait(DEADLINE) == 2
    assert broken.errors.read_text().splitlines() == [
        "the contacts cannot be read",
        "The service cannot start: the application could not be loaded (see above).",
    ]


def test_a_factory_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="module:callable"):
        serve(lambda: None, port=0, workers=1)
