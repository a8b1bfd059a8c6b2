"""The database, as the keeper and the commands use it.

Every method is a transaction of its own, can be repeated after it has failed, and fails in one way: `Away`. All times
are aware and in UTC, in and out.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import and_, delete, func, inspect, not_, or_, select, text, tuple_, update

from ivr.instructions import Instruction
from ivr.store import lines as spool
from ivr.store import merge, trail
from ivr.store.away import Away, told
from ivr.store.engine import IMMEDIATE, bound, postgresql_engine, read_url, sqlite_engine
from ivr.store.schema import (
    audit,
    caller_keys,
    calls,
    instructions,
    logins,
    losses,
    publications,
    sessions,
    sets,
    tallies,
    turns,
    working_copies,
)
from ivr.store.work import finish

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine, Row, Table
    from sqlalchemy.sql.elements import ColumnElement

    from ivr.store.work import Finished

KEY_LIFE = timedelta(hours=24)
"""How long the key lives under which callers' numbers become hashes."""

TALLY_LIFE = timedelta(days=1)
"""A machine that has not been heard of for so long is gone."""

AHEAD = timedelta(minutes=1)
"""By more than this, a time is one of a clock that was wrong."""

MIGRATION_SECONDS = 600.0
"""A statement of a migration may take so long: no caller waits for it."""

TRIES_LIFE = timedelta(days=1)
"""How long a failed login is kept."""

TRAIL_LIFE = timedelta(days=730)
"""How long the audit trail is kept."""

WORK_LIFE = timedelta(days=365)
"""How long a working copy is kept that nobody changes."""

BITE: Final = 5000
"""Rows that a purge removes in one transaction, so that nobody waits long for it, and none takes too long."""

MIGRATIONS = Path(__file__).parent / "migrations"

HEAD = "0004"
"""The last step in `migrations/versions`."""

_MIGRATION_LOCK = 0x69_76_72
"""The number under which machines take turns in migrating PostgreSQL."""


class Written(NamedTuple):
    """What became of a batch.

    `added`: how many turns are new. `refused`: lines that could not be used, by index, with the reason.
    `passed_over`: names of fields that this release does not know, without which their lines were kept.
    """

    added: int
    refused: tuple[tuple[int, str], ...] = ()
    passed_over: tuple[str, ...] = ()


class Publication(NamedTuple):
    """A set was made the one that calls begin on, or a draft. `id` is their order."""

    id: int
    version: str
    draft: bool
    author: str
    why: str
    at: datetime


class Later(Exception):  # noqa: N818 - reads as what happened
    """Something was published later than what was looked at."""


class CallerKey(NamedTuple):
    """The random key (32 bytes) under which numbers become hashes for 24 hours from `born`, on all machines."""

    id: str
    key: bytes
    born: datetime


