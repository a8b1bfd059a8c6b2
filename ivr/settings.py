"""Settings: read from the environment once, when a command starts, and handed down as values.

Every setting has its row in the README's table. A missing or wrong one stops the start with one sentence that names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from ivr.contacts.phone import caller_number
from ivr.source.problems import Sentence
from ivr.speech.voices import PROVIDERS
from ivr.street.signature import Algorithm, SharedKey

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE_FLOWS = Path(__file__).parent / "flows"

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::([1-9][0-9]{0,4}))?(?:/[A-Za-z0-9._~-]+)*", re.ASCII)
"""What our own addresses may begin with: unreserved characters only, because a signature covers each as it is sent."""

DATABASE = "sqlite:///var/ivr.db"
"""Where records go without DATABASE_URL."""

SCENARIOS = Path("tests/scenarios")

SHORTEST_KEY = 32
"""Characters of IVR_SECRET_KEY."""

_DATABASES = ("sqlite:", "postgres:", "postgresql:", "postgresql+psycopg:")
_KEPT_ELSEWHERE = re.compile(r"https://[A-Za-z0-9.-]+(?::[1-9][0-9]{0,4})?/[!-~]*", re.ASCII)

_ACCOUNT, _KEY = re.compile("AC[0-9a-f]{32}", re.ASCII), re.compile("SK[0-9a-f]{32}", re.ASCII)

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)

_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)


class BadSetting(ValueError):  # noqa: N818 - it is the setting that is bad
    """A setting that is missing or wrong; `sentence` names it and says what is right. No token or key is ever in it."""

    def __init__(self, de: str, en: str) -> None:
        super().__init__(en)
        self.sentence = Sentence(de, en)


@dataclass(frozen=True, slots=True)
class Files:
    """Where the operators' files are, and the language in which problems in them are explained."""

    flows: Path
    contacts: Path
    language: str


@dataclass(frozen=True, slots=True)
class Storage:
    """Where things are kept, and for how long."""

    database: str
    """An address of SQLAlchemy's form."""
    spool: Path
    """The folder of this machine's spool."""
    spool_limit: int
    """Bytes."""
    keep_days: int
    """How long turns and calls are kept."""
    write_through: bool
    """Whether a worker waits, for a moment, until what it has written is in the database."""
    hash_callers: bool
    """Whether it can be seen, for a day, that the same caller called again."""

    @property
    def sets(self) -> Path:
        """The folder of the prepared sets, beside the spool."""
        return self.spool.parent / "sets"

    @property
    def trials(self) -> Path:
        """The folder of sets that test calls alone are on. Nothing that comes into force is ever taken from it."""
        return self.spool.parent / "trials"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken at once; None: as much as comes."""

    calls: int | None
    """Calls at the same time."""
    connections: int | None
    """Connections to one contact at the same time."""
    minutes: int | None
    """Minutes connected in one day, all contacts together."""


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
    storage: Storage
    limits: Limits
    draft_number: str
    """E.164; calls to it hear the draft. Empty: nobody does."""
    metrics_token: str
    """Who brings it may see `/metrics`, and the reasons in `/readyz`. Empty: nobody may."""
    server_timing: bool
    """Whether each reply says how long it took."""
    lane: bool = True
    """Whether calls are answered in front of Flask's dispatch."""
    operator_key: str = field(default="", repr=False)
    """What the operator's page signs its cookies with. Empty: there is no such page."""
    scenarios: Path = SCENARIOS
    """The folder of the scenarios that are played before something is published; there need not be one."""

    @property
    def desk(self) -> Path:
        """The folder of this service in the spool: its desk, and what its workers write."""
        return self.storage.spool / str(self.port)


_SECRETS = ("TWILIO_", "DATABASE_URL", "IVR_")


