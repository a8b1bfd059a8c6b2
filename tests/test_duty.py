"""The duty line: what the shipped flow lets callers with a PIN do, asked through the street with signed webhooks."""

from __future__ import annotations

import io
import re
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from grammar import problems
from lxml import etree
from scripts import BERLIN
from service import CALLED, CALLER, CONTACTS, FLOWS, PUBLIC, TOKEN, loaded, post

from ivr.cli import main
from ivr.instructions import Instruction
from ivr.observe import Journal
from ivr.pins import MOST_WRONG, WINDOW, FileAttempts, hash_pin
from ivr.street import Service, prepare
from ivr.street.signature import Verifier
from ivr.world import Standing

if TYPE_CHECKING:
    from pathlib import Path

PIN = "80351946"
"""A canary: it must be found nowhere but in the provider's webhook."""

SET = loaded()
MONDAY = datetime(2026, 11, 23, 10, tzinfo=BERLIN)
OPEN = "Die Citywache ist jetzt geöffnet, bis zwanzig Uhr dreißig."
SHUT = "Die Citywache ist jetzt geschlossen. Sie öffnet morgen um neun Uhr wieder."
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PINS = tuple(
    Instruction("pin", name, kept, LONG_AGO)
    for name, kept in (("leitstelle", hash_pin(PIN, 4)), ("Kein Name", hash_pin("20261", 4)), ("kaputt", "x"))
)


@dataclass
class Duty:
    """A service, its machine's folder, and all that it was told."""

    service: Service
    journal: io.StringIO
    folder: Path
    told: list[Instruction] = field(default_factory=list)
    keeps: bool = True
    calls: int = 0

    def instruct(self, instruction: Instruction) -> bool:
        self.told.append(instruction)
        return self.keeps


@pytest.fixture
def duty(tmp_path: Path) -> Duty:
    assert SET.flows is not None
    assert SET.directory is not None
    journal = io.StringIO()
    prepared = prepare(SET.flows, SET.directory, PUBLIC, "twilio")
    service = Service(PUBLIC, Verifier([TOKEN]), Journal(journal), prepared.under(Standing(PINS)))
    found = Duty(service, journal, tmp_path / "pins")
    service.instruct = found.instruct
    service.attempts = FileAttempts(found.folder)
    return found


class Call:
    """One call, from the first webhook on."""

    def __init__(self, duty: Duty, at: datetime = MONDAY, query: str = "flow=duty") -> None:
        duty.calls += 1
        self.duty, self.at, self.sid = duty, at, f"CA{duty.calls}"
        self.webhook: tuple[str, dict[str, str], str] = ("", {}, "")
        self.bodies: list[bytes] = []
        self._post("/voice", {}, query)

    def _post(self, path: str, given: dict[str, str], query: str = "") -> None:
        self.webhook = (path, given, query)
        fields = {"CallSid": self.sid, "CallStatus": "in-progress", "From": CALLER, "To": CALLED, **given}
        reply = post(self.duty.service, path, self.at, fields, query)
        assert reply.status == 200
        assert problems(reply.body) == []
        self.bodies.append(reply.body)

    def types(self, *digits: str | None) -> Call:
        for each in digits:
            (address,) = {*self.response.xpath("Gather/@action"), *self.response.xpath("Redirect/text()")}
            self._post(address.removeprefix(PUBLIC), {} if each is None else {"Digits": each})
        return self

    def once_more(self) -> bytes:
        """The last webhook again, as providers send them."""
        self._post(*self.webhook)
        return self.bodies[-1]

    @property
    def response(self) -> Any:
        return etree.fromstring(self.bodies[-1])

    @property
    def words(self) -> str:
        return " ".join(self.response.xpath("//Say/text()"))

    @property
    def over(self) -> bool:
        return self.response.find("Hangup") is not None


# -- what it is for ----------------------------------------------------------------------------------------------------


def test_the_station_is_closed_until_midnight_and_that_is_read_back(duty: Duty) -> None:
    call = Call(duty)
    assert call.words.startswith("Diensttelefon der Citywache. Bitte geben Sie Ihre Geheimzahl ein")
    assert OPEN in call.types(PIN).words
    assert call.types("1").words.startswith(f"{SHUT} Für eine weitere Änderung")
    (told,) = duty.told
    assert (told.kind, told.subject, told.value) == ("switch", "citywache", "closed")
    assert (told.author, told.channel) == ("leitstelle", "phone")
    assert told.at == MONDAY
    assert told.until == datetime(2026, 11, 24, tzinfo=BERLIN)
    # And the public hears it too.
    assert SHUT in Call(duty, query="").words
    # Until the usual hours hold again.
    assert OPEN in call.types("1", "5").words
    assert (duty.told[1].value, duty.told[1].until) == ("usual", None)


