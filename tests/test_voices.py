"""Voices: which of them a provider has for a language, what operators may choose, and what is spoken on the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from grammar import GRAMMAR, POLLY, problems
from lxml import etree

from ivr.call import Inbound, Said
from ivr.engine import advance, begin
from ivr.loader import Loaded, load
from ivr.source.problems import Sentence
from ivr.speech import CODES, LANGUAGES, language
from ivr.speech.forms import Voice
from ivr.speech.voices import PROVIDERS, chosen_voice, some_voices
from ivr.street.service import prepare

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
NAMES = GRAMMAR["types"]["SayVoice"]
TAGS = GRAMMAR["types"]["SayLanguage"]

# A name, its language and tag, and the providers that have the voice: for every other language and provider there is
# none.
VOICES = [
    ("Polly.Daniel-Neural", "de", "de-DE", "twilio signalwire telnyx"),
    ("Polly.Vicki-Generative", "de", "de-DE", "twilio signalwire telnyx"),
    ("Polly.Hannah-Neural", "de", "de-AT", "twilio signalwire telnyx"),
    ("Polly.Hans", "de", "de-DE", "twilio signalwire telnyx somleng"),
    ("Polly.Brian", "en", "en-GB", "twilio signalwire telnyx somleng"),
    ("Polly.Joanna-Neural", "en", "en-US", "twilio signalwire telnyx"),
    ("Polly.Filiz", "tr", "tr-TR", "twilio signalwire telnyx somleng"),
    ("Polly.Jacek", "pl", "pl-PL", "twilio signalwire telnyx somleng"),
    ("Polly.Carmen", "ro", "ro-RO", "twilio signalwire telnyx somleng"),
    ("Polly.Zeina", "ar", "arb", "twilio signalwire telnyx somleng"),
    ("Polly.Hala-Neural", "ar", "ar-AE", "twilio signalwire telnyx"),
    ("Google.de-DE-Wavenet-A", "de", "de-DE", "twilio"),
    ("Google.en-US-Chirp3-HD-Kore", "en", "en-US", "twilio"),
    ("Google.bg-BG-Standard-B", "bg", "bg-BG", "twilio"),
    ("Google.ar-XA-Wavenet-D", "ar", "ar-XA", "twilio"),
    ("gcloud.uk-UA-Wavenet-A", "uk", "uk-UA", "signalwire"),
    ("gcloud.ar-XA-Wavenet-B", "ar", "ar-XA", "signalwire"),
    ("Azure.de-DE-KatjaNeural", "de", "de-DE", "telnyx"),
    ("Azure.bg-BG-BorislavNeural", "bg", "bg-BG", "telnyx"),
]
NO_VOICES = [
    "",
    ".",
    "alice",
    "Vicki",
    "Polly",
    "Polly.",
    "Polly.Nobody",
    "Polly.vicki",
    "polly.Vicki",
    "POLLY.Vicki",
    " Polly.Vicki",
    "Polly.Vicki ",
    "Polly.Vicki.Neural",
    "Polly.Celine",
    "Polly.de-DE-Wavenet-A",
    "Google.fr-FR-Wavenet-A",
    "Google.de-DE",
    "Google.de-DE-",
    "Google.de-de-Wavenet-A",
    "Google.DE-DE-Wavenet-A",
    "Google.de-DE-Wavenet A",
    "Google.de-DE-Wavenet-A\n",
    "Google.arb-Wavenet-A",
    "Amazon.de-DE-Vicki",
]
GOOD = [(name, code, tag, provider) for name, code, tag, having in VOICES for provider in having.split()]
KNOWN = {(name, code, provider) for name, code, _, provider in GOOD}
ALIEN = [
    (name, code, provider)
    for name, *_ in VOICES
    for code in CODES
    for provider in PROVIDERS
    if (name, code, provider) not in KNOWN
]


@pytest.mark.parametrize(("name", "code", "tag", "provider"), GOOD)
def test_a_voice_that_fits(name: str, code: str, tag: str, provider: str) -> None:
    assert chosen_voice(name, provider, language(code)) == Voice(name, tag)


def test_a_voice_fits_no_other_language_and_no_other_provider() -> None:
    assert [case for case in ALIEN if chosen_voice(case[0], case[2], language(case[1]))] == []
    assert len(ALIEN) == len(VOICES) * len(CODES) * len(PROVIDERS) - len(GOOD)


@pytest.mark.parametrize("name", NO_VOICES)
def test_no_voice_at_all(name: str) -> None:
    assert [(code, each) for code in CODES for each in PROVIDERS if chosen_voice(name, each, language(code))] == []


@pytest.mark.parametrize(
    ("name", "provider"), [("Google.Vicki", "twilio"), ("gcloud.Vicki", "signalwire"), ("Azure.Hans", "telnyx")]
)
def test_the_voices_of_polly_are_nobody_elses(name: str, provider: str) -> None:
    assert chosen_voice(name, provider, language("de")) is None


def speaks(name: str, tag: str) -> bool:
    """Whether a voice can say a language, asked of the grammar's own list of voices."""
    maker, _, rest = name.partition(".")
    if maker == "Polly":
        return rest.removesuffix("-Neural").removesuffix("-Generative") in POLLY[tag].split()
    return rest.startswith(f"{tag}-")


