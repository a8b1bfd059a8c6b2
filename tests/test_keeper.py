"""The keeper's loop, asked step by step: what changed last speaks, what has errors does not, what is told is obeyed."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from running import until
from service import CONTACTS, FLOWS, PUBLIC, TOKEN
from sqlalchemy import select

from ivr import desk as desks
from ivr.bundle import Bundle, gather
from ivr.instructions import Instruction
from ivr.keeper import house as houses
from ivr.keeper import ledger as ledgers
from ivr.keeper.__main__ import furnished
from ivr.keeper.files import SETTLED_SECONDS, FilesWatch
from ivr.keeper.house import House
from ivr.keeper.ledger import Ledger, News
from ivr.keeper.traffic import LONGEST_CONNECTION, QUIET, Traffic
from ivr.loader import Loaded, load_bundle
from ivr.observe import Journal
from ivr.records import Recorder
from ivr.sets import Sets
from ivr.settings import Settings, read_settings, read_storage
from ivr.spool import Reader, Spool
from ivr.store import CallerKey, Database, Publication
from ivr.store.schema import calls
from ivr.street import Prepared, Service
from ivr.street.signature import Verifier
from ivr.tally import INDEX, Tally, alone
from ivr.web.trials import Trials
from ivr.web.watch import STALE_SECONDS, Watch

NOTHING = News(None, None, (), None, {}, {})


@dataclass
class Kept:
    """A machine with a keeper that is asked step by step."""

    folder: Path
    settings: Settings
    journal: io.StringIO = field(default_factory=io.StringIO)
    proofs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.house = self.new()

    def new(self) -> House:
        """Another keeper on the same machine: the one before was killed."""
        return House(
            self.settings,
            Sets(self.settings.storage.sets),
            Reader(self.settings.storage.spool),
            alone(),
            Journal(self.journal),
            judge=load_bundle,
            prove=self._prove,
        )

    def _prove(self, loaded: Loaded) -> tuple[()]:
        assert loaded.flows is not None
        self.proofs.append(loaded.flows.version)
        return ()

    def begin(self) -> desks.Desk:
        assert self.house.begin(lambda: None)
        return self.desk

    @property
    def desk(self) -> desks.Desk:
        found = desks.read(self.settings.desk / desks.NAME)
        assert found is not None
        return found

    def until(self, wanted: Any) -> desks.Desk:
        """Steps until the desk is as wanted."""
        end = time.monotonic() + 30
        while not wanted(self.desk):
            assert time.monotonic() < end, self.desk
            self.house.step()
            time.sleep(0.05)
        return self.desk

    def edit(self, old: str, new: str, file: str = "flows/hotline.yaml") -> str:
        path = self.folder / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
        return self.version

    @property
    def version(self) -> str:
        return self.bundle.version

    @property
    def bundle(self) -> Bundle:
        return gather(self.settings.files.flows, self.settings.files.contacts)[0]

    def tell(self, **changes: Any) -> None:
        self.house.tell(NOTHING._replace(**changes))

    def events(self, name: str) -> list[dict[str, Any]]:
        return [each for line in self.journal.getvalue().splitlines() if (each := json.loads(line))["event"] == name]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    shutil.copytree(FLOWS, tmp_path / "flows")
    shutil.copy(CONTACTS, tmp_path / "contacts.yaml")
    settings = read_settings(
        {
            "TWILIO_AUTH_TOKEN": "t",
            "IVR_PUBLIC_URL": "https://ivr.example",
            "IVR_FLOWS": str(tmp_path / "flows"),
            "IVR_CONTACTS": str(tmp_path / "contacts.yaml"),
            "IVR_SPOOL": str(tmp_path / "spool"),
            "IVR_MAX_CALLS": "2",
        }
    )
    return Kept(tmp_path, settings)


WELCOME = "Willkommen beim Kommunalen"
OTHER = "Herzlich willkommen beim Kommunalen"


def publication(number: int, version: str, *, draft: bool = False) -> Publication:
    return Publication(number, version, draft, "somebody", "a reason", datetime.now(UTC))


def test_it_begins_with_the_files(kept):
    desk = kept.begin()
    assert (desk.current, desk.origin, desk.seen) == (kept.version, "files", kept.version)
    assert Sets(kept.settings.storage.sets).proved(desk.current)
    assert kept.proofs == [desk.current]


def test_files_with_errors_are_nothing_to_begin_with(kept):
    kept.edit("go: nordstadt}", "go: nordstatt}")
    assert not kept.house.begin(lambda: None)
    assert kept.events("set-refused")


def test_a_changed_file_speaks_and_the_calls_before_it_stay_on_theirs(kept):
    first = kept.begin().current
    second = kept.edit(WELCOME, OTHER)
    desk = kept.until(lambda desk: desk.current == second)
    assert set(desk.known) == {first, second}
    assert kept.proofs == [first, second]
    # And back: what was proved is not proved again.
    kept.edit(OTHER, WELCOME)
    kept.until(lambda desk: desk.current == first)
    assert kept.proofs == [first, second]


def test_a_changed_file_with_errors_is_refused_by_file_and_line_until_it_is_repaired(kept):
    first = kept.begin().current
    kept.edit("go: nordstadt}", "go: nordstatt}")
    desk = kept.until(lambda desk: desk.trouble is not None)
    assert desk.current == first
    assert desk.trouble is not None
    assert re.search(r"flows/hotline\.yaml:\d+:\d+: error\[unknown-target\] .*nordstatt", desk.trouble.problems[0])
    assert kept.events("set-refused")
    kept.edit("go: nordstatt}", "go: nordstadt}")
    assert kept.until(lambda desk: desk.trouble is None).current == first


def test_a_keeper_that_comes_after_another_goes_on_from_the_desk(kept):
    first = kept.begin().current
    kept.tell(instructions=(told := (switch("closed"),)))
    kept.until(lambda desk: desk.instructions == told)
    second = kept.edit(WELCOME, OTHER)
    kept.house = kept.new()
    desk = kept.begin()
    assert desk.current == second, "the files were changed while nobody looked"
    assert first in desk.known
    assert desk.instructions == told
    kept.edit("go: nordstadt}", "go: nordstatt}")
    kept.house = kept.new()
    assert kept.begin().current == second, "what is in force stays in force"


def test_what_another_build_has_prepared_is_made_again(kept):
    version = kept.begin().current
    for path in (kept.settings.storage.sets / version).glob("*.prepared"):
        path.rename(path.with_name("0123456789abcdef.prepared"))
    kept.house = kept.new()
    assert kept.begin().current == version
    assert Sets(kept.settings.storage.sets).has(version)


def test_a_published_set_is_known_before_calls_begin_on_it(kept):
    first = kept.begin().current
    second = kept.edit(WELCOME, OTHER)
    content = kept.bundle.to_bytes()
    kept.edit(OTHER, WELCOME)
    kept.tell(published=publication(1, second), contents={second: content})
    desk = kept.until(lambda desk: second in desk.known)
    assert desk.current == first
    desk = kept.until(lambda desk: desk.current == second)
    assert (desk.origin, desk.published) == ("published", 1)
    # Rolled back: the same version under another number.
    kept.tell(published=publication(2, first))
    kept.until(lambda desk: desk.current == first)
    # And the same news again change nothing, nor does a file that is left alone.
    kept.tell(published=publication(2, first))
    kept.house.step()
    assert kept.desk.current == first


def test_what_changed_last_speaks(kept):
    kept.begin()
    second = kept.edit(WELCOME, OTHER)
    kept.until(lambda desk: desk.current == second)
    kept.tell(published=publication(1, kept.desk.seen), contents={})
    third = kept.edit(OTHER, f"{OTHER}.")
    assert kept.until(lambda desk: desk.current == third).origin == "files"
    kept.tell(published=publication(2, second))
    assert kept.until(lambda desk: desk.current == second).origin == "published"


def test_what_was_published_before_the_files_were_changed_does_not_come_back_after_them(kept):
    first = kept.begin().current
    second = kept.edit(WELCOME, OTHER)
    content = kept.bundle.to_bytes()
    kept.edit(OTHER, WELCOME)
    kept.tell(published=publication(1, second), contents={second: content}, others={"busy": {"sets": [first]}})
    third = kept.edit(WELCOME, f"{OTHER}.")
    kept.until(lambda desk: desk.current == third)
    assert kept.desk.published == 1
    for _ in range(20):
        kept.house.step()
        time.sleep(0.05)
    assert kept.desk.current == third


def test_a_published_set_waits_until_all_machines_know_it(kept):
    first = kept.begin().current
    second = kept.edit(WELCOME, OTHER)
    content = kept.bundle.to_bytes()
    kept.edit(OTHER, WELCOME)
    news = {"published": publication(1, second), "contents": {second: content}}
    kept.tell(**news, others={"busy": {"sets": [first]}})
    kept.until(lambda desk: second in desk.known)
    for _ in range(20):
        kept.house.step()
        time.sleep(0.05)
    assert kept.desk.current == first
    assert second in kept.house.own()["sets"]
    kept.tell(**news, others={"busy": {"sets": [first, second]}})
    kept.until(lambda desk: desk.current == second)


def test_a_machine_without_a_desk_goes_by_what_is_published(kept):
    second = kept.edit(WELCOME, OTHER)
    content = kept.bundle.to_bytes()
    kept.edit(OTHER, WELCOME)
    kept.tell(published=publication(7, second), contents={second: content})
    desk = kept.begin()
    assert (desk.current, desk.origin, desk.published, desk.seen) == (second, "published", 7, kept.version)


def test_a_published_set_that_this_release_cannot_read_is_refused(kept):
    first = kept.begin().current
    broken = kept.edit("go: nordstadt}", "go: nordstatt}")
    content = kept.bundle.to_bytes()
    kept.edit("go: nordstatt}", "go: nordstadt}")
    kept.tell(published=publication(1, broken), contents={broken: content})
    desk = kept.until(lambda desk: desk.trouble is not None)
    assert desk.current == first


def test_a_published_set_that_is_not_what_it_is_called_is_refused_once(kept):
    first = kept.begin().current
    content = kept.bundle.to_bytes()
    for number, version in ((1, "0" * 12), (2, "1" * 12)):
        kept.tell(published=publication(number, version), contents={version: content if number == 1 else b"damaged"})
        assert kept.until(lambda desk: desk.published == number).current == first  # noqa: B023
        assert not kept.house.wanted(version)


def test_a_draft_is_laid_beside_what_is_in_force(kept):
    first = kept.begin().current
    second = kept.edit(WELCOME, OTHER)
    content = kept.bundle.to_bytes()
    kept.edit(OTHER, WELCOME)
    kept.tell(draft=publication(1, second, draft=True), contents={second: content})
    assert kept.until(lambda desk: desk.draft == second).current == first
    kept.tell()
    # A call that has begun on it stays on it.
    assert second in kept.until(lambda desk: desk.draft is None).known


def test_publications_of_another_database_count_too(kept):
    """Its numbers begin anew: SQLite was exchanged for PostgreSQL, or a backup was put back."""
    first = kept.begin().current
    second = kept.edit(WELCOME, OTHER)
    content = kept.bundle.to_bytes()
    kept.edit(OTHER, WELCOME)
    kept.tell(published=publication(57, first))
    kept.until(lambda desk: desk.published == 57)
    kept.tell(published=publication(3, second), contents={second: content})
    assert kept.until(lambda desk: desk.current == second).published == 3
    kept.tell()
    kept.until(lambda desk: desk.published == 0)
    kept.tell(published=publication(3, first))
    assert kept.until(lambda desk: desk.current == first).published == 3


def switch(value: str, minutes: int = 60) -> Instruction:
    now = datetime.now(UTC)
    return Instruction("switch", "citywache", value, now, now + timedelta(minutes=minutes))


def recorder(kept: Kept) -> tuple[Recorder, Spool]:
    tally = alone()
    spool = Spool(kept.settings.desk, tally, 1 << 20)
    return Recorder(spool, tally, io.StringIO()), spool


def test_what_is_told_by_telephone_holds_without_the_database(kept):
    kept.begin()
    told = switch("closed")
    assert recorder(kept)[0].instruct(told)
    kept.until(lambda desk: desk.instructions == (told,))
    # The database has others; both hold, each once.
    other = switch("open")
    kept.tell(instructions=(other, told))
    assert {each.id for each in kept.until(lambda desk: len(desk.instructions) == 2).instructions} == {
        told.id,
        other.id,
    }


def line(call: str, turn: int, at: datetime, expects: str = "gather", **more: Any) -> bytes:
    fields = {"k": "turn", "call": call, "turn": turn, "at": at.isoformat(), "expects": expects, **more}
    return json.dumps(fields).encode() + b"\n"


def test_calls_under_way_leave_less_room(kept):
    kept.begin()
    _, spool = recorder(kept)
    now = datetime.now(UTC)
    kept.until(lambda desk: desk.load.room == 2)
    spool.append("turn", line("CA1", 1, now))
    kept.until(lambda desk: desk.load.room == 1)
    kept.tell(others={"another": {"calls": 1}})
    assert kept.until(lambda desk: desk.load.room == 0).load.crowded
    spool.append("turn", line("CA1", 2, now, "hangup"))
    kept.until(lambda desk: desk.load.room == 1)
    # The kill switch, and its end.
    kept.tell(instructions=(Instruction("limit", "calls", "0", now),))
    assert kept.until(lambda desk: desk.load.crowded).load.room == 0
    kept.tell(instructions=(Instruction("limit", "calls", "off", now + timedelta(milliseconds=1)),))
    assert kept.until(lambda desk: desk.load.room is None).load.crowded is False


def test_connections_and_minutes_have_limits(kept):
    kept.begin()
    _, spool = recorder(kept)
    now = datetime.now(UTC)
    limits = (Instruction("limit", "connections", "1", now), Instruction("limit", "minutes", "1", now))
    kept.tell(instructions=limits)
    spool.append("turn", line("CA1", 2, now, "dial", contact="polizei"))
    assert kept.until(lambda desk: desk.load.full).load.full == {"polizei"}
    spool.append("turn", line("CA1", 3, now, "hangup", input="connection", result="completed", seconds="61"))
    assert kept.until(lambda desk: not desk.load.full).load.connecting is False
    kept.tell(instructions=(Instruction("limit", "connections", "0", now + timedelta(seconds=1)),))


def test_a_keeper_that_begins_anew_gives_no_minute_and_no_line_twice(kept, monkeypatch):
    """What the one before it has counted is in the database by then, and no longer in the spool."""
    monkeypatch.setattr(houses, "_TRAFFIC_SECONDS", 0)
    monkeypatch.setattr(houses, "_TRAFFIC_SHARE", 0)
    kept.begin()
    _, spool = recorder(kept)
    now = datetime.now(UTC)
    limits = (Instruction("limit", "connections", "1", now), Instruction("limit", "minutes", "2", now))
    kept.tell(instructions=limits)
    spool.append("turn", line("CA1", 3, now, "hangup", input="connection", result="completed", seconds="121"))
    spool.append("turn", line("CA2", 2, now, "dial", contact="polizei"))
    kept.until(lambda desk: desk.load.full and not desk.load.connecting)
    spool.close()
    moved = Reader(kept.settings.storage.spool)
    moved.done(moved.read())
    moved.clear()
    kept.house = kept.new()
    kept.begin()
    for _ in range(2):
        kept.house.step()
    kept.house.lay(now, time.monotonic(), at_once=True)
    assert (kept.desk.load.full, kept.desk.load.connecting) == ({"polizei"}, False)


@pytest.mark.parametrize("content", ["", "[]", '{"calls": [["CA1", 1, 2, null]]}', '{"calls": 7, "day": null}'])
def test_what_is_no_traffic_is_none(tmp_path, content):
    (tmp_path / "traffic.json").write_text(content, "ascii")
    traffic = Traffic(ZoneInfo("Europe/Berlin"))
    traffic.recall(tmp_path / "traffic.json")
    assert traffic.counts(datetime.now(UTC)) == {"calls": 0, "connections": {}, "seconds": 0}


def test_the_key_of_the_callers_is_destroyed_after_a_day(kept):
    kept.begin()
    now = datetime.now(UTC)
    kept.tell(key=CallerKey("1", b"secret", now - timedelta(hours=23, minutes=59, seconds=59)))
    kept.until(lambda desk: desk.caller_key is not None)
    kept.until(lambda desk: desk.caller_key is None)
    assert b"secret".hex() not in (kept.settings.desk / desks.NAME).read_text("ascii")


@pytest.mark.parametrize(("switched", "age"), [("no", 0), ("yes", 24)])
def test_a_key_that_may_not_be_used_is_not_taken_over_from_the_desk(kept, switched, age):
    """The database may be away for as long as it likes."""
    desk = kept.begin()
    born = datetime.now(UTC) - timedelta(hours=age)
    desks.write(kept.settings.desk / desks.NAME, desk.with_(caller_key="00ff", key_born=born))
    storage = replace(kept.settings.storage, hash_callers=switched == "yes")
    kept.settings = replace(kept.settings, storage=storage)
    kept.house = kept.new()
    assert kept.begin().caller_key is None


def test_the_hash_of_a_caller_lives_for_a_day_however_long_the_service_runs(tmp_path, monkeypatch):
    """Not for two, as it would if it were looked for once a day."""
    seconds = [1000.0]
    monkeypatch.setattr(ledgers, "monotonic", lambda: seconds[0])
    env = {"DATABASE_URL": f"sqlite:///{tmp_path / 'ivr.db'}", "IVR_SPOOL": str(tmp_path / "spool")}
    storage = read_storage(env)
    database = Database(storage.database)
    database.migrate(create=True)
    parts = (storage, Reader(storage.spool), alone(), Journal(io.StringIO()))
    ledger = Ledger(*parts, machine="a", run="1", tell=lambda _: None, own=dict, wanted=lambda _: False)
    spool = Spool(storage.spool / "8000", alone(), storage.spool_limit)
    ledger.work()
    rest = {"flow": "hotline", "step": "main", "language": "de", "input": "call", "us": 900, "caller": 16 * "0"}
    for call, hours in (("CA1", 24), ("CA2", 23)):
        at = datetime.now(UTC) - timedelta(hours=hours)
        spool.append("turn", line(call, 1, at, version="0123456789ab", **rest))
    ledger.work()
    seconds[0] += 61
    ledger.work()
    with database.connect() as connection:
        query = select(calls.c.call, calls.c.caller.is_not(None)).order_by(calls.c.call)
        assert list(connection.execute(query)) == [("CA1", False), ("CA2", True)]
    database.close()


def test_what_was_only_listened_to_is_proved_before_it_speaks_and_purged_after_a_day(kept):
    there = kept.settings.storage.trials / kept.version
    Trials(kept.settings).keep(load_bundle(kept.bundle))
    desk = kept.begin()
    assert desk.current == kept.version
    assert kept.proofs == [kept.version]
    assert there.exists()
    os.utime(there, (1, 1))
    kept.house = kept.new()
    kept.begin()
    assert not there.exists()


def test_nothing_half_written_is_left_lying(kept):
    """A keeper that was killed at the wrong moment has left a key behind."""
    kept.settings.desk.mkdir(parents=True)
    old, young = (kept.settings.desk / f".desk.json.1.{name}" for name in ("old", "young"))
    for path in (old, young):
        path.touch()
    os.utime(old, (1, 1))
    kept.begin()
    assert (old.exists(), young.exists()) == (False, True)


def test_a_desk_is_what_was_written(tmp_path):
    now = datetime.now(UTC)
    desk = desks.Desk(
        current="0123456789ab",
        draft="ba9876543210",
        known={"0123456789ab": now},
        origin="published",
        seen="x",
        published=3,
        instructions=(switch("closed"),),
        load=desks.Load(crowded=True, full=frozenset({"polizei"}), connecting=False, room=0),
        caller_key="00ff",
        key_born=now,
        trouble=desks.Trouble("x", now, ("a:1:1: error",), 7),
        locked=True,
    )
    desks.write(tmp_path / "8000" / desks.NAME, desk)
    assert desks.read(tmp_path / "8000" / desks.NAME) == desk
    assert [path.name for path in (tmp_path / "8000").iterdir()] == [desks.NAME]


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"current": 1}', "null"])
def test_what_is_no_desk_is_none(tmp_path, content):
    (tmp_path / desks.NAME).write_text(content)
    assert desks.read(tmp_path / desks.NAME) is None
    assert desks.read(tmp_path / "none" / desks.NAME) is None


def test_files_count_as_changed_when_they_are_at_rest(kept):
    watch = FilesWatch(kept.settings.files)
    assert watch.changed(0)
    assert not watch.changed(1)
    kept.edit(WELCOME, OTHER)
    assert not watch.changed(2)
    kept.edit(OTHER, f"{OTHER}!")
    assert not watch.changed(2.1)
    assert not watch.changed(2.1 + SETTLED_SECONDS - 0.01)
    assert watch.changed(2.2 + SETTLED_SECONDS)
    assert not watch.changed(9)
    (kept.folder / "flows" / ".hotline.yaml.swp").write_text("an editor's own")
    assert not watch.changed(10)
    (kept.folder / "flows" / "info.yaml").unlink()
    assert not watch.changed(11)
    assert watch.changed(12)


def test_traffic_in_any_order_and_twice():
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    lines = [
        json.loads(each)
        for each in (
            line("CA1", 1, now),
            line("CA1", 2, now, "dial", contact="polizei"),
            line("CA2", 1, now),
            line("CA2", 2, now, "dial", contact="polizei"),
            line("CA2", 3, now, "gather", input="connection", result="completed", seconds=120),
            line("CA3", 1, now),
            line("CA4", 1, now, test=True),
        )
    ] + [{"k": "status", "call": "CA3", "at": now.isoformat(), "status": "completed"}, {"k": "fallback"}]
    expected = {"calls": 2, "connections": {"polizei": 1}, "seconds": 120}
    for order in (lines, lines[::-1], lines + lines, lines[3:] + lines[:5]):
        traffic = Traffic(ZoneInfo("Europe/Berlin"))
        traffic.take(order)
        assert traffic.counts(now) == expected
    assert traffic.counts(now + QUIET + timedelta(seconds=1))["calls"] == 1
    assert traffic.counts(now + LONGEST_CONNECTION + timedelta(seconds=1))["calls"] == 0
    assert traffic.counts(now + timedelta(days=1))["seconds"] == 0


def test_calls_from_before_the_clock_was_set_back_are_not_counted_for_an_hour():
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    ahead = now + timedelta(hours=1)
    traffic = Traffic(ZoneInfo("Europe/Berlin"))
    traffic.take([json.loads(line("CA1", 1, ahead)), json.loads(line("CA2", 2, ahead, "dial", contact="polizei"))])
    assert traffic.counts(ahead)["calls"] == 2
    assert traffic.counts(now)["calls"] == 0
    traffic.take([json.loads(line("CA1", 2, now))])
    assert traffic.counts(now)["calls"] == 1


def test_calls_of_another_service_in_the_same_spool_are_that_ones_to_count(kept):
    kept.begin()
    now = datetime.now(UTC)
    another = Spool(kept.settings.storage.spool / "8001", alone(), 1 << 20)
    another.append("turn", line("CA2", 1, now))
    spool = recorder(kept)[1]
    spool.append("turn", line("CA1", 1, now))
    house, _ = furnished(kept.settings, alone(), "0123456789abcdef")
    assert house.begin(lambda: None)
    house.step()
    assert house.own()["calls"] == 1


def test_what_is_moved_at_once_is_counted_too(kept, tmp_path):
    """A worker dies right after the end of a connection, and the ledger is faster than the house."""
    from ivr.store import Database

    storage = replace(kept.settings.storage, database=f"sqlite:///{tmp_path / 'ivr.db'}")
    settings = replace(kept.settings, storage=storage)
    Database(settings.storage.database).migrate(create=True)
    kept.begin()
    now = datetime.now(UTC)
    house, ledger = furnished(settings, alone(), "0123456789abcdef")
    assert house.begin(lambda: None)
    spool = recorder(kept)[1]
    spool.append("turn", line("CA1", 2, now, "dial", contact="polizei"))
    house.step()
    assert house.own()["connections"] == {"polizei": 1}
    spool.append("turn", line("CA1", 3, now, "hangup", input="connection", result="completed", seconds="61"))
    spool.close()
    ledger.work()
    house.step()
    assert house.own()["connections"] == {}
    ledger.work()
    assert not list(tmp_path.rglob("*.spool"))


def watched(kept: Kept, tally: Tally | None = None) -> tuple[Watch, Service, io.StringIO]:
    """A worker's look, the service that it changes, and the log."""
    log = io.StringIO()
    journal = Recorder(Spool(kept.settings.desk, alone(), 1 << 20), alone(), log)
    watch = Watch(kept.settings, Sets(kept.settings.storage.sets), tally, journal)
    begun = watch.first()
    assert begun is not None
    return watch, Service(PUBLIC, Verifier([TOKEN]), journal, begun[1]), log


