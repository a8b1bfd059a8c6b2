"""The operators' commands: publish, history, diff, rollback, override, announce, limit, pin, purge.

Each in a folder of its own with a real database, and once all of them beside a real `ivr serve`.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import click
import pytest
from click.testing import CliRunner, Result
from running import PUBLIC, TOKEN, Running, free_port, until
from sets import SAMPLE

from ivr import desk as desks
from ivr.bundle import gather
from ivr.cli import check, main
from ivr.cli.until import end
from ivr.cli.versions import find_set
from ivr.desk import Desk
from ivr.instructions import Instruction, latest
from ivr.phone.line import HttpLine
from ivr.sets import Sets
from ivr.spool import Reader
from ivr.store import Away, Database

OLD, NEW = "Womit dürfen wir Ihnen helfen?", "Was können wir für Sie tun?"
NEXT_YEARS = "2037-01-05T12:00"
WAITING_SECONDS = 30.0
"""It takes less than three; but these tests measure no time, and the machine may be busy."""


class Office:
    """An operator's folder: flows, contacts, and where the database and the spool of this machine are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.flows, self.contacts = folder / "flows", folder / "contacts.yaml"
        self.database_file = folder / "var" / "ivr.db"
        self.env: dict[str, str | None] = {
            **dict.fromkeys(name for name in os.environ if name.startswith(("IVR_", "TWILIO_"))),
            "DATABASE_URL": f"sqlite:///{self.database_file}",
            "IVR_SPOOL": str(folder / "var" / "spool"),
            "IVR_FLOWS": str(self.flows),
            "IVR_CONTACTS": str(self.contacts),
            "IVR_AUTHOR": "anna",
            "PORT": "8000",
        }
        shutil.copytree(SAMPLE, self.flows)
        (self.flows / "contacts.yaml").rename(self.contacts)

    def run(self, *words: str, typed: str | None = None) -> Result:
        done = CliRunner().invoke(main, words, env=self.env, input=typed, prog_name="ivr")
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    def __call__(self, *words: str, code: int = 0, typed: str | None = None) -> str:
        """What a command prints, on both channels."""
        done = self.run(*words, typed=typed)
        assert done.exit_code == code, done.output
        return done.output

    def facts(self, *words: str, code: int = 0, typed: str | None = None) -> Any:
        """The one JSON document on standard output."""
        done = self.run(*words, "--json", typed=typed)
        assert done.exit_code == code, done.output
        document, rest = json.JSONDecoder().raw_decode(done.stdout)
        assert done.stdout[rest:] == "\n"
        return document

    def edit(self, before: str = OLD, after: str = NEW, name: str = "hotline.yaml") -> str:
        """Replaces one text; gives the version of the files then."""
        path = self.contacts if name == "contacts.yaml" else self.flows / name
        text = path.read_text("utf-8")
        assert text.count(before) == 1
        path.write_text(text.replace(before, after), "utf-8")
        return self.version

    @property
    def version(self) -> str:
        return gather(self.flows, self.contacts)[0].version

    @property
    def db(self) -> Database:
        return Database(self.env["DATABASE_URL"] or "")

    def serve(self, version: str = "0123456789ab", **more: Any) -> None:
        """Leaves the desk of a service that has been at work here."""
        desks.write(self.folder / "var" / "spool" / "8000" / desks.NAME, Desk(version, **more))

    def hold(self) -> None:
        """As a keeper does as long as it lives."""
        self.lock = desks.hold(self.folder / "var" / "spool" / "8000")

    def take_away(self) -> None:
        """A service is at work here, and now its database is gone."""
        self.serve()
        self.hold()
        for path in self.database_file.parent.glob("ivr.db*"):
            path.rename(path.with_name(f"gone-{path.name}"))

    def bring_back(self) -> None:
        os.close(self.lock)
        for path in self.database_file.parent.glob("gone-ivr.db*"):
            path.rename(path.with_name(path.name.removeprefix("gone-")))


