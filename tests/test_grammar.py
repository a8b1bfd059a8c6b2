"""The oracle itself: it takes what every provider plays, and says all that is wrong with anything else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from grammar import GRAMMAR, POLLY, PORTABLE, problems
from twilio.twiml.voice_response import Dial, Gather, Start, VoiceResponse

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases" / "grammar"
DOCUMENTS = yaml.safe_load((CASES / "documents.yaml").read_text(encoding="utf-8"))
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
ACTION = "https://ivr.example/voice/1/8f3a/hotline/main/de.1.0.0."
KOD = "+492315028888"


@pytest.mark.parametrize("case", DOCUMENTS, ids=lambda case: case["name"])
def test_all_problems_of_a_document(case):
    document = case.get("document") or f"{DECLARATION}<Response>{case['verbs']}</Response>"
    found = problems(document.encode(), profile=case.get("profile", "portable"), numbers=case.get("numbers"))
    assert found == case["problems"]


def say(text):
    return f"{DECLARATION}<Response><Say>{text}</Say></Response>"


def dial(numbers):
    nouns = f"<Number>{KOD}</Number>" * numbers
    bounds = f'action="{ACTION}" timeout="25" timeLimit="1800"'
    return f"{DECLARATION}<Response><Dial {bounds}>{nouns}</Dial></Response>"


def sized(length):
    """A good document of so many bytes."""
    frame = f"{DECLARATION}<Response><!----></Response>"
    return frame.replace("<!--", "<!--" + "x" * (length - len(frame)))


EDGES = [
    ("750 umlauts", say("ä" * 750), []),
    ("751 umlauts", say("ä" * 751), ["/Response/Say: 4506 characters when URL-encoded, at most 4500"]),
    ("3000 letters", say("a" * 3000), []),
    ("3001 letters", say("a" * 3001), ["/Response/Say: 3001 bytes of text, at most 3000"]),
    ("ten numbers", dial(10), []),
    ("eleven numbers", dial(11), ["/Response/Dial: <Dial> holds 11 numbers, at most 10"]),
    ("32 kB", sized(32_000), []),
    ("a byte more", sized(32_001), ["document: 32001 bytes, at most 32000"]),
    (
        "a number too long for an integer",
        f'{DECLARATION}<Response><Gather action="{ACTION}" timeout="{"9" * 5000}"/><Hangup/></Response>',
        [f'/Response/Gather: timeout="{"9" * 80}" is no number'],
    ),
    ("a comment", f"{DECLARATION}<Response><!-- heard by nobody --><Hangup/></Response>", []),
]


@pytest.mark.parametrize(("document", "expected"), [edge[1:] for edge in EDGES], ids=[edge[0] for edge in EDGES])
def test_both_sides_of_a_limit(document, expected):
    assert problems(document.encode()) == expected


UNREADABLE = [
    ("nothing", b"", {"declaration", "expat", "libxml2"}),
    ("no end tag", say("Hallo").encode()[:-5], {"expat", "libxml2"}),
    ("two roots", f"{DECLARATION}<Response/><Response/>".encode(), {"expat", "libxml2"}),
    ("a bare ampersand", say("Kind & Kegel").encode(), {"expat", "libxml2"}),
    ("an unknown entity", say("&uuml;ber").encode(), {"expat", "libxml2"}),
    (
        "the same attribute twice",
        say("x").replace("<Say", '<Say loop="1" loop="2"').encode(),
        {"expat", "libxml2"},
    ),
    ("a control character", say("\x0b").encode(), {"expat", "libxml2"}),
    ("a reference to a control character", say("&#11;").encode(), {"expat", "libxml2"}),
    ("a code point that is none", say("\ufffe").encode(), {"expat", "libxml2"}),
    ("a lone surrogate", say("\ud83d").encode(errors="surrogatepass"), {"UTF-8"}),
    ("Latin-1", say("Brüderweg").encode("latin-1"), {"UTF-8"}),
    ("a byte order mark", say("Hallo").encode("utf-8-sig"), {"declaration"}),
    ("UTF-16", say("Hallo").encode("utf-16"), {"declaration", "UTF-8"}),
    ("a blank before the declaration", b" " + say("x").encode(), {"declaration", "expat", "libxml2"}),
    (
        "entities that grow",
        say("&b;").replace("<R", '<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><R', 1).encode(),
        {"DOCTYPE"},
    ),
]
SAYS = {
    "declaration": "document: does not begin with",
    "UTF-8": "document: not UTF-8",
    "DOCTYPE": "document: has a DOCTYPE",
    "expat": "document: expat refuses it",
    "libxml2": "document: libxml2 refuses it",
}


@pytest.mark.parametrize(("document", "who"), [case[1:] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE])
def test_documents_that_no_parser_may_see(document, who):
    """The parsers' own words differ between their versions; who refuses does not."""
    found = problems(document)
    assert len(found) == len(who)
    for word in who:
        assert any(problem.startswith(SAYS[word]) for problem in found)


def greeting():
    answer = VoiceResponse()
    gather = Gather(
        action=ACTION,
        method="POST",
        input="dtmf",
        num_digits=1,
        finish_on_key="",
        timeout=6,
        action_on_empty_result=True,
    )
    gather.say("Willkommen beim Ordnungsdienst & Co. „Guten Tag“", voice="Polly.Vicki-Neural", language="de-DE")
    gather.play("https://ivr.example/media/chime.mp3?v=2")
    answer.append(gather)
    answer.redirect(ACTION, method="POST")
    return answer


