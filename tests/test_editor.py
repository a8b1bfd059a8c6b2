"""The editor of the operator's page, alone in a real Chromium under the page's Content-Security-Policy."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from chromium import ARGUMENTS, PROGRAM, need_chromium, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[1]
OPERATOR = ROOT / "ivr" / "web" / "operator"
CASES = ROOT / "tests" / "cases" / "editor"
COMPLETION = yaml.safe_load((CASES / "completion.yaml").read_text("utf-8"))
FILES = {
    "/": CASES / "page.html",
    "/page.js": CASES / "page.js",
    "/page.css": CASES / "page.css",
    "/static/": OPERATOR / "static",
    "/schemas/": ROOT / "schemas",
    "/text/flow": ROOT / "ivr" / "flows" / "hotline.yaml",
    "/text/contacts": ROOT / "data" / "contacts.yaml",
}
WIDTHS = [390, 1280]

PROBLEMS = [
    {"line": 7, "column": 8, "length": 7, "severity": "error", "message": "Den Schritt „welcome“ gibt es nicht.",
     "hint": "Gemeint: welcome_first?"},
    {"line": 14, "column": 11, "severity": "warning", "message": "Der Satz ist lang.", "hint": ""},
    {"line": 99999, "column": 7, "severity": "info", "message": "<b>weit</b> unten", "hint": ""},
]  # fmt: skip


class Opened:
    """A page with the editor, and what the browser complained of and asked for."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.context = browser.new_context(service_workers="block")
        self.page = self.context.new_page()
        self.page.set_default_timeout(5000)
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda line: self.complaints.append(line.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def open(self, width: int = 1280, **options: str) -> Page:
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.goto(self.address + "/?" + "&".join(f"{key}={value}" for key, value in options.items()))
        self.page.wait_for_selector("body[data-ready=yes]")
        return self.page

    def text(self) -> str:
        return str(self.page.evaluate("editor.getText()"))

    def write(self, marked: str) -> None:
        """Puts a text in and the cursor where ¦ stands."""
        before, _, after = marked.partition("¦")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        self.page.evaluate("([text, line, column]) => { editor.setText(text); editor.goTo(line, column) }",
                           [before + after, line, column])  # fmt: skip

    def proposals(self, some: bool = True) -> list[str]:
        """What Ctrl+Space proposes here; where nothing may come, it is given the time to."""
        self.page.keyboard.press("Control+Space")
        labels = self.page.locator(".cm-completionLabel")
        if some:
            labels.first.wait_for()
        else:
            self.page.wait_for_timeout(200)
        return labels.all_inner_texts()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    need_chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(PROGRAM), args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(FILES) as base:
        yield base


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opened]:
    """Each test ends with: no complaint, no violation of the policy, no request elsewhere."""
    one = Opened(browser, address)
    yield one
    one.context.close()
    assert one.complaints == []
    assert [url for url in one.asked if not url.startswith((address + "/", "data:"))] == []


@pytest.fixture(scope="module")
def shared(browser: Browser, address: str) -> Iterator[dict[str, Opened]]:
    """One page for each schema, for the table of proposals."""
    pages = {name: Opened(browser, address) for name in ("flow", "contacts")}
    for name, one in pages.items():
        one.open(file=name)
    yield pages
    for one in pages.values():
        one.context.close()
        assert one.complaints == []


@pytest.mark.parametrize("case", COMPLETION, ids=lambda case: case["about"])
def test_proposals(shared: dict[str, Opened], case: dict[str, Any]) -> None:
    here = shared[case["file"]]
    here.write(case["text"])
    found = here.proposals(some=bool(case["has"]))
    here.page.keyboard.press("Escape")
    assert len(found) == len(set(found))
    if case.get("whole") or not case["has"]:
        assert sorted(found) == sorted(case["has"])
    assert set(case["has"]) <= set(found)
    assert not set(case.get("without", [])) & set(found)


def test_the_policy_holds_here(opened: Opened) -> None:
    """A style element is refused, and the refusal is among the complaints: their absence elsewhere says something."""
    opened.open()
    opened.page.evaluate("document.head.append(Object.assign(document.createElement('style'), {textContent: 'p {}'}))")
    assert [line for line in opened.complaints if "Content Security Policy" in line]
    opened.complaints.clear()


