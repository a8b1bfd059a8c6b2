"""`ivr schema`: writes the JSON Schemas that editors complete and explain the operators' files with."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ivr.cli.common import say, wrong_usage
from ivr.definition import contacts_schema, flow_schema
from ivr.scenario.shape import scenario_schema


@click.command("schema")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=Path("schemas"),
    show_default=True,
    help="The folder to write to.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 when a file there is not up to date.")
def command(into: Path, check: bool) -> None:
    """Write the JSON Schemas of flows, contacts and scenarios."""
    schemas = {"flow": flow_schema(), "contacts": contacts_schema(), "scenario": scenario_schema()}
    texts = {
        into / f"{name}.schema.json": json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for name, schema in schemas.items()
    }
    try:
        if check:
            _check(texts)
        else:
            into.mkdir(parents=True, exist_ok=True)
            for path, text in texts.items():
                path.write_text(text, encoding="utf-8")
                click.echo(str(path))
    except OSError as error:
        raise wrong_usage(
            f"{error.filename} lässt sich nicht lesen oder schreiben ({error.strerror}).",
            f"{error.filename} cannot be read or written ({error.strerror}).",
        ) from error


def _check(texts: dict[Path, str]) -> None:
    stale = [str(path) for path, text in texts.items() if not path.exists() or path.read_bytes() != text.encode()]
    if stale:
        names = ", ".join(stale)
        say(
            f"Nicht auf dem Stand: {names}; so geht es: ivr schema",
            f"Not up to date: {names}; run: ivr schema",
            err=True,
        )
        raise SystemExit(1)
