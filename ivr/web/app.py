"""The Flask application. `create_app` reads in the order in which things matter: limits, calls, health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from ivr.street.form import MAX_BODY
from ivr.tally import alone
from ivr.web import health, metrics, operator, voice
from ivr.web.counter import Counter
from ivr.web.lane import Lane

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.desk import Desk
    from ivr.street import Service
    from ivr.tally import Tally
    from ivr.web.operator.context import Context


def create_app(
    service: Service,
    tally: Tally | None = None,
    *,
    token: str = "",
    timing: bool = False,
    lane: bool = True,
    desk: Callable[[], Desk | None] = lambda: None,
    page: Context | None = None,
) -> Flask:
    """The application that answers for a service which stands ready.

    `tally` is what this service has counted; `token` lets its bearer see it, and what `desk` says. With `timing` each
    reply to a webhook says how long it took. With `lane` calls are answered in front of Flask's dispatch. `page` is
    what the operators' page goes by; without it there is none.
    """
    tally = tally or alone()
    app = Flask("ivr", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY, MAX_FORM_PARTS=100)
    # An address that is not exactly ours is none: Flask would send `//voice` on to whatever the Host header names.
    app.url_map.merge_slashes = False
    app.register_error_handler(HTTPException, _in_one_word)
    counter = Counter(service, timing=timing)
    app.register_blueprint(voice.blueprint(counter))
    if lane:
        app.wsgi_app = Lane(counter, app.wsgi_app)  # type: ignore[method-assign] # as Flask's manual has it
    app.register_blueprint(health.blueprint(tally, token, desk))
    app.register_blueprint(metrics.blueprint(service, tally, token))
    if page is not None:
        app.register_blueprint(operator.blueprint(page))
    return app


def _in_one_word(error: HTTPException) -> Response:
    """What Flask refuses by itself (404, 405, 413), as short and plain as what the street refuses."""
    allow = [(name, value) for name, value in error.get_headers() if name == "Allow"]
    return Response(f"{error.name}\n", error.code, allow, content_type="text/plain; charset=utf-8")
