"""More than one machine: two of them with folders and spools of their own, three processes that answer, one PostgreSQL.

A provider goes around: every turn of a call lands on another process, each on a connection of its own. Nothing that a
process knows about a call can help here: what is not in the address is not known.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from crowd import Crowd, Heard
from postgres import Postgres
from running import PUBLIC, TOKEN, Running, until

from ivr.bundle import gather
from ivr.cli import serve as starting
from ivr.instructions import Instruction
from ivr.settings import read_settings
from ivr.store import Database

SAMPLE = Path(__file__).parent / "cases" / "check" / "sample"

SECONDS = 3.0
"""Within these everybody has to know; on a machine that has more to do than it can, in proportion."""


class City(NamedTuple):
    """Two machines of one service."""

    machines: tuple[Running, ...]
    database: Database

    def crowd(self, **given: object) -> Crowd:
        """Callers whose turns go to the first machine, then twice to the second, which has two workers."""
        first, second = (running.port for running in self.machines)
        return Crowd([first, second, second], PUBLIC, TOKEN, keep=False, **given)

    def agree(self, crowd: Crowd, what: str) -> float:
        """How long it takes until whatever process is asked has `what` in its first words."""
        begun = time.monotonic()
        in_a_row = number = 0
        while in_a_row < 12:
            number += 1
            call = f"{what.encode().hex()[:40]}{number}"
            in_a_row = in_a_row + 1 if what in crowd.ring(call).document else 0
            if in_a_row == 1:
                since = time.monotonic()
            assert time.monotonic() - begun < 30, f"not everybody says: {what}"
        return since - begun


@pytest.fixture
def city(tmp_path: Path, postgres: Postgres) -> Iterator[City]:
    url = postgres.url(postgres.create())
    with contextlib.ExitStack() as stack:
        machines = []
        for name, workers in (("a", 1), ("b", 2)):
            folder = tmp_path / name
            folder.mkdir()
            running = Running(folder, url, workers=workers).furnish(SAMPLE, SAMPLE / "contacts.yaml")
            stack.callback(running.stop)
            machines.append(running.start())
        database = Database(url)
        stack.callback(database.close)
        yield City(tuple(machines), database)


def edited(folder: Path, text: str) -> tuple[str, bytes]:
    """A set with another greeting: its version and content."""
    shutil.copytree(SAMPLE, folder)
    path = folder / "hotline.yaml"
    path.write_text(path.read_text("utf-8").replace("de: Willkommen.", f"de: {text}"), "utf-8")
    bundle, _ = gather(folder, folder / "contacts.yaml")
    return bundle.version, bundle.to_bytes()


def test_calls_go_around_and_everybody_agrees(city: City, tmp_path: Path) -> None:
    first, second = city.machines
    began: dict[str, str] = {}

    def look(heard: Heard) -> str | None:
        return None if began.setdefault(heard.call, heard.version) == heard.version else "a call changed its version"

    took = {}
    with city.crowd(lines=4, pace=0.1, look=look) as crowd:
        until("calls", lambda: crowd.turns() > 50)
        phone = city.crowd(lines=0)
        for number, text in enumerate(("Guten Tag.", "Grüß Gott."), 1):
            now = datetime.now(UTC)
            version, content = edited(tmp_path / f"set{number}", text)
            city.database.store_set(version, content, now)
            city.database.publish(version, draft=False, author="Redaktion", why="Gruß", at=now)
            took[text] = city.agree(phone, text)
            until("both desks", lambda version=version: all(each.desk().current == version for each in city.machines))
        now = datetime.now(UTC)
        for kind, subject, value, texts, heard in (
            ("announce", "announcement", "said", {"de": "Heute ist Stadtfest."}, "Heute ist Stadtfest."),
            ("switch", "citywache", "closed", {"de": "Wasserschaden"}, "Wasserschaden"),
        ):
            order = Instruction(kind, subject, value, at=now, until=now + timedelta(hours=1), texts=texts)
            city.database.add_instruction(order)
            took[heard] = city.agree(phone, heard)
        enough = crowd.turns() + 50
        until("more calls", lambda: crowd.turns() > enough)
    protocol = crowd.protocol
    expected = {**protocol.answered, **phone.protocol.answered}
    until("the records", lambda: set(expected) <= set(first.rows()))
    assert [running.stop() for running in city.machines] == [0, 0]

    assert protocol.failed == phone.protocol.failed == []
    assert first.rows() == dict.fromkeys(expected, 1), "each turn once, and no other"
    ends = first.ends()
    assert {call for call in protocol.completed if ends[call] != "completed"} == set()
    assert len(set(began.values())) == 3, "calls on all versions"
    allowed = SECONDS * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert {name: seconds for name, seconds in took.items() if seconds > allowed} == {}
    answered = [{(each["call"], each["turn"]) for each in running.events("turn")} for running in city.machines]
    assert set.union(*answered) == set(expected)
    long_calls = {call for call, turn in expected if turn >= 3}
    for its in answered:
        assert long_calls <= {call for call, _ in its}, "every longer call was on both machines"
    assert first.losses() == {}
    assert not first.events("failed")
    assert not second.events("failed")


def test_a_start_does_not_wait_for_another_machine_that_brings_the_database_up_to_date(
    tmp_path, postgres, monkeypatch, capsys
):
    """Nor for a server that takes its time: calls have to be answered."""
    name = postgres.create()
    settings = read_settings(
        {
            "TWILIO_AUTH_TOKEN": TOKEN,
            "IVR_PUBLIC_URL": PUBLIC,
            "IVR_SPOOL": str(tmp_path / "spool"),
            "DATABASE_URL": postgres.url(name),
        }
    )
    monkeypatch.setattr(starting, "DATABASE_SECONDS", 1.0)
    with psycopg.connect(postgres.url(name)) as another:
        another.execute("SELECT pg_advisory_xact_lock(%s)", (0x69_76_72,))
        begun = time.monotonic()
        starting._make_database(settings)
        assert time.monotonic() - begun < 5
    assert "1 s" in capsys.readouterr().err
    # It goes on in the background, and is done when the other one is.
    until("the tables", lambda: postgres.ask("SELECT to_regclass('turns')", database=name)[0][0])
