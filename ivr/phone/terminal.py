"""A phone in the terminal: what is said is printed, and keys are typed, each followed by Enter.

While the service waits for a key: 0-9, * and # are keys, Enter alone is silence, h hangs up. While it rings
somewhere: a answers (and ends the talk), b is busy, n nobody answers, f fails, h hangs up. The end of the
input, and Ctrl-C, hang up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TextIO

from ivr.call import DialResult
from ivr.phone.call import KEYS
from ivr.phone.document import Dial, Gather, Record
from ivr.phone.interpreter import HANG_UP, SILENCE, call
from ivr.phone.leg import Leg
from ivr.phone.transcript import NO_LANGUAGE, Heard, Transcript

if TYPE_CHECKING:
    from ivr.phone.line import Line

_LANGUAGES = {"de": ("Deutsch", "German"), "en": ("Englisch", "English")}

_RESULTS = {
    "a": DialResult.COMPLETED,
    "b": DialResult.BUSY,
    "n": DialResult.NO_ANSWER,
    "f": DialResult.FAILED,
    "h": None,
}


def talk(
    line: Line,
    start_url: str,
    *,
    caller: str,
    called: str,
    language: Literal["de", "en"],
    keyboard: TextIO,
    screen: TextIO,
) -> Transcript:
    """Call the service at its public `start_url` with a person at the keyboard.

    `language` is that of the phone's own words; the service speaks what it speaks. PhoneError when a provider
    would drop the call.
    """
    person = _Person(keyboard, screen, language)
    person.show(f"Anruf bei {called} …", f"Calling {called} …")
    transcript = call(line, start_url, person, Leg(caller, called))
    match transcript.ended:
        case "hangup":
            person.show("Der Dienst hat aufgelegt.", "The service has hung up.")
        case "dial":
            person.show("Das Gespräch ist zu Ende.", "The conversation is over.")
        case "caller":
            person.show("Sie haben aufgelegt.", "You have hung up.")
    person.show(
        f"Am Telefon hätte das etwa {transcript.seconds} s gedauert. Auf Wiederhören!",
        f"On a phone this would have taken about {transcript.seconds} s. Goodbye!",
    )
    return transcript


@dataclass(slots=True)
class _Person:
    keyboard: TextIO
    screen: TextIO
    language: Literal["de", "en"]
    spoken: str = ""
    """The language that was last spoken to her."""

    def show(self, de: str, en: str) -> None:
        self.screen.write((de if self.language == "de" else en) + "\n")

    def hears(self, heard: Heard) -> None:
        if heard.language not in {self.spoken, NO_LANGUAGE}:
            self.spoken = heard.language
            de, en = _LANGUAGES.get(heard.language, (heard.language, heard.language))
            self.show(f"[{de}]", f"[{en}]")
        self.screen.write(f"  {heard.text}\n")

    def presses(self, wait: Gather | Record) -> str:
        if isinstance(wait, Gather):
            several = wait.num_digits != 1
            self.show(
                f"Der Dienst wartet {wait.timeout} s auf {'Ziffern' if several else 'eine Taste'}"
                f" (0-9 * #{', mehrere hintereinander' if several else ''}, Enter: nichts, h: auflegen).",
                f"The service waits {wait.timeout} s for {'digits' if several else 'a key'}"
                f" (0-9 * #{', several in a row' if several else ''}, Enter: nothing, h: hang up).",
            )
        else:
            self.show(
                "Der Dienst nimmt auf (0-9 * #: gesprochen und Taste, Enter: nichts sagen, h: auflegen).",
                "The service is recording (0-9 * #: spoken and key, Enter: say nothing, h: hang up).",
            )
        while (typed := self._typed()) != "h":
            if not typed:
                return SILENCE
            if KEYS.fullmatch(typed):
                return typed
            self.show(
                f"„{typed}“ hat keine Taste. Möglich sind 0-9 * #, Enter und h.",
                f"There is no key “{typed}”. Possible are 0-9 * #, Enter and h.",
            )
        return HANG_UP

    def rings(self, dial: Dial) -> DialResult | None:
        numbers = ", ".join(dial.numbers)
        self.show(
            f"Es klingelt bei {numbers}, höchstens {dial.timeout} s"
            " (a: angenommen und beendet, b: besetzt, n: niemand, f: gestört, h: auflegen).",
            f"It rings at {numbers}, for at most {dial.timeout} s"
            " (a: answered and ended, b: busy, n: no answer, f: failed, h: hang up).",
        )
        while (typed := self._typed()) not in _RESULTS:
            self.show(
                f"„{typed}“ ist kein Ausgang. Möglich sind a, b, n, f und h.",
                f"“{typed}” is no way for it to end. Possible are a, b, n, f and h.",
            )
        return _RESULTS[typed]

    def _typed(self) -> str:
        """One line from the keyboard, bare; `h` when there will be no more."""
        self.screen.write("> ")
        self.screen.flush()
        try:
            typed = self.keyboard.readline()
        except KeyboardInterrupt:
            typed = ""
        if not typed:
            self.screen.write("\n")
            return "h"
        return typed.strip().lower()
