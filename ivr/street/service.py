"""What stands ready before the first call: the secrets, the public address, and the prepared flow sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.pins import NoAttempts
from ivr.speech import language
from ivr.speech.voices import chosen_voice
from ivr.twiml import Renderer
from ivr.world import Clerk

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.contacts import Directory
    from ivr.instructions import Instruction
    from ivr.observe import Journal
    from ivr.pins import Attempts
    from ivr.steps.flowset import FlowSet
    from ivr.street.signature import Verifier


@dataclass(frozen=True, slots=True)
class Prepared:
    """A flow set with everything that its turns need."""

    flows: FlowSet
    clerk: Clerk
    renderer: Renderer


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
    return Prepared(flows, Clerk(directory), renderer)


def keep_nothing(_instruction: Instruction) -> bool:
    """Where there is no place to keep instructions, none is accepted."""
    return False


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
    known: dict[str, Prepared] = field(default_factory=dict)
    """Every set that calls may still be on, by version."""
    instruct: Callable[[Instruction], bool] = keep_nothing
    """Keeps an instruction that a caller gives, so that it holds in the next world that is asked for; False when it
    could not be kept. The same one may come twice, by its id, and then holds once."""
    attempts: Attempts = field(default_factory=NoAttempts)
    """Counts the tries of PINs over all calls."""

    def __post_init__(self) -> None:
        self.known[self.current.flows.version] = self.current
