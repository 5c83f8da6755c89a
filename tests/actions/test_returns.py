"""A unit says an appeal is not its own, and what becomes of it; the figures that follow (policy §5, §9).

Monday 2026-11-23: accepted 10:00, dispatched 11:00. To be taken up by Tuesday 18:00; the promise is Monday
2026-12-07 18:00 (ten working days), the unit's limit Friday 2026-12-04 18:00.
"""

import pytest
from flask import Flask

from appeals.actions import closing, first_receiver, handling, intake, returns, triage
from appeals.actions.refusals import Refused
from appeals.models import facts as rows
from appeals.models import figures, lists, queues
from appeals.models.appeal import Appeal
from appeals.rules import rates, stock
from appeals.rules.lifecycle import NotAllowed, NotYours
from tests import builders as b
from tests.actions import invariants
from tests.builders import at

OTHER, THIRD = "自然资源和规划局", "沣西新城"
PROMISE, LIMIT = at("2026-12-07 18:00"), at("2026-12-04 18:00")


@pytest.fixture
def office(house: Flask):
    return b.staff("coordinator")


@pytest.fixture
def worker(office):
    return b.staff("liaison")


@pytest.fixture
def head(office):
    return b.staff("head")


def ask(appeal: Appeal, by, when: str, **changes):
    """A head asks (a liaison officer prepares) a return at this moment."""
    plain = {"reason_code": "function", "basis": "三定规定第四条", "reason": "属规划许可事项", "unit_id": b.unit_id(OTHER)}
    return returns.ask(appeal.id, **(plain | changes), by=by, at=at(when))


def again(appeal: Appeal, lead: str, by, when: str, supports=()) -> Appeal:
    """The office dispatches it anew."""
    order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(lead), support_unit_ids=[b.unit_id(s) for s in supports])
    triage.dispatch(appeal.id, order=order, by=by, at=at(when))
    return b.the(appeal.number)


def items(
    appeal: Appeal, known: str = "2026-12-16 18:00", to: str = "2026-12-14 00:00"
) -> dict[tuple[str, str], tuple[int, str]]:
    """(line, key) → (numerator, why it is left out or '') of the weeks from 11-16."""
    facts = list(rows.load([appeal.id]))
    period = rates.Period(at("2026-11-16 00:00"), at(to), at(known))
    found = rates.items(facts, period, figures.basis(appeal.settings_version))
    return {(i.line, i.key): (i.num, i.excluded_by.value if i.excluded_by else "") for i in found}


def moves(appeal: Appeal) -> list[tuple[str, str | None, str | None]]:
    (facts,) = rows.load([appeal.id])
    found = stock.stock_moves(facts, b.OFFICE)
    return [(m.at.astimezone(b.SHANGHAI).strftime("%d %H:%M"), m.from_line, m.to_line) for m in found]


# -- asking ------------------------------------------------------------------------------------------------


def test_the_liaison_officer_prepares_and_the_heads_signature_makes_it_the_request(office, worker, head):
    appeal = b.dispatched(office)
    assert ask(appeal, worker, "2026-11-23 14:00").asked_at is None
    row = ask(b.the(appeal.number), head, "2026-11-23 15:00")
    assert (row.asked_at, row.waits_for, row.due_at) == (at("2026-11-23 15:00"), "coordinator", at("2026-11-24 18:00"))
    assert (row.prepared_by_id, row.asked_by_id) == (worker.user_id, head.user_id)
    assert b.the(appeal.number).state == "dispatched"


def test_prepared_and_not_signed_it_is_no_request_and_the_unit_is_deemed_to_have_it(office, worker):
    appeal = b.dispatched(office)
    ask(appeal, worker, "2026-11-24 17:00")
    b.tick(at("2026-11-24 18:00:01"))
    assert b.the(appeal.number).state == "in_hand"


