"""language: lets the caller choose her language by key; each option is spoken in its own language.

    languages:
      language:
        options: {1: de, 2: en}         # or shorter: language: {1: de, 2: en}
      next: main

"Für Deutsch drücken Sie die Eins. For English, press two." A caller who presses nothing goes on in the language she
has. With one word instead of a table the step sets that language without asking:

    english:
      language: en
      next: main
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from ivr.call import Said
from ivr.source.near import did_you_mean
from ivr.source.places import Table, Word
from ivr.source.problems import Sentence, refuse
from ivr.source.readable import STRICT, Doc, Shorthand
from ivr.speech import CODES, language
from ivr.steps.asking import PATIENCE, Asking
from ivr.steps.base import Exit, Goto, Input, Kind, Move, Next, Pressed, Scene, Silence, Step
from ivr.steps.fields import Key, Language, Patience, Target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.call import Spot
    from ivr.steps.site import Site


Chosen = Annotated[Language, Doc(de="Die Sprache, die diese Taste wählt.", en="The language that this key chooses.")]

_KEY = re.compile("[0-9*#]")


@dataclass(frozen=True)
class Choice(Shorthand):
    """What stands under `language:`."""

    __pydantic_config__: ClassVar[Any] = STRICT
    shorthand: ClassVar[str] = "set"

    @classmethod
    def _unfold(cls, node: Any) -> Any:
        """One word sets the language; a table of nothing but keys is the options.

        Raises:
            Refused: `keys-behind-languages` for all options at once that are written the wrong way round.
        """
        options = node.get(Word("options"), node) if isinstance(node, Table) else None
        if isinstance(options, Table) and (turned := _turned(options)):
            raise refuse(
                turned[0].place,
                "keys-behind-languages",
                "Hier stehen die Sprachen vorn und die Tasten dahinter.",
                "The languages come first here, and the keys behind them.",
                hint=Sentence(
                    f"Umgekehrt ist es richtig: {{{options[turned[0]]}: {turned[0]}}}",
                    f"Write it the other way round: {{{options[turned[0]]}: {turned[0]}}}",
                ),
            )
        if isinstance(node, Table) and node and all(_KEY.fullmatch(key) for key in node):
            table = Table({Word("options", node.place): node})
            table.place = node.place
            return table
        return super()._unfold(node)

    options: Annotated[
        dict[Key, Chosen] | None,
        Doc(de="Welche Taste welche Sprache wählt.", en="Which key chooses which language."),
    ] = None
    set_: Annotated[
        Language | None, Doc(de="Diese Sprache gilt ab hier, ohne Frage.", en="This language from here on, unasked.")
    ] = None
    patience: Annotated[
        Patience, Doc(de="Wie lange auf eine Taste gewartet wird.", en="How long a key is waited for.")
    ] = Patience(PATIENCE)


def _turned(options: Table) -> list[Word]:
    """The languages that stand where keys should, with the keys where they should."""
    return [code for code, key in options.items() if code in CODES and isinstance(key, Word) and _KEY.fullmatch(key)]


class LanguageStep(Asking):
    """Asks for the language."""

    def __init__(self, spot: Spot, languages: Mapping[str, str], patience: int, onward: Goto) -> None:
        super().__init__(spot, onward, {}, patience, onward)
        self.languages = languages
        """Which key chooses which."""
        self._onward = onward
        self._said = tuple(Said(code, language(code).language_option(key)) for key, code in languages.items())

    def presentation(self, scene: Scene) -> tuple[Said, ...]:  # noqa: ARG002 - every caller hears all languages
        return self._said

    def exits(self) -> tuple[Exit, ...]:
        return (*(Exit(key, self._onward) for key in self.languages), Exit("next", self._onward))

    def react(self, scene: Scene, given: Input) -> Move:
        if isinstance(given, Pressed) and given.key in self.languages:
            return Move((), self._onward, language=self.languages[given.key])
        if isinstance(given, Silence):
            return Move((), self._onward)
        return super().react(scene, given)


class SetLanguageStep(Step):
    """Changes the language without asking."""

    def __init__(self, spot: Spot, code: str, onward: Goto) -> None:
        super().__init__(spot, onward)
        self._code = code
        self._onward = onward

    def enter(self, scene: Scene) -> Move:  # noqa: ARG002 - the language depends on nothing
        return Move((), self._onward, language=self._code)


def _build(body: Choice, site: Site, onward: Target | None) -> Step:
    assert onward is not None, "the definition demands `next`"
    chosen: dict[str, Language] = {}
    for key, code in (body.options or {}).items():
        if (first := chosen.setdefault(str(code), code)) is not code:
            site.problem(
                code.place,
                "language-twice",
                Sentence(f"„{code}“ liegt schon auf einer Taste.", f"“{code}” is on another key already."),
                Sentence(f"Löschen Sie die Taste {key}.", f"Delete the key {key}."),
                also=first.place,
            )
    for code in [*(body.options or {}).values(), *([body.set_] if body.set_ else [])]:
        if code not in site.languages:
            site.problem(
                code.place,
                "unused-language",
                Sentence(f"Die Sprache „{code}“ sprechen diese Abläufe nicht.", f"These flows do not speak “{code}”."),
                did_you_mean(code, site.languages, what=Sentence("Ihre Sprachen", "Their languages")),
                about=str(code),
            )
    if (body.options is None) == (body.set_ is None) or body.options == {}:
        site.problem(
            site.place,
            "empty-menu",
            Sentence(
                "Hier fehlt, welche Sprachen zur Wahl stehen.", "It is not said which languages there are to choose."
            ),
            Sentence("So geht es: options: {1: de, 2: en}.", "Write options: {1: de, 2: en}."),
        )
    if body.set_ is not None:
        return SetLanguageStep(site.spot, str(body.set_), site.goto(onward))
    languages = {str(key): str(code) for key, code in (body.options or {}).items()}
    return LanguageStep(site.spot, languages, int(body.patience), site.goto(onward))


KIND = Kind(
    "language",
    Choice,
    Next.REQUIRED,
    _build,
    Doc(
        de="Lässt die Sprache mit einer Taste wählen, oder legt sie fest.",
        en="Lets the caller choose the language by key, or sets it.",
    ),
)
