"""More time for a unit: asked early, decided by somebody else, told before a date moves (policy §4)."""

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from appeals.actions import extensions, handling
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import facts as rows
from appeals.models import figures
from appeals.models.audit import Event
from appeals.models.duty import Duty
from appeals.models.movement import DueMove
from appeals.models.outbox import Notice
from appeals.models.request import Request
from appeals.rules import known, rates
from appeals.rules.lifecycle import NotAllowed, NotYours
from appeals.rules.rates_frame import Period
from tests import builders as b
from tests.builders import at

# Accepted on Monday 11-23: promised until Monday 12-07, the unit has until Friday 12-04.
DUE, LIMIT = at("2026-12-07 18:00"), at("2026-12-04 18:00")
ASKED, LAST = at("2026-11-30 10:00"), at("2026-12-03 18:00")
WORDS = {"reason": "变压器须厂家定制", "done": "已完成现场查勘和报价"}


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


def ask(appeal, by, when: datetime = ASKED, until: date | None = date(2026, 12, 11), **changes):
    extensions.ask(appeal.id, until_on=until, by=by, at=when, **(WORDS | changes))
    return b.the(appeal.number)


def request(appeal) -> Request:
    return session().scalars(select(Request).where(Request.appeal_id == appeal.id).order_by(Request.id.desc())).first()


def told(appeal, kind: str) -> set[str]:
    query = select(Notice.to_role).where(Notice.appeal_id == appeal.id, Notice.kind == kind)
    return set(session().scalars(query))


def moves(appeal) -> list[tuple]:
    query = select(DueMove).where(DueMove.appeal_id == appeal.id).order_by(DueMove.id)
    return [
        (m.assignment_id is not None, m.before_at, m.after_at, m.original_after_at, m.reason)
        for m in session().scalars(query)
    ]


# -- asking ------------------------------------------------------------------------------------------------


def test_an_officer_prepares_and_the_head_signs(appeal, worker, head):
    ask(appeal, worker)
    assert request(appeal).asked_at is None
    assert told(appeal, "prepare_request") == {"head"}
    assert told(appeal, "ask_extension") == set()
    ask(appeal, head, reason="变压器定制须两周")
    row = request(appeal)
    assert (row.prepared_by_id, row.asked_by_id, row.waits_for) == (worker.user_id, head.user_id, "coordinator")
    assert (row.due_at, row.until_at) == (at("2026-12-01 18:00"), at("2026-12-11 18:00"))
    assert session().query(Request).count() == 1


def test_the_company_is_told_at_the_asking_and_nothing_has_moved(appeal, head):
    appeal = ask(appeal, head)
    assert told(appeal, "ask_extension") == {"company", "coordinator"}
    event = session().scalars(select(Event).where(Event.kind == "ask_extension")).one()
    assert event.detail["reason"] == WORDS["reason"]
    assert datetime.fromisoformat(event.detail["until"]) == at("2026-12-11 18:00")
    assert (appeal.due_at, appeal.lead.due_at, moves(appeal)) == (DUE, LIMIT, [])


def test_it_is_asked_a_working_day_before_the_units_limit_at_the_latest(appeal, head):
    with pytest.raises(NotAllowed, match="2026-12-03 18:00"):
        ask(appeal, head, when=at("2026-12-03 18:00:01"))
    ask(appeal, head, when=LAST)
    assert request(appeal).asked_at == LAST


def test_nothing_is_asked_once_it_is_due(appeal, head):
    for when in ("2026-12-04 18:00:01", "2026-12-08 09:00"):
        with pytest.raises(NotAllowed, match="已到期或超期"):
            ask(appeal, head, when=at(when))


def test_a_question_gets_no_extension(office, worker, head):
    question = b.in_hand(office, worker, nature="consultation")
    with pytest.raises(NotAllowed, match="咨询"):
        ask(question, head, when=at("2026-11-24 09:00"), until=date(2026, 11, 30))


def test_the_date_is_a_working_day_within_ten_working_days(appeal, head):
    for until in (None, date(2026, 12, 7), date(2026, 12, 12), date(2026, 12, 22)):
        with pytest.raises(Refused) as refused:
            ask(appeal, head, until=until)
        assert set(refused.value.errors) == {"until"}, until
    ask(appeal, head, until=date(2026, 12, 21))


def test_it_says_why_and_what_was_done(appeal, head):
    with pytest.raises(Refused) as refused:
        ask(appeal, head, reason=" ", done="\u200b")
    assert set(refused.value.errors) == {"reason", "done"}


