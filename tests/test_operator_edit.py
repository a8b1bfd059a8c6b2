"""Editing, reviewing and publishing, as a browser without JavaScript and a script of ours meet them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pytest
from page import NOW, Browser, refuse, relent
from running import until
from small import END, FLOW, SCENARIO, SmallOffice

from ivr.bundle import Bundle, File, gather
from ivr.examiner import checks
from ivr.source.reader import MAX_BYTES
from ivr.store import Scenario, Scenarios, WorkingCopies
from ivr.web.operator.edit import working
from ivr.web.operator.edit.lines import moved
from ivr.web.operator.edit.merge import merge_of, together
from ivr.web.operator.site import LONG_BODY

EDIT = "/operator/edit"
WAIT = 120.0


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    found = SmallOffice(tmp_path)
    found.add("anna", "edit", "publish")
    found.add("berta", "edit", "publish")
    found.add("clara", "edit")
    found.add("doris", "view")
    found.add("emil", "publish")
    yield found
    found.close()


@pytest.fixture
def anna(office: SmallOffice) -> Browser:
    return office.browser("anna")


def fields(browser: Browser, *names: str) -> dict[str, str]:
    """What the page's first form of each field says."""
    return {
        name: next(iter(re.findall(rf'name="{name}" value="([^"]*)"', browser.text)), "")
        for name in ("base", "revision", "was", "file", *names)
    }


def open_file(browser: Browser, file: str) -> dict[str, str]:
    assert browser.get(f"{EDIT}?file={file}") == 200
    return {**fields(browser), "file": file}


def write(browser: Browser, text: str, file: str = "hotline.yaml", **more: str) -> int:
    """Opens a file and saves another text in it."""
    sent = open_file(browser, file)
    return browser.post(f"{EDIT}/save", {**sent, "text": text, **more}, content_type="multipart/form-data")


def shown_text(browser: Browser, file: str = "hotline.yaml") -> str:
    assert browser.get(f"{EDIT}?file={file}") == 200
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", browser.text, re.DOTALL)
    assert found
    return found[1]


def kept(office: SmallOffice, operator: str = "anna") -> dict[str, str]:
    copy = WorkingCopies(office.database).of(operator)
    return {} if copy is None else working.files(Bundle.from_bytes(copy.content))


def review(browser: Browser, query: str = "") -> None:
    """The review, when the check is over."""

    def over() -> bool:
        assert browser.get(f"{EDIT}/review{query}") == 200
        return 'data-over="yes"' in browser.text

    until("the end of the check", over, WAIT, 0.2)


def publish(browser: Browser, why: str = "Weil es nötig ist", **more: str) -> int:
    sent = {**fields(browser, "of", "beside"), "why": why, "where": "live", **more}
    return browser.post(f"{EDIT}/publish", sent)


MOIN = FLOW.replace("Guten Tag", "Moin")


def test_an_address_alone_publishes_nothing_in_words(anna: Browser) -> None:
    for query in ("version=aaaaaaaaaaaa", "version=aaaaaaaaaaaa&draft=yes", ""):
        assert anna.get(f"{EDIT}/published?{query}") == 303


# --- working on it


def test_the_page_shows_what_is_in_force(anna: Browser) -> None:
    assert shown_text(anna) == FLOW
    assert shown_text(anna, "ende.yaml") == END
    assert "timezone: Europe/Berlin" in shown_text(anna, "contacts.yaml")
    assert anna.get(f"{EDIT}?file=hotline.yaml&line=7&column=3") == 200
    assert 'data-line="7"' in anna.text


def test_a_line_that_was_seen_elsewhere_is_found_where_it_stands_now(anna: Browser) -> None:
    assert write(anna, "# eins\n# zwei\n" + FLOW.replace("start: ", "# drei\nstart: ")) == 303
    at = next(number for number, line in enumerate(FLOW.splitlines(), 1) if line.startswith("start: "))
    for query, line in ((f"line={at}&in=live", at + 3), (f"line={at}", at), (f"line={at}&in=mine", at)):
        assert anna.get(f"{EDIT}?file=hotline.yaml&{query}") == 200
        assert f'data-line="{line}"' in anna.text
    for odd in ("../../x", "0123456789ab", "draft"):
        assert anna.get(f"{EDIT}?file=hotline.yaml&line={at}&in={odd}") == 200


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("a\nb\nc\n", "x\na\nb\nc\n", {1: 2, 3: 4}),
        ("a\nb\nc\n", "a\nc\n", {1: 1, 2: 2, 3: 2}),
        ("a\nb\n", "", {1: 1, 2: 1}),
        ("a\n", "a\nb\n", {1: 1, 9: 2}),
    ],
)
def test_where_a_line_has_moved_to(before: str, after: str, lines: dict[int, int]) -> None:
    assert {line: moved(line, before, after) for line in lines} == lines


