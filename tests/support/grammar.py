"""Is a document TwiML that every provider can play? The oracle of all tests that look at what we emit.

`problems(document)` gives one sentence per fault, each led by its place; none for a good document.
It shares no code with the renderer, and asks four things, in this order:

1. Is it UTF-8 with an XML declaration, and do two parsers (expat and libxml2) take it?
2. Does it follow the grammar of `tests/grammar/twiml.json`, which is the provider's (tools/twiml_grammar.py)?
3. Does it keep what the grammar does not know: lengths, ranges, the form of URLs, who may be dialled?
4. With the profile "portable": does it hold only what Twilio, SignalWire, Telnyx and Somleng all understand?

The rules of 3 and 4 carry their source beside them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote
from xml.parsers import expat

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

Profile = Literal["portable", "twilio"]
Element = Any
"""An lxml element; lxml has no types of its own."""

GRAMMAR = json.loads((Path(__file__).parents[1] / "grammar" / "twiml.json").read_text(encoding="utf-8"))

MAX_DOCUMENT = 32_000
"""Bytes. Twilio takes 64 kB (error 11750); half of it is our own budget."""

MAX_SAY_ENCODED = 4500
"""Characters of a <Say> after URL encoding (error 13521), a blank counted as `%20`: the stricter reading."""

MAX_SAY_BYTES = 3000
"""Bytes of a <Say>: Polly's limit, the smallest of the voices'."""

MAX_NUMBERS = 10
"""<Number>s in one <Dial>."""

RANGES = {
    # Telnyx is the strictest: Gather timeout 1-120, numDigits 1-128; Dial timeout 5-120, timeLimit from 60.
    ("Gather", "timeout"): (1, 120),
    ("Gather", "numDigits"): (1, 128),
    ("Gather", "maxSpeechTime"): (1, 60),
    ("Dial", "timeout"): (5, 120),
    # The upper end is ours, against toll fraud.
    ("Dial", "timeLimit"): (60, 1800),
    # Zero repeats for as long as the caller bears it: never in a loop.
    ("Say", "loop"): (1, 1000),
    ("Play", "loop"): (1, 1000),
    ("Pause", "length"): (1, 600),
    # An integer above one; Twilio and Telnyx stop at four hours.
    ("Record", "maxLength"): (2, 14400),
}

NEEDED = {
    # Without `action` Twilio asks for the current document again, which is a loop.
    "Gather": ("action",),
    "Record": ("action",),
    # No connection without bounds, and a next step for busy and no answer.
    "Dial": ("action", "timeout", "timeLimit"),
}

PORTABLE = {
    "Response": (),
    "Say": ("voice", "language", "loop"),
    "Play": ("loop", "digits"),
    "Gather": ("action", "method", "input", "numDigits", "finishOnKey", "timeout", "actionOnEmptyResult"),
    "Redirect": ("method",),
    "Dial": ("action", "method", "timeout", "timeLimit", "callerId"),
    "Number": (),
    "Record": ("action", "method", "timeout", "finishOnKey", "maxLength", "playBeep", "trim"),
    "Reject": ("reason",),
    "Hangup": (),
}
"""Elements and attributes that all four providers understand (their own portability lists)."""

POLLY = {
    "ar-AE": "Hala Zayd",
    "arb": "Zeina",
    "ca-ES": "Arlet",
    "cmn-CN": "Zhiyu",
    "cy-GB": "Gwyneth",
    "da-DK": "Mads Naja Sofie",
    "de-AT": "Hannah",
    "de-DE": "Daniel Hans Marlene Vicki",
    "en-AU": "Nicole Olivia Russell",
    "en-GB": "Amy Arthur Brian Emma",
    "en-GB-WLS": "Geraint",
    "en-IE": "Niamh",
    "en-IN": "Aditi Kajal Raveena",
    "en-NZ": "Aria",
    "en-US": "Danielle Gregory Ivy Joanna Joey Justin Kendra Kevin Kimberly Matthew Ruth Salli Stephen",
    "en-ZA": "Ayanda",
    "es-ES": "Conchita Enrique Lucia Sergio",
    "es-MX": "Andres Mia",
    "es-US": "Lupe Miguel Pedro Penelope",
    "fi-FI": "Suvi",
    "fr-BE": "Isabelle",
    "fr-CA": "Chantal Gabrielle Liam",
    "fr-FR": "Celine Lea Mathieu Remi",
    "hi-IN": "Aditi Kajal",
    "is-IS": "Dora Karl",
    "it-IT": "Adriano Bianca Carla Giorgio",
    "ja-JP": "Kazuha Mizuki Takumi Tomoko",
    "ko-KR": "Seoyeon",
    "nb-NO": "Ida Liv",
    "nl-BE": "Lisa",
    "nl-NL": "Laura Lotte Ruben",
    "pl-PL": "Ewa Jacek Jan Maja Ola",
    "pt-BR": "Camila Ricardo Thiago Vitoria",
    "pt-PT": "Cristiano Ines",
    "ro-RO": "Carmen",
    "ru-RU": "Maxim Tatyana",
    "sv-SE": "Astrid Elin",
    "tr-TR": "Burcu Filiz",
    "yue-HK": "Hiujin",
}
"""Language -> Amazon's voices for it (Amazon Polly, "Available voices"); accents dropped."""

