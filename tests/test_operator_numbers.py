"""Numbers: what the page shows is what the published report tells, in the operator's words, and no more."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from page import NOW, Browser, Office
from postgres import Postgres
from service import CONTACTS, FLOWS
from sqlalchemy import func, select, text
from traffic import fill, weeks

from ivr.loader import load
from ivr.report import Figures, Period, count, publish
from ivr.report.hidden import LEAST
from ivr.report.published import SECTIONS
from ivr.store import Database, TooLong
from ivr.street import prepare
from ivr.web.operator import numbers
from ivr.web.operator.counting import Counting
from ivr.web.operator.numbers import charts, figures
from ivr.web.operator.numbers.charts import Item

BERLIN = ZoneInfo("Europe/Berlin")
WEEKS = weeks(NOW)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database that has weeks of calls, to be copied."""
    office = Office(tmp_path_factory.mktemp("weeks"))
    office.add("anna", "view")
    fill(office.database, WEEKS)
    office.database.close()
    return office.path.read_bytes()


@pytest.fixture
def office(tmp_path: Path, filled: bytes) -> Office:
    (tmp_path / "ivr.db").write_bytes(filled)
    return Office(tmp_path)


def section(browser: Browser, key: str) -> str:
    """A section's words, without its tags."""
    found = re.search(rf'<section class="card figure {key}".*?</section>', browser.text, re.DOTALL)
    assert found
    told = re.sub(r"<thead.*?</thead>", "", found[0], flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", told).split())


def german(value: float) -> str:
    words = f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
    return words.translate(str.maketrans(",.", ".,"))


def rows(browser: Browser) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(browser.reply.get_data(as_text=True))))


# What is shown


def test_every_number_is_that_of_the_published_report(office, browser):
    report = publish(
        count(office.database, Period(date(2026, 10, 29), date(2026, 11, 25)), BERLIN, office.time),
        office.context.directory,
        BERLIN,
    )
    assert browser.get("/operator/numbers") == 200
    assert f"<strong>{report.calls}</strong>" in browser.text
    for key in SECTIONS[1:]:
        shown = section(browser, key)
        for row in report.section(key):
            if key != "health" and row.value is not None:
                assert german(row.value) in shown, row
    assert "unter 5" in section(browser, "hours")
    assert browser.get("/operator/numbers/report.csv") == 200
    assert [tuple(row.values()) for row in rows(browser)] == [
        tuple("" if each is None else str(each) for each in row) for row in report.rows
    ]


def test_steps_keys_and_contacts_go_by_the_operator_s_words(browser):
    browser.get("/operator/numbers")
    options = section(browser, "options")
    assert "Auswahl hotline/main" in options
    assert "Taste 3 Ordnungsamt" in options
    assert 'href="/operator/picture?step=hotline/main"' in browser.text
    assert "Auswahl hotline/main" in section(browser, "given_up")
    assert "Nordstadtbüro gewählt" in section(browser, "connections")
    assert "Deutlich schlechter geworden" in section(browser, "health")
    assert "Ordnungsamt (data/contacts.yaml:" in section(browser, "health").replace(str(CONTACTS), "data/contacts.yaml")
    assert "Sekunden Zuhören weiterverbunden" in section(browser, "listening")
    browser.get("/operator/numbers?lang=en")
    assert "key 3 Public order office" in section(browser, "options")
    assert "fewer than 5" in section(browser, "hours")


def test_a_key_that_holds_in_every_menu_and_a_step_that_is_gone(tmp_path):
    office = Office(tmp_path)
    office.add("anna", "view")
    lines: list[dict[str, Any]] = []
    for number in range(30):
        at = NOW - timedelta(hours=30, minutes=number)
        for turn, step, more in ((1, "main", {}), (2, "gone", {"key": "0"}), (3, "main", {"key": "5"})):
            given = "key" if more else "call"
            lines.append(
                {"k": "turn", "call": f"CA{number}", "turn": turn, "at": (at + timedelta(seconds=turn)).isoformat(),
                 "version": "0123456789ab", "flow": "hotline", "step": step, "language": "de", "input": given,
                 "expects": "gather", "us": 1, **more}
            )  # fmt: skip
    fill(office.database, lines)
    browser = office.browser("anna")
    browser.get("/operator/numbers")
    options = section(browser, "options")
    assert "Taste 0 → hotline/person 30" in options
    assert "Schritt hotline/gone Taste 5 30" in options
    assert "step=hotline/gone" not in browser.text


