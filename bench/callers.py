"""Random callers, and what must never happen to them: an oracle that shares nothing with `ivr.check`.

`judge` lets callers ring a flow set through the engine, each state through its URL form, and gives every escape: what
the checker should have refused. It looks at what is heard and at the operators' files, read with plain PyYAML, and at
the hours (`Schedule.answer`). Documents are judged by the tests' own TwiML grammar (tests/support/grammar.py).

An escape is

`exception`     the engine, the renderer or the reading of a state raises
`document`      a document that the grammar refuses, or that leaves out words of the turn
`silence`       a turn in which nothing is heard, unless after a talk or to a caller who has hung up
`mute`          a sentence without a letter, or mostly in letters that its voice does not know
`digit`         a digit that is left to a voice
`trap`          more than 12 inputs of a caller who from some point on is silent, presses wrong keys, or both by turns
`curt`          such a call ends without a talk, a number and a goodbye
`endless`       a call of more than 200 turns
`wrong contact` the key of an option that names a contact, by its name in contacts.yaml or in the words heard, rings
                another one. A `connect` that lists both may ring the other while the named one is closed.
`no contact`    the key of an option for a contact whose phone is answered now rings nobody
`wrong name`    what a menu says for a contact names another one
`unlisted`      a number is dialled that is not the contact's in contacts.yaml
`wrong number`  after a connection in vain, the number of another office is told, and not that of any that was tried
`emergency`     a call does not begin with 110 and 112, in the caller's language
`closed`        a contact is rung that is closed at that moment, without phone hours
`repeated`      the same webhook, posted again to another process, is answered otherwise
`state`         a state that is another one behind its URL form
`hung up`       a caller who has hung up is answered with anything but an end

Not looked at: whether a text says the truth, whether an option's words fit a target that is no contact, whom a call is
passed on to after an attempt in vain, whether a number in contacts.yaml is the office's real one, and how long or how
easy to understand a text is.
"""

import hashlib
import random
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import yaml
from grammar import problems as grammar_problems
from lxml import etree

from ivr.call import Dial, DialResult, Gather, HangUp, Inbound, Spot, State, Turn
from ivr.contacts import Directory
from ivr.engine import advance, begin
from ivr.speech import language
from ivr.steps.flowset import FlowSet
from ivr.street import prepare
from ivr.world import Clerk

URL = "https://phone.example"
KEYS = "1234567890*#"
DAYS = 366
HELPLESS_TURNS = 12
MOST_TURNS = 200
LETTERS_A_SECOND = 14
GROUP, LANGUAGES = 25, 4
"""So many callers begin at one moment, in so many languages at most."""

_STATE_URL = re.compile(rf"{URL}/voice/[^/]+/[^/]+/([^\"<]+)")
_DIGIT = re.compile(r"\d")


class Escape(NamedTuple):
    """Something that must not happen, and the call in which it did."""

    code: str
    what: str
    call: tuple[str, ...]
    """Turn by turn: the time, what the caller did, and what she heard."""


# --- what the files say, read by plain YAML ------------------------------------------------------------------------


@lru_cache(maxsize=16)  # one file of a set is another one each time, the others are the same
def plain(text: str) -> Any:
    """What a file means to plain YAML."""
    return yaml.load(text, yaml.CBaseLoader)


