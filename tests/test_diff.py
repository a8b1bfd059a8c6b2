"""What changed between two sets, in words: cases of tests/cases/diff, and that nothing a caller meets goes unsaid.

A case has the edits of a set by file (`from` what `to` what, each of which stands there once unless `all`; or the whole
file as one text), names that are replaced `everywhere`, files to `rename`, and, if the older set is changed as well,
the edits of that one as `before`. `changes` is the complete list of what is told, as `KIND: SENTENCE`. `IVR_REWRITE=1`
writes it down anew, for a look at the difference.
"""

from __future__ import annotations

import importlib
import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import combinations, islice
from pathlib import Path
from typing import Any

import pytest
import yaml
from broken import Records
from click.testing import CliRunner
from scripts import REWRITE
from sets import SAMPLE, with_steps

from ivr.call import DialResult
from ivr.cli import main
from ivr.diff import compare
from ivr.diff.change import QUIET
from ivr.diff.texts import marked
from ivr.loader import Loaded, load
from ivr.steps.base import Connected, Pressed, Scene, Silence
from ivr.world import Clerk

ROOT = Path(__file__).parents[1]
CASES = Path(__file__).parent / "cases" / "diff"
TODAY = date(2026, 11, 25)


def files_of(name: str) -> dict[str, str]:
    """A set's files, the contacts among them."""
    if name != "shipped":
        return {path.name: path.read_text("utf-8") for path in sorted(SAMPLE.iterdir())}
    paths = [*sorted((ROOT / "ivr" / "flows").iterdir()), *sorted((ROOT / "data").iterdir())]
    return {path.name: path.read_text("utf-8") for path in paths}


def edited(files: dict[str, str], edits: dict[str, Any]) -> dict[str, str]:
    files = dict(files)
    for old, new in edits.get("everywhere", {}).items():
        files = {name: re.sub(rf"\b{old}\b", new, text) for name, text in files.items()}
    for old, new in edits.get("rename", {}).items():
        files[new] = files.pop(old)
    for name, replaced in edits.items():
        if not name.endswith(".yaml"):
            continue
        if isinstance(replaced, str):
            files[name] = replaced
            continue
        for each in replaced:
            if "drop" in each:
                files[name] = re.sub(each["drop"], "", files[name], flags=re.MULTILINE)
                continue
            count = files[name].count(each["from"])
            assert count == 1 or (each.get("all") and count), f"{name} has this {count} times: {each['from']}"
            files[name] = files[name].replace(each["from"], each["to"])
    return files


def written(files: dict[str, str], folder: Path) -> Loaded:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return load(folder, folder / "contacts.yaml")


def read(files: dict[str, str], folder: Path) -> Loaded:
    loaded = written(files, folder)
    assert loaded.flows is not None, [problem.message.en for problem in loaded.problems]
    return loaded


@cache
def cases(area: str) -> list[dict[str, Any]]:
    return yaml.safe_load((CASES / f"{area}.yaml").read_text("utf-8"))


class Dumper(yaml.SafeDumper):
    """Files as they look, one line after the other."""


