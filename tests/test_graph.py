"""Pictures: what is drawn of a small set, whole; that the shipped set is readable; and that any layout is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from pictures import ROOT, compare, shipped, small

from ivr.graph import Picture, dot, mermaid, picture, svg
from ivr.graph.layout import OUT, Box, Link, layout
from ivr.graph.paint import CLUSTER, KINDS, OTHER, PAPER, QUIET, TEXT, text_width, wrapped
from ivr.graph.words import kind_words
from ivr.loader import Loaded, load
from ivr.steps import KINDS as STEP_KINDS

SVG = "{http://www.w3.org/2000/svg}"
FORMS = {"svg": svg, "mermaid": mermaid, "dot": dot}


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def drawn(loaded: Loaded, language: str = "de") -> Picture:
    assert loaded.flows is not None, loaded.problems
    return picture(loaded.flows, loaded.directory, loaded.written, language)


# -- the small set -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_value(language):
    compare(
        f"picture.{language}.json", json.dumps(asdict(drawn(small(), language)), ensure_ascii=False, indent=1) + "\n"
    )


@pytest.mark.parametrize("form", FORMS)
def test_what_is_drawn(form):
    compare(f"picture.{form}", FORMS[form](drawn(small())))


def test_a_walk_comes_to_every_step_once():
    """Breadth first by key, then what only the keys of a flow lead to."""
    walk = [(each.node.step, each.source and each.source.step, each.labels) for each in drawn(small()).walk()]
    assert walk == [
        ("welcome", None, ()),
        ("main", "welcome", ("weiter",)),
        ("office", "main", ("Taste 1 Wache",)),
        ("address", "main", ("Taste 2 Für Auskünfte",)),
        ("number", "main", ("nach drei Fehlversuchen",)),
        ("languages", "main", ("Taste 9",)),
        ("closed", "office", ("geschlossen",)),
        ("more", "address", ("weiter",)),
        ("soon", "closed", ("kein Feiertag und office öffnet in 1 h",)),
        ("choice", "more", ("ruft",)),
        ("bye", "choice", ("Taste 1 Für den Schluss",)),
    ]


def test_a_step_that_nothing_leads_to_comes_last(tmp_path):
    flow = "languages: [de]\nstart: b\nsteps:\n  a:\n    hangup: yes\n  b:\n    hangup: yes\n"
    (tmp_path / "hotline.yaml").write_text(flow)
    loaded = load_with(tmp_path)
    assert [each.node.step for each in drawn(loaded).walk()] == ["b", "a"]
    assert {each.source for each in drawn(loaded).walk()} == {None}


def load_with(flows: Path) -> Loaded:
    return load(flows, ROOT / "tests/cases/graph/contacts.yaml")


def test_an_operator_whose_language_callers_do_not_speak(tmp_path):
    flow = "languages: [ar]\nstart: a\nsteps:\n  a:\n    say: {ar: أهلًا بكم.}\n    next: hangup\n"
    (tmp_path / "hotline.yaml").write_text(flow)
    assert drawn(load_with(tmp_path)).nodes[0].texts == ("أهلًا بكم.",)


@pytest.mark.parametrize("kind", [kind.word for kind in STEP_KINDS])
def test_every_kind_has_a_colour_and_a_name(kind):
    assert kind in KINDS
    assert kind_words(kind, "de") != kind


def test_a_kind_without_a_name_goes_by_its_word():
    assert kind_words("record", "de") == "record"


# -- Mermaid and DOT ---------------------------------------------------------------------------------------------------

_QUOTED = r'"(?:[^"\\\n]|\\.)*"'
_DOT = re.compile(
    rf"""\s+(?: (?:graph|node|edge)\ \[ .* \]
        | subgraph\ {_QUOTED}\ \{{ | \s+label={_QUOTED} | \}}
        | \s*{_QUOTED}(?:\ ->\ {_QUOTED})?\ \[\w+=(?:{_QUOTED}|\w+)(?:,\ \w+=(?:{_QUOTED}|\w+))*\] )""",
    re.VERBOSE,
)
_ID = "(?:step|contact|flow|node)-[a-z0-9_-]+"
_TEXT = r'"[^"`\\<>]*(?:<br>[^"`\\<>]*)*"'
_MERMAID = re.compile(
    rf"""\s+(?: subgraph\ {_ID}\[{_TEXT}\] | end | \s*{_ID}\[{_TEXT}\] | {_ID}\(\[{_TEXT}\]\)
        | {_ID}\ (?:-->|==>|-\.->)(?:\|{_TEXT}\|)?\ {_ID}
        | classDef\ kind-[a-z]+\ [a-z]+:\#\w+(?:,[a-z]+:\#\w+)* | class\ {_ID}(?:,{_ID})*\ kind-[a-z]+ )""",
    re.VERBOSE,
)


