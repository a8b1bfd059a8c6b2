"""The parent of `ivr serve`: holds the port, keeps keeper and workers alive, reads no request that could hurt it.

A worker that dies is replaced at once, however often that happens. Only where several in a row die before they
were ready, the next one waits a little, one second at most, so that a worker that cannot live does not use up
the machine; meanwhile the other workers and the port's queue take the calls. A worker whose factory fails
before the service was ever ready ends it with code 2: nothing has run yet, and somebody is looking.

The keeper, where there is one, starts first and is ready before the first worker starts. Later nobody waits for it:
calls are answered while it is away. It stops last, when the workers have written what there is to write.
"""

import contextlib
import errno
import os
import secrets
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import FrameType
from typing import Any

from ivr import tally
from ivr.web.server.order import Limits, Order

_BACKLOG = 2048
_DEATHS_FORGIVEN = 5
_FIRST_DELAY_SECONDS = 0.1
_LONGEST_DELAY_SECONDS = 1.0
_KILL_AFTER_SECONDS = 3.0  # beyond the workers' own limit
_KEEPER_SECONDS = 8.0  # to put away what the workers have written last

_WORKER = "ivr.web.server.worker"

_SENTENCES = {
    "in use": (
        "Der Anschluss {host}:{port} ist schon belegt; beenden Sie den anderen Dienst oder ändern Sie PORT.",
        "{host}:{port} is already in use; stop the other service or change PORT.",
    ),
    "not allowed": (
        "Der Anschluss {host}:{port} ist dem Systemverwalter vorbehalten; wählen Sie mit PORT einen ab 1024.",
        "{host}:{port} is reserved for the system's administrator; choose one from 1024 upwards with PORT.",
    ),
    "no address": (
        "Unter {host}:{port} ist dieser Rechner nicht zu erreichen ({why}); üblich: 127.0.0.1 und 0.0.0.0.",
        "This machine cannot be reached at {host}:{port} ({why}); usual are 127.0.0.1 and 0.0.0.0.",
    ),
    "died": (
        "Prozess {pid} ist unerwartet beendet ({why}) und wird ersetzt.",
        "Process {pid} has ended unexpectedly ({why}) and is being replaced.",
    ),
    "not started": (
        "Ein Prozess ließ sich nicht starten ({why}); es wird weiter versucht.",
        "A process could not be started ({why}); more attempts follow.",
    ),
    "never ready": (
        "Der Dienst kann nicht starten: Die Anwendung ließ sich nicht laden (siehe oben).",
        "The service cannot start: the application could not be loaded (see above).",
    ),
}


def serve(
    app_factory: str | Callable[[], Any],
    *,
    host: str = "127.0.0.1",
    port: int,
    workers: int,
    ready: Callable[[], None] | None = None,
    environment: Mapping[str, str] | None = None,
    short: tuple[str, ...] = ("/voice", "/healthz"),
    threads: int = 4,
    limits: Limits | None = None,
    language: str = "de",
    keeper: str | None = None,
) -> int:
    """Serve the app that `app_factory` makes until SIGTERM or SIGINT; return the exit code of the process.

    `app_factory` is "module:callable", or such a callable itself (importable by its module and name,
    because each worker imports it anew). `ready` is called once, when all workers accept calls.
    `environment` adds variables to those the workers inherit. Requests that are `short` are answered on the event
    loop, all others by `threads` threads of each worker: those of which the app says so itself (`is_short(environ)`),
    or where it does not, those whose path begins with one of these. `language` ("de" or "en") is
    that of the few sentences on standard error. `keeper` is a module that is run as one more process.

    Each process finds in its environment `IVR_TALLY`, the descriptor of the shared counters, its seat, and what
    tells this start of the service from any other ("5:1:89abcdef01234567").

    Returns 0 after an orderly stop, 1 when requests were cut off by its time limit, 2 when the service
    could not start. Must be called in the main thread: only there can signals be taken. Raises ValueError
    for a factory that cannot be named.
    """
    app = _name_of(app_factory)
    say = _speaker(language)
    try:
        listener = _listen(host, port)
    except OSError as error:
        say(_why_not(error), host=host, port=port, why=error.strerror or error)
        return 2
    # The lifeline is each worker's own, and filled in when one starts.
    order = Order(app, listener.fileno(), -1, short, threads, limits or Limits())
    with listener, _stop_signals() as wakeup:
        house = _House(listener, wakeup, order, {**os.environ, **(environment or {})}, say)
        return house.run(workers, ready, keeper)


