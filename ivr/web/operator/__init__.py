"""The operators' page: off unless configured, behind a login, and under a path of its own.

The routes here only pass a request on to the page's own application (`site`), which is put together when somebody asks
for a page for the first time: a worker that only answers calls loads neither a database nor a form of the page.

One page is one module here, or one package where it has more than its views; one folder in `templates/`, and test
modules of its name. `site.PAGES` lists them.

    context   what a page may ask: settings, desk, sets, the running service, the database, the time
    guard     who is logged in, roles, forged requests; `session` has the cookies and how they are signed
    site      the application: pages, headers, errors
    shelf     the sets that pages show: live, draft, a working copy, an older version
    assets    static files under names with their checksum
    words     the language of a request

    today, listening, scenarios, trail, account, login
    phone     `calling`: a call, sealed for whoever makes it
    picture   `drawings`, `place`: what stands behind a box; `heat`: what callers do there
    edit      `working`: the copy of an operator; `examining`: how far the checker is; `lines`: bringing two together;
              `review`: before it is published
    versions  `standing`: which set is in force, and why; `difference` tells two apart, `archive` packs one
    numbers   `counting`, `figures`, `charts`
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from flask import Flask

    from ivr.web.operator.context import Context

PATH = "/operator"


def blueprint(context: Context) -> Blueprint:
    """The routes of the page, for one process."""
    routes = Blueprint("operator", __name__)
    lock = Lock()
    built: list[Flask] = []

    def site() -> Flask:
        with lock:
            if not built:
                from ivr.web.operator.site import build

                built.append(build(context))
        return built[0]

    def passed_on(**_path: str) -> Response:
        return Response(*run_wsgi_app(site(), request.environ, buffered=True))

    for rule in (PATH, f"{PATH}/", f"{PATH}/<path:_rest>"):
        routes.add_url_rule(
            rule,
            "page",
            passed_on,
            methods=["GET", "POST"],
            strict_slashes=True,
            provide_automatic_options=False,
        )
    return routes
