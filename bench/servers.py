"""Compare production servers: CPU per request, and what half-open bodies and killed workers do to them.

    python bench/servers.py [ROUNDS]

Each candidate runs one worker with the same Flask route, which reads its body: a POST of 20 parameters
(about 1 KB) with a signature header, answered with 860 bytes. "bare" is a WSGI function without Flask, which
shows what the server itself costs. A client in a process of its own keeps 8 connections busy. What is counted
is the CPU time of the serving processes, not the clock's (Linux: /proc); the rounds of all candidates are
interleaved, the medians are printed, and their ratio to Flask under granian's WSGI server. A candidate that
is not installed is named and left out. The decision: docs/decisions/0002-production-server.md.
"""

import contextlib
import importlib.util
import io
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

from flask import Flask, Response, request

HERE = Path(__file__).parent
PYTHON = sys.executable
REPLY = b"<Response>" + b"x" * 839 + b"</Response>"
BODY = "&".join(f"Parameter{number:02d}={'v' * 38}" for number in range(20)).encode()
HEAD = (
    b"POST /voice/1/start HTTP/1.1\r\nHost: kod.example\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nX-Twilio-Signature: " + b"A" * 28 + b"\r\n"
    b"Content-Length: %d\r\n\r\n"
)
REQUEST = HEAD % len(BODY) + BODY
UNFINISHED = HEAD % len(BODY) + BODY[:10]

app = Flask(__name__)


@app.post("/voice/1/start")
def turn() -> Response:
    request.get_data()
    return Response(REPLY, mimetype="text/xml")


def bare(environ, start_response) -> list[bytes]:
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/xml"), ("Content-Length", str(len(REPLY)))])
    return [REPLY]


def create_app() -> Flask:
    return app


def create_bare():
    return bare


async def bridge(wsgi, scope, protocol) -> None:
    """The smallest way from granian's event loop to WSGI: await the body, call the app on the loop."""
    body = await protocol()
    environ = {
        "wsgi.version": (1, 0),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input": io.BytesIO(body),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "0",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SCRIPT_NAME": "",
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path,
        "QUERY_STRING": scope.query_string,
    }
    for name, value in scope.headers.items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"] = environ["HTTP_CONTENT_TYPE"], str(len(body))
    begun = []
    chunks = wsgi(environ, lambda status, headers, _exc=None: begun.append((int(status[:3]), headers)))
    protocol.response_bytes(*begun[0], b"".join(chunks))


async def rsgi(scope, protocol) -> None:
    await bridge(app, scope, protocol)


async def rsgi_bare(scope, protocol) -> None:
    await bridge(bare, scope, protocol)


def granian(*options: str) -> list[str]:
    respawn = ("--respawn-failed-workers", "--respawn-interval", "0.1", "--log-level", "critical")
    return [PYTHON, "-m", "granian", "--port", "{port}", "--workers", "1", *respawn, *options]


def gunicorn(*options: str) -> list[str]:
    return [PYTHON, "-m", "gunicorn", "-b", "127.0.0.1:{port}", "--log-level", "critical", *options]


def ours(factory: str) -> list[str]:
    serve = f"serve('servers:{factory}', port={{port}}, workers=1)"
    return [PYTHON, "-c", f"import sys; from ivr.web.server import serve; sys.exit({serve})"]


RSGI = ("--interface", "rsgi", "--loop", "asyncio")
# Its threads may not end between rounds: the time they had used would vanish from the sum.
THREADS_STAY = ("--blocking-threads-idle-timeout", "600")
WSGI = ("--interface", "wsgi", "--blocking-threads", "4", *THREADS_STAY)
UVICORN = ("--port", "{port}", "--interface", "wsgi", "--log-level", "critical")
# name: the module it needs, the command
CANDIDATES = {
    "granian wsgi": ("granian", granian(*WSGI, "servers:app")),
    "granian rsgi + bridge": ("granian", granian(*RSGI, "servers:rsgi")),
    "ours": ("httptools", ours("create_app")),
    "gunicorn sync": ("gunicorn", gunicorn("servers:app")),
    "gunicorn gthread": ("gunicorn", gunicorn("-k", "gthread", "--threads", "4", "servers:app")),
    "uvicorn wsgi": ("uvicorn", [PYTHON, "-m", "uvicorn", *UVICORN, "servers:app"]),
    "waitress": ("waitress", [PYTHON, "-m", "waitress", "--port", "{port}", "servers:app"]),
    "granian wsgi, bare": ("granian", granian(*WSGI, "servers:bare")),
    "granian rsgi, bare": ("granian", granian(*RSGI, "servers:rsgi_bare")),
    "ours, bare": ("httptools", ours("create_bare")),
}


