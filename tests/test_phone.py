"""The terminal phone against small services: documents in, behaviour out; twilio verifies every webhook."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import re
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from ivr.phone.call import play
from ivr.phone.errors import PhoneError
from ivr.phone.line import CallableLine, HttpLine
from ivr.phone.terminal import talk
from ivr.speech.duration import seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.phone.transcript import Exchange

CASES = Path(__file__).parent / "cases" / "phone"
TOKEN = "a-token-of-the-tests"
PUBLIC = "https://ivr.example"
CALLED = "+49231500"
CALLER = "+4915112345678"
HEARD_DE = "Die Anruferin hört nur „We are sorry, an application error has occurred“ und der Anruf ist zu Ende"
HEARD_EN = "The caller hears only “We are sorry, an application error has occurred” and the call is over"

LEG = {
    *("AccountSid", "ApiVersion", "CallSid", "CallStatus", "CallToken", "Direction"),
    *("Called", "CalledCountry", "Caller", "CallerCountry"),
    *("From", "FromCity", "FromCountry", "FromState", "FromZip"),
    *("To", "ToCity", "ToCountry", "ToState", "ToZip"),
}


def cases(name: str) -> list[Any]:
    return list(yaml.safe_load((CASES / name).read_text(encoding="utf-8")))


class Service:
    """Answers each path with its document, and keeps what it was asked. Refuses what is not signed."""

    def __init__(self, documents: Mapping[str, str], public: str = PUBLIC) -> None:
        self.documents = documents
        self.public = public
        self.forms: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.asked: list[str] = []

    def __call__(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, str, bytes]:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True)
        form = dict(pairs)
        target = path + ("?" + query if query else "")
        assert len(form) == len(pairs), "a name was sent twice"
        assert method == "POST"
        assert headers["Content-Type"].startswith("application/x-www-form-urlencoded")
        assert headers["Content-Length"] == str(len(body))
        if not RequestValidator(TOKEN).validate(self.public + target, form, headers["X-Twilio-Signature"]):
            return 403, "text/plain", b""
        self.headers.append(dict(headers))
        self.forms.append(form)
        self.asked.append(" ".join([target, form["CallStatus"], *map(_shown, _news(form))]))
        return 200, "text/xml; charset=utf-8", self.documents[target].encode()


def _news(form: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in form.items() if name not in LEG]


def _shown(news: tuple[str, str]) -> str:
    name, value = news
    return f"{name}={re.sub(r'(?<=^[A-Z]{2})[0-9a-f]{32}$|(?<=^https://).*', '…', value)}"


def _line(turn: Exchange) -> str:
    heard = " / ".join(f"{heard.language} {heard.text}" for heard in turn.heard)
    return f"{heard} -> {turn.expects} {turn.pressed}"


def line_to(service: Service, **more: str) -> CallableLine:
    return CallableLine(service, token=TOKEN, public=service.public, **more)


@pytest.mark.parametrize("case", cases("calls.yaml"), ids=lambda case: case["name"])
def test_calls(case: dict[str, Any]) -> None:
    service = Service(case["documents"])
    transcript = play(
        line_to(service),
        PUBLIC + case.get("start", "/voice"),
        keys=case.get("keys", ()),
        dials=case.get("dials", ()),
        caller=case.get("caller", CALLER),
        called=CALLED,
    )
    assert [_line(turn) for turn in transcript.turns] == case["heard"]
    assert service.asked == case["asked"]
    assert list(transcript.dialled) == case.get("dialled", [])
    assert transcript.ended == case["ended"]
    assert transcript.seconds == case["seconds"]


def test_the_transcript_as_json() -> None:
    service = Service(
        {
            "/voice": """<Response>
                <Gather numDigits="1" action="/a"><Say language="de-DE">Öffnet</Say></Gather></Response>""",
            "/a": "<Response><Dial><Number>+492315028888</Number></Dial></Response>",
        }
    )
    transcript = play(line_to(service), PUBLIC + "/voice", keys=["3"], caller=CALLER, called=CALLED)
    assert json.dumps(transcript.to_json(), ensure_ascii=False) == (
        '{"turns": [{"said": [{"lang": "de", "text": "Öffnet"}], "expects": "digits", "pressed": "3"},'
        ' {"said": [], "expects": "dial", "pressed": "completed"}],'
        ' "dialled": ["+492315028888"], "ended": "dial", "seconds": 69}'
    )


@pytest.mark.parametrize("caller", [CALLER, "anonymous", "+266696687", "sip:anonymous@anonymous.invalid", ""])
def test_every_webhook_describes_the_call(caller: str) -> None:
    service = Service({"/voice": '<Response><Gather numDigits="1" action="/voice"/></Response>'})
    play(line_to(service), PUBLIC + "/voice", keys=["1"], caller=caller, called=CALLED)
    first, second, last = service.forms
    assert set(first) == LEG
    assert len(first) == 20
    assert re.fullmatch("CA[0-9a-f]{32}", first["CallSid"])
    assert re.fullmatch("AC[0-9a-f]{32}", first["AccountSid"])
    assert (first["From"], first["Caller"]) == (caller, caller)
    assert (first["To"], first["Called"], first["ToCountry"]) == (CALLED, CALLED, "DE")
    assert first["FromCountry"] == ("DE" if caller == CALLER else "")
    assert (first["Direction"], first["ApiVersion"]) == ("inbound", "2010-04-01")
    assert [form["CallStatus"] for form in service.forms] == ["ringing", "in-progress", "completed"]
    for form in (second, last):
        assert all(form[name] == first[name] for name in LEG - {"CallStatus"})


def test_a_clock_is_sealed_for_its_call() -> None:
    service = Service({"/voice": '<Response><Gather action="/voice"/></Response>'})
    line = line_to(service, clock="2026-11-28T21:00:00+01:00")
    play(line, PUBLIC + "/voice", keys=["1#"], caller=CALLER, called=CALLED)
    call = service.forms[0]["CallSid"]
    sealed = f"ivr-clock:2026-11-28T21:00:00+01:00:{call}".encode()
    seal = hmac.new(TOKEN.encode(), sealed, hashlib.sha256).hexdigest()
    assert [headers["X-IVR-Clock"] for headers in service.headers] == [f"2026-11-28T21:00:00+01:00;{seal}"] * 3


def test_time_passes_between_turns() -> None:
    service = Service({"/voice": '<Response><Gather action="/voice"/></Response>'})
    times = [f"2026-11-28T20:{minute}:00+01:00" for minute in (29, 31)]
    play(line_to(service, clock=times), PUBLIC + "/voice", keys=["1#"], caller=CALLER, called=CALLED)
    assert [headers["X-IVR-Clock"].partition(";")[0] for headers in service.headers] == [*times, times[-1]]


def test_without_a_clock_none_is_sent() -> None:
    service = Service({"/voice": "<Response/>"})
    play(line_to(service), PUBLIC + "/voice", keys=(), caller=CALLER, called=CALLED)
    assert "X-IVR-Clock" not in service.headers[0]


@pytest.mark.parametrize("case", cases("errors.yaml"), ids=lambda case: f"{case['code']} {case['en'][:40]}")
def test_errors(case: dict[str, Any]) -> None:
    answer = case["answer"]
    body = answer["body"].encode() * answer.get("times", 1)
    line = CallableLine(
        lambda *_: (answer.get("status", 200), answer.get("type", "text/xml"), body),
        token=TOKEN,
        public=PUBLIC,
    )
    with pytest.raises(PhoneError) as caught:
        play(line, PUBLIC + "/voice", keys=(), caller=CALLER, called=CALLED)
    assert caught.value.sentence == (
        f"{HEARD_DE} (Fehler {case['code']} des Anbieters): {case['de']}",
        f"{HEARD_EN} (the provider's error {case['code']}): {case['en']}",
    )
    assert str(caught.value) == caught.value.sentence.en


@pytest.mark.parametrize(("letters", "fits"), [("a" * 4500, True), ("a" * 4501, False), ("ü" * 751, False)])
def test_a_text_is_as_long_as_the_provider_reads_out(letters: str, fits: bool) -> None:
    line = line_to(Service({"/voice": f'<Response><Say language="de-DE">{letters}</Say></Response>'}))
    if fits:
        assert play(line, PUBLIC + "/voice", keys=(), caller=CALLER, called=CALLED).seconds == round(
            seconds("de", letters)
        )
        return
    with pytest.raises(PhoneError, match=r"error 13521.*is longer than the provider reads out"):
        play(line, PUBLIC + "/voice", keys=(), caller=CALLER, called=CALLED)


@pytest.mark.parametrize("answer", [(204, "", b""), (200, "text/plain", b"thanks")])
def test_nobody_hears_what_is_said_after_a_hang_up(answer: tuple[int, str, bytes]) -> None:
    def handle(_method: str, _path: str, _query: str, _headers: Mapping[str, str], body: bytes) -> Any:
        if b"CallStatus=completed" in body:
            return answer
        return 200, "text/xml", b'<Response><Gather action="/key"/></Response>'

    line = CallableLine(handle, token=TOKEN, public=PUBLIC)
    assert play(line, PUBLIC + "/voice", keys=[], caller=CALLER, called=CALLED).ended == "caller"


def test_a_refused_report_of_a_hang_up_is_an_error_too() -> None:
    def handle(_method: str, _path: str, _query: str, _headers: Mapping[str, str], body: bytes) -> Any:
        if b"CallStatus=completed" in body:
            return 500, "text/plain", b"oops"
        return 200, "text/xml", b'<Response><Gather action="/key"/></Response>'

    with pytest.raises(PhoneError, match="status 500"):
        play(
            CallableLine(handle, token=TOKEN, public=PUBLIC),
            PUBLIC + "/voice",
            keys=["hangup"],
            caller=CALLER,
            called=CALLED,
        )


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ({"keys": ["1", "x"]}, "A caller cannot press “x”; allowed are 0-9, *, #, timeout and hangup."),
        ({"keys": [""]}, "A caller cannot press “”; allowed are 0-9, *, #, timeout and hangup."),
        (
            {"keys": [], "dials": ["maybe"]},
            "No connection can end with “maybe”; allowed are completed, busy, no_answer and failed.",
        ),
    ],
)
def test_a_script_holds_only_what_a_caller_can_do(script: dict[str, list[str]], sentence: str) -> None:
    service = Service({})
    with pytest.raises(PhoneError) as caught:
        play(line_to(service), PUBLIC + "/voice", **script, caller=CALLER, called=CALLED)
    assert caught.value.sentence.en == sentence
    assert service.asked == []


PIECES = """
    <Response> </Response>
    <Gather <Gather> <Gather/> </Gather> <Say> </Say> <Say/> <Dial> </Dial> <Number> </Number>
    +492315028888 <Redirect> </Redirect> <Record/> <Hangup/> <Reject/> <Play> </Play>
    action="/voice"> numDigits="1"
    /voice &amp; &b; ü <!DOCTYPE <!--
