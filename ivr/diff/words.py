"""The words of the sentences, in German and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.hours.dates import WEEKDAY_NAMES, in_words
from ivr.hours.holidays import MOVABLE_DAYS
from ivr.hours.spans import MIDNIGHT
from ivr.source.problems import Sentence
from ivr.speech import language

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ivr.contacts import Entry
    from ivr.hours import Span
    from ivr.hours.calendar import MonthlyDay
    from ivr.hours.schedule import Plan

_LANGUAGES = {
    "de": Sentence("Deutsch", "German"),
    "en": Sentence("Englisch", "English"),
    "tr": Sentence("Türkisch", "Turkish"),
    "pl": Sentence("Polnisch", "Polish"),
    "ro": Sentence("Rumänisch", "Romanian"),
    "bg": Sentence("Bulgarisch", "Bulgarian"),
    "ar": Sentence("Arabisch", "Arabic"),
    "uk": Sentence("Ukrainisch", "Ukrainian"),
}
"""What operators call a language; others go by the name that they give themselves."""

_WEEKDAYS = ("montags", "dienstags", "mittwochs", "donnerstags", "freitags", "samstags", "sonntags")
_SHORT = Sentence("Mo Di Mi Do Fr Sa So", "Mo Tu We Th Fr Sa Su")
_NTH = {
    1: Sentence("erster", "first"),
    2: Sentence("zweiter", "second"),
    3: Sentence("dritter", "third"),
    4: Sentence("vierter", "fourth"),
    -1: Sentence("letzter", "last"),
}


def both(text: str) -> Sentence:
    """What is the same in both languages: a name, a time, an operator's text."""
    return Sentence(text, text)


def quoted(text: str, english: str | None = None) -> Sentence:
    """An operator's text in quotation marks."""
    return Sentence(f"„{text}“", f"“{text if english is None else english}”")


def joined(between: Sentence, parts: Iterable[Sentence]) -> Sentence:
    """Several parts with the same words between them."""
    every = list(parts)
    return Sentence(between.de.join(part.de for part in every), between.en.join(part.en for part in every))


COMMA = both(", ")
AND = Sentence(" und ", " and ")


def listed(parts: Sequence[Sentence]) -> Sentence:
    """A, B und C."""
    if len(parts) < 2:
        return joined(COMMA, parts)
    return joined(AND, (joined(COMMA, parts[:-1]), parts[-1]))


def capital(sentence: Sentence) -> Sentence:
    """At the beginning of a sentence."""
    return Sentence(*(text[:1].upper() + text[1:] for text in sentence))


def language_name(code: str) -> Sentence:
    """„Deutsch“, “German”."""
    return _LANGUAGES.get(code) or both(language(code).endonym)


def key_name(key: str) -> Sentence:
    """„Taste drei“, “key three”; „Sterntaste“, “star key”."""
    word = key_word(key)
    return Sentence(f"Taste {word.de}" if key.isdigit() else word.de, f"key {word.en}" if key.isdigit() else word.en)


def key_word(key: str) -> Sentence:
    """„drei“, “three”; „Sterntaste“, “star key”."""
    if not key.isdigit():
        return Sentence(*{"*": ("Sterntaste", "star key"), "#": ("Rautetaste", "hash key")}[key])
    return Sentence(language("de").key(key).split()[-1].lower(), language("en").key(key).lower())


def key_instead(new: str, old: str) -> Sentence:
    """„Taste drei statt zwei“."""
    name, was = key_name(new), key_word(old) if new.isdigit() else key_name(old)
    return Sentence(f"{name.de} statt {was.de}", f"{name.en} instead of {was.en}")


def entry_name(entry: Entry) -> Sentence:
    """What a contact is called on a screen: „Citywache“."""
    return Sentence(entry.name("de"), entry.name("en"))


def entry_with_article(entry: Entry) -> Sentence:
    """What a contact is called within a sentence: „das Nordmarktbüro“."""
    return Sentence(entry.in_sentence("de"), entry.in_sentence("en"))


def seconds(number: int) -> Sentence:
    """A length of time."""
    if number == 1:
        return Sentence("eine Sekunde", "one second")
    return Sentence(f"{number} Sekunden", f"{number} seconds")


# -- hours