@pytest.mark.parametrize("width", WIDTHS)
def test_round_by_keyboard(opened: Opened, width: int) -> None:
    """In by Tab, a step written with proposals alone, undone, out by Tab."""
    page = opened.open(width)
    before = opened.text()
    page.locator("#before").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "textbox"
    page.keyboard.press("Control+End")
    page.keyboard.type("\n  bye:\n")
    page.keyboard.type("ha")
    page.locator(".cm-tooltip-autocomplete li[aria-selected]").wait_for()
    page.wait_for_timeout(100)
    page.keyboard.press("Enter")
    assert opened.text().endswith("\n  bye:\n    hangup: ")
    assert page.evaluate("changes.at(-1)") == opened.text()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "after"
    page.keyboard.press("Shift+Tab")
    for _ in range(40):
        page.keyboard.press("Control+z")
    assert opened.text() == before
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_menu_is_written_with_proposals(opened: Opened) -> None:
    """As one types: proposals come by themselves, Enter takes the first, a key goes on where its value stands."""
    page = opened.open()
    opened.write("¦")
    for typed in ("sta", "main\n", "ste", "main:\n", "me", "op", "1: {fo", "ci", ", g", "ma"):
        page.keyboard.type(typed, delay=5)
        if not typed.endswith("\n"):
            page.locator(".cm-tooltip-autocomplete li[aria-selected]").wait_for()
            page.wait_for_timeout(120)  # a proposal that has just come is not taken yet
            page.keyboard.press("Enter")
            page.keyboard.press("Escape")
    written = yaml.safe_load(opened.text())
    assert written["steps"] == {"main": {"menu": {"options": {1: {"for": "citywache", "go": "main"}}}}}
    assert written["start"] == "main"


def test_tab_indents_after_ctrl_m_until_escape(opened: Opened) -> None:
    page = opened.open()
    opened.write("a:\n¦b: c\n")
    page.keyboard.press("Control+m")
    assert "Escape" in page.locator(".cm-announced").inner_text()
    page.keyboard.press("Tab")
    assert opened.text() == "a:\n  b: c\n"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "after"


@pytest.mark.parametrize("width", WIDTHS)
def test_problems_at_their_line_and_in_the_accessible_tree(opened: Opened, width: int) -> None:
    page = opened.open(width)
    page.evaluate("problems => editor.setProblems(problems)", PROBLEMS)
    tree = page.locator("section.ivr-problems").aria_snapshot()
    assert 'region "Probleme"' in tree
    assert "1 Fehler, 1 Warnung, 1 Hinweis." in tree
    assert "Zeile 7, Fehler: Den Schritt „welcome“ gibt es nicht. Gemeint: welcome_first?" in tree
    assert "Zeile 14, Warnung: Der Satz ist lang." in tree
    assert page.locator(".cm-lintRange-error").inner_text() == "welcome"
    assert page.locator(".cm-lint-marker-error").count() == 1
    marker, line = (
        page.locator(where).first.bounding_box() for where in (".cm-lint-marker-error", ".cm-lintRange-error")
    )
    assert marker is not None
    assert line is not None
    assert abs(marker["y"] - line["y"]) < 12
    assert page.locator(".ivr-problems b").count() == 0

    # Lines put in above move the problem with its text, in the list as well.
    opened.page.evaluate("editor.goTo(1, 1)")
    page.keyboard.type("# neu\n")
    assert "Zeile 8, Fehler" in page.locator("section.ivr-problems").aria_snapshot()

    page.locator(".ivr-problems button").first.press("Enter")
    page.keyboard.type("x")
    assert opened.text().splitlines()[7] == "start: x"

    page.evaluate("editor.setProblems([])")
    assert "Keine Probleme." in page.locator("section.ivr-problems").aria_snapshot()
    assert page.locator(".cm-lint-marker").count() == 0


def test_f8_goes_to_the_next_problem_and_says_it(opened: Opened) -> None:
    page = opened.open(language="en")
    page.evaluate("problems => { editor.setProblems(problems); editor.goTo(1, 1) }", PROBLEMS)
    page.keyboard.press("F8")
    assert page.locator(".cm-announced").inner_text().startswith("Line 7, Error: Den Schritt")
    page.keyboard.press("F8")
    assert page.locator(".cm-announced").inner_text().startswith("Line 14, Warning: ")


