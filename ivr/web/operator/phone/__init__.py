"""The phone: a call to the real service from the page.

    GET  /operator/phone?at=…&language=…&flow=…&caller=…&version=…    the phone, set to that
    POST /operator/phone/call       calls
    POST /operator/phone/turn       one step of a call: `key`, `result`, or `do` (silence, hangup)

Both answer with what is heard and what is waited for, as JSON; or, for a browser without JavaScript (`plain`), with the
whole page, which carries its call and its transcript along, sealed.
"""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, abort, g, jsonify, render_template, request

from ivr import telling
from ivr.phone.document import Dial, Gather
from ivr.phone.errors import PhoneError
from ivr.phone.interpreter import HANG_UP, SILENCE
from ivr.phone.transcript import NO_LANGUAGE
from ivr.script.html import FROM_THE_RIGHT
from ivr.source.problems import Sentence
from ivr.speech import language as speech
from ivr.speech.duration import seconds
from ivr.store import Away, WorkingCopies
from ivr.telling.until import local
from ivr.web.operator.guard import guard, may, requires, who
from ivr.web.operator.phone import calling
from ivr.web.operator.phone.calling import CALLERS, PhoneCall
from ivr.web.operator.phone.words import WORDS
from ivr.web.operator.shelf import DRAFT, LIVE, MINE, NoSuchSet, label
from ivr.web.operator.words import in_language, language, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.loader import Loaded
    from ivr.phone.transcript import Heard
    from ivr.web.operator.context import Context
    from ivr.web.operator.phone.calling import Step

PATH = "/operator/phone"
NAME = Sentence("Telefon", "Phone")

OLDER = 8
"""So many versions that were published are offered."""

MOST_SHOWN = 60
"""Without JavaScript a page carries so much of its transcript along."""

_MOST_KEYS = 32


class Choice(NamedTuple):
    """How it is to be called."""

    at: datetime | None
    language: str
    flow: str
    caller: str
    version: str
    wrong: str = ""
    """What could not be understood of it."""


def routes(context: Context) -> Blueprint:
    """The page and the two posts of a call."""
    routes = Blueprint("phone", __name__)

    @routes.get(PATH, provide_automatic_options=False)
    @requires("view")
    def page() -> str:
        return _page(context, _choice(context, request.args))

    @routes.post("/operator/phone/call", provide_automatic_options=False)
    @requires("view")
    def call() -> Any:
        choice = _choice(context, request.form)
        if choice.wrong:
            return _failed(context, choice, choice.wrong, [])
        try:
            step = calling.begin(
                context,
                _port(),
                at=choice.at,
                language=choice.language,
                flow=choice.flow,
                caller=choice.caller,
                word=choice.version,
                operator=who().operator,
            )
        except (PhoneError, NoSuchSet, Away) as error:
            return _failed(context, choice, _why(error), [])
        return _answer(context, choice, _told(context, step, ""), [])

    @routes.post("/operator/phone/turn", provide_automatic_options=False)
    @requires("view")
    def turn() -> Any:
        before = opened(request.form.get("call", ""))
        given = _given()
        if before is None or given is None:
            abort(400)
        choice = _chosen(before)
        shown = _transcript() if "plain" in request.form else []
        try:
            step = calling.go(context, _port(), who().operator, before, given)
        except (PhoneError, NoSuchSet, Away) as error:
            return _failed(context, choice, _why(error), shown)
        secret = calling.hidden(context, before, given).secret
        did = "•" * len(given.rstrip("#")) if secret else _did(given)
        return _answer(context, choice, _told(context, step, did), shown)

    return routes


def opened(sealed: str) -> PhoneCall | None:
    """The call that a form brings; None unless this session has sealed it."""
    return PhoneCall.open(sealed, guard().signer, who().id)


def _port() -> str:
    """The port that this request came to."""
    return str(request.environ["SERVER_PORT"])


def _given() -> str | None:
    """What the caller does, by the button or the field; None when it is nothing that a phone has."""
    do = request.form.get("do", "")
    if do in ("silence", "hangup"):
        return SILENCE if do == "silence" else HANG_UP
    if result := request.form.get("result", ""):
        return result if result in ("completed", "busy", "no_answer", "failed") else None
    keys = request.form.get("key", "").strip()
    return keys if 0 < len(keys) <= _MOST_KEYS and not keys.strip("0123456789*#") else None


