"""What opening hours cost: the year of a hundred contacts, an answer while it holds, and one worked out anew.

    python bench/hours.py [ROUNDS]

The baseline of an answer that holds is one look into a dictionary and one comparison of two datetimes, measured in the
same round; what is printed is the median ratio with the middle half. The year tables are the text that `ivr hours
CONTACT --year Y` prints, for a hundred contacts with exceptions of every form, against a single second of CPU.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ivr.cli.hours_text import whole_year
from ivr.loader import load_contacts
from ivr.world import Clerk

CONTACTS = 100
ASKED = 20_000
HOURS = """
    phone: (0231) 50-2 88 88
    hours:
      weekly: {Mo-Fr: [8:00-12:00, 13:00-17:30], Sa: 22:00-2:00}
      holidays: closed
      seasons: [{from: 04-01, to: 09-30, weekly: {Mo-Fr: 8:00-19:00}}]
      exceptions:
        - {on: 2027-12-05, open: 13:00-18:00}
        - {from: 2027-12-27, to: 2028-01-02, closed: yes}
        - {every: 12-31, open: 9:00-12:00}
        - {every: Rosenmontag, closed: yes}
        - {every: first We, closed: from 14:00}
"""


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contacts.yaml"
        offices = "".join(f"  office_{n}:\n    name: Office{HOURS}" for n in range(CONTACTS))
        path.write_text(f"contacts:\n{offices}", encoding="utf-8")
        directory = load_contacts(path).directory
    assert directory is not None
    clerk = Clerk(directory)
    now = datetime(2027, 6, 1, 10, tzinfo=UTC)
    clerk.answer("office_0", now)
    kept, until = {"office_0": now}, now + timedelta(hours=1)
    schedule = directory.contacts["office_0"].schedule
    tables, held, anew = [], [], []
    for _ in range(rounds):
        begin = time.process_time()
        for entry in directory.contacts.values():
            whole_year(entry, 2027, entry.schedule.year(2027), directory.zone, "de")
        tables.append(time.process_time() - begin)
        baseline = timed(lambda: kept["office_0"] <= now < until)
        held.append(timed(lambda: clerk.answer("office_0", now)) / baseline)
        anew.append(timed(lambda: schedule.answer(now), ASKED // 20) / baseline)
    show("year tables of 100 contacts, share of one second of CPU", tables)
    show("an answer that holds, against a look-up and a comparison", held)
    show("an answer worked out anew, against the same", anew)


def timed(work, times: int = ASKED) -> float:
    """CPU seconds a time."""
    begin = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - begin) / times


def show(what: str, ratios: list[float]) -> None:
    low, middle, high = statistics.quantiles(ratios, n=4)
    print(f"{what:60} {middle:8.2f}   ({low:.2f}-{high:.2f})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
