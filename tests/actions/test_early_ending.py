"""Ended before completion by two signatures: legal route, no cooperation, and demands beyond the law (policy §2, §3, §9)."""

from dataclasses import replace

import pytest
from flask import Flask

from appeals.actions import closing, cooperation, early_ending, intake, reviews, unreasonable
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import lists
from appeals.models.outbox import Notice
from appeals.models.request import Request
from appeals.rules.lifecycle import NotAllowed, NotYours
from tests import builders as b
from tests.actions import ends
from tests.actions.ends import DUE
from tests.builders import at

LEGAL = {"ground": "legal", "reason": "属于合同争议", "route": "请依法申请仲裁"}


@pytest.fixture
def office(house: Flask):
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


def ended(appeal, office, director, when="2026-11-25 10:00", **case):
    early_ending.propose(appeal.id, **(LEGAL | case), by=office, at=at(when))
    early_ending.confirm(appeal.id, by=director, at=at(when))
    return b.the(appeal.number)


def told(appeal, kind: str) -> set[str]:
    return {n.to_role for n in session().query(Notice).filter_by(appeal_id=appeal.id, kind=kind)}


# -- legal route ---------------------------------------------------------------------------------------------


def test_two_people_end_it_and_the_company_is_told_before_and_after(office, director, worker):
    appeal = b.in_hand(office, worker)
    for case in ({"ground": "x"}, {"reason": " "}, {"route": ""}):
        with pytest.raises(Refused):
            early_ending.propose(appeal.id, **(LEGAL | case), by=office, at=b.TAKEN)
    for by in (worker, director):
        with pytest.raises(NotYours):
            early_ending.propose(appeal.id, **LEGAL, by=by, at=b.TAKEN)
    early_ending.propose(appeal.id, **LEGAL, by=office, at=at("2026-11-25 10:00"))
    assert told(appeal, "propose_ending") == {"company", "director"}
    with pytest.raises(NotAllowed, match="同一人"):
        early_ending.confirm(appeal.id, by=replace(director, user_id=office.user_id), at=at("2026-11-25 11:00"))
    with pytest.raises(NotYours):
        early_ending.confirm(appeal.id, by=office, at=at("2026-11-25 11:00"))
    early_ending.confirm(appeal.id, by=director, at=at("2026-11-25 11:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.exclusion, appeal.excluded_at) == ("ended", "legal", at("2026-11-25 11:00"))
    assert appeal.public_reason == "属于合同争议\n请依法申请仲裁"
    assert [a.active for a in appeal.assignments] == [False]
    assert told(appeal, "confirm_ending") == {"company", "liaison"}
    with pytest.raises(NotAllowed):
        early_ending.confirm(appeal.id, by=director, at=at("2026-11-25 12:00"))


def test_refused_the_work_goes_on(office, director, worker):
    appeal = b.in_hand(office, worker)
    early_ending.propose(appeal.id, **LEGAL, by=office, at=b.TAKEN)
    with pytest.raises(NotAllowed):
        early_ending.propose(appeal.id, **LEGAL, by=office, at=b.TAKEN)  # one at a time
    with pytest.raises(Refused):
        early_ending.refuse(appeal.id, reason="", by=director, at=b.TAKEN)
    early_ending.refuse(appeal.id, reason="并非合同争议", by=director, at=at("2026-11-24 10:00"))
    appeal = b.the(appeal.number)
    [row] = session().query(Request)
    assert (appeal.state, row.granted, appeal.exclusion) == ("in_hand", False, None)


def test_of_the_offices_own_bureau_recusal_post_and_leader_sign(office, director):
    recusal, leader = b.staff("recusal"), b.staff("leader")
    appeal = b.in_hand(office, b.staff("liaison", b.OFFICE), lead=b.OFFICE)
    with pytest.raises(NotYours):
        early_ending.propose(appeal.id, **LEGAL, by=office, at=b.TAKEN)
    early_ending.propose(appeal.id, **LEGAL, by=recusal, at=b.TAKEN)
    with pytest.raises(NotYours):
        early_ending.confirm(appeal.id, by=director, at=b.TAKEN)
    early_ending.confirm(appeal.id, by=leader, at=b.TAKEN)
    assert b.the(appeal.number).state == "ended"


@pytest.mark.parametrize("state", ["submitted", "accepted", "dispatched", "replied"])
def test_from_any_state_before_completion_and_the_offices_own_limit_is_met_in_time(office, director, worker, head, state):
    make = {"submitted": lambda: b.filed(), "accepted": lambda: b.accepted(office), "dispatched": lambda: b.dispatched(office),
            "replied": lambda: b.replied(office, worker, head)}  # fmt: skip
    appeal = ended(make[state](), office, director, "2026-11-26 11:00" if state == "replied" else "2026-11-23 12:00")
    found = {d.kind.value: d.done_at for d in ends.of(appeal).duties}
    owed = {"submitted": "accept", "accepted": "dispatch", "replied": "approve"}.get(state)
    assert appeal.state == "ended"
    assert owed is None or found[owed] == appeal.excluded_at
    assert None not in found.values()
    ends.balances(115, appeal)


def test_a_completed_appeal_is_not_ended_early(office, worker, head):
    appeal = b.completed(office, worker, head)
    with pytest.raises(NotAllowed):
        early_ending.propose(appeal.id, **LEGAL, by=office, at=at("2026-11-30 10:00"))


def test_shelved_it_is_booked_as_back_and_then_out(office, director, worker, head):
    appeal = ends.shelved(b.in_hand(office, worker), office, director, head, at("2026-11-26 15:00"))
    appeal = ended(appeal, office, director, "2026-12-02 10:00")
    assert [s.to_at for s in ends.of(appeal).shelved] == [at("2026-12-02 10:00")]
    first, second = (ends.balances(n, appeal)[b.UNIT] for n in (115, 116))
    assert (first.shelved, first.closing) == (1, 0)
    assert (second.back_from_shelving, second.ended_merged, second.opening, second.closing) == (1, 1, 0, 0)


def test_a_shelved_appeal_is_withdrawn_by_the_offices_call(office, director, worker, head):
    appeal = ends.shelved(b.in_hand(office, worker), office, director, head, at("2026-11-26 15:00"))
    intake.ask_withdrawal(appeal.id, at=at("2026-12-02 09:00"))
    with pytest.raises(NotYours):
        closing.confirm_withdrawal(appeal.id, note="确认", by=head, at=at("2026-12-02 10:00"))
    closing.confirm_withdrawal(appeal.id, note="确认", by=office, at=at("2026-12-02 10:00"))
    assert b.the(appeal.number).exclusion == "withdrawn"
    line = ends.balances(116, appeal)[b.UNIT]
    assert (line.back_from_shelving, line.ended_merged) == (1, 1)


def test_a_company_that_was_pressed_says_so_on_the_call(office, worker):
    appeal = b.in_hand(office, worker)
    intake.ask_withdrawal(appeal.id, at=b.TAKEN)
    closing.refuse_withdrawal(appeal.id, note="单位要求撤回", pressed=True, by=office, at=at("2026-11-24 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.pressed_at) == ("in_hand", at("2026-11-24 10:00"))
    assert "director" in told(appeal, "refuse_withdrawal")
    assert lists.history(appeal)[-1].event.detail["pressed"] is True


# -- without cooperation -----------------------------------------------------------------------------------------


@pytest.fixture
def silent(office, worker, head):
    """Asked on 11-24 for three working days; nothing came by 11-27 18:00."""
    appeal = b.in_hand(office, worker)
    cooperation.ask(appeal.id, items="用电合同", days=3, by=head, at=at("2026-11-24 10:00"))
    cooperation.grant(appeal.id, by=office, at=at("2026-11-24 11:00"))
    b.tick(at("2026-11-30 09:00"))
    return b.the(appeal.number)


CASE = {"ground": "uncooperative", "reason": "未提供用电合同", "route": ""}


def test_only_after_a_lapsed_request_and_two_calls(silent, office, director, worker):
    fresh = b.in_hand(office, worker)
    with pytest.raises(Refused, match="企业配合"):
        early_ending.propose(fresh.id, **CASE, by=office, at=at("2026-11-30 10:00"))
    with pytest.raises(NotAllowed):
        early_ending.warn(fresh.id, note="电话", reached=True, by=office, at=at("2026-11-30 10:00"))
    early_ending.warn(silent.id, note="未接听", reached=False, by=office, at=at("2026-11-30 10:00"))
    with pytest.raises(Refused, match="现有1次"):
        early_ending.propose(silent.id, **CASE, by=office, at=at("2026-11-30 11:00"))
    early_ending.warn(silent.id, note="已告知后果", reached=True, by=office, at=at("2026-11-30 15:00"))
    early_ending.propose(silent.id, **CASE, by=office, at=at("2026-11-30 16:00"))
    with pytest.raises(NotAllowed, match="2026-12-01"):
        early_ending.confirm(silent.id, by=director, at=at("2026-11-30 23:59:59"))
    early_ending.confirm(silent.id, by=director, at=at("2026-12-01 09:00"))
    appeal = b.the(silent.number)
    assert (appeal.state, appeal.exclusion) == ("ended", "uncooperative")


def test_told_of_it_the_company_may_still_answer_and_the_work_goes_on(silent, office, director):
    for when in ("2026-11-30 10:00", "2026-11-30 15:00"):
        early_ending.warn(silent.id, note="已告知", reached=True, by=office, at=at(when))
    early_ending.propose(silent.id, **CASE, by=office, at=at("2026-11-30 16:00"))
    with pytest.raises(Refused):
        early_ending.answer(silent.id, words=" ", at=at("2026-11-30 17:00"))
    early_ending.answer(silent.id, words="合同已寄出", at=at("2026-11-30 17:00"))
    appeal = b.the(silent.number)
    assert (appeal.state, appeal.supplements[-1]["text"]) == ("in_hand", "合同已寄出")
    with pytest.raises(NotAllowed):
        early_ending.confirm(silent.id, by=director, at=at("2026-12-01 09:00"))
    with pytest.raises(Refused):  # it has answered: the way begins anew
        early_ending.propose(silent.id, **CASE, by=office, at=at("2026-12-01 10:00"))


# -- what the figures say ------------------------------------------------------------------------------------------


def test_what_ended_before_its_due_leaves_the_figures_and_what_ended_later_stays_as_late(office, director, worker):
    early, late = b.in_hand(office, worker), b.in_hand(office, worker)
    ended(early, office, director, "2026-12-07 17:59:59")
    assert ends.figure("promise_kept", 116, early) == {}
    ended(late, office, director, "2026-12-07 18:00:00")
    assert late.due_at == DUE
    assert ends.figure("promise_kept", 116, late) == {b.UNIT: (0, 1)}
    assert ends.figure("cleared", 116, late) == {b.UNIT: (0, 1)}


# -- unreasonable ----------------------------------------------------------------------------------------------------


@pytest.fixture
def explained(office, worker, head):
    return b.completed(office, worker, head, draft=b.words(outcome="explained"))


def test_an_unreasonable_demand_stays_in_timeliness_and_leaves_the_ratings(explained, office, director):
    assert ends.figure("rated", 116, explained) == {b.UNIT: (0, 1)}
    for case in ({"reason": "", "basis": "条例"}, {"reason": "超出规定", "basis": " "}):
        with pytest.raises(Refused):
            unreasonable.propose(explained.id, **case, by=office, at=at("2026-11-30 10:00"))
    unreasonable.propose(explained.id, reason="超出规定", basis="供电营业规则", by=office, at=at("2026-11-30 10:00"))
    with pytest.raises(NotAllowed, match="同一人"):
        unreasonable.confirm(explained.id, by=replace(director, user_id=office.user_id), at=at("2026-11-30 11:00"))
    unreasonable.confirm(explained.id, by=director, at=at("2026-11-30 11:00"))
    appeal = b.the(explained.number)
    assert (appeal.state, appeal.exclusion, appeal.completed_at) == ("completed", "unreasonable", b.APPROVED)
    assert ends.figure("rated", 116, appeal) == {}
    assert ends.figure("cleared", 116, appeal) == {b.UNIT: (1, 1)}
    assert told(appeal, "confirm_unreasonable") == {"company"}
    assert ends.balances(115, appeal)[b.UNIT].completed == 1


def test_only_an_explanation_can_be_unreasonable(office, worker, head, director):
    appeal = b.completed(office, worker, head)
    with pytest.raises(NotAllowed):
        unreasonable.propose(appeal.id, reason="超出", basis="规定", by=office, at=at("2026-11-30 10:00"))


def test_the_second_person_may_refuse_and_the_company_may_ask_for_a_review(explained, office, director):
    unreasonable.propose(explained.id, reason="超出规定", basis="规则", by=office, at=at("2026-11-30 10:00"))
    unreasonable.refuse(explained.id, reason="规定允许", by=director, at=at("2026-11-30 11:00"))
    assert b.the(explained.number).exclusion is None
    unreasonable.propose(explained.id, reason="超出规定", basis="规则", by=office, at=at("2026-11-30 12:00"))
    unreasonable.confirm(explained.id, by=director, at=at("2026-11-30 13:00"))
    frozen = ends.as_known(explained, at("2026-12-01 12:00"))
    reviews.ask(explained.id, reason="规定允许", at=at("2026-12-02 10:00"))
    reviews.uphold(explained.id, reason="规定允许", by=b.staff("coordinator"), at=at("2026-12-02 11:00"))
    appeal = b.the(explained.number)
    assert (appeal.state, appeal.exclusion, appeal.outcome) == ("completed", None, "explained")
    assert ends.as_known(appeal, at("2026-12-01 12:00")) == frozen
    assert ends.figure("rated", 116, appeal) == {b.UNIT: (0, 1)}
