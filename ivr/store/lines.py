"""The lines of the spool, read into rows. A line that is wrong costs itself only, never its neighbours.

    k             what it tells
    turn          a webhook was answered
    status        the provider told how a call goes on, or how it ended
    fallback      the provider had to use the fallback
    instruction   what an operator told the service, as `Instruction.to_json` writes it

Everything is checked here, so that no row can make a database refuse the batch that it stands in: lengths, ranges,
characters that one of the databases cannot keep. Reasons name the field, never what stood in it.

A field that this release does not know is passed over: the line of a newer one is better kept in part than not at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from struct import pack
from typing import TYPE_CHECKING, Any, NamedTuple

from ivr.instructions import Instruction
from ivr.store.merge import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = dict[str, Any]

LONGEST_TEXT = 10_000
"""Characters of a free text: an announcement in one language, the name of a rule."""

LARGEST = 2**31 - 1
"""The largest whole number that both databases keep in an INTEGER."""

YEARS = range(2000, 2200)
"""Other years are a broken clock's."""

LAST_MICROSECOND = 10**16
"""After all of these years, so that an earlier time has the greater rank."""

_WORD = re.compile(r"[a-z][a-z0-9_-]{0,63}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})?", re.ASCII)
_VERSION = re.compile(r"[0-9a-f]{12}", re.ASCII)
_CALLER = re.compile(r"[0-9a-f]{16}", re.ASCII)
_KEY = re.compile(r"[0-9*#A-Dw]", re.ASCII)
_STATUS_WORD = re.compile(r"[a-z-]{0,64}", re.ASCII)
_FIELD = re.compile(r"[a-z_]{1,32}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Batch(NamedTuple):
    """Lines as rows: one for each key, those of the same call already merged."""

    turns: dict[tuple[str, int], Row]
    calls: dict[str, Row]
    instructions: dict[str, Row]
    refused: tuple[tuple[int, str], ...]
    passed_over: tuple[str, ...]
    """Names of fields that nobody knows; their lines are kept without them."""


def read(lines: Sequence[Mapping[str, Any]]) -> Batch:
    """The rows of these lines; those that cannot be used by their index, with the reason."""
    batch = Batch({}, {}, {}, (), ())
    refused, unknown = [], set[str]()
    for index, line in enumerate(lines):
        try:
            _take(batch, line, unknown)
        except Unfit as unfit:
            refused.append((index, str(unfit)))
    return batch._replace(refused=tuple(refused), passed_over=tuple(sorted(unknown)))


class Unfit(ValueError):  # noqa: N818 - reads as what it is: the line is unfit
    """A line, or a value of one, that cannot be kept. Says which field, and not what stood there."""


def _take(batch: Batch, line: object, unknown: set[str]) -> None:
    if not isinstance(line, Mapping):
        raise Unfit("no object")
    kind = line.get("k")
    known = SHAPES.get(kind) if isinstance(kind, str) else None
    if known is None:
        raise Unfit("unknown kind")
    unknown.update(_named(name) for name in line.keys() - {*known, "k"})
    match kind:
        case "turn":
            row, call = _turn(_checked(line, _TURN))
            key = (row["call"], row["turn"])
            before = batch.turns.get(key)
            if before is None or before["rank"] < row["rank"]:
                batch.turns[key] = row
        case "status":
            call = _status(_checked(line, _STATUS))
        case "fallback":
            call = _fallback(_checked(line, _FALLBACK))
        case _:
            told = instruction_row(line)
            batch.instructions.setdefault(told["id"], told)
            return
    met = batch.calls.get(call["call"])
    batch.calls[call["call"]] = call if met is None else joined(met, call)


# Rows


def _turn(line: Row) -> tuple[Row, Row]:
    # The hash of the caller is no part of the checksum: what is to be forgotten leaves nothing behind.
    caller = line.pop("caller")
    at = line["at"]
    rank = _earliest(at) + _checksum(line)
    row = {**line, "test": bool(line["test"]), "rank": rank}
    call = _call(line["call"], at, row["test"]) | {
        "caller": caller,
        "version": line["version"],
        "first_language": line["language"],
        "first_rank": pack(">H", 0xFFFF - line["turn"]) + rank,
        "turns": line["turn"],
        "last_language": line["language"],
        "flow": line["flow"],
        "step": line["step"],
        "input": line["input"],
        "expects": line["expects"],
        "last_rank": pack(">H", line["turn"]) + rank,
    }
    return row, call


_STAGES = {"queued": 1, "initiated": 2, "ringing": 3, "answered": 4, "in-progress": 4}
_FINAL = ("failed", "canceled", "no-answer", "busy", "completed")
"""How a call can end. Should a provider tell two endings without a sequence, the later one in this row counts."""


def _status(line: Row) -> Row:
    status, at = line["status"], line["at"]
    final = status in _FINAL
    sequence, seconds = line["sequence"], line["seconds"]
    rank = pack(
        ">BIBB",
        9 if final else _STAGES.get(status, 0),
        0 if sequence is None else sequence + 1,
        _FINAL.index(status) if final else 0,
        seconds is not None,
    )
    return _call(line["call"], at, bool(line["test"])) | {
        "status": status or None,
        "ended": at if final else None,
        "seconds": seconds if final else None,
        "status_rank": rank + _earliest(at) + _checksum(line),
    }


def _fallback(line: Row) -> Row:
    code, at = line["code"], line["at"]
    rank = pack(">B", code is not None) + _earliest(at) + pack(">I", code or 0)
    return _call(line["call"], at, test=False) | {"fallback_at": at, "fallback_code": code, "fallback_rank": rank}


def _call(call: str, at: datetime, test: bool) -> Row:
    """A call of which nothing more is known: the neutral row, to which one kind of line adds its own columns."""
    return {
        "call": call,
        "started": at,
        "last_at": at,
        "test": test,
        "caller": None,
        "version": None,
        "first_language": None,
        "first_rank": b"",
        "turns": 0,
        "last_language": None,
        "flow": None,
        "step": None,
        "input": None,
        "expects": None,
        "last_rank": b"",
        "status": None,
        "ended": None,
        "seconds": None,
        "status_rank": b"",
        "fallback_at": None,
        "fallback_code": None,
        "fallback_rank": b"",
    }


def instruction_row(fields: Mapping[str, Any]) -> Row:
    """The row of an instruction's JSON form.

    Raises:
        Unfit: it is none, or one that not every database can keep.
    """
    try:
        told = Instruction.from_json(fields)
        times = [datetime.fromisoformat(fields[name]) for name in ("at", "until") if fields[name] is not None]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise Unfit("no instruction") from None
    if any(at.tzinfo is None or at.astimezone(UTC).year not in YEARS for at in times):
        raise Unfit("wrong time of an instruction")
    row = told.to_json() | {"at": told.at, "until": told.until}
    longest = {"id": 64, "subject": 200}
    for name in ("id", "subject", "value", "author", "why"):
        _text(row[name], name, longest.get(name, LONGEST_TEXT))
    for language, text in row["texts"].items():
        _text(language, "texts", 16)
        _text(text, "texts", LONGEST_TEXT)
    if not row["id"]:
        raise Unfit("wrong id")
    return row


def _text(value: str, name: str, longest: int) -> None:
    if not storable(value, longest):
        raise Unfit(f"wrong {name}")


def storable(text: object, longest: int = LONGEST_TEXT) -> bool:
    """Whether this is text that both databases keep: no NUL, no half of a surrogate pair, not too long."""
    if not isinstance(text, str) or len(text) > longest or "\0" in text:
        return False
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _earliest(at: datetime) -> bytes:
    """Greater for an earlier time; eight bytes."""
    since = at - _EPOCH
    return pack(">Q", LAST_MICROSECOND - (since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds))


def _checksum(line: Row) -> bytes:
    """Tells two lines of the same time apart, the same way on every machine; eight bytes."""
    words = json.dumps([None if value is None else str(value) for value in line.values()])
    return blake2b(words.encode(), digest_size=8).digest()


# Fields

Check = Callable[[Any], Any]
"""Gives the value to keep, or raises ValueError, TypeError or OverflowError."""


def _checked(fields: Mapping[Any, Any], shape: Mapping[str, tuple[Check, bool]]) -> Row:
    """The fields in the order of the shape, checked; None where an optional one is missing."""
    row: Row = {}
    for name, (check, needed) in shape.items():
        value = fields.get(name)
        if value is None:
            if needed:
                raise Unfit(f"no {name}")
            row[name] = None
            continue
        try:
            row[name] = check(value)
        except (ValueError, TypeError, OverflowError):
            raise Unfit(f"wrong {name}") from None
    return row


def _like(pattern: re.Pattern[str]) -> Check:
    def check(value: Any) -> str:
        if not pattern.fullmatch(value):
            raise ValueError
        return str(value)

    return check


def _named(name: object) -> str:
    """The name of a field, unless it could be something that somebody sent."""
    return name if isinstance(name, str) and _FIELD.fullmatch(name) else "(no name)"


def _single(value: Any) -> str | None:
    """A key, if it is one. Several in a row may be a number or a secret: the worker says so, and does not say them."""
    return None if value == "several" else str(_ONE_KEY(value))


def _spoken(value: Any) -> int:
    """Seconds, which come as a number or in digits."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    return int(_NUMBER(value))


def _whole(most: int) -> Check:
    def check(value: Any) -> int:
        if type(value) is not int or not 0 <= value <= most:
            raise ValueError
        return value

    return check


def _instant(value: Any) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError
    at = at.astimezone(UTC)
    if at.year not in YEARS:
        raise ValueError
    return at


def _call_id(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 128 or not value.isprintable():
        raise ValueError
    return value


def _rule(value: Any) -> str:
    if not storable(value):
        raise ValueError
    return str(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


_NEEDED, _MAY = True, False
_WORDS = _like(_WORD)
_NUMBER = _whole(LARGEST)
_ONE_KEY = _like(_KEY)
_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)

_TURN: Mapping[str, tuple[Check, bool]] = {
    "call": (_call_id, _NEEDED),
    "turn": (_whole(9999), _NEEDED),
    "at": (_instant, _NEEDED),
    "version": (_like(_VERSION), _NEEDED),
    "flow": (_WORDS, _NEEDED),
    "step": (_WORDS, _NEEDED),
    "language": (_like(_LANGUAGE), _NEEDED),
    "input": (_WORDS, _NEEDED),
    "key": (_single, _MAY),
    "result": (_WORDS, _MAY),
    "seconds": (_spoken, _MAY),
    "miss": (_WORDS, _MAY),
    "expects": (_WORDS, _NEEDED),
    "contact": (_WORDS, _MAY),
    "hours": (_rule, _MAY),
    "limit": (_WORDS, _MAY),
    "caller": (_like(_CALLER), _MAY),
    "test": (_truth, _MAY),
    "us": (_NUMBER, _NEEDED),
}
_STATUS: Mapping[str, tuple[Check, bool]] = {
    "call": (_call_id, _NEEDED),
    "at": (_instant, _NEEDED),
    "status": (_like(_STATUS_WORD), _NEEDED),
    "sequence": (_NUMBER, _MAY),
    "seconds": (_NUMBER, _MAY),
    "test": (_truth, _MAY),
}
_FALLBACK: Mapping[str, tuple[Check, bool]] = {
    "call": (_call_id, _NEEDED),
    "at": (_instant, _NEEDED),
    "code": (_NUMBER, _MAY),
}
SHAPES: Mapping[str, tuple[str, ...]] = {
    "turn": tuple(_TURN),
    "status": tuple(_STATUS),
    "fallback": tuple(_FALLBACK),
    "instruction": ("id", "kind", "subject", "value", "at", "until", "texts", "author", "channel", "why"),
}
"""The fields of each kind of line; nothing else is kept."""
