"""The one way in which telling fails."""

from __future__ import annotations

from ivr.source.problems import Sentence


class Refusal(Exception):  # noqa: N818 - reads as what happened
    """What was asked for could not or may not be done, and nothing has changed; `sentence` says why.

    `misread`: it was not even understood (a command ends with exit code 2 then).
    """

    def __init__(self, de: str, en: str, *, misread: bool = False) -> None:
        super().__init__(en)
        self.sentence = Sentence(de, en)
        self.misread = misread
