"""`ivr hours`: is a contact open, until when, why, and what do callers hear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ivr.cli.common import Instant, chosen_files, files_options, in_zone, messages_option, say_json, stop_for_problems
from ivr.loader import load_contacts
from ivr.source.near import did_you_mean
from ivr.source.problems import Sentence
from ivr.speech import LANGUAGES
from ivr.world import Clerk

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from ivr.contacts import Directory, Entry
    from ivr.hours import Day, Rule


@click.command("hours")
@click.argument("contact", required=False)
@files_options
@messages_option
@click.option("--at", type=Instant(), help="The time asked about; without an offset, local time [now].")
@click.option("--year", type=click.IntRange(1900, 2199), help="The table of a year instead.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def command(
    contact: str | None,
    flows: Path | None,
    contacts: Path | None,
    lang: str | None,
    at: datetime | None,
    year: int | None,
    as_json: bool,
) -> None:
    """Show whether CONTACT is open (without CONTACT: all of them), why, and in which words callers hear it."""
    files = chosen_files(flows, contacts, lang)
    loaded = load_contacts(files.contacts)
    directory = loaded.directory
    if directory is None:
        stop_for_problems(loaded, files.language, 1)
    if contact is not None and contact not in directory.contacts:
        known = did_you_mean(contact, directory.contacts, what=Sentence("Kontakte", "Contacts"))
        raise click.UsageError(
            f"Den Kontakt „{contact}“ gibt es nicht. {known.de}"
            if files.language == "de"
            else f"There is no contact “{contact}”. {known.en}"
        )
    chosen = [directory.contacts[contact]] if contact is not None else list(directory.contacts.values())
    if year is not None:
        if contact is None:
            raise click.UsageError("--year needs a CONTACT.")
        _year(chosen[0], year, as_json=as_json)
        return
    moment = in_zone(at, directory.zone)
    found = [_now(directory, entry, moment) for entry in chosen]
    if as_json:
        say_json(found[0] if contact is not None else found)
    else:
        for each in found:
            _show(each)


def _now(directory: Directory, entry: Entry, at: datetime) -> dict[str, Any]:
    world = Clerk(directory).at(at)
    answer = world.answer(entry.key)
    return {
        "contact": entry.key,
        "at": at.isoformat(),
        "state": answer.state,
        "since": _iso(answer.since),
        "until": _iso(answer.until),
        "next_open": _iso(answer.next_open),
        "reason": dict(answer.rule.reason) if answer.rule.reason else None,
        "rule": _rule(answer.rule),
        "spoken": {language.code: world.words(language.code, entry.key, "status") for language in LANGUAGES},
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _rule(rule: Rule) -> dict[str, Any]:
    return {"kind": rule.kind, "file": rule.place.file, "line": rule.place.line, "text": rule.text}


def _show(found: dict[str, Any]) -> None:
    rule = found["rule"]
    click.echo(f"{found['contact']}  {found['at']}  {found['state']}")
    for name in ("since", "until", "next_open"):
        click.echo(f"  {name:10} {found[name] or '–'}")
    click.echo(f"  {'rule':10} {rule['file']}:{rule['line']}: {rule['text']}")
    for code, words in found["spoken"].items():
        click.echo(f"  {code:10} {words}")


def _year(entry: Entry, year: int, *, as_json: bool) -> None:
    days = entry.schedule.year(year) if entry.schedule else ()
    if as_json:
        say_json({"contact": entry.key, "year": year, "days": [_day(day) for day in days]})
        return
    for line in _table(days):
        click.echo(line)


def _day(day: Day) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(),
        "spans": [list(span.wall()) for span in day.spans],
        "reason": dict(day.rule.reason) if day.rule.reason else None,
        "rule": _rule(day.rule),
    }


def _table(days: Iterable[Day]) -> Iterable[str]:
    """A line for every day that is not as its week: the rest of the year is what the week says."""
    for day in days:
        if day.rule.kind == "week" and not day.holidays:
            continue
        spans = ", ".join("-".join(span.wall()) for span in day.spans) or "closed"
        yield f"{day.date:%a %Y-%m-%d}  {spans:24} {day.rule.text}  ({day.rule.place})"
