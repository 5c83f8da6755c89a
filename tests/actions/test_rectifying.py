"""A poor rating is verified by somebody else, put right by its limit, audited, and rated again (policy §6)."""

import pytest
from flask import Flask

from appeals.actions import closing, rectifying
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import lists
from appeals.models.duty import Duty
from appeals.models.outbox import Notice
from appeals.models.people import User
from appeals.rules.lifecycle import NotAllowed, NotYours
from tests import builders as b
from tests.actions.rounds import POOR, REPORT, VERIFIED, People
from tests.builders import at


@pytest.fixture
def people(house: Flask) -> People:
    return People()


def kinds(appeal) -> list[str]:
    return [past.event.kind for past in lists.history(appeal)]


def told(appeal) -> set[tuple[str, str]]:
    rows = session().query(Notice).filter_by(appeal_id=appeal.id)
    return {(n.kind, n.to_role) for n in rows}


# -- one round -------------------------------------------------------------------------------------------------


def test_a_poor_rating_is_verified_put_right_audited_and_rated_again(people):
    appeal = people.poor()
    assert (appeal.state, appeal.lead.stage) == ("rectifying", "answered")  # the turn is the office's
    assert rectifying.current(appeal).verify_due_at == at("2026-12-01 18:00")
    rectifying.verify(appeal.id, finding="企业反映属实", complex_=False, by=people.other, at=at("2026-12-01 14:00"))
    appeal = b.the(appeal.number)
    assert rectifying.current(appeal).due_at == at("2026-12-08 18:00")
    assert (appeal.lead.stage, appeal.lead.next_due_at) == ("rectify", at("2026-12-08 18:00"))
    with pytest.raises(NotYours):
        rectifying.report(appeal.id, text=REPORT, by=people.worker, at=at("2026-12-02 10:00"))
    rectifying.report(appeal.id, text=REPORT, by=people.head, at=at("2026-12-02 10:00"))
    rectifying.reject(appeal.id, reason="没有照片", by=people.office, at=at("2026-12-02 11:00"))
    row = rectifying.current(b.the(appeal.number))
    assert (row.reported_at, row.judgement, row.due_at) == (None, "没有照片", at("2026-12-08 18:00"))
    rectifying.report(appeal.id, text=REPORT, by=people.head, at=at("2026-12-03 10:00"))
    rectifying.audit(appeal.id, by=people.office, at=at("2026-12-03 15:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.round, appeal.calls_done_at) == ("completed", 2, None)
    assert appeal.window_ends_at == at("2026-12-10 18:00")
    assert appeal.first_window_ends_at == at("2026-12-04 18:00")
    assert appeal.completed_at == at("2026-11-27 10:00")  # rectification never touches it
    assert b.rated(appeal, 4, at("2026-12-04 10:00")).state == "struck_off"


def test_a_complex_one_has_fifteen_working_days_from_its_verification(people):
    appeal = people.verified(complex_=True)
    assert rectifying.current(appeal).due_at == at("2026-12-22 18:00")


def test_it_is_verified_by_somebody_who_neither_approved_nor_wrote_the_rating_down(people):
    appeal = people.completed()
    answer = closing.ratings.Answer(contacted=True, solved="no", level=2, reasons=["slow"])
    called, done = at("2026-12-01 10:00"), at("2026-12-02 14:00")
    closing.call_back(appeal.id, reached=True, note="", answer=answer, by=people.other, at=called)
    for by in (people.office, people.other):
        with pytest.raises(NotAllowed, match="其他人"):
            rectifying.verify(appeal.id, finding="属实", complex_=False, by=by, at=done)
    for by in (people.worker, people.head, people.recusal):
        with pytest.raises(NotYours):
            rectifying.verify(appeal.id, finding="属实", complex_=False, by=by, at=done)
    with pytest.raises(Refused):
        rectifying.verify(appeal.id, finding="\u200b", complex_=False, by=people.director, at=done)
    rectifying.verify(appeal.id, finding="属实", complex_=False, by=people.director, at=done)
    with pytest.raises(NotAllowed):
        rectifying.verify(appeal.id, finding="属实", complex_=True, by=b.staff("coordinator"), at=done)


def test_of_the_offices_own_answer_a_leader_verifies_what_the_recusal_post_approved(house):
    office, recusal, leader = b.staff("coordinator"), b.staff("recusal"), b.staff("leader")
    appeal = b.replied(office, b.staff("liaison", b.OFFICE), b.staff("head", b.OFFICE), lead=b.OFFICE)
    closing.approve(appeal.id, by=recusal, at=b.APPROVED)
    appeal = b.rated(b.the(appeal.number), 1, POOR, "no", reasons=["slow"])
    with pytest.raises(NotAllowed):
        rectifying.verify(appeal.id, finding="属实", complex_=False, by=recusal, at=VERIFIED)
    with pytest.raises(NotYours):
        rectifying.verify(appeal.id, finding="属实", complex_=False, by=office, at=VERIFIED)
    rectifying.verify(appeal.id, finding="属实", complex_=False, by=leader, at=VERIFIED)
    assert rectifying.current(b.the(appeal.number)).verified_by_id == leader.user_id


def test_the_plan_is_the_companys_to_read_and_comes_after_verification(people):
    appeal = people.poor()
    with pytest.raises(NotAllowed):
        rectifying.plan(appeal.id, plan="三日内更换全部老化线路。", by=people.worker, at=VERIFIED)
    rectifying.verify(appeal.id, finding="属实", complex_=False, by=people.other, at=VERIFIED)
    with pytest.raises(Refused):
        rectifying.plan(appeal.id, plan="尽快处理", by=people.worker, at=VERIFIED)
    rectifying.plan(appeal.id, plan="三日内更换全部老化线路。", by=people.worker, at=at("2026-12-02 09:00"))
    rectifying.plan(appeal.id, plan="三日内更换线路，五日内回访。", by=people.head, at=at("2026-12-02 10:00"))
    row = rectifying.current(b.the(appeal.number))
    assert (row.plan, row.planned_at) == ("三日内更换线路，五日内回访。", at("2026-12-02 09:00"))
    assert ("plan_rectification", "company") in told(appeal)


def test_the_audit_is_due_in_a_working_day_and_is_booked_in_time_or_late(people):
    appeal = people.verified()
    rectifying.report(appeal.id, text=REPORT, by=people.head, at=at("2026-12-02 10:00"))
    assert rectifying.current(b.the(appeal.number)).audit_due_at == at("2026-12-03 18:00")
    rectifying.reject(appeal.id, reason="没有照片", by=people.office, at=at("2026-12-03 18:00"))
    rectifying.report(appeal.id, text=REPORT, by=people.head, at=at("2026-12-04 10:00"))
    rectifying.audit(appeal.id, by=people.office, at=at("2026-12-08 10:00"))
    booked = session().query(Duty).filter_by(appeal_id=appeal.id, kind="approve").order_by(Duty.done_at).all()
    assert [(d.due_at, d.done_at) for d in booked][1:] == [
        (at("2026-12-03 18:00"), at("2026-12-03 18:00")), (at("2026-12-07 18:00"), at("2026-12-08 10:00")),
    ]  # fmt: skip
    assert ("reject_rectified", "company") in told(appeal)


@pytest.mark.parametrize("said", ["", "已办结", "。。。。。。。。。", "\u3164" * 9])
def test_an_empty_report_is_refused(people, said):
    appeal = people.verified()
    with pytest.raises(Refused):
        rectifying.report(appeal.id, text=said, by=people.head, at=at("2026-12-02 10:00"))


def test_what_is_not_there_cannot_be_judged(people):
    appeal = people.verified()
    for deed, more in ((rectifying.audit, {}), (rectifying.reject, {"reason": "没有照片"})):
        with pytest.raises(NotAllowed):
            deed(appeal.id, by=people.office, at=at("2026-12-02 10:00"), **more)
    with pytest.raises(Refused):
        rectifying.reject(appeal.id, reason=" ", by=people.office, at=at("2026-12-02 10:00"))


def test_an_open_rectification_never_lapses(people):
    appeal = people.poor()
    b.tick(at("2027-01-20 10:00"))
    assert b.the(appeal.number).state == "rectifying"


# -- the later rounds ----------------------------------------------------------------------------------------------


def test_the_second_report_is_the_principal_heads(people):
    appeal = people.round(people.poor(), VERIFIED)
    appeal = b.rated(appeal, 1, at("2026-12-02 10:00"), "no", reasons=["slow"])
    deputy = b.staff("head")
    session().get(User, deputy.user_id).principal = False
    session().commit()
    rectifying.verify(appeal.id, finding="属实", complex_=False, by=people.other, at=at("2026-12-03 10:00"))
    with pytest.raises(NotAllowed, match="主要负责人"):
        rectifying.report(appeal.id, text=REPORT, by=deputy, at=at("2026-12-03 11:00"))
    rectifying.report(appeal.id, text=REPORT, by=people.head, at=at("2026-12-03 11:00"))
    rectifying.audit(appeal.id, by=people.office, at=at("2026-12-03 12:00"))
    assert b.the(appeal.number).round == 3


def test_who_audited_a_round_does_not_verify_the_next(people):
    appeal = people.round(people.poor(), VERIFIED)
    appeal = b.rated(appeal, 1, at("2026-12-02 10:00"), "no", reasons=["slow"])
    with pytest.raises(NotAllowed):
        rectifying.verify(appeal.id, finding="属实", complex_=False, by=people.office, at=at("2026-12-03 10:00"))


def test_the_third_round_is_a_leaders(people):
    appeal = people.round(people.poor(), VERIFIED)
    appeal = people.round(b.rated(appeal, 1, at("2026-12-02 10:00"), "no", reasons=["slow"]), at("2026-12-03 14:00"))
    appeal = b.rated(appeal, 1, at("2026-12-04 10:00"), "no", reasons=["slow"])
    rectifying.verify(appeal.id, finding="属实", complex_=False, by=people.director, at=at("2026-12-07 11:00"))
    rectifying.report(appeal.id, text=REPORT, by=people.head, at=at("2026-12-08 10:00"))
    assert ("report_rectified", "leader") in told(appeal)
    for by in (people.office, people.director, people.recusal):
        with pytest.raises(NotYours):
            rectifying.audit(appeal.id, by=by, at=at("2026-12-08 11:00"))
    rectifying.reject(appeal.id, reason="请当面向企业说明", by=people.leader, at=at("2026-12-08 11:00"))
    rectifying.report(appeal.id, text=REPORT, by=people.head, at=at("2026-12-08 14:00"))
    rectifying.audit(appeal.id, by=people.leader, at=at("2026-12-09 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.round) == ("completed", 4)
    assert kinds(appeal)[-3:] == ["reject_third", "report_rectified", "audit_third"]
    assert session().query(Duty).filter_by(appeal_id=appeal.id, kind="approve", holder_id=None).count() == 2


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_an_unrated_round_waits_for_calls_and_lapses_by_itself(people, rounds):
    appeal, when = people.poor(), VERIFIED
    for number in range(rounds):
        appeal = people.round(appeal, when)
        if number < rounds - 1:
            appeal = b.rated(appeal, 1, when, "no", reasons=["slow"])
    assert (appeal.state, appeal.round, appeal.window_ends_at) == ("completed", rounds + 1, at("2026-12-08 18:00"))
    b.tick(at("2026-12-09 09:00"))
    assert b.the(appeal.number).state == "completed"  # the office has not called: its delay
    with pytest.raises(NotAllowed):
        closing.call_back(appeal.id, reached=True, note="", by=people.office, at=at("2026-12-01 15:00"))
    for when in ("2026-12-03 10:00", "2026-12-03 15:00", "2026-12-04 10:00"):
        closing.call_back(appeal.id, reached=False, note="", by=people.office, at=at(when))
    b.tick(at("2026-12-09 09:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.struck_off_at) == ("struck_off", at("2026-12-08 18:00"))
