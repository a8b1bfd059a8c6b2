"""Writes ivr/speech/rates.py, how fast each language is spoken, and a sample of what was measured for the tests.

    python tools/speech_rates.py [--check]

Every text of the shipped flows is spoken by espeak-ng (Debian: `apt install espeak-ng`), with its voice for the
language and the same setting for all; the sounds' lengths give the rates by least squares of the relative error. With
--check nothing is written; exit code 1 when the rates no longer fit what the flows say. Where there is no espeak-ng
nothing is written or checked, which is said, and is no error.

Anchor. German comes out at 14 characters a second with all pauses, and every other language as much faster or slower
as espeak-ng speaks it. That is our own reckoning of a telephone voice at 150 words a minute, the lower end of the 150
to 200 that younger and older adults alike found comfortable (Sutton et al. 1995, 40 people, English DECtalk). In our
texts, whose German words are long, it makes 136 German words a minute and 149 English ones. With `-s 150` espeak-ng is
there by itself (its default is 175); what remains is one factor for all languages, within a hundredth of 1.

What is known of the errors (espeak-ng 1.51):

- Arabic. Flows are written without vowel signs, and espeak-ng supplies them in some words only; others come out as bare
  consonants ("mftuht"). The length is not absurd for that, and is kept, but rather too short, by about a tenth. Its 9
  characters a second become 8 when all vowels are there (set by Mishkal for a trial, case endings included, which
  voices mostly leave out). Without pauses it makes 10, where Google's Arabic voice makes 9: about 4.5 syllables a
  second, half a syllable for each written character (abstract of "Perception of Standard Arabic Synthetic Speech Rate",
  Interspeech 2021). A pause at commas cannot be told from the rest, and is nought.
- Ukrainian is spoken fast: 6.3 syllables a second without pauses (Bulgarian 5.2, Turkish 4.8, German and English 4.4).
  Its estimates are more likely too short than those of the others.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import wave
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from ivr.loader import load
from ivr.settings import PACKAGE_FLOWS
from ivr.speech import CODES
from ivr.speech.duration import parts, seconds
from ivr.speech.pronunciation import AS_WRITTEN
from ivr.speech.rates import RATES
from ivr.world import Clerk

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]
MODULE = ROOT / "ivr" / "speech" / "rates.py"
SAMPLE = ROOT / "tests" / "cases" / "speech" / "durations.yaml"
CONTACTS = ROOT / "data" / "contacts.yaml"

SPEED = 150
"""espeak-ng's -s, in words a minute as it counts them."""

GERMAN = 14.0
"""Characters a second, pauses included: the anchor."""

MOMENTS = (datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 29, 11, tzinfo=UTC))
"""A Monday and a Sunday: what placeholders say while offices are open, and while they are closed."""

VOICES = {"en": "en-gb"}
"""espeak-ng's voices that are not called like the language."""

SAMPLED = 10
"""Texts of each language in the sample, from the shortest to the longest."""

OFF = 0.08
"""Mean relative error at which rates no longer fit; those of a fresh table are below 0.05."""

HEAD = '''"""How fast each language is spoken: measured with espeak-ng by tools/speech_rates.py, not edited by hand.

The anchor is German at {german:g} characters a second with all pauses, the others are relative to it. duration.py makes
estimates of these; the tool says how they were measured, and what is known of their errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

ESPEAK_NG = "{version}"
"""The version that spoke."""


class Rate(NamedTuple):
    """One language's rate of speech."""

    characters_per_second: float
    """Without pauses; spaces and marks are characters."""
    sentence_end: float
    """Seconds of pause at an end, that of the text included."""
    comma: float
    """Seconds of pause."""
    texts: int
    """How many were measured."""
    mean_error: float
    """Of the estimate, relative to what was measured."""


RATES: Mapping[str, Rate] = {{
'''

SAMPLE_HEAD = """# Texts of the shipped flows, and the seconds that espeak-ng {version} spoke them (anchored).
# Made by tools/speech_rates.py, not edited by hand.
"""


class Measured(NamedTuple):
    """A text and the seconds that it was spoken."""

    text: str
    seconds: float


class Fit(NamedTuple):
    """What least squares found: seconds of a character, of an end, of a comma; none is negative."""

    character: float
    end: float
    comma: float

    def seconds(self, text: str) -> float:
        """The estimate for a text."""
        return sum(each * count for each, count in zip(self, parts(text), strict=True))


def spoken_texts() -> dict[str, list[str]]:
    """Every text of the shipped flows as a voice gets it, by the language of the voice."""
    found = load(PACKAGE_FLOWS, CONTACTS)
    assert found.flows is not None, "the shipped flows are all right"
    assert found.directory is not None
    clerk = Clerk(found.directory)
    texts: dict[str, dict[str, None]] = {code: {} for code in CODES}
    for step in found.flows.steps.values():
        for line in (line for lines in step.lines() for line in lines.values()):
            for moment in MOMENTS:
                said = line.now(clerk.at(moment))
                words = found.flows.pronunciations.get(said.language, AS_WRITTEN)
                texts[said.language][words.say(said.text)] = None
    return {code: list(each) for code, each in texts.items() if each}


