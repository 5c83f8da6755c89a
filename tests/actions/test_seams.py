"""Where the rooms of Part 2 meet: one deed that interrupts another, and what was frozen in between (policy §3–§9).

Monday 2026-11-23: accepted 10:00, dispatched 11:00, taken up 14:00; promised until Monday 12-07, the unit has until
Friday 12-04. Cycle 115 ends with 11-29, its F is Tuesday 12-01 at 18:00.
"""

import pytest
from flask import Flask

from appeals.actions import (
    closing,
    conferences,
    cooperation,
    dues,
    early_ending,
    ending,
    extensions,
    frozen,
    handling,
    intake,
    limits,
    merging,
    objections,
    parents,
    rating_review,
    ratings,
    requests,
    resuming,
    returns,
    reviews,
    second_level,
    shelved,
    triage,
)  # fmt: skip
from appeals.models import waiting
from appeals.rules import known
from appeals.rules.actors import COMPANY
from appeals.rules.facts import DueReason
from appeals.rules.lifecycle import NotAllowed
from appeals.rules.requests import Asked
from appeals.rules.words import RatingSource
from tests import builders as b
from tests.actions import ends, put_off
from tests.actions.ends import F_115, LIMIT
from tests.builders import at

WHY = "同一台变压器的停电"
OTHER, THIRD = "自然资源和规划局", "沣西新城"
PARENT, CHILD = "发展改革和商务局", "发展改革和商务局（自贸办）"
RECUSAL = "党政办公室"


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
def leader(office):
    return b.staff("leader")


@pytest.fixture
def recusal(office):
    return b.staff("recusal")


@pytest.fixture
def worker(office):
    return b.staff("liaison")


@pytest.fixture
def head(office):
    return b.staff("head")


def joined(child, parent, office, director, when: str = "2026-11-26 15:00"):
    merging.propose(child.id, into=parent.number, reason=WHY, by=office, at=at(when))
    merging.confirm(child.id, by=director, at=at(when))
    return b.the(child.number)


def apart(child, by, when: str):
    merging.unmerge(child.id, reason="事项不同", by=by, at=at(when))
    return b.the(child.number)


def returned(appeal, by, when: str):
    return returns.ask(appeal.id, reason_code="function", basis="三定规定第四条", unit_id=b.unit_id(THIRD), by=by, at=at(when))


# -- what interrupts a request ---------------------------------------------------------------------------------


def test_merged_while_a_return_waited_the_unit_is_given_it_again(office, director, worker, head):
    """While it was undecided nothing was deemed; nor is it by a merger that comes and goes."""
    parent, child = b.in_hand(office, worker), b.dispatched(office)
    returned(child, head, "2026-11-24 10:00")
    joined(child, parent, office, director)
    child = apart(child, office, "2026-11-30 10:00")
    with limits.opened(child.id, at=at("2026-11-30 11:00")):
        pass
    child = b.the(child.number)
    assert (child.state, child.lead.ack_due_at) == ("dispatched", at("2026-12-01 18:00"))
    assert returned(child, head, "2026-11-30 12:00").asked_at == at("2026-11-30 12:00")


def test_a_second_level_that_was_not_taken_up_stays_inside_its_lead(office, director):
    head, worker, below = b.staff("head", PARENT), b.staff("liaison", PARENT), b.staff("liaison", CHILD)
    parent, child = b.in_hand(office, worker, lead=PARENT), b.in_hand(office, worker, lead=PARENT)
    second_level.hand_on(child.id, unit_id=b.unit_id(CHILD), task="请到现场核实", by=head, at=at("2026-11-23 15:00"))
    joined(child, parent, office, director, "2026-11-24 10:00")
    child = apart(child, office, "2026-12-01 10:00")
    assert child.lead.due_at == at("2026-12-11 18:00")  # eight were left
    [sub] = second_level.subs(child, child.lead)
    assert (sub.due_at, sub.plan) == (at("2026-12-10 18:00"), "请到现场核实")
    handling.acknowledge(child.id, by=below, at=at("2026-12-01 11:00"))
    second_level.report(child.id, report="已到企业现场核实用电负荷，缺口为二百千伏安。", by=below, at=at("2026-12-01 12:00"))


