"""Second level: inside the lead's tree, inside the lead's limit, in no figure (policy §5 二级分办).

Taken up on Monday 2026-11-23 14:00; the lead's limit is Friday 2026-12-04 18:00, so a second level has until
Thursday 2026-12-03 18:00, and it must be handed on by Tuesday 18:00.
"""

from dataclasses import replace

import pytest
from flask import Flask

from appeals.actions import closing, conferences, handling, returns, second_level
from appeals.actions.refusals import Refused
from appeals.models import facts as rows
from appeals.models import lists, queues
from appeals.rules import stock
from appeals.rules.lifecycle import NotAllowed, NotYours
from tests import builders as b
from tests.actions.test_returns import OTHER, PROMISE, THIRD, ask, items
from tests.builders import at

PARENT, CHILD = "发展改革和商务局", "发展改革和商务局（自贸办）"
TASK, DONE = "请到企业现场核实用电负荷", "已到企业现场核实用电负荷，缺口为二百千伏安。"


@pytest.fixture
def office(house: Flask):
    return b.staff("coordinator")


@pytest.fixture
def head(office):
    return b.staff("head", PARENT)


@pytest.fixture
def worker(office):
    return b.staff("liaison", PARENT)


@pytest.fixture
def below(office):
    return b.staff("liaison", CHILD)


def hand_on(appeal, by, when: str = "2026-11-23 15:00", unit: str = CHILD):
    second_level.hand_on(appeal.id, unit_id=b.unit_id(unit), task=TASK, by=by, at=at(when))
    return b.the(appeal.number)


def handed_on(office, worker, head):
    return hand_on(b.in_hand(office, worker, lead=PARENT), head)


def test_the_unit_below_sees_it_as_its_own_and_has_one_day_less_than_the_lead(office, worker, head, below):
    appeal = b.in_hand(office, worker, lead=PARENT)
    assert lists.find(appeal.number, below) is None
    appeal = hand_on(appeal, head)
    sub = appeal.assignments[-1]
    assert (sub.part, sub.parent_id, sub.due_at, sub.ack_due_at) == (
        "sub", appeal.lead.id, at("2026-12-03 18:00"), at("2026-11-24 18:00"),
    )  # fmt: skip
    assert (appeal.lead.unit.name, appeal.lead.due_at, appeal.due_at) == (PARENT, at("2026-12-04 18:00"), PROMISE)
    assert lists.find(appeal.number, below) is not None
    assert [(t.part, t.stage, t.next_step) for t in queues.page("todo", below)] == [("sub", "new", "签收")]


def test_only_the_head_hands_on_and_only_inside_his_own_tree(office, worker, head, below):
    appeal = b.in_hand(office, worker, lead=PARENT)
    with pytest.raises(NotYours):
        hand_on(appeal, worker)
    with pytest.raises((NotAllowed, NotYours)):
        hand_on(appeal, b.staff("head", CHILD))
    for unit in (OTHER, PARENT):
        with pytest.raises(Refused):
            hand_on(appeal, head, unit=unit)
    with pytest.raises(Refused):
        second_level.hand_on(appeal.id, unit_id=b.unit_id(CHILD), task=" ", by=head, at=at("2026-11-23 15:00"))
    hand_on(appeal, head)
    with pytest.raises(Refused):
        hand_on(appeal, head, "2026-11-23 15:05")


def test_a_working_day_after_acknowledging_it_is_too_late(office, worker, head):
    appeal = b.in_hand(office, worker, lead=PARENT)
    with pytest.raises(NotAllowed):
        hand_on(appeal, head, "2026-11-24 18:00:01")
    hand_on(appeal, head, "2026-11-24 18:00")


def test_after_a_rejected_return_the_day_runs_from_the_decision(office, head):
    appeal = b.dispatched(office, lead=PARENT)
    ask(appeal, head, "2026-11-23 12:00")
    returns.reject(appeal.id, answer="属本单位职责", by=office, at=at("2026-11-24 17:00"))
    assert hand_on(appeal, head, "2026-11-25 18:00").assignments[-1].part == "sub"


