"""Making a set the one that calls begin on, or the draft.

Two people may do so at once. What is decided here is decided on the latest publication that there is, and entered only
if it is still the latest then; else it is decided anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ivr.publishing.changes import since
from ivr.publishing.names import EVERY, before_it, speaks
from ivr.sets import Sets
from ivr.source.problems import Sentence
from ivr.store import Away, Later

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ivr.desk import Desk
    from ivr.loader import Loaded
    from ivr.settings import Storage
    from ivr.store import Database, Finished, Publication

SPOKE_BEFORE = Sentence("sprach vor der ersten Veröffentlichung", "spoke before the first publication")


class Published(NamedTuple):
    """What became of it."""

    publication: Publication
    new: bool
    """False: the same set was in force, or the draft, already, and nothing was added."""
    before: Publication | None = None
    """For a draft, what is in force beside it; else the publication before, of another version."""
    changed: Sentence | None = None
    """What is different from what was in force, in one line."""


class Overtaken(Exception):  # noqa: N818 - reads as what happened
    """Another version is in force than the one that the author built upon. Nothing was published."""

    def __init__(self, version: str, publication: Publication | None) -> None:
        super().__init__(f"{version} is in force")
        self.version = version
        """What is in force."""
        self.publication = publication
        """Its publication; None when it is the changed files of this machine that speak."""


class OtherDraft(Exception):  # noqa: N818 - reads as what happened
    """Another draft lies beside what is in force than the author has seen. Nothing was published.

    `draft` is its publication; None when there is none any more.
    """

    def __init__(self, draft: Publication | None) -> None:
        super().__init__("another draft")
        self.draft = draft


def publish(
    loaded: Loaded,
    database: Database,
    storage: Storage,
    desks: Sequence[Desk],
    *,
    draft: bool,
    author: str,
    why: str,
    now: datetime,
    provider: str,
    language: str,
    base: str | None = None,
    beside: int | None = None,
    work: Finished | None = None,
    noted: Mapping[str, Any] | None = None,
) -> Published:
    """Publishes a set that has been read and checked without errors. What is there already is not entered twice.

    `desks` are those of this machine, that of the service first; `now` is aware; `language` ("de", "en") is that of
    what the history says of the set which spoke before the first publication. `base`: the version that the author
    believes to be in force; None when it does not matter. `beside`: the id of the draft that the author knows of and
    that ends with this, 0 for none; None when it does not matter. `work`, `noted`: as `Database.publish` has them.

    Raises:
        Overtaken: another version is in force than `base`.
        OtherDraft: there is another draft than `beside`.
        Away: the database cannot be reached; nothing was published.
        ValueError: a text that cannot be stored.
    """
    assert loaded.bundle is not None
    version = loaded.bundle.version
    while True:
        latest = _latest(database)
        current, drafted = database.in_force()
        _not_overtaken(base, current, desks)
        if beside is not None and beside != (drafted.id if drafted is not None else 0):
            raise OtherDraft(drafted)
        there = _there(version, current, drafted, desks, draft=draft)
        if there is not None:
            return Published(there, new=False)
        spoke = _what_spoke(version, database, storage, desks) if current is None and not draft else None
        compared = spoke or (current and current.version)
        changed = since(compared, database, loaded, provider) if compared else None
        database.store_set(version, loaded.bundle.to_bytes(), now)
        after = spoke and (spoke, SPOKE_BEFORE.en if language == "en" else SPOKE_BEFORE.de)
        try:
            published = database.publish(
                version,
                draft=draft,
                author=author,
                why=why,
                at=now,
                after=after or None,
                only_after=latest,
                work=work,
                noted=noted,
            )
        except Later:
            continue
        before = current if draft else _before(published, database)
        return Published(published, new=True, before=before, changed=changed)


def roll_back(
    loaded: Loaded,
    database: Database,
    desks: Sequence[Desk],
    *,
    author: str,
    why: str,
    now: datetime,
    provider: str,
    base: str | None = None,
) -> Published:
    """Publishes a set again that is in the database, and that this program can read. Else as `publish`.

    The trail says that it was not proved again.

    Raises:
        Overtaken: another version is in force than `base`.
        Away: the database cannot be reached; nothing was published.
        ValueError: a text that cannot be stored.
    """
    assert loaded.bundle is not None
    while True:
        latest = _latest(database)
        current, _ = database.in_force()
        _not_overtaken(base, current, desks)
        changed = since(current.version, database, loaded, provider) if current else None
        try:
            published = database.publish(
                loaded.bundle.version,
                draft=False,
                author=author,
                why=why,
                at=now,
                only_after=latest,
                noted={"unchecked": True},
            )
        except Later:
            continue
        return Published(published, True, _before(published, database), changed)


def _before(published: Publication, database: Database) -> Publication | None:
    """What was published before; None also when that cannot be asked any more, for what was published is published."""
    try:
        return before_it(published, database.publications(EVERY))
    except Away:
        return None


def _latest(database: Database) -> int:
    return next((each.id for each in database.publications(1)), 0)


def _not_overtaken(base: str | None, current: Publication | None, desks: Sequence[Desk]) -> None:
    spoken = speaks(current, desks)
    if base is not None and spoken is not None and base != spoken:
        raise Overtaken(spoken, current if current is not None and current.version == spoken else None)


def _there(
    version: str, current: Publication | None, drafted: Publication | None, desks: Sequence[Desk], *, draft: bool
) -> Publication | None:
    """The publication that makes another one needless: the same set is in force, and nothing else is beside it."""
    if draft:
        return drafted if drafted is not None and drafted.version == version else None
    if current is None or current.version != version or drafted is not None:
        return None
    # A service that has taken changed files since then goes on with those until something is published.
    others = (desk for desk in desks if desk.published >= current.id and desk.current != version)
    return None if any(others) else current


def _what_spoke(version: str, database: Database, storage: Storage, desks: Sequence[Desk]) -> str | None:
    """What a service here has spoken before anything was published, stored so that there is something to go back to."""
    sets = Sets(storage.sets)
    spoken = [(at, each) for desk in desks for each, at in desk.known.items() if each != version]
    for at, each in sorted(spoken, reverse=True):
        bundle = sets.bundle(each)
        if bundle is not None:
            database.store_set(each, bundle.to_bytes(), at)
            return each
    return None
