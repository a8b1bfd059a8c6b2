"""What the operators' commands share: who gives an instruction, where it is kept, and what is known already.

An instruction goes to the database, where every machine sees it within three seconds. When the database is away it goes
to this machine's spool (the folder `commands` in IVR_SPOOL): the service here obeys at once, and the keeper takes it to
the database when that is back. Nothing that an officer has said is ever lost between the two.
"""

from __future__ import annotations

import getpass
import json
import os
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click

from ivr import desk as desks
from ivr.cli.common import in_words, operator_language, say, say_json, wrong_usage
from ivr.instructions import Instruction
from ivr.settings import BadSetting, read_author, read_storage
from ivr.source.problems import Sentence
from ivr.spool import Reader, Spool, Worth
from ivr.store import Away, Database
from ivr.tally import alone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from ivr.desk import Desk
    from ivr.settings import Storage

COMMANDS = "commands"
"""The folder in the spool to which commands write."""

LONGEST = 1000
"""Characters of a reason or a name."""

_AWAY, _READY = "ivr.database.away", "ivr.database.ready"
"""What one command has learnt of the database."""

_DAYS = Sentence("Mo Di Mi Do Fr Sa So", "Mon Tue Wed Thu Fri Sat Sun")


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
                database.migrate(create=not any(desks.is_kept(path.parent) for path in _desks(where)))
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


def _desks(where: Storage) -> Iterator[Any]:
    return where.spool.glob(f"*/{desks.NAME}")


def desks_here(where: Storage) -> tuple[Desk, ...]:
    """The desks of the services on this machine, that of PORT first."""
    first = os.environ.get("PORT") or "8000"
    paths = sorted(_desks(where), key=lambda path: (path.parent.name != first, path.parent.name))
    return tuple(desk for path in paths if (desk := desks.read(path)) is not None)


class Told(NamedTuple):
    """What operators have told so far."""

    instructions: tuple[Instruction, ...]
    away: str | None
    """Why the database could not be asked; then this is what this machine knows."""


def told(where: Storage, now: datetime) -> Told:
    """All that is in force, by the database, the services of this machine, and commands that wait in its spool."""
    found = {each.id: each for desk in desks_here(where) for each in desk.instructions}
    for line in Reader(where.spool / COMMANDS).read().lines:
        try:
            given = Instruction.from_json(line)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        found[given.id] = given
    away = None
    try:
        with opened(where) as database:
            found |= {each.id: each for each in database.instructions(now)}
    except Away as error:
        away = str(error)
    return Told(tuple(sorted(found.values(), key=lambda each: (each.at, each.id))), away)


class Kept(NamedTuple):
    """Where an instruction went."""

    away: str | None
    """Why it is not in the database yet; None when it is."""
    spool: str
    served: bool
    """Whether a service has been at work on this machine."""

    def to_json(self) -> dict[str, Any]:
        """For tools."""
        return {"stored": "database" if self.away is None else "spool", "away": self.away}


def keep(where: Storage, instruction: Instruction) -> Kept:
    """Keeps an instruction, in the database or in this machine's spool; one that can be kept in neither is refused."""
    folder = where.spool / COMMANDS
    served = any(_desks(where))
    try:
        with opened(where) as database:
            database.add_instruction(instruction)
    except ValueError:
        refuse("Dieser Text lässt sich nicht speichern.", "This text cannot be stored.")
    except Away as away:
        spool = Spool(folder, alone(), where.spool_limit)
        line = json.dumps({"k": "instruction", **instruction.to_json()}) + "\n"
        with _private():
            accepted = spool.append("instruction", line.encode("ascii"), Worth.MUCH)
        spool.close()
        if not accepted:
            refuse(
                f"Die Datenbank ist nicht zu erreichen ({away}), und in {folder} lässt sich nicht schreiben. "
                "Es hat sich nichts geändert.",
                f"The database cannot be reached ({away}), and {folder} cannot be written to. Nothing has changed.",
            )
        return Kept(str(away), str(folder), served)
    return Kept(None, str(folder), served)


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
            f"Aufbewahrt in {kept.spool}: Der Dienst, der auf dieser Maschine läuft, richtet sich sofort danach. "
            "Andere Maschinen erfahren es, wenn die Datenbank wieder da ist; dann wird es von selbst dort gespeichert.",
            f"Kept in {kept.spool}: the service that runs on this machine obeys at once. Other machines "
            "learn of it when the database is back; it is stored there by itself then.",
        )
    else:
        say(
            f"Aufbewahrt in {kept.spool}. Auf dieser Maschine hat noch kein Dienst gearbeitet: Es gilt, sobald hier "
            "einer läuft; er bringt es in die Datenbank, wenn sie wieder da ist.",
            f"Kept in {kept.spool}. No service has been at work on this machine yet: it holds as soon as one runs "
            "here, which takes it to the database when that is back.",
        )


