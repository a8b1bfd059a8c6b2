"""The operators' page and those who mean it ill: every carrier on every page, every POST by everybody."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path, PurePosixPath, PureWindowsPath
from random import Random
from typing import Any

import pytest
from hostile import MARK, SENT, Page, broken_set, hostile_set, strings
from page import NOW, Browser, Office
from small import FLOW, SmallOffice
from sqlalchemy import select

from ivr.bundle import Bundle, File
from ivr.store import NotTaken, Operators, Scenario, Scenarios, WorkingCopies, WorkingCopy
from ivr.store.schema import metadata
from ivr.telling import LONGEST
from ivr.web.operator import trail
from ivr.web.operator.edit import examining
from ivr.web.operator.guard import local_path
from ivr.web.operator.site import build
from ivr.web.operator.versions.archive import zipped

ROLES = {
    "/operator/login": "",
    "/operator/logout": "view",
    "/operator/account/password": "view",
    "/operator/today/switch": "edit",
    "/operator/today/announcement": "edit",
    "/operator/phone/call": "view",
    "/operator/phone/turn": "view",
    "/operator/scenarios/play": "view",
    "/operator/scenarios/new": "edit",
    "/operator/scenarios/delete": "edit",
    "/operator/edit/save": "edit",
    "/operator/edit/<any(add, delete, restore, discard):what>": "edit",
    "/operator/edit/check": "view",
    "/operator/edit/publish": "publish",
    "/operator/edit/merge": "edit",
    "/operator/edit/expectation": "edit",
    "/operator/versions/publish": "publish",
    "/operator/versions/check": "publish",
}
"""Whoever adds a way to change something says here who may use it."""

FIELDS = (
    "name", "password", "next", "old", "new", "again", "contact", "value", "until", "until_at", "text_de", "text_en",
    "at", "language", "flow", "caller", "version", "call", "key", "result", "do", "plain", "shown", "about", "expect",
    "confirm", "after", "file", "text", "was", "revision", "base", "from", "of", "why", "where", "accept", "as", "live",
    "before", "by", "hotline.yaml:0",
)  # fmt: skip
"""Every field of every form."""

ASKED = (
    "at", "language", "flow", "caller", "version", "file", "line", "column", "of", "name", "page", "operator", "before",
    "told", "there", "from", "to", "days", "step", "contact", "find", "as", "next", "merged", "draft", "changed",
)  # fmt: skip
"""Every parameter of every address."""


def paths(office: Office, method: str) -> list[str]:
    """The addresses of all views, from the application itself."""
    every = build(office.context).url_map.iter_rules()
    return sorted(rule.rule for rule in every if method in (rule.methods or ()))


def asked_for(rule: str) -> list[str]:
    """Addresses of a rule."""
    if "<any(" in rule:
        before, _, rest = rule.partition("<any(")
        return [f"{before}{word.strip()}" for word in rest.partition(")")[0].split(",")]
    return [rule.replace("<name>", MARK).replace("<word>", "flow")]


def judged(reply: Any) -> list[str]:
    """What is wrong with a reply: a server's fault, a header that somebody else wrote, a page with foreign parts."""
    wrong = [f"{reply.status_code}"] if reply.status_code >= 500 and reply.status_code != 503 else []
    wrong += [f"{name}: {value}" for name, value in reply.headers if MARK in name or "evil" in name.lower()]
    location = reply.headers.get("Location", "/operator")
    if not location.startswith("/operator") or any(sign in location for sign in "\r\n\\"):
        wrong.append(f"Location: {location}")
    if "default-src 'none'; script-src 'self'" not in reply.headers.get("Content-Security-Policy", ""):
        wrong.append("no policy")
    if reply.headers.get("X-Content-Type-Options") != "nosniff":
        wrong.append("may be sniffed")
    text = reply.get_data().decode("utf-8", "replace")
    match reply.mimetype:
        case "text/html":
            wrong += Page(text).wrong
        case "application/json":
            html = [each for each in strings(json.loads(text)) if each.lstrip().startswith("<section")]
            wrong += [each for part in html for each in Page(part).wrong]
        case "text/csv":
            wrong += [cell for row in csv.reader(io.StringIO(text)) for cell in row if cell[:1] in tuple("=+-@\t\r")]
        case "application/zip":
            wrong += wrong_names(reply.get_data())
    return wrong


