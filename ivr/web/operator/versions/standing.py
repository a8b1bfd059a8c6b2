"""What is in force, and why: what changed last speaks, the files of a machine or what was published for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ivr import telling
from ivr.publishing import speaks
from ivr.store import Away
from ivr.web.operator.versions.words import RULES
from ivr.web.operator.words import told

if TYPE_CHECKING:
    from ivr.desk import Desk
    from ivr.store import Publication
    from ivr.web.operator.context import Context


class Standing(NamedTuple):
    """What is in force, as far as can be seen from here."""

    version: str
    """What calls begin on."""
    current: Publication | None
    """The latest publication; the files of this machine may have changed after it."""
    draft: Publication | None
    draft_version: str | None
    desk: Desk | None
    away: str | None

    @property
    def published(self) -> bool:
        """Whether it is the latest publication that speaks here."""
        return self.current is not None and self.current.version == self.version

    @property
    def origin(self) -> str:
        """Where it came from: "published" or "files"."""
        if self.published:
            return "published"
        return self.desk.origin if self.desk is not None else "files"

    @property
    def refused(self) -> bool:
        """Whether what this service refuses to take is the publication, and not the files."""
        trouble = self.desk.trouble if self.desk is not None else None
        return trouble is not None and self.current is not None and trouble.version == self.current.version


def standing_of(context: Context) -> Standing:
    """What is in force now; from the desk alone while the database is away."""
    desks = context.desks()
    desk = desks[0] if desks else None
    try:
        with context.opened() as database:
            current, draft = database.in_force()
    except Away as away:
        version = speaks(None, desks) or context.flows.version
        return Standing(version, None, None, desk.draft if desk else None, desk, str(away))
    version = speaks(current, desks) or context.flows.version
    return Standing(version, current, draft, draft and draft.version, desk, None)


def rule(context: Context, standing: Standing) -> str:
    """Why this version speaks, and not what is in the files, or the other way round."""
    current, seen = standing.current, standing.desk.seen if standing.desk else ""
    if standing.away is not None:
        name = "away"
    elif current is None:
        name = "nothing_published"
    elif not standing.published:
        name = "refused" if standing.refused else "files_speak"
    elif not seen or seen == standing.version:
        name = "files_alike" if seen else "published"
    else:
        name = "files_older"
    return told(RULES[name]).format(
        seen=seen,
        published=current and current.version,
        at=current and told(telling.moment(current.at, context.zone)),
    )
