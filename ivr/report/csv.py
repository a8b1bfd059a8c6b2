"""The report as a long tidy table with commas: section, group, key, value, hidden. Values are numbers or empty."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from ivr.report.published import Row

if TYPE_CHECKING:
    from ivr.report.published import Report


def csv_of(report: Report, section: str | None = None) -> str:
    """The table, or a section of it, in UTF-8 when written; a line ends with a line feed."""
    text = StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(Row._fields)
    out.writerows(report.rows if section is None else report.section(section))
    return text.getvalue()
