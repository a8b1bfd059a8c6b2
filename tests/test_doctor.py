"""`ivr doctor`: what is right is called right, and every wrong case is found, named and given a repair."""

from __future__ import annotations

import io
import json
import os
import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfoNotFoundError

import pytest
from click.testing import CliRunner, Result
from flask import Flask, Response, request
from provider import NUMBER, SECRET, SID, provider
from sets import SAMPLE, copied
from werkzeug.serving import make_server

from ivr.cli import check as check_command
from ivr.cli import main
from ivr.doctor import CHECKS, Finding, Setup, address, clock, database, examine, files, folders, number, service
from ivr.doctor import settings as settings_checks
from ivr.loader import load
from ivr.observe import Journal
from ivr.street import Service, prepare
from ivr.street.signature import SharedKey, Verifier
from ivr.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PUBLIC = "https://ivr.dortmund.de"
TOKEN = "d" * 32
SOUND = {
    "TWILIO_AUTH_TOKEN": TOKEN,
    "IVR_PUBLIC_URL": PUBLIC,
    "IVR_FLOWS": str(SAMPLE),
    "IVR_CONTACTS": str(SAMPLE / "contacts.yaml"),
    "IVR_FALLBACK_URL": "https://handler.example/twiml/EH1",
}


def setup(**changed: Any) -> Setup:
    """A sound set-up, except for these settings (None: not set) and, in small letters, what comes from outside."""
    env = {**SOUND, **{name: value for name, value in changed.items() if name.isupper()}}
    outside = {name: value for name, value in changed.items() if not name.isupper()}
    return Setup(**{"env": {k: v for k, v in env.items() if v is not None}, "now": NOW, **outside})


def found(check: Any, **changed: Any) -> list[tuple[str, str]]:
    """What a check finds, as (name, state); what is not well says what to do or where to look."""
    findings = list(check(setup(**changed)))
    for each in findings:
        assert isinstance(each, Finding)
        assert each.sentence.de != each.sentence.en
        assert TOKEN not in "".join((*each.sentence, *(each.repair or ())))
    return [(each.name, each.state) for each in findings]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


# -- settings ----------------------------------------------------------------------------------------------------------

SETTINGS = {
    "sound": ({}, ["ok"]),
    "no token": ({"TWILIO_AUTH_TOKEN": None}, ["wrong"]),
    "no address": ({"IVR_PUBLIC_URL": None}, ["wrong"]),
    "a wrong port": ({"PORT": "http"}, ["wrong"]),
    "a wrong provider": ({"IVR_PROVIDER": "acme"}, ["wrong"]),
    "half an account": ({"TWILIO_ACCOUNT_SID": "AC1"}, ["wrong"]),
    "a strange number": ({"IVR_NUMBER": "0231"}, ["wrong"]),
    "a fallback in clear": ({"IVR_FALLBACK_URL": "http://a.example/"}, ["wrong"]),
    "several at once": ({"PORT": "0", "IVR_NUMBER": "0231", "IVR_FALLBACK_URL": "x"}, ["wrong"] * 3),
}


@pytest.mark.parametrize(("env", "states"), SETTINGS.values(), ids=SETTINGS)
def test_settings(env, states):
    assert found(settings_checks.complete, **env) == [("settings", state) for state in states]


TOKENS = {
    "sound": (TOKEN, ["ok"]),
    "two": (f"{TOKEN},{'e' * 32}", ["ok", "ok"]),
    "none": (None, ["wrong"]),
    "blank": (" , ", ["wrong"]),
    "short": ("secret", ["wrong"]),
    "quoted": (f'"{TOKEN}"', ["wrong"]),
    "two in one": (f"{TOKEN} {TOKEN}", ["wrong"]),
    "unlike": ("Z" * 32, ["warning"]),
    "one of two": (f"{TOKEN},short", ["ok", "wrong"]),
}


@pytest.mark.parametrize(("token", "states"), TOKENS.values(), ids=TOKENS)
def test_tokens(token, states):
    assert found(settings_checks.token, TWILIO_AUTH_TOKEN=token) == [("token", state) for state in states]


