"""The conference: when it opens by itself, and what it settles (policy §5 会商).

Monday 2026-11-23: dispatched 11:00. Each return is upheld on the same day, so that the third request comes on Monday
too; the promise is Monday 2026-12-07 18:00, the unit's limit Friday 2026-12-04 18:00.
"""

import pytest
from flask import Flask

from appeals.actions import conferences, handling, returns, triage
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import facts as rows
from appeals.models import lists
from appeals.models.request import Request
from appeals.rules import stock
from appeals.rules.lifecycle import NotAllowed, NotYours
from tests import builders as b
from tests.actions import invariants
from tests.actions.test_returns import LIMIT, OTHER, PROMISE, THIRD, again, ask, items, moves
from tests.builders import at


@pytest.fixture
def office(house: Flask):
    return b.staff("coordinator")


@pytest.fixture
def director(office):
    return b.staff("director")


@pytest.fixture
def head(office):
    return b.staff("head")


def sent_back_twice(office) -> object:
    """UNIT and OTHER had it and sent it back; THIRD has it now, dispatched at 15:00."""
    appeal = b.dispatched(office)
    for lead, hour, following in ((b.UNIT, 12, OTHER), (OTHER, 14, THIRD)):
        ask(appeal, b.staff("head", lead), f"2026-11-23 {hour}:00", unit_id=b.unit_id(following))
        returns.uphold(appeal.id, fault="office", answer="不属该单位", by=office, at=at(f"2026-11-23 {hour}:30"))
        appeal = again(appeal, following, office, f"2026-11-23 {hour + 1}:00")
    return appeal


def third_asked(office, when: str = "2026-11-23 16:00"):
    appeal = sent_back_twice(office)
    ask(appeal, b.staff("head", THIRD), when, unit_id=b.unit_id(b.SUPPORT))
    return b.the(appeal.number)


def waiting(appeal) -> list[tuple[str, str, object]]:
    query = session().query(Request).filter_by(appeal_id=appeal.id, decided_at=None).order_by(Request.id)
    return [(r.kind, r.waits_for, r.due_at) for r in query]


def settle(appeal, by, lead: str, when: str, supports=(), **more):
    conferences.settle(
        appeal.id, lead_unit_id=b.unit_id(lead), support_unit_ids=[b.unit_id(s) for s in supports],
        answer="经会商确定", by=by, at=at(when), **more,
    )  # fmt: skip
    return b.the(appeal.number)


def test_the_third_return_opens_a_conference_and_is_decided_there(office, director):
    appeal = third_asked(office)
    assert waiting(appeal) == [("return", "director", None), ("conference", "director", at("2026-11-24 18:00"))]
    with pytest.raises(NotYours):
        returns.reject(appeal.id, answer="属本单位", by=office, at=at("2026-11-23 17:00"))
    assert b.tick(at("2026-11-25 10:00")) == 0  # nothing is deemed meanwhile
    assert b.the(appeal.number).state == "dispatched"


def test_given_to_another_unit_the_return_is_upheld_and_that_unit_has_it_at_once(office, director):
    appeal = settle(third_asked(office), director, b.SUPPORT, "2026-11-24 10:00", fault="unit")
    assert (appeal.state, appeal.lead.unit.name, appeal.lead.dispatched_at) == ("dispatched", b.SUPPORT, at("2026-11-24 10:00"))
    assert (appeal.lead.due_at, appeal.due_at, waiting(appeal)) == (LIMIT, PROMISE, [])
    third = next(a for a in appeal.assignments if a.unit.name == THIRD)
    assert (third.void, third.ended_why, third.ended_at) == (False, "returned", at("2026-11-24 10:00"))
    assert moves(appeal)[-1] == ("24 10:00", THIRD, b.SUPPORT)  # straight from one to the other
    facts = list(rows.load([appeal.id]))
    balances = stock.balances(facts, at("2026-11-23 00:00"), at("2026-12-01 00:00"), b.OFFICE)
    assert all(balance.holds for balance in balances.values())
    assert balances[THIRD].transferred_out == balances[b.SUPPORT].transferred_in == 1
    invariants.one_lead(appeal)


