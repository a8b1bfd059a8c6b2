"""The database behind the phone service: records of calls, published sets, instructions.

Only the keeper, the commands and the operators' page use it. Workers that answer calls import it when somebody opens
that page, never for a call: whatever state it is in, a call goes on. It holds no state that a call needs, and no number
of a caller.

- `schema`: the tables, each column with what it is for and how long it is kept (docs/privacy.md is made of that).
- `lines`: what the spool holds, read into rows. A line that is wrong costs itself only.
- `merge`: how rows of the same turn or call become one, whatever order they come in.
- `operators`: who may use the page, and who is logged in. `trail`: what they did.
- `work`: what operators are working on: their copies of flows and contacts, and the scenarios that they keep.
- `engine`: SQLite or PostgreSQL, by the URL. `database`: what can be asked. `away`: the one way in which it fails.
"""

from __future__ import annotations

from ivr.store.away import Away, NotTaken, TooLong
from ivr.store.database import CallerKey, Database, Later, Publication, Written
from ivr.store.operators import Operator, Operators
from ivr.store.trail import Entry
from ivr.store.work import Finished, Scenario, Scenarios, WorkingCopies, WorkingCopy

__all__ = [
    "Away",
    "CallerKey",
    "Database",
    "Entry",
    "Finished",
    "Later",
    "NotTaken",
    "Operator",
    "Operators",
    "Publication",
    "Scenario",
    "Scenarios",
    "TooLong",
    "WorkingCopies",
    "WorkingCopy",
    "Written",
]
