"""`/metrics`: what all processes of this service have counted, in the form that Prometheus reads.

Only who brings the token (IVR_METRICS_TOKEN, as `Authorization: Bearer …`) sees it. It is put together in a thread of
the page pool, from shared memory: however often it is asked, no call waits for it.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, request

from ivr.tally import BOUNDS, EXPECTS, KINDS, LINES, REASONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client.metrics_core import Metric

    from ivr.street import Service
    from ivr.tally import Tally


def blueprint(service: Service, tally: Tally, token: str) -> Blueprint:
    """The route, for one service."""
    routes = Blueprint("metrics", __name__)

    @routes.get("/metrics", provide_automatic_options=False)
    def metrics() -> Response:
        if not brings(token):
            abort(404)
        from prometheus_client import CollectorRegistry
        from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

        registry = CollectorRegistry()
        registry.register(_Collector(lambda: collected(tally.sums(), service.current.flows.version)))
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)

    return routes


def brings(token: str) -> bool:
    """Whether the present request brings a token; nobody does where none is set."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


class _Collector:
    """What the library asks for its metrics."""

    def __init__(self, collect: Callable[[], Iterator[Metric]]) -> None:
        self.collect = collect


def collected(sums: dict[str, int], version: str) -> Iterator[Metric]:
    """Every metric, from the sums of the tally; `version` is the set on which calls begin."""
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

    turns = CounterMetricFamily(
        "ivr_turns",
        "Turns answered, by the kind of the step at which they end and by what is waited for.",
        labels=("kind", "expects"),
    )
    for kind in KINDS:
        for expects in EXPECTS:
            turns.add_metric((kind, expects), sums[f"turn {kind} {expects}"])
    yield turns

    latency = HistogramMetricFamily("ivr_turn_seconds", "Work on a turn, from the request to its record.")
    ends = [*(f"{bound / 1e6:g}" for bound in BOUNDS), "+Inf"]
    total, buckets = 0, []
    for place, end in enumerate(ends):
        total += sums[f"latency {place}"]
        buckets.append((end, total))
    latency.add_metric((), buckets, sums["microseconds"] / 1e6)
    yield latency

    refused = CounterMetricFamily("ivr_refused", "Webhooks turned away, by reason.", labels=("reason",))
    for reason in REASONS:
        refused.add_metric((reason,), sums[f"refused {reason}"])
    yield refused

    for family, word, text in (
        ("ivr_spooled", "spooled", "Lines written to the spool."),
        ("ivr_lost", "lost", "Lines that could not be kept."),
    ):
        lines = CounterMetricFamily(family, text, labels=("line",))
        for line in LINES:
            lines.add_metric((line,), sums[f"{word} {line}"])
        yield lines

    for name, key, text in (
        ("ivr_failed_turns", "failed", "Turns that could not be worked out; the caller heard a number."),
        ("ivr_recorded", "recorded", "Turns that are new in the database."),
        ("ivr_misshapen", "misshapen", "Lines of the spool that are no records."),
        ("ivr_swaps", "swaps", "Times that another set was put in force."),
        ("ivr_set_refusals", "refusals", "Sets that were refused for their errors."),
    ):
        yield CounterMetricFamily(name, text, value=sums[key])

    waiting = sums["waiting bytes"] + sums["spooled bytes"] - sums["seen bytes"]
    yield GaugeMetricFamily("ivr_spool_bytes", "Bytes in the spool that are not in the database.", value=waiting)
    yield GaugeMetricFamily("ivr_database_away", "Whether the database is away.", value=sums["away"])
    yield GaugeMetricFamily("ivr_calls", "Calls under way.", value=sums["calls"])
    info = GaugeMetricFamily("ivr_set", "The set on which calls begin.", labels=("version",))
    info.add_metric((version,), 1)
    yield info
