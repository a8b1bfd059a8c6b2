"""Performing a call: fetch a document, do what it says, post what came of it, until the call is over.

What the provider does, and so does this:

- Gather hears keys during and after what it says. Keys are posted to its action; without a key the action is
  asked only with actionOnEmptyResult, else the next verb follows.
- Dial and Record post how they went to their action; a Dial without an action, and a Record that heard
  nothing, go on with the next verb.
- Redirect goes on elsewhere, and whatever follows it is never reached. A document that has ended hangs up.
- A caller who hangs up while a key is waited for is reported to the pending action as CallStatus=completed;
  what is answered then, nobody hears.

Where it differs: no time passes. The length of the call is added up instead from what the texts would take
(speech/duration.py) and the times below, so `seconds` is an estimate for reading, not a measurement.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from ivr.call import DialResult
from ivr.phone.document import Dial, Entry, Gather, HangUp, Play, Record, Redirect, Say, Verb, read
from ivr.phone.errors import dropped
from ivr.phone.leg import Form, Leg, new_sid
from ivr.phone.line import MAX_BODY, Line, Response
from ivr.phone.transcript import NO_LANGUAGE, Ended, Exchange, Expects, Heard, Transcript
from ivr.speech.duration import seconds

MAX_DOCUMENTS = 250
"""A call of more documents than this goes round in circles; the service itself ends one after 200 turns."""

SILENCE = "timeout"
HANG_UP = "hangup"

SOUND_SECONDS = 5
ANSWERED_AFTER = 8
TALK_SECONDS = 60
REFUSED_AFTER = 2
RECORDED_SECONDS = 10
"""Assumed seconds of a sound file, ringing before an answer, a talk, a busy or dead line, a message left."""


class Person(Protocol):
    """Who holds the phone."""

    def hears(self, heard: Heard) -> None:
        """Something is spoken or played to her."""
        ...

    def presses(self, wait: Gather | Record) -> str:
        """What she does when keys are waited for: keys (`3`, or several: `12#`), `SILENCE` or `HANG_UP`."""
        ...

    def rings(self, dial: Dial) -> DialResult | None:
        """How the connection ends; None when she hangs up while it rings."""
        ...


def call(line: Line, start_url: str, person: Person, leg: Leg) -> Transcript:
    """Call the service at `start_url` and stay on the phone until the call is over.

    PhoneError when a provider would drop the call, or after `MAX_DOCUMENTS` documents.
    """
    running = _Call(line, person, leg)
    post = _Post(start_url, ())
    for _ in range(MAX_DOCUMENTS):
        onward = running.perform(running.fetch(post))
        if not isinstance(onward, _Post):
            return Transcript(tuple(running.turns), tuple(running.dialled), onward, max(1, round(running.seconds)))
        post = onward
    raise dropped(
        32015,
        f"nach {MAX_DOCUMENTS} Dokumenten ist noch kein Ende in Sicht, der Anruf läuft im Kreis.",
        f"after {MAX_DOCUMENTS} documents no end is in sight; the call goes round in circles.",
    )


class _Post(NamedTuple):
    """The next webhook: where to, and what it tells beside the parameters that all of them carry."""

    url: str
    news: Form


@dataclass(slots=True)
class _Call:
    line: Line
    person: Person
    leg: Leg
    status: str = "ringing"
    turns: list[Exchange] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)
    seconds: float = 0
    talked: bool = False
    """A conversation is over, and the service has said nothing since."""
    unheard: bool = False
    """A document has come and has not yet led to a turn."""

    def fetch(self, post: _Post) -> tuple[Verb, ...]:
        response = self.line.post(post.url, self.leg.form(self.status) + post.news)
        check_status(response.status)
        check_document(response)
        self.status = "in-progress"
        self.unheard = True
        return read(response.body, post.url)

    def perform(self, document: tuple[Verb, ...]) -> _Post | Ended:
        for verb in document:
            match verb:
                case Say() | Play():
                    self._listen(verb)
                    onward = None
                case Gather():
                    onward = self._gather(verb)
                case Dial():
                    onward = self._dial(verb)
                case Record():
                    onward = self._record(verb)
                case Redirect():
                    onward = _Post(verb.url, ())
                case HangUp():
                    break
            if onward is not None:
                return onward
        if self.heard or self.unheard:
            self._turn("end", None)
        return "dial" if self.talked else "hangup"

    def _listen(self, verb: Say | Play) -> None:
        if isinstance(verb, Say):
            heard = Heard(verb.language.partition("-")[0].lower(), verb.text)
            self.seconds += seconds(heard.language, verb.text)
        else:
            heard = Heard(NO_LANGUAGE, f"♪ {verb.sound}")
            self.seconds += SOUND_SECONDS
        self.talked = False
        self.heard.append(heard)
        self.person.hears(heard)

    def _gather(self, gather: Gather) -> _Post | Ended | None:
        for verb in gather.inside:
            self._listen(verb)
        pressed = self.person.presses(gather)
        self._turn("digits", pressed)
        if pressed == HANG_UP:
            return self._hang_up(gather.action, ())
        entry = gather.entered("" if pressed == SILENCE else pressed)
        self.seconds += entry.waited
        if not entry.digits and not gather.action_on_empty:
            return None
        return _Post(gather.action, entry_form(entry))

    def _dial(self, dial: Dial) -> _Post | Ended | None:
        check_caller_id(dial, self.leg)
        self.dialled += dial.numbers
        result = self.person.rings(dial)
        self._turn("dial", HANG_UP if result is None else result.value)
        news = connection_form(dial, result)
        match result:
            case None:
                return self._hang_up(dial.action, news)
            case DialResult.COMPLETED:
                self.seconds += ANSWERED_AFTER + min(TALK_SECONDS, dial.time_limit)
                self.talked = True
            case DialResult.NO_ANSWER:
                self.seconds += dial.timeout
            case DialResult.BUSY | DialResult.FAILED:
                self.seconds += REFUSED_AFTER
        return _Post(dial.action, news) if dial.action else None

    def _record(self, record: Record) -> _Post | Ended | None:
        pressed = self.person.presses(record)
        self._turn("record", pressed)
        if pressed == SILENCE:
            self.seconds += record.timeout
            return None
        spoken = min(RECORDED_SECONDS, record.max_length)
        self.seconds += spoken
        self.talked = False
        sound = f"https://api.twilio.com/2010-04-01/Accounts/{self.leg.account}/Recordings/{new_sid('RE')}"
        news = (("RecordingUrl", sound), ("RecordingDuration", str(spoken)))
        if pressed == HANG_UP:
            return self._hang_up(record.action, (*news, ("Digits", "hangup")))
        ending = next((key for key in pressed if key in record.finish_on_key), "")
        return _Post(record.action, (*news, ("Digits", ending)))

    def _hang_up(self, action: str | None, news: Form) -> Ended:
        if action is not None:
            check_status(self.line.post(action, self.leg.form("completed") + news).status)
        return "caller"

    def _turn(self, expects: Expects, pressed: str | None) -> None:
        self.turns.append(Exchange(tuple(self.heard), expects, pressed))
        self.heard.clear()
        self.unheard = False


def entry_form(entry: Entry) -> Form:
    """What is told of keys, or of none."""
    digits = () if entry.digits is None else (("Digits", entry.digits),)
    return (*digits, ("FinishedOnKey", entry.finished_on), ("msg", "Gather End"))


def connection_form(dial: Dial, result: DialResult | None) -> Form:
    """What is told of a connection that has ended; None: she has hung up while it rang."""
    child = ("DialCallSid", new_sid("CA"))
    match result:
        case None:
            return (("DialCallStatus", "canceled"), child)
        case DialResult.COMPLETED:
            duration = (("DialCallDuration", str(min(TALK_SECONDS, dial.time_limit))), ("DialBridged", "true"))
            return (("DialCallStatus", "completed"), child, *duration)
        case DialResult.NO_ANSWER:
            return (("DialCallStatus", "no-answer"), child, ("DialBridged", "false"))
        case _:
            return (("DialCallStatus", result.value), child, ("DialBridged", "false"))


def check_caller_id(dial: Dial, leg: Leg) -> None:
    """Refuse a number to be shown that nobody in the call has."""
    if dial.caller_id not in {None, leg.caller, leg.called}:
        raise dropped(
            13214,
            f"<Dial> zeigt die Nummer „{dial.caller_id}“, die weder Anruferin noch Dienst gehört.",
            f"<Dial> shows the number “{dial.caller_id}”, neither the caller's nor the service's.",
        )


def check_status(status: int) -> None:
    if status == 403:
        raise dropped(
            11217,
            "der Dienst hat die Signatur nicht anerkannt (Status 403),"
            " prüfen Sie TWILIO_AUTH_TOKEN und IVR_PUBLIC_URL.",
            "the service did not accept the signature (status 403); check TWILIO_AUTH_TOKEN and IVR_PUBLIC_URL.",
        )
    if not 200 <= status < 300:
        raise dropped(
            11217 if status >= 400 else 11216,
            f"der Dienst hat mit dem Status {status} geantwortet statt mit einem Dokument.",
            f"the service answered with the status {status} instead of a document.",
        )


def check_document(response: Response) -> None:
    """Refuse what the provider does not take for a document at all."""
    if not response.body:
        raise dropped(11770, "die Antwort des Dienstes ist leer.", "the service's answer is empty.")
    if len(response.body) > MAX_BODY:
        raise dropped(
            11750,
            f"die Antwort des Dienstes ist länger als {MAX_BODY // 1024} Kilobyte.",
            f"the service's answer is longer than {MAX_BODY // 1024} kilobytes.",
        )
    media_type = response.content_type.partition(";")[0].strip().lower()
    if media_type not in {"text/xml", "application/xml", "text/html"}:
        raise dropped(
            12300,
            f"die Antwort des Dienstes ist „{media_type}“, erwartet wird text/xml.",
            f"the service's answer is “{media_type}”; text/xml is expected.",
        )
