"""The street: what each webhook is answered with, whoever sends it, and what is written down about it."""

from __future__ import annotations

import hashlib
import hmac
import io
import itertools
import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
import yaml
from grammar import problems

from ivr.call import Spot
from ivr.loader import load
from ivr.observe import Journal
from ivr.records import Recorder
from ivr.spool import Spool
from ivr.steps.base import Step
from ivr.street import Reply, Request, Service, answer, fall_back, note_status, prepare
from ivr.street.signature import SharedKey, Verifier
from ivr.tally import alone
from ivr.world import Standing

CASES = Path(__file__).parent / "cases" / "street"
REQUESTS = yaml.safe_load((CASES / "requests.yaml").read_text("utf-8"))
PUBLIC = "https://ivr.example.org"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"
NUMBER = "fünf null, zwo, acht acht, acht acht"
LOADED = load(CASES / "flows", CASES / "contacts.yaml")
assert LOADED.flows is not None, LOADED.problems
assert LOADED.directory is not None
FLOWS = LOADED.flows
MENU = f"/voice/1/{FLOWS.version}/hotline/main"


def service(journal: Any = None, clock: bytes | None = None, flows: Any = FLOWS) -> Service:
    keys = [SharedKey("k1", "one", "HMAC_SHA1"), SharedKey("k256", "two", "HMAC_SHA256")]
    return Service(
        public_url=PUBLIC,
        verifier=Verifier(["first", "second"], keys),
        journal=Journal(journal if journal is not None else io.StringIO()),
        current=prepare(flows, LOADED.directory, PUBLIC, "twilio"),
        clock_secret=clock,
    )


def signature(url: str, fields: dict[str, str], secret: str = "first", algorithm: str = "sha1") -> str:
    text = url + "".join(name + fields[name] for name in sorted(fields))
    return b64encode(hmac.new(secret.encode(), text.encode(), algorithm).digest()).decode()


def webhook(path: str = "/voice", query: str = "", fields: dict[str, str] | None = None, **sent: Any) -> Request:
    """A webhook as the provider sends it, except for what `sent` says."""
    fields = {"CallSid": "CA1"} if fields is None else fields
    url = PUBLIC + path + (f"?{query}" if query else "")
    good = signature(url, fields)
    request = Request(path, query, FORM, good, None, None, urlencode(fields).encode())
    return request._replace(**sent)


def said(reply: Reply) -> list[str]:
    """What the caller hears, each with its language in front; the document is sound."""
    assert reply.status == 200
    assert reply.content_type == "text/xml; charset=utf-8"
    assert problems(reply.body) == []
    return [f"{say.get('language', '')[:2]} {say.text}" for say in ET.fromstring(reply.body).iter("Say")]


# -- every webhook in the table ----------------------------------------------------------------------------------------


def request_of(case: dict[str, Any]) -> Request:
    fields = case.get("fields", {"CallSid": "CA1"})
    if "fill" in case:
        fields = {**fields, "a": "x" * (case["fill"] - len("CallSid=CA1&a="))}
    fields = {**fields, **{f"f{n}": "" for n in range(case.get("many", 0))}}
    path = case.get("path", "/voice").format(version=FLOWS.version)
    request = webhook(path, case.get("query", ""), fields)
    url = case.get("over", PUBLIC + path + ("?" + request.query if request.query else ""))
    good = signature(url, fields, case.get("secret", "first"), case.get("algorithm", "sha1"))
    header = case.get("signature", "{signature}")
    return request._replace(
        content_type=case.get("type", FORM),
        signature=None if header is None else header.format(signature=good),
        settings=case.get("settings"),
        body=case["body"].encode() if "body" in case else request.body,
    )


@pytest.mark.parametrize("case", REQUESTS, ids=lambda case: case["name"])
def test_requests(case):
    journal = io.StringIO()
    reply = answer(service(journal), request_of(case), MONDAY)
    (line,) = map(json.loads, journal.getvalue().splitlines())
    assert reply.status == case["status"]
    if reply.status == 200:
        heard = said(reply)[0]
        assert heard == case.get("says", heard)
        assert line["event"] == "turn"
    else:
        # One word for whoever looks at the provider's debugger, and nothing of what was sent.
        assert reply.content_type == "text/plain; charset=utf-8"
        assert reply.body.decode() == f"{line['reason']}\n"
        assert (line["event"], line["status"]) == ("refused", reply.status)


