"""`ivr call`: a telephone in the terminal, interactive or played from a script."""

from __future__ import annotations

import http.client
import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from ivr.cli.common import (
    Instants,
    chosen_files,
    contacts_option,
    flows_option,
    in_words,
    in_zone,
    json_option,
    operator_language,
    say,
    say_json,
    stop_for_problems,
    wrong_usage,
)
from ivr.loader import load, load_contacts
from ivr.phone.call import play
from ivr.phone.errors import PhoneError
from ivr.phone.line import PATIENCE, HttpLine
from ivr.phone.local import ADDRESS, CALLED, CALLER, TROUBLES, LocalService, start_of
from ivr.phone.terminal import talk
from ivr.speech import CODES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from ivr.loader import Loaded
    from ivr.phone.line import Line
    from ivr.phone.transcript import Transcript
    from ivr.settings import Files


@click.command("call")
@flows_option
@contacts_option
@click.option(
    "--at",
    type=Instants(),
    default=(),
    help="Time travel: when the call takes place; without an offset, local time. Several, with commas: turn by turn.",
)
@click.option("--keys", help="Play a call: what the caller does at each prompt in turn: 1,*,timeout,hangup.")
@click.option("--dial", "dials", default="", help="How each connection ends: busy, no-answer, failed, completed.")
@click.option("--lang", "language", help="The language in which the call begins.")
@click.option("--flow", help="The entrance in which the call begins, for example duty.")
@click.option("--pin", help="A PIN that holds in this call, to try out what is behind it; not with --url.")
@click.option(
    "--trouble", type=click.Choice(TROUBLES), help="Something is wrong there: no PIN is taken, nothing is kept."
)
@click.option("--set", "kept", help="Not the files: published, draft, previous, or a version that was published.")
@click.option("--from", "caller", default=CALLER, help="The caller's number, or a word such as anonymous.")
@click.option("--url", help="Call a running service, for example http://127.0.0.1:8000; needs TWILIO_AUTH_TOKEN.")
@json_option
def command(
    flows: Path | None,
    contacts: Path | None,
    at: tuple[datetime, ...],
    keys: str | None,
    dials: str,
    language: str | None,
    flow: str | None,
    pin: str | None,
    trouble: str | None,
    kept: str | None,
    caller: str,
    url: str | None,
    as_json: bool,
) -> None:
    """Call the service from the terminal, by hand or from --keys.

    Real signed webhooks and real TwiML, in this process or over HTTP with --url.

    Exit code: 0 when the call came to an end, 1 when a caller would have heard an error or the files have some.
    """
    files = chosen_files(flows, contacts)
    try:
        if url is None:
            loaded = load(files.flows, files.contacts) if kept is None else _kept(kept)
            line, address = _in_process(loaded, at, language, flow, (pin, trouble), as_json=as_json)
        else:
            if kept is not None:
                raise wrong_usage(
                    "Welche Fassung spricht, weiß der Dienst selbst: --set geht nur ohne --url.",
                    "Which set speaks the service knows by itself: --set works without --url only.",
                )
            if pin is not None or trouble is not None:
                raise wrong_usage(
                    "Welche PIN gilt, weiß der Dienst selbst: --pin und --trouble gehen nur ohne --url.",
                    "Which PIN holds the service knows by itself: --pin and --trouble work without --url only.",
                )
            line, address = _over_http(url, at, language, files, as_json=as_json)
        start = start_of(address, language, flow)
        if keys is None and not as_json:
            talk(
                line,
                start,
                caller=caller,
                called=CALLED,
                language=operator_language(),
                keyboard=sys.stdin,
                screen=sys.stdout,
            )
            return
        transcript = play(line, start, keys=_words(keys or ""), dials=_words(dials), caller=caller, called=CALLED)
    except PhoneError as error:
        click.echo(in_words(error.sentence), err=True)
        if as_json:
            say_json({"error": in_words(error.sentence)})
        raise SystemExit(1) from error
    if as_json:
        say_json(transcript.to_json())
    else:
        _show(transcript)


def _words(written: str) -> list[str]:
    return [word.strip() for word in written.split(",") if word.strip()]


def _check_language(language: str | None, spoken: Sequence[str]) -> None:
    if language is not None and language not in spoken:
        raise wrong_usage(
            f"„{language}“ wird hier nicht gesprochen; möglich sind {', '.join(spoken)}.",
            f"“{language}” is not spoken here; there are {', '.join(spoken)}.",
        )


