"""The voice lane: whatever is asked, its answer is that of Flask's ordinary dispatch, to the last header."""

from __future__ import annotations

import io
import re
from base64 import b64encode
from hmac import digest
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlencode

import pytest
import yaml
from flask import request
from hypothesis import given, settings
from hypothesis import strategies as st
from service import PUBLIC, TOKEN, service_of

from ivr.street.form import MAX_BODY
from ivr.web.app import create_app
from ivr.web.counter import Counter
from ivr.web.lane import Lane
from ivr.web.later import Later

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

TARGETS = yaml.safe_load((Path(__file__).parent / "cases" / "street" / "targets.yaml").read_text("utf-8"))
FORM = "application/x-www-form-urlencoded"
SERVICE = service_of()
LANE, FLASK = create_app(SERVICE), create_app(SERVICE, lane=False)
BODY = urlencode({"CallSid": "CA1", "Digits": "7", "From": "+491701234567", "To": "+4923150"}).encode()

Answer = tuple[str, list[tuple[str, str]], bytes]


def environ(method: str, target: str, body: bytes = BODY, **changed: Any) -> dict[str, Any]:
    """A signed request as our server hands it over; a change to None takes a variable out."""
    path, _, query = target.partition("?")
    fields = sorted(part.split(b"=", 1) for part in body.split(b"&") if b"=" in part)
    signed = (PUBLIC + target).encode() + b"".join(unquote_to_bytes(p.replace(b"+", b" ")) for f in fields for p in f)
    found: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": FORM,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "ivr.example",
        "HTTP_X_TWILIO_SIGNATURE": b64encode(digest(TOKEN.encode(), signed, "sha1")).decode(),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        **{name.replace("__", "."): value for name, value in changed.items()},
    }
    return {name: value for name, value in found.items() if value is not None}


def answered(app: Flask, asked: dict[str, Any]) -> Answer:
    begun: list[tuple[str, list[tuple[str, str]]]] = []
    chunks = app(asked, lambda status, headers, _exc=None: begun.append((status, headers)))
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    return (*begun[0], body)


def by_both(ask: Callable[[], dict[str, Any]]) -> Answer:
    """The answer, which is the same by both ways."""
    by_lane, by_flask = answered(LANE, ask()), answered(FLASK, ask())
    assert by_lane == by_flask
    return by_lane


def place() -> str:
    """Where a call stands after its first turn."""
    document = answered(FLASK, environ("POST", "/voice", b"CallSid=CA1"))[2].decode()
    found = re.search(rf'action="{PUBLIC}([^"]+)"', document)
    assert found, document
    return found[1]


PLACE = place()
PATHS = [
    *("/voice", "/voice/status", "/voice/fallback", "/voice/clock", PLACE, "/healthz", "/readyz", "/metrics", "/", ""),
    *(
        "/voice/",
        "//voice",
        "///voice",
        "/voice//status",
        f"{PLACE}/",
        f"/{PLACE}",
        PLACE.replace("/hotline", "//hotline"),
    ),
    *(PLACE.replace("/voice/1", "/voice/2"), PLACE.replace("main", "nowhere"), PLACE.rpartition("/")[0], f"{PLACE}/x"),
    *(
        "/voice/1/a/b/c/d",
        "/voice/a/b/c/d/e",
        "/voice//b/c/d/e",
        "/voice/a/b/c/d/",
        "/voice/%2F/b/c/d",
        "/voice/1/a%2Fb/c/d",
    ),
    *(
        "/voice/../voice",
        "/Voice",
        "/voice%00",
        "/voice%0A",
        "/voice/%C3%A4/b/c/d/e",
        "/voice/%FF/b/c/d/e",
        "/voice%2Fstatus",
    ),
]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW", "post"]


@pytest.mark.parametrize("path", [*dict.fromkeys([*PATHS, *(case["target"] for case in TARGETS)])])
def test_every_method_and_path(path):
    for method in METHODS:
        by_both(lambda method=method: environ(method, path))


STATUSES = {
    "a call": ("200", "/voice", {}),
    "a turn": ("200", PLACE, {}),
    "a query": ("200", "/voice?language=en", {}),
    "a status": ("204", "/voice/status", {}),
    "a fallback": ("200", "/voice/fallback", {}),
    "no signature": ("403", "/voice", {"HTTP_X_TWILIO_SIGNATURE": None}),
    "another content type": ("415", "/voice", {"CONTENT_TYPE": "text/plain"}),
    "no content type": ("415", "/voice", {"CONTENT_TYPE": None}),
    "no path": ("404", "/voice", {"PATH_INFO": None}),
    "no query": ("200", "/voice", {"QUERY_STRING": None}),
    "no length, but an end": ("200", "/voice", {"CONTENT_LENGTH": None}),
    "a strange host": ("200", "/voice", {"HTTP_HOST": "[x:99999"}),
    "no host": ("200", "/voice", {"HTTP_HOST": None}),
    "another protocol": ("400", "/voice", {"HTTP_UPGRADE": "websocket", "HTTP_CONNECTION": "Upgrade"}),
    "yet another protocol": ("200", "/voice", {"HTTP_UPGRADE": "h2c", "HTTP_CONNECTION": "Upgrade"}),
}


@pytest.mark.parametrize(("status", "target", "changed"), STATUSES.values(), ids=STATUSES)
def test_what_is_sent_along(status, target, changed):
    assert by_both(lambda: environ("POST", target, **changed))[0].startswith(status)


