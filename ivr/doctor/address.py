"""The public address: whether a provider can call it, and exactly what it signs."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ivr.doctor.finding import ok, warning, wrong
from ivr.number import wanted
from ivr.settings import BadSetting, read_fallback_url, read_public_url
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.doctor.finding import Finding, Setup

NAME = "address"

_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)", re.ASCII)
_NOT_PUBLIC = ("local", "localhost", "internal", "lan", "home", "test", "invalid", "example", "onion")


def reachable(setup: Setup) -> Iterator[Finding]:
    """An address that a provider accepts, and can reach from outside."""
    written = setup.env.get("IVR_PUBLIC_URL", "").rstrip("/")
    try:
        parts = urlsplit(written)
        host = parts.hostname or ""
    except ValueError:
        return
    if not written or not host:
        return  # told by `settings`
    found = [*_scheme(parts.scheme), *_host(host, parts.netloc), *_path(parts.path)]
    yield from found or [ok(NAME, f"{written} ist eine öffentliche Adresse.", f"{written} is a public address.")]


def _scheme(scheme: str) -> Iterator[Finding]:
    if scheme != "https":
        yield wrong(
            NAME,
            "IVR_PUBLIC_URL beginnt nicht mit https: Jeder unterwegs könnte mitlesen und Antworten ändern.",
            "IVR_PUBLIC_URL does not begin with https: anybody on the way could read along and change answers.",
            Sentence(
                "Stellen Sie einen Proxy mit Zertifikat davor und schreiben Sie https://.",
                "Put a proxy with a certificate before it and write https://.",
            ),
        )


def _host(host: str, written: str) -> Iterator[Finding]:
    name = host.rstrip(".")
    if "_" in name:
        yield wrong(
            NAME,
            f"Im Namen {host} steht ein Unterstrich: Der Anbieter ruft solche Adressen nicht auf.",
            f"The name {host} holds an underscore: the provider does not call such addresses.",
            Sentence("Nehmen Sie einen Namen mit Bindestrich.", "Take a name with a hyphen."),
        )
        return
    elsewhere = Sentence(
        "Nehmen Sie den Namen, den der Anbieter von außen aufruft.", "Take the name to call from outside."
    )
    try:
        address = ip_address(name)
    except ValueError:
        labels = name.split(".")
        if len(labels) < 2 or labels[-1].lower() in _NOT_PUBLIC:
            yield wrong(
                NAME,
                f"{host} gibt es nur in Ihrem eigenen Netz: Der Anbieter erreicht es nicht.",
                f"{host} is there in your own network only: the provider cannot reach it.",
                elsewhere,
            )
        elif not all(map(_LABEL.fullmatch, labels)) or host != name:
            yield wrong(NAME, f"{host} ist kein gültiger Name.", f"{host} is no valid name.", elsewhere)
        elif any(letter.isupper() for letter in written):
            yield warning(
                NAME,
                "Im Namen stehen Großbuchstaben; Anbieter unterschreiben manchmal mit kleinen.",
                "The name has capital letters; providers sometimes sign small ones.",
                Sentence("Schreiben Sie ihn klein, auch beim Anbieter.", "Write it small, at the provider as well."),
            )
        return
    if not address.is_global:
        yield wrong(
            NAME,
            f"{host} ist keine öffentliche Adresse: Der Anbieter erreicht sie nicht.",
            f"{host} is no public address: the provider cannot reach it.",
            elsewhere,
        )
    else:
        yield warning(
            NAME,
            f"{host} ist eine Nummer statt eines Namens; Zertifikate gelten meist für Namen.",
            f"{host} is a number, not a name; certificates are mostly for names.",
            elsewhere,
        )


def _path(path: str) -> Iterator[Finding]:
    pieces = path.split("/")
    if "voice" in pieces:
        yield wrong(
            NAME,
            "IVR_PUBLIC_URL enthält schon /voice; der Dienst hängt es selbst an.",
            "IVR_PUBLIC_URL holds /voice already; the service adds it itself.",
            Sentence("Lassen Sie es weg.", "Leave it out."),
        )
    elif {".", ".."} & {*pieces}:
        yield wrong(
            NAME,
            "Im Pfad von IVR_PUBLIC_URL stehen Punkte, die unterwegs aufgelöst werden: Keine Unterschrift stimmt dann.",
            "The path of IVR_PUBLIC_URL holds dots that are resolved on the way: no signature is right then.",
            Sentence("Schreiben Sie den Pfad aus.", "Write the path out."),
        )
    elif path:
        yield warning(
            NAME,
            f"IVR_PUBLIC_URL hat den Pfad {path}.",
            f"IVR_PUBLIC_URL has the path {path}.",
            Sentence(
                "Der Proxy muss ihn abnehmen, bevor er eine Anfrage weitergibt.",
                "The proxy has to take it off before it passes a request on.",
            ),
        )


def as_signed(setup: Setup) -> Iterator[Finding]:
    """What to enter at the provider, to the letter: its signature covers each as it is entered there."""
    try:
        public_url = read_public_url(setup.env)
        kept = read_fallback_url(setup.env)
    except BadSetting:
        return
    for name, shown in zip(("voice", "fallback", "status"), wanted(public_url, kept), strict=True):
        yield ok(f"{NAME}-{name}", f"Beim Anbieter einzutragen: {shown}", f"To be entered at the provider: {shown}")
