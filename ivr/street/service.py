"""What stands ready before the first call: the secrets, the public address, and the prepared flow sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.fallback import documents
from ivr.speech import language
from ivr.speech.voices import chosen_voice
from ivr.twiml import Renderer
from ivr.world import Clerk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.contacts import Directory
    from ivr.observe import Journal
    from ivr.steps.flowset import FlowSet
    from ivr.street.signature import Verifier


@dataclass(frozen=True, slots=True)
class Prepared:
    """A flow set with everything that its turns need."""

    flows: FlowSet
    clerk: Clerk
    renderer: Renderer
    fallbacks: Mapping[str, bytes]
    """By language, the fallback document that it leads."""


def prepare(flows: FlowSet, directory: Directory, public_url: str, provider: str) -> Prepared:
    """A set made ready for one public address and provider; both are written into its documents."""
    last_resort = directory.last_resort
    assert last_resort is not None, "the loader refuses a set without a number to fall back on"
    chosen = {code: chosen_voice(name, provider, language(code)) for code, name in flows.voices.items()}
    renderer = Renderer(
        public_url,
        flows.version,
        directory.contacts.values(),
        last_resort,
        provider,
        voices={code: voice for code, voice in chosen.items() if voice is not None},
        pronunciations=flows.pronunciations,
    )
    renderer.prepare(
        line.ready
        for step in flows.steps.values()
        for lines in step.lines()
        for line in lines.values()
        if line.ready is not None
    )
    return Prepared(flows, Clerk(directory), renderer, documents(renderer, flows.languages, directory))


@dataclass(slots=True)
class Service:
    """One process's side of the service."""

    public_url: str
    """As the provider signs it: scheme, host and path prefix, without a slash at its end."""
    verifier: Verifier
    journal: Journal
    current: Prepared
    clock_secret: bytes | None = None
    """With it, a request may bring its own time (`X-IVR-Clock`): only under `--dev`, and in the terminal phone."""
    known: Mapping[str, Prepared] = field(default_factory=dict)
    """Every set that calls may still be on, by version."""
    draft: Prepared | None = None
    """A set that is heard on calls to `draft_number` only."""
    draft_number: str = ""
    """E.164."""
    room: int | None = None
    """So many more calls are taken until the next count; None: as many as come."""

    def __post_init__(self) -> None:
        self.known = {**self.known, self.current.flows.version: self.current}

    def takes_call(self) -> bool:
        """Whether one more call is taken; it counts from now on."""
        if self.room is None:
            return True
        self.room -= 1
        return self.room >= 0

    def change(self, current: Prepared, known: Mapping[str, Prepared], draft: Prepared | None) -> None:
        """Puts other sets in force. A turn that is being worked out goes on with the set that it has looked up.

        `known` first: a call that begins on the new set finds it there.
        """
        self.known = {**known, current.flows.version: current}
        self.draft = draft
        self.current = current
