"""Faults, small: every scenario of `bench/faults.py` with the real service, SQLite and a real PostgreSQL.

Nothing here is timed. `make faults` plays the same at full length.
"""

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

with pytest.MonkeyPatch.context() as patched:
    patched.syspath_prepend(ROOT / "bench")
    faults = importlib.import_module("faults")


@pytest.mark.parametrize(("scenario", "database"), list(faults.plays([], ["sqlite", "postgres"])))
def test_nothing_is_lost_and_callers_do_not_notice(scenario, database, tmp_path, request):
    cluster = request.getfixturevalue("postgres") if database == "postgres" else None
    said: list[str] = []
    try:
        outcome = faults.play(scenario, tmp_path, cluster, faults.SHORT, say=said.append)
    except faults.CannotMount as why:
        pytest.skip(f"a small disk cannot be mounted here: {why}")
    assert outcome.wrong == [], "\n".join([*said, *outcome.notes])
    assert outcome.failed == outcome.duplicates == 0
    assert outcome.found + outcome.lost == outcome.expected


def test_a_service_starts_on_a_disk_that_cannot_be_written_to_and_goes_on_when_it_can(tmp_path):
    running = faults.Running(tmp_path, f"sqlite:///{tmp_path / 'records' / 'ivr.db'}", workers=1)
    running.furnish(faults.SAMPLE, faults.SAMPLE / "contacts.yaml", proved=False)
    try:
        with faults.mounted("-t", "tmpfs", "-o", "size=4m,ro", "none", at=running.var):
            try:
                phone = faults.Crowd([running.start().port], faults.PUBLIC, faults.TOKEN, lines=0)
                phone.ring("LOST")
                faults.subprocess.run(["mount", "-o", "remount,rw", str(running.var)], check=True)
                faults.until("the desk", running.desk)
                phone.ring("KEPT")
                faults.until("its record", lambda: running.rows() == {("KEPT", 1): 1})
                faults.until("the count of the other", lambda: running.losses() == {"turn": 1})
                assert phone.protocol.failed == []
            finally:
                assert running.stop() == 0
    except faults.CannotMount as why:
        pytest.skip(f"a small disk cannot be mounted here: {why}")


def test_the_judge_sees_what_is_wrong(tmp_path):
    """A turn that was answered and is not in the database, one that is there and was never asked for."""
    stage = faults.Stage(tmp_path, None, faults.SHORT, faults.random.Random(1))
    with stage.service() as running:
        phone = stage.crowd(running, lines=0)
        first = phone.ring("CA1")
        phone.ring("CA2")
        phone.protocol.answered[first.call, 7] = first.version
        del phone.protocol.answered["CA2", 1]
        outcome = faults.judged("judge", stage, running, phone, losses=True)
    assert (outcome.expected, outcome.found, outcome.lost, outcome.counted) == (2, 2, 1, 0)
    assert [line.partition(",")[0].partition(" of ")[0] for line in outcome.wrong] == [
        "1 turns are missing",
        "1 records",
    ]


@pytest.mark.parametrize(
    "written", ["From=%2B49151712345673&", "+49151712345673", "0151/712345673", "x712345673", "Kanarie000012vogel"]
)
def test_a_canary_is_known_again(written):
    assert len(faults.CANARY.findall(written.encode())) == 1


def test_every_scenario_is_played_and_explained():
    text = faults.__doc__
    for name in faults.SCENARIOS:
        assert f"`{name}`" in text
    assert {name for name, _ in faults.plays([], ["sqlite"])} == set(faults.SCENARIOS)
    assert "moved" not in {name for name, _ in faults.plays([], ["postgres"])}
