"""The warnings that the set in force has as well: whoever changes something else has not brought them.

To know them, that set has to be proved too, once a day; they are kept beside the examinations.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import TYPE_CHECKING

from ivr.build import build
from ivr.check.proof import prove
from ivr.examiner.checks import write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ivr.check.memory import Memory
    from ivr.examiner.checks import Job
    from ivr.loader import Loaded
    from ivr.source.problems import Problem

Same = tuple[str, str, str]
"""A warning wherever it has got to in its file: the file, the rule, and the German sentence with all its figures."""

KEPT = 8
"""So many sets and days are remembered."""


def same(problem: Problem) -> Same:
    """What two warnings have in common that are one."""
    return problem.place.file, problem.code, problem.message.de


def known(live: Loaded, job: Job, folder: Path, memory: Memory) -> frozenset[Same]:
    """The warnings of the set in force; none where it cannot be read any more. `folder` remembers them."""
    if live.flows is None:
        return frozenset()
    depends = [build(), live.flows.version, job.provider, job.now.date().isoformat()]
    path = folder / hashlib.sha256(json.dumps(depends).encode()).hexdigest()[:32]
    with suppress(OSError, ValueError, TypeError):
        return frozenset((file, code, message) for file, code, message in json.loads(path.read_bytes()))
    found = _warnings((*live.problems, *prove(live, job.now, memory).problems))
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write(path, json.dumps(sorted(found)).encode())
        for old in sorted(folder.iterdir(), key=lambda each: each.stat().st_mtime)[:-KEPT]:
            old.unlink()
    return found


def _warnings(problems: Iterable[Problem]) -> frozenset[Same]:
    return frozenset(same(each) for each in problems if each.severity == "warning")
