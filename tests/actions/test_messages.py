"""Where a company hides its contact, word goes through the platform, both ways (policy §11)."""

import pytest
from flask import Flask

from appeals.actions import contacts, handling, messages
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models.outbox import Notice
from appeals.rules.lifecycle import NotAllowed
from tests import builders as b
from tests.actions.rounds import People
from tests.builders import at


@pytest.fixture
def people(house: Flask) -> People:
    return People()


def test_unit_and_company_write_to_each_other_and_it_counts_as_first_contact(people):
    appeal = b.in_hand(people.office, people.worker, hide_contact=True)
    with pytest.raises(Refused):
        contacts.reveal(appeal.id, reason="联系企业", by=people.worker, at=b.TAKEN)
    handling.log_contact(appeal.id, channel="platform", note="请问停电的时段？", by=people.worker, at=at("2026-11-23 15:00"))
    seen = b.the(appeal.number).version
    messages.write(appeal.id, message="每天下午三点前后。", at=at("2026-11-23 16:00"), seen=seen)
    appeal = b.the(appeal.number)
    assert [(note.kind, note.note) for note in messages.thread(appeal)] == [
        ("contact", "请问停电的时段？"), ("message", "每天下午三点前后。"),
    ]  # fmt: skip
    assert appeal.lead.contacted_at == at("2026-11-23 15:00")
    assert appeal.version == seen  # nobody's open page is stale for it
    told = {(n.to_role, n.to_unit_id) for n in session().query(Notice).filter_by(kind="message")}
    assert told == {("liaison", appeal.lead.unit_id), ("coordinator", None)}


def test_without_a_unit_or_a_hidden_contact_there_is_nobody_to_write_to(people):
    fresh = b.accepted(people.office, hide_contact=True)
    with pytest.raises(NotAllowed):
        messages.write(fresh.id, message="在吗？", at=b.TAKEN)
    plain = b.in_hand(people.office, people.worker)
    with pytest.raises(NotAllowed):
        messages.write(plain.id, message="在吗？", at=b.TAKEN)


@pytest.mark.parametrize("said", ["", "  ", "\u200b"])
def test_an_empty_word_is_refused(people, said):
    appeal = b.in_hand(people.office, people.worker, hide_contact=True)
    with pytest.raises(Refused):
        messages.write(appeal.id, message=said, at=b.TAKEN)
