"""Signatures: known vectors, an independent HMAC, the provider's library, and everything that must fail."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from ivr.street.signature import SharedKey, Verifier, sign, signed_url

CASES = Path(__file__).parent / "cases" / "signature"
TOKEN = "12345"


def cases(name: str) -> list[Any]:
    return yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))


def pairs_of(fields: list[list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in fields]


KNOWN = cases("known")


# -- what is known from outside --------------------------------------------------------------------


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case["name"])
def test_known_signatures(case):
    pairs = pairs_of(case["fields"])
    assert sign(TOKEN, case["url"], pairs) == case["signature"]
    for url in (case["url"], case.get("configured", case["url"])):
        assert Verifier([TOKEN]).verify(url, pairs, case["signature"], None) is True
        assert Verifier([TOKEN]).verify(url, pairs[::-1], case["signature"], None) is True
        assert Verifier([TOKEN]).verify(url, [*pairs, ("", "x")], case["signature"], None) is False
        assert Verifier([TOKEN + "6"]).verify(url, pairs, case["signature"], None) is False


def independent(key: bytes, text: bytes, algorithm: str) -> str:
    """HMAC as RFC 2104 writes it down, over a message put together by the caller."""
    digest = {"HMAC_SHA1": hashlib.sha1, "HMAC_SHA256": hashlib.sha256}[algorithm]
    key = (digest(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner = digest(bytes(byte ^ 0x36 for byte in key) + text).digest()
    return b64encode(digest(bytes(byte ^ 0x5C for byte in key) + inner).digest()).decode()


def message(url: str, pairs: list[tuple[str, str]]) -> bytes:
    encoded = sorted((name.encode(), value.encode()) for name, value in pairs)
    return url.encode() + b"".join(part for pair in encoded for part in pair)


secrets = st.text(min_size=1, max_size=80)
names = st.text(max_size=12) | st.sampled_from(
    ["CallSid", "Digits", "digits", "From", "FromCity", " ", "Ä", "\U0001f600"]
)
values = st.text(max_size=30) | st.sampled_from(["", " ", " 1 ", "+49231", "Forlì", "Köln", "\0", "\U0001f600"])
pair_lists = st.lists(st.tuples(names, values), max_size=60, unique_by=lambda pair: pair[0])
addresses = st.builds(
    "{}://{}{}/{}{}".format,
    st.sampled_from(["https", "http"]),
    st.sampled_from(["hotline.example", "127.0.0.1", "a.b-c.example"]),
    st.sampled_from(["", ":80", ":443", ":8443"]),
    st.text("abcXYZ019-._~/", max_size=30),
    st.just("") | st.text("abc=&%2Fä+'@:;", min_size=1, max_size=30).map("?{}".format),
)
algorithms = st.sampled_from(["HMAC_SHA1", "HMAC_SHA256"])


def verifier(secret: str, algorithm: str) -> tuple[Verifier, str | None]:
    """A verifier that knows the secret, and the settings header that goes with it."""
    if algorithm == "HMAC_SHA1":
        return Verifier([secret]), None
    return Verifier(["another"], [SharedKey("k", secret, algorithm)]), f"key=k,algorithm={algorithm}"


@settings(deadline=None)
@given(secrets, addresses, pair_lists, algorithms)
def test_accepts_what_an_independent_hmac_signs(secret, url, pairs, algorithm):
    signature = independent(secret.encode(), message(url, pairs), algorithm)
    known, header = verifier(secret, algorithm)
    assert sign(secret, url, pairs, algorithm) == signature
    assert known.verify(url, pairs, signature, header)


def flipped(text: str, bit: int) -> str:
    """The text with one of its bits turned, counted over the seven low bits of each character."""
    at, bit = divmod(bit % (7 * len(text)), 7)
    return text[:at] + chr(ord(text[at]) ^ (1 << bit)) + text[at + 1 :]


@settings(deadline=None)
@given(
    secrets,
    addresses,
    st.lists(
        st.tuples(names.filter(bool), values.filter(bool)),
        min_size=1,
        max_size=20,
        unique_by=lambda pair: pair[0],
    ),
    algorithms,
    st.integers(0, 10_000),
)
def test_rejects_every_flipped_bit(secret, url, pairs, algorithm, bit):
    signature = independent(secret.encode(), message(url, pairs), algorithm)
    known, header = verifier(secret, algorithm)
    at = bit % len(pairs)
    name, value = pairs[at]
    renamed = [*pairs[:at], (flipped(name, bit), value), *pairs[at + 1 :]]
    revalued = [*pairs[:at], (name, flipped(value, bit)), *pairs[at + 1 :]]
    assert not known.verify(flipped(url, bit), pairs, signature, header)
    assert not known.verify(url, renamed, signature, header)
    assert not known.verify(url, revalued, signature, header)
    assert not known.verify(url, pairs, flipped(signature, bit), header)
    assert not verifier(flipped(secret, bit), algorithm)[0].verify(url, pairs, signature, header)


@settings(deadline=None)
@given(secrets, addresses, addresses, pair_lists, algorithms)
def test_agrees_with_the_providers_library(secret, url, elsewhere, pairs, algorithm):
    """For distinct names and all spellings of the port; the library is told the algorithm that we pin."""
    oracle = RequestValidator(secret)
    known, header = verifier(secret, algorithm)
    before, _, behind = url.partition("://")
    host, slash, target = behind.partition("/")
    bare = f"{before}://{host.partition(':')[0]}"
    signed = [f"{bare}{port}{slash}{target}" for port in ("", ":80", ":443", ":8443")]
    for spelling in [*signed, elsewhere]:
        signature = oracle.compute_signature(spelling, dict(pairs), algorithm)
        assert known.verify(url, pairs, signature, header) is oracle.validate(url, dict(pairs), signature, algorithm)


# -- what must fail --------------------------------------------------------------------------------


def test_a_missing_header_is_no_signature():
    assert Verifier([TOKEN]).verify(KNOWN[0]["url"], pairs_of(KNOWN[0]["fields"]), None, None) is False


@pytest.mark.parametrize("case", cases("forged"), ids=lambda case: case["name"])
def test_forged_headers(case):
    header = case["header"] * case.get("times", 1)
    assert Verifier([TOKEN]).verify(KNOWN[0]["url"], pairs_of(KNOWN[0]["fields"]), header, None) is False


def test_a_repeated_pair_is_not_what_was_signed():
    pairs = pairs_of(KNOWN[0]["fields"])
    assert not Verifier([TOKEN]).verify(KNOWN[0]["url"], [*pairs, pairs[1]], KNOWN[0]["signature"], None)


def test_a_lone_surrogate_is_a_wrong_signature_and_no_exception():
    signature = sign(TOKEN, "https://hotline.example/", [("a", "?")])
    assert Verifier([TOKEN]).verify("https://hotline.example/", [("a", "\ud800")], signature, None) is False


@pytest.mark.parametrize("case", cases("settings"), ids=lambda case: str(case.get("header"))[:60])
def test_settings_headers(case):
    known = {"token": TOKEN, "old": "hush", "new": "hush-hush", "stranger": "guess"}
    verify = Verifier(
        [known["token"]],
        [SharedKey("old", known["old"], "HMAC_SHA1"), SharedKey("new", known["new"], "HMAC_SHA256")],
    ).verify
    header = case["header"] * case.get("times", 1) if "header" in case else None
    passed = [
        f"{name} {algorithm}"
        for name, algorithm in product(known, ("HMAC_SHA1", "HMAC_SHA256"))
        if verify("https://hotline.example/voice", [("a", "1")], signed_by(known[name], algorithm), header)
    ]
    assert passed == case["accepts"]


def signed_by(secret: str, algorithm: str) -> str:
    return independent(secret.encode(), b"https://hotline.example/voicea1", algorithm)


def test_rotation():
    """Old and new are good while both are configured, in either order; then the old one is worth nothing."""
    url, pairs = "https://hotline.example/voice", [("CallSid", "CA1")]
    for tokens, good in [
        (["old"], {"old"}),
        (["old", "new"], {"old", "new"}),
        (["new", "old"], {"old", "new"}),
        (["old", "new", "newest"], {"old", "new", "newest"}),
        (["new"], {"new"}),
        ([], set()),
    ]:
        known = Verifier(tokens)
        passed = {
            secret
            for secret in ("old", "new", "newest", "never", "oldnew", "old,new", "")
            if known.verify(url, pairs, independent(secret.encode(), message(url, pairs), "HMAC_SHA1"), None)
        }
        assert passed == good


@pytest.mark.parametrize("case", cases("secrets"), ids=lambda case: case["says"])
def test_secrets_that_are_refused(case):
    with pytest.raises(ValueError) as refusal:
        Verifier(case["tokens"], [SharedKey(*key) for key in case.get("keys", [])])
    assert str(refusal.value) == case["says"]


def test_a_key_is_printed_without_its_secret():
    assert repr(SharedKey("k1", "hush", "HMAC_SHA1")) == "SharedKey(id='k1', algorithm='HMAC_SHA1')"


# -- the URL ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases("targets"), ids=repr)
def test_signed_url(case):
    public, path, query, *url = case
    assert signed_url(public, path, query) == (url[0] if url else None)


@pytest.mark.parametrize("case", cases("ports"), ids=lambda case: case["ours"])
def test_ports(case):
    pairs = [("CallSid", "CA1")]
    passed = [
        url
        for url in [*case["signed"], *case.get("others", [])]
        if Verifier([TOKEN]).verify(case["ours"], pairs, sign(TOKEN, url, pairs), None)
    ]
    assert passed == case["signed"]
