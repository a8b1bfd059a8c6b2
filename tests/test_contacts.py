"""Contacts: printed numbers and their guard, callers' numbers, words per language, and the directory."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType
from pydantic import TypeAdapter, ValidationError
from scripts import played

from ivr import call
from ivr.contacts import (
    Directory,
    Phone,
    Phrase,
    allowed,
    build_directory,
    caller_number,
    masked,
    plan,
    shape,
)
from ivr.contacts.shape import ContactsFile
from ivr.instructions import Instruction
from ivr.loader import load, load_contacts
from ivr.source.places import Place, Row, Word
from ivr.source.problems import Problem, Refused
from ivr.source.reader import read_yaml
from ivr.world import Clerk

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "cases" / "contacts"
HERE = Place("contacts.yaml", 7, 12, 17)


def cases(name: str) -> Any:
    return yaml.safe_load((CASES / name).read_text(encoding="utf-8"))


def refusal_of(text: str) -> Problem | None:
    try:
        Phone.read(Word(text, HERE))
    except Refused as refused:
        (problem,) = refused.problems
        return problem
    return None


# Numbers as printed

PHONES = cases("phones.yaml")
REFUSED = [(code, printed) for code, listed in PHONES["refused"].items() for printed in listed]


@pytest.mark.parametrize(("printed", "e164", "shown", "groups"), PHONES["accepted"])
def test_a_number_is_read_in_every_style(printed, e164, shown, groups):
    phone = Phone.read(Word(printed, HERE))
    assert (phone.e164, phone.shown, " ".join(phone.groups)) == (e164, shown, groups)
    assert (phone.printed, phone.place) == (" ".join(printed.split()), HERE)
    assert allowed(phone.e164)
    assert phonenumbers.format_number(phonenumbers.parse(printed, "DE"), phonenumbers.PhoneNumberFormat.E164) == (e164)
    assert Phone.read(Word(shown)).e164 == e164


@pytest.mark.parametrize(("code", "printed"), REFUSED)
def test_a_number_is_refused_with_its_reason(code, printed):
    problem = refusal_of(printed)
    assert problem is not None
    words, written = PHONES["messages"][code], " ".join(printed.split())
    assert problem.code == code
    assert problem.message == (f"„{written}“ {words['de']}", f"“{written}” {words['en']}")
    assert problem.place == HERE
    assert problem.severity == "error"
    assert problem.hint == (PHONES["repair"]["de"], PHONES["repair"]["en"])


def test_every_reason_has_its_cases():
    assert set(PHONES["refused"]) == set(PHONES["messages"])


@pytest.mark.parametrize("node", [Word("", HERE), Word("  ", HERE), Row()])
def test_a_missing_number_is_said(node):
    with pytest.raises(Refused) as refused:
        Phone.read(node)
    (problem,) = refused.value.problems
    assert problem.code == "bad-phone"
    assert problem.message == (
        "Hier muss eine Telefonnummer stehen, und nur eine.",
        "A telephone number belongs here, and only one.",
    )


@pytest.mark.parametrize(("code", "printed"), REFUSED)
def test_no_refused_number_is_rendered_either(code, printed):
    """The second line: whatever string arrives at a connection, only E.164 numbers of the plan pass."""
    assert not allowed(printed)
    if code in KINDS_OF_NUMBERS:
        digits = "".join(str(int(sign)) for sign in printed if sign.isdecimal())
        abroad = "+" in printed or digits.startswith("00")
        assert not allowed(("+" if abroad else "+49") + digits.lstrip("0"))


KINDS_OF_NUMBERS = {
    "emergency-number",
    "short-number",
    "directory-number",
    "premium-number",
    "mass-call-number",
    "shared-cost-number",
    "nationwide-number",
    "personal-number",
    "call-by-call-number",
    "special-number",
    "pager-number",
    "foreign-number",
}


@pytest.mark.parametrize("text", PHONES["not_e164"])
def test_only_the_plain_e164_form_is_allowed(text):
    assert allowed("+492315027111")
    assert not allowed(text)


# The plan against the metadata of libphonenumber

_KINDS = {PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE}


def exists(e164: str) -> bool:
    number = phonenumbers.parse(e164)
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) in _KINDS


@pytest.mark.parametrize("first", "23456789")
def test_the_blocks_and_area_codes_are_those_of_libphonenumber(first):
    for block in product("0123456789", repeat=2 if first != "3" else 4):
        national = f"{first}{''.join(block)}{'23456' if first != '3' else '234'}"
        number = phonenumbers.parse(f"+49{national}")
        if national.startswith(("32", "70", "800", "900")):
            continue
        area = phonenumbers.length_of_geographical_area_code(number)
        may_be = exists(f"+49{national}") and not national[area:].startswith(("0", "11"))
        assert allowed(f"+49{national}") == may_be, national
        assert not may_be or plan.area_length(national) == area, national


NATIONAL = st.one_of(
    st.from_regex(r"[1-9][0-9]{1,13}", fullmatch=True),
    st.from_regex(r"(231|30|2304|3301|33701|171|1512|160|800)[0-9]{2,11}", fullmatch=True),
    st.from_regex(r"(231|30|2304|33701)?11[0-9][0-9]{0,6}", fullmatch=True),
    st.from_regex(r"(900|137|138|180|118|32|700|19|10|12|18|16[489])[0-9]{2,9}", fullmatch=True),
)
NEVER = re.compile(r"10|11|12|13|14|18|19|16[1456789]|32|31|700|900")


@given(NATIONAL)
def test_reading_and_rendering_agree(national):
    e164 = f"+49{national}"
    may_be_read = refusal_of(e164) is None
    assert may_be_read <= allowed(e164)
    if len(national) <= 12:
        assert may_be_read == allowed(e164)
    if allowed(e164):
        assert not NEVER.match(national)
        area = phonenumbers.length_of_geographical_area_code(phonenumbers.parse(e164))
        assert not area or not national[area:].startswith("11")


# Disguises (whatever is written, only what is meant to be dialled can be)

GOOD = ["2315027111", "2315011124", "2315028888", "2311321162", "3090180", "1712345678", "8001234567"]
BAD = ["110", "112", "115", "116117", "11833", "231110", "231112", "9001234567", "1377123456", "13712345"]
BAD += ["1381234", "1805123456", "32212345678", "70012345678", "1911234", "101302315027111", "18112345"]
ABROAD = [
    "19005551234",
    "4312345678",
    "12684981234",
    "5351234567",
    "25261234567",
    "87077311163",
    "3790123456",
]

SIGNS = [" ", "-", "/", ".", "(", ")", "\u00a0", "\u200b", "–", "w", ";", ",", "#", "x", "\t"]
SCRIPTS = ["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९"]
BEFORE = ["", "0", "+49", "+49 (0)", "0049", "00490", "+490", "49", "tel:", "tel:+49", "sip:", "(0", "＋４９"]
BEHIND = ["", "w", "w1", ";ext=1", ",,1", "@10.0.0.1", "#", " (Zentrale)", "-", " "]


@st.composite
def disguised(draw: st.DrawFn, nationals: list[str], before: list[str] = BEFORE) -> str:
    """A number in odd clothes: a prefix, signs between the digits, digits of other scripts, something behind it."""
    digits = draw(st.sampled_from(nationals))
    script = draw(st.sampled_from(SCRIPTS))
    signs = draw(st.lists(st.sampled_from(["", "", "", *SIGNS]), min_size=len(digits), max_size=len(digits)))
    number = "".join(script[int(digit)] + sign for digit, sign in zip(digits, signs, strict=True))
    return draw(st.sampled_from(before)) + number + draw(st.sampled_from(BEHIND))


@given(disguised(BAD))
def test_no_disguise_lets_a_forbidden_number_through(text):
    assert refusal_of(text) is not None
    assert not allowed(text)


@given(st.sampled_from(["+", "00", "＋", "tel:+", "(+", "(00)", "+ ", "sip:+"]), disguised(ABROAD, before=[""]))
def test_no_disguise_lets_a_foreign_number_through(prefix, text):
    assert refusal_of(prefix + text) is not None
    assert not allowed(prefix + text)


@given(disguised(GOOD))
def test_a_disguised_good_number_is_itself_or_refused(text):
    if refusal_of(text) is None:
        e164 = Phone.read(Word(text)).e164
        assert e164[3:] in GOOD
        assert allowed(e164)


@given(st.text(alphabet="0123456789+ -/.()wtel:;,#１１٠", max_size=20))
def test_whatever_is_read_exists_and_is_german(text):
    if refusal_of(text) is None:
        e164 = Phone.read(Word(text)).e164
        assert e164.startswith("+49")
        assert exists(e164)
        assert allowed(e164)
        assert not NEVER.match(e164[3:])


@given(st.text(max_size=30))
def test_reading_any_text_is_a_number_or_one_problem(text):
    problem = refusal_of(text)
    assert problem is None or problem.place == HERE


@given(disguised(["110", "112"]))
def test_an_emergency_number_is_called_one(text):
    """So that an operator reads the true reason, not that a sign is wrong."""
    problem = refusal_of(text)
    assert problem is not None
    assert problem.code == "emergency-number", text


# Callers

CALLERS = cases("callers.yaml")


@pytest.mark.parametrize(("raw", "shown"), CALLERS["numbers"].items())
def test_a_callers_number_is_kept_and_masked_for_logs(raw, shown):
    assert caller_number(raw) == raw
    assert masked(raw) == shown


@pytest.mark.parametrize("raw", CALLERS["withheld"])
def test_a_withheld_number_is_no_number_in_any_spelling(raw):
    assert caller_number(raw) == ""


@given(st.text(max_size=40) | st.from_regex(r"\+?[0-9]{6,17}"))
def test_a_callers_number_is_e164_or_nothing(raw):
    kept = caller_number(raw)
    assert kept in {"", raw}
    assert not kept or (kept[0] == "+" and kept[1:].isascii() and kept[1:].isdigit() and 8 <= len(kept[1:]) <= 15)


@given(st.from_regex(r"\+[1-9][0-9]{7,14}", fullmatch=True))
def test_a_masked_number_hides_all_but_country_and_end(raw):
    assert masked(raw) == f"{raw[:3]}***…{raw[-2:]}"


def test_what_is_too_short_is_masked_whole():
    assert (masked(""), masked("+4911"), masked("anna")) == ("", "***", "***")


# Files


def read(text: str | bytes) -> Directory:
    """The directory of a file; refused with every problem of the first stage that finds any."""
    table, problems = read_yaml(text if isinstance(text, bytes) else text.encode(), "contacts.yaml")
    assert table is not None
    assert problems == []
    try:
        file = TypeAdapter(ContactsFile).validate_python(table)
    except ValidationError as invalid:
        found = [p for error in invalid.errors() for p in error["ctx"]["error"].problems]
        raise Refused(*sorted(found, key=lambda problem: problem.order)) from invalid
    return build_directory(file)


FILES = cases("files.yaml")


@pytest.mark.parametrize("case", FILES["refused"], ids=lambda case: case["about"])
def test_a_file_is_refused_with_all_its_problems(case):
    with pytest.raises(Refused) as refused:
        read(case["file"])
    assert [
        {
            "at": f"{problem.place.line}:{problem.place.column}",
            "code": problem.code,
            "de": problem.message.de,
            "en": problem.message.en,
            "repair": [problem.hint.de, problem.hint.en] if problem.hint else None,
        }
        for problem in refused.value.problems
    ] == case["problems"]


@pytest.mark.parametrize("case", FILES["read"], ids=lambda case: case["about"])
def test_a_file_is_read(case):
    directory = read(case["file"])
    found = {
        key: {
            "name": [entry.name("de"), entry.name("en")],
            "in_menu": [entry.in_menu("de"), entry.in_menu("en")],
            "in_sentence": [entry.in_sentence("de"), entry.in_sentence("en")],
            "phone": entry.phone.e164 if entry.phone else None,
            "address": entry.address,
            "hours": entry.schedule.usual[0].rule.text if entry.schedule else None,
        }
        for key, entry in directory.contacts.items()
    }
    assert found == {
        key: {
            "in_menu": [None, None],
            "in_sentence": entry["name"],
            "phone": None,
            "address": None,
            "hours": None,
        }
        | entry
        for key, entry in case["contacts"].items()
    }
    assert list(found) == list(case["contacts"])
    assert (directory.last_resort.key if directory.last_resort else None) == case["last_resort"]
    assert directory.zone.key == case.get("zone", "Europe/Berlin")


def test_hours_are_built_once_and_shared_by_the_house():
    directory = read((ROOT / "data" / "contacts.yaml").read_bytes())
    schedules = {key: entry.schedule for key, entry in directory.contacts.items()}
    assert schedules["citywache"] is not None
    assert schedules["ordnungsamt"] is schedules["polizei"] is schedules["citywache"]
    assert schedules["nordstadtbuero"] is None
    assert schedules["nordmarktbuero"] is None


@pytest.mark.parametrize(("calendar", "corpus_christi"), [("DE-NW", True), ("none", False)])
def test_the_calendar_of_the_file_counts(calendar, corpus_christi):
    text = (ROOT / "data" / "contacts.yaml").read_text(encoding="utf-8")
    directory = read(text.replace("holidays: DE-NW", f"holidays: {calendar}"))
    assert directory.is_holiday(date(2026, 6, 4)) is corpus_christi
    assert directory.is_holiday(date(2026, 6, 5)) is False
    schedule = directory.contacts["citywache"].schedule
    assert schedule is not None
    assert schedule.day(date(2026, 6, 4)).spans == (() if corpus_christi else schedule.day(date(2026, 6, 5)).spans)


def test_a_contact_knows_where_it_stands():
    text = (ROOT / "data" / "contacts.yaml").read_text(encoding="utf-8")
    for key, entry in read(text).contacts.items():
        assert text.splitlines()[entry.place.line - 1] == f"  {key}:"


CITY = [
    ("nordstadtbuero", "Bornstraße 124", "(0231) 50-2 71 11", "+492315027111", "0231 50-27111"),
    ("nordmarktbuero", "Nordmarkt 3", "(0231) 50-1 11 24", "+492315011124", "0231 50-11124"),
    ("citywache", "Brüderweg 6-8", None, None, None),
    ("ordnungsamt", "Brüderweg 6-8", "(0231) 50-2 88 88", "+492315028888", "0231 50-28888"),
    ("polizei", "Brüderweg 6-8", "(0231) 132-11 62", "+492311321162", "0231 132-1162"),
]


def test_the_shipped_file_holds_the_citys_facts_and_no_others():
    directory = read((ROOT / "data" / "contacts.yaml").read_bytes())
    assert [
        (key, e.address, e.phone and e.phone.printed, e.phone and e.phone.e164, e.phone and e.phone.shown)
        for key, e in directory.contacts.items()
    ] == CITY
    assert directory.last_resort is directory.contacts["ordnungsamt"]
    schedule = directory.contacts["citywache"].schedule
    assert schedule is not None
    assert (schedule.seasons, schedule.ranges, dict(schedule.every), dict(schedule.dates)) == ((), (), {}, {})
    assert schedule.holiday is not None
    assert schedule.holiday.spans == ()
    for entry in directory.contacts.values():
        phrases = [p for p in (entry.names, entry.menu_words, entry.sentence_words) if p]
        assert all(phrase.missing(["de", "en"]) == () for phrase in phrases)
        assert not any(sign.isdigit() for phrase in phrases for word in phrase.words for sign in word)


# Words


def test_words_written_once_hold_for_every_language():
    phrase = Phrase.read(Word("  Guten \n Tag ", HERE, plain=False))
    assert (phrase.said_in("de"), phrase.said_in("tr"), phrase.words) == (
        "Guten Tag",
        "Guten Tag",
        ("Guten Tag",),
    )
    assert phrase.missing(["de", "tr"]) == ()
    assert phrase.words[0].place == HERE
    assert phrase.words[0].plain is False


def test_words_by_language_say_what_is_missing():
    table, _ = read_yaml(b"a: {de: Tag, en: Day}\n", "x")
    assert table is not None
    phrase = Phrase.read(table["a"])  # type: ignore[index]
    assert (phrase.said_in("en"), phrase.said_in("tr"), phrase.everywhere) == ("Day", None, None)
    assert phrase.missing(["tr", "de", "pl", "en"]) == ("tr", "pl")
    assert [(word, word.place.column) for word in phrase.words] == [("Tag", 9), ("Day", 18)]


def test_contacts_are_named_like_all_that_stands_in_urls():
    assert shape.CONTACT_NAME == call.NAME


@given(st.text(max_size=60))
def test_the_name_proposed_for_a_bad_one_is_good(text):
    with pytest.raises(Refused) as refused:
        shape.ContactName.read(Word(f"Ä {text}", HERE))
    hint = refused.value.problems[0].hint
    assert hint is not None
    assert re.fullmatch(call.NAME, hint.de.removeprefix("Schreiben Sie zum Beispiel: "))


def test_the_guard_needs_no_number_metadata():
    """A worker asks it at every connection, and must not wait for 0.1 s of imports on its first answer."""
    code = (
        "import sys; from ivr.contacts import allowed; assert allowed('+492315027111'); "
        "print('phonenumbers' in sys.modules, 'pydantic' in sys.modules)"
    )
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
    assert done.stdout.split() == ["False", "False"]


# Hours of the phone

PHONE_HOURS = """\
contacts:
  wache:
    name: Wache
    in_sentence: die Wache
    phone: (0231) 50-2 88 88
    hours: {weekly: {Mo-Fr: 9:00-17:00}, holidays: closed}
    phone_hours: {weekly: {Mo-Fr: 12:00-22:00, Sa: 22:00-02:00}, holidays: closed}
  amt:
    name: Amt
    in_sentence: das Amt
    phone: (0231) 50-2 71 11
    at: wache
  buero:
    name: Büro
    in_sentence: das Büro
    phone: (0231) 50-1 11 24
    phone_hours: {weekly: {Mo-Fr: 8:00-9:00}, holidays: as usual}
