"""A language whose sentences are a table.

Its sentences about an office need neither its article nor its gender: the name, a joint (a dash, say), and a predicate
that fits every name. So each sentence form is one line of `forms`, with the slots that belong to it; what inflects (a
time after "until", a day after "since") comes from a few methods, each in the form that the sentences need.

A form that is missing, unknown, or without a slot that it needs stops the program when it starts.
"""

from __future__ import annotations

from abc import abstractmethod
from string import Formatter
from typing import TYPE_CHECKING, ClassVar

from ivr.speech.base import Language
from ivr.speech.forms import IncompleteLanguage, sentences
from ivr.speech.situation import ALL_DAY, Distance, runs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.hours import Holiday
    from ivr.speech.situation import Pairs, When

_MIDNIGHT = 24 * 60

FORMS: Mapping[str, str] = {
    # menus: {key} is a key as it stands after "press", {key_name} its bare name
    "option": "phrase key",
    "option_named": "name key|key_name",
    "language_option": "key",
    "no_input": "",
    "no_match": "key_name",
    "no_match_other": "",
    "more_time": "",
    "repeat_key": "key",
    # telephone numbers
    "number_twice": "number",
    "number_is": "number",
    "connecting": "",
    "not_reached": "",
    "not_connecting": "",
    # endings
    "goodbye": "",
    "sorry": "",
    "must_end": "",
    "many_callers": "",
    "call_later": "",
    "call_directly": "",
    "menu_away": "",
    "emergency": "",
    "numbers_follow": "",
    # hours: predicates, said of an office. {till} is "until nine o'clock", {at} "at nine o'clock",
    # {since} "from nine o'clock on", {day} "tomorrow" or "on Monday", {hours} what `span` says
    "hours_unknown": "",
    "always_open": "",
    "open_now": "",
    "open_until": "till",
    "open_until_day": "till day",
    "open_specially_until": "till",
    "open_specially_until_day": "till day",
    "and_again": "since",
    "closes_soon": "in_minutes at",
    "closes_in_a_moment": "",
    "opens_soon": "in_minutes at",
    "opens_in_a_moment": "",
    "closed_now": "",
    "not_open_yet": "",
    "closed_today": "",
    "closed_for_some_time": "",
    "closed_for_holiday": "holiday",
    "closed_since_holidays": "since_day",
    "lunch_break": "",
    "closed_until_further_notice": "",
    "open_today": "hours",
    "all_day_today": "",
    "never_open": "",
    # hours: sentences of their own
    "opens_at": "day at|since",
    "opens_again_at": "day at|since",
    "opens_specially": "day hours",
    "special_hours": "reason",
    "closed_because": "reason",
    "open_because": "reason",
    # hours of a day and of a week
    "span": "since till",
    "span_to_next_day": "since till",
    "around_the_clock": "",
    "every_day": "",
    "week_days": "days hours",
    "week_closed": "days",
    "otherwise_closed": "",
    "week": "lines",
    "holidays_open": "hours",
    "holidays_closed": "",
}
"""Every form and the slots that it has to have; `a|b` is one of the two, or both."""


