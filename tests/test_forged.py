"""Our verdict on a webhook is that of the provider's library, behind our own stricter rules; by both ways of reading.

`IVR_FORGED=1000000 python -m pytest -s tests/test_forged.py` asks about as many (ten minutes or so).
"""

from __future__ import annotations

import os

from forged import verdicts

COUNT = int(os.environ.get("IVR_FORGED") or 3_000)


def test_the_library_agrees():
    given, disputed = verdicts(2026, COUNT)
    print(f"{COUNT:,} webhooks:", ", ".join(f"{number:,} {verdict}" for verdict, number in sorted(given.items())))  # noqa: T201
    assert disputed == []
    # All verdicts were asked for, and by both ways.
    assert {"taken", "taken by its layout", "403", "403 by its layout", "400", "400 by its layout", "413"} <= set(given)
