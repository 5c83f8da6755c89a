"""Whom a complaint is about: he does not see it, touch it or sign it, and somebody else always can (policy §2)."""

from datetime import date

import pytest
from sqlalchemy import select

from appeals.actions import (
    accused,
    closing,
    conferences,
    deputies,
    ending,
    handling,
    merging,
    reopening,
    returns,
    second_level,
    supports,
    triage,
)
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import addressees, lists, live, piles, queues, search
from appeals.models.assignment import Assignment
from appeals.models.audit import Event
from appeals.models.outbox import Notice
from appeals.models.people import User
from appeals.rules.actors import Relation
from appeals.rules.lifecycle import Move, NotAllowed, NotYours
from appeals.rules.words import Part
from tests import builders as b

pytestmark = pytest.mark.usefixtures("house")
PARENT, CHILD, OTHER = "发展改革和商务局", "发展改革和商务局（自贸办）", "沣西新城"
LATER = b.at("2026-11-24 10:00")


@pytest.fixture
def office(house):
    return b.staff("coordinator")


@pytest.fixture
def head(house):
    return b.staff("head")


@pytest.fixture
def worker(house):
    return b.staff("liaison")


def order(lead=b.UNIT, *helping, **changes):
    plain = {"section": None, "task": 63, "lead_unit_id": b.unit_id(lead), "support_unit_ids": [b.unit_id(s) for s in helping]}
    return triage.Order(**(plain | changes))


def named(office, person, lead=b.UNIT, **changes):
    """A complaint that names a person, at the unit."""
    appeal = b.accepted(office, nature="complaint", **changes)
    said = order(lead, conduct=False, about_unit_id=b.unit_id(lead), about_person_id=person.user_id)
    triage.dispatch(appeal.id, order=said, by=office, at=b.DISPATCHED)
    return b.the(appeal.number)


def correct(appeal, by, when=LATER, **changes):
    plain = {"conduct": False, "about_unit_id": appeal.about_unit_id, "about_person_id": appeal.about_person_id}
    accused.correct(appeal.id, **(plain | {"reason": "企业来电指明"} | changes), by=by, at=when)
    return b.the(appeal.number)


# -- a matter complaint that names somebody ---------------------------------------------------------------


def test_the_unit_has_it_and_the_person_named_does_not_know(office, head, worker):
    appeal = named(office, worker)
    other = b.staff("liaison")
    assert lists.find(appeal.number, worker) is None
    assert lists.find(appeal.number, other) is not None
    assert lists.find(appeal.number, head) is not None
    assert [a.appeal_id for a in queues.page("todo", worker)] == []
    assert [a.appeal_id for a in queues.page("todo", other)] == [appeal.id]
    assert (queues.counts(worker)["new"], queues.counts(other)["new"]) == ("0", "1")
    assert (search.find("厂区频繁停电", worker), len(search.find("厂区频繁停电", other))) == ([], 1)
    assert live.hidden_from(worker) == {appeal.number}
    assert live.hidden_from(other) == frozenset()


def test_the_person_named_makes_no_move_on_it(office, worker, head):
    appeal = named(office, worker)
    assert appeal.relation(worker) is Relation.ACCUSED
    with pytest.raises(NotYours):
        handling.acknowledge(appeal.id, by=worker, at=b.TAKEN)


def test_the_person_named_is_nobodys_handler(office, worker, head):
    appeal = named(office, worker)
    other = b.staff("liaison")
    for deed in (handling.acknowledge, handling.name_handler):
        with pytest.raises(Refused) as refused:
            deed(appeal.id, handler_id=worker.user_id, by=head, at=b.TAKEN)
        assert "handler" in refused.value.errors
    handling.acknowledge(appeal.id, handler_id=other.user_id, by=head, at=b.TAKEN)
    assert b.the(appeal.number).lead.handler_id == other.user_id


def test_a_head_who_is_named_is_not_in_charge_and_does_not_sign(office, head, worker):
    second = b.staff("head")
    appeal = named(office, head)
    assert appeal.lead.head_id == second.user_id
    handling.acknowledge(appeal.id, by=worker, at=b.TAKEN)
    handling.draft(appeal.id, draft=b.words(), by=worker, at=b.TAKEN)
    with pytest.raises(NotYours):
        handling.sign(appeal.id, by=head, at=b.ANSWERED)
    handling.sign(appeal.id, by=second, at=b.ANSWERED)
    assert b.the(appeal.number).state == "replied"


