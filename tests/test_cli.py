"""The commands: what people see (sessions.txt), what tools read (--json), exit codes, and files that are no files."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar
from scripts import REWRITE
from sets import NOW as MONDAY

from ivr.cli import COMMANDS, check, main
from ivr.speech import CODES

ROOT = Path(__file__).parents[1]
CASES = Path("tests/cases/cli")
SESSIONS = ROOT / CASES / "sessions.txt"
STREET = ("--flows", "tests/cases/street/flows", "--contacts", "tests/cases/street/contacts.yaml")
SAMPLE = ("--flows", "tests/cases/check/sample", "--contacts", "tests/cases/check/sample/contacts.yaml")
SATURDAY_NIGHT, MONDAY_MORNING = "2026-11-28T21:00", "2026-11-23T10:00"


class Monday(datetime):
    """The day from which on `ivr check` looks at a year."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return MONDAY.astimezone(tz)


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setattr(check, "datetime", Monday)
    monkeypatch.setattr(check, "KEPT", tmp_path_factory.getbasetemp() / "kept")
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")
    for name in [name for name in os.environ if name.startswith(("IVR_", "TWILIO_"))]:
        monkeypatch.delenv(name)


def ivr(*words: str, typed: str | None = None, **settings: str) -> Result:
    return CliRunner().invoke(main, words, env=settings, input=typed, prog_name="ivr")


def facts(*words: str, code: int = 0) -> Any:
    """The one JSON document on standard output; nothing else is there."""
    done = ivr(*words, "--json")
    assert done.exit_code == code, done.output
    document, end = json.JSONDecoder().raw_decode(done.stdout)
    assert done.stdout[end:] == "\n"
    if code == 0:
        assert done.stderr == ""
    return document


# -- what people see ---------------------------------------------------------------------------------------------------


def seen(command: str) -> str:
    words = shlex.split(command)
    settings = {}
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        settings[name] = value
    assert words.pop(0) == "ivr"
    done = ivr(*words, **settings)
    code = f"[{done.exit_code}]\n" if done.exit_code else ""
    return "".join(line.rstrip(" ") for line in (done.stdout + done.stderr + code).splitlines(keepends=True))


def sessions() -> list[tuple[str, str]]:
    """Commands and what they print; comments and the empty line before the next command belong to neither."""
    blocks = re.findall(r"^\$ (.*)\n((?:(?!\$ |# ).*\n)*)", SESSIONS.read_text("utf-8"), re.MULTILINE)
    return [(command, printed.rstrip("\n") + "\n") for command, printed in blocks]


@pytest.mark.parametrize(("command", "printed"), sessions(), ids=[command for command, _ in sessions()])
def test_sessions(command, printed):
    found = seen(command)
    if REWRITE and found != printed:
        SESSIONS.write_text(
            SESSIONS.read_text("utf-8").replace(f"$ {command}\n{printed}", f"$ {command}\n{found}"), "utf-8"
        )
        pytest.skip("written down anew, to be reviewed in the diff")
    assert found == printed


@pytest.mark.parametrize("command", [command for command, _ in sessions() if command.startswith("ivr hours")])
def test_hours_fit_a_terminal(command):
    found = seen(command)
    assert found.endswith("]\n") or max(map(len, found.splitlines())) <= 80


# -- what tools read ---------------------------------------------------------------------------------------------------


def test_the_rule_of_a_moment():
    """The document that tools rely on, whole."""
    found = facts("hours", "citywache", "--at", SATURDAY_NIGHT)
    spoken = found.pop("spoken")
    assert found == {
        "contact": "citywache",
        "at": "2026-11-28T21:00:00+01:00",
        "state": "closed",
        "since": "2026-11-28T20:30:00+01:00",
        "until": "2026-11-30T09:00:00+01:00",
        "next_open": "2026-11-30T09:00:00+01:00",
        "reason": None,
        "rule": {"kind": "week", "file": "data/contacts.yaml", "line": line_of("weekly:"), "text": "Mo-Sa: 9:00-20:30"},
    }
    assert list(spoken) == list(CODES)
    assert "geschlossen" in spoken["de"]
    assert "closed" in spoken["en"]


