"""What callers hear of an instruction: read by the rules of the flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ivr.source.places import Place
from ivr.steps.announcement import announcement_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.contacts import Directory
    from ivr.source.problems import Problem
    from ivr.steps.flowset import FlowSet


class ForCallers(NamedTuple):
    """Texts by language, as they are spoken, and what is wrong in them; a text with an error is not among them."""

    texts: dict[str, str]
    problems: tuple[Problem, ...]

    @property
    def refused(self) -> bool:
        """Whether there is an error among the problems, and not only warnings."""
        return any(problem.severity == "error" for problem in self.problems)


def for_callers(
    written: Mapping[str, str], flows: FlowSet, directory: Directory, provider: str, name: str
) -> ForCallers:
    """Reads texts by language. `name` is what the place of a problem is called, with the language behind it."""
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    for code, text in written.items():
        found = announcement_texts(
            {code: text},
            flows.languages,
            directory,
            needed=(),
            pronunciations=flows.pronunciations,
            provider=provider,
            place=Place(f"{name} {code}", 1, 1),
        )
        problems += found.problems
        texts |= found.texts
    return ForCallers(texts, tuple(problems))
