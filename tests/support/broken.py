"""Steps that do what no step may: defects that no file can have, because they would be mistakes of the service."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.call import Dial, Gather, Record, Said, Spot
from ivr.steps.base import Exit, Input, Lines, Move, Pressed, Scene, Silence, Step, ToStep, Way
from ivr.steps.connect import ConnectStep

if TYPE_CHECKING:
    from ivr.contacts import Entry


class Broken(Step):
    """A step like the one that it replaces, but for what a subclass does otherwise."""

    def __init__(self, right: Step) -> None:
        super().__init__(right.spot, right.after)
        self.right = right

    @property
    def is_menu(self) -> bool:  # type: ignore[override]
        return self.right.is_menu

    def enter(self, scene: Scene) -> Move:
        return self.right.enter(scene)

    def react(self, scene: Scene, given: Input) -> Move:
        return self.right.react(scene, given)

    def lines(self) -> tuple[Lines, ...]:
        return self.right.lines()

    def exits(self) -> tuple[Exit, ...]:
        return self.right.exits()

    def entry(self) -> Entry:
        assert isinstance(self.right, ConnectStep)
        return self.right.contacts[0]


class RingsAnyway(Broken):
    def enter(self, scene: Scene) -> Move:
        entry = self.entry()
        assert entry.phone is not None
        return Move(
            (scene.say(scene.speech.connecting(entry.name(scene.language))),), Dial(entry.key, entry.phone.e164, 25)
        )


class RingsTheNext(Broken):
    """After the first attempt the public order office is rung, open or not."""

    def react(self, scene: Scene, given: Input) -> Move:
        if scene.attempt:
            return self.right.react(scene, given)
        last = scene.world.last_resort
        assert last.phone is not None
        return Move((scene.say(scene.speech.connecting("X")),), Dial(last.key, last.phone.e164, 25), attempt=1)


class DialsAnotherNumber(Broken):
    number = "+4930123456"

    def enter(self, scene: Scene) -> Move:
        move = self.right.enter(scene)
        return move._replace(then=replace(move.then, number=self.number)) if isinstance(move.then, Dial) else move


class DialsEmergency(DialsAnotherNumber):
    number = "+49110"


class RingsAStranger(Broken):
    def enter(self, scene: Scene) -> Move:
        move = self.right.enter(scene)
        return move._replace(then=replace(move.then, contact="mayor")) if isinstance(move.then, Dial) else move


class Records(Broken):
    def enter(self, scene: Scene) -> Move:
        return self.right.enter(scene)._replace(then=Record(30))


class RecordsAtWrongKeys(Broken):
    def react(self, scene: Scene, given: Input) -> Move:
        move = self.right.react(scene, given)
        if not isinstance(given, Pressed) or move.missed is None:
            return move
        return move._replace(said=(scene.say(scene.speech.goodbye()),), then=Record(30))


class ForgetsMisses(Broken):
    def react(self, scene: Scene, given: Input) -> Move:
        move = self.right.react(scene, given)
        return move._replace(misses=0) if isinstance(move.then, Gather) and isinstance(given, Silence) else move


class ForgetsAtWrongKeys(Broken):
    def react(self, scene: Scene, given: Input) -> Move:
        move = self.right.react(scene, given)
        return move._replace(misses=0) if isinstance(move.then, Gather) and isinstance(given, Pressed) else move


class RepeatsAnother(Broken):
    elsewhere = ToStep(Spot("info", "about"))
    way = Way.REPEAT

    def react(self, scene: Scene, given: Input) -> Move:
        move = self.right.react(scene, given)
        return Move((), self.elsewhere) if move.then is self.way else move


class GoesBackTooFar(RepeatsAnother):
    elsewhere = ToStep(Spot("info", "hours"))
    way = Way.BACK


class RepeatsNothing(RepeatsAnother):
    elsewhere = ToStep(Spot("hotline", "goodbye"))


class Says(Broken):
    text = ""

    def enter(self, scene: Scene) -> Move:
        return Move((Said(scene.language, self.text),), self.right.enter(scene).then)


class SaysDigits(Says):
    text = "Sie erreichen uns bis 20 Uhr."


class SaysTooMuch(Broken):
    def enter(self, scene: Scene) -> Move:
        texts = tuple(Said(scene.language, f"{'Das ist wichtig. ' * 100}{word}") for word in "abcdefghijklmnopqrst")
        return Move(texts, self.right.enter(scene).then)


class WaitsForNothing(Broken):
    def enter(self, scene: Scene) -> Move:
        return self.right.enter(scene)._replace(then=Gather(0))


class Remembers(Broken):
    """Every second caller hears something else."""

    callers = 0

    def react(self, scene: Scene, given: Input) -> Move:
        self.callers += 1
        move = self.right.react(scene, given)
        return move._replace(said=(scene.say(scene.speech.no_input()), *move.said)) if self.callers % 2 else move


class CountsForEver(Broken):
    """Every key makes a state that was not there before."""

    def react(self, scene: Scene, given: Input) -> Move:
        return self.right.enter(scene)._replace(misses=scene.misses + 1)
