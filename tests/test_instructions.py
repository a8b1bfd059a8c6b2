"""What a turn costs may not grow unnoticed: instructions, counted by valgrind, beside Flask's constant in the same run.

Instructions repeat to a few in a thousand whatever else the machine does, so this is a test; time is measured by
`make bench` alone.
"""

import importlib
import os
import shutil

import pytest

REQUESTS = 60

AT_LEAST = 1.8 * 0.96
"""So many times our turn is Flask's constant: the goal (bench/results.py), and four in a hundred for other versions of
Python and Flask.
"""

AT_MOST = 1.03
"""Times what it takes in a set of 10 steps, in one of 10,000."""


@pytest.fixture(scope="module")
def counting(request):
    """`bench/instructions.py` and its neighbours, which are scripts."""
    if shutil.which("valgrind") is None:
        assert not os.environ.get("IVR_REQUIRE_VALGRIND"), "valgrind is not installed"
        pytest.skip("valgrind is not installed")
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(request.config.rootpath / "bench")
        yield importlib.import_module("instructions")


def test_a_turn_takes_less_than_flasks_constant(counting, tmp_path):
    reply = counting.our_reply(tmp_path)
    flask = counting.RIVALS[2]
    assert flask.name.startswith("Flask")
    count = {
        each.name: counting.counted(each, reply, REQUESTS, tmp_path / "profile")
        for each in (counting.OURS, counting.ASKS_HOURS, flask)
    }
    for ours in (counting.OURS, counting.ASKS_HOURS):
        assert count[flask.name] / count[ours.name] >= AT_LEAST, count


def test_a_turn_takes_as_much_among_ten_thousand_steps_as_among_ten(counting, tmp_path):
    few, many = (
        counting.counted(each, tmp_path / "unused", REQUESTS, tmp_path / "profile")
        for each in counting.of_steps(tmp_path, counting.SIZES)
    )
    assert many / few <= AT_MOST, (few, many)
