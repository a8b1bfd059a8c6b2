"""The page's phone: test calls through the real street, what they must not do, and who may make them."""

from __future__ import annotations

import base64
import hmac
import io
import json
from pathlib import Path
from typing import Any

import pytest
from page import NOW, SECRET, Browser, Office, changed
from service import TOKEN

from ivr.call import Inbound, Turn
from ivr.desk import Desk
from ivr.instructions import Instruction
from ivr.observe import Journal
from ivr.phone.line import CallableLine, NamedKey, Rehearsal
from ivr.pins import MOST_WRONG, ProcessAttempts, hash_pin
from ivr.store import WorkingCopies, WorkingCopy
from ivr.street import Request, answer
from ivr.street.signature import SharedKey, Verifier
from ivr.web.operator.phone.words import WORDS
from ivr.web.trials import AT_HAND, Trials, trial_secret
from ivr.world import Standing

PIN = "80351"


class Witness(Journal):
    """Keeps the turns that were answered."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.turns: list[tuple[Inbound, str, Turn, bool]] = []
        self.errors: list[Exception] = []

    def turn(
        self, now: Any, inbound: Inbound, turn: Turn, told: str, *, step: type, test: bool, begun: int = 0
    ) -> None:
        self.turns.append((inbound, json.loads(f"{{{told}}}")["version"], turn, test))

    def failed(self, now: Any, call: str, error: Exception) -> None:
        self.errors.append(error)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.service.journal = Witness()
    made.add("anna", "view")
    made.add("berta", "view", "edit")
    return made


@pytest.fixture
def browser(browser: Browser) -> Browser:
    browser.get("/operator/phone")
    return browser


def turns(office: Office) -> list[tuple[Inbound, str, Turn, bool]]:
    assert isinstance(office.service.journal, Witness)
    assert office.service.journal.errors == []
    return office.service.journal.turns


class Phone:
    """The page's script: holds a call and posts its steps."""

    def __init__(self, browser: Browser, **fields: str) -> None:
        self.browser = browser
        if not browser.token:
            browser.get("/operator/phone")
        self.token = browser.token
        self.facts: dict[str, Any] = {}
        self._post("/operator/phone/call", fields)

    def does(self, **fields: str) -> Phone:
        self._post("/operator/phone/turn", {"call": self.facts["call"], **fields})
        return self

    @property
    def text(self) -> str:
        return " ".join(each["text"] for each in self.facts["heard"])

    def _post(self, path: str, fields: dict[str, str]) -> None:
        assert self.browser.post(path, fields, token=self.token) == 200
        self.facts = self.browser.reply.get_json()


# A call


def test_a_whole_call_through_the_real_webhooks(office: Office, browser: Browser) -> None:
    phone = Phone(browser, at="2026-11-25T12:00")
    assert "Willkommen" in phone.text
    assert phone.facts["wait"] == "key"
    assert phone.facts["seconds"] == 6
    assert phone.facts["place"] == ["hotline", "main"]
    assert phone.facts["version"] == office.service.current.flows.version
    phone.does(key="3")
    assert phone.facts["wait"] == "dial"
    assert phone.facts["rings"] == "Ordnungsamt"
    assert phone.facts["place"][0] == "hotline"
    phone.does(result="busy")
    assert phone.facts["did"] == "besetzt"
    assert phone.facts["wait"] == "key"
    phone.does(do="hangup")
    assert (phone.facts["wait"], phone.facts["ended"]) == ("over", "caller")
    assert [test for _, _, _, test in turns(office)] == [True] * 4
    assert len({inbound.call for inbound, *_ in turns(office)}) == 1


def test_silence_to_the_end(browser: Browser) -> None:
    phone = Phone(browser, at="2026-11-25T12:00")
    for _ in range(3):
        phone.does(do="silence")
    assert "fünf null" in phone.text
    assert phone.facts["did"] == "Stille"


