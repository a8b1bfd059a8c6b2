"""The page's own application. A new page is a module with `routes(context)` and its line in `PAGES`."""

from __future__ import annotations

import time
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, g, render_template, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from ivr.store import Away, Operators
from ivr.web.operator import account, edit, listening, login, numbers, phone, picture, scenarios, today, trail, versions
from ivr.web.operator.assets import Assets
from ivr.web.operator.edit import review
from ivr.web.operator.guard import Guard, alike, for_everybody, is_alike, may, role_of, takes_long
from ivr.web.operator.session import LANGUAGE
from ivr.web.operator.words import LANGUAGES, SHELL, in_language, language

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ivr.web.operator.context import Context

PAGES = (today, phone, picture, edit, review, versions, numbers, listening, scenarios, trail, account, login)
"""The pages. Those with a `NAME` stand in the navigation, in this order."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
MAX_BODY = 256 * 1024
LONG_BODY = 320 * 1024
"""With a whole file of an operator in it, which the reader takes up to 256 KiB of."""
FIRST = ("shell.html", "login/page.html", "today/page.html", "today/forms.html", "today/board.html", "phone/page.html")
"""Templates of the pages that one meets first; any other takes less than a tenth of a second when it is first shown."""
PAUSE_SECONDS = 0.02
"""Between two of them: calls go first."""
_YEAR = 365 * 24 * 3600


def build(context: Context) -> Flask:
    """Puts the application together."""
    app = Flask("ivr.web.operator", static_folder=None, template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY, MAX_FORM_PARTS=200)
    app.config["PREFIX"] = context.prefix
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    guard = Guard(context)
    _languages(app, context, guard)
    app.before_request(lambda: _take_long(app))
    app.before_request(guard.check)
    for page in PAGES:
        app.register_blueprint(page.routes(context))
    _statics(app)
    app.after_request(guard.finish)
    app.after_request(lambda reply: _headers(reply, encrypted=context.encrypted))
    app.register_error_handler(HTTPException, _error)
    app.register_error_handler(Exception, _mishap)
    _templates(app, context, guard)
    for rule in app.url_map.iter_rules():
        assert role_of(app.view_functions[rule.endpoint]) is not None, f"who may see {rule.rule}?"
    return app


def rehearse(app: Flask, context: Context) -> None:
    """What the first request would wait for otherwise: its templates, and the first question to the database."""
    for name in FIRST:
        app.jinja_env.get_template(name)
        time.sleep(PAUSE_SECONDS)
    with suppress(Away), context.opened() as database:
        Operators(database).session("")


def _languages(app: Flask, context: Context, guard: Guard) -> None:
    @app.before_request
    def choose() -> None:
        wanted = request.args.get("lang", "")
        kept = request.cookies.get(guard.cookies.name(LANGUAGE), "")
        known = [each for each in (wanted, kept, context.settings.files.language) if each in LANGUAGES]
        g.language = known[0]
        chosen = wanted in LANGUAGES and wanted != kept and not is_alike(_view(app))
        g.chosen = wanted if chosen else ""

    @app.after_request
    def keep(reply: Response) -> Response:
        if g.get("chosen"):
            guard.cookies.give(reply, LANGUAGE, g.chosen, _YEAR)
        return reply


def _take_long(app: Flask) -> None:
    if takes_long(_view(app)):
        request.max_content_length = request.max_form_memory_size = LONG_BODY


def _view(app: Flask) -> Callable[..., Any] | None:
    """The view that the present request is for."""
    return app.view_functions.get(request.endpoint or "")


def _statics(app: Flask) -> None:
    assets = Assets()

    @app.get("/operator/static/<name>", provide_automatic_options=False)
    @for_everybody
    @alike
    def static(name: str) -> Response:
        found = assets.find(name)
        if found is None:
            abort(404)
        packed = request.accept_encodings.quality("gzip") > 0
        reply = Response(found.packed if packed else found.content, content_type=found.type)
        if packed:
            reply.headers["Content-Encoding"] = "gzip"
        reply.headers["Vary"] = "Accept-Encoding"
        reply.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        return reply

    app.jinja_env.globals["asset"] = lambda name: f"{app.config['PREFIX']}/operator/static/{assets.name(name)}"


def _templates(app: Flask, context: Context, guard: Guard) -> None:
    """What every template may use."""
    named = [page for page in PAGES if getattr(page, "NAME", None) is not None]

    @app.context_processor
    def shell() -> dict[str, Any]:
        desk = context.desk()
        here = request.path if request.method == "GET" else today.PATH
        query = {name: value for name, value in request.args.items() if name not in ("lang", "told", "token")}
        return {
            "lang": language(),
            "other": "en" if language() == "de" else "de",
            "shell": in_language(SHELL),
            "href": lambda path: f"{context.prefix}{path}",
            "here": here,
            "query": query,
            "who": g.get("who"),
            "may": may,
            "database_away": context.away,
            "token": lambda: guard.token,
            "navigation": [(page.PATH, page.NAME.en if language() == "en" else page.NAME.de) for page in named],
            "version": context.flows.version,
            "origin": desk.origin if desk else "files",
        }


def _headers(reply: Response, *, encrypted: bool) -> Response:
    reply.headers["Content-Security-Policy"] = POLICY
    reply.headers["X-Content-Type-Options"] = "nosniff"
    reply.headers["Referrer-Policy"] = "no-referrer"
    reply.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    reply.headers.setdefault("Cache-Control", "no-store")
    if encrypted:
        reply.headers["Strict-Transport-Security"] = f"max-age={_YEAR}"
    return reply


def _error(error: HTTPException) -> tuple[str, int]:
    code = error.code or 500
    words = in_language(SHELL)
    return render_template("error.html", message=words.get(f"error_{code}", error.name)), code


def _mishap(error: Exception) -> tuple[str, int]:
    traceback.print_exception(error)
    return render_template("error.html", message=in_language(SHELL)["error_500"]), 500