def line_of(text: str) -> int:
    lines = (ROOT / "data" / "contacts.yaml").read_text("utf-8").splitlines()
    (number,) = (number for number, line in enumerate(lines, 1) if text in line and not line.lstrip().startswith("#"))
    return number


NOW = {
    "an hour with another offset": ("2026-11-28T20:00+00:00", "2026-11-28T21:00:00+01:00", "closed"),
    "an hour with seconds, in UTC": ("2026-11-28T19:29:59Z", "2026-11-28T20:29:59+01:00", "open"),
    "half-open": ("2026-11-28T20:30", "2026-11-28T20:30:00+01:00", "closed"),
    "a date alone": ("2026-11-28", "2026-11-28T00:00:00+01:00", "closed"),
    "summer time": ("2026-07-01T09:00", "2026-07-01T09:00:00+02:00", "open"),
    "an hour that there is not": ("2027-03-28T02:30", "2027-03-28T03:30:00+02:00", "closed"),
    "the first of two equal hours": ("2027-10-31T02:30", "2027-10-31T02:30:00+02:00", "closed"),
    "a holiday": ("2026-12-25T10:00", "2026-12-25T10:00:00+01:00", "closed"),
}


@pytest.mark.parametrize(("at", "read", "state"), NOW.values(), ids=NOW)
def test_times_as_they_are_given(at, read, state):
    found = facts("hours", "citywache", "--at", at)
    assert (found["at"], found["state"]) == (read, state)


def test_all_contacts_at_once():
    found = facts("hours", "--at", "2026-12-25T10:00")
    assert [each["contact"] for each in found] == [
        "nordstadtbuero",
        "nordmarktbuero",
        "citywache",
        "ordnungsamt",
        "polizei",
    ]
    assert [each["state"] for each in found] == ["unknown", "unknown", "closed", "closed", "closed"]
    unknown, _, closed, *_ = found
    assert {name: unknown[name] for name in ("since", "until", "next_open", "reason")} == dict.fromkeys(
        ("since", "until", "next_open", "reason")
    )
    assert unknown["rule"]["kind"] == "unknown"
    assert closed["reason"] == {"de": "Erster Weihnachtstag", "en": "Christmas Day"}
    assert closed["rule"]["kind"] == "holiday"


def test_a_file_with_a_single_contact():
    single = ("--contacts", "tests/cases/cli/closed.yaml")
    assert facts("hours", "closed", "--at", SATURDAY_NIGHT, *single)["until"] is None
    assert len(facts("hours", *single)) == 1
    assert len(facts("hours", "closed", "--year", "2027", *single)["days"]) == 365


def test_a_year():
    found = facts("hours", "citywache", "--year", "2027")
    days = found.pop("days")
    assert found == {"contact": "citywache", "year": 2027, "warnings": []}
    assert [day["date"] for day in days] == [
        f"{date.fromordinal(date(2027, 1, 1).toordinal() + n)}" for n in range(365)
    ]
    week = {"kind": "week", "file": "data/contacts.yaml", "line": line_of("weekly:"), "text": "Mo-Sa: 9:00-20:30"}
    assert days[1] == {"date": "2027-01-02", "spans": [["09:00", "20:30"]], "reason": None, "rule": week}
    assert days[0]["spans"] == []
    assert days[0]["reason"] == {"de": "Neujahr", "en": "New Year's Day"}
    assert days[0]["rule"] == {
        "kind": "holiday",
        "file": "data/contacts.yaml",
        "line": line_of("holidays: closed"),
        "text": "holidays: closed (Neujahr)",
    }
    assert sum(day["rule"]["kind"] == "holiday" for day in days) == 11
    assert len(facts("hours", "citywache", "--year", "2028")["days"]) == 366


