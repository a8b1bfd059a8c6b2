"""Mutation of flows: single edits of the shipped set, and whether one gets past the checker that callers would pay for.

    python bench/mutants.py [--count 20000] [--seed 1] [--jobs 2] [--callers 1000] [--only N] [--flows … --contacts …]

Every mutant is one edit (edits.py) of a copy of the files. It is loaded, and if it loads, proved: what `ivr check`
does. Where there are errors it is refused, and each of them has to name a line and say what is wrong. Where there are
none it survives, and callers ring it (callers.py): whatever happens to one of them that must not is an escape. The set
itself must be free of errors, or nothing could be learnt from it.

Mutants are numbered from 1; the same seed gives the same ones, however many. `--only N` makes one of them again, and
shows what becomes of it. All calls take place in the year from a fixed day on (`NOW`), so that results can be compared.

Exit code: 0 without escapes, 1 with one, 2 where the set itself has errors.
"""

import argparse
import json
import multiprocessing
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tests" / "support")]

from callers import Escape, Oracle, Year, plain  # noqa: E402 - the oracle of the tests lies beside them
from edits import Edit, edits  # noqa: E402

from ivr.check.hearing import Kept  # noqa: E402
from ivr.check.memory import Memory  # noqa: E402
from ivr.check.proof import prove  # noqa: E402
from ivr.loader import Loaded, load  # noqa: E402
from ivr.source.problems import Problem  # noqa: E402
from ivr.source.report import render  # noqa: E402

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
FLOWS = ROOT / "ivr" / "flows"
CONTACTS = ROOT / "data" / "contacts.yaml"
CALLERS = 1000
TURNS_SHOWN = 16
"""Of a call so many turns at its end are printed."""
LINE_EVERY = 500
"""Mutants between two lines of progress, where nobody watches."""


class Verdict(NamedTuple):
    """What became of a mutant."""

    number: int
    outcome: str
    """`load`, `proof`, `survived` or `escaped`."""
    codes: tuple[str, ...]
    """Of the errors that it was refused for, without repetition; of the escapes."""
    as_before: bool
    """Whether a survivor means what the set meant before (a comment was edited, or the order of lines)."""
    escapes: tuple[Escape, ...]
    seconds: Mapping[str, float]
    """CPU: of loading, proving and calling."""


class Remembering(Memory):
    """A memory for sets that differ by one edit of one contact: what the edit cannot have touched is known.

    Sentences of a contact depend on what stands under it and its house, the zone and the holidays, and the times of
    conditions on the hours of all contacts. Both are known by that content.
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Kept] = {}
        self._times: dict[str, dict[str, str]] = {}
        self._last: tuple[bytes, Kept, dict[str, str]] | None = None

    def moments(self, loaded: Loaded, now: datetime) -> dict[str, str]:
        return self._of(loaded, now)[2]

    def sentences(self, loaded: Loaded, now: datetime) -> Kept:
        return self._of(loaded, now)[1]

    def _of(self, loaded: Loaded, now: datetime) -> tuple[bytes, Kept, dict[str, str]]:
        source = loaded.contacts_source
        if self._last is None or self._last[0] != source:
            read: dict[str, Any] = yaml.load(source, yaml.CBaseLoader)
            common = [str(now), read.get("timezone"), read.get("holidays")]
            contacts: dict[str, Any] = read["contacts"]
            hours = [
                [name, *(of.get(field) for field in ("hours", "phone_hours", "at"))] for name, of in contacts.items()
            ]
            parts = {}
            for name, of in contacts.items():
                key = json.dumps([common, name, of, contacts.get(of.get("at"))])
                parts[name] = self._known.setdefault(key, {})
            times = self._times.setdefault(json.dumps([common, hours]), {})
            self._last = (source, _ByContact(parts), times)
        return self._last


class _ByContact(dict[tuple[str, ...], Any]):
    """Sentences, each kept with those of its contact."""

    def __init__(self, parts: Mapping[str, Kept]) -> None:
        super().__init__()
        for kept in parts.values():
            self.update(kept)
        self._parts = parts

    def __setitem__(self, key: tuple[str, ...], value: Any) -> None:
        super().__setitem__(key, value)
        self._parts[key[1]][key] = value


class Bench:
    """A folder with the set's files, in which one mutant after the other is tried."""

    def __init__(self, folder: Path, flows: Path, contacts: Path, *, seed: int, callers: int) -> None:
        self.folder = folder
        self.seed = seed
        self.callers = callers
        self.files = read_set(flows, contacts)
        self.memory = Remembering()
        self._years: dict[str, Year] = {}
        (folder / "flows").mkdir()
        for name, text in self.files.items():
            (folder / name).write_text(text, encoding="utf-8")
        spoken = contacts.with_name("pronunciation.yaml")
        if spoken.exists():
            shutil.copy(spoken, folder)

    def errors(self) -> list[Problem]:
        """What is wrong with the set itself."""
        return [problem for problem in self._checked(self._load()) if problem.severity == "error"]

    def _load(self) -> Loaded:
        return load(self.folder / "flows", self.folder / "contacts.yaml", now=NOW)

    def _checked(self, loaded: Loaded) -> tuple[Problem, ...]:
        if loaded.flows is None:
            return loaded.problems
        return (*loaded.problems, *prove(loaded, NOW, self.memory).problems)

    def tried(self, number: int, edit: Edit) -> Verdict:
        """What becomes of one mutant."""
        path = self.folder / edit.file
        path.write_text(edit.applied(self.files[edit.file]), encoding="utf-8")
        try:
            return self._tried(number, edit)
        finally:
            path.write_text(self.files[edit.file], encoding="utf-8")

    def _tried(self, number: int, edit: Edit) -> Verdict:
        seconds = dict.fromkeys(("loading", "proving", "calling"), 0.0)
        clock = time.process_time()
        escapes: list[Escape] = []
        problems: tuple[Problem, ...] = ()
        outcome, as_before = "load", False
        try:
            loaded = self._load()
            seconds["loading"], clock = time.process_time() - clock, time.process_time()
            problems = loaded.problems
            if loaded.flows is not None:
                outcome = "proof"
                problems = self._checked(loaded)
                seconds["proving"], clock = time.process_time() - clock, time.process_time()
            escapes += unclear(problems, loaded)
        except Exception as error:  # noqa: BLE001 - an operator would have got a traceback
            escapes.append(Escape("checker raised", repr(error), ()))
        errors = [problem for problem in problems if problem.severity == "error"]
        if not errors and not escapes:
            outcome = "survived"
            files = {**self.files, edit.file: edit.applied(self.files[edit.file])}
            as_before = plain(files[edit.file]) == plain(self.files[edit.file])
            try:
                escapes += self.called(loaded, files, number)
            except Exception as error:  # noqa: BLE001 - a run of an hour goes on
                escapes.append(Escape("oracle raised", repr(error), ()))
            seconds["calling"] = time.process_time() - clock
        codes = {escape.code for escape in escapes} if escapes else {problem.code for problem in errors}
        return Verdict(
            number, "escaped" if escapes else outcome, tuple(sorted(codes)), as_before, tuple(escapes), seconds
        )

    def called(self, loaded: Loaded, files: Mapping[str, str], number: int) -> list[Escape]:
        """The escapes that callers find in a set, whatever the checker says of it."""
        assert loaded.flows is not None
        assert loaded.directory is not None
        contacts = files["contacts.yaml"]
        if contacts not in self._years:
            if len(self._years) > 20:
                self._years.clear()
            self._years[contacts] = Year(loaded.directory, NOW)
        rng = random.Random(f"callers {self.seed} {number}")
        return Oracle(loaded.flows, loaded.directory, files, self._years[contacts]).judge(rng, self.callers)