@pytest.fixture
def office(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(check, "KEPT", tmp_path_factory.getbasetemp() / "kept")
    monkeypatch.chdir(tmp_path)
    return Office(tmp_path)


# --- publishing ------------------------------------------------------------------------------------------------------


def test_a_published_set_is_stored_and_in_force(office: Office) -> None:
    first = office.version
    said = office("publish", "-m", "Der Anfang")
    assert said.startswith(f"Veröffentlicht: Fassung {first} (anna: „Der Anfang“).\n")
    assert "Vorher" not in said
    second = office.edit()
    said = office("publish", "-m", "Kürzer", "--author", "Bert")
    assert f"Veröffentlicht: Fassung {second} (Bert: „Kürzer“).\n" in said
    assert "Geändert: Was Anrufer hören 1 (genauer: ivr diff previous published)\n" in said
    assert f"Vorher: Fassung {first}, " in said
    assert said.endswith(f"Zurück: ivr rollback {first[:4]}\n")
    current, draft = office.db.in_force()
    assert current is not None
    assert (current.version, current.author, current.why, current.draft, draft) == (
        second,
        "Bert",
        "Kürzer",
        False,
        None,
    )
    assert datetime.now(UTC) - current.at < timedelta(minutes=5)
    published = find_in(office, "published")
    assert published.bundle is not None
    assert published.bundle.version == second
    assert published.flows is not None


def test_what_is_published_already_is_not_published_twice(office: Office) -> None:
    assert office.facts("publish", "-m", "Der Anfang")["new"] is True
    again = office.facts("publish", "-m", "Ein anderer Grund")
    assert (again["new"], again["published"]["why"]) == (False, "Der Anfang")
    said = office("publish", "-m", "Noch einer")
    assert f"Die Fassung {office.version} ist schon veröffentlicht, seit " in said
    assert len(office.db.publications()) == 1
    # A service here has taken other files since: it has to be told.
    office.serve(published=1)
    assert office.facts("publish", "-m", "Das gilt")["new"] is True


def test_a_draft_changes_nothing_for_callers(office: Office) -> None:
    office("publish", "-m", "Der Anfang")
    first = office.version
    second = office.edit()
    said = office("publish", "--draft", "-m", "Probe")
    assert said.startswith(f"Entwurf: Fassung {second} (anna: „Probe“).\n")
    assert "IVR_DRAFT_NUMBER" in said
    assert "ist schon der Entwurf" in office("publish", "--draft", "-m", "Probe")
    current, draft = office.db.in_force()
    assert current is not None
    assert draft is not None
    assert (current.version, draft.version) == (first, second)
    assert [entry["in_force"] for entry in office.facts("history")["entries"]] == [True, True]
    assert "  [Entwurf, in Kraft]\n" in office("history")
    assert office.facts("publish", "-m", "Jetzt gilt er")["new"] is True
    assert office.db.in_force()[1] is None


def test_a_set_with_errors_is_refused(office: Office) -> None:
    office.edit("go: nordstadt}", "go: nordstat}")
    said = office("publish", "-m", "Neu", code=1)
    assert "flows/hotline.yaml:23:38: error[unknown-target] Das Ziel „nordstat“ gibt es nicht.\n" in said
    assert said.endswith("Nichts wurde veröffentlicht. Fehler: 1\n")
    found = office.facts("publish", "-m", "Neu", code=1)
    assert (found["published"], [each["code"] for each in found["problems"]]) == (None, ["unknown-target"])


def test_what_only_the_proof_finds_is_refused_as_well(office: Office) -> None:
    office.edit("Willkommen. Im Notfall legen Sie bitte auf und wählen Sie 110 oder 112.", "Willkommen.")
    assert "error[emergency-first]" in office("publish", "-m", "Neu", code=1)
    assert office.run("history").output == "Es ist noch nichts geschehen.\n"


@pytest.mark.parametrize("words", [("publish",), ("publish", "-m", " "), ("publish", "-m", "a\x00b"), ("rollback",)])
def test_wrong_usage(office: Office, words: tuple[str, ...]) -> None:
    assert "Error: " in office(*words, code=2)


def test_a_database_that_nobody_understands(office: Office) -> None:
    office.env["DATABASE_URL"] = "sqlite://"
    assert "DATABASE_URL" in office("history", code=2)


# --- going back ------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(office: Office) -> list[str]:
    """Three versions that were published one after the other."""
    versions = []
    for before, after in ((OLD, OLD), (OLD, NEW), (NEW, "Bitte wählen Sie.")):
        versions.append(office.edit(before, after))
        office("publish", "-m", after)
    return versions


def test_an_older_version_is_published_again(office: Office, three: list[str]) -> None:
    said = office("rollback", three[0][:4], "-m", "Es war besser")
    assert said.startswith(f"Veröffentlicht: Fassung {three[0]} (anna: „Es war besser“).\nGeändert: ")
    assert office.facts("rollback", "previous")["published"]["version"] == three[2]
    assert office.facts("rollback", "previous")["published"]["version"] == three[0]
    assert [each.version for each in office.db.publications()] == [three[0], three[2], three[0], *reversed(three)]
    assert office.version == three[2], "the files stay as they are"
    assert find_in(office, "previous").bundle == find_in(office, three[2][:6].upper()).bundle


def find_in(office: Office, word: str) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in office.env.items():
            if value is not None:
                patch.setenv(name, value)
        return find_set(word)


def test_versions_that_there_are_not(office: Office, three: list[str]) -> None:
    for word, said in {
        "0000": f"Eine Fassung „0000“ gibt es nicht. Es gibt: {', '.join(reversed(three))}. Mehr zeigt: ivr history\n",
        "abc": "„abc“ ist keine Fassung: Nötig sind vier bis zwölf ihrer Zeichen (0-9, a-f). ",
        "files": "„files“ ist keine Fassung",
        "draft": "Es gibt keinen Entwurf. ",
    }.items():
        assert office("rollback", word, code=1).startswith(said)
    assert "error" in office.facts("rollback", "0000", code=1)
    assert "There is no version “0000”" in office("rollback", "0000", "--lang", "en", code=1)
    assert "gibt es nicht" in office("diff", "0000", code=2)
    assert len(office.db.publications()) == 3


def test_a_prefix_of_several_versions(office: Office, three: list[str]) -> None:
    for version in ("abcdef000001", "abcdef000002"):
        office.db.store_set(version, b"", datetime.now(UTC))
        office.db.publish(version, draft=version.endswith("2"), author="x", why="y", at=datetime.now(UTC))
    assert office("diff", "abcde", code=2).endswith(
        "Mehrere Fassungen beginnen mit „abcde“. Es gibt: abcdef000002, abcdef000001. Mehr zeigt: ivr history\n"
    )
    # What was only ever a draft is nothing to go back to; and what is damaged is not published.
    assert "Die Fassung abcdef000001 ist in der Datenbank beschädigt." in office("rollback", "abcde", code=1)


def test_a_version_that_this_program_cannot_read_any_more(office: Office, three: list[str]) -> None:
    office.edit("go: nordstadt}", "go: nordstat}")
    bundle, _ = gather(office.flows, office.contacts)
    office.db.store_set(bundle.version, bundle.to_bytes(), datetime.now(UTC))
    office.db.publish(bundle.version, draft=False, author="x", why="y", at=datetime.now(UTC))
    office("rollback", "previous")
    assert "error[unknown-target]" in office("rollback", bundle.version, code=1)
    assert [each["code"] for each in office.facts("rollback", bundle.version, code=1)["problems"]] == ["unknown-target"]


def test_diff_knows_published_sets(office: Office, three: list[str]) -> None:
    assert office("diff") == "Anrufer hören dasselbe.\n"
    assert "{+Was können wir für Sie tun?+}" in office("diff", three[0][:5], three[1]) or NEW in office(
        "diff", three[0][:5], three[1]
    )
    assert office("diff", "previous", three[1]) == "Anrufer hören dasselbe.\n"


def test_history_has_all_in_its_order(office: Office, three: list[str]) -> None:
    office("override", "citywache", "closed", "--until", NEXT_YEARS)
    office("limit", "calls", "7", "--reason", "Umbau")
    office("pin", "set", "wache", "--stdin", typed="74815\n")
    lines = office("history").splitlines()
    assert [re.sub(r"^\w\w \d\d\.\d\d\.\d{4} \d\d:\d\d  ", "", line) for line in lines] == [
        "PIN von wache gesetzt (anna)  [in Kraft]",
        "Anrufe zugleich: 7 bis auf Weiteres (anna: „Umbau“)  [in Kraft]",
        "citywache: geschlossen bis Mo 05.01.2037 12:00 (anna)  [in Kraft]",
        f"Fassung {three[2]} (anna: „Bitte wählen Sie.“)  [in Kraft]",
        f"Fassung {three[1]} (anna: „{NEW}“)",
        f"Fassung {three[0]} (anna: „{OLD}“)",
    ]
    local = datetime.now(ZoneInfo("Europe/Berlin"))
    assert f"{local:%d.%m.%Y} " in lines[0]
    found = office.facts("history", "--limit", "2")
    assert [each["type"] for each in found["entries"]] == ["instruction", "instruction"]
    assert "scrypt" not in json.dumps(found)
    assert "scrypt" not in "".join(lines)


# --- the day's switch ------------------------------------------------------------------------------------------------


def test_a_contact_is_closed_and_all_in_its_house(office: Office) -> None:
    said = office(
        "override", "citywache", "closed", "--until", NEXT_YEARS, "--reason", "Umzug", "--reason-in", "en=we are moving"
    )
    first, also, heard, kept = said.splitlines()
    assert first == "citywache: geschlossen bis Mo 05.01.2037 12:00, Grund: Umzug"
    assert also == "Es gilt auch für: ordnungsamt (im selben Haus)"
    assert heard.startswith("Anrufer hören: „Citywache: zurzeit geschlossen. Der Grund: Umzug. ")
    assert kept == "Gespeichert. Alle laufenden Dienste richten sich binnen drei Sekunden danach."
    assert office("override") == "citywache: geschlossen bis Mo 05.01.2037 12:00, Grund: Umzug (anna)\n"
    found = office.facts("override", "ordnungsamt", "open")
    assert (found["stored"], found["away"], found["also"]) == ("database", None, [])
    assert found["heard"]["de"].startswith("Ordnungsamt: jetzt geöffnet")
    assert set(found["heard"]) == {"de", "en"}
    assert office.facts("override", "citywache", "closed")["also"] == [], "it has a switch of its own"
    office("override", "ordnungsamt", "usual")
    assert [each["subject"] for each in office.facts("override")["in_force"]] == ["citywache"]
    office("override", "citywache", "usual")
    assert office("override") == "Kein Schalter ist gesetzt: Es gilt, was in den Dateien steht.\n"


def test_without_an_end_it_is_said_how_to_take_it_back(office: Office) -> None:
    said = office("override", "citywache", "open")
    assert "citywache: geöffnet bis auf Weiteres\n" in said
    assert "Ohne --until gilt das, bis es jemand zurücknimmt: ivr override citywache usual\n" in said


REFUSED = {
    "an unknown contact": (("citiwache", "closed"), 1, "gibt es nicht. Meinten Sie „citywache“? Stellen: "),
    "a time that is over": (("citywache", "closed", "--until", "2026-01-01T10:00"), 1, "ist schon vorbei."),
    "no time": (("citywache", "closed", "--until", "morgen früh"), 2, "ist kein Zeitpunkt; so geht es: 2026-11-28T18"),
    "a time beyond all calendars": (("citywache", "closed", "--until", "9999-01-01"), 2, "außerhalb des Kalenders"),
    "digits": (("citywache", "closed", "--reason", "ab 20 Uhr"), 1, "--reason de:1:1: error[raw-digits]"),
    "a language of nobody": (("citywache", "closed", "--reason-in", "tr=x"), 2, "„tr“ wird hier nicht gesprochen."),
    "no language": (("citywache", "closed", "--reason-in", "moving"), 2, "Nötig ist SPRACHE=TEXT"),
    "twice": (("citywache", "closed", "--reason", "a", "--reason-in", "de=b"), 2, "Zwei Texte für „de“."),
    "usual until": (("citywache", "usual", "--until", "heute"), 2, "„usual“ nimmt zurück"),
    "nothing": (("citywache",), 2, "Was soll gelten?"),
    "something else": (("citywache", "shut"), 2, "'shut'"),
}


@pytest.mark.parametrize(("words", "code", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(office: Office, words: tuple[str, ...], code: int, said: str) -> None:
    assert said in office("override", *words, code=code)
    assert office.facts("override") == {"in_force": [], "away": None}
    if code == 1:
        assert set(office.facts("override", *words, code=1)) <= {"error", "problems"}


BERLIN = ZoneInfo("Europe/Berlin")
AUTUMN = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
"""02:30, for the first time that night."""

ENDS = {
    "18:00": "2026-11-25T18:00",
    "9:30": None,
    "2026-11-28T18:00": "2026-11-28T18:00",
    "2026-11-28T17:00+00:00": "2026-11-28T18:00",
    "2026-11-28": "2026-11-29T00:00",
    "2026-11-25": "2026-11-26T00:00",
    "2026-11-24": None,
    "heute": "2026-11-26T00:00",
    "End of day": "2026-11-26T00:00",
    "24:00": "2026-11-26T00:00",
}


@pytest.mark.parametrize(("written", "meant"), ENDS.items())
def test_when_it_ends(written: str, meant: str | None) -> None:
    noon = datetime(2026, 11, 25, 11, tzinfo=UTC)
    if meant is None:
        with pytest.raises(SystemExit):
            end(written, noon, BERLIN)
        return
    found = end(written, noon, BERLIN)
    assert found == datetime.fromisoformat(meant).replace(tzinfo=BERLIN)


def test_an_hour_that_autumn_repeats() -> None:
    assert end("02:15", AUTUMN, BERLIN) == datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    assert end("02:45", AUTUMN, BERLIN) == datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    assert end("heute", AUTUMN, BERLIN) == datetime(2026, 10, 25, 23, tzinfo=UTC)
    with pytest.raises(click.UsageError):
        end("25:00", AUTUMN, BERLIN)


# --- announcements ---------------------------------------------------------------------------------------------------


def test_an_announcement(office: Office) -> None:
    assert office("announce") == "Nach der Begrüßung wird nichts durchgesagt.\n"
    said = office("announce", "Heute ist Stadtfest. Notruf 112.", "--until", NEXT_YEARS)
    assert said.splitlines()[:3] == [
        "Nach der Begrüßung, bis Mo 05.01.2037 12:00 (anna):",
        "  de   3.3 s  Heute ist Stadtfest. Notruf eins eins zwei.",
        "  In en gibt es keinen Text; dort ist der auf de zu hören.",
    ]
    found = office.facts("announce", "Bald.", "--in", "en=Soon.")
    assert found["instruction"]["texts"] == {"de": "Bald.", "en": "Soon."}
    assert set(found["seconds"]) == {"de", "en"}
    assert "Soon." in office("announce")
    long = "Rund um die Reinoldikirche sind viele Straßen gesperrt, und alle Wege dauern länger. " * 3
    assert "Das dauert länger als 10 Sekunden (de)" in office("announce", long)
    office("announce", "--end")
    assert office.facts("announce") == {"in_force": None, "away": None}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("Um 20 Uhr.",), 1, "ivr announce de:1:1: error[raw-digits]"),
        (("{citywache.status}",), 1, "Hier geht kein Platzhalter"),
        (("",), 1, "error[missing-value]"),
        (("--in", "en=Soon."), 2, "So geht es: ivr announce"),
        (("Bald.", "--end"), 2, "So geht es: ivr announce"),
    ],
)
def test_announcements_that_are_refused(office: Office, words: tuple[str, ...], code: int, said: str) -> None:
    assert said in office("announce", *words, code=code)
    assert office.facts("announce") == {"in_force": None, "away": None}