def test_tokens_of_others():
    assert found(settings_checks.token, TWILIO_AUTH_TOKEN="Z" * 40, IVR_PROVIDER="telnyx") == [("token", "ok")]
    keys = "k1:HMAC_SHA256:a-secret-of-many-letters"
    assert found(settings_checks.token, TWILIO_AUTH_TOKEN=None, IVR_SHARED_KEYS=keys) == []


# -- the address -------------------------------------------------------------------------------------------------------

ADDRESSES = {
    PUBLIC: ["ok"],
    f"{PUBLIC}/": ["ok"],
    f"{PUBLIC}:8443": ["ok"],
    "http://ivr.dortmund.de": ["wrong"],
    "https://my_ivr.dortmund.de": ["wrong"],
    "http://my_ivr.dortmund.de": ["wrong", "wrong"],
    "https://ivr": ["wrong"],
    "https://ivr.local": ["wrong"],
    "https://localhost": ["wrong"],
    "https://127.0.0.1": ["wrong"],
    "https://10.1.2.3": ["wrong"],
    "https://[::1]": ["wrong"],
    "https://9.9.9.9": ["warning"],
    "https://-ivr.dortmund.de": ["wrong"],
    "https://ivr..dortmund.de": ["wrong"],
    "https://ivr.dortmund.de.": ["wrong"],
    "https://IVR.dortmund.de": ["warning"],
    f"{PUBLIC}/kod": ["warning"],
    f"{PUBLIC}/voice": ["wrong"],
    f"{PUBLIC}/a/../b": ["wrong"],
    "https://[": [],
    "": [],
}


@pytest.mark.parametrize(("url", "states"), ADDRESSES.items(), ids=ADDRESSES)
def test_addresses(url, states):
    assert found(address.reachable, IVR_PUBLIC_URL=url) == [("address", state) for state in states]


def test_what_is_signed_to_the_letter():
    findings = list(address.as_signed(setup(IVR_FALLBACK_URL=None)))
    assert [each.sentence.en.rpartition(" ")[2] for each in findings] == [
        f"{PUBLIC}/voice",
        f"{PUBLIC}/voice/fallback",
        f"{PUBLIC}/voice/status",
    ]
    kept = list(address.as_signed(setup()))
    assert SOUND["IVR_FALLBACK_URL"] in kept[1].sentence.en
    assert list(address.as_signed(setup(IVR_PUBLIC_URL="https://my_ivr.example"))) == []


# -- files -------------------------------------------------------------------------------------------------------------


def test_files():
    sound = setup()
    assert [(each.name, each.state) for check in (files.readable, files.proved) for each in check(sound)] == [
        ("files", "ok"),
        ("proof", "ok"),
    ]


def flows(tmp_path: Path, old: str, new: str, name: str = "hotline.yaml") -> dict[str, str]:
    folder = copied(tmp_path, {name: [{"from": old, "to": new}]})
    return {"IVR_FLOWS": str(folder), "IVR_CONTACTS": str(folder / "contacts.yaml")}


def test_a_broken_flow(tmp_path):
    text = (SAMPLE / "hotline.yaml").read_text("utf-8")
    first = next(line for line in text.splitlines() if line.startswith("start:"))
    env = flows(tmp_path, first + "\n", "start: nowhere\n")
    assert found(files.readable, **env) == [("files", "wrong")]
    (finding,) = files.readable(setup(**env))
    assert "hotline.yaml:" in finding.sentence.en
    assert "ivr check" in finding.repair.en
    assert found(files.proved, **env) == []


def test_an_unknown_zone(tmp_path):
    env = flows(tmp_path, "timezone: Europe/Berlin", "timezone: Europe/Atlantis", "contacts.yaml")
    assert found(files.readable, **env) == [("files", "wrong")]


def test_no_files():
    assert found(files.readable, IVR_FLOWS="nowhere") == [("files", "wrong")]
    assert found(files.readable, IVR_LANGUAGE="fr") == []
    assert found(files.proved, IVR_LANGUAGE="fr") == []


def test_a_caller_who_is_lost():
    """A defect that only the proof sees: the examples of test_check.py are full of them."""
    folder = Path(__file__).parent / "cases" / "street" / "flows"
    env = {"IVR_FLOWS": str(folder), "IVR_CONTACTS": str(folder.parent / "contacts.yaml")}
    assert found(files.readable, **env) == [("files", "ok")]
    ((name, state),) = found(files.proved, **env)
    assert name == "proof"
    assert state in {"wrong", "warning"}


