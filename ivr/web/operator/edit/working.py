"""A working copy: the files of the live set, and what somebody has made of them.

Each operator has one at most. It begins when she changes something for the first time, and remembers the set that it
began with (`base`), so that a merge can tell her changes from those of others. Nothing here knows a request.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal, NamedTuple

from ivr.bundle import PRONUNCIATION, Bundle, File
from ivr.call import NAME
from ivr.source.problems import Sentence
from ivr.source.reader import MAX_BYTES
from ivr.steps.fields import NAME_RULE, proposed_name
from ivr.store import WorkingCopies, WorkingCopy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ivr.store import Database, Scenario
    from ivr.store.trail import Entry as Noted

Kind = Literal["contacts", "pronunciation", "flow"]

MOST_FILES = 60
MOST_BYTES = 2 * 1024 * 1024
"""Of all files together."""

ENTRY = "hotline.yaml"

NEW_FLOW = """\
# Was Anrufer hier hören. Ein anderer Ablauf kommt mit „go: flow:{name}“ hierher.

start: text

steps:
  text:
    say:
      de: Hier steht, was Anrufer hören.
    next: return
"""

NEW_PRONUNCIATION = """\
# Wie ein Name ausgesprochen wird, je Sprache.

en:
  Nordmarkt: Nort-markt
"""

_SAVES = 3
"""So often a change of another window in the same moment is tried around."""


class Refusal(Exception):  # noqa: N818 - reads as what it is
    """What was asked for cannot be done; `sentence` says why."""

    def __init__(self, de: str, en: str) -> None:
        super().__init__(en)
        self.sentence = Sentence(de, en)


class Behind(Exception):  # noqa: N818 - reads as what it is
    """Another window has been there since. `work` is how it stands now; None: the copy is gone."""

    def __init__(self, work: Work | None) -> None:
        super().__init__("another window has changed this")
        self.work = work


class Entry(NamedTuple):
    """A file as it stands in the list."""

    name: str
    kind: Kind
    state: Literal["same", "changed", "new", "gone"]
    """Against the base."""


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody is working on; revision 0: she has changed nothing yet."""

    operator: str
    base: Bundle
    bundle: Bundle
    revision: int
    saved: datetime | None = None
    adjusted: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By name, scenarios that are to expect something else once this is published: their content before and then."""

    @property
    def entries(self) -> list[Entry]:
        """The files: contacts, pronunciation, then flows by name, the entry first; what is gone stays in the list."""
        now, before = files(self.bundle), files(self.base)
        names = sorted(now.keys() | before.keys(), key=lambda name: (_RANK[kind(name)], name != ENTRY, name))
        return [Entry(name, kind(name), _state(before.get(name), now.get(name))) for name in names]

    @property
    def changed(self) -> list[Entry]:
        """The files that are other than in the base."""
        return [entry for entry in self.entries if entry.state != "same"]

    def text(self, name: str) -> str | None:
        """What stands in a file; None when there is none of this name."""
        return text_of(self.bundle, name)


_RANK = {"contacts": 0, "pronunciation": 1, "flow": 2}


def kind(name: str) -> Kind:
    """What a file is, by its name."""
    if name == PRONUNCIATION:
        return "pronunciation"
    return "contacts" if name == "contacts.yaml" else "flow"


def plain(file: str) -> str:
    """The name of a file without its folder, as the page shows it."""
    return PurePath(file).name


def files(bundle: Bundle) -> dict[str, str]:
    """The texts of a set by plain names. The contacts are called contacts.yaml here, whatever they are called."""
    found = {plain(file.name): text(file.content) for file in bundle.flows}
    if bundle.contacts:
        found["contacts.yaml"] = text(bundle.contacts.content)
    if bundle.pronunciation:
        found[PRONUNCIATION] = text(bundle.pronunciation.content)
    return found


def text_of(bundle: Bundle, name: str) -> str | None:
    """What stands in a file of a set; None when there is none of this name."""
    return files(bundle).get(name)


def text(content: bytes) -> str:
    """A file's text as a browser has it: its lines end in one way only."""
    return content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


def mark(written: str) -> str:
    """What a window says of the text that it has seen."""
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def shown_name(bundle: Bundle, file: str) -> str:
    """A file of a problem or a change by its plain name."""
    return "contacts.yaml" if file == bundle.contacts_name else plain(file)


