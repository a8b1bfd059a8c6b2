"""What is heard, beside what happens: how long it takes, how much it is, and whose numbers are in it.

The words that depend on the hour are looked at once for every contact, placeholder and language, at every moment of
the coming year at which another sentence may be formed. In a document the longest of them stands for all.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import timedelta
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from ivr.call import Said
from ivr.exploration.moments import HOLE
from ivr.hours import unknown
from ivr.speech import language
from ivr.speech.duration import seconds
from ivr.speech.pronunciation import AS_WRITTEN
from ivr.speech.situation import SOON
from ivr.world import spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ivr.contacts import Directory
    from ivr.hours import Answer
    from ivr.steps.flowset import FlowSet

_HOLE = re.compile(f"{HOLE[0]}(\\w+)\\.(\\w+){HOLE[1]}")


class Sentences(NamedTuple):
    """What one placeholder says in one language in the course of a year."""

    longest: str
    """Of all sentences the one that takes most time."""
    shortest: str
    usual: str
    """The one in the middle: half of the time what is said takes no longer than this."""
    number: int
    """So many different ones there are."""


Which = Literal["longest", "shortest", "usual"]
Kept = dict[tuple[str, ...], Sentences]


class Hearing:
    """Listens to the texts of one flow set."""

    def __init__(self, flows: FlowSet, directory: Directory, days: Sequence[date], kept: Kept) -> None:
        """`days` are local dates without a gap; `kept` holds sentences of these contacts and days, and gets more."""
        self._flows = flows
        self._directory = directory
        self._days = days
        self._kept = kept
        self._answers: dict[int, list[tuple[Answer, float]]] = {}
        self._seconds: dict[tuple[Said, Which], float] = {}
        self._told: dict[Said, frozenset[str]] = {}
        self._numbers: dict[str, list[tuple[str, str]]] = {}

    def sentences(self, code: str, contact: str, form: str) -> Sentences:
        """All that a placeholder says in a language."""
        key = (code, contact, form)
        if key not in self._kept:
            entry = self._directory.contacts[contact]
            lasts: dict[str, float] = {}
            for answer, stretch in self._asked(contact):
                text = spoken(code, entry, form, answer).text
                lasts[text] = lasts.get(text, 0) + stretch
            by_length = sorted(lasts, key=lambda text: (seconds(code, text), text))
            middle = bisect_left(list(accumulate(lasts[text] for text in by_length)), sum(lasts.values()) / 2)
            self._kept[key] = Sentences(by_length[-1], by_length[0], by_length[middle], len(lasts))
        return self._kept[key]

    def _asked(self, contact: str) -> list[tuple[Answer, float]]:
        """The answers at every moment at which other words may be found, and the seconds to the next such moment."""
        entry = self._directory.contacts[contact]
        schedule = entry.schedule
        if id(schedule) not in self._answers:
            midnights = list(self._directory.wall_times(self._days, 0))
            if schedule is None:
                found = [(unknown(midnights[0], self._directory.zone, entry.place), 1.0)]
            else:
                # The minutes are counted from half an hour before a change on: at the most, and down to one.
                near = (timedelta(minutes=minutes) for minutes in (0, 1, SOON - 1, SOON, SOON + 1))
                before = list(near)
                changes = {change - each for change in schedule.changes(self._days) for each in before}
                moments = sorted({*midnights, *changes})
                found = [(schedule.answer(at), (following - at).total_seconds()) for at, following in pairwise(moments)]
            self._answers[id(schedule)] = found
        return self._answers[id(schedule)]

    @property
    def count(self) -> int:
        """How many different sentences the hours make."""
        return sum(found.number for found in self._kept.values())

    def full(self, said: Said, which: Which = "longest") -> Said:
        """The words with every hole filled with one of its sentences."""
        if HOLE[0] not in said.text:
            return said

        def fill(hole: re.Match[str]) -> str:
            found: str = getattr(self.sentences(said.language, hole[1], hole[2]), which)
            return found

        return Said(said.language, _HOLE.sub(fill, said.text))

    def seconds(self, said: Iterable[Said], which: Which = "longest") -> float:
        """How long it takes to say this: at the most, or as usual."""
        return sum(self._takes(each, which) for each in said)

    def _takes(self, said: Said, which: Which) -> float:
        key = (said, which)
        found = self._seconds.get(key)
        if found is None:
            pronounced = self._flows.pronunciations.get(said.language, AS_WRITTEN).say(self.full(said, which).text)
            found = self._seconds[key] = seconds(said.language, pronounced)
        return found

    def numbers_told(self, said: Iterable[Said]) -> frozenset[str]:
        """The contacts whose numbers are read out."""
        return frozenset().union(*map(self._numbers_in, said))

    def _numbers_in(self, said: Said) -> frozenset[str]:
        found = self._told.get(said)
        if found is None:
            text = said.text.casefold()
            told = set()
            for contact, number in self._dictated(said.language):
                if number in text:
                    told.add(contact)
                    text = text.replace(number, " ")
            found = self._told[said] = frozenset(told)
        return found

    def _dictated(self, code: str) -> list[tuple[str, str]]:
        """Every contact's number as it is dictated in a language; the longest first, for one may begin like another."""
        if code not in self._numbers:
            numbers = [
                (name, language(code).phone(entry.phone.groups).casefold())
                for name, entry in self._directory.contacts.items()
                if entry.phone
            ]
            self._numbers[code] = sorted(numbers, key=lambda each: len(each[1]), reverse=True)
        return self._numbers[code]
