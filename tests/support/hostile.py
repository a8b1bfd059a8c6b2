"""Hostile words wherever an operator, or whoever sends a request, can write one; and a reader of pages that finds what
has become of them: a tag, an attribute, a link that no template of ours has.
"""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Any

from ivr.bundle import Bundle, File

MARK = "qqzz"
"""Stands in every carrier: who finds it on a page knows that the carrier came there."""

CARRIERS = (
    f"<script>top.{MARK}=one</script>",
    f'"><img src=x onerror=top.{MARK}=one>',
    f"'><svg onload=top.{MARK}=one>",
    f"</textarea></title></pre><script>top.{MARK}=one</script>",
    f"javascript:top.{MARK}=one",
    f"<!--{MARK}",
    f"]]>{MARK}<![CDATA[",
    f"&lt;script&gt;{MARK}",
    f"=cmd|{MARK}",
    f"../../{MARK}",
    f"x onfocus=top.{MARK}=one autofocus",
)
"""Texts without digits: the loader takes them all in a text for callers."""

BROKEN = (f"{{{{seven*{MARK}}}}}", f"\u202e{MARK}", f"\u2066{MARK}", f"{MARK}\x01", f"{{% raw %}}{MARK}", f"7{MARK}")
"""Texts that the loader refuses, and shows in what it says."""

SENT = (*CARRIERS, *BROKEN, f"\r\nX-{MARK}: y", f"//evil.example/{MARK}", f"\\\\evil.example\\{MARK}", "CON", "9" * 300,
        "-1", "²", "٣", "NaN", "0001-01-01T00:00", "9999-12-31T23:59", "0001-01-01", "9999-12-31", f"%0d%0a{MARK}",
        "live", "draft", "mine", "abcdefabcdef", "\ufffd", MARK * 2000)  # fmt: skip

_TAGS = """
a article aside blockquote body button caption circle code dd defs del desc details div dl dt fieldset footer
form g h1 h2 h3 head header html input ins label legend li line link main meta nav noscript ol optgroup option
output p path pattern pre progress q rect script section select span strong summary svg table tbody td template
text textarea th thead time title tr tspan ul em b marker polyline polygon
"""
TAGS = frozenset(_TAGS.split())
_ADDRESSES = ("href", "src", "action", "formaction", "poster", "data", "xlink:href")


class Page(HTMLParser):
    """What is wrong with a page, as a browser would read it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.text: list[str] = []
        self._script = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in TAGS:
            self.wrong.append(f"<{tag}>")
        if tag == "script":
            self._script = True
            if not (given.get("src") or "").startswith("/operator/static/"):
                self.wrong.append(f"a script of {given}")
        if tag == "meta" and "http-equiv" in given:
            self.wrong.append(f"<meta {given}>")
        for name, value in attrs:
            self.text.append(value or "")
            if (
                name.startswith("on")
                or name in ("style", "srcdoc")
                or not name.replace("-", "").replace(":", "").isalnum()
            ):
                self.wrong.append(f"{tag} {name}={value}")
            if name in _ADDRESSES and not (value or "").startswith(("/operator", "#", "?")):
                self.wrong.append(f"{tag} {name}={value}")
            if name in ("id", "class", "for") and MARK in (value or ""):
                self.wrong.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        self._script = False if tag == "script" else self._script

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}-->")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._script and data.strip():
            self.wrong.append(f"script: {data}")


def texts(words: str) -> str:
    """As a YAML value that holds exactly these words."""
    return json.dumps(words, ensure_ascii=True)


def hostile_set(carriers: tuple[str, ...] = CARRIERS) -> Bundle:
    """A set that has a hostile text in every place that takes one; comments too."""
    word = dict(enumerate(carriers))

    def at(place: int) -> str:
        return texts(f"Ort {word[place % len(word)]}")

    comments = "".join(f"# {each!r}\n" for each in carriers)
    contacts = f"""{comments}timezone: Europe/Berlin
holidays: DE-NW
contacts:
"""
    for place in range(len(word)):
        contacts += f"""  wache{"abcdefghijklmn"[place]}:
    name: {{de: {at(place)}, en: {at(place)}}}
    in_menu: {{de: {at(place)}, en: {at(place)}}}
    in_sentence: {{de: {at(place)}, en: {at(place)}}}
    phone: (0231) 50-2 {11 + place} 11
    address: {at(place)}
    hours:
      weekly: {{Mo-Sa: 9:00-20:30}}
      exceptions:
        - {{on: 2026-11-25, closed: yes, reason: {{de: {at(place)}, en: {at(place)}}}}}
"""
    flow = f"""{comments}languages: [de, en]
start: greeting
steps:
  greeting:
    say:
      de: Guten Tag, hier ist das Amt. Im Notfall wählen Sie 110 oder 112.
      en: Good morning, this is the office. In an emergency dial 110 or 112.
    next: said0
"""
    for place in range(len(word)):
        flow += f"""  said{place}:
    say:
      de: {at(place)}
      en: {at(place)}
    next: {f"said{place + 1}" if place + 1 < len(word) else "main0"}
"""
    menus = range(0, len(word), 8)
    for menu in menus:
        flow += f"""  main{menu}:
    menu:
      prompt:
        de: {at(menu)}
        en: {at(menu)}
      options:
"""
        for key, place in enumerate(range(menu, min(menu + 8, len(word))), 1):
            flow += f"""        {key}: {{for: {{de: {at(place)}, en: {at(place)}}}, go: office}}
"""
        onward = f"main{menu + 8}" if menu + 8 < len(word) else "office"
        flow += f"""        9: {{for: {{de: Weiter, en: More}}, go: {onward}}}
      give_up: office
"""
    flow += """  office:
    connect:
      to: [wachea, wacheb, wachec]
      when_closed: goodbye
      busy: goodbye
      no_answer: goodbye
      failed: goodbye
  goodbye:
    say:
      de: Sie erreichen uns auch unter {wachea.phone}. {wacheb.status} {wachec.name} {wached.address}
      en: You also reach us at {wachea.phone}. {wacheb.status} {wachec.name} {wached.address}
    next: hangup
"""
    files = (File("flows/hotline.yaml", flow.encode()),)
    return Bundle("flows", files, File("data/contacts.yaml", contacts.encode()), None, "data/contacts.yaml")


def broken_set() -> Bundle:
    """A set that is refused everywhere, with hostile keys, names, kinds, targets and file names."""
    peaceful = hostile_set()
    everything = (*CARRIERS, *BROKEN)
    flow = peaceful.flows[0].content.decode()
    for each in map(texts, everything):
        flow += f"  {each}:\n    say: {{de: {each}}}\n    {each}: {each}\n    next: {each}\n"
    names = [PurePosixPath(each).name or "x" for each in everything]
    files = tuple(File(f"flows/{name}.yaml", flow.encode()) for name in names)
    more = "".join(
        f"  {texts(each)}:\n    {texts(each)}: {texts(each)}\n    phone: {texts(each)}\n" for each in everything
    )
    contacts = File("data/contacts.yaml", (peaceful.contacts.content if peaceful.contacts else b"") + more.encode())
    return Bundle("flows", (*peaceful.flows, *files), contacts, None, "data/contacts.yaml")


def strings(document: Any) -> list[str]:
    """Every string in a JSON document."""
    if isinstance(document, dict):
        return [found for each in document.values() for found in strings(each)]
    if isinstance(document, list):
        return [found for each in document for found in strings(each)]
    return [document] if isinstance(document, str) else []
