"""`ivr serve`: the service."""

from __future__ import annotations

import getpass
import hashlib
import os
import secrets
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

import click

from ivr import desk as desks
from ivr.check.memory import Memory
from ivr.check.proof import prove
from ivr.cli.common import in_words, operator_language, say, show_problems
from ivr.loader import load
from ivr.sets import Sets
from ivr.settings import BadSetting, check_operator, read_author, read_port, read_settings
from ivr.web.entry import DEV
from ivr.web.operator.context import LINK, LINK_SECONDS
from ivr.web.server import serve

if TYPE_CHECKING:
    from ivr.loader import Loaded
    from ivr.settings import Settings

EVERYWHERE = "0.0.0.0"  # noqa: S104 - a provider calls from outside; the signature is what protects
HERE = "127.0.0.1"

DATABASE_SECONDS = 8.0
"""So long a start waits for the database."""


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
    env.pop(LINK, None)
    try:
        if dev:
            env["TWILIO_AUTH_TOKEN"] = secrets.token_hex(16)
            env["IVR_PUBLIC_URL"] = env.get("IVR_PUBLIC_URL") or f"http://{HERE}:{read_port(env)}"
            env["WEB_CONCURRENCY"] = env.get("WEB_CONCURRENCY") or "1"
            # A secret of this run: cookies from here are worth nothing anywhere else.
            env["IVR_OPERATOR"], env["IVR_SECRET_KEY"] = "yes", secrets.token_hex(32)
        settings = read_settings(env)
        if not dev:
            check_operator(settings)
    except BadSetting as bad:
        click.echo(in_words(bad.sentence), err=True)
        raise SystemExit(2) from bad
    # All that the service keeps is its own: hashes of callers and of PINs, and sets that are run as they lie there.
    os.umask(os.umask(0o077) | 0o077)
    if not _something_to_speak(settings, dev=dev):
        say(
            "Der Dienst startet erst, wenn das behoben ist; `ivr check` prüft es.",
            "The service starts when this is put right; `ivr check` checks it.",
            err=True,
        )
        raise SystemExit(2)
    _make_database(settings)
    token = _make_link(env) if dev else ""
    code = serve(
        "ivr.web.entry:application",
        host=HERE if dev else EVERYWHERE,
        port=settings.port,
        workers=settings.workers,
        ready=lambda: _greet(settings, token, dev=dev),
        environment=env,
        language=operator_language(),
        keeper="ivr.keeper",
    )
    raise SystemExit(code)


def _something_to_speak(settings: Settings, *, dev: bool) -> bool:
    """Reads and proves the files, unless that was done before, and shows what is wrong with them.

    A machine on which a set is in force already starts with that one, whatever has become of the files meanwhile.
    """
    sets = Sets(settings.storage.sets)
    now = datetime.now(UTC)
    loaded = load(settings.files.flows, settings.files.contacts, provider=settings.provider, now=now)
    if loaded.flows is not None and loaded.directory is not None and loaded.bundle is not None:
        flows, directory, bundle = loaded.flows, loaded.directory, loaded.bundle
        proved = sets.proved(flows.version)
        # Whoever tries something out hears it before it is perfect; `ivr check` tells her what is wrong with it.
        if not proved and not dev:
            memory = Memory(settings.storage.spool.parent / "check")
            proof = prove(loaded, now, memory)
            memory.save()
            loaded = replace(loaded, problems=(*loaded.problems, *proof.problems))
            proved = not _errors(loaded)
        if proved or dev:
            with suppress(OSError):
                sets.keep(bundle, flows, directory, proved=proved)
    show_problems(loaded)
    if loaded.flows is not None and not _errors(loaded):
        return True
    desk = desks.read(settings.desk / desks.NAME)
    if desk is None or sets.bundle(desk.current) is None:
        return False
    say(
        f"Es spricht weiter die Fassung {desk.current}, die vorher in Kraft war.",
        f"Version {desk.current}, which was in force before, goes on speaking.",
        err=True,
    )
    return True


def _errors(loaded: Loaded) -> bool:
    return any(problem.severity == "error" for problem in loaded.problems)


def _make_database(settings: Settings) -> None:
    """Makes the database, or brings it up to date. One that is away now is no reason not to answer calls,
    nor is one that is slow, or that another machine is just bringing up to date: the keeper sees to it, too.
    """
    from ivr.store import Away, Database

    done: list[Exception | None] = []

    def make() -> None:
        database = Database(settings.storage.database)
        try:
            database.migrate(create=True)
            done.append(None)
        except Exception as error:  # noqa: BLE001 - it is raised where somebody waits for it
            done.append(error)
        finally:
            database.close()

    threading.Thread(target=make, name="database", daemon=True).start()
    end = monotonic() + DATABASE_SECONDS
    while not done and monotonic() < end:
        sleep(0.01)
    failed = done[0] if done else Away(f"no answer within {DATABASE_SECONDS:.0f} s")
    if isinstance(failed, Away):
        say(
            f"Die Datenbank ist nicht zu erreichen ({failed}); bis sie es ist, bleibt alles in "
            f"{settings.storage.spool}.",
            f"The database cannot be reached ({failed}); until it can, everything stays in {settings.storage.spool}.",
            err=True,
        )
    elif failed is not None:
        raise failed


def _make_link(env: dict[str, str]) -> str:
    """The token of the one-time link to the operators' page; the workers get its checksum only."""
    token = secrets.token_urlsafe(32)
    try:
        name = read_author(env) or getpass.getuser()
    except (OSError, KeyError):
        name = "dev"
    checksum = hashlib.sha256(token.encode()).hexdigest()
    env[LINK] = f"{checksum}:{time.time() + LINK_SECONDS}:{name}"
    return token


def _greet(settings: Settings, token: str, *, dev: bool) -> None:
    if not dev:
        say(f"Bereit: {settings.public_url}/voice", f"Ready: {settings.public_url}/voice")
        if settings.operator_key:
            say(f"Seite: {settings.public_url}/operator/", f"Page: {settings.public_url}/operator/")
        return
    address = f"http://{HERE}:{settings.port}"
    words = [f"TWILIO_AUTH_TOKEN={settings.tokens[0]}"]
    if settings.public_url != address:
        words.append(f"IVR_PUBLIC_URL={settings.public_url}")
    call = " ".join([*words, *_this_program(), "call", "--url", address])
    say(
        "Der Dienst läuft. Im Browser öffnen (der Link gilt einmal, fünf Minuten lang):",
        "The service is up. Open it in a browser (the link works once, for five minutes):",
    )
    click.echo(f"\n    {address}/operator/enter?token={token}\n")
    say(
        "Dort ist auch ein Telefon. Oder anrufen, in einem zweiten Terminal:",
        "There is a phone on it, too. Or call it, in a second terminal:",
    )
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