def test_a_talk_that_ends_ends_the_call(browser: Browser) -> None:
    phone = Phone(browser, at="2026-11-25T12:00").does(key="3").does(result="completed")
    assert (phone.facts["wait"], phone.facts["ended"]) == ("over", "dial")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"at": "2026-11-28T02:00"}, "geschlossen"),
        ({"at": "2026-12-25T12:00"}, "geschlossen"),
        ({"at": "2026-11-25T12:00", "language": "en"}, "Welcome"),
        ({"at": "2026-11-25T12:00", "language": "ar"}, "خدمة النظام"),
        ({"flow": "duty"}, "Diensttelefon"),
    ],
)
def test_time_language_and_entrance(browser: Browser, fields: dict[str, str], words: str) -> None:
    assert words in Phone(browser, **fields).text


def test_without_a_time_it_takes_place_now(office: Office, browser: Browser) -> None:
    assert "geöffnet" in Phone(browser).text
    office.time = NOW.replace(hour=22)
    browser.log_in("anna")
    browser.get("/operator/phone")
    assert "geschlossen" in Phone(browser).text


@pytest.mark.parametrize(
    ("caller", "number"),
    [("mobile", "+491713920047"), ("hidden", ""), ("abroad", "+447700900123"), ("x", "+491713920047")],
)
def test_who_calls(office: Office, browser: Browser, caller: str, number: str) -> None:
    Phone(browser, caller=caller).does(key="3").does(result="no_answer")
    assert {inbound.caller for inbound, *_ in turns(office)} == {number}


def test_arabic_is_told_with_its_direction(browser: Browser) -> None:
    heard = Phone(browser, language="ar").facts["heard"]
    assert {each["dir"] for each in heard if each["lang"] == "ar"} == {"rtl"}
    assert all(each["seconds"] > 0 for each in heard)


# What it must not do


def test_a_test_call_takes_no_room_and_is_no_call_of_citizens(office: Office, browser: Browser) -> None:
    office.service.room = 1
    for _ in range(3):
        Phone(browser).does(key="3")
    assert office.service.room == 1


def duty(office: Office) -> None:
    """A PIN holds, and tries and instructions are noted."""
    told = Instruction("pin", "wache", hash_pin(PIN, 4), NOW)
    office.service.current = office.service.current.under(Standing((told,)))
    office.service.known = {office.service.current.flows.version: office.service.current}
    office.service.attempts = ProcessAttempts()
    office.given: list[Instruction] = []  # type: ignore[attr-defined]
    office.service.instruct = lambda each: office.given.append(each) is None  # type: ignore[attr-defined]


def test_its_wrong_pins_use_up_none_of_the_staff_s_tries(office: Office, browser: Browser) -> None:
    duty(office)
    for _ in range(MOST_WRONG):
        Phone(browser, flow="duty").does(key="90817#")
    phone = Phone(browser, flow="duty")
    phone.does(key=f"{PIN}#")
    assert phone.facts["rehearsal"] is False, "a test call gains no try either"
    for number in range(MOST_WRONG):
        assert office.service.attempts.may(f"CA{number}", 1, office.time)


def test_it_switches_nothing(office: Office, browser: Browser) -> None:
    duty(office)
    before = office.service.current
    phone = Phone(browser, flow="duty")
    assert phone.facts["wait"] == "keys"
    assert phone.facts["secret"] is True
    assert phone.facts["rehearsal"] is False
    phone.does(key=f"{PIN}#")
    assert phone.facts["did"] == "•••••"
    assert phone.facts["rehearsal"] is True
    phone.does(key="1")
    assert "geschlossen" in phone.text
    assert office.given == []  # type: ignore[attr-defined]
    assert office.service.current is before
    assert "geöffnet" in Phone(browser).text


def test_no_pin_is_in_the_call(office: Office, browser: Browser) -> None:
    duty(office)
    phone = Phone(browser, flow="duty").does(key=f"{PIN}#").does(key="1")
    payload = base64.urlsafe_b64decode(phone.facts["call"].partition(".")[0]).decode()
    assert PIN not in payload
    assert json.loads(payload)["given"] == ["24680#", "1"]
    phone = Phone(browser, flow="duty").does(key="11111#")
    assert json.loads(base64.urlsafe_b64decode(phone.facts["call"].partition(".")[0]))["given"] == ["13579#"]


def test_wrong_pins_count_as_everybody_s(office: Office, browser: Browser) -> None:
    duty(office)
    for _ in range(5):
        Phone(browser, flow="duty").does(key="11111#")
    assert "zu oft" in Phone(browser, flow="duty").does(key=f"{PIN}#").text


