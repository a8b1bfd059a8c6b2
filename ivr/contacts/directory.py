"""The contacts as a call works with them: complete, checked, and the same for every language that is written.

`build_directory` turns the written form (`ivr.contacts.shape`) into this value, and refuses it with every
problem found:

`no-contacts`
    The file names no office at all.
`unknown-contact`
    `at` or `last_resort` names a contact that is not there.
`at-itself`
    A contact is `at` itself, directly or in a circle.
`no-phone`
    `last_resort` names a contact without a telephone.

What is wrong within one contact's hours, number or words is found before, when these are read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from ivr.contacts.switched import switches_of
from ivr.hours import CALENDARS
from ivr.source.near import did_you_mean
from ivr.source.problems import Problem, Refused, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from zoneinfo import ZoneInfo

    from ivr.contacts.phone import Phone
    from ivr.contacts.phrase import Phrase
    from ivr.contacts.shape import ContactName, ContactsFile
    from ivr.hours import HolidayCalendar, Schedule, Switch
    from ivr.instructions import Instruction
    from ivr.source.places import Place

_CONTACTS = Sentence("Stellen in dieser Datei", "Contacts in this file")


@dataclass(frozen=True, slots=True)
class Entry:
    """One office. `schedule` is None when its hours are unknown: its calls are always put through."""

    key: str
    names: Phrase
    menu_words: Phrase | None
    sentence_words: Phrase | None
    phone: Phone | None
    address: str | None
    schedule: Schedule | None
    phone_schedule: Schedule | None
    """When its phone is answered; None: as the office is open."""
    place: Place
    """Where the contact begins in its file."""
    house: tuple[str, ...] = ()
    """The contact that it is `at:`, and the one which that is at."""
    switches: tuple[Switch, ...] = ()
    """The manual switches of an office whose hours are unknown; else they are in its schedules."""

    def name(self, language: str) -> str:
        """What the office is called: in this language, or else in the first in which a name is written."""
        return self.names.said_in(language) or self.names.words[0]

    def in_menu(self, language: str) -> str | None:
        """How a menu offers it ("Für das Nordstadtbüro"), or None: the menu says name and key then."""
        return self.menu_words.said_in(language) if self.menu_words else None

    def in_sentence(self, language: str) -> str:
        """The name as a sentence needs it, with its article if the operator gave one ("die Citywache")."""
        written = self.sentence_words.said_in(language) if self.sentence_words else None
        return written or self.name(language)


@dataclass(frozen=True, slots=True)
class Directory:
    """All offices by name, in the order of the file.

    `last_resort` is the office whose number callers hear when something fails; it has a phone. None when no
    contact has one: such a file serves `ivr hours`, and no flow set can be prepared with it.
    """

    contacts: Mapping[str, Entry]
    zone: ZoneInfo
    last_resort: Entry | None
    calendar: HolidayCalendar | None = None

    def is_holiday(self, on: date) -> bool:
        """Whether a local date is a public holiday of the file's calendar."""
        return self.calendar is not None and on in self.calendar(on.year)

    def changes(self, contact: str, days: Iterable[date]) -> Iterator[datetime]:
        """When a contact opens and closes on these local days, in UTC. Midnights may be among them."""
        entry = self.contacts[contact]
        if entry.schedule is not None:
            return entry.schedule.changes(days)
        asked = set(days) if entry.switches else set()
        ends = (end for switch in entry.switches for end in (switch.since, switch.until) if end is not None)
        return (end for end in ends if end.astimezone(self.zone).date() in asked)

    def switched(self, switches: Mapping[str, Instruction], earlier: Iterable[Instruction] = ()) -> Directory:
        """The same offices with manual switches: the instruction of kind "switch" that holds for each contact.

        A switch goes for the office, its telephone, and every office that is `at:` it, unless that has one of its own.
        `earlier` are the instructions before these (others may be among them): a switch that was given anew before it
        ran out has been in force all the time.
        """
        earlier = tuple(earlier)
        told = {name: switches_of(each, earlier, self.zone) for name, each in switches.items()}
        given = {name: set_ for name, set_ in told.items() if set_}
        if not given:
            return self
        made: dict[tuple[int, str], Schedule] = {}

        def schedule(usual: Schedule | None, name: str) -> Schedule | None:
            # Offices that share their hours go on sharing them.
            if usual is None:
                return None
            return made.setdefault((id(usual), name), replace(usual, switches=given[name]))

        entries = dict(self.contacts)
        for key, entry in self.contacts.items():
            name = next((each for each in (key, *entry.house) if each in given), None)
            if name is not None:
                entries[key] = replace(
                    entry,
                    schedule=schedule(entry.schedule, name),
                    phone_schedule=schedule(entry.phone_schedule, name),
                    switches=given[name] if entry.schedule is None else (),
                )
        last_resort = self.last_resort and entries[self.last_resort.key]
        return replace(self, contacts=MappingProxyType(entries), last_resort=last_resort)

    def wall_times(self, days: Iterable[date], *minutes: int) -> Iterator[datetime]:
        """When the clock on the wall shows these minutes past midnight, in UTC: twice, where autumn repeats an hour.

        A time that spring leaves out counts as the instant of the change.
        """
        for day in days:
            midnight, next_midnight = (
                datetime.combine(on, time(), self.zone).astimezone(UTC) for on in (day, day + timedelta(days=1))
            )
            changed = next_midnight - midnight != timedelta(days=1)
            for minute in minutes:
                wall = datetime.combine(day, time(minute // 60, minute % 60), self.zone)
                yield wall.astimezone(UTC)
                if changed:
                    yield wall.replace(fold=1).astimezone(UTC)
            if changed:
                yield from (midnight + timedelta(hours=n) for n in range(1, 25))


def build_directory(file: ContactsFile) -> Directory:
    """The directory that a file describes.

    Raises:
        Refused: with all problems of the file, sorted; the codes are listed at the top of this module.
    """
    problems = [*_no_contacts(file), *_wrong_at(file), *_wrong_last_resort(file)]
    if problems:
        raise Refused(*sorted(problems, key=lambda problem: problem.order))
    calendar = CALENDARS.get(file.holidays.name)
    schedules = {
        name: contact.hours.build(file.timezone.zone, calendar)
        for name, contact in file.contacts.items()
        if contact.hours is not None
    }
    entries = {str(name): _entry(file, name, schedules, calendar) for name in file.contacts}
    chosen = file.last_resort or next((name for name, entry in entries.items() if entry.phone), None)
    last_resort = entries[chosen] if chosen else None
    return Directory(MappingProxyType(entries), file.timezone.zone, last_resort, calendar)


def _entry(
    file: ContactsFile, name: ContactName, schedules: Mapping[ContactName, Schedule], calendar: HolidayCalendar | None
) -> Entry:
    contact = file.contacts[name]
    house = _house(file, name)
    by_phone = contact.phone_hours
    address = next((found for there in house if (found := file.contacts[there].address)), None)
    return Entry(
        key=str(name),
        names=contact.name,
        menu_words=contact.in_menu,
        sentence_words=contact.in_sentence,
        phone=contact.phone,
        address=address.text if address else None,
        schedule=next((schedules[there] for there in house if there in schedules), None),
        phone_schedule=by_phone.build(file.timezone.zone, calendar) if by_phone else None,
        place=name.place,
        house=tuple(map(str, house[1:])),
    )


def _house(file: ContactsFile, name: ContactName) -> list[ContactName]:
    """The contact itself, then the one it is at, then the one which that is at: as far as names are known and
    new.
    """
    house = [name]
    following = file.contacts[name].at
    while following is not None and following in file.contacts and following not in house:
        house.append(following)
        following = file.contacts[following].at
    return house


def _no_contacts(file: ContactsFile) -> Iterator[Problem]:
    if not file.contacts:
        yield Problem(
            file.timezone.place,
            "no-contacts",
            Sentence("In dieser Datei steht keine Stelle.", "There is no contact in this file."),
            Sentence(
                "Tragen Sie unter „contacts:“ mindestens eine Stelle ein, mit Name und Telefon oder Adresse.",
                "Enter at least one office below “contacts:”, with a name and a phone or an address.",
            ),
        )


def _wrong_at(file: ContactsFile) -> Iterator[Problem]:
    in_circles: set[ContactName] = set()
    for name, contact in file.contacts.items():
        if contact.at is None:
            continue
        if contact.at not in file.contacts:
            yield _unknown(file, contact.at, besides=name)
            continue
        house = _house(file, name)
        if file.contacts[house[-1]].at != name or name in in_circles:
            continue
        in_circles.update(house)
        circle = " → ".join((*house, name))
        yield Problem(
            contact.at.place,
            "at-itself",
            Sentence(
                f"„at:“ führt im Kreis: {circle}. Adresse und Öffnungszeiten stehen so nirgends.",
                f"“at:” leads in a circle: {circle}. Address and hours would stand nowhere.",
            ),
            Sentence(
                "Lassen Sie „at:“ bei der Stelle weg, bei der Adresse und Öffnungszeiten eingetragen sind.",
                "Leave “at:” out at the office where address and hours are entered.",
            ),
        )


def _wrong_last_resort(file: ContactsFile) -> Iterator[Problem]:
    name = file.last_resort
    if name is None:
        return
    if name not in file.contacts:
        yield _unknown(file, name)
        return
    if file.contacts[name].phone is None:
        with_phone = sorted(key for key, contact in file.contacts.items() if contact.phone)
        yield Problem(
            name.place,
            "no-phone",
            Sentence(
                f"„{name}“ hat keine Telefonnummer. Anrufer hören hier die Nummer, die immer hilft.",
                f"“{name}” has no telephone number. Callers hear the number here that always helps.",
            ),
            Sentence(
                f"Stellen mit Telefon: {', '.join(with_phone) or 'keine'}",
                f"Contacts with a phone: {', '.join(with_phone) or 'none'}",
            ),
        )


def _unknown(file: ContactsFile, written: ContactName, *, besides: ContactName | None = None) -> Problem:
    return Problem(
        written.place,
        "unknown-contact",
        Sentence(f"Die Stelle „{written}“ gibt es nicht.", f"There is no contact “{written}”."),
        did_you_mean(written, [name for name in file.contacts if name != besides], what=_CONTACTS),
        about=str(written),
    )
