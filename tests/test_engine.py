"""The engine: bounds that hold for every call, calls that meet a new version, and the state in its path."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripts import BERLIN, REWRITE, cases, inbound, played, rewrite
from service import CALLED, CALLER, failures, loaded, post, service_of

from ivr.call import _STATE, MAX_TURNS, NAME, Dial, DialResult, Gather, HangUp, Inbound, Spot, State, Trail, Visit
from ivr.engine import MAX_HOPS, advance, begin, resume
from ivr.world import Clerk, Standing

CASES = Path(__file__).parent / "cases" / "engine"
CONTACTS = CASES / "contacts.yaml"
MONDAY = datetime(2026, 11, 23, 10, tzinfo=BERLIN)
SHIPPED = loaded()
WACHE = "null zwo drei eins, fünf null, zwo, acht acht, acht acht"


def flows_in(folder: Path, **flows: str):
    folder.mkdir(exist_ok=True)
    for name, text in flows.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return loaded(folder, CONTACTS)


# --- calls that meet a new version ---------------------------------------------------------------------------------

RESUMED = CASES / "resume.yaml"


@pytest.mark.parametrize("name", [case["case"] for case in cases(RESUMED)])
def test_a_version_that_nobody_knows_any_more(name, tmp_path):
    case = next(case for case in cases(RESUMED) if case["case"] == name)
    versions = []
    for age in ("old", "new"):
        flows = {key.split()[1][:-5]: text for key, text in case.items() if key.startswith(f"{age} ")}
        versions.append(flows_in(tmp_path / age, **flows))
    happened = played(case["call"], *versions)
    if REWRITE and happened != case["call"]:
        rewrite(RESUMED, name, "call", happened)
    else:
        assert happened == case["call"]


# --- what is in force beside the files -----------------------------------------------------------------------------

STANDING = CASES / "standing.yaml"


@pytest.mark.parametrize("name", [case["case"] for case in cases(STANDING)])
def test_what_is_in_force_beside_the_files(name, tmp_path):
    case = next(case for case in cases(STANDING) if case["case"] == name)
    happened = played(case["call"], flows_in(tmp_path, hotline=case["hotline.yaml"]))
    if REWRITE and happened != case["call"]:
        rewrite(STANDING, name, "call", happened)
    else:
        assert happened == case["call"]


def test_the_records_tell_of_limits(tmp_path):
    found = flows_in(tmp_path, hotline="languages: [de]\nstart: a\nsteps: {a: {connect: {to: wache}}}\n")
    told = {
        "calls": Standing(crowded=True),
        "connections": Standing(full=frozenset({"wache"})),
        None: Standing(full=frozenset({"buero"})),
    }
    clerk = Clerk(found.directory)
    for limit, standing in told.items():
        for each in (clerk.standing_as(standing), Clerk(found.directory, standing)):
            turn = advance(found.flows, each.at(MONDAY), None, Inbound("CA1"))
            assert dict(turn.facts).get("limit") == limit
            gone = advance(found.flows, each.at(MONDAY), None, Inbound("CA1", hung_up=True))
            assert (gone.said, gone.facts) == ((), (("input", "hangup"),))


def test_nobody_is_put_through_twice():
    """In no place of any set, known or not."""
    clerk = Clerk(SHIPPED.directory)
    talked = Inbound("CA1", dialled=DialResult.COMPLETED)
    for spot in [*SHIPPED.flows.steps, Spot("hotline", "gone")]:
        turn = resume(SHIPPED.flows, clerk.at(MONDAY), State(spot, "de", 3), talked)
        again = isinstance(turn.expects, Dial) and SHIPPED.flows.steps[spot].react.__qualname__.startswith("Connect")
        assert not again, spot


# --- bounds --------------------------------------------------------------------------------------------------------


def test_a_call_has_two_hundred_turns(tmp_path):
    found = flows_in(
        tmp_path,
        hotline="languages: [de]\nstart: main\nsteps:\n  main: {menu: {prompt: {de: Hallo.}, options: {1: repeat}}}\n",
    )
    world = Clerk(found.directory).at(MONDAY)
    turn = advance(found.flows, world, None, Inbound("CA1"))
    for number in range(1, MAX_TURNS):
        assert isinstance(turn.expects, Gather)
        assert turn.state.turn == number
        turn = advance(found.flows, world, State.from_path(turn.state.to_path()), Inbound("CA1", digits="1"))
    assert turn.expects == Gather(6)
    last = advance(found.flows, world, State.from_path(turn.state.to_path()), Inbound("CA1", digits="1"))
    assert last.expects == HangUp()
    assert last.facts == (("input", "too-long"),)
    (said,) = last.said
    assert said.text.startswith("Wir müssen dieses Gespräch jetzt leider beenden.")
    assert said.text.count(WACHE) == 2
    assert said.text.endswith("Auf Wiederhören.")
    beyond = advance(found.flows, world, State(found.flows.start, "de", 999), Inbound("CA1"))
    assert beyond.said == last.said


RINGS = {
    "of sentences": "a: {say: {de: A.}, next: b}\n  b: {say: {de: B.}, next: a}",
    "of nothing": "a: {branch: [{else: b}]}\n  b: {branch: [{else: a}]}",
    "into itself": "a: {say: {de: A.}, next: a}",
    "of flows": "a: {flow: hotline, next: a}",
    "back to where no menu is": "a: {say: {de: A.}, next: back}",
    "again where no menu is": "a: {say: {de: A.}, next: repeat}",
}


@pytest.mark.parametrize("steps", RINGS.values(), ids=RINGS)
def test_a_ring_of_steps_is_left_with_a_number(steps, tmp_path):
    found = flows_in(tmp_path, hotline=f"languages: [de]\nstart: a\nsteps:\n  {steps}\n")
    turn = advance(found.flows, Clerk(found.directory).at(MONDAY), None, Inbound("CA1"))
    assert turn.expects == HangUp()
    number, goodbye = turn.said
    assert number.text.count(WACHE) == 2
    assert goodbye.text == "Auf Wiederhören."


def test_a_long_way_to_the_menu_is_no_ring(tmp_path):
    steps = "".join(f"  s{step}: {{say: {{de: Satz.}}, next: s{step + 1}}}\n" for step in range(MAX_HOPS - 2))
    end = f"  s{MAX_HOPS - 2}: {{menu: {{prompt: {{de: Hallo.}}, options: {{1: hangup}}}}}}\n"
    found = flows_in(tmp_path, hotline=f"languages: [de]\nstart: s0\nsteps:\n{steps}{end}")
    turn = advance(found.flows, Clerk(found.directory).at(MONDAY), None, Inbound("CA1"))
    assert turn.expects == Gather(6)
    assert len(turn.said) == MAX_HOPS - 1


# --- what a webhook is taken for -----------------------------------------------------------------------------------

MAIN = State(Spot("hotline", "main"), "de", 1, misses=2)
RUNG = State(Spot("hotline", "ordnungsamt"), "de", 2)
INPUTS = {
    "a call": (None, Inbound("CA1"), "call", Gather(6)),
    "a start that is delivered again": (begin(SHIPPED.flows), Inbound("CA1", digits="1"), "call", Gather(6)),
    "a step that does not exist": (State(Spot("no", "where"), "de", 5), Inbound("CA1"), "call", Gather(6)),
    "a key": (MAIN, Inbound("CA1", digits="5"), "key", Gather(6)),
    "silence, three times": (MAIN, Inbound("CA1"), "silence", HangUp()),
    "a caller who hangs up": (MAIN, Inbound("CA1", hung_up=True), "hangup", HangUp()),
    "a caller who presses a key and hangs up": (MAIN, Inbound("CA1", digits="5", hung_up=True), "hangup", HangUp()),
    "a caller who hangs up first": (None, Inbound("CA1", hung_up=True), "hangup", HangUp()),
    "an office that does not answer": (RUNG, inbound("no_answer"), "connection", Gather(6)),
    "a caller who hangs up while it rings": (
        RUNG,
        Inbound("CA1", dialled=DialResult.NO_ANSWER, hung_up=True),
        "connection",
        HangUp(),
    ),
}


@pytest.mark.parametrize(("state", "given_in", "fact", "expects"), INPUTS.values(), ids=INPUTS)
def test_inputs(state, given_in, fact, expects):
    turn = advance(SHIPPED.flows, Clerk(SHIPPED.directory).at(MONDAY), state, given_in)
    assert dict(turn.facts)["input"] == fact
    assert turn.expects == expects
    assert turn.state.misses == 0
    assert turn.state.turn == (state.turn if state else 0) + 1
    if given_in.hung_up:
        assert turn.said == ()


def test_facts():
    world = Clerk(SHIPPED.directory).at(MONDAY)
    missed = advance(SHIPPED.flows, world, MAIN._replace(misses=0), inbound("7"))
    assert missed.facts == (("input", "key"), ("key", "7"), ("miss", "no-match"))
    assert missed.path == ()
    given_up = advance(SHIPPED.flows, world, MAIN._replace(misses=2), inbound("silence"))
    assert ("miss", "no-input") in given_up.facts
    assert [spot.step for spot in given_up.path] == ["numbers", "number_of_the_police", "emergency", "goodbye"]
    connected = (("input", "connection"), ("result", "busy"))
    assert advance(SHIPPED.flows, world, RUNG, inbound("busy")).facts == connected
    several = advance(SHIPPED.flows, world, MAIN, inbound("80351"))
    assert several.facts == (("input", "key"), ("key", "several"), ("miss", "no-match"))
    assert resume(SHIPPED.flows, world, MAIN, inbound("7")).facts == (("input", "resumed"),)
    gone = State(Spot("hotline", "gone"), "de", 4)
    assert resume(SHIPPED.flows, world, gone, inbound("completed")).facts == (
        ("input", "connection"),
        ("result", "completed"),
    )


def test_the_language_in_which_a_call_begins():
    assert [begin(SHIPPED.flows, code).language for code in (None, "", "de", "en", "fr")] == [
        "de",
        "de",
        "de",
        "en",
        "de",
    ]
    turn = advance(SHIPPED.flows, Clerk(SHIPPED.directory).at(MONDAY), State(MAIN.spot, "fr", 2), inbound("silence"))
    assert turn.state.language == "de"


# --- the state in its path -----------------------------------------------------------------------------------------

names = st.from_regex(NAME, fullmatch=True)
spots = st.builds(Spot, names, names)
states = st.builds(
    State,
    spots,
    st.from_regex("[a-z]{2}", fullmatch=True),
    st.integers(0, 999),
    st.integers(0, 9),
    st.integers(0, 9),
    st.lists(st.builds(Visit, spots, st.booleans()), max_size=16).map(Trail),
    st.from_regex(re.compile("[0-9]{0,8}", re.ASCII), fullmatch=True),
    st.one_of(st.just(""), names),
)


@given(states)
@settings(deadline=None)
def test_a_state_comes_back_from_its_path(state):
    path = state.to_path()
    assert State.from_path(path) == state
    assert re.fullmatch(r"[A-Za-z0-9._~-]+/[A-Za-z0-9._~-]+/[A-Za-z0-9._~-]+", path)


@given(
    st.one_of(
        st.text(),
        st.from_regex(_STATE),
        st.tuples(states, st.text(), st.integers(0)).map(
            lambda parts: parts[0].to_path()[: parts[2] % 90] + parts[1] + parts[0].to_path()[parts[2] % 90 :]
        ),
    )
)
@settings(deadline=None)
def test_a_path_is_the_path_of_one_state_or_of_none(path):
    state = State.from_path(path)
    assert state is None or state.to_path() == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "hotline/main",
        "hotline/main/de.1.0.0",
        "hotline/main/de.01.0.0.",
        "hotline/main/de.1000.0.0.",
        "hotline/main/de.1.10.0.",
        "hotline/main/de.١.0.0.",
        "hotline/main/de.1.0.0.\n",
        "hotline/main/deu.1.0.0.",
        "hotline/main/de.1.0.0.m~a",
        "hotline/main/de.1.0.0.x~a~b",
        "hotline/main/de.1.0.0.m~a~b-",
        "hotline/main/de.1.0.0." + "-".join(["m~a~b"] * 17),
        "Hotline/main/de.1.0.0.",
        "hotline/m-n/de.1.0.0.",
        "hotline/" + "m" * 41 + "/de.1.0.0.",
        "hotline/main/de.1.0.0...",
        "hotline/main/de.1.0.0..0900",
        "hotline/main/de.1.0.0..123456789.",
        "hotline/main/de.1.0.0...Leitstelle",
        "hotline/main/de.1.0.0..0900.leitstelle.",
        "hotline/main/de.1.0.0..०९००.leitstelle",
    ],
)
def test_paths_that_are_no_state(path):
    assert State.from_path(path) is None


def test_what_few_calls_have_is_in_few_paths():
    """All others are what they were before there was any of it: calls under way go on."""
    plain = State(Spot("duty", "now"), "de", 3)
    assert plain.to_path() == "duty/now/de.3.0.0."
    assert plain._replace(entered="0900").to_path() == "duty/now/de.3.0.0..0900."
    assert plain._replace(author="leitstelle").to_path() == "duty/now/de.3.0.0...leitstelle"
    both = plain._replace(entered="0900", author="leitstelle", trail=Trail([Visit(MAIN.spot, called=False)]))
    assert both.to_path() == "duty/now/de.3.0.0.m~hotline~main.0900.leitstelle"


def test_a_caller_on_duty_stays_there_in_another_version():
    world = Clerk(SHIPPED.directory).at(MONDAY)
    gone = State(Spot("duty", "gone"), "tr", 4, author="leitstelle")
    turn = resume(SHIPPED.flows, world, gone, inbound("1"))
    assert (turn.state.spot, turn.state.language) == (Spot("duty", "ask_pin"), "de")
    here = State(Spot("duty", "duty"), "en", 4, author="leitstelle")
    assert resume(SHIPPED.flows, world, here, inbound("1")).state == here._replace(turn=5)


# --- every caller --------------------------------------------------------------------------------------------------

DOES = [*"0123456789*#", "12", "silence", "completed", "busy", "no_answer", "failed"]
instants = st.integers(0, 365 * 24 * 3600).map(lambda second: MONDAY.astimezone(UTC) + timedelta(seconds=second))


known = st.sampled_from(sorted(SHIPPED.flows.steps))
trails = st.lists(st.builds(Visit, known, st.booleans()), max_size=16).map(Trail)


@given(states, known, trails, st.sampled_from(DOES), instants, st.integers(0, 1440))
@settings(deadline=None)
def test_a_turn_depends_on_nothing_else(state, spot, trail, done, at, minutes):
    """Not on earlier turns, and not on what the clerk has worked out before."""
    state = State(spot, "en", state.turn, state.misses, state.attempt, trail)
    clerk = Clerk(SHIPPED.directory)
    for work_out in (advance, resume):
        work_out(SHIPPED.flows, clerk.at(at - timedelta(minutes=minutes)), state, inbound(done))
        first, again, fresh = (
            work_out(SHIPPED.flows, world, state, inbound(done))
            for world in (clerk.at(at), clerk.at(at), Clerk(SHIPPED.directory).at(at.astimezone(BERLIN)))
        )
        assert first == again == fresh
        assert not re.search(r"\d", "".join(said.text for said in first.said))


SERVICE = service_of()
NEXT = re.compile(rb'action="https://ivr\.example([^"]+)"')
OUTCOMES = {"completed": "completed", "busy": "busy", "no_answer": "no-answer", "failed": "failed"}


@given(st.lists(st.sampled_from(DOES), min_size=1, max_size=8), instants, st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_caller_who_does_the_same_few_things_for_ever_comes_to_an_end(habits, at, often):
    """Keys while it rings, results while nothing does, webhooks that come twice: whatever arrives, the call ends."""
    path = "/voice"
    for turn in range(MAX_TURNS + 1):
        done = habits[turn % len(habits)] if turn else "silence"
        fields = {"CallSid": "CA1", "From": CALLER, "To": CALLED, "CallStatus": "in-progress"}
        if done in OUTCOMES:
            fields["DialCallStatus"] = OUTCOMES[done]
        elif done != "silence":
            fields["Digits"] = done
        reply = post(SERVICE, path, at + timedelta(seconds=turn), fields)
        assert reply.status == 200
        if often:
            assert post(SERVICE, path, at + timedelta(seconds=turn), fields) == reply
        onward = NEXT.search(reply.body)
        if onward is None:
            break
        path = onward[1].decode()
    else:
        pytest.fail("the call goes on")
    assert b"<Hangup />" in reply.body
    assert failures(SERVICE) == []