def reply_has_mark(reply: Any) -> bool:
    return reply.mimetype.startswith("text/") and MARK in reply.get_data(as_text=True)


def wrong_names(content: bytes) -> list[str]:
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    return [
        name
        for name in names
        if name.startswith(("/", "\\"))
        or ".." in PurePosixPath(name).parts
        or len(PurePosixPath(name).parts) > 2
        or ":" in name
        or "\\" in name
        or PureWindowsPath(name).name.partition(".")[0].lower() in ("con", "nul", "aux", "prn", "com1", "lpt9")
    ]


def mixed(names: tuple[str, ...], number: int) -> list[dict[str, str]]:
    """Requests in which every one of these has another hostile value, so that one that is refused hides no other."""
    chosen = Random(1)
    every = [{name: chosen.choice(SENT)[:400] for name in names} for _ in range(number)]
    return [dict.fromkeys(names, SENT[0]), *every]


def work_of(office: Office, operator: str, bundle: Bundle) -> None:
    copies = WorkingCopies(office.database)
    base = office.context.shelf.bundle("live", "")
    there = copies.of(operator)
    row = WorkingCopy(
        operator, base.version, base.to_bytes(), bundle.to_bytes(), there.revision + 1 if there else 1, NOW
    )
    assert copies.save(row)


@pytest.fixture(scope="module")
def besieged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallOffice]:
    """A page over a set that is hostile throughout, published for a hostile reason, with a hostile trail and a working
    copy that the loader refuses.
    """
    office = SmallOffice(tmp_path_factory.mktemp("besieged"))
    for name in ("anna", "berta"):
        office.add(name, "edit", "publish")
    hostile = hostile_set()
    office.database.store_set(hostile.version, hostile.to_bytes(), NOW)
    for number, each in enumerate(SENT):
        why = each[:LONGEST]
        office.database.publish(
            hostile.version,
            draft=number % 2 == 1,
            author=each[:60].replace("\0", ""),
            why=why,
            at=NOW + timedelta(seconds=number),
        )
        office.operators.note(NOW, each, each, {"name": each, "subject": each, "version": each, each: [each]})
        Scenarios(office.database).add(Scenario(each, f'about: "{each}"\n{each}\n', each, NOW))
    office.database.publish(hostile.version, draft=False, author="anna", why=MARK, at=NOW + timedelta(hours=1))
    office.speaks(hostile)
    work_of(office, "anna", broken_set())
    work_of(office, "berta", hostile)
    yield office
    office.close()


@pytest.mark.parametrize(("who", "lang", "tried"), [("anna", "de", 8), ("berta", "en", 2)])
def test_no_word_of_anybody_becomes_a_part_of_a_page(besieged: SmallOffice, who: str, lang: str, tried: int) -> None:
    """Every page, as it is and with every parameter hostile; for somebody whose work is refused, and for another."""
    browser = besieged.browser()
    assert browser.log_in(who) == 303
    wrong, shown = [], set()
    queries: list[dict[str, str]] = [{}]
    queries += [{"version": word, "from": word, "to": "live"} for word in ("live", "mine", hostile_set().version)]
    queries += mixed(ASKED, tried)
    for rule in paths(besieged, "GET"):
        for address in asked_for(rule):
            for query in queries:
                browser.get(address, query_string=query | {"lang": lang})
                wrong += [(address, each[:120]) for each in judged(browser.reply)]
                if reply_has_mark(browser.reply):
                    shown.add(rule)
    assert wrong == []
    # The carriers did come onto the pages: else nothing was tried.
    assert {"/operator/", "/operator/picture", "/operator/listening", "/operator/edit", "/operator/versions"} <= shown
    assert {"/operator/trail", "/operator/scenarios", "/operator/edit/review"} <= shown


