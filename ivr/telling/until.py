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

from ivr.hours import YEARS
from ivr.telling.refusal import Refusal
from ivr.telling.words import moment

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_TODAY = frozenset({"today", "heute", "end of day", "end_of_day", "tagesende", "mitternacht", "midnight", "24:00"})
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


def end(written: str | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant that is meant, in UTC; None for none. `now` is aware.

    Raises:
        Refusal: it is no time, or it is over.
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
            raise Refusal(
                f"{de} ist schon vorbei. Für morgen: --until {tomorrow}; bis zum Ende des Tages: --until heute",
                f"{en} is over already. For tomorrow: --until {tomorrow}; to the end of today: --until today",
            )
    else:
        until = _of_calendar(word, zone)
    if until <= now:
        de, en = moment(until, zone)
        raise Refusal(
            f"{de} ist schon vorbei. Nötig ist ein Zeitpunkt, der noch kommt, zum Beispiel --until heute.",
            f"{en} is over already. A time to come is needed, for example --until today.",
        )
    return until


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """The instant meant, local to the zone.

    A wall time that the spring change leaves out moves forward, one that autumn repeats is the first of the two.

    Raises:
        Refusal: no calendar reaches that far.
    """
    try:
        found = (at.replace(tzinfo=zone) if at.tzinfo is None else at).astimezone(UTC).astimezone(zone)
    except OverflowError:
        found = at
    if found.year not in YEARS:
        raise Refusal(
            f"Das Jahr {found.year} liegt außerhalb des Kalenders, der von {YEARS[0]} bis {YEARS[-1]} reicht.",
            f"The year {found.year} is outside the calendar, which reaches from {YEARS[0]} to {YEARS[-1]}.",
            misread=True,
        )
    return found


def _of_calendar(word: str, zone: ZoneInfo) -> datetime:
    try:
        return _midnight_after(local(datetime.combine(date.fromisoformat(word), time(12)), zone).date(), zone)
    except ValueError:
        pass
    try:
        return local(datetime.fromisoformat(word), zone).astimezone(UTC)
    except ValueError:
        raise Refusal(
            f"„{word}“ ist kein Zeitpunkt; so geht es: 2026-11-28T18:00, 2026-11-28 (bis zum Ende des Tages), "
            "18:00 (heute) oder heute.",
            f"“{word}” is not a time; write 2026-11-28T18:00, 2026-11-28 (to the end of the day), 18:00 (today) or "
            "today.",
            misread=True,
        ) from None


def _midnight_after(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
