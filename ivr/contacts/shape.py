"""The form of `data/contacts.yaml`, as the reader finds it: nothing here is checked against anything else
yet.
"""

import re
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from ivr.contacts.phone import Phone
from ivr.contacts.phrase import Phrase
from ivr.hours import CALENDARS
from ivr.hours.shape import Hours
from ivr.source.near import did_you_mean, nearest
from ivr.source.places import NOWHERE, Node, Place, Word, place_of
from ivr.source.problems import Sentence, refuse
from ivr.source.readable import STRICT, Doc, Readable

CONTACT_NAME = r"[a-z][a-z0-9_]{0,39}"
"""Names of contacts stand in URLs and in placeholders: plain lower-case ASCII, the pattern of
`ivr.call.NAME`.
"""

_NAME = re.compile(CONTACT_NAME, re.ASCII)
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class ContactName(Word, Readable):
    """The name by which the file and the flows speak of a contact."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": f"^{CONTACT_NAME}$"}

    @classmethod
    def read(cls, node: Node) -> Self:
        """The name at `node`.

        Raises:
            Refused: `bad-name`, with the name as it could be written.
        """
        if isinstance(node, Word) and _NAME.fullmatch(node):
            return cls(node, node.place, plain=node.plain)
        if not isinstance(node, Word):
            raise refuse(
                place_of(node),
                "bad-name",
                "Hier muss der Name einer Stelle stehen, keine Liste und keine Tabelle.",
                "The name of a contact belongs here, not a list and not a table.",
            )
        better = _repaired(node)
        raise refuse(
            node.place,
            "bad-name",
            f"„{node}“ kann keine Stelle heißen. Erlaubt sind kleine Buchstaben von a bis z, Ziffern und der "
            "Unterstrich, am Anfang ein Buchstabe, höchstens 40 Zeichen.",
            f"A contact cannot be called “{node}”. Allowed are small letters from a to z, digits and the "
            "underscore, a letter first, at most 40 characters.",
            hint=Sentence(f"Schreiben Sie zum Beispiel: {better}", f"Write for example: {better}"),
        )


def _repaired(name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", name.casefold().translate(_SPELT)).strip("_")
    if not plain:
        return "ordnungsamt"
    return (plain if plain[0].isalpha() else f"kontakt_{plain}")[:40].rstrip("_")


HOME = "Europe/Berlin"


@dataclass(frozen=True, slots=True)
class Zone(Readable):
    """The time zone in which all hours and dates of the file are meant."""

    zone: ZoneInfo
    place: Place = field(default=NOWHERE, compare=False)

    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": "^[A-Za-z_]+/[A-Za-z0-9_/+-]+$",
        "examples": [HOME],
    }

    @classmethod
    def read(cls, node: Node) -> Self:
        """A name of the IANA time zone database of the form `Europe/Berlin`.

        Raises:
            Refused: `unknown-timezone`, with the nearest name.
        """
        place = place_of(node)
        if isinstance(node, Word) and (zone := _zone(node)) is not None:
            return cls(zone, place)
        written = node if isinstance(node, Word) and node else "…"
        # All names are listed only now: it takes longer than reading the rest of the file.
        meant = nearest(written, filter(_is_place, available_timezones())) or HOME
        raise refuse(
            place,
            "unknown-timezone",
            f"Hier muss eine Zeitzone stehen; „{written}“ ist keine.",
            f"A time zone belongs here; “{written}” is none.",
            hint=Sentence(f"Meinten Sie „{meant}“?", f"Did you mean “{meant}”?"),
        )


def _is_place(name: str) -> bool:
    """Other names without a slash are abbreviations whose meaning changes, or `localtime`, whatever the machine has."""
    return name == "UTC" or ("/" in name and not name.startswith(("Etc/", "/")))


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if _is_place(name) else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


_CALENDARS = (*CALENDARS, "none")


@dataclass(frozen=True, slots=True)
class Calendar(Readable):
    """Whose public holidays count: a calendar of `ivr.hours.CALENDARS`, or none at all (`none`)."""

    name: str
    place: Place = field(default=NOWHERE, compare=False)

    schema: ClassVar[dict[str, Any]] = {"enum": list(_CALENDARS)}

    @classmethod
    def read(cls, node: Node) -> Self:
        """The calendar at `node`.

        Raises:
            Refused: `unknown-calendar`, with the nearest name.
        """
        if isinstance(node, Word) and node in _CALENDARS:
            return cls(str(node), node.place)
        written = node if isinstance(node, Word) and node else "…"
        raise refuse(
            place_of(node),
            "unknown-calendar",
            f"Hier muss ein Feiertagskalender stehen; „{written}“ ist keiner.",
            f"A holiday calendar belongs here; “{written}” is none.",
            hint=did_you_mean(written, _CALENDARS, what=Sentence("Feiertagskalender", "Holiday calendars")),
        )


@dataclass(frozen=True, slots=True)
class Address(Readable):
    """Street and house number, as written on an envelope. Callers hear it worded by `speech`."""

    text: str
    place: Place = field(default=NOWHERE, compare=False)

    schema: ClassVar[dict[str, Any]] = {"type": "string", "minLength": 1, "examples": ["Brüderweg 6-8"]}

    @classmethod
    def read(cls, node: Node) -> Self:
        """The address at `node`.

        Raises:
            Refused: `bad-address` when nothing, a list or a table stands there.
        """
        text = " ".join(node.split()) if isinstance(node, Word) else ""
        if text:
            return cls(text, place_of(node))
        raise refuse(
            place_of(node),
            "bad-address",
            "Hier muss eine Adresse stehen.",
            "An address belongs here.",
            hint=Sentence(
                "Schreiben Sie Straße und Hausnummer, z. B.: Brüderweg 6-8. Oder löschen Sie die Zeile.",
                "Write street and house number, for example: Brüderweg 6-8. Or delete the line.",
            ),
        )


@dataclass(frozen=True)
class Contact:
    """One office, as written."""

    __pydantic_config__: ClassVar[Any] = STRICT

    name: Annotated[
        Phrase,
        Doc(de="Wie die Stelle heißt, je Sprache.", en="What the office is called, by language."),
    ]
    in_menu: Annotated[
        Phrase | None,
        Doc(
            de="Wie ein Menü sie ansagt, z. B. „Für das Nordstadtbüro“; die Taste ergänzt der Dienst.",
            en="How a menu offers it, e.g. “For the Nordstadt office”; the service adds the key.",
        ),
    ] = None
    in_sentence: Annotated[
        Phrase | None,
        Doc(
            de="Der Name mit seinem Artikel, wie ein Satz ihn braucht, z. B. „die Citywache“.",
            en="The name with its article, as a sentence needs it, e.g. “the Citywache”.",
        ),
    ] = None
    phone: Annotated[
        Phone | None,
        Doc(
            de="Die Telefonnummer, wie sie gedruckt steht, mit Vorwahl.",
            en="The telephone number as printed, with its area code.",
        ),
    ] = None
    address: Annotated[Address | None, Doc(de="Straße und Hausnummer.", en="Street and house number.")] = None
    hours: Annotated[
        Hours | None,
        Doc(
            de="Die Öffnungszeiten. Ohne sie gelten sie als unbekannt, und Anrufe werden immer verbunden.",
            en="The opening hours. Without them they are unknown, and calls are always put through.",
        ),
    ] = None
    phone_hours: Annotated[
        Hours | None,
        Doc(
            de="Wann das Telefon besetzt ist, wenn anders als die Stelle geöffnet ist; dann wird auch verbunden, wenn "
            "sie geschlossen ist.",
            en="When the phone is answered, if not as the office is open; calls are put through then even while the "
            "door is shut.",
        ),
    ] = None
    at: Annotated[
        ContactName | None,
        Doc(
            de="Die Stelle, in deren Haus diese sitzt: Adresse und Öffnungszeiten kommen von dort.",
            en="The contact in whose house this office is: address and hours come from there.",
        ),
    ] = None


@dataclass(frozen=True)
class ContactsFile:
    """The whole file, as written."""

    __pydantic_config__: ClassVar[Any] = STRICT

    contacts: Annotated[
        dict[
            ContactName, Annotated[Contact, Doc(de="Eine Stelle, unter diesem Namen.", en="An office, by this name.")]
        ],
        Doc(de="Die Stellen, eine je Name.", en="The offices, one by name."),
    ]
    timezone: Annotated[
        Zone,
        Doc(de="Die Zeitzone aller Uhrzeiten.", en="The time zone of all times of day."),
    ] = field(default_factory=lambda: Zone(ZoneInfo(HOME)))
    holidays: Annotated[
        Calendar,
        Doc(
            de="Wessen Feiertage gelten: DE-NW (Nordrhein-Westfalen) oder none (keine).",
            en="Whose holidays count: DE-NW (North Rhine-Westphalia) or none.",
        ),
    ] = field(default_factory=lambda: Calendar("DE-NW"))
    last_resort: Annotated[
        ContactName | None,
        Doc(
            de="Die Stelle, deren Nummer Anrufer hören, wenn etwas misslingt. Sonst die erste mit Telefon.",
            en="The contact whose number callers hear when something fails. Else the first with a phone.",
        ),
    ] = None