@pytest.mark.parametrize("step", ["hotline/main0", "hotline/said1", "hotline/office"])
def test_nothing_beside_the_picture_is_hostile(besieged: SmallOffice, step: str) -> None:
    browser = besieged.browser()
    browser.log_in("berta")
    for path in ("", "/place"):
        assert browser.get(f"/operator/picture{path}?step={step}") == 200
        assert judged(browser.reply) == []
        assert MARK in browser.text
    assert browser.get("/operator/picture/place?contact=wachea") == 200
    assert judged(browser.reply) == []


def test_no_form_makes_a_page_hostile_and_none_breaks(besieged: SmallOffice) -> None:
    """Every form with all its fields hostile: nothing of ours breaks, and no answer has a foreign part."""
    browser = besieged.browser()
    browser.log_in("berta")
    wrong = []
    for rule in sorted(set(ROLES) - {"/operator/logout", "/operator/login"}):
        for address in asked_for(rule):
            for number, fields in enumerate(mixed(FIELDS, 5)):
                browser.get("/operator/account")
                browser.post(address, fields | ({}, {"by": "script"}, {"plain": "yes"})[number % 3])
                wrong += [(address, each[:120]) for each in judged(browser.reply)]
    assert wrong == []
    browser = besieged.browser()
    for word in SENT[::4]:
        browser.log_in(word, word, next=word)
        assert judged(browser.reply) == []


@pytest.fixture
def served(tmp_path: Path, postgres: Any) -> Iterator[Office]:
    """The page over PostgreSQL."""
    office = Office(tmp_path, DATABASE_URL=postgres.url(postgres.create()))
    yield office
    for database in filter(None, (office.database, office.context._database)):
        database.close()


@pytest.mark.parametrize("way", ["args", "form", "path"])
def test_a_nul_is_refused_and_is_no_outage(served: Office, way: str) -> None:
    """PostgreSQL takes none in a text. A stranger who is not logged in had the page believe in an outage with it: all
    were told so, and whoever had been barred came in with an old cookie.
    """
    office = served
    office.add("anna", "edit", "publish")
    anna, stranger = office.browser(), office.browser()
    anna.log_in("anna")
    stranger.get("/operator/login")
    match way:
        case "args":
            code = anna.get("/operator/trail?operator=%00")
        case "form":
            code = stranger.post("/operator/login", {"name": "x\0y", "password": "x"})
        case _:
            code = anna.get("/operator/scenarios/%00.yaml")
    assert code == 400
    assert anna.get("/operator/") == 200
    assert "nicht zu erreichen" not in anna.text
    office.operators.change("anna", disabled=office.time)
    assert anna.get("/operator/") == 303


def test_what_the_database_never_takes_is_no_outage(served: Office) -> None:
    with pytest.raises(NotTaken), served.context.opened() as database:
        Operators(database).find("x\0y")
    with served.context.opened() as database:
        assert Operators(database).find("nobody") is None


@pytest.mark.parametrize(
    "target",
    ["/operator/..", "/operator/%2e%2e/voice", "/operator/.%2E/x", "/operator/%2e%2e", "/operator/%5cevil",
     "/operator/%3f/../x"],
)  # fmt: skip
def test_a_login_does_not_climb_out(target: str) -> None:
    assert local_path(target) == "/operator/"


def test_a_login_leads_back_to_where_dots_are_only_asked_for() -> None:
    assert local_path("/operator/picture?find=a..b/../c") == "/operator/picture?find=a..b/../c"


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "Forwarded", "X-Original-URL", "X-Forwarded-Prefix"])
def test_no_header_leads_elsewhere(tmp_path: Path, header: str) -> None:
    office = Office(tmp_path)
    client = office.app.test_client()
    for path in ("/operator/", "/operator", "/operator/login", "//operator/", "/operator//evil.example"):
        reply = client.get(path, base_url="https://ivr.example", headers={header: "evil.example"})
        assert "evil" not in reply.headers.get("Location", "").partition("?")[0]
        assert b"https://evil" not in reply.data
        assert b"//evil.example" not in reply.data.replace(b"next=/operator//evil.example", b"")


# Everybody tries every form


