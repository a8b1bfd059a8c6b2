"""menu-size: a menu offers five things, seven at the very most.

More than five options are a warning, more than seven an error: nobody keeps more in mind while listening. Keys that
hold everywhere (`keys:`) do not count, nor do languages, of which everybody hears her own.

Wrong:

    main:
      menu:
        options:
          1: {for: nordstadtbuero, go: nordstadt}
          2: {for: ordnungsamt, go: ordnungsamt}
          3: {for: {de: Für Parken, en: For parking}, go: flow:info}
          4: {for: {de: Für Müll, en: For waste}, go: flow:info}
          5: {for: {de: Für Lärm, en: For noise}, go: flow:info}
          6: {for: {de: Für Hunde, en: For dogs}, go: flow:info}

Right:

    main:
      menu:
        options:
          1: {for: nordstadtbuero, go: nordstadt}
          2: {for: ordnungsamt, go: ordnungsamt}
          3: {for: {de: Für alles andere, en: For anything else}, go: flow:info}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.check.menus import menus, offered
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.source.problems import Problem

CODE = "menu-size"

MANY = 5
TOO_MANY = 7
"""The Centre for Excellence in Universal Design, Ireland, asks for four, Avaya for five, others for seven."""


def check(survey: Survey) -> Iterator[Problem]:
    """Every menu that somebody hears."""
    for spot, body in menus(survey):
        options = offered(survey, spot, body)
        if len(options) <= MANY:
            continue
        yield problem(
            CODE,
            options[MANY][0].place,
            Sentence(
                f"Dieses Menü bietet {len(options)} Punkte an; mehr als {MANY} behält am Telefon niemand.",
                f"This menu offers {len(options)} things; on the telephone nobody remembers more than {MANY}.",
            ),
            Sentence(
                "Fassen Sie Punkte zusammen, oder führen Sie mit dem letzten in ein zweites Menü.",
                "Put some together, or lead into a second menu with the last.",
            ),
            warning=len(options) <= TOO_MANY,
        )


RULE = Rule(CODE, check)
