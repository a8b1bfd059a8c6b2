"""A scenario's call as it went, to be read like a call: what was not as expected is marked.

      Montag, 23.11.2026, 10:00
      [de] Willkommen beim Kommunalen Ordnungsdienst der Stadt Dortmund. …
    - Womit können wir helfen?
    + [de] Womit dürfen wir Ihnen helfen?
    → Taste 3

`-` is what the scenario expects, `+` what is heard in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.scenario.play import standing, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.scenario.play import Played, Stretch
    from ivr.source.problems import Sentence
    from ivr.source.report import Language

_WEEKDAYS = {
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def diff(played: Played, language: Language) -> str:
    """The call, a line for each thing that was heard or done."""
    at = played.scenario.at
    seconds = f":{at.second:02}" if at.second else ""
    lines = [f"  {_WEEKDAYS[language][at.weekday()]}, {at:%d.%m.%Y, %H:%M}{seconds}"]
    for stretch in played.stretches:
        lines += _stretch(stretch, language)
    return "".join(f"{line}\n" for line in lines)


def _stretch(stretch: Stretch, language: Language) -> Iterator[str]:
    """What was heard with what should have been before it; then where the call stands, and what is done."""
    for number, heard in enumerate(stretch.heard):
        instead = [each for each in stretch.findings if each.line == number]
        yield from (f"- {_say(each.expected, language)}" for each in instead)
        yield f"{'+' if instead else ' '} [{heard.language}] {heard.text}"
    rest = [each for each in stretch.findings if each.line is None]
    yield from (f"- {_say(each.expected, language)}" for each in rest)
    wrong = any(each.stands_otherwise for each in rest)
    # A menu is told by the key that follows, and her hanging up by what she did.
    if wrong or (stretch.standing != "key" and stretch.ended != "caller"):
        stands = standing(stretch.standing, stretch.ringing, stretch.ended)
        yield f"{'+' if wrong else ' '} {_say(stands, language)}"
    if stretch.action is not None:
        yield f"→ {_say(told(stretch.action), language)}"


def _say(sentence: Sentence, language: Language) -> str:
    return sentence.en if language == "en" else sentence.de
