"""What is different in opening hours, and on which of the coming days it shows."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from ivr.diff import words
from ivr.diff.change import Change
from ivr.diff.essence import plan, reasons
from ivr.diff.texts import reworded
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from ivr.hours import Schedule
    from ivr.hours.schedule import Plan, Week
    from ivr.source.places import Place

DAYS = 366
"""So many days ahead are looked at: a year, whatever year it is."""

_FIRST = 3
"""So many of the days that differ are named."""


class Hours(NamedTuple):
    """The hours of an office, or of its telephone, in both sets."""

    before: Schedule
    after: Schedule
    languages: Sequence[str]
    subject: Sentence
    """„Telefonzeiten: “ in front of every sentence, or nothing."""

    def changes(self, today: date | None) -> Iterator[Change]:
        """All that is different, and what it comes to from a day on."""
        found = [*self._week(), *self._seasons(), *self._holidays(), *self._exceptions()]
        yield from found
        if today is not None and (found or self.before.calendar is not self.after.calendar):
            yield self._effect(today, found[0].place if found else self.after.usual[0].rule.place)

    def _change(
        self, kind: str, at: Plan, sentence: Sentence, before: Sentence | None, after: Sentence | None
    ) -> Change:
        return Change(
            kind,
            "",
            at.rule.place,
            words.joined(words.both(""), (self.subject, sentence)),
            before=before and before.de,
            after=after and after.de,
        )

    def _same(self, one: Plan | None, other: Plan | None) -> bool:
        if one is None or other is None:
            return one is other
        return plan(one, self.languages) == plan(other, self.languages)

    # -- weeks

    def _week(self) -> Iterator[Change]:
        if told := _weeks_apart(self.before.usual, self.after.usual):
            yield self._change("hours-week", *told)

    def _seasons(self) -> Iterator[Change]:
        old = {season[:2]: season.week for season in self.before.seasons}
        new = {season[:2]: season.week for season in self.after.seasons}
        for days, week in new.items():
            name = words.from_to(*map(words.year_day, days))
            if days not in old:
                shown = week_text(week)
                text = Sentence(f"neue Zeiten {name.de}: {shown.de}", f"new hours {name.en}: {shown.en}")
                yield self._change("season-added", week[0], text, None, shown)
            elif told := _weeks_apart(old[days], week):
                at, text, before, after = told
                yield self._change(
                    "season", at, Sentence(f"{name.de} {text.de}", f"{name.en} {text.en}"), before, after
                )
        for days, week in old.items():
            if days not in new:
                name, shown = words.from_to(*map(words.year_day, days)), week_text(week)
                text = Sentence(
                    f"die Zeiten {name.de} entfallen: {shown.de}", f"the hours {name.en} are gone: {shown.en}"
                )
                yield self._change("season-removed", week[0], text, shown, None)

    def _holidays(self) -> Iterator[Change]:
        old, new = self.before.holiday, self.after.holiday
        if self._same(old, new):
            return
        was, now = (words.plan_text(each) if each else Sentence("wie immer", "as usual") for each in (old, new))
        text = Sentence(f"an Feiertagen jetzt {now.de} statt {was.de}", f"on holidays now {now.en} instead of {was.en}")
        yield self._change("holidays", new or self.after.usual[0], text, was, now)

    # -- exceptions

    def _exceptions(self) -> Iterator[Change]:
        old, new = _exceptions(self.before), _exceptions(self.after)
        gone, come = [day for day in old if day not in new], [day for day in new if day not in old]
        for day in list(come):
            # The same on another day is one exception that was moved.
            was = next((each for each in gone if self._same(old[each], new[day])), None)
            if was is not None:
                gone.remove(was)
                come.remove(day)
                yield self._moved(was, day, new[day])
        for day in new:
            if day in come:
                text = _whole(day, new[day])
                told = Sentence(f"neue Ausnahme {text.de}", f"new exception {text.en}")
                yield self._change("exception-added", new[day], told, None, text)
            elif day in old:
                yield from self._changed(day, old[day], new[day])
        for day in gone:
            text = _whole(day, old[day])
            told = Sentence(f"die Ausnahme {text.de} entfällt", f"the exception {text.en} is gone")
            yield self._change("exception-removed", old[day], told, text, None)

    def _moved(self, was: _Day, day: _Day, plan_: Plan) -> Change:
        said = _said(plan_)
        told = Sentence(
            f"die Ausnahme gilt jetzt {day.words.de} statt {was.words.de}: {said.de}",
            f"the exception holds {day.words.en} now instead of {was.words.en}: {said.en}",
        )
        return self._change("exception-moved", plan_, told, was.words, day.words)

    def _changed(self, day: _Day, old: Plan, new: Plan) -> Iterator[Change]:
        was, now = words.plan_text(old), words.plan_text(new)
        if plan(old, ()) != plan(new, ()):
            told = Sentence(
                f"{day.words.de} jetzt {now.de} statt {was.de}", f"{day.words.en} now {now.en} instead of {was.en}"
            )
            yield self._change("exception", new, told, was, now)
        before, after = reasons(old, self.languages), reasons(new, self.languages)
        for code in self.languages:
            one, other = before.get(code), after.get(code)
            if one == other:
                continue
            what = Sentence(f"{day.words.de}: der Grund", f"{day.words.en}: the reason")
            if one is None or other is None:
                name, text = words.language_name(code), one or other
                ends = Sentence("entfällt", "is gone") if other is None else Sentence("ist neu", "is new")
                told = Sentence(
                    f"{what.de} auf {name.de} {ends.de}: „{text}“", f"{what.en} in {name.en} {ends.en}: “{text}”"
                )
            else:
                told = reworded(what, code, one, other)
            change = self._change("reason", new, told, None, None)
            yield Change(change.kind, "", change.place, change.sentence, code, one, other)

    # -- what it comes to

    def _effect(self, today: date, place: Place) -> Change:
        days = [today + timedelta(days=n) for n in range(DAYS)]
        other = [day for day in days if self.before.day(day).spans != self.after.day(day).spans]
        from_ = words.day(today)
        if not other:
            text = Sentence(
                f"in den {DAYS} Tagen ab {from_.de} ist an keinem Tag anders geöffnet",
                f"in the {DAYS} days from {from_.en} on, the opening hours are the same on every day",
            )
        else:
            first = words.joined(words.COMMA, [words.short_day(day) for day in other[:_FIRST]])
            more = ", …" if len(other) > _FIRST else ""
            one = len(other) == 1
            text = Sentence(
                f"in den {DAYS} Tagen ab {from_.de} ist an {'einem Tag' if one else f'{len(other)} Tagen'} anders "
                f"geöffnet: {first.de}{more}",
                f"in the {DAYS} days from {from_.en} on, the opening hours differ on "
                f"{'one day' if one else f'{len(other)} days'}: {first.en}{more}",
            )
        return Change("hours-effect", "", place, words.joined(words.both(""), (self.subject, text)))


def week_text(week: Week) -> Sentence:
    """A whole week: „montags bis samstags 9:00-20:30“; days without times are closed."""
    groups = [
        (spans, [day for day, _ in days]) for spans, days in groupby(enumerate(week), key=lambda each: each[1].spans)
    ]
    open_days = [
        Sentence(
            *(f"{name} {times}" for name, times in zip(words.weekdays(days), words.spans_text(spans), strict=True))
        )
        for spans, days in groups
        if spans
    ]
    return words.joined(words.COMMA, open_days) if open_days else Sentence("immer geschlossen", "always closed")


def _weeks_apart(old: Week, new: Week) -> tuple[Plan, Sentence, Sentence, Sentence] | None:
    """The first line that is different, all that is different in words, and both weeks."""
    pairs = [(day, one.spans, other.spans) for day, (one, other) in enumerate(zip(old, new, strict=True))]
    told: list[Sentence] = []
    first: Plan | None = None
    for (was, now), group in groupby(pairs, key=lambda each: each[1:]):
        if was == now:
            continue
        days = [day for day, *_ in group]
        first = first or new[days[0]]
        name, before, after = words.weekdays(days), words.spans_text(was), words.spans_text(now)
        told.append(Sentence(f"{name.de} {after.de} statt {before.de}", f"{name.en} {after.en} instead of {before.en}"))
    return (first, words.joined(words.COMMA, told), week_text(old), week_text(new)) if first is not None else None


class _Day(NamedTuple):
    """When an exception holds: what kind of day, which, and how it is said."""

    kind: str
    which: object
    words: Sentence


def _exceptions(schedule: Schedule) -> Mapping[_Day, Plan]:
    found: dict[_Day, Plan] = {}
    for on, each in (schedule.dates or {}).items():
        day = words.day(on)
        found[_Day("date", on, Sentence(f"am {day.de}", f"on {day.en}"))] = each
    for first, last, each in schedule.ranges:
        found[_Day("range", (first, last), words.from_to(words.day(first), words.day(last)))] = each
    for month_day, each in (schedule.every or {}).items():
        day = words.year_day(month_day)
        found[_Day("every", month_day, Sentence(f"jedes Jahr am {day.de}", f"every year on {day.en}"))] = each
    for easter, each in (schedule.movable or {}).items():
        found[_Day("movable", easter, words.movable(easter))] = each
    for monthly, each in schedule.monthly:
        found[_Day("monthly", monthly, words.monthly(monthly))] = each
    return found


def _whole(day: _Day, plan_: Plan) -> Sentence:
    said = _said(plan_)
    return Sentence(f"{day.words.de}: {said.de}", f"{day.words.en}: {said.en}")


def _said(plan_: Plan) -> Sentence:
    """„geschlossen (Betriebsferien)“."""
    text, reason = words.plan_text(plan_), plan_.rule.reason or {}
    if not reason:
        return text
    first = next(iter(reason.values()))
    return Sentence(f"{text.de} ({reason.get('de', first)})", f"{text.en} ({reason.get('en', first)})")
