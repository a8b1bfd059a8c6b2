"""The database, on SQLite and on a real PostgreSQL: the same tests for both."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from fulldisk import files_of_at_most
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from postgres import Postgres
from sqlalchemy import delete, func, select, text

from ivr.instructions import Instruction, latest
from ivr.source.problems import Sentence
from ivr.store import Away, Database, Later, Publication, Scenario, Scenarios, WorkingCopies, WorkingCopy, Written
from ivr.store import database as module
from ivr.store.engine import BadUrl
from ivr.store.schema import caller_keys, calls, instructions, metadata, turns

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 25, 17, 3, 29, 123000, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
V1, V2, V3 = "0123456789ab", "ba9876543210", "aaaaaaaaaaaa"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An SQLite database with all tables."""
    path = tmp_path / "ivr.db"
    Database(f"sqlite:///{path}").migrate(create=True)
    return path


def turn(call: str = "CA1", number: int = 1, after: float = 0, **more: Any) -> dict[str, Any]:
    return {
        "k": "turn",
        "call": call,
        "turn": number,
        "at": (NOW + timedelta(seconds=after)).isoformat(timespec="milliseconds"),
        "version": V1,
        "flow": "hotline",
        "step": "main",
        "language": "de",
        "input": "key",
        "expects": "gather",
        "us": 312,
        **more,
    }


def status(word: str, after: float = 0, call: str = "CA1", **more: Any) -> dict[str, Any]:
    return {"k": "status", "call": call, "at": (NOW + timedelta(seconds=after)).isoformat(), "status": word, **more}


def fallback(after: float = 0, call: str = "CA1", **more: Any) -> dict[str, Any]:
    return {"k": "fallback", "call": call, "at": (NOW + timedelta(seconds=after)).isoformat(), **more}


def told(number: int = 1, after: float = 0, lasts: float | None = None, **more: Any) -> Instruction:
    at = NOW + timedelta(seconds=after)
    fields: dict[str, Any] = {
        "kind": "switch",
        "subject": "citywache",
        "value": "closed",
        "at": at,
        "until": None if lasts is None else at + timedelta(seconds=lasts),
        "texts": {"de": "Wasserschaden", "uk": "Пошкодження"},
        "author": "Ute Özil",
        "why": "“Rohrbruch”",
        "id": f"{number:032x}",
    }
    return Instruction(**fields | more)


def line_of(instruction: Instruction) -> dict[str, Any]:
    return {"k": "instruction", **instruction.to_json()}


def rows(db: Database, table: Any) -> list[dict[str, Any]]:
    with db.connect() as connection:
        query = select(table).order_by(*table.primary_key.columns)
        return [dict(row._mapping) for row in connection.execute(query)]


def call_of(db: Database) -> dict[str, Any]:
    (row,) = rows(db, calls)
    return row


# Records


def test_a_turn_is_stored_with_all_that_was_told(db: Database) -> None:
    line = turn(key="3", result="no_answer", seconds=7, miss="no-match", contact="polizei", hours="Mo–Sa",
                limit="connections", caller="00ff00ff00ff00ff", test=True)  # fmt: skip
    assert db.write([line]) == Written(1)
    (row,) = rows(db, turns)
    assert len(row.pop("rank")) == 16
    assert row == {name: value for name, value in line.items() if name not in ("k", "caller")} | {"at": NOW}
    call = call_of(db)
    assert call["caller"] == line["caller"]
    assert call["test"] is True


def test_a_call_is_its_first_and_its_last_turn_and_its_outcome(db: Database) -> None:
    db.write(
        [
            turn(number=3, after=20, language="en", flow="info", step="end", input="silence", expects="hangup"),
            turn(number=1, caller="00ff00ff00ff00ff", input="call"),
            turn(number=2, after=10, version=V2, language="tr"),
            status("completed", 31, seconds=31, sequence=3),
            status("ringing", 40, sequence=0),
            fallback(25),
            fallback(26, code=11200),
        ]
    )
    row = call_of(db)
    assert {name: value for name, value in row.items() if not name.endswith("rank")} == {
        "call": "CA1",
        "started": NOW,
        "last_at": NOW + 40 * SECOND,
        "test": False,
        "caller": "00ff00ff00ff00ff",
        "version": V1,
        "first_language": "de",
        "turns": 3,
        "last_language": "en",
        "flow": "info",
        "step": "end",
        "input": "silence",
        "expects": "hangup",
        "status": "completed",
        "ended": NOW + 31 * SECOND,
        "seconds": 31,
        "fallback_at": NOW + 26 * SECOND,
        "fallback_code": 11200,
    }


