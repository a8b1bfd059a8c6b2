"""The fallback document: what callers hear when the menu cannot be reached, fetched or run.

It is made beforehand and lies where it works without us: at the provider (`ivr fallback` writes it), and ready in every
process (`/voice/fallback`). So it is the same at any time: it waits for no key, names no address of ours, and says
nothing that a clock could make untrue. It tells

1. the first language: that the menu cannot be reached, what to do in an emergency, the number of the last resort;
2. each other language: the same without the number;
3. each other language: the number of the last resort;
4. each language: every contact with a telephone, its number twice, its usual week and what holds on holidays; goodbye.

Nobody can choose a language here, so the order is all there is. Were each language told to its end before the next
begins, the eighth would begin after a quarter of an hour, and nobody waits for that. So what saves a life comes
first, in as few words as it takes: the eighth of eight languages begins after two minutes. A number at which a person
answers follows for each, and only who stays on for another office waits for the last round. The first language is the
default one, which most callers speak, or that of the number that was called: it has the number at once.

Left out are hours that nobody knows, and hours that depend on the season: for most of the year they would be wrong.
Exceptions are not in it either: it tells the usual week, and `ivr fallback` has to be run again when numbers or hours
change. A document that is to be shorter loses first all hours, then the last round, then the last languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from ivr.call import Said
from ivr.speech import language as speech_of
from ivr.speech.duration import seconds
from ivr.speech.forms import sentences
from ivr.twiml import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ivr.contacts import Directory, Entry
    from ivr.twiml import Renderer

Extent = Literal["whole", "without hours", "last resort only", "first languages only"]
"""How much of it there is, from the fullest on."""

_ANY_DAY = datetime(2027, 1, 1, 12, tzinfo=UTC)
"""The day on which a week is asked about that is the same on every day."""


@dataclass(frozen=True, slots=True)
class Fallback:
    """What is said, in order, and how much of what there is to say."""

    said: tuple[Said, ...]
    extent: Extent

    @property
    def seconds(self) -> float:
        """How long it takes to be spoken, estimated."""
        return sum(seconds(each.language, each.text) for each in self.said)

    def begins(self, code: str) -> float:
        """After how many seconds the first word of a language is heard; those of the whole if it never is."""
        waited = 0.0
        for each in self.said:
            if each.language == code:
                break
            waited += seconds(each.language, each.text)
        return waited


def led_by(first: str | None, languages: Sequence[str]) -> tuple[str, ...]:
    """The languages, with this one at the front if it is among them."""
    return tuple(sorted(languages, key=lambda code: code != first))


def told(languages: Sequence[str], directory: Directory, extent: Extent = "whole") -> Fallback:
    """What is said to callers in these languages, in this order of languages."""
    first, *others = languages
    all_numbers = extent in {"whole", "without hours"}
    said = [
        Said(first, sentences(speech_of(first).out_of_reach(), *_last_resort(first, directory, last=not all_numbers)))
    ]
    said += [Said(code, speech_of(code).out_of_reach()) for code in others]
    said += [Said(code, sentences(*_last_resort(code, directory, last=not all_numbers))) for code in others]
    if all_numbers:
        said += [each for code in languages for each in _contacts(code, directory, hours=extent == "whole")]
    return Fallback(tuple(said), extent)


def document(
    renderer: Renderer, languages: Sequence[str], directory: Directory, limit: int = MAX_BYTES
) -> tuple[Fallback, bytes]:
    """The fullest document of at most `limit` bytes, and what it says.

    Raises:
        ValueError: not even one language fits.
    """
    for fallback in _ever_shorter(languages, directory):
        rendered = renderer.told(fallback.said)
        if len(rendered) <= limit:
            return fallback, rendered
    raise ValueError(f"a fallback document needs more than {limit} bytes")


def season_bound(directory: Directory) -> tuple[str, ...]:
    """The contacts with a telephone whose hours are left out because they depend on the season."""
    return tuple(entry.key for entry in _with_phone(directory) if entry.schedule and entry.schedule.seasons)


def _ever_shorter(languages: Sequence[str], directory: Directory) -> Iterator[Fallback]:
    yield told(languages, directory)
    yield told(languages, directory, "without hours")
    yield told(languages, directory, "last resort only")
    for count in range(len(languages) - 1, 0, -1):
        fewer = told(languages[:count], directory, "last resort only")
        yield Fallback(fewer.said, "first languages only")


def _last_resort(code: str, directory: Directory, *, last: bool) -> Iterator[str]:
    """Its number; `last`: and goodbye, because nothing follows."""
    assert directory.last_resort is not None, "the loader refuses a set without a number to fall back on"
    yield speech_of(code).call_directly()
    yield _number(code, directory.last_resort)
    if last:
        yield speech_of(code).goodbye()


def _contacts(code: str, directory: Directory, *, hours: bool) -> Iterator[Said]:
    for entry in _with_phone(directory):
        yield Said(code, sentences(_number(code, entry), _week(code, entry) if hours else None))
    yield Said(code, speech_of(code).goodbye())


def _with_phone(directory: Directory) -> list[Entry]:
    return [entry for entry in directory.contacts.values() if entry.phone is not None]


def _number(code: str, entry: Entry) -> str:
    assert entry.phone is not None, "only contacts with a telephone are told"
    return speech_of(code).number_is(entry.in_sentence(code), entry.phone.groups)


def _week(code: str, entry: Entry) -> str | None:
    if entry.schedule is None or entry.schedule.seasons:
        return None
    return speech_of(code).hours_week(entry.in_sentence(code), entry.schedule, _ANY_DAY).text
