"""The body of a webhook: what comes out of it, and every reason for which it is turned away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.call import DialResult, Inbound
from ivr.street import form
from ivr.street.form import Refusal, check_content_type, parse_form, to_inbound

CASES = Path(__file__).parent / "cases" / "form"


def cases(name: str) -> Any:
    return yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))


CONTENT_TYPES, BODIES, WEBHOOKS = cases("content_types"), cases("bodies"), cases("webhooks")


@pytest.mark.parametrize("value", CONTENT_TYPES["accepted"])
def test_content_types_that_are_accepted(value):
    assert check_content_type(value) is True


@pytest.mark.parametrize("value", CONTENT_TYPES["refused"])
def test_content_types_that_are_refused(value):
    assert check_content_type(value) is False


def body_of(case: dict[str, Any]) -> tuple[bytes, list[tuple[str, str]]]:
    """The bytes of a case and the fields that it expects."""
    if "many" in case:
        fields = [(f"f{number}", "1") for number in range(case["many"])]
        return urlencode(fields).encode(), fields
    if "fill" in case:
        value = "x" * (case["fill"] - 2)
        return f"a={value}".encode(), [("a", value)]
    if "hex" in case:
        return bytes.fromhex(case["hex"]), []
    return case["body"].encode() * case.get("times", 1), [tuple(pair) for pair in case.get("fields", [])]


@pytest.mark.parametrize("case", BODIES, ids=lambda case: case["name"])
def test_bodies(case):
    body, fields = body_of(case)
    if "refused" in case:
        status, reason = case["refused"].split()
        assert parse_form(body, case.get("query", "")) == Refusal(int(status), reason)
    else:
        assert parse_form(body, case.get("query", "")) == dict(fields)


@pytest.mark.parametrize("case", WEBHOOKS, ids=lambda case: case["name"])
def test_webhooks(case):
    fields = dict(case["fields"])
    if "times" in case:
        fields["CallSid"] *= case["times"]
    if "refused" in case:
        assert to_inbound(fields) == Refusal(400, case["refused"])
        return
    expected = {"call": fields["CallSid"], **case["is"]}
    if "dialled" in expected:
        expected["dialled"] = DialResult(expected["dialled"])
    assert to_inbound(fields) == Inbound(**expected)


def test_every_refusal_has_a_case():
    said = set(re.findall(r'Refusal\(\d+, "([a-z0-9-]+)"\)', Path(form.__file__).read_text("utf-8")))
    shown = {case["refused"].split()[-1] for case in BODIES + WEBHOOKS if "refused" in case}
    assert shown == said


pair_lists = st.lists(
    st.tuples(st.text(min_size=1, max_size=12), st.text(max_size=30)),
    max_size=60,
    unique_by=lambda pair: pair[0],
)


@settings(deadline=None)
@given(pair_lists)
def test_what_a_provider_encodes_comes_out_again(pairs):
    assert parse_form(urlencode(pairs).encode()) == dict(pairs)


@settings(deadline=None)
@given(st.binary(max_size=60) | st.text("ab=&%+C3A4;", max_size=40).map(str.encode), st.text(max_size=20))
def test_any_bytes_are_fields_or_a_refusal(body, query):
    """What is accepted is what the standard library's strict reader makes of it, and holds no name twice."""
    found = parse_form(body, query)
    if isinstance(found, Refusal):
        assert found.status == 400
    elif body:
        strict = {"keep_blank_values": True, "strict_parsing": True, "errors": "strict"}
        assert list(found.items()) == parse_qsl(body.decode(), **strict)
