"""A second look at a refusal or an ending, by somebody who signed nothing of it (policy §3 复核, §4)."""

import pytest
from flask import Flask

from appeals.actions import ending, resuming, reviews, triage
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import lists, waiting
from appeals.models.movement import DueMove
from appeals.models.request import Request
from appeals.rules.lifecycle import NotAllowed, NotYours
from tests import builders as b
from tests.actions import ends
from tests.actions.ends import DUE, F_115, LIMIT
from tests.builders import at

WHY = "企业所在地就在本区，有租赁合同为证"


@pytest.fixture
def office(house: Flask):
    return b.staff("coordinator")


@pytest.fixture
def other(office):
    return b.staff("coordinator")


@pytest.fixture
def director(office):
    return b.staff("director")


@pytest.fixture
def worker(office):
    return b.staff("liaison")


@pytest.fixture
def head(office):
    return b.staff("head")


@pytest.fixture
def declined(office):
    """Refused on Monday 11-23 at 10:00: the company may ask until Monday 11-30."""
    appeal = b.filed()
    triage.decline(appeal.id, code="R01", reason="不在本区", by=office, at=b.ACCEPTED)
    return b.the(appeal.number)


def asked(appeal, when="2026-11-25 10:00"):
    reviews.ask(appeal.id, reason=WHY, at=at(when))
    return b.the(appeal.number)


# -- asking --------------------------------------------------------------------------------------------------


def test_the_company_asks_within_five_working_days_and_once(declined):
    assert reviews.ask_until(declined) == at("2026-11-30 18:00")
    with pytest.raises(Refused):
        reviews.ask(declined.id, reason=" ", at=at("2026-11-25 10:00"))
    with pytest.raises(NotAllowed):
        asked(declined, "2026-11-30 18:00:01")
    appeal = asked(declined, "2026-11-30 18:00:00")
    [row] = session().query(Request)
    assert (row.kind, row.waits_for, row.due_at) == ("review", "coordinator", at("2026-12-03 18:00"))
    assert (appeal.state, reviews.ask_until(appeal)) == ("declined", None)


def test_nothing_open_can_be_reviewed(office, worker):
    with pytest.raises(NotAllowed):
        asked(b.in_hand(office, worker))


# -- who decides -----------------------------------------------------------------------------------------------


def test_whoever_signed_the_decision_does_not_review_it(declined, office, other, director):
    appeal = asked(declined)
    with pytest.raises(NotAllowed, match="复核自己"):
        reviews.uphold(appeal.id, reason="理由成立", by=office, at=at("2026-11-26 10:00"))
    with pytest.raises(NotYours):
        reviews.uphold(appeal.id, reason="理由成立", by=b.staff("leader"), at=at("2026-11-26 10:00"))
    assert [r.appeal_id for r in waiting.for_decision(director)] == [appeal.id]  # he may stand in for the coordinator
    reviews.reject(appeal.id, reason="地址确在区外", by=director, at=at("2026-11-26 10:00"))
    appeal = b.the(appeal.number)
    [row] = session().query(Request)
    assert (appeal.state, row.granted, row.answer) == ("declined", False, "地址确在区外")
    with pytest.raises(NotAllowed):
        asked(appeal, "2026-11-27 10:00")  # once


def test_of_the_offices_own_bureau_the_recusal_post_or_else_a_leader_reviews(office):
    recusal, leader = b.staff("recusal"), b.staff("leader")
    appeal = b.filed(about_unit=b.OFFICE, conduct=True)
    triage.decline(appeal.id, code="R06", reason="内容不清", by=recusal, at=b.ACCEPTED)
    asked(appeal)
    with pytest.raises(NotYours):
        reviews.uphold(appeal.id, reason="成立", by=office, at=at("2026-11-26 10:00"))
    with pytest.raises(NotAllowed, match="复核自己"):
        reviews.uphold(appeal.id, reason="成立", by=recusal, at=at("2026-11-26 10:00"))
    reviews.uphold(appeal.id, reason="成立", by=leader, at=at("2026-11-26 10:00"))
    assert b.the(appeal.number).state == "accepted"


# -- a decline ---------------------------------------------------------------------------------------------------