DAYS = {
    "2027-02-10": ("week", [["08:00", "12:00"], ["13:00", "17:30"]], None),
    "2027-02-12": ("week", [["09:00", "24:00"]], None),
    "2027-02-13": ("week", [["22:00", "02:00"]], None),
    "2027-02-14": ("week", [], None),
    "2027-05-17": ("holiday", [], {"de": "Pfingstmontag", "en": "Whit Monday"}),
    "2027-06-06": ("season", [["10:00", "16:00"]], None),
    "2027-11-11": ("every", [["08:00", "10:00"], ["11:00", "12:00"], ["13:00", "15:00"]], None),
    "2027-12-05": (
        "date",
        [["13:00", "18:00"]],
        {"de": "verkaufsoffener Sonntag", "en": "Sunday opening of the shops"},
    ),
    "2027-12-25": ("range", [], {"de": "Betriebsferien", "en": "company holidays"}),
}


def test_days_of_every_kind():
    days = facts("hours", "bar", "--year", "2027", "--contacts", f"{CASES}/contacts.yaml")["days"]
    found = {day["date"]: (day["rule"]["kind"], day["spans"], day["reason"]) for day in days}
    assert {date: found[date] for date in DAYS} == DAYS


def test_a_year_for_a_calendar():
    """Read back with the library that others read calendars with, the openings are those of the table."""
    contacts = f"{CASES}/contacts.yaml"
    for contact in ("bar", "desk"):
        days = facts("hours", contact, "--year", "2027", "--contacts", contacts)["days"]
        done = ivr("hours", contact, "--year", "2027", "--format", "ics", "--contacts", contacts)
        assert (done.exit_code, done.stderr) == (0, "")
        events = Calendar.from_ical(done.stdout).events
        opened = [event for event in events if isinstance(event.start, datetime)]
        table = [(day["date"], *span) for day in days for span in day["spans"]]
        assert [(f"{e.start:%Y-%m-%d}", f"{e.start:%H:%M}", f"{e.end:%H:%M}") for e in opened] == [
            (date, opens, "00:00" if closes == "24:00" else closes) for date, opens, closes in table
        ]
        assert {str(event.start.tzinfo) for event in opened} <= {"Europe/Berlin"}
        assert len({event.uid for event in events}) == len(events)
    done = ivr("hours", "citywache", "--year", "2027", "--format", "ics", "--lang", "en")
    shut = {
        event.start.isoformat(): event.summary
        for event in Calendar.from_ical(done.stdout).events[:]
        if not isinstance(event.start, datetime)
    }
    assert shut["2027-05-27"] == "Citywache: closed (Corpus Christi)"
    assert "2027-10-03" not in shut  # a Sunday


def test_a_calendar_shows_a_year():
    assert ivr("hours", "citywache", "--format", "ics").exit_code == 2
    assert ivr("hours", "citywache", "--year", "2027", "--format", "ics", "--json").exit_code == 2
    assert facts("hours", "citywache", "--year", "2027", "--format", "json")["year"] == 2027


def test_a_year_of_which_nothing_is_known():
    days = facts("hours", "desk", "--year", "2028", "--contacts", f"{CASES}/contacts.yaml")["days"]
    assert len(days) == 366
    assert {day["date"][:4] for day in days} == {"2028"}
    for day in days:
        assert (day["spans"], day["reason"], day["rule"]["kind"]) == ([], None, "unknown")
        assert day["rule"]["file"] == f"{CASES}/contacts.yaml"


def test_a_document_by_either_option():
    assert facts("check", *SAMPLE) == json.loads(ivr("check", *SAMPLE, "--format", "json").stdout)


def test_annotations_are_all_that_goes_to_standard_output():
    done = ivr("check", "--format", "github", *STREET[:2], "--contacts", f"{CASES}/broken.yaml")
    assert re.fullmatch(
        r"(::error file=[^,\n]+,line=\d+,col=\d+,endColumn=\d+,title=[a-z-]+::[^\n]+\n){2}", done.stdout
    )


