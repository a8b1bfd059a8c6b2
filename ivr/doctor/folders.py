"""The folders that are written to."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.doctor.finding import ok, warning, wrong
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.doctor.finding import Finding, Setup

LEAST = 50 * 2**20
"""Bytes without which a day's records may not fit."""
ENOUGH = 500 * 2**20
"""Bytes below which it is time to look after the disk."""

VAR = Path("var")

_ROOM = Sentence("Schaffen Sie Platz, oder wählen Sie einen anderen Datenträger.", "Make room, or take another disk.")
_RIGHTS = Sentence(
    "Geben Sie dem Benutzer des Dienstes Schreibrecht, oder nennen Sie einen anderen Ordner.",
    "Let the service's user write there, or name another folder.",
)


def writable(setup: Setup) -> Iterator[Finding]:
    """What the service keeps on its disk can be written, and there is room for it."""
    spool = Path(setup.env.get("IVR_SPOOL") or VAR / "spool")
    for name, folder in (("folder", VAR), ("spool", spool)):
        yield _folder(name, folder, setup)


def _folder(name: str, folder: Path, setup: Setup) -> Finding:
    there = next((each for each in (folder, *folder.absolute().parents) if each.exists()), Path("/"))
    try:
        # Whoever may do everything is told by no mode bits what fails: only writing shows it.
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"ivr doctor")
            file.flush()
        free = setup.free(there)
    except OSError as error:
        why = error.strerror or type(error).__name__
        return wrong(
            name, f"{folder} lässt sich nicht beschreiben ({why}).", f"{folder} cannot be written to ({why}).", _RIGHTS
        )
    room = free // 2**20
    if free < ENOUGH:
        found = wrong if free < LEAST else warning
        return found(name, f"Bei {folder} sind nur {room} MB frei.", f"At {folder} only {room} MB are free.", _ROOM)
    return ok(
        name, f"{folder} ist beschreibbar, {room} MB sind frei.", f"{folder} can be written to, {room} MB are free."
    )
