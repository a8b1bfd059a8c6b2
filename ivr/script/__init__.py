"""The read-aloud sheet: everything that callers can hear, as a value (`sheet`), as text and as a page to print.

`moment` is the same of one step.
"""

from __future__ import annotations

from ivr.script.html import html
from ivr.script.sheet import Moment, Sheet, moment, sheet
from ivr.script.text import text

__all__ = ["Moment", "Sheet", "html", "moment", "sheet", "text"]
