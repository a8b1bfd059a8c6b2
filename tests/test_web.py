"""The real service over real sockets, as `ivr serve` starts it: who is answered, how it starts and ends.

The limits of the server itself (half-open requests, sizes, kills) are in test_server.py; what the street makes of a
webhook is in test_street.py. Here the provider is played by a socket and six lines of HMAC of our own.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, unquote_plus, urlencode
from xml.etree import ElementTree as ET

import pytest
import yaml
from click.testing import CliRunner

from ivr.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

ROOT = Path(__file__).parents[1]
TARGETS = yaml.safe_load((Path(__file__).parent / "cases" / "street" / "targets.yaml").read_text("utf-8"))
PUBLIC = "https://ivr.example.org"
TOKEN = "first"
DEADLINE = 60.0
CALL = {"CallSid": "CA1", "From": "+491701234567", "To": "+4923150"}
FORM = "Content-Type: application/x-www-form-urlencoded"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def clean(**settings: Any) -> dict[str, str]:
    """This process's environment without settings of its own, and with these."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("IVR_", "TWILIO_")) and k not in {"PORT", "WEB_CONCURRENCY"}
    }
    return {**kept, "PYTHONUNBUFFERED": "1", **{k: str(v) for k, v in settings.items() if v is not None}}


def ivr(*words: str, **settings: Any) -> Result:
    """A command that comes to an end by itself; settings that are not given are not there."""
    unset = dict.fromkeys(name for name in os.environ if name not in clean())
    return CliRunner().invoke(main, words, env={**unset, **{k: v and str(v) for k, v in settings.items()}})


class Served:
    """A running `ivr serve`."""

    def __init__(self, folder: Path, *words: str, errors: str | None = None, **settings: Any) -> None:
        self.port = free_port()
        self.out, self.err = folder / "out", Path(errors) if errors else folder / "err"
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ivr", "serve", *words],
                cwd=ROOT,
                env=clean(
                    **{
                        "PORT": self.port,
                        "IVR_SPOOL": folder / "var" / "spool",
                        "DATABASE_URL": f"sqlite:///{folder}/var/ivr.db",
                        **settings,
                    },
                ),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
        self.greeting = self._until("http")

    def _until(self, word: str) -> str:
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end and self.process.poll() is None:
            said = self.out.read_text("utf-8")
            if word in said and said.endswith("\n"):
                return said
            time.sleep(0.02)
        self.end()
        # A device that is always full would also be read without end.
        errors = self.err.read_text("utf-8") if self.err.is_file() else ""
        raise AssertionError(f"not up: {self.out.read_text('utf-8')} {errors}")

    def end(self, number: int = signal.SIGTERM) -> int:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        try:
            return self.process.wait(DEADLINE)
        finally:
            self.process.kill()

    def send(
        self, method: str, target: str, *headers: str, body: bytes = b"", host: str | None = "Host: ivr.example.org"
    ) -> tuple[int, dict[str, str], bytes]:
        """One request as it stands there, and its reply; status 0 when there was none."""
        lines = [f"{method} {target} HTTP/1.1", *([] if host is None else [host]), *headers, "Connection: close"]
        if body or method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE) as sock:
            sock.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
            reply = b""
            while piece := sock.recv(65536):
                reply += piece
        head, _, content = reply.partition(b"\r\n\r\n")
        first, *fields = head.decode("latin-1").split("\r\n")
        names = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        return int(first.split()[1]) if first else 0, names, content

    def post(
        self, target: str, over: str | None = None, fields: dict[str, str] | None = None, *headers: str, **more: Any
    ) -> tuple[int, dict[str, str], bytes]:
        """A webhook, signed over the target as sent, or over something else."""
        fields = CALL if fields is None else fields
        signed = signature(PUBLIC + target if over is None else over, fields)
        return self.send(
            "POST", target, FORM, f"X-Twilio-Signature: {signed}", *headers, body=urlencode(fields).encode(), **more
        )


