"""Versions: what is in force and why, the log, differences, the way back; two who publish at once."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from page import NOW, Browser, Office
from running import until
from service import CONTACTS, FLOWS
from small import SmallOffice

from ivr.bundle import Bundle, gather
from ivr.desk import NAME as DESK
from ivr.desk import Desk, Trouble, write
from ivr.examiner.checks import held
from ivr.instructions import Instruction
from ivr.loader import load, load_bundle
from ivr.publishing import Overtaken, Unknown, publish, speaks
from ivr.store import Publication, WorkingCopies, WorkingCopy
from ivr.web.operator import versions
from ivr.web.operator.versions.words import RULES, WORDS

SCRIPT = "<script>alert(1)</script>"
SHIPPED, _ = gather(FLOWS, CONTACTS)


def changed(old: str, new: str, bundle: Bundle = SHIPPED) -> Bundle:
    """A set with one text changed, in its flows and its contacts."""

    def written(content: bytes) -> bytes:
        return content.replace(old.encode(), new.encode())

    assert bundle.contacts is not None
    flows = tuple(file._replace(content=written(file.content)) for file in bundle.flows)
    contacts = bundle.contacts._replace(content=written(bundle.contacts.content))
    found = Bundle(bundle.folder, flows, contacts, bundle.pronunciation, bundle.contacts_name)
    assert found.version != bundle.version
    return found


HELLO = changed("Willkommen beim", "Guten Tag beim")
EARLY = changed("9:00-20:30", "9:00-20:00")
BROKEN = changed("next:", "nxt:")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Nobody examines anything here: what is shipped takes long to be proved."""
    found = Office(tmp_path, IVR_DRAFT_NUMBER="+4923150010")
    found.add("anna", "view", "publish")
    found.add("bert", "view", "publish")
    found.add("vera", "view")
    found.add("emil", "view", "edit")
    (tmp_path / "checks").mkdir()
    with held(tmp_path / "checks" / "examiner"):
        yield found


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallOffice]:
    """Here everything is examined."""
    found = SmallOffice(tmp_path)
    found.add("anna", "view", "publish")
    yield found
    found.close()


def entered(office: Office, bundle: Bundle, why: str = "Neu", *, draft: bool = False, author: str = "carl") -> int:
    """A publication, as somebody else has made it."""
    office.database.store_set(bundle.version, bundle.to_bytes(), office.time)
    office.later(minutes=1)
    return office.database.publish(bundle.version, draft=draft, author=author, why=why, at=office.time).id


def words(text: str) -> str:
    """What is read of a part of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def part(browser: Browser, name: str) -> str:
    """A section's words, by the id of its heading."""
    found = re.search(rf'<(section|div)[^>]*aria-labelledby="{name}".*?</\1>', browser.text, re.DOTALL)
    assert found
    return words(found[0])


def ask(browser: Browser, version: str, kind: str = "live") -> int:
    return browser.get(f"/operator/versions/publish?version={version}&as={kind}")


def send(browser: Browser, version: str, why: str = "Es war besser", kind: str = "live", **more: str) -> int:
    """Fills in the form that is shown, without waiting for the check, and looks at what comes."""
    shown = {name: re.search(rf'name="{name}" value="([^"]*)"', browser.text) for name in ("base", "beside")}
    fields = {name: found[1] if found else "" for name, found in shown.items()}
    fields |= {"version": version, "as": kind, "why": why, "unchecked": "yes", **more}
    code = browser.post("/operator/versions/publish", fields)
    if code == 303:
        browser.get(browser.reply.headers["Location"].partition("#")[0])
    return code


# What is in force, and why


def test_before_anything_was_published_the_files_speak(office, browser):
    assert browser.get("/operator/versions") == 200
    assert office.context.flows.version in part(browser, "in-force")
    assert WORDS["from_files"].de in part(browser, "in-force")
    assert RULES["nothing_published"].de in part(browser, "in-force")
    assert WORDS["no_draft"].de in part(browser, "draft")
    assert WORDS["log_empty"].de in part(browser, "log")


