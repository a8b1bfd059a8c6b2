"""How many instructions a turn takes, beside others: what a neighbour on the same machine cannot change.

    python bench/instructions.py [REQUESTS]

The candidates are those of turn.py, in process, each in a process of its own under valgrind (Debian's package of that
name). It counts user instructions, the system's own work not, while so many requests are answered; a warm-up before
them is not counted. The figures repeat to a few in a thousand, so one run says what a change has cost. It takes a few
minutes: under valgrind a program runs fifty times slower.

    python bench/instructions.py profile CANDIDATE      which C functions they are in
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from turn import ASKS_HOURS, HERE, OURS, PARTS, RIVALS, Candidate, of_steps, our_reply

OTHERS = (ASKS_HOURS, *PARTS)

WARM_UP = 200
"""The interpreter has specialized itself by then, and everything that is kept from turn to turn is there."""

SIZES = (10, 10_000)


def counted(candidate: Candidate, reply: Path, requests: int, profile: Path) -> float:
    """The instructions of one request; `profile` is the file for callgrind's own account of them."""
    command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={profile}", sys.executable]
    with subprocess.Popen(
        [*command, str(HERE / "turn.py"), *candidate.words()],
        cwd=HERE,
        # Else the order in sets and dicts, and with it the count, would differ from run to run.
        env={**candidate.environment(reply), "PYTHONHASHSEED": "0"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def answered(number: int) -> None:
            print(number, file=process.stdin, flush=True)
            json.loads(process.stdout.readline())

        json.loads(process.stdout.readline())
        answered(WARM_UP)
        _tell(process.pid, "--instr=on")
        answered(requests)
        _tell(process.pid, "--instr=off")
    found = re.search(r"^totals: (\d+)", profile.read_text("utf-8"), re.MULTILINE)
    assert found, profile
    return int(found[1]) / requests


def _tell(pid: int, order: str) -> None:
    subprocess.run(["callgrind_control", order, str(pid)], check=True, stdout=subprocess.DEVNULL)


def main(requests: int) -> None:
    """Counts every candidate once, and prints the table."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        reply = our_reply(folder)
        print(f"{'instructions a request, in process':40}{'thousands':>10}{'times our turn':>16}", flush=True)
        ours = 0.0
        for candidate in (*RIVALS, *OTHERS, *of_steps(folder, SIZES)):
            count = counted(candidate, reply, requests, folder / "profile")
            ours = ours or count
            print(f"  {candidate.name:38}{count / 1000:10.1f}{count / ours:16.3f}", flush=True)


def profiled(name: str, requests: int = 200) -> None:
    """Prints callgrind's account of one candidate."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        known = {each.name: each for each in (*RIVALS, *OTHERS)}
        count = counted(known[name], our_reply(folder), requests, folder / "profile")
        print(f"{name}: {count:,.0f} instructions a request\n", flush=True)
        subprocess.run(["callgrind_annotate", "--auto=no", str(folder / "profile")], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["profile"]:
        profiled(*sys.argv[2:3] or [OURS.name])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
