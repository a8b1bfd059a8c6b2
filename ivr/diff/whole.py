"""`compare`: all changes between two sets, in the order in which callers notice them.

What is told comes from what operators have written. Beside it the two sets are compared as calls run through them; what
is different there and not told is told as "changed in another way", so that nothing that decides a call goes unseen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import Spot
from ivr.diff import words
from ivr.diff.change import HOURS, Change
from ivr.diff.contacts import contact_changes
from ivr.diff.essence import Reading
from ivr.diff.menus import option_changes
from ivr.diff.pairs import names
from ivr.diff.steps import key_options, parts, target_change, told
from ivr.diff.texts import shown
from ivr.graph.words import KINDS
from ivr.source.places import Place, Table, Word
from ivr.source.problems import Sentence
from ivr.source.reader import read_yaml
from ivr.steps.fields import Text
from ivr.steps.flowset import ENTRY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from ivr.definition.flow import StepDefinition
    from ivr.loader import Loaded

_REACHING = frozenset(
    {"name", "menu-words", "contact-added", "contact-removed", "start", "language-added", "language-removed"}
)
"""Changes that reach steps in which nothing was written anew."""


def compare(before: Loaded, after: Loaded, *, today: date | None = None) -> tuple[Change, ...]:
    """All changes from one set to another; none when callers cannot notice any.

    Both sets must be ones that can be run. With `today` the effect on the opening hours of the coming days is told.
    """
    assert before.flows is not None
    assert after.flows is not None
    spoken = after.flows.languages
    shared = [code for code in spoken if code in before.flows.languages]
    known = names(before, after, shared)
    old, new = Reading(before, shared, known), Reading(after, shared)
    found = [*contact_changes(old, new, today), *_languages(before, after), *_pronunciations(old, new)]
    for flow in [ENTRY, *sorted(name for name in after.written if name != ENTRY)]:
        found += _flow(old, new, flow)
    found += [_flow_gone(before, name) for name in before.written if known.flow(name) not in after.written]
    found += _untold(old, new, found)
    return tuple(sorted((_ended(change) for change in found), key=lambda change: change.rank))


def _ended(change: Change) -> Change:
    """The sentence with its full stop."""
    de, en = (text if text.endswith((".", ".“", ".”", "…")) else f"{text}." for text in change.sentence)
    return Change(
        change.kind, change.where, change.place, Sentence(de, en), change.language, change.before, change.after
    )


# -- the set as a whole


def _languages(before: Loaded, after: Loaded) -> Iterator[Change]:
    assert before.flows is not None
    assert after.flows is not None
    was, now = before.flows.languages, after.flows.languages
    written, old_written = after.written[ENTRY], before.written[ENTRY]
    for code in now:
        if code not in was:
            name = words.language_name(code)
            place = next(each.place for each in written.languages or () if each == code)
            sentence = Sentence(f"Neue Sprache: {name.de}.", f"New language: {name.en}.")
            yield Change("language-added", "", place, sentence, code, None, code)
    for code in was:
        if code not in now:
            name = words.language_name(code)
            place = next(each.place for each in old_written.languages or () if each == code)
            sentence = Sentence(f"Die Sprache entfällt: {name.de}.", f"The language is gone: {name.en}.")
            yield Change("language-removed", "", place, sentence, code, code, None)
    if was[0] != now[0]:
        one, other = words.language_name(was[0]), words.language_name(now[0])
        sentence = Sentence(
            f"Anrufe beginnen jetzt auf {other.de} statt {one.de}.",
            f"Calls begin in {other.en} now instead of {one.en}.",
        )
        place = written.languages[0].place if written.languages else written.place
        yield Change("default-language", "", place, sentence, None, was[0], now[0])
    yield from _voices(before, after)


def _voices(before: Loaded, after: Loaded) -> Iterator[Change]:
    assert before.flows is not None
    assert after.flows is not None
    was, now = before.flows.voices, after.flows.voices
    for code in {**now, **was}:
        if was.get(code) == now.get(code):
            continue
        name, usual = words.language_name(code), Sentence("die übliche", "the usual one")
        one, other = (words.both(voices[code]) if code in voices else usual for voices in (was, now))
        sentence = Sentence(
            f"Die Stimme für {name.de} ist jetzt {other.de}, vorher {one.de}.",
            f"The voice for {name.en} is now {other.en}, before {one.en}.",
        )
        written = (after if code in now else before).written[ENTRY].voices or {}
        place = next(voice.place for language, voice in written.items() if language == code)
        yield Change("voice", "", place, sentence, code, was.get(code), now.get(code))


def _pronunciations(before: Reading, after: Reading) -> Iterator[Change]:
    """Those of languages that are spoken in both sets; what belongs to a new language is new with it."""
    old, new = _dictionary(before.loaded), _dictionary(after.loaded)
    spoken = _voices_heard(before) | _voices_heard(after)
    for code, word in {**new, **old}:
        if code not in spoken:
            continue
        was, now = old.get((code, word)), new.get((code, word))
        one, other = was and str(was), now and str(now)
        if one == other:
            continue
        name, written = words.language_name(code), Sentence("wie geschrieben", "as written")
        said, before_said = (words.quoted(text) if text else written for text in (other, one))
        sentence = Sentence(
            f"Aussprache auf {name.de}: „{word}“ wird jetzt {said.de} gesprochen, vorher {before_said.de}.",
            f"Pronunciation in {name.en}: “{word}” is now said {said.en}, before {before_said.en}.",
        )
        place = (now if now is not None else was or Word("")).place
        yield Change("pronunciation", "", place, sentence, code, one, other)


def _voices_heard(reading: Reading) -> set[str]:
    """The languages of all voices that callers hear in the languages that both sets have."""
    assert reading.loaded.flows is not None
    lines = (line for step in reading.loaded.flows.steps.values() for each in step.lines() for line in each.items())
    return {*reading.languages, *(line.spoken_in for code, line in lines if code in reading.languages)}


def _dictionary(loaded: Loaded) -> Mapping[tuple[str, str], Word]:
    """The words that are said otherwise than written, by language and word."""
    found: dict[tuple[str, str], Word] = {}
    for name, content in loaded.sources.items():
        if name.replace("\\", "/").rpartition("/")[2] == "pronunciation.yaml":
            for code, below in (read_yaml(content, name)[0] or Table()).items():
                if isinstance(below, Table):
                    found |= {(str(code), str(word)): said for word, said in below.items() if isinstance(said, Word)}
    return found


# -- flows


def _flow(before: Reading, after: Reading, flow: str) -> Iterator[Change]:
    written = after.loaded.written[flow]
    old_flow = next((name for name in before.loaded.written if before.names.flow(name) == flow), None)
    if old_flow is None:
        sentence = Sentence(f"Neuer Ablauf „{flow}“.", f"New flow “{flow}”.")
        yield Change("flow-added", flow, written.place, sentence, None, None, flow)
        yield from (_step_added(flow, step) for step in written.steps)
        return
    if old_flow != flow:
        sentence = Sentence(
            f"Der Ablauf „{old_flow}“ heißt jetzt „{flow}“; Anrufer merken davon nichts.",
            f"The flow “{old_flow}” is called “{flow}” now; callers notice nothing.",
        )
        yield Change("flow-renamed", flow, written.place, sentence, None, old_flow, flow)
    was = before.loaded.written[old_flow]
    for change in target_change("start", (before, was.start, old_flow), (after, written.start, flow), written.place):
        assert written.start is not None
        sentence = Sentence(
            f"Der Ablauf beginnt jetzt mit {written.start} statt mit {was.start}",
            f"The flow begins with {written.start} now instead of {was.start}",
        )
        yield Change("start", "", written.start.place, sentence, None, change.before, change.after).at(
            words.both(flow), flow
        )
    keys = option_changes(key_options(before, old_flow), key_options(after, flow), before, after, prefix="keys")
    yield from (change.at(words.both(flow), flow) for change in keys)
    yield from _steps(before, old_flow, after, flow)


def _flow_gone(before: Loaded, flow: str) -> Change:
    sentence = Sentence(f"Der Ablauf „{flow}“ entfällt.", f"The flow “{flow}” is gone.")
    return Change("flow-removed", flow, before.written[flow].place, sentence, None, flow, None)


def _steps(before: Reading, old_flow: str, after: Reading, flow: str) -> Iterator[Change]:
    old = {before.names.spot(Spot(old_flow, str(step.name))): step for step in before.loaded.written[old_flow].steps}
    for step in after.loaded.written[flow].steps:
        spot = Spot(flow, str(step.name))
        where = "/".join(spot)
        was = old.pop(spot, None)
        if was is None:
            yield _step_added(flow, step)
            continue
        if was.name != step.name:
            sentence = Sentence(
                f"Der Schritt „{was.name}“ heißt jetzt „{step.name}“; Anrufer merken davon nichts.",
                f"The step “{was.name}” is called “{step.name}” now; callers notice nothing.",
            )
            change = Change("step-renamed", "", step.name.place, sentence, None, str(was.name), str(step.name))
            yield change.at(words.both(flow), where)
        yield from (change.at(words.both(where), where) for change in told(before, was, old_flow, after, step, flow))
    for step in old.values():
        where = f"{old_flow}/{step.name}"
        text = _described(step)
        sentence = Sentence(f"der Schritt entfällt {text.de}", f"the step is gone {text.en}")
        yield Change("step-removed", "", step.name.place, sentence, None, str(step.name), None).at(
            words.both(where), where
        )


def _step_added(flow: str, step: StepDefinition) -> Change:
    where = f"{flow}/{step.name}"
    text = _described(step)
    sentence = Sentence(f"neuer Schritt {text.de}", f"new step {text.en}")
    return Change("step-added", "", step.name.place, sentence, None, None, str(step.name)).at(words.both(where), where)


def _described(step: StepDefinition) -> Sentence:
    """What kind of step it is, and the first of its texts: „(Ansage): „Heute ist Markt.““."""
    kind = KINDS.get(step.kind.word, words.both(step.kind.word))
    text = next((each for each in parts(step).values() if isinstance(each, Text)), None)
    said = words.quoted(*shown(text)) if text is not None else None
    return Sentence(
        *(f"({name}): {quote}" if quote else f"({name})" for name, quote in zip(kind, said or ("", ""), strict=True))
    )


# -- what is not told


def _untold(before: Reading, after: Reading, found: list[Change]) -> Iterator[Change]:
    """What is different for a call, and has no change that could be the reason."""
    kinds = {change.kind for change in found}
    places = {change.where for change in found}
    assert before.loaded.flows is not None
    assert after.loaded.flows is not None
    old = {before.names.spot(spot): step for spot, step in before.loaded.flows.steps.items()}
    for spot, step in after.loaded.flows.steps.items():
        if spot not in old or "/".join(spot) in places or kinds & _REACHING:
            continue
        if before.of(old[spot]) != after.of(step):
            yield _otherwise("/".join(spot), _place_of_step(after.loaded, spot))
    yield from _untold_of_contacts(before, after, found)


_TOLD_BY = {
    "names": {"name"},
    "menu_words": {"menu-words"},
    "sentence_words": {"sentence-words"},
    "phone": {"phone", "phone-spoken"},
    "address": {"address"},
    "schedule": HOURS,
    "phone_schedule": HOURS,
}
"""Which changes tell that a part of a contact is different."""


def _untold_of_contacts(before: Reading, after: Reading, found: list[Change]) -> Iterator[Change]:
    was, now = before.loaded.directory, after.loaded.directory
    assert was is not None
    assert now is not None
    kinds = {change.kind for change in found}
    pairs = [(entry, now.contacts.get(before.names.contact(key))) for key, entry in was.contacts.items()]
    for old, new in pairs:
        if new is None:
            continue
        first, second = before.entry(old), after.entry(new)
        for part in (name for name in first if first[name] != second[name]):
            # What offices of one house share is told at one of them.
            told = kinds & (_TOLD_BY.get(part, set()) | {"timezone", "calendar"})
            if not told:
                yield _otherwise(new.key, new.place)
                break


def _place_of_step(loaded: Loaded, spot: Spot) -> Place:
    return next(step.name.place for step in loaded.written[spot.flow].steps if step.name == spot.step)


def _otherwise(where: str, place: Place) -> Change:
    sentence = Sentence("hat sich auf andere Weise geändert", "has changed in another way")
    return Change("other", "", place, sentence).at(words.both(where), where)