"""
WORDS = st.lists(st.sampled_from(sorted(set(PIECES.split()))), max_size=9)


@given(st.one_of(st.binary(max_size=60), WORDS.map(lambda words: " ".join(words).encode())))
def test_whatever_is_answered_the_phone_never_stumbles(noise: bytes) -> None:
    for body in (noise, b"<Response>" + noise + b"</Response>"):
        line = CallableLine(lambda *_, body=body: (200, "text/xml", body), token=TOKEN, public=PUBLIC)
        with suppress(PhoneError):
            assert play(line, PUBLIC + "/voice", keys=["timeout"], caller=CALLER, called=CALLED).turns


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), unique_by=lambda pair: pair[0]), st.text(min_size=1))
def test_signatures_are_those_of_twilio(pairs: list[tuple[str, str]], token: str) -> None:
    url = PUBLIC + "/voice?a=b"
    signatures: list[str] = []

    def handle(_method: str, _path: str, _query: str, headers: Mapping[str, str], _body: bytes) -> Any:
        signatures.append(headers["X-Twilio-Signature"])
        return 200, "text/xml", b""

    CallableLine(handle, token=token, public=PUBLIC).post(url, pairs)
    assert signatures == [RequestValidator(token).compute_signature(url, dict(pairs))]


# --- the terminal ------------------------------------------------------------

MENU = {
    "/voice": """<Response>
        <Gather numDigits="1" finishOnKey="" timeout="6" actionOnEmptyResult="true" action="/key">
        <Say language="de-DE">Guten Tag.</Say><Say language="en-GB">Press two.</Say></Gather></Response>""",
    "/dial": """<Response>
        <Dial timeout="25" action="/dialled"><Number>+492315028888</Number></Dial></Response>""",
    "/dialled": """<Response><Say language="tr-TR">Meşgul.</Say><Play>/gong.wav</Play><Record action="/dial"/>
        <Redirect>/voice</Redirect></Response>""",
    "/bye": "<Response><Hangup/></Response>",
}


class Menu(Service):
    """Connects on any key, and repeats itself on silence."""

    def __call__(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, str, bytes]:
        form = dict(parse_qsl(body.decode()))
        answer = path
        if path == "/key":
            answer = "/dial" if "Digits" in form else "/voice"
        elif form.get("DialCallStatus") == "completed":
            answer = "/bye"
        self.documents = {path: MENU[answer]}
        return super().__call__(method, path, query, headers, body)


@pytest.mark.parametrize("case", cases("terminal.yaml"), ids=lambda case: f"{case['language']} {case['typed']!r}")
def test_terminal(case: dict[str, Any]) -> None:
    screen = io.StringIO()
    transcript = talk(
        line_to(Menu({})),
        PUBLIC + "/voice",
        caller=CALLER,
        called=CALLED,
        language=case["language"],
        keyboard=io.StringIO(case["typed"]),
        screen=screen,
    )
    assert screen.getvalue() == case["screen"]
    assert transcript.ended == case["ended"]


def test_ctrl_c_hangs_up() -> None:
    class Keyboard(io.StringIO):
        def readline(self, *_: Any) -> str:
            raise KeyboardInterrupt

    screen = io.StringIO()
    service = Service({"/voice": '<Response><Dial action="/dialled"><Number>+492315028888</Number></Dial></Response>'})
    service.documents = {**service.documents, "/dialled": "<Response><Say>never heard</Say></Response>"}
    talk(
        line_to(service),
        PUBLIC + "/voice",
        caller=CALLER,
        called=CALLED,
        language="en",
        keyboard=Keyboard(),
        screen=screen,
    )
    assert service.asked[-1] == "/dialled completed DialCallStatus=canceled DialCallSid=CA…"
    assert "You have hung up.\n" in screen.getvalue()
    assert "never heard" not in screen.getvalue()


def test_the_service_hangs_up_on_the_terminal() -> None:
    screen = io.StringIO()
    talk(
        line_to(Service({"/voice": "<Response><Hangup/></Response>"})),
        PUBLIC + "/voice",
        caller=CALLER,
        called=CALLED,
        language="de",
        keyboard=io.StringIO(),
        screen=screen,
    )
    assert screen.getvalue().splitlines()[1] == "Der Dienst hat aufgelegt."


# --- over HTTP ------------------------------------------------------------


class Server(HTTPServer):
    """The service of `Service` behind a real socket on 127.0.0.1."""

    service: Service


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        path, _, query = self.path.partition("?")
        status, content_type, answer = self.server.service("POST", path, query, dict(self.headers), body)
        if path == "/garbled":
            self.wfile.write(b"ring ring\r\n")
            return
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        """A test is quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        running.start()
        yield server
        server.shutdown()
        running.join()