def test_where_he_is_the_only_head_the_one_above_signs(office, worker):
    child_head, above = b.staff("head", CHILD), b.staff("head", PARENT)
    child = b.staff("liaison", CHILD)
    appeal = named(office, child_head, CHILD)
    assert appeal.lead.head_id == above.user_id
    handling.acknowledge(appeal.id, by=child, at=b.TAKEN)
    handling.draft(appeal.id, draft=b.words(), by=child, at=b.TAKEN)
    handling.sign(appeal.id, by=above, at=b.ANSWERED)
    assert b.the(appeal.number).state == "replied"


def test_where_nobody_else_can_sign_it_is_not_dispatched_until_there_is_a_deputy(office, head, worker):
    with pytest.raises(Refused) as refused:
        named(office, head)
    assert "代行负责人" in refused.value.errors["about_person"]
    deputies.enter(head_id=head.user_id, deputy_id=worker.user_id, from_on=date(2026, 11, 23), to_on=date(2026, 12, 31),
                   by=b.staff("admin"), at=b.FILED)  # fmt: skip
    appeal = named(office, head)
    acting = deputy_of(worker)
    handling.acknowledge(appeal.id, by=acting, at=b.TAKEN)
    handling.draft(appeal.id, draft=b.words(), by=acting, at=b.TAKEN)
    handling.sign(appeal.id, by=acting, at=b.ANSWERED)
    assert b.the(appeal.number).state == "replied"


def deputy_of(worker):
    return b.actor(session().get_one(User, worker.user_id).login, b.TAKEN)


def test_the_deputy_who_is_named_himself_is_no_way_out(office, head, worker):
    deputies.enter(head_id=head.user_id, deputy_id=worker.user_id, from_on=date(2026, 11, 23), to_on=date(2026, 12, 31),
                   by=b.staff("admin"), at=b.FILED)  # fmt: skip
    appeal = named(office, worker)  # the head can sign
    assert appeal.relation(deputy_of(worker)) is Relation.ACCUSED


def test_notices_pass_the_person_named_by(office, head, worker):
    other = b.staff("liaison")
    appeal = named(office, worker)
    note = session().scalars(select(Notice).where(Notice.appeal_id == appeal.id, Notice.to_role == "liaison")).one()
    assert [user.id for user in addressees.of(note, b.TAKEN.date())] == [other.user_id]


def test_a_notice_for_the_head_reaches_his_deputy(office, head, worker):
    deputies.enter(head_id=head.user_id, deputy_id=worker.user_id, from_on=date(2026, 11, 23), to_on=date(2026, 12, 31),
                   by=b.staff("admin"), at=b.FILED)  # fmt: skip
    appeal = b.in_hand(office, worker)
    handling.draft(appeal.id, draft=b.words(), offered=True, by=worker, at=b.ANSWERED)
    note = session().scalars(select(Notice).where(Notice.appeal_id == appeal.id, Notice.to_role == "head")).one()
    assert {user.id for user in addressees.of(note, b.TAKEN.date())} == {head.user_id, worker.user_id}


def test_named_later_he_loses_it_at_once(office, head, worker):
    appeal = b.in_hand(office, worker)
    assert appeal.lead.handler_id == worker.user_id
    appeal = correct(appeal, office, about_person_id=worker.user_id)
    assert appeal.lead.handler_id is None
    assert lists.find(appeal.number, worker) is None
    with pytest.raises(NotYours):
        handling.make_plan(appeal.id, plan="先查勘，再增容", by=worker, at=LATER)
    event = session().scalars(select(Event).where(Event.kind == Move.CORRECT_ACCUSED.value)).one()
    assert event.detail["person"] is True
    assert event.detail["reason"] == "企业来电指明"


def test_what_names_somebody_is_not_merged_into_what_he_handles(office, head, worker):
    other, appeal = b.in_hand(office, worker), named(office, worker)
    with pytest.raises(Refused) as refused:
        merging.propose(appeal.id, into=other.number, reason="同一事项", by=office, at=LATER)
    assert "同一人" in refused.value.errors["into"]


