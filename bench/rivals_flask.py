"""The bare Flask app of rivals.py by itself: what it needs is loaded, and nothing else."""

from flask import Flask, Response


def app() -> Flask:
    """One route, one constant."""
    made = Flask("flask_constant")

    @made.post("/voice")
    def voice() -> Response:
        return Response("<Response></Response>", mimetype="text/xml")

    return made