@pytest.mark.parametrize(
    ("current", "published", "seen", "origin", "rule"),
    [
        (HELLO, 1, SHIPPED, "published", "files_older"),
        (HELLO, 1, HELLO, "published", "files_alike"),
        (HELLO, 1, None, "published", "published"),
        (SHIPPED, 0, SHIPPED, "files", "files_older"),
        (SHIPPED, 1, SHIPPED, "files", "files_speak"),
    ],
    ids=["older files", "same files", "no files", "heard of it within seconds", "changed files"],
)
@pytest.mark.parametrize("lang", ["de", "en"])
def test_what_changed_last_speaks_and_the_page_says_so(office, browser, current, published, seen, origin, rule, lang):
    entered(office, HELLO, "Freundlicher")
    seen_version = seen.version if seen else ""
    office.desk = Desk(current.version, origin=origin, seen=seen_version, published=published)
    assert browser.get(f"/operator/versions?lang={lang}") == 200
    told = part(browser, "in-force")
    expected = HELLO.version if rule != "files_speak" else SHIPPED.version
    assert expected in told
    at = {"de": "Mi 25.11.2026 12:01", "en": "Wed 2026-11-25 12:01"}[lang]
    assert getattr(RULES[rule], lang).format(seen=seen_version, published=HELLO.version, at=at) in told
    assert (f"{at}, {getattr(WORDS['by'], lang)} carl" in told) == (rule != "files_speak")
    assert ("Freundlicher" in told) == (rule != "files_speak")


@pytest.mark.parametrize("of_publication", [False, True])
def test_what_is_refused_is_told_with_its_problems(office, browser, of_publication):
    entered(office, HELLO)
    version = HELLO.version if of_publication else BROKEN.version
    trouble = Trouble(version, NOW, (f"hotline.yaml:3:1 {SCRIPT}",), 4)
    office.desk = Desk(SHIPPED.version, published=1, trouble=trouble)
    browser.get("/operator/versions")
    assert WORDS["refused_set" if of_publication else "refused_files"].de in browser.text
    assert "hotline.yaml:3:1" in browser.text
    assert "insgesamt 4" in browser.text
    assert SCRIPT not in browser.reply.get_data(as_text=True)
    assert ("Sie hat Fehler" in part(browser, "in-force")) == of_publication


@pytest.mark.parametrize("number", ["", "+4923150010"])
def test_the_draft_and_where_it_is_heard(tmp_path, number):
    office = Office(tmp_path, **({"IVR_DRAFT_NUMBER": number} if number else {}))
    office.add("vera", "view")
    browser = office.browser("vera")
    entered(office, HELLO)
    entered(office, EARLY, "Bitte anhören", draft=True)
    browser.get("/operator/versions")
    told = part(browser, "draft")
    assert EARLY.version in told
    assert "Bitte anhören" in told
    assert (number or "IVR_DRAFT_NUMBER") in told
    assert "Für alle in Kraft setzen" not in told, "vera may only look"


# The log


def test_the_log_leads_from_each_to_what_it_changed_and_to_all_its_forms(office, browser):
    for bundle, why, draft in ((HELLO, "Der Anfang", False), (EARLY, "Probe", True), (EARLY, "Gekürzt", False)):
        entered(office, bundle, why, draft=draft)
    browser.get("/operator/versions")
    told = part(browser, "log")
    assert [told.index(why) for why in ("Gekürzt", "Probe", "Der Anfang")] == sorted(
        told.index(why) for why in ("Gekürzt", "Probe", "Der Anfang")
    )
    assert told.count("in Kraft Fassung") + told.count("in Kraft carl") == 1
    raw = browser.text
    step = f"/operator/versions/difference?from={HELLO.version}&to={EARLY.version}"
    assert raw.count(step) == 2, "the draft and the publication, each against what was in force before it"
    for path in ("phone", "picture", "listening", "versions/files"):
        assert f"/operator/{path}?version={HELLO.version}" in raw
    assert f"/operator/versions/publish?version={HELLO.version}&as=live" in raw
    assert f"/operator/versions/publish?version={EARLY.version}&as=live" not in raw, "it is in force"


