"""The keeper's process: `python -m ivr.keeper ORDER`; ORDER is the JSON that the parent writes.

One byte on the lifeline tells the parent that the desk is laid and workers can start. When the lifeline closes, because
the parent is gone, or on SIGTERM, the keeper moves what the workers have written last and ends.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ivr import desk as desks
from ivr.check.memory import Memory
from ivr.check.proof import prove
from ivr.keeper.house import House
from ivr.keeper.ledger import Ledger
from ivr.loader import Loaded, load_bundle
from ivr.observe import Journal
from ivr.sets import Sets
from ivr.settings import read_settings
from ivr.spool import Reader
from ivr.tally import Tally

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.bundle import Bundle
    from ivr.settings import Settings
    from ivr.source.problems import Problem

TICK_SECONDS = 0.2
NEWS_SECONDS = 4.0
"""So long a machine without a desk waits for the database when it starts."""
LAST_SECONDS = 6.0


def main() -> None:
    """The process's whole life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lifeline = socket.socket(fileno=int(json.loads(sys.argv[1])["lifeline"]))
    os.set_inheritable(lifeline.fileno(), False)
    lifeline.setblocking(False)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    descriptor, seat, run = os.environ["IVR_TALLY"].split(":")
    tally = Tally(int(descriptor), int(seat))
    os.close(int(descriptor))
    settings = read_settings(os.environ)
    desks.hold(settings.desk)
    house, ledger = furnished(settings, tally, run)
    ledger.start()
    if not house.begin(lambda: ledger.wait_for_news(NEWS_SECONDS)):
        raise SystemExit(1)
    lifeline.send(b"R")
    while not stop.wait(TICK_SECONDS) and not _cut(lifeline):
        try:
            house.step()
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not stop the keeping of the house
            Journal().failed(datetime.now(UTC), "", error)
    ledger.stop(LAST_SECONDS)
    sys.stderr.flush()
    # Not sys.exit: a database that does not answer must not hold the process. It may be killed at any moment anyway.
    os._exit(0)


def furnished(settings: Settings, tally: Tally, run: str) -> tuple[House, Ledger]:
    """The keeper's two halves, as they know each other."""
    journal = Journal()
    memory = Memory(settings.storage.spool.parent / "check")

    def judge(bundle: Bundle) -> Loaded:
        return load_bundle(bundle, provider=settings.provider, now=datetime.now(UTC))

    def proved(loaded: Loaded) -> tuple[Problem, ...]:
        proof = prove(loaded, datetime.now(UTC), memory)
        memory.save()
        return tuple(problem for problem in proof.problems if problem.severity == "error")

    heard = Reader(settings.storage.spool)
    house = House(
        settings,
        Sets(settings.storage.sets),
        heard,
        tally,
        journal,
        judge=judge,
        prove=proved,
    )
    ledger = Ledger(
        settings.storage,
        Reader(settings.storage.spool),
        tally,
        journal,
        machine=machine(settings.desk),
        run=run,
        tell=house.tell,
        own=house.own,
        wanted=house.wanted,
        beside=heard,
    )
    return house, ledger


def machine(folder: Path) -> str:
    """What tells one service's machine from another: its name, and the folder of its desk."""
    return f"{socket.gethostname()}:{folder.resolve()}"


def _cut(lifeline: socket.socket) -> bool:
    """Whether the parent is gone."""
    try:
        return lifeline.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


if __name__ == "__main__":
    main()