def test_what_is_saved_is_there_again_and_nobody_hears_it(office: SmallOffice, anna: Browser) -> None:
    assert write(anna, MOIN.replace("\n", "\r\n")) == 303
    assert shown_text(anna) == MOIN
    assert kept(office)["hotline.yaml"] == MOIN
    assert (
        office.context.flows.version
        == gather(office.folder / "flows", office.folder / "data" / "contacts.yaml")[0].version
    )
    assert office.database.publications() == ()


def test_a_text_that_is_no_other_makes_no_copy(office: SmallOffice, anna: Browser) -> None:
    assert write(anna, FLOW) == 303
    assert kept(office) == {}


def test_the_script_is_told_what_it_needs(anna: Browser) -> None:
    assert write(anna, FLOW.replace("next: main", "next: mein"), by="script") == 200
    first = anna.reply.json
    assert first["revision"] == 1
    assert first["was"] == working.mark(FLOW.replace("next: main", "next: mein"))
    anna.get(EDIT)
    token = anna.token
    found: dict[str, Any] = first

    def over() -> bool:
        sent = {"key": found["key"], "revision": "1", "file": "hotline.yaml", "by": "script"}
        assert anna.post(f"{EDIT}/check", sent, token=token) == 200
        found.update(anna.reply.json)
        return bool(found["over"])

    until("the problem", over, WAIT, 0.1)
    [problem] = found["problems"]
    assert problem["file"] == "hotline.yaml"
    assert problem["line"] == 7
    assert "mein" in problem["message"]
    assert not found["good"]
    assert "1 Fehler" in found["said"]
    assert "mein" in found["html"]


def test_the_schemas_are_those_of_the_reader(anna: Browser) -> None:
    for word in ("flow", "contacts", "pronunciation"):
        assert anna.get(f"{EDIT}/schema/{word}.json") == 200
        assert anna.reply.json["$schema"]
    assert anna.get(f"{EDIT}/schema/scenario.json") == 404


# --- two windows


def test_a_window_that_is_behind_is_told_and_loses_nothing(office: SmallOffice, anna: Browser) -> None:
    seen = open_file(anna, "hotline.yaml")
    token = anna.token
    assert write(anna, FLOW.replace("das Amt", "die Stadt")) == 303
    assert anna.post(f"{EDIT}/save", {**seen, "text": MOIN}, token=token) == 409
    assert "anderen Fenster" in anna.text
    assert "die Stadt" in anna.text
    assert "Moin" in anna.text
    assert kept(office)["hotline.yaml"] == FLOW.replace("das Amt", "die Stadt")
    script = {**seen, "text": MOIN, "by": "script"}
    assert anna.post(f"{EDIT}/save", script, token=token) == 409
    reply = anna.reply.json
    assert reply["text"] == FLOW.replace("das Amt", "die Stadt")
    # Keeping hers: with what she has now seen.
    again = {**script, "revision": str(reply["revision"]), "was": reply["was"]}
    assert anna.post(f"{EDIT}/save", again, token=token) == 200
    assert kept(office)["hotline.yaml"] == MOIN


def test_a_set_that_is_nowhere_any_more_hinders_nobody(office: SmallOffice, anna: Browser) -> None:
    """A set of files that was never published is forgotten a day after calls have left it."""
    berta = office.browser("berta")
    old, token = open_file(berta, "hotline.yaml"), berta.token
    assert write(anna, MOIN) == 303
    seen = open_file(anna, "hotline.yaml")
    (office.folder / "flows" / "ende.yaml").write_text(END.replace("auch", "immer"))
    office.speaks(gather(office.folder / "flows", office.folder / "data" / "contacts.yaml")[0])
    shutil.rmtree(office.settings.storage.sets / seen["base"])
    assert anna.post(f"{EDIT}/save", {**seen, "text": MOIN.replace("das Amt", "die Stadt")}) == 303
    assert "die Stadt" in kept(office)["hotline.yaml"]
    assert anna.post(f"{EDIT}/delete", {**open_file(anna, "ende.yaml")}) == 303
    assert anna.post(f"{EDIT}/discard", open_file(anna, "hotline.yaml")) == 303
    assert not kept(office)
    # Whoever has yet to begin is shown what there is now, and begins with that.
    assert berta.post(f"{EDIT}/save", {**old, "text": MOIN, "by": "script"}, token=token) == 409
    now = berta.reply.json
    again = {**old, "text": MOIN, "revision": "0", "base": now["base"], "was": now["was"]}
    assert berta.post(f"{EDIT}/save", again, token=token) == 303
    assert kept(office, "berta")["hotline.yaml"] == MOIN


def test_two_windows_in_two_files_are_no_hindrance(office: SmallOffice, anna: Browser) -> None:
    seen, token = open_file(anna, "ende.yaml"), anna.token
    assert write(anna, MOIN) == 303
    assert anna.post(f"{EDIT}/save", {**seen, "text": END.replace("auch", "immer")}, token=token) == 303
    assert kept(office)["hotline.yaml"] == MOIN
    assert "immer" in kept(office)["ende.yaml"]


