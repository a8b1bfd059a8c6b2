"""The prepared form of a set: a head, which a worker reads at once, and every step, read when a call first comes to it.

    HEAD'S LENGTH, 8 bytes | head: a pickle of _Head | steps: one pickle each, one behind the other

However many steps a set has, a worker is ready in a few milliseconds, and holds in memory what its callers use, up to
a bound. A step is a pickle of its own; the contacts it names are those of the head, whatever it is read for.

Pickles run what they are told to: see `ivr.sets`, which keeps them where nobody else can write.
"""

from __future__ import annotations

import copyreg
import pickle
from array import array
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from sys import intern
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ivr.call import Spot
from ivr.collector import held_back
from ivr.contacts import Entry
from ivr.source.places import Word
from ivr.steps.fields import Language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ivr.contacts import Directory
    from ivr.steps.base import Step
    from ivr.steps.flowset import FlowSet

_LENGTH = 8

MOST_STEPS = 512
"""Steps of a set that are kept once they were read, some 4 kB each; at this many all are forgotten at once. Where
callers come to more of them, some are read again: that takes as long as a turn or two.
"""


class Ready(NamedTuple):
    """A set as a worker needs it."""

    flows: FlowSet
    directory: Directory


class _Head(NamedTuple):
    flows: FlowSet
    """Without its steps."""
    directory: Directory
    names: tuple[tuple[str, tuple[str, ...]], ...]
    """Every flow with the names of its steps."""
    ends: array[int]
    """Where the pickle of each step ends, in the order of the names."""


@held_back()
def written(ready: Ready) -> bytes:
    """The prepared form."""
    flows, directory = ready
    names: dict[str, list[str]] = {}
    for spot in flows.steps:
        names.setdefault(spot.flow, []).append(spot.step)
    steps, ends = BytesIO(), array("Q")
    for flow, those in names.items():
        for name in those:
            _StepPickler(steps, directory).dump(flows.steps[Spot(flow, name)])
            ends.append(steps.tell())
    head = BytesIO()
    listed = tuple((flow, tuple(those)) for flow, those in names.items())
    _Pickler(head).dump(_Head(replace(flows, steps={}), directory, listed, ends))
    return len(head.getvalue()).to_bytes(_LENGTH, "big") + head.getvalue() + steps.getvalue()


def read(piece: Callable[[int, int], bytes]) -> Ready:
    """The set of a prepared form that is whole; `piece` gives what stands from one byte to another."""
    begin = _LENGTH + int.from_bytes(piece(0, _LENGTH), "big")
    head: _Head = pickle.loads(piece(_LENGTH, begin))  # noqa: S301 - our own folder; see above
    steps = Steps(head, begin, piece)
    return Ready(replace(head.flows, steps=steps), head.directory)


class Steps(Mapping[Spot, "Step"]):
    """The steps of a prepared set, each read when it is asked for, and up to `MOST_STEPS` of them kept."""

    def __init__(self, head: _Head, begin: int, piece: Callable[[int, int], bytes]) -> None:
        self._contacts = head.directory.contacts
        self._names = head.names
        self._ends = head.ends
        self._begin = begin
        self._piece = piece
        self._numbers: dict[str, dict[str, int]] = {}
        self._read: dict[Spot, Step] = {}
        number = 0
        for flow, names in head.names:
            self._numbers[flow] = dict(zip(map(intern, names), range(number, number + len(names)), strict=True))
            number += len(names)

    def get(self, spot: Spot, default: Any = None) -> Any:
        """The step of a name, or the default."""
        # Asked for in every turn: a step that is known costs one look.
        found = self._read.get(spot)
        if found is None:
            number = self._numbers.get(spot.flow, {}).get(spot.step)
            if number is None:
                return default
            found = self._load(number)
            if len(self._read) >= MOST_STEPS:
                self._read.clear()
            self._read[spot] = found
        return found

    def __getitem__(self, spot: Spot) -> Step:
        found: Step | None = self.get(spot)
        if found is None:
            raise KeyError(spot)
        return found

    def __contains__(self, spot: object) -> bool:
        return isinstance(spot, Spot) and spot.step in self._numbers.get(spot.flow, {})

    def __iter__(self) -> Iterator[Spot]:
        return (Spot(flow, name) for flow, names in self._names for name in names)

    def __len__(self) -> int:
        return len(self._ends)

    def _load(self, number: int) -> Step:
        begin = self._ends[number - 1] if number else 0
        content = self._piece(self._begin + begin, self._begin + self._ends[number])
        step: Step = _StepUnpickler(BytesIO(content), self._contacts).load()
        return step


class _Pickler(pickle.Pickler):
    """Read-only views become what they are views of; a set is shared by nobody who would change it."""

    dispatch_table = copyreg.dispatch_table | {MappingProxyType: lambda view: (dict, (dict(view),))}

    def __init__(self, file: BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)


class _StepPickler(_Pickler):
    """Of a contact of the directory only the name is written; of a mere word of the operators' only what it says.

    Words know their place in a file, and every step has its own "de": in memory these were a fifth of a step. Read
    again they are plain strings, one of each in a process.
    """

    def __init__(self, file: BytesIO, directory: Directory) -> None:
        super().__init__(file)
        self._contacts = directory.contacts

    def persistent_id(self, value: Any) -> str | None:
        if type(value) is Entry and self._contacts.get(value.key) is value:
            return value.key
        return None

    def reducer_override(self, value: Any) -> Any:
        # Conditions are words too, and more than that.
        if type(value) is Word or type(value) is Language:
            return intern, (str(value),)
        if type(value) is Spot:
            return _spot, tuple(value)
        return NotImplemented


def _spot(flow: str, step: str) -> Spot:
    return Spot(intern(flow), intern(step))


class _StepUnpickler(pickle.Unpickler):
    def __init__(self, file: BytesIO, contacts: Mapping[str, Entry]) -> None:
        super().__init__(file)
        self._contacts = contacts

    def persistent_load(self, key: str) -> Entry:
        return self._contacts[key]
