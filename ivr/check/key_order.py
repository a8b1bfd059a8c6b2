"""key-order: the keys of a menu are announced in ascending order and without gaps.

Callers count along: after "two" they expect "three". Keys that hold everywhere (`keys:`), the Null, star and hash may
stand where they like.

Wrong:

    main:
      menu:
        options:
          1: {for: nordstadtbuero, go: nordstadt}
          3: {for: ordnungsamt, go: ordnungsamt}

Right:

    main:
      menu:
        options:
          1: {for: nordstadtbuero, go: nordstadt}
          2: {for: ordnungsamt, go: ordnungsamt}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.check.menus import menus, offered
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.source.problems import Problem

CODE = "key-order"


def check(survey: Survey) -> Iterator[Problem]:
    """Every menu that somebody hears."""
    for spot, body in menus(survey):
        keys = [key for key, _ in offered(survey, spot, body) if key in "123456789"]
        wrong = next((number for number, key in enumerate(keys, 1) if key != str(number)), None)
        if wrong is None:
            continue
        yield problem(
            CODE,
            keys[wrong - 1].place,
            Sentence(
                f"Nach der Reihe käme hier die Taste {wrong}, angesagt wird die {keys[wrong - 1]}.",
                f"Key {wrong} would come next, but {keys[wrong - 1]} is announced.",
            ),
            Sentence(
                f"Nummerieren Sie die Punkte in der Reihenfolge der Ansage: 1 bis {len(keys)}.",
                f"Number the options in spoken order: 1 to {len(keys)}.",
            ),
            warning=True,
        )


RULE = Rule(CODE, check)
