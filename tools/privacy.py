"""Writes docs/privacy.md: every stored field, why and how long, in German and English, from the tables themselves.

    python tools/privacy.py [--check]

With --check nothing is written; exit code 1 when the page is not what the code says.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.source.problems import Sentence
from ivr.store.lines import SHAPES
from ivr.store.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Table

PAGE = Path(__file__).parents[1] / "docs" / "privacy.md"

TOP = """# Datenschutz / Privacy

This page is made from the tables of the database (`make made`, `tools/privacy.py`): a column that is not explained here
cannot be written. Auf Deutsch zuerst, English below.
"""

TITLE = Sentence("## Auf Deutsch", "## In English")

FRAME = Sentence(
    """Der Dienst kommt ohne die Nummern der Anrufenden aus, und darum behält er keine.

- **Keine Rufnummer von Anrufenden wird gespeichert**, weder in der Datenbank noch in der Warteschlange noch im
  Protokoll.
- **Ob von derselben Nummer am selben Tag noch einmal angerufen wird**, zeigt ein Fingerabdruck der Nummer
  (HMAC-SHA-256, gekürzt auf 16 Zeichen) unter einem zufälligen Schlüssel. Der Schlüssel wird nach 24 Stunden
  vernichtet, die Fingerabdrücke werden 24 Stunden nach Beginn des Anrufs gelöscht; nachgesehen wird jede Minute. Steht
  der Dienst oder ist die Datenbank nicht zu erreichen, geschieht es, sobald er wieder läuft und sie wieder da ist.
  Solange es den Schlüssel gibt, kann, wer ihn und die Datenbank hat, eine Nummer durch Probieren bestätigen; danach
  niemand mehr. Auf jeder Maschine steht der Schlüssel auch in `desk.json` unter `IVR_SPOOL`. Mit
  `IVR_CALLER_HASH=no` entsteht weder Schlüssel noch Fingerabdruck; was es vorher davon gab, geht binnen 24 Stunden.
- **Name und Ort**, die der Anbieter mit der Nummer schickt (Stadt, Land, Postleitzahl), werden beim Eintreffen
  verworfen.
- **Ziffern** werden nur als einzelne Taste eines Menüs behalten. Mehrere Ziffern hintereinander, etwa eine PIN, werden
  nirgends geschrieben; von PINs gibt es nur Hashes. Eine Uhrzeit, die eine Diensthabende am Telefon eingibt, bleibt als
  Ende dessen, was sie angeordnet hat.
- **Gesprochenes** wird nicht aufgezeichnet.
- **Fristen**: Aufzeichnungen 90 Tage (`IVR_KEEP_DAYS`), Fingerabdrücke 24 Stunden. Aufzeichnungen werden beim Start,
  danach täglich und mit `ivr purge` gelöscht: Eine Zeile, die dann so alt wie die Frist ist oder älter, geht.
- **Sicherungskopien** der Datenbank enthalten, was zu ihrer Zeit darin stand, auch den Schlüssel des Tages: Die Tabelle
  `caller_keys` gehört nicht in sie hinein (`pg_dump --exclude-table-data=caller_keys`), ebenso wenig in ein Archiv des
  Transaktionsprotokolls von PostgreSQL, das länger als die Fristen aufbewahrt wird.
- **Der Anbieter der Telefonie** speichert selbst, was in seinem Vertrag steht. Diese Seite sagt nichts darüber,
  nur so viel: Wer dort nachsehen darf, findet zur Kennung eines Anrufs die Nummer, solange der Anbieter sie behält.""",
    """The service does without the numbers of callers, and so it keeps none.

- **No caller's number is stored**, neither in the database nor in the spool nor in the log.
- **Whether the same number calls again on the same day** is shown by a hash of the number (HMAC-SHA-256, cut to 16
  characters) under a random key. The key is destroyed after 24 hours, the hashes are deleted 24 hours after the call
  began; it is looked for every minute. While the service is stopped, or the database cannot be reached, it has to wait
  until they are back. As long as the key exists, whoever has it and the database can confirm a number by trying; nobody
  can afterwards. On each machine the key stands in `desk.json` below `IVR_SPOOL`, too. With `IVR_CALLER_HASH=no`
  no key and no hash is made; what there was of them before goes within 24 hours.
- **Name and place** that the provider sends with the number (city, country, postcode) are dropped on arrival.
- **Digits** are kept only as the single key of a menu. Several in a row, such as a PIN, are written nowhere; of PINs
  there are only hashes. A time that an officer types on the telephone stays as the end of what she has ordered.
