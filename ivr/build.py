"""Which state of this program is running: what it has kept for itself is good for the same state only."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from pathlib import Path


@cache
def build() -> str:
    """Sixteen hex digits of the program's own files and of the Python that runs it."""
    folder = Path(__file__).parent
    content = hashlib.sha256(sys.version.encode())
    for path in sorted(folder.rglob("*.py")):
        content.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0")
    return content.hexdigest()[:16]
