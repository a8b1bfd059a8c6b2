"""Opening hours against truth tables, a calendar that is not ours, another evaluator, and their own laws.

`cases/hours/truth/*.txt` is the hours as they stand in contacts.yaml, a line `---`, then one case a line:

    AT    STATE  key=value …   # what it is about       an instant; without an offset in Europe/Berlin
    DATE  SPANS  key=value …                            a day, and the spans that start on it

`since`, `until` and `next` are instants or `none`, `after` is the real time until `until`, `rule` is
KIND:LINE of what decided, `nextday` the same for the day of the next opening, `reason` and `holidays` are
German names. A blank within a value is written `_`.

Between the hours and the cases, behind a line `---` of their own, may stand manual switches: VALUE AT UNTIL.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pydantic
import pytest
import yaml
from examples import EXAMPLES, some_hours
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from ivr.contacts import Directory, Entry
from ivr.contacts.phrase import Phrase
from ivr.contacts.switched import switches_of
from ivr.hours import YEARS, Answer, Schedule, Switch, nrw_holidays, unknown
from ivr.hours.shape import Hours
from ivr.instructions import Instruction, latest
from ivr.source.places import Place, Word
from ivr.source.reader import read_yaml
from ivr.world import Clerk, Standing

if TYPE_CHECKING:
    from random import Random

    from ivr.source.problems import Problem, Refused

CASES = Path(__file__).parent / "cases" / "hours"
BERLIN = ZoneInfo("Europe/Berlin")
SHAPE = pydantic.TypeAdapter(Hours)


def read(text: str) -> tuple[Hours | None, list[Problem]]:
    """The hours in a file, or all problems in it."""
    table, problems = read_yaml(text.encode(), "hours.yaml")
    assert not problems
    try:
        return SHAPE.validate_python(table), []
    except pydantic.ValidationError as invalid:
        refused: list[Refused] = [error["ctx"]["error"] for error in invalid.errors()]
        return None, sorted((p for error in refused for p in error.problems), key=lambda p: p.order)


def schedule(text: str) -> Schedule:
    hours, problems = read(text)
    assert hours is not None, problems
    return hours.build(BERLIN, nrw_holidays)


def instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=BERLIN)


def switch(value: str, at: str, until: str) -> Switch:
    end = None if until == "none" else instant(until)
    (made,) = switches_of(Instruction("switch", "station", value, instant(at), end), (), BERLIN)
    return made


def truth_tables() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("truth/*.txt")):
        hours, *switches, table = path.read_text(encoding="utf-8").split("\n---\n")
        first = sum(part.count("\n") + 2 for part in (hours, *switches)) + 1
        made = schedule(hours)
        for line in switches:
            made = replace(made, switches=tuple(switch(*each.split()) for each in line.splitlines()))
        for number, line in enumerate(table.splitlines(), first):
            found.append(pytest.param(made, line.partition("#")[0].split(), id=f"{path.stem}:{number}"))
    return found


@pytest.mark.parametrize(("made", "words"), truth_tables())
def test_truth(made: Schedule, words: list[str]) -> None:
    when, what, *more = words
    expected = dict(word.split("=", 1) for word in more)
    if "T" in when:
        answer = made.answer(instant(when))
        found = {"state": answer.state} | facts_of_answer(answer, expected)
        wanted = {"state": what} | expected
        if answer.state == "closed":
            assert answer.next_open == answer.until
    else:
        day = made.day(date.fromisoformat(when))
        found = {
            "spans": ",".join("-".join(span.wall()) for span in day.spans) or "closed",
            "rule": f"{day.rule.kind}:{day.rule.place.line}",
            "text": day.rule.text,
            "holidays": ",".join(holiday.de for holiday in day.holidays),
        }
        wanted = {"spans": what} | {"holidays": ""} | expected
        found = {key: found[key] for key in wanted}
    assert {key: value.replace(" ", "_") for key, value in found.items()} == wanted


def facts_of_answer(answer: Answer, expected: dict[str, str]) -> dict[str, str]:
    """The facts that a case names, each in the spelling of the case."""
    found = {}
    for key, moment in (("since", answer.since), ("until", answer.until), ("next", answer.next_open)):
        if key in expected:
            written = moment.isoformat(timespec="minutes") if moment else "none"
            found[key] = written if re.search(r"[+-]\d\d:\d\d$", expected[key]) else written[:16]
    if "after" in expected and answer.until:
        after = answer.until.astimezone(UTC) - answer.at.astimezone(UTC)
        hours, rest = divmod(after, timedelta(hours=1))
        found["after"] = f"{hours}:{str(rest)[2:]}"
    if "rule" in expected:
        found["rule"] = f"{answer.rule.kind}:{answer.rule.place.line}"
    if "nextday" in expected and answer.next_day:
        found["nextday"] = f"{answer.next_day.rule.kind}:{answer.next_day.rule.place.line}"
    if "reason" in expected:
        found["reason"] = (answer.rule.reason or {})["de"]
    return found


def refusals() -> list[Any]:
    cases = yaml.load((CASES / "refused.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return [pytest.param(case, id=case["about"]) for case in cases]


@pytest.mark.parametrize("case", refusals())
def test_refused(case: dict[str, Any]) -> None:
    hours, problems = read(case["hours"])
    assert hours is None
    found = [f"{p.place.line}:{p.place.column} {p.code}" + (f" also {p.also.line}" if p.also else "") for p in problems]
    assert found == case["problems"]
    said = "\n".join(part for p in problems for part in (*p.message, *(p.hint or ())))
    for words in case.get("says", ()):
        assert words in said
    assert all(len(part) < 300 for part in said.splitlines())


def oddities() -> list[Any]:
    cases = yaml.load((CASES / "warnings.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return [pytest.param(case, id=case["about"]) for case in cases]


@pytest.mark.parametrize("case", oddities())
def test_warned_of(case: dict[str, Any]) -> None:
    hours, _ = read(case["hours"])
    assert hours is not None
    today = date.fromisoformat(case["today"]) if "today" in case else None
    problems = sorted(hours.warnings(today), key=lambda p: p.order)
    found = [f"{p.place.line}:{p.place.column} {p.code}" + (f" also {p.also.line}" if p.also else "") for p in problems]
    assert found == case["problems"]
    assert {p.severity for p in problems} <= {"warning"}
    said = "\n".join(part for p in problems for part in (*p.message, *(p.hint or ())))
    for words in case.get("says", ()):
        assert words in said


def test_holidays() -> None:
    lists, _, names = (CASES / "holidays.txt").read_text(encoding="utf-8").partition("\n\n")
    for line in lists.splitlines():
        if not line.startswith("#"):
            year, _, days = line.partition(": ")
            assert " ".join(f"{day:%m-%d}" for day in nrw_holidays(int(year))) == days
    found = [
        f"{day} {day:%a}: {holiday.de} / {holiday.en}"
        for year in (2026, 2027, 2028)
        for day, holidays in nrw_holidays(year).items()
        for holiday in holidays
    ]
    assert found == names.splitlines()


STATION = (CASES / "truth" / "station.txt").read_text(encoding="utf-8").partition("\n---\n")[0]
NRW_DAYS = "; ".join(f"{day:%Y %b %d} off" for year in (2026, 2027, 2028) for day in nrw_holidays(year))
ORACLES = {
    "station": (STATION, f"Mo-Sa 09:00-20:30; {NRW_DAYS}"),
    "lunch": (
        "weekly: {Mo-Fr: [8:00-12:00, 13:00-17:30], Sa: 9-12}\nholidays: closed",
        f"Mo-Fr 08:00-12:00,13:00-17:30; Sa 09:00-12:00; {NRW_DAYS}",
    ),
    "night": ("weekly: {Fr-Sa: 22:00-4:00}", "Fr-Sa 22:00-04:00"),
    "midnight": ("weekly: {Mo-Sa: 9:00-24:00}\nholidays: closed", f"Mo-Sa 09:00-24:00; {NRW_DAYS}"),
    "seasons": (
        "weekly: {Mo-Fr: 9-17}\nseasons: [{from: 04-01, to: 09-30, weekly: {Mo-Sa: 8-19}}]",
        "Mo-Fr 09:00-17:00; Apr 01-Sep 30 Mo-Sa 08:00-19:00; Apr 01-Sep 30 Su off",
    ),
    "dates": (
        (
            "weekly: {Mo-Sa: 9-17}\nexceptions: [{on: 2026-12-06, open: 13-18}, {every: 12-24, open: 9-12}, "
            "{every: 12-31, closed: yes}, {from: 2027-07-01, to: 2027-07-14, closed: yes}]"
        ),
        "Mo-Sa 09:00-17:00; Dec 24 09:00-12:00; Dec 31 off; 2027 Jul 01-14 off; 2026 Dec 06 13:00-18:00",
    ),
}


@pytest.mark.parametrize("name", ORACLES)
def test_every_change_agrees_with_another_evaluator(name: str) -> None:
    """Two step functions that agree at one instant and in every change agree everywhere."""
    text, expression = ORACLES[name]
    ours, theirs = schedule(text), OpeningHours(expression, timezone=BERLIN)
    at, end = datetime(2026, 1, 1, tzinfo=BERLIN), datetime(2028, 1, 1, tzinfo=BERLIN)
    changes = 0
    while at < end:
        answer = ours.answer(at)
        assert (answer.state == "open") == theirs.is_open(at), at
        assert answer.until is not None
        assert answer.until == theirs.next_change(at), at
        at = answer.until
        changes += 1
    assert changes > 400


@pytest.mark.no_cover
@pytest.mark.parametrize("year", [2026, 2027])
def test_every_minute_agrees_with_another_evaluator(year: int) -> None:
    """Asked as a call asks: through the clerk, who keeps each answer for as long as it holds."""
    place = Place("contacts.yaml", 1, 1)
    entry = Entry("station", None, None, None, None, None, schedule(STATION), None, place)
    clerk = Clerk(Directory({"station": entry}, BERLIN, None))
    theirs = OpeningHours(ORACLES["station"][1], timezone=BERLIN)
    at, end = (datetime(y, 1, 1, tzinfo=BERLIN).astimezone(UTC) for y in (year, year + 1))
    minute, asked = timedelta(minutes=1), 0
    while at < end:
        assert (clerk.answer("station", at).state == "open") is theirs.is_open(at.astimezone(BERLIN)), at
        at += minute
        asked += 1
    assert asked == 365 * 24 * 60


MOMENTS = st.integers(0, 350 * 24 * 3600).map(lambda n: datetime(2026, 11, 20, tzinfo=UTC) + timedelta(seconds=n))
ZONES = st.sampled_from([ZoneInfo(name) for name in ("Asia/Kathmandu", "America/New_York", "Europe/Berlin", "UTC")])


def is_open(made: Schedule, at: datetime) -> bool:
    """The plainest definition: some span of some day around holds the instant."""
    for ago in range(3):
        day = made.day(at.astimezone(BERLIN).date() - timedelta(days=ago))
        midnight = datetime.combine(day.date, datetime.min.time())
        for span in day.spans:
            opens = (midnight + timedelta(minutes=span.opens)).replace(tzinfo=BERLIN)
            closes = (midnight + timedelta(minutes=span.closes)).replace(tzinfo=BERLIN)
            if opens.astimezone(UTC) <= at < closes.astimezone(UTC):
                return True
    return False


@pytest.mark.no_cover
@pytest.mark.parametrize("_half", ["one half", "the other"])
@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(some_hours(), st.lists(MOMENTS, min_size=1, max_size=2), ZONES)
def test_laws(_half: str, text: str, moments: list[datetime], zone: ZoneInfo) -> None:
    hours, problems = read(text)
    if hours is None:
        assert {problem.code for problem in problems} <= {"exception-times", "bad-closed"}, problems
        return
    made = hours.build(BERLIN, nrw_holidays)
    blink = timedelta(seconds=1)
    for at in moments:
        answer = made.answer(at)
        now = answer.state == "open"
        assert now == is_open(made, at)
        assert made.answer(at.astimezone(zone)) == answer
        assert answer.at == at
        assert answer.today == made.day(answer.at.date())
        until, since, opening = (
            moment and moment.astimezone(UTC) for moment in (answer.until, answer.since, answer.next_open)
        )
        if until is not None:
            assert until > at
            assert is_open(made, until) is not now
            steps = (at + n * (until - at) / 11 for n in range(1, 11))
            assert all(is_open(made, step) == now for step in (*steps, until - blink) if step >= at)
        if since is not None:
            assert since <= at
            assert is_open(made, since) is now
            assert is_open(made, since - blink) is not now
        if opening is not None:
            assert is_open(made, opening)
            assert not is_open(made, opening - blink)
            assert answer.next_day is not None
            assert answer.next_day.spans
        else:
            assert answer.next_day is None
        if not now:
            assert opening == until


SWITCHINGS = st.lists(
    st.tuples(
        st.sampled_from(["open", "closed", "usual"]),
        st.integers(0, 3 * 24 * 4),
        st.one_of(st.none(), st.integers(1, 2 * 24 * 4)),
    ),
    min_size=1,
    max_size=4,
)
"""What is told: the value, and in quarters of an hour when and for how long."""

SWITCHED_HOURS = st.one_of(
    st.none(), some_hours(), st.sampled_from(["weekly: {Mo-So: 22:00-6:00}", "weekly: {Mo-So: 0-24}"])
)
STARTS = st.sampled_from(["2026-11-23", "2026-12-24", "2026-10-24", "2027-03-27", "2027-01-01"])


@pytest.mark.no_cover
@settings(max_examples=max(25, EXAMPLES // 40), deadline=None)
@given(SWITCHED_HOURS, STARTS, SWITCHINGS, st.randoms(use_true_random=False))
def test_laws_of_the_switch(text: str | None, start: str, told: list[Any], random: Random) -> None:
    """Quarter by quarter over four days, against the plainest model: the latest instruction that holds, else the hours.

    A clerk who is asked in any order says what one says who is asked for the first time; and every answer holds until
    its end, unless an instruction begins or ends before.
    """
    hours = None if text is None else read(text)[0]
    usual = None if hours is None else hours.build(BERLIN, nrw_holidays)
    quarter, begin = timedelta(minutes=15), instant(start).astimezone(UTC)
    instructions = tuple(
        Instruction(
            "switch", "station", value, begin + at * quarter, lasts and begin + (at + lasts) * quarter, id=f"{n}"
        )
        for n, (value, at, lasts) in enumerate(told)
    )
    edges = {edge for each in instructions for edge in (each.at, each.until) if edge is not None}
    directory = Directory({"station": entry_of(usual)}, BERLIN, None)
    clerk, standing = Clerk(directory, Standing(instructions)), Standing(instructions)
    moments = [begin + n * quarter for n in range(4 * 24 * 4)]
    expected: dict[datetime, str] = {}
    for at in moments:
        held = latest(instructions, at).get(("switch", "station"))
        plain = "unknown" if usual is None else "open" if is_open(usual, at) else "closed"
        expected[at] = held.value if held else plain
    random.shuffle(moments)
    for n, at in enumerate(moments):
        answer = clerk.answer("station", at)
        held = latest(instructions, at).get(("switch", "station"))
        assert (answer.state, answer.rule.kind == "switch") == (expected[at], held is not None), at
        if n % 24:
            continue
        for form in ("status", "hours_today"):
            assert clerk.at(at).words("de", "station", form) == Clerk(directory, standing).at(at).words(
                "de", "station", form
            )
        if usual is None:
            continue
        fresh = Clerk(directory, standing).answer("station", at)
        assert (fresh.state, fresh.until, fresh.next_open, fresh.rule) == (
            answer.state,
            answer.until,
            answer.next_open,
            answer.rule,
        )
        if fresh.until is not None:
            assert fresh.until > at
        end = min([edge for edge in edges if edge > at], default=None)
        for later in sorted(later for later in moments if later > at and (end is None or later < end)):
            if fresh.until is None or later < fresh.until:
                assert expected[later] == expected[at]


def test_where_a_night_overlaps_the_day_another_rule_decides_from_its_end_on() -> None:
    """Christmas Day's evening runs until a quarter past midnight, Boxing Day begins at midnight: it stays open."""
    made = schedule("weekly: {Mo: closed}\nholidays: [0:00-6:15, 19:15-0:15]")
    clerk = Clerk(Directory({"station": entry_of(made)}, BERLIN, None))
    early, later = instant("2026-12-26T00:05"), instant("2026-12-26T00:30")
    reasons = [clerk.answer("station", at).rule.reason for at in (early, later, early)]
    assert [reason and reason["en"] for reason in reasons] == ["Christmas Day", "Boxing Day", "Christmas Day"]
    assert clerk.answer("station", early).until == instant("2026-12-26T06:15")


