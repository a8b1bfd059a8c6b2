"""SQLite or PostgreSQL, by the URL; and how long each may take.

    sqlite:///var/ivr.db                       a file; four slashes for an absolute path
    postgresql://user:password@host/database   `postgres://` is the same

**SQLite** is opened anew for each transaction, and never created on the way: a file that has been moved, or lies on a
volume that is not mounted, must not be taken for a fresh start, or its records would be forgotten without a word. It is
in WAL mode, so that reports read while the keeper writes, with `synchronous=FULL`: in WAL mode, NORMAL may lose the
latest commits when the power fails, and the spool has been cleared of their lines by then. A batch costs one fsync.
`secure_delete` overwrites what is deleted.

**PostgreSQL** keeps few connections, each tried before use. Server and client both watch the time: the server ends a
statement that takes too long, the client ends the connection to a server that says nothing at all. Neither startup
options nor prepared statements are used, which poolers (PgBouncer) cannot pass on.
"""

from __future__ import annotations

import math
import sqlite3
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import URL, Connection, Engine

GRACE = 2.0
"""Seconds that the client waits longer than the server: its word is better than a guess."""

_STEPS = 50_000
"""SQLite's own steps between two looks at the clock; a few milliseconds."""

IMMEDIATE = "ivr_immediate"
"""The execution option of a transaction that writes: SQLite has to ask for the lock at its beginning, because only
there it waits for it."""


class BadUrl(ValueError):  # noqa: N818 - it is the URL that is bad
    """A DATABASE_URL that cannot be used; `sentence` says why, without the password."""

    def __init__(self, de: str, en: str) -> None:
        super().__init__(en)
        self.sentence = Sentence(de, en)


def read_url(written: str) -> URL:
    """The URL, with the driver in it.

    Raises:
        BadUrl: it is of another database, or none.
    """
    try:
        url = make_url(written)
    except (ArgumentError, ValueError, TypeError):
        url = None
    name = url.drivername.partition("+")[0] if url else ""
    if url is not None and name == "sqlite" and url.database and "?" not in written and not url.host:
        if url.database != ":memory:" and not url.database.startswith("file:") and "\0" not in url.database:
            return url.set(drivername="sqlite+pysqlite")
    elif url is not None and name in ("postgres", "postgresql") and url.database:
        url = url.set(drivername="postgresql+psycopg")
        if _understood(url):
            return url
    raise BadUrl(
        "DATABASE_URL ist keine Adresse, die hier verwendet werden kann; so geht es: sqlite:///var/ivr.db oder "
        "postgresql://benutzer:passwort@rechner/datenbank.",
        "DATABASE_URL is no address that can be used here; write sqlite:///var/ivr.db or "
        "postgresql://user:password@host/database.",
    )


def _understood(url: URL) -> bool:
    """Whether PostgreSQL's own library knows all that it says."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import make_conninfo

    try:
        make_conninfo(**_arguments(url))
    except (ProgrammingError, ValueError, TypeError):
        return False
    return True


def _arguments(url: URL) -> dict[str, Any]:
    given = url.translate_connect_args(username="user", database="dbname")
    return {
        **given,
        **{name: value if isinstance(value, str) else ",".join(value) for name, value in url.query.items()},
    }


def sqlite_engine(path: Path, seconds: float, *, create: bool = False) -> Engine:
    """An engine for a file; only with `create` it makes one that is missing."""
    mode = "rwc" if create else "rw"

    def connect() -> sqlite3.Connection:
        uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
        # Without an isolation level the module begins no transactions of its own; ours begin in `begun`.
        connection = sqlite3.connect(uri, uri=True, timeout=seconds, isolation_level=None, check_same_thread=False)
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        immediate = connection.get_execution_options().get(IMMEDIATE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def bound(connection: Connection, seconds: float) -> None:
    """Lets no statement of a connection to a file take longer: SQLite has no such limit, but asks us now and then."""
    raw: Any = connection.connection.driver_connection

    @event.listens_for(connection, "before_cursor_execute")
    def begun(*_: Any) -> None:
        end = time.monotonic() + seconds
        raw.set_progress_handler(lambda: time.monotonic() > end, _STEPS)


def postgresql_engine(url: URL, seconds: float, statement_seconds: float) -> Engine:
    """An engine for a server. `seconds` to connect, `statement_seconds` for each statement."""
    import psycopg

    class Patient(psycopg.Connection[Any]):
        """A connection that gives up on a server that has stopped answering: no timeout of the server's ends that."""

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            patience = statement_seconds + GRACE
            try:
                return super().wait(gen, interval, patience if timeout is None else min(timeout, patience))
            except psycopg.errors._WaitTimeout:  # noqa: SLF001 - what `wait` is documented to raise
                self.pgconn.finish()
                raise psycopg.OperationalError("the server does not answer") from None

    arguments = {"connect_timeout": str(max(2, math.ceil(seconds))), **_arguments(url)}
    engine = create_engine(
        url,
        creator=lambda: Patient.connect(**arguments, prepare_threshold=None),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=2,
        max_overflow=3,
        pool_timeout=seconds,
        pool_recycle=600,
    )
    milliseconds = max(1, int(statement_seconds * 1000))

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {milliseconds}")

    return engine
