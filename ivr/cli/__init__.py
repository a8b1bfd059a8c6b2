"""The command line: `ivr --help`. One command is one file here, `command` in it, and its name below.

A command's file is imported when the command is asked for: who looks up an hour need not wait for a database's driver.
"""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = (
    "serve",
    "check",
    "test",
    "call",
    "diff",
    "graph",
    "hours",
    "report",
    "script",
    "schema",
    "publish",
    "history",
    "rollback",
    "override",
    "announce",
    "limit",
    "pin",
    "operator",
    "purge",
    "fallback",
    "number",
    "doctor",
)


class _Commands(click.Group):
    """The commands by their names."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(f"ivr.cli.{cmd_name}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        # A shell that completes a line wants no error.
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            raise _no_such_command(name)
        return super().resolve_command(ctx, args)


def _no_such_command(name: str) -> click.UsageError:
    from ivr.cli.common import wrong_usage
    from ivr.source.near import did_you_mean
    from ivr.source.problems import Sentence

    hint = did_you_mean(name, COMMANDS, what=Sentence("Befehle", "Commands"))
    return wrong_usage(f"Den Befehl „{name}“ gibt es nicht. {hint.de}", f"There is no command “{name}”. {hint.en}")


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """The phone-menu service: answer calls, check what callers will hear, listen to it."""
