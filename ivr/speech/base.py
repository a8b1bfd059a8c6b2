"""What every language has to be able to say, and what follows from that for all of them.

A language gives words: single ones (a key, a time, a day) and one method for each form of sentence. Which
sentence fits an office's hours, in which order, and until when it stays true, is decided here, once.

Names. An operator gives an office's name without article and case ("Nordstadtbüro") or, where a sentence
should flow, as a sentence needs it: with its article, singular and nominative ("die Citywache"). A small
first letter tells the second from the first. A plain name stands before a colon, where no grammar can go
wrong; an empty name leaves the office out, for texts that have named it before.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from ivr.speech.situation import (
    ALL_DAY,
    Distance,
    distance,
    is_lunch_break,
    midnight_after,
    pairs_of,
    same_hours,
    seen,
    special_closing,
    special_opening,
    was_open_today,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from ivr.hours import Answer, Day, Holiday, Schedule
    from ivr.speech.situation import Pairs, When


class Spoken(NamedTuple):
    """Words, and the instant from which on they may be others; None: they hold for ever."""

    text: str
    until: datetime | None


# Not inside a longer number, a word, or a chain such as 110/112 or 0231-110: what cannot be read for certain
# is left, and so comes back to the operator to be written out.
_SHORT_NUMBERS = re.compile(r"(?<!\w)(?<!\d[.,:/–-])(11[025])(?!\w)(?![.,:/–-]\d)")
_DIGITS = re.compile(r"[\d²³¹⁰⁴-⁹₀-₉①-⑳¼-¾⅐-↉]+")
_HOUSE_NUMBER = re.compile(r"([0-9]+)(?: ?([a-zA-Z])(?![^\W\d_]))?(\s*[-–]\s*(?=[0-9]))?")


def digits_left(text: str) -> list[tuple[int, int]]:
    """The digits that `Language.spell_out` cannot word: (start, end) of each run, in the text as given."""
    worded = [found.span() for found in _SHORT_NUMBERS.finditer(text)]
    return [found.span() for found in _DIGITS.finditer(text) if found.span() not in worded]


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text as a sentence: a capital first letter and one full stop ("… at nine a.m." has its own)."""
    return capital(text) + ("" if text.endswith((".", "!", "?")) else ".")


def with_article(name: str) -> bool:
    """Whether a name was given as a sentence needs it, fit to be a sentence's subject."""
    return name[:1].islower()


def sentences(*parts: str | None) -> str:
    """Those of the parts that there are, one after the other."""
    return " ".join(part for part in parts if part)


