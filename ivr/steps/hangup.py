"""hangup: speaks last words, if there are any, and ends the call.

    goodbye:
      hangup:
        de: Auf Wiederhören.
        en: Goodbye.

Without last words it is written `hangup: yes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from ivr.call import HangUp
from ivr.source.places import Node, Word
from ivr.source.problems import Sentence, refuse
from ivr.source.readable import Doc, Readable
from ivr.steps.base import Kind, Lines, Move, Next, Scene, Step
from ivr.steps.fields import Text

if TYPE_CHECKING:
    from ivr.call import Spot
    from ivr.steps.fields import Target
    from ivr.steps.site import Site


class LastWords(Readable):
    """A text, or `yes` for none."""

    __slots__ = ("text",)
    schema: ClassVar[dict[str, Any]] = {"anyOf": [*Text.schema["anyOf"], {"enum": [True, None]}], "examples": ["yes"]}

    def __init__(self, text: Text | None) -> None:
        self.text = text

    @classmethod
    def read(cls, node: Node) -> Self:
        if isinstance(node, Word) and node.strip().lower() in ("", "yes", "ja", "true"):
            return cls(None)
        if isinstance(node, Word) and node.strip().lower() in ("no", "nein", "false"):
            raise refuse(
                node.place,
                "bad-yes",
                f"„hangup: {node}“ ließe offen, wie es weitergeht.",
                f"“hangup: {node}” would leave open how the call goes on.",
                hint=Sentence(
                    "So geht es: hangup: yes, oder letzte Worte je Sprache: {de: …, en: …}.",
                    "Write hangup: yes, or last words per language: {de: …, en: …}.",
                ),
            )
        return cls(Text.read(node))


class HangUpStep(Step):
    """The end of a call."""

    def __init__(self, spot: Spot, lines: Lines | None) -> None:
        super().__init__(spot)
        self._lines = lines

    def enter(self, scene: Scene) -> Move:
        said = (self._lines[scene.language].now(scene.world),) if self._lines else ()
        return Move(said, HangUp())

    def lines(self) -> tuple[Lines, ...]:
        return (self._lines,) if self._lines else ()


def _build(body: LastWords, site: Site, _onward: Target | None) -> HangUpStep:
    return HangUpStep(site.spot, site.lines(body.text) if body.text else None)


KIND = Kind(
    "hangup",
    LastWords,
    Next.NONE,
    _build,
    Doc(
        de="Sagt letzte Worte, wenn welche dastehen, und beendet den Anruf.",
        en="Speaks last words, if there are any, and ends the call.",
    ),
)
