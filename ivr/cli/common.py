"""What several commands share: their options, and how they end when something is wrong.

Exit codes: 0 all went well, 1 what was asked about is not well (problems in the files, a call that a caller would have
lost), 2 the command could not do what it was told (an option, a setting, a port). Facts go to standard output, problems
to standard error; with --json one document goes to standard output whatever happens, except for exit code 2.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import click

from ivr.hours import YEARS
from ivr.settings import BadSetting, Files, read_files, read_language, read_provider
from ivr.source.report import render, to_json

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ivr.loader import Loaded
    from ivr.source.problems import Sentence

OperatorLanguage = Literal["de", "en"]

flows_option = click.option("--flows", type=click.Path(path_type=Path), help="Folder with the flows [IVR_FLOWS].")
contacts_option = click.option("--contacts", type=click.Path(path_type=Path), help="Contacts file [IVR_CONTACTS].")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
out_option = click.option("--out", type=click.Path(path_type=Path), help="File to write instead of standard output.")

messages_option = click.option(
    "--lang",
    type=click.Choice(["de", "en"]),
    is_eager=True,
    help="Language of the messages [IVR_LANGUAGE, else de].",
)


def chosen_files(flows: Path | None, contacts: Path | None, lang: str | None = None) -> Files:
    """The environment's files and language, unless the command line names others."""
    env = {**os.environ, "IVR_LANGUAGE": lang} if lang else os.environ
    try:
        found = read_files(env)
    except BadSetting as bad:
        raise wrong_usage(*bad.sentence) from bad
    return Files(flows or found.flows, contacts or found.contacts, found.language)


def provider() -> str:
    """The provider whose voices are checked: IVR_PROVIDER, else the first there is."""
    try:
        return read_provider(os.environ)
    except BadSetting as bad:
        raise wrong_usage(*bad.sentence) from bad


def operator_language() -> OperatorLanguage:
    """The language in which the present command speaks: --lang, else IVR_LANGUAGE, else German."""
    context = click.get_current_context(silent=True)
    wanted = context.params.get("lang") if context else None
    try:
        return "en" if (wanted or read_language(os.environ)) == "en" else "de"
    except BadSetting:
        return "de"


def say(de: str, en: str, *, err: bool = False) -> None:
    """One line in the operator's language."""
    click.echo(en if operator_language() == "en" else de, err=err)


def wrong_usage(de: str, en: str) -> click.UsageError:
    """The error that ends a command with exit code 2 and one sentence."""
    return click.UsageError(en if operator_language() == "en" else de)


def say_json(document: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def write_out(text: str, out: Path | None) -> None:
    """A document in UTF-8, to a file or to standard output; it ends with its own line break.

    Raises:
        click.UsageError: the file cannot be written.
    """
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise wrong_usage(
            f"{out} lässt sich nicht schreiben ({error.strerror}).", f"{out} cannot be written ({error.strerror})."
        ) from error


def show_problems(loaded: Loaded, *, as_json: bool = False, proved: dict[str, Any] | None = None) -> None:
    """The problems, as text on standard error or as one JSON document."""
    language = operator_language()
    if as_json:
        say_json({"problems": to_json(loaded.problems, language), "proved": proved or {}})
    elif loaded.problems:
        click.echo(render(loaded.problems, language, loaded.sources), err=True, nl=False)


def stop_for_problems(loaded: Loaded, code: int, *, as_json: bool = False) -> NoReturn:
    """Ends the command: the files cannot be used as they are."""
    show_problems(loaded, as_json=as_json)
    raise SystemExit(code)


class Instant(click.ParamType[datetime]):
    """An ISO date and time; without an offset it is local to the contacts file."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:  # noqa: ARG002 - click's signature
        """The datetime, naive or aware."""
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            raise wrong_usage(
                f"„{value}“ ist kein Zeitpunkt; so geht es: 2026-11-28T21:00 oder 2026-11-28T21:00+01:00.",
                f"“{value}” is not a time; write 2026-11-28T21:00 or 2026-11-28T21:00+01:00.",
            ) from None


class Instants(click.ParamType[tuple[datetime, ...]]):
    """One or several of them, with commas between."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[datetime, ...]:
        """The datetimes, in their order."""
        if isinstance(value, tuple):
            return value
        return tuple(Instant().convert(word, param, ctx) for word in value.split(","))


def in_zone(at: datetime | None, zone: ZoneInfo) -> datetime:
    """The instant meant, local to the zone: now, if none is given.

    A wall time that the spring change leaves out moves forward, one that autumn repeats is the first of the two.

    Raises:
        click.UsageError: no calendar reaches that far.
    """
    if at is None:
        return datetime.now(zone)
    try:
        local = (at.replace(tzinfo=zone) if at.tzinfo is None else at).astimezone(UTC).astimezone(zone)
    except OverflowError:
        local = at
    if local.year not in YEARS:
        raise outside(local.year)
    return local


def outside(year: int) -> click.UsageError:
    """A year of which nothing is known."""
    return wrong_usage(
        f"Das Jahr {year} liegt außerhalb des Kalenders, der von {YEARS[0]} bis {YEARS[-1]} reicht.",
        f"The year {year} is outside the calendar, which reaches from {YEARS[0]} to {YEARS[-1]}.",
    )


def in_words(sentence: Sentence) -> str:
    """A sentence in the operator's language."""
    return sentence.en if operator_language() == "en" else sentence.de
