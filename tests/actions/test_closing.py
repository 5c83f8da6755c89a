"""The office judges replies, calls back, ends; the company rates; appeals leave the ledger (policy §3, §6, §9)."""

from dataclasses import replace

import pytest
from flask import Flask

from appeals.actions import closing, ending, handling, intake, ratings
from appeals.actions.refusals import Refused
from appeals.models import lists
from appeals.models.movement import DueMove
from appeals.rules.lifecycle import NotAllowed, NotYours
from tests import builders as b
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


# -- judging -----------------------------------------------------------------------------------------------


def test_approved_is_completed_and_the_company_has_five_working_days(office, worker, head):
    appeal = b.completed(office, worker, head, when=at("2026-11-27 10:00"))
    assert (appeal.state, appeal.completed_at) == ("completed", at("2026-11-27 10:00"))
    assert appeal.window_ends_at == at("2026-12-04 18:00")
    assert appeal.outcome == "solved"
    assert appeal.lead.stage == "answered"


def test_completing_waits_for_every_support_or_its_excuse(office, worker, head):
    appeal = b.replied(office, worker, head, supports=(b.SUPPORT, "沣西新城"))
    with pytest.raises(NotAllowed, match="沣西新城"):
        closing.approve(appeal.id, by=office, at=b.APPROVED)
    helper = b.staff("liaison", b.SUPPORT)
    handling.report_support(appeal.id, report="已核实场地，配合完成线路迁改。", by=helper, at=b.ANSWERED)
    other = next(a for a in appeal.supports if a.unit.name == "沣西新城")
    closing.excuse_support(appeal.id, assignment_id=other.id, reason="与该单位无关", by=office, at=b.APPROVED)
    closing.approve(appeal.id, by=office, at=b.APPROVED)
    appeal = b.the(appeal.number)
    assert appeal.state == "completed"
    assert [a.void for a in appeal.assignments] == [False, False, True]
    assert lists.find(appeal.number, b.staff("liaison", "沣西新城")) is None


