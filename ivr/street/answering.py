"""The street itself; see the package's docstring."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs

from ivr.call import Inbound, State
from ivr.engine import advance, begin, resume
from ivr.observe import told_of
from ivr.street.acting import ACTS, act
from ivr.street.form import Refusal, check_content_type, parse_form, to_callback, to_inbound
from ivr.street.service import Answered
from ivr.street.signature import joined, signed_url
from ivr.twiml import URL_FORMAT

if TYPE_CHECKING:
    from ivr.street.service import Prepared, Service

XML = "text/xml; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"


class Request(NamedTuple):
    """A webhook as it came off the wire. Headers are None where they were not sent."""

    path: str
    """PATH_INFO: decoded, beginning with a slash."""
    query: str
    """QUERY_STRING: raw."""
    content_type: str | None
    signature: str | None
    """X-Twilio-Signature."""
    settings: str | None
    """X-Twilio-Webhooks-Signature-Settings."""
    clock: str | None
    """X-IVR-Clock."""
    body: bytes
    chosen: str | None = None
    """X-IVR-Set."""


class Reply(NamedTuple):
    """What goes back."""

    status: int
    body: bytes
    content_type: str = XML


def answer(service: Service, request: Request, now: datetime) -> Reply:
    """Answers a webhook of a call: `/voice`, or an address that an earlier turn gave out.

    It never raises: whatever goes wrong here, the caller hears a number.

    Args:
        service: what stands ready.
        request: the webhook.
        now: the instant, aware; read once by whoever calls.
    """
    try:
        return _answer(service, request, now)
    except Exception as error:  # noqa: BLE001 - see above
        service.journal.failed(now, "", error)
        current = service.current
        return Reply(200, current.fallbacks[_language_of(current, None)])


def _answer(service: Service, request: Request, now: datetime) -> Reply:
    begun = service.journal.begins()
    received = receive(service, request, now)
    if isinstance(received, Reply):
        return received
    inbound, _ = received
    given = _given_time(service, request, inbound)
    if isinstance(given, Refusal):
        return _refused(service, given, now)
    trial = given is not None and given.by_operator
    chosen = _chosen_set(service, request, inbound) if trial else None
    if isinstance(chosen, Refusal):
        return _refused(service, chosen, now)
    place = _place(service, request, inbound, chosen)
    if place is None:
        return _refused(service, Refusal(404, "no-such-address"), now)
    prepared, state, version_known = place
    at = given.at if given is not None else now
    # Asked last: to ask takes a place.
    crowded = state.turn == 0 and given is None and not service.takes_call()
    # How a connection ended, a hang-up, a set that is gone and a full house change a turn; else state, key and time do.
    may_keep = version_known and inbound.dialled is None and not inbound.hung_up and not crowded
    answered = prepared.ready(state, inbound.digits, at) if may_keep else None
    if answered is None:
        try:
            world = (prepared.clerk.turning_away() if crowded else prepared.clerk).at(at)
            turn = (advance if version_known else resume)(prepared.flows, world, state, inbound)
            if isinstance(turn.expects, ACTS):
                turn = act(service, prepared, inbound.call, turn, at, now, trial=trial)
                may_keep = False
            document, words = prepared.renderer.document(turn), told_of(prepared.flows.version, turn)
            step = type(prepared.flows.steps.get(turn.state.spot))
            answered = Answered(turn, document, words, step, at, world.until)
        except Exception as error:  # noqa: BLE001 - of this turn, the caller hears what her menu falls back on
            service.journal.failed(now, inbound.call, error)
            return Reply(200, prepared.renderer.failure(_language_of(prepared, state.language)))
        if may_keep and not _is_secret(prepared, state, inbound):
            prepared.keep(state, inbound.digits, answered)
    turn, test = answered.turn, given is not None
    try:
        service.journal.turn(now, inbound, turn, answered.told, step=answered.step, test=test, begun=begun)
    except Exception as error:  # noqa: BLE001 - whatever becomes of its note, the caller hears her turn
        service.journal.failed(now, inbound.call, error)
    return Reply(200, answered.document.of(inbound))


def _is_secret(prepared: Prepared, state: State, inbound: Inbound) -> bool:
    """Whether a turn is not for keeping: several keys may be a PIN, a key at a step that asks for one the beginning of
    it, and an officer who has typed hers (`author`) gives instructions.
    """
    step = prepared.flows.steps.get(state.spot)
    return len(inbound.digits or "") > 1 or bool(state.author or state.entered) or (step is not None and step.secret)


def note_status(service: Service, request: Request, now: datetime) -> Reply:
    """Takes note of a status callback. They come late, twice, in any order, and no caller hears of them."""
    received = receive(service, request, now)
    if isinstance(received, Reply):
        return received
    inbound, fields = received
    callback = to_callback(fields)
    service.journal.status(now, inbound.call, callback.status, callback.sequence, callback.seconds)
    return Reply(204, b"")


def fall_back(service: Service, request: Request, now: datetime) -> Reply:
    """Answers the provider's fallback address: it could not fetch or run a document, so the caller hears all numbers.

    Why, the provider says in a code, which is noted. Where, it says in `ErrorUrl`, which is never looked at. Like
    `answer` it never raises.
    """
    current = service.current
    try:
        received = receive(service, request, now)
        if isinstance(received, Reply):
            return received
        inbound, fields = received
        service.journal.fallback(now, inbound.call, to_callback(fields).code)
        return Reply(200, current.fallbacks[_language_of(current, _asked(request, "language"))])
    except Exception as error:  # noqa: BLE001 - see above
        service.journal.failed(now, "", error)
        return Reply(200, current.fallbacks[_language_of(current, None)])


def receive(service: Service, request: Request, now: datetime) -> tuple[Inbound, dict[str, str]] | Reply:
    """What a webhook says of the call, and those of its fields that we use, at least; or the reply that turns it away:
    the provider did not send it.
    """
    if not check_content_type(request.content_type):
        return _refused(service, Refusal(415, "wrong-content-type"), now)
    # A name in the query counts when repeated names are looked for, and layouts know none.
    known = service.layouts.read(request.body) if not request.query else None
    if known is not None:
        signed, fields = known
    else:
        parsed = parse_form(request.body, request.query)
        if isinstance(parsed, Refusal):
            return _refused(service, parsed, now)
        signed, fields = joined(parsed.items()), parsed
    url = signed_url(service.public_url, request.path, request.query)
    if url is None or not service.verifier.verify_joined(url, signed, request.signature, request.settings):
        return _refused(service, Refusal(403, "bad-signature"), now)
    if known is None:
        service.layouts.learn(request.body)
    inbound = to_inbound(fields)
    return _refused(service, inbound, now) if isinstance(inbound, Refusal) else (inbound, fields)


_Place = tuple["Prepared", State, bool]
"""Where a call stands: the set that answers it, its state, and whether that is the set that the call began on."""


def _place(service: Service, request: Request, inbound: Inbound, chosen: Prepared | None) -> _Place | None:
    """What a path means; None when it is none of ours.

    Calls to the number of the draft are answered by the draft, if there is one. `chosen`: the set of a test call.
    """
    current = service.current
    draft = service.draft
    # Both numbers may be empty, and are not the same then.
    if draft is not None and service.draft_number and inbound.called == service.draft_number:
        current = draft
    if chosen is not None:
        current = chosen
    if request.path == "/voice":
        return current, begin(current.flows, _asked(request, "language"), _asked(request, "flow")), True
    pieces = request.path.split("/", 4)
    if len(pieces) < 5 or pieces[:2] != ["", "voice"]:
        return None
    _, _, form, version, rest = pieces
    state = State.from_path(rest) if form == URL_FORMAT else None
    if state is None:
        # An address of ours whose state we cannot read, of another release perhaps: the call begins anew.
        return (current, begin(current.flows), True) if rest.count("/") == 2 else None
    on_chosen = chosen is not None and chosen.flows.version == version
    known = chosen if on_chosen else service.known.get(version)
    return known or current, state, known is not None


def _asked(request: Request, name: str) -> str | None:
    """A start address may name the language in which its callers are greeted, or the entrance: `/voice?language=en`."""
    return parse_qs(request.query).get(name, [None])[0] if request.query else None


def _language_of(prepared: Prepared, code: str | None) -> str:
    """A language of the set: this one, or the default one. Which there are, `begin` knows."""
    return begin(prepared.flows, code).language


class _Given(NamedTuple):
    """The time of a test call, and whether it comes from the operators' page."""

    at: datetime
    by_operator: bool


