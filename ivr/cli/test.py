"""`ivr test`: plays the operators' scenarios and shows where a call is not what they expect."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ivr.bundle import shown
from ivr.cli.common import (
    chosen_files,
    contacts_option,
    flows_option,
    in_words,
    json_option,
    messages_option,
    operator_language,
    say,
    say_json,
    stop_for_problems,
    wrong_usage,
)
from ivr.cli.telling import named, opened, refuse, storage
from ivr.loader import load
from ivr.scenario.coverage import KINDS, Map
from ivr.scenario.diff import diff
from ivr.scenario.files import Found, find, read, understand
from ivr.scenario.play import Player
from ivr.scenario.suggest import suggest
from ivr.scenario.update import updated
from ivr.settings import read_scenarios
from ivr.source.report import render, to_json
from ivr.store import Away, Entry, Scenario, Scenarios

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.contacts import Directory
    from ivr.scenario.coverage import Point
    from ivr.scenario.play import Played
    from ivr.steps.flowset import FlowSet

SCHEMA = Path("schemas/scenario.schema.json")


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@flows_option
@contacts_option
@messages_option
@json_option
@click.option("--stored", is_flag=True, help="Play those that were kept on the operators' page.")
@click.option("--update", is_flag=True, help="Put wrong expectations right in their files; review them in the diff.")
@click.option("--coverage", is_flag=True, help="Say which steps, options, results, languages and times none visits.")
@click.option("--suggest", "suggesting", is_flag=True, help="Write scenarios that visit what none visits.")
@click.option("--into", type=click.Path(path_type=Path), help="The folder for --suggest. [default: IVR_SCENARIOS]")
def command(
    paths: tuple[Path, ...],
    flows: Path | None,
    contacts: Path | None,
    lang: str | None,
    as_json: bool,
    stored: bool,
    update: bool,
    coverage: bool,
    suggesting: bool,
    into: Path | None,
) -> None:
    """Play scenarios and show where a call went otherwise.

    PATHS are files, or folders with files below them; without one, IVR_SCENARIOS, or else tests/scenarios. With
    --stored those of the page are played, and of files only the PATHS that are given.

    Exit code: 0 when every call is as expected, 1 when one is not or a file cannot be read, 2 for wrong usage.
    """
    if into is not None and not suggesting:
        raise wrong_usage("--into gehört zu --suggest.", "--into goes with --suggest.")
    files = chosen_files(flows, contacts, lang)
    loaded = load(files.flows, files.contacts)
    if loaded.flows is None or loaded.directory is None:
        stop_for_problems(loaded, 1, as_json=as_json)
    folder = read_scenarios(os.environ)
    wanted = paths or ([] if stored else [folder])
    run = _Run(find(wanted, loaded.flows, loaded.directory), Player(loaded.flows, loaded.directory))
    if stored:
        run.stored = _stored(loaded.flows, loaded.directory, run.found)
    if suggesting:
        # A folder that is still to be filled is no mistake.
        run.found.problems = [each for each in run.found.problems if each.code != "no-scenarios"]
    run.play()
    if update:
        for path in run.put_right():
            understand(path, run.contents[path], loaded.flows, loaded.directory, run.found)
        run.play()
    told: dict[str, Any] = {}
    area = Map(loaded.flows, loaded.directory, datetime.now(UTC)) if coverage or suggesting else None
    if area is not None and suggesting:
        told["suggested"] = _write(into or folder, area, run)
    if area is not None and coverage:
        told["coverage"] = _covered(area, run.calls.values())
    if as_json:
        say_json(run.to_json() | told)
    else:
        run.show()
        _show_coverage(told.get("coverage", {}))
    if run.failed or run.found.problems:
        raise SystemExit(1)


@dataclass
class _Run:
    """The scenarios of one command, and their calls."""

    found: Found
    player: Player
    calls: dict[Path, Played] = field(default_factory=dict)
    changed: Counter[Path] = field(default_factory=Counter)
    """How many expectations were put right, by file."""
    stored: dict[Path, Scenario] = field(default_factory=dict)
    """Those of the database, by the names that problems give them."""
    contents: dict[Path, bytes] = field(default_factory=dict)
    """What is in those that were changed."""

    def play(self) -> None:
        """Plays every scenario."""
        self.calls = {path: self.player.play(scenario) for path, scenario in self.found.scenarios.items()}

    @property
    def failed(self) -> list[Played]:
        """The calls that are not as expected."""
        return [played for played in self.calls.values() if played.problems]

    def put_right(self) -> list[Path]:
        """Rewrites expectations; the files that are other now."""
        for path, played in self.calls.items():
            before = self.found.sources[shown(path)]
            after, count = updated(before, played)
            if count:
                self._keep(path, before, after)
                self.contents[path] = after
                self.changed[path] = count
        return list(self.changed)

    def _keep(self, path: Path, before: bytes, after: bytes) -> None:
        scenario = self.stored.get(path)
        if scenario is None:
            _write_file(path, after)
            return
        changed = scenario._replace(content=after.decode(), author=named(None), at=datetime.now(UTC))
        try:
            with opened(storage()) as database:
                details = {"name": changed.name, "before": before.decode()}
                noted = Entry(changed.at, changed.author, "scenario adjust", details)
                kept = Scenarios(database).change(changed, before.decode(), noted=noted)
        except Away as away:
            _refuse_away(away)
        if not kept:
            raise wrong_usage(
                f"{path} wurde inzwischen auf der Seite geändert.", f"{path} has been changed on the page meanwhile."
            )

    def show(self) -> None:
        """Everything as text: what was changed, what is wrong and how those calls went, and the sum."""
        language = operator_language()
        for path, count in self.changed.items():
            say(f"{shown(path)}: {count} geändert", f"{shown(path)}: {count} changed")
        if self.found.problems:
            click.echo(render(self.found.problems, language, self.found.sources), err=True)
        for played in self.failed:
            click.echo(render(played.problems, language, self.found.sources) + "\n" + diff(played, language), err=True)
        calls, wrong, unread = len(self.calls), len(self.failed), len(self.found.problems)
        if wrong or unread:
            say(
                f"Szenarien: {calls}, anders als erwartet: {wrong}, Fehler in den Dateien: {unread}",
                f"Scenarios: {calls}, not as expected: {wrong}, errors in the files: {unread}",
                err=True,
            )
        else:
            say(f"Szenarien: {calls}, alle wie erwartet.", f"Scenarios: {calls}, all as expected.")

    def to_json(self) -> dict[str, Any]:
        """Everything as one document."""
        language = operator_language()
        return {
            "problems": to_json(self.found.problems, language),
            "scenarios": [
                {
                    "file": shown(path),
                    "about": played.scenario.about,
                    "at": played.scenario.at.isoformat(),
                    "passed": not played.problems,
                    "updated": self.changed[path],
                    "problems": to_json(played.problems, language),
                    "call": diff(played, language).splitlines(),
                }
                for path, played in self.calls.items()
            ],
        }


def _stored(flows: FlowSet, directory: Directory, found: Found) -> dict[Path, Scenario]:
    """The scenarios of the database, read into `found`."""
    try:
        with opened(storage()) as database:
            stored = {Path("stored", f"{each.name}.yaml"): each for each in Scenarios(database).all()}
    except Away as away:
        _refuse_away(away)
    for path, scenario in stored.items():
        understand(path, scenario.content.encode(), flows, directory, found)
    return stored


def _refuse_away(away: Away) -> NoReturn:
    refuse(f"Die Datenbank ist nicht zu erreichen ({away}).", f"The database cannot be reached ({away}).")


def _covered(area: Map, calls: Iterable[Played]) -> dict[str, dict[str, Any]]:
    """By kind of point, how many there are, how many are visited, and those that are not."""
    missing = _missing(area, calls)
    return {
        kind: {
            "all": sum(point.kind == kind for point in area.points),
            "visited": sum(point.kind == kind and point not in missing for point in area.points),
            "missing": [_label(area, point) for point in missing if point.kind == kind],
        }
        for kind in KINDS
    }


def _label(area: Map, point: Point) -> str:
    """A point as it is listed; a class of times with one of its instants, as a scenario has it."""
    times = area.classes.get(point)
    return in_words(point.label) + (f" ({times.instant:%Y-%m-%dT%H:%M})" if times else "")


def _missing(area: Map, calls: Iterable[Played]) -> list[Point]:
    visited = set().union(*(area.visited(played) for played in calls))
    return [point for point in area.points if point not in visited]


def _show_coverage(coverage: dict[str, dict[str, Any]]) -> None:
    for kind, counted in coverage.items():
        heading, visited, every = in_words(KINDS[kind]), counted["visited"], counted["all"]
        say(f"{heading}: {visited} von {every}", f"{heading}: {visited} of {every}")
        for label in counted["missing"]:
            say(f"  fehlt: {label}", f"  missing: {label}")


def _write(into: Path, area: Map, run: _Run) -> list[str]:
    """Writes scenarios for what is not visited, plays them, and leaves every file that is there as it is."""
    missing = _missing(area, run.calls.values())
    names: list[Path] = []
    head = f"# yaml-language-server: $schema={Path(os.path.relpath(SCHEMA, into)).as_posix()}\n"
    for name, text in suggest(area, run.player, missing):
        path = _free(into, name)
        _write_file(path, (head if SCHEMA.exists() else "").encode() + text.encode())
        names.append(path)
    for path in names:
        read(path, area.flows, area.directory, run.found)
    run.play()
    return [shown(path) for path in names]


def _free(folder: Path, name: str) -> Path:
    """A file of the folder that is not there yet."""
    names = (folder / f"{name}{number}.yaml" for number in ("", *(f"_{n}" for n in range(2, 10_000))))
    return next(path for path in names if not path.exists())


def _write_file(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise wrong_usage(
            f"{path} lässt sich nicht schreiben ({error.strerror}).", f"{path} cannot be written ({error.strerror})."
        ) from error
