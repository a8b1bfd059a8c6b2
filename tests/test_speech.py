"""Every sentence that callers hear, against the tables in cases/speech, and what is true of all of them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from examples import EXAMPLES
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from ivr.contacts import Directory, Entry
from ivr.hours import Answer, Schedule, nrw_holidays, unknown
from ivr.hours.shape import Hours
from ivr.instructions import Instruction
from ivr.source.places import NOWHERE, Row, Table, Word
from ivr.source.reader import read_yaml
from ivr.speech import LANGUAGES, Language, Spoken, digits_left, language

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = Path(__file__).parent / "cases" / "speech"
BERLIN = ZoneInfo("Europe/Berlin")
SITUATIONS = ("status", "bare", "opens", "closes", "today", "week", "week_bare", "week_unnamed")


def table(name: str) -> Table:
    found, problems = read_yaml((CASES / name).read_bytes(), name)
    assert found is not None
    assert not problems, problems
    return found


OFFICES: dict[str, Schedule | None] = {
    str(name): TypeAdapter(Hours).validate_python(hours).build(BERLIN, nrw_holidays)
    for name, hours in table("hours.yaml").items()
} | {"unknown": None}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def switched(office: str, to: str, at: str, until: str | None = None, reason: Table | None = None) -> Entry:
    end = None if until is None else moment(until)
    told = Instruction("switch", office, to, moment(at), end, {**reason} if reason else {})
    entry = Entry(office, None, None, None, None, None, OFFICES[office], None, NOWHERE)
    return Directory({office: entry}, BERLIN, None).switched({office: told}).contacts[office]


SWITCHED = {str(name): switched(**case) for name, case in table("switched.yaml").items()}
"""What is said of them holds until their switch begins or ends: of that the clerk takes care."""


def schedule_of(office: str) -> Schedule | None:
    return SWITCHED[office].schedule if office in SWITCHED else OFFICES[office]


def answer(office: str, at: datetime) -> Answer:
    schedule = schedule_of(office)
    switches = SWITCHED[office].switches if office in SWITCHED else ()
    return unknown(at, BERLIN, NOWHERE, switches) if schedule is None else schedule.answer(at)


def say(speaker: Language, names: Table, form: str, office: str, at: datetime) -> Spoken:
    name = {"bare": str(names["bare"]), "unnamed": ""}.get(form.removeprefix("week_"), str(names["article"]))
    if form.startswith("week"):
        return speaker.hours_week(name, schedule_of(office), at)
    if form == "opens":
        return speaker.opens(answer(office, at))
    if form == "closes":
        return speaker.closes(answer(office, at))
    if form == "today":
        return speaker.hours_today(name, answer(office, at))
    return speaker.status(name, answer(office, at))


def situations(code: str) -> Iterator[tuple[str, str, str, str]]:
    """(form, office, moment, sentence) of a language's table."""
    cases = table(f"{code}.yaml")
    for form in SITUATIONS:
        for office, sentences in cases[form].items():
            for at, sentence in sentences.items():
                yield form, str(office), str(at), str(sentence)


@pytest.mark.parametrize(
    ("code", "form", "office", "at", "sentence"),
    [(each.code, *case) for each in LANGUAGES for case in situations(each.code)],
)
def test_situations(code: str, form: str, office: str, at: str, sentence: str) -> None:
    spoken = say(language(code), table_names(code), form, office, moment(at))
    assert spoken.text == sentence


NAMES = {each.code: table(f"{each.code}.yaml")["names"] for each in LANGUAGES}


OPEN_WORDS = {each.code: table(f"{each.code}.yaml")["open_words"] for each in LANGUAGES}


def table_names(code: str) -> Table:
    names = NAMES[code]
    assert isinstance(names, Table)
    return names


def test_every_language_has_the_same_situations() -> None:
    tables = {each.code: [case[:3] for case in situations(each.code)] for each in LANGUAGES}
    assert all(cases == tables["de"] for cases in tables.values())
    assert Counter(form for form, _, _ in tables["de"])["status"] >= 60


@pytest.mark.parametrize(
    ("code", "row"), [(each.code, row) for each in LANGUAGES for row in table(f"{each.code}.yaml")["words"]]
)
def test_words(code: str, row: Row) -> None:
    method, *arguments, expected = row
    values = [value(str(method), node) for node in arguments]
    assert getattr(language(code), str(method))(*values) == expected


def value(method: str, node: Word | Row) -> object:
    """What a table's argument stands for."""
    if isinstance(node, Row):
        return [str(group) for group in node]
    if method == "day":
        return date.fromisoformat(node)
    if method in {"clock", "number"}:
        return int(node)
    return None if node == "~" else str(node)


def test_every_fixed_sentence_is_in_every_table() -> None:
    words = {each.code: Counter(str(row[0]) for row in table(f"{each.code}.yaml")["words"]) for each in LANGUAGES}
    fixed = {"key", "clock", "day", "number", "address", "spell_out", "phone", "phone_twice", "number_is"}
    fixed |= {"option", "option_named", "language_option", "no_input", "no_match", "more_time", "connecting"}
    fixed |= {"not_reached", "not_connecting", "goodbye", "failure", "too_long", "crowded", "out_of_reach"}
    assert all(set(found) == fixed for found in words.values())
    assert all(found == words["de"] for found in words.values())