def test_the_same_set_twice_has_changed_nothing(office, browser):
    for why in ("eins", "zwei"):
        entered(office, HELLO, why)
    browser.get("/operator/versions")
    assert part(browser, "log").count(WORDS["unchanged"].de) == 1


def test_a_long_log_is_paged(office):
    every = [entered(office, (HELLO, EARLY)[number % 2], f"Nummer-{number}-", draft=number > 2) for number in range(45)]
    browser = office.browser("anna")
    seen: list[str] = []
    path, pages = "/operator/versions", 0
    while path:
        assert browser.get(path) == 200
        seen += re.findall(r"Nummer-\d+-", browser.text.partition('id="log"')[2].partition('id="told"')[0])
        found = re.search(r'href="([^"]*)#log">Ältere', browser.text)
        path, pages = (found[1] if found else ""), pages + 1
    assert seen == [f"Nummer-{number}-" for number in range(44, -1, -1)]
    assert pages == 3
    browser.get(f"/operator/versions?before={every[25]}")
    assert f"from={HELLO.version}" in browser.text, "what was in force before stands on a later page"


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "²", "1;drop", SCRIPT])
def test_no_such_page_of_the_log(office, browser, before):
    entered(office, HELLO)
    assert browser.get("/operator/versions", query_string={"before": before}) == 200
    assert HELLO.version in part(browser, "log")


def test_instructions_are_told_with_their_author(office, browser):
    office.database.add_instruction(
        Instruction("switch", "citywache", "closed", NOW, until=NOW + timedelta(hours=3), author="emil", channel="page")
    )
    office.database.add_instruction(Instruction("pin", "wache", "$scrypt$secret", NOW, author="emil"))
    browser.get("/operator/versions")
    told = part(browser, "told")
    assert "Citywache: geschlossen bis Mi 25.11.2026 15:00 gilt jetzt" in told
    assert "emil, Seite" in told
    assert "PIN von wache gesetzt" in told
    assert "scrypt" not in browser.text


# Differences


@pytest.mark.parametrize(
    ("lang", "name", "hours"),
    [
        ("de", "hotline/welcome: Der Text auf Deutsch", "montags bis samstags 9:00-20:00 statt 9:00-20:30"),
        ("en", "hotline/welcome: The text in German", "Mondays to Saturdays 9:00-20:00 instead of 9:00-20:30"),
    ],
)
def test_a_difference_is_told_in_words_with_both_texts(office, browser, lang, name, hours):
    both = changed("9:00-20:30", "9:00-20:00", HELLO)
    entered(office, both)
    path = f"/operator/versions/difference?from=live&to={both.version}&lang={lang}"
    assert browser.get(path) == 200
    text = words(browser.text)
    assert name in text
    assert hours in text
    assert re.search(r'<dd dir="ltr" lang="de"><del>Willkommen</del> beim Kommunalen', browser.text)
    assert re.search(r'<dd dir="ltr" lang="de"><ins>Guten Tag</ins> beim Kommunalen', browser.text)
    titles = re.findall(r"<h2>(.*?) <span", browser.text)
    assert (
        titles
        == {
            "de": ["Nummern und Zeiten", "Was Anrufer hören"],
            "en": ["Numbers and hours", "What callers hear"],
        }[lang]
    )


def test_arabic_stands_from_the_right(office, browser):
    text = next(file.content.decode() for file in SHIPPED.flows if file.name.endswith("hotline.yaml"))
    line = re.search(r"ar: ([^\n]{30,})", text)
    assert line
    other = changed(line[1], line[1] + " مرحبا")
    entered(office, other)
    browser.get(f"/operator/versions/difference?from=live&to={other.version}")
    assert re.search(r'<dd dir="rtl" lang="ar">.*<ins>مرحبا</ins>', browser.text)


def test_sets_that_are_alike(office, browser):
    other = changed("# ", "#  ")
    entered(office, other)
    browser.get(f"/operator/versions/difference?from=live&to={other.version}")
    assert "Anrufer hören dasselbe." in browser.text


