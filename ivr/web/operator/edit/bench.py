"""The workbench of a request: what is in force, whose work is meant, and how it is examined."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flask import abort, request

from ivr.publishing import speaks
from ivr.store import Away
from ivr.web.operator.edit import examining
from ivr.web.operator.edit.working import Work, find
from ivr.web.operator.guard import may, who
from ivr.web.operator.shelf import LIVE

if TYPE_CHECKING:
    from ivr.bundle import Bundle
    from ivr.store import Publication
    from ivr.web.operator.context import Context
    from ivr.web.operator.edit.examining import Shown


class Bench(NamedTuple):
    """What lies on it."""

    work: Work
    live: Bundle
    """What calls begin on now."""
    mine: bool
    away: bool
    """The database is: `work` is what is in force then, as far as this machine knows."""
    draft: Publication | None = None
    """The draft that lies beside what is in force."""

    @property
    def behind(self) -> bool:
        """Whether something else is in force than what the work began with."""
        return self.work.revision > 0 and self.work.base.version != self.live.version


def live(context: Context, current: Publication | None) -> Bundle:
    """The set on which calls begin now, the one that has just been published included.

    Raises:
        Away: it is in the database only, and that cannot be reached.
    """
    version = speaks(current, context.desks())
    return context.shelf.bundle(version or LIVE, "")


def whose() -> str:
    """Whose work a request is about: `of`, for those who publish, or one's own."""
    name = who().operator
    asked = request.values.get("of", "") or name
    if asked != name and not may("publish"):
        abort(403)
    return asked


def lay(context: Context, operator: str) -> Bench:
    """The work of somebody; her own begins with what is in force."""
    mine = operator == who().operator
    try:
        with context.opened() as database:
            current, draft = database.in_force()
            now = live(context, current)
            work = find(database, operator)
    except Away:
        now = context.shelf.bundle(LIVE, "")
        return Bench(Work(operator, now, now, 0), now, mine, away=True)
    if work is None and not mine:
        abort(404)
    return Bench(work or Work(operator, now, now, 0), now, mine, away=False, draft=draft)


def examined(context: Context, bench: Bench) -> Shown | None:
    """The examination of what lies there, begun if it was not; None when there is nothing to examine."""
    if bench.away or not bench.work.revision:
        return None
    try:
        wanted = examining.job(context, bench.work.bundle, bench.live, bench.work)
    except Away:
        return None
    key, state = examining.ask(context, asker(bench.work.operator), wanted)
    return examining.show(bench.work.bundle, key, state)


def renewed(context: Context, bench: Bench, key: str) -> Shown | None:
    """The examination that a window has asked for before, without looking at everything again; None when it has to
    be asked for anew.
    """
    if bench.away or not bench.work.revision:
        return None
    state = examining.renewed(context, asker(bench.work.operator), key)
    return None if state is None else examining.show(bench.work.bundle, key, state)


def asker(operator: str) -> str:
    """Who asks for an examination, and of whose work: one who looks at another's work waits for her own as well."""
    return f"{who().operator}\n{operator}"
