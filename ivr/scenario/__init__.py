"""Scenarios: calls that operators write down, with what a caller must hear in them.

* `shape`: what stands in a scenario file, and `files`: finding and reading them.
* `play`: a scenario played through the real street and the real documents, and judged, by `listening` above all;
  `diff` tells it as a call.
* `update`: wrong expectations rewritten in their files.
* `coverage`: what no scenario visits, and `suggest`: scenarios that would.
"""
