"""Lays a picture out in a process of its own: `python -m ivr.graph`, with a picture and a flow's name on its input.

Large flows take seconds, and a process that answers calls has no seconds to spare. In and out goes Python's pickle,
between a process and its own child.
"""

from __future__ import annotations

import pickle
import sys

from ivr.graph.svg import Drawing


def main() -> None:
    """Reads, draws, writes."""
    picture, flow = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    pickle.dump(Drawing(picture, flow), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main()
