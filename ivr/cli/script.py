"""`ivr script`: everything that callers can hear, to read aloud and to proof-read."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ivr.cli.common import (
    Instant,
    chosen_files,
    contacts_option,
    flows_option,
    in_zone,
    json_option,
    messages_option,
    operator_language,
    out_option,
    provider,
    say_json,
    stop_for_problems,
    write_out,
    wrong_usage,
)
from ivr.loader import load
from ivr.world import Clerk

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command("script")
@click.option("--at", type=Instant(), help="When the caller calls; without an offset, local time [now].")
@click.option(
    "--language", "languages", multiple=True, metavar="CODE", help="Only this language; may be repeated [all]."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "html"]),
    default="text",
    show_default=True,
    help="HTML is for print.",
)
@flows_option
@contacts_option
@messages_option
@out_option
@json_option
def command(
    at: datetime | None,
    languages: tuple[str, ...],
    form: str,
    flows: Path | None,
    contacts: Path | None,
    lang: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Write down everything that callers can hear, in order.

    Exit code: 0, 1 when the files have errors, 2 for wrong usage.
    """
    from ivr.graph import picture
    from ivr.script import html, sheet, text

    files = chosen_files(flows, contacts, lang)
    loaded = load(files.flows, files.contacts, provider=provider())
    if loaded.flows is None or loaded.directory is None:
        stop_for_problems(loaded, 1, as_json=as_json)
    spoken = loaded.flows.languages
    for code in languages:
        if code not in spoken:
            there = ", ".join(spoken)
            raise wrong_usage(
                f"Die Sprache „{code}“ sprechen diese Abläufe nicht, nur: {there}.",
                f"These flows do not speak “{code}”, only: {there}.",
            )
    drawn = picture(loaded.flows, loaded.directory, loaded.written, operator_language())
    instant = in_zone(at, loaded.directory.zone)
    found = sheet(loaded.flows, Clerk(loaded.directory), drawn, instant, languages or spoken)
    if as_json:
        say_json(asdict(found))
    else:
        write_out({"text": text, "html": html}[form](found), out)