class Written:
    """What the oracle needs to know of the files."""

    def __init__(self, files: Mapping[str, str]) -> None:
        """`files` by name: `flows/NAME.yaml`, and `contacts.yaml`."""
        read = {name: plain(text) for name, text in files.items()}
        self.contacts: dict[str, Any] = read["contacts.yaml"]["contacts"]
        flows = {name[6:-5]: flow for name, flow in read.items() if name.startswith("flows/")}
        self.keys = {name: frozenset(flow.get("keys") or {}) for name, flow in flows.items()}
        self.options: dict[Spot, dict[str, Any]] = {}
        """What the options of a menu are for; None where nothing is said."""
        self.connects: dict[Spot, frozenset[str]] = {}
        self.last_words: dict[Spot, Any] = {}
        for flow, content in flows.items():
            for step, body in content["steps"].items():
                spot = Spot(flow, step)
                if "menu" in body:
                    options = body["menu"]["options"]
                    self.options[spot] = {
                        key: option.get("for") if isinstance(option, dict) else None for key, option in options.items()
                    }
                elif isinstance(body.get("language"), dict):
                    options = body["language"].get("options", body["language"])
                    self.options[spot] = dict.fromkeys(options)
                elif "connect" in body:
                    connect = body["connect"]
                    to = connect["to"] if isinstance(connect, dict) else connect
                    self.connects[spot] = frozenset([to] if isinstance(to, str) else to)
                elif "hangup" in body:
                    self.last_words[spot] = body["hangup"]

    def number(self, contact: str) -> str:
        """The contact's number in E.164 form, from the digits as they are printed."""
        printed = self.contacts[contact].get("phone", "").strip().replace("(0)", "")
        digits = re.sub(r"\D", "", printed)
        if printed.startswith("+"):
            return f"+{digits}"
        return f"+{digits[2:]}" if digits.startswith("00") else f"+49{digits[1:]}"

    def meaning_keys(self, state: State) -> frozenset[str]:
        """The keys that do something in a state."""
        own = self.options.get(state.spot, {})
        flows = (state.spot.flow, *(visit.spot.flow for visit in state.trail if visit.called))
        return frozenset(own).union(*(self.keys[flow] for flow in flows))


# --- the year -------------------------------------------------------------------------------------------------------


class Year:
    """The hours of all contacts for a year, and the instants at which calls begin."""

    def __init__(self, directory: Directory, now: datetime) -> None:
        self.begin = now
        self.end = now + timedelta(days=DAYS)
        self._open: dict[str, tuple[list[datetime], list[bool]] | None] = {}
        by_schedule: dict[int, tuple[list[datetime], list[bool]]] = {}
        changes: set[datetime] = set()
        for name, entry in directory.contacts.items():
            # phone hours are the hours of the telephone; without them it is answered as the office is open
            schedule = entry.phone_schedule or entry.schedule
            if schedule is None:
                self._open[name] = None
                continue
            if id(schedule) not in by_schedule:
                instants, states = [], []
                at: datetime | None = now
                while at is not None and at < self.end + timedelta(days=2):
                    answer = schedule.answer(at)
                    instants.append(at)
                    states.append(answer.state == "open")
                    at = answer.until and answer.until.astimezone(UTC)
                by_schedule[id(schedule)] = (instants, states)
                changes |= set(instants[1:])
            self._open[name] = by_schedule[id(schedule)]
        self._conditions: dict[str, list[datetime]] = {}
        self.asked: list[datetime] = []
        days = self.days = [(now.astimezone(directory.zone) + timedelta(days=n)).date() for n in range(DAYS)]
        noons = [datetime(day.year, day.month, day.day, 12, tzinfo=directory.zone).astimezone(UTC) for day in days]
        self.holidays = [noon for day, noon in zip(days, noons, strict=True) if directory.is_holiday(day)]
        self.clock_changes = [noon for noon, next_ in pairwise(noons) if (next_ - noon).seconds]
        self.changes = sorted(changes)

    def is_answered(self, contact: str, now: datetime) -> bool:
        """Whether the contact's telephone may ring; unknown hours are no obstacle."""
        known = self._open[contact]
        return known is None or known[1][bisect_right(known[0], now) - 1]

    def also(self, flows: FlowSet, directory: Directory) -> None:
        """The instants at which conditions of a set change count as well."""
        self.asked = []
        for condition in {
            id(each): each for step in flows.steps.values() for way in step.exits() for each in way.when
        }.values():
            words = condition.words().en
            if words not in self._conditions:
                self._conditions[words] = sorted(condition.changes(directory, self.days) or ())
            self.asked += self._conditions[words]

    def instant(self, rng: random.Random) -> datetime:
        """When somebody calls: often just before or after something changes."""
        drawn = rng.random()
        if drawn < 0.1 and self.asked:
            near = rng.choice(self.asked) + timedelta(seconds=rng.randint(-200, 200))
        elif drawn < 0.4 and self.changes:
            near = rng.choice(self.changes) + timedelta(seconds=rng.randint(-200, 200) * rng.choice((0, 1, 1, 30)))
        elif drawn < 0.5 and self.holidays:
            near = rng.choice(self.holidays) + timedelta(seconds=rng.randint(-50_000, 50_000))
        elif drawn < 0.55 and self.clock_changes:
            near = rng.choice(self.clock_changes) + timedelta(seconds=rng.randint(-50_000, 100_000))
        else:
            near = self.begin + timedelta(seconds=rng.randrange(DAYS * 86_400))
        return min(max(near, self.begin), self.end)


