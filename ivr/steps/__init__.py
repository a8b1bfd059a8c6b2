"""The step kinds. One kind is one file here, one line in `KINDS`, and one case file under tests/cases/steps."""

from __future__ import annotations

from typing import Any

from ivr.steps import branch, connect, digits, flow, hangup, language, menu, say, switch
from ivr.steps.base import Kind

KINDS: tuple[Kind[Any], ...] = (
    say.KIND,
    menu.KIND,
    connect.KIND,
    branch.KIND,
    language.KIND,
    flow.KIND,
    digits.KIND,
    switch.KIND,
    hangup.KIND,
)