def test_it_takes_it_up_and_reports_and_the_lead_answers(office, worker, head, below):
    appeal = handed_on(office, worker, head)
    handling.acknowledge(appeal.id, by=below, at=at("2026-11-24 09:00"))
    with pytest.raises(NotAllowed):  # it is inside the unit: it neither writes nor signs the answer
        handling.draft(appeal.id, draft=b.words(len(appeal.points)), by=below, at=at("2026-11-24 10:00"))
    second_level.report(appeal.id, report=DONE, by=below, at=at("2026-11-25 10:00"))
    sub = b.the(appeal.number).assignments[-1]
    assert (sub.acknowledged_at, sub.replied_at, sub.stage) == (at("2026-11-24 09:00"), at("2026-11-25 10:00"), "done")
    with pytest.raises(NotAllowed):
        second_level.report(appeal.id, report=DONE, by=below, at=at("2026-11-25 11:00"))
    handling.draft(appeal.id, draft=b.words(len(appeal.points)), by=worker, at=b.ANSWERED)
    handling.sign(appeal.id, by=head, at=b.ANSWERED)
    closing.approve(appeal.id, by=office, at=b.APPROVED)
    assert b.the(appeal.number).state == "completed"


def test_whoever_is_above_does_not_act_for_it(office, worker, head):
    appeal = handed_on(office, worker, head)
    with pytest.raises(NotAllowed):
        handling.acknowledge(appeal.id, by=head, at=at("2026-11-24 09:00"))
    with pytest.raises(NotAllowed):
        second_level.report(appeal.id, report=DONE, by=worker, at=at("2026-11-24 09:00"))


def test_taken_back_it_is_gone_for_the_unit_below(office, worker, head, below):
    appeal = handed_on(office, worker, head)
    sub = appeal.assignments[-1]
    with pytest.raises(Refused):
        second_level.take_back(appeal.id, assignment_id=sub.id, reason="", by=head, at=at("2026-11-24 10:00"))
    second_level.take_back(appeal.id, assignment_id=sub.id, reason="由本级直接办理", by=head, at=at("2026-11-24 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.assignments[-1].ended_why, appeal.assignments[-1].holds) == ("taken_back", False)
    assert lists.find(appeal.number, below) is None
    with pytest.raises(NotAllowed):
        second_level.take_back(appeal.id, assignment_id=sub.id, reason="由本级直接办理", by=head, at=at("2026-11-24 11:00"))


def test_figures_count_once_at_the_first_level(office, worker, head, below):
    appeal = handed_on(office, worker, head)
    handling.acknowledge(appeal.id, by=below, at=at("2026-11-27 09:00"))  # late, and nobody's figure
    with_sub = items(b.the(appeal.number))
    facts = list(rows.load([appeal.id]))
    assert not [line for line, _ in with_sub if line == CHILD]
    assert with_sub[PARENT, "acknowledged_on_time"] == (1, "")
    without = [replace(f, assignments=tuple(a for a in f.assignments if a.part != "sub")) for f in facts]
    assert [stock.stock_moves(f, b.OFFICE) for f in facts] == [stock.stock_moves(f, b.OFFICE) for f in without]
    assert set(stock.balances(facts, at("2026-11-23 00:00"), at("2026-12-14 00:00"), b.OFFICE)) == {b.OFFICE, PARENT}


def test_where_the_lead_loses_it_the_unit_below_loses_it_too(office, worker, head, below):
    appeal = handed_on(office, worker, head)
    conferences.call(appeal.id, reason="职能交叉", by=office, at=at("2026-11-24 10:00"))
    conferences.settle(
        appeal.id, lead_unit_id=b.unit_id(THIRD), answer="经会商确定", by=b.staff("director"), at=at("2026-11-24 11:00")
    )
    assert [(a.part, a.holds) for a in b.the(appeal.number).assignments] == [("lead", False), ("sub", False), ("lead", True)]
    assert lists.find(appeal.number, below) is None


def test_where_the_leads_limit_moves_the_inner_one_follows(office, worker, head):
    appeal = handed_on(office, worker, head)
    handling.draft(appeal.id, draft=b.words(len(appeal.points)), by=worker, at=b.ANSWERED)
    handling.sign(appeal.id, by=head, at=b.ANSWERED)  # to be judged by Friday 11-27
    closing.send_back(appeal.id, reason="第二点未答复", by=office, at=at("2026-12-01 10:00"))  # two working days late
    lead, sub = b.the(appeal.number).assignments
    assert (lead.due_at, sub.due_at) == (at("2026-12-08 18:00"), at("2026-12-07 18:00"))