class Database:
    """One database. Safe to use from several threads; nothing is opened before it is needed."""

    def __init__(self, url: str, *, seconds: float = 5.0) -> None:
        """`url` as in DATABASE_URL; `seconds` for a connection, a lock, a statement each.

        Raises:
            ValueError: the URL cannot be used; the sentence names DATABASE_URL and holds no password.
        """
        self._url = read_url(url)
        self._seconds = seconds
        self._password = self._url.password
        self._engine = self._new_engine()

    def close(self) -> None:
        """Lets go of all connections. The database can be used again."""
        self._engine.dispose()

    # Schema

    def migrate(self, *, create: bool = False) -> None:
        """Brings the tables up to date. Several machines may do it at once.

        With `create`, a missing SQLite file is made, with its folder: for the start of the service only.

        Raises:
            Away: it cannot be reached, or is somebody else's.
        """
        engine = self._new_engine(statement_seconds=MIGRATION_SECONDS, create=create)
        try:
            if self._file and create:
                self._file.parent.mkdir(parents=True, exist_ok=True)
            with told(self._password):
                if self._file:
                    self._write_ahead(engine)
                with engine.connect().execution_options(**{IMMEDIATE: True}) as connection, connection.begin():
                    if not self._file:
                        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
                    self._upgrade(connection)
        except OSError as error:
            raise Away(f"the folder of the database: {type(error).__name__}") from error
        finally:
            engine.dispose()

    def _upgrade(self, connection: Connection) -> None:
        if self._is_current(connection):
            return
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    @staticmethod
    def _is_current(connection: Connection) -> bool:
        """Whether the tables are as this release knows them, or newer: steps are numbered, and only add something."""
        if not inspect(connection).has_table("alembic_version"):
            return False
        found = connection.scalar(text("SELECT max(version_num) FROM alembic_version"))
        return found is not None and str(found) >= HEAD

    def _write_ahead(self, engine: Engine) -> None:
        """Switches the file to WAL. SQLite does not wait here for another that does the same, so we do."""
        end = time.monotonic() + self._seconds
        while True:
            try:
                with engine.connect() as connection:
                    raw = connection.connection.driver_connection
                    assert raw is not None
                    raw.execute("PRAGMA journal_mode = WAL")
            except sqlite3.Error as error:
                if time.monotonic() > end or "locked" not in str(error):
                    raise Away(f"{type(error).__name__}: {error}") from error
                time.sleep(0.02)
            else:
                return

    # Records

    def write(self, lines: Sequence[Mapping[str, Any]]) -> Written:
        """Merges lines of the spool, all in one transaction. Lines that cannot be used are left out and returned.

        Raises:
            Away: nothing was written.
        """
        batch = spool.read(lines)
        added = 0
        if batch.turns or batch.calls or batch.instructions:
            with self._writing() as connection:
                added = merge.write(connection, batch)
        return Written(added, batch.refused, batch.passed_over)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection for reading (reports), in one transaction; it cannot write.

        Raises:
            Away: also what the database raises within the block.
        """
        with told(self._password), self._engine.connect() as connection:
            if self._file:
                bound(connection, self._seconds)
                connection.exec_driver_sql("PRAGMA query_only = ON")
            else:
                connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            yield connection

    # Instructions

    def add_instruction(self, instruction: Instruction) -> None:
        """Stores an instruction; one that is there already stays as it is.

        Raises:
            Away: it was not stored.
            ValueError: a text in it that cannot be stored.
        """
        row = spool.instruction_row(instruction.to_json())
        with self._writing() as connection:
            merge.add_instructions(connection, [row])

    def instructions(self, now: datetime) -> tuple[Instruction, ...]:
        """All that is needed to know what is in force at `now` and later, the oldest first.

        These are the latest of each subject, those whose end or beginning is still to come.
        """
        place = func.row_number().over(
            partition_by=(instructions.c.kind, instructions.c.subject),
            order_by=(instructions.c.at.desc(), instructions.c.id.desc()),
        )
        begun = select(instructions.c.id, place.label("place")).where(instructions.c.at <= now).subquery()
        latest = select(begun.c.id).where(begun.c.place == 1)
        wanted = or_(instructions.c.id.in_(latest), instructions.c.until > now, instructions.c.at > now)
        query = select(instructions).where(wanted).order_by(instructions.c.at, instructions.c.id)
        with self.connect() as connection:
            return tuple(map(_instruction, connection.execute(query)))

    def instruction_history(self, limit: int = 50) -> tuple[Instruction, ...]:
        """The latest instructions, the newest first."""
        query = select(instructions).order_by(instructions.c.at.desc(), instructions.c.id.desc()).limit(limit)
        with self.connect() as connection:
            return tuple(map(_instruction, connection.execute(query)))

    # Sets

    def store_set(self, version: str, content: bytes, at: datetime) -> None:
        """Stores a set under the checksum of its content; one that is there already stays as it is."""
        with self._writing() as connection:
            add = merge.insert(connection, sets).values(version=version, content=content, stored_at=at)
            connection.execute(add.on_conflict_do_nothing())

    def content(self, version: str) -> bytes | None:
        """The content of a set, or None if no such set is stored."""
        with self.connect() as connection:
            found = connection.execute(select(sets.c.content).where(sets.c.version == version)).scalar()
        return None if found is None else bytes(found)

    def publish(
        self,
        version: str,
        *,
        draft: bool,
        author: str,
        why: str,
        at: datetime,
        after: tuple[str, str] | None = None,
        only_after: int | None = None,
        work: Finished | None = None,
        noted: Mapping[str, Any] | None = None,
    ) -> Publication:
        """Adds a publication to the log; also to go back to an earlier version.

        `after` is a version, and why, that is entered just before it, so that nobody sees that one in force.
        `only_after`: the id of the latest publication, by which this one was decided upon; 0 when there was none.
        `work`: the working copy that it was, which is finished with it.
        `noted`: what the audit trail is to say of it beyond its version, author and reason.

        Raises:
            Later: there is a publication after `only_after`; nothing was added.
            Away: it was not added.
            LookupError: no such set is stored.
            ValueError: a text that cannot be stored.
        """
        entered = [*([after] if after else []), (version, why)]
        if not all(map(spool.storable, (author, *(reason for _, reason in entered)))):
            raise ValueError("author or why cannot be stored")
        with self._writing() as connection:
            if only_after is not None and self._last_publication(connection) != only_after:
                raise Later(only_after)
            for each, reason in entered:
                if connection.execute(select(sets.c.version).where(sets.c.version == each)).first() is None:
                    raise LookupError(f"no set {each} is stored")
                row = {"version": each, "draft": draft, "author": author, "why": reason, "at": at}
                number = connection.execute(publications.insert().returning(publications.c.id), row).scalar_one()
            if work is not None:
                finish(connection, work, author, at)
            if noted:
                entry = trail.Entry(at, author, "draft" if draft else "publish", noted)
                trail.note(connection, entry, publication=number)
        return Publication(number, version, draft, author, why, at)

    def _last_publication(self, connection: Connection) -> int:
        """Its id, or 0. Until the end of the transaction nobody adds another; SQLite's writers are alone anyway."""
        if not self._file:
            connection.execute(text("LOCK TABLE publications IN SHARE ROW EXCLUSIVE MODE"))
        return int(connection.execute(select(func.coalesce(func.max(publications.c.id), 0))).scalar_one())

    def publications(
        self, limit: int = 50, *, before: int | None = None, drafts: bool = True
    ) -> tuple[Publication, ...]:
        """The latest publications, the newest first: with an id below `before`, and without drafts, if so wished."""
        query = select(publications).order_by(publications.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(publications.c.id < before)
        if not drafts:
            query = query.where(publications.c.draft.is_(False))
        with self.connect() as connection:
            return tuple(Publication(*row) for row in connection.execute(query))

    def in_force(self) -> tuple[Publication | None, Publication | None]:
        """What calls begin on, and the draft beside it if one has come since."""

        def newest(draft: bool) -> Publication | None:
            query = select(publications).where(publications.c.draft.is_(draft)).order_by(publications.c.id.desc())
            row = connection.execute(query.limit(1)).first()
            return None if row is None else Publication(*row)

        with self.connect() as connection:
            current, draft = newest(draft=False), newest(draft=True)
        if current is not None and draft is not None and draft.id < current.id:
            draft = None
        return current, draft

    # The key of the day

    def caller_key(self, now: datetime) -> CallerKey:
        """The key that all machines share, made when there is none; keys that are 24 hours old are destroyed.

        A key from a time to come is one of a machine whose clock is ahead; by more than a day, it is destroyed as well.
        """
        with self.connect() as connection:
            found = _living_key(connection, now)
        if found is not None:
            return found
        with self._writing() as connection:
            self._alone(connection)
            found = _living_key(connection, now)
            if found is None:
                _destroy_keys(connection)
                found = CallerKey(secrets.token_hex(8), secrets.token_bytes(32), now)
                connection.execute(caller_keys.insert(), found._asdict())
        return found

    def _alone(self, connection: Connection) -> None:
        """Until the end of the transaction no other machine looks for a key; SQLite's writers are alone anyway."""
        if not self._file:
            connection.execute(text("LOCK TABLE caller_keys IN ACCESS EXCLUSIVE MODE"))

    # Counts

    def report_tally(self, machine: str, at: datetime, counts: Mapping[str, Any]) -> None:
        """Stores what a machine counts (JSON's own types). An earlier report never replaces a later one, unless that
        is one from the time to come: the machine's clock has been set back.
        """
        with self._writing() as connection:
            report = merge.insert(connection, tallies).values(machine=machine, at=at, counts=dict(counts))
            new = report.excluded
            report = report.on_conflict_do_update(
                index_elements=["machine"],
                set_={"at": new.at, "counts": new.counts},
                where=or_(new.at >= tallies.c.at, tallies.c.at > at + AHEAD),
            )
            connection.execute(report)

    def tallies(self, since: datetime) -> dict[str, tuple[datetime, dict[str, Any]]]:
        """By machine: when it reported last and what; those that did since then."""
        with self.connect() as connection:
            rows = connection.execute(select(tallies).where(tallies.c.at >= since)).all()
        return {row.machine: (row.at, row.counts) for row in rows}

    def note_losses(self, run: str, machine: str, counts: Mapping[str, int], at: datetime) -> None:
        """Stores how much a run of the service has lost so far, by reason. The greatest count wins."""
        if not counts:
            return
        rows = [
            {"run": run, "reason": reason, "machine": machine, "count": counts[reason], "at": at}
            for reason in sorted(counts)
        ]
        with self._writing() as connection:
            note = merge.insert(connection, losses)
            new = note.excluded
            note = note.on_conflict_do_update(
                index_elements=["run", "reason"],
                set_={"count": new["count"], "at": new.at, "machine": new.machine},
                where=new["count"] > losses.c["count"],
            )
            connection.execute(note, rows)

    def losses(self) -> dict[str, int]:
        """By reason: how much was lost in all runs together."""
        query = select(losses.c.reason, func.sum(losses.c["count"])).group_by(losses.c.reason)
        with self.connect() as connection:
            return {reason: int(count) for reason, count in connection.execute(query)}

    # Forgetting

    def purge(self, now: datetime, *, records: timedelta, hashes: timedelta) -> dict[str, int]:
        """Removes what is older than it may be; gives how many rows, by table.

        A row of age `records` is removed, one that is a moment younger is kept; a caller's hash likewise with
        `hashes`, from the beginning of the call. Published sets and the logs of publications and instructions stay.
        In bites, each a transaction: what `Away` interrupts goes on next time.
        """
        removed = {table.name: self._remove(table, old) for table, old in _old(now, records).items()}
        return removed | self.forget_callers(now, hashes=hashes)

    def forget_callers(self, now: datetime, *, hashes: timedelta, since: datetime | None = None) -> dict[str, int]:
        """Removes the hashes of callers that are older than they may be, and keys that are no longer used.

        With `since`, only calls that began after it are looked at: who asks every minute need not look at all of them.
        """
        forgotten = self._forget_hashes(now - hashes, since)
        with self.connect() as connection:
            dead = _dead_keys(connection, now)
        if dead:
            with self._writing() as connection:
                self._alone(connection)
                dead = _dead_keys(connection, now)
                if _living_key(connection, now) is None:
                    _destroy_keys(connection)
                else:
                    connection.execute(delete(caller_keys).where(caller_keys.c.born.in_(dead)))
        return {"hashes": forgotten, "caller_keys": len(dead)}

    def due(self, now: datetime, *, records: timedelta, hashes: timedelta) -> dict[str, int]:
        """How many rows `purge` would remove now, by the same names."""
        with self.connect() as connection:

            def count(table: Table, old: ColumnElement[bool]) -> int:
                return connection.execute(select(func.count()).select_from(table).where(old)).scalar_one()

            found = {table.name: count(table, old) for table, old in _old(now, records).items()}
            found["hashes"] = count(calls, _callers(now - hashes))
            return found | {"caller_keys": len(_dead_keys(connection, now))}

    def _remove(self, table: Table, old: ColumnElement[bool]) -> int:
        key = tuple_(*table.primary_key.columns)
        some = select(*table.primary_key.columns).where(old).limit(BITE).with_for_update(skip_locked=True)
        return self._in_bites(delete(table).where(key.in_(some)))

    def _forget_hashes(self, until: datetime, since: datetime | None) -> int:
        old = _callers(until) if since is None else and_(calls.c.started > since, _callers(until))
        some = select(calls.c.call).where(old).limit(BITE).with_for_update(skip_locked=True)
        return self._in_bites(update(calls).where(calls.c.call.in_(some)).values(caller=None))

    def _in_bites(self, statement: Any) -> int:
        total = 0
        while True:
            with self._writing() as connection:
                count = connection.execute(statement).rowcount
            total += count
            if count < BITE:
                return total

    # Within

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that writes, for what lies beside this module (`ivr.store.operators`).

        Raises:
            Away: nothing was written.
        """
        return self._writing()

    @property
    def _file(self) -> Path | None:
        is_file = self._url.drivername.startswith("sqlite")
        return Path(self._url.database or "") if is_file else None

    def _new_engine(self, *, statement_seconds: float | None = None, create: bool = False) -> Engine:
        if self._file:
            return sqlite_engine(self._file, self._seconds, create=create)
        return postgresql_engine(self._url, self._seconds, statement_seconds or self._seconds)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with (
            told(self._password),
            self._engine.connect().execution_options(**{IMMEDIATE: True}) as connection,
            connection.begin(),
        ):
            yield connection


def _old(now: datetime, records: timedelta) -> dict[Table, ColumnElement[bool]]:
    """What is older than it may be, by table."""
    old = now - records
    unpublished = not_(select(publications.c.id).where(publications.c.version == sets.c.version).exists())
    return {
        turns: turns.c.at <= old,
        calls: calls.c.last_at <= old,
        sets: and_(sets.c.stored_at <= old, unpublished),
        losses: losses.c.at <= old,
        tallies: tallies.c.at <= now - TALLY_LIFE,
        sessions: sessions.c.expires <= now,
        logins: logins.c.at <= now - TRIES_LIFE,
        audit: audit.c.at <= now - TRAIL_LIFE,
        working_copies: working_copies.c.saved <= now - WORK_LIFE,
    }


def _callers(until: datetime) -> ColumnElement[bool]:
    """The calls of which too old a hash is kept."""
    return and_(calls.c.started <= until, calls.c.caller.is_not(None))


def _instruction(row: Row[Any]) -> Instruction:
    return Instruction(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def _lives(born: datetime, now: datetime) -> bool:
    return abs(now - born) < KEY_LIFE


def _living_key(connection: Connection, now: datetime) -> CallerKey | None:
    rows = connection.execute(select(caller_keys).order_by(caller_keys.c.born, caller_keys.c.id)).all()
    living = [CallerKey(row.id, bytes(row.key), row.born) for row in rows if _lives(row.born, now)]
    return living[-1] if living else None


def _dead_keys(connection: Connection, now: datetime) -> list[datetime]:
    """When the keys were made that are used no longer."""
    return [born for born in connection.execute(select(caller_keys.c.born)).scalars() if not _lives(born, now)]


def _destroy_keys(connection: Connection) -> None:
    """Deletes all keys, bytes and all. PostgreSQL would keep a deleted row in its file until that place is used again;
    an emptied table gets a new file. SQLite overwrites (`secure_delete`).
    """
    if connection.dialect.name == "sqlite":
        connection.execute(delete(caller_keys))
    else:
        connection.execute(text("TRUNCATE caller_keys"))
