"""Away: the one way in which the database fails, whatever the cause.

Those who use it have one question only: did it work, or is it to be tried again later? A server that is down, a file
that is locked, moved, full or read-only, a table that is missing: each is `Away`, and the words are for the journal.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import exc

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 200
"""Characters of the driver's own words that are passed on."""


class Away(Exception):  # noqa: N818 - reads as what happened: the database is away
    """The database could not do what was asked; nothing of it was done. Holds no password and nothing about a call."""


class TooLong(Away):
    """It is there, but the question took longer than it may, and was ended."""


class NotTaken(Away):
    """It is there, but what was asked for holds something that it never takes, as PostgreSQL takes no NUL in a text."""


@contextmanager
def told(password: str | None) -> Iterator[None]:
    """Whatever the database raises within is raised as `Away`.

    Raises:
        Away: the database failed.
    """
    try:
        yield
    except exc.DBAPIError as error:
        kind = TooLong if _code(error) in _ENDED else NotTaken if isinstance(error, exc.DataError) else Away
        raise kind(_words(error, password)) from error
    except exc.TimeoutError as error:
        raise Away("no connection to the database became free in time") from error


_ENDED = frozenset({"57014", "SQLITE_INTERRUPT"})
"""How PostgreSQL and SQLite call it when a statement was ended because of its time."""


def _code(error: exc.DBAPIError) -> str | None:
    found = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return None if found is None else str(found)


def _words(error: exc.DBAPIError, password: str | None) -> str:
    """The driver's first line if it is about the connection; other messages can quote a row and stay unsaid."""
    cause, code = error.orig, _code(error)
    name = type(cause).__name__ + (f" {code}" if code else "")
    if not isinstance(error, exc.OperationalError | exc.InterfaceError):
        return name
    first = str(cause).strip().partition("\n")[0][:LONGEST]
    if password:
        first = first.replace(password, "***")
    return f"{name}: {first}" if first else name
