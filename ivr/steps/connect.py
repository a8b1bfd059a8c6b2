"""connect: puts the caller through to a contact, and knows what to do when nobody can be reached.

    ordnungsamt:
      connect:
        to: ordnungsamt                 # or a list: one after the other
        ring: 25s
        when_closed: closed_now
        busy: not_reached
        no_answer: not_reached
        failed: not_reached

A flow names a contact, never a number. A contact that is closed at this moment is not rung, unless its phone is
answered at hours of its own (`phone_hours`): the call goes to `when_closed`, or, without it, the caller hears when it
opens, and its number. A contact whose hours are unknown is always rung. One that a limit of the service forbids to ring
just now is passed over; if there is no other, the caller hears that, and its number. A result without a branch of its
own ends with the contact's number, said twice; `completed` ends the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from ivr.call import Dial, DialResult, HangUp, Said
from ivr.source.places import Node, Row
from ivr.source.problems import Problem, Refused, Sentence, refuse
from ivr.source.readable import STRICT, Doc, Readable
from ivr.steps.base import Connected, Exit, Goto, Input, Kind, Move, Next, Scene, Step
from ivr.steps.farewell import farewell
from ivr.steps.fields import ContactName, Ring, Target, Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from ivr.call import Spot
    from ivr.contacts import Entry
    from ivr.steps.base import Lines
    from ivr.steps.site import Site

RING = 25
"""Seconds; the default of the field."""

MOST_ATTEMPTS = 3
"""Connection attempts in one step; a caller who has heard three telephones ring wants a number instead."""


class Contacts(Readable):
    """One contact, or a list of them that is tried in its order."""

    __slots__ = ("names",)
    schema: ClassVar[dict[str, Any]] = {
        "anyOf": [
            {"type": "string"},
            {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MOST_ATTEMPTS},
        ],
        "examples": ["ordnungsamt"],
    }

    def __init__(self, names: tuple[ContactName, ...]) -> None:
        self.names = names

    @classmethod
    def read(cls, node: Node) -> Self:
        if not isinstance(node, Row):
            name = ContactName.read(node)
            if "," in name:
                raise refuse(
                    name.place,
                    "bad-list",
                    "Mehrere Stellen stehen in eckigen Klammern.",
                    "Several contacts stand in square brackets.",
                    hint=Sentence(f"Richtig ist: to: [{name}]", f"Write: to: [{name}]"),
                )
            return cls((name,))
        if not 1 <= len(node) <= MOST_ATTEMPTS:
            raise refuse(
                node.place,
                "bad-list",
                f"Hier stehen {len(node)} Stellen, möglich sind 1 bis {MOST_ATTEMPTS}.",
                f"There are {len(node)} contacts here; 1 to {MOST_ATTEMPTS} are possible.",
            )
        names: list[ContactName] = []
        problems: list[Problem] = []
        for item in node:
            try:
                names.append(ContactName.read(item))
            except Refused as refused:
                problems += refused.problems
        problems += [_twice(name, names[names.index(name)]) for at, name in enumerate(names) if name in names[:at]]
        if problems:
            raise Refused(*problems)
        return cls(tuple(names))


def _twice(name: ContactName, first: ContactName) -> Problem:
    return Problem(
        name.place,
        "contact-twice",
        Sentence(f"„{name}“ steht schon in dieser Liste.", f"“{name}” stands in this list already."),
        Sentence(
            "Löschen Sie den Eintrag: Jede Stelle wird einmal angerufen.", "Delete it: each contact is rung once."
        ),
        also=first.place,
    )


@dataclass(frozen=True)
class Connect:
    """What stands under `connect:`."""

    __pydantic_config__: ClassVar[Any] = STRICT

    to: Annotated[Contacts, Doc(de="Wer angerufen wird.", en="Who is rung.")]
    say: Annotated[
        Text | None,
        Doc(de="Was vor dem Verbinden gesagt wird.", en="What is said before connecting."),
    ] = None
    ring: Annotated[Ring, Doc(de="Wie lange es klingelt.", en="How long it rings.")] = Ring(RING)
    when_closed: Annotated[Target | None, Doc(de="Wohin, wenn geschlossen ist.", en="Where to when it is closed.")] = (
        None
    )
    busy: Annotated[Target | None, Doc(de="Wohin, wenn besetzt ist.", en="Where to when it is busy.")] = None
    no_answer: Annotated[Target | None, Doc(de="Wohin, wenn niemand abnimmt.", en="Where to when nobody answers.")] = (
        None
    )
    failed: Annotated[Target | None, Doc(de="Wohin, wenn der Anruf scheitert.", en="Where to when the call fails.")] = (
        None
    )
    completed: Annotated[
        Target | None, Doc(de="Wohin nach dem Gespräch; sonst Ende.", en="Where to after the talk; else the end.")
    ] = None


class ConnectStep(Step):
    """Rings the contacts one after the other."""

    def __init__(
        self,
        spot: Spot,
        contacts: tuple[Entry, ...],
        ring: int,
        lines: Lines | None,
        when_closed: Goto | None,
        results: Mapping[DialResult, Goto],
    ) -> None:
        super().__init__(spot)
        self._contacts = contacts
        self._ring = ring
        self._lines = lines
        self._when_closed = when_closed
        self._results = results

    def enter(self, scene: Scene) -> Move:
        return self._ring_next(scene, 0) or self._limited(scene) or self._closed(scene)

    def react(self, scene: Scene, given: Input) -> Move:
        # A provider that says nothing about how the connection ended has not connected anybody.
        result = given.result if isinstance(given, Connected) else DialResult.FAILED
        if result is DialResult.COMPLETED:
            return Move((), self._results.get(result) or HangUp())
        tried = self._contacts[min(scene.attempt, len(self._contacts) - 1)]
        not_reached = scene.say(scene.speech.not_reached(tried.in_sentence(scene.language)))
        if again := self._ring_next(scene, scene.attempt + 1, not_reached):
            return again
        if result in self._results:
            return Move((), self._results[result])
        return farewell(scene, not_reached, number=tried)

    @property
    def contacts(self) -> tuple[Entry, ...]:
        """Who is rung, one after the other."""
        return self._contacts

    def exits(self) -> tuple[Exit, ...]:
        shut = (Exit("when_closed", self._when_closed),) if self._when_closed is not None else ()
        return (*shut, *(Exit(result.value, goto) for result, goto in self._results.items()))

    def _ring_next(self, scene: Scene, attempt: int, *before: Said) -> Move | None:
        """Rings the first contact from `attempt` on whose phone is answered now; None when there is none."""
        for index, entry in enumerate(self._contacts[attempt:], attempt):
            if entry.phone is None or not scene.world.is_answered(entry.key):
                continue
            if not scene.world.may_ring(entry.key):
                continue
            if self._lines is not None and index == 0:
                said = self._lines[scene.language].now(scene.world)
            else:
                said = scene.say(scene.speech.connecting(entry.name(scene.language)))
            return Move((*before, said), Dial(entry.key, entry.phone.e164, self._ring), attempt=index)
        return None

    def _limited(self, scene: Scene) -> Move | None:
        """What a caller hears whom only a limit keeps from being connected."""
        denied = next((entry for entry in self._contacts if entry.key in scene.world.denied), None)
        if denied is None:
            return None
        return farewell(scene, scene.say(scene.speech.not_connecting()), number=denied)

    def _closed(self, scene: Scene) -> Move:
        if self._when_closed is not None:
            return Move((), self._when_closed)
        first = self._contacts[0]
        status = scene.say(scene.world.words(scene.language, first.key, "status"))
        return farewell(scene, status, number=first)

    def lines(self) -> tuple[Lines, ...]:
        return (self._lines,) if self._lines else ()


def _build(body: Connect, site: Site, _onward: Target | None) -> ConnectStep:
    contacts = []
    for name in body.to.names:
        entry = site.contact(name)
        if entry is None:
            continue
        contacts.append(entry)
        if entry.phone is None:
            site.problem(
                name.place,
                "no-phone",
                Sentence(
                    f"Die Stelle „{name}“ hat keine Telefonnummer.", f"The contact “{name}” has no telephone number."
                ),
                _with_phone(site),
            )
    results = {
        DialResult.COMPLETED: body.completed,
        DialResult.BUSY: body.busy,
        DialResult.NO_ANSWER: body.no_answer,
        DialResult.FAILED: body.failed,
    }
    return ConnectStep(
        site.spot,
        tuple(contacts),
        int(body.ring),
        site.lines(body.say) if body.say else None,
        site.goto(body.when_closed) if body.when_closed else None,
        {result: site.goto(target) for result, target in results.items() if target},
    )


def _with_phone(site: Site) -> Sentence:
    names = ", ".join(sorted(key for key, entry in site.directory.contacts.items() if entry.phone))
    return Sentence(f"Eine Nummer haben: {names}.", f"These have a number: {names}.")


KIND = Kind(
    "connect",
    Connect,
    Next.NONE,
    _build,
    Doc(
        de="Verbindet mit einer Stelle und weiß weiter, wenn niemand zu erreichen ist.",
        en="Puts the caller through to a contact, and knows what to do when nobody can be reached.",
    ),
)
