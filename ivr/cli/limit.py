"""`ivr limit`: how much is taken at once, in place of the settings' limits. 0 is the kill switch."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ivr.cli.common import in_words, json_option, messages_option, say, say_json, wrong_usage
from ivr.cli.telling import (
    Line,
    author_option,
    by_whom,
    described,
    desks_here,
    how_long,
    keep,
    named,
    opened,
    say_away,
    say_kept,
    storage,
    subject,
    told,
)
from ivr.cli.until import end, until_option
from ivr.cli.versions import zone_in_force
from ivr.instructions import USUAL, Instruction, latest
from ivr.settings import BadSetting, read_limits
from ivr.source.problems import Sentence
from ivr.store import Away

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ivr.settings import Storage

NAMES = ("calls", "connections", "minutes")

FRESH = timedelta(seconds=10)
"""What a machine has told of itself counts for so long."""

_NUMBER = re.compile("[0-9]{1,6}", re.ASCII)

_STOPS = {
    "calls": Sentence(
        "0 ist der Notschalter: Kein Anruf wird mehr angenommen; wer anruft, hört einen Satz und die Nummer, die immer "
        "hilft. Anrufe, die schon laufen, gehen weiter.",
        "0 is the kill switch: no more calls are taken; whoever calls hears one sentence and the number that always "
        "helps. Calls under way go on.",
    ),
    "connections": Sentence(
        "0 ist der Notschalter: Niemand wird mehr verbunden; Anrufer hören stattdessen die Nummern. Gespräche, die "
        "schon laufen, gehen weiter.",
        "0 is the kill switch: nobody is connected any more; callers hear the numbers instead. Conversations under way "
        "go on.",
    ),
    "minutes": Sentence(
        "0 ist der Notschalter: Niemand wird mehr verbunden; Anrufer hören stattdessen die Nummern. Gespräche, die "
        "schon laufen, gehen weiter.",
        "0 is the kill switch: nobody is connected any more; callers hear the numbers instead. Conversations under way "
        "go on.",
    ),
}


class _Load(NamedTuple):
    """How much is going on, on all machines together."""

    calls: int
    connections: dict[str, int]
    minutes: int


@click.command("limit")
@click.argument("name", required=False, type=click.Choice(NAMES))
@click.argument("value", required=False, metavar="[N|off|usual]")
@until_option
@click.option("--reason", type=Line(), help="Why, for those who read the history; callers do not hear it.")
@author_option
@messages_option
@json_option
def command(
    name: str | None,
    value: str | None,
    until: str | None,
    reason: str | None,
    author: str | None,
    lang: str | None,  # noqa: ARG001 - the language is read from the context
    as_json: bool,
) -> None:
    """Limit calls and connections at once, or minutes per day.

    Calls at once, connections at once per contact, minutes connected per day: N takes the place of the setting, on
    all machines within three seconds; 0 stops calls or connections altogether; off is no limit, usual the setting
    again. Without words: what holds, and how much is going on.

    Exit code: 0, 1 when it was refused or could not be kept, 2 for wrong usage.
    """
    where, now = storage(), datetime.now(UTC)
    if name is not None and (value is None or not (_NUMBER.fullmatch(value) or value in ("off", USUAL))):
        raise wrong_usage(
            f"So geht es: ivr limit {name} 20, ivr limit {name} 0, ivr limit {name} off oder ivr limit {name} usual.",
            f"Write ivr limit {name} 20, ivr limit {name} 0, ivr limit {name} off or ivr limit {name} usual.",
        )
    if value == USUAL and until is not None:
        raise wrong_usage(
            "„usual“ nimmt zurück, was galt; dazu gehört kein --until.",
            "“usual” takes back what was in force; there is no --until with it.",
        )
    zone = zone_in_force(where)
    if name is None or value is None:
        _show(where, now, zone, as_json=as_json)
        return
    value = str(int(value)) if value.isdecimal() else value
    instruction = Instruction(
        "limit", name, value, now, until=end(until, now, zone), author=named(author), why=reason or ""
    )
    kept = keep(where, instruction)
    if as_json:
        say_json({"instruction": instruction.to_json(), **kept.to_json()})
        return
    click.echo(in_words(described(instruction, zone)))
    if value == "0":
        click.echo(in_words(_STOPS[name]))
    if until is None and value != USUAL:
        say(
            f"Ohne --until gilt das, bis es jemand zurücknimmt: ivr limit {name} usual",
            f"Without --until this holds until somebody takes it back: ivr limit {name} usual",
        )
    say_kept(kept)


def _show(where: Storage, now: datetime, zone: ZoneInfo, *, as_json: bool) -> None:
    try:
        limits = read_limits(os.environ)
    except BadSetting as bad:
        raise wrong_usage(*bad.sentence) from bad
    known = told(where, now)
    holding = {each.subject: each for each in latest(known.instructions, now).values() if each.kind == "limit"}
    load = _load(where, now)
    settings = dict(zip(NAMES, (limits.calls, limits.connections, limits.minutes), strict=True))
    if as_json:
        facts: dict[str, Any] = {
            name: {"setting": settings[name], "in_force": holding[name].to_json() if name in holding else None}
            for name in NAMES
        }
        say_json({"limits": facts, "load": None if load is None else load._asdict(), "away": known.away})
        return
    say_away(known.away)
    for name in NAMES:
        usual = settings[name]
        shown = in_words(Sentence("ohne Grenze", "no limit")) if usual is None else str(usual)
        line = in_words(
            Sentence(f"{subject(name).de}: {shown} nach der Einstellung", f"{subject(name).en}: {shown} by the setting")
        )
        if name in holding:
            held = holding[name]
            value = in_words(Sentence("ohne Grenze", "no limit")) if held.value == "off" else held.value
            ends = in_words(how_long(held.until, zone))
            line += in_words(Sentence(f"; jetzt {value}, {ends}", f"; now {value}, {ends}")) + f" {by_whom(held)}"
        click.echo(line)
    _show_load(where, load)


def _show_load(where: Storage, load: _Load | None) -> None:
    if load is not None:
        busy = ", ".join(f"{contact} {number}" for contact, number in sorted(load.connections.items())) or "0"
        say(
            f"Gerade: {load.calls} Anrufe; verbunden: {busy}; heute verbunden: {load.minutes} Minuten.",
            f"Now: {load.calls} calls; connected: {busy}; connected today: {load.minutes} minutes.",
        )
    for desk in desks_here(where)[:1]:
        if desk.load.crowded:
            say("Der Dienst hier nimmt keine Anrufe mehr an.", "The service here takes no more calls.")
        if not desk.load.connecting:
            say("Der Dienst hier verbindet niemanden.", "The service here connects nobody.")
        elif desk.load.full:
            full = ", ".join(sorted(desk.load.full))
            say(f"Alle Leitungen besetzt: {full}.", f"All lines busy: {full}.")
        if load is None and desk.load.room is not None:
            say(f"Noch {desk.load.room} Anrufe haben Platz.", f"There is room for {desk.load.room} more calls.")


def _load(where: Storage, now: datetime) -> _Load | None:
    """What all machines have told of themselves lately; None when none has, or the database is away."""
    try:
        with opened(where) as database:
            counts = [counted for _, counted in database.tallies(now - FRESH).values()]
    except Away:
        return None
    if not counts:
        return None
    connections: dict[str, int] = {}
    for each in counts:
        for contact, number in each.get("connections", {}).items():
            connections[contact] = connections.get(contact, 0) + int(number)
    return _Load(
        sum(int(each.get("calls", 0)) for each in counts),
        connections,
        sum(int(each.get("seconds", 0)) for each in counts) // 60,
    )
