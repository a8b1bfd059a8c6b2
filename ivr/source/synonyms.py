"""What people write for our words although no letter tells: German names of fields, other codes of a language."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: Final = {
    "ar": "ara arabisch arabic",
    "bg": "bul bulgarisch bulgarian",
    "de": "deu ger dt at ch deutsch german",
    "en": "eng gb us englisch english",
    "pl": "pol polnisch polish",
    "ro": "ron rum rumänisch romanian",
    "tr": "tur türkisch turkish",
    "uk": "ua ukr ukrainisch ukrainian",
}
"""By a language's code: codes of countries, those of ISO 639-2, and names."""

_FLOWS: Final = {
    "languages": "sprachen",
    "start": "anfang beginn",
    "keys": "tasten",
    "steps": "schritte",
    "voices": "stimmen",
    "say": "sagen ansage",
    "menu": "auswahl",
    "connect": "verbinden verbinde",
    "branch": "verzweigung if",
    "language": "sprache",
    "flow": "ablauf",
    "hangup": "auflegen",
    "next": "weiter danach",
    "prompt": "frage",
    "options": "optionen auswahl tasten",
    "patience": "geduld",
    "give_up": "aufgeben",
    "for": "für",
    "go": "goto ziel",
    "when": "wenn if",
    "else": "sonst",
    "ring": "klingeln",
    "busy": "besetzt",
    "repeat": "wiederholen",
    "back": "zurück",
}

_CONTACTS: Final = {
    "contacts": "kontakte",
    "timezone": "zeitzone",
    "holidays": "feiertage",
    "DE-NW": "nrw nw de-nrw",
    "phone": "telefon tel nummer",
    "address": "adresse anschrift",
    "hours": "öffnungszeiten zeiten",
    "phone_hours": "telefonzeiten",
    "weekly": "woche wöchentlich",
    "seasons": "saison",
    "exceptions": "ausnahmen",
    "on": "am",
    "from": "von ab vom",
    "to": "bis",
    "every": "jedes jeden jährlich",
    "open": "offen geöffnet",
    "closed": "geschlossen zu",
    "reason": "grund",
}


def _by_synonym() -> Mapping[str, tuple[str, ...]]:
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for words in (LANGUAGES, _FLOWS, _CONTACTS):
        for ours, others in words.items():
            for other in others.split():
                found[other] += (ours,)
    return dict(found)


SYNONYMS: Final = _by_synonym()
"""By a word in small letters, the words of ours that it can stand for."""