# --- limits ----------------------------------------------------------------------------------------------------------


def test_limits(office: Office) -> None:
    office.env["IVR_MAX_CALLS"] = "40"
    assert "0 ist der Notschalter: Niemand wird mehr verbunden" in office("limit", "connections", "0")
    office("limit", "calls", "off", "--until", "2037-01-05", "--reason", "Probe")
    assert office("limit").splitlines() == [
        "Anrufe zugleich: 40 nach der Einstellung; jetzt ohne Grenze, bis Mo 05.01.2037 24:00 (anna: „Probe“)",
        "Verbindungen je Stelle: ohne Grenze nach der Einstellung; jetzt 0, bis auf Weiteres (anna)",
        "verbundene Minuten am Tag: ohne Grenze nach der Einstellung",
    ]
    office.db.report_tally("m1", datetime.now(UTC), {"calls": 3, "connections": {"ordnungsamt": 2}, "seconds": 125})
    office.db.report_tally("m2", datetime.now(UTC), {"calls": 1, "connections": {"ordnungsamt": 1}, "seconds": 5})
    assert "Gerade: 4 Anrufe; verbunden: ordnungsamt 3; heute verbunden: 2 Minuten.\n" in office("limit")
    found = office.facts("limit")
    assert found["limits"]["calls"]["setting"] == 40
    assert found["limits"]["connections"]["in_force"]["value"] == "0"
    assert found["load"] == {"calls": 4, "connections": {"ordnungsamt": 3}, "minutes": 2}
    office("limit", "connections", "usual")
    assert office.facts("limit")["limits"]["connections"]["in_force"] is None


