"""`--until WHEN`, see `ivr.telling.until`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ivr import telling
from ivr.cli.telling import ended

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

until_option = click.option(
    "--until", metavar="WHEN", help="2026-11-28T18:00, a day, 18:00 today, or heute [until it is taken back]."
)


def end(written: str | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant that is meant, in UTC; None for none. `now` is aware.

    Raises:
        click.UsageError: it is no time.
        SystemExit: it is over, which is said.
    """
    try:
        return telling.end(written, now, zone)
    except telling.Refusal as refusal:
        ended(refusal)
