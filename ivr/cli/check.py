"""`ivr check`: reads the operators' files and shows every problem in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ivr.cli.common import chosen_files, files_options, messages_option, show_problems
from ivr.loader import load

if TYPE_CHECKING:
    from pathlib import Path


@click.command("check")
@files_options
@messages_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
def command(flows: Path | None, contacts: Path | None, lang: str | None, as_json: bool, strict: bool) -> None:
    """Read and check flows and contacts.

    Exit code: 0 without errors (with --strict without warnings), 1 with problems, 2 for wrong usage.
    """
    files = chosen_files(flows, contacts, lang)
    loaded = load(files.flows, files.contacts)
    proved: dict[str, Any] = {}
    if loaded.flows is not None and loaded.directory is not None:
        proved = {
            "version": loaded.flows.version,
            "flows": len(loaded.flows.keys),
            "steps": len(loaded.flows.steps),
            "contacts": len(loaded.directory.contacts),
            "languages": list(loaded.flows.languages),
        }
    show_problems(loaded, files.language, as_json=as_json, proved=proved)
    if proved and not as_json:
        counts = (proved["flows"], proved["steps"], proved["contacts"], ", ".join(proved["languages"]))
        if files.language == "de":
            click.echo("In Ordnung: {} Abläufe, {} Schritte, {} Kontakte, Sprachen {}.".format(*counts))
        else:
            click.echo("All right: {} flows, {} steps, {} contacts, languages {}.".format(*counts))
    errors = any(problem.severity == "error" for problem in loaded.problems)
    if errors or (strict and loaded.problems):
        raise SystemExit(1)
