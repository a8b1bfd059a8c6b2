"""Writes docs/mistakes.md: ten mistakes in the shipped files, and what the check says of each, as it prints it.

    python tools/mistakes.py [--check]

With --check nothing is written; exit code 1 when the page is not what the check says now.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from ivr.check.memory import Memory
from ivr.check.proof import prove
from ivr.loader import load
from ivr.settings import PACKAGE_FLOWS
from ivr.source.report import render

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "mistakes.md"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
"""The day of the calls that are shown: the page must not change overnight."""

HEAD = """# Zehn Fehler, und was die Prüfung dazu sagt

Diese Seite entsteht aus dem Programm (`make made`): In den mitgelieferten Dateien wird je ein Fehler gemacht, und
darunter steht Wort für Wort, was `ivr check` dann ausgibt. Mit `--lang en` spricht die Prüfung Englisch.

So liest man eine Meldung: Datei, Zeile und Spalte; `error` (so geht die Fassung nicht in Betrieb) oder `warning`; in
eckigen Klammern das Kürzel; dann, was falsch ist. Darunter steht die Zeile mit der Stelle, dann der Rat. Wo ein Anruf
zeigt, was geschehen würde, steht er darunter, mit dem Befehl, der ihn nachspielt.
"""


class Mistake(NamedTuple):
    """One edit of a shipped file."""

    title: str
    file: str
    old: str
    new: str


MISTAKES = (
    Mistake("Ein Ziel ist vertippt", "hotline.yaml", "go: nordstadt}", "go: nordstat}"),
    Mistake(
        "Zwei Ziele sind vertauscht",
        "hotline.yaml",
        "        1: {for: nordstadtbuero, go: nordstadt}\n        2: {for: nordmarktbuero, go: nordmarkt}\n"
        "        3: {for: ordnungsamt, go: ordnungsamt}\n        4: {for: polizei, go: polizei}\n        5:",
        "        1: {for: nordstadtbuero, go: nordmarkt}\n        2: {for: nordmarktbuero, go: nordstadt}\n"
        "        3: {for: ordnungsamt, go: ordnungsamt}\n        4: {for: polizei, go: polizei}\n        5:",
    ),
    Mistake(
        "Ein Platzhalter steht ohne Anführungszeichen", "hotline.yaml", '"{citywache.status}"', "{citywache.status}"
    ),
    Mistake("Ein Satz fehlt in einer Sprache", "hotline.yaml", "      en: Goodbye.\n", ""),
    Mistake(
        "Die Begrüßung nennt den Notruf nicht mehr",
        "hotline.yaml",
        "Dortmund. Im Notfall legen Sie bitte auf und wählen Sie 110 oder 112.",
        "Dortmund.",
    ),
    Mistake("Die Null führt zu keinem Menschen", "hotline.yaml", '"0": person', '"0": danger'),
    Mistake("Wer nichts drückt, hört das Menü für immer", "hotline.yaml", "give_up: numbers", "give_up: main"),
    Mistake(
        "Nach dem vergeblichen Anruf wird die falsche Nummer gesagt",
        "hotline.yaml",
        "      to: nordmarktbuero\n      busy: nordmarkt_not_reached",
        "      to: nordmarktbuero\n      busy: nordstadt_not_reached",
    ),
    Mistake(
        "Eine Uhrzeit steht in Ziffern im Text", "hotline.yaml", "de: Auf Wiederhören.", "de: Wir sind ab 9 Uhr da."
    ),
    Mistake("Statt eines Amtes wird der Notruf gewählt", "contacts.yaml", "phone: (0231) 132-11 62", "phone: 110"),
)


def page() -> str:
    """The whole page."""
    sections = [HEAD]
    memory = Memory()
    with tempfile.TemporaryDirectory() as folder:
        # The files lie as in the repository, so that messages name them as an operator sees them.
        shutil.copytree(PACKAGE_FLOWS, Path(folder, "ivr", "flows"))
        shutil.copytree(ROOT / "data", Path(folder, "data"))
        os.chdir(folder)
        for number, mistake in enumerate(MISTAKES, 1):
            sections.append(_section(number, mistake, memory))
    return "\n".join(sections)


def _section(number: int, mistake: Mistake, memory: Memory) -> str:
    path = Path("data" if mistake.file == "contacts.yaml" else "ivr/flows", mistake.file)
    right = path.read_text(encoding="utf-8")
    assert right.count(mistake.old) >= 1, f"{mistake.title}: {mistake.old!r} is not in {path}"
    path.write_text(right.replace(mistake.old, mistake.new, 1), encoding="utf-8")
    try:
        printed = _printed(memory)
    finally:
        path.write_text(right, encoding="utf-8")
    return f"## {number}. {mistake.title}\n\n```text\n{printed}```\n"


def _printed(memory: Memory) -> str:
    loaded = load(Path("ivr/flows"), Path("data/contacts.yaml"), now=NOW)
    found = list(loaded.problems)
    if loaded.flows is not None:
        found += prove(loaded, NOW, memory).problems
    # What the shipped files are warned of as they are is no part of a mistake.
    return render([problem for problem in found if problem.severity == "error"], "de", loaded.sources)


def main() -> int:
    """Writes or checks the page."""
    text = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print("docs/mistakes.md is not what the check says now; run: make made", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
