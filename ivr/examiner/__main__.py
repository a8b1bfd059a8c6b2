"""`python -m ivr.examiner FOLDER PARENT`: examines what is laid down in a folder, for as long as it is needed.

PARENT is the process of the service; when that is gone, so is the examiner. A folder has one at most.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

from ivr.examiner.checks import Checks, State, held, write

LOOK_SECONDS = 0.05
IDLE_SECONDS = 300.0
"""So long it waits for something to do."""

_PURGE_SECONDS = 60.0
_WATCH_SECONDS = 0.25
_NICE, _NICER = 5, 10
"""Whoever answers calls comes first; proofs come last."""

_DESCRIPTORS = 256
"""Of the examiner, which has a handful."""

_UNWANTED = 3
"""The exit code of an examination that nobody waits for any more."""


def main(folder: Path, service: int) -> None:
    """Examines until nobody needs it."""
    checks = Checks(folder)
    with held(folder / "examiner") as free:
        if not free:
            return
        write(folder / "examiner.pid", str(os.getpid()).encode())
        os.nice(_NICE)
        # What takes long to load is loaded once, for every process that is split off.
        importlib.import_module("ivr.examiner.examination")
        _serve(checks, service)


def _serve(checks: Checks, service: int) -> None:
    at_work: dict[int, str] = {}
    needed = purged = time.monotonic()
    checks.purge()
    while True:
        now = time.monotonic()
        _bury(checks, at_work)
        wanted = checks.wanted()
        for key in wanted:
            if key not in at_work.values() and not checks.state(key).over:
                if not checks.try_again(key):
                    checks.tell(key, State("failed"))
                elif (child := os.fork()) == 0:
                    _be_one(checks, key, service)
                else:
                    at_work[child] = key
        if wanted or at_work:
            needed = now
        if now - purged > _PURGE_SECONDS:
            checks.purge()
            purged = now
        if now - needed > IDLE_SECONDS or not _lives(service) or not checks.folder.exists():
            return
        time.sleep(LOOK_SECONDS)


def _bury(checks: Checks, at_work: dict[int, str]) -> None:
    for child in list(at_work):
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            key = at_work.pop(child)
            if os.WIFEXITED(status) and os.WEXITSTATUS(status) == _UNWANTED:
                # It was not its fault: the next beginning counts anew.
                (checks.folder / key / "tries").unlink(missing_ok=True)


def _be_one(checks: Checks, key: str, service: int) -> None:
    """What a process that was split off does, to its end."""
    code = 1
    try:
        # The examiner's own file is held by it alone, else nobody could follow it while this goes on.
        os.closerange(3, _DESCRIPTORS)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with held(checks.folder / key / "lock") as free:
            if free:
                _examine(checks, key, service)
            code = 0 if free else _UNWANTED
    except Exception:  # noqa: BLE001 - whatever it was, it is told, and this process ends here
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _examine(checks: Checks, key: str, service: int) -> None:
    from ivr.examiner.examination import examine

    telling = threading.Lock()
    over = threading.Event()

    def tell(state: State) -> None:
        with telling:
            if state.stage == "queued":
                os.nice(_NICER)
            checks.tell(key, state)

    def watch() -> None:
        while not over.wait(_WATCH_SECONDS):
            if checks.is_stopped(key):
                with telling:
                    checks.tell(key, State("stopped"))
                    os._exit(0)
            if key not in checks.wanted() or not _lives(service):
                os._exit(_UNWANTED)

    threading.Thread(target=watch, daemon=True).start()
    examine(checks, key, checks.folder.parent / "check", tell)
    over.set()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    # Put aside at once: whoever has started it need not wait, and has no child to bury.
    if os.fork() == 0:
        main(Path(sys.argv[1]), int(sys.argv[2]))
        sys.stderr.flush()
    os._exit(0)
