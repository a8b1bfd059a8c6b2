"""`ivr operator`: who may use the operators' page, and what she may do there. Only a hash of a password is kept."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ivr.cli.common import in_words, json_option, messages_option, say, say_json
from ivr.cli.telling import author_option, moment, named, opened, refuse, storage
from ivr.cli.versions import zone_in_force
from ivr.passwords import hash_password, weakness
from ivr.source.near import did_you_mean
from ivr.source.problems import Sentence
from ivr.store import Away, Entry, Operators
from ivr.store.operators import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = re.compile(r"[a-z][a-z0-9._-]{0,63}", re.ASCII)

ROLE_HELP = "view: look; edit: switches, announcements, drafts; publish: put in force. Several times for several."
role_option = click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help=f"{ROLE_HELP} [view]")
roles_option = click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help=ROLE_HELP)
stdin_option = click.option("--stdin", is_flag=True, help="Reads the password from standard input, for scripts.")


@click.group("operator", invoke_without_command=True)
@messages_option
@json_option
@click.pass_context
def command(context: click.Context, lang: str | None, as_json: bool) -> None:
    """Add, list and remove those who may use the operators' page. Without a word: list.

    Exit code: 0, 1 when it was refused or the database is away, 2 for wrong usage.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_operators, lang=lang, as_json=as_json)


@command.command("list")
@messages_option
@json_option
def list_operators(lang: str | None, as_json: bool) -> None:  # noqa: ARG001 - the language is read from the context
    """Show who may log in, and to do what."""
    zone = zone_in_force(storage())
    with _operators() as operators:
        found = operators.all()
    if as_json:
        say_json(
            {
                "operators": [
                    {
                        "name": each.name,
                        "roles": sorted(each.roles),
                        "created": each.created.isoformat(),
                        "disabled": each.disabled and each.disabled.isoformat(),
                    }
                    for each in found
                ]
            }
        )
        return
    for each in found:
        since = moment(each.created, zone)
        barred = Sentence(" – gesperrt", " – disabled") if each.disabled else Sentence("", "")
        roles = ", ".join(role for role in ROLES if role in each.roles)
        say(
            f"{each.name}  {roles}  seit {since.de}{barred.de}",
            f"{each.name}  {roles}  since {since.en}{barred.en}",
        )
    if not found:
        say(
            "Niemand kann sich anmelden. So geht es: ivr operator add NAME --role edit",
            "Nobody can log in. Do it: ivr operator add NAME --role edit",
        )


@command.command("trail")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, help="So many lines, the newest first.")
@messages_option
@json_option
def trail(limit: int, lang: str | None, as_json: bool) -> None:  # noqa: ARG001 - the language is read from the context
    """Show who did what: on the page, by telephone and with commands, and who logged in."""
    zone = zone_in_force(storage())
    with _operators() as operators:
        found = operators.trail(limit)
    if as_json:
        say_json({"trail": [{**each._asdict(), "at": each.at.isoformat()} for each in found]})
        return
    for each in found:
        details = ", ".join(f"{name}: {value}" for name, value in each.details.items() if value is not None)
        de, en = moment(each.at, zone)
        line = f"{each.operator}  {each.action}  {details}".rstrip()
        say(f"{de}  {line}", f"{en}  {line}")


@command.command("add")
@click.argument("name")
@role_option
@stdin_option
@author_option
@messages_option
def add(name: str, roles: tuple[str, ...], stdin: bool, author: str | None, lang: str | None) -> None:  # noqa: ARG001 - the language is read from the context
    """Let NAME log in. Her password is asked for twice and not shown."""
    who = named(author)
    if not _NAME.fullmatch(name):
        refuse(
            f"„{name}“ geht nicht als Name: Nötig sind Kleinbuchstaben a-z, Ziffern, Punkt, - und _, zum Beispiel: "
            "anna.berg.",
            f"“{name}” cannot be a name: lower-case letters a-z, digits, dots, - and _ are needed, for example: "
            "anna.berg.",
        )
    given = frozenset(roles or ("view",)) | {"view"}
    kept = hash_password(_password(name, stdin=stdin))
    with _operators() as operators:
        now = datetime.now(UTC)
        noted = Entry(now, who, "operator add", {"name": name, "roles": sorted(given)})
        if not operators.add(name, kept, given, now, noted=noted):
            refuse(
                f"„{name}“ gibt es schon. Ein neues Passwort: ivr operator password {name}",
                f"There is a “{name}” already. A new password: ivr operator password {name}",
            )
    words = ", ".join(role for role in ROLES if role in given)
    say(f"{name} kann sich anmelden ({words}).", f"{name} can log in ({words}).")