def _text(dumper: Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Dumper.add_representer(str, _text)


@pytest.mark.parametrize(
    ("area", "number"),
    [
        pytest.param(path.stem, number, id=f"{path.stem}: {case['case']}")
        for path in sorted(CASES.glob("*.yaml"))
        for number, case in enumerate(cases(path.stem))
    ],
)
def test_a_change_is_told(area: str, number: int, tmp_path: Path) -> None:
    case = cases(area)[number]
    files = files_of(area)
    before = read(edited(files, case.get("before", {})), tmp_path / "before")
    after = read(edited(files, {key: value for key, value in case.items() if key != "before"}), tmp_path / "after")
    changes = compare(before, after, today=TODAY)
    for change in changes:
        assert change.sentence.en
        source = (before if change.place.file in before.sources else after).sources[change.place.file]
        assert 1 <= change.place.line <= source.count(b"\n") + 1
    found = [f"{change.kind}: {change.sentence.de}" for change in changes]
    if REWRITE:
        case["changes"] = found
        text = yaml.dump(cases(area), Dumper=Dumper, allow_unicode=True, sort_keys=False, width=1000)
        (CASES / f"{area}.yaml").write_text(text, "utf-8")
    assert found == case["changes"]


# What a call meets, asked of the steps themselves

MOMENTS = [
    datetime(2026, 11, 23, 9, tzinfo=UTC),
    datetime(2026, 11, 28, 19, 15, tzinfo=UTC),
    datetime(2026, 12, 25, 3, tzinfo=UTC),
]
INPUTS = [*map(Pressed, "0123456789*#"), Silence(), *map(Connected, DialResult)]


def met(loaded: Loaded) -> Any:
    """What calls meet at every step, in every language, at several times, with every input, alone of the engine's side.

    Nothing of this knows the files, or what `ivr diff` makes of them.
    """
    flows, directory = loaded.flows, loaded.directory
    clerk = Clerk(directory)
    moves: dict[Any, Any] = {}
    for spot, step in flows.steps.items():
        for code in flows.languages_of(spot.flow):
            for now in MOMENTS:
                for misses, attempt in ((0, 0), (1, 1), (2, 2)):
                    scene = Scene(code, misses, attempt, clerk.at(now), lambda _key: None)
                    moves[spot, code, now, misses] = [step.enter(scene), *(step.react(scene, each) for each in INPUTS)]
    pronounced = {code: flows.pronunciations[code]._words for code in flows.pronunciations if code in flows.languages}
    heads = (set(flows.languages), flows.languages[0], flows.start, flows.keys, flows.voices, pronounced)
    last = (directory.last_resort.key, directory.last_resort.phone.groups)
    return heads, last, moves


@pytest.fixture(scope="module")
def bench() -> Any:
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(ROOT / "bench")
        yield importlib.import_module("edits")


@pytest.mark.parametrize(("name", "seed", "count"), [("sample", 1, 120), ("shipped", 3, 12)])
def test_whatever_a_call_meets_otherwise_is_told(bench, tmp_path, name, seed, count):
    files = files_of(name)
    before = read(files, tmp_path / "before")
    meets = met(before)
    used = {key: text for key, text in files.items() if key != "pronunciation.yaml"}
    told = 0
    for edit in islice(bench.edits(used, seed), count):
        after = written({**files, edit.file: edit.applied(files[edit.file])}, tmp_path / "after")
        if after.flows is None:
            continue
        kinds = {change.kind for change in compare(before, after, today=TODAY)}
        assert "other" not in kinds, f"is not told in its own words: {edit.told(files[edit.file])}"
        if kinds - set(QUIET):
            told += 1
        else:
            assert met(after) == meets, f"is not told: {edit.told(files[edit.file])}"
    assert told > count / 4


HOURS = [
    "{weekly: {Mo-Sa: 9:00-20:30}, holidays: closed}",
    "{holidays: geschlossen, weekly: {Mo-Do: 09.00-20.30 Uhr, 'Fr,Sa': [9:00-20:30]}}",
    "{weekly: {Mo-Sa: 9:00-20:30}, holidays: as usual}",
    "{weekly: {Mo-Sa: 9:00-20:30}}",
    "{weekly: {Mo-Sa: 22:00-2:00}, holidays: closed}",
    "{weekly: {Mo-Sa: 9:00-20:30}, holidays: 10:00-14:00}",
    "{weekly: {Mo-Sa: 9:00-20:30}, holidays: closed, exceptions: [%s]}",
    "{weekly: {Mo-Sa: 9:00-20:30}, holidays: closed, seasons: [{from: 04-01, to: 09-30, weekly: {Mo-Fr: 8-18}}]}",
    "{weekly: {Mo-Sa: 9:00-20:30}, holidays: closed, seasons: [{from: 04-01, to: 09-30, weekly: {Mo-Fr: 8-19}}]}",
    "{weekly: {Mo-Sa: 9:00-20:30}, holidays: closed, seasons: [{from: 04-01, to: 08-31, weekly: {Mo-Fr: 8-18}}]}",
]
SPECIAL = [
    "{on: 2026-12-24, closed: yes}",
    "{on: 24.12.2026, closed: ja}",
    "{from: 2026-12-24, to: 2026-12-24, closed: yes}",
    "{on: 2026-12-24, closed: yes, reason: {de: Betriebsferien, en: holidays}}",
    "{on: 2026-12-24, closed: yes, reason: {de: Ferien, en: holidays}}",
    "{on: 2026-12-24, open: until 14:00}",
    "{on: 2026-12-24, closed: from 14:00}",
    "{on: 2026-12-24, closed: 12:00-14:00}",
    "{every: 12-24, closed: from 14:00}",
    "{every: Rosenmontag, closed: from 14:00}",
    "{every: erster Mi, closed: from 14:00}",
    "{every: erster Mi, closed: from 15:00}",
    "{every: erster Mi im Mai, closed: from 15:00}",
    "{on: 2026-12-25, open: as usual}",
]


def kept(loaded: Loaded) -> Any:
    """Every day of two years as a caller meets it, and the weeks as they are told."""
    schedule = loaded.directory.contacts["citywache"].schedule
    days = [schedule.day(TODAY + timedelta(days=n)) for n in range(731)]
    met = [(day.spans, bool(day.uncut), day.rule.kind, dict(day.rule.reason or {})) for day in days]
    return met, [schedule.week(day.date) for day in days[::30]], schedule.holiday and schedule.holiday.spans


def test_any_hours_against_any_others(tmp_path):
    contacts = files_of("sample")["contacts.yaml"]
    was = "\n      weekly: {Mo-Sa: 9:00-20:30}\n      holidays: closed"
    assert was in contacts
    sets = []
    for hours in [each % special for each in HOURS for special in (SPECIAL if "%s" in each else [()])]:
        files = {**files_of("sample"), "contacts.yaml": contacts.replace(was, f" {hours}")}
        sets.append((hours, read(files, tmp_path / "set")))
    read_sets = [(hours, loaded, kept(loaded)) for hours, loaded in sets]
    for (hours, before, first), (others, after, second) in combinations(read_sets, 2):
        changes = compare(before, after, today=TODAY)
        assert bool(changes) is (first != second), f"{hours} → {others}: {[each.sentence.de for each in changes]}"
        kinds = [each.kind for each in changes]
        assert "other" not in kinds
        assert kinds.count("hours-effect") == bool(kinds)


TARGETS = {"next", "go", "else", "start", "give_up", "when_closed", "busy", "no_answer", "failed", "completed"} | {
    "locked",
    "refused",
}


def renamed(node: Any, old: str, new: str, within: str = "") -> Any:
    """A flow in which one step is called otherwise, wherever it is a step that is meant."""
    if isinstance(node, list):
        return [renamed(each, old, new) for each in node]
    if isinstance(node, dict):
        return {
            new if within == "steps" and key == old else key: renamed(each, old, new, "go" if within == "keys" else key)
            for key, each in node.items()
        }
    return new if node == old and within in TARGETS else node


@pytest.mark.parametrize(("name", "every"), [("sample", 1), ("shipped", 6)])
def test_another_name_is_one_change(tmp_path, name, every):
    files = files_of(name)
    before = read(files, tmp_path / "before")
    for flow, step in list(before.flows.steps)[::every]:
        tree = yaml.load(files[f"{flow}.yaml"], yaml.BaseLoader)
        dumped = yaml.dump(renamed(tree, step, "quite_another"), sort_keys=False, allow_unicode=True)
        after = read({**files, f"{flow}.yaml": dumped}, tmp_path / "after")
        found = [(each.kind, each.before, each.after) for each in compare(before, after, today=TODAY)]
        assert found == [("step-renamed", step, "quite_another")]


@pytest.mark.parametrize("name", ["sample", "shipped"])
def test_how_a_file_is_written_is_no_change(tmp_path, name):
    """All in double quotes, all in braces, the steps from behind, with a comment in front."""
    files = files_of(name)
    other = {}
    for file, text in files.items():
        tree = yaml.load(text, yaml.BaseLoader)
        if "steps" in tree:
            tree["steps"] = dict(reversed(tree["steps"].items()))
        tree = dict(reversed(tree.items()))
        dumped = yaml.dump(tree, default_style='"', default_flow_style=True, sort_keys=False, allow_unicode=True)
        other[file] = f"# Noch einmal\n\n{dumped}"
    before, after = read(files, tmp_path / "before"), read(other, tmp_path / "after")
    assert before.flows.version != after.flows.version
    assert compare(before, after, today=TODAY) == ()
    assert compare(after, before, today=TODAY) == ()


def test_what_no_file_says_is_told_all_the_same(tmp_path):
    before = read(files_of("sample"), tmp_path / "set")
    for spot, step in before.flows.steps.items():
        after = with_steps(before, {spot: Records(step)})
        (change,) = compare(before, after)
        assert (change.kind, change.where) == ("other", "/".join(spot))
        assert change.sentence.en == f"{change.where}: has changed in another way."
    contacts = dict(before.directory.contacts)
    contacts["citywache"] = replace(contacts["citywache"], menu_words=contacts["ordnungsamt"].menu_words)
    last_resort = contacts["nordstadtbuero"]
    after = replace(before, directory=replace(before.directory, contacts=contacts, last_resort=last_resort))
    assert [change.kind for change in compare(before, after)] == ["last-resort", "menu-words"]


def test_every_change_can_be_told_the_other_way_round(tmp_path):
    for area in ("hours", "structure", "texts", "contacts"):
        for case in cases(area):
            files = files_of(area)
            before = read(edited(files, case.get("before", {})), tmp_path / "before")
            edits = {key: value for key, value in case.items() if key != "before"}
            after = read(edited(files, edits), tmp_path / "after")
            assert bool(compare(after, before)) is bool(case["changes"]), case["case"]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("Guten Tag.", "Guten Abend.", "Guten [-Tag-]{+Abend+}."),
        ("Guten Tag.", "Guten Tag. Willkommen.", "Guten Tag. {+Willkommen.+}"),
        ("Eine Nummer: {a.phone}", "Eine Nummer: {b.phone}", "Eine Nummer: [-{a.phone}-]{+{b.phone}+}"),
        ("Guten Tag.", "Bis bald", None),
    ],
)
def test_changed_words_are_marked(before, after, found):
    assert marked(before, after) == found


