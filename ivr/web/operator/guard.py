"""Who asks, and whether she may.

- `requires("edit")` stands above every view that is not for everybody; `for_everybody` above the others. A view with
  neither is refused when the application is put together.
- `check` runs before every view: a POST without the token of its session, or from another page, changes nothing.
- `Guard.begin` and `end` are logging in and out. The id is a new one at each login, so that nobody knows it before.
"""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast
from urllib.parse import quote, unquote, urlsplit

from flask import Response, abort, current_app, g, redirect, request

from ivr.store import Away, Entry, Operators
from ivr.store.operators import ROLES
from ivr.web.operator.session import FORM, FRESH, KNOWN, KNOWN_FOR, LONGEST, SESSION, Cookies, Facts, Signer, new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.wrappers import Response as Reply

    from ivr.web.operator.context import Context

P = ParamSpec("P")
T = TypeVar("T")

ALL = frozenset(ROLES)
_IMPLIED = {"edit": "view", "publish": "view"}

TOKEN = "token"  # noqa: S105 - a name
"""The field of every form that has the token against forged requests."""

_MARK = "ivr_role"
_LONG = "ivr_long"
_ALIKE = "ivr_alike"
QUIET = "quiet"
"""The parameter of what a page asks by itself: it keeps no session alive."""


class Guard:
    """The guard of one application."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.signer = Signer(context.settings.operator_key)
        self.cookies = Cookies(encrypted=context.encrypted)
        self._public = urlsplit(context.settings.public_url).netloc

    # --- before and after every view

    def check(self) -> Response | None:
        """Finds out who asks, and refuses what was forged."""
        g.guard = self
        g.renewed = None
        g.form = request.cookies.get(self.cookies.name(FORM), "")
        view = current_app.view_functions.get(request.endpoint or "")
        g.who = None if is_alike(view) else self._who()
        if not takes_long(view) and _has_nul():
            abort(400)
        if request.method == "POST" and not self._may_post(view):
            abort(403)
        return None

    def finish(self, reply: Response) -> Response:
        """Gives the cookies that have changed."""
        if g.get("renewed") is not None:
            self.cookies.give(reply, SESSION, g.renewed)
        if g.get("new_form"):
            self.cookies.give(reply, FORM, g.new_form)
        if g.get("known"):
            self.cookies.give(reply, KNOWN, g.known, int(KNOWN_FOR.total_seconds()))
        return reply

    def _who(self) -> Facts | None:
        facts = self.signer.open(request.cookies.get(self.cookies.name(SESSION), ""))
        now = self.context.now()
        if facts is None or not facts.begun <= now + FRESH or now >= facts.begun + LONGEST:
            return None
        try:
            with self.context.opened() as database:
                operators = Operators(database)
                session = operators.session(facts.key)
                if session is None or session.operator != facts.operator or now >= session.expires:
                    return None
                facts = facts._replace(roles=_with_implied(session.roles), seen=session.seen)
                if facts.lives(now) and now - facts.seen > FRESH and QUIET not in request.args:
                    operators.touch(facts.key, now)
        except Away:
            # What was signed when it was last asked has to do.
            pass
        if not facts.lives(now):
            return None
        if now - facts.seen > FRESH and QUIET not in request.args:
            facts = facts._replace(seen=now)
            g.renewed = self.signer.seal(facts)
        return facts

    # --- forged requests

    @property
    def token(self) -> str:
        """The token for the forms of this request's session, or of the login before there is one."""
        if g.who is not None:
            return self.signer.mark("form", g.who.id)
        if not g.form:
            g.form = g.new_form = new_id()
        return self.signer.mark("login", g.form)

    def _may_post(self, view: Callable[..., Any] | None) -> bool:
        """Whether a POST may go on to its view. One that needs a login, from somebody who has none any more, may: the
        view asks her to log in and does nothing.
        """
        if g.who is None and view is not None and role_of(view):
            return True
        return self._from_here() and self._has_token()

    def _has_token(self) -> bool:
        given = request.form.get(TOKEN, "")
        if g.who is not None:
            return self.signer.fits(given, "form", g.who.id)
        return bool(g.form) and self.signer.fits(given, "login", g.form)

    def _from_here(self) -> bool:
        """Whether a POST comes from a page of ours, as far as the browser says.

        Under the policy `no-referrer` browsers send `Origin: null` with a form; those say in `Sec-Fetch-Site` where
        it came from.
        """
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if site is not None:
            return site == "same-origin"
        return origin is None or urlsplit(origin).netloc in (request.host, self._public)

    # --- logging in and out

    def begin(self, operator: str, roles: frozenset[str], *, link: bool = False) -> None:
        """Logs somebody in, under a new id; a session that the browser had before ends.

        Raises:
            Away: it could not be stored (a link works all the same).
        """
        now = self.context.now()
        facts = Facts(new_id(), operator, _with_implied(roles), now, now)
        try:
            with self.context.opened() as database:
                operators = Operators(database)
                if g.who is not None:
                    operators.end(g.who.key)
                operators.begin(facts.key, operator, now, now + LONGEST, link=link)
        except Away:
            if not link:
                raise
        g.who = facts
        g.renewed = self.signer.seal(facts)
        if not link:
            g.known = self.signer.mark("known", operator)

    def knows(self, operator: str) -> bool:
        """Whether this browser is one in which that operator has logged in before."""
        return self.signer.fits(request.cookies.get(self.cookies.name(KNOWN), ""), "known", operator)

    def end(self, *, everywhere: bool) -> None:
        """Logs out.

        Raises:
            Away: it holds in this browser only, until the database is back and the session has run out.
        """
        who, noted = g.who, self.line("logout everywhere" if everywhere else "logout")
        self.leave()
        with self.context.opened() as database:
            operators = Operators(database)
            if everywhere:
                operators.end_all(who.operator, noted=noted)
            else:
                operators.end(who.key, noted=noted)

    def leave(self) -> None:
        """Takes the session from this browser; the database knows nothing of it."""
        g.who, g.renewed = None, ""

    def line(self, action: str, details: Mapping[str, Any] | None = None) -> Entry:
        """A line of the audit trail, for the store to write with what it tells."""
        return Entry(self.context.now(), g.who.operator, action, details or {})


