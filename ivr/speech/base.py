"""Which sentence fits an office's hours, in which order, and until when it stays true: decided once for all languages.

The words come from the language (forms.py); what there is to say from the situation (situation.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ivr.speech.forms import Forms, sentences
from ivr.speech.situation import (
    ALL_DAY,
    Distance,
    distance,
    holidays_before,
    is_lunch_break,
    is_special,
    midnight_after,
    pairs_of,
    same_hours,
    seen,
    special_closing,
    special_opening,
    was_open_today,
)

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.hours import Answer, Day, Rule, Schedule


class Spoken(NamedTuple):
    """Words, and the instant from which on they may be others; None: they hold for ever."""

    text: str
    until: datetime | None


class Language(Forms):
    """One language: its forms, and every whole answer made of them."""

    def status(self, name: str, answer: Answer) -> Spoken:
        """The whole state of an office: open or not, why, until when, and when it opens next."""
        if answer.state == "unknown":
            return Spoken(self.hours_unknown(name), None)
        if answer.state == "open":
            return self._open(name, answer)
        if answer.next_open is None:
            text = sentences(self.closed_until_further_notice(name), self._why_closed(answer))
            return Spoken(text, midnight_after(answer.at))
        opening = self._opening(name, answer, answer.next_open)
        if seen(answer.next_open, answer.at, ends=False).minutes is not None:
            return opening
        return Spoken(sentences(self._closed(name, answer, answer.next_open), opening.text), opening.until)

    def opens(self, answer: Answer) -> Spoken:
        """When an office opens next, fit to stand alone. Of one that is open: until when it is."""
        if answer.state == "closed" and answer.next_open is not None:
            return self._opening("", answer, answer.next_open)
        return self.status("", answer)

    def closes(self, answer: Answer) -> Spoken:
        """When an office closes, fit to stand alone. Of one that is closed: that it is, and when it opens."""
        return self.status("", answer)

    def hours_today(self, name: str, answer: Answer) -> Spoken:
        """The hours that begin today, whatever part of the day is over."""
        if answer.state == "unknown":
            return Spoken(self.hours_unknown(name), None)
        today = answer.today
        pairs = pairs_of(today.spans)
        if not pairs:
            text = self._closed_all_day(name, today)
        else:
            hours = self.all_day_today(name) if pairs == ALL_DAY else self.open_today(name, self.spans(pairs))
            reason = self._reason(today)
            # A switch may have opened as well as closed.
            because = self.special_hours if today.rule.kind == "switch" else self.open_because
            text = sentences(hours, reason and because(reason))
        return Spoken(text, midnight_after(answer.at))

    def hours_week(self, name: str, schedule: Schedule | None, at: datetime) -> Spoken:
        """The usual week of the season, and what holds on public holidays where that is not the usual.

        `schedule` is None for hours that nobody knows; `at` is aware and of any zone.
        """
        if schedule is None:
            return Spoken(self.hours_unknown(name), None)
        local = at.astimezone(schedule.zone)
        groups = same_hours([pairs_of(spans) for spans in schedule.week(local.date())])
        if len(groups) == 1 and groups[0].pairs in {(), ALL_DAY}:
            text = self.always_open(name) if groups[0].pairs else self.never_open(name)
        else:
            lines = [self.week_days(group.days, group.pairs) for group in groups]
            # One span, and otherwise closed, goes into one sentence; anything more is too long for the ear.
            if sum(len(group.pairs) for group in groups) == 1:
                lines = [", ".join(lines)]
            lines[0] = self.week_begins(name) + lines[0]
            text = " ".join(map(self.sentence, lines))
        holidays = None if schedule.holiday is None else self.week_holidays(pairs_of(schedule.holiday.spans))
        return Spoken(sentences(text, holidays), midnight_after(local))

    def _open(self, name: str, answer: Answer) -> Spoken:
        switched = answer.rule.kind == "switch"
        if answer.until is None and switched:
            reason = self._reason_of(answer.rule)
            return Spoken(sentences(self.open_now(name), reason and self.open_because(reason)), None)
        if answer.until is None:
            return Spoken(self.always_open(name), None)
        closes = seen(answer.until, answer.at, ends=True)
        if closes.minutes is not None:
            return Spoken(self.closes_soon(name, closes), closes.until)
        special = special_closing(answer.today, closes) or (switched and closes.distance is not Distance.TODAY)
        again = None
        if answer.next_open is not None and answer.next_open.date() == answer.today.date:
            again = seen(answer.next_open, answer.at, ends=False).clock
        text = self.open_until(name, closes, special=special, again=again)
        reason = self._reason(answer.today) if special else None
        return Spoken(sentences(text, reason and self.open_because(reason)), closes.until)

    def _opening(self, name: str, answer: Answer, next_open: datetime) -> Spoken:
        """When it opens, said of a closed office."""
        opens = seen(next_open, answer.at, ends=not self.midnight_opens)
        if opens.minutes is not None:
            return Spoken(self.opens_soon(name, opens), opens.until)
        begins = seen(next_open, answer.at, ends=False)
        hours = special_opening(answer.next_day, begins)
        if hours is None or answer.next_day is None:
            again = begins.distance is not Distance.TODAY or was_open_today(answer)
            return Spoken(self.opens_at(name, opens, again=again), opens.until)
        reason = self._reason(answer.next_day)
        text = self.opens_specially(name, begins, hours)
        return Spoken(sentences(text, reason and self.open_because(reason)), opens.until)

    def _closed(self, name: str, answer: Answer, next_open: datetime) -> str:
        """That it is closed, and why, said of an office that does not open within minutes."""
        today = answer.today
        later_today = next_open.date() == today.date
        if answer.rule.kind == "switch":
            soon = distance(next_open.date(), today.date) in {Distance.TODAY, Distance.TOMORROW}
            text = self.closed_now(name) if soon else self.closed_for_some_time(name)
            return sentences(text, self._why_closed(answer))
        if not was_open_today(answer):
            if (first := holidays_before(answer)) is not None:
                return self.closed_since_holidays(name, self.since_day(first, distance(today.date, first)))
            if not today.spans:
                return self._closed_all_day(name, today)
            if later_today:
                return self.not_open_yet(name)
        if not today.uncut and is_lunch_break(answer.since, next_open):
            return self.lunch_break(name)
        reason = self._reason(today) if today.spans and not later_today else None
        return sentences(self.closed_now(name), reason and self.special_hours(reason))

    def _closed_all_day(self, name: str, today: Day) -> str:
        if today.rule.kind == "holiday":
            return self.closed_for_holiday(name, self._holidays(today))
        longer = today.rule.kind == "range"
        text = self.closed_for_some_time(name) if longer else self.closed_today(name)
        return sentences(text, self._why_closed_today(today))

    def _why_closed(self, answer: Answer) -> str | None:
        """Why it is closed at this moment: a switch may close a day that has its hours, and a night."""
        if answer.rule.kind != "switch":
            return self._why_closed_today(answer.today)
        reason = self._reason_of(answer.rule)
        return reason and self.closed_because(reason)

    def _why_closed_today(self, today: Day) -> str | None:
        reason = None if today.spans else self._reason(today)
        return reason and self.closed_because(reason)

    def _reason(self, day: Day) -> str | None:
        """Why a day's hours are not the usual ones, in this language; None when there is nothing to say."""
        if day.rule.reason and day.rule.kind != "holiday":
            return self._reason_of(day.rule)
        return self._holidays(day) if is_special(day) and day.holidays else None

    def _reason_of(self, rule: Rule) -> str | None:
        return rule.reason.get(self.code) if rule.reason else None

    def _holidays(self, day: Day) -> str:
        return self.listed([self.holiday(holiday) for holiday in day.holidays])
