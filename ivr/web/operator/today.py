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
from ivr.web.operator.guard import go, guard, requires, who
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

WORDS = {
    "title": Sentence("Heute", "Today"),
    "lead": Sentence(
        "Wer gerade zu erreichen ist, und was Anrufer dazu hören. Hier schließen oder öffnen Sie eine Stelle für heute.",
        "Who can be reached now, and what callers hear about it. Here you close or open an office for today.",
    ),
    "now": Sentence("Jetzt", "Now"),
    "call": Sentence("Anrufen und zuhören", "Call and listen"),
    "other_time": Sentence("Ansicht für", "View for"),
    "time_travel": Sentence("Andere Zeit ansehen", "Look at another time"),
    "at": Sentence("Tag und Uhrzeit", "Date and time"),
    "day": Sentence("Tag im Jahr", "Day of the year"),
    "minute": Sentence("Uhrzeit", "Time of day"),
    "show": Sentence("Anzeigen", "Show"),
    "back_to_now": Sentence("Zurück zu jetzt", "Back to now"),
    "not_now": Sentence(
        "Das ist nicht jetzt. Ändern lässt sich nur, was ab jetzt gilt.",
        "This is not now. Only what holds from now on can be changed.",
    ),
    "contacts": Sentence("Stellen", "Contacts"),
    "open": Sentence("Geöffnet", "Open"),
    "closed": Sentence("Geschlossen", "Closed"),
    "unknown": Sentence("Immer verbunden", "Always put through"),
    "why": Sentence("Warum", "Why"),
    "otherwise": Sentence("Ohne ihn gälte", "Without it"),
    "callers_hear": Sentence("Anrufer hören", "Callers hear"),
    "other_languages": Sentence("In den anderen Sprachen", "In the other languages"),
    "line": Sentence("Zeile", "line"),
    "in_picture": Sentence("Im Bild zeigen", "Show in the picture"),
    "house": Sentence("Im Haus:", "In the house:"),
    "switched": Sentence("Tagesschalter", "The day's switch"),
    "end_switch": Sentence("Schalter beenden", "End the switch"),
    "switch": Sentence("Heute schließen oder öffnen", "Close or open today"),
    "switch_anew": Sentence("Schalter ändern", "Change the switch"),
    "value": Sentence("Ab sofort", "From now on"),
    "close": Sentence("geschlossen", "closed"),
    "opened": Sentence("geöffnet", "open"),
    "until": Sentence("Bis", "Until"),
    "until_today": Sentence("Ende des Tages", "the end of the day"),
    "until_time": Sentence("zu diesem Zeitpunkt", "this time"),
    "until_further": Sentence("auf Weiteres", "further notice"),
    "until_at": Sentence("Zeitpunkt", "Time"),
    "reason": Sentence("Grund, den Anrufer hören", "Reason that callers hear"),
    "reason_hint": Sentence(
        "Darf leer bleiben. Zum Beispiel: Personalversammlung. Zahlen in Worten.",
        "May stay empty. For example: staff meeting. Numbers in words.",
    ),
    "reasons": Sentence("Grund in weiteren Sprachen", "Reason in further languages"),
    "apply": Sentence("Ab sofort so ansagen", "Tell callers from now on"),
    "announcement": Sentence("Durchsage", "Announcement"),
    "no_announcement": Sentence(
        "Nach der Begrüßung wird nichts durchgesagt.", "Nothing is announced after the greeting."
    ),
    "after_greeting": Sentence("Alle Anrufer hören nach der Begrüßung", "After the greeting all callers hear"),
    "announce": Sentence("Etwas durchsagen", "Announce something"),
    "announce_anew": Sentence("Andere Durchsage", "Another announcement"),
    "end_announcement": Sentence("Durchsage beenden", "End the announcement"),
    "text": Sentence("Was alle Anrufer hören sollen", "What all callers are to hear"),
    "text_hint": Sentence(
        "Ein kurzer Satz, Zahlen in Worten. Höchstens zehn Sekunden: Jeder muss es abwarten.",
        "One short sentence, numbers in words. Ten seconds at most: everybody has to wait for it.",
    ),
    "texts": Sentence("In weiteren Sprachen", "In further languages"),
    "texts_hint": Sentence(
        "Wo nichts steht, ist der deutsche Text zu hören.", "Where there is nothing, the German text is heard."
    ),
    "say": Sentence("Ab sofort durchsagen", "Announce from now on"),
    "seconds": Sentence("Sekunden", "seconds"),
    "too_long": Sentence(
        "Das ist lang: Jeder Anrufer muss es abwarten. Lässt es sich kürzer sagen?",
        "This is long: every caller has to wait for it. Can it be said in fewer words?",
    ),
    "away": Sentence(
        "Die Datenbank ist nicht zu erreichen. Hier steht, was diese Maschine weiß; eine Änderung gilt sofort für "
        "diese Maschine und für alle anderen, sobald die Datenbank wieder da ist.",
        "The database cannot be reached. This is what this machine knows; a change holds for this machine at once, "
        "and for all others as soon as the database is back.",
    ),
    "refused": Sentence("Geänderte Dateien gelten nicht, denn sie haben Fehler:", "Changed files do not hold:"),
    "stored": Sentence(
        "Gespeichert. Alle laufenden Dienste richten sich binnen drei Sekunden danach.",
        "Stored. All running services obey within three seconds.",
    ),
    "spooled": Sentence(
        "Auf dieser Maschine aufbewahrt; der Dienst hier richtet sich sofort danach.",
        "Kept on this machine; the service here obeys at once.",
    ),
    "remarks": Sentence("Es gilt so, ließe sich aber besser vorlesen:", "It holds, but could be read better:"),
    "not_done": Sentence("Es hat sich nichts geändert.", "Nothing has changed."),
    "may_not": Sentence("Sie dürfen ansehen, aber nichts ändern.", "You may look at everything, and change nothing."),
}

