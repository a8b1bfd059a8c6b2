"""The read-aloud sheet: everything that callers can hear, as a value (`sheet`), as text and as a page to print."""

from __future__ import annotations

from ivr.script.html import html
from ivr.script.sheet import Sheet, sheet
from ivr.script.text import text

__all__ = ["Sheet", "html", "sheet", "text"]