def kept(office: Office) -> dict[str, list[Any]]:
    """All that the database has, but for who is logged in and who tried."""
    with office.database.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in metadata.sorted_tables
            if table.name not in ("sessions", "logins", "audit")
        }


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallOffice]:
    found = SmallOffice(tmp_path_factory.mktemp("office"))
    found.add("anna", "edit", "publish")
    found.add("vera", "view")
    found.add("emil", "edit")
    found.add("paul", "publish")
    Scenarios(found.database).add(Scenario("begruessung", "about: x\n", "anna", NOW))
    for name in ("anna", "emil"):
        base = found.context.shelf.bundle("live", "")
        hotline = File(base.flows[-1].name, FLOW.replace("Guten Tag", "Moin").encode())
        changed = Bundle(base.folder, (*base.flows[:-1], hotline), base.contacts, None, base.contacts_name)
        work_of(found, name, changed)
    yield found
    found.close()


def good(office: SmallOffice, what: str) -> dict[str, str]:
    """What each form is sent with when somebody may: most of it would change something."""
    base = office.context.shelf.bundle("live", "").version
    edited = {"base": base, "revision": "1", "file": "hotline.yaml", "name": "neu", "text": "start: x\n", "was": ""}
    return {
        "switch": {"contact": "wache", "value": "closed", "until": "today"},
        "announcement": {"text_de": "Heute ist Markt.", "until": "today"},
        "new": {"name": "x", "about": "x", "confirm": "yes"},
        "delete": {"name": "begruessung", **edited} | {"name": "begruessung"},
        "publish": {"version": base, "why": "darum", "where": "live", "revision": "1", "accept": "yes", "base": base},
        "password": {"old": "x", "new": "y", "again": "z"},
    }.get(what, edited)


def test_every_way_to_change_something_is_in_the_table(office: SmallOffice) -> None:
    assert set(paths(office, "POST")) == set(ROLES)


def every_post() -> list[str]:
    return [address for rule in ROLES for address in asked_for(rule) if rule != "/operator/login"]


@pytest.mark.parametrize("address", every_post())
def test_nobody_changes_what_she_may_not(office: SmallOffice, address: str) -> None:
    role = next(ROLES[rule] for rule in ROLES if address in asked_for(rule))
    fields = good(office, address.rpartition("/")[2])
    before = kept(office)
    stranger = office.browser()
    stranger.get("/operator/login")
    assert stranger.post(address, fields) == 401
    for name, roles in (("vera", {"view"}), ("emil", {"view", "edit"}), ("paul", {"view", "publish"})):
        if role not in roles:
            browser = office.browser()
            browser.log_in(name)
            browser.get("/operator/account")
            assert browser.post(address, fields) == 403, name
    assert kept(office) == before


@pytest.mark.parametrize("address", every_post())
def test_no_form_from_elsewhere_changes_anything(office: SmallOffice, address: str) -> None:
    fields = good(office, address.rpartition("/")[2])
    browser, other = office.browser(), office.browser()
    for each in (browser, other):
        each.log_in("anna")
        each.get("/operator/account")
    before, mine = kept(office), browser.token
    for token in ("", "x", other.token, mine[::-1], f"{mine}\0"):
        assert browser.post(address, fields, token=token) in (400, 403)
    for headers in (
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://ivr.example.evil.example"},
    ):  # fmt: skip
        assert browser.post(address, fields, token=mine, headers=headers) == 403
    code = browser.get(address, query_string={**fields, "token": mine})
    assert code in (200, 303, 404, 405, 409)
    assert kept(office) == before


@pytest.mark.parametrize("end", ["logout", "disable", "password", "time"])
def test_whose_session_is_over_changes_nothing(tmp_path: Path, end: str) -> None:
    office = SmallOffice(tmp_path)
    office.add("anna", "edit", "publish")
    browser, again = office.browser(), office.browser()
    browser.log_in("anna")
    browser.get("/operator/account")
    token, cookie = browser.token, browser.cookie()
    match end:
        case "logout":
            assert browser.post("/operator/logout", token=token) == 303
        case "disable":
            office.operators.change("anna", disabled=office.time)
        case "password":
            office.operators.change("anna", password="other")
        case _:
            office.later(hours=1)
    before = kept(office)
    again.set_cookie(cookie)
    for address in every_post():
        assert again.post(address, good(office, address.rpartition("/")[2]), token=token) in (401, 403)
    assert kept(office) == before
    office.close()


