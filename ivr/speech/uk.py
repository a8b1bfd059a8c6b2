"""Ukrainian, as a friendly clerk of a town office speaks it.

Times are official ones on the twenty-four-hour clock. The hour is an ordinal in the feminine, for "година", and takes
the case that its preposition asks for: "о двадцятій тридцять", "до двадцятої тридцять"; minutes are plain numbers. Days
of the month and years are ordinals in the genitive. What is said of an office is impersonal ("відчинено").
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

    from ivr.speech.situation import When

_DIGITS = ("нуль", "один", "два", "три", "чотири", "п'ять", "шість", "сім", "вісім", "дев'ять")
_TEENS = (
    *("десять", "одинадцять", "дванадцять", "тринадцять", "чотирнадцять"),
    *("п'ятнадцять", "шістнадцять", "сімнадцять", "вісімнадцять", "дев'ятнадцять"),
)
_TENS = ("двадцять", "тридцять", "сорок", "п'ятдесят", "шістдесят", "сімдесят", "вісімдесят", "дев'яносто")
_HUNDREDS = ("сто", "двісті", "триста", "чотириста", "п'ятсот", "шістсот", "сімсот", "вісімсот", "дев'ятсот")
_FEMININE = {"один": "одна", "два": "дві"}

_ORDINALS = {word: word.removesuffix("ь") for word in (*_TEENS, *_TENS, "п'ять", "дев'ять")}
_ORDINALS |= {"нуль": "нульов", "один": "перш", "два": "друг", "три": "трет", "чотири": "четверт"}
_ORDINALS |= {"шість": "шост", "сім": "сьом", "вісім": "восьм", "сорок": "сороков", "дев'яносто": "дев'яност"}
_ORDINALS |= {"сто": "сот", "двісті": "двохсот", "триста": "трьохсот", "чотириста": "чотирьохсот"}
_ORDINALS |= {"п'ятсот": "п'ятисот", "шістсот": "шестисот", "сімсот": "семисот", "вісімсот": "восьмисот"}
_ORDINALS |= {"дев'ятсот": "дев'ятисот", "тисяча": "тисячн", "дві тисячі": "двотисячн"}
_ORDINALS |= {"три тисячі": "трьохтисячн", "чотири тисячі": "чотиритисячн"}
"""The stem of the ordinal by the last word of a number; of a whole thousand by all of its words."""
_SOFT = {"а": "я", "ої": "ьої", "ій": "ій", "ого": "ього"}
"""Endings of "третій", the only soft one."""

# One apostrophe everywhere, the one that keyboards have and every voice reads.
_WEEKDAYS = tuple(name.replace("\N{MODIFIER LETTER APOSTROPHE}", "'") for name in NAMES["uk"].weekdays)
_MONTHS, _MINUTES = NAMES["uk"].months, NAMES["uk"].minutes
_OF_DAY = ("понеділка", "вівторка", "середи", "четверга", "п'ятниці", "суботи", "неділі")
"""Genitive of the weekdays, Monday first."""


class Ukrainian(TableLanguage):
    """Українська."""

    code = "uk"
    endonym = NAMES["uk"].endonym
    # Somleng has no Ukrainian voice.
    voices = MappingProxyType(
        {
            "twilio": Voice("Google.uk-UA-Wavenet-A", "uk-UA"),
            "signalwire": Voice("gcloud.uk-UA-Wavenet-A", "uk-UA"),
            "telnyx": Voice("Azure.uk-UA-PolinaNeural", "uk-UA"),
        }
    )
    phone_digits = MappingProxyType({str(n): word for n, word in enumerate(_DIGITS)})
    and_word = "та"
    to_word = "тире"
    keys = MappingProxyType({str(n): word for n, word in enumerate(_DIGITS)} | {"*": "зірочку", "#": "решітку"})
    key_names = MappingProxyType(
        {str(n): f"клавіша {word}" for n, word in enumerate(_DIGITS)} | {"*": "клавіша зірочка", "#": "клавіша решітка"}
    )
    holidays = MappingProxyType(
        {
            "new_year": "Новий рік",
            "good_friday": "Страсна п'ятниця",
            "easter_monday": "Великодній понеділок",
            "labour_day": "День праці",
            "ascension": "Вознесіння Господнє",
            "whit_monday": "другий день Трійці",
            "corpus_christi": "Свято Тіла Христового",
            "german_unity": "День німецької єдності",
            "all_saints": "День усіх святих",
            "christmas": "перший день Різдва",
            "second_christmas": "другий день Різдва",
        }
    )
    forms = MappingProxyType(
        {
            "option": "{phrase} натисніть {key}",
            "option_named": "{name}: {key_name}",
            "language_option": "для обслуговування українською мовою натисніть {key}",
            "no_input": "жодної клавіші не натиснуто",
            "no_match": "{key_name} тут не використовується",
            "no_match_other": "такого варіанта тут немає",
            "more_time": "тепер у вас є більше часу",
            "repeat_key": "щоб почути варіанти ще раз, натисніть {key}",
            "number_twice": "{number}. Повторюю: {number}",
            "number_is": "номер телефону {number}. Повторюю: {number}",
            "connecting": "одну хвилинку, будь ласка, з'єдную вас",
            "not_reached": "на жаль, зараз не вдається додзвонитися",
            "not_connecting": "зараз ми не можемо Вас з'єднати",
            "goodbye": "до побачення",
            "sorry": "просимо вибачення, з нашого боку сталася помилка",
            "must_end": "просимо вибачення, зараз ми змушені завершити цю розмову",
            "many_callers": "зараз телефонує дуже багато людей",
            "call_later": "будь ласка, зателефонуйте пізніше",
            "call_directly": "будь ласка, зателефонуйте за прямим номером",
            "menu_away": "наше телефонне меню зараз недоступне",
            "emergency": "в екстреному випадку покладіть, будь ласка, слухавку та наберіть 110 або 112",
            "numbers_follow": "в інших випадках залишайтеся, будь ласка, на лінії: далі будуть номери телефонів",
            "hours_unknown": "на жаль, години роботи нам невідомі",
            "always_open": "відчинено цілодобово",
            "open_now": "зараз відчинено",
            "open_until": "зараз відчинено {till}",
            "open_until_day": "зараз відчинено {till} {day}",
            "open_specially_until": "зараз відчинено за особливим графіком, сьогодні {till}",
            "open_specially_until_day": "зараз відчинено за особливим графіком {till} {day}",
            "and_again": ", а потім знову {since}",
            "closes_soon": "зачиняється {in_minutes}, {at}",
            "closes_in_a_moment": "зачиниться протягом хвилини",
            "opens_soon": "відчиняється {in_minutes}, {at}",
            "opens_in_a_moment": "відчиниться протягом хвилини",
            "closed_now": "зараз зачинено",
            "not_open_yet": "ще зачинено",
            "closed_today": "сьогодні зачинено",
            "closed_for_some_time": "наразі зачинено",
            "closed_for_holiday": "сьогодні {holiday}, тому зачинено",
            "closed_since_holidays": "зачинено {since_day} через свята",
            "lunch_break": "зараз обідня перерва",
            "closed_until_further_notice": "зачинено до окремого повідомлення",
            "open_today": "сьогодні відчинено {hours}",
            "all_day_today": "сьогодні відчинено цілодобово",
            "never_open": "зачинено",
            "opens_at": "{day} буде відчинено {since}",
            "opens_again_at": "{day} знову буде відчинено {since}",
            "opens_specially": "{day} буде відчинено за особливим графіком, {hours}",
            "special_hours": "сьогодні діє особливий графік: {reason}",
            "closed_because": "причина: {reason}",
            "open_because": "привід: {reason}",
            "span": "{since} {till}",
            "span_to_next_day": "{since} {till} наступного дня",
            "around_the_clock": "цілодобово",
            "every_day": "щодня",
            "week_days": "{days} {hours}",
            "week_closed": "{days} зачинено",
            "otherwise_closed": "в інші дні зачинено",
            "week": "відчинено {lines}",
            "holidays_open": "у святкові дні відчинено {hours}",
            "holidays_closed": "у святкові дні зачинено",
        }
    )

    def number(self, n: int) -> str:
        thousands, below = divmod(n, 1000)
        hundreds, rest = divmod(below, 100)
        parts = []
        if thousands:
            noun = "тисяча" if thousands == 1 else "тисячі" if thousands < 5 else "тисяч"
            parts += [self._feminine(thousands), noun] if thousands > 1 else [noun]
        parts += [_HUNDREDS[hundreds - 1]] if hundreds else []
        tens, unit = divmod(rest, 10)
        if tens == 1:
            return " ".join([*parts, _TEENS[unit]])
        parts += [_TENS[tens - 2]] if tens else []
        parts += [_DIGITS[unit]] if unit or not parts else []
        return " ".join(parts)

    def clock(self, minutes: int) -> str:
        return self._time(minutes, "а", "година")

    def at(self, minutes: int) -> str:
        time = self._time(minutes, "ій", "годині")
        return f"{'об' if time.startswith('о') else 'о'} {time}"

    def since(self, minutes: int) -> str:
        return self._since(self._time(minutes, "ої", "години"))

    def till(self, minutes: int) -> str:
        return f"до {self._time(minutes, 'ої', 'години')}"

    def in_minutes(self, n: int) -> str:
        # The accusative differs from the nominative in the one of twenty-one only: "двадцять одну хвилину".
        one = n % 10 == 1 and n != 11
        noun = "хвилину" if one else _MINUTES[n]
        number = self._feminine(n)
        return f"через {number.removesuffix('а') + 'у' if one else number} {noun}"

    def on_day(self, day: date, away: Distance) -> str:
        match away:
            case Distance.TODAY:
                return "сьогодні"
            case Distance.TOMORROW:
                return "завтра"
            case Distance.WEEK:
                return f"у {self._accusative(day.weekday())}"
            case _:
                return f"у {self._accusative(day.weekday())} {self._date(day, away)}"

    def since_day(self, day: date, away: Distance) -> str:
        return "від учора" if away is Distance.TOMORROW else f"від {_OF_DAY[day.weekday()]}"

    def stretch(self, first: int, last: int) -> str:
        if first == last:
            return f"що{_OF_DAY[first]}"
        if last == first + 1:
            return f"що{_OF_DAY[first]} та що{_OF_DAY[last]}"
        return f"{self._since(_OF_DAY[first])} по {self._accusative(last)}"

    def open_until(self, name: str, closes: When, *, special: bool, again: int | None) -> str:
        """On another day: "до вісімнадцятої години п'ятниці", with the day in the genitive."""
        match closes.distance:
            case Distance.TODAY:
                return super().open_until(name, closes, special=special, again=again)
            case Distance.TOMORROW:
                day = "завтрашнього дня"
            case Distance.WEEK:
                day = _OF_DAY[closes.day.weekday()]
            case _:
                day = f"{_OF_DAY[closes.day.weekday()]} {self._date(closes.day, closes.distance)}"
        form = "open_specially_until_day" if special else "open_until_day"
        return self._of(name, form, till=self.till(closes.clock), day=day)

    def _span(self, opens: int, closes: int) -> str:
        """With "години" once: "з восьмої до дванадцятої години"."""
        span = super()._span(opens, closes)
        return span.replace(" години", "", span.count(" години") - 1)

    def _time(self, minutes: int, ending: str, noun: str) -> str:
        hour, minute = divmod(minutes, 60)
        if not minute:
            return f"{self._ordinal(hour, ending)} {noun}"
        return f"{self._ordinal(hour, ending)} {'нуль ' if minute < 10 else ''}{self._feminine(minute)}"

    def _ordinal(self, n: int, ending: str) -> str:
        """A number as an ordinal: only its last word is one."""
        number = self.number(n)
        before, blank, last = ("", "", number) if number in _ORDINALS else number.rpartition(" ")
        return before + blank + _ORDINALS[last] + (_SOFT[ending] if last == "три" else ending)

    def _feminine(self, n: int) -> str:
        before, blank, last = self.number(n).rpartition(" ")
        return before + blank + _FEMININE.get(last, last)

    def _accusative(self, weekday: int) -> str:
        name = _WEEKDAYS[weekday]
        return name[:-1] + {"а": "у", "я": "ю"}.get(name[-1], name[-1])

    def _since(self, genitive: str) -> str:
        """The preposition is "з", and before a sibilant "із", as euphony wants it."""
        return f"{'із' if genitive[0] in 'сшч' else 'з'} {genitive}"

    def _date(self, day: date, away: Distance) -> str:
        year = f" {self._ordinal(day.year, 'ого')} року" if away is Distance.YEAR else ""
        return f"{self._ordinal(day.day, 'ого')} {_MONTHS[day.month - 1]}{year}"


UKRAINIAN = Ukrainian()
