"""A telephone number: as printed, as dialled (E.164), as shown (DIN 5008) and as spoken (groups of digits).

    phone: (0231) 50-2 71 11

Operators write a number as it stands on the letterhead, with its area code: with brackets, a slash, blanks or
+49. A hyphen behind the area code marks the extension and is kept when the number is shown. Spoken groups
follow the printed ones; a group of more than three digits is spoken in pairs.

Allowed are the numbers of `ivr.contacts.plan`, and of these only the ones that exist according to
`phonenumbers`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, ClassVar, Self

from ivr.contacts import plan
from ivr.contacts.plan import Refusal, allowed
from ivr.source.places import NOWHERE, Node, Place, Word, place_of
from ivr.source.problems import Problem, Refused, Sentence, refuse
from ivr.source.readable import Readable

__all__ = ["Phone", "allowed", "caller_number", "masked"]

_HINT = Sentence(
    "Erlaubt sind deutsche Festnetz-, Mobil- und 0800-Nummern mit Vorwahl, zum Beispiel: (0231) 50-2 71 11",
    "Allowed are German landline, mobile and 0800 numbers with area code, for example: (0231) 50-2 71 11",
)
_MISSING_AREA = Refusal(
    "missing-area-code",
    Sentence("hat keine Vorwahl.", "has no area code."),
)
_ADDRESS = Refusal(
    "address-not-number",
    Sentence(
        "ist eine Internet-Adresse. Schreiben Sie nur die Telefonnummer, ohne Zusatz davor.",
        "is an internet address. Write the telephone number only, with nothing before it.",
    ),
)
_EXTENSION = Refusal(
    "extension-in-number",
    Sentence(
        "enthält eine Wählpause oder Nachwahl. Geben Sie die Durchwahl als Teil der Nummer an.",
        "contains a pause or keys to dial later. Give the extension as a part of the number.",
    ),
)
_LETTERS = Refusal(
    "letters-in-number",
    Sentence("enthält Buchstaben. Schreiben Sie sie als Ziffern.", "contains letters. Write them as digits."),
)
_ODD_DIGITS = Refusal(
    "odd-digits",
    Sentence(
        "enthält Ziffern einer anderen Schrift. Schreiben Sie die Ziffern 0 bis 9.",
        "contains digits of another script. Write the digits 0 to 9.",
    ),
)
_ODD_CHARACTERS = Refusal(
    "bad-phone",
    Sentence(
        "lässt sich nicht als Telefonnummer lesen. Neben Ziffern kann sie Leerzeichen, Klammern, einen "
        "Schrägstrich, Punkte, einen Bindestrich und am Anfang ein Plus enthalten.",
        "cannot be read as a telephone number. Besides digits, it may hold blanks, brackets, a slash, dots, "
        "a hyphen and a plus at the beginning.",
    ),
)
_SEVERAL = Refusal(
    "several-numbers",
    Sentence(
        "könnten zwei Nummern sein. Geben Sie eine an, mit höchstens einem Bindestrich hinter der Vorwahl.",
        "may be two numbers. Give one, with at most one hyphen behind the area code.",
    ),
)

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212-"
_PRINTED = re.compile(rf"\(?\+?[0-9](?:[0-9 ()/.{_DASHES}]*[0-9])?")
_DIALLED_LATER = re.compile(r"[;,#*]|[0-9] ?(?:w|p|x|ext)", re.ASCII | re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")
_START = re.compile(r"\+?[0-9]")
_NUMBER_ENDS = re.compile(r"[a-z;,@#*]", re.IGNORECASE)
_WITH_SCHEME = re.compile(r"[a-z]+:|.*@", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phone(Readable):
    """A number that may be dialled. Two are equal when all their forms are, wherever they stand."""

    printed: str
    """As the operator wrote it."""
    e164: str
    """As it is dialled: `+492315027111`."""
    shown: str
    """By DIN 5008: `0231 50-27111`; the hyphen stands where the printed form has one, else there is none."""
    groups: tuple[str, ...]
    """As it is spoken: the area code, then the groups: `("0231", "50", "2", "71", "11")`."""
    place: Place = field(default=NOWHERE, compare=False)

    schema: ClassVar[dict[str, Any]] = {"type": "string", "minLength": 5, "examples": ["(0231) 50-2 88 88"]}

    @classmethod
    def read(cls, node: Node) -> Self:
        """The number at `node`.

        Raises:
            Refused: one problem; the codes are those of `ivr.contacts.plan`, and `bad-phone`,
            `missing-area-code`,
                `letters-in-number`, `extension-in-number`, `address-not-number`, `odd-digits`,
                `several-numbers`.
        """
        printed = " ".join(node.split()) if isinstance(node, Word) else ""
        if not printed:
            raise refuse(
                place_of(node),
                "bad-phone",
                "Hier muss eine Telefonnummer stehen, und nur eine.",
                "A telephone number belongs here, and only one.",
                hint=_HINT,
            )
        reason = _reason(printed)
        if reason is not None:
            message = Sentence(f"„{printed}“ {reason.reason.de}", f"“{printed}” {reason.reason.en}")
            raise Refused(Problem(place_of(node), reason.code, message, _HINT))
        e164 = _e164(printed)
        area, parts = _parts(printed, e164[3:])
        return cls(
            printed,
            e164,
            f"{area} " + "-".join("".join(part) for part in parts),
            (area, *(pair for part in parts for group in part for pair in _pairs(group))),
            place_of(node),
        )


def _reason(printed: str) -> Refusal | None:
    """Why this text is no number that may be dialled. An emergency number is called one, however it is
    disguised.
    """
    folded = _folded(printed)
    if _emergency(folded):
        return plan.EMERGENCY
    if _WITH_SCHEME.match(folded):
        return _ADDRESS
    if _DIALLED_LATER.search(folded):
        return _EXTENSION
    if any(sign.isalpha() for sign in folded):
        return _LETTERS
    if not _PRINTED.fullmatch(printed):
        return _ODD_DIGITS if _PRINTED.fullmatch(folded) else _ODD_CHARACTERS
    digits = _digits(printed)
    if not printed.lstrip("(").startswith(("+", "0")):
        if digits.startswith("11"):
            return plan.refusal(f"+49{digits}")
        return plan.SHORT if len(digits) <= 3 else _MISSING_AREA
    e164 = _e164(printed)
    refusal = plan.refusal(e164)
    if refusal is not None:
        return refusal
    if _several(printed, e164[3:]):
        return _SEVERAL
    return None if _exists(e164) else plan.NO_SUCH


def _folded(text: str) -> str:
    """The text with the digits of every script, full-width and raised ones too, as the digits 0 to 9."""
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in unicodedata.normalize("NFKC", text)
    )


def _digits(text: str) -> str:
    return "".join(_DIGIT.findall(text))


def _emergency(folded: str) -> bool:
    """Whether this text, in any disguise, would reach 110 or 112.

    Two readings are asked: the number before any pause or word (`110w5`, `tel:112`), and all digits together
    (`1-1w0`).
    """
    start = _START.search(folded)
    if start is None:
        return False
    number = folded[start.start() :]
    return any(_is_emergency(reading) for reading in (_NUMBER_ENDS.split(number, maxsplit=1)[0], number))


def _is_emergency(number: str) -> bool:
    digits = _digits(number)
    abroad = number.startswith("+") or digits.startswith("00")
    bare = digits.lstrip("0")
    if bare in plan.EMERGENCY_NUMBERS:
        return True
    if bare.startswith("49") and (abroad or digits == bare):
        # With the country code; or with the country code and the plus forgotten.
        home = bare[2:].lstrip("0")
    elif abroad:
        return False
    else:
        home = bare
    return plan.refusal(f"+49{home}") is plan.EMERGENCY


def _e164(printed: str) -> str:
    """The number as it is dialled. `printed` begins with +, 00 or 0, a bracket before it aside."""
    digits = _digits(printed)
    if printed.lstrip("(").startswith("+"):
        number = digits
    elif digits.startswith("00"):
        number = digits[2:]
    else:
        number = "49" + digits[1:]
    # +49 (0)231: the zero is dialled inside the country only.
    return "+" + (f"49{number[3:]}" if number.startswith("490") else number)


def _exists(e164: str) -> bool:
    """Whether the number is one of an allowed kind that libphonenumber knows."""
    # The metadata is read when a file is read, never on the way to a caller's answer.
    import phonenumbers
    from phonenumbers import PhoneNumberType

    number = phonenumbers.parse(e164)
    kinds = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE)
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) in kinds


def _gaps(printed: str, national: str) -> list[str]:
    """What is printed before each digit of the national number: nothing, or blanks, brackets, a slash, a
    hyphen.
    """
    places = [found.start() for found in _DIGIT.finditer(printed)][-len(national) :]
    return ["", *(printed[here + 1 : following] for here, following in pairwise(places))]


def _area_length(national: str, gaps: list[str]) -> int:
    """How many digits of the national number are the area code, or the prefix of a mobile or 0800 number.

    A mobile prefix is as long as it is printed: both 0151 and 01512 are in use.
    """
    if not national.startswith(("1", "800")):
        return plan.area_length(national)
    return 4 if gaps[4] and not gaps[3] else 3


def _several(printed: str, national: str) -> bool:
    """Whether a slash or a second hyphen stands behind the area code: `50-27111/12`, `27111-12-13`."""
    gaps = _gaps(printed, national)
    behind = gaps[_area_length(national, gaps) + 1 :]
    return any("/" in gap for gap in behind) or sum(_has_dash(gap) for gap in behind) > 1


def _parts(printed: str, national: str) -> tuple[str, list[list[str]]]:
    """The area code with its 0, and the groups of digits before and behind the hyphen (one part without a
    hyphen).
    """
    gaps = _gaps(printed, national)
    length = _area_length(national, gaps)
    parts = [[national[length]]]
    for digit, gap in zip(national[length + 1 :], gaps[length + 1 :], strict=True):
        if _has_dash(gap):
            parts.append([digit])
        elif gap:
            parts[-1].append(digit)
        else:
            parts[-1][-1] += digit
    return f"0{national[:length]}", parts


def _has_dash(gap: str) -> bool:
    return any(dash in gap for dash in _DASHES)


def _pairs(group: str) -> list[str]:
    """A group as it is spoken: up to three digits at once, longer ones in pairs from the right, as DIN
    grouped them.
    """
    if len(group) <= 3:
        return [group]
    odd = len(group) % 2
    return [group[:odd]] * odd + [group[at : at + 2] for at in range(odd, len(group), 2)]


_WITHHELD = frozenset({"266696687", "7378742833", "2562533", "8566696", "86282452253"})
"""ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE, spelt on a keypad by providers (Twilio's
support pages).
"""

_CALLER = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)


def caller_number(raw: str) -> str:
    """The caller's number in E.164 form, or "" when it is withheld or is none.

    `raw` is what the provider sends as `From`: a number, a word such as `anonymous`, a `sip:` or `client:`
    address, a word spelt on the keypad (`+266696687`), or nothing. Every spelling of a withheld number gives
    the same "". So does a German number that nobody may show as his own (§ 120(2) TKG: premium, shared-cost, emergency
    and short numbers): it is passed on when a caller is connected.
    """
    if not _CALLER.fullmatch(raw) or raw[1:] in _WITHHELD or (raw.startswith("+49") and not allowed(raw)):
        return ""
    return raw


def masked(e164: str) -> str:
    """A number for logs and records: `+49***…12`, enough to recognise a test call, too little to call anyone.

    A withheld number ("") stays ""; what is too short to be a number is masked whole.
    """
    if not e164:
        return ""
    return f"{e164[:3]}***…{e164[-2:]}" if _CALLER.fullmatch(e164) else "***"
