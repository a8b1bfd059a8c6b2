"""The audit trail: who did what, out of all the tables that say it.

What nothing else holds stands in the table `audit`: logins, accounts, work on files. Instructions and publications are
logs already, written by the page, the commands and the telephone alike, also by way of the spool; their lines are read
from there and stand nowhere twice. What the page knows of a publication beyond that (whose work it was, which warnings
were accepted) is a row of `audit` whose id names the publication.

A line is written in the transaction of what it tells: neither is ever there without the other.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import cast, literal, select, union_all

from ivr.store.schema import ascii_word, audit, instructions, publications

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

JOINED: Final = timedelta(minutes=5)
"""Who goes on with the same thing within this time leaves one line."""

_OF_PUBLICATION = "publication-"
"""How the id of a row begins that belongs to a publication."""


class Entry(NamedTuple):
    """A line of the audit trail."""

    at: datetime
    operator: str
    action: str
    details: Mapping[str, Any]


def note(connection: Connection, entry: Entry, *, publication: int | None = None) -> None:
    """Adds a line, or what is to stand in the line of a publication."""
    key = secrets.token_hex(16) if publication is None else f"{_OF_PUBLICATION}{publication}"
    connection.execute(audit.insert(), {"id": key, **entry._asdict(), "details": dict(entry.details)})


def note_once(connection: Connection, entry: Entry, like: tuple[str, ...]) -> None:
    """Adds a line, unless the operator has one of these actions with the same details that is not older than `JOINED`.

    `like` are actions, the entry's own among them.
    """
    query = select(audit.c.details).where(
        audit.c.operator == entry.operator, audit.c.action.in_(like), audit.c.at > entry.at - JOINED
    )
    if dict(entry.details) not in connection.execute(query).scalars().all():
        note(connection, entry)


def lines(connection: Connection, limit: int, *, skip: int = 0, operator: str | None = None) -> tuple[Entry, ...]:
    """The latest lines, of one operator or of all, the newest first; `skip` leaves some out."""
    key = ascii_word(64)
    wanted = [
        select(table.c.at, literal(table.name).label("source"), cast(table.c.id, key).label("id")).where(
            *([] if operator is None else [author == operator]),
            *([] if table is not audit else [audit.c.id.not_like(f"{_OF_PUBLICATION}%")]),
        )
        for table, author in _AUTHORS
    ]
    every = union_all(*wanted).subquery()
    query = select(every).order_by(every.c.at.desc(), every.c.source, every.c.id.desc()).limit(limit).offset(skip)
    found = connection.execute(query).all()
    ids: dict[str, list[str]] = defaultdict(list)
    for row in found:
        ids[row.source].append(row.id)
    entries = {
        (source, each): entry
        for source, some in ids.items()
        for each, entry in _READERS[source](connection, some).items()
    }
    return tuple(entries[row.source, row.id] for row in found)


def names(connection: Connection) -> tuple[str, ...]:
    """Everybody who is in the trail, by name."""
    found = (connection.execute(select(author).distinct()).scalars() for _, author in _AUTHORS)
    return tuple(sorted({name for some in found for name in some}))


_AUTHORS = (
    (audit, audit.c.operator),
    (instructions, instructions.c.author),
    (publications, publications.c.author),
)


def _audited(connection: Connection, ids: list[str]) -> dict[str, Entry]:
    rows = connection.execute(select(audit).where(audit.c.id.in_(ids)))
    return {row.id: Entry(row.at, row.operator, row.action, row.details) for row in rows}


def _instructed(connection: Connection, ids: list[str]) -> dict[str, Entry]:
    """Of a PIN nothing but whose it is; nothing of what callers hear, which the list of instructions shows."""
    found = {}
    for row in connection.execute(select(instructions).where(instructions.c.id.in_(ids))):
        value = "set" if row.kind == "pin" and row.value != "usual" else row.value
        numbers = row.kind == "limit" and value not in ("off", "usual")
        details = {
            "subject": row.subject,
            **({"value": value} if numbers else {}),
            "until": row.until and row.until.isoformat(),
            "channel": row.channel,
            **({"why": row.why} if row.why else {}),
            "instruction": row.id,
        }
        found[row.id] = Entry(row.at, row.author, "limit set" if numbers else f"{row.kind} {value}", details)
    return found


def _published(connection: Connection, ids: list[str]) -> dict[str, Entry]:
    more = {
        each.removeprefix(_OF_PUBLICATION): entry.details
        for each, entry in _audited(connection, [f"{_OF_PUBLICATION}{each}" for each in ids]).items()
    }
    found = {}
    for row in connection.execute(select(publications).where(publications.c.id.in_(map(int, ids)))):
        details = {"version": row.version, "why": row.why, "publication": row.id, **more.get(str(row.id), {})}
        found[str(row.id)] = Entry(row.at, row.author, "draft" if row.draft else "publish", details)
    return found


_READERS: Mapping[str, Callable[[Connection, list[str]], dict[str, Entry]]] = {
    "audit": _audited,
    "instructions": _instructed,
    "publications": _published,
}
