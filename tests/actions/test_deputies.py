"""A deputy is a head on the days of his term and on no other (policy §2 AB角)."""

from datetime import date

import pytest
from sqlalchemy import select

from appeals.actions import accounts, closing, deputies, handling
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models.audit import Event
from appeals.models.deputy import Deputy
from appeals.models.people import User
from appeals.rules.actors import Relation
from appeals.rules.lifecycle import Move, NotAllowed, NotYours
from appeals.rules.words import Role
from tests import builders as b

pytestmark = pytest.mark.usefixtures("house")
OTHER = "沣西新城"
PARENT, CHILD = "发展改革和商务局", "发展改革和商务局（自贸办）"
FIRST, LAST = date(2026, 11, 24), date(2026, 11, 26)


@pytest.fixture
def head(house):
    return b.staff("head", login="head")


@pytest.fixture
def worker(house):
    return b.staff("liaison", login="worker")


@pytest.fixture
def admin(house):
    return b.staff("admin")


def enter(head, worker, admin, from_on=FIRST, to_on=LAST):
    return deputies.enter(head_id=head.user_id, deputy_id=worker.user_id, from_on=from_on, to_on=to_on, by=admin, at=b.FILED)


def role_on(day):
    return b.actor("worker", b.at(f"{day} 09:00")).role


def test_a_deputy_is_head_from_the_first_day_to_the_last_and_no_longer(head, worker, admin):
    enter(head, worker, admin)
    days = ("2026-11-23", "2026-11-24", "2026-11-26", "2026-11-27")
    assert [role_on(day) for day in days] == [Role.LIAISON, Role.HEAD, Role.HEAD, Role.LIAISON]


def test_a_deputy_signs_and_the_event_says_for_whom(head, worker, admin):
    enter(head, worker, admin)
    appeal = b.in_hand(b.staff("coordinator"), worker)
    when = b.at("2026-11-25 10:00")
    handling.draft(appeal.id, draft=b.words(), by=worker, at=when)
    with pytest.raises(NotYours):
        handling.sign(appeal.id, by=worker, at=when)
    acting = b.actor("worker", when)
    assert (acting.for_id, acting.unit_id) == (head.user_id, head.unit_id)
    handling.sign(appeal.id, by=acting, at=when)
    event = session().scalars(select(Event).where(Event.kind == Move.SIGN_REPLY.value)).one()
    assert (event.role, event.user_id, event.detail["for"]) == ("head", worker.user_id, head.user_id)


def test_who_drafted_and_signed_as_deputy_does_not_judge_it_as_coordinator(head, worker, admin):
    enter(head, worker, admin)
    coordinator = b.staff("coordinator")
    acting = b.actor("worker", b.ANSWERED)
    appeal = b.replied(coordinator, worker, acting)
    accounts.set_account(user_id=worker.user_id, role="coordinator", unit_id=None, active=True, name="", phone=None,
                         by=admin, at=b.ANSWERED)  # fmt: skip
    with pytest.raises(NotAllowed, match="审签人不能再审核"):
        closing.approve(appeal.id, by=b.actor("worker", b.APPROVED), at=b.APPROVED)


def test_the_term_dies_with_the_heads_post_or_the_deputys_seat(head, worker, admin):
    enter(head, worker, admin)
    accounts.set_account(user_id=head.user_id, role="head", unit_id=head.unit_id, active=False, name="", phone=None,
                         by=admin, at=b.FILED)  # fmt: skip
    assert role_on(FIRST) is Role.LIAISON
    accounts.set_account(user_id=head.user_id, role="head", unit_id=head.unit_id, active=True, name="", phone=None,
                         by=admin, at=b.FILED)  # fmt: skip
    assert role_on(FIRST) is Role.HEAD
    accounts.set_account(user_id=worker.user_id, role="liaison", unit_id=b.unit_id(OTHER), active=True, name="", phone=None,
                         by=admin, at=b.FILED)  # fmt: skip
    assert role_on(FIRST) is Role.LIAISON


def test_ended_early_he_is_a_liaison_officer_at_the_next_request(head, worker, admin):
    term = enter(head, worker, admin)
    when = b.at("2026-11-25 10:00")
    deputies.end(term, by=admin, at=when)
    assert b.actor("worker", when).role is Role.LIAISON
    assert session().get_one(Deputy, term).to_on == date(2026, 11, 24)
    with pytest.raises(Refused):
        deputies.end(term, by=admin, at=when)
    kinds = session().scalars(select(Event.kind).where(Event.kind.like("audit.deputy%")).order_by(Event.id)).all()
    assert kinds == ["audit.deputy", "audit.deputy_end"]


def test_a_term_ended_before_it_began_never_counts(head, worker, admin):
    term = enter(head, worker, admin, date(2026, 11, 30), date(2026, 12, 4))
    deputies.end(term, by=admin, at=b.FILED)
    assert role_on("2026-12-01") is Role.LIAISON


@pytest.mark.parametrize(("from_on", "to_on", "field"), [
    (LAST, FIRST, "to_on"), (date(2026, 11, 20), date(2026, 11, 22), "to_on"),
])  # fmt: skip
def test_a_term_ends_after_it_begins_and_not_in_the_past(head, worker, admin, from_on, to_on, field):
    with pytest.raises(Refused) as refused:
        enter(head, worker, admin, from_on, to_on)
    assert set(refused.value.errors) == {field}


def test_only_one_stands_in_for_a_head_at_a_time_and_he_for_one_head(head, worker, admin):
    enter(head, worker, admin)
    second, other = b.staff("liaison"), b.staff("head")
    for one, stand_in in ((head, second), (other, worker)):
        with pytest.raises(Refused) as refused:
            enter(one, stand_in, admin, LAST, LAST)
        assert "from_on" in refused.value.errors
    assert enter(other, second, admin)


@pytest.mark.parametrize("role", ["head", "coordinator", "leader"])
def test_only_a_liaison_officer_stands_in(head, admin, role):
    with pytest.raises(Refused) as refused:
        enter(head, b.staff(role), admin)
    assert "deputy" in refused.value.errors


def test_a_deputy_sits_in_the_heads_own_tree(head, admin):
    with pytest.raises(Refused) as refused:
        enter(head, b.staff("liaison", OTHER), admin)
    assert "deputy" in refused.value.errors


def test_somebody_who_is_no_head_has_no_deputy(worker, admin):
    with pytest.raises(Refused) as refused:
        enter(b.staff("liaison"), worker, admin)
    assert "head" in refused.value.errors


def test_standing_in_for_the_parent_does_not_show_a_complaint_about_ones_own_unit(admin):
    head, worker = b.staff("head", PARENT), b.staff("liaison", CHILD, "worker")
    deputies.enter(head_id=head.user_id, deputy_id=worker.user_id, from_on=FIRST, to_on=LAST, by=admin, at=b.FILED)
    acting = b.actor("worker", b.at("2026-11-25 10:00"))
    assert acting.role is Role.HEAD
    appeal = b.filed(about_unit=CHILD, conduct=True)
    assert appeal.relation(acting) is Relation.ACCUSED
    assert session().get_one(User, worker.user_id).role == "liaison"