def test_a_window_of_a_copy_that_is_gone_is_told(office: SmallOffice, anna: Browser) -> None:
    write(anna, MOIN)
    seen, token = open_file(anna, "hotline.yaml"), anna.token
    assert anna.post(f"{EDIT}/discard", seen, token=token) == 303
    script = {**seen, "text": MOIN + "# mehr\n", "by": "script"}
    assert anna.post(f"{EDIT}/save", script, token=token) == 409
    assert anna.reply.json["gone"]
    assert kept(office) == {}


# --- files


@pytest.mark.parametrize("name", ["fundsachen", "fundsachen.yaml", " fundsachen "])
def test_a_file_is_added_deleted_and_brought_back(office: SmallOffice, anna: Browser, name: str) -> None:
    seen = open_file(anna, "hotline.yaml")
    assert anna.post(f"{EDIT}/add", {**seen, "name": name}) == 303
    assert anna.reply.headers["Location"].endswith("?file=fundsachen.yaml")
    assert "start: text" in shown_text(anna, "fundsachen.yaml")
    seen = open_file(anna, "ende.yaml")
    assert anna.post(f"{EDIT}/delete", seen) == 303
    assert "ende.yaml" not in kept(office)
    assert anna.get(f"{EDIT}?file=ende.yaml") == 200
    assert "Datei zurückholen" in anna.text
    assert anna.post(f"{EDIT}/restore", {**fields(anna), "file": "ende.yaml"}) == 303
    assert kept(office)["ende.yaml"] == END
    assert [action for _, action in office.trail()][:3] == ["edit restore", "edit delete", "edit add"]