def test_what_an_officer_has_ordered_holds_here_under_a_desk_that_was_laid_before_the_keeper_has_read_of_it(kept):
    desk = kept.begin()
    watch, service, _ = watched(kept)
    watch.look(service)
    closed = Instruction("switch", "citywache", "closed", datetime.now(UTC), channel="phone")
    assert watch.instruct(closed)
    service.heed(closed)
    path = kept.settings.desk / desks.NAME
    desks.write(path, desk.with_(load=desks.Load(room=7)))
    watch.look(service)
    assert service.room is not None
    assert service.current.clerk.standing.instructions == (closed,)
    # Then the desk has it, and it is there once.
    desks.write(path, desk.with_(instructions=(closed,)))
    watch.look(service)
    assert service.current.clerk.standing.instructions == (closed,)
    # From now on it is the desk alone that counts.
    desks.write(path, desk.with_(load=desks.Load(room=8)))
    watch.look(service)
    assert service.current.clerk.standing.instructions == ()


def test_turns_that_lie_ready_go_when_something_else_is_in_force_and_then_only(kept):
    desk = kept.begin()
    watch, service, _ = watched(kept)
    watch.look(service)
    before = service.current
    path = kept.settings.desk / desks.NAME
    desks.write(path, desk.with_(load=desks.Load(room=7)))
    watch.look(service)
    assert service.current is before
    desks.write(path, desk.with_(load=desks.Load(room=7, crowded=True)))
    watch.look(service)
    assert service.current is not before