@pytest.mark.parametrize("address", every_post())
def test_the_database_goes_away_between_a_form_and_its_sending(tmp_path: Path, address: str) -> None:
    """Whatever was sent: a page says so, nothing breaks, and nothing is half done when the database is back."""
    office = SmallOffice(tmp_path)
    office.add("anna", "edit", "publish")
    browser = office.browser("anna")
    browser.get("/operator/account")
    before, token = kept(office), browser.token
    office.lose_database()
    browser.post(address, good(office, address.rpartition("/")[2]), token=token)
    assert judged(browser.reply) == []
    office.path.with_suffix(".away").rename(office.path)
    assert kept(office) == before
    office.close()


# What was made narrower


@pytest.mark.parametrize("why", ["\u202eevil", "a\u2066b", "\x07", "x" * (LONGEST + 1), "\u200b"])
def test_a_reason_is_a_line_that_everybody_can_read(office: SmallOffice, why: str) -> None:
    browser = office.browser("anna")
    browser.get("/operator/account")
    before = kept(office)
    assert browser.post("/operator/edit/publish", {"why": why, "where": "live", "revision": "1"}) == 422
    assert kept(office) == before


def test_nobody_stops_a_check_that_she_does_not_see(office: SmallOffice) -> None:
    bundle = office.context.shelf.bundle("live", "")
    checks = examining.checks(office.context)
    wanted = examining.Job(hostile_set(), bundle, (), "twilio", NOW)
    key = checks.ask("somebody", wanted)
    browser = office.browser("emil")
    browser.get("/operator/account")
    for do in ("stop", "again"):
        assert browser.post("/operator/edit/check", {"key": key, "do": do, "file": "a b&of=anna\r\nX: y"}) == 303
        assert browser.reply.headers["Location"] == "/operator/edit?file=a+b%26of%3Danna%0D%0AX%3A+y#check"
    assert not checks.is_stopped(key)


@pytest.mark.parametrize("name", ["con", "nul", "AUX", "com1", "lpt9", "..", "../../etc/x", "a\\..\\b", "C:x", "aux.b"])
def test_no_name_in_a_zip_leads_elsewhere(name: str) -> None:
    bundle = Bundle("flows", (File(f"flows/{name}.yaml", b"x"),), None, None, "contacts.yaml")
    assert wrong_names(zipped(bundle, NOW)) == []


def test_every_action_that_is_noted_has_words() -> None:
    """By the source of the page and the commands: an action that somebody adds has words in the trail as well."""
    page = Path(trail.__file__).parent
    found = {
        word
        for path in (*page.rglob("*.py"), *(page.parents[1] / "cli").rglob("*.py"))
        for line in re.findall(r"(?:\.line|\bEntry)\(([^{\n]*)", path.read_text("utf-8"))
        for word in re.findall(r'"([a-z ]+)"', line)
    }
    assert len(found) > 12
    assert found <= set(trail.ACTIONS)


def test_another_s_work_is_seen_by_who_publishes_alone(office: SmallOffice) -> None:
    mine = Bundle.from_bytes(WorkingCopies(office.database).of("emil").content)  # type: ignore[union-attr]
    vera: Browser = office.browser()
    vera.log_in("vera")
    for path in (
        "edit",
        "edit/review",
        "phone",
        "picture",
        "listening",
        "versions/difference",
        "versions/files",
        "scenarios",
    ):
        for query in ("of=emil", f"version={mine.version}", f"version={mine.version}&of=emil&to={mine.version}"):
            vera.get(f"/operator/{path}?{query}")
            assert "Moin" not in vera.text, (path, query)
    vera.get("/operator/account")
    assert vera.post("/operator/phone/call", {"version": mine.version}) == 200
    assert "Moin" not in vera.reply.get_data(as_text=True)
    assert vera.reply.json["wait"] == "over"
