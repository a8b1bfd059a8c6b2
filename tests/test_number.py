"""`ivr number`: the addresses of our number, read and set over real HTTP at a provider of the tests' own."""

from __future__ import annotations

import json
import os
import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from provider import ACCOUNT, BASE, KEY, NUMBER, SECRET, SID, Provider, provider

from ivr.cli import main
from ivr.number import Address, Addresses, differences, language_of, wanted
from ivr.settings import BadSetting, read_fallback_url, read_number, read_rest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PUBLIC = "https://ivr.example.org"
TOKEN = "d" * 32
SHOULD = {
    "voice": {"url": f"{PUBLIC}/voice", "method": "POST"},
    "fallback": {"url": f"{PUBLIC}/voice/fallback", "method": "POST"},
    "status": {"url": f"{PUBLIC}/voice/status", "method": "POST"},
}


@pytest.fixture
def there() -> Iterator[Provider]:
    with provider() as found:
        yield found


def ivr(*words: str, **settings: str | None) -> Result:
    unset = dict.fromkeys(name for name in os.environ if name.startswith(("IVR_", "TWILIO_")))
    usual = {"IVR_LANGUAGE": "en", "IVR_PUBLIC_URL": PUBLIC}
    return CliRunner().invoke(main, ["number", *words], env={**unset, **usual, **settings})


def facts(*words: str, code: int = 0, **settings: str | None) -> Any:
    done = ivr(*words, "--json", **settings)
    assert (done.exit_code, done.stderr) == (code, ""), done.output
    assert SECRET not in done.stdout
    return json.loads(done.stdout)


# -- shown and set -----------------------------------------------------------------------------------------------------


def test_shown_but_not_set(there):
    done = ivr(**there.settings)
    assert done.exit_code == 1
    assert done.stdout == (
        f"{NUMBER}\n"
        "  voice: POST https://demo.example/welcome\n"
        f"    should be: POST {PUBLIC}/voice\n"
        "  fallback: POST –\n"
        f"    should be: POST {PUBLIC}/voice/fallback\n"
        "  status: POST –\n"
        f"    should be: POST {PUBLIC}/voice/status\n"
        "--set enters this.\n"
    )
    assert [method for method, _ in there.asked] == ["GET"]


def test_set(there):
    done = ivr("--set", **there.settings)
    assert done.exit_code == 0, done.output
    assert f"  voice: POST https://demo.example/welcome → POST {PUBLIC}/voice\n" in done.stdout
    assert "should be" not in done.stdout
    number = there.numbers[SID]
    assert (number["voice_url"], number["voice_fallback_url"], number["status_callback"]) == (
        f"{PUBLIC}/voice",
        f"{PUBLIC}/voice/fallback",
        f"{PUBLIC}/voice/status",
    )
    found = facts(**there.settings)
    assert found == {
        "number": NUMBER,
        "before": SHOULD,
        "after": None,
        "wanted": SHOULD,
        "differs": [],
        "overruled_by": None,
    }
    # What is right is not set again.
    assert ivr("--set", **there.settings).exit_code == 0
    assert [method for method, _ in there.asked] == ["GET", "POST", "GET", "GET"]


def test_what_was_and_what_is_now(there):
    found = facts("--set", **there.settings)
    assert found["before"]["voice"]["url"] == "https://demo.example/welcome"
    assert found["after"] == found["wanted"] == SHOULD


def test_with_the_account_s_own_token():
    with provider((ACCOUNT, TOKEN)) as there:
        settings = {**there.settings, "TWILIO_API_KEY": None, "TWILIO_API_SECRET": None}
        assert ivr("--set", **settings, TWILIO_AUTH_TOKEN=f"{TOKEN}, other").exit_code == 0


def test_the_document_is_kept_elsewhere(there):
    """Any method will do there, so the one that is entered stays."""
    there.numbers[SID]["voice_fallback_method"] = "GET"
    kept = "https://handler.example/twiml/EH1?x=1"
    found = facts("--set", **there.settings, IVR_FALLBACK_URL=kept)
    assert found["after"]["fallback"] == {"url": kept, "method": "GET"}


def test_a_number_for_another_language(there):
    assert facts("--set", "--language", "en", **there.settings)["differs"] == []
    assert there.numbers[SID]["voice_url"] == f"{PUBLIC}/voice?language=en"
    assert there.numbers[SID]["voice_fallback_url"] == f"{PUBLIC}/voice/fallback?language=en"
    # It is as it should be from now on, and for another language it is not.
    assert facts(**there.settings)["differs"] == []
    assert facts("--language", "tr", code=1, **there.settings)["differs"] == ["voice", "fallback"]


def test_another_number(there):
    other = {**there.numbers[SID], "sid": "PN" + "e" * 32, "phone_number": f"{NUMBER}9"}
    there.numbers = {other["sid"]: other, **there.numbers}
    assert facts("--set", **there.settings)["number"] == NUMBER
    assert facts("--number", f"{NUMBER}9", code=1, **there.settings)["differs"] == ["voice", "fallback", "status"]


@pytest.mark.parametrize("field", ["voice_application_sid", "trunk_sid"])
def test_what_overrules_the_addresses_is_told_and_left(there, field):
    there.numbers[SID][field] = "AP1"
    done = ivr("--set", **there.settings)
    assert done.exit_code == 1
    assert "AP1 is assigned to the number and overrules these addresses" in done.stdout
    assert there.numbers[SID][field] == "AP1"


def test_only_asked_where_it_was_told_to(there):
    ivr("--set", **there.settings)
    assert [target.partition("?")[0] for _, target in there.asked] == [f"{BASE}.json", f"{BASE}/{SID}.json"]


