"""digits: asks for several digits, a PIN or a time of day, which the caller ends with hash.

    ask_pin:
      digits:
        expect: pin
        prompt:
          de: Bitte geben Sie Ihre Geheimzahl ein, und danach die Raute.
          en: Please enter your access code, followed by the hash key.
        wrong:
          de: Diese Geheimzahl ist nicht richtig.
          en: This access code is not right.
        locked: too_many_wrong_pins
        give_up: goodbye
      next: duty_menu

`expect: pin` looks whose PIN it is; `next` is for the right one. Whoever has typed it may use `switch`. After too many
wrong ones, over all calls together, none is looked at for a while: then the call goes to `locked`, at once.

`expect: time` takes four digits, `0900` or `1430` (`2400` is the end of the day), reads the time back, and keeps it for
a `switch` with `until: entered`.

Silence and wrong digits count together: after three the call goes to `give_up`; without it, the caller hears a number
to note and a goodbye. No other key means anything here, not even one that holds in all menus. Without `wrong` the
service uses words of its own.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from ivr.call import CheckPin, Done, Gather, Outcome
from ivr.pins import LONGEST, SHORTEST
from ivr.source.near import did_you_mean
from ivr.source.places import Node, Word
from ivr.source.problems import Sentence, refuse
from ivr.source.readable import STRICT, Doc, Readable
from ivr.steps.asking import GIVE_UP, LONGER
from ivr.steps.base import Exit, Goto, Kind, Lines, Move, Next, Pressed, Scene, Step, Way
from ivr.steps.farewell import farewell
from ivr.steps.fields import Patience, Target, Text, one_word

if TYPE_CHECKING:
    from typing import Self

    from ivr.call import Said, Spot
    from ivr.steps.base import Input
    from ivr.steps.site import Site

PATIENCE = 10
"""Seconds; the default of the field. A PIN is looked for and typed slowly."""

ENDS = "#"

RIGHT_PIN, WRONG_PIN = "24680", "13579"
"""They stand for all right and all wrong ones where everything is tried; no telephone takes the first for anybody's."""

PINS, TIME = "pin", "time"

_TIME = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d|2400", re.ASCII)


class Expected(Word, Readable):
    """What is typed: `pin` or `time`."""

    __slots__ = ()
    schema: ClassVar[dict[str, Any]] = {"type": "string", "enum": [PINS, TIME]}

    @classmethod
    def read(cls, node: Node) -> Self:
        word = one_word(node, Sentence("„pin“ oder „time“", "“pin” or “time”"))
        if word in (PINS, TIME):
            return cls(word, word.place, plain=word.plain)
        raise refuse(
            word.place,
            "unknown-word",
            f"Nach „{word}“ lässt sich hier nicht fragen.",
            f"“{word}” cannot be asked for here.",
            hint=did_you_mean(word, (PINS, TIME), what=Sentence("Fragen lässt sich nach", "What can be asked for")),
        )


@dataclass(frozen=True)
class Digits:
    """What stands under `digits:`."""

    __pydantic_config__: ClassVar[Any] = STRICT

    expect: Annotated[Expected, Doc(de="Was eingegeben wird: pin oder time.", en="What is typed: pin or time.")]
    prompt: Annotated[Text, Doc(de="Was vor der Eingabe gesagt wird.", en="What is said before the digits.")]
    wrong: Annotated[
        Text | None,
        Doc(de="Was nach einer falschen Eingabe gesagt wird.", en="What is said after wrong digits."),
    ] = None
    patience: Annotated[
        Patience, Doc(de="Wie lange auf jede Ziffer gewartet wird.", en="How long each digit is waited for.")
    ] = Patience(PATIENCE)
    locked: Annotated[
        Target | None,
        Doc(
            de="Wohin, wenn zuletzt zu oft eine falsche PIN eingegeben wurde; nötig bei „expect: pin“.",
            en="Where to when a wrong PIN was typed too often lately; needed with “expect: pin”.",
        ),
    ] = None
    give_up: Annotated[
        Target | None,
        Doc(de="Wohin es nach drei Fehlversuchen geht.", en="Where the call goes after three misses."),
    ] = None


