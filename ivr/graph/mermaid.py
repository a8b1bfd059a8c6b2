"""A picture as Mermaid, which many editors and code hosts draw by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.graph.paint import paint
from ivr.graph.picture import END
from ivr.graph.words import END as END_WORDS
from ivr.graph.words import kind_words, picked

if TYPE_CHECKING:
    from ivr.graph.picture import Cluster, Picture, StepNode

_ARROWS = {"goes": "-->", "calls": "==>", "rings": "-.->"}


def mermaid(picture: Picture) -> str:
    """The flowchart, with a line break at its end."""
    nodes = {node.id: node for node in picture.nodes}
    lines = ["flowchart TD"]
    for cluster in picture.clusters:
        lines.append(f"  subgraph flow-{cluster.flow}[{_quoted(_head(cluster, picture))}]")
        lines += [f"    {name}[{_quoted(_text(nodes[name], picture))}]" for name in cluster.nodes]
        lines.append("  end")
    lines += [f"  {contact.id}([{_quoted(f'☎ {contact.name}')}])" for contact in picture.contacts]
    if picture.ends:
        lines.append(f"  node-{END}([{_quoted(picked(END_WORDS, picture.language))}])")
    for edge in picture.edges:
        label = "" if edge.plain else f"|{_quoted(', '.join(map(str, edge.labels)))}|"
        target = f"node-{END}" if edge.target == END else edge.target
        lines.append(f"  {edge.source} {_ARROWS[edge.way]}{label} {target}")
    for kind in dict.fromkeys(node.kind for node in picture.nodes):
        colours = paint(kind)
        lines.append(f"  classDef kind-{kind} fill:{colours.ground},stroke:{colours.ink},color:#1c2230")
        lines.append(f"  class {','.join(node.id for node in picture.nodes if node.kind == kind)} kind-{kind}")
    return "\n".join(lines) + "\n"


def _head(cluster: Cluster, picture: Picture) -> str:
    head = f"Flow {cluster.flow}" if picture.language == "en" else f"Ablauf {cluster.flow}"
    return f"{head}: {' · '.join(f'{key.key} {key.words}' for key in cluster.keys)}" if cluster.keys else head


def _text(node: StepNode, picture: Picture) -> str:
    stubs = [f"{', '.join(map(str, stub.labels))} ↩ {stub.words}" for stub in node.stubs]
    return "\n".join([f"{kind_words(node.kind, picture.language)}: {node.step}", *node.texts[:1], *stubs])


def _quoted(text: str) -> str:
    """A text between quotes, in which nothing is markup: Mermaid knows characters by `#name;`."""
    inside = "".join(_MARKS.get(letter, letter) for letter in text)
    return f'"{inside}"'


_MARKS = {"#": "#35;", "&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "`": "#96;", "\n": "<br>"}
