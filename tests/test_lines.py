"""Texts by their lines: the three-way merge as a table and as laws, and what a difference shows."""

from __future__ import annotations

import time
from difflib import SequenceMatcher
from typing import Any

import pytest
from examples import EXAMPLES
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.web.operator.edit.lines import MOST_WORK, Clash, Settled, difference, merged, split


def told(pieces: list[Settled | Clash]) -> str:
    """A merge as one line: settled lines as they are, clashes as <base|mine|theirs>."""
    shown = []
    for piece in pieces:
        if isinstance(piece, Settled):
            shown.append("".join(piece.lines).replace("\n", "/"))
        else:
            sides = ("".join(side).replace("\n", "/") for side in (piece.base, piece.mine, piece.theirs))
            shown.append(f"<{'|'.join(sides)}>")
    return "".join(shown)


# Each letter is a line; "/" ends it.
TABLE = [
    ("nothing changed", "abc", "abc", "abc", "a/b/c/"),
    ("I changed", "abc", "aXc", "abc", "a/X/c/"),
    ("they changed", "abc", "abc", "aYc", "a/Y/c/"),
    ("both alike", "abc", "aXc", "aXc", "a/X/c/"),
    ("both otherwise", "abc", "aXc", "aYc", "a/<b/|X/|Y/>c/"),
    ("different places", "abcde", "Xbcde", "abcdY", "X/b/c/d/Y/"),
    ("neighbouring lines", "abcd", "aXcd", "abYd", "a/<b/c/|X/c/|b/Y/>d/"),
    ("I added, they removed elsewhere", "abcde", "aXbcde", "abce", "a/X/b/c/e/"),
    ("both added at one place", "ab", "aXb", "aYb", "a/<|X/|Y/>b/"),
    ("both added, partly alike", "ab", "aXPb", "aXQb", "a/X/<|P/|Q/>b/"),
    ("I removed what they changed", "abc", "ac", "aYc", "a/<b/||Y/>c/"),
    ("they removed what I changed", "abc", "aXc", "ac", "a/<b/|X/|>c/"),
    ("both removed", "abc", "ac", "ac", "a/c/"),
    ("from nothing", "", "X", "Y", "<|X/|Y/>"),
    ("to nothing", "ab", "", "ab", ""),
    ("everything otherwise", "ab", "XY", "PQ", "<a/b/|X/Y/|P/Q/>"),
]


@pytest.mark.parametrize(("about", "base", "mine", "theirs", "wanted"), TABLE, ids=[row[0] for row in TABLE])
def test_table(about: str, base: str, mine: str, theirs: str, wanted: str) -> None:
    texts = ("".join(f"{letter}\n" for letter in word) for word in (base, mine, theirs))
    assert told(merged(*texts)) == wanted


@pytest.mark.parametrize("text", ["", "\n", "a", "a\n", "a\nb", "\n\n", "a\r\nb\u2028c\x0cd\n"])
def test_lines_joined_are_the_text(text: str) -> None:
    assert "".join(split(text)) == text
    assert all(line.count("\n") <= 1 for line in split(text))


def test_both_of_a_text_without_an_end_are_two_lines() -> None:
    [clash] = merged("", "mine", "theirs")
    assert isinstance(clash, Clash)
    assert "".join(clash.chosen("both")) == "theirs\nmine"


lines = st.lists(st.sampled_from("abcdef"), max_size=12)


