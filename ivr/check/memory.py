"""What earlier proofs worked out, kept by content: checking again costs only what an edit touches.

Two things take most of a proof's time, and change only with contacts.yaml, the day and the program: when conditions
hold in the coming year, and what the hours put into words. Each is kept under a hash of all it depends on. Nothing
depends on this memory: without it, or with a damaged one, everything is worked out anew.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from ivr.build import build
from ivr.check.hearing import Kept, Sentences

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ivr.loader import Loaded

KEPT_FILES = 8
"""So many contacts files and days are remembered on disk; the oldest is forgotten."""


class Memory:
    """Remembers for as long as the process lives, and with a folder for longer."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._moments: dict[str, dict[str, str]] = {}
        self._sentences: dict[str, Kept] = {}
        self._sizes: dict[str, int] = {}

    def moments(self, loaded: Loaded, now: datetime) -> dict[str, str]:
        """When the questions of `Moments` are answered with yes, by question."""
        key = self._recall(loaded, now)
        return self._moments[key]

    def sentences(self, loaded: Loaded, now: datetime) -> Kept:
        """The sentences of `Hearing`."""
        key = self._recall(loaded, now)
        return self._sentences[key]

    def save(self) -> None:
        """Writes what is new to the folder, if there is one. A folder that cannot be written to is no harm."""
        if self._folder is None:
            return
        for key, moments in self._moments.items():
            sentences = self._sentences[key]
            if self._sizes.get(key) == len(moments) + len(sentences):
                continue
            document = {"moments": moments, "sentences": [[*name, *found] for name, found in sentences.items()]}
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                whole = self._folder / f"{key}.part"
                text = json.dumps(document)
                whole.write_text(f"{_sum(text)}\n{text}", encoding="utf-8")
                whole.replace(self._folder / f"{key}.json")
                old = sorted(self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
                for path in old[:-KEPT_FILES]:
                    path.unlink()
            except OSError:
                return

    def _recall(self, loaded: Loaded, now: datetime) -> str:
        assert loaded.directory is not None, "a set with errors is not proved"
        day = now.astimezone(loaded.directory.zone).date().isoformat()
        content = hashlib.sha256(f"{build()} {day} ".encode())
        content.update(loaded.contacts_source)
        key = content.hexdigest()[:32]
        if key not in self._moments:
            self._moments[key], self._sentences[key] = self._read(key)
            self._sizes[key] = len(self._moments[key]) + len(self._sentences[key])
        return key

    def _read(self, key: str) -> tuple[dict[str, str], Kept]:
        if self._folder is None:
            return {}, {}
        try:
            told, _, text = (self._folder / f"{key}.json").read_text("utf-8").partition("\n")
            if told != _sum(text):
                return {}, {}
            document: dict[str, Any] = json.loads(text)
            sentences: Kept = {
                (code, contact, form): Sentences(*found) for code, contact, form, *found in document["sentences"]
            }
            return dict(document["moments"]), sentences
        except (OSError, ValueError):
            return {}, {}


def _sum(text: str) -> str:
    """What tells a file that was written whole from a damaged one."""
    return hashlib.sha256(text.encode()).hexdigest()