@pytest.mark.parametrize(
    "words", [("calls",), ("calls", "-1"), ("calls", "1.5"), ("lines", "1"), ("calls", "usual", "--until", "heute")]
)
def test_limits_that_are_none(office: Office, words: tuple[str, ...]) -> None:
    office("limit", *words, code=2)


# --- PINs ------------------------------------------------------------------------------------------------------------


def test_pins(office: Office) -> None:
    assert office("pin") == "Niemand hat eine PIN.\n"
    said = office("pin", "set", "wache", typed="74815\n74815\n")
    said += office("pin", "set", "leitung", "--stdin", typed="80613\n")
    said += office("pin")
    assert re.search(r"^leitung  seit .* \(anna\)\nwache  seit .* \(anna\)\n\Z", said, re.MULTILINE)
    assert [each["name"] for each in office.facts("pin")["pins"]] == ["leitung", "wache"]
    # Its hash is kept, and nothing else of it.
    assert "74815" not in said
    assert "80613" not in said
    stored = b"".join(path.read_bytes() for path in (office.folder / "var").rglob("*") if path.is_file())
    assert b"scrypt$" in stored
    assert b"74815" not in stored
    office("pin", "remove", "leitung")
    assert [each["name"] for each in office.facts("pin")["pins"]] == ["wache"]
    assert "Meinten Sie „wache“?" in office("pin", "remove", "wach", code=1)


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("set", "wache"), "74815\n74816\n", "Das waren zwei verschiedene PINs."),
        (("set", "wache", "--stdin"), "1234\n", "Eine PIN hat 5 bis 8 Ziffern, und nichts anderes."),
        (("set", "wache", "--stdin"), "77777\n", "Diese PIN ist leicht zu erraten"),
        (("set", "Wache", "--stdin"), "74815\n", "„Wache“ geht nicht als Name"),
        (("set", "wache", "--stdin"), "80613\n", "Diese PIN kann nicht verwendet werden"),
    ],
)
def test_pins_that_are_refused(office: Office, words: tuple[str, ...], typed: str, said: str) -> None:
    office("pin", "set", "leitung", "--stdin", typed="80613\n")
    assert said in office("pin", *words, typed=typed, code=1)
    assert [each["name"] for each in office.facts("pin")["pins"]] == ["leitung"]