# --- documents ------------------------------------------------------------------------------------------------------


class _Heard(NamedTuple):
    """What is wrong with a document wherever it comes, and whether anything is heard in it."""

    wrong: tuple[tuple[str, str], ...]
    heard: bool


_GOOD = _Heard((), heard=True)
_known_good: set[bytes] = set()
"""What stands for documents that are good and heard: most mutants send what others sent."""


def _by_grammar(document: bytes, numbers: frozenset[str], letters: int) -> _Heard:
    """The verdict on a document in which every address of a state is the same one, of a turn of so many letters."""
    key = hashlib.blake2b(document + repr((sorted(numbers), letters)).encode(), digest_size=16).digest()
    if key in _known_good:
        return _GOOD
    verdict = _looked_at(document, numbers, letters)
    if verdict == _GOOD:
        _known_good.add(key)
    return verdict


def _looked_at(document: bytes, numbers: frozenset[str], letters: int) -> _Heard:
    wrong = [("document", found) for found in grammar_problems(document, numbers=numbers)]
    says = (
        []
        if wrong
        else [(say.get("language"), "".join(say.itertext())) for say in etree.fromstring(document).iter("Say")]
    )
    # Pronunciation changes single words; sentences that are left out for lack of room are many.
    if not wrong and sum(len("".join(text.split())) for _, text in says) < 0.8 * letters:
        wrong.append(("document", "words of the turn are missing"))
    wrong += [("digit", text) for _, text in says if _DIGIT.search(text)]
    wrong += [("mute", f"{text} ({tag})") for tag, text in says if not _is_spoken(tag, text)]
    return _Heard(tuple(wrong), bool(says))


SCRIPTS = {"bg": "CYRILLIC", "uk": "CYRILLIC", "ar": "ARABIC"}


def _is_spoken(tag: str, text: str) -> bool:
    """Whether a voice speaks at least half of a text. Every voice reads Latin letters, the others only its own."""
    letters = [unicodedata.name(letter).partition(" ")[0] for letter in text if letter.isalpha()]
    known = sum(script in ("LATIN", SCRIPTS.get(tag[:2])) for script in letters)
    return bool(letters) and 2 * known >= len(letters)


# --- calls ----------------------------------------------------------------------------------------------------------

ACTIVE, SILENT, WRONG, BOTH, HANGS_UP, MARATHON = range(6)
FAILURES = (DialResult.BUSY, DialResult.NO_ANSWER, DialResult.FAILED)
EMERGENCY = ("110", "112")
CALLERS = ("", "+4915112345678", "+492315021234")


class _Found(Exception):  # noqa: N818 - a word for how a call ended for us
    """An escape, found in the middle of a call."""