# The command


def run(*words: object) -> Any:
    return CliRunner().invoke(main, ["diff", *map(str, words)])


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    files = files_of("sample")
    written(files, tmp_path / "a")
    changed = {**files, "hotline.yaml": files["hotline.yaml"].replace("Auf Wiederhören.", "Bis bald!")}
    contacts = changed.pop("contacts.yaml").replace("50-2 71 11", "50-2 71 12")
    (tmp_path / "b").mkdir()
    written(changed, tmp_path / "b" / "flows")
    (tmp_path / "b" / "contacts.yaml").write_text(contacts, "utf-8")
    return tmp_path / "a", tmp_path / "b"


def test_two_folders(folders):
    result = run(*folders)
    assert result.exit_code == 0
    numbers, hear = result.stdout.split("\n\n")
    assert numbers.startswith("Nummern und Zeiten:\n  Nordstadtbüro: neue Nummer (0231) 50-2 71 12 statt")
    assert numbers.endswith("b/contacts.yaml:8)")
    assert hear.startswith("Was Anrufer hören:\n  hotline/goodbye: Der Text auf Deutsch lautet jetzt „Bis bald!“")
    assert "hotline/goodbye: The text in German is now “Bis bald!”" in run(*folders, "--lang", "en").stdout


def test_two_folders_as_json(folders):
    result = run(*folders, "--json")
    phone, text = json.loads(result.stdout)["changes"]
    assert set(phone) == {"kind", "where", "language", "before", "after", "sentence", "file", "line"}
    assert (phone["kind"], phone["where"], phone["line"]) == ("phone", "nordstadtbuero", 8)
    assert (text["language"], text["before"], text["after"]) == ("de", "Auf Wiederhören.", "Bis bald!")
    assert json.loads(run(folders[0], folders[0], "--json").stdout) == {"changes": []}


