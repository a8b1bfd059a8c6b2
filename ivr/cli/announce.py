"""`ivr announce`: the announcement of the day, which every caller hears after the greeting."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from ivr.cli.common import json_option, messages_option, provider, say, say_json, stop_for_problems, wrong_usage
from ivr.cli.telling import as_json as instruction_as_json
from ivr.cli.telling import author_option, by_whom, how_long, keep, named, say_away, say_kept, storage, told
from ivr.cli.until import end, until_option
from ivr.cli.versions import InForce, in_force
from ivr.cli.words import by_language, ready, spoken_seconds
from ivr.instructions import USUAL, Instruction, latest
from ivr.telling import ANNOUNCEMENT

LONG_SECONDS = 10.0
"""Everybody has to hear it before she can go on."""


@click.command("announce")
@click.argument("text", required=False)
@click.option("--in", "others", multiple=True, metavar="LANG=TEXT", help="The same in another language.")
@until_option
@click.option("--end", "ended", is_flag=True, help="Takes the announcement back.")
@author_option
@messages_option
@json_option
def command(
    text: str | None,
    others: tuple[str, ...],
    until: str | None,
    ended: bool,
    author: str | None,
    lang: str | None,  # noqa: ARG001 - the language is read from the context
    as_json: bool,
) -> None:
    """Say TEXT to every caller after the greeting, from now on. It is in the default language.

    A language without a text of its own hears that of the default language. There is one announcement: a new one takes
    the place of the old one. Without TEXT: what is announced now.

    Exit code: 0, 1 when it was refused or could not be kept, 2 for wrong usage.
    """
    where, now = storage(), datetime.now(UTC)
    if (text is None and (others or until)) or (ended and text is not None):
        raise wrong_usage(
            "So geht es: ivr announce „TEXT“ [--in en=“TEXT”] [--until WANN], oder ivr announce --end.",
            "Write ivr announce “TEXT” [--in en=“TEXT”] [--until WHEN], or ivr announce --end.",
        )
    force = in_force(where)
    if not isinstance(force, InForce):
        stop_for_problems(force, 1, as_json=as_json)
    if text is None and not ended:
        known = told(where, now)
        held = latest(known.instructions, now).get(("announce", ANNOUNCEMENT))
        if as_json:
            say_json({"in_force": None if held is None else instruction_as_json(held), "away": known.away})
            return
        say_away(known.away)
        _show(held, force)
        return
    written = {} if ended else by_language(text, others, "--in", force)
    instruction = Instruction(
        "announce",
        ANNOUNCEMENT,
        USUAL if ended else "said",
        now,
        until=end(until, now, force.zone),
        texts=ready(written, force, provider(), "ivr announce"),
        author=named(author),
    )
    kept = keep(where, instruction)
    if as_json:
        lasts = spoken_seconds(instruction.texts)
        say_json({"instruction": instruction.to_json(), **kept.to_json(), "seconds": lasts})
        return
    _show(None if ended else instruction, force)
    if not ended and until is None:
        say(
            "Ohne --until gilt das, bis es jemand zurücknimmt: ivr announce --end",
            "Without --until this holds until somebody takes it back: ivr announce --end",
        )
    say_kept(kept)


def _show(held: Instruction | None, force: InForce) -> None:
    if held is None:
        say("Nach der Begrüßung wird nichts durchgesagt.", "Nothing is announced after the greeting.")
        return
    ends = how_long(held.until, force.zone)
    say(
        f"Nach der Begrüßung, {ends.de} {by_whom(held)}:",
        f"After the greeting, {ends.en} {by_whom(held)}:",
    )
    lasts = spoken_seconds(held.texts)
    for code, text in held.texts.items():
        click.echo(f"  {code}  {lasts[code]:4.1f} s  {text}")
    lacking = [code for code in force.languages if code not in held.texts]
    if lacking:
        say(
            f"  In {', '.join(lacking)} gibt es keinen Text; dort ist der auf {force.languages[0]} zu hören.",
            f"  There is no text in {', '.join(lacking)}; callers hear the one in {force.languages[0]} there.",
        )
    long = [code for code, needed in lasts.items() if needed > LONG_SECONDS]
    if long:
        say(
            f"Das dauert länger als {LONG_SECONDS:.0f} Sekunden ({', '.join(long)}): Jeder Anrufer muss es abwarten. "
            "Lässt es sich kürzer sagen?",
            f"This takes longer than {LONG_SECONDS:.0f} seconds ({', '.join(long)}): every caller has to wait for it. "
            "Can it be said in fewer words?",
            err=True,
        )