def say_away(away: str | None) -> None:
    """Says that only this machine could be asked, if that is so."""
    if away is not None:
        say(
            f"Die Datenbank ist nicht zu erreichen ({away}). Hier steht, was diese Maschine weiß.",
            f"The database cannot be reached ({away}). This is what this machine knows.",
            err=True,
        )


# --- words -----------------------------------------------------------------------------------------------------------


def moment(at: datetime, zone: ZoneInfo) -> Sentence:
    """A point in time in the contacts' zone: `Sa 28.11.2026 18:00`."""
    local = at.astimezone(zone)
    de, en = (days.split()[local.weekday()] for days in _DAYS)
    return Sentence(f"{de} {local:%d.%m.%Y %H:%M}", f"{en} {local:%Y-%m-%d %H:%M}")


def how_long(until: datetime | None, zone: ZoneInfo) -> Sentence:
    """`bis Sa 28.11.2026 18:00`, or until it is taken back."""
    if until is None:
        return Sentence("bis auf Weiteres", "until it is taken back")
    de, en = moment(until, zone)
    if until.astimezone(zone).time() == time():
        # The end of a day belongs to it.
        de, en = (f"{day.rpartition(' ')[0]} 24:00" for day in moment(until - timedelta(minutes=1), zone))
    return Sentence(f"bis {de}", f"until {en}")


_SUBJECTS = {
    "calls": Sentence("Anrufe zugleich", "calls at once"),
    "connections": Sentence("Verbindungen je Kontakt", "connections per contact"),
    "minutes": Sentence("verbundene Minuten am Tag", "minutes connected per day"),
}
_VALUES = {
    "open": Sentence("geöffnet", "open"),
    "closed": Sentence("geschlossen", "closed"),
    "usual": Sentence("wie gewöhnlich", "as usual"),
    "off": Sentence("ohne Grenze", "no limit"),
    "said": Sentence("Durchsage", "announcement"),
}


def subject(name: str) -> Sentence:
    """What a limit is called."""
    return _SUBJECTS.get(name, Sentence(name, name))


def described(told: Instruction, zone: ZoneInfo) -> Sentence:
    """An instruction in a few words, without a PIN's hash."""
    value = _VALUES.get(told.value, Sentence(told.value, told.value))
    ends = how_long(told.until, zone)
    back = told.value == "usual"
    de_end, en_end = ("", "") if back else (f" {ends.de}", f" {ends.en}")
    match told.kind:
        case "switch":
            reason = next(iter(told.texts.values()), "")
            de_why, en_why = (f", Grund: {reason}", f", reason: {reason}") if reason else ("", "")
            return Sentence(
                f"{told.subject}: {value.de}{de_end}{de_why}", f"{told.subject}: {value.en}{en_end}{en_why}"
            )
        case "announce" if back:
            return Sentence("Durchsage beendet", "announcement ended")
        case "announce":
            text = next(iter(told.texts.values()), "")
            return Sentence(f"Durchsage: „{text}“{de_end}", f"announcement: “{text}”{en_end}")
        case "limit":
            name = subject(told.subject)
            return Sentence(f"{name.de}: {value.de}{de_end}", f"{name.en}: {value.en}{en_end}")
        case _ if back:
            return Sentence(f"PIN von {told.subject} entfernt", f"PIN of {told.subject} removed")
        case _:
            return Sentence(f"PIN von {told.subject} gesetzt", f"PIN of {told.subject} set")


def by_whom(told: Instruction) -> str:
    """Who it was, by which way if not by a command, and why: `(anna, Telefon: „Stromausfall“)`."""
    ways = {"phone": Sentence("Telefon", "telephone"), "page": Sentence("Seite", "page")}
    way = f", {in_words(ways[told.channel])}" if told.channel in ways else ""
    return f"({told.author}{way}{quoted(told.why)})"


def quoted(why: str) -> str:
    """A reason behind what it is for."""
    if not why:
        return ""
    return f": “{why}”" if operator_language() == "en" else f": „{why}“"


def as_json(told: Instruction) -> dict[str, Any]:
    """An instruction for tools; nothing of a PIN is in it."""
    fields = told.to_json()
    if told.kind == "pin" and told.value != "usual":
        fields["value"] = "set"
    return fields
