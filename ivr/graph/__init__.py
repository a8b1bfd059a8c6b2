"""Pictures of a flow set: one neutral value (`picture`), and what is drawn from it."""

from __future__ import annotations

from ivr.graph.dot import dot
from ivr.graph.mermaid import mermaid
from ivr.graph.picture import Picture, picture
from ivr.graph.svg import Drawing, svg

__all__ = ["Drawing", "Picture", "dot", "mermaid", "picture", "svg"]
