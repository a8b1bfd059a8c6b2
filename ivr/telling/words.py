"""Instructions and points in time in a few words, for operators."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ivr.instructions import Instruction

_DAYS = Sentence("Mo Di Mi Do Fr Sa So", "Mon Tue Wed Thu Fri Sat Sun")


def moment(at: datetime, zone: ZoneInfo) -> Sentence:
    """A point in time in the contacts' zone: `Sa 28.11.2026 18:00`."""
    local = at.astimezone(zone)
    de, en = (days.split()[local.weekday()] for days in _DAYS)
    return Sentence(f"{de} {local:%d.%m.%Y %H:%M}", f"{en} {local:%Y-%m-%d %H:%M}")


def how_long(until: datetime | None, zone: ZoneInfo) -> Sentence:
    """`bis Sa 28.11.2026 18:00`, or until it is taken back."""
    if until is None:
        return Sentence("bis auf Weiteres", "until it is taken back")
    de, en = moment(until, zone)
    if until.astimezone(zone).time() == time():
        # The end of a day belongs to it.
        de, en = (f"{day.rpartition(' ')[0]} 24:00" for day in moment(until - timedelta(minutes=1), zone))
    return Sentence(f"bis {de}", f"until {en}")


_SUBJECTS = {
    "calls": Sentence("Anrufe zugleich", "calls at once"),
    "connections": Sentence("Verbindungen je Stelle", "connections per contact"),
    "minutes": Sentence("verbundene Minuten am Tag", "minutes connected per day"),
}
_VALUES = {
    "open": Sentence("geöffnet", "open"),
    "closed": Sentence("geschlossen", "closed"),
    "usual": Sentence("wie gewöhnlich", "as usual"),
    "off": Sentence("ohne Grenze", "no limit"),
    "said": Sentence("Durchsage", "announcement"),
}


def subject(name: str) -> Sentence:
    """What a limit is called."""
    return _SUBJECTS.get(name, Sentence(name, name))


def described(told: Instruction, zone: ZoneInfo) -> Sentence:
    """An instruction in a few words, without a PIN's hash."""
    value = _VALUES.get(told.value, Sentence(told.value, told.value))
    ends = how_long(told.until, zone)
    back = told.value == "usual"
    de_end, en_end = ("", "") if back else (f" {ends.de}", f" {ends.en}")
    match told.kind:
        case "switch":
            reason = next(iter(told.texts.values()), "")
            de_why, en_why = (f", Grund: {reason}", f", reason: {reason}") if reason else ("", "")
            return Sentence(
                f"{told.subject}: {value.de}{de_end}{de_why}", f"{told.subject}: {value.en}{en_end}{en_why}"
            )
        case "announce" if back:
            return Sentence("Durchsage beendet", "announcement ended")
        case "announce":
            text = next(iter(told.texts.values()), "")
            return Sentence(f"Durchsage: „{text}“{de_end}", f"announcement: “{text}”{en_end}")
        case "limit":
            name = subject(told.subject)
            return Sentence(f"{name.de}: {value.de}{de_end}", f"{name.en}: {value.en}{en_end}")
        case _ if back:
            return Sentence(f"PIN von {told.subject} entfernt", f"PIN of {told.subject} removed")
        case _:
            return Sentence(f"PIN von {told.subject} gesetzt", f"PIN of {told.subject} set")


_WAYS = {"phone": Sentence(", Telefon", ", telephone"), "page": Sentence(", Seite", ", page")}


def by_whom(told: Instruction) -> Sentence:
    """Who it was, by which way if not by a command, and why: `(anna, Telefon: „Stromausfall“)`."""
    way, why = _WAYS.get(told.channel, Sentence("", "")), quoted(told.why)
    return Sentence(f"({told.author}{way.de}{why.de})", f"({told.author}{way.en}{why.en})")


def quoted(why: str) -> Sentence:
    """A reason behind what it is for."""
    return Sentence(f": „{why}“", f": “{why}”") if why else Sentence("", "")
