"""Turkish, as a friendly clerk of a town office speaks it.

Times are official ones on the twenty-four-hour clock ("saat yirmi otuz"). A number takes the ending that its last word
asks for by vowel harmony, so the last words are a table: "dokuzda", "dokuza kadar", "dokuzdan".
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

_DIGITS = ("sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz")
_TENS = ("", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan")
_WEEKDAYS, _MONTHS = NAMES["tr"].weekdays, NAMES["tr"].months

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
"""Ablative of the weekdays, Monday first."""


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
    to_word = "ile"
    joint = " "
    keys = MappingProxyType(
        {str(n): _SOFT.get(word, word) + _ENDINGS[word][1] for n, word in enumerate(_DIGITS)}
        | {"*": "yıldız tuşuna", "#": "kare tuşuna"}
    )
    key_names = MappingProxyType(
        {str(n): f"{word} tuşu" for n, word in enumerate(_DIGITS)} | {"*": "yıldız tuşu", "#": "kare tuşu"}
    )
    holidays = MappingProxyType(
        {
            "new_year": "Yılbaşı",
            "good_friday": "Kutsal Cuma",
            "easter_monday": "Paskalya Pazartesisi",
            "labour_day": "İşçi Bayramı",
            "ascension": "Yükseliş Bayramı",
            "whit_monday": "Pentekost Pazartesisi",
            "corpus_christi": "Fronleichnam",
            "german_unity": "Alman Birliği Günü",
            "all_saints": "Azizler Günü",
            "christmas": "Noel'in birinci günü",
            "second_christmas": "Noel'in ikinci günü",
        }
    )
    forms = MappingProxyType(
        {
            "option": "{phrase} {key} basın",
            "option_named": "{name}: {key_name}",
            "language_option": "Türkçe için {key} basın",
            "no_input": "herhangi bir tuşa basılmadı",
            "no_match": "{key_name} burada kullanılmıyor",
            "no_match_other": "bu giriş burada kullanılmıyor",
            "more_time": "şimdi daha fazla vaktiniz var",
            "repeat_key": "seçenekleri tekrar dinlemek için {key} basın",
            "number_twice": "{number}. Tekrar ediyorum: {number}",
            "number_is": "telefon numarası: {number}. Tekrar ediyorum: {number}",
            "connecting": "lütfen bir dakika bekleyin, sizi bağlıyorum",
            "not_reached": "şu anda maalesef telefona yanıt vermiyor",
            "goodbye": "hoşça kalın",
            "sorry": "özür dileriz, bizden kaynaklanan bir hata oluştu",
            "must_end": "maalesef bu görüşmeyi şimdi sonlandırmak zorundayız",
            "call_later": "lütfen daha sonra tekrar arayın",
            "call_directly": "lütfen doğrudan arayın",
            "hours_unknown": "için çalışma saatleri maalesef bilinmiyor",
            "always_open": "yirmi dört saat açık",
            "open_until": "şu anda açık, {till}",
            "open_until_day": "şu anda açık, {day} {till}",
            "open_specially_until": "şu anda açık, bugün istisnai olarak {till}",
            "open_specially_until_day": "şu anda açık, istisnai olarak {day} {till}",
            "and_again": ", sonra yine {since} itibaren",
            "closes_soon": "{in_minutes}, {at} kapanıyor",
            "closes_in_a_moment": "birazdan kapanıyor",
            "opens_soon": "{in_minutes}, {at} açılıyor",
            "opens_in_a_moment": "birazdan açılıyor",
            "closed_now": "şu anda kapalı",
            "not_open_yet": "henüz açılmadı",
            "closed_today": "bugün kapalı",
            "closed_for_some_time": "şu sıralar kapalı",
            "closed_for_holiday": "bugün resmî tatil nedeniyle kapalı: {holiday}",
            "closed_since_holidays": "{since_day} resmî tatiller nedeniyle kapalı",
            "lunch_break": "şu anda öğle arasında",
            "closed_until_further_notice": "bir sonraki duyuruya kadar kapalı",
            "open_today": "bugün {hours} açık",
            "all_day_today": "bugün yirmi dört saat açık",
            "never_open": "kapalı",
            "opens_at": "{day} {at} açılıyor",
            "opens_again_at": "{day} {at} yeniden açılıyor",
            "opens_specially": "{day} istisnai olarak {hours} açık",
            "special_hours": "bugün özel çalışma saatleri geçerli: {reason}",
            "closed_because": "nedeni: {reason}",
            "open_because": "vesilesi: {reason}",
            "span": "{since} {till}",
            "span_to_next_day": "{since} ertesi gün {till}",
            "around_the_clock": "yirmi dört saat",
            "every_day": "her gün",
            "week_days": "{days} {hours}",
            "week_closed": "{days} kapalı",
            "otherwise_closed": "diğer günler kapalı",
            "week": "açılış saatleri: {lines}",
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
        if not minute:
            return self.number(hour)
        return f"{self.number(hour)} {'sıfır ' if minute < 10 else ''}{self.number(minute)}"

    def at(self, minutes: int) -> str:
        return f"saat {self._inflected(minutes, 0)}"

    def since(self, minutes: int) -> str:
        return f"saat {self._inflected(minutes, 2)}"

    def till(self, minutes: int) -> str:
        return f"saat {self._inflected(minutes, 1)} kadar"

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
                return f"{_WEEKDAYS[day.weekday()]} günü"
            case _:
                return f"{self._date(day, away)} {_WEEKDAYS[day.weekday()]} günü"

    def since_day(self, day: date, away: Distance) -> str:
        match away:
            case Distance.TOMORROW:
                return "dünden beri"
            case Distance.WEEK:
                return f"{_WEEKDAYS[day.weekday()]} gününden beri"
            case _:
                return f"{self._date(day, away)} gününden beri"

    def stretch(self, first: int, last: int) -> str:
        if first == last:
            return f"{_WEEKDAYS[first]} günleri"
        if last == first + 1:
            return f"{_WEEKDAYS[first]} ve {_WEEKDAYS[last]} günleri"
        return f"{_WEEKDAYS[first]}{_FROM_DAY[first]} {_WEEKDAYS[last]} gününe kadar"

    def _date(self, day: date, away: Distance) -> str:
        year = f" {self.number(day.year)}" if away is Distance.YEAR else ""
        return f"{self.number(day.day)} {_MONTHS[day.month - 1]}{year}"


TURKISH = Turkish()
