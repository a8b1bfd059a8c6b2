"""Every goal of speed, measured in one run and written to bench/RESULTS.md: `make bench`.

    python bench/results.py [SECONDS]

SECONDS is how long each stretch of the load lasts (4). The whole takes about four minutes. How it is measured stands in
turn.py (CPU), instructions.py, load.py and start.py, which print more.
"""

import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "support")]

import load  # noqa: E402
import start  # noqa: E402
from instructions import SIZES, counted  # noqa: E402
from turn import (  # noqa: E402
    ASKS_HOURS,
    LANE_OFF,
    OURS,
    PARTS,
    RIVALS,
    SILENT,
    compared,
    of_steps,
    our_reply,
    under_granian,
)

REQUESTS = 200
ROUNDS = 12
THREADS = 4
"""CPU time is measured in one thread and in so many, to show what waiting for the interpreter costs."""


@dataclass(frozen=True)
class Row:
    """A goal, and what was found."""

    what: str
    goal: float
    found: list[float]
    """One figure for each round; the median counts."""
    at_least: bool = False
    digits: int = 2
    why: str = ""
    """What stands in the way when it is missed."""

    @property
    def met(self) -> bool:
        middle = statistics.median(self.found)
        return middle >= self.goal if self.at_least else middle <= self.goal

    def __str__(self) -> str:
        written = f"{statistics.median(self.found):.{self.digits}f}"
        spread = "one run"
        if len(self.found) > 1:
            low, _, high = statistics.quantiles(self.found, n=4, method="inclusive")
            spread = f"{low:.{self.digits}f} to {high:.{self.digits}f}"
        goal = f"{'at least' if self.at_least else 'at most'} {self.goal:g}"
        return f"| {self.what} | {written} | {spread} | {goal} | {'met' if self.met else '**missed**'} |"


INSTRUCTIONS = "`python bench/instructions.py profile` shows in which C functions the instructions of a turn are."


def instructions(folder: Path, reply: Path) -> tuple[dict[str, float], list[Row]]:
    """The counts of every candidate, and the goals that are about them."""
    candidates = (*RIVALS, ASKS_HOURS, *PARTS, *of_steps(folder, SIZES))
    counts = {each.name: counted(each, reply, REQUESTS, folder / "profile") for each in candidates}
    ours, lane_off, (few, many) = counts[OURS.name], counts[LANE_OFF.name], list(counts.values())[-2:]
    hand_written, flask = counts[RIVALS[1].name], counts[RIVALS[2].name]

    def fewer(what: str, goal: float, found: float, digits: int = 2) -> Row:
        return Row(what, goal, [found], at_least=True, digits=digits, why=INSTRUCTIONS)

    rows = [
        fewer("a turn: hand-written view / ours", 12, hand_written / ours, digits=1),
        fewer("a turn: Flask's constant / ours", 1.8, flask / ours),
        fewer("a turn that asks for hours: Flask's constant / ours", 1.8, flask / counts[ASKS_HOURS.name]),
        fewer("by Flask's dispatch: hand-written view / ours", 3, hand_written / lane_off),
        fewer("by Flask's dispatch: Flask's constant / ours", 0.6, flask / lane_off),
        Row("10,000 steps / 10 steps", 1.03, [many / few], digits=3, why=INSTRUCTIONS),
        Row("share of record, log and metrics", 0.25, [1 - counts[SILENT.name] / ours], digits=3, why=INSTRUCTIONS),
    ]
    return counts, rows


CPU = """\
**CPU under granian.** The table of CPU times cuts our turn off behind each of its parts. The server's own share (a WSGI
constant) is the same for all. Of ours, form and signature are the largest part: twenty values are found, put in order
and hashed, each by one call of C. The next is record, log and counters: two lines are written, and during each of the
two system calls the interpreter is free for others. That is why the same turn costs more in four threads: who has
written waits for the interpreter, twice in a turn. Our own server (docs/decisions/0002-production-server.md) answers
calls in one thread."""


def cpu(reply: Path) -> tuple[dict[str, list[list[float]]], list[Row]]:
    """CPU time under granian, by candidate, for one thread and for four, and its goals."""
    candidates = (*RIVALS[:4], *PARTS)
    costs, rows = [], []
    for threads in (1, THREADS):
        found = compared(candidates, partial(under_granian, threads=threads), reply, ROUNDS, 384)
        costs.append(found)
        ours, *others = found.values()
        where = f"CPU under granian, {threads} thread{'s' if threads > 1 else ''}"
        goals = (("hand-written view", 10, 1), ("Flask's constant", 1.8, 2), ("WSGI constant", 0.35, 2))
        for (what, goal, digits), other in zip(goals, others, strict=False):
            ratios = [one / mine for one, mine in zip(other, ours, strict=True)]
            rows.append(Row(f"{where}: {what} / ours", goal, ratios, at_least=True, digits=digits, why=CPU))
    return {name: [each[name] for each in costs] for name in costs[0]}, rows


