"""What the checker proves: its manual pages, and defects put into a small set in which every rule is content.

`cases/check/RULE.yaml` holds the defects of one rule. A case has a name, for each file it changes what is replaced by
what, and the complete list of problems then, as `CODE at WORD`: WORD is what stands in the file at the problem's place.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import TYPE_CHECKING, Any

import broken
import pytest
import yaml
from click.testing import CliRunner
from sets import NOW, SAMPLE, copied, proved, read, told, with_steps

from ivr import check
from ivr.call import Spot
from ivr.check import RULES
from ivr.check.hearing import Kept
from ivr.check.memory import KEPT_FILES, Memory
from ivr.check.names import named_in
from ivr.check.proof import prove
from ivr.cli import main
from ivr.exploration import explorer, moments
from ivr.loader import load
from ivr.settings import PACKAGE_FLOWS
from ivr.world import Clerk, World

if TYPE_CHECKING:
    from ivr.check.survey import Rule
    from ivr.loader import Loaded

CASES = Path(__file__).parent / "cases" / "check"
FOLDER = Path(inspect.getfile(check)).parent


def module_of(rule: Rule) -> ModuleType:
    module = inspect.getmodule(rule.check)
    assert module is not None
    return module


def name_of(rule: Rule) -> str:
    return module_of(rule).__name__.rpartition(".")[2]


# The tuple is the list of tests


def test_every_rule_is_in_the_tuple() -> None:
    defined = {
        path.stem for path in FOLDER.glob("*.py") if re.search("^RULE = ", path.read_text("utf-8"), re.MULTILINE)
    }
    assert sorted(map(name_of, RULES)) == sorted(defined)
    assert len({rule.code for rule in RULES}) == len(RULES)


def test_every_rule_has_its_cases() -> None:
    assert {path.stem for path in CASES.glob("*.yaml")} == set(map(name_of, RULES))


def test_the_sample_is_all_right() -> None:
    assert proved(read(SAMPLE)).problems == ()


# The manual pages

_PARTS = re.compile(r"^(Wrong|Right):(.*?)(?=^(?:Wrong|Right):|\Z)", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:^    .*\n|^\n(?=    ))+", re.MULTILINE)
HEAD = ("languages", "start", "keys", "voices")


def parts_of(rule: Rule) -> dict[str, str]:
    return dict(_PARTS.findall(f"{inspect.getdoc(module_of(rule))}\n"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_has_a_manual_page(rule: Rule) -> None:
    title, empty, *_ = (inspect.getdoc(module_of(rule)) or "").split("\n")
    assert (title.partition(": ")[0], empty) == (rule.code, "")
    assert list(parts_of(rule)) == ["Wrong", "Right"]
    assert f"\n## {rule.code}\n" in (FOLDER.parents[1] / "docs" / "checks.md").read_text("utf-8")


def examples() -> list[Any]:
    return [
        pytest.param(rule, part, dedent(example), id=f"{rule.code}: {part}")
        for rule in RULES
        for part, text in parts_of(rule).items()
        for example in _INDENTED.findall(text)
    ]


@pytest.mark.parametrize(("rule", "part", "example"), examples())
def test_an_example_shows_its_rule(rule: Rule, part: str, example: str, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    merge(folder, yaml.load(example, yaml.BaseLoader))
    codes = {problem.code for problem in proved(read(folder)).problems}
    assert (rule.code in codes) is (part == "Wrong"), codes


def merge(folder: Path, example: dict[str, Any]) -> None:
    """Puts an example's steps in the place of those of the same name, new ones beside them; likewise contacts."""
    files = {path.stem: yaml.load(path.read_text("utf-8"), yaml.BaseLoader) for path in sorted(folder.glob("*.yaml"))}
    steps = {name: step for name, step in example.items() if name not in (*HEAD, "contacts")}
    at_home = (flow for name in steps for flow, file in files.items() if name in file.get("steps", {}))
    files[next(at_home, "hotline")]["steps"] |= steps
    files["hotline"] |= {name: value for name, value in example.items() if name in HEAD}
    files["contacts"]["contacts"] |= example.get("contacts", {})
    for name, file in files.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(file, allow_unicode=True, sort_keys=False), "utf-8")