NAMES = [
    "", " ", "../hotline", "..", "a/b", "a\\b", ".hidden", "Fundsachen", "fünf", "a" * 41, "a\nb", "a b",
    "hotline", "contacts", "hotline.yaml", "x.yml", "<b>", "a.yaml.yaml", "-a", "１", "con:", "%2e%2e",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_other_names_are_refused(office: SmallOffice, anna: Browser, name: str) -> None:
    seen = open_file(anna, "hotline.yaml")
    assert anna.post(f"{EDIT}/add", {**seen, "name": name}) == 422
    assert "Das ging nicht." in anna.text
    assert kept(office) == {}


@pytest.mark.parametrize("file", ["../../etc/passwd", "/etc/passwd", "nope.yaml", "", "flows/x.yaml"])
@pytest.mark.parametrize("what", ["delete", "restore", "save"])
def test_only_files_of_the_copy_can_be_named(office: SmallOffice, anna: Browser, file: str, what: str) -> None:
    seen = open_file(anna, "hotline.yaml")
    more = {"text": "x", "was": working.mark("")} if what == "save" else {}
    assert anna.post(f"{EDIT}/{what}", {**seen, "file": file, **more}) == 422
    assert kept(office) == {}


@pytest.mark.parametrize("file", ["hotline.yaml", "contacts.yaml"])
def test_what_is_needed_cannot_be_deleted(office: SmallOffice, anna: Browser, file: str) -> None:
    assert anna.post(f"{EDIT}/delete", open_file(anna, file)) == 422
    assert kept(office) == {}


def test_a_set_has_bounds(office: SmallOffice, anna: Browser) -> None:
    assert write(anna, "# " + "x" * MAX_BYTES, by="script") == 422
    assert "256 KiB" in anna.reply.json["sentence"]
    assert write(anna, "# " + "x" * (MAX_BYTES - 10), by="script") == 200
    assert write(anna, "x" * LONG_BODY, by="script") == 413
    copies = WorkingCopies(office.database)
    copy = copies.of("anna")
    assert copy is not None
    base = Bundle.from_bytes(copy.base_content)
    many = [
        File(f"flows/f{number:02}.yaml", END.encode()) for number in range(working.MOST_FILES - 1 - len(list(base)))
    ]
    full = replace(base, flows=(*many, *base.flows))
    assert copies.save(copy._replace(revision=copy.revision + 1, content=full.to_bytes()))
    codes = []
    while 422 not in codes:
        codes.append(anna.post(f"{EDIT}/add", {**open_file(anna, "ende.yaml"), "name": f"neu{len(codes)}"}))
    assert codes == [303, 422]
    assert f"Mehr als {working.MOST_FILES} Dateien" in anna.text


def test_only_a_whole_file_may_be_long(anna: Browser) -> None:
    seen = open_file(anna, "hotline.yaml")
    assert anna.post(f"{EDIT}/add", {**seen, "name": "x" * 300_000}) == 413


# --- who may


ROLES = {
    ("GET", EDIT): ("anna", "clara", "doris", "emil"),
    ("GET", f"{EDIT}/review"): ("anna", "clara", "doris", "emil"),
    ("GET", f"{EDIT}/schema/flow.json"): ("anna", "clara", "doris", "emil"),
    ("GET", f"{EDIT}/text?file=hotline.yaml"): ("anna", "clara"),
    ("GET", f"{EDIT}/merge"): ("anna", "clara"),
    ("POST", f"{EDIT}/save"): ("anna", "clara"),
    ("POST", f"{EDIT}/add"): ("anna", "clara"),
    ("POST", f"{EDIT}/delete"): ("anna", "clara"),
    ("POST", f"{EDIT}/restore"): ("anna", "clara"),
    ("POST", f"{EDIT}/discard"): ("anna", "clara"),
    ("POST", f"{EDIT}/merge"): ("anna", "clara"),
    ("POST", f"{EDIT}/expectation"): ("anna", "clara"),
    ("POST", f"{EDIT}/publish"): ("anna", "emil"),
    ("GET", f"{EDIT}/review?of=anna"): ("anna", "emil"),
    ("GET", f"{EDIT}/merge?of=anna"): ("anna",),
}


@pytest.mark.parametrize("name", ["anna", "clara", "doris", "emil"])
def test_each_page_asks_for_its_role(office: SmallOffice, anna: Browser, name: str) -> None:
    write(anna, MOIN)
    browser = office.browser(name)
    browser.get("/operator/")
    token = browser.token
    for (method, path), allowed in ROLES.items():
        if method == "GET":
            status = browser.get(path)
        else:
            status = browser.post(path, {"revision": "0", "base": "x", "of": name}, token=token)
        assert (status != 403) == (name in allowed), (method, path, status)


@pytest.mark.parametrize("path", sorted({path for method, path in ROLES if method == "POST"} | {f"{EDIT}/check"}))
def test_a_forged_form_changes_nothing(office: SmallOffice, anna: Browser, path: str) -> None:
    seen = open_file(anna, "hotline.yaml")
    assert anna.post(path, {**seen, "text": MOIN, "name": "neu", "why": "x"}, token="0" * 64) == 403
    foreign = {"headers": {"Origin": "https://evil.example"}}
    anna.get(EDIT)
    assert anna.post(path, {**seen, "text": MOIN, "name": "neu", "why": "x"}, **foreign) == 403
    assert kept(office) == {}
    assert office.database.publications() == ()


def test_nobody_sees_anothers_work_without_the_right_to_publish(office: SmallOffice, anna: Browser) -> None:
    write(anna, FLOW.replace("das Amt", "das Geheimnis"))
    clara = office.browser("clara")
    assert clara.get(f"{EDIT}/review?of=anna") == 403
    clara.get(EDIT)
    assert "anna" not in clara.text
    assert clara.post(f"{EDIT}/check", {"of": "anna"}) == 403
    emil = office.browser("emil")
    emil.get(EDIT)
    assert "review?of=anna" in emil.text
    assert emil.get(f"{EDIT}/review?of=nobody") == 404


EVIL = """<script>alert(1)</script>"'><img src=x onerror=alert(2)>"""


def test_no_text_becomes_a_part_of_the_page(office: SmallOffice, anna: Browser) -> None:
    """In a value, a step's name, a target, a file's name, a reason and a scenario."""
    Scenarios(office.database).add(
        Scenario("boese", SCENARIO.replace("Die Begrüßung", f"'{EVIL}'".replace("'>", ">")), "anna", NOW)
    )
    write(anna, FLOW.replace("Guten Tag", EVIL).replace("next: main", f"next: {EVIL}"))
    raw = ""
    for path in (
        f"{EDIT}?file=hotline.yaml", f"{EDIT}?file={EVIL}", f"{EDIT}/review", f"{EDIT}/published?version={EVIL}",
        f"{EDIT}/expectation?name={EVIL}", f"{EDIT}/merge?of={EVIL}", f"{EDIT}?line={EVIL}&column={EVIL}",
    ):  # fmt: skip
        review(anna)
        anna.get(path)
        raw += anna.reply.get_data(as_text=True)
    assert escape(EVIL[:20]) in raw
    assert "<script>alert" not in raw
    assert "<img src" not in raw


# --- reviewing and publishing


def test_reviewed_published_and_gone(office: SmallOffice, anna: Browser) -> None:
    write(anna, MOIN)
    review(anna)
    assert "<ins>Moin</ins>" in anna.text
    assert "Geprüft: keine Fehler." in anna.text
    assert publish(anna, "Freundlicher <b>") == 303
    assert anna.get(anna.reply.headers["Location"]) == 200
    assert "binnen drei Sekunden" in anna.text
    [published] = [each for each in office.database.publications() if each.author == "anna"]
    assert published.why == "Freundlicher <b>"
    assert not published.draft
    assert kept(office) == {}
    assert ("anna", "publish") in office.trail()
    content = office.database.content(published.version)
    assert content is not None
    assert working.files(Bundle.from_bytes(content))["hotline.yaml"] == MOIN
    office.takes_over()
    assert shown_text(anna) == MOIN


def test_a_draft_leaves_the_work_where_it_is(office: SmallOffice, anna: Browser) -> None:
    write(anna, MOIN)
    review(anna)
    assert publish(anna, where="draft") == 303
    current, draft = office.database.in_force()
    assert current is None
    assert draft is not None
    assert kept(office)["hotline.yaml"] == MOIN
    assert ("anna", "draft") in office.trail()


def test_a_draft_of_somebody_else_is_told_of_and_not_replaced_unseen(office: SmallOffice, anna: Browser) -> None:
    berta = office.browser("berta")
    write(anna, MOIN)
    write(berta, FLOW.replace("Guten Tag", "Hallo"))
    review(anna)
    assert "Es gibt einen Entwurf" not in anna.text
    review(berta)
    assert publish(berta, "Bertas", where="draft") == 303
    for where in ("draft", "live"):
        assert publish(anna, where=where) == 409
        assert "Beim Entwurf hat sich inzwischen etwas geändert." in anna.text
        assert "Es gibt einen Entwurf von berta" in anna.text
        assert office.database.publications(1)[0].author == "berta"
        anna.text = anna.text.replace('name="beside" value="1"', 'name="beside" value="0"')
    review(anna)
    assert publish(anna, where="draft") == 303, "knowing it, she may"


def test_nothing_is_published_with_errors_or_before_the_end_of_the_check(office: SmallOffice, anna: Browser) -> None:
    write(anna, MOIN)
    anna.get(f"{EDIT}/review")
    sent = {**fields(anna, "of"), "why": "x", "where": "live"}
    if 'data-over="no"' in anna.text:
        assert anna.post(f"{EDIT}/publish", sent) == 409
    write(anna, FLOW.replace("next: main", "next: mein"))
    review(anna)
    assert 'name="why"' not in anna.text
    assert publish(anna) == 409
    assert "So kann es nicht veröffentlicht werden." in anna.text
    write(anna, FLOW.replace("next: hangup", "next: greeting"))
    review(anna)
    assert publish(anna) == 409
    assert office.database.publications() == ()


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"why": ""}, 422, "Bitte schreiben Sie in einem Satz, warum."),
        ({"why": " \n "}, 422, "Bitte schreiben Sie in einem Satz, warum."),
        ({"where": ""}, 409, "als Entwurf."),
        ({"where": "everywhere"}, 409, "als Entwurf."),
        ({"revision": "0"}, 409, "inzwischen geändert"),
        ({"revision": "99"}, 409, "inzwischen geändert"),
        (
            {"why": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")},
            422,
            "Diese Begründung lässt sich nicht speichern.",
        ),
    ],
)
def test_what_is_missing_is_said(
    office: SmallOffice, anna: Browser, more: dict[str, str], status: int, words: str
) -> None:
    write(anna, MOIN)
    review(anna)
    assert publish(anna, **{"why": "Gut", **more}) == status
    assert words in anna.text
    assert office.database.publications() == ()
    assert kept(office)["hotline.yaml"] == MOIN