def test_left_where_it_is_the_return_is_rejected_and_the_limit_does_not_move(office, director):
    appeal = third_asked(office)
    due = appeal.lead.due_at
    appeal = settle(appeal, director, THIRD, "2026-11-24 10:00")
    lead = appeal.lead
    assert (appeal.state, lead.unit.name, lead.due_at, appeal.due_at) == ("in_hand", THIRD, due, PROMISE)
    assert (lead.acknowledged_at, lead.acknowledged_recorded_at) == (at("2026-11-23 16:00"), at("2026-11-24 10:00"))
    found = items(appeal)
    assert found[THIRD, "returns_rejected"] == (1, "")
    assert found[THIRD, "acknowledged_on_time"] == (1, "")
    assert found[b.OFFICE, "decided_on_time"] == (1, "")


def test_after_it_nothing_can_be_sent_back_and_even_whoever_sent_it_back_may_lead(office, director, head):
    appeal = settle(third_asked(office), director, b.UNIT, "2026-11-24 10:00", fault="office")
    assert appeal.lead.unit.name == b.UNIT
    with pytest.raises(NotAllowed, match="会商"):
        ask(appeal, head, "2026-11-24 11:00")


def test_whoever_lost_the_time_by_its_own_fault_gets_no_more_of_it(office, director, head):
    appeal = b.dispatched(office)
    ask(appeal, head, "2026-11-24 17:00")
    returns.uphold(appeal.id, fault="unit", answer="不属该单位", by=office, at=at("2026-12-02 10:00"))
    conferences.call(appeal.id, reason="两家都说不是自己的", by=office, at=at("2026-12-02 10:30"))
    appeal = settle(appeal, director, b.UNIT, "2026-12-02 11:00")
    assert (appeal.lead.due_at, appeal.due_at) == (LIMIT, PROMISE)  # not 12-09, which another unit would have


def test_moved_without_a_fault_named_nothing_is_settled(office, director):
    appeal = third_asked(office)
    with pytest.raises(Refused) as refused:
        settle(appeal, director, b.SUPPORT, "2026-11-24 10:00")
    assert "fault" in refused.value.errors
    with pytest.raises(Refused):
        conferences.settle(appeal.id, lead_unit_id=b.unit_id(THIRD), answer=" ", by=director, at=at("2026-11-24 10:00"))
    with pytest.raises(Refused):
        settle(appeal, director, THIRD, "2026-11-24 10:00", supports=(THIRD,))
    assert b.the(appeal.number).state == "dispatched"


def test_three_dispatches_without_a_lead_open_one_too_and_dispatching_waits_for_it(office, director):
    appeal = b.dispatched(office)
    for hour, following in ((12, OTHER), (14, THIRD)):
        returns.recall(appeal.id, reason="误选单位", by=office, at=at(f"2026-11-23 {hour}:00"))
        appeal = again(appeal, following, office, f"2026-11-23 {hour + 1}:00")
    assert waiting(appeal) == []
    returns.recall(appeal.id, reason="误选单位", by=office, at=at("2026-11-23 16:00"))
    appeal = b.the(appeal.number)
    assert waiting(appeal) == [("conference", "director", at("2026-11-24 18:00"))]
    assert appeal.dispatch_due_at == at("2026-11-24 18:00")  # the conference dispatches
    with pytest.raises(NotAllowed, match="会商"):
        again(appeal, b.UNIT, office, "2026-11-23 16:30")
    appeal = settle(appeal, director, b.UNIT, "2026-11-24 09:00", supports=(b.SUPPORT,))
    assert [(a.unit.name, a.part) for a in appeal.assignments if a.holds] == [(b.UNIT, "lead"), (b.SUPPORT, "support")]
    assert items(appeal)[b.OFFICE, "dispatched_on_time"] == (1, "")


