"""Writes docs/steps.md and docs/checks.md: the manual pages of step kinds and of rules, their modules' docstrings.

    python tools/manual.py [--check]

With --check nothing is written; exit code 1 when a page is not what the code says.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ivr.check import RULES
from ivr.steps import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DOCS = Path(__file__).parents[1] / "docs"
STEPS = """# Step kinds

This page is made from the code (`make made`): each section is the docstring of the kind's module under `ivr/steps/`.
"""
CHECKS = """# What `ivr check` proves

This page is made from the code (`make made`): each section is the docstring of the rule's module under `ivr/check/`.

The checker runs the engine that answers calls over every state that a call can stand in, with every input, in every
language, at every moment of the coming year at which anything changes. Each rule below looks at all of it. What the
rules leave standing is proved for that year: there is no call, at no time, that breaks them. It is stated at the end
of `ivr check`, and under `proved` with `--json`.

An **error** means that a caller would be left alone, misled or bored; the exit code is 1. A **warning** is for an
operator to weigh: exit code 0, or 1 with `--strict`. Where a call shows the problem, it is printed below it, with the
command that plays it again.

The examples are parts of the small set under `tests/cases/check/sample`; the tests put each in its place there.
"""


def manual(head: str, entries: Iterable[Callable[..., Any]]) -> str:
    """The whole page: a section for the module of each of these functions."""
    sections = [head]
    for each in entries:
        module = inspect.getmodule(each)
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
    """Writes or checks the pages."""
    pages = {
        DOCS / "steps.md": manual(STEPS, (kind.build for kind in KINDS)),
        DOCS / "checks.md": manual(CHECKS, (rule.check for rule in RULES)),
    }
    if "--check" not in sys.argv[1:]:
        for path, page in pages.items():
            path.write_text(page, encoding="utf-8")
        return 0
    stale = [path for path, page in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != page]
    for path in stale:
        print(f"docs/{path.name} is not what the code says; run: make made", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
