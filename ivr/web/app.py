"""The Flask application. `create_app` reads in the order in which things matter: limits, calls, health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from ivr.street.form import MAX_BODY
from ivr.web import health, voice

if TYPE_CHECKING:
    from ivr.street import Service


def create_app(service: Service) -> Flask:
    """The application that answers for a service which stands ready."""
    app = Flask("ivr", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY, MAX_FORM_PARTS=100)
    app.register_blueprint(voice.blueprint(service))
    app.register_blueprint(health.blueprint())
    return app
