"""Lays a picture out in a process of its own: `python -m ivr.graph`, with a picture and a flow's name on its input.

Large flows take seconds, and a process that answers calls has no seconds to spare: this one steps back behind them, and
takes no more memory than it may. In and out goes Python's pickle, between a process and its own child.
"""

from __future__ import annotations

import os
import pickle
import resource
import sys

from ivr.graph.svg import Drawing

_NICE = 10
_MOST_MEMORY = 1024 * 1024 * 1024


def main() -> None:
    """Reads, draws, writes."""
    os.nice(_NICE)
    _, hardest = resource.getrlimit(resource.RLIMIT_AS)
    most = _MOST_MEMORY if hardest == resource.RLIM_INFINITY else min(_MOST_MEMORY, hardest)
    resource.setrlimit(resource.RLIMIT_AS, (most, hardest))
    picture, flow = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    pickle.dump(Drawing(picture, flow), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main()
