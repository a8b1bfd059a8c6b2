"""The report as a value for other programs: totals, the rows of the tidy table, and the offices with their sentences.

A number that is not told is null, and `hidden` says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from ivr.report.health import Health
    from ivr.report.published import Report


def json_of(report: Report, language: Literal["de", "en"]) -> dict[str, Any]:
    """The document."""
    return {
        "calls": report.calls,
        "turns": report.turns,
        "from": report.period.first.isoformat(),
        "to": report.period.last.isoformat(),
        "timezone": report.zone,
        "rows": [row._asdict() for row in report.rows],
        "health": [_health(each, language) for each in report.health],
    }


def _health(health: Health, language: Literal["de", "en"]) -> dict[str, Any]:
    place = health.place
    return {
        "contact": health.contact,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "worse": [each.en if language == "en" else each.de for each in health.worse],
    }
