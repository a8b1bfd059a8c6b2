"""Health: is the process alive, and would callers suffer if they were sent here."""

from __future__ import annotations

from flask import Blueprint, Response


def blueprint() -> Blueprint:
    """`/healthz` and `/readyz`. Neither tells a stranger anything but yes or no."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz", provide_automatic_options=False)
    def alive() -> Response:
        return Response("alive\n", content_type="text/plain; charset=utf-8")

    @routes.get("/readyz", provide_automatic_options=False)
    def ready() -> Response:
        # A process has its flow set before it has this route: whoever can answer here can answer calls.
        return Response("ready\n", content_type="text/plain; charset=utf-8")

    return routes
