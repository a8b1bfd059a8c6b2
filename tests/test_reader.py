"""The YAML reader, the nearest match and the report, walked over the files in `tests/cases/reader`.

A reading case has `text` (or `latin`: one byte for each character), the `value` that is read (null: no table) and the
complete list of `problems`, each as `LINE:COLUMN+LENGTH code`, with `also LINE:COLUMN` for a second place. `says` are
words that a message or a hint has to hold.
"""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ivr.source.near import did_you_mean, nearest
from ivr.source.places import Place, Row, Table, Word
from ivr.source.problems import Problem, Sentence
from ivr.source.reader import MAX_BYTES, MAX_PROBLEMS, read_yaml
from ivr.source.report import render, to_github, to_json

CASES = Path(__file__).parent / "cases" / "reader"
READING = ("accepted", "as-typed", "refused", "swallowed", "syntax")

settings.register_profile("quick", max_examples=150, deadline=None)
settings.register_profile("thorough", max_examples=20_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def cases(name: str) -> list[Any]:
    found = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    return [pytest.param(case, id=f"{name}: {case['about']}") for case in found]


def source_of(case: dict[str, Any]) -> bytes:
    return case["latin"].encode("latin-1") if "latin" in case else case["text"].encode("utf-8")


def shown(problem: Problem) -> str:
    place, also = problem.place, problem.also
    assert place.file == "f.yaml"
    also_at = f" also {also.line}:{also.column}" if also else ""
    return f"{place.line}:{place.column}+{place.length} {problem.code}{also_at}"


@pytest.mark.parametrize("case", [case for name in READING for case in cases(name)])
def test_reading(case: dict[str, Any]) -> None:
    table, problems = read_yaml(source_of(case), "f.yaml")
    assert [shown(problem) for problem in problems] == case.get("problems", [])
    assert table == case["value"]
    assert all(problem.severity == "error" for problem in problems)
    said = "\n".join(part for problem in problems for part in (*problem.message, *(problem.hint or ())))
    assert [words for words in case.get("says", ()) if words not in said] == []


@pytest.mark.parametrize("case", [case for name in ("swallowed", "syntax", "refused") for case in cases(name)])
def test_every_problem_names_the_repair_in_both_languages(case: dict[str, Any]) -> None:
    for problem in read_yaml(source_of(case), "f.yaml")[1]:
        assert problem.hint is not None
        for sentence in (problem.message, problem.hint):
            assert sentence.de
            assert sentence.en
            assert sentence.de != sentence.en
            assert "“" not in sentence.en or "„" not in sentence.en


def test_every_word_knows_its_place() -> None:
    text = 'ä: {k: "v 1", "*": x}\nl:\n  - 𝄞 é\n  - |\n    lang\n    kurz\n  - zwei\n    Zeilen\n'
    table, problems = read_yaml(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), "f.yaml")
    assert problems == []
    assert table is not None
    assert list(places(table)) == [
        ("ä", 1, 1, 1, True),
        ("k", 1, 5, 1, True),
        ("v 1", 1, 8, 5, False),
        ("*", 1, 15, 3, False),
        ("x", 1, 20, 1, True),
        ("l", 2, 1, 1, True),
        ("𝄞 é", 3, 5, 3, True),
        ("lang\nkurz\n", 4, 5, 1, False),
        ("zwei Zeilen", 7, 5, 4, True),
    ]
    assert (table.place, table["ä"].place) == (Place("f.yaml", 1, 1), Place("f.yaml", 1, 4))


def places(node: Table | Row | Word) -> Any:
    if isinstance(node, Word):
        yield str(node), node.place.line, node.place.column, node.place.length, node.plain
    elif isinstance(node, Table):
        for key, value in node.items():
            yield from places(key)
            yield from places(value)
    else:
        for value in node:
            yield from places(value)


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        (b"a: b\n" * 2_000_000, "too-large", 1, 1),
        (b"#" * (MAX_BYTES + 1), "too-large", 1, 1),
        (b"#" * MAX_BYTES, "empty-file", 1, 1),
        (b"[" * 1000, "too-deep", 1, 21),
        (b"- " * 1000, "too-deep", 1, 41),
        (b"{a: " * 1000, "too-deep", 1, 81),
        (b"".join(b"  " * depth + b"a:\n" for depth in range(300)), "too-deep", 21, 41),
    ],
    ids=["ten megabytes", "a byte too much", "as large as allowed", "brackets", "dashes", "braces", "indented"],
)
def test_limits(text: bytes, code: str, line: int, column: int) -> None:
    table, [problem] = read_yaml(text, "f.yaml")
    assert table is None
    assert (problem.code, problem.place.line, problem.place.column) == (code, line, column)


