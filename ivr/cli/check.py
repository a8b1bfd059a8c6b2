"""`ivr check`: reads the operators' files, proves what callers can meet, and shows every problem."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.check.memory import Memory
from ivr.check.proof import prove
from ivr.check.statement import stated
from ivr.check.survey import Limits
from ivr.cli.common import (
    chosen_files,
    contacts_option,
    flows_option,
    in_words,
    json_option,
    messages_option,
    operator_language,
    provider,
    say,
    show_problems,
    wrong_usage,
)
from ivr.loader import load
from ivr.source.problems import Sentence
from ivr.source.report import to_github

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.loader import Loaded

KEPT = Path("var/check")
"""Where what a proof works out is kept, so that the next one costs only what has changed."""


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
@click.option(
    "--keys-to-help",
    type=click.IntRange(1, 9),
    default=Limits().keys_to_help,
    show_default=True,
    help="So many keys away a person or a number may be.",
)
def command(
    flows: Path | None,
    contacts: Path | None,
    lang: str | None,
    form: str,
    as_json: bool,
    strict: bool,
    keys_to_help: int,
) -> None:
    """Check flows and contacts, and prove what callers can meet.

    Exit code: 0 without errors (with --strict without warnings), 1 with problems, 2 for wrong usage.
    """
    if form == "github" and as_json:
        raise wrong_usage("--format github und --json schließen einander aus.", "Use --format github or --json.")
    as_json = as_json or form == "json"
    files = chosen_files(flows, contacts, lang)
    now = datetime.now(UTC)
    loaded = load(files.flows, files.contacts, provider=provider(), now=now)
    chosen = (("--flows", flows), ("--contacts", contacts))
    replay = [word for option, path in chosen if path is not None for word in (option, str(path))]
    watched = sys.stderr.isatty() and form == "text" and not as_json
    loaded, proved = examined(loaded, now, limits=Limits(keys_to_help), replay=replay, watched=watched)
    errors = sum(problem.severity == "error" for problem in loaded.problems)
    warnings = len(loaded.problems) - errors
    failed = bool(errors or (strict and warnings))
    if form == "github":
        click.echo(to_github(loaded.problems, operator_language()), nl=False)
    else:
        show_problems(loaded, as_json=as_json, proved={} if errors else proved)
    if failed and not as_json:
        say(f"Fehler: {errors}, Warnungen: {warnings}", f"errors: {errors}, warnings: {warnings}", err=True)
    elif not as_json:
        click.echo(in_words(stated(proved)))
    if failed:
        raise SystemExit(1)


def examined(
    loaded: Loaded, now: datetime, *, limits: Limits | None = None, replay: Sequence[str] = (), watched: bool = False
) -> tuple[Loaded, dict[str, Any]]:
    """A set with what the proof finds among its problems, and what is proved; one with errors is as it was.

    `replay` are options for the commands that show a problem; `watched`: somebody sees how far it has come.
    """
    if loaded.flows is None:
        return loaded, {}
    memory = Memory(KEPT)
    proof = prove(loaded, now, memory, limits=limits or Limits(), replay=replay, progress=_show if watched else _hide)
    memory.save()
    if watched:
        click.echo(_WIPE, err=True, nl=False)
    problems = sorted((*loaded.problems, *proof.problems), key=lambda problem: problem.order)
    return replace(loaded, problems=tuple(problems)), proof.statement


_WIPE = "\r\x1b[K"


def _show(states: int) -> None:
    """Shows how far a long check has come."""
    text = in_words(Sentence(f"… {states} Zustände gesehen", f"… {states} states seen"))
    click.echo(f"{_WIPE}{text}", err=True, nl=False)


def _hide(_states: int) -> None:
    """Nobody watches."""