def test_a_number_under_5_has_a_mark_and_no_length(browser):
    browser.get("/operator/numbers")
    raw = browser.reply.get_data(as_text=True)
    chart = re.search(r'<section class="card figure hours".*?<svg.*?</svg>', raw, re.DOTALL)
    assert chart
    hidden = re.findall(r"<title>[^<]*: unter 5</title><rect ([^>]*)>", chart[0])
    assert len(hidden) > 5
    assert {re.sub(r' x="[^"]*"', "", each) for each in hidden} == {
        re.sub(r' x="[^"]*"', "", hidden[0]),
    }
    assert 'class="small"' in hidden[0]


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", "2026-10-29", "2026-11-25"),
        ("?days=1", "2026-11-25", "2026-11-25"),
        ("?days=7", "2026-11-19", "2026-11-25"),
        ("?days=90", "2026-08-28", "2026-11-25"),
        ("?days=3000", "2026-10-29", "2026-11-25"),
        ("?from=2026-11-01&to=2026-11-10", "2026-11-01", "2026-11-10"),
        ("?from=2026-11-20", "2026-11-20", "2026-11-25"),
        ("?to=2026-10-31", "2026-10-04", "2026-10-31"),
        ("?from=2025-11-25&to=2026-11-25", "2025-11-25", "2026-11-25"),
    ],
)
def test_the_period(browser, query, first, last):
    assert browser.get(f"/operator/numbers{query}") == 200
    assert f'name="from" type="date" value="{first}"' in browser.text
    assert f'name="to" type="date" value="{last}"' in browser.text
    assert 'role="alert"' not in browser.text
    assert browser.get(f"/operator/numbers/days.csv{query}") == 200
    found = [row["key"] for row in rows(browser)]
    assert all(first <= day <= last for day in found)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=x", "kein Tag"),
        ("from=2026-02-30", "kein Tag"),
        ("to=0001-01-01", "kein Tag"),
        ("to=9999-12-31", "kein Tag"),
        ("from=<script>alert(1)</script>", "kein Tag"),
        ("from=2026-11-10&to=2026-11-01", "bevor er beginnt"),
        ("from=2025-11-24&to=2026-11-25", "Mehr als 366 Tage"),
    ],
)
def test_a_period_that_is_none_is_said(browser, query, words):
    assert browser.get(f"/operator/numbers?{query}") == 200
    assert words in browser.text
    assert "<script>alert" not in browser.reply.get_data(as_text=True)
    assert browser.get(f"/operator/numbers/report.csv?{query}") == 400


def test_a_day_without_calls(tmp_path):
    office = Office(tmp_path)
    office.add("anna", "view")
    browser = office.browser("anna")
    assert browser.get("/operator/numbers?days=1") == 200
    assert "In diesem Zeitraum hat niemand angerufen." in browser.text
    # One sentence, and not a dozen empty sections.
    assert "figure" not in browser.text


def test_csv_of_a_section(browser):
    for key in SECTIONS:
        assert browser.get(f"/operator/numbers/{key}.csv?from=2026-11-01&to=2026-11-20") == 200
        assert {row["section"] for row in rows(browser)} <= {key}
        assert f'filename="{key}-2026-11-01-2026-11-20.csv"' in browser.reply.headers["Content-Disposition"]
    assert browser.get("/operator/numbers/nothing.csv") == 404
    assert browser.get("/operator/numbers/..%2Freport.csv") == 404


@pytest.mark.parametrize("path", ["/operator/numbers", "/operator/numbers/report.csv"])
def test_not_without_a_login(office, path):
    browser = office.browser()
    assert browser.get(path) == 303
    assert "/operator/login" in browser.reply.headers["Location"]


