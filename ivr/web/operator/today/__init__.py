"""Today: who is open, why, and what callers hear; the day's switch and the announcement.

`?at=2026-11-28T21:00` shows the whole page at another time, by what is in force now. Nothing can be changed there: what
operators tell the service holds from now on.

A change is the same instruction as that of `ivr override` and `ivr announce`. It goes to the database, or to the spool
of this machine while that is away; the page says which.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, g, render_template, request

from ivr import telling
from ivr.instructions import USUAL, Instruction, latest
from ivr.script.html import FROM_THE_RIGHT
from ivr.source.problems import Sentence
from ivr.speech import language as speech
from ivr.speech.duration import seconds
from ivr.telling.until import local
from ivr.web.operator.guard import go, requires, who
from ivr.web.operator.today.words import (
    AT,
    NO_CONTACT,
    NO_END,
    NO_TEXT,
    NO_TIME,
    NO_VALUE,
    OVER,
    OVERTAKEN,
    RULES,
    UNTIL,
    WORDS,
)
from ivr.web.operator.words import in_language, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.contacts import Entry
    from ivr.hours import Answer
    from ivr.source.problems import Problem
    from ivr.web.operator.context import Context
    from ivr.world import World

PATH = "/operator/"
NAME = Sentence("Heute", "Today")


class Heard(NamedTuple):
    """Words for callers in one language."""

    code: str
    name: str
    direction: str
    text: str
    seconds: int


class Line(NamedTuple):
    """A line of a file, as the editor opens it."""

    file: str
    line: int


class Card(NamedTuple):
    """A contact at the time that is shown."""

    key: str
    name: str
    state: str
    until: str
    rule: str
    place: Line | None
    """Where the rule stands; None for a switch."""
    otherwise: str
    """The rule that would decide without the switch that does; empty when none does."""
    otherwise_place: Line | None
    house: tuple[str, ...]
    """Where it is, and what is in it: who shares a switch."""
    heard: tuple[Heard, ...]
    switch: Held | None


class Held(NamedTuple):
    """An instruction that holds, for what, and who gave it when."""

    subject: str
    text: str
    until: str
    by: str
    at: str
    id: str


class Form(NamedTuple):
    """What somebody has sent, when it could not be done: the form is shown with it again."""

    name: str
    fields: Mapping[str, str]
    problems: tuple[str, ...]


LONG_SECONDS = 10
"""An announcement that takes longer is remarked upon: everybody has to hear it before she can go on."""

NO_FORM = Form("", {}, ())


def routes(context: Context) -> Blueprint:
    """The page, its board alone (for the slider and for looking again), and what can be changed there."""
    routes = Blueprint("today", __name__)

    @routes.get(PATH, provide_automatic_options=False)
    @requires("view")
    def page() -> str:
        return _page(context)

    @routes.get("/operator/today/board", provide_automatic_options=False)
    @requires("view")
    def board() -> str:
        return render_template("today/board.html", **_board(context), form=NO_FORM)

    @routes.post("/operator/today/switch", provide_automatic_options=False)
    @requires("edit")
    def switch() -> Any:
        contact, value = request.form.get("contact", ""), request.form.get("value", "")
        if contact not in context.directory.contacts:
            return _again(context, contact, told(NO_CONTACT))
        if value not in ("closed", "open", USUAL):
            return _again(context, contact, told(NO_VALUE))
        return _tell(context, contact, "switch", contact, value)

    @routes.post("/operator/today/announcement", provide_automatic_options=False)
    @requires("edit")
    def announcement() -> Any:
        subject = telling.ANNOUNCEMENT
        if request.form.get("value") == USUAL:
            return _tell(context, subject, "announce", subject, USUAL)
        if not request.form.get(f"text_{context.flows.languages[0]}", "").strip():
            return _again(context, subject, told(NO_TEXT))
        return _tell(context, subject, "announce", subject, "said")

    return routes


# --- changing


def _tell(context: Context, form: str, kind: Any, subject: str, value: str) -> Any:
    """Gives an instruction, as the commands do."""
    now = context.now()
    overtaken = _overtaken(context, kind, subject)
    if overtaken:
        return _again(context, form, overtaken, status=409)
    until, texts = None, {}
    if value != USUAL:
        try:
            until = telling.end(_until(), now, context.zone)
        except telling.Refusal:
            return _again(context, form, told(OVER))
        found = _read(context, _texts(context))
        if found.refused:
            return _again(context, form, *map(_in_words, found.problems))
        texts = found.texts
    instruction = Instruction(
        kind, subject, value, now, until=until, texts=texts, author=who().operator, channel="page"
    )
    try:
        kept = telling.keep(context.settings.storage, instruction, context.opened)
    except telling.Refusal as refusal:
        return _again(context, form, told(refusal.sentence))
    spooled = "&spooled=yes" if kept.away else ""
    return go(f"{PATH}?told={instruction.id}{spooled}#message")


def _overtaken(context: Context, kind: Any, subject: str) -> str:
    """What holds by now, if it is another instruction than the one that the form stood beside."""
    held = latest(context.told().instructions, context.now()).get((kind, subject))
    seen = request.form.get("seen")
    if seen is None or seen == (held.id if held else ""):
        return ""
    if held is None:
        return told(OVERTAKEN["nothing"])
    found = _held(context, held)
    return told(OVERTAKEN["other"]).format(found.text, found.by, found.at)


def _until() -> str | None:
    match request.form.get("until", "today"):
        case "further":
            return None
        case "time":
            return request.form.get("until_at", "")
        case _:
            return "today"


def _texts(context: Context) -> dict[str, str]:
    """What was written, by language, without those that are empty; a line's end in a text is a blank."""
    written = {
        code: " ".join(request.form.get(f"text_{code}", "")[: telling.LONGEST].split())
        for code in context.flows.languages
    }
    return {code: text for code, text in written.items() if text}