@given(lines, lines, lines)
@pytest.mark.no_cover
@settings(max_examples=max(200, EXAMPLES // 10), deadline=None)
def test_nothing_of_either_side_is_lost(base: list[str], mine: list[str], theirs: list[str]) -> None:
    """Who chooses one side throughout gets all of that side's lines that the base does not have; a line in which a
    side is alone is never in question.
    """
    one, two = [f"{line}1\n" if n % 3 else f"{line}\n" for n, line in enumerate(mine)], [f"{x}\n" for x in theirs]
    old = [f"{x}\n" for x in base]
    pieces = merged("".join(old), "".join(one), "".join(two))
    mine_all = [line for piece in pieces for line in (piece.lines if isinstance(piece, Settled) else piece.mine)]
    theirs_all = [line for piece in pieces for line in (piece.lines if isinstance(piece, Settled) else piece.theirs)]
    for side, every in ((one, mine_all), (two, theirs_all)):
        for line in set(side) - set(old):
            assert every.count(line) >= side.count(line)
    for piece in pieces:
        if isinstance(piece, Clash):
            assert piece.mine != piece.theirs
            assert {*piece.mine, *piece.theirs} <= set(piece.chosen("both"))


@given(st.lists(st.text("abc", max_size=3), min_size=3, max_size=12), st.data())
@pytest.mark.no_cover
@settings(max_examples=max(200, EXAMPLES // 10), deadline=None)
def test_changes_in_different_places_merge_to_both(old: list[str], data: st.DataObject) -> None:
    """A change before an untouched line, and one behind it: the result has both, and asks nothing."""
    base = [f"{number} {line}" for number, line in enumerate(old)]
    middle = data.draw(st.integers(1, len(base) - 2))
    front = data.draw(st.lists(st.text("xyz", min_size=1, max_size=3), max_size=4))
    back = data.draw(st.lists(st.text("uvw", min_size=1, max_size=3), max_size=4))
    mine, theirs = [*front, *base[middle:]], [*base[: middle + 1], *back]
    text = ["".join(f"{line}\n" for line in each) for each in (base, mine, theirs)]
    assert told(merged(*text)) == "".join(f"{line}/" for line in [*front, base[middle], *back])


@given(lines, lines)
@pytest.mark.no_cover
@settings(max_examples=max(200, EXAMPLES // 10), deadline=None)
def test_a_side_without_changes_gives_way(base: list[str], mine: list[str]) -> None:
    old, new = "\n".join(base), "\n".join(mine)
    for pieces in (merged(old, new, old), merged(old, old, new)):
        assert all(isinstance(piece, Settled) for piece in pieces)
        assert "".join(line for piece in pieces if isinstance(piece, Settled) for line in piece.lines) == new


@given(lines, lines)
@pytest.mark.no_cover
@settings(max_examples=max(200, EXAMPLES // 10), deadline=None)
def test_a_difference_holds_every_changed_line(before: list[str], after: list[str]) -> None:
    old, new = "".join(f"{x}\n" for x in before), "".join(f"{x}\n" for x in after)
    found = difference(old, new)
    assert (found == []) == (old == new)
    gone = [line.text for line in found if line.kind == "old"]
    come = [line.text for line in found if line.kind == "new"]
    kept = len(before) - len(gone)
    assert kept == len(after) - len(come)
    assert all(split(old)[line.old - 1] == line.text for line in found if line.old)
    assert all(split(new)[line.new - 1] == line.text for line in found if line.new)


def test_a_hostile_text_takes_no_long_time() -> None:
    """A hundred thousand equal lines are one piece; a comparison of each with each would take hours."""
    base, mine, theirs = "x\n" * 100_000, "a\n" + "x\n" * 90_000 + "b\n", "c\n" + "x\n" * 80_000 + "d\n"
    began = time.process_time()
    pieces = merged(base, mine, theirs)
    difference(mine, theirs)
    assert time.process_time() - began < 20
    assert any(isinstance(piece, Clash) for piece in pieces)


@pytest.mark.parametrize(
    "texts",
    [
        ([f"{n}" for n in range(30_000)], [f"{n ^ 1}" for n in range(30_000)]),
        (["x"] * 60_000, ["x", "y"] * 30_000),
        ([f"{n % 26}" for n in range(30_000)], [f"{n * 7 % 26}" for n in range(30_000)]),
    ],
)
def test_the_work_of_a_comparison_is_bounded(texts: tuple[list[str], list[str]], monkeypatch: Any) -> None:
    """Every second line moved, and the like: without a bound that takes minutes, in a process that answers calls."""
    looked = 0
    longest = SequenceMatcher.find_longest_match

    def counted(matcher: Any, start: int, end: int, begin: int, stop: int) -> Any:
        nonlocal looked
        looked += sum(1 + len(matcher.b2j.get(line, ())) for line in matcher.a[start:end])
        return longest(matcher, start, end, begin, stop)

    monkeypatch.setattr(SequenceMatcher, "find_longest_match", counted)
    old, new = ("".join(f"{line}\n" for line in each) for each in texts)
    found = difference(old, new)
    assert looked <= MOST_WORK
    assert [line for line in found if line.kind != "same"]
    assert len(merged(old, new, "z\n")) > 0