def test_a_set_that_was_not_there_for_a_moment_is_taken_when_it_is(kept):
    kept.begin()
    watch, service, _ = watched(kept)
    watch.look(service)
    second = kept.edit(WELCOME, OTHER)
    kept.until(lambda desk: desk.current == second)
    there = kept.settings.storage.sets / second
    there.rename(there.with_name("away"))
    watch.look(service)
    watch.look(service)
    assert service.current.flows.version != second
    there.with_name("away").rename(there)
    watch.look(service)
    assert service.current.flows.version == second


def test_a_set_that_cannot_be_read_keeps_no_other_from_being_put_in_force(kept, monkeypatch):
    first = kept.begin().current
    second = kept.edit(WELCOME, OTHER)
    kept.until(lambda desk: desk.current == second)
    real = Sets.ready

    def ready(sets, version):
        if version == first:
            raise MemoryError
        return real(sets, version)

    monkeypatch.setattr(Sets, "ready", ready)
    watch, service, log = watched(kept)
    for _ in range(3):
        desks.write(kept.settings.desk / desks.NAME, kept.desk.with_(load=desks.Load(crowded=True)))
        watch.look(service)
    assert service.current.flows.version == second
    assert service.current.clerk.standing.crowded
    # A call on the old one hears the new one's beginning, and it is told once.
    assert service.known.get(first) is None
    assert log.getvalue().count("MemoryError") == 1