def _speaker(language: str) -> Callable[..., None]:
    def say(key: str, **words: object) -> None:
        print(_SENTENCES[key][language == "en"].format(**words), file=sys.stderr, flush=True)  # noqa: T201 - the operator's console

    return say


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=_BACKLOG)


def _why_not(error: OSError) -> str:
    known = {errno.EADDRINUSE: "in use", errno.EACCES: "not allowed"}
    return known.get(error.errno or 0, "no address")


def _name_of(factory: str | Callable[[], Any]) -> str:
    name = factory if isinstance(factory, str) else f"{factory.__module__}:{factory.__qualname__}"
    if name.count(":") != 1 or "<" in name:
        raise ValueError(f"an app factory is named as module:callable, not {name!r}")
    return name


@contextlib.contextmanager
def _stop_signals() -> Iterator[socket.socket]:
    """While the block runs, each SIGTERM or SIGINT is one byte on the socket it gives."""
    reads, writes = socket.socketpair()
    reads.setblocking(False)
    writes.setblocking(False)

    def noted(_number: int, _frame: FrameType | None) -> None:
        """The byte that Python writes to the wakeup socket is all we need."""

    before = {number: signal.signal(number, noted) for number in (signal.SIGTERM, signal.SIGINT)}
    wakeup = signal.set_wakeup_fd(writes.fileno(), warn_on_full_buffer=False)
    try:
        yield reads
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        reads.close()
        writes.close()


class _Slot:
    """One place for a process: who works there now, and what happened to those before."""

    def __init__(self, module: str, seat: int) -> None:
        self.module = module
        self.seat = seat
        self.process: subprocess.Popen[bytes] | None = None
        self.lifeline: socket.socket | None = None
        self.ready = False
        self.failed_starts = 0
        self.due = 0.0

    def buried(self, now: float) -> None:
        """Note a death, and when the next worker may start."""
        self.failed_starts = 0 if self.ready else self.failed_starts + 1
        excess = self.failed_starts - _DEATHS_FORGIVEN
        delay = min(_FIRST_DELAY_SECONDS * 2 ** min(excess, 10), _LONGEST_DELAY_SECONDS) if excess >= 0 else 0.0
        self.process, self.ready, self.due = None, False, now + delay


