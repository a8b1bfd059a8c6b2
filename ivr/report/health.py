"""Whether an office was busy, or did not answer, notably more often than in the 28 days before.

Notably: of at least 50 connections in either period, a share that is greater by 10 of 100 or more, and by more than
chance would have it (three standard errors of the difference of two shares). It is judged by what may be told: a
count under 5 in the past counts as 4, one that is hidden today is no reason for a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Final, NamedTuple

from ivr.report.hidden import LEAST, SMALL, Mark
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.contacts import Entry
    from ivr.source.places import Place

ENOUGH: Final = 50
"""Connections of a period from which on its shares say something."""

NOTABLE: Final = 0.10
ERRORS: Final = 3.0

Told = tuple[int | None, Mark]
"""A count, or why it is not told."""


class Counts(NamedTuple):
    """How often an office was rung in a period, and how often in vain, as far as it may be told."""

    rung: int
    busy: Told
    no_answer: Told


@dataclass(frozen=True)
class Health:
    """An office in the period and before. `before` is None when there is too little of it."""

    contact: str
    place: Place | None
    """Where the contact stands in contacts.yaml; None when it no longer does."""
    now: Counts
    before: Counts | None
    worse: tuple[Sentence, ...] = ()
    """What got notably worse, in words."""


def judge(contact: str, entry: Entry | None, now: Counts, before: Counts | None) -> Health:
    """The health of a contact."""
    place = entry.place if entry is not None else None
    return Health(contact, place, now, before, tuple(_worse(contact, entry, now, before)) if before else ())


_WHAT = {
    "busy": Sentence("war besetzt", "found it busy"),
    "no_answer": Sentence("hat niemand abgenommen", "were not answered"),
}


def _worse(contact: str, entry: Entry | None, now: Counts, before: Counts) -> Iterator[Sentence]:
    if min(now.rung, before.rung) < ENOUGH:
        return
    where = f" ({entry.place.file}:{entry.place.line})" if entry is not None else ""
    names = Sentence(entry.name("de"), entry.name("en")) if entry is not None else Sentence(contact, contact)
    for what, (today, _), past in (("busy", now.busy, before.busy), ("no_answer", now.no_answer, before.no_answer)):
        most = _at_most(past)
        if today is None or most is None or not _notable(today, now.rung, most, before.rung):
            continue
        few = past[1] == SMALL
        de = f"weniger als {LEAST}" if few else str(most)
        en = f"fewer than {LEAST}" if few else str(most)
        yield Sentence(
            f"{names.de}{where}: Bei {today} von {now.rung} Verbindungen {_WHAT[what].de}, "
            f"in den 28 Tagen davor bei {de} von {before.rung}.",
            f"{names.en}{where}: {today} of {now.rung} connections {_WHAT[what].en}, "
            f"in the 28 days before {en} of {before.rung}.",
        )


def _at_most(told: Told) -> int | None:
    number, mark = told
    return LEAST - 1 if mark == SMALL else number


def _notable(today: int, of: int, past: int, of_past: int) -> bool:
    more = today / of - past / of_past
    both = (today + past) / (of + of_past)
    error = sqrt(both * (1 - both) * (1 / of + 1 / of_past))
    return more >= NOTABLE and more > ERRORS * error
