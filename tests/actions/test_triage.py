"""The coordination office takes appeals in: accept, supplement, decline, pass on, dispatch (policy §3–§5)."""

from threading import Barrier, Thread

import pytest
from flask import Flask

from appeals.actions import intake, triage
from appeals.actions.limits import Stale
from appeals.actions.refusals import Refused
from appeals.models import lists
from appeals.models.appeal import Appeal
from appeals.rules.lifecycle import NotAllowed, NotYours
from tests import builders as b
from tests.builders import at


@pytest.fixture
def coordinator(house: Flask):
    return b.staff("coordinator")


def order(lead: str, *supports: str, **changes) -> triage.Order:
    plain = {"section": None, "task": 63, "lead_unit_id": b.unit_id(lead),
             "support_unit_ids": [b.unit_id(s) for s in supports]}  # fmt: skip
    return triage.Order(**(plain | changes))


def test_the_promise_runs_ten_working_days_from_acceptance(coordinator):
    appeal = b.accepted(coordinator, when=at("2026-11-23 10:00"))
    assert appeal.state == "accepted"
    assert appeal.due_at == at("2026-12-07 18:00")
    assert appeal.dispatch_due_at == at("2026-11-23 18:00")


def test_a_question_is_promised_in_three_days(coordinator):
    assert b.accepted(coordinator, nature="consultation").due_at == at("2026-11-26 18:00")


def test_accepted_late_the_promise_still_runs_from_when_acceptance_was_due(coordinator):
    appeal = b.filed(at("2026-11-23 09:00"))
    assert appeal.accept_due_at == at("2026-11-24 18:00")
    triage.accept(appeal.id, identity="person", by=coordinator, at=at("2026-11-27 10:00"))
    appeal = b.the(appeal.number)
    assert appeal.due_at == at("2026-12-08 18:00")
    assert [p.event.kind for p in lists.history(appeal)] == ["submit", "enter_stock", "accept"]


def test_nobody_is_accepted_without_an_identity(coordinator):
    with pytest.raises(Refused) as refused:
        triage.accept(b.filed().id, identity="", by=coordinator, at=b.ACCEPTED)
    assert "identity" in refused.value.errors


def test_only_the_office_accepts(coordinator):
    appeal = b.filed()
    for role in ("liaison", "head", "director", "leader", "admin", "recusal"):
        with pytest.raises(NotYours):
            triage.accept(appeal.id, identity="call", by=b.staff(role), at=b.ACCEPTED)


def test_a_page_made_before_somebody_else_acted_is_refused(coordinator):
    appeal = b.filed()
    triage.ask_supplement(appeal.id, items="营业执照", by=coordinator, at=b.ACCEPTED, seen=appeal.version)
    with pytest.raises(Stale):
        triage.accept(appeal.id, identity="call", by=coordinator, at=b.ACCEPTED, seen=1)


