"""menu: says what each key is for, waits for one, and goes where it leads.

    main:
      menu:
        prompt:
          de: Womit dürfen wir Ihnen helfen?
          en: How may we help you?
        options:
          1: {for: nordstadtbuero, go: nordstadt}
          2:
            for:
              de: Für Adressen und Öffnungszeiten
              en: For addresses and opening hours
            go: flow:info
          "*": repeat
        patience: 6s
        give_up: numbers

The spoken menu is made from the options, in their order, so that what is said and what is pressed cannot drift apart.
An option's text begins with "Für" ("For"); the key is added to it. An option without `for` works unannounced. Without
`give_up`, a caller who is silent three times hears a number to note and a goodbye.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from ivr.call import Said
from ivr.source.problems import Sentence
from ivr.source.readable import STRICT, Doc, Shorthand
from ivr.speech import language
from ivr.steps.asking import PATIENCE, Asking
from ivr.steps.base import Exit, Goto, Kind, Line, Lines, Next, Scene, ToStep
from ivr.steps.fields import Key, Patience, Subject, Target, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.call import Spot
    from ivr.steps.site import Site


@dataclass(frozen=True)
class Option(Shorthand):
    """What one key does."""

    __pydantic_config__: ClassVar[Any] = STRICT
    shorthand: ClassVar[str] = "go"

    go: Annotated[Target, Doc(de="Wohin die Taste führt.", en="Where the key leads.")]
    for_: Annotated[
        Subject | None,
        Doc(
            de="Wofür die Taste ist: eine Stelle, oder je Sprache ein Text, der mit „Für“ beginnt. Ohne das wird sie "
            "nicht angesagt.",
            en="What the key is for: a contact, or per language a text that begins with “For”. Without it the key is "
            "not announced.",
        ),
    ] = None


@dataclass(frozen=True)
class Menu:
    """What stands under `menu:`."""

    __pydantic_config__: ClassVar[Any] = STRICT

    options: Annotated[
        dict[Key, Annotated[Option, Doc(de="Was diese Taste tut.", en="What this key does.")]],
        Doc(de="Die Tasten, in der Reihenfolge der Ansage.", en="The keys, in spoken order."),
    ]
    prompt: Annotated[Text | None, Doc(de="Was vor den Tasten gesagt wird.", en="What is said before the keys.")] = None
    patience: Annotated[
        Patience, Doc(de="Wie lange auf eine Taste gewartet wird.", en="How long a key is waited for.")
    ] = Patience(PATIENCE)
    give_up: Annotated[
        Target | None,
        Doc(de="Wohin es nach drei Fehlversuchen geht.", en="Where the call goes after three misses."),
    ] = None


class MenuStep(Asking):
    """A menu in a call."""

    def __init__(
        self,
        spot: Spot,
        lines: tuple[Lines, ...],
        choices: Mapping[str, Goto],
        patience: int,
        give_up: Goto | None,
        about: Mapping[str, Lines],
    ) -> None:
        super().__init__(spot, ToStep(spot), choices, patience, give_up)
        self._lines = lines
        self._about = about
        self._ready = {code: _ready(code, lines) for code in (lines[0] if lines else ())}

    def presentation(self, scene: Scene) -> tuple[Said, ...]:
        ready = self._ready[scene.language]
        return ready or tuple(lines[scene.language].now(scene.world) for lines in self._lines)

    def lines(self) -> tuple[Lines, ...]:
        return self._lines

    def exits(self) -> tuple[Exit, ...]:
        return tuple(exit_._replace(about=self._about.get(exit_.name)) for exit_ in super().exits())


def _ready(code: str, every: tuple[Lines, ...]) -> tuple[Said, ...] | None:
    """All that a menu says in a language, if none of it depends on the clock; most menus are like that."""
    said = [lines[code].ready if code in lines else None for lines in every]
    return tuple(each for each in said if each is not None) if None not in said else None


def _build(body: Menu, site: Site, _onward: Target | None) -> MenuStep:
    subjects = {key: option.for_ for key, option in body.options.items() if option.for_ is not None}
    about = {key: _about(site, subject) for key, subject in subjects.items()}
    announced = [_announcement(site, key, subject, about[key]) for key, subject in subjects.items()]
    if not body.options:
        site.problem(
            site.place,
            "empty-menu",
            Sentence("Dieses Menü hat keine Tasten.", "This menu has no keys."),
            Sentence("So geht es: 1: {for: KONTAKT, go: ZIEL}.", "Write 1: {for: CONTACT, go: TARGET}."),
        )
    if body.options and body.prompt is None and not announced:
        site.problem(
            site.place,
            "silent-menu",
            Sentence("Dieses Menü sagt nichts.", "This menu says nothing."),
            Sentence(
                "Geben Sie ihm einen „prompt“, oder den Tasten ein „for“.", "Give it a “prompt”, or its keys a “for”."
            ),
        )
    return MenuStep(
        site.spot,
        (*([site.lines(body.prompt)] if body.prompt else []), *announced),
        {str(key): site.goto(option.go) for key, option in body.options.items()},
        int(body.patience),
        site.goto(body.give_up) if body.give_up else None,
        {str(key): lines for key, lines in about.items()},
    )


_PHRASE = "\ue000"
"""Stands for an operator's phrase while the sentence around it is worded; no text can contain it."""


def _about(site: Site, subject: Subject) -> Lines:
    """What an option is for: the operator's phrase, or the contact's name."""
    if subject.text is not None:
        return site.lines(subject.text)
    assert subject.contact is not None, "a subject is a text or a contact"
    entry = site.contact(subject.contact)
    return {code: Line(code, (entry.name(code),)) for code in site.languages} if entry is not None else {}


def _announcement(site: Site, key: Key, subject: Subject, about: Lines) -> Lines:
    entry = site.directory.contacts.get(subject.contact) if subject.contact is not None else None
    if entry is None:
        return {code: _around(line, key) for code, line in about.items()}
    lines = {}
    for code in site.languages:
        phrase = entry.in_menu(code)
        speech = language(code)
        words = speech.option(phrase, key) if phrase else speech.option_named(entry.name(code), key)
        lines[code] = Line(code, (words,))
    return lines


def _around(line: Line, key: str) -> Line:
    before, _, behind = language(line.spoken_in).option(_PHRASE, key).partition(_PHRASE)
    return Line(line.spoken_in, (before, *line.parts, behind))


KIND = Kind(
    "menu",
    Menu,
    Next.NONE,
    _build,
    Doc(
        de="Sagt, wofür jede Taste ist, wartet auf eine und geht, wohin sie führt.",
        en="Says what each key is for, waits for one, and goes where it leads.",
    ),
)