def spans_text(spans: Sequence[Span]) -> Sentence:
    """„9:00-20:30“, „8:00-12:00 und 13:00-17:30“, „geschlossen“."""
    if not spans:
        return Sentence("geschlossen", "closed")
    if [(span.opens, span.closes) for span in spans] == [(0, MIDNIGHT)]:
        return Sentence("rund um die Uhr", "round the clock")
    return listed([both(f"{clock(span.opens)}-{clock(span.closes)}") for span in spans])


def clock(minutes: int) -> str:
    """A time as operators write it: 9:00; 24:00 for midnight at the end, 2:00 for what is past it."""
    shown = minutes if minutes <= MIDNIGHT else minutes - MIDNIGHT
    return f"{shown // 60}:{shown % 60:02}"


def plan_text(plan: Plan) -> Sentence:
    """What a day's plan says: „geschlossen“, „geöffnet 9:00-12:00“, „geschlossen ab 14:00“, „wie immer“."""
    if plan.as_usual:
        return Sentence("wie immer", "as usual")
    if plan.cut:
        return joined(COMMA, [_cut_text(cut) for cut in plan.cut])
    times = spans_text(plan.spans)
    return Sentence(f"geöffnet {times.de}", f"open {times.en}") if plan.spans else times


def _cut_text(cut: Span) -> Sentence:
    if cut.opens == 0:
        return Sentence(f"geöffnet erst ab {clock(cut.closes)}", f"open from {clock(cut.closes)} only")
    if cut.closes >= 2 * MIDNIGHT:
        return Sentence(f"geschlossen ab {clock(cut.opens)}", f"closed from {clock(cut.opens)}")
    return Sentence(*[f"{word} {clock(cut.opens)}-{clock(cut.closes)}" for word in ("geschlossen", "closed")])


def weekdays(days: Sequence[int]) -> Sentence:
    """Days in a row: „montags bis samstags“, „sonntags“."""
    first, last = days[0], days[-1]
    if len(days) == 7:
        return Sentence("täglich", "daily")
    names = [name.capitalize() for name in WEEKDAY_NAMES[-7:]]
    if first == last:
        return Sentence(_WEEKDAYS[first], f"{names[first]}s")
    if len(days) == 2:
        return Sentence(f"{_WEEKDAYS[first]} und {_WEEKDAYS[last]}", f"{names[first]}s and {names[last]}s")
    return Sentence(f"{_WEEKDAYS[first]} bis {_WEEKDAYS[last]}", f"{names[first]}s to {names[last]}s")


def day(on: date) -> Sentence:
    """One date: „24.12.2026“, “2026-12-24”."""
    return Sentence(f"{on:%d.%m.%Y}", f"{on:%Y-%m-%d}")


def short_day(on: date) -> Sentence:
    """One date with its weekday: „Do 24.12.2026“."""
    names = Sentence(*(names.split()[on.weekday()] for names in _SHORT))
    return Sentence(f"{names.de} {on:%d.%m.%Y}", f"{names.en} {on:%Y-%m-%d}")


def year_day(month_day: tuple[int, int]) -> Sentence:
    """A day of every year: „31. Dezember“."""
    return in_words(*month_day)


def from_to(first: Sentence, last: Sentence) -> Sentence:
    """„vom 1. April bis 30. September“."""
    return Sentence(f"vom {first.de} bis {last.de}", f"from {first.en} to {last.en}")


def movable(easter: int) -> Sentence:
    """A day that moves with Easter, by its name."""
    named = next((each.holiday for each in MOVABLE_DAYS if each.easter == easter), None)
    if named is not None:
        return Sentence(f"jedes Jahr: {named.de}", f"every year: {named.en}")
    return Sentence(f"jedes Jahr {easter} Tage nach Ostern", f"every year {easter} days after Easter")


def monthly(on: MonthlyDay) -> Sentence:
    """A weekday of every month: „jeder erste Mi im Monat“."""
    nth, short = _NTH[on.nth], Sentence(*(names.split()[on.weekday] for names in _SHORT))
    if on.month is None:
        return Sentence(f"jeden Monat: {nth.de} {short.de}", f"every month: {nth.en} {short.en}")
    month = Sentence(*(text.split(" ", 1)[1] for text in in_words(on.month, 1)))
    return Sentence(f"{nth.de} {short.de} im {month.de}", f"{nth.en} {short.en} of {month.en}")
