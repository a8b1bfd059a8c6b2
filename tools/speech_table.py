"""Writes a language's table of whole sentences, tests/cases/speech/CODE.yaml, as the language says them now.

    python tools/speech_table.py CODE [NAME_IN_SENTENCE NAME_ALONE [OPEN_WORD ...]]

The situations are those of de.yaml. A new language, which has its file and its line in `LANGUAGES` already, needs the
names and the words for open; later they are those of its table, and so are the arguments of its rows of words. What
comes out is to be read, line by line, by somebody who speaks the language: a table that was only written proves
nothing.
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


def main(code: str, *written: str) -> int:
    """Writes the table."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "support")]
    from ivr.speech import CODES

    if code not in CODES:
        print(f"“{code}” is not in LANGUAGES of ivr/speech/__init__.py; there are {', '.join(CODES)}.", file=sys.stderr)
        return 2
    path = CASES / f"{code}.yaml"
    if not path.exists():
        if len(written) < 3:
            print(f"“{code}” has no table yet: it needs both names, and at least one word for open.", file=sys.stderr)
            return 2
        path.write_text((CASES / "de.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    import test_speech as tests  # type: ignore[import-not-found]

    names, open_words = written[:2], written[2:] or tests.OPEN_WORDS[code]
    before = [str(tests.table_names(code)[name]) for name in ("article", "bare")]
    in_sentence, alone = names or before
    speaker = tests.language(code)
    table = tests.table("de.yaml")
    lines = [f"names: {{article: {in_sentence}, bare: {alone}}}"]
    opened = ", ".join(f'"{word}"' for word in open_words)
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
    own = {"die Citywache": in_sentence, "Nordstadtbüro": alone} | dict(zip(before, (in_sentence, alone), strict=True))
    for method, *arguments, _ in _rows(table["words"], tests.table(path.name)["words"]):
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
