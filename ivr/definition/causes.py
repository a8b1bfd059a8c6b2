"""One cause, one message: problems that only repeat one another, or only follow from another.

A contact that was renamed is missing wherever a flow names it. Up to three places are shown each, so that they can be
repaired one by one; of more, the first stands for all.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.source.problems import Problem, Sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ivr.source.places import Place

MOST = 3
"""So many problems of one cause are shown one by one."""

_LEADING = ("invisible-character", "bad-name", "not-indented", "missing-heading", "duplicate-key")
"""Problems that lead to others."""

_LINES_OF_A_TEXT = 10
"""At most so far below the beginning of a text one of its languages is looked for."""


def by_cause(problems: Iterable[Problem], steps: Collection[Place], contacts: Collection[Place]) -> list[Problem]:
    """The problems without repetition.

    `steps` and `contacts` are where the names of all steps and contacts stand. Of two with one name the second was
    surely to have another: the one that is missing elsewhere.
    """
    found = _headings(sorted(problems, key=lambda problem: problem.order))
    leading = [problem for problem in found if problem.code in _LEADING]
    kept: list[Problem] = []
    groups: defaultdict[tuple[str, str], defaultdict[str, list[Problem]]] = defaultdict(lambda: defaultdict(list))
    for problem in found:
        if any(_follows(problem, cause) for cause in leading):
            continue
        if problem.about:
            # Names of steps hold in their own file, all others everywhere.
            file = problem.place.file if problem.code == "unknown-target" else ""
            groups[problem.code, file][problem.about].append(problem)
        else:
            kept.append(problem)
    named_twice = {problem.also: at for at, problem in enumerate(kept) if problem.code == "duplicate-key"}
    for (code, file), by_name in groups.items():
        twice = {
            "unknown-target": {place for place in steps if place.file == file},
            "unknown-contact": set(contacts),
        }.get(code, set())
        doubles = [at for first, at in named_twice.items() if first in twice]
        doubles += [
            at
            for at, problem in enumerate(kept)
            if problem.code == "missing-heading" and twice and problem.place.file == next(iter(twice)).file
        ]
        if len(by_name) <= len(doubles):
            for at in doubles:
                kept[at] = _double(kept[at], by_name)
            continue
        for group in by_name.values():
            kept += group if len(group) <= MOST else [_all_in_one(group)]
    return kept


def _headings(found: list[Problem]) -> list[Problem]:
    """Several fields of one table that stand there twice are those of two: the line with a name is missing between."""
    kept: list[Problem] = []
    for problem in found:
        first = next((each for each in reversed(kept) if each.code in ("duplicate-key", "missing-heading")), None)
        if first is None or problem.code != "duplicate-key" or not _of_one_table(first, problem):
            kept.append(problem)
            continue
        kept[kept.index(first)] = replace(
            first,
            code="missing-heading",
            message=Sentence(
                "Ab hier stehen dieselben Felder zum zweiten Mal.", "From here on the same fields stand a second time."
            ),
            hint=Sentence(
                "Davor fehlt wohl die Zeile mit einem Namen, oder sie ist zu weit eingerückt.",
                "The line with a name is probably missing before it, or indented too far.",
            ),
        )
    return kept


def _of_one_table(first: Problem, second: Problem) -> bool:
    place, other = first.place, second.place
    assert second.also is not None, "a duplicate names the first of the two"
    same = (place.file, place.column) == (other.file, other.column) and place.line < other.line
    return same and second.also.line < place.line


def _follows(problem: Problem, cause: Problem) -> bool:
    """Whether a problem is there only because of another that stands at its place or above it."""
    place, also = problem.place, cause.also
    if place.file != cause.place.file or problem is cause:
        return False
    match cause.code, problem.code:
        case "invisible-character", _:
            # The sign is read as a blank, and the word around it is none that is known.
            behind = cause.place.column - place.column
            return place.line == cause.place.line and 0 <= behind < place.length
        case "bad-name", "unknown-target" | "unknown-contact":
            return problem.also == cause.place
        case "not-indented", "duplicate-key" if also:
            # A step that is not indented can have the name of a field.
            return place.column == also.column and place.line > also.line
        case "missing-heading", "unknown-field":
            # The line with the name itself, indented too far.
            return place.column == cause.place.column and place.line == cause.place.line - 1
        case "duplicate-key", "missing-language" if also:
            # Of a language that stands twice the second was to be the one that is missing.
            within = 0 <= also.line - place.line <= _LINES_OF_A_TEXT
            return within and place.column <= also.column and "," not in problem.about
        case _:
            return False


def _double(problem: Problem, missing: Mapping[str, object]) -> Problem:
    """A name that stands twice where others are missing."""
    names = Sentence(", ".join(f"„{name}“" for name in missing), ", ".join(f"“{name}”" for name in missing))
    if problem.code == "missing-heading":
        return replace(
            problem,
            hint=Sentence(
                f"Es fehlt {names.de}: Die Zeile mit diesem Namen fehlt wohl davor, oder sie ist zu weit eingerückt.",
                f"{names.en} is missing: the line with this name is probably missing before it, or indented too far.",
            ),
        )
    return replace(
        problem,
        hint=Sentence(
            f"Es fehlt {names.de}; so heißt wohl einer der beiden Einträge.",
            f"{names.en} is missing; one of the two entries probably has that name.",
        ),
    )


def _all_in_one(group: list[Problem]) -> Problem:
    first, count = group[0], len(group)
    message, hint = first.message, first.hint
    if hint is not None and first.code.startswith("unknown-"):
        hint = Sentence(
            f"{hint.de}\nNach einer Umbenennung: Stellen Sie den Namen „{first.about}“ wieder her, "
            "oder ändern Sie ihn überall.",
            f"{hint.en}\nAfter renaming: restore the name “{first.about}”, or change all places.",
        )
    return replace(
        first,
        message=Sentence(
            f"{message.de} Das kommt {count}-mal vor, hier zum ersten Mal.",
            f"{message.en} This concerns {count} places; this is the first.",
        ),
        hint=hint,
        also=next((each.also for each in group if each.also), None),
    )
