"""The exploration is exact: whatever can happen is in it, and nothing that cannot.

Conditions are asked anew at instants of the year that is looked at; calls are made with the real engine at real times,
their states in their URL form between any two turns.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Hashable, Iterator
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from textwrap import indent

import pytest
import yaml
from examples import EXAMPLES, some_hours, spans
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from service import CONTACTS, FLOWS
from sets import NOW, SAMPLE

from ivr.call import MAX_DEPTH, Dial, Gather, Inbound, State, Turn
from ivr.contacts import ContactsFile, Directory, build_directory
from ivr.engine import advance, begin
from ivr.exploration import Calls, Edge, Exploration, Given, Moments, explore
from ivr.exploration.explorer import AT_A_DIAL, Node, _done, _inputs, _latest, turn_of
from ivr.exploration.moments import each
from ivr.loader import Loaded, load
from ivr.source.reader import read_yaml
from ivr.steps.conditions import When
from ivr.world import Clerk, Condition

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


# The truth of every moment


def table(text: str) -> object:
    found, problems = read_yaml(text.encode(), "f.yaml")
    assert not problems, problems
    return found


def conditions_of(text: str) -> tuple[Condition, ...]:
    return TypeAdapter(When).validate_python(table(text)).conditions()


def ends(moments: Moments) -> tuple[datetime, datetime]:
    first, after = moments.days[0], moments.days[-1] + timedelta(days=1)
    begins, ends = (datetime.combine(day, time(), moments.directory.zone).astimezone(UTC) for day in (first, after))
    return begins, ends


class Truths:
    """Every question that the exploration asks, as it knows the answer and as the contacts do."""

    def __init__(self, directory: Directory, conditions: tuple[Condition, ...]) -> None:
        self.moments = Moments(directory, conditions, NOW)
        self.clerk = Clerk(directory)
        self.asked: list[tuple[str, int, Callable[[datetime], bool]]] = []
        for condition in conditions:
            bits = self.moments.when(condition)
            if bits is not None:
                self.asked.append((condition.words().en, bits, self._holding(condition)))
        for name in directory.contacts:
            self.asked.append((f"{name} shut", self.moments.shut(name), self._of(name, "is_shut")))
            self.asked.append((f"{name} answered", self.moments.answered(name), self._of(name, "is_answered")))

    def _holding(self, condition: Condition) -> Callable[[datetime], bool]:
        return lambda at: condition.holds(self.clerk.at(at), "de")

    def _of(self, name: str, question: str) -> Callable[[datetime], bool]:
        return lambda at: getattr(self.clerk.at(at), question)(name)

    def agree(self, instants: Iterator[datetime] | list[datetime]) -> None:
        for at in instants:
            index = self.moments.at(at)
            for what, bits, really in self.asked:
                assert bool(bits >> index & 1) is really(at), f"{what} at {at}"

    def edges(self) -> Iterator[datetime]:
        """Both sides of every instant at which something may change."""
        for instant in self.moments.instants:
            yield instant
            if instant > self.moments.instants[0]:
                yield instant - SECOND


KINDS = {
    "open": "{open: office}",
    "closed": "{closed: office}",
    "holiday": "{holiday: yes}",
    "no holiday": "{holiday: no}",
    "a day": "{date: 2027-03-28}",
    "a day of every year": "{date: 10-31}",
    "days over New Year": "{date: 12-24..01-02}",
    "a time of day": "{between: 9:00-12:15}",
    "a night": "{between: 22:30-2:30}",
    "the hour that autumn repeats": "{between: 2:10-2:50}",
    "opens within an hour": "{opens_within: {contact: office, time: 1h}}",
    "opens within two days": "{opens_within: {contact: office, time: 48h}}",
    "opens within seconds": "{opens_within: {contact: office, time: 90s}}",
    "closes within a minute": "{closes_within: {contact: office, time: 1 min}}",
    "closes within ten minutes": "{closes_within: {contact: office, time: 10 min}}",
}
EVERY_KIND = tuple(condition for text in KINDS.values() for condition in conditions_of(text))


def test_every_kind_of_condition_is_asked() -> None:
    asked = {name for text in KINDS.values() for name in yaml.safe_load(text)}
    assert asked == {field.name for field in dataclasses.fields(When)} - {"language"}
    words = [condition.words() for condition in EVERY_KIND]
    assert len({each.en for each in words}) == len({each.de for each in words}) == len(words)


def test_words_tell_conditions_apart() -> None:
    lengths = ["1s", "59s", "60s", "61s", "90s", "119s", "2 min", "60 min", "61 min", "3601s", "2h"]
    kinds = ("opens_within", "closes_within")
    texts = [f"{{{kind}: {{contact: office, time: {length}}}}}" for kind in kinds for length in lengths]
    words = [condition.words() for text in texts for condition in conditions_of(text)]
    assert len({each.en for each in words}) == len({each.de for each in words}) == len(texts)


@st.composite
def directories(draw: st.DrawFn) -> Directory | None:
    """An office with hours of any kind, perhaps with phone hours, in zones whose clocks change at odd times."""
    zone = draw(st.sampled_from(["Europe/Berlin"] * 5 + ["America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu"]))
    text = f"timezone: {zone}\nholidays: DE-NW\ncontacts:\n  office:\n    name: Office\n    phone: 0231 50-0\n"
    text += f"    hours:\n{indent(draw(some_hours()), '      ')}"
    if draw(st.booleans()):
        text += f"    phone_hours:\n      weekly: {{Mo-So: {draw(spans())}}}\n"
    try:
        return build_directory(TypeAdapter(ContactsFile).validate_python(table(text)))
    except ValidationError:
        return None  # Hours that an operator is told to write otherwise.


@pytest.mark.no_cover
@pytest.mark.parametrize("_half", ["one half", "the other"])
@settings(max_examples=max(8, EXAMPLES // 250), deadline=None)
@given(directories(), st.sets(st.sampled_from(EVERY_KIND), min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_moments_are_exact(
    _half: str, directory: Directory | None, conditions: set[Condition], chance: random.Random
) -> None:
    if directory is None:
        return
    truths = Truths(directory, tuple(conditions))
    begins, after = ends(truths.moments)
    minutes = (after - begins) // MINUTE
    truths.agree(begins + chance.randrange(minutes) * MINUTE for _ in range(100))
    edges = list(truths.edges())
    truths.agree(chance.sample(edges, min(300, len(edges))))


HOURS = {
    "a station": "weekly: {Mo-Sa: 9:00-20:30}\nholidays: closed",
    "nights over both clock changes": "weekly: {Sa: 22:00-2:30, So: [2:15-2:45, 23:00-3:00]}",
    "round the clock": "weekly: {Mo-So: 0:00-24:00}",
    "never": "weekly: {Mo-So: closed}",
}


@pytest.mark.parametrize("hours", HOURS.values(), ids=HOURS)
def test_every_kind_is_exact_to_the_second(hours: str) -> None:
    text = "timezone: Europe/Berlin\nholidays: DE-NW\ncontacts:\n  office:\n    name: Office\n    hours:\n"
    file = TypeAdapter(ContactsFile).validate_python(table(text + indent(hours, "      ")))
    truths = Truths(build_directory(file), EVERY_KIND)
    truths.agree(truths.edges())


# The sets whose exploration is looked at


@cache
def explored(name: str, folder: Path | None = None) -> tuple[Loaded, Exploration]:
    paths = {"sample": (SAMPLE, SAMPLE / "contacts.yaml"), "shipped": (FLOWS, CONTACTS)}
    loaded = load(*(paths[name] if folder is None else (folder, SAMPLE / "contacts.yaml")), now=NOW)
    assert loaded.flows is not None, loaded.problems
    assert loaded.directory is not None
    conditions = [condition for step in loaded.flows.steps.values() for way in step.exits() for condition in way.when]
    return loaded, explore(loaded.flows, Moments(loaded.directory, conditions, NOW))


@pytest.mark.parametrize("name", ["sample", "shipped"])
def test_every_minute_of_the_year(name: str) -> None:
    """Of all contacts and conditions there."""
    loaded, _ = explored(name)
    assert loaded.flows is not None
    assert loaded.directory is not None
    conditions = {
        each.words().en: each for step in loaded.flows.steps.values() for leads in step.exits() for each in leads.when
    }
    truths = Truths(loaded.directory, tuple(conditions.values()))
    begins, after = ends(truths.moments)
    truths.agree(begins + number * MINUTE for number in range((after - begins) // MINUTE))


MENUS = 6


@pytest.fixture(scope="module")
def tangled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Menus that lead to each other in every direction, and into a flow of such menus: more states than can be seen."""
    folder = tmp_path_factory.mktemp("tangled")
    keys = 'keys: {"*": repeat, "#": back, "0": through}\n'
    (folder / "hotline.yaml").write_text(
        f"languages: [de, en]\nstart: m1\n{keys}steps:\n{menus('m', MENUS)}{THROUGH}", "utf-8"
    )
    (folder / "more.yaml").write_text(
        f"start: n1\nsteps:\n{menus('n', 4, '9: return', '8: language')}{LANGUAGE}", "utf-8"
    )
    return folder


