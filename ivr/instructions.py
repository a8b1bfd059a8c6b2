"""What operators have told the running service, beyond its files: the day's switches, announcements, limits, PINs.

An instruction is written once and never changed; taking it back is another instruction. So they can be kept in several
places at once (the database, each machine's own copy, the spool of a telephone call) and be put together again in any
order, by union: an outage of one place forgets nothing, and what is stored is its own audit trail.

For each subject the latest instruction counts, and it alone: when it runs out, everything is as usual again, whatever
an earlier one said.

    kind        subject         value                     texts
    switch      a contact       open | closed | usual     the reason, as callers hear it
    announce    announcement    said | usual              what is said after the greeting
    limit       a limit's name  a whole number | off | usual
    pin         who it is for   its hash | usual

`usual` takes back what was said before. `texts` are by language.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = Literal["switch", "announce", "limit", "pin"]
Channel = Literal["command", "phone", "page"]

USUAL = "usual"
"""The value that takes an instruction back."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction. `at` and `until` are aware, in UTC; without `until` it holds until it is taken back."""

    kind: Kind
    subject: str
    value: str
    at: datetime
    until: datetime | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    author: str = ""
    channel: Channel = "command"
    why: str = ""
    """For those who read the history; callers do not hear it."""
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    """The same instruction, told twice or stored twice, is one."""

    def to_json(self) -> dict[str, Any]:
        """A flat object of JSON's own types; times as ISO with offset."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "value": self.value,
            "at": self.at.isoformat(),
            "until": self.until and self.until.isoformat(),
            "texts": dict(self.texts),
            "author": self.author,
            "channel": self.channel,
            "why": self.why,
            "id": self.id,
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Instruction:
        """The instruction that `to_json` wrote.

        Raises:
            ValueError, KeyError, TypeError: it is none.
        """
        if fields["kind"] not in get_args(Kind) or fields["channel"] not in get_args(Channel):
            raise ValueError("an instruction of an unknown kind or channel")
        until = fields["until"]
        return cls(
            kind=fields["kind"],
            subject=str(fields["subject"]),
            value=str(fields["value"]),
            at=datetime.fromisoformat(fields["at"]).astimezone(UTC),
            until=None if until is None else datetime.fromisoformat(until).astimezone(UTC),
            texts={str(code): str(text) for code, text in fields["texts"].items()},
            author=str(fields["author"]),
            channel=fields["channel"],
            why=str(fields["why"]),
            id=str(fields["id"]),
        )

    def holds(self, now: datetime) -> bool:
        """Whether it has begun, has not run out, and takes nothing back."""
        return self.value != USUAL and self.at <= now and (self.until is None or now < self.until)


def latest(instructions: Iterable[Instruction], now: datetime) -> dict[tuple[Kind, str], Instruction]:
    """For each kind and subject the instruction that counts at `now` (aware), if it still holds."""
    found: dict[tuple[Kind, str], Instruction] = {}
    for each in instructions:
        if each.at > now:
            continue
        key = (each.kind, each.subject)
        before = found.get(key)
        if before is None or (before.at, before.id) < (each.at, each.id):
            found[key] = each
    return {key: each for key, each in found.items() if each.holds(now)}
