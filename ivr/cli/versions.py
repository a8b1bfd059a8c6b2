"""Sets by their names: the files at hand, what is published, the draft, and every version that was kept.

    files          IVR_FLOWS and IVR_CONTACTS as they are now
    published      what calls begin on, of all machines
    draft          what is heard on the draft's number only
    previous       what was published before that
    3f9a01c2d7be   a version; its first digits are enough, four at least, when no other version begins like that

They come from the database. While that is away, what this machine keeps of its own has to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from ivr.cli.common import chosen_files, provider, wrong_usage
from ivr.cli.telling import desks_here, opened, storage
from ivr.loader import load, load_bundle
from ivr.publishing.names import Unknown, bundle_of, kept_here, of_this_machine, resolve, speaks
from ivr.sets import Sets
from ivr.store import Away

if TYPE_CHECKING:
    from ivr.contacts import Directory
    from ivr.loader import Loaded
    from ivr.settings import Storage
    from ivr.steps.flowset import FlowSet

FILES = "files"
"""The files at hand: IVR_FLOWS and IVR_CONTACTS."""


def find_set(word: str) -> Loaded:
    """The set of a name, read anew; with errors, if this program can no longer read it.

    Raises:
        click.UsageError: there is none of this name, or several.
    """
    if word == FILES:
        files = chosen_files(None, None)
        return load(files.flows, files.contacts, provider=provider())
    where = storage()
    try:
        try:
            with opened(where) as database:
                bundle = bundle_of(resolve(word, database), database)
        except Away as away:
            bundle = kept_here(word, where, desks_here(where), str(away))
    except Unknown as unknown:
        raise wrong_usage(*unknown.sentence) from unknown
    return load_bundle(bundle, provider=provider())


class InForce(NamedTuple):
    """What callers hear now, as far as can be seen from here."""

    flows: FlowSet
    directory: Directory

    @property
    def zone(self) -> ZoneInfo:
        """The contacts' zone."""
        return self.directory.zone

    @property
    def languages(self) -> tuple[str, ...]:
        """The default one first."""
        return self.flows.languages


def in_force(where: Storage) -> InForce | Loaded:
    """What is in force: what was published, or what the service on this machine has taken since; else the files.

    A `Loaded` is what was found in the files, if those have errors and nothing else is in force.
    """
    here = desks_here(where)
    bundle = None
    try:
        with opened(where) as database:
            current, _ = database.in_force()
            if current is not None and speaks(current, here) == current.version:
                bundle = bundle_of(current.version, database)
    except (Away, Unknown):
        pass
    for desk in here:
        bundle = bundle or of_this_machine(desk.current, Sets(where.sets))
    if bundle is not None:
        loaded = load_bundle(bundle, provider=provider())
        if loaded.flows is not None and loaded.directory is not None:
            return InForce(loaded.flows, loaded.directory)
    loaded = find_set(FILES)
    if loaded.flows is None or loaded.directory is None:
        return loaded
    return InForce(loaded.flows, loaded.directory)


def zone_in_force(where: Storage) -> ZoneInfo:
    """The time zone of the contacts in force; UTC where none can be read."""
    found = in_force(where)
    return found.zone if isinstance(found, InForce) else ZoneInfo("UTC")