"""
"""One office with hours of its phone, one in its house without, and one of which only the phone has hours."""

WACHE_TWICE = " Ich wiederhole: ".join(["null zwo drei eins, fünf null, zwo, acht acht, acht acht."] * 2)
BUERO_TWICE = " Ich wiederhole: ".join(["null zwo drei eins, fünf null, eins, eins eins, zwo vier."] * 2)
PHONE_CALLS = {
    "rung while the office is shut, not while only the office is open": (
        "a: {connect: {to: wache, when_closed: shut}}",
        """\
call 2026-11-23T20:00
  de: Wache: Einen Moment bitte, ich verbinde Sie.
  -> dials wache +492315028888, 25 s
call 2026-11-23T10:00
  de: Zu.
  -> the end
call 2026-11-23T11:59:59
  de: Zu.
  -> the end
call 2026-11-23T12:00
  de: Wache: Einen Moment bitte, ich verbinde Sie.
  -> dials wache +492315028888, 25 s
call 2026-11-23T21:59:59
  de: Wache: Einen Moment bitte, ich verbinde Sie.
  -> dials wache +492315028888, 25 s
call 2026-11-23T22:00
  de: Zu.
  -> the end
call 2026-11-28T23:00
  de: Wache: Einen Moment bitte, ich verbinde Sie.
  -> dials wache +492315028888, 25 s
