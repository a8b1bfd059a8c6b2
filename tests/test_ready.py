"""Turns that lie ready: each is, to the last byte, the one that would be worked out anew."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from service import CALLER, CONTACTS, FLOWS, PUBLIC, failures, post, service_of

from ivr.call import State
from ivr.instructions import Instruction
from ivr.world import Clerk, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ivr.street import Service

OTHER = "+491701234567"
KEYS = ("", *"0123456789*#")

CONDITIONS = """\
timezone: Europe/Berlin
holidays: DE-NW
contacts:
  wache:
    name: {de: Wache}
    phone: (0231) 50-2 71 11
    address: Brüderweg 6-8
    hours:
      weekly: {Mo-Fr: [8:00-12:00, 13:00-17:30], Sa: 22:00-2:30}
      holidays: closed
  telefon:
    name: {de: Telefon}
    phone: (0231) 50-2 88 88
    hours: {weekly: {Mo-So: 9:00-10:00}}
    phone_hours: {weekly: {Mo-So: 7:00-23:00}}
"""
ASKED = (
    "{open: wache}",
    "{closed: wache}",
    "{holiday: yes}",
    "{date: 12-24..12-31}",
    "{between: [2:15-2:45, 22:00-6:00]}",
    "{opens_within: {contact: wache, time: 90 min}}",
    "{closes_within: {contact: wache, time: 30 min}}",
)
FORMS = ("status", "opens", "name", "phone", "closes", "hours_today", "hours_week")


def everything(folder: Path) -> Service:
    """A set in which each key leads to one thing that the time may change, and a word for each."""
    steps = ""
    options = ""
    for key, asked in enumerate(ASKED, start=1):
        options += f"        {key}: {{for: {{de: Für den Weg}}, go: asks_{key}}}\n"
        steps += f"  asks_{key}:\n    branch:\n      - {{when: {asked}, go: rings}}\n      - {{else: said_{key}}}\n"
        steps += f"  said_{key}:\n    say: {{de: 'Es ist so: {{wache.{FORMS[key - 1]}}}'}}\n    next: main\n"
    for key, to in (("8", "rings"), ("9", "rings_telephone")):
        options += f"        {key}: {{for: {{de: Für die Verbindung}}, go: {to}}}\n"
    (folder / "flows").mkdir()
    (folder / "contacts.yaml").write_text(CONDITIONS, "utf-8")
    (folder / "flows" / "hotline.yaml").write_text(
        "languages: [de]\nstart: main\nsteps:\n  main:\n    menu:\n"
        f"      prompt: {{de: 'Im Notfall 110 oder 112. {{wache.name}}'}}\n      options:\n{options}"
        f"      give_up: said_1\n{steps}"
        "  rings: {connect: {to: wache, busy: main, no_answer: main, failed: main}}\n"
        "  rings_telephone: {connect: {to: telefon, when_closed: said_1, busy: main, no_answer: main, failed: main}}\n",
        "utf-8",
    )
    return service_of(folder / "flows", folder / "contacts.yaml")


def told(at: datetime) -> tuple[Instruction, ...]:
    """What operators have told: a switch and words for the day, which begin and end around an instant."""
    begins, ends = at - timedelta(hours=1), at + timedelta(hours=3)
    return (
        Instruction("announce", "", "", begins, at, {"de": "Heute ist Wochenmarkt."}),
        Instruction("pin", "leitstelle", "none", begins),
        *(Instruction("switch", name, "closed", at, ends) for name in ("wache", "citywache")),
    )


def instants(service: Service) -> Iterator[datetime]:
    """Every instant at which an office opens or shuts, and others beside it, in days that are out of the ordinary:
    both changes of the clock, Christmas, New Year's Eve, 1 May, an ordinary Tuesday. Time goes back as well.
    """
    directory = service.current.clerk.directory
    for first in (
        date(2026, 10, 24),
        date(2027, 3, 27),
        date(2026, 12, 24),
        date(2026, 12, 31),
        date(2027, 5, 1),
        date(2026, 11, 24),
    ):
        days = [first, first + timedelta(days=1)]
        found = {at for name in directory.contacts for at in directory.changes(name, days)}
        found |= set(directory.wall_times(days, 0, 2 * 60 + 15, 2 * 60 + 45, 21 * 60))
        near = [at + timedelta(seconds=by) for at in found for by in (-1, 0, 61)]
        yield from sorted(at.astimezone(UTC) for at in near)


def states(service: Service, at: datetime) -> list[str]:
    """Where calls stand after up to three keys: addresses that a document gave out."""
    found = ["/voice"]
    for path in found:
        for key in KEYS:
            reply = post(service, path, at, {"CallSid": "CA0", "Digits": key})
            gather = ET.fromstring(reply.body).find("Gather")
            if gather is not None and len(found) < 6:
                address = gather.attrib["action"].removeprefix(PUBLIC)
                if address not in found:
                    found.append(address)
    return found


def anew(service: Service) -> Service:
    """The same service, which has never been called. What operators have told holds there as well."""
    current = service.current
    clerk = Clerk(current.clerk.directory, current.clerk.standing)
    return replace(service, current=replace(current, clerk=clerk), known={})


@pytest.mark.parametrize("shipped", [True, False], ids=["the shipped flows", "every condition and every form"])
def test_at_any_time_a_turn_that_was_kept_is_the_one_that_would_be_worked_out(shipped, tmp_path):
    kept = service_of(FLOWS, CONTACTS) if shipped else everything(tmp_path)
    chance = random.Random(7)
    every = list(instants(kept))
    paths = states(kept, every[0])
    rang = 0
    for number, at in enumerate(every):
        if number % 97 == 0:
            standing = Standing(told(at + timedelta(hours=2)), connecting=number % 2 == 0)
            kept.change(kept.current.under(standing), {}, None)
        for path in chance.choices(paths, k=3):
            for key in chance.sample(KEYS, 3):
                fields = {
                    "CallSid": "CA1",
                    "Digits": key,
                    "From": chance.choice(("", CALLER, OTHER)),
                    "To": "+49231500",
                }
                reply = post(kept, path, at, fields)
                assert reply == post(anew(kept), path, at, fields), (at, path, key)
                rang += b"<Dial" in reply.body
    assert failures(kept) == []
    assert rang > 100


def test_no_key_of_a_pin_is_kept():
    """Nor anything of a call in which one was typed."""
    one = service_of()
    flows = one.current.flows
    typing = [State(spot, "de", 1) for spot, step in flows.steps.items() if step.secret]
    known = [State(flows.start, "de", 1, author="leitstelle"), State(flows.start, "de", 1, entered="0900")]
    at = datetime(2026, 11, 24, 9, tzinfo=UTC)
    for state in (*typing, *known):
        for key in KEYS:
            fields = {"CallSid": "CA1", "Digits": key}
            post(one, f"/voice/1/{flows.version}/{state.to_path()}", at, fields)
    assert failures(one) == []
    assert len(typing) > 1
    assert one.current._ready == {}
