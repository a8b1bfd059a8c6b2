"""How rows about the same thing become one, whatever order they come in, however often, in whatever batches.

Each group of columns has a rank, bytes that are made of the line alone, and the greatest rank wins, with all its
columns. Two lines of the same rank are the same line. The remaining columns are the least or the greatest of what
came. Both are joins of a semilattice (associative, commutative, idempotent), so late, repeated and shuffled lines, and
several machines at once, end in the same row: decided by what happened, never by what arrived last.

    turns    the earlier line of a turn wins: it is the answer that the caller heard
    first    the line of the lowest turn tells version and language of the beginning
    last     the line of the highest turn tells where the call came to
    status   an end beats being under way; then the provider's sequence, then the order of endings
    fallback a line with an error code wins; then the earliest

The same join stands here twice: `joined` for lines of one batch, `write` in SQL for what the database has already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case, or_
from sqlalchemy.dialects import postgresql, sqlite

from ivr.store.schema import calls, instructions, turns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Table

    from ivr.store.lines import Batch, Row

GROUPS: Mapping[str, tuple[str, ...]] = {
    "first_rank": ("version", "first_language"),
    "last_rank": ("turns", "last_language", "flow", "step", "input", "expects"),
    "status_rank": ("status", "ended", "seconds"),
    "fallback_rank": ("fallback_at", "fallback_code"),
}
"""Columns of a call that move together."""


def joined(one: Row, other: Row) -> Row:
    """The row of a call that two rows of it make; which of them came first does not matter."""
    callers = [each["caller"] for each in (one, other) if each["caller"] is not None]
    row: Row = {
        "call": one["call"],
        "started": min(one["started"], other["started"]),
        "last_at": max(one["last_at"], other["last_at"]),
        "test": one["test"] or other["test"],
        "caller": max(callers, default=None),
    }
    for rank, columns in GROUPS.items():
        winner = other if one[rank] < other[rank] else one
        row[rank] = winner[rank]
        for name in columns:
            row[name] = winner[name]
    return row


def write(connection: Connection, batch: Batch) -> int:
    """Merges a batch into the tables; gives how many turns are new.

    Rows go in the order of their keys, so that two machines that write the same calls never wait for each other.
    """
    added = 0
    if batch.turns:
        rows = [batch.turns[key] for key in sorted(batch.turns)]
        fresh = insert(connection, turns).on_conflict_do_nothing().returning(turns.c.call, turns.c.turn)
        added = len(connection.execute(fresh, rows).all())
        if added < len(rows):
            _earlier_turns(connection, rows)
    if batch.calls:
        _calls(connection, [batch.calls[key] for key in sorted(batch.calls)])
    if batch.instructions:
        add_instructions(connection, [batch.instructions[key] for key in sorted(batch.instructions)])
    return added


def add_instructions(connection: Connection, rows: Sequence[Row]) -> None:
    """An instruction never changes: one whose id is there already is that one."""
    connection.execute(insert(connection, instructions).on_conflict_do_nothing().returning(instructions.c.id), rows)


def _earlier_turns(connection: Connection, rows: Sequence[Row]) -> None:
    better = insert(connection, turns)
    better = better.on_conflict_do_update(
        index_elements=["call", "turn"],
        set_={column.name: better.excluded[column.name] for column in turns.c if not column.primary_key},
        where=better.excluded.rank > turns.c.rank,
    )
    connection.execute(better.returning(turns.c.call), rows)


def _calls(connection: Connection, rows: Sequence[Row]) -> None:
    merge = insert(connection, calls)
    new = merge.excluded
    found: dict[str, Any] = {
        "started": case((new.started < calls.c.started, new.started), else_=calls.c.started),
        "last_at": case((new.last_at > calls.c.last_at, new.last_at), else_=calls.c.last_at),
        "test": or_(new.test, calls.c.test),
        "caller": case((or_(calls.c.caller.is_(None), new.caller > calls.c.caller), new.caller), else_=calls.c.caller),
    }
    for rank, columns in GROUPS.items():
        for name in (rank, *columns):
            found[name] = case((new[rank] > calls.c[rank], new[name]), else_=calls.c[name])
    merge = merge.on_conflict_do_update(index_elements=["call"], set_=found)
    connection.execute(merge.returning(calls.c.call), rows)


def insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT. With RETURNING, many rows go in one statement."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