# --- purging ---------------------------------------------------------------------------------------------------------


def turn(call: str, at: datetime) -> dict[str, Any]:
    return {
        "k": "turn",
        "call": call,
        "turn": 1,
        "at": at.isoformat(),
        "version": "0123456789ab",
        "flow": "hotline",
        "step": "main",
        "language": "de",
        "input": "call",
        "expects": "gather",
        "caller": "0123456789abcdef",
        "us": 1,
    }


def test_what_commands_make_is_for_the_service_alone(office: Office) -> None:
    """The database holds hashes of PINs and, for a day, the key of the callers' hashes."""
    before = os.umask(0)
    try:
        office("history")
        made = [office.database_file.parent, *office.database_file.parent.iterdir()]
        assert [each.name for each in made if each.stat().st_mode & 0o077] == []
        office.take_away()
        office("limit", "calls", "3")
    finally:
        os.umask(before)
    assert (office.folder / "var" / "spool" / "commands").stat().st_mode & 0o077 == 0


def test_purge(office: Office) -> None:
    office("history")  # makes the database
    now = datetime.now(UTC)
    ages = {"young": 1, "old": 89, "older": 91}
    office.db.write([turn(call, now - timedelta(days=days)) for call, days in ages.items()])
    planned = office.facts("purge", "--dry-run")["removed"]
    assert (planned["turns"], planned["calls"], planned["hashes"]) == (1, 1, 3)
    done = office.facts("purge")
    assert done["removed"]["turns"] == 1
    assert office.facts("purge", "--dry-run", "--keep-days", "30")["removed"]["turns"] == 1
    day = (now - timedelta(days=30)).date().isoformat()
    said = office("purge", "--before", day)
    assert re.search(r"^Entfernt, was älter ist als .* 00:00:\n +1  Gesprächsschritte$", said, re.MULTILINE)
    assert office.facts("purge", "--dry-run", "--keep-days", "0")["removed"]["turns"] == 1
    office("purge", "--before", "2036-01-01", code=1)
    office("purge", "--before", "1.1.2026", code=2)
    office("purge", "--before", "0001-01-01", code=2)
    office("purge", "--before", "2026-01-01", "--keep-days", "3", code=2)


