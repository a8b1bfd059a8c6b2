"""What is written about the project is true: examples load, made files are fresh, and the README says what happens.

An example that is an excerpt is completed: names that it mentions and does not define are added, and nothing else.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from ivr.cli import main
from ivr.definition import contacts_schema, flow_schema
from ivr.hours import shape as hours
from ivr.loader import Loaded, load
from ivr.scenario import shape as scenario
from ivr.scenario.shape import scenario_schema
from ivr.source.problems import Problem
from ivr.source.reader import read_yaml
from ivr.source.report import render
from ivr.steps import KINDS

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases" / "loader"
RULES = ROOT / "docs" / "checks.md"
"""Whose examples are parts of a set of their own; tests/test_check.py puts them there."""
PAGES = (ROOT / "README.md", *sorted({*(ROOT / "docs").rglob("*.md")} - {RULES}))
CONTACTS = (ROOT / "data" / "contacts.yaml").read_text(encoding="utf-8")
SCHEMAS = {"flow": flow_schema(), "contacts": contacts_schema(), "scenario": scenario_schema()}
ROUNDS = 5
"""Completing an example adds names, whose definitions may name others."""


# Examples

_FENCED = re.compile(r"^( *)```yaml\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:^    .*\n|^\n(?=    ))+", re.MULTILINE)


def examples() -> Iterator[Any]:
    for page in PAGES:
        for number, found in enumerate(_FENCED.finditer(page.read_text(encoding="utf-8")), 1):
            yield pytest.param(dedent(found[2]), id=f"{page.relative_to(ROOT)}: {number}")
    for kind in KINDS:
        for number, example in enumerate(examples_of(inspect.getmodule(kind.build)), 1):
            yield pytest.param(example, id=f"{kind.word}: {number}")
    for module in (hours, scenario):
        for number, example in enumerate(examples_of(module), 1):
            yield pytest.param(example, id=f"{module.__name__}: {number}")


def examples_of(module: Any) -> list[str]:
    """The indented blocks of a module's docstring."""
    return [dedent(found[0]) for found in _INDENTED.finditer(f"{inspect.getdoc(module)}\n")]


@pytest.mark.parametrize("text", list(examples()))
def test_an_example_loads(text: str, tmp_path: Path) -> None:
    top = yaml.load(text, yaml.BaseLoader)
    if "turns" in top:
        (tmp_path / "example.yaml").write_text(text, encoding="utf-8")
        played = CliRunner().invoke(main, ["test", str(tmp_path / "example.yaml")])
        assert played.exit_code == 0, played.output
        return
    contacts, flow = CONTACTS, "languages: [de, en]\nstart: a\nsteps:\n  a:\n    hangup: yes\n"
    if "hours" in top:
        contacts += f"  example:\n    name: Example\n{indent(text, '    ')}"
    elif "contacts" in top:
        contacts = text
    elif "steps" in top:
        flow = text
    else:
        flow = f"languages: [de, en]\nstart: {next(iter(top))}\nsteps:\n{indent(text, '  ')}"
    assert completed(tmp_path, flow, contacts).flows is not None


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.word)
def test_every_kind_has_an_example(kind: Any) -> None:
    written = [yaml.load(each, yaml.BaseLoader) for each in examples_of(inspect.getmodule(kind.build))]
    assert any(kind.word in step for example in written for step in example.values())


def test_the_example_set_loads_as_it_stands(tmp_path: Path) -> None:
    """A flow with what most calls need, and contacts with all that can be written about hours."""
    flow, contacts = (
        (CASES / "example" / f"{name}.yaml").read_text(encoding="utf-8") for name in ("hotline", "contacts")
    )
    loaded = completed(tmp_path, flow, contacts)
    assert loaded.problems == ()
    assert loaded.flows is not None
    assert loaded.flows.languages == ("de", "en")
    assert loaded.directory is not None
    assert loaded.directory.contacts["ordnungsamt"].address == "Brüderweg 6-8"


def completed(folder: Path, flow: str, contacts: str) -> Loaded:
    """The example loaded, with every name that it mentions and does not define."""
    files = {"flows/hotline.yaml": flow, "contacts.yaml": contacts}
    (folder / "flows").mkdir()
    for _ in range(ROUNDS):
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        loaded = load(folder / "flows", folder / "contacts.yaml")
        if not loaded.problems:
            break
        for name in sorted({(problem.code, word_at(problem, files, folder)) for problem in loaded.problems}):
            match name:
                case "unknown-target", word:
                    files["flows/hotline.yaml"] += f"  {word}:\n    hangup: yes\n"
                case "unknown-flow", word:
                    called = word.removeprefix("flow:")
                    files[f"flows/{called}.yaml"] = "start: a\nsteps:\n  a:\n    hangup: yes\n"
                case "unknown-contact", word:
                    files["contacts.yaml"] += (
                        f"  {word}:\n    name: {word}\n    phone: 0231 50-0\n    address: Ring 1\n"
                    )
                case _:
                    raise AssertionError(render(loaded.problems, "en", loaded.sources))
    return loaded


def word_at(problem: Problem, files: dict[str, str], folder: Path) -> str:
    place = problem.place
    line = files[str(Path(place.file).relative_to(folder))].split("\n")[place.line - 1]
    return line[place.column - 1 : place.column - 1 + place.length]


