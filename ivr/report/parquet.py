"""The report as a Parquet file: the tidy table, with the period in its metadata. Needs pyarrow, an optional package."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.report.published import Report


def parquet_of(report: Report) -> bytes:
    """The file.

    Raises:
        ImportError: pyarrow is not installed.
    """
    import pyarrow as pa
    from pyarrow import parquet

    words = ("section", "group", "key")
    about = {"from": report.period.first.isoformat(), "to": report.period.last.isoformat(), "timezone": report.zone}
    schema = pa.schema(
        [
            *(pa.field(word, pa.string(), nullable=False) for word in words),
            pa.field("value", pa.float64()),
            pa.field("hidden", pa.string(), nullable=False),
        ],
        metadata=about,
    )
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.Table.from_pylist([row._asdict() for row in report.rows], schema), sink)
    return bytes(sink.getvalue())
