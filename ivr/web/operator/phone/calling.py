"""A test call from the page: how it stands between two requests, sealed, and one step of it.

The service is called through its real webhooks: signed as the provider signs, posted to the port that serves the page.
Every post carries the call's clock, signed with a secret of the page: so the service knows it for a test call, counts
it nowhere, and keeps no instruction that it gives.

A browser keeps its call as a value sealed for its session: whoever is logged in can neither make one up nor change the
number that calls, the time, or the address where it goes on. A PIN that was typed is not in it.
"""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ivr.call import DialResult, Spot, State
from ivr.phone.document import Dial, Gather
from ivr.phone.errors import PhoneError
from ivr.phone.interpreter import HANG_UP, SILENCE
from ivr.phone.leg import Leg, new_sid
from ivr.phone.line import HttpLine, NamedKey, Rehearsal
from ivr.phone.local import CALLED, start_of
from ivr.phone.stepwise import Post, Stand, done, go_on, hang_up
from ivr.source.problems import Sentence
from ivr.steps.digits import RIGHT_PIN, WRONG_PIN, DigitsStep, PinStep
from ivr.web.trials import trial_secret

if TYPE_CHECKING:
    from ivr.phone.line import Line
    from ivr.phone.transcript import Heard
    from ivr.street import Prepared
    from ivr.web.operator.context import Context
    from ivr.web.operator.session import Signer

CALLERS: dict[str, tuple[str, Sentence]] = {
    "mobile": ("+491713920047", Sentence("ein Mobiltelefon", "a mobile phone")),
    "hidden": ("anonymous", Sentence("eine unterdrückte Nummer", "a withheld number")),
    "abroad": ("+447700900123", Sentence("ein Telefon im Ausland", "a phone abroad")),
}
"""Who calls. Nobody has these numbers: regulators keep them free for films (Bundesnetzagentur, Ofcom)."""

MOST_STEPS = 250
"""A call of more steps than this is over; the service itself ends one after 200 turns."""

_LONGEST_SEAL = 32 * 1024


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """A test call between two steps."""

    sid: str
    caller: str
    begun: str
    """The instant at which it takes place, with its zone: that of its beginning, or one that was chosen."""
    travels: bool
    """That instant was chosen; else each step takes place now."""
    language: str
    flow: str
    """The entrance; empty: the usual one."""
    word: str
    """The set, as it was asked for."""
    version: str
    """The set that the call is on when that is not the one in force; else empty."""
    waits: tuple[Any, ...] = ()
    """What is waited for, as `_packed` has it; empty when the call is over."""
    then: str = ""
    talked: bool = False
    given: tuple[str, ...] = ()
    """What was done, step by step, as `stepwise.done` takes it. Instead of a PIN there is one that stands for all right
    ones, or all wrong ones.
    """

    def seal(self, signer: Signer, session: str) -> str:
        """The call as a browser keeps it."""
        payload = base64.urlsafe_b64encode(json.dumps(asdict(self), separators=(",", ":")).encode()).decode()
        return f"{payload}.{signer.mark('call', session, payload)}"

    @classmethod
    def open(cls, sealed: str, signer: Signer, session: str) -> PhoneCall | None:
        """The call that this session has sealed; None when it is none."""
        payload, _, mark = sealed.partition(".")
        if len(sealed) > _LONGEST_SEAL or not signer.fits(mark, "call", session, payload):
            return None
        fields: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload))
        return cls(**{**fields, "waits": tuple(fields["waits"]), "given": tuple(fields["given"])})


class Step(NamedTuple):
    """What came of one step."""

    call: PhoneCall
    heard: tuple[Heard, ...]
    place: Spot | None
    """The step of the flow that waits; None when the call is over."""
    version: str
    """The set that has answered."""
    waits: Gather | Dial | None
    ended: str
    """hangup, dial or caller; empty while the call goes on."""
    asks: str = ""
    """What is typed, if it is several digits: pin or time."""
    rings: tuple[str, ...] = ()
    """The contacts at which it rings."""
    withheld: bool = False
    """Whoever calls has typed a right PIN: what she switches is not kept."""