START = """\
**Cold start.** Importing our modules is nearly all of it; what was measured stands in
docs/decisions/0016-prepared-steps.md. Valgrind knows no SHA instructions, so hashes weigh more here than in CPU time,
which is what a caller waits for."""

MEMORY = """\
**Memory.** It is measured when every step has answered in both languages. Up to 512 steps that callers come to, what
lies ready is more than the goal: the step as it was read, its turn in each language with document, state and words for
the log, and the XML of its sentences, which is kept for other turns as well. That is what makes a turn cheap. It has an
upper end, so the mean falls as a set grows, and a larger set takes next to nothing more."""

LOADING = """\
**Loading.** A step that is read is also judged, linked to its places in the file and written down again; `yaml.load`
builds plain lists and words of the same file."""

LOAD = """\
**Load.** The callers need the same cores as the servers; on two of them a neighbour changes what a server gets."""


def workers(folder: Path) -> list[Row]:
    """Start, memory and loading."""
    ratios, in_instructions = start.cold_start(folder, 9)
    (folder / "memory").mkdir()
    few, pages, more, first, last = zip(*start.memory(folder / "memory", 5), strict=True)
    keeper, worker = zip(*start.loading(folder, 3), strict=True)
    rows = [Row("cold start, CPU: ours with 1,000 steps / bare Flask", 1.25, ratios, why=START)]
    if in_instructions is not None:
        rows.append(Row("cold start, instructions: the same", 1.25, [in_instructions[0]], why=START))
    return [
        *rows,
        Row(
            "memory with 100 steps, MB more than bare Flask, at first",
            8,
            [each / 1024 for each in few],
            digits=1,
            why=MEMORY,
        ),
        Row(
            "the same when Flask has been loaded behind the lane",
            8,
            [each / 1024 for each in pages],
            digits=1,
            why=MEMORY,
        ),
        Row("memory for each further step and language, kB, from 100 to 2,000 steps", 2, list(more), why=MEMORY),
        Row("the same from 100 to 500 steps, all of which lie ready", 2, list(first), why=MEMORY),
        Row("the same from 500 to 2,000 steps", 2, list(last), why=MEMORY),
        Row("keeper: 10,000 steps / yaml.load", 4, list(keeper), why=LOADING),
        Row("worker: 10,000 steps / yaml.load", 0.02, list(worker), digits=4, why=LOADING),
    ]


def under_load(seconds: float) -> list[Row]:
    """Callers by the clock."""
    found = load.main(seconds)
    return [
        Row("p99 at 60 % of the hand-written app's capacity: ours / its", 0.25, found.p99, why=LOAD),
        Row("errors at twice its capacity", 0, [sum(found.errors)], digits=0, why=LOAD),
        Row("p50 at twice its capacity / at a fifth of it", 2, found.p50, why=LOAD),
    ]


def machine() -> str:
    """What it was measured on."""
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    words = re.sub(r"\(R\)|\(TM\)|@.*|\d+-Core|Processor|CPU", "", model[1] if model else platform.machine()).split()
    valgrind = "no valgrind: instructions were not counted"
    if shutil.which("valgrind"):
        valgrind = subprocess.check_output(["valgrind", "--version"], text=True).strip()
    python, when, load_ = platform.python_version(), datetime.now(UTC).date(), os.getloadavg()[0]
    return (
        f"{when}, {os.cpu_count()} cores ({' '.join(words[:2])}), Python {python}, {valgrind}, load before {load_:.1f}"
    )


def table(head: str, columns: int, lines: Iterable[str]) -> str:
    return "\n".join([head, "|---" * columns + "|", *lines, "", ""])


def main(seconds: float) -> None:
    """Everything, in turn."""
    told = machine()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        reply = our_reply(folder)
        size = len(reply.read_bytes())
        counts, rows = instructions(folder, reply) if shutil.which("valgrind") else ({}, [])
        costs, more = cpu(reply)
        rows += more + workers(folder) + under_load(seconds)
    text = (
        f"# Speed, measured\n\n`make bench` writes this file. {told}.\n\nA turn: a signed POST of 20 parameters, a "
        f"wrong key at a menu, answered with {size} bytes and recorded. Everything in one row is of one run; the "
        "figure is the median of its rounds. Under granian: one worker.\n\n"
    )
    text += table("| | figure | middle half | goal | |", 5, map(str, rows))
    if counts:
        lines = (f"| {name} | {count / 1000:,.1f} |" for name, count in counts.items())
        text += table("| instructions for each request, in process | thousands |", 2, lines)
    lines = (
        f"| {name} | " + " | ".join(f"{statistics.median(each) * 1e6:.0f}" for each in both) + " |"
        for name, both in costs.items()
    )
    text += table(f"| CPU for each request, under granian, µs | in one thread | in {THREADS} threads |", 3, lines)
    if whys := dict.fromkeys(row.why for row in rows if not row.met):
        text += "## What stands in the way, where a goal is missed\n\n" + "\n\n".join(whys) + "\n"
    text = text.rstrip("\n") + "\n"
    (HERE / "RESULTS.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 4.0)