@pytest.mark.parametrize(
    ("one", "other", "wins"),
    [
        ({"word": "completed"}, {"word": "in-progress", "sequence": 9}, "completed"),
        ({"word": "in-progress"}, {"word": "ringing", "sequence": 1}, "in-progress"),
        ({"word": "queued"}, {"word": "a-new-word", "sequence": 4}, "queued"),
        ({"word": "busy", "sequence": 2}, {"word": "completed", "sequence": 1}, "busy"),
        ({"word": "busy"}, {"word": "completed"}, "completed"),
        ({"word": "completed", "after": 9, "seconds": 5}, {"word": "completed", "after": 2}, 5),
        ({"word": "completed", "after": 9, "seconds": 5}, {"word": "completed", "after": 2, "seconds": 4}, 4),
    ],
)
def test_what_a_call_came_to_is_not_decided_by_what_came_last(db: Database, one: Any, other: Any, wins: Any) -> None:
    found = []
    for order in ([one, other], [other, one]):
        for each in order:
            db.write([status(**each, call=f"CA{len(found)}")])
        found.append(rows(db, calls)[-1])
    assert {row["status"] if isinstance(wins, str) else row["seconds"] for row in found} == {wins}


def test_of_two_lines_about_a_turn_the_earlier_counts(db: Database) -> None:
    assert db.write([turn(after=5, key="5")]).added == 1
    assert db.write([turn(after=2, key="2"), turn(after=3, key="3")]).added == 0
    assert db.write([turn(after=4, key="4"), turn(number=2, after=9)]).added == 1
    assert [(row["turn"], row["key"]) for row in rows(db, turns)] == [(1, "2"), (2, None)]


def test_lines_as_workers_write_them(db: Database) -> None:
    """Several keys are not told, seconds come in digits, and a provider may give no status."""
    lines = [turn(key="several"), turn(number=2, seconds="31", limit="connections")]
    lines += [status(""), status("--", call="CA2")]
    assert db.write(lines) == Written(2)
    assert [(row["key"], row["seconds"], row["limit"]) for row in rows(db, turns)] == [
        (None, None, None), (None, 31, "connections")]  # fmt: skip
    assert [row["status"] for row in rows(db, calls)] == [None, "--"]


def test_a_field_of_a_newer_release_costs_no_line(db: Database) -> None:
    lines = [turn(colour="red"), status("busy", **{"+4915112345678": 1}), {**line_of(told()), "sound": 1}]
    assert db.write(lines) == Written(1, (), ("(no name)", "colour", "sound"))
    assert call_of(db)["status"] == "busy"
    assert db.instruction_history() == (told(),)


# What is wrong costs itself only


WRONG = {
    "no object": [7, None, [], "turn"],
    "unknown kind": [{}, {"k": "x"}, {"k": None}, {"k": ["turn"]}, {"k": {}}],
    "no call": [turn(None), {"k": "status"}],
    "wrong call": [turn(""), turn("x" * 129), turn("a\0b"), turn("a\udc00"), turn(5), turn(["a"]), fallback(call="\n")],
    "wrong turn": [turn(number="1"), turn(number=-1), turn(number=10_000), turn(number=True), turn(number=1.0)],
    "wrong at": [turn(at=each) for each in ("", "2026-11-25T17:03:29", "1999-01-01T00:00+00:00", 5,
                                            "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00")],
    "wrong version": [turn(version="0123456789AB"), turn(version="0123456789abc")],
    "wrong key": [turn(key="12"), turn(key="x"), turn(key="٣"), turn(key=1)],
    "wrong seconds": [turn(seconds=2**31), turn(seconds=-1), status("busy", seconds=1e400)],
    "wrong hours": [turn(hours="a\0"), turn(hours="\ud800"), turn(hours="x" * 10_001), turn(hours={})],
    "wrong caller": [turn(caller="+4915112345678"), turn(caller="00FF00FF00FF00FF")],
    "wrong test": [turn(test="yes"), turn(test=1)],
    "wrong flow": [turn(flow="Ablauf"), turn(flow="x" * 65)],
    "wrong code": [fallback(code="11200"), fallback(code=2**31)],
    "no instruction": [{"k": "instruction"}, *(line_of(told()) | each for each in (
        {"kind": "x"}, {"texts": 5}, {"at": 5}, {"until": "x"}))],
    "wrong time of an instruction": [line_of(told()) | each for each in (
        {"at": "2026-11-25T17:03:29"}, {"until": "2300-01-01T00:00:00+00:00"})],
    "wrong id": [line_of(told()) | each for each in ({"id": ""}, {"id": "x" * 65})],
    "wrong why": [line_of(told()) | {"why": "\0"}],
    "wrong texts": [line_of(told()) | {"texts": {"de": "\0"}}, line_of(told()) | {"texts": {"\udc00": ""}}],
}  # fmt: skip


