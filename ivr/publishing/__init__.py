"""Publishing: what `ivr publish`, `rollback`, `history`, `diff` and the operators' page have in common.

- `names`: sets by their names, from the database or from what this machine keeps.
- `entering`: making a set the one that calls begin on, the draft, or again what an older one was.
- `changes`: what is different between two sets, in words.

Nothing here prints, checks or ends a process. Who publishes may say on which version she has built (`base`); if another
one is in force, nothing is published and `Overtaken` says which, so that of two people at once none loses anything.
"""

from __future__ import annotations

from ivr.publishing.changes import Group, grouped, in_one_line, since
from ivr.publishing.entering import OtherDraft, Overtaken, Published, publish, roll_back
from ivr.publishing.names import EVERY, Unknown, before_it, bundle_of, kept_here, resolve, speaks

__all__ = [
    "EVERY",
    "Group",
    "OtherDraft",
    "Overtaken",
    "Published",
    "Unknown",
    "before_it",
    "bundle_of",
    "grouped",
    "in_one_line",
    "kept_here",
    "publish",
    "resolve",
    "roll_back",
    "since",
    "speaks",
]
