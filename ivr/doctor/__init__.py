"""The doctor: looks at the whole set-up before callers do.

    examine(setup) -> findings

Each check is a small function from a `Setup` to findings, in the file of its group and in `CHECKS`. It reads what it
is given and changes nothing: no call is made, no address is set, no table is made. Only what the settings name is asked
over the network: the service on this machine, the database, and the provider when there are credentials for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.doctor import address, clock, database, files, folders, number, service, settings
from ivr.doctor.finding import Finding, Setup, wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["CHECKS", "Finding", "Setup", "examine"]

CHECKS: tuple[Callable[[Setup], Iterable[Finding]], ...] = (
    settings.complete,
    settings.token,
    address.reachable,
    address.as_signed,
    files.readable,
    files.proved,
    files.voices,
    files.fallback,
    clock.right,
    clock.zone_data,
    folders.writable,
    database.there,
    database.same_time,
    service.running,
    service.answering,
    number.addresses,
)
"""In the order in which they are shown: what is wrong at the top is often the cause of what follows."""


def examine(setup: Setup) -> Iterator[Finding]:
    """Every finding. A check that breaks is a finding as well."""
    for check in CHECKS:
        try:
            yield from check(setup)
        except Exception as error:  # noqa: BLE001 - the other checks are to be seen all the same
            name = f"{check.__module__.rpartition('.')[2]}.{check.__name__}"
            where = type(error).__name__
            yield wrong(
                name,
                f"Diese Prüfung ist abgebrochen ({where}: {error}).",
                f"This check broke off ({where}: {error}).",
            )
