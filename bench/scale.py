"""What one core carries, and what the database carries: the figures of docs/scale.md.

    python bench/scale.py [SECONDS]

**Turns.** The real service, one worker and its keeper, under a crowd of callers (tests/support/crowd.py), recording
to SQLite and to PostgreSQL. What is counted is CPU time by process (Linux: /proc), so a busy machine changes it less
than the clock's time: microseconds per turn of the worker, of the keeper, and of PostgreSQL's own processes.

**Lines.** `Database.write`, as the keeper uses it, with lines as workers write them, in batches of 10, 100 and 1,000,
the database's own durability included (SQLite: synchronous=FULL; PostgreSQL: fsync=on). What is counted is time by the
clock, and the size of what is stored: bytes for each turn, indexes included.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "support")]

from crowd import Crowd  # noqa: E402 - the tests' own
from postgres import Postgres, bin_folder  # noqa: E402
from running import PUBLIC, TOKEN, Running, children  # noqa: E402

from ivr.store import Database  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")
DURABLE = ("fsync=on", "full_page_writes=on", "autovacuum=on")
TURNS_A_CALL = 5


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used, with those of the children that it has buried."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / TICK


def resident(pid: int) -> float:
    """Megabytes of memory that are a process's own share."""
    found = Path(f"/proc/{pid}/smaps_rollup").read_text().partition("\nPss:")[2].split()
    return int(found[0]) / 1024


def idle(cluster: Postgres, name: str, seconds: float) -> None:
    """What a keeper asks of PostgreSQL when nobody calls."""
    query = f"SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = '{name}'"
    before = int(cluster.ask(query, database="postgres")[0][0])
    time.sleep(seconds)
    after = int(cluster.ask(query, database="postgres")[0][0])
    query = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'"
    connections = cluster.ask(query, database="postgres")[0][0]
    print(f"  nobody calls: {(after - before) / seconds:.1f} transactions/s, {connections} connections open")


def turns(folder: Path, url: str, cluster: Postgres | None, seconds: float) -> None:
    """CPU by process of a service under load, and its memory."""
    running = Running(folder, url, workers=1).furnish().start()
    server = cluster.pid if cluster else None
    try:
        if cluster is not None:
            time.sleep(2)
            idle(cluster, url.partition("?")[0].rpartition("/")[2], seconds)
        with Crowd([running.port], PUBLIC, TOKEN, lines=8, pace=0.002) as crowd:
            time.sleep(2)
            family = {role: pid for pid, role in running.family().items()}
            theirs = [server, *children(server)] if server else []
            before, turned = {role: cpu(pid) for role, pid in family.items()}, crowd.turns()
            database, begun = sum(map(cpu, theirs)), time.monotonic()
            time.sleep(seconds)
            turned, took = crowd.turns() - turned, time.monotonic() - begun
            used = {role: cpu(pid) - before[role] for role, pid in family.items()}
            database = sum(map(cpu, theirs)) - database
            assert running.process is not None
            memory = {role: resident(pid) for role, pid in {**family, "parent": running.process.pid}.items()}
        ends = len(crowd.protocol.completed) / max(1, len(crowd.protocol.answered))
        lines = [f"{role} {1e6 * its / turned:.0f} µs" for role, its in sorted(used.items(), reverse=True)]
        lines += [f"PostgreSQL {1e6 * database / turned:.0f} µs"] if theirs else []
        print(
            f"  {turned / took:,.0f} turns/s, CPU for each turn: {', '.join(lines)} ({ends:.2f} ends of calls a turn)"
        )
        print(f"  one core of worker: {turned / used['worker']:,.0f} turns/s; failed: {len(crowd.protocol.failed)}")
        print(f"  memory: {', '.join(f'{role} {its:.0f} MB' for role, its in memory.items())}")
    finally:
        running.stop()


def written_lines() -> Iterator[dict[str, object]]:
    """Lines of calls as they come, without end: turns, and after the last the end of the call."""
    at = datetime(2026, 11, 25, 8, tzinfo=UTC)
    for call in count():
        sid = f"CA{call:032x}"
        for turn in range(1, TURNS_A_CALL + 1):
            at += timedelta(milliseconds=7)
            yield {
                "k": "turn",
                "at": at.isoformat(timespec="milliseconds"),
                "call": sid,
                "turn": turn,
                "version": "289995139415",
                "flow": "hotline",
                "step": "main",
                "language": "de",
                "expects": "gather",
                "input": "key",
                "key": "3",
                "hours": "citywache week",
                "us": 120,
                **({"caller": f"{call:016x}"} if turn == 1 else {}),
            }
        yield {
            "k": "status",
            "at": at.isoformat(timespec="milliseconds"),
            "call": sid,
            "status": "completed",
            "seconds": 60,
        }


def lines(url: str, size: Callable[[], int], seconds: float) -> None:
    """How fast lines become rows."""
    database = Database(url, seconds=30)
    database.migrate(create=True)
    flow, total, empty = written_lines(), 0, size()
    for batch in (10, 100, 1000):
        number, begun = 0, time.monotonic()
        while time.monotonic() - begun < seconds:
            written = database.write(list(islice(flow, batch)))
            assert not written.refused, written.refused[0]
            number += batch
        total += number
        print(f"  batches of {batch:>5,}: {number / (time.monotonic() - begun):>7,.0f} lines/s")
    database.close()
    turned = total * TURNS_A_CALL / (TURNS_A_CALL + 1)
    each = len(json.dumps(next(written_lines())))
    stored = (size() - empty) / turned
    print(f"  for each turn, its call included: {stored:.0f} bytes in the database, {each} in the spool")


def main() -> None:
    """Everything."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    programs = bin_folder()
    load = os.getloadavg()
    print(f"{os.cpu_count()} cores; load before: {load[0]:.1f}; Python {sys.version.split()[0]}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ivr-scale-", dir=HERE.parent)))
        file = folder / "lines.db"
        print("SQLite, turns:")
        (folder / "a").mkdir()
        turns(folder / "a", f"sqlite:///{folder / 'a' / 'var' / 'ivr.db'}", None, seconds)
        print("SQLite, lines:")
        lines(f"sqlite:///{file}", lambda: sum(path.stat().st_size for path in folder.glob("lines.db*")), seconds)
        if programs is None:
            print("No PostgreSQL server is installed here.")
            return
        cluster = Postgres(programs)
        stack.callback(cluster.remove)
        cluster.start(*DURABLE)
        name = cluster.create()
        print("PostgreSQL, turns:")
        (folder / "b").mkdir()
        turns(folder / "b", cluster.url(cluster.create()), cluster, seconds)
        print("PostgreSQL, lines:")
        size = f"SELECT pg_database_size('{name}')"
        lines(cluster.url(name), lambda: int(cluster.ask(size, database="postgres")[0][0]), seconds)


if __name__ == "__main__":
    main()
