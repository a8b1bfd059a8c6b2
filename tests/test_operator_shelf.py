"""The sets that a page can look at, by their words."""

from __future__ import annotations

from pathlib import Path

import pytest
from page import NOW, Office
from service import CONTACTS, FLOWS

from ivr.bundle import Bundle, gather
from ivr.desk import Desk
from ivr.loader import load_bundle
from ivr.store import Away, WorkingCopies, WorkingCopy
from ivr.web.operator.shelf import NoSuchSet


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def changed(old: str, new: str) -> Bundle:
    """The shipped files, with one word changed in one of them."""
    bundle, _ = gather(FLOWS, CONTACTS)
    flows = tuple(file._replace(content=file.content.replace(old.encode(), new.encode())) for file in bundle.flows)
    found = Bundle(bundle.folder, flows, bundle.contacts, bundle.pronunciation, bundle.contacts_name)
    assert found.version != bundle.version
    return found


def test_live_is_what_calls_begin_on_kept_here_or_in_the_files(office: Office) -> None:
    loaded = office.context.loaded("live", "anna")
    assert loaded.flows is not None
    assert loaded.flows.version == office.service.current.flows.version
    assert office.context.loaded("live", "anna") is loaded


def test_a_published_version_comes_from_the_database(office: Office) -> None:
    other = changed("Willkommen", "Guten Tag")
    office.database.store_set(other.version, other.to_bytes(), NOW)
    assert office.context.loaded(other.version, "anna").bundle == other
    office.desk = Desk(office.service.current.flows.version, draft=other.version)
    assert office.context.loaded("draft", "anna").bundle == other


def test_what_this_machine_keeps_needs_no_database(office: Office) -> None:
    other = changed("Willkommen", "Guten Tag")
    loaded = load_bundle(other)
    assert loaded.flows is not None
    assert loaded.directory is not None
    office.context.sets.keep(other, loaded.flows, loaded.directory)
    office.lose_database()
    assert office.context.loaded(other.version, "anna").bundle == other
    with pytest.raises(Away):
        office.context.loaded("0123456789ab", "anna")


def test_a_working_copy_is_its_operators_and_may_have_errors(office: Office) -> None:
    base, wrong = changed("Willkommen", "Guten Tag"), changed("next:", "nxt:")
    copy = WorkingCopy("anna", base.version, base.to_bytes(), wrong.to_bytes(), 1, NOW)
    assert WorkingCopies(office.database).save(copy)
    loaded = office.context.loaded("mine", "anna")
    assert loaded.flows is None
    assert loaded.problems
    with pytest.raises(NoSuchSet, match="not working on anything"):
        office.context.loaded("mine", "berta")


@pytest.mark.parametrize("word", ["", "draft", "0123456789ab", "../../etc", "LIVE", "0123456789abc", "live\n"])
def test_no_other_word_is_a_set(office: Office, word: str) -> None:
    with pytest.raises(NoSuchSet):
        office.context.loaded(word, "anna")