def test_reopened_it_is_still_hidden_from_him(office, worker):
    head = b.staff("head")
    appeal = named(office, worker)
    handling.acknowledge(appeal.id, by=head, at=b.TAKEN)
    handling.draft(appeal.id, draft=b.words(), by=head, at=b.ANSWERED)
    handling.sign(appeal.id, by=head, at=b.ANSWERED)
    closing.approve(appeal.id, by=office, at=b.APPROVED)
    b.rated(b.the(appeal.number), 5, b.at("2026-11-27 11:00"))
    again = reopening.reopen(appeal.id, words="又停电了", reason="recurrence", at=b.at("2026-12-03 10:00"))
    assert again.about_person_id == worker.user_id
    assert lists.find(again.number, worker) is None


def test_only_the_office_says_who_is_complained_of_and_why(office, head, worker):
    appeal = b.in_hand(office, worker)
    for by in (worker, head, b.staff("director"), b.staff("leader"), b.staff("recusal")):
        with pytest.raises(NotYours):
            correct(appeal, by, about_person_id=head.user_id)
    with pytest.raises(Refused):
        correct(appeal, office, about_person_id=worker.user_id, reason="\u200b ")
    with pytest.raises(Refused):
        correct(appeal, office)
    with pytest.raises(Refused):
        correct(appeal, office, about_person_id=999_999)


def test_a_name_is_found_by_login_and_two_of_one_name_are_asked_apart(office, worker):
    login = session().get_one(User, worker.user_id).login
    assert accused.named(login) == worker.user_id
    assert accused.named("  ") is None
    session().get_one(User, worker.user_id).name = session().get_one(User, office.user_id).name = "王某某"
    session().commit()
    for name in ("王某某", "没有这个人"):
        with pytest.raises(Refused):
            accused.named(name)


# -- conduct: no road leads to the accused unit -----------------------------------------------------------


def test_no_road_leads_a_conduct_complaint_to_the_accused_unit(office, house):
    appeal = b.accepted(office, nature="complaint", conduct=True, about_unit=CHILD)
    for wrong in (order(CHILD), order(PARENT, CHILD), order(OTHER), order(OTHER, CHILD)):
        with pytest.raises(Refused):
            triage.dispatch(appeal.id, order=wrong, by=office, at=b.DISPATCHED)
    triage.dispatch(appeal.id, order=order(PARENT), by=office, at=b.DISPATCHED)
    above, director = b.staff("head", PARENT), b.staff("director")
    handling.acknowledge(appeal.id, by=above, at=b.TAKEN)
    with pytest.raises((Refused, NotAllowed)):
        supports.add(appeal.id, unit_id=b.unit_id(CHILD), reason="请其说明", by=office, at=LATER)
    with pytest.raises((Refused, NotAllowed)):
        second_level.hand_on(appeal.id, unit_id=b.unit_id(CHILD), task="请其说明", by=above, at=LATER)
    conferences.call(appeal.id, reason="几家单位都有职责", by=office, at=LATER)
    for lead, helping in ((CHILD, ()), (PARENT, (CHILD,)), (OTHER, ())):
        with pytest.raises((Refused, NotAllowed)):
            conferences.settle(appeal.id, lead_unit_id=b.unit_id(lead), support_unit_ids=[b.unit_id(s) for s in helping],
                               answer="会商确定", by=director, at=LATER)  # fmt: skip
    appeal = b.the(appeal.number)
    assert {a.unit.name for a in appeal.assignments} == {PARENT}


@pytest.mark.parametrize("part", Part)
def test_whatever_part_the_door_itself_refuses_the_accused_and_those_below(office, part):
    appeal = b.accepted(office, nature="complaint", conduct=True, about_unit=PARENT)
    for unit in (PARENT, CHILD):
        task = Assignment(unit_id=b.unit_id(unit), part=part.value, dispatched_at=b.DISPATCHED, ack_due_at=b.TAKEN,
                          due_at=b.TAKEN, original_due_at=b.TAKEN)  # fmt: skip
        with pytest.raises(NotAllowed, match="被反映"):
            appeal.assignments.append(task)


