"""The command line: `ivr --help`. One command is one file here and one line below."""

from __future__ import annotations

import click

from ivr.cli import call, check, hours, schema, serve


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """The phone-menu service: answer calls, check what callers will hear, listen to it."""


for command in (serve.command, check.command, call.command, hours.command, schema.command):
    main.add_command(command)