THROUGH = """  through:
    say: {de: Weiter., en: On.}
    next: flow:more
"""
LANGUAGE = """  language:
    language: {options: {1: de, 2: en}}
    next: english
  english:
    branch:
      - {when: {language: en}, go: n2}
      - {when: {open: citywache}, go: n3}
      - {else: return}
"""


def menus(prefix: str, number: int, *more: str) -> str:
    text = ""
    for menu in range(1, number + 1):
        options = [f"{other}: {prefix}{other}" for other in range(1, number + 1) if other != menu]
        text += f"  {prefix}{menu}:\n    menu:\n      prompt: {{de: Menü., en: Menu.}}\n"
        text += f"      options: {{{', '.join([*options, *more])}}}\n"
    return text


SETS = ["sample", "shipped", "tangled"]


@pytest.fixture(params=SETS)
def known(request: pytest.FixtureRequest) -> tuple[Loaded, Exploration]:
    name = request.param
    return explored(name, request.getfixturevalue("tangled")) if name == "tangled" else explored(name)


def test_the_tangled_set_is_tangled(tangled: Path) -> None:
    assert explored("tangled", tangled)[1].depth < MAX_DEPTH
    assert explored("shipped")[1].depth == explored("sample")[1].depth == MAX_DEPTH


def key_of(exploration: Exploration, state: State) -> Hashable:
    trail = _latest(state.trail, exploration.depth)
    typed = (state.entered, state.author)
    return (state.spot, exploration.groups[state.language], state.misses, state.attempt, trail, typed)


