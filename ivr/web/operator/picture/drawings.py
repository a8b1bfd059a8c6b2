"""Pictures of sets, laid out once for each version, language and flow, and kept: to lay one out is what takes long."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, cast

from ivr.graph import Drawing, picture
from ivr.settings import without_secrets

if TYPE_CHECKING:
    from ivr.graph import Picture
    from ivr.graph.words import OperatorLanguage
    from ivr.loader import Loaded

WHOLE = 120
"""A set of more steps is shown one flow at a time: more boxes are no picture any more."""

QUICK = 100
"""So many boxes are laid out within half a second, here; more in a process of their own."""

SECONDS = 45.0
"""How long who asks for a picture first waits for it at most."""

PATIENCE = 2.0
"""Seconds that the others wait: never do all threads of the pages stand here."""

_KEPT = 16


class NotDrawn(Exception):  # noqa: N818 - reads as what it is
    """There is no picture. `word` names why: `too_large` to be laid out in the time that somebody waits for it, or
    `busy`, while another one is being laid out.
    """

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class Drawings:
    """The pictures of one process."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[tuple[str, str], Picture] = OrderedDict()
        self._drawn: OrderedDict[tuple[str, str, str | None], Drawing | None] = OrderedDict()
        self._lock = Lock()
        self._quick, self._slow = Lock(), Lock()

    def picture(self, loaded: Loaded, language: OperatorLanguage) -> Picture:
        """The value of a set without errors."""
        assert loaded.flows is not None
        assert loaded.directory is not None
        key = (loaded.flows.version, language)
        found = self._pictures.get(key)
        if found is None:
            found = self._pictures[key] = picture(loaded.flows, loaded.directory, loaded.written, language)
            _forget(self._pictures)
        return found

    def drawing(self, loaded: Loaded, language: OperatorLanguage, flow: str | None) -> Drawing:
        """The whole set, or one flow of it, laid out.

        Raises:
            NotDrawn: it takes too long, or somebody else waits for such a one.
        """
        whole = self.picture(loaded, language)
        assert loaded.flows is not None
        key = (loaded.flows.version, language, flow)
        if not self._has(key):
            quick = sum(len(each.nodes) for each in whole.clusters if flow in (None, each.flow)) <= QUICK
            turn = self._quick if quick else self._slow
            if not turn.acquire(timeout=PATIENCE):
                raise NotDrawn("busy")
            try:
                if not self._has(key):
                    self._keep(key, Drawing(whole, flow) if quick else _by_another(whole, flow))
            finally:
                turn.release()
        with self._lock:
            found = self._drawn.get(key)
        if found is None:
            raise NotDrawn("too_large")
        return found

    def _has(self, key: tuple[str, str, str | None]) -> bool:
        with self._lock:
            if key in self._drawn:
                self._drawn.move_to_end(key)
            return key in self._drawn

    def _keep(self, key: tuple[str, str, str | None], drawing: Drawing | None) -> None:
        with self._lock:
            self._drawn[key] = drawing
            _forget(self._drawn)


def _by_another(whole: Picture, flow: str | None) -> Drawing | None:
    """Laid out by a process of its own; None when that takes too much: it would again."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ivr.graph"],
            input=pickle.dumps((whole, flow)),
            stdout=subprocess.PIPE,
            timeout=SECONDS,
            check=True,
            env=without_secrets(os.environ),
        )
    except subprocess.SubprocessError:
        return None
    return cast("Drawing", pickle.loads(done.stdout))  # noqa: S301 - from our own child


def _forget(
    kept: OrderedDict[tuple[str, str], Picture] | OrderedDict[tuple[str, str, str | None], Drawing | None],
) -> None:
    while len(kept) > _KEPT:
        kept.popitem(last=False)
