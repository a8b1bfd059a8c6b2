"""The benchmark's parts, with a handful of requests: that it measures what it says. Nothing here is timed."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from ivr.loader import load

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def turn() -> Iterator[ModuleType]:
    """`bench/turn.py`, which is a script: it finds its neighbours in its own folder."""
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(ROOT / "bench")
        yield importlib.import_module("turn")


@pytest.fixture(scope="module")
def reply(turn: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What our turn answers, in the file that the rivals read."""
    path: Path = turn.our_reply(tmp_path_factory.mktemp("bench"))
    return path


@pytest.mark.parametrize(
    ("place", "rivals"),
    [
        pytest.param("in_process", slice(None), id="in process, all"),
        pytest.param("under_the_server", slice(2), id="under the server, ours and the hand-written one"),
        pytest.param("under_granian", slice(2), id="under granian, the same"),
    ],
)
def test_every_candidate_answers_and_is_measured(turn, reply, place, rivals):
    candidates = (*turn.RIVALS, *turn.PARTS)[rivals]
    costs = turn.compared(candidates, getattr(turn, place), reply, rounds=2, requests=32)
    assert list(costs) == [each.name for each in candidates]
    assert all(len(rounds) == 2 and min(rounds) > 0 for rounds in costs.values())


def test_the_turn_is_a_wrong_key_at_the_menu_and_the_hand_written_view_says_the_same(turn, reply):
    with turn.in_process(turn.RIVALS[1], reply) as hand_written:
        words = turn.said(hand_written.reply)
    assert words == turn.said(reply.read_bytes())
    assert words[0].startswith("Die Sieben")
    assert len(reply.read_bytes()) >= 860
    assert len(turn.FORM) == 20


def test_the_hand_written_view_looks_at_the_signature(turn, reply, monkeypatch):
    for name, value in turn.RIVALS[1].environment(reply).items():
        monkeypatch.setenv(name, value)
    client = importlib.import_module("rivals").hand_written().test_client()
    webhook = turn.RIVALS[1].webhook(lambda _webhook: b"")
    statuses = [
        client.post(
            webhook.target,
            base_url=turn.PUBLIC_URL,
            data=webhook.body,
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": signature},
        ).status_code
        for signature in (webhook.signature, webhook.signature.swapcase())
    ]
    assert statuses == [200, 403]


def test_generated_flow_sets_have_their_size_and_a_menu_in_the_middle(turn, tmp_path):
    candidates = turn.of_steps(tmp_path, (10, 500))
    for candidate, steps in zip(candidates, (10, 500), strict=True):
        loaded = load(candidate.flows, ROOT / "data" / "contacts.yaml")
        assert loaded.flows is not None
        assert len(loaded.flows.steps) == steps
        assert not [problem for problem in loaded.problems if problem.severity == "error"]
    costs = turn.compared(candidates, turn.in_process, tmp_path / "unused", rounds=1, requests=8)
    assert list(costs) == ["10 steps", "500 steps"]


def test_the_table_takes_its_ratios_within_a_round(turn):
    costs = {"ours": [1e-4, 2e-4, 3e-4], "theirs": [4e-4, 4e-4, 9e-4]}
    assert [row.split() for row in turn.rows("a place", costs)] == [
        ["a", "place", "µs", "times", "ours", "middle", "half"],
        ["ours", "200", "1.00", "1.00-1.00"],
        ["theirs", "400", "3.00", "2.50-3.50"],
    ]