def test_a_second_level_that_was_taken_up_ends_before_its_lead(office, director):
    head, worker, below = b.staff("head", PARENT), b.staff("liaison", PARENT), b.staff("liaison", CHILD)
    parent, child = b.in_hand(office, worker, lead=PARENT), b.in_hand(office, worker, lead=PARENT)
    second_level.hand_on(child.id, unit_id=b.unit_id(CHILD), task="请到现场核实", by=head, at=at("2026-11-23 15:00"))
    handling.acknowledge(child.id, by=below, at=at("2026-11-23 16:00"))
    joined(child, parent, office, director, "2026-11-24 10:00")
    child = apart(child, office, "2026-12-01 10:00")
    [sub] = second_level.subs(child, child.lead)
    assert (child.lead.due_at, sub.due_at) == (at("2026-12-11 18:00"), at("2026-12-10 18:00"))


def test_what_was_prepared_for_an_earlier_tenure_is_asked_for_the_present_one(office, worker, head):
    appeal = b.dispatched(office)
    returned(appeal, worker, "2026-11-23 12:00")
    returns.recall(appeal.id, reason="先核实属地", by=office, at=at("2026-11-23 13:00"))
    order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT))
    triage.dispatch(appeal.id, order=order, by=office, at=at("2026-11-23 14:00"))
    row = returned(appeal, head, "2026-11-23 15:00")
    assert row.assignment_id == b.the(appeal.number).lead.id
    returns.uphold(appeal.id, fault="office", answer="确不属该局", by=office, at=at("2026-11-24 10:00"))
    assert b.the(appeal.number).state == "accepted"


def test_two_requests_that_wait_over_the_same_days_give_them_back_once(office, worker, head):
    """Both were due on Wednesday 11-25 and are refused on Monday 11-30: three working days, not six."""
    appeal = b.in_hand(office, worker)
    until = at("2026-12-11 18:00").date()
    extensions.ask(appeal.id, until_on=until, reason="等待采购", done="已查勘", by=head, at=at("2026-11-24 10:00"))
    cooperation.ask(appeal.id, items="合同复印件", days=3, by=head, at=at("2026-11-24 10:00"))
    extensions.refuse(appeal.id, answer="可以按期办理", by=office, at=at("2026-11-30 10:00"))
    assert b.the(appeal.number).lead.due_at == at("2026-12-09 18:00")
    cooperation.refuse(appeal.id, answer="已有材料", by=office, at=at("2026-12-01 10:00"))
    assert b.the(appeal.number).lead.due_at == at("2026-12-10 18:00")  # and the one day more


def test_a_day_that_the_company_took_is_not_given_by_the_office_too(office, worker, head):
    """Waited for from Wednesday to Friday (two days); a decision due on Wednesday came on Friday."""
    appeal = b.in_hand(office, worker)
    until = at("2026-12-11 18:00").date()
    cooperation.ask(appeal.id, items="合同复印件", days=3, by=head, at=at("2026-11-24 10:00"))
    extensions.ask(appeal.id, until_on=until, reason="等待采购", done="已查勘", by=head, at=at("2026-11-24 10:00"))
    cooperation.grant(appeal.id, by=office, at=at("2026-11-25 10:00"))
    cooperation.answer(appeal.id, addition="附上合同", at=at("2026-11-27 10:00"))
    assert b.the(appeal.number).lead.due_at == at("2026-12-08 18:00")
    extensions.refuse(appeal.id, answer="可以按期办理", by=office, at=at("2026-11-27 11:00"))
    assert b.the(appeal.number).lead.due_at == at("2026-12-08 18:00")


def test_an_extension_is_not_granted_to_a_day_before_the_promise(office, worker, head):
    """The calendar moved the promise past the day that was asked for."""
    appeal = b.in_hand(office, worker)
    extensions.ask(appeal.id, until_on=at("2026-12-08 18:00").date(), reason="等待采购", done="已查勘", by=head,
                   at=at("2026-11-24 10:00"))  # fmt: skip
    with limits.opened(appeal.id, at=at("2026-11-24 11:00")) as open_:
        dues.move_promise(open_, at("2026-12-09 18:00"), reason=DueReason.CALENDAR, at=at("2026-11-24 11:00"))
    with pytest.raises(NotAllowed):
        extensions.grant(appeal.id, by=office, at=at("2026-11-24 12:00"))
    assert b.the(appeal.number).due_at == at("2026-12-09 18:00")


def test_what_a_leader_lost_while_it_was_shelved_is_in_no_limit(office, other, director, leader, worker, head):
    appeal = put_off.shelved(b.in_hand(office, worker), head, office, director)
    objections.disagree(appeal.id, reason="现在就能办", at=at("2026-11-30 10:00"))  # due on Thursday 12-03
    appeal = ends.withdrawn(appeal, office, at("2026-12-09 10:00"), at("2026-12-09 11:00"))
    assert appeal.lead.due_at == LIMIT