def test_three_dispatches_nobody_took_up_open_one_at_the_moment_the_third_ran_out(office, director):
    appeal = b.dispatched(office)
    for hour, following in ((12, OTHER), (14, THIRD)):
        returns.recall(appeal.id, reason="误选单位", by=office, at=at(f"2026-11-23 {hour}:00"))
        appeal = again(appeal, following, office, f"2026-11-23 {hour + 1}:00")
    b.tick(at("2026-11-27 10:00"))  # late: the moment is Tuesday 18:00, the conference's limit Wednesday
    appeal = b.the(appeal.number)
    assert (appeal.state, waiting(appeal)) == ("in_hand", [("conference", "director", at("2026-11-25 18:00"))])
    appeal = settle(appeal, director, THIRD, "2026-11-27 11:00")
    assert (appeal.state, appeal.lead.unit.name, appeal.due_at) == ("in_hand", THIRD, PROMISE)
    assert appeal.lead.due_at == at("2026-12-08 18:00")  # two days the conference took too long are not the unit's


def test_a_lead_at_work_changes_only_by_a_conference(office, director, head):
    worker = b.staff("liaison")
    appeal = b.in_hand(office, worker, supports=(OTHER, THIRD))
    handling.draft(appeal.id, draft=b.words(len(appeal.points)), by=worker, at=at("2026-11-24 09:00"))
    with pytest.raises(NotAllowed):
        again(appeal, OTHER, office, "2026-11-24 10:00")
    conferences.call(appeal.id, reason="职能交叉", by=office, at=at("2026-11-24 10:00"))
    with pytest.raises(NotAllowed):
        conferences.call(appeal.id, reason="职能交叉", by=office, at=at("2026-11-24 10:05"))
    with pytest.raises(NotYours):
        settle(appeal, office, OTHER, "2026-11-24 10:10")
    appeal = settle(appeal, director, OTHER, "2026-11-24 11:00", supports=(b.UNIT,))
    assert (appeal.state, appeal.lead.unit.name) == ("dispatched", OTHER)
    assert [(a.unit.name, a.part, a.ended_why, a.void) for a in appeal.assignments] == [
        (b.UNIT, "lead", "conference", False), (OTHER, "support", "excused", True), (THIRD, "support", "excused", True),
        (OTHER, "lead", None, False), (b.UNIT, "support", None, False),
    ]  # fmt: skip
    assert items(appeal)[b.UNIT, "on_time"] == (0, "superseded")
    assert lists.find(appeal.number, worker) is not None
    invariants.one_lead(appeal)


def test_a_conference_may_leave_the_lead_and_change_its_supports(office, director):
    appeal = b.in_hand(office, b.staff("liaison"))
    conferences.call(appeal.id, reason="需要协办", by=office, at=at("2026-11-24 10:00"))
    appeal = settle(appeal, director, b.UNIT, "2026-11-24 11:00", supports=(b.SUPPORT,))
    assert (appeal.state, appeal.lead.acknowledged_at, appeal.lead.due_at) == ("in_hand", b.TAKEN, LIMIT)
    assert [s.unit.name for s in appeal.supports] == [b.SUPPORT]


def test_of_the_offices_own_bureau_the_recusal_post_settles_it(office, director):
    appeal = b.in_hand(office, b.staff("liaison", b.OFFICE), lead=b.OFFICE)
    recusal = b.staff("recusal")
    with pytest.raises(NotYours):
        conferences.call(appeal.id, reason="职能交叉", by=office, at=at("2026-11-24 10:00"))
    conferences.call(appeal.id, reason="职能交叉", by=recusal, at=at("2026-11-24 10:00"))
    with pytest.raises(NotYours):
        settle(appeal, director, OTHER, "2026-11-24 11:00")
    other = b.staff("recusal")  # nobody signs twice: whoever called it does not settle it
    with pytest.raises(NotAllowed):
        settle(appeal, recusal, OTHER, "2026-11-24 11:00")
    assert settle(appeal, other, OTHER, "2026-11-24 11:00").lead.unit.name == OTHER


def test_before_any_dispatch_it_settles_the_first_lead(office, director):
    appeal = b.accepted(office)
    conferences.call(appeal.id, reason="权属不清", by=office, at=at("2026-11-23 10:30"))
    with pytest.raises(NotAllowed):
        triage.dispatch(
            appeal.id, order=triage.Order(None, 63, b.unit_id(b.UNIT)), by=office, at=at("2026-11-23 10:40"),
        )
    appeal = settle(appeal, director, b.UNIT, "2026-11-23 11:00")
    assert (appeal.state, appeal.lead.due_at, appeal.dispatched_at) == ("dispatched", LIMIT, at("2026-11-23 11:00"))
