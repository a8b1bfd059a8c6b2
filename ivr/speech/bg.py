"""Bulgarian, as a friendly clerk of a town office speaks it.

Times are official ones on the twenty-four-hour clock ("двадесет часа и тридесет минути"). Nouns have no cases; what
inflects is "one" and "two" by the gender of what is counted ("един час", "една минута", a bare number: "едно"), and
the last word of a date or a year, which is an ordinal. What is said of an office is impersonal ("е отворено").
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

_DIGITS = ("нула", "едно", "две", "три", "четири", "пет", "шест", "седем", "осем", "девет")
_TEENS = (
    *("десет", "единадесет", "дванадесет", "тринадесет", "четиринадесет"),
    *("петнадесет", "шестнадесет", "седемнадесет", "осемнадесет", "деветнадесет"),
)
_TENS = (
    *("", "", "двадесет", "тридесет", "четиридесет"),
    *("петдесет", "шестдесет", "седемдесет", "осемдесет", "деветдесет"),
)
_HUNDREDS = (
    *("", "сто", "двеста", "триста", "четиристотин"),
    *("петстотин", "шестстотин", "седемстотин", "осемстотин", "деветстотин"),
)
_ORDINALS = {
    "едно": "първ",
    "две": "втор",
    "три": "трет",
    "четири": "четвърт",
    "седем": "седм",
    "осем": "осм",
    "сто": "стотн",
}
"""The last word of a number as an ordinal, without its ending, where it is not the word itself."""
_MASCULINE, _FEMININE = {"едно": "един", "две": "два"}, {"едно": "една"}
"""The last word of a number before a noun of that gender, where it is not that of a bare number."""

_WEEKDAYS, _MONTHS, _MINUTES = NAMES["bg"].weekdays, NAMES["bg"].months, NAMES["bg"].minutes
_KEYS = {str(n): word for n, word in enumerate(_DIGITS)} | {"*": "звездичка", "#": "диез"}


class Bulgarian(TableLanguage):
    """Български."""

    code = "bg"
    endonym = NAMES["bg"].endonym
    # Somleng: no voice speaks Bulgarian there.
    voices = MappingProxyType(
        {
            "twilio": Voice("Google.bg-BG-Standard-A", "bg-BG"),
            "signalwire": Voice("gcloud.bg-BG-Standard-A", "bg-BG"),
            "telnyx": Voice("Azure.bg-BG-KalinaNeural", "bg-BG"),
        }
    )
    phone_digits = MappingProxyType({str(n): word for n, word in enumerate(_DIGITS)})
    and_word = "и"
    to_word = "тире"
    keys = MappingProxyType(_KEYS)
    key_names = MappingProxyType({key: f"клавиш {word}" for key, word in _KEYS.items()})
    holidays = MappingProxyType(
        {
            "new_year": "Нова година",
            "good_friday": "Разпети петък",
            "easter_monday": "Великденски понеделник",
            "labour_day": "Ден на труда",
            "ascension": "Възнесение Господне",
            "whit_monday": "понеделник след Петдесетница",
            "corpus_christi": "Тяло Христово",
            "german_unity": "Ден на германското единство",
            "all_saints": "Вси светии",
            "christmas": "първи ден на Коледа",
            "second_christmas": "втори ден на Коледа",
        }
    )
    forms = MappingProxyType(
        {
            "option": "{phrase} натиснете {key}",
            "option_named": "{name}: натиснете {key_name}",
            "language_option": "за български език натиснете {key}",
            "no_input": "не беше натиснат клавиш",
            "no_match": "{key_name} тук не се използва",
            "no_match_other": "този избор тук не е възможен",
            "more_time": "сега имате повече време",
            "repeat_key": "за да чуете отново възможностите, натиснете {key}",
            "number_twice": "{number}. Повтарям: {number}",
            "number_is": "телефонният номер е {number}. Повтарям: {number}",
            "connecting": "един момент, моля, свързвам Ви",
            "not_reached": "за съжаление в момента не успяваме да Ви свържем",
            "not_connecting": "в момента не можем да Ви свържем",
            "goodbye": "дочуване",
            "sorry": "съжаляваме, възникна грешка от наша страна",
            "must_end": "съжаляваме, но сега трябва да приключим този разговор",
            "many_callers": "в момента се обаждат много хора",
            "call_later": "моля, обадете се отново по-късно",
            "call_directly": "моля, обадете се директно",
            "menu_away": "в момента телефонното ни меню не е достъпно",
            "emergency": "в спешен случай, моля, затворете и наберете 110 или 112",
            "numbers_follow": "в останалите случаи, моля, останете на линия, следват телефонни номера",
            "hours_unknown": "за съжаление работното време не ни е известно",
            "always_open": "отворено е денонощно",
            "open_now": "в момента е отворено",
            "open_until": "в момента е отворено, {till}",
            "open_until_day": "в момента е отворено, {till} {day}",
            "open_specially_until": "в момента е отворено, днес по изключение {till}",
            "open_specially_until_day": "в момента е отворено, по изключение {till} {day}",
            "and_again": ", после отново {since}",
            "closes_soon": "затваря {in_minutes}, {at}",
            "closes_in_a_moment": "затваря всеки момент",
            "opens_soon": "отваря {in_minutes}, {at}",
            "opens_in_a_moment": "отваря всеки момент",
            "closed_now": "в момента е затворено",
            "not_open_yet": "все още е затворено",
            "closed_today": "днес е затворено",
            "closed_for_some_time": "понастоящем е затворено",
            "closed_for_holiday": "днес е затворено поради официален празник, {holiday}",
            "closed_since_holidays": "{since_day} е затворено поради официалните празници",
            "lunch_break": "в момента е затворено поради обедна почивка",
            "closed_until_further_notice": "затворено е до второ нареждане",
            "open_today": "днес работи {hours}",
            "all_day_today": "днес работи денонощно",
            "never_open": "затворено е",
            "opens_at": "отваря {day} {at}",
            "opens_again_at": "отваря отново {day} {at}",
            "opens_specially": "{day} по изключение работи {hours}",
            "special_hours": "днес важи специално работно време: {reason}",
            "closed_because": "причина: {reason}",
            "open_because": "повод: {reason}",
            "span": "{since} {till}",
            "span_to_next_day": "{since} {till} на следващия ден",
            "around_the_clock": "денонощно",
            "every_day": "всеки ден",
            "week_days": "{days} {hours}",
            "week_closed": "{days} е затворено",
            "otherwise_closed": "в останалите дни е затворено",
            "week": "работи {lines}",
            "holidays_open": "на официални празници работи {hours}",
            "holidays_closed": "на официални празници е затворено",
        }
    )

    def number(self, n: int) -> str:
        """Neuter, as a number stands alone; "и" before the last of its parts."""
        thousands, below = divmod(n, 1000)
        hundreds, rest = divmod(below, 100)
        parts = ["хиляда" if thousands == 1 else f"{_DIGITS[thousands]} хиляди"] if thousands else []
        parts += [_HUNDREDS[hundreds]] if hundreds else []
        tens, unit = divmod(rest, 10)
        if tens == 1:
            parts.append(_TEENS[unit])
        else:
            parts += [_TENS[tens]] if tens else []
            parts += [_DIGITS[unit]] if unit or not parts else []
        return " и ".join(part for part in (" ".join(parts[:-1]), parts[-1]) if part)

    def clock(self, minutes: int) -> str:
        hour, minute = divmod(minutes, 60)
        # The counted form, also after "one": "един часа" is the time, "един час" would be a duration.
        hours = f"{self._counted(hour, _MASCULINE)} часа"
        return f"{hours} и {self._minutes(minute)}" if minute else hours

    def at(self, minutes: int) -> str:
        return f"в {self.clock(minutes)}"

    def since(self, minutes: int) -> str:
        return f"от {self.clock(minutes)}"

    def till(self, minutes: int) -> str:
        return f"до {self.clock(minutes)}"

    def in_minutes(self, n: int) -> str:
        return f"след {self._minutes(n)}"

    def on_day(self, day: date, away: Distance) -> str:
        match away:
            case Distance.TODAY:
                return "днес"
            case Distance.TOMORROW:
                return "утре"
            case Distance.WEEK:
                return self._on(day.weekday())
            case _:
                return f"{self._on(day.weekday())}, {self._date(day, away)}"

    def since_day(self, day: date, away: Distance) -> str:
        return "от вчера" if away is Distance.TOMORROW else f"от {_WEEKDAYS[day.weekday()]}"

    def stretch(self, first: int, last: int) -> str:
        if first == last:
            return self._on(first)
        if last == first + 1:
            return f"{self._on(first)} и {_WEEKDAYS[last]}"
        return f"от {_WEEKDAYS[first]} до {_WEEKDAYS[last]}"

    def _span(self, opens: int, closes: int) -> str:
        """Between two whole hours of a day the noun is said once: "от девет до осемнадесет часа"."""
        span = super()._span(opens, closes)
        whole = opens % 60 == closes % 60 == 0 and closes <= 24 * 60
        return span.replace(" часа", "", 1) if whole else span

    def _on(self, weekday: int) -> str:
        """The preposition is doubled before its own sound: "във вторник"."""
        name = _WEEKDAYS[weekday]
        return f"във {name}" if name.startswith("в") else f"в {name}"

    def _date(self, day: date, away: Distance) -> str:
        year = f" {self._ordinal(day.year, 'а')} година" if away is Distance.YEAR else ""
        return f"{self._ordinal(day.day, 'и')} {_MONTHS[day.month - 1]}{year}"

    def _ordinal(self, n: int, ending: str) -> str:
        """Masculine for a day ("двадесет и първи"), feminine for a year ("две хиляди двадесет и седма")."""
        before, blank, last = self.number(n).rpartition(" ")
        return before + blank + _ORDINALS.get(last, last) + ending

    def _minutes(self, n: int) -> str:
        return f"{self._counted(n, _FEMININE)} {_MINUTES[min(n, len(_MINUTES) - 1)]}"

    def _counted(self, n: int, gender: dict[str, str]) -> str:
        before, blank, last = self.number(n).rpartition(" ")
        return before + blank + gender.get(last, last)


BULGARIAN = Bulgarian()