@pytest.mark.parametrize(
    ("keys", "value", "until"),
    [
        (["2", "1430", "1"], "closed", datetime(2026, 11, 23, 14, 30, tzinfo=BERLIN)),
        (["2", "1430", "2", "0900", "1"], "closed", datetime(2026, 11, 24, 9, tzinfo=BERLIN)),
        (["2", "99", "2400", "1"], "closed", datetime(2026, 11, 24, tzinfo=BERLIN)),
        (["3"], "open", datetime(2026, 11, 24, tzinfo=BERLIN)),
        (["4", "2215", "1"], "open", datetime(2026, 11, 23, 22, 15, tzinfo=BERLIN)),
    ],
)
def test_until_a_time(duty: Duty, keys: list[str], value: str, until: datetime) -> None:
    Call(duty).types(PIN, *keys)
    (told,) = duty.told
    assert (told.value, told.until) == (value, until)


def test_in_english(duty: Duty) -> None:
    call = Call(duty, query="language=en&flow=duty")
    assert "The Citywache is open now" in call.types(PIN).words
    assert set(call.response.xpath("//Say/@language")) == {"en-GB"}
    assert "Turkish" not in Call(duty, query="language=tr&flow=duty").words


def test_what_could_not_be_kept_is_never_confirmed(duty: Duty) -> None:
    duty.keeps = False
    words = Call(duty).types(PIN, "1").words
    assert words.startswith("Das konnte nicht gespeichert werden. Es hat sich nichts geändert.")
    assert len(duty.told) == 1


def test_when_keeping_fails_altogether_the_caller_hears_an_apology(duty: Duty) -> None:
    def broken(_instruction: Instruction) -> bool:
        raise OSError("the disk is on fire")

    duty.service.instruct = broken
    call = Call(duty).types(PIN, "1")
    assert call.over
    assert call.words.startswith("Entschuldigung")


def test_where_nothing_is_kept_nothing_is_accepted(duty: Duty) -> None:
    fresh = Service(PUBLIC, Verifier([TOKEN]), Journal(io.StringIO()), duty.service.current)
    duty.service.instruct = fresh.instruct
    assert "nicht gespeichert" in Call(duty).types(PIN, "1").words
    duty.service.attempts = fresh.attempts
    assert "zu oft eine falsche Geheimzahl" in Call(duty).types(PIN).words


def test_a_webhook_that_comes_twice_tells_nothing_new(duty: Duty) -> None:
    call = Call(duty).types(PIN)
    assert call.once_more() == call.bodies[1]
    call.types("1")
    assert call.once_more() == call.bodies[-2]
    first, second = duty.told
    assert first == second


# -- the PIN -----------------------------------------------------------------------------------------------------------


def test_three_tries_in_a_call(duty: Duty) -> None:
    call = Call(duty).types("11223")
    assert call.words.startswith("Diese Geheimzahl ist nicht richtig. Bitte geben Sie")
    assert call.types("11223").words.startswith("Diese Geheimzahl ist nicht richtig. Bitte geben Sie")
    assert call.types("11223").words == "Diese Geheimzahl ist nicht richtig. Auf Wiederhören."
    assert call.over


def test_five_in_all_calls_then_not_even_the_right_one(duty: Duty) -> None:
    Call(duty).types("11223", "11224", "11225")
    Call(duty).types("11226", "11227")
    locked = Call(duty, MONDAY + timedelta(minutes=1)).types(PIN)
    assert locked.words.startswith("Zuletzt wurde zu oft eine falsche Geheimzahl eingegeben.")
    assert locked.words.endswith("Auf Wiederhören.")
    assert locked.over
    assert OPEN in Call(duty, MONDAY + WINDOW).types(PIN).words


def test_whose_number_calls_plays_no_part(duty: Duty) -> None:
    for number in range(MOST_WRONG):
        call = Call(duty)
        fields = {"CallSid": call.sid, "From": f"+4915112345{number:03}", "Digits": "11223"}
        (address,) = call.response.xpath("Gather/@action")
        post(duty.service, address.removeprefix(PUBLIC), MONDAY, fields)
    assert "zu oft" in Call(duty).types(PIN).words


def test_slips_of_the_finger_use_up_no_tries(duty: Duty) -> None:
    for _ in range(4):
        Call(duty).types("8035", "*0#", None)
    assert OPEN in Call(duty).types(PIN).words


def test_a_name_that_fits_no_address_lets_nobody_in(duty: Duty) -> None:
    assert "nicht richtig" in Call(duty).types("20261").words


@pytest.mark.parametrize(
    "query", ["", "flow=hotline", "flow=info", "flow=nowhere", "flow=", "flow=duty/now", "Flow=duty"]
)
def test_no_other_address_leads_there(duty: Duty, query: str) -> None:
    assert "Willkommen beim Kommunalen Ordnungsdienst" in Call(duty, query=query).words


