"""Which state of this program is running: what it has kept for itself is good for the same state only."""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@cache
def build() -> str:
    """Sixteen hex digits of the program's own files and of the Python that runs it."""
    # Each worker does this at its start, and pathlib would take four times as long.
    folder = os.path.dirname(__file__)  # noqa: PTH120
    content = hashlib.blake2b(sys.version.encode(), digest_size=8)
    for path in _files(folder):
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            content.update(f"{path[len(folder) :]}\0".encode() + file.read() + b"\0")
    return content.hexdigest()


def _files(folder: str) -> Iterator[str]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files(entry.path)
        elif entry.name.endswith(".py"):
            yield entry.path
