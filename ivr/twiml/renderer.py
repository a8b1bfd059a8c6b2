"""The renderer: joins prepared pieces to the document that answers a turn."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from twilio.twiml.voice_response import Dial as DialVerb
from twilio.twiml.voice_response import Gather as GatherVerb
from twilio.twiml.voice_response import VoiceResponse

from ivr.call import CheckPin, Dial, Gather, GiveInstruction, HangUp, Record, Said
from ivr.contacts import allowed
from ivr.speech import LANGUAGES, language
from ivr.speech.pronunciation import AS_WRITTEN
from ivr.twiml.text import speakable, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.call import Inbound, Turn
    from ivr.contacts import Entry
    from ivr.speech.forms import Voice
    from ivr.speech.pronunciation import Pronunciation

URL_FORMAT = "1"
"""The number of the state format in our URLs; it changes when `State.to_path` does."""

MAX_BYTES = 32_000
"""Half of what the provider takes (error 11750)."""

TIME_LIMIT = 1800
"""Seconds that one connection may last."""

_AT_HAND = 1_000
"""Sentences of a set whose XML lies ready. Those that depend on the clock come and go; at this many all are forgotten
at once. It spares them even their pronunciation.
"""

_KEPT_SENTENCES = 2_000
"""Sentences whose XML is kept, for all sets of a process."""

_OPEN = b'<?xml version="1.0" encoding="UTF-8"?><Response>'
_CLOSE = b"</Response>"
_HANGUP = b"<Hangup />"
_SAY_ENDS = b"</Say>"
_SHOWS = ' callerId="%s"'
"""With a number in it, what is missing in a document."""
_ROOM_FOR_NUMBER = len(_SHOWS % "") + 16

# These are put into verbs of the twilio library, which are then cut where they stand.
_URL = "https://url.invalid/"
_SAID = "said"
_NUMBER = "+00"


class Document(NamedTuple):
    """A document, but for what is another in each call: a connection shows the caller's number, behind `head`."""

    head: bytes
    tail: bytes | None = None
    """None where nothing is missing: `head` is all."""

    def of(self, inbound: Inbound) -> bytes:
        """The document of one call."""
        if self.tail is None:
            return self.head
        shown = inbound.caller or inbound.called
        return b"".join((self.head, (_SHOWS % shown).encode() if shown else b"", self.tail))