# Seeded defects


def cases(file: Path) -> list[Any]:
    return yaml.load(file.read_text("utf-8"), yaml.BaseLoader)


DEFECTS = [
    pytest.param(file, case, id=f"{file.stem}: {case['case']}")
    for file in sorted(CASES.glob("*.yaml"))
    for case in cases(file)
]


def seeded(case: dict[str, Any], into: Path) -> Loaded:
    """The sample with the defect of a case in it."""
    loaded = read(copied(into, {name: changes for name, changes in case.items() if name.endswith(".yaml")}))
    assert loaded.flows is not None
    steps = {Spot(*spot.split("/")): getattr(broken, name) for spot, name in case.get("broken", {}).items()}
    return with_steps(loaded, {spot: step(loaded.flows.steps[spot]) for spot, step in steps.items()})


@pytest.mark.parametrize(("file", "case"), DEFECTS)
def test_a_seeded_defect(file: Path, case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "most" in case:  # So many states are looked at: more would take a minute.
        monkeypatch.setattr(explorer, "DEPTHS", [(depth, int(case["most"])) for depth, _ in explorer.DEPTHS])
    loaded = seeded(case, tmp_path)
    found = [told(problem, loaded) for problem in (*loaded.problems, *proved(loaded).problems)]
    assert found == case["problems"]


def test_every_rule_has_two_defects_and_all_have_sixty() -> None:
    assert all(len(cases(file)) >= 2 for file in CASES.glob("*.yaml"))
    assert len(DEFECTS) >= 60


# A call shows it


@pytest.fixture
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("IVR_", "TWILIO_"))]:
        monkeypatch.delenv(name)


@pytest.mark.usefixtures("_no_settings")
@pytest.mark.parametrize(("file", "case"), [each for each in DEFECTS if not {"broken", "most"} & each.values[1].keys()])
def test_the_call_that_shows_a_defect_can_be_played(file: Path, case: dict[str, Any], tmp_path: Path) -> None:
    """The service itself, called with the command that is printed, says what the evidence says."""
    loaded = seeded(case, tmp_path)
    folder = str(tmp_path / "set")
    replay = ("--flows", folder, "--contacts", f"{folder}/contacts.yaml")
    for problem in proved(loaded, *replay).problems:
        if problem.call is None:
            assert problem.code in WITHOUT_A_CALL
            continue
        shown = problem.call.to_json()
        for language in ("de", "en"):
            assert problem.call.lines(language)[-1].partition(": ")[2] == shown["replay"]
        command = shlex.split(shown["replay"])
        assert command[:2] == ["ivr", "call"]
        assert set(replay) < set(command)
        done = CliRunner().invoke(main, [*command[1:], "--json"])
        assert done.exit_code == 0, done.output
        played = json.loads(done.stdout)["turns"]
        assert [turn["said"] for turn in shown["turns"]] == [turn["said"] for turn in played][: len(shown["turns"])]
        given = [turn["given"] for turn in shown["turns"][1:]]
        assert list(map(pressed, given)) == [turn["pressed"] for turn in played][: len(given)]
        assert shown["keys"] == [pressed(each) for each in given if each["kind"] != "result"]
        assert shown["dial"] == [each["value"] for each in given if each["kind"] == "result"]


WITHOUT_A_CALL = {
    "unreachable-step",
    "never-reached",
    "menu-size",
    "key-order",
    "key-first",
    "long-menu",
    "placeholders-differ",
    "text-lengths",
    "hard-sentence",
    "unused-contact",
    "wrong-script",
    "crossed-fact",
    "misnamed-contact",
}
"""What nobody has to do anything for, or nobody can."""


def pressed(given: dict[str, str]) -> str:
    """In the words of the terminal phone."""
    return {"silence": "timeout", "hangup": "hangup"}.get(given["kind"], given["value"])


# What an earlier proof worked out