def test_nothing_that_callers_notice(folders, tmp_path):
    assert run(folders[0], folders[0]).stdout == "Anrufer hören dasselbe.\n"
    assert run(folders[0], folders[0], "--lang", "en").stdout == "Callers hear the same.\n"
    files = edited(files_of("sample"), {"everywhere": {"main": "choice"}})
    written(files, tmp_path / "c")
    lines = run(folders[0], tmp_path / "c").stdout.splitlines()
    assert lines[0] == "Nur die Namen:"
    assert lines[-1] == "Anrufer hören dasselbe."


def test_the_files_at_hand_and_contacts_elsewhere(folders, monkeypatch, tmp_path):
    monkeypatch.setenv("IVR_FLOWS", str(folders[0]))
    monkeypatch.setenv("IVR_CONTACTS", str(folders[0] / "contacts.yaml"))
    assert run(folders[0], "files").stdout == "Anrufer hören dasselbe.\n"
    flows = folders[1] / "flows"
    shutil.move(folders[1] / "contacts.yaml", tmp_path / "contacts.yaml")
    assert "Nummern" not in run("files", flows).stdout
    assert "Nummern" in run("files", flows, "--contacts-b", tmp_path / "contacts.yaml").stdout


def test_a_set_with_errors_is_not_compared(folders):
    broken = folders[1] / "flows" / "hotline.yaml"
    broken.write_text(broken.read_text("utf-8").replace("next: main", "next: mian"), "utf-8")
    result = run(*folders)
    assert result.exit_code == 1
    assert "hotline.yaml:15:11" in result.stderr
    assert result.stdout == ""
    assert json.loads(run(*folders, "--json").stdout)["problems"][0]["code"] == "unknown-target"


@pytest.mark.parametrize(
    "words", [(), ("published", "draft"), ("abcd", "files"), ("abc", "files"), ("nowhere", "files")]
)
def test_sets_that_are_not_there(words):
    result = run(*words)
    assert result.exit_code == 2
    assert "Error:" in result.stderr


def test_kept_sets_have_their_own_contacts(folders):
    assert run("abcd", folders[0], "--contacts-a", folders[0] / "contacts.yaml").exit_code == 2


def test_kept_sets_are_looked_for_by_name_and_by_version(folders, monkeypatch):
    asked = []

    def find(word: str) -> Loaded:
        asked.append(word)
        return load(folders[0], folders[0] / "contacts.yaml")

    monkeypatch.setattr(importlib.import_module("ivr.cli.diff"), "find_set", find)
    monkeypatch.setenv("IVR_FLOWS", str(folders[0]))
    monkeypatch.setenv("IVR_CONTACTS", str(folders[0] / "contacts.yaml"))
    for words in ((), ("abcd", "draft"), ("0123456789ab",)):
        assert run(*words).stdout == "Anrufer hören dasselbe.\n"
    assert asked == ["published", "abcd", "draft", "0123456789ab"]