def test_supplementing_is_asked_once_and_starts_acceptance_anew(coordinator):
    appeal = b.filed()
    triage.ask_supplement(appeal.id, items="变压器铭牌照片", by=coordinator, at=b.ACCEPTED)
    assert b.the(appeal.number).supplement_due_at == at("2026-11-30 18:00")
    intake.supplement(appeal.id, addition="铭牌为 400 kVA", at=at("2026-11-25 19:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.accept_due_at) == ("submitted", at("2026-11-27 18:00"))
    with pytest.raises(Refused):
        triage.ask_supplement(appeal.id, items="还要别的", by=coordinator, at=at("2026-11-26 09:00"))


def test_not_supplemented_in_time_lapses_only_after_two_calls(coordinator):
    appeal = b.filed()
    triage.ask_supplement(appeal.id, items="材料", by=coordinator, at=b.ACCEPTED)
    b.tick(at("2026-12-03 09:00"))
    assert b.the(appeal.number).state == "to_supplement"
    triage.log_supplement_call(appeal.id, note="无人接听", reached=False, by=coordinator, at=at("2026-11-25 10:00"))
    triage.log_supplement_call(appeal.id, note="答应补充", reached=True, by=coordinator, at=at("2026-11-26 15:00"))
    b.tick(at("2026-12-03 09:05"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.decline_code) == ("declined", "R08")
    assert appeal.declined_at == at("2026-11-30 18:00")


def test_a_refusal_names_its_ground_and_where_to_go(coordinator):
    appeal = b.filed()
    with pytest.raises(Refused) as refused:
        triage.decline(appeal.id, code="R99", reason="​", by=coordinator, at=b.ACCEPTED)
    assert set(refused.value.errors) == {"code", "reason"}
    triage.decline(appeal.id, code="R03", reason="属于信访事项", by=coordinator, at=b.ACCEPTED)
    reason = b.the(appeal.number).public_reason
    assert reason is not None
    assert reason.startswith("属于信访事项")
    assert "信访渠道" in reason


def test_a_statutory_matter_leaves_the_figures(coordinator):
    appeal = b.filed()
    triage.pass_on(appeal.id, to="拖欠账款投诉受理部门", reason="机关拖欠账款", by=coordinator, at=b.ACCEPTED)
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.exclusion, appeal.passed_to) == ("statutory", "statutory", "拖欠账款投诉受理部门")


# -- dispatch ----------------------------------------------------------------------------------------------


def test_a_dispatch_settles_the_six_things(coordinator):
    head = b.staff("head", b.UNIT)
    appeal = b.accepted(coordinator)
    given = order(b.UNIT, b.SUPPORT, points=["尽快增容", "说明停电原因"], standards={1: "新变压器送电"}, nature="complaint")
    triage.dispatch(appeal.id, order=given, by=coordinator, at=b.DISPATCHED)
    appeal = b.the(appeal.number)
    lead, support = appeal.assignments
    assert (appeal.state, appeal.nature, appeal.task) == ("dispatched", "complaint", 63)
    assert appeal.points == [
        {"no": 1, "text": "尽快增容", "standard": "新变压器送电"}, {"no": 2, "text": "说明停电原因", "standard": ""},
    ]  # fmt: skip
    assert appeal.due_at == at("2026-12-07 18:00")
    assert (lead.unit.name, lead.part, lead.due_at) == (b.UNIT, "lead", at("2026-12-04 18:00"))
    assert lead.ack_due_at == at("2026-11-24 18:00")
    assert (support.unit.name, support.due_at) == (b.SUPPORT, at("2026-11-27 18:00"))
    assert lead.head_id == head.user_id
    assert (lead.stage, lead.next_due_at) == ("new", at("2026-11-24 18:00"))


def test_a_unit_has_five_days_even_if_the_office_was_late(coordinator):
    appeal = b.accepted(coordinator)
    triage.dispatch(appeal.id, order=order(b.UNIT), by=coordinator, at=at("2026-12-03 10:00"))
    lead = b.the(appeal.number).lead
    assert lead is not None
    assert lead.due_at == at("2026-12-10 18:00")


def test_exactly_one_lead_and_nobody_twice(coordinator):
    appeal = b.accepted(coordinator)
    for wrong in (order(b.UNIT, b.UNIT), order(b.UNIT, b.SUPPORT, b.SUPPORT), order(b.UNIT, lead_unit_id=9_999)):
        with pytest.raises(Refused):
            triage.dispatch(appeal.id, order=wrong, by=coordinator, at=b.DISPATCHED)
    assert b.the(appeal.number).state == "accepted"


def test_a_double_click_dispatches_once(coordinator):
    appeal = b.accepted(coordinator)
    seen = appeal.version
    triage.dispatch(appeal.id, order=order(b.UNIT), by=coordinator, at=b.DISPATCHED, seen=seen)
    with pytest.raises(Stale):
        triage.dispatch(appeal.id, order=order(b.UNIT), by=coordinator, at=b.DISPATCHED, seen=seen)
    with pytest.raises(NotAllowed):
        triage.dispatch(appeal.id, order=order(b.UNIT), by=coordinator, at=b.DISPATCHED)
    assert len(b.the(appeal.number).assignments) == 1


def test_the_dispatch_keeps_what_it_rested_on(coordinator):
    from appeals.actions import suggesting

    appeal = b.accepted(coordinator)
    read = suggesting.propose(appeal.id, at=b.ACCEPTED)
    assert read is not None
    triage.dispatch(appeal.id, order=order(b.UNIT, directory_row_id=read["row"]), by=coordinator, at=b.DISPATCHED)
    detail = lists.history(b.the(appeal.number))[-1].event.detail
    assert (detail["row"], detail["directory"], detail["proposed"]) == (read["row"], 1, read["lead"])
    assert detail["confidence"] == read["confidence"]


# -- complaints about conduct --------------------------------------------------------------------------------

PARENT, CHILD = "发展改革和商务局", "发展改革和商务局（自贸办）"


def about(coordinator, unit: str) -> Appeal:
    return b.accepted(coordinator, nature="complaint", conduct=True, about_unit=unit)


def test_a_conduct_complaint_goes_to_the_parent_and_nowhere_else(coordinator):
    appeal = about(coordinator, CHILD)
    for wrong in (order(CHILD), order(b.UNIT), order(PARENT, CHILD)):
        with pytest.raises(Refused):
            triage.dispatch(appeal.id, order=wrong, by=coordinator, at=b.DISPATCHED)
    triage.dispatch(appeal.id, order=order(PARENT), by=coordinator, at=b.DISPATCHED)
    assert b.the(appeal.number).lead.unit.name == PARENT


def test_a_conduct_complaint_about_a_unit_without_parent_is_passed_to_discipline(coordinator):
    appeal = about(coordinator, b.UNIT)
    with pytest.raises(Refused) as refused:
        triage.dispatch(appeal.id, order=order(PARENT), by=coordinator, at=b.DISPATCHED)
    assert "纪检" in refused.value.errors["lead"]


def test_the_accused_unit_does_not_know_and_its_parent_acts(coordinator):
    appeal = about(coordinator, CHILD)
    triage.dispatch(appeal.id, order=order(PARENT), by=coordinator, at=b.DISPATCHED)
    assert lists.find(appeal.number, b.staff("head", CHILD)) is None
    parent = b.staff("head", PARENT)
    assert lists.find(appeal.number, parent) is not None
    from appeals.actions import handling

    assert handling.acknowledge(appeal.id, by=parent, at=b.TAKEN).acknowledged_at == b.TAKEN


def test_of_the_office_itself_the_recusal_post_takes_over(coordinator):
    appeal = b.filed(nature="complaint", conduct=True, about_unit=b.OFFICE)
    recusal, director = b.staff("recusal"), b.staff("director")
    assert lists.find(appeal.number, coordinator) is None
    assert lists.find(appeal.number, director) is None
    assert lists.find(appeal.number, recusal) is not None
    with pytest.raises(NotYours):
        triage.accept(appeal.id, identity="call", by=coordinator, at=b.ACCEPTED)
    triage.accept(appeal.id, identity="call", by=recusal, at=b.ACCEPTED)
    triage.dispatch(appeal.id, order=order("行政审批服务局"), by=recusal, at=b.DISPATCHED)
    assert b.the(appeal.number).state == "dispatched"


def test_of_two_who_accept_in_the_same_moment_one_is_told_so(house, coordinator):
    appeal, other = b.filed(), b.staff("coordinator")
    number, seen, start, said = appeal.number, appeal.version, Barrier(2), []

    def accept(by):
        with house.app_context():
            start.wait()
            try:
                triage.accept(appeal_id, identity="call", by=by, at=b.ACCEPTED, seen=seen)
                said.append("accepted")
            except Stale:
                said.append("stale")

    appeal_id = appeal.id
    b.session().rollback()
    both = [Thread(target=accept, args=(by,)) for by in (coordinator, other)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(said) == ["accepted", "stale"]
    assert [p.event.kind for p in lists.history(b.the(number))] == ["submit", "accept"]