def test_without_a_choice_it_is_what_changed_last(office, browser):
    assert browser.get("/operator/versions/difference") == 200
    assert "Anrufer hören dasselbe." in browser.text
    entered(office, HELLO)
    entered(office, EARLY, draft=True)
    entered(office, SHIPPED)
    assert browser.get("/operator/versions/difference") == 200
    assert "<del>Guten Tag</del>" in browser.text
    chosen = re.findall(r'<option value="(\w+)" selected', browser.text)
    assert chosen == [HELLO.version, "live"]


def test_a_working_copy_with_errors_is_told_by_its_errors(office, browser):
    copy = WorkingCopy("anna", SHIPPED.version, SHIPPED.to_bytes(), BROKEN.to_bytes(), 1, NOW)
    assert WorkingCopies(office.database).save(copy)
    assert browser.get("/operator/versions/difference?from=live&to=mine") == 200
    assert WORDS["unread"].de in browser.text
    assert "nxt" in browser.text


HOSTILE = ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", SCRIPT, "0123456789ab", "live\n", "x" * 5000, "LIVE"]


@pytest.mark.parametrize("word", HOSTILE)
@pytest.mark.parametrize("path", ["difference?from=live&to=", "files?version=", "publish?as=live&version="])
def test_no_such_version(office, browser, path, word):
    page, _, name = path.partition("?")
    query = dict(each.split("=") for each in name.split("&"))
    query = {key: value or word for key, value in query.items()}
    assert browser.get(f"/operator/versions/{page}", query_string=query) == 404
    assert SCRIPT not in browser.reply.get_data(as_text=True)
    assert "root:" not in browser.text


def test_hostile_words_stay_words(office, browser):
    other = changed("Willkommen beim", f"Willkommen {SCRIPT}")
    entered(office, other, why=SCRIPT, author=SCRIPT, draft=True)
    entered(office, changed("Willkommen beim", "Willkommen bei dem"), why='"><img src=x onerror=alert(1)>')
    for path in ("", f"/difference?from=live&to={other.version}", f"/publish?version={other.version}&as=live"):
        browser.get(f"/operator/versions{path}")
        raw = browser.reply.get_data(as_text=True)
        assert SCRIPT not in raw
        assert "<img" not in raw
        assert not re.search(r"<[^>]*(\son\w+|\sstyle)=", re.sub(r'"[^"]*"', '""', raw))


# Files


def test_the_files_come_byte_for_byte_and_can_be_checked(office, browser, tmp_path):
    entered(office, HELLO)
    assert browser.get(f"/operator/versions/files?version={HELLO.version}") == 200
    assert browser.reply.headers["Content-Disposition"] == f'attachment; filename="{HELLO.version}.zip"'
    with zipfile.ZipFile(io.BytesIO(browser.reply.data)) as archive:
        archive.extractall(tmp_path / "out")
    again, problems = gather(tmp_path / "out" / "flows", tmp_path / "out" / "contacts.yaml")
    assert problems == ()
    assert again.version == HELLO.version
    assert load(tmp_path / "out" / "flows", tmp_path / "out" / "contacts.yaml").problems == ()
    browser.get("/operator/versions/files?version=live")
    assert f'filename="live-{office.context.flows.version}.zip"' in browser.reply.headers["Content-Disposition"]


def test_no_name_in_an_archive_leads_elsewhere(office, browser):
    names = ("../../evil.yaml", "/etc/evil.yaml", "..\\..\\evil.yaml", "..", "flows/hotline.yaml")
    flows = tuple(SHIPPED.flows[0]._replace(name=name) for name in names)
    hostile = Bundle("flows", flows, SHIPPED.contacts, None, "contacts.yaml")
    entered(office, hostile)
    browser.get(f"/operator/versions/files?version={hostile.version}")
    with zipfile.ZipFile(io.BytesIO(browser.reply.data)) as archive:
        inside = archive.namelist()
    assert all(re.fullmatch(r"contacts\.yaml|flows/[^/\\]+", name) for name in inside)
    assert not any(name.endswith(("/..", "/.")) for name in inside)


# Publishing


