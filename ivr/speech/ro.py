"""Romanian, as a friendly clerk of a town office speaks it.

Times are official ones on the twenty-four-hour clock ("ora douăzeci și treizeci de minute"). Little inflects: numbers
take the gender of what they count ("doi", but "ora două", "douăzeci și două de minute"), and days of the week end in
the article where every week is meant ("lunea"). An office is spoken of impersonally ("este deschis", "se închide"), so
that its gender never matters.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ivr.speech.cldr import NAMES
from ivr.speech.forms import Voice
from ivr.speech.situation import Distance
from ivr.speech.table import TableLanguage

if TYPE_CHECKING:
    from datetime import date

_DIGITS = ("zero", "unu", "doi", "trei", "patru", "cinci", "șase", "șapte", "opt", "nouă")
_TEENS = (
    *("zece", "unsprezece", "doisprezece", "treisprezece", "paisprezece"),
    *("cincisprezece", "șaisprezece", "șaptesprezece", "optsprezece", "nouăsprezece"),
)
_TENS = (
    *("", "", "douăzeci", "treizeci", "patruzeci"),
    *("cincizeci", "șaizeci", "șaptezeci", "optzeci", "nouăzeci"),
)
_FEMININE = {"doi": "două", "doisprezece": "douăsprezece"}
"""As hours and minutes are counted. "Unu" stays: "ora unu", "ora douăzeci și unu", "douăzeci și unu de minute"."""
_WEEKDAYS, _MONTHS, _MINUTES = NAMES["ro"].weekdays, NAMES["ro"].months, NAMES["ro"].minutes
_EVERY = ("lunea", "marțea", "miercurea", "joia", "vinerea", "sâmbăta", "duminica")
"""On Mondays, on Tuesdays …."""

_OTHER_KEYS = {"*": "tasta steluță", "#": "tasta diez"}


class Romanian(TableLanguage):
    """Română."""

    code = "ro"
    endonym = NAMES["ro"].endonym
    voices = MappingProxyType(
        {
            "twilio": Voice("Polly.Carmen", "ro-RO"),
            "signalwire": Voice("Polly.Carmen", "ro-RO"),
            "telnyx": Voice("Polly.Carmen", "ro-RO"),
            "somleng": Voice("Polly.Carmen", "ro-RO"),
        }
    )
    phone_digits = MappingProxyType({str(n): word for n, word in enumerate(_DIGITS)})
    and_word = "și"
    to_word = "liniuță"
    keys = MappingProxyType({str(n): word for n, word in enumerate(_DIGITS)} | _OTHER_KEYS)
    key_names = MappingProxyType({str(n): f"tasta {word}" for n, word in enumerate(_DIGITS)} | _OTHER_KEYS)
    holidays = MappingProxyType(
        {
            "new_year": "Anul Nou",
            "good_friday": "Vinerea Mare",
            "easter_monday": "a doua zi de Paște",
            "labour_day": "Ziua Muncii",
            "ascension": "Înălțarea Domnului",
            "whit_monday": "a doua zi de Rusalii",
            "corpus_christi": "Joia Verde",
            "german_unity": "Ziua Unității Germane",
            "all_saints": "Ziua Tuturor Sfinților",
            "christmas": "prima zi de Crăciun",
            "second_christmas": "a doua zi de Crăciun",
        }
    )
    forms = MappingProxyType(
        {
            "option": "{phrase}, apăsați {key}",
            "option_named": "{name}: {key_name}",
            "language_option": "pentru limba română, apăsați {key}",
            "no_input": "nu a fost apăsată nicio tastă",
            "no_match": "{key_name} nu are nicio funcție aici",
            "no_match_other": "această selecție nu este disponibilă aici",
            "more_time": "acum aveți mai mult timp",
            "repeat_key": "pentru a asculta din nou opțiunile, apăsați {key}",
            "number_twice": "{number}. Repet: {number}",
            "number_is": "numărul de telefon este {number}. Repet: {number}",
            "connecting": "un moment, vă rog, vă fac legătura",
            "not_reached": "din păcate, momentan nu se poate face legătura",
            "not_connecting": "în acest moment nu vă putem face legătura",
            "goodbye": "la revedere",
            "sorry": "ne cerem scuze, s-a produs o eroare din partea noastră",
            "must_end": "ne pare rău, trebuie să încheiem acum această convorbire",
            "many_callers": "în acest moment sună foarte multe persoane",
            "call_later": "vă rugăm să sunați din nou mai târziu",
            "call_directly": "vă rugăm să sunați direct",
            "menu_away": "meniul nostru telefonic nu este disponibil în acest moment",
            "emergency": "în caz de urgență, închideți și formați 110 sau 112",
            "numbers_follow": "în alte situații rămâneți la telefon, urmează numerele noastre",
            "hours_unknown": "din păcate, nu cunoaștem programul de lucru",
            "always_open": "este deschis nonstop",
            "open_now": "acum este deschis",
            "open_until": "acum este deschis până {till}",
            "open_until_day": "acum este deschis până {day}, {till}",
            "open_specially_until": "acum este deschis, astăzi în mod excepțional până {till}",
            "open_specially_until_day": "acum este deschis, în mod excepțional până {day}, {till}",
            "and_again": ", apoi din nou {since}",
            "closes_soon": "se închide {in_minutes}, {at}",
            "closes_in_a_moment": "se închide în câteva clipe",
            "opens_soon": "se deschide {in_minutes}, {at}",
            "opens_in_a_moment": "se deschide în câteva clipe",
            "closed_now": "acum este închis",
            "not_open_yet": "încă nu s-a deschis",
            "closed_today": "astăzi este închis",
            "closed_for_some_time": "în această perioadă este închis",
            "closed_for_holiday": "astăzi este închis, fiind sărbătoare legală, {holiday}",
            "closed_since_holidays": "este închis {since_day}, din cauza sărbătorilor legale",
            "lunch_break": "acum este pauză de prânz",
            "closed_until_further_notice": "este închis până la un nou anunț",
            "open_today": "astăzi este deschis {hours}",
            "all_day_today": "astăzi este deschis nonstop",
            "never_open": "este închis",
            "opens_at": "se deschide {day}, {at}",
            "opens_again_at": "se deschide din nou {day}, {at}",
            "opens_specially": "va fi deschis {day}, în mod excepțional, {hours}",
            "special_hours": "astăzi este valabil un program special: {reason}",
            "closed_because": "motivul: {reason}",
            "open_because": "ocazia: {reason}",
            "span": "{since} până {till}",
            "span_to_next_day": "{since} până a doua zi {till}",
            "around_the_clock": "nonstop",
            "every_day": "în fiecare zi",
            "week_days": "{days}, {hours}",
            "week_closed": "{days} este închis",
            "otherwise_closed": "în rest este închis",
            "week": "este deschis {lines}",
            "holidays_open": "în zilele de sărbătoare legală este deschis {hours}",
            "holidays_closed": "în zilele de sărbătoare legală este închis",
        }
    )

    def number(self, n: int) -> str:
        thousands, below = divmod(n, 1000)
        hundreds, rest = divmod(below, 100)
        # "Mie" and "sută" are feminine themselves.
        parts = [self._counted(thousands, "o mie", "mii")] if thousands else []
        parts += [self._counted(hundreds, "o sută", "sute")] if hundreds else []
        parts += [self._below_hundred(rest)] if rest or not parts else []
        return " ".join(parts)

    def clock(self, minutes: int) -> str:
        hour, minute = divmod(minutes, 60)
        spoken = f"ora {self._feminine(hour)}"
        return f"{spoken} și {self._minutes(minute)}" if minute else spoken

    def at(self, minutes: int) -> str:
        return f"la {self.clock(minutes)}"

    def since(self, minutes: int) -> str:
        return f"de la {self.clock(minutes)}"

    def till(self, minutes: int) -> str:
        """As it stands after "până", with a day between the two or not: "până vineri, la ora nouă"."""
        return self.at(minutes)

    def in_minutes(self, n: int) -> str:
        return f"peste {self._minutes(n)}"

    def on_day(self, day: date, away: Distance) -> str:
        match away:
            case Distance.TODAY:
                return "astăzi"
            case Distance.TOMORROW:
                return "mâine"
            case Distance.WEEK:
                return _WEEKDAYS[day.weekday()]
            case _:
                return f"{_WEEKDAYS[day.weekday()]}, {self._date(day, away)}"

    def since_day(self, day: date, away: Distance) -> str:
        return "de ieri" if away is Distance.TOMORROW else f"de {_WEEKDAYS[day.weekday()]}"

    def stretch(self, first: int, last: int) -> str:
        if first == last:
            return _EVERY[first]
        if last == first + 1:
            return f"{_EVERY[first]} și {_EVERY[last]}"
        return f"de {_WEEKDAYS[first]} până {_WEEKDAYS[last]}"

    def _date(self, day: date, away: Distance) -> str:
        """Days of the month are cardinal and masculine ("doi mai"), except the first: "întâi mai"."""
        number = "întâi" if day.day == 1 else self.number(day.day)
        year = f" {self.number(day.year)}" if away is Distance.YEAR else ""
        return f"{number} {_MONTHS[day.month - 1]}{year}"

    def _minutes(self, n: int) -> str:
        """From twenty on with "de": "douăzeci de minute"."""
        if n == 1:
            return f"un {_MINUTES[1]}"
        return f"{self._feminine(n)} {_MINUTES[min(n, 30)]}"

    def _feminine(self, n: int) -> str:
        before, blank, last = self.number(n).rpartition(" ")
        return before + blank + _FEMININE.get(last, last)

    def _counted(self, n: int, one: str, many: str) -> str:
        return one if n == 1 else f"{self._feminine(n)} {many}"

    def _below_hundred(self, n: int) -> str:
        if n < 20:
            return (*_DIGITS, *_TEENS)[n]
        tens, unit = divmod(n, 10)
        return _TENS[tens] + (f" și {_DIGITS[unit]}" if unit else "")


ROMANIAN = Romanian()
