"""far-from-help: from everywhere a person, or a number to note, is at most two keys away.

At any time of the coming year, for callers of the public (not in a flow with `entrance: yes`). `ivr check
--keys-to-help N` sets another number of keys.

Wrong: a menu of topics that lead to texts only, in a set whose `keys:` have no `"0": person`.

    keys: {"*": repeat}
    main:
      menu:
        options:
          1: {for: {de: Für Auskünfte, en: For information}, go: about}
    about:
      say: {de: Wir sind für Sie da., en: We are here for you.}
      next: main

Right:

    keys: {"*": repeat, "#": back, "0": person}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import Dial
from ivr.check.survey import Rule, Survey, problem
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.call import Spot
    from ivr.source.problems import Problem

CODE = "far-from-help"

NAMED = 5
"""So many further menus are named."""


def check(survey: Survey) -> Iterator[Problem]:
    """When help is within reach of each node, one key at a time."""
    nodes = survey.exploration.nodes
    always = survey.exploration.moments.all
    menus = [number for number, node in enumerate(nodes) if not isinstance(node.waits, Dial) and survey.is_public(node)]
    within = dict.fromkeys(menus, 0)
    for _ in range(survey.limits.keys_to_help):
        nearer = dict(within)
        for number in menus:
            for edge in nodes[number].edges:
                if edge.given.kind != "key":
                    continue
                then = 0 if edge.onward is None else within.get(edge.onward, 0)
                nearer[number] |= edge.when & (always if survey.helps(edge) else then)
        within = nearer
    far: dict[Spot, int] = {}
    for number in menus:
        if always & ~within[number]:
            far.setdefault(nodes[number].state.spot, number)
    if not far:
        return
    # One key for all of them is what is missing, most likely: the first is shown, the others are named.
    (spot, number), *others = far.items()
    most = survey.limits.keys_to_help
    names = ", ".join([each.step for each, _ in others[:NAMED]] + ["…"] * (len(others) > NAMED))
    yield problem(
        CODE,
        survey.place(spot),
        Sentence(
            f"Von hier sind es mehr als {most} Tasten bis zu einem Menschen oder einer Nummer"
            f"{f'; ebenso von: {names}' if names else ''}.",
            f"From here it takes more than {most} keys to a person or a number"
            f"{f'; likewise from: {names}' if names else ''}.",
        ),
        Sentence(
            'Geben Sie dem Menü eine Taste, die verbindet, oder allen Menüs: keys: {"0": person}.',
            'Give the menu a key that connects, or all menus: keys: {"0": person}.',
        ),
        call=survey.as_shown(survey.calls.to(number, [], always & ~within[number])),
    )


RULE = Rule(CODE, check)