def test_an_older_version_is_put_in_force_again_with_a_reason(office, browser):
    entered(office, HELLO, "Der Anfang")
    entered(office, EARLY, "Gekürzt")
    assert ask(browser, HELLO.version) == 200
    told = words(browser.text)
    assert "montags bis samstags 9:00-20:30 statt 9:00-20:00" in told
    assert re.search(r"carl, Mi 25.11.2026 12:\d\d: „Gekürzt“", told)
    assert re.search(r"carl, Mi 25.11.2026 12:\d\d: „Der Anfang“", told)
    assert send(browser, HELLO.version, "  Die alten Zeiten stimmen  ") == 303
    assert f"Veröffentlicht: Fassung {HELLO.version}." in browser.text
    current, _ = office.database.in_force()
    assert current is not None
    assert (current.version, current.author, current.why) == (HELLO.version, "anna", "Die alten Zeiten stimmen")
    note = office.operators.trail()[0]
    assert (note.operator, note.action) == ("anna", "publish")
    assert (note.details["version"], note.details["before"]) == (HELLO.version, EARLY.version)


def test_a_draft_is_made_and_then_put_in_force(office, browser):
    entered(office, HELLO)
    entered(office, EARLY)
    assert ask(browser, HELLO.version, "draft") == 200
    assert send(browser, HELLO.version, "Noch einmal anhören", "draft") == 303
    assert f"Entwurf: Fassung {HELLO.version}." in browser.text
    current, draft = office.database.in_force()
    assert current is not None
    assert draft is not None
    assert (current.version, draft.version) == (EARLY.version, HELLO.version)
    assert ask(browser, HELLO.version) == 200
    assert send(browser, HELLO.version) == 303
    current, draft = office.database.in_force()
    assert current is not None
    assert (current.version, draft) == (HELLO.version, None)
    assert [action for _, action in office.trail()][:2] == ["publish", "draft"]


def test_what_is_in_force_is_not_published_twice(office, browser):
    entered(office, HELLO)
    ask(browser, HELLO.version)
    assert WORDS["already"].de in browser.text
    assert (
        browser.post(
            "/operator/versions/publish",
            {"version": HELLO.version, "as": "live", "why": "x", "unchecked": "yes"},
            token=logged_token(browser),
        )
        == 303
    )
    browser.get(browser.reply.headers["Location"].partition("#")[0])
    assert "Es kam nichts hinzu" in browser.text
    assert len(office.database.publications()) == 1


def logged_token(browser: Browser) -> str:
    browser.get("/operator/versions")
    return browser.token


@pytest.mark.parametrize("why", ["", "   ", "x" * 1001, "a\nb", "a\u202eb"])
def test_a_reason_that_cannot_be_one(office, browser, why):
    entered(office, HELLO)
    entered(office, EARLY)
    ask(browser, HELLO.version)
    assert send(browser, HELLO.version, why) == 422
    assert "Nötig ist ein Grund" in browser.text
    assert len(office.database.publications()) == 2


def test_a_huge_reason_is_not_even_read(office, browser):
    entered(office, HELLO)
    entered(office, EARLY)
    ask(browser, HELLO.version)
    assert send(browser, HELLO.version, "x" * 300_000) == 413
    assert len(office.database.publications()) == 2


def test_a_reason_with_markup_is_a_reason(office, browser):
    entered(office, HELLO)
    entered(office, EARLY)
    ask(browser, HELLO.version)
    assert send(browser, HELLO.version, SCRIPT) == 303
    assert SCRIPT not in browser.reply.get_data(as_text=True)
    assert SCRIPT in browser.text, "as words"


def test_what_this_program_cannot_read_is_not_put_in_force(office, browser):
    entered(office, BROKEN)
    entered(office, EARLY)
    assert ask(browser, BROKEN.version) == 422
    assert WORDS["unreadable"].de in browser.text
    fields = {"version": BROKEN.version, "as": "live", "why": "x"}
    assert browser.post("/operator/versions/publish", fields, token=logged_token(browser)) == 422
    assert office.database.in_force()[0].version == EARLY.version


@pytest.mark.parametrize("word", [*HOSTILE, "mine", "live", "draft", SHIPPED.version])
def test_only_what_was_published_can_be_put_in_force(office, browser, word):
    entered(office, EARLY)
    copy = WorkingCopy("anna", SHIPPED.version, SHIPPED.to_bytes(), HELLO.to_bytes(), 1, NOW)
    assert WorkingCopies(office.database).save(copy)
    fields = {"version": word, "as": "live", "why": "x"}
    assert browser.post("/operator/versions/publish", fields, token=logged_token(browser)) == 404
    assert len(office.database.publications()) == 1


