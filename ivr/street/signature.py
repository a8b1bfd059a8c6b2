"""Signatures: what a provider signs on each webhook, and how a webhook without a valid one is turned away.

The provider and we share a secret. The provider sends, in the header `X-Twilio-Signature`,

    base64(HMAC(secret, URL + name1 + value1 + name2 + value2 + …))

where URL is what it requested, from the scheme through the query, and the names and values are the decoded
form fields, sorted by name in the order of their bytes (Twilio, "Webhooks security"). SignalWire and Somleng
do the same. There are two kinds of secret:

* an auth token: HMAC-SHA1, no further header. While a token is being rotated there are several, and each is
  tried.
* a shared key: the header `X-Twilio-Webhooks-Signature-Settings: key=<id>,algorithm=HMAC_SHA256` names it.
  Anybody can write a header, so the header only selects: a key is good for the one algorithm that it was
  configured with and no other. A request with this header is never measured against the auth tokens, and one
  without it never against the keys.

What the scheme does not cover: there is no time stamp, and nothing marks where a name ends and its value
begins (`Digits=1` and `Digit=s1` sign alike). So a form is also held to a strict grammar, see `form.py`.

Providers disagree with themselves about ports: a URL with a port may be signed without it, and one without a
port with the default one (twilio-python's RequestValidator tries both, "since sig generation on back end is
inconsistent"). So two spellings of the URL are accepted here as well: as configured, and the same with its
port left out or, where there was none, with the default port written out. The host and everything behind the
port must be exactly as signed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Literal

Algorithm = Literal["HMAC_SHA1", "HMAC_SHA256"]
"""The provider's names of the two algorithms, as they stand in the settings header."""

Pairs = Iterable[tuple[str, str]]
"""Form fields, (name, value), both decoded."""

_BEGIN: dict[str, Callable[[bytes], hashlib._Hash]] = {
    "HMAC_SHA1": partial(hashlib.sha1, usedforsecurity=False),
    "HMAC_SHA256": hashlib.sha256,
}
_BLOCK = 64
"""Bytes that both algorithms take at a time."""

_DEFAULT_PORT = {"http": ":80", "https": ":443"}

_ADDRESS = re.compile(r"((https?)://[A-Za-z0-9.-]+)(:[0-9]+)?(?=/)")
"""The beginning of a URL: what stands before the port, the scheme in it, and the port if there is one."""

_IN_PATHS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"


@dataclass(frozen=True, slots=True)
class SharedKey:
    """A secret for webhooks alone, good for one algorithm only (Twilio, "Webhooks SharedKeys")."""

    id: str
    secret: str = field(repr=False)
    algorithm: Algorithm


