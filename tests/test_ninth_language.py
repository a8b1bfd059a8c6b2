"""A ninth language is one file in ivr/speech/, its line in `LANGUAGES` with its import, and its table of sentences.

It is added to a copy of the project and speaks there: its sentences pass test_speech.py, and a call is held in it. That
nothing else of the copy was touched is seen by comparing it with the project. The language is Xaqa, in
cases/ninth_language/xq.py.
"""

from __future__ import annotations

import difflib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ivr.hours import HOLIDAYS
from ivr.source.reader import read_yaml
from ivr.speech.forms import IncompleteLanguage
from ivr.speech.table import FORMS, TableLanguage

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases" / "ninth_language"
PARTS = ("ivr", "tests", "data", "tools", "schemas", "pyproject.toml")
FILE, TUPLE, TABLE = "ivr/speech/xq.py", "ivr/speech/__init__.py", "tests/cases/speech/xq.yaml"
FILES = ("--flows", "tests/cases/ninth_language/flows", "--contacts", "tests/cases/ninth_language/contacts.yaml")
NAME, OFFICE, PHRASE = "Citywache", "Boro Nordstadt", "Po fina"

# With all nine, test_speech.py takes a quarter of a minute; German stays, because other tables are held against its.
ONLY_TWO = """
import ivr.speech

ivr.speech.LANGUAGES = tuple(each for each in ivr.speech.LANGUAGES if each.code in {"de", "xq"})
"""


def run(project: Path, *arguments: str, path: tuple[Path, ...] = ()) -> subprocess.CompletedProcess[str]:
    """A command of Python's in the copy, which knows nothing of this process: no CI, no coverage, no IVR_."""
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, (project, *path))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
    }
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=project, env=env, capture_output=True, encoding="utf-8", check=False)


def contents(project: Path) -> dict[str, bytes]:
    """Every file of a copy by its path, without what a running test leaves beside the parts."""
    found = [path for part in PARTS for path in (project / part, *(project / part).rglob("*"))]
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in found if path.is_file()}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """A copy of the project that has learned Xaqa, and what was in it before."""
    project = tmp_path_factory.mktemp("ninth") / "project"
    project.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, project / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, project / part)
    before = contents(project)

    shutil.copy(CASES / "xq.py", project / FILE)
    text = before[TUPLE].decode()
    text = text.replace("\n\n__all__ = ", "\nfrom ivr.speech.xq import XAQA\n\n__all__ = ", 1)
    text = re.sub(r"(?m)(^LANGUAGES: [^)]*)^\)", r"\1    XAQA,\n)", text, count=1)
    (project / TUPLE).write_text(text, encoding="utf-8")
    made = run(project, "tools/speech_table.py", "xq", NAME, OFFICE, " opa ora", " kloza ")
    assert made.returncode == 0, made.stderr
    # Who reads the table puts the German phrases in it into her language, and has it written again.
    german = (project / TABLE).read_text(encoding="utf-8")
    table = german.replace("Für das Nordstadtbüro", PHRASE).replace("für das Nordstadtbüro", PHRASE.lower())
    (project / TABLE).write_text(table, encoding="utf-8")
    made = run(project, "tools/speech_table.py", "xq")
    assert made.returncode == 0, made.stderr
    assert german != table == (project / TABLE).read_text(encoding="utf-8")
    return project, before


@pytest.fixture
def project(copied: tuple[Path, dict[str, bytes]]) -> Path:
    return copied[0]


@pytest.fixture
def table(project: Path) -> Any:
    found, problems = read_yaml((project / TABLE).read_bytes(), "xq.yaml")
    assert not problems
    return found