@pytest.mark.parametrize("case", REQUESTS, ids=lambda case: case["name"])
@pytest.mark.parametrize("callback", [note_status, fall_back])
def test_callbacks_turn_away_what_calls_do(callback, case):
    """The table again, at the addresses of callbacks: where a call is plays no part there."""
    expected = {200: {note_status: 204, fall_back: 200}[callback], 404: None}.get(case["status"], case["status"])
    if expected is not None:
        assert callback(service(), request_of(case), MONDAY).status == expected


def test_the_same_webhook_has_the_same_answer():
    """At-least-once delivery: the provider may repeat any webhook, to any process (its own advice: be idempotent)."""
    requests = [
        webhook(),
        webhook(query="language=en"),
        *(
            webhook(f"{MENU}/de.1.2.0.", fields={"CallSid": "CA1", **news})
            for news in ({}, {"Digits": "1"}, {"Digits": "7"})
        ),
    ]
    one, other = service(), service()
    for request in requests:
        answers = {answer(each, request, MONDAY) for each in (one, one, other, one)}
        assert len(answers) == 1


def test_an_answered_key_changes_nothing_for_other_calls():
    one = service()
    before = answer(one, webhook(), MONDAY)
    answer(one, webhook(f"{MENU}/de.1.0.0.", fields={"CallSid": "CA2", "Digits": "2"}), MONDAY)
    assert answer(one, webhook(), MONDAY) == before


@pytest.mark.parametrize(
    ("number", "called", "hears_the_draft"),
    [
        ("+4923150010", "+4923150010", True),
        ("+4923150010", "+4923150", False),
        ("+4923150010", "", False),
        # Without a number nobody hears it, and there are addresses that are none.
        ("", "+4923150", False),
        ("", "", False),
        ("", "sip:hotline@city.example", False),
        ("", "client:web", False),
    ],
)
def test_who_hears_the_draft(number, called, hears_the_draft):
    one = service()
    one.draft_number = number
    changed = replace(FLOWS, version="0123456789ab")
    one.draft = prepare(changed, LOADED.directory, PUBLIC, "twilio")
    for fields in ({"CallSid": "CA1", "To": called}, *([{"CallSid": "CA1"}] if not called else [])):
        reply = answer(one, webhook(fields=fields), MONDAY)
        assert (b"/0123456789ab/" in reply.body) is hears_the_draft
        assert (f"/{FLOWS.version}/".encode() in reply.body) is not hears_the_draft


# -- when something breaks ---------------------------------------------------------------------------------------------


class Broken(Step):
    """A step whose every turn fails."""

    def enter(self, scene: Any) -> NoReturn:
        raise RuntimeError(f"broken in {scene.language} at +49170")

    def react(self, scene: Any, given: Any) -> NoReturn:
        self.enter(scene)


@pytest.mark.parametrize(
    ("path", "query", "language"),
    [
        ("/voice", "", "de"),
        ("/voice", "language=en", "en"),
        (f"{MENU}/de.1.0.0.", "", "de"),
        (f"{MENU}/en.1.0.0.", "", "en"),
        (f"{MENU}/xx.1.0.0.", "", "de"),
    ],
)
def test_a_turn_that_fails_still_names_a_number(path, query, language):
    journal = io.StringIO()
    spot = Spot("hotline", "main")
    broken = service(journal, flows=replace(FLOWS, steps={**FLOWS.steps, spot: Broken(spot)}))
    (sentence,) = said(answer(broken, webhook(path, query), MONDAY))
    assert sentence.startswith(f"{language} ")
    assert ET.fromstring(answer(broken, webhook(path, query), MONDAY).body)[-1].tag == "Hangup"
    assert {"de": NUMBER, "en": "five zero, two, eight eight, eight eight"}[language] in sentence
    line = json.loads(journal.getvalue().splitlines()[0])
    assert (line["event"], line["call"]) == ("failed", "CA1")
    # A step out of place breaks in `enter`; a language that nobody speaks breaks before.
    assert line["error"] in {"RuntimeError", "KeyError"}
    assert "49170" not in journal.getvalue()


class Unreadable(dict[str, Any]):
    """Sets of which none can be read."""

    def get(self, version: str, default: object = None) -> NoReturn:
        raise MemoryError


