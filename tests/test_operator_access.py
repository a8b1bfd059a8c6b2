"""Who may open the operators' page; every attack that is known of, tried and refused."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from page import NOW, PASSWORD, SECRET, Browser, Office
from running import Running, until
from service import ROOT, service_of

from ivr.cli import main
from ivr.passwords import fits, hash_password, weakness
from ivr.settings import BadSetting, check_operator, read_operator_key, read_settings
from ivr.store import Database, Operators
from ivr.store.operators import PER_ALL, PER_NAME
from ivr.web.app import create_app
from ivr.web.operator.assets import Assets
from ivr.web.operator.context import Link
from ivr.web.operator.guard import local_path, role_of
from ivr.web.operator.session import Signer
from ivr.web.operator.site import FIRST, build, rehearse


@pytest.fixture
def office(tmp_path: Path) -> Office:
    found = Office(tmp_path)
    found.add("anna", "view", "edit")
    found.add("vera", "view")
    return found


@pytest.fixture
def browser(office: Office) -> Browser:
    return office.browser()


# Off unless configured


@pytest.mark.parametrize("path", ["/operator", "/operator/", "/operator/login", "/operator/static/operator.css"])
def test_without_its_setting_there_is_no_page(path):
    client = create_app(service_of()).test_client()
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


GOOD = {"IVR_OPERATOR": "yes", "IVR_SECRET_KEY": "x" * 32, "IVR_PUBLIC_URL": "https://ivr.example"}


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"IVR_SECRET_KEY": ""}, "IVR_SECRET_KEY"),
        ({"IVR_SECRET_KEY": "x" * 31}, "IVR_SECRET_KEY"),
        ({"IVR_OPERATOR": "maybe"}, "IVR_OPERATOR"),
    ],
)
def test_a_page_that_would_not_be_safe_stops_the_start(changes, names):
    with pytest.raises(BadSetting, match=names) as bad:
        read_operator_key(GOOD | changes)
    assert GOOD["IVR_SECRET_KEY"] not in str(bad.value)


def test_passwords_do_not_cross_a_network_in_the_open():
    token = {"TWILIO_AUTH_TOKEN": "t"}
    check_operator(read_settings(GOOD | token))
    check_operator(read_settings({"IVR_PUBLIC_URL": "http://ivr.example"} | token))
    with pytest.raises(BadSetting, match="IVR_PUBLIC_URL"):
        check_operator(read_settings(GOOD | token | {"IVR_PUBLIC_URL": "http://ivr.example"}))


def test_with_its_settings_it_is_on():
    assert read_operator_key(GOOD) == "x" * 32
    assert read_operator_key({"IVR_SECRET_KEY": "x" * 32}) == ""


def test_a_worker_loads_nothing_of_it_before_somebody_opens_it(tmp_path):
    program = (
        "import sys; sys.path.insert(0, 'tests/support'); from service import service_of;"
        "import ivr.web.entry; from ivr.web.app import create_app; from ivr.web.operator.context import Context;"
        "create_app(service_of(), page=Context(None, None, None, None));"
        "print([name for name in ('ivr.store', 'ivr.telling', 'ivr.web.operator.site') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


# Headers


def test_every_page_has_its_headers(office, browser):
    browser.log_in("anna")
    for path in ("/operator/", "/operator/nothing", "/operator/login", "/operator/today/board"):
        browser.get(path)
        headers = browser.reply.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Strict-Transport-Security"].startswith("max-age=")
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", browser.text)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        *(("phone", 200), ("phone?version=mine", 200), ("picture", 200), ("versions/difference", 200)),
        *(("numbers", 200), ("edit/expectation?name=x", 503), ("scenarios/x.yaml", 503)),
    ],
)
def test_every_page_says_when_the_database_is_away(office, path, code):
    browser = office.browser("anna")
    browser.get("/operator/numbers")
    office.lose_database()
    assert browser.get(f"/operator/{path}") == code
    assert "Die Datenbank ist nicht zu erreichen" in browser.text
    assert "inzwischen geändert" not in browser.text
    assert "Service Unavailable" not in browser.text


def test_static_files_are_kept_for_good_under_the_name_of_their_content(office, browser):
    for plain in ("operator.css", "today.js", "icon.svg"):
        name = Assets().name(plain)
        assert browser.get(f"/operator/static/{name}") == 200
        assert "immutable" in browser.reply.headers["Cache-Control"]
        assert browser.get(f"/operator/static/{plain}") == 404
    for name in ("../site.py", "..%2fsite.py", "%2e%2e/site.py", "....//site.py", "/etc/passwd"):
        assert browser.get(f"/operator/static/{name}") == 404


def test_static_files_look_up_nobody_and_give_no_cookie(office):
    """A cache between hands what is `public` to everybody, its cookies included."""
    anna = office.browser("anna")
    office.later(minutes=2)
    before = anna.cookie()
    address = f"/operator/static/{Assets().name('operator.css')}"
    assert anna.get(f"{address}?lang=en") == 200
    assert "public" in anna.reply.headers["Cache-Control"]
    assert "Set-Cookie" not in anna.reply.headers
    assert anna.get("/operator/") == 200
    assert "Set-Cookie" in anna.reply.headers
    assert anna.cookie() != before


def test_static_files_are_packed_for_whoever_can_unpack_them(browser):
    address = f"/operator/static/{Assets().name('editor.js')}"

    def asked(**headers: str):
        reply = browser.client.get(address, base_url=browser.base, headers=headers)
        assert reply.status_code == 200
        assert reply.headers["Vary"] == "Accept-Encoding"
        return reply

    packed = asked(**{"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < 150_000
    for headers in ({}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip;q=0"}):
        plain = asked(**headers)
        assert "Content-Encoding" not in plain.headers
        assert plain.data == gzip.decompress(packed.data)


def test_a_worker_has_the_page_ready_before_somebody_opens_it(tmp_path):
    command = [sys.executable, "-m", "ivr", "serve", "--dev"]
    service = Running(tmp_path, f"sqlite:///{tmp_path}/ivr.db", command=command, IVR_PUBLIC_URL="").furnish().start()
    try:
        worker = next(pid for pid, role in service.family().items() if role == "worker")
        until("the page is there", lambda: "sqlalchemy" in Path(f"/proc/{worker}/maps").read_text())
    finally:
        service.stop()


def test_a_page_is_rehearsed_without_a_database_too(office):
    office.lose_database()
    app = build(office.context)
    rehearse(app, office.context)
    assert app.jinja_env.cache is not None
    assert {name for _, name in app.jinja_env.cache} == set(FIRST)


def test_the_style_sheet_and_the_first_page_are_small(office, browser):
    browser.log_in("anna")
    browser.get("/operator/")
    assets = Assets()
    sizes = [len(assets.find(assets.name(name)).content) for name in ("operator.css", "today.js", "icon.svg")]
    assert sizes[0] < 15_000
    assert len(browser.reply.data) + sum(sizes) < 60_000


# Login


def test_logging_in_and_out(office, browser):
    assert browser.get("/operator/?at=2026-11-28T21:00") == 303
    there = browser.reply.headers["Location"]
    assert there == "/operator/login?next=/operator/%3Fat%3D2026-11-28T21%3A00"
    assert browser.get(there) == 200
    assert browser.post("/operator/login", {"name": "Anna ", "password": PASSWORD, "next": "/operator/?at=x"}) == 303
    assert browser.reply.headers["Location"] == "/operator/?at=x"
    assert browser.get("/operator/") == 200
    assert browser.post("/operator/logout") == 303
    assert browser.get("/operator/") == 303
    assert sorted(office.trail()) == [("anna", "login"), ("anna", "logout")]


def test_the_cookie_has_its_flags(office, browser):
    browser.log_in("anna")
    given = [each for each in browser.reply.headers.getlist("Set-Cookie") if each.startswith("__Host-ivr=")]
    assert len(given) == 1
    flags = {part.strip() for part in given[0].split(";")[1:]}
    assert flags == {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}


def test_under_dev_the_cookie_goes_without_encryption(tmp_path):
    office = Office(tmp_path, dev=True, IVR_PUBLIC_URL="http://127.0.0.1:8000")
    office.add("anna", "view")
    browser = office.browser("anna")
    assert browser.reply.headers["Set-Cookie"].startswith("ivr=")
    assert "Secure" not in browser.reply.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in browser.reply.headers


def test_an_unknown_name_and_a_wrong_password_get_the_same_words(office, browser):
    texts = set()
    for name in ("anna", "nobody"):
        assert browser.log_in(name, "wrong") == 403
        texts.add(browser.text.replace(f'"{name}"', "").replace(browser.token, ""))
    assert len(texts) == 1
    office.operators.change("anna", disabled=NOW)
    assert browser.log_in("anna") == 403


@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_one_name_is_locked_after_five_failures_whoever_has_it(office, name):
    for _ in range(PER_NAME):
        assert office.browser().log_in(name, "wrong") == 403
    assert office.browser().log_in(name) == 429
    assert office.browser().log_in("vera") == 303
    office.later(minutes=15, seconds=1)
    assert office.browser().log_in(name) == (303 if name == "anna" else 403)


def test_all_names_together_are_locked_for_a_minute(office):
    for number in range(PER_ALL):
        assert office.browser().log_in(f"name{number}", "wrong") == 403
    stranger = office.browser()
    assert stranger.log_in("anna") == 429
    assert "in einer Minute noch einmal" in stranger.text
    office.later(minutes=1, seconds=1)
    assert office.browser().log_in("anna") == 303


def test_who_has_logged_in_here_before_is_not_kept_out_by_others(office):
    """Anybody on the internet can let logins fail; that must not keep every operator out."""
    mine, other = office.browser("anna"), office.browser("vera")
    mine.post("/operator/logout")
    other.get("/operator/")
    other.post("/operator/logout")
    office.later(hours=2)
    for number in range(PER_ALL):
        office.operators.hindered(f"name{number}", office.time)
    forged = office.browser()
    forged.set_cookie("0" * 64, "__Host-ivr-known")
    assert forged.log_in("anna") == 429
    assert other.log_in("anna") == 429, "it is vera who was here"
    assert mine.log_in("anna", "wrong") == 403
    assert mine.log_in("anna") == 303
    # The limit of one name holds for everybody.
    mine.get("/operator/")
    mine.post("/operator/logout")
    for _ in range(PER_NAME):
        assert mine.log_in("anna", "wrong") == 403
    assert mine.log_in("anna") == 429
    assert "in einer Viertelstunde noch einmal" in mine.text


def test_many_at_the_same_moment_gain_no_try(office):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: office.operators.hindered("hash", NOW), range(24)))
    assert sum(each is None for each in found) == PER_NAME


def test_the_same_on_postgresql(postgres):
    database = Database(postgres.url(postgres.create()))
    database.migrate()
    try:
        operators = Operators(database)
        assert operators.add("anna", "hash", frozenset({"view"}), NOW)
        assert not operators.add("anna", "hash", frozenset({"view"}), NOW)
        operators.begin("key", "anna", NOW, NOW + timedelta(hours=1))
        session = operators.session("key")
        assert session is not None
        assert (session.roles, session.begun) == (frozenset({"view"}), NOW)
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: operators.hindered("hash", NOW), range(12)))
        assert sum(each is None for each in found) == PER_NAME
        operators.note(NOW, "anna", "login", {"x": 1})
        assert sorted(str(each.details) for each in operators.trail()) == ["{'x': 1}", "{}"]
        assert operators.change("anna", disabled=NOW)
        assert operators.session("key") is None
        assert operators.remove("anna")
        assert operators.all() == ()
    finally:
        database.close()


def test_what_was_typed_as_a_name_is_not_stored(office, browser):
    browser.log_in("my-secret-password", "x")
    for path in office.path.parent.glob("ivr.db*"):
        assert b"my-secret-password" not in path.read_bytes()


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "/operator/\\evil", "/operator//evil.example",
        "javascript:alert(1)", "/voice", "/operator/\r\nX: y", "", "/operator/../voice", "operator/", "/operatorx/",
    ],
)  # fmt: skip
def test_a_login_leads_nowhere_else(office, browser, target):
    assert local_path(target) == "/operator/"
    assert browser.log_in("anna", next=target) == 303
    assert browser.reply.headers["Location"] == "/operator/"


# Sessions


def test_the_id_is_a_new_one_at_each_login(office, browser):
    browser.log_in("anna")
    first = browser.cookie()
    browser.get("/operator/")
    browser.post("/operator/logout")
    browser.log_in("anna")
    assert browser.cookie().partition(".")[0] != first.partition(".")[0]
    other = office.browser()
    other.set_cookie(first)
    assert other.get("/operator/") == 303


def test_a_session_that_was_planted_before_the_login_is_not_used(office, browser):
    attacker = office.browser("vera")
    planted = attacker.cookie()
    browser.set_cookie(planted)
    browser.get("/operator/")
    assert "vera" in browser.text
    assert browser.post("/operator/logout") == 303
    browser.log_in("anna")
    assert browser.cookie() != planted
    assert attacker.get("/operator/") == 303


def test_it_ends_when_nobody_uses_it(office, browser):
    browser.log_in("anna")
    for _ in range(3):
        office.later(minutes=29)
        assert browser.get("/operator/") == 200
    office.later(minutes=31)
    assert browser.get("/operator/") == 303


def test_what_the_page_asks_by_itself_is_no_use(office, browser):
    browser.log_in("anna")
    for _ in range(6):
        office.later(minutes=4, seconds=59)
        assert browser.get("/operator/today/board?quiet=yes") == 200
    office.later(minutes=1)
    assert browser.get("/operator/today/board?quiet=yes") == 401


def test_it_ends_after_twelve_hours(office, browser):
    browser.log_in("anna")
    for _ in range(12 * 3 - 1):
        office.later(minutes=20)
        assert browser.get("/operator/") == 200
    office.later(minutes=20)
    assert browser.get("/operator/") == 303


def test_logging_out_everywhere(office):
    one, two, other = (office.browser() for _ in range(3))
    one.log_in("anna")
    two.log_in("anna")
    other.log_in("vera")
    one.get("/operator/")
    one.post("/operator/logout", {"everywhere": "yes"})
    assert [each.get("/operator/") for each in (one, two, other)] == [303, 303, 200]


@pytest.mark.parametrize("change", ["disable", "password", "remove"])
def test_whoever_is_barred_is_out_at_once(office, browser, change):
    browser.log_in("anna")
    match change:
        case "disable":
            office.operators.change("anna", disabled=office.time)
        case "password":
            office.operators.change("anna", password=hash_password("x", 4))
        case _:
            office.operators.remove("anna")
    assert browser.get("/operator/") == 303


def test_sessions_that_have_run_out_are_purged(office, browser):
    browser.log_in("anna")
    office.browser().log_in("nobody", "x")
    office.later(days=1)
    purged = office.database.purge(office.time, records=timedelta(days=90), hashes=timedelta(days=1))
    assert (purged["sessions"], purged["logins"], purged["audit"]) == (1, 1, 0)
    office.later(days=730)
    assert office.database.purge(office.time, records=timedelta(days=90), hashes=timedelta(days=1))["audit"] == 1


# Roles


def test_every_route_says_who_may_use_it(office):
    app = build(office.context)
    roles = {rule.rule: role_of(app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()}
    assert None not in roles.values()
    open_to_all = {rule for rule, role in roles.items() if role == ""}
    assert open_to_all == {"/operator/login", "/operator/static/<name>"}


def forged(cookie: str, **changes: object) -> str:
    number, payload, mark = cookie.split(".")
    facts = json.loads(base64.urlsafe_b64decode(payload + "=="))
    facts |= changes
    return f"{number}.{base64.urlsafe_b64encode(json.dumps(facts).encode()).decode().rstrip('=')}.{mark}"


def test_who_may_only_look_changes_nothing(office, browser):
    browser.log_in("vera")
    assert browser.get("/operator/") == 200
    assert "today/switch" not in browser.text
    assert browser.post("/operator/today/switch", {"contact": "citywache", "value": "closed"}) == 403
    assert browser.post("/operator/today/announcement", {"text_de": "Hallo."}) == 403
    assert office.database.instructions(office.time) == ()


@pytest.mark.parametrize("changes", [{"roles": ["edit", "publish", "view"]}, {"operator": "anna"}, {"begun": 9e9}])
def test_forged_facts_are_none(office, browser, changes):
    browser.log_in("vera")
    browser.set_cookie(forged(browser.cookie(), **changes))
    assert browser.get("/operator/") == 303


@pytest.mark.parametrize("cookie", ["", "x", "..", "a.b.c", "a.e30.", "é.e30.x", "." * 999, "a" * 3000])
def test_no_cookie_breaks_anything(office, browser, cookie):
    browser.set_cookie(cookie)
    assert browser.get("/operator/") == 303


def test_roles_come_from_the_database_and_not_from_the_cookie(office, browser):
    """A cookie that was signed with the right key, by a process that knew no better."""
    browser.log_in("vera")
    signer = Signer(SECRET)
    facts = signer.open(browser.cookie())
    browser.set_cookie(signer.seal(facts._replace(roles=frozenset({"view", "edit", "publish"}))))
    browser.get("/operator/")
    assert browser.post("/operator/today/switch", {"contact": "citywache", "value": "closed"}) == 403
    browser.set_cookie(signer.seal(facts._replace(operator="anna")))
    assert browser.get("/operator/") == 303


# Forged requests


SWITCH = {"contact": "citywache", "value": "closed", "until": "today"}


def test_a_form_without_its_token_changes_nothing(office, browser):
    browser.log_in("anna")
    browser.get("/operator/")
    mine = browser.token
    other = office.browser("anna")
    other.get("/operator/")
    for token in ("", "x", mine[:-1], mine.upper(), other.token):
        assert browser.post("/operator/today/switch", SWITCH, token=token) == 403
    assert browser.get(f"/operator/today/switch?contact=citywache&value=closed&token={mine}") in (404, 405)
    assert office.database.instructions(office.time) == ()
    assert browser.post("/operator/today/switch", SWITCH, token=mine) == 303


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://ivr.example.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://ivr.example", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "https://ivr.example"}, 303),
        ({}, 303),
    ],
)
def test_a_form_from_another_page_changes_nothing(office, browser, headers, code):
    browser.log_in("anna")
    browser.get("/operator/")
    assert browser.post("/operator/today/switch", SWITCH, headers=headers) == code
    assert bool(office.database.instructions(office.time)) is (code == 303)


def test_a_login_and_a_logout_need_their_token_too(office, browser):
    assert browser.post("/operator/login", {"name": "anna", "password": PASSWORD}, token="x") == 403
    browser.log_in("anna")
    assert browser.post("/operator/logout", token="x") == 403
    assert browser.get("/operator/") == 200


def test_a_form_of_a_session_that_has_run_out_asks_to_log_in_and_changes_nothing(office, browser):
    browser.log_in("anna")
    browser.get("/operator/")
    office.later(hours=1)
    assert browser.post("/operator/today/switch", SWITCH) == 401
    assert "nicht mehr angemeldet" in browser.text
    assert office.database.instructions(office.time) == ()


# The one-time link


def linked(tmp_path: Path) -> Office:
    checksum = hashlib.sha256(b"the-token").hexdigest()
    link = Link(checksum, NOW.timestamp() + 300, "berta")
    return Office(tmp_path, dev=True, link=link, IVR_PUBLIC_URL="http://127.0.0.1:8000")


def test_the_link_works_once(tmp_path):
    office = linked(tmp_path)
    first, second = office.browser(), office.browser()
    assert first.get("/operator/enter?token=another") == 403
    assert first.client.head("/operator/enter?token=the-token", base_url=first.base).status_code == 200
    assert first.get("/operator/enter?token=the-token") == 303
    assert first.get("/operator/") == 200
    assert "berta" in first.text
    assert second.get("/operator/enter?token=the-token") == 403
    assert second.get("/operator/") == 303
    assert office.trail() == [("berta", "link")]


def test_the_link_works_for_five_minutes(tmp_path):
    office = linked(tmp_path)
    office.later(seconds=300)
    assert office.browser().get("/operator/enter?token=the-token") == 403


def test_without_dev_there_is_no_link(office, browser):
    assert browser.get("/operator/enter?token=") == 404


# The database away


def test_without_the_database_nobody_logs_in_and_nobody_is_thrown_out(office, browser):
    browser.log_in("anna")
    office.lose_database()
    assert browser.get("/operator/") == 200
    assert "Die Datenbank ist nicht zu erreichen" in browser.text
    assert office.browser().log_in("anna") == 503
    office.later(minutes=31)
    assert browser.get("/operator/") == 303


# Passwords and the command


@pytest.mark.parametrize(
    ("password", "good"),
    [
        (PASSWORD, True), ("Straße Ärger öde Übung", True), ("", False), ("kurz", False), ("a" * 20, False),
        ("passwort1234", False), ("annaannaanna", False), ("x" * 201, False), ("dortmund2026", False),
    ],
)  # fmt: skip
def test_weak_passwords_are_refused(password, good):
    assert (weakness(password, "anna") is None) is good


def test_a_password_is_kept_as_its_hash():
    kept = hash_password("Ärger über Übung", 4)
    assert kept.startswith("scrypt$")
    assert fits("A\u0308rger u\u0308ber U\u0308bung", kept)
    assert not fits("Ärger", kept)
    assert not fits("x", None)


def run(office: Office, *words: str, stdin: str = "") -> tuple[int, str]:
    env = {"DATABASE_URL": office.settings.storage.database, "IVR_SPOOL": str(office.settings.storage.spool)}
    done = CliRunner().invoke(main, ["operator", *words], input=stdin, env={**env, "IVR_AUTHOR": "chefin"})
    return done.exit_code, done.output


def test_the_command_gives_other_roles(office):
    browser = office.browser("anna")
    assert run(office, "role", "anna", "--role", "publish") == (0, "anna darf ab jetzt: view, publish.\n")
    assert browser.get("/operator/") == 303, "she is logged out"
    found = office.operators.find("anna")
    assert found is not None
    assert found.roles == {"view", "publish"}
    assert office.browser().log_in("anna") == 303, "her password is the same"
    line = next(each for each in office.operators.trail() if each.action == "operator role")
    assert (line.operator, line.details) == ("chefin", {"name": "anna", "roles": ["publish", "view"]})
    assert run(office, "role", "ana", "--role", "edit")[0] == 1
    assert run(office, "role", "anna")[0] == 2, "nobody loses a role by forgetting a word"


def test_the_command_adds_changes_and_removes(office):
    assert run(office, "add", "carl", "--role", "edit", "--stdin", stdin="drei rote katzen tanzen\n") == (
        0, "carl kann sich anmelden (view, edit).\n")  # fmt: skip
    assert office.browser().log_in("carl", "drei rote katzen tanzen") == 303
    code, text = run(office, "add", "carl", "--stdin", stdin="drei rote katzen tanzen\n")
    assert (code, "gibt es schon" in text) == (1, True)
    assert run(office, "add", "Carl Maria", "--stdin", stdin="x\n")[0] == 1
    assert run(office, "password", "carl", "--stdin", stdin="kurz\n")[0] == 1
    assert run(office, "password", "carl", "--stdin", stdin="neue gelbe ziegen springen\n")[0] == 0
    assert office.browser().log_in("carl", "drei rote katzen tanzen") == 403
    assert run(office, "disable", "carl")[0] == 0
    assert office.browser().log_in("carl", "neue gelbe ziegen springen") == 403
    assert run(office, "disable", "carl", "--undo")[0] == 0
    assert office.browser().log_in("carl", "neue gelbe ziegen springen") == 303
    listed = json.loads(run(office, "list", "--json")[1])["operators"]
    assert [(each["name"], each["roles"]) for each in listed] == [
        ("anna", ["edit", "view"]), ("carl", ["edit", "view"]), ("vera", ["view"])]  # fmt: skip
    assert run(office, "remove", "carl")[0] == 0
    code, text = run(office, "remove", "crl")
    assert code == 1
    actions = [action for operator, action in office.trail() if operator == "chefin"]
    assert actions == [
        "operator remove", "operator enable", "operator disable", "operator password", "operator add"]  # fmt: skip
    assert "scrypt" not in run(office, "list")[1] + run(office, "trail")[1]
    assert "operator add" in run(office, "trail", "--json")[1]


def test_the_command_says_when_the_database_is_away(office):
    office.lose_database()
    office.path.mkdir()
    code, text = run(office, "list")
    assert (code, "Die Datenbank ist nicht zu erreichen" in text) == (1, True)
