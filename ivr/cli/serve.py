"""`ivr serve`: the service."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

import click

from ivr.cli.common import show_problems
from ivr.loader import load
from ivr.settings import BadSetting, read_settings
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
    if dev:
        env["TWILIO_AUTH_TOKEN"] = secrets.token_hex(16)
        env.setdefault("IVR_PUBLIC_URL", f"http://{HERE}:{env.get('PORT') or 8000}")
        env.setdefault("WEB_CONCURRENCY", "1")
    env[DEV] = "1" if dev else ""
    try:
        settings = read_settings(env)
    except BadSetting as bad:
        click.echo(str(bad), err=True)
        raise SystemExit(2) from bad
    loaded = load(settings.files.flows, settings.files.contacts)
    show_problems(loaded, settings.files.language)
    if loaded.flows is None:
        raise SystemExit(2)
    code = serve(
        "ivr.web.entry:application",
        host=HERE if dev else EVERYWHERE,
        port=settings.port,
        workers=settings.workers,
        ready=lambda: _greet(settings, dev=dev),
        environment=env,
        language=settings.files.language,
    )
    raise SystemExit(code)


def _greet(settings: Settings, *, dev: bool) -> None:
    german = settings.files.language == "de"
    if not dev:
        click.echo(f"{'Bereit' if german else 'Ready'}: {settings.public_url}/voice")
        return
    address = f"http://{HERE}:{settings.port}"
    click.echo(f"Der Dienst läuft: {address}" if german else f"The service is up: {address}")
    click.echo("So rufen Sie an:" if german else "Call it like this:")
    click.echo(f"\n    TWILIO_AUTH_TOKEN={settings.tokens[0]} .venv/bin/ivr call --url {address}\n")
    click.echo("Ende mit Strg-C." if german else "Stop with Ctrl-C.")
