"""What several commands share: their options, and how they end when something is wrong."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import click

from ivr.settings import BadSetting, Files, read_files
from ivr.source.report import render, to_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from ivr.loader import Loaded

OperatorLanguage = Literal["de", "en"]


def files_options(command: Callable[..., None]) -> Callable[..., None]:
    """--flows and --contacts, for commands that read the operators' files."""
    for option in (
        click.option("--contacts", type=click.Path(path_type=Path), help="Contacts file [IVR_CONTACTS]."),
        click.option("--flows", type=click.Path(path_type=Path), help="Folder with the flows [IVR_FLOWS]."),
    ):
        command = option(command)
    return command


messages_option = click.option(
    "--lang", type=click.Choice(["de", "en"]), help="Language of the messages [IVR_LANGUAGE, else de]."
)


def chosen_files(flows: Path | None, contacts: Path | None, lang: str | None = None) -> Files:
    """The environment's files, unless the command line names others."""
    try:
        found = read_files(os.environ)
    except BadSetting as bad:
        raise click.UsageError(str(bad)) from bad
    return Files(flows or found.flows, contacts or found.contacts, lang or found.language)


def say_json(document: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def show_problems(
    loaded: Loaded, language: str, *, as_json: bool = False, proved: dict[str, Any] | None = None
) -> None:
    """The problems, as text on standard error or as one JSON document."""
    spoken: OperatorLanguage = "en" if language == "en" else "de"
    if as_json:
        say_json({"problems": to_json(loaded.problems, spoken), "proved": proved or {}})
    elif loaded.problems:
        click.echo(render(loaded.problems, spoken, loaded.sources), err=True)


def stop_for_problems(loaded: Loaded, language: str, code: int) -> NoReturn:
    """Ends the command: the files cannot be used as they are."""
    show_problems(loaded, language)
    raise SystemExit(code)


class Instant(click.ParamType[datetime]):
    """An ISO date and time; without an offset it is local to the contacts file."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The datetime, naive or aware."""
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}” is not a time; write 2026-11-28T21:00 or 2026-11-28T21:00+01:00.", param, ctx)


def in_zone(at: datetime | None, zone: ZoneInfo) -> datetime:
    """The instant meant: now, if none is given."""
    if at is None:
        return datetime.now(zone)
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)
