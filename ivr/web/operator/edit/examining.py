"""What the page asks of the examiner (`ivr.examiner`), and how it shows what that has found."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from subprocess import SubprocessError
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import g

from ivr.bundle import SUFFIXES
from ivr.diff.change import RANKS
from ivr.examiner.checks import Call, Checks, Job, State
from ivr.source.problems import Sentence
from ivr.store import Scenarios
from ivr.web.operator.edit.working import expected, shown_name
from ivr.web.operator.words import told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ivr.bundle import Bundle
    from ivr.web.operator.context import Context
    from ivr.web.operator.edit.working import Work

MOST_SCENARIO_BYTES = 64 * 1024

WORDS = {
    "check": Sentence("Prüfung", "Check"),
    "waiting": Sentence("Die Prüfung beginnt …", "The check begins …"),
    "reading": Sentence("Die Dateien werden gelesen …", "The files are being read …"),
    "comparing": Sentence("Es wird verglichen, was anders ist …", "What is different is being looked for …"),
    "playing": Sentence("Die Szenarien werden gespielt …", "The scenarios are being played …"),
    "queued": Sentence(
        "Die gründliche Prüfung wartet, bis eine andere fertig ist …", "The thorough check waits for another to end …"
    ),
    "proving": Sentence(
        "Gründliche Prüfung: Alles, was Anrufer tun können, wird durchgespielt …",
        "Thorough check: everything that callers can do is being played through …",
    ),
    "weighing": Sentence(
        "Keine Fehler. Welche Warnungen es auch jetzt schon gibt, wird noch geprüft …",
        "No errors. Which warnings there are already is still being checked …",
    ),
    "since": Sentence("seit {} Sekunden", "for {} seconds"),
    "seen": Sentence("{} Situationen durchgespielt", "{} situations played through"),
    "stopped": Sentence(
        "Die Prüfung wurde angehalten. Ohne sie wird nichts veröffentlicht.",
        "The check was stopped. Without it nothing is published.",
    ),
    "failed": Sentence(
        "Das Prüfprogramm ist mehrmals abgebrochen. Das ist ein Fehler im Programm oder auf diesem Server, nicht in "
        "Ihren Dateien. Ohne Prüfung wird nichts veröffentlicht.",
        "The checker has broken off several times. That is a mistake in the program or on this server, not in your "
        "files. Without a check nothing is published.",
    ),
    "too_large": Sentence(
        "Die Prüfung braucht mehr Zeit oder Speicher, als ihr zusteht, und wurde abgebrochen. Haben Abläufe sehr viele "
        "Schritte oder Wege? Machen Sie sie kleiner. Ohne Prüfung wird nichts veröffentlicht.",
        "The check takes more time or memory than it is given, and was broken off. Do flows have very many steps or "
        "ways? Make them smaller. Without a check nothing is published.",
    ),
    "good": Sentence("Geprüft: keine Fehler.", "Checked: no errors."),
    "bad": Sentence("So kann es nicht veröffentlicht werden.", "This cannot be published as it is."),
    "proved": Sentence("Was bewiesen ist", "What is proved"),
    "stop": Sentence("Prüfung anhalten", "Stop the check"),
    "again": Sentence("Noch einmal prüfen", "Check again"),
    "look": Sentence("Stand der Prüfung ansehen", "See how the check is going"),
    "problems": Sentence("Was zu tun ist", "What needs doing"),
    "warnings": Sentence("Was auffällt", "Worth a look"),
    "error": Sentence("Fehler", "Error"),
    "warning": Sentence("Warnung", "Warning"),
    "known": Sentence("Das ist auch jetzt schon so.", "That is so already."),
    "new_warnings": Sentence("Neu ist: {}", "New: {}"),
    "line": Sentence("Zeile", "line"),
    "shows": Sentence("Ein Anruf, der es zeigt", "A call that shows it"),
    "see_also": Sentence("Siehe auch", "See also"),
    "changes": Sentence("Was ist anders", "What is different"),
    "no_changes": Sentence("Anrufer hören dasselbe wie bisher.", "Callers hear the same as before."),
    "changes_later": Sentence(
        "Das steht hier, sobald die Dateien ohne Fehler gelesen sind.",
        "This will be here as soon as the files are read without errors.",
    ),
    "scenarios": Sentence("Szenarien", "Scenarios"),
    "all_scenarios": Sentence("Alle aufbewahrten Szenarien", "All scenarios that were kept"),
    "scenarios_later": Sentence(
        "Sie werden gespielt, sobald die Dateien ohne Fehler gelesen sind.",
        "They are played as soon as the files are read without errors.",
    ),
    "no_scenarios": Sentence(
        "Es sind keine Szenarien aufbewahrt. Im Telefon lässt sich jeder Anruf als Szenario aufbewahren.",
        "No scenarios are kept. In the phone every call can be kept as a scenario.",
    ),
    "all_passed": Sentence("{} Szenarien, alle wie erwartet.", "{} scenarios, all as expected."),
    "one_fails": Sentence(
        "{} von {} Szenarien geht anders aus als erwartet.", "{} of {} scenarios turns out differently than expected."
    ),
    "some_fail": Sentence(
        "{} von {} Szenarien gehen anders aus als erwartet.", "{} of {} scenarios turn out differently than expected."
    ),
    "expected": Sentence(
        "Mit − beginnt, was erwartet wurde; mit +, was stattdessen geschieht.",
        "What was expected begins with −; what happens instead begins with +.",
    ),
    "adjust": Sentence("Erwartung anpassen …", "Adjust the expectation …"),
    "in_folder": Sentence(
        "Dieses Szenario liegt als Datei auf dem Server; wer die Dateien pflegt, passt es an.",
        "This scenario is a file on the server; whoever looks after the files adjusts it.",
    ),
    "more": Sentence("und {} weitere", "and {} more"),
}


class Shown(NamedTuple):
    """An examination, in the language of the request."""

    key: str
    state: State
    progress: str
    verdict: str
    """`good`, `bad`, or nothing while it is under way."""
    sums: str
    problems: list[dict[str, Any]]
    more: int
    groups: list[tuple[str, list[dict[str, Any]]]] | None
    failing: list[dict[str, Any]]
    calls: str
    """How many scenarios there are, and how they went."""
    statement: str


def checks(context: Context) -> Checks:
    """The folder of this machine, beside the sets."""
    return Checks(context.settings.storage.spool.parent / "checks")


def job(context: Context, bundle: Bundle, live: Bundle, work: Work | None = None) -> Job:
    """What is to be examined: a set, and what depends on it; with somebody's `work`, what that expects of scenarios.

    Raises:
        Away: the scenarios are in the database, and that cannot be reached.
    """
    with context.opened() as database:
        found = Scenarios(database).all()
    stored = [Call(each.name, expected(work, each) if work else each.content, True) for each in found]
    calls = (*_in_folder(context.settings.scenarios), *stored)
    return Job(bundle, live, calls, context.settings.provider, context.now())


def _in_folder(folder: Path) -> list[Call]:
    """The scenarios of this machine; what cannot be read, or is no text, is none."""
    found = []
    with suppress(OSError):
        for path in sorted(folder.rglob("*")):
            if path.suffix in SUFFIXES and not any(part[0] == "." for part in path.relative_to(folder).parts):
                with suppress(OSError, UnicodeDecodeError):
                    content = path.read_bytes()[:MOST_SCENARIO_BYTES].decode()
                    found.append(Call(str(path.relative_to(folder).with_suffix("")), content, False))
    return found


def ask(context: Context, asker: str, wanted: Job) -> tuple[str, State]:
    """Has it examined, unless it was. Gives its key, and how far it has come.

    A machine without room for it, or that cannot start the examiner, is one on which the check has failed.
    """
    try:
        found = checks(context)
        key = found.ask(asker, wanted)
        found.begin_examiner()
    except (OSError, SubprocessError):
        return "", State("failed")
    return key, found.seen(key)


def renewed(context: Context, asker: str, key: str) -> State | None:
    """How far one has come that was asked for before, which goes on; None when it has to be asked for anew."""
    found = checks(context)
    if not found.renew(asker, key):
        return None
    with suppress(OSError, SubprocessError):
        found.begin_examiner()
    return found.seen(key)


def steer(context: Context, key: str, do: str) -> None:
    """Stops an examination (`stop`), or has it begun anew (`again`).

    Raises:
        OSError: this machine has no room for it.
    """
    if do == "stop":
        checks(context).stop(key)
    elif do == "again":
        checks(context).again(key)


def objection(state: State, *, accepted: bool) -> str | None:
    """The word (of the review) for why it cannot be published yet. `accepted`: what was found was seen."""
    if not state.good:
        return "bad" if state.errors else "not_yet"
    return "unaccepted" if (state.new_warnings or state.failing) and not accepted else None


def found_in(state: State) -> dict[str, Any]:
    """What was found and published all the same, for the trail."""
    found = {name: number for name, number in (("errors", state.errors), ("warnings", state.new_warnings)) if number}
    return found | ({"failing": [each["name"] for each in state.failing][:50]} if state.failing else {})


def warm(context: Context) -> None:
    """Has the examiner ready before anything is asked of it."""
    with suppress(OSError, SubprocessError):
        checks(context).begin_examiner()


def show(bundle: Bundle, key: str, state: State) -> Shown:
    """How far an examination has come, and what it has found."""
    done = state.stage == "done"
    words = WORDS.get(state.stage)
    progress = "" if words is None else told(words)
    if state.stage == "proving":
        seen = [told(WORDS["seen"]).format(_number(state.seen))] if state.seen else []
        since = told(WORDS["since"]).format(max(0, round(time.time() - state.begun)))
        progress = f"{progress} {', '.join([*seen, since])}"
    return Shown(
        key,
        state,
        progress,
        "" if not done and not state.errors else ("bad" if state.errors else "good"),
        sums(state.errors, state.warnings),
        [_problem(bundle, each) for each in state.problems],
        state.errors + state.warnings - len(state.problems),
        None if state.changes is None else _groups(bundle, state.changes),
        [_scenario(each) for each in state.failing],
        _calls(state),
        "" if state.statement is None else state.statement[g.language == "en"],
    )


def _number(number: int) -> str:
    written = f"{number:,}"
    return written if g.language == "en" else written.replace(",", ".")


def sums(errors: int, warnings: int) -> str:
    """How many problems there are, in words: „2 Fehler, 1 Warnung“; empty for none."""
    found = (
        (errors, Sentence("Fehler", "error"), Sentence("Fehler", "errors")),
        (warnings, Sentence("Warnung", "warning"), Sentence("Warnungen", "warnings")),
    )
    return ", ".join(f"{number} {told(one if number == 1 else many)}" for number, one, many in found if number)


def new_warnings(state: State) -> str:
    """How many warnings there are that callers do not have to live with already, in words; empty for none."""
    return told(WORDS["new_warnings"]).format(sums(0, state.new_warnings)) if state.new_warnings else ""


def _problem(bundle: Bundle, written: dict[str, Any]) -> dict[str, Any]:
    call, also = written["call"], written["also"]
    return {
        "known": False,
        **written,
        "file": shown_name(bundle, written["file"]),
        "message": _say(written["message"]),
        "hint": _say(written["hint"]),
        "also": None if also is None else (shown_name(bundle, also[0]), also[1]),
        "call": None if call is None else call[g.language == "en"],
    }


def _groups(bundle: Bundle, changes: Sequence[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    found = []
    for rank, title in enumerate(RANKS):
        group = [
            {
                "words": pieces(_say(each["sentence"])),
                "file": shown_name(bundle, each["file"]),
                "line": each["line"],
                "gone": each["gone"],
            }
            for each in changes
            if each["rank"] == rank
        ]
        if group:
            found.append((told(title), group))
    return found


_MARKED = re.compile(r"(\[-.*?-\]|\{\+.*?\+\})", re.DOTALL)


def pieces(sentence: str) -> list[tuple[str, str]]:
    """A sentence about a text with its changed words: (`del` | `ins` | nothing, words)."""
    signs = {"[-": "del", "{+": "ins"}
    return [
        (signs[each[:2]], each[2:-2]) if _MARKED.fullmatch(each) else ("", each)
        for each in _MARKED.split(sentence)
        if each
    ]


def _scenario(written: dict[str, Any]) -> dict[str, Any]:
    call = written["call"]
    return {
        **written,
        "problems": [
            {"line": each["line"], "message": _say(each["message"]), "hint": _say(each["hint"])}
            for each in written["problems"]
        ],
        "call": None if call is None else call[g.language == "en"].splitlines(),
    }


def _calls(state: State) -> str:
    if state.scenarios is None:
        return ""
    if not state.scenarios:
        return told(WORDS["no_scenarios"])
    wrong, every = len(state.failing), len(state.scenarios)
    if not wrong:
        return told(WORDS["all_passed"]).format(every)
    return told(WORDS["one_fails" if wrong == 1 else "some_fail"]).format(wrong, every)


def _say(sentence: Sequence[str] | None) -> str:
    return "" if sentence is None else sentence[g.language == "en"]
