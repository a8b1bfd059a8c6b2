"""`ivr purge`: removes records that are older than they may be. The service does the same at its start and daily."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import click

from ivr.cli.common import in_words, json_option, messages_option, say, say_json, wrong_usage
from ivr.cli.telling import moment, opened, refuse, storage
from ivr.cli.versions import zone_in_force
from ivr.source.problems import Sentence
from ivr.store import Away

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

HASHES_KEPT = timedelta(hours=24)
"""As the keeper has it: whatever is told here, no hash of a caller's number lives longer."""

_NAMES = {
    "turns": Sentence("Gesprächsschritte", "turns"),
    "calls": Sentence("Anrufe", "calls"),
    "hashes": Sentence("Hashes von Anrufern", "hashes of callers"),
    "sets": Sentence("nie veröffentlichte Fassungen", "versions never published"),
    "losses": Sentence("Zählungen von Verlusten", "counts of losses"),
    "tallies": Sentence("Zählerstände von Servern", "counts of servers"),
    "sessions": Sentence("abgelaufene Anmeldungen", "logins that have run out"),
    "logins": Sentence("misslungene Anmeldungen", "logins that failed"),
    "audit": Sentence("Einträge im Protokoll der Seite", "entries of the page's audit trail"),
    "working_copies": Sentence("Arbeitskopien, an denen niemand mehr arbeitet", "working copies that nobody works on"),
    "caller_keys": Sentence("Schlüssel des Tages", "keys of the day"),
}


@click.command("purge")
@click.option("--keep-days", type=click.IntRange(0, 36_500), help="Keeps what is younger [IVR_KEEP_DAYS, else 90].")
@click.option("--before", metavar="DATE", help="Removes what is older than this day instead: 2026-10-01.")
@click.option("--dry-run", is_flag=True, help="Counts only.")
@messages_option
@json_option
def command(keep_days: int | None, before: str | None, dry_run: bool, lang: str | None, as_json: bool) -> None:  # noqa: ARG001 - the language is read from the context
    """Remove old records of calls. Publications and instructions are never removed.

    Exit code: 0, 1 when the database is away, 2 for wrong usage.
    """
    where, now = storage(), datetime.now(UTC)
    zone = zone_in_force(where)
    if before is not None and keep_days is not None:
        raise wrong_usage("--keep-days und --before schließen einander aus.", "Use --keep-days or --before.")
    if before is None:
        records = timedelta(days=where.keep_days if keep_days is None else keep_days)
    else:
        records = now - _begin_of(before, zone)
        if records < timedelta():
            refuse(f"{before} kommt erst noch.", f"{before} is still to come.")
    try:
        with opened(where) as database:
            work = database.due if dry_run else database.purge
            removed = work(now, records=records, hashes=HASHES_KEPT)
    except Away as away:
        refuse(
            f"Die Datenbank ist nicht zu erreichen ({away}). Was noch da ist, entfernt der nächste Lauf.",
            f"The database cannot be reached ({away}). The next run removes what is still there.",
        )
    if as_json:
        say_json({"before": (now - records).isoformat(), "dry_run": dry_run, "removed": removed})
        return
    de, en = moment(now - records, zone)
    verb = Sentence("Zu entfernen", "To be removed") if dry_run else Sentence("Entfernt", "Removed")
    say(f"{verb.de}, was älter ist als {de}:", f"{verb.en}, older than {en}:")
    for name, count in removed.items():
        label = in_words(_NAMES.get(name, Sentence(name, name)))
        click.echo(f"  {count:8}  {label}")


def _begin_of(written: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(written), time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise wrong_usage(
            f"„{written}“ ist kein Tag; so geht es: --before 2026-10-01",
            f"“{written}” is no day; write --before 2026-10-01",
        ) from None
