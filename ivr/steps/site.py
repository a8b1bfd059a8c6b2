"""The building site of a step: looks up every name the operator used, and notes what does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call import Spot
from ivr.source.near import did_you_mean, nearest
from ivr.source.problems import Problem, Sentence
from ivr.speech import language
from ivr.speech.limits import SENTENCE_END, fits
from ivr.speech.pronunciation import AS_WRITTEN
from ivr.speech.spelling import abbreviations_left
from ivr.steps.base import CallFlow, Goto, Line, Lines, ToStep, Way
from ivr.steps.fields import RESERVED, ContactName, Hole, Subject, Target, Text, Wording

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ivr.contacts import Directory, Entry
    from ivr.source.places import Place
    from ivr.speech.pronunciation import Pronunciation

_FIXED = {"repeat": Way.REPEAT, "back": Way.BACK, "return": Way.RETURN, "hangup": Way.HANG_UP}


class Site:
    """Where one step is being built. Problems are collected, so that one run shows all of them."""

    def __init__(
        self,
        spot: Spot,
        place: Place,
        *,
        steps: Mapping[str, Place] | None,
        starts: Mapping[str, str],
        languages: tuple[str, ...],
        directory: Directory,
        contacts: Mapping[str, Place] | None,
        pronunciations: Mapping[str, Pronunciation],
        provider: str,
        problems: list[Problem],
        spoken: set[str],
        entrances: Collection[str] = (),
    ) -> None:
        """Sets up the site of one step.

        `place` is the step's name in the file, `steps` are the names in this flow, `starts` is the first step of every
        flow, `contacts` are the names in contacts.yaml. There may be names of steps and contacts that could not be
        read, and None where not even the names could be: nobody is told that something is missing when it only could
        not be read. Findings go to `problems`, the languages in which there is a text to `spoken`. `entrances` are the
        flows in which calls begin, and which no other flow calls.
        """
        self.spot = spot
        self.place = place
        self.languages = languages
        self.directory = directory
        self.pronunciations = pronunciations
        self.provider = provider
        self._steps = steps
        self._contacts = contacts
        self._starts = starts
        self._entrances = entrances
        self._problems = problems
        self._spoken = spoken

    def problem(
        self,
        place: Place,
        code: str,
        message: Sentence,
        hint: Sentence | None = None,
        *,
        also: Place | None = None,
        about: str = "",
    ) -> None:
        """Note an error at a place."""
        self._problems.append(Problem(place, code, message, hint, also=also, about=about))

    def look_up(self, value: object) -> None:
        """Note what is wrong with the names in a value that was read in a step of which the rest was not."""
        if isinstance(value, Target):
            self.goto(value)
        elif isinstance(value, ContactName):
            self.contact(value)
        elif isinstance(value, Text):
            self.lines(value)
        elif isinstance(value, Subject):
            self.look_up(value.contact or value.text)

    def goto(self, target: Target) -> Goto:
        """The place that a target names. An unknown one is noted, and stands for the end of the call."""
        flow = target.called_flow
        if flow is not None:
            if flow in self._entrances and flow != self.spot.flow:
                self.problem(
                    target.place,
                    "entrance-called",
                    Sentence(
                        f"Im Ablauf „{flow}“ beginnen Anrufe bei einer eigenen Nummer; gerufen wird er nicht.",
                        f"Calls to a number of its own begin in the flow “{flow}”; it is not called.",
                    ),
                    Sentence(
                        "Was beide brauchen, gehört in einen dritten Ablauf.",
                        "What both need belongs in a third flow.",
                    ),
                    about=flow,
                )
                return Way.HANG_UP
            if flow in self._starts:
                return CallFlow(Spot(flow, self._starts[flow]))
            self.problem(
                target.place,
                "unknown-flow",
                Sentence(f"Den Ablauf „{flow}“ gibt es nicht.", f"There is no flow “{flow}”."),
                did_you_mean(flow, self._starts, what=Sentence("Abläufe", "Flows")),
                about=flow,
            )
            return Way.HANG_UP
        if self._steps is None or target in self._steps:
            return ToStep(Spot(self.spot.flow, str(target)))
        if target == "start":
            return ToStep(Spot(self.spot.flow, self._starts[self.spot.flow]))
        if target in _FIXED:
            return _FIXED[target]
        meant = target.rpartition(":")[2]
        hint = did_you_mean(
            meant if meant in self._steps else target,
            [*self._steps, *RESERVED],
            what=Sentence("Ziele in dieser Datei", "Targets in this file"),
            unlisted=[f"flow:{name}" for name in self._starts],
        )
        if meant in self._starts:
            hint = Sentence(
                f"Einen Ablauf ruft man so auf: flow:{meant}. {hint.de}",
                f"A flow is called like this: flow:{meant}. {hint.en}",
            )
        self.problem(
            target.place,
            "unknown-target",
            Sentence(f"Das Ziel „{target}“ gibt es nicht.", f"There is no target “{target}”."),
            hint,
            # It may be the step whose name is mistyped.
            also=self._steps.get(nearest(target, self._steps) or ""),
            about=str(target),
        )
        return Way.HANG_UP

    def contact(self, name: ContactName) -> Entry | None:
        """The contact of that name; None, and noted, when there is none."""
        return self._contact(name, name.place)

    def _contact(self, name: str, place: Place) -> Entry | None:
        found = self.directory.contacts.get(name)
        if found is None and self._contacts is not None and name not in self._contacts:
            listed = Sentence("Stellen", "Contacts")
            if not any(map(str.isalpha, name)):
                listed = Sentence(
                    "Nummern stehen nur in contacts.yaml, hier steht der Name einer Stelle. Stellen",
                    "Numbers stand in contacts.yaml only, the name of a contact stands here. Contacts",
                )
            self.problem(
                place,
                "unknown-contact",
                Sentence(f"Die Stelle „{name}“ gibt es nicht.", f"There is no contact “{name}”."),
                did_you_mean(name, self._contacts, what=listed),
                also=self._contacts.get(nearest(name, self._contacts) or ""),
                about=str(name),
            )
        return found

    def lines(self, text: Text) -> Lines:
        """The text in every language of the flow set, with its placeholders looked up and its numbers worded."""
        everywhere = text.by_language.get("")
        if everywhere is not None and len(self.languages) > 1 and _has_words(everywhere):
            table = f"{{{', '.join(f'{code}: …' for code in self.languages)}}}"
            self.problem(
                text.place,
                "one-language",
                Sentence(
                    "Dieser Satz steht nur in einer Sprache da.", "This sentence stands there in one language only."
                ),
                Sentence(
                    f"So geht es: {table}, jede Sprache auf eigener Zeile.",
                    f"Write {table}, each language on a line of its own.",
                ),
                about="one",
            )
        missing = [code for code in self.languages if code not in text.by_language] if everywhere is None else []
        unused = [code for code in text.by_language if code not in ("", *self.languages)]
        self._spoken.update(text.by_language)
        for code in unused:
            also_missing = Sentence("", "")
            if missing:  # another language's code was typed: one cause, one message
                also_missing = Sentence(f"Es fehlt: {', '.join(missing)}. ", f"Missing: {', '.join(missing)}. ")
            self.problem(
                text.by_language[code].place,
                "unused-language",
                Sentence(f"Die Sprache „{code}“ sprechen diese Abläufe nicht.", f"These flows do not speak “{code}”."),
                Sentence(
                    f"{also_missing.de}Ihre Sprachen stehen in hotline.yaml unter languages: "
                    f"{', '.join(self.languages)}.",
                    f"{also_missing.en}Their languages stand in hotline.yaml under languages: "
                    f"{', '.join(self.languages)}.",
                ),
                about=code,
            )
        if missing and not unused:
            self._problems.append(missing_language(text.place, missing, self.languages))
        for code, written in text.by_language.items():
            self._check_holes(written)
            self._check_words(written.language or code, written)
            if written.language != code:  # a sentence in another voice; those of the set are looked at once for all
                self._check_voice(written)
        return {
            code: _line(code, wording)
            for code in self.languages
            if (wording := everywhere or text.by_language.get(code)) is not None
        }

    def _check_words(self, code: str, wording: Wording) -> None:
        """What a voice would say as it likes, or not at all."""
        known = self.pronunciations.get(code, AS_WRITTEN)
        for part in wording.parts:
            if isinstance(part, Hole):
                continue
            for start, end in abbreviations_left(part):
                word = part[start:end]
                if word not in known:
                    self._problems.append(_abbreviation(wording.place, word))
            if any(not fits(sentence) for sentence in SENTENCE_END.split(part)):
                self.problem(
                    wording.place,
                    "long-sentence",
                    Sentence(
                        "Hier ist ein Satz länger, als eine Stimme ihn auf einmal nimmt.",
                        "A sentence here is longer than a voice takes at once.",
                    ),
                    Sentence("Machen Sie mehrere Sätze daraus.", "Make several sentences of it."),
                )

    def _check_voice(self, wording: Wording) -> None:
        if self.provider not in language(wording.language).voices:
            self.problem(
                wording.place,
                "no-voice",
                Sentence(
                    f"Bei {self.provider} gibt es keine Stimme für „{wording.language}“.",
                    f"{self.provider} has no voice for “{wording.language}”.",
                ),
                Sentence(
                    "Lassen Sie diesen Satz in einer anderen Sprache sprechen.",
                    "Let this sentence be spoken in another language.",
                ),
            )

    def _check_holes(self, wording: Wording) -> None:
        for part in wording.parts:
            if isinstance(part, Hole) and (entry := self._contact(part.contact, part.place)) is not None:
                absent = {"phone": entry.phone is None, "address": entry.address is None}
                if absent.get(part.form):
                    self.problem(
                        part.place,
                        "nothing-to-say",
                        Sentence(
                            f"Die Stelle „{part.contact}“ hat keine Angabe „{part.form}“.",
                            f"The contact “{part.contact}” has no “{part.form}”.",
                        ),
                        Sentence(
                            f"Tragen Sie sie in contacts.yaml ein, oder nehmen Sie eine andere Angabe, etwa "
                            f"{{{part.contact}.name}}.",
                            f"Enter it in contacts.yaml, or use another fact, such as {{{part.contact}.name}}.",
                        ),
                    )


def missing_language(place: Place, missing: Sequence[str], languages: Sequence[str]) -> Problem:
    """A text lacks languages of the set."""
    return Problem(
        place,
        "missing-language",
        Sentence(
            f"Hier fehlt der Satz für: {', '.join(missing)}.", f"A sentence is missing for: {', '.join(missing)}."
        ),
        Sentence(
            f"Die Sprachen dieser Abläufe sind: {', '.join(languages)}.",
            f"The languages of these flows are: {', '.join(languages)}.",
        ),
        about=", ".join(missing),
    )


def _abbreviation(place: Place, word: str) -> Problem:
    return Problem(
        place,
        "abbreviation",
        Sentence(
            f"Die Abkürzung „{word}“ liest jede Stimme anders vor.",
            f"Every voice reads the abbreviation “{word}” differently.",
        ),
        Sentence(
            "Schreiben Sie sie aus, oder sagen Sie in pronunciation.yaml, wie sie gesprochen wird.",
            "Write it out, or say in pronunciation.yaml how it is spoken.",
        ),
        "warning",
    )


def _has_words(wording: Wording) -> bool:
    return any(isinstance(part, str) and any(letter.isalpha() for letter in part) for part in wording.parts)


def _line(code: str, wording: Wording) -> Line:
    spoken_in = wording.language or code
    speech = language(spoken_in)
    return Line(spoken_in, tuple(speech.spell_out(part) if isinstance(part, str) else part for part in wording.parts))