@pytest.mark.parametrize("public", [None, "https://ivr.example", "https://ivr.example/hotline/"])
def test_over_http(server: Server, public: str | None) -> None:
    address = f"http://127.0.0.1:{server.server_port}"
    base = (public or address).rstrip("/")
    action = f"{base}/voice/1/s?x=1"
    server.service = Service(
        {
            "/voice": f"""<Response>
                <Gather numDigits="1" action="{action}"><Say language="de-DE">Ä</Say></Gather></Response>""",
            "/voice/1/s?x=1": "<Response><Hangup/></Response>",
        },
        base,
    )
    line = HttpLine(address, token=TOKEN, public=public, clock="2026-11-23T10:00:00+01:00")
    transcript = play(line, base + "/voice", keys=["1"], caller=CALLER, called=CALLED)
    assert transcript.ended == "hangup"
    assert transcript.turns[0].heard == (("de", "Ä"),)
    assert server.service.asked == [
        "/voice ringing",
        "/voice/1/s?x=1 in-progress Digits=1 FinishedOnKey= msg=Gather End",
    ]
    host = base.split("/")[2]
    assert [headers["Host"] for headers in server.service.headers] == [host, host]
    assert server.service.headers[0]["X-IVR-Clock"].startswith("2026-11-23T10:00:00+01:00;")


