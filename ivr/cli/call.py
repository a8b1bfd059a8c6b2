"""`ivr call`: a telephone in the terminal, interactive or played from a script."""

from __future__ import annotations

import io
import os
import secrets
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ivr.cli.common import Instant, chosen_files, files_options, in_zone, say_json, stop_for_problems
from ivr.loader import load, load_contacts
from ivr.observe import Journal
from ivr.phone.call import play
from ivr.phone.errors import PhoneError
from ivr.phone.line import CallableLine, HttpLine
from ivr.phone.terminal import talk
from ivr.street import Request, Service, answer, prepare
from ivr.street.signature import Verifier

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ivr.phone.line import Line
    from ivr.phone.transcript import Transcript
    from ivr.settings import Files

CALLER = "+491701234567"
CALLED = "+4923150"
IN_PROCESS = "https://phone.invalid"


@click.command("call")
@files_options
@click.option("--at", type=Instant(), help="Time travel: when the call takes place; without an offset, local time.")
@click.option("--keys", help="Play a call: what the caller does at each prompt in turn: 1,*,timeout,hangup.")
@click.option("--dial", "dials", default="", help="How each connection ends: busy, no-answer, failed, completed.")
@click.option("--lang", "language", help="The language in which the call begins.")
@click.option("--from", "caller", default=CALLER, help="The caller's number, or a word such as anonymous.")
@click.option("--url", help="Call a running service, for example http://127.0.0.1:8000.")
@click.option("--json", "as_json", is_flag=True, help="Print the call as one JSON document.")
def command(
    flows: Path | None,
    contacts: Path | None,
    at: datetime | None,
    keys: str | None,
    dials: str,
    language: str | None,
    caller: str,
    url: str | None,
    as_json: bool,
) -> None:
    """Call the service: real signed webhooks, real TwiML; interactive, or played from --keys.

    Exit code: 0 when the call came to an end, 1 when a caller would have heard an error.
    """
    files = chosen_files(flows, contacts)
    line, address = _over_http(url, at, files) if url else _in_process(files, at, language)
    start = f"{address}/voice" + (f"?language={language}" if language else "")
    try:
        if keys is None and not as_json:
            talk(
                line,
                start,
                caller=caller,
                called=CALLED,
                language="en" if files.language == "en" else "de",
                keyboard=sys.stdin,
                screen=sys.stdout,
            )
            return
        transcript = play(line, start, keys=_words(keys or ""), dials=_words(dials), caller=caller, called=CALLED)
    except PhoneError as error:
        click.echo(error.sentence.en if files.language == "en" else error.sentence.de, err=True)
        raise SystemExit(1) from error
    if as_json:
        say_json(transcript.to_json())
    else:
        _show(transcript)


def _words(written: str) -> list[str]:
    return [word.strip() for word in written.split(",") if word.strip()]


def _in_process(files: Files, at: datetime | None, language: str | None) -> tuple[Line, str]:
    """A service of this command's own, made of the operators' files, with a token nobody else knows."""
    loaded = load(files.flows, files.contacts)
    if loaded.flows is None or loaded.directory is None:
        stop_for_problems(loaded, files.language, 1)
    if language is not None and language not in loaded.flows.languages:
        raise click.UsageError(
            f"these flows do not speak “{language}”; they speak {', '.join(loaded.flows.languages)}."
        )
    token = secrets.token_hex(16)
    service = Service(
        public_url=IN_PROCESS,
        verifier=Verifier([token]),
        journal=Journal(io.StringIO()),
        current=prepare(loaded.flows, loaded.directory, IN_PROCESS, "twilio"),
        clock_secret=token.encode(),
    )

    def handle(_method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str, bytes]:
        sent = {name.lower(): value for name, value in headers.items()}
        reply = answer(
            service,
            Request(
                path=path,
                query=query,
                content_type=sent.get("content-type"),
                signature=sent.get("x-twilio-signature"),
                settings=sent.get("x-twilio-webhooks-signature-settings"),
                clock=sent.get("x-ivr-clock"),
                body=body,
            ),
            datetime.now(UTC),
        )
        return reply.status, reply.content_type, reply.body

    clock = in_zone(at, loaded.directory.zone).isoformat() if at else None
    return CallableLine(handle, token=token, public=IN_PROCESS, clock=clock), IN_PROCESS


def _over_http(url: str, at: datetime | None, files: Files) -> tuple[Line, str]:
    """A running service. It believes the phone's clock under `--dev` only, and its token has to be known here."""
    token = os.environ.get("TWILIO_AUTH_TOKEN", "").partition(",")[0].strip()
    if not token:
        raise click.UsageError(
            "TWILIO_AUTH_TOKEN is not set: the service takes signed webhooks only. `ivr serve --dev` prints the token "
            "that it made."
        )
    address = url.rstrip("/")
    public = (os.environ.get("IVR_PUBLIC_URL") or address).rstrip("/")
    clock = None
    if at is not None:
        if at.tzinfo is None:
            loaded = load_contacts(files.contacts)
            if loaded.directory is None:
                stop_for_problems(loaded, files.language, 1)
            at = in_zone(at, loaded.directory.zone)
        clock = at.isoformat()
    return HttpLine(address, token=token, public=public, clock=clock), public


def _show(transcript: Transcript) -> None:
    for turn in transcript.turns:
        for heard in turn.heard:
            click.echo(f"[{heard.language}] {heard.text}")
        click.echo(f"        → {turn.expects}: {turn.pressed or '–'}")
    dialled = ", ".join(transcript.dialled) or "–"
    click.echo(f"dialled: {dialled}   ended: {transcript.ended}   about {transcript.seconds} s")
