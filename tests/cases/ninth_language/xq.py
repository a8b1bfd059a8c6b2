"""Xaqa, a tongue that nobody speaks: the ninth language of tests/test_ninth_language.py.

Nothing inflects. A number names its powers of ten, a time is a number of hours and one of minutes.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ivr.speech.forms import Voice
from ivr.speech.situation import Distance
from ivr.speech.table import TableLanguage

if TYPE_CHECKING:
    from datetime import date

_DIGITS = ("zo", "mi", "du", "ta", "ko", "pe", "su", "ve", "ri", "no")
_POWERS = ((1000, "kel"), (100, "tor"), (10, "dez"))
_WEEKDAYS = ("lunak", "marak", "merak", "jorak", "verak", "sarak", "domak")
_MONTHS = ("anu", "febu", "maru", "apru", "moju", "junu", "julu", "agu", "septu", "oktu", "novu", "deku")


class Xaqa(TableLanguage):
    """Xaqa."""

    code = "xq"
    endonym = "Xaqa"
    voices = MappingProxyType(
        dict.fromkeys(("twilio", "signalwire", "telnyx", "somleng"), Voice("Polly.Xaqu", "xq-XQ"))
    )
    phone_digits = MappingProxyType({str(n): word for n, word in enumerate(_DIGITS)})
    and_word = "ke"
    to_word = "til"
    keys = MappingProxyType(
        {**{str(n): f"lo {word}" for n, word in enumerate(_DIGITS)}, "*": "lo stilu", "#": "lo krozu"}
    )
    key_names = MappingProxyType({**phone_digits, "*": "stilu", "#": "krozu"})
    holidays = MappingProxyType(
        {
            "new_year": "Anufes",
            "good_friday": "Verakfes",
            "easter_monday": "Lunakfes",
            "labour_day": "Laborfes",
            "ascension": "Altafes",
            "whit_monday": "Ventofes",
            "corpus_christi": "Korpofes",
            "german_unity": "Unafes",
            "all_saints": "Santafes",
            "christmas": "Stelafes",
            "second_christmas": "Dustelafes",
        }
    )
    forms = MappingProxyType(
        {
            "option": "{phrase} puxa {key}",
            "option_named": "{name}: puxa {key_name}",
            "language_option": "po Xaqa puxa {key}",
            "no_input": "nu puxa vena",
            "no_match": "{key_name} nu sida qi",
            "no_match_other": "sato nu sida qi",
            "more_time": "ora tu hava plu tempa",
            "repeat_key": "po reda puxa {key}",
            "number_twice": "{number}. Mi reda: {number}",
            "number_is": "lo fona sida {number}. Mi reda: {number}",
            "connecting": "vata poko, mi liga tu",
            "not_reached": "nuya vena lo fona",
            "not_connecting": "ora mi nu liga tu",
            "goodbye": "bona vaya",
            "sorry": "perda, qi sida un falta",
            "must_end": "perda, mi fina sato",
            "many_callers": "ora multa fona qi",
            "call_later": "fona posa",
            "call_directly": "fona sola",
            "menu_away": "lo menu nu sida qi",
            "emergency": "po danja fina sato e fona 110 o 112",
            "numbers_follow": "altro vata, vena fonak",
            "hours_unknown": "nuya sava lo horak",
            "always_open": "opa sempa",
            "open_now": "opa ora",
            "open_until": "opa ora {till}",
            "open_until_day": "opa ora {day} {till}",
            "open_specially_until": "opa ora, stranu {till}",
            "open_specially_until_day": "opa ora, stranu {day} {till}",
            "and_again": ", reda {since}",
            "closes_soon": "kloza {in_minutes}, {at}",
            "closes_in_a_moment": "kloza mompa",
            "opens_soon": "desera {in_minutes}, {at}",
            "opens_in_a_moment": "desera mompa",
            "closed_now": "nu opa",
            "not_open_yet": "anko nu opa",
            "closed_today": "hodak nu opa",
            "closed_for_some_time": "multak nu opa",
            "closed_for_holiday": "nu opa po {holiday}",
            "closed_since_holidays": "nu opa {since_day} po fesak",
            "lunch_break": "nu opa, pauza po manja",
            "closed_until_further_notice": "nu opa til nova voca",
            "open_today": "hodak {hours}",
            "all_day_today": "hodak sempa",
            "never_open": "nunka opa",
            "opens_at": "desera {day} {at}",
            "opens_again_at": "reda desera {day} {at}",
            "opens_specially": "stranu {day} {hours}",
            "special_hours": "stranu horak po {reason}",
            "closed_because": "kaza: {reason}",
            "open_because": "kazo: {reason}",
            "span": "{since} {till}",
            "span_to_next_day": "{since} {till} morak",
            "around_the_clock": "tota diak",
            "every_day": "en omni diak",
            "week_days": "{days} {hours}",
            "week_closed": "{days} nu opa",
            "otherwise_closed": "altro nu opa",
            "week": "lo semak: {lines}",
            "holidays_open": "en fesak {hours}",
            "holidays_closed": "en fesak nu opa",
        }
    )

    def number(self, n: int) -> str:
        parts = []
        for power, word in _POWERS:
            count, n = divmod(n, power)
            parts += [_DIGITS[count]] * (count > 1) + [word] * (count > 0)
        return " ".join([*parts, _DIGITS[n]] if n or not parts else parts)

    def clock(self, minutes: int) -> str:
        hour, minute = divmod(minutes, 60)
        return f"{self.number(hour)} hora" + (f" {self.number(minute)}" if minute else "")

    def at(self, minutes: int) -> str:
        return f"al {self.clock(minutes)}"

    def since(self, minutes: int) -> str:
        return f"ek {self.clock(minutes)}"

    def till(self, minutes: int) -> str:
        return f"til {self.clock(minutes)}"

    def in_minutes(self, n: int) -> str:
        return f"pos {self.number(n)} minuta"

    def on_day(self, day: date, away: Distance) -> str:
        near = {Distance.TODAY: "hodak", Distance.TOMORROW: "morak", Distance.WEEK: f"en {_WEEKDAYS[day.weekday()]}"}
        return near.get(away) or f"en {_WEEKDAYS[day.weekday()]}, {self._date(day, away)}"

    def since_day(self, day: date, away: Distance) -> str:
        near = {Distance.TOMORROW: "ek irak", Distance.WEEK: f"ek {_WEEKDAYS[day.weekday()]}"}
        return near.get(away) or f"ek {self._date(day, away)}"

    def stretch(self, first: int, last: int) -> str:
        return f"en {_WEEKDAYS[first]}" + (f" til {_WEEKDAYS[last]}" if last > first else "")

    def _date(self, day: date, away: Distance) -> str:
        year = f" {self.number(day.year)}" if away is Distance.YEAR else ""
        return f"{self.number(day.day)} {_MONTHS[day.month - 1]}{year}"


XAQA = Xaqa()
