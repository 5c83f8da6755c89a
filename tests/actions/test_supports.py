"""Supporting units: asked for, added, refused, excused (policy §5 协办).

Taken up on Monday 2026-11-23; the lead's limit is Friday 2026-12-04 18:00.
"""

import pytest
from flask import Flask

from appeals.actions import closing, handling, supports
from appeals.actions.refusals import Refused
from appeals.rules.lifecycle import NotAllowed, NotYours
from tests import builders as b
from tests.actions.test_returns import OTHER, PROMISE, THIRD, items
from tests.builders import at

NEED, DONE = "请核实场地权属并出具意见", "已核实场地权属，无争议，意见已送主办单位。"


@pytest.fixture
def office(house: Flask):
    return b.staff("coordinator")


@pytest.fixture
def worker(office):
    return b.staff("liaison")


@pytest.fixture
def head(office):
    return b.staff("head")


def test_asked_for_and_granted_it_has_half_of_what_the_lead_has_left(office, worker, head):
    appeal = b.in_hand(office, worker)
    assert supports.ask(appeal.id, unit_id=b.unit_id(OTHER), reason=NEED, by=worker, at=at("2026-11-24 09:00")).asked_at is None
    row = supports.ask(appeal.id, unit_id=b.unit_id(OTHER), reason=NEED, by=head, at=at("2026-11-24 10:00"))
    assert (row.waits_for, row.due_at) == ("coordinator", at("2026-11-25 18:00"))
    added = supports.grant(appeal.id, by=office, at=at("2026-11-24 11:00"))
    assert (added.unit.name, added.part, added.due_at) == (OTHER, "support", at("2026-11-30 18:00"))  # 8 days left: 4
    assert added.ack_due_at == at("2026-11-25 18:00")
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.due_at, appeal.lead.due_at) == ("in_hand", PROMISE, at("2026-12-04 18:00"))
    assert items(appeal)[b.OFFICE, "decided_on_time"] == (1, "")
    assert items(appeal)[OTHER, "support_on_time"] == (0, "")


def test_refused_the_lead_goes_on_alone(office, worker, head):
    appeal = b.in_hand(office, worker)
    supports.ask(appeal.id, unit_id=b.unit_id(OTHER), reason=NEED, by=head, at=at("2026-11-24 10:00"))
    with pytest.raises(Refused):
        supports.refuse(appeal.id, answer="", by=office, at=at("2026-11-24 11:00"))
    supports.refuse(appeal.id, answer="不需要", by=office, at=at("2026-11-24 11:00"))
    assert b.the(appeal.number).supports == []
    with pytest.raises(NotAllowed):
        supports.grant(appeal.id, by=office, at=at("2026-11-24 12:00"))


def test_a_support_is_on_the_books_and_there_only_once(office, worker, head):
    appeal = b.in_hand(office, worker, supports=(b.SUPPORT,))
    for unit in (b.unit_id(b.UNIT), b.unit_id(b.SUPPORT), 987654):
        with pytest.raises(Refused):
            supports.add(appeal.id, unit_id=unit, reason=NEED, by=office, at=at("2026-11-24 10:00"))
        with pytest.raises(Refused):
            supports.ask(appeal.id, unit_id=unit, reason=NEED, by=head, at=at("2026-11-24 10:00"))
    with pytest.raises(Refused):
        supports.add(appeal.id, unit_id=b.unit_id(OTHER), reason=" ", by=office, at=at("2026-11-24 10:00"))
    with pytest.raises(NotAllowed):
        supports.ask(appeal.id, unit_id=b.unit_id(OTHER), reason=NEED, by=b.staff("head", b.SUPPORT), at=at("2026-11-24 10:00"))
    with pytest.raises(NotYours):
        supports.add(appeal.id, unit_id=b.unit_id(OTHER), reason=NEED, by=b.staff("director"), at=at("2026-11-24 10:00"))


def test_added_after_the_leads_limit_it_still_has_a_day(office, worker):
    appeal = b.in_hand(office, worker)
    added = supports.add(appeal.id, unit_id=b.unit_id(OTHER), reason=NEED, by=office, at=at("2026-12-07 10:00"))
    assert added.due_at == at("2026-12-08 18:00")


def test_added_by_the_office_it_blocks_completion_until_it_has_reported(office, worker, head):
    appeal = b.in_hand(office, worker)
    supports.add(appeal.id, unit_id=b.unit_id(OTHER), reason=NEED, by=office, at=at("2026-11-24 10:00"))
    handling.draft(appeal.id, draft=b.words(len(appeal.points)), by=worker, at=b.ANSWERED)
    handling.sign(appeal.id, by=head, at=b.ANSWERED)
    with pytest.raises(NotAllowed, match=OTHER):
        closing.approve(appeal.id, by=office, at=b.APPROVED)
    handling.report_support(appeal.id, report=DONE, by=b.staff("liaison", OTHER), at=b.APPROVED)
    closing.approve(appeal.id, by=office, at=b.APPROVED)
    assert items(b.the(appeal.number))[OTHER, "support_on_time"] == (1, "")


def test_two_supports_ask_to_be_excused_and_each_is_decided_by_itself(office, worker):
    appeal = b.in_hand(office, worker, supports=(OTHER, THIRD))
    first, second = appeal.supports
    heads = {name: b.staff("head", name) for name in (OTHER, THIRD)}
    for name in (OTHER, THIRD):
        supports.ask_excuse(appeal.id, reason="与本单位职责无关", by=heads[name], at=at("2026-11-24 10:00"))
    with pytest.raises(NotAllowed):
        supports.ask_excuse(appeal.id, reason="与本单位职责无关", by=heads[OTHER], at=at("2026-11-24 10:05"))
    supports.refuse_excuse(appeal.id, assignment_id=first.id, answer="仍需出具意见", by=office, at=at("2026-11-24 11:00"))
    closing.excuse_support(appeal.id, assignment_id=second.id, reason="确与该单位无关", by=office, at=at("2026-11-24 11:05"))
    appeal = b.the(appeal.number)
    assert [(s.unit.name, s.void) for s in appeal.assignments[1:]] == [(OTHER, False), (THIRD, True)]
    assert items(appeal)[THIRD, "support_on_time"] == (0, "void")
    assert items(appeal)[OTHER, "support_on_time"] == (0, "")
    with pytest.raises(NotAllowed):
        supports.refuse_excuse(appeal.id, assignment_id=second.id, answer="仍需出具意见", by=office, at=at("2026-11-24 12:00"))


def test_whoever_reports_after_all_asks_for_nothing_any_more(office, worker):
    appeal = b.in_hand(office, worker, supports=(OTHER,))
    row = supports.ask_excuse(appeal.id, reason="与本单位职责无关", by=b.staff("head", OTHER), at=at("2026-11-24 10:00"))
    handling.report_support(appeal.id, report=DONE, by=b.staff("liaison", OTHER), at=b.ANSWERED)
    b.the(appeal.number)
    assert (row.granted, row.decided_at) == (None, b.ANSWERED)
