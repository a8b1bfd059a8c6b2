"""The command line: `ivr --help`. One command is one file here, one import and one name below."""

from __future__ import annotations

import click

from ivr.cli.announce import command as announce_command
from ivr.cli.call import command as call_command
from ivr.cli.check import command as check_command
from ivr.cli.diff import command as diff_command
from ivr.cli.doctor import command as doctor_command
from ivr.cli.fallback import command as fallback_command
from ivr.cli.graph import command as graph_command
from ivr.cli.history import command as history_command
from ivr.cli.hours import command as hours_command
from ivr.cli.limit import command as limit_command
from ivr.cli.number import command as number_command
from ivr.cli.override import command as override_command
from ivr.cli.pin import command as pin_command
from ivr.cli.publish import command as publish_command
from ivr.cli.purge import command as purge_command
from ivr.cli.report import command as report_command
from ivr.cli.rollback import command as rollback_command
from ivr.cli.schema import command as schema_command
from ivr.cli.script import command as script_command
from ivr.cli.serve import command as serve_command
from ivr.cli.test import command as test_command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """The phone-menu service: answer calls, check what callers will hear, listen to it."""


for command in (
    serve_command,
    check_command,
    test_command,
    call_command,
    diff_command,
    graph_command,
    hours_command,
    report_command,
    script_command,
    schema_command,
    publish_command,
    history_command,
    rollback_command,
    override_command,
    announce_command,
    limit_command,
    pin_command,
    purge_command,
    fallback_command,
    number_command,
    doctor_command,
):
    main.add_command(command)
