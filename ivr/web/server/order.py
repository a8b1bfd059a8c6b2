"""What the parent tells a worker: where it listens, which app it makes, its limits towards clients."""

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Limits:
    """What a client may send and how long it may take; sizes in bytes, times in seconds.

    A provider gives up on a webhook after 15 s (Twilio, webhook connection overrides: read and total time at
    most 15,000 ms), so the answer to a request that takes longer than 10 s to arrive is heard by nobody. A
    voice webhook has about 1 KB.
    """

    head_bytes: int = 16 * 1024
    """Request line and headers together."""
    body_bytes: int = 64 * 1024
    """A body of exactly this size is taken, one byte more is answered with 413."""
    long_body_bytes: int = 320 * 1024
    """The same for paths that begin with `long_path`, when the request says its length."""
    long_path: str = "/operator/edit"
    long_bodies: int = 8
    """So many bodies above `body_bytes` are taken at the same time; further ones are answered with 503."""
    request_seconds: float = 10.0
    """From the first byte of a request (or from connecting) to its last one; dribbling does not extend it."""
    idle_seconds: float = 75.0
    """How long a connection is kept for the next request."""
    write_seconds: float = 30.0
    """How long a client may leave a reply unread that does not fit into the socket's buffer."""
    connections: int = 4096
    """Open connections per worker; above it, those that would time out first give way."""
    stop_seconds: float = 15.0
    """How long requests that are being answered may go on after a stop."""


@dataclass(frozen=True)
class Order:
    """What the parent tells a worker: numbers of inherited descriptors, the app's factory, its limits."""

    app: str
    listener: int
    lifeline: int
    short: tuple[str, ...]
    threads: int
    limits: Limits

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> "Order":
        fields: dict[str, Any] = json.loads(text)
        limits = Limits(**fields.pop("limits"))
        return Order(**{**fields, "short": tuple(fields["short"]), "limits": limits})