def entry_of(made: Schedule | None) -> Entry:
    name = Phrase.read(Word("Wache"))
    return Entry("station", name, None, None, None, None, made, None, Place("contacts.yaml", 1, 1))


def test_a_switch_that_is_given_anew_has_been_in_force_all_the_time() -> None:
    """An open Wednesday closes at noon with no end in sight; on Thursday at ten it is told until when."""
    directory = Directory({"station": entry_of(schedule(STATION))}, BERLIN, None)
    first = Instruction("switch", "station", "closed", instant("2026-11-25T12:00").astimezone(UTC))
    second = Instruction(
        "switch",
        "station",
        "closed",
        instant("2026-11-26T10:00").astimezone(UTC),
        instant("2026-11-27T12:00").astimezone(UTC),
    )
    answer = Clerk(directory, Standing((second, first))).answer("station", instant("2026-11-26T11:00"))
    assert (answer.since, answer.until) == (instant("2026-11-25T12:00"), instant("2026-11-27T12:00"))
    assert answer.today.spans == ()
    assert answer.rule.text == "ivr override: closed until 2026-11-27 12:00"
    assert str(answer.rule.place) == "ivr override:1"


def test_a_switch_for_years_is_answered_at_once() -> None:
    """Of an endless one, and of one that ends beyond all calendars, no end is in sight."""
    for until in ("2126-01-01T00:00", "9999-12-31T00:00", "none"):
        for value in ("open", "closed"):
            made = replace(schedule(STATION), switches=(switch(value, "1999-01-01T00:00", until),))
            answer = made.answer(instant("2026-11-25T12:00"))
            if until < "2200":
                opens = "2126-01-02T09:00" if value == "closed" else "2126-01-01T00:00"
                assert answer.until == instant(opens)
            else:
                assert (answer.until, answer.next_open) == (None, None)


