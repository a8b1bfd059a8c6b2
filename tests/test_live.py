"""Live change, with the real service: edited files speak, files with errors do not, and an edit is all it takes."""

from __future__ import annotations

import os
import re
import signal
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from crowd import Crowd
from running import METRICS, PUBLIC, TOKEN, Running, until

SAMPLE = Path(__file__).parent / "cases" / "check" / "sample"


@pytest.fixture
def running(tmp_path: Path) -> Running:
    return Running(tmp_path, f"sqlite:///{tmp_path}/var/ivr.db", workers=1).furnish(SAMPLE, SAMPLE / "contacts.yaml")


def edit(running: Running, old: str, new: str) -> None:
    path = running.flows / "hotline.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def first_text(running: Running) -> str:
    """The first German words that the sample says."""
    found = re.search(r"^ +de: (\w+)", (running.flows / "hotline.yaml").read_text("utf-8"), re.MULTILINE)
    assert found is not None
    return found[1]


def ready(running: Running) -> list[str]:
    """What `/readyz` tells those who may know."""
    with closing(HTTPConnection("127.0.0.1", running.port, timeout=10)) as connection:
        connection.request("GET", "/readyz", headers={"Authorization": f"Bearer {METRICS}"})
        reply = connection.getresponse()
        assert reply.status == 200
        return reply.read().decode().splitlines()


def test_an_edit_speaks_a_mistake_does_not_and_killed_processes_come_back_with_what_is_in_force(running):
    word = first_text(running)
    try:
        running.start()
        crowd = Crowd([running.port], PUBLIC, TOKEN, keep=False)
        before = crowd.ring("CA1")
        assert word in before.document
        edit(running, f"de: {word}", "de: Moin")
        until("the new word", lambda: "Moin" in crowd.ring("CAnew").document, 30)
        edit(running, "de: Moin", "dee: Moin")
        until("the refusal", lambda: any("hotline.yaml:" in line for line in ready(running)), 30)
        assert running.events("set-refused")
        # Whoever is killed now comes back, though the files cannot be read any more.
        for pid in running.family():
            os.kill(pid, signal.SIGKILL)
        until("new processes", lambda: len(running.family()) == 2, 30)
        assert "Moin" in crowd.ring("CAagain").document
        # So does the service as a whole.
        assert running.stop() == 0
        running.start()
        assert "Moin" in crowd.ring("CAafter").document
        edit(running, "dee: Moin", "de: Gruess")
        until("the repaired word", lambda: "Gruess" in crowd.ring("CAlast").document, 30)
        until("nothing to complain of", lambda: not any("refused" in line for line in ready(running)), 30)
    finally:
        running.stop()


def test_a_set_with_errors_is_nothing_to_start_with(running):
    """Neither one that cannot be read, nor one that leads callers wrong."""
    office = "{for: nordstadtbuero, go: nordstadt}"
    for old, new, code in (
        ("de: ", "dee: ", "unknown-language"),
        (office, office.replace("go: nordstadt", "go: ordnungsamt"), "wrong-contact"),
    ):
        text = (running.flows / "hotline.yaml").read_text("utf-8")
        edit(running, old, new)
        with pytest.raises(AssertionError, match=code):
            running.start()
        assert running.process is not None
        assert running.process.returncode == 2
        (running.flows / "hotline.yaml").write_text(text, "utf-8")