def test_a_third_return_decided_late_by_the_conference_leaves_time_for_the_first_contact(office, director, head):
    appeal = b.dispatched(office, lead=OTHER)
    for lead, following, day in ((OTHER, THIRD, 23), (THIRD, b.UNIT, 24)):
        returns.ask(appeal.id, reason_code="unclear", basis="三定规定", by=b.staff("head", lead), at=at(f"2026-11-{day} 12:00"))
        returns.uphold(appeal.id, fault="office", answer="同意", by=office, at=at(f"2026-11-{day} 13:00"))
        order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(following))
        triage.dispatch(appeal.id, order=order, by=office, at=at(f"2026-11-{day} 14:00"))
    returned(appeal, head, "2026-11-25 10:00")  # the conference has until Thursday 11-26
    conferences.settle(appeal.id, lead_unit_id=b.unit_id(b.UNIT), answer="由该局主办", by=director, at=at("2026-11-30 10:00"))
    lead = b.the(appeal.number).lead
    assert (lead.contact_due_at, lead.plan_due_at) == (at("2026-11-30 18:00"), at("2026-12-02 18:00"))


# -- what comes back ---------------------------------------------------------------------------------------------


def test_of_an_upheld_decline_the_ceiling_counts_from_that_day(office, other, worker, head):
    appeal = b.filed()
    triage.decline(appeal.id, code="R01", reason="不在本区", by=office, at=b.ACCEPTED)
    reviews.ask(appeal.id, reason="在本区", at=at("2026-11-26 10:00"))
    reviews.uphold(appeal.id, reason="确在本区", by=other, at=at("2026-11-30 10:00"))
    appeal = b.the(appeal.number)
    assert dues.promise_from(appeal) == at("2026-11-30 10:00")


def test_a_withdrawal_taken_back_before_acceptance_was_due_leaves_what_was_frozen(office, other):
    appeal = b.filed(at("2026-11-26 09:00"))  # acceptance due on Friday 11-27
    appeal = ends.withdrawn(appeal, office, at("2026-11-26 10:00"), at("2026-11-26 11:00"))
    reviews.ask(appeal.id, reason="系被要求撤回", at=at("2026-11-30 10:00"))
    before = ends.as_known(appeal, F_115)
    reviews.uphold(appeal.id, reason="成立", by=other, at=at("2026-12-02 10:00"))
    triage.accept(appeal.id, identity="call", by=office, at=at("2026-12-02 11:00"))
    assert ends.as_known(appeal, F_115) == before


def test_a_parent_that_lapsed_lets_its_children_go_though_nobody_looked(office, director, worker):
    parent, child = b.filed(), b.in_hand(office, worker)
    triage.ask_supplement(parent.id, items="现场照片", by=office, at=at("2026-11-23 15:00"))
    joined(child, parent, office, director, "2026-11-24 10:00")
    for hour in (10, 11):
        triage.log_supplement_call(parent.id, note="已致电", reached=True, by=office, at=at(f"2026-11-25 {hour}:00"))
    resuming.resume(parent.id, addition="照片附后", at=at("2026-12-01 10:00"))  # lapsed on Monday 11-30
    assert b.the(parent.number).state == "submitted"
    assert (b.the(child.number).state, b.the(child.number).state_at) == ("in_hand", at("2026-11-30 18:00"))


def test_what_was_given_again_after_a_merger_is_no_dispatch_without_a_lead(office, director, worker):
    parent, child = b.in_hand(office, worker), b.dispatched(office)
    joined(child, parent, office, director, "2026-11-23 12:00")
    child = apart(child, office, "2026-11-23 13:00")
    joined(child, parent, office, director, "2026-11-23 14:00")
    child = apart(child, office, "2026-11-23 15:00")
    with limits.opened(child.id, at=at("2026-11-25 10:00")) as open_:
        assert open_.state == "in_hand"
        assert requests.of_kind(open_, Asked.CONFERENCE) == []