def test_a_return_says_why_on_what_ground_and_whose_it_is_instead(office, head):
    appeal = b.dispatched(office)
    for wrong in (
        {"reason_code": "tired"}, {"basis": " \u200b"}, {"unit_id": None}, {"unit_id": b.unit_id(b.UNIT)}, {"unit_id": 987654},
    ):  # fmt: skip
        with pytest.raises(Refused):
            ask(appeal, head, "2026-11-23 14:00", **wrong)
    ask(appeal, head, "2026-11-23 14:00", reason_code="unclear", unit_id=None)


def test_after_acknowledging_or_after_a_working_day_nothing_can_be_sent_back(office, worker, head):
    taken = b.in_hand(office, worker)
    with pytest.raises(NotAllowed, match="会商"):
        ask(taken, head, "2026-11-23 15:00")
    late = b.dispatched(office)
    with pytest.raises(NotAllowed):
        ask(late, head, "2026-11-24 18:00:01")
    assert b.the(late.number).state == "dispatched"  # the refused deed left nothing behind
    in_time = b.dispatched(office)
    assert ask(in_time, head, "2026-11-24 17:59:59").asked_at == at("2026-11-24 17:59:59")


def test_only_the_unit_that_has_it_asks_and_only_once(office, head):
    appeal = b.dispatched(office)
    with pytest.raises(NotAllowed):
        ask(appeal, b.staff("head", b.SUPPORT), "2026-11-23 14:00")
    ask(appeal, head, "2026-11-23 14:00")
    with pytest.raises(NotAllowed):
        ask(b.the(appeal.number), head, "2026-11-23 14:05")


