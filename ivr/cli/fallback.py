"""`ivr fallback`: the document that a provider keeps for the time when our service cannot be reached."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ivr.cli.common import (
    chosen_files,
    contacts_option,
    flows_option,
    json_option,
    messages_option,
    say,
    say_json,
    stop_for_problems,
    write_out,
    wrong_usage,
)
from ivr.cli.common import provider as usual_provider
from ivr.loader import load
from ivr.speech.voices import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.contacts import Directory
    from ivr.fallback import Fallback
    from ivr.steps.flowset import FlowSet

_NOWHERE = "https://url.invalid"
"""The document holds no address; the renderer wants one."""

ALL = "all"


class _Written(NamedTuple):
    """One provider's document and what is known of it."""

    provider: str
    fallback: Fallback
    document: bytes
    languages: tuple[str, ...]
    season_bound: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"fallback-{self.provider}.xml"

    def facts(self, file: Path | None) -> dict[str, Any]:
        """For --json."""
        return {
            "provider": self.provider,
            "file": file and str(file),
            "bytes": len(self.document),
            "extent": self.fallback.extent,
            "languages": list(self.languages),
            "begins": {code: round(self.fallback.begins(code), 1) for code in self.languages},
            "seconds": round(self.fallback.seconds, 1),
            "hours_left_out": list(self.season_bound),
        }


@click.command("fallback")
@click.option("--provider", type=click.Choice([*PROVIDERS, ALL]), help="Whose voices speak [IVR_PROVIDER].")
@click.option("--language", metavar="CODE", help="The language that leads [the first of the flows].")
@click.option("--limit", type=click.IntRange(1), help="Bytes that the provider takes, where it is less than 32000.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder to write a file per provider to.")
@flows_option
@contacts_option
@messages_option
@json_option
def command(
    provider: str | None,
    language: str | None,
    limit: int | None,
    out: Path | None,
    flows: Path | None,
    contacts: Path | None,
    lang: str | None,
    as_json: bool,
) -> None:
    """Write the document that callers hear when everything fails.

    All numbers and usual hours in every language: valid TwiML, to be kept at the provider. It never changes by itself,
    so run it again when contacts change. With --json and without --out, facts only.

    Exit code: 0, 1 when the files have errors, 2 for wrong usage.
    """
    if provider == ALL and out is None and not as_json:
        raise wrong_usage(
            "Mehrere Dokumente brauchen einen Ordner: --out ORDNER.", "Several documents need a folder: --out DIR."
        )
    files = chosen_files(flows, contacts, lang)
    providers = PROVIDERS if provider == ALL else (provider or usual_provider(),)
    facts = []
    for name in providers:
        loaded = load(files.flows, files.contacts, provider=name)
        if provider == ALL and loaded.problems and {each.code for each in loaded.problems} == {"no-voice"}:
            say(f"{name} hat nicht für jede Sprache eine Stimme.", f"{name} has no voice for some language.", err=True)
            continue
        if loaded.flows is None or loaded.directory is None:
            stop_for_problems(loaded, 1, as_json=as_json)
        each = _written(loaded.flows, loaded.directory, name, language, limit)
        file = None if out is None else out / each.name
        if file is not None:
            _make(file.parent)
        if file is not None or not as_json:
            write_out(each.document.decode() + "\n", file)
        facts.append(each.facts(file))
        if not as_json:
            _explain(each, file)
    if as_json:
        say_json(facts if provider == ALL else facts[0])


def _written(flows: FlowSet, directory: Directory, provider: str, language: str | None, limit: int | None) -> _Written:
    from ivr.fallback import document, led_by, season_bound
    from ivr.street import prepare
    from ivr.twiml import MAX_BYTES

    _check_language(language, flows.languages)
    languages = led_by(language, flows.languages)
    renderer = prepare(flows, directory, _NOWHERE, provider).renderer
    most = min(limit or MAX_BYTES, MAX_BYTES)
    try:
        fallback, rendered = document(renderer, languages, directory, most)
    except ValueError as error:
        raise wrong_usage(
            f"In {most} Bytes passt nicht einmal eine Sprache.", f"Not even one language fits into {most} bytes."
        ) from error
    heard = {said.language for said in fallback.said}
    there = tuple(code for code in languages if code in heard)
    return _Written(provider, fallback, rendered, there, season_bound(directory))


def _check_language(language: str | None, spoken: Sequence[str]) -> None:
    if language is not None and language not in spoken:
        there = ", ".join(spoken)
        raise wrong_usage(
            f"Die Sprache „{language}“ sprechen diese Abläufe nicht, nur: {there}.",
            f"These flows do not speak “{language}”, only: {there}.",
        )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise wrong_usage(
            f"{folder} lässt sich nicht anlegen ({error.strerror}).", f"{folder} cannot be made ({error.strerror})."
        ) from error


_LEFT_OUT = {
    "whole": None,
    "without hours": ("ohne Öffnungszeiten", "without opening hours"),
    "last resort only": ("nur die Nummer, die immer hilft", "only the number of last resort"),
    "first languages only": ("nur die ersten Sprachen", "only the first languages"),
}


def _explain(each: _Written, file: Path | None) -> None:
    """What is not to be seen in the document itself, on standard error: standard output may be the document."""
    size, minutes = len(each.document), round(each.fallback.seconds / 60)
    if file is not None:
        say(
            f"{file}: {size} Bytes, {', '.join(each.languages)}, etwa {minutes} Minuten.",
            f"{file}: {size} bytes, {', '.join(each.languages)}, about {minutes} minutes.",
            err=True,
        )
    shorter = _LEFT_OUT[each.fallback.extent]
    if shorter is not None:
        say(f"Damit es passt: {shorter[0]}.", f"To make it fit: {shorter[1]}.", err=True)
    if each.season_bound and each.fallback.extent == "whole":
        say(
            f"Ohne Öffnungszeiten, weil sie von der Jahreszeit abhängen: {', '.join(each.season_bound)}.",
            f"Without opening hours, because they depend on the season: {', '.join(each.season_bound)}.",
            err=True,
        )