_ACCENTS = str.maketrans("íé", "ie")
_DECLARATION = re.compile(rb"<\?xml version=[\"']1\.0[\"'] encoding=[\"'][Uu][Tt][Ff]-8[\"']\?>")
_INTEGER = re.compile(r"0|[1-9][0-9]{0,8}")
_ORIGIN = r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]{1,5})?"
_OUR_URL = re.compile(_ORIGIN + r"(?:/[A-Za-z0-9._~-]*)*")
_MEDIA_URL = re.compile(_ORIGIN + r"/[A-Za-z0-9._~/%?=&+-]*")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_GERMAN = re.compile(r"\+49(?!32|700|900|801)(?:[2-9][0-9]{6,11}|1(?:5[0-9]|6[023]|7[0-9])[0-9]{7,8})")
_EMERGENCY = re.compile(r"\+49[0-9]{0,5}11[02]")
_KEYS = re.compile(r"[0-9*#]*")
_TONES = re.compile(r"[0-9A-DwW#*]+")


def problems(document: bytes, *, profile: Profile = "portable", numbers: Collection[str] | None = None) -> list[str]:
    """What is wrong with a TwiML document, in document order; an empty list if nothing is.

    `numbers` are the E.164 numbers that may be dialled; None allows every ordinary German one.
    """
    root, found = _parsed(document)
    if root is not None:
        check = _Check(portable={"portable": True, "twilio": False}[profile], numbers=numbers)
        found += check.document(root)
    return found


def _parsed(document: bytes) -> tuple[Element | None, list[str]]:
    """The root element, or None where a parser refuses the document; and what is wrong with the bytes."""
    found = []
    if len(document) > MAX_DOCUMENT:
        found.append(f"document: {len(document)} bytes, at most {MAX_DOCUMENT}")
    if not _DECLARATION.match(document):
        found.append('document: does not begin with <?xml version="1.0" encoding="UTF-8"?>')
    try:
        document.decode("utf-8")
    except UnicodeDecodeError as refused:
        return None, [*found, f"document: not UTF-8 at byte {refused.start}"]
    refusals: list[str] = []
    first = expat.ParserCreate()
    first.StartDoctypeDeclHandler = lambda *_: refusals.append("document: has a DOCTYPE")
    first.ProcessingInstructionHandler = lambda *_: refusals.append("document: has a processing instruction")
    try:
        first.Parse(document, True)
    except expat.ExpatError as refused:
        refusals.append(f"document: expat refuses it: {refused}")
    root = None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as refused:
        refusals.append(f"document: libxml2 refuses it: {refused.msg}")
    return (None if refusals else root), found + refusals


