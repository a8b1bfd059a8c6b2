"""The tables. Each column says what it is for and how long it is kept; `tools/privacy.py` makes docs/privacy.md of it.

A column without a reason cannot be written here: `_column` asks for it. None holds the number of a caller.

Columns named `…rank` decide which of several lines about the same thing counts, see `ivr.store.merge`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.schema import SchemaItem
    from sqlalchemy.types import TypeEngine


class Instant(TypeDecorator[datetime]):
    """A point in time, aware and in UTC on the way in and out. SQLite keeps no offset, so it is put back there."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database. A naive time is a mistake of the caller's."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def ascii_word(length: int) -> TypeEngine[str]:
    """A word compared byte by byte, not in the order of the language that a server is set to."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


# How long

RECORDS = Sentence("IVR_KEEP_DAYS Tage, sonst 90", "IVR_KEEP_DAYS days, else 90")
HASHES = Sentence(
    "24 Stunden nach Beginn des Anrufs; mit IVR_CALLER_HASH=no gar nicht",
    "24 hours from the beginning of the call; with IVR_CALLER_HASH=no not at all",
)
KEYS = Sentence("24 Stunden", "24 hours")
HISTORY = Sentence(
    "auf Dauer, denn es belegt, was Anrufende wann gehört haben", "for good, since it shows what callers heard when"
)
SETS = Sentence(
    "veröffentlichte auf Dauer, andere IVR_KEEP_DAYS Tage", "published ones for good, others for IVR_KEEP_DAYS days"
)
LATEST = Sentence(
    "bis zum nächsten Mal, etwa eine Sekunde; nach dem letzten Mal einen Tag",
    "until the next time, about a second; after the last time for a day",
)
ACCOUNTS = Sentence("bis `ivr operator remove`", "until `ivr operator remove`")
SESSIONS = Sentence("zwölf Stunden ab der Anmeldung, höchstens", "twelve hours from the login, at most")
TRIES = Sentence(
    "einen Tag; nach einer gelungenen Anmeldung nicht länger", "a day; no longer after a login that worked"
)
TRAIL = Sentence("zwei Jahre", "two years")
WORK = Sentence(
    "bis sie veröffentlicht oder verworfen ist, sonst ein Jahr nach der letzten Änderung",
    "until it is published or discarded, else for a year after the last change",
)
SCENARIOS = Sentence("bis es jemand löscht", "until somebody deletes it")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

_RANK = (
    "Kennzahl aus Rang, Zeit und Prüfsumme der Zeile, ohne Angaben zu Anrufenden: Sie entscheidet, welche Zeile",
    "A mark made of order, time and a checksum of the line, without anything about the caller: it decides which line",
)


def _column(
    name: str, kind: TypeEngine[Any], de: str, en: str, *, kept: Sentence | None = None, **more: Any
) -> Column[Any]:
    """A column with its reason; without `kept` it is kept as long as the table says."""
    more.setdefault("nullable", False)
    info = {"why": Sentence(de, en)} | ({"kept": kept} if kept else {})
    return Column(name, kind, info=info, **more)


def _table(name: str, de: str, en: str, kept: Sentence, *parts: SchemaItem) -> Table:
    return Table(name, metadata, *parts, info={"why": Sentence(de, en), "kept": kept})


turns = _table(
    "turns",
    "Was der Dienst auf jede Eingabe geantwortet hat: eine Zeile je Zug eines Anrufs",
    "What the service answered to each input: one row for each turn of a call",
    RECORDS,
    _column(
        "call",
        String(128),
        "Kennung des Anrufs, vom Anbieter vergeben: hält die Züge eines Anrufs zusammen",
        "The provider's id of the call: holds the turns of a call together",
        primary_key=True,
    ),
    _column(
        "turn",
        Integer(),
        "Nummer des Zuges: ein wiederholter Webhook wird nicht zweimal gezählt",
        "The turn's number: a repeated webhook is not counted twice",
        primary_key=True,
        autoincrement=False,
    ),
    _column("at", Instant(), "Wann: Anrufe je Stunde und Wochentag", "When: calls per hour and weekday", index=True),
    _column(
        "version",
        String(12),
        "Fassung der Abläufe: was vor und nach einer Änderung geschah",
        "Version of the flows: what happened before and after a change",
    ),
    _column("flow", String(64), "Ablauf, in dem der Anruf steht", "The flow that the call stands in"),
    _column("step", String(64), "Schritt, an dem der Anruf steht", "The step that the call stands at"),
    _column("language", String(16), "Sprache, die gesprochen wird", "The language that is spoken"),
    _column(
        "input",
        String(64),
        "Was kam: Anruf, Taste, Stille, Auflegen, Ende einer Verbindung",
        "What came: a call, a key, silence, hanging up, the end of a connection",
    ),
    _column(
        "key",
        String(1),
        "Die gewählte Taste eines Menüs, immer nur eine; mehrere Ziffern (eine PIN) werden nie gespeichert",
        "The key chosen in a menu, never more than one; several digits (a PIN) are never stored",
        nullable=True,
    ),
    _column("result", String(64), "Wie eine Verbindung endete", "How a connection ended", nullable=True),
    _column("seconds", Integer(), "Wie lange verbunden war", "How long the connection lasted", nullable=True),
    _column(
        "miss",
        String(64),
        "Keine oder eine falsche Taste: wo Menüs nicht verstanden werden",
        "No key or a wrong one: where menus are not understood",
        nullable=True,
    ),
    _column("expects", String(64), "Worauf der Dienst nun wartet", "What the service waits for now"),
    _column(
        "contact",
        String(64),
        "Die Stelle der Stadt, die angerufen wird (ihr Name in contacts.yaml)",
        "The city's office that is being rung (its name in contacts.yaml)",
        nullable=True,
    ),
    _column(
        "hours",
        Text(),
        "Welche Regel der Öffnungszeiten entschieden hat",
        "Which rule of the opening hours decided",
        nullable=True,
    ),
    _column("limit", String(64), "Welche Grenze erreicht war", "Which limit was reached", nullable=True),
    _column("test", Boolean(), "Ein Probeanruf, der nicht mitgezählt wird", "A test call, which is not counted"),
    _column(
        "us",
        Integer(),
        "Rechenzeit in Mikrosekunden: ob der Dienst schnell genug ist",
        "Work in microseconds: whether the service is fast enough",
    ),
    _column("rank", LargeBinary(), f"{_RANK[0]} eines Zuges zählt", f"{_RANK[1]} about a turn counts"),
)

calls = _table(
    "calls",
    "Wie ein Anruf verlief und endete: eine Zeile je Anruf",
    "How a call went and ended: one row for each call",
    RECORDS,
    _column(
        "call",
        String(128),
        "Kennung des Anrufs, vom Anbieter vergeben",
        "The provider's id of the call",
        primary_key=True,
    ),
    _column("started", Instant(), "Erste Nachricht von diesem Anruf", "First word of this call", index=True),
    _column(
        "last_at",
        Instant(),
        "Letzte Nachricht: ab hier zählt die Frist",
        "Last word: the period counts from here",
        index=True,
    ),
    _column("test", Boolean(), "Ein Probeanruf, der nicht mitgezählt wird", "A test call, which is not counted"),
    _column(
        "caller",
        ascii_word(16),
        "Verschlüsselter Fingerabdruck der Nummer, um einen zweiten Anruf am Tag zu erkennen; ohne den Schlüssel, "
        "der nach 24 Stunden vernichtet wird, sagt er nichts mehr",
        "Keyed hash of the number, to know a second call on the same day; without the key, which is destroyed after "
        "24 hours, it says nothing any more",
        kept=HASHES,
        nullable=True,
    ),
    _column(
        "version", String(12), "Fassung, mit der der Anruf begann", "Version that the call began on", nullable=True
    ),
    _column("first_language", String(16), "Sprache am Anfang", "Language at the beginning", nullable=True),
    _column("first_rank", LargeBinary(), f"{_RANK[0]} den Anfang bestimmt", f"{_RANK[1]} tells the beginning"),
    _column("turns", Integer(), "Zahl der Züge", "Number of turns"),
    _column("last_language", String(16), "Sprache am Ende", "Language at the end", nullable=True),
    _column(
        "flow",
        String(64),
        "Ablauf, in dem der Anruf zuletzt stand",
        "The flow that the call last stood in",
        nullable=True,
    ),
    _column(
        "step",
        String(64),
        "Schritt, an dem der Anruf zuletzt stand: wo Anrufende aufgeben",
        "The step that the call last stood at: where callers give up",
        nullable=True,
    ),
    _column("input", String(64), "Was zuletzt kam", "What came last", nullable=True),
    _column(
        "expects", String(64), "Worauf der Dienst zuletzt wartete", "What the service waited for last", nullable=True
    ),
    _column("last_rank", LargeBinary(), f"{_RANK[0]} das Ende bestimmt", f"{_RANK[1]} tells the end"),
    _column(
        "status",
        String(64),
        "Wie der Anruf nach Auskunft des Anbieters endete",
        "How the call ended as the provider has it",
        nullable=True,
    ),
    _column("ended", Instant(), "Wann er endete", "When it ended", nullable=True),
    _column("seconds", Integer(), "Dauer des ganzen Anrufs", "How long the whole call lasted", nullable=True),
    _column("status_rank", LargeBinary(), f"{_RANK[0]} den Ausgang bestimmt", f"{_RANK[1]} tells the outcome"),
    _column(
        "fallback_at",
        Instant(),
        "Wann der Anbieter auf die Ersatzansage ausweichen musste",
        "When the provider had to use the fallback",
        nullable=True,
    ),
    _column(
        "fallback_code",
        Integer(),
        "Fehlernummer des Anbieters dabei",
        "The provider's error code for it",
        nullable=True,
    ),
    _column("fallback_rank", LargeBinary(), f"{_RANK[0]} die Ersatzansage bestimmt", f"{_RANK[1]} tells the fallback"),
)

sets = _table(
    "sets",
    "Geprüfte Sätze aus Abläufen und Stellen, nach ihrem Inhalt benannt",
    "Checked sets of flows and contacts, named by their content",
    SETS,
    _column("version", String(12), "Prüfsumme des Inhalts", "Checksum of the content", primary_key=True),
    _column("content", LargeBinary(), "Die Dateien der Redaktion", "The operators' files"),
    _column("stored_at", Instant(), "Wann gespeichert", "When stored"),
)

publications = _table(
    "publications",
    "Was wann veröffentlicht wurde; nichts wird je geändert, auch ein Zurücknehmen ist eine neue Zeile",
    "What was published when; nothing is ever changed, taking back is a new row, too",
    HISTORY,
    _column("id", Integer(), "Reihenfolge", "Order", primary_key=True),
    _column("version", String(12), "Welcher Satz", "Which set"),
    _column(
        "draft",
        Boolean(),
        "Ein Entwurf, den nur hört, wer die Nummer für Entwürfe anruft",
        "A draft that is heard only by who calls the number for drafts",
    ),
    _column("author", Text(), "Wer es veranlasst hat (Beschäftigte)", "Who did it (staff)"),
    _column("why", Text(), "Warum", "Why"),
    _column("at", Instant(), "Wann", "When"),
    ForeignKeyConstraint(["version"], ["sets.version"]),
)

instructions = _table(
    "instructions",
    "Was dem laufenden Dienst gesagt wurde: Tagesschalter, Durchsagen, Grenzen, PINs; nichts wird je geändert",
    "What the running service was told: the day's switches, announcements, limits, PINs; nothing is ever changed",
    HISTORY,
    _column(
        "id",
        ascii_word(64),
        "Zufällige Kennung: zweimal gesagt ist einmal",
        "Random id: told twice is once",
        primary_key=True,
    ),
    _column("kind", String(16), "Art", "Kind"),
    _column(
        "subject",
        String(200),
        "Wovon: Stelle, Grenze oder für wen eine PIN ist",
        "What about: a contact, a limit, or who a PIN is for",
    ),
    _column("value", Text(), "Was gilt; von einer PIN nur ein Hash", "What holds; of a PIN only a hash"),
    _column("at", Instant(), "Ab wann", "From when"),
    _column("until", Instant(), "Bis wann", "Until when", nullable=True),
    _column("texts", JSON(), "Was Anrufende dazu hören, je Sprache", "What callers hear of it, by language"),
    _column("author", Text(), "Wer es veranlasst hat (Beschäftigte)", "Who did it (staff)"),
    _column("channel", String(16), "Über welchen Weg: Befehl, Telefon, Seite", "By which way: command, phone, page"),
    _column("why", Text(), "Warum", "Why"),
)

caller_keys = _table(
    "caller_keys",
    "Der Schlüssel des Tages, unter dem Nummern zu Fingerabdrücken werden; die Zeile wird gelöscht",
    "The day's key under which numbers become hashes; the row is deleted",
    KEYS,
    _column("id", ascii_word(32), "Zufällige Kennung", "Random id", primary_key=True),
    _column("key", LargeBinary(), "Zufälliger Schlüssel", "Random key"),
    _column("born", Instant(), "Wann erzeugt", "When made"),
)

tallies = _table(
    "tallies",
    "Zählerstände je Maschine, damit Grenzen für alle zusammen gelten",
    "Counts of each machine, so that limits hold for all of them together",
    LATEST,
    _column("machine", String(128), "Name der Maschine", "Name of the machine", primary_key=True),
    _column("at", Instant(), "Wann gezählt", "When counted"),
    _column(
        "counts",
        JSON(),
        "Anrufe und Verbindungen im Gang, heute verbundene Sekunden, falsche PINs zuletzt (nur Zahlen), und welche "
        "Fassungen die Maschine kennt",
        "Calls and connections under way, seconds connected today, wrong PINs lately (numbers only), and which "
        "versions the machine knows",
    ),
)

losses = _table(
    "losses",
    "Wie viele Zeilen nicht aufbewahrt werden konnten, etwa bei voller Platte",
    "How many lines could not be kept, on a full disk for instance",
    RECORDS,
    _column("run", String(64), "Kennung eines Laufs des Dienstes", "Id of a run of the service", primary_key=True),
    _column("reason", String(64), "Grund", "Reason", primary_key=True),
    _column("machine", String(128), "Name der Maschine", "Name of the machine"),
    _column("count", Integer(), "Anzahl", "Number"),
    _column("at", Instant(), "Wann zuletzt gezählt", "When last counted"),
)

operators = _table(
    "operators",
    "Wer sich auf der Seite für die Redaktion anmelden darf (Beschäftigte)",
    "Who may log in to the operators' page (staff)",
    ACCOUNTS,
    _column("name", ascii_word(64), "Anmeldename", "Login name", primary_key=True),
    _column("password", Text(), "Vom Passwort nur ein Hash (scrypt)", "Of the password only a hash (scrypt)"),
    _column("roles", String(64), "Was erlaubt ist: view, edit, publish", "What is allowed: view, edit, publish"),
    _column("created", Instant(), "Wann eingetragen", "When entered"),
    _column("disabled", Instant(), "Seit wann gesperrt", "Since when barred", nullable=True),
)

sessions = _table(
    "sessions",
    "Wer gerade angemeldet ist (Beschäftigte)",
    "Who is logged in (staff)",
    SESSIONS,
    _column(
        "id",
        ascii_word(64),
        "Prüfsumme der Kennung im Browser; aus ihr lässt sich diese nicht gewinnen",
        "Checksum of the id in the browser, which cannot be had from it",
        primary_key=True,
    ),
    _column("operator", ascii_word(64), "Anmeldename", "Login name", index=True),
    _column("link", Boolean(), "Über den Einmal-Link von --dev", "By the one-time link of --dev"),
    _column("begun", Instant(), "Wann angemeldet", "When logged in"),
    _column("seen", Instant(), "Wann zuletzt tätig", "When last active"),
    _column("expires", Instant(), "Wann spätestens Schluss ist", "When it ends at the latest", index=True),
)

logins = _table(
    "logins",
    "Anmeldungen, die misslangen: damit niemand Passwörter durchprobiert",
    "Logins that failed: so that nobody tries out passwords",
    TRIES,
    _column("id", ascii_word(32), "Zufällige Kennung", "Random id", primary_key=True),
    _column(
        "name",
        ascii_word(64),
        "Verschlüsselter Fingerabdruck des Namens, denn mancher tippt dort sein Passwort ein",
        "Keyed hash of the name, since some type their password there",
        index=True,
    ),
    _column("at", Instant(), "Wann", "When", index=True),
)

audit = _table(
    "audit",
    "Was auf der Seite getan wurde, und wer sich an- und abgemeldet hat; nichts wird geändert",
    "What was done on the page, and who logged in and out; nothing is changed",
    TRAIL,
    _column("id", ascii_word(32), "Zufällige Kennung", "Random id", primary_key=True),
    _column("at", Instant(), "Wann", "When", index=True),
    _column("operator", String(200), "Wer (Beschäftigte)", "Who (staff)"),
    _column("action", String(64), "Was", "What"),
    _column("details", JSON(), "Womit: Stelle, Fassung, Frist", "With what: contact, version, period"),
)

working_copies = _table(
    "working_copies",
    "Abläufe und Stellen, an denen jemand auf der Seite arbeitet; ohne Angaben zu Anrufenden",
    "Flows and contacts that somebody is working on, on the page; nothing about callers",
    WORK,
    _column("operator", ascii_word(64), "Anmeldename (Beschäftigte)", "Login name (staff)", primary_key=True),
    _column("base", String(12), "Fassung, mit der die Arbeit begann", "Version that the work began with"),
    _column("base_content", LargeBinary(), "Dateien dieser Fassung", "Files of that version"),
    _column("content", LargeBinary(), "Dateien, wie sie jetzt sind", "Files as they are now"),
    _column("revision", Integer(), "Zählt die Änderungen", "Counts the changes"),
    _column("saved", Instant(), "Wann zuletzt geändert", "When last changed"),
    _column(
        "adjusted",
        JSON(none_as_null=True),
        "Was Szenarien nach dem Veröffentlichen erwarten: bisheriger und neuer Inhalt",
        "What scenarios expect after publishing: their content before and then",
        nullable=True,
    ),
)

scenarios = _table(
    "scenarios",
    "Probeanrufe, die jemand auf der Seite als Szenario aufbewahrt hat; keine Anrufe von Bürgern",
    "Test calls that somebody has kept as scenarios on the page; no calls of citizens",
    SCENARIOS,
    _column("name", ascii_word(64), "Name des Szenarios", "Name of the scenario", primary_key=True),
    _column("content", Text(), "Inhalt (YAML)", "Content (YAML)"),
    _column("author", String(200), "Wer (Beschäftigte)", "Who (staff)"),
    _column("at", Instant(), "Wann aufbewahrt", "When kept"),
)
