"""`ivr override`: the day's switch. Closes or opens a contact until a time, whatever its hours say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ivr import telling
from ivr.cli.common import (
    in_words,
    json_option,
    messages_option,
    provider,
    say,
    say_json,
    stop_for_problems,
    wrong_usage,
)
from ivr.cli.telling import (
    as_json as instruction_as_json,
)
from ivr.cli.telling import (
    author_option,
    by_whom,
    described,
    keep,
    named,
    refuse,
    say_away,
    say_kept,
    storage,
    told,
)
from ivr.cli.until import end, until_option
from ivr.cli.versions import InForce, in_force
from ivr.cli.words import by_language, ready
from ivr.instructions import USUAL, Instruction, latest
from ivr.source.near import did_you_mean
from ivr.source.problems import Sentence
from ivr.world import Clerk, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable


@click.command("override")
@click.argument("contact", required=False)
@click.argument("value", required=False, type=click.Choice(["closed", "open", USUAL]))
@until_option
@click.option("--reason", help="Why, in the default language, as callers hear it.")
@click.option("--reason-in", "reasons", multiple=True, metavar="LANG=TEXT", help="The same in another language.")
@author_option
@messages_option
@json_option
def command(
    contact: str | None,
    value: str | None,
    until: str | None,
    reason: str | None,
    reasons: tuple[str, ...],
    author: str | None,
    lang: str | None,  # noqa: ARG001 - the language is read from the context
    as_json: bool,
) -> None:
    """Close or open CONTACT from now on, whatever its hours say.

    With usual its hours decide again. It holds for its telephone and for the contacts that are `at:` it, on all
    machines within three seconds. Without CONTACT: what is in force.

    Exit code: 0, 1 when it was refused or could not be kept, 2 for wrong usage.
    """
    where, now = storage(), datetime.now(UTC)
    force = in_force(where)
    if not isinstance(force, InForce):
        stop_for_problems(force, 1, as_json=as_json)
    if contact is None:
        known = told(where, now)
        held = [each for each in latest(known.instructions, now).values() if each.kind == "switch"]
        if as_json:
            say_json({"in_force": [instruction_as_json(each) for each in held], "away": known.away})
            return
        say_away(known.away)
        _show(held, force)
        return
    if value is None:
        raise wrong_usage(
            "Was soll gelten? ivr override KONTAKT closed, open oder usual.",
            "What is to hold? ivr override CONTACT closed, open or usual.",
        )
    if value == USUAL and (until or reason or reasons):
        raise wrong_usage(
            "„usual“ nimmt zurück, was galt; dazu gehören kein --until und kein Grund.",
            "“usual” takes back what was in force; there is no --until and no reason with it.",
        )
    if contact not in force.directory.contacts:
        near = did_you_mean(contact, force.directory.contacts, what=Sentence("Stellen", "Contacts"))
        refuse(f"Die Stelle „{contact}“ gibt es nicht. {near.de}", f"There is no contact “{contact}”. {near.en}")
    instruction = Instruction(
        "switch",
        contact,
        value,
        now,
        until=end(until, now, force.zone),
        texts=ready(by_language(reason, reasons, "--reason-in", force), force, provider(), "--reason"),
        author=named(author),
    )
    kept = keep(where, instruction)
    known = told(where, now)
    heard = _heard(contact, force, (*known.instructions, instruction), now)
    also = telling.also(contact, force.directory, known.instructions, now)
    if as_json:
        say_json({"instruction": instruction.to_json(), **kept.to_json(), "also": also, "heard": heard})
        return
    click.echo(in_words(described(instruction, force.zone)))
    if also:
        names = ", ".join(also)
        say(f"Es gilt auch für: {names} (im selben Haus)", f"It holds for these as well: {names} (in the same house)")
    code = force.languages[0]
    say(f"Anrufer hören: „{heard[code]}“", f"Callers hear: “{heard[code]}”")
    if instruction.until is None and value != USUAL:
        say(
            f"Ohne --until gilt das, bis es jemand zurücknimmt: ivr override {contact} usual",
            f"Without --until this holds until somebody takes it back: ivr override {contact} usual",
        )
    say_kept(kept)


def _heard(contact: str, force: InForce, instructions: Iterable[Instruction], now: datetime) -> dict[str, str]:
    """What callers hear about the contact, by language."""
    every = {each.id: each for each in instructions}
    world = Clerk(force.directory, Standing(tuple(every.values()))).at(now)
    return {code: world.words(code, contact, "status") for code in force.languages}


def _show(holding: list[Instruction], force: InForce) -> None:
    for each in holding:
        gone = each.subject not in force.directory.contacts
        note = in_words(Sentence(" – diese Stelle gibt es nicht mehr", " – there is no such contact any more"))
        click.echo(f"{in_words(described(each, force.zone))} {by_whom(each)}{note if gone else ''}")
    if not holding:
        say(
            "Kein Schalter ist gesetzt: Es gilt, was in den Dateien steht.",
            "No switch is set: the files decide.",
        )