# -- what goes wrong ---------------------------------------------------------------------------------------------------


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_the_provider_refuses(there):
    done = ivr(**{**there.settings, "TWILIO_API_SECRET": "hush"})
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "The provider refuses (status 401). Are account and key right?\n"


def test_the_provider_refuses_the_change(there):
    there.read_only = True
    done = ivr("--set", **there.settings)
    assert (done.exit_code, done.stderr) == (1, "The provider refuses (status 403). Are account and key right?\n")


def test_the_account_has_no_such_number(there):
    done = ivr("--number", "+4930123456", **there.settings)
    assert (done.exit_code, done.stderr) == (1, f"The account {ACCOUNT} has no number +4930123456.\n")


def test_nobody_answers(there):
    done = ivr(**{**there.settings, "IVR_REST_URL": f"http://127.0.0.1:{closed_port()}"})
    assert (done.exit_code, done.stderr) == (1, "The provider cannot be reached (ConnectionError).\n")
    assert facts(code=1, **{**there.settings, "IVR_REST_URL": f"http://127.0.0.1:{closed_port()}"})["error"]


def test_somebody_else_answers(there):
    there.garbled = True
    done = ivr(**there.settings)
    assert (done.exit_code, done.stderr) == (1, "What answers there is not the provider's interface.\n")


@pytest.mark.parametrize("name", ["signalwire", "telnyx", "somleng"])
def test_other_providers_are_set_by_hand(name, there):
    done = ivr("--set", **there.settings, IVR_PROVIDER=name)
    assert done.exit_code == 1
    for address in ("/voice,", "/voice/fallback,", "/voice/status."):
        assert f"POST {PUBLIC}{address}" in done.stdout
    assert there.asked == []
    assert facts(code=1, IVR_PROVIDER=name)["wanted"] == SHOULD


WRONG = {
    "no account": ({"TWILIO_ACCOUNT_SID": None}, "TWILIO_ACCOUNT_SID is not set. Enter at the provider by hand"),
    "no number": ({"IVR_NUMBER": None}, "IVR_NUMBER is not set"),
    "no secret": ({"TWILIO_API_SECRET": None}, "only one is set"),
    "no key": ({"TWILIO_API_KEY": None}, "only one is set"),
    "neither": ({"TWILIO_API_KEY": None, "TWILIO_API_SECRET": None}, "neither TWILIO_API_KEY nor TWILIO_AUTH_TOKEN"),
    "a strange account": ({"TWILIO_ACCOUNT_SID": "AC1"}, "TWILIO_ACCOUNT_SID is no identifier"),
    "a strange key": ({"TWILIO_API_KEY": "AC" + "b" * 32}, "TWILIO_API_KEY is no identifier"),
    "a local number": ({"IVR_NUMBER": "0231 50000"}, "IVR_NUMBER is “0231 50000”"),
    "secrets in clear": ({"IVR_REST_URL": "http://api.example.org"}, "IVR_REST_URL is"),
    "no address": ({"IVR_PUBLIC_URL": None}, "IVR_PUBLIC_URL is not set"),
    "a fallback in clear": ({"IVR_FALLBACK_URL": "http://bin.example/x"}, "IVR_FALLBACK_URL is"),
    "an underscore": ({"IVR_FALLBACK_URL": "https://my_bin.example/x"}, "no underscore"),
    "an unknown provider": ({"IVR_PROVIDER": "acme"}, "IVR_PROVIDER is"),
}


@pytest.mark.parametrize(("settings", "named"), WRONG.values(), ids=WRONG)
def test_a_wrong_setting(settings, named, there):
    done = ivr("--set", **{**there.settings, **settings})
    assert (done.exit_code, done.stdout) == (2, "")
    assert named in done.stderr
    assert SECRET not in done.stderr
    assert there.asked == []


@pytest.mark.parametrize("words", [["--number", "0231"], ["--language", "english"]])
def test_wrong_usage(words, there):
    assert ivr(*words, **there.settings).exit_code == 2
    assert there.asked == []


# -- values ------------------------------------------------------------------------------------------------------------


def test_settings():
    assert read_rest({}) is None
    assert read_number({}) is None
    assert read_fallback_url({}) is None
    rest = read_rest({"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": f"{TOKEN},x"})
    assert (rest.user, rest.secret, rest.url) == (ACCOUNT, TOKEN, None)
    rest = read_rest(
        {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_API_KEY": KEY,
            "TWILIO_API_SECRET": SECRET,
            "IVR_REST_URL": "https://rest.example/",
        }
    )
    assert (rest.account, rest.user, rest.secret, rest.url) == (ACCOUNT, KEY, SECRET, "https://rest.example")
    assert SECRET not in repr(rest)
    with pytest.raises(BadSetting):
        read_rest(
            {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "IVR_REST_URL": "http://localhost.evil:1"}
        )


def test_differences():
    should = wanted(PUBLIC, None)
    assert differences(should, should) == []
    by_get = should._replace(voice=Address(should.voice.url, "GET"))
    assert [each.name for each in differences(by_get, should)] == ["voice"]
    assert language_of(wanted(PUBLIC, None, "en")) == "en"
    for strange in ("https://demo.example/?language=en", f"{PUBLIC}/voice?language=english", f"{PUBLIC}/voice", ""):
        assert language_of(Addresses(Address(strange, "POST"), should.fallback, should.status)) is None


def test_the_rest_client_is_imported_in_one_place():
    """Answering calls must not load it: it is the larger half of the library."""
    importing = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "ivr").rglob("*.py"))
        if re.search(
            r"^\s*(?:from|import) (?:twilio\.(?:rest|http|base)|requests)\b", path.read_text("utf-8"), re.MULTILINE
        )
    ]
    assert importing == ["ivr/number.py"]