# --- when the database is away ---------------------------------------------------------------------------------------


def test_instructions_wait_in_the_spool(office: Office) -> None:
    office("publish", "-m", "Der Anfang")
    office.take_away()
    for words, typed in (
        (("override", "citywache", "closed", "--until", NEXT_YEARS), None),
        (("announce", "Heute ist Stadtfest."), None),
        (("limit", "calls", "5"), None),
        (("pin", "set", "wache", "--stdin"), "74815\n"),
    ):
        said = office(*words, typed=typed)
        assert "Die Datenbank ist nicht zu erreichen (" in said
        assert f"Aufbewahrt in {office.env['IVR_SPOOL']}/commands: Der Dienst, der auf diesem Server läuft" in said
    assert office.facts("override", "citywache", "open")["stored"] == "spool"
    # They are known here already, and the missing file was not taken for a fresh start.
    assert "citywache: geöffnet bis auf Weiteres (anna)\n" in office("override")
    assert [each["name"] for each in office.facts("pin")["pins"]] == ["wache"]
    known = office.facts("history", code=1)
    assert [each["type"] for each in known["entries"]] == ["instruction"] * 5
    assert known["away"]
    assert not office.database_file.exists()
    # The keeper takes them to the database.
    office.bring_back()
    lines = Reader(office.folder / "var" / "spool").read().lines
    assert office.db.write(lines).refused == ()
    held = latest(office.db.instructions(datetime.now(UTC)), datetime.now(UTC))
    assert {subject: each.value for (_, subject), each in held.items() if each.kind != "pin"} == {
        "citywache": "open",
        "announcement": "said",
        "calls": "5",
    }


def test_nothing_is_published_without_the_database(office: Office) -> None:
    office("publish", "-m", "Der Anfang")
    first = office.version
    office.take_away()
    office.edit()
    assert "Nichts wurde veröffentlicht: Die Datenbank ist nicht zu erreichen (" in office("publish", "-m", "x", code=1)
    assert "Nichts wurde zurückgenommen: Die Datenbank" in office("rollback", first, code=1)
    assert "error" in office.facts("publish", "-m", "x", code=1)
    assert "error" in office.facts("purge", code=1)
    office.bring_back()
    assert [each.version for each in office.db.publications()] == [first]


