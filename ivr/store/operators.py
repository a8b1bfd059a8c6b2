"""Operators of the page: their accounts, their sessions, their failed logins, and the audit trail (`ivr.store.trail`).

Every method is a transaction of its own and fails as all of the database does: `Away`. Times are aware and in UTC. What
comes from a browser is never stored as it came: of a session's id there is a checksum, of a name that was tried a hash.
`noted` is the line of the trail, written in the same transaction; a change that finds nothing to change writes none.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, func, or_, select, update

from ivr.store import trail
from ivr.store.schema import audit, logins, operators, sessions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from ivr.store.database import Database
    from ivr.store.trail import Entry

ROLES = ("view", "edit", "publish")
"""What an operator may do. Each is given by itself; whoever may edit or publish may view."""

PER_NAME, NAME_WINDOW = 5, timedelta(minutes=15)
PER_ALL, ALL_WINDOW = 20, timedelta(minutes=1)
"""So many failed logins for one name, and for all names together, in so long a time; then none is looked at."""

_LOCK = 0x69_76_73
"""The number under which logins take turns on PostgreSQL: each is counted before the next is let in."""


class Operator(NamedTuple):
    """An account. `password` is a hash."""

    name: str
    password: str
    roles: frozenset[str]
    created: datetime
    disabled: datetime | None


class Session(NamedTuple):
    """Somebody who is logged in. `roles` are those of the account as it is now."""

    operator: str
    roles: frozenset[str]
    link: bool
    begun: datetime
    seen: datetime
    expires: datetime


class Operators:
    """The operators of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Accounts

    def add(self, name: str, password: str, roles: frozenset[str], at: datetime, *, noted: Entry | None = None) -> bool:
        """Enters an account with the hash of a password; False when the name is taken."""
        with self._database.writing() as connection:
            if connection.execute(select(operators.c.name).where(operators.c.name == name)).first():
                return False
            row = {"name": name, "password": password, "roles": _written(roles), "created": at}
            connection.execute(operators.insert(), row)
            _note(connection, noted)
        return True

    def all(self) -> tuple[Operator, ...]:
        """Every account, by name."""
        with self._database.connect() as connection:
            return tuple(map(_operator, connection.execute(select(operators).order_by(operators.c.name))))

    def find(self, name: str) -> Operator | None:
        """The account of a name, also a disabled one."""
        with self._database.connect() as connection:
            row = connection.execute(select(operators).where(operators.c.name == name)).first()
        return None if row is None else _operator(row)

    def change(
        self,
        name: str,
        *,
        password: str | None = None,
        roles: frozenset[str] | None = None,
        disabled: datetime | bool | None = False,
        noted: Entry | None = None,
    ) -> bool:
        """Changes an account and logs it out everywhere; False when there is none. `disabled` False leaves that."""
        values: dict[str, Any] = {}
        if password is not None:
            values["password"] = password
        if roles is not None:
            values["roles"] = _written(roles)
        if disabled is not False:
            values["disabled"] = disabled
        with self._database.writing() as connection:
            found = connection.execute(update(operators).where(operators.c.name == name).values(**values)).rowcount
            connection.execute(delete(sessions).where(sessions.c.operator == name))
            _note(connection, noted if found else None)
        return bool(found)

    def remove(self, name: str, *, noted: Entry | None = None) -> bool:
        """Removes an account with its sessions; what it did stays in the trail. False when there is none."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.operator == name))
            found = connection.execute(delete(operators).where(operators.c.name == name)).rowcount
            _note(connection, noted if found else None)
        return bool(found)

    # Sessions

    def begin(self, key: str, operator: str, now: datetime, expires: datetime, *, link: bool = False) -> None:
        """Enters a session under the checksum of its id, and the login in the trail."""
        row = {"id": key, "operator": operator, "link": link, "begun": now, "seen": now, "expires": expires}
        with self._database.writing() as connection:
            connection.execute(sessions.insert(), row)
            trail.note(connection, trail.Entry(now, operator, "link" if link else "login", {}))

    def session(self, key: str) -> Session | None:
        """A session, if there is one and its account may still be used. Whether it has run out the caller judges."""
        query = (
            select(sessions, operators.c.roles, operators.c.disabled, operators.c.name)
            .outerjoin(operators, operators.c.name == sessions.c.operator)
            .where(sessions.c.id == key)
        )
        with self._database.connect() as connection:
            row = connection.execute(query).first()
        if row is None or (not row.link and (row.name is None or row.disabled is not None)):
            return None
        roles = frozenset(ROLES) if row.link else _read(row.roles)
        return Session(row.operator, roles, row.link, row.begun, row.seen, row.expires)

    def touch(self, key: str, now: datetime) -> None:
        """Notes that a session is in use."""
        with self._database.writing() as connection:
            connection.execute(update(sessions).where(sessions.c.id == key).values(seen=now))

    def end(self, key: str, *, noted: Entry | None = None) -> None:
        """Ends a session."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.id == key))
            _note(connection, noted)

    def end_all(self, operator: str, *, noted: Entry | None = None) -> int:
        """Ends every session of an operator; gives how many."""
        with self._database.writing() as connection:
            _note(connection, noted)
            return connection.execute(delete(sessions).where(sessions.c.operator == operator)).rowcount

    # Logins

    def hindered(self, name: str, now: datetime, *, known: bool = False) -> timedelta | None:
        """Whether too many logins have failed for a password to be looked at: those for a name (its keyed hash), or
        those for all names together, which does not hinder who is `known`. Gives the time after which one may try again
        at the latest. None: it may be looked at, and counts as a failure from here on.
        """
        with self._database.writing() as connection:
            self._alone(connection)
            of_name = (logins.c.name == name) & (logins.c.at > now - NAME_WINDOW)
            lately = logins.c.at > now - ALL_WINDOW
            rows = connection.execute(select(logins.c.name, logins.c.at).where(or_(of_name, lately))).all()
            if sum(row.name == name and row.at > now - NAME_WINDOW for row in rows) >= PER_NAME:
                return NAME_WINDOW
            if not known and sum(row.at > now - ALL_WINDOW for row in rows) >= PER_ALL:
                return ALL_WINDOW
            connection.execute(logins.insert(), {"id": secrets.token_hex(16), "name": name, "at": now})
        return None

    def was_right(self, name: str) -> None:
        """The password was right: what failed for this name before counts no longer."""
        with self._database.writing() as connection:
            connection.execute(delete(logins).where(logins.c.name == name))

    def _alone(self, connection: Connection) -> None:
        if connection.dialect.name != "sqlite":
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))

    # The trail

    def note(self, at: datetime, operator: str, action: str, details: Mapping[str, Any]) -> None:
        """Adds a line to the audit trail, by itself."""
        with self._database.writing() as connection:
            trail.note(connection, trail.Entry(at, operator, action, details))

    def trail(self, limit: int = 100, *, skip: int = 0, operator: str | None = None) -> tuple[Entry, ...]:
        """The latest lines of the audit trail, of one operator or of all, the newest first; `skip` leaves some out."""
        with self._database.connect() as connection:
            return trail.lines(connection, limit, skip=skip, operator=operator)

    def in_trail(self) -> tuple[str, ...]:
        """Everybody who is in the audit trail, by name."""
        with self._database.connect() as connection:
            return trail.names(connection)

    def last_login(self, operator: str, before: datetime) -> datetime | None:
        """When an operator last logged in before an instant, as far as the trail goes back."""
        query = select(func.max(audit.c.at)).where(
            audit.c.operator == operator, audit.c.action.in_(("login", "link")), audit.c.at < before
        )
        with self._database.connect() as connection:
            found: datetime | None = connection.execute(query).scalar()
        return found


def _note(connection: Connection, noted: Entry | None) -> None:
    if noted is not None:
        trail.note(connection, noted)


def _written(roles: frozenset[str]) -> str:
    return " ".join(role for role in ROLES if role in roles)


def _read(written: str) -> frozenset[str]:
    return frozenset(written.split()) & frozenset(ROLES)


def _operator(row: Any) -> Operator:
    return Operator(row.name, row.password, _read(row.roles), row.created, row.disabled)