call 2026-11-29T01:59:59
  de: Wache: Einen Moment bitte, ich verbinde Sie.
  -> dials wache +492315028888, 25 s
call 2026-11-29T02:00
  de: Zu.
  -> the end
call 2026-12-25T13:00
  de: Zu.
  -> the end
""",
    ),
    "the status speaks of the office": (
        "a: {connect: {to: wache}}",
        f"""\
call 2026-11-23T10:00
  de: Die Wache ist jetzt geöffnet, bis siebzehn Uhr.
  de: Die Wache hat die Telefonnummer: {WACHE_TWICE}
  de: Auf Wiederhören.
  -> the end
call 2026-11-23T23:00
  de: Die Wache ist jetzt geschlossen. Sie öffnet morgen um neun Uhr wieder.
  de: Die Wache hat die Telefonnummer: {WACHE_TWICE}
  de: Auf Wiederhören.
  -> the end
""",
    ),
    "words and branches speak of the office": (
        """\
a: {say: "{wache.status}", next: b}
  b: {branch: [{when: {open: wache}, go: is_open}, {else: is_shut}]}
  is_open: {hangup: {de: Offen.}}
  is_shut: {hangup: {de: Nicht offen.}}""",
        """\
call 2026-11-23T10:00
  de: Die Wache ist jetzt geöffnet, bis siebzehn Uhr.
  de: Offen.
  -> the end
