"""Shelved: followed by reports, renewed once, back by itself, and what the figures make of it (policy §4, §7, §9)."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from appeals.actions import handling, limits, requests, shelved, shelving
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import attention, lists
from appeals.models import facts as rows
from appeals.models import shelved as piles
from appeals.models.movement import DueMove
from appeals.rules import known, stock
from appeals.rules.lifecycle import NotAllowed, NotYours
from tests import builders as b
from tests.actions.put_off import FIRST, PROMISE, SECOND, ask, asked, dues, items, row, told
from tests.actions.put_off import shelved as shelved_now
from tests.builders import at


@pytest.fixture
def office(house: Flask):
    return b.staff("coordinator")


@pytest.fixture
def worker(office):
    return b.staff("liaison")


@pytest.fixture
def head(office):
    return b.staff("head")


@pytest.fixture
def director(office):
    return b.staff("director")


@pytest.fixture
def leader(office):
    return b.staff("leader")


@pytest.fixture
def appeal(office, worker):
    return b.in_hand(office, worker)


@pytest.fixture
def put_off(appeal, office, head, director):
    """Shelved on Friday 11-27 at 15:00: six working days of the promise are left, five of the unit's limit."""
    return shelved_now(appeal, head, office, director)


# -- while it is shelved -----------------------------------------------------------------------------------


def test_a_report_every_ten_working_days_which_the_company_reads(put_off, worker):
    with pytest.raises(Refused):
        shelved.report(put_off.id, progress=" ", by=worker, at=at("2026-12-10 10:00"))
    shelved.report(put_off.id, progress="已第二次汇报", by=worker, at=at("2026-12-14 10:00"))
    event = lists.history(b.the(put_off.number))[-1].event
    assert (event.detail["report"], event.detail["late"]) == ("已第二次汇报", True)
    assert row(put_off).next_report_due_at == at("2026-12-28 18:00")
    assert b.the(put_off.number).lead.next_due_at == at("2026-12-28 18:00")
    assert told(put_off, "report_shelved") == {"company", "coordinator"}


def test_a_leader_renews_once_for_six_months_at_most(put_off, office, head, leader):
    when = at("2027-01-20 10:00")
    with pytest.raises(Refused):
        shelved.ask_renewal(put_off.id, until_on=date(2027, 7, 30), reason="政策未出台", by=head, at=when)
    shelved.ask_renewal(put_off.id, until_on=date(2027, 7, 29), reason="政策未出台", by=head, at=when)
    assert told(put_off, "ask_renewal") == {"company", "leader"}
    with pytest.raises(NotYours):
        shelved.renew(put_off.id, by=office, at=when)
    shelved.renew(put_off.id, by=leader, at=at("2027-01-21 10:00"))
    assert (row(put_off).until_at, row(put_off).renewed) == (at("2027-07-29 18:00"), True)
    assert b.the(put_off.number).next_action_at == at("2027-07-29 18:00")
    with pytest.raises(NotAllowed, match="一次"):
        shelved.ask_renewal(put_off.id, until_on=date(2027, 8, 30), reason="政策未出台", by=head, at=at("2027-07-20 10:00"))


def test_not_renewed_it_comes_back_at_its_date(put_off, head, leader):
    shelved.ask_renewal(put_off.id, until_on=date(2027, 6, 30), reason="政策未出台", by=head, at=at("2027-01-20 10:00"))
    shelved.refuse_renewal(put_off.id, answer="应当解决", by=leader, at=at("2027-01-21 10:00"))
    b.tick(at("2027-02-01 09:00"))
    assert b.the(put_off.number).state == "in_hand"


def test_a_promise_is_not_renewed(appeal, office, head, director):
    ask(appeal, head, **PROMISE)
    shelving.consent(appeal.id, at=FIRST)
    shelving.endorse(appeal.id, by=office, at=FIRST)
    shelving.shelve(appeal.id, by=director, at=SECOND)
    with pytest.raises(NotAllowed, match="承诺"):
        shelved.ask_renewal(appeal.id, until_on=date(2027, 1, 29), reason="未完工", by=head, at=at("2026-12-10 10:00"))


# -- back ------------------------------------------------------------------------------------------------


def test_it_comes_back_by_itself_at_its_date_however_late_anybody_looks(put_off):
    b.tick(at("2027-03-01 09:00"))
    appeal = b.the(put_off.number)
    assert (appeal.state, appeal.state_at, row(appeal).to_at) == ("in_hand", at("2027-01-29 18:00"), at("2027-01-29 18:00"))
    # Six and five working days after Friday 2027-01-29, over the Spring Festival of 2027.
    assert dues(appeal) == (at("2027-02-10 18:00"), at("2027-02-09 18:00"), at("2027-02-09 18:00"))
    assert told(appeal, "resume") == {"company", "liaison"}
    reasons = session().scalars(select(DueMove.reason).where(DueMove.appeal_id == appeal.id)).all()
    assert set(reasons) == {"shelving"}


def test_without_a_date_it_comes_back_after_six_months(appeal, office, head, director):
    ask(appeal, head, reason_code="judicial", until_on=None, event="二审判决生效")
    shelving.endorse(appeal.id, by=office, at=FIRST)
    shelving.shelve(appeal.id, by=director, at=SECOND)
    assert b.the(appeal.number).next_action_at == at("2027-05-27 18:00")
    b.tick(at("2027-05-28 09:00"))
    assert b.the(appeal.number).state_at == at("2027-05-27 18:00")


