"""Wrong expectations put right where they stand: the words that are heard, who is rung, how a call ends.

What the caller does is never changed, and neither is anything that is true: every other byte of the file stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.source.rewrite import rewritten

if TYPE_CHECKING:
    from ivr.scenario.play import Played


def updated(source: bytes, played: Played) -> tuple[bytes, int]:
    """The scenario's file with what its call really was, and how many expectations were changed."""
    # From the end on, so that the places before stay where they are.
    for word, text in sorted(played.repairs, key=lambda repair: repair[0].place[1:3], reverse=True):
        source = rewritten(source, word, text)
    return source, len(played.repairs)
