"""Sets by their names: what is published, the draft, and every version that was kept.

    published      what calls begin on, of all machines
    draft          what is heard on the draft's number only
    previous       what was published before that
    3f9a01c2d7be   a version; its first digits are enough, four at least, when no other version begins like that

They come from the database. While that is away, what this machine keeps of its own has to do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.bundle import Bundle
from ivr.sets import VERSION, Sets
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ivr.desk import Desk
    from ivr.settings import Storage
    from ivr.store import Database, Publication

PUBLISHED, DRAFT, PREVIOUS = "published", "draft", "previous"

EVERY = 1_000_000
"""More publications than there will ever be."""

_PREFIX = re.compile("[0-9a-f]{4,12}", re.ASCII)
_LISTED = 8


class Unknown(LookupError):  # noqa: N818 - reads as what it is: the name is unknown
    """No set has this name, or several have; `sentence` says which there are."""

    def __init__(self, de: str, en: str) -> None:
        super().__init__(en)
        self.sentence = Sentence(de, en)


def resolve(word: str, database: Database, *, drafts: bool = True) -> str:
    """The version of a name. Without `drafts` only what calls have begun on counts.

    Raises:
        Unknown: there is none, or several.
        Away: the database cannot be reached.
    """
    log = [each for each in database.publications(EVERY) if drafts or not each.draft]
    current, draft = database.in_force()
    match word.strip().lower():
        case "published" if current is not None:
            return current.version
        case "draft" if drafts and draft is not None:
            return draft.version
        case "previous" if (before := before_it(current, log)) is not None:
            return before.version
        case "published" | "previous" | "draft" as name:
            raise _there_is_none(name)
        case wanted:
            return _one_of(wanted, [each.version for each in log])


def before_it(current: Publication | None, log: Iterable[Publication]) -> Publication | None:
    """What was published before the version that is in force; the log has the newest first."""
    if current is None:
        return None
    return next((each for each in log if not each.draft and each.version != current.version), None)


def speaks(current: Publication | None, desks: Sequence[Desk]) -> str | None:
    """The version that calls begin on here: what changed last, the files of this machine or what was published.

    `current` is the publication in force, `desks` are those of this machine, that of the service meant first. None:
    nothing was published, and no service has been at work here.
    """
    if current is not None and not (desks and desks[0].published >= current.id):
        return current.version
    return desks[0].current if desks else None


def bundle_of(version: str, database: Database) -> Bundle:
    """The files of a version.

    Raises:
        Unknown: they are not there, or damaged.
        Away: the database cannot be reached.
    """
    content = database.content(version)
    if content is None:
        raise Unknown(f"Eine Fassung {version} gibt es nicht.", f"There is no version {version}.")
    try:
        bundle = Bundle.from_bytes(content)
        if bundle.version == version:
            return bundle
    except ValueError:
        pass
    raise Unknown(
        f"Die Fassung {version} ist in der Datenbank beschädigt.", f"Version {version} is damaged in the database."
    )


def kept_here(word: str, where: Storage, desks: Sequence[Desk], away: str) -> Bundle:
    """The files of a name, from what this machine keeps; `away` is why the database could not be asked.

    Raises:
        Unknown: there is none of this name here, or several.
    """
    match word.strip().lower():
        case "published":
            versions = [desk.current for desk in desks if desk.origin == "published"]
        case "draft":
            versions = [desk.draft for desk in desks if desk.draft is not None]
        case "previous":
            versions = []
        case wanted:
            kept = (path.parent.name for path in where.sets.glob("*/bundle"))
            versions = [_one_of(wanted, [name for name in kept if VERSION.fullmatch(name)])]
    for version in versions:
        bundle = of_this_machine(version, Sets(where.sets))
        if bundle is not None:
            return bundle
    raise Unknown(
        f"Die Datenbank ist nicht zu erreichen ({away}), und auf diesem Server gibt es „{word}“ nicht.",
        f"The database cannot be reached ({away}), and there is no “{word}” on this server.",
    )


def of_this_machine(version: str, sets: Sets) -> Bundle | None:
    """The files of a version that this machine keeps; None when it has none that are whole."""
    try:
        return sets.bundle(version)
    except (ValueError, OSError):
        return None


def _one_of(wanted: str, versions: Iterable[str]) -> str:
    known = list(dict.fromkeys(versions))
    if not _PREFIX.fullmatch(wanted):
        raise Unknown(
            f"„{wanted}“ ist keine Fassung: Nötig sind vier bis zwölf ihrer Zeichen (0-9, a-f). {_list(known).de}",
            f"“{wanted}” is no version: four to twelve of its digits (0-9, a-f) are needed. {_list(known).en}",
        )
    found = [version for version in known if version.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Unknown(
            f"Mehrere Fassungen beginnen mit „{wanted}“. {_list(found).de}",
            f"Several versions begin with “{wanted}”. {_list(found).en}",
        )
    raise Unknown(
        f"Eine Fassung „{wanted}“ gibt es nicht. {_list(known).de}",
        f"There is no version “{wanted}”. {_list(known).en}",
    )


def _list(versions: list[str]) -> Sentence:
    listed = ", ".join(versions[:_LISTED]) + (", …" if len(versions) > _LISTED else "")
    if not listed:
        return Sentence("Es ist noch nichts veröffentlicht.", "Nothing has been published yet.")
    return Sentence(f"Es gibt: {listed}. Mehr zeigt: ivr history", f"There are: {listed}. See also: ivr history")


def _there_is_none(name: str) -> Unknown:
    match name:
        case "draft":
            return Unknown(
                "Es gibt keinen Entwurf. So entsteht einer: ivr publish --draft -m „Warum“",
                "There is no draft. Make one: ivr publish --draft -m “WHY”",
            )
        case "previous":
            return Unknown(
                "Vor der jetzigen Fassung wurde keine andere veröffentlicht.",
                "No other version was published before the present one.",
            )
        case _:
            return Unknown(
                "Es ist noch nichts veröffentlicht. So geht es: ivr publish -m „Warum“",
                "Nothing has been published yet. Do it: ivr publish -m “WHY”",
            )
