"""Reading a TwiML document into verbs, by itself and strictly: what no provider performs is refused here.

The verbs are the portable core that all four providers perform: Say, Play, Gather with keys, Redirect, Dial
with Number, Record, Reject, Hangup. Names are case-sensitive, comments and unknown attributes are passed
over, relative addresses are resolved against the document's own, and every default is the provider's
(twilio.com/docs/voice/twiml/…).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, NoReturn
from urllib.parse import quote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree as ET

from ivr.phone.errors import dropped

MAX_SPOKEN = 4500
"""A text of more characters than this, URL-encoded, is not spoken (the provider's error 13521)."""


@dataclass(frozen=True, slots=True)
class Say:
    """Speak `text` with a voice of `language`, a tag such as "de-DE"."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Play:
    """Play the sound file at an address, or a row of key tones."""

    sound: str


class Entry(NamedTuple):
    """What a Gather took in: digits (None for no key), the key that ended it, the seconds waited for more."""

    digits: str | None
    finished_on: str
    waited: int


@dataclass(frozen=True, slots=True)
class Gather:
    """Take keys while and after the nested verbs are heard; `timeout` is in seconds and starts after them."""

    inside: tuple[Say | Play, ...]
    action: str
    num_digits: int | None
    finish_on_key: str
    timeout: int
    action_on_empty: bool

    def entered(self, keys: str) -> Entry:
        """What of `keys`, pressed one after the other, arrives. What comes after the end is lost."""
        digits = ""
        for key in keys:
            if key in self.finish_on_key:
                return Entry(digits, key, 0)
            digits += key
            if len(digits) == self.num_digits:
                return Entry(digits, "", 0)
        return Entry(digits or None, "", self.timeout)


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring all `numbers` at once; `timeout` (ringing) and `time_limit` (talking) are in seconds."""

    numbers: tuple[str, ...]
    action: str | None
    timeout: int
    time_limit: int
    caller_id: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """Record the caller until a key, silence of `timeout` seconds, or `max_length` seconds."""

    action: str
    finish_on_key: str
    timeout: int
    max_length: int


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go on with another document."""

    url: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call: Hangup, or Reject, which as the first verb also leaves the call unanswered."""


Verb = Say | Play | Gather | Dial | Record | Redirect | HangUp


def read(body: bytes, url: str) -> tuple[Verb, ...]:
    """The verbs of the document that came from `url`. PhoneError when a provider would drop the call."""
    parser = ET.XMLParser(target=_Builder())  # noqa: S314 - bodies are bounded, and see _Builder
    try:
        root = ET.fromstring(body, parser)  # noqa: S314 - as above
    except (ET.ParseError, LookupError, ValueError) as broken:
        # LookupError and ValueError are what the parser raises for encodings that it does not know.
        raise dropped(12100, f"die Antwort ist kein XML ({broken}).", f"the answer is no XML ({broken}).") from broken
    if root.tag != "Response":
        raise dropped(
            12102,
            f"das Dokument beginnt mit <{root.tag}> statt mit <Response>.",
            f"the document begins with <{root.tag}> instead of <Response>.",
        )
    return tuple(_verb(element, url) for element in root)


class _Builder(ET.TreeBuilder):
    def doctype(self, name: str, _public: str | None, _system: str | None) -> NoReturn:
        # A document type is where entities are declared, and with them bombs and other people's files.
        raise dropped(
            12100,
            f"das Dokument trägt einen Dokumenttyp ({name}), und TwiML hat keinen.",
            f"the document carries a document type ({name}), and TwiML has none.",
        )


def _verb(element: ET.Element, base: str) -> Verb:
    match element.tag:
        case "Say" | "Play":
            return _heard(element, base)
        case "Gather":
            return _gather(element, base)
        case "Dial":
            return _dial(element, base)
        case "Record":
            return Record(
                action=_target(element, element.get("action"), base) or base,
                finish_on_key=_keys(element, "1234567890*#"),
                timeout=_whole(element, "timeout", 5),
                max_length=_whole(element, "maxLength", 3600),
            )
        case "Redirect":
            url = _target(element, _text(element), base)
            if not url:
                raise dropped(13710, "<Redirect> nennt keine Adresse.", "<Redirect> names no address.")
            return Redirect(url)
        case "Reject" | "Hangup":
            return HangUp()
        case unknown:
            raise dropped(
                12200,
                f"das Verb <{unknown}> gehört nicht zu dem Kern, den alle Anbieter ausführen.",
                f"the verb <{unknown}> is not in the core that all providers perform.",
            )


def _heard(element: ET.Element, base: str) -> Say | Play:
    text = _text(element)
    if element.tag == "Play":
        sound = _target(element, text, base) or element.get("digits", "")
        if not sound:
            raise dropped(13420, "<Play> nennt keine Tondatei.", "<Play> names no sound file.")
        return Play(sound)
    if not text:
        raise dropped(13520, "ein <Say> hat keinen Text.", "a <Say> has no text.")
    # A byte takes three characters at most when it is encoded.
    if 3 * len(text.encode()) > MAX_SPOKEN and len(quote(text, safe="")) > MAX_SPOKEN:
        raise dropped(
            13521,
            f"der Text „{text[:40]}…“ ist mit {len(text)} Zeichen länger, als der Anbieter vorliest.",
            f"the text “{text[:40]}…” of {len(text)} characters is longer than the provider reads out.",
        )
    return Say(element.get("language", "en-US"), text)


def _gather(element: ET.Element, base: str) -> Gather:
    kinds = element.get("input", "dtmf").split()
    if "dtmf" not in kinds:
        raise dropped(
            13326,
            '<Gather> nimmt keine Tasten an, und nur die nimmt jeder Anbieter an (input="dtmf").',
            '<Gather> takes no keys, which are all that every provider takes (input="dtmf").',
        )
    for child in element:
        if child.tag not in {"Say", "Play"}:
            raise dropped(
                13320,
                f"in <Gather> steht <{child.tag}>, erlaubt sind dort <Say> und <Play>.",
                f"<{child.tag}> stands in <Gather>, where <Say> and <Play> are allowed.",
            )
    return Gather(
        inside=tuple(_heard(child, base) for child in element),
        # Without an action the provider asks for the same document again.
        action=_target(element, element.get("action"), base) or base,
        num_digits=_whole(element, "numDigits", 0) or None,
        finish_on_key=_keys(element, "#"),
        timeout=_whole(element, "timeout", 5),
        action_on_empty=_flag(element, "actionOnEmptyResult"),
    )


def _dial(element: ET.Element, base: str) -> Dial:
    for child in element:
        if child.tag != "Number":
            raise dropped(
                12200,
                f"in <Dial> steht <{child.tag}>, alle Anbieter kennen dort nur <Number>.",
                f"<{child.tag}> stands in <Dial>, where all providers know only <Number>.",
            )
    numbers = tuple(_text(child) for child in element) or (_text(element),)
    for number in numbers:
        if not _E164.fullmatch(number):
            raise dropped(
                13223,
                f"<Dial> will „{number}“ anrufen, und das ist keine Nummer in der Form +492315028888.",
                f"<Dial> wants to call “{number}”, which is no number of the form +492315028888.",
            )
    return Dial(
        numbers=numbers,
        action=_target(element, element.get("action"), base),
        timeout=_whole(element, "timeout", 30),
        time_limit=_whole(element, "timeLimit", 14400),
        caller_id=element.get("callerId"),
    )


_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def _text(element: ET.Element) -> str:
    """The words in an element on one line; those inside of speech mark-up count, the mark-up does not."""
    return " ".join("".join(element.itertext()).split())


def _target(element: ET.Element, address: str | None, base: str) -> str | None:
    """The absolute address that an element names; None where it names none."""
    if not address:
        return None
    if element.get("method", "POST") != "POST":
        raise dropped(
            11200,
            f"<{element.tag}> verlangt die Methode {element.get('method')}; dieses Telefon kann nur POST.",
            f"<{element.tag}> asks for the method {element.get('method')}, and this phone can only POST.",
        )
    try:
        # What follows a # is for the provider (time-outs, retries); it is neither sent nor signed.
        url = urldefrag(urljoin(base, address)).url
        usable = url.isascii() and url.isprintable() and " " not in url and urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        usable = False
    if not usable:
        raise dropped(
            11210,
            f"<{element.tag}> nennt die Adresse „{address}“, mit der nicht jeder Anbieter arbeiten kann:"
            " nötig ist http oder https, ohne Leerzeichen und Umlaute.",
            f"<{element.tag}> names the address “{address}”, which not every provider can use:"
            " it takes http or https, without blanks or letters beyond ASCII.",
        )
    return url


def _whole(element: ET.Element, name: str, default: int) -> int:
    written = element.get(name)
    if written is None:
        return default
    if not re.fullmatch(r"[1-9][0-9]{0,4}", written):
        raise _bad_value(element, name, "eine ganze Zahl von 1 bis 99999", "a whole number from 1 to 99999")
    return int(written)


def _flag(element: ET.Element, name: str) -> bool:
    written = element.get(name, "false")
    if written not in {"true", "false"}:
        raise _bad_value(element, name, "true oder false", "true or false")
    return written == "true"


def _keys(element: ET.Element, default: str) -> str:
    written = element.get("finishOnKey", default)
    if not re.fullmatch(r"[0-9*#]*", written):
        raise _bad_value(element, "finishOnKey", "Tasten aus 0-9, * und #", "keys out of 0-9, * and #")
    return written


_VALUE_CODES = {
    ("Gather", "finishOnKey"): 13310,
    ("Gather", "timeout"): 13313,
    ("Gather", "numDigits"): 13314,
    ("Gather", "actionOnEmptyResult"): 13338,
    ("Dial", "timeout"): 13212,
    ("Dial", "timeLimit"): 13216,
    ("Record", "timeout"): 13612,
    ("Record", "finishOnKey"): 13613,
    ("Record", "maxLength"): 13614,
}


def _bad_value(element: ET.Element, name: str, de: str, en: str) -> Exception:
    return dropped(
        _VALUE_CODES[element.tag, name],
        f'<{element.tag} {name}="{element.get(name)}"> geht nicht, erlaubt ist {de}.',
        f'<{element.tag} {name}="{element.get(name)}"> will not do; allowed is {en}.',
    )