class _House:
    """The keeper and all workers, and the loop that looks after them."""

    def __init__(
        self,
        listener: socket.socket,
        wakeup: socket.socket,
        order: Order,
        environment: dict[str, str],
        say: Callable[..., None],
    ) -> None:
        self.listener = listener
        self.wakeup = wakeup
        self.order = order
        self.environment = environment
        self.say = say
        self.keeper: _Slot | None = None
        self.workers: list[_Slot] = []
        self.tally = -1
        self.run_id = secrets.token_hex(8)
        self.kept = False
        self.selector = selectors.DefaultSelector()
        self.opened = False

    @property
    def slots(self) -> list[_Slot]:
        return [*filter(None, [self.keeper]), *self.workers]

    def run(self, workers: int, ready: Callable[[], None] | None, keeper: str | None) -> int:
        self.selector.register(self.wakeup, selectors.EVENT_READ)
        self.tally = tally.create(workers + 1)
        self.keeper = _Slot(keeper, tally.KEEPER) if keeper else None
        self.workers = [_Slot(_WORKER, seat) for seat in range(1, workers + 1)]
        try:
            while True:
                for slot in self._vacant():
                    if slot.due <= time.monotonic():
                        self._start(slot)
                if self._signalled(self._patience()):
                    return self._stop()
                failed = self._look_after()
                if failed and not self.opened:
                    self.say("never ready")
                    self._stop()
                    return 2
                if not self.opened and all(slot.ready for slot in self.slots):
                    self.opened = True
                    if ready is not None:
                        ready()
        finally:
            self._kill()
            self.selector.close()
            os.close(self.tally)

    def _vacant(self) -> list[_Slot]:
        """Where a process is to start. The first worker starts when the keeper has got everything ready."""
        self.kept = self.kept or self.keeper is None or self.keeper.ready
        return [slot for slot in (self.slots if self.kept else [self.keeper]) if slot and slot.process is None]

    def _start(self, slot: _Slot) -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        order = replace(self.order, lifeline=theirs.fileno())
        port = () if slot is self.keeper else (order.listener,)
        with theirs:
            try:
                slot.process = subprocess.Popen(  # noqa: S603 - our own module, our own interpreter, no shell
                    [sys.executable, "-m", slot.module, order.to_json()],
                    pass_fds=(*port, order.lifeline, self.tally),
                    env={**self.environment, "IVR_TALLY": f"{self.tally}:{slot.seat}:{self.run_id}"},
                    stdin=subprocess.DEVNULL,
                )
            except OSError as error:
                # The machine is out of processes or memory; that passes, and the other workers go on.
                self.say("not started", why=error.strerror or error)
                ours.close()
                slot.buried(time.monotonic())
                return
        slot.lifeline = ours
        self.selector.register(ours, selectors.EVENT_READ)

    def _patience(self) -> float:
        """Seconds until something is due; at most one, in case an end was not seen on its lifeline."""
        now = time.monotonic()
        return min([1.0, *(max(0.0, slot.due - now) for slot in self._vacant())])

    def _signalled(self, seconds: float) -> bool:
        """Wait until a worker says something or a signal comes; True for a signal."""
        self.selector.select(seconds)
        with contextlib.suppress(BlockingIOError):
            return bool(self.wakeup.recv(64))
        return False

    def _look_after(self) -> bool:
        """Hear what the workers say and bury the dead; True when one ended by itself with an error."""
        failed = False
        for slot in self.slots:
            if slot.process is None or slot.lifeline is None:
                continue
            word: bytes | None = None
            with contextlib.suppress(BlockingIOError, ConnectionError):
                word = slot.lifeline.recv(16)
            slot.ready = slot.ready or bool(word)
            if word == b"":
                # The lifeline closes a moment before the process can be waited for.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    slot.process.wait(1.0)
            code = slot.process.poll()
            if code is None:
                continue
            self.selector.unregister(slot.lifeline)
            slot.lifeline.close()
            if self.opened or code < 0:
                self.say("died", pid=slot.process.pid, why=f"Signal {-code}" if code < 0 else f"Code {code}")
            failed = failed or code > 0
            slot.buried(time.monotonic())
        return failed

    def _stop(self) -> int:
        """Ask all workers to finish, and wait; a second signal ends the patience."""
        # With ours and the workers' copies the port itself closes, so that no call comes in unanswered.
        self.listener.close()
        running = [slot.process for slot in self.workers if slot.process is not None]
        patient = self._wait_for(running, self.order.limits.stop_seconds + _KILL_AFTER_SECONDS)
        if patient and self.keeper is not None and self.keeper.process is not None:
            self._wait_for([self.keeper.process], _KEEPER_SECONDS)
        self._kill()
        # Minus SIGTERM: it was told to go before it had begun to listen, so nobody was cut off.
        return 0 if all(process.returncode in {0, -signal.SIGTERM} for process in running) else 1

    def _wait_for(self, processes: list[subprocess.Popen[bytes]], seconds: float) -> bool:
        """Ask processes to end and wait until they have; False when a second signal came."""
        for process in processes:
            process.terminate()
        end = time.monotonic() + seconds
        while any(process.poll() is None for process in processes) and time.monotonic() < end:
            if self._signalled(0.05):
                return False
        return True

    def _kill(self) -> None:
        for slot in self.slots:
            if slot.process is not None and slot.process.poll() is None:
                slot.process.kill()
                slot.process.wait()
            if slot.lifeline is not None:
                slot.lifeline.close()