class Hidden(NamedTuple):
    """What was done, as it is shown and kept: no PIN is in it."""

    kept: str
    secret: bool


def begin(
    context: Context, port: str, *, at: datetime | None, language: str, flow: str, caller: str, word: str, operator: str
) -> Step:
    """Calls. `at` is aware; None: now. `word` is that of a set, see `shelf`; language and flow are ones that it has.

    Raises:
        PhoneError: a provider would drop the call, or the set cannot be listened to.
        NoSuchSet, Away: see `Context.loaded`.
    """
    version = ""
    if word != "live":
        loaded = context.loaded(word, operator)
        if loaded.flows is None:
            raise PhoneError(
                "Diese Fassung hat noch Fehler; anrufen lässt sie sich, wenn sie behoben sind.",
                "This version has errors; it can be called when they are put right.",
            )
        version = loaded.flows.version
    call = PhoneCall(
        new_sid("CA"),
        CALLERS[caller][0],
        (at or context.now()).astimezone(context.zone).isoformat(),
        at is not None,
        language,
        flow,
        word,
        version,
    )
    start = start_of(context.settings.public_url, language or None, flow or None)
    return _went_on(context, port, operator, call, Post(start), begins=True)


def go(context: Context, port: str, operator: str, call: PhoneCall, given: str) -> Step:
    """One step further: keys, `SILENCE`, `HANG_UP`, or how a connection ends.

    Raises:
        PhoneError: that is not possible here, or a provider would drop the call.
        NoSuchSet, Away: the set has to be put here first, and is nowhere any more.
    """
    stand = Stand(_unpacked(call.waits), call.then, None, call.talked)
    if len(call.given) >= MOST_STEPS:
        given = HANG_UP
    post = done(stand, given)
    after = replace(call, given=(*call.given, given), waits=(), then="")
    if isinstance(post, str):
        return Step(after, (), None, "", None, post)
    if given == HANG_UP:
        with suppress(PhoneError):
            # Whatever is answered, she has hung up.
            hang_up(_line(context, port, operator, call), _leg(call), post)
        return Step(after, (), None, "", None, "caller")
    if given == DialResult.COMPLETED:
        after = replace(after, talked=True)
    step = _went_on(context, port, operator, after, post, talked=after.talked)
    shown = hidden(context, call, given, step.call)
    return step._replace(call=replace(step.call, given=(*call.given, shown.kept)))


def hidden(context: Context, call: PhoneCall, given: str, after: PhoneCall | None = None) -> Hidden:
    """What was done at the place where a call stood, without a PIN that may be in it."""
    if given in (SILENCE, HANG_UP) or given.strip("0123456789*#"):
        return Hidden(given, secret=False)
    place, prepared = _place(context, call)
    step = prepared.flows.steps.get(place) if place is not None and prepared is not None else None
    several = len(given.rstrip("#")) > 1
    if not isinstance(step, PinStep) and (step is not None or not several):
        return Hidden(given, secret=False)
    right = after is not None and bool(_author(after)) and not _author(call)
    return Hidden(f"{RIGHT_PIN if right else WRONG_PIN}#", secret=True)


def _went_on(
    context: Context,
    port: str,
    operator: str,
    call: PhoneCall,
    post: Post,
    *,
    begins: bool = False,
    talked: bool = False,
) -> Step:
    heard, stand, asked = go_on(_line(context, port, operator, call), _leg(call), post, begins=begins, talked=talked)
    after = replace(call, waits=_packed(stand.waits), then=stand.then, talked=stand.talked)
    place, prepared = _place(context, after)
    step = prepared.flows.steps.get(place) if place is not None and prepared is not None else None
    numbers = stand.waits.numbers if isinstance(stand.waits, Dial) else ()
    contacts = (prepared.clerk.directory.contacts if prepared is not None else context.directory.contacts).values()
    keys = {entry.phone.e164: entry.key for entry in contacts if entry.phone is not None}
    return Step(
        after,
        heard,
        place,
        _version(after) or next((found for url in reversed(asked) if (found := _version_of(url))), ""),
        stand.waits,
        stand.ended or "",
        ("pin" if isinstance(step, PinStep) else "time") if isinstance(step, DigitsStep) else "",
        tuple(keys.get(number, "") for number in numbers),
        bool(_author(call) or _author(after)),
    )