# Seals


def test_a_call_belongs_to_the_session_that_made_it(office: Office, browser: Browser) -> None:
    sealed = Phone(browser).facts["call"]
    other = office.browser("berta")
    other.get("/operator/phone")
    assert other.post("/operator/phone/turn", {"call": sealed, "key": "3"}) == 400
    again = office.browser("anna")
    again.get("/operator/phone")
    assert again.post("/operator/phone/turn", {"call": sealed, "key": "3"}) == 400


@pytest.mark.parametrize(
    "change",
    [
        {"waits": ["keys", "https://evil.example/voice", 1, "", 6, True]},
        {"sid": "CA" + "0" * 32},
        {"caller": "+4915112345678"},
        {"version": "0123456789ab"},
        {"travels": True},
    ],
)
def test_a_changed_call_is_none(browser: Browser, change: dict[str, Any]) -> None:
    phone = Phone(browser)
    payload, _, mark = phone.facts["call"].partition(".")
    fields = {**json.loads(base64.urlsafe_b64decode(payload)), **change}
    forged = base64.urlsafe_b64encode(json.dumps(fields, separators=(",", ":")).encode()).decode()
    assert browser.post("/operator/phone/turn", {"call": f"{forged}.{mark}", "key": "3"}, token=phone.token) == 400


@pytest.mark.parametrize("call", ["", ".", "x.y", "é.é", "a" * 40_000])
def test_what_is_no_call_is_refused(browser: Browser, call: str) -> None:
    assert browser.post("/operator/phone/turn", {"call": call, "key": "3"}) == 400


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"key": ""},
        {"key": "A"},
        {"key": "1" * 33},
        {"key": "١"},
        {"do": "dance"},
        {"result": "on fire"},
        {"do": "x", "key": "\n"},
    ],
)
def test_what_no_phone_has_is_refused(browser: Browser, fields: dict[str, str]) -> None:
    phone = Phone(browser)
    assert browser.post("/operator/phone/turn", {"call": phone.facts["call"], **fields}, token=phone.token) == 400


def test_what_is_not_possible_at_this_place_is_said(browser: Browser) -> None:
    phone = Phone(browser).does(result="busy")
    assert (phone.facts["wait"], phone.facts["ended"]) == ("over", "error")
    assert "an dieser Stelle" in phone.facts["status"]


@pytest.mark.parametrize("path", ["call", "turn"])
def test_no_forged_form_and_nobody_else_calls(office: Office, browser: Browser, path: str) -> None:
    assert browser.post(f"/operator/phone/{path}", {}, token="0" * 64) == 403
    assert office.browser().post(f"/operator/phone/{path}") == 401
    assert turns(office) == []


def test_one_who_has_been_away_is_not_called_for(office: Office, browser: Browser) -> None:
    phone = Phone(browser)
    office.later(hours=1)
    fields = {"call": phone.facts["call"], "key": "3"}
    assert browser.post("/operator/phone/turn", fields, token=phone.token) == 401


# Versions


def test_a_working_copy_an_older_version_and_the_draft(office: Office, browser: Browser) -> None:
    live = office.service.current.flows.version
    mine, older, draft = (changed("Willkommen", word) for word in ("Hallo", "Guten Tag", "Servus"))
    copy = WorkingCopy("anna", live, mine.to_bytes(), mine.to_bytes(), 1, NOW)
    assert WorkingCopies(office.database).save(copy)
    office.database.store_set(older.version, older.to_bytes(), NOW)
    office.database.store_set(draft.version, draft.to_bytes(), NOW)
    office.desk = Desk(live, draft=draft.version)
    for word, greeting, bundle in (
        ("mine", "Hallo", mine),
        (older.version, "Guten Tag", older),
        ("draft", "Servus", draft),
    ):
        phone = Phone(browser, version=word, at="2026-11-25T12:00")
        assert phone.text.startswith(greeting)
        assert phone.facts["version"] == bundle.version
        # The next request may come to a machine that has never seen it.
        office.context.trials._ready.clear()
        for path in office.settings.storage.trials.glob("*/*"):
            path.unlink()
        assert phone.does(key="5").facts["version"] == bundle.version
    assert Phone(browser, at="2026-11-25T12:00").text.startswith("Willkommen")
    assert not office.settings.storage.sets.exists()


