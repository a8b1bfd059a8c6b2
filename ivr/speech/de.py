"""German, as a good clerk of a German town speaks it.

Times are official ones ("zwanzig Uhr dreißig", never "halb neun", which learners of the language hear as
9:30). The digit 2 is "zwo" wherever digits are dictated, as DIN 5009:2022 recommends, because "zwei" and
"drei" rhyme; elsewhere it is "zwei".
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

_DIGITS = ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_TEENS = (
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
)
_TENS = ("", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
_ORDINALS = {1: "ersten", 3: "dritten", 7: "siebten", 8: "achten"}
"""Days of the month in the dative and accusative, where they are not the number and an ending."""

_WEEKDAYS, _MONTHS = NAMES["de"].weekdays, NAMES["de"].months
_KEYS = {str(n): word.capitalize() for n, word in enumerate(_DIGITS)} | {"*": "Sterntaste", "#": "Rautetaste"}
"""Each is feminine: die Eins, die Sterntaste."""

_PRONOUNS = {"die": "sie", "der": "er", "das": "es"}


class German(ArticleLanguage):
    """Deutsch."""

    code = "de"
    endonym = NAMES["de"].endonym
    voices = MappingProxyType(
        {
            "twilio": Voice("Polly.Vicki-Neural", "de-DE"),
            "signalwire": Voice("Polly.Vicki-Neural", "de-DE"),
            "telnyx": Voice("Polly.Vicki-Neural", "de-DE"),
            "somleng": Voice("Polly.Vicki", "de-DE"),
        }
    )
    phone_digits = MappingProxyType({str(n): word for n, word in enumerate(_DIGITS)} | {"2": "zwo"})
    and_word = "und"
    to_word = "bis"
    midnight_opens = True

    # --- words ---------------------------------------------------------------------------------------------

    def key(self, key: str) -> str:
        return f"die {_KEYS[key]}"

    def number(self, n: int) -> str:
        thousands, below = divmod(n, 1000)
        hundreds, rest = divmod(below, 100)
        # "hundertvierundzwanzig": the "ein" before hundred and thousand is left out, as in a street.
        parts = [("" if thousands == 1 else _DIGITS[thousands]) + "tausend"] if thousands else []
        parts += [("" if hundreds == 1 else _DIGITS[hundreds]) + "hundert"] if hundreds else []
        parts += [self._below_hundred(rest)] if rest or not parts else []
        return "".join(parts)

    def clock(self, minutes: int) -> str:
        hour, minute = divmod(minutes, 60)
        spoken = "ein" if hour == 1 else self.number(hour)
        return f"{spoken} Uhr {self.number(minute)}" if minute else f"{spoken} Uhr"

    def on_day(self, day: date, away: Distance) -> str:
        match away:
            case Distance.TODAY:
                return "heute"
            case Distance.TOMORROW:
                return "morgen"
            case Distance.WEEK:
                return f"am {_WEEKDAYS[day.weekday()]}"
            case _:
                return f"am {_WEEKDAYS[day.weekday()]}, dem {self._date(day, away)}"

    def since_day(self, day: date, away: Distance) -> str:
        return "seit gestern" if away is Distance.TOMORROW else f"seit {_WEEKDAYS[day.weekday()]}"

    def holiday(self, holiday: Holiday) -> str:
        return holiday.de

    def _below_hundred(self, n: int) -> str:
        if n < 20:
            return (*_DIGITS, *_TEENS)[n]
        tens, unit = divmod(n, 10)
        return (("ein" if unit == 1 else _DIGITS[unit]) + "und" if unit else "") + _TENS[tens]

    def _date(self, day: date, away: Distance) -> str:
        """The date as the dative and the accusative have it: "vierten Januar"."""
        ordinal = _ORDINALS.get(day.day) or self.number(day.day) + ("ten" if day.day < 20 else "sten")
        year = f" {self.number(day.year)}" if away is Distance.YEAR else ""
        return f"{ordinal} {_MONTHS[day.month - 1]}{year}"

    # --- menus ---------------------------------------------------------------------------------------------

    def option(self, phrase: str, key: str) -> str:
        return f"{self.capital(phrase)} drücken Sie {self.key(key)}."

    def option_named(self, name: str, key: str) -> str:
        return f"{self.capital(name)}: {f'Taste {_DIGITS[int(key)]}' if key.isdecimal() else _KEYS[key]}."

    def language_option(self, key: str) -> str:
        return self.option("Für Deutsch", key)

    def no_input(self) -> str:
        return "Ich habe keine Taste empfangen."

    def no_match(self, key: str) -> str:
        return f"Die {_KEYS[key]} ist hier nicht belegt." if key in _KEYS else "Diese Eingabe ist hier nicht belegt."

    def more_time(self, repeat_key: str | None) -> str:
        more = "Sie haben jetzt mehr Zeit."
        return sentences(more, repeat_key and f"Mit der {_KEYS[repeat_key]} hören Sie die Auswahl noch einmal.")

    # --- telephone numbers ---------------------------------------------------------------------------------

    def phone_twice(self, groups: Sequence[str]) -> str:
        spoken = self.phone(groups)
        return f"{self.capital(spoken)}. Ich wiederhole: {spoken}."

    def number_is(self, name: str, groups: Sequence[str]) -> str:
        spoken = self.phone(groups)
        first = self.about(name, f"hat die Telefonnummer: {spoken}", f"die Telefonnummer ist {spoken}")
        return f"{first} Ich wiederhole: {spoken}."

    def connecting(self, name: str) -> str:
        return sentences(name and f"{self.capital(name)}:", "Einen Moment bitte, ich verbinde Sie.")

    def not_reached(self, name: str) -> str:
        return self.about(
            name, "ist im Moment leider nicht zu erreichen", "im Moment ist dort leider niemand zu erreichen"
        )

    def not_connecting(self) -> str:
        return "Zurzeit können wir Sie nicht verbinden."

    # --- endings -------------------------------------------------------------------------------------------

    def goodbye(self) -> str:
        return "Auf Wiederhören."

    def sorry(self) -> str:
        return "Entschuldigung, bei uns ist leider ein Fehler aufgetreten."

    def must_end(self) -> str:
        return "Wir müssen dieses Gespräch jetzt leider beenden."

    def many_callers(self) -> str:
        return "Zurzeit rufen sehr viele Menschen an."

    def call_later(self) -> str:
        return "Bitte rufen Sie später noch einmal an."

    def call_directly(self) -> str:
        return "Bitte rufen Sie direkt an."

    def menu_away(self) -> str:
        return "Unser Telefonmenü ist im Moment leider nicht erreichbar."

    def emergency(self) -> str:
        return self.spell_out("Im Notfall legen Sie bitte auf und wählen Sie 110 oder 112.")

    def numbers_follow(self) -> str:
        return "Sonst bleiben Sie bitte am Apparat: Es folgen Telefonnummern."

    # --- hours ---------------------------------------------------------------------------------------------

    def hours_unknown(self, name: str) -> str:
        if with_article(name):
            return f"Wann {name} geöffnet ist, ist uns leider nicht bekannt."
        return self.about(name, "", "die Öffnungszeiten sind uns leider nicht bekannt")

    def always_open(self, name: str) -> str:
        return self._is(name, "rund um die Uhr geöffnet")

    def open_now(self, name: str) -> str:
        return self._is(name, "jetzt geöffnet")

    def open_until(self, name: str, closes: When, *, special: bool, again: int | None) -> str:
        until = self._until(closes)
        if special:
            today = "heute " if closes.distance is Distance.TODAY else ""
            until = f"{today}ausnahmsweise {until}"
        then = "" if again is None else f", und dann wieder ab {self.clock(again)}"
        return self._is(name, f"jetzt geöffnet, {until}{then}")

    def closes_soon(self, name: str, closes: When) -> str:
        return self.about(name, f"schließt {self._soon(closes)}", f"{self._soon(closes, ',')} wird geschlossen")

    def opens_soon(self, name: str, opens: When) -> str:
        return self.about(name, f"öffnet {self._soon(opens)}", f"{self._soon(opens, ',')} wird geöffnet")

    def closed_now(self, name: str) -> str:
        return self._is(name, "jetzt geschlossen")

    def not_open_yet(self, name: str) -> str:
        return self._is(name, "noch geschlossen")

    def closed_today(self, name: str) -> str:
        return self._is(name, "heute geschlossen")

    def closed_for_some_time(self, name: str) -> str:
        return self._is(name, "zurzeit geschlossen")

    def closed_for_holiday(self, name: str, holiday: str) -> str:
        # The name keeps its form beside the noun; after "wegen" alone some names would be inflected.
        return self._is(name, f"heute wegen des Feiertags {holiday} geschlossen")

    def closed_since_holidays(self, name: str, since: str) -> str:
        return self._is(name, f"{since} wegen der Feiertage geschlossen")

    def lunch_break(self, name: str) -> str:
        return self.about(name, "hat gerade Mittagspause", "gerade ist Mittagspause")

    def closed_until_further_notice(self, name: str) -> str:
        return self._is(name, "bis auf Weiteres geschlossen")

    def opens_at(self, name: str, opens: When, *, again: bool) -> str:
        day, clock = self._on(opens), self.clock(opens.clock)
        pronoun = self._pronoun(name)
        if pronoun is None:
            return self.sentence(f"{'wieder ' if again else ''}geöffnet ist {day} ab {clock}")
        if not again:
            return self.sentence(f"{pronoun} öffnet {day} um {clock}")
        if day.endswith(","):
            return self.sentence(f"{pronoun} öffnet wieder {day} um {clock}")
        return self.sentence(f"{pronoun} öffnet {day} um {clock} wieder")

    def opens_specially(self, name: str, opens: When, hours: Pairs) -> str:
        day = self._on(opens)
        pronoun = self._pronoun(name)
        begin = f"{day} ist" if pronoun is None else f"{pronoun} ist {day}"
        return self.sentence(f"{begin} ausnahmsweise {self.spans(hours)} geöffnet")

    def special_hours(self, reason: str) -> str:
        return self.sentence(f"Heute gelten besondere Öffnungszeiten: {reason}")

    def closed_because(self, reason: str) -> str:
        return self.sentence(f"Der Grund: {reason}")

    def open_because(self, reason: str) -> str:
        return self.sentence(f"Der Anlass: {reason}")

    def open_today(self, name: str, spans: str) -> str:
        return self._is(name, f"heute {spans} geöffnet")

    def all_day_today(self, name: str) -> str:
        return self._is(name, "heute rund um die Uhr geöffnet")

    def spans(self, pairs: Pairs) -> str:
        if pairs == ALL_DAY:
            return "rund um die Uhr"
        return self.listed([f"von {self.clock(opens)} bis {self._end(closes)}" for opens, closes in pairs])

    def never_open(self, name: str) -> str:
        return self._is(name, "geschlossen")

    def week_begins(self, name: str) -> str:
        if with_article(name):
            return f"{name} ist geöffnet: "
        return f"{name}: " if name else "geöffnet ist "

    def week_days(self, days: Sequence[int], pairs: Pairs) -> str:
        names = "täglich" if len(days) == 7 else self.listed([self._stretch(*run) for run in runs(days)])
        if pairs:
            return f"{names} {self.spans(pairs)}"
        return f"{names if len(days) <= 2 else 'sonst'} geschlossen"

    def week_holidays(self, pairs: Pairs) -> str:
        return self.sentence(f"an Feiertagen ist {self.spans(pairs) + ' geöffnet' if pairs else 'geschlossen'}")

    def _is(self, name: str, predicate: str) -> str:
        return self.about(name, f"ist {predicate}", predicate)

    def _pronoun(self, name: str) -> str | None:
        """What stands for a name that was said with its article; None for a bare one."""
        return _PRONOUNS.get(name.partition(" ")[0])

    def _on(self, when: When) -> str:
        """The day within a sentence, with the comma that closes an apposition."""
        apposition = when.distance in {Distance.DATE, Distance.YEAR}
        return self.on_day(when.day, when.distance) + ("," if apposition else "")

    def _until(self, when: When) -> str:
        clock, weekday = self.clock(when.clock), _WEEKDAYS[when.day.weekday()]
        match when.distance:
            case Distance.TODAY:
                return f"bis {clock}"
            case Distance.TOMORROW:
                return f"bis morgen um {clock}"
            case Distance.WEEK:
                return f"bis {weekday} um {clock}"
            case _:
                return f"bis {weekday}, den {self._date(when.day, when.distance)}, um {clock}"

    def _soon(self, when: When, closing: str = "") -> str:
        """How soon, and when; `closing` ends the apposition inside a sentence."""
        if when.minutes is None or when.minutes == 1:
            return "in wenigen Augenblicken"
        return f"in {self.number(when.minutes)} Minuten, um {self.clock(when.clock)}{closing}"

    def _end(self, minutes: int) -> str:
        return self.clock(minutes) if minutes <= 24 * 60 else f"{self.clock(minutes - 24 * 60)} am Folgetag"

    def _stretch(self, first: int, last: int) -> str:
        begin, end = _WEEKDAYS[first].lower() + "s", _WEEKDAYS[last].lower() + "s"
        if first == last:
            return begin
        return f"{begin} und {end}" if last == first + 1 else f"{begin} bis {end}"


GERMAN = German()