def signature(url: str, fields: dict[str, str], token: str = TOKEN) -> str:
    text = url + "".join(name + fields[name] for name in sorted(fields))
    return b64encode(hmac.new(token.encode(), text.encode("latin-1", "replace"), "sha1").digest()).decode()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service in its production form, with two workers."""
    service = Served(
        tmp_path_factory.mktemp("served"), TWILIO_AUTH_TOKEN=TOKEN, IVR_PUBLIC_URL=PUBLIC, WEB_CONCURRENCY=2
    )
    yield service
    assert service.end() == 0
    assert "Traceback" not in service.err.read_text("utf-8")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    running: list[Served] = []

    def started(*words: str, **settings: Any) -> Served:
        running.append(Served(tmp_path, *words, **settings))
        return running[-1]

    yield started
    for service in running:
        if service.process.poll() is None:
            service.end()


# -- who is answered ---------------------------------------------------------------------------------------------------


def test_a_signed_webhook_is_answered_with_a_document(served):
    status, headers, body = served.post("/voice")
    assert status == 200
    assert headers["content-type"] == "text/xml; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    gather = ET.fromstring(body).find("Gather")
    assert gather is not None
    action = gather.attrib["action"]
    assert action.startswith(f"{PUBLIC}/voice/1/")
    for news in ({}, {"Digits": "5"}, {"CallStatus": "completed"}):
        assert served.post(action.removeprefix(PUBLIC), None, {**CALL, **news})[0] == 200


@pytest.mark.parametrize("case", TARGETS, ids=lambda case: case["target"])
def test_targets(served, case):
    target = case["target"]
    path, question, query = target.partition("?")
    assert served.post(target)[0] == case["signed"]
    same = PUBLIC + case.get("same_as", target)
    assert served.post(target, same)[0] == (200 if "same_as" in case else case["signed"])
    others = {
        PUBLIC,
        f"{PUBLIC}/",
        f"{PUBLIC}/voice",
        f"{PUBLIC}/voice?language=de",
        PUBLIC + path,
        f"{PUBLIC}{path}?",
        f"{PUBLIC}{target}&",
        f"{PUBLIC}{target}/",
        f"{PUBLIC}{unquote(target)}",
        f"{PUBLIC}{unquote_plus(target)}",
        f"{PUBLIC}{quote(path)}{question}{quote(query)}",
        f"{PUBLIC}{target.upper()}",
        f"{PUBLIC}/{target}",
        f"http://ivr.example.org{target}",
        f"http://127.0.0.1:{served.port}{target}",
        f"https://evil.example{target}",
        target,
    } - {PUBLIC + target, same}
    assert {over: status for over in others if (status := served.post(target, over)[0]) not in {400, 403, 404}} == {}


SPOOFED = {
    "another host": (("Host: evil.example",), 200),
    "a host with a port": (("Host: ivr.example.org:443",), 200),
    "a host with a port that there is not": (("Host: x:99999",), 200),
    "an address": (("Host: [::1]:8000",), 200),
    "half an address": (("Host: [",), 200),
    "no host": ((), 400),
    "two hosts": (("Host: ivr.example.org", "Host: evil.example"), 400),
    "forwarded host": (("Host: ivr.example.org", "X-Forwarded-Host: evil.example"), 200),
    "forwarded scheme": (("Host: ivr.example.org", "X-Forwarded-Proto: http"), 200),
    "forwarded port": (("Host: ivr.example.org", "X-Forwarded-Port: 81", "X-Forwarded-Prefix: /x"), 200),
    "forwarded, by the standard": (("Host: ivr.example.org", "Forwarded: host=evil.example;proto=http"), 200),
    "a rewritten address": (("Host: ivr.example.org", "X-Original-URL: /x", "X-Rewrite-URL: /x"), 200),
    "a method on top": (("Host: ivr.example.org", "X-HTTP-Method-Override: GET"), 200),
}


@pytest.mark.parametrize(("headers", "status"), SPOOFED.values(), ids=SPOOFED)
def test_headers_have_no_say_in_what_was_signed(served, headers, status):
    found = served.post("/voice", None, None, *headers, host=None)
    assert found[0] == status
    if status == 200:
        assert found[2] == served.post("/voice")[2]
        assert b"evil" not in found[2]
    for over in ("https://evil.example/voice", "http://ivr.example.org/voice", f"{PUBLIC}:81/x/voice", f"{PUBLIC}/x"):
        assert served.post("/voice", over, None, *headers, host=None)[0] in {400, 403}


def test_two_signatures_are_none(served):
    good = f"X-Twilio-Signature: {signature(PUBLIC + '/voice', CALL)}"
    body = urlencode(CALL).encode()
    for headers in (
        [good, good],
        [good, "x-twilio-signature: x"],
        ["X-Twilio-Signature: x", good],
        [],
        ["X_Twilio_Signature: x"],
    ):
        assert served.send("POST", "/voice", FORM, *headers, body=body)[0] == 403
    assert served.send("POST", "/voice", FORM, good, body=body)[0] == 200


def test_callbacks(served):
    assert served.post("/voice/status", None, {**CALL, "CallStatus": "completed"})[::2] == (204, b"")
    status, _, body = served.post(
        "/voice/fallback", None, {**CALL, "ErrorCode": "11200", "ErrorUrl": "https://evil.example/x"}
    )
    assert (status, ET.fromstring(body)[-1].tag) == (200, "Hangup")
    assert b"evil" not in body
    assert served.send("POST", "/voice/status", FORM, body=b"CallSid=CA1")[0] == 403
    assert served.send("POST", "/voice/fallback", FORM, body=b"CallSid=CA1")[0] == 403


@pytest.mark.parametrize("path", ["/voice", "/voice/status", "/voice/fallback", "/voice/1/a/b/c/d"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_webhooks_are_posted(served, method, path):
    status, headers, body = served.send(method, path)
    assert (status, headers["allow"]) == (405, "POST")
    assert body == (b"" if method == "HEAD" else b"Method Not Allowed\n")


def test_a_body_that_is_too_long(served):
    assert served.post("/voice", None, {**CALL, "a": "x" * 65536})[0] == 413


@pytest.mark.parametrize(("path", "word"), [("/healthz", b"alive\n"), ("/readyz", b"ready\n")])
def test_health(served, path, word):
    for method, body in (("GET", word), ("HEAD", b"")):
        status, headers, found = served.send(method, path)
        assert (status, headers["content-type"], found) == (200, "text/plain; charset=utf-8", body)
    assert served.send("POST", path)[0] == 405


# -- a phone -----------------------------------------------------------------------------------------------------------


def test_a_whole_call_over_http(served):
    url = f"http://127.0.0.1:{served.port}"
    words = ("call", "--url", url, "--keys", "1", "--json", "--lang", "en")
    done = ivr(*words, TWILIO_AUTH_TOKEN=f"{TOKEN},other", IVR_PUBLIC_URL=PUBLIC)
    assert (done.exit_code, done.stderr) == (0, "")
    call = json.loads(done.stdout)
    assert call["dialled"] == ["+492315027111"]
    assert call["turns"][0]["said"][0]["lang"] == "en"
    wrong = ivr(*words, TWILIO_AUTH_TOKEN="other", IVR_PUBLIC_URL=PUBLIC, IVR_LANGUAGE="en")
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (1, 1)
    assert "check TWILIO_AUTH_TOKEN and IVR_PUBLIC_URL" in wrong.stderr
    # The signature holds for the public address only, wherever the phone connects to.
    assert ivr(*words, TWILIO_AUTH_TOKEN=TOKEN).exit_code == 1


def test_time_travel_is_refused_in_earnest_before_the_call_is_made(served):
    before = served.err.read_text("utf-8")
    words = ("call", "--url", f"http://127.0.0.1:{served.port}", "--keys", "3", "--at", "2026-11-28T21:00")
    done = ivr(*words, TWILIO_AUTH_TOKEN=TOKEN, IVR_PUBLIC_URL=PUBLIC, IVR_LANGUAGE="en")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        f"The service at 127.0.0.1:{served.port} takes calls of this moment only: --at works without --url, or with a "
        "service that runs with --dev.\n"
    )
    assert served.err.read_text("utf-8") == before


def test_dev(start):
    """What the greeting shows is typed into a second terminal, with another time."""
    dev = start("--dev", PORT=free_port(), IVR_LANGUAGE="en")
    shown = re.search(r"^ {4}TWILIO_AUTH_TOKEN=(\S+) (.*) call --url (\S+)$", dev.greeting, re.MULTILINE)
    assert shown is not None, dev.greeting
    token, program, url = shown.groups()
    assert program == f"{sys.executable} -m ivr"
    assert "--at 2026-11-28T21:00" in dev.greeting
    for at, dialled in (("2026-11-28T21:00", []), ("2026-11-23T10:00+01:00", ["+492315028888"])):
        done = ivr("call", "--url", url, "--keys", "3", "--at", at, "--json", TWILIO_AUTH_TOKEN=token)
        assert (done.exit_code, done.stderr) == (0, "")
        assert json.loads(done.stdout)["dialled"] == dialled
    journal = [json.loads(line) for line in dev.err.read_text("utf-8").splitlines()]
    assert journal
    assert all(line["test"] is True for line in journal if line["event"] == "turn")
    assert dev.end(signal.SIGINT) == 0


def test_dev_at_a_public_address_with_a_full_disk(start):
    """Behind a tunnel the phone has to know the address that is signed, so the greeting shows it.

    And a journal that cannot be written ends no call.
    """
    settings = {"IVR_PUBLIC_URL": PUBLIC, "IVR_LANGUAGE": "de", "TWILIO_AUTH_TOKEN": "never used"}
    dev = start("--dev", errors="/dev/full", **settings)
    shown = re.search(r"TWILIO_AUTH_TOKEN=(\S+) IVR_PUBLIC_URL=(\S+) ", dev.greeting)
    assert shown is not None, dev.greeting
    token, public = shown.groups()
    assert public == PUBLIC
    url = f"http://127.0.0.1:{dev.port}"
    for _ in range(20):
        assert ivr("call", "--url", url, "--keys", "5,1", TWILIO_AUTH_TOKEN=token, IVR_PUBLIC_URL=public).exit_code == 0
    assert dev.post("/voice")[0] == 403
    assert dev.end() == 0


# -- how it starts and ends --------------------------------------------------------------------------------------------


WRONG = {
    "no token": ({"TWILIO_AUTH_TOKEN": None}, "TWILIO_AUTH_TOKEN"),
    "no address": ({"IVR_PUBLIC_URL": None}, "IVR_PUBLIC_URL"),
    "a wrong address": ({"IVR_PUBLIC_URL": "ivr.example.org"}, "IVR_PUBLIC_URL"),
    "a wrong port": ({"PORT": "http"}, "PORT"),
    "a wrong provider": ({"IVR_PROVIDER": "acme"}, "IVR_PROVIDER"),
    "wrong workers": ({"WEB_CONCURRENCY": "many"}, "WEB_CONCURRENCY"),
    "wrong keys": ({"IVR_SHARED_KEYS": "k1:hush"}, "IVR_SHARED_KEYS"),
    "a wrong language": ({"IVR_LANGUAGE": "fr"}, "IVR_LANGUAGE"),
}


@pytest.mark.parametrize(("settings", "named"), WRONG.values(), ids=WRONG)
def test_a_wrong_setting_stops_the_start(settings, named):
    done = ivr("serve", **{"TWILIO_AUTH_TOKEN": TOKEN, "IVR_PUBLIC_URL": PUBLIC, "PORT": free_port(), **settings})
    assert (done.exit_code, done.stdout) == (2, "")
    assert named in done.stderr
    assert done.stderr.count("\n") == 1
    assert "hush" not in done.stderr


def test_a_wrong_port_of_a_try_out_is_called_a_port():
    done = ivr("serve", "--dev", PORT="http", IVR_LANGUAGE="en")
    assert (done.exit_code, done.stderr) == (2, "PORT is “http”; it has to be a whole number from 1 to 65535.\n")


def test_a_port_that_is_taken(served):
    var = served.err.parent / "var"
    done = ivr(
        "serve",
        "--port",
        str(served.port),
        TWILIO_AUTH_TOKEN=TOKEN,
        IVR_PUBLIC_URL=PUBLIC,
        IVR_LANGUAGE="en",
        IVR_SPOOL=var / "spool",
        DATABASE_URL=f"sqlite:///{var}/ivr.db",
    )
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"{served.port} is already in use" in done.stderr


@pytest.mark.parametrize("form", [(), ("--dev",)])
def test_a_broken_set_never_starts(tmp_path, form):
    """One page with every problem, not one page for each worker."""
    flows = tmp_path / "flows"
    shutil.copytree(ROOT / "ivr" / "flows", flows)
    hotline = (flows / "hotline.yaml").read_text("utf-8")
    (flows / "hotline.yaml").write_text(
        hotline.replace("go: nordstadt}", "go: nordstad}").replace("next: main", "next: mian"), "utf-8"
    )
    settings = {"TWILIO_AUTH_TOKEN": TOKEN, "IVR_PUBLIC_URL": PUBLIC, "PORT": free_port(), "IVR_FLOWS": flows}
    done = ivr("serve", *form, **settings, IVR_LANGUAGE="en")
    assert (done.exit_code, done.stdout) == (2, "")
    assert len(set(re.findall(r"hotline\.yaml:(\d+):\d+: error\[unknown-target\]", done.stderr))) > 1
    assert "Did you mean “nordstadt”?" in done.stderr
    assert done.stderr.endswith("The service starts when this is put right; `ivr check` checks it.\n")
    assert done.stderr.count("put right") == 1
    assert "Traceback" not in done.stderr
