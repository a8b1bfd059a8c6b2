"""The spool: nothing that was taken is lost, nothing is deleted too early, and what cannot be kept is counted."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

from ivr.spool import Reader, Spool, Worth
from ivr.spool.writer import LOOK_SECONDS, SEGMENT_BYTES, SUFFIX
from ivr.tally import INDEX, Tally, alone

ROOT = Path(__file__).parents[1]
MEGABYTE = 1024 * 1024


def line(number: int, padding: int = 0) -> bytes:
    return f'{{"k": "turn", "number": {number}, "padding": "{"x" * padding}"}}\n'.encode()


def numbers(reader: Reader) -> list[int]:
    """What a reader finds, until it finds no more."""
    found: list[int] = []
    while True:
        batch = reader.read()
        if not batch.size:
            return found
        found += [each["number"] for each in batch.lines]
        reader.done(batch)


@pytest.fixture
def tally() -> Tally:
    return alone()


@pytest.fixture
def spool(tmp_path: Path, tally: Tally) -> Spool:
    return Spool(tmp_path / "spool" / "8000", tally, 64 * MEGABYTE)


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path / "spool")


def segments(tmp_path: Path) -> list[Path]:
    return list(tmp_path.rglob(f"*{SUFFIX}"))


def test_what_is_written_is_read_once_and_in_order(spool, reader, tally):
    assert all(spool.append("turn", line(number)) for number in range(100))
    assert numbers(reader) == list(range(100))
    assert spool.append("turn", line(100))
    assert numbers(reader) == [100]
    assert tally.sums()["spooled turn"] == 101
    assert tally.sums()["spooled bytes"] == sum(len(line(number)) for number in range(101))


def test_what_is_not_done_is_read_again(spool, reader, tmp_path):
    spool.append("turn", line(1))
    assert [each["number"] for each in reader.read().lines] == [1]
    assert [each["number"] for each in reader.read().lines] == [1]
    # And by whoever comes after, from the beginning.
    assert numbers(reader) == [1]
    assert numbers(Reader(tmp_path / "spool")) == [1]


def test_a_segment_goes_when_it_is_read_and_left(spool, reader, tmp_path):
    spool.append("turn", line(1))
    numbers(reader)
    reader.clear()
    assert len(segments(tmp_path)) == 1, "its writer may still write to it"
    spool.append("turn", line(2))
    spool.close()
    reader.clear()
    assert len(segments(tmp_path)) == 1, "there is something in it that nobody has read"
    assert numbers(reader) == [2]
    reader.clear()
    assert segments(tmp_path) == []
    assert spool.append("turn", line(3))
    assert numbers(reader) == [3]


def test_a_full_segment_is_left_for_a_new_one(spool, reader, tmp_path):
    many = 2 * SEGMENT_BYTES // 1000
    assert all(spool.append("turn", line(number, 1000)) for number in range(many))
    assert len(segments(tmp_path)) == 3
    assert sorted(numbers(reader)) == list(range(many))
    reader.clear()
    assert len(segments(tmp_path)) == 1


def test_half_a_line_costs_itself_only(spool, reader, tmp_path):
    spool.append("turn", line(1))
    spool.close()
    torn = segments(tmp_path)[0].with_name(f"1-torn{SUFFIX}")
    torn.write_bytes(line(2) + b"no json\n[]\n" + line(3)[:10])
    batch = reader.read()
    assert sorted(each["number"] for each in batch.lines) == [1, 2]
    assert batch.misshapen == 2
    reader.done(batch)
    reader.clear()
    assert segments(tmp_path) == []


def test_the_less_important_is_given_up_first(tmp_path, tally):
    spool = Spool(tmp_path, tally, 1000)
    full = b"x" * 899 + b"\n"
    assert spool.append("turn", full)
    little = b"y" * 9 + b"\n"
    assert not spool.append("status", little, Worth.LITTLE)
    assert all(spool.append("turn", little) for _ in range(10))
    assert not spool.append("turn", little)
    assert all(spool.append("instruction", little, Worth.MUCH) for _ in range(10))
    assert not spool.append("instruction", little, Worth.MUCH)
    sums = tally.sums()
    assert [sums[f"lost {kind}"] for kind in ("turn", "status", "instruction")] == [1, 1, 1]
    # The keeper has moved everything: there is room again.
    tally.put(INDEX["seen bytes"], tally.sum(INDEX["spooled bytes"]))
    assert spool.append("status", little, Worth.LITTLE)


def test_a_folder_that_cannot_be_written_to_costs_nobody_but_the_records(tmp_path, tally):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    spool = Spool(in_the_way / "spool", tally, MEGABYTE)
    assert not spool.append("turn", line(1))
    in_the_way.unlink()
    assert spool.append("turn", line(2))
    assert tally.sums()["lost turn"] == 1
    assert numbers(Reader(tmp_path)) == [2]


WRITER = """
    import os, resource, signal, sys
    from pathlib import Path
    from ivr.spool import Spool
    from ivr.tally import alone
    tally = alone()
    spool = Spool(Path(sys.argv[1]), tally, 1 << 30)
    if sys.argv[2] == "full":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    number = 0
    while number < 200 or sys.argv[2] == "kill":
        if spool.append("turn", b'{"number": %d}\\n' % number):
            os.write(1, b"%d\\n" % number)
        if sys.argv[2] == "many":
            spool.close()
        number += 1
    os.write(2, b"%d" % tally.sums()["lost turn"])