call 2026-11-23T20:00
  de: Die Wache ist jetzt geschlossen. Sie öffnet morgen um neun Uhr wieder.
  de: Nicht offen.
  -> the end
""",
    ),
    "who is not answered is passed over, also when that changes during the call": (
        "a: {connect: {to: [amt, wache], when_closed: shut, busy: end}}",
        """\
call 2026-11-23T10:00
  de: Amt: Einen Moment bitte, ich verbinde Sie.
  -> dials amt +492315027111, 25 s
busy
  de: Ende.
  -> the end
call 2026-11-23T16:59
  de: Amt: Einen Moment bitte, ich verbinde Sie.
  -> dials amt +492315027111, 25 s
busy 2026-11-23T17:00
  de: Das Amt ist im Moment leider nicht zu erreichen.
  de: Wache: Einen Moment bitte, ich verbinde Sie.
  -> dials wache +492315028888, 25 s
call 2026-11-23T16:59
  de: Amt: Einen Moment bitte, ich verbinde Sie.
  -> dials amt +492315027111, 25 s
busy 2026-11-23T22:00
  de: Ende.
  -> the end
call 2026-11-23T20:00
  de: Wache: Einen Moment bitte, ich verbinde Sie.
  -> dials wache +492315028888, 25 s
busy
  de: Ende.
  -> the end
