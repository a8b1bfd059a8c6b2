"""Change the code in small ways, one at a time, and see whether the tests notice.

    python tools/mutate.py --module ivr/street/signature.py --tests tests/test_signature.py
    python tools/mutate.py --module ivr/twiml/renderer.py --tests tests/test_twiml.py --sample 100 --seed 7

Both `--module` and `--tests` can be given several times; every module is run with all the tests. `--sample
N` takes N mutants of each module, chosen by `--seed`; `--jobs` runs so many at once. Each survivor is
printed as

    ivr/street/signature.py:61: len(keys) > 1 -> (len(keys) >= 1)

Exit status: 0 when fewer than one in ten mutants of every module survives, 1 when
more do, 2 when the run makes no sense: the tests fail without any change, or pass with a module that cannot
be imported.

The working tree is never written: every job works in its own copy of the project in a temporary folder,
first on the path of its tests. What is changed: comparisons, and/or/not, conditions, arithmetic, numbers by
one, True and False, strings, returned values, and statements, which are left out. What is not: annotations,
decorators, docstrings, imports, assertions, and the inside of f-strings, whose positions Python 3.11 does
not know. A mutant that runs for more than four times as long as the tests counts as noticed.

Three libraries were looked at first. mutmut 3 leaves code outside of functions alone, which is where tables
of allowed prefixes stand; cosmic-ray changes files in place and knows no strings, returns or left-out
statements; poodle leaves out no statements and takes no samples.
"""

from __future__ import annotations

import argparse
import ast
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 0.10
"""So large a share of survivors is too large."""

_NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info")

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


@dataclass(frozen=True)
class Mutant:
    """One change: the line it stands in, what it replaces and by what, and the whole module with it."""

    line: int
    before: str
    after: str
    source: bytes


def mutants(source: bytes) -> list[Mutant]:
    """Every mutant of a module, in the order of the source, each once."""
    starts = [0]
    for line in source.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    ends = {id(function.body[-1]) for function in functions}
    made: dict[bytes, Mutant] = {}
    for node, after in _changes(tree, inside_function=False):
        if id(node) in ends and isinstance(node, ast.Return) and after == "pass":
            # To leave out a function's last return is to return None, which is another mutant.
            continue
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        changed = source[:begin] + after.encode() + source[end:]
        if changed != source and _compiles(changed):
            before = " ".join(source[begin:end].decode().split())
            made.setdefault(changed, Mutant(node.lineno, before, after, changed))
    return sorted(made.values(), key=lambda mutant: mutant.line)


def _compiles(source: bytes) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _changes(node: ast.AST, *, inside_function: bool) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Each place that can be changed, with the text that replaces it."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Assert) or _is_for_types(node):
        return
    if isinstance(node, ast.stmt):
        for after in _statement(node, inside_function=inside_function):
            yield node, after
    elif isinstance(node, ast.expr):
        for changed in _expression(node):
            yield node, f"({ast.unparse(changed)})"
    test = getattr(node, "test", None)
    if isinstance(node, ast.If | ast.While | ast.IfExp) and isinstance(test, ast.Name | ast.Attribute | ast.Call):
        yield test, f"(not {ast.unparse(test)})"
    inside_function = inside_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for child in _children(node):
        yield from _changes(child, inside_function=inside_function)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node in which a change could be noticed."""
    if isinstance(node, ast.JoinedStr):
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "bases", "keywords") and not isinstance(node, ast.Call):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_docstring(child):
                yield child


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _statement(node: ast.stmt, *, inside_function: bool) -> Iterator[str]:
    """A statement left out, or a return of nothing."""
    if isinstance(node, ast.Return) and node.value and ast.unparse(node.value) not in ("None", "False"):
        yield "return None"
    match node:
        case ast.Return() | ast.Raise() | ast.Break() | ast.Continue() | ast.Delete() | ast.Expr():
            yield "pass"
        case ast.Assign() | ast.AugAssign() | ast.AnnAssign(value=ast.expr()) if inside_function:
            yield "pass"


def _expression(node: ast.expr) -> Iterator[ast.expr]:
    """The other forms of one expression."""
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            for other in _COMPARISONS[type(operator)]:
                changed = copy(node)
                changed.ops = [*node.ops[:index], other(), *node.ops[index + 1 :]]
                yield changed
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        yield ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)
    elif isinstance(node, ast.JoinedStr):
        yield ast.Constant("")
    elif isinstance(node, ast.Constant):
        yield from map(ast.Constant, _constants(node.value))


def _constants(value: object) -> list[bool | int | float | str | bytes]:
    match value:
        case bool():
            return [not value]
        case int() | float():
            return [value + 1, value - 1]
        case str():
            return ["", "XX" + value] if value else ["XX"]
        case bytes():
            return [b"", b"XX" + value] if value else [b"XX"]
        case _:
            return []


@dataclass(frozen=True)
class Copy:
    """A copy of the project in which tests run."""

    folder: Path
    tests: tuple[str, ...]

    def passes(self, seconds: float | None = None) -> bool:
        """Whether the tests pass within the time; a run that takes longer is ended, and does not."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *self.tests]
        # Bytecode is kept by time stamp and size, which two mutants can share: none is written.
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        run = subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return run.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)
                run.wait()

    def passes_with(self, module: str, source: bytes, seconds: float) -> bool:
        """The same with another text of one module, which is put back afterwards."""
        path = self.folder / module
        original = path.read_bytes()
        path.write_bytes(source)
        try:
            return self.passes(seconds)
        finally:
            path.write_bytes(original)


