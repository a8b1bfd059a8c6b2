"""What operators are working on: their copies of flows and contacts, and the scenarios that they keep.

Every method is a transaction of its own and fails as all of the database does: `Away`. Times are aware and in UTC.
`noted` is the line of the audit trail, written in the same transaction if there was something to change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, select, update

from ivr.store import merge, trail
from ivr.store.schema import scenarios, working_copies

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from ivr.store.database import Database
    from ivr.store.trail import Entry

BEGIN, SAVE = "edit begin", "edit save"
"""What the trail calls it when somebody begins to work on a file, and goes on."""


class WorkingCopy(NamedTuple):
    """The files that an operator is working on; each has one at most."""

    operator: str
    base: str
    """The version that the work began with."""
    base_content: bytes
    """Its files (`Bundle.to_bytes`)."""
    content: bytes
    """The files as they are now (`Bundle.to_bytes`)."""
    revision: int
    """1 for a new one, one more with each change: whoever saves says which one she has seen."""
    saved: datetime
    adjusted: Mapping[str, Sequence[str]] | None = None
    """By name, scenarios that are to expect something else once this is published: their content before and then."""


class Finished(NamedTuple):
    """Work that was published for all callers."""

    operator: str
    revision: int
    adjusted: Mapping[str, Sequence[str]]


class Scenario(NamedTuple):
    """A scenario that was kept on the page."""

    name: str
    """ASCII, unique; also its file's name, without `.yaml`."""
    content: str
    """As it would stand in a file of `tests/scenarios`."""
    author: str
    at: datetime


class WorkingCopies:
    """The working copies of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[WorkingCopy, ...]:
        """Every copy, the latest change first."""
        query = select(working_copies).order_by(working_copies.c.saved.desc(), working_copies.c.operator)
        with self._database.connect() as connection:
            return tuple(WorkingCopy(*row) for row in connection.execute(query))

    def of(self, operator: str) -> WorkingCopy | None:
        """The copy of an operator."""
        query = select(working_copies).where(working_copies.c.operator == operator)
        with self._database.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else WorkingCopy(*row)

    def save(self, copy: WorkingCopy, *, noted: Entry | None = None) -> bool:
        """Stores a copy over the one whose revision is one less, or as a new one when its own is 1.

        False when another window has been quicker: nothing was changed.
        """
        values = copy._asdict()
        with self._database.writing() as connection:
            if copy.revision == 1:
                add = merge.insert(connection, working_copies).values(values).on_conflict_do_nothing()
                done = connection.execute(add.returning(working_copies.c.operator)).first() is not None
            else:
                mine = working_copies.c.operator == copy.operator
                seen = working_copies.c.revision == copy.revision - 1
                done = bool(connection.execute(update(working_copies).where(mine, seen).values(values)).rowcount)
            if done and noted is not None and noted.action == SAVE:
                trail.note_once(connection, noted, (BEGIN, SAVE))
            else:
                _note(connection, noted, done=done)
        return done

    def finish(self, work: Finished, author: str, at: datetime) -> None:
        """What publishing does to a copy; for one whose set was published already."""
        with self._database.writing() as connection:
            finish(connection, work, author, at)

    def discard(self, operator: str, revision: int, *, noted: Entry | None = None) -> bool:
        """Removes a copy; False when there is none, or it has changed since that revision."""
        with self._database.writing() as connection:
            done = give_up(connection, operator, revision)
            _note(connection, noted, done=done)
        return done


def finish(connection: Connection, work: Finished, author: str, at: datetime) -> None:
    """Removes a copy, unless it has changed since, and adjusts its scenarios, less those that have changed since."""
    give_up(connection, work.operator, work.revision)
    for name, (before, then) in sorted(work.adjusted.items()):
        same = (scenarios.c.name == name) & (scenarios.c.content == before)
        connection.execute(update(scenarios).where(same).values(content=then, author=author, at=at))


def give_up(connection: Connection, operator: str, revision: int) -> bool:
    """Removes a copy, unless it has changed since that revision."""
    mine = (working_copies.c.operator == operator) & (working_copies.c.revision == revision)
    return bool(connection.execute(delete(working_copies).where(mine)).rowcount)


class Scenarios:
    """The scenarios of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Scenario, ...]:
        """Every scenario, by name."""
        with self._database.connect() as connection:
            rows = connection.execute(select(scenarios).order_by(scenarios.c.name))
            return tuple(Scenario(*row) for row in rows)

    def add(self, scenario: Scenario, *, noted: Entry | None = None) -> bool:
        """Keeps a new scenario; False when the name is taken."""
        with self._database.writing() as connection:
            add = merge.insert(connection, scenarios).values(scenario._asdict()).on_conflict_do_nothing()
            done = connection.execute(add.returning(scenarios.c.name)).first() is not None
            _note(connection, noted, done=done)
        return done

    def change(self, scenario: Scenario, content: str, *, noted: Entry | None = None) -> bool:
        """Replaces a scenario, when it still has this content."""
        same = (scenarios.c.name == scenario.name) & (scenarios.c.content == content)
        with self._database.writing() as connection:
            done = bool(connection.execute(update(scenarios).where(same).values(scenario._asdict())).rowcount)
            _note(connection, noted, done=done)
        return done

    def remove(self, name: str, content: str, *, noted: Entry | None = None) -> bool:
        """Removes a scenario, when it still has this content."""
        same = (scenarios.c.name == name) & (scenarios.c.content == content)
        with self._database.writing() as connection:
            done = bool(connection.execute(delete(scenarios).where(same)).rowcount)
            _note(connection, noted, done=done)
        return done


def _note(connection: Connection, noted: Entry | None, *, done: bool) -> None:
    if done and noted is not None:
        trail.note(connection, noted)
