"""The real service in a folder of its own: `ivr serve`, its processes by their roles, its log, and what it has kept."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from ivr import desk as desks
from ivr.loader import Loaded, load
from ivr.sets import Sets
from ivr.store import Database
from ivr.store.schema import calls, losses, turns

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
FLOWS, CONTACTS = ROOT / "ivr" / "flows", ROOT / "data"
TOKEN = "a-token-of-the-tests"
PUBLIC = "https://ivr.example"
METRICS = "a-token-for-metrics"
READY_SECONDS = 60.0
END_SECONDS = 40.0


class Running:
    """One service. `folder` holds all that it has: flows, contacts, spool, sets, log, and with SQLite the database."""

    def __init__(
        self, folder: Path, database: str, *, workers: int = 2, command: list[str] | None = None, **more: str
    ) -> None:
        """`database` as in DATABASE_URL; `more` are settings. `command` instead of `ivr serve`."""
        self.folder = folder
        self.database = database
        self.port = free_port()
        self.var = folder / "var"
        self.flows, self.contacts = folder / "flows", folder / "data" / "contacts.yaml"
        self.log = folder / "stderr.log"
        self.out = folder / "stdout.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._command = command or [sys.executable, "-m", "ivr", "serve"]
        paths = [str(ROOT), str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("IVR_")},
            "PYTHONPATH": os.pathsep.join(paths),
            "TWILIO_AUTH_TOKEN": TOKEN,
            "IVR_PUBLIC_URL": PUBLIC,
            "IVR_FLOWS": str(self.flows),
            "IVR_CONTACTS": str(self.contacts),
            "IVR_SPOOL": str(self.var / "spool"),
            "IVR_METRICS_TOKEN": METRICS,
            "DATABASE_URL": database,
            "PORT": str(self.port),
            "WEB_CONCURRENCY": str(workers),
            **more,
        }

    def furnish(
        self, flows: Path = FLOWS, contacts: Path = CONTACTS / "contacts.yaml", *, proved: bool = True
    ) -> Running:
        """Lays down operators' files, and unless told otherwise the set of them as if it had been proved before: that
        is not what is tried here.
        """
        shutil.copytree(flows, self.flows, ignore=shutil.ignore_patterns("contacts.yaml"))
        self.contacts.parent.mkdir()
        shutil.copy(contacts, self.contacts)
        with contextlib.suppress(FileNotFoundError):
            shutil.copy(contacts.with_name("pronunciation.yaml"), self.contacts.parent)
        if proved:
            self.keep_set()
        return self

    def keep_set(self) -> str:
        """Keeps the set of the present files as one that was proved; gives its version."""
        found = load(self.flows, self.contacts, now=datetime.now(UTC))
        assert found.flows is not None, found.problems
        assert found.directory is not None
        assert found.bundle is not None
        return Sets(self.var / "sets").keep(found.bundle, found.flows, found.directory)

    def start(self) -> Running:
        """Starts it, and waits until it is ready."""
        assert self.process is None or self.process.poll() is not None
        with self.out.open("wb") as out, self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, cwd=self.folder, env=self.environment, stdout=out, stderr=log, stdin=subprocess.DEVNULL
            )
        process = self.process
        until(
            "the start of the service",
            lambda: self.out.read_bytes().endswith(b"\n") or process.poll() is not None,
            READY_SECONDS,
        )
        assert process.poll() is None, self.log.read_text()[-2000:]
        return self

    def stop(self) -> int:
        """An orderly stop; gives the exit code."""
        if self.process is None:
            return 0
        family = self.family()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(END_SECONDS)
        finally:
            _end(self.process.pid, *family)
            self.process.wait()

    def family(self) -> dict[int, str]:
        """The processes of the service by their ids: "keeper" or "worker"."""
        assert self.process is not None
        found = {}
        for pid in children(self.process.pid):
            with contextlib.suppress(OSError):
                words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                if b"-m" in words[:3] and alive(pid):
                    found[pid] = "worker" if words[words.index(b"-m") + 1].endswith(b".worker") else "keeper"
        return found

    def kill_all(self) -> None:
        """Ends every process of it at once, the parent first, as a machine does that falls over."""
        assert self.process is not None
        family = self.family()
        self.process.kill()
        _end(*family)
        self.process.wait()

    # What it says

    def events(self, name: str) -> list[dict[str, Any]]:
        """The lines of the log about one kind of event."""
        wanted = f'{{"event": "{name}"'
        lines = self.log.read_text(errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith(wanted)]

    def alarms(self) -> list[str]:
        """What was alarmed about."""
        return [event["sentence"] for event in self.events("alarm")]

    def desk(self) -> desks.Desk | None:
        """What the keeper has laid out."""
        return desks.read(self.var / "spool" / str(self.port) / desks.NAME)

    def metrics(self) -> str:
        """What `/metrics` shows."""
        with socket.create_connection(("127.0.0.1", self.port), 15) as sock:
            sock.sendall(
                b"GET /metrics HTTP/1.0\r\nHost: here\r\nAuthorization: Bearer " + METRICS.encode() + b"\r\n\r\n"
            )
            return b"".join(iter(lambda: sock.recv(65536), b"")).decode()

    def counted(self, name: str) -> int:
        """One number of the metrics, such as `ivr_lost_total{line="turn"}`."""
        for line in self.metrics().splitlines():
            if line.startswith(f"{name} "):
                return int(float(line.rpartition(" ")[2]))
        raise LookupError(name)

    # What it has kept

    def rows(self) -> dict[tuple[str, int], int]:
        """How often each turn is in the database."""
        query = select(turns.c.call, turns.c.turn, func.count()).group_by(turns.c.call, turns.c.turn)
        return {(call, turn): number for call, turn, number in self._asked(query)}

    def ends(self) -> dict[str, str | None]:
        """How each call ended."""
        return dict(map(tuple, self._asked(select(calls.c.call, calls.c.status))))

    def calls(self) -> list[dict[str, Any]]:
        """The rows of calls."""
        return [dict(row._mapping) for row in self._asked(select(calls))]

    def losses(self) -> dict[str, int]:
        """What the database says was lost, by the kind of line."""
        query = select(losses.c.reason, func.sum(losses.c["count"])).group_by(losses.c.reason)
        return {reason: int(number) for reason, number in self._asked(query) if number}

    def _asked(self, query: Any) -> Any:
        database = Database(self.database)
        try:
            with database.connect() as connection:
                return connection.execute(query).all()
        finally:
            database.close()


@lru_cache(maxsize=4)
def loaded(flows: Path, contacts: Path) -> Loaded:
    """A set of files that do not change."""
    return load(flows, contacts, now=datetime.now(UTC))


def until(what: str, true: Callable[[], object], seconds: float = 30.0, pause: float = 0.02) -> None:
    """Waits until something is the case.

    Raises:
        TimeoutError: it never was.
    """
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"still waiting after {seconds:g} s for {what}")
        time.sleep(pause)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    with contextlib.suppress(OSError):
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _end(*pids: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
