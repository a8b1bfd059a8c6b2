"""The desk: what the keeper tells the workers of its service, in one small file that is replaced whole.

It says which sets are in force and which calls may still be on, what operators have instructed, and whether more calls
and connections can be taken. Workers look at it several times a second; it is also what the keeper itself knows after
a restart, and what a machine goes by when the database is away.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ivr.instructions import Instruction

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "desk.json"
_LOCK = "keeper.lock"
_UNFINISHED_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why changed files, or a published set, are not in force."""

    version: str
    at: datetime
    problems: tuple[str, ...]
    """Each with file, line and column, in the operator's language; the first few."""
    count: int


@dataclass(frozen=True, slots=True)
class Load:
    """What can no longer be taken."""

    crowded: bool = False
    """No more calls: whoever calls now hears the numbers."""
    full: frozenset[str] = frozenset()
    """Contacts with as many connections as they may have."""
    connecting: bool = True
    """False: nobody is connected, because the day's minutes are spent or an operator has stopped it."""
    stopped: bool = False
    """Whether it is an operator, or a limit of nought, that lets no call or no connection through."""
    room: int | None = None
    """So many more calls can come in until `crowded`; None: no limit. Workers count along until the next look."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What is in force."""

    current: str
    """The version that new calls begin on."""
    draft: str | None = None
    """The version that is heard on the draft's number only."""
    known: Mapping[str, datetime] = field(default_factory=dict)
    """Every version that calls may still be on, and when it was last in force or in use."""
    origin: str = "files"
    """Where the current version came from: "files" or "published"."""
    seen: str = ""
    """The version of the files when they were last looked at: what differs from it was changed since."""
    published: int = 0
    """The number of the latest publication that was taken note of."""
    instructions: tuple[Instruction, ...] = ()
    load: Load = Load()
    caller_key: str | None = None
    """Hexadecimal; the key of the day for "same caller again", None where that is switched off."""
    key_born: datetime | None = None
    """The key is destroyed a day later."""
    trouble: Trouble | None = None
    locked: bool = False
    """Whether so many wrong PINs were tried on all machines together that none is looked at for now."""

    def with_(self, **changes: Any) -> Desk:
        """The desk with some things changed."""
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """Of JSON's own types."""
        return {
            "current": self.current,
            "draft": self.draft,
            "known": {version: at.isoformat() for version, at in self.known.items()},
            "origin": self.origin,
            "seen": self.seen,
            "published": self.published,
            "instructions": [each.to_json() for each in self.instructions],
            "load": {
                "crowded": self.load.crowded,
                "full": sorted(self.load.full),
                "connecting": self.load.connecting,
                "stopped": self.load.stopped,
                "room": self.load.room,
            },
            "caller_key": self.caller_key,
            "key_born": self.key_born and self.key_born.isoformat(),
            "trouble": self.trouble
            and {
                "version": self.trouble.version,
                "at": self.trouble.at.isoformat(),
                "problems": list(self.trouble.problems),
                "count": self.trouble.count,
            },
            "locked": self.locked,
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Desk:
        """The desk that `to_json` wrote.

        Raises:
            ValueError, KeyError, TypeError: it is none.
        """
        load, trouble = fields["load"], fields["trouble"]
        return cls(
            current=fields["current"],
            draft=fields["draft"],
            known={version: datetime.fromisoformat(at) for version, at in fields["known"].items()},
            origin=fields["origin"],
            seen=fields["seen"],
            published=fields["published"],
            instructions=tuple(map(Instruction.from_json, fields["instructions"])),
            load=Load(
                load["crowded"], frozenset(load["full"]), load["connecting"], load.get("stopped", False), load["room"]
            ),
            # An earlier release did not write them.
            caller_key=fields["caller_key"],
            key_born=fields["key_born"] and datetime.fromisoformat(fields["key_born"]),
            trouble=trouble
            and Trouble(
                trouble["version"],
                datetime.fromisoformat(trouble["at"]),
                tuple(trouble["problems"]),
                trouble["count"],
            ),
            locked=fields["locked"],
        )


def read(path: Path) -> Desk | None:
    """The desk in a file; None when there is none, or none that can be read."""
    try:
        return Desk.from_json(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(path: Path, desk: Desk) -> None:
    """Replaces the file as a whole: whoever reads it meanwhile sees the old one or the new one.

    Raises:
        OSError: the folder cannot be written to, or is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            json.dump(desk.to_json(), file)
        whole.replace(path)
    finally:
        whole.unlink(missing_ok=True)


def tidy(folder: Path) -> None:
    """Removes what keepers that were killed have left half written: the key of the day may stand in it.

    What is younger than a minute may be another keeper's that is still at it.
    """
    for path in folder.glob(".*.json.*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _UNFINISHED_SECONDS:
                path.unlink()


def hold(folder: Path) -> int:
    """Shows, as long as the process lives, that a service is kept in this folder; the descriptor of its lock, else -1.

    Two keepers may do so at once, while one service takes over from another.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    except OSError:
        return -1
    return descriptor


def is_kept(folder: Path) -> bool:
    """Whether a service is running in this folder now."""
    try:
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