@command.command("password")
@click.argument("name")
@stdin_option
@author_option
@messages_option
def password(name: str, stdin: bool, author: str | None, lang: str | None) -> None:  # noqa: ARG001 - the language is read from the context
    """Give NAME another password, and log her out everywhere."""
    who = named(author)
    kept = hash_password(_password(name, stdin=stdin))
    with _operators() as operators:
        noted = Entry(datetime.now(UTC), who, "operator password", {"name": name})
        _known(operators, operators.change(name, password=kept, noted=noted), name)
    say(
        f"{name} hat ein neues Passwort und ist überall abgemeldet.",
        f"{name} has a new password and is logged out everywhere.",
    )


@command.command("role")
@click.argument("name")
@roles_option
@author_option
@messages_option
def role(name: str, roles: tuple[str, ...], author: str | None, lang: str | None) -> None:  # noqa: ARG001 - the language is read from the context
    """Let NAME do what --role says from now on, and nothing else; she is logged out everywhere."""
    who, given = named(author), frozenset(roles) | {"view"}
    with _operators() as operators:
        noted = Entry(datetime.now(UTC), who, "operator role", {"name": name, "roles": sorted(given)})
        _known(operators, operators.change(name, roles=given, noted=noted), name)
    words = ", ".join(role for role in ROLES if role in given)
    say(f"{name} darf ab jetzt: {words}.", f"{name} may from now on: {words}.")


@command.command("disable")
@click.argument("name")
@click.option("--undo", is_flag=True, help="Lets her log in again.")
@author_option
@messages_option
def disable(name: str, undo: bool, author: str | None, lang: str | None) -> None:  # noqa: ARG001 - the language is read from the context
    """Bar NAME, and log her out everywhere."""
    who, now = named(author), datetime.now(UTC)
    with _operators() as operators:
        noted = Entry(now, who, "operator enable" if undo else "operator disable", {"name": name})
        _known(operators, operators.change(name, disabled=None if undo else now, noted=noted), name)
    if undo:
        say(f"{name} kann sich wieder anmelden.", f"{name} can log in again.")
    else:
        say(f"{name} ist gesperrt und überall abgemeldet.", f"{name} is barred and logged out everywhere.")


@command.command("remove")
@click.argument("name")
@author_option
@messages_option
def remove(name: str, author: str | None, lang: str | None) -> None:  # noqa: ARG001 - the language is read from the context
    """Remove NAME, and log her out everywhere. What she has done stays in the audit trail."""
    who = named(author)
    with _operators() as operators:
        noted = Entry(datetime.now(UTC), who, "operator remove", {"name": name})
        _known(operators, operators.remove(name, noted=noted), name)
    say(f"{name} kann sich nicht mehr anmelden.", f"{name} cannot log in any more.")


@contextmanager
def _operators() -> Iterator[Operators]:
    try:
        with opened(storage()) as database:
            yield Operators(database)
    except Away as away:
        refuse(
            f"Die Datenbank ist nicht zu erreichen ({away}). Es hat sich nichts geändert.",
            f"The database cannot be reached ({away}). Nothing has changed.",
        )


def _known(operators: Operators, found: bool, name: str) -> None:
    if not found:
        near = did_you_mean(name, [each.name for each in operators.all()], what=Sentence("Es gibt", "There are"))
        refuse(f"„{name}“ gibt es nicht. {near.de}", f"There is no “{name}”. {near.en}")


def _password(name: str, *, stdin: bool) -> str:
    if stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = str(click.prompt(in_words(Sentence("Passwort", "Password")), hide_input=True, err=True))
        again = in_words(Sentence("Noch einmal", "Once more"))
        if click.prompt(again, hide_input=True, err=True) != password:
            refuse("Das waren zwei verschiedene Passwörter.", "These were two different passwords.")
    weak = weakness(password, name)
    if weak is not None:
        refuse(*weak)
    return password