def without_secrets(env: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that computes something for the service, and has no use for its settings."""
    return {name: value for name, value in env.items() if not name.startswith(_SECRETS)}


def read_language(env: Mapping[str, str]) -> str:
    """IVR_LANGUAGE: the language of messages to operators, "de" or "en".

    Raises:
        BadSetting: another language.
    """
    written = env.get("IVR_LANGUAGE") or "de"
    if written.lower() not in ("de", "en"):
        raise BadSetting(
            f"IVR_LANGUAGE ist „{written}“; möglich sind de und en.",
            f"IVR_LANGUAGE is “{written}”; it can be de or en.",
        )
    return written.lower()


def read_files(env: Mapping[str, str]) -> Files:
    """IVR_FLOWS, IVR_CONTACTS and IVR_LANGUAGE.

    Raises:
        BadSetting: an unknown language.
    """
    return Files(
        Path(env.get("IVR_FLOWS") or PACKAGE_FLOWS),
        Path(env.get("IVR_CONTACTS") or "data/contacts.yaml"),
        read_language(env),
    )


def read_settings(env: Mapping[str, str]) -> Settings:
    """Everything, for a service in earnest.

    Raises:
        BadSetting: the first setting that is missing or wrong.
    """
    files = read_files(env)
    tokens = _tokens(env.get("TWILIO_AUTH_TOKEN", ""))
    shared_keys = _shared_keys(env.get("IVR_SHARED_KEYS", ""))
    if not tokens and not shared_keys:
        raise BadSetting(
            "TWILIO_AUTH_TOKEN ist nicht gesetzt: Ohne das Token ist der Webhook eines Anbieters von einem gefälschten "
            "nicht zu unterscheiden (zum Ausprobieren ohne Anbieter: ivr serve --dev).",
            "TWILIO_AUTH_TOKEN is not set: without it nobody can tell a provider's webhook from a forged one "
            "(to try it out without a provider: ivr serve --dev).",
        )
    # The port first: under `--dev` the address is made of it, and a wrong port is to be called one.
    port = read_port(env)
    return Settings(
        files=files,
        tokens=tokens,
        shared_keys=shared_keys,
        public_url=read_public_url(env),
        provider=read_provider(env),
        port=port,
        workers=_number(env, "WEB_CONCURRENCY", 2, 1, 64),
        storage=read_storage(env),
        limits=read_limits(env),
        draft_number=_own_number(env, "IVR_DRAFT_NUMBER"),
        metrics_token=env.get("IVR_METRICS_TOKEN", ""),
        server_timing=_yes(env, "IVR_SERVER_TIMING", default=False),
        lane=_yes(env, "IVR_LANE", default=True),
        operator_key=read_operator_key(env),
        scenarios=read_scenarios(env),
    )


def read_scenarios(env: Mapping[str, str]) -> Path:
    """IVR_SCENARIOS: the folder of the operators' scenarios."""
    return Path(env.get("IVR_SCENARIOS") or SCENARIOS)


def read_operator_key(env: Mapping[str, str]) -> str:
    """IVR_OPERATOR and IVR_SECRET_KEY: what the operator's page signs with; empty when there is no such page.

    Raises:
        BadSetting: the page is wanted, and the key is missing or short.
    """
    if not _yes(env, "IVR_OPERATOR", default=False):
        return ""
    key = env.get("IVR_SECRET_KEY", "")
    if len(key) < SHORTEST_KEY or not key.isprintable():
        raise BadSetting(
            f"IVR_OPERATOR=yes braucht IVR_SECRET_KEY: ein zufälliges Geheimnis von mindestens {SHORTEST_KEY} Zeichen, "
            "zum Beispiel aus: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
            f"IVR_OPERATOR=yes needs IVR_SECRET_KEY: a random secret of at least {SHORTEST_KEY} characters, for "
            "example from: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
        )
    return key


def check_operator(settings: Settings) -> None:
    """Passwords do not cross a network in the open: for every start but that with `--dev`, on this machine.

    Raises:
        BadSetting: the operators' page is on, and would not be encrypted.
    """
    if settings.operator_key and not settings.public_url.startswith("https://"):
        raise BadSetting(
            "IVR_OPERATOR=yes braucht ein IVR_PUBLIC_URL mit https://, sonst gingen Passwörter offen durchs Netz.",
            "IVR_OPERATOR=yes needs an IVR_PUBLIC_URL with https://, or passwords would cross the network in the open.",
        )


def read_storage(env: Mapping[str, str]) -> Storage:
    """DATABASE_URL, IVR_SPOOL, IVR_SPOOL_LIMIT, IVR_KEEP_DAYS and IVR_CALLER_HASH.

    Raises:
        BadSetting: the first that is wrong. Whether the database can be reached is not looked at.
    """
    url = env.get("DATABASE_URL") or DATABASE
    if not url.startswith(_DATABASES):
        raise BadSetting(
            "DATABASE_URL beginnt anders als die Adresse einer Datenbank, die der Dienst kennt: sqlite:///var/ivr.db "
            "oder postgresql://….",
            "DATABASE_URL does not begin like the address of a database that the service knows: sqlite:///var/ivr.db "
            "or postgresql://….",
        )
    return Storage(
        database=url,
        spool=Path(env.get("IVR_SPOOL") or "var/spool"),
        spool_limit=_number(env, "IVR_SPOOL_LIMIT", 256, 1, 100_000) * 1024 * 1024,
        keep_days=_number(env, "IVR_KEEP_DAYS", 90, 1, 3_650),
        write_through=_yes(env, "IVR_WRITE_THROUGH", default=False),
        hash_callers=_yes(env, "IVR_CALLER_HASH", default=True),
    )


def read_author(env: Mapping[str, str]) -> str:
    """IVR_AUTHOR: whose name stands beside what a command publishes or tells; empty: whoever has logged in."""
    return env.get("IVR_AUTHOR", "").strip()


def read_limits(env: Mapping[str, str]) -> Limits:
    """IVR_MAX_CALLS, IVR_MAX_CONNECTIONS and IVR_MAX_MINUTES.

    Raises:
        BadSetting: the first that is wrong.
    """
    return Limits(_limit(env, "IVR_MAX_CALLS"), _limit(env, "IVR_MAX_CONNECTIONS"), _limit(env, "IVR_MAX_MINUTES"))


def read_provider(env: Mapping[str, str]) -> str:
    """IVR_PROVIDER: whose names the voices have.

    Raises:
        BadSetting: a provider that is not known.
    """
    provider = env.get("IVR_PROVIDER") or PROVIDERS[0]
    if provider not in PROVIDERS:
        raise BadSetting(
            f"IVR_PROVIDER ist „{provider}“; möglich sind {', '.join(PROVIDERS)}.",
            f"IVR_PROVIDER is “{provider}”; it can be {', '.join(PROVIDERS)}.",
        )
    return provider


def read_port(env: Mapping[str, str]) -> int:
    """PORT.

    Raises:
        BadSetting: not a number from 1 to 65535.
    """
    return _number(env, "PORT", 8000, 1, 65535)


def read_public_url(env: Mapping[str, str]) -> str:
    """IVR_PUBLIC_URL, without a slash at its end.

    Raises:
        BadSetting: missing, or not an address as providers sign them.
    """
    return _public_url(env.get("IVR_PUBLIC_URL", ""))


@dataclass(frozen=True, slots=True)
class Rest:
    """How the provider's REST interface is spoken to: for which account, and as whom."""

    account: str
    user: str
    """The account itself, or one of its API keys."""
    secret: str = field(repr=False)
    url: str | None
    """Where the interface is, if it is not where the provider's library looks for it."""


def read_rest(env: Mapping[str, str]) -> Rest | None:
    """TWILIO_ACCOUNT_SID with TWILIO_API_KEY and TWILIO_API_SECRET, or else with TWILIO_AUTH_TOKEN; IVR_REST_URL.

    None without an account: the service answers calls without it.

    Raises:
        BadSetting: one of them is wrong, or one that belongs to it is missing.
    """
    account = env.get("TWILIO_ACCOUNT_SID") or ""
    if not account:
        return None
    key, secret = env.get("TWILIO_API_KEY") or "", env.get("TWILIO_API_SECRET") or ""
    _check_identifier("TWILIO_ACCOUNT_SID", account, _ACCOUNT)
    if key:
        _check_identifier("TWILIO_API_KEY", key, _KEY)
    if bool(key) != bool(secret):
        raise BadSetting(
            "TWILIO_API_KEY und TWILIO_API_SECRET gehören zusammen; gesetzt ist nur eines.",
            "TWILIO_API_KEY and TWILIO_API_SECRET belong together; only one is set.",
        )
    tokens = _tokens(env.get("TWILIO_AUTH_TOKEN", ""))
    if not key and not tokens:
        raise BadSetting(
            "TWILIO_ACCOUNT_SID ist gesetzt, aber weder TWILIO_API_KEY noch TWILIO_AUTH_TOKEN.",
            "TWILIO_ACCOUNT_SID is set, but neither TWILIO_API_KEY nor TWILIO_AUTH_TOKEN.",
        )
    return Rest(account, key or account, secret or tokens[0], _rest_url(env.get("IVR_REST_URL") or ""))


def read_number(env: Mapping[str, str]) -> str | None:
    """IVR_NUMBER: our own number at the provider, in E.164; None if it is not set.

    Raises:
        BadSetting: written in another way.
    """
    written = env.get("IVR_NUMBER") or ""
    if written and not _E164.fullmatch(written):
        raise BadSetting(
            f"IVR_NUMBER ist „{written}“; nötig ist die Nummer mit Ländervorwahl und ohne Leerzeichen, "
            "wie +4923150000.",
            f"IVR_NUMBER is “{written}”; it has to be the number with its country code and without blanks, "
            "like +4923150000.",
        )
    return written or None


def read_fallback_url(env: Mapping[str, str]) -> str | None:
    """IVR_FALLBACK_URL: where the document of `ivr fallback` is kept; None if it is not set.

    Raises:
        BadSetting: no address, or one that is not encrypted.
    """
    written = env.get("IVR_FALLBACK_URL") or ""
    if written and not _KEPT_ELSEWHERE.fullmatch(written):
        raise BadSetting(
            f"IVR_FALLBACK_URL ist „{written}“; nötig ist eine Adresse mit https:// ohne Unterstrich im Namen.",
            f"IVR_FALLBACK_URL is “{written}”; it has to be an address with https:// and no underscore in its name.",
        )
    return written or None


def _check_identifier(name: str, written: str, form: re.Pattern[str]) -> None:
    if not form.fullmatch(written):
        kind = form.pattern[:2]
        raise BadSetting(
            f"{name} ist keine Kennung; sie beginnt mit {kind}, dann folgen 32 Ziffern und Buchstaben von a bis f.",
            f"{name} is no identifier; it begins with {kind}, followed by 32 digits and letters from a to f.",
        )


def _rest_url(written: str) -> str | None:
    """Secrets go to this address: encrypted, or not further than this machine."""
    if not written:
        return None
    url = written.rstrip("/")
    if not (_ADDRESS.fullmatch(url) and url.startswith(("https://", "http://127.0.0.1:", "http://localhost:"))):
        raise BadSetting(
            f"IVR_REST_URL ist „{written}“; nötig ist eine Adresse mit https://, oder http:// auf diesem Rechner.",
            f"IVR_REST_URL is “{written}”; it has to be an address with https://, or http:// on this machine.",
        )
    return url


def _tokens(written: str) -> tuple[str, ...]:
    tokens = tuple(token.strip() for token in written.split(",") if token.strip())
    if not all(map(str.isprintable, tokens)):
        raise BadSetting(
            "TWILIO_AUTH_TOKEN enthält Zeichen, die es in keinem Token gibt.",
            "TWILIO_AUTH_TOKEN holds characters that are in no token.",
        )
    return tokens


def _shared_keys(written: str) -> tuple[SharedKey, ...]:
    """`ID:ALGORITHM:SECRET`, several with commas. Only the secret may hold a colon."""
    keys = []
    for each in filter(None, (part.strip() for part in written.split(","))):
        key, _, rest = each.partition(":")
        algorithm, _, secret = rest.partition(":")
        if not key or not secret or algorithm not in get_args(Algorithm) or not each.isprintable():
            allowed = get_args(Algorithm)
            raise BadSetting(
                "In IVR_SHARED_KEYS ist ein Schlüssel anders geschrieben als KENNUNG:VERFAHREN:GEHEIMNIS mit dem "
                f"Verfahren {' oder '.join(allowed)}.",
                "IVR_SHARED_KEYS has a key that is not written ID:ALGORITHM:SECRET with the algorithm "
                f"{' or '.join(allowed)}.",
            )
        keys.append(SharedKey(key, secret, algorithm))  # type: ignore[arg-type] # checked above
    if len({key.id for key in keys}) < len(keys):
        raise BadSetting(
            "IVR_SHARED_KEYS nennt denselben Schlüssel zweimal.", "IVR_SHARED_KEYS names the same key twice."
        )
    return tuple(keys)


def _public_url(written: str) -> str:
    if not written:
        raise BadSetting(
            "IVR_PUBLIC_URL ist nicht gesetzt: Das ist die Adresse, die der Anbieter aufruft und unterschreibt, "
            "zum Beispiel https://ivr.example.org.",
            "IVR_PUBLIC_URL is not set: it is the address that the provider calls and signs, "
            "like https://ivr.example.org.",
        )
    url = written.rstrip("/")
    found = _ADDRESS.fullmatch(url)
    if found is None or int(found[1] or 443) > 65535:
        raise BadSetting(
            f"IVR_PUBLIC_URL ist „{written}“; nötig ist eine Adresse wie https://ivr.example.org, "
            "ohne Benutzer, Fragezeichen, Raute und Umlaute.",
            f"IVR_PUBLIC_URL is “{written}”; it has to be an address like https://ivr.example.org, "
            "without user, query or fragment and in plain ASCII.",
        )
    return url


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    written = env.get(name) or str(default)
    if not (_NUMBER.fullmatch(written) and least <= int(written) <= most):
        raise BadSetting(
            f"{name} ist „{written}“; nötig ist eine ganze Zahl von {least} bis {most}.",
            f"{name} is “{written}”; it has to be a whole number from {least} to {most}.",
        )
    return int(written)


def _limit(env: Mapping[str, str], name: str) -> int | None:
    return _number(env, name, 0, 0, 999_999) if env.get(name) else None


def _own_number(env: Mapping[str, str], name: str) -> str:
    written = env.get(name, "").replace(" ", "")
    number = caller_number(written)
    if written and not number:
        raise BadSetting(
            f"{name} ist „{written}“; nötig ist eine Telefonnummer wie +4923150.",
            f"{name} is “{written}”; it has to be a telephone number like +4923150.",
        )
    return number


def _yes(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    written = (env.get(name) or ("yes" if default else "no")).lower()
    if written not in _YES_AND_NO:
        raise BadSetting(
            f"{name} ist „{written}“; möglich sind yes und no.", f"{name} is “{written}”; it can be yes or no."
        )
    return _YES_AND_NO[written]


_YES_AND_NO = {"yes": True, "ja": True, "true": True, "1": True, "no": False, "nein": False, "false": False, "0": False}