def test_scenarios_that_fail_need_a_tick_that_is_noted(office: SmallOffice, anna: Browser) -> None:
    folder = office.folder / "scenarios" / "amt"
    folder.mkdir(parents=True)
    (folder / "gruss.yaml").write_text(SCENARIO.replace("Die Begrüßung", "Aus dem Ordner"))
    Scenarios(office.database).add(Scenario("gruss", SCENARIO, "anna", NOW))
    write(anna, MOIN)
    review(anna)
    assert "2 von 2 Szenarien gehen anders aus" in anna.text
    assert "+ [de] Moin, hier ist das Amt." in anna.text
    assert publish(anna) == 422
    assert "Bestätigen Sie" in anna.text
    assert office.database.publications() == ()

    # The stored one is put right, after its change was shown; that of the folder is not.
    assert anna.get(f"{EDIT}/expectation?name=amt/gruss") == 409
    assert anna.get(f"{EDIT}/expectation?name=gruss") == 200
    assert "Moin, hier ist das Amt." in anna.text
    sent = fields(anna, "of", "name", "before", "after")
    assert anna.post(f"{EDIT}/expectation", {**sent, "after": "0" * 16}) == 409
    assert "Guten Tag" in Scenarios(office.database).all()[0].content
    anna.get(f"{EDIT}/expectation?name=gruss")
    assert anna.post(f"{EDIT}/expectation", sent) == 303
    review(anna)
    assert "1 von 2 Szenarien geht anders aus" in anna.text
    assert publish(anna, accept="yes") == 303
    details = next(each.details for each in office.operators.trail() if each.action == "publish")
    assert details["failing"] == ["amt/gruss"]


def test_only_warnings_that_are_new_have_to_be_confirmed(office: SmallOffice, anna: Browser) -> None:
    write(anna, FLOW.replace("Guten Tag", "Guten Tag, d. h. guten Morgen"))
    review(anna)
    assert "Neu ist: 1 Warnung" in anna.text
    assert publish(anna) == 422
    review(anna)
    assert publish(anna, accept="yes") == 303
    # The next change has the same warning, and has not brought it.
    write(anna, FLOW.replace("Guten Tag", "Guten Tag, d. h. guten Morgen").replace("Womit", "Wobei"))
    review(anna)
    assert "1 Warnung" in anna.text
    assert "Das ist auch jetzt schon so." in anna.text
    assert "Neu ist" not in anna.text
    assert 'name="accept"' not in anna.text
    assert publish(anna) == 303
    second, first = [each.details for each in office.operators.trail() if each.action == "publish"]
    assert first["warnings"] == 1
    assert "warnings" not in second