# Forged requests


@pytest.mark.parametrize("name", ["vera", "emil"])
def test_who_may_not_publish_sees_no_way_and_has_none(office, name):
    entered(office, HELLO)
    entered(office, EARLY)
    browser = office.browser(name)
    assert browser.get("/operator/versions") == 200
    assert "versions/publish" not in browser.text
    token = browser.token
    assert ask(browser, HELLO.version) == 403
    fields = {"version": HELLO.version, "as": "live", "why": "x", "role": "publish", "roles": "publish"}
    assert browser.post("/operator/versions/publish", fields, token=token) == 403
    assert len(office.database.publications()) == 2


@pytest.mark.parametrize(
    ("token", "headers"),
    [("", {}), ("0" * 64, {}), (None, {"Sec-Fetch-Site": "cross-site"}), (None, {"Origin": "https://evil.example"})],
)
def test_a_forged_form_publishes_nothing(office, browser, token, headers):
    entered(office, HELLO)
    entered(office, EARLY)
    ask(browser, HELLO.version)
    fields = {"version": HELLO.version, "as": "live", "why": "x", "unchecked": "yes"}
    assert browser.post("/operator/versions/publish", fields, token=token, headers=headers) == 403
    assert len(office.database.publications()) == 2


@pytest.mark.parametrize("path", ["", "/difference", "/files", "/publish"])
def test_who_is_not_logged_in_is_asked_to(office, path):
    assert office.browser().get(f"/operator/versions{path}") == 303


# Two at once


def test_the_second_to_publish_learns_of_the_first_and_loses_nothing(office, browser):
    entered(office, HELLO)
    entered(office, EARLY)
    entered(office, changed("Willkommen beim", "Moin beim"), "Morgens")
    second = office.browser("bert")
    ask(browser, HELLO.version)
    ask(second, EARLY.version)
    assert send(browser, HELLO.version, "Annas Grund") == 303
    assert send(second, EARLY.version, "Berts Grund") == 409
    told = words(second.text)
    assert f"Inzwischen gilt eine andere Fassung: {HELLO.version} (anna, Mi 25.11.2026 12:0" in told
    assert ": „Annas Grund“)" in told
    assert "Guten Tag" in told, "what would change against the other's"
    assert 'value="Berts Grund"' in second.text
    assert office.database.in_force()[0].version == HELLO.version
    assert ("bert", "publish") not in office.trail()
    assert send(second, EARLY.version, "Berts Grund") == 303, "knowing it, he may"
    assert office.database.in_force()[0].version == EARLY.version


def test_files_that_have_overtaken_meanwhile_are_told_as_well(office, browser):
    entered(office, HELLO)
    entered(office, EARLY)
    ask(browser, HELLO.version)
    office.desk = Desk(SHIPPED.version, published=2)
    assert send(browser, HELLO.version) == 409
    assert f"Inzwischen gelten geänderte Dateien dieses Servers, als Fassung {SHIPPED.version}" in words(browser.text)


def test_of_many_at_once_one_comes_through_and_the_others_learn_of_it(office):
    every = [changed("Willkommen beim", f"Gruß {letter} beim") for letter in "abcd"]
    for bundle in every:
        entered(office, bundle)
    base = entered(office, HELLO) and HELLO.version
    loaded = [load_bundle(bundle) for bundle in every]

    def go(number: int) -> Publication | None:
        with suppress(Overtaken):
            return publish(
                loaded[number],
                office.database,
                office.settings.storage,
                (),
                draft=False,
                author=f"operator{number}",
                why="zugleich",
                now=NOW,
                provider="twilio",
                language="de",
                base=base,
            ).publication
        return None

    with ThreadPoolExecutor(4) as people:
        came = [each for each in people.map(go, range(4)) if each is not None]
    assert len(came) == 1
    assert office.database.in_force()[0] == came[0]
    assert len(office.database.publications()) == 6