def test_check():
    found = facts("check", *SAMPLE)
    proved = found.pop("proved")
    assert found == {"problems": []}
    assert re.fullmatch("[0-9a-f]{12}", proved.pop("version"))
    counted = ("states", "turns", "documents", "sentences", "time_classes", "rules")
    assert all(proved.pop(name) > 0 for name in counted)
    listening = proved.pop("longest_listening")
    assert (listening.pop("seconds") > 5, listening) == (True, {"language": "de", "step": "hotline/main"})
    assert proved == {
        "from": "2026-11-23",
        "until": "2027-11-23",
        "flows": 2,
        "steps": 16,
        "contacts": 3,
        "languages": ["de", "en"],
        "places_to_return_to": 8,
        "longest_call": {"turns_of_a_helpless_caller": 4, "turns_at_most": 200},
        "keys_to_contact": {"nordstadtbuero": 1, "ordnungsamt": 1},
    }


def test_check_shows_calls():
    found = facts("check", *STREET, code=1)
    assert found["proved"] == {}
    (problem,) = found["problems"]
    call = problem.pop("call")
    assert (problem["code"], problem["severity"]) == ("emergency-first", "error")
    assert list(call) == ["at", "language", "keys", "dial", "turns", "replay"]
    assert shlex.split(call["replay"])[:6] == ["ivr", "call", *STREET]
    said = [{"lang": each["lang"], "text": each["text"]} for each in call["turns"][0]["said"]]
    assert said == facts(*shlex.split(call["replay"])[1:])["turns"][0]["said"]


def test_warnings_count_if_they_are_to(tmp_path):
    shutil.copytree(SAMPLE[1], tmp_path / "set")
    flow = tmp_path / "set" / "info.yaml"
    flow.write_text(flow.read_text("utf-8").replace("        3:\n", "        4:\n"), "utf-8")
    files = ("--flows", str(tmp_path / "set"), "--contacts", str(tmp_path / "set" / "contacts.yaml"))
    assert [problem["code"] for problem in facts("check", *files)["problems"]] == ["key-order"]
    assert facts("check", "--strict", *files, code=1)["proved"]["flows"] == 2
    assert "In Ordnung" in ivr("check", *files).stdout
    done = ivr("check", "--strict", "--lang", "en", *files)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.endswith("errors: 0, warnings: 1\n")


def test_how_far_help_may_be(tmp_path):
    shutil.copytree(SAMPLE[1], tmp_path / "set")
    flow = tmp_path / "set" / "hotline.yaml"
    flow.write_text(flow.read_text("utf-8").replace(', "0": person', ""), "utf-8")
    files = ("--flows", str(tmp_path / "set"), "--contacts", str(tmp_path / "set" / "contacts.yaml"))
    codes = [[each["code"] for each in facts("check", *files, *most, code=1)["problems"]] for most in ((), ONE_KEY)]
    assert codes == [["unreachable-step"], ["unreachable-step", "far-from-help"]]
    assert ivr("check", "--keys-to-help", "0").exit_code == 2


ONE_KEY = ("--keys-to-help", "1")


@pytest.mark.parametrize(
    "command",
    [
        ("check", *STREET[:2]),
        ("hours",),
        ("call", *STREET[:2]),
        ("check", "--strict", *STREET[:2]),
        ("graph", *STREET[:2]),
        ("script", *STREET[:2]),
    ],
)
@pytest.mark.parametrize(
    ("language", "hint"),
    [("de", "Über Mitternacht schreibt man „9:00-1:00“."), ("en", "Past midnight is written “9:00-1:00”.")],
)
def test_problems_are_a_document_too(command, language, hint, monkeypatch):
    monkeypatch.setenv("IVR_LANGUAGE", language)
    found = facts(*command, "--contacts", f"{CASES}/broken.yaml", code=1)
    assert found["proved"] == {}
    assert [list(problem) for problem in found["problems"]] == [
        ["file", "line", "column", "severity", "code", "message", "hint", "also"]
    ] * 2
    problem = found["problems"][1]
    assert problem.pop("message")
    assert problem == {
        "file": f"{CASES}/broken.yaml",
        "line": 6,
        "column": 29,
        "severity": "error",
        "code": "bad-time",
        "hint": hint,
        "also": None,
    }