@dataclass(frozen=True)
class _Check:
    """One look at one document."""

    portable: bool
    numbers: Collection[str] | None

    def document(self, root: Element) -> list[str]:
        """Every fault below and at the root, led by its place."""
        if root.tag != "Response":
            return [f"/{root.tag}: the root is not <Response>"]
        return list(self._element(root, "VoiceResponse"))

    def _element(self, element: Element, class_name: str) -> Iterator[str]:
        place = element.getroottree().getpath(element)
        rule = GRAMMAR["elements"][class_name]
        for problem in self._own(element, rule):
            yield f"{place}: {problem}"
        for child in element:
            if child.tag in rule["children"]:
                yield from self._element(child, rule["children"][child.tag])
            else:
                inside = child.getroottree().getpath(child)
                yield f"{inside}: the grammar has no <{child.tag}> in <{element.tag}>"

    def _own(self, element: Element, rule: Any) -> Iterator[str]:
        """The faults of one element, without its children's."""
        yield from _grammar(element, rule)
        yield from _limits(element)
        if element.tag in _RULES:
            yield from _RULES[element.tag](element)
        if element.tag in ("Dial", "Number"):
            yield from self._dialled(element)
        if self.portable:
            yield from _portability(element)

    def _dialled(self, element: Element) -> Iterator[str]:
        number = element.text or ""
        if not number.strip():
            return
        if not _GERMAN.fullmatch(number) or _EMERGENCY.fullmatch(number):
            yield f"dials {number!r}, which is no ordinary German number in E.164 form"
        elif self.numbers is not None and number not in self.numbers:
            yield f"dials {number}, which is not in the list of allowed numbers"


def _grammar(element: Element, rule: Any) -> Iterator[str]:
    """What the provider's typings say of one element: its text and its attributes."""
    words = _own_text(element).strip()
    if rule["text"] == "none" and words:
        yield f"<{element.tag}> holds text: {words[:40]!r}"
    if rule["text"] == "required" and not _all_text(element).strip():
        yield f"<{element.tag}> is empty"
    for name, value in _attributes(element):
        kind = rule["attributes"].get(name)
        if kind is None:
            yield f"the grammar has no attribute {name} in <{element.tag}>"
        elif not _of_kind(value, kind):
            yield f'{name}="{value[:80]}" is no {kind}'


def _of_kind(value: str, kind: str) -> bool:
    if kind.endswith("[]"):
        return bool(value.split()) and all(_of_kind(word, kind[:-2]) for word in value.split(" "))
    if kind == "string":
        return True
    if kind == "number":
        return _INTEGER.fullmatch(value) is not None
    if kind == "boolean":
        return value in ("true", "false")
    return value in GRAMMAR["types"][kind]


def _limits(element: Element) -> Iterator[str]:
    """Rules that hold for an attribute wherever it stands."""
    for name, value in _attributes(element):
        if (element.tag, name) in RANGES and _INTEGER.fullmatch(value):
            low, high = RANGES[element.tag, name]
            if not low <= int(value) <= high:
                yield f'{name}="{value}" is not between {low} and {high}'
        if name.lower().endswith("method") and value not in ("GET", "POST"):
            yield f'{name}="{value}" is neither GET nor POST'
        if name == "finishOnKey" and not _KEYS.fullmatch(value):
            yield f'{name}="{value}" holds more than 0-9, * and #'
        if (name == "action" or name.endswith(("Callback", "Url"))) and not _OUR_URL.fullmatch(value):
            yield f'{name}="{value}" is no absolute URL of unreserved ASCII without a query'
    for name in NEEDED.get(element.tag, ()):
        if not element.get(name):
            yield f"<{element.tag}> has no {name}"


def _response(element: Element) -> Iterator[str]:
    """The order of the verbs: nothing behind an end, and <Reject> first, where it still avoids answering."""
    end = None
    for index, verb in enumerate(element):
        if end is not None:
            yield f"<{verb.tag}> is never reached: <{end}> before it ends the document"
        elif verb.tag in ("Hangup", "Redirect", "Reject") or (verb.tag in ("Dial", "Record") and verb.get("action")):
            end = verb.tag
        if verb.tag == "Reject" and index:
            yield "<Reject> is not the first verb: the call has been answered and costs money"