def test_whatever_else_fails_a_number_is_named_too():
    journal = io.StringIO()
    one = service(journal)
    one.known = Unreadable()
    document = ET.fromstring(answer(one, webhook(f"{MENU}/de.1.0.0."), MONDAY).body)
    assert NUMBER in "".join(document.itertext())
    assert json.loads(journal.getvalue().splitlines()[0])["error"] == "MemoryError"


class Clumsy(Journal):
    """A journal that can write down nothing but what has failed."""

    def turn(self, *_told: Any, **_more: Any) -> NoReturn:
        raise KeyError("turn")

    def fallback(self, *_told: Any, **_more: Any) -> NoReturn:
        raise KeyError("fallback")


def test_a_note_that_fails_costs_nobody_her_turn():
    lines = io.StringIO()
    one, well = service(), service()
    one.journal = Clumsy(lines)
    for request in (webhook(), webhook(f"{MENU}/de.1.0.0.", fields={"CallSid": "CA1", "Digits": "7"})):
        assert answer(one, request, MONDAY) == answer(well, request, MONDAY)
    assert fall_back(one, webhook("/voice/fallback"), MONDAY) == fall_back(well, webhook("/voice/fallback"), MONDAY)
    assert [json.loads(line)["error"] for line in lines.getvalue().splitlines()] == ["KeyError"] * 3


class Lost(dict[Spot, Step]):
    """Steps that can be read until they are lost."""

    lost = False

    def get(self, spot: Spot, default: object = None) -> Any:
        if self.lost:
            raise OSError
        return super().get(spot, default)


def test_a_turn_that_lies_ready_reads_no_step():
    steps, lines = Lost(FLOWS.steps), io.StringIO()
    one = service(flows=replace(FLOWS, steps=steps))
    one.journal = Recorder(Spool(Path(), alone(), 0), alone(), lines)
    request = webhook(f"{MENU}/de.1.0.0.", fields={"CallSid": "CA1", "Digits": "7"})
    first = answer(one, request, MONDAY)
    steps.lost = True
    assert answer(one, request, MONDAY) == first
    assert [json.loads(line)["event"] for line in lines.getvalue().splitlines()] == ["turn", "turn"]


def test_a_language_that_a_known_version_never_had_is_no_error_page():
    assert said(answer(service(), webhook(f"{MENU}/xx.1.0.0."), MONDAY))


class FullDisk(io.StringIO):
    """A journal on a disk that is full: every line is refused, at once or when it is flushed."""

    def __init__(self, *, at: str) -> None:
        super().__init__()
        self.at = at
        self.refused = 0

    def write(self, text: str) -> int:
        return self._refuse("write", len(text))

    def flush(self) -> None:
        self._refuse("flush", 0)

    def _refuse(self, at: str, done: int) -> int:
        if self.at != at:
            return done
        self.refused += 1
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("at", ["write", "flush"])
def test_a_journal_that_cannot_write_costs_nothing(at):
    disk = FullDisk(at=at)
    full, well = service(disk), service()
    for request in map(request_of, REQUESTS):
        assert answer(full, request, MONDAY) == answer(well, request, MONDAY)
        assert note_status(full, request, MONDAY) == note_status(well, request, MONDAY)
    assert disk.refused == 2 * len(REQUESTS)


def test_a_closed_journal_costs_nothing():
    closed = io.StringIO()
    closed.close()
    assert answer(service(closed), webhook(), MONDAY) == answer(service(), webhook(), MONDAY)


# -- callbacks ---------------------------------------------------------------------------------------------------------


def test_status_callbacks_in_any_order_change_nothing():
    """Telnyx: "do not depend on single delivery or delivery order"."""
    one = service()
    key = webhook(f"{MENU}/de.1.0.0.", fields={"CallSid": "CA1", "Digits": "2"})
    before = answer(one, key, MONDAY)
    events = ["initiated", "ringing", "in-progress", "completed"]
    for order in itertools.permutations(events):
        for status in (*order, *order, order[0]):
            reply = note_status(one, webhook("/voice/status", fields={"CallSid": "CA1", "CallStatus": status}), MONDAY)
            assert (reply.status, reply.body) == (204, b"")
        assert answer(one, key, MONDAY) == before


CODES = {"11200": 11200, "00012": 12, "999999": 999999, "1234567": None, "-1": None, "1 1": None, "１": None, "": None}


