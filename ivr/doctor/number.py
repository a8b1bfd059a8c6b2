"""Our number at the provider, when there are credentials for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.doctor.finding import ok, warning, wrong
from ivr.number import Unreadable, by_hand, differences, language_of, read, wanted
from ivr.settings import BadSetting, read_fallback_url, read_number, read_public_url, read_rest
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.doctor.finding import Finding, Setup

_SET = Sentence("`ivr number --set` trägt sie ein.", "`ivr number --set` enters them.")


def addresses(setup: Setup) -> Iterator[Finding]:
    """The addresses that the provider has are ours."""
    try:
        public_url, kept = read_public_url(setup.env), read_fallback_url(setup.env)
        rest, number = read_rest(setup.env), read_number(setup.env)
    except BadSetting:
        return  # told by `settings`
    if setup.provider != "twilio":
        yield ok("number", *by_hand(wanted(public_url, kept)))
        return
    if rest is None or number is None:
        yield ok(
            "number",
            "Nicht geprüft, was beim Anbieter eingetragen ist: dazu TWILIO_ACCOUNT_SID und IVR_NUMBER setzen.",
            "Not checked what is entered at the provider: set TWILIO_ACCOUNT_SID and IVR_NUMBER for that.",
        )
        return
    try:
        found = read(rest, number)
    except Unreadable as trouble:
        yield (wrong if trouble.refused else warning)("number", *trouble.sentence)
        return
    if found.overruled_by:
        yield wrong(
            "number",
            f"Der Nummer {number} ist {found.overruled_by} zugeordnet: Ihre Adressen gelten nicht.",
            f"The number {number} has {found.overruled_by} assigned to it: its addresses do not count.",
            Sentence("Lösen Sie das beim Anbieter.", "Take it off at the provider."),
        )
    should = wanted(public_url, kept, language_of(found.addresses))
    for each in differences(found.addresses, should):
        yield wrong(
            f"number-{each.name}",
            f"Beim Anbieter steht {each.found} statt {each.wanted}.",
            f"The provider has {each.found} in place of {each.wanted}.",
            _SET,
        )
    if not found.overruled_by and not differences(found.addresses, should):
        yield ok("number", f"Die Adressen von {number} stimmen.", f"The addresses of {number} are right.")
