"""What stands ready before the first call: the secrets, the public address, and the prepared flow sets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from ivr.fallback import documents
from ivr.pins import NoAttempts
from ivr.speech import language
from ivr.speech.voices import chosen_voice
from ivr.street.layouts import Layouts
from ivr.twiml import Renderer
from ivr.world import Clerk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping
    from datetime import datetime

    from ivr.call import State, Turn
    from ivr.contacts import Directory
    from ivr.instructions import Instruction
    from ivr.observe import Journal
    from ivr.pins import Attempts
    from ivr.steps.flowset import FlowSet
    from ivr.street.signature import Verifier
    from ivr.twiml import Document
    from ivr.world import Standing


MOST_TURNS = 512
"""So many turns of a set lie ready, in 1.5 MB or so with their documents; at this many all are forgotten at once."""


class Answered(NamedTuple):
    """A turn that was worked out, with all that is needed to give the same answer again."""

    turn: Turn
    document: Document
    told: str
    """What is written down of it (`ivr.observe.told_of`)."""
    step: type
    """The class of the step at which it ends."""
    since: datetime
    until: datetime | None
    """It is the same from `since` until then, at the least; None: at any time."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A flow set with everything that its turns need."""

    flows: FlowSet
    clerk: Clerk
    renderer: Renderer
    fallbacks: Mapping[str, bytes]
    """By language, the fallback document that it leads."""
    _ready: dict[tuple[State, str | None], Answered] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """By state and key, turns that are the same for every caller until an office opens, say: they are worked out once.
    Another set, or another standing, begins with none."""

    def under(self, standing: Standing) -> Prepared:
        """The same set when something else is in force beside it."""
        if standing == self.clerk.standing:
            return self
        return replace(self, clerk=self.clerk.standing_as(standing))

    def ready(self, state: State, key: str | None, at: datetime) -> Answered | None:
        """The turn that answers a key in a state, if it lies ready and holds at that instant."""
        found = self._ready.get((state, key))
        if found is None or found.until is None or found.since <= at < found.until:
            return found
        return None

    def keep(self, state: State, key: str | None, answered: Answered) -> None:
        """Has a turn ready from now on."""
        if len(self._ready) >= MOST_TURNS:
            self._ready.clear()
        self._ready[state, key] = answered

    def heeding(self, instruction: Instruction) -> Prepared:
        """The same set with one more instruction in force."""
        standing = self.clerk.standing
        if any(each.id == instruction.id for each in standing.instructions):
            return self
        return self.under(standing._replace(instructions=(*standing.instructions, instruction)))


def prepare(flows: FlowSet, directory: Directory, public_url: str, provider: str) -> Prepared:
    """A set made ready for one public address and provider; both are written into its documents."""
    last_resort = directory.last_resort
    assert last_resort is not None, "the loader refuses a set without a number to fall back on"
    chosen = {code: chosen_voice(name, provider, language(code)) for code, name in flows.voices.items()}
    renderer = Renderer(
        public_url,
        flows.version,
        directory.contacts.values(),
        last_resort,
        provider,
        voices={code: voice for code, voice in chosen.items() if voice is not None},
        pronunciations=flows.pronunciations,
    )
    return Prepared(flows, Clerk(directory), renderer, documents(renderer, flows.languages, directory))


def keep_nothing(_instruction: Instruction) -> bool:
    """Where there is no place to keep instructions, none is accepted."""
    return False


@dataclass(frozen=True, slots=True)
class Trial:
    """Test calls of the operators' page. They are no citizens' calls, and change nothing."""

    secret: bytes
    """Signs their time and their set, and is good for nothing else."""
    prepared: Callable[[str], Prepared | None]
    """A set that such a call may be on and no other can, by its version."""


@dataclass(slots=True)
class Service:
    """One process's side of the service.

    Two threads have it: that of the calls, and the one that watches what is laid out (`ivr.web.watch`), which calls
    `change` and sets `room` and `locked`. So whoever answers a call reads each of them once.
    """

    public_url: str
    """As the provider signs it: scheme, host and path prefix, without a slash at its end."""
    verifier: Verifier
    journal: Journal
    current: Prepared
    clock_secret: bytes | None = None
    """With it, a request may bring its own time (`X-IVR-Clock`): only under `--dev`, and in the terminal phone."""
    trial: Trial | None = None
    """Where there is an operators' page."""
    known: MutableMapping[str, Prepared] = field(default_factory=dict)
    """Every set that calls may still be on, by version."""
    draft: Prepared | None = None
    """A set that is heard on calls to `draft_number` only."""
    draft_number: str = ""
    """E.164."""
    room: int | None = None
    """So many more calls are taken until the keeper has counted again; None: as many as come."""
    instruct: Callable[[Instruction], bool] = keep_nothing
    """Keeps an instruction that a caller gives; False when it could not be kept. The same one may come twice, by its
    id, and then holds once."""
    attempts: Attempts = field(default_factory=NoAttempts)
    """Counts the tries of PINs over all calls."""
    locked: bool = False
    """Whether so many wrong PINs were tried on all machines together that none is looked at."""
    layouts: Layouts = field(default_factory=Layouts)
    """Of the forms that have come so far."""
    _changing: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.known = {**self.known, self.current.flows.version: self.current}

    def takes_call(self) -> bool:
        """Whether one more call is taken; it counts from now on."""
        room = self.room
        if room is None:
            return True
        self.room = room - 1
        return room > 0

    def heed(self, instruction: Instruction) -> None:
        """An instruction holds here from now on, before it comes back from where it is kept."""
        with self._changing:
            for version, each in list(self.known.items()):
                self.known[version] = each.heeding(instruction)
            self.current = self.current.heeding(instruction)
            self.draft = self.draft and self.draft.heeding(instruction)

    def change(self, current: Prepared, known: MutableMapping[str, Prepared], draft: Prepared | None) -> None:
        """Puts other sets in force. A turn that is being worked out goes on with the set that it has looked up.

        `known` first: a call that begins on the new set finds it there.
        """
        with self._changing:
            self.known = known if current.flows.version in known else {**known, current.flows.version: current}
            self.draft = draft
            self.current = current
