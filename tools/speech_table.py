"""Writes a language's table of whole sentences, tests/cases/speech/CODE.yaml, as the language says them now.

    python tools/speech_table.py CODE [NAME_IN_SENTENCE NAME_ALONE]

The situations are those of de.yaml. What comes out is to be read, line by line, by somebody who speaks the language:
a table that was only written proves nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases" / "speech"
HEAD = """# What callers hear in {name}, word for word. The offices' hours are in hours.yaml.
#
# status, opens, closes, today, week: office, then the moment of the call, then the whole of what is said.

"""


def main(code: str, *names: str) -> int:
    """Writes the table."""
    path = CASES / f"{code}.yaml"
    if not path.exists():
        path.write_text((CASES / "de.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    sys.path.insert(0, str(ROOT / "tests"))
    import test_speech as tests  # type: ignore[import-not-found]

    in_sentence, alone = names or (str(tests.table_names(code)["article"]), str(tests.table_names(code)["bare"]))
    speaker = tests.language(code)
    table = tests.table("de.yaml")
    lines = [f"names: {{article: {in_sentence}, bare: {alone}}}"]
    opened = ", ".join(f'"{word}"' for word in tests.OPEN_WORDS[code])
    lines += [
        "",
        "# What an office that is open is told by, in the sentences of the station.",
        f"open_words: [{opened}]",
    ]
    for form in tests.SITUATIONS:
        lines += ["", f"{form}:"]
        for office, sentences in table[form].items():
            lines.append(f"  {office}:")
            for at in sentences:
                spoken = tests.say(speaker, {"article": in_sentence, "bare": alone}, form, office, tests.moment(at))
                lines.append(f'    {at}: "{spoken.text}"')
    lines += ["", "# A method, its arguments, and what it says. A list is a telephone number in its groups; ~ is none."]
    lines.append("words:")
    for method, *arguments, _ in table["words"]:
        own: dict[Any, str] = {"die Citywache": in_sentence, "Nordstadtbüro": alone}
        words: list[Any] = [own.get(a, a) if isinstance(a, str) else a for a in arguments]
        said = getattr(speaker, method)(*[tests.value(method, word) for word in words])
        shown = [_shown(word) for word in words]
        lines.append(f'  - [{", ".join([method, *shown])}, "{said}"]')
    path.write_text(HEAD.format(name=speaker.endonym) + "\n".join(lines) + "\n", encoding="utf-8")
    return 0


def _rows(german: list[list[Any]], existing: list[list[Any]]) -> list[list[Any]]:
    """The rows of words: those of the table itself, whose arguments may have been put into its language."""
    same = [row[0] for row in german] == [row[0] for row in existing]
    return existing if same else german


def _shown(word: object) -> str:
    if isinstance(word, list):
        return "[" + ", ".join(f'"{group}"' for group in word) + "]"
    if word == "~":
        return "~"
    return f'"{word}"'


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