def test_hours_tell_of_a_switch(office: Office) -> None:
    """Who looks up an hour in the files is told that they are not all that counts."""
    now = datetime.now(UTC)
    office.serve(instructions=(Instruction("switch", "citywache", "closed", now, now + timedelta(hours=1)),))
    assert "Für ordnungsamt gilt jetzt ein Schalter (citywache)" in office("hours", "ordnungsamt")
    assert "Schalter" not in office("hours", "nordstadtbuero")
    assert "Schalter" not in office("hours", "citywache", "--at", "2026-11-28T21:00")
    assert office.facts("hours", "citywache")["contact"] == "citywache"


def test_the_terminal_phone_plays_what_was_published(office: Office) -> None:
    office("publish", "-m", "Der Anfang")
    office.edit()
    office("publish", "--draft", "-m", "Zum Anhören")
    heard = [office("call", "--set", word, "--keys", "hangup") for word in ("published", "draft", "draft")]
    assert heard[0] != heard[1] == heard[2]
    assert "gibt es nicht" in office("call", "--set", "0000", "--keys", "hangup", code=2)
    assert "--set" in office("call", "--set", "draft", "--url", "http://127.0.0.1:1", "--keys", "hangup", code=2)


def test_sets_of_this_machine_are_found_without_the_database(office: Office) -> None:
    first = office.version
    loaded = find_in(office, "files")
    Sets(office.folder / "var" / "sets").keep(loaded.bundle, loaded.flows, loaded.directory)
    office.serve(first, origin="published", draft=first)
    office.hold()
    for word in ("published", "draft", first, first[:4]):
        assert find_in(office, word).bundle.version == first
    office.edit()
    assert "Was Anrufer hören:" in office("diff")
    assert "auf diesem Server gibt es „previous“ nicht." in office("diff", "previous", code=2)


def test_a_server_that_is_down(office: Office) -> None:
    office.env["DATABASE_URL"] = f"postgresql://anna:geheim@127.0.0.1:{free_port()}/ivr"
    said = office("override", "citywache", "closed")
    assert "Auf diesem Server hat noch kein Dienst gearbeitet" in said
    assert "geheim" not in said + office("publish", "-m", "x", code=1)


def test_a_spool_that_cannot_be_written_to(office: Office) -> None:
    office("history")
    office.take_away()
    (office.folder / "var" / "spool" / "commands").write_text("in the way")
    said = office("override", "citywache", "closed", code=1)
    assert "lässt sich nicht schreiben. Es hat sich nichts geändert.\n" in said


def test_in_english(office: Office) -> None:
    office.env["IVR_LANGUAGE"] = "en"
    said = office("publish", "-m", "begin") + office("override", "citywache", "closed", "--until", NEXT_YEARS)
    said += office("announce", "Heute.") + office("limit", "calls", "0") + office("limit") + office("history")
    said += office("pin") + office("purge", "--dry-run") + office("rollback", office.version)
    ours, heard = re.subn("Callers hear: “Citywache: zurzeit geschlossen.*”", "", said)
    assert heard == 1
    assert not re.search("[äöüß„]", ours), said


def test_a_postgresql_server(office: Office, postgres: Any) -> None:
    office.env["DATABASE_URL"] = postgres.url(postgres.create())
    office("publish", "-m", "Der Anfang")
    office("override", "citywache", "closed")
    assert len(office.facts("history")["entries"]) == 2
    assert office.facts("purge", "--dry-run")["removed"]["turns"] == 0


# --- an operator's round trip ----------------------------------------------------------------------------------------


class Call:
    """A caller of the running service."""

    counted = 0

    def __init__(self, service: Running, called: str = "+4923150") -> None:
        Call.counted += 1
        self._form = [("CallSid", f"CA{Call.counted}"), ("From", "+491701234567"), ("To", called)]
        self._line = HttpLine(f"http://127.0.0.1:{service.port}", token=TOKEN, public=PUBLIC)
        self.heard = self._turn(f"{PUBLIC}/voice", ("CallStatus", "ringing"))

    def press(self, key: str) -> str:
        self.heard = self._turn(self._action, ("Digits", key))
        return self.heard

    def _turn(self, url: str, what: tuple[str, str]) -> str:
        reply = self._line.post(url, [*self._form, what])
        assert reply.status == 200
        document = ET.fromstring(reply.body)
        gather = document.find(".//Gather")
        self._action = "" if gather is None else gather.attrib["action"]
        return " ".join("".join(document.itertext()).split())


