"""Writes docs/steps.md: the manual page of every step kind, which is its module's docstring.

    python tools/manual.py [--check]

With --check nothing is written; exit code 1 when the page is not what the code says.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from ivr.steps import KINDS

PAGE = Path(__file__).parents[1] / "docs" / "steps.md"
HEAD = """# Step kinds

This page is made from the code (`make made`): each section is the docstring of the kind's module under `ivr/steps/`.
"""


def manual() -> str:
    """The whole page."""
    sections = [HEAD]
    for kind in KINDS:
        module = inspect.getmodule(kind.build)
        page = inspect.cleandoc(module.__doc__ or "") if module else ""
        title, _, rest = page.partition("\n")
        word, _, summary = title.partition(": ")
        sections.append(f"## {word}\n\n{summary[:1].upper()}{summary[1:]}\n{_fenced(rest)}")
    return "\n\n".join(section.rstrip() for section in sections) + "\n"


def _fenced(text: str) -> str:
    """Indented examples as YAML blocks, so that the tests find and load them."""
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        indented = line.startswith("    ") or (inside and not line)
        if indented and not inside:
            lines.append("```yaml")
        if inside and not indented:
            while lines[-1] == "":
                lines.pop()
            lines += ["```", ""]
        inside = indented
        lines.append(line.removeprefix("    ") if inside else line)
    if inside:
        lines.append("```")
    return "\n".join(lines)


def main() -> int:
    """Writes or checks the page."""
    page = manual()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page:
        return 0
    print("docs/steps.md is not what the code says; run: make made", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