def _given_time(service: Service, request: Request, inbound: Inbound) -> _Given | Refusal | None:
    """The time that a test call brings along, in `X-IVR-Clock: ISO;HEX`.

    HEX is HMAC-SHA256 of "ivr-clock:ISO:CALLSID" under the auth token, which is believed under `--dev` alone, or under
    the secret of the operators' page. Where there is neither, the header is not looked at.
    """
    if request.clock is None:
        return None
    dev, operators = service.clock_secret, service.trial.secret if service.trial is not None else None
    if dev is None and operators is None:
        return None
    written, _, signature = request.clock.partition(";")
    try:
        at = datetime.fromisoformat(written)
        for secret in (dev, operators):
            if secret is not None and at.tzinfo and _signed(secret, f"ivr-clock:{written}:{inbound.call}", signature):
                return _Given(at, secret is operators)
    except ValueError:
        pass
    return Refusal(403, "bad-clock")


def _chosen_set(service: Service, request: Request, inbound: Inbound) -> Prepared | Refusal | None:
    """The set on which a test call of the operators' page goes, in `X-IVR-Set: VERSION;HEX`: one that no other call is
    on, perhaps. HEX is HMAC-SHA256 of "ivr-set:VERSION:CALLSID".
    """
    if service.trial is None or request.chosen is None:
        return None
    version, _, signature = request.chosen.partition(";")
    if not _signed(service.trial.secret, f"ivr-set:{version}:{inbound.call}", signature):
        return Refusal(403, "bad-set")
    known = service.known.get(version)
    if known is not None:
        return known
    found = service.trial.prepared(version)
    return Refusal(404, "no-such-set") if found is None else found.under(service.current.clerk.standing)


def _signed(secret: bytes, text: str, signature: str) -> bool:
    return hmac.compare_digest(hmac.digest(secret, text.encode(), "sha256").hex().encode(), signature.encode())


def _refused(service: Service, refusal: Refusal, now: datetime) -> Reply:
    service.journal.refused(now, refusal.status, refusal.reason)
    return Reply(refusal.status, f"{refusal.reason}\n".encode(), PLAIN)