def test_only_the_lead_asks_and_only_once_at_a_time(office, worker, head):
    appeal = b.in_hand(office, worker, supports=(b.SUPPORT,))
    with pytest.raises((NotYours, NotAllowed)):
        ask(appeal, b.staff("head", b.SUPPORT))
    ask(appeal, head)
    with pytest.raises(NotAllowed, match="等待裁定"):
        ask(appeal, head, when=at("2026-11-30 11:00"))


# -- deciding ----------------------------------------------------------------------------------------------


def test_granted_promise_and_limit_move_by_the_same_days_and_the_original_stays(office, worker, head):
    appeal = b.in_hand(office, worker, supports=(b.SUPPORT,))
    support = appeal.supports[0].due_at
    ask(appeal, head)
    extensions.grant(appeal.id, by=office, at=at("2026-12-01 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.due_at, appeal.lead.due_at) == (at("2026-12-11 18:00"), at("2026-12-10 18:00"))
    assert appeal.lead.original_due_at == LIMIT
    assert appeal.supports[0].due_at == support
    assert moves(appeal) == [
        (False, DUE, at("2026-12-11 18:00"), None, "extension"), (True, LIMIT, at("2026-12-10 18:00"), None, "extension"),
    ]  # fmt: skip
    assert told(appeal, "grant_extension") == {"company", "liaison"}
    duty = session().scalars(select(Duty).where(Duty.kind == "decide")).one()
    assert (duty.due_at, duty.done_at) == (at("2026-12-01 18:00"), at("2026-12-01 10:00"))
    assert request(appeal).granted is True


def test_less_may_be_granted_but_never_more(appeal, office, head):
    ask(appeal, head)
    with pytest.raises(Refused):
        extensions.grant(appeal.id, until_on=date(2026, 12, 14), by=office, at=at("2026-12-01 10:00"))
    extensions.grant(appeal.id, until_on=date(2026, 12, 9), by=office, at=at("2026-12-01 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.due_at, appeal.lead.due_at) == (at("2026-12-09 18:00"), at("2026-12-08 18:00"))


def test_refused_every_date_stays_and_the_company_learns_why(appeal, office, head):
    ask(appeal, head)
    with pytest.raises(Refused):
        extensions.refuse(appeal.id, answer="", by=office, at=at("2026-12-01 10:00"))
    extensions.refuse(appeal.id, answer="理由不充分", by=office, at=at("2026-12-01 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.due_at, appeal.lead.due_at, moves(appeal)) == (DUE, LIMIT, [])
    assert told(appeal, "refuse_extension") == {"company", "liaison"}
    with pytest.raises(NotAllowed):
        extensions.grant(appeal.id, by=office, at=at("2026-12-01 11:00"))


def test_only_the_decider_decides(appeal, office, worker, head):
    ask(appeal, head)
    for by in (worker, head, b.staff("director"), b.staff("leader"), b.staff("recusal")):
        with pytest.raises(NotYours):
            extensions.grant(appeal.id, by=by, at=at("2026-12-01 10:00"))


def test_of_the_offices_own_bureau_the_recusal_post_decides(office):
    worker, head, recusal = b.staff("liaison", b.OFFICE), b.staff("head", b.OFFICE), b.staff("recusal")
    appeal = b.in_hand(office, worker, lead=b.OFFICE)
    ask(appeal, head)
    assert request(appeal).waits_for == "recusal"
    with pytest.raises(NotYours):
        extensions.grant(appeal.id, by=office, at=at("2026-12-01 10:00"))
    extensions.grant(appeal.id, by=recusal, at=at("2026-12-01 10:00"))
    assert b.the(appeal.number).due_at == at("2026-12-11 18:00")


def test_the_second_is_a_leaders_there_is_no_third_and_thirty_days_in_all(appeal, office, head):
    leader = b.staff("leader")
    ask(appeal, head, until=date(2026, 12, 21))
    extensions.grant(appeal.id, by=office, at=at("2026-12-01 10:00"))
    ask(appeal, head, when=at("2026-12-10 10:00"), until=date(2027, 1, 5))
    assert request(appeal).waits_for == "leader"
    with pytest.raises(NotYours):
        extensions.grant(appeal.id, by=office, at=at("2026-12-10 11:00"))
    extensions.grant(appeal.id, by=leader, at=at("2026-12-11 10:00"))
    appeal = b.the(appeal.number)
    # 30 working days from 11-23: 1 January is a holiday.
    assert (appeal.due_at, appeal.lead.due_at) == (at("2027-01-05 18:00"), at("2027-01-04 18:00"))
    assert told(appeal, "grant_second_extension") == {"company", "liaison"}
    with pytest.raises(NotAllowed, match="两次"):
        ask(appeal, head, when=at("2026-12-28 10:00"), until=date(2027, 1, 8))


def test_a_leaders_refusal_of_the_second_leaves_the_first(appeal, office, head):
    ask(appeal, head)
    extensions.grant(appeal.id, by=office, at=at("2026-12-01 10:00"))
    ask(appeal, head, when=at("2026-12-08 10:00"), until=date(2026, 12, 18))
    extensions.refuse(appeal.id, answer="不能再拖", by=b.staff("leader"), at=at("2026-12-08 11:00"))
    assert b.the(appeal.number).due_at == at("2026-12-11 18:00")
    assert told(appeal, "refuse_second_extension") == {"company", "liaison"}


# -- too late ----------------------------------------------------------------------------------------------


def test_decided_too_late_the_unit_first_gets_its_days_back(appeal, office, head):
    """Asked in time on 12-03, due to be decided on 12-04, decided on 12-07: one day lost, then four granted."""
    ask(appeal, head, when=LAST)
    extensions.grant(appeal.id, by=office, at=at("2026-12-07 10:00"))
    appeal = b.the(appeal.number)
    assert moves(appeal) == [
        (True, LIMIT, DUE, DUE, "office"),
        (False, DUE, at("2026-12-11 18:00"), None, "extension"), (True, DUE, at("2026-12-11 18:00"), None, "extension"),
    ]  # fmt: skip
    assert appeal.lead.original_due_at == DUE


def test_granted_after_the_promise_ran_out_is_impossible_and_the_lost_days_are_still_given_back(appeal, office, head):
    ask(appeal, head, when=LAST)
    with pytest.raises(NotAllowed, match="已过"):
        extensions.grant(appeal.id, by=office, at=at("2026-12-07 18:00:01"))
    extensions.refuse(appeal.id, answer="已超期", by=office, at=at("2026-12-07 18:00:01"))
    appeal = b.the(appeal.number)
    assert appeal.due_at == DUE
    assert appeal.lead.due_at == at("2026-12-08 18:00")


def test_a_reply_settles_what_was_asked(appeal, worker, head):
    ask(appeal, head)
    handling.draft(appeal.id, draft=b.words(), by=worker, at=at("2026-11-30 14:00"))
    handling.sign(appeal.id, by=head, at=at("2026-11-30 15:00"))
    row = request(appeal)
    assert (row.decided_at, row.granted) == (at("2026-11-30 15:00"), None)


# -- the figures -------------------------------------------------------------------------------------------


def items(appeal, from_at: str, to_at: str, known_at: str) -> dict[str, tuple[int, bool]]:
    """Key → (numerator, in the base) of the unit's line."""
    whole = Period(at(from_at), at(to_at), at(known_at))
    found = rates.items(list(rows.load([appeal.id])), whole, figures.basis())
    return {i.key: (i.num, i.excluded_by is None) for i in found if i.line == b.UNIT}


def test_in_time_by_the_new_limit_is_late_by_the_original_and_counted_as_extended(appeal, office, worker, head):
    ask(appeal, head)
    extensions.grant(appeal.id, by=office, at=at("2026-12-01 10:00"))
    handling.draft(appeal.id, draft=b.words(), by=worker, at=at("2026-12-09 10:00"))
    handling.sign(appeal.id, by=head, at=at("2026-12-09 11:00"))
    earlier = items(appeal, "2026-11-30 00:00", "2026-12-07 00:00", "2026-12-08 18:00")
    assert "on_time" not in earlier  # its limit is no longer 12-04
    found = items(appeal, "2026-12-07 00:00", "2026-12-14 00:00", "2026-12-15 18:00")
    assert found["on_time"] == (1, True)
    assert found["on_time_original"] == (0, True)
    assert found["extended"] == (1, True)


def test_frozen_late_it_is_as_it_was_known_in_time(appeal, office, head):
    """Asked on Friday, granted on the Tuesday after: what was known on Monday does not know it."""
    ask(appeal, head, when=at("2026-11-30 10:00"))
    before = known.known(next(rows.load([appeal.id])), at("2026-11-30 12:00"))
    extensions.grant(appeal.id, by=office, at=at("2026-12-01 10:00"))
    after = known.known(next(rows.load([appeal.id])), at("2026-11-30 12:00"))
    assert before == after
    assert after.due_at == DUE
