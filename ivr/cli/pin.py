"""`ivr pin`: who may close and open contacts by telephone. Only a hash of a PIN is kept, and nothing shows it."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ivr.call import NAME
from ivr.cli.common import in_words, json_option, messages_option, say, say_json
from ivr.cli.telling import author_option, keep, moment, named, refuse, say_away, say_kept, storage, told
from ivr.cli.versions import zone_in_force
from ivr.instructions import USUAL, Instruction, latest
from ivr.pins import find, hash_pin, weakness
from ivr.source.near import did_you_mean
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from ivr.settings import Storage

_NAME = re.compile(NAME, re.ASCII)
"""Names ride in the addresses of a call."""


@click.group("pin", invoke_without_command=True)
@messages_option
@json_option
@click.pass_context
def command(context: click.Context, lang: str | None, as_json: bool) -> None:  # noqa: ARG001 - the language is read from the context
    """Set, remove and list the PINs of those on duty. Without a word: who has one.

    Exit code: 0, 1 when it was refused or could not be kept, 2 for wrong usage.
    """
    if context.invoked_subcommand is not None:
        return
    where, now = storage(), datetime.now(UTC)
    zone = zone_in_force(where)
    known = told(where, now)
    held = _held(known.instructions, now)
    if as_json:
        pins = [{"name": name, "at": each.at.isoformat(), "author": each.author} for name, each in held.items()]
        say_json({"pins": pins, "away": known.away})
        return
    say_away(known.away)
    for name, each in held.items():
        de, en = moment(each.at, zone)
        say(f"{name}  seit {de} ({each.author})", f"{name}  since {en} ({each.author})")
    if not held:
        say("Niemand hat eine PIN.", "Nobody has a PIN.")


@command.command("set")
@click.argument("name")
@click.option("--stdin", is_flag=True, help="Reads the PIN from standard input, for scripts.")
@author_option
@messages_option
@json_option
def set_pin(name: str, stdin: bool, author: str | None, lang: str | None, as_json: bool) -> None:  # noqa: ARG001 - the language is read from the context
    """Give NAME a PIN, or another one. It is asked for twice and not shown."""
    where, now, who = storage(), datetime.now(UTC), named(author)
    if not _NAME.fullmatch(name):
        refuse(
            f"„{name}“ geht nicht als Name: Nötig sind Kleinbuchstaben a-z, Ziffern und _, zum Beispiel: wache_nord.",
            f"“{name}” cannot be a name: lower-case letters a-z, digits and _ are needed, for example: wache_nord.",
        )
    pin = sys.stdin.readline().strip() if stdin else _asked()
    weak = weakness(pin)
    if weak is not None:
        refuse(*weak)
    others = {other: each.value for other, each in _held(told(where, now).instructions, now).items() if other != name}
    if find(pin, others) is not None:
        # A PIN alone says who is calling.
        refuse(
            "Diese PIN kann nicht verwendet werden; bitte wählen Sie eine andere.",
            "This PIN cannot be used; please choose another one.",
        )
    _keep(where, Instruction("pin", name, hash_pin(pin), now, author=who), as_json=as_json)


@command.command("remove")
@click.argument("name")
@author_option
@messages_option
@json_option
def remove(name: str, author: str | None, lang: str | None, as_json: bool) -> None:  # noqa: ARG001 - the language is read from the context
    """Take the PIN of NAME away."""
    where, now, who = storage(), datetime.now(UTC), named(author)
    known = told(where, now)
    held = _held(known.instructions, now)
    if name not in held:
        near = did_you_mean(name, held, what=Sentence("Eine PIN haben", "A PIN have"))
        refuse(f"„{name}“ hat keine PIN. {near.de}", f"“{name}” has no PIN. {near.en}")
    _keep(where, Instruction("pin", name, USUAL, now, author=who), as_json=as_json)


def _held(instructions: tuple[Instruction, ...], now: datetime) -> dict[str, Instruction]:
    """The PINs that hold, by name."""
    held = {subject: each for (kind, subject), each in latest(instructions, now).items() if kind == "pin"}
    return dict(sorted(held.items()))


def _asked() -> str:
    again = in_words(Sentence("Noch einmal", "Once more"))
    mismatch = Sentence("Das waren zwei verschiedene PINs.", "These were two different PINs.")
    pin = click.prompt("PIN", hide_input=True, err=True)
    if click.prompt(again, hide_input=True, err=True) != pin:
        refuse(*mismatch)
    return str(pin).strip()


def _keep(where: Storage, instruction: Instruction, *, as_json: bool) -> None:
    kept = keep(where, instruction)
    if as_json:
        say_json({"name": instruction.subject, "set": instruction.value != USUAL, **kept.to_json()})
        return
    name = instruction.subject
    if instruction.value == USUAL:
        say(f"{name} hat keine PIN mehr.", f"{name} has no PIN any more.")
    else:
        say(f"{name} hat eine neue PIN.", f"{name} has a new PIN.")
    say_kept(kept)