def guard() -> Guard:
    """The guard of the present request."""
    return cast("Guard", g.guard)


def who() -> Facts:
    """Who is logged in; only in a view that requires a role."""
    return cast("Facts", g.who)


def may(role: str) -> bool:
    """Whether the present operator has a role."""
    return g.who is not None and role in g.who.roles


def requires(role: str) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """The view is for operators with a role. Others are asked to log in, or told that they may not."""
    assert role in ROLES

    def decorated(view: Callable[P, Any]) -> Callable[P, Any]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> Any:
            if g.who is None:
                return _to_login()
            if role not in g.who.roles:
                abort(403)
            return view(*args, **kwargs)

        setattr(checked, _MARK, role)
        return checked

    return decorated


def for_everybody(view: Callable[P, T]) -> Callable[P, T]:
    """The view needs no login."""
    setattr(view, _MARK, "")
    return view


def alike(view: Callable[P, T]) -> Callable[P, T]:
    """The view answers everybody alike, and caches keep what it answers: it looks up nobody and gives no cookie."""
    setattr(view, _ALIKE, True)
    return view


def is_alike(view: Callable[..., Any] | None) -> bool:
    """Whether a view answers everybody alike."""
    return getattr(view, _ALIKE, False)


def long_body(view: Callable[P, T]) -> Callable[P, T]:
    """The view takes a whole file of an operator."""
    setattr(view, _LONG, True)
    return view


def takes_long(view: Callable[..., Any] | None) -> bool:
    """Whether a view takes a whole file."""
    return getattr(view, _LONG, False)


def role_of(view: Callable[..., Any]) -> str | None:
    """The role that a view requires; empty for everybody, None when nobody has thought of it."""
    found: str | None = getattr(view, _MARK, None)
    return found


def local_path(written: str) -> str:
    """Where to go on after a login: a path of the page itself, else its start. Nothing leads elsewhere.

    Browsers take `..` for the folder above also at the end of a path, and also when its dots are written `%2e`.
    """
    start = "/operator/"
    plain = written.isascii() and written.isprintable() and "\\" not in written and "//" not in written
    path = unquote(re.split("[?#]", written, maxsplit=1)[0])
    climbs = "\\" in path or ".." in path.split("/")
    return written if plain and written.startswith(start) and not climbs else start


def _has_nul() -> bool:
    """Whether a request holds a NUL where no form of ours does. PostgreSQL takes none, and no name has one."""
    fields = (*request.args.items(multi=True), *request.form.items(multi=True), ("", request.path))
    return any("\0" in part for field in fields for part in field)


def go(path: str) -> Reply:
    """A redirect to a path of the page, after a form: the browser asks for it with GET."""
    return redirect(f"{current_app.config['PREFIX']}{path}", 303)


def _to_login() -> Reply:
    if request.method != "GET" or QUIET in request.args:
        abort(401)
    target = request.full_path.rstrip("?")
    return go(f"/operator/login?next={quote(target, safe='/')}")


def _with_implied(roles: frozenset[str]) -> frozenset[str]:
    return roles | {_IMPLIED[role] for role in roles if role in _IMPLIED}