LENGTHS = {
    "exact": ("200", {}),
    "none": ("403", {"CONTENT_LENGTH": None}),
    "empty": ("403", {"CONTENT_LENGTH": ""}),
    "no number": ("403", {"CONTENT_LENGTH": "x"}),
    "negative": ("403", {"CONTENT_LENGTH": "-1"}),
    "other digits": ("403", {"CONTENT_LENGTH": "\u0661"}),
    "blanks": ("200", {"CONTENT_LENGTH": f" {len(BODY)} "}),
    "too short": ("403", {"CONTENT_LENGTH": "3"}),
    "more than comes": ("400", {"CONTENT_LENGTH": str(len(BODY) + 1)}),
    "too large": ("413", {"CONTENT_LENGTH": str(MAX_BODY + 1)}),
    "far too large": ("413", {"CONTENT_LENGTH": "9" * 30}),
    "more digits than Python reads": ("413", {"CONTENT_LENGTH": "9" * 5000}),
    "chunked": ("403", {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": None}),
    "chunked, with a length": ("403", {"HTTP_TRANSFER_ENCODING": "chunked"}),
}


@pytest.mark.parametrize("path", ["/voice", PLACE])
@pytest.mark.parametrize("changed", [found for _, found in LENGTHS.values()], ids=LENGTHS)
def test_a_server_whose_input_does_not_end_by_itself(changed, path):
    by_both(lambda: environ("POST", path, wsgi__input_terminated=None, **changed))


@pytest.mark.parametrize("terminated", [True, None])
@pytest.mark.parametrize("size", [0, MAX_BODY - 1, MAX_BODY, MAX_BODY + 1, 2 * MAX_BODY])
def test_bodies_of_every_size(terminated, size):
    body = BODY + b"&x=" + b"y" * (size - len(BODY) - 3) if size else b""
    status = by_both(lambda: environ("POST", PLACE, body, wsgi__input_terminated=terminated))[0]
    assert status[:3] == ("400" if not size else "200" if size <= MAX_BODY else "413")


targets = st.builds(
    "{}{}".format,
    st.sampled_from(PATHS) | st.text("/voice1.%2FC3A4-~ ", max_size=30).map("/{}".format),
    st.just("") | st.text("ab=&%+C3?#", max_size=12).map("?{}".format),
)
bodies = st.just(BODY) | st.binary(max_size=40) | st.text("ab=&%+2B", max_size=40).map(str.encode)
changes = st.dictionaries(
    st.sampled_from(
        [
            "CONTENT_LENGTH",
            "CONTENT_TYPE",
            "HTTP_HOST",
            "HTTP_UPGRADE",
            "HTTP_CONNECTION",
            "HTTP_TRANSFER_ENCODING",
            "HTTP_X_TWILIO_SIGNATURE",
            "HTTP_EXPECT",
            "HTTP_COOKIE",
            "wsgi__input_terminated",
            "SCRIPT_NAME",
        ]
    ),
    st.none() | st.sampled_from(["", "0", "3", "websocket", "upgrade", "chunked", FORM, f"{FORM}; charset=UTF-8", "ä"]),
    max_size=3,
)


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(METHODS) | st.just("POST"), targets, bodies, changes)
def test_anything_else(method, target, body, changed):
    by_both(lambda: environ(method, target, body, **changed))


def test_hooks_see_calls_without_the_lane_only():
    for lane, seen in ((True, []), (False, ["/voice"])):
        app, paths = create_app(service_of(), lane=lane), []
        app.before_request(lambda paths=paths: paths.append(request.path))
        assert answered(app, environ("POST", "/voice"))[0] == "200 OK"
        assert paths == seen
        # Either way Flask knows the routes.
        assert {"/voice", "/voice/status", "/voice/fallback"} <= {rule.rule for rule in app.url_map.iter_rules()}
        assert answered(app, environ("GET", "/healthz"))[0] == "200 OK"


class Flaky:
    """An app that takes two tries to be made."""

    def __init__(self) -> None:
        self.tries = 0
        self.told: list[str] = []
        self.later = Later(self.made, lambda error: self.told.append(str(error)), 3600)

    def made(self) -> Flask:
        self.tries += 1
        if self.tries == 1:
            raise RuntimeError("no such module")
        return FLASK


def test_calls_and_probes_are_answered_before_flask_is_there():
    flaky = Flaky()
    lane = Lane(Counter(SERVICE), flaky.later)
    for asked in (
        environ("POST", "/voice"), environ("POST", "/voice", HTTP_UPGRADE="h2c"),
        environ("GET", "/healthz"), environ("GET", "/readyz"),
    ):  # fmt: skip
        assert lane.is_short(asked)
        assert answered(lane, asked)[0] == "200 OK"
    assert flaky.tries == 0
    # What Flask answers is not worked out between two calls, however its path begins.
    for asked in (
        environ("GET", "/voice"), environ("POST", "/voice/x"), environ("POST", "/voice", HTTP_UPGRADE="WebSocket"),
        environ("HEAD", "/healthz"), environ("GET", "/readyz", HTTP_AUTHORIZATION="Bearer x"), environ("GET", "/"),
    ):  # fmt: skip
        assert not lane.is_short(asked)


def test_a_flask_that_cannot_be_loaded_is_told_of_once_and_tried_again_later(monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr("ivr.web.later.monotonic", lambda: clock[0])
    flaky = Flaky()
    lane = Lane(Counter(SERVICE), flaky.later)
    for _ in range(5):
        assert answered(lane, environ("GET", "/metrics"))[0].startswith("503")
        assert answered(lane, environ("POST", "/voice"))[0] == "200 OK"
    assert (flaky.tries, flaky.told) == (1, ["no such module"])
    clock[0] += 31
    assert answered(lane, environ("GET", "/healthz", HTTP_AUTHORIZATION="x"))[0] == "200 OK"
    assert flaky.tries == 2