# -- calls -------------------------------------------------------------------------------------------------------------


def test_the_closed_and_the_connected_path():
    closed = facts("call", "--at", SATURDAY_NIGHT, "--keys", "3")
    assert list(closed) == ["turns", "dialled", "ended", "seconds"]
    assert (closed["dialled"], closed["ended"]) == ([], "hangup")
    assert [(turn["expects"], turn["pressed"]) for turn in closed["turns"]] == [("digits", "3"), ("end", None)]
    assert [list(said) for said in closed["turns"][0]["said"]] == [["lang", "text"]] * len(closed["turns"][0]["said"])
    assert type(closed["seconds"]) is int
    connected = facts("call", "--at", MONDAY_MORNING, "--keys", "3")
    assert (connected["dialled"], connected["ended"]) == (["+492315028888"], "dial")
    expected = [("digits", "3"), ("dial", "completed"), ("end", None)]
    assert [(turn["expects"], turn["pressed"]) for turn in connected["turns"]] == expected


NUMBERS = {"1": "+492315027111", "2": "+492315011124", "3": "+492315028888", "4": "+492311321162"}


@pytest.mark.parametrize(("key", "number"), NUMBERS.items())
@pytest.mark.parametrize(
    "caller", ["+491701234567", "anonymous", "unknown", "+266696687", "sip:anonymous@anonymous.invalid", ""]
)
def test_each_key_reaches_its_office(key, number, caller):
    found = facts("call", "--at", MONDAY_MORNING, "--keys", key, "--from", caller)
    assert found["dialled"] == [number]


@pytest.mark.parametrize("word", ["timeout", "8"])
@pytest.mark.parametrize("at", [SATURDAY_NIGHT, MONDAY_MORNING])
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_caller_who_never_presses_a_key_in_use(word, at, language):
    found = facts("call", "--at", at, "--keys", ",".join([word] * 20), "--lang", language)
    assert len(found["turns"]) <= 12
    assert found["ended"] == "hangup"
    said = " ".join(said["text"] for turn in found["turns"] for said in turn["said"]).lower()
    assert {"de": "null zwo drei eins", "en": "zero, two, three, one"}[language].replace(",", "") in said.replace(
        ",", ""
    )


def test_a_call_with_no_keys_at_all_is_hung_up():
    found = facts("call")
    assert (len(found["turns"]), found["turns"][0]["pressed"], found["ended"]) == (1, "hangup", "caller")


def test_an_error_of_a_call_is_a_document_too():
    found = facts("call", "--keys", "x", code=1)
    assert list(found) == ["error"]


def test_a_call_by_hand():
    done = ivr("call", *STREET, "--at", MONDAY_MORNING, typed="x\n1\nb\n")
    assert done.exit_code == 0, done.output
    assert done.stderr == ""
    assert "Der Dienst wartet" in done.stdout
    assert "Es klingelt bei +492315028888" in done.stdout
    english = ivr("call", *STREET, typed="", IVR_LANGUAGE="en")
    assert (english.exit_code, "You have hung up." in english.stdout) == (0, True)


# -- pictures and the read-aloud sheet ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "begins"), [("svg", "<svg "), ("mermaid", "flowchart TD"), ("dot", "digraph ")])
def test_a_picture_goes_to_a_file_or_to_the_output(tmp_path, form, begins):
    shown = ivr("graph", "--format", form, *STREET)
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.startswith(begins)
    written = ivr("graph", "--format", form, *STREET, "--out", str(tmp_path / "picture"))
    assert (written.exit_code, written.output) == (0, "")
    assert (tmp_path / "picture").read_text("utf-8") == shown.stdout


