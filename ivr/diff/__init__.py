"""What changed between two sets of flows and contacts, told to people: texts changed, options moved, hours changed.

* `change`: one told change, and the order in which callers notice them.
* `essence`: what of a value callers can notice; places, comments and spellings are not.
* `pairs`: which flow, step and contact of the one set is which of the other, whatever it is called now.
* `texts`, `steps`, `menus`, `hours`, `contacts`: the changes of each, in sentences made of `words`.
* `whole`: `compare`, which puts them together, and sees to it that nothing is left untold.
"""

from __future__ import annotations

from ivr.diff.change import Change
from ivr.diff.whole import compare

__all__ = ["Change", "compare"]
