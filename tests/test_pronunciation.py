"""Pronunciation: which words are said otherwise, what the file may hold, and that its words reach the provider.

`IVR_REWRITE=1` writes the problems that are found into tests/cases/pronunciation/refused.yaml, for a look at the diff.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from grammar import problems
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ivr.call import Inbound, Said
from ivr.engine import advance, begin
from ivr.loader import Loaded, load
from ivr.source.report import render
from ivr.speech.pronunciation import AS_WRITTEN, Pronunciation
from ivr.street.service import prepare

CASES = Path(__file__).parent / "cases" / "pronunciation"
REFUSED = CASES / "refused.yaml"
REWRITE = os.environ.get("IVR_REWRITE") == "1"
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def cases(path: Path) -> list[dict[str, Any]]:
    return yaml.safe_load(path.read_text("utf-8"))


# --- the words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        pytest.param(case["words"], text, said, id=f"{case['about']}: {text}")
        for case in cases(CASES / "said.yaml")
        for text, said in case["said"].items()
    ],
)
def test_what_is_said(words: dict[str, str], text: str, said: str) -> None:
    assert Pronunciation(words).say(text) == said
    assert Pronunciation(dict(reversed(words.items()))).say(text) == said


@given(st.dictionaries(st.text("ab ", min_size=1, max_size=4), st.text("AB", max_size=2), max_size=4), st.text("abc "))
def test_only_the_words_are_touched(words: dict[str, str], text: str) -> None:
    pronunciation = Pronunciation(words)
    assert all(word in pronunciation for word in words)
    assert "abc" not in pronunciation
    if not any(word in text for word in words):
        assert pronunciation.say(text) == text
    assert AS_WRITTEN.say(text) == text


@pytest.mark.parametrize(("word", "text"), [("علم", "علمَ"), ("cafe", "cafe\u0301")])
def test_a_word_does_not_end_within_a_letter(word: str, text: str) -> None:
    assert Pronunciation({word: "X"}).say(text) == text


# --- the file ------------------------------------------------------------------------------------------------------

CONTACTS = """\
contacts:
  wache: {name: Wache, in_sentence: {de: die Wache, en: the Wache}, phone: 0231 50-2 88 88, address: Brüderweg}
"""
HOTLINE = """\
languages: [de, en]
start: main
steps:
  main:
    say: {de: "Die Wache, Brüderweg.", en: "The Wache, Brüderweg."}
    next: live
  live:
    say: "{wache.address}: {wache.phone}"
    next: end
  end: {hangup: {de: Tschüss., en: Bye.}}