class Oracle:
    """One flow set, ready to be called."""

    def __init__(self, flows: FlowSet, directory: Directory, files: Mapping[str, str], year: Year) -> None:
        self.flows = flows
        self.directory = directory
        self.written = Written(files)
        self.year = year
        year.also(flows, directory)
        prepared = prepare(flows, directory, URL, "twilio")
        self.renderer = prepared.renderer
        self.clerk = prepared.clerk
        self.other_clerk = Clerk(directory)
        """That of another process, which has heard other calls."""
        self.numbers = frozenset(
            self.written.number(name) for name, of in self.written.contacts.items() if "phone" in of
        )
        self._documents: dict[object, _Heard] = {}
        self._named: dict[tuple[Spot, str, str], tuple[str | None, frozenset[str]]] = {}
        self._told = {
            code: [
                (name, language(code).phone(entry.phone.groups))
                for name, entry in directory.contacts.items()
                if entry.phone
            ]
            for code in flows.languages
        }
        self._keys: dict[object, tuple[str, str]] = {}

    def judge(self, rng: random.Random, callers: int) -> list[Escape]:
        """The escapes that so many callers find, one of each code."""
        found: dict[str, Escape] = {}
        for number in range(callers):
            # Callers come in groups: the clerk has to find sentences for a few moments only.
            if number % GROUP == 0:
                begins = self.year.instant(rng)
                languages = rng.choices(self.flows.languages, k=LANGUAGES)
            call = _Call(self, rng, begins, rng.choice(languages), marathon=number == 0)
            try:
                call.run()
            except _Found as escape:
                code, what = escape.args
                found.setdefault(code, Escape(code, what, call.told()))
            except Exception as error:  # noqa: BLE001 - whatever it is, a caller has met it
                found.setdefault("exception", Escape("exception", repr(error), call.told()))
        return list(found.values())

    def keys(self, state: State) -> tuple[str, str]:
        """The keys that mean something in a state, and those that do not."""
        where = (state.spot, state.trail)
        if where not in self._keys:
            meaning = self.written.meaning_keys(state)
            self._keys[where] = (
                "".join(key for key in KEYS if key in meaning),
                "".join(key for key in KEYS if key not in meaning),
            )
        return self._keys[where]

    def named(self, spot: Spot, key: str, code: str) -> tuple[str | None, frozenset[str]]:
        """The contact that an option is for, and those that a caller hears in its words."""
        where = (spot, key, code)
        if where not in self._named:
            subject = self.written.options[spot].get(key)
            by_name = subject if isinstance(subject, str) and subject in self.directory.contacts else None
            if by_name is not None:
                entry = self.directory.contacts[by_name]
                words, spoken = entry.in_menu(code) or entry.name(code), code
            else:
                words, spoken = subject or "", code
                if isinstance(words, dict):
                    words = words.get(code, "")
                if isinstance(words, dict):
                    ((spoken, words),) = words.items()
            heard = {
                name
                for name, entry in self.directory.contacts.items()
                if entry.name(spoken).casefold() in words.casefold()
            }
            self._named[where] = (by_name, frozenset(heard))
        return self._named[where]

    def document(self, turn: Turn, inbound: Inbound) -> _Heard:
        """The verdict on what is sent. Turns that say and expect the same differ in the address of the state only."""
        same = (turn.said, turn.expects, isinstance(turn.expects, Dial) and inbound.caller)
        known = self._documents.get(same)
        if known is None:
            body = self.renderer.render(turn, inbound)
            state = turn.state.to_path()
            wrong = []
            urls = _STATE_URL.findall(body.decode())
            if any(url != state for url in urls) or bool(urls) != isinstance(turn.expects, Gather | Dial):
                wrong.append(("document", f"the addresses are {urls}, the state is {state}"))
            letters = sum(len("".join(said.text.split())) for said in turn.said)
            same_state = body.replace(state.encode(), b"s").replace(self.flows.version.encode(), b"v")
            known = _by_grammar(same_state, self.numbers, letters)
            known = known._replace(wrong=(*known.wrong, *wrong))
            self._documents[same] = known
        return known

    def told(self, turn: Turn) -> set[str]:
        """The contacts whose numbers are dictated in a turn."""
        return {name for said in turn.said for name, number in self._told[said.language] if number in said.text}

    def takes_leave(self, turn: Turn) -> bool:
        """Whether a turn has the last words of the operators, or those of the service."""
        if any(said.text == language(said.language).goodbye() for said in turn.said):
            return True
        return bool(turn.path and self.written.last_words.get(turn.path[-1]) and turn.said)