@pytest.mark.parametrize("code", [*CODES, "forged <Dial>112</Dial>"])
@pytest.mark.parametrize(("query", "language"), [("", "de"), ("language=en", "en"), ("language=xx", "de")])
def test_the_fallback_names_all_numbers_and_repeats_nothing(code, query, language):
    """The provider sends ErrorCode and ErrorUrl when a document of ours could not be fetched or run."""
    where = "https://evil.example/<Say>"
    fields = {"CallSid": "CA1", "From": "+4917012345678", "ErrorCode": code, "ErrorUrl": where}
    journal = io.StringIO()
    reply = fall_back(service(journal), webhook("/voice/fallback", query, fields), MONDAY)
    sentences = said(reply)
    assert sentences[0].startswith(language)
    assert any(each.startswith("de ") and NUMBER in each for each in sentences)
    assert reply == fall_back(service(), webhook("/voice/fallback", query), MONDAY)
    for sent in ("evil", "Dial", "170123", *filter(None, [code])):
        assert sent.encode() not in reply.body
    line = json.loads(journal.getvalue())
    line.pop("time")
    noted = CODES.get(code)
    assert line == {"event": "status", "call": "CA1", "state": "fallback"} | ({"code": noted} if noted else {})


def test_the_fallback_is_prepared_once():
    one = service()
    replies = {id(fall_back(one, webhook("/voice/fallback"), MONDAY).body) for _ in range(3)}
    assert len(replies) == 1


# -- time travel -------------------------------------------------------------------------------------------------------

SUNDAY = "2026-11-29T10:00:00+01:00"
CLOSED, OPEN = "geschlossen", "geöffnet, bis"


def clock(at: str = SUNDAY, call: str = "CA1", secret: bytes = b"first", text: str = "ivr-clock:{at}:{call}") -> str:
    return f"{at};{hmac.new(secret, text.format(at=at, call=call).encode(), hashlib.sha256).hexdigest()}"


CLOCKS = {
    "as it is meant": (clock(), CLOSED),
    "none": (None, OPEN),
    "another call's": (clock(call="CA2"), None),
    "of another secret": (clock(secret=b"second"), None),
    "signed for something else": (clock(text="ivr:{at}:{call}"), None),
    "another time under the signature": (clock().replace("11-29", "11-30"), None),
    "without a signature": (SUNDAY, None),
    "with an empty signature": (f"{SUNDAY};", None),
    "with another spelling of the signature": (clock().upper(), None),
    "twice, as a server joins them": (f"{clock()},{clock()}", None),
    "empty": ("", None),
    "without a zone": (clock("2026-11-29T10:00:00"), None),
    "no time": (clock("tomorrow"), None),
    "no ASCII": (clock("2026-11-29T10:00:00+01:00ü"), None),
    "no character": (f"{SUNDAY};\udcff", None),
}


@pytest.mark.parametrize(("header", "heard"), CLOCKS.values(), ids=CLOCKS)
def test_clocks(header, heard):
    request = webhook(f"{MENU}/de.1.0.0.", fields={"CallSid": "CA1", "Digits": "2"}, clock=header)
    journal = io.StringIO()
    reply = answer(service(journal, clock=b"first"), request, MONDAY)
    line = json.loads(journal.getvalue())
    if heard is None:
        assert (reply.status, reply.body) == (403, b"bad-clock\n")
    else:
        assert heard in said(reply)[0]
        assert (line.get("test") is True) is (header is not None)
    assert line["time"] == "2026-11-23T09:00:00.000+00:00"


@pytest.mark.parametrize("header", [header for header, _ in CLOCKS.values()], ids=CLOCKS)
def test_clocks_are_not_looked_at_in_earnest(header):
    request = webhook(f"{MENU}/de.1.0.0.", fields={"CallSid": "CA1", "Digits": "2"}, clock=header)
    journal = io.StringIO()
    assert OPEN in said(answer(service(journal), request, MONDAY))[0]
    assert "test" not in json.loads(journal.getvalue())


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-14:00", "1500-01-01T00:00:00+00:00"])
def test_a_time_beyond_all_calendars_is_no_error_page(at):
    reply = answer(
        service(clock=b"first"),
        webhook(f"{MENU}/de.1.0.0.", fields={"CallSid": "CA1", "Digits": "2"}, clock=clock(at)),
        MONDAY,
    )
    assert NUMBER in said(reply)[-1]


