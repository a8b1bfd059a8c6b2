"""What the pages may ask: one object for each process, made at its start, which opens nothing before it is needed."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from ivr.world import Clerk, Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from zoneinfo import ZoneInfo

    from ivr.contacts import Directory
    from ivr.desk import Desk
    from ivr.instructions import Instruction
    from ivr.loader import Loaded
    from ivr.phone.line import Line, Rehearsal
    from ivr.sets import Sets
    from ivr.settings import Settings
    from ivr.steps.flowset import FlowSet
    from ivr.store import Database
    from ivr.street import Service
    from ivr.telling import Told
    from ivr.web.operator.counting import Counting
    from ivr.web.operator.shelf import Shelf
    from ivr.web.trials import Trials

LINK = "IVR_OPERATOR_LINK"
"""Set by `ivr serve --dev` for its own workers: checksum of the one-time link's token, its end, and for whom it is."""

LINK_SECONDS = 300

_DATABASE_SECONDS = 2.0
"""A page waits so long for a connection, and for a statement."""

_AGAIN_SECONDS = 5.0
"""A database that was away is not asked again before: one slow page is enough."""


class Link(NamedTuple):
    """The one-time link: the SHA-256 of its token in hexadecimal, its end (seconds since 1970), and whose it is."""

    checksum: str
    expires: float
    name: str


def read_link(env: Mapping[str, str]) -> Link | None:
    """The link that the start of the service has made; None without one."""
    checksum, _, rest = env.get(LINK, "").partition(":")
    expires, _, name = rest.partition(":")
    return Link(checksum, float(expires), name) if checksum else None


@dataclass
class Context:
    """The service as the pages see it."""

    settings: Settings
    service: Service
    sets: Sets
    trials: Trials
    """The sets that only test calls are on."""
    desk: Callable[[], Desk | None] = lambda: None
    link: Link | None = None
    dev: bool = False
    """Under `--dev` the page is opened on this machine, without encryption."""
    warm_up: bool = False
    """Whether the page is made ready before somebody asks for it."""
    dial: Callable[[Rehearsal], Line] | None = None
    """Another way to the service than over HTTP, from the port that serves the page; for tests."""
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    _database: Database | None = None
    _away: tuple[float, str] = (-_AGAIN_SECONDS, "")

    @property
    def prefix(self) -> str:
        """The path that a proxy takes off before it passes a request on; links have to begin with it."""
        return "" if self.dev else urlsplit(self.settings.public_url).path

    @property
    def encrypted(self) -> bool:
        """Whether browsers come by https."""
        return not self.dev and self.settings.public_url.startswith("https://")

    @property
    def flows(self) -> FlowSet:
        """The set on which calls begin."""
        return self.service.current.flows

    @property
    def directory(self) -> Directory:
        """Its contacts, as the file has them."""
        return self.service.current.clerk.directory

    @property
    def zone(self) -> ZoneInfo:
        """The contacts' time zone."""
        return self.directory.zone

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """The database.

        Raises:
            Away: it cannot be reached, or what is done within fails.
        """
        from ivr.store import Away, Database, NotTaken, TooLong

        if self.away:
            raise Away(self._away[1])
        if self._database is None:
            self._database = Database(self.settings.storage.database, seconds=_DATABASE_SECONDS)
        try:
            yield self._database
        except (NotTaken, TooLong):
            # Whoever sends such a thing, or asks for so much, must not have the others told that the database is away.
            raise
        except Away as away:
            self._away = (time.monotonic(), str(away))
            raise

    @property
    def away(self) -> bool:
        """Whether the database was away when it was last asked, a moment ago."""
        return time.monotonic() - self._away[0] < _AGAIN_SECONDS

    @cached_property
    def shelf(self) -> Shelf:
        """The sets by their names; see `ivr.web.operator.shelf`, which is not loaded before a page needs it."""
        from ivr.web.operator.shelf import Shelf

        return Shelf(self.service, self.sets, self.desk, self.opened, self.settings)

    @cached_property
    def counting(self) -> Counting:
        """The reports that pages show; loaded like the shelf."""
        from ivr.web.operator.counting import Counting

        return Counting(self)

    def loaded(self, word: str, operator: str) -> Loaded:
        """The set of a word (`live`, `draft`, `mine`, a version); `operator`: whose working copy is meant.

        Raises:
            NoSuchSet: there is none of this name (`ivr.web.operator.shelf`).
            Away: it is in the database only, and that cannot be reached.
        """
        return self.shelf.loaded(word, operator)

    def desks(self) -> tuple[Desk, ...]:
        """The desks of the services on this machine, as this worker has seen its own first."""
        from ivr.telling import desks_here

        mine = self.desk()
        return (*([mine] if mine else []), *desks_here(self.settings.storage, self.settings.port))

    def told(self) -> Told:
        """All that operators have told the running service, as far as can be seen from here."""
        from ivr.telling import told

        return told(self.settings.storage, self.now(), self.opened)

    def clerk(self, instructions: tuple[Instruction, ...]) -> Clerk:
        """A clerk of the page's own, who may be asked about any time: those who answer calls are not disturbed."""
        return Clerk(self.directory, Standing(instructions))
