"""What every step kind is made of.

A kind has two sides. Its *body* is what an operator writes under the kind's word: a plain dataclass of `Readable`
fields. Its *step* is what a call does there: `enter` when the call arrives, `react` when the awaited input has come.
`build` turns the one into the other when a flow set is loaded, and is where every name is looked up, so that nothing
can be missing while a caller waits.

Steps return what should happen (`Move`) and do nothing themselves; the engine follows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from ivr.call import DialResult, Done, Expects, Said, Spot
from ivr.source.readable import Doc
from ivr.speech import Language, language
from ivr.steps.fields import Hole

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.contacts import Entry
    from ivr.steps.fields import Target
    from ivr.steps.site import Site
    from ivr.world import Condition, World


class ToStep(NamedTuple):
    """The call goes on at a step."""

    spot: Spot


class CallFlow(NamedTuple):
    """The call goes into another flow, and comes back where that flow says `return`."""

    start: Spot
    """The called flow's first step."""


class Way(Enum):
    """The ways to go on that name no place of their own."""

    REPEAT = "repeat"
    BACK = "back"
    RETURN = "return"
    HANG_UP = "hangup"


Goto = ToStep | CallFlow | Way


class Pressed(NamedTuple):
    """The caller pressed a key (or sent something that is none: then it is nowhere in use)."""

    key: str


class Silence(NamedTuple):
    """The caller pressed nothing while the menu waited. An input of its own, not an empty key."""


class Connected(NamedTuple):
    """A connection attempt has ended."""

    result: DialResult


Input = Pressed | Silence | Connected | Done


class Move(NamedTuple):
    """What a step wants: words, and then a place to go to or an input to wait for.

    `misses` and `attempt` are what the state carries while it waits; `language`, `entered` and `author` are what it
    carries from here on (None: as before).
    """

    said: tuple[Said, ...]
    then: Goto | Expects
    misses: int = 0
    attempt: int = 0
    language: str | None = None
    missed: str | None = None
    """Why a menu is said again or given up, for the records: "no-input" or "no-match"."""
    entered: str | None = None
    author: str | None = None


class Exit(NamedTuple):
    """A way out of a step, under the name it has in the file: a key, `give_up`, `busy`, `next`, `else`, …"""

    name: str
    goto: Goto
    when: tuple[Condition, ...] = ()
    """What has to hold for it."""
    about: Lines | None = None
    """What it is for, as the operator put it ("Nordstadtbüro"), for pictures; callers hear the step's lines."""


class Line:
    """A sentence of an operator, ready to be spoken to callers of one language."""

    __slots__ = ("_ready", "parts", "spoken_in")

    def __init__(self, spoken_in: str, parts: tuple[str | Hole, ...]) -> None:
        """`parts` have been worded (no digits left); `spoken_in` is the language of the voice."""
        self.spoken_in = spoken_in
        self.parts = parts
        self._ready = (
            None if any(isinstance(part, Hole) for part in parts) else Said(spoken_in, "".join(map(str, parts)))
        )

    @property
    def ready(self) -> Said | None:
        """The words, if they depend on nothing."""
        return self._ready

    def __str__(self) -> str:
        """The words with the placeholders in them, for operators: "Die Nummer: {polizei.phone}"."""
        return "".join(p if isinstance(p, str) else f"{{{p.contact}.{p.form}}}" for p in self.parts)

    def now(self, world: World) -> Said:
        """The words at this moment."""
        if self._ready is not None:
            return self._ready
        return Said(
            self.spoken_in,
            "".join(
                part if isinstance(part, str) else world.words(self.spoken_in, part.contact, part.form)
                for part in self.parts
            ),
        )


Lines = dict[str, Line]
"""One line per language that callers can choose."""


@dataclass(slots=True)
class Scene:
    """What a step may know of the call: its language and counters, the world at this moment, and the keys in force.

    Not frozen, because that makes it three times as dear, and one is made for each step that a call comes to.
    """

    language: str
    misses: int
    attempt: int
    world: World
    inherited: Callable[[str], Goto | None]
    """What a key does by the `keys` of the flow and of the flows that called it; a menu's own options come first."""
    entered: str = ""
    """Digits that the caller has typed for a later step."""
    author: str = ""
    """The name of the PIN that the caller has typed; "" when she has not."""

    @property
    def speech(self) -> Language:
        """The wording of the caller's language."""
        return language(self.language)

    def say(self, text: str) -> Said:
        """A sentence of `speech` in the caller's language."""
        return Said(self.language, text)


class Step(ABC):
    """What a call does at one place of a flow. Immutable; shared by all calls."""

    is_menu = False
    """A place that `back` leads to."""
    secret = False
    """What is pressed here is nobody's business, not even a single key."""

    def __init__(self, spot: Spot, after: Goto | None = None) -> None:
        self.spot = spot
        self.after = after
        """Where a flow that was called from here returns to; None: it returns to whoever called this flow."""

    @abstractmethod
    def enter(self, scene: Scene) -> Move:
        """The call arrives here."""

    def react(self, scene: Scene, given: Input) -> Move:  # noqa: ARG002 - for steps that wait
        """The input that this step waits for has come. A step that does not wait is entered again."""
        return self.enter(scene)

    def lines(self) -> tuple[Lines, ...]:
        """Every text of an operator that this step can speak."""
        return ()

    @property
    def contacts(self) -> tuple[Entry, ...]:
        """Who may be rung from here, in this order."""
        return ()

    def entries(self) -> tuple[str, ...]:
        """Where several digits are typed, some that stand for all others: for those who try everything."""
        return ()

    def exits(self) -> tuple[Exit, ...]:
        """Every way out that the operator has written. A step that names none goes on at its `next`."""
        return (Exit("next", self.after),) if self.after is not None else ()


class Next(Enum):
    """Whether a step of a kind has a `next` beside its kind word."""

    REQUIRED = "required"
    NONE = "none"


Body = TypeVar("Body")


@dataclass(frozen=True)
class Kind(Generic[Body]):
    """One step kind: its word in YAML, the shape of what stands under it, and how a step is made of it."""

    word: str
    body: Any
    """The type that `definition` validates: a Readable, a dataclass, or a list of them."""
    next: Next
    build: Callable[[Body, Site, Target | None], Step]
    doc: Doc
    """What it does, for the editor that completes the word."""
