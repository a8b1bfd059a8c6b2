"""Keys that lead elsewhere, stand elsewhere, are new or gone: a menu's options, a flow's `keys`, a choice of language.

An option that has only changed its key is moved. What it is for and where it leads tell that it is the same option; one
that is not announced is known by where it leads.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, NamedTuple

from ivr.diff import words
from ivr.diff.change import Change
from ivr.diff.texts import shown, text_changes
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ivr.diff.essence import Reading
    from ivr.source.places import Place
    from ivr.steps.fields import Key, Subject


class Option(NamedTuple):
    """One key in one of the sets."""

    key: Key
    subject: Subject | None
    """What it is announced for; None when it is not announced."""
    about: Any
    """The essence of that, or of whatever else makes it the option it is."""
    way: Any
    """The essence of where it leads."""
    name: Sentence
    """What it is for, as the subject of a sentence: „das Nordmarktbüro“, „„Für Auskünfte““."""
    towards: Sentence
    """Where it leads: „zu polizei“."""
    announced: bool
    """Whether its place in the order is heard."""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.key.place


def subject_name(reading: Reading, subject: Subject | None, towards: Sentence) -> Sentence:
    """What an option is for, as the subject of a sentence."""
    assert reading.loaded.directory is not None
    if subject is None:
        return Sentence(f"der Weg {towards.de}", f"the way {towards.en}")
    if subject.contact is not None:
        return words.entry_with_article(reading.loaded.directory.contacts[subject.contact])
    assert subject.text is not None, "a subject is a text or a contact"
    return words.quoted(*shown(subject.text))


def option_changes(
    old: Sequence[Option], new: Sequence[Option], before: Reading, after: Reading, *, prefix: str = "option"
) -> Iterator[Change]:
    """What is different in the keys of one place."""
    pairs = _pairs(old, new)
    moved = set()
    for was, now in pairs:
        if was.key != now.key:
            moved.add(str(now.key))
            yield _moved(was, now, prefix)
        if was.way != now.way:
            yield _redirected(was, now)
        if was.about != now.about:
            yield from _for_another(was, now, before, after)
    for now in new:
        if all(now is not other for _, other in pairs):
            yield _added(now, prefix)
    for was in old:
        if all(was is not other for other, _ in pairs):
            yield _removed(was, prefix)
    yield from _order(pairs, new, moved)


def _pairs(old: Sequence[Option], new: Sequence[Option]) -> list[tuple[Option, Option]]:
    """Which is which: the same in everything, then on another key, then with another target, then another text."""
    same: tuple[Callable[[Option, Option], bool], ...] = (
        lambda a, b: (a.key, a.about, a.way) == (b.key, b.about, b.way),
        lambda a, b: (a.about, a.way) == (b.about, b.way),
        lambda a, b: (a.key, a.about) == (b.key, b.about),
        lambda a, b: a.about is not None and a.about == b.about,
        lambda a, b: (a.key, a.way) == (b.key, b.way),
        lambda a, b: a.key == b.key and _alike(a.name.de, b.name.de),
    )
    gone, come = list(old), list(new)
    found: dict[int, tuple[Option, Option]] = {}
    for rule in same:
        for was in list(gone):
            now = next((each for each in come if rule(was, each)), None)
            if now is not None:
                gone.remove(was)
                come.remove(now)
                found[list(new).index(now)] = (was, now)
    return [found[index] for index in sorted(found)]


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio() > 0.5


def _moved(was: Option, now: Option, prefix: str) -> Change:
    name, keys = words.capital(now.name), words.key_instead(now.key, was.key)
    sentence = Sentence(f"{name.de} liegt jetzt auf der {keys.de}", f"{name.en} is on {keys.en} now")
    return Change(f"{prefix}-moved", "", now.place, sentence, None, str(was.key), str(now.key))


def _redirected(was: Option, now: Option) -> Change:
    key = words.key_name(now.key)
    sentence = Sentence(
        f"Die {key.de} führt jetzt {now.towards.de} statt {was.towards.de}",
        f"{words.capital(key).en} leads {now.towards.en} now instead of {was.towards.en}",
    )
    return Change("target", "", now.place, sentence, None, was.towards.de, now.towards.de)


def _for_another(was: Option, now: Option, before: Reading, after: Reading) -> Iterator[Change]:
    key = words.key_name(now.key)
    old, new = was.subject, now.subject
    if old is not None and new is not None and old.text is not None and new.text is not None:
        what = Sentence(f"Die Ansage der {key.de}", f"What is said for {key.en}")
        yield from text_changes(what, (before, old.text), (after, new.text), now.place)
        return
    if old is None and new is None:
        sentence = Sentence(
            f"Die {key.de} wählt jetzt {now.name.de} statt {was.name.de}",
            f"{words.capital(key).en} chooses {now.name.en} now instead of {was.name.en}",
        )
        yield Change("language-key", "", now.place, sentence, None, was.name.de, now.name.de)
        return
    if new is None:
        sentence = Sentence(
            f"Die {key.de} wird nicht mehr angesagt, vorher: {was.name.de}",
            f"{words.capital(key).en} is no longer announced, before: {was.name.en}",
        )
    elif old is None:
        sentence = Sentence(
            f"Die {key.de} wird jetzt angesagt: {now.name.de}",
            f"{words.capital(key).en} is announced now: {now.name.en}",
        )
    else:
        sentence = Sentence(
            f"Die {key.de} wird jetzt so angesagt: {now.name.de}, vorher: {was.name.de}",
            f"{words.capital(key).en} is announced so now: {now.name.en}, before: {was.name.en}",
        )
    yield Change(
        "option-name", "", now.place, sentence, None, was.name.de if old else None, now.name.de if new else None
    )


def _added(now: Option, prefix: str) -> Change:
    key, name = words.key_name(now.key), _with_way(now)
    sentence = Sentence(f"Neu auf der {key.de}: {name.de}", f"New on {key.en}: {name.en}")
    return Change(f"{prefix}-added", "", now.place, sentence, None, None, name.de)


def _removed(was: Option, prefix: str) -> Change:
    key, name = words.key_name(was.key), _with_way(was)
    sentence = Sentence(f"Die {key.de} entfällt: {name.de}", f"{words.capital(key).en} is gone: {name.en}")
    return Change(f"{prefix}-removed", "", was.place, sentence, None, name.de, None)


def _with_way(option: Option) -> Sentence:
    if option.subject is None:
        return option.name
    return Sentence(f"{option.name.de}, {option.towards.de}", f"{option.name.en}, {option.towards.en}")


def _order(pairs: Sequence[tuple[Option, Option]], new: Sequence[Option], moved: set[str]) -> Iterator[Change]:
    """Another order of what is announced, as far as it does not come with other keys."""
    stayed = [(was, now) for was, now in pairs if was.announced and now.announced and str(now.key) not in moved]
    before = sorted(stayed, key=lambda pair: pair[0].place[1:3])
    if [now.key for _, now in before] == [now.key for _, now in stayed]:
        return
    keys = [words.key_word(option.key) for option in new if option.announced]
    text = words.joined(words.COMMA, keys)
    sentence = Sentence(
        f"Die Tasten werden jetzt in dieser Reihenfolge angesagt: {text.de}",
        f"The keys are now announced in this order: {text.en}",
    )
    yield Change("option-order", "", new[0].place, sentence, None, None, text.de)
