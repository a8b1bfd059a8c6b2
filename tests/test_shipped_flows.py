"""The shipped flows of the public, whole: every place that a caller can reach, in every language, with everything that
she can do there.

The service runs in this process and is asked through the street, with signed webhooks. Where a call stands is read
from the documents alone: the address that they give out. Two states that differ in the number of the turn only are
one, so that the search ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
import yaml
from grammar import problems
from lxml import etree
from scripts import BERLIN
from service import CALLED, CALLER, PUBLIC, failures, post, service_of

from ivr.settings import PACKAGE_FLOWS
from ivr.speech import CODES, language
from ivr.speech.pronunciation import AS_WRITTEN

NUMBERS = {"1": "+492315027111", "2": "+492315011124", "3": "+492315028888", "4": "+492311321162"}
"""What each key of the main menu dials."""

ALWAYS = {"1", "2"}
"""Keys of the offices whose hours nobody knows: they are always put through."""

HOTLINE = yaml.safe_load((PACKAGE_FLOWS / "hotline.yaml").read_text("utf-8"))["steps"]
EMERGENCY = {code: language(code).spell_out(text) for code, text in HOTLINE["emergency_first"]["say"].items()}
GREETING = {code: language(code).spell_out(text) for code, text in HOTLINE["welcome"]["say"].items()}
OTHER_LANGUAGE = {
    code: text if isinstance(text, str) else text["en"]
    for code, text in HOTLINE["main"]["menu"]["options"][9]["for"].items()
}
TIMES = {
    "open": "2026-11-23T10:00",
    "opens soon": "2026-11-23T08:50",
    "opens within the hour": "2026-11-23T08:10",
    "closes soon": "2026-11-23T20:20",
    "the last second": "2026-11-23T20:29:59",
    "closed": "2026-11-28T21:00",
    "a Sunday": "2026-11-29T12:00",
    "a holiday": "2026-12-25T12:00",
}
OPEN = {"open", "closes soon", "the last second"}
STATUS = {
    "open": {
        "de": "Die Citywache ist jetzt geöffnet, bis zwanzig Uhr dreißig.",
        "en": "The Citywache is open now, until eight thirty p.m.",
    },
    "opens soon": {
        "de": "Die Citywache öffnet in zehn Minuten, um neun Uhr.",
        "en": "The Citywache opens in ten minutes, at nine a.m.",
    },
    "closed": {
        "de": "Die Citywache ist jetzt geschlossen. Sie öffnet am Montag um neun Uhr wieder.",
        "en": "The Citywache is closed now. It opens again on Monday at nine a.m.",
    },
}

KEYS = [{"Digits": key} for key in "0123456789*#"]
AT_A_MENU = [
    *KEYS,
    {"Digits": ""},
    {},
    {"Digits": "12"},
    {"CallStatus": "completed"},
    {"CallStatus": "completed", "Digits": ""},
]
AT_A_DIAL = [
    *({"DialCallStatus": result} for result in ("completed", "answered", "busy", "no-answer", "failed", "canceled")),
    {"DialCallStatus": "no-answer", "CallStatus": "completed"},
    {},
]
SERVICE = service_of()
VERSION = SERVICE.current.flows.version
ADDRESS = re.compile(rf"{PUBLIC}(/voice/1/{VERSION}/[a-z_]+/[a-z_]+/[a-z]{{2}}\.)(\d+)(\.[a-z0-9_.~-]*)")
CALLERS = yaml.safe_load((Path(__file__).parent / "cases" / "contacts" / "callers.yaml").read_text("utf-8"))


def at(time: str) -> datetime:
    return datetime.fromisoformat(TIMES.get(time, time)).replace(tzinfo=BERLIN)


@dataclass(frozen=True)
class Document:
    """What a caller gets in one turn."""

    body: bytes

    @property
    def response(self):
        return etree.fromstring(self.body)

    @property
    def addresses(self) -> list[str]:
        """Where the next input goes, by every way that the document offers."""
        root = self.response
        return [*root.xpath("Gather/@action"), *root.xpath("Redirect/text()"), *root.xpath("Dial/@action")]

    @property
    def waits_for(self) -> str:
        """`Gather`, `Dial` or `Hangup`."""
        (verb,) = (child.tag for child in self.response if child.tag in {"Gather", "Dial", "Hangup"})
        return verb

    @property
    def words(self) -> str:
        return " ".join(self.response.xpath("//Say/text()"))

    @property
    def dialled(self) -> list[str]:
        return self.response.xpath("Dial/Number/text()")


def ask(
    path: str, time: str, given: dict[str, str], caller: str = CALLER, called: str = CALLED, query: str = ""
) -> Document:
    fields = {"CallSid": "CA1", "CallStatus": "in-progress", "From": caller, "To": called, **given}
    reply = post(SERVICE, path, at(time), fields, query)
    assert reply.status == 200
    assert failures(SERVICE) == []
    return Document(reply.body)


def call(time: str, code: str = "de", **who: str) -> Document:
    return ask("/voice", time, {"CallStatus": "ringing"}, query=f"language={code}", **who)


def onward(document: Document, time: str, given: dict[str, str], **who: str) -> Document:
    return ask(document.addresses[0].removeprefix(PUBLIC), time, given, **who)


def place(document: Document) -> str | None:
    """The path of the next input, with the number of the turn taken out; None at the end of a call."""
    found = {ADDRESS.fullmatch(address) for address in document.addresses}
    assert None not in found, document.addresses
    paths = {f"{match[1]}1{match[3]}" for match in found}
    assert len(paths) == (document.waits_for != "Hangup")
    return paths.pop() if paths else None


# --- every state, language and input -------------------------------------------------------------------------------


@cache
def explored(time: str) -> list[tuple[str | None, dict[str, str], Document]]:
    """All that can happen to callers at one time: where the call stood (None: it came in), the input, the document."""
    happened = []
    seen: dict[str, Document] = {}
    waiting: list[str] = []

    def arrived(path: str | None, given: dict[str, str], document: Document) -> None:
        happened.append((path, given, document))
        here = place(document)
        if here is not None and here not in seen:
            seen[here] = document
            waiting.append(here)

    for code in CODES:
        arrived(None, {}, call(time, code))
    while waiting:
        here = waiting.pop(0)
        for given in AT_A_MENU if seen[here].waits_for == "Gather" else AT_A_DIAL:
            arrived(here, given, ask(here, time, given))
    return happened


at_all_times = pytest.mark.parametrize("time", TIMES)


@at_all_times
def test_every_document_is_one_that_every_provider_plays(time):
    for body in {document.body for _, _, document in explored(time)}:
        assert problems(body, profile="portable", numbers=NUMBERS.values()) == []


@at_all_times
def test_no_digit_is_spoken_and_nobody_is_left_in_silence(time):
    for path, given, document in explored(time):
        assert not re.search(r"\d", document.words), document.words
        hung_up = given.get("CallStatus") == "completed"
        talked = given.get("DialCallStatus") in ("completed", "answered")
        assert (document.words == "") == (hung_up or talked), (path, given)


def test_the_whole_of_every_flow_was_seen():
    """Every sentence of the operators that does not depend on the clock is heard by somebody, sometime."""
    happened = [document for time in TIMES for _, _, document in explored(time)]
    assert len(happened) > 5000
    heard = "\n".join({document.words for document in happened})
    flows = SERVICE.current.flows
    steps = [step for spot, step in flows.steps.items() if spot.flow not in flows.entrances]
    sayings = SERVICE.current.flows.pronunciations
    ready = [line.ready for step in steps for said in step.lines() for line in said.values() if line.ready]
    sentences = [sayings.get(said.language, AS_WRITTEN).say(said.text) for said in ready]
    assert [sentence for sentence in sentences if sentence not in heard] == []
    assert {number for document in happened for number in document.dialled} == set(NUMBERS.values())


@at_all_times
def test_connections_are_bounded_and_reported(time):
    dials = [document.response.find("Dial") for _, _, document in explored(time) if document.waits_for == "Dial"]
    assert {dial.findtext("Number") for dial in dials} >= {NUMBERS["1"], NUMBERS["2"]}
    for dial in dials:
        assert dict(dial.attrib) == {
            "action": dial.get("action"),
            "method": "POST",
            "timeout": "25",
            "timeLimit": "1800",
            "callerId": CALLER,
        }


@at_all_times
def test_menus_wait_in_one_way(time):
    for _, _, document in explored(time):
        gather = document.response.find("Gather")
        if gather is None:
            continue
        assert dict(gather.attrib) == {
            "action": gather.get("action"),
            "actionOnEmptyResult": "true",
            "finishOnKey": "",
            "input": "dtmf",
            "method": "POST",
            "numDigits": "1",
            "timeout": gather.get("timeout"),
        }
        assert gather.get("timeout") in ("6", "10")
        assert [child.tag for child in document.response] == ["Gather", "Redirect"]


# --- the main menu -------------------------------------------------------------------------------------------------


@at_all_times
@pytest.mark.parametrize("code", CODES)
def test_everything_is_said_while_a_key_already_works(time, code):
    gather = call(time, code).response.find("Gather")
    words = " ".join(gather.xpath("Say/text()"))
    assert GREETING[code] in words
    assert words.index(language(code).spell_out("110")) < words.index(OTHER_LANGUAGE[code])
    if code in STATUS.get(time, {}):
        assert STATUS[time][code] in words
    assert [key for key in "12345" if language(code).key(key) not in words] == []


@at_all_times
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("key", NUMBERS)
def test_a_key_pressed_at_once_connects_or_says_why_not(time, code, key):
    answered = onward(call(time, code), time, {"Digits": key})
    if key in ALWAYS or time in OPEN:
        assert answered.dialled == [NUMBERS[key]]
        assert answered.waits_for == "Dial"
        assert onward(answered, time, {"DialCallStatus": "completed"}).waits_for == "Hangup"
        for result in ("busy", "no-answer", "failed"):
            missed = onward(answered, time, {"DialCallStatus": result})
            assert missed.waits_for == "Gather"
            assert spoken(code, NUMBERS[key]) in missed.words
    else:
        assert answered.waits_for == "Hangup"
        assert spoken(code, NUMBERS["4"]) in answered.words
        assert language(code).spell_out("110") in answered.words


def spoken(code: str, number: str) -> str:
    """A number as it is read out, as far as it is the same at the beginning of a sentence and within."""
    entries = SERVICE.current.clerk.directory.contacts.values()
    (phone,) = (entry.phone for entry in entries if entry.phone and entry.phone.e164 == number)
    return language(code).phone(phone.groups).partition(" ")[2]


def test_the_numbers_that_are_read_out():
    assert spoken("de", NUMBERS["3"]) == "zwo drei eins, fünf null, zwo, acht acht, acht acht"
    assert spoken("en", NUMBERS["4"]) == "two three one, one three two, one one, six two"


# --- callers who do not do what they are asked ---------------------------------------------------------------------

HELPLESS = {
    "silence": [{}],
    "silence, said so": [{"Digits": ""}],
    "wrong keys": [{"Digits": "7"}],
    "two keys at once": [{"Digits": "12"}],
    "silence and wrong keys": [{}, {"Digits": "8"}],
    "wrong keys and silence": [{"Digits": "6"}, {}, {}],
}


@pytest.mark.parametrize("does", HELPLESS.values(), ids=HELPLESS)
@at_all_times
@pytest.mark.parametrize("code", CODES)
def test_a_helpless_caller_ends_with_a_number(does, time, code):
    for first in (
        [],
        [{"Digits": "5"}],
        [{"Digits": "5"}, {"Digits": "3"}],
        [{"Digits": "1"}, {"DialCallStatus": "busy"}],
    ):
        document = call(time, code)
        for given in first:
            document = onward(document, time, given)
        turns = 1
        while document.waits_for != "Hangup":
            document = onward(document, time, does[turns % len(does)])
            turns += 1
            assert turns <= 12
        assert spoken(code, NUMBERS["3"]) in document.words


@pytest.mark.parametrize("code", CODES)
def test_a_caller_who_changes_her_language_keeps_it(code):
    choice = onward(call("open"), "open", {"Digits": "9"})
    voices = choice.response.xpath("Gather/Say/@language")
    assert [voice[:2] for voice in voices] == list(CODES)
    there = onward(choice, "open", {"Digits": str(CODES.index(code) + 1)})
    assert there.words.startswith(EMERGENCY[code])
    again = onward(there, "open", {})
    assert again.words.startswith(language(code).no_input())
    assert onward(onward(again, "open", {"Digits": "9"}), "open", {"Digits": "1"}).words.startswith(EMERGENCY["de"])


@pytest.mark.parametrize("code", CODES[1:])
def test_a_call_from_greeting_to_connection_is_in_its_own_language(code):
    """Nothing is left German: every voice is one of the language, and no word of ours is German's."""
    german = {word for text in all_words("de") for word in words_of(text)}
    names = {"citywache", "dortmund", "nordstadt", "nordmarkt", "dreckpetze", "brüderweg", "bornstraße"}
    voice = language(code).voices["twilio"]
    for time in ("open", "closed"):
        document = call(time, code)
        for given in ({"Digits": "5"}, {"Digits": "1"}, {"Digits": "5"}, {"Digits": "3"}):
            assert set(document.response.xpath("//Say/@language")) == {voice.tag}
            assert set(document.response.xpath("//Say/@voice")) == {voice.name}
            said = set(words_of(document.words))
            assert {word for word in said & german if len(word) > 3} - names - COMMON == set()
            document = onward(document, time, given)