class Counting(Clerk):
    """Counts how often the contacts are asked."""

    asked = 0

    def at(self, now: datetime) -> World:
        type(self).asked += 1
        return super().at(now)


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many questions the contacts have answered since the last time this was called."""
    monkeypatch.setattr(moments, "Clerk", Counting)

    def since() -> int:
        asked, Counting.asked = Counting.asked, 0
        return asked

    since()
    return since


EDIT = {"info.yaml": [{"from": "unterwegs.", "to": "unterwegs. Bei jedem Wetter."}]}
ANOTHER_HOUR = {"contacts.yaml": [{"from": "9:00-20:30", "to": "9:00-20:00"}]}


def test_a_text_is_edited_and_the_hours_are_known(questions: Callable[[], int], tmp_path: Path) -> None:
    memory = Memory()
    before = proved(read(SAMPLE), memory=memory)
    assert questions() > 100
    after = proved(read(copied(tmp_path, EDIT)), memory=memory)
    assert questions() == 0
    assert after.problems == before.problems == ()
    assert after.statement["version"] != before.statement["version"]


def test_other_hours_are_asked_for(questions: Callable[[], int], tmp_path: Path) -> None:
    memory = Memory()
    proved(read(SAMPLE), memory=memory)
    first = questions()
    proved(read(copied(tmp_path, ANOTHER_HOUR)), memory=memory)
    assert questions() == first


def test_another_day_is_asked_for(questions: Callable[[], int]) -> None:
    memory = Memory()
    proved(read(SAMPLE), memory=memory)
    questions()
    prove(read(SAMPLE), NOW + timedelta(days=1), memory)
    assert questions() > 100


def kept(memory: Memory, loaded: Loaded) -> tuple[dict[str, str], Kept]:
    return memory.moments(loaded, NOW), memory.sentences(loaded, NOW)


def test_what_was_saved_is_read_back(questions: Callable[[], int], tmp_path: Path) -> None:
    loaded, first = read(SAMPLE), Memory(tmp_path / "kept")
    found = proved(loaded, memory=first)
    first.save()
    questions()
    second = Memory(tmp_path / "kept")
    assert kept(second, loaded) == kept(first, loaded)
    assert proved(loaded, memory=second) == found
    assert questions() == 0
    (path,) = (tmp_path / "kept").iterdir()
    written = path.stat().st_mtime_ns
    second.save()
    assert path.stat().st_mtime_ns == written, "what is known already is not written again"


@pytest.mark.parametrize("damage", ["all of it", "its end", "one sign", "no text"])
def test_a_damaged_memory_is_no_harm(damage: str, tmp_path: Path) -> None:
    loaded, memory = read(SAMPLE), Memory(tmp_path)
    memory.moments(loaded, NOW)["citywache shut"] = "+0.0"
    memory.save()
    (path,) = tmp_path.iterdir()
    right = path.read_bytes()
    assert kept(Memory(tmp_path), loaded) == ({"citywache shut": "+0.0"}, {})
    path.write_bytes(
        {"all of it": b"", "its end": right[:-1], "one sign": right.replace(b"+", b"-"), "no text": b"\xff"}[damage]
    )
    assert kept(Memory(tmp_path), loaded) == ({}, {})


def test_a_folder_that_cannot_be_written_to_is_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    memory = Memory(tmp_path / "file" / "kept")
    assert proved(read(SAMPLE), memory=memory).problems == ()
    memory.save()


def test_the_oldest_is_forgotten(tmp_path: Path) -> None:
    for number in range(KEPT_FILES + 2):
        memory = Memory(tmp_path)
        memory.moments(replace(read(SAMPLE), contacts_source=b"%d" % number), NOW)["a"] = "+1"
        memory.save()
    assert len(list(tmp_path.iterdir())) == KEPT_FILES


# -- names in texts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "words", "named"),
    [
        ("de", "Für das Ordnungsamt", {"ordnungsamt"}),
        ("de", "Für Ordnungsämter", set()),
        ("de", "Für die Polizei und das Nordstadtbüro", {"polizei", "nordstadtbuero"}),
        ("bg", "За полицията в Citywache", {"polizei"}),
        ("ar", "لمكتب نوردشتات", {"nordstadtbuero"}),
        ("en", "For the policewomen", set()),
    ],
)
def test_names_are_known_in_any_ending(code: str, words: str, named: set[str]) -> None:
    directory = load(PACKAGE_FLOWS, Path(__file__).parents[1] / "data" / "contacts.yaml").directory
    assert directory is not None
    assert named_in(directory, code, words) == named
