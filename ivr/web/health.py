"""Health: is the process alive, and would callers suffer if they were sent here.

A database that is away, a full spool, a refused set: callers suffer from none of them, so none makes a service unready.
Who brings the metrics' token is told of them all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from ivr.web.metrics import brings

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.desk import Desk
    from ivr.tally import Tally


def blueprint(tally: Tally, token: str, desk: Callable[[], Desk | None]) -> Blueprint:
    """`/healthz` and `/readyz`. Neither tells a stranger anything but yes or no."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz", provide_automatic_options=False)
    def alive() -> Response:
        return _plain("alive\n")

    @routes.get("/readyz", provide_automatic_options=False)
    def ready() -> Response:
        # A process has its flow set before it has this route: whoever can answer here can answer calls.
        lines = ["ready", *(_news(tally, desk()) if brings(token) else ())]
        return _plain("".join(f"{line}\n" for line in lines))

    return routes


def _plain(text: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8")


def _news(tally: Tally, desk: Desk | None) -> list[str]:
    """What is not as it should be, for those who run the service."""
    sums = tally.sums()
    found = []
    if desk is not None:
        found.append(f"set {desk.current} ({desk.origin})")
        if desk.trouble is not None:
            found.append(f"refused {desk.trouble.version}: {desk.trouble.count} problems")
            found += desk.trouble.problems
    if sums["away"]:
        found.append("the database is away")
    lost = sum(number for name, number in sums.items() if name.startswith("lost "))
    if lost:
        found.append(f"{lost} records lost")
    return found
