"""Spans of opening within a day, and how they are written.

    Mo-Sa: 9:00-20:30
    Mo-Fr: [8:00-12:00, 13:00-17:30]     # or without brackets: 8:00-12:00, 13:00-17:30
    Sa: 22:00-2:00                        # past midnight, into Sunday
    Fr: 9:00-24:00                        # to midnight
    So: closed                            # or geschlossen

A time is `9`, `9:00`, `09:00` or `9.00`, with or without `Uhr`; between two times stands a dash, short or
long. What could be read in two ways (`9-20.3`) or not at all is refused, with the repaired line wherever it
can be guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from ivr.source.places import Node, Place, Row, Table, Word, place_of
from ivr.source.problems import Problem, Refused, Sentence, refuse
from ivr.source.readable import Readable

MIDNIGHT: Final = 24 * 60

LONGEST_NIGHT: Final = 12 * 60
"""A span past midnight is at most this long, in minutes: a day's hours written the wrong way round
(20:30-9:00) are longer, and would otherwise go unnoticed."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open from `opens` until just before `closes`, in minutes of the wall clock since midnight of the day
    it starts on.

    The clock of a day does not stop at midnight: a night span closes after 1440 (22:00-2:00 is 1320 to
    1560). Always 0 <= opens < 1440 and opens < closes <= opens + 1440.
    """

    opens: int
    closes: int

    def wall(self) -> tuple[str, str]:
        """Both ends as wall times: ("09:00", "20:30"), ("09:00", "24:00"), ("22:00", "02:00")."""
        return _wall(self.opens), _wall(self.closes if self.closes <= MIDNIGHT else self.closes - MIDNIGHT)


def less(spans: tuple[Span, ...], cut: tuple[Span, ...]) -> tuple[Span, ...]:
    """What is left of spans without what lies in a cut."""
    left = list(spans)
    for away in cut:
        parts = (
            part
            for span in left
            for part in ((span.opens, min(span.closes, away.opens)), (max(span.opens, away.closes), span.closes))
        )
        left = [Span(opens, closes) for opens, closes in parts if opens < closes]
    return tuple(left)


CLOSED_WORDS: Final = ("closed", "geschlossen")

_WRITTEN = Sentence(
    "Zeiten stehen so da: 9:00-20:30; mehrere mit Komma: 8:00-12:00, 13:00-17:30; "
    "über Mitternacht: 22:00-2:00; bis Mitternacht: 9:00-24:00; sonst „closed“ oder „geschlossen“.",
    "Spans are written like this: 9:00-20:30; several with a comma: 8:00-12:00, 13:00-17:30; past midnight: "
    "22:00-2:00; to midnight: 9:00-24:00; otherwise “closed”.",
)
_DASH = "[-‐‑‒–—−]"
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?(?:\s*Uhr)?"
ONE_TIME = re.compile(_TIME, re.ASCII | re.IGNORECASE)
_OPEN_ENDED = re.compile(rf"(?:ab|von|from|bis|until)?\s*{_TIME}\s*{_DASH}?", re.ASCII | re.IGNORECASE)
_SPAN = re.compile(rf"{_TIME}\s*{_DASH}\s*{_TIME}", re.ASCII | re.IGNORECASE)
# What people write as well, and what is then shown to them in our spelling: 900-1700, 9h-17h, 9am-5pm, 9
# bis 17 Uhr.
_LOOSE_TIME = r"(\d{1,2})(?:\s*[:.h]?\s*(\d{2}))?(?::\d{2})?\s*(?:Uhr|h|([ap])\.?m\.?)?"
LOOSE_SPAN = re.compile(
    rf"(?:von|from|ab)?\s*{_LOOSE_TIME}\s*(?:{_DASH}|bis|to|until|till|/)\s*{_LOOSE_TIME}",
    re.ASCII | re.IGNORECASE,
)
_FOR_EDITORS = rf"\d{{1,2}}([:.]\d{{2}})?( ?[Uu]hr)? ?{_DASH} ?\d{{1,2}}([:.]\d{{2}})?( ?[Uu]hr)?"


@dataclass(frozen=True, slots=True)
class Spans(Readable):
    """The spans of one day as they are written, sorted and apart from each other; none is closed."""

    schema: ClassVar[dict[str, Any]] = {
        "anyOf": [
            {"type": "string", "pattern": rf"^({_FOR_EDITORS}(, ?{_FOR_EDITORS})*|closed|geschlossen)$"},
            {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": f"^{_FOR_EDITORS}$"}},
        ],
        "examples": ["9:00-20:30", "8:00-12:00, 13:00-17:30", "closed"],
    }

    spans: tuple[Span, ...]
    place: Place
    text: str
    warnings: tuple[Problem, ...] = field(default=(), compare=False)
    """What is odd about them: a span of no length, which is left out, and spans that overlap, which become one."""

    @classmethod
    def read(cls, node: Node, longest_night: int = LONGEST_NIGHT) -> Spans:
        """`closed`, one span, several in one word with commas, or a list of words.

        `longest_night` is in minutes; what is longer is taken for a day's hours written the wrong way round.

        Raises:
            Refused: `bad-span`, `bad-time`, `reversed-span`. Warnings are `empty-span` and `overlapping-spans`.
        """
        if isinstance(node, Word) and node.strip().lower() in CLOSED_WORDS:
            return cls((), node.place, node.strip())
        words = _words(node)
        found: list[tuple[Span, Word]] = []
        problems: list[Problem] = []
        warnings: list[Problem] = []
        for word in words:
            try:
                span = _read_span(word, longest_night)
            except Refused as refused:
                problems += refused.problems
                continue
            if span is None:
                warnings.append(_no_length(word))
            else:
                found.append((span, word))
        if problems:
            raise Refused(*problems)
        found.sort(key=lambda entry: entry[0])
        spans: list[Span] = []
        for (span, word), (_, before) in zip(found, [*found[:1], *found], strict=False):
            if spans and span.opens < spans[-1].closes:
                warnings.append(_overlap(before, word))
                spans[-1] = Span(spans[-1].opens, max(spans[-1].closes, span.closes))
            else:
                spans.append(span)
        return cls(tuple(spans), place_of(node), ", ".join(words), tuple(warnings))


def _words(node: Node) -> list[Word]:
    """The spans of a value, each as a word with its own place."""
    items: list[Word] = []
    if isinstance(node, Word):
        items = [node]
    elif isinstance(node, Row):
        items = [item for item in node if isinstance(item, Word)]
    if isinstance(node, Table) or (isinstance(node, Row) and len(items) < len(node)):
        raise refuse(
            place_of(node),
            "bad-span",
            "Hier stehen Zeiten, keine Tabelle.",
            "Spans stand here, not a table.",
            hint=_WRITTEN,
        )
    words = [piece for item in items for piece in _split(item)]
    if not words:
        raise refuse(
            place_of(node),
            "bad-span",
            "Hier fehlen die Zeiten.",
            "The times are missing here.",
            hint=_WRITTEN,
        )
    return words


def _split(word: Word) -> list[Word]:
    """The parts between commas. Each keeps its own column, unless quotes and escapes hide it."""
    parts = []
    for found in re.finditer(r"[^,\s][^,]*", word):
        text = found.group().rstrip()
        column = word.place.column + found.start()
        place = word.place._replace(column=column, length=len(text)) if word.plain else word.place
        parts.append(Word(text, place, plain=word.plain))
    return parts


def _read_span(word: Word, longest_night: int) -> Span | None:
    """The span that a word means; None when it ends where it begins."""
    found = _SPAN.fullmatch(word)
    if found is None:
        raise refuse(
            word.place,
            "bad-span",
            f"„{word}“ ist keine Zeitspanne.",
            f"“{word}” is not a span of time.",
            hint=_guess(word) or _WRITTEN,
        )
    hour, minute, end_hour, end_minute = (int(part or 0) for part in found.groups())
    opens, closes = hour * 60 + minute, end_hour * 60 + end_minute
    if minute > 59 or end_minute > 59 or opens > MIDNIGHT or closes > MIDNIGHT:
        raise _no_such_time(word, opens, closes, sound=minute < 60 and end_minute < 60)
    if opens == MIDNIGHT:
        raise refuse(
            word.place,
            "bad-time",
            f"„{word}“ beginnt um 24:00; dann ist schon der nächste Tag.",
            f"“{word}” begins at 24:00, when the next day has begun.",
            hint=Sentence(
                f"Schreiben Sie „{_short(0)}-{_short(closes)}“ beim Tag danach.",
                f"Write “{_short(0)}-{_short(closes)}” on the day after.",
            ),
        )
    if opens == closes:
        return None
    if closes == 0:
        closes = MIDNIGHT
    if closes < opens:
        closes += MIDNIGHT
        if closes - opens > longest_night:
            raise _wrong_way_round(word, opens, closes - MIDNIGHT)
    return Span(opens, closes)


def read_time(word: Word, *, to_midnight: bool) -> int:
    """One time of day in minutes since midnight, 1 to 1439, or 1440 where that may be.

    Raises:
        Refused: `bad-time`.
    """
    found = ONE_TIME.fullmatch(word.strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (MIDNIGHT, 0)
    minutes = hour * 60 + minute
    if found and 0 < minutes < MIDNIGHT + to_midnight and minute < 60:
        return minutes
    raise refuse(
        word.place,
        "bad-time",
        f"„{word}“ ist keine Uhrzeit am Tag.",
        f"“{word}” is not a time of day.",
        hint=Sentence("Schreiben Sie zum Beispiel „ab 14:00“.", "Write for example “from 14:00”."),
    )


def _no_such_time(word: Word, opens: int, closes: int, *, sound: bool) -> Refused:
    """A time that no clock shows. Of 22:00-26:00, a spelling of some systems, the meaning is clear."""
    hint = _WRITTEN
    if sound and opens < MIDNIGHT < closes < MIDNIGHT + opens:
        text = f"{_short(opens)}-{_short(closes - MIDNIGHT)}"
        hint = Sentence(f"Über Mitternacht schreibt man „{text}“.", f"Past midnight is written “{text}”.")
    return refuse(
        word.place,
        "bad-time",
        f"In „{word}“ steht eine Uhrzeit, die es nicht gibt; es gibt 0:00 bis 24:00.",
        f"“{word}” has a time that does not exist; times go from 0:00 to 24:00.",
        hint=hint,
    )


def _wrong_way_round(word: Word, opens: int, closes: int) -> Refused:
    turned = f"{_short(closes)}-{_short(opens)}"
    evening, morning = f"{_short(opens)}-24:00", f"0:00-{_short(closes)}"
    return refuse(
        word.place,
        "reversed-span",
        f"„{word}“ endet vor seinem Beginn, und für eine Nacht ist es zu lang (höchstens zwölf Stunden).",
        f"“{word}” ends before it begins, and it is too long for a night (twelve hours at most).",
        hint=Sentence(
            f"Gemeint ist wohl „{turned}“. Wenn wirklich über Mitternacht geöffnet ist, "
            f"schreiben Sie „{evening}“ und beim Tag danach „{morning}“.",
            f"Probably “{turned}” is meant. If it is really open past midnight, "
            f"write “{evening}” and on the day after “{morning}”.",
        ),
    )


def _no_length(word: Word) -> Problem:
    return Problem(
        word.place,
        "empty-span",
        Sentence(
            f"„{word}“ beginnt und endet zur selben Zeit; dann ist nie geöffnet.",
            f"“{word}” begins and ends at the same time, so it is never open.",
        ),
        Sentence(
            "Rund um die Uhr schreibt man „0:00-24:00“, geschlossen „closed“.",
            "Round the clock is written “0:00-24:00”, and closed is “closed”.",
        ),
        "warning",
    )


def _overlap(first: Word, second: Word) -> Problem:
    return Problem(
        second.place,
        "overlapping-spans",
        Sentence(
            f"„{second}“ überschneidet sich mit „{first}“.",
            f"“{second}” overlaps with “{first}”.",
        ),
        Sentence(
            "Beide gelten als eine Zeit. Fassen Sie sie zusammen, oder ändern Sie eine.",
            "They count as one span. Make one of the two, or change a time.",
        ),
        "warning",
        also=first.place,
    )


def _guess(word: Word) -> Sentence | None:
    """The repair for what is not our spelling but can be meant in one way only."""
    if word.strip().lower() in {"no", "nein", "false", "off", "zu", "ruhetag", "shut"}:
        return Sentence("Schreiben Sie „closed“ oder „geschlossen“.", "Write “closed”.")
    if _OPEN_ENDED.fullmatch(word):
        return Sentence(
            "Eine Zeitspanne hat Anfang und Ende, zum Beispiel 9:00-17:00.",
            "A span has a beginning and an end, for example 9:00-17:00.",
        )
    found = LOOSE_SPAN.fullmatch(word)
    if found is None:
        return None
    times = []
    for hour, minute, half in (found.groups()[:3], found.groups()[3:]):
        of_day = int(hour) % 12 + (12 if half in "pP" else 0) if half else int(hour)
        if of_day > 24 or int(minute or 0) > 59:
            return None
        times.append(f"{of_day}:{minute or '00'}")
    return Sentence(f"Schreiben Sie „{'-'.join(times)}“.", f"Write “{'-'.join(times)}”.")


def _wall(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _short(minutes: int) -> str:
    """As operators write it: 9:00."""
    return f"{minutes // 60}:{minutes % 60:02}"
