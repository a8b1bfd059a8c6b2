"""branch: goes on by what is true at this moment; the first condition that holds wins.

    closed_now:
      branch:
        - {when: {opens_within: {contact: citywache, time: 1h}}, go: opens_soon}
        - {when: {holiday: yes, language: de}, go: holiday_text}
        - {else: opens_later}

Conditions: `open`, `closed` (a contact), `holiday` (yes or no), `date` (`2026-12-24`, `12-24`, or two of them with `..`
between: `12-24..01-02`), `between` (`9:00-12:00`, past midnight `22:00-6:00`), `language`, `opens_within` and
`closes_within` (a contact and a time). Several conditions in one `when` must all hold. The last line is the `else`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from ivr.source.problems import Sentence
from ivr.source.readable import STRICT, Doc
from ivr.steps.base import Exit, Goto, Kind, Move, Next, Scene, Step, Way
from ivr.steps.conditions import When
from ivr.steps.fields import Target

if TYPE_CHECKING:
    from ivr.call import Spot
    from ivr.steps.site import Site
    from ivr.world import Condition


@dataclass(frozen=True)
class Branch:
    """One line of a branch: `{when: …, go: …}`, or `{else: …}` for the last."""

    __pydantic_config__: ClassVar[Any] = STRICT

    when: Annotated[When | None, Doc(de="Was dafür gelten muss.", en="What must hold for it.")] = None
    go: Annotated[Target | None, Doc(de="Wohin es dann geht.", en="Where the call goes then.")] = None
    else_: Annotated[Target | None, Doc(de="Wohin es sonst geht.", en="Where it goes otherwise.")] = None


class BranchStep(Step):
    """Goes where the first line leads whose conditions all hold."""

    def __init__(self, spot: Spot, ways: tuple[tuple[tuple[Condition, ...], Goto], ...], otherwise: Goto) -> None:
        super().__init__(spot)
        self._ways = ways
        self._otherwise = otherwise

    def exits(self) -> tuple[Exit, ...]:
        numbered = enumerate(self._ways, 1)
        return (
            *(Exit(f"when {n}", goto, conditions) for n, (conditions, goto) in numbered),
            Exit("else", self._otherwise),
        )

    def enter(self, scene: Scene) -> Move:
        for conditions, onward in self._ways:
            if all(scene.world.holds(condition, scene.language) for condition in conditions):
                return Move((), onward)
        return Move((), self._otherwise)


def _build(body: list[Branch], site: Site, _onward: Target | None) -> BranchStep:
    ways = []
    otherwise: Goto = Way.HANG_UP
    early = next((line for line in body[:-1] if line.else_ is not None and line.when is None), None)
    if early is not None:
        _bad_line(
            site,
            Sentence("Der Eintrag mit „else“ gehört ans Ende.", "The entry with “else” belongs at the end."),
            early,
        )
        body = [*(line for line in body if line is not early), early]
    for index, line in enumerate(body, 1):
        if index == len(body) and line.else_ is not None and line.when is None and line.go is None:
            otherwise = site.goto(line.else_)
        elif index == len(body):
            _bad_line(
                site,
                Sentence(
                    "Am Ende fehlt ein Eintrag, in dem nur „else“ steht.",
                    "At the end an entry with “else” only is missing.",
                ),
                line,
            )
        elif line.when is None or line.go is None or line.else_ is not None or not line.when.conditions():
            _bad_line(
                site,
                Sentence(
                    f"Im {index}. Eintrag stehen nicht „when“ mit einer Bedingung und „go“.",
                    f"Entry {index} does not have “when” with a condition, and “go”.",
                ),
                line,
            )
        else:
            for name in line.when.contacts():
                site.contact(name)
            ways.append((line.when.conditions(), site.goto(line.go)))
    if not body:
        _bad_line(site, Sentence("Hier steht kein Eintrag.", "There is no entry here."))
    return BranchStep(site.spot, tuple(ways), otherwise)


def _bad_line(site: Site, message: Sentence, line: Branch | None = None) -> None:
    """Notes a problem: at a target of the line, where there is one, else at the step."""
    target = line and (line.go or line.else_)
    site.problem(
        target.place if target else site.place,
        "bad-branch",
        message,
        Sentence(
            "So geht es: - {when: {open: KONTAKT}, go: ZIEL} und zuletzt - {else: ZIEL}.",
            "Write - {when: {open: CONTACT}, go: TARGET} and at the end - {else: TARGET}.",
        ),
    )


KIND = Kind(
    "branch",
    list[Branch],
    Next.NONE,
    _build,
    Doc(
        de="Geht weiter nach dem, was gerade gilt; die erste Zeile, deren Bedingung gilt, entscheidet.",
        en="Goes on by what is true at this moment; the first line whose condition holds decides.",
    ),
)
