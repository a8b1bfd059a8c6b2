"""Settings: read from the environment once, when a command starts, and handed down as values.

Every setting has its row in the README's table. A missing or wrong one stops the start with one sentence that names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlsplit

from ivr.street.signature import Algorithm, SharedKey
from ivr.twiml import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE_FLOWS = Path(__file__).parent / "flows"

_ADDRESS_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")


class BadSetting(ValueError):  # noqa: N818 - it is the setting that is bad
    """A setting that is missing or wrong; the message is one sentence that names it."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where the operators' files are, and the language in which problems in them are explained."""

    flows: Path
    contacts: Path
    language: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What the service needs to answer calls."""

    files: Files
    tokens: tuple[str, ...]
    shared_keys: tuple[SharedKey, ...]
    public_url: str
    provider: str
    port: int
    workers: int


def read_files(env: Mapping[str, str]) -> Files:
    """IVR_FLOWS, IVR_CONTACTS and IVR_LANGUAGE.

    Raises:
        BadSetting: an unknown language.
    """
    language = env.get("IVR_LANGUAGE", "de").lower()
    if language not in ("de", "en"):
        raise BadSetting(f"IVR_LANGUAGE is “{language}”; it can be de or en.")
    return Files(
        Path(env.get("IVR_FLOWS") or PACKAGE_FLOWS), Path(env.get("IVR_CONTACTS") or "data/contacts.yaml"), language
    )


def read_settings(env: Mapping[str, str]) -> Settings:
    """Everything, for a service in earnest.

    Raises:
        BadSetting: the first setting that is missing or wrong.
    """
    tokens = tuple(token.strip() for token in env.get("TWILIO_AUTH_TOKEN", "").split(",") if token.strip())
    shared_keys = _shared_keys(env.get("IVR_SHARED_KEYS", ""))
    if not tokens and not shared_keys:
        raise BadSetting(
            "TWILIO_AUTH_TOKEN is not set: without it nobody can tell a provider's webhook from a forged one "
            "(for a try-out without a provider there is `ivr serve --dev`)."
        )
    provider = env.get("IVR_PROVIDER") or "twilio"
    if provider not in PROVIDERS:
        raise BadSetting(f"IVR_PROVIDER is “{provider}”; it can be {', '.join(PROVIDERS)}.")
    return Settings(
        files=read_files(env),
        tokens=tokens,
        shared_keys=shared_keys,
        public_url=_public_url(env.get("IVR_PUBLIC_URL", "")),
        provider=provider,
        port=_number(env, "PORT", 8000, 1, 65535),
        workers=_number(env, "WEB_CONCURRENCY", 2, 1, 64),
    )


def _shared_keys(written: str) -> tuple[SharedKey, ...]:
    """`ID:ALGORITHM:SECRET`, several with commas. Only the secret may hold a colon."""
    keys = []
    for each in filter(None, (part.strip() for part in written.split(","))):
        key, _, rest = each.partition(":")
        algorithm, _, secret = rest.partition(":")
        if not key or not secret or algorithm not in get_args(Algorithm):
            raise BadSetting(
                "IVR_SHARED_KEYS has a key that is not written ID:ALGORITHM:SECRET with the algorithm "
                f"{' or '.join(get_args(Algorithm))}."
            )
        keys.append(SharedKey(key, secret, algorithm))  # type: ignore[arg-type] # checked one line above
    if len({key.id for key in keys}) < len(keys):
        raise BadSetting("IVR_SHARED_KEYS names the same key twice.")
    return tuple(keys)


def _public_url(written: str) -> str:
    if not written:
        raise BadSetting(
            "IVR_PUBLIC_URL is not set: it is the address that the provider calls and signs, like https://ivr.example.org."
        )
    url = written.rstrip("/")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        port, parts = -1, urlsplit("")
    sound = (
        url.isascii()
        and parts.scheme in ("https", "http")
        and parts.hostname
        and re.fullmatch(r"[A-Za-z0-9.-]+", parts.hostname)
        and port != -1
        and not parts.query
        and not parts.fragment
        and "@" not in parts.netloc
        and "?" not in url
        and "#" not in url
        and _ADDRESS_PATH.fullmatch(parts.path)
    )
    if not sound:
        raise BadSetting(
            f"IVR_PUBLIC_URL is “{written}”; it has to be an address like https://ivr.example.org, "
            "without user, query or fragment and in plain ASCII."
        )
    return url


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    written = env.get(name) or str(default)
    if not (written.isascii() and written.isdigit() and least <= int(written) <= most):
        raise BadSetting(f"{name} is “{written}”; it has to be a whole number from {least} to {most}.")
    return int(written)
