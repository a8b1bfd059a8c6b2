"""A service whose clock can be set: app factory, keeper and parent with a clock that is read from a file.

    python shifted.py             the parent, in place of `ivr serve`
    shifted:application           what its workers make
    python -m shifted ORDER       its keeper

The file that IVR_SHIFT names holds seconds; every time that the service reads is so much later than it is. Only the
edge reads a clock (`ivr.web`, `ivr.keeper`), so it is there that another one is put in. Time that only passes
(`monotonic`) passes as ever, as it does when the clock of a machine is set.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import ivr.keeper.__main__ as keeper
from ivr.cli.serve import _make_database
from ivr.settings import read_settings
from ivr.web import entry
from ivr.web.server import serve

if TYPE_CHECKING:
    from ivr.web.lane import WSGIApp


class Shifted(dt.datetime):
    """A clock that was set."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> dt.datetime:  # type: ignore[override] # a plain one
        return dt.datetime.now(tz) + timedelta(seconds=float(Path(os.environ["IVR_SHIFT"]).read_text() or 0))


def _set_clocks() -> None:
    for name, module in list(sys.modules.items()):
        at_the_edge = name.startswith(("ivr.web", "ivr.keeper"))
        if at_the_edge and getattr(module, "datetime", None) is dt.datetime:
            module.datetime = Shifted  # type: ignore[attr-defined]


def application() -> WSGIApp:
    """For the workers."""
    _set_clocks()
    return entry.application()


def _say_so() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def main() -> int:
    """For the parent."""
    settings = read_settings(os.environ)
    _make_database(settings)
    return serve(
        "shifted:application",
        port=settings.port,
        workers=settings.workers,
        ready=_say_so,
        environment={entry.DEV: ""},
        keeper="shifted",
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _set_clocks()
        keeper.main()
    else:
        sys.exit(main())
