"""Scenarios that would visit what no scenario does.

Everything that can happen is explored, and the shortest call is taken to each point that no scenario visits, the
longest of them first: it visits others on its way. Each is played, and what was heard, rung and done becomes a scenario
that passes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ivr.call import DialResult
from ivr.engine import begin
from ivr.exploration import Calls, explore, turn_of
from ivr.exploration.moments import first
from ivr.scenario.files import Scenario
from ivr.scenario.shape import Connection, Presses, Waits
from ivr.scenario.writing import written_out
from ivr.source.places import Word
from ivr.steps.digits import RIGHT_PIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ivr.exploration import Call, Given
    from ivr.scenario.coverage import Map, Point
    from ivr.scenario.play import Player
    from ivr.scenario.shape import Action


class Suggestion(NamedTuple):
    """A scenario file that is not there yet."""

    name: str
    """Without its suffix; two suggestions may have the same."""
    text: str


class _Way(NamedTuple):
    """A turn that visits a missing point, and the call that comes to it."""

    point: Point
    call: Call


def suggest(area: Map, player: Player, missing: Iterable[Point]) -> Iterator[Suggestion]:
    """Scenarios that together visit every missing point that can be visited, the longest calls first."""
    left = set(missing)
    for way in sorted(_ways(area, left), key=lambda way: len(way.call.given), reverse=True):
        if way.point not in left:
            continue
        call = way.call
        language = call.language if call.language != area.flows.languages_of(call.flow)[0] else None
        pin = RIGHT_PIN if RIGHT_PIN in call.keys else None
        actions = tuple(map(_action, call.given))
        duty = (call.flow or None, pin, call.trouble or None)
        played = player.play(Scenario(_about(call), call.at[0], actions, language, *duty))
        left -= (visited := area.visited(played))
        if way.point in visited:
            yield Suggestion(_file_name(way.point), written_out(played))


def _ways(area: Map, missing: set[Point]) -> list[_Way]:
    """For every missing point that can be reached the shortest call to it."""
    exploration = explore(area.flows, area.moments)
    calls = Calls(exploration)
    found: dict[Point, Call] = {}
    numbers = {id(node): number for number, node in enumerate(exploration.nodes)}
    for node, edge in exploration.turns():
        before = node.state if node else begin(area.flows, edge.given.value, edge.given.flow)
        inbound = edge.given.inbound()
        turn = turn_of(area.flows, area.moments.world(first(edge.when)), before, edge.given)
        for point in area.visits(before if node else None, inbound, turn) & missing:
            # A scenario takes place at one moment: a call during which time passes is no help.
            if point not in found or len(found[point].at) > 1:
                found[point] = calls.to(numbers[id(node)] if node else None, [edge])
    for point in missing & area.classes.keys():
        edge = next(edge for edge in exploration.starts if edge.when & area.classes[point].stretches)
        found[point] = calls.to(None, [edge], area.classes[point].stretches)
    return [_Way(point, call) for point, call in found.items()]


# In writing

_GERMAN = {
    DialResult.BUSY: "besetzt",
    DialResult.NO_ANSWER: "niemand nimmt ab",
    DialResult.FAILED: "Verbindung gestört",
    DialResult.COMPLETED: "verbunden",
}
_NAMES = {
    "*": "stern",
    "#": "raute",
    "give_up": "keine_taste",
    "next": "keine_taste",
    "busy": "besetzt",
    "no_answer": "niemand_da",
    "failed": "gestoert",
    "completed": "verbunden",
    "closed": "geschlossen",
}


def _action(given: Given) -> Action:
    match given.kind:
        case "result":
            return Connection(Word(given.value))
        case "key":
            return Presses(Word(given.value))
        case "hangup":
            return Presses(Word("hangup"))
        case _:
            return Waits(Word("yes"))


def _about(call: Call) -> str:
    said = {"silence": "keine Taste", "hangup": "aufgelegt"}
    done = [
        _GERMAN[DialResult(given.value)] if given.kind == "result" else said.get(given.kind, f"Taste {given.value}")
        for given in call.given
    ]
    return ", ".join([f"Anruf um {call.at[0]:%H.%M} Uhr", *done])


def _file_name(point: Point) -> str:
    """A name for a file: what the scenario is there for."""
    where = point.where.removeprefix("hotline/").replace("/", "_")
    what = _NAMES.get(point.what, f"taste_{point.what}")
    return {
        "step": f"schritt_{where}",
        "option": f"menue_{where}_{what}",
        "result": f"{where}_{what}",
        "language": f"sprache_{where}",
        "time": "zeit",
    }[point.kind]
