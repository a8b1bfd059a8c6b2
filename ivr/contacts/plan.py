"""Which numbers may be dialled: an allow-list over the German numbering plan.

German landline, mobile and toll-free (0800) numbers, and nothing else. Lists of forbidden numbers fail: the
ranges that fraudsters earn from look like ordinary mobile numbers abroad. So a number must be of a kind that
is allowed, and the table of refused kinds is only there to give operators the reason.

The rule is asked twice: when a number is read from the contacts (`ivr.contacts.phone`) and again whenever a
connection is rendered. It knows strings only, so that a worker can ask it at every connection and needs no
number metadata.

Sources: the blocks and area codes are those of Google's libphonenumber for DE, 9.0.43 (the tests compare
them); at most 13 digits follow +49 (BNetzA, Vfg. 29/2015, section 2); the refused ranges are those of the
Bundesnetzagentur.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ivr.source.problems import Sentence


class Refusal(NamedTuple):
    """Why a number may not be dialled: a stable code, and the reason for operators."""

    code: str
    reason: Sentence


EMERGENCY = Refusal(
    "emergency-number",
    Sentence(
        "führt zum Notruf. Der Notruf wird nie verbunden: Die Leitstelle sähe den falschen Standort.",
        "leads to an emergency number. It is never connected: the control room would see the wrong place.",
    ),
)
SHORT = Refusal(
    "short-number",
    Sentence(
        "führt zu einer Kurzwahl (wie 115). Kurzwahlen werden nicht verbunden, nur angesagt.",
        "leads to a short number (like 115). Short numbers are not connected, only named.",
    ),
)
FOREIGN = Refusal(
    "foreign-number",
    Sentence(
        "ist keine deutsche Nummer. Verbunden wird nur innerhalb Deutschlands.",
        "is not a German number. Calls are connected within Germany only.",
    ),
)
TOO_SHORT = Refusal(
    "number-too-short",
    Sentence("ist zu kurz: Es fehlen Ziffern.", "is too short: digits are missing."),
)
TOO_LONG = Refusal(
    "number-too-long",
    Sentence("ist zu lang: Es sind Ziffern zu viel.", "is too long: there are digits too many."),
)
NO_SUCH = Refusal(
    "no-such-number",
    Sentence(
        "gibt es im deutschen Nummernplan nicht. Vielleicht ist die Vorwahl vertippt.",
        "does not exist in the German numbering plan. The area code may be mistyped.",
    ),
)

_REFUSED: tuple[tuple[re.Pattern[str], Refusal], ...] = tuple(
    (re.compile(begins, re.ASCII), Refusal(code, Sentence(de, en)))
    for begins, code, de, en in (
        (
            r"118",
            "directory-number",
            "ist eine Auskunftsnummer (118xy), und sie kostet.",
            "is a directory enquiry number (118xy), and it costs.",
        ),
        (
            r"10",
            "call-by-call-number",
            "beginnt mit einer Netzbetreiber-Vorwahl (010xy). Lassen Sie diese weg.",
            "begins with a carrier code (010xy). Leave it out.",
        ),
        (
            r"900|190",
            "premium-number",
            "ist eine teure Sondernummer (0900, 0190).",
            "is an expensive premium number (0900, 0190).",
        ),
        (
            r"13[78]",
            "mass-call-number",
            "ist eine Nummer für Abstimmungen und Gewinnspiele (0137, 0138), und sie kostet.",
            "is a number for votes and prize games (0137, 0138), and it costs.",
        ),
        (
            r"180",
            "shared-cost-number",
            "ist eine kostenpflichtige Servicenummer (0180).",
            "is a service number that costs (0180).",
        ),
        (
            r"32",
            "nationwide-number",
            "ist eine ortsunabhängige Nummer (032), deren Preis schwankt.",
            "is a nationwide number (032), whose price varies.",
        ),
        (
            r"70[01]",
            "personal-number",
            "ist eine persönliche Nummer (0700), deren Preis schwankt.",
            "is a personal number (0700), whose price varies.",
        ),
        (
            r"12|18|19",
            "special-number",
            "liegt in einem Sonderbereich (012, 018, 019), der nicht angerufen werden darf.",
            "is in a special range (012, 018, 019) that must not be called.",
        ),
        (
            r"16[489]",
            "pager-number",
            "ist eine Nummer für Funkmeldeempfänger (0164, 0168, 0169).",
            "is a number of a pager (0164, 0168, 0169).",
        ),
    )
)

_MOST_DIGITS = 13
_E164 = re.compile(r"\+[0-9]{1,20}", re.ASCII)
EMERGENCY_NUMBERS = ("110", "112")

_MOBILE = re.compile(r"1(?:6[023]|7[0-9])[0-9]{7,8}|15(?:[0-25-9][0-9]{2}|3(?:10|33)|410)[0-9]{6}", re.ASCII)
_TOLL_FREE = re.compile(r"800[0-9]{7,10}", re.ASCII)
_FIXED_LENGTH = re.compile(r"1[5-7]|800", re.ASCII)
_LANDLINE = re.compile(
    r"[34]0|[68]9"
    r"|2(?:0[1-689]|[1-3569][0-9]|4[0-8]|7[1-7]|8[0-7])"
    r"|3(?:[3569][0-9]|4[0-79]|7[1-7]|8[1-8])"
    r"|4(?:1[02-9]|[2-48][0-9]|5[0-6]|6[0-8]|7[0-79]|9[0-7])"
    r"|5(?:0[2-8]|[124-6][0-9]|[38][0-8]|[79][0-7])"
    r"|6(?:0[02-9]|[1-358][0-9]|[47][0-8]|6[1-9])"
    r"|7(?:0[2-8]|1[1-9]|[27][0-7]|3[0-9]|[4-6][0-8]|8[0-5]|9[013-7])"
    r"|8(?:0[2-9]|1[0-79]|2[0-9]|3[0-46-9]|4[0-6]|5[013-9]|6[1-8]|7[0-8]|8[0-24-6])"
    r"|9(?:0[6-9]|[1-4][0-9]|[589][0-7]|6[0-8]|7[0-467])",
    re.ASCII,
)
"""How a landline number begins, behind +49."""

_AREA_OF_TWO = re.compile(r"[34]0|[68]9", re.ASCII)
_AREA_OF_THREE = re.compile(
    r"2(?:0[1-389]|1[124]|2[18]|3[14])|3(?:[35-9][15]|4[015])|906|(?:2[4-9]|4[2-9]|[579][1-9]|[68][1-8])1",
    re.ASCII,
)
_AREA_OF_FOUR = re.compile(
    r"[24-9]"
    r"|3(?:3(?:0[1-467]|2[127-9]|3[124578]|7[1257-9]|8[1256]|9[145])"
    r"|4(?:2[135]|4[13578]|9[1346])"
    r"|5(?:0[14]|2[1-3589]|6[1-4]|7[13468]|8[13568])"
    r"|6(?:2[1-489]|3[124-6]|6[13]|7[12579]|8[1-356]|9[135])"
    r"|7(?:2[1-7]|4[145]|6[1-5]|7[1-4])"
    r"|8(?:21|3[1468]|6|7[1467]|8[136])"
    r"|9(?:0[12479]|2[1358]|4[134679]|6[1-9]|7[136]|8[147]|9[1468])"
    r"|[68]4[1347]|(?:47|60)[1356]|(?:3[46]|46|5[49])[1246]|[4579]3[1357])",
    re.ASCII,
)


def area_length(national: str) -> int:
    """How many digits of a landline number without +49 and without 0 are its area code: 2 to 5."""
    if _AREA_OF_TWO.match(national):
        return 2
    if _AREA_OF_THREE.match(national):
        return 3
    return 4 if _AREA_OF_FOUR.match(national) else 5


def refusal(e164: str) -> Refusal | None:
    """Why this number may not be dialled, or None if it may.

    `e164` is "+", the country code and the national number without its 0, in ASCII digits; whatever else it
    is, it is refused.
    """
    if not _E164.fullmatch(e164) or not e164.startswith("+49"):
        return FOREIGN
    national = e164[3:]
    if national.startswith("11") and not national.startswith("118"):
        return _short(national)
    for begins, reason in _REFUSED:
        if begins.match(national):
            return reason
    if len(national) > _MOST_DIGITS:
        return TOO_LONG
    if _MOBILE.fullmatch(national) or _TOLL_FREE.fullmatch(national):
        return None
    if not _LANDLINE.match(national):
        return _unlike_any(national)
    subscriber = national[area_length(national) :]
    # Dialled inside its own area, a subscriber number that begins with 11 would be 110, 112, 115, 116 or 118.
    if subscriber.startswith("11"):
        return _short(subscriber)
    if len(subscriber) < 3:
        return TOO_SHORT
    return NO_SUCH if subscriber.startswith("0") else None


def allowed(e164: str) -> bool:
    """Whether this number may be dialled: a German landline, mobile or toll-free number in E.164 form."""
    return refusal(e164) is None


def _short(digits: str) -> Refusal:
    return EMERGENCY if digits.startswith(EMERGENCY_NUMBERS) else SHORT


def _unlike_any(national: str) -> Refusal:
    """The reason for a number that begins like none, or like a mobile or 0800 one of the wrong length."""
    least = 11 if national.startswith("15") else 10 if _FIXED_LENGTH.match(national) else 5
    if len(national) < least:
        return TOO_SHORT
    return TOO_LONG if _FIXED_LENGTH.match(national) and len(national) > 11 else NO_SUCH