def adjust(browser: Browser, name: str) -> int:
    assert browser.get(f"{EDIT}/expectation?name={name}") == 200
    return browser.post(f"{EDIT}/expectation", fields(browser, "of", "name", "before", "after"))


def test_an_expectation_is_adjusted_when_the_work_is_published_and_for_nobody_before(
    office: SmallOffice, anna: Browser
) -> None:
    scenarios = Scenarios(office.database)
    scenarios.add(Scenario("gruss", SCENARIO, "anna", NOW))
    scenarios.add(Scenario("zwei", SCENARIO, "anna", NOW))
    berta = office.browser("berta")
    write(berta, FLOW.replace("Womit", "Wobei"))
    write(anna, MOIN)
    review(anna)
    for name in ("gruss", "zwei"):
        assert adjust(anna, name) == 303
        review(anna)
    assert "2 Szenarien, alle wie erwartet." in anna.text
    assert "Angepasste Erwartungen" in anna.text
    assert [each.content for each in scenarios.all()] == [SCENARIO, SCENARIO]
    review(berta)
    assert "2 Szenarien, alle wie erwartet." in berta.text
    assert publish(anna, where="draft") == 303
    assert [each.content for each in scenarios.all()] == [SCENARIO, SCENARIO]
    # What somebody has changed meanwhile is left alone.
    other = SCENARIO.replace("about: ", "about: Neu: ")
    assert scenarios.change(Scenario("zwei", other, "berta", NOW), SCENARIO)
    review(anna)
    assert publish(anna, accept="yes") == 303
    assert [("Moin" in each.content, each.author) for each in scenarios.all()] == [(True, "anna"), (False, "berta")]
    found = {each.action: each.details for each in reversed(office.operators.trail())}
    assert found["publish"]["adjusted"] == ["gruss", "zwei"]
    assert "adjusted" not in found["draft"]
    assert found["edit expect"]["before"] == SCENARIO


def test_adjusted_twice_it_is_still_the_stored_one_that_changes(office: SmallOffice, anna: Browser) -> None:
    scenarios = Scenarios(office.database)
    scenarios.add(Scenario("gruss", SCENARIO, "anna", NOW))
    for greeting in ("Moin", "Hallo"):
        write(anna, FLOW.replace("Guten Tag", greeting))
        review(anna)
        assert adjust(anna, "gruss") == 303
    review(anna)
    assert publish(anna) == 303
    assert "Hallo" in scenarios.all()[0].content


def test_four_eyes(office: SmallOffice) -> None:
    """Clara may not publish; Emil looks at her work and does."""
    clara = office.browser("clara")
    write(clara, MOIN)
    review(clara)
    assert "Zum Veröffentlichen fehlt Ihnen" in clara.text
    assert publish(clara) == 403
    emil = office.browser("emil")
    review(emil, "?of=clara")
    assert "Arbeit von clara" in emil.text
    assert publish(emil, "Von Clara, gut so") == 303
    assert office.database.publications(1)[0].author == "emil"
    assert kept(office, "clara") == {}
    details = next(each.details for each in office.operators.trail() if each.action == "publish")
    assert details["of"] == "clara"


def test_who_reviews_hears_and_sees_the_work_of_another(office: SmallOffice) -> None:
    clara = office.browser("clara")
    write(clara, MOIN)
    emil = office.browser("emil")
    review(emil, "?of=clara")
    ways = re.findall(r'href="(/operator/(?:phone|picture)\?version=[^"]*clara)"', emil.text)
    assert len(ways) == 2
    for way in (*ways, "/operator/listening?version=of:clara"):
        assert emil.get(way) == 200
        assert "Arbeit von clara" in emil.text
    emil.get("/operator/phone")
    assert emil.post("/operator/phone/call", {"version": "of:clara"}) == 200
    assert "Moin" in emil.reply.get_data(as_text=True)
    # Nobody else does, and nobody learns so who works on something.
    berta, doris = office.browser("berta"), office.browser("doris")
    assert berta.get("/operator/versions/files?version=of:clara") == 200
    for name in ("clara", "nobody"):
        assert doris.get(f"/operator/versions/files?version=of:{name}") == 404
        assert "Diese Fassung gibt es nicht." in doris.text
    assert berta.get("/operator/versions/files?version=of:doris") == 404
    assert "doris hat nichts in Arbeit." in berta.text