@pytest.mark.parametrize(
    ("office", "at", "until"),
    [(office, at, until) for office, row in table("until.yaml").items() for at, until in row.items()],
)
def test_until(office: str, at: str, until: str) -> None:
    expected = None if until == "none" else moment(until)
    for each in LANGUAGES:
        assert each.status("die Wache", answer(office, moment(at))).until == expected


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Wählen Sie 110, 112 oder 115.", []),
        ("(110) „112“ 115!", []),
        ("seit 1998", ["1998"]),
        ("110/112", ["110", "112"]),
        ("0231-110", ["0231", "110"]),
        ("1.110 und 110,5", ["1", "110", "110", "5"]),
        ("110er", ["110"]),
        ("x112", ["112"]),
        ("1101 0110 113", ["1101", "0110", "113"]),
        ("um 20:30 Uhr", ["20", "30"]),
        ("zehn m², ①, ٣", ["²", "①", "٣"]),
        ("ohne", []),
    ],
)
def test_digits_left(text: str, left: list[str]) -> None:
    assert [text[start:end] for start, end in digits_left(text)] == left


@given(st.text(st.sampled_from("01235 ,.-/:a„“"), max_size=12))
@example("110 112")
def test_what_digits_left_does_not_find_is_spelled_out(text: str) -> None:
    for each in LANGUAGES:
        assert bool(digits_left(text)) == bool(re.search(r"\d", each.spell_out(text)))


def test_unknown_language_and_key() -> None:
    with pytest.raises(KeyError):
        language("xx")
    for each in LANGUAGES:
        assert language(each.code) is each
        with pytest.raises(KeyError):
            each.key("A")


def test_languages_are_complete() -> None:
    assert [each.code for each in LANGUAGES] == ["de", "en", "tr", "pl", "ro", "bg", "ar", "uk"]
    for each in LANGUAGES:
        assert each.endonym
        assert each.voices["twilio"].tag.startswith(f"{each.code}-")
        assert {"twilio", "signalwire", "telnyx"} <= set(each.voices)
        assert (CASES / f"{each.code}.yaml").exists()


def test_a_language_without_a_sentence_cannot_be_built() -> None:
    class Mumbling(type(language("de"))):
        goodbye = Language.goodbye

    with pytest.raises(TypeError, match="goodbye"):
        Mumbling()


UNSPEAKABLE = re.compile(r"\d|[{}\[\]<>]|None|  |\.\.|,,|\s[,.]|^\s|\s$|halb |eins Uhr|null Minuten")


def sound(text: str) -> bool:
    """Whether a text can be handed to a voice, and is made of whole sentences."""
    return not text[0].islower() and text[-1] == "." and not UNSPEAKABLE.search(text)


@pytest.mark.no_cover
@pytest.mark.parametrize("sunday", ["2026-12-27", "2026-03-29", "2026-10-25"])
def test_every_minute_of_a_week_at_the_station(sunday: str) -> None:
    """New Year and both clock changes. The words change exactly when they said they would."""
    at = moment(sunday).astimezone(UTC)
    kept = {each.code: Spoken("", at) for each in LANGUAGES}
    for _ in range(7 * 24 * 60):
        now = answer("station", at)
        for each in LANGUAGES:
            spoken = each.status(str(table_names(each.code)["article"]), now)
            assert sound(spoken.text), spoken
            assert ":" not in spoken.text
            until = kept[each.code].until
            assert until is not None
            assert spoken == kept[each.code] if at < until else at == until
            kept[each.code] = spoken
            is_open = any(word in spoken.text for word in OPEN_WORDS[each.code])
            assert is_open == (now.state == "open"), spoken
        at += timedelta(minutes=1)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 3, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - hypothesis wants naive bounds


@pytest.mark.no_cover
@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.sampled_from(sorted(OFFICES)),
    st.sampled_from([form for form in SITUATIONS if form != "status"] + ["status"] * 4),
    MOMENTS,
    st.integers(0, 999),
    st.sampled_from(LANGUAGES),
)
def test_words_hold_until(office: str, form: str, at: datetime, thousandths: int, spoken_in: Language) -> None:
    names = table_names(spoken_in.code)
    spoken = say(spoken_in, names, form, office, at)
    assert sound(spoken.text), spoken
    end = spoken.until
    if end is not None:
        assert end.astimezone(UTC) > at
        assert end.tzinfo is BERLIN
    span = timedelta(days=30) if end is None else end.astimezone(UTC) - at
    for later in (at + span * thousandths // 1000, at + span - timedelta(microseconds=1)):
        assert say(spoken_in, names, form, office, later) == spoken, later


@pytest.mark.no_cover
@settings(max_examples=EXAMPLES, deadline=None)
@given(MOMENTS)
def test_the_announced_minutes_are_real_ones(at: datetime) -> None:
    """Read back from the words, over both clock changes."""
    german = language("de")
    minutes = {german.number(n): n for n in range(2, 31)}
    for office in ("station", "dance", "in_the_gap", "in_the_fold", "lunch"):
        now = answer(office, at)
        assert now.until is not None
        left = now.until.astimezone(UTC) - at
        text = german.status("die Wache", now).text
        counted = re.search(r" in (\w+) Minuten", text)
        if counted:
            n = minutes[counted[1]]
            assert timedelta(minutes=n - 1) < left <= timedelta(minutes=n)
        else:
            assert ("in wenigen Augenblicken" in text) == (left <= timedelta(minutes=1))
            assert left > timedelta(minutes=30) or left <= timedelta(minutes=1)
