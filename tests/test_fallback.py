"""The fallback document: what it says, in which order, for every provider, and that it needs nothing of ours."""

from __future__ import annotations

import json
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result
from grammar import problems

from ivr.cli import main
from ivr.fallback import Extent, document, led_by, season_bound, told
from ivr.loader import Loaded, load
from ivr.speech import language
from ivr.speech.voices import PROVIDERS
from ivr.street import Prepared, prepare
from ivr.twiml import Renderer

ROOT = Path(__file__).parents[1]
FLOWS, CONTACTS = ROOT / "ivr" / "flows", ROOT / "data" / "contacts.yaml"
MOST = 32_000
LATER = datetime(2031, 7, 1, tzinfo=UTC)


MUTE = {"somleng": ("bg", "uk")}
"""Languages for which a provider has no voice: with them, a set is refused for that provider."""


def shipped(contacts: Path = CONTACTS) -> Loaded:
    loaded = load(FLOWS, contacts)
    assert loaded.flows is not None, loaded.problems
    return loaded


LOADED = shipped()
LANGUAGES = LOADED.flows.languages
DIRECTORY = LOADED.directory


def ivr(*words: str, **settings: str) -> Result:
    unset = dict.fromkeys(name for name in os.environ if name.startswith(("IVR_", "TWILIO_")))
    return CliRunner().invoke(main, ["fallback", *words], env={**unset, "IVR_LANGUAGE": "en", **settings})


def prepared() -> Prepared:
    return prepare(LOADED.flows, DIRECTORY, "https://ivr.example", "twilio")


