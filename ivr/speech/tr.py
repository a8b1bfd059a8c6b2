"""Turkish, as a friendly clerk of a town office speaks it.

Times are official ones on the twenty-four-hour clock ("saat yirmi otuz"). A number takes the ending that its last word
asks for by vowel harmony, so the last words are a table: "dokuzda", "dokuza kadar", "dokuzdan". A weekday is written
with a capital only next to a date, and "i" becomes "İ".
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ivr.speech.cldr import NAMES
from ivr.speech.forms import Voice
from ivr.speech.situation import Distance
from ivr.speech.table import TableLanguage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_DIGITS = ("sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz")
_TENS = ("", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan")
_WEEKDAYS, _MONTHS = NAMES["tr"].weekdays, NAMES["tr"].months
_DAYS = tuple(name.lower() for name in _WEEKDAYS)

_ENDINGS = {
    "sıfır": ("da", "a", "dan"),
    "bir": ("de", "e", "den"),
    "iki": ("de", "ye", "den"),
    "üç": ("te", "e", "ten"),
    "dört": ("te", "e", "ten"),
    "beş": ("te", "e", "ten"),
    "altı": ("da", "ya", "dan"),
    "yedi": ("de", "ye", "den"),
    "sekiz": ("de", "e", "den"),
    "dokuz": ("da", "a", "dan"),
    "on": ("da", "a", "dan"),
    "yirmi": ("de", "ye", "den"),
    "otuz": ("da", "a", "dan"),
    "kırk": ("ta", "a", "tan"),
    "elli": ("de", "ye", "den"),
}
"""Locative, dative, ablative. Final "t" softens before a vowel: "dörde"."""
_SOFT = {"dört": "dörd"}
_FROM_DAY = ("den", "dan", "dan", "den", "dan", "den", "dan")
_TO_DAY = ("ye", "ya", "ya", "ye", "ya", "ye", "a")
"""Ablative and dative of the weekdays, Monday first."""
_ON_DAYS = " günleri"


class Turkish(TableLanguage):
    """Türkçe."""

    code = "tr"
    endonym = NAMES["tr"].endonym
    voices = MappingProxyType(
        {
            "twilio": Voice("Polly.Burcu-Neural", "tr-TR"),
            "signalwire": Voice("Polly.Burcu-Neural", "tr-TR"),
            "telnyx": Voice("Polly.Burcu-Neural", "tr-TR"),
            "somleng": Voice("Polly.Filiz", "tr-TR"),
        }
    )
    phone_digits = MappingProxyType({str(n): word for n, word in enumerate(_DIGITS)})
    and_word = "ve"
    to_word = "ila"
    joint = " "
    keys = MappingProxyType(
        {str(n): _SOFT.get(word, word) + _ENDINGS[word][1] for n, word in enumerate(_DIGITS)}
        | {"*": "yıldız tuşuna", "#": "kare tuşuna"}
    )
    key_names = MappingProxyType(
        {str(n): f"{word} numaralı tuş" for n, word in enumerate(_DIGITS)} | {"*": "yıldız tuşu", "#": "kare tuşu"}
    )
    holidays = MappingProxyType(
        {
            "new_year": "Yılbaşı",
            "good_friday": "Kutsal Cuma",
            "easter_monday": "Paskalya Pazartesisi",
            "labour_day": "İşçi Bayramı",
            "ascension": "Göğe Yükseliş Yortusu",
            "whit_monday": "Pentekost Pazartesisi",
            "corpus_christi": "Kutsal Beden Yortusu",
            "german_unity": "Alman Birliği Günü",
            "all_saints": "Tüm Azizler Günü",
            "christmas": "Noel'in birinci günü",
            "second_christmas": "Noel'in ikinci günü",
        }
    )
    forms = MappingProxyType(
        {
            "option": "{phrase} {key} basın",
            "option_named": "{name} için {key} basın",
            "language_option": "Türkçe için {key} basın",
            "no_input": "henüz bir tuşlama alamadım",
            "no_match": "{key_name} burada kullanılmıyor",
            "no_match_other": "bu tuşlama burada kullanılmıyor",
            "more_time": "şimdi daha fazla zamanınız var",
            "repeat_key": "seçenekleri tekrar dinlemek için {key} basın",
            "number_twice": "{number}. Tekrar ediyorum: {number}",
            "number_is": "telefon numarası: {number}. Tekrar ediyorum: {number}",
            "connecting": "lütfen hatta kalın, sizi bağlıyorum",
            "not_reached": "şu anda maalesef telefona yanıt veremiyor",
            "not_connecting": "maalesef şu anda sizi bağlayamıyoruz",
            "goodbye": "hoşça kalın",
            "sorry": "özür dileriz, bizden kaynaklanan bir hata oluştu",
            "must_end": "maalesef bu görüşmeyi şimdi sonlandırmak zorundayız",
            "many_callers": "şu anda bizi çok sayıda kişi arıyor",
            "call_later": "lütfen daha sonra tekrar arayın",
            "call_directly": "lütfen ilgili birimi doğrudan arayın",
            "menu_away": "telefon menümüze şu anda ulaşılamıyor",
            "emergency": "acil durumda lütfen kapatıp 110 veya 112'yi arayın",
            "numbers_follow": "diğer durumlarda telefon numaralarımız için lütfen hatta kalın",
            "hours_unknown": "çalışma saatleri maalesef bilinmiyor",
            "always_open": "haftanın her günü yirmi dört saat açık",
            "open_now": "şu anda açık",
            "open_until": "şu anda açık, saat {till} hizmet veriyor",
            "open_until_day": "şu anda açık, {day} saat {till} kesintisiz açık",
            "open_specially_until": "şu anda açık, bugün istisnai olarak saat {till} hizmet veriyor",
            "open_specially_until_day": "şu anda açık, istisnai olarak {day} saat {till} kesintisiz açık",
            "and_again": ", {since} itibaren yeniden açık",
            "closes_soon": "{in_minutes}, {at} kapanıyor",
            "closes_in_a_moment": "birazdan kapanıyor",
            "opens_soon": "{in_minutes}, {at} açılıyor",
            "opens_in_a_moment": "birazdan açılıyor",
            "closed_now": "şu anda kapalı",
            "not_open_yet": "henüz açılmadı",
            "closed_today": "bugün kapalı",
            "closed_for_some_time": "şu günlerde kapalı",
            "closed_for_holiday": "bugün resmî tatil olan {holiday} nedeniyle kapalı",
            "closed_since_holidays": "{since_day} resmî tatiller nedeniyle kapalı",
            "lunch_break": "şu anda öğle arası nedeniyle kapalı",
            "closed_until_further_notice": "ikinci bir duyuruya kadar kapalı",
            "open_today": "bugün {hours} açık",
            "all_day_today": "bugün yirmi dört saat açık",
            "never_open": "kapalı",
            "opens_at": "{day} {at} açılıyor",
            "opens_again_at": "{day} {at} yeniden açılıyor",
            "opens_specially": "{day} istisnai olarak {hours} açık",
            "special_hours": "bugün özel çalışma saatleri geçerli: {reason}",
            "closed_because": "nedeni: {reason}",
            "open_because": "nedeni: {reason}",
            "span": "{since} {till}",
            "span_to_next_day": "{since} ertesi gün saat {till}",
            "around_the_clock": "yirmi dört saat",
            "every_day": "her gün",
            "week_days": "{days} {hours}",
            "week_closed": "{days} kapalı",
            "otherwise_closed": "diğer günler kapalı",
            "week": "çalışma saatleri: {lines}",
            "holidays_open": "resmî tatillerde {hours} açık",
            "holidays_closed": "resmî tatillerde kapalı",
        }
    )

    def capital(self, text: str) -> str:
        return ("İ" if text[:1] == "i" else text[:1].upper()) + text[1:]

    def number(self, n: int) -> str:
        thousands, below = divmod(n, 1000)
        hundreds, rest = divmod(below, 100)
        parts = [*([_DIGITS[thousands]] if thousands > 1 else []), "bin"] if thousands else []
        parts += [*([_DIGITS[hundreds]] if hundreds > 1 else []), "yüz"] if hundreds else []
        tens, unit = divmod(rest, 10)
        parts += [_TENS[tens]] if tens else []
        parts += [_DIGITS[unit]] if unit or not parts else []
        return " ".join(parts)

    def clock(self, minutes: int) -> str:
        hour, minute = divmod(minutes, 60)
        spoken = self.number(hour) if hour else "sıfır sıfır"
        if not minute:
            return spoken
        return f"{spoken} {'sıfır ' if minute < 10 else ''}{self.number(minute)}"

    def at(self, minutes: int) -> str:
        return f"saat {self._inflected(minutes, 0)}"

    def since(self, minutes: int) -> str:
        return f"saat {self._inflected(minutes, 2)}"

    def till(self, minutes: int) -> str:
        """Without "saat": within a span the first time has said it ("saat dokuzdan on ikiye kadar")."""
        return f"{self._inflected(minutes, 1)} kadar"

    def _inflected(self, minutes: int, case: int) -> str:
        before, blank, last = self.clock(minutes).rpartition(" ")
        stem = _SOFT.get(last, last) if case == 1 else last
        return before + blank + stem + _ENDINGS[last][case]

    def in_minutes(self, n: int) -> str:
        return f"{self.number(n)} dakika sonra"

    def on_day(self, day: date, away: Distance) -> str:
        match away:
            case Distance.TODAY:
                return "bugün"
            case Distance.TOMORROW:
                return "yarın"
            case Distance.WEEK:
                return f"{_DAYS[day.weekday()]} günü"
            case _:
                return f"{self._date(day, away)} {_WEEKDAYS[day.weekday()]} günü"

    def since_day(self, day: date, away: Distance) -> str:
        return "dünden beri" if away is Distance.TOMORROW else f"{_DAYS[day.weekday()]} gününden beri"

    def stretch(self, first: int, last: int) -> str:
        if first == last:
            return _DAYS[first] + _ON_DAYS
        if last == first + 1:
            return f"{_DAYS[first]} ve {_DAYS[last]}{_ON_DAYS}"
        return f"{_DAYS[first]}{_FROM_DAY[first]} {_DAYS[last]}{_TO_DAY[last]} kadar her gün"

    def listed(self, parts: Sequence[str]) -> str:
        """Of several days, only the last is followed by the noun: "pazartesi, çarşamba ve cuma günleri"."""
        if not parts or not all(part.endswith(_ON_DAYS) for part in parts):
            return super().listed(parts)
        return super().listed([day for part in parts for day in part.removesuffix(_ON_DAYS).split(" ve ")]) + _ON_DAYS

    def _date(self, day: date, away: Distance) -> str:
        year = f" {self.number(day.year)}" if away is Distance.YEAR else ""
        return f"{self.number(day.day)} {_MONTHS[day.month - 1]}{year}"


TURKISH = Turkish()
