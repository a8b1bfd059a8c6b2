"""What the operators' commands share: who gives an instruction, the database of a command, and how a refusal ends it.

What is told, and where it is kept, stands in `ivr.telling`, which the operator's page uses as well.
"""

from __future__ import annotations

import getpass
import os
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ivr import desk as desks
from ivr import telling
from ivr.cli.common import in_words, say, say_json, wrong_usage
from ivr.settings import BadSetting, read_author, read_storage
from ivr.source.problems import Sentence
from ivr.store import Away, Database
from ivr.telling import LONGEST, Kept, Refusal, Told, described, how_long, moment, subject
from ivr.telling.keeping import desk_paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ivr.desk import Desk
    from ivr.instructions import Instruction
    from ivr.settings import Storage

__all__ = ["described", "how_long", "moment", "subject"]

_AWAY, _READY = "ivr.database.away", "ivr.database.ready"
"""What one command has learnt of the database."""


class Line(click.ParamType[str]):
    """A line of text that can be kept everywhere: not empty, and of characters that can be shown."""

    name = "TEXT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002 - click's signature
        """The line, without blanks around it."""
        line = str(value).strip()
        if not line or len(line) > LONGEST or not line.isprintable():
            raise wrong_usage(
                f"Nötig ist eine Zeile Text, höchstens {LONGEST} Zeichen lang.",
                f"A line of text is needed here, of {LONGEST} characters at most.",
            )
        return line


author_option = click.option("--author", type=Line(), help="Who does it [IVR_AUTHOR, else the login name].")


def named(author: str | None) -> str:
    """Who does it: as told, as the settings have it, or who has logged in on this machine.

    Raises:
        click.UsageError: nobody knows.
    """
    try:
        return author or Line().convert(read_author(os.environ) or getpass.getuser(), None, None)
    except (OSError, KeyError) as error:
        raise wrong_usage(
            "Wer das veranlasst, weiß dieser Rechner nicht; bitte --author NAME oder IVR_AUTHOR angeben.",
            "This machine does not know who does this; give --author NAME or IVR_AUTHOR.",
        ) from error


def refuse(de: str, en: str) -> NoReturn:
    """Ends the command with exit code 1: it was understood, and could or may not be done. Nothing has changed."""
    sentence = in_words(Sentence(de, en))
    click.echo(sentence, err=True)
    context = click.get_current_context(silent=True)
    if context is not None and context.params.get("as_json"):
        say_json({"error": sentence})
    raise SystemExit(1)


def storage() -> Storage:
    """Where things are kept, by the environment."""
    try:
        return read_storage(os.environ)
    except BadSetting as bad:
        raise wrong_usage(*bad.sentence) from bad


@contextmanager
def opened(where: Storage) -> Iterator[Database]:
    """The database, with its tables up to date.

    A missing file is made, unless a service is at work here: then it is one that is away, and making another would
    forget everything that is in it.

    It is tried once in a command: an officer in a hurry waits for a dead server once.

    Raises:
        Away: the database cannot be reached, or what is done within fails.
    """
    context = click.get_current_context(silent=True)
    state: dict[str, Any] = context.meta if context else {}
    if _AWAY in state:
        raise Away(state[_AWAY])
    try:
        database = Database(where.database)
    except ValueError as error:
        sentence = getattr(error, "sentence", Sentence(str(error), str(error)))
        raise wrong_usage(*sentence) from error
    try:
        if _READY not in state:
            with _private():
                database.migrate(create=not any(desks.is_kept(path.parent) for path in desk_paths(where)))
            state[_READY] = True
        yield database
    except Away as away:
        state[_AWAY] = str(away)
        raise
    finally:
        database.close()


@contextmanager
def _private() -> Iterator[None]:
    """What is made within is for the service's user alone, as `ivr serve` has it."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def desks_here(where: Storage) -> tuple[Desk, ...]:
    """The desks of the services on this machine, that of PORT first."""
    return telling.desks_here(where, os.environ.get("PORT") or "8000")


def told(where: Storage, now: datetime) -> Told:
    """All that is in force, as far as can be seen from here."""
    return telling.told(where, now, partial(opened, where))


def keep(where: Storage, instruction: Instruction) -> Kept:
    """Keeps an instruction, in the database or in this machine's spool; else the command ends."""
    try:
        with _private():
            return telling.keep(where, instruction, partial(opened, where))
    except Refusal as refusal:
        ended(refusal)


def ended(refusal: Refusal) -> NoReturn:
    """Ends the command with what was refused.

    Raises:
        click.UsageError: it was not understood.
    """
    if refusal.misread:
        raise wrong_usage(*refusal.sentence) from refusal
    refuse(*refusal.sentence)


def say_kept(kept: Kept) -> None:
    """Says where an instruction went, and who obeys when."""
    if kept.away is None:
        say(
            "Gespeichert. Alle laufenden Dienste richten sich binnen drei Sekunden danach.",
            "Stored. All running services obey within three seconds.",
        )
        return
    say(
        f"Die Datenbank ist nicht zu erreichen ({kept.away}).",
        f"The database cannot be reached ({kept.away}).",
        err=True,
    )
    if kept.served:
        say(
            f"Aufbewahrt in {kept.spool}: Der Dienst, der auf diesem Server läuft, richtet sich sofort danach. "
            "Andere Server erfahren es, wenn die Datenbank wieder da ist; dann wird es von selbst dort gespeichert.",
            f"Kept in {kept.spool}: the service that runs on this server obeys at once. Other servers "
            "learn of it when the database is back; it is stored there by itself then.",
        )
    else:
        say(
            f"Aufbewahrt in {kept.spool}. Auf diesem Server hat noch kein Dienst gearbeitet: Es gilt, sobald hier "
            "einer läuft; er bringt es in die Datenbank, wenn sie wieder da ist.",
            f"Kept in {kept.spool}. No service has been at work on this server yet: it holds as soon as one runs "
            "here, which takes it to the database when that is back.",
        )


def say_away(away: str | None) -> None:
    """Says that only this machine could be asked, if that is so."""
    if away is not None:
        say(
            f"Die Datenbank ist nicht zu erreichen ({away}). Hier steht, was dieser Server weiß.",
            f"The database cannot be reached ({away}). This is what this server knows.",
            err=True,
        )


def by_whom(told: Instruction) -> str:
    """Who it was, by which way if not by a command, and why."""
    return in_words(telling.by_whom(told))


def quoted(why: str) -> str:
    """A reason behind what it is for."""
    return in_words(telling.quoted(why))


def as_json(told: Instruction) -> dict[str, Any]:
    """An instruction for tools; nothing of a PIN is in it."""
    fields = told.to_json()
    if told.kind == "pin" and told.value != "usual":
        fields["value"] = "set"
    return fields