def test_a_working_copy_with_errors_and_one_that_is_not_there(office: Office, browser: Browser) -> None:
    assert "nichts in Arbeit" in Phone(browser, version="mine").facts["status"]
    wrong = changed("next:", "nxt:")
    assert WorkingCopies(office.database).save(WorkingCopy("anna", "x", b"", wrong.to_bytes(), 1, NOW))
    assert "hat noch Fehler" in Phone(browser, version="mine").facts["status"]
    assert "gibt es nicht" in Phone(browser, version="../../etc").facts["status"]


def test_a_hundred_working_copies_take_no_more_memory_than_a_few(office: Office, browser: Browser) -> None:
    for number in range(AT_HAND + 3):
        copy = changed("Willkommen", "Guten " + "Tag" * (number + 1))
        office.database.store_set(copy.version, copy.to_bytes(), NOW)
        Phone(browser, version=copy.version)
    assert len(office.context.trials._ready) == AT_HAND
    assert set(office.service.known) == {office.service.current.flows.version}


def test_what_was_listened_to_is_never_taken_for_a_set_that_may_speak(office: Office, browser: Browser) -> None:
    other = changed("Willkommen", "Guten Tag")
    office.database.store_set(other.version, other.to_bytes(), NOW)
    Phone(browser, version=other.version)
    assert Trials(office.settings).has(other.version)
    assert not office.context.sets.has(other.version)
    assert not office.context.sets.proved(other.version)


# The headers, as the service sees them


def test_headers_of_the_page_alone_choose_time_and_set(office: Office) -> None:
    other = changed("Willkommen", "Guten Tag")
    office.database.store_set(other.version, other.to_bytes(), NOW)
    office.context.trials.keep(office.context.loaded(other.version, "anna"))
    sent: dict[str, str] = {}

    def handle(_method: str, path: str, query: str, headers: Any, body: bytes) -> tuple[int, str, bytes]:
        kind, mark = headers["Content-Type"], headers["X-Twilio-Signature"]
        clock, chosen = sent.get("clock", headers.get("X-IVR-Clock")), sent.get("set", headers.get("X-IVR-Set"))
        reply = answer(office.service, Request(path, query, kind, mark, None, clock, body, chosen), NOW)
        return reply.status, reply.content_type, reply.body

    def post(secret: bytes, call: str = "CA1") -> tuple[int, str]:
        test = Rehearsal(secret, "2026-12-25T12:00:00+01:00", other.version)
        line = CallableLine(handle, token=TOKEN, public="https://ivr.example", rehearsal=test)
        found = line.post("https://ivr.example/voice", (("CallSid", call),))
        return found.status, found.body.decode()

    right = trial_secret(SECRET)
    status, body = post(right)
    assert status == 200
    assert "Guten Tag" in body
    assert "Weihnachten" in body or "geschlossen" in body
    assert post(b"another")[1] == "bad-clock\n"
    assert post(TOKEN.encode())[1] == "bad-clock\n"

    def seal(purpose: str, value: str, call: str) -> str:
        return f"{value};{hmac.digest(right, f'{purpose}:{value}:{call}'.encode(), 'sha256').hex()}"

    for wrong in (
        seal("ivr-set", other.version, "CA2"),
        seal("ivr-clock", other.version, "CA1"),
        f"{other.version};",
        other.version,
        "é;é",
    ):
        sent["set"] = wrong
        assert post(right) == (403, "bad-set\n")
    sent["set"] = seal("ivr-set", "0123456789ab", "CA1")
    assert post(right) == (404, "no-such-set\n")
    sent["set"] = seal("ivr-set", "../../../etc", "CA1")
    assert post(right) == (404, "no-such-set\n")
    office.service.trial = None
    del sent["set"]
    assert "Guten Tag" not in post(right)[1]