@pytest.fixture
def service(office: Office, tmp_path: Path) -> Iterator[Running]:
    """A service with its own copy of the files, on the office's database and spool."""
    folder = tmp_path / "machine"
    folder.mkdir()
    running = Running(
        folder,
        office.env["DATABASE_URL"] or "",
        workers=1,
        IVR_SPOOL=office.env["IVR_SPOOL"] or "",
        IVR_DRAFT_NUMBER="+4923150999",
    )
    shutil.copytree(office.flows, running.flows)
    running.contacts.parent.mkdir()
    shutil.copy(office.contacts, running.contacts)
    office.env["PORT"] = str(running.port)
    running.start()
    yield running
    assert running.stop() == 0
    assert "Traceback" not in running.log.read_text("utf-8")


def test_an_operators_round_trip(office: Office, service: Running) -> None:
    def hears(word: str, called: str = "+4923150") -> Callable[[], bool]:
        return lambda: word in Call(service, called).heard

    def wait(what: str, true: Callable[[], object]) -> None:
        until(what, true, WAITING_SECONDS, 0.1)

    office("publish", "-m", "Der Anfang")
    under_way = Call(service)
    assert OLD in under_way.heard
    office.edit()
    office("check")
    office("publish", "-m", "Kürzer")
    wait("the new text", hears(NEW))
    assert OLD in under_way.press("*")
    assert NEW in office("diff", "previous")

    office("rollback", "previous")
    wait("the old text", hears(OLD))
    assert OLD in under_way.press("*")

    office.edit(NEW, "Das ist ein Entwurf.")
    office("publish", "--draft", "-m", "Probe")
    wait("the draft", hears("Das ist ein Entwurf.", "+4923150999"))
    assert OLD in Call(service).heard

    office("override", "citywache", "closed", "--until", NEXT_YEARS, "--reason", "Umzug")
    wait("the switch", hears("Citywache: zurzeit geschlossen. Der Grund: Umzug."))
    office("announce", "Heute ist Stadtfest.", "--until", NEXT_YEARS)
    wait("the announcement", hears("Heute ist Stadtfest."))
    office("limit", "connections", "0")
    wait("the limit", lambda: "verbindet niemanden" in office("limit"))

    assert service.stop() == 0
    service.start()
    for word in (OLD, "Citywache: zurzeit geschlossen. Der Grund: Umzug.", "Heute ist Stadtfest."):
        assert word in Call(service).heard
    assert "Das ist ein Entwurf." in Call(service, "+4923150999").heard

    # The database is away: what an officer says now holds at once all the same, and is stored when it is back.
    moved = office.database_file.parent / "elsewhere"
    moved.mkdir()
    files = [*office.database_file.parent.glob("ivr.db*")]
    for path in files:
        path.rename(moved / path.name)
    assert office.facts("override", "citywache", "open")["stored"] == "spool"
    wait("the switch without the database", hears("Citywache: jetzt geöffnet"))
    assert not office.database_file.exists()
    for path in moved.iterdir():
        path.rename(office.database_file.parent / path.name)

    def stored() -> bool:
        try:
            held = latest(office.db.instructions(datetime.now(UTC)), datetime.now(UTC))
        except Away:
            return False
        return held["switch", "citywache"].value == "open"

    wait("the database", stored)
    assert "citywache: geöffnet bis auf Weiteres (anna)  [in Kraft]" in office("history")


# --- what the page for operators shows -------------------------------------------------------------------------------

_STEP = re.compile(r"<!-- (.*?) -->|```console\n(.*?)```", re.DOTALL)
_COMMAND = re.compile(r"^\$ ivr (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_VARYING = (
    (re.compile(r"\b[0-9a-f]{12}\b"), "VERSION"),
    (re.compile(r"rollback [0-9a-f]{4}\b"), "rollback VERSION"),
    (re.compile(r"\b\w\w \d\d\.\d\d\.20\d\d(?<!2037) \d\d:\d\d"), "NOW"),
)


def alike(text: str) -> str:
    for varying, name in _VARYING:
        text = varying.sub(name, text)
    return text


def test_the_page_shows_what_happens(office: Office) -> None:
    """Every command of it, in its order; … stands for anything, and warnings may come before."""
    office.env["IVR_SPOOL"] = "var/spool"
    page = (Path(__file__).parents[1] / "docs" / "publishing.md").read_text("utf-8")
    commands = 0
    for note, shown in _STEP.findall(page):
        if "=>" in note:
            name, _, change = note.partition(": ")
            office.edit(*change.split(" => "), name)
        elif note:
            office.take_away()
        for words, printed in _COMMAND.findall(shown):
            said = alike(office.run(*shlex.split(words)).output)
            wanted = ".*".join(map(re.escape, alike(printed).split("…")))
            assert re.search(f"(?:^|\n){wanted}$", said), f"$ ivr {words}\n{said}"
            commands += 1
    assert commands == page.count("\n$ ivr ")
