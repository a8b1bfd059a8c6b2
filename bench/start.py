"""What a worker costs before its first answer, and what it holds: beside a bare Flask app.

    python bench/start.py

**Cold start.** A process that loads an app and answers one webhook: Flask with one route, and ours with a set of 1,000
steps that the keeper has prepared. Bytecode lies ready. Counted are CPU time (many starts in turn) and, under valgrind,
instructions.

**Memory.** What a process has written for itself alone (Private_Dirty: pages of programs and libraries, which processes
share, would depend on who else runs) after it has answered in every step of its set in two languages.

**Loading.** What the keeper does with a set of 10,000 steps (reading, checking its shape, preparing), and what a worker
does to take it in, against `yaml.load(..., CSafeLoader)` of the same files.
"""

# A process that is measured is this file again: nothing but the standard library is loaded before the app is.
import io
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
STEPS = (100, 500, 2_000)
"""As many as all lie ready when callers have come to them, and more."""


def child(factory, orders):
    """The process that is measured: one answer, then one for each further webhook read, then what is held."""
    sys.path[:0] = [str(HERE), str(HERE.parent)]
    given = json.loads(orders.readline())
    module = __import__(factory.partition(":")[0], fromlist=["_"])
    # Pages are loaded when something asks for them, as below; by itself a worker does so after three seconds.
    module.SOON_SECONDS = 3600
    app = getattr(module, factory.partition(":")[2])()
    status = []
    for line in [given, *map(json.loads, orders)]:
        environ = {**line["environ"], "wsgi.input": io.BytesIO(line["body"].encode()), "wsgi.errors": sys.stderr}
        b"".join(app(environ, lambda code, _headers, _exc=None: status.append(code)))
    assert all(code.startswith("200") for code in status if "NOT FOUND" not in code), status
    rollup = Path("/proc/self/smaps_rollup").read_text()
    kilobytes = sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_Dirty"))
    print(json.dumps({"answered": len(status), "kilobytes": kilobytes}), flush=True)
    os._exit(0)  # the timer that would load the pages goes with the process


class Place:
    """A folder as the keeper leaves it: a prepared set of so many steps, and the desk that names it."""

    def __init__(self, folder, steps):
        import flowsets
        from turn import OURS

        from ivr import desk as desks
        from ivr.bundle import gather
        from ivr.loader import load_bundle
        from ivr.sets import Sets

        self.flows = folder / f"flows_{steps}"
        flowsets.write(self.flows, steps)
        contacts = HERE.parent / "data" / "contacts.yaml"
        bundle, _ = gather(self.flows, contacts)
        loaded = load_bundle(bundle)
        spool = folder / str(steps) / "spool"
        (spool / "8000").mkdir(parents=True)
        Sets(spool.parent / "sets").keep(bundle, loaded.flows, loaded.directory)
        desks.write(spool / "8000" / desks.NAME, desks.Desk(loaded.flows.version))
        self.set = loaded.flows
        self.environment = {
            **OURS.environment(folder / "reply.xml"),
            "IVR_SPOOL": str(spool),
            "PORT": "8000",
            "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
            "PYTHONHASHSEED": "0",
        }
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def run(self, factory, webhooks, *before):
        """What the process said, and the CPU seconds that it took."""
        from ivr import tally

        orders = "".join(
            json.dumps(
                {"environ": {k: v for k, v in w.environ().items() if k != "wsgi.errors"}, "body": w.body.decode()}
            )
            + "\n"
            for w in webhooks
        )
        shared = tally.create(2)
        os.set_inheritable(shared, True)
        used = os.times()
        done = subprocess.run(
            [*before, sys.executable, __file__, "child", factory],
            env={**self.environment, "IVR_TALLY": f"{shared}:1:bench"},
            input=orders,
            capture_output=True,
            text=True,
            pass_fds=(shared,),
            check=False,
        )
        spent = os.times()
        os.close(shared)
        assert done.returncode == 0, done.stderr[-3000:]
        seconds = spent.children_user + spent.children_system - used.children_user - used.children_system
        assert '"event": "failed"' not in done.stderr, done.stderr[-3000:]
        return json.loads(done.stdout), seconds, done.stderr


FLASK, OURS_ENTRY = "rivals_flask:app", "ivr.web.entry:application"


def cold_start(folder, rounds):
    """Ratios of CPU time, one for each round, and of instructions (None without valgrind)."""
    import shutil

    from turn import Webhook

    place, call = Place(folder, 1_000), Webhook.signed("/voice")
    for factory in (FLASK, OURS_ENTRY):
        place.run(factory, [call])
    ratios = []
    for _ in range(rounds):
        flask, ours = (place.run(factory, [call])[1] for factory in (FLASK, OURS_ENTRY))
        ratios.append(ours / flask)
    if shutil.which("valgrind") is None:
        return ratios, None
    counts = []
    for factory in (FLASK, OURS_ENTRY):
        profile = folder / "start.profile"
        place.run(
            factory, [call], "valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", "--trace-children=no"
        )
        counts.append(_total(profile))
    return ratios, (counts[1] / counts[0], *counts)


