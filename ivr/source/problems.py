"""Problems: what is wrong in a file, where, and how to repair it, in German and in English."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from ivr.source.places import Place

Severity = Literal["error", "warning"]


class Sentence(NamedTuple):
    """One sentence for the operator, in both languages that operators read."""

    de: str
    en: str


class Evidence(Protocol):
    """What shows a problem to be real: printed below it."""

    def lines(self, language: Literal["de", "en"]) -> list[str]:
        """As text for the operator."""
        ...

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem at one place.

    `code` is a stable word with dashes ("unknown-target"), `message` says what is wrong in the operator's own words,
    `hint` what is allowed or the repaired line, `also` a second place (the first of two duplicates), `call` a call in
    which a caller meets the problem, `about` the name that is used and not there, or whatever else can be the one cause
    of several problems.
    """

    place: Place
    code: str
    message: Sentence
    hint: Sentence | None = None
    severity: Severity = "error"
    also: Place | None = None
    call: Evidence | None = field(default=None, compare=False)
    about: str = ""

    @property
    def order(self) -> tuple[str, int, int, str]:
        """Problems are shown by file, line, column and code."""
        return (self.place.file, self.place.line, self.place.column, self.code)


class Refused(ValueError):  # noqa: N818 - reads as what happened: the value was refused
    """A value that cannot be taken, with every problem found in it (at least one)."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{p.place} {p.message.en}" for p in problems))
        self.problems = problems


def refuse(
    place: Place,
    code: str,
    de: str,
    en: str,
    *,
    hint: Sentence | None = None,
    also: Place | None = None,
) -> Refused:
    """A refusal with one error: `raise refuse(word.place, "bad-time", "…", "…")`."""
    return Refused(Problem(place, code, Sentence(de, en), hint, also=also))