# --- changing


def with_text(bundle: Bundle, name: str, written: str) -> Bundle:
    """With another text in a file that is there, or with a new file. What is the same text leaves its bytes alone.

    Raises:
        Refusal: it is too long.
    """
    if text_of(bundle, name) == text(written.encode()):
        return bundle
    content = text(written.encode()).encode()
    if len(content) > MAX_BYTES:
        raise Refusal(
            f"{name} ist zu groß: Mehr als 256 KiB liest der Dienst nicht. Teilen Sie den Ablauf in zwei Dateien.",
            f"{name} is too large: the service reads no more than 256 KiB. Divide the flow into two files.",
        )
    match kind(name):
        case "contacts":
            found = replace(bundle, contacts=File(bundle.contacts_name, content))
        case "pronunciation":
            beside = str(PurePath(bundle.contacts_name).with_name(PRONUNCIATION))
            found = replace(bundle, pronunciation=File(beside, content))
        case _:
            there = {plain(file.name): file for file in bundle.flows}
            there[name] = File(there[name].name if name in there else f"{bundle.folder}/{name}", content)
            found = replace(bundle, flows=tuple(sorted(there.values())))
    if len(list(found)) > MOST_FILES:
        raise Refusal(f"Mehr als {MOST_FILES} Dateien sind zu viele.", f"More than {MOST_FILES} files are too many.")
    if sum(len(file.content) for file in found) > MOST_BYTES:
        raise Refusal("Alle Dateien zusammen sind größer als 2 MiB.", "All files together are larger than 2 MiB.")
    return found


def without(bundle: Bundle, name: str) -> Bundle:
    """Without a file.

    Raises:
        Refusal: it cannot be done without.
    """
    if name in ("contacts.yaml", ENTRY):
        raise Refusal(
            f"Ohne {name} geht es nicht: Sie lässt sich ändern, aber nicht löschen.",
            f"There has to be a file {name}: it can be changed, but not deleted.",
        )
    if kind(name) == "pronunciation":
        return replace(bundle, pronunciation=None)
    return replace(bundle, flows=tuple(file for file in bundle.flows if plain(file.name) != name))


def restored(work: Work, name: str) -> Bundle:
    """With a file as it is in the base; without it, when it is not there."""
    match kind(name):
        case "contacts":
            return replace(work.bundle, contacts=work.base.contacts)
        case "pronunciation":
            return replace(work.bundle, pronunciation=work.base.pronunciation)
    others = [file for file in work.bundle.flows if plain(file.name) != name]
    before = [file for file in work.base.flows if plain(file.name) == name]
    return replace(work.bundle, flows=tuple(sorted([*others, *before])))


def new_name(written: str, bundle: Bundle) -> str:
    """The name of a new file, from what an operator has typed: with or without `.yaml`.

    Raises:
        Refusal: it cannot be one, or there is one.
    """
    given = written.strip()
    stem = given.removesuffix(".yaml")
    if not re.fullmatch(NAME, stem, re.ASCII):
        proposal = proposed_name(stem)
        de, en = NAME_RULE
        if proposal:
            de, en = f"{de} Möglich wäre „{proposal}“.", f"{en} “{proposal}” would do."
        raise Refusal(f"So kann eine Datei nicht heißen. {de}", f"A file cannot be called that. {en}")
    name = f"{stem}.yaml"
    if name in files(bundle):
        raise Refusal(f"Eine Datei {name} gibt es schon.", f"There is a file {name} already.")
    return name


def new_text(name: str) -> str:
    """What a new file begins with."""
    return NEW_PRONUNCIATION if kind(name) == "pronunciation" else NEW_FLOW.format(name=name.removesuffix(".yaml"))


def _state(before: str | None, now: str | None) -> Literal["same", "changed", "new", "gone"]:
    if before is None:
        return "new"
    if now is None:
        return "gone"
    return "same" if before == now else "changed"


# --- keeping


def find(database: Database, operator: str) -> Work | None:
    """What somebody is working on.

    Raises:
        Away: the database cannot be reached.
    """
    return _work(WorkingCopies(database).of(operator))