class DigitsStep(Step):
    """Asks for several digits."""

    secret = True
    keys: ClassVar[int]
    """So many at the most."""

    def __init__(
        self, spot: Spot, prompt: Lines, wrong: Lines | None, patience: int, onward: Goto, give_up: Goto | None
    ) -> None:
        super().__init__(spot, onward)
        self._prompt = prompt
        self._wrong = wrong
        self._patience = patience
        self._onward = onward
        self._give_up = give_up

    def enter(self, scene: Scene) -> Move:
        return Move((self._prompt[scene.language].now(scene.world),), self._wait(0))

    def react(self, scene: Scene, given: Input) -> Move:
        if isinstance(given, Pressed):
            return self.typed(scene, given.key)
        return self.miss(scene, "no-input", scene.say(scene.speech.no_input()))

    @abstractmethod
    def typed(self, scene: Scene, digits: str) -> Move:
        """The caller has typed something."""

    def is_wrong(self, scene: Scene) -> Move:
        """What was typed is not what is expected."""
        wrong = self._wrong
        remark = scene.say(scene.speech.no_match("")) if wrong is None else wrong[scene.language].now(scene.world)
        return self.miss(scene, "no-match", remark)

    def miss(self, scene: Scene, what: str, remark: Said) -> Move:
        """The prompt again after a remark, for the third time the way that gives up."""
        misses = scene.misses + 1
        if misses >= GIVE_UP:
            ends = Move((remark,), self._give_up) if self._give_up else farewell(scene, remark)
            return ends._replace(missed=what)
        return Move((remark, *self.enter(scene).said), self._wait(misses), misses, missed=what)

    def lines(self) -> tuple[Lines, ...]:
        return (self._prompt, *([self._wrong] if self._wrong else []))

    def exits(self) -> tuple[Exit, ...]:
        given_up = (Exit("give_up", self._give_up),) if self._give_up is not None else ()
        return (*super().exits(), *given_up)

    def _wait(self, misses: int) -> Gather:
        return Gather(self._patience + (LONGER if misses > 1 else 0), self.keys, ENDS)


class PinStep(DigitsStep):
    """Asks for a PIN."""

    keys = LONGEST

    def __init__(
        self,
        spot: Spot,
        prompt: Lines,
        wrong: Lines | None,
        patience: int,
        onward: Goto,
        give_up: Goto | None,
        locked: Goto,
    ) -> None:
        super().__init__(spot, prompt, wrong, patience, onward, give_up)
        self._locked = locked

    def typed(self, scene: Scene, digits: str) -> Move:
        if not (SHORTEST <= len(digits) <= LONGEST and digits.isdecimal()):
            # Nobody's PIN: the tries that all calls share are not spent on a slip of the finger.
            return self.is_wrong(scene)
        return Move((), CheckPin(digits), scene.misses)

    def react(self, scene: Scene, given: Input) -> Move:
        match given:
            case Done(Outcome.DONE, name) if name:
                return Move((), self._onward, author=name)
            case Done(Outcome.LOCKED):
                return Move((), self._locked)
            case Done():
                return self.is_wrong(scene)
        return super().react(scene, given)

    def exits(self) -> tuple[Exit, ...]:
        return (*super().exits(), Exit("locked", self._locked))

    def entries(self) -> tuple[str, ...]:
        return (RIGHT_PIN, WRONG_PIN)


class TimeStep(DigitsStep):
    """Asks for a time of day."""

    keys = 4

    def typed(self, scene: Scene, digits: str) -> Move:
        if not _TIME.fullmatch(digits):
            return self.is_wrong(scene)
        speech = scene.speech
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        return Move((scene.say(speech.sentence(speech.clock(minutes))),), self._onward, entered=digits)

    def entries(self) -> tuple[str, ...]:
        return ("1200", "9")


def _build(body: Digits, site: Site, onward: Target | None) -> DigitsStep:
    assert onward is not None, "the definition demands `next`"
    prompt = site.lines(body.prompt)
    wrong = site.lines(body.wrong) if body.wrong else None
    give_up = site.goto(body.give_up) if body.give_up else None
    locked = site.goto(body.locked) if body.locked else Way.HANG_UP
    if body.expect == TIME:
        if body.locked is not None:
            site.problem(
                body.locked.place,
                "unknown-field",
                Sentence("„locked“ gibt es nur bei „expect: pin“.", "“locked” goes with “expect: pin” only."),
                Sentence("Löschen Sie die Zeile.", "Delete the line."),
            )
        return TimeStep(site.spot, prompt, wrong, int(body.patience), site.goto(onward), give_up)
    if body.locked is None:
        site.problem(
            site.place,
            "missing-field",
            Sentence("Hier fehlt „locked:“.", "“locked:” is missing here."),
            Sentence(
                "Es sagt, wohin es geht, wenn zuletzt zu oft eine falsche PIN eingegeben wurde: locked: ZIEL.",
                "It says where to when a wrong PIN was typed too often lately: locked: TARGET.",
            ),
        )
    return PinStep(site.spot, prompt, wrong, int(body.patience), site.goto(onward), give_up, locked)


KIND = Kind(
    "digits",
    Digits,
    Next.REQUIRED,
    _build,
    Doc(
        de="Fragt nach mehreren Ziffern: einer PIN oder einer Uhrzeit.",
        en="Asks for several digits: a PIN or a time of day.",
    ),
)
