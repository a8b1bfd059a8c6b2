"""The shared counters: what one process counts another one sees, and it outlives whoever has counted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.steps import KINDS
from ivr.street import form
from ivr.tally import BOUNDS, INDEX, NAMES, REASONS, Tally, alone, create
from ivr.tally import KINDS as COUNTED

ROOT = Path(__file__).parents[1]


def test_each_counts_in_its_seat_and_everybody_sees_the_sum():
    descriptor = create(3)
    keeper, first, second = (Tally(descriptor, seat) for seat in range(3))
    os.close(descriptor)
    first.add(INDEX["failed"])
    second.add(INDEX["failed"], 2)
    keeper.put(INDEX["away"], 1)
    assert [each.sum(INDEX["failed"]) for each in (keeper, first, second)] == [3, 3, 3]
    assert first.sums()["away"] == 1
    assert first.seats == 3


def test_what_a_killed_process_has_counted_stays():
    descriptor = create(2)
    program = (
        "import os, signal, sys; from ivr.tally import INDEX, Tally;"
        "tally = Tally(int(sys.argv[1]), 1); tally.add(INDEX['failed'], 5); os.kill(os.getpid(), signal.SIGKILL)"
    )
    for _ in range(2):
        subprocess.run(
            [sys.executable, "-c", program, str(descriptor)],
            pass_fds=[descriptor],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
        )
    assert Tally(descriptor, 0).sums()["failed"] == 10
    os.close(descriptor)


@pytest.mark.parametrize(("micros", "place"), [(0, 0), (BOUNDS[0], 0), (BOUNDS[0] + 1, 1), (10**9, len(BOUNDS))])
def test_a_time_goes_to_the_place_that_it_does_not_exceed(micros, place):
    tally = alone()
    tally.latency(micros)
    assert [tally.sums()[f"latency {each}"] for each in range(len(BOUNDS) + 1)].index(1) == place
    assert tally.sums()["microseconds"] == micros


def test_every_step_kind_and_every_reason_has_its_counter():
    assert {kind.word for kind in KINDS} | {"other"} == set(COUNTED)
    source = Path(form.__file__).read_text("utf-8")
    written = {word for word in source.split('"') if word.startswith(("bad-", "broken-", "too-many", "body-too"))}
    assert written <= set(REASONS)
    assert len(NAMES) == len(set(NAMES))
