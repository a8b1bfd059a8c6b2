"""A call one step at a time: for a phone whose holder is not there between two documents.

`go_on` posts what was done and performs what comes back, as `interpreter` does, until something is waited for. What is
waited for, and where the answer goes, is a plain value (`Stand`) that whoever drives the call keeps until then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ivr.call import DialResult
from ivr.phone.document import Dial, Gather, HangUp, Play, Record, Redirect, Say, read
from ivr.phone.errors import PhoneError, dropped
from ivr.phone.interpreter import (
    HANG_UP,
    SILENCE,
    check_caller_id,
    check_document,
    check_status,
    connection_form,
    entry_form,
)
from ivr.phone.transcript import NO_LANGUAGE, Heard

if TYPE_CHECKING:
    from ivr.phone.document import Verb
    from ivr.phone.leg import Form, Leg
    from ivr.phone.line import Line
    from ivr.phone.transcript import Ended

MAX_DOCUMENTS = 20
"""So many documents in one step go round in circles."""


class Post(NamedTuple):
    """A webhook: where to, and what it tells beside the parameters that all of them carry."""

    url: str
    news: Form = ()


class Stand(NamedTuple):
    """Where a call stands after a step."""

    waits: Gather | Dial | None
    """None: the call is over."""
    then: str
    """Where the call goes on when what is waited for leads nowhere else; empty: it is over then."""
    ended: Ended | None
    talked: bool
    """A conversation is over, and the service has said nothing since."""


def go_on(
    line: Line, leg: Leg, post: Post, *, begins: bool = False, talked: bool = False
) -> tuple[tuple[Heard, ...], Stand, tuple[str, ...]]:
    """Posts, and performs what comes back: what is heard, where the call stands then, the addresses that were asked.

    Raises:
        PhoneError: a provider would drop the call.
    """
    heard: list[Heard] = []
    asked: list[str] = []
    status = "ringing" if begins else "in-progress"
    while len(asked) < MAX_DOCUMENTS:
        asked.append(post.url)
        response = line.post(post.url, leg.form(status) + post.news)
        check_status(response.status)
        check_document(response)
        status = "in-progress"
        onward = _perform(read(response.body, post.url), heard, leg, talked=talked)
        if isinstance(onward, Stand):
            return tuple(heard), onward, tuple(asked)
        post, talked = onward, talked and not heard
    raise dropped(32015, "der Anruf läuft im Kreis.", "the call goes round in circles.")


def done(stand: Stand, given: str) -> Post | Ended:
    """What a step of the caller leads to: `given` are keys, `SILENCE`, `HANG_UP`, or how a connection ends.

    Raises:
        PhoneError: that is not possible here.
    """
    match stand.waits:
        case Gather() as gather if given == HANG_UP:
            return Post(gather.action)
        case Gather() as gather if given == SILENCE or given.strip("0123456789*#") == "":
            entry = gather.entered("" if given == SILENCE else given)
            if entry.digits or gather.action_on_empty:
                return Post(gather.action, entry_form(entry))
            return Post(stand.then) if stand.then else "hangup"
        case Dial() as dial if given == HANG_UP:
            return Post(dial.action, connection_form(dial, None)) if dial.action else "caller"
        case Dial() as dial if given in tuple(DialResult):
            result = DialResult(given)
            if dial.action:
                return Post(dial.action, connection_form(dial, result))
            return Post(stand.then) if stand.then else "dial" if result is DialResult.COMPLETED else "hangup"
    raise PhoneError("Das geht an dieser Stelle des Anrufs nicht.", "This is not possible at this point of the call.")


def hang_up(line: Line, leg: Leg, post: Post) -> None:
    """Tells that the caller has hung up; what is answered then, nobody hears."""
    check_status(line.post(post.url, leg.form("completed") + post.news).status)


def _perform(document: tuple[Verb, ...], heard: list[Heard], leg: Leg, *, talked: bool) -> Post | Stand:
    for number, verb in enumerate(document):
        match verb:
            case Say() | Play():
                heard.append(_heard(verb))
            case Gather():
                heard += map(_heard, verb.inside)
                return Stand(verb, _redirect(document[number + 1 :]), None, talked and not heard)
            case Dial():
                check_caller_id(verb, leg)
                return Stand(verb, _redirect(document[number + 1 :]), None, talked and not heard)
            case Redirect():
                return Post(verb.url)
            case Record():
                raise PhoneError(
                    "Dieses Telefon kann nichts aufnehmen; der Anruf ist hier zu Ende.",
                    "This phone cannot record anything; the call is over here.",
                )
            case HangUp():
                break
    talked = talked and not heard
    return Stand(None, "", "dial" if talked else "hangup", talked)


def _heard(verb: Say | Play) -> Heard:
    if isinstance(verb, Say):
        return Heard(verb.language.partition("-")[0].lower(), verb.text)
    return Heard(NO_LANGUAGE, f"♪ {verb.sound}")


def _redirect(rest: tuple[Verb, ...]) -> str:
    """Where a document goes on behind what was waited for."""
    return rest[0].url if rest and isinstance(rest[0], Redirect) else ""