# What is made from the code


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_fresh(name: str) -> None:
    text = (ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert text == json.dumps(SCHEMAS[name], ensure_ascii=False, indent=2) + "\n", "run: make made"


def test_the_manuals_are_fresh() -> None:
    subprocess.run([sys.executable, "tools/manual.py", "--check"], cwd=ROOT, check=True)


# The schemas


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_that_editors_understand(name: str) -> None:
    schema = SCHEMAS[name]
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(schema)
    for node in tables_in(schema):
        assert "prefixItems" not in node
        assert "$ref" not in node or len(node) == 1
        assert node.get("type") != "null", "what need not be there may not be there empty"


def fields_of(schema: Any) -> Iterator[tuple[str, Any]]:
    """What can stand under a name: fields, and the values of tables whose names are the operator's own."""
    for node in tables_in(schema):
        if node.get("type") == "object":
            yield from node.get("properties", {}).items()
            yield from node.get("patternProperties", {}).items()
            if isinstance(node.get("additionalProperties"), dict):
                yield "*", node["additionalProperties"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_explains_every_field_in_german_and_english(name: str) -> None:
    fields = list(fields_of(SCHEMAS[name]))
    assert len(fields) > 10
    for field, explained in fields:
        german, slash, english = explained.get("description", "").partition(" / ")
        assert german, field
        assert slash, field
        assert english not in ("", german), field


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_a_schema_gives_as_an_example_is_right(name: str) -> None:
    for node in tables_in(SCHEMAS[name]):
        for example in node.get("examples", ()):
            jsonschema.Draft7Validator({**node, "definitions": SCHEMAS[name]["definitions"]}).validate(example)


def tables_in(node: Any) -> Iterator[dict[str, Any]]:
    below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, dict):
        yield node
    for each in below:
        yield from tables_in(each)


class Editor(yaml.CSafeLoader):
    """YAML 1.2 as editors read it: only true, false, null and numbers are no words."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML's own way to say it


Editor.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("(true|false)$"), list("tf"))
Editor.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("(|~|null)$"), ["", "~", "n"])
Editor.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("(0|[1-9][0-9]*)$"), list("0123456789"))


def names_as_words(node: Any) -> Any:
    """JSON knows no other names: the key `1` is `"1"`."""
    if isinstance(node, dict):
        return {str(key): names_as_words(value) for key, value in node.items()}
    return [names_as_words(each) for each in node] if isinstance(node, list) else node


def complaints(name: str, text: str) -> tuple[list[str], list[str]]:
    """What a schema finds in a file as an editor reads it, and as we do."""
    validator = jsonschema.Draft7Validator(SCHEMAS[name])
    ours, problems = read_yaml(text.encode(), "f.yaml")
    assert problems == []
    read = (names_as_words(yaml.load(text, Editor)), ours)
    by_editor, by_us = ([error.message for error in validator.iter_errors(each)] for each in read)
    return by_editor, by_us


GOOD = (
    *(ROOT / "ivr" / "flows").glob("*.yaml"),
    ROOT / "data" / "contacts.yaml",
    *(path for path in CASES.rglob("*.yaml") if path.name != "refused.yaml"),
    *(ROOT / "tests" / "scenarios").glob("*.yaml"),
)


@pytest.mark.parametrize("path", sorted(GOOD), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_schema_accepts_what_is_right(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    name = {"contacts.yaml": "contacts"}.get(path.name, "scenario" if path.parent.name == "scenarios" else "flow")
    assert complaints(name, text) == ([], [])


REFUSED = yaml.safe_load((CASES / "refused.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "text"),
    [pytest.param(name, case["text"], id=case["about"]) for name in SCHEMAS for case in REFUSED[name]],
)
def test_a_schema_refuses_what_is_wrong(name: str, text: str) -> None:
    by_editor, by_us = complaints(name, text)
    assert by_editor
    assert by_us


# The README


_SHOWN = re.compile(r"```text\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def test_the_readme_shows_what_check_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = next(dedent(found[1]) for found in _SHOWN.finditer(readme) if "error[" in found[1])
    wrong = re.search(r"^ +\d+ \| (.*)$", shown, re.MULTILINE)
    assert wrong is not None
    shutil.copytree(ROOT / "ivr" / "flows", tmp_path / "ivr" / "flows")
    shutil.copytree(ROOT / "data", tmp_path / "data")
    hotline = tmp_path / "ivr" / "flows" / "hotline.yaml"
    right = hotline.read_text(encoding="utf-8")
    hotline.write_text(right.replace(wrong[1].replace("nordstat}", "nordstadt}"), wrong[1], 1), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["check", "--flows", "ivr/flows", "--contacts", "data/contacts.yaml"])
    assert result.exit_code == 1
    assert result.stderr.startswith(shown), "the example in README.md is not what ivr check prints"


def test_the_readme_lists_every_setting() -> None:
    tree = ast.parse((ROOT / "ivr" / "settings.py").read_text(encoding="utf-8"))
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    read = {word for word in words if re.fullmatch("[A-Z]+(_[A-Z]+)*", word)}
    table = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(read) == sorted(table)


# The layers


def test_imports_go_only_downwards() -> None:
    run = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
