"""What the property tests try: how many examples (a first look, or ten thousand in CI), and hours of any kind."""

from __future__ import annotations

import os

from hypothesis import strategies as st

EXAMPLES = 10_000 if os.environ.get("CI") else 200
"""What tries so many is marked `no_cover`: other tests reach the same lines."""


@st.composite
def spans(draw: st.DrawFn) -> str:
    """One to three spans of a day that do not overlap, the last perhaps past midnight."""
    times = sorted(draw(st.sets(st.integers(0, 95), min_size=2, max_size=6)))
    pairs = list(zip(times[::2], times[1::2], strict=False))
    if len(times) % 2 and times[-1] > 76:
        pairs.append((times[-1], draw(st.integers(1, 20))))
    return "[" + ", ".join("-".join(f"{t // 4}:{t % 4 * 15:02}" for t in pair) for pair in pairs) + "]"


def what_holds() -> st.SearchStrategy[str]:
    """What an exception can say of its day."""
    parts = st.tuples(st.sampled_from(["open", "closed"]), st.sampled_from(["from", "until"]), st.integers(1, 95))
    return st.one_of(
        st.sampled_from(["closed: yes", "open: as usual"]),
        spans().map("open: {}".format),
        spans().map("closed: {}".format),
        parts.map(lambda part: f"{part[0]}: {part[1]} {part[2] // 4}:{part[2] % 4 * 15:02}"),
    )


@st.composite
def some_hours(draw: st.DrawFn) -> str:
    """Hours around the winter of 2026 and both clock changes of 2027, with anything that can be written."""

    def week() -> str:
        days = draw(st.lists(st.sampled_from(["Mo", "Di-Mi", "Do", "Fr", "Sa", "So"]), unique=True, min_size=1))
        lines = [f"{day}: {draw(st.one_of(st.just('closed'), spans()))}" for day in days]
        return "{" + ", ".join(lines) + "}"

    text = f"weekly: {week()}\nholidays: {draw(st.one_of(st.sampled_from(['closed', 'as usual']), spans()))}\n"
    if draw(st.booleans()):
        text += f"seasons: [{{from: 11-15, to: 03-28, weekly: {week()}}}]\n"
    text += "exceptions:\n"
    days = ("on: 2026-11-30", "on: 2027-03-28", "every: 12-24", "from: 2026-12-20, to: 2027-01-07")
    for day in (*days, "every: Karfreitag", "every: Rosenmontag", "every: first We", "every: last Fr in November"):
        if draw(st.booleans()):
            text += f"  - {{{day}, {draw(what_holds())}}}\n"
    return text if text.endswith("}\n") else text.removesuffix("exceptions:\n")