def test_a_second_answer_to_the_parent_is_put_to_the_child_again(office, other, director, worker, head):
    parent, child = b.in_hand(office, worker), b.in_hand(office, worker)
    joined(child, parent, office, director, "2026-11-25 10:00")
    handling.draft(parent.id, draft=b.words(2, outcome="legal"), by=worker, at=b.ANSWERED)
    handling.sign(parent.id, by=head, at=b.ANSWERED)
    ending.endorse(parent.id, heard="已听取", by=office, at=b.APPROVED)
    ending.end(parent.id, by=director, at=at("2026-11-27 11:00"))
    assert parents.answered_at(b.the(child.number)) == at("2026-11-27 11:00")
    reviews.ask(parent.id, reason="可以解决", at=at("2026-11-30 10:00"))
    reviews.uphold(parent.id, reason="成立", by=other, at=at("2026-11-30 15:00"))
    handling.draft(parent.id, draft=b.words(2), by=worker, at=at("2026-12-01 10:00"))
    handling.sign(parent.id, by=head, at=at("2026-12-01 11:00"))
    closing.approve(parent.id, by=office, at=at("2026-12-02 10:00"))
    assert parents.answered_at(b.the(child.number)) == at("2026-12-02 10:00")


def test_first_contact_and_plan_run_anew_when_it_comes_back_from_shelving(office, director, leader, worker, head):
    appeal = ends.shelved(b.in_hand(office, worker), office, director, head, at("2026-11-23 16:00"))
    shelved.resume(appeal.id, reason="政策已出台", by=leader, at=at("2026-11-30 10:00"))
    lead = b.the(appeal.number).lead
    assert (lead.contact_due_at, lead.plan_due_at) == (at("2026-12-01 18:00"), at("2026-12-03 18:00"))


def test_of_an_urgent_appeal_natural_hours_run_again(office, director, worker):
    parent, children = b.in_hand(office, worker), []
    for taken_up in (True, False):
        child = b.accepted(office)
        order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT), urgent_kind="power")
        triage.dispatch(child.id, order=order, by=office, at=at("2026-11-23 11:00"))
        if taken_up:
            handling.acknowledge(child.id, by=worker, at=at("2026-11-23 11:10"))
        joined(child, parent, office, director, "2026-11-23 11:30")
        children.append(apart(child, office, "2026-11-23 15:00"))
    for child in children:
        lead = child.lead
        assert (lead.contact_due_at, lead.plan_due_at) == (at("2026-11-23 17:00"), at("2026-11-24 15:00"))


def test_what_was_prepared_and_can_no_longer_be_asked_leaves_the_heads_list(office, worker, head):
    appeal = b.in_hand(office, worker)
    extensions.ask(appeal.id, until_on=at("2026-12-11 18:00").date(), reason="等待采购", done="已查勘", by=worker,
                   at=at("2026-11-24 10:00"))  # fmt: skip
    assert [row.kind for row in waiting.for_signature(head)] == ["extension"]
    handling.draft(appeal.id, draft=b.words(2), by=worker, at=b.ANSWERED)
    handling.sign(appeal.id, by=head, at=b.ANSWERED)
    assert waiting.for_signature(head) == []


# -- whose line, whenever it is frozen -----------------------------------------------------------------------------


def frozen_alike(appeal, deed, cycle: int = 115):
    """What this cycle counts at its F is the same before and after the deed, which comes later."""
    keys = ("accepted_on_time", "dispatched_on_time", "approved_on_time", "decided_on_time")

    def seen():
        return {key: ends.figure(key, cycle, appeal) for key in keys}, ends.as_known(appeal, ends.period(cycle).known_at)

    before = seen()
    deed()
    assert seen() == before


def test_a_withdrawal_from_the_offices_own_bureau_stands_in_one_line(office, recusal):
    appeal = b.in_hand(office, b.staff("liaison", b.OFFICE), lead=b.OFFICE)
    intake.ask_withdrawal(appeal.id, at=at("2026-11-24 10:00"))  # to be confirmed by Thursday 11-26
    frozen_alike(appeal, lambda: closing.refuse_withdrawal(appeal.id, note="不撤回", by=recusal, at=at("2026-12-02 10:00")))
    assert ends.figure("decided_on_time", 115, appeal) == {RECUSAL: (0, 1)}


def test_an_approval_of_the_recusal_post_stays_its_own_though_a_leader_signs(office, recusal, leader):
    worker, head = b.staff("liaison", b.OFFICE), b.staff("head", b.OFFICE)
    appeal = b.replied(office, worker, head, lead=b.OFFICE, draft=b.words(2, outcome="legal"))  # to be judged by Friday 11-27
    ending.endorse(appeal.id, heard="已听取", by=recusal, at=at("2026-11-30 10:00"))
    frozen_alike(appeal, lambda: ending.end(appeal.id, by=leader, at=at("2026-12-02 10:00")))


