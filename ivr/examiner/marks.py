"""What makes two warnings of two sets the same one: who publishes has to confirm those only that she brings."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ivr.loader import Loaded
    from ivr.source.problems import Problem


def mark(problem: Problem, loaded: Loaded) -> str:
    """The same for two problems that say the same of the same words at the same place, wherever that is in its file and
    its file in the system.

    The place is the line with those around it that are less indented: `steps:`, the step's name, and so on. Messages
    alone do not tell two steps apart.
    """
    place, bundle = problem.place, loaded.bundle
    is_contacts = bundle is not None and place.file == bundle.contacts_name
    name = "contacts.yaml" if is_contacts else PurePath(place.file).name
    source = loaded.sources.get(place.file, b"").decode("utf-8", "replace").splitlines()
    said = [name, problem.code, problem.message.de, *_around(source[: place.line])]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _around(lines: list[str]) -> Iterator[str]:
    """The last of some lines, then each one above it that it belongs to."""
    indent = 1 << 30
    for line in reversed(lines):
        text = line.strip()
        if text and text[0] != "#" and (depth := len(line) - len(line.lstrip())) < indent:
            yield text
            indent = depth


def known(problems: Iterable[dict[str, Any]], in_force: Iterable[str]) -> list[bool]:
    """For each problem, whether one with its mark is in force: each of those answers for one problem only."""
    left = Counter(in_force)
    found = []
    for problem in problems:
        there = left[problem["mark"]] > 0
        left[problem["mark"]] -= there
        found.append(there)
    return found