def survivors(module: str, chosen: list[Mutant], copies: list[Copy], seconds: float) -> list[Mutant]:
    """The mutants that the tests do not notice, printed as they are found."""
    free: queue.SimpleQueue[Copy] = queue.SimpleQueue()
    for place in copies:
        free.put(place)

    def survives(mutant: Mutant) -> bool:
        place = free.get()
        try:
            survived = place.passes_with(module, mutant.source, seconds)
        finally:
            free.put(place)
        if survived:
            print(f"{module}:{mutant.line}: {mutant.before} -> {mutant.after}", flush=True)
        return survived

    with ThreadPoolExecutor(len(copies)) as pool:
        return [mutant for mutant, survived in zip(chosen, pool.map(survives, chosen), strict=True) if survived]


def main(arguments: list[str]) -> int:
    """Run the tool; the exit status is described above."""
    parser = argparse.ArgumentParser(prog="mutate.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--module", action="append", required=True, help="path of a module, from the project's root")
    parser.add_argument("--tests", action="append", required=True, help="path of a test file, from the project's root")
    parser.add_argument("--sample", type=int, help="so many mutants of each module; all without it")
    parser.add_argument("--seed", type=int, default=0, help="chooses the sample")
    parser.add_argument("--jobs", type=int, default=2, help="test runs at once")
    wanted = parser.parse_args(arguments)
    for path in [*wanted.module, *wanted.tests]:
        if not (ROOT / path).is_file():
            parser.error(f"{path} is no file of this project")
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies = [Copy(Path(folder, str(job), "project"), tuple(wanted.tests)) for job in range(wanted.jobs)]
        for place in copies:
            shutil.copytree(ROOT, place.folder, ignore=_NOT_COPIED)
        began = time.monotonic()
        if not copies[0].passes():
            print("The tests fail without any change.", file=sys.stderr)
            return 2
        # Several runs share the machine, and a failing test may look for a smaller example.
        seconds = 10 + 4 * (time.monotonic() - began)
        return max(_judge(module, copies, seconds, wanted.sample, wanted.seed) for module in wanted.module)


def _judge(module: str, copies: list[Copy], seconds: float, sample: int | None, seed: int) -> int:
    """Run one module's mutants and print its line; the exit status."""
    if copies[0].passes_with(module, b"raise ImportError\n", seconds):
        print(f"The tests pass without {module}: they do not load it from the copy.", file=sys.stderr)
        return 2
    chosen = mutants((copies[0].folder / module).read_bytes())
    if sample is not None and sample < len(chosen):
        chosen = random.Random(seed).sample(chosen, sample)
    if not chosen:
        print(f"{module}: nothing to change")
        return 0
    alive = survivors(module, chosen, copies, seconds)
    rate = len(alive) / len(chosen)
    print(f"{module}: {len(alive)} of {len(chosen)} mutants survive ({rate:.1%}; fewer than {LIMIT:.0%} may)")
    return int(rate >= LIMIT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