"""


def files(folder: Path, pronunciation: str | None, *, flows: str = "flows") -> Loaded:
    """A folder with contacts, flows below it or beside them, and what is said how."""
    (folder / flows).mkdir(exist_ok=True)
    (folder / "contacts.yaml").write_text(CONTACTS, "utf-8")
    (folder / flows / "hotline.yaml").write_text(HOTLINE, "utf-8")
    if pronunciation is not None:
        (folder / "pronunciation.yaml").write_text(pronunciation, "utf-8")
    return load(folder / flows, folder / "contacts.yaml")


def loaded(folder: Path, pronunciation: str | None, **more: str) -> Loaded:
    found = files(folder, pronunciation, **more)
    assert found.problems == ()
    assert found.flows is not None
    return found


def test_there_need_not_be_a_file(tmp_path: Path) -> None:
    found = loaded(tmp_path, None)
    assert found.flows.pronunciations == {}
    assert {Path(name).name for name in found.sources} == {"contacts.yaml", "hotline.yaml"}


@pytest.mark.parametrize("flows", ["flows", "."])
def test_the_file_beside_the_contacts_is_read_and_is_no_flow(tmp_path: Path, flows: str) -> None:
    found = loaded(tmp_path, "de: {Brüderweg: Brüdervek}\ntr: {Wache: Vahe}\n", flows=flows)
    assert sorted(found.flows.pronunciations) == ["de", "tr"]
    assert found.flows.pronunciations["de"].say("Wache, Brüderweg") == "Wache, Brüdervek"
    assert found.flows.pronunciations["tr"].say("Wache, Brüderweg") == "Vahe, Brüderweg"
    assert {Path(name).name for name in found.sources} == {"contacts.yaml", "hotline.yaml", "pronunciation.yaml"}
    assert {spot.flow for spot in found.flows.steps} == {"hotline"}


def test_a_language_may_have_no_words(tmp_path: Path) -> None:
    assert loaded(tmp_path, "de: {}\n").flows.pronunciations["de"].say("Wache") == "Wache"


def test_a_folder_of_that_name_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "pronunciation.yaml").mkdir()
    (problem,) = files(tmp_path, None).problems
    assert (problem.code, problem.place.line, Path(problem.place.file).name) == ("unreadable", 1, "pronunciation.yaml")


@pytest.mark.parametrize("number", range(len(cases(REFUSED))), ids=[case["about"] for case in cases(REFUSED)])
def test_a_mistake_is_explained(number: int, tmp_path: Path) -> None:
    every = cases(REFUSED)
    loaded = files(tmp_path, every[number]["file"])
    assert loaded.flows is None
    assert loaded.directory is None
    assert {Path(problem.place.file).name for problem in loaded.problems} == {"pronunciation.yaml"}
    assert render(loaded.problems, "de", loaded.sources).count("\n") >= 2 * len(loaded.problems)
    found = [
        {
            "at": f"{problem.place.line}:{problem.place.column}+{problem.place.length}",
            "code": problem.code,
            "de": problem.message.de,
            "en": problem.message.en,
            "hint": [problem.hint.de, problem.hint.en] if problem.hint else None,
        }
        for problem in loaded.problems
    ]
    if REWRITE:
        every[number]["problems"] = found
        REFUSED.write_text(yaml.dump(every, Dumper=Dumper, allow_unicode=True, width=10_000, sort_keys=False), "utf-8")
    assert found == every[number].get("problems")


class Dumper(yaml.SafeDumper):
    """Files as they look, one line after the other."""


def _text(dumper: Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Dumper.add_representer(str, _text)


def test_every_code_has_its_cases() -> None:
    codes = {problem["code"] for case in cases(REFUSED) for problem in case["problems"]}
    assert {"unknown-language", "bad-pronunciation", "raw-digits"} <= codes


# --- the wire ------------------------------------------------------------------------------------------------------


def heard(found: Loaded, code: str, provider: str = "twilio") -> list[str]:
    """What the first document of a call in that language has a voice say."""
    prepared = prepare(found.flows, found.directory, "https://ivr.example", provider)
    turn = advance(found.flows, prepared.clerk.at(NOON), begin(found.flows, code), Inbound("CA1"))
    return says(prepared.renderer.render(turn, Inbound("CA1")))


def says(document: bytes) -> list[str]:
    assert problems(document) == []
    return [say.text for say in etree.fromstring(document).iter("Say")]


NUMBER = "zwo drei eins, fünf null, zwo, acht acht, acht acht."
ENGLISH = "two three one, five zero, two, eight eight, eight eight."
SPOKEN = {
    "de": ["Die Wache, Brüderweg.", f"Brüderweg: Null {NUMBER} Ich wiederhole: null {NUMBER}", "Tschüss."],
    "en": ["The Wache, Brüderweg.", f"Brüderweg: Zero {ENGLISH} I repeat: zero {ENGLISH}", "Bye."],
}
"""What is heard without a dictionary."""


@pytest.mark.parametrize(
    ("pronunciation", "of", "replaced"),
    [
        (None, "", {}),
        ("de: {Brüderweg: Brüdervek, zwo: zwei}", "de", {"Brüderweg": "Brüdervek", "zwo": "zwei"}),
        ("en: {Brüderweg: Brewdervek, Wache: Vahe}", "en", {"Brüderweg": "Brewdervek", "Wache": "Vahe"}),
        ("tr: {Brüderweg: Brüdervek}", "tr", {}),
    ],
)
@pytest.mark.parametrize("code", SPOKEN)
def test_the_words_arrive(tmp_path: Path, pronunciation: str, of: str, replaced: dict[str, str], code: str) -> None:
    said = SPOKEN[code]
    for word, instead in replaced.items() if code == of else ():
        said = [text.replace(word, instead) for text in said]
    assert heard(loaded(tmp_path, pronunciation), code) == said


@pytest.mark.parametrize("provider", ["twilio", "signalwire", "telnyx", "somleng"])
def test_the_words_arrive_at_every_provider(tmp_path: Path, provider: str) -> None:
    assert heard(loaded(tmp_path, "de: {Wache: Vache}"), "de", provider)[0] == "Die Vache, Brüderweg."


def test_the_words_hold_when_something_fails(tmp_path: Path) -> None:
    found = loaded(tmp_path, "de: {zwo: zwei, Wache: Vache}")
    renderer = prepare(found.flows, found.directory, "https://ivr.example", "twilio").renderer
    (text,) = says(renderer.failure("de"))
    assert text.count(NUMBER.replace("zwo", "zwei").rstrip(".")) == 2
    assert "Vache" in text
    assert "zwo" not in text


def test_what_is_kept_is_said_as_the_dictionary_has_it(tmp_path: Path) -> None:
    found = loaded(tmp_path, "de: {Wache: Vache}")
    renderer = prepare(found.flows, found.directory, "https://ivr.example", "twilio").renderer
    said = Said("de", "Die Wache, Brüderweg.")
    assert b"Die Vache, " in renderer.only_saying([said])
    assert b"Die Vache, " in renderer._xml[said]


def test_signs_of_xml_in_a_saying_are_only_signs(tmp_path: Path) -> None:
    found = loaded(tmp_path, "de: {Wache: '</Say><Dial>&amp;</Dial> & \"x\"'}")
    assert heard(found, "de")[0] == 'Die </Say><Dial>&amp;</Dial> & "x", Brüderweg.'


def test_characters_that_xml_forbids_do_not_come_in_by_the_dictionary(tmp_path: Path) -> None:
    found = loaded(tmp_path, 'de: {Wache: "Wa\\x01che"}')
    assert heard(found, "de")[0] == "Die Wache, Brüderweg."


# --- the version ---------------------------------------------------------------------------------------------------


def test_another_dictionary_is_another_version(tmp_path: Path) -> None:
    texts = [None, "de: {}", "de: {Wache: Vache}", "de: {Wache: Wachche}", "en: {Wache: Vache}"]
    versions = [loaded(tmp_path, text).flows.version for text in texts]
    assert len(set(versions)) == len(texts)
    assert loaded(tmp_path, texts[2]).flows.version == versions[2]
    (tmp_path / "pronunciation.yaml").unlink()
    assert loaded(tmp_path, None).flows.version == versions[0]