def test_a_clock_does_not_replace_a_signature():
    reply = answer(service(clock=b"first"), webhook(clock=clock(), signature="x"), MONDAY)
    assert (reply.status, reply.body) == (403, b"bad-signature\n")


# -- the journal -------------------------------------------------------------------------------------------------------


def test_the_journal_of_a_call():
    journal = io.StringIO()
    one = service(journal)
    facts = {"CallSid": "CA1", "From": "+4917012345678", "To": "+4923150", "CallerName": "ERIKA MUSTERMANN"}
    answer(one, webhook(fields=facts), MONDAY)
    answer(one, webhook(f"{MENU}/de.1.0.0.", fields={**facts, "Digits": "1"}), MONDAY)
    answer(one, webhook(f"{MENU}/de.1.0.0.", fields={**facts, "Digits": "017012345678"}), MONDAY)
    note_status(one, webhook("/voice/status", fields={**facts, "CallStatus": "completed"}), MONDAY)
    fall_back(one, webhook("/voice/fallback", fields=facts), MONDAY)
    answer(one, webhook(fields=facts, signature="x"), MONDAY)
    turn = {"event": "turn", "time": "2026-11-23T09:00:00.000+00:00", "call": "CA1", "version": FLOWS.version}
    lines = [json.loads(line) for line in journal.getvalue().splitlines()]
    assert [{**turn, **line} for line in lines[:3]] == lines[:3]
    assert [line["event"] for line in lines] == ["turn", "turn", "turn", "status", "status", "refused"]
    assert [line.get("event") == "turn" and line["input"] for line in lines[:3]] == ["call", "key", "key"]
    assert {name: lines[1][name] for name in ("key", "expects", "flow", "step", "contact")} == {
        "key": "1",
        "expects": "dial",
        "flow": "hotline",
        "step": "office",
        "contact": "office",
    }
    # Several keys in a row may be a number.
    assert lines[2]["key"] == "several"
    assert lines[0]["caller"] == "+49***…78"
    assert "caller" not in lines[1]
    assert [(line["call"], line["state"]) for line in lines[3:5]] == [("CA1", "completed"), ("CA1", "fallback")]
    assert "call" not in lines[5]
    written = journal.getvalue()
    assert written.isascii()
    for canary in ("170123", "23150", "ERIKA", "0170"):
        assert canary not in written


# -- turns that lie ready ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "key", "at", "holds"),
    [
        pytest.param(f"{MENU}/de.1.0.0.", "8", timedelta(days=-1), True, id="a wrong key, at any time"),
        pytest.param(f"{MENU}/de.1.0.0.", "1", timedelta(minutes=1), True, id="an office, for as long as it is open"),
        pytest.param(f"{MENU}/de.1.0.0.", "1", timedelta(minutes=-1), False, id="an office, but not before"),
        pytest.param(f"{MENU}/de.1.0.0.", "1", timedelta(days=1), False, id="an office, but not tomorrow"),
        pytest.param("/voice", None, timedelta(minutes=1), True, id="the beginning of a call"),
        pytest.param(f"{MENU}/de.1.0.0.", "4711", timedelta(0), False, id="several keys, which may be a secret"),
        pytest.param(f"{MENU}/de.1.0.0...leitstelle", "8", timedelta(0), False, id="who has typed a PIN"),
        pytest.param(f"{MENU}/de.1.0.0..0900.", "8", timedelta(0), False, id="who has typed a time"),
    ],
)
def test_a_turn_lies_ready_for_as_long_as_it_is_the_same(monkeypatch, path, key, at, holds):
    one = service()
    keys = {"Digits": key} if key else {}
    answer(one, webhook(path, fields={"CallSid": "CA1", **keys, "From": "+4915112345678"}), MONDAY)
    monkeypatch.setattr("ivr.street.answering.advance", lambda *_: 1 / 0)
    reply = answer(one, webhook(path, fields={"CallSid": "CA2", **keys, "From": "+491701234567"}), MONDAY + at)
    assert (reply.body != one.current.renderer.failure("de")) is holds
    assert b"15112345678" not in reply.body
    # Another standing begins with none.
    one.change(one.current.under(Standing(connecting=False)), {}, None)
    failed = answer(one, webhook(path, fields={"CallSid": "CA3", **keys}), MONDAY + at)
    assert failed.body == one.current.renderer.failure("de")