def test_the_pin_is_written_down_nowhere(duty: Duty) -> None:
    call = Call(duty).types("80351947", PIN, "2", "1430", "1", "2")
    assert call.over
    Call(duty).types("*80351946", "80351946#")
    files = [path.read_bytes() for path in duty.folder.rglob("*") if path.is_file()]
    told = " ".join(map(repr, duty.told)).encode()
    everything = b" ".join([*call.bodies, duty.journal.getvalue().encode(), told, *files])
    for digits in (b"8035194", b"1947"):
        assert digits not in everything
    assert b'"pin": "refused"' in everything
    assert b'"pin": "done"' in everything
    assert b'"instruction": "done"' in everything
    assert b'"key": "several"' in everything


def test_not_even_the_first_digit_of_a_pin_is_written_down(duty: Duty) -> None:
    Call(duty).types("7")
    assert '"key": "several"' in duty.journal.getvalue()
    assert '"key": "7"' not in duty.journal.getvalue()


# -- in the terminal ---------------------------------------------------------------------------------------------------


def ivr_call(*words: str, typed: str | None = None) -> Result:
    files = ("--flows", str(FLOWS), "--contacts", str(CONTACTS), "--at", "2026-11-23T10:00")
    return CliRunner().invoke(main, ["call", *files, *words], input=typed)


def test_a_phone_types_several_digits() -> None:
    played = ivr_call("--flow", "duty", "--pin", "80351", "--keys", "80351#,2,1430,1")
    assert played.exit_code == 0
    assert "[de] Vierzehn Uhr dreißig." in played.stdout
    by_hand = ivr_call("--flow", "duty", "--pin", "80351", typed="80351#\n1\n2\n")
    assert "Der Dienst wartet 10 s auf Ziffern (0-9 * #, mehrere hintereinander, Enter" in by_hand.stdout
    assert (by_hand.stdout.count(OPEN), by_hand.stdout.count(SHUT)) == (1, 1)


@pytest.mark.parametrize(
    ("trouble", "heard"), [("locked", "zu oft eine falsche Geheimzahl"), ("not_kept", "nicht gespeichert")]
)
def test_a_phone_meets_trouble(trouble: str, heard: str) -> None:
    assert heard in ivr_call("--flow", "duty", "--pin", "80351", "--trouble", trouble, "--keys", "80351#,1").stdout


@pytest.mark.parametrize(
    "words",
    [
        ["--flow", "info"],
        ["--flow", "duty", "--lang", "tr"],
        ["--pin", "80351", "--url", "http://127.0.0.1:1"],
        ["--trouble", "locked", "--url", "http://127.0.0.1:1"],
    ],
)
def test_what_a_phone_cannot_do_is_said(words: list[str]) -> None:
    assert ivr_call(*words, "--keys", "1").exit_code == 2


# -- all that can happen there -----------------------------------------------------------------------------------------

INPUTS = ["1", "2", "3", "4", "5", "9", "*", "#", None, PIN, "11223", "1430", "123"]


def test_the_whole_of_the_flow_was_seen(duty: Duty) -> None:
    """Every sentence is heard by somebody; none has a digit in it, and every document is one that providers play."""
    heard: set[str] = set()
    seen: set[str] = set()
    for query in ("flow=duty", "flow=duty&language=en"):
        for trouble in ("", "locked", "not_kept"):
            duty.keeps = trouble != "not_kept"
            waiting = deque([Call(duty, query=query)])
            while waiting:
                call = waiting.popleft()
                heard.add(call.words)
                assert not re.search(r"\d", call.words)
                places = call.response.xpath("Gather/@action")
                place = re.sub(r"/([a-z]{2})\.\d+\.", r"/\1.", places[0]) + trouble if places else ""
                if not place or place in seen:
                    continue
                seen.add(place)
                for given in INPUTS:
                    if trouble != "locked":
                        duty.service.attempts = FileAttempts(duty.folder / f"{len(seen)} {given}")
                    else:
                        duty.service.attempts = Service(
                            PUBLIC, Verifier([TOKEN]), Journal(io.StringIO()), duty.service.current
                        ).attempts
                    onward = Call.__new__(Call)
                    onward.__dict__ |= {**call.__dict__, "bodies": [*call.bodies]}
                    waiting.append(onward.types(given))
    all_heard = "\n".join(heard)
    assert SET.flows is not None
    steps = [step for spot, step in SET.flows.steps.items() if spot.flow == "duty"]
    ready = [line.ready.text for step in steps for said in step.lines() for line in said.values() if line.ready]
    assert [sentence for sentence in ready if sentence not in all_heard] == []
