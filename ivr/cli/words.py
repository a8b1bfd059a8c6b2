"""Words for callers that come on a command line, by language: read by the rules of the flows, or shown with what is
wrong in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ivr.cli.common import operator_language, say_json, wrong_usage
from ivr.source.near import did_you_mean
from ivr.source.problems import Sentence
from ivr.source.report import render, to_json
from ivr.speech.duration import seconds
from ivr.telling import for_callers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.cli.versions import InForce


def by_language(default: str | None, others: Sequence[str], option: str, force: InForce) -> dict[str, str]:
    """The texts as they were written: the one of the default language, and `CODE=TEXT` of the others.

    Raises:
        click.UsageError: one is no `CODE=TEXT`, of a language that nobody speaks here, or told twice.
    """
    found = {} if default is None else {force.languages[0]: default}
    for written in others:
        code, equals, text = written.partition("=")
        code = code.strip().lower()
        if not equals:
            raise wrong_usage(
                f"{option} „{written}“: Nötig ist SPRACHE=TEXT, zum Beispiel {option} en=“Closed today.”",
                f"{option} “{written}”: LANGUAGE=TEXT is needed, for example {option} en=“Closed today.”",
            )
        if code not in force.languages:
            known = did_you_mean(code, force.languages, what=Sentence("Gesprochen werden", "Spoken are"))
            raise wrong_usage(
                f"{option}: „{code}“ wird hier nicht gesprochen. {known.de}",
                f"{option}: “{code}” is not spoken here. {known.en}",
            )
        if code in found:
            raise wrong_usage(f"Zwei Texte für „{code}“.", f"Two texts for “{code}”.")
        found[code] = text
    return found


def ready(written: Mapping[str, str], force: InForce, provider: str, name: str) -> dict[str, str]:
    """The texts as callers hear them. What is wrong in them is shown with its place; with an error the command ends.

    `name` is what the place is called: an option, or the command.
    """
    found = for_callers(written, force.flows, force.directory, provider, name)
    sources = {f"{name} {code}": text.strip() for code, text in written.items()}
    if found.problems:
        click.echo(render(found.problems, operator_language(), sources), err=True, nl=False)
    if found.refused:
        if click.get_current_context().params.get("as_json"):
            say_json({"problems": to_json(found.problems, operator_language())})
        raise SystemExit(1)
    return found.texts


def spoken_seconds(texts: Mapping[str, str]) -> dict[str, float]:
    """How long each is spoken, about."""
    return {code: round(seconds(code, text), 1) for code, text in texts.items()}
