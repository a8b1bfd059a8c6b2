"""Texts that are said otherwise, with the changed words marked: „Willkommen [-bei-]{+beim+} Ordnungsdienst.“"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from ivr.diff.change import Change
from ivr.diff.words import language_name
from ivr.source.problems import Sentence
from ivr.steps.fields import Hole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.diff.essence import Reading
    from ivr.source.places import Place
    from ivr.steps.fields import Text, Wording

_ALIKE = 0.4
"""Texts that share less than this of their words are told as two texts, not as one with marks."""

_AROUND = 8
"""So many words and signs are shown on either side of a change; more that stay as they are become an ellipsis."""


_NOW = Sentence(" lautet jetzt", " is now")
"""What stands between a text's name and the text, where one has changed."""

_TOKEN = re.compile(r"\s*(?:\{[^}]*\}|\w+|[^\w\s])")
"""A word, a placeholder or a sign, with the blanks before it."""


def marked(before: str, after: str) -> str | None:
    """Both texts in one, what is gone as [-…-] and what is new as {+…+}; None when they have too little in common."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    found = SequenceMatcher(None, old, new, autojunk=False)
    if found.ratio() < _ALIKE:
        return None
    pieces: list[str] = []
    steps = found.get_opcodes()
    for number, (tag, a, b, c, d) in enumerate(steps):
        if tag == "equal":
            pieces.append(_shortened(old[a:b], first=number == 0, last=number == len(steps) - 1))
            continue
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        blank = " " if (come or gone).startswith(" ") else ""
        pieces.append(blank + (f"[-{gone.strip()}-]" if gone else "") + (f"{{+{come.strip()}+}}" if come else ""))
    return "".join(pieces)


class Piece(NamedTuple):
    """A part of a text, and whether the other text has something else in its place."""

    text: str
    differs: bool


class Pair(NamedTuple):
    """A text that is said otherwise, for reading side by side: what it is called, and both texts whole."""

    name: Sentence
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def side_by_side(change: Change) -> Pair | None:
    """The two texts of a change; None when it is about something else."""
    name = Sentence(*(words.partition(now)[0] for words, now in zip(change.sentence, _NOW, strict=True)))
    if change.before is None or change.after is None or name == change.sentence:
        return None
    old, new = _TOKEN.findall(change.before), _TOKEN.findall(change.after)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    left = tuple(Piece("".join(old[a:b]), tag != "equal") for tag, a, b, _, _ in steps if a < b)
    right = tuple(Piece("".join(new[c:d]), tag != "equal") for tag, _, _, c, d in steps if c < d)
    return Pair(name, left, right)


def _shortened(tokens: list[str], *, first: bool, last: bool) -> str:
    head, tail = (0 if first else _AROUND), (0 if last else _AROUND)
    if len(tokens) <= head + tail + 2:
        return "".join(tokens)
    left, right = "".join(tokens[:head]), "".join(tokens[len(tokens) - tail :])
    return f"{left} …{right}" if left else f"…{right}"


def plain(wording: Wording) -> str:
    """A text as its operator wrote it."""
    words = "".join(f"{{{p.contact}.{p.form}}}" if isinstance(p, Hole) else p for p in wording.parts)
    return re.sub(r"\s+", " ", words).strip()


def reworded(what: Sentence, code: str | None, before: str, after: str) -> Sentence:
    """„Der Text auf Deutsch lautet jetzt: „…“.“ `what` is a subject in the nominative."""
    name = language_name(code) if code else Sentence("", "")
    de = f"{what.de} auf {name.de}" if code else what.de
    en = f"{what.en} in {name.en}" if code else what.en
    one = marked(before, after)
    if one is not None:
        return Sentence(f"{de}{_NOW.de}: „{one}“", f"{en}{_NOW.en}: “{one}”")
    return Sentence(f"{de}{_NOW.de} „{after}“, vorher „{before}“", f"{en}{_NOW.en} “{after}”, before “{before}”")


def text_changes(
    what: Sentence, before: tuple[Reading, Text | None], after: tuple[Reading, Text | None], place: Place
) -> Iterator[Change]:
    """What is different in a text, per language; once where it is the same text for all of them."""
    (old_set, old), (new_set, new) = before, after
    if old is None or new is None:
        yield from _come_or_gone(what, old, new, place)
        return
    changed = [code for code in new_set.languages if old_set.text(old, code) != new_set.text(new, code)]
    told: set[tuple[str, str]] = set()
    for code in changed:
        was, now = (text.by_language.get("") or text.by_language[code] for text in (old, new))
        pair = (plain(was), plain(now))
        everywhere = "" in old.by_language and "" in new.by_language
        if everywhere and pair in told:
            continue
        told.add(pair)
        if pair[0] == pair[1] or (was.language or code) != (now.language or code):
            yield _other_voice(what, code, was, now)
        if pair[0] != pair[1]:
            named = None if everywhere else code
            yield Change("text", "", now.place, reworded(what, named, *pair), named, *pair)


def _other_voice(what: Sentence, code: str, was: Wording, now: Wording) -> Change:
    name, old, new = (language_name(each) for each in (code, was.language or code, now.language or code))
    sentence = Sentence(
        f"{what.de} auf {name.de} wird jetzt mit der Stimme für {new.de} gesprochen, vorher mit der für {old.de}",
        f"{what.en} in {name.en} is now spoken in the voice for {new.en}, before in that for {old.en}",
    )
    return Change("text", "", now.place, sentence, code, was.language or code, now.language or code)


def shown(text: Text) -> tuple[str, str]:
    """A text for readers of German and of English, in another of its languages where it lacks theirs."""
    every = text.by_language
    first = next(iter(every.values()))
    de, en = (plain(every.get("") or every.get(code) or first) for code in ("de", "en"))
    return de, en


def _come_or_gone(what: Sentence, old: Text | None, new: Text | None, place: Place) -> Iterator[Change]:
    text = new or old
    if text is None:
        return
    de, en = shown(text)
    if new is None:
        sentence = Sentence(f"{what.de} entfällt: „{de}“", f"{what.en} is gone: “{en}”")
        yield Change("text-removed", "", place, sentence, None, de, None)
    else:
        sentence = Sentence(f"{what.de} ist neu: „{de}“", f"{what.en} is new: “{en}”")
        yield Change("text-added", "", text.place, sentence, None, None, de)
