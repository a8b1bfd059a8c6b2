"""The values of one call: what comes in, what goes out, and the state that rides in the URL path between the two.

Nothing here reads a clock, a file or a socket. A state goes through its path form between any two turns, so nothing
about a call can live in a process's memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

MAX_TURNS = 200
"""A call of more turns than this is ended politely: no menu can hold a caller for ever."""

MAX_DEPTH = 8
"""So many menus lie on the way back, and so many flows can be open at once; the oldest place is forgotten first."""


class Spot(NamedTuple):
    """A step's address: the flow it stands in and its name."""

    flow: str
    step: str


class Visit(NamedTuple):
    """A place a caller can come back to: a menu she passed (`back`), or a step that called a flow (`return`)."""

    spot: Spot
    called: bool


class Trail(tuple[Visit, ...]):
    """The places a caller can come back to, the latest last. Immutable; every method gives the trail that is left.

    What lies behind a call of a flow belongs to that flow: leaving it takes its menus off the trail as well, so that
    `back` never leads into a flow that has been left.
    """

    __slots__ = ()

    def passing(self, menu: Spot) -> Trail:
        """A menu is left behind."""
        return self._and(Visit(menu, called=False))

    def calling(self, step: Spot) -> Trail:
        """A step calls a flow."""
        return self._and(Visit(step, called=True))

    def without(self, menu: Spot) -> Trail:
        """A menu is arrived at: it lies on the way back once, and what came after it in this flow does not count."""
        for index in range(len(self) - 1, -1, -1):
            if self[index].called:
                break
            if self[index].spot == menu:
                return Trail(self[:index])
        return self

    def before_call_from(self, flow: str) -> Trail | None:
        """All flows that were called from an open flow are left again; None when that flow is not open."""
        for index in range(len(self) - 1, -1, -1):
            if self[index].called and self[index].spot.flow == flow:
                return Trail(self[:index])
        return None

    def last_menu(self) -> tuple[Spot, Trail] | None:
        """The menu that `back` leads to, and the trail before it."""
        return self._last(called=False)

    def last_call(self) -> tuple[Spot, Trail] | None:
        """The step that `return` leads to, and the trail before it."""
        return self._last(called=True)

    def callers(self) -> Iterator[str]:
        """The flows that called, from the latest on."""
        return (visit.spot.flow for visit in reversed(self) if visit.called)

    def _last(self, *, called: bool) -> tuple[Spot, Trail] | None:
        for index in range(len(self) - 1, -1, -1):
            if self[index].called is called:
                return self[index].spot, Trail(self[:index])
        return None

    def _and(self, visit: Visit) -> Trail:
        visits = [*self, visit]
        alike = [index for index, other in enumerate(visits) if other.called is visit.called]
        if len(alike) > MAX_DEPTH:
            del visits[alike[0]]
        return Trail(visits)


EMPTY = Trail()


class State(NamedTuple):
    """Where a call stands before its next input. Everything a turn needs to know of the past."""

    spot: Spot
    language: str
    turn: int = 0
    misses: int = 0
    attempt: int = 0
    trail: Trail = EMPTY
    entered: str = ""
    """Digits that the caller has typed and that a later step needs, such as a time of day; never a PIN."""
    author: str = ""
    """The name of the PIN that was typed in this call; "" for a caller like any other."""

    def to_path(self) -> str:
        """`FLOW/STEP/STATE` in unreserved ASCII: the part of our URLs behind the version.

        What only few calls have (`entered`, `author`) stands behind the rest and is left out where there is neither:
        so the addresses of all other calls are what they always were, and no call under way is lost when it came.
        """
        (flow, step), language, turn, misses, attempt, visits, entered, author = self
        trail = "-".join([f"{'c' if v.called else 'm'}~{v.spot.flow}~{v.spot.step}" for v in visits]) if visits else ""
        path = f"{flow}/{step}/{language}.{turn}.{misses}.{attempt}.{trail}"
        return f"{path}.{entered}.{author}" if entered or author else path

    @classmethod
    @lru_cache(maxsize=512)  # callers come by the same places; to take an address apart costs as much as a whole turn
    def from_path(cls, path: str) -> State | None:
        """The state in a path that `to_path` made, or None: nothing else is ever a state."""
        found = _STATE.fullmatch(path)
        if found is None:
            return None
        flow, step, language, turn, misses, attempt, trail, entered, author = found.groups("")
        places = (place.split("~") for place in trail.split("-") if place)
        visits = Trail(Visit(Spot(at, name), kind == "c") for kind, at, name in places)
        return cls(Spot(flow, step), language, int(turn), int(misses), int(attempt), visits, entered, author)

    def at(self, spot: Spot) -> State:
        """The same caller at another step, with no misses and no attempts yet."""
        return self._replace(spot=spot, misses=0, attempt=0)