SHIPPED = {"IVR_FLOWS": None, "IVR_CONTACTS": None}


def test_voices(monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[1])
    assert found(files.voices, **SHIPPED) == [("voices", "ok")]
    lacking = list(files.voices(setup(IVR_PROVIDER="somleng", **SHIPPED)))
    assert [each.state for each in lacking] == ["wrong"]
    assert "bg, uk" in lacking[0].sentence.en
    assert found(files.voices, IVR_FLOWS="nowhere") == []
    assert found(files.voices, IVR_PROVIDER="acme") == []


def test_a_chosen_voice_of_another_provider(tmp_path):
    text = (SAMPLE / "hotline.yaml").read_text("utf-8")
    first = next(line for line in text.splitlines() if line.startswith("start:"))
    env = flows(tmp_path, first + "\n", f"{first}\nvoices: {{de: Azure.de-DE-KatjaNeural}}\n")
    assert found(files.voices, **env) == [("voices", "wrong")]
    assert found(files.voices, **env, IVR_PROVIDER="telnyx") == [("voices", "ok")]


def test_the_fallback(tmp_path):
    assert found(files.fallback) == [("fallback", "ok")]
    assert found(files.fallback, IVR_FALLBACK_URL=None) == [("fallback", "warning")]
    assert found(files.fallback, IVR_FALLBACK_URL="x") == []
    assert found(files.fallback, IVR_FLOWS="nowhere") == [("fallback", "ok")]


def test_a_fallback_without_hours_or_too_long(tmp_path):
    root = Path(__file__).parents[1]
    text = (root / "data" / "contacts.yaml").read_text("utf-8")
    contacts = tmp_path / "contacts.yaml"
    contacts.write_text(
        text.replace("      # seasons:\n", "      seasons:\n").replace(
            "      #   - {from: 04-01", "        - {from: 04-01"
        ),
        "utf-8",
    )
    env = {"IVR_FLOWS": None, "IVR_CONTACTS": str(contacts)}
    assert found(files.fallback, **env) == [("fallback", "ok"), ("fallback", "warning")]
    many = "".join(
        f"  office_{n}:\n    name: {'Amt ' * 8}{letter}\n    phone: (0231) 50-2 71 {11 + n}\n"
        for n, letter in enumerate("abcdefghijklmnop")
    )
    contacts.write_text(text + "\n" + many, "utf-8")
    found_now = list(files.fallback(setup(**env)))
    assert [each.state for each in found_now] == ["ok", "warning"], found_now
    assert "shortened" in found_now[1].sentence.en


# -- clock and zone ----------------------------------------------------------------------------------------------------


def clocks(*shown: tuple[float, float]) -> Any:
    left = iter(shown)
    return lambda: next(left)


CLOCKS = {
    "sound": ({}, "ok"),
    "never set": ({"now": datetime(1970, 1, 1, tzinfo=UTC)}, "wrong"),
    "far ahead": ({"now": datetime(2099, 1, 1, tzinfo=UTC)}, "wrong"),
    "jumping": ({"clocks": clocks((100.0, 1.0), (160.05, 1.05))}, "warning"),
    "set back": ({"clocks": clocks((100.0, 1.0), (40.05, 1.05))}, "warning"),
    "counting backwards": ({"clocks": clocks((100.0, 2.0), (99.0, 1.0))}, "warning"),
}


@pytest.mark.parametrize(("outside", "state"), CLOCKS.values(), ids=CLOCKS)
def test_clocks(outside, state):
    assert found(clock.right, **outside) == [("clock", state)]


def missing(name: str) -> Any:
    raise ZoneInfoNotFoundError(name)


def test_zone_data():
    assert found(clock.zone_data) == [("zone", "ok")]
    assert found(clock.zone_data, zone=missing) == [("zone", "wrong")]
    assert found(clock.zone_data, zone=lambda _: UTC) == [("zone", "wrong")]
    # A country that gives up summer time, as seen by data that knows nothing of it.
    from datetime import timezone

    assert found(clock.zone_data, zone=lambda _: timezone(timedelta(hours=1))) == [("zone", "wrong")]


