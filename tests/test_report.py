"""Reports, on SQLite and on a real PostgreSQL: counted like a slow and obvious loop does, and nothing small is told."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from random import Random
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.cli import main
from ivr.contacts import Directory
from ivr.loader import load_contacts
from ivr.report import Figures, Period, Report, count, publish
from ivr.report.figures import Choice
from ivr.report.hidden import hide
from ivr.report.json import json_of
from ivr.report.published import SECTIONS, Row
from ivr.report.table import table_of
from ivr.store import Database

ROOT = Path(__file__).parents[1]
BERLIN = ZoneInfo("Europe/Berlin")
AUTUMN = Period(date(2026, 10, 20), date(2026, 10, 31))
"""The clocks go back on the 25th."""
NOW = datetime(2026, 11, 25, 17, 3, tzinfo=UTC)
VERSION = "0123456789ab"
Line = dict[str, Any]


@pytest.fixture(scope="module")
def directory() -> Directory:
    found = load_contacts(Path("data/contacts.yaml")).directory
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for name in ("IVR_CONTACTS", "IVR_LANGUAGE", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def turn(call: str, number: int, at: datetime, given: str = "key", **more: Any) -> Line:
    return {"k": "turn", "call": call, "turn": number, "at": at.isoformat(), "version": VERSION, "flow": "hotline",
            "step": "main", "language": "de", "input": given, "expects": "gather", "us": 300, **more}  # fmt: skip


def status(call: str, at: datetime, word: str = "completed") -> Line:
    return {"k": "status", "call": call, "at": at.isoformat(), "status": word}


def stored(db: Database, lines: Sequence[Line]) -> None:
    for start in range(0, len(lines), 1000):
        written = db.write(lines[start : start + 1000])
        assert not written.refused
        assert not written.passed_over


def counted(db: Database, period: Period = AUTUMN, now: datetime = NOW) -> Figures:
    return count(db, period, BERLIN, now)


# Generated calls, counted twice


def some_calls(seed: int, number: int = 300) -> list[Line]:
    """Calls as they come: some are test calls, some turns are missing, some endings nobody told."""
    random = Random(seed)
    lines: list[Line] = []
    begin = datetime(2026, 10, 18, 20, tzinfo=UTC)
    for index in range(number):
        call, at = f"CA{index:05}", begin + timedelta(seconds=random.randrange(15 * 86_400), milliseconds=index)
        test = random.random() < 0.1
        caller = f"{random.randrange(number // 2):016x}" if random.random() < 0.7 else None
        language = random.choice(["de", "de", "de", "en", "tr"])
        made: list[Line] = []
        for place in range(1, random.randint(1, 7)):
            at += timedelta(milliseconds=random.randrange(20_000))
            given = (
                "call" if place == 1 else random.choice(["key", "key", "silence", "connection", "hangup", "resumed"])
            )
            line = turn(call, place, at, given, language=language, test=test)
            line["step"] = random.choice(["main", "languages", "numbers"])
            line["flow"] = random.choice(["hotline", "hotline", "info"])
            line["expects"] = random.choice(["gather", "gather", "dial", "hangup", "record"])
            if line["expects"] == "dial":
                line["contact"] = random.choice(["ordnungsamt", "polizei", "gone"])
            if given == "key":
                line["key"] = random.choice(["1", "2", "*", "several"])
                line |= {"miss": "no-match"} if random.random() < 0.2 else {}
            elif given == "silence":
                line["miss"] = "no-input"
            elif given == "connection":
                line["result"] = random.choice(["completed", "busy", "no_answer", "failed"])
            elif given == "hangup":
                line["expects"] = "hangup"
            if place == 1 and caller:
                line["caller"] = caller
            made.append({name: value for name, value in line.items() if value is not False})
            if given == "hangup":
                break
        lines += [line for line in made if random.random() > 0.02]
        if random.random() < 0.6:
            word = random.choice(["completed", "completed", "in-progress"])
            lines.append({**status(call, at + timedelta(seconds=2), word), "test": test})
    random.shuffle(lines)
    return lines


def slowly(lines: Sequence[Line], period: Period, now: datetime = NOW) -> dict[str, Any]:
    """The same figures, by the book."""
    calls: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda line: datetime.fromisoformat(line["at"])):
        calls.setdefault(line["call"], []).append(line)
    within = {name: told for name, told in calls.items() if not any(line.get("test") for line in told)}
    found: dict[str, Any] = {
        name: Counter() for name in ("languages", "options", "misses", "arrivals", "given_up", "listening")
    }
    found |= {"calls": 0, "turns": 0, "hours": [0] * 24, "weekdays": [0] * 7, "other_turns": 0}
    found |= {"results": {}, "results_before": {}}
    callers = Counter[str]()
    for told in within.values():
        at = datetime.fromisoformat(told[0]["at"]).astimezone(BERLIN)
        turns = {line["turn"]: line for line in told if line["k"] == "turn"}
        now_or_before = "results"
        if not period.first <= at.date() <= period.last:
            now_or_before = "results_before"
            if not period.first - timedelta(days=28) <= at.date() < period.first:
                continue
        for number, line in turns.items():
            if line["input"] == "connection":
                contact = turns.get(number - 1, {}).get("contact", "unknown")
                results = found[now_or_before].setdefault(contact, Counter())
                results[line["result"]] += 1
        if now_or_before == "results_before":
            continue
        found["calls"] += 1
        found["turns"] += len(turns)
        found["hours"][at.hour] += 1
        found["weekdays"][at.weekday()] += 1
        for number, line in turns.items():
            before = turns.get(number - 1)
            place = f"{before['flow']}/{before['step']}" if before else "unknown"
            if "miss" in line:
                found["misses"][Choice(place, line["miss"])] += 1
            elif line["input"] == "key" and line["key"] != "several":
                found["options"][Choice(place, line["key"])] += 1
            elif line["input"] not in ("call", "connection"):
                found["other_turns"] += 1
        if not turns:
            continue
        found["arrivals"].update({f"{line['flow']}/{line['step']}" for line in turns.values()})
        last = turns[max(turns)]
        found["languages"][last["language"]] += 1
        callers.update(line["caller"] for line in turns.values() if "caller" in line)
        ended = any(line.get("status") == "completed" for line in told)
        quiet = now - datetime.fromisoformat(told[-1]["at"]) > timedelta(hours=1)
        hung_up = last["input"] == "hangup" or (last["expects"] in ("gather", "record") and (ended or quiet))
        if hung_up and not any(line.get("result") == "completed" for line in turns.values()):
            found["given_up"][f"{last['flow']}/{last['step']}"] += 1
        times = [datetime.fromisoformat(line["at"]) for line in turns.values()]
        dials = [datetime.fromisoformat(line["at"]) for line in turns.values() if line["expects"] == "dial"]
        if dials:
            found["listening"][int((min(dials) - min(times)).total_seconds())] += 1
    return found | {"callers": Counter(callers.values())}


@pytest.mark.parametrize("seed", range(3))
def test_figures_are_those_of_a_slow_count(db: Database, seed: int) -> None:
    lines = some_calls(seed)
    stored(db, lines)
    for period, now in (
        (AUTUMN, NOW),
        (AUTUMN, datetime(2026, 10, 31, 12, tzinfo=UTC)),
        (Period(date(2026, 10, 25), date(2026, 10, 25)), NOW),
        (Period(date(2026, 10, 28), date(2026, 11, 3)), NOW),
    ):
        figures, expected = counted(db, period, now), slowly(lines, period, now)
        assert figures.calls > 0
        for name, value in expected.items():
            assert getattr(figures, name) == (tuple(value) if isinstance(value, list) else value), name


def test_every_turn_is_in_one_count(db: Database) -> None:
    stored(db, some_calls(7))
    figures = counted(db)
    sums = [sum(each.values()) for each in (figures.options, figures.misses, *figures.results.values())]
    begun = figures.turns - sum(sums) - figures.other_turns
    assert 0 < begun <= figures.calls


def test_an_empty_database_has_figures(db: Database, directory: Directory) -> None:
    figures = counted(db)
    assert figures == Figures(AUTUMN)
    report = publish(figures, directory, BERLIN)
    assert report.rows == (Row("totals", "", "calls", 0), Row("totals", "", "turns", 0))
    assert "Keine, oder zu wenige" in table_of(report, directory, "de")


# Local days


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-15", 24)],
)
def test_a_day_is_what_the_wall_clock_says(db: Database, day: str, hours: int) -> None:
    first = local(f"{day}T00:00")
    step = timedelta(minutes=30)
    begun = [first - timedelta(milliseconds=1), *(first + step * each for each in range(2 * hours))]
    begun += [first + timedelta(hours=hours, milliseconds=-1), first + timedelta(hours=hours)]
    stored(db, [turn(f"CA{index}", 1, at, "call") for index, at in enumerate(begun)])
    the_day = date.fromisoformat(day)
    figures = counted(db, Period(the_day, the_day))
    assert figures.calls == 2 * hours + 1
    assert figures.hours[2] == {23: 0, 24: 2, 25: 4}[hours]
    assert figures.hours[23] == 3
    assert figures.weekdays[the_day.weekday()] == figures.calls
    day_before = the_day - timedelta(days=1)
    assert counted(db, Period(day_before, day_before)).calls == 1


def test_a_call_belongs_whole_to_the_day_on_which_it_began(db: Database) -> None:
    midnight = local("2026-10-27T00:00")
    begun = midnight - timedelta(seconds=5)
    stored(db, [turn("CA1", 1, begun, "call"), turn("CA1", 2, midnight + timedelta(seconds=5), key="1")])
    monday, tuesday = (counted(db, Period(day, day)) for day in (date(2026, 10, 26), date(2026, 10, 27)))
    assert (monday.calls, monday.turns, tuesday.calls, tuesday.turns) == (1, 2, 0, 0)


# What is hidden


def possible(marks: Sequence[str], total: int, least: int, rest: bool, index: int, most: int) -> set[int]:
    """All that a hidden count under 5 can be for somebody who knows the total of the hidden ones, and that cover is
    never more than `most`; by trying all sums.

    The index behind the last is the rest.
    """
    ranges = [range(least, 5) if mark == "<5" else range(5, most + 1) for mark in marks]
    ranges += [range(total + 1)] if rest else []
    sums = {0}
    for place, values in enumerate(ranges):
        if place != index:
            sums = {known + value for known in sums for value in values if known + value <= total}
    return {value for value in ranges[index] if value < 5 and total - value in sums}


def is_safe(counts: Mapping[Any, int], marks: Mapping[Any, str], least: int, rest: int | None) -> bool:
    hidden = [key for key in counts if marks[key]]
    total = sum(counts[key] for key in hidden) + (rest or 0)
    words = [marks[key] for key in hidden]
    all_of = [set(range(least, 5))] * len(words)
    asked = [index for index, word in enumerate(words) if word == "<5"]
    if rest is not None and 0 < rest < 5:
        asked.append(len(words))
        all_of = [*all_of, set(range(5))]
    # The smallest are cover, and the page about reports says so.
    most = min((counts[key] - 1 for key in counts if not marks[key]), default=total)
    return all(possible(words, total, least, rest is not None, index, most) == all_of[index] for index in asked)


COUNTS = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 4) | st.integers(0, 14), max_size=6)


@settings(max_examples=1000, deadline=None)
@given(COUNTS, st.none() | st.integers(0, 12), st.booleans())
def test_nothing_under_5_can_be_worked_out(counts: dict[str, int], rest: int | None, listed: bool) -> None:
    counts = {key: max(number, 1) for key, number in counts.items()} if listed else counts
    marks = hide(counts, listed=listed, rest=rest)
    if marks is None:
        return
    assert list(marks) == list(counts)
    assert all((marks[key] == "<5") == (number < 5) for key, number in counts.items())
    assert is_safe(counts, marks, int(listed), rest)


@settings(max_examples=500, deadline=None)
@given(COUNTS, st.none() | st.integers(0, 12), st.booleans())
def test_no_more_is_hidden_than_needed(counts: dict[str, int], rest: int | None, listed: bool) -> None:
    counts = {key: max(number, 1) for key, number in counts.items()} if listed else counts
    marks = hide(counts, listed=listed, rest=rest)
    cover = [counts[key] for key in counts if marks is None or marks[key] == ">=5"]
    if marks is not None and cover:
        last = max(key for key in counts if marks[key] == ">=5" and counts[key] == max(cover))
        assert not is_safe(counts, {**marks, last: ""}, int(listed), rest)
    if marks is None:
        everything = {key: "<5" if number < 5 else ">=5" for key, number in counts.items()}
        assert not is_safe(counts, everything, int(listed), rest)
    told = [counts[key] for key in counts if marks is not None and not marks[key]]
    assert not told or not cover or max(cover) <= min(told)


@pytest.mark.parametrize(
    ("counts", "rest", "marks"),
    [
        pytest.param("40 30 20", None, "40 30 20", id="nothing is small"),
        pytest.param("40 30 3", None, "40 >=5 <5", id="one small count has the next smallest as cover"),
        pytest.param("40 5 3", None, ">=5 >=5 <5", id="cover that is too small is not enough"),
        pytest.param("6 5 4", None, ">=5 >=5 <5", id="cover that cannot be more than what is told"),
        pytest.param("40 3 2 2", None, "40 <5 <5 <5", id="several small ones cover each other"),
        pytest.param("40 1 1", None, ">=5 <5 <5", id="but not if they can only be one thing"),
        pytest.param("40 4 4", None, ">=5 <5 <5", id="nor if they can only be the greatest"),
        pytest.param("40 30", 2, "40 >=5", id="a small rest is covered"),
        pytest.param("40 3", 25, "40 <5", id="a rest that nobody knows is cover"),
        pytest.param("3", None, None, id="a total that is small itself"),
        pytest.param("5 1", None, None, id="too few to tell anything"),
    ],
)
def test_what_is_hidden(counts: str, rest: int | None, marks: str | None) -> None:
    numbers = dict(enumerate(map(int, counts.split())))
    found = hide(numbers, listed=True, rest=rest)
    shown = found and " ".join(mark or str(numbers[key]) for key, mark in found.items())
    assert shown == marks


def test_what_may_best_be_missed_is_the_first_cover() -> None:
    assert hide({"busy": 9, "completed": 90, "failed": 0}, listed=False, spare="completed") == {
        "busy": "",
        "completed": ">=5",
        "failed": "<5",
    }


def told(report: Report, *sections: str) -> dict[tuple[str, str, str], Row]:
    return {row[:3]: row for row in report.rows if row.section in sections}


@pytest.mark.parametrize("number", [4, 12, 30, 60, 150, 600, 3000])
def test_a_whole_report_tells_nothing_small(tmp_path: Path, directory: Directory, number: int) -> None:
    """Each group of a report of generated calls, against the sums that are known of it."""
    db = Database(f"sqlite:///{tmp_path}/ivr.db")
    db.migrate(create=True)
    stored(db, some_calls(number, number))
    figures = counted(db)
    report = publish(figures, directory, BERLIN)
    assert (report.calls, report.turns) == (figures.calls, figures.turns)
    exact = {
        ("totals", "hours"): {("hours", "", f"{hour:02}"): each for hour, each in enumerate(figures.hours)},
        ("totals", "weekdays"): {("weekdays", "", str(day)): each for day, each in enumerate(figures.weekdays, 1)},
        ("totals", "languages"): {("languages", "", key): each for key, each in figures.languages.items()},
        ("totals", "given_up"): {("given_up", "", key): each for key, each in figures.given_up.items()},
        ("turns", "options"): {
            **{("options", *choice): each for choice, each in figures.options.items()},
            **{("misses", *choice): each for choice, each in figures.misses.items()},
            **{("connections", name, "all"): sum(each.values()) for name, each in figures.results.items()},
        },
    }
    everything = told(report, *SECTIONS)
    for (whole, section), counts in exact.items():
        marks = {key: everything[key].hidden for key in counts if key in everything}
        fixed = section in ("hours", "weekdays")
        rest = None if fixed else figures.other_turns if whole == "turns" else figures.calls - sum(counts.values())
        assert marks.keys() in ({}.keys(), counts.keys())
        assert not marks or is_safe(counts, marks, 0 if fixed else 1, rest)
    for name, each in figures.results.items():
        ended = {("connections", name, key): each.get(key, 0) for key in ("completed", "busy", "no_answer", "failed")}
        marks = {key: everything[key].hidden for key in ended if key in everything}
        assert not marks or (is_safe(ended, marks, 0, None) and everything["connections", name, "all"].hidden == "")
    for place, number_there in figures.arrivals.items():
        row = everything.get(("arrivals", "", place))
        assert row is None or row.value in (None, number_there)
        if row is not None and row.value is not None:
            assert not 0 < figures.calls - number_there < 5
            there = {key: each for key, each in counted_at(figures, place).items() if key in everything}
            assert there.keys() == counted_at(figures, place).keys()
            at_least = number_there - sum(each for key, each in there.items() if everything[key].hidden == "")
            small = [key for key in there if everything[key].hidden == "<5"]
            covered = any(everything[key].hidden == ">=5" for key in there)
            assert not small or covered or at_least <= 1 + 4 * (len(small) - 1)
    for row in report.rows:
        assert (row.value is None) == (row.hidden != "")
        if row.section not in ("totals", "listening", "health"):
            assert row.value is None or row.value >= 5
            full = {**{key: each for counts in exact.values() for key, each in counts.items()}}
            assert row.value is None or row[:3] not in full or full[row[:3]] == row.value


def test_a_health_share_is_told_where_its_count_is(directory: Directory) -> None:
    figures = Figures(
        AUTUMN,
        results={
            "polizei": {"completed": 90, "busy": 30},
            "ordnungsamt": {"completed": 60, "busy": 20, "no_answer": 2},
        },
        results_before={"polizei": {"completed": 4}},
        other_turns=50,
    )
    report = publish(figures, directory, BERLIN)
    shares = {(row.group, row.key): (row.value, row.hidden) for row in report.section("health")}
    assert shares["ordnungsamt", "busy_percent"] == (24.4, "")
    assert shares["ordnungsamt", "no_answer_percent"] == (None, "<5")
    assert shares["polizei", "no_answer_percent"] == (None, "<5")
    assert ("polizei", "rung_before") not in shares


@pytest.mark.parametrize(
    ("seconds", "value"),
    [({3: 2, 9: 2}, (None, "<5")), ({3: 2, 9: 3}, (9, "")), ({3: 3, 10: 3}, (6.5, "")), ({3: 1, 4: 9, 90: 2}, (4, ""))],
)
def test_the_median(directory: Directory, seconds: dict[int, int], value: tuple[Any, str]) -> None:
    (row,) = publish(Figures(AUTUMN, listening=seconds), directory, BERLIN).section("listening")
    assert (row.value, row.hidden) == value
    each = [second for second, number in seconds.items() for _ in range(number)]
    assert row.value is None or row.value == median(each)


@pytest.mark.parametrize(
    ("calls", "callers", "rows"),
    [
        (100, {}, []),
        (100, {1: 90, 2: 4}, [("callers", None)]),
        (100, {1: 70, 2: 10, 3: 2}, [("callers", 12)]),
    ],
)
def test_repeat_callers(directory: Directory, calls: int, callers: dict[int, int], rows: list[Any]) -> None:
    report = publish(Figures(AUTUMN, calls=calls, callers=callers), directory, BERLIN)
    assert [(row.key, row.value) for row in report.section("repeats")] == rows


# Health


def counted_at(figures: Figures, place: str) -> dict[tuple[str, str, str], int]:
    """What is counted at a step beside the calls that came there."""
    chosen = {("options", *choice): each for choice, each in figures.options.items() if choice.place == place}
    missed = {("misses", *choice): each for choice, each in figures.misses.items() if choice.place == place}
    left = {("given_up", "", place): figures.given_up[place]} if place in figures.given_up else {}
    return chosen | missed | left


@pytest.mark.parametrize(
    ("calls", "arrivals", "chosen", "row"),
    [
        (100, 100, {"1": 60, "2": 40}, (100, "")),
        (100, 97, {"1": 60, "2": 40}, (None, ">=5")),  # the other three would be known
        (100, 3, {"1": 3}, (None, "<5")),
        (6, 4, {"1": 4}, None),  # the rest could be worked out
        (100, 90, {"1": 60, "2": 28, "3": 2}, (None, ">=5")),  # the third key would be known
        (100, 90, {"1": 60, "2": 28, "3": 2, "4": 1}, (90, "")),
        (100, 90, {"1": 60, "2": 38, "3": 2}, (90, "")),  # some pressed twice
    ],
)
def test_calls_per_step(
    directory: Directory, calls: int, arrivals: int, chosen: dict[str, int], row: tuple[int | None, str] | None
) -> None:
    options = {Choice("hotline/main", key): number for key, number in chosen.items()}
    figures = Figures(AUTUMN, calls, 2 * calls, options=options, other_turns=50, arrivals={"hotline/main": arrivals})
    found = [each[3:] for each in publish(figures, directory, BERLIN).section("arrivals")]
    assert found == ([] if row is None else [row])


def connections(day: str, prefix: str, results: Mapping[str, int]) -> list[Line]:
    lines: list[Line] = []
    for result, number in results.items():
        for index in range(number):
            call, at = f"{prefix}{result}{index}", local(f"{day}T12:00")
            lines += [
                turn(call, 1, at, "call"),
                turn(call, 2, at, key="3", expects="dial", contact="ordnungsamt"),
                turn(call, 3, at, "connection", result=result, expects="hangup"),
            ]
    return lines


def test_an_office_that_got_worse_is_named_with_its_line(db: Database, directory: Directory) -> None:
    stored(db, connections("2026-10-10", "A", {"completed": 90, "busy": 10, "no_answer": 2}))
    stored(db, connections("2026-10-25", "B", {"completed": 40, "busy": 40, "no_answer": 20}))
    (health,) = publish(counted(db), directory, BERLIN).health
    line = directory.contacts["ordnungsamt"].place.line
    busy, no_answer = health.worse
    assert busy.de == (
        f"Ordnungsamt (data/contacts.yaml:{line}): Bei 40 von 100 Verbindungen war besetzt, "
        "in den 28 Tagen davor bei 10 von 102."
    )
    assert no_answer.en.endswith("20 of 100 connections were not answered, in the 28 days before fewer than 5 of 102.")
    assert (ROOT / "data/contacts.yaml").read_text().splitlines()[line - 1].strip() == "ordnungsamt:"


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param({"completed": 90, "busy": 10}, {"completed": 32, "busy": 8}, id="too few"),
        pytest.param({"completed": 900, "busy": 100}, {"completed": 820, "busy": 180}, id="not by much"),
        pytest.param({"completed": 50, "busy": 10}, {"completed": 42, "busy": 18}, id="by chance"),
        pytest.param({"completed": 60, "busy": 40}, {"completed": 90, "busy": 10}, id="better"),
        pytest.param({}, {"completed": 60, "busy": 60}, id="no past"),
    ],
)
def test_an_office_that_did_not(directory: Directory, before: dict[str, int], now: dict[str, int]) -> None:
    figures = Figures(AUTUMN, results={"polizei": now}, results_before={"polizei": before}, other_turns=50)
    assert not any(each.worse for each in publish(figures, directory, BERLIN).health)


# The command


def ivr(*words: str, **settings: str) -> Result:
    return CliRunner().invoke(main, ["report", *words], env=settings, prog_name="ivr")


DAYS = ("--from", "2026-10-20", "--to", "2026-10-31")


def test_json_has_exact_totals_and_no_test_calls(db: Database, url: str) -> None:
    lines = some_calls(3)
    stored(db, lines)
    done = ivr(*DAYS, "--json", DATABASE_URL=url)
    assert done.exit_code == 0, done.output
    facts, expected = json.loads(done.stdout), slowly(lines, AUTUMN)
    assert (facts["calls"], facts["turns"]) == (expected["calls"], expected["turns"])
    assert (facts["from"], facts["to"], facts["timezone"]) == ("2026-10-20", "2026-10-31", "Europe/Berlin")
    assert facts == json.loads(ivr(*DAYS, "--format", "json", DATABASE_URL=url).stdout)


def test_the_last_28_days_are_the_default(db: Database, url: str) -> None:
    today = datetime.now(BERLIN).date()
    noons = [datetime(day.year, day.month, day.day, tzinfo=BERLIN) for day in
             (today, today - timedelta(days=27), today - timedelta(days=28))]  # fmt: skip
    stored(db, [turn(f"CA{index}", 1, at, "call") for index, at in enumerate(noons)])
    assert json.loads(ivr("--json", DATABASE_URL=url).stdout)["calls"] == 2


@pytest.fixture
def some(tmp_path: Path) -> str:
    """A database with enough calls for every section."""
    address = f"sqlite:///{tmp_path}/some.db"
    db = Database(address)
    db.migrate(create=True)
    stored(db, [*some_calls(11, 1500), *connections("2026-10-22", "B", {"completed": 400, "busy": 400})])
    stored(db, connections("2026-10-01", "A", {"completed": 100, "busy": 10}))
    db.close()
    return address


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_table_is_for_people(some: str, directory: Directory, language: str) -> None:
    done = ivr(*DAYS, "--lang", language, DATABASE_URL=some)
    assert done.exit_code == 0
    assert max(map(len, done.stdout.splitlines())) <= 100
    words = {
        "de": ("Anrufe vom 20.10.2026 bis 31.10.2026", "Sonntag", "Ordnungsamt", "28 Tagen davor", "█"),
        "en": ("Calls from 2026-10-20 to 2026-10-31", "Sunday", "Public order office", "28 days before", "█"),
    }
    assert all(word in " ".join(done.stdout.split()) for word in words[language])
    assert "None" not in done.stdout


def test_csv_and_parquet_have_the_same_rows(some: str, tmp_path: Path) -> None:
    out = tmp_path / "report.parquet"
    assert ivr(*DAYS, "--format", "parquet", "--out", str(out), DATABASE_URL=some).exit_code == 0
    from pyarrow import parquet

    table = parquet.read_table(out)
    assert table.column_names == ["section", "group", "key", "value", "hidden"]
    assert table.schema.metadata[b"from"] == b"2026-10-20"
    done = ivr(*DAYS, "--format", "csv", DATABASE_URL=some)
    rows = list(csv.DictReader(StringIO(done.stdout)))
    for row in rows:
        row["value"] = float(row["value"]) if row["value"] else None  # type: ignore[assignment]
    assert rows == table.to_pylist()
    assert {row["section"] for row in rows} == set(SECTIONS)


def test_without_pyarrow_it_says_how_to_get_it(some: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = ivr("--format", "parquet", "--out", str(tmp_path / "x"), DATABASE_URL=some)
    assert (done.exit_code, "pip install pyarrow" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--from", "1.11.2026"), "„1.11.2026“ ist kein Tag; so geht es: 2026-11-28."),
        (("--from", "20261101"), "ist kein Tag"),
        (("--to", "2026-02-30"), "ist kein Tag"),
        (("--to", "0001-01-01"), "außerhalb des Kalenders"),
        (("--from", "2026-11-02", "--to", "2026-11-01"), "endet am 2026-11-01, bevor er am 2026-11-02 beginnt"),
        (("--json", "--format", "csv"), "schließen sich aus"),
        (("--format", "parquet"), "Nennen Sie mit --out eine Datei"),
        (("--to", "2026-02-30", "--lang", "en"), "is not a day; write 2026-11-28."),
    ],
)
def test_wrong_usage(words: tuple[str, ...], sentence: str) -> None:
    done = ivr(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in " ".join(done.stderr.split())


def test_a_wrong_database_url_is_wrong_usage() -> None:
    for wrong in ("mysql://x/y", "sqlite:///x?y=z"):
        done = ivr(DATABASE_URL=wrong)
        assert (done.exit_code, "DATABASE_URL" in done.stderr) == (2, True)


def test_a_database_that_cannot_be_asked(tmp_path: Path) -> None:
    done = ivr(DATABASE_URL=f"sqlite:///{tmp_path}/none.db")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Die Datenbank (DATABASE_URL) lässt sich nicht befragen: ")
    done = ivr("--json", DATABASE_URL=f"sqlite:///{tmp_path}/none.db")
    assert (done.exit_code, done.stderr) == (1, "")
    assert json.loads(done.stdout)["problems"][0]["code"] == "database-away"
    assert "cannot be asked" in ivr("--lang", "en", DATABASE_URL=f"sqlite:///{tmp_path}/none.db").stderr


def test_the_json_form_names_what_got_worse(directory: Directory) -> None:
    results = {"polizei": {"completed": 90, "busy": 90}}
    before = {"polizei": {"completed": 90, "busy": 9}}
    report = publish(Figures(AUTUMN, results=results, results_before=before, other_turns=50), directory, BERLIN)
    (health,) = json_of(report, "en")["health"]
    assert health["file"] == "data/contacts.yaml"
    assert health["line"] == directory.contacts["polizei"].place.line
    assert "90 of 180 connections found it busy" in health["worse"][0]