def test_what_could_not_be_put_in_force_is_tried_again_though_the_desk_stays_as_it_is(kept, monkeypatch):
    kept.begin()
    watch, service, log = watched(kept)
    desks.write(kept.settings.desk / desks.NAME, kept.desk.with_(load=desks.Load(crowded=True)))
    real, tries = Prepared.under, []

    def under(prepared, standing):
        tries.append(1)
        if len(tries) < 3:
            raise MemoryError
        return real(prepared, standing)

    monkeypatch.setattr(Prepared, "under", under)
    watch.start(service)
    until("the look after the failing ones", lambda: service.current.clerk.standing.crowded)
    assert log.getvalue().count("MemoryError") == 1


def test_a_worker_starts_on_what_is_in_force_though_its_prepared_form_is_lost_and_the_files_are_wrong(kept):
    version = kept.begin().current
    for path in (kept.settings.storage.sets / version).glob("*.prepared"):
        path.write_bytes(b"x" * 50)
    kept.edit("languages:", "sprachen:")
    watch, service, log = watched(kept)
    assert service.current.flows.version == version
    assert log.getvalue().count("a set was made anew") == 1
    # And it goes on hearing what is changed.
    desks.write(kept.settings.desk / desks.NAME, kept.desk.with_(load=desks.Load(crowded=True)))
    watch.look(service)
    assert service.current.flows.version == version
    assert service.current.clerk.standing.crowded