class TableLanguage(Language):
    """A language as a table of sentence forms."""

    has_articles = False
    midnight_opens = True

    forms: ClassVar[Mapping[str, str]]
    """The sentences by the names in `FORMS`, their slots in braces."""
    keys: ClassVar[Mapping[str, str]]
    """The twelve keys as they stand after "press"."""
    key_names: ClassVar[Mapping[str, str]]
    """The twelve keys as they are named."""
    holidays: ClassVar[Mapping[str, str]]
    """The holidays' names by their keys, as they stand in `closed_for_holiday` and after a colon."""
    joint: ClassVar[str] = " – "
    """Between a name and what is said of it."""

    def __init__(self) -> None:
        """Makes sure that every form is there, with its slots.

        Raises:
            IncompleteLanguage: it names the language, the form, and what is wrong with it.
        """
        for form, slots in FORMS.items():
            if form not in self.forms:
                raise IncompleteLanguage(f"{self.code}: no sentence for “{form}”")
            found = {name for _, name, _, _ in Formatter().parse(self.forms[form]) if name is not None}
            needed = [set(slot.split("|")) for slot in slots.split()]
            if any(not found & each for each in needed) or found - set().union(*needed):
                raise IncompleteLanguage(f"{self.code}: “{form}” needs these slots and no others: {slots or 'none'}")
        if unknown := self.forms.keys() - FORMS.keys():
            raise IncompleteLanguage(f"{self.code}: there is no form “{min(unknown)}”")
        super().__init__()
        self._complete("key's name", self.key_names.__getitem__, "0123456789*#")

    # --- what inflects -------------------------------------------------------------------------------------

    @abstractmethod
    def at(self, minutes: int) -> str:
        """A time as in "at nine o'clock"; minutes since midnight, 0 to 1440."""

    @abstractmethod
    def since(self, minutes: int) -> str:
        """A time as in "from nine o'clock (on)"."""

    @abstractmethod
    def till(self, minutes: int) -> str:
        """A time as in "until nine o'clock"."""

    @abstractmethod
    def in_minutes(self, n: int) -> str:
        """A wait as in "in twelve minutes"; n is 2 to 30."""

    @abstractmethod
    def stretch(self, first: int, last: int) -> str:
        """Weekdays in a row, 0 for Monday, as in a weekly plan: "on Mondays", "from Monday to Friday"."""

    # --- menus ---------------------------------------------------------------------------------------------

    def key(self, key: str) -> str:
        return self.keys[key]

    def holiday(self, holiday: Holiday) -> str:
        return self.holidays[holiday.key]

    def option(self, phrase: str, key: str) -> str:
        return self._say("option", phrase=phrase, key=self.keys[key])

    def option_named(self, name: str, key: str) -> str:
        return self._say("option_named", name=name, key=self.keys[key], key_name=self.key_names[key])

    def language_option(self, key: str) -> str:
        return self._say("language_option", key=self.keys[key])

    def no_input(self) -> str:
        return self._say("no_input")

    def no_match(self, key: str) -> str:
        if key not in self.key_names:
            return self._say("no_match_other")
        return self._say("no_match", key_name=self.key_names[key])

    def more_time(self, repeat_key: str | None) -> str:
        again = None if repeat_key is None else self._say("repeat_key", key=self.keys[repeat_key])
        return sentences(self._say("more_time"), again)

    # --- telephone numbers ---------------------------------------------------------------------------------

    def phone_twice(self, groups: Sequence[str]) -> str:
        return self._say("number_twice", number=self.phone(groups))

    def number_is(self, name: str, groups: Sequence[str]) -> str:
        return self._of(name, "number_is", number=self.phone(groups))

    def connecting(self, name: str) -> str:
        return sentences(name and f"{self.capital(name)}:", self._say("connecting"))

    def not_reached(self, name: str) -> str:
        return self._of(name, "not_reached")

    def not_connecting(self) -> str:
        return self._say("not_connecting")

    # --- endings -------------------------------------------------------------------------------------------

    def goodbye(self) -> str:
        return self._say("goodbye")

    def sorry(self) -> str:
        return self._say("sorry")

    def must_end(self) -> str:
        return self._say("must_end")

    def many_callers(self) -> str:
        return self._say("many_callers")

    def call_later(self) -> str:
        return self._say("call_later")

    def call_directly(self) -> str:
        return self._say("call_directly")

    def menu_away(self) -> str:
        return self._say("menu_away")

    def emergency(self) -> str:
        return self.spell_out(self._say("emergency"))

    def numbers_follow(self) -> str:
        return self._say("numbers_follow")

    # --- hours ---------------------------------------------------------------------------------------------

    def hours_unknown(self, name: str) -> str:
        return self._of(name, "hours_unknown")

    def always_open(self, name: str) -> str:
        return self._of(name, "always_open")

    def open_now(self, name: str) -> str:
        return self._of(name, "open_now")

    def open_until(self, name: str, closes: When, *, special: bool, again: int | None) -> str:
        form = "open_specially_until" if special else "open_until"
        if closes.distance is Distance.TODAY:
            text = self._words(form, till=self.till(closes.clock))
        else:
            day = self.on_day(closes.day, closes.distance)
            text = self._words(f"{form}_day", till=self.till(closes.clock), day=day)
        if again is not None:
            text += self._words("and_again", since=self.since(again))
        return self._named(name, text)

    def closes_soon(self, name: str, closes: When) -> str:
        return self._soon(name, "closes", closes)

    def opens_soon(self, name: str, opens: When) -> str:
        return self._soon(name, "opens", opens)

    def closed_now(self, name: str) -> str:
        return self._of(name, "closed_now")

    def not_open_yet(self, name: str) -> str:
        return self._of(name, "not_open_yet")

    def closed_today(self, name: str) -> str:
        return self._of(name, "closed_today")

    def closed_for_some_time(self, name: str) -> str:
        return self._of(name, "closed_for_some_time")

    def closed_for_holiday(self, name: str, holiday: str) -> str:
        return self._of(name, "closed_for_holiday", holiday=holiday)

    def closed_since_holidays(self, name: str, since: str) -> str:
        return self._of(name, "closed_since_holidays", since_day=since)

    def lunch_break(self, name: str) -> str:
        return self._of(name, "lunch_break")

    def closed_until_further_notice(self, name: str) -> str:
        return self._of(name, "closed_until_further_notice")

    def opens_at(self, name: str, opens: When, *, again: bool) -> str:  # noqa: ARG002 - needs no pronoun
        day = self.on_day(opens.day, opens.distance)
        form = "opens_again_at" if again else "opens_at"
        return self._say(form, day=day, at=self.at(opens.clock), since=self.since(opens.clock))

    def opens_specially(self, name: str, opens: When, hours: Pairs) -> str:  # noqa: ARG002 - needs no pronoun
        day = self.on_day(opens.day, opens.distance)
        return self._say("opens_specially", day=day, hours=self.spans(hours))

    def special_hours(self, reason: str) -> str:
        return self._say("special_hours", reason=reason)

    def closed_because(self, reason: str) -> str:
        return self._say("closed_because", reason=reason)

    def open_because(self, reason: str) -> str:
        return self._say("open_because", reason=reason)

    def open_today(self, name: str, spans: str) -> str:
        return self._of(name, "open_today", hours=spans)

    def all_day_today(self, name: str) -> str:
        return self._of(name, "all_day_today")

    def spans(self, pairs: Pairs) -> str:
        if pairs == ALL_DAY:
            return self._words("around_the_clock")
        return self.listed([self._span(*pair) for pair in pairs])

    def never_open(self, name: str) -> str:
        return self._of(name, "never_open")

    def week_begins(self, name: str) -> str:
        begin, end = self.forms["week"].split("{lines}")
        assert not end, "the lines of a week stand last"
        return f"{name}{self.joint}{begin}" if name else begin

    def week_days(self, days: Sequence[int], pairs: Pairs) -> str:
        every = len(days) == 7
        names = self._words("every_day") if every else self.listed([self.stretch(*run) for run in runs(days)])
        if pairs:
            return self._words("week_days", days=names, hours=self.spans(pairs))
        return self._words("week_closed", days=names) if len(days) <= 2 else self._words("otherwise_closed")

    def week_holidays(self, pairs: Pairs) -> str:
        return self._say("holidays_open", hours=self.spans(pairs)) if pairs else self._say("holidays_closed")

    # --- putting together ----------------------------------------------------------------------------------

    def _soon(self, name: str, what: str, when: When) -> str:
        if when.minutes is None or when.minutes == 1:
            return self._of(name, f"{what}_in_a_moment")
        in_minutes = self.in_minutes(when.minutes)
        return self._of(name, f"{what}_soon", in_minutes=in_minutes, at=self.at(when.clock))

    def _span(self, opens: int, closes: int) -> str:
        if closes <= _MIDNIGHT:
            return self._words("span", since=self.since(opens), till=self.till(closes))
        return self._words("span_to_next_day", since=self.since(opens), till=self.till(closes - _MIDNIGHT))

    def _words(self, form: str, **slots: str) -> str:
        return self.forms[form].format(**slots)

    def _say(self, form: str, **slots: str) -> str:
        """A form as a sentence of its own."""
        return self.sentence(self._words(form, **slots))

    def _of(self, name: str, form: str, **slots: str) -> str:
        """A form said of an office."""
        return self._named(name, self._words(form, **slots))

    def _named(self, name: str, text: str) -> str:
        return self.sentence(f"{name}{self.joint}{text}" if name else text)
