"""`ivr check`: reads the operators' files and shows every problem in them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.common import (
    chosen_files,
    contacts_option,
    flows_option,
    json_option,
    messages_option,
    operator_language,
    provider,
    say,
    show_problems,
    wrong_usage,
)
from ivr.loader import load
from ivr.source.report import to_github

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.loader import Loaded


@click.command("check")
@flows_option
@contacts_option
@messages_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github", "json"]),
    default="text",
    help="How problems are shown; github: as annotations of a workflow.",
)
@json_option
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
def command(
    flows: Path | None, contacts: Path | None, lang: str | None, form: str, as_json: bool, strict: bool
) -> None:
    """Check flows and contacts and show all problems.

    Exit code: 0 without errors (with --strict without warnings), 1 with problems, 2 for wrong usage.
    """
    if form == "github" and as_json:
        raise wrong_usage("--format github und --json schließen einander aus.", "Use --format github or --json.")
    as_json = as_json or form == "json"
    files = chosen_files(flows, contacts, lang)
    loaded = load(files.flows, files.contacts, provider=provider(), now=datetime.now(UTC))
    proved = _proved(loaded)
    if form == "github":
        click.echo(to_github(loaded.problems, operator_language()), nl=False)
    else:
        show_problems(loaded, as_json=as_json, proved=proved)
    errors = sum(problem.severity == "error" for problem in loaded.problems)
    warnings = len(loaded.problems) - errors
    failed = bool(errors or (strict and warnings))
    if failed and not as_json:
        say(f"Fehler: {errors}, Warnungen: {warnings}", f"errors: {errors}, warnings: {warnings}", err=True)
    elif not as_json:
        counts = (proved["flows"], proved["steps"], proved["contacts"], ", ".join(proved["languages"]))
        say(
            "In Ordnung. Abläufe: {}, Schritte: {}, Kontakte: {}, Sprachen: {}".format(*counts),
            "All right. Flows: {}, steps: {}, contacts: {}, languages: {}".format(*counts),
        )
    if failed:
        raise SystemExit(1)


def _proved(loaded: Loaded) -> dict[str, Any]:
    """What was read, counted; empty for a set that cannot be used."""
    if loaded.flows is None or loaded.directory is None:
        return {}
    return {
        "version": loaded.flows.version,
        "flows": len(loaded.flows.keys),
        "steps": len(loaded.flows.steps),
        "contacts": len(loaded.directory.contacts),
        "languages": list(loaded.flows.languages),
    }
