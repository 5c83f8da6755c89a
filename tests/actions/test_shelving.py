"""Shelving: asked early, told at once, signed twice, followed, and back by itself (policy §4 挂账)."""

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from appeals.actions import handling, limits, objections, requests, shelved, shelving
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import facts as rows
from appeals.models import figures, lists
from appeals.models.duty import Duty
from appeals.models.movement import DueMove, Shelving
from appeals.models.outbox import Notice
from appeals.models.request import Request
from appeals.rules import known, rates, stock
from appeals.rules.lifecycle import NotAllowed, NotYours
from appeals.rules.rates_frame import Period
from tests import builders as b
from tests.builders import at

# Accepted on Monday 11-23: promised until Monday 12-07, the unit has until Friday 12-04.
DUE, LIMIT = at("2026-12-07 18:00"), at("2026-12-04 18:00")
ASKED, FIRST, SECOND = at("2026-11-26 10:00"), at("2026-11-27 10:00"), at("2026-11-27 15:00")
UNTIL = date(2027, 1, 29)  # a Friday
CASE = {"reason_code": "superior", "reason": "须省级部门明确政策", "plan": "每月向省厅汇报", "person": "王负责", "until_on": UNTIL}
PROMISE = {"reason_code": "promise", "until_on": date(2026, 12, 25)}


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


def ask(appeal, by, when: datetime = ASKED, **changes):
    shelving.ask(appeal.id, case=shelving.Case(**(CASE | changes)), by=by, at=when)
    return b.the(appeal.number)


@pytest.fixture
def put_off(appeal, office, head, director):
    """Shelved on Friday 11-27 at 15:00: six working days of the promise are left, five of the unit's limit."""
    ask(appeal, head)
    shelving.endorse(appeal.id, by=office, at=FIRST)
    shelving.shelve(appeal.id, by=director, at=SECOND)
    return b.the(appeal.number)


def row(appeal) -> Shelving:
    return session().scalars(select(Shelving).where(Shelving.appeal_id == appeal.id).order_by(Shelving.id.desc())).first()


def asked(appeal, kind: str = "shelving") -> Request:
    query = select(Request).where(Request.appeal_id == appeal.id, Request.kind == kind)
    return session().scalars(query.order_by(Request.id.desc())).first()


def told(appeal, kind: str) -> set[str]:
    query = select(Notice.to_role).where(Notice.appeal_id == appeal.id, Notice.kind == kind)
    return set(session().scalars(query))


def kinds(appeal) -> list[str]:
    return [p.event.kind for p in lists.history(appeal)]


def dues(appeal) -> tuple:
    appeal = b.the(appeal.number)
    return appeal.due_at, appeal.lead.due_at, appeal.lead.original_due_at


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
    done = [(d.holder_id is None, d.due_at) for d in session().scalars(select(Duty).where(Duty.kind == "decide").order_by(Duty.id))]
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


# -- the figures -----------------------------------------------------------------------------------------


def items(appeal, from_at: str, to_at: str, known_at: str | None = None):
    whole = Period(at(from_at), at(to_at), at(known_at or to_at))
    return list(rates.items(list(rows.load([appeal.id])), whole, figures.basis()))


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