def connection():
    answer = VoiceResponse()
    answer.say("I am connecting you.", voice="Polly.Amy", language="en-GB")
    dial = Dial(action=ACTION, timeout=25, time_limit=1800, caller_id="+4915112345678")
    for number in (KOD, "+4915112345678", "+491711234567", "+498001234567", "+492311121162"):
        dial.number(number)
    answer.append(dial)
    return answer


def goodbye():
    answer = VoiceResponse()
    answer.say("Auf Wiederhören.", voice="alice", language="de-DE", loop=2)
    answer.play(digits="1w#")
    answer.hangup()
    return answer


def refusal():
    answer = VoiceResponse()
    answer.reject(reason="busy")
    return answer


def message():
    answer = VoiceResponse()
    answer.record(action=ACTION, timeout=5, finish_on_key="#", max_length=120, play_beep=True, trim="trim-silence")
    return answer


def extras():
    answer = VoiceResponse()
    answer.pause(length=1)
    words = answer.say("Bitte ", voice="Google.de-DE-Chirp3-HD-Kore", language="de-DE")
    words.break_(strength="weak", time="200ms")
    words.lang("merci", xml_lang="fr-FR")
    words.say_as("115", interpret_as="digits")
    listen = Start()
    listen.stream(url="wss://ivr.example/stream", track="inbound_track").parameter(name="n", value="1")
    answer.append(listen)
    gather = Gather(action=ACTION, input="dtmf speech", language="tr-TR", hints="bir, iki", speech_timeout="auto")
    gather.pause()
    answer.append(gather)
    answer.enqueue("kod", wait_url=ACTION).task("{}", priority=5)
    dial = Dial(action=ACTION, timeout=25, time_limit=1800, record="record-from-answer", ring_tone="de")
    dial.number(KOD, url=ACTION, status_callback=ACTION, status_callback_event="initiated answered")
    answer.append(dial)
    return answer


@pytest.mark.parametrize("made", [VoiceResponse, greeting, connection, goodbye, refusal, message])
def test_takes_what_the_providers_library_makes(made):
    assert problems(str(made()).encode()) == []


def test_extras_are_good_twiml_but_not_portable():
    document = str(extras()).encode()
    assert problems(document, profile="twilio") == []
    assert [problem for problem in problems(document) if not problem.endswith("is not portable")] == []


def test_numbers_from_the_list_are_dialled():
    document = dial(1).encode()
    assert problems(document, numbers=[KOD]) == []
    assert problems(document, numbers=[]) == [
        f"/Response/Dial/Number: dials {KOD}, which is not in the list of allowed numbers"
    ]


def test_an_unknown_profile_is_no_loose_profile():
    with pytest.raises(KeyError):
        problems(dial(1).encode(), profile="portabel")


def test_every_polly_voice_has_its_language():
    """A voice that the provider adds is refused for every language until the table knows it."""
    listed = {person for people in POLLY.values() for person in people.split()}
    made = {voice.split(".")[1].split("-")[0] for voice in GRAMMAR["types"]["SayVoice"] if voice.startswith("Polly.")}
    assert {person.replace("í", "i").replace("é", "e") for person in made} == listed
    assert set(POLLY) <= set(GRAMMAR["types"]["SayLanguage"])


def test_the_portable_profile_is_part_of_the_grammar():
    elements = {"Response": GRAMMAR["elements"]["VoiceResponse"], **GRAMMAR["elements"]}
    for tag, attributes in PORTABLE.items():
        assert set(attributes) <= set(elements[tag]["attributes"])


def generated(folder, source):
    typings = folder / "package" / "lib" / "twiml" / "VoiceResponse.d.ts"
    typings.parent.mkdir(parents=True)
    typings.write_text(source, encoding="utf-8")
    (folder / "package" / "package.json").write_text('{"name": "twilio", "version": "6.2.0"}', encoding="utf-8")
    command = [sys.executable, ROOT / "tools" / "twiml_grammar.py", typings]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def test_the_generator_reads_typings(tmp_path):
    made = generated(tmp_path, (CASES / "sample.d.ts").read_text(encoding="utf-8"))
    assert (made.returncode, made.stderr) == (0, "")
    assert json.loads(made.stdout) == json.loads((CASES / "sample.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("loop?: number;", "loop?: number | string;", "line 23: loop?: number | string;"),
        ("loop?: number;", "loop?: Often;", "<Play>: unknown types Often"),
        ("interface SayAttributes", "interface SpeakAttributes", "<Say>: SayAttributes is not declared"),
        ("events?: SayVoice[];", "voice?: string;", "line 27: voice has two types"),
        (
            "play(url?: string): VoiceResponse.Play",
            "play(url?: string): VoiceResponse.Say",
            "line 14: <Play> is two",
        ),
    ],
)
def test_the_generator_stops_at_what_it_does_not_know(tmp_path, was, becomes, says):
    sample = (CASES / "sample.d.ts").read_text(encoding="utf-8")
    assert was in sample
    made = generated(tmp_path, sample.replace(was, becomes, 1))
    assert made.returncode == 1
    assert says in made.stderr
    assert made.stdout == ""


def test_the_generator_says_how_it_is_used():
    made = subprocess.run(
        [sys.executable, ROOT / "tools" / "twiml_grammar.py"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (made.returncode, made.stdout) == (2, "")
    assert made.stderr.startswith("usage:")