def test_what_is_drawn():
    found = facts("graph", *STREET, "--lang", "en")
    assert list(found) == ["language", "start", "clusters", "nodes", "contacts", "edges", "ends"]
    assert (found["start"], len(found["nodes"]), found["ends"]) == ("step-hotline-main", 4, True)
    assert found["edges"][0] == {
        "source": "step-hotline-main",
        "target": "step-hotline-office",
        "labels": [{"exit": "key 1", "about": "Station"}],
        "way": "goes",
        "plain": False,
        "keys": ["1"],
    }


def test_what_callers_hear():
    found = facts("script", *STREET, "--at", SATURDAY_NIGHT, "--language", "en")
    assert (found["at"], [reading["language"] for reading in found["readings"]]) == ("2026-11-28T21:00+01:00", ["en"])
    part = found["readings"][0]["parts"][2]
    assert (part["flow"], part["step"], part["came_from"]) == ("hotline", "status", "hotline/main")
    assert part["occasions"][0]["said"][0]["depends"] == ["office.status"]
    shown = ivr("script", *STREET, "--at", SATURDAY_NIGHT, "--format", "html")
    assert shown.stdout.startswith("<!DOCTYPE html>")


def test_a_language_that_callers_do_not_hear():
    done = ivr("script", *STREET, "--language", "fr")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "„fr“" in done.stderr


@pytest.mark.parametrize("command", ["graph", "script"])
def test_a_document_that_cannot_be_written(tmp_path, command):
    done = ivr(command, *STREET, "--out", str(tmp_path))
    assert (done.exit_code, done.stdout) == (2, "")
    assert str(tmp_path) in done.stderr


# -- files that are none -----------------------------------------------------------------------------------------------

FILES = {
    "missing": "missing",
    "a folder": "",
    "binary": sys.executable,
    "unreadable": "/proc/self/mem",
    "empty": "empty",
    "UTF-16": "utf-16",
    "UTF-16 without its mark": "utf-16-le",
}


@pytest.mark.parametrize("name", FILES.values(), ids=FILES)
@pytest.mark.parametrize("command", ["check", "hours", "call", "serve", "test", "graph", "script"])
def test_contacts_that_cannot_be_read(tmp_path, command, name):
    (tmp_path / "empty").write_text("")
    for encoding in ("utf-16", "utf-16-le"):
        (tmp_path / encoding).write_text((ROOT / "data" / "contacts.yaml").read_text("utf-8"), encoding)
    path = tmp_path / name
    done = ivr(command, *(("--dev",) if command == "serve" else ("--contacts", str(path))), IVR_CONTACTS=str(path))
    assert done.exit_code == (2 if command == "serve" else 1)
    assert done.stdout == ""
    assert str(path) in done.stderr
    assert len(re.findall(r"error\[", done.stderr)) == 1


