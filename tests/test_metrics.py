"""`/metrics` and `/readyz`: what all processes have counted, for those who bring the token."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from service import CALLER, PUBLIC, TOKEN, loaded, post

from ivr.desk import Desk, Trouble
from ivr.records import Recorder
from ivr.spool import Reader, Spool
from ivr.street import Service, prepare
from ivr.street.signature import Verifier
from ivr.tally import INDEX, Tally, alone
from ivr.web.app import create_app

SET = loaded()
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
METRICS = "a-token-for-metrics"
TROUBLE = Trouble("0123456789ab", NOW, ("ivr/flows/hotline.yaml:41:38: error[unknown-target] …",), 3)


@pytest.fixture
def tally() -> Tally:
    return alone()


@pytest.fixture
def recorder(tmp_path: Path, tally: Tally) -> Recorder:
    return Recorder(Spool(tmp_path / "spool", tally, 1 << 20), tally, io.StringIO())


@pytest.fixture
def service(recorder: Recorder) -> Service:
    assert SET.flows is not None
    assert SET.directory is not None
    return Service(PUBLIC, Verifier([TOKEN]), recorder, prepare(SET.flows, SET.directory, PUBLIC, "twilio"))


@pytest.fixture
def client(service: Service, tally: Tally) -> FlaskClient:
    desk = Desk("ba9876543210", trouble=TROUBLE)
    return create_app(service, tally, token=METRICS, timing=True, desk=lambda: desk).test_client()


BEARER = {"Authorization": f"Bearer {METRICS}"}


def samples(client: FlaskClient) -> dict[str, float]:
    """Every sample that is not nought, by its name and labels."""
    reply = client.get("/metrics", headers=BEARER)
    assert reply.status_code == 200
    assert reply.content_type.startswith("text/plain; version=")
    return {
        " ".join([each.name, *(value for _, value in sorted(each.labels.items()))]): each.value
        for family in text_string_to_metric_families(reply.text)
        for each in family.samples
        if each.value
    }


def test_turns_refusals_and_latencies_are_counted(client, service, tally):
    fields = {"CallSid": "CA1", "From": CALLER, "To": "+4923150", "CallStatus": "ringing"}
    post(service, "/voice", NOW, fields)
    for _ in range(2):
        client.post("/voice", data={"CallSid": "CA1"}, headers={"X-Twilio-Signature": "x"})
    found = samples(client)
    assert found["ivr_turns_total gather menu"] == 1
    assert found["ivr_refused_total bad-signature"] == 2
    assert found["ivr_turn_seconds_count"] == found["ivr_turn_seconds_bucket +Inf"] == 1
    assert found["ivr_spooled_total turn"] == 1
    assert found["ivr_spool_bytes"] > 100
    assert SET.flows is not None
    assert found[f"ivr_set {SET.flows.version}"] == 1
    assert not any(name.startswith("ivr_lost") for name in found)
    # Buckets never fall.
    buckets = [value for name, value in found.items() if name.startswith("ivr_turn_seconds_bucket")]
    assert buckets == sorted(buckets)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer "}])
def test_strangers_are_told_nothing(client, service, tally, headers):
    assert client.get("/metrics", headers=headers).status_code == 404
    assert client.get("/readyz", headers=headers).text == "ready\n"
    without = create_app(service, tally).test_client()
    assert without.get("/metrics", headers=headers).status_code == 404
    assert without.get("/metrics", headers=BEARER).status_code == 404


def test_who_brings_the_token_hears_what_is_wrong_and_callers_are_welcome_all_the_same(client, tally):
    tally.put(INDEX["away"], 1)
    tally.add(INDEX["lost turn"], 2)
    reply = client.get("/readyz", headers=BEARER)
    assert reply.status_code == 200
    assert reply.text.splitlines() == [
        "ready",
        "set ba9876543210 (files)",
        "refused 0123456789ab: 3 problems",
        *TROUBLE.problems,
        "the database is away",
        "2 records lost",
    ]


def test_the_time_of_a_reply_is_told_where_it_is_wanted(client, service):
    assert client.post("/voice").headers["Server-Timing"].startswith("turn;dur=")
    assert "Server-Timing" not in create_app(service).test_client().post("/voice").headers


# --- the record of a turn


def lines(tmp_path: Path) -> list[dict[str, object]]:
    return Reader(tmp_path / "spool").read().lines


def test_what_is_kept_of_a_call(service, recorder, tmp_path):
    recorder.caller_key = b"the key of the day"
    fields = {"CallSid": "CA1", "From": CALLER, "To": "+4923150", "FromCity": "DORTMUND", "CallerName": "ERIKA"}
    start = post(service, "/voice", NOW, fields)
    target = start.body.decode().partition(f'action="{PUBLIC}')[2].partition('"')[0]
    post(service, target, NOW, {**fields, "Digits": "3"})
    first, second = lines(tmp_path)
    assert first["k"] == "turn"
    assert (first["call"], first["turn"], first["at"]) == ("CA1", 1, "2026-11-25T12:00:00.000+00:00")
    assert (second["turn"], second["input"], second["key"]) == (2, "key", "3")
    assert (second["expects"], second["contact"]) == ("dial", "ordnungsamt")
    assert isinstance(first["caller"], str)
    assert len(first["caller"]) == 16
    assert "caller" not in second
    written = json.dumps([first, second])
    for secret in (CALLER, CALLER[3:], "DORTMUND", "ERIKA", "4923150"):
        assert secret not in written
    # Another key, another hash; none, no hash at all.
    recorder.caller_key = b"the next day's"
    post(service, "/voice", NOW, {**fields, "CallSid": "CA2"})
    recorder.caller_key = None
    post(service, "/voice", NOW, {**fields, "CallSid": "CA3"})
    third, fourth = lines(tmp_path)[2:]
    assert third["caller"] != first["caller"]
    assert "caller" not in fourth


def test_callbacks_are_kept_with_what_they_tell(recorder, tmp_path):
    recorder.status(NOW, "CA1", "ringing", 0)
    recorder.status(NOW, "CA1", "completed", 3, 17)
    recorder.fallback(NOW, "CA1", 11200)
    recorder.fallback(NOW, "CA2", None)
    kept = [{name: value for name, value in line.items() if name != "at"} for line in lines(tmp_path)]
    assert kept == [
        {"k": "status", "call": "CA1", "status": "ringing", "sequence": 0},
        {"k": "status", "call": "CA1", "status": "completed", "sequence": 3, "seconds": 17},
        {"k": "fallback", "call": "CA1", "code": 11200},
        {"k": "fallback", "call": "CA2"},
    ]


def test_no_more_calls_than_there_is_room_for(service):
    """Who finds no line hears what to do in an emergency and a number, and no error."""
    service.room = 1
    fields = {"From": CALLER, "To": "+4923150"}
    first, second = (post(service, "/voice", NOW, {**fields, "CallSid": call}) for call in ("CA1", "CA2"))
    assert "<Gather" in first.body.decode()
    assert second.status == 200
    told = second.body.decode()
    assert "Zurzeit rufen sehr viele Menschen an." in told
    assert "eins eins zwei" in told
    assert "Hangup" in told
    service.room = None
    assert "<Gather" in post(service, "/voice", NOW, {**fields, "CallSid": "CA3"}).body.decode()


def test_writing_through_waits_for_the_keeper_and_for_nobody_else(tmp_path, service, tally):
    import threading
    import time

    recorder = Recorder(Spool(tmp_path / "spool", tally, 1 << 20), tally, io.StringIO(), write_through=True)
    service.journal = recorder
    fields = {"From": CALLER, "To": "+4923150", "CallSid": "CA1"}

    def moves() -> None:
        while tally.sum(INDEX["moved bytes"]) == 0:
            time.sleep(0.01)
            tally.put(INDEX["moved bytes"], tally.sum(INDEX["spooled bytes"]))

    keeper = threading.Thread(target=moves)
    keeper.start()
    post(service, "/voice", NOW, fields)
    assert tally.sum(INDEX["moved bytes"]) == tally.sum(INDEX["spooled bytes"]) > 0
    keeper.join()
    # While the database is away nobody waits: nothing is moved, and the caller is answered all the same.
    tally.put(INDEX["away"], 1)
    post(service, "/voice", NOW, {**fields, "CallSid": "CA2"})
    assert tally.sum(INDEX["moved bytes"]) < tally.sum(INDEX["spooled bytes"])


def test_writing_through_does_not_queue_callers_behind_a_keeper_that_is_gone(tmp_path, service, tally):
    import time

    service.journal = Recorder(Spool(tmp_path / "spool", tally, 1 << 20), tally, io.StringIO(), write_through=True)
    fields = {"From": CALLER, "To": "+4923150"}
    begun = time.monotonic()
    for number in range(10):
        post(service, "/voice", NOW, {**fields, "CallSid": f"CA{number}"})
    assert 0.5 <= time.monotonic() - begun < 2.0
    # One that has come back is waited for again.
    tally.put(INDEX["moved bytes"], 1)
    begun = time.monotonic()
    post(service, "/voice", NOW, {**fields, "CallSid": "CA10"})
    assert time.monotonic() - begun >= 0.5
