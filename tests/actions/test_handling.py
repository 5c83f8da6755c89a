"""A unit handles an appeal: acknowledge, contact, plan, draft, sign, support (policy §3)."""

from datetime import date

import pytest
from flask import Flask

from appeals.actions import contacts, handling, limits
from appeals.actions.limits import Stale
from appeals.actions.refusals import Refused
from appeals.models import lists, queues
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


def kinds(appeal) -> list[str]:
    return [p.event.kind for p in lists.history(appeal)]


# -- taking it up ------------------------------------------------------------------------------------------


def test_taking_it_up_starts_contact_and_plan(office, worker):
    lead = b.in_hand(office, worker, when=at("2026-11-23 14:00")).lead
    assert lead.acknowledged_at == at("2026-11-23 14:00")
    assert lead.contact_due_at == at("2026-11-24 18:00")
    assert lead.plan_due_at == at("2026-11-26 18:00")
    assert lead.handler_id == worker.user_id
    assert lead.next_due_at == at("2026-11-24 18:00")


def test_of_a_question_the_answer_is_the_contact(office, worker, head):
    appeal = b.in_hand(office, worker, nature="consultation")
    assert (appeal.lead.contact_due_at, appeal.lead.plan_due_at) == (None, None)
    handling.draft(appeal.id, draft=b.words(), by=worker, at=at("2026-11-24 10:00"))
    handling.sign(appeal.id, by=head, at=at("2026-11-24 11:00"))
    assert b.the(appeal.number).lead.contacted_at == at("2026-11-24 11:00")


def test_the_head_names_a_handler_of_his_own_unit_only(office, worker, head):
    appeal = b.dispatched(office)
    stranger = b.staff("liaison", b.SUPPORT)
    with pytest.raises(Refused):
        handling.acknowledge(appeal.id, handler_id=stranger.user_id, by=head, at=b.TAKEN)
    handling.acknowledge(appeal.id, handler_id=worker.user_id, by=head, at=b.TAKEN)
    assert b.the(appeal.number).lead.handler_id == worker.user_id
    handling.name_handler(appeal.id, handler_id=head.user_id, by=head, at=b.TAKEN)
    assert b.the(appeal.number).lead.handler_id == head.user_id
    with pytest.raises(NotYours):
        handling.name_handler(appeal.id, handler_id=worker.user_id, by=worker, at=b.TAKEN)


def test_another_unit_can_do_nothing(office, worker):
    appeal = b.in_hand(office, worker)
    stranger = b.staff("liaison", b.SUPPORT)
    for deed in (
        lambda: handling.acknowledge(appeal.id, by=stranger, at=b.TAKEN),
        lambda: handling.draft(appeal.id, draft=b.words(), by=stranger, at=b.TAKEN),
        lambda: handling.log_contact(appeal.id, channel="phone", note="试探", by=stranger, at=b.TAKEN),
        lambda: contacts.reveal(appeal.id, reason="好奇", by=stranger, at=b.TAKEN),
    ):
        with pytest.raises((NotYours, NotAllowed)):
            deed()
    assert kinds(b.the(appeal.number))[-1] == "acknowledge"


def test_not_taken_up_in_time_it_is_deemed_taken_up_at_the_limit_and_counts_as_late(office, worker):
    appeal = b.dispatched(office, when=at("2026-11-23 11:00"))
    b.tick(at("2026-11-24 18:00"))  # 18:00:00 is in time: nothing runs out before that second is over
    assert b.the(appeal.number).state == "dispatched"
    b.tick(at("2026-11-24 18:00:01"))
    appeal = b.the(appeal.number)
    assert appeal.state == "in_hand"
    lead = appeal.lead
    assert (lead.acknowledged_at, lead.limit_runs_from_at) == (None, at("2026-11-24 18:00"))
    assert lead.contact_due_at == at("2026-11-25 18:00")
    assert lead.plan_due_at == at("2026-11-27 18:00")
    assert (lead.deemed, lead.stage) == (True, "open")
    handling.acknowledge(appeal.id, by=worker, at=at("2026-11-25 09:00"))
    lead = b.the(appeal.number).lead
    assert lead.acknowledged_at == at("2026-11-25 09:00")
    assert lead.contact_due_at == at("2026-11-25 18:00")  # it runs on from the limit


