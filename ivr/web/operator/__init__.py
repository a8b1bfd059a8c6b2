"""The operators' page: off unless configured, behind a login, and under a path of its own.

The routes here only pass a request on to the page's own application (`site`). That one is put together when somebody
asks for a page for the first time, or some moments after the worker's start, in a thread (`Door.warm_up`): nobody waits
for a page, and no first call for what only the page needs.

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
    numbers   `figures`, `charts`; the picture shares `counting` with it
"""

from __future__ import annotations

import traceback
from threading import Lock, Timer
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from flask import Flask

    from ivr.web.operator.context import Context

PATH = "/operator"


WARM_UP_SECONDS = 0.5
"""After the application is there, which is made when a worker has given its first answers (`ivr.web.later`)."""


class Door:
    """The way to the page's application, for one process."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = Lock()
        self._site: Flask | None = None

    def site(self) -> Flask:
        """The application, put together if it is not yet."""
        with self._lock:
            if self._site is None:
                from ivr.web.operator.site import build

                self._site = build(self._context)
            return self._site

    def warm_up(self) -> None:
        """Puts it together some moments from now, and has it ready to show a page."""
        timer = Timer(WARM_UP_SECONDS, self._warm)
        timer.daemon = True
        timer.start()

    def _warm(self) -> None:
        # Not at a lower priority: a thread that waits for a processor while it holds the interpreter's lock would make
        # calls wait as well.
        try:
            site = self.site()
            from ivr.web.operator.site import rehearse

            rehearse(site, self._context)
        except Exception:  # noqa: BLE001 - whoever asks for the page is told then
            traceback.print_exc()


def blueprint(context: Context) -> Blueprint:
    """The routes of the page, for one process."""
    routes = Blueprint("operator", __name__)
    door = Door(context)
    if context.warm_up:
        door.warm_up()

    def passed_on(**_path: str) -> Response:
        return Response(*run_wsgi_app(door.site(), request.environ, buffered=True))

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
