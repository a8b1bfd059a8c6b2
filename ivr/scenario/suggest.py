"""Scenarios that would visit what no scenario does.

The search goes from the start of a call, at one instant of each class of times, through every key, silence and result
of a connection, nearest first, with the real engine. Of the ways that it finds, those are taken that visit the most;
each is played, and what was heard, rung and done becomes a scenario that passes.

Two states from which a caller sees the same are one to the search, whatever menus she came through; so it ends.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from ivr.call import Dial, DialResult, Gather, Inbound
from ivr.engine import advance
from ivr.scenario.files import Scenario
from ivr.scenario.shape import Connection, Presses, Waits
from ivr.source.places import Word
from ivr.source.rewrite import written
from ivr.world import Clerk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from ivr.call import State, Turn
    from ivr.scenario.coverage import Map, Point
    from ivr.scenario.play import Played, Player, Stretch
    from ivr.scenario.shape import Action

MOST_STATES = 5_000
"""States that are looked at for one class of times; flows of a hundred steps in eight languages have fewer."""

_KEYS = [Inbound("", digits=key) for key in "1234567890*#"]
_SILENCE = Inbound("")
_RESULTS = [
    Inbound("", dialled=result)
    for result in (DialResult.BUSY, DialResult.NO_ANSWER, DialResult.FAILED, DialResult.COMPLETED)
]


class Suggestion(NamedTuple):
    """A scenario file that is not there yet."""

    name: str
    """Without its suffix; two suggestions may have the same."""
    text: str


class _Route(NamedTuple):
    """A way through the flows."""

    at: datetime
    inputs: tuple[Inbound, ...]
    points: frozenset[Point]
    newest: Point
    """What it was kept for."""


def suggest(area: Map, player: Player, missing: Iterable[Point]) -> Iterator[Suggestion]:
    """Scenarios that together visit every missing point that can be visited, the ones that visit most first."""
    left = set(missing)
    routes = list(_routes(area, frozenset(left)))
    while left and routes:
        best = max(routes, key=lambda route: (len(route.points & left), -len(route.inputs)))
        if not best.points & left:
            return
        newest = best.newest if best.newest in left else _most_telling(best.points & left)
        left -= best.points
        scenario = Scenario(_about(best), best.at, tuple(_actions(best.inputs)))
        yield Suggestion(_file_name(newest), _text(player.play(scenario)))


def _routes(area: Map, missing: frozenset[Point]) -> Iterator[_Route]:
    """For every class of times, the shortest way to each missing point that can be reached in it."""
    found: set[Point] = set()
    for each in area.classes:
        for route in _search(area, missing, each.instant):
            yield route
            found |= route.points
            if found >= missing - {point for point in missing if point.kind == "time"}:
                break


class _Reached(NamedTuple):
    """A place in the search."""

    turn: Turn
    inputs: tuple[Inbound, ...]
    points: frozenset[Point]


def _search(area: Map, missing: frozenset[Point], at: datetime) -> Iterator[_Route]:
    """Breadth first, the shortest way to each missing point at one instant."""
    clerk = Clerk(area.directory)
    arrives = Inbound("")
    turn = advance(area.flows, clerk.at(at), None, arrives)
    points = missing & {area.time(at), *area.visits(None, arrives, turn)}
    known = set(points)
    if points:
        yield _Route(at, (), points, min(points))
    queue = deque([_Reached(turn, (), points)])
    seen = {_alike(turn.state)}
    while queue and len(seen) < MOST_STATES:
        here = queue.popleft()
        for given in _possible(here.turn):
            turn = advance(area.flows, clerk.at(at), here.turn.state, given)
            visited = missing & area.visits(here.turn.state, given, turn)
            then = _Reached(turn, (*here.inputs, given), here.points | visited)
            if not visited <= known:
                yield _Route(at, then.inputs, then.points, _most_telling(visited - known))
                known |= visited
            if _alike(turn.state) not in seen and _possible(turn):
                seen.add(_alike(turn.state))
                queue.append(then)


def _possible(turn: Turn) -> list[Inbound]:
    match turn.expects:
        case Gather():
            return [_SILENCE, *_KEYS]
        case Dial():
            return _RESULTS
        case _:
            return []


def _alike(state: State) -> tuple[object, ...]:
    """What of a state decides what can be visited from it: not the number of the turn, nor the menus passed."""
    return state.spot, state.language, state.misses, state.attempt, tuple(state.trail.callers())


def _most_telling(points: Iterable[Point]) -> Point:
    """Which of several points says best what a scenario is about."""
    kinds = ("time", "step", "language", "option", "result")
    return max(points, key=lambda point: (kinds.index(point.kind), point))


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


def _actions(inputs: Iterable[Inbound]) -> Iterator[Action]:
    for given in inputs:
        if given.dialled is not None:
            yield Connection(Word(given.dialled))
        elif given.digits:
            yield Presses(Word(given.digits))
        else:
            yield Waits(Word("yes"))


def _about(route: _Route) -> str:
    done = [
        _GERMAN[given.dialled] if given.dialled else f"Taste {given.digits}" if given.digits else "keine Taste"
        for given in route.inputs
    ]
    return ", ".join([f"Anruf um {route.at:%H.%M} Uhr", *done])


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


def _text(played: Played) -> str:
    """The scenario with what its call was."""
    scenario = played.scenario
    # Where autumn repeats an hour, only an offset tells the second one.
    at = scenario.at if scenario.at.fold else scenario.at.replace(tzinfo=None)
    exactly = at.isoformat(timespec="seconds" if at.second else "minutes")
    lines = [f"about: {written(scenario.about)}", f"at: {exactly}", "turns:"]
    for stretch in played.stretches:
        lines += (f"  - {word}: {written(value)}" for word, value in _turns(stretch))
    return "\n".join(lines) + "\n"


def _turns(stretch: Stretch) -> Iterator[tuple[str, str]]:
    if stretch.heard:
        yield "hears", re.split(r"(?<=[.!?]) ", stretch.heard[0].text)[0]
    if stretch.ringing:
        yield "dials", stretch.ringing
    if stretch.standing == "over" and stretch.ended:
        yield "ends", stretch.ended
    match stretch.action:
        case Presses(word):
            yield "presses", word
        case Waits():
            yield "waits", "yes"
        case Connection(word):
            yield "connection", word
        case None:
            return