def test_upheld_it_counts_as_accepted_on_that_day(declined, other):
    before = ends.as_known(declined, at("2026-11-26 12:00"))
    appeal = asked(declined)
    with pytest.raises(Refused):
        reviews.uphold(appeal.id, reason="", by=other, at=at("2026-11-27 11:00"))
    reviews.uphold(appeal.id, reason="确在本区", by=other, at=at("2026-11-27 11:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.accepted_at, appeal.declined_at) == ("accepted", at("2026-11-27 11:00"), None)
    assert (appeal.due_at, appeal.dispatch_due_at) == (at("2026-12-11 18:00"), at("2026-11-27 18:00"))
    assert [past["what"] for past in appeal.undone] == ["declined"]
    assert before.items() <= (ends.as_known(appeal, at("2026-11-26 12:00")) | {"duties": before["duties"]}).items()
    assert ends.balances(115, appeal)[b.OFFICE].accepted == 1
    assert lists.history(appeal)[-1].event.detail["reason"] == "确在本区"


def test_a_decline_that_came_late_is_promised_anew_and_the_stock_balances(office, other):
    appeal = b.filed(at("2026-11-16 09:00"))  # acceptance was due on Tuesday 11-17: promised until 12-01
    triage.decline(appeal.id, code="R01", reason="不在本区", by=office, at=at("2026-11-19 10:00"))
    assert b.the(appeal.number).due_at == at("2026-12-01 18:00")
    asked(appeal, "2026-11-20 10:00")
    reviews.uphold(appeal.id, reason="确在本区", by=other, at=at("2026-11-23 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.due_at, [m.reason for m in session().query(DueMove)]) == (DUE, ["review"])
    flows = ends.balances(115, appeal)[b.OFFICE]
    assert (flows.accepted, flows.ended_merged, flows.reopened, flows.closing) == (1, 1, 1, 1)


# -- an ending ---------------------------------------------------------------------------------------------------


def test_an_ending_upheld_gives_back_the_working_days_that_were_left(office, other, worker):
    appeal = ends.withdrawn(b.in_hand(office, worker), office, at("2026-11-25 10:00"), at("2026-11-26 10:00"))
    asked(appeal, "2026-11-27 10:00")
    reviews.uphold(appeal.id, reason="企业系被要求撤回", by=other, at=at("2026-12-01 15:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.exclusion, appeal.withdrawal_asked_at) == ("in_hand", None, None)
    assert appeal.due_at == at("2026-12-10 18:00")  # seven were left on Thursday 11-26
    assert (appeal.lead.due_at, appeal.lead.original_due_at) == (at("2026-12-09 18:00"),) * 2  # six
    assert appeal.lead.active
    [past] = ends.of(appeal).undone
    assert (past.what, past.at, past.recorded_at) == ("withdrawn", at("2026-11-25 10:00"), at("2026-11-26 10:00"))
    assert past.undone_at == at("2026-12-01 15:00")
    assert {m.reason for m in session().query(DueMove)} == {"review"}


def test_at_least_three_working_days_are_given_and_what_had_passed_stays(office, other, worker):
    appeal = ends.withdrawn(b.in_hand(office, worker), office, at("2026-12-07 09:00"), at("2026-12-07 10:00"))
    asked(appeal, "2026-12-08 10:00")
    reviews.uphold(appeal.id, reason="成立", by=other, at=at("2026-12-09 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.due_at, appeal.lead.due_at) == (at("2026-12-14 18:00"), LIMIT)  # the unit was late already


def test_overdue_when_it_ended_it_stays_overdue(office, other, worker):
    appeal = ends.withdrawn(b.in_hand(office, worker), office, at("2026-12-08 09:00"), at("2026-12-08 10:00"))
    asked(appeal, "2026-12-09 10:00")
    reviews.uphold(appeal.id, reason="成立", by=other, at=at("2026-12-09 11:00"))
    assert b.the(appeal.number).due_at == DUE


def test_what_the_unit_had_not_taken_up_it_is_given_again(office, other):
    appeal = ends.withdrawn(b.dispatched(office), office, at("2026-11-23 15:00"), at("2026-11-23 16:00"))
    before = ends.as_known(appeal, at("2026-11-25 12:00"))
    asked(appeal)
    reviews.uphold(appeal.id, reason="成立", by=other, at=at("2026-11-26 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.lead.ack_due_at) == ("dispatched", at("2026-11-27 18:00"))
    assert [(a.void, a.ended_why) for a in appeal.assignments] == [(True, "restored"), (False, None)]
    after = ends.as_known(appeal, at("2026-11-25 12:00"))
    assert {k for k in before if before[k] != after[k]} == set()
    assert ends.figure("acknowledged_on_time", 115, appeal) == {b.UNIT: (0, 1)}  # the new tenure alone
    ends.balances(115, appeal)


@pytest.mark.parametrize("outcome", ["legal", "untrue"])
def test_an_answer_that_ended_it_falls_with_the_review(office, other, worker, head, director, outcome):
    appeal = b.replied(office, worker, head, draft=b.words(outcome=outcome))
    ending.endorse(appeal.id, heard="企业不认可", by=office, at=b.APPROVED)
    ending.end(appeal.id, by=director, at=at("2026-11-27 15:00"))
    frozen, line = ends.as_known(appeal, F_115), ends.figure("cleared", 116, appeal)
    asked(appeal, "2026-12-01 10:00")
    for signer in (office, director):
        with pytest.raises(NotAllowed, match="复核自己"):
            reviews.uphold(appeal.id, reason="成立", by=signer, at=at("2026-12-02 10:00"))
    reviews.uphold(appeal.id, reason="事实未查清", by=other, at=at("2026-12-02 10:00"))
    appeal = b.the(appeal.number)
    reply = appeal.lead.submitted
    assert (appeal.state, appeal.completed_at, appeal.outcome, appeal.exclusion) == ("in_hand", None, None, None)
    assert (reply.approved, reply.judged_at, appeal.lead.replied_at) == (False, at("2026-12-02 10:00"), None)
    assert appeal.due_at == at("2026-12-10 18:00")  # six of ten were left on Friday 11-27
    late = ends.as_known(appeal, F_115)
    assert {k for k in frozen if frozen[k] != late[k]} <= {"duties"}  # the review's own, asked before F
    assert line == ({b.UNIT: (1, 1)} if outcome == "untrue" else {})  # before; now it is due and open
    assert ends.figure("cleared", 116, appeal) == {b.UNIT: (0, 1)}
    flows = {line: flow for n in (115, 116) for line, flow in ends.balances(n, appeal).items() if line == b.UNIT}
    assert (flows[b.UNIT].reopened, flows[b.UNIT].closing) == (1, 1)


def test_what_had_been_shelved_comes_back_in_hand_with_the_days_of_that_day(office, other, worker, head, director):
    appeal = ends.shelved(b.in_hand(office, worker), office, director, head, at("2026-11-27 15:00"))
    appeal = ends.withdrawn(appeal, office, at("2027-01-05 10:00"), at("2027-01-06 10:00"))
    assert appeal.state == "ended"
    asked(appeal, "2027-01-07 10:00")
    reviews.uphold(appeal.id, reason="成立", by=other, at=at("2027-01-08 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.due_at) == ("in_hand", at("2027-01-18 18:00"))  # six were left on Friday 11-27
    assert [s.to_at for s in ends.of(appeal).shelved] == [at("2027-01-06 10:00")]


# -- supplementing after all ---------------------------------------------------------------------------------------


@pytest.fixture
def unclear(office):
    """Asked on 11-23, called twice, not supplemented by 11-30 18:00: refused then."""
    appeal = b.filed()
    triage.ask_supplement(appeal.id, items="请写明用电地址", by=office, at=b.ACCEPTED)
    for when in ("2026-11-24 10:00", "2026-11-25 10:00"):
        triage.log_supplement_call(appeal.id, note="已说明", reached=True, by=office, at=at(when))
    b.tick(at("2026-12-01 09:00"))
    return b.the(appeal.number)


def test_within_thirty_days_the_company_still_supplements_and_it_is_submitted_again(unclear):
    assert (unclear.state, unclear.declined_at) == ("declined", at("2026-11-30 18:00"))
    before = ends.as_known(unclear, F_115)
    with pytest.raises(Refused):
        resuming.resume(unclear.id, addition=" ", at=at("2026-12-20 10:00"))
    with pytest.raises(NotAllowed):
        resuming.resume(unclear.id, addition="地址是一号路", at=at("2026-12-31 00:00"))
    resuming.resume(unclear.id, addition="地址是一号路", at=at("2026-12-30 23:59"))
    appeal = b.the(unclear.number)
    assert (appeal.state, appeal.declined_at, appeal.supplements[-1]["text"]) == ("submitted", None, "地址是一号路")
    assert appeal.accept_due_at == at("2027-01-04 18:00")  # after hours on Wednesday: counts on Thursday 12-31
    assert ends.as_known(appeal, F_115) == before
    with pytest.raises(NotAllowed):
        resuming.resume(appeal.id, addition="再补", at=at("2026-12-31 10:00"))


def test_only_what_was_unclear_is_resumed(declined):
    assert resuming.until(declined) is None
    with pytest.raises(NotAllowed):
        resuming.resume(declined.id, addition="补充", at=at("2026-11-24 10:00"))


def test_an_upheld_review_of_an_unsupplemented_one_ends_the_companys_time(unclear, other):
    asked(unclear, "2026-12-02 10:00")
    reviews.uphold(unclear.id, reason="已经写清", by=other, at=at("2026-12-03 10:00"))
    appeal = b.the(unclear.number)
    [spell] = [s for s in ends.of(appeal).spells if s.holder == "企业"]
    assert (appeal.state, spell.to_at) == ("accepted", at("2026-11-30 18:00"))
