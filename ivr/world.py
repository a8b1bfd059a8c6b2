"""The clerk and the world: what a step may ask about the contacts at one moment, and in which words.

A `Clerk` knows the contacts and what is in force beside the files (`Standing`), and keeps every sentence for as long as
it stays true; a `World` is the clerk at one instant. The instant comes in as a value, so the same question at the same
instant has the same answer on every machine.
"""

from __future__ import annotations

from bisect import bisect_right
from copy import copy
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

from ivr.hours import Answer, unknown
from ivr.instructions import latest
from ivr.speech import Spoken, language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ivr.contacts import Directory, Entry
    from ivr.instructions import Instruction
    from ivr.source.problems import Sentence

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_FAR_OFF = datetime.max.replace(tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


Value = TypeVar("Value")


class _Kept(NamedTuple, Generic[Value]):
    """A value and the stretch of time in which it holds, half-open."""

    since: datetime
    until: datetime
    value: Value


class Standing(NamedTuple):
    """What is in force beside the files: what operators have told the running service, and how busy it is.

    All `instructions` there are; which of them hold, the instant decides.
    """

    instructions: tuple[Instruction, ...] = ()
    crowded: bool = False
    """No more calls can be taken: those that come in now hear a number."""
    full: frozenset[str] = frozenset()
    """Contacts that may not be rung now: as many callers as they can take are connected already."""
    connecting: bool = True
    """Whether anybody may be connected: not when the day's minutes are spent, or an operator has stopped it."""


NOTHING = Standing()
"""Only the files are in force."""


class Announcement(NamedTuple):
    """Words for every caller, and the language in which they are spoken."""

    language: str
    text: str


class _Desk:
    """What holds between two instants at which an instruction begins or ends, and what was worked out from it."""

    def __init__(
        self,
        directory: Directory,
        since: datetime,
        until: datetime,
        said: Sequence[Mapping[str, str]],
        pins: Mapping[str, str],
    ) -> None:
        self.directory = directory
        self.since = since
        self.until = until
        self.said = said
        """The announcements, each by language."""
        self.pins = pins
        """The hashes of the PINs that hold, by the names of those who have them."""
        self._answers: dict[str, _Kept[Answer]] = {}
        self._words: dict[tuple[str, str, str], _Kept[str]] = {}

    def answer(self, contact: str, now: datetime) -> _Kept[Answer]:
        """Whether the contact is open at `now`; `Answer.at` may lie earlier within the same stretch of the same day."""
        return self._held(contact, now) or self._keep(contact, now, self._ask(self.directory.contacts[contact], now))

    def phone(self, contact: str, now: datetime) -> _Kept[Answer]:
        """Whether the contact's phone is answered: as the office is open, unless the phone has hours of its own."""
        schedule = self.directory.contacts[contact].phone_schedule
        if schedule is None:
            return self.answer(contact, now)
        key = f"{contact} phone"
        return self._held(key, now) or self._keep(key, now, schedule.answer(now))

    def words(self, code: str, contact: str, form: str, now: datetime) -> _Kept[str]:
        """What a placeholder says at `now` in a language."""
        key = (code, contact, form)
        kept = self._words.get(key)
        if kept is None or not kept.since <= now < kept.until:
            spoken = self._work_out(code, self.directory.contacts[contact], form, now)
            until = spoken.until.astimezone(UTC) if spoken.until else _FAR_OFF
            kept = self._words[key] = _Kept(now if spoken.until else _LONG_AGO, until, spoken.text)
        return kept

    def _held(self, key: str, now: datetime) -> _Kept[Answer] | None:
        """The answer that was kept, if it still holds."""
        kept = self._answers.get(key)
        return kept if kept is not None and kept.since <= now < kept.until else None

    def _keep(self, key: str, now: datetime, answer: Answer) -> _Kept[Answer]:
        # In UTC, like every `now`: comparing times of one zone costs a tenth of comparing across zones.
        ends = (_midnight_after(answer.at), answer.until or _FAR_OFF, answer.ruled_until or _FAR_OFF)
        until = min(end.astimezone(UTC) for end in ends)
        kept = self._answers[key] = _Kept(now, until, answer)
        return kept

    def _work_out(self, code: str, entry: Entry, form: str, now: datetime) -> Spoken:
        return spoken(code, entry, form, self._ask(entry, now))

    def _ask(self, entry: Entry, now: datetime) -> Answer:
        if entry.schedule is None:
            return unknown(now, self.directory.zone, entry.place, entry.switches)
        return entry.schedule.answer(now)


class Clerk:
    """Knows the contacts of one flow set and remembers what was worked out, until it changes.

    Safe to share between threads: entries are replaced whole, and a lost race costs a second computation only.
    """

    def __init__(self, directory: Directory, standing: Standing = NOTHING) -> None:
        self.directory = directory
        """As the file has it."""
        self.standing = standing
        told = [each for each in standing.instructions if each.kind in ("switch", "announce", "pin")]
        changes = {each.at for each in told} | {each.until for each in told if each.until is not None}
        self._changes = sorted(each.astimezone(UTC) for each in changes)
        self._desk = _Desk(directory, _LONG_AGO, self._changes[0] if self._changes else _FAR_OFF, (), {})

    def standing_as(self, standing: Standing) -> Clerk:
        """The same clerk when something else is in force. What was worked out is kept, if no instruction is new."""
        if standing.instructions != self.standing.instructions:
            return Clerk(self.directory, standing)
        clerk = copy(self)
        clerk.standing = standing
        return clerk

    def turning_away(self) -> Clerk:
        """The same clerk when no more calls are taken."""
        return self.standing_as(self.standing._replace(crowded=True))

    def at(self, now: datetime) -> World:
        """The world at an instant (an aware datetime in any zone)."""
        return World(self, now.astimezone(UTC))

    def answer(self, contact: str, now: datetime) -> Answer:
        """Whether the contact is open at `now`; `Answer.at` may lie earlier within the same stretch of the same day."""
        return self.desk(now).answer(contact, now).value

    def desk(self, now: datetime) -> _Desk:
        """What is known at an instant."""
        desk = self._desk
        if not desk.since <= now < desk.until:
            desk = self._desk = self._set_up(now)
        return desk

    def _set_up(self, now: datetime) -> _Desk:
        """The desk of an instant: no instruction begins or ends while it stands."""
        place = bisect_right(self._changes, now)
        since, until = (_LONG_AGO, *self._changes, _FAR_OFF)[place : place + 2]
        held = sorted(latest(self.standing.instructions, now).values(), key=lambda each: (each.at, each.id))
        contacts = self.directory.contacts
        switches = {each.subject: each for each in held if each.kind == "switch" and each.subject in contacts}
        said = tuple(each.texts for each in held if each.kind == "announce")
        pins = {each.subject: each.value for each in held if each.kind == "pin"}
        return _Desk(self.directory.switched(switches, self.standing.instructions), since, until, said, pins)


class Condition(Protocol):
    """Something that holds at a moment of a call, or does not: what a branch asks."""

    def holds(self, world: World, language: str) -> bool:
        """Whether it holds in this world, for a caller of this language."""
        ...

    def changes(self, directory: Directory, days: Sequence[date]) -> Iterator[datetime] | None:
        """Every instant of these local days at which it may begin or cease to hold, in any order, others among them.

        None when it does not depend on the time.
        """
        ...

    def words(self) -> Sentence:
        """The condition in a few words, which no other condition shares."""
        ...


class World:
    """The contacts at one instant. It watches until when it would have answered the same to what it was asked, so that
    a turn can be kept for as long; every question therefore says what its answer hangs on.
    """

    __slots__ = ("_clerk", "_now", "asked", "denied", "until")

    def __init__(self, clerk: Clerk, now: datetime) -> None:
        """Sets up the world of an instant in UTC."""
        self._clerk = clerk
        self._now = now
        self.until: datetime | None = None
        """Until when all that was asked has the same answer, under the same `Standing`. None: nobody has asked
        anything that depends on the time, before or after. In UTC; the instant itself when only that is sure.
        """
        self.asked: dict[str, Answer] = {}
        """Whose hours were asked about in this turn, and what the answer was: for the records."""
        self.denied: tuple[str, ...] = ()
        """Who was not rung in this turn, because of a limit."""

    @property
    def now(self) -> datetime:
        """UTC. Whatever is made of it is sure for this instant only."""
        self._holds_until(self._now)
        return self._now

    @property
    def _desk(self) -> _Desk:
        desk = self._clerk.desk(self._now)
        self._holds_until(desk.until)
        return desk

    def _holds_until(self, until: datetime) -> None:
        if self.until is None or until < self.until:
            self.until = until

    @property
    def crowded(self) -> bool:
        """Whether no more calls can be taken."""
        return self._clerk.standing.crowded

    def may_ring(self, contact: str) -> bool:
        """Whether a caller may be connected to a contact now, as far as the limits go."""
        standing = self._clerk.standing
        if standing.connecting and contact not in standing.full:
            return True
        self.denied = (*self.denied, contact)
        return False

    def announcements(self, *codes: str) -> tuple[Announcement, ...]:
        """What every caller is told today, each in the first of these languages in which it is there."""
        if not self._desk.said:
            return ()
        found = ((next((code for code in codes if code in texts), None), texts) for texts in self._desk.said)
        return tuple(Announcement(code, texts[code]) for code, texts in found if code is not None)

    @property
    def today(self) -> date:
        """The local date of the contacts file's zone."""
        local = self._now.astimezone(self._desk.directory.zone)
        self._holds_until(_midnight_after(local).astimezone(UTC))
        return local.date()

    @property
    def wall_clock(self) -> time:
        """The local time of day of the contacts file's zone, to the minute."""
        # Offsets are whole minutes.
        self._holds_until(self._now.replace(second=0, microsecond=0) + _MINUTE)
        return self._now.astimezone(self._desk.directory.zone).time().replace(second=0, microsecond=0)

    @property
    def is_holiday(self) -> bool:
        """Whether today is a public holiday of the contacts file's calendar."""
        return self._desk.directory.is_holiday(self.today)

    @property
    def pins(self) -> Mapping[str, str]:
        """The hashes of the PINs that hold, by the names of those who have them."""
        return self._desk.pins

    def next_at(self, minutes: int) -> datetime:
        """The next instant, in UTC and after this one, at which clocks show so many minutes past midnight (to 1440)."""
        directory = self._desk.directory
        # Not `today`: what is worked out here goes into an instruction, and changes nothing about the call's way.
        today = self._now.astimezone(directory.zone).date()
        days = (today, today + timedelta(days=1))
        found = next(at for day in days for at in _wall_times(directory, day, minutes % 1440) if at > self._now)
        self._holds_until(found)
        return found

    @property
    def last_resort(self) -> Entry:
        """The contact whose number a caller hears when nothing else can be said."""
        entry = self._desk.directory.last_resort
        assert entry is not None, "the loader refuses a set without a number to fall back on"
        return entry

    def answer(self, contact: str) -> Answer:
        """Whether the contact is open, until when, and why."""
        kept = self._desk.answer(contact, self._now)
        self._holds_until(kept.until)
        self.asked[contact] = kept.value
        return kept.value

    def is_shut(self, contact: str) -> bool:
        """Surely closed. A contact with unknown hours is never shut."""
        return self.answer(contact).state == "closed"

    def is_answered(self, contact: str) -> bool:
        """Whether its phone may be answered now. One with unknown hours is put through."""
        self.answer(contact)
        kept = self._desk.phone(contact, self._now)
        self._holds_until(kept.until)
        return kept.value.state != "closed"

    def holds(self, condition: Condition, language: str) -> bool:
        """Whether a branch's condition holds now for a caller of this language."""
        return condition.holds(self, language)

    def opens_within(self, contact: str, length: timedelta) -> bool:
        """Whether the contact is surely closed, but opens within this (real) time."""
        answer = self.answer(contact)
        return answer.state == "closed" and self._is_near(answer.next_open, length)

    def closes_within(self, contact: str, length: timedelta) -> bool:
        """Whether the contact is open, but closes within this (real) time."""
        answer = self.answer(contact)
        return answer.state == "open" and self._is_near(answer.until, length)

    def _is_near(self, instant: datetime | None, length: timedelta) -> bool:
        if instant is None:
            return False
        begins = instant.astimezone(UTC) - length
        if self._now < begins:
            self._holds_until(begins)
        return self._now >= begins

    def words(self, code: str, contact: str, form: str) -> str:
        """What the placeholder `{contact.form}` says now in a language."""
        if form in _OF_HOURS:
            self.answer(contact)
        kept = self._desk.words(code, contact, form, self._now)
        self._holds_until(kept.until)
        return kept.value


def spoken(code: str, entry: Entry, form: str, answer: Answer) -> Spoken:
    """What the placeholder `{contact.form}` says in a language, given the answer to its hours."""
    return _FORMS[form](code, entry, answer)


def _wall_times(directory: Directory, day: date, minutes: int) -> tuple[datetime, ...]:
    """The instants of a wall time on a day, in UTC: two where autumn repeats the hour; in spring it moves forward."""
    wall = datetime.combine(day, time(minutes // 60, minutes % 60), directory.zone)
    once, again = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return (once, again) if once < again else (once,)


def _midnight_after(local: datetime) -> datetime:
    return datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)


def _status(code: str, entry: Entry, answer: Answer) -> Spoken:
    return language(code).status(entry.in_sentence(code), answer)


def _opens(code: str, _entry: Entry, answer: Answer) -> Spoken:
    return language(code).opens(answer)


def _closes(code: str, _entry: Entry, answer: Answer) -> Spoken:
    return language(code).closes(answer)


def _hours_today(code: str, entry: Entry, answer: Answer) -> Spoken:
    return language(code).hours_today(entry.in_sentence(code), answer)


def _hours_week(code: str, entry: Entry, answer: Answer) -> Spoken:
    return language(code).hours_week(entry.in_sentence(code), entry.schedule, answer.at)


def _phone(code: str, entry: Entry, _answer: Answer) -> Spoken:
    assert entry.phone is not None, "the loader refuses {x.phone} of a contact without a phone"
    return Spoken(language(code).phone_twice(entry.phone.groups), None)


def _address(code: str, entry: Entry, _answer: Answer) -> Spoken:
    assert entry.address is not None, "the loader refuses {x.address} of a contact without an address"
    return Spoken(language(code).address(entry.address), None)


def _name(code: str, entry: Entry, _answer: Answer) -> Spoken:
    return Spoken(entry.name(code), None)


_OF_HOURS = frozenset({"status", "opens", "closes", "hours_today"})
"""Placeholders whose words depend on whether a contact is open."""

TIMELESS = frozenset({"phone", "address", "name"})
"""Placeholders whose words are the same at any time."""

_FORMS: dict[str, Callable[[str, Entry, Answer], Spoken]] = {
    "status": _status,
    "opens": _opens,
    "closes": _closes,
    "hours_today": _hours_today,
    "hours_week": _hours_week,
    "phone": _phone,
    "address": _address,
    "name": _name,
}
