"""Settings and secrets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.doctor.finding import ok, warning, wrong
from ivr.settings import BadSetting, read_fallback_url, read_number, read_rest
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.doctor.finding import Finding, Setup

SHORTEST = 16
"""Characters that a secret must have: fewer can be guessed, and each signed webhook is a chance to check a guess."""

_TOKEN = re.compile("[0-9a-f]{32}", re.ASCII)

_README = Sentence("Alle Einstellungen stehen in README.md.", "All settings are in README.md.")
_CONSOLE = Sentence(
    "Kopieren Sie das Token aus der Konsole des Anbieters.", "Copy the token from the provider's console."
)


def complete(setup: Setup) -> Iterator[Finding]:
    """Every setting is there that has to be, and each is written as it should be."""
    found = [setup.settings.sentence] if isinstance(setup.settings, BadSetting) else []
    for read in (read_rest, read_number, read_fallback_url):
        try:
            read(setup.env)
        except BadSetting as bad:
            found.append(bad.sentence)
    if not found:
        yield ok("settings", "Alle Einstellungen sind vollständig.", "All settings are complete.")
    for sentence in dict.fromkeys(found):
        yield wrong("settings", *sentence, _README)


def token(setup: Setup) -> Iterator[Finding]:
    """The secret by which a webhook is told from a forged one is one that nobody guesses."""
    written = setup.env.get("TWILIO_AUTH_TOKEN", "")
    tokens = [each.strip() for each in written.split(",") if each.strip()]
    if not tokens:
        if not setup.env.get("IVR_SHARED_KEYS"):
            yield wrong("token", "Es gibt kein Geheimnis.", "There is no secret.", _CONSOLE)
        return
    for number, each in enumerate(tokens, 1):
        which = f" {number}" if len(tokens) > 1 else ""
        if len(each) < SHORTEST:
            yield wrong(
                "token",
                f"Token{which} hat weniger als {SHORTEST} Zeichen und ließe sich erraten.",
                f"Token{which} has fewer than {SHORTEST} characters and could be guessed.",
                _CONSOLE,
            )
        elif each[0] in "'\"" or each[-1] in "'\"" or not each.isprintable() or " " in each:
            yield wrong(
                "token",
                f"In Token{which} stehen Anführungszeichen oder Leerzeichen, die nicht dazugehören.",
                f"Token{which} holds quotes or blanks that are no part of it.",
                _CONSOLE,
            )
        elif setup.provider == "twilio" and not _TOKEN.fullmatch(each):
            yield warning(
                "token",
                f"Token{which} sieht nicht aus wie eines von Twilio (32 Ziffern und Buchstaben von a bis f).",
                f"Token{which} does not look like one of Twilio's (32 digits and letters from a to f).",
                _CONSOLE,
            )
        else:
            yield ok("token", f"Token{which} ist plausibel.", f"Token{which} is plausible.")
