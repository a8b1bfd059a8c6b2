"""The examiner: what it finds, that nothing is examined twice, and that it outlives those who ask and itself."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from running import alive, until
from small import CONTACTS, END, FLOW, SCENARIO

import ivr.examiner.__main__ as examining
from ivr.bundle import Bundle, File
from ivr.check.memory import Memory
from ivr.check.proof import prove
from ivr.examiner.checks import KEPT, KEPT_SECONDS, OVER, TRIES, Call, Checks, Job, State
from ivr.examiner.examination import examine
from ivr.loader import load_bundle

NOW = datetime(2026, 11, 25, 11, tzinfo=UTC)
WAIT = 120.0


def made(flow: str = FLOW) -> Bundle:
    flows = (File("flows/ende.yaml", END.encode()), File("flows/hotline.yaml", flow.encode()))
    return Bundle("flows", flows, File("data/contacts.yaml", CONTACTS.encode()), None, "data/contacts.yaml")


def job(flow: str = FLOW, scenario: str = SCENARIO, **more: object) -> Job:
    found = Job(made(flow), made(), (Call("begruessung", scenario, True),), "twilio", NOW)
    return replace(found, **more)  # type: ignore[arg-type]


@pytest.fixture
def checks(tmp_path: Path) -> Iterator[Checks]:
    found = Checks(tmp_path / "checks")
    yield found
    with contextlib.suppress(OSError):
        os.kill(examiner(found), signal.SIGTERM)


def examiner(checks: Checks) -> int:
    return int((checks.folder / "examiner.pid").read_text())


def done(checks: Checks, wanted: Job, asker: str = "anna") -> State:
    """Asks until it is over, as a page does."""
    key = checks.ask(asker, wanted)

    def over() -> bool:
        assert checks.renew(asker, key)
        checks.begin_examiner()
        return checks.state(key).over

    until("the end of the check", over, WAIT, 0.1)
    return checks.state(key)


# --- what is found


def found(tmp_path: Path, wanted: Job) -> tuple[State, list[str]]:
    """An examination in this process, and its stages."""
    checks, stages = Checks(tmp_path / "checks"), []
    key = checks.ask("anna", wanted)

    def tell(state: State) -> None:
        stages.append(state.stage)
        checks.tell(key, state)

    examine(checks, key, tmp_path / "check", tell)
    return checks.state(key), stages


def test_a_good_set_is_read_compared_played_and_proved(tmp_path: Path) -> None:
    state, stages = found(tmp_path, job(FLOW.replace("Guten Tag", "Moin")))
    assert list(dict.fromkeys(stages)) == ["reading", "comparing", "playing", "queued", "proving", "done"]
    assert state.good, state.problems
    assert state.statement is not None
    assert state.seen > 0
    assert state.changes is not None
    assert "[-Guten Tag-]{+Moin+}" in state.changes[0]["sentence"][0]
    [failing] = state.failing
    assert failing["repaired"] is not None
    assert "Moin" in failing["repaired"]


def test_a_set_that_cannot_be_read_is_not_proved(tmp_path: Path) -> None:
    state, stages = found(tmp_path, job(FLOW.replace("next: main", "next: mian")))
    assert stages == ["reading", "done"]
    assert not state.good
    assert state.changes is None
    assert state.scenarios is None
    [problem] = state.problems
    assert (problem["file"], problem["line"], problem["code"]) == ("flows/hotline.yaml", 7, "unknown-target")
    assert "main" in problem["hint"][0]


def test_what_only_the_proof_finds_is_found(tmp_path: Path) -> None:
    state, _ = found(tmp_path, job(FLOW.replace("next: hangup", "next: greeting")))
    assert state.stage == "done"
    assert state.errors
    assert any(problem["call"] for problem in state.problems)
    assert state.statement is None


def weighed(folder: Path, flow: str, in_force: Bundle, *, examined: bool = True) -> State:
    """A set as who asks sees it when both it and the set in force were examined."""
    checks, wanted = Checks(folder), job(flow, live=in_force)
    key = checks.ask("anna", wanted)
    for each in (key, wanted.in_force().key) if examined else (key,):
        examine(checks, each, folder / "proofs", lambda state, each=each: checks.tell(each, state))
    return checks.seen(key)


SHORT = FLOW.replace("Guten Tag", "Guten Tag, d. h. guten Morgen")
"""A warning: the abbreviation in the greeting."""
ELSEWHERE = FLOW.replace("Womit", "Wobei, d. h. womit")
"""The same words of warning about another step."""
WARNED = {
    "the same": (SHORT, SHORT, 1, 0),
    "the same, a line further down": (SHORT.replace("steps:", "# Anderswo.\nsteps:"), SHORT, 1, 0),
    "the same, and a change elsewhere": (SHORT.replace("Womit", "Wobei"), SHORT, 1, 0),
    "another one at the same place": (SHORT.replace("d. h.", "z. B."), SHORT, 0, 1),
    "the same words at another place": (ELSEWHERE, SHORT, 0, 1),
    "once more at another place": (SHORT.replace("Womit", "Wobei, d. h. womit"), SHORT, 1, 1),
    "none before": (SHORT, FLOW, 0, 1),
    "none any more": (FLOW, SHORT, 0, 0),
    "a set in force with errors too": (SHORT, SHORT.replace("next: hangup", "next: greeting"), 1, 0),
    "a set in force that cannot be read any more": (SHORT, SHORT.replace("next: main", "next: mian"), 1, 0),
}


@pytest.mark.parametrize(("flow", "in_force", "known", "new"), WARNED.values(), ids=WARNED)
def test_warnings_that_the_set_in_force_has_too_are_told_from_new_ones(tmp_path, flow, in_force, known, new):
    state = weighed(tmp_path / "checks", flow, made(in_force))
    assert state.good, state.problems
    assert (state.known, state.new_warnings) == (known, new), state.problems
    assert [each["known"] for each in state.problems] == [True] * known + [False] * new


def test_a_set_in_force_from_another_folder_has_the_same_warnings(tmp_path: Path) -> None:
    here = made(SHORT)
    there = replace(
        here,
        folder="/srv/a/flows",
        flows=tuple(File(f"/srv/a/{each.name}", each.content) for each in here.flows),
        contacts=File("/srv/a/stellen.yaml", CONTACTS.encode()),
        contacts_name="/srv/a/stellen.yaml",
    )
    assert weighed(tmp_path / "checks", SHORT, there).known == 1


def test_until_the_set_in_force_is_examined_too_nothing_is_settled(tmp_path: Path) -> None:
    folder = tmp_path / "checks"
    state = weighed(folder, SHORT, made(SHORT.replace("Womit", "Wobei")), examined=False)
    assert (state.stage, state.good, state.over) == ("weighing", False, False)
    # Who does not want to wait stops that, and has all to confirm.
    checks, wanted = Checks(folder), job(SHORT, live=made(SHORT.replace("Womit", "Wobei")))
    checks.stop(wanted.key)
    assert checks.is_stopped(wanted.in_force().key)
    assert not checks.is_stopped(wanted.key)
    checks.tell(wanted.in_force().key, State("stopped"))
    assert (checks.seen(wanted.key).good, checks.seen(wanted.key).new_warnings) == (True, 1)
    # The next set that is asked about has it examined again; asking about the same one does not.
    checks.ask("anna", wanted)
    assert checks.state(wanted.in_force().key).stage == "stopped"
    checks.ask("anna", job(SHORT.replace("Womit", "Wieso"), live=wanted.live))
    assert not checks.is_stopped(wanted.in_force().key)
    # A set without a warning waits for nothing.
    assert weighed(folder, FLOW, made(SHORT.replace("Womit", "Wozu")), examined=False).good


def test_a_scenario_that_cannot_be_read_has_failed(tmp_path: Path) -> None:
    state, _ = found(tmp_path, job(scenario="about: [\n"))
    [failing] = state.failing
    assert failing["problems"]
    assert failing["repaired"] is None


def test_one_of_a_folder_is_never_put_right_here(tmp_path: Path) -> None:
    state, _ = found(tmp_path, job(FLOW.replace("Guten Tag", "Moin"), scenarios=(Call("a/b", SCENARIO, False),)))
    assert [each["repaired"] for each in state.failing] == [None]


# --- one check for one content


def test_the_key_is_that_of_all_that_the_result_depends_on() -> None:
    others = [
        job(FLOW.replace("Guten", "Schönen")),
        job(scenario=SCENARIO.replace("10:00", "11:00")),
        job(live=made(FLOW.replace("Guten", "Schönen"))),
        job(provider="telnyx"),
        job(now=NOW + timedelta(days=1)),
    ]
    keys = {job().key, *(each.key for each in others)}
    assert len(keys) == len(others) + 1
    assert job(now=NOW + timedelta(hours=1)).key == job().key
    assert Job.from_bytes(job().to_bytes()) == job()


@pytest.mark.parametrize("key", ["", "../../../etc", "a" * 31, "A" * 32, "0" * 32, f"{'0' * 32}\n", "examiner"])
def test_no_other_word_is_a_check(checks: Checks, key: str) -> None:
    checks.ask("anna", job())
    assert checks.state(key) == State()
    checks.stop(key)
    checks.again(key)
    assert not checks.renew("anna", key)
    there = ["askers", job().key, job().in_force().key]
    assert sorted(path.name for path in checks.folder.iterdir()) == sorted(there)


def test_a_damaged_state_is_none(checks: Checks) -> None:
    key = checks.ask("anna", job())
    for content in (b"", b"{", b"[]", b'{"stage": "done", "other": 1}'):
        (checks.folder / key / "state").write_bytes(content)
        assert checks.state(key) == State()


def test_old_results_go_and_wanted_ones_stay(checks: Checks) -> None:
    old, wanted = checks.ask("anna", job()), checks.ask("berta", job(provider="telnyx"))
    checks.ask("anna", job(provider="telnyx"))
    for key in (old, wanted):
        os.utime(checks.folder / key, (time.time() - KEPT_SECONDS - 60,) * 2)
    checks.purge()
    assert not (checks.folder / old).exists()
    assert (checks.folder / wanted).exists()


def test_of_those_that_nobody_waits_for_the_latest_stay(checks: Checks) -> None:
    wanted = checks.ask("anna", job())
    for number in range(KEPT + 5):
        there = checks.folder / f"{number:032x}"
        there.mkdir()
        os.utime(there, (time.time() - number,) * 2)
    os.utime(checks.folder / wanted, (time.time() - 1000,) * 2)
    checks.purge()
    left = sorted(path.name for path in checks.folder.iterdir() if len(path.name) == 32)
    assert left == sorted([wanted, job().in_force().key, *(f"{number:032x}" for number in range(KEPT))])


# --- the process


def test_in_a_process_of_its_own_and_only_once(checks: Checks) -> None:
    state = done(checks, job())
    assert state.good, state.problems
    first = examiner(checks)
    assert os.getpriority(os.PRIO_PROCESS, first) > 0
    written = (checks.folder / job().key / "state").stat().st_mtime_ns
    assert done(checks, job(), "berta") == state
    assert (checks.folder / job().key / "state").stat().st_mtime_ns == written
    assert examiner(checks) == first


def test_a_killed_examiner_is_followed_by_another(checks: Checks) -> None:
    done(checks, job())
    first = examiner(checks)
    os.kill(first, signal.SIGKILL)
    until("its end", lambda: not alive(first))
    assert done(checks, job(FLOW.replace("Guten", "Schönen"))).good
    assert examiner(checks) != first


def test_a_killed_examination_is_begun_again(checks: Checks, tmp_path: Path) -> None:
    wanted = job()
    key = checks.ask("anna", wanted)
    with_seats_taken(checks)
    checks.begin_examiner()
    until("its turn", lambda: checks.state(key).stage == "queued", WAIT)
    until("that of the set in force", lambda: len(children(examiner(checks))) == 2, WAIT)
    before = children(examiner(checks))
    for child in before:
        os.kill(child, signal.SIGKILL)
    until("others", lambda: set(children(examiner(checks))) - set(before), WAIT)
    release(checks)
    assert done(checks, wanted).good


def test_one_that_never_ends_well_is_given_up(checks: Checks) -> None:
    wanted = job()
    key = checks.ask("anna", wanted)
    (checks.folder / key / "job").write_bytes(b"nonsense")
    checks.begin_examiner()
    until("the end", lambda: checks.renew("anna", key) and checks.state(key).over, WAIT)
    assert checks.state(key).stage == "failed"
    assert len((checks.folder / key / "tries").read_bytes()) == TRIES
    assert not checks.state(key).good
    # Somebody wants it anew, and now it can be read.
    (checks.folder / key / "job").write_bytes(wanted.to_bytes())
    checks.again(key)
    assert done(checks, wanted).good


def test_it_can_be_stopped_and_begun_anew(checks: Checks) -> None:
    wanted = job()
    key = checks.ask("anna", wanted)
    with_seats_taken(checks)
    checks.begin_examiner()
    until("its turn", lambda: checks.state(key).stage == "queued", WAIT)
    checks.stop(key)
    until("its end", lambda: checks.state(key).stage == "stopped", WAIT)
    assert checks.state(key).stage in OVER
    until("the set in force alone at work", lambda: len(children(examiner(checks))) == 1, WAIT)
    release(checks)
    checks.again(key)
    assert done(checks, wanted).good


NARROW = """
import os, resource, sys, time
from pathlib import Path
import ivr.examiner.__main__ as examining
import ivr.examiner.examination  # what it consists of counts as there already
from ivr.examiner.checks import Checks

