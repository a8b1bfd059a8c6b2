"""Prepared sets: flow sets that were read and checked, kept on every machine by version, ready to be run.

    var/sets/VERSION/bundle            the operators' files, from which it can be made again
    var/sets/VERSION/BUILD.prepared    the flow set and the directory, as this build of the program keeps them

A worker takes a prepared set as it is: it reads no YAML and judges nothing. Both files are written whole and begin with
a hash of what follows, so that a damaged one is none. A set that another build has prepared is made again from its
bundle: a deployment must not cost the calls that are under way.

The prepared form is Python's pickle, which runs what it is told to. So it has to be as safe as the program itself: the
folder belongs to the service's user alone, and what lies in it has been written by no other.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from ivr import prepared
from ivr.build import build
from ivr.bundle import Bundle
from ivr.prepared import Ready

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

    from ivr.contacts import Directory
    from ivr.steps.flowset import FlowSet

VERSION = re.compile(r"[0-9a-f]{12}", re.ASCII)

_BUNDLE = "bundle"
_PROVED = "proved"
_PREPARED = f"{build()}.prepared"
_DIGEST_BYTES = 32
_PIECE_BYTES = 256 * 1024


class Sets:
    """The sets of one machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, bundle: Bundle, flows: FlowSet, directory: Directory, *, proved: bool = True) -> str:
        """Keeps a set that was read without errors, and returns its version. Keeping it twice changes nothing.

        `proved`: the checker has found no error in it either.

        Raises:
            OSError: the folder cannot be written to, or is full.
        """
        there = self._folder / flows.version
        there.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(there / _BUNDLE, bundle.to_bytes())
        _write(there / _PREPARED, prepared.written(Ready(flows, directory)))
        if proved:
            (there / _PROVED).touch(mode=0o600)
        return flows.version

    def ready(self, version: str) -> Ready | None:
        """A set that this build has prepared; None when there is none that is whole."""
        found = self._whole(version, _PREPARED)
        return None if found is None else prepared.read(found.piece)

    def has(self, version: str) -> bool:
        """Whether `ready` would find it."""
        return self._whole(version, _PREPARED) is not None

    def proved(self, version: str) -> bool:
        """Whether the checker has found no error in a set that is kept here."""
        return VERSION.fullmatch(version) is not None and (self._folder / version / _PROVED).exists()

    def bundle(self, version: str) -> Bundle | None:
        """The operators' files of a set; None when it is not kept here."""
        found = self._whole(version, _BUNDLE)
        return None if found is None else Bundle.from_bytes(found.piece(0, found.size))

    def forget(self, wanted: Container[str], older_than: float) -> None:
        """Deletes the sets that are not wanted, and were last kept or wanted longer ago than so many seconds.

        Those that are wanted are marked so: several services may keep their sets in one folder.
        """
        with suppress(OSError):
            for there in self._folder.iterdir():
                if VERSION.fullmatch(there.name):
                    with suppress(OSError):
                        if there.name in wanted:
                            os.utime(there)
                        elif time.time() - there.stat().st_mtime > older_than:
                            shutil.rmtree(there)

    def _whole(self, version: str, name: str) -> _Kept | None:
        """A file whose hash is right."""
        if not VERSION.fullmatch(version):
            return None
        with suppress(OSError, EOFError):
            found = _Kept(self._folder / version / name)
            return found if found.is_whole() else None
        return None


class _Kept:
    """A file that is read piece by piece for as long as somebody holds it, whatever becomes of its name.

    It is not mapped into memory: when such a file is cut short, or its disk fails, the system ends the process, and no
    caller hears anything. Here it is an error of the one piece.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY)
        self.size = os.fstat(self._descriptor).st_size - _DIGEST_BYTES
        """Bytes behind the hash."""

    def __del__(self) -> None:
        with suppress(AttributeError, OSError):
            os.close(self._descriptor)

    def piece(self, begin: int, end: int) -> bytes:
        """The bytes of a place behind the hash.

        Raises:
            OSError: they cannot be read.
            EOFError: they are not there any more.
        """
        found = os.pread(self._descriptor, end - begin, _DIGEST_BYTES + begin)
        if len(found) != end - begin:
            raise EOFError
        return found

    def is_whole(self) -> bool:
        """Whether it begins with the hash of what follows."""
        found = hashlib.sha256()
        for begin in range(0, self.size, _PIECE_BYTES):
            found.update(self.piece(begin, min(begin + _PIECE_BYTES, self.size)))
        return os.pread(self._descriptor, _DIGEST_BYTES, 0) == found.digest()


def _write(path: Path, content: bytes) -> None:
    whole = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(hashlib.sha256(content).digest() + content)
            file.flush()
            os.fsync(file.fileno())
        whole.replace(path)
    finally:
        whole.unlink(missing_ok=True)
