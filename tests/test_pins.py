"""PINs: hashes, which PINs are good ones, and tries counted over all calls and processes, whatever happens to them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from fulldisk import files_of_at_most

from ivr.pins import MANY, MOST_WRONG, WINDOW, FileAttempts, NoAttempts, ProcessAttempts, find, hash_pin, weakness

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.pins import Attempts

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FORK = multiprocessing.get_context("fork")


# -- hashes ------------------------------------------------------------------------------------------------------------


def test_a_pin_is_found_by_its_hash() -> None:
    hashes = {"leitstelle": hash_pin("80351", 4), "wache": hash_pin("74186", 4), "alt": "scrypt$x", "neu": "7418"}
    assert find("80351", hashes) == "leitstelle"
    assert find("74186", hashes) == "wache"
    assert [find(pin, hashes) for pin in ("7418", "080351", "803510", "", "scrypt$x", "७४१८५")] == [None] * 6
    assert find("80351", {}) is None


def test_a_hash_tells_its_cost_and_nothing_else() -> None:
    kept = hash_pin("80351")
    assert kept.startswith("scrypt$14$8$1$")
    assert find("80351", {"leitstelle": kept}) == "leitstelle"
    assert kept != hash_pin("80351")
    assert "80351" not in kept


@pytest.mark.parametrize("pin", ["80351", "20261", "112233", "80351946", "12354", "1213141"])
def test_a_good_pin(pin: str) -> None:
    assert weakness(pin) is None


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("7418", "digits"),
        ("803512963", "digits"),
        ("7418a", "digits"),
        ("74 185", "digits"),
        ("७४१८५", "digits"),
        ("", "digits"),
        ("00000", "different"),
        ("12121212", "different"),
        ("12345", "steps"),
        ("98765", "steps"),
        ("78901", "steps"),
        ("13579", "steps"),
        ("74185", "steps"),
        ("123123", "half"),
        ("123321", "half"),
    ],
)
def test_no_good_pin(pin: str, why: str) -> None:
    found = weakness(pin)
    assert found is not None
    assert why in found.en
    assert not pin or pin not in found.de + found.en


# -- tries -------------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["file", "process"])
def attempts(request: pytest.FixtureRequest, tmp_path: Path) -> Attempts:
    return FileAttempts(tmp_path / "var" / "pins") if request.param == "file" else ProcessAttempts()


def test_five_wrong_ones_lock_for_fifteen_minutes(attempts: Attempts) -> None:
    for n in range(MOST_WRONG):
        assert attempts.may(f"CA{n}", 2, NOW + n * SECOND)
    assert not attempts.may("CA9", 2, NOW + 10 * SECOND)
    assert not attempts.may("CA9", 2, NOW + WINDOW - SECOND)
    # The oldest is fifteen minutes old, the second is not.
    assert attempts.may("CA9", 2, NOW + WINDOW)
    assert not attempts.may("CA10", 2, NOW + WINDOW)
    assert attempts.may("CA10", 2, NOW + WINDOW + SECOND)


def test_a_right_one_does_not_count(attempts: Attempts) -> None:
    for n in range(3 * MOST_WRONG):
        assert attempts.may("CA1", n, NOW)
        attempts.right("CA1", n, NOW)
    for n in range(MOST_WRONG):
        assert attempts.may("CA2", n, NOW)
    assert not attempts.may("CA2", 9, NOW)


def test_those_of_test_calls_count_apart(attempts: Attempts) -> None:
    for n in range(MOST_WRONG):
        assert attempts.apart.may(f"CA{n}", 2, NOW)
    assert not attempts.apart.may("CA9", 2, NOW), "they are counted as well"
    for n in range(MOST_WRONG):
        assert attempts.may(f"CB{n}", 2, NOW)
    assert not attempts.may("CB9", 2, NOW)
    assert attempts.apart.may("CA0", 2, NOW)


def test_a_webhook_that_comes_twice_is_one_try(attempts: Attempts) -> None:
    for _ in range(3):
        for n in range(MOST_WRONG):
            assert attempts.may("CA1", n, NOW)
    assert not attempts.may("CA1", 9, NOW)
    assert not attempts.may("CA11", 0, NOW)
    assert attempts.may("CA1", MOST_WRONG - 1, NOW), "the same answer as before, also now"


def test_without_a_place_to_count_nobody_may() -> None:
    nobody = NoAttempts()
    nobody.right("CA1", 1, NOW)
    assert not nobody.may("CA1", 1, NOW)


def test_other_processes_count_too(tmp_path: Path) -> None:
    for n in range(MOST_WRONG):
        assert FileAttempts(tmp_path).may(f"CA{n}", 1, NOW)
    assert not FileAttempts(tmp_path).may("CA9", 1, NOW)


def _tries(folder: Path, name: int, allowed: list[int]) -> None:
    here = FileAttempts(folder)
    for n in range(20):
        if here.may(f"CA{name}", n, NOW):
            allowed[name] += 1


def test_many_at_the_same_moment_gain_no_try(tmp_path: Path) -> None:
    allowed = FORK.Array("i", 4)
    processes = [FORK.Process(target=_tries, args=(tmp_path, name, allowed)) for name in range(4)]
    for each in processes:
        each.start()
    for each in processes:
        each.join(20)
    assert sum(allowed) == MOST_WRONG


def _tries_for_ever(folder: Path, begun: list[int]) -> None:
    here = FileAttempts(folder)
    while True:
        if here.may("CX", begun[0], NOW):
            here.right("CX", begun[0], NOW)
        begun[0] += 1


@pytest.mark.parametrize("moment", range(8))
def test_killing_a_process_frees_the_lock_and_gains_no_try(moment: int, tmp_path: Path) -> None:
    here = FileAttempts(tmp_path)
    for n in range(MOST_WRONG - 1):
        assert here.may(f"CA{n}", 1, NOW)
    begun = FORK.Array("i", 1)
    process = FORK.Process(target=_tries_for_ever, args=(tmp_path, begun))
    process.start()
    while begun[0] < 3 and process.is_alive():
        time.sleep(0.0005)
    time.sleep(moment / 9000)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join(20)
    assert sum(here.may(f"CB{n}", 1, NOW) for n in range(5)) <= 1


def test_the_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    here = FileAttempts(tmp_path)
    for n in range(3 * MANY):
        assert here.may("CA1", n, NOW + n * WINDOW)
    assert len((tmp_path / "attempts").read_text().split("\n")) < 3 * MANY
    assert "CA1" not in (tmp_path / "attempts").read_text()


def test_a_torn_line_spoils_nothing(tmp_path: Path) -> None:
    here = FileAttempts(tmp_path)
    for n in range(MOST_WRONG - 1):
        assert here.may("CA1", n, NOW)
    with (tmp_path / "attempts").open("ab") as file:
        file.write(b"2026-11-23T09:00:00+00:00 0123\xff")
    assert here.may("CA1", 10, NOW)
    assert not here.may("CA1", 11, NOW)


# -- a disk that does not take it --------------------------------------------------------------------------------------


def test_on_a_full_disk_nobody_may(tmp_path: Path) -> None:
    here = FileAttempts(tmp_path)
    assert here.may("CA1", 1, NOW)
    size = (tmp_path / "attempts").stat().st_size
    for room in (0, 1, 40):
        with files_of_at_most(size + room):
            assert not here.may("CA2", 1, NOW)
            here.right("CA1", 1, NOW)
    for n in range(MOST_WRONG - 1):
        assert here.may("CA3", n, NOW), "when there is room again, only what could be counted counts"
    assert not here.may("CA3", 9, NOW)


def test_whoever_stands_still_with_the_lock_stops_nobody_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.pins.LONGEST_WAIT", 0.05)
    here = FileAttempts(tmp_path)
    with FileAttempts(tmp_path)._locked():
        assert not here.may("CA1", 1, NOW)
        here.right("CA1", 1, NOW)
    assert here.may("CA1", 1, NOW)


@pytest.mark.parametrize("in_the_way", ["folder", "attempts", "attempts.lock"])
def test_where_nothing_can_be_written_nobody_may(in_the_way: str, tmp_path: Path) -> None:
    folder = tmp_path / "pins"
    if in_the_way == "folder":
        folder.write_text("")
    else:
        (folder / in_the_way).mkdir(parents=True)
    here = FileAttempts(folder)
    assert not here.may("CA1", 1, NOW)
    here.right("CA1", 1, NOW)
