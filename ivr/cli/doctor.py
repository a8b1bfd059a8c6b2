"""`ivr doctor`: the whole set-up, looked at before callers do."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ivr.check.memory import Memory
from ivr.cli.check import KEPT
from ivr.cli.common import in_words, json_option, messages_option, say, say_json
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from ivr.doctor import Finding

_STATES = {
    "ok": Sentence("gut", "ok"),
    "warning": Sentence("Warnung", "warning"),
    "wrong": Sentence("falsch", "wrong"),
}


@click.command("doctor")
@messages_option
@json_option
def command(lang: str | None, as_json: bool) -> None:  # noqa: ARG001 - --lang is read in operator_language
    """Check the whole set-up before callers do.

    Settings, token, address, files, voices, clock, folders, database, the running service, the number.

    Reads the same settings as `ivr serve`. Changes nothing and makes no call.

    Exit code: 0 when all is well, warnings among it; 1 when something is wrong.
    """
    from ivr.doctor import Setup, examine

    memory = Memory(KEPT)
    findings: list[Finding] = []
    for finding in examine(Setup(os.environ, datetime.now(UTC), memory)):
        findings.append(finding)
        if not as_json:
            click.echo(_line(finding))
    memory.save()
    wrong = sum(each.state == "wrong" for each in findings)
    warnings = sum(each.state == "warning" for each in findings)
    if as_json:
        say_json(
            {
                "findings": [
                    {
                        "name": each.name,
                        "state": each.state,
                        "sentence": in_words(each.sentence),
                        "repair": each.repair and in_words(each.repair),
                    }
                    for each in findings
                ],
                "wrong": wrong,
                "warnings": warnings,
            }
        )
    else:
        say(f"Falsch: {wrong}, Warnungen: {warnings}", f"wrong: {wrong}, warnings: {warnings}")
    if wrong:
        raise SystemExit(1)


def _line(finding: Finding) -> str:
    repair = f" {in_words(finding.repair)}" if finding.repair else ""
    return f"{in_words(_STATES[finding.state]):8} {finding.name}: {in_words(finding.sentence)}{repair}"
