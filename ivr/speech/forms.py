"""What every language has to be able to say: single words, and one method for each form of sentence.

Names. An operator gives an office's name without article and case ("Nordstadtbüro") or, where a sentence
should flow, as a sentence needs it: with its article, singular and nominative ("die Citywache"). A small
first letter tells the second from the first. A plain name stands before a colon, where no grammar can go
wrong; an empty name leaves the office out, for texts that have named it before.

Which of the sentences fits, and until when it stays true, is worked out once for all languages (base.py).
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from ivr.hours import HOLIDAYS
from ivr.speech.situation import Distance, distance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from ivr.hours import Holiday
    from ivr.speech.situation import Pairs, When


class IncompleteLanguage(TypeError):  # noqa: N818 - it is the language that is incomplete
    """A language that leaves something unsaid. Raised when the program starts: no caller can meet the gap."""


class Voice(NamedTuple):
    """A voice by its provider's name, and what the provider calls the language that it speaks ("de-DE")."""

    name: str
    tag: str


# Not inside a longer number, a word, or a chain such as 110/112 or 0231-110: what cannot be read for certain
# is left, and so comes back to the operator to be written out.
_SHORT_NUMBERS = re.compile(r"(?<!\w)(?<!\d[.,:/–-])(11[025])(?!\w)(?![.,:/–-]\d)")
_DIGITS = re.compile(r"[\d²³¹⁰⁴-⁹₀-₉①-⑳¼-¾⅐-↉]+")
_HOUSE_NUMBER = re.compile(r"([0-9]+)(?: ?([a-zA-Z])(?![^\W\d_]))?(\s*[-–]\s*(?=[0-9]))?")


def digits_left(text: str) -> list[tuple[int, int]]:
    """The digits that `Language.spell_out` cannot word: (start, end) of each run, in the text as given."""
    worded = [found.span() for found in _SHORT_NUMBERS.finditer(text)]
    return [found.span() for found in _DIGITS.finditer(text) if found.span() not in worded]


def sentences(*parts: str | None) -> str:
    """Those of the parts that there are, one after the other."""
    return " ".join(part for part in parts if part)


class Forms(ABC):
    """The forms of one language, grouped: words, menus, telephone numbers, endings, hours."""

    code: ClassVar[str]
    """Two letters, as in the flows and contacts ("de")."""
    endonym: ClassVar[str]
    """The language's name in itself ("Deutsch")."""
    voices: ClassVar[Mapping[str, Voice]]
    """The voice that speaks it, by provider. A provider that is not there cannot speak it."""
    has_articles: ClassVar[bool]
    """Whether sentences flow better with a name that comes with its article (a contact's `in_sentence`)."""
    phone_digits: ClassVar[Mapping[str, str]]
    """The ten digits as they are dictated."""
    and_word: ClassVar[str]
    """Between the last two parts of an enumeration."""
    to_word: ClassVar[str]
    """Between the two house numbers of one building."""
    midnight_opens: ClassVar[bool]
    """Whether an opening at midnight is said of the day that begins (0:00); if not, of the day that ends."""

    def __init__(self) -> None:
        """Makes sure that nothing is missing.

        Raises:
            IncompleteLanguage: a digit, key or holiday has no word. A sentence form that is missing makes the
                class abstract, which is a TypeError of Python's own.
        """
        self._complete("digit", self.phone_digits.__getitem__, "0123456789")
        self._complete("key", self.key, "0123456789*#")
        self._complete("holiday", self.holiday, HOLIDAYS)

    def _complete(self, what: str, word: Callable[[Any], str], values: Iterable[Any]) -> None:
        for value in values:
            try:
                word(value)
            except LookupError:
                raise IncompleteLanguage(f"{self.code}: no word for the {what} {value}") from None

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
    def since_day(self, day: date, away: Distance) -> str:
        """A day of the past week since which something lasts: "since yesterday", "since Friday".

        `away` tells how far it is before today: `TOMORROW` is one day, `WEEK` two to six.
        """

    @abstractmethod
    def holiday(self, holiday: Holiday) -> str:
        """A holiday's name, without digits."""

    def day(self, on: date, today: date) -> str:
        """A day as it is named on another one. The year is said only over New Year."""
        return self.on_day(on, distance(on, today))

    def capital(self, text: str) -> str:
        """The text with a capital first letter."""
        return text[:1].upper() + text[1:]

    def sentence(self, text: str) -> str:
        """The text as a sentence: a capital first letter and one full stop ("… at nine a.m." has its own)."""
        return self.capital(text) + ("" if text.endswith((".", "!", "?")) else ".")

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

    @abstractmethod
    def not_connecting(self) -> str:
        """The caller cannot be connected just now, and hears a number instead: for reasons on our side, not theirs."""

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
    def many_callers(self) -> str:
        """So many people call that no more calls can be taken."""

    @abstractmethod
    def call_later(self) -> str:
        """The request to call again later, for want of a number to give."""

    @abstractmethod
    def call_directly(self) -> str:
        """The request to call the number that follows."""

    @abstractmethod
    def menu_away(self) -> str:
        """The phone menu cannot be reached at all."""

    @abstractmethod
    def emergency(self) -> str:
        """What to do in an emergency: hang up, and dial 110 or 112."""

    @abstractmethod
    def numbers_follow(self) -> str:
        """Whoever has no emergency is asked to stay on the line: telephone numbers follow."""

    def out_of_reach(self) -> str:
        """How the fallback begins: why, what to do in an emergency, what follows."""
        return sentences(self.menu_away(), self.emergency(), self.numbers_follow())

    def failure(self, name: str, groups: Sequence[str]) -> str:
        """What is said when something went wrong: an apology, a number to call, goodbye."""
        return self._ending(self.sorry(), name, groups)

    def too_long(self, name: str, groups: Sequence[str]) -> str:
        """The polite end of a call that would not end."""
        return self._ending(self.must_end(), name, groups)

    def crowded(self, name: str, groups: Sequence[str]) -> str:
        """What a caller hears for whom there is no line; she may have an emergency."""
        return self._ending(sentences(self.many_callers(), self.emergency()), name, groups)

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
    def open_now(self, name: str) -> str:
        """Open now, and nobody knows until when."""

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
    def closed_since_holidays(self, name: str, since: str) -> str:
        """Closed on the whole of this day at the end of several holidays; `since` is what `since_day` says."""

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
    def opens_specially(self, name: str, opens: When, hours: Pairs) -> str:
        """When it opens by way of exception, and all of that day's hours from then on."""

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