def test_sent_back_by_the_parent_it_still_goes_nowhere_else(office):
    appeal = b.accepted(office, nature="complaint", conduct=True, about_unit=CHILD)
    triage.dispatch(appeal.id, order=order(PARENT), by=office, at=b.DISPATCHED)
    above = b.staff("head", PARENT)
    returns.ask(appeal.id, reason_code="function", basis="三定规定", reason="", unit_id=b.unit_id(OTHER), by=above, at=b.TAKEN)
    returns.uphold(appeal.id, fault="office", answer="重新确定", by=office, at=LATER)
    for wrong in (order(CHILD), order(OTHER)):
        with pytest.raises(Refused):
            triage.dispatch(appeal.id, order=wrong, by=office, at=LATER)


def test_it_cannot_be_set_at_a_unit_that_has_it(office, worker, head):
    appeal = b.in_hand(office, worker)
    with pytest.raises(NotAllowed, match="正在承办"):
        correct(appeal, office, conduct=True, about_unit_id=b.unit_id(b.UNIT))
    with pytest.raises(NotAllowed, match="上级"):
        correct(appeal, office, conduct=True, about_unit_id=b.unit_id(CHILD))
    assert b.the(appeal.number).conduct is False


def test_set_after_acceptance_it_vanishes_from_the_accused_and_their_notices(office):
    appeal = b.accepted(office, nature="complaint")
    correct(appeal, office, conduct=True, about_unit_id=b.unit_id(CHILD))
    triage.dispatch(appeal.id, order=order(PARENT), by=office, at=LATER)
    appeal, child = b.the(appeal.number), b.staff("head", CHILD)
    assert appeal.relation(child) is Relation.ACCUSED
    told = session().scalars(select(Notice.to_unit_id).where(Notice.appeal_id == appeal.id)).all()
    assert b.unit_id(CHILD) not in told


# -- the office's own bureau ------------------------------------------------------------------------------


def test_the_office_does_not_talk_itself_out_of_a_complaint(office):
    appeal = b.accepted(office, nature="complaint", about_unit=b.OFFICE)
    for other in (None, b.unit_id(b.UNIT)):
        with pytest.raises(Refused) as refused:
            triage.dispatch(appeal.id, order=order(conduct=False, about_unit_id=other), by=office, at=b.DISPATCHED)
        assert "回避" in refused.value.errors["about_unit"]
    with pytest.raises(NotYours):
        correct(appeal, office, about_unit_id=None)
    recusal = b.staff("recusal")
    appeal = correct(appeal, recusal, about_unit_id=b.unit_id(b.UNIT))
    assert not appeal.concerns_office


def test_an_office_persons_doings_are_the_recusal_posts(office, worker, head):
    director, recusal = b.staff("director"), b.staff("recusal")
    appeal = named(office, director)
    assert appeal.concerns_office
    assert lists.find(appeal.number, recusal) is not None
    assert lists.find(appeal.number, director) is None
    assert [a.id for a in piles.page(piles.PILES["replied"], recusal, LATER)] == []
    assert not appeal.may(Move.SEND_PAPER, office)
    assert appeal.may(Move.SEND_PAPER, recusal)


def test_accused_late_the_first_signature_of_the_office_is_void(office, worker, head):
    appeal = b.replied(office, worker, head, draft=b.words(outcome="untrue"))
    ending.endorse(appeal.id, heard="已听取企业意见", by=office, at=b.APPROVED)
    director, leader, recusal = b.staff("director"), b.staff("leader"), b.staff("recusal")
    appeal = correct(appeal, office, b.APPROVED, about_unit_id=b.unit_id(b.OFFICE))
    assert appeal.lead.submitted.endorsed_at is None
    for by in (director, leader):
        with pytest.raises((NotAllowed, NotYours)):
            ending.end(appeal.id, by=by, at=b.APPROVED)
    ending.endorse(appeal.id, heard="已听取企业意见", by=recusal, at=b.APPROVED)
    ending.end(appeal.id, by=leader, at=b.APPROVED)
    assert b.the(appeal.number).state == "ended"
