"""Prepared sets: what a worker takes is what was judged, whole or not at all."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from service import CONTACTS, FLOWS, loaded

from ivr import prepared
from ivr.bundle import Bundle, gather
from ivr.call import Spot
from ivr.loader import load_bundle
from ivr.sets import Sets

if TYPE_CHECKING:
    from ivr.steps.base import Step

SET = loaded()


@pytest.fixture
def sets(tmp_path: Path) -> Sets:
    found = Sets(tmp_path / "sets")
    assert SET.bundle is not None
    assert SET.flows is not None
    assert SET.directory is not None
    assert found.keep(SET.bundle, SET.flows, SET.directory) == SET.flows.version
    return found


def test_a_bundle_is_its_bytes(tmp_path):
    bundle, unread = gather(FLOWS, CONTACTS)
    assert unread == ()
    again = Bundle.from_bytes(bundle.to_bytes())
    assert again == bundle
    assert load_bundle(again).problems == ()
    assert SET.flows is not None
    assert again.version == SET.flows.version
    for content in (b"", b"x", bundle.to_bytes()[:-5]):
        with pytest.raises(ValueError):
            Bundle.from_bytes(content)


def test_the_version_is_the_content_and_not_the_place(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for path in FLOWS.glob("*.yaml"):
            (tmp_path / name / path.name).write_bytes(path.read_bytes())
        (tmp_path / name / "contacts.yaml").write_bytes(CONTACTS.read_bytes())
    first, second = (gather(tmp_path / name, tmp_path / name / "contacts.yaml")[0] for name in ("a", "b"))
    assert first.version == second.version
    (tmp_path / "b" / "hotline.yaml").write_bytes((tmp_path / "b" / "hotline.yaml").read_bytes() + b"#")
    assert gather(tmp_path / "b", tmp_path / "b" / "contacts.yaml")[0].version != first.version


def test_a_kept_set_is_found(sets):
    assert SET.flows is not None
    version = SET.flows.version
    ready = sets.ready(version)
    assert ready is not None
    assert ready.flows.version == version
    assert ready.flows.steps.keys() == SET.flows.steps.keys()
    assert ready.flows.keys == SET.flows.keys
    assert SET.directory is not None
    assert list(ready.directory.contacts) == list(SET.directory.contacts)
    assert sets.bundle(version) == SET.bundle
    assert sets.has(version)
    assert sets.proved(version)


def test_a_step_is_read_when_it_is_asked_for_and_is_what_was_kept(sets):
    assert SET.flows is not None
    ready = sets.ready(SET.flows.version)
    steps = ready.flows.steps
    assert len(steps) == len(SET.flows.steps)
    for spot, step in SET.flows.steps.items():
        assert spot in steps
        found = steps[spot]
        assert found is steps.get(spot)
        assert type(found) is type(step)
        assert [(way.name, way.goto) for way in found.exits()] == [(way.name, way.goto) for way in step.exits()]
        said = [[(code, str(line), line.ready) for code, line in lines.items()] for lines in step.lines()]
        assert [[(code, str(line), line.ready) for code, line in lines.items()] for lines in found.lines()] == said
        assert [each.key for each in found.contacts] == [each.key for each in step.contacts]
        assert all(each is ready.directory.contacts[each.key] for each in found.contacts)


@pytest.mark.parametrize("spot", [Spot("hotline", "nowhere"), Spot("nowhere", "main"), Spot("", ""), ("hotline",)])
def test_a_step_that_is_not_there_is_none(sets, spot):
    steps = sets.ready(SET.flows.version).flows.steps
    assert spot not in steps
    if isinstance(spot, Spot):
        assert steps.get(spot) is None
        with pytest.raises(KeyError):
            steps[spot]


@pytest.mark.parametrize("version", ["0" * 12, "", "../../x", "draft"])
def test_others_are_not(sets, version):
    assert sets.ready(version) is None
    assert sets.bundle(version) is None
    assert not sets.has(version)
    assert not sets.proved(version)


@pytest.mark.parametrize("damage", [b"", b"x" * 40, None])
def test_a_damaged_file_is_none(sets, tmp_path, damage):
    assert SET.flows is not None
    for path in (tmp_path / "sets" / SET.flows.version).iterdir():
        path.write_bytes(path.read_bytes()[:-1] if damage is None else damage)
    assert sets.ready(SET.flows.version) is None
    assert sets.bundle(SET.flows.version) is None


def test_a_process_holds_so_many_steps_and_no_more(sets, monkeypatch):
    monkeypatch.setattr(prepared, "MOST_STEPS", 3)
    assert SET.flows is not None
    held: list[weakref.ref[Step]] = []
    steps = sets.ready(SET.flows.version).flows.steps
    for _ in range(2):
        for spot, step in SET.flows.steps.items():
            found = steps[spot]
            assert found.spot == step.spot
            held.append(weakref.ref(found))
    del found
    gc.collect()
    assert sum(each() is not None for each in held) <= 3


def test_a_file_that_is_cut_short_later_is_an_error_of_the_step_that_is_missing(sets, tmp_path):
    """Mapped into memory it would be the end of the process."""
    steps = sets.ready(SET.flows.version).flows.steps
    first, *_, last = steps
    assert steps[first]
    (path,) = (tmp_path / "sets" / SET.flows.version).glob("*.prepared")
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(EOFError):
        steps[last]
    assert steps[first]
    assert sets.ready(SET.flows.version) is None


def test_what_is_not_wanted_is_forgotten_when_it_is_old(sets):
    assert SET.flows is not None
    version = SET.flows.version
    sets.forget({version}, -1)
    sets.forget((), 3600)
    assert sets.has(version)
    sets.forget((), -1)
    assert not sets.has(version)


def test_a_set_that_another_service_in_the_same_folder_wants_is_not_forgotten(sets, tmp_path):
    assert SET.flows is not None
    version = SET.flows.version
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(tmp_path / "sets" / version, (two_days_ago, two_days_ago))
    Sets(tmp_path / "sets").forget({version}, 24 * 3600)
    Sets(tmp_path / "sets").forget((), 24 * 3600)
    assert sets.has(version)


def test_a_worker_needs_no_yaml_and_no_models_to_take_a_set(sets, tmp_path):
    """DESIGN: workers do not import pydantic, SQLAlchemy, Babel or the REST client on their way to the first answer."""
    assert SET.flows is not None
    program = (
        "import sys; from pathlib import Path; from ivr.sets import Sets; from ivr.street import prepare;"
        "import ivr.web.app, ivr.web.watch, ivr.records;"
        f"ready = Sets(Path({str(tmp_path / 'sets')!r})).ready({SET.flows.version!r});"
        "prepare(ready.flows, ready.directory, 'https://ivr.example', 'twilio');"
        "heavy = {'pydantic', 'sqlalchemy', 'alembic', 'babel', 'yaml', 'twilio.rest', 'prometheus_client', 'lxml'};"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