def _kept(word: str) -> Loaded:
    """A set from the database, which is asked only then."""
    from ivr.cli.versions import find_set

    return find_set(word)


def _in_process(
    loaded: Loaded,
    at: tuple[datetime, ...],
    language: str | None,
    flow: str | None,
    duty: tuple[str | None, str | None],
    *,
    as_json: bool,
) -> tuple[Line, str]:
    """A service of this command's own, made of a set, with a token nobody else knows.

    `duty` are the PIN that holds, and what is wrong there.
    """
    if loaded.flows is None or loaded.directory is None:
        stop_for_problems(loaded, 1, as_json=as_json)
    if flow is not None and flow not in loaded.flows.entrances:
        entrances = ", ".join(loaded.flows.entrances) or "–"
        raise wrong_usage(
            f"Im Ablauf „{flow}“ beginnt kein Anruf; möglich sind: {entrances}.",
            f"No call begins in the flow “{flow}”; there are: {entrances}.",
        )
    _check_language(language, loaded.flows.languages_of(flow or ""))
    local = LocalService(loaded.flows, loaded.directory, pin=duty[0], trouble=duty[1])
    return local.line(*(in_zone(each, loaded.directory.zone) for each in at)), ADDRESS


def _over_http(
    url: str, at: tuple[datetime, ...], language: str | None, files: Files, *, as_json: bool
) -> tuple[Line, str]:
    """A running service. It takes the phone's clock under `--dev` only, and its token has to be known here."""
    token = os.environ.get("TWILIO_AUTH_TOKEN", "").partition(",")[0].strip()
    if not token:
        raise wrong_usage(
            "TWILIO_AUTH_TOKEN ist nicht gesetzt: Der Dienst nimmt nur unterschriebene Webhooks an. Das Token zum "
            "Ausprobieren zeigt `ivr serve --dev`.",
            "TWILIO_AUTH_TOKEN is not set: the service takes signed webhooks only. `ivr serve --dev` shows the token "
            "that it made.",
        )
    _check_language(language, CODES)
    address = url.rstrip("/")
    public = (os.environ.get("IVR_PUBLIC_URL") or address).rstrip("/")
    if not at:
        return HttpLine(address, token=token, public=public), public
    loaded = load_contacts(files.contacts)
    if loaded.directory is None:
        stop_for_problems(loaded, 1, as_json=as_json)
    clock = [in_zone(each, loaded.directory.zone).isoformat() for each in at]
    line = HttpLine(address, token=token, public=public, clock=clock)
    _check_clock(address)
    return line, public


def _check_clock(address: str) -> None:
    """Asks a service whether it takes a clock; elsewhere the call would silently take place now.

    Raises:
        PhoneError: it does not, or it cannot be asked.
    """
    where = urlsplit(address)
    connect = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    connection = connect(where.hostname or "", where.port, timeout=PATIENCE)
    try:
        connection.request("GET", f"{where.path}/voice/clock")
        taken = connection.getresponse().status == 204
    except (OSError, http.client.HTTPException) as error:
        why = getattr(error, "strerror", None) or error
        raise PhoneError(
            f"Unter {where.netloc} sagt kein Dienst, ob er eine andere Uhrzeit annimmt ({why}).",
            f"No service at {where.netloc} says whether it takes another time ({why}).",
        ) from error
    finally:
        connection.close()
    if not taken:
        raise PhoneError(
            f"Der Dienst unter {where.netloc} nimmt nur Anrufe von jetzt an: --at geht ohne --url oder mit einem "
            "Dienst, der mit --dev läuft.",
            f"The service at {where.netloc} takes calls of this moment only: --at works without --url, or with a "
            "service that runs with --dev.",
        )


def _show(transcript: Transcript) -> None:
    for turn in transcript.turns:
        for heard in turn.heard:
            click.echo(f"[{heard.language}] {heard.text}")
        click.echo(f"        → {turn.expects}: {turn.pressed or '–'}")
    dialled = ", ".join(transcript.dialled) or "–"
    say(
        f"gewählt: {dialled}   Ende: {transcript.ended}   etwa {transcript.seconds} s",
        f"dialled: {dialled}   ended: {transcript.ended}   about {transcript.seconds} s",
    )
