"""Logging in and out.

A name that nobody has and a wrong password get the same words after the same time, and are locked out alike: each try
is counted before its password is looked at. Under `--dev` a link that the start has printed logs in once.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, g, render_template, request

from ivr.passwords import fits
from ivr.source.problems import Sentence
from ivr.store import Away, Operators
from ivr.store.operators import NAME_WINDOW
from ivr.web.operator.guard import ALL, for_everybody, go, guard, local_path, requires
from ivr.web.operator.words import in_language

if TYPE_CHECKING:
    from ivr.web.operator.context import Context

WORDS = {
    "title": Sentence("Anmelden", "Log in"),
    "name": Sentence("Name", "Name"),
    "password": Sentence("Passwort", "Password"),
    "submit": Sentence("Anmelden", "Log in"),
    "wrong": Sentence("Name oder Passwort stimmt nicht.", "Name or password is not right."),
    "locked": Sentence(
        "Zu viele Versuche sind misslungen. Versuchen Sie es in einer Viertelstunde noch einmal.",
        "Too many tries have failed. Try again in a quarter of an hour.",
    ),
    "busy": Sentence(
        "Zu viele Anmeldungen sind misslungen, auch unter anderen Namen. Versuchen Sie es in einer Minute noch einmal.",
        "Too many logins have failed, under other names as well. Try again in a minute.",
    ),
    "changed": Sentence(
        "Das neue Passwort gilt, und alle Sitzungen unter Ihrem Namen sind beendet. Melden Sie sich mit ihm an.",
        "The new password holds, and all sessions under your name have ended. Log in with it.",
    ),
    "away": Sentence(
        "Die Datenbank ist nicht zu erreichen; ohne sie kann sich niemand neu anmelden. Anrufe werden beantwortet, und "
        "`ivr override` wirkt auf diesem Server auch so.",
        "The database cannot be reached; nobody can log in without it. Calls are answered, and `ivr override` works on "
        "this server all the same.",
    ),
    "link": Sentence(
        "Dieser Link gilt nicht mehr: Er führt nur einmal hierher, innerhalb von fünf Minuten nach dem Start. Ein "
        "neuer Start des Dienstes zeigt einen neuen.",
        "This link does not hold any more: it leads here once only, within five minutes of the start. A new start of "
        "the service shows another one.",
    ),
    "forgotten": Sentence(
        "Passwort vergessen? Wer den Dienst betreibt, gibt ein neues: ivr operator password NAME",
        "Forgot the password? Whoever runs the service gives another one: ivr operator password NAME",
    ),
}


def routes(context: Context) -> Blueprint:
    """`/operator/login`, `/operator/logout` and, with a link, `/operator/enter`."""
    routes = Blueprint("login", __name__)

    @routes.get("/operator/login", provide_automatic_options=False)
    @for_everybody
    def login() -> Any:
        target = local_path(request.args.get("next", ""))
        return go(target) if g.who is not None else form(target)

    @routes.post("/operator/login", provide_automatic_options=False)
    @for_everybody
    def log_in() -> Any:
        target = local_path(request.form.get("next", ""))
        name, password = request.form.get("name", "").strip().lower()[:200], request.form.get("password", "")
        hidden = guard().signer.mark("name", name)
        try:
            with context.opened() as database:
                operators = Operators(database)
                wait = operators.hindered(hidden, context.now(), known=guard().knows(name))
                if wait is not None:
                    return form(target, "locked" if wait == NAME_WINDOW else "busy", name), 429
                found = operators.find(name)
                usable = found is not None and found.disabled is None
                right = fits(password, found.password if found is not None and usable else None)
                if not right or found is None:
                    return form(target, "wrong", name), 403
                operators.was_right(hidden)
            guard().begin(found.name, found.roles)
        except Away:
            return form(target, "away", name), 503
        return go(target)

    @routes.post("/operator/logout", provide_automatic_options=False)
    @requires("view")
    def log_out() -> Any:
        try:
            guard().end(everywhere=request.form.get("everywhere") == "yes")
        except Away:
            return form(local_path(""), "away"), 503
        return go("/operator/login")

    if context.link is not None:

        @routes.get("/operator/enter", provide_automatic_options=False)
        @for_everybody
        def enter() -> Any:
            if request.method == "HEAD":
                # Who only looks whether there is something, as mail programs do, does not use the link up.
                return ""
            if not _first(context, request.args.get("token", "")):
                return form(local_path(""), "link"), 403
            assert context.link is not None
            guard().begin(context.link.name, ALL, link=True)
            return go(local_path(""))

    return routes


def form(target: str, trouble: str = "", name: str = "", *, done: str = "") -> str:
    """The page on which one logs in; `trouble` and `done` are words of what has gone wrong, or well."""
    return render_template(
        "login/page.html", w=in_language(WORDS), target=target, trouble=trouble, done=done, name=name
    )


def _first(context: Context, token: str) -> bool:
    """Whether a token is that of the link, in time, and brought for the first time on this machine."""
    link = context.link
    if link is None:
        abort(404)
    checksum = hashlib.sha256(token.encode()).hexdigest()
    if not hmac.compare_digest(checksum, link.checksum) or context.now().timestamp() >= link.expires:
        return False
    used = context.settings.desk / f"link-{link.checksum[:16]}"
    try:
        used.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(used, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except OSError:
        return False
    return True