def espeak_version() -> str | None:
    """The version of espeak-ng; None where there is none."""
    if shutil.which("espeak-ng") is None:
        return None
    told = subprocess.run(["espeak-ng", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d[\w.-]*", told)
    return found[0] if found else "?"


def has_voice(code: str) -> bool:
    """Whether espeak-ng speaks the language."""
    said = subprocess.run(["espeak-ng", "-v", VOICES.get(code, code), "-q", "a"], capture_output=True, check=False)
    return said.returncode == 0


def measured(texts: dict[str, list[str]]) -> dict[str, list[Measured]]:
    """How long every text is spoken, after anchoring. Languages that espeak-ng does not speak are left out."""
    with TemporaryDirectory() as folder:
        sound = Path(folder) / "said.wav"
        raw = {
            code: [Measured(text, _length(code, text, sound)) for text in each]
            for code, each in texts.items()
            if has_voice(code)
        }
    german = raw["de"]
    factor = sum(len(each.text) for each in german) / GERMAN / sum(each.seconds for each in german)
    return {code: [Measured(each.text, each.seconds * factor) for each in every] for code, every in raw.items()}


def _length(code: str, text: str, sound: Path) -> float:
    command = ["espeak-ng", "-v", VOICES.get(code, code), "-s", str(SPEED), "-w", str(sound), "--stdin"]
    subprocess.run(command, input=text.encode(), check=True)
    with wave.open(str(sound)) as wav:
        return float(wav.getnframes() / wav.getframerate())


def fit(every: Sequence[Measured]) -> Fit:
    """The seconds of a character, an end and a comma with the least squares of relative errors.

    A negative one is taken for nought, and the others are found anew: more words must not take less time.
    """
    rows = [[count / each.seconds for count in parts(each.text)] for each in every]
    free = [0, 1, 2]
    while True:
        found = dict(zip(free, _solve([[row[at] for at in free] for row in rows]), strict=True))
        if all(value >= 0 for value in found.values()):
            return Fit(*(found.get(at, 0.0) for at in range(3)))
        free.remove(min(found, key=lambda at: found[at]))


def _solve(rows: list[list[float]]) -> list[float]:
    """The x for which the sums of x times each row are nearest to 1: the normal equations, by Gauss and Jordan."""
    size = range(len(rows[0]))
    matrix = [[sum(row[i] * row[j] for row in rows) for j in size] + [sum(row[i] for row in rows)] for i in size]
    for i in size:
        pivot = max(size[i:], key=lambda at: abs(matrix[at][i]))
        matrix[i], matrix[pivot] = matrix[pivot], matrix[i]
        matrix[i] = [value / matrix[i][i] for value in matrix[i]]
        for other in size:
            if other != i:
                times = matrix[other][i]
                matrix[other] = [value - times * own for value, own in zip(matrix[other], matrix[i], strict=True)]
    return [row[-1] for row in matrix]


def module(version: str, every: dict[str, list[Measured]]) -> str:
    """The whole module."""
    lines = [HEAD.format(german=GERMAN, version=version).rstrip("\n")]
    for code, texts in every.items():
        found = fit(texts)
        error = mean(abs(found.seconds(each.text) / each.seconds - 1) for each in texts)
        rate, end, comma = 1 / found.character, found.end, found.comma
        lines.append(
            f'    "{code}": Rate({rate:.1f}, {end:.2f}, {comma:.2f}, texts={len(texts)}, mean_error={error:.3f}),'
        )
    return "\n".join([*lines, "}"]) + "\n"


def sample(version: str, every: dict[str, list[Measured]]) -> str:
    """The cases of the tests: some texts of each language."""
    lines = [SAMPLE_HEAD.format(version=version)]
    for code, texts in every.items():
        by_length = sorted(texts, key=lambda each: each.seconds)
        some = [by_length[at * (len(by_length) - 1) // (SAMPLED - 1)] for at in range(SAMPLED)]
        lines += [
            f"{code}:",
            *(f"  - [{each.seconds:.2f}, {json.dumps(each.text, ensure_ascii=False)}]" for each in some),
        ]
    return "\n".join(lines) + "\n"


def misfits(every: dict[str, list[Measured]]) -> list[str]:
    """What is wrong with the rates as they stand in the module."""
    found = []
    for code, texts in every.items():
        error = mean(abs(seconds(code, each.text) / each.seconds - 1) for each in texts)
        if code not in RATES:
            found.append(f"{code} has no rate")
        elif error > OFF:
            found.append(f"{code} is {error:.0%} off")
    return found


def main() -> int:
    """Writes or checks the module."""
    version = espeak_version()
    if version is None:
        print("ivr/speech/rates.py is left as it is, unchecked: there is no espeak-ng here", file=sys.stderr)
        return 0
    every = measured(spoken_texts())
    if "--check" in sys.argv[1:]:
        if wrong := misfits(every):
            print(f"ivr/speech/rates.py does not fit ({', '.join(wrong)}); run: make made", file=sys.stderr)
        return 1 if wrong else 0
    MODULE.write_text(module(version, every), encoding="utf-8")
    SAMPLE.write_text(sample(version, every), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
