"""The picture's page as it is answered: what it shows, what it hides, and what hostile words do to it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from page import NOW, Browser, Office
from service import CONTACTS

from ivr.bundle import gather
from ivr.graph.paint import CLUSTER, KINDS, OTHER, PAPER, QUIET, TEXT
from ivr.loader import load
from ivr.store import WorkingCopies, WorkingCopy
from ivr.web.operator.assets import FOLDER
from ivr.web.operator.picture.drawings import QUICK, WHOLE, Drawings, NotDrawn
from ivr.web.operator.picture.place import excerpt

HOSTILE = "<script>alert(document)</script><img src=x onerror=alert(document)>\"'&<b>"
HOSTILE_NAME = "<img src=x onerror=alert(1)>"
STEPS = """\
languages: [de, en]
start: welcome
steps:
  welcome:
    say: {{de: {text}, en: {text}}}
    next: main
  main:
    menu:
      prompt: {{de: {text}, en: {text}}}
      options:
        1: {{for: {{de: {text}, en: {text}}}, go: office}}
        2: {{for: {{de: "Zwei", en: "Two"}}, go: office}}
      give_up: bye
  office:
    connect: {{to: amt, when_closed: bye, busy: bye, no_answer: bye, failed: bye}}
  bye:
    hangup: yes
"""
CONTACT = """\
timezone: Europe/Berlin
holidays: DE-NW
contacts:
  amt:
    name: {{de: {text}, en: {text}}}
    phone: (0231) 50-2 88 88
    address: {text}
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    found = Office(tmp_path)
    found.add("anna", "view")
    return found


@pytest.fixture
def anna(office: Office) -> Browser:
    return office.browser("anna")


def raw(browser: Browser) -> str:
    text: str = browser.reply.get_data(as_text=True)
    return text


def kept(office: Office, folder: Path, flows: dict[str, str], contacts: str = "") -> str:
    """Keeps a set of these files on the machine; its version."""
    there = folder / "set"
    there.mkdir()
    for name, text in flows.items():
        (there / f"{name}.yaml").write_text(text, "utf-8")
    book = folder / "contacts.yaml"
    book.write_text(contacts or CONTACTS.read_text("utf-8"), "utf-8")
    found = load(there, book)
    assert found.flows is not None, found.problems
    assert found.directory is not None
    assert found.bundle is not None
    office.context.sets.keep(found.bundle, found.flows, found.directory)
    return found.flows.version