@pytest.mark.parametrize("name", ["missing", "file", "empty", "other"])
@pytest.mark.parametrize("command", ["check", "call", "serve", "test", "graph", "script"])
def test_flows_that_cannot_be_read(tmp_path, command, name):
    path = tmp_path / name
    if name == "file":
        path.write_text("steps: {}")
    elif name != "missing":
        path.mkdir()
    if name == "other":
        flow = "languages: [de]\nstart: a\nsteps:\n  a:\n    say: Guten Tag.\n    next: hangup\n"
        (path / "hotlin.yaml").write_text(flow)
    done = ivr(command, *(("--dev",) if command == "serve" else ("--flows", str(path))), IVR_FLOWS=str(path))
    assert done.exit_code == (2 if command == "serve" else 1)
    assert done.stdout == ""
    assert str(path) in done.stderr
    assert len(re.findall(r"error\[", done.stderr)) == 1
    assert ("hotlin" in done.stderr) is (name in {"other", "empty"})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        ("start: a".encode("utf-16"), "not-utf8"),
        (b"\x7fELF\x02\xff\x00\x01", "not-text"),
        ("# Büro".encode("cp1252"), "not-utf8"),
        (None, "unreadable"),
    ],
    ids=["empty", "UTF-16", "binary", "Windows code page", "nothing behind a link"],
)
def test_a_flow_that_is_no_text_is_one_problem(tmp_path, content, code):
    """Nothing that follows from it: no steps that are missing, no languages."""
    flows = shutil.copytree(ROOT / "ivr" / "flows", tmp_path / "flows")
    (flows / "hotline.yaml").unlink()
    if content is None:
        (flows / "hotline.yaml").symlink_to("nowhere")
    else:
        (flows / "hotline.yaml").write_bytes(content)
    found = facts("check", "--flows", str(flows), code=1)
    assert [(problem["code"], Path(problem["file"]).name) for problem in found["problems"]] == [(code, "hotline.yaml")]


@pytest.mark.parametrize(
    "words", [("--flows",), ("--lang", "fr"), ("--format", "xml"), ("--nothing",), ("hotline.yaml",)]
)
def test_wrong_usage_is_told_from_problems(words):
    done = ivr("check", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Error" in done.stderr


# -- the rest ----------------------------------------------------------------------------------------------------------


def test_help_tells_of_every_command_in_full():
    done = ivr("--help")
    assert done.exit_code == 0
    listed = dict(re.findall(r"^  (\w+)  +(.*)$", done.stdout.partition("Commands:")[2], re.MULTILINE))
    assert list(listed) == list(COMMANDS)
    assert not any(text.endswith("...") for text in listed.values())
    for name in listed:
        assert ivr(name, "-h").exit_code == 0


def test_a_module_is_the_same_program():
    done = subprocess.run(
        [sys.executable, "-m", "ivr", "hours", "citywache", "--at", SATURDAY_NIGHT, "--json"],
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout) == facts("hours", "citywache", "--at", SATURDAY_NIGHT)
    assert done.stderr == b""


def test_schema(tmp_path):
    assert ivr("schema", "--check").exit_code == 0, "schemas/ is not up to date: make made"
    into = ("--into", str(tmp_path / "new"))
    missing = ivr("schema", "--check", *into)
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert "flow.schema.json" in missing.stderr
    written = ivr("schema", *into)
    assert written.stdout.split() == [f"{tmp_path}/new/{name}.schema.json" for name in ("flow", "contacts", "scenario")]
    assert ivr("schema", "--check", *into).exit_code == 0
    (tmp_path / "new" / "flow.schema.json").write_text("{}")
    assert ivr("schema", "--check", *into).exit_code == 1
    for name in ("flow", "contacts", "scenario"):
        document = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text("utf-8"))
        assert document["$schema"] == "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize("where", ["file", "missing/deeper"])
def test_a_schema_that_cannot_be_written(tmp_path, where):
    (tmp_path / "file").write_text("")
    (tmp_path / "missing").symlink_to(tmp_path / "file")
    done = ivr("schema", "--into", str(tmp_path / where))
    assert (done.exit_code, done.stdout) == (2, "")
    assert str(tmp_path / where) in done.stderr


def test_a_command_imports_what_it_needs_and_no_more():
    program = (
        "import sys; from ivr.cli import main;"
        "main(['hours', 'citywache', '--at', '2026-11-28T21:00', '--json'], standalone_mode=False);"
        "print(sorted({'sqlalchemy', 'flask', 'twilio.rest', 'lxml'} & sys.modules.keys()), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stderr.strip() == "[]"


def test_every_file_of_a_command_is_a_command():
    helpers = {"__init__", "common", "hours_calendar", "hours_text", "telling", "until", "versions", "words"}
    files = {path.stem for path in (ROOT / "ivr" / "cli").glob("*.py")} - helpers
    assert files == set(COMMANDS)
