"""`ivr schema`: writes the JSON Schemas that editors complete and explain the operators' files with."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("schema")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=Path("schemas"),
    show_default=True,
    help="The folder to write to.",
)
def command(into: Path) -> None:
    """Write flow.schema.json and contacts.schema.json."""
    from ivr.definition import contacts_schema, flow_schema

    into.mkdir(parents=True, exist_ok=True)
    for name, schema in (("flow", flow_schema()), ("contacts", contacts_schema())):
        path = into / f"{name}.schema.json"
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        click.echo(str(path))