def test_sent_back_the_limit_stands_and_a_new_version_is_written(office, worker, head):
    appeal = b.replied(office, worker, head)
    due = appeal.lead.due_at
    closing.send_back(appeal.id, reason="没有回答第二点", by=office, at=at("2026-11-27 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.lead.replied_at, appeal.lead.due_at) == ("in_hand", None, due)
    handling.draft(appeal.id, draft=b.words(), by=worker, at=at("2026-11-30 10:00"))
    handling.sign(appeal.id, by=head, at=at("2026-11-30 10:00"))
    assert [r.version for r in b.the(appeal.number).lead.replies] == [1, 2]


def test_days_the_office_loses_are_given_to_the_unit(office, worker, head):
    appeal = b.replied(office, worker, head, when=at("2026-11-26 10:00"))
    assert (appeal.approve_due_at, appeal.lead.due_at) == (at("2026-11-27 18:00"), at("2026-12-04 18:00"))
    closing.send_back(appeal.id, reason="不具体", by=office, at=at("2026-12-01 10:00"))
    appeal = b.the(appeal.number)
    assert appeal.lead.due_at == at("2026-12-08 18:00")  # Monday and Tuesday
    assert appeal.due_at == at("2026-12-07 18:00")  # the promise does not move
    from appeals.db import session

    assert [m.reason for m in session().query(DueMove)] == ["office"]


def test_nobody_approves_what_he_drafted_or_signed(house):
    office, worker, head = b.staff("coordinator"), b.staff("liaison"), b.staff("head")
    appeal = b.replied(office, worker, head)
    for person in (worker, head):
        twin = replace(office, user_id=person.user_id)
        with pytest.raises(NotAllowed):
            closing.approve(appeal.id, by=twin, at=b.APPROVED)


def test_of_the_offices_own_answer_the_recusal_post_decides(house):
    office, recusal = b.staff("coordinator"), b.staff("recusal")
    worker, head = b.staff("liaison", b.OFFICE), b.staff("head", b.OFFICE)
    appeal = b.replied(office, worker, head, lead=b.OFFICE)
    for by in (office, b.staff("director"), b.staff("leader")):
        with pytest.raises(NotYours):
            closing.approve(appeal.id, by=by, at=b.APPROVED)
    assert lists.find(appeal.number, recusal) is not None
    closing.approve(appeal.id, by=recusal, at=b.APPROVED)
    assert b.the(appeal.number).state == "completed"


def test_the_recusal_post_decides_nothing_else(house):
    office, recusal = b.staff("coordinator"), b.staff("recusal")
    appeal = b.replied(office, b.staff("liaison"), b.staff("head"))
    assert lists.find(appeal.number, recusal) is None
    with pytest.raises(NotYours):
        closing.approve(appeal.id, by=recusal, at=b.APPROVED)


# -- endings by two signatures ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("outcome", "completed_at"), [("legal", None), ("untrue", b.at("2026-11-27 15:00"))])
def test_a_legal_route_or_untrue_needs_two_people_and_ends(house, outcome, completed_at):
    office, director = b.staff("coordinator"), b.staff("director")
    appeal = b.replied(office, b.staff("liaison"), b.staff("head"), draft=b.words(outcome=outcome))
    with pytest.raises(NotAllowed):
        closing.approve(appeal.id, by=office, at=b.APPROVED)
    with pytest.raises(NotAllowed):
        ending.end(appeal.id, by=director, at=b.APPROVED)
    with pytest.raises(Refused):
        ending.endorse(appeal.id, heard=" ", by=office, at=b.APPROVED)
    ending.endorse(appeal.id, heard="电话听取企业意见，企业无异议", by=office, at=b.APPROVED)
    with pytest.raises(NotYours):
        ending.end(appeal.id, by=b.staff("coordinator"), at=b.APPROVED)
    with pytest.raises(NotAllowed):
        ending.end(appeal.id, by=replace(director, user_id=office.user_id), at=b.APPROVED)
    ending.end(appeal.id, by=director, at=at("2026-11-27 15:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.exclusion, appeal.outcome) == ("ended", outcome, outcome)
    assert appeal.excluded_at == at("2026-11-27 15:00")
    assert appeal.completed_at == completed_at


def test_of_the_office_itself_a_leader_signs_second(house):
    office, recusal, leader = b.staff("coordinator"), b.staff("recusal"), b.staff("leader")
    appeal = b.replied(office, b.staff("liaison", b.OFFICE), b.staff("head", b.OFFICE), lead=b.OFFICE,
                       draft=b.words(outcome="legal"))  # fmt: skip
    ending.endorse(appeal.id, heard="企业同意走诉讼程序", by=recusal, at=b.APPROVED)
    with pytest.raises(NotYours):
        ending.end(appeal.id, by=b.staff("director"), at=b.APPROVED)
    ending.end(appeal.id, by=leader, at=b.APPROVED)
    assert b.the(appeal.number).state == "ended"


# -- calling back and lapsing --------------------------------------------------------------------------------------


def test_an_unrated_appeal_lapses_only_after_the_calls_were_made(office, worker, head):
    appeal = b.completed(office, worker, head, when=at("2026-11-27 10:00"))
    b.tick(at("2026-12-07 09:00"))
    assert b.the(appeal.number).state == "completed"  # the window is over, nobody has called
    closing.call_back(appeal.id, reached=True, note="表示满意，不愿评价", by=office, at=at("2026-12-07 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.struck_off_at) == ("struck_off", at("2026-12-07 10:00"))


def test_reached_within_the_window_it_lapses_when_the_window_ends(office, worker, head):
    appeal = b.completed(office, worker, head, when=at("2026-11-27 10:00"))
    with pytest.raises(NotAllowed):
        closing.call_back(appeal.id, reached=True, note="", by=office, at=at("2026-11-30 10:00"))
    closing.call_back(appeal.id, reached=True, note="", by=office, at=at("2026-12-01 10:00"))
    assert b.the(appeal.number).state == "completed"
    b.tick(at("2026-12-09 08:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.struck_off_at) == ("struck_off", at("2026-12-04 18:00"))


def test_three_attempts_count_only_in_different_half_days(office, worker, head):
    appeal = b.completed(office, worker, head, when=at("2026-11-27 10:00"))
    for when in ("2026-12-01 09:00", "2026-12-01 11:59", "2026-12-01 12:00"):
        closing.call_back(appeal.id, reached=False, note="", by=office, at=at(when))
        assert b.the(appeal.number).calls_done_at is None
    closing.call_back(appeal.id, reached=False, note="", by=office, at=at("2026-12-02 09:00"))
    assert b.the(appeal.number).calls_done_at == at("2026-12-02 09:00")


def test_a_rating_by_telephone_needs_the_call_and_is_marked(office, worker, head):
    appeal = b.completed(office, worker, head)
    answer = ratings.Answer(contacted=True, solved="yes", level=4)
    with pytest.raises(Refused):
        closing.call_back(appeal.id, reached=False, note="", answer=answer, by=office, at=at("2026-12-01 10:00"))
    closing.call_back(appeal.id, reached=True, note="企业口述", answer=answer, by=office, at=at("2026-12-01 10:00"))
    appeal = b.the(appeal.number)
    rating = ratings.first_rating(appeal)
    assert (appeal.state, rating.source, rating.level) == ("struck_off", "CALL", 4)
    assert [p.event.kind for p in lists.history(appeal)][-2:] == ["call_back", "rate_good"]


# -- withdrawal ------------------------------------------------------------------------------------------------------


def test_a_withdrawal_is_confirmed_by_the_office_and_counts_from_the_request(office, worker):
    appeal = b.in_hand(office, worker)
    with pytest.raises(NotAllowed):
        closing.confirm_withdrawal(appeal.id, note="", by=office, at=b.TAKEN)
    intake.ask_withdrawal(appeal.id, at=at("2026-11-24 10:00"))
    assert b.the(appeal.number).withdrawal_due_at == at("2026-11-26 18:00")
    with pytest.raises(NotYours):
        closing.confirm_withdrawal(appeal.id, note="企业确认", by=worker, at=at("2026-11-25 10:00"))
    closing.confirm_withdrawal(appeal.id, note="企业确认", by=office, at=at("2026-11-25 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.exclusion) == ("ended", "withdrawn")
    assert appeal.excluded_at == at("2026-11-24 10:00")
    assert [a.active for a in appeal.assignments] == [False]


def test_a_company_that_does_not_want_to_withdraw_goes_on(office, worker):
    appeal = b.in_hand(office, worker)
    intake.ask_withdrawal(appeal.id, at=b.TAKEN)
    closing.refuse_withdrawal(appeal.id, note="企业要求继续", by=office, at=b.TAKEN)
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.withdrawal_asked_at, appeal.exclusion) == ("in_hand", None, None)
