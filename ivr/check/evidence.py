"""A call that shows a problem: what is heard and done in it, and the command that plays it again."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ivr.speech import language as speech
from ivr.steps.digits import RIGHT_PIN

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.call import Turn
    from ivr.contacts import Directory
    from ivr.exploration import Call, Given
    from ivr.steps.flowset import FlowSet

LONGEST = 150
"""Characters of what is heard in one turn, when it is shown on a terminal; its end is what matters most."""

FIRST, LAST = 2, 4
"""Of a long call so many turns are shown, at its beginning and at its end."""

_RESULTS = {
    "completed": ("Das Gespräch ist zu Ende", "the talk is over"),
    "busy": ("Es ist besetzt", "it is busy"),
    "no_answer": ("Niemand nimmt ab", "nobody answers"),
    "failed": ("Der Anruf scheitert", "the call fails"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A call, ready to be shown."""

    call: Call
    flows: FlowSet
    directory: Directory
    options: tuple[str, ...]
    """What names the files on the command line."""

    @property
    def command(self) -> str:
        """The command that plays the call again."""
        words = ["ivr", "call", *self.options]
        words += ["--at", ",".join(map(_local, self.call.at))]
        if self.call.flow:
            words += ["--flow", self.call.flow]
        if self.call.language != self.flows.languages_of(self.call.flow)[0]:
            words += ["--lang", self.call.language]
        if RIGHT_PIN in self.call.keys:
            words += ["--pin", RIGHT_PIN]
        if self.call.trouble:
            words += ["--trouble", self.call.trouble]
        words += ["--keys", ",".join(self.call.keys) or "timeout"]
        if self.call.results:
            words += ["--dial", ",".join(self.call.results)]
        return shlex.join(words)

    def turns(self) -> list[tuple[Given | None, Turn]]:
        """What was done (None: she called) and what was heard then."""
        given = [None, *self.call.given]
        return list(zip(given, self.call.turns(self.flows, self.directory), strict=True))

    def lines(self, language: Literal["de", "en"]) -> list[str]:
        at = self.call.at[0]
        german = language == "de"
        when = _at(at, german=german)
        spoken = speech(self.call.language).endonym
        found = [
            f"Ein Anruf, der es zeigt ({when}, {spoken}):" if german else f"A call that shows it ({when}, {spoken}):"
        ]
        turns = self.turns()
        for number, (given, turn) in enumerate(turns):
            if FIRST <= number < len(turns) - LAST:
                if number == FIRST:
                    found.append(f"  … {len(turns) - FIRST - LAST} × …")
                continue
            if given is not None:
                found.append(f"  → {_done(given, german=german)}{_later(self.call.at, number, german=german)}")
            heard = " ".join(said.text for said in turn.said)
            found.append(f"  {_short(heard) if heard else ('(nichts zu hören)' if german else '(nothing is heard)')}")
        found.append(f"{'Nachspielen' if german else 'Play it'}: {self.command}")
        return found

    def to_json(self) -> dict[str, Any]:
        return {
            "at": [at.isoformat() for at in self.call.at],
            "language": self.call.language,
            "keys": self.call.keys,
            "dial": self.call.results,
            "turns": [
                {
                    "given": None if given is None else {"kind": given.kind, "value": given.value},
                    "said": [{"lang": said.language, "text": said.text} for said in turn.said],
                }
                for given, turn in self.turns()
            ],
            "replay": self.command,
        }


def _at(at: datetime, *, german: bool) -> str:
    return f"{at:%d.%m.%Y, %H:%M}" if german else f"{at:%Y-%m-%d %H:%M}"


def _later(times: tuple[datetime, ...], number: int, *, german: bool) -> str:
    """When this turn takes place, if time has passed since the last one."""
    if number >= len(times) or times[number] == times[number - 1]:
        return ""
    return f" ({_at(times[number], german=german)})"


def _local(at: datetime) -> str:
    """A time as one types it; in the second of two equal hours with what tells it from the first."""
    return (at if at.fold else at.replace(tzinfo=None)).isoformat(timespec="minutes")


def _done(given: Given, *, german: bool) -> str:
    match given.kind:
        case "key" if len(given.value) > 1:
            return f"Ziffern {given.value}" if german else f"digits {given.value}"
        case "key":
            return f"Taste {given.value}" if german else f"key {given.value}"
        case "silence":
            return "drückt nichts" if german else "presses nothing"
        case "hangup":
            return "legt auf" if german else "hangs up"
        case _:
            return _RESULTS[given.value][0 if german else 1]


def _short(heard: str) -> str:
    if len(heard) <= LONGEST:
        return heard
    begins, ends = heard[: LONGEST // 3].rpartition(" ")[0], heard[-LONGEST * 2 // 3 :].partition(" ")[2]
    return f"{begins} … {ends}"
