"""Shelving: asked early, told at once, signed twice, disputed before a leader (policy §4 挂账)."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from appeals.actions import objections, shelving
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import lists
from appeals.models.duty import Duty
from appeals.models.movement import DueMove
from appeals.models.request import Request
from appeals.rules.lifecycle import NotAllowed, NotYours
from tests import builders as b
from tests.actions.put_off import (
    DUE,
    FIRST,
    LIMIT,
    PROMISE,
    SECOND,
    ask,
    asked,
    dues,
    items,
    kinds,
    row,
    told,
)
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


# -- asking ------------------------------------------------------------------------------------------------


def test_the_company_is_told_at_the_asking_and_nothing_stands_still_yet(appeal, head):
    appeal = ask(appeal, head)
    assert told(appeal, "ask_shelving") == {"company", "coordinator"}
    assert (appeal.state, appeal.due_at, row(appeal)) == ("in_hand", DUE, None)
    assert (asked(appeal).due_at, asked(appeal).detail["person"]) == (at("2026-11-27 18:00"), "王负责")


def test_it_is_asked_two_working_days_before_the_promise_at_the_latest(appeal, head):
    with pytest.raises(NotAllowed, match="2026-12-03 18:00"):
        ask(appeal, head, when=at("2026-12-03 18:00:01"))
    with pytest.raises(NotAllowed, match="已过"):
        ask(appeal, head, when=at("2026-12-08 09:00"))
    ask(appeal, head, when=at("2026-12-03 18:00"))


def test_reason_plan_and_person_and_a_date_or_an_event(appeal, head):
    with pytest.raises(Refused) as refused:
        ask(appeal, head, reason_code="busy", reason="", plan=" ", person="", until_on=None)
    assert set(refused.value.errors) == {"reason_code", "reason", "plan", "person", "until"}
    ask(appeal, head, reason_code="judicial", until_on=None, event="二审判决生效")
    assert asked(appeal).until_at is None


def test_six_months_at_most_and_a_working_day(appeal, head):
    for until in (date(2027, 5, 27), date(2027, 1, 30), date(2026, 11, 25)):
        with pytest.raises(Refused) as refused:
            ask(appeal, head, until_on=until)
        assert set(refused.value.errors) == {"until"}, until
    ask(appeal, head, until_on=date(2027, 5, 26))


def test_an_officer_only_prepares(appeal, worker, head):
    ask(appeal, worker)
    assert asked(appeal).asked_at is None
    assert told(appeal, "ask_shelving") == set()
    ask(appeal, head)
    assert session().query(Request).count() == 1


# -- two signatures ----------------------------------------------------------------------------------------


def test_two_people_sign_and_from_the_second_on_it_is_shelved(put_off):
    found = row(put_off)
    assert (put_off.state, found.from_at, found.to_at) == ("shelved", SECOND, None)
    assert (found.until_at, found.next_report_due_at) == (at("2027-01-29 18:00"), at("2026-12-11 18:00"))
    assert (found.reason, found.plan, found.person) == ("superior", "每月向省厅汇报", "王负责")
    assert put_off.next_action_at == at("2027-01-29 18:00")
    assert (put_off.lead.stage, put_off.lead.next_due_at) == ("shelved", at("2026-12-11 18:00"))
    assert told(put_off, "shelve") == {"company", "liaison"}
    limits_ = [(d.due_at, d.done_at) for d in session().scalars(select(Duty).where(Duty.kind == "decide").order_by(Duty.id))]
    assert limits_ == [(at("2026-11-27 18:00"), FIRST), (at("2026-11-30 18:00"), SECOND)]


def test_nobody_signs_twice_nor_out_of_turn(appeal, office, head, director, leader):
    ask(appeal, head)
    for by in (head, director, leader):
        with pytest.raises(NotYours):
            shelving.endorse(appeal.id, by=by, at=FIRST)
    with pytest.raises(NotYours):
        shelving.shelve(appeal.id, by=director, at=FIRST)
    shelving.endorse(appeal.id, by=office, at=FIRST)
    with pytest.raises(NotYours):
        shelving.endorse(appeal.id, by=office, at=SECOND)
    with pytest.raises(NotYours):
        shelving.shelve(appeal.id, by=office, at=SECOND)


def test_of_the_offices_own_bureau_recusal_post_and_leader_sign(office, director, leader):
    worker, head, recusal = b.staff("liaison", b.OFFICE), b.staff("head", b.OFFICE), b.staff("recusal")
    appeal = b.in_hand(office, worker, lead=b.OFFICE)
    ask(appeal, head)
    with pytest.raises(NotYours):
        shelving.endorse(appeal.id, by=office, at=FIRST)
    shelving.endorse(appeal.id, by=recusal, at=FIRST)
    with pytest.raises(NotYours):
        shelving.shelve(appeal.id, by=director, at=SECOND)
    shelving.shelve(appeal.id, by=leader, at=SECOND)
    assert b.the(appeal.number).state == "shelved"


@pytest.mark.parametrize("signed_first", [False, True])
def test_either_signer_refuses_and_says_why(appeal, office, head, director, signed_first):
    ask(appeal, head)
    if signed_first:
        shelving.endorse(appeal.id, by=office, at=FIRST)
    by = director if signed_first else office
    with pytest.raises(Refused):
        shelving.refuse(appeal.id, answer=" ", by=by, at=SECOND)
    shelving.refuse(appeal.id, answer="具备条件", by=by, at=SECOND)
    appeal = b.the(appeal.number)
    assert (appeal.state, asked(appeal).granted, dues(appeal)) == ("in_hand", False, (DUE, LIMIT, LIMIT))
    assert told(appeal, "refuse_shelving") == {"company", "liaison"}


def test_never_once_the_promise_has_run_out(appeal, office, head, director):
    ask(appeal, head, when=at("2026-12-03 18:00"))
    shelving.endorse(appeal.id, by=office, at=at("2026-12-04 10:00"))
    with pytest.raises(NotAllowed, match="已过"):
        shelving.shelve(appeal.id, by=director, at=at("2026-12-07 18:00:01"))
    shelving.refuse(appeal.id, answer="已超期", by=director, at=at("2026-12-07 18:00:02"))
    assert b.the(appeal.number).state == "in_hand"


def test_a_limit_that_ran_out_while_signatures_were_waited_for_is_carried_to_the_last(appeal, office, head, director):
    """Asked in the last hour: the director's day ends on Monday, the unit's limit was Friday."""
    ask(appeal, head, when=at("2026-12-03 17:00"))
    shelving.endorse(appeal.id, by=office, at=at("2026-12-04 17:00"))
    shelving.shelve(appeal.id, by=director, at=at("2026-12-07 10:00"))
    assert dues(appeal) == (DUE, DUE, DUE)
    found = [i for i in items(appeal, "2026-11-30 00:00", "2026-12-14 00:00") if i.key == "on_time"]
    assert [(i.num, str(i.excluded_by)) for i in found] == [(0, "shelved")]


# -- the promise by a date -----------------------------------------------------------------------------------


def test_a_promise_waits_for_the_companys_consent(appeal, office, head, director):
    ask(appeal, head, **PROMISE)
    assert (asked(appeal).waits_for, asked(appeal).due_at) == ("company", None)
    assert told(appeal, "ask_shelving") == {"company"}
    for deed in (shelving.endorse, shelving.shelve):
        with pytest.raises(NotYours):
            deed(appeal.id, by=office, at=FIRST)
    shelving.consent(appeal.id, at=at("2026-11-27 11:00"))
    assert (asked(appeal).waits_for, asked(appeal).due_at) == ("coordinator", at("2026-11-30 18:00"))
    assert told(appeal, "consent") == {"coordinator", "liaison"}
    with pytest.raises(NotAllowed):
        shelving.consent(appeal.id, at=at("2026-11-27 12:00"))
    shelving.endorse(appeal.id, by=office, at=at("2026-11-27 14:00"))
    shelving.shelve(appeal.id, by=director, at=at("2026-11-27 15:00"))
    assert row(appeal).until_at == at("2026-12-25 18:00")


def test_a_promise_has_a_date_within_thirty_working_days(appeal, head):
    for until in (None, date(2027, 1, 11)):
        with pytest.raises(Refused) as refused:
            ask(appeal, head, reason_code="promise", until_on=until, event="完工")
        assert set(refused.value.errors) == {"until"}
    ask(appeal, head, reason_code="promise", until_on=date(2027, 1, 8))  # the 30th from 11-26


def test_a_broken_promise_says_so(appeal, office, head, director):
    ask(appeal, head, **PROMISE)
    shelving.consent(appeal.id, at=FIRST)
    shelving.endorse(appeal.id, by=office, at=FIRST)
    shelving.shelve(appeal.id, by=director, at=SECOND)
    b.tick(at("2026-12-28 09:00"))
    event = lists.history(b.the(appeal.number))[-1].event
    assert (event.kind, event.role, event.at, event.detail["broken"]) == ("resume", "system", at("2026-12-25 18:00"), True)


# -- the company disagrees -------------------------------------------------------------------------------


def test_while_a_leader_decides_nobody_signs(appeal, office, head, director, leader):
    ask(appeal, head)
    with pytest.raises(Refused):
        objections.disagree(appeal.id, reason=" ", at=FIRST)
    objections.disagree(appeal.id, reason="条件早已具备", at=FIRST)
    assert told(appeal, "disagree") == {"leader", "coordinator", "liaison"}
    assert asked(appeal, "disagreement").due_at == at("2026-12-02 18:00")
    assert (asked(appeal).turn_at, asked(appeal).due_at) == (None, None)
    with pytest.raises(NotAllowed, match="异议"):
        shelving.endorse(appeal.id, by=office, at=SECOND)
    with pytest.raises(NotAllowed):
        objections.disagree(appeal.id, reason="再次反对", at=SECOND)
    for by in (office, director):
        with pytest.raises(NotYours):
            objections.reject(appeal.id, answer="确不具备", by=by, at=SECOND)
    objections.reject(appeal.id, answer="确不具备", by=leader, at=SECOND)
    assert told(appeal, "reject_disagreement") == {"company", "liaison", "coordinator"}
    assert asked(appeal).due_at == at("2026-11-30 18:00")
    shelving.endorse(appeal.id, by=office, at=at("2026-11-30 10:00"))
    shelving.shelve(appeal.id, by=director, at=at("2026-11-30 11:00"))
    duties = session().scalars(select(Duty).where(Duty.kind == "decide").order_by(Duty.id))
    done = [(d.holder_id is None, d.due_at) for d in duties]
    assert done == [(True, at("2026-12-02 18:00")), (False, at("2026-11-30 18:00")), (False, at("2026-12-01 18:00"))]


def test_upheld_before_it_is_shelved_the_work_goes_on(appeal, head, leader):
    ask(appeal, head)
    objections.disagree(appeal.id, reason="条件早已具备", at=FIRST)
    objections.uphold(appeal.id, answer="企业意见成立", by=leader, at=SECOND)
    appeal = b.the(appeal.number)
    assert (appeal.state, asked(appeal).granted, asked(appeal, "disagreement").granted) == ("in_hand", False, True)
    assert dues(appeal) == (DUE, LIMIT, LIMIT)
    assert told(appeal, "uphold_disagreement") == {"company", "liaison"}


def test_upheld_while_shelved_it_comes_back(put_off, leader):
    objections.disagree(put_off.id, reason="条件已经具备", at=at("2026-12-10 10:00"))
    objections.uphold(put_off.id, answer="企业意见成立", by=leader, at=at("2026-12-11 10:00"))
    appeal = b.the(put_off.number)
    assert (appeal.state, row(appeal).to_at) == ("in_hand", at("2026-12-11 10:00"))
    # Six and five working days from Friday 12-11.
    assert dues(appeal) == (at("2026-12-21 18:00"), at("2026-12-18 18:00"), at("2026-12-18 18:00"))
    assert kinds(appeal)[-1] == "uphold_disagreement"


def test_a_leader_who_takes_too_long_moves_nothing_while_it_is_shelved(put_off, leader):
    objections.disagree(put_off.id, reason="条件已经具备", at=at("2026-12-01 10:00"))
    objections.reject(put_off.id, answer="不成立", by=leader, at=at("2026-12-11 10:00"))
    assert dues(put_off) == (DUE, LIMIT, LIMIT)
    assert session().query(DueMove).count() == 0


def test_back_by_itself_an_objection_has_nothing_more_to_decide(put_off):
    objections.disagree(put_off.id, reason="条件已经具备", at=at("2027-01-29 10:00"))
    b.tick(at("2027-02-01 09:00"))
    found = asked(b.the(put_off.number), "disagreement")
    assert (found.decided_at, found.granted) == (at("2027-01-29 18:00"), None)
