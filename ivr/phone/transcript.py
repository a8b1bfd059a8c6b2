"""What happened in a call, as the person who held the phone would write it down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Expects = Literal["digits", "dial", "record", "end"]
Ended = Literal["hangup", "dial", "caller"]
"""Who or what ended the call: the service hung up, a conversation was over, or the caller hung up."""

NO_LANGUAGE = "und"
"""The language of a sound file: undetermined (ISO 639-2)."""


class Heard(NamedTuple):
    """One thing that was heard: a text and its two-letter language, or the address of a sound file."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was heard, what was then waited for, and what the caller did (or how the connection ended)."""

    heard: tuple[Heard, ...]
    expects: Expects
    pressed: str | None


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole call. `dialled` are E.164 numbers in the order of ringing; `seconds` is an estimate."""

    turns: tuple[Exchange, ...]
    dialled: tuple[str, ...]
    ended: Ended
    seconds: int

    def to_json(self) -> dict[str, object]:
        """The document that `ivr call --json` prints, as a value for `json.dumps`."""
        return {
            "turns": [
                {
                    "said": [{"lang": heard.language, "text": heard.text} for heard in turn.heard],
                    "expects": turn.expects,
                    "pressed": turn.pressed,
                }
                for turn in self.turns
            ],
            "dialled": list(self.dialled),
            "ended": self.ended,
            "seconds": self.seconds,
        }
