"""The keeper's side of the spool: read what has been written, and delete what is done with.

A reader remembers how far it has come only as long as it lives. One that starts anew begins with everything that is
there: whoever takes the lines has to be able to take them twice.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.spool.writer import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LATELY_SECONDS = 10.0
"""So long a reader has to have a look at what another one is done with."""


@dataclass(slots=True)
class Batch:
    """Lines that were read, and how far each segment has been read with them."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    by_folder: dict[Path, list[dict[str, Any]]] = field(default_factory=dict)
    """The same lines, by where they stood."""
    size: int = 0
    """Bytes."""
    misshapen: int = 0
    """Lines that are none: the ends of segments whose writer was stopped by a full disk."""
    reached: dict[Path, int] = field(default_factory=dict)


class Reader:
    """Reads all segments below a folder, its subfolders included: what another service has left behind as well."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._reached: dict[Path, int] = {}

    def read(self, most: int = 1024 * 1024) -> Batch:
        """What is new, the oldest segments first, about `most` bytes of it. It is read again until `done`."""
        batch = Batch()
        present = list(self._segments())
        if len(self._reached) > len(present):
            # Another reader has deleted some.
            self._reached = {path: self._reached[path] for path in present if path in self._reached}
        for path in present:
            if batch.size >= most:
                break
            start = self._reached.get(path, 0)
            with contextlib.suppress(OSError), path.open("rb") as segment:
                segment.seek(start)
                content = segment.read(most)
                whole = content.rfind(b"\n") + 1
                if whole:
                    before = len(batch.lines)
                    _take(content[:whole], batch)
                    batch.by_folder.setdefault(path.parent, []).extend(batch.lines[before:])
                    batch.size += whole
                    batch.reached[path] = start + whole
        return batch

    def done(self, batch: Batch) -> None:
        """The lines are where they should be: they are not read again."""
        self._reached.update(batch.reached)

    def clear(self, beside: Reader | None = None) -> None:
        """Deletes the segments that have been read to their end and that nobody writes to any more.

        Those that were written lately also have to be read by the reader `beside` this one.
        """
        present = list(self._segments())
        for path in present:
            with contextlib.suppress(OSError), path.open("rb") as segment:
                # Deleted under the lock: a writer that has just made it looks whether it is still there.
                fcntl.flock(segment, fcntl.LOCK_EX | fcntl.LOCK_NB)
                segment.seek(self._reached.get(path, 0))
                # Half a line at the end is all that a full disk let its writer write.
                if b"\n" not in segment.read() and (beside is None or not self._is_ahead_of(beside, path)):
                    path.unlink()
                    self._reached.pop(path, None)
        for path in self._reached.keys() - set(present):
            del self._reached[path]

    def _is_ahead_of(self, other: Reader, path: Path) -> bool:
        lately = abs(time.time() - path.stat().st_mtime) < LATELY_SECONDS
        return lately and other._reached.get(path, 0) < self._reached.get(path, 0)

    def waiting(self) -> int:
        """Bytes that have been written and are not done with."""
        total = 0
        for path in self._segments():
            with contextlib.suppress(OSError):
                total += path.stat().st_size - self._reached.get(path, 0)
        return total

    def _segments(self) -> Iterator[Path]:
        found = []
        for path in self._folder.rglob(f"*{SUFFIX}"):
            with contextlib.suppress(OSError):
                found.append((path.stat().st_mtime_ns, os.fspath(path), path))
        return (path for _, _, path in sorted(found))


def _take(content: bytes, batch: Batch) -> None:
    for line in content.splitlines():
        try:
            fields = json.loads(line)
        except ValueError:
            batch.misshapen += 1
            continue
        if isinstance(fields, dict):
            batch.lines.append(fields)
        else:
            batch.misshapen += 1