@pytest.mark.parametrize(("apart", "state"), [(0, "ok"), (-4, "ok"), (6, "warning"), (-30, "warning"), (61, "wrong")])
def test_the_clock_of_the_database(apart, state):
    assert database.compared(1_800_000_000 + apart, 1_800_000_000).state == state


# -- folders -----------------------------------------------------------------------------------------------------------


def test_folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert found(folders.writable) == [("folder", "ok"), ("spool", "ok")]
    assert list(tmp_path.iterdir()) == []
    full = {"free": lambda _: 10 * 2**20}
    assert found(folders.writable, **full) == [("folder", "wrong"), ("spool", "wrong")]
    assert found(folders.writable, free=lambda _: 100 * 2**20) == [("folder", "warning"), ("spool", "warning")]


@pytest.mark.parametrize("spool", ["/proc/spool", "{tmp}/file", "{tmp}/file/below"])
def test_a_folder_that_cannot_be_written(spool, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("no folder")
    assert found(folders.writable, IVR_SPOOL=spool.format(tmp=tmp_path)) == [("folder", "ok"), ("spool", "wrong")]


# -- the database ------------------------------------------------------------------------------------------------------


def test_the_address_of_a_database_is_shown_without_its_password():
    assert database._shown("postgresql://kod:hush@db.example:5432/ivr") == "postgresql://db.example:5432/ivr"


def stored() -> bool:
    """Whether this version has a store: its checks say so when it has not."""
    return database._store() is not None


def test_a_version_without_a_store(monkeypatch):
    monkeypatch.setattr(database, "_store", lambda: None)
    assert found(database.there) == [("database", "ok")]
    assert found(database.same_time, DATABASE_URL="postgresql://db.example/ivr") == []


def test_a_file_as_database(tmp_path):
    if not stored():
        pytest.skip("this version has no store")
    path = tmp_path / "ivr.db"
    url = f"sqlite:///{path}"
    assert found(database.there, DATABASE_URL=url) == [("database", "ok")]
    assert not path.exists()
    path.write_bytes(b"no database, whatever its name says" * 100)
    assert found(database.there, DATABASE_URL=url) == [("database", "warning")]
    path.unlink()
    new = database._store().Database(url)
    new.migrate(create=True)
    new.close()
    assert found(database.there, DATABASE_URL=url) == [("database", "ok")]
    assert found(database.same_time, DATABASE_URL=url) == []
    for strange in ("mysql://kod:hush@db.example/ivr", "hello", "postgresql://[", "sqlite://"):
        findings = list(database.there(setup(DATABASE_URL=strange)))
        assert [each.state for each in findings] == ["wrong"], findings
        assert "hush" not in "".join(findings[0].sentence)


def test_a_server_as_database():
    if not stored():
        pytest.skip("this version has no store")
    from postgres import Postgres, bin_folder

    programs = bin_folder()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed here")
    server = Postgres(programs)
    try:
        server.start()
        url = server.url("postgres")
        assert found(database.there, DATABASE_URL=url) == [("database", "ok")]
        assert found(database.same_time, DATABASE_URL=url) == [("database-clock", "ok")]
        behind = {"clocks": lambda: (datetime.now(UTC).timestamp() - 3600, 0.0)}
        assert found(database.same_time, DATABASE_URL=url, **behind) == [("database-clock", "wrong")]
        server.stop()
        assert found(database.there, DATABASE_URL=url) == [("database", "warning")]
        assert found(database.same_time, DATABASE_URL=url) == []
    finally:
        server.remove()


# -- the service -------------------------------------------------------------------------------------------------------


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """An application at a port of this machine, until the end of the block."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield str(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def our_app(journal: io.StringIO, *, dev: bool = False, token: str = TOKEN) -> Flask:
    loaded = load(SAMPLE, SAMPLE / "contacts.yaml")
    assert loaded.flows is not None
    assert loaded.directory is not None
    return create_app(
        Service(
            public_url=PUBLIC,
            verifier=Verifier([token], [SharedKey("k1", "a-secret-of-many-letters", "HMAC_SHA256")]),
            journal=Journal(journal),
            current=prepare(loaded.flows, loaded.directory, PUBLIC, "twilio"),
            clock_secret=token.encode() if dev else None,
        )
    )


def test_no_service():
    port = str(free_port())
    assert found(service.running, PORT=port) == [("service", "warning")]
    assert found(service.answering, PORT=port) == []
    assert found(service.running, PORT="http") == []


@pytest.mark.parametrize(
    "secrets", [{}, {"TWILIO_AUTH_TOKEN": None, "IVR_SHARED_KEYS": "k1:HMAC_SHA256:a-secret-of-many-letters"}]
)
def test_a_service_in_earnest_gets_no_call(secrets):
    journal = io.StringIO()
    with serving(our_app(journal)) as port:
        assert found(service.running, PORT=port, **secrets) == [("service", "ok")]
        assert found(service.answering, PORT=port, **secrets) == [("webhook", "ok")]
    (line,) = map(json.loads, journal.getvalue().splitlines())
    assert (line["event"], line["reason"]) == ("refused", "bad-call-sid")


def test_a_service_under_dev_gets_a_test_call():
    journal = io.StringIO()
    with serving(our_app(journal, dev=True)) as port:
        assert found(service.answering, PORT=port) == [("webhook", "ok")]
    (line,) = map(json.loads, journal.getvalue().splitlines())
    assert (line["event"], line["test"], line["turn"]) == ("turn", True, 1)
    assert line["call"].startswith("doctor-")


def test_a_service_with_another_secret_or_address():
    with serving(our_app(io.StringIO(), token="e" * 32)) as port:
        assert found(service.answering, PORT=port) == [("webhook", "wrong")]
    with serving(our_app(io.StringIO())) as port:
        assert found(service.answering, PORT=port, IVR_PUBLIC_URL="https://other.dortmund.de") == [("webhook", "wrong")]


def strange(ready: int = 200, voice: tuple[int, str] = (400, "bad-call-sid\n"), dev: int = 404) -> Flask:
    """What looks like the service, and is ill."""
    app = Flask("strange")
    answers = {"/healthz": (200, "alive\n"), "/readyz": (ready, ""), "/voice": voice, "/voice/clock": (dev, "")}

    @app.route("/<path:_path>", methods=["GET", "POST"])
    def any_path(_path: str) -> Response:
        status, body = answers[request.path]
        return Response(body, status)

    return app


@pytest.mark.parametrize(
    ("app", "check", "expected"),
    [
        (Flask("another"), service.running, [("service", "wrong")]),
        (Flask("another"), service.answering, []),
        (strange(ready=503), service.running, [("service", "wrong")]),
        (strange(), service.answering, [("webhook", "ok")]),
        (strange(voice=(500, "")), service.answering, [("webhook", "wrong")]),
        (strange(voice=(200, "<Response/>")), service.answering, [("webhook", "wrong")]),
        (strange(dev=204, voice=(200, "<Response><Hangup/></Response>")), service.answering, [("webhook", "ok")]),
        (strange(dev=204, voice=(200, "hello")), service.answering, [("webhook", "wrong")]),
        (strange(dev=204, voice=(200, "<Response><Loop/></Response>")), service.answering, [("webhook", "wrong")]),
    ],
)
def test_what_answers_there(app, check, expected):
    with serving(app) as port:
        assert found(check, PORT=port) == expected


def test_a_port_that_speaks_no_http():
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            sock, _ = listener.accept()
            sock.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        assert found(service.running, PORT=str(listener.getsockname()[1])) == [("service", "wrong")]
        thread.join()


# -- the number --------------------------------------------------------------------------------------------------------


def test_the_number():
    with provider() as there:
        env = {**there.settings, "IVR_FALLBACK_URL": None}
        assert found(number.addresses, **env) == [
            ("number-voice", "wrong"),
            ("number-fallback", "wrong"),
            ("number-status", "wrong"),
        ]
        there.numbers[SID] |= {
            "voice_url": f"{PUBLIC}/voice?language=en",
            "voice_fallback_url": f"{PUBLIC}/voice/fallback?language=en",
            "status_callback": f"{PUBLIC}/voice/status",
        }
        assert found(number.addresses, **env) == [("number", "ok")]
        there.numbers[SID]["voice_application_sid"] = "AP1"
        assert found(number.addresses, **env) == [("number", "wrong")]
        assert found(number.addresses, **{**env, "TWILIO_API_SECRET": "hush"}) == [("number", "wrong")]
        assert found(number.addresses, **{**env, "IVR_NUMBER": "+4930123456"}) == [("number", "wrong")]
        asked = len(there.asked)
        assert found(number.addresses, **env, IVR_PROVIDER="telnyx") == [("number", "ok")]
        assert found(number.addresses, **{**env, "IVR_NUMBER": "0231"}) == []
        assert len(there.asked) == asked
    assert found(number.addresses, **env) == [("number", "warning")]
    assert found(number.addresses) == [("number", "ok")]


# -- all of them -------------------------------------------------------------------------------------------------------


def test_every_check_is_there():
    """A check that is written and not registered checks nothing."""
    modules = (settings_checks, address, files, clock, folders, database, service, number)
    written = {
        value
        for module in modules
        for name, value in vars(module).items()
        if callable(value)
        and getattr(value, "__module__", "") == module.__name__
        and not name.startswith("_")
        and value.__annotations__.get("setup") == "Setup"
    }
    assert written == set(CHECKS)
    assert len(CHECKS) == len(written)


def test_a_check_that_breaks_is_a_finding(monkeypatch):
    def broken(_: Setup) -> Iterator[Finding]:
        raise RuntimeError("broken")

    monkeypatch.setattr("ivr.doctor.CHECKS", (broken, settings_checks.complete))
    assert [(each.name, each.state) for each in examine(setup())] == [
        ("test_doctor.broken", "wrong"),
        ("settings", "ok"),
    ]


def ivr(*words: str, **settings: str | None) -> Result:
    unset = dict.fromkeys(name for name in os.environ if name.startswith(("IVR_", "TWILIO_")) or name == "PORT")
    return CliRunner().invoke(main, ["doctor", *words], env={**unset, **SOUND, "IVR_LANGUAGE": "en", **settings})


@pytest.fixture(autouse=True)
def _own_memory(monkeypatch, tmp_path_factory):
    monkeypatch.setattr(check_command, "KEPT", tmp_path_factory.getbasetemp() / "kept")


def test_the_command():
    with provider() as there, serving(our_app(io.StringIO())) as port:
        there.numbers[SID] |= {
            "voice_url": f"{PUBLIC}/voice",
            "voice_fallback_url": SOUND["IVR_FALLBACK_URL"],
            "status_callback": f"{PUBLIC}/voice/status",
        }
        done = ivr(PORT=port, **there.settings)
        assert done.exit_code == 0, done.output
        lines = done.stdout.splitlines()
        assert lines[-1] == "wrong: 0, warnings: 0"
        assert all(line.startswith("ok       ") for line in lines[:-1]), done.stdout
        assert f"The addresses of {NUMBER} are right." in done.stdout
        assert [method for method, _ in there.asked] == ["GET"]
        wrong = ivr("--json", PORT=port, **{**there.settings, "IVR_PUBLIC_URL": "http://my_ivr.dortmund.de"})
    assert wrong.exit_code == 1
    facts = json.loads(wrong.stdout)
    assert facts["wrong"] == sum(each["state"] == "wrong" for each in facts["findings"]) >= 2
    assert {"name", "state", "sentence", "repair"} == set(facts["findings"][0])
    assert SECRET not in wrong.stdout
    assert TOKEN not in wrong.stdout


def test_nothing_is_set():
    done = ivr("--lang", "de", **{**dict.fromkeys(SOUND), "IVR_FLOWS": "nowhere", "PORT": str(free_port())})
    assert done.exit_code == 1
    assert "falsch   settings: TWILIO_AUTH_TOKEN ist nicht gesetzt" in done.stdout
    assert "falsch   files: " in done.stdout


def test_warnings_are_no_failure():
    done = ivr(IVR_FALLBACK_URL=None, PORT=str(free_port()))
    assert done.exit_code == 0, done.output
    assert done.stdout.endswith("wrong: 0, warnings: 2\n")