# Whatever can happen is in it


@pytest.mark.parametrize("seed", range(8))
def test_no_caller_comes_to_a_place_that_is_not_in_it(known: tuple[Loaded, Exploration], seed: int) -> None:
    loaded, exploration = known
    nodes = {key_of(exploration, node.state): node for node in exploration.nodes}
    chance = random.Random(seed)
    for _ in range(60):
        edges, full = exploration.starts, False
        for at, happened, turn in a_call(loaded, exploration, chance):
            bit = 1 << exploration.moments.at(at)
            fitting = [edge for edge in edges if edge.when & bit and is_given(edge, happened)]
            if happened.kind == "hangup" and not fitting:
                assert turn.said == ()  # Who hangs up hears nothing more, and that is not kept.
                break
            (edge,) = fitting
            assert (edge.path, type(edge.expects)) == (turn.path, type(turn.expects))
            assert edge.missed is any(name == "miss" for name, _ in turn.facts)
            assert (edge.onward is None) is not isinstance(turn.expects, Gather | Dial)
            if edge.onward is None:
                break
            full = full or sum(not visit.called for visit in turn.state.trail) == MAX_DEPTH
            node = nodes.get(key_of(exploration, turn.state))
            if node is None:
                # Only where a call forgets where it came from is the way back not followed to its end.
                assert exploration.depth < MAX_DEPTH
                assert full
                assert (turn.state.spot, turn.expects) in {(each.state.spot, each.waits) for each in exploration.nodes}
                break
            assert node.waits == turn.expects
            assert key_of(exploration, exploration.nodes[edge.onward].state)[:4] == key_of(exploration, turn.state)[:4]
            assert exploration.depth < MAX_DEPTH or exploration.nodes[edge.onward] is node
            edges = node.edges