call 2026-11-23T22:00
  de: Zu.
  -> the end
""",
    ),
    "a phone in the house has the hours of the house": (
        "a: {connect: {to: amt, when_closed: shut}}",
        """\
call 2026-11-23T10:00
  de: Amt: Einen Moment bitte, ich verbinde Sie.
  -> dials amt +492315027111, 25 s
call 2026-11-23T20:00
  de: Zu.
  -> the end
""",
    ),
    "only the hours of the phone are known": (
        "a: {connect: {to: buero}}",
        f"""\
call 2026-11-23T08:59
  de: Büro: Einen Moment bitte, ich verbinde Sie.
  -> dials buero +492315011124, 25 s
call 2026-11-23T09:00
  de: Wann das Büro geöffnet ist, ist uns leider nicht bekannt.
  de: Das Büro hat die Telefonnummer: {BUERO_TWICE}
  de: Auf Wiederhören.
  -> the end
call 2026-12-25T08:00
  de: Büro: Einen Moment bitte, ich verbinde Sie.
  -> dials buero +492315011124, 25 s
""",
    ),
}


@pytest.mark.parametrize(("step", "script"), PHONE_CALLS.values(), ids=PHONE_CALLS)
def test_a_phone_has_hours_of_its_own(step, script, tmp_path):
    flows, contacts = tmp_path / "flows", tmp_path / "contacts.yaml"
    flows.mkdir()
    contacts.write_text(PHONE_HOURS, "utf-8")
    ends = "shut: {hangup: {de: Zu.}}\n  end: {hangup: {de: Ende.}}"
    (flows / "hotline.yaml").write_text(f"languages: [de]\nstart: a\nsteps:\n  {step}\n  {ends}\n", "utf-8")
    found = load(flows, contacts)
    assert found.problems == ()
    assert played(script, found) == script


def test_the_hours_of_a_phone_are_its_contacts_alone():
    contacts = read(PHONE_HOURS).contacts
    assert [entry.phone_schedule is None for entry in contacts.values()] == [False, True, False]
    assert contacts["wache"].phone_schedule is not contacts["wache"].schedule is contacts["amt"].schedule
    assert contacts["buero"].schedule is None


SWITCHED = """
timezone: Europe/Berlin
contacts:
  haus: {name: Haus, hours: {weekly: {Mo-Fr: 9-17}}}
  amt: {name: Amt, at: haus, phone: 0231 5011124, phone_hours: {weekly: {Mo-Fr: 8-9}}}
  saal: {name: Saal, at: amt, hours: {weekly: {Mo-So: 18-22}}}
  wache: {name: Wache, hours: {weekly: {Mo-Fr: 9-17}}}
  keller: {name: Keller}
  loch: {name: Loch, at: keller}
