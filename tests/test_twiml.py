"""TwiML: documents byte for byte, texts in whatever characters, and the limits of the wire."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from xml.parsers import expat

import pytest
import yaml
from grammar import problems
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from twilio.twiml.voice_response import VoiceResponse

from ivr.call import CheckPin, Dial, Gather, GiveInstruction, HangUp, Inbound, Said, Spot, State, Trail, Turn, Visit
from ivr.contacts import allowed
from ivr.loader import load_contacts
from ivr.speech import language
from ivr.speech.forms import Voice
from ivr.speech.limits import MAX_ENCODED, MAX_UTF8
from ivr.speech.pronunciation import Pronunciation
from ivr.speech.voices import PROVIDERS
from ivr.twiml import MAX_BYTES, URL_FORMAT, Renderer
from ivr.twiml.text import speakable, split

CASES = Path(__file__).parent / "cases"
DIRECTORY = load_contacts(CASES / "engine" / "contacts.yaml").directory
WACHE = DIRECTORY.contacts["wache"]
NUMBERS = {entry.phone.e164 for entry in DIRECTORY.contacts.values() if entry.phone}
# Two contacts that no file could have, because the reader refuses their numbers: the renderer must as well.
SMUGGLED = [replace(WACHE, phone=replace(WACHE.phone, e164=number)) for number in ("+4990012345", "+49231112")]
HERE = State(Spot("hotline", "main"), "de", 3, 1, 0, Trail([Visit(Spot("hotline", "languages"), called=False)]))
VERSION = "0123456789ab"


def cases(name):
    return yaml.safe_load((CASES / "twiml" / f"{name}.yaml").read_text("utf-8"))


def renderer(provider="twilio"):
    contacts = [*DIRECTORY.contacts.values(), *SMUGGLED]
    return Renderer("https://ivr.example", VERSION, contacts, DIRECTORY.last_resort, provider)


def turn(said, expects=None):
    return Turn(tuple(Said(*each) for each in said), expects or HangUp(), HERE)


def dial(number):
    return Dial("wache", number, 25)


@pytest.mark.parametrize("case", cases("documents"), ids=lambda case: str(case["name"]))
def test_documents(case):
    render = renderer(case.get("provider", "twilio")).render
    waits = case.get("key")
    gather = Gather(*waits) if isinstance(waits, list) else Gather(waits)
    expects = gather if waits else dial(case["dial"]) if "dial" in case else None
    inbound = Inbound("CA1", case.get("caller", ""), case.get("called", ""))
    document = render(turn(case["said"], expects), inbound)
    assert document.decode() == case["document"].replace("\n", "")
    assert render(turn(case["said"], expects), inbound) == document
    assert problems(document, numbers=NUMBERS) == []


def test_the_cases_know_every_provider_and_the_format():
    assert {case.get("provider", "twilio") for case in cases("documents")} == set(PROVIDERS)
    assert URL_FORMAT == "1"
    assert not any(allowed(entry.phone.e164) for entry in SMUGGLED)


def test_the_default_provider_is_twilio():
    default = Renderer("https://ivr.example", VERSION, [], WACHE)
    assert default.failure("de") == renderer("twilio").failure("de") != renderer("somleng").failure("de")


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("de", "null zwo drei eins, fünf null, zwo, acht acht"),
        ("en", "zero two three one, five zero, two, eight eight"),
    ],
)
def test_a_failure_names_a_number_in_every_language(code, number):
    document = renderer().failure(code)
    assert problems(document) == []
    assert document.decode().count(number) == 2
    assert document.endswith(b"<Hangup /></Response>")


@pytest.mark.parametrize("address", ["https://ivr.städte.example", "https://ivr.example/тест"])
def test_addresses_are_ascii(address):
    with pytest.raises(UnicodeEncodeError):
        Renderer(address, VERSION, [], WACHE)


@pytest.mark.parametrize("act", [CheckPin("80351"), GiveInstruction("wache", "closed", None, "leitstelle")])
def test_what_nobody_has_done_is_never_rendered(act):
    document = renderer().render(turn([["de", "Geschlossen."]], act), Inbound("CA1"))
    assert document == renderer().failure("de")
    assert "80351" not in repr(act)


def test_several_patiences_side_by_side():
    render = renderer().render
    every = [render(turn([["de", "Hallo."]], Gather(seconds)), Inbound("CA1")) for seconds in (6, 10, 6)]
    assert every[0] == every[2] == every[1].replace(b'timeout="10"', b'timeout="6"') != every[1]


# --- what is kept --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Guten Tag.", "Grün & Blau <b>", "\"Ja\" 'nein' -->", "Žluťoučký 😀", "مرحبا", "]]>"])
def test_a_sentence_is_written_as_the_twilio_library_writes_it(text):
    response = VoiceResponse()
    voice = language("de").voices["twilio"]
    response.say(text, voice=voice.name, language=voice.tag)
    response.hangup()
    written = response.to_xml(xml_declaration=False).encode()
    assert renderer().render(turn([["de", text]]), Inbound("CA1")).endswith(written)


def test_sentences_by_the_clock_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr("ivr.twiml.renderer._AT_HAND", 3)
    render = renderer()
    sizes = []
    for minute in ("eins", "zwei", "drei", "vier", "vier", "eins"):
        assert minute.encode() in render.render(turn([["de", minute]]), Inbound("CA1"))
        sizes.append(len(render._xml))
    assert sizes == [1, 2, 3, 1, 1, 2]


# --- characters ----------------------------------------------------------------------------------------------------

ILLEGAL = [*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]
NASTY = [
    *map(chr, ILLEGAL),
    "]]>",
    "<!--",
    "&amp;",
    "&#0;",
    "<Dial>110</Dial>",
    "\r\n",
    "\x85",
    "\u2028",
    "\xa0",
    "\u202e",
]
texts = st.lists(
    st.one_of(
        st.text(st.characters(codec=None, exclude_categories=()), max_size=8),
        st.sampled_from(NASTY),
        st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF, exclude_categories=()),
        st.characters(min_codepoint=0x10000),
        st.characters(min_codepoint=0x590, max_codepoint=0x6FF),
    ),
    max_size=12,
).map("".join)


def heard(document):
    """The texts of all Says, as each of two parsers reads them; they must agree."""
    by_expat, inside = [], []
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, _: by_expat.append("") or inside.append(1) if tag == "Say" else None
    parser.EndElementHandler = lambda tag: inside.clear() if tag == "Say" else None

    def characters(text):
        if inside:
            by_expat[-1] += text

    parser.CharacterDataHandler = characters
    parser.Parse(document, True)
    assert [say.text for say in etree.fromstring(document).iter("Say")] == by_expat
    return by_expat


def legal(letter):
    """XML 1.0, section 2.2, written in its own numbers."""
    point = ord(letter)
    return point in (9, 10, 13) or 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0xFFFD or 0x10000 <= point <= 0x10FFFF


@given(texts, st.sampled_from(["de", "en"]), st.sampled_from([None, Gather(6), dial("+492315028888")]))
@settings(max_examples=300, deadline=None)
def test_whatever_the_characters_are_the_words_arrive(text, code, expects):
    document = renderer().render(turn([[code, text]], expects), Inbound("CA1", "+4915112345678"))
    assert problems(document, numbers=NUMBERS) == []
    assert " ".join(heard(document)) == speakable(text)


@given(texts)
@settings(deadline=None)
def test_speakable_takes_away_only_what_cannot_be_sent(text):
    kept = speakable(text)
    assert [letter for letter in kept if letter != " "] == [
        letter for letter in text if legal(letter) and not letter.isspace()
    ]
    assert kept == kept.strip()
    assert "  " not in kept
    assert speakable(kept) == kept


@pytest.mark.parametrize("point", [*ILLEGAL, 0xD800, 0xDFFF], ids=hex)
def test_illegal_code_points(point):
    assert speakable(f"a{chr(point)}b") == "ab"
    with pytest.raises((expat.ExpatError, UnicodeEncodeError)):
        expat.ParserCreate().Parse(f"<a>{chr(point)}</a>".encode(), True)


@pytest.mark.parametrize("point", [0x20, 0x7F, 0x85, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x10FFFF], ids=hex)
def test_the_last_code_points_that_are_legal(point):
    letter = chr(point)
    assert speakable(f"a{letter}b") == (f"a{letter}b" if not letter.isspace() else "a b")


# --- lengths -------------------------------------------------------------------------------------------------------


def unfolded(short):
    """`a*3 b.` is `aaa b.`"""
    return re.sub(r"(.)\*(\d+)", lambda found: found[1] * int(found[2]), short)


def fits(piece):
    return len(piece.encode()) <= 3000 and len(quote(piece, safe="")) <= 4500


@pytest.mark.parametrize("case", cases("split"), ids=lambda case: case["name"])
def test_where_a_text_is_cut(case):
    pieces = split(unfolded(case["text"]))
    assert pieces == [unfolded(piece) for piece in case["pieces"]]
    assert all(map(fits, pieces))
    assert (MAX_UTF8, MAX_ENCODED) == (3000, 4500)


words = st.tuples(
    st.sampled_from("aäж中😀%"), st.sampled_from([1, 4, 60, 374, 375, 376, 800]), st.sampled_from(["", "."])
)


@given(st.lists(words.map(lambda word: word[0] * word[1] + word[2]), max_size=25).map(" ".join))
@settings(max_examples=60, deadline=None)
def test_every_piece_fits_and_nothing_is_lost(text):
    pieces = split(text)
    assert all(map(fits, pieces))
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
    if all(len(word) <= 375 for word in text.split()):
        assert " ".join(pieces) == text
    document = renderer().render(turn([["de", text]], Gather(6)), Inbound("CA1"))
    assert problems(document) == []


LONGEST = Inbound("CA1", f"+{'4' * 15}")
"""The longest number that a document can have to show."""

WAITS = {"a key": Gather(6), "a connection": dial("+492315028888"), "the end": None}


@pytest.mark.parametrize("expects", WAITS.values(), ids=WAITS)
def test_too_much_to_say(expects):
    """The document is filled to its last byte; one more, and what was to be said first is left out."""
    render = renderer().render
    bare = render(turn([], expects), LONGEST)
    frame = len(render(turn([["de", "x"]], expects), LONGEST)) - len(bare) - 1
    full = [["de", f"{letter}" * (2500 - frame)] for letter in "abcdefghijkl"]
    rest = MAX_BYTES - len(bare) - 2500 * len(full)
    said = [["de", "1" * (rest - frame)], *full]
    document = render(turn(said, expects), LONGEST)
    assert len(document) == MAX_BYTES == 32_000
    assert heard(document) == [text for _, text in said]
    said[0][1] += "1"
    document = render(turn(said, expects), LONGEST)
    assert heard(document) == [text for _, text in full]
    assert problems(document) == []


@pytest.mark.parametrize("expects", WAITS.values(), ids=WAITS)
def test_far_too_much_to_say_in_one_go(expects):
    text = " ".join(f"Satz {'x' * 90}." for _ in range(1000)) + " Auf Wiederhören."
    document = renderer().render(turn([["de", text], ["en", "Goodbye."]], expects), Inbound("CA1"))
    assert 28_000 < len(document) <= MAX_BYTES
    assert problems(document) == []
    assert text.endswith(" ".join(heard(document)[:-1]))
    assert heard(document)[-2].endswith("Auf Wiederhören.")
    assert heard(document)[-1] == "Goodbye."


# --- voices and pronunciation --------------------------------------------------------------------------------------


def spoken(document):
    return [(say.get("voice"), say.get("language"), say.text) for say in etree.fromstring(document).iter("Say")]


def with_words(words, voices=None, **more):
    dictionaries = {code: Pronunciation(each) for code, each in words.items()}
    return Renderer(
        "https://ivr.example", VERSION, [WACHE], WACHE, voices=voices or {}, pronunciations=dictionaries, **more
    )


VICKI, AMY = ("Polly.Vicki-Neural", "de-DE"), ("Polly.Amy-Neural", "en-GB")
DANIEL = Voice("Polly.Daniel-Neural", "de-DE")


@pytest.mark.parametrize("expects", WAITS.values(), ids=WAITS)
@pytest.mark.parametrize(
    ("words", "voices", "heard_as"),
    [
        ({}, {}, [(*VICKI, "Hallo Wache."), (*AMY, "Hello Wache.")]),
        ({"de": {"Wache": "Vache"}}, {}, [(*VICKI, "Hallo Vache."), (*AMY, "Hello Wache.")]),
        ({"en": {"Wache": "Vahe"}}, {}, [(*VICKI, "Hallo Wache."), (*AMY, "Hello Vahe.")]),
        ({}, {"de": DANIEL}, [(*DANIEL, "Hallo Wache."), (*AMY, "Hello Wache.")]),
        ({"de": {"Wache": "<&>"}}, {"de": DANIEL}, [(*DANIEL, "Hallo <&>."), (*AMY, "Hello Wache.")]),
    ],
)
def test_who_says_it_and_how(words, voices, heard_as, expects):
    render = with_words(words, voices).render
    document = render(turn([["de", "Hallo Wache."], ["en", "Hello Wache."]], expects), Inbound("CA1", "+4915112345678"))
    assert spoken(document) == heard_as
    assert problems(document, numbers=NUMBERS) == []


def test_words_are_found_across_the_white_space_of_the_text():
    render = with_words({"de": {"Nordmarkt drei": "am Markt"}}).render
    document = render(turn([["de", "Hallo,  Nordmarkt\n\t drei."]]), Inbound("CA1"))
    assert heard(document) == ["Hallo, am Markt."]


@pytest.mark.parametrize("said", ["ja " * 400, "Ja. " * 500, "я " * 700])
def test_what_grows_by_its_pronunciation_is_cut_afterwards(said):
    grown = {"ja": "jawohl ja", "Ja": "Jawohl", "я": "я" * 11}
    document = with_words({"bg": grown}).render(turn([["bg", said]]), Inbound("CA1"))
    pieces = heard(document)
    assert len(pieces) > 1
    assert all(map(fits, pieces))
    assert problems(document) == []
    for word, instead in grown.items():
        said = said.replace(word, instead)
    assert " ".join(pieces) == said.strip()


@given(texts, st.dictionaries(st.sampled_from(["a", "b c", "ä", "&"]), texts.map(speakable), max_size=3))
@settings(max_examples=60, deadline=None)
def test_whatever_the_dictionary_says_the_document_is_sound(text, words):
    text = f"{text} a b c ä &"
    document = with_words({"de": words}).render(turn([["de", text]]), Inbound("CA1"))
    assert problems(document) == []
    assert speakable(" ".join(heard(document))) == speakable(Pronunciation(words).say(speakable(text)))
