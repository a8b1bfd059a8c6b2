"""Modern Standard Arabic, as a friendly clerk of a town office speaks it.

Times are told as in Arabic announcements: the ordinal hour and the part of the day, unambiguous together ("الساعة
الثامنة والنصف مساءً"); midnight has its name and is the end of a day. Behind a preposition, numbers stand in the
oblique case; with minutes they are feminine, two of them a dual ("دقيقتين"). An office's name may be masculine or
feminine, so the sentences speak of its doors ("الأبواب مفتوحة الآن").
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from ivr.speech.cldr import NAMES
from ivr.speech.forms import Voice
from ivr.speech.situation import Distance
from ivr.speech.table import TableLanguage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_DIGITS = ("صفر", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة")
_TEENS = (
    *("عشرة", "أحد عشر", "اثنا عشر", "ثلاثة عشر", "أربعة عشر"),
    *("خمسة عشر", "ستة عشر", "سبعة عشر", "ثمانية عشر", "تسعة عشر"),
)
_TENS = ("", "", "عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون")
_HUNDREDS = ("", "مئة", "مئتان", "ثلاثمئة", "أربعمئة", "خمسمئة", "ستمئة", "سبعمئة", "ثمانمئة", "تسعمئة")
_THOUSANDS = ("", "ألف", "ألفان", *(f"{digit} آلاف" for digit in _DIGITS[3:]))
_WEEKDAYS, _MONTHS = NAMES["ar"].weekdays, NAMES["ar"].months

_FEMININE = ("", "إحدى", "اثنتي", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثماني", "تسع")
"""One to nine with a feminine noun, oblique, as they stand right before "عشرة" or "دقائق"."""
_FEMININE_APART = {2: "اثنتين", 8: "ثمانٍ"}
"""Two and eight have their full endings before "and": "ثمانٍ وعشرين"."""
_HOURS = (
    *("الثانية عشرة", "الواحدة", "الثانية", "الثالثة", "الرابعة", "الخامسة"),
    *("السادسة", "السابعة", "الثامنة", "التاسعة", "العاشرة", "الحادية عشرة"),
)
_ORDINALS = (
    *("", "الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع"),
    *("العاشر", "الحادي عشر", "الثاني عشر", "الثالث عشر", "الرابع عشر"),
    *("الخامس عشر", "السادس عشر", "السابع عشر", "الثامن عشر", "التاسع عشر"),
)
_MIDNIGHT = "منتصف الليل"
_DUAL_OR_TENS = re.compile(r"(?:ان|ون)\b")


class Arabic(TableLanguage):
    """العربية."""

    code = "ar"
    endonym = NAMES["ar"].endonym
    voices = MappingProxyType(
        {
            "twilio": Voice("Google.ar-XA-Wavenet-A", "ar-XA"),
            "signalwire": Voice("gcloud.ar-XA-Wavenet-A", "ar-XA"),
            "telnyx": Voice("Polly.Zeina", "arb"),
            "somleng": Voice("Polly.Zeina", "arb"),
        }
    )
    midnight_opens = False
    phone_digits = MappingProxyType({str(n): word for n, word in enumerate(_DIGITS)})
    and_word = "و"
    to_word = "إلى"
    # "على" asks for the oblique, which only the two shows.
    keys = MappingProxyType(
        {str(n): _DUAL_OR_TENS.sub("ين", word) for n, word in enumerate(_DIGITS)}
        | {"*": "مفتاح النجمة", "#": "مفتاح المربع"}
    )
    key_names = MappingProxyType(
        {str(n): f"مفتاح الرقم {word}" for n, word in enumerate(_DIGITS)} | {"*": "مفتاح النجمة", "#": "مفتاح المربع"}
    )
    holidays = MappingProxyType(
        {
            "new_year": "رأس السنة الميلادية",
            "good_friday": "الجمعة العظيمة",
            "easter_monday": "اثنين الفصح",
            "labour_day": "عيد العمال",
            "ascension": "عيد الصعود",
            "whit_monday": "اثنين العنصرة",
            "corpus_christi": "عيد خميس الجسد",
            "german_unity": "يوم الوحدة الألمانية",
            "all_saints": "عيد جميع القديسين",
            "christmas": "اليوم الأول من عيد الميلاد",
            "second_christmas": "اليوم الثاني من عيد الميلاد",
        }
    )
    # The vowel sign of the passive is written: without it a voice reads "she opens".
    joint = "، "
    forms = MappingProxyType(
        {
            "option": "{phrase}، اضغطوا {key}",
            "option_named": "{name}: {key_name}",
            "language_option": "للغة العربية، اضغطوا {key}",
            "no_input": "لم يصلنا أي اختيار",
            "no_match": "{key_name} غير مستخدم هنا",
            "no_match_other": "هذا الاختيار غير متاح هنا",
            "more_time": "لديكم الآن وقت أطول",
            "repeat_key": "لسماع الخيارات مرة أخرى، اضغطوا {key}",
            "number_twice": "{number}. أكرّر: {number}",
            "number_is": "رقم الهاتف هو {number}. أكرّر: {number}",
            "connecting": "لحظة من فضلكم، سنحوّل مكالمتكم الآن",
            "not_reached": "للأسف يتعذّر الاتصال في الوقت الحالي",
            "not_connecting": "لا يمكننا توصيل مكالمتكم في الوقت الحالي",
            "goodbye": "مع السلامة",
            "sorry": "نعتذر، حدث خطأ من جانبنا",
            "must_end": "للأسف علينا إنهاء هذه المكالمة الآن",
            "many_callers": "يتصل بنا الآن عدد كبير جدًا من الناس",
            "call_later": "يُرجى معاودة الاتصال لاحقًا",
            "call_directly": "يُرجى الاتصال مباشرةً",
            "menu_away": "قائمتنا الهاتفية غير متاحة حاليًا",
            "emergency": "للطوارئ أغلقوا الخط واطلبوا 110 أو 112",
            "numbers_follow": "وإلا فابقوا على الخط لسماع أرقام الهاتف",
            "hours_unknown": "للأسف لا نعرف أوقات العمل",
            "always_open": "الأبواب مفتوحة دائمًا، على مدار الساعة",
            "open_now": "الأبواب مفتوحة الآن",
            "open_until": "الأبواب مفتوحة الآن {till}",
            "open_until_day": "الأبواب مفتوحة الآن {till} من {day}",
            "open_specially_until": "الأبواب مفتوحة الآن، وتبقى مفتوحة اليوم بصفة استثنائية {till}",
            "open_specially_until_day": "الأبواب مفتوحة الآن، وذلك بصفة استثنائية {till} من {day}",
            "and_again": "، ثم مجددًا {since}",
            "closes_soon": "تُغلق الأبواب {in_minutes}، {at}",
            "closes_in_a_moment": "تُغلق الأبواب بعد لحظات",
            "opens_soon": "تُفتح الأبواب {in_minutes}، {at}",
            "opens_in_a_moment": "تُفتح الأبواب بعد لحظات",
            "closed_now": "الأبواب مغلقة الآن",
            "not_open_yet": "لم تُفتح الأبواب بعدُ",
            "closed_today": "الأبواب مغلقة اليوم",
            "closed_for_some_time": "الأبواب مغلقة في هذه الفترة",
            "closed_for_holiday": "الأبواب مغلقة اليوم بسبب عطلة رسمية، {holiday}",
            "closed_since_holidays": "الأبواب مغلقة {since_day} بسبب العطل الرسمية",
            "lunch_break": "الأبواب مغلقة الآن خلال استراحة الغداء",
            "closed_until_further_notice": "الأبواب مغلقة حتى إشعار آخر",
            "open_today": "الأبواب مفتوحة اليوم {hours}",
            "all_day_today": "الأبواب مفتوحة اليوم على مدار الساعة",
            "never_open": "الأبواب مغلقة",
            "opens_at": "موعد الفتح {day} {at}",
            "opens_again_at": "موعد الفتح التالي {day} {at}",
            "opens_specially": "تكون الأبواب مفتوحة {day} بصفة استثنائية {hours}",
            "special_hours": "تسري اليوم أوقات عمل خاصة: {reason}",
            "closed_because": "السبب: {reason}",
            "open_because": "المناسبة: {reason}",
            "span": "{since} {till}",
            "span_to_next_day": "{since} {till} من اليوم التالي",
            "around_the_clock": "على مدار الساعة",
            "every_day": "كل يوم",
            "week_days": "{days} {hours}",
            # With its "and" it stands behind a comma as well as alone.
            "week_closed": "وتبقى مغلقة {days}",
            "otherwise_closed": "وتبقى مغلقة في باقي الأيام",
            "week": "الأبواب مفتوحة {lines}",
            "holidays_open": "الأبواب مفتوحة في العطل الرسمية {hours}",
            "holidays_closed": "الأبواب مغلقة في العطل الرسمية",
        }
    )

    def sentence(self, text: str) -> str:
        return super().sentence(text.replace(", ", "، "))

    def phone(self, groups: Sequence[str]) -> str:
        return super().phone(groups).replace(", ", "، ")

    def listed(self, parts: Sequence[str]) -> str:
        """The "and" is written in one with the word behind it, and is said each time."""
        return f" {self.and_word}".join(parts)

    def number(self, n: int) -> str:
        thousands, below = divmod(n, 1000)
        hundreds, rest = divmod(below, 100)
        parts = [word for word in (_THOUSANDS[thousands], _HUNDREDS[hundreds]) if word]
        tens, unit = divmod(rest, 10)
        if tens == 1:
            parts.append(_TEENS[unit])
        else:
            # The units come first: "four and twenty".
            parts += [_DIGITS[unit]] if unit or not (parts or tens) else []
            parts += [_TENS[tens]] if tens else []
        return " و".join(parts)

    def clock(self, minutes: int) -> str:
        """Always behind a preposition, so in the oblique case."""
        hour, minute = divmod(minutes, 60)
        if not minute and hour in {0, 24}:
            return _MIDNIGHT
        past = {0: "", 15: " والربع", 30: " والنصف"}.get(minute)
        if past is None:
            past = f" و{self._minutes(minute)}"
        return f"الساعة {_HOURS[hour % 12]}{past} {_part_of_day(hour)}"

    def at(self, minutes: int) -> str:
        clock = self.clock(minutes)
        return f"عند {clock}" if clock == _MIDNIGHT else clock

    def since(self, minutes: int) -> str:
        return f"من {self.clock(minutes)}"

    def till(self, minutes: int) -> str:
        return f"حتى {self.clock(minutes)}"

    def in_minutes(self, n: int) -> str:
        return f"بعد {self._minutes(n)}"

    def _minutes(self, n: int) -> str:
        """One to fifty-nine minutes, oblique. Three to ten take the plural, more the singular."""
        tens, unit = divmod(n, 10)
        if n <= 2:
            return ("دقيقة واحدة", "دقيقتين")[n - 1]
        if n <= 10:
            return f"{_FEMININE[n] if n < 10 else 'عشر'} دقائق"
        if tens == 1:
            return f"{_FEMININE[unit]} عشرة دقيقة"
        before = f"{_FEMININE_APART.get(unit, _FEMININE[unit])} و" if unit else ""
        return f"{before}{_oblique(_TENS[tens])} دقيقة"

    def on_day(self, day: date, away: Distance) -> str:
        match away:
            case Distance.TODAY:
                return "اليوم"
            case Distance.TOMORROW:
                return "يوم غد"
            case Distance.WEEK:
                return f"يوم {_WEEKDAYS[day.weekday()]}"
            case _:
                return f"يوم {_WEEKDAYS[day.weekday()]} {self._date(day, away)}"

    def since_day(self, day: date, away: Distance) -> str:
        return "منذ يوم أمس" if away is Distance.TOMORROW else f"منذ يوم {_WEEKDAYS[day.weekday()]}"

    def stretch(self, first: int, last: int) -> str:
        if first == last:
            return f"أيام {_WEEKDAYS[first]}"
        if last == first + 1:
            return f"يومي {_WEEKDAYS[first]} و{_WEEKDAYS[last]}"
        return f"من {_WEEKDAYS[first]} إلى {_WEEKDAYS[last]}"

    def _date(self, day: date, away: Distance) -> str:
        year = f" عام {_oblique(self.number(day.year))}" if away is Distance.YEAR else ""
        return f"{_ordinal(day.day)} من {_MONTHS[day.month - 1]}{year}"


def _part_of_day(hour: int) -> str:
    if hour in {0, 24}:
        return "بعد منتصف الليل"
    if hour < 12:
        return "صباحًا"
    return "ظهرًا" if hour == 12 else "بعد الظهر" if hour < 17 else "مساءً"


def _ordinal(n: int) -> str:
    """A day of the month, oblique: "الحادي والعشرين"."""
    if n < 20:
        return _ORDINALS[n]
    tens, unit = divmod(n, 10)
    before = f"{'الحادي' if unit == 1 else _ORDINALS[unit]} و" if unit else ""
    return f"{before}ال{_oblique(_TENS[tens])}"


def _oblique(number: str) -> str:
    """A number as it stands behind a preposition or a noun."""
    return _DUAL_OR_TENS.sub("ين", number).replace("اثنا عشر", "اثني عشر")


ARABIC = Arabic()