class _Call:
    """One caller's call."""

    def __init__(self, oracle: Oracle, rng: random.Random, now: datetime, code: str, *, marathon: bool) -> None:
        self.oracle = oracle
        self.rng = rng
        self.now = now
        self.language = code
        self.habit = MARATHON if marathon else rng.choices(range(5), (15, 25, 20, 25, 15))[0]
        self.active = 1000 if marathon else int(rng.expovariate(0.35))
        """So many times she does something sensible, before her habit shows."""
        self.helpless = 0
        self.caller = rng.choice(CALLERS)
        self.repeated = rng.randrange(16)
        self.protocol: list[tuple[datetime, State, Inbound, Turn | None]] = []

    def run(self) -> None:
        oracle = self.oracle
        now = self.now
        state = begin(oracle.flows, self.language)
        inbound = Inbound("CA0", caller=self.caller)
        turn = self.turn(state, inbound, now, 0)
        number = 1
        while not isinstance(turn.expects, HangUp):
            path = turn.state.to_path()
            read = State.from_path(path)
            if read != turn.state:
                raise _Found("state", f"{path} is read as {read}")
            state = read
            if number > 60 and self.habit != MARATHON:
                return
            if number > MOST_TURNS + 1:
                raise _Found("endless", f"{number} turns")
            inbound, waited = self.does(state, turn)
            now += timedelta(seconds=waited)
            turn = self.turn(state, inbound, now, number)
            number += 1
            if self.helpless > HELPLESS_TURNS and not isinstance(turn.expects, HangUp):
                raise _Found("trap", f"{self.helpless} inputs, and no end")
        helped = inbound.dialled is DialResult.COMPLETED or oracle.told(turn) or oracle.takes_leave(turn)
        if self.helpless and not helped and not inbound.hung_up:
            raise _Found("curt", "no number and no goodbye")

    def told(self) -> tuple[str, ...]:
        """The call, a line for each turn."""
        lines = []
        for now, state, inbound, turn in self.protocol:
            did = inbound.digits or inbound.dialled or ("hangs up" if inbound.hung_up else "nothing")
            answer = f"{' | '.join(said.text for said in turn.said)} {turn.expects}" if turn else "-"
            lines.append(f"{now:%Y-%m-%d %H:%M:%S} {state.to_path()} {did}: {answer}")
        return tuple(lines)

    def does(self, state: State, turn: Turn) -> tuple[Inbound, float]:
        """What the caller does next, and after how many seconds."""
        rng = self.rng
        listens = sum(len(said.text) for said in turn.said) / LETTERS_A_SECOND
        active = self.active > 0
        self.active -= 1
        if isinstance(turn.expects, Dial):
            if not active and self.habit == HANGS_UP:
                return Inbound("CA0", caller=self.caller, hung_up=True), listens + rng.random() * 20
            if active and self.habit != MARATHON:
                result = rng.choice(list(DialResult))
            else:
                self.helpless += not active
                result = DialResult.COMPLETED if not active and rng.random() < 0.1 else rng.choice(FAILURES)
            seconds = rng.random() * (600 if result is DialResult.COMPLETED else 30)
            return Inbound("CA0", caller=self.caller, dialled=result), listens + seconds
        assert isinstance(turn.expects, Gather)
        right, wrong = self.oracle.keys(state)
        if active:
            drawn = rng.random()
            if drawn < 0.8 or self.habit == MARATHON:
                keys = rng.choice(right) if right else ""
            elif drawn < 0.9:
                keys = rng.choice(KEYS) if drawn < 0.87 else "".join(rng.choices(KEYS, k=rng.randint(2, 9)))
            else:
                keys = ""
        elif self.habit == HANGS_UP:
            return Inbound("CA0", caller=self.caller, hung_up=True), listens * rng.random()
        else:
            self.helpless += 1
            presses = self.habit in (WRONG, ACTIVE) or (self.habit == BOTH and self.helpless % 2)
            keys = rng.choice(wrong) if presses and wrong else ""
        seconds = rng.random() * (listens + 2) if keys else listens + turn.expects.patience
        return Inbound("CA0", caller=self.caller, digits=keys or None), seconds

    def turn(self, state: State, inbound: Inbound, now: datetime, number: int) -> Turn:
        """One webhook, with everything that is looked at in its answer."""
        oracle = self.oracle
        self.protocol.append((now, state, inbound, None))
        turn = advance(oracle.flows, oracle.clerk.at(now), state, inbound)
        self.protocol[-1] = (now, state, inbound, turn)
        heard = oracle.document(turn, inbound)
        if heard.wrong:
            raise _Found(*heard.wrong[0])
        if inbound.hung_up and not isinstance(turn.expects, HangUp):
            raise _Found("hung up", str(turn.expects))
        if not heard.heard and inbound.dialled is not DialResult.COMPLETED and not inbound.hung_up:
            raise _Found("silence", f"nothing is heard at {'/'.join(turn.state.spot)}")
        if isinstance(turn.expects, Dial):
            self._dialled(turn.expects, now)
        if inbound.digits and state.spot in oracle.written.options:
            self._chosen(state, inbound.digits, turn, now)
        over = state.turn >= MOST_TURNS  # a call that is ended for its length hears the last resort's number
        if inbound.dialled in FAILURES and not over and (told := oracle.told(turn)):
            tried = oracle.written.connects[state.spot]
            if not told & tried:
                raise _Found("wrong number", f"{sorted(tried)} tried at {state.spot}, {sorted(told)} told")
        if number == 0 and not all(language(state.language).spell_out(each) in turn.said[0].text for each in EMERGENCY):
            raise _Found("emergency", turn.said[0].text)
        if number == self.repeated:
            again = advance(oracle.flows, oracle.other_clerk.at(now), State.from_path(state.to_path()), inbound)
            if again != turn or oracle.renderer.render(again, inbound) != oracle.renderer.render(turn, inbound):
                raise _Found("repeated", f"{turn} and then {again}")
        return turn

    def _dialled(self, dial: Dial, now: datetime) -> None:
        oracle = self.oracle
        if dial.number != oracle.written.number(dial.contact):
            raise _Found("unlisted", f"{dial.number}, and {dial.contact} has {oracle.written.number(dial.contact)}")
        if not oracle.year.is_answered(dial.contact, now):
            raise _Found("closed", f"{dial.contact} at {now}")

    def _chosen(self, state: State, key: str, turn: Turn, now: datetime) -> None:
        """Holds a key against what its option says."""
        oracle = self.oracle
        if oracle.written.options[state.spot].get(key) is None:
            return
        contacts = oracle.directory.contacts
        by_name, heard = oracle.named(state.spot, key, state.language)
        if by_name is not None and by_name not in heard and any(contacts[name].phone for name in heard):
            raise _Found("wrong name", f"key {key} of {state.spot} is for {by_name}, and names {sorted(heard)}")
        meant = frozenset([by_name]) if by_name is not None else heard
        if not meant:
            return
        rung = turn.expects.contact if isinstance(turn.expects, Dial) else None
        if rung is None:
            held = by_name is not None and state.turn < MOST_TURNS
            if held and contacts[by_name].phone and oracle.year.is_answered(by_name, now):
                raise _Found("no contact", f"key {key} of {state.spot} is for {by_name}, and rings nobody")
            return
        if rung in meant:
            return
        listed = oracle.written.connects[turn.path[-1]]
        if not any(name in listed and not oracle.year.is_answered(name, now) for name in meant):
            raise _Found("wrong contact", f"key {key} of {state.spot} is for {sorted(meant)}, and rings {rung}")