def test_a_late_scheduler_changes_nothing(office):
    early, late, twice = (b.dispatched(office) for _ in range(3))
    with limits.opened(early.id, at=at("2026-11-24 18:00:01")):
        pass
    for _ in range(2):
        with limits.opened(twice.id, at=at("2026-11-24 18:00:01")):
            pass
    b.tick(at("2026-12-01 10:00"))
    rows = []
    for appeal in map(b.the, (early.number, late.number, twice.number)):
        lead, event = appeal.lead, lists.history(appeal)[-1].event
        rows.append((appeal.state, appeal.state_at, lead.limit_runs_from_at, lead.contact_due_at, event.kind, event.at))
    assert rows[0] == rows[1] == rows[2]
    assert rows[0][-1] == at("2026-11-24 18:00")


def test_a_deed_first_applies_what_is_due(office, worker):
    appeal = b.dispatched(office)
    handling.acknowledge(appeal.id, by=worker, at=at("2026-11-25 09:00"))
    assert kinds(b.the(appeal.number))[-2:] == ["deem_acknowledged", "acknowledge"]


# -- contact -------------------------------------------------------------------------------------------------


def test_the_first_conversation_is_the_first_contact(office, worker):
    appeal = b.in_hand(office, worker)
    for hour in (15, 16):
        handling.log_contact(appeal.id, channel="phone", note="通话", by=worker, at=at(f"2026-11-23 {hour}:00"))
    assert b.the(appeal.number).lead.contacted_at == at("2026-11-23 15:00")


def test_where_the_company_hides_its_contact_only_the_platform_is_left(office, worker, head):
    appeal = b.in_hand(office, worker, hide_contact=True)
    with pytest.raises(Refused):
        handling.log_contact(appeal.id, channel="phone", note="通话", by=worker, at=b.TAKEN)
    for by in (worker, head):
        with pytest.raises(Refused):
            contacts.reveal(appeal.id, reason="联系企业", by=by, at=b.TAKEN)
    handling.log_contact(appeal.id, channel="platform", note="请问何时方便查看", by=worker, at=b.TAKEN)
    assert b.the(appeal.number).lead.contacted_at == b.TAKEN
    assert contacts.reveal(appeal.id, reason="回访", by=office, at=b.TAKEN).mobile == "13800138000"


def test_looking_at_a_contact_leaves_a_trace_and_makes_no_page_stale(office, worker):
    appeal = b.in_hand(office, worker)
    seen = appeal.version
    found = contacts.reveal(appeal.id, reason="联系企业", by=worker, at=b.TAKEN)
    assert (found.name, found.mobile) == ("张三", "13800138000")
    event = lists.history(b.the(appeal.number))[-1].event
    assert (event.kind, event.user_id, event.detail) == ("reveal", worker.user_id, {"reason": "联系企业"})
    handling.log_contact(appeal.id, channel="phone", note="已联系", by=worker, at=b.TAKEN, seen=seen)
    with pytest.raises(Refused):
        contacts.reveal(appeal.id, reason=" ", by=worker, at=b.TAKEN)
    for role in ("leader", "admin", "audit"):
        with pytest.raises(NotYours):
            contacts.reveal(appeal.id, reason="看看", by=b.staff(role), at=b.TAKEN)


# -- the reply -------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_as_far_as_it_is(office, worker):
    appeal = b.in_hand(office, worker)
    half = b.words(answers=["已现场查勘，等待更换线路。"], outcome="", basis="", contacted_on=None)
    handling.draft(appeal.id, draft=half, by=worker, at=b.TAKEN)
    lead = b.the(appeal.number).lead
    assert lead.draft.answers == ["已现场查勘，等待更换线路。"]
    assert lead.stage == "open"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"answers": [b.ANSWER]}, "answer_2"),
        ({"answers": [b.ANSWER, "已办结"]}, "answer_2"),
        ({"answers": [b.ANSWER, "​​"]}, "answer_2"),
        ({"outcome": ""}, "outcome"),
        ({"basis": " "}, "basis"),
        ({"contacted_on": None}, "contacted_on"),
        ({"contacted_on": date(2026, 11, 25)}, "contacted_on"),
        ({"contacted_on": date(2026, 11, 22)}, "contacted_on"),
    ],
)
def test_nothing_empty_is_offered_or_signed(house, change, field):
    office, worker, head = b.staff("coordinator"), b.staff("liaison"), b.staff("head")
    appeal, when = b.in_hand(office, worker), at("2026-11-24 10:00")
    draft = b.words(**change)
    with pytest.raises(Refused) as refused:
        handling.draft(appeal.id, draft=draft, offered=True, by=worker, at=when)
    assert set(refused.value.errors) == {field}
    handling.draft(appeal.id, draft=draft, by=worker, at=when)
    with pytest.raises(Refused):
        handling.sign(appeal.id, by=head, at=when)
    assert b.the(appeal.number).state == "in_hand"