def _line(context: Context, port: str, operator: str, call: PhoneCall) -> Line:
    """The way to the service on this machine; the set of the call is here."""
    if call.version and not context.trials.has(call.version):
        _bring(context, operator, call)
    at = call.begun if call.travels else context.now().astimezone(context.zone).isoformat()
    rehearsal = Rehearsal(trial_secret(context.settings.operator_key), at, call.version)
    if context.dial is not None:
        return context.dial(rehearsal)
    settings = context.settings
    token = settings.tokens[0] if settings.tokens else NamedKey(*_first_key(context))
    return HttpLine(f"http://127.0.0.1:{port}", token=token, public=settings.public_url, rehearsal=rehearsal)


def _first_key(context: Context) -> tuple[str, str, str]:
    key = context.settings.shared_keys[0]
    return key.id, key.algorithm, key.secret


def _bring(context: Context, operator: str, call: PhoneCall) -> None:
    """Puts the set of a call here: it may have begun on another machine."""
    loaded = context.loaded(call.word, operator)
    if loaded.flows is None or loaded.flows.version != call.version:
        loaded = context.loaded(call.version, operator)
    try:
        context.trials.keep(loaded)
    except OSError as error:
        raise PhoneError(
            "Diese Fassung lässt sich hier gerade nicht anrufen: Auf diesem Server ist kein Platz dafür.",
            "This version cannot be called here at present: there is no room for it on this server.",
        ) from error


def _leg(call: PhoneCall) -> Leg:
    return Leg(call.caller, CALLED, call.sid)


# --- where a call stands


def _state_path(call: PhoneCall) -> list[str]:
    """VERSION, FLOW, STEP and STATE of the address where a call goes on; nothing when there is none."""
    waits = _unpacked(call.waits)
    return _path_of(waits.action or "") if waits is not None else []


def _path_of(url: str) -> list[str]:
    parts = url.rpartition("/voice/")[2].split("/")
    return parts[1:] if len(parts) == 5 and "/voice/" in url else []


def _version_of(url: str) -> str:
    path = _path_of(url)
    return path[0] if path else ""


def _version(call: PhoneCall) -> str:
    path = _state_path(call)
    return path[0] if path else ""


def _author(call: PhoneCall) -> str:
    path = _state_path(call)
    state = State.from_path("/".join(path[1:])) if path else None
    return state.author if state is not None else ""


def _place(context: Context, call: PhoneCall) -> tuple[Spot | None, Prepared | None]:
    """The step that waits, and the set that it is in."""
    path = _state_path(call)
    if not path:
        return None, None
    prepared = context.service.known.get(path[0]) or context.trials.prepared(path[0])
    return Spot(path[1], path[2]), prepared


def _packed(waits: Gather | Dial | None) -> tuple[Any, ...]:
    match waits:
        case Gather():
            return (
                *("keys", waits.action, waits.num_digits, waits.finish_on_key),
                *(waits.timeout, waits.action_on_empty),
            )
        case Dial():
            return "dial", waits.action, list(waits.numbers), waits.timeout, waits.time_limit
    return ()


def _unpacked(packed: tuple[Any, ...]) -> Gather | Dial | None:
    match packed:
        case ("keys", action, digits, finish, timeout, on_empty):
            return Gather((), action, digits, finish, timeout, on_empty)
        case ("dial", action, numbers, timeout, limit):
            return Dial(tuple(numbers), action, timeout, limit, None)
    return None


def begun(call: PhoneCall) -> datetime:
    """The instant of a call, to the minute, as a scenario has it."""
    return datetime.fromisoformat(call.begun).replace(second=0, microsecond=0)