NAME = r"[a-z][a-z0-9_]{0,39}"
"""Names of flows, steps and contacts: they stand in URLs, so they are plain lower-case ASCII."""

_PLACE = rf"[cm]~{NAME}~{NAME}"
_STATE = re.compile(
    rf"({NAME})/({NAME})/([a-z]{{2}})\.(0|[1-9]\d{{0,2}})\.(\d)\.(\d)\."
    rf"((?:{_PLACE}(?:-{_PLACE}){{0,{2 * MAX_DEPTH - 1}}})?)"
    rf"(?:\.(?!\.\Z)(\d{{0,8}})\.((?:{NAME})?))?",
    re.ASCII,
)


class DialResult(StrEnum):
    """How a connection attempt ended, in the words of the flows. The provider's words are mapped in `street`."""

    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


class Inbound(NamedTuple):
    """One webhook, as far as a call is concerned. Only `call` is always there.

    `caller` and `called` are E.164 numbers or empty: a withheld number, in whatever spelling it came, is empty.
    `digits` is None when the provider sent none at all, and never longer than 32 characters of 0-9, * and #.
    """

    call: str
    caller: str = ""
    called: str = ""
    digits: str | None = None
    dialled: DialResult | None = None
    dial_seconds: int | None = None
    hung_up: bool = False


class Said(NamedTuple):
    """Words that the caller hears, and the language whose voice speaks them. No digit, no placeholder is left in it."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Gather:
    """Wait for keys; `patience` is in whole seconds, starts when everything has been said, and anew with each key."""

    patience: int
    keys: int = 1
    """So many at the most; what is typed is complete with the last of them."""
    ends: str = ""
    """The key with which the caller says that this was all; "" where one key is all."""


@dataclass(frozen=True, slots=True)
class Dial:
    """Connect the caller. `number` is E.164 and came from the contacts; `ring` is in whole seconds."""

    contact: str
    number: str
    ring: int


@dataclass(frozen=True, slots=True)
class Record:
    """Record what the caller says, for so many whole seconds at most.

    No kind asks for it yet. Whoever writes the one that does finds the rule about consent in the checker, and a
    renderer that records nobody until then.
    """

    seconds: int


@dataclass(frozen=True, slots=True)
class HangUp:
    """The call ends here."""


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Look whose PIN this is. The digits are in this value and in no other: not in states, facts, or what is shown."""

    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GiveInstruction:
    """Tell the service what holds from now on: for one contact `open`, `closed`, or what its file says (`usual`)."""

    subject: str
    value: str
    until: datetime | None
    author: str
    """The name of the PIN that this caller has typed."""


Act = CheckPin | GiveInstruction
"""Something for whoever drives the call to do at once, before anything is said; how it went is the next input."""

Expects = Gather | Dial | Record | HangUp | Act


class Outcome(StrEnum):
    """How it went."""

    DONE = "done"
    """The PIN is somebody's; the instruction is kept, and holds."""
    REFUSED = "refused"
    """The PIN is nobody's; the instruction could not be kept."""
    LOCKED = "locked"
    """Too many wrong PINs lately: this one was not looked at."""


class Done(NamedTuple):
    """An act is done, or was tried."""

    outcome: Outcome
    name: str = ""
    """Whose PIN it was."""


class Turn(NamedTuple):
    """What one webhook is answered with: what is said, what is waited for, and the state that the next input meets."""

    said: tuple[Said, ...]
    expects: Expects
    state: State
    facts: tuple[tuple[str, str], ...] = ()
    """What happened, for records and logs: ("input", "key"), ("key", "3"), ("miss", "no-match"), …"""
    path: tuple[Spot, ...] = ()
    """The steps that the call came to in this turn, in order; the last is the one that waits, or at which it ended."""