def test_twenty_levels_are_allowed() -> None:
    assert read_yaml(b"{a: " * 20 + b"x" + b"}" * 20, "f.yaml")[1] == []


def test_aliases_are_refused_before_they_multiply() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    _, problems = read_yaml("\n".join(rows).encode(), "f.yaml")
    assert {problem.code for problem in problems} == {"anchor", "alias"}
    assert len(problems) == 10 + 9 * 9


@pytest.mark.parametrize(
    "line", ["a: 1\n", "a:b\n", "- *x\n", "- a b #c\n", "{a, b}: c\n", "#: x\n", "\x07", "\u00a0a: b\n"]
)
def test_reading_stops_after_many_problems(line: str) -> None:
    table, problems = read_yaml((line * (MAX_BYTES // 8))[: MAX_BYTES // 2].encode(), "f.yaml")
    assert table is None
    assert MAX_PROBLEMS <= len(problems) <= MAX_PROBLEMS + 2


def long_files() -> list[str]:
    return [text for case in cases("accepted") if len(text := case.values[0]["text"]) > 500]


BITS = st.sampled_from(
    [
        *" \t\n\r:#-{}[],'\"?*&!|>%@`\\äa0\x00\x85\u00a0\u2028\ufeff𝄞",
        ": ",
        " #",
        "- ",
        "? ",
        "<<",
        "---",
        "\r\n",
        "a.b",
        "Mo:9",
        "#: x",
        "Hallo, ",
        "a: b\n",
    ]
)


@given(st.one_of(st.binary(max_size=60), st.lists(BITS, max_size=30).map(lambda bits: "".join(bits).encode())))
@example(b"\xff\xfea\x00")
def test_reading_is_total(text: bytes) -> None:
    check_total(text)


@pytest.mark.no_cover
@given(st.data())
def test_reading_a_damaged_file_is_total(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(long_files()))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(BITS) + text[at + data.draw(st.sampled_from([0, 1, 2, 7])) :]
    check_total(text.encode())


def check_total(text: bytes) -> None:
    table, problems = read_yaml(text, "f.yaml")
    assert table is not None or problems
    assert problems == sorted(problems, key=lambda problem: problem.order)
    lines = text.count(b"\n") + text.count(b"\r") + 1
    for problem in problems:
        assert 1 <= problem.place.line <= lines
        assert problem.place.column >= 1
        assert problem.place.length >= 1
    if table is not None and not problems:
        assert table == yaml.load(text, Loader=yaml.CBaseLoader)  # strings only, composed by PyYAML
    assert render(problems, "de", {"f.yaml": text}).count("error[") >= len(problems)


@pytest.mark.parametrize("case", cases("near"))
def test_nearest(case: dict[str, Any]) -> None:
    assert nearest(case["word"], case["known"]) == case["nearest"]
    hint = did_you_mean(case["word"], case["known"], what=Sentence("Ziele in dieser Datei", "Targets in this file"))
    assert [*hint] == case.get("hint", [*hint])


@pytest.mark.parametrize("case", cases("report"))
def test_report(case: dict[str, Any]) -> None:
    problems = [
        Problem(
            Place(*one["place"]),
            one["code"],
            Sentence(*one["message"]),
            Sentence(*one["hint"]) if "hint" in one else None,
            one.get("severity", "error"),
            Place(*one["also"]) if "also" in one else None,
        )
        for one in case["problems"]
    ]
    sources = {name: text if case.get("str") else text.encode() for name, text in case["sources"].items()}
    assert render(problems, "de", sources) == case["de"]
    assert render(problems, "en", sources) == case["en"]
    assert to_json(problems, "de") == case["json"]
    assert to_github(problems, "de") == case.get("github", to_github(problems, "de"))