def test_it_is_published_noted_and_the_copy_gone_or_none_of_it(office: SmallOffice, anna: Browser) -> None:
    write(anna, MOIN)
    review(anna)
    for table, what in (("working_copies", "DELETE"), ("audit", "INSERT")):
        refuse(office, table, what)
        assert publish(anna) == 503
        assert "Nichts wurde veröffentlicht." in anna.text
        relent(office)
        assert office.database.publications() == ()
        assert kept(office)["hotline.yaml"] == MOIN
        assert "publish" not in [action for _, action in office.trail()]
        review(anna)
    assert publish(anna) == 303
    assert kept(office) == {}


def test_each_file_that_was_worked_on_is_in_the_trail(office: SmallOffice, anna: Browser) -> None:
    """A number in the contacts is changed after the first save: the trail says so, though not with each key."""
    write(anna, MOIN)
    contacts = shown_text(anna, "contacts.yaml")
    write(anna, contacts.replace("71 11", "71 12"), "contacts.yaml")
    write(anna, contacts.replace("71 11", "71 13"), "contacts.yaml")
    write(anna, MOIN.replace("Moin", "Moin moin"))
    found = [(each.action, each.details["name"]) for each in office.operators.trail() if "edit" in each.action]
    assert found == [("edit save", "contacts.yaml"), ("edit begin", "hotline.yaml")]
    office.later(minutes=6)
    write(anna, contacts.replace("71 11", "71 14"), "contacts.yaml")
    assert office.operators.trail()[0].details["name"] == "contacts.yaml"
    assert len([action for _, action in office.trail() if "edit" in action]) == 3


def test_nothing_is_saved_without_its_line(office: SmallOffice, anna: Browser) -> None:
    refuse(office, "audit")
    assert write(anna, MOIN) == 503
    relent(office)
    assert kept(office) == {}


# --- two people at once


def test_the_second_sees_what_changed_and_loses_nothing(office: SmallOffice, anna: Browser) -> None:
    berta = office.browser("berta")
    write(anna, MOIN)
    write(anna, END.replace("Auf Wiederhören", "Tschüss"), "ende.yaml")
    write(berta, FLOW.replace("Guten Tag", "Hallo"))
    berta.get(EDIT)
    added = {**fields(berta), "name": "neu"}
    assert berta.post(f"{EDIT}/add", added) == 303
    review(anna)
    assert publish(anna, "Auf Norddeutsch") == 303

    assert publish_as_seen(berta) == 409
    assert "Auf Norddeutsch" in berta.text
    assert "anna" in berta.text
    assert "<ins>Moin</ins>" in berta.text
    assert office.database.publications(1)[0].author == "anna"
    assert "Hallo" in kept(office, "berta")["hotline.yaml"]

    assert berta.get(f"{EDIT}/merge") == 200
    assert "hotline.yaml:0" in berta.text
    sent = fields(berta, "of", "live")
    assert berta.post(f"{EDIT}/merge", sent) == 422
    assert "Wählen Sie für jeden Abschnitt." in berta.text
    assert berta.post(f"{EDIT}/merge", {**sent, "hotline.yaml:0": "nonsense"}) == 422
    assert berta.post(f"{EDIT}/merge", {**sent, "live": "0" * 12, "hotline.yaml:0": "mine"}) == 409
    assert berta.post(f"{EDIT}/merge", {**sent, "hotline.yaml:0": "mine"}) == 303
    now = kept(office, "berta")
    assert now["hotline.yaml"] == FLOW.replace("Guten Tag", "Hallo")
    assert "Tschüss" in now["ende.yaml"]
    assert "neu.yaml" in now
    assert ("berta", "edit merge") in office.trail()
    berta.post(f"{EDIT}/delete", {**open_file(berta, "neu.yaml")})
    review(berta)
    assert publish(berta, "Hallo ist kürzer") == 303
    assert [each.author for each in office.database.publications()][:2] == ["berta", "anna"]


def publish_as_seen(browser: Browser) -> int:
    """Publishes with the form that a page had before it was known that somebody else was quicker."""
    review(browser)
    return publish(browser)


def test_the_race_at_the_moment_of_publishing(office: SmallOffice, anna: Browser) -> None:
    """The other publication comes after the page has looked, and before it enters its own."""
    berta = office.browser("berta")
    write(berta, FLOW.replace("Guten Tag", "Hallo"))
    review(berta)
    sent = {**fields(berta, "of"), "why": "Hallo", "where": "live"}
    token = berta.token
    write(anna, MOIN)
    review(anna)
    publish(anna)
    from ivr.web.operator.edit import bench

    looked = bench.live
    stale = office.context.shelf.bundle("live", "")
    bench.live = lambda *_: stale  # what Berta's request has read just before Anna's was entered
    try:
        assert berta.post(f"{EDIT}/publish", sent, token=token) == 409
    finally:
        bench.live = looked
    assert "Inzwischen gilt eine andere Fassung." in berta.text
    assert office.database.publications(1)[0].author == "anna"
    assert "Hallo" in kept(office, "berta")["hotline.yaml"]


def made(**texts: str | None) -> Bundle:
    bundle = Bundle("flows", (), None, None, "data/contacts.yaml")
    for name, text in texts.items():
        if text is not None:
            bundle = working.with_text(bundle, f"{name}.yaml", text)
    return bundle