def _say(element: Element) -> Iterator[str]:
    text = _all_text(element)
    encoded, length = len(quote(text, safe="")), len(text.encode())
    if encoded > MAX_SAY_ENCODED:
        yield f"{encoded} characters when URL-encoded, at most {MAX_SAY_ENCODED}"
    if length > MAX_SAY_BYTES:
        yield f"{length} bytes of text, at most {MAX_SAY_BYTES}"
    voice, language = element.get("voice"), element.get("language")
    if voice and language and not _speaks(voice, language):
        yield f"voice {voice} does not speak {language}"


def _speaks(voice: str, language: str) -> bool:
    """Whether a voice can say a language; a wrong pair can make a <Say> fail (errors 13511, 13512)."""
    maker, _, name = voice.partition(".")
    if maker == "Google":
        return name.startswith(f"{language}-")
    if maker == "Polly":
        person = name.removesuffix("-Neural").removesuffix("-Generative").translate(_ACCENTS)
        return person in POLLY.get(language, "").split()
    return True


def _play(element: Element) -> Iterator[str]:
    url, digits = (element.text or "").strip(), element.get("digits")
    if not url and not digits:
        yield "<Play> has neither a URL nor digits"
    if url and not _MEDIA_URL.fullmatch(element.text):
        yield f"<Play> of {element.text!r}, which is no absolute ASCII URL"
    if digits is not None and not _TONES.fullmatch(digits):
        yield f'digits="{digits}" are no key tones'


def _redirect(element: Element) -> Iterator[str]:
    url = element.text or ""
    if url.strip() and not _OUR_URL.fullmatch(url):
        yield f"redirects to {url!r}, which is no absolute URL of unreserved ASCII without a query"


def _dial(element: Element) -> Iterator[str]:
    if not len(element) and not (element.text or "").strip():
        yield "<Dial> dials nobody"
    if len(element) > MAX_NUMBERS:
        yield f"<Dial> holds {len(element)} numbers, at most {MAX_NUMBERS}"
    caller = element.get("callerId")
    if caller is not None and not _E164.fullmatch(caller):
        yield f'callerId="{caller}" is no E.164 number'


_RULES: dict[str, Callable[[Element], Iterator[str]]] = {
    "Response": _response,
    "Say": _say,
    "Play": _play,
    "Redirect": _redirect,
    "Dial": _dial,
}


GOOGLE_ONLY = {"bg-BG", "uk-UA", "ar-XA"}
"""What of the languages we speak has no other voice with Twilio, or no natural one."""


def _portability(element: Element) -> Iterator[str]:
    """What one of the four providers would not understand."""
    if element.tag not in PORTABLE:
        yield f"<{element.tag}> is not portable"
        return
    for name, _ in _attributes(element):
        if name not in PORTABLE[element.tag]:
            yield f"{name} in <{element.tag}> is not portable"
    if element.tag == "Gather":
        if element.get("input", "dtmf") != "dtmf":
            yield f'input="{element.get("input")}" is not portable'
        if element.getnext() is None:
            yield "<Gather> is the last verb: where actionOnEmptyResult is unknown, silence ends the call"
    if element.get("voice", "").startswith("Google.") and element.get("language") not in GOOGLE_ONLY:
        # SignalWire spells these "gcloud.…", and Somleng has none; our renderer spells each as its provider does.
        yield f"voice {element.get('voice')} is not portable"
    if element.tag == "Dial" and (element.text or "").strip():
        yield "<Dial> holds its number as text instead of in <Number>"


def _attributes(element: Element) -> list[tuple[str, str]]:
    """Names and values, with `xml:lang` spelt as in the document."""
    return [(name.replace("{http://www.w3.org/XML/1998/namespace}", "xml:"), value) for name, value in element.items()]


def _own_text(element: Element) -> str:
    """The text that stands directly in an element, before, between and behind its children."""
    return (element.text or "") + "".join(child.tail or "" for child in element)


def _all_text(element: Element) -> str:
    """The text of an element and everything in it: what would be heard."""
    return "".join(element.itertext())