def test_only_the_head_signs_and_what_he_signed_goes_to_the_office(office, worker, head):
    appeal = b.in_hand(office, worker)
    handling.draft(appeal.id, draft=b.words(), offered=True, by=worker, at=b.ANSWERED)
    assert b.the(appeal.number).lead.stage == "to_sign"
    with pytest.raises(NotYours):
        handling.sign(appeal.id, by=worker, at=b.ANSWERED)
    handling.sign(appeal.id, by=head, at=b.ANSWERED)
    appeal = b.the(appeal.number)
    reply = appeal.lead.submitted
    assert (appeal.state, appeal.lead.replied_at) == ("replied", b.ANSWERED)
    assert (reply.drafted_by_id, reply.signed_by_id) == (worker.user_id, head.user_id)
    assert appeal.approve_due_at == at("2026-11-27 18:00")


def test_the_head_signs_what_he_read(office, worker, head):
    appeal = b.in_hand(office, worker)
    handling.draft(appeal.id, draft=b.words(), offered=True, by=worker, at=b.ANSWERED)
    seen = b.the(appeal.number).version
    handling.draft(appeal.id, draft=b.words(outcome="partly"), by=worker, at=b.ANSWERED)
    with pytest.raises(Stale):
        handling.sign(appeal.id, by=head, at=b.ANSWERED, seen=seen)


def test_a_support_reports_and_is_done(office, worker):
    appeal = b.dispatched(office, supports=(b.SUPPORT,))
    helper = b.staff("liaison", b.SUPPORT)
    handling.acknowledge(appeal.id, by=helper, at=b.TAKEN)
    assert b.the(appeal.number).state == "dispatched"  # the lead has not taken it up
    with pytest.raises(Refused):
        handling.report_support(appeal.id, report="已收到", by=helper, at=b.TAKEN)
    handling.report_support(appeal.id, report="已核实场地，配合完成线路迁改。", by=helper, at=b.TAKEN)
    support = b.the(appeal.number).supports[0]
    assert (support.replied_at, support.active, support.stage) == (b.TAKEN, False, "done")


# -- the queue ---------------------------------------------------------------------------------------------------


def test_the_queue_is_ordered_by_what_is_due_next(office, worker):
    later = b.dispatched(office)
    first = b.dispatched(office, nature="consultation", filed_at=at("2026-11-20 09:00"), accepted_at=at("2026-11-20 10:00"),
                         when=at("2026-11-20 11:00"))  # fmt: skip
    taken = b.in_hand(office, worker)
    found = queues.page("todo", worker)
    assert [t.appeal.number for t in found] == [first.number, later.number, taken.number]
    assert [t.next_step for t in found] == ["签收", "签收", "首次联系"]
    assert queues.counts(worker)["new"] == "2"


def test_pages_follow_one_another_without_gap_or_repetition(office, worker):
    numbers = {b.dispatched(office).number for _ in range(7)}
    got, after = [], None
    while found := queues.page("todo", worker, after, limit=3):
        got += [t.appeal.number for t in found[:3]]
        after = queues.Key(found[:3][-1].next_due_at, found[:3][-1].id)
    assert len(got) == 7
    assert set(got) == numbers


def test_a_head_sees_his_whole_tree_and_a_child_only_itself(office):
    parent, child = "发展改革和商务局", "发展改革和商务局（自贸办）"
    own, below = b.dispatched(office, lead=parent), b.dispatched(office, lead=child)
    assert {t.appeal_id for t in queues.page("todo", b.staff("head", parent))} == {own.id, below.id}
    assert {t.appeal_id for t in queues.page("todo", b.staff("head", child))} == {below.id}
