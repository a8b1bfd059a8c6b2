"""The database: whether it answers, and whether its clock is ours."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
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
    store = _store()
    if store is None:
        yield ok("database", "Diese Version hat keine Datenbank.", "This version has no database.")
        return
    url = _url(setup)
    file = _file(url)
    if file is not None and not file.exists():
        yield ok(
            "database",
            f"{file} gibt es noch nicht; der Dienst legt es beim Start an.",
            f"{file} is not there yet; the service makes it when it starts.",
        )
        return
    try:
        _asked(store, url, "SELECT 1")
    except ValueError as bad:
        # It is no address of a database; the sentence holds no password.
        sentence = getattr(bad, "sentence", Sentence("DATABASE_URL ist falsch.", "DATABASE_URL is wrong."))
        yield wrong("database", *sentence)
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
    store = _store()
    url = _url(setup)
    if store is None or not url.startswith("postgres"):
        return
    try:
        theirs = float(_asked(store, url, "SELECT extract(epoch FROM clock_timestamp())"))
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


def _store() -> Any:
    """The store, loaded only here, or None where there is none."""
    try:
        return import_module("ivr.store")
    except ImportError:
        return None


def _url(setup: Setup) -> str:
    return setup.env.get("DATABASE_URL") or DEFAULT


def _file(url: str) -> Path | None:
    """The file of a database that is one."""
    name = url.removeprefix("sqlite:///")
    return None if name == url or not name else Path(name)


def _asked(store: Any, url: str, question: str) -> Any:
    """The one value that answers a question."""
    database = store.Database(url)
    try:
        with database.connect() as connection:
            return connection.exec_driver_sql(question).scalar()
    finally:
        database.close()


def _shown(url: str) -> str:
    """The address without user and password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "DATABASE_URL"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
