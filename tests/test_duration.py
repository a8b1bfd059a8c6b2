"""How long texts are spoken: against a sample of what was measured, and what is true of every estimate."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ivr.speech import CODES
from ivr.speech.duration import SLOWEST, Parts, parts, seconds
from ivr.speech.rates import RATES

ROOT = Path(__file__).parents[1]
TOOL = ROOT / "tools" / "speech_rates.py"
SAMPLE = yaml.safe_load((ROOT / "tests/cases/speech/durations.yaml").read_text(encoding="utf-8"))
MEASURED = [(code, *row) for code, rows in SAMPLE.items() for row in rows]
UNMEASURED = "xq"
"""The invented language of test_ninth_language.py."""

every_code = pytest.mark.parametrize("code", [*CODES, UNMEASURED])


# What was measured


@pytest.mark.parametrize(("code", "measured", "text"), MEASURED)
def test_an_estimate_is_near_what_was_measured(code, measured, text):
    assert seconds(code, text) == pytest.approx(measured, rel=0.15)


def test_every_measured_language_is_in_the_sample():
    assert {code: len(rows) for code, rows in SAMPLE.items()} == dict.fromkeys(RATES, 10)
    assert set(RATES) <= set(CODES)


def test_german_is_the_anchor():
    texts = [(measured, text) for code, measured, text in MEASURED if code == "de"]
    assert sum(len(text) for _, text in texts) / sum(measured for measured, _ in texts) == pytest.approx(14, rel=0.05)


@pytest.mark.parametrize("code", RATES)
def test_a_rate_is_one_of_speech(code):
    rate = RATES[code]
    assert 8 < rate.characters_per_second < 20
    assert 0 <= rate.comma <= rate.sentence_end < 1
    assert rate.texts > 50
    assert rate.mean_error < 0.05


# What is true of every estimate

WORDS = st.lists(
    st.one_of(
        st.sampled_from(["Bitte", "–", "a.m.", "Ja.", "Wer?", "Hier:", "eins,", "نعم،", "من؟", "…"]), st.text("aß.я")
    ),
    min_size=1,
)


@given(words=WORDS, word=st.sampled_from(["zwei", "–", "Nein.", "drei,", "."]), at=st.integers(0, 100))
@every_code
def test_more_words_never_take_less_time(code, words, word, at):
    more = [*words[:at], word, *words[at:]]
    assert seconds(code, " ".join(more)) >= seconds(code, " ".join(words))


@every_code
def test_nothing_takes_no_time(code):
    assert seconds(code, "") == 0
    assert seconds(code, ".") > 0


@pytest.mark.parametrize(
    ("text", "ends", "commas"),
    [
        ("Auf Wiederhören", 1, 0),
        ("Auf Wiederhören.", 1, 0),
        ("Ja. Nein! Wer? Hier: dort; … weiter", 7, 0),
        ("Null zwo drei eins, fünf null, zwo.", 1, 2),
        ("Die Citywache – geöffnet", 1, 1),
        ("20.30, 1,5", 1, 1),
        ("من؟ نعم، هنا؛ هناك", 3, 1),
    ],
)
def test_parts(text, ends, commas):
    assert parts(text) == Parts(len(text), ends, commas)


# A language that nobody has measured


@pytest.mark.parametrize("code", RATES)
def test_an_unmeasured_language_is_the_slowest(code):
    assert UNMEASURED not in RATES
    for _, _, text in MEASURED:
        assert seconds(UNMEASURED, text) >= seconds(code, text)
    assert SLOWEST.characters_per_second == min(rate.characters_per_second for rate in RATES.values())


# The tool that measures


def test_without_espeak_there_is_nothing_to_check(tmp_path):
    for arguments in (["--check"], []):
        done = subprocess.run(
            [sys.executable, str(TOOL), *arguments],
            cwd=ROOT,
            env={**os.environ, "PATH": str(tmp_path), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr == "ivr/speech/rates.py is left as it is, unchecked: there is no espeak-ng here\n"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("speech_rates", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measured_at(tool, character, end, comma):
    texts = ["Ja.", "Ja. Nein.", "Ja, nein, doch.", "Wer ist da? Niemand.", "Eins, zwei. Drei, vier, fünf."]
    found = [tool.Fit(character, end, comma).seconds(text) for text in texts]
    return [tool.Measured(text, length) for text, length in zip(texts, found, strict=True)]


def test_a_fit_finds_the_rates_again(tool):
    assert tool.fit(measured_at(tool, 0.06, 0.4, 0.3)) == pytest.approx((0.06, 0.4, 0.3))


def test_a_pause_is_never_negative(tool):
    found = tool.fit(measured_at(tool, 0.06, 0.4, -0.05))
    assert found.comma == 0
    assert min(found.character, found.end) > 0


def test_the_module_is_written_as_it_stands(tool):
    """Its head and its form are the tool's; the numbers can only be measured."""
    made = tool.module("0.0", {"de": measured_at(tool, 1 / 17.3, 0.42, 0.32)})
    now = tool.MODULE.read_text(encoding="utf-8")
    assert made.partition("ESPEAK_NG")[0] == now.partition("ESPEAK_NG")[0]
    assert '    "de": Rate(17.3, 0.42, 0.32, texts=5, mean_error=0.000),\n' in made


def test_rates_that_no_longer_fit_are_told(tool):
    good = [tool.Measured(text, seconds("de", text)) for code, _, text in MEASURED if code == "de"]
    slow = [tool.Measured(each.text, each.seconds * 1.2) for each in good]
    assert tool.misfits({"de": good}) == []
    assert tool.misfits({"de": slow, UNMEASURED: good}) == ["de is 17% off", "xq has no rate"]