def test_a_reply_that_a_leader_sends_back_leaves_the_recusal_posts_limit_in_its_line(office, recusal, leader):
    worker, head = b.staff("liaison", b.OFFICE), b.staff("head", b.OFFICE)
    appeal = b.replied(office, worker, head, lead=b.OFFICE)
    frozen_alike(appeal, lambda: closing.send_back(appeal.id, reason="依据不足", by=leader, at=at("2026-12-02 10:00")))


def test_an_ending_signed_by_a_leader_meets_the_limits_of_those_who_owed_them(office, recusal, leader):
    appeal = b.filed(at("2026-11-25 09:00"), about_unit=b.OFFICE)  # acceptance due on Thursday 11-26
    early_ending.propose(appeal.id, ground="legal", reason="应当仲裁", route="劳动仲裁院", by=recusal, at=at("2026-11-27 10:00"))
    frozen_alike(appeal, lambda: early_ending.confirm(appeal.id, by=leader, at=at("2026-12-02 10:00")))


def test_a_dispatch_by_the_conference_meets_the_limit_of_whoever_owed_it(office, recusal):
    appeal = b.accepted(office, about_unit=b.OFFICE)  # to be dispatched on the same Monday
    conferences.call(appeal.id, reason="权属不清", by=recusal, at=at("2026-11-24 10:00"))
    frozen_alike(appeal, lambda: conferences.settle(appeal.id, lead_unit_id=b.unit_id(b.UNIT), answer="由该局主办",
                                                    by=b.staff("recusal"), at=at("2026-12-02 10:00")))  # fmt: skip


def test_a_review_that_a_leader_decides_stays_in_the_line_in_which_it_waited(office, recusal, leader):
    appeal = b.filed(about_unit=b.OFFICE, conduct=True)
    triage.decline(appeal.id, code="R06", reason="内容不清", by=recusal, at=b.ACCEPTED)
    reviews.ask(appeal.id, reason="内容清楚", at=at("2026-11-24 10:00"))  # due on Friday 11-27
    frozen_alike(appeal, lambda: reviews.uphold(appeal.id, reason="成立", by=leader, at=at("2026-12-02 10:00")))


def test_a_first_signature_that_came_too_late_stays_the_first_signers_delay(office, recusal, leader):
    """Asked on Monday 11-30 for both signatures by Monday 12-07; the F of cycle 116 is Tuesday 12-15 at 18:00."""
    worker, head = b.staff("liaison", b.OFFICE), b.staff("head", b.OFFICE)
    appeal = b.replied(office, worker, head, lead=b.OFFICE)
    closing.approve(appeal.id, by=recusal, at=b.APPROVED)
    said = ratings.Answer(True, "no", 1, reasons=("slow",))
    ratings.rate(appeal.id, answer=said, round_=1, source=RatingSource.SELF, by=COMPANY, at=at("2026-11-27 11:00"))
    rating_review.ask(appeal.id, reason_code="mistaken", reason="企业误将另一件评到本件", evidence="通话记录", by=head,
                      at=at("2026-11-30 10:00"))  # fmt: skip

    def signed():
        rating_review.endorse(appeal.id, by=recusal, at=at("2026-12-16 10:00"))
        rating_review.uphold(appeal.id, by=leader, at=at("2026-12-17 10:00"))

    frozen_alike(appeal, signed, 116)
    assert ends.figure("decided_on_time", 116, appeal) == {RECUSAL: (0, 1)}


def test_a_wish_to_withdraw_is_answered_by_the_answer(office, worker, head):
    """Asked while the reply lay with the office, which approves it on Friday: nothing is left to confirm."""
    appeal = b.replied(office, worker, head)
    intake.ask_withdrawal(appeal.id, at=at("2026-11-26 15:00"))
    closing.approve(appeal.id, by=office, at=at("2026-11-27 10:00"))
    assert ends.figure("decided_on_time", 116, appeal) == {b.OFFICE: (1, 1)}
    assert b.the(appeal.number).withdrawal_asked_at is None


def test_a_territory_put_right_at_dispatch_leaves_what_was_frozen(office):
    """The company did not know where; the office said so in the order. Neither is dated, so neither is frozen."""
    appeal = b.accepted(office, territory="不清楚")
    seen = known.known(ends.of(appeal), F_115)
    order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT), territory="空港新城")
    triage.dispatch(appeal.id, order=order, by=office, at=at("2026-12-02 10:00"))
    again = known.known(ends.of(appeal), F_115)
    assert seen is not None
    assert again is not None
    assert frozen._facts_line(again) == frozen._facts_line(seen)
