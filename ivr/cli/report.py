"""`ivr report`: what happened on the line in a period, as numbers."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ivr.cli.common import (
    chosen_files,
    contacts_option,
    in_words,
    json_option,
    messages_option,
    operator_language,
    out_option,
    outside,
    say,
    say_json,
    stop_for_problems,
    write_out,
    wrong_usage,
)
from ivr.hours import YEARS
from ivr.loader import load_contacts
from ivr.settings import BadSetting, read_storage
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from ivr.report import Figures, Period, Report
    from ivr.store import Away

DAYS = 28
"""So many days are reported on unless others are asked for, today included."""

PATIENCE = 600.0
"""Seconds for one question to the database: five million turns take a while."""


class Day(click.ParamType[date]):
    """A local day, YYYY-MM-DD."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ARG002 - click's signature
        """The date."""
        try:
            day = date.fromisoformat(value)
            written = day.isoformat()
        except ValueError:
            written = ""
        if written != value:
            raise wrong_usage(
                f"„{value}“ ist kein Tag; so geht es: 2026-11-28.", f"“{value}” is not a day; write 2026-11-28."
            )
        if day.year not in YEARS:
            raise outside(day.year)
        return day


@click.command("report")
@click.option("--from", "first", type=Day(), help=f"The first day [{DAYS} days up to the last].")
@click.option("--to", "last", type=Day(), help="The last day, included [today].")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    default="table",
    help="How it is written: for people, or for programs.",
)
@json_option
@out_option
@contacts_option
@messages_option
def command(
    first: date | None,
    last: date | None,
    form: str,
    as_json: bool,
    out: Path | None,
    contacts: Path | None,
    lang: str | None,
) -> None:
    """Show in numbers how the calls went.

    When they came and in which languages, which keys were chosen, where callers gave up, and who was reached. Test
    calls are not counted. Totals are exact; numbers under 5 are hidden, so that none tells about a single caller.
    Days are local to the contacts file. The records come from DATABASE_URL.

    Exit code: 0, 1 when the database cannot be asked or the contacts file has errors, 2 for wrong usage.
    """
    if as_json and form not in ("table", "json"):
        raise wrong_usage(
            "--json und ein anderes --format schließen sich aus.", "--json and another --format exclude each other."
        )
    if form == "parquet" and out is None:
        raise wrong_usage(
            "Parquet ist keine Schrift: Nennen Sie mit --out eine Datei.", "Parquet is no text: name a file with --out."
        )
    loaded = load_contacts(chosen_files(None, contacts, lang).contacts)
    directory = loaded.directory
    if directory is None:
        stop_for_problems(loaded, 1, as_json=as_json or form == "json")
    from ivr.report import publish
    from ivr.store import Away

    now = datetime.now(UTC)
    period = _period(first, last, now.astimezone(directory.zone).date())
    try:
        figures = _figures(period, directory.zone, now)
    except Away as away:
        _stop_for(away, as_json=as_json or form == "json")
    report = publish(figures, directory, directory.zone)
    if form == "parquet":
        assert out is not None
        _write_parquet(report, out)
    elif as_json or form == "json":
        import json

        from ivr.report.json import json_of

        text = json.dumps(json_of(report, operator_language()), ensure_ascii=False, indent=2)
        write_out(f"{text}\n", out)
    elif form == "csv":
        from ivr.report.csv import csv_of

        write_out(csv_of(report), out)
    else:
        from ivr.report.table import table_of

        write_out(table_of(report, directory, operator_language()), out)


def _period(first: date | None, last: date | None, today: date) -> Period:
    from ivr.report import Period

    end = last or max(today, first or today)
    begin = first or end - timedelta(days=DAYS - 1)
    if begin > end:
        raise wrong_usage(
            f"Der Zeitraum endet am {end}, bevor er am {begin} beginnt.",
            f"The period ends on {end}, before it begins on {begin}.",
        )
    return Period(begin, end)


def _figures(period: Period, zone: ZoneInfo, now: datetime) -> Figures:
    from ivr.report import count
    from ivr.store import Database
    from ivr.store.engine import BadUrl

    try:
        url = read_storage(os.environ).database
        asked, database = Database(url), Database(url, seconds=PATIENCE)
    except (BadSetting, BadUrl) as bad:
        raise wrong_usage(*bad.sentence) from bad
    try:
        # One that is away is found so in seconds; one that counts has more time.
        with asked.connect():
            pass
        return count(database, period, zone, now)
    finally:
        asked.close()
        database.close()


def _stop_for(away: Away, *, as_json: bool) -> NoReturn:
    """Ends the command: the database did not do what was asked."""
    words = Sentence(
        f"Die Datenbank (DATABASE_URL) lässt sich nicht befragen: {away}.",
        f"The database (DATABASE_URL) cannot be asked: {away}.",
    )
    if as_json:
        say_json({"problems": [{"severity": "error", "code": "database-away", "message": in_words(words)}]})
    else:
        say(*words, err=True)
    raise SystemExit(1) from away


def _write_parquet(report: Report, out: Path) -> None:
    from ivr.report.parquet import parquet_of

    try:
        content = parquet_of(report)
    except ImportError as missing:
        raise wrong_usage(
            "Für Parquet fehlt das Paket pyarrow; so kommt es dazu: pip install pyarrow.",
            "Parquet needs the package pyarrow; install it with: pip install pyarrow.",
        ) from missing
    try:
        out.write_bytes(content)
    except OSError as error:
        raise wrong_usage(
            f"{out} lässt sich nicht schreiben ({error.strerror}).", f"{out} cannot be written ({error.strerror})."
        ) from error
