"""A picture as DOT, the language of Graphviz and of many programs that lay out graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.graph.paint import paint, wrapped
from ivr.graph.picture import END
from ivr.graph.words import END as END_WORDS
from ivr.graph.words import kind_words, picked

if TYPE_CHECKING:
    from ivr.graph.picture import Cluster, Picture, StepNode

_LOOKS = {"goes": "", "calls": ", style=bold", "rings": ", style=dashed"}


def dot(picture: Picture) -> str:
    """The digraph, with a line break at its end."""
    nodes = {node.id: node for node in picture.nodes}
    lines = [
        "digraph flows {",
        '  graph [rankdir=TB, fontname="sans-serif"]',
        '  node [shape=box, style="rounded,filled", fontname="sans-serif", fontsize=11]',
        '  edge [fontname="sans-serif", fontsize=10]',
    ]
    for cluster in picture.clusters:
        lines += [
            f"  subgraph {_quoted(f'cluster_{cluster.flow}')} {{",
            f"    label={_quoted(_head(cluster, picture))}",
        ]
        lines += [f"    {_node(nodes[name], picture)}" for name in cluster.nodes]
        lines.append("  }")
    lines += [
        f"  {_quoted(contact.id)} [label={_quoted(f'☎ {contact.name}')}, shape=ellipse]" for contact in picture.contacts
    ]
    if picture.ends:
        lines.append(f'  "{END}" [label={_quoted(picked(END_WORDS, picture.language))}, shape=ellipse]')
    for edge in picture.edges:
        label = "" if edge.plain else ", ".join(map(str, edge.labels))
        lines.append(f"  {_quoted(edge.source)} -> {_quoted(edge.target)} [label={_quoted(label)}{_LOOKS[edge.way]}]")
    return "\n".join([*lines, "}"]) + "\n"


def _head(cluster: Cluster, picture: Picture) -> str:
    keys = " · ".join(f"{key.key} {key.words}" for key in cluster.keys)
    return "\n".join(filter(None, [f"{'Flow' if picture.language == 'en' else 'Ablauf'} {cluster.flow}", keys]))


def _node(node: StepNode, picture: Picture) -> str:
    stubs = [f"{', '.join(map(str, stub.labels))} ↩ {stub.words}" for stub in node.stubs]
    opening = wrapped(node.texts[0], 11, 200, 3) if node.texts else []
    label = "\n".join([f"{kind_words(node.kind, picture.language)}: {node.step}", *opening, *stubs])
    colours = paint(node.kind)
    return (
        f'{_quoted(node.id)} [label={_quoted(label)}, fillcolor="{colours.ground}", color="{colours.ink}", '
        f"tooltip={_quoted(chr(10).join(node.texts) or node.step)}]"
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