def _total(profile):
    import re

    return int(re.search(r"^(?:totals|summary): (\d+)", profile.read_text("utf-8"), re.MULTILINE)[1])


def memory(folder, rounds):
    """For each round, kilobytes: what ours holds more than bare Flask with 100 steps, before it has loaded its pages
    and after, and what each further step costs in each language: up to 2,000 steps, up to 500, and from there on.

    The interpreter gives memory back by the megabyte, if a whole one happens to be free: hence the rounds.
    """
    from turn import FORM, Webhook

    from ivr.call import State

    few, middle, many = (Place(folder, steps) for steps in STEPS)
    first, elsewhere = Webhook.signed("/voice"), Webhook("/nowhere", b"", "")
    form = {**FORM, "Digits": ""}

    def everywhere(place):
        spots = ((spot, code) for spot in place.set.steps for code in ("de", "en"))
        paths = (f"/voice/1/{place.set.version}/{State(spot, code, 1).to_path()}" for spot, code in spots)
        return [first, *(Webhook.signed(path, form) for path in paths)]

    def held(place, factory, webhooks):
        return place.run(factory, webhooks)[0]["kilobytes"]

    # What compiles a module keeps more than what loads it.
    for place, factory in ((few, FLASK), (few, OURS_ENTRY), (many, OURS_ENTRY)):
        held(place, factory, [first, elsewhere])
    found = []
    for _ in range(rounds):
        flask, with_few = held(few, FLASK, [first] * 200), held(few, OURS_ENTRY, everywhere(few))
        pages = held(few, OURS_ENTRY, [*everywhere(few), elsewhere])
        with_middle, with_many = (held(each, OURS_ENTRY, everywhere(each)) for each in (middle, many))

        def each_step(low, high, steps):
            return (high - low) / (steps[1] - steps[0]) / 2

        found.append(
            (
                with_few - flask,
                pages - flask,
                each_step(with_few, with_many, STEPS[::2]),
                each_step(with_few, with_middle, STEPS[:2]),
                each_step(with_middle, with_many, STEPS[1:]),
            )
        )
    return found


def loading(folder, rounds):
    """The keeper's and a worker's work on 10,000 steps, in parts of what plain YAML takes: a pair for each round, which
    is a process of its own, because much of what was read once is remembered.
    """
    import flowsets

    flows = folder / "flows_10000"
    flowsets.write(flows, 10_000)
    command = [sys.executable, __file__, "loads", str(flows), str(folder / "loading")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])}
    return [json.loads(subprocess.check_output(command, env=environment)) for _ in range(rounds)]


def loads(flows, kept):
    """One such round: prints both."""
    import time

    import yaml

    from ivr import prepared
    from ivr.bundle import gather
    from ivr.loader import load_bundle
    from ivr.prepared import Ready
    from ivr.sets import Sets

    begun = time.process_time()
    for path in sorted(flows.iterdir()):
        yaml.load(path.read_bytes(), yaml.CSafeLoader)
    plain = time.process_time() - begun
    begun = time.process_time()
    bundle, _ = gather(flows, HERE.parent / "data" / "contacts.yaml")
    loaded = load_bundle(bundle)
    prepared.written(Ready(loaded.flows, loaded.directory))
    keeper = time.process_time() - begun
    version = Sets(kept).keep(bundle, loaded.flows, loaded.directory)
    begun = time.process_time()
    assert Sets(kept).ready(version) is not None
    print(json.dumps([keeper / plain, (time.process_time() - begun) / plain]))


def main():
    """Everything, in a few lines."""
    import statistics
    import tempfile

    from turn import our_reply

    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        our_reply(folder)
        ratios, counted = cold_start(folder, 9)
        print(f"cold start: {statistics.median(ratios):.2f} of bare Flask's CPU time; instructions {counted}")
        (folder / "memory").mkdir()
        few, pages, more, first, last = map(statistics.median, zip(*memory(folder / "memory", 5), strict=True))
        print(f"memory: with {STEPS[0]} steps {few} kB more than Flask, with pages {pages} kB more")
        print(f"        {more:.2f} kB for each further step and language; {first:.2f} up to 500, {last:.2f} from there")
        keeper, worker = zip(*loading(folder, 3), strict=True)
        print(f"loading: keeper {statistics.median(keeper):.2f}, worker 1/{1 / statistics.median(worker):.0f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(sys.argv[2], sys.stdin)
    elif sys.argv[1:2] == ["loads"]:
        loads(*map(Path, sys.argv[2:]))
    else:
        sys.path.insert(0, str(HERE.parent))
        main()
