"""Voices: which voice of a provider speaks which language.

Each language brings one voice per provider; an operator can choose another (`voices:` in hotline.yaml). A pair of voice
and language that does not fit makes the provider drop the sentence (its error 13512), so it is refused when flows are
loaded.

Sources: the names are those of the typings in npm's `twilio` 6.2.0; what a Polly voice speaks is Amazon's list of
voices; SignalWire calls Google's voices `gcloud.`, Telnyx takes Polly's and Azure's, Somleng Polly's standard ones.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from ivr.speech.forms import Voice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.speech.base import Language

_POLLY: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("Marlene", "Hans", "Vicki", "Vicki-Neural", "Daniel-Neural"), "de-DE"),
        **dict.fromkeys(("Vicki-Generative", "Daniel-Generative"), "de-DE"),
        "Hannah-Neural": "de-AT",
        **dict.fromkeys(("Amy", "Brian", "Emma", "Amy-Neural", "Brian-Neural", "Emma-Neural"), "en-GB"),
        **dict.fromkeys(("Arthur-Neural", "Amy-Generative"), "en-GB"),
        **dict.fromkeys(("Joanna", "Matthew", "Salli", "Joanna-Neural", "Matthew-Neural", "Salli-Neural"), "en-US"),
        **dict.fromkeys(("Filiz", "Burcu-Neural"), "tr-TR"),
        **dict.fromkeys(("Ewa", "Jacek", "Jan", "Maja", "Ola-Neural"), "pl-PL"),
        "Carmen": "ro-RO",
        "Zeina": "arb",
        **dict.fromkeys(("Hala-Neural", "Zayd-Neural"), "ar-AE"),
    }
)
_BY_TAG = re.compile(r"(Google|gcloud|Azure)\.([a-z]{2}-[A-Z]{2})-\w[\w-]*", re.ASCII)
_MAKERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "twilio": frozenset({"Polly", "Google"}),
        "signalwire": frozenset({"Polly", "gcloud"}),
        "telnyx": frozenset({"Polly", "Azure"}),
        "somleng": frozenset({"Polly"}),
    }
)
PROVIDERS = tuple(_MAKERS)
"""The values of IVR_PROVIDER."""


def chosen_voice(name: str, provider: str, language: Language) -> Voice | None:
    """The voice of that name, if the provider has it and it speaks the language."""
    maker, _, rest = name.partition(".")
    if maker not in _MAKERS[provider] or (provider == "somleng" and "-" in rest):
        return None
    found = _BY_TAG.fullmatch(name)
    tag = found[2] if found else _POLLY.get(rest) if maker == "Polly" else None
    if tag is None or not (tag.startswith(f"{language.code}-") or (tag, language.code) == ("arb", "ar")):
        return None
    return Voice(name, tag)


def some_voices(provider: str, language: Language) -> list[str]:
    """Names that would do: the language's own voice, and Polly's others."""
    polly = [f"Polly.{name}" for name in _POLLY]
    own = [language.voices[provider].name] if provider in language.voices else []
    return [*own, *(name for name in polly if name not in own and chosen_voice(name, provider, language))]