_OVER = Sentence(
    "Dieser Zeitpunkt ist schon vorbei, oder er ist keiner. Nötig ist einer, der noch kommt.",
    "This time is over already, or it is none. One is needed that is still to come.",
)
_NO_TIME = Sentence(
    "Das ist kein Zeitpunkt, den der Kalender kennt; zu sehen ist, was jetzt gilt.",
    "This is no time that the calendar knows; you see what holds now.",
)
_NO_CONTACT = Sentence("Diese Stelle gibt es nicht mehr.", "There is no such contact any more.")
_NO_VALUE = Sentence("Soll geschlossen oder geöffnet gelten?", "Is it to be closed or open?")
_NO_TEXT = Sentence("In der ersten Sprache muss ein Text stehen.", "There has to be a text in the first language.")
_UNTIL = {
    "open": Sentence("bis {}", "until {}"),
    "closed": Sentence("öffnet {}", "opens {}"),
}
_NO_END = {
    "open": Sentence("ein Ende ist nicht in Sicht", "no end in sight"),
    "closed": Sentence("wann es öffnet, ist nicht in Sicht", "no opening in sight"),
    "unknown": Sentence("Öffnungszeiten sind nicht eingetragen", "no opening hours are entered"),
}
_RULES = {
    "unknown": Sentence("ohne Öffnungszeiten eingetragen", "entered without opening hours"),
    "switch": Sentence("der Tagesschalter", "the day's switch"),
}
_AT = {
    0: Sentence("heute um {:%H:%M} Uhr", "today at {:%H:%M}"),
    1: Sentence("morgen um {:%H:%M} Uhr", "tomorrow at {:%H:%M}"),
}


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
            return _again(context, contact, told(_NO_CONTACT))
        if value not in ("closed", "open", USUAL):
            return _again(context, contact, told(_NO_VALUE))
        return _tell(context, contact, "switch", contact, value)

    @routes.post("/operator/today/announcement", provide_automatic_options=False)
    @requires("edit")
    def announcement() -> Any:
        subject = telling.ANNOUNCEMENT
        if request.form.get("value") == USUAL:
            return _tell(context, subject, "announce", subject, USUAL)
        if not request.form.get(f"text_{context.flows.languages[0]}", "").strip():
            return _again(context, subject, told(_NO_TEXT))
        return _tell(context, subject, "announce", subject, "said")

    return routes


# --- changing


def _tell(context: Context, form: str, kind: Any, subject: str, value: str) -> Any:
    """Gives an instruction, as the commands do."""
    now = context.now()
    until, texts = None, {}
    if value != USUAL:
        try:
            until = telling.end(_until(), now, context.zone)
        except telling.Refusal:
            return _again(context, form, told(_OVER))
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
    guard().note(
        f"{kind} {value}",
        {"subject": subject, "until": until and until.isoformat(), "instruction": instruction.id},
    )
    spooled = "&spooled=yes" if kept.away else ""
    return go(f"{PATH}?told={instruction.id}{spooled}#message")


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


def _again(context: Context, form: str, *problems: str) -> tuple[str, int]:
    return _page(context, Form(form, request.form.to_dict(), problems)), 422


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
        return None, told(_NO_TIME)
    return (None if found == now else found), ""


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
    return told(_RULES[answer.rule.kind]) if answer.rule.kind in _RULES else answer.rule.text


def _until_words(answer: Answer) -> str:
    if answer.until is None or answer.state == "unknown":
        return told(_NO_END[answer.state])
    return told(_UNTIL[answer.state]).format(told(_when(answer.until, answer.at)))


def _when(at: datetime, now: datetime) -> Sentence:
    """A time to come, as one says it; the end of a day belongs to that day."""
    if at.time() == time():
        day = (at - timedelta(minutes=1)).date()
        if day == now.date():
            return Sentence("heute um 24:00 Uhr", "midnight today")
    near = _AT.get((at.date() - now.date()).days)
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