def opened_by(database: Database) -> list[Work]:
    """Everybody's work, the latest change first.

    Raises:
        Away: the database cannot be reached.
    """
    return [work for copy in WorkingCopies(database).all() if (work := _work(copy)) is not None]


def _work(copy: WorkingCopy | None) -> Work | None:
    if copy is None:
        return None
    try:
        base, bundle = Bundle.from_bytes(copy.base_content), Bundle.from_bytes(copy.content)
    except ValueError:
        return None
    adjusted = {name: (before, then) for name, (before, then) in (copy.adjusted or {}).items()}
    return Work(copy.operator, base, bundle, copy.revision, copy.saved, adjusted)


def save(
    database: Database,
    seen: Work,
    change: Callable[[Work], Bundle],
    noted: Callable[[Work], Noted],
    *,
    file: str = "",
    was: str = "",
) -> Work:
    """Changes what somebody is working on. `seen` is what her window has seen of it, which may be older by now.

    Where only one `file` is changed, and nobody else has changed that one since (its text still has the mark `was`), a
    change of another window in other files is no hindrance. `noted` makes the line of the trail, and tells the time.

    Raises:
        Behind: another window has changed the same, or given up the whole.
        Refusal: as `change` does.
        Away: the database cannot be reached.
    """
    copies = WorkingCopies(database)
    for _ in range(_SAVES):
        there = _work(copies.of(seen.operator))
        if there is None:
            if seen.revision:
                raise Behind(None)
            there = seen
        elif there.revision != seen.revision and not (file and was and mark(there.text(file) or "") == was):
            raise Behind(there)
        bundle = change(there)
        if bundle == there.bundle:
            return there
        work = replace(there, bundle=bundle, revision=there.revision + 1)
        line = noted(work)
        if copies.save(_row(work, line.at), noted=line):
            return replace(work, saved=line.at)
    raise Behind(find(database, seen.operator))


def rebased(database: Database, work: Work, base: Bundle, bundle: Bundle, noted: Noted) -> Work:
    """Puts somebody's work on another base. `noted` is the line of the trail.

    Raises:
        Behind: another window has changed it meanwhile.
        Away: the database cannot be reached.
    """
    after = replace(work, base=base, bundle=bundle, revision=work.revision + 1, saved=noted.at)
    if not WorkingCopies(database).save(_row(after, noted.at), noted=noted):
        raise Behind(find(database, work.operator))
    return after


def adjust(database: Database, work: Work, name: str, before: str, then: str, noted: Noted) -> None:
    """Has a scenario expect something else once this work is published. `before` is what it expects in the check.

    Raises:
        Behind: another window has changed the work meanwhile.
        Refusal: there is too much of it.
        Away: the database cannot be reached.
    """
    earlier = work.adjusted.get(name)
    stored = earlier[0] if earlier is not None and earlier[1] == before else before
    adjusted = {**work.adjusted, name: (stored, then)}
    if sum(len(text.encode()) for pair in adjusted.values() for text in pair) > MOST_BYTES:
        raise Refusal(
            "So viele Erwartungen lassen sich nicht auf einmal anpassen. Veröffentlichen Sie zuerst, was fertig ist.",
            "So many expectations cannot be adjusted at once. Publish first what is finished.",
        )
    after = replace(work, adjusted=adjusted, revision=work.revision + 1)
    if not WorkingCopies(database).save(_row(after, noted.at), noted=noted):
        raise Behind(find(database, work.operator))


def expected(work: Work, scenario: Scenario) -> str:
    """What a stored scenario says once this work is published."""
    before, then = work.adjusted.get(scenario.name, ("", ""))
    return then if before == scenario.content else scenario.content


def _row(work: Work, now: datetime) -> WorkingCopy:
    base = work.base
    content = work.bundle.to_bytes()
    return WorkingCopy(
        work.operator, base.version, base.to_bytes(), content, work.revision, now, dict(work.adjusted) or None
    )


def counted(work: Work) -> Counter[str]:
    """How many files are changed, new and gone."""
    return Counter(entry.state for entry in work.changed)


def discard(database: Database, work: Work, noted: Noted | None = None) -> bool:
    """Gives up somebody's work; False when another window has changed it meanwhile.

    Raises:
        Away: the database cannot be reached.
    """
    return WorkingCopies(database).discard(work.operator, work.revision, noted=noted)