def test_the_page_is_asked_while_one_types(opened: Opened) -> None:
    """Once at the start, then when the typing pauses; the answer stands at its place until the mistake is repaired."""
    page = opened.open(lint="yes")
    opened.write("start: ¦\n")
    page.keyboard.type("falsch", delay=10)
    page.locator(".cm-lintRange-error").wait_for()
    assert page.locator(".cm-lintRange-error").inner_text() == "falsch"
    assert "Zeile 1, Fehler: Das ist falsch. Schreiben Sie: richtig." in page.locator(".ivr-problems").aria_snapshot()
    assert page.evaluate("questions.length") == 2
    for _ in "falsch":
        page.keyboard.press("Backspace")
    page.get_by_text("Keine Probleme.").wait_for()


LABELS = {
    "de": (
        "Text von flow.yaml",
        "Tab verlässt das Textfeld.",
        "Vorschläge",
        "Sagt einen Text und geht weiter.",
        "Suchen",
    ),
    "en": ("Text of flow.yaml", "Tab leaves the text field.", "Completions", "Speaks a text and goes on.", "Find"),
}


@pytest.mark.parametrize("language", LABELS)
def test_what_a_screen_reader_gets(opened: Opened, language: str) -> None:
    label, help_, completions, about, find = LABELS[language]
    page = opened.open(language=language)
    box = page.get_by_role("textbox", name=label)
    assert help_ in page.locator("#" + str(box.get_attribute("aria-describedby"))).inner_text()
    opened.write("steps:\n  welcome:\n    sa¦\n")
    assert opened.proposals() == ["say"]
    chosen = page.locator("#" + str(box.get_attribute("aria-activedescendant")))
    assert chosen.get_attribute("role") == "option"
    assert about in chosen.inner_text()
    assert page.get_by_role("listbox", name=completions).is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+f")
    page.get_by_role("textbox", name=find, exact=True).wait_for()
    page.keyboard.type("welcome")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.evaluate("getSelection().toString()") == "welcome"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("steps:¦", "steps:\n  ¦"),
        ("steps:\n  main:  # Auswahl¦", "steps:\n  main:  # Auswahl\n    ¦"),
        ("steps:\n  bye:\n    hangup: yes¦", "steps:\n  bye:\n    hangup: yes\n    ¦"),
        ("branch:\n  - when:¦", "branch:\n  - when:\n      ¦"),
        ("branch:\n  - when: {open: citywache}¦", "branch:\n  - when: {open: citywache}\n    ¦"),
        ("# so:¦", "# so:\n¦"),
    ],
)
def test_enter_indents(opened: Opened, before: str, after: str) -> None:
    page = opened.open()
    opened.write(before + "\n")
    page.keyboard.press("Enter")
    page.keyboard.type("¦")
    assert opened.text() == after + "\n"


def test_arabic_keeps_its_direction_beside_a_key(opened: Opened) -> None:
    """The full stop of an Arabic sentence stands left of it, although its line begins with a Latin key."""
    page = opened.open()
    opened.write("ar: مرحبا.  # Gruß\n¦")
    turned = page.locator(".cm-line [dir=rtl]")
    assert turned.inner_text() == "مرحبا."
    assert turned.evaluate("node => getComputedStyle(node).unicodeBidi") == "isolate"


def test_two_editors_on_a_page(opened: Opened) -> None:
    """The second has its colours as well, and leaves the first's to it when it goes."""
    page = opened.open()
    page.evaluate("""async () => {
      const {mount} = await import("/static/editor.js")
      const place = document.body.appendChild(document.createElement("div"))
      globalThis.second = mount(place, {text: "start: welcome\\n", file: "info.yaml"})
    }""")
    grounds = "[...document.querySelectorAll('.cm-gutters')].map(node => getComputedStyle(node).backgroundColor)"
    assert page.evaluate(grounds) == ["rgb(243, 245, 247)"] * 2
    assert page.evaluate("second.getText()") == "start: welcome\n"
    page.evaluate("second.destroy()")
    assert page.evaluate(grounds) == ["rgb(243, 245, 247)"]


def test_read_only_and_destroyed(opened: Opened) -> None:
    page = opened.open(readonly="yes")
    before = opened.text()
    assert page.get_by_role("textbox", name="Text von flow.yaml").get_attribute("aria-readonly") == "true"
    page.evaluate("editor.goTo(3, 1)")
    page.keyboard.type("x")
    assert opened.text() == before
    page.evaluate("editor.destroy()")
    assert page.locator("#editor").inner_html() == ""