folder, key, what = sys.argv[1:]
now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
most = now + 14 * 1024**2 if what == "MOST_MEMORY" else int(time.process_time()) + 1
setattr(examining, what, most)
examining._be_one(Checks(Path(folder)), key, os.getppid())
"""
"""An examination that has next to nothing, in a Python of its own: a process that was split off from the tests' one
inherits the memory that they have given back, and comes to no bound."""


@pytest.mark.parametrize("what", ["MOST_MEMORY", "MOST_SECONDS"])
def test_one_that_takes_too_much_is_broken_off_and_said_to_be_so(checks: Checks, what: str) -> None:
    """Neither the machine nor the examiner goes with it."""
    key = checks.ask("anna", job(large()))
    child = subprocess.Popen([sys.executable, "-c", NARROW, str(checks.folder), key, what])

    def over() -> bool:
        assert checks.renew("anna", key)
        return child.poll() is not None

    until("the end of the check", over, WAIT, 0.1)
    assert child.returncode == 0
    assert checks.state(key).stage == "too_large"
    assert checks.state(key).over
    checks.again(key)
    assert not checks.state(key).over


def large() -> str:
    """A flow whose proof takes many seconds."""
    steps = 250
    flow = "languages: [de]\nstart: s0\nkeys: {'#': back}\nsteps:\n"
    for number in range(steps):
        flow += f"  s{number}:\n    menu:\n      prompt:\n        de: Wohin wollen Sie?\n      options:\n"
        for key in range(1, 10):
            to = (number * 7 + key * 13) % steps
            flow += f"        {key}: {{for: {{de: Ort {'abcdefghij'[key]}}}, go: s{to}}}\n"
        flow += "      give_up: hangup\n"
    return flow


def test_one_that_has_come_to_its_end_is_not_begun_once_more(checks: Checks) -> None:
    """Two processes at the same: who gets the lock second finds the state of the first, and leaves it."""
    key = checks.ask("anna", job())
    checks.tell(key, State("stopped"))
    child = os.fork()
    if not child:
        examining._be_one(checks, key, os.getppid())
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert checks.state(key).stage == "stopped"


def test_a_thousand_at_once_are_examined_a_few_at_a_time(checks: Checks, monkeypatch: pytest.MonkeyPatch) -> None:
    with_seats_taken(checks)
    try:
        for number in range(40):
            key = checks.ask(f"operator {number}", job(FLOW.replace("Amt", "Amt" + "a" * number)))
        checks.begin_examiner()
        until("the examiner", lambda: (checks.folder / "examiner.pid").exists() and children(examiner(checks)), WAIT)
        most = 0
        for _ in range(40):
            most = max(most, len(children(examiner(checks))))
            time.sleep(0.05)
        assert 0 < most <= examining.MOST_AT_WORK
        assert checks.state(key).stage == "waiting"
    finally:
        release(checks)


def test_who_types_all_day_fills_no_disk(checks: Checks) -> None:
    for number in range(3 * KEPT):
        checks.ask("anna", job(FLOW.replace("Amt", "Amt" + "a" * (number % 200) + "b" * (number // 200))))
    checks.begin_examiner()
    until("the purge", lambda: len([*checks.folder.glob("*/job")]) <= KEPT + 2, WAIT, 0.1)


def test_what_nobody_waits_for_any_more_ends(checks: Checks) -> None:
    key = checks.ask("anna", job())
    with_seats_taken(checks)
    checks.begin_examiner()
    until("its turn", lambda: checks.state(key).stage == "queued", WAIT)
    other = checks.ask("anna", job(FLOW.replace("Guten", "Schönen")))
    until("the other one", lambda: checks.state(other).stage == "queued", WAIT)
    until("that and the set in force at work", lambda: len(children(examiner(checks))) == 2, WAIT)
    assert checks.state(key).stage == "queued"
    release(checks)
    assert done(checks, job(FLOW.replace("Guten", "Schönen"))).good
    # Who comes back to it gets it all the same.
    assert done(checks, job()).good


SEATS: list[int] = []


def with_seats_taken(checks: Checks) -> None:
    """As if two proofs were under way on this machine."""
    import fcntl

    checks.folder.mkdir(exist_ok=True)
    for seat in range(2):
        descriptor = os.open(checks.folder / f"proof-{seat}", os.O_RDWR | os.O_CREAT)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        SEATS.append(descriptor)


def release(checks: Checks) -> None:
    while SEATS:
        os.close(SEATS.pop())


def children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(each) for each in words if alive(int(each))]
    return []


def test_the_memory_is_that_of_other_proofs(tmp_path: Path) -> None:
    """What a proof has worked out once is not worked out again."""
    memory = Memory(tmp_path / "check")
    prove(load_bundle(made(), now=NOW), NOW, memory)
    memory.save()
    before = sorted(path.name for path in (tmp_path / "check").iterdir())
    state, _ = found(tmp_path, job())
    assert state.good
    assert sorted(path.name for path in (tmp_path / "check").iterdir()) == before
