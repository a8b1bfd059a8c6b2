"""Reports: what happened in a period, as numbers of which none tells about a single caller.

- `figures`: what the database has, counted. Exact, and therefore never printed.
- `hidden`: which counts may be told, so that none under 5 can be worked out from the others.
- `published`: what may be printed of the figures, as one value. Whatever prints, prints this.
- `health`: whether an office was busy, or did not answer, notably more often than before.
- `table`, `csv`, `json`, `parquet`: the forms.

What each figure means stands in docs/reports.md.
"""

from __future__ import annotations

from ivr.report.figures import Figures, Period, count
from ivr.report.published import Report, Row, publish

__all__ = ["Figures", "Period", "Report", "Row", "count", "publish"]