def _read(context: Context, texts: Mapping[str, str]) -> telling.ForCallers:
    return telling.for_callers(texts, context.flows, context.directory, context.settings.provider, told(NAME))


def _in_words(problem: Problem) -> str:
    parts = [problem.message, *([problem.hint] if problem.hint else [])]
    code = problem.place.file.rpartition(" ")[2]
    return f"{code}: {' '.join(map(told, parts))}"


def _again(context: Context, form: str, *problems: str, status: int = 422) -> tuple[str, int]:
    return _page(context, Form(form, request.form.to_dict(), problems)), status


# --- showing


def _page(context: Context, form: Form = NO_FORM) -> str:
    return render_template("today/page.html", **_board(context), form=form)


def _board(context: Context) -> dict[str, Any]:
    """All that is shown."""
    now, zone = context.now(), context.zone
    at, wrong = _asked(context, now)
    known = context.told()
    world = context.clerk(known.instructions).at(at or now)
    held = latest(known.instructions, at or now)
    cards = [_card(context, entry, world, held) for entry in context.directory.contacts.values()]
    said = held.get(("announce", telling.ANNOUNCEMENT))
    desk = context.desk()
    shown = (at or now).astimezone(zone)
    done = next((each for each in known.instructions if each.id == request.args.get("told", "")), None)
    return {
        "w": in_language(WORDS),
        "at": at,
        "wrong": wrong,
        "shown": shown,
        "suggested": f"{shown + timedelta(hours=3):%Y-%m-%dT%H:00}",
        "twice": _twice(shown),
        "shown_words": told(telling.moment(shown, zone)),
        "counts": Counter(card.state for card in cards),
        "cards": cards,
        "announcement": said and _held(context, said),
        "announced": [_heard(code, text) for code, text in said.texts.items()] if said else [],
        "long": said is not None and any(seconds(*each) > LONG_SECONDS for each in said.texts.items()),
        "languages": [(code, speech(code).endonym, _direction(code)) for code in context.flows.languages],
        "away": known.away,
        "trouble": desk.trouble if desk else None,
        "message": _message(context, done),
        "remarks": _remarks(context, done),
    }


def _asked(context: Context, now: datetime) -> tuple[datetime | None, str]:
    """The time that was asked for, if one was; and what is wrong with it."""
    written = request.args.get("at", "").strip()
    if not written:
        return None, ""
    try:
        found = local(datetime.fromisoformat(written), context.zone)
    except (ValueError, telling.Refusal):
        return None, told(NO_TIME)
    return (None if found == now else found), ""


