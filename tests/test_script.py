"""The read-aloud sheet: a small set of it, whole, and that nothing of the shipped set is missing."""

from __future__ import annotations

from datetime import datetime

import pytest
from lxml import html as reader
from pictures import ROOT, compare, shipped, small
from scripts import BERLIN

from ivr.graph import picture
from ivr.loader import Loaded
from ivr.script import Sheet, html, sheet, text
from ivr.world import Clerk

NIGHT = datetime(2026, 11, 28, 21, tzinfo=BERLIN)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=BERLIN)


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def read(loaded: Loaded, at: datetime, *codes: str, operator: str = "de") -> Sheet:
    drawn = picture(loaded.flows, loaded.directory, loaded.written, operator)
    return sheet(loaded.flows, Clerk(loaded.directory), drawn, at, codes or loaded.flows.languages)


@pytest.mark.parametrize(("name", "at"), [("night", NIGHT), ("monday", MONDAY)])
def test_the_sheet_of_the_small_set(name, at):
    compare(f"sheet.{name}.txt", text(read(small(), at, "de", operator="de" if at is NIGHT else "en")))


def test_the_sheet_to_print():
    compare("sheet.html", html(read(small(), NIGHT, "de", "ar")))


def said(found: Sheet) -> dict[str, set[str]]:
    return {
        reading.language: {spoken.text for part in reading.parts for each in part.occasions for spoken in each.said}
        for reading in found.readings
    }


@pytest.mark.parametrize("at", [NIGHT, MONDAY])
def test_every_sentence_of_an_operator_is_on_the_sheet(at):
    loaded = shipped()
    world = Clerk(loaded.directory).at(at)
    on_sheet = said(read(loaded, at))
    assert tuple(on_sheet) == loaded.flows.languages
    for step in loaded.flows.steps.values():
        for lines in step.lines():
            for code, line in lines.items():
                assert line.now(world).text in on_sheet[code]


def test_what_the_service_adds_is_on_the_sheet():
    found = read(shipped(), MONDAY, "de")
    kinds = {(each.kind, each.detail) for part in found.readings[0].parts for each in part.occasions}
    assert {("silence", "1"), ("silence", "2"), ("silence", "3"), ("wrong-key", "1")} <= kinds
    assert any(kind == "connection" for kind, _ in kinds)
    assert [each.detail for each in found.readings[0].service] == ["too-long", "failure", "fallback"]
    assert len(found.readings[0].parts) == len(shipped().flows.steps)


def test_a_page_to_print_is_read_from_the_right_where_its_language_is():
    page = reader.document_fromstring(html(read(shipped(), NIGHT)))
    sections = page.findall(".//section")
    assert len(sections) == len(shipped().flows.languages)
    directions = {(each.get("lang"), each.get("dir")) for each in page.iter("p") if each.get("dir")}
    assert directions == {(code, "rtl" if code == "ar" else "ltr") for code in shipped().flows.languages}
    assert not list(page.iter("script", "img", "link"))