def test_no_name_becomes_a_part_of_the_page(tmp_path):
    contacts = tmp_path / "contacts.yaml"
    contacts.write_text(
        CONTACTS.read_text("utf-8").replace("de: Ordnungsamt", "de: <img src=x onerror=alert(x)>"),
        "utf-8",
    )
    found = load(FLOWS, contacts)
    assert found.flows is not None
    assert found.directory is not None
    office = Office(tmp_path)
    office.add("anna", "view")
    office.service.current = prepare(found.flows, found.directory, "https://ivr.example", "twilio")
    fill(office.database, WEEKS)
    browser = office.browser("anna")
    assert browser.get("/operator/numbers") == 200
    assert "<img src=x" in browser.text
    assert "<img" not in browser.reply.get_data(as_text=True)


# When things break


def test_without_the_database_the_page_says_so(office, browser):
    browser.get("/operator/numbers")
    office.lose_database()
    assert browser.get("/operator/numbers?days=7") == 200
    assert "Die Datenbank ist nicht zu erreichen" in browser.text
    assert 'name="from"' in browser.text
    assert browser.get("/operator/numbers/report.csv?days=7") == 503


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_question_that_takes_too_long_is_ended(request, tmp_path, kind):
    """Of either database, the real one."""
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path}/ivr.db"
        Database(url).migrate(create=True)
        endless: Any = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.url(server.create(request.getfixturevalue("migrated")))
        endless = select(func.pg_sleep(60))
    database = Database(url, seconds=0.3)
    try:
        with pytest.raises(TooLong), database.connect() as connection:
            connection.execute(endless).scalar()
        with database.connect() as connection:
            assert connection.execute(select(1)).scalar() == 1
    finally:
        database.close()


def test_the_page_says_that_it_took_too_long(office, browser, monkeypatch):
    monkeypatch.setattr("ivr.web.operator.counting.SECONDS", 0.0)
    monkeypatch.setattr("ivr.store.engine._STEPS", 1)
    assert browser.get("/operator/numbers") == 200
    assert "dauert länger, als eine Seite warten soll" in browser.text
    assert browser.get("/operator/numbers/report.csv") == 503
    assert "länger" in browser.text
    # The other pages are not kept waiting for it.
    browser.get("/operator/")
    assert "Die Datenbank ist nicht zu erreichen" not in browser.text


def test_a_question_of_one_page_that_took_too_long_does_not_close_the_others(office):
    with pytest.raises(TooLong), office.context.opened():
        raise TooLong("a question of one page")
    with office.context.opened() as database:
        assert database.publications(1) == ()


def test_the_picture_has_its_counts_from_the_same_report(office, browser):
    """So that both together ask the database one question at a time."""
    browser.get("/operator/numbers?days=7")
    office.lose_database()
    assert browser.get("/operator/picture?numbers=7") == 200
    assert "Die Zahlen fehlen" not in browser.text


def test_a_report_is_kept_for_a_moment(office):
    counting, period = Counting(office.context), Period(date(2026, 11, 1), date(2026, 11, 20))
    first = counting.report(period)
    assert counting.report(period) is first
    for back in range(20):
        counting.report(Period(date(2026, 11, 1) - timedelta(days=back + 1), date(2026, 11, 2)))
    assert counting.report(period) is not first


# Days


def told_days(days: dict[date, int], first: date, last: date) -> dict[str, tuple[Any, str]]:
    weekdays = [0] * 7
    for day, number in days.items():
        weekdays[day.weekday()] += number
    every = Figures(Period(first, last), sum(weekdays), sum(weekdays), days, weekdays=tuple(weekdays))
    directory = load(FLOWS, CONTACTS).directory
    assert directory is not None
    found = publish(every, directory, BERLIN)
    return {row.key: (row.value, row.hidden) for row in found.section("days")}


MONDAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("counts", "marks"),
    [
        pytest.param("10 10 10 10 10 10 10 10", "10 10 10 10 10 10 10 10", id="nothing is small"),
        pytest.param("10 9 8 9 8 9 8 3", ">=5 9 8 9 8 9 8 <5", id="of two days that add up, both"),
        pytest.param("30 25 40 35 20 45 3", "30 25 40 35 >=5 45 <5", id="a single week is as its weekdays are"),
        pytest.param(
            "2 10 12 14 16 18 20 1 11 13 15 17 19 21", "<5 - 12 14 16 18 20 <5 - 13 15 17 19 21", id="a small weekday"
        ),
    ],
)
def test_days_do_not_tell_what_weekdays_hide(counts: str, marks: str) -> None:
    days = {MONDAY + timedelta(days=place): int(number) for place, number in enumerate(counts.split())}
    told = told_days(days, MONDAY, max(days))
    found = [told.get(day.isoformat(), (None, "-")) for day in days]
    assert " ".join(mark or str(value) for value, mark in found) == marks


def test_days_add_up_to_their_weekdays_or_are_hidden(office):
    for length in (1, 7, 10, 28, 60):
        period = Period(date(2026, 11, 25) - timedelta(days=length - 1), date(2026, 11, 25))
        exact = count(office.database, period, BERLIN, NOW)
        report = publish(exact, office.context.directory, BERLIN)
        told = {date.fromisoformat(row.key): row for row in report.section("days")}
        assert sum(exact.days.values()) == exact.calls
        for weekday in report.section("weekdays"):
            same = [row for day, row in told.items() if str(day.isoweekday()) == weekday.key]
            hidden = [row for row in same if row.hidden]
            assert all(row.value is None or row.value == exact.days[date.fromisoformat(row.key)] for row in same)
            # Of a sum that is told, never only one part is missing.
            assert weekday.hidden or len(hidden) != 1
            assert not weekday.hidden or len(hidden) == len(same)
            assert all(row.value is None or row.value >= LEAST for row in same)


def test_a_call_counts_on_its_local_day(tmp_path):
    office = Office(tmp_path)
    at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    line = {"k": "turn", "call": "CA1", "turn": 1, "at": at.isoformat(), "version": "0123456789ab", "flow": "hotline",
            "step": "main", "language": "de", "input": "call", "expects": "gather", "us": 1}  # fmt: skip
    fill(office.database, [line])
    found = count(office.database, Period(date(2026, 11, 1), date(2026, 11, 25)), BERLIN, NOW)
    assert found.days == {date(2026, 11, 21): 1}


# Charts and words


@pytest.mark.parametrize(
    ("most", "top"), [(0, 2), (1, 2), (2, 2), (3, 4), (5, 6), (7, 10), (11, 20), (39, 40), (41, 60), (601, 1000)]
)
def test_the_scale_ends_at_a_round_number(most, top):
    chart = charts.columns([Item("a", most, str(most), "", "a")], "A")
    assert re.findall(r'class="scale"[^>]*>(\d+)<', chart) == [str(top // 2), str(top)]


@pytest.mark.parametrize(("number", "labels"), [(1, 1), (7, 7), (8, 8), (24, 6), (28, 6), (90, 6), (366, 6)])
def test_few_words_stand_below_the_columns(number, labels):
    chart = charts.columns([Item(str(each), 5, "5", "", str(each)) for each in range(number)], "A")
    assert chart.count('class="under') == labels
    assert chart.count("<title>") == number


def test_no_word_becomes_a_part_of_a_chart():
    hostile = Item('"><script>', 5, "<b>", "", "<i>")
    for chart in (charts.columns([hostile], '"><script>'), charts.bar(hostile, 5)):
        assert not re.search(r"<(script|b|i)>", chart)
    assert "style=" not in charts.columns([hostile], "A") + charts.bar(hostile, 5) + charts.PATTERNS


def test_bars_are_as_long_as_their_numbers():
    assert 'width="50.00%"' in charts.bar(Item("", 10, "10"), 20)
    assert 'width="0.00%"' in charts.bar(Item("", 0, "0"), 0)
    assert "%" not in charts.bar(Item("", None, "unter 5", "small"), 20).partition("<rect")[2]


@pytest.mark.parametrize("words", [numbers.WORDS, figures._ABOUT])
def test_every_word_is_there_in_both_languages(words):
    for name, sentence in words.items():
        assert sentence.de, name
        assert sentence.en, name
