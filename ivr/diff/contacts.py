"""What is different in the contacts: who is there, on which number, where, when, and how they are called."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.diff import words
from ivr.diff.change import Change
from ivr.diff.hours import Hours, week_text
from ivr.diff.texts import reworded
from ivr.source.places import Table, Word
from ivr.source.problems import Sentence
from ivr.source.reader import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from ivr.contacts import Directory, Entry, Phrase
    from ivr.diff.essence import Reading
    from ivr.hours import Schedule
    from ivr.loader import Loaded
    from ivr.source.places import Place

_PHRASES = {
    "name": Sentence("der Name", "the name"),
    "menu-words": Sentence("die Ansage im Menü", "what menus say"),
    "sentence-words": Sentence("der Name im Satz", "the name within a sentence"),
}
_NO_WORDS = {
    "menu-words": Sentence("Name und Taste", "name and key"),
    "sentence-words": Sentence("der Name allein", "the name alone"),
}


class Book:
    """The contacts file of a set: where each line of it stands."""

    def __init__(self, loaded: Loaded) -> None:
        assert loaded.directory is not None
        first = next(iter(loaded.directory.contacts.values())).place
        self._top = first._replace(line=1, column=1, length=1)
        self._table = read_yaml(loaded.contacts_source, first.file)[0] or Table()

    def head(self, field: str) -> Place:
        """The place of a line at the top; the top itself where it is not written."""
        key = self._table.key(field)
        return key.place if key is not None else self._top

    def field(self, entry: Entry, field: str) -> Place:
        """The place of a contact's line; the contact's where it is not written."""
        below = self._table.get(Word("contacts"))
        contact = below.get(Word(entry.key)) if isinstance(below, Table) else None
        key = contact.key(field) if isinstance(contact, Table) else None
        return key.place if key is not None else entry.place


def contact_changes(before: Reading, after: Reading, today: date | None) -> Iterator[Change]:
    """All that is different in the contacts, in the order of the newer file; who is gone comes last."""
    was, now = before.loaded.directory, after.loaded.directory
    assert was is not None
    assert now is not None
    book = Book(after.loaded)
    yield from _heads(before, was, now, book)
    pairs = [(entry, now.contacts.get(before.names.contact(key))) for key, entry in was.contacts.items()]
    both = {new.key: (old, new) for old, new in pairs if new is not None}
    pairs_there = list(both.values())
    shared = [*_hours(pairs_there, after.languages, book, today), *_addresses(pairs_there, book)]
    for key, entry in now.contacts.items():
        if key not in both:
            yield _added(entry)
            continue
        yield from (change.at(label, key) for label, change in shared if change.where == key)
        for change in _facts(*both[key], after.languages, book):
            yield change.at(words.entry_name(entry), key)
    for old, new in pairs:
        if new is None:
            yield _removed(old)
        elif old.key != new.key:
            yield _renamed(old, new)


# -- the top of the file


def _heads(before: Reading, was: Directory, now: Directory, book: Book) -> Iterator[Change]:
    old, new = was.last_resort, now.last_resort
    if old is not None and new is not None and before.names.contact(old.key) != new.key:
        one, other = words.entry_name(old), words.entry_name(new)
        sentence = Sentence(
            f"Wenn etwas misslingt, hören Anrufer jetzt die Nummer von {other.de} statt von {one.de}.",
            f"When something fails, callers now hear the number of {other.en} instead of {one.en}.",
        )
        yield Change("last-resort", "", book.head("last_resort"), sentence, None, old.key, new.key)
    if str(was.zone) != str(now.zone):
        sentence = Sentence(
            f"Alle Zeiten gelten jetzt in der Zeitzone {now.zone} statt {was.zone}.",
            f"All times are now those of the time zone {now.zone} instead of {was.zone}.",
        )
        yield Change("timezone", "", book.head("timezone"), sentence, None, str(was.zone), str(now.zone))
    if was.calendar is not now.calendar:
        old_name, name = _calendar(was), _calendar(now)
        sentence = Sentence(
            f"Feiertage sind jetzt die von {name} statt {old_name}.",
            f"Holidays are now those of {name} instead of {old_name}.",
        )
        if now.calendar is None or was.calendar is None:
            gone = now.calendar is None
            sentence = Sentence(
                f"Es gelten jetzt {'keine Feiertage mehr' if gone else 'die Feiertage von ' + name}.",
                f"{'No holidays' if gone else 'The holidays of ' + name} count {'any more' if gone else 'now'}.",
            )
        yield Change("calendar", "", book.head("holidays"), sentence, None, old_name, name)


def _calendar(directory: Directory) -> str:
    from ivr.hours import CALENDARS

    return next((name for name, calendar in CALENDARS.items() if calendar is directory.calendar), "none")


# -- who is new, who is gone


def _added(entry: Entry) -> Change:
    name, facts = words.entry_name(entry), _all_facts(entry)
    sentence = Sentence(f"Neue Stelle: {name.de}{facts.de}.", f"New contact: {name.en}{facts.en}.")
    return Change("contact-added", entry.key, entry.place, sentence, None, None, entry.key)


def _removed(entry: Entry) -> Change:
    name, facts = words.entry_name(entry), _all_facts(entry)
    sentence = Sentence(f"Die Stelle entfällt: {name.de}{facts.de}.", f"The contact is gone: {name.en}{facts.en}.")
    return Change("contact-removed", entry.key, entry.place, sentence, None, entry.key, None)


def _renamed(old: Entry, new: Entry) -> Change:
    sentence = Sentence(
        f"Die Stelle „{old.key}“ heißt in den Dateien jetzt „{new.key}“; Anrufer merken davon nichts.",
        f"The contact “{old.key}” is called “{new.key}” in the files now; callers notice nothing.",
    )
    return Change("contact-renamed", new.key, new.place, sentence, None, old.key, new.key)


def _all_facts(entry: Entry) -> Sentence:
    found = [words.both(fact) for fact in (entry.phone and entry.phone.printed, entry.address) if fact]
    if entry.schedule is not None:
        found.append(week_text(entry.schedule.usual))
    return words.joined(words.both(""), [words.both(", "), words.joined(words.COMMA, found)] if found else [])


# -- facts


def _facts(old: Entry, new: Entry, languages: Sequence[str], book: Book) -> Iterator[Change]:
    yield from _phone(old, new, book)
    yield from _name(old, new, languages, book.field(new, "name"))
    for kind, one, other in (
        ("menu-words", old.menu_words, new.menu_words),
        ("sentence-words", old.sentence_words, new.sentence_words),
    ):
        field = "in_menu" if kind == "menu-words" else "in_sentence"
        yield from _phrase(kind, one, other, languages, book.field(new, field))


def _phone(old: Entry, new: Entry, book: Book) -> Iterator[Change]:
    one, other = old.phone, new.phone
    place = other.place if other else book.field(new, "phone")
    if (one and one.e164) != (other and other.e164):
        sentence = _instead("Nummer", "number", one.printed if one else None, other.printed if other else None)
        yield Change("phone", "", place, sentence, None, one.printed if one else None, other.printed if other else None)
    elif one and other and one.groups != other.groups:
        was, now = (words.both(" ".join(each.groups)) for each in (one, other))
        sentence = Sentence(
            f"dieselbe Nummer wird jetzt so gesprochen: {now.de}, vorher: {was.de}",
            f"the same number is now spoken so: {now.en}, before: {was.en}",
        )
        yield Change("phone-spoken", "", place, sentence, None, was.de, now.de)


def _addresses(pairs: Sequence[tuple[Entry, Entry]], book: Book) -> Iterator[tuple[Sentence, Change]]:
    """What offices of one house share is told once, at the first of them."""
    moved: dict[tuple[str | None, str | None], list[Entry]] = {}
    for old, new in pairs:
        if old.address != new.address:
            moved.setdefault((old.address, new.address), []).append(new)
    for (was, now), entries in moved.items():
        first = entries[0]
        place = book.field(first, "address")
        yield (
            _label(entries),
            Change("address", first.key, place, _instead("Adresse", "address", was, now), None, was, now),
        )


def _label(entries: Sequence[Entry]) -> Sentence:
    """The name of the first, and those of the others: „Citywache (auch Ordnungsamt)“."""
    name, rest = words.entry_name(entries[0]), words.listed([words.entry_name(entry) for entry in entries[1:]])
    return Sentence(f"{name.de} (auch {rest.de})", f"{name.en} (also {rest.en})") if rest.de else name


def _instead(de: str, en: str, old: str | None, new: str | None) -> Sentence:
    if new is None:
        return Sentence(f"keine {de} mehr, vorher {old}", f"no {en} any more, before {old}")
    if old is None:
        return Sentence(f"jetzt mit {de}: {new}", f"now with {en}: {new}")
    return Sentence(f"neue {de} {new} statt {old}", f"new {en} {new} instead of {old}")


def _name(old: Entry, new: Entry, languages: Sequence[str], place: Place) -> Iterator[Change]:
    told = set()
    everywhere = old.names.everywhere is not None and new.names.everywhere is not None
    for code in languages:
        pair = (str(old.name(code)), str(new.name(code)))
        if pair[0] == pair[1] or (everywhere and pair in told):
            continue
        told.add(pair)
        shown = None if everywhere else code
        written = new.names.said_in(code)
        yield Change(
            "name", "", written.place if written else place, reworded(_PHRASES["name"], shown, *pair), shown, *pair
        )


def _phrase(
    kind: str, old: Phrase | None, new: Phrase | None, languages: Sequence[str], place: Place
) -> Iterator[Change]:
    what = _PHRASES[kind]
    if old is None or new is None:
        written = old or new
        if written is not None and any(written.said_in(code) for code in languages):
            yield _come_or_gone(kind, written, place, new=new is not None)
        return
    told = set()
    everywhere = old.everywhere is not None and new.everywhere is not None
    for code in languages:
        one, other = old.said_in(code), new.said_in(code)
        if one == other or (everywhere and (one, other) in told):
            continue
        told.add((one, other))
        shown = None if everywhere else code
        if one is not None and other is not None:
            sentence = reworded(what, shown, one, other)
        else:
            name, no = words.language_name(code), _NO_WORDS[kind]
            now, was = (words.quoted(each) if each else no for each in (other, one))
            sentence = Sentence(
                f"{what.de} auf {name.de} ist jetzt {now.de}, vorher {was.de}",
                f"{what.en} in {name.en} is now {now.en}, before {was.en}",
            )
        at = other.place if other is not None else place
        yield Change(kind, "", at, sentence, shown, one and str(one), other and str(other))


def _come_or_gone(kind: str, phrase: Phrase, place: Place, *, new: bool) -> Change:
    what, no = _PHRASES[kind], _NO_WORDS[kind]
    de, en = (str(phrase.said_in(code) or phrase.words[0]) for code in ("de", "en"))
    if new:
        sentence = Sentence(f"{what.de} ist jetzt „{de}“, vorher {no.de}", f"{what.en} is now “{en}”, before {no.en}")
        return Change(kind, "", place, sentence, None, None, de)
    sentence = Sentence(f"{what.de} ist jetzt {no.de}, vorher „{de}“", f"{what.en} is now {no.en}, before “{en}”")
    return Change(kind, "", place, sentence, None, de, None)


# -- hours


def _hours(
    pairs: Sequence[tuple[Entry, Entry]], languages: Sequence[str], book: Book, today: date | None
) -> Iterator[tuple[Sentence, Change]]:
    """Those of offices in one house are told once, at the one where they are written, with the names of the others."""
    houses: dict[tuple[int, int], list[tuple[Entry, Entry]]] = {}
    for old, new in pairs:
        houses.setdefault((id(old.schedule), id(new.schedule)), []).append((old, new))
    for house in houses.values():
        old, new = _owner(house)
        label = _label([new, *(other for _, other in house if other is not new)])
        both = (old.schedule, new.schedule)
        for change in _schedule(words.both(""), both, languages, book.field(new, "hours"), today):
            yield label, replace(change, where=new.key)
    for old, new in pairs:
        both = (old.phone_schedule, new.phone_schedule)
        subject = Sentence("Telefonzeiten: ", "phone hours: ")
        for change in _schedule(subject, both, languages, book.field(new, "phone_hours"), today):
            yield words.entry_name(new), replace(change, where=new.key)


def _owner(house: Sequence[tuple[Entry, Entry]]) -> tuple[Entry, Entry]:
    """The office below which the hours stand: the last that begins before them."""
    schedule = house[0][1].schedule or house[0][0].schedule
    if schedule is None:
        return house[0]
    side = 1 if house[0][1].schedule is not None else 0
    line = schedule.usual[0].rule.place.line
    above = [pair for pair in house if pair[side].place.line <= line]
    return max(above or house, key=lambda pair: pair[side].place.line)


def _schedule(
    subject: Sentence,
    both: tuple[Schedule | None, Schedule | None],
    languages: Sequence[str],
    place: Place,
    today: date | None,
) -> Iterator[Change]:
    old, new = both
    if old is not None and new is not None:
        yield from Hours(old, new, languages, subject).changes(today)
        return
    schedule = new or old
    if schedule is None:
        return
    week = week_text(schedule.usual)
    as_door = Sentence("wie die Öffnungszeiten", "as the opening hours")
    unknown = as_door if subject.de else Sentence("unbekannt, es wird immer verbunden", "unknown, always put through")
    if old is None:
        sentence = Sentence(
            f"{subject.de}jetzt {week.de}, vorher {unknown.de}", f"{subject.en}now {week.en}, before {unknown.en}"
        )
        yield Change("hours-added", "", place, sentence, None, None, week.de)
    else:
        sentence = Sentence(
            f"{subject.de}jetzt {unknown.de}, vorher {week.de}", f"{subject.en}now {unknown.en}, before {week.en}"
        )
        yield Change("hours-removed", "", place, sentence, None, week.de, None)