# --- what is answered


def _told(context: Context, step: Step, did: str) -> dict[str, Any]:
    """One step as the browser gets it. All words are in the operator's language but those that callers hear."""
    waits = step.waits
    facts: dict[str, Any] = {
        "call": step.call.seal(guard().signer, who().id),
        "did": did,
        "heard": [_heard(each) for each in step.heard],
        "version": step.version,
        "place": list(step.place) if step.place is not None else None,
        "rehearsal": step.withheld,
        "wait": "over",
        "ended": step.ended,
        "seconds": 0,
        "status": told(WORDS[f"ended_{step.ended}"]) if step.ended else "",
    }
    match waits:
        case Gather():
            several = waits.num_digits != 1
            word = f"type_{step.asks}" if step.asks else "type_several" if several else "press"
            facts |= {
                "wait": "keys" if several else "key",
                "most": min(waits.num_digits or _MOST_KEYS, _MOST_KEYS),
                "ends": waits.finish_on_key,
                "secret": step.asks == "pin",
                "seconds": waits.timeout,
                "status": told(WORDS[word]),
            }
        case Dial():
            directory = context.directory.contacts
            names = [directory[key].name(g.language) if key in directory else key for key in step.rings]
            facts |= {
                "wait": "dial",
                "seconds": waits.timeout,
                "rings": ", ".join(filter(None, names)),
                "status": told(WORDS["rings_at"]).format(", ".join(filter(None, names))),
            }
    return facts


def _heard(heard: Heard) -> dict[str, Any]:
    code = heard.language
    known = code != NO_LANGUAGE
    return {
        "lang": code,
        "name": speech(code).endonym if known else "♪",
        "dir": "rtl" if code in FROM_THE_RIGHT else "ltr",
        "text": heard.text,
        "seconds": round(seconds(code, heard.text), 1) if known else 5,
    }


def _did(given: str) -> str:
    words = {SILENCE: "did_silence", HANG_UP: "did_hang_up"}
    if given in words:
        return told(WORDS[words[given]])
    return told(WORDS[f"did_{given}"]) if f"did_{given}" in WORDS else given


def _why(error: PhoneError | NoSuchSet | Away) -> str:
    return told(WORDS["away"] if isinstance(error, Away) else error.sentence)


def _failed(context: Context, choice: Choice, why: str, shown: list[dict[str, Any]]) -> Any:
    facts: dict[str, Any] = {
        "call": "",
        "did": "",
        "heard": [],
        "version": "",
        "place": None,
        "rehearsal": False,
        "wait": "over",
        "ended": "error",
        "seconds": 0,
        "status": why,
    }
    return _answer(context, choice, facts, shown)


def _answer(context: Context, choice: Choice, facts: dict[str, Any], shown: list[dict[str, Any]]) -> Any:
    """The facts, or the page with them, for a browser that asks for pages."""
    if "plain" not in request.form:
        return jsonify(facts)
    return _page(context, choice, [*shown, facts][-MOST_SHOWN:])


# --- the transcript of a page without JavaScript


def _transcript() -> list[dict[str, Any]]:
    """What the page showed, as it was sealed for this session; nothing when it was not."""
    payload, _, mark = request.form.get("shown", "").rpartition(".")
    found: list[dict[str, Any]] = (
        json.loads(payload) if guard().signer.fits(mark, "transcript", who().id, payload) else []
    )
    return found


def _sealed(shown: list[dict[str, Any]]) -> str:
    payload = json.dumps([{**each, "call": ""} for each in shown])
    return f"{payload}.{guard().signer.mark('transcript', who().id, payload)}"


# --- the page


