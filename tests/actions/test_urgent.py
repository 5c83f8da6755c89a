"""Urgent is what the office finds so; then contact and measures run in natural hours from dispatch (policy §4)."""

import pytest

from appeals.actions import handling, returns, triage
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models.appeal import Appeal
from appeals.models.assignment import Stage
from appeals.models.audit import Event
from appeals.rules.lifecycle import Move
from tests import builders as b

pytestmark = pytest.mark.usefixtures("house")
FRIDAY = b.at("2026-11-27 17:50")  # the weekend follows, and the next working day is Monday the 30th


@pytest.fixture
def office(house):
    return b.staff("coordinator")


def dispatched(office, kind, when=FRIDAY, **changes):
    appeal = b.accepted(office, b.at("2026-11-27 17:00"), filed_at=b.at("2026-11-27 16:00"), **changes)
    order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT), urgent_kind=kind)
    triage.dispatch(appeal.id, order=order, by=office, at=when)
    return b.the(appeal.number)


@pytest.mark.parametrize("kind", ["stoppage", "power", "water", "safety"])
def test_contact_in_two_hours_and_measures_in_a_day_from_dispatch_over_the_weekend(office, kind):
    lead = dispatched(office, kind, urgent=True, urgent_reason="全厂停电").lead
    assert lead.contact_due_at == b.at("2026-11-27 19:50")
    assert lead.plan_due_at == b.at("2026-11-28 17:50")
    assert lead.next_due_at == b.at("2026-11-27 19:50")
    assert lead.ack_due_at == b.at("2026-11-30 18:00")  # what follows in working days stays
    assert lead.due_at == b.at("2026-12-10 18:00")


def test_taking_it_up_does_not_start_the_hours_anew(office):
    worker = b.staff("liaison")
    appeal = dispatched(office, "power")
    handling.acknowledge(appeal.id, by=worker, at=b.at("2026-11-27 19:00"))
    lead = b.the(appeal.number).lead
    assert (lead.contact_due_at, lead.plan_due_at) == (b.at("2026-11-27 19:50"), b.at("2026-11-28 17:50"))
    assert lead.limit_runs_from_at == b.at("2026-11-27 19:00")


def test_nor_does_a_deemed_acknowledgement(office):
    appeal = dispatched(office, "power")
    b.tick(b.at("2026-12-01 09:00"))
    lead = b.the(appeal.number).lead
    assert lead.deemed
    assert lead.contact_due_at == b.at("2026-11-27 19:50")


def test_the_companys_tick_alone_starts_no_hours(office):
    worker = b.staff("liaison")
    appeal = b.in_hand(office, worker, urgent=True, urgent_reason="很急")
    lead = appeal.lead
    assert (appeal.urgent, appeal.urgent_kind) == (True, None)
    assert lead.contact_due_at == b.at("2026-11-24 18:00")  # one working day from acknowledgement
    assert lead.plan_due_at == b.at("2026-11-26 18:00")


def test_the_office_finds_it_not_urgent_and_that_is_on_record(office):
    appeal = dispatched(office, "", urgent=True, urgent_reason="很急")
    assert (appeal.urgent, appeal.urgent_kind, appeal.urgent_reason) == (False, None, "很急")
    assert event(appeal).detail["urgent"] == ""


def test_the_office_finds_it_urgent_though_the_company_did_not_say_so(office):
    appeal = dispatched(office, "safety")
    assert appeal.urgent
    assert event(appeal).detail["urgent"] == "safety"
    assert "urgent" not in event(dispatched(office, "")).detail


def event(appeal: Appeal) -> Event:
    query = session().query(Event).filter(Event.appeal_id == appeal.id, Event.kind == Move.DISPATCH.value)
    return query.one()


def test_a_question_is_not_urgent_and_no_other_ground_counts(office):
    for kind, changes in (("power", {"nature": "consultation"}), ("important", {})):
        with pytest.raises(Refused) as refused:
            dispatched(office, kind, **changes)
        assert "urgent_kind" in refused.value.errors


def test_the_next_unit_has_its_own_hours(office):
    head = b.staff("head")
    appeal = dispatched(office, "water")
    returns.ask(appeal.id, reason_code="function", basis="三定规定", reason="", unit_id=b.unit_id("沣东新城"), by=head,
                at=b.at("2026-11-27 17:55"))  # fmt: skip
    returns.uphold(appeal.id, fault="office", answer="错派", by=office, at=b.at("2026-11-27 17:58"))
    again = b.at("2026-11-27 18:30")
    order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id("沣东新城"))
    triage.dispatch(appeal.id, order=order, by=office, at=again)
    lead = b.the(appeal.number).lead
    assert (lead.contact_due_at, lead.plan_due_at) == (b.at("2026-11-27 20:30"), b.at("2026-11-28 18:30"))


def test_contact_made_in_time_the_measures_come_next(office):
    worker = b.staff("liaison")
    appeal = dispatched(office, "power")
    handling.acknowledge(appeal.id, by=worker, at=b.at("2026-11-27 18:10"))
    handling.log_contact(appeal.id, channel="phone", note="已电话联系，抢修队出发", by=worker, at=b.at("2026-11-27 18:20"))
    lead = b.the(appeal.number).lead
    assert (lead.stage, lead.next_due_at) == (Stage.OPEN, b.at("2026-11-28 17:50"))