class Renderer:
    """Renders the turns of one flow set for one provider."""

    def __init__(
        self,
        public_url: str,
        version: str,
        contacts: Iterable[Entry],
        last_resort: Entry,
        provider: str = "twilio",
        *,
        voices: Mapping[str, Voice] = MappingProxyType({}),
        pronunciations: Mapping[str, Pronunciation] = MappingProxyType({}),
    ) -> None:
        """`public_url` is the configured public address without a slash at its end: https, ASCII.

        All providers get the same portable documents; only the names of the voices differ. `voices` are those that an
        operator chose, `pronunciations` how words are said, both by language.
        """
        self._base = f"{public_url}/voice/{URL_FORMAT}/{version}/".encode("ascii")
        usual = {each.code: each.voices[provider] for each in LANGUAGES if provider in each.voices}
        self._voices = {**usual, **voices}
        self._pronunciations = pronunciations
        self._listed = frozenset(entry.phone.e164 for entry in contacts if entry.phone)
        self._last_resort = last_resort
        self._xml: dict[Said, bytes] = {}
        self._gathers: dict[Gather, tuple[bytes, bytes, bytes, bytes]] = {}

    def render(self, turn: Turn, inbound: Inbound) -> bytes:
        """The document that answers a turn in one call."""
        return self.document(turn).of(inbound)

    def document(self, turn: Turn) -> Document:
        """The document that answers a turn: valid TwiML of at most 32 kB.

        A connection to a number that is not in the contacts, or that the guard refuses, is never rendered, nor is a
        recording, or something that nobody has done yet; the caller is told a number instead.
        """
        match turn.expects:
            case Gather() as gather:
                url = self._base + turn.state.to_path().encode("ascii")
                head, middle, tail, end = self._gather(gather)
                room = MAX_BYTES - sum(map(len, (_OPEN, head, middle, tail, end, _CLOSE))) - 2 * len(url)
                said = self._sentences(turn.said, room)
                return Document(b"".join((_OPEN, head, url, middle, said, tail, url, end, _CLOSE)))
            case Dial(_, number, ring):
                if number not in self._listed or not allowed(number):
                    return Document(self.failure(turn.state.language))
                url = self._base + turn.state.to_path().encode("ascii")
                head, middle, end = _dial_verb(number, ring)
                room = MAX_BYTES - sum(map(len, (_OPEN, head, url, middle, end, _CLOSE))) - _ROOM_FOR_NUMBER
                said = self._sentences(turn.said, room)
                return Document(b"".join((_OPEN, said, head, url, middle)), end + _CLOSE)
            case Record() | CheckPin() | GiveInstruction():
                return Document(self.failure(turn.state.language))
            case HangUp():
                said = self._sentences(turn.said, MAX_BYTES - len(_OPEN) - len(_HANGUP) - len(_CLOSE))
                return Document(b"".join((_OPEN, said, _HANGUP, _CLOSE)))

    def failure(self, code: str) -> bytes:
        """What a caller hears when a turn could not be worked out: an apology and a number to call, then the end."""
        entry = self._last_resort
        assert entry.phone is not None, "the last resort has a phone"
        words = language(code).failure(entry.in_sentence(code), entry.phone.groups)
        return b"".join((_OPEN, self._sentence(Said(code, words)), _HANGUP, _CLOSE))

    def only_saying(self, said: Iterable[Said]) -> bytes:
        """A document that only speaks and hangs up, whatever its length: no key, no address, no connection."""
        return b"".join((_OPEN, *map(self._sentence, said), _HANGUP, _CLOSE))

    def _sentences(self, said: tuple[Said, ...], room: int) -> bytes:
        """The sentences that fit. Were there ever too many, the first would be left out: keys and numbers come last."""
        try:
            xml = b"".join([self._xml[each] for each in said])  # nearly always all lie ready
        except KeyError:
            xml = b"".join(map(self._sentence, said))
        while len(xml) > room:
            xml = xml.partition(_SAY_ENDS)[2]
        return xml

    def _sentence(self, said: Said) -> bytes:
        found = self._xml.get(said)
        if found is None:
            if len(self._xml) >= _AT_HAND:
                self._xml.clear()
            found = self._xml[said] = self._rendered(said)
        return found

    def _rendered(self, said: Said) -> bytes:
        voice = self._voices[said.language]
        text = speakable(self._pronunciations.get(said.language, AS_WRITTEN).say(speakable(said.text)))
        return _spoken(text, voice.name, voice.tag)

    def _gather(self, wait: Gather) -> tuple[bytes, bytes, bytes, bytes]:
        """A Gather and the Redirect behind it, cut where the address, the sentences and the address again come in."""
        found = self._gathers.get(wait)
        if found is None:
            response = VoiceResponse()
            gather = GatherVerb(
                action=_URL,
                method="POST",
                input="dtmf",
                num_digits=wait.keys,
                finish_on_key=wait.ends,
                timeout=wait.patience,
                action_on_empty_result=True,
            )
            gather.say(_SAID)
            response.append(gather)
            response.redirect(_URL, method="POST")
            head, rest = _inside(response).split(_URL.encode(), 1)
            middle, rest = rest.split(f"<Say>{_SAID}</Say>".encode(), 1)
            tail, end = rest.split(_URL.encode(), 1)
            found = self._gathers[wait] = (head, middle, tail, end)
        return found


@lru_cache(maxsize=_KEPT_SENTENCES)  # versions of a set, and what the checker tries, say mostly the same
def _spoken(text: str, voice: str, tag: str) -> bytes:
    head, tail = _say_verb(voice, tag)
    # As the twilio library writes text, at a twentieth of its price: a set of a thousand cities has many sentences.
    return b"".join(head + escape(piece, quote=False).encode() + tail for piece in filter(None, split(text)))


@lru_cache
def _say_verb(voice: str, tag: str) -> tuple[bytes, bytes]:
    """A Say, cut where the words come in."""
    response = VoiceResponse()
    response.say(_SAID, voice=voice, language=tag)
    head, _, tail = _inside(response).partition(f">{_SAID}<".encode())
    return head + b">", b"<" + tail


@lru_cache(maxsize=1024)
def _dial_verb(number: str, ring: int) -> tuple[bytes, bytes, bytes]:
    """A Dial, cut where the address and the number that is shown come in."""
    response = VoiceResponse()
    dial = DialVerb(action=_URL, method="POST", timeout=ring, time_limit=TIME_LIMIT, caller_id=_NUMBER)
    dial.number(number)
    response.append(dial)
    head, rest = _inside(response).split(_URL.encode(), 1)
    middle, end = rest.split((_SHOWS % _NUMBER).encode(), 1)
    return head, middle, end


def _inside(response: VoiceResponse) -> bytes:
    """What stands between <Response> and </Response>."""
    document: str = response.to_xml(xml_declaration=False)
    return document.removeprefix("<Response>").removesuffix("</Response>").removesuffix("<Response />").encode()
