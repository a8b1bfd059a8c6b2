"""A call played from a script: `ivr call --keys 1,timeout --dial busy`.

`keys` are what the caller does at each prompt in turn: a key (0-9, *, #; several in a row for a prompt that
takes several), `timeout` for silence, `hangup`. When they are used up she hangs up. `dials` are how each
connection ends in turn: completed, busy, no_answer (or, in the provider's spelling, no-answer), failed;
when they are used up, completed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.call import DialResult
from ivr.phone.errors import PhoneError
from ivr.phone.interpreter import HANG_UP, SILENCE, call
from ivr.phone.leg import Leg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.phone.document import Dial, Gather, Record
    from ivr.phone.line import Line
    from ivr.phone.transcript import Heard, Transcript

KEYS = re.compile(r"[0-9*#]{1,32}")


def play(
    line: Line,
    start_url: str,
    *,
    keys: Sequence[str],
    dials: Sequence[str] = (),
    caller: str,
    called: str,
) -> Transcript:
    """Call the service at its public `start_url` and follow the script to the call's end.

    `caller` and `called` are E.164 numbers; `caller` may also be a word for a withheld number. PhoneError for
    a word that the script cannot hold, and when a provider would drop the call.
    """
    return call(line, start_url, _Script(keys, dials), Leg(caller, called))


class _Script:
    def __init__(self, keys: Sequence[str], dials: Sequence[str]) -> None:
        self._keys = iter([_key(word) for word in keys])
        self._dials = iter([_result(word) for word in dials])

    def hears(self, heard: Heard) -> None:
        """She listens to everything."""

    def presses(self, _wait: Gather | Record) -> str:
        return next(self._keys, HANG_UP)

    def rings(self, _dial: Dial) -> DialResult:
        return next(self._dials, DialResult.COMPLETED)


def _key(word: str) -> str:
    if word in {SILENCE, HANG_UP} or KEYS.fullmatch(word):
        return word
    raise PhoneError(
        f"„{word}“ kann eine Anruferin nicht drücken, erlaubt sind 0-9, *, #, timeout und hangup.",
        f"A caller cannot press “{word}”; allowed are 0-9, *, #, timeout and hangup.",
    )


_AS_THE_PROVIDER = {"answered": DialResult.COMPLETED, "canceled": DialResult.FAILED}


def _result(word: str) -> DialResult:
    if word in _AS_THE_PROVIDER:
        return _AS_THE_PROVIDER[word]
    try:
        return DialResult(word.replace("-", "_"))
    except ValueError:
        raise PhoneError(
            f"Mit „{word}“ kann keine Verbindung enden, erlaubt sind completed, busy, no_answer und failed.",
            f"No connection can end with “{word}”; allowed are completed, busy, no_answer and failed.",
        ) from None