def test_a_year_is_every_day_of_it() -> None:
    made = schedule(STATION)
    days = made.year(2028)
    assert len(days) == 366
    assert [day.date for day in days] == [date(2028, 1, 1) + timedelta(days=n) for n in range(366)]
    assert all(day == made.day(day.date) for day in days)


def test_the_usual_week_is_the_seasons() -> None:
    made = schedule("weekly: {Mo: 9-12}\nseasons: [{from: 12-01, to: 01-31, weekly: {So: 22-2}}]")
    winter, summer = made.week(date(2026, 12, 24)), made.week(date(2026, 7, 1))
    assert [["-".join(span.wall()) for span in day] for day in winter] == [
        [],
        [],
        [],
        [],
        [],
        [],
        ["22:00-02:00"],
    ]
    assert [["-".join(span.wall()) for span in day] for day in summer] == [
        ["09:00-12:00"],
        [],
        [],
        [],
        [],
        [],
        [],
    ]


def test_without_a_calendar_there_are_no_holidays() -> None:
    hours, _ = read("weekly: {Mo-So: 0-24}\nholidays: closed")
    assert hours is not None
    answer = hours.build(BERLIN, None).answer(instant("2026-12-25T12:00"))
    assert (answer.state, answer.until, answer.today.holidays) == ("open", None, ())