@pytest.mark.parametrize(("stopped", "turned_away"), [(False, False), (True, True)])
def test_a_desk_that_nobody_can_write_any_more_turns_no_caller_away_but_an_operator_does(kept, stopped, turned_away):
    """A full disk while there was no room: the keeper cannot say that calls have ended."""
    tally = alone()
    kept.begin()
    desks.write(
        kept.settings.desk / desks.NAME, kept.desk.with_(load=desks.Load(crowded=True, stopped=stopped, room=0))
    )
    watch, service, _ = watched(kept, tally)
    tally.put(INDEX["laid"], int(time.monotonic()))
    watch.look(service)
    assert service.current.clerk.standing.crowded
    tally.put(INDEX["laid"], int(time.monotonic() - STALE_SECONDS - 2))
    watch.look(service)
    assert service.current.clerk.standing.crowded is turned_away
    assert (service.room == 0) is turned_away
    tally.put(INDEX["laid"], int(time.monotonic()))
    watch.look(service)
    assert service.current.clerk.standing.crowded


def test_one_alarm_does_not_hide_another(kept):
    for sentence in ("the desk cannot be written: full", "a set cannot be kept: full", "a set cannot be kept: full"):
        kept.house._alarm(sentence)
    assert len(kept.events("alarm")) == 2
