"""The operators' files: flows, contacts, voices, and the document for when everything fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.check.proof import prove
from ivr.doctor.finding import ok, warning, wrong
from ivr.fallback import document, season_bound
from ivr.settings import BadSetting, read_fallback_url
from ivr.source.problems import Sentence
from ivr.speech import language
from ivr.speech.voices import chosen_voice
from ivr.steps.flowset import ENTRY
from ivr.street import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ivr.doctor.finding import Finding, Setup
    from ivr.source.problems import Problem

_CHECK = Sentence("`ivr check` zeigt alles.", "`ivr check` shows everything.")


def readable(setup: Setup) -> Iterator[Finding]:
    """Flows and contacts can be read and fit together."""
    loaded = setup.loaded
    if loaded is None:
        return
    if loaded.flows is None or loaded.directory is None:
        yield _problems("files", loaded.problems)
        return
    yield ok(
        "files",
        f"Abläufe und Stellen passen zusammen (Version {loaded.flows.version}).",
        f"Flows and contacts fit together (version {loaded.flows.version}).",
    )
    if loaded.problems:
        yield _problems("files", loaded.problems)


def proved(setup: Setup) -> Iterator[Finding]:
    """No caller of the coming year is lost in them."""
    loaded = setup.loaded
    if loaded is None or loaded.flows is None:
        return
    proof = prove(loaded, setup.now, setup.memory)
    if proof.problems:
        yield _problems("proof", proof.problems)
        return
    until = proof.statement["until"]
    yield ok(
        "proof",
        f"Kein Anrufer geht bis {until} verloren ({proof.statement['states']} Zustände gesehen).",
        f"No caller is lost until {until} ({proof.statement['states']} states seen).",
    )


def _problems(name: str, problems: Sequence[Problem]) -> Finding:
    """All problems in one line: how many, and the first that counts."""
    errors = [problem for problem in problems if problem.severity == "error"]
    first = (errors or problems)[0]
    place = f"{first.place.file}:{first.place.line}"
    more = len(problems) - 1
    de, en = (f" (und {more} weitere)", f" (and {more} more)") if more else ("", "")
    found = wrong if errors else warning
    return found(name, f"{place}: {first.message.de}{de}", f"{place}: {first.message.en}{en}", _CHECK)


def voices(setup: Setup) -> Iterator[Finding]:
    """The provider has a voice for every language that is spoken."""
    entry = setup.loaded.written.get(ENTRY) if setup.loaded else None
    if entry is None or setup.provider is None or not entry.languages:
        return
    chosen = entry.voices or {}
    lacking = []
    for code in entry.languages:
        speaker = language(str(code))
        name = chosen.get(code)
        usual = setup.provider in speaker.voices
        if not (usual if name is None else chosen_voice(str(name), setup.provider, speaker)):
            lacking.append(str(code))
    if lacking:
        there = ", ".join(lacking)
        yield wrong(
            "voices",
            f"{setup.provider} hat keine Stimme für: {there}.",
            f"{setup.provider} has no voice for: {there}.",
            Sentence(
                "Wählen Sie unter „voices:“ in hotline.yaml eine andere, oder lassen Sie die Sprache weg.",
                "Choose another below “voices:” in hotline.yaml, or leave the language out.",
            ),
        )
    else:
        yield ok("voices", "Jede Sprache hat ihre Stimme.", "Every language has its voice.")


def fallback(setup: Setup) -> Iterator[Finding]:
    """The document for when everything fails is kept where it works without us, and says everything."""
    try:
        kept = read_fallback_url(setup.env)
    except BadSetting:
        return  # told by `settings`
    if kept is None:
        yield warning(
            "fallback",
            "Die Ausweichadresse liegt im selben Dienst: Fällt er aus, hören Anrufer eine Fehlermeldung.",
            "The fallback address is in the same service: when it is down, callers hear an error message.",
            Sentence(
                "Legen Sie die Ausgabe von `ivr fallback` beim Anbieter ab und setzen Sie IVR_FALLBACK_URL "
                "(docs/fallback.md).",
                "Keep what `ivr fallback` writes at the provider, and set IVR_FALLBACK_URL (docs/fallback.md).",
            ),
        )
    else:
        yield ok("fallback", f"Die Ausweichadresse ist {kept}.", f"The fallback address is {kept}.")
    loaded = setup.loaded
    if loaded is None or loaded.flows is None or loaded.directory is None or setup.provider is None:
        return
    renderer = prepare(loaded.flows, loaded.directory, "https://url.invalid", setup.provider).renderer
    extent = document(renderer, loaded.flows.languages, loaded.directory)[0].extent
    bound = ", ".join(season_bound(loaded.directory))
    if extent != "whole":
        yield warning(
            "fallback",
            "Das Dokument für den Notfall ist zu lang und wird gekürzt.",
            "The document for when everything fails is too long and is shortened.",
        )
    elif bound:
        yield warning(
            "fallback",
            f"Im Dokument für den Notfall fehlen Öffnungszeiten, weil sie von der Jahreszeit abhängen: {bound}.",
            f"In the document for when everything fails hours are missing that depend on the season: {bound}.",
        )