def read_set(flows: Path, contacts: Path) -> dict[str, str]:
    """The files of a set by the names that the oracle gives them."""
    texts = {f"flows/{path.name}": path.read_text("utf-8") for path in sorted(flows.glob("*.yaml"))}
    return {**texts, "contacts.yaml": contacts.read_text("utf-8")}


def unclear(problems: tuple[Problem, ...], loaded: Loaded) -> Iterator[Escape]:
    """Problems that an operator could do nothing with: without a line, or without words."""
    for problem in problems:
        text = loaded.sources.get(problem.place.file, b"")
        if not 1 <= problem.place.line <= text.count(b"\n") + 1:
            yield Escape("no line", f"{problem.place} {problem.code}", ())
        if not all(words.strip() for words in problem.message):
            yield Escape("no words", f"{problem.place} {problem.code}", ())
    shown = render(problems[:1], "en", loaded.sources)
    if problems and f"{problems[0].place}:" not in shown:
        yield Escape("not shown", shown, ())


# --- many of them ---------------------------------------------------------------------------------------------------

_bench: Bench


def _begin(flows: Path, contacts: Path, seed: int, callers: int, folders: str) -> None:
    """A process that tries mutants, in a folder of its own."""
    global _bench  # noqa: PLW0603 - what a process of the pool keeps
    _bench = Bench(Path(tempfile.mkdtemp(dir=folders)), flows, contacts, seed=seed, callers=callers)


def _try(numbered: tuple[int, Edit]) -> Verdict:
    return _bench.tried(*numbered)


