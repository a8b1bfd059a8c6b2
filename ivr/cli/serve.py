"""`ivr serve`: the service."""

from __future__ import annotations

import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.common import in_words, operator_language, say, show_problems
from ivr.loader import load
from ivr.settings import BadSetting, read_port, read_settings
from ivr.web.entry import DEV
from ivr.web.server import serve

if TYPE_CHECKING:
    from ivr.settings import Settings

EVERYWHERE = "0.0.0.0"  # noqa: S104 - a provider calls from outside; the signature is what protects
HERE = "127.0.0.1"


@click.command("serve")
@click.option("--dev", is_flag=True, help="Try it out on this machine: makes its own token and shows how to call.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port [PORT, else 8000].")
def command(dev: bool, port: int | None) -> None:
    """Answer calls until told to stop (SIGTERM or Ctrl-C).

    Exit code: 0 after an orderly stop, 2 when it could not start (a setting, the port, an error in the files).
    """
    env = dict(os.environ)
    if port is not None:
        env["PORT"] = str(port)
    env[DEV] = "1" if dev else ""
    try:
        if dev:
            env["TWILIO_AUTH_TOKEN"] = secrets.token_hex(16)
            env["IVR_PUBLIC_URL"] = env.get("IVR_PUBLIC_URL") or f"http://{HERE}:{read_port(env)}"
            env["WEB_CONCURRENCY"] = env.get("WEB_CONCURRENCY") or "1"
        settings = read_settings(env)
    except BadSetting as bad:
        click.echo(in_words(bad.sentence), err=True)
        raise SystemExit(2) from bad
    loaded = load(settings.files.flows, settings.files.contacts, provider=settings.provider, now=datetime.now(UTC))
    show_problems(loaded)
    if loaded.flows is None:
        say(
            "Der Dienst startet erst, wenn das behoben ist; `ivr check` prüft es.",
            "The service starts when this is put right; `ivr check` checks it.",
            err=True,
        )
        raise SystemExit(2)
    code = serve(
        "ivr.web.entry:application",
        host=HERE if dev else EVERYWHERE,
        port=settings.port,
        workers=settings.workers,
        ready=lambda: _greet(settings, dev=dev),
        environment=env,
        language=operator_language(),
    )
    raise SystemExit(code)


def _greet(settings: Settings, *, dev: bool) -> None:
    if not dev:
        say(f"Bereit: {settings.public_url}/voice", f"Ready: {settings.public_url}/voice")
        return
    address = f"http://{HERE}:{settings.port}"
    words = [f"TWILIO_AUTH_TOKEN={settings.tokens[0]}"]
    if settings.public_url != address:
        words.append(f"IVR_PUBLIC_URL={settings.public_url}")
    call = " ".join([*words, *_this_program(), "call", "--url", address])
    say(f"Der Dienst läuft: {address}", f"The service is up: {address}")
    say("So rufen Sie an, in einem zweiten Terminal:", "Call it like this, in a second terminal:")
    click.echo(f"\n    {call}\n")
    say(
        "Mit --at 2026-11-28T21:00 zu einer anderen Zeit. Ende mit Strg-C.",
        "With --at 2026-11-28T21:00 at another time. Stop with Ctrl-C.",
    )


def _this_program() -> list[str]:
    """How the present program is started from the present folder, as a person would type it."""
    started = Path(sys.argv[0])
    if started.name == "__main__.py":
        return [sys.executable, "-m", "ivr"]
    near = started.resolve().is_relative_to(Path.cwd())
    return [str(started.resolve().relative_to(Path.cwd()) if near else started)]
