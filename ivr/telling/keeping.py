"""Where instructions go, and what has been told so far.

An instruction goes to the database, where every machine sees it within three seconds. When the database is away it goes
to this machine's spool (the folder `commands` in IVR_SPOOL): the service here obeys at once, and the keeper takes it to
the database when that is back. Nothing that an officer has said is ever lost between the two.

`opened` gives the database, or raises `Away`: a command opens it for itself, the page keeps one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ivr import desk as desks
from ivr.instructions import Instruction, latest
from ivr.spool import Reader, Spool, Worth
from ivr.store import Away, Database
from ivr.tally import alone
from ivr.telling.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from ivr.contacts import Directory
    from ivr.desk import Desk
    from ivr.settings import Storage

Opened: TypeAlias = Callable[[], AbstractContextManager[Database]]

COMMANDS = "commands"
"""The folder in the spool to which commands and pages write."""


def desk_paths(where: Storage) -> Iterator[Path]:
    """Where the services of this machine have their desks."""
    return where.spool.glob(f"*/{desks.NAME}")


def desks_here(where: Storage, port: int | str) -> tuple[Desk, ...]:
    """The desks of the services on this machine, that of `port` first."""
    first = str(port)
    paths = sorted(desk_paths(where), key=lambda path: (path.parent.name != first, path.parent.name))
    return tuple(desk for path in paths if (desk := desks.read(path)) is not None)


class Told(NamedTuple):
    """What operators have told so far."""

    instructions: tuple[Instruction, ...]
    away: str | None
    """Why the database could not be asked; then this is what this machine knows."""


def told(where: Storage, now: datetime, opened: Opened) -> Told:
    """All that is in force, by the database, the services of this machine, and what waits in its spool."""
    found = {each.id: each for desk in desks_here(where, "") for each in desk.instructions}
    for line in Reader(where.spool / COMMANDS).read().lines:
        try:
            given = Instruction.from_json(line)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        found[given.id] = given
    away = None
    try:
        with opened() as database:
            found |= {each.id: each for each in database.instructions(now)}
    except Away as error:
        away = str(error)
    return Told(tuple(sorted(found.values(), key=lambda each: (each.at, each.id))), away)


class Kept(NamedTuple):
    """Where an instruction went."""

    away: str | None
    """Why it is not in the database yet; None when it is."""
    spool: str
    served: bool
    """Whether a service has been at work on this machine."""

    def to_json(self) -> dict[str, Any]:
        """For tools."""
        return {"stored": "database" if self.away is None else "spool", "away": self.away}


def keep(where: Storage, instruction: Instruction, opened: Opened) -> Kept:
    """Keeps an instruction, in the database or in this machine's spool; nowhere else.

    Raises:
        Refusal: it could be kept in neither.
    """
    folder = where.spool / COMMANDS
    served = any(desk_paths(where))
    try:
        with opened() as database:
            database.add_instruction(instruction)
    except ValueError as error:
        raise Refusal("Dieser Text lässt sich nicht speichern.", "This text cannot be stored.") from error
    except Away as away:
        spool = Spool(folder, alone(), where.spool_limit)
        line = json.dumps({"k": "instruction", **instruction.to_json()}) + "\n"
        accepted = spool.append("instruction", line.encode("ascii"), Worth.MUCH)
        spool.close()
        if not accepted:
            raise Refusal(
                f"Die Datenbank ist nicht zu erreichen ({away}), und in {folder} lässt sich nicht schreiben. "
                "Es hat sich nichts geändert.",
                f"The database cannot be reached ({away}), and {folder} cannot be written to. Nothing has changed.",
            ) from away
        return Kept(str(away), str(folder), served)
    return Kept(None, str(folder), served)


def also(contact: str, directory: Directory, instructions: Iterable[Instruction], now: datetime) -> list[str]:
    """The contacts `at:` this one, less those that are switched for themselves or nearer to home."""
    switched = {subject for kind, subject in latest(instructions, now) if kind == "switch"} - {contact}
    return [
        name
        for name, entry in directory.contacts.items()
        if contact in entry.house and not switched.intersection((name, *entry.house[: entry.house.index(contact)]))
    ]
