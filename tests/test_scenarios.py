"""Scenarios: how files are read, calls are judged, told and put right, what is visited, and the shipped set."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from scripts import REWRITE, cases, rewrite
from service import CONTACTS, FLOWS, loaded

from ivr.cli import main
from ivr.phone.errors import PhoneError
from ivr.scenario.coverage import KINDS, Map
from ivr.scenario.files import find
from ivr.scenario.play import Player
from ivr.scenario.shape import FORMS
from ivr.source.places import Table, Word
from ivr.source.reader import read_yaml
from ivr.source.rewrite import rewritten, written
from ivr.store import Database, Scenario, Scenarios

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases" / "scenarios"
SHIPPED = ROOT / "tests" / "scenarios"
SET = ("--flows", str(CASES / "flows"), "--contacts", str(CASES / "contacts.yaml"))
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("IVR_FLOWS", "IVR_CONTACTS", "IVR_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)


def ivr_test(*words: str, **given: Any) -> Result:
    return CliRunner().invoke(main, ["test", *words, *(given.get("files") or SET)], prog_name="ivr")


def printed(*words: str) -> str:
    done = ivr_test("anruf.yaml", *words)
    code = f"[{done.exit_code}]\n" if done.exit_code else ""
    return re.sub(r" +$", "", done.stdout + done.stderr + code, flags=re.MULTILINE)


# -- those of the page -------------------------------------------------------------------------------------------------


def test_those_of_the_page_are_played_and_put_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = next(case for case in cases(CASES / "calls.yaml") if case.get("updated"))
    database = Database(f"sqlite:///{tmp_path}/ivr.db")
    database.migrate(create=True)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/ivr.db")
    monkeypatch.setenv("IVR_AUTHOR", "berta")
    empty = ivr_test("--stored")
    assert (empty.exit_code, empty.stdout) == (0, "Szenarien: 0, alle wie erwartet.\n")
    assert Scenarios(database).add(Scenario("anruf", case["scenario"], "anna", MONDAY))
    wrong = ivr_test("--stored", "--json")
    assert wrong.exit_code == 1
    [played] = json.loads(wrong.stdout)["scenarios"]
    assert (played["file"], played["passed"]) == ("stored/anruf.yaml", False)
    ivr_test("--stored", "--update")
    [kept] = Scenarios(database).all()
    assert (kept.content, kept.author) == (case["updated"], "berta")
    assert not Path("stored").exists()
    database.close()


def test_those_of_the_page_without_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    done = ivr_test("--stored")
    assert done.exit_code == 1
    assert "Die Datenbank ist nicht zu erreichen" in done.stderr


def test_the_folder_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    case = next(case for case in cases(CASES / "calls.yaml") if not case.get("updated"))
    Path("anrufe").mkdir()
    Path("anrufe/eins.yaml").write_text(case["scenario"], encoding="utf-8")
    monkeypatch.setenv("IVR_SCENARIOS", "anrufe")
    assert "Szenarien: 1" in ivr_test().output


# -- cases -------------------------------------------------------------------------------------------------------------


def every(name: str) -> list[Any]:
    return [pytest.param(name, case, id=case["case"]) for case in cases(CASES / f"{name}.yaml")]


@pytest.mark.parametrize(("file", "case"), [*every("calls"), *every("refused")])
def test_what_is_printed(file: str, case: dict[str, str]) -> None:
    Path("anruf.yaml").write_text(case["scenario"], encoding="utf-8")
    found = {"de": printed(), "en": printed("--lang", "en")}
    again = printed("--update", "--lang", "en")
    updated = Path("anruf.yaml").read_text(encoding="utf-8")
    if updated != case["scenario"]:
        found |= {"updated": updated, "then": again}
        assert printed("--update", "--lang", "en") == again.split("\n", 1)[1], "a second update changes nothing"
        assert Path("anruf.yaml").read_text(encoding="utf-8") == updated
    expected = {key: text for key, text in case.items() if key not in ("case", "scenario")}
    if REWRITE and found != expected:
        for key, text in found.items():
            rewrite(CASES / f"{file}.yaml", case["case"], key, text)
        pytest.skip("written down anew, to be reviewed in the diff")
    assert found == expected


def test_the_document(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "about: Montag\nat: 2026-11-23T09:30\nturns:\n  - presses: 3\n  - hears: Tschüss\n  - ends: caller\n"
    )
    (tmp_path / "b.yaml").write_text("about: Montag\nat: 2026-11-23\nturns:\n  - presses: 3\n")
    done = ivr_test(".", "--json", "--coverage", "--lang", "en")
    assert (done.exit_code, done.stderr) == (1, "")
    found = json.loads(done.stdout)
    assert [(each["file"], each["line"], each["code"]) for each in found["problems"]] == [("b.yaml", 2, "bad-moment")]
    (only,) = found["scenarios"]
    assert [each["code"] for each in only.pop("problems")] == ["not-heard", "not-ended"]
    assert only.pop("call")[-4:] == ["→ key 3", "- Tschüss", "- The caller hangs up.", "+ The service hangs up."]
    assert only == {
        "file": "a.yaml",
        "about": "Montag",
        "at": "2026-11-23T09:30:00+01:00",
        "passed": False,
        "updated": 0,
    }
    assert list(found["coverage"]) == list(KINDS)
    assert found["coverage"]["language"] == {"all": 2, "visited": 1, "missing": ["en"]}
    assert json.loads(ivr_test("a.yaml", "--json", "--update").stdout)["scenarios"][0]["updated"] == 1


def test_folders_files_and_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    (tmp_path / "empty").mkdir()
    for name in ("a.yaml", "deeper/b.yml", ".hidden.yaml", "deeper/readme.md"):
        (tmp_path / name).write_text("about: Montag\nat: 2026-11-23T09:30\nturns:\n  - hears: Willkommen\n")
    assert ivr_test(".").stdout == "Szenarien: 2, alle wie erwartet.\n"
    assert ivr_test("deeper/readme.md", "a.yaml").stdout == "Szenarien: 2, alle wie erwartet.\n"
    for name in ("empty", "missing"):
        done = ivr_test(name)
        assert done.exit_code == 1
        assert f"{name}:1:1: error[no-scenarios]" in done.stderr
    assert "tests/scenarios:1:1: error[no-scenarios]" in ivr_test().stderr


def test_a_file_that_cannot_be_read() -> None:
    done = ivr_test("/proc/self/mem")
    assert done.exit_code == 1
    assert "/proc/self/mem:1:1: error[unreadable]" in done.stderr


def test_flows_with_errors(tmp_path: Path) -> None:
    done = ivr_test(files=("--flows", str(tmp_path), "--contacts", str(CASES / "contacts.yaml")))
    assert done.exit_code == 1
    assert "error[no-entry]" in done.stderr


def test_wrong_usage(tmp_path: Path) -> None:
    assert ivr_test("--into", "x").exit_code == 2
    (tmp_path / "file").write_text("")
    assert ivr_test("missing", "--suggest", "--into", "file/below").exit_code == 2


# -- calls that break off ----------------------------------------------------------------------------------------------


def a_call() -> None:
    Path("anruf.yaml").write_text("about: Montag\nat: 2026-11-23T09:30\nturns:\n  - presses: 3\n  - ends: hangup\n")


def test_a_call_that_the_provider_drops(monkeypatch: pytest.MonkeyPatch) -> None:
    def drop(*_: Any) -> None:
        raise PhoneError("Zu Ende.", "Over.")

    a_call()
    monkeypatch.setattr("ivr.scenario.play.call", drop)
    assert "anruf.yaml:1:1: error[call-dropped] Zu Ende.\n" in printed()


def test_a_turn_that_cannot_be_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    a_call()
    monkeypatch.setattr("ivr.street.answering.advance", fail)
    assert "error[call-failed] Der Dienst konnte hier nicht antworten (ZeroDivisionError)" in printed()


# -- rewriting ---------------------------------------------------------------------------------------------------------

TEXTS = (
    "Guten Tag.",
    "Amt: Einen Moment bitte, ich verbinde Sie.",
    "Hallo # Rest",
    'Sie sagte "ja" \\ nein',
    "- eins",
    "*",
    "{x}",
    "„Amt & Co“",
    "Ist das so?",
    "null",
    "أهلًا بكم",
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_written_so_that_it_reads_the_same(text: str) -> None:
    assert read_yaml(f"a:\n  - b: {written(text)}\n".encode(), "") == ({"a": [{"b": text}]}, [])


@pytest.mark.parametrize("text", TEXTS)
def test_everything_else_stays(text: str) -> None:
    before = (
        '\ufeff# Kopf\r\na: [eins, "zwei", drei]   # rechts\r\nb:\r\n  c: >\r\n    vier\r\n    fünf\r\n\r\nd: ä\r\n'
    )
    source = before.encode()
    table, _ = read_yaml(source, "f.yaml")
    assert isinstance(table, Table)
    below = table[Word("b")]
    row = table[Word("a")]
    assert isinstance(below, Table)
    for word, old in ((row[1], '"zwei"'), (below[Word("c")], ">\r\n    vier\r\n    fünf"), (table[Word("d")], "ä")):
        assert isinstance(word, Word)
        after = rewritten(source, word, text).decode()
        start, end = before.split(old)
        assert after.startswith(start)
        assert after.endswith(end)
        assert after[len(start) : len(after) - len(end)] in (
            text,
            '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"',
        )


# -- coverage and suggestions ------------------------------------------------------------------------------------------


def test_what_no_scenario_visits(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "about: Montag\nat: 2026-11-23T09:30\nturns:\n"
        "  - presses: 1\n  - connection: busy\n  - connection: busy\n  - presses: 9\n  - waits: yes\n"
        "  - presses: 2\n  - presses: '*'\n  - presses: 1\n"
    )
    done = ivr_test("a.yaml", "--coverage")
    assert re.sub(r" \(\d{4}-\d\d-\d\dT\d\d:\d\d\)$", " (…)", done.stdout, flags=re.MULTILINE) == COVERAGE


COVERAGE = """\
Szenarien: 1, alle wie erwartet.
Schritte: 6 von 10
  fehlt: hotline/soon
  fehlt: hotline/opens_soon
  fehlt: hotline/silent_end
  fehlt: hotline/bye
