"""Polish, as a friendly clerk of a town office speaks it.

Times are official ones on the twenty-four-hour clock: the hour is a feminine ordinal, the minutes a plain number
("o dwudziestej trzydzieści"). Days of the month and years are ordinals in the genitive, weekdays take the case that
their preposition asks for. An office is never a subject: "otwarte" and "zamknięte" fit every name.
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

_UNITS = ("zero", "jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem", "osiem", "dziewięć")
_TEENS = (
    *("dziesięć", "jedenaście", "dwanaście", "trzynaście", "czternaście"),
    *("piętnaście", "szesnaście", "siedemnaście", "osiemnaście", "dziewiętnaście"),
)
_TENS = (
    *("", "", "dwadzieścia", "trzydzieści", "czterdzieści"),
    *("pięćdziesiąt", "sześćdziesiąt", "siedemdziesiąt", "osiemdziesiąt", "dziewięćdziesiąt"),
)
_HUNDREDS = (
    *("", "sto", "dwieście", "trzysta", "czterysta"),
    *("pięćset", "sześćset", "siedemset", "osiemset", "dziewięćset"),
)

_ORDINALS = (
    *("", "pierwsz", "drug", "trzeci", "czwart", "piąt", "szóst", "siódm", "ósm", "dziewiąt"),
    *("dziesiąt", "jedenast", "dwunast", "trzynast", "czternast"),
    *("piętnast", "szesnast", "siedemnast", "osiemnast", "dziewiętnast"),
)
_TENTHS = (
    *("", "", "dwudziest", "trzydziest", "czterdziest"),
    *("pięćdziesiąt", "sześćdziesiąt", "siedemdziesiąt", "osiemdziesiąt", "dziewięćdziesiąt"),
)
_HUNDREDTHS = (
    *("", "setn", "dwusetn", "trzechsetn", "czterechsetn"),
    *("pięćsetn", "sześćsetn", "siedemsetn", "osiemsetn", "dziewięćsetn"),
)
"""Stems of the ordinals; "drug" becomes "drugi" before "e"."""
_HOUR, _OF_HOUR, _OF_DAY = "a", "ej", "ego"
"""Endings: feminine nominative; feminine genitive, which is the locative as well; masculine genitive."""

_MONTHS, _MINUTES = NAMES["pl"].months, NAMES["pl"].minutes
_ON_DAY = (
    *("w poniedziałek", "we wtorek", "w środę", "w czwartek"),
    *("w piątek", "w sobotę", "w niedzielę"),
)
_OF_WEEKDAY = ("poniedziałku", "wtorku", "środy", "czwartku", "piątku", "soboty", "niedzieli")
_EVERY = ("poniedziałki", "wtorki", "środy", "czwartki", "piątki", "soboty", "niedziele")
"""The weekdays, Monday first: on one, genitive, accusative plural."""


class Polish(TableLanguage):
    """Polski."""

    code = "pl"
    endonym = NAMES["pl"].endonym
    voices = MappingProxyType(
        {
            "twilio": Voice("Polly.Ola-Neural", "pl-PL"),
            "signalwire": Voice("Polly.Ola-Neural", "pl-PL"),
            "telnyx": Voice("Polly.Ola-Neural", "pl-PL"),
            "somleng": Voice("Polly.Ewa", "pl-PL"),
        }
    )
    phone_digits = MappingProxyType({str(n): word for n, word in enumerate(_UNITS)})
    and_word = "i"
    to_word = "myślnik"
    keys = MappingProxyType({str(n): word for n, word in enumerate(_UNITS)} | {"*": "gwiazdkę", "#": "krzyżyk"})
    key_names = MappingProxyType(
        {str(n): f"klawisz {word}" for n, word in enumerate(_UNITS)}
        | {"*": "klawisz z gwiazdką", "#": "klawisz z krzyżykiem"}
    )
    holidays = MappingProxyType(
        {
            "new_year": "Nowy Rok",
            "good_friday": "Wielki Piątek",
            "easter_monday": "Poniedziałek Wielkanocny",
            "labour_day": "Święto Pracy",
            "ascension": "Wniebowstąpienie Pańskie",
            "whit_monday": "Poniedziałek Zielonych Świątek",
            "corpus_christi": "Boże Ciało",
            "german_unity": "Dzień Jedności Niemiec",
            "all_saints": "uroczystość Wszystkich Świętych",
            "christmas": "pierwszy dzień Bożego Narodzenia",
            "second_christmas": "drugi dzień Bożego Narodzenia",
        }
    )
    forms = MappingProxyType(
        {
            "option": "{phrase} – proszę wybrać {key}",
            "option_named": "{name}: {key_name}",
            "language_option": "język polski – proszę wybrać {key}",
            "no_input": "nie wybrano żadnej opcji",
            "no_match": "{key_name} nie ma tu przypisanej funkcji",
            "no_match_other": "ten wybór nie jest tu dostępny",
            "more_time": "mają Państwo teraz więcej czasu",
            "repeat_key": "aby jeszcze raz wysłuchać opcji, proszę wybrać {key}",
            "number_twice": "{number}. Powtarzam: {number}",
            "number_is": "numer telefonu to {number}. Powtarzam: {number}",
            "connecting": "proszę o chwilę cierpliwości, już łączę",
            "not_reached": "niestety nie udało się uzyskać połączenia",
            "not_connecting": "w tej chwili nie możemy zrealizować połączenia",
            "goodbye": "do usłyszenia",
            "sorry": "przepraszamy, po naszej stronie wystąpił błąd",
            "must_end": "przepraszamy, musimy teraz zakończyć tę rozmowę",
            "many_callers": "w tej chwili dzwoni do nas bardzo wiele osób",
            "call_later": "prosimy zadzwonić później",
            "call_directly": "prosimy zadzwonić bezpośrednio",
            "menu_away": "nasze menu telefoniczne jest w tej chwili niedostępne",
            "emergency": "w nagłym wypadku prosimy rozłączyć się i wybrać 110 lub 112",
            "numbers_follow": "w innych sprawach prosimy pozostać na linii, podamy numery telefonów",
            "hours_unknown": "niestety nie znamy godzin otwarcia",
            "always_open": "otwarte całą dobę",
            "open_now": "teraz otwarte",
            "open_until": "teraz otwarte {till}",
            "open_until_day": "teraz otwarte {day}, {till}",
            "open_specially_until": "teraz otwarte, dziś wyjątkowo {till}",
            "open_specially_until_day": "teraz otwarte, wyjątkowo {day}, {till}",
            "and_again": ", a potem znowu {since}",
            "closes_soon": "zamknięcie {in_minutes}, {at}",
            "closes_in_a_moment": "zamknięcie za chwilę",
            "opens_soon": "otwarcie {in_minutes}, {at}",
            "opens_in_a_moment": "otwarcie za chwilę",
            "closed_now": "teraz zamknięte",
            "not_open_yet": "jeszcze zamknięte",
            "closed_today": "dziś zamknięte",
            "closed_for_some_time": "obecnie zamknięte",
            "closed_for_holiday": "dziś zamknięte, ponieważ {holiday} to dzień wolny od pracy",
            "closed_since_holidays": "{since_day} zamknięte z powodu świąt",
            "lunch_break": "teraz przerwa obiadowa",
            "closed_until_further_notice": "zamknięte do odwołania",
            "open_today": "dziś otwarte {hours}",
            "all_day_today": "dziś otwarte całą dobę",
            "never_open": "zamknięte",
            "opens_at": "otwarte {day} {since}",
            "opens_again_at": "znowu otwarte {day} {since}",
            "opens_specially": "{day} wyjątkowo otwarte {hours}",
            "special_hours": "dziś obowiązują specjalne godziny otwarcia. Powód: {reason}",
            "closed_because": "powód: {reason}",
            "open_because": "powód: {reason}",
            "span": "{since} {till}",
            "span_to_next_day": "{since} {till} następnego dnia",
            "around_the_clock": "całą dobę",
            "every_day": "codziennie",
            "week_days": "{days} {hours}",
            "week_closed": "{days} zamknięte",
            "otherwise_closed": "w pozostałe dni zamknięte",
            "week": "otwarte {lines}",
            "holidays_open": "w święta otwarte {hours}",
            "holidays_closed": "w święta zamknięte",
        }
    )

    def number(self, n: int) -> str:
        thousands, below = divmod(n, 1000)
        hundreds, rest = divmod(below, 100)
        tens, unit = divmod(rest, 10)
        parts = [_UNITS[thousands]] if thousands > 1 else []
        if thousands:
            parts.append("tysiąc" if thousands == 1 else "tysiące" if thousands < 5 else "tysięcy")
        parts += [_HUNDREDS[hundreds]] if hundreds else []
        if tens == 1:
            return " ".join([*parts, _TEENS[unit]])
        parts += [_TENS[tens]] if tens else []
        parts += [_UNITS[unit]] if unit or not parts else []
        return " ".join(parts)

    def clock(self, minutes: int) -> str:
        return self._clock(minutes, "godzina", _HOUR)

    def at(self, minutes: int) -> str:
        return f"o {self._clock(minutes, 'godzinie', _OF_HOUR)}"

    def since(self, minutes: int) -> str:
        return f"od {self._clock(minutes, 'godziny', _OF_HOUR)}"

    def till(self, minutes: int) -> str:
        return f"do {self._clock(minutes, 'godziny', _OF_HOUR)}"

    def _clock(self, minutes: int, zero: str, ending: str) -> str:
        """The first hour of the day has no ordinal: "godzina zero", with `zero` in the case that is needed."""
        hour, minute = divmod(minutes, 60)
        spoken = self._ordinal(hour, ending) if hour else f"{zero} zero"
        if not minute:
            return spoken
        return f"{spoken} {'zero ' if minute < 10 else ''}{self.number(minute)}"

    def in_minutes(self, n: int) -> str:
        count = self.number(n)
        # A minute is feminine, which only "two" shows.
        feminine = f"{count[:-1]}ie" if count.endswith("dwa") else count
        return f"za {feminine} {_MINUTES[n]}"

    def on_day(self, day: date, away: Distance) -> str:
        match away:
            case Distance.TODAY:
                return "dziś"
            case Distance.TOMORROW:
                return "jutro"
            case Distance.WEEK:
                return _ON_DAY[day.weekday()]
            case _:
                return f"{_ON_DAY[day.weekday()]} {self._date(day, away)}"

    def since_day(self, day: date, away: Distance) -> str:
        return "od wczoraj" if away is Distance.TOMORROW else f"od {_OF_WEEKDAY[day.weekday()]}"

    def open_until(self, name: str, closes: When, *, special: bool, again: int | None) -> str:
        if closes.distance is Distance.TODAY:
            return super().open_until(name, closes, special=special, again=again)
        # "Until" asks for the genitive of the day as well: "do piątku, do osiemnastej". Nothing opens again before.
        form = "open_specially_until_day" if special else "open_until_day"
        return self._of(name, form, day=self._till_day(closes.day, closes.distance), till=self.till(closes.clock))

    def _till_day(self, day: date, away: Distance) -> str:
        match away:
            case Distance.TOMORROW:
                return "do jutra"
            case Distance.WEEK:
                return f"do {_OF_WEEKDAY[day.weekday()]}"
            case _:
                return f"do {_OF_WEEKDAY[day.weekday()]} {self._date(day, away)}"

    def stretch(self, first: int, last: int) -> str:
        if last > first + 1:
            return f"od {_OF_WEEKDAY[first]} do {_OF_WEEKDAY[last]}"
        days = f"{'we' if first == 1 else 'w'} {_EVERY[first]}"
        return days if first == last else f"{days} i {_EVERY[last]}"

    def _date(self, day: date, away: Distance) -> str:
        year = f" {self._of_year(day.year)} roku" if away is Distance.YEAR else ""
        return f"{self._ordinal(day.day, _OF_DAY)} {_MONTHS[day.month - 1]}{year}"

    def _of_year(self, year: int) -> str:
        """A year in the genitive; only its last number is an ordinal. Whole thousands are not met."""
        if rest := year % 100:
            return f"{self.number(year - rest)} {self._ordinal(rest, _OF_DAY)}"
        return f"{self.number(year - year % 1000)} {_HUNDREDTHS[year // 100 % 10]}{_OF_DAY}"

    def _ordinal(self, n: int, ending: str) -> str:
        """1 to 99; tens and units both inflect: "dwudziestej pierwszej"."""
        tens, unit = divmod(n, 10) if n >= 20 else (0, n)
        stems = [stem for stem in (_TENTHS[tens], _ORDINALS[unit]) if stem]
        return " ".join(stem + ("i" if stem[-1] == "g" and ending[0] == "e" else "") + ending for stem in stems)


POLISH = Polish()