@pytest.mark.parametrize("loaded", [small, shipped])
def test_dot_keeps_to_its_grammar(loaded):
    first, *lines, last = dot(drawn(loaded())).splitlines()
    assert (first, last) == ("digraph flows {", "}")
    assert [line for line in lines if not _DOT.fullmatch(line)] == []


@pytest.mark.parametrize("loaded", [small, shipped])
def test_mermaid_keeps_to_its_grammar(loaded):
    first, *lines = mermaid(drawn(loaded())).splitlines()
    assert first == "flowchart TD"
    assert [line for line in lines if not _MERMAID.fullmatch(line)] == []


# -- the shipped set as SVG --------------------------------------------------------------------------------------------

Area = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@pytest.fixture(scope="module", params=["de", "en"])
def page(request):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        loaded = shipped()
    return etree.fromstring(svg(drawn(loaded, request.param)).encode())


def area(rect: etree._Element) -> Area:
    x, y, width, height = (float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def written(page: etree._Element) -> Iterator[tuple[str, Area]]:
    """Every text and about where it stands."""
    sizes = {"title": 22, "flow": 16, "name": 13}
    for text in page.iter(f"{SVG}text"):
        roles = text.get("class", "").split()
        size = next((sizes[role] for role in roles if role in sizes), 11.5)
        bold = bool({"title", "flow", "name", "kind", "badge", "exit"} & set(roles))
        width = text_width(text.text, size, bold=bold)
        x, y = float(text.get("x", "0")), float(text.get("y", "0"))
        moved = re.match(r"translate\((\S+) (\S+)\)", text.getparent().get("transform", ""))
        if moved:
            x, y = x + float(moved[1]), y + float(moved[2])
        left = x - width / 2 if {"cell", "badge", "short"} & set(roles) else x
        yield text.text, (left, y - size * 0.75, left + width, y + size * 0.2)


def overlap(a: Area, b: Area) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_every_step_and_contact_is_there(page):
    loaded = shipped()
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {f"step-{spot.flow}-{spot.step}" for spot in loaded.flows.steps} <= set(ids)
    assert {f"contact-{contact}" for contact in loaded.directory.contacts} <= set(ids)
    assert {f"flow-{flow}" for flow in loaded.flows.keys} <= set(ids)
    main = next(element for element in page.iter() if element.get("id") == "step-hotline-main")
    assert (main.get("data-flow"), main.get("data-step")) == ("hotline", "main")
    assert "ivr/flows/hotline.yaml:" in main.findtext(f"{SVG}title")


def test_it_needs_nothing_else(page):
    assert page.findtext(f"{SVG}title")
    assert page.findtext(f"{SVG}desc")
    assert not {element.tag for element in page.iter()} & {f"{SVG}{tag}" for tag in ("image", "script", "use")}
    targets = [element.get("href") for element in page.iter(f"{SVG}a")]
    ids = {element.get("id") for element in page.iter()}
    assert targets
    assert {target[1:] for target in targets} <= ids
    assert "url(" not in etree.tostring(page).decode()


def test_boxes_stand_apart(page):
    boxes = [area(group.find(f"{SVG}rect")) for group in page.iter(f"{SVG}g") if group.get("class") == "step"]
    boxes += [area(group.find(f"{SVG}rect")) for group in page.iter(f"{SVG}g") if group.get("class") == "contact"]
    assert not [(a, b) for a, b in combinations(boxes, 2) if overlap(a, b)]


def test_labels_are_readable(page):
    _, _, width, height = map(float, page.get("viewBox").split())
    assert width == 1200
    labels = list(written(page))
    assert not [label for label in labels if label[1][0] < 0 or label[1][2] > width or label[1][3] > height]
    assert not [(a, b) for a, b in combinations(labels, 2) if overlap(a[1], b[1])]
    assert {float(size) for size in re.findall(r"font-size:([\d.]+)px", page.findtext(f"{SVG}style"))} >= {11.5}
    assert min(map(float, re.findall(r"font-size:([\d.]+)px", page.findtext(f"{SVG}style")))) >= 11


def test_a_label_stays_in_its_box(page):
    for group in page.iter(f"{SVG}g"):
        if group.get("class") == "step":
            left, top, right, _ = area(group.find(f"{SVG}rect"))
            for text, (x, y, far, _) in written(group):
                assert left <= x < far <= right, text
                assert top <= y


def test_a_menu_of_twelve_keys_has_room(tmp_path):
    flow = "languages: [de]\nstart: a\nsteps:\n  a:\n    menu:\n      options:\n"
    for key in "1234567890*#":
        subject = "{de: Für Angelegenheiten des Rechnungswesens}"
        flow += f"        '{key}':\n          for: {subject}\n          go: b{ord(key)}\n"
    flow += "".join(f"  b{ord(key)}:\n    hangup: yes\n" for key in "1234567890*#")
    (tmp_path / "hotline.yaml").write_text(flow)
    page = etree.fromstring(svg(drawn(load_with(tmp_path))).encode())
    width = float(page.get("viewBox").split()[2])
    assert width > 1200
    assert all(x >= 0 and far <= width for _, (x, _, far, _) in written(page))


@pytest.mark.parametrize("loaded", [small, shipped])
def test_the_same_bytes_every_time(loaded):
    assert svg(drawn(loaded())) == svg(drawn(loaded()))


def contrast(a: str, b: str) -> float:
    """By WCAG 2: from 1 to 21; AA asks for 4.5."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast():
    for colours in (*KINDS.values(), OTHER):
        assert contrast(colours.ink, colours.ground) >= 4.5
        assert contrast(colours.ink, "#ffffff") >= 4.5
        assert contrast(TEXT, colours.ground) >= 4.5
        assert contrast(colours.ink, CLUSTER) >= 4.5
    assert contrast(QUIET, PAPER) >= 4.5


# -- any layout --------------------------------------------------------------------------------------------------------


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Box], list[Link]]:
    count = draw(st.integers(1, 12))
    sizes = st.tuples(st.sampled_from([186, 240, 420]), st.sampled_from([50, 90, 140]))
    boxes = [Box(f"b{n}", *draw(sizes)) for n in range(count)]
    ends = st.tuples(st.integers(0, count - 1), st.integers(-1, count - 1))
    links = []
    for source, target in draw(st.lists(ends, max_size=24)):
        port = draw(st.sampled_from([0.2, 0.5, 0.8])) * boxes[source].width
        links.append(Link(f"b{source}", port, f"b{target}" if target >= 0 else OUT, "elsewhere"))
    return boxes, links


A_RANK_LEFT_EMPTY = (
    [*(Box(f"b{n}", 186, 50) for n in range(6)), Box("b6", 420, 50), Box("b7", 420, 50)],
    [
        *(Link("b0", 37, to) for to in ("b3", "b4")),
        *(Link(source, 37, "b0") for source in ("b1", "b2", "b5", "b6")),
        Link("b7", 84, "b1"),
    ],
)


@given(graphs())
@example(A_RANK_LEFT_EMPTY)
def test_in_any_layout_boxes_stand_apart_and_lines_run_between_them(graph):
    boxes, links = graph
    placed = layout(boxes, links, 1100)
    areas = {
        box.id: (at.x, at.y, at.x + box.width, at.y + box.height) for box in boxes for at in [placed.boxes[box.id]]
    }
    assert not [pair for pair in combinations(areas.values(), 2) if overlap(*pair)]
    assert all(a[0] >= 0 and a[2] <= placed.width + 0.1 and a[3] <= placed.height for a in areas.values())
    for route in placed.routes:
        for (x, y), (to_x, to_y) in zip(route.points, route.points[1:], strict=False):
            assert abs(x - to_x) < 0.1 or abs(y - to_y) < 0.1, "lines are upright or level"
            line = (min(x, to_x) - 0.01, min(y, to_y) - 0.01, max(x, to_x) + 0.01, max(y, to_y) + 0.01)
            inside = [
                name for name, (a, b, c, d) in areas.items() if overlap(line, (a + 0.5, b + 0.5, c - 0.5, d - 0.5))
            ]
            assert inside == []
    arrived = {route.net for route in placed.routes if route.arrives}
    assert arrived == {link.target for link in links if link.target != OUT}
    assert layout(boxes, links, 1100) == placed


@given(st.text(st.sampled_from("abWi _-."), max_size=60), st.integers(30, 200), st.integers(1, 4))
def test_wrapped_lines_fit(text, width, most):
    lines = wrapped(text, 11.5, width, most)
    assert len(lines) <= most
    assert all(text_width(line, 11.5) <= width for line in lines)