class Verifier:
    """Knows every secret by which a webhook may be signed. Built once at the start, used by every request."""

    def __init__(self, tokens: Sequence[str], shared_keys: Sequence[SharedKey] = ()) -> None:
        """Take the auth tokens (any number, all valid) and the shared keys (each id once).

        Raises:
            ValueError: an empty secret, which anybody could sign with, an empty or a repeated id, or an
                unknown algorithm. The message names no secret.
        """
        if not all(tokens):
            raise ValueError("an auth token is empty")
        self._tokens = tuple(_Secret(token, "HMAC_SHA1") for token in tokens)
        self._shared: dict[str | None, tuple[str, _Secret]] = {}
        for key in shared_keys:
            if not key.id or not key.secret:
                raise ValueError("a shared key has no id or no secret")
            if key.id in self._shared:
                raise ValueError(f"the shared key {key.id} is given twice")
            if key.algorithm not in _BEGIN:
                raise ValueError(f"the shared key {key.id} has an unknown algorithm")
            self._shared[key.id] = (key.algorithm, _Secret(key.secret, key.algorithm))

    def verify(self, url: str, pairs: Pairs, signature: str | None, settings: str | None) -> bool:
        """Whether the provider signed exactly this request.

        `url` is what `signed_url` gave, `pairs` the decoded fields in any order, `signature` and `settings`
        the two headers as sent, None where there was none. Whatever is in them, the answer is a bool and
        never an exception.
        """
        return self.verify_joined(url, joined(pairs), signature, settings)

    def verify_joined(self, url: str, fields: str, signature: str | None, settings: str | None) -> bool:
        """The same, for fields that are put together already, as by `joined`."""
        if signature is None or not signature.isascii():
            return False
        secrets = self._tokens if settings is None else self._named(settings)
        sent = signature.encode()
        text = _encoded(url + fields)
        for secret in secrets:
            if hmac.compare_digest(sent, secret.sign(text)):
                return True
        # The address is nearly always signed as it is configured, so the other spelling comes after all secrets.
        other = _with_other_port(url)
        if other is None:
            return False
        text = _encoded(other + fields)
        return any(hmac.compare_digest(sent, secret.sign(text)) for secret in secrets)

    def _named(self, settings: str) -> tuple[_Secret, ...]:
        """The secret that a settings header names, or nothing.

        Words that we do not know are passed over, because a provider adds some without notice: they select
        nothing, so they can change nothing.
        """
        words: dict[str, str] = {}
        for part in settings.split(","):
            name, equals, value = part.strip().partition("=")
            if not equals or name in words:
                return ()
            words[name] = value
        algorithm, secret = self._shared.get(words.get("key"), (None, None))
        return () if secret is None or words.get("algorithm") != algorithm else (secret,)


def sign(secret: str, url: str, pairs: Pairs, algorithm: Algorithm = "HMAC_SHA1") -> str:
    """The signature that a provider would send, in base64: for phones, and tests that post real webhooks."""
    return _Secret(secret, algorithm).sign(_encoded(url + joined(pairs))).decode()


def signed_url(public_url: str, path_info: str, query_string: str) -> str | None:
    """The URL that the provider signed, rebuilt from what every WSGI server hands over; None if it cannot be.

    `public_url` is the configured address without a slash at its end, `path_info` the path as WSGI decoded
    it, `query_string` the raw query. Our own paths hold unreserved characters only (RFC 3986, section 2.3),
    which need no escape. With any other character in the path we cannot know how it was written, and do not
    guess. The query is raw already; only bytes outside ASCII have no place in it. `Host` takes no part.
    """
    if not path_info.startswith("/") or not path_info.isascii() or not query_string.isascii():
        return None
    if path_info.encode().translate(None, _IN_PATHS):  # something is left that is not in ours
        return None
    return f"{public_url}{path_info}?{query_string}" if query_string else f"{public_url}{path_info}"


def joined(pairs: Pairs) -> str:
    """Form fields as they are signed: sorted by name, each name followed by its value."""
    # Code points sort like the bytes of their UTF-8.
    return "".join(chain.from_iterable(sorted(pairs)))


def _encoded(text: str) -> bytes:
    # A lone surrogate never gets through form.py; should one come, the signature is wrong, and that is all.
    return text.encode("utf-8", "surrogatepass")


class _Secret:
    """A secret for one algorithm, with the two hashes of HMAC (RFC 2104) begun: to go on from copies of them costs two
    thirds of `hmac.digest`, which begins anew each time.
    """

    def __init__(self, secret: str, algorithm: str) -> None:
        begin = _BEGIN[algorithm]
        key = secret.encode()
        key = (begin(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
        self._inner = begin(bytes(byte ^ 0x36 for byte in key))
        self._outer = begin(bytes(byte ^ 0x5C for byte in key))

    def sign(self, text: bytes) -> bytes:
        inner = self._inner.copy()
        inner.update(text)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return b2a_base64(outer.digest(), newline=False)


def _with_other_port(url: str) -> str | None:
    """The URL with its port left out or, where there is none, with the default one written out.

    None for what is no scheme, name and path (a user, an address in brackets): libraries garble it.
    """
    address = _ADDRESS.match(url)
    if address is None:
        return None
    before, scheme, port = address.groups()
    return before + ("" if port else _DEFAULT_PORT[scheme]) + url[address.end() :]