GONE = (("1\n", None), (None, None), ("2\n", None))
LONG = (("1\n2\n3\n", None), ("x\n2\ny\n", None), ("p\n2\nq\n", None))
SIDES: list[Any] = [
    ("one side each", ("1\n", "1\n"), ("2\n", "1\n"), ("1\n", "3\n"), {}, {"a.yaml": "2\n", "b.yaml": "3\n"}),
    ("added by both alike", (None, None), ("1\n", None), ("1\n", None), {}, {"a.yaml": "1\n"}),
    ("added by each", (None, None), ("1\n", None), (None, "2\n"), {}, {"a.yaml": "1\n", "b.yaml": "2\n"}),
    ("deleted by me", ("1\n", "1\n"), ("1\n", None), ("1\n", "1\n"), {}, {"a.yaml": "1\n"}),
    ("deleted by them", ("1\n", "1\n"), ("1\n", "1\n"), ("1\n", None), {}, {"a.yaml": "1\n"}),
    ("deleted against changed, mine", *GONE, {"a.yaml:0": "mine"}, {}),
    ("deleted against changed, theirs", *GONE, {"a.yaml:0": "theirs"}, {"a.yaml": "2\n"}),
    ("deleted against changed, both", *GONE, {"a.yaml:0": "both"}, {"a.yaml": "2\n"}),
    ("two places", *LONG, {"a.yaml:0": "mine", "a.yaml:1": "both"}, {"a.yaml": "x\n2\nq\ny\n"}),
]


@pytest.mark.parametrize(("about", "base", "mine", "theirs", "chosen", "wanted"), SIDES, ids=[row[0] for row in SIDES])
def test_files_are_brought_together(about: str, base: Any, mine: Any, theirs: Any, chosen: Any, wanted: Any) -> None:
    sides = [made(a=a, b=b) for a, b in (base, mine, theirs)]
    merge = merge_of(*sides)
    assert working.files(together(merge, sides[1], sides[2], chosen)) == wanted
    if chosen:
        with pytest.raises(KeyError):
            together(merge, sides[1], sides[2], {})


# --- when things break


def test_the_database_away(office: SmallOffice, anna: Browser) -> None:
    write(anna, MOIN)
    seen, token = open_file(anna, "hotline.yaml"), anna.token
    office.lose_database()
    assert anna.get(EDIT) == 200
    assert "Die Datenbank ist nicht zu erreichen" in anna.text
    assert "readonly" in anna.text
    assert anna.get(f"{EDIT}/review") == 200
    assert anna.get(f"{EDIT}/merge") == 200
    assert anna.get(f"{EDIT}/text?file=hotline.yaml") == 503
    assert anna.post(f"{EDIT}/save", {**seen, "text": MOIN + "# x\n"}, token=token) == 503
    assert "# x" in anna.text
    assert anna.post(f"{EDIT}/save", {**seen, "text": MOIN, "by": "script"}, token=token) == 503
    assert "Nicht gespeichert" in anna.reply.json["sentence"]
    for path in ("add", "delete", "restore", "discard", "publish", "merge", "check"):
        sent = {**seen, "name": "neu", "why": "x", "where": "live"}
        assert anna.post(f"{EDIT}/{path}", sent, token=token) in (303, 409, 503), path


def test_a_checker_that_is_killed_again_and_again(office: SmallOffice, anna: Browser) -> None:
    write(anna, MOIN)
    until("the examiner", lambda: office.examiner, WAIT)
    for _ in range(2):
        os.kill(office.examiner, signal.SIGKILL)
        time.sleep(0.1)
        anna.get(f"{EDIT}/review")
    review(anna)
    assert "Geprüft: keine Fehler." in anna.text


def test_no_room_for_the_check(office: SmallOffice, anna: Browser) -> None:
    """Where nothing can be examined, work goes on, and nothing is published."""
    (office.folder / "checks").write_text("no folder")
    assert write(anna, MOIN) == 303
    assert anna.get(EDIT) == 200
    assert "mehrmals abgebrochen" in anna.text
    anna.get(f"{EDIT}/review")
    assert publish(anna) == 409
    assert office.database.publications() == ()


def test_stopped_and_begun_again(office: SmallOffice, anna: Browser) -> None:
    write(anna, MOIN)
    review(anna)
    key = re.findall(r'data-key="([0-9a-f]{32})"', anna.text)[0]
    folder = office.folder / "checks" / key
    # Written whole, as the service does: the examiner takes half of a file for a check that has not begun.
    (folder / "stop").touch()
    checks.write(folder / "state", b'{"stage": "stopped"}')
    anna.get(f"{EDIT}/review")
    assert "Die Prüfung wurde angehalten" in anna.text
    assert publish(anna) == 409
    assert anna.post(f"{EDIT}/check", {"key": key, "do": "again", "from": "review"}) == 303
    review(anna)
    assert publish(anna) == 303