def test_while_it_is_undecided_nothing_is_deemed_and_only_the_head_takes_it_up_after_all(office, worker, head):
    appeal = b.dispatched(office)
    row = ask(appeal, head, "2026-11-24 17:30")
    assert b.tick(at("2026-11-30 10:00")) == 0
    assert b.the(appeal.number).state == "dispatched"
    with pytest.raises(NotAllowed, match="负责人"):
        handling.acknowledge(appeal.id, by=worker, at=at("2026-11-30 10:00"))
    handling.acknowledge(appeal.id, by=head, at=at("2026-11-30 11:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.lead.acknowledged_at) == ("in_hand", at("2026-11-30 11:00"))  # late, and counted so
    assert (row.granted, row.decided_at) == (None, at("2026-11-30 11:00"))
    assert items(appeal)[b.UNIT, "acknowledged_on_time"] == (0, "")
    assert items(appeal)[b.UNIT, "returns_rejected"] == (0, "")


# -- upheld ------------------------------------------------------------------------------------------------


def upheld(office, head, fault: str, **changes) -> Appeal:
    appeal = b.dispatched(office, **changes)
    ask(appeal, head, "2026-11-23 15:00")
    returns.uphold(appeal.id, fault=fault, answer="属规划部门职责", by=office, at=at("2026-11-24 10:00"))
    return b.the(appeal.number)


def test_upheld_the_unit_is_rid_of_it_and_it_is_dispatched_anew_on_the_same_working_day(office, head):
    appeal = upheld(office, head, "office")
    first = appeal.assignments[0]
    assert (appeal.state, appeal.lead, appeal.due_at) == ("accepted", None, PROMISE)
    assert (first.void, first.ended_at, first.ended_why) == (True, at("2026-11-24 10:00"), "returned")
    assert appeal.dispatch_due_at == at("2026-11-24 18:00")
    appeal = again(appeal, OTHER, office, "2026-11-24 11:00")
    assert (appeal.state, appeal.lead.unit.name, appeal.lead.due_at) == ("dispatched", OTHER, LIMIT)
    assert appeal.lead.ack_due_at == at("2026-11-25 18:00")
    assert appeal.due_at == PROMISE
    invariants.one_lead(appeal)


def test_stock_leaves_when_it_is_decided_and_comes_when_it_is_dispatched(office, head):
    appeal = again(upheld(office, head, "office"), OTHER, office, "2026-11-25 09:00")
    assert moves(appeal) == [
        ("23 10:00", None, b.OFFICE), ("23 11:00", b.OFFICE, b.UNIT), ("24 10:00", b.UNIT, b.OFFICE),
        ("25 09:00", b.OFFICE, OTHER),
    ]  # fmt: skip
    facts = list(rows.load([appeal.id]))
    balances = stock.balances(facts, at("2026-11-24 00:00"), at("2026-12-01 00:00"), b.OFFICE)
    assert all(balance.holds for balance in balances.values())
    assert (balances[b.UNIT].opening, balances[b.UNIT].transferred_out, balances[b.UNIT].closing) == (1, 1, 0)
    assert (balances[b.OFFICE].transferred_in, balances[b.OFFICE].transferred_out) == (1, 1)
    assert (balances[OTHER].dispatched_in, balances[OTHER].closing) == (1, 1)


def test_the_offices_fault_is_a_wrong_dispatch_in_its_line_and_no_units(office, head):
    found = items(again(upheld(office, head, "office"), OTHER, office, "2026-11-25 09:00"))
    assert found[b.UNIT, "acknowledged_on_time"] == (0, "void")
    assert found[b.UNIT, "returns_rejected"] == (0, "void")
    assert found[b.OFFICE, "misdispatched"][1] == ""
    assert found[b.OFFICE, "decided_on_time"] == (1, "")
    assert found[b.OFFICE, "dispatched_on_time"] == (0, "")  # due on Tuesday, done on Wednesday


def test_of_two_dispatches_one_was_wrong(office, head):
    appeal = again(upheld(office, head, "office"), OTHER, office, "2026-11-24 11:00")
    facts = list(rows.load([appeal.id]))
    period = rates.Period(at("2026-11-16 00:00"), at("2026-12-14 00:00"), at("2026-12-16 18:00"))
    found = rates.rates(facts, period, figures.basis(appeal.settings_version))
    assert found.units[b.OFFICE]["misdispatched"] == rates.Rate(1, 2)
    assert found.units[OTHER]["returns_rejected"] == rates.Rate(0, 1)
    assert found.units[b.OFFICE]["dispatched_on_time"] == rates.Rate(2, 2)


def test_the_units_fault_leaves_its_assignment_in_the_base_as_one_it_never_took_up(office, head):
    found = items(again(upheld(office, head, "unit"), OTHER, office, "2026-11-24 11:00"))
    assert found[b.UNIT, "acknowledged_on_time"] == (0, "")
    assert found[b.UNIT, "on_time"] == (0, "superseded")
    assert found[b.OFFICE, "misdispatched"] == (0, "")
    assert found[OTHER, "on_time"] == (0, "")


def test_the_next_unit_has_five_working_days_though_the_promise_stands(office, head):
    appeal = b.dispatched(office)
    ask(appeal, head, "2026-11-24 17:00")
    returns.uphold(appeal.id, fault="unit", answer="属规划部门职责", by=office, at=at("2026-12-02 10:00"))
    appeal = again(appeal, OTHER, office, "2026-12-02 11:00")
    assert (appeal.lead.due_at, appeal.due_at) == (at("2026-12-09 18:00"), PROMISE)  # five days from 12-02
    charged = items(appeal, to="2026-12-14 00:00")
    assert charged[b.OFFICE, "cleared"] == (0, "")  # its own limit is later than the promise: the office's line


def test_whoever_has_it_no_more_cannot_have_it_back(office, head):
    appeal = upheld(office, head, "office")
    with pytest.raises(Refused) as refused:
        again(appeal, b.UNIT, office, "2026-11-24 11:00")
    assert "会商" in refused.value.errors["lead"]
    assert b.the(appeal.number).state == "accepted"


def test_supports_go_on_through_a_return_and_whoever_is_not_needed_any_more_is_excused(office, head):
    appeal = upheld(office, head, "office", supports=(b.SUPPORT, THIRD))
    helper = b.staff("liaison", b.SUPPORT)
    handling.acknowledge(appeal.id, by=helper, at=at("2026-11-24 10:30"))
    appeal = again(appeal, OTHER, office, "2026-11-24 11:00", supports=(b.SUPPORT,))
    assert [(a.unit.name, a.part, a.void) for a in appeal.assignments] == [
        (b.UNIT, "lead", True), (b.SUPPORT, "support", False), (THIRD, "support", True), (OTHER, "lead", False),
    ]  # fmt: skip
    assert appeal.assignments[1].acknowledged_at == at("2026-11-24 10:30")
    invariants.one_lead(appeal)


def test_a_supporting_unit_may_become_the_lead(office, head):
    appeal = again(upheld(office, head, "office", supports=(b.SUPPORT,)), b.SUPPORT, office, "2026-11-24 11:00")
    assert appeal.lead.unit.name == b.SUPPORT
    assert appeal.supports == []
    invariants.one_lead(appeal)


# -- who answers meanwhile ---------------------------------------------------------------------------------


def test_the_former_lead_answers_until_the_next_one_has_taken_it_up(office, worker, head):
    appeal = upheld(office, head, "office")
    assert lists.find(appeal.number, worker) is not None
    assert [(t.next_step, t.next_due_at) for t in queues.page("former", worker)] == [("答复企业询问", at("2026-11-24 18:00"))]
    first_receiver.answer(appeal.id, channel="platform", note="正在确定新的承办单位", by=worker, at=at("2026-11-24 10:10"))
    with pytest.raises(NotAllowed):
        handling.acknowledge(appeal.id, by=worker, at=at("2026-11-24 10:20"))
    appeal = again(appeal, OTHER, office, "2026-11-24 11:00")
    assert lists.find(appeal.number, worker) is not None
    assert lists.find(appeal.number, b.staff("liaison", THIRD)) is None
    handling.acknowledge(appeal.id, by=b.staff("liaison", OTHER), at=at("2026-11-24 14:00"))
    assert lists.find(appeal.number, worker) is None
    with pytest.raises((NotAllowed, NotYours)):
        first_receiver.answer(appeal.id, channel="platform", note="补充说明", by=worker, at=at("2026-11-24 15:00"))
    assert b.the(appeal.number).lead.contacted_at is None  # what the former lead said is no first contact


# -- rejected ----------------------------------------------------------------------------------------------


def test_rejected_the_requests_instant_is_the_acknowledgement_and_the_limit_stays(office, head):
    appeal = b.dispatched(office)
    ask(appeal, head, "2026-11-24 17:59")
    returns.reject(appeal.id, answer="属本单位职责", by=office, at=at("2026-11-25 17:00"))
    appeal = b.the(appeal.number)
    lead = appeal.lead
    assert (appeal.state, appeal.due_at, lead.due_at) == ("in_hand", PROMISE, LIMIT)
    assert (lead.acknowledged_at, lead.acknowledged_recorded_at) == (at("2026-11-24 17:59"), at("2026-11-25 17:00"))
    assert (lead.contact_due_at, lead.plan_due_at) == (at("2026-11-25 18:00"), at("2026-11-27 18:00"))
    assert lead.handler_id == head.user_id
    found = items(appeal)
    assert found[b.UNIT, "returns_rejected"] == (1, "")
    assert found[b.UNIT, "acknowledged_on_time"] == (1, "")
    assert found[b.OFFICE, "misdispatched"] == (0, "")


def test_what_was_decided_after_the_figures_froze_was_not_known_to_them(office, head):
    appeal = b.dispatched(office)
    ask(appeal, head, "2026-11-24 17:59")
    returns.reject(appeal.id, answer="属本单位职责", by=office, at=at("2026-11-25 17:00"))
    before = items(b.the(appeal.number), known="2026-11-25 16:59", to="2026-11-25 00:00")
    assert before[b.UNIT, "acknowledged_on_time"] == (0, "")
    assert before[b.UNIT, "returns_rejected"] == (0, "")


def test_what_the_office_takes_too_long_is_given_to_the_unit_and_never_moves_the_promise(office, head):
    appeal = b.dispatched(office)
    ask(appeal, head, "2026-11-23 15:00")  # to be decided by Tuesday
    returns.reject(appeal.id, answer="属本单位职责", by=office, at=at("2026-11-26 10:00"))  # two days late
    appeal = b.the(appeal.number)
    assert (appeal.lead.due_at, appeal.due_at) == (at("2026-12-08 18:00"), PROMISE)
    assert appeal.lead.contact_due_at == at("2026-11-26 18:00")  # 11-24 and two days
    assert items(appeal)[b.OFFICE, "decided_on_time"] == (0, "")


def test_a_decision_says_why_and_for_an_upheld_one_whose_fault(office, head):
    appeal = b.dispatched(office)
    ask(appeal, head, "2026-11-23 15:00")
    with pytest.raises(Refused):
        returns.uphold(appeal.id, fault="nobody", answer="属规划部门职责", by=office, at=at("2026-11-24 10:00"))
    for deed in (returns.reject, lambda i, **k: returns.uphold(i, fault="office", **k)):
        with pytest.raises(Refused):
            deed(appeal.id, answer=" ", by=office, at=at("2026-11-24 10:00"))
    with pytest.raises(NotYours):
        returns.reject(appeal.id, answer="属本单位职责", by=b.staff("director"), at=at("2026-11-24 10:00"))
    returns.reject(appeal.id, answer="属本单位职责", by=office, at=at("2026-11-24 10:00"))
    with pytest.raises(NotAllowed):
        returns.uphold(appeal.id, fault="unit", answer="改判", by=office, at=at("2026-11-24 10:01"))


def test_of_the_offices_own_bureau_the_recusal_post_decides_and_still_sees_what_it_decided(office):
    appeal = b.dispatched(office, lead=b.OFFICE)
    ask(appeal, b.staff("head", b.OFFICE), "2026-11-23 15:00")
    recusal = b.staff("recusal")
    with pytest.raises(NotYours):
        returns.uphold(appeal.id, fault="office", answer="属规划部门职责", by=office, at=at("2026-11-24 10:00"))
    returns.uphold(appeal.id, fault="office", answer="属规划部门职责", by=recusal, at=at("2026-11-24 10:00"))
    assert lists.find(appeal.number, recusal) is not None
    assert again(appeal, OTHER, office, "2026-11-24 11:00").lead.unit.name == OTHER


# -- taken back by the office ------------------------------------------------------------------------------


def test_the_office_takes_back_what_nobody_has_taken_up_yet(office, worker):
    appeal = b.dispatched(office)
    returns.recall(appeal.id, reason="误选单位", by=office, at=at("2026-11-23 16:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.lead, appeal.dispatch_due_at) == ("accepted", None, at("2026-11-23 18:00"))
    assert (appeal.assignments[0].void, appeal.assignments[0].ended_why) == (True, "recalled")
    assert lists.find(appeal.number, worker) is None
    appeal = again(appeal, b.UNIT, office, "2026-11-23 16:30")  # it did not send it back
    assert items(appeal)[b.OFFICE, "misdispatched"] == (0, "")
    assert appeal.due_at == PROMISE


def test_nobodys_lateness_is_wiped_by_taking_back(office, worker, head):
    late, taken, asked = b.dispatched(office), b.in_hand(office, worker), b.dispatched(office)
    ask(asked, head, "2026-11-23 15:00")
    for appeal, when in ((late, "2026-11-24 18:00:01"), (taken, "2026-11-23 16:00"), (asked, "2026-11-23 16:00")):
        with pytest.raises(NotAllowed):
            returns.recall(appeal.id, reason="误选单位", by=office, at=at(when))


def test_a_withdrawn_appeal_that_no_unit_had_stays_a_missed_dispatch(office, head):
    appeal = upheld(office, head, "office")
    intake.ask_withdrawal(appeal.id, at=at("2026-11-25 09:00"))
    closing.confirm_withdrawal(appeal.id, note="已电话确认", by=office, at=at("2026-11-25 10:00"))
    found = items(b.the(appeal.number))
    assert found[b.OFFICE, "dispatched_on_time"][0] == 0
