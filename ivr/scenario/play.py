"""Playing a scenario: a call through the real street and the real documents, judged by what the scenario expects.

The caller of a scenario does at each prompt what stands next in it, and hangs up when nothing more does. What is heard
between two of her actions is one stretch of the call, and is held against all that is expected there. An action that is
not possible (a key while it rings) ends the scenario; every other difference is noted, and the call goes on.
"""

from __future__ import annotations

import io
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from ivr.call import DialResult, Inbound
from ivr.observe import Journal
from ivr.phone.errors import PhoneError
from ivr.phone.interpreter import HANG_UP, SILENCE, call
from ivr.phone.leg import Leg
from ivr.phone.local import ADDRESS, CALLED, CALLER, LocalService, start_of
from ivr.scenario.listening import Finding, listens
from ivr.scenario.shape import Connection, Dials, Ends, Presses, Waits
from ivr.source.problems import Problem, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ivr.call import Turn
    from ivr.contacts import Directory
    from ivr.phone.document import Dial, Gather, Record
    from ivr.phone.transcript import Ended, Heard
    from ivr.scenario.files import Scenario
    from ivr.scenario.shape import Action, Expectation
    from ivr.source.places import Place, Word
    from ivr.steps.flowset import FlowSet

Standing = Literal["key", "ring", "over"]
"""What the call waits for at the end of a stretch: a key, the end of a connection, or nothing more."""


class Stretch(NamedTuple):
    """What was heard between two actions, what then was waited for, and what was done."""

    heard: tuple[Heard, ...]
    standing: Standing
    ringing: str | None
    """The contact at which it rings."""
    ended: Ended | None
    findings: tuple[Finding, ...]
    action: Action | None
    """None: the caller hangs up, or the call is over."""


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario and its call."""

    scenario: Scenario
    stretches: tuple[Stretch, ...]
    turns: tuple[tuple[Inbound, Turn], ...]
    """Every webhook of the call and the engine's answer to it, for coverage."""
    failure: Problem | None = None
    """The call broke off."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is not as expected."""
        found = (finding.problem for stretch in self.stretches for finding in stretch.findings)
        return (*found, *([self.failure] if self.failure else []))

    @property
    def repairs(self) -> tuple[tuple[Word, str], ...]:
        """The words of the scenario that would have to be others, and what they would be."""
        findings = (finding for stretch in self.stretches for finding in stretch.findings)
        return tuple(finding.repair for finding in findings if finding.repair is not None)


class Player:
    """Plays scenarios of one flow set, one after the other."""

    def __init__(self, flows: FlowSet, directory: Directory) -> None:
        self._directory = directory
        self._witness = _Witness()
        self._service = LocalService(flows, directory, self._witness)

    def play(self, scenario: Scenario) -> Played:
        """The call of a scenario, judged."""
        self._witness.forget()
        self._service.forget(scenario.pin, scenario.trouble)
        caller = _Caller(scenario, self._directory)
        failure = None
        line = self._service.line(scenario.at)
        try:
            transcript = call(line, start_of(ADDRESS, scenario.language, scenario.flow), caller, Leg(CALLER, CALLED))
            caller.hangs_up(transcript.ended)
        except PhoneError as error:
            failure = Problem(caller.place, "call-dropped", error.sentence)
        if self._witness.errors:
            failure = _broken(caller.place, self._witness.errors[0])
        return Played(scenario, tuple(caller.stretches), tuple(self._witness.turns), failure)


