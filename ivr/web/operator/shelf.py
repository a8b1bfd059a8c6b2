"""The sets that a page can look at, by the word that stands in its address.

live            what calls begin on
draft           what is heard on the draft's number only
mine            the working copy of who is logged in
of:clara        that of somebody else, for those who publish
3f9a01c2d7be    a version that was published, or that this machine keeps
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from ivr.bundle import Bundle, gather
from ivr.loader import Loaded, load_bundle
from ivr.publishing import Unknown, bundle_of
from ivr.publishing.names import of_this_machine
from ivr.sets import VERSION
from ivr.source.problems import Sentence
from ivr.store import WorkingCopies
from ivr.web.operator.guard import may
from ivr.web.operator.words import told

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from ivr.desk import Desk
    from ivr.sets import Sets
    from ivr.settings import Settings
    from ivr.store import Database
    from ivr.street import Service

LIVE, DRAFT, MINE = "live", "draft", "mine"
OF = "of:"
"""How the word for somebody's working copy begins."""

NoSuchSet = Unknown
"""No set has this name; `sentence` says so."""

_KEPT = 6
"""So many sets that were read are kept: pages ask for the same ones again and again."""


def label(word: str) -> str:
    """What a word is called where it can be chosen, if it says whose work is meant; else it stays."""
    name = word.removeprefix(OF)
    return word if name == word else told(Sentence(f"Arbeit von {name}", f"work of {name}"))


class Shelf:
    """The sets of the service, of its database, and of who works on them."""

    def __init__(
        self,
        service: Service,
        sets: Sets,
        desk: Callable[[], Desk | None],
        opened: Callable[[], AbstractContextManager[Database]],
        settings: Settings,
    ) -> None:
        self._service = service
        self._sets = sets
        self._desk = desk
        self._opened = opened
        self._files = settings.files
        self._provider = settings.provider
        self._read: OrderedDict[str, Loaded] = OrderedDict()
        self._lock = Lock()
        self._reading = Lock()

    def loaded(self, word: str, operator: str) -> Loaded:
        """The set of a word, read anew; with errors, if it has any. `operator`: whose working copy is meant.

        Raises:
            NoSuchSet: there is none of this name.
            Away: it is in the database only, and that cannot be reached.
        """
        bundle = self.bundle(word, operator)
        found = self._kept(bundle.version)
        if found is None:
            # One at a time, for the sake of the calls; whoever wants a set that was read does not wait for it.
            with self._reading:
                found = self._kept(bundle.version) or load_bundle(bundle, provider=self._provider)
                with self._lock:
                    self._read[bundle.version] = found
                    while len(self._read) > _KEPT:
                        self._read.popitem(last=False)
        return found

    def _kept(self, version: str) -> Loaded | None:
        with self._lock:
            if version in self._read:
                self._read.move_to_end(version)
            return self._read.get(version)

    def bundle(self, word: str, operator: str) -> Bundle:
        """The files of a word.

        Raises:
            NoSuchSet: there is none of this name.
            Away: it is in the database only, and that cannot be reached.
        """
        match word:
            case "live":
                return self._of_version(self._service.current.flows.version)
            case "draft":
                return self._of_version(self._draft())
            case "mine":
                return self._mine(operator)
            case _ if word.startswith(OF) and may("publish"):
                return self._of(word.removeprefix(OF))
            case _ if VERSION.fullmatch(word):
                return self._of_version(word)
        raise NoSuchSet("Diese Fassung gibt es nicht.", "There is no such version.")

    def _draft(self) -> str:
        desk = self._desk()
        if desk is not None and desk.draft is not None:
            return desk.draft
        # One that has just been made is in the database for a moment before it lies on the desk.
        with self._opened() as database:
            _, draft = database.in_force()
        if draft is None:
            raise NoSuchSet("Es gibt gerade keinen Entwurf.", "There is no draft at present.")
        return draft.version

    def _mine(self, operator: str) -> Bundle:
        found = self._work(operator)
        if found is None:
            raise NoSuchSet("Sie haben nichts in Arbeit.", "You are not working on anything.")
        return found

    def _of(self, operator: str) -> Bundle:
        found = self._work(operator)
        if found is None:
            raise NoSuchSet(f"{operator} hat nichts in Arbeit.", f"{operator} is not working on anything.")
        return found

    def _work(self, operator: str) -> Bundle | None:
        with self._opened() as database:
            copy = WorkingCopies(database).of(operator)
        return None if copy is None else Bundle.from_bytes(copy.content)

    def _of_version(self, version: str) -> Bundle:
        bundle = of_this_machine(version, self._sets)
        if bundle is None:
            # A worker without a keeper has read the files itself.
            bundle, _ = gather(self._files.flows, self._files.contacts)
        if bundle.version != version:
            with self._opened() as database:
                bundle = bundle_of(version, database)
        return bundle
