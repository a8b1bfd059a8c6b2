"""Mutants of the shipped flows: a fixed sample of the benchmark's, and that its oracle sees what it is there to see."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ivr.call import Dial, Gather, HangUp, Said
from ivr.loader import load

ROOT = Path(__file__).parents[1]
BENCH = ROOT / "bench" / "mutants.py"
SAMPLE = 500
CALLERS = 1000 if os.environ.get("CI") else 100
"""For each survivor of the sample."""


IN_WORDS = "{de: Zum Ordnungsamt, en: a, tr: b, pl: c, ro: d, bg: ж, ar: ع, uk: и}"


@pytest.fixture(scope="module")
def mutants() -> Iterator[ModuleType]:
    """`bench/mutants.py`, which is a script: it finds its neighbours in its own folder."""
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(ROOT / "bench")
        yield importlib.import_module("mutants")


@pytest.fixture(scope="module")
def shared(mutants, tmp_path_factory) -> Any:
    """What the first proof works out serves all that follow."""
    folder = tmp_path_factory.mktemp("mutants")
    return mutants.Bench(folder, mutants.FLOWS, mutants.CONTACTS, seed=1, callers=CALLERS)


@pytest.fixture
def bench(shared) -> Iterator[Any]:
    yield shared
    for name, text in shared.files.items():
        (shared.folder / name).write_text(text, "utf-8")


@pytest.fixture
def calls(mutants) -> ModuleType:
    return importlib.import_module("callers")


def test_no_mutant_of_the_sample_escapes():
    # In processes of their own, which nobody measures the coverage of: they take half the time.
    command = [sys.executable, BENCH, "--count", str(SAMPLE), "--callers", str(CALLERS), "--jobs", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{SAMPLE} mutants, seed 1" in done.stdout
    assert "Escapes: 0." in done.stdout


def test_a_set_with_errors_is_not_tried(mutants, tmp_path):
    for name, text in mutants.read_set(mutants.FLOWS, mutants.CONTACTS).items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("give_up: numbers", "give_up: nowhere"), "utf-8")
    options = ["--flows", tmp_path / "flows", "--contacts", tmp_path / "contacts.yaml", "--count", "1", "--jobs", "1"]
    done = subprocess.run([sys.executable, BENCH, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "unknown-target" in done.stderr


def test_edits_are_the_same_for_a_seed_and_change_something_else_each(mutants):
    files = mutants.read_set(mutants.FLOWS, mutants.CONTACTS)
    made = list(islice(mutants.edits(files, 3), 2000))
    assert made[:200] == list(islice(mutants.edits(files, 3), 200))
    results = {(edit.file, edit.applied(files[edit.file])) for edit in made}
    assert len(results) == len(made)
    assert not results & set(files.items())
    assert len({edit.kind for edit in made}) >= 35


@pytest.mark.parametrize(
    ("file", "before", "after", "code"),
    [
        ("flows/hotline.yaml", "nordstadtbuero, go: nordstadt", "nordstadtbuero, go: nordmarkt", "wrong contact"),
        ("flows/hotline.yaml", "{for: nordmarktbuero, go", f"{{for: {IN_WORDS}, go", "wrong contact"),
        ("flows/hotline.yaml", "to: nordmarktbuero", "to: polizei", "wrong contact"),
        ("flows/hotline.yaml", "{for: polizei, go: polizei}", "{for: polizei, go: numbers}", "no contact"),
        ("flows/hotline.yaml", "give_up: numbers", "give_up: main", "trap"),
        ("flows/hotline.yaml", "give_up: numbers", "give_up: hangup", "silence"),
        ("flows/hotline.yaml", "busy: nordstadt_not_reached", "busy: hangup", "silence"),
        ("flows/hotline.yaml", "busy: polizei_not_reached", "busy: nordmarkt_not_reached", "wrong number"),
        ("flows/hotline.yaml", "auf und wählen Sie 110 oder 112.\n", "auf und wählen Sie 110.\n", "emergency"),
        ("flows/hotline.yaml", "de: Sollen wir Sie mit einer dieser Stellen verbinden?", "de: З якого питання", "mute"),
        ("contacts.yaml", "de: Für das Nordmarktbüro", "de: Für das Nordstadtbüro", "wrong name"),
    ],
)  # fmt: skip
def test_the_oracle_sees_what_got_past_the_checker(bench, file, before, after, code):
    assert before in bench.files[file]
    files = {**bench.files, file: bench.files[file].replace(before, after)}
    (bench.folder / file).write_text(files[file], "utf-8")
    assert code in found_in(bench, files)


def test_the_oracle_sees_a_caller_put_off_the_line(bench):
    told = {
        "next: number_of_the_police\n  goodbye": "next: hangup\n  goodbye",
        "{ordnungsamt.phone}": "{ordnungsamt.address}",
    }
    files = dict(bench.files)
    for before, after in told.items():
        files["flows/hotline.yaml"] = files["flows/hotline.yaml"].replace(before, after)
    (bench.folder / "flows/hotline.yaml").write_text(files["flows/hotline.yaml"], "utf-8")
    assert "curt" in found_in(bench, files)


@pytest.mark.parametrize(
    ("file", "before", "after", "code"),
    [
        ("contacts.yaml", "de: Für das Nordmarktbüro", "de: Für das Nordstadtbüro", "misnamed-contact"),
        ("contacts.yaml", "de: Für das Nordmarktbüro", "de: З якого питання ви телефонуєте?", "wrong-script"),
        ("contacts.yaml", "de: Für das Nordmarktbüro", 'de: "…"', "empty-text"),
        ("flows/topics.yaml", "de: Worum geht es?", "de: З якого питання ви телефонуєте?", "wrong-script"),
        ("flows/topics.yaml", "uk: З якого питання ви телефонуєте?", "uk: ما موضوع اتصالكم؟", "wrong-script"),
        ("flows/topics.yaml", "de: Worum geht es?", 'de: "."', "missing-value"),
    ],
)
def test_what_mutants_got_past_the_checker_is_refused(bench, file, before, after, code):
    text = bench.files[file]
    assert before in text
    (bench.folder / file).write_text(text.replace(before, after, 1), "utf-8")
    line = text.count("\n", 0, text.index(before)) + 1
    assert (code, line) in {(problem.code, problem.place.line) for problem in bench.errors()}


def found_in(bench, files) -> set[str]:
    """The codes of the escapes in a set that was loaded, but not proved."""
    loaded = load(bench.folder / "flows", bench.folder / "contacts.yaml")
    return {escape.code for escape in bench.called(loaded, files, 1)}


def broken(kind: str, turn: Any, state: Any, inbound: Any) -> Any:
    """A turn as a service with a mistake would answer it."""
    match kind:
        case "exception" if turn.state.turn == 3:
            raise KeyError("nordstadt")
        case "document":
            return turn._replace(said=(Said("de", "Guten Tag. " * 400),) * 30)
        case "digit":
            return turn._replace(said=(*turn.said, Said("de", "Raum ٣")))
        case "silence" if turn.state.turn == 3:
            return turn._replace(said=())
        case "unlisted" if isinstance(turn.expects, Dial):
            number = "+492311321162" if turn.expects.contact != "polizei" else "+492315028888"
            return turn._replace(expects=replace(turn.expects, number=number))
        case "endless" if isinstance(turn.expects, HangUp) and not inbound.hung_up and inbound.dialled != "completed":
            return turn._replace(expects=Gather(6), state=turn.state._replace(turn=min(turn.state.turn, 199)))
        case "state" if turn.state.trail:
            return turn._replace(state=turn.state._replace(misses=10))
        case "hung up" if inbound.hung_up:
            return turn._replace(expects=Gather(6), said=(Said("de", "Hallo?"),))
    return turn


@pytest.mark.parametrize(
    "kind",
    ["exception", "document", "digit", "silence", "unlisted", "endless", "state", "hung up", "repeated", "closed"],
)
def test_the_oracle_sees_a_broken_service(bench, calls, monkeypatch, kind):
    sound, number = calls.advance, iter(range(1_000_000))

    def advance(flows: Any, world: Any, state: Any, inbound: Any) -> Any:
        turn = sound(flows, world, state, inbound)
        if kind == "repeated":
            return turn._replace(facts=(("number", str(next(number))),))
        return broken(kind, turn, state, inbound)

    monkeypatch.setattr(calls, "advance", advance)
    if kind == "closed":
        monkeypatch.setattr("ivr.world.World.is_answered", lambda *_: True)
    assert kind in found_in(bench, bench.files)


def test_a_sound_set_has_no_escapes(bench):
    assert found_in(bench, bench.files) == set()