class _Witness(Journal):
    """Keeps what the service tells of one call."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.forget()

    def forget(self) -> None:
        self.turns: list[tuple[Inbound, Turn]] = []
        self.errors: list[Exception] = []

    def turn(
        self,
        now: datetime,  # noqa: ARG002 - as it is told
        inbound: Inbound,
        turn: Turn,
        told: str,  # noqa: ARG002
        *,
        step: type,  # noqa: ARG002
        test: bool,  # noqa: ARG002
        begun: int = 0,  # noqa: ARG002
    ) -> None:
        self.turns.append((inbound, turn))

    def failed(self, now: datetime, call: str, error: Exception) -> None:  # noqa: ARG002 - as it is told
        self.errors.append(error)


class _Caller:
    """Holds the phone (`interpreter.Person`), and does what stands in the scenario."""

    def __init__(self, scenario: Scenario, directory: Directory) -> None:
        self.stretches: list[Stretch] = []
        self.place = scenario.place
        """What she did last, for what goes wrong because of it."""
        self._turns = deque(scenario.turns)
        self._contacts = {entry.phone.e164: key for key, entry in directory.contacts.items() if entry.phone}
        self._numbers = {key: entry.phone.e164 for key, entry in directory.contacts.items() if entry.phone}
        self._heard: list[Heard] = []

    def hears(self, heard: Heard) -> None:
        self._heard.append(heard)

    def presses(self, _wait: Gather | Record) -> str:
        match self._goes_on(_Now("key")):
            case Presses(word):
                return str(word)
            case Waits():
                return SILENCE
        return HANG_UP

    def rings(self, dial: Dial) -> DialResult | None:
        action = self._goes_on(_Now("ring", dial.numbers))
        return action.result if isinstance(action, Connection) else None

    def hangs_up(self, ended: Ended) -> None:
        """The call is over."""
        if self._turns or self._heard or ended != "caller":
            self._goes_on(_Now("over", ended=ended))

    def _goes_on(self, now: _Now) -> Action | None:
        """Judges the stretch that ends here. What she does next; None when the scenario is at its end."""
        expected: list[Expectation] = []
        action: Action | None = None
        while self._turns and action is None:
            turn = self._turns.popleft()
            if isinstance(turn, Presses | Waits | Connection):
                action = turn
            else:
                expected.append(turn)
        ringing = next((self._contacts.get(number, number) for number in now.numbers), None)
        findings = [*listens(self._heard, expected), *self._stands(now, ringing, expected)]
        if action is not None:
            self.place = action.word.place
            if not _fits(action, now):
                if not any(finding.stands_otherwise for finding in findings):
                    findings.append(_impossible(action, now, ringing))
                self._turns.clear()
                action = None
        if isinstance(action, Waits) and action.times > 1:
            self._turns.appendleft(replace(action, times=action.times - 1))
        self.stretches.append(Stretch(tuple(self._heard), now.standing, ringing, now.ended, tuple(findings), action))
        self._heard.clear()
        return action

    def _stands(self, now: _Now, ringing: str | None, expected: list[Expectation]) -> Iterator[Finding]:
        """Holds where the call stands against what is expected of it."""
        for each in expected:
            match each:
                case Dials(contact) if self._numbers.get(contact) not in now.numbers:
                    problem = Problem(
                        contact.place,
                        "not-dialled",
                        Sentence(f"Bei „{contact}“ klingelt es hier nicht.", f"It does not ring at “{contact}” here."),
                        standing(now.standing, ringing, now.ended),
                    )
                    repair = (contact, ringing) if ringing in self._numbers else None
                    yield Finding(problem, standing("ring", contact, None), None, stands_otherwise=True, repair=repair)
                case Ends(how) if how != now.ended:
                    problem = Problem(
                        how.place,
                        "not-ended",
                        Sentence("So ist der Anruf hier nicht zu Ende.", "The call is not over like this here."),
                        standing(now.standing, ringing, now.ended),
                    )
                    ended = (how, now.ended) if now.ended is not None else None
                    yield Finding(problem, ENDED[how], None, stands_otherwise=True, repair=ended)


class _Now(NamedTuple):
    """Where the call stands."""

    standing: Standing
    numbers: tuple[str, ...] = ()
    ended: Ended | None = None


def _fits(action: Action, now: _Now) -> bool:
    if now.standing == "key":
        return not isinstance(action, Connection)
    hangs_up = isinstance(action, Presses) and action.word == HANG_UP
    return now.standing == "ring" and (isinstance(action, Connection) or hangs_up)


def _impossible(action: Action, now: _Now, ringing: str | None) -> Finding:
    stands = standing(now.standing, ringing, now.ended)
    possible = {
        "key": Sentence("Hier gehen: presses, waits.", "Possible here: presses, waits."),
        "ring": Sentence("Hier gehen: connection, presses: hangup.", "Possible here: connection, presses: hangup."),
        "over": Sentence("Was danach kommt, kann weg.", "What follows can go."),
    }[now.standing]
    problem = Problem(
        action.word.place,
        "not-possible",
        Sentence("Das geht an dieser Stelle des Anrufs nicht.", "This is not possible at this point of the call."),
        Sentence(f"{stands.de} {possible.de}", f"{stands.en} {possible.en}"),
    )
    return Finding(problem, told(action), stands_otherwise=True)


def _broken(place: Place, error: Exception) -> Problem:
    name = type(error).__name__
    return Problem(
        place,
        "call-failed",
        Sentence(
            f"Der Dienst konnte hier nicht antworten ({name}); die Anruferin hört nur eine Nummer.",
            f"The service could not answer here ({name}); the caller hears a number only.",
        ),
        Sentence(
            "Das ist ein Fehler im Programm, nicht in Ihren Dateien.",
            "This is a mistake in the program, not in your files.",
        ),
    )


# Words for what happens in a call

ENDED: dict[str, Sentence] = {
    "hangup": Sentence("Der Dienst legt auf.", "The service hangs up."),
    "dial": Sentence("Das Gespräch ist vorbei.", "The talk is over."),
    "caller": Sentence("Die Anruferin legt auf.", "The caller hangs up."),
}

_RESULTS = {
    DialResult.COMPLETED: Sentence("verbunden", "connected"),
    DialResult.BUSY: Sentence("besetzt", "busy"),
    DialResult.NO_ANSWER: Sentence("niemand nimmt ab", "nobody answers"),
    DialResult.FAILED: Sentence("gestört", "failed"),
}


def standing(stands: Standing, ringing: str | None, ended: str | None) -> Sentence:
    """Where a call stands, as a line of it."""
    match stands:
        case "key":
            return Sentence("Der Dienst wartet auf eine Taste.", "The service waits for a key.")
        case "ring":
            return Sentence(f"Es klingelt bei {ringing}.", f"It rings at {ringing}.")
        case _:
            return ENDED[ended or "hangup"]


def told(action: Action) -> Sentence:
    """What is done, as a line of a call."""
    match action:
        case Presses(word) if word == HANG_UP:
            return ENDED["caller"]
        case Presses(word) if len(word) > 1:
            return Sentence(f"Ziffern {word}", f"digits {word}")
        case Presses(word):
            return Sentence(f"Taste {word}", f"key {word}")
        case Connection():
            return _RESULTS[action.result]
        case _:
            return Sentence("keine Taste", "no key")
