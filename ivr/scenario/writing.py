"""A call that was played, written down as a scenario file that passes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.scenario.shape import Connection, Presses, Waits
from ivr.source.rewrite import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.scenario.play import Played, Stretch


def written_out(played: Played, *, every_text: bool = False) -> str:
    """The scenario with what its call was: the first sentence of what is heard each time, or every text."""
    scenario = played.scenario
    # Where autumn repeats an hour, only an offset tells the second one.
    at = scenario.at if scenario.at.fold else scenario.at.replace(tzinfo=None)
    exactly = at.isoformat(timespec="seconds" if at.second else "minutes")
    language = [f"language: {scenario.language}"] if scenario.language else []
    duty = [
        f"{name}: {value}"
        for name, value in (("flow", scenario.flow), ("pin", scenario.pin), ("trouble", scenario.trouble))
        if value
    ]
    lines = [f"about: {written(scenario.about)}", f"at: {exactly}", *language, *duty, "turns:"]
    for stretch in played.stretches:
        lines += _heard(stretch, every_text=every_text)
        lines += (f"  - {word}: {written(value)}" for word, value in _stands(stretch))
    return "\n".join(lines) + "\n"


def _heard(stretch: Stretch, *, every_text: bool) -> Iterator[str]:
    if not stretch.heard:
        return
    if every_text and len(stretch.heard) > 1:
        yield "  - hears:"
        yield from (f"      - {written(heard.text)}" for heard in stretch.heard)
        return
    text = stretch.heard[0].text
    yield f"  - hears: {written(text if every_text else re.split(r'(?<=[.!?]) ', text)[0])}"


def _stands(stretch: Stretch) -> Iterator[tuple[str, str]]:
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