# The contrast of each word's colour with what lies behind it (WCAG 2.2, 1.4.3).
CONTRAST = """() => {
  const numbers = colour => (colour.match(/[\\d.]+/g) ?? []).map(Number)
  const light = colour => numbers(colour).slice(0, 3).map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0)
  const behind = node => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor
      if (numbers(colour)[3] !== 0) return colour
    }
    return "rgb(255, 255, 255)"
  }
  const worst = {}
  const parts = ".cm-line, .cm-line span, .cm-gutterElement, .ivr-problems button, .ivr-hint, .ivr-help, " +
    ".cm-panel label, .cm-panel button, .cm-textfield, .cm-tooltip li, .cm-tooltip li span, .cm-lint-marker"
  for (const node of document.querySelectorAll(parts)) {
    const [a, b] = [light(getComputedStyle(node).color), light(behind(node))].sort((x, y) => y - x)
    const key = `${node.tagName} ${node.className} ${getComputedStyle(node).color} ${behind(node)}`
    worst[key] = (a + 0.05) / (b + 0.05)
  }
  return worst
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(opened: Opened, scheme: Any) -> None:
    opened.page.emulate_media(color_scheme=scheme)
    page = opened.open()
    page.evaluate("problems => { editor.setProblems(problems); editor.goTo(7, 1) }", PROBLEMS)
    page.keyboard.press("Control+f")
    page.keyboard.type("de")
    page.evaluate("editor.goTo(7, 8)")
    opened.proposals()
    found = page.evaluate(CONTRAST)
    page.evaluate("editor.goTo(60, 1)")
    for key in ("Escape", "Control+f", "Escape", "Control+d", "Control+d", "Control+d"):
        page.keyboard.press(key)
    found |= page.evaluate(CONTRAST)
    colours = {key.rpartition(" rgb(")[0] for key in found if "cm-line" not in key and key.startswith("SPAN ͼ")}
    assert len(colours) >= 4  # keys, texts, comments and signs are told apart
    assert any("cm-tooltip" in key or key.startswith("LI") for key in found)
    assert {key: round(ratio, 2) for key, ratio in found.items() if ratio < 4.5} == {}


@pytest.mark.parametrize(("change", "code"), [("", 0), ("\n// later\n", 1)])
def test_the_bundle_is_made_from_its_sources(tmp_path: Path, change: str, code: int) -> None:
    """Without npm the digest alone is looked at: a source that changed is noticed all the same."""
    inside = tmp_path / OPERATOR.relative_to(ROOT)
    shutil.copytree(OPERATOR / "static", inside / "static")
    shutil.copytree(OPERATOR / "editor", inside / "editor", ignore=shutil.ignore_patterns("node_modules"))
    tool = tmp_path / "tools" / "editor.py"
    tool.parent.mkdir()
    shutil.copy(ROOT / "tools" / "editor.py", tool)
    with (inside / "editor" / "src" / "place.js").open("a", encoding="utf-8") as source:
        source.write(change)
    command = [sys.executable, str(tool), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": "/nonexistent"})
    assert done.returncode == code, done.stdout + done.stderr
    assert ("made from other sources" if code else "npm is not installed here") in done.stdout


def test_the_lock_names_versions_and_hashes_but_no_registry() -> None:
    lock = json.loads((OPERATOR / "editor" / "package-lock.json").read_text("utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert all(one["integrity"].startswith("sha512-") for one in packages.values())
    assert not [name for name, one in packages.items() if "resolved" in one]
    wanted = json.loads((OPERATOR / "editor" / "package.json").read_text("utf-8"))
    versions = wanted["dependencies"] | wanted["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())


def test_the_bundle_asks_for_no_eval_and_holds_no_address() -> None:
    text = (OPERATOR / "static" / "editor.js").read_text("utf-8")
    assert not re.search(r"\beval\(|new Function\(|https?://(?!www\.w3\.org/)|sourceMappingURL", text)
    licences = (OPERATOR / "static" / "editor.licences.txt").read_text("utf-8")
    assert set(re.findall(r"^\S+ [\d.]+ \((.+)\)$", licences, re.MULTILINE)) == {"MIT"}