def test_unknown_hours_have_no_times() -> None:
    place = Place("contacts.yaml", 4, 3)
    answer = unknown(instant("2026-11-23T12:00+00:00"), BERLIN, place)
    assert (answer.state, answer.since, answer.until, answer.next_open) == ("unknown", None, None, None)
    assert (answer.at.isoformat(), answer.rule.kind, answer.rule.place) == (
        "2026-11-23T13:00:00+01:00",
        "unknown",
        place,
    )
    assert (answer.today.date, answer.today.spans, answer.next_day) == (date(2026, 11, 23), (), None)


@pytest.mark.parametrize("year", [YEARS[0] - 1, YEARS[-1] + 1])
def test_years_out_of_sight_are_refused(year: int) -> None:
    made = schedule(STATION)
    with pytest.raises(ValueError, match=str(year)):
        made.answer(datetime(year, 6, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match=str(year)):
        made.year(year)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        schedule(STATION).answer(datetime(2026, 6, 1))  # noqa: DTZ001 - the mistake that is refused
    with pytest.raises(ValueError, match="time zone"):
        unknown(datetime(2026, 6, 1), BERLIN, Place("", 0, 0))  # noqa: DTZ001 - the mistake that is refused


def test_editors_are_told_what_the_reader_takes() -> None:
    """All hours of the truth tables are valid for the JSON Schema, and some that are refused are not."""
    import jsonschema

    validator = jsonschema.Draft7Validator(SHAPE.json_schema())
    for path in CASES.glob("truth/*.txt"):
        text = path.read_text(encoding="utf-8").partition("\n---\n")[0]
        validator.validate(yaml.load(text, Loader=yaml.BaseLoader))
    for text in (
        "weekly: {}",
        "weekly: {Xx: 9-12}",
        "weekly: {Mo: 9}",
        "weekly: {Mo: 9-12}\nexceptions: [{an: x}]",
    ):
        assert not validator.is_valid(yaml.load(text, Loader=yaml.BaseLoader))
