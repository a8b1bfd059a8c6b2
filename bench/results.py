"""Every goal of speed, measured in one run and written to bench/RESULTS.md: `make bench`.

    python bench/results.py [SECONDS]

SECONDS is how long each stretch of the load lasts (4). The whole takes about ten minutes. How it is measured stands in
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
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "support")]

import load  # noqa: E402
import start  # noqa: E402
from instructions import SIZES, counted  # noqa: E402
from turn import ASKS_HOURS, LANE_OFF, OURS, RIVALS, SILENT, compared, of_steps, our_reply, under_granian  # noqa: E402

REQUESTS = 200
ROUNDS = 12


@dataclass(frozen=True)
class Row:
    """A goal, and what was found."""

    what: str
    goal: float
    found: list[float]
    """One figure for each round; the median counts."""
    at_least: bool = False
    digits: int = 2

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


def instructions(folder: Path, reply: Path) -> tuple[dict[str, float], list[Row]]:
    """The counts of every candidate, and the goals that are about them."""
    candidates = (*RIVALS, ASKS_HOURS, SILENT, *of_steps(folder, SIZES))
    counts = {each.name: counted(each, reply, REQUESTS, folder / "profile") for each in candidates}
    ours, lane_off, (few, many) = counts[OURS.name], counts[LANE_OFF.name], list(counts.values())[-2:]
    hand_written, flask = counts[RIVALS[1].name], counts[RIVALS[2].name]
    rows = [
        Row("a turn: hand-written view / ours", 12, [hand_written / ours], at_least=True, digits=1),
        Row("a turn: Flask's constant / ours", 1.8, [flask / ours], at_least=True),
        Row(
            "a turn that asks for hours: Flask's constant / ours", 1.8, [flask / counts[ASKS_HOURS.name]], at_least=True
        ),
        Row("by Flask's dispatch: hand-written view / ours", 3, [hand_written / lane_off], at_least=True),
        Row("by Flask's dispatch: Flask's constant / ours", 0.6, [flask / lane_off], at_least=True),
        Row("10,000 steps / 10 steps", 1.03, [many / few], digits=3),
        Row("share of record, log and metrics", 0.25, [1 - counts[SILENT.name] / ours], digits=3),
    ]
    return counts, rows


def cpu(reply: Path) -> tuple[dict[str, list[float]], list[Row]]:
    """CPU time under granian, by candidate and round, and its goals."""
    costs = compared(RIVALS[:4], under_granian, reply, ROUNDS, 384)
    ours, hand_written, flask, wsgi = costs.values()

    def ratios(other: list[float]) -> list[float]:
        return [one / mine for one, mine in zip(other, ours, strict=True)]

    return costs, [
        Row("CPU under granian: hand-written view / ours", 10, ratios(hand_written), at_least=True, digits=1),
        Row("CPU under granian: Flask's constant / ours", 1.8, ratios(flask), at_least=True),
        Row("CPU under granian: WSGI constant / ours", 0.35, ratios(wsgi), at_least=True),
    ]


def workers(folder: Path) -> list[Row]:
    """Start, memory and loading."""
    ratios, in_instructions = start.cold_start(folder, 9)
    (folder / "memory").mkdir()
    flask, few, pages, more = start.memory(folder / "memory")
    keeper, worker = zip(*start.loading(folder, 3), strict=True)
    rows = [Row("cold start, CPU: ours with 1,000 steps / bare Flask", 1.25, ratios)]
    if in_instructions is not None:
        rows.append(Row("cold start, instructions: the same", 1.25, [in_instructions[0]]))
    return [
        *rows,
        Row("memory with 100 steps, MB more than bare Flask, at first", 8, [(few - flask) / 1024], digits=1),
        Row("the same when Flask has been loaded behind the lane", 8, [(pages - flask) / 1024], digits=1),
        Row("memory for each further step and language, kB", 2, [more]),
        Row("keeper: 10,000 steps / yaml.load", 4, list(keeper)),
        Row("worker: 10,000 steps / yaml.load", 0.02, list(worker), digits=4),
    ]


def under_load(seconds: float) -> list[Row]:
    """Callers by the clock."""
    found = load.main(seconds)
    return [
        Row("p99 at 60 % of the hand-written app's capacity: ours / its", 0.25, [found.p99]),
        Row("errors at twice its capacity", 0, [found.errors], digits=0),
        Row("p50 at twice its capacity / at a fifth of it", 2, [found.p50]),
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


STANDS_IN_THE_WAY = """\
## What stands in the way, where a goal is missed

- **Cold start in instructions.** Importing our modules is nearly all of it; what was measured stands in
  docs/decisions/0016-prepared-steps.md. Valgrind knows no SHA instructions, so hashes weigh more here than in CPU
  time, which is what a caller waits for.
- **Memory for each further step.** It is measured when every step has answered in both languages, so turns that lie
  ready, sentences and states that are kept are in it. They have an upper end: the figure falls as a set grows.
- **CPU under granian.** `python bench/instructions.py profile "our turn"` shows where the instructions of a turn are.
- **Load.** The callers need the same cores as the servers; on two of them a neighbour changes what a server gets.
"""


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
        f"# Speed, measured\n\n`make bench` writes this file. {told}. A turn: a signed POST of 20 parameters, a wrong"
        f" key at a menu,\nanswered with {size} bytes and recorded; everything in one row is of one run.\n\n"
        "| | figure | middle half | goal | |\n|---|---|---|---|---|\n" + "\n".join(map(str, rows)) + "\n\n"
    )
    if counts:
        text += "| instructions for each request, in process | thousands |\n|---|---|\n"
        text += "".join(f"| {name} | {count / 1000:,.1f} |\n" for name, count in counts.items()) + "\n"
    text += "| CPU for each request, under granian | µs |\n|---|---|\n"
    text += "".join(f"| {name} | {statistics.median(each) * 1e6:.0f} |\n" for name, each in costs.items())
    if not all(row.met for row in rows):
        text += f"\n{STANDS_IN_THE_WAY}"
    (HERE / "RESULTS.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 4.0)
