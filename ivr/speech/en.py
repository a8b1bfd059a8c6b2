"""English, as a friendly British receptionist speaks it.

Times are on the twelve-hour clock ("eight thirty p.m."); noon and midnight have their names, and midnight is
the end of a day. An office is "it".
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ivr.speech.articles import ArticleLanguage, with_article
from ivr.speech.cldr import NAMES
from ivr.speech.forms import Voice, sentences
from ivr.speech.situation import ALL_DAY, Distance, runs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ivr.hours import Holiday
    from ivr.speech.situation import Pairs, When

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
} | {
    "twelve": "twelfth",
    "twenty": "twentieth",
    "thirty": "thirtieth",
}
"""The last word of a number as an ordinal, where it is not the word and "th"."""

_WEEKDAYS, _MONTHS = NAMES["en"].weekdays, NAMES["en"].months
_KEYS = {str(n): word for n, word in enumerate(_DIGITS)} | {"*": "star", "#": "hash"}


class English(ArticleLanguage):
    """English."""

    code = "en"
    endonym = NAMES["en"].endonym
    voices = MappingProxyType(
        {
            "twilio": Voice("Polly.Amy-Neural", "en-GB"),
            "signalwire": Voice("Polly.Amy-Neural", "en-GB"),
            "telnyx": Voice("Polly.Amy-Neural", "en-GB"),
            "somleng": Voice("Polly.Amy", "en-GB"),
        }
    )
    phone_digits = MappingProxyType({str(n): word for n, word in enumerate(_DIGITS)})
    and_word = "and"
    to_word = "to"
    midnight_opens = False

    # --- words ---------------------------------------------------------------------------------------------

    def key(self, key: str) -> str:
        return _KEYS[key]

    def number(self, n: int) -> str:
        thousands, below = divmod(n, 1000)
        hundreds, rest = divmod(below, 100)
        large = [f"{_DIGITS[thousands]} thousand"] if thousands else []
        large += [f"{_DIGITS[hundreds]} hundred"] if hundreds else []
        small = [self._below_hundred(rest)] if rest or not large else []
        return " and ".join([" ".join(large), *small] if large else small)

    def clock(self, minutes: int) -> str:
        hour, minute = divmod(minutes, 60)
        if not minute and hour % 12 == 0:
            return "noon" if hour == 12 else "midnight"
        spoken = self.number(hour % 12 or 12)
        if minute:
            spoken += f" oh {_DIGITS[minute]}" if minute < 10 else f" {self.number(minute)}"
        return f"{spoken} {'a.m.' if hour < 12 else 'p.m.'}"

    def on_day(self, day: date, away: Distance) -> str:
        match away:
            case Distance.TODAY:
                return "today"
            case Distance.TOMORROW:
                return "tomorrow"
            case Distance.WEEK:
                return f"on {_WEEKDAYS[day.weekday()]}"
            case _:
                return f"on {self._date(day, away)}"

    def since_day(self, day: date, away: Distance) -> str:
        return "since yesterday" if away is Distance.TOMORROW else f"since {_WEEKDAYS[day.weekday()]}"

    def holiday(self, holiday: Holiday) -> str:
        return holiday.en

    def _below_hundred(self, n: int) -> str:
        if n < 20:
            return (*_DIGITS, *_TEENS)[n]
        tens, unit = divmod(n, 10)
        return _TENS[tens] + (f"-{_DIGITS[unit]}" if unit else "")

    def _date(self, day: date, away: Distance) -> str:
        """The date as "Monday, the fourth of January", with the year if it has to be said."""
        tens, dash, last = self.number(day.day).rpartition("-")
        ordinal = tens + dash + _ORDINALS.get(last, f"{last}th")
        year = f" {self._year(day.year)}" if away is Distance.YEAR else ""
        return f"{_WEEKDAYS[day.weekday()]}, the {ordinal} of {_MONTHS[day.month - 1]}{year}"

    def _year(self, year: int) -> str:
        """2027 is "twenty twenty-seven"; 2000 to 2009 are counted in full."""
        century, rest = divmod(year, 100)
        if century % 10 == 0 and rest < 10:
            return self.number(year)
        if rest < 10:
            return f"{self.number(century)} {f'oh {_DIGITS[rest]}' if rest else 'hundred'}"
        return f"{self.number(century)} {self.number(rest)}"

    # --- menus ---------------------------------------------------------------------------------------------

    def option(self, phrase: str, key: str) -> str:
        return f"{self.capital(phrase)}, press {_KEYS[key]}."

    def option_named(self, name: str, key: str) -> str:
        return f"{self.capital(name)}: press {_KEYS[key]}."

    def language_option(self, key: str) -> str:
        return self.option("For English", key)

    def no_input(self) -> str:
        return "I have not received a key press."

    def no_match(self, key: str) -> str:
        return f"The {_KEYS[key]} key is not in use here." if key in _KEYS else "That input is not in use here."

    def more_time(self, repeat_key: str | None) -> str:
        more = "You now have more time."
        return sentences(more, repeat_key and f"Press {_KEYS[repeat_key]} to hear the choices again.")

    # --- telephone numbers ---------------------------------------------------------------------------------

    def phone_twice(self, groups: Sequence[str]) -> str:
        spoken = self.phone(groups)
        return f"{self.capital(spoken)}. I repeat: {spoken}."

    def number_is(self, name: str, groups: Sequence[str]) -> str:
        spoken = self.phone(groups)
        first = self.about(name, f"has the telephone number: {spoken}", f"the telephone number is {spoken}")
        return f"{first} I repeat: {spoken}."

    def connecting(self, name: str) -> str:
        return sentences(name and f"{self.capital(name)}:", "One moment please, I am connecting you.")

    def not_reached(self, name: str) -> str:
        return self.about(
            name,
            "can unfortunately not be reached at the moment",
            "unfortunately nobody can be reached there at the moment",
        )

    def not_connecting(self) -> str:
        return "We cannot connect you at the moment."

    # --- endings -------------------------------------------------------------------------------------------

    def goodbye(self) -> str:
        return "Goodbye."

    def sorry(self) -> str:
        return "We are sorry, something has gone wrong on our side."

    def must_end(self) -> str:
        return "We are sorry, we have to end this call now."

    def many_callers(self) -> str:
        return "Very many people are calling at the moment."

    def call_later(self) -> str:
        return "Please call again later."

    def call_directly(self) -> str:
        return "Please call directly."

    def menu_away(self) -> str:
        return "Our phone menu cannot be reached right now."

    def emergency(self) -> str:
        return self.spell_out("In an emergency, please hang up and dial 110 or 112.")

    def numbers_follow(self) -> str:
        return "Otherwise please stay on the line for telephone numbers."

    # --- hours ---------------------------------------------------------------------------------------------

    def hours_unknown(self, name: str) -> str:
        if with_article(name):
            return f"We are sorry, we do not know when {name} is open."
        return self.about(name, "", "we are sorry, we do not know the opening hours")

    def always_open(self, name: str) -> str:
        return self._is(name, "open around the clock")

    def open_now(self, name: str) -> str:
        return self._is(name, "open now")

    def open_until(self, name: str, closes: When, *, special: bool, again: int | None) -> str:
        until = self._until(closes)
        if special:
            today = " today" if closes.distance is Distance.TODAY else ""
            until = f"exceptionally {until}{today}"
        then = "" if again is None else f", and then again from {self.clock(again)}"
        return self._is(name, f"open now, {until}{then}")

    def closes_soon(self, name: str, closes: When) -> str:
        return self.about(name, f"closes {self._soon(closes)}", f"closing {self._soon(closes)}")

    def opens_soon(self, name: str, opens: When) -> str:
        return self.about(name, f"opens {self._soon(opens)}", f"opening {self._soon(opens)}")

    def closed_now(self, name: str) -> str:
        return self._is(name, "closed now")

    def not_open_yet(self, name: str) -> str:
        return self._is(name, "not open yet")

    def closed_today(self, name: str) -> str:
        return self._is(name, "closed today")

    def closed_for_some_time(self, name: str) -> str:
        return self._is(name, "closed at present")

    def closed_for_holiday(self, name: str, holiday: str) -> str:
        return self._is(name, f"closed today because it is {holiday}, a public holiday")

    def closed_since_holidays(self, name: str, since: str) -> str:
        return self.about(
            name, f"has been closed {since} for the public holidays", f"closed {since} for the public holidays"
        )

    def lunch_break(self, name: str) -> str:
        return self._is(name, "closed for lunch")

    def closed_until_further_notice(self, name: str) -> str:
        return self._is(name, "closed until further notice")

    def opens_at(self, name: str, opens: When, *, again: bool) -> str:
        comma = "," if opens.distance in {Distance.DATE, Distance.YEAR} else ""
        when = f"{self.on_day(opens.day, opens.distance)}{comma} at {self.clock(opens.clock)}"
        begin = f"it opens{' again' if again else ''}" if name else "the next opening time is"
        return self.sentence(f"{begin} {when}")

    def opens_specially(self, name: str, opens: When, hours: Pairs) -> str:
        day = self.on_day(opens.day, opens.distance)
        begin = "it will be open" if name else "the next opening time is"
        return self.sentence(f"{begin} {day}, exceptionally {self.spans(hours)}")

    def special_hours(self, reason: str) -> str:
        return self.sentence(f"Special opening hours apply today: {reason}")

    def closed_because(self, reason: str) -> str:
        return self.sentence(f"The reason: {reason}")

    def open_because(self, reason: str) -> str:
        return self.sentence(f"The occasion: {reason}")

    def open_today(self, name: str, spans: str) -> str:
        return self._is(name, f"open today {spans}")

    def all_day_today(self, name: str) -> str:
        return self._is(name, "open around the clock today")

    def spans(self, pairs: Pairs) -> str:
        if pairs == ALL_DAY:
            return "around the clock"
        return self.listed([f"from {self.clock(opens)} to {self._end(closes)}" for opens, closes in pairs])

    def never_open(self, name: str) -> str:
        return self._is(name, "closed")

    def week_begins(self, name: str) -> str:
        if with_article(name):
            return f"{name} is open "
        return f"{name}: " if name else "open "

    def week_days(self, days: Sequence[int], pairs: Pairs) -> str:
        names = "every day" if len(days) == 7 else self.listed([self._stretch(*run) for run in runs(days)])
        if pairs:
            return f"{names} {self.spans(pairs)}"
        return f"closed on {names}" if len(days) <= 2 else "otherwise closed"

    def week_holidays(self, pairs: Pairs) -> str:
        return self.sentence(f"on public holidays it is {'open ' + self.spans(pairs) if pairs else 'closed'}")

    def _is(self, name: str, predicate: str) -> str:
        return self.about(name, f"is {predicate}", predicate)

    def _until(self, when: When) -> str:
        clock, weekday = self.clock(when.clock), _WEEKDAYS[when.day.weekday()]
        match when.distance:
            case Distance.TODAY:
                return f"until {clock}"
            case Distance.TOMORROW:
                return f"until tomorrow at {clock}"
            case Distance.WEEK:
                return f"until {weekday} at {clock}"
            case _:
                return f"until {self._date(when.day, when.distance)}, at {clock}"

    def _soon(self, when: When) -> str:
        if when.minutes is None or when.minutes == 1:
            return "in a moment"
        return f"in {self.number(when.minutes)} minutes, at {self.clock(when.clock)}"

    def _end(self, minutes: int) -> str:
        return self.clock(minutes) if minutes <= 24 * 60 else f"{self.clock(minutes - 24 * 60)} the next day"

    def _stretch(self, first: int, last: int) -> str:
        begin, end = _WEEKDAYS[first], _WEEKDAYS[last]
        if first == last:
            return begin
        return f"{begin} and {end}" if last == first + 1 else f"{begin} to {end}"


ENGLISH = English()
