"""Settings: what an environment means, and the one sentence about a setting that is missing or wrong."""

from __future__ import annotations

import re
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest
import yaml

from ivr.settings import PACKAGE_FLOWS, BadSetting, read_files, read_settings, without_secrets

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "cli" / "settings.yaml").read_text("utf-8"))
SOUND = {"TWILIO_AUTH_TOKEN": "token", "IVR_PUBLIC_URL": "https://ivr.example.org"}


def unfolded(case: dict[str, Any]) -> dict[str, Any]:
    """A case in full: `url` and `port` are short for one wrong setting and what is said of every such."""
    if "url" in case:
        said = (
            f"IVR_PUBLIC_URL is “{case['url']}”; it has to be an address like https://ivr.example.org, "
            "without user, query or fragment and in plain ASCII."
        )
        return {**case, "env": {"IVR_PUBLIC_URL": case["url"]}, "refused": said}
    if "port" in case:
        said = f"PORT is “{case['port']}”; it has to be a whole number from 1 to 65535."
        return {**case, "env": {"PORT": case["port"]}, "refused": said}
    return case


@pytest.mark.parametrize("case", [unfolded(case) for case in CASES], ids=lambda case: case["name"])
def test_settings(case):
    env = {name: value for name, value in {**SOUND, **case.get("env", {})}.items() if value is not None}
    if "refused" in case:
        with pytest.raises(BadSetting) as refused:
            read_settings(env)
        assert refused.value.sentence.en == str(refused.value) == case["refused"]
        # In German it names the same setting, and what was written in it if the English sentence does.
        assert refused.value.sentence.de.split()[0] in {case["refused"].split()[0], "In"}
        assert case["refused"].split()[0] in refused.value.sentence.de
        assert re.findall("“(.*)”", case["refused"], re.DOTALL) == re.findall(
            "„(.*)“", refused.value.sentence.de, re.DOTALL
        )
        assert "hush" not in "".join(refused.value.sentence)
        return
    settings = read_settings(env)
    found = {name: getattr(settings, name) for name in case["is"]}
    if "shared_keys" in found:
        found["shared_keys"] = [list(astuple(key)) for key in found["shared_keys"]]
    if "tokens" in found:
        found["tokens"] = list(found["tokens"])
    assert found == case["is"]


def test_files():
    files = read_files({})
    assert (files.flows, files.contacts, files.language) == (PACKAGE_FLOWS, Path("data/contacts.yaml"), "de")
    files = read_files({"IVR_FLOWS": "a", "IVR_CONTACTS": "b.yaml", "IVR_LANGUAGE": "EN"})
    assert (files.flows, files.contacts, files.language) == (Path("a"), Path("b.yaml"), "en")


def test_the_readme_lists_every_setting():
    """The table of the README is the place where a maintainer looks."""
    root = Path(__file__).parents[1]
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (root / "README.md").read_text("utf-8"), re.MULTILINE)
    read = set(re.findall(r'(?:env\.get\(|env, )"([A-Z_]+)"', (root / "ivr" / "settings.py").read_text("utf-8")))
    assert set(rows) == read
    assert len(rows) == len(read)


def test_a_process_that_only_computes_is_given_no_secret():
    env = {**SOUND, "DATABASE_URL": "postgresql://ivr:secret@db/ivr", "IVR_SECRET_KEY": "x" * 32, "PATH": "/bin"}
    assert without_secrets(env) == {"PATH": "/bin"}