class Tally:
    """The figures of a run."""

    def __init__(self) -> None:
        self.by_kind: dict[str, Counter[str]] = {}
        self.codes: dict[str, Counter[str]] = {"load": Counter(), "proof": Counter(), "escaped": Counter()}
        self.outcomes: Counter[str] = Counter()
        self.as_before = 0
        self.seconds: Counter[str] = Counter()

    def add(self, edit: Edit, verdict: Verdict) -> None:
        self.by_kind.setdefault(edit.kind, Counter())[verdict.outcome] += 1
        self.outcomes[verdict.outcome] += 1
        if verdict.outcome in self.codes:
            self.codes[verdict.outcome].update(verdict.codes)
        self.as_before += verdict.as_before
        self.seconds.update(verdict.seconds)

    def rows(self) -> Iterator[str]:
        outcomes = ("load", "proof", "survived", "escaped")
        yield f"{'edit':24}{'mutants':>9}{'at load':>9}{'by proof':>9}{'survived':>9}{'escaped':>9}"
        for kind, counts in sorted(self.by_kind.items(), key=lambda item: -item[1].total()):
            yield f"{kind:24}{counts.total():9}" + "".join(f"{counts[outcome]:9}" for outcome in outcomes)
        yield f"{'all':24}{self.outcomes.total():9}" + "".join(f"{self.outcomes[outcome]:9}" for outcome in outcomes)
        yield f"\nOf the survivors {self.as_before} mean the same as before."
        for outcome, words in (("load", "at load"), ("proof", "by proof"), ("escaped", "escaped")):
            if self.codes[outcome]:
                codes = ", ".join(f"{code} {number}" for code, number in self.codes[outcome].most_common())
                yield f"Codes {words} (a mutant may have several): {codes}."


def run(args: argparse.Namespace) -> int:
    """Tries the mutants, and prints what became of them."""
    files = read_set(args.flows, args.contacts)
    every = islice(edits(files, args.seed), args.count)
    tally = Tally()
    escaped = 0
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folders:
        first = Bench(
            Path(tempfile.mkdtemp(dir=folders)), args.flows, args.contacts, seed=args.seed, callers=args.callers
        )
        errors = first.errors()
        if errors:
            sources = {str(first.folder / name): text for name, text in first.files.items()}
            print("The set itself has errors:", render(errors, "en", sources), sep="\n", file=sys.stderr)
            return 2
        own = first.called(first._load(), files, 0)  # noqa: SLF001 - within this module
        if own:
            print(f"The set itself lets callers down: {own}", file=sys.stderr)
            return 1
        made = list(enumerate(every, 1))
        pool = multiprocessing.get_context("spawn").Pool(
            args.jobs, _begin, (args.flows, args.contacts, args.seed, args.callers, folders)
        )
        with closing(pool):
            for done, verdict in enumerate(pool.imap_unordered(_try, made, chunksize=10), 1):
                edit = made[verdict.number - 1][1]
                tally.add(edit, verdict)
                if verdict.escapes:
                    escaped += 1
                    _show(verdict, edit, files)
                _progress(done, len(made), tally, time.monotonic() - begun)
        pool.join()
    print(f"\n{len(made)} mutants, seed {args.seed}, {args.callers} callers for each survivor.\n")
    print(*tally.rows(), sep="\n")
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(each.ru_utime + each.ru_stime for each in spent)
    parts = ", ".join(f"{name} {of:.0f} s" for name, of in tally.seconds.items())
    print(f"Escapes: {escaped}. CPU: {seconds:.0f} s ({parts}).")
    return 1 if escaped else 0


def only(args: argparse.Namespace) -> int:
    """Tries one mutant again, and shows everything."""
    files = read_set(args.flows, args.contacts)
    edit = next(islice(edits(files, args.seed), args.only - 1, None))
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), args.flows, args.contacts, seed=args.seed, callers=args.callers)
        verdict = bench.tried(args.only, edit)
        _show(verdict, edit, files)
        (Path(folder) / edit.file).write_text(edit.applied(files[edit.file]), encoding="utf-8")
        loaded = bench._load()  # noqa: SLF001 - within this module
        try:
            print(render(bench._checked(loaded), "en", loaded.sources))  # noqa: SLF001
        except Exception as error:  # noqa: BLE001 - it has been shown above
            print(repr(error))
    return 1 if verdict.escapes else 0


def _show(verdict: Verdict, edit: Edit, files: Mapping[str, str]) -> None:
    """One mutant, and its escapes with the calls that show them."""
    print(f"\n#{verdict.number} {verdict.outcome} {', '.join(verdict.codes)}\n  {edit.told(files[edit.file])}")
    for escape in verdict.escapes:
        print(f"  {escape.code}: {escape.what}", *(f"    {line}" for line in escape.call[-TURNS_SHOWN:]), sep="\n")
    sys.stdout.flush()


def _progress(done: int, of: int, tally: Tally, seconds: float) -> None:
    """How far it is: on a terminal always, else a line now and then."""
    counts = tally.outcomes
    line = (
        f"{done:6} of {of}: {counts['load']} refused at load, {counts['proof']} by proof, "
        f"{counts['survived']} survived, {counts['escaped']} escaped; {seconds:.0f} s"
    )
    if sys.stderr.isatty():
        print(f"\r{line}", end="" if done < of else "\n", file=sys.stderr, flush=True)
    elif done % LINE_EVERY == 0 or done == of:
        print(line, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=20_000, help="so many mutants")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="so many processes")
    parser.add_argument("--callers", type=int, default=CALLERS, help="for each survivor")
    parser.add_argument("--only", type=int, metavar="N", help="the mutant of this number alone")
    parser.add_argument("--flows", type=Path, default=FLOWS)
    parser.add_argument("--contacts", type=Path, default=CONTACTS)
    args = parser.parse_args()
    return only(args) if args.only else run(args)


if __name__ == "__main__":
    sys.exit(main())