# The database is away


def test_without_the_database_the_page_shows_what_this_machine_knows(office, browser):
    entered(office, HELLO)
    entered(office, EARLY)
    loaded = load_bundle(HELLO)
    assert loaded.flows is not None
    assert loaded.directory is not None
    office.context.sets.keep(HELLO, loaded.flows, loaded.directory)
    office.desk = Desk(
        HELLO.version,
        origin="published",
        published=2,
        draft=EARLY.version,
        known={HELLO.version: NOW, SHIPPED.version: NOW - timedelta(hours=1)},
        instructions=(Instruction("switch", "citywache", "closed", NOW, author="emil"),),
    )
    write(office.settings.desk / DESK, office.desk)
    ask(browser, EARLY.version)
    office.lose_database()
    assert send(browser, EARLY.version) == 503
    assert "Was jetzt gilt, gilt weiter" in browser.text
    assert browser.get("/operator/versions") == 200
    assert WORDS["away"].de in browser.text
    assert RULES["away"].de in browser.text
    assert HELLO.version in part(browser, "in-force")
    assert WORDS["from_published"].de in part(browser, "in-force")
    assert EARLY.version in part(browser, "draft")
    assert SHIPPED.version in part(browser, "kept")
    assert "Citywache: geschlossen" in part(browser, "told")
    assert browser.get(f"/operator/versions/difference?from={HELLO.version}&to=live") == 200
    assert browser.get(f"/operator/versions/difference?from={EARLY.version}&to=live") == 503
    assert browser.get(f"/operator/versions/files?version={HELLO.version}") == 200
    assert browser.get(f"/operator/versions/files?version={EARLY.version}") == 503
    assert ask(browser, HELLO.version) == 503


# The rest


@pytest.mark.parametrize("told", ["999", "x", "9" * 30, SCRIPT])
def test_nobody_makes_the_page_say_anything(office, browser, told):
    entered(office, HELLO)
    browser.get("/operator/versions", query_string={"told": told})
    assert "note good" not in browser.text


@pytest.mark.parametrize(
    ("current", "desk", "speaking"),
    [
        (None, None, None),
        (None, Desk("f" * 12), "f" * 12),
        (3, None, "p" * 12),
        (3, Desk("f" * 12, published=2), "p" * 12),
        (3, Desk("f" * 12, published=3), "f" * 12),
    ],
)
def test_what_speaks_is_what_changed_last(current, desk, speaking):
    publication = current and Publication(current, "p" * 12, False, "anna", "w", NOW)
    assert speaks(publication, (desk,) if desk else ()) == speaking


def test_every_word_is_there_in_both_languages():
    for word in (*WORDS.values(), *RULES.values(), versions.NAME):
        assert word.de
        assert word.en
        assert re.findall(r"\{\w+\}", word.de).sort() == re.findall(r"\{\w+\}", word.en).sort()


def test_a_damaged_set_is_unknown(office, browser):
    office.database.store_set("0123456789ab", b"nothing", NOW)
    office.database.publish("0123456789ab", draft=False, author="x", why="y", at=NOW)
    entered(office, EARLY)
    with pytest.raises(Unknown):
        office.context.loaded("0123456789ab", "anna")
    assert ask(browser, "0123456789ab") == 404
    assert browser.get("/operator/versions") == 200


# The check


def of_small(office: SmallOffice, old: str, new: str) -> Bundle:
    bundle, _ = gather(office.folder / "flows", office.folder / "data" / "contacts.yaml")
    return changed(old, new, bundle)


def checked(browser: Browser, version: str, kind: str = "live") -> None:
    """The question, when the check is over."""

    def over() -> bool:
        assert ask(browser, version, kind) == 200
        return 'data-over="yes"' in browser.text

    until("the end of the check", over, 120.0, 0.2)


