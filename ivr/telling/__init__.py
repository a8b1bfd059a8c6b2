"""Telling the running service something: what `ivr override`, `ivr announce` and the operator's page have in common.

- `until`: WHEN it ends, as operators write it.
- `texts`: what callers hear of it, read by the rules of the flows.
- `keeping`: where an instruction goes, and what has been told so far.
- `words`: instructions in a few words, in German and English.

Nothing here prints or ends a process: what cannot be done is raised as `Refusal`, with its sentence.
"""

from __future__ import annotations

from ivr.telling.keeping import COMMANDS, Kept, Told, also, desks_here, keep, told
from ivr.telling.refusal import Refusal
from ivr.telling.texts import ForCallers, for_callers
from ivr.telling.until import end
from ivr.telling.words import by_whom, described, how_long, moment, quoted, subject

ANNOUNCEMENT = "announcement"
"""The subject of the one announcement that there is."""

LONGEST = 1000
"""Characters of a reason or a name."""

__all__ = [
    "ANNOUNCEMENT",
    "COMMANDS",
    "LONGEST",
    "ForCallers",
    "Kept",
    "Refusal",
    "Told",
    "also",
    "by_whom",
    "described",
    "desks_here",
    "end",
    "for_callers",
    "how_long",
    "keep",
    "moment",
    "quoted",
    "subject",
    "told",
]
