"""The company is asked once for what only it can give; the wait is the company's, never the unit's (policy §3)."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from appeals.actions import cooperation, extensions, handling, intake, triage
from appeals.actions.attachments import Stored
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import facts as rows
from appeals.models import figures, lists
from appeals.models.files import Attachment
from appeals.models.movement import DueMove
from appeals.models.outbox import Notice
from appeals.rules import facts, holding, known
from appeals.rules.lifecycle import NotAllowed, NotYours
from tests import builders as b
from tests.builders import at

# Accepted on Monday 11-23: promised until Monday 12-07, the unit has until Friday 12-04.
DUE, LIMIT = at("2026-12-07 18:00"), at("2026-12-04 18:00")
ASKED, ASKED_FOR = at("2026-11-25 10:00"), at("2026-11-25 15:00")
ITEMS = "1、用电设备清单。2、厂房租赁合同。"
PHOTO = Stored("a" * 48, "清单.pdf", "application/pdf", 9, "0" * 64)


@pytest.fixture
def office(house: Flask):
    return b.staff("coordinator")


@pytest.fixture
def worker(office):
    return b.staff("liaison")


@pytest.fixture
def head(office):
    return b.staff("head")


@pytest.fixture
def appeal(office, worker):
    return b.in_hand(office, worker)


def ask(appeal, by, when: datetime = ASKED, items: str = ITEMS, days: int | None = 5):
    cooperation.ask(appeal.id, items=items, days=days, by=by, at=when)
    return b.the(appeal.number)


@pytest.fixture
def waited(appeal, office, head):
    """The company has until Wednesday 12-02."""
    ask(appeal, head)
    cooperation.grant(appeal.id, by=office, at=ASKED_FOR)
    return b.the(appeal.number)


def told(appeal, kind: str) -> set[str]:
    query = select(Notice.to_role).where(Notice.appeal_id == appeal.id, Notice.kind == kind)
    return set(session().scalars(query))


def test_before_the_coordinator_agrees_the_company_hears_nothing(appeal, head):
    appeal = ask(appeal, head)
    assert told(appeal, "ask_cooperation") == {"coordinator"}
    assert appeal.lead.cooperation_due_at is None


def test_items_are_written_down_and_five_days_are_the_most(appeal, head):
    for items, days, wrong in (("", 5, {"items"}), (ITEMS, 6, {"days"}), (ITEMS, 0, {"days"}), (" ", None, {"items", "days"})):
        with pytest.raises(Refused) as refused:
            ask(appeal, head, items=items, days=days)
        assert set(refused.value.errors) == wrong


def test_only_the_lead_asks_and_only_the_coordinator_decides(office, worker, head):
    appeal = b.in_hand(office, worker, supports=(b.SUPPORT,))
    with pytest.raises((NotYours, NotAllowed)):
        ask(appeal, b.staff("head", b.SUPPORT))
    ask(appeal, head)
    for by in (head, b.staff("director"), b.staff("leader")):
        with pytest.raises(NotYours):
            cooperation.grant(appeal.id, by=by, at=ASKED_FOR)


def test_granted_the_company_knows_what_and_until_when(waited):
    assert told(waited, "grant_cooperation") == {"company", "liaison"}
    event = lists.history(waited)[-1].event
    assert event.detail["items"] == ITEMS
    assert datetime.fromisoformat(event.detail["until"]) == at("2026-12-02 18:00")
    assert (waited.lead.cooperation_from_at, waited.lead.cooperation_due_at) == (ASKED_FOR, at("2026-12-02 18:00"))
    assert waited.next_action_at == at("2026-12-02 18:00")
    assert (waited.due_at, waited.lead.due_at) == (DUE, LIMIT)


def test_refused_the_unit_learns_why_and_may_ask_better(appeal, office, head):
    ask(appeal, head)
    with pytest.raises(Refused):
        cooperation.refuse(appeal.id, answer="", by=office, at=ASKED_FOR)
    cooperation.refuse(appeal.id, answer="材料已在附件中", by=office, at=ASKED_FOR)
    assert told(appeal, "refuse_cooperation") == {"liaison"}
    ask(appeal, head, when=at("2026-11-25 16:00"))


def test_answered_its_working_days_are_the_units_and_the_promise_stays(waited):
    """From Wednesday to Friday: two working days."""
    cooperation.answer(waited.id, addition="见附件", files=[PHOTO], at=at("2026-11-27 10:00"))
    appeal = b.the(waited.number)
    assert (appeal.due_at, appeal.lead.due_at, appeal.lead.original_due_at) == (
        DUE, at("2026-12-08 18:00"), at("2026-12-08 18:00"),
    )  # fmt: skip
    assert appeal.lead.cooperation_from_at is None
    assert appeal.supplements[-1]["text"] == "见附件"
    assert session().scalars(select(Attachment.added_by).where(Attachment.appeal_id == appeal.id)).all() == ["company"]
    assert told(appeal, "cooperate") == {"liaison"}
    assert session().scalars(select(DueMove.reason)).all() == ["cooperation"]
    assert appeal.next_action_at is None
    with pytest.raises(NotAllowed):
        cooperation.answer(appeal.id, addition="还有", at=at("2026-11-27 11:00"))


def test_nothing_given_is_no_answer(waited):
    with pytest.raises(Refused):
        cooperation.answer(waited.id, addition="\u200b", at=at("2026-11-27 10:00"))


def test_unanswered_it_lapses_at_its_moment_and_five_days_are_added(waited):
    b.tick(at("2026-12-03 09:00"))
    appeal = b.the(waited.number)
    event = lists.history(appeal)[-1].event
    assert (event.kind, event.role, event.at) == ("lapse_cooperation", "system", at("2026-12-02 18:00"))
    assert (appeal.due_at, appeal.lead.due_at) == (DUE, at("2026-12-11 18:00"))
    assert told(appeal, "lapse_cooperation") == {"company", "liaison"}


def test_an_answer_one_second_late_finds_it_lapsed(waited):
    with pytest.raises(NotAllowed):
        cooperation.answer(waited.id, addition="见附件", at=at("2026-12-02 18:00:01"))
    assert b.the(waited.number).lead.cooperation_due_at is not None  # refused: nothing was kept
    b.tick(at("2026-12-02 18:00:01"))
    assert b.the(waited.number).lead.cooperation_due_at is None


def test_once_in_an_appeals_life(waited, head):
    with pytest.raises(NotAllowed, match="一次"):
        ask(waited, head, when=at("2026-11-26 10:00"))
    cooperation.answer(waited.id, addition="见附件", at=at("2026-11-27 10:00"))
    with pytest.raises(NotAllowed, match="一次"):
        ask(waited, head, when=at("2026-11-30 10:00"))


def test_a_unit_past_its_limit_is_not_rescued(appeal, office, head):
    ask(appeal, head, when=LIMIT)
    with pytest.raises(NotAllowed, match="已过"):
        cooperation.grant(appeal.id, by=office, at=at("2026-12-04 18:00:01"))
    assert b.the(appeal.number).lead.cooperation_due_at is None
    with pytest.raises(NotAllowed, match="已过"):
        ask(appeal, head, when=at("2026-12-04 18:00:01"))


def test_an_answer_of_the_unit_ends_the_wait(waited, worker, head):
    handling.draft(waited.id, draft=b.words(), by=worker, at=at("2026-11-26 10:00"))
    handling.sign(waited.id, by=head, at=at("2026-11-26 11:00"))
    appeal = b.the(waited.number)
    assert (appeal.lead.cooperation_due_at, appeal.lead.due_at) == (None, DUE)  # one working day
    b.tick(at("2026-12-03 09:00"))
    assert b.the(waited.number).lead.due_at == DUE


def test_it_goes_with_an_extension(waited, office, head):
    cooperation.answer(waited.id, addition="见附件", at=at("2026-11-27 10:00"))
    words = {"reason": "变压器须定制", "done": "已查勘"}
    extensions.ask(waited.id, until_on=at("2026-12-09 00:00").date(), by=head, at=at("2026-11-30 10:00"), **words)
    extensions.grant(waited.id, by=office, at=at("2026-11-30 11:00"))
    appeal = b.the(waited.number)
    assert (appeal.due_at, appeal.lead.due_at) == (at("2026-12-09 18:00"), at("2026-12-10 18:00"))
    assert appeal.lead.original_due_at == at("2026-12-08 18:00")


def test_the_wait_is_booked_to_the_company_and_running_too(waited):
    found = next(rows.load([waited.id]))
    assert facts.Spell(holding.COMPANY, ASKED_FOR.astimezone(found.spells[0].from_at.tzinfo), None) in found.spells
    # Wednesday 15:00 to 18:00, Thursday a whole day of eight hours: eleven hours of the company's.
    booked = holding.booked(found, at("2026-11-26 18:00"), figures.basis())
    assert booked[holding.COMPANY] == 11 * 3600
    middle = at("2026-11-26 18:00")
    before = known.known(found, middle)
    cooperation.answer(waited.id, addition="见附件", at=at("2026-11-27 10:00"))
    fresh = next(rows.load([waited.id]))
    assert known.known(fresh, middle) == before
    assert holding.booked(fresh, at("2026-11-30 18:00"), figures.basis())[holding.COMPANY] == 12 * 3600


def test_what_was_asked_before_dispatch_is_another_thing(office, worker, head):
    """A supplement asked for at acceptance and cooperation later: both are kept, both with their own spell."""
    appeal = b.filed()
    triage.ask_supplement(appeal.id, items="请补充照片", by=office, at=at("2026-11-23 09:30"))
    intake.supplement(appeal.id, addition="照片说明", at=at("2026-11-23 09:40"))
    triage.accept(appeal.id, identity="call", by=office, at=b.ACCEPTED)
    order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT), support_unit_ids=[])
    triage.dispatch(appeal.id, order=order, by=office, at=b.DISPATCHED)
    handling.acknowledge(appeal.id, by=worker, at=b.TAKEN)
    ask(appeal, head)
    cooperation.grant(appeal.id, by=office, at=ASKED_FOR)
    spells = [s for s in next(rows.load([appeal.id])).spells if s.holder == holding.COMPANY]
    assert [s.to_at is None for s in spells] == [False, True]
