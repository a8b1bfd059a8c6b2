"""WHEN an instruction ends, as operators write it, in the contacts' time zone.

2026-11-28T18:00     a time; with an offset (+01:00) it is that instant
2026-11-28           a day: to its end
18:00                today
today, heute         to the end of today; `end of day`, `Mitternacht` and `midnight` are the same
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import click

from ivr.cli.common import in_zone, wrong_usage
from ivr.cli.telling import moment, refuse

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

until_option = click.option(
    "--until", metavar="WHEN", help="2026-11-28T18:00, a day, 18:00 today, or heute [until it is taken back]."
)

_TODAY = frozenset({"today", "heute", "end of day", "end_of_day", "tagesende", "mitternacht", "midnight", "24:00"})
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


def end(written: str | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant that is meant, in UTC; None for none. `now` is aware.

    Raises:
        click.UsageError: it is no time.
        SystemExit: it is over, which is said.
    """
    if written is None:
        return None
    word = written.strip()
    today = now.astimezone(zone).date()
    clock = _CLOCK.fullmatch(word)
    if word.lower() in _TODAY:
        until = _midnight_after(today, zone)
    elif clock is not None:
        wall = time(int(clock[1]), int(clock[2]))
        first, second = (datetime.combine(today, wall, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        # An hour that autumn repeats may lie behind and before us.
        until = first if first > now else max(first, second)
        if until <= now:
            de, en = moment(until, zone)
            tomorrow = f"{today + timedelta(days=1)}T{wall:%H:%M}"
            refuse(
                f"{de} ist schon vorbei. Für morgen: --until {tomorrow}; bis zum Ende des Tages: --until heute",
                f"{en} is over already. For tomorrow: --until {tomorrow}; to the end of today: --until today",
            )
    else:
        until = _of_calendar(word, zone)
    if until <= now:
        de, en = moment(until, zone)
        refuse(
            f"{de} ist schon vorbei. Nötig ist ein Zeitpunkt, der noch kommt, zum Beispiel --until heute.",
            f"{en} is over already. A time to come is needed, for example --until today.",
        )
    return until


def _of_calendar(word: str, zone: ZoneInfo) -> datetime:
    try:
        return _midnight_after(in_zone(_noon(date.fromisoformat(word)), zone).date(), zone)
    except ValueError:
        pass
    try:
        return in_zone(datetime.fromisoformat(word), zone).astimezone(UTC)
    except ValueError:
        raise wrong_usage(
            f"„{word}“ ist kein Zeitpunkt; so geht es: 2026-11-28T18:00, 2026-11-28 (bis zum Ende des Tages), "
            "18:00 (heute) oder heute.",
            f"“{word}” is not a time; write 2026-11-28T18:00, 2026-11-28 (to the end of the day), 18:00 (today) or "
            "today.",
        ) from None


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12))


def _midnight_after(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
