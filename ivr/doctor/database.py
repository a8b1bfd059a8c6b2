"""The database: whether it answers, and whether its clock is ours."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ivr.doctor.finding import ok, warning, wrong
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.doctor.finding import Finding, Setup

APART = 5.0
"""Seconds that two clocks may differ: operators' switches are to take effect within three."""
FAR_APART = 60.0

DEFAULT = "sqlite:///var/ivr.db"


def there(setup: Setup) -> Iterator[Finding]:
    """It can be connected to."""
    database = _database()
    if database is None:
        yield ok("database", "Diese Version hat keine Datenbank.", "This version has no database.")
        return
    url = setup.env.get("DATABASE_URL") or DEFAULT
    try:
        with database(url).connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except Exception as error:  # noqa: BLE001 - every driver has errors of its own
        yield warning(
            "database",
            f"Die Datenbank {_shown(url)} antwortet nicht ({type(error).__name__}).",
            f"The database {_shown(url)} does not answer ({type(error).__name__}).",
            Sentence(
                "Anrufe gehen weiter, die Aufzeichnungen warten im Spool. Stimmt DATABASE_URL?",
                "Calls go on, records wait in the spool. Is DATABASE_URL right?",
            ),
        )
    else:
        yield ok("database", f"{_shown(url)} antwortet.", f"{_shown(url)} answers.")


def same_time(setup: Setup) -> Iterator[Finding]:
    """A database server has a clock of its own, by which several machines compare theirs."""
    database = _database()
    url = setup.env.get("DATABASE_URL") or DEFAULT
    if database is None or not url.startswith("postgres"):
        return
    try:
        with database(url).connect() as connection:
            theirs = float(connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())").scalar())
    except Exception:  # noqa: BLE001 - told by `there`
        return
    yield compared(setup.clocks()[0], theirs)


def compared(ours: float, theirs: float) -> Finding:
    """What two clocks, in seconds since 1970, say of each other."""
    apart = ours - theirs
    if abs(apart) <= APART:
        return ok("database-clock", "Die Uhr der Datenbank geht gleich.", "The database's clock agrees.")
    found = wrong if abs(apart) > FAR_APART else warning
    return found(
        "database-clock",
        f"Unsere Uhr und die der Datenbank sind {abs(apart):.0f} Sekunden auseinander.",
        f"Our clock and the database's are {abs(apart):.0f} seconds apart.",
        Sentence("Lassen Sie beide Uhren stellen (NTP).", "Have both clocks set (NTP)."),
    )


def _database() -> Any:
    """`Database` of the store, or None where there is no store."""
    try:
        return import_module("ivr.store").Database
    except (ImportError, AttributeError):
        return None


def _shown(url: str) -> str:
    """The address without user and password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