class Language(ABC):
    """One language. Its methods are grouped: words, menus, telephone numbers, endings, hours."""

    code: ClassVar[str]
    """Two letters, as in the flows and contacts ("de")."""
    endonym: ClassVar[str]
    """The language's name in itself ("Deutsch")."""
    tag: ClassVar[str]
    """What providers call it ("de-DE")."""
    voices: ClassVar[Mapping[str, str]]
    """The voice by provider. With a provider that is not there, its account's default voice speaks."""
    phone_digits: ClassVar[Mapping[str, str]]
    """The ten digits as they are dictated."""
    and_word: ClassVar[str]
    """Between the last two parts of an enumeration."""
    to_word: ClassVar[str]
    """Between the two house numbers of one building."""
    midnight_opens: ClassVar[bool]
    """Whether an opening at midnight is said of the day that begins (0:00); if not, of the day that ends."""

    # --- words ---------------------------------------------------------------------------------------------

    @abstractmethod
    def key(self, key: str) -> str:
        """One of 0-9, * and #, as it stands in this language's sentences after "press".

        Raises:
            KeyError: there is no such key on a telephone.
        """

    @abstractmethod
    def number(self, n: int) -> str:
        """A whole number, 0 to 9999."""

    @abstractmethod
    def clock(self, minutes: int) -> str:
        """A time of day given in minutes since midnight, 0 to 1440."""

    @abstractmethod
    def on_day(self, day: date, away: Distance) -> str:
        """A day on which something happens: "today", "tomorrow", "on Monday" …."""

    @abstractmethod
    def holiday(self, holiday: Holiday) -> str:
        """A holiday's name, without digits."""

    def day(self, on: date, today: date) -> str:
        """A day as it is named on another one. The year is said only over New Year."""
        return self.on_day(on, distance(on, today))

    def address(self, text: str) -> str:
        """A street and house number in words: "Brüderweg 6-8" is "Brüderweg sechs bis acht"."""
        return _HOUSE_NUMBER.sub(self._house_number, text)

    def spell_out(self, text: str) -> str:
        """An operator's text with 110, 112 and 115 in words. Other digits stay: `digits_left` finds them.

        As everybody knows these numbers, not as numbers are dictated: "eins eins zwei".
        """
        return _SHORT_NUMBERS.sub(lambda found: " ".join(self.number(int(digit)) for digit in found[1]), text)

    def listed(self, parts: Sequence[str]) -> str:
        """Parts put together: "one, two and three"."""
        return f" {self.and_word} ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)

    def _house_number(self, found: re.Match[str]) -> str:
        digits, letter, dash = found.groups()
        # A postcode, or whatever else nobody counts, is dictated.
        dictated = len(digits) > 4 or digits.startswith("0")
        spoken = self.phone([digits]) if dictated else self.number(int(digits))
        return spoken + (f" {letter}" if letter else "") + (f" {self.to_word} " if dash else "")

    # --- menus ---------------------------------------------------------------------------------------------

    @abstractmethod
    def option(self, phrase: str, key: str) -> str:
        """A menu's option from a phrase such as "For the Nordstadt office"."""

    @abstractmethod
    def option_named(self, name: str, key: str) -> str:
        """A menu's option from a bare name, in a form that needs neither article nor case."""

    @abstractmethod
    def language_option(self, key: str) -> str:
        """The choice of this language."""

    @abstractmethod
    def no_input(self) -> str:
        """No key was pressed."""

    @abstractmethod
    def no_match(self, key: str) -> str:
        """A key was pressed that means nothing here. Takes whatever came in, and blames nobody."""

    @abstractmethod
    def more_time(self, repeat_key: str | None) -> str:
        """The caller gets more time; `repeat_key` repeats the menu (None: no key does)."""

    # --- telephone numbers ---------------------------------------------------------------------------------

    def phone(self, groups: Sequence[str]) -> str:
        """A number digit by digit, with a comma between its groups (["0231", "50", "2", "71", "11"])."""
        return ", ".join(" ".join(self.phone_digits[digit] for digit in group) for group in groups)

    @abstractmethod
    def phone_twice(self, groups: Sequence[str]) -> str:
        """A telephone number for noting down: once, and once more."""

    @abstractmethod
    def number_is(self, name: str, groups: Sequence[str]) -> str:
        """Whose number it is, and the number twice."""

    @abstractmethod
    def connecting(self, name: str) -> str:
        """The caller is being connected."""

    @abstractmethod
    def not_reached(self, name: str) -> str:
        """A connection did not come about: busy, not answered or failed."""

    # --- endings -------------------------------------------------------------------------------------------

    @abstractmethod
    def goodbye(self) -> str:
        """The last words."""

    @abstractmethod
    def sorry(self) -> str:
        """An apology for a fault on our side."""

    @abstractmethod
    def must_end(self) -> str:
        """This call has gone on for too many turns."""

    @abstractmethod
    def call_later(self) -> str:
        """The request to call again later, for want of a number to give."""

    @abstractmethod
    def call_directly(self) -> str:
        """The request to call the number that follows."""

    def failure(self, name: str, groups: Sequence[str]) -> str:
        """What is said when something went wrong: an apology, a number to call, goodbye."""
        return self._ending(self.sorry(), name, groups)

    def too_long(self, name: str, groups: Sequence[str]) -> str:
        """The polite end of a call that would not end."""
        return self._ending(self.must_end(), name, groups)

    def _ending(self, why: str, name: str, groups: Sequence[str]) -> str:
        """Why, a number (no groups: the request to call later), goodbye."""
        way = sentences(self.call_directly(), self.number_is(name, groups)) if groups else self.call_later()
        return sentences(why, way, self.goodbye())

    # --- hours: the forms of sentences ---------------------------------------------------------------------

    @abstractmethod
    def hours_unknown(self, name: str) -> str:
        """We do not know its hours."""

    @abstractmethod
    def always_open(self, name: str) -> str:
        """Open round the clock."""

    @abstractmethod
    def open_until(self, name: str, closes: When, *, special: bool, again: int | None) -> str:
        """Open now. `special`: by way of exception; `again`: today's minute of opening once more."""

    @abstractmethod
    def closes_soon(self, name: str, closes: When) -> str:
        """Closes in `closes.minutes` (1: in a moment)."""

    @abstractmethod
    def opens_soon(self, name: str, opens: When) -> str:
        """Opens in `opens.minutes` (1: in a moment)."""

    @abstractmethod
    def closed_now(self, name: str) -> str:
        """Closed after having been open today."""

    @abstractmethod
    def not_open_yet(self, name: str) -> str:
        """Closed, but opens today for the first time."""

    @abstractmethod
    def closed_today(self, name: str) -> str:
        """Closed on the whole of this day."""

    @abstractmethod
    def closed_for_some_time(self, name: str) -> str:
        """Closed for several days, of which this is one."""

    @abstractmethod
    def closed_for_holiday(self, name: str, holiday: str) -> str:
        """Closed on the whole of this day because of a holiday."""

    @abstractmethod
    def lunch_break(self, name: str) -> str:
        """Closed over lunch."""

    @abstractmethod
    def closed_until_further_notice(self, name: str) -> str:
        """Closed, and no opening is in sight."""

    @abstractmethod
    def opens_at(self, name: str, opens: When, *, again: bool) -> str:
        """When it opens, said of an office that was named just before (or was not, if the name is empty)."""

    @abstractmethod
    def opens_specially(self, name: str, opens: When, closes: int) -> str:
        """When it opens by way of exception, and until which minute of that day (past 1440: of the next)."""

    @abstractmethod
    def special_hours(self, reason: str) -> str:
        """Today's hours are an exception, and why."""

    @abstractmethod
    def closed_because(self, reason: str) -> str:
        """Why it is closed, in an operator's words of whatever grammar."""

    @abstractmethod
    def open_because(self, reason: str) -> str:
        """Why it is open by way of exception, in an operator's words of whatever grammar."""

    @abstractmethod
    def open_today(self, name: str, spans: str) -> str:
        """Today's hours; `spans` is what `spans` says."""

    @abstractmethod
    def all_day_today(self, name: str) -> str:
        """Open on the whole of this day."""

    @abstractmethod
    def spans(self, pairs: Pairs) -> str:
        """Hours of one day: "from eight a.m. to noon and from one p.m. to five p.m."."""

    @abstractmethod
    def never_open(self, name: str) -> str:
        """The usual week of an office that is always closed."""

    @abstractmethod
    def week_begins(self, name: str) -> str:
        """What stands before the first group of days of a usual week: "The Citywache is open "."""

    @abstractmethod
    def week_days(self, days: Sequence[int], pairs: Pairs) -> str:
        """A group of weekdays (0 is Monday) and its hours; no pairs: closed, and said last."""

    @abstractmethod
    def week_holidays(self, pairs: Pairs) -> str:
        """The hours on public holidays; no pairs: closed."""

    # --- hours: which sentence, and until when -------------------------------------------------------------

    def status(self, name: str, answer: Answer) -> Spoken:
        """The whole state of an office: open or not, why, until when, and when it opens next."""
        if answer.state == "unknown":
            return Spoken(self.hours_unknown(name), None)
        if answer.state == "open":
            return self._open(name, answer)
        if answer.next_open is None:
            text = sentences(self.closed_until_further_notice(name), self._why_closed(answer.today))
            return Spoken(text, midnight_after(answer.at))
        opening = self._opening(name, answer, answer.next_open)
        if seen(answer.next_open, answer.at, ends=False).minutes is not None:
            return opening
        return Spoken(sentences(self._closed(name, answer, answer.next_open), opening.text), opening.until)

    def opens(self, answer: Answer) -> Spoken:
        """When an office opens next, fit to stand alone. Of one that is open: until when it is."""
        if answer.state == "closed" and answer.next_open is not None:
            return self._opening("", answer, answer.next_open)
        return self.status("", answer)

    def closes(self, answer: Answer) -> Spoken:
        """When an office closes, fit to stand alone. Of one that is closed: that it is, and when it opens."""
        return self.status("", answer)

    def hours_today(self, name: str, answer: Answer) -> Spoken:
        """The hours that begin today, whatever part of the day is over."""
        if answer.state == "unknown":
            return Spoken(self.hours_unknown(name), None)
        today = answer.today
        pairs = pairs_of(today.spans)
        if not pairs:
            text = self._closed_all_day(name, today)
        else:
            hours = self.all_day_today(name) if pairs == ALL_DAY else self.open_today(name, self.spans(pairs))
            reason = self._reason(today)
            text = sentences(hours, reason and self.open_because(reason))
        return Spoken(text, midnight_after(answer.at))

    def hours_week(self, name: str, schedule: Schedule | None, at: datetime) -> Spoken:
        """The usual week of the season, and what holds on public holidays where that is not the usual.

        `schedule` is None for hours that nobody knows; `at` is aware and of any zone.
        """
        if schedule is None:
            return Spoken(self.hours_unknown(name), None)
        local = at.astimezone(schedule.zone)
        groups = same_hours([pairs_of(spans) for spans in schedule.week(local.date())])
        if len(groups) == 1 and groups[0].pairs in {(), ALL_DAY}:
            text = self.always_open(name) if groups[0].pairs else self.never_open(name)
        else:
            lines = [self.week_days(group.days, group.pairs) for group in groups]
            # One span, and otherwise closed, goes into one sentence; anything more is too long for the ear.
            if sum(len(group.pairs) for group in groups) == 1:
                lines = [", ".join(lines)]
            lines[0] = self.week_begins(name) + lines[0]
            text = " ".join(map(sentence, lines))
        holidays = None if schedule.holiday is None else self.week_holidays(pairs_of(schedule.holiday.spans))
        return Spoken(sentences(text, holidays), midnight_after(local))

    def _open(self, name: str, answer: Answer) -> Spoken:
        if answer.until is None:
            return Spoken(self.always_open(name), None)
        closes = seen(answer.until, answer.at, ends=True)
        if closes.minutes is not None:
            return Spoken(self.closes_soon(name, closes), closes.until)
        special = special_closing(answer.today, closes)
        again = None
        if answer.next_open is not None and answer.next_open.date() == answer.today.date:
            again = seen(answer.next_open, answer.at, ends=False).clock
        text = self.open_until(name, closes, special=special, again=again)
        reason = self._reason(answer.today) if special else None
        return Spoken(sentences(text, reason and self.open_because(reason)), closes.until)

    def _opening(self, name: str, answer: Answer, next_open: datetime) -> Spoken:
        """When it opens, said of a closed office."""
        opens = seen(next_open, answer.at, ends=not self.midnight_opens)
        if opens.minutes is not None:
            return Spoken(self.opens_soon(name, opens), opens.until)
        begins = seen(next_open, answer.at, ends=False)
        span = special_opening(answer.next_day, begins)
        if span is None or answer.next_day is None:
            again = begins.distance is not Distance.TODAY or was_open_today(answer)
            return Spoken(self.opens_at(name, opens, again=again), opens.until)
        reason = self._reason(answer.next_day)
        text = self.opens_specially(name, begins, span[1])
        return Spoken(sentences(text, reason and self.open_because(reason)), opens.until)

    def _closed(self, name: str, answer: Answer, next_open: datetime) -> str:
        """That it is closed, and why, said of an office that does not open within minutes."""
        today = answer.today
        later_today = next_open.date() == today.date
        if not was_open_today(answer):
            if not today.spans:
                return self._closed_all_day(name, today)
            if later_today:
                return self.not_open_yet(name)
        if is_lunch_break(answer.since, next_open):
            return self.lunch_break(name)
        reason = self._reason(today) if today.spans and not later_today else None
        return sentences(self.closed_now(name), reason and self.special_hours(reason))

    def _closed_all_day(self, name: str, today: Day) -> str:
        if today.rule.kind == "holiday":
            return self.closed_for_holiday(name, self._holidays(today))
        longer = today.rule.kind in {"range", "switch"}
        text = self.closed_for_some_time(name) if longer else self.closed_today(name)
        return sentences(text, self._why_closed(today))

    def _why_closed(self, today: Day) -> str | None:
        reason = None if today.spans else self._reason(today)
        return reason and self.closed_because(reason)

    def _reason(self, day: Day) -> str | None:
        """Why a day's hours are not the usual ones, in this language; None when there is nothing to say."""
        if day.rule.kind == "holiday":
            return self._holidays(day)
        return (day.rule.reason or {}).get(self.code)

    def _holidays(self, day: Day) -> str:
        return self.listed([self.holiday(holiday) for holiday in day.holidays])

    # --- for the languages' own use ------------------------------------------------------------------------

    def about(self, name: str, predicate: str, otherwise: str) -> str:
        """A sentence about an office: with its article as the subject of `predicate`, else `otherwise`."""
        if with_article(name):
            return sentence(f"{name} {predicate}")
        return sentence(f"{name}: {otherwise}" if name else otherwise)
