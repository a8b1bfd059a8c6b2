"""What is different in one step, told field by field.

A step is what stands under its kind's word. Fields are told by what they hold (a text, a target, a length of time,
options, …), so that a new kind needs nothing here; a field that holds something else is told as changed.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from ivr.diff import words
from ivr.diff.change import Change
from ivr.diff.essence import HANG_UP, Way
from ivr.diff.menus import Option, option_changes, subject_name
from ivr.diff.texts import text_changes
from ivr.graph.words import KINDS
from ivr.source.places import Place, Word, place_of
from ivr.source.problems import Sentence
from ivr.steps.branch import Branch
from ivr.steps.connect import Contacts
from ivr.steps.fields import Duration, Key, Language, Target, Text
from ivr.steps.hangup import LastWords
from ivr.steps.menu import Option as MenuOption

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ivr.definition.flow import StepDefinition
    from ivr.diff.essence import Reading

_TEXTS = {
    "text": Sentence("Der Text", "The text"),
    "prompt": Sentence("Die Frage des Menüs", "The prompt of the menu"),
    "say": Sentence("Die Ansage vor dem Verbinden", "The announcement before connecting"),
}
_WHEN = {
    "next": Sentence("Danach", "After that"),
    "give_up": Sentence("Nach drei Fehlversuchen", "After three misses"),
    "when_closed": Sentence("Wenn geschlossen ist,", "When it is closed,"),
    "busy": Sentence("Wenn besetzt ist,", "When it is busy,"),
    "no_answer": Sentence("Wenn niemand abnimmt,", "When nobody answers,"),
    "failed": Sentence("Wenn die Verbindung scheitert,", "When the connection fails,"),
    "completed": Sentence("Nach dem Gespräch", "After the talk"),
    "flow": Sentence("Von hier", "From here"),
}
_LENGTHS = {
    "patience": Sentence(
        "Auf eine Taste wird jetzt {new} gewartet statt {old}", "A key is now waited for {new}, not {old}"
    ),
    "ring": Sentence("Es klingelt jetzt {new} statt {old}", "It now rings for {new}, not {old}"),
}
_NUMBER = Sentence("zur Ansage der Nummer", "to the announcement of the number")
"""Where a call goes that no target is written for."""


def told(
    before: Reading, old: StepDefinition, old_flow: str, after: Reading, new: StepDefinition, flow: str
) -> Iterator[Change]:
    """All that is different in one step."""
    if old.kind.word != new.kind.word:
        was, now = (KINDS.get(each.kind.word, words.both(each.kind.word)) for each in (old, new))
        sentence = Sentence(
            f"Der Schritt ist jetzt von der Art „{now.de}“ statt „{was.de}“",
            f"The step is now of the kind “{now.en}” instead of “{was.en}”",
        )
        yield Change("step-kind", "", new.name.place, sentence, None, old.kind.word, new.kind.word)
        return
    first, second = parts(old), parts(new)
    for name in {**first, **second}:
        yield from _field(name, (before, first.get(name), old_flow), (after, second.get(name), flow), new.name.place)


def parts(step: StepDefinition) -> dict[str, Any]:
    """The fields of a step by their names, `next` among them."""
    body, found = step.body, dict[str, Any]()
    if isinstance(body, LastWords):
        found = {"text": body.text}
    elif isinstance(body, Text):
        found = {"text": body}
    elif isinstance(body, Target):
        found = {"flow": body if body.called_flow else Target(Word(f"flow:{body}"), body.place)}
    elif is_dataclass(body):
        found = {each.name.rstrip("_"): getattr(body, each.name) for each in fields(body)}
    else:
        found = {"lines": body}
    return {**found, "next": step.onward} if step.onward is not None else found


_Side = tuple["Reading", Any, str]
"""One of the sets, a value in it, and the flow that it stands in."""


def _field(name: str, before: _Side, after: _Side, place: Place) -> Iterator[Change]:
    (old_set, old, old_flow), (new_set, new, flow) = before, after
    value = new if new is not None else old
    there = place_of(new) if place_of(new).file else place
    match value:
        case None:
            return
        case Text():
            what = _TEXTS.get(name) or Sentence(f"Der Text „{name}“", f"The text “{name}”")
            yield from text_changes(what, (old_set, old), (new_set, new), place)
        case Target():
            yield from target_change(name, before, after, there)
        case Language() if old != new:
            yield _language_set(old, new, there)
        case Duration() if isinstance(old, Duration) and isinstance(new, Duration):
            yield from _length(name, old, new, place)
        case Contacts() if isinstance(old, Contacts) and isinstance(new, Contacts):
            yield from _rung(old_set, old, new_set, new, place)
        case list() if all(isinstance(each, Branch) for each in (*(old or ()), *(new or ()))):
            yield from _branches(old_set, old or (), old_flow, new_set, new or (), flow)
        case dict() if _are(value, MenuOption):
            yield from option_changes(_options(old_set, old, old_flow), _options(new_set, new, flow), old_set, new_set)
        case dict() if _are(value, Language):
            yield from option_changes(_languages(old or {}), _languages(new or {}), old_set, new_set)
        case _ if old_set.of(old, old_flow) != new_set.of(new, flow):
            sentence = Sentence(f"„{name}“ hat sich geändert", f"“{name}” has changed")
            yield Change("other", "", there, sentence)


def _are(table: Mapping[Any, Any], kind: type) -> bool:
    return all(isinstance(key, Key) and isinstance(each, kind) for key, each in table.items())


# -- targets


def towards(reading: Reading, target: Target | None, flow: str, absent: Sentence = _NUMBER) -> Sentence:
    """Where a target leads: „zu polizei“, „zum Menü davor“."""
    way = reading.way(target, flow)
    return absent if way is None else way_words(way, flow=reading.names.flow(flow))


_WAYS = {
    "repeat": Sentence("zur Wiederholung", "to the repetition"),
    "back": Sentence("zum Menü davor", "to the menu before"),
    "return": Sentence("zurück zum rufenden Ablauf", "back to the calling flow"),
    "hangup": Sentence("zum Ende des Anrufs", "to the end of the call"),
}


def way_words(way: Way, *, flow: str = "") -> Sentence:
    """Where it leads, in words, for a reader of a flow."""
    if way[0] == "flow":
        return Sentence(f"in den Ablauf {way[1]}", f"into the flow {way[1]}")
    if way[0] == "step":
        name = way[2] if way[1] == flow else f"{way[1]}/{way[2]}"
        return Sentence(f"zu {name}", f"to {name}")
    return _WAYS.get(way[0], Sentence(f"zu {way[0]}", f"to {way[0]}"))


def target_change(name: str, before: _Side, after: _Side, place: Place) -> Iterator[Change]:
    """Whether a way out leads elsewhere."""
    (old_set, old, old_flow), (new_set, new, flow) = before, after
    absent = HANG_UP if name == "completed" else None
    if (old_set.way(old, old_flow) or absent) == (new_set.way(new, flow) or absent):
        return
    when = _WHEN.get(name) or Sentence(f"Bei „{name}“", f"At “{name}”")
    nowhere = _WAYS["hangup"] if name == "completed" else _NUMBER
    was, now = towards(old_set, old, old_flow, nowhere), towards(new_set, new, flow, nowhere)
    sentence = Sentence(
        f"{when.de} geht es jetzt {now.de} statt {was.de}", f"{when.en} the call now goes {now.en} instead of {was.en}"
    )
    yield Change("target", "", place, sentence, None, was.de, now.de)


# -- what else a field can hold


def _length(name: str, old: Duration, new: Duration, place: Place) -> Iterator[Change]:
    if int(old) == int(new):
        return
    was, now = words.seconds(int(old)), words.seconds(int(new))
    form = _LENGTHS.get(name) or Sentence(
        f"„{name}“ ist jetzt {{new}} statt {{old}}", f"“{name}” is now {{new}}, not {{old}}"
    )
    sentence = Sentence(form.de.format(new=now.de, old=was.de), form.en.format(new=now.en, old=was.en))
    yield Change(name, "", place_of(new) if place_of(new).file else place, sentence, None, str(int(old)), str(int(new)))


def _language_set(old: Language | None, new: Language | None, place: Place) -> Change:
    was, now = (words.language_name(each) if each else Sentence("keine", "none") for each in (old, new))
    sentence = Sentence(
        f"Ab hier gilt jetzt diese Sprache: {now.de}, vorher: {was.de}",
        f"From here on this language holds now: {now.en}, before: {was.en}",
    )
    return Change("language-set", "", place, sentence, None, old and str(old), new and str(new))


def _rung(before: Reading, old: Contacts, after: Reading, new: Contacts, place: Place) -> Iterator[Change]:
    if before.of(old) == after.of(new):
        return
    was, now = (_in_a_row(reading, each) for reading, each in ((before, old), (after, new)))
    sentence = Sentence(f"Angerufen wird jetzt {now.de} statt {was.de}", f"Rung is now {now.en} instead of {was.en}")
    yield Change("contacts-rung", "", new.names[0].place if new.names else place, sentence, None, was.de, now.de)


def _in_a_row(reading: Reading, contacts: Contacts) -> Sentence:
    assert reading.loaded.directory is not None
    then = Sentence(", dann ", ", then ")
    return words.joined(then, [words.entry_name(reading.loaded.directory.contacts[name]) for name in contacts.names])


def _options(reading: Reading, options: Mapping[Key, MenuOption] | None, flow: str) -> list[Option]:
    found = []
    for key, option in (options or {}).items():
        ways = towards(reading, option.go, flow)
        name = subject_name(reading, option.for_, ways)
        about = None if option.for_ is None else reading.of(option.for_, flow)
        found.append(
            Option(key, option.for_, about, reading.way(option.go, flow), name, ways, announced=about is not None)
        )
    return found


def _languages(options: Mapping[Key, Language]) -> list[Option]:
    found = []
    for key, code in options.items():
        name = words.language_name(code)
        found.append(Option(key, None, str(code), None, name, name, announced=True))
    return found


def key_options(reading: Reading, flow: str) -> list[Option]:
    """The keys that hold in all menus of a flow."""
    found = []
    for key, target in (reading.loaded.written[flow].keys or {}).items():
        ways = towards(reading, target, flow)
        found.append(
            Option(key, None, None, reading.way(target, flow), subject_name(reading, None, ways), ways, announced=False)
        )
    return found


# -- branches


def _branches(
    before: Reading, old: Sequence[Branch], old_flow: str, after: Reading, new: Sequence[Branch], flow: str
) -> Iterator[Change]:
    was = [(before.of(line.when), line) for line in old]
    now = [(after.of(line.when), line) for line in new]
    gone = [each for each in was if each[0] not in [when for when, _ in now]]
    come = [each for each in now if each[0] not in [when for when, _ in was]]
    for each in list(come):
        # The same way under another condition.
        same = next((other for other in gone if _way(before, other[1], old_flow) == _way(after, each[1], flow)), None)
        if same is not None and each[1].when is not None and same[1].when is not None:
            gone.remove(same)
            come.remove(each)
            yield _other_condition(same[1], each[1], towards(after, each[1].go, flow))
    for when, line in now:
        if any(line is each for _, each in come):
            yield _branch_line(line, towards(after, line.go or line.else_, flow), new=True)
            continue
        other = next((each for which, each in was if which == when), None)
        if other is not None and _way(before, other, old_flow) != _way(after, line, flow):
            yield _branch_elsewhere(
                line, towards(before, other.go or other.else_, old_flow), towards(after, line.go or line.else_, flow)
            )
    for _, line in gone:
        yield _branch_line(line, towards(before, line.go or line.else_, old_flow), new=False)
    kept = [when for when, _ in now if when in [which for which, _ in was]]
    if kept != [when for when, _ in was if when in kept]:
        order = words.joined(Sentence("; ", "; "), [_condition(line) for _, line in now])
        sentence = Sentence(
            f"Die Bedingungen werden jetzt in dieser Reihenfolge geprüft: {order.de}",
            f"The conditions are now asked in this order: {order.en}",
        )
        yield Change("branch-order", "", _line_place(new[0]), sentence, None, None, order.de)


def _way(reading: Reading, line: Branch, flow: str) -> Way | None:
    return reading.way(line.go or line.else_, flow)


def _line_place(line: Branch) -> Place:
    return place_of(line.go or line.else_)


def _condition(line: Branch) -> Sentence:
    if line.when is None:
        return Sentence("sonst", "otherwise")
    return words.joined(words.AND, [condition.words() for condition in line.when.conditions()])


def _other_condition(old: Branch, new: Branch, ways: Sentence) -> Change:
    was, now = _condition(old), _condition(new)
    sentence = Sentence(
        f"{words.capital(ways).de} geht es jetzt, wenn „{now.de}“ gilt, statt „{was.de}“",
        f"{words.capital(ways).en} the call goes now when “{now.en}” holds, instead of “{was.en}”",
    )
    return Change("condition", "", _line_place(new), sentence, None, was.de, now.de)


def _branch_elsewhere(line: Branch, was: Sentence, now: Sentence) -> Change:
    when = _condition(line)
    start = Sentence("Sonst", "Otherwise") if line.when is None else Sentence(f"Bei „{when.de}“", f"At “{when.en}”")
    sentence = Sentence(
        f"{start.de} geht es jetzt {now.de} statt {was.de}",
        f"{start.en} the call now goes {now.en} instead of {was.en}",
    )
    return Change("target", "", _line_place(line), sentence, None, was.de, now.de)


def _branch_line(line: Branch, ways: Sentence, *, new: bool) -> Change:
    when = _condition(line)
    if new:
        sentence = Sentence(f"Neu: Bei „{when.de}“ geht es {ways.de}", f"New: at “{when.en}” the call goes {ways.en}")
        return Change("condition-added", "", _line_place(line), sentence, None, None, when.de)
    sentence = Sentence(
        f"Es entfällt: Bei „{when.de}“ ging es {ways.de}", f"Gone: at “{when.en}” the call went {ways.en}"
    )
    return Change("condition-removed", "", _line_place(line), sentence, None, when.de, None)