def _page(context: Context, choice: Choice, shown: list[dict[str, Any]] | None = None) -> str:
    try:
        loaded: Loaded | None = context.loaded(choice.version, who().operator)
    except (NoSuchSet, Away):
        loaded = None
    flows = loaded.flows if loaded is not None and loaded.flows is not None else context.flows
    now = context.now().astimezone(context.zone)
    last = shown[-1] if shown else None
    return render_template(
        "phone/page.html",
        w=in_language(WORDS),
        choice=choice,
        at=choice.at.strftime("%Y-%m-%dT%H:%M") if choice.at else "",
        quick=[(f"{at:%Y-%m-%dT%H:%M}" if at else "", told(name)) for at, name in _quick(context, now)],
        languages=[(code, speech(code).endonym) for code in flows.languages],
        entrances=list(flows.entrances),
        callers=[(key, told(name)) for key, (_, name) in CALLERS.items()],
        versions=list(sets_to_call(context, choice.version)),
        here=PATH,
        asked={
            name: value
            for name, value in (
                ("version", choice.version),
                ("language", choice.language),
                ("flow", choice.flow),
                ("caller", choice.caller),
            )
            if value and (name, value) not in (("version", LIVE), ("caller", "mobile"))
        },
        shown=shown or [],
        sealed=_sealed(shown) if shown else "",
        last=last,
        may_keep=may("edit"),
        texts=json.dumps({name[3:]: told(sentence) for name, sentence in WORDS.items() if name.startswith("js_")}),
    )


def _choice(context: Context, fields: Any) -> Choice:
    """How it is to be called, by an address or a form; what is not there is left at the usual."""
    written, wrong, at = fields.get("at", "").strip()[:40], "", None
    if written:
        try:
            at = local(datetime.fromisoformat(written), context.zone)
        except (ValueError, telling.Refusal):
            wrong = told(WORDS["no_time"])
    caller, version = fields.get("caller", ""), fields.get("version", "")[:80] or LIVE
    found, flow = fields.get("language", "")[:2], fields.get("flow", "")[:40]
    return Choice(
        at,
        found if found.isascii() and found.isalpha() else "",
        flow if flow.replace("_", "").isalnum() and flow.isascii() else "",
        caller if caller in CALLERS else "mobile",
        version,
        wrong,
    )


def _chosen(call: PhoneCall) -> Choice:
    caller = next(key for key, (number, _) in CALLERS.items() if number == call.caller)
    at = datetime.fromisoformat(call.begun) if call.travels else None
    return Choice(at, call.language, call.flow, caller, call.word)


def _quick(context: Context, now: datetime) -> Iterator[tuple[datetime | None, Sentence]]:
    """Times that one wants to hear."""
    yield None, WORDS["now"]
    day, zone = now.date(), context.zone
    night = day if now.time() < time(2) else day + timedelta(days=1)
    yield datetime.combine(night, time(2), zone), WORDS["night"]
    sunday = day + timedelta(days=(6 - day.weekday()) % 7 or 7)
    yield datetime.combine(sunday, time(12), zone), WORDS["sunday"]
    calendar = context.directory.calendar
    if calendar is not None:
        holidays = sorted(each for year in (day.year, day.year + 1) for each in calendar(year) if each > day)
        if holidays:
            named = calendar(holidays[0].year)[holidays[0]][0]
            yield datetime.combine(holidays[0], time(12), zone), Sentence(named.de, named.en)


def sets_to_call(context: Context, chosen: str) -> Iterator[tuple[str, str]]:
    """The sets that can be called, by their words."""
    live = context.flows.version
    yield LIVE, f"{told(WORDS['live'])} ({live})"
    offered = {LIVE}
    desk = context.desk()
    if desk is not None and desk.draft is not None:
        offered.add(DRAFT)
        yield DRAFT, f"{told(WORDS['draft'])} ({desk.draft})"
    try:
        with context.opened() as database:
            mine = WorkingCopies(database).of(who().operator)
            published = database.publications(5 * OLDER)
    except Away:
        mine, published = None, ()
    if mine is not None:
        offered.add(MINE)
        yield MINE, told(WORDS["mine"])
    for each in published:
        if each.version not in {*offered, live} and len(offered) < OLDER:
            offered.add(each.version)
            yield each.version, f"{written_moment(each.at, context)}: {each.why[:60] or each.version}"
    if chosen not in offered and chosen != live:
        yield chosen, label(chosen)


def written_moment(at: datetime, context: Context) -> str:
    """A point in time as the page writes it."""
    found = telling.moment(at, context.zone)
    return found.en if language() == "en" else found.de
