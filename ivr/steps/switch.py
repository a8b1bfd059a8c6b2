"""switch: closes or opens a contact from now on, or leaves it to its file again, and says what holds then.

    close_today:
      switch:
        contact: citywache
        set: closed
        until: end_of_day
        refused: not_accepted
      next: hangup

`set` is `closed`, `open`, or `usual`: as contacts.yaml has it. `until` is `end_of_day`, or `entered`: the time that a
`digits` step with `expect: time` has taken, the next time that clocks show it. With `set: usual` there is no `until`.

It works for callers who have typed a PIN (`digits` with `expect: pin`), in whose name it is kept, and for nobody else.
When it is kept, the caller hears from the contact's own hours what holds now. When it could not be kept, the call goes
to `refused`, which has to say so: nothing has changed then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from ivr.call import Done, GiveInstruction, Outcome
from ivr.source.near import did_you_mean
from ivr.source.places import Node, Word
from ivr.source.problems import Sentence, refuse
from ivr.source.readable import STRICT, Doc, Readable
from ivr.steps.base import Exit, Goto, Input, Kind, Move, Next, Scene, Step
from ivr.steps.fields import ContactName, Target, one_word

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self

    from ivr.call import Spot
    from ivr.steps.site import Site

USUAL = "usual"
END_OF_DAY, ENTERED = "end_of_day", "entered"


class Position(Word, Readable):
    """What a contact is set to."""

    __slots__ = ()
    allowed: ClassVar[tuple[str, ...]] = ("closed", "open", USUAL)
    schema: ClassVar[dict[str, Any]] = {"type": "string", "enum": list(allowed)}

    @classmethod
    def read(cls, node: Node) -> Self:
        return cls(*_one_of(node, cls.allowed))


class Until(Word, Readable):
    """How long it holds."""

    __slots__ = ()
    allowed: ClassVar[tuple[str, ...]] = (END_OF_DAY, ENTERED)
    schema: ClassVar[dict[str, Any]] = {"type": "string", "enum": list(allowed)}

    @classmethod
    def read(cls, node: Node) -> Self:
        return cls(*_one_of(node, cls.allowed))


def _one_of(node: Node, allowed: tuple[str, ...]) -> tuple[Word, Any]:
    listed = ", ".join(allowed)
    word = one_word(node, Sentence(f"eines von: {listed}", f"one of: {listed}"))
    if word in allowed:
        return word, word.place
    raise refuse(
        word.place,
        "unknown-word",
        f"„{word}“ passt hier nicht.",
        f"“{word}” does not fit here.",
        hint=did_you_mean(word, allowed, what=Sentence("Möglich sind", "Possible are")),
    )


@dataclass(frozen=True)
class Switch:
    """What stands under `switch:`."""

    __pydantic_config__: ClassVar[Any] = STRICT

    contact: Annotated[ContactName, Doc(de="Wer geschlossen oder geöffnet wird.", en="Who is closed or opened.")]
    set: Annotated[Position, Doc(de="closed, open oder usual.", en="closed, open or usual.")]
    refused: Annotated[
        Target,
        Doc(
            de="Wohin, wenn es nicht gespeichert werden konnte; dort muss gesagt werden, dass es nicht gilt.",
            en="Where to when it could not be kept; there it has to be said that it does not hold.",
        ),
    ]
    until: Annotated[
        Until | None,
        Doc(de="Bis wann: end_of_day oder entered.", en="Until when: end_of_day or entered."),
    ] = None


class SwitchStep(Step):
    """Switches a contact, and says what holds then."""

    def __init__(self, spot: Spot, contact: str, value: str, until: str | None, onward: Goto, refused: Goto) -> None:
        super().__init__(spot, onward)
        self.contact = contact
        self.value = value
        self.until = until
        self._onward = onward
        self._refused = refused

    def enter(self, scene: Scene) -> Move:
        if not scene.author or (self.until == ENTERED and not scene.entered):
            # Nobody gets here: the checker has seen to it. It is looked at once more, where it matters.
            return Move((), self._refused)
        return Move((), GiveInstruction(self.contact, self.value, self._until(scene), scene.author))

    def react(self, scene: Scene, given: Input) -> Move:
        if not isinstance(given, Done) or given.outcome is not Outcome.DONE:
            return Move((), self._refused)
        return Move((scene.say(scene.world.words(scene.language, self.contact, "status")),), self._onward)

    def exits(self) -> tuple[Exit, ...]:
        return (*super().exits(), Exit("refused", self._refused))

    def _until(self, scene: Scene) -> datetime | None:
        if self.until is None:
            return None
        entered = scene.entered if self.until == ENTERED else "2400"
        return scene.world.next_at(int(entered[:2]) * 60 + int(entered[2:]))


def _build(body: Switch, site: Site, onward: Target | None) -> SwitchStep:
    assert onward is not None, "the definition demands `next`"
    site.contact(body.contact)
    entry = site.directory.contacts.get(body.contact)
    if entry is not None and entry.schedule is None:
        site.problem(
            body.contact.place,
            "no-hours",
            Sentence(
                f"Die Stelle „{body.contact}“ hat keine Öffnungszeiten.", f"The contact “{body.contact}” has no hours."
            ),
            Sentence(
                "Schließen und öffnen lässt sich nur, wer in contacts.yaml „hours:“ hat.",
                "Only who has “hours:” in contacts.yaml can be closed and opened.",
            ),
        )
    if body.set != USUAL and body.until is None:
        site.problem(
            site.place,
            "missing-field",
            Sentence("Hier fehlt „until:“.", "“until:” is missing here."),
            Sentence(
                "Am Telefon gilt nichts für immer: until: end_of_day oder until: entered.",
                "By telephone nothing holds for ever: until: end_of_day or until: entered.",
            ),
        )
    if body.set == USUAL and body.until is not None:
        site.problem(
            body.until.place,
            "unknown-field",
            Sentence("Zu „set: usual“ gehört kein „until“.", "There is no “until” with “set: usual”."),
            Sentence("Löschen Sie die Zeile.", "Delete the line."),
        )
    return SwitchStep(
        site.spot,
        str(body.contact),
        str(body.set),
        str(body.until) if body.until else None,
        site.goto(onward),
        site.goto(body.refused),
    )


KIND = Kind(
    "switch",
    Switch,
    Next.REQUIRED,
    _build,
    Doc(
        de="Schließt oder öffnet eine Stelle bis zum Abend oder bis zu einer Uhrzeit, für Anrufer mit PIN.",
        en="Closes or opens a contact until the end of the day or a time, for callers with a PIN.",
    ),
)
