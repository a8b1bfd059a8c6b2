"""`ivr graph`: the flow set as a picture."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ivr.cli.common import (
    chosen_files,
    contacts_option,
    flows_option,
    json_option,
    messages_option,
    operator_language,
    out_option,
    provider,
    say_json,
    stop_for_problems,
    write_out,
)
from ivr.loader import load

if TYPE_CHECKING:
    from pathlib import Path


@click.command("graph")
@click.option(
    "--format",
    "form",
    type=click.Choice(["svg", "mermaid", "dot"]),
    default="svg",
    show_default=True,
    help="For browsers and print, for text files, or for Graphviz.",
)
@flows_option
@contacts_option
@messages_option
@out_option
@json_option
def command(
    form: str, flows: Path | None, contacts: Path | None, lang: str | None, out: Path | None, as_json: bool
) -> None:
    """Draw the flows: steps, keys, and where each leads.

    With --json: what is drawn, as a value for other programs.

    Exit code: 0, 1 when the files have errors, 2 for wrong usage.
    """
    from ivr.graph import dot, mermaid, picture, svg

    files = chosen_files(flows, contacts, lang)
    loaded = load(files.flows, files.contacts, provider=provider())
    if loaded.flows is None or loaded.directory is None:
        stop_for_problems(loaded, 1, as_json=as_json)
    drawn = picture(loaded.flows, loaded.directory, loaded.written, operator_language())
    if as_json:
        say_json(asdict(drawn))
    else:
        write_out({"svg": svg, "mermaid": mermaid, "dot": dot}[form](drawn), out)
