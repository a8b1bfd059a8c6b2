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
from typing import TYPE_CHECKING, Literal, NamedTuple

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


class _Words(NamedTuple):
    """What there is to say in one language."""

    language: str
    out_of_reach: str
    last_resort: str
    contacts: tuple[tuple[str, str | None], ...]
    """The number of each, and its week if it can be told."""
    goodbye: str

    def says(self, *parts: str | None) -> Said:
        return Said(self.language, sentences(*parts))


def led_by(first: str | None, languages: Sequence[str]) -> tuple[str, ...]:
    """The languages, with this one at the front if it is among them."""
    return tuple(sorted(languages, key=lambda code: code != first))


def told(languages: Sequence[str], directory: Directory, extent: Extent = "whole") -> Fallback:
    """What is said to callers in these languages, in this order of languages."""
    return _told([_words(code, directory) for code in languages], extent)


def document(
    renderer: Renderer, languages: Sequence[str], directory: Directory, limit: int = MAX_BYTES
) -> tuple[Fallback, bytes]:
    """The fullest document of at most `limit` bytes, and what it says.

    Raises:
        ValueError: not even one language fits.
    """
    return _document(renderer, [_words(code, directory) for code in languages], limit)


def documents(renderer: Renderer, languages: Sequence[str], directory: Directory) -> dict[str, bytes]:
    """By language, the document that it leads."""
    words = {code: _words(code, directory) for code in languages}
    return {
        code: _document(renderer, [words[each] for each in led_by(code, languages)], MAX_BYTES)[1] for code in languages
    }


def season_bound(directory: Directory) -> tuple[str, ...]:
    """The contacts with a telephone whose hours are left out because they depend on the season."""
    return tuple(entry.key for entry in _with_phone(directory) if entry.schedule and entry.schedule.seasons)


def _document(renderer: Renderer, words: Sequence[_Words], limit: int) -> tuple[Fallback, bytes]:
    for fallback in _ever_shorter(words):
        rendered = renderer.only_saying(fallback.said)
        if len(rendered) <= limit:
            return fallback, rendered
    raise ValueError(f"a fallback document needs more than {limit} bytes")


def _ever_shorter(words: Sequence[_Words]) -> Iterator[Fallback]:
    yield _told(words, "whole")
    yield _told(words, "without hours")
    yield _told(words, "last resort only")
    for count in range(len(words) - 1, 0, -1):
        yield _told(words[:count], "first languages only")


def _told(words: Sequence[_Words], extent: Extent) -> Fallback:
    first, *others = words
    if extent in {"last resort only", "first languages only"}:
        said = [first.says(first.out_of_reach, first.last_resort, first.goodbye)]
        said += [each.says(each.out_of_reach) for each in others]
        said += [each.says(each.last_resort, each.goodbye) for each in others]
        return Fallback(tuple(said), extent)
    said = [first.says(first.out_of_reach, first.last_resort)]
    said += [each.says(each.out_of_reach) for each in others]
    said += [each.says(each.last_resort) for each in others]
    for each in words:
        said += [each.says(number, week if extent == "whole" else None) for number, week in each.contacts]
        said.append(each.says(each.goodbye))
    return Fallback(tuple(said), extent)


def _words(code: str, directory: Directory) -> _Words:
    speaker = speech_of(code)
    assert directory.last_resort is not None, "the loader refuses a set without a number to fall back on"
    return _Words(
        code,
        speaker.out_of_reach(),
        sentences(speaker.call_directly(), _number(code, directory.last_resort)),
        tuple((_number(code, entry), _week(code, entry)) for entry in _with_phone(directory)),
        speaker.goodbye(),
    )


def _with_phone(directory: Directory) -> list[Entry]:
    return [entry for entry in directory.contacts.values() if entry.phone is not None]


def _number(code: str, entry: Entry) -> str:
    assert entry.phone is not None, "only contacts with a telephone are told"
    return speech_of(code).number_is(entry.in_sentence(code), entry.phone.groups)


def _week(code: str, entry: Entry) -> str | None:
    if entry.schedule is None or entry.schedule.seasons:
        return None
    return speech_of(code).hours_week(entry.in_sentence(code), entry.schedule, _ANY_DAY).text