@pytest.mark.parametrize("each", LANGUAGES, ids=lambda each: each.code)
def test_what_is_taken_of_the_enumeration_speaks_the_language(each) -> None:
    taken = [voice for name in NAMES if (voice := chosen_voice(name, "twilio", each))]
    assert each.voices["twilio"] in taken
    assert [voice for voice in taken if not speaks(*voice) or voice.tag not in TAGS] == []


# --- the languages' own --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("each", "provider"),
    [(each, provider) for each in LANGUAGES for provider in each.voices],
    ids=lambda part: part if isinstance(part, str) else part.code,
)
def test_a_languages_own_voice_could_be_chosen(each, provider: str) -> None:
    own = each.voices[provider]
    assert chosen_voice(own.name, provider, each) == own


def test_a_languages_own_voice_is_in_the_enumeration_of_twilio() -> None:
    own = {each.code: each.voices["twilio"] for each in LANGUAGES}
    assert [code for code, voice in own.items() if voice.name not in NAMES or voice.tag not in TAGS] == []


def test_who_has_no_voice() -> None:
    lacking = {(each.code, provider) for each in LANGUAGES for provider in PROVIDERS if provider not in each.voices}
    assert lacking == {("bg", "somleng"), ("uk", "somleng")}
    assert all(set(each.voices) <= set(PROVIDERS) for each in LANGUAGES)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("each", LANGUAGES, ids=lambda each: each.code)
def test_what_is_proposed_would_do(each, provider: str) -> None:
    proposed = some_voices(provider, each)
    assert proposed[:1] == ([each.voices[provider].name] if provider in each.voices else [])
    assert len(set(proposed)) == len(proposed)
    assert all(chosen_voice(name, provider, each) for name in proposed)
    assert provider != "twilio" or set(proposed) <= set(NAMES)


# --- the operators' choice -----------------------------------------------------------------------------------------

CONTACTS = "contacts: {wache: {name: Wache, phone: 0231 50-2 88 88}}\n"
ENDS = {"de": "Ende.", "en": "End.", "bg": "Край.", "uk": "Кінець.", "ar": "النهاية."}


def test_a_sentence_in_another_voice_needs_one_too(tmp_path: Path) -> None:
    contacts = tmp_path / "contacts.yaml"
    contacts.write_text("contacts: {wache: {name: Wache, phone: (0231) 50-2 88 88}}\n", encoding="utf-8")
    (tmp_path / "flows").mkdir()
    text = 'languages: [de]\nstart: a\nsteps: {a: {say: {de: {bg: "За български"}}, next: hangup}}\n'
    (tmp_path / "flows" / "hotline.yaml").write_text(text, encoding="utf-8")
    found = load(tmp_path / "flows", contacts, provider="somleng").problems
    assert [(problem.code, problem.place.line, problem.place.column) for problem in found] == [("no-voice", 3, 28)]
    assert load(tmp_path / "flows", contacts, provider="twilio").problems == ()


def files(folder: Path, languages: str, voices: str, provider: str) -> Loaded:
    """A set whose languages and voices stand in its first two lines."""
    (folder / "flows").mkdir(exist_ok=True)
    (folder / "contacts.yaml").write_text(CONTACTS, "utf-8")
    ends = ", ".join(f"{code}: {ENDS[code]}" for code in languages.split(", "))
    (folder / "flows" / "hotline.yaml").write_text(
        f"languages: [{languages}]\nvoices: {{{voices}}}\nstart: a\nsteps: {{a: {{hangup: {{{ends}}}}}}}\n", "utf-8"
    )
    return load(folder / "flows", folder / "contacts.yaml", provider=provider)


SPOKEN = [
    ("de, en", "", "twilio", {"de": "Polly.Vicki-Neural de-DE", "en": "Polly.Amy-Neural en-GB"}),
    (
        "de, en",
        "de: Polly.Daniel-Neural",
        "twilio",
        {"de": "Polly.Daniel-Neural de-DE", "en": "Polly.Amy-Neural en-GB"},
    ),
    (
        "de, en",
        "de: Polly.Hannah-Neural, en: Polly.Joanna",
        "twilio",
        {"de": "Polly.Hannah-Neural de-AT", "en": "Polly.Joanna en-US"},
    ),
    ("de, ar", "ar: Polly.Zeina", "twilio", {"de": "Polly.Vicki-Neural de-DE", "ar": "Polly.Zeina arb"}),
    ("de, bg", "bg: gcloud.bg-BG-Standard-B", "signalwire", {"bg": "gcloud.bg-BG-Standard-B bg-BG"}),
    ("de, bg", "de: Azure.de-DE-KatjaNeural", "telnyx", {"de": "Azure.de-DE-KatjaNeural de-DE"}),
    ("de, ar", "de: Polly.Hans", "somleng", {"de": "Polly.Hans de-DE", "ar": "Polly.Zeina arb"}),
    # Of a language that is not spoken: right, and without effect.
    ("de", "tr: Polly.Filiz", "twilio", {"de": "Polly.Vicki-Neural de-DE"}),
]