- **Nothing that is spoken** is recorded.
- **Periods**: records 90 days (`IVR_KEEP_DAYS`), hashes 24 hours. Records are deleted at the start, then daily, and
  with `ivr purge`: a row that is as old as the period by then, or older, goes.
- **Backups** of the database hold what stood in it at their time, the key of the day included: the table `caller_keys`
  has no place in them (`pg_dump --exclude-table-data=caller_keys`), nor in an archive of PostgreSQL's write-ahead log
  that is kept for longer than the periods.
- **The telephony provider** itself stores what its contract says. This page is not about that, but for
  this: who may look there finds the number to a call's id for as long as the provider keeps it.""",
)

DATABASE = Sentence("### Die Datenbank", "### The database")
HEADS = Sentence("| Feld | Wozu | Wie lange |", "| Field | Why | How long |")
KEPT = Sentence("Aufbewahrt: {}.", "Kept: {}.")
AS_TABLE = Sentence("wie die Zeile", "as the row")

SPOOL = Sentence(
    """### Die Warteschlange (Spool)

Was ein Anruf ergibt, steht zuerst in einer Datei unter `IVR_SPOOL` und wandert von dort in die Datenbank: meist
innerhalb einer Sekunde, bei einem Ausfall der Datenbank, sobald sie wieder da ist. Danach wird die Datei gelöscht.
Daneben liegt in `traffic.json`, was für die Grenzen gezählt wird: die Kennungen der Anrufe, die im Gang sind, und die
heute verbundenen Sekunden, bis zum ersten Anruf des nächsten Tages. Die Felder einer Zeile sind die der Tabellen oben
(`k` ist die Art der Zeile):
""",
    """### The spool

What a call yields stands in a file below `IVR_SPOOL` first and moves on to the database from there: within a second as
a rule, after an outage of the database as soon as it is back. The file is deleted then. Beside it lies, in
`traffic.json`, what is counted for the limits: the ids of calls under way, and the seconds connected today, until the
first call of the next day. The fields of a line are those of the tables above (`k` is the kind of line):
""",
)
LOG = Sentence(
    """### Das Protokoll (Log)

Der Dienst schreibt Zeilen in JSON auf die Standardfehlerausgabe; wie lange sie bleiben, bestimmt, wer den Dienst
betreibt (empfohlen: 30 Tage). Eine Zeile nennt das Ereignis, die Zeit, die Kennung des Anrufs, Zug, Fassung, Ablauf,
Schritt, Sprache, eine einzelne Taste, Ausgang einer Verbindung und Fehler. Nur die erste Zeile eines Anrufs nennt die
Nummer, und zwar verdeckt (`+49***…12`): zu wenig, um jemanden anzurufen. Zähler für `/metrics` sind Summen ohne Bezug
zu Anrufen.""",
    """### The log

The service writes lines of JSON to standard error; how long they stay is up to whoever runs it (30 days are
recommended). A line names the event, the time, the call's id, turn, version, flow, step, language, a single key, the
result of a connection, and errors. Only the first line of a call has the number, and has it masked (`+49***…12`):
too little to call anyone. The counters of `/metrics` are sums without any link to calls.""",
)


def page() -> str:
    """The whole page."""
    return "\n\n".join([TOP.rstrip(), *(part for index in (0, 1) for part in _half(index))]) + "\n"


def _half(index: int) -> Iterator[str]:
    """The page in one language: 0 German, 1 English."""
    yield TITLE[index]
    yield FRAME[index]
    yield DATABASE[index]
    for table in metadata.sorted_tables:
        yield from _table(table, index)
    yield SPOOL[index].rstrip()
    yield "\n".join(f"- `{kind}`: {', '.join(f'`{name}`' for name in fields)}" for kind, fields in SHAPES.items())
    yield LOG[index]


def _table(table: Table, index: int) -> Iterator[str]:
    why, kept = table.info["why"][index], table.info["kept"][index]
    yield f"#### `{table.name}`"
    yield f"{why}. {KEPT[index].format(kept)}"
    rows = [HEADS[index], "|---|---|---|"]
    for column in table.columns:
        period = column.info["kept"][index] if "kept" in column.info else AS_TABLE[index]
        rows.append(f"| `{column.name}` | {column.info['why'][index]} | {period} |")
    yield "\n".join(rows)


def main() -> int:
    """Writes or checks the page."""
    made = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == made:
        return 0
    print("docs/privacy.md is not what the tables say; run: make made", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
