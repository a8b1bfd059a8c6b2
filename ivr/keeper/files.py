"""Notices changed files. An editor may write a file in several steps, and an operator may save several files: a change
counts when everything has been left alone for a moment.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.bundle import PRONUNCIATION

if TYPE_CHECKING:
    from ivr.settings import Files

SETTLED_SECONDS = 0.4

Signature = tuple[tuple[str, int, int, int], ...]
"""Name, size, time and number of every file; a file that is replaced by another has another number."""


class FilesWatch:
    """Looks at the operators' files, by their sizes and times."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._known: Signature | None = None
        self._moving: Signature | None = None
        self._since = 0.0

    def changed(self, clock: float) -> bool:
        """Whether the files are other ones than at the last change, and at rest; `clock` counts seconds.

        The first look is a change.
        """
        found = self._signature()
        if found == self._known:
            self._moving = None
            return False
        if found != self._moving and self._known is not None:
            self._moving, self._since = found, clock
            return False
        if self._known is not None and clock - self._since < SETTLED_SECONDS:
            return False
        self._known, self._moving = found, None
        return True

    def _signature(self) -> Signature:
        contacts = self._files.contacts
        paths = [contacts, contacts.with_name(PRONUNCIATION)]
        with suppress(OSError):
            paths += [Path(entry.path) for entry in os.scandir(self._files.flows) if not entry.name.startswith(".")]
        found = []
        for path in paths:
            with suppress(OSError):
                seen = path.stat()
                found.append((os.fspath(path), seen.st_size, seen.st_mtime_ns, seen.st_ino))
        return tuple(sorted(found))