def test_an_event_or_a_leader_brings_it_back_and_at_least_three_days_are_left(appeal, office, head, director, leader):
    ask(appeal, head, when=at("2026-12-03 10:00"))
    shelving.endorse(appeal.id, by=office, at=at("2026-12-03 11:00"))
    shelving.shelve(appeal.id, by=director, at=at("2026-12-03 12:00"))  # two and one working days left
    with pytest.raises(NotYours):
        shelved.resume(appeal.id, reason="判决已生效", by=director, at=at("2026-12-14 10:00"))
    with pytest.raises(Refused):
        shelved.resume(appeal.id, reason="", by=office, at=at("2026-12-14 10:00"))
    shelved.resume(appeal.id, reason="政策已出台", by=office, at=at("2026-12-14 10:00"))
    assert dues(appeal) == (at("2026-12-17 18:00"),) * 3
    with pytest.raises(NotAllowed):
        shelved.resume(appeal.id, reason="再来一次", by=leader, at=at("2026-12-14 11:00"))


def test_a_leader_brings_it_back(put_off, leader):
    shelved.resume(put_off.id, reason="应当加快", by=leader, at=at("2026-12-01 10:00"))
    assert b.the(put_off.number).state == "in_hand"


def test_the_same_reason_is_no_reason_twice(put_off, office, head):
    shelved.resume(put_off.id, reason="政策已出台", by=office, at=at("2026-12-01 10:00"))
    with pytest.raises(Refused):
        ask(put_off, head, when=at("2026-12-02 10:00"))
    ask(put_off, head, when=at("2026-12-02 10:00"), reason_code="force")


def test_a_support_gets_a_limit_again(office, worker, head, director):
    appeal = b.in_hand(office, worker, supports=(b.SUPPORT,))
    ask(appeal, head)
    shelving.endorse(appeal.id, by=office, at=FIRST)
    shelving.shelve(appeal.id, by=director, at=SECOND)
    shelved.resume(appeal.id, reason="政策已出台", by=office, at=at("2026-12-14 10:00"))
    appeal = b.the(appeal.number)
    # Five working days for the lead until Monday 12-21; half of them, rounded down, for the support.
    assert (appeal.lead.due_at, appeal.supports[0].due_at) == (at("2026-12-21 18:00"), at("2026-12-16 18:00"))


def test_an_answer_settles_what_was_asked(appeal, worker, head):
    ask(appeal, head, **PROMISE)
    handling.draft(appeal.id, draft=b.words(), by=worker, at=FIRST)
    handling.sign(appeal.id, by=head, at=SECOND)
    assert (asked(appeal).decided_at, asked(appeal).granted) == (SECOND, None)
    with limits.opened(appeal.id, at=SECOND) as opened:
        assert requests.undecided(opened) == []


def test_what_is_shelved_is_on_its_list_and_not_among_the_overdue(put_off, leader):
    when = at("2027-01-04 10:00")
    assert attention.long_overdue(leader, when) == []
    assert [each.appeal_id for each in piles.page(leader)] == [put_off.id]
    assert piles.broken(leader, when) == []


# -- the figures -----------------------------------------------------------------------------------------


def test_shelved_when_it_was_due_it_is_listed_and_not_in_n_and_back_it_belongs_to_its_new_cycle(put_off, office):
    """Due in cycle 116 (11-30 … 12-13) and shelved; back on 12-14 with six working days it is due on 12-22, cycle 117."""
    found = [i for i in items(put_off, "2026-11-30 00:00", "2026-12-14 00:00") if i.key == "cleared"]
    assert [str(i.excluded_by) for i in found] == ["shelved"]
    shelved.resume(put_off.id, reason="政策已出台", by=office, at=at("2026-12-14 10:00"))
    found = [i for i in items(put_off, "2026-11-30 00:00", "2026-12-14 00:00", "2026-12-15 18:00") if i.key == "cleared"]
    assert [str(i.excluded_by) for i in found] == ["shelved"]
    found = [i for i in items(put_off, "2026-12-14 00:00", "2026-12-28 00:00", "2026-12-29 18:00") if i.key == "cleared"]
    assert [(i.num, i.excluded_by) for i in found] == [(0, None)]
    assert b.the(put_off.number).due_at == at("2026-12-22 18:00")


def test_the_balance_holds_with_shelving_and_frozen_late_it_is_the_same(put_off, office):
    middle = at("2026-12-01 18:00")
    before = known.known(next(rows.load([put_off.id])), middle)
    shelved.resume(put_off.id, reason="政策已出台", by=office, at=at("2026-12-14 10:00"))
    fresh = next(rows.load([put_off.id]))
    assert known.known(fresh, middle) == before
    first = stock.balances([fresh], at("2026-11-16 00:00"), at("2026-11-30 00:00"), b.OFFICE)[b.UNIT]
    second = stock.balances([fresh], at("2026-11-30 00:00"), at("2026-12-14 00:00"), b.OFFICE)
    third = stock.balances([fresh], at("2026-12-14 00:00"), at("2026-12-28 00:00"), b.OFFICE)[b.UNIT]
    assert (first.dispatched_in, first.shelved, first.closing, first.holds) == (1, 1, 0, True)
    assert second == {}
    assert (third.opening, third.back_from_shelving, third.closing, third.holds) == (0, 1, 1, True)
    rate = [i for i in items(put_off, "2026-11-30 00:00", "2026-12-14 00:00", "2026-12-15 18:00") if i.key == "shelved"]
    assert [(i.line, i.num) for i in rate] == [(b.UNIT, 1)]
