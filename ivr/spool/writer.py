"""The worker's side of the spool: append one line, or count exactly that it could not be kept.

The spool has a limit (IVR_SPOOL_LIMIT). As it fills up, because the database is away for long, lines are given up in
this order, the least important first:

    from 90 % on    notes of calls under way (a provider's "ringing"), and test calls
    from 100 % on   turns and the ends of calls
    from 110 % on   what an officer has ordered by telephone: she hears then that it was not accepted

Whatever is not kept, for this reason or because the disk is full or may not be written to, is counted (`lost …` in the
tally) before the caller is answered.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from contextlib import suppress
from enum import IntEnum
from math import inf
from time import monotonic
from typing import TYPE_CHECKING

from ivr.tally import INDEX, LINES

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.tally import Tally

SUFFIX = ".spool"

SEGMENT_BYTES = 1024 * 1024
"""A segment of this size is left for a new one, so that the keeper can delete it."""

LOOK_SECONDS = 0.01
"""Between two looks at what others do: the other writers, the keeper, and whoever deletes the folder. To look before
each line would cost as much as to write it.
"""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

_LINES_SPOOLED = {line: INDEX[f"spooled {line}"] for line in LINES}
_LINES_LOST = {line: INDEX[f"lost {line}"] for line in LINES}
_BYTES_SPOOLED = INDEX["spooled bytes"]
_BYTES_WAITING = INDEX["waiting bytes"]
_BYTES_SEEN = INDEX["seen bytes"]


class Worth(IntEnum):
    """Up to which filling of the spool a line is still kept, in percent of the limit."""

    LITTLE = 90
    USUAL = 100
    MUCH = 110


class Spool:
    """Writes the segments of one process. Not for threads."""

    def __init__(self, folder: Path, tally: Tally, limit: int) -> None:
        """`limit` is in bytes. A folder that is missing is made, when there is something to write."""
        self._folder = folder
        self._tally = tally
        self._all_waiting, self._all_spooled, self._all_seen = map(
            tally.column, (_BYTES_WAITING, _BYTES_SPOOLED, _BYTES_SEEN)
        )
        """Of all processes, each in its seat."""
        self._limit = limit
        self._descriptor = -1
        self._size = 0
        self._looked = -inf
        self._waiting = 0
        """Bytes that have not reached the database: as they were at the last look, and this process's since."""

    def append(self, kind: str, line: bytes, worth: Worth = Worth.USUAL) -> bool:
        """Writes one line (JSON in ASCII, with its line break). False: it is not kept, and that is counted."""
        most = self._limit * worth // 100 - len(line)
        if monotonic() - self._looked >= LOOK_SECONDS or self._waiting > most:
            self._look()
        if self._waiting > most or not self._write(line):
            self._tally.add(_LINES_LOST[kind])
            return False
        self._waiting += len(line)
        self._tally.add(_LINES_SPOOLED[kind])
        self._tally.add(_BYTES_SPOOLED, len(line))
        return True

    def close(self) -> None:
        """Leaves the present segment to the keeper."""
        descriptor, self._descriptor, self._size = self._descriptor, -1, 0
        if descriptor >= 0:
            with suppress(OSError):
                os.close(descriptor)

    def _look(self) -> None:
        """How full the spool is, and whether the segment is still there."""
        self._looked = monotonic()
        # As the keeper saw it last, and what all have written since.
        self._waiting = sum(self._all_waiting) + sum(self._all_spooled) - sum(self._all_seen)
        if self._descriptor >= 0:
            try:
                there = os.fstat(self._descriptor).st_nlink
            except OSError:
                there = 0
            if not there:
                # Somebody has deleted the folder: what is written there nobody will ever read.
                self.close()

    def _write(self, line: bytes) -> bool:
        try:
            if self._descriptor < 0:
                self._open()
            written = os.write(self._descriptor, line)
        except OSError as error:
            # On a full disk the segment stays: left for a new one at each line, it would be followed by thousands of
            # empty files.
            if error.errno not in _FULL:
                self.close()
            return False
        if written < len(line):
            # The disk is full: half a line is no line. Where even that cannot be taken back, the next segment is
            # another one, and the reader passes over a line that has no end.
            try:
                os.ftruncate(self._descriptor, self._size)
            except OSError:
                self.close()
            return False
        self._size += written
        if self._size >= SEGMENT_BYTES:
            self.close()
        return True

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        while True:
            path = self._folder / f"{os.getpid()}-{secrets.token_hex(6)}{SUFFIX}"
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                # For as long as it is open: the keeper deletes no segment that somebody holds.
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                there = os.fstat(descriptor).st_nlink
            except OSError:
                # A file system without locks, say. It must not cost a descriptor for each line.
                os.close(descriptor)
                with suppress(OSError):
                    path.unlink()
                raise
            if there:
                self._descriptor, self._size = descriptor, 0
                return
            # Between its making and its lock the keeper took it for one that somebody has left, and deleted it.
            os.close(descriptor)