Auswahlen: 6 von 11
  fehlt: hotline/main: 3
  fehlt: hotline/main: give_up
  fehlt: hotline/tongue: 1
  fehlt: hotline/tongue: 2
  fehlt: info/choice: 2
Verbindungen: 2 von 10
  fehlt: hotline/office: completed
  fehlt: hotline/office: no_answer
  fehlt: hotline/office: failed
  fehlt: hotline/office: closed
  fehlt: info/night: completed
  fehlt: info/night: busy
  fehlt: info/night: no_answer
  fehlt: info/night: failed
Sprachen: 1 von 2
  fehlt: en
Zeiten: 1 von 4
  fehlt: amt nicht erreichbar, wache nicht erreichbar, nacht nicht erreichbar (…)
  fehlt: amt nicht erreichbar, wache nicht erreichbar, nacht nicht erreichbar, amt öffnet in 1 h (…)
  fehlt: amt nicht erreichbar, wache nicht erreichbar, nacht erreichbar (…)
"""


@pytest.mark.parametrize("files", [SET, ("--flows", str(FLOWS), "--contacts", str(CONTACTS))], ids=["cases", "shipped"])
def test_suggestions_visit_everything_and_pass(files: tuple[str, ...]) -> None:
    done = ivr_test("calls", "--suggest", "--into", "calls", "--json", files=files)
    assert (done.exit_code, done.stderr) == (0, "")
    names = json.loads(done.stdout)["suggested"]
    assert sorted(names) == sorted(str(path) for path in Path("calls").iterdir())
    done = ivr_test("calls", "--coverage", "--json", files=files)
    assert done.exit_code == 0
    assert all(kind["missing"] == [] for kind in json.loads(done.stdout)["coverage"].values())
    again = ivr_test("calls", "--suggest", "--into", "calls", "--json", files=files)
    assert json.loads(again.stdout)["suggested"] == []


def test_what_cannot_be_visited_stays_missing(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "hotline.yaml").write_text(
        "languages: [de]\nstart: a\nsteps:\n"
        "  a:\n    branch: [{when: {open: amt}, go: b}, {else: b}]\n"
        "  b: {hangup: yes}\n  c: {hangup: yes}\n"
    )
    (tmp_path / "a.yaml").write_text("about: Offen\nat: 2026-11-23T09:30\nturns:\n  - ends: hangup\n")
    files = ("--flows", "flows", *SET[2:])
    done = ivr_test("a.yaml", "--suggest", "--into", "new", "--coverage", "--json", files=files)
    found = json.loads(done.stdout)
    assert found["suggested"] == ["new/zeit.yaml"]
    assert {kind: counted["missing"] for kind, counted in found["coverage"].items() if counted["missing"]} == {
        "step": ["hotline/c"]
    }


def test_suggestions_leave_files_alone(tmp_path: Path) -> None:
    ivr_test("none", "--suggest", "--into", "first")
    before = {path.name for path in Path("first").iterdir()}
    ivr_test("none", "--suggest", "--into", "first")
    assert {path.name for path in Path("first").iterdir()} - before == {
        name.replace(".yaml", "_2.yaml") for name in before
    }


# -- the shipped set ---------------------------------------------------------------------------------------------------


@cache
def shipped() -> tuple[Player, Map, Any]:
    found = loaded()
    assert found.flows is not None
    assert found.directory is not None
    area = Map(found.flows, found.directory, MONDAY)
    return Player(found.flows, found.directory), area, find([SHIPPED], found.flows, found.directory)


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_scenario(path: Path) -> None:
    player, _, found = shipped()
    assert found.problems == []
    assert player.play(found.scenarios[path]).problems == ()


def test_the_shipped_scenarios_visit_everything() -> None:
    player, area, found = shipped()
    visited = set().union(*(area.visited(player.play(scenario)) for scenario in found.scenarios.values()))
    assert set(area.points) - visited == set()


# -- the manual --------------------------------------------------------------------------------------------------------


def test_the_manual_shows_what_is_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shown = re.findall(r"```text\n(.*?)```", (ROOT / "docs" / "scenarios.md").read_text("utf-8"), re.DOTALL)[0]
    name, _, _ = shown.partition(":")
    wrong = re.findall(r"^ +\d+ \| (.*)$", shown, re.MULTILINE)[0]
    right = (ROOT / name).read_text("utf-8")
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text(right.replace(wrong.replace("Vier", "Drei"), wrong), "utf-8")
    done = ivr_test(name, files=("--flows", str(FLOWS), "--contacts", str(CONTACTS)))
    assert done.stderr.startswith(shown)
    ivr_test(name, "--update", files=("--flows", str(FLOWS), "--contacts", str(CONTACTS)))
    assert (tmp_path / name).read_text("utf-8") == right.replace("drücken Sie die Drei", "drücken Sie die Drei.")


def test_the_manual_tells_of_every_word() -> None:
    page = (ROOT / "docs" / "scenarios.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z ]+):", page, re.MULTILINE)) == {*FORMS} - {"connection result"}