@pytest.mark.parametrize(("languages", "voices", "provider", "spoken"), SPOKEN)
def test_the_chosen_voice_speaks(
    languages: str, voices: str, provider: str, spoken: dict[str, str], tmp_path: Path
) -> None:
    found = files(tmp_path, languages, voices, provider)
    assert found.problems == ()
    prepared = prepare(found.flows, found.directory, "https://ivr.example", provider)
    for code, voice in spoken.items():
        turn = advance(found.flows, prepared.clerk.at(NOON), begin(found.flows, code), Inbound("CA1"))
        assert turn.said == (Said(code, ENDS[code]),)
        for document in (prepared.renderer.render(turn, Inbound("CA1")), prepared.renderer.failure(code)):
            says = list(etree.fromstring(document).iter("Say"))
            assert {f"{say.get('voice')} {say.get('language')}" for say in says} == {voice}
            # Other providers' voices are not in the grammar, which is Twilio's.
            assert provider != "twilio" or problems(document, profile="twilio") == []
        assert says[0].text != ENDS[code]


def test_another_voice_is_another_version(tmp_path: Path) -> None:
    usual = files(tmp_path, "de", "", "twilio").flows.version
    assert usual != files(tmp_path, "de", "de: Polly.Daniel-Neural", "twilio").flows.version


# languages, voices, provider, and every problem: column in line 1 (no-voice) or 2 (unknown-voice), what was meant
NO = "no-voice"
UNKNOWN = "unknown-voice"
REFUSED = [
    ("de, bg", "", "somleng", [(NO, 1, 17, 2, "bg")]),
    ("bg, de, uk", "", "somleng", [(NO, 1, 13, 2, "bg"), (NO, 1, 21, 2, "uk")]),
    ("de, bg", "bg: Polly.Vicki", "somleng", [(UNKNOWN, 2, 14, 11, "Voices: none")]),
    (
        "de",
        "de: Polly.Vicki-Neural",
        "somleng",
        [(UNKNOWN, 2, 14, 18, "Did you mean “Polly.Vicki”? Voices: Polly.Hans, Polly.Marlene, Polly.Vicki")],
    ),
    (
        "de",
        "de: Polly.Hanz",
        "somleng",
        [(UNKNOWN, 2, 14, 10, "Did you mean “Polly.Hans”? Voices: Polly.Hans, Polly.Marlene, Polly.Vicki")],
    ),
    (
        "uk",
        "uk: Google.uk-UA-Wavenet-A",
        "signalwire",
        [(UNKNOWN, 2, 14, 22, "Did you mean “gcloud.uk-UA-Wavenet-A”? Voices: gcloud.uk-UA-Wavenet-A")],
    ),
    (
        "bg",
        "bg: Azure.bg-BG-Kalina Neural",
        "telnyx",
        [(UNKNOWN, 2, 14, 25, "Did you mean “Azure.bg-BG-KalinaNeural”? Voices: Azure.bg-BG-KalinaNeural")],
    ),
    (
        "ar",
        "ar: Polly.Filiz, tr: Polly.Zeina",
        "somleng",
        [(UNKNOWN, 2, 14, 11, "Voices: Polly.Zeina"), (UNKNOWN, 2, 31, 11, "Voices: Polly.Filiz")],
    ),
    ("de, bg", "de: Polly.Nobody-Neural", "somleng", [(NO, 1, 17, 2, "bg"), (UNKNOWN, 2, 14, 19, None)]),
]


@pytest.mark.parametrize(("languages", "voices", "provider", "expected"), REFUSED)
def test_a_voice_is_refused(languages: str, voices: str, provider: str, expected: list, tmp_path: Path) -> None:
    found = files(tmp_path, languages, voices, provider)
    assert found.flows is None
    places = [(p.code, p.place.line, p.place.column, p.place.length) for p in found.problems]
    assert places == [tuple(case[:4]) for case in expected]
    for problem, (code, *_, hint) in zip(found.problems, expected, strict=True):
        assert Path(problem.place.file).name == "hotline.yaml"
        if code == NO:
            assert problem.message == Sentence(
                f"Bei somleng gibt es keine Stimme für „{hint}“.", f"somleng has no voice for “{hint}”."
            )
            assert problem.hint == Sentence(
                "Lassen Sie die Sprache weg, oder nehmen Sie einen anderen Anbieter: twilio, signalwire, telnyx.",
                "Leave the language out, or take another provider: twilio, signalwire, telnyx.",
            )
        else:
            assert f"with {provider}." in problem.message.en
            assert f"bei {provider} " in problem.message.de
            assert hint in (None, problem.hint.en)


@pytest.mark.parametrize("provider", [each for each in PROVIDERS if each != "somleng"])
def test_only_somleng_lacks_voices(provider: str, tmp_path: Path) -> None:
    assert files(tmp_path, "de, en, bg, uk, ar", "", provider).problems == ()
