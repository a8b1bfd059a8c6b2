"""`ivr schema`: writes the JSON Schemas that editors complete and explain the operators' files with."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ivr.definition import contacts_schema, flow_schema


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
    """Write flow.schema.json and contacts.schema.json."""
    stale = []
    for name, schema in (("flow", flow_schema()), ("contacts", contacts_schema())):
        path = into / f"{name}.schema.json"
        text = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        if check:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(str(path))
        else:
            into.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            click.echo(str(path))
    if stale:
        click.echo(f"not up to date: {', '.join(stale)}; run: ivr schema", err=True)
        raise SystemExit(1)