@pytest.mark.parametrize("kind", ["live", "draft"])
def test_what_was_never_in_force_is_checked_first(small, kind):
    """A draft of a release that proved less, or of an unproved file, does not go live by this way."""
    anna = small.browser("anna")
    ring = of_small(small, "next: hangup", "next: greeting")
    moin = of_small(small, "Guten Tag", "Moin")
    entered(small, moin, draft=True)
    entered(small, ring, draft=True)
    before = small.database.publications()
    checked(anna, ring.version, kind)
    assert "So kann es nicht veröffentlicht werden." in anna.text
    assert 'name="why"' not in anna.text
    assert send(anna, ring.version, kind=kind) == 409, "not even with the tick"
    assert small.database.publications() == before
    ask(anna, moin.version, kind)
    if 'data-over="no"' in anna.text:
        assert send(anna, moin.version, kind=kind) == 409
        assert "sobald die Prüfung ohne Fehler zu Ende ist" in anna.text
    checked(anna, moin.version, kind)
    assert "unchecked" not in anna.text
    assert send(anna, moin.version, kind=kind, unchecked="") == 303
    assert "unchecked" not in small.operators.trail()[0].details


def test_what_was_in_force_goes_back_unchecked_with_a_tick_that_is_noted(small):
    anna = small.browser("anna")
    ring = of_small(small, "next: hangup", "next: greeting")
    entered(small, ring)
    entered(small, of_small(small, "Guten Tag", "Moin"))
    checked(anna, ring.version)
    assert "Eine Prüfung" not in anna.text
    assert send(anna, ring.version, unchecked="") == 409
    assert 'name="unchecked"' in anna.text
    assert send(anna, ring.version) == 303
    details = small.operators.trail()[0].details
    assert details["unchecked"] is True
    assert details["errors"] >= 1


def test_only_warnings_that_are_new_have_to_be_confirmed(small):
    anna = small.browser("anna")
    short = of_small(small, "Guten Tag", "Guten Tag, d. h. guten Morgen")
    entered(small, short, draft=True)
    checked(anna, short.version)
    assert "Neu ist: 1 Warnung" in anna.text
    assert 'name="accept"' in anna.text
    assert send(anna, short.version, unchecked="") == 422
    assert "Bestätigen Sie" in anna.text
    assert send(anna, short.version, unchecked="", accept="yes") == 303
    assert small.operators.trail()[0].details["warnings"] == 1


def test_who_was_overtaken_is_told_of_that_and_not_of_the_check(small):
    anna = small.browser("anna")
    moin, hello = of_small(small, "Guten Tag", "Moin"), of_small(small, "Guten Tag", "Hallo")
    entered(small, moin, draft=True)
    checked(anna, moin.version)
    entered(small, hello)
    assert send(anna, moin.version) == 409
    assert f"Inzwischen gilt eine andere Fassung: {hello.version}" in anna.text


def test_the_script_is_told_how_the_check_is_going(small):
    anna = small.browser("anna")
    moin = of_small(small, "Guten Tag", "Moin")
    entered(small, moin, draft=True)
    ask(anna, moin.version)
    token, sent = anna.token, {"version": moin.version, "as": "live", "by": "script", "key": ""}

    def over() -> bool:
        assert anna.post("/operator/versions/check", sent, token=token) == 200
        sent["key"] = anna.reply.json["key"]
        return bool(anna.reply.json["over"])

    until("the end of the check", over, 120.0, 0.2)
    assert "Geprüft: keine Fehler." in anna.reply.json["html"]
    assert anna.post("/operator/versions/check", {**sent, "by": "", "do": "again"}, token=token) == 303
    assert anna.post("/operator/versions/check", {**sent, "version": "0" * 12}, token=token) == 404


# The draft beside it


@pytest.mark.parametrize("kind", ["live", "draft"])
def test_another_draft_is_told_of_and_none_is_replaced_unseen(office, browser, kind):
    entered(office, HELLO)
    entered(office, EARLY)
    ask(browser, HELLO.version, kind)
    assert "Es gibt einen Entwurf" not in browser.text
    entered(office, SHIPPED, "Bitte anhören", draft=True, author="vera")
    assert send(browser, HELLO.version, kind=kind) == 409
    assert "Es gibt einen Entwurf von vera" in browser.text
    assert "„Bitte anhören“" in browser.text
    assert office.database.in_force()[1].version == SHIPPED.version
    assert send(browser, HELLO.version, kind=kind) == 303, "knowing it, she may"