class Tags(HTMLParser):
    """All elements of a page, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_every_step_is_a_link_to_what_is_told_of_it(anna: Browser) -> None:
    assert anna.get("/operator/picture") == 200
    tags = Tags(raw(anna)).found
    steps = [attrs for tag, attrs in tags if tag == "g" and attrs.get("class") == "step"]
    assert len(steps) > 50
    hrefs = {attrs.get("href") for tag, attrs in tags if tag == "a"}
    for step in steps:
        address = f"/operator/picture?step={step['data-flow']}%2F{step['data-step']}#place"
        assert address in hrefs


@pytest.mark.parametrize("query", ["", "?step=hotline/main", "?contact=citywache", "?numbers=28", "?lang=en"])
def test_nothing_in_it_needs_a_weaker_policy(anna: Browser, query: str) -> None:
    assert anna.get(f"/operator/picture{query}") == 200
    tags = Tags(raw(anna)).found
    assert "style" not in {tag for tag, _ in tags}
    assert not [attrs for _, attrs in tags if any(name == "style" or name.startswith("on") for name in attrs)]
    assert [attrs.get("type") for tag, attrs in tags if tag == "script" and not attrs.get("src")] == []
    assert "built-in" not in anna.text
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_what_is_told_of_a_step(anna: Browser) -> None:
    assert anna.get("/operator/picture?step=hotline/state_of_the_station") == 200
    text = anna.text
    assert "Die Citywache ist jetzt geöffnet, bis zwanzig Uhr dreißig." in text
    assert "{citywache.status}" in text
    assert re.search(r'<dd lang="ar" dir="rtl">', text)
    assert re.search(r'href="/operator/edit\?file=hotline\.yaml&line=\d+&in=live"', text)
    assert 'href="/operator/phone?version=live"' in text
    assert "state_of_the_station:" in text


def test_a_line_has_the_language_of_its_voice(anna: Browser) -> None:
    """The key for more languages is spoken in English to callers who hear German."""
    anna.get("/operator/picture/place?step=hotline/main")
    german = anna.text.partition('<dt lang="de">')[2].partition("<dt")[0]
    assert re.findall(r'<dd lang="(\w+)"', german)[:2] == ["en", "de"]


def test_what_is_told_of_a_branch_and_a_contact(office: Office, anna: Browser) -> None:
    branch = next(
        f"{spot.flow}/{spot.step}"
        for spot, step in office.context.flows.steps.items()
        if any(way.when for way in step.exits())
    )
    assert anna.get(f"/operator/picture/place?step={branch}") == 200
    assert "Jetzt gilt" in anna.text
    assert anna.get("/operator/picture/place?contact=ordnungsamt") == 200
    assert "(0231) 50-2 88 88" in anna.text
    assert re.search(r'href="/operator/edit\?file=contacts\.yaml&line=\d+&in=live"', anna.text)
    assert "step=hotline%2Fordnungsamt#place" in anna.text


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("?step=hotline/gone", 404),
        ("?step=../../etc/passwd", 404),
        ("?contact=<b>", 404),
        ("/place", 404),
        ("/place?step=x", 404),
        ("/place?version=draft&step=hotline/main", 404),
        ("?version=draft", 404),
        ("?version=mine", 404),
        ("?version=../../x", 404),
        ("/svg?version=0123456789ab", 404),
        ("?flow=gone", 200),
        ("?find=<script>", 200),
        ("?numbers=dates&from=2026-11-20&to=2026-11-01", 200),
        ("?numbers=dates&from=1&to=2", 200),
        ("?numbers=dates&from=0001-01-01&to=9999-12-31", 200),
        ("?numbers=99999", 200),
    ],
)
def test_odd_addresses(anna: Browser, path: str, code: int) -> None:
    assert anna.get(f"/operator/picture{path}") == code
    assert "<script>" not in raw(anna)


def test_nobody_sees_it_without_a_login(office: Office) -> None:
    browser = office.browser()
    for path in ("", "/place?step=hotline/main", "/svg"):
        assert browser.get(f"/operator/picture{path}") == 303


def test_hostile_words_stay_words(office: Office, anna: Browser, tmp_path: Path) -> None:
    text = "'" + HOSTILE.replace("'", "''") + "'"
    version = kept(office, tmp_path, {"hotline": STEPS.format(text=text)}, CONTACT.format(text=text))
    for query in ("", "&step=hotline/welcome", "&step=hotline/main", "&contact=amt", f"&find={HOSTILE}"):
        assert anna.get(f"/operator/picture?version={version}{query}") == 200
        tags = Tags(raw(anna)).found
        assert {tag for tag, _ in tags}.isdisjoint({"img", "b"})
        assert [attrs for tag, attrs in tags if tag == "script" and "src" not in attrs] == []
        assert HOSTILE in anna.text
    assert anna.get(f"/operator/picture/svg?version={version}") == 200
    assert "<script" not in raw(anna)
    assert escape("<script>") in raw(anna)


def test_a_set_with_errors_names_them_and_their_lines(office: Office, anna: Browser, tmp_path: Path) -> None:
    flows = tmp_path / "broken"
    flows.mkdir()
    (flows / f"{HOSTILE_NAME}.yaml").write_text("start: x\n", "utf-8")
    (flows / "hotline.yaml").write_text("languages: [de]\nstart: gone\nsteps:\n  a:\n    hangup: yes\n", "utf-8")
    bundle, _ = gather(flows, CONTACTS)
    copy = WorkingCopy("anna", bundle.version, bundle.to_bytes(), bundle.to_bytes(), 1, NOW)
    assert WorkingCopies(office.database).save(copy)
    assert anna.get("/operator/picture?version=mine") == 200
    assert "lässt sich noch nicht zeichnen" in anna.text
    assert 'href="/operator/edit?file=hotline.yaml&line=2"' in anna.text
    assert {"img", "b"}.isdisjoint(tag for tag, _ in Tags(raw(anna)).found)
    assert anna.get("/operator/picture/svg?version=mine") == 404


def test_the_steps_are_found_by_a_word_of_their_text(anna: Browser) -> None:
    anna.get("/operator/picture?find=nordmarkt")
    found = re.findall(r'<li><a href="[^"]*">(\w+)</a>', anna.text.partition('id="list"')[2])
    assert "nordmarkt" in found
    assert "welcome" not in found


def test_one_flow_alone(anna: Browser) -> None:
    anna.get("/operator/picture?flow=info")
    flows = {attrs.get("data-flow") for tag, attrs in Tags(raw(anna)).found if attrs.get("class") == "step"}
    assert flows == {"info"}


# -- counts


def calls(office: Office, *keys: str, hung_up: int = 0) -> None:
    lines = []
    for number, key in enumerate([*keys, *[""] * hung_up]):
        shared = {"k": "turn", "call": f"CA{number}", "version": "0123456789ab", "flow": "hotline", "language": "de",
                  "us": 1}  # fmt: skip
        at = NOW - timedelta(days=1)
        lines.append({**shared, "turn": 1, "at": at.isoformat(), "step": "main", "input": "call", "expects": "gather"})
        given = {"step": "numbers", "input": "key", "key": key} if key else {"step": "main", "input": "hangup"}
        later = (at + timedelta(seconds=5)).isoformat()
        lines.append({**shared, "turn": 2, "at": later, "expects": "hangup", **given})
    assert not office.database.write(lines).refused


def note(browser: Browser, flow: str, step: str) -> dict[str, list[str]]:
    """What is painted at a step, by class."""
    node = re.search(rf'<g id="step-{flow}-{step}".*?(?=<g id="|</svg>)', raw(browser), re.DOTALL)
    assert node
    pills = re.findall(r'<g class="pill (\w+)[^"]*">.*?<text[^>]*>([^<]*)</text>', node[0], re.DOTALL)
    chosen = re.findall(r'class="chosen">([^<]*)<', node[0])
    found: dict[str, list[str]] = {"chosen": chosen}
    for role, words in pills:
        found.setdefault(role, []).append(words.replace("\u00a0", " "))
    return found


def test_counts_are_those_of_the_report(office: Office, anna: Browser) -> None:
    calls(office, *["1"] * 30, *["2"] * 20, *["5"] * 10, hung_up=8)
    assert anna.get("/operator/picture?numbers=7") == 200
    assert note(anna, "hotline", "main") == {
        "came": ["68 Anrufe"], "left": ["✕ 8 aufgelegt"], "chosen": ["30", "20", "10"],
    }  # fmt: skip
    assert "68 Anrufe vom 19.11.2026 bis 25.11.2026" in anna.text
    assert anna.get("/operator/picture?numbers=dates&from=2026-11-01&to=2026-11-20") == 200
    assert note(anna, "hotline", "main") == {"chosen": []}
    assert "keine Zahlen, die gezeigt werden dürfen" in anna.text


def test_small_counts_stay_hidden(office: Office, anna: Browser) -> None:
    calls(office, *["1"] * 30, *["2"] * 20, *["3"] * 3, hung_up=9)
    anna.get("/operator/picture?numbers=7&step=hotline/main")
    found = note(anna, "hotline", "main")
    assert "&lt;5" in found["chosen"]
    # 62 calls, of which 59 are accounted for, would tell of the other three.
    assert found["came"] == ["≥5 Anrufe"]
    assert "62 Anrufe vom" in anna.text
    assert not re.search(r"\b3 (Anrufe|aufgelegt)", anna.text)


def test_without_the_database_the_picture_stays(office: Office, anna: Browser) -> None:
    office.lose_database()
    assert anna.get("/operator/picture?numbers=28&step=hotline/main") == 200
    assert "Die Zahlen fehlen" in anna.text
    assert 'data-step="main"' in raw(anna)


# -- large sets


def test_a_large_set_is_shown_one_flow_at_a_time(office: Office, anna: Browser, tmp_path: Path) -> None:
    """And a flow of more boxes than are laid out in the worker comes from a process of its own."""
    number = QUICK + 5
    flows = {}
    for name, end in (("hotline", "flow: second\n    next: hangup"), ("second", "hangup: yes")):
        steps = "".join(f"  s{n}:\n    say: {{de: Guten Tag.}}\n    next: s{n + 1}\n" for n in range(number))
        head = "languages: [de]\n" if name == "hotline" else ""
        flows[name] = f"{head}start: s0\nsteps:\n{steps}  s{number}:\n    {end}\n"
    assert 2 * number > WHOLE
    version = kept(office, tmp_path, flows)
    for query, drawn in (("", "hotline"), ("&flow=second", "second"), ("&step=second/s3", "second")):
        assert anna.get(f"/operator/picture?version={version}{query}") == 200
        tags = Tags(raw(anna)).found
        found = {attrs.get("data-flow") for tag, attrs in tags if attrs.get("class") == "step"}
        assert found == {drawn}
        assert "Gezeigt wird ein Ablauf nach dem anderen" in anna.text
    assert anna.get(f"/operator/picture?version={version}") == 200
    assert f"?version={version}&flow=second" in anna.text


def test_a_flow_that_takes_too_long_is_a_list_only(anna: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.web.operator.picture.drawings.QUICK", 0)
    monkeypatch.setattr("ivr.web.operator.picture.drawings.SECONDS", 0.01)
    assert anna.get("/operator/picture") == 200
    assert "zu groß für ein Bild" in anna.text
    assert "welcome" in anna.text
    assert anna.get("/operator/picture/svg") == 404


def test_nobody_waits_for_a_large_picture_of_somebody_else(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.web.operator.picture.drawings.QUICK", 20)
    monkeypatch.setattr("ivr.web.operator.picture.drawings.PATIENCE", 0.01)
    drawings, loaded = Drawings(), office.context.loaded("live", "anna")
    sizes = {each.flow: len(each.nodes) for each in drawings.picture(loaded, "de").clusters}
    small, large = min(sizes, key=sizes.__getitem__), max(sizes, key=sizes.__getitem__)
    assert sizes[small] <= 20 < sizes[large]

    def outcome(flow: str | None) -> str:
        try:
            drawings.drawing(loaded, "de", flow)
        except NotDrawn as why:
            return why.word
        return "drawn"

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(outcome, flow) for flow in (large, None)]
        assert outcome(small) == "drawn"
        assert sorted(each.result() for each in both) == ["busy", "drawn"]
    assert (outcome(large), outcome(None)) == ("drawn", "drawn")


# -- parts


def test_an_excerpt_is_the_whole_entry_and_no_more() -> None:
    source = b"steps:\n  one:\n    say: x\n\n    next: two\n\n  # about two\n  two:\n    hangup: yes\n"
    found = excerpt("a/b/hotline.yaml", source, 2)
    assert found.file == "hotline.yaml"
    assert [number for number, _ in found.lines] == [2, 3, 4, 5]
    assert excerpt("x.yaml", source, 99).lines == ()


def luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = (each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return sum(part * each for part, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_every_colour_of_the_picture_has_one_for_the_dark() -> None:
    style = (FOLDER / "picture.css").read_text("utf-8")
    dark = style.partition("prefers-color-scheme: dark")[2]
    found = dict(re.findall(r'\[fill="(#\w{6})"\] \{ fill: (#\w{6})', dark))
    assert found == dict(re.findall(r'\[stroke="(#\w{6})"\] \{ stroke: (#\w{6})', dark))
    for each in (*KINDS.values(), OTHER):
        assert contrast(found[each.ink], found[each.ground]) >= 4.5
        assert contrast(found[PAPER], found[each.ink]) >= 4.5  # a badge, and a short end
        assert contrast(found[TEXT], found[each.ground]) >= 4.5
    assert contrast(found[QUIET], found[PAPER]) >= 4.5
    assert f"--frame: {CLUSTER}" in style


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_scale_can_be_read(scheme: str) -> None:
    light, _, dark = (FOLDER / "picture.css").read_text("utf-8").partition("prefers-color-scheme: dark")
    levels = re.findall(r"\.heat-\d \{ --heat: (#\w+); --on-heat: (#\w+)", light if scheme == "light" else dark)
    assert len(levels) == 5
    brightness = [luminance(ground) for ground, _ in levels]
    assert brightness == sorted(brightness, reverse=scheme == "light")
    for ground, words in levels:
        assert contrast(ground, words if len(words) == 7 else "#ffffff") >= 4.5