def test_another_token_is_refused(server: Server) -> None:
    address = f"http://127.0.0.1:{server.server_port}"
    server.service = Service({"/voice": "<Response/>"}, address)
    with pytest.raises(PhoneError, match=r"did not accept the signature \(status 403\)"):
        play(HttpLine(address, token="another"), address + "/voice", keys=(), caller=CALLER, called=CALLED)


def test_a_service_under_a_path(server: Server) -> None:
    address = f"http://127.0.0.1:{server.server_port}/dev/"
    server.service = Service({"/dev/voice": "<Response/>"}, address.removesuffix("/dev/"))
    transcript = play(HttpLine(address, token=TOKEN), address + "voice", keys=(), caller=CALLER, called=CALLED)
    assert transcript.ended == "hangup"


def test_what_speaks_no_http(server: Server) -> None:
    address = f"http://127.0.0.1:{server.server_port}"
    server.service = Service({"/garbled": ""}, address)
    with pytest.raises(PhoneError, match=r"error 11206\): what answers at 127\.0\.0\.1:\d+ speaks no HTTP\."):
        play(HttpLine(address, token=TOKEN), address + "/garbled", keys=(), caller=CALLER, called=CALLED)


def test_nobody_picks_up(server: Server) -> None:
    with HTTPServer(("127.0.0.1", 0), Handler) as closed:
        address = f"http://127.0.0.1:{closed.server_port}"
    with pytest.raises(PhoneError, match=r"error 11200\): no service picks up at 127\.0\.0\.1:\d+"):
        play(HttpLine(address, token=TOKEN), address + "/voice", keys=(), caller=CALLER, called=CALLED)


def test_somebody_who_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.phone.line.PATIENCE", 0.05)
    with HTTPServer(("127.0.0.1", 0), Handler) as deaf:
        address = f"http://127.0.0.1:{deaf.server_port}"
        with pytest.raises(PhoneError, match=r"error 11200\): the service at 127\.0\.0\.1:\d+ has not answered for"):
            play(HttpLine(address, token=TOKEN), address + "/voice", keys=(), caller=CALLER, called=CALLED)


@pytest.mark.parametrize(
    "address", ["127.0.0.1:8000", "ftp://127.0.0.1", "http://", "http://[", "http://h:99999", "", "//h"]
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(PhoneError, match="is no address of a service"):
        HttpLine(address, token=TOKEN)
