"""A flow set: every step of every flow, built and linked, under a version that is a hash of its content."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.call import Spot
    from ivr.speech.pronunciation import Pronunciation
    from ivr.steps.base import Goto, Step

ENTRY = "hotline"
"""The flow in which every call begins: the file hotline.yaml."""


class Entrance(NamedTuple):
    """A flow in which calls to a number of its own begin, and its languages; the first is the default."""

    start: Spot
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlowSet:
    """What operators wrote, ready to be run. Immutable; shared by all calls of a process."""

    version: str
    """Twelve hex digits of the hash of flows and contacts: the version in our URLs."""
    languages: tuple[str, ...]
    """The first is the default."""
    start: Spot
    steps: Mapping[Spot, Step]
    keys: Mapping[str, Mapping[str, Goto]]
    """Per flow, the keys that hold in all its menus and in those of the flows it calls."""
    voices: Mapping[str, str] = field(default_factory=dict)
    """The voices that operators chose, by language; the language's own speaks where there is none."""
    pronunciations: Mapping[str, Pronunciation] = field(default_factory=dict)
    """By language, how words are said that a voice would read wrongly."""
    entrances: Mapping[str, Entrance] = field(default_factory=dict)
    """The flows beside the entry flow in which calls may begin, by name: not for the public."""

    def languages_of(self, flow: str) -> tuple[str, ...]:
        """The languages in which a flow has its texts."""
        entrance = self.entrances.get(flow)
        return self.languages if entrance is None else entrance.languages
