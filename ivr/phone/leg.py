"""The caller's leg of a call, and the twenty parameters by which every webhook describes it.

Which parameters those are: "TwiML for Programmable Voice", twilio.com/docs/voice/twiml, plus
`Caller` and `Called`, older names of the same two numbers that are still sent. The place of a German number
is not known to the provider, so city, state and zip are sent and empty, as they are in life.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

Form = tuple[tuple[str, str], ...]
"""The fields of a webhook, names and values, in the order in which they are sent; no name comes twice."""


def new_sid(prefix: str) -> str:
    """A fresh identifier of the provider's shape: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Leg:
    """Who calls whom. The numbers are E.164, or any word that stands for a withheld number ("anonymous")."""

    caller: str
    called: str
    call: str = field(default_factory=lambda: new_sid("CA"))
    account: str = field(default_factory=lambda: new_sid("AC"))
    token: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def form(self, status: str) -> Form:
        """The parameters that every webhook of this call carries; `status` is the present CallStatus."""
        return (
            ("AccountSid", self.account),
            ("ApiVersion", "2010-04-01"),
            ("CallSid", self.call),
            ("CallStatus", status),
            ("CallToken", self.token),
            ("Called", self.called),
            ("CalledCountry", _country(self.called)),
            ("Caller", self.caller),
            ("CallerCountry", _country(self.caller)),
            ("Direction", "inbound"),
            ("From", self.caller),
            ("FromCity", ""),
            ("FromCountry", _country(self.caller)),
            ("FromState", ""),
            ("FromZip", ""),
            ("To", self.called),
            ("ToCity", ""),
            ("ToCountry", _country(self.called)),
            ("ToState", ""),
            ("ToZip", ""),
        )


def _country(number: str) -> str:
    return "DE" if number.startswith("+49") else ""
