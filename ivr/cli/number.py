"""`ivr number`: the addresses of our number at the provider."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NoReturn

import click

from ivr.cli.common import in_words, json_option, messages_option, say, say_json, wrong_usage
from ivr.number import Unreadable, by_hand, change, differences, language_of, read, wanted
from ivr.settings import BadSetting, read_fallback_url, read_number, read_provider, read_public_url, read_rest
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from ivr.number import Addresses, Number

SPOKEN = "twilio"
"""The provider whose interface is spoken."""

_NAMES = {
    "voice": Sentence("Anruf", "voice"),
    "fallback": Sentence("Ausweichadresse", "fallback"),
    "status": Sentence("Status", "status"),
}


class _E164(click.ParamType[str]):
    name = "+49…"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002 - click's signature
        try:
            return read_number({"IVR_NUMBER": value}) or ""
        except BadSetting as bad:
            raise wrong_usage(*bad.sentence) from None


@click.command("number")
@click.option("--set", "to_set", is_flag=True, help="Set them as they should be.")
@click.option("--number", type=_E164(), help="Our number [IVR_NUMBER].")
@click.option("--language", metavar="CODE", help="The language in which this number's callers are greeted.")
@messages_option
@json_option
def command(to_set: bool, number: str | None, language: str | None, lang: str | None, as_json: bool) -> None:  # noqa: ARG001 - --lang is read in operator_language
    """Show or set the addresses that the provider has for our number.

    Needs TWILIO_ACCOUNT_SID and a key (TWILIO_API_KEY and TWILIO_API_SECRET, or TWILIO_AUTH_TOKEN). Nothing is changed
    without --set.

    Exit code: 0 as they should be, 1 they differ or could not be read, 2 a setting is missing or wrong.
    """
    if language is not None and not re.fullmatch("[a-z]{2}", language):
        raise wrong_usage(
            f"„{language}“ ist kein Sprachkürzel wie en.", f"“{language}” is no code of a language, such as en."
        )
    try:
        provider, public_url, kept = (
            read_provider(os.environ),
            read_public_url(os.environ),
            read_fallback_url(os.environ),
        )
        rest, ours = read_rest(os.environ), number or read_number(os.environ)
    except BadSetting as bad:
        raise wrong_usage(*bad.sentence) from None
    should = wanted(public_url, kept, language)
    if provider != SPOKEN:
        _only_by_hand(provider, should, as_json=as_json)
    if rest is None or ours is None:
        missing = "TWILIO_ACCOUNT_SID" if rest is None else "IVR_NUMBER"
        hand = by_hand(should)
        raise wrong_usage(f"{missing} ist nicht gesetzt. {hand.de}", f"{missing} is not set. {hand.en}")
    try:
        before = read(rest, ours)
        should = wanted(public_url, kept, language or language_of(before.addresses))
        after = change(rest, before, should) if to_set and differences(before.addresses, should) else None
    except Unreadable as trouble:
        if as_json:
            say_json({"number": ours, "error": in_words(trouble.sentence)})
        else:
            click.echo(in_words(trouble.sentence), err=True)
        raise SystemExit(1) from None
    _tell(before, after, should, as_json=as_json)
    now = after or before
    if differences(now.addresses, should) or now.overruled_by:
        raise SystemExit(1)


def _only_by_hand(provider: str, should: Addresses, *, as_json: bool) -> NoReturn:
    hand = by_hand(should)
    if as_json:
        say_json({"provider": provider, "wanted": should.to_json(), "error": in_words(hand)})
    else:
        click.echo(in_words(hand))
    raise SystemExit(1)


def _tell(before: Number, after: Number | None, should: Addresses, *, as_json: bool) -> None:
    differing = differences((after or before).addresses, should)
    if as_json:
        say_json(
            {
                "number": before.number,
                "before": before.addresses.to_json(),
                "after": after and after.addresses.to_json(),
                "wanted": should.to_json(),
                "differs": [each.name for each in differing],
                "overruled_by": (after or before).overruled_by,
            }
        )
        return
    click.echo(before.number)
    wrong = {each.name: each.wanted for each in differing}
    for name, words in _NAMES.items():
        was = getattr(before.addresses, name)
        now = getattr(after.addresses, name) if after else was
        click.echo(f"  {in_words(words)}: {was}" + (f" → {now}" if now != was else ""))
        if name in wrong:
            say(f"    soll sein: {wrong[name]}", f"    should be: {wrong[name]}")
    overruled = (after or before).overruled_by
    if overruled:
        say(
            f"{overruled} ist der Nummer zugeordnet und gilt statt dieser Adressen. Lösen Sie das beim Anbieter.",
            f"{overruled} is assigned to the number and overrules these addresses. Take it off at the provider.",
        )
    if differing and after is None:
        say("Mit --set wird das eingetragen.", "--set enters this.")