@pytest.mark.parametrize("algorithm", ["HMAC_SHA1", "HMAC_SHA256"])
def test_where_the_provider_signs_with_shared_keys_the_page_does_so_too(office: Office, algorithm: Any) -> None:
    office.service.verifier = Verifier([], [SharedKey("k1", "a secret", algorithm)])

    def post(key: NamedKey) -> int:
        rehearsal = Rehearsal(trial_secret(SECRET), "2026-12-25T12:00:00+01:00")
        line = CallableLine(office._handle, token=key, public="https://ivr.example", rehearsal=rehearsal)
        return line.post("https://ivr.example/voice", (("CallSid", "CA1"),)).status

    assert post(NamedKey("k1", algorithm, "a secret")) == 200
    assert post(NamedKey("k1", algorithm, "another")) == 403
    assert post(NamedKey("k2", algorithm, "a secret")) == 403


def test_without_a_clock_a_set_is_not_chosen(office: Office) -> None:
    version, secret = "0123456789ab", trial_secret(SECRET)
    seal = hmac.digest(secret, f"ivr-set:{version}:CA1".encode(), "sha256").hex()

    def handle(_method: str, path: str, query: str, headers: Any, body: bytes) -> tuple[int, str, bytes]:
        request = Request(
            path, query, headers["Content-Type"], headers["X-Twilio-Signature"], None, None, body, f"{version};{seal}"
        )
        reply = answer(office.service, request, NOW)
        return reply.status, reply.content_type, reply.body

    line = CallableLine(handle, token=TOKEN, public="https://ivr.example")
    assert line.post("https://ivr.example/voice", (("CallSid", "CA1"),)).status == 200
    assert turns(office)[-1][3] is False


# The page


def test_the_page_is_set_by_its_address(browser: Browser) -> None:
    browser.get("/operator/phone?at=2026-11-28T02:00&language=ar&flow=duty&caller=hidden&version=live")
    for words in ('value="2026-11-28T02:00"', '<option value="ar" lang="ar" selected', "<option selected>duty"):
        assert words in browser.text
    assert '<option value="hidden" selected' in browser.text


@pytest.mark.parametrize("field", ["at", "language", "flow", "caller", "version"])
def test_nothing_of_an_address_becomes_a_part_of_the_page(browser: Browser, field: str) -> None:
    hostile = "\"><script>alert('x')</script>"
    assert browser.get("/operator/phone", query_string={field: hostile}) == 200
    assert "<script>alert" not in browser.reply.get_data(as_text=True)
    assert browser.post("/operator/phone/call", {field: hostile, "plain": "yes"}) == 200
    assert "<script>alert" not in browser.reply.get_data(as_text=True)


def test_without_javascript_the_page_carries_the_call(office: Office, browser: Browser) -> None:
    assert browser.post("/operator/phone/call", {"plain": "yes", "at": "2026-11-25T12:00"}) == 200
    assert "Willkommen" in browser.text

    def hidden(name: str) -> str:
        raw = browser.reply.get_data(as_text=True)
        from html import unescape

        return unescape(raw.partition(f'name="{name}" value="')[2].partition('"')[0])

    fields = {"plain": "yes", "call": hidden("call"), "shown": hidden("shown")}
    assert browser.post("/operator/phone/turn", {**fields, "key": "3"}) == 200
    assert "Willkommen" in browser.text
    assert "Es klingelt bei: Ordnungsamt" in browser.text
    fields = {"plain": "yes", "call": hidden("call"), "shown": '[{"did": "forged"}].0'}
    assert browser.post("/operator/phone/turn", {**fields, "result": "busy"}) == 200
    assert "forged" not in browser.text
    assert "besetzt" in browser.text


def test_without_the_database_the_version_in_force_can_be_called(office: Office, browser: Browser) -> None:
    office.lose_database()
    assert browser.get("/operator/phone") == 200
    assert "Willkommen" in Phone(browser).text
    assert "Datenbank" in Phone(browser, version="0123456789ab").facts["status"]


def test_a_path_of_the_public_address(tmp_path: Path) -> None:
    office = Office(tmp_path, IVR_PUBLIC_URL="https://ivr.example/ivr")
    office.add("anna", "view")
    browser = office.browser()
    browser.base = "https://ivr.example"
    browser.log_in("anna")
    browser.get("/operator/phone")
    assert 'data-call="/ivr/operator/phone/call"' in browser.text


def test_every_word_is_there_in_both_languages() -> None:
    for name, sentence in WORDS.items():
        assert sentence.de, name
        assert sentence.en, name
