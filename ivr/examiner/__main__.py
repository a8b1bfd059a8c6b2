"""`python -m ivr.examiner FOLDER PARENT`: examines what is laid down in a folder, for as long as it is needed.

PARENT is the process of the service; when that is gone, so is the examiner. A folder has one at most.
"""

from __future__ import annotations

import importlib
import os
import resource
import signal
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path

from ivr.examiner.checks import Checks, State, held, write

LOOK_SECONDS = 0.05
IDLE_SECONDS = 300.0
"""So long it waits for something to do."""

MOST_AT_WORK = 4
"""So many sets are examined at the same time; of those, fewer are proved."""

MOST_MEMORY = 1024**3
MOST_SECONDS = 900
"""Bytes of memory and seconds of a processor that one examination may take: calls are answered on the same machine."""

_MOST_WRITTEN = 64 * 1024**2
_GRACE_SECONDS = 30
"""An examination that has taken too much says so, in this time at most."""

_PURGE_SECONDS = 1.0
"""Who types makes a new one with every word."""

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
            if len(at_work) < MOST_AT_WORK and key not in at_work.values() and not checks.state(key).over:
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
            # Another examiner's process may have come to its end just now, or somebody stopped it.
            if free and not checks.state(key).over:
                _bound()
                _examine(checks, key, service)
            code = 0 if free else _UNWANTED
    except (MemoryError, _TooLong):
        _unbound()
        checks.tell(key, State("too_large"))
        code = 0
    except Exception:  # noqa: BLE001 - whatever it was, it is told, and this process ends here
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


class _TooLong(Exception):  # noqa: N818 - reads as what it is
    """The examination has taken more of the processor than it may."""


def _bound() -> None:
    """Keeps this process from taking the machine: what it takes too much of, it is refused."""
    _limit(resource.RLIMIT_AS, MOST_MEMORY)
    _limit(resource.RLIMIT_FSIZE, _MOST_WRITTEN)
    _limit(resource.RLIMIT_CPU, MOST_SECONDS, MOST_SECONDS + _GRACE_SECONDS)
    signal.signal(signal.SIGXCPU, _too_long)
    with suppress(OSError):
        # Where memory is short all the same, this one goes before any that answers calls.
        Path("/proc/self/oom_score_adj").write_text("900", "ascii")


def _too_long(_signal: int, _frame: object) -> None:
    raise _TooLong


def _unbound() -> None:
    """To tell what has happened takes a little more."""
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    _limit(resource.RLIMIT_AS, resource.RLIM_INFINITY)


def _limit(what: int, most: int, hardest: int = resource.RLIM_INFINITY) -> None:
    """Sets a limit of this process, within what its own parent has been given."""
    _, given = resource.getrlimit(what)
    within = [each for each in (hardest, given) if each != resource.RLIM_INFINITY]
    hard = min(within, default=resource.RLIM_INFINITY)
    soft = most if hard == resource.RLIM_INFINITY else hard if most == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (soft, hard))


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
            # At the bound of its memory it may be unable to read the folder, which says nothing of who waits.
            with suppress(OSError, MemoryError):
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
