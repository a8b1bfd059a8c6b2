"""Our number's addresses at the provider: what they should be, what they are, and how they are set.

A provider keeps three for each number: where a call is answered (voice), where it turns when that fails (fallback), and
where it tells how a call ended (status). Twilio's are read and set over its REST interface, which only this module
speaks; with other providers they are entered by hand, and `by_hand` says which.

A number of its own for callers in another language has `?language=CODE` behind the voice address: that is as it should
be. An application or a SIP trunk that is assigned to a number overrules its addresses (Twilio, "IncomingPhoneNumber
resource": "we ignore all of the voice urls"); they are told, and left to whoever assigned them.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.settings import Rest

PATIENCE = 10.0
"""Seconds that the provider may take for an answer."""

_API = "https://api.twilio.com"

_LANGUAGE = re.compile(r"/voice\?language=([a-z]{2})$", re.ASCII)


class Address(NamedTuple):
    """A URL and how it is requested. In an address that is wanted, a method of None is any."""

    url: str
    method: str | None

    def __str__(self) -> str:
        return f"{self.method or ''} {self.url or '–'}".strip()


class Addresses(NamedTuple):
    """The three of a number, in the order in which they are entered."""

    voice: Address
    fallback: Address
    status: Address

    def to_json(self) -> dict[str, dict[str, str | None]]:
        """By name."""
        return {name: address._asdict() for name, address in self._asdict().items()}


class Difference(NamedTuple):
    """An address that is not what it should be."""

    name: str
    found: Address
    wanted: Address


@dataclass(frozen=True, slots=True)
class Number:
    """A number as the provider has it."""

    sid: str
    number: str
    addresses: Addresses
    overruled_by: str | None
    """The application or trunk that is asked in place of the addresses."""


class Unreadable(Exception):  # noqa: N818 - it is the number that is unreadable
    """The provider did not tell, or did not do, what it was asked. No secret is in the sentence."""

    def __init__(self, de: str, en: str, *, refused: bool) -> None:
        super().__init__(en)
        self.sentence = Sentence(de, en)
        self.refused = refused
        """It answered, and said no; else it could not be reached."""


def wanted(public_url: str, fallback_url: str | None, language: str | None = None) -> Addresses:
    """What a number's addresses should be; `fallback_url` is where the document is kept, if elsewhere."""
    query = f"?language={language}" if language else ""
    own = Address(f"{public_url}/voice/fallback{query}", "POST")
    # A file that is kept elsewhere may be read in any way.
    fallback = Address(fallback_url, None) if fallback_url else own
    return Addresses(
        Address(f"{public_url}/voice{query}", "POST"), fallback, Address(f"{public_url}/voice/status", "POST")
    )


def differences(found: Addresses, should: Addresses) -> list[Difference]:
    """Those of the addresses that are not what they should be."""
    return [
        Difference(name, there, right)
        for name, there, right in zip(Addresses._fields, found, should, strict=True)
        if there.url != right.url or right.method not in {None, there.method}
    ]


def language_of(addresses: Addresses) -> str | None:
    """The language whose callers a number is for, if its voice address names one."""
    named = _LANGUAGE.search(addresses.voice.url)
    return named[1] if named else None


def by_hand(should: Addresses) -> Sentence:
    """What to enter at a provider whose interface is not spoken here."""
    voice, fallback, status = map(str, should)
    return Sentence(
        f"Tragen Sie beim Anbieter von Hand ein: Anruf {voice}, Ausweichadresse {fallback}, Status {status}.",
        f"Enter at the provider by hand: voice {voice}, fallback {fallback}, status callback {status}.",
    )


def read(rest: Rest, number: str) -> Number:
    """The number as the provider has it.

    Raises:
        Unreadable: the provider could not be reached, refused, or has no such number in the account.
    """
    with _numbers(rest) as numbers:
        for found in numbers.list(phone_number=number, limit=20):
            if found.phone_number == number:
                return _number(found)
    raise Unreadable(
        f"Das Konto {rest.account} hat keine Nummer {number}.",
        f"The account {rest.account} has no number {number}.",
        refused=True,
    )


def change(rest: Rest, number: Number, should: Addresses) -> Number:
    """Sets the addresses, and gives the number as the provider has it then.

    Raises:
        Unreadable: the provider could not be reached, or refused.
    """
    fields: dict[str, str] = {}
    for name, (url, method) in zip(("voice", "voice_fallback"), should[:2], strict=True):
        fields[f"{name}_url"] = url
        if method:
            fields[f"{name}_method"] = method
    fields["status_callback"] = should.status.url
    fields["status_callback_method"] = should.status.method or "POST"
    with _numbers(rest) as numbers:
        return _number(numbers(number.sid).update(**fields))


def _number(found: Any) -> Number:
    return Number(
        sid=found.sid or "",
        number=found.phone_number or "",
        addresses=Addresses(
            Address(found.voice_url or "", found.voice_method),
            Address(found.voice_fallback_url or "", found.voice_fallback_method),
            Address(found.status_callback or "", found.status_callback_method),
        ),
        overruled_by=found.trunk_sid or found.voice_application_sid or None,
    )


class _Elsewhere:
    """Twilio's own HTTP client, with the interface at another address."""

    def __init__(self, http: Any, url: str | None) -> None:
        self._http = http
        self._url = url

    def request(self, method: str, uri: str, **more: Any) -> Any:
        if self._url is not None:
            uri = self._url + uri.removeprefix(_API)
        return self._http.request(method, uri, **more)


@contextmanager
def _numbers(rest: Rest) -> Iterator[Any]:
    """The account's numbers, in the library's words; what goes wrong meanwhile, in ours."""
    from requests.exceptions import RequestException
    from twilio.base.exceptions import TwilioException
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    http = TwilioHttpClient(timeout=PATIENCE)
    client = Client(rest.user, rest.secret, rest.account, http_client=_Elsewhere(http, rest.url))
    try:
        yield client.incoming_phone_numbers
    except RequestException as error:
        raise Unreadable(
            f"Der Anbieter ist nicht erreichbar ({type(error).__name__}).",
            f"The provider cannot be reached ({type(error).__name__}).",
            refused=False,
        ) from None
    except TwilioException as error:
        raise _refusal(error) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _garbled() from None
    finally:
        if http.session is not None:
            http.session.close()


def _refusal(error: Exception) -> Unreadable:
    """What the library raises, by the status with which the provider answered: it has it in one place or another."""
    answer = next((each for each in error.args if hasattr(each, "status_code")), None)
    status = getattr(error, "status", None) or getattr(answer, "status_code", None)
    if status is None:
        return _garbled()
    return Unreadable(
        f"Der Anbieter lehnt ab (Status {status}). Stimmen Konto und Schlüssel?",
        f"The provider refuses (status {status}). Are account and key right?",
        refused=True,
    )


def _garbled() -> Unreadable:
    return Unreadable(
        "Was dort antwortet, ist nicht die Schnittstelle des Anbieters.",
        "What answers there is not the provider's interface.",
        refused=True,
    )
