"""Weeks of calls as the spool has them, at the shipped flows' own steps: for pages that count them."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ivr.store import Database

KEYS = {"1": ("nordstadt", "nordstadtbuero"), "2": ("nordmarkt", "nordmarktbuero"), "3": ("ordnungsamt", "ordnungsamt"),
        "4": ("polizei", "polizei")}  # fmt: skip
LANGUAGES = ("de", "en", "tr", "ar", "uk")


def weeks(last: datetime, days: int = 60, seed: int = 1, a_day: int = 40) -> list[dict[str, Any]]:
    """Turns of the days up to `last`: few on Sundays, an office that is busy more often lately."""
    random = Random(seed)
    lines: list[dict[str, Any]] = []
    for back in range(days):
        day = last - timedelta(days=back)
        number = random.randrange(2, 8) if day.weekday() == 6 else random.randrange(a_day // 2, a_day)
        for each in range(number):
            at = day.replace(hour=random.choice([7, 8, 9, 9, 10, 10, 11, 13, 14, 15, 17]), minute=random.randrange(60))
            if at <= last:
                lines += _call(f"CA{back:03}{each:04}", at, random, often_busy=back < 28)
    return lines


def _call(call: str, at: datetime, random: Random, *, often_busy: bool) -> Iterator[dict[str, Any]]:
    language = random.choices(LANGUAGES, (70, 12, 9, 8, 1))[0]

    def turn(number: int, seconds: int, given: str, step: str, expects: str, **more: Any) -> dict[str, Any]:
        return {"k": "turn", "call": call, "turn": number, "at": (at + timedelta(seconds=seconds)).isoformat(),
                "version": "0123456789ab", "flow": "hotline", "step": step, "language": language, "input": given,
                "expects": expects, "us": 300, **more}  # fmt: skip

    yield turn(1, 0, "call", "main", "gather")
    way = random.random()
    if way < 0.12:
        yield turn(2, 9, "silence", "main", "gather", miss="no-input")
        yield turn(3, 14, "hangup", "main", "hangup")
    elif way < 0.2:
        yield turn(2, 7, "key", "main", "gather", key="7", miss="no-match")
    elif way < 0.35:
        yield turn(2, 12, "hangup", "main", "hangup")
    else:
        key = random.choices(list(KEYS), (40, 4, 45, 11))[0]
        step, contact = KEYS[key]
        yield turn(2, random.randrange(6, 40), "key", step, "dial", key=key, contact=contact)
        chances = (40, 45, 15, 0) if often_busy and contact == "ordnungsamt" else (85, 8, 6, 1)
        result = random.choices(("completed", "busy", "no_answer", "failed"), chances)[0]
        yield turn(3, 60, "connection", "numbers", "hangup", result=result)


def fill(database: Database, lines: Sequence[dict[str, Any]]) -> None:
    """Stores them."""
    for start in range(0, len(lines), 2000):
        assert not database.write(lines[start : start + 2000]).refused
