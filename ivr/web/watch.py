"""A worker's look at the desk: a thread that puts in force what the keeper has laid there.

Everything that takes time is done in the thread; what the street sees changes by a few assignments. When the desk
cannot be read, or a set on it is not whole, the worker goes on with what it has.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING

from ivr import desk as desks
from ivr.desk import Load
from ivr.street import Prepared, prepare
from ivr.tally import INDEX
from ivr.world import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.desk import Desk
    from ivr.instructions import Instruction
    from ivr.records import Recorder
    from ivr.sets import Sets
    from ivr.settings import Settings
    from ivr.street import Service
    from ivr.tally import Tally

SECONDS = 0.25
"""Between two looks."""

AT_HAND = 8
"""So many of the sets that calls may still be on are made ready at once, the others when a call comes on one."""

STALE_SECONDS = 15.0
"""What a desk says of the load is not believed for longer without being told anew; what operators have said is."""

GIVEN_SECONDS = 10.0
"""So long an instruction that was given to this worker holds here though the desk does not have it yet."""

_LAID = INDEX["laid"]

_LOOKS_TO_COUNT = 4
"""By then the keeper has read of the calls that have come in."""


class _Known(dict[str, "Prepared"]):
    """The sets that calls may still be on. One that is not at hand is made ready when it is asked for, in 10 ms."""

    def __init__(self, at_hand: Mapping[str, Prepared], make: Callable[[str], Prepared | None]) -> None:
        super().__init__(at_hand)
        self._make = make

    def get(self, version: str, _default: object = None) -> Prepared | None:  # type: ignore[override]
        """The set, or None when nobody knows it any more."""
        if version not in self:
            made = self._make(version)
            if made is None:
                return None
            self[version] = made
        return self[version]


class Watch:
    """Keeps a worker's sets in step with the desk."""

    def __init__(self, settings: Settings, sets: Sets, tally: Tally | None, recorder: Recorder) -> None:
        self._settings = settings
        self._tally = tally
        self._recorder = recorder
        self._stale = False
        self._path = settings.desk / desks.NAME
        self._sets = sets
        self._stamp: tuple[int, int] | None = None
        self._prepared: dict[str, Prepared] = {}
        """Every set in use, as it was last put in force."""
        self._missed = ""
        """The version that is on the desk and not there."""
        self._unreadable: set[str] = set()
        """The versions of which was told that they cannot be read."""
        self._given: dict[str, tuple[Instruction, float]] = {}
        """Instructions from calls to this worker that the desk may not have yet, by id, and when they were given."""
        self.desk: Desk | None = None

    def instruct(self, instruction: Instruction) -> bool:
        """Hands an officer's instruction to the keeper; False when it could not be kept. It holds here from now on,
        also under a desk that is laid before the keeper has read of it.
        """
        kept = self._recorder.instruct(instruction)
        if kept:
            self._given[instruction.id] = instruction, monotonic()
        return kept

    def first(self) -> tuple[Desk, Prepared] | None:
        """The desk and the current set when the worker starts; None when there is nothing to start with."""
        desk = self._changed()
        # The thread begins with a whole look of its own.
        self._stamp = None
        current = (self._set(desk.current, desk) or self._made_anew(desk.current, desk)) if desk else None
        return (desk, current) if desk is not None and current is not None else None

    def start(self, service: Service) -> None:
        """Looks from now on until the process ends."""
        current = service.current
        service.change(current, _Known({current.flows.version: current}, self._asked_for), None)
        threading.Thread(target=self._go_on, args=(service,), name="watch", daemon=True).start()

    def _go_on(self, service: Service) -> None:
        pause = threading.Event()
        told = ""
        for number in count():
            try:
                self.look(service)
                if number % _LOOKS_TO_COUNT == 0:
                    service.room = self._share()
                told = ""
            except Exception as error:  # noqa: BLE001 - calls go on with what is in force
                # What is on the desk is still to be put in force, though it may not change for hours.
                self._stamp = None
                if told != repr(error):
                    told = repr(error)
                    self._recorder.failed(datetime.now(UTC), "", error)
            pause.wait(SECONDS)

    def look(self, service: Service) -> None:
        """Puts in force what has changed since the last look."""
        stale = self._is_stale()
        if stale != self._stale:
            self._stale, self._stamp = stale, None
        desk = self._changed()
        if desk is None:
            return
        if stale and not desk.load.stopped:
            # On a full disk nobody can write that there is room again: callers must not be turned away for that.
            desk = desk.with_(load=Load())
        latest = sorted(desk.known, key=desk.known.__getitem__)[-AT_HAND:]
        wanted = {desk.current, *latest, *([desk.draft] if desk.draft else [])}
        found = {version: each for version in wanted if (each := self._set(version, desk)) is not None}
        self._prepared = dict(found)
        if desk.current not in found or (desk.draft and desk.draft not in found):
            # It may be there at the next look; the desk need not change for that.
            self._stamp = None
        if desk.current not in found:
            if self._missed != desk.current:
                self._missed = desk.current
                self._recorder.alarm(datetime.now(UTC), "a set on the desk is not there", version=desk.current)
            return
        self._missed = ""
        self._recorder.caller_key = bytes.fromhex(desk.caller_key) if desk.caller_key else None
        service.change(found[desk.current], _Known(found, self._asked_for), found.get(desk.draft or ""))
        self.desk = desk
        service.room = self._share()
        service.locked = desk.locked

    def _is_stale(self) -> bool:
        """Whether the keeper has not been able to say for long whether the desk is still right."""
        laid = self._tally.sum(_LAID) if self._tally is not None else 0
        return bool(laid) and monotonic() - laid > STALE_SECONDS

    def _asked_for(self, version: str) -> Prepared | None:
        """A set that a call is on and that is not at hand. Another machine may let calls begin on a set as soon as it
        lies on the desk here, so the desk is looked at anew.
        """
        desk = desks.read(self._path)
        return self._set(version, desk) if desk is not None and version in desk.known else None

    def _share(self) -> int | None:
        """How many more calls this worker may take until the keeper has counted them itself."""
        room = self.desk.load.room if self.desk is not None else None
        return None if room is None else -(-room // self._settings.workers)

    def _changed(self) -> Desk | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp == self._stamp:
            return None
        desk = desks.read(self._path)
        if desk is not None:
            self._stamp = stamp
        return desk

    def _set(self, version: str, desk: Desk) -> Prepared | None:
        """A set as it is under the instructions and the load of the desk; None when it is not kept here."""
        before = self._prepared.get(version) or self._read(version)
        if before is None:
            return None
        found = self._prepared[version] = before.under(self._standing(desk))
        return found

    def _read(self, version: str) -> Prepared | None:
        """A set as it is kept here; None too when it cannot be read: one that few calls are on, or none, must not keep
        the others from being put in force.
        """
        try:
            ready = self._sets.ready(version)
            if ready is None:
                return None
            return prepare(ready.flows, ready.directory, self._settings.public_url, self._settings.provider)
        except Exception as error:  # noqa: BLE001 - see above
            if version not in self._unreadable:
                self._unreadable.add(version)
                self._recorder.failed(datetime.now(UTC), "", error)
            return None

    def _made_anew(self, version: str, desk: Desk) -> Prepared | None:
        """A set whose prepared form is lost, from the operators' files that are kept beside it. Those that lie in their
        folder now may be others, and have errors.
        """
        bundle = self._sets.bundle(version)
        if bundle is None:
            return None
        from ivr.loader import load_bundle

        loaded = load_bundle(bundle, provider=self._settings.provider)
        if loaded.flows is None or loaded.directory is None:
            return None
        self._recorder.alarm(datetime.now(UTC), "a set was made anew: its prepared form is lost", version=version)
        made = prepare(loaded.flows, loaded.directory, self._settings.public_url, self._settings.provider)
        # Kept like any other, so that what operators change from now on holds for it too.
        found = self._prepared[version] = made.under(self._standing(desk))
        return found

    def _standing(self, desk: Desk) -> Standing:
        there = {each.id for each in desk.instructions}
        for id_, (_, at) in list(self._given.items()):
            if id_ in there or monotonic() - at > GIVEN_SECONDS:
                self._given.pop(id_, None)
        given = (instruction for instruction, _ in list(self._given.values()))
        load = desk.load
        return Standing((*desk.instructions, *given), load.crowded, load.full, load.connecting)
