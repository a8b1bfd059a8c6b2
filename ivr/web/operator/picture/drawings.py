"""Pictures of sets, laid out once for each version, language and flow, and kept: to lay one out is what takes long."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, cast

from ivr.graph import Drawing, picture

if TYPE_CHECKING:
    from ivr.graph import Picture
    from ivr.graph.words import OperatorLanguage
    from ivr.loader import Loaded

WHOLE = 120
"""A set of more steps is shown one flow at a time: more boxes are no picture any more."""

QUICK = 100
"""So many boxes are laid out within half a second, here; more in a process of their own."""

SECONDS = 45.0
"""How long somebody waits for a picture at most."""

_KEPT = 16


class TooLarge(Exception):  # noqa: N818 - it is the flow that is
    """The flow cannot be laid out in the time that somebody waits for it."""


class Drawings:
    """The pictures of one process."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[tuple[str, str], Picture] = OrderedDict()
        self._drawn: OrderedDict[tuple[str, str, str | None], Drawing | None] = OrderedDict()
        self._lock = Lock()

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
            TooLarge: it takes too long, or somebody else waits for such a one.
        """
        whole = self.picture(loaded, language)
        assert loaded.flows is not None
        key = (loaded.flows.version, language, flow)
        if not self._lock.acquire(timeout=SECONDS):
            raise TooLarge
        try:
            if key not in self._drawn:
                self._drawn[key] = _drawn(whole, flow)
                _forget(self._drawn)
            self._drawn.move_to_end(key)
            found = self._drawn[key]
        finally:
            self._lock.release()
        if found is None:
            raise TooLarge
        return found


def _drawn(whole: Picture, flow: str | None) -> Drawing | None:
    """None when it takes too long: it would again."""
    boxes = sum(len(cluster.nodes) for cluster in whole.clusters if flow in (None, cluster.flow))
    if boxes <= QUICK:
        return Drawing(whole, flow)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ivr.graph"],
            input=pickle.dumps((whole, flow)),
            stdout=subprocess.PIPE,
            timeout=SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired:
        return None
    return cast("Drawing", pickle.loads(done.stdout))  # noqa: S301 - from our own child


def _forget(
    kept: OrderedDict[tuple[str, str], Picture] | OrderedDict[tuple[str, str, str | None], Drawing | None],
) -> None:
    while len(kept) > _KEPT:
        kept.popitem(last=False)
