"""How many examples the property tests of hours and sentences try: enough for a first look, ten thousand in CI."""

from __future__ import annotations

import os

EXAMPLES = 10_000 if os.environ.get("CI") else 200