COMMON = {"app", "information", "service"}
"""Words that German shares with other languages."""


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())


def all_words(code: str) -> list[str]:
    steps = SERVICE.current.flows.steps.values()
    lines = [said[code] for step in steps for said in step.lines() if code in said]
    return ["".join(part for part in line.parts if isinstance(part, str)) for line in lines if line.spoken_in == code]


# --- whose number is shown -----------------------------------------------------------------------------------------


def without_caller_id(document: Document) -> bytes:
    return re.sub(rb' callerId="[^"]*"', b"", document.body)


@pytest.mark.parametrize("caller", CALLERS["withheld"], ids=repr)
def test_who_withholds_the_number_gets_through_like_anybody(caller):
    journey = [{"Digits": "1"}, {"DialCallStatus": "busy"}, {"Digits": "3"}, {"DialCallStatus": "no-answer"}, {}]
    known, unknown = call("open"), call("open", caller=caller)
    for given in journey:
        assert unknown.body == known.body or unknown.response.find("Dial").get("callerId") == CALLED
        assert without_caller_id(unknown) == without_caller_id(known)
        known = onward(known, "open", given)
        unknown = onward(unknown, "open", given, caller=caller)


@pytest.mark.parametrize(
    ("caller", "called", "shown"),
    [
        (CALLER, CALLED, CALLER),
        ("+31612345678", CALLED, "+31612345678"),
        ("anonymous", CALLED, CALLED),
        ("+266696687", CALLED, CALLED),
        ("", CALLED, CALLED),
        ("anonymous", "sip:kod@ivr.example", None),
        ("", "", None),
        ("sip:anna@example.org", "anonymous", None),
        (CALLER, "", CALLER),
    ],
)
def test_caller_id(caller, called, shown):
    dial = onward(call("open", caller=caller, called=called), "open", {"Digits": "1"}, caller=caller, called=called)
    assert dial.response.find("Dial").get("callerId") == shown


def test_a_webhook_that_names_nobody_is_answered_too():
    reply = post(SERVICE, "/voice", at("open"), {"CallSid": "CA1"})
    assert reply.body == call("open").body