"""


def told(subject: str, value: str, at: int, until: int | None = None) -> Instruction:
    """An instruction of hours of this Monday, in UTC."""
    first, last = (hour and datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (at, until))
    return Instruction("switch", subject, value, first, last)


def states(directory: Directory, hour: int, *switches: Instruction) -> dict[str, str]:
    """Of each contact its state, and behind a dash whether its phone is answered where that has hours of its own."""
    at = datetime(2026, 11, 23, hour, 30, tzinfo=UTC)
    found = directory.switched({each.subject: each for each in switches})
    clerk = Clerk(found)
    return {
        key: clerk.answer(key, at).state + (f"-{clerk.at(at).is_answered(key)}" if entry.phone_schedule else "")
        for key, entry in found.contacts.items()
    }


AS_USUAL = {
    "haus": "open",
    "amt": "open-False",
    "saal": "closed",
    "wache": "open",
    "keller": "unknown",
    "loch": "unknown",
}
SWITCHES = {
    "a house, and all in it": ([told("haus", "closed", 9, 12)], {"haus": "closed", "amt": "closed-False"}),
    "a house, open": ([told("haus", "open", 9, 12)], {"amt": "open-True", "saal": "open"}),
    "an office with another in it": ([told("amt", "closed", 9)], {"amt": "closed-False"}),
    "an office in it, by itself": (
        [told("haus", "closed", 9), told("amt", "open", 9)],
        {"haus": "closed", "amt": "open-True", "saal": "open"},
    ),
    "hours that nobody knows": ([told("keller", "closed", 9, 12)], {"keller": "closed", "loch": "closed"}),
    "and open": ([told("keller", "open", 9, 12)], {"keller": "open", "loch": "open"}),
    "over by now": ([told("keller", "open", 8, 9), told("wache", "closed", 8, 9)], {}),
    "not begun": ([told("keller", "open", 11), told("wache", "closed", 11)], {}),
    "taken back": ([told("wache", "usual", 9)], {}),
    "something else": ([told("wache", "ajar", 9)], {}),
    "nobody": ([told("niemand", "closed", 9)], {}),
}


@pytest.mark.parametrize(("switches", "changed"), SWITCHES.values(), ids=SWITCHES)
def test_whom_a_switch_concerns(switches, changed):
    directory = read(SWITCHED)
    assert states(directory, 10) == AS_USUAL
    assert states(directory, 10, *switches) == AS_USUAL | changed


def test_a_switch_leaves_the_rest_as_it_is():
    directory = read(SWITCHED)
    found = directory.switched({"haus": told("haus", "closed", 9, 12)})
    assert found.contacts["haus"].schedule is found.contacts["amt"].schedule
    assert found.contacts["wache"] is directory.contacts["wache"]
    assert found.last_resort is found.contacts["amt"]
    assert directory.switched({}) is directory
    monday = [date(2026, 11, 23)]
    switched = directory.switched({"keller": told("keller", "closed", 9, 12)})
    assert [each.hour for each in switched.changes("loch", monday)] == [9, 12]
    assert list(directory.changes("loch", monday)) == []
    assert list(switched.changes("loch", [date(2026, 11, 24)])) == []


def test_mistakes_and_oddities_in_the_hours_of_a_phone_are_found(tmp_path):
    file = tmp_path / "contacts.yaml"
    bad = "{weekly: {Mo-Fr: 25:00-26:00}, holidays: closed}"
    over = "{weekly: {Mo-Fr: 8:00-9:00}, holidays: closed, exceptions: [{on: 2020-01-02, closed: yes}]}"
    for hours, severity in ((bad, "error"), (over, "warning")):
        file.write_text(PHONE_HOURS.replace("{weekly: {Mo-Fr: 8:00-9:00}, holidays: as usual}", hours), "utf-8")
        found = load_contacts(file, now=datetime(2026, 11, 23, tzinfo=UTC))
        (problem,) = found.problems
        assert (problem.severity, problem.place.line) == (severity, 17)
        assert (found.directory is None) is (severity == "error")