def client(port: int, requests: int) -> None:
    """A closed loop: 8 kept connections, a new one where the server closes (gunicorn sync does)."""
    socks: list[socket.socket | None] = [None] * 8
    for _ in range(requests // len(socks)):
        for at, sock in enumerate(socks):
            socks[at] = sock or socket.create_connection(("127.0.0.1", port), 10)
            socks[at].sendall(REQUEST)
        for at, sock in enumerate(socks):
            reply = b""
            while not reply.endswith(b"</Response>"):
                piece = sock.recv(65536)
                assert piece, reply
                reply += piece
            assert reply.startswith(b"HTTP/1.1 200")
            if b"connection: close" in reply.lower():
                sock.close()
                socks[at] = None


def family(pid: int) -> list[int]:
    """A process and its descendants, parents first."""
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:  # it has just ended
        return []
    return [pid, *(one for child in children for one in family(child))]


def cpu_seconds(pid: int) -> float:
    """What all threads of a process and its descendants have used, user and system."""
    tasks = [task for one in family(pid) for task in Path(f"/proc/{one}/task").iterdir()]
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def answered(port: int, seconds: float) -> bool:
    """Whether one fresh request is answered within a time, tried again while the connection fails."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        with (
            contextlib.suppress(ConnectionError),
            socket.create_connection(("127.0.0.1", port), left) as sock,
        ):
            sock.sendall(REQUEST)
            sock.settimeout(left)
            try:
                if sock.recv(65536).startswith(b"HTTP/1.1 200"):
                    return True
            except TimeoutError:
                return False
        time.sleep(0.05)
    return False


def bears_half_open_bodies(port: int) -> bool:
    with contextlib.ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), 5)).sendall(UNFINISHED)
        time.sleep(0.5)
        return answered(port, 3)


def bears_kills(server: subprocess.Popen[bytes], port: int) -> bool:
    """Kill the worker, and its replacement as soon as it is there, three times; then ask."""
    for _ in range(3):
        end = time.monotonic() + 2
        while server.poll() is None and len(family(server.pid)) < 2 and time.monotonic() < end:
            time.sleep(0.02)
        if server.poll() is None:
            os.kill(family(server.pid)[-1], signal.SIGKILL)  # a server of one process is its own worker
        time.sleep(0.1)
    return server.poll() is None and answered(port, 5)


def start(command: list[str]) -> tuple[subprocess.Popen[bytes], int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = os.pathsep.join([str(HERE), str(HERE.parent), os.environ.get("PYTHONPATH", "")])
    server = subprocess.Popen(
        [word.replace("{port}", str(port)) for word in command],
        cwd=HERE,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert answered(port, 20), command
    return server, port


def main(rounds: int, requests: int = 1000) -> None:
    known = {name: command for name, (module, command) in CANDIDATES.items() if importlib.util.find_spec(module)}
    for name in CANDIDATES.keys() - known.keys():
        print(f"left out, not installed: {name}")
    running = {name: start(command) for name, command in known.items()}
    spent: dict[str, list[float]] = {name: [] for name in running}
    for number in range(rounds + 1):
        for name, (server, port) in running.items():
            before = cpu_seconds(server.pid)
            subprocess.run([PYTHON, __file__, "client", str(port), str(requests)], check=True)
            if number:  # the first round warms up
                spent[name].append((cpu_seconds(server.pid) - before) / requests * 1e6)
    base = statistics.median(spent["granian wsgi"])
    print(f"{'server':24}{'µs/request':>12}{'min-max':>12}{'ratio':>8}  {'200 half-open':15}{'3 kills'}")
    for name, (server, port) in running.items():
        median = statistics.median(spent[name])
        spread = f"{min(spent[name]):.0f}-{max(spent[name]):.0f}"
        half_open = kills = ""
        if "bare" not in name:
            half_open = "goes on" if bears_half_open_bodies(port) else "stands still"
            kills = "goes on" if bears_kills(server, port) else "is gone"
        print(f"{name:24}{median:12.0f}{spread:>12}{median / base:8.2f}  {half_open:15}{kills}")
        for pid in family(server.pid) if server.poll() is None else []:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        server.wait()


if __name__ == "__main__":
    if sys.argv[1:2] == ["client"]:
        client(int(sys.argv[2]), int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
