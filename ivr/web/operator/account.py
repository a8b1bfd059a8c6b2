"""One's own account: what one may do, when one last logged in, another password, and logging out everywhere.

Whoever finds a browser that is logged in must not get the account with it: the old password is asked for, and guessing
it counts as guessing at the login does. Another password ends all other sessions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request

from ivr import telling
from ivr.passwords import fits, hash_password, weakness
from ivr.source.problems import Sentence
from ivr.store import Away, Operators
from ivr.store.operators import ROLES
from ivr.web.operator.guard import go, guard, local_path, requires, who
from ivr.web.operator.login import form
from ivr.web.operator.words import in_language, told

if TYPE_CHECKING:
    from ivr.store.operators import Operator
    from ivr.web.operator.context import Context

PATH = "/operator/account"

WORDS = {
    "title": Sentence("Ihr Zugang", "Your account"),
    "may": Sentence("Sie dürfen", "You may"),
    "view": Sentence("alles ansehen", "look at everything"),
    "edit": Sentence(
        "Tagesschalter und Durchsagen setzen, Texte und Zeiten bearbeiten",
        "set the day's switches and announcements, edit texts and hours",
    ),
    "publish": Sentence("Fassungen in Kraft setzen", "put versions in force"),
    "since": Sentence("Angemeldet seit", "Logged in since"),
    "before": Sentence("Anmeldung davor", "Login before that"),
    "never": Sentence("keine, soweit das Protokoll reicht", "none, as far as the trail goes back"),
    "not_you": Sentence(
        "Waren Sie das nicht? Dann ändern Sie Ihr Passwort, und sagen Sie es dem, der den Dienst betreibt.",
        "That was not you? Then change your password, and tell whoever runs the service.",
    ),
    "change": Sentence("Passwort ändern", "Change the password"),
    "old": Sentence("Bisheriges Passwort", "Present password"),
    "new": Sentence("Neues Passwort", "New password"),
    "new_hint": Sentence(
        "12 bis 200 Zeichen; am besten vier oder fünf Wörter, die nichts miteinander zu tun haben.",
        "12 to 200 characters; best are four or five words that have nothing to do with each other.",
    ),
    "again": Sentence("Neues Passwort noch einmal", "New password once more"),
    "submit": Sentence("Passwort ändern", "Change the password"),
    "everywhere": Sentence("Überall abmelden", "Log out everywhere"),
    "everywhere_about": Sentence(
        "Beendet jede Sitzung unter Ihrem Namen, auch diese: wenn ein Gerät verloren ging oder an fremdem Platz offen "
        "blieb.",
        "Ends every session under your name, this one as well: when a device was lost, or left open elsewhere.",
    ),
    "by_link": Sentence(
        "Sie sind mit dem Link des Starts hier. Dazu gehören kein Zugang und kein Passwort. Einen Zugang legt an, wer "
        "den Dienst betreibt: ivr operator add NAME --role edit",
        "You came by the link of the start. No account and no password belong to it. Whoever runs the service adds an "
        "account: ivr operator add NAME --role edit",
    ),
    "changed": Sentence(
        "Das neue Passwort gilt. Alle anderen Sitzungen unter Ihrem Namen sind beendet.",
        "The new password holds. All other sessions under your name have ended.",
    ),
    "wrong": Sentence("Das bisherige Passwort stimmt nicht.", "The present password is not right."),
    "locked": Sentence(
        "Zu viele Versuche sind misslungen. Versuchen Sie es in einer Viertelstunde noch einmal.",
        "Too many tries have failed. Try again in a quarter of an hour.",
    ),
    "differ": Sentence("Das waren zwei verschiedene neue Passwörter.", "These were two different new passwords."),
    "away": Sentence(
        "Die Datenbank ist nicht zu erreichen; ohne sie lässt sich ein Passwort nicht ändern.",
        "The database cannot be reached; a password cannot be changed without it.",
    ),
}


def routes(context: Context) -> Blueprint:
    """The page, and changing the password."""
    routes = Blueprint("account", __name__)

    @routes.get(PATH, provide_automatic_options=False)
    @requires("view")
    def page() -> Any:
        return _page(context)

    @routes.post(f"{PATH}/password", provide_automatic_options=False)
    @requires("view")
    def password() -> Any:
        name, old, new = who().operator, request.form.get("old", ""), request.form.get("new", "")
        if new != request.form.get("again", ""):
            return _page(context, told(WORDS["differ"])), 422
        weak = weakness(new, name)
        if weak is not None:
            return _page(context, told(weak)), 422
        hidden = guard().signer.mark("name", name)
        try:
            with context.opened() as database:
                operators = Operators(database)
                account = _account(operators)
                if account is None:
                    return _page(context), 403
                if operators.hindered(hidden, context.now(), known=True) is not None:
                    return _page(context, told(WORDS["locked"])), 429
                if not fits(old, account.password):
                    return _page(context, told(WORDS["wrong"])), 403
                operators.was_right(hidden)
                operators.change(name, password=hash_password(new), noted=guard().line("password"))
        except Away:
            return _page(context, told(WORDS["away"])), 503
        try:
            guard().begin(name, account.roles)
        except Away:
            # The new password holds, and all sessions have ended with the old one; there is no new one yet.
            guard().leave()
            return form(local_path(""), name=name, done="changed")
        return go(f"{PATH}?changed={guard().signer.mark('changed', who().id)}#message")

    return routes


def _page(context: Context, trouble: str = "") -> str:
    away, account, before = False, None, None
    try:
        with context.opened() as database:
            operators = Operators(database)
            account, before = _account(operators), operators.last_login(who().operator, who().begun)
    except Away:
        away = True
    return render_template(
        "account/page.html",
        w=in_language(WORDS),
        trouble=trouble,
        changed=not trouble and guard().signer.fits(request.args.get("changed", ""), "changed", who().id),
        away=away,
        account=account,
        allowed=[told(WORDS[role]) for role in ROLES if role in who().roles],
        since=told(telling.moment(who().begun, context.zone)),
        before=before and told(telling.moment(before, context.zone)),
    )


def _account(operators: Operators) -> Operator | None:
    """The account of who is logged in; whoever came by the link has none, also if somebody of that name has."""
    session = operators.session(who().key)
    return None if session is None or session.link else operators.find(who().operator)