def test_a_wrong_line_is_returned_and_the_good_ones_are_kept(db: Database) -> None:
    wrong = [(line, reason) for reason, each in WRONG.items() for line in each]
    lines: list[Any] = []
    for index, (line, _) in enumerate(wrong):
        lines += [line, turn(f"GOOD{index}")]
    written = db.write(lines)
    assert written.added == len(wrong)
    assert [reason for _, reason in written.refused] == [reason for _, reason in wrong]
    assert [index for index, _ in written.refused] == list(range(0, len(lines), 2))
    assert len(rows(db, calls)) == len(wrong)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
"""What JSON can hold, NUL and halves of surrogate pairs included."""

BROKEN = st.builds(
    lambda line, name, value: {**line, name: value},
    st.sampled_from([turn(key="1", hours="x"), status("busy", seconds=1), fallback(code=1), line_of(told())]),
    st.sampled_from(["k", "call", "turn", "at", "key", "seconds", "hours", "us", "status", "code", "id", "texts",
                     "value", "until", "subject", "author", "x"]),
    ANYTHING,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(st.lists(BROKEN | ANYTHING, max_size=8))
def test_no_line_stops_a_batch_on_postgresql(on_postgres: Database, lines: list[Any]) -> None:
    """Which is the stricter of the two."""
    forget(on_postgres)
    written = on_postgres.write([*lines, turn("GOOD")])
    assert len(lines) not in {index for index, _ in written.refused}
    assert any(row["call"] == "GOOD" for row in rows(on_postgres, turns))


# The order that lines come in


def lines_of_calls() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Lines about two calls that contradict each other as often as they can."""
    call, after = st.sampled_from(["CA1", "CA2"]), st.integers(0, 3)
    maybe = st.none() | st.integers(0, 2)
    a_turn = st.builds(
        turn, call, st.integers(1, 3), after, language=st.sampled_from(["de", "en"]), step=st.sampled_from("ab"),
        version=st.sampled_from([V1, V2]), key=st.sampled_from([None, "1", "2"]), seconds=maybe,
        caller=st.sampled_from([None, "00ff00ff00ff00ff", "a0ff00ff00ff00ff", "00ff00ff00ff0b0a"]),
        test=st.sampled_from([None, True, False]),
    )  # fmt: skip
    words = st.sampled_from(["queued", "ringing", "in-progress", "answered", "completed", "busy", "failed", "other"])
    a_status = st.builds(status, words, after, call, sequence=maybe, seconds=maybe, test=st.none() | st.booleans())
    a_fallback = st.builds(fallback, after, call, code=maybe)
    an_instruction = st.builds(lambda number: line_of(told(number, after=number)), st.integers(1, 3))
    return st.lists(a_turn | a_status | a_fallback | an_instruction, max_size=12)


def forget(db: Database) -> None:
    with db._writing() as connection:
        for table in (turns, calls, instructions):
            connection.execute(delete(table))


def outcome(db: Database, batches: list[list[dict[str, Any]]]) -> tuple[Any, int]:
    forget(db)
    added = sum(db.write(batch).added for batch in batches)
    return [rows(db, table) for table in (turns, calls, instructions)], added


def order_does_not_matter(db: Database, data: st.DataObject) -> None:
    lines = data.draw(lines_of_calls())
    expected, added = outcome(db, [lines])
    assert added == len({(line["call"], line["turn"]) for line in lines if line["k"] == "turn"})
    again = data.draw(
        st.permutations(lines + data.draw(st.lists(st.sampled_from(lines), max_size=4) if lines else st.just([])))
    )
    batches: list[list[dict[str, Any]]] = [[]]
    for line in again:
        if data.draw(st.booleans()):
            batches.append([])
        batches[-1].append(line)
    assert outcome(db, batches) == (expected, added)


quickly = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def in_memory() -> Iterator[Database]:
    """A file like any other, where it costs no disk to write through: thousands of examples do."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        database = Database(f"sqlite:///{folder}/ivr.db")
        database.migrate(create=True)
        yield database


@settings(quickly, max_examples=600 if os.environ.get("CI") else 200)
@given(st.data())
def test_in_whatever_order_lines_come_sqlite_ends_the_same(in_memory: Database, data: st.DataObject) -> None:
    order_does_not_matter(in_memory, data)


@pytest.fixture
def on_postgres(postgres: Postgres, migrated: str) -> Iterator[Database]:
    database = Database(postgres.url(postgres.create(migrated)))
    yield database
    database.close()


@settings(quickly, max_examples=200 if os.environ.get("CI") else 50)
@given(st.data())
def test_in_whatever_order_lines_come_postgresql_ends_the_same(on_postgres: Database, data: st.DataObject) -> None:
    order_does_not_matter(on_postgres, data)


def test_several_machines_write_the_same_calls_at_once(url: str) -> None:
    lines = [turn(f"CA{call}", number, after=number, key=str(number)) for call in range(40) for number in range(1, 5)]
    lines += [status("completed", 9, f"CA{call}", seconds=9) for call in range(40)]

    def machine(number: int) -> int:
        database = Database(url, seconds=20)
        mine = lines[number * 31 :] + lines[: number * 31]
        added = sum(database.write(mine[start : start + 50]).added for start in range(0, len(mine), 50))
        database.close()
        return added

    with ThreadPoolExecutor(4) as machines:
        assert sum(machines.map(machine, range(4))) == 160
    database = Database(url)
    assert [(row["turns"], row["status"], row["seconds"]) for row in rows(database, calls)] == [
        (4, "completed", 9)
    ] * 40
    database.close()


# Instructions


def test_an_instruction_comes_back_as_it_was(db: Database) -> None:
    given_ = told(lasts=60, channel="phone")
    db.add_instruction(given_)
    db.write([line_of(given_), line_of(told(2, kind="pin", subject="leitstelle"))])
    db.add_instruction(given_)
    assert db.instruction_history(5) == (told(2, kind="pin", subject="leitstelle"), given_)
    assert db.instruction_history(1) == (told(2, kind="pin", subject="leitstelle"),)


def test_an_instruction_that_no_database_keeps_is_refused(db: Database) -> None:
    with pytest.raises(ValueError, match="wrong why"):
        db.add_instruction(told(why="\0"))


def test_what_is_needed_to_know_what_is_in_force(db: Database) -> None:
    superseded, day, usual = told(1, 0), told(2, 10, lasts=100), told(3, 20, value="usual")
    other, coming = told(4, 5, lasts=5, subject="ordnungsamt"), told(5, 500, lasts=10)
    same_time = told(6, 20, value="open")
    for each in (coming, usual, other, superseded, day, same_time):
        db.add_instruction(each)
    at = NOW + 30 * SECOND
    assert db.instructions(at) == (other, day, same_time, coming)
    everything = db.instruction_history(99)
    for after in range(-10, 600, 5):
        at = NOW + after * SECOND
        assert latest(db.instructions(at), at) == latest(everything, at)


# Sets


def test_a_set_is_stored_once_and_published_in_order(db: Database) -> None:
    for version in (V1, V2, V3):
        db.store_set(version, version.encode() + b"\0\xff", NOW)
    db.store_set(V1, b"other", NOW)
    assert db.content(V1) == V1.encode() + b"\0\xff"
    assert db.content("cccccccccccc") is None
    assert db.in_force() == (None, None)

    def publish(version: str, draft: bool = False) -> Publication:
        found = db.publish(version, draft=draft, author="Ute Özil", why="Sommerzeiten", at=NOW)
        assert found[1:] == (version, draft, "Ute Özil", "Sommerzeiten", NOW)
        return found

    draft = publish(V2, draft=True)
    assert db.in_force() == (None, draft)
    first = publish(V1)
    assert db.in_force() == (first, None)
    draft = publish(V3, draft=True)
    assert db.in_force() == (first, draft)
    second = publish(V3)
    back = publish(V1)
    assert db.in_force() == (back, None)
    assert db.publications(3) == (back, second, draft)
    assert len(db.publications()) == 5


def test_only_a_stored_set_can_be_published(db: Database) -> None:
    with pytest.raises(LookupError):
        db.publish(V1, draft=False, author="a", why="w", at=NOW)
    with pytest.raises(ValueError, match="cannot be stored"):
        db.publish(V1, draft=False, author="a", why="\0", at=NOW)
    assert db.publications() == ()


# The key of the day


def test_of_two_windows_the_second_to_save_learns_of_the_first(db: Database) -> None:
    copies = WorkingCopies(db)
    first = WorkingCopy("anna", V1, b"base", b"one", 1, NOW)
    assert copies.of("anna") is None
    assert copies.save(first)
    assert not copies.save(first._replace(content=b"other window"))
    assert copies.of("anna") == first
    second = first._replace(content=b"two", revision=2, saved=NOW + SECOND)
    assert copies.save(second)
    assert not copies.save(second._replace(content=b"other window"))
    assert copies.save(WorkingCopy("berta", V2, b"base", b"hers", 1, NOW))
    assert copies.all() == (second, WorkingCopy("berta", V2, b"base", b"hers", 1, NOW))
    assert not copies.discard("anna", 1)
    assert copies.discard("anna", 2)
    assert not copies.discard("anna", 2)
    assert copies.of("anna") is None
    assert not copies.save(second._replace(revision=3))


def test_a_working_copy_is_forgotten_a_year_after_its_last_change(db: Database) -> None:
    copies = WorkingCopies(db)
    assert copies.save(WorkingCopy("anna", V1, b"base", b"one", 1, NOW))
    later = NOW + timedelta(days=365)
    assert db.purge(later - SECOND, records=90 * DAY, hashes=DAY)["working_copies"] == 0
    assert db.purge(later, records=90 * DAY, hashes=DAY)["working_copies"] == 1
    assert copies.all() == ()


def test_a_scenario_is_kept_under_its_own_name(db: Database) -> None:
    kept = Scenarios(db)
    one = Scenario("nachts", "about: nachts", "anna", NOW)
    assert kept.add(one)
    assert not kept.add(one._replace(content="about: anders"))
    assert kept.all() == (one,)
    other = one._replace(content="about: später", author="berta", at=NOW + SECOND)
    assert not kept.change(other, "about: anders")
    assert kept.change(other, one.content)
    assert kept.all() == (other,)
    assert not kept.remove("nachts", one.content), "it has changed meanwhile"
    assert kept.remove("nachts", other.content)
    assert not kept.remove("nachts", other.content)


def test_all_machines_share_a_key_for_24_hours(db: Database, url: str) -> None:
    other = Database(url)
    key = db.caller_key(NOW)
    assert len(key.key) == 32
    assert other.caller_key(NOW + DAY - SECOND) == key
    assert db.caller_key(NOW - timedelta(hours=1)) == key
    new = db.caller_key(NOW + DAY)
    assert new.key != key.key
    assert new.born == NOW + DAY
    assert [row["id"] for row in rows(db, caller_keys)] == [new.id]
    assert other.caller_key(NOW + DAY + SECOND) == new
    other.close()


def test_a_key_of_a_clock_gone_wrong_is_destroyed(db: Database) -> None:
    key = db.caller_key(NOW + 400 * DAY)
    assert db.caller_key(NOW).key != key.key
    assert len(rows(db, caller_keys)) == 1


def test_machines_that_look_at_once_find_the_same_key(url: str) -> None:
    start = threading.Barrier(6)

    def machine(_: int) -> Any:
        database = Database(url, seconds=20)
        start.wait()
        key = database.caller_key(NOW)
        database.close()
        return key

    with ThreadPoolExecutor(6) as machines:
        assert len(set(machines.map(machine, range(6)))) == 1


def test_nothing_is_left_of_a_destroyed_key(file: Path) -> None:
    db = Database(f"sqlite:///{file}")
    key = db.caller_key(NOW).key
    assert key in file.read_bytes()
    db.purge(NOW + DAY, records=90 * DAY, hashes=DAY)
    assert rows(db, caller_keys) == []
    for each in file.parent.iterdir():
        assert key not in each.read_bytes()


def test_nothing_is_left_of_a_destroyed_key_on_postgresql(on_postgres: Database, postgres: Postgres) -> None:
    name = on_postgres._url.database
    assert name is not None
    path = "SELECT pg_relation_filepath('caller_keys')"

    def heap() -> bytes:
        postgres.ask("CHECKPOINT", database=name)
        ((found,),) = postgres.ask(path, database=name)
        return (postgres.folder / "data" / found).read_bytes()

    key = on_postgres.caller_key(NOW).key
    assert key in heap()
    assert on_postgres.purge(NOW + DAY, records=90 * DAY, hashes=DAY)["caller_keys"] == 1
    assert key not in heap()


# Counts


def test_machines_read_each_others_counts_while_they_are_fresh(db: Database) -> None:
    db.report_tally("a", NOW, {"calls": 3, "contacts": {"polizei": 1}})
    db.report_tally("b", NOW - SECOND, {"calls": 1})
    db.report_tally("b", NOW + SECOND, {"calls": 2})
    db.report_tally("b", NOW, {"calls": 9})
    fresh = {"b": (NOW + SECOND, {"calls": 2})}
    assert db.tallies(NOW) == fresh | {"a": (NOW, {"calls": 3, "contacts": {"polizei": 1}})}
    assert db.tallies(NOW + SECOND) == fresh


def test_a_machine_whose_clock_was_ahead_is_heard_again_when_it_is_set_back(db: Database) -> None:
    db.report_tally("a", NOW + 3600 * SECOND, {"calls": 9})
    db.report_tally("a", NOW, {"calls": 1})
    assert db.tallies(NOW) == {"a": (NOW, {"calls": 1})}


def test_losses_are_counted_once(db: Database) -> None:
    db.note_losses("run1", "a", {"full": 5, "late": 1}, NOW)
    db.note_losses("run1", "a", {"full": 7}, NOW)
    db.note_losses("run1", "a", {"full": 5}, NOW)
    db.note_losses("run2", "b", {"full": 10}, NOW)
    db.note_losses("run3", "b", {}, NOW)
    assert db.losses() == {"full": 17, "late": 1}


# Forgetting


def test_purging_is_exact_to_the_second(db: Database) -> None:
    records, hashes = 90 * DAY, DAY
    edge = records.total_seconds()
    for name, age in (("kept", edge - 1), ("gone", edge), ("older", edge + 1)):
        db.write([turn(name, after=-age)])
    for name, age in (("known", 86_399), ("unknown", 86_400), ("long", 86_401)):
        db.write([turn(name, after=-age, caller="00ff00ff00ff00ff"), status("completed", 0, name)])
    for version, age in ((V1, edge + 1), (V2, edge - 1), (V3, edge)):
        db.store_set(version, b"", NOW - age * SECOND)
    db.publish(V1, draft=True, author="a", why="w", at=NOW - 400 * DAY)
    db.note_losses("old", "a", {"full": 1}, NOW - records)
    db.note_losses("new", "a", {"full": 2}, NOW - records + SECOND)
    db.report_tally("gone", NOW - DAY, {})
    db.report_tally("here", NOW - DAY + SECOND, {})
    db.add_instruction(told(after=-2 * edge))
    purged = db.purge(NOW, records=records, hashes=hashes)
    assert purged == {"turns": 2, "calls": 2, "hashes": 2, "sets": 1, "losses": 1, "tallies": 1, "caller_keys": 0,
                      "sessions": 0, "logins": 0, "audit": 0, "working_copies": 0}  # fmt: skip
    assert [row["call"] for row in rows(db, turns)] == ["kept", "known", "long", "unknown"]
    assert [(row["call"], row["caller"] is None) for row in rows(db, calls)] == [
        ("kept", True), ("known", False), ("long", True), ("unknown", True)]  # fmt: skip
    assert [db.content(version) for version in (V1, V2, V3)] == [b"", b"", None]
    assert db.losses() == {"full": 2}
    assert list(db.tallies(NOW - 9 * DAY)) == ["here"]
    assert len(db.publications()) == len(db.instruction_history()) == 1
    assert set(db.purge(NOW, records=records, hashes=hashes).values()) == {0}


def test_a_purge_goes_in_bites(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BITE", 3)
    db.write([turn(f"CA{number}", caller="00ff00ff00ff00ff") for number in range(10)])
    assert db.purge(NOW + DAY, records=2 * DAY, hashes=DAY)["hashes"] == 10
    purged = db.purge(NOW + DAY, records=DAY, hashes=DAY)
    assert (purged["turns"], purged["calls"]) == (10, 10)


def test_a_late_line_of_a_forgotten_call_is_forgotten_again(db: Database) -> None:
    line = turn(caller="00ff00ff00ff00ff")
    for _ in range(2):
        db.write([line])
        assert db.purge(NOW + DAY, records=90 * DAY, hashes=DAY)["hashes"] <= 1
        assert call_of(db)["caller"] is None


# Away


EVERYTHING: list[Callable[[Database], Any]] = [
    lambda db: db.write([turn()]),
    lambda db: db.add_instruction(told()),
    lambda db: db.instructions(NOW),
    lambda db: db.instruction_history(3),
    lambda db: db.store_set(V1, b"", NOW),
    lambda db: db.content(V1),
    lambda db: db.publish(V1, draft=False, author="a", why="w", at=NOW),
    lambda db: db.publications(),
    lambda db: db.in_force(),
    lambda db: db.caller_key(NOW),
    lambda db: db.report_tally("a", NOW, {}),
    lambda db: db.tallies(NOW),
    lambda db: db.note_losses("r", "a", {"full": 1}, NOW),
    lambda db: db.losses(),
    lambda db: db.purge(NOW, records=DAY, hashes=DAY),
    lambda db: rows(db, turns),
    lambda db: db.migrate(),
]


def all_away(db: Database) -> None:
    for each in EVERYTHING:
        with pytest.raises(Away) as away:
            each(db)
        assert "geheim" not in str(away.value)


def test_a_file_that_was_moved_is_away_and_never_made_anew(file: Path) -> None:
    db = Database(f"sqlite:///{file}")
    db.write([turn()])
    file.rename(file.with_suffix(".away"))
    all_away(db)
    assert not file.exists()
    file.with_suffix(".away").rename(file)
    assert db.write([turn(), turn(number=2)]).added == 1
    assert len(rows(db, turns)) == 2


def test_only_the_start_of_the_service_makes_a_file(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/a folder#/100%/ivr.db")
    all_away(db)
    db.migrate(create=True)
    assert db.write([turn()]).added == 1
    (tmp_path / "a folder#" / "100%" / "ivr.db").write_bytes(b"")
    with pytest.raises(Away):
        db.write([turn()])
    (tmp_path / "file").touch()
    with pytest.raises(Away, match="folder"):
        Database(f"sqlite:///{tmp_path}/file/ivr.db").migrate(create=True)


def test_a_file_of_something_else_is_away(tmp_path: Path) -> None:
    (tmp_path / "ivr.db").write_bytes(b"no database at all" * 1000)
    all_away(Database(f"sqlite:///{tmp_path}/ivr.db"))


def test_a_locked_file_is_away_for_writers_and_there_for_readers(file: Path) -> None:
    db = Database(f"sqlite:///{file}", seconds=0.05)
    db.write([turn()])
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        for each in (lambda: db.write([turn(number=2)]), db.migrate):
            with pytest.raises(Away, match="locked"):
                each()
        assert len(rows(db, turns)) == 1
        other.execute("ROLLBACK")
    other.close()
    assert db.write([turn(number=2)]).added == 1


def test_a_file_that_is_just_being_made_elsewhere_is_away(tmp_path: Path) -> None:
    """It cannot be switched to WAL then."""
    path = tmp_path / "ivr.db"
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Away, match="locked"):
            Database(f"sqlite:///{path}", seconds=0.05).migrate(create=True)
    other.close()


def test_a_full_disk_is_away_and_nothing_half_is_kept(file: Path) -> None:
    db = Database(f"sqlite:///{file}")
    db.write([turn()])
    with files_of_at_most(file.stat().st_size), pytest.raises(Away):
        db.write([turn("CA2", number) for number in range(1, 3000)])
    assert len(rows(db, turns)) == 1
    assert db.write([turn("CA2", number) for number in range(1, 3000)]).added == 2999


def test_a_read_only_folder_is_away() -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / "ivr.db"
        db = Database(f"sqlite:///{path}")
        db.migrate(create=True)
        path.chmod(0o444)
        folder.chmod(0o555)
        if os.geteuid() == 0:
            # Nothing is read-only for root.
            os.seteuid(65534)
        for each in (lambda: db.write([turn()]), db.migrate, Database(f"sqlite:///{folder}/new.db").migrate):
            with pytest.raises(Away):
                each()
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_an_outage_of_the_server_costs_nothing_but_time(postgres: Postgres, migrated: str) -> None:
    name = postgres.create(migrated)
    db = Database(postgres.url(name).replace("ivr@", "ivr:geheim@"))
    db.write([turn()])
    postgres.stop()
    try:
        all_away(db)
    finally:
        postgres.start()
    assert db.write([turn(), turn(number=2)]).added == 1
    postgres.ask(f"ALTER DATABASE {name} SET default_transaction_read_only = on", database="postgres")
    db.close()
    with pytest.raises(Away):
        db.write([turn(number=3)])
    assert len(rows(db, turns)) == 2
    db.close()


def test_a_slow_server_is_away(on_postgres: Database) -> None:
    db = Database(on_postgres._url.render_as_string(hide_password=False), seconds=0.1)
    with pytest.raises(Away, match="57014"), db.connect() as connection:
        connection.execute(select(func.pg_sleep(10)))
    with on_postgres._writing() as connection:
        connection.execute(text("LOCK TABLE turns"))
        with pytest.raises(Away):
            db.write([turn()])
    assert db.write([turn()]).added == 1
    db.close()


def test_a_server_that_says_nothing_at_all_is_away(on_postgres: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.store.engine.GRACE", 0.1)
    db = Database(on_postgres._url.render_as_string(hide_password=False), seconds=0.2)
    with db.connect() as connection:
        frozen = connection.execute(select(func.pg_backend_pid())).scalar_one()
    os.kill(frozen, signal.SIGSTOP)
    try:
        # The connection that is frozen is given up; one more is tried, which another process of the server answers.
        assert db.write([turn()]).added == 1
    finally:
        os.kill(frozen, signal.SIGCONT)
    db.close()


def test_a_server_that_falls_silent_is_away(on_postgres: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.store.engine.GRACE", 0.1)
    db = Database(on_postgres._url.render_as_string(hide_password=False), seconds=0.2)

    def ask() -> None:
        with db.connect() as connection:
            frozen = connection.execute(select(func.pg_backend_pid())).scalar_one()
            os.kill(frozen, signal.SIGSTOP)
            try:
                connection.execute(select(1))
            finally:
                os.kill(frozen, signal.SIGCONT)

    with pytest.raises(Away, match="does not answer"):
        ask()
    db.close()


def test_a_reader_cannot_write(db: Database) -> None:
    with pytest.raises(Away), db.connect() as connection:
        connection.execute(delete(turns))


def test_a_mistake_of_a_reader_is_not_the_databases(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), db.connect():
        _ = 1 / 0


def test_what_went_wrong_quotes_no_row(db: Database) -> None:
    with pytest.raises(Away) as away, db._writing() as connection:
        connection.execute(turns.insert(), {"call": "canary", "turn": 1})
    assert "canary" not in str(away.value)


# The address


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "mysql://a:geheim@h/d", "sqlite://", "sqlite:///a?b.db", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true",
        "sqlite:///x.db?mode=ro", "postgres://a:geheim@h", "postgres://a:geheim@h:x/d", "postgres://a:geheim@h/d?colour=red",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_used(url: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL") as bad:
        Database(url)
    assert isinstance(bad.value, BadUrl)
    assert isinstance(bad.value.sentence, Sentence)
    assert all("geheim" not in words for words in (*bad.value.sentence, str(bad.value)))


def test_addresses_of_postgresql_are_one(postgres: Postgres, migrated: str) -> None:
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        db = Database(postgres.url(migrated).replace("postgresql", scheme, 1) + "&application_name=ivr")
        assert db.publications() == ()
        db.close()


# Migrations


def test_migrations_lead_to_the_tables(db: Database) -> None:
    with db.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_tables_have_the_same_words_in_both(db: Database) -> None:
    with db.connect() as connection:
        assert sorted(connection.dialect.get_table_names(connection)) == sorted([*metadata.tables, "alembic_version"])


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_several_machines_migrate_at_once(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/ivr.db"
    if kind == "postgres":
        server = request.getfixturevalue("postgres")
        url = server.url(server.create())
    code = f"from ivr.store import Database; Database({url!r}).migrate(create=True)"
    machines = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) for _ in range(4)]
    assert [machine.wait(60) for machine in machines] == [0] * 4
    db = Database(url)
    assert db.write([turn()]).added == 1
    db.migrate()
    db.close()


def test_sqlite_is_in_wal_mode_and_writes_through(file: Path) -> None:
    with Database(f"sqlite:///{file}").connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2


# Times


def test_times_are_aware_and_in_utc(db: Database) -> None:
    local = NOW.astimezone(datetime.fromisoformat("2026-11-25T18:03:29+01:00").tzinfo)
    db.report_tally("a", local, {})
    ((at, _),) = db.tallies(NOW).values()
    assert (at, at.tzinfo) == (NOW, UTC)
    with pytest.raises(Exception, match="without zone"):
        db.report_tally("a", NOW.replace(tzinfo=None), {})


# What is said about it


def test_every_column_says_why_in_german_and_english() -> None:
    for table in metadata.tables.values():
        for each in (table, *table.columns):
            why = each.info["why"]
            assert all(why), each
            assert why.de != why.en, each


def test_the_page_about_privacy_is_fresh() -> None:
    subprocess.run([sys.executable, "tools/privacy.py", "--check"], cwd=ROOT, check=True)


def test_the_lines_are_json(db: Database) -> None:
    lines = [turn(), status("busy"), fallback(), line_of(told())]
    assert db.write(json.loads(json.dumps(lines))).refused == ()


def test_the_last_step_is_known_without_asking_alembic() -> None:
    config = Config()
    config.set_main_option("script_location", str(module.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [module.HEAD]


def test_a_database_that_a_newer_release_has_brought_up_to_date_is_used(db: Database) -> None:
    with db._writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    db.migrate()
    assert db.write([turn()]).added == 1


def test_who_publishes_upon_what_is_no_longer_the_latest_adds_nothing(db: Database) -> None:
    for version in (V1, V2):
        db.store_set(version, b"content", NOW)
    first = db.publish(V1, draft=False, author="anna", why="w", at=NOW, only_after=0)
    draft = db.publish(V2, draft=True, author="bert", why="w", at=NOW, only_after=first.id)
    for seen in (0, first.id):
        with pytest.raises(Later):
            db.publish(V2, draft=False, author="anna", why="w", at=NOW, only_after=seen)
    assert [each.id for each in db.publications()] == [draft.id, first.id]


def test_of_many_who_publish_at_once_upon_the_same_one_comes_through(db: Database) -> None:
    db.store_set(V1, b"content", NOW)
    ready = threading.Barrier(6)

    def publish(author: str) -> bool:
        ready.wait()
        try:
            db.publish(V1, draft=False, author=author, why="w", at=NOW, only_after=0)
        except Later:
            return False
        return True

    with ThreadPoolExecutor(6) as people:
        came = list(people.map(publish, "abcdef"))
    assert sorted(came) == [False] * 5 + [True]
    assert len(db.publications()) == 1


def test_what_is_entered_just_before_is_never_in_force(db: Database) -> None:
    for version in ("a" * 12, "b" * 12):
        db.store_set(version, b"content", NOW)
    db.publish("b" * 12, draft=False, author="anna", why="better", at=NOW, after=("a" * 12, "spoke before"))
    assert [(each.version, each.why) for each in db.publications()] == [
        ("b" * 12, "better"),
        ("a" * 12, "spoke before"),
    ]
    current, _ = db.in_force()
    assert current is not None
    assert current.version == "b" * 12
    with pytest.raises(LookupError):
        db.publish("b" * 12, draft=False, author="anna", why="again", at=NOW, after=("c" * 12, ""))
    assert len(db.publications()) == 2
