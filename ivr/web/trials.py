"""The sets that only test calls of the operators' page are on: a working copy, or an older version.

They lie in a folder of their own (`trials`, beside `sets`), from which nothing ever comes into force. The page puts a
set there before each turn, unless it is there; a worker makes it ready when a signed webhook asks for it. The keeper
purges the folder as it does that of the sets.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from ivr.sets import Sets
from ivr.street import prepare

if TYPE_CHECKING:
    from ivr.loader import Loaded
    from ivr.settings import Settings
    from ivr.street import Prepared

AT_HAND = 4
"""So many are kept ready by each worker, however many are listened to."""


def trial_secret(operator_key: str) -> bytes:
    """What signs the test calls of a page with this secret."""
    return hmac.digest(operator_key.encode(), b"ivr operator test calls", "sha256")


class Trials:
    """Those of one machine, as one process sees them."""

    def __init__(self, settings: Settings) -> None:
        self._public_url = settings.public_url
        self._provider = settings.provider
        self._kept = Sets(settings.storage.sets)
        self._sets = Sets(settings.storage.trials)
        self._ready: OrderedDict[str, Prepared] = OrderedDict()
        self._lock = Lock()

    def has(self, version: str) -> bool:
        """Whether test calls can be on a set."""
        return self._kept.has(version) or self._sets.has(version)

    def keep(self, loaded: Loaded) -> None:
        """Puts a set there that was read without errors.

        Raises:
            OSError: the folder cannot be written to, or is full.
        """
        assert loaded.bundle is not None
        assert loaded.flows is not None
        assert loaded.directory is not None
        self._sets.keep(loaded.bundle, loaded.flows, loaded.directory, proved=False)

    def prepared(self, version: str) -> Prepared | None:
        """A set made ready; None when it is not there."""
        with self._lock:
            found = self._ready.get(version)
            if found is None:
                kept = self._kept.ready(version) or self._sets.ready(version)
                if kept is None:
                    return None
                found = prepare(kept.flows, kept.directory, self._public_url, self._provider)
                self._ready[version] = found
            self._ready.move_to_end(version)
            while len(self._ready) > AT_HAND:
                self._ready.popitem(last=False)
            return found
