"""Writes ivr/speech/cldr.py: what the Unicode CLDR knows of our languages, as Babel hands it out.

    python tools/cldr.py [--check]

With --check nothing is written; exit code 1 when the module is not what Babel says. Made beforehand, because Babel is
too heavy for a process that answers calls, and because a change in the CLDR should be read in a diff before a caller
hears it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from babel import Locale

MODULE = Path(__file__).parents[1] / "ivr" / "speech" / "cldr.py"
LOCALES = ("de", "en_GB", "tr", "pl", "ro", "bg", "ar", "uk")
HEAD = '''"""What the Unicode CLDR knows of our languages: made from Babel by tools/cldr.py, not edited by hand.

Names are as they stand within a sentence, and as far as inflection is concerned within a date ("czwartego stycznia").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Names(NamedTuple):
    """One language's words for itself, for days, months and minutes."""

    endonym: str
    weekdays: tuple[str, ...]
    """Seven, Monday first."""
    months: tuple[str, ...]
    """Twelve, in the form that follows a day of the month."""
    minutes: tuple[str, ...]
    """The noun that follows each number from 0 to 30, in the nominative."""


NAMES: Mapping[str, Names] = {
'''


def module() -> str:
    """The whole module."""
    lines = [HEAD.rstrip("\n")]
    for name in LOCALES:
        locale = Locale.parse(name)
        code = locale.language
        minute = locale._data["unit_patterns"]["duration-minute"]["long"]  # noqa: SLF001 - Babel has no public way
        nouns = [minute[locale.plural_form(n)].replace("{0}", "").strip() for n in range(31)]
        lines += [
            f'    "{code}": Names(',
            f"        endonym={_quoted(locale.get_language_name(code))},",
            f"        weekdays=({_listed([locale.days['format']['wide'][day] for day in range(7)])}),",
            "        months=(",
            *_wrapped([locale.months["format"]["wide"][month] for month in range(1, 13)], 6),
            "        ),",
            "        minutes=(",
            *_runs(nouns),
            "        ),",
            "    ),",
        ]
    text = "\n".join([*lines, "}"]) + "\n"
    formatter = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(MODULE), "-"]
    return subprocess.run(formatter, input=text, capture_output=True, text=True, check=True).stdout


def _runs(words: list[str]) -> list[str]:
    """Equal words in a row as one line."""
    lines: list[str] = []
    start = 0
    for n in range(1, len(words) + 1):
        if n == len(words) or words[n] != words[start]:
            lines.append(f"            *({_quoted(words[start])},) * {n - start},")
            start = n
    return lines


def _wrapped(words: list[str], each: int) -> list[str]:
    return [f"            *({_listed(words[at : at + each])})," for at in range(0, len(words), each)]


def _listed(words: list[str]) -> str:
    return ", ".join(map(_quoted, words))


def _quoted(word: str | None) -> str:
    assert word, "the CLDR has a word for this"
    return f'"{word}"'


def main() -> int:
    """Writes or checks the module."""
    made = module()
    if "--check" not in sys.argv[1:]:
        MODULE.write_text(made, encoding="utf-8")
        return 0
    if MODULE.exists() and MODULE.read_text(encoding="utf-8") == made:
        return 0
    print("ivr/speech/cldr.py is not what Babel says; run: make made", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