"""


def writing(folder: Path, how: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), str(folder), how],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_a_killed_writer_loses_nothing_that_it_has_reported(tmp_path, reader):
    for _ in range(3):
        with writing(tmp_path / "spool", "kill") as process:
            assert process.stdout is not None
            for _ in range(500):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
            reported = 500 + process.stdout.read().count(b"\n")
        found = numbers(reader)
        # One more may have been written before it could be reported.
        assert found[:reported] == list(range(reported))
        assert len(found) - reported in {0, 1}
        reader.clear()
        assert segments(tmp_path) == []


def test_a_disk_that_fills_up_tears_no_line_and_every_loss_is_counted(tmp_path, reader):
    """A file may not grow beyond 1,000 bytes here: as on a full disk, the last line is written in part."""
    with writing(tmp_path / "spool", "full") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        kept = [int(word) for word in process.stdout.read().split()]
        lost = int(process.stderr.read())
    batch = reader.read()
    assert sorted(each["number"] for each in batch.lines) == kept
    assert lost == 200 - len(kept) > 0
    assert batch.misshapen == 0
    for path in segments(tmp_path):
        assert all(json.loads(each) for each in path.read_bytes().splitlines())


def test_a_segment_that_is_being_made_is_not_taken_for_one_that_was_left(tmp_path, reader, tally, monkeypatch):
    """The keeper looks just between the making of a segment and its lock: it deletes it, and the writer notices."""
    spool = Spool(tmp_path / "spool" / "8000", tally, MEGABYTE)
    lock, looks = fcntl.flock, iter([reader.clear, reader.clear])

    def locked(file: Any, how: int) -> None:
        if how == fcntl.LOCK_EX and (look := next(looks, None)):
            look()
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", locked)
    assert spool.append("turn", line(1))
    assert numbers(reader) == [1]
    assert next(looks, None) is None


def test_a_folder_that_somebody_deletes_costs_what_was_in_it_and_nothing_after(spool, reader, tmp_path):
    spool.append("turn", line(1))
    assert numbers(reader) == [1]
    shutil.rmtree(tmp_path / "spool")
    time.sleep(LOOK_SECONDS)
    assert spool.append("turn", line(2))
    assert numbers(reader) == [2]


def test_a_place_without_locks_costs_lines_and_no_descriptors(spool, tally, tmp_path, monkeypatch):
    def no_locks(_file: Any, _how: int) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert not any(spool.append("turn", line(number)) for number in range(50))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert tally.sums()["lost turn"] == 50
    assert segments(tmp_path) == []


def test_a_segment_that_does_not_close_costs_no_caller(spool, reader, monkeypatch):
    """Some network disks say only then that they are full."""
    close = os.close

    def closed(descriptor: int) -> None:
        close(descriptor)
        raise OSError(errno.EDQUOT, "quota exceeded")

    spool.append("turn", line(1))
    with monkeypatch.context() as patch:
        patch.setattr(os, "close", closed)
        spool.close()
    assert spool.append("turn", line(2))
    assert sorted(numbers(reader)) == [1, 2]


def test_a_reader_that_deletes_nothing_forgets_what_another_one_has_deleted(spool, reader, tmp_path):
    other = Reader(tmp_path / "spool")
    for number in range(5):
        spool.append("turn", line(number))
        spool.close()
        assert numbers(other) == numbers(reader) == [number]
        other.clear()
    assert numbers(reader) == []
    assert reader._reached == {}


def test_a_reader_that_clears_all_the_time_costs_no_line(tmp_path, reader):
    """Many short-lived writers, and a keeper that never rests."""
    with writing(tmp_path / "spool", "many") as process:
        found: list[int] = []
        while process.poll() is None:
            found += numbers(reader)
            reader.clear()
        assert process.stdout is not None
        kept = [int(word) for word in process.stdout.read().split()]
    found += numbers(reader)
    assert sorted(found) == kept == list(range(200))
    reader.clear()
    assert segments(tmp_path) == []
