"""`ivr hours`: is a contact open, until when, why, and what do callers hear; or its whole year."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.common import (
    Instant,
    chosen_files,
    contacts_option,
    in_words,
    in_zone,
    json_option,
    messages_option,
    operator_language,
    outside,
    say,
    say_json,
    stop_for_problems,
    wrong_usage,
)
from ivr.cli.hours_text import moment, whole_year
from ivr.desk import NAME, read
from ivr.hours import YEARS, Day, unknown
from ivr.hours.shape import missing_entries
from ivr.instructions import latest
from ivr.loader import load_contacts
from ivr.settings import BadSetting, read_storage
from ivr.source.near import did_you_mean
from ivr.source.problems import Sentence
from ivr.speech import LANGUAGES
from ivr.world import Clerk

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.contacts import Directory, Entry
    from ivr.hours import Answer, Rule


@click.command("hours")
@click.argument("contact", required=False)
@contacts_option
@messages_option
@click.option("--at", type=Instant(), help="The time asked about; without an offset, local time [now].")
@click.option("--year", type=int, help=f"The table of a year instead ({YEARS[0]} to {YEARS[-1]}).")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "ics"]),
    default="table",
    help="How a year is written: for people, for programs, or for calendars (iCalendar).",
)
@json_option
def command(
    contact: str | None,
    contacts: Path | None,
    lang: str | None,
    at: datetime | None,
    year: int | None,
    form: str,
    as_json: bool,
) -> None:
    """Show when CONTACT is open, why, and what callers hear.

    Without CONTACT: all contacts now. Needs the contacts file only.

    Exit code: 0, 1 when the contacts file has errors, 2 for wrong usage.
    """
    as_json = as_json or form == "json"
    if form == "ics" and (year is None or as_json):
        raise wrong_usage(
            "--format ics zeigt ein Jahr: ivr hours KONTAKT --year 2027 --format ics, ohne --json.",
            "--format ics shows a year: ivr hours CONTACT --year 2027 --format ics, without --json.",
        )
    files = chosen_files(None, contacts, lang)
    loaded = load_contacts(files.contacts)
    directory = loaded.directory
    if directory is None:
        stop_for_problems(loaded, 1, as_json=as_json)
    if contact is not None and contact not in directory.contacts:
        known = did_you_mean(contact, directory.contacts, what=Sentence("Stellen", "Contacts"))
        raise wrong_usage(
            f"Die Stelle „{contact}“ gibt es nicht. {known.de}", f"There is no contact “{contact}”. {known.en}"
        )
    if year is not None:
        if contact is None or at is not None:
            raise wrong_usage(
                "--year zeigt das Jahr einer Stelle: ivr hours KONTAKT --year 2027, ohne --at.",
                "--year shows the year of one contact: ivr hours CONTACT --year 2027, without --at.",
            )
        if year not in YEARS:
            raise outside(year)
        _year(directory, directory.contacts[contact], year, "json" if as_json else form)
        return
    instant = in_zone(at, directory.zone)
    asked = [directory.contacts[contact]] if contact is not None else list(directory.contacts.values())
    found = [_now(directory, entry, instant) for entry in asked]
    if as_json:
        facts = [_facts(answer, entry, spoken) for entry, answer, spoken in found]
        say_json(facts[0] if contact is not None else facts)
    else:
        lang = operator_language()
        if contact is None:  # an overview: every language is told of one contact
            found = [(entry, answer, {lang: spoken[lang]}) for entry, answer, spoken in found]
        click.echo("\n\n".join(moment(*each, lang) for each in found))
        if at is None:
            _tell_of_switches(asked)


def _tell_of_switches(asked: list[Entry]) -> None:
    """The files are not all that counts now: says where a switch of the day is in force on this machine."""
    try:
        spool = read_storage(os.environ).spool
    except BadSetting:
        return
    now = datetime.now(UTC)
    desks = [desk for path in spool.glob(f"*/{NAME}") if (desk := read(path)) is not None]
    switched = {subject for desk in desks for kind, subject in latest(desk.instructions, now) if kind == "switch"}
    for entry in asked:
        for subject in switched & {entry.key, *entry.house}:
            say(
                f"Für {entry.key} gilt jetzt ein Schalter ({subject}): Was Anrufer hören, zeigt `ivr override`.",
                f"A switch is in force for {entry.key} now ({subject}): `ivr override` shows what callers hear.",
                err=True,
            )


def _now(directory: Directory, entry: Entry, at: datetime) -> tuple[Entry, Answer, dict[str, str]]:
    """A contact, its state at an instant, and what callers hear about it, by language."""
    world = Clerk(directory).at(at)
    spoken = {language.code: world.words(language.code, entry.key, "status") for language in LANGUAGES}
    return entry, world.answer(entry.key), spoken


def _facts(answer: Answer, entry: Entry, spoken: dict[str, str]) -> dict[str, Any]:
    return {
        "contact": entry.key,
        "at": _iso(answer.at),
        "state": answer.state,
        "since": _iso(answer.since),
        "until": _iso(answer.until),
        "next_open": _iso(answer.next_open),
        "reason": _reason(answer.rule),
        "rule": _rule(answer.rule),
        "spoken": spoken,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _reason(rule: Rule) -> dict[str, str] | None:
    return dict(rule.reason) if rule.reason else None


def _rule(rule: Rule) -> dict[str, Any]:
    return {"kind": rule.kind, "file": rule.place.file, "line": rule.place.line, "text": rule.text}


def _year(directory: Directory, entry: Entry, year: int, form: str) -> None:
    days = _days(directory, entry, year)
    warnings = [*missing_entries(entry.schedule.entered(), year)] if entry.schedule else []
    if form == "json":
        facts = [{"line": each.place.line, "code": each.code, "message": in_words(each.message)} for each in warnings]
        found = [_day(day) for day in days]
        say_json({"contact": entry.key, "year": year, "days": found, "warnings": facts})
    elif form == "ics":
        from ivr.cli.hours_calendar import calendar

        click.echo(calendar(entry, year, days, operator_language()), nl=False)
    else:
        click.echo(whole_year(entry, year, days, directory.zone, operator_language(), warnings))


def _days(directory: Directory, entry: Entry, year: int) -> tuple[Day, ...]:
    """Every day of a year, also of a contact whose hours are unknown."""
    if entry.schedule is not None:
        return entry.schedule.year(year)
    day = unknown(datetime(year, 1, 1, tzinfo=directory.zone), directory.zone, entry.place).today
    return tuple(replace(day, date=date.fromordinal(n)) for n in range(_new_year(year), _new_year(year + 1)))


def _new_year(year: int) -> int:
    return date(year, 1, 1).toordinal()


def _day(day: Day) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(),
        "spans": [list(span.wall()) for span in day.spans],
        "reason": _reason(day.rule),
        "rule": _rule(day.rule),
    }