def is_given(edge: Edge, happened: Given) -> bool:
    return edge.given == happened or (edge.given.kind == happened.kind and happened.value in edge.likewise)


def a_call(loaded: Loaded, exploration: Exploration, chance: random.Random) -> Iterator[tuple[datetime, Given, Turn]]:
    """A call of up to sixty turns, at any time, that may go on for days."""
    assert loaded.flows is not None
    assert loaded.directory is not None
    begins, after = ends(exploration.moments)
    at = begins + chance.randrange((after - begins) // SECOND) * SECOND
    clerk = Clerk(loaded.directory)
    flow = chance.choice(["", *loaded.flows.entrances])
    language = chance.choice(loaded.flows.languages_of(flow))
    state: State | None = begin(loaded.flows, language, flow)
    given = Given("call", exploration.groups[language], flow)
    for _ in range(60):
        assert state is not None
        world = clerk.at(at)
        did, turn = chance.choice(
            list(_done(loaded.flows, world, advance(loaded.flows, world, state, given.inbound()), given))
        )
        yield at, did, turn
        state = State.from_path(turn.state.to_path())
        assert state == turn.state
        if not isinstance(turn.expects, Gather | Dial):
            return
        given = chance.choice(_inputs(loaded.flows, Node(turn.state, turn.expects)))
        if given.kind == "hangup" and chance.random() < 0.9:
            given = Given("silence") if isinstance(turn.expects, Gather) else AT_A_DIAL[1]
        later = at + timedelta(seconds=chance.choice([0, 1, 30, 3600, 40_000]))
        at = later if later < after else at


# And nothing that cannot happen


def test_every_place_in_it_can_be_reached(known: tuple[Loaded, Exploration]) -> None:
    """By the shortest call to it, at the time that is told of it."""
    loaded, exploration = known
    assert loaded.flows is not None
    assert loaded.directory is not None
    calls = Calls(exploration)
    for number, node in enumerate(exploration.nodes):
        *_, turn = calls.to(number, []).turns(loaded.flows, loaded.directory)
        assert key_of(exploration, turn.state)[:4] == key_of(exploration, node.state)[:4]
        assert turn.expects == node.waits
        assert exploration.depth < MAX_DEPTH or turn.state.trail == node.state.trail


@pytest.mark.parametrize("name", ["sample", "shipped"])
def test_every_turn_in_it_can_be_taken(name: str) -> None:
    loaded, exploration = explored(name)
    assert loaded.flows is not None
    assert loaded.directory is not None
    calls = Calls(exploration)
    for number, node in enumerate([None, *exploration.nodes], -1):
        for edge in exploration.starts if node is None else node.edges:
            call = calls.to(None if node is None else number, [edge])
            *_, turn = call.turns(loaded.flows, loaded.directory)
            assert (turn.path, type(turn.expects)) == (edge.path, type(edge.expects))
            if edge.onward is not None:
                after = exploration.nodes[edge.onward].state
                assert key_of(exploration, turn.state) == key_of(exploration, after)


@pytest.mark.parametrize("name", ["sample", "shipped"])
def test_a_turn_comes_out_like_this_in_all_of_its_stretches(name: str) -> None:
    loaded, exploration = explored(name)
    assert loaded.flows is not None
    clerk = exploration.moments.clerk
    for node in exploration.nodes:
        for edge in node.edges:
            stretches = list(each(edge.when))
            for index in {*stretches[:2], *stretches[-2:], stretches[len(stretches) // 2]}:
                world = clerk.at(exploration.moments.instants[index])
                turn = turn_of(loaded.flows, world, node.state, edge.given)
                assert (turn.path, turn.expects) == (edge.path, edge.expects)
        for happens in {edge.given for edge in node.edges}:
            together = sum(edge.when for edge in node.edges if edge.given == happens)
            assert together == exploration.moments.all, "every stretch has one turn, and one only"


def test_a_webhook_is_what_it_says() -> None:
    assert Given("silence").inbound() == Inbound("CA0")
    assert Given("key", "5").inbound().digits == "5"