def _twice(shown: datetime) -> tuple[str, str, str] | None:
    """When a clock that is set back shows the same time twice: the words for which one it is, and the address and the
    words of the other one. Only an offset tells them apart.
    """
    first, second = shown.replace(fold=0), shown.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return None
    here, there, other = ("first", "second", second) if shown.fold == 0 else ("second", "first", first)
    return told(WORDS[f"twice_{here}"]), other.isoformat(timespec="minutes"), told(WORDS[f"see_{there}"])


def _card(context: Context, entry: Entry, world: World, held: Mapping[Any, Instruction]) -> Card:
    answer = world.answer(entry.key)
    contacts = context.directory.contacts
    told_ = (held.get(("switch", key)) for key in (entry.key, *entry.house))
    switch = next((each for each in told_ if each is not None), None)
    languages = context.flows.languages
    usual = None if answer.rule.kind != "switch" else context.clerk(()).at(world.now).answer(entry.key)
    return Card(
        key=entry.key,
        name=entry.name(g.language),
        state=answer.state,
        until=_until_words(answer),
        rule=_rule(answer),
        place=_line(answer) if answer.rule.kind != "switch" else None,
        otherwise=_rule(usual) if usual is not None else "",
        otherwise_place=None if usual is None else _line(usual),
        house=tuple(
            each.name(g.language) for each in contacts.values() if each.key in entry.house or entry.key in each.house
        ),
        heard=tuple(_heard(code, world.words(code, entry.key, "status")) for code in languages),
        switch=None if switch is None else _held(context, switch),
    )


def _line(answer: Answer) -> Line:
    place = answer.rule.place
    return Line(place.file.rpartition("/")[2], place.line)


def _rule(answer: Answer) -> str:
    """What decides, as the file has it."""
    return told(RULES[answer.rule.kind]) if answer.rule.kind in RULES else answer.rule.text


def _until_words(answer: Answer) -> str:
    if answer.until is None or answer.state == "unknown":
        return told(NO_END[answer.state])
    return told(UNTIL[answer.state]).format(told(_when(answer.until, answer.at)))


def _when(at: datetime, now: datetime) -> Sentence:
    """A time to come, as one says it; the end of a day belongs to that day."""
    if at.time() == time():
        day = (at - timedelta(minutes=1)).date()
        if day == now.date():
            return Sentence("heute um 24:00 Uhr", "midnight today")
    near = AT.get((at.date() - now.date()).days)
    if near is not None:
        return Sentence(near.de.format(at), near.en.format(at))
    de, en = telling.moment(at, at.tzinfo)  # type: ignore[arg-type] # a schedule's times are of the contacts' zone
    return Sentence(f"{de} Uhr", en)


def _heard(code: str, text: str) -> Heard:
    return Heard(code, speech(code).endonym, _direction(code), text, round(seconds(code, text)))


def _direction(code: str) -> str:
    return "rtl" if code in FROM_THE_RIGHT else "ltr"


def _held(context: Context, held: Instruction) -> Held:
    return Held(
        held.subject,
        described(context, held),
        told(telling.how_long(held.until, context.zone)),
        told(telling.by_whom(held)).strip("()"),
        told(telling.moment(held.at, context.zone)),
        held.id,
    )


def _message(context: Context, done: Instruction | None) -> list[str]:
    """What has just been done, found by its id: nobody can make the page say anything else."""
    return [*_done(context, done)] if done is not None else []


def _remarks(context: Context, done: Instruction | None) -> list[str]:
    """What might be better in the words that callers hear of it, though they may be said."""
    if done is None:
        return []
    return [_in_words(problem) for problem in _read(context, done.texts).problems]


def _done(context: Context, found: Instruction) -> Iterator[str]:
    text = described(context, found)
    yield text[:1].upper() + text[1:]
    yield told(WORDS["spooled" if "spooled" in request.args else "stored"])


def described(context: Context, told_: Instruction) -> str:
    """An instruction in a few words, with the contact's name."""
    entry = context.directory.contacts.get(told_.subject)
    if told_.kind == "switch" and entry is not None:
        told_ = replace(told_, subject=entry.name(g.language))
    return told(telling.described(told_, context.zone))