def sound(found: bytes) -> list[str]:
    """What is wrong with a document. Other providers' voices are not in the grammar, which is Twilio's."""
    return [each for each in problems(found) if not re.search(r'voice="(gcloud|Azure)\.\S+" is no SayVoice$', each)]


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def changed(folder: Path, *changes: tuple[str, str]) -> Path:
    text = CONTACTS.read_text("utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / "contacts.yaml"
    path.write_text(text, "utf-8")
    shutil.copy(CONTACTS.with_name("pronunciation.yaml"), folder)
    return path


# -- what it says ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_tells_everything(code):
    """The emergency numbers, each telephone number twice, each known week, and goodbye as its last word."""
    mine = [said.text for said in told(LANGUAGES, DIRECTORY).said if said.language == code]
    speaker = language(code)
    assert speaker.out_of_reach() in mine[0]
    assert speaker.spell_out("110") in mine[0]
    assert speaker.spell_out("112") in mine[0]
    assert mine[-1] == speaker.goodbye()
    together = " ".join(mine)
    for entry in DIRECTORY.contacts.values():
        if entry.phone is None:
            continue
        assert together.lower().count(speaker.phone(entry.phone.groups)) >= 2
        name = entry.in_sentence(code)
        known = entry.schedule and speaker.hours_week(name, entry.schedule, LATER).text
        assert known is None or known in together
        assert speaker.hours_unknown(name) not in together
    assert not re.search(r"\d", together)


def test_the_order():
    """What saves a life first, for all; then a number for all; then everything."""
    said = told(LANGUAGES, DIRECTORY).said
    count = len(LANGUAGES)
    assert [each.language for each in said[:count]] == list(LANGUAGES)
    assert [each.language for each in said[count : 2 * count - 1]] == list(LANGUAGES[1:])
    blocks = [each.language for each in said[2 * count - 1 :]]
    assert blocks == sorted(blocks, key=LANGUAGES.index)
    last_resort = DIRECTORY.last_resort.phone.groups
    for each in (said[0], *said[count : 2 * count - 1]):
        assert language(each.language).phone(last_resort) in each.text
    fallback = told(LANGUAGES, DIRECTORY)
    # Nobody waits longer for her language than two minutes and a little.
    assert max(map(fallback.begins, LANGUAGES)) < 130
    assert fallback.begins("xx") == fallback.seconds


@pytest.mark.parametrize(("first", "begins"), [("en", "en"), ("uk", "uk"), (None, "de"), ("xx", "de")])
def test_the_language_that_leads(first, begins):
    found = led_by(first, LANGUAGES)
    assert found[0] == begins
    assert sorted(found) == sorted(LANGUAGES)
    assert [code for code in found if code != begins] == [code for code in LANGUAGES if code != begins]


def test_one_language_is_told_once():
    said = told(["de"], DIRECTORY).said
    assert {each.language for each in said} == {"de"}
    assert len(said) == 1 + 4 + 1


def test_hours_that_depend_on_the_season_are_left_out(tmp_path):
    """For most of the year they would be wrong; a number is right all year."""
    contacts = changed(
        tmp_path,
        ("      # seasons:\n", "      seasons:\n"),
        ("      #   - {from: 04-01, to: 09-30, weekly", "        - {from: 04-01, to: 09-30, weekly"),
    )
    directory = shipped(contacts=contacts).directory
    assert season_bound(directory) == ("ordnungsamt", "polizei")
    assert season_bound(DIRECTORY) == ()
    told_now = " ".join(each.text for each in told(["en"], directory).said)
    assert "open" not in told_now
    assert told_now.count("telephone number:") == 5
    done = ivr("--contacts", str(contacts))
    assert done.exit_code == 0
    assert done.stderr == "Without opening hours, because they depend on the season: ordnungsamt, polizei.\n"


# -- how it is written -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("first", LANGUAGES)
def test_valid_for_every_provider_and_language(provider, first):
    spoken = tuple(code for code in LANGUAGES if code not in MUTE.get(provider, ()))
    if first not in spoken:
        assert provider not in language(first).voices
        return
    renderer = Renderer(
        "https://ivr.example",
        "0",
        DIRECTORY.contacts.values(),
        DIRECTORY.last_resort,
        provider,
        pronunciations=LOADED.flows.pronunciations,
    )
    found = document(renderer, led_by(first, spoken), DIRECTORY)[1]
    assert sound(found) == []
    assert provider != "twilio" or found == prepared().fallbacks[first]
    assert len(found) <= MOST
    root = ET.fromstring(found)
    assert {each.tag for each in root} == {"Say", "Hangup"}
    assert root[-1].tag == "Hangup"
    assert root[0].get("language", "").startswith(first)
    for each in root.iter("Say"):
        assert (each.get("voice"), each.get("language")) in {language(code).voices[provider] for code in spoken}
    # Nothing of ours, nothing of anybody's: it has to work when we do not.
    assert b"http" not in found.removeprefix(b'<?xml version="1.0" encoding="UTF-8"?>')


@pytest.mark.parametrize(
    ("limit", "extent"),
    [(MOST, "whole"), (15_000, "without hours"), (6_000, "last resort only"), (4_000, "first languages only")],
)
def test_a_shorter_document(limit, extent: Extent):
    fallback, found = document(prepared().renderer, LANGUAGES, DIRECTORY, limit)
    assert (fallback.extent, problems(found)) == (extent, [])
    assert len(found) <= limit
    heard = list(dict.fromkeys(each.language for each in fallback.said))
    assert heard == list(LANGUAGES[: len(heard)])
    for code in heard:
        text = " ".join(each.text for each in fallback.said if each.language == code)
        assert language(code).phone(DIRECTORY.last_resort.phone.groups) in text
        assert text.endswith(language(code).goodbye())


def test_every_limit_is_kept():
    renderer = prepared().renderer
    for limit in range(600, 20_000, 97):
        assert len(document(renderer, LANGUAGES, DIRECTORY, limit)[1]) <= limit


def test_too_little_room():
    with pytest.raises(ValueError, match="more than 100 bytes"):
        document(prepared().renderer, LANGUAGES, DIRECTORY, 100)


# -- the command -------------------------------------------------------------------------------------------------------


def test_standard_output_is_the_document():
    done = ivr()
    assert (done.exit_code, done.stderr) == (0, "")
    assert problems(done.stdout.encode()) == []
    assert ET.fromstring(done.stdout.encode())[0].get("voice") == language("de").voices["twilio"].name
    other = ivr("--language", "bg", IVR_PROVIDER="telnyx")
    assert ET.fromstring(other.stdout.encode())[0].get("voice") == language("bg").voices["telnyx"].name
    assert ivr("--provider", "telnyx", "--language", "bg").stdout == other.stdout


def test_it_is_the_same_at_any_time():
    assert ivr().stdout == ivr().stdout
    assert ivr().stdout.encode().rstrip(b"\n") == prepared().fallbacks["de"]


def test_a_file_per_provider(tmp_path):
    out = tmp_path / "new" / "folder"
    done = ivr("--provider", "all", "--out", str(out))
    assert (done.exit_code, done.stdout) == (0, "")
    able = [each for each in PROVIDERS if each not in MUTE]
    assert sorted(path.name for path in out.iterdir()) == sorted(f"fallback-{each}.xml" for each in able)
    assert done.stderr.count("\n") == len(PROVIDERS)
    assert "somleng has no voice for some language.\n" in done.stderr
    assert "about 15 minutes" in done.stderr
    for path in out.iterdir():
        assert sound(path.read_bytes()) == []


def test_facts(tmp_path):
    done = ivr("--json", "--language", "en")
    facts: dict[str, Any] = json.loads(done.stdout)
    assert facts["provider"] == "twilio"
    assert facts["languages"] == ["en", *(code for code in LANGUAGES if code != "en")]
    assert facts["bytes"] == len(ivr("--language", "en").stdout.encode()) - 1
    assert facts["begins"]["en"] == 0
    assert max(facts["begins"].values()) < facts["seconds"] < 1000
    assert (facts["file"], facts["extent"], facts["hours_left_out"]) == (None, "whole", [])
    every = json.loads(ivr("--json", "--provider", "all", "--out", str(tmp_path)).stdout)
    assert [each["provider"] for each in every] == [each for each in PROVIDERS if each not in MUTE]
    assert all(Path(each["file"]).stat().st_size == each["bytes"] + 1 for each in every)


def test_a_limit_says_what_is_missing():
    done = ivr("--limit", "4000")
    assert (done.exit_code, done.stderr) == (0, "To make it fit: only the first languages.\n")
    assert len(done.stdout.encode()) <= 4001


WRONG = {
    "all to standard output": (["--provider", "all"], 2, "--out DIR"),
    "an unknown provider": (["--provider", "acme"], 2, "acme"),
    "an unknown language": (["--language", "xx"], 2, "only: de, en"),
    "too small a limit": (["--limit", "100"], 2, "100 bytes"),
    "a provider without voices": (["--provider", "somleng"], 1, "no-voice"),
    "no flows": (["--flows", "nowhere"], 1, "unreadable"),
    "a folder that is a file": (["--out", "README.md/x"], 2, "README.md"),
}


@pytest.mark.parametrize(("words", "code", "named"), WRONG.values(), ids=WRONG)
def test_wrong_usage(words, code, named):
    done = ivr(*words)
    assert (done.exit_code, done.stdout) == (code, "")
    assert named in done.stderr


def test_the_environment_is_wrong():
    assert ivr(IVR_PROVIDER="acme").exit_code == 2
