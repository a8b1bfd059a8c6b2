"""A throw-away PostgreSQL: a cluster in a folder of its own, on a Unix socket, ended by the id of its process.

Sorts words as German does, as a city's server may: whatever relies on the order of bytes has to say so.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

OWNER = "ivr"
"""The database's superuser; the Unix socket asks for no password."""


def bin_folder() -> Path | None:
    """Where a server's programs are, the newest first; None where none is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: -int(path.parts[-3]))
    found += [Path(each).resolve() for name in ("postgres",) if (each := shutil.which(name))]
    return next((path.parent for path in found if (path.parent / "initdb").exists()), None)


class Postgres:
    """A cluster. It is made and started by `start`; `stop` and `start` again play an outage."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._names = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = Path(tempfile.mkdtemp(prefix="ivr-postgres-", dir="/tmp"))
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            # The server refuses to run as root.
            user = next(pwd.getpwnam(name) for name in ("postgres", "nobody") if _known(name))
            self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self._run("initdb", "-D", "data", "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions",
                  "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=de")  # fmt: skip

    def start(self, *settings: str) -> None:
        """Starts the server; returns when it answers. `settings` are more of it, such as `fsync=on`: the usual ones are
        quick, and would not survive a power failure.
        """
        assert self._process is None
        quick = ("fsync=off", "full_page_writes=off", "listen_addresses=", "max_connections=50", "autovacuum=off")
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self._programs / "postgres",
                    "-D",
                    "data",
                    "-k",
                    self.folder,
                    *(f"-c{each}" for each in (*quick, *settings)),
                ],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                **self._as,
            )
        end = time.monotonic() + 30
        while True:
            try:
                self.ask("SELECT 1", database="postgres")
            except psycopg.OperationalError:
                if time.monotonic() > end or self._process.poll() is not None:
                    raise
                time.sleep(0.02)
            else:
                return

    @property
    def pid(self) -> int:
        """Of the server's first process."""
        assert self._process is not None
        return self._process.pid

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Ends the server at once, with all connections; its data stay. SIGQUIT is a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def remove(self) -> None:
        """Ends it, and removes its data."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """As in DATABASE_URL."""
        return f"postgresql://{OWNER}@/{database}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        """A new database, empty or a copy; gives its name."""
        name = f"test_{next(self._names)}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template}", database="postgres")
        return name

    def ask(self, query: str, *, database: str) -> list[tuple[Any, ...]]:
        """Runs a statement past the service."""
        with psycopg.connect(self.url(database), autocommit=True, connect_timeout=5) as connection:
            found = connection.execute(query.encode())
            return found.fetchall() if found.description else []

    def _run(self, program: str, *arguments: str) -> None:
        command = [self._programs / program, *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, **self._as)
        assert done.returncode == 0, done.stderr


def _known(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
