"""What the Unicode CLDR knows of our languages: made from Babel by tools/cldr.py, not edited by hand.

Names are as they stand within a sentence, and as far as inflection is concerned within a date ("czwartego stycznia").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Names(NamedTuple):
    """One language's words for itself, for days, months and minutes."""

    endonym: str
    weekdays: tuple[str, ...]
    """Seven, Monday first."""
    months: tuple[str, ...]
    """Twelve, in the form that follows a day of the month."""
    minutes: tuple[str, ...]
    """The noun that follows each number from 0 to 30, in the nominative."""


NAMES: Mapping[str, Names] = {
    "de": Names(
        endonym="Deutsch",
        weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
        months=(
            *("Januar", "Februar", "März", "April", "Mai", "Juni"),
            *("Juli", "August", "September", "Oktober", "November", "Dezember"),
        ),
        minutes=(
            *("Minuten",) * 1,
            *("Minute",) * 1,
            *("Minuten",) * 29,
        ),
    ),
    "en": Names(
        endonym="English",
        weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        months=(
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
        minutes=(
            *("minutes",) * 1,
            *("minute",) * 1,
            *("minutes",) * 29,
        ),
    ),
    "tr": Names(
        endonym="Türkçe",
        weekdays=("Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar"),
        months=(
            *("Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran"),
            *("Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık"),
        ),
        minutes=(*("dakika",) * 31,),
    ),
    "pl": Names(
        endonym="polski",
        weekdays=("poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela"),
        months=(
            *("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca"),
            *("lipca", "sierpnia", "września", "października", "listopada", "grudnia"),
        ),
        minutes=(
            *("minut",) * 1,
            *("minuta",) * 1,
            *("minuty",) * 3,
            *("minut",) * 17,
            *("minuty",) * 3,
            *("minut",) * 6,
        ),
    ),
    "ro": Names(
        endonym="română",
        weekdays=("luni", "marți", "miercuri", "joi", "vineri", "sâmbătă", "duminică"),
        months=(
            *("ianuarie", "februarie", "martie", "aprilie", "mai", "iunie"),
            *("iulie", "august", "septembrie", "octombrie", "noiembrie", "decembrie"),
        ),
        minutes=(
            *("minute",) * 1,
            *("minut",) * 1,
            *("minute",) * 18,
            *("de minute",) * 11,
        ),
    ),
    "bg": Names(
        endonym="български",
        weekdays=("понеделник", "вторник", "сряда", "четвъртък", "петък", "събота", "неделя"),
        months=(
            *("януари", "февруари", "март", "април", "май", "юни"),
            *("юли", "август", "септември", "октомври", "ноември", "декември"),
        ),
        minutes=(
            *("минути",) * 1,
            *("минута",) * 1,
            *("минути",) * 29,
        ),
    ),
    "ar": Names(
        endonym="العربية",
        weekdays=("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
        months=(
            *("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو"),
            *("يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
        ),
        minutes=(
            *("دقيقة",) * 2,
            *("دقيقتان",) * 1,
            *("دقائق",) * 8,
            *("دقيقة",) * 20,
        ),
    ),
    "uk": Names(
        endonym="українська",
        weekdays=("понеділок", "вівторок", "середа", "четвер", "пʼятниця", "субота", "неділя"),
        months=(
            *("січня", "лютого", "березня", "квітня", "травня", "червня"),
            *("липня", "серпня", "вересня", "жовтня", "листопада", "грудня"),
        ),
        minutes=(
            *("хвилин",) * 1,
            *("хвилина",) * 1,
            *("хвилини",) * 3,
            *("хвилин",) * 16,
            *("хвилина",) * 1,
            *("хвилини",) * 3,
            *("хвилин",) * 6,
        ),
    ),
}
