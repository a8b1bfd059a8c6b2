"""Static files, under names that hold a checksum of their content: a browser keeps each for good, and gets a new one
when it has changed. A module names another as `"./other.js"`; here that becomes its full name.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FOLDER = Path(__file__).parent / "static"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_IMPORT = re.compile(rb'"\./([a-z_]+\.js)"')


@dataclass(frozen=True)
class Asset:
    """A file as it is served."""

    content: bytes
    type: str

    @cached_property
    def packed(self) -> bytes:
        """The same by gzip; made once, when a browser first asks for it."""
        return gzip.compress(self.content, mtime=0)


class Assets:
    """All of them, in memory."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._names: dict[str, str] = {}
        self._served: dict[str, Asset] = {}
        for path in sorted(folder.iterdir()):
            if path.suffix in _TYPES:
                self.name(path.name)

    def name(self, plain: str) -> str:
        """`operator.css` as it is served: `operator.3f9a01c2d7be.css`."""
        if plain not in self._names:
            path = self._folder / plain
            content = path.read_bytes()
            if path.suffix == ".js":
                content = _IMPORT.sub(lambda found: f'"./{self.name(found[1].decode())}"'.encode(), content)
            served = f"{path.stem}.{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}"
            self._names[plain] = served
            self._served[served] = Asset(content, _TYPES[path.suffix])
        return self._names[plain]

    def find(self, served: str) -> Asset | None:
        """The file of a served name."""
        return self._served.get(served)