def toy() -> TableLanguage:
    """Xaqa in this process, where no tuple names it."""
    spec = importlib.util.spec_from_file_location("xaqa", CASES / "xq.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.XAQA


XAQA = toy()


# It is one place


def test_nothing_else_is_touched(copied: tuple[Path, dict[str, bytes]]) -> None:
    project, before = copied
    after = contents(project)
    assert {name for name in after if after[name] != before.get(name)} == {FILE, TUPLE, TABLE}
    assert before.keys() <= after.keys()
    assert before.keys().isdisjoint({FILE, TABLE})
    changes = difflib.ndiff(before[TUPLE].decode().splitlines(), after[TUPLE].decode().splitlines())
    assert [line for line in changes if line[:1] != " "] == ["+ from ivr.speech.xq import XAQA", "+     XAQA,"]


def test_its_sentences_pass_the_tests_of_all_languages(project: Path, tmp_path: Path) -> None:
    (tmp_path / "only_two.py").write_text(ONLY_TWO, encoding="utf-8")
    # One test pins the list of codes, as a reminder that a language is a promise to callers: it is meant to differ.
    # What else it asks is asked below.
    but = ("-k", "not test_languages_are_complete")
    options = ("-vv", "-p", "only_two", "-p", "no:cacheprovider", *but)
    done = run(project, "-m", "pytest", *options, "tests/test_speech.py", path=(tmp_path,))
    assert done.returncode == 0, done.stdout + done.stderr
    passed = {code: len(re.findall(rf"(?m)::test_\w+\[{code}-.* PASSED", done.stdout)) for code in ("de", "xq")}
    assert passed["xq"] == passed["de"] > 300
    for name in ("every_minute_of_a_week_at_the_station", "words_hold_until", "every_language_has_the_same_situations"):
        assert f"::test_{name}" in done.stdout


def test_it_is_as_complete_as_the_others(project: Path) -> None:
    assert XAQA.endonym
    assert {"twilio", "signalwire", "telnyx"} <= set(XAQA.voices)
    assert all(voice.tag.startswith("xq-") for voice in XAQA.voices.values())
    assert (project / TABLE).exists()
    codes = run(project, "-c", "import ivr.speech; print(*ivr.speech.CODES)")
    assert codes.stdout.split()[-1] == "xq"


def test_flows_in_it_are_all_right(project: Path) -> None:
    checked = run(project, "-m", "ivr", "check", "--strict", *FILES)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "de, xq" in checked.stdout


def test_a_call_in_it(project: Path, table: Any) -> None:
    transcript = called(project, "1", "--lang", "xq")
    assert [[(heard["lang"], heard["text"]) for heard in turn["said"]] for turn in transcript["turns"]] == [
        [
            ("xq", f"Bona vena. Po dango {XAQA.spell_out('110')} o {XAQA.spell_out('112')}."),
            ("xq", table["status"]["station"]["2026-11-23T09:00"]),
            ("xq", "Ka tu vola?"),
            ("xq", word(table, "option_named", OFFICE, "1")),
            ("xq", word(table, "option", PHRASE, "*")),
        ],
        [("xq", word(table, "connecting", OFFICE))],
        [],
    ]
    assert [turn["expects"] for turn in transcript["turns"]] == ["digits", "dial", "end"]
    assert transcript["dialled"] == ["+492315027111"]
    assert transcript["ended"] == "dial"


def test_it_can_be_chosen_in_a_call(project: Path, table: Any) -> None:
    transcript = called(project, "9,2,1")
    choice, connection = transcript["turns"][1]["said"], transcript["turns"][3]["said"]
    assert {heard["lang"] for heard in transcript["turns"][0]["said"]} == {"de"}
    assert {"lang": "xq", "text": word(table, "language_option", "2")} in choice
    assert connection == [{"lang": "xq", "text": word(table, "connecting", OFFICE)}]
    assert transcript["dialled"] == ["+492315027111"]


def called(project: Path, keys: str, *options: str) -> Any:
    """The transcript of a call on a Monday at ten."""
    call = ("-m", "ivr", "call", *FILES, "--at", "2026-11-23T10:00", "--json", "--keys", keys, *options)
    done = run(project, *call)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def word(table: Any, *row: str) -> str:
    """What the table says in the last column of the row that begins so."""
    (said,) = [found[-1] for found in table["words"] if found[:-1] == list(row)]
    return str(said)


# A language with a gap cannot be built


def without(words: Any, key: str) -> dict[str, str]:
    return {each: word for each, word in words.items() if each != key}


def build(**parts: Any) -> None:
    type("Gappy", (type(XAQA),), parts)()


def slots_of(form: str) -> list[str]:
    return re.findall(r"{\w+}", XAQA.forms[form])


GAPS = {
    **{f"no form {form}": ({"forms": without(XAQA.forms, form)}, f"no sentence for “{form}”") for form in FORMS},
    **{
        f"no slot {slot} in {form}": (
            {"forms": {**XAQA.forms, form: XAQA.forms[form].replace(slot, "")}},
            f"“{form}” needs these slots and no others: {FORMS[form]}",
        )
        for form in FORMS
        for slot in slots_of(form)
    },
    "an unknown slot": (
        {"forms": {**XAQA.forms, "goodbye": "bona vaya, {name}"}},
        "“goodbye” needs these slots and no others: none",
    ),
    "an unknown form": ({"forms": {**XAQA.forms, "farewell": "bona vaya"}}, "there is no form “farewell”"),
    **{f"no key {key}": ({"keys": without(XAQA.keys, key)}, f"no word for the key {key}") for key in XAQA.keys},
    **{
        f"no digit {digit}": ({"phone_digits": without(XAQA.phone_digits, digit)}, f"no word for the digit {digit}")
        for digit in XAQA.phone_digits
    },
    **{
        f"no holiday {day.key}": ({"holidays": without(XAQA.holidays, day.key)}, f"no word for the holiday {day}")
        for day in HOLIDAYS
    },
}


@pytest.mark.parametrize(("parts", "gap"), GAPS.values(), ids=GAPS)
def test_a_gap_stops_the_program(parts: dict[str, Any], gap: str) -> None:
    with pytest.raises(IncompleteLanguage) as stopped:
        build(**parts)
    assert str(stopped.value) == f"xq: {gap}"


def test_without_a_gap_it_can_be_built() -> None:
    build()
    build(forms=dict(XAQA.forms))


@pytest.mark.parametrize("method", sorted(TableLanguage.__abstractmethods__))
def test_what_inflects_cannot_be_left_out(method: str) -> None:
    with pytest.raises(TypeError, match=rf"\b{method}\b"):
        build(**{method: getattr(TableLanguage, method)})
